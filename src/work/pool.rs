//! Worker threads. Owns who runs when: a slot keeps one running and one waiting request, the newest; writes are never
//! dropped and keep their order; nothing that needs the store runs while it is being opened. Must not know what a request
//! does: it is given a function that does it.

use super::{Class, Envelope, Request, Slot};
use crate::base::trace::span;
use crate::base::{Budget, Cancel, Gen, UserError, Way, fault};
use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

/// Something that carries out requests. It may send any number of envelopes for one request (progress), the last of
/// which is its result; none is sent by the pool itself but for a panic.
pub trait Carrier: Send + Sync + 'static {
    /// Carries out `request`. Checks `budget` as it goes.
    fn carry(&self, ticket: &Ticket, request: Request, budget: &Budget);
    /// Hands a reply over.
    fn deliver(&self, envelope: Envelope);
}

/// Which request a reply belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    /// Where it was asked.
    pub slot: Slot,
    /// Which asking it was.
    pub generation: Gen,
    /// When a thread took it up.
    pub started: Instant,
}

struct Waiting {
    slot: Slot,
    generation: Gen,
    request: Request,
}

#[derive(Default)]
struct Queues {
    /// Requests that wait, in the order in which they came.
    waiting: [VecDeque<Waiting>; 3],
    running: HashMap<Slot, (Gen, Cancel)>,
    stopped: bool,
}

impl Queues {
    /// Whether the store is being opened, or about to be.
    fn is_opening(&self) -> bool {
        self.running.contains_key(&Slot::Store)
            || self.waiting.iter().flatten().any(|w| w.slot == Slot::Store)
    }
}

struct Shared {
    queues: Mutex<Queues>,
    wake: Condvar,
    /// Held while somebody waits for a result: what nobody waits for stands still.
    way: Way,
    carrier: Arc<dyn Carrier>,
}

/// The pool: `interactive` threads for what somebody waits for, one for bulk work, so that a scan of a large file never
/// stands in the way of a key, and one for what nobody waits for, so that it never stands in the way of a scan; it stands
/// still while an interactive one works, as there may be no more than two processors.
pub struct Pool {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

impl Pool {
    /// Starts the threads.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(carrier: Arc<dyn Carrier>, interactive: usize) -> crate::base::Result<Self> {
        let shared =
            Arc::new(Shared { queues: Mutex::default(), wake: Condvar::new(), way: Way::default(), carrier });
        let mut pool = Self { shared, threads: Vec::new() };
        for n in 0..interactive + 2 {
            let class = match n.checked_sub(interactive) {
                None => Class::Interactive,
                Some(0) => Class::Bulk,
                Some(_) => Class::Idle,
            };
            let shared = Arc::clone(&pool.shared);
            let thread = std::thread::Builder::new()
                .name(format!("work-{n}"))
                .spawn(move || worker(&shared, class))
                .map_err(|e| {
                    UserError::new("cannot start a worker thread")
                        .cause(e)
                        .hint("raise the limit of processes (ulimit -u)")
                })?;
            pool.threads.push(thread);
        }
        Ok(pool)
    }

    /// Queues `request`. What waits in the same slot is replaced and what runs there is cancelled, unless the slot keeps
    /// everything (see [`Slot::keeps_all`]).
    pub fn submit(&self, slot: Slot, generation: Gen, request: Request) {
        let mut queues = lock(&self.shared.queues);
        if !slot.keeps_all() {
            if let Some((_, cancel)) = queues.running.get(&slot) {
                cancel.cancel();
            }
            for queue in &mut queues.waiting {
                queue.retain(|w| w.slot != slot);
            }
        }
        if let Some(queue) = queues.waiting.get_mut(request.class() as usize) {
            queue.push_back(Waiting { slot, generation, request });
        }
        drop(queues);
        self.shared.wake.notify_all();
    }

    /// Nobody wants the results of `slot` any more.
    pub fn cancel(&self, slot: Slot) {
        let mut queues = lock(&self.shared.queues);
        if let Some((_, cancel)) = queues.running.get(&slot) {
            cancel.cancel();
        }
        for queue in &mut queues.waiting {
            queue.retain(|w| w.slot != slot);
        }
    }

    /// Waits until nothing runs or waits in `slot`, at most `limit`.
    pub fn wait_for(&self, slot: Slot, limit: std::time::Duration) {
        let end = Instant::now() + limit;
        let is_busy = || {
            let queues = lock(&self.shared.queues);
            queues.running.contains_key(&slot) || queues.waiting.iter().flatten().any(|w| w.slot == slot)
        };
        while is_busy() && Instant::now() < end {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    }

    /// How many requests run or wait.
    pub fn busy(&self) -> usize {
        let queues = lock(&self.shared.queues);
        queues.running.len() + queues.waiting.iter().map(VecDeque::len).sum::<usize>()
    }

    /// Cancels what may be cancelled, lets writes and the draft finish, and ends the threads; waits for them at most
    /// `limit`.
    pub fn stop(self, limit: std::time::Duration) {
        {
            let mut queues = lock(&self.shared.queues);
            queues.stopped = true;
            for queue in &mut queues.waiting {
                queue.retain(|w| w.slot.outlives_session());
            }
            for (slot, (_, cancel)) in &queues.running {
                if !slot.outlives_session() {
                    cancel.cancel();
                }
            }
        }
        self.shared.wake.notify_all();
        let end = Instant::now() + limit;
        for thread in self.threads {
            while !thread.is_finished() && Instant::now() < end {
                std::thread::sleep(std::time::Duration::from_millis(1));
            }
            if thread.is_finished() {
                // A worker that panicked outside a request has nothing left to say.
                drop(thread.join());
            }
        }
    }
}

fn lock(queues: &Mutex<Queues>) -> MutexGuard<'_, Queues> {
    queues.lock().unwrap_or_else(PoisonError::into_inner)
}

fn worker(shared: &Shared, class: Class) {
    while let Some((waiting, cancel)) = next(shared, class) {
        let ticket = Ticket { slot: waiting.slot, generation: waiting.generation, started: Instant::now() };
        let name = waiting.request.name();
        let held = (class == Class::Interactive).then(|| shared.way.hold());
        let budget = Budget::with_cancel(cancel);
        let budget = if class == Class::Idle { budget.behind(shared.way.clone()) } else { budget };
        let done = catch_unwind(AssertUnwindSafe(|| {
            let _span = span(name);
            fault::point(match class {
                Class::Interactive => "interactive",
                Class::Bulk => "bulk",
                Class::Idle => "idle",
            });
            shared.carrier.carry(&ticket, waiting.request, &budget);
        }));
        drop(held);
        if let Err(panic) = done {
            let error = UserError::new(format!("{name} failed inside"))
                .cause(panic_text(panic.as_ref()))
                .hint("the desk goes on; the log (5) has it, please report it");
            shared.carrier.deliver(Envelope::failed(&ticket, error));
        }
        lock(&shared.queues).running.remove(&ticket.slot);
        shared.wake.notify_all();
    }
}

/// The next request for a thread of `class`, once there is one whose slot is free; `None` when the pool stops.
fn next(shared: &Shared, class: Class) -> Option<(Waiting, Cancel)> {
    let mut queues = lock(&shared.queues);
    loop {
        // What needs the store waits until it is open, without a thread standing still for it.
        let opening = queues.is_opening();
        let state = &mut *queues;
        let queue = state.waiting.get_mut(class as usize)?;
        let must_wait =
            |w: &Waiting| state.running.contains_key(&w.slot) || (opening && w.request.needs_store());
        let free = queue.iter().position(|w| !must_wait(w));
        if let Some(waiting) = free.and_then(|at| queue.remove(at)) {
            let cancel = Cancel::new();
            state.running.insert(waiting.slot, (waiting.generation, cancel.clone()));
            return Some((waiting, cancel));
        }
        if state.stopped && queue.is_empty() {
            return None;
        }
        queues = shared.wake.wait(queues).unwrap_or_else(PoisonError::into_inner);
    }
}

/// What a panic said.
pub fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|s| (*s).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no reason given".to_owned())
}
