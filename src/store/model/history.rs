//! What an entry was before it was changed, as plain values.

use super::{NewEntry, UnixMs};
use serde::{Deserialize, Serialize};

/// What made a version of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It was written first.
    Added,
    /// A person changed it.
    Edit,
    /// An import replaced it.
    Import,
    /// A newer program brought a newer text.
    Starter,
    /// It was deleted.
    Delete,
    /// It was brought back.
    Undelete,
    /// The notes of this site were changed.
    Notes,
    /// An older version was made the newest.
    Restore,
}

impl ChangeKind {
    /// All kinds; the place of each is its number in a store.
    pub const ALL: [Self; 8] = [
        Self::Added,
        Self::Edit,
        Self::Import,
        Self::Starter,
        Self::Delete,
        Self::Undelete,
        Self::Notes,
        Self::Restore,
    ];

    /// Its word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Edit => "edited",
            Self::Import => "imported",
            Self::Starter => "renewed",
            Self::Delete => "deleted",
            Self::Undelete => "brought back",
            Self::Notes => "notes",
            Self::Restore => "restored",
        }
    }
}

/// A version of an entry in a list: how it came to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionHead {
    /// Its number, from 1; the largest is the entry as it is.
    pub version: u64,
    /// When it was written.
    pub at: UnixMs,
    /// Who wrote it; may be empty.
    pub author: String,
    /// What made it.
    pub kind: ChangeKind,
    /// What was changed, in words; may be empty.
    pub detail: String,
    /// Its title.
    pub title: String,
    /// Whether the entry is deleted in it.
    pub deleted: bool,
    /// Whether its text is there: of the starter set only the newest few old texts are kept.
    pub kept: bool,
}

/// A version with its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryVersion {
    /// How it came to be.
    pub head: VersionHead,
    /// What was written; empty where it is not kept.
    pub body: NewEntry,
    /// The notes of this site.
    pub notes: String,
    /// True if the stored hash does not fit: bytes on disk have changed by themselves.
    pub damaged: bool,
}
