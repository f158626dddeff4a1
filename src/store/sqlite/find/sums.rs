//! Scores of many entries, summed up side by side by place: what one part after the other adds is not merged with what there is.

use super::term::Match;
use crate::base::num::to_usize;

/// See the module. Places are those of an index, from the first one on.
pub struct Sums {
    low: u32,
    scores: Vec<f32>,
    /// Whether an entry matches, where that is not sure of all.
    sure: Option<Vec<bool>>,
    count: usize,
    most: f32,
}

impl Sums {
    /// For the places from `low` to `high`; with `all_sure` nothing is added that may not match.
    pub fn new(low: u32, high: u32, all_sure: bool) -> Self {
        let places = to_usize(u64::from(high.saturating_sub(low)) + 1);
        let sure = (!all_sure).then(|| vec![false; places]);
        Self { low, scores: vec![0.0; places], sure, count: 0, most: f32::MIN }
    }

    /// What `one` scores is added to its entry.
    pub fn add(&mut self, one: Match) {
        let at = to_usize(u64::from(one.place.saturating_sub(self.low)));
        let Some(sum) = self.scores.get_mut(at) else { return };
        self.count += usize::from(*sum <= 0.0);
        *sum += one.score;
        self.most = self.most.max(*sum);
        if let Some(sure) = self.sure.as_mut().and_then(|sure| sure.get_mut(at)) {
            *sure |= one.sure;
        }
    }

    /// The score that `wanted` entries have at least; below all where it is not known and not above `left`.
    pub fn bar(&self, wanted: usize, left: f32) -> f32 {
        if self.count < wanted || self.most <= left {
            return f32::MIN;
        }
        super::term::nth(self.scores.iter().copied().filter(|score| *score > 0.0).collect(), wanted)
    }

    /// The entries with their scores, by place.
    pub fn into_matches(self) -> Vec<Match> {
        let mut found = Vec::with_capacity(self.count);
        for (at, (place, score)) in (self.low..).zip(self.scores).enumerate() {
            if score > 0.0 {
                let sure = self.sure.as_ref().is_none_or(|sure| sure.get(at) == Some(&true));
                found.push(Match { place, score, sure });
            }
        }
        found
    }
}
