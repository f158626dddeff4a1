//! Which matches of a find count, by the lines that they are in.

use super::fold::Folds;
use std::sync::Arc;

/// Lines of a file in which is looked: those that begin in a part of it, and of these all, the hidden ones or the others.
#[derive(Debug, Clone)]
pub struct Scope {
    /// Where the first line begins, in bytes.
    pub from: u64,
    /// Behind the last line.
    pub to: u64,
    /// Only in lines that are hidden by these folds (`true`), or only in the others.
    pub hidden: Option<(Arc<Folds>, bool)>,
}

impl Default for Scope {
    fn default() -> Self {
        Self { from: 0, to: u64::MAX, hidden: None }
    }
}

impl Scope {
    /// Whether a match that begins at `at` counts.
    pub fn admits(&self, at: u64) -> bool {
        let shown = || self.hidden.as_ref().is_none_or(|(folds, hidden)| folds.at(at).is_some() == *hidden);
        (self.from..self.to).contains(&at) && shown()
    }
}
