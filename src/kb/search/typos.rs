//! Words that no entry has and that look like a word that some have. Codes are never corrected: S0C4 is one letter from
//! S0C7. Owns how near a word must be.

use super::Shelf;
use crate::base::{Budget, Result};
use crate::kb::codes;
use crate::kb::query::Query;
use crate::store::{Store, TextQuery};
use std::collections::HashMap;

/// Shortest word that is corrected, and shortest one in which two letters may be wrong, in letters.
const SHORTEST: usize = 4;
const LONG: usize = 8;
/// Words of a question that are corrected.
pub const WORDS: usize = 3;

/// A query with its misspelled words replaced.
pub struct Corrected {
    /// What is searched for.
    pub query: Query,
    /// The words: as it was, and as it is now.
    pub words: Vec<(String, String)>,
}

/// The query with its misspelled words replaced; `None` if there are none. A word that is being typed is one only when no entry
/// has a word that begins so.
///
/// # Errors
/// The store's own.
pub fn corrected(
    from: (&dyn Store, &dyn Shelf),
    query: &Query,
    typing: bool,
    budget: &Budget,
) -> Result<Option<Corrected>> {
    let unknown = unknown(from, query, typing, SHORTEST, budget)?;
    if unknown.is_empty() || unknown.len() > WORDS {
        return Ok(None);
    }
    let mut corrected = Corrected { query: query.clone(), words: Vec::new() };
    for (at, word) in unknown {
        if let (Some(near), Some(part)) =
            (near(from, &word, typing, budget)?, corrected.query.parts.get_mut(at))
        {
            corrected.words.push((part.text.clone(), near.clone()));
            part.text = near;
        }
    }
    Ok((!corrected.words.is_empty()).then_some(corrected))
}

/// Words of the query of at least so many letters that no entry has, in lower case, each with its place. A word that is being
/// typed is one only when no entry has a word that begins so.
///
/// # Errors
/// The store's own.
pub fn unknown(
    from: (&dyn Store, &dyn Shelf),
    query: &Query,
    typing: bool,
    least: usize,
    budget: &Budget,
) -> Result<Vec<(usize, String)>> {
    let mut unknown = Vec::new();
    let last = query.parts.len().saturating_sub(1);
    for (at, part) in query.parts.iter().enumerate() {
        let letters = part.text.chars().count();
        let is_word = !part.phrase && letters >= least && part.text.chars().all(char::is_alphabetic);
        if is_word
            && codes::in_query(&part.text).is_empty()
            && !is_known(from, &part.text, typing && query.open && at == last, budget)?
        {
            unknown.push((at, part.text.to_lowercase()));
        }
    }
    Ok(unknown)
}

/// A word stays in the query while others are typed behind it: it is looked up once.
fn is_known(
    (store, shelf): (&dyn Store, &dyn Shelf),
    word: &str,
    begins: bool,
    budget: &Budget,
) -> Result<bool> {
    let known = shelf.names(&format!("known {begins} {word}"), false, &mut || {
        let text = TextQuery { parts: vec![word.to_owned()], last_is_prefix: begins, ..TextQuery::default() };
        let known = store.has_text(&text, budget)?;
        Ok(known.then(|| (String::new(), 1)).into_iter().collect())
    })?;
    Ok(!known.is_empty())
}

/// The word of some entry that is nearest to `word`, among those with its first letter. Nearly everybody gets that one right; a word
/// that is complete may have a letter before it, or its first two the wrong way round: then its second letter is the first.
fn near(
    (store, shelf): (&dyn Store, &dyn Shelf),
    word: &str,
    typing: bool,
    budget: &Budget,
) -> Result<Option<String>> {
    let found = shelf.names(&format!("near {typing} {word}"), false, &mut || {
        Ok(nearest(store, word, typing, budget)?.map(|near| (near, 0)).into_iter().collect())
    })?;
    Ok(found.first().map(|(near, _)| near.clone()))
}

fn nearest(store: &dyn Store, word: &str, typing: bool, budget: &Budget) -> Result<Option<String>> {
    for first in word.chars().take(if typing { 1 } else { 2 }) {
        let mut nearest = Nearest::new(word);
        store.each_word(&first.to_string(), budget, &mut |known, entries| nearest.take(known, entries))?;
        if let Some(found) = nearest.found() {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Looks for the word that is nearest: by the letters that differ (Damerau), then by its first letter, then by how many entries
/// have it.
struct Nearest<'w> {
    word: &'w str,
    letters: usize,
    /// Letters that may differ.
    most: usize,
    /// Those as near as the nearest so far: how near, and how many entries have each.
    best: Option<(usize, bool)>,
    entries: HashMap<String, u64>,
}

impl<'w> Nearest<'w> {
    fn new(word: &'w str) -> Self {
        let letters = word.chars().count();
        let most = if letters < LONG { 1 } else { 2 };
        Self { word, letters, most, best: None, entries: HashMap::new() }
    }

    fn take(&mut self, other: &str, entries: u64) {
        // Most words are refused by their length alone.
        let length = if other.is_ascii() { other.len() } else { other.chars().count() };
        if length.abs_diff(self.letters) > self.most || !other.chars().all(char::is_alphabetic) {
            return;
        }
        let apart = strsim::osa_distance(self.word, other);
        let here = (apart, other.chars().next() != self.word.chars().next());
        if !(1..=self.most).contains(&apart) || self.best.is_some_and(|best| best < here) {
            return;
        }
        if self.best != Some(here) {
            self.entries.clear();
        }
        self.best = Some(here);
        *self.entries.entry(other.to_owned()).or_default() += entries;
    }

    fn found(self) -> Option<String> {
        let most = self.entries.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)));
        most.map(|(word, _)| word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_the_one_most_entries_have() {
        let nearest = |word: &str, of: &[(&str, u64)]| {
            let mut nearest = Nearest::new(word);
            for (known, entries) in of {
                nearest.take(known, *entries);
            }
            nearest.found()
        };
        let words =
            [("deadlock", 9), ("deadlocks", 1), ("member", 3), ("number", 30), ("lock", 50), ("meber", 1)];
        for (typed, wanted) in [
            ("deadlok", Some("deadlock")),
            ("memeber", Some("member")),
            ("memebr", Some("member")),
            ("cat", None),
        ] {
            assert_eq!(nearest(typed, &words).as_deref(), wanted, "{typed}");
        }
        let xember = nearest("xember", &words);
        assert_eq!(xember.as_deref(), Some("member"), "one letter, though more entries have number");
        assert_eq!(nearest("member", &[("member", 1)]), None, "what is right stays");
        // In a store of pieces a word comes several times.
        assert_eq!(
            nearest("bats", &[("bath", 2), ("bath", 2), ("bats", 1), ("batz", 3)]).as_deref(),
            Some("bath")
        );
    }
}
