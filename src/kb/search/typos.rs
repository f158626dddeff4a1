//! Words that no entry has and that look like a word that some have. Codes are never corrected: S0C4 is one letter from
//! S0C7. Owns how near a word must be.

use crate::base::{Budget, Result};
use crate::kb::codes;
use crate::kb::query::Query;
use crate::store::{Filter, Store, TextQuery};
use std::collections::HashMap;

/// Entries whose titles and tags the words are taken from: those that people want most.
const ENTRIES: usize = 2_000;
/// Shortest word that is corrected, and shortest one in which two letters may be wrong, in letters.
const SHORTEST: usize = 4;
const LONG: usize = 8;
/// Words of a question that are corrected.
const WORDS: usize = 3;

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
    store: &dyn Store,
    query: &Query,
    typing: bool,
    budget: &Budget,
) -> Result<Option<Corrected>> {
    let mut unknown = Vec::new();
    let last = query.parts.len().saturating_sub(1);
    for (at, part) in query.parts.iter().enumerate() {
        let letters = part.text.chars().count();
        let is_word = !part.phrase && letters >= SHORTEST && part.text.chars().all(char::is_alphabetic);
        if is_word
            && codes::in_query(&part.text).is_empty()
            && !is_known(store, &part.text, typing && query.open && at == last, budget)?
        {
            unknown.push((at, part.text.to_lowercase()));
        }
    }
    if unknown.is_empty() || unknown.len() > WORDS {
        return Ok(None);
    }
    let known = vocabulary(store, budget)?;
    let mut corrected = Corrected { query: query.clone(), words: Vec::new() };
    for (at, word) in unknown {
        if let (Some(near), Some(part)) = (nearest(&word, &known), corrected.query.parts.get_mut(at)) {
            corrected.words.push((part.text.clone(), near.to_owned()));
            near.clone_into(&mut part.text);
        }
    }
    Ok((!corrected.words.is_empty()).then_some(corrected))
}

fn is_known(store: &dyn Store, word: &str, begins: bool, budget: &Budget) -> Result<bool> {
    let text = TextQuery { parts: vec![word.to_owned()], last_is_prefix: begins, ..TextQuery::default() };
    Ok(store.find_text(&text, &Filter::default(), 1, budget)?.total > 0)
}

/// Words of titles and tags in lower case, and how many titles have each.
fn vocabulary(store: &dyn Store, budget: &Budget) -> Result<HashMap<String, u64>> {
    let mut words: HashMap<String, u64> = HashMap::new();
    for text in store.titles(ENTRIES, budget)? {
        for (_, word) in super::words::words_of(&text) {
            if word.chars().all(char::is_alphabetic) {
                *words.entry(word.to_lowercase()).or_default() += 1;
            }
        }
    }
    Ok(words)
}

/// The word that is nearest to `word`: by the letters that differ (Damerau), then by its first letter, then by how many have it.
fn nearest<'k>(word: &str, known: &'k HashMap<String, u64>) -> Option<&'k str> {
    let letters = word.chars().count();
    let most = if letters < LONG { 1 } else { 2 };
    let first = word.chars().next();
    let near = known.iter().filter_map(|(other, titles)| {
        let length = other.chars().count();
        if length.abs_diff(letters) > most {
            return None;
        }
        let apart = strsim::osa_distance(word, other);
        let worth = (apart, other.chars().next() != first, std::cmp::Reverse(*titles), other.as_str());
        (1..=most).contains(&apart).then_some(worth)
    });
    near.min().map(|(.., other)| other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_the_one_most_titles_have() {
        let known =
            |of: &[(&str, u64)]| of.iter().map(|(w, n)| ((*w).to_owned(), *n)).collect::<HashMap<_, _>>();
        let words = known(&[("deadlock", 9), ("deadlocks", 1), ("member", 3), ("number", 30), ("lock", 50)]);
        for (typed, wanted) in [
            ("deadlok", Some("deadlock")),
            ("memeber", Some("member")),
            ("memebr", Some("member")),
            ("cat", None),
        ] {
            assert_eq!(nearest(typed, &words), wanted, "{typed}");
        }
        assert_eq!(nearest("xember", &words), Some("member"), "one letter, though more titles have number");
        assert_eq!(nearest("member", &known(&[("member", 1)])), None, "what is right stays");
    }
}
