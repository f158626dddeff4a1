//! What is advised, and what is not.

use super::*;
use crate::base::meter::no_meter;
use crate::store::{Filter, Inside, NewEntry, OpenOptions, SqliteStore};

fn index(name: &str, columns: &[&str]) -> IndexFacts {
    IndexFacts {
        name: name.to_owned(),
        table: "incidents".to_owned(),
        columns: columns.iter().map(|c| (*c).to_owned()).collect(),
        create: format!("CREATE INDEX {name} ON incidents ({})", columns.join(", ")),
        present: true,
        uses: 100,
        rows: 5_000,
        ..IndexFacts::default()
    }
}

fn workings(indexes: Vec<IndexFacts>) -> Workings {
    let columns = ["row", "at", "component", "severity"].map(str::to_owned).to_vec();
    Workings {
        indexes,
        days: 40,
        tables: vec![("incidents".to_owned(), 5_000, columns)],
        ..Workings::default()
    }
}

fn kinds(workings: &Workings) -> Vec<(Kind, String)> {
    from(workings).into_iter().map(|a| (a.kind, a.change.index)).collect()
}

fn ran(text: &str, plan: &str) -> RanStatement {
    RanStatement {
        text: text.to_owned(),
        runs: 10,
        scanned: 50_000,
        worst: 5_000,
        plan: vec![plan.to_owned()],
        ..RanStatement::default()
    }
}

#[test]
fn a_scan_of_many_rows_wants_an_index() {
    let mut w = workings(vec![index("by_time", &["at"])]);
    w.statements = vec![ran("SELECT at FROM incidents i WHERE i.component = ?1 AND at > ?2", "SCAN i")];
    let advice = from(&w);
    assert_eq!(advice.len(), 1, "{advice:?}");
    let change = &advice[0].change;
    assert_eq!(
        change.change,
        "CREATE INDEX \"advised_incidents_component_at\" ON \"incidents\" (component, at)"
    );
    assert_eq!(change.undo, "DROP INDEX \"advised_incidents_component_at\"");
    assert!(advice[0].why.contains("50,000 rows of incidents"), "{}", advice[0].why);
    // One that is there already, few rows, or nothing to look up by: no advice.
    let mut there = w.clone();
    there.indexes.push(index("own", &["component", "at DESC"]));
    assert_eq!(kinds(&there), []);
    let mut few = w.clone();
    few.statements[0].worst = 100;
    assert_eq!(kinds(&few), []);
    w.statements = vec![ran("SELECT at FROM incidents", "SCAN incidents")];
    assert_eq!(kinds(&w), []);
}

#[test]
fn unused_and_doubled_indexes_are_told_apart() {
    let rare = IndexFacts { uses: 9, ..index("rare", &["severity"]) };
    let double = index("double", &["component"]);
    let wide = index("wide", &["component", "at"]);
    let of_schema = IndexFacts { uses: 0, of_schema: true, ..index("schema", &["row"]) };
    let unique = IndexFacts { uses: 0, unique: true, ..index("unique", &["at"]) };
    let partial = IndexFacts { partial: true, ..index("partial", &["component"]) };
    let w = workings(vec![rare, double, wide, of_schema, unique, partial]);
    assert_eq!(kinds(&w), [(Kind::Duplicate, "double".to_owned()), (Kind::Unused, "rare".to_owned()),]);
    let young = Workings { days: 29, ..w };
    assert_eq!(kinds(&young), [(Kind::Duplicate, "double".to_owned())], "nothing is unused so soon");
    // Of two that are the same one goes, and not both.
    let twins = workings(vec![index("a", &["at"]), index("b", &["at"])]);
    assert_eq!(kinds(&twins), [(Kind::Duplicate, "b".to_owned())]);
    let other = workings(vec![index("a", &["at DESC"]), index("b", &["at"])]);
    assert_eq!(kinds(&other), []);
}

#[test]
fn an_index_that_was_dropped_is_found_measured_and_made_again() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("kb.db");
    let store = SqliteStore::open(&OpenOptions::new(&path), no_meter()).unwrap();
    let entry = |n: usize| NewEntry {
        id: format!("E{n}"),
        aliases: vec![format!("ALIAS{n}"), format!("OTHER{n}")],
        ..NewEntry::default()
    };
    for from in [0, 1_000, 2_000, 3_000] {
        store.put(&(from..from + 1_000).map(entry).collect::<Vec<_>>(), 1).unwrap();
    }
    let budget = Budget::unlimited();
    assert_eq!(advise(&store, true, &budget).unwrap().advice, [], "a whole store needs no advice");
    rusqlite::Connection::open(&path).unwrap().execute_batch("DROP INDEX kb_aliases_by_alias").unwrap();
    let find =
        |n: usize| store.find_exact(&[format!("ALIAS{n}")], "", &Filter::default(), &budget).unwrap().len();
    for n in 0..5 {
        assert_eq!(find(n), 1);
    }
    store.keep_workings(true, 1).unwrap();
    let advised = advise(&store, true, &budget).unwrap();
    let [advice] = &advised.advice[..] else { panic!("{advised:?}") };
    assert_eq!((advice.kind, advice.change.index.as_str()), (Kind::Restore, "kb_aliases_by_alias"));
    assert!(advice.change.change.starts_with("CREATE INDEX kb_aliases_by_alias ON kb_aliases"), "{advice:?}");
    assert!(advice.gain.is_some_and(|gain| gain.helps()), "{advice:?}");
    let applied = apply(&store, advice, &budget).unwrap();
    assert!(applied.kept && applied.gain.is_some_and(|gain| gain.helps()), "{applied:?}");
    assert_eq!(find(7), 1);
    assert_eq!(advise(&store, true, &budget).unwrap().advice, []);
}
