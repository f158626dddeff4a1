//! What a question is about beyond its own words. Owns when that is worth its time, and what it adds. Must not know who shows the
//! results.
//!
//! The words that the best entries have in common are asked for as well (pseudo-relevance feedback; J. J. Rocchio 1971; Lavrenko and
//! Croft, Relevance based language models, 2001). Then the texts of the best are held against the question by a model of what words
//! mean (`kb::semantic`): they are read and turned into vectors there and then, so no vector is kept anywhere or can be stale.
//!
//! Tried on the golden set and not kept, as it gained less: eight words of the best three (+0.006, not +0.009); the vectors of
//! single tokens as they are (+0.004, not +0.013 beside BM25), training on pairs of title and text (+0.004), reading solutions too;
//! the whole model that the built-in one was distilled from (-0.004 beside it), tokens fitted to 3,000 to 8,000 passages of public
//! documentation as well (-0.001 to -0.004), and these or headings trained towards the texts below them (-0.001 to -0.005). Over
//! collections that the built-in model was not fitted to the whole model is worth more: +0.026 on Cranfield, +0.055 on CACM.
//!
//! What both count was chosen of 0 to 0.2 and of 0.4 and 0.7 with the golden set and three public collections in sight: with 0.2 for
//! words in common `SciFact` and CACM lost 0.012 and 0.008 that they have with 0.1, Cranfield gained nothing, the golden set 0.001 less.

use super::Layer;
use super::layers::{Asked, Further};
use super::rank::{self, Wanted};
use super::words::{is_small, stem, words_of};
use crate::base::num::to_f64;
use crate::base::{Budget, Result};
use crate::kb::query::Query;
use crate::store::{Entry, EntryRow, NewEntry, Store};
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Characters from which on a question is long, and entries with all its words up to which a list is short: a screen.
const LONG: usize = 50;
const SHORT: u64 = 24;
/// Best entries that words are taken from, and words that are taken.
const DOCUMENTS: usize = 4;
const WORDS: usize = 6;
/// Words of them that it is looked up for how rare they are.
const LOOKED_UP: usize = 40;
/// What a word counts in a title, a problem, a solution, a tag.
const WEIGHTS: [f64; 4] = [3.0, 1.0, 0.5, 2.0];
/// A word that says more often adds less: BM25's k1.
const K1: f64 = 1.2;
/// Best entries whose texts are held against the question.
pub const NEAR: usize = 100;
/// What an entry adds for the words of the best entries, and for being near to the question.
const BY_WORDS: f64 = 0.1;
const BY_NEARNESS: f64 = 0.4;

/// Whether it is worth its time: for a long question, or where the list came back short.
fn is_worth(query: &Query, asked: &Asked) -> bool {
    let has_words = !query.parts.is_empty() && query.patterns.is_empty();
    has_words && (asked.with_all < SHORT || query.free_text().chars().count() > LONG)
}

/// What an entry adds: by the words that it shares with the best ones, and by how near its text is.
pub fn weigh(like: Option<f64>, near: Option<f64>) -> f64 {
    BY_WORDS * like.unwrap_or(0.0) + BY_NEARNESS * near.unwrap_or(0.0)
}

/// Adds what the user has `opened` for this question, and what the words of the question do not say where that is wanted and worth
/// its time; whether it is worth it.
///
/// # Errors
/// Those of ranking, and of the layers where all of them must answer.
pub fn beyond(
    further: &Further<'_>,
    wanted: &Wanted<'_>,
    opened: &[(EntryRow, f64)],
    mut asked: Asked,
    budget: &Budget,
) -> Result<(Asked, bool)> {
    let request = further.request;
    asked.take_opened(opened);
    let worth = is_worth(further.query, &asked) && !request.off.contains(&Layer::Semantic);
    if worth && request.deep.is_some() {
        asked = deepened(further, wanted, asked, budget)?;
        if let Some(error) = asked.failure().filter(|_| request.strict) {
            return Err(error);
        }
    }
    Ok((asked, worth))
}

/// Adds what is like the best entries, and how near the best are to the question.
///
/// # Errors
/// Those of ranking; a layer that fails is left out.
fn deepened(further: &Further<'_>, wanted: &Wanted<'_>, mut asked: Asked, budget: &Budget) -> Result<Asked> {
    let best = |asked: &mut Asked, limit: usize| {
        let first = Wanted { limit, snippets: 0, explain: false, facets: None, ..*wanted };
        rank::rank(further.shelf, &first, asked, budget)
    };
    let first = best(&mut asked, DOCUMENTS)?;
    let scores: Vec<f64> = first.results.iter().map(|found| found.score).collect();
    // Nobody asked for it: where it cannot be done, the words of the question are all there is.
    let entries = further.shelf.entries(&first.rows, budget).unwrap_or_default();
    let entries: Vec<(Arc<Entry>, f64)> = entries.into_iter().zip(scores).collect();
    if let Ok(words) = words(further.store, further.query, &entries, further.budget)
        && !words.is_empty()
    {
        asked = further.like(asked, &words)?;
    }
    let rows = best(&mut asked, NEAR)?.rows;
    further.near(asked, &rows)
}

/// What of an entry is held against a question.
pub fn about(entry: &NewEntry) -> String {
    format!("{}. {}", entry.title, entry.problem.replace('#', ""))
}

/// What is known of the forms of a word.
#[derive(Default)]
struct Forms {
    weight: f64,
    times: HashMap<String, u64>,
}

/// The words that the best entries have and most others have not, the most telling first; `best` are the entries with their scores.
fn words(
    store: &dyn Store,
    query: &Query,
    best: &[(Arc<Entry>, f64)],
    budget: &Budget,
) -> Result<Vec<String>> {
    let text = query.free_text();
    let asked: HashSet<String> = words_of(&text).map(|(_, word)| stem(word)).collect();
    let mut all: HashMap<String, Forms> = HashMap::new();
    for (entry, score) in best {
        for (stem, forms) in forms_in(&entry.body) {
            if !asked.contains(&stem) {
                let known = all.entry(stem).or_default();
                known.weight += score * forms.weight / (forms.weight + K1);
                for (form, times) in forms.times {
                    *known.times.entry(form).or_default() += times;
                }
            }
        }
    }
    let mut words: Vec<(f64, String)> = all.into_values().filter_map(usual).collect();
    words.sort_by(heavier);
    words.truncate(LOOKED_UP);
    let mut rare = Vec::with_capacity(words.len());
    for (weight, word) in words {
        let (of, mut entries) = (stem(&word), 0);
        store.each_word(&of, budget, &mut |known, with| {
            entries += if stem(known) == of { with } else { 0 };
        })?;
        rare.push((weight, word, to_f64(entries.max(1))));
    }
    // How many entries there are does not matter: only which of the words are rarer.
    let most = 2.0 * rare.iter().map(|(_, _, entries)| *entries).fold(1.0, f64::max);
    let mut telling: Vec<(f64, String)> =
        rare.into_iter().map(|(weight, word, entries)| (weight * (most / entries).ln(), word)).collect();
    telling.sort_by(heavier);
    Ok(telling.into_iter().take(WORDS).map(|(_, word)| word).collect())
}

/// The most usual form of a word, with its weight.
fn usual(forms: Forms) -> Option<(f64, String)> {
    let times = forms.times.into_iter();
    let (form, _) = times.max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)))?;
    Some((forms.weight, form))
}

fn heavier(a: &(f64, String), b: &(f64, String)) -> Ordering {
    b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1))
}

/// The words of an entry that say something, by their stems.
fn forms_in(entry: &NewEntry) -> HashMap<String, Forms> {
    let tags = entry.tags.join(" ");
    let texts = [&entry.title, &entry.problem, &entry.solution, &tags];
    let mut all: HashMap<String, Forms> = HashMap::new();
    for (text, weight) in texts.into_iter().zip(WEIGHTS) {
        for (_, word) in words_of(text) {
            let lower = word.to_lowercase();
            if lower.chars().count() > 2 && !is_small(&lower) && lower.contains(char::is_alphabetic) {
                let forms = all.entry(stem(&lower)).or_default();
                forms.weight += weight;
                *forms.times.entry(lower).or_default() += 1;
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use crate::base::Budget;
    use crate::base::meter::no_meter;
    use crate::kb::search::{Depth, Layer, SearchRequest, SearchResult, Strategy, search};
    use crate::store::{NewEntry, OpenOptions, SqliteStore, Store};

    fn store() -> (tempfile::TempDir, SqliteStore) {
        let dir = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&OpenOptions::new(dir.path().join("kb.db")), no_meter()).unwrap();
        let entry = |id: &str, title: &str, problem: &str| NewEntry {
            id: id.into(),
            title: title.into(),
            problem: problem.into(),
            ..NewEntry::default()
        };
        let mut entries = vec![
            entry("A", "Quasar trouble", "a rollback of the savepoint"),
            entry("B", "Savepoint", "a rollback comes too late"),
            entry("C", "Printer", "paper is missing"),
        ];
        entries.extend((0..30).map(|n| entry(&format!("F{n}"), "Filler", "a trouble of some other kind")));
        store.put(&entries, 1).unwrap();
        (dir, store)
    }

    fn ask(store: &SqliteStore, text: &str, deep: Option<Depth>, off: Vec<Layer>) -> SearchResult {
        let request = SearchRequest { text: text.into(), limit: 9, deep, off, ..SearchRequest::default() };
        search(store, &request, &Budget::unlimited(), &*no_meter()).unwrap()
    }

    #[test]
    fn what_is_like_the_best_follows_when_it_is_near_enough() {
        let (_dir, store) = store();
        let near = |threshold| Some(Depth { threshold, ..Depth::default() });
        let found = ask(&store, "quasar", near(0.2), Vec::new());
        let ids: Vec<&str> = found.results.iter().map(|f| f.id.as_str()).collect();
        assert_eq!(ids[..2], ["A", "B"], "{found:#?}");
        assert_eq!((found.results[1].layer, found.strategy), (Layer::Semantic, Strategy::Semantic));
        assert!(found.layers.iter().filter(|layer| layer.layer == Layer::Semantic).count() == 2);
        assert!(!found.may_deepen && !ids.contains(&"C"));
        for (deep, off) in [(near(1.1), Vec::new()), (near(0.0), vec![Layer::Semantic]), (None, Vec::new())] {
            let found = ask(&store, "quasar", deep, off.clone());
            assert_eq!(found.results.len(), 1, "{deep:?}");
            assert_eq!(found.may_deepen, deep.is_none() && off.is_empty());
        }
    }

    #[test]
    fn a_full_list_for_a_short_question_is_left_alone() {
        let (_dir, store) = store();
        let shallow = ask(&store, "trouble", None, Vec::new());
        assert!(!shallow.may_deepen, "a screen of results and more");
        let deep = ask(&store, "trouble", Some(Depth::default()), Vec::new());
        assert!(deep.layers.iter().all(|layer| layer.layer != Layer::Semantic));
        let long = "trouble of some other kind which nobody here has ever seen";
        assert!(ask(&store, long, None, Vec::new()).may_deepen);
        assert!(!ask(&store, "category:batch", None, Vec::new()).may_deepen);
    }

    #[test]
    fn without_time_it_is_left_out_and_said() {
        let (_dir, store) = store();
        let late = Depth { timeout_ms: 0, ..Depth::default() };
        let found = ask(&store, "quasar", Some(late), Vec::new());
        assert_eq!(found.results.first().map(|f| f.id.as_str()), Some("A"), "the others have answered");
        let told = |layer: &crate::kb::search::LayerReport| layer.failed.is_some();
        assert!(found.layers.iter().any(|l| l.layer == Layer::Semantic && told(l)), "{:?}", found.layers);
        let request = SearchRequest {
            text: "quasar".into(),
            limit: 9,
            deep: Some(late),
            strict: true,
            ..SearchRequest::default()
        };
        assert!(search(&store, &request, &Budget::unlimited(), &*no_meter()).is_err(), "strict");
    }
}
