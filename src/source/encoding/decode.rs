//! Bytes of one line to characters, each with the bytes that it came from.

use super::double::Pairs;
use super::name::{Encoding, Make};
use super::page::{Page, UNDEFINED};
use crate::base::text::{Line, LineOptions, Sign};
use std::ops::Range;

/// Shift-out: what follows is of two bytes a character.
pub(super) const SO: u8 = 0x0E;
/// Shift-in: what follows is of one byte a character again.
pub(super) const SI: u8 = 0x0F;

/// Where in its line the first of some bytes stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Start {
    /// At the start of the line.
    #[default]
    Line,
    /// Anywhere: whether the bytes begin as double-byte text, and with which half, is told from the first shift in them.
    Inside,
}

/// Some bytes and what they stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// Where the bytes begin, from 0.
    pub at: usize,
    /// How many they are, at least 1.
    pub length: usize,
    /// What they stand for.
    pub sign: Sign,
}

/// The characters of some bytes, in order; together they cover each byte once.
#[derive(Clone)]
pub struct Units<'a> {
    bytes: &'a [u8],
    at: usize,
    code: Code,
    /// Where the double-byte text ends in which `at` is.
    double: usize,
    /// The first byte is the second half of a pair.
    half: bool,
    /// A shift-in at `double` ends it.
    closes: bool,
}

#[derive(Clone, Copy)]
enum Code {
    Utf8,
    Single(&'static Page),
    Mixed(&'static Page, &'static Pairs),
}

/// How many bytes at the start of `bytes` can be double-byte text, and whether a shift-in is behind them.
fn double_run(bytes: &[u8]) -> (usize, bool) {
    let run = bytes.iter().position(|b| !(0x40..=0xFE).contains(b)).unwrap_or(bytes.len());
    (run, bytes.get(run) == Some(&SI))
}

/// Length of the double-byte text behind a shift-out, if it is such text: it ends with a shift-in, or the line ends and all of
/// it is characters.
pub(super) fn shifted(rest: &[u8], pairs: &Pairs) -> Option<(usize, bool)> {
    let (run, closed) = double_run(rest);
    let known = |pair: &[u8; 2]| pairs.char_of(*pair).is_some();
    let ends = matches!(rest.get(run), None | Some(0x0D | 0x15 | 0x25));
    let whole = || rest.get(..run).unwrap_or_default().as_chunks::<2>().0.iter().all(known);
    (closed || (ends && whole())).then_some((run, closed))
}

impl Units<'_> {
    fn double(&mut self, pairs: &Pairs) -> (usize, Sign) {
        let rest = self.bytes.get(self.at..self.double).unwrap_or_default();
        match rest {
            [_, ..] if self.half => {
                self.half = false;
                (1, Sign::Unknown)
            }
            [first, second, ..] => {
                let sign = pairs.char_of([*first, *second]).map_or(Sign::Unknown, Sign::Wide);
                (2, sign)
            }
            _ => (1, Sign::Unknown),
        }
    }

    fn mixed(&mut self, byte: u8, page: &Page, pairs: &Pairs) -> (usize, Sign) {
        if self.at < self.double {
            return self.double(pairs);
        }
        if self.at == self.double && std::mem::take(&mut self.closes) {
            return (1, Sign::Shift);
        }
        if byte == SO {
            let behind = self.at + 1;
            if let Some((run, closed)) = shifted(self.bytes.get(behind..).unwrap_or_default(), pairs) {
                self.double = behind + run;
                self.closes = closed;
                return (1, Sign::Shift);
            }
        }
        (1, single(page, byte))
    }
}

fn single(page: &Page, byte: u8) -> Sign {
    match page.char_of(byte) {
        UNDEFINED => Sign::Unknown,
        c => Sign::Char(c),
    }
}

/// The first character of `rest`, which is UTF-8 as far as it is any.
fn utf8(rest: &[u8]) -> (usize, Sign) {
    let head = rest.get(..rest.len().min(4)).unwrap_or_default();
    let first = head.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next());
    first.map_or((1, Sign::Unknown), |c| (c.len_utf8(), Sign::Char(c)))
}

impl Iterator for Units<'_> {
    type Item = Unit;

    fn next(&mut self) -> Option<Unit> {
        let at = self.at;
        let byte = *self.bytes.get(at)?;
        let (length, sign) = match self.code {
            Code::Utf8 => utf8(self.bytes.get(at..).unwrap_or_default()),
            Code::Single(page) => (1, single(page, byte)),
            Code::Mixed(page, pairs) => self.mixed(byte, page, pairs),
        };
        self.at += length;
        Some(Unit { at, length, sign })
    }
}

impl Encoding {
    /// The characters of one line, or of a part of it, without its ending. In UTF-8 a wide character is a
    /// [`Sign::Char`] like any other.
    pub fn units(self, bytes: &[u8], start: Start) -> Units<'_> {
        let code = match (self.make(), self.page()) {
            (Make::Mixed(repertoire), Some(page)) => Code::Mixed(page, repertoire.pairs()),
            (_, Some(page)) => Code::Single(page),
            (_, None) => Code::Utf8,
        };
        let mut units = Units { bytes, at: 0, code, double: 0, half: false, closes: false };
        if start == Start::Inside && matches!(code, Code::Mixed(..)) {
            let (run, closed) = double_run(bytes);
            if closed {
                units.double = run;
                units.half = run % 2 == 1;
                units.closes = true;
            }
        }
        units
    }

    /// The text of one line, or of a part of it: what is no character is U+FFFD, shifts are left out, controls stay controls.
    pub fn text(self, bytes: &[u8], start: Start) -> String {
        if self == Self::Utf8 {
            return String::from_utf8_lossy(bytes).into_owned();
        }
        let mut text = String::with_capacity(bytes.len());
        text.extend(self.units(bytes, start).filter_map(shown));
        text
    }

    /// One line, or a part of it, as it is shown: two cells for a character of two bytes and a blank for each shift, so that
    /// cells go with the columns of the record.
    pub fn line(self, bytes: &[u8], start: Start, options: &LineOptions<'_>) -> Line {
        if !self.is_ebcdic() {
            return Line::decode(bytes, &LineOptions { latin1: self == Self::Latin1, ..*options });
        }
        let shown = bytes.get(options.skip.min(bytes.len())..).unwrap_or_default();
        Line::of_signs(bytes, self.units(shown, start).map(|unit| (unit.length, unit.sign)), options)
    }

    /// The text of some bytes of a line, if these are whole characters: tells a match of a needle in double-byte text from
    /// bytes that only happen to be the same. Shifts may be among them.
    pub fn text_at(self, line: &[u8], start: Start, bytes: &Range<usize>) -> Option<String> {
        let mut text = String::new();
        let mut covered = bytes.start;
        for unit in self.units(line, start).skip_while(|unit| unit.at + unit.length <= bytes.start) {
            if unit.at >= bytes.end {
                break;
            }
            if unit.at != covered {
                return None;
            }
            covered += unit.length;
            text.extend(shown(unit));
        }
        (covered == bytes.end).then_some(text)
    }
}

/// The character of a unit in text.
fn shown(unit: Unit) -> Option<char> {
    match unit.sign {
        Sign::Char(c) | Sign::Wide(c) => Some(c),
        Sign::Shift => None,
        Sign::Unknown => Some(UNDEFINED),
    }
}
