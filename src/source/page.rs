//! Pages: the lines around an anchor, with their numbers where those are certain.
//!
//! A page is made from the file as it was taken to be, and the file is asked afterwards whether it still was. If not, the
//! page is made again past the cache and without numbers, so a wrong line is never shown as right.

use super::carriage::Control;
use super::file::SourceFile;
use super::fold::{Fold, Folds};
use super::index::Mark;
use super::model::{
    Anchor, Change, Hit, LINE_CLIP, LineEnd, PAGE_LINES, Page, PageLine, PageRequest, Printed,
};
use super::pieces::{PIECES, Part};
use super::records::Records;
use super::scan::Until;
use super::snap::Snap;
use super::view::View;
use crate::base::meter::went_well;
use crate::base::num::{nanos, to_u64};
use crate::base::{Budget, ByteOffset, LineNo, Op, Result};
use std::sync::Arc;
use std::time::Instant;

/// Where a line begins, and how that is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Start {
    pub at: u64,
    /// It is only a place inside the line, as far back as was looked.
    pub cut: bool,
}

/// What it takes to find lines: a look at the file, and the index if it may be used.
pub(super) struct Finder<'a> {
    pub file: &'a SourceFile,
    pub snap: &'a Arc<Snap>,
    pub budget: &'a Budget,
    pub view: View<'a>,
    pub indexed: bool,
    /// The line that was looked at last: its pieces need not look for its end again.
    pub(super) known: Option<Bounds>,
}

/// Where a line ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Where it begins.
    at: u64,
    /// Where the next one begins.
    next: u64,
    /// Behind its text.
    pub stop: u64,
    end: LineEnd,
    /// Its end is too far ahead to look for.
    pub cut_end: bool,
}

impl<'a> Finder<'a> {
    /// With `sure`, through the cache and the index; without, from the file alone.
    pub fn new(file: &'a SourceFile, snap: &'a Arc<Snap>, budget: &'a Budget, sure: bool) -> Self {
        Self { file, snap, budget, view: View::new(file, snap, budget, sure), indexed: sure, known: None }
    }

    /// The mark before `at` if the index covers all before `at`; extends the index for that if it ends near.
    fn mark(&mut self, at: u64) -> Result<Option<Mark>> {
        if !self.indexed {
            return Ok(None);
        }
        let end = self.file.with_index(self.snap, |index| index.end()).unwrap_or(0);
        if end < at && at - end <= self.file.0.shape.reach {
            self.file.extend(self.snap, Until::Byte(at), self.budget)?;
        }
        let mark =
            self.file.with_index(self.snap, |index| (index.end() >= at).then(|| index.mark_before(at)));
        Ok(mark.flatten())
    }

    /// Where the first line begins.
    pub(super) fn first(&mut self) -> Result<u64> {
        Ok(match self.view.records() {
            Records::Variable(kind) => self.view.record_at(kind, 0)?.start,
            Records::Lines(_) | Records::Fixed(_) => 0,
        })
    }

    /// By the index: start of the line that holds byte `at`, and how many lines are before it.
    fn locate(&mut self, at: u64) -> Result<Option<Mark>> {
        let Some(mark) = self.mark(at)? else { return Ok(None) };
        let gap = self.file.0.shape.mark_gap;
        // No line start is farther behind a mark; records are counted from it, however far.
        let near = mark.at.saturating_add(gap).saturating_add(1);
        let near = if self.view.records().are_counted() { u64::MAX } else { near };
        let (ends, last) = self.view.ends(mark.at, at.min(near))?;
        Ok(Some(Mark { at: last.map_or(mark.at, |l| l + 1), line: mark.line + ends }))
    }

    /// Start of the line that holds byte `at`.
    pub fn start_of(&mut self, at: u64) -> Result<Start> {
        let low = at.saturating_sub(self.file.0.shape.reach);
        if let Some(end) = self.view.end_before(low, at)? {
            return Ok(Start { at: end + 1, cut: false });
        }
        if low == 0 {
            return Ok(Start { at: self.first()?, cut: false });
        }
        Ok(match self.locate(at)? {
            Some(mark) => Start { at: mark.at, cut: false },
            None => Start { at: low, cut: true },
        })
    }

    /// Start of a line by its number, or of the last line; `None` if the index may not be used.
    fn start_of_line(&mut self, line: LineNo) -> Result<Option<Start>> {
        if !self.indexed {
            return Ok(None);
        }
        let wanted = line.index();
        if wanted == 0 {
            return Ok(Some(Start { at: self.first()?, cut: false }));
        }
        self.file.extend(self.snap, Until::Line(wanted), self.budget)?;
        let size = self.view.size();
        let torn = self.file.with_index(self.snap, |index| {
            let last = index.end() >= size && index.lines() == wanted + 1;
            index.torn().filter(|_| last)
        });
        if let Some(at) = torn.flatten() {
            return Ok(Some(Start { at, cut: false }));
        }
        let found = self.file.with_index(self.snap, |index| {
            (index.feeds() >= wanted).then(|| (index.mark_for_line(wanted), index.end()))
        });
        let Some((mark, end)) = found.flatten() else { return Ok(None) };
        if mark.line == wanted {
            return Ok(Some(Start { at: mark.at, cut: false }));
        }
        let end = self.view.nth_end(mark.at, end, wanted - mark.line)?;
        Ok(end.map(|e| Start { at: e + 1, cut: false }))
    }

    /// The number of the line that begins at `start`, if that is certain.
    fn number(&mut self, start: Start) -> Result<Option<LineNo>> {
        if start.cut {
            return Ok(None);
        }
        let Some(mark) = self.locate(start.at)? else { return Ok(None) };
        Ok((mark.at == start.at).then(|| LineNo::from_index(mark.line)))
    }

    /// Whether the index knows of nothing unreadable before `at`.
    fn certain(&self, at: u64) -> bool {
        self.file.with_index(self.snap, |index| index.certain(at)).unwrap_or(false)
    }

    /// Where the line that begins at `at` ends.
    pub(super) fn bounds(&mut self, at: u64) -> Result<Bounds> {
        if let Some(known) = self.known.filter(|b| b.at == at) {
            return Ok(known);
        }
        let size = self.view.size();
        let near = at.saturating_add(self.file.0.shape.reach);
        let mut ended = false;
        let mut cut_end = false;
        let mut next = size;
        if let Some(end) = self.view.end_after(at, near)? {
            (ended, next) = (true, end + 1);
        } else if near < size {
            // A line longer than a gap of the index ends at the next mark.
            let known = self.indexed.then(|| {
                self.file.with_index(self.snap, |index| {
                    index.mark_after(at).map(|m| m.at).or((index.end() >= size).then_some(size))
                })
            });
            if let Some(at) = known.flatten().flatten() {
                next = at;
                ended = at < size || self.view.ends(at.saturating_sub(1), at)?.0 > 0;
            } else {
                (next, cut_end) = (near, true);
            }
        }
        let (end, stop) = self.ending(at, next, ended)?;
        let bounds = Bounds { at, next, stop, end, cut_end };
        self.known = Some(bounds);
        Ok(bounds)
    }

    /// A line, or a piece of one, as the request wants it.
    fn line(&mut self, part: Part, request: &PageRequest, control: &mut Control) -> Result<PageLine> {
        let start = part.start;
        let Bounds { next, stop, end, cut_end, .. } = self.bounds(start.at)?;
        let mut printed = Printed::default();
        if part.inside == 0 {
            let before = std::mem::take(control);
            if !start.cut {
                *control = self.control(start.at, stop)?;
            }
            printed = Self::printed(*control, before, start.at <= self.first()?);
        }
        let (from, to) = if request.piece > 0 {
            self.piece(part, u64::from(request.piece), stop)?
        } else {
            let skip = request.skip;
            let behind = if self.snap.wanted.printed && skip > 0 { u64::from(control.bytes) } else { 0 };
            (start.at.saturating_add(skip).saturating_add(behind).min(stop), stop)
        };
        let text = self.view.copy(from, to.min(from.saturating_add(to_u64(LINE_CLIP))))?;
        Ok(PageLine {
            start: ByteOffset(start.at),
            length: stop - start.at,
            number: None,
            text,
            end,
            unreadable: self.view.unreadable(start.at, next),
            cut_start: start.cut,
            cut_end,
            hidden: 0,
            printed,
            inside: if request.piece > 0 { from - start.at } else { 0 },
        })
    }

    /// How the line at `start` ends that is followed by `next`, and where its text does.
    pub fn ending(&mut self, start: u64, next: u64, ended: bool) -> Result<(LineEnd, u64)> {
        Ok(match self.view.records() {
            Records::Lines(feed) if ended => {
                let stop = next.saturating_sub(1);
                if feed.takes_cr() && stop > start && self.view.is_byte(stop - 1, b'\r')? {
                    (LineEnd::CrLf, stop - 1)
                } else {
                    (LineEnd::Lf, stop)
                }
            }
            Records::Variable(kind) => {
                let stop = self.view.record_at(kind, start)?.stop.clamp(start, next);
                (LineEnd::Counted(u8::try_from(next - stop).unwrap_or(u8::MAX)), stop)
            }
            Records::Fixed(_) if ended => (LineEnd::Counted(0), next),
            Records::Fixed(_) | Records::Lines(_) => (LineEnd::Missing, next),
        })
    }

    /// The line of the anchor, or the piece of it.
    fn anchor(&mut self, anchor: Anchor, piece: u64) -> Result<Part> {
        let size = self.view.size();
        let last = size.saturating_sub(1);
        let at = match anchor {
            Anchor::Line(line) => match self.start_of_line(line)? {
                // The place after the last line end is no line.
                Some(start) if start.at < size => return Ok(Part { start, inside: 0 }),
                _ => last,
            },
            Anchor::Offset(offset) => offset.0,
            Anchor::End => last,
            Anchor::Percent(percent) => {
                let at = u128::from(size) * u128::from(percent) / 100;
                u64::try_from(at).unwrap_or(u64::MAX)
            }
        };
        let at = at.min(last);
        let start = self.start_of(at)?;
        self.part_at(start, at, piece)
    }

    /// The lines of a page, in order, and which is the anchor's.
    fn lines(&mut self, request: &PageRequest, folds: &Folds) -> Result<(Vec<PageLine>, usize)> {
        let size = self.view.size();
        if size == 0 {
            return Ok((Vec::new(), 0));
        }
        // Of lines that are not shown the first stands for all.
        let first = self.first()?;
        let piece = u64::from(request.piece);
        let shown = |part: Part| folds.at(part.start.at).map_or(part, |f| Part::whole(f.from));
        let mut starts = vec![shown(self.anchor(request.anchor, piece)?)];
        let mut room = PIECES;
        for _ in 0..request.before.min(PAGE_LINES) {
            let Some(part) = starts.last().copied() else { break };
            let start = part.start;
            if part.inside > 0 && room >= piece {
                room -= piece;
                starts.push(Part { inside: part.inside - piece, ..part });
            } else if part.inside == 0 && start.at > first && !start.cut {
                let before = start.at - 1;
                starts.push(match folds.at(before) {
                    Some(fold) => Part::whole(fold.from),
                    None => {
                        let start = self.start_of(before)?;
                        self.part_at(start, before, piece)?
                    }
                });
            } else {
                break;
            }
        }
        starts.reverse();
        let anchor = starts.len() - 1;
        let mut number = match starts.first() {
            Some(first) => self.number(first.start)?,
            None => None,
        };
        let mut lines = Vec::with_capacity(starts.len());
        let wanted = starts.len() + usize::try_from(request.after.min(PAGE_LINES)).unwrap_or(0);
        let mut known = starts.into_iter();
        let mut next = known.next();
        let begin = next.map_or(first, |part| part.start.at);
        let mut control = self.control_before(begin, first)?;
        let mut sheet = self.sheet(begin)?;
        let mut room = PIECES;
        while let Some(part) = next.filter(|part| part.start.at < size && lines.len() < wanted) {
            let start = part.start;
            let fold = folds.at(start.at);
            let mut line = match fold {
                Some(fold) => hidden(&fold, size),
                None => self.line(part, request, &mut control)?,
            };
            if fold.is_some() {
                control = self.control_before(line.next().0, first)?;
                sheet = self.sheet(line.next().0)?;
            } else {
                sheet = sheet.map(|n| n + u64::from(line.printed.page && !lines.is_empty()));
                line.printed.number = sheet;
            }
            // Line ends may be hidden in a part of a long line that nobody looked at but the index.
            line.number = number.filter(|_| self.certain(start.at));
            let count = line.hidden.max(1);
            let more = piece > 0 && !line.is_last_piece();
            let after = if more {
                let spent = known.len() == 0;
                room = room.saturating_sub(if spent { piece } else { 0 });
                (room >= piece).then_some(Part { inside: part.inside + piece, ..part })
            } else {
                number = number.filter(|_| !line.unreadable && !line.cut_end).map(|n| n.plus(count));
                (!line.cut_end).then_some(Part::whole(line.next().0))
            };
            next = known.next().or(after);
            lines.push(line);
        }
        Ok((lines, anchor))
    }
}

/// A fold as a line of a page.
fn hidden(fold: &Fold, size: u64) -> PageLine {
    PageLine {
        start: ByteOffset(fold.from),
        length: fold.to.min(size).saturating_sub(fold.from),
        number: None,
        text: Vec::new(),
        end: LineEnd::Missing,
        unreadable: false,
        cut_start: false,
        cut_end: false,
        hidden: fold.lines,
        printed: Printed::default(),
        inside: 0,
    }
}

impl SourceFile {
    /// The lines around an anchor. Going to a line that is not indexed yet extends the index up to it; everything else
    /// reads no more than a few MiB.
    ///
    /// # Errors
    /// Only if `budget` ends.
    pub fn page(&self, request: &PageRequest, budget: &Budget) -> Result<Page> {
        self.page_folded(request, &Folds::default(), budget)
    }

    /// The same with some lines not shown: each fold is a line with [`PageLine::hidden`] lines.
    ///
    /// # Errors
    /// Only if `budget` ends.
    pub fn page_folded(&self, request: &PageRequest, folds: &Folds, budget: &Budget) -> Result<Page> {
        let _span = Op::FilePage.span();
        let begun = Instant::now();
        if let Anchor::Line(line) = request.anchor {
            self.know_line(line, budget)?;
        }
        let snap = self.snap();
        let mut result = self.page_of(&snap, request, folds, budget, Change::Same);
        let change = snap.change(&*self.0.meter);
        if let Ok(page) = &mut result {
            match change {
                Change::Same => {}
                Change::Grew => page.change = change,
                _ => {
                    // Numbers mean nothing now, so a line is looked for where it was.
                    let was = page.lines.get(page.anchor).map_or(ByteOffset(0), |l| l.start);
                    let anchor = match request.anchor {
                        Anchor::Line(_) => Anchor::Offset(was),
                        other => other,
                    };
                    let again = PageRequest { anchor, ..*request };
                    // What was hidden may be something else now.
                    let all = Folds::default();
                    result = self.page_of(&Arc::new(snap.now()), &again, &all, budget, change);
                }
            }
        }
        self.0.meter.record(Op::FilePage, nanos(begun.elapsed()), 0, went_well(&result));
        result
    }

    fn page_of(
        &self,
        snap: &Arc<Snap>,
        request: &PageRequest,
        folds: &Folds,
        budget: &Budget,
        change: Change,
    ) -> Result<Page> {
        let sure = change == Change::Same;
        let mut finder = Finder::new(self, snap, budget, sure);
        let (lines, anchor) = finder.lines(request, folds)?;
        let size = snap.stamp.size;
        let first = finder.first()?;
        let (indexed, total) = self
            .with_index(snap, |index| {
                (index.end(), (index.end() >= size && index.all_certain()).then(|| index.lines()))
            })
            .filter(|_| sure)
            .unwrap_or((0, None));
        Ok(Page {
            size,
            anchor,
            skip: request.skip,
            piece: request.piece,
            at_top: lines.first().is_none_or(|l| l.start.0 <= first && l.inside == 0),
            at_bottom: lines.last().is_none_or(|l| {
                l.next().0 >= size && !l.cut_end && (request.piece == 0 || l.is_last_piece())
            }),
            lines,
            total_lines: total,
            indexed,
            change,
            printed: snap.wanted.printed,
            sheets: self.pages_known(snap).filter(|_| sure),
        })
    }

    /// Looks for more of the file until `line` is in it, or it ends.
    fn know_line(&self, line: LineNo, budget: &Budget) -> Result<()> {
        let snap = self.snap();
        if snap.bytes.grows() {
            self.extend(&snap, Until::Line(line.index().saturating_add(1)), budget)
        } else {
            Ok(())
        }
    }

    /// Where line `line` begins, extending the index up to it; `None` if there are fewer lines.
    ///
    /// # Errors
    /// Only if `budget` ends.
    pub fn offset_of_line(&self, line: LineNo, budget: &Budget) -> Result<Option<ByteOffset>> {
        self.know_line(line, budget)?;
        let snap = self.snap();
        let start = Finder::new(self, &snap, budget, true).start_of_line(line)?;
        Ok(start.filter(|s| s.at < snap.stamp.size).map(|s| ByteOffset(s.at)))
    }

    /// Where the first line begins: behind the descriptors before it.
    pub fn first_line(&self) -> ByteOffset {
        let snap = self.snap();
        // It is found in the first bytes, or it is where it always is.
        ByteOffset(Finder::new(self, &snap, &Budget::unlimited(), true).first().unwrap_or(0))
    }

    /// A match as a hit: start and number of its line.
    pub(super) fn hit(&self, snap: &Arc<Snap>, at: u64, length: u64, budget: &Budget) -> Result<Hit> {
        let mut finder = Finder::new(self, snap, budget, true);
        let start = finder.start_of(at)?;
        let line = finder.number(start)?;
        Ok(Hit { offset: ByteOffset(at), length, line_start: ByteOffset(start.at), line })
    }

    /// Start of the line that holds `at`, or a place at most a reach before it.
    pub(super) fn line_start(&self, snap: &Arc<Snap>, at: u64, budget: &Budget) -> Result<u64> {
        Ok(Finder::new(self, snap, budget, true).start_of(at)?.at)
    }
    /// End of the line that holds `at`, or a place at most a reach after it.
    pub(super) fn line_end(&self, snap: &Arc<Snap>, at: u64, budget: &Budget) -> Result<u64> {
        let near = at.saturating_add(self.0.shape.reach).min(snap.stamp.size);
        let end = View::new(self, snap, budget, true).end_after(at, near)?;
        Ok(end.map_or(near, |e| e + 1))
    }
}
