//! Entries outside of the PROCEDURE DIVISION: what they define, and what their clauses mention. Takes one entry at a time,
//! without its period, and knows no storage.

use super::builder::{Builder, How};
use super::model::{
    Access::{self, Both, Read, Use, Write},
    At, Item, Kind, NONE,
};
use super::names::Name;
use super::tok::Tok;
use super::words::Kw;
use crate::base::num::to_usize;
use crate::code::lex::TokenKind;

/// Where the entries of a program stand, and what the next one is under.
#[derive(Debug, Default)]
pub struct Entries {
    /// The levels that are open, with their items, outermost first. At most one for each level number.
    levels: Vec<(u8, u32)>,
    /// The file or report whose records follow.
    file: Option<u32>,
    /// Files of SELECT entries, and those that have a description.
    selected: Vec<(Name, At)>,
    described: Vec<Name>,
}

/// How the names behind a word of a clause are taken.
#[derive(Debug, Clone, Copy)]
enum Takes {
    /// They are mentioned; at most so many.
    Mentions(Access, u8),
    /// They are indexes of the item.
    Indexes,
    /// They are nothing that is looked for.
    Nothing,
}

use Takes::{Indexes, Mentions, Nothing};

/// Any number of names.
const MANY: u8 = u8::MAX;

/// The clauses of entries for data, files and reports. Behind other words of the language names are nothing.
const CLAUSES: &[(Kw, Takes)] = &[
    (Kw::Redefines, Mentions(Use, 1)),
    (Kw::Renames, Mentions(Use, 1)),
    (Kw::Thru, Mentions(Use, 1)),
    (Kw::Through, Mentions(Use, 1)),
    (Kw::Occurs, Mentions(Read, MANY)),
    (Kw::Depending, Mentions(Read, 1)),
    (Kw::Key, Mentions(Use, MANY)),
    (Kw::Ascending, Mentions(Use, MANY)),
    (Kw::Descending, Mentions(Use, MANY)),
    (Kw::Indexed, Indexes),
    (Kw::Value, Mentions(Read, MANY)),
    (Kw::Values, Mentions(Read, MANY)),
    (Kw::Source, Mentions(Read, 1)),
    (Kw::Sum, Mentions(Read, MANY)),
    (Kw::Control, Mentions(Read, MANY)),
    (Kw::Controls, Mentions(Read, MANY)),
    (Kw::Reset, Mentions(Use, 1)),
    (Kw::Upon, Mentions(Use, MANY)),
    (Kw::Using, Mentions(Both, 1)),
    (Kw::From, Mentions(Read, 1)),
    (Kw::To, Mentions(Write, 1)),
    (Kw::Linage, Mentions(Read, 1)),
    (Kw::Footing, Mentions(Read, 1)),
    (Kw::Top, Mentions(Read, 1)),
    (Kw::Bottom, Mentions(Read, 1)),
    (Kw::Report, Mentions(Use, MANY)),
    (Kw::Reports, Mentions(Use, MANY)),
    (Kw::Password, Mentions(Use, 1)),
    (Kw::CodeSet, Mentions(Use, 1)),
    (Kw::Same, Mentions(Use, 1)),
    (Kw::Type, Mentions(Use, 1)),
];

/// The clauses of SELECT.
const SELECT: &[(Kw, Takes)] = &[
    (Kw::Status, Mentions(Use, 2)),
    (Kw::Key, Mentions(Use, 1)),
    (Kw::Record, Mentions(Use, 1)),
    (Kw::Source, Mentions(Use, MANY)),
    (Kw::Password, Mentions(Use, 1)),
];

/// What an item is used for, which may stand where its name could.
const USAGES: &[&str] =
    &["BINARY", "COMP", "DISPLAY", "INDEX", "NATIONAL", "PACKED-DECIMAL", "POINTER", "SYNC"];

impl Entries {
    /// A section begins: what follows is under nothing.
    pub fn begin_section(&mut self) {
        self.levels.clear();
        self.file = None;
    }
}

impl Builder {
    /// A description entry. What is none is passed over.
    pub fn description(&mut self, entries: &mut Entries, toks: &[Tok]) {
        let Some((first, rest)) = toks.split_first() else { return };
        match (first.kind, self.kw(first)) {
            (TokenKind::Number, _) => {
                let written = std::str::from_utf8(self.unit.names.written(first.word));
                let level = written.ok().and_then(|n| n.parse::<u8>().ok());
                if let Some(level) = level.filter(|l| matches!(l, 1..=49 | 66 | 77 | 78 | 88)) {
                    self.level(entries, level, first.at, rest);
                }
            }
            (_, Kw::Fd | Kw::Sd) => self.file(entries, Kind::File, rest),
            (_, Kw::Rd | Kw::Cd) => self.file(entries, Kind::Report, rest),
            _ => {}
        }
    }

    /// FD, SD, RD or CD.
    fn file(&mut self, entries: &mut Entries, kind: Kind, rest: &[Tok]) {
        let Some(name) = rest.first().filter(|t| t.kind == TokenKind::Word) else { return };
        let number = self.item(bare(name.word, kind, name.at, self.program));
        entries.described.push(name.word);
        entries.file = Some(number);
        entries.levels.clear();
        self.clauses(number, rest.get(1..).unwrap_or_default(), CLAUSES);
    }

    /// An entry with a level number.
    fn level(&mut self, entries: &mut Entries, level: u8, at: At, rest: &[Tok]) {
        let (name, clauses) = match rest.split_first() {
            Some((first, after)) if self.names_item(first, after.first()) => (Some(*first), after),
            _ => (None, rest),
        };
        let last = entries.levels.last().map(|(_, item)| *item);
        let root = entries.levels.first().map(|(_, item)| *item);
        let (kind, parent) = match level {
            66 => (Kind::Renames, root),
            78 => (Kind::Constant, None),
            88 => (Kind::Condition, last),
            _ if rest.get(1).is_some_and(|t| self.kw(t) == Kw::Constant) => (Kind::Constant, None),
            _ => {
                if matches!(level, 1 | 77) {
                    entries.levels.clear();
                }
                while entries.levels.last().is_some_and(|(open, _)| *open >= level) {
                    entries.levels.pop();
                }
                (Kind::Data, entries.levels.last().map(|(_, item)| *item).or(entries.file))
            }
        };
        let number = self.item(Item {
            level,
            parent: parent.unwrap_or(NONE),
            ..bare(name.map_or(Name::NONE, |n| n.word), kind, name.map_or(at, |n| n.at), self.program)
        });
        if kind == Kind::Data {
            entries.levels.push((level, number));
        }
        self.clauses(number, clauses, CLAUSES);
    }

    /// Whether the word behind a level number is a name: not FILLER and not the first word of a clause.
    fn names_item(&self, tok: &Tok, next: Option<&Tok>) -> bool {
        let class = self.unit.names.class(tok.word);
        if tok.kind != TokenKind::Word || class.kw == Kw::Filler {
            return false;
        }
        let pictured = next.is_some_and(|t| matches!(self.kw(t), Kw::Pic | Kw::Picture));
        let written = self.unit.names.written(tok.word).to_ascii_uppercase();
        !class.reserved || (pictured && !USAGES.iter().any(|u| written.starts_with(u.as_bytes())))
    }

    /// SELECT, `toks` being what follows it.
    pub fn select(&mut self, entries: &mut Entries, toks: &[Tok]) {
        let is_name = |t: &&Tok| t.kind == TokenKind::Word && self.unit.names.is_name(t.word);
        let Some(at) = toks.iter().position(|t| is_name(&t)) else { return };
        let Some(name) = toks.get(at).copied() else { return };
        self.mention(name.word, name.at, &[], How::data(Use, Kw::Select));
        entries.selected.push((name.word, name.at));
        let from = self.unit.mentions.len();
        self.clauses(NONE, toks.get(at + 1..).unwrap_or_default(), SELECT);
        let status = self.unit.mentions.iter().enumerate().skip(from).find(|m| m.1.statement == Kw::Status);
        if let Some((status, _)) = status {
            let status = u32::try_from(status).unwrap_or(NONE);
            self.unit.statuses.push((name.word, status));
        }
    }

    /// The data of a program is complete: files whose description is in a copybook are defined by their SELECT.
    pub fn end_data(&mut self, entries: &mut Entries) {
        for (name, at) in std::mem::take(&mut entries.selected) {
            if !entries.described.contains(&name) {
                self.item(bare(name, Kind::File, at, self.program));
            }
        }
        *entries = Entries::default();
    }

    /// The clauses of an entry, which belong to `item` if there is one.
    fn clauses(&mut self, item: u32, toks: &[Tok], table: &[(Kw, Takes)]) {
        let mut takes = Nothing;
        let mut taken = 0;
        let mut clause = Kw::None;
        let mut at = 0;
        while let Some(tok) = toks.get(at).copied() {
            at += 1;
            let kw = self.kw(&tok);
            if tok.kind == TokenKind::Literal && matches!(clause, Kw::Value | Kw::Values) {
                self.change(item, |i| i.value = if i.value.is_some() { i.value } else { tok.word });
            }
            if tok.kind != TokenKind::Word {
                continue;
            }
            match kw {
                // OCCURS 1 TO a constant.
                Kw::To if clause == Kw::Occurs => continue,
                Kw::Is | Kw::Are | Kw::On | Kw::By | Kw::Of | Kw::In | Kw::Length => continue,
                Kw::Occurs => self.change(item, |i| i.occurs = true),
                Kw::Global => self.change(item, |i| i.global = true),
                _ => {}
            }
            if let Some((_, row)) = table.iter().find(|(w, _)| *w == kw) {
                takes = *row;
                taken = 0;
                // The second name of RENAMES is still its.
                if !(matches!(kw, Kw::Thru | Kw::Through) && clause == Kw::Renames) {
                    clause = kw;
                }
                continue;
            }
            if !self.unit.names.is_name(tok.word) {
                takes = Nothing;
                continue;
            }
            match takes {
                Mentions(access, most) if taken < most => {
                    taken = taken.saturating_add(1);
                    let (qualifiers, behind) = self.qualifiers_behind(toks, at);
                    at = behind;
                    self.mention(tok.word, tok.at, &qualifiers, How::data(access, clause));
                    match clause {
                        Kw::Redefines => self.change(item, |i| i.redefines = tok.word),
                        Kw::Renames => self.change(item, |i| {
                            let first = if i.renames.0.is_some() { i.renames.0 } else { tok.word };
                            i.renames = (first, tok.word);
                        }),
                        _ => {}
                    }
                }
                Indexes => {
                    let index = bare(tok.word, Kind::Index, tok.at, self.program);
                    self.item(Item { parent: item, ..index });
                }
                Mentions(..) | Nothing => {}
            }
        }
    }

    /// The qualifiers at place `at` of `toks`, and the place behind them.
    fn qualifiers_behind(&self, toks: &[Tok], mut at: usize) -> (Vec<(Name, At)>, usize) {
        let mut found = Vec::new();
        while let [of, name, ..] = toks.get(at..).unwrap_or_default() {
            let names = name.kind == TokenKind::Word && self.unit.names.is_name(name.word);
            if !matches!(self.kw(of), Kw::Of | Kw::In) || !names || found.len() >= usize::from(MANY) {
                break;
            }
            found.push((name.word, name.at));
            at += 2;
        }
        (found, at)
    }

    fn change(&mut self, item: u32, change: impl FnOnce(&mut Item)) {
        if let Some(item) = self.unit.items.get_mut(to_usize(item.into())) {
            change(item);
        }
    }

    /// The clauses of SPECIAL-NAMES, which no period need end: a name of the system and IS begin most of them.
    pub fn special_names(&mut self, toks: &[Tok]) {
        enum Due {
            Clause,
            Is,
            Name(Kind),
            Symbols,
            Mention,
        }
        let mut due = Due::Clause;
        for tok in toks {
            due = match (self.kw(tok), due) {
                (Kw::Alphabet | Kw::Class, _) | (Kw::Is, Due::Is) => Due::Name(Kind::Mnemonic),
                (Kw::Symbolic, _) => Due::Symbols,
                (Kw::Cursor | Kw::Crt, _) => Due::Mention,
                (Kw::Status, due) if !matches!(due, Due::Mention) => Due::Name(Kind::Condition),
                (Kw::Is | Kw::Are, Due::Symbols) => Due::Clause,
                (_, due) if tok.kind != TokenKind::Word || !self.unit.names.is_name(tok.word) => due,
                (_, Due::Name(kind)) => {
                    self.item(bare(tok.word, kind, tok.at, self.program));
                    Due::Clause
                }
                (_, Due::Symbols) => {
                    self.item(bare(tok.word, Kind::Mnemonic, tok.at, self.program));
                    Due::Symbols
                }
                (_, Due::Mention) => {
                    self.mention(tok.word, tok.at, &[], How::data(Write, Kw::SpecialNames));
                    Due::Clause
                }
                (_, Due::Clause | Due::Is) => Due::Is,
            };
        }
    }

    /// Names of other paragraphs of the ENVIRONMENT DIVISION.
    pub fn environment_names(&mut self, paragraph: Kw, toks: &[Tok]) {
        let from = match paragraph {
            Kw::IOControl => 0,
            Kw::ObjectComputer => toks.iter().position(|t| self.kw(t) == Kw::Sequence).unwrap_or(toks.len()),
            _ => toks.len(),
        };
        for tok in toks.get(from..).unwrap_or_default() {
            if tok.kind == TokenKind::Word && self.unit.names.is_name(tok.word) {
                self.mention(tok.word, tok.at, &[], How::data(Use, paragraph));
            }
        }
    }
}

fn bare(name: Name, kind: Kind, at: At, program: u32) -> Item {
    Item {
        name,
        kind,
        level: 0,
        global: false,
        occurs: false,
        at,
        program,
        parent: NONE,
        redefines: Name::NONE,
        renames: (Name::NONE, Name::NONE),
        value: Name::NONE,
    }
}
