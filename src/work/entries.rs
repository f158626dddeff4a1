//! What is asked of the store about an entry beside its text: versions, what differs between two, going back to one.

use super::redact::mask;
use crate::base::{Budget, Result, UserError};
use crate::kb::history::{self, Comparison};
use crate::store::{Store, UnixMs, VersionHead};
use serde::{Deserialize, Serialize};

/// Versions that are listed at most.
const VERSIONS: usize = 500;

/// Tags that are offered.
const TAGS: usize = 500;

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
    /// What somebody else changed since a person saw version `seen` of an entry.
    Meanwhile {
        /// The entry.
        id: String,
        /// The version that the person saw, 0 for none.
        seen: u64,
    },
    /// Which categories and tags there are.
    InUse,
    /// Whether an entry has this id.
    Taken(String),
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
    /// What somebody else changed meanwhile.
    Meanwhile(Box<Comparison>),
    /// Categories and tags, most used first.
    InUse {
        /// The categories.
        categories: Vec<String>,
        /// The tags.
        tags: Vec<String>,
    },
    /// The title of the entry that has this id.
    Taken {
        /// The id.
        id: String,
        /// The title; `None` if there is no such entry.
        title: Option<String>,
    },
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
            Self::Meanwhile { .. } => "reading what was changed meanwhile",
            Self::InUse => "reading which tags there are",
            Self::Taken(_) => "looking up the id",
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
            Self::InUse { categories, tags } => categories.iter_mut().chain(tags).for_each(mask),
            Self::Taken { title, .. } => title.iter_mut().for_each(mask),
            Self::Diff(compared) | Self::Meanwhile(compared) => {
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
        EntryAsk::Meanwhile { id, seen } => {
            let newest = store.versions(&id, 1, budget)?.pop().map_or(0, |head| head.version);
            history::between(store, &id, seen.min(newest), newest, budget)
                .map(|c| EntryAnswer::Meanwhile(Box::new(c)))
        }
        EntryAsk::InUse => {
            let names = |counted: Vec<(String, u64)>| counted.into_iter().map(|(name, _)| name).collect();
            let (categories, tags) = (store.categories(budget)?, store.tags(TAGS, budget)?);
            Ok(EntryAnswer::InUse { categories: names(categories), tags: names(tags) })
        }
        EntryAsk::Taken(id) => {
            let title = store.entry(&id, budget)?.map(|entry| entry.body.title);
            Ok(EntryAnswer::Taken { id, title })
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
