//! What a line says, as far as it counts for a comparison.

use super::{MOST_LINES, Sayings};
use crate::base::LineNo;
use crate::base::num::to_usize;
use crate::code::format::{columns, is_card, is_star_control};
use crate::code::mask::{MARGIN, measure, switched};
use crate::code::model::SourceFormat;
use imara_diff::Token;
use serde::{Deserialize, Serialize};

/// What counts beside what lines say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Rules {
    /// Sequence numbers and identifications (columns 1 to 6, and from 73 on) count.
    pub sequence: bool,
    /// Blank lines count, and how many blanks stand between words. Blanks at the end of a line never do.
    pub blanks: bool,
    /// Comments do not count.
    pub no_comments: bool,
}

/// More lines than are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany;

/// The lines of one side that count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Side {
    /// What each says.
    pub(super) tokens: Vec<Token>,
    /// The number of each in its file, with [`COMMENT`] if it is one.
    lines: Vec<u32>,
    /// Lines of the file.
    total: u32,
    /// A digest of all that the lines say: tells one side from the other.
    pub(super) print: [u8; 16],
}

/// Marks a comment.
const COMMENT: u32 = 1 << 31;

impl Side {
    /// How many lines count.
    pub fn len(&self) -> u32 {
        u32::try_from(self.tokens.len()).unwrap_or(u32::MAX)
    }

    /// Whether none does.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// How many lines the file has.
    pub fn total(&self) -> u64 {
        self.total.into()
    }

    /// The number in its file of the line `at` among those that count; behind the last one that of the last line of the file.
    pub fn line(&self, at: u32) -> LineNo {
        let line = self.lines.get(to_usize(at.into())).map_or(self.total, |line| line & !COMMENT);
        LineNo::new(u64::from(line).max(1))
    }

    /// Whether that line is a comment.
    pub fn is_comment(&self, at: u32) -> bool {
        self.lines.get(to_usize(at.into())).is_some_and(|line| line & COMMENT != 0)
    }

    /// Which of the lines that count is the first at line `line` of the file or behind it.
    pub(super) fn at(&self, line: LineNo) -> u32 {
        let at = self.lines.partition_point(|l| u64::from(l & !COMMENT) < line.get());
        u32::try_from(at).unwrap_or(u32::MAX)
    }
}

/// What kind of line it is, and the first byte of what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Tag {
    AreaA = b'A',
    AreaB = b'B',
    Comment = b'*',
    Page = b'/',
    Debug = b'D',
    Continued = b'-',
    Directive = b'$',
    Free = b' ',
    /// Text that is no COBOL.
    Other = b'"',
}

/// Takes the lines of one side.
pub struct Taker<'s> {
    sayings: &'s mut Sayings,
    side: Side,
    format: SourceFormat,
    rules: Rules,
    print: blake3::Hasher,
    /// Digests that are not in `print` yet: it takes many at once.
    digests: Vec<u8>,
    said: Vec<u8>,
}

impl<'s> Taker<'s> {
    /// For a source of this format.
    pub fn new(format: SourceFormat, rules: Rules, sayings: &'s mut Sayings) -> Self {
        let (print, side) = (blake3::Hasher::new(), Side::default());
        Self { sayings, side, format, rules, print, digests: Vec::new(), said: Vec::new() }
    }

    /// Takes the next line, in UTF-8 and without its ending.
    ///
    /// # Errors
    /// If there are too many.
    pub fn line(&mut self, line: &[u8]) -> Result<(), TooMany> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        self.side.total = self.side.total.saturating_add(1);
        if self.side.total > MOST_LINES {
            return Err(TooMany);
        }
        self.said.clear();
        let Some(tag) = self.say(line) else { return Ok(()) };
        let comment = matches!(tag, Tag::Comment | Tag::Page);
        if comment && self.rules.no_comments {
            return Ok(());
        }
        let digest = blake3::hash(&self.said);
        let short = digest.as_bytes().first_chunk::<16>().copied().unwrap_or_default();
        self.digests.extend_from_slice(&short);
        if self.digests.len() >= 16 << 10 {
            self.print.update(&self.digests);
            self.digests.clear();
        }
        self.side.tokens.push(self.sayings.0.intern(short));
        self.side.lines.push(self.side.total | if comment { COMMENT } else { 0 });
        Ok(())
    }

    /// The lines that count.
    pub fn finish(mut self) -> Side {
        self.print.update(&self.digests);
        let print = self.print.finalize();
        self.side.print = print.as_bytes().first_chunk::<16>().copied().unwrap_or_default();
        self.side
    }

    /// Puts what a line says into `said`; `None` if it does not count.
    fn say(&mut self, line: &[u8]) -> Option<Tag> {
        match self.format {
            SourceFormat::NotCobol => self.other(line),
            SourceFormat::Free => self.free(line),
            SourceFormat::Fixed => self.fixed(line, MARGIN),
            SourceFormat::Variable => self.fixed(line, usize::MAX),
            SourceFormat::Listing(mut cards) => {
                let card = cards.take(line);
                self.format = SourceFormat::Listing(cards);
                // What the compiler prints beside a card is not on it.
                let card = columns(card?.of(line), 0, 80);
                if cards.is_free() { self.free(card) } else { self.fixed(card, MARGIN) }
            }
        }
    }

    /// In other text every blank may count, but for those at the end.
    fn other(&mut self, line: &[u8]) -> Option<Tag> {
        let text = line.trim_ascii_end();
        if text.is_empty() && !self.rules.blanks {
            return None;
        }
        self.said.push(Tag::Other as u8);
        self.said.extend_from_slice(text);
        Some(Tag::Other)
    }

    fn free(&mut self, line: &[u8]) -> Option<Tag> {
        let text = line.trim_ascii();
        self.follow(text);
        let tag = if text.starts_with(b"*>") { Tag::Comment } else { Tag::Free };
        self.put(tag, line, text)
    }

    fn fixed(&mut self, line: &[u8], margin: usize) -> Option<Tag> {
        let m = measure(line, margin);
        let before = columns(line, 0, m.code_to);
        let whole = before.trim_ascii_start();
        // These may begin in the sequence area.
        if before.len() - whole.len() < 6
            && begins_whole(whole)
            && (whole.starts_with(b">>") || whole.starts_with(b"*>") || is_card(whole))
        {
            self.follow(whole);
            let tag = if whole.starts_with(b"*>") { Tag::Comment } else { Tag::Directive };
            return self.put(tag, whole, whole.trim_ascii_end());
        }
        let mark = if m.tabbed || m.code_at < 7 { None } else { before.get(m.code_at - 1) };
        let code = columns(before, m.code_at, before.len());
        let text = code.trim_ascii();
        self.follow(text);
        let tag = match mark.unwrap_or(&b' ') {
            b'*' if is_star_control(columns(before, m.code_at - 1, before.len())) => Tag::Directive,
            b'*' => Tag::Comment,
            b'/' => Tag::Page,
            b'D' | b'd' => Tag::Debug,
            b'-' => Tag::Continued,
            b'$' | b'#' => Tag::Directive,
            _ if text.starts_with(b"*>") => Tag::Comment,
            _ if before.len() - code.trim_ascii_start().len() < m.a_to => Tag::AreaA,
            _ => Tag::AreaB,
        };
        let tag = self.put(tag, code, text)?;
        if self.rules.sequence {
            let number = columns(line, 0, m.code_at.saturating_sub(usize::from(!m.tabbed)));
            for area in [number.trim_ascii_end(), columns(line, m.code_to, line.len()).trim_ascii_end()] {
                self.said.push(0);
                self.said.extend_from_slice(area);
            }
        }
        Some(tag)
    }

    /// A directive may change the format from here on.
    fn follow(&mut self, text: &[u8]) {
        if text.starts_with(b">>") || text.starts_with(b"$") {
            self.format = self.format.changed_to(switched(text));
        }
    }

    /// What the code of a line says, where `text` is that without the blanks around it.
    fn put(&mut self, tag: Tag, code: &[u8], text: &[u8]) -> Option<Tag> {
        let is_code = matches!(tag, Tag::AreaA | Tag::AreaB | Tag::Free | Tag::Debug);
        if text.is_empty() && is_code && !self.rules.blanks {
            return None;
        }
        self.said.push(tag as u8);
        if self.rules.blanks {
            self.said.extend_from_slice(code.trim_ascii_end());
        } else {
            squeeze(text, matches!(tag, Tag::Comment | Tag::Page), &mut self.said);
        }
        Some(tag)
    }
}

/// Whether a line may begin in its sequence area, by its first letter.
fn begins_whole(text: &[u8]) -> bool {
    matches!(text.first(), Some(b'>' | b'*' | b'C' | b'c' | b'P' | b'p' | b'-' | b'+'))
}

/// Appends `text` with one blank where there are several, but for those in literals; in a comment a quote begins none.
fn squeeze(text: &[u8], comment: bool, out: &mut Vec<u8>) {
    // Most lines have no blanks to leave out.
    if memchr::memmem::find(text, b"  ").is_none() && !text.contains(&b'\t') {
        return out.extend_from_slice(text);
    }
    let mut quote = None;
    let mut blank = false;
    for byte in text {
        if quote == Some(*byte) {
            quote = None;
        } else if quote.is_none() {
            if matches!(byte, b' ' | b'\t') {
                if !blank {
                    out.push(b' ');
                }
                blank = true;
                continue;
            }
            quote = Some(*byte).filter(|b| !comment && matches!(b, b'\'' | b'"'));
        }
        blank = false;
        out.push(*byte);
    }
}
