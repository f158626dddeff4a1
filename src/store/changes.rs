//! What tells whether something that was read before still holds.

use super::{EntryRow, UnixMs};
use crate::base::Result;

/// Where a store is in its history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StoreState {
    /// Another number after each write that may change what is found in the store, but for uses of entries. It is drawn at
    /// random: two stores that were one once never come to the same by different ways.
    pub content: i64,
    /// The number of the newest use of an entry; they are numbered in their order, from 1.
    pub uses: i64,
}

/// An entry was opened or rated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use {
    /// Its number.
    pub number: i64,
    /// The entry.
    pub row: EntryRow,
    /// When.
    pub at: UnixMs,
}

/// What a cache asks of a store before it gives what it has.
///
/// # Errors
/// Those of [`super::Store`].
pub trait Changes {
    /// Where the store is now, also by what other processes wrote; cheap enough for every key. `None` where it cannot tell.
    fn state(&self) -> Result<Option<StoreState>> {
        Ok(None)
    }

    /// Uses from number `from` to number `to`, in their order.
    fn uses(&self, _from: i64, _to: i64) -> Result<Vec<Use>> {
        Ok(Vec::new())
    }
}
