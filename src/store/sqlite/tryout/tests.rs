//! An index that helps stays, one that does not goes, and a try changes nothing.

use super::super::OpenOptions;
use super::*;
use crate::base::meter::no_meter;
use crate::store::{Inside, NewEntry, Store};

fn store(dir: &Path) -> SqliteStore {
    let store = SqliteStore::open(&OpenOptions::new(dir.join("kb.db")), no_meter()).unwrap();
    let entry = |n: usize| NewEntry {
        id: format!("E{n}"),
        author: format!("author {}", n % 500),
        title: format!("a title of some length, number {n}"),
        aliases: vec![format!("ALIAS{n}")],
        ..NewEntry::default()
    };
    for from in [0, 1_000, 2_000, 3_000] {
        store.put(&(from..from + 1_000).map(entry).collect::<Vec<_>>(), 1).unwrap();
    }
    store
}

fn by_author(change: &str) -> IndexChange {
    IndexChange {
        index: "by_author".to_owned(),
        table: "kb_entries".to_owned(),
        column: "author".to_owned(),
        change: change.to_owned(),
        undo: "DROP INDEX by_author".to_owned(),
        example: Some("SELECT title FROM kb_entries WHERE author = 'author 7'".to_owned()),
        restores: false,
    }
}

fn names(store: &SqliteStore) -> Vec<String> {
    let found = store.workings(&Budget::unlimited()).unwrap();
    found.indexes.into_iter().filter(|index| index.present).map(|index| index.name).collect()
}

#[test]
fn what_helps_is_measured_in_a_copy_and_then_made() {
    let home = tempfile::tempdir().unwrap();
    let store = store(home.path());
    let budget = Budget::unlimited();
    let change = by_author("CREATE INDEX by_author ON kb_entries (author)");
    let before = names(&store);
    let gain = store.try_changes(&[change.clone(), change.clone()], &budget).unwrap();
    assert!(gain.iter().all(|gain| gain.is_some_and(|gain| gain.helps())), "{gain:?}");
    assert_eq!(names(&store), before, "a try changes nothing");
    let left = std::fs::read_dir(home.path())
        .unwrap()
        .filter(|e| e.as_ref().unwrap().file_name().to_string_lossy().contains("try"));
    assert_eq!(left.count(), 0);
    let applied = store.apply_change(&change, &budget).unwrap();
    assert!(applied.kept && applied.gain.unwrap().helps(), "{applied:?}");
    assert!(names(&store).contains(&"by_author".to_owned()));
    let made = store.workings(&budget).unwrap().indexes.into_iter().find(|i| i.name == "by_author").unwrap();
    assert_eq!(made.uses, 10, "it has thirty days to show what it is worth");
    let counted = store.ledger.take_runs();
    assert!(
        counted.keys().all(|text| !text.contains("author 7")),
        "what is tried is not counted: {counted:?}"
    );
    store.set_meta("a", "b").unwrap();
    assert!(!store.ledger.take_runs().is_empty(), "and then it goes on");
}

#[test]
fn what_does_not_help_is_taken_back() {
    let home = tempfile::tempdir().unwrap();
    let store = store(home.path());
    let budget = Budget::unlimited();
    let useless = by_author("CREATE INDEX by_author ON kb_entries (updated_at)");
    let before = names(&store);
    let applied = store.apply_change(&useless, &budget).unwrap();
    assert!(!applied.kept && !applied.gain.unwrap().used, "{applied:?}");
    assert_eq!(names(&store), before);
}

#[test]
fn an_index_that_is_missed_comes_back() {
    let home = tempfile::tempdir().unwrap();
    let store = store(home.path());
    let budget = Budget::unlimited();
    let made = "CREATE INDEX by_author ON kb_entries (author)";
    store.apply_change(&by_author(made), &budget).unwrap();
    let drop_it = IndexChange { undo: made.to_owned(), ..by_author("DROP INDEX by_author") };
    let applied = store.apply_change(&drop_it, &budget).unwrap();
    assert!(!applied.kept, "{applied:?}");
    assert!(names(&store).contains(&"by_author".to_owned()));
}

#[test]
fn nothing_but_indexes_is_changed() {
    let home = tempfile::tempdir().unwrap();
    let store = store(home.path());
    for change in [
        "DROP TABLE kb_entries",
        "DELETE FROM kb_entries",
        "CREATE INDEX a ON kb_entries (row); DELETE FROM kb_entries",
        "",
    ] {
        let error = store.apply_change(&by_author(change), &Budget::unlimited()).unwrap_err();
        assert_eq!(error.exit, Exit::BadInput, "{change}");
    }
    assert!(allowed("create unique index a on b (c)") && !allowed("CREATE TABLE"));
}

#[test]
fn without_values_a_look_up_is_measured() {
    let home = tempfile::tempdir().unwrap();
    let store = store(home.path());
    let change = IndexChange { example: None, ..by_author("CREATE INDEX by_author ON kb_entries (author)") };
    let applied = store.apply_change(&change, &Budget::unlimited()).unwrap();
    assert!(applied.kept && applied.gain.unwrap().helps(), "{applied:?}");
    assert_eq!(applied.measured_by, "SELECT * FROM \"kb_entries\" WHERE \"author\" = ?1");
}
