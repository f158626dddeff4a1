//! What is asked of the store about an entry beside its text: versions, what differs between two, going back to one.

use super::redact::mask;
use crate::base::{Budget, Result, UserError};
use crate::kb::history::{self, Comparison};
use crate::store::{Store, UnixMs, VersionHead};
use serde::{Deserialize, Serialize};

/// Versions that are listed at most.
const VERSIONS: usize = 500;

/// A question or an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryAsk {
    /// The versions of this entry.
    Versions(String),
    /// What differs between two versions.
    Diff {
        /// The entry.
        id: String,
        /// The older version; 0 for nothing.
        from: u64,
        /// The newer one.
        to: u64,
    },
    /// Make an older version the newest.
    Restore {
        /// The entry.
        id: String,
        /// The version.
        version: u64,
        /// The newest one, as the person knows it: nobody goes back over what they have not seen.
        newest: Option<u64>,
    },
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryAnswer {
    /// The versions of an entry, newest first.
    Versions {
        /// The entry.
        id: String,
        /// Its versions.
        heads: Vec<VersionHead>,
    },
    /// What differs.
    Diff(Box<Comparison>),
    /// An older version is the newest.
    Restored {
        /// The entry.
        id: String,
        /// The version that it is as.
        version: u64,
        /// The version that it was before.
        before: Option<u64>,
    },
}

impl EntryAsk {
    /// Its name, for the log and for errors.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Versions(_) => "reading the history",
            Self::Diff { .. } => "comparing two versions",
            Self::Restore { .. } => "going back to a version",
        }
    }
}

impl EntryAnswer {
    /// Masks the texts of entries.
    pub(super) fn mask(&mut self) {
        let mask_version = |head: &mut VersionHead| {
            mask(&mut head.title);
            mask(&mut head.author);
        };
        match self {
            Self::Versions { heads, .. } => heads.iter_mut().for_each(mask_version),
            Self::Diff(compared) => {
                compared.from.iter_mut().for_each(mask_version);
                mask_version(&mut compared.to);
                compared.rows.iter_mut().flat_map(|row| &mut row.pieces).for_each(|(text, _)| mask(text));
            }
            Self::Restored { .. } => {}
        }
    }
}

/// Answers.
pub(super) fn ask(store: &dyn Store, ask: EntryAsk, now: UnixMs, budget: &Budget) -> Result<EntryAnswer> {
    match ask {
        EntryAsk::Versions(id) => {
            let heads = store.versions(&id, VERSIONS, budget)?;
            Ok(EntryAnswer::Versions { id, heads })
        }
        EntryAsk::Diff { id, from, to } => {
            history::between(store, &id, from, to, budget).map(|c| EntryAnswer::Diff(Box::new(c)))
        }
        EntryAsk::Restore { id, version, newest } => {
            let before = store.versions(&id, 1, budget)?.pop().map(|head| head.version);
            if newest.is_some() && before != newest {
                return Err(UserError::new(format!("{id} was changed by somebody else meanwhile"))
                    .hint("H lists what was changed; R there makes a version the newest"));
            }
            history::go_back(store, &id, version, now, budget)?;
            Ok(EntryAnswer::Restored { id, version, before })
        }
    }
}
