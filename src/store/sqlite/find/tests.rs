//! What is found by common words, compared with what a whole evaluation finds; how much is read for it.

use super::super::{OpenOptions, SqliteStore};
use super::*;
use crate::base::Budget;
use crate::base::meter::no_meter;
use crate::store::{NewEntry, Store};
use proptest::prelude::*;

/// Limits that make every word of a few dozen entries common.
const LOW: Limits =
    Limits { common: 4, places: 4, whole: 6, steps: 4_000, newest: 300, titled: 150, looked: 300 };
/// Limits that make no word common: every match is ranked.
const HIGH: Limits =
    Limits { common: u64::MAX >> 1, places: u64::MAX >> 1, whole: u64::MAX >> 1, ..Limits::USUAL };

fn store_of(entries: &[NewEntry]) -> (tempfile::TempDir, SqliteStore) {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&OpenOptions::new(dir.path().join("kb.db")), no_meter()).unwrap();
    store.put(entries, 1).unwrap();
    (dir, store)
}

fn find(store: &SqliteStore, query: &TextQuery, filter: &Filter, limits: Limits) -> TextHits {
    store.read("search", &Budget::unlimited(), |sql| find_text(sql, query, filter, 1_000, limits)).unwrap()
}

fn rows(hits: &TextHits) -> Vec<i64> {
    let mut rows: Vec<i64> = hits.hits.iter().map(|hit| hit.row.0).collect();
    rows.sort_unstable();
    rows
}

fn words(parts: &[&str]) -> TextQuery {
    TextQuery { parts: parts.iter().map(|s| (*s).to_owned()).collect(), ..TextQuery::default() }
}

fn texts(id: usize, title: &str, problem: &str) -> NewEntry {
    NewEntry {
        id: format!("E{id}"),
        title: title.into(),
        problem: problem.into(),
        category: if id.is_multiple_of(3) { "Db2" } else { "Batch" }.into(),
        tags: if id.is_multiple_of(5) { vec!["lock".into()] } else { Vec::new() },
        ..NewEntry::default()
    }
}

/// So many entries that all have `job` and `step`, each tenth in a row, each seventh in its title.
fn common(count: usize) -> Vec<NewEntry> {
    let entry = |id: usize| {
        let text = if id.is_multiple_of(10) { "The job step ended" } else { "A step of the job ended" };
        let rare = if id == 17 { " quasar" } else { "" };
        let title = if id.is_multiple_of(7) { "Job ended" } else { "Ended" };
        texts(id, title, &format!("{text}{rare}"))
    };
    (1..=count).map(entry).collect()
}

#[test]
fn common_words_read_a_bounded_number_of_rows() {
    let (_dir, store) = store_of(&common(400));
    let low = Limits { common: 10, places: 10, whole: 20, steps: 100, newest: 10, titled: 5, looked: 20 };
    let without = TextQuery { without: vec!["of".into(), "quasar".into()], ..words(&["job"]) };
    let phrase = words(&["job step"]);
    let typed = |word: &str| TextQuery { last_is_prefix: true, ..words(&["step", word]) };
    let any = TextQuery { any: true, ..words(&["job", "step"]) };
    let many: Vec<&str> = ["job", "step", "ended", "the", "of"].repeat(6);
    let queries = [
        words(&["job"]),
        words(&["job", "step"]),
        phrase,
        without,
        any,
        typed("j"),
        typed("jo"),
        words(&many),
    ];
    for query in queries {
        let hits = find(&store, &query, &Filter::default(), low);
        assert_eq!((hits.plan, hits.more), (TextPlan::Newest, true), "{query:?}");
        // Counting of each word, then the matches, then the titles, then the words of titles.
        assert!(hits.looked <= 10 * 8 + 2 * 100, "{} for {query:?}", hits.looked);
        // As many in a store of half the size: the number does not grow.
        assert!(
            find(&store, &query, &Filter::default(), Limits { steps: 50, ..low }).looked < hits.looked + 1
        );
    }
    // A rare word finds all of its entries, and is what they are ranked by.
    let hits = find(&store, &words(&["job", "quasar"]), &Filter::default(), low);
    assert_eq!((hits.plan, hits.more, hits.total), (TextPlan::Rare, false, 1));
    assert!(hits.looked < 40 && hits.hits[0].score > 1.0, "{hits:?}");
    // In a small store nothing is common.
    let hits = find(&store, &words(&["job", "step"]), &Filter::default(), Limits::USUAL);
    assert_eq!((hits.plan, hits.more, hits.total), (TextPlan::Whole, false, 400));
}

#[test]
fn titles_uses_and_new_entries_come_first() {
    let (_dir, store) = store_of(&common(400));
    store.record_use("E3", None, 2).unwrap();
    let low = Limits { common: 10, places: 10, whole: 20, steps: 800, newest: 10, titled: 5, looked: 20 };
    let found = store
        .read("search", &Budget::unlimited(), |sql| {
            find_text(sql, &words(&["job"]), &Filter::default(), 12, Limits { steps: 400, ..low })
        })
        .unwrap();
    let ids = |at: std::ops::Range<usize>| -> Vec<i64> { found.hits[at].iter().map(|h| h.row.0).collect() };
    assert_eq!(ids(0..5), [399, 392, 385, 378, 371]);
    assert!(rows(&found).contains(&3), "much used: {found:?}");
    assert!(rows(&found).contains(&400) && found.hits.len() == 12);
    assert!(found.hits[0].score > found.hits[11].score);
}

#[test]
fn phrases_of_common_words_are_literal() {
    let (_dir, store) = store_of(&common(40));
    let phrase = |text: &str| rows(&find(&store, &words(&[text]), &Filter::default(), LOW));
    assert_eq!(phrase("job step"), [10, 20, 30, 40]);
    assert_eq!(phrase("jobs steps"), [10, 20, 30, 40], "forms of the words");
    assert_eq!(phrase("step job"), [0_i64; 0]);
    // Words in different texts are not in a row.
    assert_eq!(phrase("ended the"), [0_i64; 0]);
    let typed = TextQuery { last_is_prefix: true, ..words(&["job st"]) };
    assert_eq!(rows(&find(&store, &typed, &Filter::default(), LOW)), [10, 20, 30, 40]);
    // Nor are they excluded where they are not.
    let without = TextQuery { without: vec!["job step".into()], ..words(&["ended"]) };
    let found = rows(&find(&store, &without, &Filter::default(), LOW));
    assert_eq!(found.len(), 36, "{found:?}");
    assert!(found.iter().all(|row| row % 10 != 0));
}

#[test]
fn what_the_index_is_not_asked_for_is_looked_for_in_the_texts() {
    let (_dir, store) = store_of(&common(40));
    // More common words than the index is asked for; those beyond count all the same.
    let mut parts = ["job", "step", "ended", "the"].repeat(8);
    assert_eq!(rows(&find(&store, &words(&parts), &Filter::default(), LOW)).len(), 40);
    parts[31] = "job step";
    assert_eq!(rows(&find(&store, &words(&parts), &Filter::default(), LOW)), [10, 20, 30, 40]);
    let all_phrases = ["job step"; 30];
    assert_eq!(rows(&find(&store, &words(&all_phrases), &Filter::default(), LOW)), [10, 20, 30, 40]);
    let one_is_not_there = [vec!["job step"; 30], vec!["step job"]].concat();
    assert_eq!(rows(&find(&store, &words(&one_is_not_there), &Filter::default(), LOW)), [0_i64; 0]);
}

#[test]
fn long_beginnings_of_common_words_go_on_as_the_index_knows_them() {
    let entries: Vec<NewEntry> = (1..=30)
        .map(|id| {
            texts(id, "Title", if id.is_multiple_of(2) { "the databases" } else { "a transactional record" })
        })
        .collect();
    let (_dir, store) = store_of(&entries);
    for (typed, parity) in [("data", 0), ("datab", 0), ("databas", 0), ("transac", 1), ("recor", 1)] {
        let query = TextQuery { last_is_prefix: true, ..words(&[typed]) };
        let hits = find(&store, &query, &Filter::default(), LOW);
        // By its most frequent ways to go on, not by all that there are put together.
        assert_eq!((hits.plan, hits.more), (TextPlan::Newest, true), "{typed}");
        assert!(rows(&hits).iter().all(|row| row % 2 == parity), "{typed}: {hits:?}");
        assert_eq!(rows(&hits), rows(&find(&store, &query, &Filter::default(), HIGH)), "{typed}");
    }
}

/// Words of the random texts: forms of one, words that hold others, hyphens.
const WORDS: [&str; 9] = ["job", "jobs", "step", "steps", "data", "dataset", "WS-JOB", "error", "a"];

fn any_entries() -> impl Strategy<Value = Vec<NewEntry>> {
    let text = prop::collection::vec(0..WORDS.len(), 0..6);
    prop::collection::vec((text.clone(), text), 1..40).prop_map(|entries| {
        let say = |words: &[usize]| words.iter().map(|at| WORDS[*at]).collect::<Vec<_>>().join(" ");
        let entries = entries.iter().enumerate();
        entries.map(|(at, (title, problem))| texts(at + 1, &say(title), &say(problem))).collect()
    })
}

fn any_query() -> impl Strategy<Value = TextQuery> {
    let part = prop::collection::vec(0..WORDS.len(), 1..3)
        .prop_map(|words| words.iter().map(|at| WORDS[*at]).collect::<Vec<_>>().join(" "));
    let parts = prop::collection::vec(part.clone(), 1..4);
    let few = prop::collection::vec(part.clone(), 0..3);
    (parts, few.clone(), few, any::<(bool, bool)>(), prop::option::of(part)).prop_map(
        |(parts, helpful, without, (any, last_is_prefix), also)| TextQuery {
            parts,
            also: also.into_iter().map(|other| (0, other)).collect(),
            helpful,
            without,
            last_is_prefix,
            any,
        },
    )
}

fn any_filter() -> impl Strategy<Value = Filter> {
    (any::<bool>(), any::<bool>()).prop_map(|(category, tag)| Filter {
        categories: if category { vec!["db2".into()] } else { Vec::new() },
        tags: if tag { vec!["lock".into()] } else { Vec::new() },
        ..Filter::default()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the plan: what is found matches, and where the total is said to be exact, it is, and all of it is there.
    #[test]
    fn every_plan_finds_what_a_whole_evaluation_finds(
        entries in any_entries(), changed in any_entries(), queries in prop::collection::vec((any_query(), any_filter()), 12)
    ) {
        let (_dir, store) = store_of(&entries);
        // Counts that the index keeps of entries that are gone change nothing.
        store.put(&changed[..changed.len() / 2], 2).unwrap();
        for id in (1..=entries.len()).filter(|id| id.is_multiple_of(4)) {
            store.delete(&format!("E{id}"), 3).unwrap();
        }
        for (query, filter) in queries {
            let whole = find(&store, &query, &filter, HIGH);
            prop_assert_eq!((whole.plan, whole.more), (TextPlan::Whole, false));
            let all: HashSet<i64> = rows(&whole).into_iter().collect();
            for limits in [LOW, Limits { common: 1, whole: 0, ..LOW }, Limits { steps: 20, newest: 3, titled: 2, looked: 5, ..LOW }] {
                let hits = find(&store, &query, &filter, limits);
                let found = rows(&hits);
                prop_assert!(found.iter().all(|row| all.contains(row)), "{:?} {:?}: {:?} not all of {:?}", query, filter, hits, all);
                prop_assert!(found.windows(2).all(|pair| pair[0] != pair[1]), "{:?}", hits);
                prop_assert!(hits.total <= whole.total && hits.total >= to_u64(found.len()), "{:?} {:?} {}", query, hits, whole.total);
                if !hits.more {
                    prop_assert_eq!(hits.total, whole.total, "{:?} {:?} {:?}", query, filter, hits);
                    prop_assert!(found.len() == all.len() || all.len() > limits.newest);
                }
            }
        }
    }
}
