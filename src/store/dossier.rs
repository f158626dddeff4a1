//! What a store keeps of an entry beside its text: the versions before, incidents, files, what was opened with it.

use super::{
    Attachment, ChangeKind, EntryRow, EntryVersion, Incident, NewEntry, PutOutcome, UnixMs, VersionHead,
};
use crate::base::{Budget, Result};

/// What is kept of entries beside their texts. Errors are those of [`Store`](super::Store).
///
/// Every change of an entry keeps the version before in the same transaction: nothing that people wrote is lost.
pub trait Dossier: Send + Sync {
    /// Adds or replaces entries like [`Store::put`](super::Store::put), and remembers that it was by `kind`.
    fn put_as(&self, entries: &[NewEntry], kind: ChangeKind, at: UnixMs) -> Result<Vec<PutOutcome>>;
    /// Adds or replaces the entry of a person who has seen version `seen` of it; 0 for one that is to be new. Gives
    /// [`PutOutcome::Conflict`] and changes nothing where the entry is another one by now.
    fn put_seen(&self, entry: &NewEntry, seen: u64, at: UnixMs) -> Result<PutOutcome>;
    /// The versions of an entry, also of a deleted one, newest first, at most `limit`; empty if there never was one.
    fn versions(&self, id: &str, limit: usize, budget: &Budget) -> Result<Vec<VersionHead>>;
    /// A version of an entry with its text, its hash verified.
    fn version(&self, id: &str, version: u64, budget: &Budget) -> Result<Option<EntryVersion>>;
    /// Makes an older version the newest: text, notes, and with `deleted` whether it is deleted. It is a version more, so this
    /// can be taken back as well. `None` if there is no such version, or its text is not there or damaged.
    fn restore_version(
        &self,
        id: &str,
        version: u64,
        deleted: bool,
        at: UnixMs,
    ) -> Result<Option<PutOutcome>>;

    /// Records an incident, under its entry if it names one. Gives its number.
    fn add_incident(&self, incident: &Incident) -> Result<i64>;
    /// Notes when an incident was resolved; `None` opens it again. False if there is none of this number.
    fn resolve_incident(&self, id: i64, at: Option<UnixMs>) -> Result<bool>;
    /// The newest incidents of an entry, or of all and none, at most `limit`.
    fn incidents(&self, entry: Option<&str>, limit: usize, budget: &Budget) -> Result<Vec<Incident>>;
    /// How many incidents an entry has.
    fn count_incidents(&self, entry: &str, budget: &Budget) -> Result<u64>;

    /// Attaches a file to an entry by path and hash, or notes what it is now. False if there is no such entry.
    fn attach(&self, entry: &str, file: &Attachment) -> Result<bool>;
    /// Takes a file off an entry. False if it is not there.
    fn detach(&self, entry: &str, path: &str) -> Result<bool>;
    /// The files of an entry, by path.
    fn attachments(&self, entry: &str, budget: &Budget) -> Result<Vec<Attachment>>;
    /// Entries that were opened within `within` milliseconds of the newest uses of this one, with how often, most often first.
    fn opened_with(
        &self,
        entry: &str,
        within: UnixMs,
        limit: usize,
        budget: &Budget,
    ) -> Result<Vec<(EntryRow, u64)>>;
}
