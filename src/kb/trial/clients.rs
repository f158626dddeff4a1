//! The clients of a trial: a thread each, all on one store.

use super::people::{Ask, Person};
use super::random::Random;
use super::report::Tally;
use crate::base::meter::no_meter;
use crate::base::num::{to_f64, to_usize};
use crate::base::{Budget, Clock, Result, UserError};
use crate::kb::recall::Recall;
use crate::kb::search::{SCREEN, SearchRequest, search};
use crate::store::Store;
use serde::{Deserialize, Serialize};
use std::thread::Builder;
use std::time::{Duration, Instant};

/// One write comes after so many questions.
const WRITE_EVERY: u64 = 100;
/// Stack of a client, in bytes: hundreds of them run.
const STACK: usize = 512 << 10;
/// How often a client that waits looks whether the trial is over.
const LOOK: Duration = Duration::from_millis(200);

/// What a trial is to be like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Clients at the same time.
    pub clients: u64,
    /// How many other clients there are before the first of these: all are different people.
    pub before: u64,
    /// How many clients there are in all, those of other processes too.
    pub of: u64,
    /// How long it goes on once all clients are there.
    pub lasts: Duration,
    /// Time over which the clients come, one after the other.
    pub ramp_up: Duration,
    /// A client asks a query this long after the last one, finished or one letter longer; none: at once.
    pub every: Option<Duration>,
    /// It begins a query after this time instead, and asks for each letter of one that it types in half of it.
    pub letters: bool,
    /// Clients use and rate entries in between. Only for a store that was made up.
    pub writes: bool,
    /// Entries there are.
    pub entries: u64,
    /// Results wanted.
    pub limit: usize,
}

/// Runs a trial against `store`, with what `recall` remembers of it if there is one. The times are from the moment that a person pressed a key; a client that is late with its
/// next query asks it at once. What is asked while clients still come is not counted.
///
/// # Errors
/// When no thread could be started; a search that fails is counted.
pub fn run(
    (store, recall): (&dyn Store, Option<&Recall>),
    clock: &dyn Clock,
    plan: &Plan,
    budget: &Budget,
) -> Result<(Tally, Duration)> {
    let begun = Instant::now();
    let counted = begun + plan.ramp_up;
    let end = counted + plan.lasts;
    let mut all = Tally::default();
    std::thread::scope(|scope| -> Result<()> {
        let mut clients = Vec::with_capacity(to_usize(plan.clients));
        for number in 0..plan.clients {
            let pause =
                plan.ramp_up.mul_f64(to_f64(plan.before + number) / to_f64(plan.of.max(plan.clients)));
            let mut client = Client {
                store,
                recall,
                clock,
                plan,
                budget: budget.clone(),
                person: Person::new(plan.before + number, plan.entries),
                counted,
                end,
                tally: Tally::default(),
            };
            let builder = Builder::new().name(format!("client-{number}")).stack_size(STACK);
            let started = builder.spawn_scoped(scope, move || {
                client.wait_until(begun + pause);
                client.work(number);
                client.tally
            });
            clients.push(started.map_err(|e| {
                UserError::new(format!("only {number} of {} clients could be started", plan.clients))
                    .cause(e.to_string())
                    .hint("ask for fewer with --clients")
            })?);
        }
        for client in clients {
            all.add(client.join().unwrap_or_default());
        }
        Ok(())
    })?;
    Ok((all, counted.elapsed().min(plan.lasts)))
}

struct Client<'t> {
    store: &'t dyn Store,
    recall: Option<&'t Recall>,
    clock: &'t dyn Clock,
    plan: &'t Plan,
    budget: Budget,
    person: Person,
    counted: Instant,
    end: Instant,
    tally: Tally,
}

impl Client<'_> {
    fn is_over(&self) -> bool {
        Instant::now() >= self.end || self.budget.cancel.is_cancelled()
    }

    fn wait_until(&self, when: Instant) {
        while !self.is_over() {
            let left = when.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            std::thread::sleep(left.min(LOOK));
        }
    }

    fn work(&mut self, number: u64) {
        // Not all at the same moment.
        let every = self.plan.every.unwrap_or_default();
        let part = Random::new(number).below(1_000);
        let mut due =
            Instant::now() + every.mul_f64(crate::base::num::to_f64(crate::base::num::to_u64(part)) / 1e3);
        while !self.is_over() {
            let asks = self.person.asks();
            let key = every / u32::try_from(asks.len().max(1) * 2).unwrap_or(u32::MAX);
            for (at, ask) in (0..).zip(&asks) {
                let when = if self.plan.letters { due + key * at } else { due };
                if self.plan.every.is_some() {
                    self.wait_until(when);
                }
                if self.is_over() {
                    return;
                }
                self.ask(ask, if self.plan.every.is_some() { when } else { Instant::now() });
                if !self.plan.letters {
                    due = self.next(due);
                }
            }
            if self.plan.letters {
                due = self.next(due);
            }
            if self.plan.writes && self.person.one_in(WRITE_EVERY) {
                self.write();
            }
        }
    }

    /// When the next query is due, after one that was due at `last`: one who was kept waiting for longer does not catch up.
    fn next(&self, last: Instant) -> Instant {
        let (every, now) = (self.plan.every.unwrap_or_default(), Instant::now());
        let next = last + every;
        if next + every < now { now } else { next }
    }

    fn ask(&mut self, ask: &Ask, pressed: Instant) {
        let request = SearchRequest {
            text: ask.text.clone(),
            limit: self.plan.limit,
            snippets: Some(SCREEN),
            typing: ask.typing,
            ..SearchRequest::default()
        };
        let meter = no_meter();
        let (mut answer, mut own) = (None, None);
        let result = match self.recall {
            Some(recall) => recall
                .search(self.store, &request, &self.budget, &*meter)
                .map(|found| answer.insert(found).result()),
            None => search(self.store, &request, &self.budget, &*meter).map(|found| &*own.insert(found)),
        };
        if pressed < self.counted {
            return;
        }
        match result {
            Ok(result) => self.tally.searched(result, pressed.elapsed()),
            Err(_) if self.budget.cancel.is_cancelled() => {}
            Err(error) => self.tally.failed(error.to_string()),
        }
    }

    fn write(&mut self) {
        let id = self.person.used();
        let rating = self.person.one_in(2).then(|| self.person.one_in(2));
        match self.store.record_use(&id, rating, self.clock.unix_ms()) {
            Ok(_) => self.tally.writes += 1,
            Err(error) => self.tally.failed(error.to_string()),
        }
    }
}
