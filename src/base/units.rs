//! Numbers with units, so that a line is never taken for a byte.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Offset in a file, in bytes from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct ByteOffset(pub u64);

impl ByteOffset {
    /// The offset `bytes` further on, at most `u64::MAX`.
    #[must_use]
    pub fn plus(self, bytes: u64) -> Self {
        Self(self.0.saturating_add(bytes))
    }

    /// The offset `bytes` before, at least 0.
    #[must_use]
    pub fn minus(self, bytes: u64) -> Self {
        Self(self.0.saturating_sub(bytes))
    }
}

/// Number of a line, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LineNo(u64);

impl LineNo {
    /// The first line.
    pub const FIRST: Self = Self(1);

    /// Line `number` counted from 1; 0 is taken as 1.
    pub fn new(number: u64) -> Self {
        Self(number.max(1))
    }

    /// The line with `index` lines before it.
    pub fn from_index(index: u64) -> Self {
        Self(index.saturating_add(1))
    }

    /// The number, from 1.
    pub fn get(self) -> u64 {
        self.0
    }

    /// How many lines are before this one.
    pub fn index(self) -> u64 {
        self.0 - 1
    }

    /// The line `lines` further on.
    #[must_use]
    pub fn plus(self, lines: u64) -> Self {
        Self(self.0.saturating_add(lines))
    }

    /// The line `lines` before, at least the first.
    #[must_use]
    pub fn minus(self, lines: u64) -> Self {
        Self(self.0.saturating_sub(lines).max(1))
    }
}

impl Default for LineNo {
    fn default() -> Self {
        Self::FIRST
    }
}

impl fmt::Display for LineNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Generation of a request: a reply that carries an older one than its slot is stale and dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Gen(pub u64);

impl Gen {
    /// Moves to the next generation and gives it.
    #[must_use]
    pub fn bump(&mut self) -> Self {
        self.0 = self.0.wrapping_add(1);
        *self
    }
}

/// Seconds since 1970 as `2026-11-26 18:29` in UTC; empty if there is no such time.
pub fn shown_time(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds)
        .map(|t| t.strftime("%Y-%m-%d %H:%M").to_string())
        .unwrap_or_default()
}
