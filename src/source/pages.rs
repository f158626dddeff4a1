//! Pages of print: where they begin, and what carriage control makes of the lines of a page of the screen.
//!
//! Where pages begin is found by one pass over the lines, which goes on where it ended before. At most [`MARKS`] of them are
//! kept, the others are counted from those.

use super::SourceFile;
use super::carriage::{Control, Decider, LOOK};
use super::file::lock;
use super::model::{Direction, Printed};
use super::page::Finder;
use super::snap::Snap;
use crate::base::num::{to_u64, to_usize};
use crate::base::{Budget, ByteOffset, Result};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Page starts that are kept at most.
const MARKS: usize = 1 << 14;

/// The pages of the first part of a file.
#[derive(Debug, Clone)]
pub(super) struct Pages {
    /// For what they were counted: the epoch of the file, and its carriage control.
    of: (u64, Decider),
    /// Where each `stride`th page begins, from the first.
    marks: Vec<u64>,
    stride: u64,
    /// Pages that begin before `end`.
    count: u64,
    /// Where the last line that was looked at begins: it may go on.
    end: u64,
    /// Control of the line before it.
    before: Control,
    /// That line was the last one of a file of so many bytes; and whether it begins a page.
    tail: Option<(u64, bool)>,
}

impl Pages {
    fn new(of: (u64, Decider)) -> Self {
        Self { of, marks: Vec::new(), stride: 1, count: 0, end: 0, before: Control::default(), tail: None }
    }

    /// A page begins at `at`.
    fn push(&mut self, at: u64) {
        if self.count.is_multiple_of(self.stride) {
            if self.marks.len() >= MARKS {
                let mut n = 0;
                self.marks.retain(|_| {
                    n += 1;
                    n % 2 == 1
                });
                self.stride *= 2;
            }
            if self.count.is_multiple_of(self.stride) {
                self.marks.push(at);
            }
        }
        self.count += 1;
    }

    /// All pages of a file of `size` bytes, if they are known.
    fn total(&self, size: u64) -> Option<u64> {
        self.tail.filter(|(seen, _)| *seen >= size).map(|(_, page)| self.count + u64::from(page))
    }

    /// Whether it is known which page byte `at` is on.
    fn covers(&self, at: u64, size: u64) -> bool {
        at < self.end || self.total(size).is_some()
    }
}

impl Default for Pages {
    fn default() -> Self {
        Self::new((0, Decider::default()))
    }
}

/// How far pages are counted.
#[derive(Debug, Clone, Copy)]
enum Until {
    /// To the end.
    End,
    /// Until it is known where page so much begins.
    Page(u64),
    /// Until it is known on which page a byte is.
    Byte(u64),
}

/// Tells of each line in turn whether it begins a page.
#[derive(Debug, Clone, Copy)]
struct Feeder {
    decider: Decider,
    before: Control,
    first: bool,
}

impl Feeder {
    fn take(&mut self, head: &[u8], length: u64, last: Option<u8>) -> bool {
        let control = self.decider.of(head).ending_with(length, last.unwrap_or(0));
        let page = control.page || self.before.next_page || self.first;
        (self.before, self.first) = (control, false);
        page
    }
}

/// A line that is being read in parts.
#[derive(Debug, Default, Clone, Copy)]
struct Reading {
    at: Option<u64>,
    head: [u8; LOOK],
    length: u64,
    last: Option<u8>,
}

impl Reading {
    fn take(&mut self, at: u64, part: &[u8]) {
        if self.at.is_none() {
            *self = Self { at: Some(at), ..Self::default() };
            for (to, from) in self.head.iter_mut().zip(part) {
                *to = *from;
            }
        }
        self.length += to_u64(part.len());
        self.last = part.last().copied().or(self.last);
    }

    fn head(&self) -> &[u8] {
        self.head.get(..LOOK.min(to_usize(self.length))).unwrap_or_default()
    }
}

impl SourceFile {
    /// How many pages the file has; 0 if it has no carriage control. Counts on from where it was counted before.
    ///
    /// # Errors
    /// Only if `budget` ends.
    pub fn count_pages(&self, budget: &Budget) -> Result<u64> {
        let snap = self.snap();
        let pages = self.pages_until(&snap, Until::End, budget)?;
        Ok(pages.and_then(|pages| pages.total(snap.stamp.size)).unwrap_or(0))
    }

    /// Where page `number` (from 1) begins, and its number; the last page if there are fewer. `None` if there are no pages.
    ///
    /// # Errors
    /// Only if `budget` ends.
    pub fn page_start(&self, number: u64, budget: &Budget) -> Result<Option<(ByteOffset, u64)>> {
        let snap = self.snap();
        let Some(pages) = self.pages_until(&snap, Until::Page(number), budget)? else { return Ok(None) };
        let total = pages.total(snap.stamp.size).unwrap_or(pages.count);
        let number = number.clamp(1, total.max(1));
        if number > pages.count {
            return Ok(pages.tail.filter(|(_, page)| *page).map(|_| (ByteOffset(pages.end), number)));
        }
        let mark = to_usize((number - 1) / pages.stride);
        let (Some(at), mut left) = (pages.marks.get(mark).copied(), (number - 1) % pages.stride) else {
            return Ok(None);
        };
        let mut found = at;
        self.each_page(&snap, at, budget, &mut |page| {
            if left > 0 && page > at {
                (left, found) = (left - 1, page);
            }
            left > 0
        })?;
        Ok(Some((ByteOffset(found), number)))
    }

    /// The page after that which holds byte `at`, or the one before: where it begins, and its number. Backward from inside of a
    /// page is its own start. `None` if there is none.
    ///
    /// # Errors
    /// Only if `budget` ends.
    pub fn next_page(
        &self,
        at: ByteOffset,
        direction: Direction,
        budget: &Budget,
    ) -> Result<Option<(ByteOffset, u64)>> {
        let snap = self.snap();
        if self.pages_until(&snap, Until::Byte(at.0), budget)?.is_none() {
            return Ok(None);
        }
        let Some(here) = self.page_of_byte(&snap, at.0, budget)? else { return Ok(None) };
        match direction {
            Direction::Forward => Ok(self.page_start(here + 1, budget)?.filter(|(_, n)| *n > here)),
            Direction::Backward => match self.page_start(here, budget)? {
                Some((start, number)) if start.0 < at.0 => Ok(Some((start, number))),
                _ if here > 1 => self.page_start(here - 1, budget),
                _ => Ok(None),
            },
        }
    }

    /// The number of the page that holds byte `at`, if that is known already.
    pub(super) fn page_of_byte(&self, snap: &Arc<Snap>, at: u64, budget: &Budget) -> Result<Option<u64>> {
        let pages = {
            let pages = lock(&self.0.pages);
            let known =
                pages.of == (snap.epoch, snap.detected.decider()) && pages.covers(at, snap.stamp.size);
            if !known {
                return Ok(None);
            }
            let after = pages.marks.partition_point(|mark| *mark <= at);
            let tail = pages.tail.is_some_and(|(_, page)| page) && at >= pages.end;
            let Some(mark) = after.checked_sub(1) else { return Ok(tail.then_some(1)) };
            if pages.stride == 1 {
                return Ok(Some(to_u64(after) + u64::from(tail)));
            }
            pages.marks.get(mark).map(|start| (*start, to_u64(mark) * pages.stride + 1))
        };
        let Some((start, mut number)) = pages else { return Ok(None) };
        self.each_page(snap, start, budget, &mut |page| {
            number += u64::from(page > start && page <= at);
            page < at
        })?;
        Ok(Some(number))
    }

    /// The number of pages, if that is known already.
    pub(super) fn pages_known(&self, snap: &Snap) -> Option<u64> {
        let pages = lock(&self.0.pages);
        let same = pages.of == (snap.epoch, snap.detected.decider());
        pages.total(snap.stamp.size).filter(|_| same)
    }

    /// Counts pages as far as `until` says; `None` if the file has none.
    fn pages_until(&self, snap: &Arc<Snap>, until: Until, budget: &Budget) -> Result<Option<Pages>> {
        let of = (snap.epoch, snap.detected.decider());
        if of.1.is_none() {
            return Ok(None);
        }
        let mut pages = {
            let mut kept = lock(&self.0.pages);
            if kept.of != of {
                *kept = Pages::new(of);
            }
            kept.clone()
        };
        let size = snap.stamp.size;
        let enough = |pages: &Pages| match until {
            Until::End => false,
            Until::Page(number) => pages.count >= number,
            Until::Byte(at) => at < pages.end,
        };
        if enough(&pages) || pages.total(size).is_some() {
            return Ok(Some(pages));
        }
        let mut feeder = Feeder { decider: of.1, before: pages.before, first: pages.count == 0 };
        let mut line = Reading::default();
        let mut tail = false;
        let read = self.each_part(snap, ByteOffset(pages.end), budget, &mut |at, part, ends| {
            if line.at.is_none() && at > pages.end {
                // The line before is not the last one.
                if std::mem::take(&mut tail) {
                    pages.push(pages.end);
                }
                (pages.end, pages.before) = (at, feeder.before);
                if enough(&pages) {
                    return ControlFlow::Break(());
                }
            }
            line.take(at, part);
            if ends {
                tail = feeder.take(line.head(), line.length, line.last);
                line = Reading::default();
            }
            ControlFlow::Continue(())
        });
        pages.tail = (read.is_ok() && !enough(&pages)).then_some((size, tail));
        let mut kept = lock(&self.0.pages);
        if kept.of == of && (kept.end <= pages.end || pages.tail.is_some()) {
            kept.clone_from(&pages);
        }
        drop(kept);
        read.map(|_| Some(pages))
    }

    /// Calls `each` with where pages begin, from a line that begins one on, until it has enough.
    fn each_page(
        &self,
        snap: &Arc<Snap>,
        from: u64,
        budget: &Budget,
        each: &mut dyn FnMut(u64) -> bool,
    ) -> Result<()> {
        let decider = snap.detected.decider();
        let mut feeder = Feeder { decider, before: Control::default(), first: true };
        let mut line = Reading::default();
        self.each_part(snap, ByteOffset(from), budget, &mut |at, part, ends| {
            line.take(at, part);
            if !ends {
                return ControlFlow::Continue(());
            }
            let begins = feeder.take(line.head(), line.length, line.last);
            let start = std::mem::take(&mut line).at.unwrap_or(at);
            if !begins || each(start) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        Ok(())
    }
}

impl Finder<'_> {
    /// What control the line has whose text is `start..stop`.
    pub(super) fn control(&mut self, start: u64, stop: u64) -> Result<Control> {
        let decider = self.snap.detected.decider();
        if decider.is_none() {
            return Ok(Control::default());
        }
        let head = self.view.copy(start, stop.min(start.saturating_add(to_u64(LOOK))))?;
        let last = self.view.copy(stop.saturating_sub(1).max(start), stop)?;
        Ok(decider.of(&head).ending_with(stop - start, last.first().copied().unwrap_or(0)))
    }

    /// What control the line has that ends before `at`; none if that is not a line.
    pub(super) fn control_before(&mut self, at: u64, first: u64) -> Result<Control> {
        if at <= first || self.snap.detected.decider().is_none() {
            return Ok(Control::default());
        }
        let start = self.start_of(at - 1)?;
        if start.cut {
            return Ok(Control::default());
        }
        let (_, stop) = self.ending(start.at, at, true)?;
        self.control(start.at, stop)
    }

    /// What carriage control makes of a line behind one with `before`.
    pub(super) fn printed(control: Control, before: Control, is_first: bool) -> Printed {
        Printed {
            control: control.bytes,
            over: (control.over || before.next_over) && !is_first,
            page: control.page || before.next_page || is_first,
            sign: control.sign,
            number: None,
        }
    }

    /// The number of the page that the line at `at` is on, if it is known.
    pub(super) fn sheet(&self, at: u64) -> Result<Option<u64>> {
        if self.snap.detected.decider().is_none() || !self.indexed {
            return Ok(None);
        }
        self.file.page_of_byte(self.snap, at, self.budget)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_pages_are_counted_from_some() {
        let mut pages = Pages::default();
        for n in 0..300_000_u64 {
            pages.push(n * 10);
        }
        assert_eq!((pages.count, pages.stride), (300_000, 32));
        assert!(pages.marks.len() <= MARKS);
        assert!(pages.marks.iter().zip(0_u64..).all(|(at, n)| *at == n * 32 * 10));
    }
}
