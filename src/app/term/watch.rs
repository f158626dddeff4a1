//! The watch thread: signals, the end of the terminal, and the deadlines after both. It depends on no other thread, so
//! that the process ends even if all others are stuck.

use super::event::{HANGUP_EXIT, Signal, TermEvent};
use super::output::Mailbox;
use super::tty::{Owner, Tty, timespec};
use crate::base::{Result, UserError, fault};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::backend::SignalDelivery;
use signal_hook::iterator::exfiltrator::SignalOnly;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long the loop has after a signal that ends the process.
const SIGNAL_GRACE: Duration = Duration::from_secs(2);
/// How long the loop has after the terminal is gone. On a host that is short of processors a thread that could run was seen
/// to wait for half a second; after this the process is still gone within two seconds (RELIABILITY T01).
const HANGUP_GRACE: Duration = Duration::from_millis(1500);

/// The signals that the thread takes. In one batch they are handled in this order: a stop comes before the signal that
/// ended it.
const SIGNALS: [i32; 7] = [SIGTSTP, SIGCONT, SIGWINCH, SIGHUP, SIGINT, SIGQUIT, SIGTERM];

/// The size of the terminal, as it was last told to anybody.
#[derive(Debug, Default)]
pub(super) struct Size(AtomicU32);

impl Size {
    /// Remembers it; true if it is a new one.
    pub(super) fn set(&self, (cols, rows): (u16, u16)) -> bool {
        let packed = u32::from(cols) << 16 | u32::from(rows);
        self.0.swap(packed, Ordering::AcqRel) != packed
    }

    /// (columns, rows).
    pub(super) fn get(&self) -> (u16, u16) {
        let packed = self.0.load(Ordering::Acquire).to_be_bytes();
        let [a, b, c, d] = packed;
        (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]))
    }
}

/// A stop of our own making, between the UI thread and this one.
#[derive(Debug, Default)]
pub(super) struct Pause {
    state: Mutex<Stopped>,
    changed: Condvar,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Stopped {
    /// We run.
    #[default]
    No,
    /// We are about to stop, or have.
    Yes,
    /// We were continued.
    Over,
}

impl Pause {
    fn swap(&self, to: Stopped) -> Stopped {
        let was = std::mem::replace(&mut *self.state.lock().unwrap_or_else(PoisonError::into_inner), to);
        self.changed.notify_all();
        was
    }

    /// From here on a stop is our own.
    pub(super) fn begin(&self) {
        self.swap(Stopped::Yes);
    }

    fn is_own(&self) -> bool {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) == Stopped::Yes
    }

    /// Waits until we are continued.
    pub(super) fn wait(&self) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let over = self.changed.wait_while(state, |s| *s == Stopped::Yes);
        *over.unwrap_or_else(PoisonError::into_inner) = Stopped::No;
    }
}

/// What the watch thread works with.
pub(super) struct Watch {
    pub(super) tty: Arc<Tty>,
    pub(super) mailbox: Arc<Mailbox>,
    pub(super) size: Arc<Size>,
    pub(super) pause: Arc<Pause>,
    pub(super) events: Arc<dyn Fn(TermEvent) + Send + Sync>,
}

/// The signals, caught.
pub(super) struct Caught(SignalDelivery<UnixStream, SignalOnly>);

/// Catches the signals; from here on they do nothing by themselves.
pub(super) fn catch() -> Result<Caught> {
    let pair = UnixStream::pair();
    let caught = pair.and_then(|(read, write)| SignalDelivery::with_pipe(read, write, SignalOnly, SIGNALS));
    caught.map(Caught).map_err(|e| UserError::new("signals cannot be caught").cause(e))
}

impl Watch {
    /// Runs as long as the process.
    pub(super) fn run(&self, mut caught: Caught) {
        let mut deadline: Option<(Instant, u8)> = None;
        let mut alive = true;
        loop {
            let left = deadline.map(|(at, _)| at.saturating_duration_since(Instant::now()));
            if let (Some(Duration::ZERO), Some((_, code))) = (left, deadline) {
                self.end(code);
            }
            let gone = match wait(&caught, &self.tty, alive, left) {
                Ok(gone) => gone,
                Err(Errno::INTR) => false,
                // The kernel is out of memory. Nobody else watches, so try again.
                Err(_) => {
                    std::thread::sleep(Duration::from_millis(50));
                    false
                }
            };
            let mut pending: Vec<i32> = caught.0.pending().collect();
            pending.sort_by_key(|n| SIGNALS.iter().position(|s| s == n));
            for signal in pending {
                self.signal(signal, &mut deadline);
            }
            if gone && alive {
                alive = false;
                (self.events)(TermEvent::Hangup);
                sooner(&mut deadline, HANGUP_GRACE, HANGUP_EXIT);
            }
        }
    }

    fn signal(&self, number: i32, deadline: &mut Option<(Instant, u8)>) {
        fault::point("watch");
        let owner = self.tty.owner();
        match number {
            SIGWINCH => self.resized(),
            SIGCONT => self.continued(),
            _ if owner == Owner::Gone => {
                // The desk is closed: signals do again what they do to any program.
                let _ = signal_hook::low_level::emulate_default_handler(number);
            }
            SIGTSTP if self.pause.is_own() => {}
            SIGTSTP => (self.events)(TermEvent::Signal(Signal::Suspend)),
            // Keys of the program that has the terminal.
            SIGINT | SIGQUIT if owner == Owner::Lent && deadline.is_none() => {}
            _ => {
                let signal = match number {
                    SIGHUP => Signal::Hup,
                    SIGINT => Signal::Int,
                    SIGQUIT => Signal::Quit,
                    _ => Signal::Term,
                };
                let code = signal.exit_code().unwrap_or(HANGUP_EXIT);
                if deadline.is_some() && signal != Signal::Hup {
                    // Asked twice: no more patience.
                    self.end(code);
                }
                sooner(deadline, SIGNAL_GRACE, code);
                (self.events)(TermEvent::Signal(signal));
            }
        }
    }

    fn resized(&self) {
        let size = self.tty.size();
        if self.size.set(size) && self.tty.owner() != Owner::Gone {
            (self.events)(TermEvent::Resized(size.0, size.1));
        }
    }

    fn continued(&self) {
        if self.pause.is_own() {
            self.pause.swap(Stopped::Over);
            // A group in the background gets no SIGWINCH.
            self.resized();
            (self.events)(TermEvent::Signal(Signal::Continue));
            return;
        }
        // Somebody stopped us without asking, and the shell has set the terminal to its own taste since.
        if self.tty.owner() == Owner::Us && self.tty.take().is_ok() {
            self.mailbox.enter();
            self.resized();
            (self.events)(TermEvent::Signal(Signal::Continue));
        }
    }

    /// Ends the process now: nothing of it can be waited for any more.
    fn end(&self, code: u8) -> ! {
        self.tty.restore(Owner::Gone);
        signal_hook::low_level::exit(i32::from(code))
    }
}

/// Waits for signals, the end of the terminal, or the deadline. True: the terminal is gone.
fn wait(caught: &Caught, tty: &Tty, alive: bool, left: Option<Duration>) -> rustix::io::Result<bool> {
    let signals = PollFd::from_borrowed_fd(caught.0.get_read().as_fd(), PollFlags::IN);
    // Without asking for input: only the end of the terminal wakes us.
    let terminal = PollFd::from_borrowed_fd(tty.input(), PollFlags::empty());
    let mut fds = [signals, terminal];
    let count = if alive { 2 } else { 1 };
    let time = left.map(|d| timespec(d + Duration::from_millis(1)));
    poll(fds.get_mut(..count).unwrap_or_default(), time.as_ref())?;
    let [_, terminal] = fds;
    let over = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
    Ok(alive && terminal.revents().intersects(over))
}

fn sooner(deadline: &mut Option<(Instant, u8)>, grace: Duration, code: u8) {
    let at = Instant::now() + grace;
    if deadline.is_none_or(|(old, _)| at < old) {
        *deadline = Some((at, code));
    }
}
