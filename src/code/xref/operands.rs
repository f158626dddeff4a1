//! The operands of one statement: walks its words by the row of its verb and mentions what they name.
//!
//! What stands in brackets behind a name is a subscript or a part of it, and read. Literals, numbers, words of the language
//! and names of functions are no mentions.

use super::builder::{Builder, How};
use super::model::{Access, At, Marks, NONE, Space};
use super::names::Name;
use super::rules::{Mode, Rule, rule, unknown};
use super::tok::Tok;
use super::words::Kw;
use crate::code::lex::TokenKind;

/// Most qualifiers that are looked at.
const QUALIFIERS: usize = 50;

/// What a statement turned out to be.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shape {
    /// It names a procedure.
    pub names_procedure: bool,
}

struct Walk<'t> {
    toks: &'t [Tok],
    at: usize,
    mode: Mode,
    statement: Kw,
    marks: Marks,
    /// The constant that a MOVE gives to what it writes.
    constant: Name,
    /// The first group of a statement with CORRESPONDING.
    from: u32,
    shape: Shape,
    qualifiers: Vec<(Name, At)>,
}

impl Builder {
    /// Mentions the operands of a statement, `toks` being what follows its verb.
    pub fn statement(&mut self, verb: Kw, toks: &[Tok]) -> Shape {
        let has = |w: Kw| toks.iter().any(|t| self.kw(t) == w);
        let found = rule(verb, has);
        let marks = Marks {
            uncertain: found.is_none(),
            corresponding: matches!(verb, Kw::Move | Kw::Add | Kw::Subtract)
                && (has(Kw::Corr) || has(Kw::Corresponding)),
        };
        let rule = found.unwrap_or_else(unknown);
        let constant = match toks.first() {
            Some(first) if verb == Kw::Move && first.kind == TokenKind::Literal => first.word,
            _ => Name::NONE,
        };
        let mut walk = Walk::new(toks, rule.first, verb, marks);
        if self.wants_given(constant) {
            walk.constant = constant;
        }
        self.walk(&mut walk, rule);
        walk.shape
    }

    /// Mentions operands that are all taken the same way.
    pub fn operands(&mut self, mode: Mode, statement: Kw, toks: &[Tok]) {
        let mut walk = Walk::new(toks, mode, statement, Marks::default());
        self.walk(&mut walk, unknown());
    }

    fn walk(&mut self, walk: &mut Walk, rule: &Rule) {
        while let Some(tok) = walk.toks.get(walk.at).copied() {
            let kw = if tok.is(b'=') { Kw::Equal } else { self.kw(&tok) };
            if let Some(mode) = rule.clause(kw) {
                walk.mode = mode;
                walk.at += 1;
                continue;
            }
            match tok.kind {
                TokenKind::Word => self.word(walk, tok, kw),
                TokenKind::Number if walk.takes_procedures() => self.operand(walk, tok),
                TokenKind::Literal => {
                    self.literal(walk, tok);
                    walk.at += 1;
                }
                _ => walk.at += 1,
            }
        }
    }

    fn word(&mut self, walk: &mut Walk, tok: Tok, kw: Kw) {
        let next = walk.toks.get(walk.at + 1).map_or(Kw::None, |t| self.kw(t));
        match kw {
            Kw::Function => walk.at += 2,
            Kw::Length | Kw::ByteLength if next == Kw::Of => self.aside(walk, Access::Use),
            Kw::Address if next == Kw::Of => {
                let set = matches!(walk.mode, Mode::Data(access) if access.writes());
                let passed = matches!(walk.statement, Kw::Call | Kw::Invoke);
                self.aside(walk, if set && !passed { Access::Write } else { Access::Use });
            }
            _ if self.unit.names.is_name(tok.word) && walk.mode != Mode::Nothing => self.operand(walk, tok),
            _ => walk.at += 1,
        }
    }

    /// LENGTH OF and ADDRESS OF something.
    fn aside(&mut self, walk: &mut Walk, access: Access) {
        walk.at += 2;
        let Some(tok) = walk.toks.get(walk.at).copied() else { return };
        if tok.kind == TokenKind::Word && self.unit.names.is_name(tok.word) {
            let mode = std::mem::replace(&mut walk.mode, Mode::Data(access));
            self.operand(walk, tok);
            walk.mode = mode;
        }
    }

    /// A literal names a program behind some verbs.
    fn literal(&mut self, walk: &mut Walk, tok: Tok) {
        if !tok.word.is_some() {
            return;
        }
        match walk.mode {
            Mode::Program(access) => {
                let how = walk.how(Space::Program, access);
                self.mention(tok.word, tok.at, &[], how);
            }
            Mode::Entry => self.entry(tok.word, tok.at),
            _ => {}
        }
    }

    /// A name, its qualifiers and its brackets.
    fn operand(&mut self, walk: &mut Walk, tok: Tok) {
        walk.at += 1;
        self.qualifiers(walk);
        let next = walk.toks.get(walk.at).map_or(Kw::None, |t| self.kw(t));
        let (space, access) = match walk.mode {
            Mode::Data(access) => (Space::Data, access),
            Mode::Tally => (Space::Data, if next == Kw::For { Access::Both } else { Access::Read }),
            Mode::Procedures(access) => (Space::Procedure, access),
            Mode::Perform if next == Kw::Times => (Space::Data, Access::Read),
            Mode::Perform => {
                walk.mode = Mode::Data(Access::Read);
                (Space::Procedure, Access::Perform)
            }
            Mode::Procedure(access) => {
                walk.mode = Mode::Data(Access::Read);
                (Space::Procedure, access)
            }
            Mode::Proceed => {
                walk.mode = Mode::Procedures(Access::Alter);
                (Space::Procedure, Access::Proceed)
            }
            Mode::Either(access) => (Space::Either, access),
            Mode::Program(access) => {
                let how = walk.how(Space::ProgramIn, access);
                self.mention(tok.word, tok.at, &walk.qualifiers, how);
                (Space::Data, Access::Read)
            }
            Mode::Entry | Mode::Nothing => (Space::Data, Access::Use),
        };
        if tok.kind == TokenKind::Number && space == Space::Data {
            return;
        }
        walk.shape.names_procedure |= space == Space::Procedure;
        let mut how = walk.how(space, access);
        how.always = walk.marks.corresponding || (access.writes() && walk.constant.is_some());
        let number = self.mention(tok.word, tok.at, &walk.qualifiers, how);
        if access.writes() && walk.constant.is_some() {
            self.given(number, walk.constant);
        }
        if walk.marks.corresponding {
            if access.writes() {
                self.pair(walk.from, number);
            } else if walk.from == NONE {
                walk.from = number;
            }
        }
        while walk.toks.get(walk.at).is_some_and(|t| t.is(b'(')) {
            self.brackets(walk);
        }
    }

    /// The qualifiers that follow a name.
    fn qualifiers(&self, walk: &mut Walk) {
        walk.qualifiers.clear();
        while let [of, name, ..] = walk.toks.get(walk.at..).unwrap_or_default() {
            let names = name.kind == TokenKind::Word && self.unit.names.is_name(name.word)
                || name.kind == TokenKind::Number && walk.takes_procedures();
            if !matches!(self.kw(of), Kw::Of | Kw::In) || !names || walk.qualifiers.len() >= QUALIFIERS {
                break;
            }
            walk.qualifiers.push((name.word, name.at));
            walk.at += 2;
        }
    }

    /// What stands in brackets behind a name, whose first bracket is due.
    fn brackets(&mut self, walk: &mut Walk) {
        let mut depth = 0usize;
        let mode = std::mem::replace(&mut walk.mode, Mode::Data(Access::Read));
        let corresponding = std::mem::take(&mut walk.marks.corresponding);
        while let Some(tok) = walk.toks.get(walk.at).copied() {
            if tok.is(b'(') {
                depth += 1;
                walk.at += 1;
            } else if tok.is(b')') {
                depth -= 1;
                walk.at += 1;
                if depth == 0 {
                    break;
                }
            } else if tok.kind == TokenKind::Word {
                self.inside(walk, tok);
            } else {
                walk.at += 1;
            }
        }
        walk.mode = mode;
        walk.marks.corresponding = corresponding;
    }

    /// A word in brackets. Its own brackets are found by the caller, so that their depth takes no stack.
    fn inside(&mut self, walk: &mut Walk, tok: Tok) {
        let kw = self.kw(&tok);
        let next = walk.toks.get(walk.at + 1).map_or(Kw::None, |t| self.kw(t));
        let access = match kw {
            Kw::Function => {
                walk.at += 2;
                return;
            }
            Kw::Length | Kw::ByteLength | Kw::Address if next == Kw::Of => {
                walk.at += 2;
                Access::Use
            }
            _ => Access::Read,
        };
        let Some(tok) = walk.toks.get(walk.at).copied() else { return };
        if tok.kind != TokenKind::Word {
            return;
        }
        walk.at += 1;
        if self.unit.names.is_name(tok.word) {
            self.qualifiers(walk);
            let how = walk.how(Space::Data, access);
            self.mention(tok.word, tok.at, &walk.qualifiers, how);
        }
    }
}

impl<'t> Walk<'t> {
    fn new(toks: &'t [Tok], mode: Mode, statement: Kw, marks: Marks) -> Self {
        Self {
            toks,
            at: 0,
            mode,
            statement,
            marks,
            constant: Name::NONE,
            from: NONE,
            shape: Shape::default(),
            qualifiers: Vec::new(),
        }
    }

    fn takes_procedures(&self) -> bool {
        matches!(
            self.mode,
            Mode::Procedures(_) | Mode::Procedure(_) | Mode::Perform | Mode::Proceed | Mode::Either(_)
        )
    }

    fn how(&self, space: Space, access: Access) -> How {
        How { space, access, marks: self.marks, statement: self.statement, always: false }
    }
}
