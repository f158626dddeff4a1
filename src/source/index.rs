//! The sparse line index: marks at line starts, far enough apart to be small, near enough together to find any line by
//! reading a little. Records of one length need none.
//!
//! Invariant: between two marks in a row every line start but the second mark itself lies within `mark_gap` bytes after
//! the first mark. So a line longer than that ends where the next mark is. A mark in a file of variable records is at a
//! record from which its chain of descriptors can be taken up.

use super::bytes::Shape;
use super::chain::Chain;
use super::records::{LineFeed, Records};
use crate::base::num::{to_u64, to_usize};
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
#[derive(Debug, Clone)]
pub struct Index {
    /// How lines are told apart.
    cut: Cut,
    /// Where the first line begins.
    first: u64,
    /// Marks after the first line start.
    marks: Vec<Mark>,
    /// They are set so many times as far apart as at first.
    spread: u64,
    /// With so many of them every other one goes.
    most: usize,
    /// Bytes covered.
    end: u64,
    /// Line ends in them.
    feeds: u64,
    /// Where the last line start in them is.
    last_start: u64,
    /// From here on numbers are not certain: something before could not be read.
    certain_to: Option<u64>,
    /// How many bytes could not be read.
    unreadable: u64,
}

/// How an index tells lines apart.
#[derive(Debug, Clone)]
enum Cut {
    /// By the byte that ends them.
    Feed(u8),
    /// By their length.
    Length(u64),
    /// By the chain of their descriptors.
    Chain {
        /// Before the descriptors that were not covered yet.
        chain: Chain,
        /// What is covered of them.
        head: Vec<u8>,
        /// Whether the first record has been seen.
        begun: bool,
    },
}

/// Pieces in which line feeds are counted: a mark is set at the last line start of one.
const PIECE: usize = 8 << 10;

impl Default for Index {
    fn default() -> Self {
        Self::new(Records::Lines(LineFeed::Lf), 0)
    }
}

impl Index {
    /// Of a file of `size` bytes, nothing of which is covered yet. Of records of one length all is known.
    pub fn new(records: Records, size: u64) -> Self {
        let (cut, first) = match records {
            Records::Lines(feed) => (Cut::Feed(feed.byte()), 0),
            Records::Fixed(length) => (Cut::Length(u64::from(length.get())), 0),
            Records::Variable(kind) => {
                let chain = Chain::new(kind);
                (Cut::Chain { chain, head: Vec::new(), begun: false }, chain.at())
            }
        };
        // Without a descriptor there is no record.
        let last_start = if matches!(cut, Cut::Chain { .. }) { u64::MAX } else { first };
        let mut index = Self {
            cut,
            first,
            marks: Vec::new(),
            spread: 1,
            most: 0,
            end: 0,
            feeds: 0,
            last_start,
            certain_to: None,
            unreadable: 0,
        };
        index.grow(size);
        index
    }

    /// The file has `size` bytes now.
    pub fn grow(&mut self, size: u64) {
        if let Cut::Length(length) = self.cut {
            self.end = size;
            self.feeds = size / length;
            self.last_start = self.feeds * length;
        }
    }

    /// Where the first line begins.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// Bytes covered.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// How many bytes could not be read.
    pub fn unreadable(&self) -> u64 {
        self.unreadable
    }

    /// Line ends in what is covered: lines that have ended.
    pub fn feeds(&self) -> u64 {
        self.feeds
    }

    /// Lines in what is covered, the last one even if it has no ending yet.
    pub fn lines(&self) -> u64 {
        let torn = self.torn().is_some_and(|at| at != self.last_start);
        self.feeds + u64::from(self.last_start < self.end) + u64::from(torn)
    }

    /// Where bytes begin that are fewer than a descriptor: if the file ends with them, they are its last line.
    pub fn torn(&self) -> Option<u64> {
        match &self.cut {
            Cut::Chain { chain, .. } => Some(chain.at()).filter(|at| !chain.is_broken() && *at < self.end),
            Cut::Feed(_) | Cut::Length(_) => None,
        }
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
        match self.cut {
            Cut::Feed(feed) => self.take_lines(bytes, feed, shape),
            Cut::Length(_) => {}
            Cut::Chain { .. } => self.take_chain(bytes, shape),
        }
        if self.marks.len() >= self.most.max(shape.marks) {
            self.thin(shape);
        }
    }

    /// Every other mark goes, but for those without which the way from one to the next were longer than a gap may be: an
    /// index takes the same memory for files of very different sizes. From here on marks are set twice as far apart.
    fn thin(&mut self, shape: &Shape) {
        let (mut before, mut went) = (self.first, false);
        let after: Vec<u64> = self.marks.iter().skip(1).map(|mark| mark.at).collect();
        let mut after = after.into_iter();
        self.marks.retain(|mark| {
            let near = after.next().is_some_and(|next| next - before <= shape.mark_gap);
            went = near && !went;
            if !went {
                before = mark.at;
            }
            !went
        });
        self.spread = self.spread.saturating_mul(2);
        // Where few could go, it is not tried again with each mark.
        self.most = shape.marks.max(self.marks.len().saturating_mul(2));
    }

    /// How far apart marks are at least, in bytes and lines.
    fn apart(&self, shape: &Shape) -> (u64, u64) {
        let bytes = shape.mark_bytes.max(1).saturating_mul(self.spread).min(shape.mark_gap.max(1));
        (bytes, shape.mark_lines.saturating_mul(self.spread))
    }

    /// The same by the bytes that end lines.
    fn take_lines(&mut self, bytes: &[u8], feed: u8, shape: &Shape) {
        let (bytes_apart, lines_apart) = self.apart(shape);
        let piece_size = PIECE.min(usize::try_from(shape.mark_bytes).unwrap_or(PIECE)).max(1);
        for piece in bytes.chunks(piece_size) {
            let last = self.last_mark();
            // A gap that is due to end inside this piece ends at the first line start past it, for the invariant.
            let due = last.at.saturating_add(shape.mark_gap);
            let piece_end = self.end + to_u64(piece.len());
            if piece_end > due {
                self.take_feed_by_feed(piece, feed, shape);
            } else {
                let feeds = to_u64(bytecount::count(piece, feed));
                if let Some(p) = (feeds > 0).then(|| memchr::memrchr(feed, piece)).flatten() {
                    self.feeds += feeds;
                    self.last_start = self.end + to_u64(p) + 1;
                    let far = self.last_start.saturating_sub(last.at) >= bytes_apart;
                    if far && self.feeds - last.line >= lines_apart {
                        self.marks.push(Mark { at: self.last_start, line: self.feeds });
                    }
                }
            }
            self.end = piece_end;
        }
    }

    /// The same for a piece in which a gap ends.
    fn take_feed_by_feed(&mut self, piece: &[u8], feed: u8, shape: &Shape) {
        for p in memchr_iter(feed, piece) {
            self.feeds += 1;
            self.last_start = self.end + to_u64(p) + 1;
            let last = self.last_mark();
            if self.last_start.saturating_sub(last.at) > shape.mark_gap {
                self.marks.push(Mark { at: self.last_start, line: self.feeds });
            }
        }
    }

    /// The same by a chain of descriptors. A descriptor may come in parts.
    fn take_chain(&mut self, bytes: &[u8], shape: &Shape) {
        let base = self.end;
        self.end += to_u64(bytes.len());
        let (bytes_apart, _) = self.apart(shape);
        let mut last = self.last_mark();
        let Cut::Chain { chain, head, begun } = &mut self.cut else { return };
        while !chain.is_broken() && chain.at() + chain.needs() <= self.end {
            let needs = to_usize(chain.needs());
            let at = chain.at();
            let found = if at >= base {
                let from = to_usize(at - base);
                chain.step(bytes.get(from..from + needs).unwrap_or_default())
            } else {
                let more = needs.saturating_sub(head.len());
                head.extend_from_slice(bytes.get(..more).unwrap_or_default());
                let found = chain.step(head);
                head.clear();
                found
            };
            // What follows a broken chain is one record.
            let start = found.map_or(at, |record| record.start);
            if *begun {
                self.feeds += 1;
            } else {
                (*begun, self.first) = (true, start);
            }
            self.last_start = start;
            let far = start.saturating_sub(last.at) >= bytes_apart;
            if far && found.is_some_and(|record| record.heads) {
                last = Mark { at: start, line: self.feeds };
                self.marks.push(last);
            }
        }
        if !chain.is_broken() && chain.at() < self.end {
            let from = to_usize(chain.at().saturating_sub(base));
            head.extend_from_slice(bytes.get(from..).unwrap_or_default());
        }
    }

    /// Notes that `bytes` from `at` on could not be read.
    pub fn note_unreadable(&mut self, at: u64, bytes: u64) {
        self.unreadable = self.unreadable.saturating_add(bytes);
        self.certain_to = Some(self.certain_to.map_or(at, |c| c.min(at)));
    }

    /// The last mark at or before byte `at`; the first line start if there is none.
    pub fn mark_before(&self, at: u64) -> Mark {
        if let Cut::Length(length) = self.cut {
            return Mark { at: at / length * length, line: at / length };
        }
        self.mark(self.marks.partition_point(|m| m.at <= at))
    }

    /// The last mark at or before the line with `line` lines before it.
    pub fn mark_for_line(&self, line: u64) -> Mark {
        if let Cut::Length(length) = self.cut {
            return Mark { at: line.saturating_mul(length), line };
        }
        self.mark(self.marks.partition_point(|m| m.line <= line))
    }

    /// The first mark after byte `at`.
    pub fn mark_after(&self, at: u64) -> Option<Mark> {
        if let Cut::Length(length) = self.cut {
            let line = at / length + 1;
            return (line <= self.feeds).then_some(Mark { at: line * length, line });
        }
        self.marks.get(self.marks.partition_point(|m| m.at <= at)).copied()
    }

    /// The mark before number `after`; the start of the first line is number 0.
    fn mark(&self, after: usize) -> Mark {
        let marked = after.checked_sub(1).and_then(|i| self.marks.get(i)).copied();
        marked.unwrap_or(Mark { at: self.first, line: 0 })
    }

    /// The mark that was set last.
    fn last_mark(&self) -> Mark {
        self.mark(self.marks.len())
    }
}
