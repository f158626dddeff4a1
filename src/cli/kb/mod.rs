//! `greenbar kb`: entries of the knowledge base, one file for each thing that is done with them.

mod add;
mod attach;
mod edit;
mod export;
mod history;
mod import;
mod link;
mod list;
mod note;
mod rate;
mod rm;
mod show;
mod stats;

use super::context::Context;
use super::out::Out;
use crate::base::{Budget, Exit, Result, UserError, Word};
use crate::kb::transfer::Format;
use crate::store::{CodeReference, Entry, EntryHead, Origin, PutOutcome, Severity, Store, UnixMs};
use crate::work::Beside;
use serde::Serialize;

/// What to do with entries.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Add an entry: from flags, from a document, or in the editor.
    Add(Box<add::Args>),
    /// Show an entry.
    Show(show::Args),
    /// Edit an entry in the editor, or replace it by a document.
    Edit(edit::Args),
    /// Delete an entry; `kb undelete` brings it back.
    Rm(rm::Args),
    /// Bring a deleted entry back.
    Undelete(rm::Args),
    /// List the versions of an entry, newest first.
    History(history::HistoryArgs),
    /// Compare two versions of an entry: without numbers the last change.
    Diff(history::DiffArgs),
    /// Take the last change of an entry back; once more, and it is there again.
    Undo(history::UndoArgs),
    /// Make an older version of an entry the newest.
    Restore(history::RestoreArgs),
    /// Say whether an entry worked.
    Rate(rate::Args),
    /// Write the notes of this site on an entry; updates leave them alone.
    Note(note::Args),
    /// Link an entry to a line of a file.
    Link(link::Args),
    /// Attach a file to an entry, by path and hash.
    Attach(attach::Args),
    /// Take a file off an entry.
    Detach(attach::Args),
    /// Import entries from a file (JSON, JSONL, CSV, Markdown, text) or a folder of documents.
    Import(import::Args),
    /// Export all entries: into a file (JSON, JSONL, CSV) or a folder of Markdown documents.
    Export(export::Args),
    /// Count entries by category and tag.
    Stats,
    /// List entries, most used first.
    List(list::Args),
}

/// Does it.
pub fn run(context: &Context, args: Args, out: &mut Out) -> Result<Exit> {
    match args.command {
        Command::Add(a) => add::run(context, *a, out),
        Command::Show(a) => show::run(context, &a, out),
        Command::Edit(a) => edit::run(context, &a, out),
        Command::Rm(a) => rm::delete(context, &a, out),
        Command::Undelete(a) => rm::undelete(context, &a, out),
        Command::History(a) => history::list(context, &a, out),
        Command::Diff(a) => history::diff(context, &a, out),
        Command::Undo(a) => history::undo(context, &a, out),
        Command::Restore(a) => history::restore(context, &a, out),
        Command::Rate(a) => rate::run(context, &a, out),
        Command::Note(a) => note::run(context, &a, out),
        Command::Link(a) => link::run(context, &a, out),
        Command::Attach(a) => attach::attach(context, &a, out),
        Command::Detach(a) => attach::detach(context, &a, out),
        Command::Import(a) => import::run(context, &a, out),
        Command::Export(a) => export::run(context, &a, out),
        Command::Stats => stats::run(context, out),
        Command::List(a) => list::run(context, &a, out),
    }
}

/// Form of a file of entries, as a flag has it.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Form {
    /// One list of objects.
    Json,
    /// One object on each line.
    Jsonl,
    /// A line with the names of the columns, then a row for each entry.
    Csv,
    /// A document for each entry, with its fields at the top.
    Markdown,
    /// A text for each entry; only to be imported.
    Text,
}

impl From<Form> for Format {
    fn from(form: Form) -> Self {
        match form {
            Form::Json => Self::Json,
            Form::Jsonl => Self::Jsonl,
            Form::Csv => Self::Csv,
            Form::Markdown => Self::Markdown,
            Form::Text => Self::Text,
        }
    }
}

/// An entry as programs get it.
#[derive(Serialize)]
struct View<'e> {
    id: &'e str,
    title: &'e str,
    category: &'e str,
    severity: Severity,
    tags: &'e [String],
    aliases: &'e [String],
    codes: &'e [String],
    problem: &'e str,
    solution: &'e str,
    notes: &'e str,
    references: &'e [String],
    related: &'e [String],
    author: &'e str,
    origin: Origin,
    usage_count: u64,
    worked: u64,
    failed: u64,
    success_rate: Option<f64>,
    created_at: UnixMs,
    updated_at: UnixMs,
    damaged: bool,
    links: &'e [CodeReference],
    version: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    beside: Option<&'e Beside>,
}

impl<'e> View<'e> {
    fn of(entry: &'e Entry, links: &'e [CodeReference]) -> Self {
        let body = &entry.body;
        Self {
            id: &body.id,
            title: &body.title,
            category: &body.category,
            severity: body.severity,
            tags: &body.tags,
            aliases: &body.aliases,
            codes: &body.codes,
            problem: &body.problem,
            solution: &body.solution,
            notes: &entry.notes,
            references: &body.references,
            related: &body.related,
            author: &body.author,
            origin: entry.origin,
            usage_count: entry.usage_count,
            worked: entry.worked,
            failed: entry.failed,
            success_rate: entry.head().success_rate(),
            created_at: entry.created_at,
            updated_at: entry.updated_at,
            damaged: entry.damaged,
            links,
            version: entry.version,
            beside: None,
        }
    }
}

/// An entry in a list, as programs get it.
#[derive(Serialize)]
struct HeadView<'e> {
    id: &'e str,
    title: &'e str,
    category: &'e str,
    severity: Severity,
    tags: &'e [Word],
    usage_count: u64,
    worked: u64,
    failed: u64,
    success_rate: Option<f64>,
}

impl<'e> From<&'e EntryHead> for HeadView<'e> {
    fn from(head: &'e EntryHead) -> Self {
        Self {
            id: &head.id,
            title: &head.title,
            category: &head.category,
            severity: head.severity,
            tags: &head.tags,
            usage_count: head.usage_count,
            worked: head.worked,
            failed: head.failed,
            success_rate: head.success_rate(),
        }
    }
}

/// There is no entry of this id.
fn gone(id: &str) -> UserError {
    UserError::new(format!("{id} is not in the knowledge base"))
        .hint("`greenbar search` finds entries by their other names")
        .exit(Exit::NotFound)
}

/// The entry of this id.
fn entry_of(store: &dyn Store, id: &str) -> Result<Entry> {
    store.entry(id, &Budget::unlimited())?.ok_or_else(|| gone(id))
}

/// Tells what became of an entry that was saved: in words, or as the entry itself.
fn tell_saved(store: &dyn Store, outcome: &PutOutcome, out: &mut Out) -> Result<Exit> {
    let (word, id) = match outcome {
        PutOutcome::Added(id) => ("added", id),
        PutOutcome::Changed(id) => ("changed", id),
        PutOutcome::Unchanged(id) => ("unchanged", id),
        PutOutcome::KeptLocal(id) | PutOutcome::Conflict(id) => ("left as it was", id),
    };
    let entry = entry_of(store, id)?;
    if out.is_json() {
        let links = store.references_of(id, &Budget::unlimited())?;
        out.document(&View::of(&entry, &links));
    } else {
        out.line(&format!("{word}: {id}  {}", entry.body.title));
    }
    Ok(Exit::Done)
}
