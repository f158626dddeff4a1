//! What the store answers about entries beside their texts.

use super::history::Change;
use super::writer::Durability;
use super::{SqliteStore, history, write};
use crate::base::{Budget, Result};
use crate::store::{ChangeKind, Dossier, EntryVersion, NewEntry, PutOutcome, UnixMs, VersionHead};

impl SqliteStore {
    /// A change by whoever has this store open.
    pub(super) fn change(&self, kind: ChangeKind, at: UnixMs) -> Change<'_> {
        Change { kind, author: &self.author, at }
    }
}

impl Dossier for SqliteStore {
    fn put_as(&self, entries: &[NewEntry], kind: ChangeKind, at: UnixMs) -> Result<Vec<PutOutcome>> {
        let change = self.change(kind, at);
        let mut outcomes = Vec::with_capacity(entries.len());
        for batch in entries.chunks(write::BATCH) {
            let put = self.write("save entries", Durability::Full, |tx| write::put(tx, batch, &change))?;
            outcomes.extend(put);
        }
        Ok(outcomes)
    }

    fn put_seen(&self, entry: &NewEntry, seen: u64, at: UnixMs) -> Result<PutOutcome> {
        let change = self.change(ChangeKind::Edit, at);
        self.write("save the entry", Durability::Full, |tx| write::put_seen(tx, entry, seen, &change))
    }

    fn versions(&self, id: &str, limit: usize, budget: &Budget) -> Result<Vec<VersionHead>> {
        self.read("read the history", budget, |sql| history::versions(sql, id, limit))
    }

    fn version(&self, id: &str, version: u64, budget: &Budget) -> Result<Option<EntryVersion>> {
        self.read("read a version", budget, |sql| history::version(sql, id, version))
    }

    fn restore_version(
        &self,
        id: &str,
        version: u64,
        deleted: bool,
        at: UnixMs,
    ) -> Result<Option<PutOutcome>> {
        let change = self.change(ChangeKind::Restore, at);
        self.write("restore a version", Durability::Full, |tx| {
            write::restore(tx, id, version, deleted, &change)
        })
    }
}
