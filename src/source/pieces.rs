//! Pieces of long lines, for a screen on which lines go on below: a line is as many pieces of one length as it needs, so that
//! a place in it is found without reading what is before it. Must not know how wide the screen is.

use super::encoding::Encoding;
use super::page::{Finder, Start};
use crate::base::Result;
use crate::base::num::to_u64;

/// Bytes of pieces that a page has before its anchor at most, and as many behind it: more than any screen shows.
pub(super) const PIECES: u64 = 64 << 10;
/// Bytes of a character of UTF-8 that may follow its first.
const FOLLOWING: u64 = 3;
/// How far before its place a piece is cut at a blank, so that no word is cut in two, in bytes.
const WORD: u64 = 40;

/// A line, or the piece of it that begins so many bytes behind its start.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub start: Start,
    pub inside: u64,
}

impl Part {
    /// A line from its start.
    pub fn whole(at: u64) -> Self {
        Self { start: Start { at, cut: false }, inside: 0 }
    }
}

impl Finder<'_> {
    /// The piece with byte `at` of the line that begins at `start`; the line where pieces are not wanted (0).
    pub fn part_at(&mut self, mut start: Start, at: u64, piece: u64) -> Result<Part> {
        if piece == 0 {
            return Ok(Part { start, inside: 0 });
        }
        if start.cut {
            // Where the line begins is not known: pieces are those of the file, wherever it was looked from.
            start.at = start.at.next_multiple_of(piece).min(at);
        }
        let stop = self.bounds(start.at)?.stop;
        let last = stop.saturating_sub(start.at).saturating_sub(1) / piece;
        let mut number = (at.saturating_sub(start.at) / piece).min(last);
        // What is cut at a blank or behind a character may begin a little before or behind its place.
        if number < last && at >= self.cut_at(start.at, number + 1, piece, stop)? {
            number += 1;
        }
        while number > 0 && at.min(stop.saturating_sub(1)) < self.cut_at(start.at, number, piece, stop)? {
            number -= 1;
        }
        Ok(Part { start, inside: number * piece })
    }

    /// Where the text of a piece begins and ends, in a line whose text ends at `stop`.
    pub fn piece(&mut self, part: Part, piece: u64, stop: u64) -> Result<(u64, u64)> {
        let (start, number) = (part.start.at, part.inside / piece.max(1));
        let from = self.cut_at(start, number, piece, stop)?;
        Ok((from, self.cut_at(start, number + 1, piece, stop)?.max(from)))
    }

    /// Where piece `number` of a line begins: at its place, or behind a blank before it, or behind the rest of a character.
    fn cut_at(&mut self, start: u64, number: u64, piece: u64, stop: u64) -> Result<u64> {
        let at = start.saturating_add(number.saturating_mul(piece));
        if number == 0 || at >= stop {
            return Ok(at.min(stop));
        }
        let encoding = self.snap.detected.format.encoding;
        let from = at - (piece / 4).min(WORD);
        let near = self.view.copy(from, at)?;
        if let Some(blank) = near.iter().rposition(|b| *b == encoding.blank()) {
            return Ok(from + to_u64(blank) + 1);
        }
        if encoding != Encoding::Utf8 {
            return Ok(at);
        }
        let rest = self.view.copy(at, stop.min(at.saturating_add(FOLLOWING)))?;
        Ok(at + to_u64(rest.iter().take_while(|b| (0x80..0xC0).contains(*b)).count()))
    }
}

#[cfg(test)]
mod tests;
