//! The full-text index: which entries have which words, and how much each says of its entry. It lies in tables of the store, is
//! written in the same transactions, and finds and ranks every match, however common the words are. Owns the form of the index. Must not know questions (that is `find`), nor how results are shown.
//!
//! FTS5 has served here before: it needs 1.2 µs for each match that it ranks, keeps 1.3 times the text, and walks the lists of
//! common words row by row. These lists are read a page at a time; a place and what the word says there take two bytes.
//!
//! | table | holds |
//! |---|---|
//! | `kb_recent` | an entry written lately: its words, in one row |
//! | `kb_segments` | entries in one piece that is never changed: the places it covers, how many |
//! | `kb_word_pages` | the pages of the pieces: words in order with their lists, long lists on pages of their own |
//! | `kb_word_index` | the first word of each page |
//! | `kb_dead` | places in pieces whose entries were changed or deleted since |
//!
//! Entries are known by their *place*: it grows with each version that is written, and is never used again. Many recent entries
//! become a piece, many small pieces a larger one, without those that are dead (a log-structured merge tree: O'Neil et al.,
//! 1996). What a word says of an entry is BM25 with weights for the fields (Robertson, Zaragoza, Taylor: Simple BM25 Extension
//! to Multiple Weighted Fields, 2004), all of it but the rarity of the word, in one byte.
//!
//! What else an entry is (its category, its tags) has lists, too: a filter is read like a word.
//!
//! Invariant: words in the index are exactly those of the entries that are not deleted, and of places in `kb_dead`.

mod check;
mod cut;
mod facts;
mod inside;
mod keep;
mod list;
mod memory;
mod merge;
mod page;
mod seek;
mod spread;

pub use check::problems;
pub use cut::{folded, stem};
pub use facts::lists as fact_lists;
pub use keep::{Batch, drop_place, rebuild, tidy};
pub use list::Driver;
pub use memory::{Kept, Memory, Rows, State, Verdicts};
pub use seek::{ALL_PAGES, Index, List};
pub use spread::{BLOCK, Bits, Spread, WORDS, block_of};

#[cfg(test)]
mod tests;

type Sql<T> = rusqlite::Result<T>;

/// What stands before a key: lists of stems, words as they are written, the most frequent words of a beginning.
const STEM: u8 = b's';
const WORD: u8 = b'w';
const MOST: u8 = b'x';

/// Longest word kept, in bytes; of a longer one, its beginning.
const LONGEST: usize = 96;

/// A page is not as it was written.
fn damaged(what: &str) -> rusqlite::Error {
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
    rusqlite::Error::SqliteFailure(code, Some(format!("the full-text index is damaged: {what}")))
}
