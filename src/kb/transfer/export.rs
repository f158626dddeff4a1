//! All entries of a store, written down.

use super::Format;
use super::fields::EXPORTED;
use super::record::Written;
use crate::base::{Budget, Exit, Result, UserError};
use crate::store::{Entry, EntryRow, Filter, Store};
use std::collections::HashSet;
use std::fmt::Display;
use std::io::Write;

/// Heads asked for at once: most stores answer in one piece, which no change can come between.
const PAGE: usize = 50_000;
/// Entries held at once.
const ENTRIES: usize = 100;
/// Damaged entries that are named.
const NAMED: usize = 5;

/// Writes every entry of `store` that is not deleted to `writer`, by id, and gives how many: what people wrote, notes
/// too. Ratings, counts and times are not written: `backup` keeps these.
///
/// # Errors
/// When the store or the writer fails, with `Exit::Interrupted` when `budget` ends, and, after all others have been
/// written, when entries were left out because their bytes on disk are damaged.
pub fn export(store: &dyn Store, writer: impl Write, format: Format, budget: &Budget) -> Result<u64> {
    let exported = export_whole(store, writer, format, budget)?;
    exported.complaint().map_or(Ok(exported.written), Err)
}

/// What an export wrote, and what it could not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exported {
    /// Entries written.
    pub written: u64,
    /// Ids of entries that were left out because their bytes on disk are damaged.
    pub damaged: Vec<String>,
}

impl Exported {
    /// The error about damaged entries, if there are any.
    pub fn complaint(&self) -> Option<UserError> {
        if self.damaged.is_empty() {
            return None;
        }
        let more = if self.damaged.len() > NAMED { " …" } else { "" };
        let names: Vec<&str> = self.damaged.iter().take(NAMED).map(String::as_str).collect();
        let error = UserError::new(format!("{} entries were left out of the export", self.damaged.len()))
            .cause(format!("their bytes on disk are damaged: {}{more}", names.join(", ")))
            .hint(format!(
                "the other {} were written; `greenbar restore` brings the last backup back",
                self.written
            ))
            .exit(Exit::Store);
        Some(error)
    }
}

/// The same as [`export`], but entries that are damaged do not make it fail: what was written is whole without them.
///
/// # Errors
/// When the store or the writer fails, and with `Exit::Interrupted` when `budget` ends.
pub fn export_whole(
    store: &dyn Store,
    writer: impl Write,
    format: Format,
    budget: &Budget,
) -> Result<Exported> {
    let mut sheet = Sheet::begin(writer, format)?;
    let exported = each_entry(store, budget, &mut |entry| sheet.add(entry))?;
    sheet.end()?;
    Ok(exported)
}

/// Gives every entry that is whole and not deleted to `each`, by id.
pub(super) fn each_entry(
    store: &dyn Store,
    budget: &Budget,
    each: &mut dyn FnMut(&Entry) -> Result<()>,
) -> Result<Exported> {
    let rows = rows(store, budget)?;
    let mut exported = Exported::default();
    for page in rows.chunks(ENTRIES) {
        check(budget, exported.written)?;
        for entry in store.entries(page, budget)? {
            if entry.damaged {
                exported.damaged.push(entry.body.id);
            } else {
                each(&entry)?;
                exported.written += 1;
            }
        }
    }
    Ok(exported)
}

/// The rows of all entries, by id.
fn rows(store: &dyn Store, budget: &Budget) -> Result<Vec<EntryRow>> {
    let mut found: Vec<(String, EntryRow)> = Vec::new();
    // An entry that is used while pages are read may come up twice.
    let mut seen = HashSet::new();
    let mut offset = 0;
    loop {
        check(budget, 0)?;
        let page = store.list(&Filter::default(), offset, PAGE, budget)?;
        if page.is_empty() {
            break;
        }
        offset += page.len();
        found.extend(page.into_iter().filter(|h| seen.insert(h.row)).map(|h| (h.id.to_uppercase(), h.row)));
    }
    found.sort_unstable();
    Ok(found.into_iter().map(|(_, row)| row).collect())
}

fn check(budget: &Budget, written: u64) -> Result<()> {
    budget.check().map_err(|stop| {
        UserError::new(format!("the export was stopped after {written} entries"))
            .cause(stop)
            .hint("what was written is not whole: export again")
            .exit(Exit::Interrupted)
    })
}

fn unwritable(error: impl Display) -> UserError {
    UserError::new("the export cannot be written")
        .cause(error)
        .hint("check the place it goes to and the room there")
}

/// What entries are written to.
struct Sheet<W: Write> {
    form: Form<W>,
    begun: bool,
}

enum Form<W: Write> {
    List(W),
    Lines(W),
    Table(Box<::csv::Writer<W>>),
}

impl<W: Write> Sheet<W> {
    fn begin(mut writer: W, format: Format) -> Result<Self> {
        let form = match format {
            Format::Json => {
                writer.write_all(b"[").map_err(unwritable)?;
                Form::List(writer)
            }
            Format::Jsonl => Form::Lines(writer),
            Format::Csv => {
                let mut table = ::csv::Writer::from_writer(writer);
                table.write_record(EXPORTED).map_err(unwritable)?;
                Form::Table(Box::new(table))
            }
            Format::Markdown | Format::Text => {
                return Err(UserError::new("documents are not written into one file")
                    .hint("name a folder: `greenbar kb export --format markdown FOLDER`"));
            }
        };
        Ok(Self { form, begun: false })
    }

    fn add(&mut self, entry: &Entry) -> Result<()> {
        let row = Written::from(entry);
        match &mut self.form {
            Form::List(writer) => {
                let gap: &[u8] = if self.begun { b",\n" } else { b"\n" };
                writer.write_all(gap).map_err(unwritable)?;
                serde_json::to_writer(writer, &row).map_err(unwritable)?;
            }
            Form::Lines(writer) => {
                serde_json::to_writer(&mut *writer, &row).map_err(unwritable)?;
                writer.write_all(b"\n").map_err(unwritable)?;
            }
            Form::Table(table) => table.write_record(row.columns()).map_err(unwritable)?,
        }
        self.begun = true;
        Ok(())
    }

    fn end(self) -> Result<()> {
        match self.form {
            Form::List(mut writer) => {
                writer.write_all(b"\n]\n").and_then(|()| writer.flush()).map_err(unwritable)?;
            }
            Form::Lines(mut writer) => writer.flush().map_err(unwritable)?,
            Form::Table(mut table) => table.flush().map_err(unwritable)?,
        }
        Ok(())
    }
}
