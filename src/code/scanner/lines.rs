//! Bytes to lines, in one pass for all who read them: a listing has lines for who knows listings beside the cards, and those
//! of neither are passed over. Knows where lines begin and whether they may hold something, not what.

use super::Scanner;
use super::ahead::Lines;
use super::quiet::{Wanted, holds_nothing};
use crate::base::ByteOffset;
use crate::base::num::to_u64;
use crate::code::Cards;
use crate::code::format::columns;
use crate::code::model::SourceFormat;
use crate::source::ChunkSink;
use memchr::memchr;

/// How much is kept of a line that is cut by a chunk. Nothing that counts stands farther right.
pub(super) const KEPT: usize = 4096;

impl Scanner {
    /// Takes the next bytes, which begin at `at`. Of a listing the lines that are no cards go to `other`, with their number and
    /// where they begin.
    pub fn chunk_beside(&mut self, at: ByteOffset, bytes: &[u8], other: &mut impl FnMut(&[u8], u32, u64)) {
        self.take(at, (bytes, None), other);
    }

    /// The same of bytes whose line feeds may be counted.
    fn take(
        &mut self,
        at: ByteOffset,
        (bytes, mut feeds): (&[u8], Option<u64>),
        other: &mut impl FnMut(&[u8], u32, u64),
    ) {
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
            feeds = feeds.map(|feeds| feeds.saturating_sub(1));
            self.line = self.line.saturating_add(1);
        }
        let mut lines = Lines::new(columns(bytes, from, bytes.len()), feeds);
        let base = begin + to_u64(from);
        self.lines(&mut lines, base, other);
        let start = lines.start();
        self.offset = base + to_u64(start);
        self.carry.extend_from_slice(columns(lines.bytes, start, start.saturating_add(KEPT)));
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
                (SourceFormat::Fixed, Some(wanted)) => self.pass(lines, base, wanted),
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
            if !self.label(line) {
                self.look(line);
            }
            self.line = self.line.saturating_add(1);
        }
    }

    /// Passes over lines up to the first that may hold something, and gives that; the scan is at it then.
    fn pass<'b>(&mut self, lines: &mut Lines<'b>, base: u64, wanted: Wanted) -> Option<&'b [u8]> {
        let (passed, held) = match wanted {
            Wanted::All => (0, lines.next()),
            Wanted::End => lines.pass_block(),
            Wanted::Structure | Wanted::Statements => lines.pass(wanted),
        };
        self.line = self.line.saturating_add(u32::try_from(passed).unwrap_or(u32::MAX));
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

    fn counted_chunk(&mut self, at: ByteOffset, bytes: &[u8], feeds: u64) {
        self.take(at, (bytes, Some(feeds)), &mut |_, _, _| {});
    }

    fn end(&mut self, _at: ByteOffset) {}

    fn next(&self) -> ByteOffset {
        ByteOffset(self.taken)
    }
}
