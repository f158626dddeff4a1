//! What a store keeps of an entry beside its text: the versions before.

use super::{ChangeKind, EntryVersion, NewEntry, PutOutcome, UnixMs, VersionHead};
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
}
