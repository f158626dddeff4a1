//! The starter knowledge base: entries that come with the program. Owns the table of its data files (`starter/*.toml`, one
//! for each family), how an entry of a file becomes an entry of the store, and when a store gets them. Must not know how
//! entries are searched or shown.
//!
//! Invariants: the rendered headings are stable, people and other modules find their way by them; a store that has this
//! set already is not written to; what people changed or noted is left alone (the store sees to that, by `version`).
//! Adding a family touches the folder and [`FILES`]; changing an entry means raising the `version` of its file.

use super::entry::codes_of;
use crate::base::{Budget, Exit, Result, Stop, UserError};
use crate::store::{Access, NewEntry, PutOutcome, Severity, Store, UnixMs};
use serde::Deserialize;
use std::fmt::Write as _;

/// Names and texts of data files beside this one.
macro_rules! files {
    ($($name:literal)*) => {
        [$(($name, include_str!(concat!("starter/", $name)))),*]
    };
}

/// The data files: name in `src/kb/starter/` and text.
pub const FILES: [(&str, &str); 34] = files![
    "cics-more.toml"
    "cics.toml"
    "cobol-runtime.toml"
    "compiler-more.toml"
    "compiler.toml"
    "db2-messages.toml"
    "dfsort-more.toml"
    "dfsort.toml"
    "file-status.toml"
    "idcams-more.toml"
    "idcams.toml"
    "ims-calls.toml"
    "ims.toml"
    "jcl-messages-more.toml"
    "jcl.toml"
    "le.toml"
    "mq-more.toml"
    "mq.toml"
    "problems.toml"
    "runtime-more.toml"
    "security.toml"
    "sqlcode-object.toml"
    "sqlcode-runtime.toml"
    "sqlcode-statement.toml"
    "sqlcode.toml"
    "system-abend-files.toml"
    "system-abend-services.toml"
    "system-abend.toml"
    "system-messages.toml"
    "tso.toml"
    "unix-network.toml"
    "utilities.toml"
    "vsam-codes.toml"
    "vsam.toml"
];

/// Where a store keeps the hash of the set it has.
const META_KEY: &str = "starter_set";
/// Counted up when the same data makes other entries: rendered in another way, or with other codes found in it.
const RENDERING: u32 = 1;
/// Author of the entries.
const AUTHOR: &str = "greenbar";

/// A data file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Family {
    /// Its name in kebab-case. Only people read it.
    #[serde(rename = "family")]
    _name: String,
    category: String,
    version: u32,
    #[serde(rename = "entry")]
    entries: Vec<Item>,
}

/// An entry of a data file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    id: String,
    title: String,
    #[serde(default)]
    aliases: Vec<String>,
    tags: Vec<String>,
    severity: Severity,
    meaning: String,
    system: String,
    causes: Vec<String>,
    look_at: Vec<String>,
    fix_now: String,
    fix_properly: String,
    #[serde(default)]
    restart: String,
    #[serde(default)]
    related: Vec<String>,
    references: Vec<String>,
}

/// All starter entries, in the order of the files.
///
/// # Errors
/// Names the file and line that cannot be read.
pub fn entries() -> Result<Vec<NewEntry>> {
    let mut all = Vec::with_capacity(1_000);
    for (name, text) in FILES {
        all.extend(family(name, text)?);
    }
    Ok(all)
}

/// The entries of one data file.
fn family(name: &str, text: &str) -> Result<impl Iterator<Item = NewEntry>> {
    let file: Family = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(text, span.start));
        UserError::new(format!("starter knowledge {name} line {line} cannot be read"))
            .cause(error.message())
            .hint("this file is part of the program: install it anew")
    })?;
    Ok(file.entries.into_iter().map(move |item| render(item, &file.category, file.version)))
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|b| *b == b'\n').count() + 1
}

/// The entry as the store keeps it: what it is about in `problem`, what to do in `solution`.
fn render(item: Item, category: &str, version: u32) -> NewEntry {
    let mut problem = String::with_capacity(1_024);
    section(&mut problem, "Meaning", &item.meaning);
    section(&mut problem, "What the system did", &item.system);
    section(&mut problem, "Likely causes", &numbered(&item.causes));
    let mut solution = String::with_capacity(1_024);
    section(&mut solution, "Look at", &numbered(&item.look_at));
    section(&mut solution, "Fix now", &item.fix_now);
    section(&mut solution, "Fix properly", &item.fix_properly);
    section(&mut solution, "Restart", &item.restart);
    let mut entry = NewEntry {
        id: item.id,
        title: item.title,
        problem,
        solution,
        category: category.to_owned(),
        severity: item.severity,
        tags: item.tags,
        aliases: item.aliases,
        codes: Vec::new(),
        references: item.references,
        related: item.related,
        author: AUTHOR.to_owned(),
        // Both only rise, so the sum rises with either.
        starter_version: Some(RENDERING.saturating_add(version)),
    };
    entry.codes = codes_of(&entry);
    entry
}

/// Appends a section, unless it has no text.
fn section(out: &mut String, heading: &str, text: &str) {
    let text = text.trim();
    if text.is_empty() {
        return;
    }
    let gap = if out.is_empty() { "" } else { "\n\n" };
    let _ = write!(out, "{gap}## {heading}\n\n{text}");
}

/// A numbered list; the lines of an item after its first hang under its text.
fn numbered(items: &[String]) -> String {
    let mut out = String::new();
    for (at, item) in items.iter().enumerate() {
        let mark = format!("{}. ", at + 1);
        let hang = format!("\n{}", " ".repeat(mark.len()));
        let _ = writeln!(out, "{mark}{}", item.trim().replace('\n', &hang));
    }
    out
}

/// Fingerprint of the set in this program.
fn fingerprint() -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&RENDERING.to_le_bytes());
    for (name, text) in FILES {
        hasher.update(name.as_bytes());
        hasher.update(text.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

/// Puts the starter entries into `store`, unless it has had this very set before, and gives how many were added or
/// renewed. A store that is open for reading only is left as it is: that is no error.
///
/// # Errors
/// The store's, and `Exit::Interrupted` when `budget` ends; what was put stays, and the next call goes on.
pub fn install(store: &dyn Store, at: UnixMs, budget: &Budget) -> Result<usize> {
    let set = fingerprint();
    if store.meta(META_KEY)?.as_ref() == Some(&set) || store.info()?.access != Access::ReadWrite {
        return Ok(0);
    }
    match put_all(store, &set, at, budget) {
        // A store may lose the right to write at any time; reading goes on.
        Err(error) if error.exit == Exit::Store && error.cause == "read-only" => Ok(0),
        other => other,
    }
}

/// Puts the starter entries into `store` whatever it has had before: those whose stored text has changed by itself become what they
/// were; how many did. What people changed is left alone, as always.
///
/// # Errors
/// Those of [`install`].
pub fn renew(store: &dyn Store, at: UnixMs, budget: &Budget) -> Result<usize> {
    put_all(store, &fingerprint(), at, budget)
}

fn put_all(store: &dyn Store, set: &str, at: UnixMs, budget: &Budget) -> Result<usize> {
    let mut installed = 0;
    // File by file: all of them at once would take megabytes that stay with the process.
    for (name, text) in FILES {
        budget.check().map_err(stopped)?;
        let outcomes = store.put(&family(name, text)?.collect::<Vec<_>>(), at)?;
        installed +=
            outcomes.iter().filter(|o| matches!(o, PutOutcome::Added(_) | PutOutcome::Changed(_))).count();
        store.shrink();
        // The texts are part of the program, a megabyte that nobody reads again.
        greenbar_native::memory::unload();
    }
    store.set_meta(META_KEY, set)?;
    Ok(installed)
}

fn stopped(stop: Stop) -> UserError {
    UserError::new("the starter knowledge was not installed to its end")
        .cause(stop)
        .hint("it goes on at the next start")
        .exit(Exit::Interrupted)
}
