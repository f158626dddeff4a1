//! Reads the index, as one view of the store has it: lists of stems, and words by their beginning. Owns what is read for it.

use super::super::sql;
use super::list::{self, Driver, Postings, Said};
use super::merge::{Segment, page, segments};
use super::page::{Reader, number, opened, some};
use super::{MOST, STEM, Sql, WORD, damaged, facts};
use crate::base::num::{to_u64, to_usize};
use crate::store::Named;
use rusqlite::{Connection, OptionalExtension};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Pages of words that are read to see how a word may go on, in each piece.
const PAGES: u32 = 24;
/// Pages of words that are read when any of them may be the one: some hundred thousand words.
pub const ALL_PAGES: u32 = 1_500;

/// Values of a field up to which entries that are gone are not counted; of more, they are until pieces are merged.
const EXACT: usize = 5_000;

/// The index.
pub struct Index<'c> {
    sql: &'c Connection,
    segments: Vec<Segment>,
    recent: Vec<(u32, Vec<u8>)>,
    /// Places whose entries are gone.
    pub dead: HashSet<u32>,
    /// Entries that are there.
    pub entries: u64,
    /// Postings that were read, about.
    pub looked: u64,
    known: HashMap<String, List>,
}

/// Where the postings of a stem are.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// Entries that have it; some may be gone.
    pub entries: u64,
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    Piece(Segment, Vec<u8>),
    Recent(Vec<(u32, u8)>),
}

impl<'c> Index<'c> {
    /// As the transaction of `sql` sees it.
    pub fn open(sql: &'c Connection) -> Sql<Self> {
        let segments = segments(sql)?;
        let mut prepared = sql.prepare_cached(sql::words::RECENT)?;
        let recent =
            prepared.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Sql<Vec<_>>>()?;
        let mut prepared = sql.prepare_cached(sql::words::DEAD)?;
        let dead: HashSet<u32> = prepared.query_map((-1, u32::MAX), |row| row.get(0))?.collect::<Sql<_>>()?;
        let all: u64 = segments.iter().map(|segment| segment.entries).sum();
        let entries = (all + to_u64(recent.len())).saturating_sub(to_u64(dead.len()));
        Ok(Self { sql, segments, recent, dead, entries, looked: 0, known: HashMap::new() })
    }

    /// The first and the last place that it knows.
    pub fn places(&self) -> (u32, u32) {
        let low =
            self.segments.first().map(|segment| segment.low).or(self.recent.first().map(|(place, _)| *place));
        let high =
            self.recent.last().map(|(place, _)| *place).or(self.segments.last().map(|segment| segment.high));
        (low.unwrap_or(0), high.unwrap_or(0))
    }

    /// The list of a stem; empty if no entry has it.
    pub fn list(&mut self, stem: &str) -> Sql<List> {
        if let Some(known) = self.known.get(stem) {
            return Ok(known.clone());
        }
        self.look_up([stem.to_owned()])?;
        Ok(self.known.get(stem).cloned().unwrap_or_default())
    }

    /// Reads where the lists of `stems` are; [`Self::list`] knows them then. Stems that are near each other are read together.
    pub fn look_up(&mut self, stems: impl IntoIterator<Item = String>) -> Sql<()> {
        let new = stems.into_iter().filter(|stem| !self.known.contains_key(stem));
        let mut lists: BTreeMap<Vec<u8>, List> =
            new.map(|stem| (std::iter::once(STEM).chain(stem.bytes()).collect(), List::default())).collect();
        for segment in &self.segments {
            let mut at: Option<(u32, Vec<(&Vec<u8>, &mut List)>)> = None;
            for (key, list) in &mut lists {
                let Some(page) = self.page_of(*segment, key)? else { continue };
                match &mut at {
                    Some((number, here)) if *number == page => here.push((key, list)),
                    _ => {
                        if let Some((number, here)) = at.replace((page, vec![(key, list)])) {
                            self.read_page(*segment, number, here)?;
                        }
                    }
                }
            }
            if let Some((number, here)) = at {
                self.read_page(*segment, number, here)?;
            }
        }
        let mut recent: Vec<Vec<(u32, u8)>> = vec![Vec::new(); lists.len()];
        for (place, row) in &self.recent {
            let mut reader = Reader::new(opened(row)?);
            for (key, postings) in lists.keys().zip(&mut recent) {
                postings.extend(reader.find(key).map(|said| (*place, *said.first().unwrap_or(&1))));
            }
        }
        for ((key, mut list), postings) in lists.into_iter().zip(recent) {
            if !postings.is_empty() {
                list.entries += to_u64(postings.len());
                list.parts.push(Part::Recent(postings));
            }
            let stem = key.get(1..).unwrap_or_default();
            self.known.insert(String::from_utf8_lossy(stem).into_owned(), list);
        }
        Ok(())
    }

    /// Reads what a page of a piece says of keys, which are in order.
    fn read_page(&self, segment: Segment, number_of: u32, keys: Vec<(&Vec<u8>, &mut List)>) -> Sql<()> {
        let bytes = page(self.sql, segment.page(number_of))?;
        let mut reader = Reader::new(opened(&bytes)?);
        for (key, list) in keys {
            if let Some(said) = reader.find(key) {
                let entries = number(&mut &*said).ok_or_else(|| damaged("a list cannot be read"))?;
                list.entries += entries;
                list.parts.push(Part::Piece(segment, said.to_vec()));
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
            Driver::From(0) => self.read_all(list, driver, take),
            Driver::From(from) => self.read_all(list, driver, |place, says| {
                if place >= from {
                    take(place, says);
                }
            }),
            Driver::These(places) => {
                let mut wanted = places;
                self.read_all(list, driver, |place, says| {
                    while let [next, rest @ ..] = wanted
                        && *next <= place
                    {
                        if *next == place {
                            take(place, says);
                        }
                        wanted = rest;
                    }
                })
            }
        }
    }

    /// Calls `take` with all postings on pages that may have one that `driver` asks for.
    fn read_all(&mut self, list: &List, driver: Driver<'_>, mut take: impl FnMut(u32, u8)) -> Sql<()> {
        for part in &list.parts {
            let (segment, said) = match part {
                Part::Recent(postings) => {
                    postings.iter().for_each(|(place, says)| take(*place, *says));
                    self.looked += to_u64(postings.len());
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
                    fits = list::each(bytes, segment.low, &mut take);
                    self.looked += said.entries;
                }
                Postings::Pages(first, chunks) => {
                    let numbered = (first..).zip(chunks);
                    let mut prepared = self.sql.prepare_cached(sql::words::PAGE)?;
                    for (number, chunk) in numbered.filter(|(_, c)| driver.wants(c.before, c.last)) {
                        fits &= prepared.query_row([segment.page(number)], |row| {
                            let bytes = row.get_ref(0)?.as_blob()?;
                            self.looked += to_u64(bytes.len() / 2);
                            Ok(list::each(opened(bytes)?, chunk.before, &mut take))
                        })?;
                    }
                }
            }
            if !fits {
                return Err(damaged("a list ends too early"));
            }
        }
        Ok(())
    }

    /// Words that begin with `beginning` (folded), the most frequent first, with the number of entries that have each, and whether
    /// these are all.
    pub fn words_with(&self, beginning: &str) -> Sql<(Vec<(String, u64)>, bool)> {
        let mut words: HashMap<String, u64> = HashMap::new();
        let mut all = true;
        let mut add = |word: &str, entries: u64| *words.entry(word.to_owned()).or_default() += entries;
        let from: Vec<u8> = std::iter::once(WORD).chain(beginning.bytes()).collect();
        let most: Vec<u8> = std::iter::once(MOST).chain(beginning.bytes()).collect();
        for segment in &self.segments {
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
        for segment in &self.segments {
            all &= self.each_in_piece(*segment, &from, pages, take)?;
        }
        self.each_recent(&from, take)?;
        Ok(all)
    }

    /// Calls `take` with what comes behind the kind in keys that begin with `from`.
    fn each_recent(&self, from: &[u8], take: &mut dyn FnMut(&str, u64)) -> Sql<()> {
        for (_, row) in &self.recent {
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
        for segment in &self.segments {
            self.each_in_piece(*segment, &from, ALL_PAGES, &mut add)?;
        }
        self.each_recent(&from, &mut add)?;
        if !self.dead.is_empty() && counts.len() <= EXACT {
            let mut dead: Vec<u32> = self.dead.iter().copied().collect();
            dead.sort_unstable();
            for (name, entries) in &mut counts {
                let list = self.list(name)?;
                self.read(&list, Driver::These(&dead), |_, _| *entries = entries.saturating_sub(1))?;
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
        for segment in &self.segments {
            let mut prepared = self.sql.prepare_cached(sql::words::PAGES)?;
            for number in prepared.query_map([segment.id], |row| row.get(0))? {
                let bytes = page(self.sql, segment.page(number?))?;
                let mut reader = Reader::new(opened(&bytes)?);
                while let Some((key, _)) = reader.next() {
                    add(key);
                }
            }
        }
        for (_, row) in &self.recent {
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
