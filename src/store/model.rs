//! Plain values that go into and come out of a store. All can be printed, compared and serialised.

use crate::base::Word;
use serde::{Deserialize, Serialize};

mod beside;
mod history;

pub use beside::{Attachment, Incident};
pub use history::{ChangeKind, EntryVersion, VersionHead};

/// Milliseconds since 1970-01-01 UTC.
pub type UnixMs = i64;

/// Number of an entry's row inside one store; never shown, never kept elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EntryRow(pub i64);

/// Who an entry comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Comes with the program; a newer program may replace it.
    Starter,
    /// Written or changed here; only people change it.
    Local,
}

/// How bad what the entry is about is, as compilers grade it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Something to look at.
    Warning,
    /// Work has failed.
    #[default]
    Error,
    /// Data or a region is at risk.
    Severe,
}

/// An entry to add or to replace.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewEntry {
    /// Public id, unique in any letter case: `S0C7`, `SQLCODE-811`, `N-000012`. Empty: the store gives the next `N-` id.
    pub id: String,
    /// One line.
    pub title: String,
    /// What is seen and what it means; markdown.
    pub problem: String,
    /// What to look at and what to do; markdown.
    pub solution: String,
    /// One word of the shop: `Batch`, `CICS`, `Db2`, `VSAM` …
    pub category: String,
    /// How bad it is.
    pub severity: Severity,
    /// Lower case words.
    pub tags: Vec<String>,
    /// Other names that mean exactly this entry: `0C7`, `CEE3207S`.
    pub aliases: Vec<String>,
    /// Codes that the entry is about, normalised by the knowledge base's extractor, upper case.
    pub codes: Vec<String>,
    /// Manuals and chapters.
    pub references: Vec<String>,
    /// Ids of related entries.
    pub related: Vec<String>,
    /// Who wrote it.
    pub author: String,
    /// `Some(version)` for an entry that comes with the program, `None` for one that people wrote.
    pub starter_version: Option<u32>,
}

/// An entry as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its row.
    pub row: EntryRow,
    /// What was written.
    #[serde(flatten)]
    pub body: NewEntry,
    /// Who it comes from.
    pub origin: Origin,
    /// Notes of this site, kept apart from the text.
    pub notes: String,
    /// How often it was used.
    pub usage_count: u64,
    /// How often it was rated "worked".
    pub worked: u64,
    /// How often it was rated "didn't work".
    pub failed: u64,
    /// When it was written first.
    pub created_at: UnixMs,
    /// When it was changed last.
    pub updated_at: UnixMs,
    /// The number of its version: one more than those that are kept of before.
    #[serde(default)]
    pub version: u64,
    /// True if the stored content hash does not fit the content: bytes on disk have changed by themselves.
    pub damaged: bool,
}

impl Entry {
    /// The head of this entry.
    pub fn head(&self) -> EntryHead {
        EntryHead {
            row: self.row,
            id: self.body.id.clone(),
            title: self.body.title.clone(),
            category: Word::from(&self.body.category),
            severity: self.body.severity,
            tags: self.body.tags.iter().map(Word::from).collect(),
            aliases: self.body.aliases.clone(),
            codes: self.body.codes.clone(),
            usage_count: self.usage_count,
            worked: self.worked,
            failed: self.failed,
            updated_at: self.updated_at,
        }
    }
}

/// What a list needs of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryHead {
    /// Its row.
    pub row: EntryRow,
    /// Public id.
    pub id: String,
    /// One line.
    pub title: String,
    /// One word of the shop.
    pub category: Word,
    /// How bad it is.
    pub severity: Severity,
    /// Lower case words.
    pub tags: Vec<Word>,
    /// Other names that mean exactly this entry.
    pub aliases: Vec<String>,
    /// Codes that the entry is about, upper case.
    pub codes: Vec<String>,
    /// How often it was used.
    pub usage_count: u64,
    /// How often it was rated "worked".
    pub worked: u64,
    /// How often it was rated "didn't work".
    pub failed: u64,
    /// When it was changed last.
    pub updated_at: UnixMs,
}

impl EntryHead {
    /// Share of ratings that say "worked", 0 to 1; `None` while nobody rated it.
    pub fn success_rate(&self) -> Option<f64> {
        let rated = self.worked.saturating_add(self.failed);
        (rated > 0).then(|| crate::base::num::to_f64(self.worked) / crate::base::num::to_f64(rated))
    }
}

/// What became of an entry that was put.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PutOutcome {
    /// It is new; its id.
    Added(String),
    /// It replaced an older one; its id.
    Changed(String),
    /// The same was there already; its id.
    Unchanged(String),
    /// Left alone, because people changed the stored one (starter entries only); its id.
    KeptLocal(String),
    /// Left alone, because it has another version than the one that the person saw; its id.
    Conflict(String),
}

impl PutOutcome {
    /// The id of the entry.
    pub fn id(&self) -> &str {
        match self {
            Self::Added(id)
            | Self::Changed(id)
            | Self::Unchanged(id)
            | Self::KeptLocal(id)
            | Self::Conflict(id) => id,
        }
    }
}

/// How an exact hit was found, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// The entry's id.
    Id,
    /// One of its aliases.
    Alias,
    /// One of its codes.
    Code,
    /// Its whole title.
    Title,
}

/// An entry that is exactly what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExactHit {
    /// The entry.
    pub row: EntryRow,
    /// How.
    pub via: Via,
}

/// Words for the full-text index. The store quotes every part itself, so no text is ever a syntax error. At most 32
/// parts of at most 4 KiB in all are used.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TextQuery {
    /// Parts that must all match (any if `any`): a word, or a phrase where it holds blanks or punctuation. A `*` at the end of
    /// any part: its last word is the beginning of one.
    pub parts: Vec<String>,
    /// Other ways to write a part, each with the place of the part that it may stand for.
    pub also: Vec<(usize, String)>,
    /// Parts that need not match, but count where they do.
    pub helpful: Vec<String>,
    /// Parts that must not match.
    pub without: Vec<String>,
    /// The last part is the beginning of a word (search as you type).
    pub last_is_prefix: bool,
    /// One matching part is enough.
    pub any: bool,
}

/// One full-text hit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TextHit {
    /// The entry.
    pub row: EntryRow,
    /// BM25, larger is better.
    pub score: f64,
}

/// How far a store went for a full-text question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextPlan {
    /// Every match was read and ranked.
    #[default]
    Whole,
    /// The words are in too many entries: the newest, as many as there was time for, and those that people use.
    Newest,
}

/// Full-text hits.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TextHits {
    /// Best first.
    pub hits: Vec<TextHit>,
    /// How many entries match in all; with `more`, at least so many do.
    pub total: u64,
    /// Matches were not counted to the end.
    pub more: bool,
    /// How far the store went.
    pub plan: TextPlan,
    /// Entries that were read in lists of words: bounded, however many match.
    pub looked: u64,
}

/// A link from an entry to a line of a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CodeReference {
    /// Path as it was given (absolute).
    pub file: String,
    /// Line from 1.
    pub line: u64,
    /// Paragraph or other name nearby; may be empty.
    pub symbol: String,
    /// Why it is linked; may be empty.
    pub note: String,
    /// What the line and its neighbours say, by which it is found when the file has changed; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub anchor: String,
}

/// A note on a line of a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct LineNote {
    /// Its number in the store; 0 for a new one.
    pub id: i64,
    /// Line from 1.
    pub line: u64,
    /// What the line and its neighbours say, by which it is found when the file has changed; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub anchor: String,
    /// What was noted; empty for a note that is taken away.
    pub text: String,
    /// When it was written.
    pub updated_at: UnixMs,
    /// No line of the file as it is now is the one it was written on: its number is what it was. Never in the store.
    #[serde(default)]
    pub lost: bool,
}

/// How a store is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Reading and writing.
    ReadWrite,
    /// Reading only; why, as a sentence.
    ReadOnly(String),
    /// A copy or an immutable view that may be stale; why, as a sentence.
    Snapshot(String),
}

/// Facts about a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreInfo {
    /// `sqlite`.
    pub kind: String,
    /// File or address, without passwords.
    pub location: String,
    /// How it is open.
    pub access: Access,
    /// Schema version.
    pub schema: u32,
    /// Version of the database software.
    pub engine: String,
    /// Journal mode in use.
    pub journal: String,
    /// Entries that are not deleted.
    pub entries: u64,
    /// Size of the database in bytes.
    pub bytes: u64,
    /// Size of the write-ahead log in bytes.
    pub wal_bytes: u64,
    /// Readers in the pool, and how many of them are in use.
    pub readers: (u32, u32),
    /// Write transactions since the start.
    pub commits: u64,
    /// Its connections: waits, holders, who blocks whom.
    #[serde(default)]
    pub pool: super::PoolFigures,
}

/// Something that a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What was checked: `integrity`, `fts`, `hash`, `foreign_keys` …
    pub check: String,
    /// What is wrong, with the entry or page.
    pub detail: String,
    /// What to do.
    pub advice: String,
}

/// One step of the plan that a database has made for a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanStep {
    /// The layer of search: `exact`, `tag`, `text` or `browse`.
    pub layer: String,
    /// What is done, in the database's words.
    pub step: String,
    /// The index that is used, if one is.
    pub index: Option<String>,
}

/// A search that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastSearch {
    /// What was asked.
    pub query: String,
    /// When it was made last.
    pub at: UnixMs,
    /// How often it was made.
    pub times: u64,
    /// How many entries it found the last time.
    pub hits: u64,
}
