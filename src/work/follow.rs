//! A file that grows, from one look at it to the next: what became of it, and which of the new lines are not shown.
//! Must not know panes.

use super::exclude::MOST_LINES;
use super::files::{OpenFile, lock};
use super::reply::Reply;
use crate::base::{Budget, ByteOffset, Result};
use crate::source::{Anchor, Change, Folds, LineEnd, Needle, NeedleSpec, PageRequest, Scope};
use std::sync::Arc;

/// Parts that are hidden at most: each takes memory, and all are looked at whenever more is hidden.
const MOST_FOLDS: usize = 200_000;

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
        let whole = self.whole_lines(budget)?;
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

    /// Where the last line begins that has not ended; the size of the file if all have.
    fn whole_lines(&self, budget: &Budget) -> Result<u64> {
        let page = self.source.page(&PageRequest::at(Anchor::End, 0), budget)?;
        let open = page.lines.last().filter(|line| line.end == LineEnd::Missing);
        Ok(open.map_or(page.size, |line| line.start.0))
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
