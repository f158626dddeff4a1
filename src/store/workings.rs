//! How the store itself works: statements that ran, what was slow and why, who waited for whom, which indexes there are. Plain
//! values; must not know how they are gathered, nor what is advised (that is `kb::advisor`).

use super::UnixMs;
use crate::base::{Budget, Result};
use serde::{Deserialize, Serialize};

/// What was slow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlowKind {
    /// A search, all its layers.
    #[default]
    Search,
    /// A read of the store.
    Read,
    /// A write of the store.
    Write,
}

impl SlowKind {
    /// As people and programs read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

/// Something that took too long, with what was known at that moment. No word of a user is in it: see `shape`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SlowQuery {
    /// When it ended.
    pub at: UnixMs,
    /// What it was.
    pub kind: SlowKind,
    /// The query with its words replaced, or what the store was asked to do.
    pub shape: String,
    /// How long it took, microseconds.
    pub took_us: u64,
    /// Of these, waiting for a reader or for the writer of this process.
    #[serde(default)]
    pub waited_us: u64,
    /// Of these, waiting for a lock of another process.
    #[serde(default)]
    pub locked_us: u64,
    /// Of these, on a processor; `None` where that was not measured.
    #[serde(default)]
    pub cpu_us: Option<u64>,
    /// More wanted to run than there are processors.
    #[serde(default)]
    pub busy: bool,
    /// Rows that were read by going through whole tables.
    #[serde(default)]
    pub scanned: u64,
    /// The statement that took longest, for reads and writes.
    #[serde(default)]
    pub statement: String,
    /// The plan at that moment, in words.
    #[serde(default)]
    pub plan: Vec<String>,
    /// Parts of it with the microseconds of each: layers of a search.
    #[serde(default)]
    pub parts: Vec<(String, u64)>,
    /// How a search was answered.
    #[serde(default)]
    pub strategy: String,
    /// The level of the cache that a search was answered from.
    #[serde(default)]
    pub level: String,
    /// Words of a search.
    #[serde(default)]
    pub words: u64,
    /// Entries that a search found.
    #[serde(default)]
    pub found: u64,
    /// Its words are in so many entries that not all were read.
    #[serde(default)]
    pub broad: bool,
}

/// All slow ones of one shape.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SlowShape {
    /// How many.
    pub count: u64,
    /// How long they took together, microseconds.
    pub total_us: u64,
    /// The longest, microseconds.
    pub max_us: u64,
    /// When the first one was.
    pub first_at: UnixMs,
    /// The last one.
    pub last: SlowQuery,
}

/// A statement that ran, with all that were of its shape.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RanStatement {
    /// The statement, as it can be prepared.
    pub text: String,
    /// The statement with its values, of the run that read most rows of whole tables; where values may be kept.
    pub example: Option<String>,
    /// How often it ran.
    pub runs: u64,
    /// How long it ran in all, microseconds, to the millisecond.
    pub total_us: u64,
    /// Rows that it read by going through whole tables, in all.
    pub scanned: u64,
    /// The same of the run with the most.
    pub worst: u64,
    /// When it ran last.
    pub last_at: UnixMs,
    /// The plan it has now: each step in the words of the database.
    pub plan: Vec<String>,
}

/// An index of the store.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct IndexFacts {
    /// Its name.
    pub name: String,
    /// Its table.
    pub table: String,
    /// Its columns in order, with how they are compared and DESC where that is not the usual; an expression counts as one that is
    /// called ''.
    pub columns: Vec<String>,
    /// It keeps values apart: it can never go.
    pub unique: bool,
    /// It leaves rows out.
    pub partial: bool,
    /// The statement that makes it; empty for those that a table makes by itself.
    pub create: String,
    /// The schema of this program has it.
    pub of_schema: bool,
    /// It is there.
    pub present: bool,
    /// Uses in the last thirty days.
    pub uses: u64,
    /// Rows of its table.
    pub rows: u64,
}

/// What is known for advice on indexes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Workings {
    /// Indexes that are there, and those of the schema that are not.
    pub indexes: Vec<IndexFacts>,
    /// Statements that ran, those that read most of whole tables first.
    pub statements: Vec<RanStatement>,
    /// Tables with their rows and columns.
    pub tables: Vec<(String, u64, Vec<String>)>,
    /// Since how many days uses of indexes are counted.
    pub days: u64,
}

/// How long something took before and after a change of an index, nanoseconds: the shortest of some runs each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Gain {
    /// Before it.
    pub before_ns: u64,
    /// After it.
    pub after_ns: u64,
    /// The planner takes the index.
    pub used: bool,
}

/// Two measurements of the same may differ by so many nanoseconds.
const NOISE_NS: u64 = 10_000;

impl Gain {
    /// Whether it is worth an index: it is used, and at least a fifth is gained, and more than chance may give.
    pub fn helps(&self) -> bool {
        let enough = self.before_ns.saturating_sub(self.after_ns) >= NOISE_NS;
        self.used && enough && self.after_ns.saturating_mul(5) <= self.before_ns.saturating_mul(4)
    }
}

/// A change of an index that is tried or made.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct IndexChange {
    /// The index.
    pub index: String,
    /// Its table.
    pub table: String,
    /// Its first column; a look-up by it stands for statements whose values are not known.
    pub column: String,
    /// The statement: CREATE INDEX or DROP INDEX.
    pub change: String,
    /// The statement that undoes it.
    pub undo: String,
    /// A statement to measure by, with its values.
    pub example: Option<String>,
    /// The schema has the index: later steps of it count on it, so it stays whatever is measured.
    pub restores: bool,
}

/// What became of a change of an index.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Applied {
    /// What was measured, if it could be.
    pub gain: Option<Gain>,
    /// It stands; otherwise it was taken back.
    pub kept: bool,
    /// What it was measured by.
    pub measured_by: String,
}

/// Waits of one kind since the store was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Waits {
    /// How many.
    pub count: u64,
    /// How long in all, microseconds.
    pub total_us: u64,
    /// The longest of the last minute, microseconds.
    pub worst_us: u64,
}

/// A connection that is held.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HeldConnection {
    /// What it is held for.
    pub operation: String,
    /// The statement that it runs, where that is known.
    pub statement: String,
    /// Since how long, milliseconds.
    pub held_ms: u64,
    /// It is the one that writes.
    pub writes: bool,
}

/// Somebody waited for somebody.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Blocked {
    /// When the wait was over.
    pub at: UnixMs,
    /// What waited.
    pub operation: String,
    /// What it waited for: an operation of this process, or another process.
    pub blocker: String,
    /// The statement that was in the way, where that is known.
    pub statement: String,
    /// How long, milliseconds.
    pub waited_ms: u64,
}

/// The connections of a store.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PoolFigures {
    /// Readers at most.
    pub max: u32,
    /// Waits for a free reader.
    pub reader_waits: Waits,
    /// Waits for the connection that writes.
    pub writer_waits: Waits,
    /// Waits for locks of other processes.
    pub lock_waits: Waits,
    /// Connections that have been held for more than a second, longest first.
    pub held: Vec<HeldConnection>,
    /// The last waits of more than a tenth of a second, newest first.
    pub blocked: Vec<Blocked>,
}

/// What a store says of its own work.
///
/// # Errors
/// Those of [`super::Store`].
pub trait Inside {
    /// From how many microseconds on something is slow; `u64::MAX` where nothing is written down.
    fn slow_after_us(&self) -> u64 {
        u64::MAX
    }
    /// Changes that, from milliseconds; 0 writes nothing down.
    fn set_slow_after(&self, ms: u64) {
        let _ = ms;
    }
    /// Notes something slow; it is written when [`Inside::keep_workings`] is called.
    fn note_slow(&self, slow: SlowQuery) {
        drop(slow);
    }
    /// Writes what was noted since the last call, if there is something: slow ones, and where `all` is set statements and uses
    /// of indexes.
    fn keep_workings(&self, _all: bool, _at: UnixMs) -> Result<()> {
        Ok(())
    }
    /// What was slow, by shape: first what took most time in all.
    fn slow_queries(&self, _limit: usize, _budget: &Budget) -> Result<Vec<SlowShape>> {
        Ok(Vec::new())
    }
    /// Forgets what was slow.
    fn forget_slow(&self) -> Result<()> {
        Ok(())
    }
    /// What advice on indexes stands on.
    fn workings(&self, _budget: &Budget) -> Result<Workings> {
        Ok(Workings::default())
    }
    /// Tries changes, each by itself, in a scratch copy of the store; nothing of the store is changed. `None` for one that could not be
    /// measured.
    fn try_changes(&self, changes: &[IndexChange], _budget: &Budget) -> Result<Vec<Option<Gain>>> {
        Ok(vec![None; changes.len()])
    }
    /// Makes a change, measures it, and takes it back if it did not help.
    fn apply_change(&self, _change: &IndexChange, _budget: &Budget) -> Result<Applied> {
        Ok(Applied::default())
    }
}

/// A step of a plan, said in words.
pub fn plan_in_words(step: &str) -> String {
    let mut words = step.split_whitespace();
    let verb = words.next().unwrap_or_default();
    let table = words.next().unwrap_or_default();
    let index = step.split_once(" INDEX ").and_then(|(_, rest)| rest.split_whitespace().next());
    let by = step.split_once('(').and_then(|(_, rest)| rest.rsplit_once(')')).map_or("", |(by, _)| by);
    match (verb, index) {
        ("SCAN" | "SEARCH", _) if step.contains("AUTOMATIC") => {
            format!("makes an index of {table} for this one question ({by})")
        }
        ("SCAN" | "SEARCH", _) if step.contains("VIRTUAL TABLE") => format!("goes through the list {table}"),
        ("SEARCH", _) if step.contains("PRIMARY KEY") => format!("looks {table} up by its key ({by})"),
        ("SEARCH", Some(index)) => format!("looks {table} up in the index {index} ({by})"),
        ("SCAN", Some(index)) => format!("reads all of the index {index} of {table}"),
        ("SCAN", None) if table == "CONSTANT" => "makes one row".to_owned(),
        ("SCAN", None) => format!("reads all of {table}"),
        ("USE", _) => step
            .split_once(" FOR ")
            .map_or_else(|| step.to_owned(), |(_, what)| format!("sorts for {}", what.to_lowercase())),
        _ => step.to_lowercase(),
    }
}

/// The table that a step of a plan reads from end to end, without any index.
pub fn full_scan_of(step: &str) -> Option<&str> {
    let rest = step.strip_prefix("SCAN ")?;
    let table = rest.split_whitespace().next()?;
    let whole = !step.contains(" INDEX ") && !step.contains("PRIMARY KEY") && !step.contains("VIRTUAL TABLE");
    (whole && table != "CONSTANT" && !table.starts_with('(')).then_some(table)
}

/// The index that a step of a plan uses.
pub fn index_of(step: &str) -> Option<&str> {
    let reads = step.starts_with("SEARCH ") || step.starts_with("SCAN ");
    let none = step.contains("VIRTUAL TABLE") || step.contains("AUTOMATIC");
    let (_, rest) = step.split_once(" INDEX ").filter(|_| reads && !none)?;
    rest.split_whitespace().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_are_read_into_words() {
        for (step, words) in [
            ("SCAN kb_entries", "reads all of kb_entries"),
            ("SCAN a USING COVERING INDEX i", "reads all of the index i of a"),
            ("SEARCH a USING COVERING INDEX i (alias=?)", "looks a up in the index i (alias=?)"),
            ("SEARCH a USING INTEGER PRIMARY KEY (rowid=?)", "looks a up by its key (rowid=?)"),
            ("USE TEMP B-TREE FOR ORDER BY", "sorts for order by"),
            ("SCAN keys VIRTUAL TABLE INDEX 1:", "goes through the list keys"),
            (
                "SEARCH a USING AUTOMATIC COVERING INDEX (x=?)",
                "makes an index of a for this one question (x=?)",
            ),
        ] {
            assert_eq!(plan_in_words(step), words);
        }
    }

    #[test]
    fn whole_tables_and_indexes_are_seen_in_plans() {
        assert_eq!(full_scan_of("SCAN kb_entries"), Some("kb_entries"));
        assert_eq!(full_scan_of("SCAN kb_entries USING COVERING INDEX i"), None);
        assert_eq!(full_scan_of("SCAN keys VIRTUAL TABLE INDEX 1:"), None);
        assert_eq!(full_scan_of("SCAN (subquery-1)"), None);
        assert_eq!(full_scan_of("SCAN CONSTANT ROW"), None);
        assert_eq!(index_of("SEARCH a USING COVERING INDEX i (alias=?)"), Some("i"));
        assert_eq!(index_of("SEARCH a USING AUTOMATIC COVERING INDEX (x=?)"), None);
        assert_eq!(index_of("SEARCH a USING INTEGER PRIMARY KEY (rowid=?)"), None);
    }

    #[test]
    fn a_gain_needs_a_fifth_and_a_use() {
        let gain = |before_ns, after_ns, used| Gain { before_ns, after_ns, used };
        assert!(gain(100_000, 80_000, true).helps());
        assert!(!gain(100_000, 81_000, true).helps());
        assert!(!gain(100_000, 1, false).helps());
        assert!(!gain(10_000, 2, true).helps());
    }
}
