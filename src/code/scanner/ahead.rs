//! The lines of some bytes, found many at a time: where each begins, and whether it may hold something. What can be foretold of
//! one line is little; of sixty-four it is that nearly all hold nothing, and a loop over those has no branch in it.

use super::lines::KEPT;
use super::quiet::{CARD, InBlock, WINDOW, Wanted, class, does, holds_nothing, is_quiet, may_be_nothing};
use crate::base::num::to_usize;
use crate::code::format::columns;
use memchr::{memchr, memchr_iter};

/// Lines that are found ahead, at most: a bit for each.
const AHEAD: usize = 64;
/// Blocks of bytes that are searched ahead.
const BLOCKS: usize = 32;
/// Lines of one length in a row from which on it pays to count their line feeds.
const RUN: usize = 4;
/// A guess of how far it is from the first line to the second.
const CARD_AND_FEED: usize = 81;

/// The lines of some bytes, one after the other. Some are found ahead, and looked at for what they begin with: many at once
/// cost a fraction of what they do one by one.
pub(super) struct Lines<'b> {
    pub bytes: &'b [u8],
    /// Where the lines found ahead begin, and the line behind them.
    starts: [usize; AHEAD + 1],
    found: usize,
    /// Which of them is next.
    next: usize,
    /// Those that may hold what is wanted; the lowest bit is of the first.
    marks: u64,
    wanted: Wanted,
    /// How far it is from the start of each of them to the next one, if they have one length and are not short.
    step: Option<usize>,
    /// The same of all lines, if that is known, and where the last one ends.
    all: Option<(usize, usize)>,
}

/// Which of some lines may hold something, by the bytes with which each begins: a line at the end of all may have too few.
#[expect(
    clippy::inline_always,
    reason = "what is wanted is known where it is called: each is a loop of its own"
)]
#[inline(always)]
fn marks<'w>(windows: impl Iterator<Item = Option<&'w [u8; WINDOW]>>, wanted: Wanted) -> u64 {
    let (mut marks, mut classes) = (0, 0);
    for (number, window) in windows.enumerate() {
        let quiet = window.is_some_and(|window| is_quiet(window, wanted));
        classes |= window.map_or(CARD, |[first, ..]| class(*first));
        marks |= u64::from(!quiet) << number;
    }
    // Hardly ever is there one.
    if classes & CARD == 0 { marks } else { u64::MAX }
}

impl<'b> Lines<'b> {
    /// Nothing of them is found yet; `count` of them end in the bytes, if that is known.
    pub fn new(bytes: &'b [u8], count: Option<u64>) -> Self {
        let all = count.and_then(|count| one_length(bytes, to_usize(count)));
        Self {
            bytes,
            starts: [0; AHEAD + 1],
            found: 0,
            next: 0,
            marks: 0,
            wanted: Wanted::All,
            step: None,
            all,
        }
    }

    /// Where the next line begins.
    pub fn start(&self) -> usize {
        self.starts.get(self.next).copied().unwrap_or(self.bytes.len())
    }

    /// Line `number` of those found ahead, without its line feed, and where it begins.
    #[inline]
    fn line(&self, number: usize) -> Option<(&'b [u8], usize)> {
        let [start, next] = self.starts.get(number..)?.first_chunk()?;
        // As much as there would be of it if a chunk had cut it.
        Some((self.bytes.get(*start..(*next - 1).min(*start + KEPT))?, *start))
    }

    /// The next line, and where it begins.
    #[inline]
    pub fn next(&mut self) -> Option<(&'b [u8], usize)> {
        if self.next >= self.found && !self.find() {
            return None;
        }
        let line = self.line(self.next);
        self.next += 1;
        line
    }

    /// Passes over lines up to the first that may hold something, and over that. How many were passed, and that one.
    #[inline]
    pub fn pass(&mut self, wanted: Wanted) -> (usize, Option<(&'b [u8], usize)>) {
        let mut passed = 0;
        loop {
            if self.wanted != wanted {
                self.mark(wanted);
            }
            let marks = self.marks.checked_shr(u32::try_from(self.next).unwrap_or(u32::MAX)).unwrap_or(0);
            if marks != 0 {
                let more = usize::try_from(marks.trailing_zeros()).unwrap_or(AHEAD);
                self.next += more + 1;
                passed += more;
                let Some((line, start)) = self.line(self.next - 1) else { return (passed, None) };
                if !may_be_nothing(line) {
                    return (passed, Some((line, start)));
                }
                let block = if wanted == Wanted::Structure { self.block(start) } else { None };
                if block.is_none() && !holds_nothing(line, wanted) {
                    return (passed, Some((line, start)));
                }
                let lines = block.unwrap_or(1);
                self.next += lines - 1;
                passed += lines;
                continue;
            }
            passed += self.found - self.next;
            self.next = self.found;
            if !self.find() {
                return (passed, None);
            }
        }
    }

    /// How many lines an EXEC block has that begins at `start`, in the line before the next one, if it ends among those found
    /// ahead and holds nothing.
    fn block(&self, start: usize) -> Option<usize> {
        let does = |start: usize, what| {
            self.bytes.get(start..).and_then(<[u8]>::first_chunk).is_some_and(|line| does(line, what))
        };
        if !does(start, InBlock::Begins) {
            return None;
        }
        let behind = self.starts.get(self.next..self.found)?;
        let inside = behind.iter().position(|start| !does(*start, InBlock::Inside))?;
        does(*behind.get(inside)?, InBlock::Ends).then_some(inside + 2)
    }

    /// Passes over lines of an EXEC block, which are few: one by one.
    pub fn pass_block(&mut self) -> (usize, Option<(&'b [u8], usize)>) {
        let mut passed = 0;
        loop {
            let Some((line, start)) = self.next() else { return (passed, None) };
            let window = self.bytes.get(start..).and_then(<[u8]>::first_chunk);
            if !window.is_some_and(|window| does(window, InBlock::Inside)) {
                return (passed, Some((line, start)));
            }
            passed += 1;
        }
    }

    /// Looks at the lines found ahead that are left.
    #[inline(never)]
    fn mark(&mut self, wanted: Wanted) {
        self.wanted = wanted;
        self.marks = match wanted {
            Wanted::Structure => self.marked(Wanted::Structure),
            Wanted::Statements => self.marked(Wanted::Statements),
            Wanted::End => self.marked(Wanted::End),
            Wanted::All => u64::MAX,
        };
        if self.found < AHEAD {
            self.marks &= (1 << self.found) - 1;
        }
    }

    #[expect(clippy::inline_always, reason = "as of marks")]
    #[inline(always)]
    fn marked(&self, wanted: Wanted) -> u64 {
        let starts = self.starts.get(self.next..self.found).unwrap_or_default();
        let rest = |start: usize| self.bytes.get(start..).unwrap_or_default();
        let marks = match self.step {
            // Lines of one length need no look at where they begin.
            Some(step) => {
                let rest = starts.first().map_or(&[][..], |start| rest(*start));
                marks(rest.chunks_exact(step.max(WINDOW)).take(starts.len()).map(<[u8]>::first_chunk), wanted)
            }
            None => marks(starts.iter().map(|start| rest(*start).first_chunk()), wanted),
        };
        marks.checked_shl(u32::try_from(self.next).unwrap_or(u32::MAX)).unwrap_or(0)
    }

    /// Finds the lines that follow those found before. False if there is no end of one any more.
    #[inline(never)]
    fn find(&mut self) -> bool {
        let last = self.found.checked_sub(1).and_then(|last| self.starts.get(last..)?.first_chunk());
        let step = last.map_or(CARD_AND_FEED, |[start, next]| next - start);
        let start = self.starts.get(self.found).copied().unwrap_or(self.bytes.len());
        (self.next, self.found, self.step) = (0, 0, None);
        if let Some(first) = self.starts.first_mut() {
            *first = start;
        }
        let Some(rest) = self.bytes.get(start..) else { return false };
        self.find_like(rest, start, step);
        if self.found == 0 {
            self.find_any(rest, start);
        }
        self.mark(self.wanted);
        self.found > 0
    }

    /// Lines as long as the last one, as nearly all files have them: as many line feeds as there are at the places where those
    /// would end are counted up to the last of them, so there is none in between.
    fn find_like(&mut self, rest: &[u8], start: usize, step: usize) {
        let (run, step) = match self.all {
            Some((step, end)) => (end.saturating_sub(start) / step, step),
            None => (run_of(columns(rest, 0, AHEAD * step), step), step),
        };
        let run = run.min(AHEAD);
        let counts = || bytecount::count(columns(rest, 0, run * step), b'\n') == run;
        if run == 0 || (self.all.is_none() && (run < RUN || !counts())) {
            return;
        }
        self.found = run;
        self.step = Some(step).filter(|step| *step >= WINDOW);
        let mut at = start;
        for to in self.starts.iter_mut().take(run + 1) {
            *to = at;
            at += step;
        }
    }

    /// Lines of any lengths.
    fn find_any(&mut self, rest: &[u8], start: usize) {
        let mut behind = start + 1;
        let (blocks, tail) = rest.as_chunks::<BLOCK>();
        for (number, block) in blocks.iter().enumerate() {
            let mut feeds = feeds(block);
            let count = usize::try_from(feeds.count_ones()).unwrap_or(BLOCK);
            if self.found + count > AHEAD || (self.found > 0 && number >= BLOCKS) {
                return;
            }
            let mut lowest = || {
                let bit = usize::try_from(feeds.trailing_zeros()).unwrap_or(BLOCK);
                feeds &= feeds.wrapping_sub(1);
                behind + bit
            };
            let to = self.starts.get_mut(self.found + 1..).unwrap_or_default();
            if count <= 2
                && let Some([first, second]) = to.first_chunk_mut()
            {
                // Two at once without looking whether there are so many: a branch could not be foretold.
                (*first, *second) = (lowest(), lowest());
            } else {
                to.iter_mut().take(count).for_each(|to| *to = lowest());
            }
            self.found += count;
            behind += BLOCK;
        }
        for (to, feed) in self.starts.iter_mut().skip(self.found + 1).zip(memchr_iter(b'\n', tail)) {
            *to = behind + feed;
            self.found += 1;
        }
    }
}

/// How many lines in a row are so long, with their line feeds, if there are no others inside of them.
fn run_of(bytes: &[u8], step: usize) -> usize {
    bytes.chunks_exact(step).take_while(|line| line.last() == Some(&b'\n')).count()
}

/// How long the lines of some bytes with so many line feeds are, if they have one length, and where the last one ends.
fn one_length(bytes: &[u8], count: usize) -> Option<(usize, usize)> {
    let step = memchr(b'\n', bytes)? + 1;
    (run_of(bytes, step) == count).then_some((step, count * step))
}

/// Bytes of which the line feeds are found at once.
const BLOCK: usize = 64;
/// The bit of each byte among eight.
const BITS: [u8; BLOCK] = {
    let mut bits = [1; BLOCK];
    let mut left: &mut [u8] = &mut bits;
    let mut bit: u8 = 1;
    while let Some((first, rest)) = left.split_first_mut() {
        *first = bit;
        bit = bit.rotate_left(1);
        left = rest;
    }
    bits
};

/// Which bytes of a block are line feeds: a bit for each. Written so that the compiler makes a few instructions for vectors
/// of it.
#[inline]
fn feeds(block: &[u8; BLOCK]) -> u64 {
    let mut marks = [0u8; BLOCK];
    for ((mark, byte), bit) in marks.iter_mut().zip(block).zip(&BITS) {
        *mark = if *byte == b'\n' { *bit } else { 0 };
    }
    let mut sums = [0u8; 8];
    for (sum, eight) in sums.iter_mut().zip(marks.as_chunks::<8>().0) {
        *sum = eight.iter().fold(0u8, |sum, mark| sum.wrapping_add(*mark));
    }
    u64::from_le_bytes(sums)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn lines_of_any_lengths_are_those_between_line_feeds(
            lengths in proptest::collection::vec((prop_oneof![Just(80), Just(16), Just(0), 0usize..200], 1usize..40), 0..12),
            open in 0usize..90, counted in any::<bool>(),
        ) {
            let mut text = Vec::new();
            for (length, count) in lengths {
                for _ in 0..count {
                    text.resize(text.len() + length, b'x');
                    text.push(b'\n');
                }
            }
            text.resize(text.len() + open, b'y');
            let count = counted.then(|| memchr_iter(b'\n', &text).count() as u64);
            let mut lines = Lines::new(&text, count);
            let mut found = Vec::new();
            while let Some((line, start)) = lines.next() {
                prop_assert_eq!(line, &text[start..start + line.len()]);
                found.push(line);
            }
            let mut wanted: Vec<&[u8]> = text.split(|b| *b == b'\n').collect();
            prop_assert_eq!(wanted.pop().map(<[u8]>::len), Some(text.len() - lines.start()));
            prop_assert_eq!(found, wanted);
        }
    }
}
