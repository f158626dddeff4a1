//! What a unit knows of one name: its definitions, and every place that has to do with them.

use super::flow::Graph;
use super::model::{Access, At, Item, Kind, Mention, Node, Space, Unit};
use super::names::Name;
use super::relations::{Related, Relation, implied, related, through};
use super::resolve::Resolver;
use super::whole::statement;
use super::words::Kw;
use crate::base::LineNo;
use serde::Serialize;
use std::collections::{HashMap, HashSet};

/// Most ways that are looked at for ranges around procedures: those of ten thousand procedures of the same name in a large
/// program.
const LOOKS: usize = 1 << 26;

/// A name to look for, with what qualifies it, innermost first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The name.
    pub name: String,
    /// What it is under.
    pub qualifiers: Vec<String>,
}

impl Query {
    /// `A`, `A OF B` or `A IN B OF C`, in any case. None if it is not like that.
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let name = words.next()?.to_owned();
        let mut qualifiers = Vec::new();
        while let Some(joint) = words.next() {
            if !joint.eq_ignore_ascii_case("OF") && !joint.eq_ignore_ascii_case("IN") {
                return None;
            }
            qualifiers.push(words.next()?.to_owned());
        }
        Some(Self { name, qualifiers })
    }
}

/// Where something is defined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Definition {
    /// The compile unit.
    pub unit: String,
    /// The program in it.
    pub program: String,
    /// What it is.
    pub kind: Kind,
    /// Its name as it is written.
    pub name: String,
    /// Its level number.
    pub level: Option<u8>,
    /// What it is under, innermost first; the section of a paragraph.
    pub of: Vec<String>,
    /// Where; a special register is defined nowhere.
    pub line: Option<LineNo>,
    /// The copybook that it is from.
    pub file: Option<String>,
    /// The byte of the line, from 1.
    pub column: Option<u32>,
}

/// Through what a place has to do with a definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Via {
    /// How the definition has to do with it.
    pub relation: Relation,
    /// Its name.
    pub name: String,
    /// Where it is defined.
    pub line: LineNo,
    /// The copybook that it is from.
    pub file: Option<String>,
}

/// A place that has to do with a definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// The compile unit.
    pub unit: String,
    /// The program in it.
    pub program: String,
    /// Where.
    pub line: LineNo,
    /// The copybook that it is from.
    pub file: Option<String>,
    /// The byte of the line, from 1.
    pub column: u32,
    /// The line of the text that was read, which is another one where copybooks were put in.
    #[serde(skip)]
    pub read_line: LineNo,
    /// What is done to what is defined.
    pub access: Access,
    /// The verb, or the word of the clause.
    pub statement: &'static str,
    /// The paragraph or section it is in.
    pub inside: Option<String>,
    /// Places in the list of definitions, from 0: none if nothing of the name is defined, several if it is ambiguous.
    pub definitions: Vec<usize>,
    /// What is named is something else that has to do with it.
    pub via: Option<Via>,
    /// Nobody knows the statement: the access is a guess.
    pub uncertain: bool,
    /// A program is called by the value of an item.
    pub dynamic: bool,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Answer {
    /// Where the name is defined.
    pub definitions: Vec<Definition>,
    /// The places, in the order of the source.
    pub references: Vec<Reference>,
}

/// What the query means in one unit.
struct Meant<'u> {
    resolver: Resolver<'u>,
    name: Name,
    qualifiers: Vec<(Name, At)>,
    items: Vec<u32>,
    nodes: Vec<u32>,
    related: HashMap<u32, Related>,
    /// Their names: what is named otherwise need not be resolved.
    names: HashSet<Name>,
    /// Items that may hold the name, if it is that of a program.
    held: Vec<u32>,
    definitions: usize,
    answer: Answer,
}

impl Unit {
    /// What is known of a name here. Places of definitions count from `before`.
    pub fn answer(&self, query: &Query, before: usize) -> Answer {
        let Some(name) = self.names.find(query.name.as_bytes()) else { return Answer::default() };
        let mut qualifiers = Vec::new();
        for qualifier in &query.qualifiers {
            let Some(qualifier) = self.names.find(qualifier.as_bytes()) else { return Answer::default() };
            qualifiers.push((qualifier, At::default()));
        }
        let mut meant = Meant::new(Resolver::new(self), name, qualifiers);
        meant.definitions(before);
        meant.references();
        meant.procedures();
        meant.corresponding();
        let mut answer = meant.answer;
        answer.references.sort_by_key(|r| (r.read_line, r.column, r.via.is_some()));
        answer
    }

    /// The names that something defines, each as it is written; the same may come more than once.
    pub fn defined_names(&self) -> impl Iterator<Item = String> + '_ {
        let items = self.items.iter().map(|i| i.name);
        let nodes = self.nodes.iter().map(|n| n.name);
        let programs = self.programs.iter().map(|p| p.name);
        let all = items.chain(nodes).chain(programs).chain(self.entries.iter().map(|e| e.name));
        all.filter(|n| n.is_some()).map(|n| self.names.text(n))
    }

    /// A definition; one without a line is of the language.
    pub(super) fn definition(
        &self,
        program: u32,
        kind: Kind,
        name: Name,
        at: At,
        level: u8,
        of: Vec<String>,
    ) -> Definition {
        let place = (at.line > 0).then(|| self.place(at));
        Definition {
            unit: self.unit_name(program),
            program: self.program_name(program),
            kind,
            name: self.names.text(name),
            level: (level > 0).then_some(level),
            of,
            line: place.as_ref().map(|p| p.line),
            column: place.as_ref().map(|_| at.column),
            file: place.and_then(|p| p.file),
        }
    }

    /// What an item is under, innermost first.
    pub(super) fn path(&self, item: u32) -> Vec<String> {
        let names = self.above(item).filter_map(|i| self.item(i)).map(|i| i.name).filter(|n| n.is_some());
        names.map(|n| self.names.text(n)).collect()
    }

    /// The name of a procedure; that of its section if it has none.
    pub(super) fn node_name(&self, node: u32) -> Option<String> {
        let node = self.node(node)?;
        let named = if node.name.is_some() { node.name } else { self.node(node.section)?.name };
        Some(self.names.text(named))
    }

    /// A mention, or a part of it at another place, as a reference; not yet to anything.
    fn reference(&self, mention: &Mention, at: At, access: Access) -> Reference {
        let place = self.place(at);
        Reference {
            unit: self.unit_name(mention.program),
            program: self.program_name(mention.program),
            line: place.line,
            file: place.file,
            column: at.column,
            read_line: LineNo::new(at.line.into()),
            access,
            statement: statement(mention.statement),
            inside: self.node_name(mention.node),
            definitions: Vec::new(),
            via: None,
            uncertain: mention.marks.uncertain,
            dynamic: false,
        }
    }

    fn via(&self, relation: Relation, item: u32) -> Option<Via> {
        let item = self.item(item)?;
        let name = if item.name.is_some() { self.names.text(item.name) } else { "FILLER".to_owned() };
        let place = self.place(item.at);
        Some(Via { relation, name, line: place.line, file: place.file })
    }

    /// Items and the names of programs that they may hold: by their VALUE, that of a condition, or a MOVE of a constant.
    /// Only those with this name, if there is one.
    pub(super) fn holdings(&self, resolver: &Resolver, only: Option<Name>) -> Vec<(u32, Name)> {
        let wanted = |n: Name| n.is_some() && only.is_none_or(|o| o == n);
        let of = |(n, i): (u32, &Item)| (if i.kind == Kind::Condition { i.parent } else { n }, i.value);
        let mut all: Vec<_> = (0..).zip(&self.items).filter(|(_, i)| wanted(i.value)).map(of).collect();
        for given in self.given.iter().filter(|g| wanted(g.value)) {
            let mention = usize::try_from(given.mention).ok().and_then(|m| self.mentions.get(m));
            let items = mention.map(|m| resolver.items(m)).unwrap_or_default();
            all.extend(items.into_iter().map(|i| (i, given.value)));
        }
        all.sort_unstable();
        all.dedup();
        all
    }
}

impl<'u> Meant<'u> {
    fn new(resolver: Resolver<'u>, name: Name, qualifiers: Vec<(Name, At)>) -> Self {
        let unit = resolver.unit();
        let is_item = |(n, i): &(u32, &Item)| i.name == name && resolver.is_qualified(*n, &qualifiers);
        let items: Vec<u32> = (0..).zip(&unit.items).filter(is_item).map(|(n, _)| n).collect();
        let is_node = |(_, n): &(u32, &Node)| {
            n.name == name
                && match qualifiers.as_slice() {
                    [] => true,
                    [(section, _)] => {
                        n.kind == Kind::Paragraph && unit.node(n.section).is_some_and(|s| s.name == *section)
                    }
                    _ => false,
                }
        };
        let nodes: Vec<u32> = (0..).zip(&unit.nodes).filter(is_node).map(|(n, _)| n).collect();
        let related = related(&resolver, &items);
        let names = related.keys().filter_map(|i| unit.item(*i)).map(|i| i.name).collect();
        let mut held: Vec<u32> = unit.holdings(&resolver, Some(name)).into_iter().map(|h| h.0).collect();
        if !qualifiers.is_empty() {
            held.clear();
        }
        Self {
            resolver,
            name,
            qualifiers,
            items,
            nodes,
            related,
            names,
            held,
            definitions: 0,
            answer: Answer::default(),
        }
    }

    fn unit(&self) -> &'u Unit {
        self.resolver.unit()
    }

    fn define(&mut self, program: u32, kind: Kind, name: Name, at: At, level: u8, of: Vec<String>) {
        let definition = self.unit().definition(program, kind, name, at, level, of);
        self.answer.definitions.push(definition);
    }

    /// Items, then procedures, then programs and entries: references count on this order.
    fn definitions(&mut self, before: usize) {
        let unit = self.unit();
        self.definitions = before;
        for number in self.items.clone() {
            if let Some(item) = unit.item(number) {
                self.define(item.program, item.kind, item.name, item.at, item.level, unit.path(number));
            }
        }
        for node in self.nodes.clone().into_iter().filter_map(|n| unit.node(n)) {
            let section = unit.node(node.section).filter(|_| node.kind == Kind::Paragraph);
            let of = section.map(|s| unit.names.text(s.name)).into_iter().collect();
            self.define(node.program, node.kind, node.name, node.at, 0, of);
        }
        if !self.qualifiers.is_empty() {
            return;
        }
        let name = self.name;
        for (number, program) in (0..).zip(&unit.programs).filter(|(_, p)| p.name == name) {
            self.define(number, Kind::Program, program.name, program.at, 0, Vec::new());
        }
        for entry in unit.entries.iter().filter(|e| e.name == name) {
            self.define(entry.program, Kind::Entry, entry.name, entry.at, 0, Vec::new());
        }
        if unit.names.class(self.name).register && self.items.is_empty() && self.is_mentioned() {
            self.define(0, Kind::Register, self.name, At::default(), 0, Vec::new());
        }
    }

    fn is_mentioned(&self) -> bool {
        self.unit().mentions.iter().any(|m| m.name == self.name)
    }

    /// Places of those of `found` that are meant.
    fn places(&self, found: &[u32], meant: &[u32], first: usize) -> Vec<usize> {
        let place = |f: &u32| meant.binary_search(f).ok().map(|p| self.definitions + first + p);
        found.iter().filter_map(place).collect()
    }

    /// Where programs and entries begin among the definitions.
    fn first_program(&self) -> usize {
        self.items.len() + self.nodes.len()
    }

    fn references(&mut self) {
        for mention in &self.unit().mentions {
            match mention.space {
                Space::Program => self.of_program(mention),
                Space::ProgramIn => self.of_holder(mention),
                Space::Procedure => self.of_procedure(mention),
                Space::Either if self.resolver.is_procedure(mention) => self.of_procedure(mention),
                Space::Either | Space::Data => self.of_data(mention),
            }
        }
    }

    fn of_data(&mut self, mention: &Mention) {
        let unit = self.unit();
        let named = mention.name == self.name;
        let qualifies = unit.qualifiers_of(mention).iter().any(|(n, _)| *n == self.name);
        let written = matches!(mention.statement, Kw::Write | Kw::Rewrite);
        if !named && !qualifies && !self.names.contains(&mention.name) && !written {
            return;
        }
        let found = self.resolver.items(mention);
        let places = if named { self.places(&found, &self.items, 0) } else { Vec::new() };
        if named && (!places.is_empty() || (found.is_empty() && self.qualifiers.is_empty())) {
            let mut reference = unit.reference(mention, mention.at, mention.access);
            reference.definitions = places;
            if found.is_empty() && unit.names.class(self.name).register {
                // It is the last of the definitions.
                let last = self.answer.definitions.len().saturating_sub(1);
                reference.definitions.push(self.definitions + last);
            }
            self.answer.references.push(reference);
            return;
        }
        for (name, at) in unit.qualifiers_of(mention).iter().filter(|(n, _)| *n == self.name) {
            let groups: Vec<u32> = found.iter().filter_map(|i| self.resolver.qualifier(*i, *name)).collect();
            let places = self.places(&groups, &self.items, 0);
            if !places.is_empty() || (found.is_empty() && self.qualifiers.is_empty()) {
                let mut reference = unit.reference(mention, *at, Access::Qualify);
                reference.definitions = places;
                self.answer.references.push(reference);
            }
        }
        self.of_related(mention, &found);
    }

    /// A mention of something that has to do with what is meant.
    fn of_related(&mut self, mention: &Mention, found: &[u32]) {
        let unit = self.unit();
        let record = matches!(mention.statement, Kw::Write | Kw::Rewrite);
        let by = |i: &u32| {
            let file = unit.item(*i).map(|item| item.parent).filter(|_| record);
            let status = file.and_then(|f| Some((f, self.related.get(&f)?)));
            let status = status.filter(|(_, r)| r.relation == Relation::Status);
            status.or_else(|| self.related.get(i).map(|r| (*i, r)))
        };
        let Some((item, related)) = found.iter().find_map(by) else { return };
        let Some(access) = through(related.relation, mention) else { return };
        let mut reference = unit.reference(mention, mention.at, access);
        reference.via = unit.via(related.relation, item);
        reference.definitions = self.places(&related.with, &self.items, 0);
        self.answer.references.push(reference);
    }

    fn of_procedure(&mut self, mention: &Mention) {
        let unit = self.unit();
        let named = mention.name == self.name;
        let section = unit.qualifiers_of(mention).iter().find(|(n, _)| *n == self.name);
        if !named && section.is_none() {
            return;
        }
        let found = self.resolver.nodes(mention);
        let (access, at, found) = match section {
            Some((_, at)) if !named => {
                let sections = found.iter().filter_map(|n| unit.node(*n)).map(|n| n.section).collect();
                (Access::Qualify, *at, sections)
            }
            _ => (mention.access, mention.at, found),
        };
        let places = self.places(&found, &self.nodes, self.items.len());
        if places.is_empty() && !(found.is_empty() && self.qualifiers.is_empty()) {
            return;
        }
        let mut reference = unit.reference(mention, at, access);
        reference.definitions = places;
        self.answer.references.push(reference);
    }

    fn of_program(&mut self, mention: &Mention) {
        if mention.name != self.name || !self.qualifiers.is_empty() {
            return;
        }
        let mut reference = self.unit().reference(mention, mention.at, mention.access);
        let programs = self.answer.definitions.len().saturating_sub(self.first_program());
        reference.definitions = (self.definitions + self.first_program()..).take(programs).collect();
        self.answer.references.push(reference);
    }

    /// A call by the value of an item that may hold the name.
    fn of_holder(&mut self, mention: &Mention) {
        if self.held.is_empty() {
            return;
        }
        let found = self.resolver.items(mention);
        let Some(item) = found.iter().find(|i| self.held.binary_search(i).is_ok()) else { return };
        let mut reference = self.unit().reference(mention, mention.at, mention.access);
        let programs = self.answer.definitions.len().saturating_sub(self.first_program());
        reference.definitions = (self.definitions + self.first_program()..).take(programs).collect();
        reference.via = self.unit().via(Relation::Held, *item);
        reference.dynamic = true;
        self.answer.references.push(reference);
    }

    /// Ranges that hold the procedures that are meant, and what falls through into them.
    fn procedures(&mut self) {
        let unit = self.unit();
        let mut graph: Option<Graph> = None;
        let mut looks = 0;
        for (place, node) in self.nodes.clone().into_iter().enumerate() {
            let Some(program) = unit.node(node).map(|n| n.program) else { continue };
            if graph.as_ref().is_none_or(|g| g.program() != program) {
                graph = Some(Graph::new(&self.resolver, program));
            }
            let Some(graph) = &graph else { continue };
            looks += graph.edges().len();
            if looks > LOOKS {
                break;
            }
            let definitions = vec![self.definitions + self.items.len() + place];
            for (mention, start) in graph.ranges_around(node) {
                let Some(mention) = usize::try_from(mention).ok().and_then(|m| unit.mentions.get(m)) else {
                    continue;
                };
                let mut reference = unit.reference(mention, mention.at, Access::Within);
                reference.definitions.clone_from(&definitions);
                reference.via = unit.node(start).map(|n| {
                    let place = unit.place(n.at);
                    let name = unit.names.text(n.name);
                    Via { relation: Relation::Range, name, line: place.line, file: place.file }
                });
                self.answer.references.push(reference);
            }
            if let Some(before) = graph.falls_into(node) {
                let Some(to) = unit.node(node) else { continue };
                let place = unit.place(to.at);
                self.answer.references.push(Reference {
                    unit: unit.unit_name(program),
                    program: unit.program_name(program),
                    line: place.line,
                    file: place.file,
                    read_line: LineNo::new(to.at.line.into()),
                    column: to.at.column,
                    access: Access::FallThrough,
                    statement: "",
                    inside: unit.node_name(before),
                    definitions,
                    via: None,
                    uncertain: false,
                    dynamic: false,
                });
            }
        }
    }

    /// Statements with CORRESPONDING that reach what is meant by its name.
    fn corresponding(&mut self) {
        let unit = self.unit();
        let meant = |i: u32| self.items.binary_search(&i).ok();
        let mut found = Vec::new();
        implied(&self.resolver, &mut |mention, group, item| {
            if let Some(place) = meant(item) {
                let mut reference = unit.reference(mention, mention.at, mention.access);
                reference.definitions = vec![self.definitions + place];
                reference.via = unit.via(Relation::Corresponding, group);
                found.push(reference);
            }
        });
        self.answer.references.append(&mut found);
    }
}
