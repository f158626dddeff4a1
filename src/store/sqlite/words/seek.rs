//! Reads the index, as one view of the store has it: lists of stems, and words by their beginning. Owns what is read for it.

mod spread;

use super::super::sql;
use super::inside::Inside;
use super::list::{self, Chunk, Driver, Postings, Said};
use super::memory::{Kept, Memory, Rows, State, Verdicts};
use super::merge::{Segment, page, segments};
use super::page::{Reader, number, opened, some};
use super::{MOST, STEM, Sql, WORD, damaged, facts};
use crate::base::num::{to_u64, to_usize};
use crate::store::Named;
use foldhash::fast::RandomState;
use rusqlite::{Connection, OptionalExtension};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Pages of words that are read to see how a word may go on, in each piece.
const PAGES: u32 = 24;
/// Pages of words that are read when any of them may be the one: some hundred thousand words.
pub const ALL_PAGES: u32 = 1_500;

/// What stands before the keys of what is kept in memory: lists, beginnings of words, texts and what they have; the key of what is not in
/// pieces, and that of rows.
const LIST: char = 'l';
const BEGUN: char = 'b';
const GOING: char = 'g';
const TEXTS: char = 't';
const VERDICTS: char = 'f';
const RECENT: &str = "r";
const ROWS: &str = "p";

/// Letters that a beginning of a word may be longer than one whose words are known.
const LONGER: usize = 2;

/// Values of a field up to which entries that are gone are not counted; of more, they are until pieces are merged.
const EXACT: usize = 5_000;

/// The index.
pub struct Index<'c> {
    sql: &'c Connection,
    state: State,
    recent: Arc<Recent>,
    /// Entries that are there.
    pub entries: u64,
    /// Postings that were read, about.
    pub looked: u64,
    known: HashMap<Arc<str>, List, RandomState>,
    memory: Option<&'c Memory>,
}

/// What is not in pieces.
#[derive(Debug, Default)]
pub struct Recent {
    /// Entries written lately, each with its words.
    rows: Vec<(u32, Vec<u8>)>,
    /// Places whose entries are gone, in order.
    dead: Vec<u32>,
}

impl Recent {
    fn read(sql: &Connection) -> Sql<Self> {
        let mut prepared = sql.prepare_cached(sql::words::RECENT)?;
        let rows = prepared.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Sql<Vec<_>>>()?;
        let mut prepared = sql.prepare_cached(sql::words::DEAD)?;
        let dead = prepared.query_map((-1, u32::MAX), |row| row.get(0))?.collect::<Sql<_>>()?;
        Ok(Self { rows, dead })
    }

    /// Bytes that it takes, about.
    pub fn size(&self) -> usize {
        self.rows.iter().map(|(_, row)| row.len() + 32).sum::<usize>() + self.dead.len() * 4
    }
}

/// Words that begin in one way, the most frequent first, with the number of entries that have each, and whether these are all.
pub type Begun = (Vec<(String, u64)>, bool);

/// The lists of words that begin in one way, as many as were wanted, and whether there are more words.
pub type Going = (Vec<List>, bool);

/// Where the postings of a stem are.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// Entries that have it; some may be gone.
    pub entries: u64,
    stem: Arc<str>,
    parts: Arc<[Part]>,
}

impl List {
    /// Bytes that it takes, about.
    pub fn size(&self) -> usize {
        let parts = self.parts.iter().map(|part| match part {
            Part::Piece(_, said) | Part::Recent(said, _) => said.len() + size_of::<Part>(),
        });
        parts.sum::<usize>() + self.stem.len()
    }
}

/// A list that is being looked up.
#[derive(Default)]
struct Gathered {
    entries: u64,
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    /// What a piece says.
    Piece(Segment, Vec<u8>),
    /// Postings from the first place on, and their number.
    Recent(Vec<u8>, u64),
}

impl<'c> Index<'c> {
    /// As the transaction of `sql` sees it.
    pub fn open(sql: &'c Connection) -> Sql<Self> {
        let state = State { content: 0, segments: segments(sql)? };
        Ok(Self::new(sql, state, Arc::new(Recent::read(sql)?), None))
    }

    /// The same; what is in `memory` of it is not read again.
    pub fn with(sql: &'c Connection, memory: &'c Memory) -> Sql<Self> {
        // A store of an older form that cannot be brought up to date does not say when it changed.
        let Ok(state) = State::of(sql) else { return Self::open(sql) };
        let recent = match memory.get(&state, RECENT) {
            Some(Kept::Recent(recent)) => recent,
            _ => {
                let recent = Arc::new(Recent::read(sql)?);
                memory.keep(&state, RECENT.to_owned(), Kept::Recent(Arc::clone(&recent)));
                recent
            }
        };
        Ok(Self::new(sql, state, recent, Some(memory)))
    }

    fn new(sql: &'c Connection, state: State, recent: Arc<Recent>, memory: Option<&'c Memory>) -> Self {
        let all: u64 = state.segments.iter().map(|segment| segment.entries).sum();
        let entries = (all + to_u64(recent.rows.len())).saturating_sub(to_u64(recent.dead.len()));
        Self { sql, state, recent, entries, looked: 0, known: HashMap::default(), memory }
    }

    /// Places whose entries are gone, in order.
    pub fn dead(&self) -> &[u32] {
        &self.recent.dead
    }

    /// Whether the entry at `place` is gone.
    pub fn is_dead(&self, place: u32) -> bool {
        self.recent.dead.binary_search(&place).is_ok()
    }

    fn kept(&self, key: &str) -> Option<Kept> {
        self.memory?.get(&self.state, key)
    }

    fn keep(&self, key: String, kept: Kept) {
        if let Some(memory) = self.memory {
            memory.keep(&self.state, key, kept);
        }
    }

    /// The texts of the entry at `place` in lower case, by `read` where they are not in memory.
    pub fn texts(&self, place: u32, read: impl FnOnce() -> Sql<Vec<String>>) -> Sql<Arc<[String]>> {
        let key = format!("{TEXTS}{place}");
        if let Some(Kept::Texts(texts)) = self.kept(&key) {
            return Ok(texts);
        }
        let texts: Arc<[String]> = read()?.into();
        self.keep(key, Kept::Texts(Arc::clone(&texts)));
        Ok(texts)
    }

    /// What is known of texts that have `wanted`, or not; `None` where nothing is kept.
    pub fn verdicts(&self, wanted: &str) -> Option<Arc<Verdicts>> {
        self.memory?;
        let key = format!("{VERDICTS}{wanted}");
        if let Some(Kept::Verdicts(verdicts)) = self.kept(&key) {
            return Some(verdicts);
        }
        let verdicts = Arc::new(Verdicts::default());
        self.keep(key, Kept::Verdicts(Arc::clone(&verdicts)));
        Some(verdicts)
    }

    /// The rows of entries, as far as they are known; `None` where nothing is kept.
    pub fn rows(&self) -> Option<Arc<Rows>> {
        if let Some(Kept::Rows(rows)) = self.kept(ROWS) {
            return Some(rows);
        }
        self.memory?;
        let (low, high) = self.places();
        let rows = Arc::new(Rows::new(low, high)?);
        self.keep(ROWS.to_owned(), Kept::Rows(Arc::clone(&rows)));
        Some(rows)
    }

    /// What is kept in memory, if anything is.
    pub fn memory(&self) -> Option<&'c Memory> {
        self.memory
    }

    /// The first and the last place that it knows.
    pub fn places(&self) -> (u32, u32) {
        let (segments, rows) = (&self.state.segments, &self.recent.rows);
        let low = segments.first().map(|segment| segment.low).or(rows.first().map(|(place, _)| *place));
        let high = rows.last().map(|(place, _)| *place).or(segments.last().map(|segment| segment.high));
        (low.unwrap_or(0), high.unwrap_or(0))
    }

    /// The list of a stem; empty if no entry has it.
    pub fn list(&mut self, stem: &str) -> Sql<List> {
        if let Some(known) = self.known.get(stem) {
            return Ok(known.clone());
        }
        self.look_up([stem])?;
        Ok(self.known.get(stem).cloned().unwrap_or_default())
    }

    /// Reads where the lists of `stems` are; [`Self::list`] knows them then. Stems that are near each other are read together.
    pub fn look_up<'s>(&mut self, stems: impl IntoIterator<Item = &'s str>) -> Sql<()> {
        let mut lists: BTreeMap<Vec<u8>, Gathered> = BTreeMap::new();
        let mut key = String::from(LIST);
        for stem in stems {
            if self.known.contains_key(stem) {
                continue;
            }
            key.truncate(LIST.len_utf8());
            key.push_str(stem);
            if let Some(Kept::List(list)) = self.kept(&key) {
                self.known.insert(Arc::clone(&list.stem), list);
                continue;
            }
            lists.insert(std::iter::once(STEM).chain(stem.bytes()).collect(), Gathered::default());
        }
        for segment in &self.state.segments {
            self.look_up_in(*segment, &mut lists)?;
        }
        let mut recent: Vec<(Vec<u8>, u32, u64)> = vec![(Vec::new(), 0, 0); lists.len()];
        for (place, row) in &self.recent.rows {
            let mut reader = Reader::new(opened(row)?);
            for (key, (postings, last, entries)) in lists.keys().zip(&mut recent) {
                if let Some(said) = reader.find(key) {
                    list::put(postings, *last, *place, *said.first().unwrap_or(&1));
                    (*last, *entries) = (*place, *entries + 1);
                }
            }
        }
        for ((key, mut list), (postings, _, entries)) in lists.into_iter().zip(recent) {
            if entries > 0 {
                list.entries += entries;
                list.parts.push(Part::Recent(postings, entries));
            }
            let stem = String::from_utf8_lossy(key.get(1..).unwrap_or_default());
            let list = List { entries: list.entries, stem: (*stem).into(), parts: list.parts.into() };
            self.keep(format!("{LIST}{stem}"), Kept::List(list.clone()));
            self.known.insert(Arc::clone(&list.stem), list);
        }
        Ok(())
    }

    /// Adds what a piece says of keys.
    fn look_up_in(&self, segment: Segment, lists: &mut BTreeMap<Vec<u8>, Gathered>) -> Sql<()> {
        let mut lists = lists.iter_mut().peekable();
        while let Some((key, _)) = lists.peek() {
            let Some(number_of) = self.page_of(segment, key)? else {
                lists.next();
                continue;
            };
            let bytes = page(self.sql, segment.page(number_of))?;
            let mut reader = Reader::new(opened(&bytes)?);
            // The first key is here or nowhere; those that follow are, too, up to the last one of the page.
            let mut is_first = true;
            while let Some((key, list)) = lists.next_if(|(key, _)| {
                let here = reader.reaches(key);
                here || std::mem::take(&mut is_first)
            }) {
                is_first = false;
                if let Some(said) = reader.find(key) {
                    let entries = number(&mut &*said).ok_or_else(|| damaged("a list cannot be read"))?;
                    list.entries += entries;
                    list.parts.push(Part::Piece(segment, said.to_vec()));
                }
            }
        }
        Ok(())
    }

    /// What a piece says of `key`.
    fn said(&self, segment: Segment, key: &[u8]) -> Sql<Option<Vec<u8>>> {
        let Some(number) = self.page_of(segment, key)? else { return Ok(None) };
        let bytes = page(self.sql, segment.page(number))?;
        let mut reader = Reader::new(opened(&bytes)?);
        Ok(reader.seek(key).filter(|(found, _)| *found == key).map(|(_, said)| said.to_vec()))
    }

    /// The page that `key` is on, if it is there.
    fn page_of(&self, segment: Segment, key: &[u8]) -> Sql<Option<u32>> {
        let mut prepared = self.sql.prepare_cached(sql::words::PAGE_OF)?;
        prepared.query_row((segment.id, key), |row| row.get(0)).optional()
    }

    /// Calls `take` with the postings of `list` that `driver` asks for, by place.
    pub fn read(&mut self, list: &List, driver: Driver<'_>, mut take: impl FnMut(u32, u8)) -> Sql<()> {
        match driver {
            Driver::From(0) => {
                self.each_run(list, driver, |bytes, before| list::each(bytes, before, &mut take))
            }
            Driver::From(from) => self.each_run(list, driver, |bytes, before| {
                list::each(bytes, before, |place, says| {
                    if place >= from {
                        take(place, says);
                    }
                })
            }),
            Driver::These(places) => {
                let mut wanted = places;
                self.each_run(list, driver, |bytes, before| {
                    list::these(bytes, before, &mut wanted, &mut take)
                })
            }
        }
    }

    /// Calls `take` with the postings of all pages that may have one that `driver` asks for, each time with the place before them;
    /// it says whether they are postings.
    fn each_run(
        &mut self,
        list: &List,
        driver: Driver<'_>,
        mut take: impl FnMut(&[u8], u32) -> bool,
    ) -> Sql<()> {
        for part in &*list.parts {
            let (segment, said) = match part {
                Part::Recent(postings, entries) => {
                    self.looked += entries;
                    take(postings, 0);
                    continue;
                }
                Part::Piece(segment, said) => (segment, said),
            };
            if !driver.wants(segment.low, segment.high) {
                continue;
            }
            let said = Said::read(said, segment.low).ok_or_else(|| damaged("a list cannot be read"))?;
            let mut fits = true;
            match said.postings {
                Postings::Here(bytes) => {
                    fits = take(bytes, segment.low);
                    self.looked += said.entries;
                }
                Postings::Pages(first, chunks) => {
                    let wanted = (first..).zip(chunks).filter(|(_, c)| driver.wants(c.before, c.last));
                    let wanted: Vec<(u32, Chunk)> = wanted.collect();
                    // To go on to the next page is quicker than to look for it.
                    for run in wanted.chunk_by(|(one, _), (next, _)| *one + 1 == *next) {
                        fits &= self.each_chunk(*segment, run, &mut take)?;
                    }
                }
            }
            if !fits {
                return Err(damaged("a list ends too early"));
            }
        }
        Ok(())
    }

    /// Calls `take` with the postings of pages of a piece that lie side by side; whether all are postings.
    fn each_chunk(
        &mut self,
        segment: Segment,
        pages: &[(u32, Chunk)],
        mut take: impl FnMut(&[u8], u32) -> bool,
    ) -> Sql<bool> {
        let (Some((first, _)), Some((last, _))) = (pages.first(), pages.last()) else { return Ok(true) };
        let mut prepared = self.sql.prepare_cached(sql::words::PAGES_IN)?;
        let mut rows = prepared.query([segment.page(*first), segment.page(*last)])?;
        let mut fits = true;
        for (_, chunk) in pages {
            let row = rows.next()?.ok_or_else(|| damaged("a page is missing"))?;
            let bytes = row.get_ref(0)?.as_blob()?;
            self.looked += to_u64(bytes.len() / 2);
            fits &= take(opened(bytes)?, chunk.before);
        }
        Ok(fits)
    }

    /// Words that begin with `beginning` (folded).
    pub fn words_with(&self, beginning: &str) -> Sql<Arc<Begun>> {
        let key = format!("{BEGUN}{beginning}");
        if let Some(Kept::Words(begun)) = self.kept(&key) {
            return Ok(begun);
        }
        let begun = Arc::new(match self.words_longer(beginning) {
            Some(words) => (words, true),
            None => self.words_read(beginning)?,
        });
        self.keep(key, Kept::Words(Arc::clone(&begun)));
        Ok(begun)
    }

    /// The lists of words that begin with `beginning` (folded), at most `endings`, as `make` gathers them.
    pub fn going_on(
        &mut self,
        beginning: &str,
        endings: usize,
        make: impl FnOnce(&mut Self) -> Sql<Going>,
    ) -> Sql<Arc<Going>> {
        let key = format!("{GOING}{endings} {beginning}");
        if let Some(Kept::Going(going)) = self.kept(&key) {
            return Ok(going);
        }
        let going = Arc::new(make(self)?);
        self.keep(key, Kept::Going(Arc::clone(&going)));
        Ok(going)
    }

    /// The same from what is kept of a beginning of it, where all words are: a letter more was typed.
    fn words_longer(&self, beginning: &str) -> Option<Vec<(String, u64)>> {
        let shorter = beginning.char_indices().rev().map(|(end, _)| end).take(LONGER);
        let mut shorter =
            shorter.filter_map(|end| match self.kept(&format!("{BEGUN}{}", beginning.get(..end)?)) {
                Some(Kept::Words(begun)) => Some(begun),
                _ => None,
            });
        let known = shorter.next().filter(|begun| begun.1)?;
        let longer = known.0.iter().filter(|(word, _)| word.starts_with(beginning));
        Some(longer.cloned().collect())
    }

    fn words_read(&self, beginning: &str) -> Sql<Begun> {
        let mut words: HashMap<String, u64, RandomState> = HashMap::default();
        let mut all = true;
        let mut add = |word: &str, entries: u64| match words.get_mut(word) {
            Some(with) => *with += entries,
            None => drop(words.insert(word.to_owned(), entries)),
        };
        let from: Vec<u8> = std::iter::once(WORD).chain(beginning.bytes()).collect();
        let most: Vec<u8> = std::iter::once(MOST).chain(beginning.bytes()).collect();
        for segment in &self.state.segments {
            if let Some(listed) = self.said(*segment, &most)? {
                all = false;
                let mut rest = listed.as_slice();
                while let Some(length) = number(&mut rest) {
                    let word = some(&mut rest, length).ok_or_else(|| damaged("a word cannot be read"))?;
                    add(&String::from_utf8_lossy(word), number(&mut rest).unwrap_or(0));
                }
            } else {
                all &= self.each_in_piece(*segment, &from, PAGES, &mut add)?;
            }
        }
        self.each_recent(&from, &mut add)?;
        let mut words: Vec<(String, u64)> = words.into_iter().collect();
        words.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Ok((words, all))
    }

    /// Calls `take` with the words that begin with `beginning` (folded), by piece, of each at most `pages` pages; false if there are
    /// more.
    pub fn each_word(&self, beginning: &str, pages: u32, take: &mut dyn FnMut(&str, u64)) -> Sql<bool> {
        let mut all = true;
        let from: Vec<u8> = std::iter::once(WORD).chain(beginning.bytes()).collect();
        for segment in &self.state.segments {
            all &= self.each_in_piece(*segment, &from, pages, take)?;
        }
        self.each_recent(&from, take)?;
        Ok(all)
    }

    /// Calls `take` with the words that hold `piece` behind their first letter, by piece, of each at most `pages` pages.
    pub fn each_word_inside(&self, piece: &str, pages: u32, take: &mut dyn FnMut(&str, u64)) -> Sql<()> {
        let inside = Inside::new(piece);
        for segment in &self.state.segments {
            inside.each_in_piece(self.sql, *segment, pages, take)?;
        }
        self.recent.rows.iter().try_for_each(|(_, row)| inside.each_recent(row, take))
    }

    /// Calls `take` with what comes behind the kind in keys that begin with `from`.
    fn each_recent(&self, from: &[u8], take: &mut dyn FnMut(&str, u64)) -> Sql<()> {
        for (_, row) in &self.recent.rows {
            let mut reader = Reader::new(opened(row)?);
            let mut at = reader.seek(from).map(|(key, _)| key.to_vec());
            while let Some(word) = at.as_deref().and_then(|key| word_of(key, from)) {
                take(word, 1);
                at = reader.next().map(|(key, _)| key.to_vec());
            }
        }
        Ok(())
    }

    fn each_in_piece(
        &self,
        segment: Segment,
        from: &[u8],
        pages: u32,
        take: &mut dyn FnMut(&str, u64),
    ) -> Sql<bool> {
        let end: Vec<u8> = from.iter().copied().chain([u8::MAX]).collect();
        let mut prepared = self.sql.prepare_cached(sql::words::PAGES_BETWEEN)?;
        let more = prepared.query_map((segment.id, from, end, pages), |row| row.get(0))?;
        let mut numbers = more.collect::<Sql<Vec<u32>>>()?;
        let all = numbers.len() < to_usize(u64::from(pages));
        if let Some(first) = self.page_of(segment, from)? {
            numbers.insert(0, first);
        }
        for number_of in numbers {
            let bytes = page(self.sql, segment.page(number_of))?;
            let mut reader = Reader::new(opened(&bytes)?);
            while let Some((key, mut said)) = reader.next() {
                if let Some(word) = word_of(key, from) {
                    take(word, number(&mut said).unwrap_or(0));
                }
            }
        }
        Ok(all)
    }

    /// What entries have in a field with lists, where it begins with `begins`: each with the number of entries, those that most
    /// have first.
    pub fn facts(&mut self, field: Named, begins: &str) -> Sql<Vec<(String, u64)>> {
        let Some(beginning) = facts::beginning(field, begins) else { return Ok(Vec::new()) };
        let from: Vec<u8> = std::iter::once(STEM).chain(beginning.bytes()).collect();
        let mut counts: HashMap<String, u64> = HashMap::new();
        let mut add = |name: &str, entries: u64| *counts.entry(name.to_owned()).or_default() += entries;
        for segment in &self.state.segments {
            self.each_in_piece(*segment, &from, ALL_PAGES, &mut add)?;
        }
        self.each_recent(&from, &mut add)?;
        if !self.recent.dead.is_empty() && counts.len() <= EXACT {
            let recent = Arc::clone(&self.recent);
            for (name, entries) in &mut counts {
                let list = self.list(name)?;
                self.read(&list, Driver::These(&recent.dead), |_, _| *entries = entries.saturating_sub(1))?;
            }
        }
        let held = counts.into_iter().filter(|(_, entries)| *entries > 0);
        let mut held: Vec<_> =
            held.map(|(name, entries)| (facts::value(&name).to_owned(), entries)).collect();
        held.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Ok(held)
    }

    /// All stems, in order, each once.
    pub fn stems(&self) -> Sql<Vec<String>> {
        let mut stems: Vec<String> = Vec::new();
        let mut add = |key: &[u8]| {
            if let Some((_, stem)) = key.split_first().filter(|(kind, _)| **kind == STEM) {
                stems.push(String::from_utf8_lossy(stem).into_owned());
            }
        };
        for segment in &self.state.segments {
            let mut prepared = self.sql.prepare_cached(sql::words::PAGES)?;
            for number in prepared.query_map([segment.id], |row| row.get(0))? {
                let bytes = page(self.sql, segment.page(number?))?;
                let mut reader = Reader::new(opened(&bytes)?);
                while let Some((key, _)) = reader.next() {
                    add(key);
                }
            }
        }
        for (_, row) in &self.recent.rows {
            let mut reader = Reader::new(opened(row)?);
            while let Some((key, _)) = reader.next() {
                add(key);
            }
        }
        stems.sort_unstable();
        stems.dedup();
        Ok(stems)
    }

    /// Lists that were looked up are looked up anew.
    pub fn forget(&mut self) {
        self.known.clear();
    }
}

/// The word that `key` is of, if the key begins with `from`.
fn word_of<'k>(key: &'k [u8], from: &[u8]) -> Option<&'k str> {
    key.starts_with(from).then(|| std::str::from_utf8(key.get(1..).unwrap_or_default()).unwrap_or_default())
}
