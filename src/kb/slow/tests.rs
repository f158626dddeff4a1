//! Each cause is told from its figures, and no word of a query is kept.

use super::*;
use crate::base::meter::no_meter;
use crate::kb::recall::Recall;
use crate::store::{Inside, NewEntry, OpenOptions, SqliteStore};
use std::sync::Arc;

fn slow(kind: SlowKind, change: impl FnOnce(&mut SlowQuery)) -> SlowShape {
    let mut last = SlowQuery { kind, took_us: 1_000_000, ..SlowQuery::default() };
    change(&mut last);
    SlowShape { count: 3, total_us: 3_000_000, max_us: 1_000_000, first_at: 1, last }
}

#[test]
fn each_cause_is_told_from_its_figures() {
    use SlowKind::{Read, Search, Write};
    let cases: [(Cause, SlowShape); 13] = [
        (Cause::LockWait, slow(Write, |q| q.locked_us = 600_000)),
        (Cause::PoolWait, slow(Read, |q| q.waited_us = 900_000)),
        (Cause::FullScan, slow(Read, |q| q.scanned = 30_000)),
        (
            Cause::FullScan,
            slow(Read, |q| q.plan = vec!["makes an index of x for this one question (a=?)".to_owned()]),
        ),
        (
            Cause::StaleIndex,
            slow(Read, |q| {
                q.scanned = 9_000;
                q.plan = vec!["reads all of kb_recent".to_owned()];
            }),
        ),
        (Cause::BusyMachine, slow(Write, |q| (q.cpu_us, q.busy) = (Some(1_000), true))),
        (Cause::Disk, slow(Write, |q| q.cpu_us = Some(1_000))),
        (Cause::Work, slow(Read, |q| q.cpu_us = Some(990_000))),
        (Cause::ColdCache, SlowShape { count: 1, ..slow(Read, |q| q.cpu_us = Some(1_000)) }),
        (Cause::TooLong, slow(Search, |q| q.words = 30)),
        (Cause::TooBroad, slow(Search, |q| q.broad = true)),
        (Cause::ColdCache, SlowShape { count: 1, ..slow(Search, |q| q.level = "made".to_owned()) }),
        (Cause::Work, slow(Search, |q| q.parts = vec![("text".to_owned(), 900_000)])),
    ];
    for (cause, shape) in cases {
        let told = diagnose(&shape);
        assert_eq!(told.cause, cause, "{shape:?} {told:?}");
        assert!(!told.why.is_empty() && !told.advice.is_empty());
    }
}

#[test]
fn a_shape_has_no_word_of_the_query() {
    for (query, wanted) in [
        ("", "everything"),
        ("payroll", "1 word"),
        ("s0c7 payroll \"data exception\" -secret", "1 code, 1 word, 1 phrase, 1 excluded word"),
        ("category:db2 tag:lock since:30d /s0c[47]/", "1 pattern, category:, since:, tag:"),
        ("-811", "1 code"),
    ] {
        assert_eq!(shape(&parse(query)), wanted, "{query}");
    }
}

#[test]
fn a_slow_search_is_noted_with_layers_plan_and_level() {
    let home = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&OpenOptions::new(home.path().join("kb.db")), no_meter()).unwrap();
    let entry =
        |n: usize| NewEntry { id: format!("E{n}"), title: format!("secret {n}"), ..NewEntry::default() };
    store.put(&(0..300).map(entry).collect::<Vec<_>>(), 1).unwrap();
    let request = SearchRequest { text: "secret".to_owned(), limit: 10, now: 77, ..SearchRequest::default() };
    let recall = Recall::new(Arc::new(crate::cache::Cache::new(
        crate::cache::Sizes::of(&crate::config::Cache::default()),
        Arc::new(crate::base::env::SystemClock),
    )));
    let search =
        || recall.search(&store, &request, &Budget::unlimited(), &crate::base::meter::NoMeter).unwrap();
    search();
    store.keep_workings(false, 1).unwrap();
    assert!(store.slow_queries(9, &Budget::unlimited()).unwrap().is_empty(), "nothing is slow yet");
    let found = search();
    for _ in 0..2 {
        note_always(&store, &request, found.result(), found.level);
    }
    // On a machine that has no time, what notes them may itself take more than a millisecond.
    let mut kept = store.slow_queries(9, &Budget::unlimited()).unwrap();
    kept.retain(|shape| shape.last.shape == "1 word");
    assert_eq!(kept.len(), 1, "{kept:#?}");
    let last = &kept[0].last;
    assert_eq!((last.at, kept[0].count), (77, 2));
    assert!(last.parts.iter().any(|(layer, _)| layer == "text"), "{last:?}");
    assert!(last.plan.iter().any(|step| step.starts_with("text: looks kb_word_index up")), "{last:?}");
    assert_eq!(last.level, found.level.name());
    assert!(!format!("{kept:?}").contains("secret"), "no word of the user is kept");
}

fn note_always(store: &SqliteStore, request: &SearchRequest, result: &SearchResult, level: Level) {
    store.set_slow_after(1);
    note(store, request, result, level, 5_000);
    store.set_slow_after(0);
    note(store, request, result, level, 5_000);
    store.keep_workings(false, 1).unwrap();
}
