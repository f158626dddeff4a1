//! The best of many matches, while the others are only counted. Owns which of them stay.
//!
//! A match whose text has to be looked at yet may be refused, so it takes nobody's place: of these all stay that come before the last of
//! the best that are sure.

use super::side::most_of;
use super::term::{Match, better};
use greenbar_native::wide::wide;

/// See the module. Of matches with the same score those come first that are taken first: take them from the last place down.
pub struct Best {
    wanted: usize,
    sure: Vec<Match>,
    unsure: Vec<Match>,
    /// Unsure ones that are held before those are looked for that can go.
    room: usize,
    /// What those score at least that may still come among the best: more than this.
    bar: f32,
    /// Those that are sure.
    count: u64,
    /// Some that are not sure come after the best.
    left: bool,
}

/// What is given in the end.
pub struct Found {
    /// The best, in no order.
    pub best: Vec<Match>,
    /// How many more there are that are sure.
    pub beyond: u64,
    /// Whether there are more that are not.
    pub left: bool,
}

impl Best {
    /// Of `wanted` matches; `usize::MAX` for all.
    pub fn new(wanted: usize) -> Self {
        let wanted = wanted.max(1);
        let room = wanted.saturating_mul(2);
        Self { wanted, sure: Vec::new(), unsure: Vec::new(), room, bar: f32::MIN, count: 0, left: false }
    }

    /// Whether a match that scores no more than `most` is only counted.
    pub fn is_above(&self, most: f32) -> bool {
        most <= self.bar
    }

    /// Counts matches that are none of the best: so many that are sure, and some that are not if `unsure` says so.
    pub fn pass_over(&mut self, sure: u64, unsure: bool) {
        self.count += sure;
        self.left |= unsure;
    }

    /// Takes those of the places from `from` on of which a bit of `any` says that they match, the last ones first, where what they
    /// score may come among the best; those of `sure` are counted already.
    pub fn take_some(&mut self, from: u32, scores: &[f32], (any, sure): (u32, u32)) {
        // Mostly few places match.
        if any == 0 {
            return;
        }
        if self.is_above(wide(|| most_of(scores))) {
            self.left |= any != sure;
            return;
        }
        let mut rest = any;
        while let Some(bit) = rest.checked_ilog2() {
            rest ^= 1 << bit;
            let score = usize::try_from(bit).ok().and_then(|bit| scores.get(bit)).copied().unwrap_or(0.0);
            self.offer(Match { place: from.saturating_add(bit), score, sure: sure >> bit & 1 > 0 });
        }
    }

    /// Takes a match.
    pub fn take(&mut self, one: Match) {
        self.count += u64::from(one.sure);
        self.offer(one);
    }

    fn offer(&mut self, one: Match) {
        let above = one.score > self.bar;
        if !one.sure {
            self.left |= !above;
            if above {
                self.unsure.push(one);
                if self.unsure.len() >= self.room {
                    self.shrink_unsure();
                    self.room = self.unsure.len().saturating_add(self.wanted).saturating_mul(2);
                }
            }
            return;
        }
        if above {
            self.sure.push(one);
            if self.sure.len() >= self.wanted.saturating_mul(2) {
                self.shrink();
            }
        }
    }

    fn shrink(&mut self) {
        if self.sure.len() < self.wanted {
            return;
        }
        let (_, last, _) = self.sure.select_nth_unstable_by(self.wanted - 1, better);
        self.bar = last.score;
        self.sure.truncate(self.wanted);
    }

    /// One that scores as much as the last of the best may come before it.
    fn shrink_unsure(&mut self) {
        let (all, bar) = (self.unsure.len(), self.bar);
        self.unsure.retain(|one| one.score >= bar);
        self.left |= self.unsure.len() < all;
    }

    /// What the last of the best scores, if there are so many.
    pub fn last_score(&mut self) -> Option<f32> {
        self.shrink();
        (self.bar > f32::MIN).then_some(self.bar)
    }

    /// What was found.
    pub fn finish(mut self) -> Found {
        self.shrink();
        self.shrink_unsure();
        let beyond = self.count.saturating_sub(crate::base::num::to_u64(self.sure.len()));
        self.sure.append(&mut self.unsure);
        Found { best: self.sure, beyond, left: self.left }
    }
}
