//! Scores of many entries, summed up side by side by place: what one part after the other adds is not merged with what there is.

use super::best::Best;
use super::side::{self, Part};
use super::term::Match;
use crate::base::num::to_usize;

/// See the module. Places are those of an index, from the first one on.
pub struct Sums {
    low: u32,
    high: u32,
    scores: Vec<f32>,
    /// Whether an entry matches, where that is not sure of all.
    sure: Option<Vec<bool>>,
}

impl Sums {
    /// For the places from `low` to `high`; with `all_sure` nothing is added that may not match.
    pub fn new(low: u32, high: u32, all_sure: bool) -> Self {
        let places = to_usize(u64::from(high.saturating_sub(low)) + 1);
        let sure = (!all_sure).then(|| vec![false; places]);
        Self { low, high, scores: vec![0.0; places], sure }
    }

    /// What `one` scores is added to its entry.
    pub fn add(&mut self, one: Match) {
        let at = to_usize(u64::from(one.place.saturating_sub(self.low)));
        let Some(sum) = self.scores.get_mut(at) else { return };
        *sum += one.score;
        if let Some(sure) = self.sure.as_mut().and_then(|sure| sure.get_mut(at)) {
            *sure |= one.sure;
        }
    }

    /// What entries score for `part` is added to them.
    pub fn add_part(&mut self, part: &Part) {
        let low = self.low;
        let (all, mut sure) = (&mut self.scores, self.sure.as_mut());
        part.each_block(low, self.high, |from, scores, matched| {
            let at = to_usize(u64::from(from.saturating_sub(low)));
            let sums = all.get_mut(at..).unwrap_or_default().iter_mut();
            for ((sum, score), matched) in sums.zip(scores).zip(matched) {
                *sum += if *matched > 0 { *score } else { 0.0 };
            }
            let sure = sure.as_mut().and_then(|sure| sure.get_mut(at..)).unwrap_or_default().iter_mut();
            sure.zip(matched).for_each(|(sure, matched)| *sure |= side::is_sure(*matched));
        });
    }

    /// These entries match no more.
    pub fn drop_places(&mut self, places: &[u32]) {
        for place in places {
            let at = place.checked_sub(self.low).map(|at| to_usize(u64::from(at)));
            if let Some(sum) = at.and_then(|at| self.scores.get_mut(at)) {
                *sum = 0.0;
            }
        }
    }

    /// The best `wanted` entries of those whose score `fits`, and the number of the others that fit.
    pub fn best(&self, wanted: usize, fits: impl Fn(f32) -> bool) -> Best {
        let mut best = Best::new(wanted);
        for (at, (place, score)) in
            (self.low..self.high.saturating_add(1)).zip(&self.scores).enumerate().rev()
        {
            if *score > 0.0 && fits(*score) {
                let sure = self.sure.as_ref().is_none_or(|sure| sure.get(at) == Some(&true));
                best.take(Match { place, score: *score, sure });
            }
        }
        best
    }

    /// The score that `wanted` entries have at least, if there are so many.
    pub fn bar(&self, wanted: usize) -> Option<f32> {
        self.best(wanted, |_| true).last_score()
    }
}
