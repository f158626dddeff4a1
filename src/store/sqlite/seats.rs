//! Who searches now, and who is next. A search asks the store many things one after the other; with more of them at once than there are
//! processors, each takes longer and none comes sooner. Invariants: those who wait are let in in the order in which they came; nobody
//! waits beyond the end of his budget; a seat that is given up goes to the next one at once.

use super::ledger::lock;
use crate::base::{Budget, processors};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// How often one who waits looks at his budget.
const LOOK: Duration = Duration::from_millis(20);

/// Somebody who waits: whether he was let in.
#[derive(Default)]
struct Waiting {
    is_in: Mutex<bool>,
    let_in: Condvar,
}

struct State {
    free: usize,
    queue: VecDeque<Arc<Waiting>>,
}

/// See the module.
pub struct Seats(Mutex<State>);

/// A seat, until it is dropped.
pub struct Seat<'s>(&'s Seats);

impl Seats {
    /// So many.
    pub fn new(seats: usize) -> Self {
        Self(Mutex::new(State { free: seats.max(1), queue: VecDeque::new() }))
    }

    /// As many as keep this machine at work: two for each processor, as some wait for the disk.
    pub fn of_machine() -> Self {
        Self::new(2 * processors())
    }

    /// Waits for a seat; `None` once `budget` has ended.
    pub fn take(&self, budget: &Budget) -> Option<Seat<'_>> {
        let mine = {
            let mut state = lock(&self.0);
            if state.free > 0 {
                state.free -= 1;
                return Some(Seat(self));
            }
            let mine = Arc::new(Waiting::default());
            state.queue.push_back(Arc::clone(&mine));
            mine
        };
        let mut is_in = lock(&mine.is_in);
        while !*is_in {
            if budget.ended().is_err() {
                drop(is_in);
                return self.give_up(&mine);
            }
            is_in = mine.let_in.wait_timeout(is_in, LOOK).unwrap_or_else(PoisonError::into_inner).0;
        }
        Some(Seat(self))
    }

    /// Leaves the queue; who was let in meanwhile has a seat.
    fn give_up(&self, mine: &Arc<Waiting>) -> Option<Seat<'_>> {
        let mut state = lock(&self.0);
        let at = state.queue.iter().position(|waiting| Arc::ptr_eq(waiting, mine));
        match at {
            Some(at) => {
                state.queue.remove(at);
                None
            }
            None => Some(Seat(self)),
        }
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.0.0);
        let Some(next) = state.queue.pop_front() else {
            state.free += 1;
            return;
        };
        drop(state);
        *lock(&next.is_in) = true;
        next.let_in.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Cancel;
    use std::sync::mpsc::channel;
    use std::time::Instant;

    fn waiting(seats: &Seats) -> usize {
        lock(&seats.0).queue.len()
    }

    #[test]
    fn who_waits_is_let_in_in_turn() {
        let (seats, (told, order)) = (Seats::new(1), channel());
        let first = seats.take(&Budget::unlimited()).unwrap();
        std::thread::scope(|scope| {
            for number in 0..8 {
                let (seats, told) = (&seats, told.clone());
                scope.spawn(move || {
                    let seat = seats.take(&Budget::unlimited()).unwrap();
                    told.send(number).unwrap();
                    drop(seat);
                });
                while waiting(seats) <= number {
                    std::thread::yield_now();
                }
            }
            drop(first);
        });
        drop(told);
        assert_eq!(order.iter().collect::<Vec<_>>(), (0..8).collect::<Vec<_>>());
        assert!(lock(&seats.0).free == 1 && waiting(&seats) == 0);
    }

    #[test]
    fn nobody_waits_beyond_his_budget() {
        let seats = Seats::new(1);
        let taken = seats.take(&Budget::unlimited()).unwrap();
        let soon = Budget::unlimited().until(Instant::now() + Duration::from_millis(30));
        assert!(seats.take(&soon).is_none() && waiting(&seats) == 0);
        let cancel = Cancel::default();
        cancel.cancel();
        assert!(seats.take(&Budget::with_cancel(cancel)).is_none());
        drop(taken);
        assert!(seats.take(&Budget::unlimited()).is_some());
        assert_eq!(lock(&seats.0).free, 1);
    }
}
