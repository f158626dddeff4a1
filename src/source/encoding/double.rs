//! The two-byte characters of the pages with shifts.

use super::name::Repertoire;
use super::page::UNDEFINED;
use std::sync::OnceLock;

/// First and last byte that a half of a pair may be.
pub(super) const FIRST: u8 = 0x41;
pub(super) const LAST: u8 = 0xFE;
/// Pairs that begin with one byte.
const ROW: usize = 190;

/// The blank of two bytes, `40 40`.
pub(super) const BLANK: [u8; 2] = [0x40, 0x40];
/// Its character.
const WIDE_BLANK: char = '\u{3000}';

const KANJI: &str = include_str!("tables/kanji.txt");
const HANZI: &str = include_str!("tables/hanzi.txt");

/// Characters that systems translate to different code points, and the one that the tables have.
const LIKE: &[(char, char)] = &[
    ('\u{FF5E}', '\u{301C}'),
    ('\u{301C}', '\u{FF5E}'),
    ('\u{FF0D}', '\u{2212}'),
    ('\u{2212}', '\u{FF0D}'),
    ('\u{2015}', '\u{2014}'),
    ('\u{2014}', '\u{2015}'),
    ('\u{2225}', '\u{2016}'),
    ('\u{2016}', '\u{2225}'),
    ('\u{00A6}', '\u{FFE4}'),
    ('\u{FFE4}', '\u{00A6}'),
    ('\u{FF02}', '\u{2033}'),
    ('\u{FF07}', '\u{2032}'),
    ('\u{00B7}', '\u{30FB}'),
];

/// All pairs of a repertoire, both ways.
pub(super) struct Pairs {
    /// By [`place`]; 0 where there is no character. All are in the basic plane.
    chars: Vec<u16>,
    /// The way back, in order.
    pairs: Vec<(u16, [u8; 2])>,
}

/// Where a pair is in the table, if both bytes can be halves of one.
pub(super) fn place([first, second]: [u8; 2]) -> Option<usize> {
    let half = |byte: u8| (FIRST..=LAST).contains(&byte).then(|| usize::from(byte - FIRST));
    Some(half(first)? * ROW + half(second)?)
}

impl Pairs {
    /// Reads the text: lines of a first pair and either the characters from there on or, as `U+E000..U+E0BB`, their range.
    fn new(text: &str) -> Self {
        let mut chars = vec![0; ROW * ROW];
        let mut pairs = Vec::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let Some((pair, run)) = line.split_once(' ') else { continue };
            let pair = u16::from_str_radix(pair, 16).unwrap_or(0);
            let code = |text: &str| u16::from_str_radix(text.trim_start_matches("U+"), 16).unwrap_or(0);
            let mut put = |at: usize, code: u16| {
                let pair = pair.saturating_add(u16::try_from(at).unwrap_or(u16::MAX)).to_be_bytes();
                if let Some(cell) = place(pair).and_then(|at| chars.get_mut(at)) {
                    *cell = code;
                    pairs.push((code, pair));
                }
            };
            match run.split_once("..") {
                Some((from, to)) if from.starts_with("U+") => {
                    (code(from)..=code(to)).enumerate().for_each(|(at, code)| put(at, code));
                }
                _ => run.encode_utf16().enumerate().for_each(|(at, code)| put(at, code)),
            }
        }
        pairs.sort_unstable();
        Self { chars, pairs }
    }

    /// The character of a pair.
    pub(super) fn char_of(&self, pair: [u8; 2]) -> Option<char> {
        if pair == BLANK {
            return Some(WIDE_BLANK);
        }
        let code = self.chars.get(place(pair)?).copied().filter(|code| *code != 0)?;
        char::from_u32(u32::from(code)).filter(|c| *c != UNDEFINED)
    }

    /// The pair of a character, or of the one that other systems take for it.
    pub(super) fn pair_of(&self, c: char) -> Option<[u8; 2]> {
        let like = |c: char| LIKE.iter().find(|(other, _)| *other == c).map(|(_, known)| *known);
        self.exact(c).or_else(|| self.exact(like(c)?))
    }

    fn exact(&self, c: char) -> Option<[u8; 2]> {
        if c == WIDE_BLANK {
            return Some(BLANK);
        }
        let code = u16::try_from(u32::from(c)).ok()?;
        let at = self.pairs.binary_search_by_key(&code, |(known, _)| *known).ok()?;
        self.pairs.get(at).map(|(_, pair)| *pair)
    }
}

impl Repertoire {
    /// Its table, read on first use.
    pub(super) fn pairs(self) -> &'static Pairs {
        static OF_KANJI: OnceLock<Pairs> = OnceLock::new();
        static OF_HANZI: OnceLock<Pairs> = OnceLock::new();
        match self {
            Self::Kanji => OF_KANJI.get_or_init(|| Pairs::new(KANJI)),
            Self::Hanzi => OF_HANZI.get_or_init(|| Pairs::new(HANZI)),
        }
    }
}
