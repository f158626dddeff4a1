//! What is kept of statements and indexes, and how it ends.

use super::super::OpenOptions;
use super::*;
use crate::base::meter::no_meter;
use crate::store::{NewEntry, SlowKind, Store};

fn store(dir: &std::path::Path) -> SqliteStore {
    let store = SqliteStore::open(&OpenOptions::new(dir.join("kb.db")), no_meter()).unwrap();
    let entry =
        |n: usize| NewEntry { id: format!("E{n}"), aliases: vec![format!("A{n}")], ..NewEntry::default() };
    store.put(&(0..300).map(entry).collect::<Vec<_>>(), 1).unwrap();
    store
}

#[test]
fn the_schema_says_which_indexes_there_must_be() {
    let home = tempfile::tempdir().unwrap();
    let store = store(home.path());
    let known = indexes_of_schema();
    assert!(known.len() > 20 && known.iter().any(|i| i.name == "kb_aliases_by_alias"), "{known:?}");
    let found = store.workings(&Budget::unlimited()).unwrap();
    let missing: Vec<_> = found.indexes.iter().filter(|i| !i.present || !i.of_schema).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let other = Connection::open(home.path().join("kb.db")).unwrap();
    other.execute_batch("DROP INDEX kb_aliases_by_alias; CREATE INDEX own ON kb_notes (entry)").unwrap();
    let found = store.workings(&Budget::unlimited()).unwrap();
    let index = |name: &str| found.indexes.iter().find(|i| i.name == name).unwrap();
    let gone = index("kb_aliases_by_alias");
    assert!(!gone.present && gone.of_schema && gone.rows == 300, "{gone:?}");
    assert_eq!((gone.table.as_str(), gone.columns[0].as_str()), ("kb_aliases", "alias"));
    assert!(gone.create.starts_with("CREATE INDEX kb_aliases_by_alias"));
    assert!(index("own").present && !index("own").of_schema);
}

#[test]
fn uses_of_indexes_are_counted_by_day_and_forgotten() {
    let home = tempfile::tempdir().unwrap();
    let store = store(home.path());
    store.keep_workings(true, 0).unwrap();
    // What is known of a name is not asked for again; else it is asked what names come next, and for this one.
    let find = |name: &str| {
        store.find_exact(&[name.to_owned()], "", &crate::store::Filter::default(), &Budget::unlimited())
    };
    for name in ["A7", "A8", "A9", "A9"] {
        assert_eq!(find(name).unwrap().len(), 1);
    }
    let uses = |today: i64| {
        let found = store.read("look", &Budget::unlimited(), |sql| workings(sql, today)).unwrap();
        found.indexes.iter().find(|i| i.name == "kb_aliases_by_alias").unwrap().uses
    };
    store.keep_workings(true, 10 * DAY).unwrap();
    assert_eq!((uses(10), uses(39), uses(40)), (6, 6, 0));
    find("A10").unwrap();
    store.keep_workings(true, 12 * DAY).unwrap();
    assert_eq!((uses(12), uses(40)), (8, 2));
    let ran = store.workings(&Budget::unlimited()).unwrap().statements;
    let by_alias = ran.iter().find(|ran| ran.text.contains("alias = ")).unwrap();
    assert_eq!(by_alias.runs, 4, "{by_alias:?}");
}

#[test]
fn what_is_slow_is_grouped_and_ends() {
    let home = tempfile::tempdir().unwrap();
    let store = store(home.path());
    let slow = |n: i64, shape: String, took_us| SlowQuery {
        at: n,
        kind: SlowKind::Search,
        shape,
        took_us,
        ..SlowQuery::default()
    };
    for n in 0..3_i64 {
        for m in 0..90 {
            store.note_slow(slow(n * 100 + m, format!("s{n}-{m}"), 1_000));
        }
        store.note_slow(slow(1_000 + n, "often".to_owned(), 2_000 + unsigned(n)));
        store.keep_workings(false, 5).unwrap();
    }
    let kept = store.slow_queries(1_000, &Budget::unlimited()).unwrap();
    assert_eq!(kept.len(), SLOW);
    let often = &kept[0];
    assert_eq!((often.count, often.total_us, often.max_us), (3, 6_003, 2_002));
    assert_eq!((often.first_at, often.last.at, often.last.shape.as_str()), (1_000, 1_002, "often"));
    assert!(kept.iter().all(|shape| shape.last.shape != "s0-0"), "the oldest went");
}

#[test]
fn a_short_process_leaves_a_scan_and_nothing_else() {
    let home = tempfile::tempdir().unwrap();
    drop(store(home.path()));
    let look = || {
        let sql = Connection::open(home.path().join("kb.db")).unwrap();
        let count = "SELECT count(*) FROM statements_run WHERE text LIKE '%NOT INDEXED%'";
        sql.query_row(count, [], |row| row.get::<_, i64>(0)).unwrap()
    };
    let ask = |text: &'static str| {
        let store = SqliteStore::open(&OpenOptions::new(home.path().join("kb.db")), no_meter()).unwrap();
        store
            .read("count", &Budget::unlimited(), |sql| sql.query_row(text, [], |row| row.get::<_, i64>(0)))
            .unwrap();
    };
    ask("SELECT count(*) FROM kb_entries NOT INDEXED WHERE row = 5");
    assert_eq!(look(), 0);
    ask("SELECT count(*) FROM kb_entries NOT INDEXED WHERE author = 'x'");
    assert_eq!(look(), 1);
}
