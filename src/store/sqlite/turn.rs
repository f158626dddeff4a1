//! Whose turn it is to write, among the processes of this machine. SQLite lets them ask for its lock again and again, and
//! whoever asks at the right moment has it: of fifty that write, some wait ten times as long as others. The kernel keeps
//! those who wait for a `flock` in the order in which they came, and wakes the next at once.
//!
//! Invariants: a turn is a courtesy, SQLite's own lock still decides; nobody waits for a turn for longer than is said (a
//! process may be stopped while it has it), and where there is none (another file system, no permission) nothing is said.
//! The lock is taken on the folder: no file is left behind, and closing a second handle of the database would take away
//! the locks that SQLite holds on it.

use super::waits::blocking_process;
use rustix::fs::FlockOperation::{LockExclusive, NonBlockingLockExclusive};
use rustix::fs::flock;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Where one waits for a turn.
pub struct Turns {
    dir: PathBuf,
    /// A thread of this process waits still: a process stands in the queue once.
    waits: Arc<AtomicBool>,
}

/// A turn, until it is dropped.
pub struct Turn {
    /// Closing it gives the turn to the next.
    #[cfg_attr(not(test), expect(dead_code, reason = "it is held, not read"))]
    held: Option<File>,
    /// Who had it while it was waited for.
    after: String,
}

impl Turn {
    /// The process that had it, where it was waited for so long that this was asked; empty otherwise.
    pub fn after(&self) -> &str {
        &self.after
    }
}

/// After waiting for so long it is asked who has the turn.
const NAMED: Duration = Duration::from_millis(50);

impl Turns {
    /// Turns to write to a database in the folder `dir`.
    pub fn new(dir: &Path) -> Self {
        Self { dir: dir.to_owned(), waits: Arc::default() }
    }

    /// Waits for a turn, at most as long as `patience`; after that, or where there are no turns, one goes ahead without.
    pub fn take(&self, patience: Duration) -> Turn {
        let (after, none) = (String::new(), String::new());
        let Ok(dir) = File::open(&self.dir) else { return Turn { held: None, after } };
        if flock(&dir, NonBlockingLockExclusive).is_ok() {
            return Turn { held: Some(dir), after };
        }
        let (held, after) = self.queue(dir, patience).unwrap_or((None, none));
        Turn { held, after }
    }

    /// Stands in the queue by a thread: no call of `flock` waits for a given time only. If it comes too late, it gives
    /// the turn on.
    fn queue(&self, dir: File, patience: Duration) -> Option<(Option<File>, String)> {
        if self.waits.swap(true, Ordering::AcqRel) {
            return None;
        }
        let (give, taken) = mpsc::sync_channel(1);
        let waits = Arc::clone(&self.waits);
        let wait = move || {
            let got = flock(&dir, LockExclusive).is_ok();
            waits.store(false, Ordering::Release);
            drop(give.send(got.then_some(dir)));
        };
        if thread::Builder::new().name("turn".to_owned()).spawn(wait).is_err() {
            self.waits.store(false, Ordering::Release);
            return None;
        }
        let soon = patience.min(NAMED);
        if let Ok(got) = taken.recv_timeout(soon) {
            return Some((got, String::new()));
        }
        let after = blocking_process(&self.dir).unwrap_or_else(|| "another process".to_owned());
        Some((taken.recv_timeout(patience.saturating_sub(soon)).ok().flatten(), after))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn a_turn_is_given_in_the_order_of_asking() {
        let dir = tempfile::tempdir().unwrap();
        let turns: Vec<Turns> = (0..5).map(|_| Turns::new(dir.path())).collect();
        let first = turns[4].take(Duration::ZERO);
        let (say, said) = mpsc::channel();
        thread::scope(|scope| {
            for (n, turns) in turns.iter().take(4).enumerate() {
                let say = say.clone();
                scope.spawn(move || {
                    let turn = turns.take(Duration::from_secs(60));
                    assert!(turn.held.is_some());
                    say.send(n).unwrap();
                });
                // Until it waits: the next one must come after it.
                while !turns.waits.load(Ordering::Acquire) {
                    thread::yield_now();
                }
                thread::sleep(Duration::from_millis(20));
            }
            drop(first);
        });
        drop(say);
        assert_eq!(said.iter().collect::<Vec<_>>(), [0, 1, 2, 3]);
    }

    #[test]
    fn nobody_waits_longer_than_asked_and_a_turn_that_comes_too_late_is_given_on() {
        let dir = tempfile::tempdir().unwrap();
        let (ours, theirs) = (Turns::new(dir.path()), Turns::new(dir.path()));
        let held = theirs.take(Duration::ZERO);
        let begin = Instant::now();
        assert!(ours.take(Duration::from_millis(30)).held.is_none());
        assert!(begin.elapsed() >= Duration::from_millis(30));
        // The one that still waits is not joined by another.
        assert!(ours.take(Duration::from_secs(60)).held.is_none());
        drop(held);
        let again = theirs.take(Duration::from_secs(60));
        assert!(again.held.is_some(), "the turn nobody took was kept");
        drop(again);
        while ours.waits.load(Ordering::Acquire) {
            thread::yield_now();
        }
        assert!(ours.take(Duration::from_secs(60)).held.is_some());
        assert!(Turns::new(Path::new("/nowhere")).take(Duration::ZERO).held.is_none());
    }
}
