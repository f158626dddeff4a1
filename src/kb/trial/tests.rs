use super::*;
use crate::base::meter::no_meter;
use crate::base::num::to_u64;
use crate::base::{Budget, Exit};
use crate::kb::search::SearchResult;
use crate::store::{NewEntry, OpenOptions, SqliteStore, Store};
use std::time::Duration;

fn store() -> (tempfile::TempDir, SqliteStore) {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&OpenOptions::new(dir.path().join("kb.db")), no_meter()).unwrap();
    (dir, store)
}

#[test]
fn an_entry_is_the_same_each_time_and_like_no_other() {
    let (one, other) = (Made::new(), Made::new());
    assert_eq!(one.entry(7), other.entry(7));
    assert_ne!(one.entry(7).problem, one.entry(8).problem);
    let entry = one.entry(50);
    assert_eq!((entry.id.as_str(), entry.aliases), ("B-0000050", vec!["KNOWN-50".to_owned()]));
}

#[test]
fn entries_are_as_long_as_is_said_and_few_words_are_in_most() {
    let made = Made::new();
    let entries: Vec<NewEntry> = (1..=1_000).map(|n| made.entry(n)).collect();
    let length = |e: &NewEntry| to_u64(e.title.len() + e.problem.len() + e.solution.len());
    let average = entries.iter().map(length).sum::<u64>() / 1_000;
    assert!(average.abs_diff(AVERAGE_BYTES) < AVERAGE_BYTES / 20, "{average}");
    let with = |word: &str| entries.iter().filter(|e| e.solution.contains(word)).count();
    assert!(
        with(" job ") > 500 && (1..200).contains(&with(" takeover ")),
        "{} {}",
        with(" job "),
        with(" takeover ")
    );
}

#[test]
fn people_ask_different_things_the_same_each_time() {
    let asked = |n| (0..20).flat_map(move |_| Person::new(n, 1_000).asks()).collect::<Vec<_>>();
    assert_eq!(asked(1), asked(1));
    assert_ne!(asked(1), asked(2));
    let mut person = Person::new(3, 1_000);
    let typed = (0..50).map(|_| person.asks()).find(|asks| asks.len() > 3).unwrap();
    assert!(typed.iter().all(|ask| ask.typing) && typed[0].text.chars().count() == 2, "{typed:?}");
    assert!(typed.windows(2).all(|pair| pair[1].text.starts_with(&pair[0].text)), "{typed:?}");
}

#[test]
fn a_store_is_filled_once_and_grows() {
    let (_dir, store) = store();
    let mut told = Vec::new();
    fill(&store, 1_200, 1, &Budget::unlimited(), &mut |n| told.push(n)).unwrap();
    assert_eq!((told.as_slice(), is_made(&store).unwrap()), ([1_000, 1_200].as_slice(), Some(1_200)));
    fill(&store, 1_200, 2, &Budget::unlimited(), &mut |_| panic!("it is full")).unwrap();
    fill(&store, 1_300, 2, &Budget::unlimited(), &mut |_| {}).unwrap();
    assert_eq!(store.info().unwrap().entries, 1_300);
    let used = store.list(&crate::store::Filter::default(), 0, 1, &Budget::unlimited()).unwrap();
    assert!(used[0].usage_count > 100, "{used:?}");
}

#[test]
fn what_people_wrote_is_not_mixed_with_what_is_made_up() {
    let (_dir, store) = store();
    let own = NewEntry { id: "OWN".into(), title: "ours".into(), ..NewEntry::default() };
    store.put(&[own], 1).unwrap();
    let refused = fill(&store, 10, 1, &Budget::unlimited(), &mut |_| {}).unwrap_err();
    assert!(refused.to_string().contains("entries of its own"), "{refused}");
    assert_eq!(store.info().unwrap().entries, 1);
    let cancelled = Budget::unlimited();
    cancelled.cancel.cancel();
    let (_dir, empty) = self::store();
    let stopped = fill(&empty, 10, 1, &cancelled, &mut |_| {}).unwrap_err();
    assert_eq!(stopped.exit, Exit::Interrupted);
}

#[test]
fn clients_search_and_what_they_waited_is_added_up() {
    let (_dir, store) = store();
    fill(&store, 300, 1, &Budget::unlimited(), &mut |_| {}).unwrap();
    let plan = Plan {
        clients: 3,
        before: 0,
        of: 0,
        lasts: Duration::from_millis(600),
        ramp_up: Duration::from_millis(100),
        every: None,
        letters: false,
        writes: true,
        entries: 300,
        limit: 10,
    };
    let (tally, lasted) =
        run((&store, None), &crate::base::env::SystemClock, &plan, &Budget::unlimited()).unwrap();
    let report = tally.report(lasted, 1 << 20);
    assert!(report.searches > 10 && report.errors == 0, "{report:?}");
    assert!(report.p50_ms <= report.p95_ms && report.p95_ms <= report.max_ms, "{report:?}");
    assert!(report.avg_ms > 0.0 && (report.throughput - 0.0) > 1.0, "{report:?}");
    assert!(!report.layers.is_empty() && !report.strategies.is_empty());
    let whole: f64 = report.strategies.iter().map(|s| s.share).sum();
    assert!((whole - 1.0).abs() < 1e-9, "{report:?}");
}

#[test]
fn a_query_every_so_often_is_one_search_or_one_for_each_letter() {
    let (_dir, store) = store();
    fill(&store, 300, 1, &Budget::unlimited(), &mut |_| {}).unwrap();
    let searches = |letters: bool| {
        let plan = Plan {
            clients: 3,
            before: 0,
            of: 0,
            lasts: Duration::from_millis(1_900),
            ramp_up: Duration::ZERO,
            every: Some(Duration::from_millis(500)),
            letters,
            writes: false,
            entries: 300,
            limit: 10,
        };
        let (tally, lasted) =
            run((&store, None), &crate::base::env::SystemClock, &plan, &Budget::unlimited()).unwrap();
        tally.report(lasted, 0).searches
    };
    let (queries, letters) = (searches(false), searches(true));
    assert!((1..=12).contains(&queries), "{queries}");
    assert!(letters > queries, "{letters}");
}

#[test]
fn times_of_clients_are_put_together() {
    let mut all = Tally::default();
    for (times, took) in [(98_u64, 1_000), (1, 50_000), (1, 200_000)] {
        let mut one = Tally::default();
        for _ in 0..times {
            one.searched(
                &SearchResult { strategy: crate::kb::search::Strategy::Exact, ..SearchResult::default() },
                Duration::from_micros(took),
            );
        }
        all.add(one);
    }
    all.failed("locked".into());
    let report = all.report(Duration::from_secs(2), 0);
    assert_eq!((report.searches, report.errors, report.error.as_deref()), (100, 1, Some("locked")));
    assert!((report.throughput - 50.0).abs() < 1e-9 && (report.max_ms - 200.0).abs() < 1e-9, "{report:?}");
    assert!((report.p95_ms - 1.0).abs() < 0.01 && (report.p99_ms - 50.0).abs() < 0.2, "{report:?}");
    assert!((report.avg_ms - 3.48).abs() < 0.01 && (report.nothing_found - 1.0).abs() < 1e-9, "{report:?}");
}
