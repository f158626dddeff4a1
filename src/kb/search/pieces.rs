//! Pieces of words: `cept` for exception. The index of the words is looked through for words that hold the piece, so there is no
//! index of pieces. Owns how short a piece may be and how many words it may stand for.

use super::layers::{Asked, Further};
use super::typos;
use super::words::words_of;
use crate::base::{Budget, Result, Word};
use crate::store::{EntryHead, Store};
use std::collections::HashMap;

/// Shortest piece, in letters.
const SHORTEST: usize = 3;
/// Words that a piece is looked for as.
const WORDS: usize = 32;

/// Adds entries in whose titles or tags a word of the query is a piece of another one.
///
/// # Errors
/// Only when nobody waits for the result any more.
pub fn with_pieces(further: &Further<'_>, mut asked: Asked) -> Result<Asked> {
    let (store, typing, budget) = (further.store, further.request.typing, further.budget);
    // Nobody asked for it: where it cannot be done, what was found stays what it is.
    let unknown =
        typos::unknown((store, further.shelf), further.query, typing, SHORTEST, budget).unwrap_or_default();
    for (_, word) in unknown.iter().take(typos::WORDS) {
        if let Ok(Some(piece)) = Piece::of(store, word, budget) {
            asked = further.with_piece(asked, &piece)?;
        }
    }
    Ok(asked)
}

/// A piece, and words that hold it.
pub struct Piece {
    /// The piece, in lower case.
    pub piece: String,
    /// The words, those that most entries have first.
    pub words: Vec<String>,
}

impl Piece {
    /// `word` as a piece of words of the store; `None` if none holds it.
    ///
    /// # Errors
    /// The store's own.
    pub fn of(store: &dyn Store, word: &str, budget: &Budget) -> Result<Option<Self>> {
        let piece = word.to_lowercase();
        let mut found: HashMap<String, u64> = HashMap::new();
        store.each_word_inside(&piece, budget, &mut |known, entries| {
            // Names are there as a whole, too; their parts are words of their own.
            if !known.contains('#') && !known.starts_with(&piece) {
                *found.entry(known.to_owned()).or_default() += entries;
            }
        })?;
        let mut words: Vec<(String, u64)> = found.into_iter().collect();
        words.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let words: Vec<String> = words.into_iter().take(WORDS).map(|(word, _)| word).collect();
        Ok((!words.is_empty()).then_some(Self { piece, words }))
    }

    /// Whether a word of the entry's title or a tag holds it.
    pub fn is_in(&self, head: &EntryHead) -> bool {
        let tags = head.tags.iter().map(Word::as_str);
        std::iter::once(head.title.as_str())
            .chain(tags)
            .any(|text| words_of(text).any(|(_, word)| word.to_lowercase().contains(&self.piece)))
    }
}

#[cfg(test)]
mod tests {
    use crate::base::Budget;
    use crate::base::meter::no_meter;
    use crate::kb::search::{Depth, Layer, SearchRequest, SearchResult, search};
    use crate::store::{NewEntry, OpenOptions, SqliteStore, Store};

    #[test]
    fn a_piece_of_a_word_of_a_title_or_tag_is_found_when_nothing_better_is() {
        let dir = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&OpenOptions::new(dir.path().join("kb.db")), no_meter()).unwrap();
        let entry = |id: &str, title: &str, problem: &str, tag: &str| NewEntry {
            id: id.into(),
            title: title.into(),
            problem: problem.into(),
            tags: vec![tag.into()],
            ..NewEntry::default()
        };
        let entries = [
            entry("TITLE", "Decimal overflow exception", "something", "math"),
            entry("TAG", "Other", "something", "uninitialised"),
            entry("BODY", "Nothing", "an acceptance test, and a checkpoint", "quality"),
            entry("WORD", "Point of a restart", "something", "batch"),
        ];
        store.put(&entries, 1).unwrap();
        let ask = |text: &str, typing: bool| -> SearchResult {
            let request = SearchRequest {
                text: text.into(),
                limit: 9,
                typing,
                deep: typing.then(Depth::default),
                ..SearchRequest::default()
            };
            search(&store, &request, &Budget::unlimited(), &*no_meter()).unwrap()
        };
        let ids = |text: &str, typing: bool| -> Vec<String> {
            ask(text, typing).results.into_iter().map(|found| found.id).collect()
        };
        for typing in [false, true] {
            assert_eq!(ids("ception", typing), ["TITLE"]);
            assert_eq!(ids("CEP", typing), ["TITLE"], "of title and tags only");
            assert_eq!(ids("nitial", typing), ["TAG"]);
            assert_eq!(ids("point", typing), ["WORD"], "a word is better than a piece");
            assert_eq!(ids("ep", typing), [""; 0], "too short");
        }
        let found = ask("ception", false);
        assert_eq!(found.results[0].layer, Layer::Text);
        assert!(found.results[0].why.contains("ception inside"), "{}", found.results[0].why);
        assert!(found.read_as.is_empty());
        assert_eq!(ids("batch ception", false), ["WORD", "TITLE"]);
    }
}
