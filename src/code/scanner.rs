//! The structural scan: one pass over the bytes of a source, at the speed of memory for the lines that hold nothing, which
//! most are. Sees the first words of lines only; a parse sees the rest. So a CALL behind an IF on one line is not seen.

mod ahead;
mod block;
mod lines;
mod quiet;
mod select;
mod statement;
mod text;

use super::conditions::Conditions;
use super::format::{areas, columns};
use super::mask::switched;
use super::model::{SourceFormat, SymbolKind};
use super::outline::Outline;
use super::tree::{Place, Tree};
use super::words::{DIVISIONS, SECTIONS, word};
use crate::base::ByteOffset;
use crate::source::ChunkSink;
use block::Block;
use quiet::{Wanted, begins_card, cut, only_name};
use select::Select;
use text::{TrimDot, is, name_of, split_word, trimmed_start, without_comment};

/// Which division the scan is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Division {
    /// None yet: it may be a copybook.
    None,
    Identification,
    Environment,
    Data,
    Procedure,
}

/// A name that is due on the next line of code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    Program,
    /// Of a data item with this level.
    Data(u8),
    File,
    Copy,
    Call,
    Perform,
    Goto,
}

/// Takes the bytes of a source in order and gives its outline in the end.
#[derive(Debug)]
pub struct Scanner {
    format: SourceFormat,
    tree: Tree,
    /// The line being read: its number from 1, where it begins, and its start if a chunk cut it.
    line: u32,
    offset: u64,
    carry: Vec<u8>,
    /// Bytes taken.
    taken: u64,
    division: Division,
    due: Option<(Due, Place)>,
    /// An EXEC block that has not ended.
    exec: Option<Block>,
    /// The memory of the name of the last one.
    spare: Vec<u8>,
    /// The entry of a file that has not ended.
    select: Option<Select>,
    /// Statements that name others are of interest too.
    statements: bool,
    conditions: Conditions,
    /// Lines here are left out by conditional compilation.
    skips: bool,
    /// Free format: the last sentence has ended, so a name may begin a paragraph.
    sentence_ended: bool,
}

impl Scanner {
    /// For a source of this format (anything that is not free is read as fixed).
    pub fn new(format: SourceFormat) -> Self {
        Self::with_limit(format, usize::MAX)
    }

    /// The same, and CALL, PERFORM, GO TO and EXEC with what they name, where they begin a line.
    #[must_use]
    pub fn with_statements(self) -> Self {
        Self { statements: true, ..self }
    }

    /// With room for this many symbols only.
    pub(super) fn with_limit(format: SourceFormat, limit: usize) -> Self {
        Self {
            format,
            tree: Tree::new(limit),
            line: 1,
            offset: 0,
            carry: Vec::new(),
            taken: 0,
            division: Division::None,
            due: None,
            exec: None,
            spare: Vec::new(),
            select: None,
            statements: false,
            conditions: Conditions::default(),
            skips: false,
            sentence_ended: true,
        }
    }

    /// The outline of all that was taken.
    pub fn finish(mut self) -> Outline {
        self.last_line(&mut |_, _, _| {});
        let lines = u64::from(self.line) - 1;
        self.leave_block();
        self.leave_select();
        self.tree.finish(lines)
    }

    /// The outline of a text in memory.
    pub fn outline(text: &[u8], format: SourceFormat) -> Outline {
        let mut scanner = Self::new(format);
        scanner.chunk(ByteOffset(0), text);
        scanner.finish()
    }

    fn place(&self) -> Place {
        Place { line: self.line, offset: self.offset }
    }

    /// What the next line may hold, if there are lines that hold nothing: those change nothing, so the same holds of all that
    /// follow up to one that does.
    #[inline]
    fn quiet(&self) -> Option<Wanted> {
        let areas = match self.format {
            SourceFormat::Fixed => true,
            SourceFormat::Listing(cards) => !cards.is_free(),
            _ => false,
        };
        (areas && self.due.is_none() && !self.skips).then(|| self.wanted())
    }

    /// What the next line may hold.
    #[inline]
    fn wanted(&self) -> Wanted {
        match &self.exec {
            // Entries of files have several lines, and there are few lines here.
            None if self.division == Division::Environment || self.select.is_some() => Wanted::All,
            None if self.statements => Wanted::Statements,
            None => Wanted::Structure,
            Some(block) if self.statements && !block.is_named() => Wanted::All,
            Some(_) => Wanted::End,
        }
    }

    /// A line that may hold something.
    fn look(&mut self, line: &[u8]) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let (code, in_a) = if self.format.is_free() {
            (line, true)
        } else {
            // Cards of library managers and directives may begin in column 1.
            if begins_card(line.first()) {
                if let Some(member) = line.strip_prefix(b"-INC ").or_else(|| line.strip_prefix(b"++INCLUDE "))
                {
                    return self.copy(member.trim_ascii_start());
                }
                if line.starts_with(b">>") {
                    return self.directive(columns(line, 0, 72));
                }
            }
            let (indicator, code, in_a) = cut(line);
            if matches!(indicator, b'*' | b'/' | b'-' | b'D' | b'd' | b'$') {
                return;
            }
            (code, in_a)
        };
        // Blanks at the end make no difference to what follows.
        let text = trimmed_start(code);
        match text {
            [] | [b'*', ..] => return,
            [b'>', b'>', ..] => return self.directive(text.trim_ascii_end()),
            _ => {}
        }
        if self.exec.is_some() && !self.in_exec(text, in_a) {
            self.end_sentence(text);
            return;
        }
        if self.select.is_some() && self.in_select(text) {
            self.end_sentence(text);
            return;
        }
        if self.due.is_some()
            && let Some((due, place)) = self.due.take()
            && self.settle(due, place, text)
        {
            self.end_sentence(text);
            return;
        }
        if in_a && self.area_a(text) {
            self.end_sentence(text);
            return;
        }
        self.statement(text);
        self.end_sentence(text);
    }

    /// The name of a paragraph alone on a line of fixed format, as most lines are that hold something: told at once by what
    /// [`Self::look`] looks at one after the other. False if it may be anything else.
    #[inline]
    fn label(&mut self, line: &[u8]) -> bool {
        if self.division != Division::Procedure || self.exec.is_some() || self.select.is_some() {
            return false;
        }
        let Some((name, after)) = only_name(line) else { return false };
        let is_label = self.is_paragraph(name, after);
        if is_label {
            self.tree.add(SymbolKind::Paragraph, 0, name, self.place());
        }
        is_label
    }

    /// A line that is left out: what follows may be no more.
    fn skip(&mut self, line: &[u8]) {
        let code = if self.format.is_free() { line } else { areas(line).code };
        let texts = [columns(line, 0, 72), code].map(<[u8]>::trim_ascii);
        if let Some(text) = texts.into_iter().find(|t| t.starts_with(b">>")) {
            self.directive(text);
        }
    }

    /// `>>IF` may leave lines out, and `>>SOURCE FORMAT` changes the format from here on.
    #[cold]
    fn directive(&mut self, text: &[u8]) {
        let decided = self.conditions.take(text);
        self.skips = self.conditions.skips();
        if decided {
            return;
        }
        if let Some(format) = switched(text) {
            self.format = self.format.changed_to(Some(format));
            self.tree.format(self.offset, self.format);
        }
    }

    /// Remembers whether a sentence ends with this line, as far as free format needs it.
    fn end_sentence(&mut self, text: &[u8]) {
        if self.format.is_free() {
            self.sentence_ended = without_comment(text).trim_ascii_end().ends_with(b".");
        }
    }

    /// A name that an earlier line left due. False if the line does not begin with one.
    fn settle(&mut self, due: Due, place: Place, text: &[u8]) -> bool {
        let name = name_of(text);
        match due {
            Due::Program => {
                self.tree.name_program(name, place);
            }
            Due::Copy => self.tree.add(SymbolKind::Copy, 0, name, place),
            Due::File => self.tree.add(SymbolKind::File, 0, name, place),
            Due::Call => self.tree.add(SymbolKind::Call, 0, name, place),
            Due::Perform | Due::Goto if word(name).is_some() || name.is_empty() => return false,
            // A label is where it is named.
            Due::Perform => self.tree.add(SymbolKind::Perform, 0, name, self.place()),
            Due::Goto => self.labels(text, self.place()),
            Due::Data(level) if word(name).is_none() => {
                self.tree.add(SymbolKind::Data, level, name, place);
                self.copy_in(split_word(text).1);
            }
            Due::Data(level) => {
                self.tree.add(SymbolKind::Data, level, b"FILLER", place);
                return false;
            }
        }
        true
    }

    /// What can begin in area A. True if it did.
    fn area_a(&mut self, text: &[u8]) -> bool {
        let (first, rest) = split_word(text);
        // No header begins with the level of an item.
        if self.division == Division::Data && matches!(first, b"01" | b"77") {
            return self.data(first, rest);
        }
        if self.division == Division::Procedure && rest.first() == Some(&b'.') {
            if self.is_paragraph(first, rest) {
                self.paragraph(first, rest);
                return true;
            }
        } else {
            let (second, after) = split_word(rest);
            // Few words follow the first of a header.
            match second.first() {
                Some(b'D' | b'd') if is(second, b"DIVISION") && is_division(first) => {
                    self.division(first);
                    return true;
                }
                Some(b'S' | b's')
                    if is(second, b"SECTION") && !names_program(first) && self.may_be_section(first) =>
                {
                    self.tree.add(SymbolKind::Section, 0, first, self.place());
                    return true;
                }
                Some(b'P' | b'p' | b'F' | b'f' | b'C' | b'c')
                    if is(first, b"END")
                        && (is(second, b"PROGRAM") || is(second, b"FUNCTION") || is(second, b"CLASS")) =>
                {
                    self.tree.end_program(name_of(after), self.line);
                    self.division = Division::None;
                    return true;
                }
                _ => {}
            }
        }
        if names_program(first) {
            self.program_id(rest);
            return true;
        }
        if matches!(self.division, Division::Data | Division::None) && self.data(first, rest) {
            return true;
        }
        if matches!(self.division, Division::Procedure | Division::None) && self.is_paragraph(first, rest) {
            self.paragraph(first, rest);
            return true;
        }
        if let Some(member) = text.strip_prefix(b"++INCLUDE ") {
            self.copy(member.trim_ascii_start());
            return true;
        }
        false
    }

    /// The name of a paragraph; a statement may follow on the same line.
    fn paragraph(&mut self, name: &[u8], rest: &[u8]) {
        self.tree.add(SymbolKind::Paragraph, 0, name, self.place());
        let rest = trimmed_start(trimmed_start(rest).trim_prefix_dot());
        if !rest.is_empty() {
            self.statement(rest);
        }
    }

    /// The header of a division. That of the first begins a program.
    fn division(&mut self, name: &[u8]) {
        let place = self.place();
        self.division = if is(name, b"ENVIRONMENT") {
            Division::Environment
        } else if is(name, b"DATA") {
            Division::Data
        } else if is(name, b"PROCEDURE") {
            Division::Procedure
        } else {
            self.tree.add(SymbolKind::Program, 0, b"", place);
            Division::Identification
        };
        self.tree.add(SymbolKind::Division, 0, name, place);
    }

    /// PROGRAM-ID, with or without its period, the name quoted or on the next line.
    fn program_id(&mut self, rest: &[u8]) {
        let place = self.place();
        let name = name_of(rest.trim_ascii_start().trim_prefix_dot());
        if !self.tree.name_program(name, place) {
            self.tree.add(SymbolKind::Program, 0, name, place);
            self.division = Division::Identification;
            self.tree.name_program(name, place);
        }
        if name.is_empty() {
            self.due = Some((Due::Program, place));
        }
    }

    /// FD, SD and items of level 01 and 77. False if it is none of them.
    fn data(&mut self, first: &[u8], rest: &[u8]) -> bool {
        let due = match first {
            b"01" | b"1" => Due::Data(1),
            b"77" => Due::Data(77),
            [b'F' | b'f' | b'S' | b's', b'D' | b'd'] => Due::File,
            _ => return false,
        };
        let (place, (name, after)) = (self.place(), split_word(rest));
        let name = if name.is_empty() { name_of(rest) } else { name };
        if name.is_empty() && !rest.trim_ascii().starts_with(b".") {
            self.due = Some((due, place));
            return true;
        }
        match due {
            Due::Data(level) if name.is_empty() || word(name).is_some() => {
                self.tree.add(SymbolKind::Data, level, b"FILLER", place);
                self.copy_in(rest);
            }
            Due::Data(level) => {
                self.tree.add(SymbolKind::Data, level, name, place);
                self.copy_in(after);
            }
            _ => {
                self.tree.add(SymbolKind::File, 0, name, place);
                self.copy_in(after);
            }
        }
        true
    }

    /// Words of the language name some sections of the language, and none of the programmer's.
    fn may_be_section(&self, name: &[u8]) -> bool {
        !name.is_empty()
            && (SECTIONS.iter().any(|own| is(name, own)) || (word(name).is_none() && self.sentence_ended))
    }

    /// A name of the programmer's alone before a period.
    fn is_paragraph(&self, name: &[u8], rest: &[u8]) -> bool {
        trimmed_start(rest).starts_with(b".")
            && self.sentence_ended
            && !name.is_empty()
            && !name.starts_with(b"-")
            && !name.ends_with(b"-")
            && word(name).is_none()
    }
}

fn names_program(word: &[u8]) -> bool {
    matches!(word.last(), Some(b'D' | b'd'))
        && (is(word, b"PROGRAM-ID") || is(word, b"FUNCTION-ID") || is(word, b"CLASS-ID"))
}

fn is_division(name: &[u8]) -> bool {
    is(name, b"ID") || DIVISIONS.iter().any(|division| is(name, division))
}

#[cfg(test)]
mod tests;
