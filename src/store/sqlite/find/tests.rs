//! What a question finds, compared with a look at every text; how much is read for it.

use super::super::text::{name, names, words_in};
use super::super::words::{folded, stem};
use super::super::{OpenOptions, SqliteStore};
use super::*;
use crate::base::Budget;
use crate::base::meter::no_meter;
use crate::store::{NewEntry, Store};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Limits that a few dozen entries reach.
const LOW: Limits =
    Limits { postings: 30, looked: 5, used: 3, passing: 2, filtered: (10, 5), endings: 2, sparse: 0 };
/// Limits that nothing here reaches.
const HIGH: Limits = Limits { looked: 10_000, endings: 10_000, ..Limits::USUAL };

fn store_of(entries: &[NewEntry]) -> (tempfile::TempDir, SqliteStore) {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&OpenOptions::new(dir.path().join("kb.db")), no_meter()).unwrap();
    store.put(entries, 1).unwrap();
    (dir, store)
}

fn find(store: &SqliteStore, query: &TextQuery, filter: &Filter, limits: Limits) -> TextHits {
    find_some(store, query, filter, 1_000, limits)
}

fn find_some(
    store: &SqliteStore,
    query: &TextQuery,
    filter: &Filter,
    wanted: usize,
    limits: Limits,
) -> TextHits {
    let find = |sql: &Connection| find_text((sql, &store.memory), query, filter, wanted, limits);
    store.read("search", &Budget::unlimited(), find).unwrap()
}

fn rows(hits: &TextHits) -> Vec<i64> {
    let mut rows: Vec<i64> = hits.hits.iter().map(|hit| hit.row.0).collect();
    rows.sort_unstable();
    rows
}

fn words(parts: &[&str]) -> TextQuery {
    TextQuery { parts: parts.iter().map(|s| (*s).to_owned()).collect(), ..TextQuery::default() }
}

fn typed(parts: &[&str]) -> TextQuery {
    TextQuery { last_is_prefix: true, ..words(parts) }
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
fn common_words_read_a_bounded_number_of_postings() {
    let (_dir, store) = store_of(&common(400));
    store.record_use("E3", None, 2).unwrap();
    let low = Limits { postings: 200, ..LOW };
    let any = TextQuery { any: true, ..words(&["job", "step"]) };
    for query in [words(&["job", "step"]), any, typed(&["step", "jo"]), words(&["job step"])] {
        let hits = find(&store, &query, &Filter::default(), low);
        assert_eq!((hits.plan, hits.more), (TextPlan::Newest, true), "{query:?}");
        // Inside a page every posting is read.
        assert!(hits.total < 400 && !hits.hits.is_empty(), "{query:?} {hits:?}");
        let whole = find(&store, &query, &Filter::default(), HIGH);
        assert_eq!(whole.plan, TextPlan::Whole, "{query:?}");
    }
    let hits = find(&store, &words(&["job", "step"]), &Filter::default(), low);
    let found = rows(&hits);
    assert!(
        found.contains(&400) && found.contains(&3) && !found.contains(&4),
        "new ones and used ones: {found:?}"
    );
    // A rare word finds all of its entries.
    let hits = find(&store, &words(&["job", "quasar"]), &Filter::default(), Limits { postings: 500, ..low });
    assert_eq!((hits.plan, hits.more, hits.total), (TextPlan::Whole, false, 1));
    // Of what is usual, everything is read.
    let hits = find(&store, &words(&["job", "step"]), &Filter::default(), Limits::USUAL);
    assert_eq!((hits.plan, hits.more, hits.total), (TextPlan::Whole, false, 400));
}

#[test]
fn titles_and_rare_words_come_first() {
    let (_dir, store) = store_of(&common(60));
    let first = |query: TextQuery| find(&store, &query, &Filter::default(), HIGH).hits[0].row.0;
    assert_eq!(first(words(&["job"])) % 7, 0, "in the title");
    assert_eq!(first(TextQuery { any: true, ..words(&["job", "quasar"]) }), 17, "the rare word");
    assert_eq!(first(TextQuery { helpful: vec!["quasar".into()], ..words(&["step"]) }), 17, "what helps");
}

#[test]
fn phrases_are_literal() {
    let (_dir, store) = store_of(&common(40));
    for limits in [HIGH, Limits { looked: 40, ..LOW }] {
        let phrase = |text: &str| {
            rows(&find(&store, &words(&[text]), &Filter::default(), Limits { postings: 9_999, ..limits }))
        };
        assert_eq!(phrase("job step"), [10, 20, 30, 40]);
        assert_eq!(phrase("jobs steps"), [10, 20, 30, 40], "forms of the words");
        assert_eq!(phrase("step job"), [0_i64; 0]);
        // Words in different texts are not in a row.
        assert_eq!(phrase("ended the"), [0_i64; 0]);
    }
    assert_eq!(rows(&find(&store, &typed(&["job st"]), &Filter::default(), HIGH)), [10, 20, 30, 40]);
    // Nor are they excluded where they are not.
    let without = TextQuery { without: vec!["job step".into()], ..words(&["ended"]) };
    let found = rows(&find(&store, &without, &Filter::default(), HIGH));
    assert_eq!(found.len(), 36, "{found:?}");
    assert!(found.iter().all(|row| row % 10 != 0));
    // More than may be looked at: said, and nothing else is given.
    let hits = find(&store, &words(&["job step"]), &Filter::default(), Limits { postings: 9_999, ..LOW });
    assert!(hits.more && hits.hits.iter().all(|hit| hit.row.0 % 10 == 0), "{hits:?}");
}

#[test]
fn what_texts_were_seen_to_have_holds_until_they_change() {
    let mut entries = common(60);
    let (_dir, store) = store_of(&entries);
    let asked = |parts: &[&str]| {
        let first = find(&store, &words(parts), &Filter::default(), HIGH);
        let again = find(&store, &words(parts), &Filter::default(), HIGH);
        assert_eq!((&again.hits, again.total), (&first.hits, first.total), "{parts:?}");
        rows(&first)
    };
    let (job_step, step_of) = (asked(&["job step"]), asked(&["step of"]));
    assert_eq!((job_step.len(), step_of.len()), (6, 54));
    assert_eq!(asked(&["job step", "of the"]), [0; 0]);
    // What looks alike is another question.
    assert_eq!(asked(&["job ste"]), [0; 0]);
    assert_eq!(rows(&find(&store, &typed(&["job ste"]), &Filter::default(), HIGH)), job_step);
    entries[9].problem = "A step of the job ended".into();
    store.put(&entries[9..10], 2).unwrap();
    assert_eq!((asked(&["job step"]).len(), asked(&["step of"]).len()), (5, 55));
}

#[test]
fn words_go_on_as_they_are_written() {
    let entry = |id: usize| {
        texts(
            id,
            "Title",
            if id.is_multiple_of(2) { "the databases' memory" } else { "a transactional exception" },
        )
    };
    let (_dir, store) = store_of(&(1..=30).map(entry).collect::<Vec<_>>());
    let cases = [
        ("d", 0),
        ("data", 0),
        ("databas", 0),
        ("memory", 0),
        ("transac", 1),
        ("exceptio", 1),
        ("exception", 1),
    ];
    for (word, parity) in cases {
        let hits = find(&store, &typed(&[word]), &Filter::default(), HIGH);
        assert_eq!((hits.total, hits.more), (15, false), "{word}");
        assert!(hits.hits.iter().all(|hit| hit.row.0 % 2 == parity), "{word}: {hits:?}");
    }
    // A form that no text has is a word all the same.
    assert_eq!(find(&store, &typed(&["exceptions"]), &Filter::default(), HIGH).total, 15);
    assert_eq!(find(&store, &typed(&["databx"]), &Filter::default(), HIGH).total, 0);
}

/// Words of the random texts: forms of one, words that hold others, hyphens, accents.
const WORDS: [&str; 10] =
    ["job", "jobs", "step", "steps", "data", "dataset", "WS-JOB", "Zürich", "error", "a"];

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

/// Whether a text has `part`, as a person would look for it.
fn text_has(text: &str, part: &str, begins: bool) -> bool {
    if let Some(name) = name(part, begins) {
        let all: Vec<String> = names(text).collect();
        if all.iter().any(|other| if begins { other.starts_with(&name) } else { *other == name }) {
            return true;
        }
    }
    let wanted: Vec<String> = words_in(part).map(|word| folded(word).into_owned()).collect();
    let here: Vec<String> = words_in(text).map(|word| folded(word).into_owned()).collect();
    here.windows(wanted.len()).any(|row| {
        row.iter().zip(&wanted).enumerate().all(|(at, (word, wanted))| {
            stem(word) == stem(wanted) || begins && at + 1 == row.len() && word.starts_with(wanted.as_str())
        })
    })
}

fn entry_has(entry: &NewEntry, part: &str, begins: bool) -> bool {
    [&entry.title, &entry.problem, &entry.tags.join(", ")].iter().any(|text| text_has(text, part, begins))
}

/// The rows that match, found by looking at every entry.
fn looked_for<'e>(
    entries: impl Iterator<Item = (i64, &'e NewEntry)>,
    query: &TextQuery,
    filter: &Filter,
) -> BTreeSet<i64> {
    let matching = entries.filter(|(_, entry)| {
        let last = query.parts.len() - 1;
        let mut parts = query.parts.iter().enumerate().map(|(at, part)| {
            let others = query.also.iter().filter(|(of, _)| *of == at);
            entry_has(entry, part, query.last_is_prefix && at == last)
                || others.into_iter().any(|(_, other)| entry_has(entry, other, false))
        });
        let found = if query.any {
            parts.any(|has| has) || query.helpful.iter().any(|part| entry_has(entry, part, false))
        } else {
            parts.all(|has| has)
        };
        found
            && !query.without.iter().any(|part| entry_has(entry, part, false))
            && (filter.categories.is_empty() || entry.category == "Db2")
            && (filter.tags.is_empty() || !entry.tags.is_empty())
    });
    matching.map(|(row, _)| row).collect()
}

#[test]
fn what_is_kept_in_memory_is_of_the_store_as_it_is() {
    let (dir, store) = store_of(&common(300));
    let other = SqliteStore::open(&OpenOptions::new(dir.path().join("kb.db")), no_meter()).unwrap();
    let backup = dir.path().join("backup.db");
    store.backup_to(&backup).unwrap();
    let without = TextQuery { without: vec!["quasar".into()], ..words(&["ended"]) };
    let any = TextQuery { any: true, ..words(&["job", "pulsar", "quasar"]) };
    let asked =
        [words(&["job", "step"]), typed(&["s"]), typed(&["job", "qu"]), words(&["pulsar"]), any, without];
    let mut seen = BTreeSet::new();
    let mut check = |what: &str| {
        for store in [&store, &other] {
            for query in &asked {
                let kept = find(store, query, &Filter::default(), HIGH);
                let read = |sql: &Connection| {
                    find_text((sql, &Memory::default()), query, &Filter::default(), 1_000, HIGH)
                };
                let fresh = store.read("search", &Budget::unlimited(), read).unwrap();
                assert_eq!(kept, fresh, "{what}: {query:?}");
                seen.insert(format!("{:?}", rows(&fresh)));
            }
        }
    };
    check("first");
    check("from memory");
    other.put(&[texts(7, "A pulsar", "step"), texts(400, "A pulsar", "quasar")], 2).unwrap();
    check("another one wrote");
    store.put(&(0..90).map(|id| texts(id, "A pulsar", "stop")).collect::<Vec<_>>(), 3).unwrap();
    check("a new piece");
    store.delete("E9", 4).unwrap();
    check("one is gone");
    store.upkeep().unwrap();
    check("pieces merged");
    store.rebuild_index().unwrap();
    check("made anew");
    other.restore_from(&backup).unwrap();
    check("as it was before");
    // The same numbers of pieces and places as before, with other words.
    store.put(&(0..90).map(|id| texts(id, "A quasar", "step")).collect::<Vec<_>>(), 5).unwrap();
    check("other words");
    assert!(seen.len() > 12, "{}", seen.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// However little may be read: what is found matches, and where the total is said to be exact, it is, and all of it is there.
    #[test]
    fn every_question_finds_what_a_look_at_all_texts_finds(
        entries in any_entries(), changed in any_entries(), queries in prop::collection::vec((any_query(), any_filter()), 12)
    ) {
        let (_dir, store) = store_of(&entries);
        // Several pieces, recent ones, dead ones.
        let changed = &changed[..changed.len() / 2];
        store.put(changed, 2).unwrap();
        let gone = |id: usize| id.is_multiple_of(4);
        for id in (1..=entries.len()).filter(|id| gone(*id)) {
            store.delete(&format!("E{id}"), 3).unwrap();
        }
        let last = entries.len().max(changed.len());
        let now = |id: usize| changed.get(id - 1).or_else(|| entries.get(id - 1));
        for (query, filter) in queries {
            let live = (1..=last).filter(|id| !(gone(*id) && *id <= entries.len()));
            let live = live.filter_map(|id| Some((i64::try_from(id).unwrap(), now(id)?)));
            let all = looked_for(live, &query, &filter);
            for limits in [HIGH, LOW, Limits { postings: 9_999, ..LOW }, Limits { looked: 1_000, ..LOW }] {
                let hits = find(&store, &query, &filter, limits);
                let found: BTreeSet<i64> = rows(&hits).into_iter().collect();
                prop_assert!(found.is_subset(&all), "{:?} {:?}: {:?} not all of {:?}", query, filter, hits, all);
                prop_assert_eq!(found.len(), hits.hits.len(), "{:?}", hits);
                prop_assert!(hits.total >= to_u64(found.len()), "{:?} {:?}", query, hits);
                prop_assert!(hits.more || found == all, "{:?} {:?}: {:?}, not {:?}", query, filter, hits, all);
                prop_assert!(!hits.more || limits.looked != HIGH.looked, "{:?} {:?}", query, hits);
                // However lists are read, and from memory: the same entries with the same scores, also of the best alone.
                for wanted in [1_000, 4] {
                    let plainly = Limits { sparse: 0, ..limits };
                    let hits = find_some(&store, &query, &filter, wanted, plainly);
                    let again = find_some(&store, &query, &filter, wanted, Limits { sparse: 64, ..limits });
                    prop_assert_eq!(&hits.hits, &again.hits, "{:?} {:?} {}", query, limits, wanted);
                    prop_assert_eq!((hits.total, hits.more), (again.total, again.more));
                }
            }
        }
    }
}
