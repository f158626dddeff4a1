//! The whole cross-reference of a unit: every definition, and every mention with what it stands for.

use super::model::{Access, At, Kind, Mention, NONE, Place, Space, Unit};
use super::names::Name;
use super::query::Definition;
use super::relations::implied;
use super::resolve::Resolver;
use super::words::Kw;
use crate::base::LineNo;
use serde::Serialize;

/// A mention with what it stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Resolved {
    /// The name.
    pub name: String,
    /// What it stands for, if that is known.
    pub kind: Option<Kind>,
    /// Where that is defined.
    pub defined: Option<Place>,
    /// How many definitions it may mean.
    pub candidates: usize,
    /// Where it is mentioned.
    pub line: LineNo,
    /// The copybook that it is from.
    pub file: Option<String>,
    /// The byte of the line, from 1.
    pub column: u32,
    /// What is done to it.
    pub access: Access,
    /// The verb, or the word of the clause.
    pub statement: &'static str,
}

impl Unit {
    /// Every definition, in the order of the source within data, procedures and programs.
    pub fn definitions(&self) -> Vec<Definition> {
        let mut all = Vec::new();
        for (number, item) in (0..).zip(&self.items).filter(|(_, i)| i.name.is_some()) {
            let of = self.path(number);
            all.push(self.definition(item.program, item.kind, item.name, item.at, item.level, of));
        }
        for node in self.nodes.iter().filter(|n| n.name.is_some()) {
            let section = self.node(node.section).filter(|_| node.kind == Kind::Paragraph);
            let of = section.map(|s| self.names.text(s.name)).into_iter().collect();
            all.push(self.definition(node.program, node.kind, node.name, node.at, 0, of));
        }
        for (number, program) in (0..).zip(&self.programs).filter(|(_, p)| p.name.is_some()) {
            all.push(self.definition(number, Kind::Program, program.name, program.at, 0, Vec::new()));
        }
        for entry in &self.entries {
            all.push(self.definition(entry.program, Kind::Entry, entry.name, entry.at, 0, Vec::new()));
        }
        all
    }

    /// Every mention, in the order of the source.
    pub fn resolved(&self) -> Vec<Resolved> {
        let resolver = Resolver::new(self);
        let mut all: Vec<(At, Resolved)> = Vec::new();
        for mention in &self.mentions {
            match mention.space {
                Space::ProgramIn => {}
                Space::Program => {
                    let at = self.programs.iter().find(|p| p.name == mention.name).map(|p| p.at);
                    self.put(&mut all, mention, mention.name, mention.at, (Some(Kind::Program), at, 1));
                }
                _ if resolver.is_procedure(mention) => {
                    let found = resolver.nodes(mention);
                    let node = found.first().and_then(|n| self.node(*n));
                    let what = (node.map(|n| n.kind), node.map(|n| n.at), found.len());
                    self.put(&mut all, mention, mention.name, mention.at, what);
                    for (name, at) in self.qualifiers_of(mention) {
                        let section = node.and_then(|n| self.node(n.section));
                        let what = (section.map(|s| s.kind), section.map(|s| s.at), 1);
                        self.put(&mut all, mention, *name, *at, what);
                    }
                }
                _ => {
                    let found = resolver.items(mention);
                    let first = found.first().copied().unwrap_or(NONE);
                    let what = |i: u32| {
                        let item = self.item(i);
                        (item.map(|i| i.kind), item.map(|i| i.at))
                    };
                    let (kind, at) = what(first);
                    self.put(&mut all, mention, mention.name, mention.at, (kind, at, found.len()));
                    for (name, place) in self.qualifiers_of(mention) {
                        let (kind, at) = what(resolver.qualifier(first, *name).unwrap_or(NONE));
                        self.put(&mut all, mention, *name, *place, (kind, at, 1));
                    }
                }
            }
        }
        implied(&resolver, &mut |mention, _, number| {
            if let Some(item) = self.item(number) {
                let what = (Some(item.kind), Some(item.at), 1);
                self.put(&mut all, mention, item.name, mention.at, what);
            }
        });
        all.sort_by_key(|(at, _)| *at);
        all.into_iter().map(|(_, r)| r).collect()
    }

    fn put(
        &self,
        all: &mut Vec<(At, Resolved)>,
        mention: &Mention,
        name: Name,
        at: At,
        (kind, defined, candidates): (Option<Kind>, Option<At>, usize),
    ) {
        let access = if at == mention.at { mention.access } else { Access::Qualify };
        let place = self.place(at);
        let resolved = Resolved {
            name: self.names.text(name),
            kind,
            defined: defined.map(|at| self.place(at)),
            candidates,
            line: place.line,
            file: place.file,
            column: at.column,
            access,
            statement: statement(mention.statement),
        };
        all.push((at, resolved));
    }
}

/// The word for a statement in text and JSON.
pub(super) fn statement(kw: Kw) -> &'static str {
    match kw {
        Kw::Sql => "EXEC SQL",
        Kw::Cics => "EXEC CICS",
        Kw::Dli => "EXEC DLI",
        Kw::Procedure => "PROCEDURE DIVISION",
        kw => kw.text(),
    }
}
