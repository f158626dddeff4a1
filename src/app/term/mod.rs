//! The terminal's life cycle: taking it over, giving it back on every way out, and the three threads between.
//!
//! | thread | does | never |
//! |---|---|---|
//! | input | poll(2), read, decode keys and pastes | looks for the end of the terminal |
//! | output | encodes the newest frame and writes it, waiting for the terminal if it must | makes anybody wait |
//! | watch | signals, the end of the terminal, and the deadlines after both | depends on the others |
//!
//! Owns the terminal's modes, its descriptions, the panic hook and the signal handlers. Must not know what is shown or
//! what keys mean.
//!
//! Invariants: nothing is written before all that can fail has succeeded; whatever ends the program (the end of the
//! loop, an error, a panic, a signal, the end of the terminal) goes through the one idempotent restore; no call made by
//! the UI thread waits for the terminal; nothing is asked of the terminal, so nothing is waited for at the start.

mod event;
mod input;
mod job;
mod keys;
mod output;
mod panic;
mod plain;
mod tty;
mod watch;

pub use event::{
    HANGUP_EXIT, OnPanic, OutputCounts, OutputStats, PANIC_EXIT, PASTE_KEPT, Painted, Panic, Signal,
    TermEvent, TermOptions,
};
pub use plain::{dump, size};
pub use tty::{MAX_COLS, MAX_ROWS};

use crate::base::{Result, UserError, fault};
use input::Tap;
use output::{Frame, Mailbox, Output};
use ratatui::buffer::Buffer;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tty::{Owner, Tty};
use watch::{Pause, Size, Watch};

/// Stack of each thread; a debug build needs more than a release build.
const STACK: usize = 512 * 1_024;

/// Whom [`Term::suspend`] stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suspend {
    /// The whole foreground job, as the terminal would have done for the key Ctrl-Z.
    Job,
    /// This process only: it was the one that got the signal.
    Process,
}

/// The terminal, taken over. Dropping it gives it back.
pub struct Term {
    tty: Arc<Tty>,
    mailbox: Arc<Mailbox>,
    tap: Arc<Tap>,
    size: Arc<Size>,
    pause: Arc<Pause>,
    stats: Arc<OutputStats>,
    events: Events,
}

/// Where events go.
type Events = Arc<dyn Fn(TermEvent) + Send + Sync>;

impl std::fmt::Debug for Term {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Term").field("tty", &self.tty).field("size", &self.size.get()).finish_non_exhaustive()
    }
}

impl Term {
    /// Takes over the terminal of standard input and output. Nothing is waited for, and nothing is written before
    /// everything that can fail has succeeded. The calling thread becomes the UI thread: its panics restore the
    /// terminal. `events` is called on other threads and must not block for long. Once in a process.
    ///
    /// # Errors
    /// The terminal's type is not known to move its cursor, standard input or output is not a terminal, it cannot be
    /// opened, or a thread cannot be started.
    pub fn start(options: TermOptions, events: impl Fn(TermEvent) + Send + Sync + 'static) -> Result<Self> {
        let events: Events = Arc::new(events);
        let tty = Arc::new(Tty::open(&options.term, options.utf8, options.mouse)?);
        let term = Self {
            tty: Arc::clone(&tty),
            mailbox: Arc::default(),
            tap: Arc::default(),
            size: Arc::default(),
            pause: Arc::default(),
            stats: Arc::default(),
            events: Arc::clone(&events),
        };
        term.size.set(tty.size());
        let caught = watch::catch()?;
        let watch = Watch {
            tty: Arc::clone(&tty),
            mailbox: Arc::clone(&term.mailbox),
            size: Arc::clone(&term.size),
            pause: Arc::clone(&term.pause),
            events: Arc::clone(&events),
        };
        spawn(panic::WATCH, &events, move || watch.run(caught))?;
        panic::hook(Arc::clone(&tty), &options);
        let output = Output {
            tty: Arc::clone(&tty),
            mailbox: Arc::clone(&term.mailbox),
            stats: Arc::clone(&term.stats),
            options,
            events: Arc::clone(&events),
        };
        spawn(panic::OUTPUT, &events, move || output.run())?;
        let (input, tap) = (Arc::clone(&tty), Arc::clone(&term.tap));
        tty.take().map_err(|e| UserError::new("the terminal cannot be set to raw mode").cause(e))?;
        let told = Arc::clone(&events);
        spawn(panic::INPUT, &events, move || input::run(&input, &tap, &*told))?;
        term.mailbox.enter();
        Ok(term)
    }

    /// Its size in (columns, rows), each at least 1.
    pub fn size(&self) -> (u16, u16) {
        self.size.get()
    }

    /// Shows `buffer` with the cursor at (column, row), or without it. Never blocks: the newest frame wins.
    pub fn draw(&self, frame: u64, buffer: Buffer, cursor: Option<(u16, u16)>) {
        if self.mailbox.frame(Frame { id: frame, buffer, cursor }) {
            self.stats.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Sends a whole control sequence that shows nothing (OSC 52) behind the newest frame. What does not fit in 128 KiB
    /// of such sequences is refused: false.
    pub fn send(&self, sequence: &[u8]) -> bool {
        self.mailbox.sequence(sequence)
    }

    /// Paints the whole screen anew: something else has written on it.
    pub fn repaint(&self) {
        self.mailbox.repaint();
    }

    /// Gives the terminal back, stops as Ctrl-Z does, and takes it over again when continued; the last frame is then
    /// painted anew. Returns false at once if nobody could continue us (we lead the session, or our process group is an
    /// orphan).
    pub fn suspend(&self, whom: Suspend) -> bool {
        if !job::can_be_continued() {
            return false;
        }
        self.tap.close();
        self.tty.restore(Owner::Lent);
        self.pause.begin();
        let stopped = job::stop(whom == Suspend::Job);
        if stopped {
            self.pause.wait();
        }
        self.back();
        stopped
    }

    /// Gives the terminal back while `work` runs (an editor), and takes it over again.
    pub fn lend<T>(&self, work: impl FnOnce() -> T) -> T {
        self.tap.close();
        self.tty.restore(Owner::Lent);
        let result = work();
        self.back();
        result
    }

    /// Takes the terminal over again. If that fails it is gone, and the watch thread says so.
    fn back(&self) {
        if self.tty.take().is_ok() {
            self.mailbox.enter();
            self.tap.open();
            let size = self.tty.size();
            if self.size.set(size) {
                (self.events)(TermEvent::Resized(size.0, size.1));
            }
        }
    }

    /// What the output thread did so far.
    pub fn stats(&self) -> Arc<OutputStats> {
        Arc::clone(&self.stats)
    }

    /// Gives the terminal back; the same as dropping it. From here on signals do what they do to any program; if one
    /// that ends the process came before, its deadline stands.
    pub fn finish(self) {}
}

impl Drop for Term {
    fn drop(&mut self) {
        fault::point("term-drop");
        self.tap.end();
        self.tty.restore(Owner::Gone);
        self.mailbox.stop();
    }
}

/// Starts a thread of the terminal. If it panics there is no desk without it: the hook gives the terminal back, and the
/// loop is told.
fn spawn(name: &'static str, events: &Events, work: impl FnOnce() + Send + 'static) -> Result<()> {
    let events = Arc::clone(events);
    let body = move || {
        if catch_unwind(AssertUnwindSafe(work)).is_err() {
            events(TermEvent::ThreadFailed);
        }
    };
    let started = std::thread::Builder::new().name(name.to_owned()).stack_size(STACK).spawn(body);
    started.map(drop).map_err(|e| UserError::new("a thread of the terminal cannot be started").cause(e))
}
