//! What the terminal tells the program, and what it is told about the terminal: plain values.

use crate::base::Env;
use crate::base::text::Charset;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Exit code after the terminal went away, as if SIGHUP had ended the process.
pub const HANGUP_EXIT: u8 = 129;
/// Exit code after a panic, the one that Rust gives a process whose main thread panics.
pub const PANIC_EXIT: u8 = 101;

/// Something that came from the terminal or from outside. All come in the order in which they happened, from threads of
/// [`super::Term`], through the closure given to [`super::Term::start`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TermEvent {
    /// A key went down or repeats; releases are never reported.
    Key(crossterm::event::KeyEvent),
    /// A click, a drag or the wheel; only if [`TermOptions::mouse`] is set.
    Mouse(crossterm::event::MouseEvent),
    /// A bracketed paste. It is text, never keys.
    Paste {
        /// What was kept: at most [`PASTE_KEPT`] bytes, line ends as the terminal sent them, controls and all.
        text: String,
        /// Bytes that were thrown away beyond that.
        dropped: u64,
    },
    /// The terminal has a new size in (columns, rows), both clamped to 1 to [`super::MAX_COLS`] and [`super::MAX_ROWS`].
    Resized(u16, u16),
    /// A signal arrived. After one that [ends the process](Signal::exit_code) the loop has 2 seconds.
    Signal(Signal),
    /// The terminal is gone. The loop has a second and a half to save drafts; then the process exits with [`HANGUP_EXIT`].
    Hangup,
    /// Nothing can be written to the terminal any more, for the reason given; frames are dropped from now on.
    OutputFailed(String),
    /// A thread of the terminal has panicked. The terminal is given back and the panic told; without that thread there is
    /// no desk, so the loop saves what it has and ends with [`PANIC_EXIT`].
    ThreadFailed,
}

/// Bytes of one paste that are kept.
pub const PASTE_KEPT: usize = 1 << 20;

/// Signals that the loop hears of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// SIGHUP: end.
    Hup,
    /// SIGINT from outside (Ctrl-C is a key): end.
    Int,
    /// SIGQUIT: end.
    Quit,
    /// SIGTERM: end.
    Term,
    /// SIGTSTP from outside (Ctrl-Z is a key): the loop answers with [`super::Term::suspend`].
    Suspend,
    /// SIGCONT: the process was stopped and runs again; the terminal is already set up and painted anew.
    Continue,
}

impl Signal {
    /// The exit code 128+n of a signal that ends the process; `None` for the others.
    pub fn exit_code(self) -> Option<u8> {
        match self {
            Self::Hup => Some(129),
            Self::Int => Some(130),
            Self::Quit => Some(131),
            Self::Term => Some(143),
            Self::Suspend | Self::Continue => None,
        }
    }
}

/// A panic, as the hook saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panic {
    /// Name of the thread.
    pub thread: String,
    /// What it said, without control characters.
    pub message: String,
    /// `file:line:column`, empty if it is not known.
    pub place: String,
    /// True on the thread that started the terminal and on the threads of the terminal: the program ends. False on a
    /// worker: it becomes a message. In a build that aborts on panics, always true.
    pub fatal: bool,
}

/// What the output thread did so far. All figures only grow.
#[derive(Debug, Default)]
pub struct OutputStats {
    /// Frames that were written out whole.
    pub frames: AtomicU64,
    /// Frames that were replaced by a newer one before they were encoded.
    pub dropped: AtomicU64,
    /// Bytes written to the terminal.
    pub bytes: AtomicU64,
    /// Nanoseconds spent in encoding.
    pub encode_ns: AtomicU64,
    /// Nanoseconds spent in writing, waiting for the terminal included.
    pub write_ns: AtomicU64,
}

/// [`OutputStats`] at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OutputCounts {
    /// See [`OutputStats::frames`].
    pub frames: u64,
    /// See [`OutputStats::dropped`].
    pub dropped: u64,
    /// See [`OutputStats::bytes`].
    pub bytes: u64,
    /// See [`OutputStats::encode_ns`].
    pub encode_ns: u64,
    /// See [`OutputStats::write_ns`].
    pub write_ns: u64,
}

impl OutputStats {
    /// The figures now.
    pub fn counts(&self) -> OutputCounts {
        OutputCounts {
            frames: self.frames.load(Ordering::Relaxed),
            dropped: self.dropped.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
            encode_ns: self.encode_ns.load(Ordering::Relaxed),
            write_ns: self.write_ns.load(Ordering::Relaxed),
        }
    }
}

/// A frame that reached the terminal.
#[derive(Debug, Clone, Copy)]
pub struct Painted {
    /// The id that [`super::Term::draw`] was given.
    pub frame: u64,
    /// When its last byte was written.
    pub at: Instant,
    /// Its bytes; 0 if nothing on the screen changed.
    pub bytes: usize,
    /// Time to encode and write it.
    pub took: std::time::Duration,
}

/// See [`TermOptions::on_panic`].
pub type OnPanic = Arc<dyn Fn(&Panic) -> Option<PathBuf> + Send + Sync>;

/// How the terminal is to be used.
#[derive(Clone)]
pub struct TermOptions {
    /// Type of the terminal, as in `TERM`.
    pub term: String,
    /// Whether the locale's encoding is UTF-8; if not, only ASCII is sent.
    pub utf8: bool,
    /// Whether clicks are reported. Off lets the terminal select text by itself.
    pub mouse: bool,
    /// Called on the output thread with each frame that reached the terminal.
    pub painted: Arc<dyn Fn(Painted) + Send + Sync>,
    /// Called on the panicking thread with each panic, after the terminal is restored if it is fatal. Writes the crash
    /// report and gives its path, which is then printed. Must not panic and must not touch the terminal.
    pub on_panic: OnPanic,
}

impl std::fmt::Debug for TermOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TermOptions")
            .field("term", &self.term)
            .field("utf8", &self.utf8)
            .field("mouse", &self.mouse)
            .finish_non_exhaustive()
    }
}

impl TermOptions {
    /// What the environment says (`TERM`, `LC_ALL`, `LC_CTYPE`, `LANG`), no mouse, and callbacks that do nothing.
    pub fn from_env(env: &Env) -> Self {
        Self {
            term: env.var("TERM").unwrap_or_default().to_owned(),
            utf8: Charset::detect(env) == Charset::Unicode,
            mouse: false,
            painted: Arc::new(|_| {}),
            on_panic: Arc::new(|_| None),
        }
    }
}
