//! Where a search has what it shows from. Owns the seam between ranking and whoever keeps heads and texts of entries.

use super::snippet::plain;
use crate::base::{Budget, Result};
use crate::store::{Entry, EntryHead, EntryRow, Store};
use std::sync::Arc;

/// Names, each with a number.
pub type Names = Vec<(String, u64)>;

/// The texts of an entry as pieces are cut from them: in one line each, without marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plain {
    /// Which entry.
    pub row: EntryRow,
    /// What was stored has changed by itself.
    pub damaged: bool,
    /// Its problem.
    pub problem: String,
    /// Its solution.
    pub solution: String,
}

impl Plain {
    /// Those of `entry`.
    pub fn of(entry: &Entry) -> Self {
        let [problem, solution] = [&entry.body.problem, &entry.body.solution].map(|text| plain(text));
        Self { row: entry.row, damaged: entry.damaged, problem, solution }
    }
}

/// Gives heads and texts of entries, and what there is in all.
///
/// # Errors
/// Those of [`Store`].
pub trait Shelf {
    /// Heads by row, in the order asked for; rows that are gone are left out.
    fn heads(&self, rows: &[EntryRow], budget: &Budget) -> Result<Vec<Arc<EntryHead>>>;
    /// Entries by row, in the order asked for; rows that are gone are left out.
    fn entries(&self, rows: &[EntryRow], budget: &Budget) -> Result<Vec<Arc<Entry>>>;
    /// Plain texts by row, in the order asked for; rows that are gone are left out.
    fn plain(&self, rows: &[EntryRow], budget: &Budget) -> Result<Vec<Arc<Plain>>>;
    /// What `make` gives: names, each with a number, that depend on `what` and on the content of the store alone. With `lasting`
    /// they are worth more than the moment.
    fn names(&self, what: &str, lasting: bool, make: &mut dyn FnMut() -> Result<Names>)
    -> Result<Arc<Names>>;
}

/// The head of one entry, if it is there.
pub fn head_of(shelf: &dyn Shelf, row: EntryRow) -> Option<Arc<EntryHead>> {
    shelf.heads(&[row], &Budget::unlimited()).ok()?.pop()
}

/// Reads everything from the store.
pub struct Unkept<'s>(pub &'s dyn Store);

impl Shelf for Unkept<'_> {
    fn heads(&self, rows: &[EntryRow], budget: &Budget) -> Result<Vec<Arc<EntryHead>>> {
        Ok(self.0.heads(rows, budget)?.into_iter().map(Arc::new).collect())
    }

    fn entries(&self, rows: &[EntryRow], budget: &Budget) -> Result<Vec<Arc<Entry>>> {
        Ok(self.0.entries(rows, budget)?.into_iter().map(Arc::new).collect())
    }

    fn plain(&self, rows: &[EntryRow], budget: &Budget) -> Result<Vec<Arc<Plain>>> {
        Ok(self.0.entries(rows, budget)?.iter().map(|entry| Arc::new(Plain::of(entry))).collect())
    }

    fn names(&self, _: &str, _: bool, make: &mut dyn FnMut() -> Result<Names>) -> Result<Arc<Names>> {
        make().map(Arc::new)
    }
}

/// How many entries there are, by category, most first.
///
/// # Errors
/// Those of the store.
pub fn categories(store: &dyn Store, shelf: &dyn Shelf, budget: &Budget) -> Result<Arc<Names>> {
    shelf.names("categories", true, &mut || store.categories(budget))
}

/// How many entries carry each tag, most first, at most `limit`.
///
/// # Errors
/// Those of the store.
pub fn tags(store: &dyn Store, shelf: &dyn Shelf, limit: usize, budget: &Budget) -> Result<Arc<Names>> {
    shelf.names(&format!("tags {limit}"), true, &mut || store.tags(limit, budget))
}
