//! What belongs to entries beside their texts, as plain values: incidents and files.

use super::{Severity, UnixMs};
use serde::{Deserialize, Serialize};

/// Something that happened: a job that failed, and what was done.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Incident {
    /// Its number; 0 for a new one.
    pub id: i64,
    /// When it was recorded.
    pub at: UnixMs,
    /// The entry that helped, by its id; `None` if there is none.
    pub entry: Option<String>,
    /// Job.
    pub job: String,
    /// Step.
    pub step: String,
    /// Program.
    pub program: String,
    /// Code: `S0C7`.
    pub code: String,
    /// What happened, in one line.
    pub summary: String,
    /// Part of the shop: the category of the entry.
    pub component: String,
    /// How bad it was.
    pub severity: Severity,
    /// When it was resolved.
    pub resolved_at: Option<UnixMs>,
    /// True if the stored hash does not fit: bytes on disk have changed by themselves.
    pub damaged: bool,
}

/// A file that belongs to an entry. It stays where it is: path and hash are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its absolute path.
    pub path: String,
    /// BLAKE3 of it when it was attached.
    pub hash: [u8; 32],
    /// Its size then, in bytes.
    pub bytes: u64,
    /// When it was attached.
    pub at: UnixMs,
    /// Who attached it.
    pub author: String,
}

impl Attachment {
    /// The hash as people write it.
    pub fn hex(&self) -> String {
        blake3::Hash::from_bytes(self.hash).to_hex().to_string()
    }
}
