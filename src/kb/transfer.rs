//! Many entries at once: import and export as JSON, JSONL, CSV, Markdown and text. Owns the fields and their forms, what
//! becomes of each entry of a file, and the report of what was not taken. Must not know files or terminals: it is given
//! readers, documents and writers.
//!
//! Invariants: nothing larger than one row and one batch is held (apart from the ids seen and the prints of texts, which are
//! bounded); a row that cannot be used never keeps another from being imported, and is named in the report; what is exported
//! is imported as it was; a preview says what the import would do, by the same steps.

use crate::base::num::to_u64;
use crate::base::{Result, UserError};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::rc::Rc;

mod document;
mod export;
mod fields;
mod folder;
mod front;
mod html;
mod import;
mod input;
mod json;
mod look;
mod near;
mod record;
mod report;
mod sections;
mod table;
#[cfg(test)]
mod tests;

pub use document::{Document, Manner};
pub use export::{Exported, export, export_whole};
pub use folder::export_documents;
pub use import::{Duplicates, Options, Rows, import};
pub use input::{from_utf16, windows_1252};
pub use look::{Look, Wanted, look};
pub use near::{Like, NEAR, Why};
pub use report::{Fate, Item, LISTED, Rejected, Report, Unused};

/// Most bytes of one row as it is written.
const LARGEST_ROW: u64 = 16 << 20;

/// How entries are written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// One list of objects.
    Json,
    /// One object on each line.
    Jsonl,
    /// A line with the names of the columns, then a row for each entry; items of lists are joined by `;`.
    Csv,
    /// A document for each entry: front matter and sections.
    Markdown,
    /// A text for each entry; only to be read.
    Text,
}

/// What the names of files end with, and what that says.
const ENDINGS: [(&str, Format, Manner); 10] = [
    ("json", Format::Json, Manner::Text),
    ("jsonl", Format::Jsonl, Manner::Text),
    ("ndjson", Format::Jsonl, Manner::Text),
    ("csv", Format::Csv, Manner::Text),
    ("tsv", Format::Csv, Manner::Text),
    ("md", Format::Markdown, Manner::Markdown),
    ("markdown", Format::Markdown, Manner::Markdown),
    ("html", Format::Text, Manner::Html),
    ("htm", Format::Text, Manner::Html),
    ("txt", Format::Text, Manner::Text),
];

fn ending(path: &Path) -> Option<&'static (&'static str, Format, Manner)> {
    let ending = path.extension()?.to_str()?;
    ENDINGS.iter().find(|(known, ..)| ending.eq_ignore_ascii_case(known))
}

impl Format {
    /// The format that the ending of a file's name says.
    ///
    /// # Errors
    /// Names the file when its ending says nothing.
    pub fn of(path: &Path) -> Result<Self> {
        ending(path).map(|(_, format, _)| *format).ok_or_else(|| {
            UserError::new(format!("{} has no known format", path.display()))
                .cause(
                    "its name ends neither in .json, .jsonl, .ndjson, .csv or .tsv nor in .md, .txt or .html",
                )
                .hint("say which with --format, or give the file one of these endings")
        })
    }

    /// Whether a file holds one entry.
    pub fn is_document(self) -> bool {
        matches!(self, Self::Markdown | Self::Text)
    }
}

impl Manner {
    /// How a document of this name is written: what does not say it is text. `None` if its name says that it holds many entries.
    pub fn of(path: &Path) -> Option<Self> {
        match ending(path) {
            Some((_, format, manner)) => format.is_document().then_some(*manner),
            None => Some(Self::Text),
        }
    }
}

/// Whether `path` is a document by itself, which is one entry.
pub fn single_document(path: &str, format: Option<Format>) -> bool {
    let named = Format::of(Path::new(path)).ok();
    format.or(named).is_some_and(Format::is_document) && named.is_some_and(Format::is_document)
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// Rows read.
    pub rows: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Entries of the store that were looked at for texts that are the same.
    pub known: u64,
}

/// A row of a file, or a document.
struct Row {
    /// The file, where there are several.
    file: Rc<str>,
    number: u64,
    draft: Taken<fields::Draft>,
}

impl Row {
    fn new(number: u64, draft: Taken<fields::Draft>) -> Self {
        Self { file: Rc::default(), number, draft }
    }
}

/// What was read of a row, or what is wrong with it.
type Taken<T> = std::result::Result<T, Flaw>;

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Flaw {
    field: String,
    reason: String,
    /// The line of a document.
    line: Option<u64>,
}

impl Flaw {
    fn new(field: &str, reason: impl Into<String>) -> Self {
        Self { field: field.to_owned(), reason: reason.into(), line: None }
    }

    fn row(reason: impl Into<String>) -> Self {
        Self::new("", reason)
    }

    /// The same on a line of a document, unless it is on one already.
    fn on_line(mut self, line: u64) -> Self {
        self.line.get_or_insert(line);
        self
    }
}

/// A failure of the reader.
fn unreadable(row: u64, error: &std::io::Error) -> UserError {
    UserError::new(format!("the file cannot be read behind row {row}"))
        .cause(error)
        .hint("what came before was imported; the import can be repeated")
}
