//! What is asked in one go.

use super::super::{OpenOptions, SqliteStore};
use super::*;
use crate::base::meter::no_meter;
use crate::base::{Cancel, Way, processors};
use crate::store::{NewEntry, Store};
use std::panic::{AssertUnwindSafe, catch_unwind};

fn store() -> (tempfile::TempDir, SqliteStore) {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&OpenOptions::new(dir.path().join("kb.db")), no_meter()).unwrap();
    (dir, store)
}

fn count(store: &SqliteStore) -> u64 {
    store.count(&[], &Budget::unlimited()).unwrap()
}

fn put(store: &SqliteStore, id: &str) {
    store.put(&[NewEntry { id: id.into(), title: id.into(), ..NewEntry::default() }], 1).unwrap();
}

/// What another thread counts meanwhile.
fn beside(store: &SqliteStore) -> u64 {
    std::thread::scope(|scope| scope.spawn(|| count(store)).join().unwrap())
}

#[test]
fn what_is_asked_in_one_go_has_one_view_and_one_reader() {
    let (_dir, store) = store();
    put(&store, "A");
    let pool = store.readers.as_ref().unwrap();
    let mut seen = Vec::new();
    store.in_one_go(&Budget::unlimited(), &mut || {
        seen.push(count(&store));
        put(&store, "B");
        seen.push(count(&store));
        // Asked again inside, it is the same.
        store.in_one_go(&Budget::unlimited(), &mut || seen.push(count(&store)));
        assert_eq!(pool.counts(), (1, 1));
        seen.push(beside(&store));
    });
    assert_eq!(seen, [1, 1, 1, 2], "what comes meanwhile is seen by others");
    assert_eq!((count(&store), pool.counts()), (2, (2, 0)));
}

#[test]
fn a_reader_goes_back_whatever_happens() {
    let (_dir, store) = store();
    put(&store, "A");
    let pool = store.readers.as_ref().unwrap();
    for inside in [false, true] {
        let work = || {
            store.in_one_go(&Budget::unlimited(), &mut || {
                if inside {
                    let fails = |_: &rusqlite::Connection| -> rusqlite::Result<()> { panic!("on purpose") };
                    store.read("fail", &Budget::unlimited(), fails).unwrap();
                }
                panic!("on purpose");
            });
        };
        assert!(catch_unwind(AssertUnwindSafe(work)).is_err());
        assert!(KEPT.with_borrow(Option::is_none) && pool.counts() == (1, 0));
    }
    put(&store, "B");
    assert_eq!(count(&store), 2, "the old view is over");
}

#[test]
fn who_has_no_time_or_no_hurry_keeps_no_reader() {
    let (_dir, store) = store();
    let cancel = Cancel::default();
    cancel.cancel();
    let pool = store.readers.as_ref().unwrap();
    let taken: Vec<_> = (0..2 * processors()).filter_map(|_| pool.seats.take(&Budget::unlimited())).collect();
    for budget in [Budget::with_cancel(cancel), Budget::unlimited().behind(Way::default())] {
        let mut kept = None;
        store.in_one_go(&budget, &mut || kept = Some(KEPT.with_borrow(Option::is_some)));
        assert_eq!(kept, Some(false));
    }
    drop(taken);
}
