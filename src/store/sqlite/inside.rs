//! What the store says of its own work: what was slow, statements that ran, uses of indexes. Owns how these are kept: added to
//! what is there, each list with an end. Must not know what is advised.

use super::connect::Conn;
use super::ledger::{Ran, plan};
use super::migrate::MIGRATIONS;
use super::writer::Durability;
use super::{SqliteStore, sql, tryout};
use crate::base::num::{signed, to_u64, unsigned};
use crate::base::{Budget, Result};
use crate::store::{
    Applied, Gain, IndexChange, IndexFacts, Inside, RanStatement, SlowQuery, SlowShape, UnixMs, Workings,
    index_of,
};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

type Sql<T> = rusqlite::Result<T>;

/// Shapes of slow queries that are kept.
const SLOW: usize = 200;
/// Statements that are kept.
const STATEMENTS: usize = 500;
/// Days of which uses of indexes count.
const DAYS: i64 = 30;
/// Milliseconds of a day.
const DAY: i64 = 86_400_000;
/// Rows of a table that are counted one by one; of larger ones the statistics say how many there are.
const COUNTED: i64 = 1_000_000;

impl Inside for SqliteStore {
    fn slow_after_us(&self) -> u64 {
        self.ledger.slow_us()
    }

    fn set_slow_after(&self, ms: u64) {
        self.ledger.set_slow_after(ms);
    }

    fn note_slow(&self, slow: SlowQuery) {
        self.ledger.note_slow(slow);
    }

    fn keep_workings(&self, all: bool, at: UnixMs) -> Result<()> {
        if self.writer.is_none() {
            return Ok(());
        }
        let slow = self.ledger.take_slow();
        let runs = if all { self.ledger.take_runs() } else { HashMap::new() };
        if slow.is_empty() && runs.is_empty() {
            return Ok(());
        }
        let day = day_of(at);
        self.write("keep what was slow", Durability::Normal, |tx| {
            keep_slow(tx, &slow)?;
            keep_runs(tx, &runs, day, at)
        })
    }

    fn slow_queries(&self, limit: usize, budget: &Budget) -> Result<Vec<SlowShape>> {
        self.read("read what was slow", budget, |sql| {
            let mut prepared = sql.prepare_cached(sql::workings::SLOW)?;
            let rows = prepared.query_map([signed(to_u64(limit))], |row| {
                let last: String = row.get(4)?;
                let [count, total_us, max_us] = [row.get(0)?, row.get(1)?, row.get(2)?].map(unsigned);
                // What another version wrote and this one cannot read is left out below.
                let last = serde_json::from_str(&last).ok();
                let first_at = row.get(3)?;
                Ok(last.map(|last| SlowShape { count, total_us, max_us, first_at, last }))
            })?;
            rows.filter_map(Sql::transpose).collect()
        })
    }

    fn forget_slow(&self) -> Result<()> {
        drop(self.ledger.take_slow());
        self.write("forget what was slow", Durability::Full, |tx| {
            tx.execute(sql::workings::FORGET_SLOW, []).map(drop)
        })
    }

    fn workings(&self, budget: &Budget) -> Result<Workings> {
        let today = day_of(self.clock.unix_ms());
        self.without_limit("look at indexes", budget, |sql| workings(sql, today))
    }

    fn try_changes(&self, changes: &[IndexChange], budget: &Budget) -> Result<Vec<Option<Gain>>> {
        tryout::in_a_copy(self, changes, budget)
    }

    fn apply_change(&self, change: &IndexChange, budget: &Budget) -> Result<Applied> {
        tryout::for_good(self, change, budget)
    }
}

/// Days since 1970.
pub(super) fn day_of(at: UnixMs) -> i64 {
    at.div_euclid(DAY)
}

fn keep_slow(sql: &Connection, slow: &[SlowQuery]) -> Sql<()> {
    if slow.is_empty() {
        return Ok(());
    }
    let mut add = sql.prepare_cached(sql::workings::ADD_SLOW)?;
    for query in slow {
        let last = serde_json::to_string(query).unwrap_or_default();
        add.execute(params![query.kind.name(), query.shape, signed(query.took_us), query.at, last])?;
    }
    sql.prepare_cached(sql::workings::TRIM_SLOW)?.execute([signed(to_u64(SLOW))]).map(drop)
}

/// Adds runs of statements, and what they say about uses of indexes by the plans that they have now.
fn keep_runs(sql: &Connection, runs: &HashMap<String, Ran>, day: i64, at: UnixMs) -> Sql<()> {
    if runs.is_empty() {
        return Ok(());
    }
    let mut uses: BTreeMap<String, u64> = BTreeMap::new();
    let mut add = sql.prepare_cached(sql::workings::ADD_RUN)?;
    for (text, ran) in runs {
        // What cannot be planned any more, such as one about a table that is gone, has used nothing.
        for step in plan(sql, text).unwrap_or_default() {
            if let Some(index) = index_of(&step) {
                *uses.entry(index.to_owned()).or_default() += ran.runs;
            }
        }
        let [count, us, scanned, worst] = [ran.runs, ran.us, ran.scanned, ran.worst].map(signed);
        add.execute(params![text, count, us, scanned, worst, at, ran.example])?;
    }
    let mut add = sql.prepare_cached(sql::workings::ADD_USES)?;
    for (name, uses) in uses {
        add.execute(params![name, day, signed(uses)])?;
    }
    sql.prepare_cached(sql::workings::TRIM_USES)?.execute([day - DAYS])?;
    sql.prepare_cached(sql::workings::TRIM_RUNS)?.execute([signed(to_u64(STATEMENTS))]).map(drop)
}

/// The indexes of the schema of this program.
fn indexes_of_schema() -> &'static [IndexFacts] {
    static INDEXES: OnceLock<Vec<IndexFacts>> = OnceLock::new();
    INDEXES.get_or_init(|| {
        let made = || -> Sql<Vec<IndexFacts>> {
            let sql = Conn::in_memory()?;
            for step in MIGRATIONS {
                for file in step.files {
                    sql.execute_batch(file)?;
                }
            }
            indexes(&sql)
        };
        // A test says that this can be done.
        made().unwrap_or_default()
    })
}

/// The indexes that there are.
fn indexes(sql: &Connection) -> Sql<Vec<IndexFacts>> {
    let mut prepared = sql.prepare_cached(sql::workings::INDEXES)?;
    let rows = prepared.query_map([], |row| {
        Ok(IndexFacts {
            name: row.get(0)?,
            table: row.get(1)?,
            create: row.get(2)?,
            unique: row.get(3)?,
            partial: row.get(4)?,
            present: true,
            ..IndexFacts::default()
        })
    })?;
    let mut indexes = rows.collect::<Sql<Vec<_>>>()?;
    let mut columns = sql.prepare_cached(sql::workings::COLUMNS)?;
    for index in &mut indexes {
        index.columns = columns.query_map([&index.name], |row| row.get(0))?.collect::<Sql<_>>()?;
    }
    Ok(indexes)
}

fn workings(sql: &Connection, today: i64) -> Sql<Workings> {
    let mut prepared = sql.prepare_cached(sql::workings::TABLES)?;
    let names = prepared.query_map([], |row| row.get(0))?.collect::<Sql<Vec<String>>>()?;
    let mut tables = Vec::with_capacity(names.len());
    let mut columns = sql.prepare_cached(sql::workings::COLUMNS_OF_TABLE)?;
    for name in names {
        let columns = columns.query_map([&name], |row| row.get(0))?.collect::<Sql<_>>()?;
        tables.push((name.clone(), rows_of(sql, &name)?, columns));
    }
    let mut uses: HashMap<String, u64> = HashMap::new();
    let mut prepared = sql.prepare_cached(sql::workings::USES)?;
    let mut rows = prepared.query([today - DAYS])?;
    while let Some(row) = rows.next()? {
        uses.insert(row.get(0)?, unsigned(row.get(1)?));
    }
    let mut all = indexes(sql)?;
    for wanted in indexes_of_schema() {
        match all.iter_mut().find(|index| index.name == wanted.name) {
            Some(index) => index.of_schema = true,
            None => all.push(IndexFacts { of_schema: true, present: false, ..wanted.clone() }),
        }
    }
    for index in &mut all {
        index.uses = uses.get(&index.name).copied().unwrap_or(0);
        index.rows = tables.iter().find(|(name, ..)| *name == index.table).map_or(0, |(_, rows, _)| *rows);
    }
    let first: Option<i64> = sql.prepare_cached(sql::workings::FIRST_DAY)?.query_row([], |row| row.get(0))?;
    let days = first.map_or(0, |first| unsigned(today.saturating_sub(first)));
    Ok(Workings { indexes: all, statements: statements(sql)?, tables, days })
}

/// Rows of a table: counted if it may be small, and else as the statistics have it.
fn rows_of(sql: &Connection, table: &str) -> Sql<u64> {
    // A store that was never tidied up has no statistics.
    let told: Option<String> = match sql.prepare_cached(sql::workings::ESTIMATE) {
        Ok(mut prepared) => prepared.query_row([table], |row| row.get(0)).optional()?,
        Err(_) => None,
    };
    let told: Option<i64> = told.and_then(|stat| stat.split_whitespace().next()?.parse().ok());
    if let Some(many) = told.filter(|rows| *rows >= COUNTED) {
        return Ok(unsigned(many));
    }
    // VALUES: what is asked here is no use of an index that anybody needs, and is not counted as one.
    let count =
        format!("VALUES ((SELECT count(*) FROM (SELECT 1 FROM {} LIMIT {COUNTED})))", tryout::quoted(table));
    sql.query_row(&count, [], |row| row.get(0)).map(unsigned)
}

fn statements(sql: &Connection) -> Sql<Vec<RanStatement>> {
    let mut prepared = sql.prepare_cached(sql::workings::RUNS)?;
    let rows = prepared.query_map([signed(to_u64(STATEMENTS))], |row| {
        let [runs, total_us, scanned, worst] =
            [row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?].map(unsigned);
        let (text, example, last_at) = (row.get(0)?, row.get(1)?, row.get(6)?);
        Ok(RanStatement { text, example, runs, total_us, scanned, worst, last_at, plan: Vec::new() })
    })?;
    let mut ran = rows.collect::<Sql<Vec<_>>>()?;
    for statement in &mut ran {
        statement.plan = plan(sql, &statement.text).unwrap_or_default();
    }
    Ok(ran)
}

impl Drop for SqliteStore {
    /// A process that is short-lived leaves what it saw only where there was something to see.
    fn drop(&mut self) {
        if self.ledger.has_slow() || self.ledger.has_scans() {
            // Nobody waits for it, and a store that takes no writes has said so.
            drop(self.keep_workings(true, self.clock.unix_ms()));
        }
    }
}

#[cfg(test)]
mod tests;
