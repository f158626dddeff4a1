//! The one connection that writes. Invariants: every transaction begins IMMEDIATE; what people write is on disk when the
//! commit returns; a store that a newer program has changed meanwhile is not written to.

use super::connect::Conn;
use super::ledger::{Call, Ledger};
use super::turn::Turns;
use crate::base::Budget;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

/// How sure a commit must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// On disk when the call returns: what people write.
    Full,
    /// Consistent after a power cut, but the last seconds may be gone: counters.
    Normal,
}

/// A turn that comes sooner was not waited for.
const A_WAIT: Duration = Duration::from_millis(1);

struct State {
    conn: Conn,
    durability: Durability,
}

/// What a writer shares with others: turns with other processes (see [`Writer`]), and the ledger of its store.
type Shared = (Option<(Turns, Duration)>, Arc<Ledger>);

/// The writing connection.
pub struct Writer {
    state: Mutex<State>,
    schema: u32,
    wal: bool,
    commits: AtomicU64,
    /// Where processes that share the store wait for each other, and how long; none where they cannot.
    turns: Option<(Turns, Duration)>,
    ledger: Arc<Ledger>,
}

/// Why a write did not happen.
pub enum NotWritten {
    /// The store has a newer schema than this program.
    Newer(u32),
    /// SQLite's reason.
    Sql(rusqlite::Error),
}

impl From<rusqlite::Error> for NotWritten {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl Writer {
    /// Takes a connection that has been opened, migrated and hardened (synchronous FULL). Counters are written with
    /// synchronous NORMAL only in a write-ahead log: elsewhere that is not safe.
    pub fn new(conn: Conn, schema: u32, wal: bool, (turns, ledger): Shared) -> Self {
        let state = Mutex::new(State { conn, durability: Durability::Full });
        Self { state, schema, wal, commits: AtomicU64::new(0), turns, ledger }
    }

    /// The connection for a call; that it had to be waited for is noted, with who had it.
    fn state_for(&self, call: &Call) -> MutexGuard<'_, State> {
        match self.state.try_lock() {
            Ok(state) => return state,
            Err(TryLockError::Poisoned(poisoned)) => return poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => {}
        }
        let (what, statement) = self.ledger.who_writes().unwrap_or(("write", String::new()));
        let begun = Instant::now();
        let state = self.state();
        let waited = begun.elapsed();
        self.ledger.writer_waits.add(waited);
        self.ledger.note_blocked(call.what, (format!("\"{what}\" of this process"), statement), waited);
        state
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Transactions committed so far.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Runs `work` in one transaction. Nothing of it is kept if it fails.
    pub fn transaction<T>(
        &self,
        call: &Call,
        durability: Durability,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, NotWritten> {
        let mut state = self.state_for(call);
        let wanted = if self.wal { durability } else { Durability::Full };
        if state.durability != wanted {
            let name = if wanted == Durability::Full { "FULL" } else { "NORMAL" };
            state.conn.raw().pragma_update(None, "synchronous", name)?;
            state.durability = wanted;
        }
        let begun = Instant::now();
        let turn = self.turns.as_ref().map(|(turns, patience)| turns.take(*patience / 2));
        let queued = begun.elapsed();
        let by = turn.as_ref().map(|turn| turn.after().to_owned()).unwrap_or_default();
        if queued >= A_WAIT {
            self.ledger.lock_waits.add(queued);
            self.ledger.note_blocked(call.what, (by, String::new()), queued);
        }
        if let Some((_, patience)) = &self.turns {
            // One patience for both waits, half of it at most for the first: who is stopped may have a turn and no lock.
            state.conn.set_patience(patience.saturating_sub(queued));
        }
        let call = &Call { queued, ..*call };
        let schema = self.schema;
        let mut newer = None;
        let transaction = |sql: &mut Connection| {
            let tx = sql.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let found: u32 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
            if found > schema {
                newer = Some(found);
                return Err(rusqlite::Error::QueryReturnedNoRows);
            }
            let value = work(&tx)?;
            tx.commit()?;
            Ok(value)
        };
        let result = state.conn.as_call(call, |conn| conn.within(&Budget::unlimited(), transaction));
        match (newer, result) {
            (Some(found), _) => Err(NotWritten::Newer(found)),
            (None, result) => {
                let value = result?;
                self.commits.fetch_add(1, Ordering::Relaxed);
                Ok(value)
            }
        }
    }

    /// Lets the page cache grow to `kib` KiB.
    pub fn set_cache(&self, kib: u64) -> rusqlite::Result<()> {
        self.state().conn.set_cache(kib)
    }

    /// Runs `work` while no other thread of this process writes.
    pub fn exclusively<T>(
        &self,
        call: &Call,
        work: impl FnOnce(&mut Conn) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        self.state_for(call).conn.as_call(call, work)
    }

    /// Runs `work` on the connection outside a transaction, within `budget`.
    pub fn with<T>(
        &self,
        call: &Call,
        budget: &Budget,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        self.state_for(call).conn.as_call(call, |conn| conn.within(budget, work))
    }
}
