//! The input thread: waits for the terminal with poll(2), reads all that has come, and only then hands it on.

use super::event::TermEvent;
use super::keys::{Decoder, Pending, wanted};
use super::tty::{Tty, timespec};
use crate::base::fault;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long the rest of a sequence may take. A lone Esc waits as long.
const SEQUENCE_WAIT: Duration = Duration::from_millis(50);
/// How long the rest of a paste may take.
const PASTE_WAIT: Duration = Duration::from_secs(2);
/// Bytes that are read before what they mean is handed on.
const READ_MOST: usize = 256 * 1_024;

/// Whether the input thread may read. While another program has the terminal, the input is that program's.
#[derive(Debug)]
pub(super) struct Tap {
    open: Mutex<Flow>,
    changed: Condvar,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    Open,
    Closed,
    End,
}

impl Default for Tap {
    fn default() -> Self {
        Self { open: Mutex::new(Flow::Open), changed: Condvar::new() }
    }
}

impl Tap {
    fn lock(&self) -> MutexGuard<'_, Flow> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, to: Flow) {
        let mut flow = self.lock();
        if *flow != Flow::End {
            *flow = to;
        }
        self.changed.notify_all();
    }

    /// When it returns nothing is being read, and nothing will be.
    pub(super) fn close(&self) {
        self.set(Flow::Closed);
    }

    /// Lets the thread read again.
    pub(super) fn open(&self) {
        self.set(Flow::Open);
    }

    /// Closes for good: the thread ends when the terminal next has something for it.
    pub(super) fn end(&self) {
        self.set(Flow::End);
    }

    /// Waits while it is closed; `None` at the end. While the guard is held it stays open.
    fn pass(&self) -> Option<MutexGuard<'_, Flow>> {
        let flow = self.changed.wait_while(self.lock(), |flow| *flow == Flow::Closed);
        Some(flow.unwrap_or_else(PoisonError::into_inner)).filter(|flow| **flow == Flow::Open)
    }
}

/// Reads until the terminal or the program ends. That the terminal is gone is the watch thread's to say.
pub(super) fn run(tty: &Tty, tap: &Tap, events: &dyn Fn(TermEvent)) {
    let mut decoder = Decoder::default();
    let mut out = Vec::new();
    loop {
        let wait = match decoder.pending() {
            Pending::None => None,
            Pending::Sequence => Some(SEQUENCE_WAIT),
            Pending::Paste => Some(PASTE_WAIT),
        };
        let mut fds = [PollFd::from_borrowed_fd(tty.input(), PollFlags::IN)];
        match poll(&mut fds, wait.map(timespec).as_ref()) {
            Ok(0) => decoder.flush(&mut out),
            Ok(_) => {
                fault::point("input");
                let Some(open) = tap.pass() else { return };
                let alive = read_all(tty, &mut decoder, &mut out);
                drop(open);
                if !alive {
                    return;
                }
            }
            Err(Errno::INTR) => {}
            Err(_) => return,
        }
        out.drain(..).filter(wanted).for_each(events);
    }
}

/// Reads what there is; false if the terminal is gone.
fn read_all(tty: &Tty, decoder: &mut Decoder, out: &mut Vec<TermEvent>) -> bool {
    let mut buffer = [0; 4_096];
    let mut total = 0;
    while total < READ_MOST {
        match rustix::io::read(tty.input(), &mut buffer) {
            Ok(0) => return false,
            Ok(n) => {
                decoder.feed(buffer.get(..n).unwrap_or_default(), out);
                total += n;
            }
            Err(Errno::AGAIN) => return true,
            Err(Errno::INTR) => {}
            Err(_) => return false,
        }
    }
    true
}
