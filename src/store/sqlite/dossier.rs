//! What the store answers about entries beside their texts.

use super::history::Change;
use super::writer::Durability;
use super::{SqliteStore, beside, history, write};
use crate::base::{Budget, Result};
use crate::store::{
    Attachment, ChangeKind, Dossier, EntryRow, EntryVersion, Incident, NewEntry, PutOutcome, UnixMs,
    VersionHead,
};

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

    fn add_incident(&self, incident: &Incident) -> Result<i64> {
        self.write("record an incident", Durability::Full, |tx| beside::add_incident(tx, incident))
    }

    fn resolve_incident(&self, id: i64, at: Option<UnixMs>) -> Result<bool> {
        self.write("resolve an incident", Durability::Full, |tx| beside::resolve(tx, id, at))
    }

    fn incidents(&self, entry: Option<&str>, limit: usize, budget: &Budget) -> Result<Vec<Incident>> {
        self.read("read incidents", budget, |sql| beside::incidents(sql, entry, limit))
    }

    fn count_incidents(&self, entry: &str, budget: &Budget) -> Result<u64> {
        self.read("count incidents", budget, |sql| beside::count_incidents(sql, entry))
    }

    fn attach(&self, entry: &str, file: &Attachment) -> Result<bool> {
        let file = Attachment { author: self.author.clone(), ..file.clone() };
        self.write("attach a file", Durability::Full, |tx| beside::attach(tx, entry, &file))
    }

    fn detach(&self, entry: &str, path: &str) -> Result<bool> {
        self.write("take a file off", Durability::Full, |tx| beside::detach(tx, entry, path))
    }

    fn attachments(&self, entry: &str, budget: &Budget) -> Result<Vec<Attachment>> {
        self.read("read the files of an entry", budget, |sql| beside::attachments(sql, entry))
    }

    fn opened_with(
        &self,
        entry: &str,
        within: UnixMs,
        limit: usize,
        budget: &Budget,
    ) -> Result<Vec<(EntryRow, u64)>> {
        self.read("read what was opened together", budget, |sql| {
            beside::opened_with(sql, entry, within, limit)
        })
    }
}
