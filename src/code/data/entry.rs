//! A data description entry as it is written: its clauses as values, nothing computed.

use super::picture::Picture;
use super::usage::Usage;
use crate::base::LineNo;
use serde::Serialize;

/// One data description entry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry {
    /// Level number: 1 to 49, 66, 77, 78, 88.
    pub level: u8,
    /// Its name; `None` if it has none or is called FILLER.
    pub name: Option<String>,
    /// Where it begins.
    pub at: Spot,
    /// The PICTURE.
    pub picture: Option<PictureClause>,
    /// USAGE.
    pub usage: Option<Usage>,
    /// GROUP-USAGE NATIONAL or UTF-8.
    pub group_usage: Option<Usage>,
    /// SIGN.
    pub sign: Option<Sign>,
    /// OCCURS.
    pub occurs: Option<Occurs>,
    /// REDEFINES: the name.
    pub redefines: Option<String>,
    /// RENAMES: one name or the first and the last.
    pub renames: Option<(DataName, Option<DataName>)>,
    /// VALUE.
    pub values: Vec<Value>,
    /// WHEN SET TO FALSE of a condition name.
    pub when_false: Option<String>,
    /// BYTE-LENGTH of a UTF-8 item.
    pub byte_length: Option<u64>,
    /// Clauses that are there or not.
    pub flags: Flags,
    /// It has a clause that decides about its length and is not understood.
    pub unsized_by: Option<&'static str>,
}

/// A place in a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// The line.
    pub line: LineNo,
    /// The byte of the line, from 1.
    pub column: u32,
}

impl Default for Spot {
    fn default() -> Self {
        Self { line: LineNo::FIRST, column: 1 }
    }
}

/// A PICTURE clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureClause {
    /// The character string as it is written.
    pub text: String,
    /// What it says; `None` if it is no picture.
    pub picture: Option<Picture>,
}

/// A SIGN clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Sign {
    /// LEADING; TRAILING otherwise.
    pub leading: bool,
    /// SEPARATE: it takes a position of its own.
    pub separate: bool,
}

/// Clauses that are there or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Flags {
    /// SYNCHRONIZED.
    pub sync: bool,
    /// JUSTIFIED.
    pub just: bool,
    /// BLANK WHEN ZERO.
    pub blank_when_zero: bool,
    /// EXTERNAL.
    pub external: bool,
    /// GLOBAL.
    pub global: bool,
    /// VOLATILE.
    pub volatile: bool,
    /// TYPEDEF: it describes a type and takes no storage.
    pub typedef: bool,
}

/// A data name with what qualifies it, innermost first: `A OF B OF C`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DataName {
    /// The name and its qualifiers.
    pub parts: Vec<String>,
}

impl std::fmt::Display for DataName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.parts.join(" OF "))
    }
}

impl Serialize for DataName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// An OCCURS clause.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Occurs {
    /// Fewest occurrences.
    pub min: u64,
    /// Most occurrences; `None` if UNBOUNDED or not understood.
    pub max: Option<u64>,
    /// DEPENDING ON.
    pub depending: Option<DataName>,
    /// KEYs.
    pub keys: Vec<Key>,
    /// INDEXED BY.
    pub indexes: Vec<String>,
}

/// A KEY phrase of an OCCURS clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Key {
    /// ASCENDING; DESCENDING otherwise.
    pub ascending: bool,
    /// The keys, the most significant first.
    pub names: Vec<DataName>,
}

/// A literal of a VALUE clause, or a range of them, as they are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Value {
    /// The literal.
    pub from: String,
    /// The last of a range.
    pub through: Option<String>,
}

/// Whether two words are the same name.
pub fn same_name(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}
