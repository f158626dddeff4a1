//! Scores of many entries, summed up side by side by place: what one part after the other adds is not merged with what there is.

use super::super::words::{Memory, block_of};
use super::best::Best;
use super::block;
use super::side::{self, Part, add_says_most, larger};
use super::term::Match;
use crate::base::num::to_usize;
use greenbar_native::wide::wide;

/// Scores that are looked at together.
const AT_ONCE: usize = 64;

/// See the module. Places are those of an index, from the first one on.
pub struct Sums<'m> {
    /// Where the scores are written on a sheet that is used again.
    memory: Option<&'m Memory>,
    low: u32,
    high: u32,
    scores: Vec<f32>,
    /// What the entries of a block score at most, from that of the first place on: where that is too little, none is looked at.
    most: Vec<f32>,
    /// Whether an entry matches, where that is not sure of all.
    sure: Option<Vec<bool>>,
}

impl Drop for Sums<'_> {
    fn drop(&mut self) {
        let Some(memory) = self.memory else { return };
        let mut scores = std::mem::take(&mut self.scores);
        let written = block::blocks(self.low, self.high).zip(self.most.iter().rev());
        for (here, _) in written.filter(|(_, most)| **most != 0.0) {
            let (from, to) = (self.at(here.from), self.at(here.to));
            scores.get_mut(from..to).unwrap_or_default().fill(0.0);
        }
        memory.put_sheet(scores);
    }
}

impl<'m> Sums<'m> {
    /// For the places from `low` to `high`; with `all_sure` nothing is added that may not match.
    pub fn new(memory: Option<&'m Memory>, (low, high): (u32, u32), all_sure: bool) -> Self {
        let places = to_usize(u64::from(high.saturating_sub(low)) + 1);
        let sure = (!all_sure).then(|| vec![false; places]);
        let blocks = to_usize(u64::from(block_of(high).saturating_sub(block_of(low)))) + 1;
        let scores = memory.map_or_else(|| vec![0.0; places], |memory| memory.sheet(places));
        Self { memory, low, high, scores, most: vec![0.0; blocks], sure }
    }

    fn at(&self, place: u32) -> usize {
        to_usize(u64::from(place.saturating_sub(self.low)))
    }

    fn block(&self, place: u32) -> usize {
        to_usize(u64::from(block_of(place).saturating_sub(block_of(self.low))))
    }

    /// What `one` scores is added to its entry.
    pub fn add(&mut self, one: Match) {
        let (at, block) = (self.at(one.place), self.block(one.place));
        let Some(sum) = self.scores.get_mut(at) else { return };
        *sum += one.score;
        if let Some(most) = self.most.get_mut(block) {
            *most = larger(*most, *sum);
        }
        if let Some(sure) = self.sure.as_mut().and_then(|sure| sure.get_mut(at)) {
            *sure |= one.sure;
        }
    }

    /// What entries score for `part` is added to them.
    pub fn add_part(&mut self, part: &Part) {
        let (low, high) = (self.low, self.high);
        if let Some((weight, spread)) = part.only_word() {
            for here in block::blocks(low, high) {
                if spread.most_in(block_of(here.from)) == 0 {
                    continue;
                }
                // What does not stand there adds nothing.
                let (from, to, block) = (self.at(here.from), self.at(here.to), self.block(here.from));
                let sums = self.scores.get_mut(from..to).unwrap_or_default();
                if let Some(most) = self.most.get_mut(block) {
                    *most = add_says_most(sums, here, (weight, spread), *most);
                }
                if self.sure.is_some() {
                    self.match_block(here.from, (here.from..here.to).map(|place| spread.at(place) > 0));
                }
            }
            return;
        }
        part.each_block(low, high, |from, scores, is_sure| {
            self.add_block(from, scores);
            if self.sure.is_some() {
                self.match_block(from, (from..).take(scores.len()).map(is_sure));
            }
        });
    }

    fn add_block(&mut self, from: u32, scores: &[f32]) {
        let (at, block) = (self.at(from), self.block(from));
        let sums = self.scores.get_mut(at..at + scores.len()).unwrap_or_default();
        let all = wide(|| {
            sums.iter_mut().zip(scores).for_each(|(sum, score)| *sum += *score);
            side::most_of(sums)
        });
        if let Some(most) = self.most.get_mut(block) {
            *most = all;
        }
    }

    fn match_block(&mut self, from: u32, sure: impl Iterator<Item = bool>) {
        let at = self.at(from);
        let all = self.sure.as_mut().and_then(|sure| sure.get_mut(at..)).unwrap_or_default();
        all.iter_mut().zip(sure).for_each(|(all, sure)| *all |= sure);
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
        self.gathered(wanted, fits, true)
    }

    /// The score that `wanted` entries have at least, if there are so many.
    pub fn bar(&self, wanted: usize) -> Option<f32> {
        self.gathered(wanted, |_| true, false).last_score()
    }

    /// Those of [`Sums::best`]; with `counted` all that fit are counted.
    fn gathered(&self, wanted: usize, fits: impl Fn(f32) -> bool, counted: bool) -> Best {
        let mut best = Best::new(wanted);
        for here in block::blocks(self.low, self.high) {
            let most = self.most.get(self.block(here.from)).copied().unwrap_or(0.0);
            let (from, to) = (self.at(here.from), self.at(here.to));
            let scores = self.scores.get(from..to).unwrap_or_default();
            if most == 0.0 || best.is_above(most) && !counted {
                continue;
            }
            let none = best.is_above(most);
            let at_once = if none { scores.len().max(1) } else { AT_ONCE };
            let some = (from..to).step_by(at_once).zip((here.from..here.to).step_by(at_once));
            let some = some.zip(scores.chunks(at_once));
            for ((at, from), scores) in some.rev() {
                // Mostly none of them comes among the best.
                let above = none || best.is_above(wide(|| side::most_of(scores)));
                if above && !counted {
                    continue;
                }
                let matched = |score: f32| score > 0.0 && fits(score);
                let sure = self.sure.as_ref().map(|sure| sure.get(at..at + scores.len()).unwrap_or_default());
                if above {
                    let all = wide(|| side::count_of(scores.iter().map(|score| matched(*score))));
                    let sure = sure
                        .map(|sure| scores.iter().zip(sure).map(|(score, sure)| matched(*score) && *sure));
                    let of_these = sure.map_or(all, side::count_of);
                    best.pass_over(of_these, of_these < all);
                    continue;
                }
                let to = from.saturating_add(u32::try_from(scores.len()).unwrap_or(0));
                for (place, (at, score)) in (from..to).zip(scores.iter().enumerate()).rev() {
                    if matched(*score) {
                        let sure = sure.is_none_or(|sure| sure.get(at) == Some(&true));
                        best.take(Match { place, score: *score, sure });
                    }
                }
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_is_clean_when_it_is_used_again() {
        let (memory, low, high) = (Memory::default(), 300, 2_000);
        for place in [low, 511, 512, 1_024, high] {
            let mut sums = Sums::new(Some(&memory), (low, high), true);
            assert!(sums.scores.len() == 1_701 && sums.scores.iter().all(|score| *score == 0.0), "{place}");
            sums.add(Match { place, score: 0.5, sure: true });
        }
        assert_eq!(memory.sheet(9), [0.0; 9]);
        assert_eq!(memory.sheet(9).capacity(), 9, "there was one sheet");
    }
}
