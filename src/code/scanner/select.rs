//! The entry of a file in FILE-CONTROL, from its SELECT to its period, which may be some lines later.

use super::text::{is, split_word, without_comment};
use super::{Division, Scanner, is_division};
use crate::code::assign::assigned;
use crate::code::format::columns;
use crate::code::lex::literal_value;
use crate::code::tree::Place;

/// Longest entry, in bytes of code: what goes on is no entry any more.
const LONGEST: usize = 2048;

/// An entry that is being read.
#[derive(Debug)]
pub(super) struct Select {
    place: Place,
    /// Its last line so far.
    line: u32,
    /// What is behind SELECT, in one line.
    text: Vec<u8>,
}

impl Scanner {
    /// Whether SELECT begins an entry here.
    pub(super) fn may_select(&self) -> bool {
        matches!(self.division, Division::None | Division::Environment)
    }

    /// SELECT, of which `rest` follows.
    pub(super) fn select(&mut self, rest: &[u8]) {
        self.leave_select();
        let place = self.place();
        self.go_on_selecting(Select { place, line: place.line, text: Vec::new() }, rest);
    }

    /// A line behind the first of an entry. False if it is not one after all: something else begins with it.
    pub(super) fn in_select(&mut self, text: &[u8]) -> bool {
        const OTHERS: [&[u8]; 7] = [b"SELECT", b"COPY", b"EXEC", b"I-O-CONTROL", b"FD", b"SD", b"PROGRAM-ID"];
        let (first, rest) = split_word(text);
        let second = split_word(rest).0;
        let header = is(second, b"SECTION") || (is(second, b"DIVISION") && is_division(first));
        if header || text.starts_with(b"++") || OTHERS.iter().any(|word| is(first, word)) {
            self.leave_select();
            return false;
        }
        if let Some(select) = self.select.take() {
            self.go_on_selecting(select, text);
        }
        true
    }

    fn go_on_selecting(&mut self, mut select: Select, text: &[u8]) {
        let code = without_comment(text).trim_ascii();
        select.line = self.line;
        select.text.push(b' ');
        select.text.extend_from_slice(columns(code, 0, LONGEST));
        let ended = code.ends_with(b".") || select.text.len() >= LONGEST;
        self.select = Some(select);
        if ended {
            self.leave_select();
        }
    }

    /// The entry has ended.
    pub(super) fn leave_select(&mut self) {
        let Some(Select { place, line, text }) = self.select.take() else { return };
        let mut rest = text.as_slice();
        let name = loop {
            let (word, after) = split_word(rest);
            if !is(word, b"OPTIONAL") && !is(word, b"NOT") {
                break word;
            }
            rest = after;
        };
        if !name.is_empty() {
            let assigned = assigned(&text).map(|token| literal_value(&text, &token));
            self.tree.select(name, assigned.as_deref().unwrap_or_default(), place);
            self.tree.ends_with(line);
        }
    }
}

#[cfg(test)]
mod tests;
