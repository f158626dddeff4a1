//! What an import did, or a preview says that it would do.

use super::near::Like;
use serde::{Deserialize, Serialize};

/// Rows of one kind that are listed; all are counted.
pub const LISTED: usize = 10_000;
/// Names without a meaning that are listed.
const NAMES: usize = 200;

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It is new.
    Added,
    /// It replaces one of the same id.
    Changed,
    /// It is there already, just so.
    Unchanged,
    /// The store keeps what it has.
    Kept,
    /// It is left out, because another entry says the same.
    Duplicate,
}

/// A row and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What becomes of it.
    pub fate: Fate,
    /// The file, where there are several.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub file: String,
    /// Where in it: see [`Rejected::row`].
    pub row: u64,
    /// Its id; empty where the store gives it a number.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Fields that become different.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub fields: Vec<String>,
    /// Another entry that says the same, or nearly.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub like: Option<Like>,
}

/// A row that was not imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// The file, where there are several.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub file: String,
    /// Where: the row as a spreadsheet counts (CSV; the names of the columns are row 1), the line (JSONL, documents), the item
    /// of the list from 1 (JSON).
    pub row: u64,
    /// Which field; empty when it is about the row as a whole.
    pub field: String,
    /// What is wrong and what to do.
    pub reason: String,
}

/// A name in the file that entries have no field for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unused {
    /// The name: of a column, of a field of front matter.
    pub name: String,
    /// Where it was first.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub file: String,
    /// The row there.
    pub row: u64,
    /// How often it was there; a column counts once.
    pub times: u64,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Report {
    /// Nothing was written: it is what an import would do.
    pub preview: bool,
    /// Rows read.
    pub rows: u64,
    /// Entries that are new.
    pub added: u64,
    /// Entries that replaced one of the same id.
    pub changed: u64,
    /// Entries that were there already, just so.
    pub unchanged: u64,
    /// Entries that the store left as they were.
    pub kept: u64,
    /// Rows that were left out, because another entry says the same.
    pub duplicates: u64,
    /// Entries that are nearly the same as another one and were taken all the same.
    pub alike: u64,
    /// Rows that could not be imported.
    pub rejected_rows: u64,
    /// The first of them, in the order of the file.
    pub rejected: Vec<Rejected>,
    /// The first rows that were left out or are like another entry; in a preview the first of each kind but unchanged ones.
    pub items: Vec<Item>,
    /// Names in the file that mean nothing here.
    pub unused: Vec<Unused>,
    /// What is worth knowing about how it was read.
    pub remarks: Vec<String>,
}

impl Report {
    /// Counts a row.
    pub(super) fn count(&mut self, fate: Fate) {
        let count = match fate {
            Fate::Added => &mut self.added,
            Fate::Changed => &mut self.changed,
            Fate::Unchanged => &mut self.unchanged,
            Fate::Kept => &mut self.kept,
            Fate::Duplicate => &mut self.duplicates,
        };
        *count += 1;
    }

    pub(super) fn reject(&mut self, rejected: Rejected) {
        self.rejected_rows += 1;
        if self.rejected.len() < LISTED {
            self.rejected.push(rejected);
        }
    }

    pub(super) fn unused(&mut self, name: &str, file: &str, row: u64) {
        if let Some(known) = self.unused.iter_mut().find(|unused| unused.name == name) {
            known.times += 1;
        } else if self.unused.len() < NAMES {
            self.unused.push(Unused { name: name.to_owned(), file: file.to_owned(), row, times: 1 });
        }
    }
}
