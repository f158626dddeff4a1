//! Lines that are not shown: parts of a file that stand in a page as one line each, as ISPF's EXCLUDE has it.
//!
//! Invariants: folds are whole lines, in order, and do not touch each other.

use super::SourceFile;
use super::view::View;
use crate::base::{Budget, ByteOffset, LineNo, Result};

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

/// Which line of a fold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The first.
    First,
    /// The last.
    Last,
    /// The first of those that are indented least; blank ones do not count. `left` columns are not looked at.
    Outermost {
        /// Columns of sequence number and indicator.
        left: usize,
    },
}

/// How much of a fold is looked at for the line that is indented least, in bytes.
const LOOK: u64 = 1 << 20;

impl SourceFile {
    /// Where a line of `fold` begins, where the next one does, and its number.
    ///
    /// # Errors
    /// Only if `budget` ends.
    pub fn line_of_fold(&self, fold: &Fold, which: Which, budget: &Budget) -> Result<(u64, u64, LineNo)> {
        let snap = self.snap();
        let mut view = View::new(self, &snap, budget, true);
        let next = |view: &mut View<'_>, at: u64| Ok(view.end_after(at, fold.to)?.map_or(fold.to, |f| f + 1));
        match which {
            Which::First => Ok((fold.from, next(&mut view, fold.from)?, fold.first)),
            Which::Last => {
                let last = view.end_before(fold.from, fold.to.saturating_sub(1))?;
                let number = fold.first.plus(fold.lines.saturating_sub(1));
                Ok((last.map_or(fold.from, |f| f + 1), fold.to, number))
            }
            Which::Outermost { left } => {
                let (mut at, mut number) = (fold.from, fold.first);
                let mut best = (usize::MAX, fold.from, fold.to, fold.first);
                while at < fold.to && at - fold.from < LOOK {
                    let end = next(&mut view, at)?;
                    let text = view.copy(at, end.min(at.saturating_add(256)))?;
                    let indent = text.iter().skip(left).position(|b| !b.is_ascii_whitespace());
                    if let Some(indent) = indent.filter(|i| *i < best.0) {
                        best = (indent, at, end, number);
                    }
                    (at, number) = (end, number.plus(1));
                }
                let (_, from, to, line) = best;
                let to = if best.0 == usize::MAX { next(&mut view, from)? } else { to };
                Ok((from, to, line))
            }
        }
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
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (1_u64..40, 1_u64..12).prop_map(|(first, lines)| Step::Add(first, lines)),
            (1_u64..52).prop_map(Step::Open),
            (1_u64..52).prop_map(Step::Show),
        ]
    }

    proptest! {
        /// Which lines are hidden is what a plain set of lines says; folds are in order and apart, and know their lines.
        #[test]
        fn folds_are_a_set_of_lines(steps in proptest::collection::vec(step(), 0..40)) {
            let mut folds = Folds::default();
            let mut hidden = [false; 60];
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
                }
                for line in 1_u64..60 {
                    prop_assert_eq!(folds.at((line - 1) * 10 + 3).is_some(), hidden[place(line)], "line {}", line);
                }
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
