//! The data that relevance is measured with and questions are expanded by: the golden set names only entries that are there,
//! and no synonym contradicts another one.

use greenbar::base::Budget;
use greenbar::base::meter::no_meter;
use greenbar::kb::relevance::{Grading, golden, measure};
use greenbar::kb::search::{Layer, SearchRequest, learned, search};
use greenbar::kb::starter;
use greenbar::store::{OpenOptions, Searches, SqliteStore};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

const GOLDEN: &str = include_str!("../../src/kb/relevance/golden.toml");
const SYNONYMS: &str = include_str!("../../src/kb/synonyms.toml");

/// Kinds of questions, and the fewest of each that a measurement of it needs.
const KINDS: [(&str, usize); 7] =
    [("code", 40), ("words", 10), ("problem", 30), ("typo", 8), ("synonym", 8), ("name", 5), ("long", 15)];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Golden {
    query: Vec<Query>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    text: String,
    kind: String,
    grades: BTreeMap<String, u8>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Synonyms {
    group: Vec<Group>,
    oneway: Vec<OneWay>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OneWay {
    from: String,
    to: Vec<String>,
}

/// Everything that is wrong, so that one run shows all of it.
fn none(faults: &str) {
    assert!(faults.is_empty(), "\n{faults}");
}

#[test]
fn the_golden_set_asks_for_entries_that_are_there() {
    let ids: BTreeSet<String> = starter::entries().unwrap().into_iter().map(|entry| entry.id).collect();
    let golden: Golden = toml::from_str(GOLDEN).unwrap();
    let mut faults = String::new();
    let mut texts = BTreeSet::new();
    for query in &golden.query {
        let text = &query.text;
        if !texts.insert(text.to_lowercase()) {
            let _ = writeln!(faults, "{text}: is there twice");
        }
        if !KINDS.iter().any(|(kind, _)| *kind == query.kind) {
            let _ = writeln!(faults, "{text}: kind {}", query.kind);
        }
        if !query.grades.values().any(|grade| *grade == 3) {
            let _ = writeln!(faults, "{text}: nothing answers it");
        }
        for (id, grade) in &query.grades {
            if !ids.contains(id) || !(1..=3).contains(grade) {
                let _ = writeln!(faults, "{text}: {id} = {grade}");
            }
        }
    }
    none(&faults);
    for (kind, least) in KINDS {
        let count = golden.query.iter().filter(|query| query.kind == kind).count();
        assert!(count >= least, "{count} questions of kind {kind}");
    }
    let long = golden.query.iter().filter(|query| query.text.chars().count() > 50).count();
    assert!(golden.query.len() >= 120 && long >= 25, "{} questions, {long} long ones", golden.query.len());
}

#[test]
fn a_synonym_has_one_group_and_codes_are_those_of_entries() {
    let mut codes = BTreeSet::new();
    for entry in starter::entries().unwrap() {
        codes.extend([entry.id].into_iter().chain(entry.aliases));
    }
    // SQLCODEs may be written as they are typed.
    let known = |word: &str| codes.contains(word) || codes.contains(&format!("SQL{word}"));
    let fits =
        |word: &str| word.trim() == word && !word.is_empty() && (word == word.to_lowercase() || known(word));
    let synonyms: Synonyms = toml::from_str(SYNONYMS).unwrap();
    assert!(synonyms.group.len() >= 80, "{} groups", synonyms.group.len());
    let mut faults = String::new();
    let mut group_of = BTreeMap::new();
    for (at, group) in synonyms.group.iter().enumerate() {
        if group.words.len() < 2 {
            let _ = writeln!(faults, "{:?}: one word is no group", group.words);
        }
        for word in &group.words {
            if !fits(word) {
                let _ = writeln!(faults, "{word}: neither lower case nor a code of an entry");
            }
            if group_of.insert(word.to_lowercase(), at).is_some() {
                let _ = writeln!(faults, "{word}: is there twice");
            }
        }
    }
    let mut from = BTreeSet::new();
    for way in &synonyms.oneway {
        if !from.insert(&way.from) || way.from != way.from.to_lowercase() || way.to.is_empty() {
            let _ = writeln!(faults, "{}: twice, not in lower case, or leads nowhere", way.from);
        }
        for word in &way.to {
            let same = group_of.get(&way.from).zip(group_of.get(&word.to_lowercase()));
            if !fits(word) || *word == way.from || same.is_some_and(|(a, b)| a == b) {
                let _ =
                    writeln!(faults, "{} to {word}: unknown code, itself, or in one group with it", way.from);
            }
        }
    }
    none(&faults);
}

/// The golden set over the starter entries. The measured values are a little higher: see the README.
#[test]
fn the_search_answers_the_golden_set() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&OpenOptions::new(dir.path().join("kb.db")), no_meter()).unwrap();
    let budget = Budget::unlimited();
    starter::install(&store, 1, &budget).unwrap();
    let questions = golden().unwrap();
    let (scores, missed) = measure(&store, &questions, Grading::GOLDEN, &[], &budget).unwrap();
    let of = |kind: &str| scores.iter().find(|scores| scores.kind == kind).unwrap();
    assert!(of("code").hit_at_1 > 0.999, "a code has its entry first: {missed:#?}");
    for (kind, least) in [("code", 0.96), ("problem", 0.78), ("typo", 0.62), ("synonym", 0.52), ("all", 0.83)]
    {
        assert!(of(kind).ndcg_at_10 > least, "{kind}: {scores:#?}");
    }
    // Each layer is worth something.
    for layer in [Layer::Exact, Layer::Tag, Layer::Text, Layer::Semantic] {
        let without = measure(&store, &questions, Grading::GOLDEN, &[layer], &budget).unwrap();
        let without = without.0.into_iter().next_back().unwrap();
        assert!(without.ndcg_at_10 < of("all").ndcg_at_10, "{layer:?}: {without:?}");
    }
}

/// People who open what helps them, and one time in five whatever stands first, find it further up when they ask again; other
/// questions are answered as before.
#[test]
fn what_people_open_lifts_it_for_their_question_and_for_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&OpenOptions::new(dir.path().join("kb.db")), no_meter()).unwrap();
    let budget = Budget::unlimited();
    starter::install(&store, 1, &budget).unwrap();
    let questions = golden().unwrap();
    let halves = || -> Vec<f64> {
        let (scores, _) = measure(&store, &questions, Grading::GOLDEN, &[Layer::Semantic], &budget).unwrap();
        scores.iter().filter(|s| s.kind.starts_with("half")).map(|s| s.ndcg_at_10).collect()
    };
    let before = halves();
    for (n, question) in questions.iter().filter(|question| question.half() == 0).enumerate() {
        for session in 0..3 {
            let text = question.text.clone();
            let request = SearchRequest { text, limit: 10, snippets: Some(0), ..SearchRequest::default() };
            let found = search(&store, &request, &budget, &*no_meter()).unwrap().results;
            let grade = |id: &str| question.grades.get(id).copied().unwrap_or(0);
            let helps = (0..found.len()).filter(|at| grade(&found[*at].id) >= 2);
            let best = helps.max_by_key(|at| (grade(&found[*at].id), std::cmp::Reverse(*at)));
            let opened = if (n + session) % 5 == 0 { (!found.is_empty()).then_some(0) } else { best };
            if let Some(at) = opened {
                let place = u64::try_from(at).unwrap() + 1;
                learned::opened(&store, &question.text, &found[at].id, place, 0).unwrap();
            }
        }
    }
    let after = halves();
    assert!(after[0] > before[0] + 0.015, "{before:?} {after:?}");
    assert!((after[1] - before[1]).abs() < 0.004, "{before:?} {after:?}");
    store.forget_searches(None).unwrap();
    let again = halves();
    assert!(again.iter().zip(&before).all(|(a, b)| (a - b).abs() < 1e-9), "{before:?} {again:?}");
}
