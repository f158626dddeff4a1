//! Many entries at once: import and export as JSON, JSONL and CSV. Owns the fields and their forms, and the report of what
//! was not taken. Must not know files or terminals: it is given readers and writers.
//!
//! Invariants: nothing larger than one row and one batch is held (apart from the ids seen); a row that cannot be used never
//! keeps another from being imported, and is named in the report; what is exported is imported as it was.

use super::entry::{fault, ready};
use crate::base::num::to_u64;
use crate::base::{Budget, Exit, Result, UserError};
use crate::store::{ChangeKind, NewEntry, PutOutcome, Store, UnixMs};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::io::BufRead;
use std::path::Path;

mod export;
mod input;
mod json;
mod record;
mod table;
#[cfg(test)]
mod tests;

pub use export::{Exported, export, export_whole};

/// Most bytes of one row as it is written.
const LARGEST_ROW: u64 = 16 << 20;
/// Entries put in one transaction, and about how many bytes of text.
const BATCH: usize = 1_000;
const BATCH_BYTES: usize = 16 << 20;
/// Rows between two looks at the budget.
const STRIDE: u64 = 64;

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
}

impl Format {
    /// The format that the ending of a file's name says.
    ///
    /// # Errors
    /// Names the file when its ending says nothing.
    pub fn of(path: &Path) -> Result<Self> {
        let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
        match ending.as_str() {
            "json" => Ok(Self::Json),
            "jsonl" | "ndjson" => Ok(Self::Jsonl),
            "csv" => Ok(Self::Csv),
            _ => Err(UserError::new(format!("{} has no known format", path.display()))
                .cause("its name ends neither in .json nor in .jsonl, .ndjson or .csv")
                .hint("give the file one of these endings")),
        }
    }
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// Rows read.
    pub rows: u64,
    /// Bytes read.
    pub bytes: u64,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Report {
    /// Entries that are new.
    pub added: u64,
    /// Entries that replaced one of the same id.
    pub changed: u64,
    /// Entries that were there already, just so.
    pub unchanged: u64,
    /// Entries that the store left as they were, because people had changed them.
    pub kept: u64,
    /// Rows that were not imported, in the order of the file.
    pub rejected: Vec<Rejected>,
}

/// A row that was not imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// Where: the row as a spreadsheet counts (CSV; the names of the columns are row 1), the line (JSONL), the item of the
    /// list from 1 (JSON).
    pub row: u64,
    /// Which field; empty when it is about the row as a whole.
    pub field: String,
    /// What is wrong and what to do.
    pub reason: String,
}

/// A row of a file.
struct Row {
    number: u64,
    entry: Taken<NewEntry>,
}

/// What was read of a row, or what is wrong with it.
type Taken<T> = std::result::Result<T, Flaw>;

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Flaw {
    field: String,
    reason: String,
}

impl Flaw {
    fn new(field: &str, reason: impl Into<String>) -> Self {
        Self { field: field.to_owned(), reason: reason.into() }
    }

    fn row(reason: impl Into<String>) -> Self {
        Self::new("", reason)
    }
}

/// Reads entries of `format` from `reader` and puts those that are fit into `store`, in batches. `progress` is called after
/// each batch and at the end.
///
/// # Errors
/// When the reader or the store fails, when the columns of a CSV file are not those of entries, and with
/// `Exit::Interrupted` when `budget` ends. What was put before stays.
pub fn import(
    store: &dyn Store,
    reader: impl BufRead,
    format: Format,
    at: UnixMs,
    budget: &Budget,
    progress: &mut dyn FnMut(Progress),
) -> Result<Report> {
    let (input, bytes) = input::open(reader)?;
    let mut import = Import {
        store,
        at,
        report: Report::default(),
        batch: Vec::with_capacity(BATCH),
        batch_bytes: 0,
        seen: HashMap::new(),
    };
    let rows: Box<dyn Iterator<Item = Result<Row>>> = match format {
        Format::Json => Box::new(json::list(input)),
        Format::Jsonl => Box::new(json::lines(input)),
        Format::Csv => Box::new(table::rows(input, &bytes)?),
    };
    let mut done = Progress::default();
    for row in rows {
        if done.rows % STRIDE == 0 {
            budget.check().map_err(|stop| {
                let taken = import.report.added + import.report.changed;
                UserError::new(format!("the import was stopped in row {}", done.rows + 1))
                    .cause(stop)
                    .hint(format!("{taken} entries were imported; the import can be repeated"))
                    .exit(Exit::Interrupted)
            })?;
        }
        done.rows += 1;
        if import.take(row?)? {
            progress(Progress { bytes: bytes.total(), ..done });
        }
    }
    import.put()?;
    progress(Progress { bytes: bytes.total(), ..done });
    Ok(import.report)
}

struct Import<'s> {
    store: &'s dyn Store,
    at: UnixMs,
    report: Report,
    batch: Vec<NewEntry>,
    batch_bytes: usize,
    /// Ids of the file in upper case, and where they were.
    seen: HashMap<String, u64>,
}

impl Import<'_> {
    /// Takes a row. True if a batch was put.
    fn take(&mut self, row: Row) -> Result<bool> {
        match row.entry.and_then(|entry| self.fit(entry, row.number)) {
            Ok(entry) => {
                self.batch_bytes += entry.problem.len() + entry.solution.len();
                self.batch.push(entry);
                if self.batch.len() >= BATCH || self.batch_bytes >= BATCH_BYTES {
                    self.put()?;
                    return Ok(true);
                }
            }
            Err(Flaw { field, reason }) => {
                self.report.rejected.push(Rejected { row: row.number, field, reason });
            }
        }
        Ok(false)
    }

    /// The entry as it can be put.
    fn fit(&mut self, entry: NewEntry, number: u64) -> Taken<NewEntry> {
        if let Some(fault) = fault(&entry) {
            return Err(Flaw::new(fault.field, format!("it {}: {}", fault.reason, fault.hint)));
        }
        if !entry.id.is_empty()
            && let Some(first) = self.seen.insert(entry.id.to_uppercase(), number)
        {
            self.seen.insert(entry.id.to_uppercase(), first);
            return Err(Flaw::new("id", format!("row {first} has the same id: keep one of the two")));
        }
        Ok(ready(entry))
    }

    fn put(&mut self) -> Result<()> {
        if self.batch.is_empty() {
            return Ok(());
        }
        for outcome in self.store.put_as(&self.batch, ChangeKind::Import, self.at)? {
            let count = match outcome {
                PutOutcome::Added(_) => &mut self.report.added,
                PutOutcome::Changed(_) => &mut self.report.changed,
                PutOutcome::Unchanged(_) => &mut self.report.unchanged,
                PutOutcome::KeptLocal(_) | PutOutcome::Conflict(_) => &mut self.report.kept,
            };
            *count += 1;
        }
        self.batch.clear();
        self.batch_bytes = 0;
        Ok(())
    }
}

/// A failure of the reader.
fn unreadable(row: u64, error: &std::io::Error) -> UserError {
    UserError::new(format!("the file cannot be read behind row {row}"))
        .cause(error)
        .hint("what came before was imported; the import can be repeated")
}
