//! Bytes to lines, in one pass for all who read them: a listing has lines for who knows listings beside the cards, and those
//! of neither are passed over. Knows where lines begin and whether they may hold something, not what.

use super::Scanner;
use super::quiet::holds_nothing;
use crate::base::ByteOffset;
use crate::base::num::to_u64;
use crate::code::Cards;
use crate::code::format::columns;
use crate::code::model::SourceFormat;
use crate::source::ChunkSink;
use memchr::memchr;

/// How much is kept of a line that is cut by a chunk. Nothing that counts stands farther right.
const KEPT: usize = 4096;
/// Longest line that is compared rather than searched.
const CARD: usize = 160;

/// The lines of some bytes, one after the other.
struct Lines<'b> {
    bytes: &'b [u8],
    /// Where the next line begins.
    start: usize,
    /// How long the last line was. Most files have lines of one length, and to see that the next one has it costs half of a
    /// search: nothing in it cannot be foretold.
    length: usize,
}

impl<'b> Lines<'b> {
    fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, start: 0, length: 80 }
    }

    /// The next line without its line feed, and where it begins.
    #[inline]
    fn next(&mut self) -> Option<(&'b [u8], usize)> {
        let start = self.start;
        let rest = self.bytes.get(start..)?;
        let line = match rest.split_at_checked(self.length) {
            Some((line, [b'\n', ..])) if line.len() <= CARD && !has_feed(line) => line,
            _ => rest.get(..memchr(b'\n', rest)?)?,
        };
        self.length = line.len();
        self.start = start + line.len() + 1;
        // As much as there would be of it if a chunk had cut it.
        Some((columns(line, 0, KEPT), start))
    }
}

/// Whether a short line has a line feed: all of it is compared, eight bytes at a time and without a branch.
#[inline]
fn has_feed(line: &[u8]) -> bool {
    let (eights, rest) = line.as_chunks::<8>();
    // The lowest byte that is a line feed leaves its high bit: subtracting borrows only from above it.
    let marks = eights.iter().fold(0, |marks, eight| {
        let other = u64::from_le_bytes(*eight) ^ 0x0A0A_0A0A_0A0A_0A0A;
        marks | (other.wrapping_sub(0x0101_0101_0101_0101) & !other)
    });
    marks & 0x8080_8080_8080_8080 != 0 || rest.contains(&b'\n')
}

impl Scanner {
    /// Takes the next bytes, which begin at `at`. Of a listing the lines that are no cards go to `other`, with their number and
    /// where they begin.
    pub fn chunk_beside(&mut self, at: ByteOffset, bytes: &[u8], other: &mut impl FnMut(&[u8], u32, u64)) {
        if self.taken == 0 {
            (self.taken, self.offset) = (at.0, at.0);
        }
        let begin = self.taken;
        self.taken += to_u64(bytes.len());
        let mut from = 0;
        if begin > self.offset {
            // The last chunk ended inside a line.
            let end = memchr(b'\n', bytes);
            let more = columns(bytes, 0, end.unwrap_or(bytes.len()));
            self.carry.extend_from_slice(columns(more, 0, KEPT.saturating_sub(self.carry.len())));
            let Some(end) = end else { return };
            let line = std::mem::take(&mut self.carry);
            self.take_line(&line, other);
            self.carry = line;
            self.carry.clear();
            from = end + 1;
            self.line = self.line.saturating_add(1);
        }
        let mut lines = Lines::new(columns(bytes, from, bytes.len()));
        let base = begin + to_u64(from);
        self.lines(&mut lines, base, other);
        self.offset = base + to_u64(lines.start);
        self.carry.extend_from_slice(columns(lines.bytes, lines.start, lines.start.saturating_add(KEPT)));
    }

    /// Nothing follows: a line without an end is the last one.
    pub fn last_line(&mut self, other: &mut impl FnMut(&[u8], u32, u64)) {
        if self.taken > self.offset {
            let last = std::mem::take(&mut self.carry);
            self.take_line(&last, other);
            self.offset = self.taken;
            self.line = self.line.saturating_add(1);
        }
    }

    /// How many lines and bytes were taken.
    pub fn taken(&self) -> (u64, ByteOffset) {
        (u64::from(self.line) - 1, ByteOffset(self.taken))
    }

    fn lines(&mut self, lines: &mut Lines<'_>, base: u64, other: &mut impl FnMut(&[u8], u32, u64)) {
        loop {
            let held = match (self.format, self.quiet()) {
                (SourceFormat::Fixed, Some(wanted)) => {
                    self.pass(lines, base, |line| !holds_nothing(line, wanted))
                }
                (SourceFormat::Listing(cards), Some(_)) => self.pass_cards(cards, lines, base, other),
                _ => {
                    let Some((line, start)) = lines.next() else { return };
                    self.offset = base + to_u64(start);
                    self.take_line(line, other);
                    self.line = self.line.saturating_add(1);
                    continue;
                }
            };
            let Some(line) = held else { return };
            self.look(line);
            self.line = self.line.saturating_add(1);
        }
    }

    /// Passes over lines up to the first that `holds` something, and gives that; the scan is at it then.
    #[inline]
    fn pass<'b>(
        &mut self,
        lines: &mut Lines<'b>,
        base: u64,
        holds: impl Fn(&[u8]) -> bool,
    ) -> Option<&'b [u8]> {
        let mut passed = 0u32;
        let held = loop {
            match lines.next() {
                Some((line, start)) if holds(line) => break Some((line, start)),
                Some(_) => passed = passed.saturating_add(1),
                None => break None,
            }
        };
        self.line = self.line.saturating_add(passed);
        let (line, start) = held?;
        self.offset = base + to_u64(start);
        Some(line)
    }

    /// The same over lines of a listing up to the first card that may hold something, and gives what is on that.
    fn pass_cards<'b>(
        &mut self,
        mut cards: Cards,
        lines: &mut Lines<'b>,
        base: u64,
        other: &mut impl FnMut(&[u8], u32, u64),
    ) -> Option<&'b [u8]> {
        let wanted = self.wanted();
        let held = loop {
            let Some((line, start)) = lines.next() else { break None };
            match cards.take(line) {
                Some(card) => {
                    let source = card.of(line);
                    if !holds_nothing(source, wanted) {
                        break Some((source, start));
                    }
                }
                None => other(line, self.line, base + to_u64(start)),
            }
            self.line = self.line.saturating_add(1);
        };
        self.format = SourceFormat::Listing(cards);
        let (source, start) = held?;
        self.offset = base + to_u64(start);
        Some(source)
    }

    /// One line without its line feed.
    fn take_line(&mut self, line: &[u8], other: &mut impl FnMut(&[u8], u32, u64)) {
        let Some(line) = self.format.source_line(line) else {
            return other(line, self.line, self.offset);
        };
        if self.skips {
            return self.skip(line);
        }
        if !self.quiet().is_some_and(|wanted| holds_nothing(line, wanted)) {
            self.look(line);
        }
    }
}

impl ChunkSink for Scanner {
    fn chunk(&mut self, at: ByteOffset, bytes: &[u8]) {
        self.chunk_beside(at, bytes, &mut |_, _, _| {});
    }

    fn end(&mut self, _at: ByteOffset) {}

    fn next(&self) -> ByteOffset {
        ByteOffset(self.taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn lines_of_any_lengths_are_those_between_line_feeds(
            lengths in proptest::collection::vec(prop_oneof![Just(80), Just(16), 0usize..200], 0..40),
            open in 0usize..90,
        ) {
            let mut text = Vec::new();
            for length in lengths {
                text.resize(text.len() + length, b'x');
                text.push(b'\n');
            }
            text.resize(text.len() + open, b'y');
            let mut lines = Lines::new(&text);
            let mut found = Vec::new();
            while let Some((line, start)) = lines.next() {
                prop_assert_eq!(line, &text[start..start + line.len()]);
                found.push(line);
            }
            let mut wanted: Vec<&[u8]> = text.split(|b| *b == b'\n').collect();
            prop_assert_eq!(wanted.pop().map(<[u8]>::len), Some(text.len() - lines.start));
            prop_assert_eq!(found, wanted);
        }
    }
}
