//! Steps of the schema, forward only. Invariants: a step is one transaction, its number included; before the first step on
//! a store that holds something there is a verified backup; of many processes that start at once exactly one takes a step.

use super::connect::Conn;
use super::options::StepObserver;
use super::sql;
use crate::store::UnixMs;
use rusqlite::{Transaction, TransactionBehavior};
use std::time::Duration;

/// `application_id` of our databases: "GRNB".
pub const APPLICATION_ID: i32 = 0x4752_4E42;

/// How long to wait for another process that migrates: it makes a backup first.
const WAIT: Duration = Duration::from_secs(300);

/// One step.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// The schema version it leads to; one more than the step before.
    pub version: u32,
    /// What it brings.
    pub name: &'static str,
    /// Its statements, as files; a statement ends with `;` at the end of a line.
    pub files: &'static [&'static str],
    /// What is done behind its statements that no statement can do.
    pub then: Option<fn(&rusqlite::Connection) -> rusqlite::Result<()>>,
}

/// All steps, oldest first. Steps that were released are never changed.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "entries, links to code, histories, incidents",
        files: &[
            include_str!("schema/0001_entries.sql"),
            include_str!("schema/0001_code.sql"),
            include_str!("schema/0001_history.sql"),
            include_str!("schema/0001_triage.sql"),
            include_str!("schema/0001_meta.sql"),
        ],
        then: None,
    },
    Migration {
        version: 2,
        name: "notes on lines, links that move along with their lines",
        files: &[include_str!("schema/0002_notes.sql")],
        then: None,
    },
    Migration {
        version: 3,
        name: "structures of sources in rows by number",
        files: &[include_str!("schema/0003_parse_cache.sql")],
        then: None,
    },
    Migration {
        version: 4,
        name: "what is used comes first in the full-text index",
        files: &[include_str!("schema/0004_places.sql")],
        then: None,
    },
    Migration {
        version: 5,
        name: "versions of entries, files that belong to them",
        files: &[include_str!("schema/0005_dossier.sql")],
        then: None,
    },
    Migration {
        version: 6,
        name: "filters read one index; searches are those of a user, and can be kept",
        files: &[include_str!("schema/0006_searches.sql")],
        then: None,
    },
    Migration {
        version: 7,
        name: "a full-text index of our own",
        files: &[include_str!("schema/0007_words.sql")],
        // The next step makes it.
        then: None,
    },
    Migration {
        version: 8,
        name: "lists of categories, tags, severities, codes and authors",
        files: &[include_str!("schema/0008_facts.sql")],
        then: Some(super::words::rebuild),
    },
    Migration {
        version: 9,
        name: "a number that each change of the content changes; what was parsed is in a cache of its own",
        files: &[include_str!("schema/0009_generation.sql")],
        then: None,
    },
    Migration {
        version: 10,
        name: "what was opened for a question",
        files: &[include_str!("schema/0010_opened.sql")],
        then: None,
    },
    Migration {
        version: 11,
        name: "what was slow, statements that ran, uses of indexes",
        files: &[include_str!("schema/0011_workings.sql")],
        then: None,
    },
];

const VERSION_TABLE: &str = include_str!("schema/version.sql");

/// What is known of a file before it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// Nothing is in it.
    Empty,
    /// A store of ours with this schema.
    Ours(u32),
    /// A database of another program, with its application id.
    Foreign(i32),
}

/// The schema that `steps` lead to.
pub fn latest(steps: &[Migration]) -> u32 {
    steps.last().map_or(0, |step| step.version)
}

/// Looks at the header and whether there is anything.
pub fn inspect(sql: &rusqlite::Connection) -> rusqlite::Result<Found> {
    // One view for all questions: another process may just be making the store.
    let sql = sql.unchecked_transaction()?;
    let id: i32 = sql.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version: u32 = sql.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if id == APPLICATION_ID {
        return Ok(Found::Ours(version));
    }
    let objects: i64 = sql.query_row(sql::schema::OBJECTS, [], |row| row.get(0))?;
    Ok(if id == 0 && version == 0 && objects == 0 { Found::Empty } else { Found::Foreign(id) })
}

/// What a run of the migrations is given.
pub struct Run<'a> {
    /// The steps there are.
    pub steps: &'a [Migration],
    /// When, for the record.
    pub at: UnixMs,
    /// Called before each statement.
    pub observer: Option<&'a StepObserver>,
    /// Makes a backup of a store that holds something; called at most once, while nobody can write.
    pub backup: &'a mut dyn FnMut(u32) -> crate::base::Result<()>,
}

/// Why a store was not brought up to date.
pub enum Failed {
    /// The backup was not made.
    Backup(crate::base::UserError),
    /// SQLite's reason.
    Sql(rusqlite::Error),
}

impl From<rusqlite::Error> for Failed {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

/// Takes the steps that are missing. Gives how many this process took.
pub fn run(conn: &mut Conn, busy: Duration, mut run: Run<'_>) -> Result<u32, Failed> {
    if is_current(conn.raw(), run.steps)? {
        return Ok(0);
    }
    conn.set_patience(WAIT);
    let taken = take_steps(conn.raw(), &mut run);
    conn.set_patience(busy);
    taken
}

fn is_current(sql: &rusqlite::Connection, steps: &[Migration]) -> rusqlite::Result<bool> {
    let version: u32 = sql.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(version >= latest(steps))
}

fn take_steps(sql: &mut rusqlite::Connection, run: &mut Run<'_>) -> Result<u32, Failed> {
    let mut taken = 0;
    loop {
        let tx = sql.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Only now is it certain that nobody else takes the same step.
        let version: u32 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
        let Some(step) = run.steps.iter().find(|step| step.version > version) else { return Ok(taken) };
        // A store that was being made when its maker ended holds nothing: there may be no room for a copy of it, either.
        if taken == 0 && version > 0 && holds_something(&tx)? {
            (run.backup)(version).map_err(Failed::Backup)?;
        }
        take(&tx, step, run)?;
        tx.commit()?;
        taken += 1;
    }
}

/// Whether there is an entry. A store that was ever in use has the starter set at least.
fn holds_something(tx: &Transaction<'_>) -> rusqlite::Result<bool> {
    tx.query_row(sql::schema::HAS_ENTRIES, [], |row| row.get(0))
}

fn take(tx: &Transaction<'_>, step: &Migration, run: &Run<'_>) -> rusqlite::Result<()> {
    let statements = std::iter::once(&VERSION_TABLE).chain(step.files).flat_map(|file| file.split(";\n"));
    let mut at = 0;
    let mut observe = || {
        if let Some(observer) = run.observer {
            observer(step.version, at);
        }
        at += 1;
    };
    for statement in statements.filter(|s| !s.trim().is_empty()) {
        observe();
        tx.execute_batch(statement)?;
    }
    if let Some(then) = step.then {
        observe();
        then(tx)?;
    }
    observe();
    let program = env!("CARGO_PKG_VERSION");
    tx.execute(sql::schema::ADD_VERSION, (step.version, step.name, program, run.at))?;
    observe();
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    observe();
    tx.pragma_update(None, "user_version", step.version)?;
    observe();
    Ok(())
}

/// The program that made schema `version`, as far as the store knows it.
pub fn needed_program(sql: &rusqlite::Connection, version: u32) -> Option<String> {
    sql.query_row(sql::schema::NEEDED_PROGRAM, [version], |row| row.get(0)).ok()
}

#[cfg(test)]
mod tests;
