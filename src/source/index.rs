//! The sparse line index: marks at line starts, far enough apart to be small, near enough together to find any line by
//! reading a little.
//!
//! Invariant: between two marks in a row every line start but the second mark itself lies within `mark_gap` bytes after
//! the first mark. So a line longer than that ends where the next mark is.

use super::bytes::Shape;
use crate::base::num::to_u64;
use memchr::memchr_iter;

/// A line start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Where it is.
    pub at: u64,
    /// How many lines are before it.
    pub line: u64,
}

/// The index of the first part of a file.
#[derive(Debug, Default)]
pub struct Index {
    /// Marks after the first line start, which is always known.
    marks: Vec<Mark>,
    /// Bytes covered.
    end: u64,
    /// Line feeds in them.
    feeds: u64,
    /// Where the last line start in them is.
    last_start: u64,
    /// From here on numbers are not certain: something before could not be read.
    certain_to: Option<u64>,
    /// How many bytes could not be read.
    unreadable: u64,
}

/// Pieces in which line feeds are counted: a mark is set at the last line start of one.
const PIECE: usize = 8 << 10;

impl Index {
    /// Bytes covered.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// How many bytes could not be read.
    pub fn unreadable(&self) -> u64 {
        self.unreadable
    }

    /// Line feeds in what is covered: lines that have ended.
    pub fn feeds(&self) -> u64 {
        self.feeds
    }

    /// Lines in what is covered, the last one even if it has no ending yet.
    pub fn lines(&self) -> u64 {
        self.feeds + u64::from(self.last_start < self.end)
    }

    /// Whether the number of the line at `at` is certain.
    pub fn certain(&self, at: u64) -> bool {
        self.certain_to.is_none_or(|c| at <= c)
    }

    /// Whether all numbers so far are certain.
    pub fn all_certain(&self) -> bool {
        self.certain_to.is_none()
    }

    /// Memory it takes.
    pub fn memory(&self) -> u64 {
        to_u64(self.marks.capacity() * size_of::<Mark>())
    }

    /// Takes the bytes that follow what is covered.
    pub fn take(&mut self, bytes: &[u8], shape: &Shape) {
        let piece_size = PIECE.min(usize::try_from(shape.mark_bytes).unwrap_or(PIECE)).max(1);
        for piece in bytes.chunks(piece_size) {
            let last = self.marks.last().copied().unwrap_or(Mark { at: 0, line: 0 });
            // A gap that is due to end inside this piece ends at the first line start past it, for the invariant.
            let due = last.at.saturating_add(shape.mark_gap);
            let piece_end = self.end + to_u64(piece.len());
            if piece_end > due {
                self.take_feed_by_feed(piece, shape);
            } else {
                let feeds = to_u64(memchr_iter(b'\n', piece).count());
                if let Some(p) = (feeds > 0).then(|| memchr::memrchr(b'\n', piece)).flatten() {
                    self.feeds += feeds;
                    self.last_start = self.end + to_u64(p) + 1;
                    let far = self.last_start.saturating_sub(last.at) >= shape.mark_bytes;
                    if far && self.feeds - last.line >= shape.mark_lines {
                        self.marks.push(Mark { at: self.last_start, line: self.feeds });
                    }
                }
            }
            self.end = piece_end;
        }
    }

    /// The same for a piece in which a gap ends.
    fn take_feed_by_feed(&mut self, piece: &[u8], shape: &Shape) {
        for p in memchr_iter(b'\n', piece) {
            self.feeds += 1;
            self.last_start = self.end + to_u64(p) + 1;
            let last = self.marks.last().copied().unwrap_or(Mark { at: 0, line: 0 });
            if self.last_start.saturating_sub(last.at) > shape.mark_gap {
                self.marks.push(Mark { at: self.last_start, line: self.feeds });
            }
        }
    }

    /// Notes that `bytes` from `at` on could not be read.
    pub fn note_unreadable(&mut self, at: u64, bytes: u64) {
        self.unreadable = self.unreadable.saturating_add(bytes);
        self.certain_to = Some(self.certain_to.map_or(at, |c| c.min(at)));
    }

    /// The last mark at or before byte `at`.
    pub fn mark_before(&self, at: u64) -> Mark {
        let after = self.marks.partition_point(|m| m.at <= at);
        self.mark(after)
    }

    /// The last mark at or before the line with `line` lines before it.
    pub fn mark_for_line(&self, line: u64) -> Mark {
        let after = self.marks.partition_point(|m| m.line <= line);
        self.mark(after)
    }

    /// The first mark after byte `at`.
    pub fn mark_after(&self, at: u64) -> Option<Mark> {
        self.marks.get(self.marks.partition_point(|m| m.at <= at)).copied()
    }

    /// The mark before number `after`; the start of the file is number 0.
    fn mark(&self, after: usize) -> Mark {
        after.checked_sub(1).and_then(|i| self.marks.get(i)).copied().unwrap_or(Mark { at: 0, line: 0 })
    }
}
