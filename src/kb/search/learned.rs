//! What a user has opened and rated for a question lifts it, for him, when he asks the same again: gently, never over what was asked
//! for by name, less from month to month, and gone with the history (`--forget`, `--clear`). Owns which questions are the same and
//! what an opening weighs.
//!
//! People look at what stands first, wanted or not: an opening weighs by how unlikely it was that somebody looked so far down
//! (inverse propensity with a place's square root, clipped; Joachims, Swaminathan and Schnabel 2017).

use super::words::{is_small, stem, words_of};
use super::{SearchRequest, micros};
use crate::base::Result;
use crate::base::num::to_f64;
use crate::kb::query::{self, Query};
use crate::store::{EntryRow, Store, UnixMs};
use std::time::Instant;

/// What an opening weighs at most.
const MOST: f64 = 3.0;
/// What a rating weighs.
const RATING: f64 = 2.0;
/// What an entry gains when it weighs much, and the weight at which it gains half of that.
const GAIN: f64 = 0.2;
const HALF: f64 = 2.0;

/// The question that `query` asks: its words in one order; `None` where it has none.
pub fn question(query: &Query) -> Option<String> {
    let text = query.free_text();
    let mut words: Vec<String> =
        words_of(&text).filter(|(_, word)| !is_small(word)).map(|(_, word)| stem(word)).collect();
    words.sort_unstable();
    words.dedup();
    (!words.is_empty()).then(|| words.join(" "))
}

/// Notes that `id` was opened, which stood at `place` (from 1) among the results for `text`.
///
/// # Errors
/// The store's own.
pub fn opened(store: &dyn Store, text: &str, id: &str, place: u64, at: UnixMs) -> Result<()> {
    note(store, text, id, to_f64(place.max(1)).sqrt().min(MOST), at)
}

/// Notes that `id` was rated after it was found by `text`.
///
/// # Errors
/// The store's own.
pub fn rated(store: &dyn Store, text: &str, id: &str, worked: bool, at: UnixMs) -> Result<()> {
    note(store, text, id, if worked { RATING } else { -RATING }, at)
}

fn note(store: &dyn Store, text: &str, id: &str, weight: f64, at: UnixMs) -> Result<()> {
    match question(&query::parse(text)) {
        Some(question) => store.record_opened(&question, id, weight, at),
        None => Ok(()),
    }
}

/// Forgets a search, and what was opened for it; how many searches these were.
///
/// # Errors
/// The store's own.
pub fn forget(store: &dyn Store, text: &str) -> Result<u64> {
    if let Some(question) = question(&query::parse(text)) {
        store.forget_opened(&question)?;
    }
    store.forget_searches(Some(text))
}

/// What was opened and rated before for `query`, entry by entry with its weight. Nobody asked for it: where the store cannot say,
/// the order is that of all people.
pub fn opened_for(store: &dyn Store, query: &Query, now: UnixMs) -> Vec<(EntryRow, f64)> {
    question(query).and_then(|question| store.opened_for(&question, now).ok()).unwrap_or_default()
}

/// A request that was read once: its query, and what its user has opened for it.
pub struct Asking<'r> {
    /// As it came.
    pub request: &'r SearchRequest,
    /// What it asks.
    pub query: Query,
    /// What was opened for it, with its weight.
    pub opened: Vec<(EntryRow, f64)>,
    /// How long it took to read it, in microseconds.
    pub reading_us: u64,
}

impl<'r> Asking<'r> {
    /// Reads `request`.
    pub fn of(store: &dyn Store, request: &'r SearchRequest) -> Self {
        let began = Instant::now();
        let query = query::parse(&request.text);
        let reading_us = micros(began);
        let opened = opened_for(store, &query, request.now);
        Self { request, query, opened, reading_us }
    }

    /// What of the answer depends on what its user has opened: the entries with what they gain, coarsely.
    pub fn mark(&self) -> String {
        let gains = self.opened.iter().map(|(row, weight)| format!("{} {:.2}", row.0, gain(*weight)));
        gains.collect::<Vec<_>>().join(",")
    }
}

/// What an entry of this weight gains, or loses.
pub fn gain(weight: f64) -> f64 {
    GAIN * weight / (weight.abs() + HALF)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Budget;
    use crate::base::meter::no_meter;
    use crate::kb::search::search;
    use crate::store::{NewEntry, OpenOptions, SqliteStore};

    const NOW: UnixMs = 1_700_000_000_000;
    const WEEK: UnixMs = 7 * 24 * 3_600 * 1_000;

    fn store() -> (tempfile::TempDir, SqliteStore) {
        let dir = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&OpenOptions::new(dir.path().join("kb.db")), no_meter()).unwrap();
        let entry = |id: &str, title: &str| NewEntry {
            id: id.into(),
            title: title.into(),
            problem: "a lock is held".into(),
            ..NewEntry::default()
        };
        let entries = [entry("A", "Locks and waits"), entry("B", "Lock held"), entry("LOCKED", "Other")];
        store.put(&entries, 1).unwrap();
        (dir, store)
    }

    fn asked(store: &SqliteStore, text: &str, now: UnixMs) -> Vec<(String, f64)> {
        let request =
            SearchRequest { text: text.into(), limit: 5, now, explain: true, ..SearchRequest::default() };
        let found = search(store, &request, &Budget::unlimited(), &*no_meter()).unwrap();
        found.results.into_iter().map(|f| (f.id, f.parts.unwrap().own)).collect()
    }

    #[test]
    fn the_same_question_in_other_forms_is_the_same() {
        let key = |text: &str| question(&query::parse(text));
        assert_eq!(key("the lock is held"), key("held LOCKS"));
        assert_ne!(key("lock held"), key("lock waits"));
        assert_eq!(key("category:db2"), None);
    }

    #[test]
    fn what_was_opened_comes_first_until_it_is_forgotten() {
        let (_dir, store) = store();
        let first = asked(&store, "lock held", NOW).remove(0);
        assert_eq!(first, ("B".to_owned(), 0.0));
        for _ in 0..3 {
            opened(&store, "held locks", "A", 3, NOW).unwrap();
            rated(&store, "held locks", "A", true, NOW).unwrap();
        }
        let found = asked(&store, "lock held", NOW);
        let own = |found: &[(String, f64)], id: &str| found.iter().find(|f| f.0 == id).unwrap().1;
        assert!(own(&found, "A") > 0.1 && own(&found, "B") == 0.0, "{found:?}");
        // It fades, and belongs to its question.
        let later = own(&asked(&store, "lock held", NOW + 40 * WEEK), "A");
        assert!(later > 0.0 && later < 0.02, "{later}");
        assert!(own(&asked(&store, "lock", NOW), "A") == 0.0);
        // What is asked for by name stays first.
        opened(&store, "locked", "A", 9, NOW).unwrap();
        assert_eq!(asked(&store, "locked", NOW)[0].0, "LOCKED");
        forget(&store, "lock held").unwrap();
        assert!(asked(&store, "lock held", NOW).iter().all(|f| f.1 == 0.0));
    }

    #[test]
    fn what_did_not_work_goes_down() {
        let (_dir, store) = store();
        rated(&store, "lock held", "B", false, NOW).unwrap();
        let found = asked(&store, "lock held", NOW);
        assert!(found.iter().any(|f| f.0 == "B" && f.1 < -0.05), "{found:?}");
        assert!(gain(1e9) <= GAIN && gain(-1e9) >= -GAIN);
    }
}
