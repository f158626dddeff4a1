//! Pieces of the index: written once, from words in order, and merged into larger ones. Owns when pieces are merged.

use super::super::sql;
use super::list::{self, CHUNK, Chunk, INLINE, Postings, Said};
use super::page::{Page, SIZE, number, opened, put_number, sealed};
use super::{MOST, STEM, Sql, WORD, damaged};
use crate::base::num;
use rusqlite::Connection;
use std::collections::HashSet;
use std::ops::Range;

/// Pieces of a size that become one of the next, and how many entries the smallest size has.
const FAN: usize = 4;
const SMALLEST: u64 = 256;
/// Beginnings of up to so many letters have a list of their most frequent words, if more words than this begin so.
const LETTERS: usize = 3;
const MANY: usize = 256;
/// Words in such a list.
const LISTED: usize = 48;

/// Entries in one piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// Its number.
    pub id: i64,
    /// The place before its first.
    pub low: u32,
    /// Its last place.
    pub high: u32,
    /// Entries in it.
    pub entries: u64,
}

impl Segment {
    /// How large it is, as a power of [`FAN`].
    fn class(self) -> u32 {
        (self.entries / SMALLEST).max(1).ilog(num::to_u64(FAN))
    }

    /// The number of its page `page` among the pages of all.
    pub fn page(self, page: u32) -> i64 {
        (self.id << 32) | i64::from(page)
    }
}

/// All pieces, by their places.
pub fn segments(sql: &Connection) -> Sql<Vec<Segment>> {
    let mut prepared = sql.prepare_cached(sql::words::SEGMENTS)?;
    let read = |row: &rusqlite::Row<'_>| {
        let entries = num::unsigned(row.get(3)?);
        Ok(Segment { id: row.get(0)?, low: row.get(1)?, high: row.get(2)?, entries })
    };
    prepared.query_map([], read)?.collect()
}

/// A page by its number.
pub fn page(sql: &Connection, id: i64) -> Sql<Vec<u8>> {
    sql.prepare_cached(sql::words::PAGE)?.query_row([id], |row| row.get(0)).map_err(|e| match e {
        rusqlite::Error::QueryReturnedNoRows => damaged("a page is missing"),
        e => e,
    })
}

/// Writes a piece: stems with their postings, in order, then words.
pub struct Writer<'c> {
    sql: &'c Connection,
    segment: Segment,
    next: u32,
    page: Page,
    first: Vec<u8>,
    key: Vec<u8>,
    /// Of the list that is being written: postings not yet on a page, the last place, how many, the pages.
    postings: Vec<u8>,
    last: u32,
    entries: u64,
    pages: Option<u32>,
    chunks: Vec<Chunk>,
    beginnings: Beginnings,
}

impl<'c> Writer<'c> {
    /// A new piece of places behind `low`, up to `high`.
    pub fn new(sql: &'c Connection, low: u32, high: u32) -> Sql<Self> {
        let id = sql.prepare_cached(sql::words::NEXT_SEGMENT)?.query_row([], |row| row.get(0))?;
        Ok(Self {
            sql,
            segment: Segment { id, low, high, entries: 0 },
            next: 0,
            page: Page::default(),
            first: Vec::new(),
            key: Vec::new(),
            postings: Vec::new(),
            last: low,
            entries: 0,
            pages: None,
            chunks: Vec::new(),
            beginnings: Beginnings::default(),
        })
    }

    /// One more posting of the stem at hand; places rise.
    pub fn push(&mut self, place: u32, says: u8) -> Sql<()> {
        list::put(&mut self.postings, self.last, place, says);
        (self.last, self.entries) = (place, self.entries + 1);
        if self.postings.len() >= CHUNK { self.chunk() } else { Ok(()) }
    }

    /// Puts the postings so far on a page of their own.
    fn chunk(&mut self) -> Sql<()> {
        let before = self.chunks.last().map_or(self.segment.low, |chunk| chunk.last);
        self.chunks.push(Chunk { before, last: self.last });
        let postings = std::mem::take(&mut self.postings);
        let number = self.write(sealed(postings))?;
        self.pages.get_or_insert(number);
        Ok(())
    }

    /// The list of `stem` is complete.
    pub fn end(&mut self, stem: &[u8]) -> Sql<()> {
        if self.entries == 0 {
            return Ok(());
        }
        if !self.postings.is_empty() && (self.pages.is_some() || self.postings.len() > INLINE) {
            self.chunk()?;
        }
        let chunks = std::mem::take(&mut self.chunks);
        let inline = std::mem::take(&mut self.postings);
        let postings = match self.pages.take() {
            Some(first) => Postings::Pages(first, chunks),
            None => Postings::Here(&inline),
        };
        let mut said = Vec::new();
        Said { entries: self.entries, postings }.write(&mut said, self.segment.low);
        (self.last, self.entries) = (self.segment.low, 0);
        self.key(STEM, stem, &said)
    }

    /// A word as it is written, and how many entries have it.
    pub fn word(&mut self, word: &[u8], entries: u64) -> Sql<()> {
        self.beginnings.take(word, entries);
        let mut said = Vec::new();
        put_number(&mut said, entries);
        self.key(WORD, word, &said)
    }

    fn key(&mut self, kind: u8, word: &[u8], said: &[u8]) -> Sql<()> {
        self.key.clear();
        self.key.push(kind);
        self.key.extend_from_slice(word);
        if self.page.len() > 0 && self.page.len() + said.len() + self.key.len() + 8 > SIZE {
            self.close()?;
        }
        if self.page.len() == 0 {
            self.first.clone_from(&self.key);
        }
        self.page.push(&self.key, said);
        Ok(())
    }

    fn close(&mut self) -> Sql<()> {
        if self.page.len() == 0 {
            return Ok(());
        }
        let bytes = self.page.take();
        let number = self.write(bytes)?;
        let mut prepared = self.sql.prepare_cached(sql::words::ADD_FIRST)?;
        prepared.execute((self.segment.id, &self.first, number))?;
        Ok(())
    }

    fn write(&mut self, bytes: Vec<u8>) -> Sql<u32> {
        let number = self.next;
        self.sql.prepare_cached(sql::words::ADD_PAGE)?.execute((self.segment.page(number), bytes))?;
        self.next = number.saturating_add(1);
        Ok(number)
    }

    /// The piece is complete; it has so many entries.
    pub fn finish(mut self, entries: u64) -> Sql<()> {
        for (beginning, words) in std::mem::take(&mut self.beginnings).lists() {
            let mut said = Vec::new();
            for (entries, word) in words {
                put_number(&mut said, num::to_u64(word.len()));
                said.extend_from_slice(&word);
                put_number(&mut said, entries);
            }
            self.key(MOST, &beginning, &said)?;
        }
        self.close()?;
        let Segment { id, low, high, .. } = self.segment;
        self.sql.prepare_cached(sql::words::ADD_SEGMENT)?.execute((id, low, high, num::signed(entries)))?;
        Ok(())
    }
}

/// A beginning and words that begin so, each with the number of entries that have it.
type Begun = (Vec<u8>, Vec<(u64, Vec<u8>)>);

/// The most frequent words of short beginnings; words come in order.
#[derive(Default)]
struct Beginnings {
    /// For each number of letters: the beginning at hand and its words.
    open: [Begun; LETTERS],
    done: Vec<Begun>,
}

impl Beginnings {
    fn take(&mut self, word: &[u8], entries: u64) {
        let text = String::from_utf8_lossy(word);
        let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
        for (open, end) in self.open.iter_mut().zip(ends) {
            let beginning = word.get(..end).unwrap_or_default();
            if open.0 != beginning {
                Self::keep(&mut self.done, std::mem::replace(open, (beginning.to_vec(), Vec::new())));
            }
            open.1.push((entries, word.to_vec()));
        }
    }

    fn keep(done: &mut Vec<Begun>, (beginning, mut words): Begun) {
        if words.len() > MANY {
            words.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
            words.truncate(LISTED);
            done.push((beginning, words));
        }
    }

    /// All lists, by beginning.
    fn lists(mut self) -> Vec<Begun> {
        for begun in self.open {
            Self::keep(&mut self.done, begun);
        }
        self.done.sort_unstable();
        self.done
    }
}

/// The words of a piece, in order, with what is said of each. Millions go through here: none is copied but the one at hand.
struct Words<'c> {
    sql: &'c Connection,
    segment: Segment,
    /// Numbers of its pages of words, the next one last.
    pages: Vec<u32>,
    /// The page at hand, without its check sum.
    page: Vec<u8>,
    /// Where the next word begins on it.
    next: usize,
    /// The word at hand, empty behind the last one, and where on the page it is said what it says.
    key: Vec<u8>,
    said: Range<usize>,
}

impl<'c> Words<'c> {
    fn new(sql: &'c Connection, segment: Segment) -> Sql<Self> {
        let mut prepared = sql.prepare_cached(sql::words::PAGES)?;
        let pages = prepared.query_map([segment.id], |row| row.get(0))?.collect::<Sql<Vec<u32>>>()?;
        let pages = pages.into_iter().rev().collect();
        let (page, key) = (Vec::new(), Vec::new());
        let mut words = Self { sql, segment, pages, page, next: 0, key, said: 0..0 };
        words.advance()?;
        Ok(words)
    }

    /// The word at hand.
    fn key(&self) -> Option<&[u8]> {
        (!self.key.is_empty()).then_some(self.key.as_slice())
    }

    /// What is said of the word at hand.
    fn said(&self) -> &[u8] {
        self.page.get(self.said.clone()).unwrap_or_default()
    }

    /// The next word is at hand then.
    fn advance(&mut self) -> Sql<()> {
        while self.next >= self.page.len() {
            let Some(number) = self.pages.pop() else {
                self.key.clear();
                return Ok(());
            };
            self.page = page(self.sql, self.segment.page(number))?;
            let length = opened(&self.page)?.len();
            self.page.truncate(length);
            self.key.clear();
            self.next = 0;
        }
        let said = super::page::step(&self.page, self.next, &mut self.key);
        self.said = said.ok_or_else(|| damaged("a word cannot be read"))?;
        self.next = self.said.end;
        Ok(())
    }

    /// Calls `take` with each posting of the stem at hand.
    fn each(&self, mut take: impl FnMut(u32, u8) -> Sql<()>) -> Sql<()> {
        let said =
            Said::read(self.said(), self.segment.low).ok_or_else(|| damaged("a list cannot be read"))?;
        let mut result = Ok(());
        let mut pass = |place, says| {
            if result.is_ok() {
                result = take(place, says);
            }
        };
        let mut fits = true;
        match said.postings {
            Postings::Here(bytes) => fits = list::each(bytes, self.segment.low, &mut pass),
            Postings::Pages(first, chunks) => {
                for (number, chunk) in (first..).zip(chunks) {
                    let bytes = page(self.sql, self.segment.page(number))?;
                    fits &= list::each(opened(&bytes)?, chunk.before, &mut pass);
                }
            }
        }
        if fits { result } else { Err(damaged("a list ends too early")) }
    }
}

/// Makes one piece of `old` ones, which lie side by side, without what is dead in them.
fn merge(sql: &Connection, old: &[Segment]) -> Sql<()> {
    let (Some(first), Some(last)) = (old.first(), old.last()) else { return Ok(()) };
    let dead: HashSet<u32> = sql
        .prepare_cached(sql::words::DEAD)?
        .query_map((first.low, last.high), |row| row.get(0))?
        .collect::<Sql<_>>()?;
    let mut pieces = old.iter().map(|segment| Words::new(sql, *segment)).collect::<Sql<Vec<_>>>()?;
    let mut writer = Writer::new(sql, first.low, last.high)?;
    let mut key = Vec::new();
    while let Some(least) = pieces.iter().filter_map(Words::key).min() {
        least.clone_into(&mut key);
        let Some((kind, word)) = key.split_first() else { return Err(damaged("a word is empty")) };
        let mut entries = 0_u64;
        for piece in pieces.iter_mut().filter(|piece| piece.key() == Some(key.as_slice())) {
            match *kind {
                STEM => piece.each(
                    |place, says| {
                        if dead.contains(&place) { Ok(()) } else { writer.push(place, says) }
                    },
                )?,
                WORD => entries = entries.saturating_add(number(&mut piece.said()).unwrap_or(0)),
                _ => {}
            }
            piece.advance()?;
        }
        match *kind {
            STEM => writer.end(word)?,
            WORD => writer.word(word, entries)?,
            _ => {}
        }
    }
    drop(pieces);
    let entries: u64 = old.iter().map(|segment| segment.entries).sum();
    for segment in old {
        drop_segment(sql, *segment)?;
    }
    sql.prepare_cached(sql::words::DROP_DEAD)?.execute((first.low, last.high))?;
    writer.finish(entries.saturating_sub(num::to_u64(dead.len())))
}

fn drop_segment(sql: &Connection, segment: Segment) -> Sql<()> {
    sql.prepare_cached(sql::words::DROP_PAGES)?.execute((segment.page(0), segment.page(u32::MAX)))?;
    sql.prepare_cached(sql::words::DROP_FIRSTS)?.execute([segment.id])?;
    sql.prepare_cached(sql::words::DROP_SEGMENT)?.execute([segment.id])?;
    Ok(())
}

/// Merges the newest pieces as long as enough of a size are there, none beyond `most` entries.
pub fn merge_newest(sql: &Connection, most: u64) -> Sql<()> {
    loop {
        let all = segments(sql)?;
        let largest = all.iter().map(|segment| segment.class()).max().unwrap_or(0);
        let wanted = (0..=largest).find_map(|class| {
            let newest = all.iter().rev().take_while(|segment| segment.class() <= class).count();
            let (_, newest) = all.split_at_checked(all.len() - newest)?;
            let entries: u64 = newest.iter().map(|segment| segment.entries).sum();
            (newest.len() >= FAN && entries <= most).then(|| newest.to_vec())
        });
        match wanted {
            Some(newest) => merge(sql, &newest)?,
            None => return Ok(()),
        }
    }
}

/// Makes one piece of the oldest ones that come to no more than `most` entries, where the next one would be too many: a piece so
/// large stays as it is, so each entry goes through here once. Whether there were such.
pub fn merge_full(sql: &Connection, most: u64) -> Sql<bool> {
    let all = segments(sql)?;
    let Some(full) = full(&all, most) else { return Ok(false) };
    merge(sql, full)?;
    Ok(true)
}

/// The first pieces side by side that are full together: see [`merge_full`].
pub fn full(all: &[Segment], most: u64) -> Option<&[Segment]> {
    let (mut from, mut entries) = (0, 0);
    for (at, segment) in all.iter().enumerate() {
        if entries + segment.entries > most {
            if at - from > 1 && entries > most / 2 {
                return all.get(from..at);
            }
            (from, entries) = (at, 0);
        }
        entries += segment.entries;
    }
    None
}

/// Makes one piece of all, if they are several and have no more than `most` entries; else writes those anew that a good part of
/// is dead.
pub fn merge_all(sql: &Connection, most: u64) -> Sql<()> {
    let all = segments(sql)?;
    let entries: u64 = all.iter().map(|segment| segment.entries).sum();
    if all.len() >= FAN - 1 && entries <= most {
        return merge(sql, &all);
    }
    for segment in all {
        let dead: i64 = sql
            .prepare_cached(sql::words::COUNT_DEAD)?
            .query_row((segment.low, segment.high), |row| row.get(0))?;
        if num::unsigned(dead) > SMALLEST / 4
            && num::unsigned(dead) > segment.entries / 4
            && segment.entries <= most
        {
            merge(sql, &[segment])?;
        }
    }
    Ok(())
}
