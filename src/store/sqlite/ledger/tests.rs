//! What runs is counted by SQLite itself; what is slow is kept with its plan; who waits for whom is known.

use super::super::{OpenOptions, SqliteStore};
use super::*;
use crate::base::Budget;
use crate::base::meter::no_meter;
use crate::store::{Inside, NewEntry, Store};
use std::path::Path;

/// A statement that goes through a table, as none of the program does.
const BY_AUTHOR: &str = "SELECT count(*) FROM kb_entries NOT INDEXED WHERE author = ?1";

fn store(dir: &Path, slow_query_ms: u64, keeps_values: bool) -> SqliteStore {
    let options = OpenOptions { slow_query_ms, keeps_values, ..OpenOptions::new(dir.join("kb.db")) };
    let store = SqliteStore::open(&options, no_meter()).unwrap();
    let entry =
        |n: usize| NewEntry { id: format!("E{n}"), title: format!("entry {n}"), ..NewEntry::default() };
    store.put(&(0..300).map(entry).collect::<Vec<_>>(), 1).unwrap();
    store
}

fn ask(store: &SqliteStore, author: &str) -> i64 {
    store
        .read("count by author", &Budget::unlimited(), |sql| {
            sql.prepare_cached(BY_AUTHOR)?.query_row([author], |row| row.get(0))
        })
        .unwrap()
}

#[test]
fn statements_are_counted_with_the_rows_that_they_read_of_whole_tables() {
    let home = tempfile::tempdir().unwrap();
    let store = store(home.path(), 0, true);
    drop(store.ledger.take_runs());
    for author in ["a", "b", "jdoe"] {
        ask(&store, author);
    }
    let runs = store.ledger.take_runs();
    let ran = &runs[BY_AUTHOR];
    assert_eq!((ran.runs, ran.scanned, ran.worst), (3, 3 * 299, 299), "{ran:?}");
    assert!(ran.example.as_ref().is_some_and(|sql| sql.ends_with("author = 'a'")), "{ran:?}");
    assert!(runs.keys().all(|text| !text.contains("BEGIN") && !text.contains("PRAGMA")), "{runs:?}");
    // The counter of the prepared statement goes on; what was taken is not counted again.
    ask(&store, "a");
    let runs = store.ledger.take_runs();
    assert_eq!((runs[BY_AUTHOR].runs, runs[BY_AUTHOR].scanned), (1, 299));
    assert!(store.ledger.take_runs().is_empty());
}

#[test]
fn values_are_kept_only_where_they_may_be() {
    let home = tempfile::tempdir().unwrap();
    let store = store(home.path(), 0, false);
    ask(&store, "secret");
    assert_eq!(store.ledger.take_runs()[BY_AUTHOR].example, None);
}

#[test]
fn a_slow_call_is_kept_with_its_statement_and_plan() {
    let home = tempfile::tempdir().unwrap();
    let store = store(home.path(), 5, true);
    drop(store.ledger.take_slow());
    let slow = "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 400000)
        SELECT count(*) FROM c, (SELECT author FROM kb_entries NOT INDEXED LIMIT 1)";
    let run = |store: &SqliteStore| {
        store
            .read("count to many", &Budget::unlimited(), |sql| {
                sql.query_row(BY_AUTHOR, ["x"], |row| row.get::<_, i64>(0))?;
                sql.query_row(slow, [], |row| row.get::<_, i64>(0))
            })
            .unwrap()
    };
    run(&store);
    run(&store);
    store.keep_workings(false, 7).unwrap();
    let kept = store.slow_queries(10, &Budget::unlimited()).unwrap();
    let shape = kept.iter().find(|shape| shape.last.shape == "count to many").unwrap();
    assert_eq!((shape.count, shape.last.kind), (2, SlowKind::Read));
    assert!(shape.max_us >= 5_000 && shape.total_us >= shape.max_us + 5_000, "{shape:?}");
    assert!(shape.last.statement.starts_with("WITH RECURSIVE c (n)"), "{shape:?}");
    assert!(shape.last.plan.iter().any(|step| step == "reads all of kb_entries"), "{shape:?}");
    assert!(shape.last.scanned >= 299 && shape.last.cpu_us.is_some(), "{shape:?}");
    store.forget_slow().unwrap();
    assert!(store.slow_queries(10, &Budget::unlimited()).unwrap().is_empty());
    // Nothing is slow where nothing is to be kept.
    store.set_slow_after(0);
    drop(store.ledger.take_slow());
    run(&store);
    assert!(!store.ledger.has_slow());
}

#[test]
fn who_waits_for_the_writer_knows_what_it_does() {
    let home = tempfile::tempdir().unwrap();
    let store = store(home.path(), 50, true);
    drop(store.ledger.take_slow());
    let (begun, begins) = std::sync::mpsc::channel();
    std::thread::scope(|threads| {
        let store = &store;
        threads.spawn(move || {
            store
                .write("import much", super::super::writer::Durability::Normal, |tx| {
                    tx.execute("UPDATE kb_notes SET notes = notes", [])?;
                    begun.send(()).unwrap();
                    std::thread::sleep(Duration::from_millis(1_300));
                    Ok(())
                })
                .unwrap();
        });
        begins.recv().unwrap();
        threads.spawn(move || store.set_meta("a", "b").unwrap());
        std::thread::sleep(Duration::from_millis(1_100));
        let figures = store.info().unwrap().pool;
        let held = figures.held.iter().find(|held| held.operation == "import much").unwrap();
        assert!(held.writes && held.held_ms >= 1_000, "{held:?}");
        assert_eq!(held.statement, "UPDATE kb_notes SET notes = notes");
    });
    let figures = store.info().unwrap().pool;
    assert_eq!(figures.writer_waits.count, 1);
    let blocked = &figures.blocked[0];
    assert_eq!(
        (blocked.operation.as_str(), blocked.blocker.as_str(), blocked.statement.as_str()),
        ("write about the store", "\"import much\" of this process", "UPDATE kb_notes SET notes = notes")
    );
    assert!(blocked.waited_ms >= 1_000 && figures.held.is_empty(), "{figures:?}");
    let slow = store.ledger.take_slow();
    let waited = slow.iter().find(|slow| slow.shape == "write about the store").unwrap();
    assert!(waited.waited_us >= 1_000_000 && waited.took_us - waited.waited_us < 500_000, "{waited:?}");
}

#[test]
fn a_lock_of_another_process_is_counted_and_named() {
    let home = tempfile::tempdir().unwrap();
    let store = store(home.path(), 0, true);
    let before = store.info().unwrap().pool.lock_waits.count;
    let other = Connection::open(home.path().join("kb.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    std::thread::scope(|threads| {
        threads.spawn(|| store.set_meta("a", "b").unwrap());
        std::thread::sleep(Duration::from_millis(300));
        other.execute_batch("COMMIT").unwrap();
    });
    let pool = store.info().unwrap().pool;
    assert_eq!(pool.lock_waits.count, before + 1);
    assert!(pool.lock_waits.worst_us >= 200_000, "{pool:?}");
    // The lock is of this very process here, which is not named.
    assert_eq!(pool.blocked[0].blocker, "another process");
}

#[test]
fn a_turn_of_another_process_that_is_waited_for_counts_as_its_lock() {
    let home = tempfile::tempdir().unwrap();
    let store = store(home.path(), 100, true);
    drop(store.ledger.take_slow());
    let before = store.info().unwrap().pool.lock_waits.count;
    let turn = super::super::turn::Turns::new(home.path()).take(Duration::ZERO);
    std::thread::scope(|threads| {
        threads.spawn(|| store.set_meta("a", "b").unwrap());
        std::thread::sleep(Duration::from_millis(300));
        drop(turn);
    });
    let pool = store.info().unwrap().pool;
    assert_eq!(pool.lock_waits.count, before + 1);
    assert_eq!(
        (pool.blocked[0].operation.as_str(), pool.blocked[0].blocker.as_str()),
        ("write about the store", "another process")
    );
    let slow = store.ledger.take_slow();
    let write = slow.iter().find(|slow| slow.kind == SlowKind::Write).unwrap();
    assert!(
        write.locked_us >= 200_000 && write.waited_us < 100_000 && write.took_us >= write.locked_us,
        "{write:?}"
    );
}
