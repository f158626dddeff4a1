//! D13: a migration that is killed before any of its statements leaves the old or the new schema, whole, with its data;
//! newer and foreign databases; many processes at once. Children are this test binary, run again with one test.

use super::super::{OpenOptions, SqliteStore};
use super::*;
use crate::base::Budget;
use crate::base::meter::no_meter;
use crate::store::{Access, Filter, NewEntry, Store, TextQuery};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

/// The steps there are as one, and what the next release might bring.
static NEXT: [Migration; 3] = [
    Migration {
        version: 1,
        name: "all there is",
        files: &[
            include_str!("../schema/0001_entries.sql"),
            include_str!("../schema/0001_code.sql"),
            include_str!("../schema/0001_history.sql"),
            include_str!("../schema/0001_triage.sql"),
            include_str!("../schema/0001_meta.sql"),
            include_str!("../schema/0002_notes.sql"),
            include_str!("../schema/0003_parse_cache.sql"),
            include_str!("../schema/0004_places.sql"),
            include_str!("../schema/0005_dossier.sql"),
            include_str!("../schema/0006_searches.sql"),
            include_str!("../schema/0007_words.sql"),
            include_str!("../schema/0008_facts.sql"),
            include_str!("../schema/0009_generation.sql"),
            include_str!("../schema/0010_opened.sql"),
            include_str!("../schema/0011_workings.sql"),
        ],
        then: Some(crate::store::sqlite::words::rebuild),
    },
    Migration {
        version: 2,
        name: "a column and a table",
        files: &[
            "ALTER TABLE kb_notes ADD COLUMN author TEXT NOT NULL DEFAULT '';\nCREATE TABLE teams (name TEXT PRIMARY KEY);\n",
            "INSERT INTO teams SELECT DISTINCT author FROM kb_entries;\nUPDATE kb_notes SET author = 'nobody';\n",
        ],
        then: None,
    },
    Migration {
        version: 3,
        name: "an index",
        files: &["CREATE INDEX teams_by_name ON teams (name DESC);\n"],
        then: None,
    },
];

#[test]
fn the_steps_as_one_are_all_there_are() {
    let files: Vec<&str> = MIGRATIONS.iter().flat_map(|step| step.files).copied().collect();
    assert_eq!(files, NEXT[0].files);
}

#[test]
fn entries_of_the_first_release_come_through_all_steps() {
    let home = tempfile::tempdir().unwrap();
    let (new, old) = (home.path().join("new.db"), home.path().join("old.db"));
    let store = open(&new, 1);
    store.put(&entries(30), 1).unwrap();
    store.record_use("E3", Some(true), 2).unwrap();
    drop(store);
    drop(SqliteStore::open_at(&OpenOptions::new(&old), no_meter(), &MIGRATIONS[..1]).unwrap());
    let sql = rusqlite::Connection::open(&old).unwrap();
    let columns: Vec<String> = sql
        .prepare("SELECT name FROM pragma_table_info('kb_entries')")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let columns = columns.join(", ");
    sql.execute_batch(&format!(
        "ATTACH '{}' AS new; INSERT INTO kb_entries ({columns}) SELECT {columns} FROM new.kb_entries;",
        new.display()
    ))
    .unwrap();
    drop(sql);
    let store = SqliteStore::open_at(&OpenOptions::new(&old), no_meter(), MIGRATIONS).unwrap();
    assert_whole(&store, 30);
    let places = rusqlite::Connection::open(&old).unwrap();
    let first: String = places
        .query_row("SELECT id FROM kb_entries ORDER BY place DESC LIMIT 1", [], |row| row.get(0))
        .unwrap();
    assert_eq!(first, "E3", "what is used stands at the front");
}

const CHILD: &str = "GREENBAR_TEST_MIGRATE";

/// Runs `open_here` in another process: `PATH|STEPS|VERSION|STATEMENT`, killed at that statement.
fn child(path: &Path, steps: usize, kill: Option<(u32, usize)>) -> Command {
    let (version, statement) = kill.unwrap_or((u32::MAX, 0));
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["store::sqlite::migrate::tests::child_process", "--exact", "--nocapture"]);
    command.env(CHILD, format!("{}|{steps}|{version}|{statement}", path.display()));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn child_process() {
    let Ok(asked) = std::env::var(CHILD) else { return };
    let parts: Vec<&str> = asked.split('|').collect();
    let number = |n: usize| parts[n].parse::<usize>().unwrap();
    let kill = (u32::try_from(number(2)).unwrap(), number(3));
    let mut options = OpenOptions::new(parts[0]);
    options.observer = Some(Arc::new(move |version, statement| {
        if (version, statement) == kill {
            let me = rustix::process::getpid();
            rustix::process::kill_process(me, rustix::process::Signal::KILL).unwrap();
        }
        println!("at {version} {statement}");
    }));
    let store = SqliteStore::open_at(&options, no_meter(), &NEXT[..number(1)]).unwrap();
    assert_eq!(store.access(), &Access::ReadWrite, "{:?}", store.access());
    println!("opened {}", store.info().unwrap().schema);
}

fn open(path: &Path, steps: usize) -> SqliteStore {
    SqliteStore::open_at(&OpenOptions::new(path), no_meter(), &NEXT[..steps]).unwrap()
}

fn entries(count: usize) -> Vec<NewEntry> {
    let entry = |n| NewEntry {
        id: format!("E{n}"),
        title: format!("entry {n}"),
        solution: "Look at the operand. ".repeat(n * 10),
        author: format!("author {n}"),
        ..NewEntry::default()
    };
    (0..count).map(entry).collect()
}

/// A store of the first release with something in it.
fn old_store(dir: &Path) -> PathBuf {
    let path = dir.join("kb.db");
    let store = open(&path, 1);
    store.put(&entries(30), 1).unwrap();
    store.set_notes("E7", "ours", 1).unwrap();
    path
}

fn assert_whole(store: &SqliteStore, count: usize) {
    let free = Budget::unlimited();
    assert_eq!(store.check(&free).unwrap(), []);
    for wanted in entries(count) {
        assert_eq!(store.entry(&wanted.id, &free).unwrap().unwrap().body, wanted);
    }
    let words = TextQuery { parts: vec!["entry".into()], ..TextQuery::default() };
    let found = store.find_text(&words, &Filter::default(), 5, &free).unwrap();
    assert_eq!(found.total, u64::try_from(count).unwrap());
}

/// The schema as SQLite keeps it.
fn schema(path: &Path) -> Vec<(String, Option<String>)> {
    let sql = rusqlite::Connection::open(path).unwrap();
    let mut objects = sql.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").unwrap();
    objects.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
}

fn version(path: &Path) -> u32 {
    let sql = rusqlite::Connection::open(path).unwrap();
    sql.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to.parent().unwrap()).unwrap();
    std::fs::copy(from, to).unwrap();
}

/// The statements that opening takes, as (version, statement).
fn statements(path: &Path, steps: usize) -> Vec<(u32, usize)> {
    let output = child(path, steps, None).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains(&format!("opened {steps}")), "{said}");
    let at = said.lines().filter_map(|line| line.rsplit_once("at ")).map(|(_, at)| {
        let (version, statement) = at.split_once(' ').unwrap();
        (version.parse().unwrap(), statement.parse().unwrap())
    });
    at.collect()
}

fn killed(path: &Path, steps: usize, at: (u32, usize)) {
    let output = child(path, steps, Some(at)).output().unwrap();
    assert_eq!(output.status.code(), None, "not killed at {at:?}: {output:?}");
}

#[test]
fn d13_killed_at_every_statement_of_the_first_step() {
    let home = tempfile::tempdir().unwrap();
    let whole = home.path().join("whole.db");
    let all = statements(&whole, 1);
    assert!(all.len() > 30, "{all:?}");
    for at in all {
        let path = home.path().join(format!("killed-{}.db", at.1));
        killed(&path, 1, at);
        assert_eq!((version(&path), schema(&path).len()), (0, 0), "half a schema after {at:?}");
        let store = open(&path, 1);
        store.put(&entries(3), 1).unwrap();
        assert_whole(&store, 3);
        assert_eq!(schema(&path), schema(&whole));
    }
}

#[test]
fn d13_killed_at_every_statement_of_later_steps() {
    let home = tempfile::tempdir().unwrap();
    let old = old_store(home.path());
    let whole = home.path().join("whole/kb.db");
    copy(&old, &whole);
    let all = statements(&whole, 3);
    assert_eq!(all.first(), Some(&(2, 0)));
    assert_eq!(all.last().unwrap().0, 3);
    let (old_schema, new_schema) = (schema(&old), schema(&whole));
    assert_eq!((version(&old), version(&whole)), (1, 3));
    for at in all {
        let path = home.path().join(format!("{}-{}/kb.db", at.0, at.1));
        copy(&old, &path);
        killed(&path, 3, at);
        let reached = version(&path);
        assert_eq!(reached, at.0 - 1, "{at:?}");
        if reached == 1 {
            assert_eq!(schema(&path), old_schema, "half a step after {at:?}");
        }
        // The backup was there before the first statement ran.
        let kept = std::fs::read_dir(path.with_file_name("backups")).unwrap().next().unwrap().unwrap().path();
        assert_eq!(schema(&kept), old_schema);
        let store = open(&path, 3);
        assert_whole(&store, 30);
        assert_eq!(store.entry("E7", &Budget::unlimited()).unwrap().unwrap().notes, "ours");
        assert_eq!(schema(&path), new_schema);
    }
}

#[test]
fn d13_a_newer_store_is_read_and_says_what_writes_it() {
    let home = tempfile::tempdir().unwrap();
    let path = old_store(home.path());
    drop(open(&path, 3));
    let store = open(&path, 1);
    let Access::ReadOnly(why) = store.access() else { panic!("{:?}", store.access()) };
    assert!(why.contains(env!("CARGO_PKG_VERSION")) && why.contains("schema 3"), "{why}");
    let free = Budget::unlimited();
    assert_eq!(store.entry("E7", &free).unwrap().unwrap().body, entries(8)[7]);
    let error = store.put(&entries(1), 2).unwrap_err();
    assert_eq!((error.cause.as_str(), error.exit.code()), ("read-only", 3));
    assert_eq!(version(&path), 3);
}

#[test]
fn d13_a_database_of_another_program_is_refused_and_left_alone() {
    let home = tempfile::tempdir().unwrap();
    let foreign = |name: &str, sql: &str| {
        let path = home.path().join(name);
        rusqlite::Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        path
    };
    let id = "PRAGMA application_id = 0x0F055112; CREATE TABLE blob (x);";
    let cases =
        [foreign("fossil.db", id), foreign("plain.db", "CREATE TABLE t (x)"), home.path().join("text.db")];
    std::fs::write(&cases[2], "a text that is no database at all ".repeat(40)).unwrap();
    for path in cases {
        let before = std::fs::read(&path).unwrap();
        let error = SqliteStore::open(&OpenOptions::new(&path), no_meter()).unwrap_err();
        assert_eq!(error.exit.code(), 3);
        assert!(error.cause.contains("another program") || error.cause.contains("not an SQLite"), "{error}");
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }
}

#[test]
fn d13_many_processes_migrate_at_once_and_one_does_it() {
    let home = tempfile::tempdir().unwrap();
    for round in 0..2 {
        let path = home.path().join(format!("{round}/kb.db"));
        if round == 1 {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            old_store(path.parent().unwrap());
        }
        let children: Vec<_> = (0..8).map(|_| child(&path, 3, None).spawn().unwrap()).collect();
        let said: Vec<String> = children
            .into_iter()
            .map(|child| {
                let output = child.wait_with_output().unwrap();
                assert!(output.status.success(), "{output:?}");
                String::from_utf8(output.stdout).unwrap()
            })
            .collect();
        for step in 1 + round..=3 {
            let took = said.iter().filter(|text| text.contains(&format!("at {step} 0\n"))).count();
            assert_eq!(took, 1, "step {step} was taken by {took} processes");
        }
        assert!(said.iter().all(|text| text.contains("opened 3")));
        let store = open(&path, 3);
        assert_whole(&store, if round == 1 { 30 } else { 0 });
        // A process that comes between two steps of others keeps what it found, too.
        if round == 1 {
            let kept = store.backups();
            assert_eq!(version(&kept[0]), 1);
            let before = SqliteStore::open_at(&OpenOptions::new(&kept[0]), no_meter(), &NEXT[..1]).unwrap();
            assert_whole(&before, 30);
        }
    }
}

#[test]
fn seven_backups_are_kept() {
    let home = tempfile::tempdir().unwrap();
    let path = old_store(home.path());
    let store = open(&path, 1);
    let mut made = Vec::new();
    for _ in 0..9 {
        made.push(store.rebuild_index().unwrap());
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    assert_eq!(store.backups(), made[2..]);
}
