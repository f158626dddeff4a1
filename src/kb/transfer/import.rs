//! Entries from rows into the store, or what would become of them. Owns the order of steps: each row is checked, compared with
//! what the store has under its id, and, where it would be new, with the texts that are there; then a batch is written.

use super::fields::Draft;
use super::near::{Known, Like, Print, Why};
use super::report::{Fate, Item, LISTED, Rejected, Report};
use super::{Document, Flaw, Format, Progress, Row, Taken, fields, input, json, table, to_u64};
use crate::base::{Budget, Exit, Result, Stop, UserError};
use crate::kb::codes;
use crate::kb::entry::{fault, ready};
use crate::store::{ChangeKind, Entry, EntryRow, Filter, NewEntry, Store, UnixMs};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::io::BufRead;
use std::rc::Rc;

/// Entries put in one transaction, and about how many bytes of text.
const BATCH: usize = 1_000;
const BATCH_BYTES: usize = 16 << 20;
/// Rows that are compared with the store at once, and about how many bytes of text.
const TOGETHER: usize = 100;
const TOGETHER_BYTES: usize = 4 << 20;
/// Rows between two looks at the budget.
const STRIDE: u64 = 64;
/// Heads of the store read at once.
const PAGE: usize = 50_000;

/// Which rows are left out because another entry says the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duplicates {
    /// None.
    Keep,
    /// Those that have no id of their own and whose title, problem and solution are those of another entry.
    #[default]
    Same,
    /// All whose text is that of another entry or nearly, or who are about the same code under the same title.
    Skip,
}

/// How an import goes.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// When the entries are written.
    pub at: UnixMs,
    /// Nothing is written.
    pub preview: bool,
    /// What happens to rows that say the same as another entry.
    pub duplicates: Duplicates,
    /// Entries that are in the store stay as they are.
    pub keep: bool,
    /// Category of rows that have none.
    pub category: String,
    /// Rows that are there already, just so, are listed, too.
    pub list_same: bool,
}

/// Rows that come one after the other.
pub struct Rows<'r> {
    rows: Box<dyn Iterator<Item = Result<Row>> + 'r>,
    bytes: Box<dyn Fn() -> u64 + 'r>,
}

impl<'r> Rows<'r> {
    /// The entries that `reader` gives, in one of the formats that hold many.
    ///
    /// # Errors
    /// When the reader fails, or the columns of a CSV file are not those of entries.
    pub fn read(reader: impl BufRead + 'r, format: Format) -> Result<Self> {
        let (input, bytes) = input::open(reader)?;
        let rows: Box<dyn Iterator<Item = Result<Row>> + 'r> = match format {
            Format::Json => Box::new(json::list(input)),
            Format::Jsonl => Box::new(json::lines(input)),
            Format::Csv => Box::new(table::rows(input, bytes.clone())?),
            Format::Markdown | Format::Text => {
                return Err(
                    UserError::new("a document is not read as rows").hint("give its file, or a folder")
                );
            }
        };
        Ok(Self { rows, bytes: Box::new(move || bytes.total()) })
    }

    /// The entries that `documents` are. Those that say no category and lie in no folder are in `category`.
    pub fn documents(documents: impl Iterator<Item = Result<Document>> + 'r, category: &'r str) -> Self {
        let read = Rc::new(std::cell::Cell::new(0_u64));
        let told = Rc::clone(&read);
        let rows = documents.map(move |document| {
            let document = document?;
            read.set(read.get().saturating_add(document.bytes));
            Ok(document.row(category))
        });
        Self { rows: Box::new(rows), bytes: Box::new(move || told.get()) }
    }
}

impl<'r> Rows<'r> {
    /// One row after the other.
    pub(super) fn each(self) -> Box<dyn Iterator<Item = Result<Row>> + 'r> {
        self.rows
    }

    /// Reads all rows without a store: how many can be read, and how many cannot.
    ///
    /// # Errors
    /// When the reader fails.
    pub fn count(self) -> Result<(u64, u64)> {
        let (mut good, mut bad) = (0, 0);
        for row in self.rows {
            match row?.draft {
                Ok(_) => good += 1,
                Err(_) => bad += 1,
            }
        }
        Ok((good, bad))
    }
}

/// Puts those of `rows` that are fit into `store`, in batches. `progress` is called after each batch and at the end.
///
/// # Errors
/// When the reader or the store fails, and with `Exit::Interrupted` when `budget` ends. What was put before stays.
pub fn import(
    store: &dyn Store,
    rows: Rows<'_>,
    options: &Options,
    budget: &Budget,
    progress: &mut dyn FnMut(Progress),
) -> Result<Report> {
    let mut import = Import::new(store, options, budget, progress);
    for row in rows.rows {
        if import.done.rows.is_multiple_of(STRIDE) {
            budget.check().map_err(|stop| import.stopped(stop))?;
        }
        import.done.rows += 1;
        import.report.rows += 1;
        import.done.bytes = (rows.bytes)();
        import.take(row?)?;
    }
    import.compare()?;
    import.put()?;
    import.done.bytes = (rows.bytes)();
    (import.progress)(import.done);
    Ok(import.report)
}

/// A row that can be put.
pub(super) struct Ready {
    file: Rc<str>,
    number: u64,
    pub entry: NewEntry,
    pub notes: String,
    /// The file says its id.
    stated: bool,
}

impl Ready {
    /// What it is called where another one is like it.
    pub fn name(&self) -> String {
        if !self.entry.id.is_empty() {
            self.entry.id.clone()
        } else if self.file.is_empty() {
            format!("row {}", self.number)
        } else {
            self.file.to_string()
        }
    }

    fn bytes(&self) -> usize {
        self.entry.problem.len() + self.entry.solution.len() + self.notes.len()
    }
}

pub(super) struct Import<'s> {
    store: &'s dyn Store,
    options: &'s Options,
    budget: &'s Budget,
    report: Report,
    /// Rows that are not compared with the store yet.
    waiting: Vec<Ready>,
    waiting_bytes: usize,
    /// Entries that are not put yet.
    batch: Vec<Put>,
    batch_bytes: usize,
    /// Ids of the file in upper case, and where they were.
    seen: HashMap<String, (Rc<str>, u64)>,
    /// The texts of the store and of the rows before; read when the first row is new.
    known: Option<Known>,
    /// How many items of each fate are listed.
    listed: [usize; 5],
    done: Progress,
    progress: &'s mut dyn FnMut(Progress),
}

/// An entry that is to be put.
struct Put {
    entry: NewEntry,
    notes: String,
    /// Only its notes are new.
    notes_only: bool,
}

impl<'s> Import<'s> {
    /// An import that has taken no row yet.
    pub fn new(
        store: &'s dyn Store,
        options: &'s Options,
        budget: &'s Budget,
        progress: &'s mut dyn FnMut(Progress),
    ) -> Self {
        Self {
            store,
            options,
            budget,
            report: Report { preview: options.preview, ..Report::default() },
            waiting: Vec::with_capacity(TOGETHER),
            waiting_bytes: 0,
            batch: Vec::new(),
            batch_bytes: 0,
            seen: HashMap::new(),
            known: None,
            listed: [0; 5],
            done: Progress::default(),
            progress,
        }
    }

    /// What the store says; if it only says that nobody waits any more, where the import was stopped.
    fn ended(&self, error: UserError) -> UserError {
        if error.exit == Exit::Interrupted { self.stopped(Stop::Cancelled) } else { error }
    }

    pub fn stopped(&self, stop: Stop) -> UserError {
        let taken = self.report.added + self.report.changed - to_u64(self.batch.len());
        let hint = if self.options.preview {
            "nothing was written".to_owned()
        } else {
            format!(
                "{taken} entries were imported; run it again to go on: what is there already is passed over"
            )
        };
        UserError::new(format!("the import was stopped in row {}", self.done.rows + 1))
            .cause(stop)
            .hint(hint)
            .exit(Exit::Interrupted)
    }

    fn take(&mut self, row: Row) -> Result<()> {
        let Row { file, number, draft } = row;
        match draft.and_then(|draft| self.fit(draft, &file, number)) {
            Ok(ready) => {
                self.waiting_bytes += ready.bytes();
                self.waiting.push(ready);
                if self.waiting.len() >= TOGETHER || self.waiting_bytes >= TOGETHER_BYTES {
                    self.compare()?;
                }
            }
            Err(Flaw { field, reason, line }) => {
                let row = line.unwrap_or(number);
                self.report.reject(Rejected { file: file.to_string(), row, field, reason });
            }
        }
        Ok(())
    }

    /// The entry as it can be put.
    pub fn fit(&mut self, draft: Draft, file: &Rc<str>, number: u64) -> Taken<Ready> {
        let Draft { mut entry, notes, codes, unused, made_id, remark } = draft;
        for name in unused {
            self.report.unused(&name, file, number);
        }
        if let Some(remark) = remark {
            self.remark(remark, file, number);
        }
        if entry.category.is_empty() {
            entry.category.clone_from(&self.options.category);
        }
        if let Some(fault) = fault(&entry) {
            return Err(Flaw::new(fault.field, format!("it {}: {}", fault.reason, fault.hint)));
        }
        if notes.contains('\0') || notes.len() > crate::kb::entry::LARGEST_TEXT {
            return Err(Flaw::new(
                "notes",
                "they hold a NUL character or more than 1 MiB: mend or shorten them",
            ));
        }
        let mut entry = ready(entry);
        if add_codes(&mut entry, codes) {
            if let Some(fault) = fault(&entry) {
                return Err(Flaw::new("codes", format!("one {}: {}", fault.reason, fault.hint)));
            }
            entry = ready(entry);
        }
        if !entry.id.is_empty() {
            let key = entry.id.to_uppercase();
            if let Some((first, row)) = self.seen.get(&key) {
                let place = if first.is_empty() { format!("row {row}") } else { first.to_string() };
                let hint =
                    if made_id { "rename one of the two, or give it an id" } else { "keep one of the two" };
                return Err(Flaw::new("id", format!("{place} has the same id: {hint}")));
            }
            self.seen.insert(key, (Rc::clone(file), number));
        }
        let stated = !made_id && !entry.id.is_empty();
        Ok(Ready { file: Rc::clone(file), number, entry, notes, stated })
    }

    fn remark(&mut self, remark: &str, file: &str, number: u64) {
        const REMARKS: usize = 100;
        let place = if file.is_empty() { format!("row {number}") } else { file.to_owned() };
        if self.report.remarks.len() < REMARKS {
            self.report.remarks.push(format!("{place} {remark}"));
        }
    }

    /// Compares the rows that wait with what the store has.
    fn compare(&mut self) -> Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let rows = std::mem::take(&mut self.waiting);
        self.waiting_bytes = 0;
        let ids: Vec<String> = rows.iter().map(|row| row.entry.id.clone()).collect();
        let there = self.store.standing(&ids, self.budget).map_err(|e| self.ended(e))?;
        for (row, there) in rows.into_iter().zip(there) {
            self.decide(row, there)?;
        }
        Ok(())
    }

    fn decide(&mut self, row: Ready, there: Option<(Entry, bool)>) -> Result<()> {
        let Some((old, deleted)) = there else { return self.decide_new(row) };
        let mut fields = if deleted { vec!["deleted"] } else { differences(&old, &row.entry) };
        if !row.notes.is_empty() && row.notes != old.notes {
            fields.push("notes");
        }
        let fate = match fields.as_slice() {
            [] => Fate::Unchanged,
            _ if self.options.keep => Fate::Kept,
            _ => Fate::Changed,
        };
        if fate == Fate::Changed && self.known.is_some() {
            self.known()?.forget(&Print::of(&old.body));
            let print = Print::of(&row.entry);
            self.known()?.add(&row.entry.id, &print);
        }
        let notes_only = fields == ["notes"];
        let fields = fields.into_iter().map(str::to_owned).collect();
        self.settle(row, fate, fields, None, notes_only)
    }

    fn decide_new(&mut self, row: Ready) -> Result<()> {
        let print = Print::of(&row.entry);
        let duplicates = self.options.duplicates;
        let known = self.known()?;
        let like = known.like(&print);
        let same = like.as_ref().is_some_and(|like| like.why == Why::SameText);
        let fate = match duplicates {
            Duplicates::Same if same && !row.stated => Fate::Duplicate,
            Duplicates::Skip if like.is_some() => Fate::Duplicate,
            _ => Fate::Added,
        };
        if fate == Fate::Added {
            known.add(&row.name(), &print);
            self.report.alike += u64::from(like.is_some());
        }
        self.settle(row, fate, Vec::new(), like, false)
    }

    /// Counts and lists what becomes of a row, and sees that it is put.
    fn settle(
        &mut self,
        row: Ready,
        fate: Fate,
        fields: Vec<String>,
        like: Option<Like>,
        notes_only: bool,
    ) -> Result<()> {
        self.report.count(fate);
        let same = fate == Fate::Unchanged && !self.options.list_same;
        let worth = like.is_some() || (self.options.preview && !same);
        let listed = match fate {
            Fate::Added => 0,
            Fate::Changed => 1,
            Fate::Unchanged => 2,
            Fate::Kept => 3,
            Fate::Duplicate => 4,
        };
        if let Some(count) = self.listed.get_mut(listed).filter(|count| worth && **count < LISTED) {
            *count += 1;
            let Ready { file, number, entry, .. } = &row;
            let (file, id, title) = (file.to_string(), entry.id.clone(), entry.title.clone());
            self.report.items.push(Item { fate, file, row: *number, id, title, fields, like });
        }
        if self.options.preview || !matches!(fate, Fate::Added | Fate::Changed) {
            return Ok(());
        }
        self.batch_bytes += row.bytes();
        self.batch.push(Put { entry: row.entry, notes: row.notes, notes_only });
        if self.batch.len() >= BATCH || self.batch_bytes >= BATCH_BYTES {
            self.put()?;
        }
        Ok(())
    }

    fn put(&mut self) -> Result<()> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let batch = std::mem::take(&mut self.batch);
        self.batch_bytes = 0;
        let mut entries = Vec::with_capacity(batch.len());
        let mut notes = Vec::new();
        // Ids that the store gives are not known before.
        let mut later = Vec::new();
        for Put { entry, notes: text, notes_only, .. } in batch {
            if !text.is_empty() {
                if entry.id.is_empty() {
                    later.push((entries.len(), text));
                } else {
                    notes.push((entry.id.clone(), text));
                }
            }
            if !notes_only {
                entries.push(entry);
            }
        }
        let outcomes = self.store.put_as(&entries, ChangeKind::Import, self.options.at)?;
        for (nth, text) in later {
            notes.extend(outcomes.get(nth).map(|outcome| (outcome.id().to_owned(), text)));
        }
        if !notes.is_empty() {
            self.store.set_all_notes(&notes, self.options.at)?;
        }
        (self.progress)(self.done);
        Ok(())
    }

    /// The texts that are known; those of the store are read at the first call.
    fn known(&mut self) -> Result<&mut Known> {
        let known = match self.known.take() {
            Some(known) => known,
            None => self.read_known()?,
        };
        Ok(self.known.insert(known))
    }

    fn read_known(&mut self) -> Result<Known> {
        let mut known = Known::default();
        if self.options.duplicates == Duplicates::Keep {
            return Ok(known);
        }
        let mut offset = 0;
        loop {
            let heads =
                self.store.list(&Filter::default(), offset, PAGE, self.budget).map_err(|e| self.ended(e))?;
            if heads.is_empty() {
                return Ok(known);
            }
            offset += heads.len();
            let rows: Vec<EntryRow> = heads.iter().map(|head| head.row).collect();
            drop(heads);
            for page in rows.chunks(TOGETHER) {
                self.budget.check().map_err(|stop| self.stopped(stop))?;
                for entry in self.store.entries(page, self.budget).map_err(|e| self.ended(e))? {
                    known.add(&entry.body.id, &Print::of(&entry.body));
                }
                self.done.known = to_u64(known.len());
                (self.progress)(self.done);
            }
        }
    }
}

/// Codes that somebody gave and that nothing in the entry names: they become names of it. True if there are some.
fn add_codes(entry: &mut NewEntry, given: Vec<String>) -> bool {
    let mut added = false;
    for code in given {
        let code = fields::one_line(&code);
        let names: Vec<String> = codes::in_query(&code).into_iter().map(|c| c.code).collect();
        let known = names.iter().chain([&code]).any(|name| {
            let mut there = entry.codes.iter().chain(&entry.aliases).chain([&entry.id]);
            there.any(|there| there.eq_ignore_ascii_case(name))
        });
        if !known && !code.is_empty() {
            entry.aliases.push(code);
            added = true;
        }
    }
    added
}

/// The fields in which an entry of the store differs from one that is to replace it.
fn differences(old: &Entry, new: &NewEntry) -> Vec<&'static str> {
    let body = &old.body;
    let fields = [
        ("id", body.id != new.id),
        ("title", body.title != new.title),
        ("problem", body.problem != new.problem),
        ("solution", body.solution != new.solution),
        ("category", body.category != new.category),
        ("severity", body.severity != new.severity),
        ("tags", body.tags != new.tags),
        ("aliases", body.aliases != new.aliases),
        ("references", body.references != new.references),
        ("related", body.related != new.related),
        ("author", body.author != new.author),
        ("codes", body.codes != new.codes),
        ("damaged", old.damaged),
    ];
    fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}
