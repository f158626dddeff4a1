//! Where the store is in its history. Owns a connection that is asked little else: a cache asks before every search, and must
//! not wait for those that search.

use super::connect::Conn;
use super::{SqliteStore, errors, sql};
use crate::base::{Budget, Result};
use crate::store::{Changes, EntryRow, StoreState, UnixMs, Use};
use rusqlite::Connection;
use std::sync::{Mutex, PoisonError};

type Sql<T> = rusqlite::Result<T>;

/// The connection, once somebody has asked.
#[derive(Default)]
pub struct Watch(Mutex<Option<Conn>>);

/// Notes that the content is another one.
pub fn changed(sql: &Connection) -> Sql<()> {
    sql.prepare_cached(sql::changes::CHANGED)?.execute([]).map(drop)
}

fn state(sql: &Connection) -> Sql<Option<StoreState>> {
    sql.prepare_cached(sql::changes::STATE)?
        .query_row([], |row| Ok(Some(StoreState { content: row.get(0)?, uses: row.get(1)? })))
}

fn uses(sql: &Connection, from: i64, to: i64) -> Sql<Vec<Use>> {
    let mut prepared = sql.prepare_cached(sql::changes::USES)?;
    let rows = prepared.query_map((from, to), |row| {
        Ok(Use { number: row.get(0)?, row: EntryRow(row.get(1)?), at: row.get::<_, UnixMs>(2)? })
    })?;
    rows.collect()
}

impl SqliteStore {
    /// Runs `work` on the connection that is kept for it; on that of the writer where no other may be open.
    pub(super) fn watched<T>(
        &self,
        what: &'static str,
        work: impl FnOnce(&Connection) -> Sql<T>,
    ) -> Result<T> {
        let budget = Budget::unlimited();
        let Some(pool) = &self.readers else { return self.read_unmeasured(what, &budget, work) };
        let mut watch = self.watch.0.lock().unwrap_or_else(PoisonError::into_inner);
        let opened = match watch.take() {
            Some(conn) => Ok(conn),
            None => pool.open_uncounted(),
        };
        let result = opened.and_then(|mut conn| {
            let result = conn.within(&budget, |sql| work(sql));
            if result.is_ok() {
                *watch = Some(conn);
            }
            result
        });
        result.map_err(|e| errors::explain(&self.location, what, &e))
    }
}

impl Changes for SqliteStore {
    fn state(&self) -> Result<Option<StoreState>> {
        self.watched("ask whether it has changed", state)
    }

    fn uses(&self, from: i64, to: i64) -> Result<Vec<Use>> {
        self.watched("read the newest uses", |sql| uses(sql, from, to))
    }
}
