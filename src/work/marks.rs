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

/// Reads what `store` has under `path` and finds the lines in the file as it is now; `also` is another path that the same text
/// had, what is there belongs to it as well.
///
/// # Errors
/// If the store cannot be read or `budget` ends.
pub fn marks(
    store: &dyn Store,
    file: (&SourceFile, &FileFacts),
    (path, also): (&str, Option<&str>),
    budget: &Budget,
) -> Result<Marks> {
    let mut marks = marks_of(store, file, (path, true), budget)?;
    if let Some(also) = also {
        let other = marks_of(store, file, (also, false), budget)?;
        let known = |link: &(CodeReference, EntryHead)| {
            marks.links.iter().any(|l| (l.0.line, &l.1.id) == (link.0.line, &link.1.id))
        };
        let links: Vec<_> = other.links.into_iter().filter(|link| !known(link)).collect();
        marks.links.extend(links);
        marks.notes.extend(other.notes.into_iter().filter(|note| !note.lost));
    }
    Ok(marks)
}

/// What is under one path. Links and notes that moved for certain are kept there if the file is `own`, so that the next change
/// finds them from there.
fn marks_of(
    store: &dyn Store,
    (file, facts): (&SourceFile, &FileFacts),
    (path, own): (&str, bool),
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
    for ((link, head), place) in links.iter_mut().zip(&mut found) {
        let Some(place) = place.filter(|p| p.line != link.line) else { continue };
        if place.sure && own {
            let anchor = anchor_at(file, place.line, format, encoding, budget)?;
            // As with notes.
            drop(store.move_reference(&head.id, link, place.line, &anchor));
            link.anchor = anchor;
        }
        link.line = place.line;
    }
    for (note, place) in notes.iter_mut().zip(found) {
        note.lost = place.is_none();
        let Some(place) = place.filter(|p| p.line != note.line) else { continue };
        note.line = place.line;
        if place.sure && own {
            note.anchor = anchor_at(file, note.line, format, encoding, budget)?;
            // A store that takes no writes has said so already; the note is shown where it belongs all the same.
            drop(store.put_line_note(path, note));
        }
    }
    Ok(Marks { links, notes })
}

#[cfg(test)]
mod tests {
    use super::super::facts_of;
    use super::*;
    use crate::base::meter::no_meter;
    use crate::source::Wanted;
    use crate::store::{NewEntry, OpenOptions, SqliteStore};
    use std::path::Path;

    fn read(store: &dyn Store, path: &Path) -> Marks {
        let budget = Budget::unlimited();
        let file = SourceFile::open_within(path, Wanted::default(), &budget, no_meter()).unwrap();
        marks(store, (&file, &facts_of(&file)), ("P.cbl", None), &budget).unwrap()
    }

    #[test]
    fn a_link_that_moved_is_kept_where_it_is_now() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("P.cbl");
        let store = SqliteStore::open(&OpenOptions::new(folder.path().join("kb.db")), no_meter()).unwrap();
        store.put(&[NewEntry { id: "E1".into(), title: "one".into(), ..NewEntry::default() }], 1).unwrap();
        let line = |n: u32| format!("           ADD {n} TO TOTAL-{n}.");
        let code = |from: u32, to: u32| -> String { (from..to).map(|n| line(n) + "\n").collect() };
        std::fs::write(&path, code(0, 40)).unwrap();
        let kept = |line: u64| {
            let anchor = (line - 2..=line).map(|n| format!("ADD {n} TO TOTAL-{n}."));
            CodeReference {
                file: "P.cbl".into(),
                line,
                symbol: "TOTAL".into(),
                note: "here".into(),
                anchor: anchor.collect::<Vec<_>>().join("\n"),
            }
        };
        store.add_reference("E1", &kept(20), 1).unwrap();
        assert_eq!(read(&store, &path).links[0].0, kept(20), "where it was");
        // Ten lines come before it: it is kept ten lines below, with what it says there.
        std::fs::write(&path, code(100, 110) + &code(0, 40)).unwrap();
        let moved = CodeReference { line: 30, ..kept(20) };
        assert_eq!(read(&store, &path).links[0].0, moved);
        let in_store = || store.references_of("E1", &Budget::unlimited()).unwrap();
        assert_eq!(in_store(), std::slice::from_ref(&moved));
        // One like it is there already: it stays where it was in the store, and is shown where it belongs.
        store.add_reference("E1", &CodeReference { line: 35, ..moved.clone() }, 1).unwrap();
        std::fs::write(&path, code(100, 115) + &code(0, 40)).unwrap();
        let lines: Vec<u64> = read(&store, &path).links.iter().map(|(link, _)| link.line).collect();
        assert_eq!(lines[0], 35);
        assert_eq!(in_store().iter().map(|link| link.line).collect::<Vec<_>>(), [30, 35]);
    }
}
