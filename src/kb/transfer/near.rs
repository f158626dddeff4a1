//! Texts that are the same, or nearly: `MinHash` over three words in a row (Broder, 1997) with one hash for all permutations and
//! empty cells filled from their neighbours (Shrivastava and Li, 2014), found through bands of cells. Owns how alike two texts
//! are and the table of those seen; must not know where texts come from.
//!
//! Invariants: memory is bounded, whatever is read: some 230 bytes for each of at most [`MOST`] texts, 48 for each beyond;
//! a text that was added is found again by the same words, in any letter case and with any signs between them.

use crate::base::num::{to_u64, to_usize};
use crate::store::NewEntry;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Cells of a sketch. The share of equal cells is off by 5 of 100 at 80 % (one standard deviation).
const CELLS: usize = 64;
/// Bands of a sketch, and cells of a band: of texts that are 80 % alike 99 of 100 have a band in common, of those that are
/// 50 % alike 31.
const BANDS: usize = 12;
const ROWS: usize = 5;
/// Fewest words for which it means something that they are nearly the same.
const FEWEST_WORDS: usize = 20;
/// Texts are nearly the same from this on, in percent of the rows of three words that either has.
pub const NEAR: u8 = 80;
/// Texts whose sketches are kept.
pub const MOST: usize = 500_000;
/// Words that say nothing about what a title is about.
const SMALL_WORDS: [&str; 18] = [
    "a", "an", "the", "of", "in", "on", "to", "for", "with", "and", "or", "at", "by", "from", "is", "are",
    "when", "how",
];

/// What tells a text from others.
#[derive(Debug, Clone)]
pub struct Print {
    /// Of title, problem and solution as they are, but for blanks around them.
    exact: u128,
    /// Of each code with the words of the title.
    about: Vec<u64>,
    /// Of the words; `None` if they are too few.
    sketch: Option<[u8; CELLS]>,
}

impl Print {
    /// The print of an entry whose codes are known.
    pub fn of(entry: &NewEntry) -> Self {
        let mut hasher = blake3::Hasher::new();
        for text in [&entry.title, &entry.problem, &entry.solution] {
            let text = text.trim();
            hasher.update(&to_u64(text.len()).to_le_bytes());
            hasher.update(text.as_bytes());
        }
        let hash = hasher.finalize();
        let exact = hash.as_bytes().first_chunk().map_or(0, |half| u128::from_le_bytes(*half));
        Self { exact, about: about(entry), sketch: sketch(entry) }
    }

    /// How alike two texts are, in percent, as far as their sketches tell.
    fn likeness(&self, other: &[u8; CELLS]) -> u8 {
        let Some(sketch) = &self.sketch else { return 0 };
        let same = sketch.iter().zip(other).filter(|(a, b)| a == b).count();
        // Of 256 pairs of different cells one is equal by chance.
        let share = (same * 256).saturating_sub(CELLS) * 100 / (CELLS * 255);
        u8::try_from(share.min(100)).unwrap_or(100)
    }
}

/// One hash for each code of an entry with what its title is about.
fn about(entry: &NewEntry) -> Vec<u64> {
    let title = entry.title.to_lowercase();
    let mut words: Vec<&str> = title
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty() && !SMALL_WORDS.contains(w))
        .collect();
    words.sort_unstable();
    words.dedup();
    // One word is the code itself, mostly.
    if words.len() < 2 {
        return Vec::new();
    }
    let title = words.iter().fold(7, |hash, word| mixed(hash ^ word_hash(word.as_bytes())));
    entry.codes.iter().take(8).map(|code| mixed(title ^ word_hash(code.as_bytes()))).collect()
}

fn word_hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

/// The finaliser of `MurmurHash3`: every bit of the result depends on every bit of `n`.
fn mixed(n: u64) -> u64 {
    let n = (n ^ (n >> 33)).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    let n = (n ^ (n >> 33)).wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    n ^ (n >> 33)
}

/// The smallest hash of each cell.
struct Mins {
    cells: [u64; CELLS],
    before: (u64, u64),
    words: usize,
}

impl Mins {
    fn add(&mut self, text: &str) {
        let mut hash = 0;
        let mut inside = false;
        for byte in text.bytes() {
            if byte.is_ascii_alphanumeric() || byte >= 0x80 {
                let start = if inside { hash } else { 0xCBF2_9CE4_8422_2325 };
                hash = (start ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0000_0100_0000_01B3);
                inside = true;
            } else if inside {
                self.word(hash);
                inside = false;
            }
        }
        if inside {
            self.word(hash);
        }
    }

    fn word(&mut self, word: u64) {
        let (first, second) = self.before;
        self.before = (second, word);
        self.words += 1;
        if self.words < 3 {
            return;
        }
        let row = mixed(first.rotate_left(17) ^ second.rotate_left(34) ^ word);
        // The six upper bits choose the cell, the others are compared.
        if let Some(cell) = self.cells.get_mut(to_usize(row >> 58)) {
            *cell = (*cell).min(row & (u64::MAX >> 6));
        }
    }
}

fn sketch(entry: &NewEntry) -> Option<[u8; CELLS]> {
    let mut mins = Mins { cells: [u64::MAX; CELLS], before: (0, 0), words: 0 };
    for text in [&entry.title, &entry.problem, &entry.solution] {
        mins.add(text);
    }
    if mins.words < FEWEST_WORDS {
        return None;
    }
    let filled = |at: usize| mins.cells.get(at % CELLS).copied().filter(|min| *min != u64::MAX);
    let mut sketch = [0; CELLS];
    for (at, cell) in sketch.iter_mut().enumerate() {
        let found = (0..CELLS).find_map(|far| filled(at + far).map(|min| mixed(min ^ (to_u64(far) << 58))));
        *cell = found.unwrap_or(0).to_le_bytes().first().copied().unwrap_or(0);
    }
    Some(sketch)
}

/// Why an entry is like another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Title, problem and solution are the same.
    SameText,
    /// They are about the same code, and their titles have the same words.
    SameCodeAndTitle,
    /// Most of their words stand in the same rows.
    NearText,
}

/// Another entry that is the same or nearly.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Like {
    /// Its id, or where it stands in the file if it has none yet.
    pub id: String,
    /// Why.
    pub why: Why,
    /// How much of the text is the same, in percent of the rows of three words; estimated.
    pub percent: u8,
}

/// Keys are hashes already.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| (hash << 8) ^ u64::from(*byte));
    }
    fn write_u32(&mut self, n: u32) {
        self.0 = u64::from(n).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
    fn write_u64(&mut self, n: u64) {
        self.0 = n;
    }
    fn write_u128(&mut self, n: u128) {
        self.0 = u64::try_from(n & u128::from(u64::MAX)).unwrap_or(0);
    }
}

type Table<K> = HashMap<K, u32, BuildHasherDefault<Hashed>>;

/// Texts that are known.
#[derive(Default)]
pub struct Known {
    names: Vec<Box<str>>,
    exact: Table<u128>,
    about: Table<u64>,
    sketches: Vec<([u8; CELLS], u32)>,
    bands: Table<u32>,
}

/// The key of each band of a sketch.
fn bands(sketch: &[u8; CELLS]) -> impl Iterator<Item = u32> {
    sketch.chunks_exact(ROWS).take(BANDS).zip(1_u64..).map(|(rows, band)| {
        let cells = rows.iter().fold(band, |key, cell| (key << 8) | u64::from(*cell));
        u32::try_from(mixed(cells) >> 32).unwrap_or(u32::MAX)
    })
}

impl Known {
    /// How many are known.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is no more room for sketches.
    pub fn is_full(&self) -> bool {
        self.sketches.len() >= MOST
    }

    /// Adds a text under the id or place of its entry. Of texts that are the same the first stays.
    pub fn add(&mut self, name: &str, print: &Print) {
        let Ok(nth) = u32::try_from(self.names.len()) else { return };
        self.names.push(name.into());
        self.exact.entry(print.exact).or_insert(nth);
        for about in &print.about {
            self.about.entry(*about).or_insert(nth);
        }
        let Some(sketch) = &print.sketch else { return };
        if self.is_full() {
            return;
        }
        let Ok(at) = u32::try_from(self.sketches.len()) else { return };
        self.sketches.push((*sketch, nth));
        for key in bands(sketch) {
            self.bands.entry(key).or_insert(at);
        }
    }

    /// Forgets that there is an entry with just this text: it has another one now.
    pub fn forget(&mut self, print: &Print) {
        self.exact.remove(&print.exact);
    }

    fn name(&self, nth: u32) -> Option<&str> {
        self.names.get(usize::try_from(nth).ok()?).map(AsRef::as_ref)
    }

    /// The entry that is most like this one, if one is like it.
    pub fn like(&self, print: &Print) -> Option<Like> {
        let like =
            |nth: u32, why, percent| self.name(nth).map(|name| Like { id: name.to_owned(), why, percent });
        if let Some(nth) = self.exact.get(&print.exact) {
            return like(*nth, Why::SameText, 100);
        }
        let near = self.near(print);
        if let Some((nth, percent)) = near.filter(|(_, percent)| *percent >= NEAR) {
            return like(nth, Why::NearText, percent);
        }
        let about = print.about.iter().find_map(|about| self.about.get(about))?;
        let at = self.sketches.binary_search_by_key(about, |(_, nth)| *nth).ok();
        let percent = at.and_then(|at| self.sketches.get(at)).map_or(0, |(other, _)| print.likeness(other));
        like(*about, Why::SameCodeAndTitle, percent)
    }

    fn near(&self, print: &Print) -> Option<(u32, u8)> {
        let sketch = print.sketch.as_ref()?;
        let found = bands(sketch).filter_map(|key| {
            let (other, nth) = self.sketches.get(usize::try_from(*self.bands.get(&key)?).ok()?)?;
            Some((*nth, print.likeness(other)))
        });
        found.max_by_key(|(nth, percent)| (*percent, std::cmp::Reverse(*nth)))
    }
}
