//! A file that grows, from one look at it to the next: what became of it, how far its lines are whole, and which of the new
//! ones are not shown. Must not know panes.

use super::exclude::MOST_LINES;
use super::files::{OpenFile, lock};
use super::reply::Reply;
use crate::base::{Budget, ByteOffset, Result};
use crate::source::{Anchor, Change, Folds, LineEnd, Needle, NeedleSpec, PageRequest, Scope, SourceFile};
use std::sync::Arc;

/// Parts that are hidden at most: each takes memory, and all are looked at whenever more is hidden.
const MOST_FOLDS: usize = 200_000;

/// What became of a file since the last look; what was appended is taken, and what has its name now.
///
/// # Errors
/// If what has its name now cannot be opened.
pub fn renewed(file: &SourceFile) -> Result<Change> {
    let change = file.changed();
    if matches!(change, Change::Grew | Change::Shrank | Change::Replaced) {
        file.refresh()?;
    }
    Ok(change)
}

/// Where the last line begins that has not ended; the size of the file if all have.
///
/// # Errors
/// Only if `budget` ends.
pub fn whole_lines(file: &SourceFile, budget: &Budget) -> Result<u64> {
    let page = file.page(&PageRequest::at(Anchor::End, 0), budget)?;
    let open = page.lines.last().filter(|line| line.end == LineEnd::Missing);
    Ok(open.map_or(page.size, |line| line.start.0))
}

impl OpenFile {
    /// Takes the file as it is now. Of the lines that came since byte `from` (`None` at the first look, where they begin to
    /// count) those without a match of `needle` are hidden.
    pub fn follow(&self, from: Option<u64>, needle: Option<&NeedleSpec>, budget: &Budget) -> Result<Reply> {
        let change = self.look()?;
        let from = match change {
            Change::Shrank | Change::Replaced => Some(0),
            _ => from,
        };
        // A line counts once it has ended.
        let whole = whole_lines(&self.source, budget)?;
        let (mut next, mut full) = (whole, false);
        if let (Some(from), Some(spec)) = (from.filter(|from| *from < whole), needle) {
            full = lock(&self.folds).len() >= MOST_FOLDS;
            if !full {
                next = self.hide_others(spec, (from, whole), budget)?;
            }
        }
        let folds = lock(&self.folds).len();
        Ok(Reply::Followed { change, size: self.source.size(), next, folds, full })
    }

    /// Hides lines of a part of the file that have no match, and gives how far it came.
    fn hide_others(&self, spec: &NeedleSpec, (from, to): (u64, u64), budget: &Budget) -> Result<u64> {
        let needle = Needle::in_encoding(spec, self.source.detected().format.encoding)?;
        let scope = Scope { from, to, hidden: None };
        let (_, lines, all) =
            self.source.find_lines((&needle, &scope), MOST_LINES, &|_| true, budget, &mut |_| {})?;
        // Of more lines than can be told apart at once the others follow at the next look.
        let to = lines.last().filter(|_| !all).map_or(to, |last| last.to);
        let last = ByteOffset(to.saturating_sub(1));
        if let Some(part) = self.source.fold_between(ByteOffset(from), last, budget)? {
            let mut hidden = Folds::of([part]);
            hidden.show_all(&lines);
            Arc::make_mut(&mut lock(&self.folds)).hide(hidden.all());
        }
        Ok(to)
    }
}
