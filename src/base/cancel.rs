//! Cancel tokens and budgets. Long work checks its budget at a fixed stride and stops where it is.

use super::Way;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// A flag that one side raises and the other checks. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// A token nobody has raised.
    pub fn new() -> Self {
        Self::default()
    }

    /// Raises it, for good.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether it has been raised.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// Why long work stopped before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Somebody raised the token: nobody wants the result.
    Cancelled,
    /// The time is used up: what was found so far is the result.
    OutOfTime,
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cancelled => "it was cancelled",
            Self::OutOfTime => "its time is used up",
        })
    }
}

/// How long work may go on.
#[derive(Debug, Clone, Default)]
pub struct Budget {
    /// Raised when nobody wants the result.
    pub cancel: Cancel,
    /// When the time is used up; `None` is never.
    pub deadline: Option<Instant>,
    /// What it leaves to others while they need it.
    way: Option<Way>,
}

impl Budget {
    /// No limit and nobody to cancel it.
    pub fn unlimited() -> Self {
        Self::default()
    }

    /// Until `cancel` is raised.
    pub fn with_cancel(cancel: Cancel) -> Self {
        Self { cancel, ..Self::default() }
    }

    /// The same, at most until `deadline`.
    #[must_use]
    pub fn until(mut self, deadline: Instant) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// The same, for work without hurry: while somebody holds `way`, a check waits.
    #[must_use]
    pub fn behind(mut self, way: Way) -> Self {
        self.way = Some(way);
        self
    }

    /// Whether it is for work without hurry.
    pub fn is_behind(&self) -> bool {
        self.way.is_some()
    }

    /// Whether to go on. Call it every 64 KiB, 1,000 rows or so.
    ///
    /// # Errors
    /// Says why to stop.
    pub fn check(&self) -> Result<(), Stop> {
        if let Some(way) = &self.way {
            way.wait(|| self.ended().is_ok());
        }
        self.ended()
    }

    /// The same without waiting for anybody: for one who holds what others need. Who waits for those whom he keeps waiting waits for
    /// ever.
    ///
    /// # Errors
    /// Says why to stop.
    pub fn ended(&self) -> Result<(), Stop> {
        if self.cancel.is_cancelled() {
            return Err(Stop::Cancelled);
        }
        if self.deadline.is_some_and(|d| Instant::now() >= d) {
            return Err(Stop::OutOfTime);
        }
        Ok(())
    }
}
