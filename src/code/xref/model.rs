//! What is known of one compile unit: what it defines and what it mentions, packed. Names are numbers of the unit's words.

use super::names::{Name, Names};
use super::words::Kw;
use crate::base::LineNo;
use crate::base::num::to_usize;
use crate::code::copybook::Expanded;
use serde::Serialize;
use std::sync::Arc;

/// No item, procedure or program.
pub const NONE: u32 = u32::MAX;

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A program, function, class or method.
    Program,
    /// An ENTRY statement.
    Entry,
    /// A section of the PROCEDURE DIVISION.
    Section,
    /// A paragraph of the PROCEDURE DIVISION.
    Paragraph,
    /// A file (FD or SD, or a SELECT without one).
    File,
    /// A report or communication description.
    Report,
    /// A data item.
    Data,
    /// A condition name: level 88, or of a switch.
    Condition,
    /// An index name.
    Index,
    /// A constant: level 78, or 01 CONSTANT.
    Constant,
    /// A level 66.
    Renames,
    /// A name of SPECIAL-NAMES: a mnemonic name, an alphabet, a class, a symbolic character.
    Mnemonic,
    /// A special register of the language.
    Register,
}

/// What a reference does to what it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Its value is taken.
    Read,
    /// It gets a value.
    Write,
    /// Both, or whoever is given it may do both.
    Both,
    /// It is named, and its value neither taken nor changed: REDEFINES, SELECT, CLOSE, LENGTH OF.
    Use,
    /// It qualifies another name.
    Qualify,
    /// PERFORM of it, or of a range that begins with it.
    Perform,
    /// The end of a range that is performed.
    Thru,
    /// It lies within a range that is performed.
    Within,
    /// GO TO.
    GoTo,
    /// GO TO ... DEPENDING ON.
    GoToDepending,
    /// ALTER of its GO TO.
    Alter,
    /// The target that ALTER gives to a GO TO.
    Proceed,
    /// The paragraph before falls through into it.
    FallThrough,
    /// INPUT or OUTPUT PROCEDURE of SORT or MERGE.
    Sort,
    /// PROCESSING PROCEDURE of XML PARSE.
    Processing,
    /// USE FOR DEBUGGING.
    Debugging,
    /// EXEC CICS HANDLE.
    Handle,
    /// EXEC SQL WHENEVER ... GO TO.
    Whenever,
    /// CALL.
    Call,
    /// CANCEL.
    Cancel,
    /// EXEC CICS LINK.
    Link,
    /// EXEC CICS XCTL.
    Xctl,
    /// A transaction is started (START, RETURN TRANSID), or another program resource is named.
    Start,
}

impl Access {
    /// Whether what is named gets a value.
    pub fn writes(self) -> bool {
        matches!(self, Self::Write | Self::Both)
    }

    /// Whether its value is taken.
    pub fn reads(self) -> bool {
        matches!(self, Self::Read | Self::Both)
    }

    /// The word for it in text and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Both => "both",
            Self::Use => "use",
            Self::Qualify => "qualify",
            Self::Perform => "perform",
            Self::Thru => "thru",
            Self::Within => "within",
            Self::GoTo => "go_to",
            Self::GoToDepending => "go_to_depending",
            Self::Alter => "alter",
            Self::Proceed => "proceed",
            Self::FallThrough => "fall_through",
            Self::Sort => "sort",
            Self::Processing => "processing",
            Self::Debugging => "debugging",
            Self::Handle => "handle",
            Self::Whenever => "whenever",
            Self::Call => "call",
            Self::Cancel => "cancel",
            Self::Link => "link",
            Self::Xctl => "xctl",
            Self::Start => "start",
        }
    }
}

/// A line of the source, or of a copybook that was put in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The line, from 1.
    pub line: LineNo,
    /// What names the file of the copybook; `None` for the source itself.
    pub file: Option<String>,
}

/// A place in the text that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct At {
    /// The line, from 1.
    pub line: u32,
    /// The byte of the line, from 1.
    pub column: u32,
}

/// In which names a mention is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    /// Data, files, conditions, indexes, mnemonic names.
    Data,
    /// Sections and paragraphs.
    Procedure,
    /// Procedures, or data if there is no such procedure.
    Either,
    /// Programs; the name is that of the program.
    Program,
    /// Programs; the name is that of a data item which holds the name of the program.
    ProgramIn,
}

/// What more there is to say of a mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks {
    /// Nobody knows the statement: the access is a guess.
    pub uncertain: bool,
    /// The statement has CORRESPONDING: items of the same name are meant too.
    pub corresponding: bool,
}

/// A program, function, class or method.
#[derive(Debug, Clone, Copy)]
pub struct Program {
    pub name: Name,
    pub at: At,
    /// The program it was opened in.
    pub parent: u32,
    /// It has an END PROGRAM.
    pub ended: bool,
}

/// A definition of the namespace of data.
#[derive(Debug, Clone, Copy)]
pub struct Item {
    pub name: Name,
    pub kind: Kind,
    /// Level number; 0 where there is none.
    pub level: u8,
    pub global: bool,
    /// It has OCCURS.
    pub occurs: bool,
    pub at: At,
    pub program: u32,
    /// The item, file or report it is under; of a condition and an index, the item they belong to.
    pub parent: u32,
    /// REDEFINES: the name.
    pub redefines: Name,
    /// RENAMES: the names of the first and the last item.
    pub renames: (Name, Name),
    /// A short literal in its VALUE.
    pub value: Name,
}

/// A stretch of the PROCEDURE DIVISION that a name can be given to.
#[derive(Debug, Clone, Copy)]
pub struct Node {
    /// Its name; none for what precedes the first header.
    pub name: Name,
    pub kind: Kind,
    pub at: At,
    pub program: u32,
    /// The node of the section it is in; itself for a section; [`NONE`] outside of sections.
    pub section: u32,
    pub declarative: bool,
    /// Control can reach its end.
    pub falls: bool,
    /// It has an EXIT SECTION.
    pub to_section_end: bool,
}

/// A name in a place where it stands for something.
#[derive(Debug, Clone, Copy)]
pub struct Mention {
    pub name: Name,
    pub at: At,
    /// Its qualifiers in [`Unit::qualifiers`], innermost first.
    pub qualifiers_at: u32,
    pub qualifiers: u8,
    pub space: Space,
    pub access: Access,
    pub marks: Marks,
    /// The verb, or the word of the clause.
    pub statement: Kw,
    pub program: u32,
    /// The procedure it is in; [`NONE`] outside of the PROCEDURE DIVISION.
    pub node: u32,
}

/// A constant that a data item gets: it may be the name of a program.
#[derive(Debug, Clone, Copy)]
pub struct Given {
    /// The mention of the item.
    pub mention: u32,
    pub value: Name,
}

/// An ENTRY.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    pub name: Name,
    pub at: At,
    pub program: u32,
    pub node: u32,
}

/// One compile unit: a program with all that is nested in it. What follows each other without END PROGRAM may share one.
#[derive(Debug, Clone, Default)]
pub struct Unit {
    pub(super) names: Names,
    pub(super) programs: Vec<Program>,
    pub(super) items: Vec<Item>,
    pub(super) nodes: Vec<Node>,
    pub(super) entries: Vec<Entry>,
    pub(super) mentions: Vec<Mention>,
    pub(super) qualifiers: Vec<(Name, At)>,
    pub(super) given: Vec<Given>,
    /// Names of files with the mention of their FILE STATUS.
    pub(super) statuses: Vec<(Name, u32)>,
    /// Mentions of the two groups of a statement with CORRESPONDING.
    pub(super) pairs: Vec<(u32, u32)>,
    /// There was more than is kept.
    pub(super) full: bool,
    /// The text is that of a program with its copybooks put in.
    pub(super) expanded: Option<Arc<Expanded>>,
}

/// Most items, procedures and mentions of a unit, so that no file takes more memory than this says.
pub(super) const MOST: usize = 1 << 21;

/// The element of `list` with number `index`.
pub(super) fn nth<T>(list: &[T], index: u32) -> Option<&T> {
    list.get(to_usize(index.into()))
}

/// Adds to `list` and gives the number of what was added; [`NONE`] when it is full.
pub(super) fn push<T>(list: &mut Vec<T>, value: T, full: &mut bool) -> u32 {
    match u32::try_from(list.len()) {
        Ok(number) if list.len() < MOST => {
            list.push(value);
            number
        }
        _ => {
            *full = true;
            NONE
        }
    }
}

impl Unit {
    /// Where a line of the text is from.
    pub(super) fn place(&self, at: At) -> Place {
        let line = LineNo::new(at.line.into());
        let Some(expanded) = &self.expanded else { return Place { line, file: None } };
        let Some(origin) = expanded.origin(line) else { return Place { line, file: None } };
        let copy = expanded.copy_of(origin);
        Place { line: origin.line_no(), file: copy.and_then(|c| c.file.as_deref()).map(str::to_owned) }
    }

    /// Whether it holds nothing at all.
    pub(super) fn is_empty(&self) -> bool {
        self.programs.is_empty() && self.items.is_empty() && self.nodes.is_empty() && self.mentions.is_empty()
    }

    pub(super) fn item(&self, index: u32) -> Option<&Item> {
        nth(&self.items, index)
    }

    pub(super) fn node(&self, index: u32) -> Option<&Node> {
        nth(&self.nodes, index)
    }

    pub(super) fn program(&self, index: u32) -> Option<&Program> {
        nth(&self.programs, index)
    }

    pub(super) fn qualifiers_of(&self, mention: &Mention) -> &[(Name, At)] {
        let at = to_usize(mention.qualifiers_at.into());
        self.qualifiers.get(at..at + usize::from(mention.qualifiers)).unwrap_or_default()
    }

    /// What item `index` is under, innermost first.
    pub(super) fn above(&self, index: u32) -> impl Iterator<Item = u32> + '_ {
        let up = |i: &u32| self.item(*i).map(|item| item.parent).filter(|p| *p != NONE);
        std::iter::successors(up(&index), up).take(DEEPEST)
    }

    /// The program that `program` is nested in: one that goes on behind it.
    pub(super) fn outer(&self, program: u32) -> Option<u32> {
        let up = |i: &u32| self.program(*i).map(|p| p.parent).filter(|p| *p != NONE);
        std::iter::successors(up(&program), up)
            .take(DEEPEST)
            .find(|p| self.program(*p).is_some_and(|p| p.ended))
    }

    /// The outermost program around `program`.
    pub(super) fn root(&self, program: u32) -> u32 {
        std::iter::successors(Some(program), |p| self.outer(*p)).take(DEEPEST).last().unwrap_or(program)
    }

    /// The name of the compile unit that `program` is in; empty for what has no program.
    pub fn unit_name(&self, program: u32) -> String {
        self.program(self.root(program)).map(|p| self.names.text(p.name)).unwrap_or_default()
    }

    /// The name of a program; empty if it has none.
    pub fn program_name(&self, program: u32) -> String {
        self.program(program).map(|p| self.names.text(p.name)).unwrap_or_default()
    }

    /// The program that is not inside of another; of a copybook, what stands for none.
    pub fn root_program(&self) -> u32 {
        if self.programs.is_empty() { NONE } else { 0 }
    }

    /// How many programs there are.
    pub fn programs(&self) -> u32 {
        u32::try_from(self.programs.len()).unwrap_or(NONE)
    }

    /// Whether there was more than is kept.
    pub fn is_full(&self) -> bool {
        self.full || self.names.is_full()
    }
}

/// Most levels of items or of nested programs that are followed.
const DEEPEST: usize = 64;
