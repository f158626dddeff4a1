//! The terminal's life cycle.

mod event;

pub use event::{
    HANGUP_EXIT, OutputCounts, OutputStats, PASTE_KEPT, Painted, Panic, Signal, TermEvent, TermOptions,
    utf8_locale,
};

use crate::base::Result;
use ratatui::buffer::Buffer;
use std::sync::Arc;

/// Columns beyond this are left unused, so that a terminal that reports nonsense cannot make us hold gigabytes.
pub const MAX_COLS: u16 = 1_000;
/// Rows beyond this are left unused.
pub const MAX_ROWS: u16 = 500;

/// Whom [`Term::suspend`] stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suspend {
    /// The whole foreground job, as the terminal would have done for the key Ctrl-Z.
    Job,
    /// This process only: it was the one that got the signal.
    Process,
}

/// The terminal, taken over. Dropping it gives it back.
#[derive(Debug)]
pub struct Term {
    stats: Arc<OutputStats>,
}

impl Term {
    /// Takes over the terminal of standard input and output. Nothing is waited for and nothing is written before
    /// everything that can fail has succeeded. The calling thread becomes the UI thread: its panics restore the terminal.
    pub fn start(options: TermOptions, events: impl Fn(TermEvent) + Send + Sync + 'static) -> Result<Self> {
        drop((options, events));
        todo!()
    }

    /// Its size in (columns, rows), each at least 1.
    pub fn size(&self) -> (u16, u16) {
        todo!()
    }

    /// Shows `buffer` with the cursor at (column, row), or without it. Never blocks: the newest frame wins.
    pub fn draw(&self, frame: u64, buffer: Buffer, cursor: Option<(u16, u16)>) {
        drop((frame, buffer, cursor));
        todo!()
    }

    /// Sends a whole control sequence that shows nothing (OSC 52) behind the frame that is being written. What does not
    /// fit in 128 KiB of such sequences is refused: false.
    pub fn send(&self, sequence: Vec<u8>) -> bool {
        drop(sequence);
        todo!()
    }

    /// Paints the whole screen anew: something else has written on it.
    pub fn repaint(&self) {
        todo!()
    }

    /// Gives the terminal back, stops as Ctrl-Z does, and takes it over again when continued. Returns false at once if
    /// nobody could continue us (we lead the session, or our process group is an orphan).
    pub fn suspend(&self, whom: Suspend) -> bool {
        let _ = whom;
        todo!()
    }

    /// Gives the terminal back while `work` runs (an editor), and takes it over again.
    pub fn lend<T>(&self, work: impl FnOnce() -> T) -> T {
        work()
    }

    /// What the output thread did so far.
    pub fn stats(&self) -> Arc<OutputStats> {
        Arc::clone(&self.stats)
    }

    /// Gives the terminal back; the same as dropping it. Any later call of the same does nothing.
    pub fn finish(self) {}
}
