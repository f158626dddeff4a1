//! Words that hold a piece: all words of a piece of the index are looked through, on its pages as they lie there. Each word is
//! written without what it shares with the one before, so that only what is new of it is looked at. Owns that look.

use super::super::sql;
use super::merge::{Segment, page};
use super::page::{Reader, number, opened, step};
use super::{Sql, WORD, damaged};
use rusqlite::Connection;

/// What is looked for in keys. The first letter of a word is the second byte of its key: a piece stands behind it.
pub struct Inside<'p>(&'p [u8]);

/// Where the piece stands in a key at the earliest.
const BEHIND: usize = 2;

impl<'p> Inside<'p> {
    /// Looks for `piece`, which is as words are written in the index.
    pub fn new(piece: &'p str) -> Self {
        Self(piece.as_bytes())
    }

    /// Where the piece ends in `key` at first, if it begins at `from` or later.
    fn end_in(&self, key: &[u8], from: usize) -> Option<usize> {
        let from = from.max(BEHIND);
        // A few bytes: what searches texts takes longer to begin.
        let (first, length) = (self.0.first()?, self.0.len());
        let mut places = key.get(from..)?.windows(length);
        Some(from + places.position(|here| here.first() == Some(first) && here == self.0)? + length)
    }

    /// Calls `take` with each word of a piece of the index that holds the piece, on its first `pages` pages of words.
    pub fn each_in_piece(
        &self,
        sql: &Connection,
        segment: Segment,
        pages: u32,
        take: &mut dyn FnMut(&str, u64),
    ) -> Sql<()> {
        let mut prepared = sql.prepare_cached(sql::words::PAGES_BETWEEN)?;
        let (from, end) = ([WORD].as_slice(), [WORD, u8::MAX].as_slice());
        let numbers = prepared.query_map((segment.id, from, end, pages), |row| row.get(0))?;
        let mut numbers = numbers.collect::<Sql<Vec<u32>>>()?;
        let before: Option<u32> = sql
            .prepare_cached(sql::words::PAGE_OF)?
            .query_map((segment.id, from), |row| row.get(0))?
            .next()
            .transpose()?;
        numbers.splice(0..0, before);
        for number_of in numbers {
            let bytes = page(sql, segment.page(number_of))?;
            self.each_on_page(opened(&bytes)?, take)?;
        }
        Ok(())
    }

    fn each_on_page(&self, page: &[u8], take: &mut dyn FnMut(&str, u64)) -> Sql<()> {
        let (mut key, mut at, mut held) = (Vec::new(), 0, None);
        while at < page.len() {
            let shared = usize::from(*page.get(at).unwrap_or(&0));
            let said = step(page, at, &mut key).ok_or_else(|| damaged("a word cannot be read"))?;
            // What the word shares with the one before has been looked at.
            let before = held.filter(|end| *end <= shared);
            held = before.or_else(|| self.end_in(&key, (shared + 1).saturating_sub(self.0.len())));
            if held.is_some() && key.first() == Some(&WORD) {
                let mut entries = page.get(said.clone()).unwrap_or_default();
                let word = key.get(1..).and_then(|word| std::str::from_utf8(word).ok());
                take(word.unwrap_or_default(), number(&mut entries).unwrap_or(0));
            }
            at = said.end;
        }
        Ok(())
    }

    /// The same for the words of one recent entry.
    pub fn each_recent(&self, row: &[u8], take: &mut dyn FnMut(&str, u64)) -> Sql<()> {
        let mut reader = Reader::new(opened(row)?);
        while let Some((key, _)) = reader.next() {
            if key.first() == Some(&WORD) && self.end_in(key, 0).is_some() {
                take(std::str::from_utf8(key.get(1..).unwrap_or_default()).unwrap_or_default(), 1);
            }
        }
        Ok(())
    }
}
