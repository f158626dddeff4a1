//! What happens on the connections of a store: statements that end are counted by SQLite's own trace, waits and holders are
//! noted, and a call that was slow is kept with its plan. Must not know tables.
//!
//! Invariants: a statement costs one look-up by its address and a comparison of its text; all lists are bounded; nothing here
//! writes.

use super::waits::WaitCount;
use crate::base::{Clock, num, processors};
use crate::store::{Blocked, HeldConnection, PoolFigures, SlowKind, SlowQuery, UnixMs, plan_in_words};
use rusqlite::trace::{StmtRef, TraceEvent, TraceEventCodes};
use rusqlite::{Connection, StatementStatus};
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

/// Statements that one connection counts before they are handed over.
const COUNTED: usize = 512;
/// Statements of a store that wait to be written.
const SHAPES: usize = 1_000;
/// Slow calls that wait to be written.
const SLOW: usize = 100;
/// Waits that are remembered.
const BLOCKED: usize = 20;
/// A wait of so long is worth a line.
const LONG_WAIT: Duration = Duration::from_millis(100);
/// A connection that is held so long is named.
const LONG_HELD: Duration = Duration::from_secs(1);
/// Rows that a run reads of whole tables before its values are worth keeping.
const MANY_ROWS: u64 = 200;
/// Characters of a statement with its values that are kept at most.
const EXAMPLE: usize = 4_000;

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a connection is used for, and since when it was waited for.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    /// In words: "search the text".
    pub what: &'static str,
    /// It writes.
    pub writes: bool,
    /// When it was asked for.
    pub asked: Instant,
    /// Nobody waits for it: it may take as long as it needs.
    pub at_leisure: bool,
    /// How long it stood in the queue of the processes that write.
    pub queued: Duration,
}

impl Call {
    /// A call that begins now.
    pub fn new(what: &'static str, writes: bool) -> Self {
        Self { what, writes, asked: Instant::now(), at_leisure: false, queued: Duration::ZERO }
    }

    /// The same for work that nobody waits for.
    pub fn at_leisure(what: &'static str, writes: bool) -> Self {
        Self { at_leisure: true, ..Self::new(what, writes) }
    }
}

/// Runs of a statement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ran {
    pub runs: u64,
    pub us: u64,
    pub scanned: u64,
    pub worst: u64,
    pub example: Option<String>,
}

impl Ran {
    fn add(&mut self, more: Self) {
        self.runs = self.runs.saturating_add(more.runs);
        self.us = self.us.saturating_add(more.us);
        self.scanned = self.scanned.saturating_add(more.scanned);
        if more.example.is_some() && (self.example.is_none() || more.worst >= self.worst) {
            self.example = more.example;
        }
        self.worst = self.worst.max(more.worst);
    }
}

/// A prepared statement of a connection.
#[derive(Debug, Default)]
struct Counted {
    text: String,
    ran: Ran,
    /// Its counter of rows of whole tables, as it stood.
    seen: u64,
}

/// What one connection has run.
#[derive(Debug)]
pub struct Tally {
    /// By the address of the text: a prepared statement keeps it.
    statements: HashMap<usize, Counted>,
    /// Those whose address was taken by others.
    gone: Vec<(String, Ran)>,
    /// The slowest statement of the running call, and the rows of whole tables in it.
    slowest: Option<(String, Duration)>,
    scanned: u64,
    /// The statement that runs, where that is followed.
    running: String,
    keeps_values: bool,
}

impl Tally {
    fn began(&mut self, text: &str) {
        self.running.clear();
        self.running.push_str(text);
    }

    fn ended(&mut self, statement: &StmtRef<'_>, took: Duration) {
        let text = statement.sql();
        let counter = u64::try_from(statement.get_status(StatementStatus::FullscanStep)).unwrap_or(0);
        let at = text.as_ptr() as usize;
        if self.statements.len() >= COUNTED && !self.statements.contains_key(&at) {
            self.hand_over();
        }
        let counted = self.statements.entry(at).or_default();
        if counted.text.is_empty() && statement.get_status(StatementStatus::Run) > 1 {
            // It was counted before and handed over: what its counter holds is known already.
            counted.seen = counter;
        }
        if counted.text != text.as_ref() {
            let old = std::mem::take(counted);
            if old.ran.runs > 0 {
                self.gone.push((old.text, old.ran));
            }
            counted.text = text.to_string();
        }
        let scanned = counter.checked_sub(counted.seen).unwrap_or(counter);
        counted.seen = counter;
        let ran = &mut counted.ran;
        ran.runs += 1;
        ran.us = ran.us.saturating_add(num::nanos(took) / 1_000);
        ran.scanned = ran.scanned.saturating_add(scanned);
        if scanned > ran.worst {
            ran.worst = scanned;
            if self.keeps_values && scanned >= MANY_ROWS {
                ran.example = statement.expanded_sql().filter(|sql| sql.len() <= EXAMPLE);
            }
        }
        self.scanned = self.scanned.saturating_add(scanned);
        if self.slowest.as_ref().is_none_or(|(_, slowest)| took > *slowest) {
            match &mut self.slowest {
                Some((slowest, longest)) => {
                    slowest.clear();
                    slowest.push_str(&text);
                    *longest = took;
                }
                none => *none = Some((text.to_string(), took)),
            }
        }
    }

    /// What was counted so far, by text; the counting begins again.
    fn hand_over(&mut self) {
        let counted = self.statements.drain().filter(|(_, c)| c.ran.runs > 0);
        self.gone.extend(counted.map(|(_, counted)| (counted.text, counted.ran)));
        self.gone.truncate(SHAPES);
    }

    fn take(&mut self) -> Vec<(String, Ran)> {
        let mut ran = std::mem::take(&mut self.gone);
        for counted in self.statements.values_mut().filter(|c| c.ran.runs > 0) {
            ran.push((counted.text.clone(), std::mem::take(&mut counted.ran)));
        }
        ran
    }
}

/// A connection that is being used.
struct Holder {
    number: u64,
    what: &'static str,
    writes: bool,
    since: Instant,
    tally: Option<Arc<Mutex<Tally>>>,
}

/// What is known of the connections of one store.
pub struct Ledger {
    clock: Arc<dyn Clock>,
    slow_us: AtomicU64,
    keeps_values: bool,
    tallies: Mutex<Vec<Weak<Mutex<Tally>>>>,
    shapes: Mutex<HashMap<String, Ran>>,
    slow: Mutex<VecDeque<SlowQuery>>,
    holders: Mutex<Vec<Holder>>,
    blocked: Mutex<VecDeque<Blocked>>,
    next: AtomicU64,
    /// Waits for a reader, for the writer, for locks of others.
    pub reader_waits: WaitCount,
    pub writer_waits: WaitCount,
    pub lock_waits: WaitCount,
}

impl Ledger {
    /// One for a store; `keeps_values`: values of statements may be kept, not only their texts.
    pub fn new(clock: Arc<dyn Clock>, slow_ms: u64, keeps_values: bool) -> Self {
        let ledger = Self {
            clock,
            slow_us: AtomicU64::new(u64::MAX),
            keeps_values,
            tallies: Mutex::default(),
            shapes: Mutex::default(),
            slow: Mutex::default(),
            holders: Mutex::default(),
            blocked: Mutex::default(),
            next: AtomicU64::new(0),
            reader_waits: WaitCount::default(),
            writer_waits: WaitCount::default(),
            lock_waits: WaitCount::default(),
        };
        ledger.set_slow_after(slow_ms);
        ledger
    }

    /// From how many milliseconds on something is slow; 0 for never.
    pub fn set_slow_after(&self, ms: u64) {
        let us = if ms == 0 { u64::MAX } else { ms.saturating_mul(1_000) };
        self.slow_us.store(us, Ordering::Relaxed);
    }

    /// From how many microseconds on something is slow.
    pub fn slow_us(&self) -> u64 {
        self.slow_us.load(Ordering::Relaxed)
    }

    /// Now, for people.
    pub fn now(&self) -> UnixMs {
        self.clock.unix_ms()
    }

    /// Counts the statements of a connection from now on; with `follows`, what runs is known while it runs.
    pub fn count(&self, sql: &mut Connection, follows: bool) -> rusqlite::Result<Arc<Mutex<Tally>>> {
        let tally = Arc::new(Mutex::new(Tally {
            statements: HashMap::new(),
            gone: Vec::new(),
            slowest: None,
            scanned: 0,
            running: String::new(),
            keeps_values: self.keeps_values,
        }));
        let mine = Arc::clone(&tally);
        let events = if follows {
            TraceEventCodes::SQLITE_TRACE_PROFILE | TraceEventCodes::SQLITE_TRACE_STMT
        } else {
            TraceEventCodes::SQLITE_TRACE_PROFILE
        };
        let hook = move |event: TraceEvent<'_>| match event {
            TraceEvent::Profile(statement, took) => lock(&mine).ended(&statement, took),
            TraceEvent::Stmt(_, text) => lock(&mine).began(text),
            _ => {}
        };
        sql.trace_v2(events, Some(hook))?;
        let mut tallies = lock(&self.tallies);
        tallies.retain(|tally| tally.strong_count() > 0);
        tallies.push(Arc::downgrade(&tally));
        Ok(tally)
    }

    /// Takes what a connection has counted that is closed.
    pub fn closed(&self, tally: &Mutex<Tally>) {
        let ran = lock(tally).take();
        self.take_in(ran);
    }

    fn take_in(&self, ran: Vec<(String, Ran)>) {
        let mut shapes = lock(&self.shapes);
        for (text, ran) in ran {
            if let Some(known) = shapes.get_mut(&text) {
                known.add(ran);
            } else if shapes.len() < SHAPES && is_query(&text) {
                shapes.insert(text, ran);
            }
        }
    }

    /// What has run since the last call.
    pub fn take_runs(&self) -> HashMap<String, Ran> {
        let tallies: Vec<_> = lock(&self.tallies).iter().filter_map(Weak::upgrade).collect();
        for tally in tallies {
            self.closed(&tally);
        }
        std::mem::take(&mut *lock(&self.shapes))
    }

    /// Whether some statement has read many rows of a whole table since its runs were taken last.
    pub fn has_scans(&self) -> bool {
        let tallies: Vec<_> = lock(&self.tallies).iter().filter_map(Weak::upgrade).collect();
        for tally in tallies {
            self.closed(&tally);
        }
        lock(&self.shapes).values().any(|ran| ran.worst >= MANY_ROWS)
    }

    /// Notes something slow.
    pub fn note_slow(&self, slow: SlowQuery) {
        let mut list = lock(&self.slow);
        if list.len() >= SLOW {
            list.pop_front();
        }
        list.push_back(slow);
    }

    /// What was slow since the last call.
    pub fn take_slow(&self) -> Vec<SlowQuery> {
        std::mem::take(&mut *lock(&self.slow)).into()
    }

    /// Whether something slow waits to be written.
    pub fn has_slow(&self) -> bool {
        !lock(&self.slow).is_empty()
    }

    /// Begins a call on a connection; it ends when what is given is dropped.
    pub fn hold(self: &Arc<Self>, call: &Call, tally: Option<&Arc<Mutex<Tally>>>) -> Hold {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let (what, writes) = (call.what, call.writes);
        let holder = Holder { number, what, writes, since: Instant::now(), tally: tally.cloned() };
        lock(&self.holders).push(holder);
        Hold { ledger: Arc::clone(self), number }
    }

    /// Who writes, and the statement that runs there.
    pub fn who_writes(&self) -> Option<(&'static str, String)> {
        let (what, tally) = {
            let holders = lock(&self.holders);
            let writer = holders.iter().find(|holder| holder.writes)?;
            (writer.what, writer.tally.clone())
        };
        Some((what, tally.map_or_else(String::new, |tally| lock(&tally).running.clone())))
    }

    /// Notes a wait for somebody, if it was long.
    pub fn note_blocked(&self, what: &str, (blocker, statement): (String, String), waited: Duration) {
        if waited < LONG_WAIT {
            return;
        }
        let waited_ms = u64::try_from(waited.as_millis()).unwrap_or(u64::MAX);
        let (at, operation) = (self.now(), what.to_owned());
        let mut blocked = lock(&self.blocked);
        blocked.truncate(BLOCKED - 1);
        blocked.push_front(Blocked { at, operation, blocker, statement: shown(&statement), waited_ms });
    }

    /// The connections, for figures.
    pub fn figures(&self, max: u32) -> PoolFigures {
        let now = Instant::now();
        let long: Vec<_> = {
            let holders = lock(&self.holders);
            let long = holders.iter().filter(|h| now.saturating_duration_since(h.since) >= LONG_HELD);
            long.map(|h| (h.what, h.writes, h.since, h.tally.clone())).collect()
        };
        let mut held: Vec<HeldConnection> = long
            .into_iter()
            .map(|(what, writes, since, tally)| HeldConnection {
                operation: what.to_owned(),
                statement: tally.map_or_else(String::new, |tally| shown(&lock(&tally).running)),
                held_ms: u64::try_from(now.saturating_duration_since(since).as_millis()).unwrap_or(u64::MAX),
                writes,
            })
            .collect();
        held.sort_by_key(|held| std::cmp::Reverse(held.held_ms));
        PoolFigures {
            max,
            reader_waits: self.reader_waits.read(),
            writer_waits: self.writer_waits.read(),
            lock_waits: self.lock_waits.read(),
            held,
            blocked: lock(&self.blocked).iter().cloned().collect(),
        }
    }

    /// Ends a call that took `took` on its connection: notes it, with the plan of its slowest statement, if it was slow.
    pub fn end_call(&self, call: &Call, sql: &Connection, tally: &Mutex<Tally>, took: Took) {
        let all = num::nanos(took.waited.saturating_add(call.queued).saturating_add(took.ran)) / 1_000;
        if call.at_leisure || all < self.slow_us() {
            return;
        }
        let (slowest, scanned) = {
            let tally = lock(tally);
            (tally.slowest.clone().map(|(text, _)| text).unwrap_or_default(), tally.scanned)
        };
        // A plan is only for reading: what cannot be planned now has none.
        let plan = plan(sql, &slowest).unwrap_or_default();
        let us = |time: Duration| num::nanos(time) / 1_000;
        self.note_slow(SlowQuery {
            at: self.now(),
            kind: if call.writes { SlowKind::Write } else { SlowKind::Read },
            shape: call.what.to_owned(),
            took_us: all,
            waited_us: us(took.waited),
            locked_us: us(took.locked),
            cpu_us: took.cpu.map(us),
            busy: is_busy(),
            scanned,
            statement: shown(&slowest),
            plan: plan.iter().map(|step| plan_in_words(step)).collect(),
            ..SlowQuery::default()
        });
    }
}

/// How long a call took: waiting for a connection, on it, for locks and turns of others, and on a processor.
#[derive(Debug, Clone, Copy)]
pub struct Took {
    pub waited: Duration,
    pub ran: Duration,
    pub locked: Duration,
    pub cpu: Option<Duration>,
}

/// Whether more wants to run on this machine than it has processors: what is slow then may wait for one of them, not for a disk.
fn is_busy() -> bool {
    let load = std::fs::read_to_string("/proc/loadavg").ok();
    let load: Option<f64> = load.and_then(|text| text.split_whitespace().next()?.parse().ok());
    load.is_some_and(|load| load > num::to_f64(num::to_u64(processors())))
}

/// Makes a connection ready for the next call.
pub fn begin_call(tally: &Mutex<Tally>) {
    let mut tally = lock(tally);
    tally.scanned = 0;
    // The room of its text is used again.
    if let Some((text, longest)) = &mut tally.slowest {
        text.clear();
        *longest = Duration::ZERO;
    }
}

/// The steps of the plan of a statement, in the words of the database; none for what has no plan.
pub fn plan(sql: &Connection, statement: &str) -> rusqlite::Result<Vec<String>> {
    if !is_query(statement) {
        return Ok(Vec::new());
    }
    let mut prepared = sql.prepare(&format!("EXPLAIN QUERY PLAN {statement}"))?;
    prepared.raw_query().mapped(|row| row.get(3)).collect()
}

/// Whether a statement asks or changes tables: those about transactions and settings have no plan.
fn is_query(statement: &str) -> bool {
    let word = statement.split_whitespace().next().unwrap_or_default();
    ["SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "REPLACE"]
        .iter()
        .any(|verb| word.eq_ignore_ascii_case(verb))
}

/// A statement in one line.
pub fn shown(statement: &str) -> String {
    let mut line = String::with_capacity(statement.len().min(EXAMPLE));
    for word in statement.split_whitespace() {
        if line.len() + word.len() > EXAMPLE {
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// A call that goes on.
pub struct Hold {
    ledger: Arc<Ledger>,
    number: u64,
}

impl Drop for Hold {
    fn drop(&mut self) {
        lock(&self.ledger.holders).retain(|holder| holder.number != self.number);
    }
}

#[cfg(test)]
mod tests;
