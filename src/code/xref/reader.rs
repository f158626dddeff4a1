//! Reads the tokens of a source in order: which division and entry they belong to, where statements begin and end. Hands
//! entries and statements to the builder and knows nothing of what is in them.
//!
//! A statement is what stands between its verb and the next verb, scope end, ELSE or period. The parser's statements are
//! cut the same way and can come in their place.

use super::builder::{Builder, How, Want};
use super::data::Entries;
use super::live::Live;
use super::model::{Access, At, NONE, Space, Unit};
use super::names::{Name, Names};
use super::tok::Tok;
use super::words::{Class, Kw};
use crate::base::num::to_usize;
use crate::code::copybook::Expanded;
use crate::code::lex::TokenKind;
use std::mem;
use std::sync::Arc;

/// Most tokens of one entry or statement: what is longer is cut into pieces.
pub(super) const LONGEST: usize = 1 << 16;
/// Programs that are open at once. More follow each other without END PROGRAM, and are no nest.
const NESTED: usize = 32;

/// Where in a program the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Before any header: it may be a copybook.
    Start,
    Identification,
    /// The ENVIRONMENT DIVISION, in this paragraph.
    Environment(Kw),
    Data,
    /// The header of the PROCEDURE DIVISION.
    Header,
    Procedure,
}

/// What is passed over to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pass {
    Nothing,
    /// COPY or REPLACE, to its period; inside pseudo-text or not.
    Copy(bool),
    /// EXEC, to END-EXEC.
    Exec,
}

/// Reads tokens.
#[derive(Debug)]
pub struct Reader {
    pub(super) builder: Builder,
    part: Part,
    pass: Pass,
    entries: Entries,
    pub(super) live: Live,
    /// The tokens of the entry or statement that is open, without its verb.
    pub(super) open: Vec<Tok>,
    pub(super) verb: Kw,
    /// The verb of the last statement, if nothing is inside of it.
    pub(super) plain: Kw,
    /// The tokens of the EXEC block that is open.
    block: Vec<Tok>,
    /// A name that is a header if the next token says so.
    pub(super) head: Option<Tok>,
    /// A period was the last of the sentence: a header may begin.
    pub(super) ended: bool,
    /// What the next name is of: PROGRAM-ID or END PROGRAM.
    due: Option<Kw>,
    /// Programs that have not ended, outermost first.
    programs: Vec<u32>,
    debugging: bool,
    /// Units that are complete.
    done: Vec<Unit>,
}

impl Reader {
    /// At the start of a source.
    pub fn new(want: Want) -> Self {
        Self {
            builder: Builder::new(want),
            part: Part::Start,
            pass: Pass::Nothing,
            entries: Entries::default(),
            live: Live::new(),
            open: Vec::new(),
            verb: Kw::None,
            plain: Kw::None,
            block: Vec::new(),
            head: None,
            ended: true,
            due: None,
            programs: Vec::new(),
            debugging: false,
            done: Vec::new(),
        }
    }

    /// The text is one with copybooks put in.
    pub fn expanded(&mut self, expanded: Arc<Expanded>) {
        self.builder.unit.expanded = Some(expanded);
    }

    /// The units that are complete by now.
    pub fn complete(&mut self) -> Vec<Unit> {
        mem::take(&mut self.done)
    }

    /// The source has ended.
    pub fn finish(&mut self) -> Vec<Unit> {
        self.end_unit();
        self.complete()
    }

    /// The words of the unit that is open.
    pub fn names(&mut self) -> &mut Names {
        &mut self.builder.unit.names
    }

    /// Whether lines for debugging are code.
    pub fn takes_debugging(&self) -> bool {
        self.debugging
    }

    /// The next token.
    pub fn token(&mut self, tok: Tok) {
        let class = self.builder.unit.names.class(tok.word);
        let class = if tok.kind == TokenKind::Word { class } else { NOTHING };
        match self.pass {
            Pass::Copy(inside) => return self.copied(&tok, inside),
            Pass::Exec => return self.executed(tok, class.kw),
            Pass::Nothing => {}
        }
        if let Some(of) = self.due
            && !matches!(tok.kind, TokenKind::Period)
        {
            self.due = None;
            if of == Kw::End {
                self.end_program(&tok);
            } else {
                self.name_program(&tok);
            }
            return;
        }
        match class.kw {
            Kw::Division => return self.division(),
            Kw::ProgramId | Kw::FunctionId | Kw::ClassId | Kw::MethodId => {
                self.due = Some(Kw::ProgramId);
                return;
            }
            Kw::Program | Kw::Function | Kw::Class | Kw::Method if self.is_end_of_program() => {
                self.due = Some(Kw::End);
                return;
            }
            Kw::Copy | Kw::Replace if self.part != Part::Identification => {
                self.pass = Pass::Copy(false);
                return;
            }
            Kw::Exec | Kw::Execute if self.part != Part::Identification => {
                if self.part == Part::Procedure {
                    self.flush();
                }
                self.pass = Pass::Exec;
                return;
            }
            _ => {}
        }
        if self.part == Part::Procedure {
            self.procedure_token(tok, class);
        } else {
            self.entry_token(tok, class.kw);
        }
    }

    /// A token of COPY or REPLACE. Its period ends the entry that it stands in.
    fn copied(&mut self, tok: &Tok, inside: bool) {
        match tok.kind {
            TokenKind::Pseudo => self.pass = Pass::Copy(!inside),
            TokenKind::Period if !inside => {
                self.pass = Pass::Nothing;
                if matches!(self.part, Part::Data | Part::Environment(_)) {
                    self.flush();
                }
            }
            _ => {}
        }
    }

    /// A token of an EXEC block. A header in area A ends a block that nobody ended.
    fn executed(&mut self, tok: Tok, kw: Kw) {
        let headed = self.block.last().is_some_and(|t| t.area_a)
            && (tok.kind == TokenKind::Period || matches!(kw, Kw::Section | Kw::Division));
        if kw != Kw::EndExec && !headed {
            if self.block.len() < LONGEST {
                self.block.push(tok);
            }
            return;
        }
        self.pass = Pass::Nothing;
        let mut block = mem::take(&mut self.block);
        let head = if headed { block.pop() } else { None };
        if self.builder.exec(&block) {
            self.live.stops();
        } else {
            self.live.goes_on();
        }
        self.ended = headed;
        if let Some(head) = head {
            self.token(head);
            self.token(tok);
        }
    }

    /// DIVISION, whose name came before.
    fn division(&mut self) {
        let Some(name) = self.head.take().or_else(|| self.open.pop()) else { return };
        let kw = self.builder.kw(&name);
        if !matches!(kw, Kw::Id | Kw::Identification | Kw::Environment | Kw::Data | Kw::Procedure) {
            self.open.push(name);
            return;
        }
        self.flush();
        match kw {
            Kw::Environment => self.part = Part::Environment(Kw::None),
            Kw::Data => {
                self.part = Part::Data;
                self.entries.begin_section();
            }
            Kw::Procedure => {
                self.builder.end_data(&mut self.entries);
                self.builder.begin_procedures(name.at);
                self.live = Live::new();
                self.part = Part::Header;
            }
            _ => self.begin_program(name.at),
        }
    }

    /// A program begins: inside of the last one that has not ended, as far as can be told.
    fn begin_program(&mut self, at: At) {
        self.end_procedures();
        if self.programs.len() >= NESTED {
            self.end_unit();
        }
        let parent = self.programs.last().copied().unwrap_or(NONE);
        self.builder.begin_program(Name::NONE, at, parent);
        self.programs.push(self.builder.program);
        self.part = Part::Identification;
        self.entries = Entries::default();
        self.debugging = false;
        self.ended = true;
    }

    /// The name behind PROGRAM-ID.
    fn name_program(&mut self, tok: &Tok) {
        let named = |p: u32, all: &Unit| all.program(p).is_none_or(|p| p.name.is_some());
        if self.programs.last().is_none_or(|p| named(*p, &self.builder.unit)) {
            self.begin_program(tok.at);
        }
        let program = self.builder.unit.programs.get_mut(to_usize(self.builder.program.into()));
        if let Some(program) = program {
            program.name = tok.word;
            program.at = tok.at;
        }
        self.open.clear();
    }

    /// Whether END alone was read of the sentence.
    fn is_end_of_program(&mut self) -> bool {
        let is_end =
            self.verb == Kw::None && matches!(self.open.as_slice(), [one] if self.builder.kw(one) == Kw::End);
        if is_end {
            self.open.clear();
        }
        is_end
    }

    /// The name behind END PROGRAM.
    fn end_program(&mut self, tok: &Tok) {
        self.end_procedures();
        let how = How { space: Space::Program, ..How::data(Access::Use, Kw::End) };
        self.builder.mention(tok.word, tok.at, &[], how);
        let named = |p: &u32| self.builder.unit.program(*p).is_some_and(|p| p.name == tok.word);
        let Some(at) = self.programs.iter().rposition(named).or(self.programs.len().checked_sub(1)) else {
            return;
        };
        if let Some(program) =
            self.programs.get(at).and_then(|p| self.builder.unit.programs.get_mut(to_usize((*p).into())))
        {
            program.ended = true;
        }
        self.programs.truncate(at);
        self.part = Part::Start;
        self.ended = true;
        if self.programs.is_empty() {
            self.end_unit();
        }
    }

    fn end_procedures(&mut self) {
        self.flush();
        if matches!(self.part, Part::Procedure | Part::Header) {
            let (falls, to_section_end) = self.live.end();
            self.builder.end_node(falls, to_section_end);
            self.builder.node = NONE;
        }
        self.builder.end_data(&mut self.entries);
        self.part = Part::Start;
    }

    fn end_unit(&mut self) {
        if self.pass == Pass::Exec && !self.block.is_empty() {
            let block = mem::take(&mut self.block);
            self.builder.exec(&block);
        }
        self.pass = Pass::Nothing;
        self.end_procedures();
        self.programs.clear();
        let unit = self.builder.take();
        if !unit.is_empty() {
            self.done.push(unit);
        }
    }

    /// A token outside of the PROCEDURE DIVISION.
    fn entry_token(&mut self, tok: Tok, kw: Kw) {
        let first = self.open.is_empty();
        if self.part == Part::Start && first {
            self.guess(&tok, kw);
            if self.part == Part::Procedure {
                return self.procedure_token(tok, self.builder.unit.names.class(tok.word));
            }
        }
        if tok.kind == TokenKind::Period {
            self.flush();
            return;
        }
        if self.part == Part::Identification {
            // Only a header can follow: the paragraphs are comments.
            self.open.clear();
        } else if kw == Kw::Section && self.open.len() == 1 {
            self.open.clear();
            self.entries.begin_section();
            if matches!(self.part, Part::Environment(_)) {
                self.part = Part::Environment(Kw::None);
            }
            return;
        } else if matches!(self.part, Part::Environment(_)) && first && is_paragraph(kw) {
            self.part = Part::Environment(kw);
            return;
        } else if kw == Kw::Select && !first {
            self.flush();
        }
        if self.open.len() < LONGEST {
            self.open.push(tok);
        }
    }

    /// In a copybook: whether it is of data or of procedures shows in what it begins with.
    fn guess(&mut self, tok: &Tok, kw: Kw) {
        let class = self.builder.unit.names.class(tok.word);
        let level = std::str::from_utf8(self.builder.unit.names.written(tok.word)).ok();
        let level = level.and_then(|n| n.parse::<u8>().ok()).is_some_and(|n| matches!(n, 1..=49 | 66..=88));
        if tok.kind == TokenKind::Number && (level || !tok.area_a) || matches!(kw, Kw::Fd | Kw::Sd) {
            self.part = Part::Data;
        } else if kw == Kw::Select {
            self.part = Part::Environment(Kw::FileControl);
        } else if tok.kind == TokenKind::Word && (class.verb || (!class.reserved && tok.area_a)) {
            self.begin_code(tok.at);
        }
    }

    fn begin_code(&mut self, at: At) {
        self.builder.begin_procedures(at);
        self.part = Part::Procedure;
        self.live = Live::new();
    }

    /// The entry or statement that is open ends.
    pub(super) fn flush(&mut self) {
        if let Some(head) = self.head.take() {
            self.open.push(head);
        }
        let verb = mem::replace(&mut self.verb, Kw::None);
        let mut open = mem::take(&mut self.open);
        match self.part {
            Part::Data => self.builder.description(&mut self.entries, &open),
            Part::Environment(paragraph) => self.environment(paragraph, &open),
            Part::Header => self.header(&open),
            Part::Procedure if verb != Kw::None || !open.is_empty() => self.statement(verb, &open),
            _ => {}
        }
        open.clear();
        self.open = open;
    }

    fn environment(&mut self, paragraph: Kw, open: &[Tok]) {
        match (paragraph, open.split_first()) {
            (Kw::SpecialNames, _) => self.builder.special_names(open),
            (_, Some((first, rest))) if self.builder.kw(first) == Kw::Select => {
                self.builder.select(&mut self.entries, rest);
            }
            (Kw::SourceComputer, _) => {
                self.debugging |= open.iter().any(|t| self.builder.kw(t) == Kw::Debugging);
            }
            _ => self.builder.environment_names(paragraph, open),
        }
    }

    /// The header of the PROCEDURE DIVISION, whose period was read.
    fn header(&mut self, open: &[Tok]) {
        let names = open.iter().filter(|t| t.kind == TokenKind::Word);
        let names = names.filter(|t| self.builder.unit.names.is_name(t.word));
        let names: Vec<Tok> = names.copied().collect();
        self.builder.parameters(&names);
        self.part = Part::Procedure;
        self.ended = true;
    }
}

const NOTHING: Class = Class { kw: Kw::None, verb: false, reserved: false, register: false, ends: Kw::None };

/// Whether a word begins a paragraph of the ENVIRONMENT DIVISION.
fn is_paragraph(kw: Kw) -> bool {
    matches!(
        kw,
        Kw::SpecialNames
            | Kw::FileControl
            | Kw::IOControl
            | Kw::ObjectComputer
            | Kw::SourceComputer
            | Kw::Repository
    )
}
