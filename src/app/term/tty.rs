//! The terminal itself: descriptions of our own, its modes, and the one restore that every way out uses.
//!
//! Invariants: nothing here blocks, whatever the terminal does; [`Tty::restore`] may be called from any thread, any
//! number of times, and the first call wins; nothing is written while the terminal is not ours.

use crate::base::{Result, UserError};
use crate::ui::screen::Caps;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, open};
use rustix::io::Errno;
use rustix::termios::{
    OptionalActions, QueueSelector, Termios, isatty, tcflush, tcgetattr, tcgetwinsize, tcsetattr, ttyname,
};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Columns beyond this are left unused, so that a terminal that reports nonsense cannot make us hold gigabytes.
pub const MAX_COLS: u16 = 1_000;
/// Rows beyond this are left unused.
pub const MAX_ROWS: u16 = 500;
/// How long the restore waits for a terminal that does not read.
const RESTORE_WAIT: Duration = Duration::from_millis(100);

/// Alternate screen, cleared; bracketed paste; cursor hidden until a frame shows it.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[?2004h\x1b[?25l";
/// Clicks, in the form that has no limit of columns.
const ENTER_MOUSE: &[u8] = b"\x1b[?1000h\x1b[?1002h\x1b[?1006h";
/// Everything off that we, or a program that we ran, may have turned on; the keyboard protocol of kitty is that of the
/// alternate screen. What a terminal does not know, it ignores.
const LEAVE: &[u8] =
    b"\x1b[?2026l\x1b[<u\x1b[r\x1b[m\x1b[?1006l\x1b[?1003l\x1b[?1002l\x1b[?1000l\x1b[?1004l\x1b[?2004l\
    \x1b[?1049l\x1b[m\x1b[?25h";
/// The same for terminals without the private modes of xterm: the prompt comes below an empty screen.
const LEAVE_PLAIN: &[u8] = b"\x1b[r\x1b[m\x1b[H\x1b[2J\x1b[?25h";
/// CAN ends an escape sequence that was cut off in the middle.
const CANCEL: &[u8] = b"\x18";

/// Whose the terminal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// Ours.
    Us,
    /// Another's, for a while: we are stopped, or an editor runs.
    Lent,
    /// Another's, for good.
    Gone,
}

#[derive(Debug)]
struct Gate {
    owner: Owner,
    /// Whether anything was written since it became ours.
    touched: bool,
    /// Whether the last write ended in the middle of a frame.
    partial: bool,
}

/// What became of a piece of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// So many bytes were taken.
    Bytes(usize),
    /// The terminal takes nothing now.
    Full,
    /// The terminal is not ours.
    NotOurs,
    /// It failed for good.
    Failed(Errno),
}

/// The terminal.
#[derive(Debug)]
pub(super) struct Tty {
    input: OwnedFd,
    output: OwnedFd,
    before: Termios,
    raw: Termios,
    pub(super) caps: Caps,
    mouse: bool,
    gate: Mutex<Gate>,
}

impl Tty {
    /// Opens the terminal of standard input and output, if it is one that we can use. Changes nothing yet.
    pub(super) fn open(term: &str, utf8: bool, mouse: bool) -> Result<Self> {
        let shown = if term.is_empty() { "not set" } else { term };
        let caps = Caps::of_term(term, utf8).ok_or_else(|| {
            UserError::new("the terminal cannot show the desk")
                .cause(format!("TERM is {}, which is not known to move its cursor", printable(shown)))
                .hint("set TERM to what your terminal is, such as xterm-256color, or use the subcommands: greenbar --help")
        })?;
        let (stdin, stdout) = (std::io::stdin(), std::io::stdout());
        for (name, is_tty) in [("input", isatty(&stdin)), ("output", isatty(&stdout))] {
            if !is_tty {
                return Err(UserError::new("the desk needs a terminal")
                    .cause(format!("standard {name} is not one"))
                    .hint(
                        "run it without redirection, or use the subcommands, which print text: greenbar --help",
                    ));
            }
        }
        let (input, output) = (own(stdin.as_fd())?, own(stdout.as_fd())?);
        let fail = |e: Errno| UserError::new("the modes of the terminal cannot be read").cause(e);
        let before = tcgetattr(&input).map_err(fail)?;
        let mut raw = before.clone();
        raw.make_raw();
        let leave = if caps.xterm_modes { LEAVE } else { LEAVE_PLAIN };
        greenbar_native::fatal::watch(input.as_fd(), leave)
            .map_err(|e| UserError::new("the signals of faults cannot be caught").cause(e))?;
        let gate = Mutex::new(Gate { owner: Owner::Lent, touched: false, partial: false });
        Ok(Self { input, output, before, raw, caps, mouse, gate })
    }

    fn gate(&self) -> MutexGuard<'_, Gate> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// To wait for input, and for the end of the terminal.
    pub(super) fn input(&self) -> BorrowedFd<'_> {
        self.input.as_fd()
    }

    /// Whose it is.
    pub(super) fn owner(&self) -> Owner {
        self.gate().owner
    }

    /// Its size in (columns, rows), within bounds. A terminal that does not know has 80 and 24.
    pub(super) fn size(&self) -> (u16, u16) {
        let (cols, rows) = tcgetwinsize(&self.output).map_or((0, 0), |size| (size.ws_col, size.ws_row));
        let bounded = |n: u16, default: u16, most: u16| if n == 0 { default } else { n.min(most) };
        (bounded(cols, 80, MAX_COLS), bounded(rows, 24, MAX_ROWS))
    }

    /// Makes it ours: raw mode now, and the sequence that [`Self::enter_sequence`] gives is to be written next.
    pub(super) fn take(&self) -> std::result::Result<(), Errno> {
        let mut gate = self.gate();
        if gate.owner == Owner::Gone {
            return Ok(());
        }
        set_modes(&self.input, &self.raw)?;
        greenbar_native::fatal::arm(true);
        if gate.owner != Owner::Us {
            *gate = Gate { owner: Owner::Us, touched: false, partial: false };
        }
        Ok(())
    }

    /// What turns on all that we use.
    pub(super) fn enter_sequence(&self) -> Vec<u8> {
        if !self.caps.xterm_modes {
            return b"\x1b[?25l".to_vec();
        }
        [ENTER, if self.mouse { ENTER_MOUSE } else { b"" }].concat()
    }

    /// Writes what it takes of `bytes`, whose end is the end of a frame.
    pub(super) fn write(&self, bytes: &[u8]) -> Written {
        let mut gate = self.gate();
        if gate.owner != Owner::Us {
            return Written::NotOurs;
        }
        gate.touched = true;
        match rustix::io::write(&self.output, bytes) {
            Ok(n) => {
                gate.partial = n < bytes.len();
                Written::Bytes(n)
            }
            Err(Errno::AGAIN | Errno::INTR) => Written::Full,
            Err(e) => Written::Failed(e),
        }
    }

    /// Gives it back as it was, to `owner`. Idempotent, from any thread; waits at most 0.2 seconds.
    pub(super) fn restore(&self, owner: Owner) {
        let mut gate = self.gate();
        let was = gate.owner;
        if was != Owner::Gone {
            gate.owner = owner;
        }
        if was != Owner::Us {
            return;
        }
        if gate.touched {
            let leave = if self.caps.xterm_modes { LEAVE } else { LEAVE_PLAIN };
            let bytes = if gate.partial { [CANCEL, leave].concat() } else { leave.to_vec() };
            if let Some(sent) = self.push(&bytes) {
                // It does not read. What waits in the kernel may go: what comes after it sets everything right.
                let _ = tcflush(&self.output, QueueSelector::OFlush);
                let rest = if sent == 0 { bytes } else { [CANCEL, leave].concat() };
                let _ = self.push(&rest);
            }
        }
        let _ = set_modes(&self.input, &self.before);
        greenbar_native::fatal::arm(false);
    }

    /// Writes `bytes`; how many were taken if that is not all of them.
    fn push(&self, bytes: &[u8]) -> Option<usize> {
        let end = Instant::now() + RESTORE_WAIT;
        let mut rest = bytes;
        while !rest.is_empty() {
            match rustix::io::write(&self.output, rest) {
                Ok(n) => rest = rest.get(n..).unwrap_or_default(),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => {
                    let left = end.saturating_duration_since(Instant::now());
                    if left.is_zero() || !self.wait_writable(left) {
                        return Some(bytes.len() - rest.len());
                    }
                }
                // It is gone: nobody will miss the rest.
                Err(_) => return None,
            }
        }
        None
    }

    /// Waits until it takes output, at most for `time`: false if it does not.
    pub(super) fn wait_writable(&self, time: Duration) -> bool {
        let mut fds = [PollFd::new(&self.output, PollFlags::OUT)];
        poll(&mut fds, Some(&timespec(time))).is_ok_and(|n| n > 0)
    }

    /// Writes a message for a person on the main screen, after [`Self::restore`].
    pub(super) fn say(&self, text: &str) {
        let _ = self.push(text.as_bytes());
    }
}

/// A description of our own of the terminal behind `fd`, which does not block: the mode belongs to the description, and
/// the one that we were given is shared with the shell.
fn own(fd: BorrowedFd<'_>) -> Result<OwnedFd> {
    let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    // By name first: /dev/tty may be another one. After su the name may not be ours to open; /dev/tty always is.
    let by_name = ttyname(fd, Vec::new()).and_then(|name| open(name, flags, Mode::empty()));
    by_name.or_else(|_| open("/dev/tty", flags, Mode::empty())).map_err(|e| {
        UserError::new("the terminal cannot be opened")
            .cause(e)
            .hint("greenbar opens it by its name or as /dev/tty; check that /dev is mounted and permits it")
    })
}

/// Sets the modes at once, without waiting for output that a stopped terminal would never take.
fn set_modes(fd: &OwnedFd, modes: &Termios) -> std::result::Result<(), Errno> {
    rustix::io::retry_on_intr(|| tcsetattr(fd, OptionalActions::Now, modes))
}

/// `time` for poll(2).
pub(super) fn timespec(time: Duration) -> Timespec {
    Timespec {
        tv_sec: i64::try_from(time.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: i64::from(time.subsec_nanos()),
    }
}

/// `text` without control characters and not too long, for a message. Line ends stay.
pub(super) fn printable(text: &str) -> String {
    let safe = |c: char| if c.is_control() && c != '\n' { '?' } else { c };
    text.chars().take(2_000).map(safe).collect()
}
