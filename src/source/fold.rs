//! Lines that are not shown: parts of a file that stand in a page as one line each, as ISPF's EXCLUDE has it.
//!
//! Invariants: folds are whole lines, in order, and do not touch each other.

use super::SourceFile;
use super::scan::Until;
use super::snap::Snap;
use super::view::View;
use crate::base::{Budget, ByteOffset, LineNo, Result};
use std::sync::Arc;

/// Lines that stand in a page as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fold {
    /// Where the first of them begins.
    pub from: u64,
    /// Behind the last of them.
    pub to: u64,
    /// The number of the first.
    pub first: LineNo,
    /// How many they are, at least one.
    pub lines: u64,
}

impl Fold {
    /// The number of the line behind the last of them.
    fn behind(&self) -> u64 {
        self.first.get().saturating_add(self.lines)
    }
}

/// The folds of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Folds(Vec<Fold>);

impl Folds {
    /// In order; what has no line, or touches one before, is left out.
    pub fn of(folds: impl IntoIterator<Item = Fold>) -> Self {
        let mut all = Self::default();
        for fold in folds {
            let touches = all.0.last().is_some_and(|last| fold.from < last.to);
            if fold.lines > 0 && fold.from < fold.to && !touches {
                all.0.push(fold);
            }
        }
        all
    }

    /// All of them.
    pub fn all(&self) -> &[Fold] {
        &self.0
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether everything is shown.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fold that hides byte `at`.
    pub fn at(&self, at: u64) -> Option<Fold> {
        let before = self.0.partition_point(|f| f.from <= at).checked_sub(1)?;
        self.0.get(before).copied().filter(|f| at < f.to)
    }

    /// Hides more; the folds inside of it become part of it. What it would cut is left as it is.
    pub fn add(&mut self, fold: Fold) {
        let cuts = |f: &Fold| f.from < fold.to && fold.from < f.to && (f.from < fold.from || f.to > fold.to);
        if fold.lines > 0 && fold.from < fold.to && !self.0.iter().any(cuts) {
            self.0.retain(|f| f.to <= fold.from || f.from >= fold.to);
            let place = self.0.partition_point(|f| f.from < fold.from);
            self.0.insert(place, fold);
        }
    }

    /// Hides more, given in order. What overlaps or follows without a line between becomes one, as ISPF's EXCLUDE has it.
    pub fn hide(&mut self, more: &[Fold]) {
        let mut all: Vec<Fold> = std::mem::take(&mut self.0);
        all.extend(more.iter().filter(|f| f.lines > 0 && f.from < f.to));
        // Both parts are in order, which this sort makes use of.
        all.sort_by_key(|f| f.from);
        for fold in all {
            match self.0.last_mut().filter(|last| fold.from <= last.to) {
                Some(last) => {
                    let behind = last.behind().max(fold.behind());
                    last.lines = behind.saturating_sub(last.first.get());
                    last.to = last.to.max(fold.to);
                }
                None => self.0.push(fold),
            }
        }
    }

    /// Shows lines, given in order; what of them is not hidden does not matter.
    pub fn show_all(&mut self, lines: &[Fold]) {
        let mut lines = lines.iter().filter(|l| l.from < l.to).peekable();
        for mut rest in std::mem::take(&mut self.0) {
            while lines.next_if(|l| l.to <= rest.from).is_some() {}
            while let Some(line) = lines.peek().copied().filter(|l| l.from < rest.to) {
                if rest.from < line.from {
                    let before = line.first.get().saturating_sub(rest.first.get());
                    self.0.push(Fold { to: line.from, lines: before, ..rest });
                }
                let left = rest.behind().saturating_sub(line.behind());
                rest = Fold {
                    from: line.to.max(rest.from),
                    first: LineNo::new(line.behind()),
                    lines: left,
                    ..rest
                };
                if line.to > rest.to || rest.lines == 0 {
                    rest.from = rest.to;
                    break;
                }
                lines.next();
            }
            if rest.from < rest.to {
                self.0.push(rest);
            }
        }
    }

    /// The first fold that begins behind byte `at`, or the last one that ends before it; without a place, the first or the
    /// last of all.
    pub fn next(&self, at: Option<u64>, forward: bool) -> Option<Fold> {
        let place = match (at, forward) {
            (None, true) => 0,
            (Some(at), true) => self.0.partition_point(|f| f.from <= at),
            (None, false) => self.0.len().checked_sub(1)?,
            (Some(at), false) => self.0.partition_point(|f| f.to <= at).checked_sub(1)?,
        };
        self.0.get(place).copied()
    }

    /// Lines that are hidden in all.
    pub fn lines(&self) -> u64 {
        self.0.iter().fold(0, |sum, f| sum.saturating_add(f.lines))
    }

    /// Shows all that is hidden at byte `at`. False if nothing is.
    pub fn open(&mut self, at: u64) -> bool {
        let Some(fold) = self.at(at) else { return false };
        self.0.retain(|f| *f != fold);
        true
    }

    /// Shows one line of a fold: that which begins at `from` and is number `line`, the next of which begins at `to`.
    pub fn show(&mut self, from: u64, to: u64, line: LineNo) {
        let Some(fold) = self.at(from) else { return };
        self.open(from);
        let before = line.get().saturating_sub(fold.first.get());
        self.add(Fold { to: from, lines: before, ..fold });
        let after = fold.lines.saturating_sub(before + 1);
        self.add(Fold { from: to, first: line.plus(1), lines: after, ..fold });
    }
}

/// Which lines of a fold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The first ones.
    First,
    /// The last ones.
    Last,
    /// Those that are indented least, of such that are indented alike the first; blank ones do not count. `left` columns are
    /// not looked at.
    Outermost {
        /// Columns of sequence number and indicator.
        left: usize,
    },
}

/// How much of a fold is looked at for the lines that are indented least, in bytes.
const LOOK: u64 = 1 << 20;

impl SourceFile {
    /// `count` lines of `fold`, or as many as it has, in order and each as a fold of its own.
    ///
    /// # Errors
    /// Only if `budget` ends.
    pub fn lines_of_fold(
        &self,
        fold: &Fold,
        which: Which,
        count: usize,
        budget: &Budget,
    ) -> Result<Vec<Fold>> {
        let snap = self.snap();
        let mut view = View::new(self, &snap, budget, true);
        let mut lines = Vec::new();
        match which {
            Which::First => {
                let mut next = Some((fold.from, fold.first));
                while let Some((from, first)) = next.filter(|_| lines.len() < count) {
                    let to = view.end_after(from, fold.to)?.map_or(fold.to, |f| f + 1);
                    lines.push(Fold { from, to, first, lines: 1 });
                    next = (to < fold.to).then(|| (to, first.plus(1)));
                }
            }
            Which::Last => {
                let mut next = Some((fold.to, fold.first.get().saturating_add(fold.lines)));
                while let Some((to, behind)) = next.filter(|_| lines.len() < count) {
                    let from = view.end_before(fold.from, to.saturating_sub(1))?.map_or(fold.from, |f| f + 1);
                    let number = behind.saturating_sub(1);
                    lines.push(Fold { from, to, first: LineNo::new(number), lines: 1 });
                    next = (from > fold.from).then_some((from, number));
                }
                lines.reverse();
            }
            Which::Outermost { left } => {
                let mut all = Vec::new();
                let (mut from, mut first) = (fold.from, fold.first);
                while from < fold.to && from - fold.from < LOOK {
                    let to = view.end_after(from, fold.to)?.map_or(fold.to, |f| f + 1);
                    let text = view.copy(from, to.min(from.saturating_add(256)))?;
                    let indent = text.iter().skip(left).position(|b| !b.is_ascii_whitespace());
                    all.push((indent.unwrap_or(usize::MAX), Fold { from, to, first, lines: 1 }));
                    (from, first) = (to, first.plus(1));
                }
                // Lines that are indented alike stay in order.
                all.sort_by_key(|(indent, _)| *indent);
                lines.extend(all.into_iter().take(count).map(|(_, line)| line));
                lines.sort_by_key(|line| line.from);
            }
        }
        Ok(lines)
    }

    /// The lines in which the bytes `places` are, each as a fold of its own; those whose number is not certain are left out.
    pub(super) fn lines_at(&self, snap: &Arc<Snap>, places: &[u64], budget: &Budget) -> Result<Vec<Fold>> {
        if let Some(last) = places.last() {
            // The index is only needed as far as lines are told.
            self.extend(snap, Until::Byte(*last), budget)?;
        }
        let mut view = View::new(self, snap, budget, true);
        let mut lines = Vec::with_capacity(places.len());
        for at in places {
            let hit = self.hit(snap, *at, 1, budget)?;
            let to = view.end_after(*at, at.saturating_add(self.0.shape.reach))?;
            if let Some(first) = hit.line {
                let to = to.map_or(snap.stamp.size, |feed| feed + 1);
                lines.push(Fold { from: hit.line_start.0, to, first, lines: 1 });
            }
        }
        Ok(lines)
    }

    /// The lines from that which holds byte `from` to that which holds byte `last`, as one fold. Extends the index up to
    /// there; `None` if their numbers are not certain, or there is no such line.
    ///
    /// # Errors
    /// Only if `budget` ends.
    pub fn fold_between(&self, from: ByteOffset, last: ByteOffset, budget: &Budget) -> Result<Option<Fold>> {
        let size = self.size();
        let ends = [from.0.min(last.0), from.0.max(last.0).min(size.saturating_sub(1))];
        if ends.first().is_none_or(|from| *from >= size) {
            return Ok(None);
        }
        let lines = self.lines_at(&self.snap(), &ends, budget)?;
        let [first, last] = lines.as_slice() else { return Ok(None) };
        let lines = last.behind().saturating_sub(first.first.get());
        Ok(Some(Fold { to: last.to, lines, ..*first }))
    }

    /// Where the line behind the one that begins at `at` begins: at most a few MiB are looked at.
    ///
    /// # Errors
    /// Only if `budget` ends.
    pub fn next_line(&self, at: ByteOffset, budget: &Budget) -> Result<Option<ByteOffset>> {
        let snap = self.snap();
        let near = at.0.saturating_add(self.0.shape.reach);
        let feed = View::new(self, &snap, budget, true).end_after(at.0, near)?;
        Ok(feed.map(|f| ByteOffset(f + 1)).filter(|at| at.0 < snap.stamp.size))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A fold of lines of ten bytes.
    fn fold(first: u64, lines: u64) -> Fold {
        Fold { from: (first - 1) * 10, to: (first - 1 + lines) * 10, first: LineNo::new(first), lines }
    }

    fn place(line: u64) -> usize {
        usize::try_from(line).unwrap()
    }

    /// The numbers of its lines.
    fn range(fold: &Fold) -> std::ops::Range<usize> {
        place(fold.first.get())..place(fold.first.get() + fold.lines)
    }

    #[derive(Debug, Clone)]
    enum Step {
        Add(u64, u64),
        Open(u64),
        Show(u64),
        Hide(Vec<(u64, u64)>),
        ShowAll(Vec<(u64, u64)>),
    }

    /// Ranges of lines in order and apart.
    fn ranges() -> impl Strategy<Value = Vec<(u64, u64)>> {
        proptest::collection::vec((0_u64..4, 1_u64..5), 0..8).prop_map(|gaps| {
            let mut line = 1;
            let each = gaps.into_iter().map(move |(gap, lines)| {
                let first = line + gap;
                line = first + lines;
                (first, lines)
            });
            each.collect()
        })
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (1_u64..40, 1_u64..12).prop_map(|(first, lines)| Step::Add(first, lines)),
            (1_u64..52).prop_map(Step::Open),
            (1_u64..52).prop_map(Step::Show),
            ranges().prop_map(Step::Hide),
            ranges().prop_map(Step::ShowAll),
        ]
    }

    proptest! {
            /// Which lines are hidden is what a plain set of lines says; folds are in order and apart, and know their lines.
            #[test]
            fn folds_are_a_set_of_lines(steps in proptest::collection::vec(step(), 0..40)) {
                let mut folds = Folds::default();
                let mut hidden = [false; 80];
                for step in steps {
                    match step {
                        Step::Add(first, lines) => {
                            let inside = range(&fold(first, lines));
                            // What it would cut: a fold that begins before it or ends behind it, and has a line of it.
                            let cuts = folds.0.iter().any(|f| {
                                let of = range(f);
                                let meets = of.start < inside.end && inside.start < of.end;
                                meets && (of.start < inside.start || of.end > inside.end)
                            });
                            folds.add(fold(first, lines));
                            if !cuts {
                                hidden[inside].fill(true);
                            }
                        }
                        Step::Open(line) => {
                            if let Some(f) = folds.at((line - 1) * 10 + 5) {
                                hidden[range(&f)].fill(false);
                            }
                            let was = folds.at((line - 1) * 10).is_some();
                            prop_assert_eq!(folds.open((line - 1) * 10 + 5), was);
                        }
                        Step::Show(line) => {
                            folds.show((line - 1) * 10, line * 10, LineNo::new(line));
                            hidden[place(line)] = false;
                        }
                        Step::Hide(ranges) => {
                            let more: Vec<Fold> = ranges.iter().map(|(first, lines)| fold(*first, *lines)).collect();
                            folds.hide(&more);
                            for f in &more {
     hidden[range(f)].fill(true);
    }
                            let touch = |w: &[Fold]| w[0].to == w[1].from;
                            prop_assert!(!folds.0.windows(2).any(touch), "{:?}", folds);
                        }
                        Step::ShowAll(ranges) => {
                            let less: Vec<Fold> = ranges.iter().map(|(first, lines)| fold(*first, *lines)).collect();
                            folds.show_all(&less);
                            for f in &less {
     hidden[range(f)].fill(false);
    }
                        }
                    }
                    for line in 1_u64..80 {
                        prop_assert_eq!(folds.at((line - 1) * 10 + 3).is_some(), hidden[place(line)], "line {}", line);
                    }
                    prop_assert_eq!(folds.lines(), hidden.iter().map(|h| u64::from(*h)).sum::<u64>());
                    let mut end = 0;
                    for f in &folds.0 {
                        prop_assert!(f.from >= end && f.lines > 0 && f.to - f.from == f.lines * 10, "{:?}", folds);
                        prop_assert_eq!(f.from, (f.first.get() - 1) * 10);
                        end = f.to;
                    }
                }
            }
        }
}
