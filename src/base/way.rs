//! A way that work without hurry leaves free. Must not know who goes there.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// How often one who waits is asked whether it still wants to.
const LOOK: Duration = Duration::from_millis(20);

#[derive(Default)]
struct Inner {
    held: AtomicUsize,
    turn: Mutex<()>,
    freed: Condvar,
}

/// While anybody holds it, work whose [`Budget`](super::Budget) has it waits where it checks its budget. Such work must
/// hold no lock there that the others need. Clones share it.
#[derive(Clone, Default)]
pub struct Way(Arc<Inner>);

/// Holds a way until it is dropped.
pub struct Held(Way);

impl Way {
    /// Takes the way; any number may have it at once.
    pub fn hold(&self) -> Held {
        self.0.held.fetch_add(1, Ordering::AcqRel);
        Held(self.clone())
    }

    /// Whether nobody holds it.
    pub fn is_free(&self) -> bool {
        self.0.held.load(Ordering::Acquire) == 0
    }

    /// Waits until nobody holds it, or `wanted` says no.
    pub(super) fn wait(&self, wanted: impl Fn() -> bool) {
        if self.is_free() {
            return;
        }
        let mut turn = self.0.turn.lock().unwrap_or_else(PoisonError::into_inner);
        while !self.is_free() && wanted() {
            turn = self.0.freed.wait_timeout(turn, LOOK).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if self.0.0.held.fetch_sub(1, Ordering::AcqRel) == 1 {
            // Taken, so that nobody is between its look and its sleep.
            drop(self.0.0.turn.lock().unwrap_or_else(PoisonError::into_inner));
            self.0.0.freed.notify_all();
        }
    }
}

impl fmt::Debug for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Way").field(&self.0.held).finish()
    }
}

#[cfg(test)]
mod tests {
    use crate::base::{Budget, Cancel, Stop};
    use std::sync::mpsc;
    use std::time::Duration;

    /// Checks a budget in a thread of its own and says what it heard.
    fn checking(budget: Budget) -> mpsc::Receiver<Result<(), Stop>> {
        let (tell, heard) = mpsc::channel();
        std::thread::spawn(move || tell.send(budget.check()));
        heard
    }

    #[test]
    fn work_without_hurry_waits_until_the_last_one_is_through() {
        let way = super::Way::default();
        let (one, other) = (way.hold(), way.hold());
        let heard = checking(Budget::unlimited().behind(way.clone()));
        drop(one);
        assert!(heard.recv_timeout(Duration::from_millis(100)).is_err(), "somebody still holds it");
        assert!(!way.is_free());
        drop(other);
        assert_eq!(heard.recv_timeout(Duration::from_secs(20)), Ok(Ok(())));
        assert!(way.is_free());
        // Others do not care.
        let _held = way.hold();
        assert_eq!(Budget::unlimited().check(), Ok(()));
    }

    #[test]
    fn who_waits_can_be_cancelled() {
        let way = super::Way::default();
        let cancel = Cancel::new();
        let _held = way.hold();
        let heard = checking(Budget::with_cancel(cancel.clone()).behind(way));
        cancel.cancel();
        assert_eq!(heard.recv_timeout(Duration::from_secs(20)), Ok(Err(Stop::Cancelled)));
    }
}
