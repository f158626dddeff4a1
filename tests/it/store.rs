//! The SQLite store under attack: killed, shared by many processes, in places where it cannot be written, asked anything.
//! Counts fit a push; `GREENBAR_TEST_SCALE` (default 1) multiplies them up to the full number that is promised.
#![allow(clippy::print_stdout, reason = "a test that is skipped says why, one that counts says how many")]

mod child;
mod drift;
mod injection;
mod kill;
mod ladder;
mod many;
mod permissions;

use greenbar::base::Budget;
use greenbar::base::meter::no_meter;
use greenbar::store::{NewEntry, OpenOptions, SqliteStore, Store};
use std::path::Path;

/// `at_push` times the scale, at most `full`.
fn scaled(at_push: usize, full: usize) -> usize {
    let scale = std::env::var("GREENBAR_TEST_SCALE").ok().and_then(|s| s.parse().ok()).unwrap_or(1);
    at_push.saturating_mul(scale).min(full)
}

fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(&OpenOptions::new(path), no_meter()).unwrap()
}

fn entry(id: &str) -> NewEntry {
    NewEntry {
        id: id.to_owned(),
        title: format!("Entry {id}"),
        problem: format!("What is seen when {id} happens in step PAY010."),
        solution: format!("Look at the operands of {id}. ").repeat(50),
        category: "Batch".into(),
        tags: vec!["abend".into(), id.to_lowercase()],
        ..NewEntry::default()
    }
}

fn free() -> Budget {
    Budget::unlimited()
}

/// Nothing is wrong with the store: structure, full text (rank = 1), hashes, lists.
fn assert_whole(store: &SqliteStore) {
    let problems = store.check(&free()).unwrap();
    assert!(problems.is_empty(), "{problems:#?}");
}
