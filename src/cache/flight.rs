//! One maker for a value that many ask for at once. Owns who makes it and who waits. Invariants: a maker that fails, panics or
//! is cancelled lets the next of those who wait make it; nobody waits beyond the end of his budget, nor for himself.

use super::Key;
use super::memory::Shared;
use crate::base::Budget;
use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;
use std::time::{Duration, Instant};

/// How often one who waits looks at his budget.
const LOOK: Duration = Duration::from_millis(5);
/// How long one waits at most before he makes the value himself: two who wait for each other would wait for ever.
const PATIENCE: Duration = Duration::from_secs(5);

/// How a flight is.
enum State {
    InTheAir,
    /// It ended, with a value that all may have or without one.
    Landed(Option<Shared>),
}

struct Flight {
    state: Mutex<State>,
    landed: Condvar,
    leader: ThreadId,
}

/// Values that are being made.
#[derive(Default)]
pub struct Flights(Mutex<HashMap<Key, Arc<Flight>>>);

/// What one who asks is to do.
pub enum Seat<'f> {
    /// Make the value.
    Leads(Leader<'f>),
    /// Wait for it.
    Follows(Follower),
    /// Make it beside the others: this thread is its maker already.
    Alone,
}

/// Who makes a value. Dropped without a value, the next one makes it.
pub struct Leader<'f> {
    flights: &'f Flights,
    key: Key,
    flight: Arc<Flight>,
}

/// Who waits for one.
pub struct Follower(Arc<Flight>);

/// How a wait ended.
pub enum Waited {
    /// With the value.
    Value(Shared),
    /// Without one: ask again.
    Nothing,
    /// The budget, or the patience, is used up.
    Enough,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Flights {
    /// A seat in the flight of `key`.
    pub fn join(&self, key: Key) -> Seat<'_> {
        let me = std::thread::current().id();
        let mut flights = lock(&self.0);
        if let Some(flight) = flights.get(&key) {
            if flight.leader == me {
                return Seat::Alone;
            }
            return Seat::Follows(Follower(Arc::clone(flight)));
        }
        let flight =
            Arc::new(Flight { state: Mutex::new(State::InTheAir), landed: Condvar::new(), leader: me });
        flights.insert(key, Arc::clone(&flight));
        Seat::Leads(Leader { flights: self, key, flight })
    }

    /// How many are in the air.
    pub fn len(&self) -> usize {
        lock(&self.0).len()
    }
}

impl Leader<'_> {
    /// Gives all who wait `value`.
    pub fn land(self, value: Option<Shared>) {
        *lock(&self.flight.state) = State::Landed(value);
        // The rest is done as it is dropped.
    }
}

impl Drop for Leader<'_> {
    fn drop(&mut self) {
        lock(&self.flights.0).remove(&self.key);
        let mut state = lock(&self.flight.state);
        if matches!(*state, State::InTheAir) {
            *state = State::Landed(None);
        }
        drop(state);
        self.flight.landed.notify_all();
    }
}

impl Follower {
    /// Waits until it has landed, or `budget` ends.
    pub fn wait(&self, budget: &Budget) -> Waited {
        let end = Instant::now() + PATIENCE;
        let mut state = lock(&self.0.state);
        loop {
            if let State::Landed(value) = &*state {
                return value.clone().map_or(Waited::Nothing, Waited::Value);
            }
            if Instant::now() >= end || budget.ended().is_err() {
                return Waited::Enough;
            }
            state = self.0.landed.wait_timeout(state, LOOK).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}
