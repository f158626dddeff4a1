//! What the knowledge base knows of a line of a file: the line is read for what an entry may be about. Must not know which
//! entries fit.

use super::FileFacts;
use super::marks::marks;
use super::names::{Walk, WalkOf, WalkRow, words};
use crate::base::{Budget, ByteOffset, LineNo, Result};
use crate::code::{Outline, SourceFormat, SymbolKind};
use crate::kb::about::{Clues, Fit, about};
use crate::kb::codes::{self, Code};
use crate::source::SourceFile;
use crate::store::Store;

/// Bytes of a line that are looked at.
const LINE: usize = 4 << 10;
/// The text of a card, between its numbers and its tag.
const CARD: std::ops::Range<usize> = 6..72;
/// Letters of a word that may be the name of a job, program or message.
const LONGEST: usize = 44;

/// Where a line is: its number, and where it begins.
pub type LineAt = (LineNo, ByteOffset);

/// What a line of a file says that an entry may be about; the path is the one that links in `store` have.
///
/// # Errors
/// If the store cannot be read or `budget` ends.
pub fn clues(
    store: &dyn Store,
    (file, facts, outline): (&SourceFile, &FileFacts, &Outline),
    path: &str,
    (line, at): LineAt,
    budget: &Budget,
) -> Result<Clues> {
    let (text, _) = file.read(at, LINE);
    let text = text.split(|b| *b == b'\n').next().unwrap_or_default();
    let around = outline.path_at(line).into_iter().rev().find(|s| {
        let record = s.kind == SymbolKind::Data && matches!(s.level, 1 | 77);
        record || matches!(s.kind, SymbolKind::Paragraph | SymbolKind::Section | SymbolKind::File)
    });
    let around = around.map(|s| (s.name, s.line.get()..=s.end_line.get()));
    let shown = String::from_utf8_lossy(text);
    let mut names = words(text, facts.format);
    if names.is_empty() {
        // A comment, or no source at all; what numbers and tags a card has is not meant.
        let card = if facts.format == SourceFormat::Fixed { CARD } else { 0..text.len() };
        let said = text.get(card.start.min(text.len())..card.end.min(text.len())).unwrap_or_default();
        names = telling(&String::from_utf8_lossy(said));
    }
    let codes = codes::in_line(&shown);
    // What reports a code is about it; texts that only mention it are found by a search.
    let is_code = |name: &String| {
        let name = name.to_uppercase();
        codes.iter().map(Code::names).any(|n| n.same.contains(&name) || n.wider.contains(&name))
    };
    names.retain(|name| !is_code(name));
    if let Some((name, _)) = around.as_ref().filter(|(name, _)| !names.contains(name)) {
        names.push(name.clone());
    }
    let found = marks(store, (file, facts), (path, None), budget)?;
    let links = found.links.into_iter().map(|(link, head)| (link.line, link.symbol, link.note, head));
    Ok(Clues { line: line.get(), around, codes, names, links: links.collect() })
}

/// Words of a text that is no source which may be names: those with a digit or a hyphen in them that begin with a capital.
fn telling(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-_@#$".contains(c);
    for word in text.split(|c| !is_part(c)).map(|w| w.trim_matches('-')) {
        let marked = word.contains(|c: char| c.is_ascii_digit() || c == '-' || c == '_');
        let begins = word.starts_with(|c: char| c.is_ascii_uppercase() || "@#$".contains(c));
        if marked && begins && word.len() <= LONGEST && !names.iter().any(|n| n == word) {
            names.push(word.to_owned());
        }
    }
    names
}

/// The entries that fit a line, as a list to walk along.
///
/// # Errors
/// If the store cannot be read or `budget` ends.
pub(super) fn known(store: &dyn Store, clues: &Clues, budget: &Budget) -> Result<Walk> {
    let rows = about(store, clues, budget)?.into_iter().map(row).collect();
    let about = clues.around.as_ref().map(|(name, _)| name.clone()).unwrap_or_default();
    Ok(Walk { of: WalkOf::Known, about, rows, cut: false })
}

fn row(fit: Fit) -> WalkRow {
    let note = fit.reason();
    WalkRow { name: fit.head.title, note, entry: Some(fit.head.id), ..WalkRow::default() }
}

#[cfg(test)]
mod tests;
