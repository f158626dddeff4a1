//! Changes of indexes: tried in a scratch copy of the store, or made and measured, and taken back where they do not help. Owns
//! how a statement is measured. Invariants: the store itself is changed by [`for_good`] alone; a scratch copy is gone when the
//! call returns; what is measured changes nothing.

use super::connect::Conn;
use super::ledger::{Call, plan};
use super::{SqliteStore, backup, errors, sql};
use crate::base::{Budget, Exit, Result, UserError, num};
use crate::store::{Applied, Gain, IndexChange, index_of};
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

type Sql<T> = rusqlite::Result<T>;

/// Runs of a statement at most, and the time after which no further one begins.
const RUNS: usize = 7;
const PATIENCE: Duration = Duration::from_millis(500);
/// Uses that an index is made with: as many as keep it from being called unused for thirty days.
const CREDIT: i64 = 10;
/// Values that a look-up is measured with.
const VALUES: i64 = 20;
/// A store that is larger is not copied to try something, bytes.
const LARGEST: u64 = 2 << 30;

/// A name in quotes, for statements.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// What something is measured by.
enum Measure {
    /// A statement with its values.
    Statement(String),
    /// Look-ups by a column, each with a value that is there.
    LookUps(String, Vec<Value>),
}

impl Measure {
    /// For a change: its statement if that only reads and can still be prepared, and else look-ups.
    fn of(sql: &Connection, change: &IndexChange) -> Sql<Option<Self>> {
        if let Some(example) = &change.example
            && sql.prepare(example).is_ok_and(|statement| statement.readonly())
        {
            return Ok(Some(Self::Statement(example.clone())));
        }
        if change.column.is_empty() {
            return Ok(None);
        }
        let (table, column) = (quoted(&change.table), quoted(&change.column));
        let sample = format!("SELECT {column} FROM {table} WHERE {column} IS NOT NULL LIMIT {VALUES}");
        let values = sql.prepare(&sample)?.query_map([], |row| row.get(0))?.collect::<Sql<Vec<Value>>>()?;
        let by = format!("SELECT * FROM {table} WHERE {column} = ?1");
        Ok((!values.is_empty()).then_some(Self::LookUps(by, values)))
    }

    fn text(&self) -> &str {
        match self {
            Self::Statement(text) | Self::LookUps(text, _) => text,
        }
    }

    /// The shortest of some runs, nanoseconds.
    fn time(&self, sql: &Connection) -> Sql<u64> {
        let mut prepared = sql.prepare(self.text())?;
        let begun = Instant::now();
        let mut best = u64::MAX;
        for _ in 0..RUNS {
            let run = Instant::now();
            match self {
                Self::Statement(_) => drain(&mut prepared.query([])?)?,
                Self::LookUps(_, values) => {
                    for value in values {
                        drain(&mut prepared.query([value])?)?;
                    }
                }
            }
            best = best.min(num::nanos(run.elapsed()));
            if begun.elapsed() >= PATIENCE {
                break;
            }
        }
        Ok(best)
    }

    /// Whether the planner takes `index` for it.
    fn uses(&self, sql: &Connection, index: &str) -> Sql<bool> {
        Ok(plan(sql, self.text())?.iter().any(|step| index_of(step) == Some(index)))
    }
}

fn drain(rows: &mut rusqlite::Rows<'_>) -> Sql<()> {
    while rows.next()?.is_some() {}
    Ok(())
}

/// Makes `change` on `sql` and measures before and after.
fn measured(sql: &Connection, change: &IndexChange) -> Sql<(Option<Gain>, String)> {
    let Some(measure) = Measure::of(sql, change)? else {
        sql.execute_batch(&change.change)?;
        return Ok((None, String::new()));
    };
    let by = super::ledger::shown(measure.text());
    let drops = change.change.trim_start().starts_with("DROP");
    let used_before = measure.uses(sql, &change.index)?;
    let before_ns = measure.time(sql)?;
    sql.execute_batch(&change.change)?;
    if !drops {
        // The planner must know what the new index is worth.
        sql.execute_batch(&format!("ANALYZE {}", quoted(&change.index)))?;
    }
    let after_ns = measure.time(sql)?;
    let used = if drops { used_before } else { measure.uses(sql, &change.index)? };
    Ok((Some(Gain { before_ns, after_ns, used }), by))
}

/// A file that is gone when this is dropped.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

/// Tries each of `changes` in a copy of the store, and undoes it there.
pub fn in_a_copy(store: &SqliteStore, changes: &[IndexChange], budget: &Budget) -> Result<Vec<Option<Gain>>> {
    let what = "try an index";
    let room = rustix::fs::statvfs(&store.place.dir).map_or(0, |s| s.f_bavail.saturating_mul(s.f_frsize));
    let size = std::fs::metadata(&store.place.file).map_or(0, |about| about.len());
    if changes.is_empty() || size > LARGEST || room < size.saturating_mul(3) {
        return Ok(vec![None; changes.len()]);
    }
    sweep(&store.place.dir);
    let path = store.place.dir.join(format!(".greenbar-try-{}.db", std::process::id()));
    let scratch = Scratch(path);
    let mut written = Ok(());
    store.without_limit(what, budget, |sql| {
        written = backup::write(sql, &store.place, &scratch.0, &store.settings);
        Ok(())
    })?;
    written?;
    let explain = |e: rusqlite::Error| errors::explain(&store.location, what, &e);
    let mut conn =
        Conn::open(&scratch.0, OpenFlags::SQLITE_OPEN_READ_WRITE, &store.settings).map_err(explain)?;
    let mut gains = Vec::with_capacity(changes.len());
    for change in changes {
        budget.check().map_err(|_| errors::stopped(&store.location, what, budget, 0))?;
        // One that cannot be tried says nothing about the others.
        let gain = conn.without_limit(budget, |sql| {
            sql.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN")?;
            let gain = measured(sql, change).map(|(gain, _)| gain);
            sql.execute_batch("COMMIT")?;
            sql.execute_batch(&change.undo)?;
            gain
        });
        gains.push(gain.unwrap_or(None));
    }
    Ok(gains)
}

/// Makes `change` in the store, measures, and takes it back if it did not help. What a schema lacks is made in any case: later
/// steps count on it.
pub fn for_good(store: &SqliteStore, change: &IndexChange, budget: &Budget) -> Result<Applied> {
    let what = "change an index";
    if !allowed(&change.change) || !allowed(&change.undo) {
        return Err(UserError::new("nothing was changed")
            .cause("only indexes are made and dropped here")
            .exit(Exit::BadInput));
    }
    let call = Call::at_leisure(what, true);
    let change_it = |conn: &mut Conn| {
        conn.without_limit(budget, |sql| {
            let (gain, measured_by) = measured(sql, change)?;
            let drops = change.change.trim_start().starts_with("DROP");
            let kept = if drops {
                // One that nothing uses: it must not have been missed.
                gain.is_none_or(|gain| !gain.used || gain.after_ns <= gain.before_ns.saturating_mul(2))
            } else {
                change.restores || gain.is_none_or(|gain| gain.helps())
            };
            if !kept {
                sql.execute_batch(&change.undo)?;
            } else if !drops {
                // A new index has as long as the others to show that it is used.
                let day = super::inside::day_of(store.clock.unix_ms());
                sql.prepare_cached(sql::workings::ADD_USES)?.execute((&change.index, day, CREDIT))?;
            }
            forget_scans(sql, change)?;
            Ok(Applied { gain, kept, measured_by })
        })
    };
    let done = store.writer(what)?.exclusively(&call, |conn| conn.uncounted(change_it));
    done.map_err(|e| errors::explain(&store.location, what, &e))
}

/// What the statement read before says nothing about how it is now.
fn forget_scans(sql: &Connection, change: &IndexChange) -> Sql<()> {
    let Some(example) = &change.example else { return Ok(()) };
    let text: Option<String> = sql
        .prepare_cached(sql::workings::RUN_OF_EXAMPLE)?
        .query_row([example], |row| row.get(0))
        .optional()?;
    if let Some(text) = text {
        sql.prepare_cached(sql::workings::FORGET_SCANS)?.execute([text])?;
    }
    Ok(())
}

/// Whether a statement does nothing but make or drop one index.
fn allowed(statement: &str) -> bool {
    let words: Vec<String> = statement.split_whitespace().take(3).map(str::to_uppercase).collect();
    let starts = |with: &[&str]| {
        words.len() >= with.len() && words.iter().map(String::as_str).zip(with).all(|(a, b)| a == *b)
    };
    let one = !statement.trim_end().trim_end_matches(';').contains(';');
    one && (starts(&["CREATE", "INDEX"])
        || starts(&["CREATE", "UNIQUE", "INDEX"])
        || starts(&["DROP", "INDEX"]))
}

/// Removes scratch copies that processes left which were killed.
fn sweep(dir: &Path) {
    let left = std::fs::read_dir(dir).into_iter().flatten().flatten().filter(|entry| {
        let name = entry.file_name();
        let pid =
            name.to_str().and_then(|n| n.strip_prefix(".greenbar-try-")?.strip_suffix(".db")?.parse().ok());
        pid.is_some_and(|pid: u32| !Path::new(&format!("/proc/{pid}")).exists())
    });
    for entry in left {
        drop(std::fs::remove_file(entry.path()));
    }
}

#[cfg(test)]
mod tests;
