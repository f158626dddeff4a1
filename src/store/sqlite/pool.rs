//! The readers of a store. Invariants: at most `max` are open; those that are open share one page cache budget; a caller
//! that waits for a free one can be cancelled; what a thread asks in one go has one reader and one view of the store.

use super::connect::{Conn, Settings};
use super::ledger::{Call, Ledger};
use super::seats::Seats;
use crate::base::Budget;
use rusqlite::OpenFlags;
use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A reader beyond the minimum is closed after this long without work.
const IDLE: Duration = Duration::from_secs(30);
/// How often one who waits looks at its budget.
const LOOK: Duration = Duration::from_millis(20);
/// How long a free reader is waited for before one beyond the minimum is opened: more readers than processors make nothing
/// faster and share one page cache, but a few long questions must not keep the others waiting.
const PATIENCE: Duration = Duration::from_millis(100);

/// What readers open.
#[derive(Debug, Clone)]
pub struct Target {
    /// File, or URI if the flags say so.
    pub path: PathBuf,
    /// How it is opened.
    pub flags: OpenFlags,
}

#[derive(Default)]
struct State {
    idle: Vec<(Conn, Instant)>,
    open: u32,
}

/// Readers, opened when they are needed.
pub struct Pool {
    target: Target,
    settings: Settings,
    min: u32,
    max: u32,
    cache_kib: u64,
    ledger: Arc<Ledger>,
    state: Mutex<State>,
    freed: Condvar,
    seats: Seats,
}

thread_local! {
    /// The reader that this thread keeps between calls, and the pool that it is of.
    static KEPT: RefCell<Option<(usize, Conn)>> = const { RefCell::new(None) };
}

/// Why no reader was had.
pub enum NoReader {
    /// The budget or the time limit ended.
    Stopped,
    /// It could not be opened.
    Sql(rusqlite::Error),
}

impl Pool {
    /// A pool with no reader open yet.
    pub fn new(
        target: Target,
        settings: Settings,
        (min, max): (u32, u32),
        cache_kib: u64,
        ledger: Arc<Ledger>,
    ) -> Self {
        let max = max.max(1);
        Self {
            target,
            settings,
            min: min.clamp(1, max),
            max,
            cache_kib,
            ledger,
            state: Mutex::default(),
            freed: Condvar::new(),
            seats: Seats::of_machine(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Readers open, and how many of them are in use.
    pub fn counts(&self) -> (u32, u32) {
        let state = self.state();
        let idle = u32::try_from(state.idle.len()).unwrap_or(u32::MAX);
        (state.open, state.open.saturating_sub(idle))
    }

    /// Readers at most.
    pub fn most(&self) -> u32 {
        self.max
    }

    /// What its readers are known by in [`KEPT`].
    fn number(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    /// Runs `work`, which reads many times: all on one reader, which sees the store as it was at the first time. Where there is none to
    /// have, each of these times asks for its own.
    pub fn in_one_go(&self, budget: &Budget, work: &mut dyn FnMut()) {
        let begun = Instant::now();
        let free = KEPT.with_borrow(Option::is_none);
        // Work without hurry stands still while others are at work: it keeps nothing that these need.
        let seat = if free && !budget.is_behind() { self.seats.take(budget) } else { None };
        if seat.is_some() {
            self.waited("search", begun);
        }
        let reader = seat.as_ref().and_then(|_| {
            let conn = self.take(&Call::new("search", false), budget).ok()?;
            let mut lease = Lease { pool: self, conn: Some(conn) };
            let (conn, share) = (lease.conn.as_mut()?, self.share());
            conn.set_cache(share).and_then(|()| conn.begin()).ok()?;
            Some(lease)
        });
        let Some(mut lease) = reader else { return work() };
        KEPT.set(lease.conn.take().map(|conn| (self.number(), conn)));
        let _kept = Kept { pool: self };
        work();
    }

    /// Runs `work` on a reader.
    pub fn with<T>(
        &self,
        call: &Call,
        budget: &Budget,
        work: impl FnOnce(&mut Conn) -> rusqlite::Result<T>,
    ) -> Result<T, NoReader> {
        let number = self.number();
        let kept = KEPT.with_borrow_mut(|kept| kept.take_if(|(of, _)| *of == number));
        if let Some((_, conn)) = kept {
            let mut again = Again { number, conn: Some(conn) };
            let Some(conn) = again.conn.as_mut() else { return Err(NoReader::Stopped) };
            return conn.as_call(call, work).map_err(NoReader::Sql);
        }
        let mut lease = Lease { pool: self, conn: Some(self.take(call, budget)?) };
        let share = self.share();
        let Some(conn) = lease.conn.as_mut() else { return Err(NoReader::Stopped) };
        conn.set_cache(share).and_then(|()| conn.as_call(call, work)).map_err(NoReader::Sql)
    }

    /// Cache of one reader in KiB. Counted in powers of two, so that it rarely changes as readers come and go.
    fn share(&self) -> u64 {
        self.cache_kib / u64::from(self.state().open.max(1).next_power_of_two())
    }

    /// Waits for a free reader, and notes that it had to.
    fn take(&self, call: &Call, budget: &Budget) -> Result<Conn, NoReader> {
        let begun = Instant::now();
        let free = self.state().idle.pop();
        if let Some((conn, _)) = free {
            return Ok(conn);
        }
        let taken = self.wait(begun, budget);
        self.waited(call.what, begun);
        taken
    }

    /// Notes that a reader was waited for since `begun`, if that was long.
    fn waited(&self, what: &str, begun: Instant) {
        let waited = begun.elapsed();
        if waited >= LOOK / 2 {
            self.ledger.reader_waits.add(waited);
            let by = ("readers of this process".to_owned(), String::new());
            self.ledger.note_blocked(what, by, waited);
        }
    }

    fn wait(&self, begun: Instant, budget: &Budget) -> Result<Conn, NoReader> {
        let give_up = begun + Duration::from_millis(self.settings.limit_ms);
        let mut state = self.state();
        loop {
            let now = Instant::now();
            if budget.ended().is_err() || now >= give_up {
                return Err(NoReader::Stopped);
            }
            if let Some((conn, _)) = state.idle.pop() {
                return Ok(conn);
            }
            if state.open < self.min || state.open < self.max && now >= begun + PATIENCE {
                state.open += 1;
                break;
            }
            state = self.freed.wait_timeout(state, LOOK).unwrap_or_else(PoisonError::into_inner).0;
        }
        drop(state);
        self.open().inspect_err(|_| self.closed()).map_err(NoReader::Sql)
    }

    /// A connection beside the pool, closed when it is dropped.
    pub fn open(&self) -> rusqlite::Result<Conn> {
        let mut conn = self.open_uncounted()?;
        conn.count_in(&self.ledger, false)?;
        Ok(conn)
    }

    /// The same for what is asked before every search: it is not worth counting, and must cost nothing more.
    pub fn open_uncounted(&self) -> rusqlite::Result<Conn> {
        let conn = Conn::open(&self.target.path, self.target.flags, &self.settings)?;
        conn.harden()?;
        Ok(conn)
    }

    /// Closes the readers that rest; those that are needed are opened again.
    pub fn shrink(&self) {
        let mut state = self.state();
        let rest = std::mem::take(&mut state.idle);
        state.open = state.open.saturating_sub(u32::try_from(rest.len()).unwrap_or(u32::MAX));
        drop(state);
        drop(rest);
    }

    fn closed(&self) {
        self.state().open -= 1;
        self.freed.notify_one();
    }

    fn give_back(&self, conn: Conn) {
        let now = Instant::now();
        let mut state = self.state();
        state.idle.push((conn, now));
        // The one that has rested longest is first: the last one used is taken first.
        let rested = state.idle.first().is_some_and(|(_, since)| now.duration_since(*since) > IDLE);
        let retired = (rested && state.open > self.min).then(|| {
            state.open -= 1;
            state.idle.remove(0)
        });
        drop(state);
        self.freed.notify_one();
        drop(retired);
    }
}

/// A reader that this thread keeps and uses just now; it is kept again even if the work panics.
struct Again {
    number: usize,
    conn: Option<Conn>,
}

impl Drop for Again {
    fn drop(&mut self) {
        KEPT.set(self.conn.take().map(|conn| (self.number, conn)));
    }
}

/// That this thread keeps a reader of a pool; it goes back at the end.
struct Kept<'p> {
    pool: &'p Pool,
}

impl Drop for Kept<'_> {
    fn drop(&mut self) {
        match KEPT.take() {
            Some((_, conn)) if conn.end().is_ok() => self.pool.give_back(conn),
            // One that cannot be used again.
            gone => {
                drop(gone);
                self.pool.closed();
            }
        }
    }
}

/// A reader on loan; it goes back even if the work panics.
struct Lease<'p> {
    pool: &'p Pool,
    conn: Option<Conn>,
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take() {
            self.pool.give_back(conn);
        }
    }
}

#[cfg(test)]
mod tests;
