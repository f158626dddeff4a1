//! What an EXEC block is about, read line by line: its language, its command, and the first program, map, file, table or the
//! like that it names, as the parse calls it. Knows words, not what they mean to the program.

use super::text::{is, name_of};
use crate::code::format::columns;
use crate::code::tree::Place;
use crate::code::words::{is_word_byte, word_length};

/// Options of commands whose arguments say what the command is about.
const OPTIONS: [&[u8]; 14] = [
    b"PROGRAM",
    b"MAP",
    b"MAPSET",
    b"FILE",
    b"DATASET",
    b"TRANSID",
    b"TRANSACTION",
    b"QUEUE",
    b"QNAME",
    b"TDQUEUE",
    b"TSQUEUE",
    b"LABEL",
    b"SEGMENT",
    b"SEGMENTS",
];
/// Words of SQL before a table.
const TABLES: [&[u8]; 5] = [b"FROM", b"JOIN", b"INTO", b"UPDATE", b"TABLE"];
/// Words of SQL before a cursor, or what is declared.
const CURSORS: [&[u8]; 4] = [b"OPEN", b"CLOSE", b"FETCH", b"DECLARE"];
/// Words that may stand between these and a name.
const BETWEEN: [&[u8]; 18] = [
    b"ONLY",
    b"FINAL",
    b"OLD",
    b"NEW",
    b"LATERAL",
    b"FROM",
    b"NEXT",
    b"PRIOR",
    b"FIRST",
    b"LAST",
    b"ABSOLUTE",
    b"RELATIVE",
    b"CURRENT",
    b"ROWSET",
    b"SENSITIVE",
    b"INSENSITIVE",
    b"GLOBAL",
    b"TO",
];
/// Words of SQL that are no names.
const RESERVED: [&[u8]; 12] = [
    b"SELECT",
    b"OF",
    b"SET",
    b"SECTION",
    b"WITH",
    b"BEFORE",
    b"AFTER",
    b"STARTING",
    b"FOR",
    b"WHERE",
    b"VALUES",
    b"END-EXEC",
];
/// Most bytes of a name, as far as an outline keeps them.
const LONGEST: usize = 255;

/// What the next name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Language,
    Command,
    /// Nothing that is looked for.
    Other,
    /// The argument of an option that was named, if a bracket follows.
    Option,
    /// What the block is about.
    About,
}

/// A block that is being read.
#[derive(Debug)]
pub(super) struct Block {
    /// Where it begins.
    pub place: Place,
    /// Its language, its command and what it is about.
    name: Vec<u8>,
    next: Next,
    sql: bool,
    /// A command whose options name labels.
    handle: bool,
    found: bool,
    /// Its symbol is there.
    pub told: bool,
}

/// Whether a word is one of these, most of which begin with other letters.
#[inline]
fn among(words: &[&[u8]], word: &[u8]) -> bool {
    let first = word.first().copied().unwrap_or_default() & 0xDF;
    words.iter().any(|w| w.first() == Some(&first) && is(word, w))
}

impl Block {
    /// A block that begins there; its name takes the memory of another.
    pub fn new(place: Place, mut name: Vec<u8>) -> Self {
        name.clear();
        Self { place, name, next: Next::Language, sql: false, handle: false, found: false, told: false }
    }

    /// What it is called so far, in the words of [`Whole`](crate::code::Whole).
    pub fn name(&self) -> &[u8] {
        &self.name
    }

    /// The memory of its name.
    pub fn into_name(self) -> Vec<u8> {
        self.name
    }

    /// All of the name is known.
    pub fn is_named(&self) -> bool {
        self.found
    }

    /// Takes what is on a line of it.
    pub fn take(&mut self, text: &[u8]) {
        let mut rest = text;
        while let Some(first) = rest.first().filter(|_| !self.found) {
            let length = match first {
                // Most are words; a hyphen may begin a comment.
                byte if is_word_byte(*byte) && *byte != b'-' => self.take_word(rest),
                b' ' => rest.iter().take_while(|b| **b == b' ').count(),
                b'\'' | b'"' => {
                    let literal = name_of(rest);
                    self.named(literal);
                    literal.len() + 2
                }
                b'-' if self.sql && rest.starts_with(b"--") => return,
                b'-' => self.take_word(rest),
                b':' => {
                    // A variable, which may stand where a table does.
                    self.next = if self.next == Next::Option { Next::Option } else { Next::Other };
                    let blanks = columns(rest, 1, rest.len()).iter().take_while(|b| **b == b' ').count();
                    1 + blanks + word_length(columns(rest, 1 + blanks, rest.len()))
                }
                b'(' => {
                    self.next = if self.next == Next::Option { Next::About } else { Next::Other };
                    1
                }
                _ => {
                    if self.next != Next::Language && self.next != Next::Command {
                        self.next = Next::Other;
                    }
                    1
                }
            };
            rest = columns(rest, length, rest.len());
        }
    }

    /// Takes the word that a text begins with, a table with its schema, and gives its length.
    fn take_word(&mut self, text: &[u8]) -> usize {
        let mut length = word_length(text);
        while self.sql && text.get(length) == Some(&b'.') {
            let more = word_length(columns(text, length + 1, text.len()));
            if more == 0 {
                break;
            }
            length += 1 + more;
        }
        self.word(columns(text, 0, length));
        length
    }

    fn word(&mut self, word: &[u8]) {
        match self.next {
            Next::Language => {
                self.sql = is(word, b"SQL");
                if self.sql || is(word, b"CICS") || is(word, b"DLI") {
                    self.push(word);
                    self.name.make_ascii_uppercase();
                }
                self.next = Next::Command;
                return;
            }
            Next::Command if is(word, b"END-EXEC") => return,
            Next::Command => {
                self.push(word);
                self.handle = is(word, b"HANDLE");
                self.next = Next::Other;
            }
            Next::About if !self.sql || !(among(&BETWEEN, word) || among(&RESERVED, word)) => {
                return self.named(word);
            }
            Next::About if among(&RESERVED, word) => self.next = Next::Other,
            Next::Option if !self.sql => self.next = Next::Other,
            _ => {}
        }
        if self.sql && (among(&TABLES, word) || among(&CURSORS, word) || is(word, b"GO") || is(word, b"GOTO"))
        {
            self.next = Next::About;
        } else if !self.sql && (among(&OPTIONS, word) || self.handle) {
            self.next = Next::Option;
        }
    }

    /// What the block is about, if it was due.
    fn named(&mut self, name: &[u8]) {
        if self.next == Next::About {
            self.push(name);
            self.found = true;
        }
    }

    fn push(&mut self, word: &[u8]) {
        if !self.name.is_empty() {
            self.name.push(b' ');
        }
        self.name.extend_from_slice(columns(word, 0, LONGEST));
    }
}
