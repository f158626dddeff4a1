//! Takes definitions and mentions in the order of the source and keeps those that are wanted.

use super::model::{
    Access, At, Entry, Given, Item, Kind, Marks, Mention, NONE, Node, Program, Space, Unit, push,
};
use super::names::Name;
use super::relations;
use super::tok::Tok;
use super::words::Kw;
use std::mem;

/// What a cross-reference is wanted for. It decides what is kept of a unit, and so how much memory one takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Want {
    /// Everything.
    All,
    /// What has to do with this name. Data that stand behind the procedures of their program, where no compiler takes them, are
    /// not foreseen: what mentions a group around the name before that may be missing.
    Name(String),
    /// What decides where control goes.
    Flow,
}

/// A unit that grows.
#[derive(Debug)]
pub struct Builder {
    pub unit: Unit,
    want: Want,
    /// The name that is wanted.
    wanted: Name,
    /// By the number of a word: it has to do with the wanted name.
    interest: Vec<bool>,
    /// How many items were there when that was found out.
    known: usize,
    /// Not all data of the program is known: everything is kept.
    open: bool,
    /// The program and the procedure that mentions are in.
    pub program: u32,
    pub node: u32,
    pub declarative: bool,
    section: u32,
}

impl Builder {
    /// An empty unit.
    pub fn new(want: Want) -> Self {
        let mut new = Self {
            unit: Unit::default(),
            want,
            wanted: Name::NONE,
            interest: Vec::new(),
            known: 0,
            open: true,
            program: NONE,
            node: NONE,
            declarative: false,
            section: NONE,
        };
        new.begin();
        new
    }

    fn begin(&mut self) {
        if let Want::Name(name) = &self.want {
            self.wanted = self.unit.names.expect(name.as_bytes());
        }
        self.interest.clear();
        self.known = 0;
        self.open = true;
        (self.program, self.node, self.section) = (NONE, NONE, NONE);
        self.declarative = false;
    }

    /// Gives the unit away and begins the next.
    pub fn take(&mut self) -> Unit {
        let expanded = self.unit.expanded.clone();
        let unit = mem::take(&mut self.unit);
        self.unit.expanded = expanded;
        self.begin();
        unit
    }

    /// The word that decides, if the token is one.
    pub fn kw(&self, tok: &Tok) -> Kw {
        self.unit.names.class(tok.word).kw
    }

    /// A program begins, inside of the one that is open.
    pub fn begin_program(&mut self, name: Name, at: At, parent: u32) {
        let program = Program { name, at, parent, ended: false };
        self.program = push(&mut self.unit.programs, program, &mut self.unit.full);
        self.open = true;
        (self.node, self.section) = (NONE, NONE);
        self.declarative = false;
    }

    /// Adds an item. One without a name is there for what is under it.
    pub fn item(&mut self, item: Item) -> u32 {
        if item.name.is_some() {
            self.unit.names.define(item.name);
        }
        push(&mut self.unit.items, item, &mut self.unit.full)
    }

    /// The PROCEDURE DIVISION begins: all data is known.
    pub fn begin_procedures(&mut self, at: At) {
        self.open = false;
        let new = self.unit.items.get(self.known..).unwrap_or_default();
        if new.iter().any(|i| i.name == self.wanted) {
            self.interest = relations::interest(&self.unit, self.wanted);
        }
        self.known = self.unit.items.len();
        self.declarative = false;
        self.section = NONE;
        self.begin_node(Name::NONE, Kind::Paragraph, at);
    }

    /// The names behind PROCEDURE DIVISION USING and RETURNING.
    pub fn parameters(&mut self, toks: &[Tok]) {
        for tok in toks {
            self.mention(tok.word, tok.at, &[], How::data(Access::Use, Kw::Procedure));
        }
    }

    /// What follows END DECLARATIVES begins.
    pub fn begin_start(&mut self, at: At) {
        self.section = NONE;
        self.begin_node(Name::NONE, Kind::Paragraph, at);
    }

    /// A section or paragraph begins.
    pub fn begin_node(&mut self, name: Name, kind: Kind, at: At) {
        let number = u32::try_from(self.unit.nodes.len()).unwrap_or(NONE);
        if kind == Kind::Section {
            self.section = number;
        }
        let node = Node {
            name,
            kind,
            at,
            program: self.program,
            section: self.section,
            declarative: self.declarative,
            falls: true,
            to_section_end: false,
        };
        self.node = push(&mut self.unit.nodes, node, &mut self.unit.full);
    }

    /// The procedure that is open has ended.
    pub fn end_node(&mut self, falls: bool, to_section_end: bool) {
        let node = usize::try_from(self.node).ok().and_then(|n| self.unit.nodes.get_mut(n));
        if let Some(node) = node {
            node.falls = falls;
            node.to_section_end = to_section_end;
        }
    }

    /// Adds an ENTRY.
    pub fn entry(&mut self, name: Name, at: At) {
        let entry = Entry { name, at, program: self.program, node: self.node };
        push(&mut self.unit.entries, entry, &mut self.unit.full);
    }

    /// Whether mentions of such names are kept.
    fn keeps(&self, space: Space, name: Name, qualifiers: &[(Name, At)]) -> bool {
        if !matches!(space, Space::Data) {
            return true;
        }
        let is = |n: Name| n == self.wanted || self.interest.get(n.index()).copied().unwrap_or(false);
        match self.want {
            Want::All => true,
            Want::Flow => false,
            Want::Name(_) => self.open || is(name) || qualifiers.iter().any(|(n, _)| is(*n)),
        }
    }

    /// Adds a mention if it is wanted. [`NONE`] if it is not.
    pub fn mention(&mut self, name: Name, at: At, qualifiers: &[(Name, At)], how: How) -> u32 {
        if !how.always && !self.keeps(how.space, name, qualifiers) {
            return NONE;
        }
        let mention = Mention {
            name,
            at,
            qualifiers_at: u32::try_from(self.unit.qualifiers.len()).unwrap_or(NONE),
            qualifiers: u8::try_from(qualifiers.len()).unwrap_or(u8::MAX),
            space: how.space,
            access: how.access,
            marks: how.marks,
            statement: how.statement,
            program: self.program,
            node: self.node,
        };
        let number = push(&mut self.unit.mentions, mention, &mut self.unit.full);
        if number != NONE {
            self.unit.qualifiers.extend_from_slice(qualifiers);
        }
        number
    }

    /// Whether it matters that an item is given this constant.
    pub fn wants_given(&self, value: Name) -> bool {
        value.is_some() && (self.want == Want::All || self.want == Want::Flow || value == self.wanted)
    }

    /// The item of `mention` is given a constant.
    pub fn given(&mut self, mention: u32, value: Name) {
        if mention != NONE {
            push(&mut self.unit.given, Given { mention, value }, &mut self.unit.full);
        }
    }

    /// The items of two groups are paired by their names.
    pub fn pair(&mut self, from: u32, to: u32) {
        if from != NONE && to != NONE {
            push(&mut self.unit.pairs, (from, to), &mut self.unit.full);
        }
    }
}

/// How a name is mentioned.
#[derive(Debug, Clone, Copy)]
pub struct How {
    /// In which names it is looked up.
    pub space: Space,
    /// What is done to what it names.
    pub access: Access,
    /// What more there is to say.
    pub marks: Marks,
    /// The verb, or the word of the clause.
    pub statement: Kw,
    /// It is kept whatever is wanted.
    pub always: bool,
}

impl How {
    /// A mention of data.
    pub fn data(access: Access, statement: Kw) -> Self {
        Self { space: Space::Data, access, marks: Marks::default(), statement, always: false }
    }
}
