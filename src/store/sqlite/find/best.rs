//! The best of many matches, while the others are only counted. Owns which of them stay.

use super::term::{Match, better};

/// See the module. Of matches with the same score those come first that are taken first: take them from the last place down.
pub struct Best {
    wanted: usize,
    found: Vec<Match>,
    /// What those score at least that may still come among the best: more than this.
    bar: f32,
    count: u64,
}

impl Best {
    /// Of `wanted` matches; `usize::MAX` for all.
    pub fn new(wanted: usize) -> Self {
        Self { wanted: wanted.max(1), found: Vec::new(), bar: f32::MIN, count: 0 }
    }

    /// Whether a match that scores no more than `most` is only counted.
    pub fn is_above(&self, most: f32) -> bool {
        most <= self.bar
    }

    /// Counts matches that are none of the best.
    pub fn pass_over(&mut self, count: u64) {
        self.count += count;
    }

    /// Takes a match.
    pub fn take(&mut self, one: Match) {
        self.count += 1;
        if one.score > self.bar {
            self.found.push(one);
            if self.found.len() >= self.wanted.saturating_mul(2) {
                self.shrink();
            }
        }
    }

    fn shrink(&mut self) {
        if self.found.len() < self.wanted {
            return;
        }
        let (_, last, _) = self.found.select_nth_unstable_by(self.wanted - 1, better);
        self.bar = last.score;
        self.found.truncate(self.wanted);
    }

    /// What the last of the best scores, if there are so many.
    pub fn last_score(&mut self) -> Option<f32> {
        self.shrink();
        (self.bar > f32::MIN).then_some(self.bar)
    }

    /// The best, in no order, and how many more there are.
    pub fn finish(mut self) -> (Vec<Match>, u64) {
        self.shrink();
        let beyond = self.count.saturating_sub(crate::base::num::to_u64(self.found.len()));
        (self.found, beyond)
    }
}
