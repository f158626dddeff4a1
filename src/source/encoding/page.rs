//! The pages of one byte a character, and the one-byte part of those with shifts.

use super::name::{Encoding, Make};
use std::sync::OnceLock;

/// The charts: rows of sixteen for the bytes 40 to FE of each page, in words where a character cannot be seen.
const CHARTS: &str = include_str!("tables/pages.txt");

/// What the bytes 00 to 3F are in all pages of EBCDIC (U+0080 and up: controls without a place in ASCII). FF is U+009F.
const CONTROLS: [u8; 64] = [
    0x00, 0x01, 0x02, 0x03, 0x9C, 0x09, 0x86, 0x7F, 0x97, 0x8D, 0x8E, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F, //
    0x10, 0x11, 0x12, 0x13, 0x9D, 0x85, 0x08, 0x87, 0x18, 0x19, 0x92, 0x8F, 0x1C, 0x1D, 0x1E, 0x1F, //
    0x80, 0x81, 0x82, 0x83, 0x84, 0x0A, 0x17, 0x1B, 0x88, 0x89, 0x8A, 0x8B, 0x8C, 0x05, 0x06, 0x07, //
    0x90, 0x91, 0x16, 0x93, 0x94, 0x95, 0x96, 0x04, 0x98, 0x99, 0x9A, 0x9B, 0x14, 0x15, 0x9E, 0x1A, //
];

/// Words for characters that cannot be seen in the charts.
pub(super) const WORDS: &[(&str, char)] =
    &[("sp", ' '), ("nbsp", '\u{A0}'), ("shy", '\u{AD}'), ("--", UNDEFINED)];

/// Stands for a byte that has no character.
pub(super) const UNDEFINED: char = '\u{FFFD}';

/// One page.
#[derive(Debug)]
pub(super) struct Page {
    chars: [char; 256],
    /// The way back, in order.
    bytes: Vec<(char, u8)>,
}

impl Page {
    fn new(chars: &[char; 256]) -> Self {
        let mut bytes: Vec<(char, u8)> =
            (0..=u8::MAX).zip(*chars).filter(|(_, c)| *c != UNDEFINED).map(|(byte, c)| (c, byte)).collect();
        bytes.sort_unstable();
        Self { chars: *chars, bytes }
    }

    fn of_chart(name: &str) -> Self {
        let mut chars = [UNDEFINED; 256];
        for (to, from) in chars.iter_mut().zip(CONTROLS) {
            *to = char::from(from);
        }
        if let Some(last) = chars.last_mut() {
            *last = '\u{9F}';
        }
        let chart = CHARTS.lines().skip_while(|line| *line != name).skip(1).take(12);
        let words = chart.flat_map(|row| row.split(' '));
        for (to, word) in chars.iter_mut().skip(CONTROLS.len()).zip(words) {
            *to = WORDS
                .iter()
                .find(|(known, _)| *known == word)
                .map_or_else(|| word.chars().next().unwrap_or(UNDEFINED), |(_, c)| *c);
        }
        Self::new(&chars)
    }

    /// The character of `byte`, [`UNDEFINED`] if it has none.
    pub(super) fn char_of(&self, byte: u8) -> char {
        self.chars.get(usize::from(byte)).copied().unwrap_or(UNDEFINED)
    }

    /// The characters of all bytes.
    pub(super) fn chars(&self) -> &[char; 256] {
        &self.chars
    }

    /// The byte of `c`, if the page has it.
    pub(super) fn byte_of(&self, c: char) -> Option<u8> {
        let at = self.bytes.binary_search_by_key(&c, |(known, _)| *known).ok()?;
        self.bytes.get(at).map(|(_, byte)| *byte)
    }
}

const COUNT: usize = Encoding::ALL.len();
static PAGES: [OnceLock<Page>; COUNT] = [const { OnceLock::new() }; COUNT];

impl Encoding {
    /// Its page: all of it, or its one-byte part. UTF-8 has none.
    pub(super) fn page(self) -> Option<&'static Page> {
        let cell = PAGES.get(self as usize)?;
        match self.make() {
            Make::Utf8 => None,
            Make::Latin1 => Some(cell.get_or_init(|| {
                let mut byte = 0..=u8::MAX;
                Page::new(&[(); 256].map(|()| byte.next().map_or(UNDEFINED, char::from)))
            })),
            Make::Single | Make::Mixed(_) => Some(cell.get_or_init(|| Page::of_chart(self.name()))),
        }
    }
}
