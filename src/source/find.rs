//! Find, forward and back, and counting of all matches, over files of any size with bounded memory.
//!
//! The file is read in windows that end at line ends, so that lines are whole. Only a line longer than `find_line` is cut,
//! into pieces that overlap.

use super::bytes::fill;
use super::cut::Cutter;
use super::file::{SourceFile, stopped};
use super::fold::Fold;
use super::model::{Change, Direction, FindProgress, Hit, MatchCount};
use super::needle::Needle;
use super::scan::{Pace, Until};
use super::scope::Scope;
use super::snap::Snap;
use super::view::View;
use crate::base::meter::went_well;
use crate::base::num::{nanos, to_u64, to_usize};
use crate::base::{Budget, ByteOffset, Op, Result, Stop};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;

/// Parts of the map of all matches.
const DENSITY: u64 = 1000;

/// Longest read for an expression: the budget is checked between reads, and expressions can be slow.
const EXPRESSION_CHUNK: usize = 64 << 10;

/// So many chunks are read at once for all matches of a file: a gigabyte takes a tenth less then. A desk has no memory for it.
const AT_ONCE: usize = 4;

/// How much more of a file is looked for before what is there is searched, in bytes.
const STRIDE: u64 = 64 << 20;

/// Bytes kept before a piece of a long line, so that its start is not taken for the start of a line.
const CONTEXT: usize = 1;

/// A pass over the file from the top.
struct Forward<'a> {
    file: &'a SourceFile,
    snap: &'a Arc<Snap>,
    needle: &'a Needle,
    cutter: Cutter,
    /// Where in the file the buffer begins.
    at: u64,
    buf: Vec<u8>,
    filled: usize,
    /// No match may begin before here.
    resume: u64,
    /// Where the line of the last match ends; `u64::MAX` while that is not in sight.
    line_end: u64,
    /// Bytes that could not be read.
    unreadable: u64,
    ended: bool,
    /// What is read goes into the index, too.
    indexes: bool,
}

impl<'a> Forward<'a> {
    /// From the line on that holds byte `from`.
    fn new(
        file: &'a SourceFile,
        snap: &'a Arc<Snap>,
        needle: &'a Needle,
        from: u64,
        budget: &Budget,
    ) -> Result<Self> {
        let line = if from == 0 { 0 } else { file.line_start(snap, from, budget)? };
        let (cutter, at) = Cutter::from(&mut View::new(file, snap, budget, true), from, line)?;
        Ok(Self {
            file,
            snap,
            needle,
            cutter,
            at,
            buf: Vec::new(),
            filled: 0,
            resume: at,
            line_end: 0,
            unreadable: 0,
            ended: false,
            indexes: false,
        })
    }

    /// Bytes of the file dealt with.
    fn done(&self) -> u64 {
        self.at.saturating_add(to_u64(self.filled))
    }

    /// Reads one more chunk behind what is there.
    fn read(&mut self) {
        let shape = &self.file.0.shape;
        let begin = self.done();
        let chunk = chunk_of(self.file, self.needle) * if self.indexes { AT_ONCE } else { 1 };
        let want = chunk.min(to_usize(self.snap.stamp.size.saturating_sub(begin)));
        if self.buf.len() < self.filled + want {
            self.buf.resize(self.filled + want, 0);
        }
        let room = self.buf.get_mut(self.filled..self.filled + want).unwrap_or_default();
        let got = fill(&*self.snap.bytes, room, begin, shape.piece(), &*self.file.0.meter);
        if self.indexes {
            let new = self.buf.get(self.filled..self.filled + got.length).unwrap_or_default();
            self.file.index_bytes(self.snap, begin, (new, &got.bad));
        }
        self.unreadable += got.bad.iter().map(|r| to_u64(r.len())).sum::<u64>();
        self.filled += got.length;
        self.ended = got.length < want || self.done() >= self.snap.stamp.size;
    }

    /// Reads on and visits the matches of the lines that are whole now: start and end of each, and whether it is the first
    /// of its line.
    fn step(&mut self, visit: &mut dyn FnMut(u64, u64, bool) -> ControlFlow<()>) -> ControlFlow<()> {
        let shape = &self.file.0.shape;
        let before = self.filled;
        self.read();
        let have = self.buf.get(..self.filled).unwrap_or_default();
        let (length, torn) = match self.cutter.whole(have, have.len() - before, self.at) {
            _ if self.ended => (have.len(), false),
            Some(end) => (end, false),
            None if have.len() < shape.find_line => return ControlFlow::Continue(()),
            None => (have.len(), true),
        };
        let window = have.get(..length).unwrap_or_default();
        let safe = if torn { length.saturating_sub(shape.find_overlap) } else { length };
        let (at, from) = (self.at, to_usize(self.resume.saturating_sub(self.at)));
        let mut resume = self.resume;
        let mut broke = ControlFlow::Continue(());
        let cut = self.cutter.cut(window, at);
        let next_line = |from: usize| {
            let next = cut.around(window, from).next;
            if torn && next >= length { u64::MAX } else { at + to_u64(next) }
        };
        let mut line_end = self.line_end;
        if line_end == u64::MAX {
            line_end = next_line(0);
        }
        // The flow only says whether the last visit broke off, which `broke` says more exactly.
        let _ = self.needle.each(window, &cut, from, &mut |start, end| {
            if start >= safe {
                return ControlFlow::Break(());
            }
            let first = at + to_u64(start) >= line_end;
            if first {
                line_end = next_line(start);
            }
            resume = at + to_u64(end);
            broke = visit(at + to_u64(start), resume, first);
            broke
        });
        let done = if torn { safe.saturating_sub(CONTEXT) } else { length };
        self.line_end = line_end;
        self.resume = resume.max(at + to_u64(safe));
        self.buf.copy_within(done..self.filled, 0);
        self.filled -= done;
        self.at += to_u64(done);
        broke
    }
}

/// Bytes of one read.
fn chunk_of(file: &SourceFile, needle: &Needle) -> usize {
    let chunk = file.0.shape.chunk;
    if needle.is_expression() { chunk.min(EXPRESSION_CHUNK) } else { chunk }
}

impl SourceFile {
    /// The next match: forward the first that begins at `from` or later, backward the last that begins before `from`.
    /// Does not go on at the other end of the file. `progress` is called at most four times a second.
    ///
    /// # Errors
    /// With `Exit::Interrupted` if `budget` ends before something is found.
    pub fn find_next(
        &self,
        needle: &Needle,
        from: ByteOffset,
        direction: Direction,
        budget: &Budget,
        progress: &mut dyn FnMut(FindProgress),
    ) -> Result<Option<Hit>> {
        self.find_in((needle, &Scope::default()), from, direction, budget, progress)
    }

    /// The same, of the matches in some lines.
    ///
    /// # Errors
    /// With `Exit::Interrupted` if `budget` ends before something is found.
    pub fn find_in(
        &self,
        sought: (&Needle, &Scope),
        from: ByteOffset,
        direction: Direction,
        budget: &Budget,
        progress: &mut dyn FnMut(FindProgress),
    ) -> Result<Option<Hit>> {
        let _span = Op::FileFind.span();
        let begun = Instant::now();
        if direction == Direction::Backward && from.0 >= self.size() {
            self.reach(u64::MAX, budget)?;
        }
        let mut snap = self.snap();
        let found = match direction {
            Direction::Forward => self.find_onward(&mut snap, sought, from.0, budget, progress),
            Direction::Backward => self.find_backward(&snap, sought, from.0, budget, progress),
        };
        let bytes = found.as_ref().map_or(0, |f| f.map_or(snap.stamp.size, |(at, _)| at).abs_diff(from.0));
        self.0.meter.record(Op::FileFind, nanos(begun.elapsed()), bytes, went_well(&found));
        found?.map(|(start, end)| self.hit(&snap, start, end - start, budget)).transpose()
    }

    /// Forward, and on where more of the file is found: a match in a line that may go on is none yet.
    fn find_onward(
        &self,
        snap: &mut Arc<Snap>,
        sought: (&Needle, &Scope),
        mut from: u64,
        budget: &Budget,
        progress: &mut dyn FnMut(FindProgress),
    ) -> Result<Option<(u64, u64)>> {
        loop {
            let size = snap.stamp.size;
            let grows = snap.bytes.grows();
            let found = self.find_forward(snap, sought, from, budget, progress)?;
            let line_end = found.map(|(_, end)| self.line_end(snap, end, budget)).transpose()?;
            if !grows || line_end.is_some_and(|end| end < size) || size >= sought.1.to {
                return Ok(found);
            }
            from = from.max(self.line_start(snap, size.saturating_sub(1), budget)?);
            self.reach(size.saturating_add(STRIDE), budget)?;
            *snap = self.snap();
        }
    }

    fn find_forward(
        &self,
        snap: &Arc<Snap>,
        (needle, scope): (&Needle, &Scope),
        from: u64,
        budget: &Budget,
        progress: &mut dyn FnMut(FindProgress),
    ) -> Result<Option<(u64, u64)>> {
        let size = snap.stamp.size;
        let from = from.max(scope.from);
        if from >= size.min(scope.to) {
            return Ok(None);
        }
        let mut pass = Forward::new(self, snap, needle, from, budget)?;
        let mut pace = Pace::new();
        let mut found = None;
        while !pass.ended {
            budget.check().map_err(|stop| stopped(stop, self.path()))?;
            let flow = pass.step(&mut |start, end, _| {
                if start >= scope.to {
                    return ControlFlow::Break(());
                }
                if start < from || !scope.admits(start) {
                    return ControlFlow::Continue(());
                }
                found = Some((start, end));
                ControlFlow::Break(())
            });
            if flow.is_break() || pass.done() >= scope.to {
                break;
            }
            if pace.due() {
                progress(FindProgress {
                    done: pass.done().saturating_sub(from),
                    total: size.min(scope.to) - from,
                    matches: 0,
                });
            }
        }
        Ok(found)
    }

    fn find_backward(
        &self,
        snap: &Arc<Snap>,
        (needle, scope): (&Needle, &Scope),
        from: u64,
        budget: &Budget,
        progress: &mut dyn FnMut(FindProgress),
    ) -> Result<Option<(u64, u64)>> {
        let shape = &self.0.shape;
        let chunk = to_u64(chunk_of(self, needle));
        let mut bound = from.min(snap.stamp.size).min(scope.to);
        let total = bound;
        // A match may begin before `from` and end behind it, within its line.
        let mut end = self.line_end(snap, bound, budget)?;
        let mut pace = Pace::new();
        let mut buf = Vec::new();
        let mut view = View::new(self, snap, budget, true);
        let (mut cutter, top) = Cutter::from(&mut view, 0, 0)?;
        while bound > top {
            let mut low = end;
            let (begin, torn) = loop {
                budget.check().map_err(|stop| stopped(stop, self.path()))?;
                low = low.saturating_sub(chunk);
                buf.resize(to_usize(end - low), 0);
                let got = fill(&*snap.bytes, &mut buf, low, shape.piece(), &*self.0.meter).length;
                buf.truncate(got);
                // Of the lines in it the first may not be whole, and its end may be all there is of it.
                let first = cutter.first(&mut view, &buf, low)?;
                match first {
                    _ if low <= top => break (to_usize(top - low), false),
                    Some(first) => break (first, false),
                    None if buf.len() < shape.find_line && got > 0 => {}
                    None => break (0, true),
                }
            };
            let window = buf.get(begin..).unwrap_or_default();
            let window_at = low + to_u64(begin);
            let context = if torn { CONTEXT } else { 0 };
            let cut = cutter.cut(window, window_at);
            let mut last = None;
            // The flow says only that the bound was reached.
            let _ = needle.each(window, &cut, context, &mut |s, e| {
                let start = window_at + to_u64(s);
                if start >= bound {
                    return ControlFlow::Break(());
                }
                if scope.admits(start) {
                    last = Some((start, window_at + to_u64(e)));
                }
                ControlFlow::Continue(())
            });
            if last.is_some() || window_at <= scope.from {
                return Ok(last);
            }
            let step = window_at + to_u64(context);
            bound = bound.min(step);
            end = if torn { end.min(step + to_u64(shape.find_overlap)) } else { window_at };
            if pace.due() {
                progress(FindProgress { done: total - bound, total, matches: 0 });
            }
        }
        Ok(None)
    }

    /// Counts all matches. Gives what it has when `budget` ends. `progress` is called at most four times a second, and
    /// at the end.
    ///
    /// # Errors
    /// Only if `budget` ends before the first line is found. What cannot be read makes the count incomplete.
    pub fn count_all(
        &self,
        needle: &Needle,
        budget: &Budget,
        progress: &mut dyn FnMut(FindProgress),
    ) -> Result<MatchCount> {
        let all = Scope::default();
        self.count(&self.whole(budget), (needle, &all), false, budget, progress, &mut |_, _, _| {})
    }

    /// Counts all matches in one pass and gives the first `keep` of them, with the number of the line of each.
    ///
    /// # Errors
    /// With `Exit::Interrupted` if `budget` ends before the lines of the matches are known.
    pub fn find_all(
        &self,
        needle: &Needle,
        keep: usize,
        budget: &Budget,
        progress: &mut dyn FnMut(FindProgress),
    ) -> Result<(MatchCount, Vec<Hit>)> {
        let snap = self.whole(budget);
        let mut kept = Vec::new();
        let all = Scope::default();
        // The lines of the matches have numbers: they are counted while their bytes are at hand.
        let count = self.count(&snap, (needle, &all), keep > 0, budget, progress, &mut |start, end, _| {
            if kept.len() < keep {
                kept.push((start, end));
            }
        })?;
        if let Some((_, end)) = kept.last() {
            // The index is only needed as far as matches are told.
            self.extend(&snap, Until::Byte(*end), budget)?;
        }
        let hits = kept.into_iter().map(|(start, end)| self.hit(&snap, start, end - start, budget));
        Ok((count, hits.collect::<Result<Vec<Hit>>>()?))
    }

    /// Counts the matches in some lines in one pass, and gives those lines for which `wanted` holds, by where the first
    /// match in each begins; the first `keep` of them. Whether all were kept is told, too.
    ///
    /// # Errors
    /// With `Exit::Interrupted` if `budget` ends before the lines are known.
    pub fn find_lines(
        &self,
        sought: (&Needle, &Scope),
        keep: usize,
        wanted: &dyn Fn(u64) -> bool,
        budget: &Budget,
        progress: &mut dyn FnMut(FindProgress),
    ) -> Result<(MatchCount, Vec<Fold>, bool)> {
        let snap = self.whole(budget);
        let (mut kept, mut all) = (Vec::new(), true);
        let count = self.count(&snap, sought, false, budget, progress, &mut |start, _, first| {
            if first && wanted(start) {
                all &= kept.len() < keep;
                if all {
                    kept.push(start);
                }
            }
        })?;
        Ok((count, self.lines_at(&snap, &kept, budget)?, all))
    }

    /// The file with all that can be found of it while `budget` lasts.
    fn whole(&self, budget: &Budget) -> Arc<Snap> {
        // Where it ends too early, the count is not complete.
        let _ = self.reach(u64::MAX, budget);
        self.snap()
    }

    fn count(
        &self,
        snap: &Arc<Snap>,
        (needle, scope): (&Needle, &Scope),
        indexes: bool,
        budget: &Budget,
        progress: &mut dyn FnMut(FindProgress),
        visit: &mut dyn FnMut(u64, u64, bool),
    ) -> Result<MatchCount> {
        let _span = Op::FileFind.span();
        let begun = Instant::now();
        let size = snap.stamp.size;
        let to = size.min(scope.to);
        let mut pass = Forward::new(self, snap, needle, scope.from, budget)?;
        pass.indexes = indexes;
        let mut count =
            MatchCount { size, density: vec![0; to_usize(size.min(DENSITY))], ..MatchCount::default() };
        let mut pace = Pace::new();
        let mut stop: std::result::Result<(), Stop> = Ok(());
        while !pass.ended && pass.done() < to {
            stop = budget.check();
            if stop.is_err() {
                break;
            }
            // All matches are wanted: the flow breaks only where no more can come.
            let _ = pass.step(&mut |start, end, first| {
                if start >= to {
                    return ControlFlow::Break(());
                }
                if !scope.admits(start) {
                    return ControlFlow::Continue(());
                }
                visit(start, end, first);
                count.matches += 1;
                count.lines += u64::from(first);
                count.first = count.first.or(Some(ByteOffset(start)));
                count.last = Some(ByteOffset(start));
                let part = u128::from(start) * u128::from(size.min(DENSITY)) / u128::from(size);
                if let Some(part) = usize::try_from(part).ok().and_then(|p| count.density.get_mut(p)) {
                    *part = part.saturating_add(1);
                }
                ControlFlow::Continue(())
            });
            if pace.due() {
                progress(FindProgress { done: pass.done(), total: to, matches: count.matches });
            }
        }
        count.done = pass.done();
        let steady =
            matches!(snap.change(&*self.0.meter), Change::Same | Change::Grew) && !snap.bytes.grows();
        let steady = steady && snap.bytes.unpacked().is_none_or(|u| u.whole);
        count.complete = stop.is_ok() && pass.unreadable == 0 && count.done >= to && steady;
        progress(FindProgress { done: count.done, total: to, matches: count.matches });
        self.0.meter.record(Op::FileFind, nanos(begun.elapsed()), count.done, true);
        Ok(count)
    }
}
