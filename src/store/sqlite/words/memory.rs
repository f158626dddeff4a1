//! What was read of the index and is likely to be read again: where lists are, how words go on, long lists spread out by place,
//! texts that were looked at for words in a row and which have them, the rows of entries, and those with a name. Owns how much of it is kept. Must not
//! know what is asked.
//!
//! Invariant: all that is kept was read from one state of the store, and is given to readers of that state alone. A state is the
//! number that each change of the content draws anew, with the pieces of the index, which upkeep changes and nothing else.

use super::super::sql;
use super::merge::{Segment, segments};
use super::seek::{Begun, Going, List, Recent};
use super::spread::{Spare, Spread};
use crate::base::num::to_usize;
use crate::store::{EntryRow, Via};
use foldhash::fast::RandomState;
use lru::LruCache;
use rusqlite::Connection;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes that are kept at most of a small store and of a large one, and how many of them for each place: so many words spread out.
const ROOM: (usize, usize) = (16 << 20, 64 << 20);
const FOR_A_PLACE: usize = 112;
/// The share of them that one value may take.
const SHARE: usize = 8;
/// The share of them that rows may take: every search asks for some.
const ROWS_SHARE: usize = 4;
/// What a value takes beside its own bytes, about.
const BESIDE: usize = 160;

/// What the store was like when something was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The number of its content.
    pub content: i64,
    /// The pieces of the index.
    pub segments: Vec<Segment>,
}

impl State {
    /// As the transaction of `sql` sees it.
    pub fn of(sql: &Connection) -> rusqlite::Result<Self> {
        let content = sql.prepare_cached(sql::words::CONTENT)?.query_row([], |row| row.get(0))?;
        Ok(Self { content, segments: segments(sql)? })
    }

    /// The same, and the number of the newest use of an entry.
    pub fn with_uses(sql: &Connection) -> rusqlite::Result<(Self, i64)> {
        let mut prepared = sql.prepare_cached(sql::changes::STATE)?;
        let (content, uses) = prepared.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok((Self { content, segments: segments(sql)? }, uses))
    }

    /// Bytes that are kept of it at most.
    fn room(&self) -> usize {
        let ends = self.segments.first().zip(self.segments.last());
        let places = ends.map_or(0, |(first, last)| last.high.saturating_sub(first.low));
        to_usize(u64::from(places)).saturating_mul(FOR_A_PLACE).clamp(ROOM.0, ROOM.1)
    }
}

/// The rows of entries by their places, as far as somebody has asked for them.
#[derive(Debug)]
pub struct Rows {
    low: u32,
    /// 0 where it is not known.
    rows: Vec<AtomicU32>,
}

impl Rows {
    /// For the places from `low` to `high`; `None` where these are too many to be kept.
    pub fn new(low: u32, high: u32) -> Option<Self> {
        let places = to_usize(u64::from(high.saturating_sub(low)) + 1);
        (places <= ROOM.1 / ROWS_SHARE / size_of::<AtomicU32>())
            .then(|| Self { low, rows: std::iter::repeat_with(AtomicU32::default).take(places).collect() })
    }

    fn slot(&self, place: u32) -> Option<&AtomicU32> {
        self.rows.get(to_usize(u64::from(place.checked_sub(self.low)?)))
    }

    /// The row of the entry at `place`.
    pub fn at(&self, place: u32) -> Option<i64> {
        let row = self.slot(place)?.load(Ordering::Relaxed);
        (row > 0).then_some(i64::from(row))
    }

    /// The row of the entry at `place` is known now.
    pub fn learn(&self, place: u32, row: i64) {
        if let (Some(slot), Ok(row)) = (self.slot(place), u32::try_from(row)) {
            slot.store(row, Ordering::Relaxed);
        }
    }
}

/// Whether the texts of entries have what somebody looked for, by place: as far as they were looked at.
#[derive(Debug, Default)]
pub struct Verdicts(Mutex<HashMap<u32, bool, RandomState>>);

/// Verdicts on one thing that is looked for, at most, and bytes of one, about.
const VERDICTS: (usize, usize) = (2_048, 9);

impl Verdicts {
    fn held(&self) -> MutexGuard<'_, HashMap<u32, bool, RandomState>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the entry at `place` has it, if that is known.
    pub fn at(&self, place: u32) -> Option<bool> {
        self.held().get(&place).copied()
    }

    /// It is known of the entry at `place` now.
    pub fn learn(&self, place: u32, has: bool) {
        let mut held = self.held();
        if held.len() >= VERDICTS.0 {
            held.clear();
        }
        held.insert(place, has);
    }
}

/// Something that is kept.
#[derive(Debug, Clone)]
pub enum Kept {
    /// Entries written lately, and places whose entries are gone.
    Recent(Arc<Recent>),
    /// Where a list is.
    List(List),
    /// How words go on.
    Words(Arc<Begun>),
    /// The lists of the ways in which a word goes on.
    Going(Arc<Going>),
    /// Lists, spread out.
    Spread(Arc<Spread>),
    /// The texts of an entry, in lower case.
    Texts(Arc<[String]>),
    /// Which texts have something.
    Verdicts(Arc<Verdicts>),
    /// Rows of entries.
    Rows(Arc<Rows>),
    /// Entries with a name.
    Named(Arc<[(i64, Via)]>),
    /// The same where it depends on how often entries were used, with the number of the newest use.
    Used(i64, Arc<[(i64, Via)]>),
    /// Entries with a tag, as many as were wanted, with that number.
    Tagged(i64, Arc<[EntryRow]>),
    /// There is nothing of this kind.
    Nothing,
}

impl Kept {
    fn size(&self) -> usize {
        match self {
            Self::Recent(recent) => recent.size(),
            Self::List(list) => list.size(),
            Self::Words(begun) => begun.0.iter().map(|(word, _)| word.len() + BESIDE / 4).sum(),
            // The lists themselves are kept, too, as long as they are used.
            Self::Going(going) => going.0.iter().map(|list| list.size() + size_of::<List>()).sum(),
            Self::Spread(spread) => spread.size(),
            Self::Named(hits) | Self::Used(_, hits) => size_of_val(&**hits),
            Self::Tagged(_, rows) => size_of_val(&**rows),
            Self::Verdicts(_) => VERDICTS.0 * VERDICTS.1,
            Self::Nothing => 0,
            Self::Rows(rows) => rows.rows.len() * size_of::<AtomicU32>(),
            Self::Texts(texts) => texts.iter().map(|text| text.len() + BESIDE / 4).sum(),
        }
    }
}

/// Bytes of sheets that are kept for the next question.
const SHEETS: usize = 8 << 20;

/// See the module.
#[derive(Default)]
pub struct Memory {
    held: Mutex<Held>,
    /// Sheets that nobody uses now.
    sheets: Mutex<Vec<Vec<f32>>>,
    spare: Arc<Spare>,
}

struct Held {
    state: Option<State>,
    /// Each with its bytes.
    values: LruCache<String, (Kept, usize)>,
    bytes: usize,
}

impl Default for Held {
    fn default() -> Self {
        Self { state: None, values: LruCache::unbounded(), bytes: 0 }
    }
}

impl Memory {
    /// What is kept as `key` of a store in `state`.
    pub fn get(&self, state: &State, key: &str) -> Option<Kept> {
        let mut held = self.held();
        if held.state.as_ref() != Some(state) {
            return None;
        }
        held.values.get(key).map(|(kept, _)| kept.clone())
    }

    /// Gives all of it up.
    pub fn clear(&self) {
        let gone = (std::mem::take(&mut *self.held()), std::mem::take(&mut *self.sheets()));
        drop(gone);
        drop(std::mem::take(&mut *self.spare.held()));
    }

    /// So many zeros for a word that is spread out, and where they go in the end.
    pub fn zeros(&self, bytes: usize) -> (Vec<u8>, &Arc<Spare>) {
        (self.spare.zeros(bytes), &self.spare)
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sheets(&self) -> MutexGuard<'_, Vec<Vec<f32>>> {
        self.sheets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A number for each of `places`, all zero: a sheet that was given back where there is one, as the system takes longer to come
    /// up with so much memory than a question to fill it.
    pub fn sheet(&self, places: usize) -> Vec<f32> {
        let sheet = self.sheets().pop();
        let Some(mut sheet) = sheet else { return vec![0.0; places] };
        sheet.resize(places, 0.0);
        sheet
    }

    /// Takes a sheet back, on which all is zero again.
    pub fn put_sheet(&self, sheet: Vec<f32>) {
        let mut sheets = self.sheets();
        if (sheets.len() + 1).saturating_mul(size_of_val(sheet.as_slice())) <= SHEETS {
            sheets.push(sheet);
        }
    }

    /// Keeps what was read of a store in `state`; what was read of another one is given up.
    pub fn keep(&self, state: &State, key: String, kept: Kept) {
        let bytes = kept.size() + key.len() + BESIDE;
        let room = state.room();
        if bytes > room / SHARE && !matches!(kept, Kept::Rows(_)) {
            return;
        }
        let mut held = self.held();
        let mut gone = Vec::new();
        if held.state.as_ref() != Some(state) {
            *held = Held { state: Some(state.clone()), ..Held::default() };
        }
        held.bytes += bytes;
        if let Some((before, bytes)) = held.values.put(key, (kept, bytes)) {
            held.bytes = held.bytes.saturating_sub(bytes);
            gone.push(before);
        }
        while held.bytes > room
            && let Some((_, (before, bytes))) = held.values.pop_lru()
        {
            held.bytes = held.bytes.saturating_sub(bytes);
            gone.push(before);
        }
        drop(held);
        // Large values go while nobody waits.
        drop(gone);
    }
}

#[cfg(test)]
mod tests {
    use super::super::spread::SPARE;
    use super::*;

    fn spread(bytes: usize) -> Kept {
        Kept::Spread(Arc::new(Spread::new(0, vec![1; bytes - bytes * 33 / 289], 0)))
    }

    #[test]
    fn bytes_of_a_word_that_is_forgotten_are_zeros_for_the_next_one() {
        let memory = Memory::default();
        let (mut bytes, spare) = memory.zeros(1_000);
        let at = bytes.as_ptr();
        bytes.fill(7);
        drop(Spread::new(0, bytes, 0).with_spare(Some(spare)));
        let (again, _) = memory.zeros(900);
        assert!(again.as_ptr() == at && again == [0; 900]);
        let large = vec![1; SPARE / 2];
        for _ in 0..3 {
            drop(Spread::new(0, large.clone(), 0).with_spare(Some(spare)));
        }
        assert_eq!(spare.held().len(), 2, "bounded");
        memory.clear();
        assert_eq!(spare.held().len(), 0);
    }

    #[test]
    fn what_is_kept_is_bounded_and_of_one_state() {
        let memory = Memory::default();
        let state = |content| State { content, segments: Vec::new() };
        let kept = |content, key: &str| memory.get(&state(content), key).is_some();
        let room = state(1).room();
        memory.keep(&state(1), "large".into(), spread(room / SHARE));
        assert!(!kept(1, "large"));
        for n in 0..SHARE + 2 {
            memory.keep(&state(1), format!("{n}"), spread(room / SHARE - 2 * BESIDE));
            assert!(kept(1, "0"), "used again and again");
        }
        assert!(!kept(1, "1") && !kept(1, "2") && kept(1, "9"), "used longest ago");
        memory.keep(&state(1), "9".into(), spread(1));
        memory.keep(&state(1), "10".into(), spread(room / SHARE - 2 * BESIDE));
        assert!(kept(1, "3"), "what was replaced counts no more");
        assert!(!kept(2, "3"));
        memory.keep(&state(2), "new".into(), spread(1));
        assert!(kept(2, "new") && !kept(1, "3") && !kept(2, "3"));
        memory.clear();
        assert!(!kept(2, "new"));
        let large = |places| {
            let piece = Segment { id: 1, low: 7, high: 7 + places, entries: 1 };
            State { content: 3, segments: vec![piece] }
        };
        assert_eq!([large(9).room(), large(u32::MAX - 7).room()], [ROOM.0, ROOM.1]);
        let (places, words) = (400_000, 100);
        for n in 0..words {
            memory.keep(&large(places), n.to_string(), spread(to_usize(u64::from(places))));
        }
        assert!((0..words).all(|n| memory.get(&large(places), &n.to_string()).is_some()), "all of them");
    }
}
