//! Hiding lines that a person names, as ISPF's EXCLUDE does, and finding only in lines that are hidden, shown or named.
//! Must not know panes.

use super::files::OpenFile;
use super::folds::at_line;
use crate::base::{Budget, ByteOffset, LineNo, Result};
use crate::source::{Direction, Fold, Folds, Needle, NeedleSpec, Scope};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Most lines that one command hides or shows one by one: each takes memory, and each costs a look into the file.
pub const MOST_LINES: usize = 20_000;

/// A line, as a person names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// The one that begins at this byte; beyond the end, the last one.
    Offset(u64),
    /// The one with this number.
    Line(LineNo),
    /// In a listing, the one to which the compiler gave a number, in the unit of the line `near`.
    Id {
        /// The number.
        id: u32,
        /// The line.
        near: LineNo,
    },
}

/// In which lines is looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FindIn {
    /// From one line to another, in any order; `None` for all.
    pub lines: Option<(Bound, Bound)>,
    /// Only in those that are hidden, or only in those that are not.
    pub hidden: Option<bool>,
}

/// Lines to hide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exclude {
    /// All.
    All,
    /// From one line to another.
    Lines(Bound, Bound),
    /// Those with a match.
    Found {
        /// Of what.
        needle: NeedleSpec,
        /// In which lines.
        within: FindIn,
        /// Only the next one from a byte on, this way; `None` for all.
        next: Option<(u64, Direction)>,
    },
}

impl Exclude {
    /// In which lines is looked for those to hide.
    pub fn within(&self) -> Option<&FindIn> {
        if let Self::Found { within, .. } = self { Some(within) } else { None }
    }
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Excluded {
    /// Lines that are hidden now and were not.
    pub hidden: u64,
    /// Matches that were found.
    pub matches: u64,
    /// Not all lines with a match were hidden: there are too many.
    pub cut: bool,
    /// How many folds there are.
    pub folds: usize,
}

/// A file of which lines are hidden.
pub(super) struct Excluder<'a> {
    pub file: &'a OpenFile,
    pub budget: &'a Budget,
}

/// Lines to hide, and what is to be told of them.
#[derive(Default)]
pub(super) struct Chosen {
    pub lines: Vec<Fold>,
    pub told: Excluded,
}

impl Excluder<'_> {
    /// The lines that are meant; `folds` are hidden already.
    pub fn lines(&self, what: &Exclude, folds: &Folds, scope: Scope) -> Result<Chosen> {
        match what {
            Exclude::All => self.range(ByteOffset(0), ByteOffset(u64::MAX)),
            Exclude::Lines(from, to) => {
                let (from, to) = (from.of(self.file, self.budget)?, to.of(self.file, self.budget)?);
                self.range(ByteOffset(from), ByteOffset(to))
            }
            Exclude::Found { needle, next: None, .. } => {
                let needle = Needle::in_encoding(needle, self.file.encoding())?;
                let (sought, wanted) = ((&needle, &scope), |at| folds.at(at).is_none());
                let (count, lines, all) =
                    self.file.source.find_lines(sought, MOST_LINES, &wanted, self.budget, &mut |_| {})?;
                let told = Excluded { matches: count.matches, cut: !all, ..Excluded::default() };
                Ok(Chosen { lines, told })
            }
            Exclude::Found { needle, next: Some((from, direction)), .. } => {
                let needle = Needle::in_encoding(needle, self.file.encoding())?;
                // What is hidden already is no next one.
                let scope = Scope {
                    hidden: scope.hidden.or_else(|| Some((Arc::new(folds.clone()), false))),
                    ..scope
                };
                let from = ByteOffset(*from);
                let sought = (&needle, &scope);
                let hit = self.file.source.find_in(sought, from, *direction, self.budget, &mut |_| {})?;
                let Some(hit) = hit else { return Ok(Chosen::default()) };
                let chosen = self.range(hit.line_start, hit.line_start)?;
                Ok(Chosen { told: Excluded { matches: 1, ..chosen.told }, ..chosen })
            }
        }
    }

    fn range(&self, from: ByteOffset, last: ByteOffset) -> Result<Chosen> {
        let fold = self.file.source.fold_between(from, last, self.budget)?;
        Ok(Chosen { lines: fold.into_iter().collect(), told: Excluded::default() })
    }
}

impl Bound {
    /// Where the line begins, or a byte behind the end if there is none.
    fn of(self, file: &OpenFile, budget: &Budget) -> Result<u64> {
        match self {
            Self::Offset(at) => Ok(at),
            Self::Line(line) => at_line(&file.source, line, budget),
            Self::Id { id, near } => file.at_line_id(id, near, budget),
        }
    }
}

impl FindIn {
    /// Where that is in a file with these lines hidden.
    pub(super) fn scope(
        &self,
        file: &OpenFile,
        hidden: Option<(Arc<Folds>, bool)>,
        budget: &Budget,
    ) -> Result<Scope> {
        let all = Scope { hidden, ..Scope::default() };
        let Some((from, to)) = self.lines else { return Ok(all) };
        let (from, to) = (from.of(file, budget)?, to.of(file, budget)?);
        let (from, last) = (from.min(to), from.max(to));
        let source = &file.source;
        let to = if last >= source.size() { None } else { source.next_line(ByteOffset(last), budget)? };
        Ok(Scope { from, to: to.map_or(u64::MAX, |at| at.0), ..all })
    }
}

#[cfg(test)]
mod tests;
