//! Keeps the index in step with the entries: those that are written, changed and deleted. Owns when recent entries become a
//! piece. All of it runs in the transaction that writes the entries.

use super::super::{codec, sql};
use super::cut::{Cutter, Words, at};
use super::merge::{Writer, merge_all, merge_full, merge_newest};
use super::page::{Page, Reader, opened};
use super::{STEM, Sql, WORD, damaged};
use crate::base::num::{signed, to_u64, to_usize, unsigned};
use crate::store::NewEntry;
use rusqlite::Connection;
use std::collections::BTreeMap;

/// Recent entries become a piece when there are so many; a batch of more than this is one at once.
const RECENT: usize = 128;
const LARGE: usize = 64;
/// Entries in a piece that is merged while somebody waits, and in one that is merged in quiet times.
const AT_ONCE: u64 = 64_000;
const IN_QUIET: u64 = 300_000;
/// Entries of which the index is made anew at a time.
const ANEW: usize = 4_000;

/// Entries that are written in one transaction.
#[derive(Default)]
pub struct Batch {
    cutter: Cutter,
    entries: Vec<(u32, Words)>,
}

impl Batch {
    /// Adds an entry at a place behind all others.
    pub fn add(&mut self, place: i64, entry: &NewEntry) -> Sql<()> {
        let words = self.cutter.cut(entry);
        self.entries.push((narrow(place)?, words));
        Ok(())
    }

    /// Takes an entry away.
    pub fn drop_place(&mut self, sql: &Connection, place: i64) -> Sql<()> {
        let wanted = narrow(place)?;
        let before = self.entries.len();
        self.entries.retain(|(place, _)| *place != wanted);
        if self.entries.len() < before { Ok(()) } else { drop_place(sql, place) }
    }

    /// Writes it all.
    pub fn finish(self, sql: &Connection) -> Sql<()> {
        if self.entries.is_empty() {
            return Ok(());
        }
        let recent: i64 = sql.prepare_cached(sql::words::COUNT_RECENT)?.query_row([], |row| row.get(0))?;
        let is_large = self.entries.len() > LARGE;
        if is_large || to_usize(unsigned(recent)) + self.entries.len() > RECENT {
            let mut piece = Piece::of_recent(sql)?;
            piece.take(&self);
            piece.write(sql)?;
            return merge_newest(sql, AT_ONCE);
        }
        let Cutter { stem_names, word_names, .. } = &self.cutter;
        for (place, found) in &self.entries {
            let mut said: Vec<(&str, u8)> = found
                .stems
                .iter()
                .filter_map(|(number, says)| Some((stem_names.get(at(*number))?.as_ref(), *says)))
                .collect();
            said.sort_unstable();
            let mut written: Vec<&str> = found
                .words
                .iter()
                .filter_map(|number| word_names.get(at(*number)))
                .map(AsRef::as_ref)
                .collect();
            written.sort_unstable();
            let mut row = Page::default();
            for (stem, says) in said {
                row.push(&keyed(STEM, stem), &[says]);
            }
            for word in written {
                row.push(&keyed(WORD, word), &[]);
            }
            sql.prepare_cached(sql::words::ADD_RECENT)?.execute((place, row.take()))?;
        }
        Ok(())
    }
}

fn keyed(kind: u8, word: &str) -> Vec<u8> {
    std::iter::once(kind).chain(word.bytes()).collect()
}

fn narrow(place: i64) -> Sql<u32> {
    u32::try_from(place).map_err(|_| damaged("there are more versions of entries than it can tell apart"))
}

/// Takes an entry away that was written before.
pub fn drop_place(sql: &Connection, place: i64) -> Sql<()> {
    if sql.prepare_cached(sql::words::DROP_RECENT)?.execute([place])? == 0 {
        sql.prepare_cached(sql::words::ADD_DEAD)?.execute([place])?;
    }
    Ok(())
}

/// A piece that is being gathered.
#[derive(Default)]
struct Piece {
    stems: BTreeMap<Vec<u8>, Vec<(u32, u8)>>,
    words: BTreeMap<Vec<u8>, u64>,
    places: Vec<u32>,
}

impl Piece {
    /// The recent entries; they are recent no more.
    fn of_recent(sql: &Connection) -> Sql<Self> {
        let mut piece = Self::default();
        let mut prepared = sql.prepare_cached(sql::words::RECENT)?;
        let mut rows = prepared.query([])?;
        while let Some(row) = rows.next()? {
            let place = row.get(0)?;
            let bytes: Vec<u8> = row.get(1)?;
            let mut reader = Reader::new(opened(&bytes)?);
            piece.places.push(place);
            while let Some((key, said)) = reader.next() {
                match (key.split_first(), said.first()) {
                    (Some((&STEM, stem)), Some(says)) => {
                        piece.stems.entry(stem.to_vec()).or_default().push((place, *says));
                    }
                    (Some((_, word)), _) => *piece.words.entry(word.to_vec()).or_default() += 1,
                    _ => return Err(damaged("a recent entry cannot be read")),
                }
            }
        }
        drop(rows);
        sql.prepare_cached(sql::words::CLEAR_RECENT)?.execute([])?;
        Ok(piece)
    }

    /// Adds a batch; all its places are behind those that are there.
    fn take(&mut self, batch: &Batch) {
        let Cutter { stem_names, word_names, .. } = &batch.cutter;
        let mut lists = vec![Vec::new(); stem_names.len()];
        let mut counts = vec![0_u64; word_names.len()];
        for (place, found) in &batch.entries {
            self.places.push(*place);
            for (number, says) in &found.stems {
                if let Some(list) = lists.get_mut(at(*number)) {
                    list.push((*place, *says));
                }
            }
            for number in &found.words {
                if let Some(entries) = counts.get_mut(at(*number)) {
                    *entries += 1;
                }
            }
        }
        for (stem, list) in stem_names.iter().zip(lists).filter(|(_, list)| !list.is_empty()) {
            self.stems.entry(stem.as_bytes().to_vec()).or_default().extend(list);
        }
        for (word, entries) in word_names.iter().zip(counts).filter(|(_, entries)| *entries > 0) {
            *self.words.entry(word.as_bytes().to_vec()).or_default() += entries;
        }
    }

    fn write(self, sql: &Connection) -> Sql<()> {
        let (Some(first), Some(last)) = (self.places.first(), self.places.last()) else { return Ok(()) };
        let mut writer = Writer::new(sql, first.saturating_sub(1), *last)?;
        for (stem, list) in &self.stems {
            for (place, says) in list {
                writer.push(*place, *says)?;
            }
            writer.end(stem)?;
        }
        for (word, entries) in &self.words {
            writer.word(word, *entries)?;
        }
        writer.finish(to_u64(self.places.len()))
    }
}

/// Makes the index anew from the entries.
pub fn rebuild(sql: &Connection) -> Sql<()> {
    sql.execute_batch(sql::words::CLEAR)?;
    let mut from = i64::MIN;
    loop {
        let mut prepared = sql.prepare_cached(sql::words::LIVE)?;
        let columns = codec::Columns::of(&prepared)?;
        let mut rows = prepared.query((from, signed(to_u64(ANEW))))?;
        let mut batch = Batch::default();
        while let Some(row) = rows.next()? {
            from = row.get("place")?;
            batch.add(from, &columns.entry(row)?.0.body)?;
        }
        if batch.entries.is_empty() {
            return merge_all(sql, IN_QUIET);
        }
        let mut piece = Piece::default();
        piece.take(&batch);
        piece.write(sql)?;
        merge_newest(sql, IN_QUIET)?;
    }
}

/// Housekeeping, for quiet times; whether there is more to do. A large store has it done step by step, so that others can write
/// between.
pub fn tidy(sql: &Connection) -> Sql<bool> {
    let recent: i64 = sql.prepare_cached(sql::words::COUNT_RECENT)?.query_row([], |row| row.get(0))?;
    if unsigned(recent) > to_u64(LARGE) {
        Piece::of_recent(sql)?.write(sql)?;
    }
    if merge_full(sql, IN_QUIET)? {
        return Ok(true);
    }
    merge_newest(sql, IN_QUIET)?;
    merge_all(sql, AT_ONCE)?;
    Ok(false)
}
