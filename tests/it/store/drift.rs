//! D15: after any sequence of changes the full-text index stands for exactly the texts that a naive model holds.

use super::{assert_whole, free, open, scaled};
use greenbar::store::{Filter, NewEntry, Store, TextQuery};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::collections::{BTreeMap, BTreeSet};

const WORDS: [&str; 8] = ["zeta", "yotta", "xenon", "WS-CUST-ID", "#total", "quasar", "pylon", "ozone"];

#[derive(Debug, Clone)]
enum Change {
    /// Entry, words of title, problem, solution and tags, repeated so often.
    Put(usize, [usize; 4], usize),
    /// Several entries at once, one of them twice.
    Import(usize, usize),
    Delete(usize),
    Undelete(usize),
    Notes(usize),
    Use(usize),
    Reopen,
}

fn change() -> impl Strategy<Value = Change> {
    let entry = 0..12_usize;
    prop_oneof![
        6 => (entry.clone(), prop::array::uniform4(0..WORDS.len()), prop_oneof![Just(1), Just(400_usize)])
            .prop_map(|(entry, words, times)| Change::Put(entry, words, times)),
        2 => (entry.clone(), 0..WORDS.len()).prop_map(|(entry, word)| Change::Import(entry, word)),
        3 => entry.clone().prop_map(Change::Delete),
        3 => entry.clone().prop_map(Change::Undelete),
        1 => entry.clone().prop_map(Change::Notes),
        1 => entry.prop_map(Change::Use),
        1 => Just(Change::Reopen),
    ]
}

fn written(entry: usize, words: [usize; 4], times: usize) -> NewEntry {
    NewEntry {
        id: format!("E{entry}"),
        title: format!("{} {entry}", WORDS[words[0]]),
        problem: WORDS[words[1]].to_owned(),
        solution: format!("{} ", WORDS[words[2]]).repeat(times),
        tags: vec![WORDS[words[3]].to_lowercase()],
        ..NewEntry::default()
    }
}

/// What the model holds of an entry, and whether it is deleted.
type Model = BTreeMap<String, (NewEntry, bool)>;

fn holds(entry: &NewEntry, word: &str) -> bool {
    let word = word.to_lowercase();
    let texts = [&entry.title, &entry.problem, &entry.solution].map(|text| text.to_lowercase());
    texts.iter().any(|text| text.split_whitespace().any(|w| w == word)) || entry.tags.contains(&word)
}

fn apply(store: &dyn Store, model: &mut Model, change: &Change) {
    let id = |entry: &usize| format!("E{entry}");
    match change {
        Change::Put(entry, words, times) => {
            let new = written(*entry, *words, *times);
            store.put(std::slice::from_ref(&new), 1).unwrap();
            model.insert(new.id.clone(), (new, false));
        }
        Change::Import(entry, word) => {
            let news = [
                written(*entry, [*word; 4], 1),
                written((entry + 1) % 12, [*word; 4], 1),
                written(*entry, [0; 4], 1),
            ];
            store.put(&news, 1).unwrap();
            for new in news {
                model.insert(new.id.clone(), (new, false));
            }
        }
        Change::Delete(entry) => {
            let there = model.get_mut(&id(entry)).filter(|(_, deleted)| !deleted);
            assert_eq!(store.delete(&id(entry), 1).unwrap(), there.is_some());
            if let Some((_, deleted)) = there {
                *deleted = true;
            }
        }
        Change::Undelete(entry) => {
            let there = model.get_mut(&id(entry)).filter(|(_, deleted)| *deleted);
            assert_eq!(store.undelete(&id(entry), 1).unwrap(), there.is_some());
            if let Some((_, deleted)) = there {
                *deleted = false;
            }
        }
        Change::Notes(entry) => drop(store.set_notes(&id(entry), "zeta", 1).unwrap()),
        Change::Use(entry) => drop(store.record_use(&id(entry), Some(true), 1).unwrap()),
        Change::Reopen => {}
    }
}

fn assert_same(store: &dyn Store, model: &Model) {
    for word in WORDS {
        let query = TextQuery { parts: vec![word.to_owned()], ..TextQuery::default() };
        let found = store.find_text(&query, &Filter::default(), 99, &free()).unwrap();
        let rows: Vec<_> = found.hits.iter().map(|hit| hit.row).collect();
        let entries = store.entries(&rows, &free()).unwrap();
        let found: BTreeSet<String> = entries.into_iter().map(|entry| entry.body.id).collect();
        let live = model.values().filter(|(_, deleted)| !deleted).map(|(entry, _)| entry);
        let wanted: BTreeSet<String> = live.filter(|e| holds(e, word)).map(|e| e.id.clone()).collect();
        assert_eq!(found, wanted, "{word}");
    }
}

#[test]
fn d15_the_index_never_drifts_from_the_entries() {
    let seeds = scaled(4, 20);
    let changes = scaled(120, 100_000);
    // A look at everything reads all older versions, too: after each few of very many changes it would take hours.
    let look = (changes / 500).max(40);
    let config = Config { cases: u32::try_from(seeds).unwrap(), max_shrink_iters: 200, ..Config::default() };
    let config = Config { failure_persistence: None, ..config };
    let work = prop::collection::vec(change(), changes..=changes);
    let tried = TestRunner::new(config).run(&work, |changes| {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("kb.db");
        let mut store = open(&path);
        let mut model = Model::new();
        for (n, change) in changes.iter().enumerate() {
            if matches!(change, Change::Reopen) {
                drop(store);
                store = open(&path);
            }
            apply(&store, &mut model, change);
            if n % look == look - 1 {
                assert_same(&store, &model);
                assert_whole(&store);
            }
        }
        assert_same(&store, &model);
        assert_whole(&store);
        Ok(())
    });
    if let Err(failed) = tried {
        panic!("{failed}");
    }
}
