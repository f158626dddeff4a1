//! The seam through which lower layers say how long they took, without knowing who listens.

use super::trace::{Spanned, span};
use super::{Exit, Result};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Instant;

/// An operation that is measured. The metrics layer keeps one histogram for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// One knowledge base search, all layers.
    Search,
    /// The exact layer of a search.
    SearchExact,
    /// The tag layer of a search.
    SearchTag,
    /// The full-text layer of a search.
    SearchText,
    /// The semantic layer of a search.
    SearchSemantic,
    /// One read of the store.
    StoreRead,
    /// One write transaction of the store.
    StoreWrite,
    /// One read of a file (a block).
    FileRead,
    /// One page of lines made ready for the screen.
    FilePage,
    /// One scan of a file (line index and outline).
    FileScan,
    /// One find in a file.
    FileFind,
    /// One parse of COBOL text.
    Parse,
    /// One frame drawn into the cell buffer.
    Frame,
    /// One frame turned into bytes and written to the terminal.
    Output,
    /// From a key's arrival to the frame that shows what it did.
    KeyToPaint,
}

impl Op {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 15] = [
        Self::Search,
        Self::SearchExact,
        Self::SearchTag,
        Self::SearchText,
        Self::SearchSemantic,
        Self::StoreRead,
        Self::StoreWrite,
        Self::FileRead,
        Self::FilePage,
        Self::FileScan,
        Self::FileFind,
        Self::Parse,
        Self::Frame,
        Self::Output,
        Self::KeyToPaint,
    ];

    /// What the profiler calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::SearchExact => "exact layer",
            Self::SearchTag => "tag layer",
            Self::SearchText => "text layer",
            Self::SearchSemantic => "semantic layer",
            Self::StoreRead => "store read",
            Self::StoreWrite => "store write",
            Self::FileRead => "file read",
            Self::FilePage => "page of lines",
            Self::FileScan => "file scan",
            Self::FileFind => "find in a file",
            Self::Parse => "parse a chunk",
            Self::Frame => "draw a frame",
            Self::Output => "send a frame",
            Self::KeyToPaint => "key to paint",
        }
    }

    /// A span of the profiler: from now until it is dropped, this thread does it.
    pub fn span(self) -> Spanned {
        span(self.name())
    }

    /// Its place in [`Op::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }
}

/// What is asked for something and may have it or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Asked {
    /// A layer of search, for entries.
    Layer,
    /// A strategy of search, for entries.
    Strategy,
    /// What is remembered of searches of a strategy, for the whole result.
    Remembered,
}

/// Takes measurements. Implementations cost well under a microsecond and never block for long.
pub trait Meter: Send + Sync {
    /// `op` took `nanos` nanoseconds and moved `bytes` bytes (0 where that has no meaning); `ok` is false if it failed.
    fn record(&self, op: Op, nanos: u64, bytes: u64, ok: bool);

    /// Something was looked up in the cache level `level`, which holds `held` of at most `capacity` bytes.
    fn lookup(&self, level: &'static str, hit: bool, held: u64, capacity: u64) {
        let _ = (level, hit, held, capacity);
    }

    /// `name` of `group` was asked for something; `hit` says whether it had it.
    fn asked(&self, group: Asked, name: &'static str, hit: bool) {
        let _ = (group, name, hit);
    }
}

/// A meter that nobody reads.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoMeter;

impl Meter for NoMeter {
    fn record(&self, _op: Op, _nanos: u64, _bytes: u64, _ok: bool) {}
}

/// A shared meter that nobody reads, for tests and subcommands.
pub fn no_meter() -> Arc<dyn Meter> {
    Arc::new(NoMeter)
}

/// Whether a result is none that counts as a failure. What was cancelled because something newer was asked for did not
/// fail.
pub fn went_well<T>(result: &Result<T>) -> bool {
    result.as_ref().err().is_none_or(|error| error.exit == Exit::Interrupted)
}

/// Runs `work`, measures it as `op`, and gives its result.
///
/// # Errors
/// Those of `work`.
pub fn measured<T>(meter: &dyn Meter, op: Op, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let _span = op.span();
    let start = Instant::now();
    let result = work();
    meter.record(op, super::num::nanos(start.elapsed()), 0, went_well(&result));
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::UserError;

    #[test]
    fn what_was_cancelled_did_not_fail() {
        assert!(went_well(&Ok(())));
        assert!(went_well::<()>(&Err(UserError::new("stopped").exit(Exit::Interrupted))));
        assert!(!went_well::<()>(&Err(UserError::new("broken"))));
    }
}
