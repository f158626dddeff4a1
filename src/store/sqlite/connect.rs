//! One connection: how it is opened, its pragmas in the order that matters, and its time limit. Knows nothing of the tables.

use super::codec;
use super::ledger::{self, Call, Ledger, Tally, Took};
use super::waits::blocking_process;
use crate::base::Budget;
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::trace::{TraceEvent, TraceEventCodes};
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Virtual machine instructions between two looks at the budget: well under a millisecond.
const STRIDE: i32 = 4_000;

/// What every connection of a store is given.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How long to wait for other processes.
    pub busy: Duration,
    /// Prepared statements kept.
    pub statements: usize,
    /// Limit of one call.
    pub limit_ms: u64,
    /// No other process and no other connection: no shared memory is used.
    pub exclusive: bool,
}

/// When the running call has to stop.
#[derive(Default)]
struct Gate(Mutex<Option<(Budget, Instant)>>);

impl Gate {
    fn set(&self, until: Option<(Budget, Instant)>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = until;
    }

    fn closed(&self) -> bool {
        let gate = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        gate.as_ref().is_some_and(|(budget, until)| budget.ended().is_err() || Instant::now() >= *until)
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Tries for a lock after which it is asked who has it.
const TRIES: i32 = 5;

/// What a connection has waited for locks of others.
#[derive(Default)]
struct Locked {
    nanos: AtomicU64,
    /// Who had the last one, once that was asked.
    by: Mutex<String>,
}

/// Waits for a lock at most `patience` milliseconds, all the time in pauses of the same random length. SQLite's own
/// waiting (`busy_timeout`) pauses longer the longer it has waited: with thirty processes that write, those that have waited
/// longest never get their turn and give up after five seconds.
fn wait_fairly(
    sql: &mut Connection,
    patience: &Arc<AtomicU64>,
    gate: &Arc<Gate>,
    (locked, file): (&Arc<Locked>, PathBuf),
) -> rusqlite::Result<()> {
    let (patience, gate, locked) = (Arc::clone(patience), Arc::clone(gate), Arc::clone(locked));
    let mut began = Instant::now();
    let mut random = u64::from(std::process::id());
    let handler = move |tries: i32| {
        if tries == 0 {
            began = Instant::now();
        }
        if millis(began.elapsed()) >= patience.load(Ordering::Relaxed) || gate.closed() {
            return false;
        }
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let pause = Instant::now();
        if tries == TRIES {
            let by = blocking_process(&file).unwrap_or_else(|| "another process".to_owned());
            *locked.by.lock().unwrap_or_else(PoisonError::into_inner) = by;
        }
        std::thread::sleep(Duration::from_micros(1_000 + (random >> 33) % 8_000));
        locked.nanos.fetch_add(crate::base::num::nanos(pause.elapsed()), Ordering::Relaxed);
        true
    };
    sql.busy_handler(Some(handler))
}

/// A connection whose statements stop at the end of a budget.
pub struct Conn {
    sql: Connection,
    gate: Arc<Gate>,
    patience: Arc<AtomicU64>,
    limit_ms: u64,
    cache_kib: u64,
    locked: Arc<Locked>,
    counted: Option<(Arc<Ledger>, Arc<Mutex<Tally>>)>,
}

/// Time of this thread on a processor.
fn on_processor() -> Option<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Some(Duration::new(u64::try_from(time.tv_sec).ok()?, u32::try_from(time.tv_nsec).ok()?))
}

impl Drop for Conn {
    fn drop(&mut self) {
        if let Some((ledger, tally)) = &self.counted {
            ledger.closed(tally);
        }
    }
}

impl Conn {
    /// Opens `path` (a URI if `flags` say so). Nothing is read from the file yet.
    pub fn open(path: &Path, flags: OpenFlags, settings: &Settings) -> rusqlite::Result<Self> {
        let mut sql = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        let gate = Arc::new(Gate::default());
        let patience = Arc::new(AtomicU64::new(millis(settings.busy)));
        let locked = Arc::new(Locked::default());
        wait_fairly(&mut sql, &patience, &gate, (&locked, path.to_owned()))?;
        if settings.exclusive {
            sql.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        }
        sql.set_prepared_statement_cache_capacity(settings.statements);
        codec::add_functions(&sql)?;
        let seen = Arc::clone(&gate);
        sql.progress_handler(STRIDE, Some(move || seen.closed()))?;
        Ok(Self { sql, gate, patience, limit_ms: settings.limit_ms, cache_kib: 0, locked, counted: None })
    }

    /// A database that is nowhere, with our functions: to look at a schema.
    pub fn in_memory() -> rusqlite::Result<Connection> {
        let sql = Connection::open_in_memory()?;
        codec::add_functions(&sql)?;
        Ok(sql)
    }

    /// Counts in `ledger` what runs on this connection from now on; `follows`: also what runs at the moment.
    pub fn count_in(&mut self, ledger: &Arc<Ledger>, follows: bool) -> rusqlite::Result<()> {
        if let Some((ledger, tally)) = self.counted.take() {
            ledger.closed(&tally);
        }
        let tally = ledger.count(&mut self.sql, follows)?;
        self.counted = Some((Arc::clone(ledger), tally));
        Ok(())
    }

    /// Runs `work` without counting its statements: what is only tried says nothing about use, and has values in its text.
    pub fn uncounted<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let Some((ledger, _)) = self.counted.clone() else { return work(self) };
        self.sql.trace_v2(TraceEventCodes::empty(), None::<fn(TraceEvent<'_>)>)?;
        let result = work(self);
        self.count_in(&ledger, !self.sql.is_readonly("main")?)?;
        result
    }

    /// Runs `work` as `call`: who holds the connection is known meanwhile, and what it cost is noted.
    pub fn as_call<T>(
        &mut self,
        call: &Call,
        work: impl FnOnce(&mut Self) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let Some((ledger, tally)) = self.counted.clone() else { return work(self) };
        let _hold = ledger.hold(call, Some(&tally));
        ledger::begin_call(&tally);
        let locked = self.locked.nanos.load(Ordering::Relaxed);
        let (begun, cpu) = (Instant::now(), on_processor());
        let result = work(self);
        let ran = begun.elapsed();
        let locked = Duration::from_nanos(self.locked.nanos.load(Ordering::Relaxed).saturating_sub(locked));
        if !locked.is_zero() {
            ledger.lock_waits.add(locked);
            let by = std::mem::take(&mut *self.locked.by.lock().unwrap_or_else(PoisonError::into_inner));
            ledger.note_blocked(call.what, (by, String::new()), locked);
        }
        let cpu = on_processor().zip(cpu).map(|(end, begin)| end.saturating_sub(begin));
        let waited = begun.saturating_duration_since(call.asked).saturating_sub(call.queued);
        let locked = locked.saturating_add(call.queued);
        ledger.end_call(call, &self.sql, &tally, Took { waited, ran, locked, cpu });
        result
    }

    /// The settings that make a connection safe, after its file has been found to be ours. `synchronous` counts for
    /// connections that write; the journal mode is set before this, by the writer alone.
    pub fn harden(&self) -> rusqlite::Result<()> {
        let sql = &self.sql;
        sql.pragma_update(None, "synchronous", "FULL")?;
        sql.pragma_update(None, "foreign_keys", true)?;
        sql.pragma_update(None, "trusted_schema", false)?;
        sql.pragma_update(None, "cell_size_check", true)?;
        // A file that somebody truncates must be an error, not a signal.
        sql.pragma_update(None, "mmap_size", 0)?;
        sql.pragma_update(None, "secure_delete", "FAST")?;
        sql.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        // A statement is not planned again for each of its values: that took longer than to run it.
        sql.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        sql.pragma_update(None, "journal_size_limit", 64 << 20)?;
        sql.pragma_update(None, "temp_store", "MEMORY")?;
        for (limit, value) in [
            (Limit::SQLITE_LIMIT_LENGTH, i32::try_from(codec::LARGEST).unwrap_or(i32::MAX)),
            (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
            (Limit::SQLITE_LIMIT_ATTACHED, 0),
        ] {
            sql.set_limit(limit, value)?;
        }
        Ok(())
    }

    /// Waits up to `busy` for other processes from now on, in whole milliseconds and no less.
    pub fn set_patience(&self, busy: Duration) {
        self.patience.store(millis(busy + Duration::from_nanos(999_999)), Ordering::Relaxed);
    }

    /// From the next read on the store is seen as it is then, up to [`Conn::end`].
    pub fn begin(&self) -> rusqlite::Result<()> {
        self.sql.prepare_cached("BEGIN")?.execute([]).map(drop)
    }

    /// Ends what [`Conn::begin`] has begun.
    pub fn end(&self) -> rusqlite::Result<()> {
        if self.sql.is_autocommit() {
            // An error has ended it.
            return Ok(());
        }
        self.sql.prepare_cached("COMMIT")?.execute([]).map(drop)
    }

    /// Lets the page cache grow to `kib` KiB.
    pub fn set_cache(&mut self, kib: u64) -> rusqlite::Result<()> {
        if self.cache_kib != kib {
            self.sql.pragma_update(None, "cache_size", -i64::try_from(kib).unwrap_or(i64::MAX))?;
            self.cache_kib = kib;
        }
        Ok(())
    }

    /// Runs `work` with at most the time that `budget` and the configured limit allow.
    pub fn within<T>(
        &mut self,
        budget: &Budget,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let until = Instant::now().checked_add(Duration::from_millis(self.limit_ms));
        self.gate.set(until.map(|until| (budget.clone(), until)));
        let result = work(&mut self.sql);
        self.gate.set(None);
        result
    }

    /// Runs `work` with at most the time that `budget` allows.
    pub fn without_limit<T>(
        &mut self,
        budget: &Budget,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let ages = Duration::from_secs(365 * 24 * 3_600);
        self.gate.set(Instant::now().checked_add(ages).map(|until| (budget.clone(), until)));
        let result = work(&mut self.sql);
        self.gate.set(None);
        result
    }

    /// The connection without a time limit: for opening, migrations and checks.
    pub fn raw(&mut self) -> &mut Connection {
        &mut self.sql
    }
}
