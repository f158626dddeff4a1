//! What is asked of the store about an entry beside its text: versions, what differs between two, going back to one,
//! incidents, files and related entries.

use super::attached::{Attached, FileState, attachment_of, state_of};
use super::redact::mask;
use crate::base::{Budget, Exit, Result, UserError};
use crate::kb::history::{self, Comparison};
use crate::kb::related::{Related, related};
use crate::store::{Attachment, Entry, Incident, Store, UnixMs, VersionHead};
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
    /// What belongs to this entry: incidents, files, other entries.
    Beside(String),
    /// What became of the files of this entry.
    Verify(String),
    /// Attach a file to an entry, or note what it is now.
    Attach {
        /// The entry.
        id: String,
        /// The file's absolute path.
        path: String,
    },
    /// Take a file off an entry.
    Detach {
        /// The entry.
        id: String,
        /// The file's path.
        path: String,
    },
    /// Record an incident.
    Record(Box<Incident>),
    /// Note that an incident of an entry is resolved, or open again.
    Resolve {
        /// The entry.
        id: String,
        /// The number of the incident.
        incident: i64,
        /// Whether it is resolved.
        resolved: bool,
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
    /// What belongs to an entry.
    Beside(Box<Beside>),
    /// What became of its files, by path.
    Verified {
        /// The entry.
        id: String,
        /// The files.
        files: Vec<Attached>,
    },
    /// A file was attached or taken off.
    Attached {
        /// The entry.
        id: String,
        /// What to tell.
        told: String,
    },
    /// An incident was recorded under this entry.
    Recorded(String),
    /// An incident of this entry is resolved, or open again.
    Resolved(String, bool),
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

/// What belongs to an entry beside its text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Beside {
    /// The entry.
    pub id: String,
    /// Its newest incidents, newest first.
    pub incidents: Vec<Incident>,
    /// How many there are.
    pub incident_count: u64,
    /// Its files.
    pub files: Vec<Attached>,
    /// Other entries.
    pub related: Vec<Related>,
}

/// Incidents that are told of an entry.
const INCIDENTS: usize = 5;
/// Related entries that are told.
const RELATED: usize = 8;

/// What belongs to an entry; what became of its files is not known yet.
///
/// # Errors
/// The store's.
pub fn beside(store: &dyn Store, entry: &Entry, budget: &Budget) -> Result<Beside> {
    let id = entry.body.id.clone();
    let files = store.attachments(&id, budget)?;
    Ok(Beside {
        incidents: store.incidents(Some(&id), INCIDENTS, budget)?,
        incident_count: store.count_incidents(&id, budget)?,
        files: files.into_iter().map(|file| Attached { file, state: FileState::Unknown }).collect(),
        related: related(store, entry, RELATED, budget)?,
        id,
    })
}

impl EntryAsk {
    /// Whether it may take long: all of a file is read.
    pub(super) fn is_long(&self) -> bool {
        matches!(self, Self::Verify(_) | Self::Attach { .. })
    }

    /// Its name, for the log and for errors.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Versions(_) => "reading the history",
            Self::Diff { .. } => "comparing two versions",
            Self::Meanwhile { .. } => "reading what was changed meanwhile",
            Self::Beside(_) => "reading what belongs to the entry",
            Self::Verify(_) => "checking the files of the entry",
            Self::Attach { .. } => "attaching the file",
            Self::Detach { .. } => "taking the file off",
            Self::Record(_) | Self::Resolve { .. } => "recording the incident",
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
        let mask_file = |attached: &mut Attached| {
            mask(&mut attached.file.path);
            mask(&mut attached.file.author);
        };
        match self {
            Self::Versions { heads, .. } => heads.iter_mut().for_each(mask_version),
            Self::Beside(beside) => {
                for incident in &mut beside.incidents {
                    for text in
                        [&mut incident.job, &mut incident.step, &mut incident.program, &mut incident.summary]
                    {
                        mask(text);
                    }
                }
                beside.related.iter_mut().for_each(|r| mask(&mut r.title));
                beside.files.iter_mut().for_each(mask_file);
            }
            Self::Verified { files, .. } => files.iter_mut().for_each(mask_file),
            Self::Attached { told, .. } => mask(told),
            Self::InUse { categories, tags } => categories.iter_mut().chain(tags).for_each(mask),
            Self::Taken { title, .. } => title.iter_mut().for_each(mask),
            Self::Diff(compared) | Self::Meanwhile(compared) => {
                compared.from.iter_mut().for_each(mask_version);
                mask_version(&mut compared.to);
                compared.rows.iter_mut().flat_map(|row| &mut row.pieces).for_each(|(text, _)| mask(text));
            }
            Self::Recorded(_) | Self::Resolved(..) | Self::Restored { .. } => {}
        }
    }
}

fn gone(id: &str) -> UserError {
    UserError::new(format!("{id} is not in the knowledge base")).exit(Exit::NotFound)
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
        EntryAsk::Beside(id) => {
            let Some(entry) = store.entry(&id, budget)? else { return Err(gone(&id)) };
            beside(store, &entry, budget).map(|b| EntryAnswer::Beside(Box::new(b)))
        }
        EntryAsk::Verify(id) => {
            let files = store.attachments(&id, budget)?;
            let state = |file: Attachment| Attached { state: state_of(&file, budget), file };
            Ok(EntryAnswer::Verified { id, files: files.into_iter().map(state).collect() })
        }
        EntryAsk::Attach { id, path } => {
            let file = attachment_of(&path, now, budget)?;
            if !store.attach(&id, &file)? {
                return Err(gone(&id));
            }
            Ok(EntryAnswer::Attached { told: format!("{path} is attached to {id}"), id })
        }
        EntryAsk::Detach { id, path } => {
            store.detach(&id, &path)?;
            Ok(EntryAnswer::Attached { told: format!("{path} is no longer attached"), id })
        }
        EntryAsk::Record(mut incident) => {
            incident.at = now;
            incident.resolved_at = incident.resolved_at.map(|_| now);
            store.add_incident(&incident)?;
            Ok(EntryAnswer::Recorded(incident.entry.unwrap_or_default()))
        }
        EntryAsk::Resolve { id, incident, resolved } => {
            if !store.resolve_incident(incident, resolved.then_some(now))? {
                return Err(UserError::new(format!("there is no incident {incident} any more"))
                    .hint("open the entry again to see those that there are")
                    .exit(Exit::NotFound));
            }
            Ok(EntryAnswer::Resolved(id, resolved))
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
