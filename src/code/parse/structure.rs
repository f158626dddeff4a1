//! What a parse yields: the parts of one chunk in the order of the text, with places relative to the chunk.
//!
//! Headers (programs, divisions, sections, paragraphs) have the extent of the header only. Where they end, and who is inside
//! of whom, follows from the parts after them, which may be in another chunk.

use crate::base::num::to_usize;
use crate::code::SymbolKind;
use serde::{Deserialize, Serialize};

/// The parts of a chunk.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Structure {
    /// Symbols and whatever refers to symbols.
    pub parts: Vec<Part>,
    /// Whom the parts name, in the order of the parts.
    pub targets: Vec<Target>,
    /// Statements, with the words between them that steer them.
    pub statements: Vec<Statement>,
    /// What is odd, at most [`Structure::MAX_FAULTS`].
    pub faults: Vec<Fault>,
    /// How many bytes the chunk has.
    pub bytes: u32,
    names: String,
    /// Where each name ends in `names`.
    ends: Vec<u32>,
}

/// A name of a [`Structure`]: the same text has the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Name(u32);

/// A symbol, or what refers to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// What it is.
    pub kind: SymbolKind,
    /// What more there is to say.
    pub detail: Detail,
    /// Level number of a data item.
    pub level: u8,
    /// It is on a debugging line.
    pub debug: bool,
    /// Its first byte.
    pub start: u32,
    /// Behind its last byte.
    pub end: u32,
    /// Its name; None for FILLER, or where the name is missing. For an EXEC block the command; for what refers to others
    /// their names are [`Target`]s.
    pub name: Option<Name>,
    /// Where the name stands.
    pub name_at: u32,
}

/// What more there is to say of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    /// Nothing.
    #[default]
    None,
    /// END PROGRAM and the like: a unit ends.
    End,
    /// A file is selected (SELECT).
    Select,
    /// A file is described by FD.
    Fd,
    /// A file is described by SD.
    Sd,
    /// A report (RD) or a communication area (CD).
    Other,
    /// A program is called by a literal.
    Literal,
    /// A program is called by what a data item holds.
    ByName,
    /// PERFORM by SORT or MERGE.
    Sort,
    /// A jump that ALTER changes.
    Alter,
    /// GO TO DEPENDING ON.
    Depending,
    /// A line of a library manager.
    Directive,
    /// EXEC SQL.
    Sql,
    /// EXEC CICS.
    Cics,
    /// EXEC DLI.
    Dli,
}

/// Somebody that a part names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Number of the part.
    pub part: u32,
    /// As what it is named.
    pub role: TargetRole,
    /// Its name, without quotes and colon.
    pub name: Name,
    /// Where the name stands.
    pub at: u32,
}

/// As what somebody is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetRole {
    /// A paragraph or section.
    Label,
    /// The last paragraph or section of a range that the label before begins.
    Through,
    /// The section that the label before is in.
    Qualifier,
    /// A program.
    Program,
    /// A map.
    Map,
    /// A mapset.
    Mapset,
    /// A file.
    File,
    /// A transaction.
    Transaction,
    /// A queue.
    Queue,
    /// A segment of a data base.
    Segment,
    /// A table of SQL.
    Table,
    /// A cursor of SQL.
    Cursor,
    /// A data item that SQL reads or writes.
    HostVariable,
    /// What a SELECT assigns to its file.
    Assigned,
}

/// A statement or a word that steers statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// What it is.
    pub kind: StatementKind,
    /// It is on a debugging line.
    pub debug: bool,
    /// Its verb as it is written; None for a period.
    pub verb: Option<Name>,
    /// Its first byte.
    pub start: u32,
    /// Behind its last byte. A statement ends where the next begins: IF has its condition only.
    pub end: u32,
}

/// What a [`Statement`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatementKind {
    /// A verb with its operands.
    Verb,
    /// One that begins with a word that is no verb.
    Unknown,
    /// An EXEC block.
    Exec,
    /// COPY or REPLACE.
    Copy,
    /// ELSE.
    Else,
    /// WHEN with its condition.
    When,
    /// END-IF and the like.
    ScopeEnd,
    /// The period of a sentence.
    Period,
}

/// Something odd.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What.
    pub kind: FaultKind,
    /// Its first byte.
    pub start: u32,
    /// Behind its last byte.
    pub end: u32,
}

/// What is odd.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// A sentence begins with a word that is no verb.
    UnknownStatement,
    /// Words and values that belong to no statement.
    Fragment,
    /// A literal without a closing quote.
    OpenLiteral,
    /// Bytes that are no COBOL.
    Invalid,
    /// EXEC without END-EXEC.
    OpenExec,
    /// What the parser made no sense of. The grammar is made so that there is none.
    Syntax,
}

impl FaultKind {
    /// What is wrong, as a sentence.
    pub fn message(self) -> &'static str {
        match self {
            Self::UnknownStatement => "the sentence begins with a word that is no verb",
            Self::Fragment => "these words belong to no statement",
            Self::OpenLiteral => "the literal has no closing quote",
            Self::Invalid => "these characters are no COBOL",
            Self::OpenExec => "EXEC without END-EXEC",
            Self::Syntax => "this is not understood",
        }
    }
}

impl Structure {
    /// More faults than this are not kept.
    pub const MAX_FAULTS: usize = 200;

    /// The text of a name, as it is written; bytes that are no UTF-8 are replaced.
    pub fn text(&self, name: Name) -> &str {
        let at = to_usize(name.0.into());
        let end = |i: usize| self.ends.get(i).map_or(0, |e| to_usize((*e).into()));
        self.names.get(at.checked_sub(1).map_or(0, end)..end(at)).unwrap_or_default()
    }

    /// The name of a part, empty if it has none.
    pub fn name(&self, part: &Part) -> &str {
        part.name.map_or("", |name| self.text(name))
    }

    /// Whom part number `part` names.
    pub fn targets_of(&self, part: u32) -> &[Target] {
        let from = self.targets.partition_point(|t| t.part < part);
        let to = self.targets.partition_point(|t| t.part <= part);
        self.targets.get(from..to).unwrap_or_default()
    }

    /// Memory it takes, in bytes.
    pub fn memory(&self) -> usize {
        self.parts.capacity() * size_of::<Part>()
            + self.targets.capacity() * size_of::<Target>()
            + self.statements.capacity() * size_of::<Statement>()
            + self.faults.capacity() * size_of::<Fault>()
            + self.names.capacity()
            + self.ends.capacity() * size_of::<u32>()
    }

    pub(super) fn push_name(&mut self, text: &str) -> Name {
        let name = Name(u32::try_from(self.ends.len()).unwrap_or(u32::MAX));
        self.names.push_str(text);
        self.ends.push(u32::try_from(self.names.len()).unwrap_or(u32::MAX));
        name
    }
}
