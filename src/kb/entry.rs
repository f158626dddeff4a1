//! One entry: its text document (for editors and drafts), its plain text (for the clipboard), what makes it fit to be
//! kept, and saving it. Must not know where documents come from or how entries are shown.
//!
//! Invariants: [`from_document`] gives back exactly what [`to_document`] was given (codes and starter version apart, which
//! people do not write); nothing that fails [`validate`] is saved.

use super::codes::{self, Code};
use crate::base::text::clean_block;
use crate::base::{Exit, Result, UserError};
use crate::store::{Entry, NewEntry, PutOutcome, Severity, Store, UnixMs};
use std::collections::HashSet;

mod document;
#[cfg(test)]
mod tests;

pub use document::{from_document, to_document};
pub(super) use document::{from_file, to_file};

/// Most bytes of a problem, and of a solution.
pub const LARGEST_TEXT: usize = 1 << 20;

pub(super) const LONGEST_ID: usize = 80;
pub(super) const LONGEST_TITLE: usize = 200;
pub(super) const LONGEST_CATEGORY: usize = 40;
const LONGEST_TAG: usize = 60;
const LONGEST_ITEM: usize = 500;
const LONGEST_LIST: usize = 200;

/// The severities with their words, least first.
const SEVERITIES: [(&str, Severity); 4] = [
    ("info", Severity::Info),
    ("warning", Severity::Warning),
    ("error", Severity::Error),
    ("severe", Severity::Severe),
];

/// The words of the severities, for hints.
pub(super) const SEVERITY_WORDS: &str = "info, warning, error or severe";

/// The words of the severities, least first.
pub const SEVERITY_NAMES: [&str; 4] = ["info", "warning", "error", "severe"];

/// The word of a severity.
pub fn severity_word(severity: Severity) -> &'static str {
    SEVERITIES.iter().find(|(_, s)| *s == severity).map_or("error", |(word, _)| word)
}

/// The severity of a word, in any letter case.
pub fn severity_of(word: &str) -> Option<Severity> {
    SEVERITIES.iter().find(|(w, _)| w.eq_ignore_ascii_case(word.trim())).map(|(_, s)| *s)
}

/// The entry as text to be pasted into a mail or a ticket: head, problem, solution, notes, references. Nothing in it acts
/// on a terminal that it is pasted into.
pub fn plain(entry: &Entry) -> String {
    let body = &entry.body;
    let mut parts = vec![format!("{}  {}", body.id, body.title)];
    let mut head = vec![body.category.clone(), severity_word(body.severity).to_owned()];
    for (label, items) in [("also", &body.aliases), ("tags", &body.tags), ("see", &body.related)] {
        if !items.is_empty() {
            head.push(format!("{label} {}", items.join(", ")));
        }
    }
    parts.push(head.join(" | "));
    parts.extend([&body.problem, &body.solution].map(|text| text.trim().to_owned()));
    if !entry.notes.trim().is_empty() {
        parts.push(format!("## Notes\n\n{}", entry.notes.trim()));
    }
    if !body.references.is_empty() {
        parts.push(format!("## References\n\n- {}", body.references.join("\n- ")));
    }
    parts.retain(|part| !part.is_empty());
    let mut text = clean_block(&parts.join("\n\n")).into_owned();
    text.push('\n');
    text
}

/// What is wrong with a field of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The field.
    pub field: &'static str,
    /// What is wrong with it, as a sentence that goes on after the field's name.
    pub reason: String,
    /// What to do.
    pub hint: &'static str,
}

/// What is said of a field without a text.
const EMPTY: &str = "is empty";

impl Fault {
    /// Whether the field is only empty.
    pub fn is_empty(&self) -> bool {
        self.reason == EMPTY
    }

    fn new(field: &'static str, reason: impl Into<String>, hint: &'static str) -> Self {
        Self { field, reason: reason.into(), hint }
    }
}

/// Whether `new` is fit to be kept.
///
/// # Errors
/// Names the entry, the field, what is wrong with it and what to do.
pub fn validate(new: &NewEntry) -> Result<()> {
    fault(new).map_or(Ok(()), |fault| {
        let of = if new.id.is_empty() { "the new entry" } else { &new.id };
        Err(UserError::new(format!("{} of {of} cannot be kept", fault.field))
            .cause(format!("it {}", fault.reason))
            .hint(fault.hint))
    })
}

/// The first thing that is wrong with `new`.
pub(super) fn fault(new: &NewEntry) -> Option<Fault> {
    faults(new).into_iter().next()
}

/// What is wrong with `new`: at most one thing for each field.
pub fn faults(new: &NewEntry) -> Vec<Fault> {
    let one_line = [
        ("id", &new.id, LONGEST_ID, true),
        ("title", &new.title, LONGEST_TITLE, false),
        ("category", &new.category, LONGEST_CATEGORY, false),
        ("author", &new.author, LONGEST_ITEM, true),
    ];
    let lists = [
        ("tags", &new.tags, LONGEST_TAG),
        ("aliases", &new.aliases, LONGEST_ITEM),
        ("references", &new.references, LONGEST_ITEM),
        ("related", &new.related, LONGEST_ID),
    ];
    let texts = [("problem", &new.problem), ("solution", &new.solution)];
    let lines = one_line.into_iter().filter_map(|(field, text, longest, may_be_empty)| {
        if text.is_empty() && may_be_empty { None } else { line_fault(field, text, longest) }
    });
    let lists = lists.into_iter().filter_map(|(field, items, longest)| list_fault(field, items, longest));
    let tags = new.tags.iter().find_map(|tag| tag_fault(tag));
    let texts = texts.into_iter().filter_map(|(field, text)| text_fault(field, text));
    lines.chain(lists).chain(tags).chain(texts).collect()
}

fn line_fault(field: &'static str, text: &str, longest: usize) -> Option<Fault> {
    if text.trim().is_empty() {
        return Some(Fault::new(field, EMPTY, "write one line"));
    }
    if text.trim() != text {
        return Some(Fault::new(field, "has blanks at its ends", "remove them"));
    }
    if text.contains(char::is_control) {
        return Some(Fault::new(field, "holds a line end or a control character", "make it one line"));
    }
    let long = text.chars().count();
    (long > longest)
        .then(|| Fault::new(field, format!("has {long} characters, {longest} are allowed"), "shorten it"))
}

fn list_fault(field: &'static str, items: &[String], longest: usize) -> Option<Fault> {
    if items.len() > LONGEST_LIST {
        let reason = format!("has {} items, {LONGEST_LIST} are allowed", items.len());
        return Some(Fault::new(field, reason, "keep those that matter"));
    }
    items.iter().enumerate().find_map(|(at, item)| {
        line_fault(field, item, longest)
            .map(|fault| Fault { reason: format!("holds item {}, which {}", at + 1, fault.reason), ..fault })
    })
}

fn tag_fault(tag: &str) -> Option<Fault> {
    let fits = |c: char| !c.is_whitespace() && !c.is_uppercase() && !matches!(c, ',' | ';' | '"');
    (!tag.chars().all(fits)).then(|| {
        let reason = format!("holds \"{}\", which is not one lower case word", tag.escape_debug());
        Fault::new("tags", reason, "write tags as lower case words, with hyphens in place of blanks")
    })
}

fn text_fault(field: &'static str, text: &str) -> Option<Fault> {
    if text.len() > LARGEST_TEXT {
        let reason = format!("has {} bytes, {LARGEST_TEXT} are allowed", text.len());
        return Some(Fault::new(field, reason, "keep the long part in a file and link to it"));
    }
    text.contains('\0').then(|| Fault::new(field, "holds a NUL character", "remove it"))
}

/// Saves what a person wrote: checks it, finds the codes it is about, puts it into `store`.
///
/// # Errors
/// What [`validate`] finds, and the store's own.
pub fn save(store: &dyn Store, new: &NewEntry, at: UnixMs) -> Result<PutOutcome> {
    validate(new)?;
    let ready = ready(new.clone());
    store.put(std::slice::from_ref(&ready), at)?.into_iter().next().ok_or_else(|| {
        UserError::new(format!("the store did not say what became of {}", new.id))
            .hint("run `greenbar doctor`")
            .exit(Exit::Store)
    })
}

/// Saves what a person wrote who has seen version `seen` of the entry, 0 for a new one: [`PutOutcome::Conflict`] where it is
/// another one by now.
///
/// # Errors
/// Those of [`save`].
pub fn save_seen(store: &dyn Store, new: &NewEntry, seen: u64, at: UnixMs) -> Result<PutOutcome> {
    validate(new)?;
    store.put_seen(&ready(new.clone()), seen, at)
}

/// `new` as people's own entry with the codes it is about.
pub(super) fn ready(new: NewEntry) -> NewEntry {
    NewEntry { codes: codes_of(&new), starter_version: None, ..new }
}

/// The codes that an entry is about: those in its id, aliases and title or, when these name none, in its texts. An entry
/// whose head says what it is about only mentions what else its texts name; the full text finds that.
pub fn codes_of(entry: &NewEntry) -> Vec<String> {
    let texts =
        |texts: &[&String]| -> Vec<Code> { texts.iter().flat_map(|text| codes::in_text(text)).collect() };
    // An id is a code or nothing, so what might be one is one. A bare number among the aliases (`913`) might be many.
    let mut found = codes::in_query(&entry.id);
    found.extend(entry.aliases.iter().flat_map(|text| codes::in_text(text)));
    // A title is written like a question: "Status 35 after a restore".
    found.extend(codes::in_query(&entry.title));
    if found.is_empty() {
        found = texts(&[&entry.problem, &entry.solution]);
    }
    let mut seen = HashSet::new();
    found.into_iter().map(|code| code.code).filter(|code| seen.insert(code.clone())).collect()
}
