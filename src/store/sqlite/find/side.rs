//! Parts of a question that many entries have, read side by side: their words are spread out by place, and each block of places is
//! looked at once for all of them. Owns how a block is summed up, and which blocks hold none of the best: those where what all
//! words say at most comes to no more than the best have (Ding and Suel, Faster top-k document retrieval using block-max indexes,
//! 2011). In these the matches are only counted, which takes a byte of each word.
//!
//! Invariant: scores are summed up in the order in which lists that are read one after the other would be, so that both ways give
//! the same, to the last bit.

use super::super::words::{BLOCK, Spread, block_of};
use super::best::Best;
use super::term::Match;
use crate::base::num::to_usize;
use greenbar_native::wide::wide;
use std::sync::Arc;

/// Whether an entry matches: it does if its text says so; it does. Nothing is 0.
const MAY: u8 = 1;
const IS: u8 = 3;

/// Places of a block.
const PLACES: usize = BLOCK as usize;

/// Places that are looked at together.
const AT_ONCE: usize = 32;

/// Only what says something at a place stays of `matched`.
fn and_says(matched: &mut [u8], says: &[u8]) {
    if says.len() < matched.len() {
        matched.fill(0);
    }
    wide(|| {
        let each = matched.iter_mut().zip(says);
        each.for_each(|(matched, says)| *matched &= if *says > 0 { IS } else { 0 });
    });
}

/// What a word that counts `weight` says is added to `sums`, where it is known of all of them.
fn add_says(sums: &mut [f32], weight: f32, says: &[u8]) {
    if says.len() < sums.len() {
        return;
    }
    wide(|| sums.iter_mut().zip(says).for_each(|(sum, says)| *sum += weight * f32::from(*says)));
}

/// The same, and the most that any of the sums comes to.
pub fn add_says_most(sums: &mut [f32], weight: f32, says: &[u8]) -> f32 {
    add_says(sums, weight, says);
    wide(|| {
        let mut most = [0.0_f32; 16];
        let some = sums.chunks_exact(most.len());
        let rest = some.remainder();
        some.for_each(|some| most.iter_mut().zip(some).for_each(|(most, sum)| *most = larger(*most, *sum)));
        most.iter().chain(rest).fold(0.0, |most, sum| larger(most, *sum))
    })
}

/// The larger one. Neither is something else than a number, and so the processor compares many at once.
pub fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

/// How many of these are, as the processor counts many at once.
pub fn count_of(which: impl Iterator<Item = bool>) -> u64 {
    which.map(u32::from).fold(0_u32, u32::wrapping_add).into()
}

/// One way to write a part.
pub struct Way {
    /// How much each of its words counts, and the word spread out.
    pub words: Vec<(f32, Arc<Spread>)>,
    /// The words must stand in a row.
    pub row: bool,
}

/// A part of a question.
pub enum Part {
    /// Its ways, one of which is enough.
    Side(Vec<Way>),
    /// The entries that have it, by place: few.
    Few(Vec<Match>),
}

/// Parts that all must match, what helps, and what must not be there.
pub struct Parts<'d> {
    /// The rarest first.
    pub all: Vec<Part>,
    /// See [`Parts`].
    pub helpful: Vec<Part>,
    /// See [`Parts`].
    pub without: Vec<Part>,
    /// Places whose entries are gone, in order.
    pub dead: &'d [u32],
}

/// What the entries of a block score, where they match, and whether they do.
struct Lane {
    scores: [f32; PLACES],
    matched: [u8; PLACES],
}

impl Lane {
    const fn new() -> Self {
        Self { scores: [0.0; PLACES], matched: [0; PLACES] }
    }
}

/// The places of a block that are looked at, from the first one to behind the last one.
#[derive(Clone, Copy)]
pub struct Here {
    /// The first one.
    pub from: u32,
    /// The one behind the last.
    pub to: u32,
}

impl Here {
    fn len(self) -> usize {
        to_usize(u64::from(self.to.saturating_sub(self.from)))
    }

    fn at(self, place: u32) -> usize {
        to_usize(u64::from(place.saturating_sub(self.from)))
    }

    /// Those of `found`, which are in order, that are here.
    fn of<T>(self, found: &[T], place: impl Fn(&T) -> u32) -> &[T] {
        let from = found.partition_point(|one| place(one) < self.from);
        let here = found.get(from..).unwrap_or_default();
        here.get(..here.partition_point(|one| place(one) < self.to)).unwrap_or_default()
    }
}

/// All places from `low` to `high`, by block, the last ones first.
pub fn blocks(low: u32, high: u32) -> impl Iterator<Item = Here> {
    (block_of(low)..=block_of(high)).rev().map(move |block| {
        let from = block.saturating_mul(BLOCK);
        Here { from: from.max(low), to: from.saturating_add(BLOCK).min(high.saturating_add(1)) }
    })
}

impl Way {
    /// What entries score here at most; `None` if none has all of its words.
    fn most(&self, here: Here) -> Option<f32> {
        self.words.iter().try_fold(0.0, |sum, (weight, spread)| {
            let (_, most) = spread.in_block(here.from, here.to);
            (most > 0).then(|| sum + weight * f32::from(most))
        })
    }

    fn matched(&self, here: Here, matched: &mut [u8]) {
        matched.fill(if self.row { MAY } else { IS });
        for (_, spread) in &self.words {
            and_says(matched, spread.in_block(here.from, here.to).0);
        }
    }

    /// Also for entries that do not have all words: these do not count.
    fn scores(&self, here: Here, scores: &mut [f32]) {
        scores.fill(0.0);
        for (weight, spread) in &self.words {
            add_says(scores, *weight, spread.in_block(here.from, here.to).0);
        }
    }
}

impl Part {
    fn most(&self, here: Here) -> Option<f32> {
        match self {
            Self::Side(ways) => ways.iter().filter_map(|way| way.most(here)).reduce(f32::max),
            Self::Few(found) => here.of(found, |one| one.place).iter().map(|one| one.score).reduce(f32::max),
        }
    }

    fn matched(&self, here: Here, lane: &mut Lane) {
        let Some(matched) = lane.matched.get_mut(..here.len()) else { return };
        match self {
            Self::Side(ways) => {
                let Some((first, rest)) = ways.split_first() else { return matched.fill(0) };
                first.matched(here, matched);
                let mut other = [0; PLACES];
                for way in rest {
                    let other = other.get_mut(..here.len()).unwrap_or_default();
                    way.matched(here, other);
                    matched.iter_mut().zip(other).for_each(|(matched, other)| *matched |= *other);
                }
            }
            Self::Few(found) => {
                matched.fill(0);
                for one in here.of(found, |one| one.place) {
                    if let Some(matched) = matched.get_mut(here.at(one.place)) {
                        *matched = if one.sure { IS } else { MAY };
                    }
                }
            }
        }
    }

    /// Scores, and whether entries match; what does not match scores anything.
    fn fill(&self, here: Here, lane: &mut Lane) {
        self.matched(here, lane);
        let Some(scores) = lane.scores.get_mut(..here.len()) else { return };
        match self {
            Self::Side(ways) => {
                if let [way] = ways.as_slice() {
                    return way.scores(here, scores);
                }
                scores.fill(0.0);
                let mut other = Lane::new();
                for way in ways {
                    let (Some(own), Some(has)) =
                        (other.scores.get_mut(..here.len()), other.matched.get_mut(..here.len()))
                    else {
                        return;
                    };
                    way.matched(here, has);
                    way.scores(here, own);
                    for ((score, own), has) in scores.iter_mut().zip(own).zip(has) {
                        *score = if *has > 0 { score.max(*own) } else { *score };
                    }
                }
            }
            Self::Few(found) => {
                for one in here.of(found, |one| one.place) {
                    if let Some(score) = scores.get_mut(here.at(one.place)) {
                        *score = one.score;
                    }
                }
            }
        }
    }

    /// The word that it is, with what it counts, if it is one that is written in one way.
    pub fn only_word(&self) -> Option<(f32, &Spread)> {
        let Self::Side(ways) = self else { return None };
        let [Way { words, row: false }] = ways.as_slice() else { return None };
        let [(weight, spread)] = words.as_slice() else { return None };
        Some((*weight, spread))
    }

    /// Calls `take` with each block of the places from `low` to `high` that has matches: its first place, what its entries score,
    /// and whether they match.
    pub fn each_block(&self, low: u32, high: u32, mut take: impl FnMut(u32, &[f32], &[u8])) {
        let mut lane = Lane::new();
        for here in blocks(low, high).filter(|here| self.most(*here).is_some()) {
            self.fill(here, &mut lane);
            let (scores, matched) = (lane.scores.get(..here.len()), lane.matched.get(..here.len()));
            take(here.from, scores.unwrap_or_default(), matched.unwrap_or_default());
        }
    }
}

/// Whether it is sure that an entry matches, of one of which [`Part::each_block`] says this.
pub fn is_sure(matched: u8) -> bool {
    matched == IS
}

impl Parts<'_> {
    /// The best of what matches at the places from `low` to `high`.
    pub fn best(&self, (low, high): (u32, u32), wanted: usize) -> Best {
        let mut best = Best::new(wanted);
        let (mut lane, mut sums) = (Lane::new(), [0.0_f32; PLACES]);
        let mut matched = [0_u8; PLACES];
        for here in blocks(low, high) {
            let Some(most) = self.most(here) else { continue };
            let Some(matched) = matched.get_mut(..here.len()) else { continue };
            self.matched(here, &mut lane, matched);
            let sure = count_of(matched.iter().map(|matched| *matched == IS));
            let unsure = matched.contains(&MAY);
            if sure == 0 && !unsure {
                continue;
            }
            if best.is_above(most) {
                best.pass_over(sure, unsure);
                continue;
            }
            let Some(sums) = sums.get_mut(..here.len()) else { continue };
            self.scores(here, &mut lane, sums);
            let firsts = (here.from..here.to).step_by(AT_ONCE);
            let some = firsts.zip(sums.chunks(AT_ONCE)).zip(matched.chunks(AT_ONCE));
            for ((from, sums), matched) in some.rev() {
                // Mostly few places of a block match.
                if matched.iter().fold(0, |any, matched| any | matched) == 0 {
                    continue;
                }
                let places = from..from.saturating_add(u32::try_from(sums.len()).unwrap_or(0));
                for ((place, score), matched) in places.zip(sums).zip(matched).rev() {
                    if *matched > 0 {
                        best.take(Match { place, score: *score, sure: *matched == IS });
                    }
                }
            }
        }
        best
    }

    /// What entries score here at most; `None` if none matches.
    fn most(&self, here: Here) -> Option<f32> {
        let sum = self.all.iter().try_fold(0.0, |sum, part| Some(sum + part.most(here)?))?;
        Some(self.helpful.iter().fold(sum, |sum, part| sum + part.most(here).unwrap_or(0.0)))
    }

    fn matched(&self, here: Here, lane: &mut Lane, matched: &mut [u8]) {
        matched.fill(IS);
        for part in &self.all {
            // Mostly a part is one word: what it says is all there is to look at.
            if let Some((_, spread)) = part.only_word() {
                and_says(matched, spread.in_block(here.from, here.to).0);
                continue;
            }
            part.matched(here, lane);
            matched.iter_mut().zip(&lane.matched).for_each(|(matched, has)| *matched &= has);
        }
        for part in &self.without {
            part.matched(here, lane);
            for (matched, has) in matched.iter_mut().zip(&lane.matched) {
                *matched = match *has {
                    IS => 0,
                    MAY => *matched & MAY,
                    _ => *matched,
                };
            }
        }
        for place in here.of(self.dead, |place| *place) {
            if let Some(matched) = matched.get_mut(here.at(*place)) {
                *matched = 0;
            }
        }
    }

    fn scores(&self, here: Here, lane: &mut Lane, sums: &mut [f32]) {
        sums.fill(0.0);
        for part in &self.all {
            if let Some((weight, spread)) = part.only_word() {
                add_says(sums, weight, spread.in_block(here.from, here.to).0);
                continue;
            }
            part.fill(here, lane);
            sums.iter_mut().zip(&lane.scores).for_each(|(sum, score)| *sum += score);
        }
        for part in &self.helpful {
            // One word adds nothing where it does not stand.
            if let Some((weight, spread)) = part.only_word() {
                add_says(sums, weight, spread.in_block(here.from, here.to).0);
                continue;
            }
            part.fill(here, lane);
            for ((sum, score), has) in sums.iter_mut().zip(&lane.scores).zip(&lane.matched) {
                *sum += if *has > 0 { *score } else { 0.0 };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::best::Found;
    use super::super::term::better;
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// Places begin inside a block and fill a few.
    const LOW: u32 = 300;
    const HIGH: u32 = LOW + 4 * BLOCK + 17;

    /// What is made up of a word: its weight, where it stands and what it says there.
    type Word = (f32, Vec<(u32, u8)>);

    /// A word that stands rarely, or says much rarely: so that blocks differ.
    fn any_word() -> impl Strategy<Value = Word> {
        let says = prop_oneof![8 => 1..9_u8, 1 => 1..=255_u8];
        (0.0..0.1_f32, prop::collection::vec((LOW..=HIGH, says), 0..600))
    }

    fn any_way() -> impl Strategy<Value = (Vec<Word>, bool)> {
        (prop::collection::vec(any_word(), 1..3), any::<bool>())
    }

    fn any_part() -> impl Strategy<Value = Vec<(Vec<Word>, bool)>> {
        prop::collection::vec(any_way(), 1..3)
    }

    /// Which entries have a part, as a look at one after the other says.
    fn plainly(part: &[(Vec<Word>, bool)]) -> BTreeMap<u32, (f32, bool)> {
        let mut found: BTreeMap<u32, (f32, bool)> = BTreeMap::new();
        for (words, row) in part {
            let says = words.iter().map(|(_, says)| says.iter().copied().collect::<BTreeMap<_, _>>());
            let says: Vec<_> = says.collect();
            for place in says[0].keys().filter(|place| says.iter().all(|says| says.contains_key(place))) {
                let scores =
                    words.iter().zip(&says).map(|((weight, _), says)| weight * f32::from(says[place]));
                let score = scores.reduce(|a, b| a + b).unwrap();
                let (most, sure) = found.entry(*place).or_insert((0.0, false));
                (*most, *sure) = (most.max(score), *sure || !row);
            }
        }
        found
    }

    fn spread(part: &[(Vec<Word>, bool)]) -> Part {
        let word = |(weight, says): &Word| {
            let mut all = vec![0; to_usize(u64::from(HIGH - LOW)) + 1];
            for (place, says) in says {
                all[to_usize(u64::from(place - LOW))] = *says;
            }
            (*weight, Arc::new(Spread::new(LOW, all, 0)))
        };
        let way =
            |(words, row): &(Vec<Word>, bool)| Way { words: words.iter().map(word).collect(), row: *row };
        Part::Side(part.iter().map(way).collect())
    }

    fn few(part: &[(Vec<Word>, bool)]) -> Part {
        let found = plainly(part).into_iter();
        Part::Few(found.map(|(place, (score, sure))| Match { place, score, sure }).collect())
    }

    proptest! {
        /// The best, their scores to the last bit, and the number of all are what a look at each place gives.
        #[test]
        fn blocks_that_are_passed_over_hold_none_of_the_best(
            all in prop::collection::vec(any_part(), 1..4),
            helpful in prop::collection::vec((any_part(), any::<bool>()), 0..2),
            without in prop::collection::vec((any_part(), any::<bool>()), 0..2),
            dead in prop::collection::btree_set(LOW..=HIGH, 0..40),
            low in LOW..LOW + 2 * BLOCK,
            wanted in prop_oneof![1..20_usize, Just(usize::MAX)],
        ) {
            let said: Vec<_> = all.iter().map(|part| plainly(part)).collect();
            let mut wished: Vec<Match> = Vec::new();
            for place in (low..=HIGH).filter(|place| !dead.contains(place)) {
                let Some(has) = said.iter().map(|part| part.get(&place).copied()).collect::<Option<Vec<_>>>()
                else { continue };
                let mut score = has.iter().map(|(score, _)| *score).reduce(|a, b| a + b).unwrap();
                let mut sure = has.iter().all(|(_, sure)| *sure);
                for (part, _) in &helpful {
                    score += plainly(part).get(&place).map_or(0.0, |(score, _)| *score);
                }
                let refused: Vec<bool> =
                    without.iter().filter_map(|(part, _)| Some(plainly(part).get(&place)?.1)).collect();
                sure &= refused.is_empty();
                if !refused.contains(&true) {
                    wished.push(Match { place, score, sure });
                }
            }
            let either = |(part, side): &(Vec<_>, bool)| if *side { spread(part) } else { few(part) };
            let dead: Vec<u32> = dead.into_iter().collect();
            let parts = Parts {
                all: all.iter().map(|part| spread(part)).collect(),
                helpful: helpful.iter().map(either).collect(),
                without: without.iter().map(either).collect(),
                dead: &dead,
            };
            let Found { best: mut found, beyond, left } = parts.best((low, HIGH), wanted).finish();
            found.sort_unstable_by(better);
            wished.sort_unstable_by(better);
            let sure = |of: &[Match]| of.iter().filter(|one| one.sure).count();
            prop_assert_eq!(sure(&found) + to_usize(beyond), sure(&wished));
            prop_assert_eq!(left, found.len() + to_usize(beyond) < wished.len());
            // Of those that are not sure all stay that come before the last one wanted.
            let mut seen = 0;
            let needed = wished.iter().take_while(|one| {
                let more = seen < wanted;
                seen += usize::from(one.sure);
                more
            });
            let needed: Vec<Match> = needed.copied().collect();
            found.truncate(needed.len());
            prop_assert_eq!(found, needed);
        }
    }
}
