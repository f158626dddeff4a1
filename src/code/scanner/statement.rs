//! Statements of interest: COPY, ENTRY, EXEC blocks, and what names others. Where names are on the next line they are left due.

use super::block::Block;
use super::text::{TrimDot, after_word, ends_exec, is, name_of, split_word};
use super::{Division, Due, Scanner, is_division};
use crate::code::model::SymbolKind;
use crate::code::tree::Place;
use crate::code::words::word;

/// Words that may follow PERFORM where it names nobody.
const WORDS_OF_PERFORM: [&[u8]; 5] = [b"UNTIL", b"VARYING", b"WITH", b"TEST", b"FOREVER"];

impl Scanner {
    /// What can begin a statement and is of interest.
    pub(super) fn statement(&mut self, text: &[u8]) {
        let (first, rest) = split_word(text);
        // All others begin with other letters.
        match first.first().map(u8::to_ascii_uppercase) {
            Some(b'C') if is(first, b"COPY") => self.copy(rest),
            Some(b'E') if is(first, b"EXEC") || is(first, b"EXECUTE") => self.exec(rest),
            Some(b'E') if is(first, b"ENTRY") && self.division == Division::Procedure => {
                let name = name_of(rest);
                if !name.is_empty() {
                    self.tree.add(SymbolKind::Entry, 0, name, self.place());
                }
            }
            Some(b'S') if is(first, b"SELECT") && self.may_select() => self.select(rest),
            Some(b'F') if is(first, b"FILE-CONTROL") && self.may_select() => {
                // An entry may follow on the same line.
                let (first, rest) = split_word(rest.trim_ascii_start().trim_prefix_dot());
                if is(first, b"SELECT") {
                    self.select(rest);
                }
            }
            Some(b'C' | b'P' | b'G') if self.statements => self.reference(first, rest),
            _ => {}
        }
    }

    /// EXEC, of which `rest` follows.
    fn exec(&mut self, rest: &[u8]) {
        let mut block = Block::new(self.place(), std::mem::take(&mut self.spare));
        if self.statements {
            block.take(rest);
        }
        let (verb, operand) = split_word(split_word(rest).1);
        self.include(&mut block, is(verb, b"INCLUDE").then_some(operand));
        self.go_on_with(block, ends_exec(rest));
    }

    /// A statement that names others, of which `rest` follows; where the names stand on the next line they are due.
    fn reference(&mut self, verb: &[u8], rest: &[u8]) {
        let place = self.place();
        let due = |due| rest.trim_ascii().is_empty().then_some((due, place));
        if is(verb, b"CALL") {
            match name_of(rest) {
                b"" => self.due = due(Due::Call),
                name => self.tree.add(SymbolKind::Call, 0, name, place),
            }
        } else if is(verb, b"PERFORM") {
            let (name, after) = split_word(rest);
            if name.is_empty() {
                self.due = due(Due::Perform);
            } else if !(WORDS_OF_PERFORM.iter().any(|w| is(name, w))
                || is(split_word(after).0, b"TIMES")
                || after.trim_ascii_start().starts_with(b"("))
            {
                self.tree.add(SymbolKind::Perform, 0, name, place);
            }
        } else if is(verb, b"GO") {
            let (to, after) = split_word(rest);
            let rest = if is(to, b"TO") { after } else { rest };
            if rest.trim_ascii().is_empty() {
                self.due = Some((Due::Goto, place));
            } else {
                self.labels(rest, place);
            }
        }
    }

    /// The labels that a GO TO names.
    pub(super) fn labels(&mut self, text: &[u8], place: Place) {
        let mut rest = text;
        loop {
            let (name, after) = split_word(rest);
            if name.is_empty() || word(name).is_some() {
                break;
            }
            self.tree.add(SymbolKind::Goto, 0, name, place);
            rest = after.strip_prefix(b",").unwrap_or(after);
        }
    }

    /// COPY, of which `rest` follows.
    pub(super) fn copy(&mut self, rest: &[u8]) {
        let (name, place) = (name_of(rest), self.place());
        if name.is_empty() {
            self.due = Some((Due::Copy, place));
        } else {
            self.tree.add(SymbolKind::Copy, 0, name, place);
        }
    }

    /// COPY somewhere in what follows the name of an item.
    pub(super) fn copy_in(&mut self, rest: &[u8]) {
        if let Some(after) = after_word(rest, b"COPY") {
            self.copy(after);
        }
    }

    /// A line inside an EXEC block. True if it is not one after all: the header of a division ends any block.
    pub(super) fn in_exec(&mut self, text: &[u8], in_a: bool) -> bool {
        let (first, rest) = split_word(text);
        if in_a && is_division(first) && is(split_word(rest).0, b"DIVISION") {
            self.leave_block();
            return true;
        }
        let (includes, ends) = (is(first, b"INCLUDE"), ends_exec(text));
        if !self.statements && !includes && !ends {
            return false;
        }
        if let Some(mut block) = self.exec.take() {
            if self.statements {
                block.take(text);
            }
            self.include(&mut block, includes.then_some(rest));
            self.go_on_with(block, ends);
        }
        false
    }

    /// A block that nothing ended.
    pub(super) fn leave_block(&mut self) {
        if let Some(mut block) = self.exec.take() {
            self.tell(&mut block);
            self.tree.problem(block.place.line, 12, "EXEC without END-EXEC");
        }
    }

    /// Goes on with a block, unless it ends with this line.
    fn go_on_with(&mut self, mut block: Block, ends: bool) {
        if !ends {
            self.exec = Some(block);
            return;
        }
        if self.tell(&mut block) {
            self.tree.ends_with(self.line);
        }
        self.spare = block.into_name();
    }

    /// Puts a member in if the block names one.
    fn include(&mut self, block: &mut Block, member: Option<&[u8]>) {
        if let Some(member) = member {
            self.tell(block);
            self.copy(member);
        }
    }

    /// Adds the symbol of a block once. True if it is the last one now.
    fn tell(&mut self, block: &mut Block) -> bool {
        let new = self.statements && !std::mem::replace(&mut block.told, true);
        if new {
            self.tree.add(SymbolKind::Exec, 0, block.name(), block.place);
        }
        new
    }
}
