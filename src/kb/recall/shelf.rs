//! Heads and texts of entries from memory, those that are not there from the store. Owns what of them still holds.

use super::Recall;
use super::kept::Stamped;
use crate::base::{Budget, Result};
use crate::cache::{Keep, Key, Kind, Value};
use crate::kb::search::{Names, Plain, Shelf};
use crate::store::{Entry, EntryHead, EntryRow, Store, StoreState};
use std::sync::Arc;

/// A shelf for one search.
pub struct Kept<'a> {
    recall: &'a Recall,
    store: &'a dyn Store,
    /// Where the store was when the search began: what was read later is as new at least.
    state: StoreState,
}

impl<'a> Kept<'a> {
    /// What `recall` remembers of `store`, which is in `state`.
    pub fn new(recall: &'a Recall, store: &'a dyn Store, state: StoreState) -> Self {
        Self { recall, store, state }
    }

    fn key(&self, kind: Kind, of: i64) -> Key {
        Key::of_number(kind, self.state.content, of)
    }

    /// What is kept of `rows`; the missing ones by `read`, in their order.
    fn some<T>(
        &self,
        kind: Kind,
        rows: &[EntryRow],
        row_of: impl Fn(&T) -> EntryRow,
        read: impl FnOnce(&[EntryRow]) -> Result<Vec<T>>,
    ) -> Result<Vec<Arc<T>>>
    where
        Stamped<T>: Value,
    {
        let held =
            self.recall.cache.get_held::<Stamped<T>>(kind, rows.iter().map(|row| self.key(kind, row.0)));
        let mut found: Vec<Option<Arc<T>>> = {
            let mut uses = self.recall.uses();
            let mut kept = |(row, kept): (&EntryRow, Option<Arc<Stamped<T>>>)| {
                let holds = |kept: &Arc<Stamped<T>>| uses.unused(self.store, *row, kept.uses, self.state);
                kept.filter(holds).map(|kept| Arc::clone(&kept.value))
            };
            rows.iter().zip(held).map(&mut kept).collect()
        };
        let missing: Vec<EntryRow> =
            rows.iter().zip(&found).filter(|(_, kept)| kept.is_none()).map(|(row, _)| *row).collect();
        if missing.is_empty() {
            return Ok(all(found));
        }
        let mut fresh = read(&missing)?.into_iter().map(Arc::new).peekable();
        for (row, place) in rows.iter().zip(&mut found) {
            if place.is_none()
                && let Some(value) = fresh.next_if(|value| row_of(value) == *row)
            {
                let uses = if kind == Kind::Texts { i64::MAX } else { self.state.uses };
                let kept = Stamped { value: Arc::clone(&value), uses };
                self.recall.cache.put(&self.key(kind, row.0), &Arc::new(kept), Keep::Memory);
                *place = Some(value);
            }
        }
        Ok(all(found))
    }
}

/// Those that are there: nearly all.
fn all<T>(found: Vec<Option<Arc<T>>>) -> Vec<Arc<T>> {
    let mut all = Vec::with_capacity(found.len());
    all.extend(found.into_iter().flatten());
    all
}

impl Shelf for Kept<'_> {
    fn heads(&self, rows: &[EntryRow], budget: &Budget) -> Result<Vec<Arc<EntryHead>>> {
        self.some(Kind::Heads, rows, |head: &EntryHead| head.row, |rows| self.store.heads(rows, budget))
    }

    fn entries(&self, rows: &[EntryRow], budget: &Budget) -> Result<Vec<Arc<Entry>>> {
        self.some(Kind::Entries, rows, |entry: &Entry| entry.row, |rows| self.store.entries(rows, budget))
    }

    fn plain(&self, rows: &[EntryRow], budget: &Budget) -> Result<Vec<Arc<Plain>>> {
        let read = |rows: &[EntryRow]| {
            let entries = self.store.entries(rows, budget)?;
            Ok(entries.iter().map(Plain::of).collect())
        };
        self.some(Kind::Texts, rows, |text: &Plain| text.row, read)
    }

    fn names(
        &self,
        what: &str,
        lasting: bool,
        make: &mut dyn FnMut() -> Result<Names>,
    ) -> Result<Arc<Names>> {
        let key = Key::new(Kind::Facets, &[&self.state.content.to_le_bytes(), what.as_bytes()]);
        if let Some((names, _)) = self.recall.cache.get::<Names>(&key) {
            return Ok(names);
        }
        // Not one for all: it may be made by work without hurry, which stands still while others are at work.
        let names = Arc::new(make()?);
        if matches!(self.store.state(), Ok(Some(now)) if now.content == self.state.content) {
            let keep = if lasting { Keep::Everywhere } else { Keep::Memory };
            self.recall.cache.put(&key, &names, keep);
        }
        Ok(names)
    }
}
