//! Hiding parts of a file by its structure. Must not know panes.

use super::exclude::MOST_LINES;
use crate::base::{Budget, ByteOffset, LineNo, Result};
use crate::code::{Outline, SourceFormat, Symbol, SymbolKind};
use crate::source::{Anchor, Fold, Folds, Hit, SourceFile, Which};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What to hide, or to show again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoldHow {
    /// Hides the lines of the innermost part of the structure around a line, but for its first; what is hidden already and
    /// asked for again, is hidden with what is around it.
    Around,
    /// Hides all but the first lines of programs, divisions, sections, paragraphs, files and records.
    All,
    /// Shows what is hidden at a line.
    Open,
    /// Shows everything.
    OpenAll,
    /// Hides what is shown, and shows what is hidden.
    Flip,
    /// Shows so many of the lines hidden at a line, from the first on.
    First(usize),
    /// Shows so many of them, up to the last.
    Last(usize),
    /// Shows so many of them that are indented least.
    Outermost(usize),
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Folded {
    /// Something is shown now that was not, or the other way.
    pub changed: bool,
    /// How many folds there are.
    pub folds: usize,
    /// Where to look now: the line above what was hidden, or the one shown.
    pub line: Option<LineNo>,
}

/// A file with its structure.
pub(super) struct Folder<'a> {
    pub file: &'a SourceFile,
    pub outline: &'a Outline,
    pub format: SourceFormat,
    pub budget: &'a Budget,
}

impl Folder<'_> {
    /// Does what is asked at the line that begins at byte `at` and is number `line`.
    pub fn fold(&self, folds: &mut Folds, how: FoldHow, at: u64, line: LineNo) -> Result<Folded> {
        let before = folds.clone();
        let mut to = None;
        match how {
            FoldHow::Around => to = self.around(folds, line)?,
            FoldHow::All => *folds = self.all()?,
            FoldHow::Open => {
                to = folds.at(at).map(|f| f.first);
                folds.open(at);
            }
            FoldHow::OpenAll => *folds = Folds::default(),
            FoldHow::Flip => {
                let whole = self.file.fold_between(ByteOffset(0), ByteOffset(u64::MAX), self.budget)?;
                let mut flipped = Folds::of(whole);
                flipped.show_all(folds.all());
                *folds = flipped;
            }
            FoldHow::First(count) => to = self.some(folds, at, Which::First, count)?,
            FoldHow::Last(count) => to = self.some(folds, at, Which::Last, count)?,
            FoldHow::Outermost(count) => {
                let left = if self.format.is_free() { 0 } else { 7 };
                to = self.some(folds, at, Which::Outermost { left }, count)?;
            }
        }
        // What was looked at may be hidden now: above it something is left.
        let above = folds.at(at).map(|f| f.first.get() - 1).filter(|n| *n > 0).map(LineNo::new);
        Ok(Folded { changed: *folds != before, folds: folds.len(), line: to.or(above) })
    }

    /// Shows some of the lines hidden at a byte. Gives the first of them.
    fn some(&self, folds: &mut Folds, at: u64, which: Which, count: usize) -> Result<Option<LineNo>> {
        let Some(fold) = folds.at(at) else { return Ok(None) };
        let lines = self.file.lines_of_fold(&fold, which, count.min(MOST_LINES), self.budget)?;
        folds.show_all(&lines);
        Ok(lines.first().map(|line| line.first))
    }

    /// Hides the innermost part around a line that is not hidden yet. Gives the line that stays.
    fn around(&self, folds: &mut Folds, line: LineNo) -> Result<Option<LineNo>> {
        let mut path = self.outline.path_at(line);
        while let Some(symbol) = path.pop() {
            let lines = symbol.end_line.get().saturating_sub(symbol.line.get());
            if lines == 0 {
                continue;
            }
            let first = symbol.line.plus(1);
            let Some(from) = self.file.offset_of_line(first, self.budget)? else { continue };
            let to = self.file.offset_of_line(symbol.end_line.plus(1), self.budget)?;
            let fold = Fold { from: from.0, to: to.map_or(self.file.size(), |t| t.0), first, lines };
            let hidden = folds.at(from.0).is_some_and(|f| f.from <= fold.from && f.to >= fold.to);
            if !hidden {
                folds.add(fold);
                return Ok(Some(symbol.line));
            }
        }
        Ok(None)
    }

    /// Everything but the headings.
    fn all(&self) -> Result<Folds> {
        let heads = (0..).map_while(|n| self.outline.get(n)).filter(is_heading);
        let mut heads: Vec<(u64, ByteOffset)> = heads.map(|s| (s.line.get(), s.offset)).collect();
        // A program is named behind the line where its first division begins.
        heads.sort_unstable();
        let mut heads = heads.into_iter().peekable();
        let mut folds = Vec::new();
        while let Some((line, at)) = heads.next() {
            let next = heads.peek();
            let last = next.map_or(self.outline.lines + 1, |n| n.0);
            let lines = last.saturating_sub(line + 1);
            if lines == 0 {
                continue;
            }
            let Some(from) = self.file.next_line(at, self.budget)? else { continue };
            let to = next.map_or(self.file.size(), |n| n.1.0);
            folds.push(Fold { from: from.0, to, first: LineNo::new(line + 1), lines });
        }
        Ok(Folds::of(folds))
    }
}

/// Where a line begins; behind the end if there are fewer.
pub(super) fn at_line(file: &SourceFile, line: LineNo, budget: &Budget) -> Result<u64> {
    Ok(file.offset_of_line(line, budget)?.map_or(file.size(), |at| at.0))
}

/// What stays to be seen.
fn is_heading(symbol: &Symbol) -> bool {
    match symbol.kind {
        SymbolKind::Program
        | SymbolKind::Division
        | SymbolKind::Section
        | SymbolKind::Paragraph
        | SymbolKind::File
        | SymbolKind::Unit
        | SymbolKind::Part => true,
        SymbolKind::Data => matches!(symbol.level, 1 | 77),
        _ => false,
    }
}

/// Shows the line that a page was asked for by, if it is hidden.
pub(super) fn reveal(
    file: &SourceFile,
    folds: &mut Arc<Folds>,
    anchor: Anchor,
    budget: &Budget,
) -> Result<()> {
    let at = match anchor {
        Anchor::Line(line) if !folds.is_empty() => {
            file.offset_of_line(line, budget)?.map(|at| (at.0, Some(line)))
        }
        Anchor::Offset(at) => folds.at(at.0).map(|_| (at.0, None)),
        _ => None,
    };
    match at {
        Some((at, Some(line))) if folds.at(at).is_some() => show(file, folds, at, line, budget),
        Some((at, None)) => show_at(file, folds, at, budget),
        _ => Ok(()),
    }
}

/// Shows the line of a hit, if it is hidden.
pub(super) fn reveal_hit(
    file: &SourceFile,
    folds: &mut Arc<Folds>,
    hit: &Hit,
    budget: &Budget,
) -> Result<()> {
    match hit.line {
        _ if folds.at(hit.line_start.0).is_none() => Ok(()),
        Some(line) => show(file, folds, hit.line_start.0, line, budget),
        None => show_at(file, folds, hit.line_start.0, budget),
    }
}

/// Shows a line whose number is not known.
fn show_at(file: &SourceFile, folds: &mut Arc<Folds>, at: u64, budget: &Budget) -> Result<()> {
    let line = file.fold_between(ByteOffset(at), ByteOffset(at), budget)?;
    let folds = Arc::make_mut(folds);
    match line {
        Some(line) => folds.show_all(&[line]),
        // Nor can it be: all of what hides it is shown.
        None => {
            folds.open(at);
        }
    }
    Ok(())
}

fn show(file: &SourceFile, folds: &mut Arc<Folds>, at: u64, line: LineNo, budget: &Budget) -> Result<()> {
    let next = file.next_line(ByteOffset(at), budget)?.map_or(file.size(), |n| n.0);
    Arc::make_mut(folds).show(at, next, line);
    Ok(())
}

#[cfg(test)]
mod tests;
