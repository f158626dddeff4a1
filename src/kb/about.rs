//! What is known about a line of a text: the entries that fit it, each with the reason. Owns what fits and in which order;
//! must not know files, nor how a line is read.
//!
//! Entries come in the order of what they are found by: a link to the line, a link to what is around it, a code in the line,
//! what a code is a special case of, a name in the line. An entry is there once, with all that it fits by.
//!
//! Invariant: what is listed for a name has that name as a whole word (a COBOL name is one word), not only its parts.

use super::codes::Code;
use crate::base::{Budget, Result};
use crate::store::{Entry, EntryHead, EntryRow, Filter, Store, TextQuery};
use std::ops::RangeInclusive;

/// Names of one line that are looked up.
const NAMES: usize = 16;
/// Codes of one line that are looked up.
const CODES: usize = 16;
/// Entries that are read to see whether they have a name.
const LOOKED_AT: usize = 20;

/// What tells what an entry about a line is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clues {
    /// The number of the line, from 1.
    pub line: u64,
    /// What is around it: its name, and its lines.
    pub around: Option<(String, RangeInclusive<u64>)>,
    /// Codes in it.
    pub codes: Vec<Code>,
    /// Names of the programmer in it, and the name of what is around it.
    pub names: Vec<String>,
    /// Entries linked to lines of the file: the line now, the name that was around it, why, and the entry.
    pub links: Vec<(u64, String, String, EntryHead)>,
}

/// Why an entry fits, the best reason first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It is linked to the line; what was noted with the link.
    Linked(String),
    /// It is linked to another line of what is around: the line, and the name of that.
    Near(u64, String),
    /// It is about this code.
    Code(String),
    /// It is about what this code is a special case of.
    Wider(String),
    /// It has this name.
    Name(String),
}

impl Why {
    /// As people read it.
    pub fn text(&self) -> String {
        match self {
            Self::Linked(note) if note.is_empty() => "linked to this line".to_owned(),
            Self::Linked(note) => format!("linked to this line: {note}"),
            Self::Near(line, name) => format!("linked to line {line}, {name}"),
            Self::Code(code) => format!("about {code}"),
            Self::Wider(code) => format!("about codes like {code}"),
            Self::Name(name) => format!("has {name}"),
        }
    }

    /// The word for it in documents.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Linked(_) => "line",
            Self::Near(..) => "around",
            Self::Code(_) => "code",
            Self::Wider(_) => "wider_code",
            Self::Name(_) => "name",
        }
    }
}

/// An entry that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fit {
    /// The entry.
    pub head: EntryHead,
    /// All that it fits by, at least one.
    pub why: Vec<Why>,
}

impl Fit {
    /// All reasons as people read them; several codes or names as a list of them.
    pub fn reason(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        let mut names: Vec<&str> = Vec::new();
        for why in &self.why {
            match why {
                Why::Name(name) => names.push(name),
                other => parts.push(other.text()),
            }
        }
        if !names.is_empty() {
            parts.push(format!("has {}", names.join(", ")));
        }
        parts.join("; ")
    }
}

/// The entries of `store` that fit.
///
/// # Errors
/// If the store cannot be read or `budget` ends.
pub fn about(store: &dyn Store, clues: &Clues, budget: &Budget) -> Result<Vec<Fit>> {
    let mut fits = Vec::new();
    for (line, symbol, note, head) in &clues.links {
        let near = clues.around.as_ref().filter(|(name, lines)| {
            lines.contains(line) || (!symbol.is_empty() && symbol.eq_ignore_ascii_case(name))
        });
        if *line == clues.line {
            add(&mut fits, head.clone(), Why::Linked(note.clone()));
        } else if let Some((name, _)) = near {
            add(&mut fits, head.clone(), Why::Near(*line, name.clone()));
        }
    }
    for code in clues.codes.iter().take(CODES) {
        let names = code.names();
        for (keys, why) in
            [(names.same, Why::Code(code.code.clone())), (names.wider, Why::Wider(code.code.clone()))]
        {
            for head in named(store, &keys, budget)? {
                add(&mut fits, head, why.clone());
            }
        }
    }
    for name in clues.names.iter().take(NAMES) {
        let heads = if is_telling(name) { having(store, name, budget)? } else { Vec::new() };
        for head in named(store, &[name.to_uppercase()], budget)?.into_iter().chain(heads) {
            add(&mut fits, head, Why::Name(name.clone()));
        }
    }
    // Stable: of one kind they stay as they were found.
    fits.sort_by_key(|fit| fit.why.first().map(rank));
    Ok(fits)
}

fn rank(why: &Why) -> u8 {
    match why {
        Why::Linked(_) => 0,
        Why::Near(..) => 1,
        Why::Code(_) => 2,
        Why::Wider(_) => 3,
        Why::Name(_) => 4,
    }
}

fn add(fits: &mut Vec<Fit>, head: EntryHead, why: Why) {
    match fits.iter_mut().find(|fit| fit.head.row == head.row) {
        // What is about a code is about what it is a special case of.
        Some(fit) if matches!((&why, fit.why.last()), (Why::Wider(w), Some(Why::Code(c))) if w == c) => {}
        Some(fit) if fit.why.contains(&why) => {}
        Some(fit) => fit.why.push(why),
        None => fits.push(Fit { head, why: vec![why] }),
    }
}

/// Entries that have one of these names.
fn named(store: &dyn Store, keys: &[String], budget: &Budget) -> Result<Vec<EntryHead>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let hits = store.find_exact(keys, "", &Filter::default(), budget)?;
    let rows: Vec<EntryRow> = hits.iter().map(|hit| hit.row).collect();
    store.heads(&rows, budget)
}

/// Whether a name is no word that stands in any text.
fn is_telling(name: &str) -> bool {
    name.len() > 3 && name.contains(|c: char| c.is_ascii_digit() || "-_#@$".contains(c))
}

/// Entries with a name in their text.
fn having(store: &dyn Store, name: &str, budget: &Budget) -> Result<Vec<EntryHead>> {
    let query = TextQuery { parts: vec![name.to_owned()], ..TextQuery::default() };
    let found = store.find_text(&query, &Filter::default(), LOOKED_AT, budget)?;
    let rows: Vec<EntryRow> = found.hits.iter().map(|hit| hit.row).collect();
    let with: Vec<EntryRow> = rows
        .chunks(LOOKED_AT)
        .map(|rows| store.entries(rows, budget))
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .flatten()
        .filter(|entry| has(entry, name))
        .map(|entry| entry.row)
        .collect();
    store.heads(&with, budget)
}

fn has(entry: &Entry, name: &str) -> bool {
    let body = &entry.body;
    let lists = [&body.tags, &body.aliases, &body.codes].into_iter().flatten();
    let texts = [&body.title, &body.problem, &body.solution, &entry.notes].into_iter().chain(lists);
    let name = name.to_uppercase();
    texts.into_iter().any(|text| stands_in(&text.to_uppercase(), &name))
}

/// Whether `name` is a word of `text`, both in upper case.
fn stands_in(text: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || "-_#@$".contains(c);
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default().chars().next_back();
        let mut after = text.get(at + name.len()..).unwrap_or_default().chars();
        // A hyphen ends a sentence as well.
        let goes_on = match after.next() {
            Some('-') => after.next().is_some_and(is_part),
            next => next.is_some_and(is_part),
        };
        !before.is_some_and(is_part) && !goes_on
    })
}

#[cfg(test)]
mod tests;
