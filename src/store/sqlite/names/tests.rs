use crate::base::Budget;
use crate::base::meter::no_meter;
use crate::store::{EntryRow, ExactHit, Filter, NewEntry, OpenOptions, SqliteStore, Store, Via};
use proptest::prelude::*;

/// Ids, aliases, codes, titles and tags out of a few letters: many begin with others.
fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![9 => "[AB]{1,4}", 1 => "[ABé%_]{1,3}"]
}

fn any_entry() -> impl Strategy<Value = NewEntry> {
    let some = || prop::collection::vec(any_name(), 0..3);
    (any_name(), any_name(), some(), some(), some()).prop_map(|(id, title, aliases, codes, tags)| NewEntry {
        id,
        title,
        aliases,
        codes,
        tags: tags.into_iter().map(|tag| tag.to_lowercase()).collect(),
        ..NewEntry::default()
    })
}

/// What happens to a store while somebody asks it.
#[derive(Debug, Clone)]
enum Step {
    Put(Box<NewEntry>),
    Delete(String),
    Use(String),
    /// Typed letter by letter.
    Ask(String),
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => any_entry().prop_map(|entry| Step::Put(Box::new(entry))),
        1 => any_name().prop_map(Step::Delete),
        2 => any_name().prop_map(Step::Use),
        4 => any_name().prop_map(Step::Ask),
    ]
}

/// Everything that is asked of names while `name` is typed so far.
fn asked(store: &SqliteStore, name: &str) -> (Vec<ExactHit>, Vec<ExactHit>, Vec<Vec<EntryRow>>) {
    let (free, plain) = (Budget::unlimited(), Filter::default());
    let upper = name.to_uppercase();
    let exact = store.find_exact(std::slice::from_ref(&upper), name, &plain, &free).unwrap();
    let begun = store.find_prefix(&upper, &plain, 2, &free).unwrap();
    (exact, begun, store.find_each_tag(&[name.to_owned()], &plain, 2, &free).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// What is remembered of names is what a store says that was opened a moment ago.
    #[test]
    fn what_is_remembered_of_names_is_what_is_there(steps in prop::collection::vec(any_step(), 1..24)) {
        let dir = tempfile::tempdir().unwrap();
        let open = || SqliteStore::open(&OpenOptions::new(dir.path().join("kb.db")), no_meter()).unwrap();
        let store = open();
        for (at, step) in (1..).zip(steps) {
            match step {
                Step::Put(entry) => drop(store.put(&[*entry], at).unwrap()),
                Step::Delete(id) => drop(store.delete(&id, at).unwrap()),
                Step::Use(id) => drop(store.record_use(&id, None, at).unwrap()),
                Step::Ask(name) => {
                    for (end, letter) in name.char_indices() {
                        let typed = &name[..end + letter.len_utf8()];
                        prop_assert_eq!(asked(&store, typed), asked(&open(), typed), "{}", typed);
                    }
                }
            }
        }
    }
}

#[test]
fn a_name_is_found_by_all_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&OpenOptions::new(dir.path().join("kb.db")), no_meter()).unwrap();
    let entry = NewEntry {
        id: "IEF450I".into(),
        title: "Job ended".into(),
        aliases: vec!["IEF450".into()],
        codes: vec!["S0C7".into()],
        ..NewEntry::default()
    };
    store.put(&[entry], 1).unwrap();
    let row = store.entry("IEF450I", &Budget::unlimited()).unwrap().unwrap().row;
    let via = |name: &str| {
        let (exact, ..) = asked(&store, name);
        exact.into_iter().map(|hit| (hit.row == row, hit.via)).collect::<Vec<_>>()
    };
    for (name, found) in
        [("ief45", None), ("ief450", Some(Via::Alias)), ("ief450i", Some(Via::Id)), ("ief450ix", None)]
    {
        assert_eq!(via(name), found.map(|via| (true, via)).into_iter().collect::<Vec<_>>(), "{name}");
    }
    assert_eq!((via("s0c7"), via("job ended")), (vec![(true, Via::Code)], vec![(true, Via::Title)]));
    assert_eq!((via("s0c"), via("job"), via("job ended "), via("x")), (vec![], vec![], vec![], vec![]));
}
