//! Tests of the store as a whole: what is put comes back, is found, counted, changed and checked.

use super::ledger::Call;
use super::*;
use crate::base::meter::no_meter;
use crate::base::{Cancel, Exit};
use crate::store::{Origin, Severity, Via};
use std::time::{Duration, Instant};

struct Home {
    dir: tempfile::TempDir,
    store: SqliteStore,
}

fn home() -> Home {
    let dir = tempfile::tempdir().unwrap();
    let store = reopen(dir.path());
    Home { dir, store }
}

fn reopen(dir: &Path) -> SqliteStore {
    SqliteStore::open(&OpenOptions::new(dir.join("kb.db")), no_meter()).unwrap()
}

fn s0c7() -> NewEntry {
    let text = |items: &[&str]| items.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
    NewEntry {
        id: "S0C7".into(),
        title: "Data exception".into(),
        problem: "A decimal instruction met an invalid digit in WS-CUST-ID.".into(),
        solution: "Look at the operands\nof the failing statement.".into(),
        category: "Batch".into(),
        severity: Severity::Severe,
        tags: text(&["abend", "packed decimal", "comp-3"]),
        aliases: text(&["0C7", "CEE3207S"]),
        codes: text(&["S0C7", "0C7"]),
        references: text(&["z/OS MVS System Codes"]),
        related: text(&["S0C4"]),
        author: "A. Tester".into(),
        starter_version: None,
    }
}

fn other(id: &str, title: &str, category: &str) -> NewEntry {
    NewEntry { id: id.into(), title: title.into(), category: category.into(), ..NewEntry::default() }
}

fn free() -> Budget {
    Budget::unlimited()
}

fn words(parts: &[&str]) -> TextQuery {
    TextQuery { parts: parts.iter().map(|s| (*s).to_owned()).collect(), ..TextQuery::default() }
}

#[test]
fn an_entry_comes_back_as_it_was_put() {
    let Home { store, dir } = home();
    assert_eq!(store.put(&[s0c7()], 7).unwrap(), [PutOutcome::Added("S0C7".into())]);
    assert_eq!(store.put(&[s0c7()], 8).unwrap(), [PutOutcome::Unchanged("S0C7".into())]);
    drop(store);
    let store = reopen(dir.path());
    let entry = store.entry("s0c7", &free()).unwrap().unwrap();
    assert_eq!(entry.body, s0c7());
    assert_eq!((entry.origin, entry.created_at, entry.updated_at), (Origin::Local, 7, 7));
    assert!(!entry.damaged && entry.notes.is_empty());
    assert_eq!(store.entry("S0C8", &free()).unwrap(), None);
    assert_eq!(store.info().unwrap().entries, 1);
    assert_eq!(store.info().unwrap().journal, "wal");
    assert_eq!(store.check(&free()).unwrap(), []);
}

#[test]
fn large_solutions_are_packed_when_that_pays() {
    let Home { store, dir } = home();
    let long = "Look at the operand. ".repeat(100);
    // Text that cannot be packed: random letters of a fixed seed.
    let mut seed = 7_u64;
    let noise: String = (0..3_000)
        .map(|_| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from_u32(0x4E00 + u32::try_from(seed >> 50).unwrap()).unwrap()
        })
        .collect();
    let of = |id: &str, solution: &str| NewEntry { solution: solution.into(), ..other(id, id, "x") };
    store.put(&[of("LONG", &long), of("SHORT", "short"), of("NOISE", &noise)], 1).unwrap();
    let raw = Connection::open(dir.path().join("kb.db")).unwrap();
    let packed = |id: &str| -> (bool, i64) {
        let sql = "SELECT solution IS NULL, coalesce(length(solution_z), 0) FROM kb_entries WHERE id = ?1";
        raw.query_row(sql, [id], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
    };
    assert!(packed("LONG").0 && packed("LONG").1 < 200, "{:?}", packed("LONG"));
    assert_eq!(packed("SHORT"), (false, 0));
    assert_eq!(store.entry("LONG", &free()).unwrap().unwrap().body.solution, long);
    assert_eq!(store.entry("NOISE", &free()).unwrap().unwrap().body.solution, noise);
    let hits = store.find_text(&words(&["operands"]), &Filter::default(), 5, &free()).unwrap();
    assert_eq!(hits.total, 1, "the index reads packed text");
}

#[test]
fn exact_tags_and_text_find_with_filters() {
    let Home { store, dir: _dir } = home();
    let mut second = other("U4038", "COBOL runtime ended", "LE");
    second.tags = vec!["abend".into()];
    second.codes = vec!["S0C7".into()];
    store.put(&[s0c7(), second, other("X1", "Data Exception", "CICS")], 1).unwrap();
    let rows: Vec<EntryRow> =
        ["S0C7", "U4038", "X1"].iter().map(|id| store.entry(id, &free()).unwrap().unwrap().row).collect();
    let exact = |keys: &[&str], title: &str, filter: &Filter| {
        let keys: Vec<String> = keys.iter().map(|s| (*s).to_owned()).collect();
        store.find_exact(&keys, title, filter, &free()).unwrap()
    };
    let all = Filter::default();
    let hit = |n: usize, via| ExactHit { row: rows[n], via };
    assert_eq!(exact(&["S0C7"], "", &all), [hit(0, Via::Id), hit(1, Via::Code)]);
    assert_eq!(exact(&["CEE3207S"], "", &all), [hit(0, Via::Alias)]);
    assert_eq!(exact(&[], "DATA exception", &all), [hit(0, Via::Title), hit(2, Via::Title)]);
    let le = Filter { categories: vec!["le".into()], ..Filter::default() };
    assert_eq!(exact(&["S0C7"], "", &le), [hit(1, Via::Code)]);
    let packed = Filter { tags: vec!["packed decimal".into(), "abend".into()], ..Filter::default() };
    assert_eq!(exact(&["S0C7"], "", &packed), [hit(0, Via::Id)]);

    let begins = |prefix: &str, filter: &Filter| store.find_prefix(prefix, filter, 9, &free()).unwrap();
    assert_eq!(begins("S0", &all), [hit(0, Via::Id), hit(1, Via::Code)]);
    assert_eq!(begins("CEE32", &all), [hit(0, Via::Alias)]);
    assert_eq!(begins("S0", &le), [hit(1, Via::Code)]);
    assert_eq!(begins("S0", &packed), [hit(0, Via::Id)]);
    assert_eq!(begins("0C7X", &all), []);
    assert_eq!(begins("", &all), []);
    assert_eq!(begins("%", &all), []);
    assert_eq!(store.find_prefix("S0", &all, 1, &free()).unwrap(), [hit(0, Via::Id)]);
    let heads = store.heads(&[rows[2], EntryRow(99), rows[0]], &free()).unwrap();
    assert_eq!(heads.iter().map(|h| h.id.as_str()).collect::<Vec<_>>(), ["X1", "S0C7"]);
    assert_eq!((&heads[1].aliases, &heads[1].codes), (&s0c7().aliases, &s0c7().codes));

    let tags = |tags: &[&str], filter: &Filter| {
        let tags: Vec<String> = tags.iter().map(|s| (*s).to_owned()).collect();
        store.find_tags(&tags, filter, 9, &free()).unwrap()
    };
    assert_eq!(tags(&["abend"], &all), [rows[0], rows[1]]);
    store.record_use("U4038", None, 5).unwrap();
    assert_eq!(tags(&["abend"], &all), [rows[1], rows[0]], "most used first");
    assert_eq!(begins("S0", &all), [hit(1, Via::Code), hit(0, Via::Id)], "most used first");
    assert_eq!(tags(&["abend"], &le), [rows[1]]);
    assert_eq!(tags(&["abend", "comp-3"], &all), [rows[0]]);
    assert_eq!(tags(&["abend", "nothing"], &all), []);

    let text = |parts: &[&str], filter: &Filter| {
        let hits = store.find_text(&words(parts), filter, 9, &free()).unwrap();
        assert_eq!(hits.total, u64::try_from(hits.hits.len()).unwrap());
        hits.hits.iter().map(|hit| hit.row).collect::<Vec<_>>()
    };
    assert_eq!(text(&["exceptions"], &all).len(), 2);
    assert_eq!(text(&["exception", "decimal"], &all), [rows[0]]);
    assert_eq!(text(&["WS-CUST-ID"], &all), [rows[0]]);
    assert_eq!(text(&["WS-ID-CUST"], &all), []);
    assert_eq!(text(&["exception"], &packed), [rows[0]]);
    let cics = Filter { categories: vec!["CICS".into()], ..Filter::default() };
    assert_eq!(text(&["exception"], &cics), [rows[2]]);
    assert_eq!(store.categories(&free()).unwrap().len(), 3);
    assert_eq!(store.tags(1, &free()).unwrap(), [("abend".to_owned(), 2)]);
}

#[test]
fn text_has_prefix_any_without_score_and_total() {
    let Home { store, dir: _dir } = home();
    let many: Vec<NewEntry> =
        (0..20).map(|n| other(&format!("E{n}"), &format!("number {n}"), "x")).chain([s0c7()]).collect();
    store.put(&many, 1).unwrap();
    let find = |query: &TextQuery| store.find_text(query, &Filter::default(), 3, &free()).unwrap();
    let prefix = TextQuery { last_is_prefix: true, ..words(&["excep"]) };
    assert_eq!(find(&prefix).total, 1);
    assert_eq!(find(&words(&["excep"])).total, 0);
    let any = TextQuery { any: true, ..words(&["number", "exception"]) };
    let found = find(&any);
    assert_eq!((found.hits.len(), found.total), (3, 21));
    assert!(found.hits.windows(2).all(|pair| pair[0].score >= pair[1].score));
    let without = TextQuery { without: vec!["exception".into()], ..any };
    assert_eq!(find(&without).total, 20);
    assert_eq!(find(&words(&["%"])), TextHits::default());
}

#[test]
fn deleted_entries_are_nowhere_and_come_back_whole() {
    let Home { store, dir: _dir } = home();
    store.put(&[s0c7()], 1).unwrap();
    let row = store.entry("S0C7", &free()).unwrap().unwrap().row;
    assert!(store.set_notes("S0C7", "seen in PAYR010", 2).unwrap());
    assert!(store.delete("s0c7", 3).unwrap());
    assert!(!store.delete("S0C7", 3).unwrap());
    assert_eq!(store.entry("S0C7", &free()).unwrap(), None);
    assert!(store.entries(&[row], &free()).unwrap().is_empty());
    assert!(store.list(&Filter::default(), 0, 9, &free()).unwrap().is_empty());
    assert!(
        store.find_exact(&["S0C7".into()], "data exception", &Filter::default(), &free()).unwrap().is_empty()
    );
    assert!(store.find_tags(&["abend".into()], &Filter::default(), 9, &free()).unwrap().is_empty());
    assert_eq!(store.find_text(&words(&["exception"]), &Filter::default(), 9, &free()).unwrap().total, 0);
    assert!(store.record_use("S0C7", None, 3).unwrap().is_none());
    assert!(!store.set_notes("S0C7", "x", 3).unwrap());
    assert_eq!(store.check(&free()).unwrap(), []);
    assert!(store.undelete("S0C7", 4).unwrap());
    assert!(!store.undelete("S0C7", 4).unwrap());
    let entry = store.entry("S0C7", &free()).unwrap().unwrap();
    assert_eq!((entry.row, entry.body, entry.notes.as_str()), (row, s0c7(), "seen in PAYR010"));
    assert_eq!(store.find_text(&words(&["exception"]), &Filter::default(), 9, &free()).unwrap().total, 1);
    assert_eq!(store.check(&free()).unwrap(), []);
}

#[test]
fn starter_entries_leave_what_people_did_alone() {
    let Home { store, dir: _dir } = home();
    let starter =
        |version, title: &str| NewEntry { starter_version: Some(version), title: title.into(), ..s0c7() };
    let put = |entry: NewEntry| store.put(&[entry], 1).unwrap().remove(0);
    let id = || "S0C7".to_owned();
    assert_eq!(put(starter(2, "second")), PutOutcome::Added(id()));
    store.set_notes("S0C7", "ours", 2).unwrap();
    store.record_use("S0C7", Some(true), 2).unwrap();
    assert_eq!(put(starter(1, "first")), PutOutcome::Unchanged(id()));
    assert_eq!(put(starter(2, "another")), PutOutcome::Unchanged(id()));
    assert_eq!(put(starter(3, "second")), PutOutcome::Unchanged(id()));
    assert_eq!(put(starter(3, "third")), PutOutcome::Unchanged(id()), "version 3 is stored already");
    assert_eq!(put(starter(4, "fourth")), PutOutcome::Changed(id()));
    let entry = store.entry("S0C7", &free()).unwrap().unwrap();
    assert_eq!((entry.body.title.as_str(), entry.notes.as_str(), entry.worked), ("fourth", "ours", 1));
    assert_eq!(entry.origin, Origin::Starter);
    assert_eq!(put(NewEntry { title: "mine".into(), ..s0c7() }), PutOutcome::Changed(id()));
    assert_eq!(put(starter(5, "fifth")), PutOutcome::KeptLocal(id()));
    let entry = store.entry("S0C7", &free()).unwrap().unwrap();
    assert_eq!((entry.body.title.as_str(), entry.origin), ("mine", Origin::Local));
    assert_eq!((entry.usage_count, entry.body.starter_version), (1, None));
    store.delete("S0C7", 3).unwrap();
    assert_eq!(put(starter(6, "sixth")), PutOutcome::KeptLocal(id()));
    assert_eq!(store.entry("S0C7", &free()).unwrap(), None);
}

#[test]
fn entries_without_an_id_are_numbered() {
    let Home { store, dir: _dir } = home();
    let new = |title: &str| other("", title, "x");
    let added = |n: u32| PutOutcome::Added(format!("N-{n:06}"));
    assert_eq!(store.put(&[new("a"), new("b")], 1).unwrap(), [added(1), added(2)]);
    store.put(&[other("N-000007", "c", "x"), other("n-x9", "d", "x")], 1).unwrap();
    store.delete("N-000007", 1).unwrap();
    let mixed = store.put(&[new("e"), other("N-000009", "f", "x"), new("g")], 1).unwrap();
    assert_eq!(mixed, [added(8), added(9), added(10)]);
}

#[test]
fn uses_ratings_and_lists() {
    let Home { store, dir: _dir } = home();
    store.put(&[other("A", "a", "x"), other("B", "b", "X"), other("C", "c", "y")], 1).unwrap();
    store.record_use("b", None, 2).unwrap();
    store.record_use("B", Some(true), 3).unwrap();
    let head = store.record_use("C", Some(false), 4).unwrap().unwrap();
    assert_eq!((head.usage_count, head.worked, head.failed, head.success_rate()), (1, 0, 1, Some(0.0)));
    assert!(store.record_use("D", None, 4).unwrap().is_none());
    let ids = |filter: &Filter, offset, limit| {
        let heads = store.list(filter, offset, limit, &free()).unwrap();
        heads.into_iter().map(|head| head.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(&Filter::default(), 0, 9), ["B", "C", "A"]);
    assert_eq!(ids(&Filter::default(), 1, 1), ["C"]);
    assert_eq!(ids(&Filter { categories: vec!["X".into()], ..Filter::default() }, 0, 9), ["B", "A"]);
    let both = Filter { categories: vec!["x".into(), "Y".into()], ..Filter::default() };
    assert_eq!(ids(&both, 0, 9), ["B", "C", "A"]);
    assert_eq!(store.categories(&free()).unwrap(), [("X".to_owned(), 2), ("y".to_owned(), 1)]);
}

#[test]
fn links_and_histories() {
    let Home { store, dir: _dir } = home();
    store.put(&[s0c7(), other("X", "x", "x")], 1).unwrap();
    let link = |line, note: &str| CodeReference {
        file: "/src/PAYR010.cbl".into(),
        line,
        symbol: "2100-CALC-NET".into(),
        note: note.into(),
        anchor: format!("before\n{note}\nafter"),
    };
    assert!(store.add_reference("s0c7", &link(1204, "here"), 1).unwrap());
    assert!(store.add_reference("s0c7", &link(1204, "there"), 1).unwrap());
    assert!(store.add_reference("X", &link(7, ""), 1).unwrap());
    assert!(!store.add_reference("Y", &link(7, ""), 1).unwrap());
    assert_eq!(store.references_of("S0C7", &free()).unwrap(), [link(1204, "there")]);
    let to = store.references_to("/src/PAYR010.cbl", &free()).unwrap();
    assert_eq!(
        to.iter().map(|(l, h)| (l.line, h.id.as_str())).collect::<Vec<_>>(),
        [(7, "X"), (1204, "S0C7")]
    );
    let note = |id, line, text: &str| LineNote {
        id,
        line,
        anchor: "a\nb\nc".into(),
        text: text.into(),
        ..LineNote::default()
    };
    let (file, other) = ("/src/PAYR010.cbl", "/src/PAYR020.cbl");
    let first = store.put_line_note(file, &note(0, 7, "first")).unwrap().unwrap();
    let second = store.put_line_note(file, &note(0, 3, "second")).unwrap().unwrap();
    store.put_line_note(other, &LineNote { updated_at: 9, ..note(0, 1, "third") }).unwrap();
    let texts = |file| -> Vec<_> {
        store.line_notes(file, &free()).unwrap().into_iter().map(|n| (n.id, n.line, n.text)).collect()
    };
    assert_eq!(texts(file), [(second, 3, "second".into()), (first, 7, "first".into())]);
    assert_eq!(store.put_line_note(file, &note(first, 8, "moved")).unwrap(), Some(first));
    assert_eq!(store.put_line_note(file, &note(second, 3, " ")).unwrap(), Some(second));
    assert_eq!(store.put_line_note(file, &note(second, 3, "again")).unwrap(), None, "it is gone");
    assert_eq!(texts(file), [(first, 8, "moved".into())]);
    let all: Vec<_> = store.all_line_notes(1, &free()).unwrap().into_iter().map(|(file, _)| file).collect();
    assert_eq!(all, [other], "the newest of all files");
    for n in 0..9 {
        store.record_metrics("{}", 4, n).unwrap();
    }
    let kept: i64 = store
        .read("count", &free(), |sql| sql.query_row("SELECT count(*) FROM metrics_history", [], |r| r.get(0)))
        .unwrap();
    assert_eq!(kept, 4);
    let ats = |n| store.recent_metrics(n, &free()).unwrap().iter().map(|(at, _)| *at).collect::<Vec<_>>();
    assert_eq!((ats(2), ats(9)), (vec![8, 7], vec![8, 7, 6, 5]));
    store.upkeep().unwrap();
}

#[test]
fn bytes_that_change_by_themselves_are_reported() {
    let Home { store, dir } = home();
    let long = NewEntry { solution: "Look at the operand. ".repeat(100), ..other("LONG", "x", "x") };
    store.put(&[s0c7(), long], 1).unwrap();
    store.set_notes("S0C7", "note", 1).unwrap();
    for (id, damage) in [
        ("S0C7", "UPDATE kb_entries SET problem = replace(problem, 'digit', 'digid') WHERE id = 'S0C7'"),
        ("S0C7", "UPDATE kb_entries SET tags = '[' WHERE id = 'S0C7'"),
        ("S0C7", "UPDATE kb_entries SET author = CAST(x'FF41' AS TEXT) WHERE id = 'S0C7'"),
        ("S0C7", "UPDATE kb_notes SET notes = 'nota'"),
        ("LONG", "UPDATE kb_entries SET solution_z = substr(solution_z, 2) WHERE id = 'LONG'"),
        ("LONG", "UPDATE kb_entries SET severity = 9 WHERE id = 'LONG'"),
    ] {
        let copy = dir.path().join("copy.db");
        store.backup_to(&copy).unwrap();
        Connection::open(&copy).unwrap().execute_batch(damage).unwrap();
        let damaged = SqliteStore::open(&OpenOptions::new(&copy), no_meter()).unwrap();
        assert!(damaged.entry(id, &free()).unwrap().unwrap().damaged, "{damage}");
        let problems = damaged.check(&free()).unwrap();
        assert!(
            problems.iter().any(|p| p.check == "hash" && p.detail.contains(id)),
            "{damage}: {problems:?}"
        );
    }
    // Words that are in the index but in no entry.
    let copy = dir.path().join("copy.db");
    store.backup_to(&copy).unwrap();
    let drifted = Connection::open(&copy).unwrap();
    codec::add_functions(&drifted).unwrap();
    drifted
        .execute_batch("DELETE FROM kb_tags; UPDATE kb_recent SET place = 99 WHERE place = (SELECT min(place) FROM kb_recent)")
        .unwrap();
    drop(drifted);
    let drifted = SqliteStore::open(&OpenOptions::new(&copy), no_meter()).unwrap();
    let problems = drifted.check(&free()).unwrap();
    let kinds: Vec<&str> = problems.iter().map(|p| p.check.as_str()).collect();
    assert_eq!(kinds, ["index", "fts", "fts"], "{problems:?}");
    assert!(drifted.rebuild_index().unwrap().exists());
    assert_eq!(drifted.check(&free()).unwrap(), []);
    assert_eq!(store.check(&free()).unwrap(), []);
}

#[test]
fn calls_stop_at_the_end_of_their_budget() {
    let Home { store, dir: _dir } = home();
    let slow = |sql: &Connection| {
        let count = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
        sql.query_row(count, [], |row| row.get::<_, i64>(0))
    };
    let start = Instant::now();
    let late = Budget::unlimited().until(start + Duration::from_millis(30));
    let error = store.read("count", &late, slow).unwrap_err();
    assert_eq!((error.exit, error.cause.as_str()), (Exit::Interrupted, "out of time"));
    let cancel = Cancel::new();
    let other = cancel.clone();
    let raised = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(30));
        other.cancel();
    });
    let error = store.read("count", &Budget::with_cancel(cancel), slow).unwrap_err();
    raised.join().unwrap();
    assert_eq!((error.exit, error.cause.as_str()), (Exit::Interrupted, "cancelled"));
    assert!(start.elapsed() < Duration::from_secs(3));
    assert_eq!(store.read("count", &free(), read::count).unwrap(), 0, "the connection is usable after that");
    let mut options = OpenOptions::new(tempfile::tempdir().unwrap().keep().join("kb.db"));
    options.query_timeout_ms = 20;
    let store = SqliteStore::open(&options, no_meter()).unwrap();
    let error = store.read("count", &free(), slow).unwrap_err();
    assert!(error.exit == Exit::Store && error.cause.contains("20 ms"), "{error}");
    std::fs::remove_dir_all(options.path.parent().unwrap()).unwrap();
}

/// A search stood still for ever behind the filling of the cache, which waited for the search.
#[test]
fn who_lets_others_go_first_does_not_hold_what_they_need() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = OpenOptions::new(dir.path().join("kb.db"));
    options.pool_max = 1;
    let store = std::sync::Arc::new(SqliteStore::open(&options, no_meter()).unwrap());
    let way = crate::base::Way::default();
    let held = way.hold();
    let (done, ended) = std::sync::mpsc::channel();
    for budget in [free().behind(way.clone()), free()] {
        let (store, done) = (std::sync::Arc::clone(&store), done.clone());
        std::thread::spawn(move || {
            let pool = store.readers.as_ref().unwrap();
            let read = pool.with(&Call::new("look", false), &budget, |conn| {
                conn.within(&budget, |sql| {
                    let count = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) SELECT max(i) FROM n";
                    sql.query_row(count, [], |row| row.get::<_, i64>(0))
                })
            });
            done.send(read.ok()).unwrap();
        });
        // The one without hurry is first.
        std::thread::sleep(Duration::from_millis(20));
    }
    for _ in 0..2 {
        assert_eq!(ended.recv_timeout(Duration::from_secs(20)).unwrap(), Some(50_000));
    }
    drop(held);
}

#[test]
fn readers_are_opened_as_needed_and_never_more_than_the_limit() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = OpenOptions::new(dir.path().join("kb.db"));
    options.pool_max = 3;
    let store = SqliteStore::open(&options, no_meter()).unwrap();
    assert_eq!(store.readers.as_ref().unwrap().counts(), (0, 0));
    store.put(&[s0c7()], 1).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..20 {
                    let seen = store.read("wait", &free(), |sql| {
                        let open = store.readers.as_ref().unwrap().counts();
                        std::thread::sleep(Duration::from_millis(1));
                        read::count(sql).map(|n| (n, open))
                    });
                    let (entries, (open, used)) = seen.unwrap();
                    assert!(entries == 1 && open <= 3 && used <= open && used > 0);
                }
            });
        }
    });
    assert_eq!(store.info().unwrap().readers, (3, 0));
    let (writer, readers) = (
        store
            .writer
            .as_ref()
            .unwrap()
            .exclusively(&Call::new("look", true), |c| cache_size(c.raw()))
            .unwrap(),
        store.read("look", &free(), cache_size).unwrap(),
    );
    assert!(writer + 3 * readers <= 64 << 10, "{writer} + 3 * {readers} KiB");
}

fn cache_size(sql: &Connection) -> rusqlite::Result<i64> {
    sql.pragma_query_value(None, "cache_size", |row| row.get::<_, i64>(0)).map(|kib| -kib)
}

#[test]
fn every_connection_follows_the_policy() {
    let Home { store, dir: _dir } = home();
    let pragmas = |sql: &Connection| -> rusqlite::Result<Vec<String>> {
        [
            "synchronous",
            "foreign_keys",
            "trusted_schema",
            "cell_size_check",
            "secure_delete",
            "journal_size_limit",
        ]
        .iter()
        .chain(&["mmap_size", "temp_store", "journal_mode"])
        .map(|name| sql.pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0)))
        .map(|value| value.map(|v| format!("{v:?}")))
        .collect()
    };
    let wanted = ["2", "1", "0", "1", "2", "67108864", "0", "2"].map(|n| format!("Integer({n})"));
    let wanted = [wanted.as_slice(), &["Text(\"wal\")".to_owned()]].concat();
    assert_eq!(store.read("look", &free(), pragmas).unwrap(), wanted);
    let writer = store.writer.as_ref().unwrap();
    assert_eq!(writer.exclusively(&Call::new("look", true), |c| pragmas(c.raw())).unwrap(), wanted);
    let attached = store.read("attach", &free(), |sql| sql.execute_batch("ATTACH ':memory:' AS other"));
    assert!(attached.is_err());
    let loaded =
        store.read("load", &free(), |sql| sql.query_row("SELECT load_extension('x')", [], |_| Ok(())));
    assert!(loaded.unwrap_err().cause.contains("not authorized"));
    let bent = writer.exclusively(&Call::new("look", true), |c| {
        c.raw().execute_batch("PRAGMA writable_schema = 1; DELETE FROM sqlite_schema")
    });
    assert!(bent.is_err(), "defensive");
    store.record_use("none", None, 1).unwrap();
    assert!(
        writer.exclusively(&Call::new("look", true), |c| pragmas(c.raw())).unwrap()[0].contains('1'),
        "counters: NORMAL"
    );
    store.put(&[s0c7()], 1).unwrap();
    assert!(
        writer.exclusively(&Call::new("look", true), |c| pragmas(c.raw())).unwrap()[0].contains('2'),
        "people: FULL"
    );
    assert!(rusqlite::version_number() >= 3_051_003);
}

#[test]
fn a_backup_restores() {
    let Home { store, dir } = home();
    store.put(&[s0c7()], 1).unwrap();
    let to = dir.path().join("saved.db");
    store.backup_to(&to).unwrap();
    store.put(&[other("LATER", "later", "x")], 2).unwrap();
    let kept = store.restore_from(&to).unwrap();
    assert!(store.entry("LATER", &free()).unwrap().is_none());
    assert_eq!(store.entry("S0C7", &free()).unwrap().unwrap().body, s0c7());
    assert_eq!(store.check(&free()).unwrap(), []);
    assert_eq!(store.backups(), std::slice::from_ref(&kept));
    store.restore_from(&kept).unwrap();
    assert!(store.entry("LATER", &free()).unwrap().is_some());
    let text = dir.path().join("text.db");
    std::fs::write(&text, "not a database, but long enough to look like something").unwrap();
    for wrong in [&text, &dir.path().join("missing.db")] {
        assert_eq!(store.restore_from(wrong).unwrap_err().exit, Exit::BadInput);
    }
}

#[test]
fn a_store_that_a_newer_program_changed_is_not_written() {
    let Home { store, dir } = home();
    store.put(&[s0c7()], 1).unwrap();
    let newer = Connection::open(dir.path().join("kb.db")).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    let error = store.put(&[other("B", "b", "x")], 2).unwrap_err();
    assert_eq!(error.cause, errors::READ_ONLY);
    assert!(error.hint.contains("schema 99"), "{error}");
    assert!(store.entry("S0C7", &free()).unwrap().is_some());
}

#[test]
fn facts_about_the_store_are_kept() {
    let Home { store, dir } = home();
    assert_eq!(store.meta("set").unwrap(), None);
    store.set_meta("set", "a").unwrap();
    store.set_meta("set", "b").unwrap();
    store.set_meta("other", "c").unwrap();
    drop(store);
    let store = reopen(dir.path());
    assert_eq!(store.meta("set").unwrap().as_deref(), Some("b"));
    assert_eq!(store.meta("other").unwrap().as_deref(), Some("c"));
}

#[test]
fn a_lock_that_is_never_given_back_ends_the_wait() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = OpenOptions::new(dir.path().join("kb.db"));
    options.busy_timeout_ms = 60;
    let store = SqliteStore::open(&options, no_meter()).unwrap();
    let other = Connection::open(&options.path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let start = Instant::now();
    let error = store.put(&[s0c7()], 1).unwrap_err();
    assert!(error.cause.contains("busy") && error.exit == Exit::Store, "{error}");
    assert!(start.elapsed() >= Duration::from_millis(60));
    assert!(start.elapsed() < Duration::from_secs(5));
    assert_eq!(store.info().unwrap().entries, 0, "reading goes on");
    other.execute_batch("ROLLBACK").unwrap();
    store.put(&[s0c7()], 1).unwrap();
}

#[test]
fn a_stopped_process_in_the_way_is_waited_for_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = OpenOptions::new(dir.path().join("kb.db"));
    options.busy_timeout_ms = 1_000;
    let store = SqliteStore::open(&options, no_meter()).unwrap();
    let other = Connection::open(&options.path).unwrap();
    // It holds the turn and the lock, and gives neither back.
    let turn = turn::Turns::new(dir.path()).take(Duration::ZERO);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let start = Instant::now();
    store.put(&[s0c7()], 1).unwrap_err();
    let took = start.elapsed();
    assert!((Duration::from_secs(1)..Duration::from_millis(1_400)).contains(&took), "{took:?}");
    // Who has a turn only keeps nobody from writing.
    other.execute_batch("ROLLBACK").unwrap();
    store.put(&[s0c7()], 1).unwrap();
    drop(turn);
}
