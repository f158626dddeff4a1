//! Where COPY is a statement: not in an EXEC block, and not in what people write about a program in its first division.

use super::words::{Kind, Stream, Text, Word};

/// Paragraphs whose text is for people.
const COMMENT_ENTRIES: [&[u8]; 6] =
    [b"AUTHOR", b"INSTALLATION", b"DATE-WRITTEN", b"DATE-COMPILED", b"SECURITY", b"REMARKS"];

/// In what kind of text a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Place {
    #[default]
    Cobol,
    Exec,
    CommentEntry,
}

/// Follows a text word by word.
#[derive(Debug, Default)]
pub(super) struct Region {
    place: Place,
    /// In the IDENTIFICATION DIVISION.
    first_division: bool,
    /// Programs that have begun and not ended.
    depth: u32,
}

/// What a word means for REPLACE and COPY.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Means {
    Nothing,
    /// COPY, as a statement.
    Copy,
    /// REPLACE, perhaps as a statement.
    Replace,
    /// EXEC.
    Exec,
    /// With the next period a program ends that is in no other one.
    EndProgram,
}

impl Region {
    /// Takes the next word of `stream`, without passing over it.
    pub fn take(&mut self, text: &Text<'_>, stream: &mut Stream<'_>, word: &Word) -> Means {
        if word.kind != Kind::Word {
            return Means::Nothing;
        }
        if word.area_a && self.place != Place::Cobol {
            let header =
                |w: Word| w.kind == Kind::Period || text.is(&w, b"SECTION") || text.is(&w, b"DIVISION");
            if self.place == Place::CommentEntry || stream.peek(1).is_some_and(header) {
                self.place = Place::Cobol;
            }
        }
        match self.place {
            Place::Exec if text.is(word, b"END-EXEC") => self.place = Place::Cobol,
            Place::Cobol => return self.cobol(text, stream, word),
            _ => {}
        }
        Means::Nothing
    }

    /// The EXEC block that was begun has been passed over as a whole.
    pub fn leave_exec(&mut self) {
        self.place = Place::Cobol;
    }

    fn cobol(&mut self, text: &Text<'_>, stream: &mut Stream<'_>, word: &Word) -> Means {
        let length = word.end - word.start;
        // Most words are none of these, which their lengths and first letters tell.
        let first = text.masked(crate::base::num::to_usize(word.start.into()), usize::MAX).first();
        match (first.map_or(0, u8::to_ascii_uppercase), length) {
            (b'C', 4..) if text.is(word, b"COPY") => return Means::Copy,
            (b'R', 7..) if text.is(word, b"REPLACE") => return Means::Replace,
            (b'E', 4..) if text.is(word, b"EXEC") || text.is(word, b"EXECUTE") => {
                self.place = Place::Exec;
                return Means::Exec;
            }
            (b'E', 3) if text.is(word, b"END") && next_is(text, stream, b"PROGRAM") => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    return Means::EndProgram;
                }
            }
            (b'I', 2..)
                if (text.is(word, b"ID") || text.is(word, b"IDENTIFICATION"))
                    && next_is(text, stream, b"DIVISION") =>
            {
                self.first_division = true;
                self.depth = self.depth.saturating_add(1);
            }
            (b'E' | b'D' | b'P', 4..)
                if self.first_division
                    && (text.is(word, b"ENVIRONMENT")
                        || text.is(word, b"DATA")
                        || text.is(word, b"PROCEDURE"))
                    && next_is(text, stream, b"DIVISION") =>
            {
                self.first_division = false;
            }
            _ if self.first_division && word.area_a && COMMENT_ENTRIES.iter().any(|e| text.is(word, e)) => {
                self.place = Place::CommentEntry;
            }
            _ => {}
        }
        Means::Nothing
    }
}

fn next_is(text: &Text<'_>, stream: &mut Stream<'_>, wanted: &[u8]) -> bool {
    stream.peek(1).is_some_and(|w| text.is(&w, wanted))
}
