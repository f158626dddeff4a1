//! How much work one expansion may be, whatever the text asks for.

use crate::base::{Budget, Stop};

/// Levels of copybooks within copybooks at most.
pub const DEPTH_MAX: usize = 64;
/// Members that are put in at most, each time counted.
pub const MEMBERS_MAX: usize = 100_000;
/// Bytes that are put in at most.
pub const BYTES_MAX: usize = 64 << 20;

/// Words read and compared at most: an ordinary text of the largest size takes a small part of it.
const STEPS_MAX: u64 = 200_000_000;
/// What is at most done.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub members: usize,
    pub bytes: usize,
    pub steps: u64,
}

impl Limits {
    /// Those in use; tests have smaller ones.
    pub const REAL: Self = Self { members: MEMBERS_MAX, bytes: BYTES_MAX, steps: STEPS_MAX };
}

/// How often the budget is looked at, in words.
const STRIDE: u64 = 4096;

/// What has been done.
#[derive(Debug)]
pub(super) struct Gauge<'b> {
    budget: &'b Budget,
    pub limits: Limits,
    steps: u64,
    looked: u64,
    members: usize,
    bytes: usize,
    /// Why the work was stopped from outside.
    pub stopped: Option<Stop>,
    /// Which limit was reached.
    pub full: Option<Full>,
}

/// A limit that was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Full {
    Members,
    Bytes,
    Steps,
}

impl<'b> Gauge<'b> {
    pub fn new(budget: &'b Budget, limits: Limits) -> Self {
        let stopped = budget.check().err();
        Self { budget, limits, steps: 0, looked: 0, members: 0, bytes: 0, stopped, full: None }
    }

    /// Counts words.
    pub fn step(&mut self, words: u64) {
        self.steps = self.steps.saturating_add(words);
        if self.steps > self.limits.steps {
            self.full.get_or_insert(Full::Steps);
        }
        if self.steps - self.looked >= STRIDE {
            self.looked = self.steps;
            self.stopped = self.stopped.or_else(|| self.budget.check().err());
        }
    }

    /// Whether to look at words at all.
    pub fn goes_on(&self) -> bool {
        self.stopped.is_none() && self.full != Some(Full::Steps)
    }

    /// Counts a member that is put in; false if it is one too many.
    pub fn member(&mut self) -> bool {
        self.members = self.members.saturating_add(1);
        if self.members > self.limits.members {
            self.full.get_or_insert(Full::Members);
        }
        self.full.is_none()
    }

    /// Counts bytes that are put in; false if they are too many.
    pub fn bytes(&mut self, count: usize) -> bool {
        self.bytes = self.bytes.saturating_add(count);
        if self.bytes > self.limits.bytes {
            self.full.get_or_insert(Full::Bytes);
        }
        self.full.is_none()
    }
}
