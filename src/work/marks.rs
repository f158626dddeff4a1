//! What the store knows of the lines of a file: entries that are linked to them and notes on them, each at the line where it
//! belongs now. Must not know how a line is told from others.

use super::FileFacts;
use super::anchor::{self, Sought, anchor_at};
use crate::base::{Budget, Result};
use crate::source::SourceFile;
use crate::store::{CodeReference, EntryHead, LineNote, Store};

/// What is known of the lines of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marks {
    /// Entries, with the line that each is linked to.
    pub links: Vec<(CodeReference, EntryHead)>,
    /// Notes, also those whose lines are gone.
    pub notes: Vec<LineNote>,
}

/// Reads what `store` has under `path` and finds the lines in the file as it is now. Notes that moved for
/// certain are kept there, so that the next change finds them from there.
///
/// # Errors
/// If the store cannot be read or `budget` ends.
pub fn marks(
    store: &dyn Store,
    (file, facts): (&SourceFile, &FileFacts),
    path: &str,
    budget: &Budget,
) -> Result<Marks> {
    let mut links = store.references_to(path, budget)?;
    let mut notes = store.line_notes(path, budget)?;
    let sought = |line: u64, anchor| Sought { line, anchor };
    let all: Vec<Sought<'_>> = links
        .iter()
        .map(|(link, _)| sought(link.line, link.anchor.as_str()))
        .chain(notes.iter().map(|n| sought(n.line, n.anchor.as_str())))
        .collect();
    let (format, encoding) = (facts.format, facts.encoding());
    let mut found = anchor::find((file, format, encoding), &all, budget)?.into_iter();
    for ((link, _), place) in links.iter_mut().zip(&mut found) {
        link.line = place.map_or(link.line, |p| p.line);
    }
    for (note, place) in notes.iter_mut().zip(found) {
        note.lost = place.is_none();
        let Some(place) = place.filter(|p| p.line != note.line) else { continue };
        note.line = place.line;
        if place.sure {
            note.anchor = anchor_at(file, note.line, format, encoding, budget)?;
            // A store that takes no writes has said so already; the note is shown where it belongs all the same.
            drop(store.put_line_note(path, note));
        }
    }
    Ok(Marks { links, notes })
}
