//! Parts of a question that many entries have, read side by side: their words are spread out by place, and each block of places is
//! looked at once for all of them. Owns how a block is summed up, and which blocks hold none of the best: those where what all
//! words say at most comes to no more than the best have (Ding and Suel, Faster top-k document retrieval using block-max indexes,
//! 2011). In these the matches are only counted, which takes a bit of each word.
//!
//! Invariant: scores are summed up in the order in which lists that are read one after the other would be, so that both ways give
//! the same, to the last bit.

use super::super::words::{BLOCK, Spread, block_of};
use super::best::Best;
use super::block::{AT_ONCE, Here, Marks, PLACES, blocks, each_bits};
use super::term::Match;
use crate::base::num::to_usize;
use greenbar_native::wide::wide;
use std::sync::Arc;

/// Whether an entry matches: it does if its text says so; it does. Nothing is 0.
const MAY: u8 = 1;
const IS: u8 = 3;

/// Only where a word says something a place stays in `matched`.
fn and_says(matched: &mut [u8], here: Here, spread: &Spread) {
    let Some(says) = spread.in_block(here.from, here.to) else {
        let mut has = [0; PLACES];
        spread.each_in_block(here.from, |at, _| has.get_mut(at).into_iter().for_each(|has| *has = IS));
        return matched.iter_mut().zip(has).for_each(|(matched, has)| *matched &= has);
    };
    if says.len() < matched.len() {
        matched.fill(0);
    }
    wide(|| {
        let each = matched.iter_mut().zip(says);
        each.for_each(|(matched, says)| *matched &= if *says > 0 { IS } else { 0 });
    });
}

/// What a word that counts `weight` says is added to `sums`, where it is known of all of them.
fn add_says(sums: &mut [f32], here: Here, weight: f32, spread: &Spread) {
    let Some(says) = spread.in_block(here.from, here.to) else {
        let add = |at, says| sums.get_mut(at).into_iter().for_each(|sum| *sum += weight * f32::from(says));
        return spread.each_in_block(here.from, add);
    };
    if says.len() < sums.len() {
        return;
    }
    wide(|| sums.iter_mut().zip(says).for_each(|(sum, says)| *sum += weight * f32::from(*says)));
}

/// Each of `scores` becomes what a word that counts `weight` says there, if that is more.
fn most_says(scores: &mut [f32], here: Here, weight: f32, spread: &Spread) {
    let more = |score: &mut f32, says: u8| *score = larger(*score, weight * f32::from(says));
    let Some(says) = spread.in_block(here.from, here.to) else {
        let most = |at, says| scores.get_mut(at).into_iter().for_each(|score| more(score, says));
        return spread.each_in_block(here.from, most);
    };
    if says.len() < scores.len() {
        return;
    }
    wide(|| scores.iter_mut().zip(says).for_each(|(score, says)| more(score, *says)));
}

/// What a word that counts `weight` says is added to `sums`; the most that any of them comes to, which was `most` before.
pub fn add_says_most(sums: &mut [f32], here: Here, (weight, spread): (f32, &Spread), mut most: f32) -> f32 {
    if spread.in_block(here.from, here.to).is_some() {
        add_says(sums, here, weight, spread);
        return wide(|| most_of(sums));
    }
    spread.each_in_block(here.from, |at, says| {
        if let Some(sum) = sums.get_mut(at) {
            *sum += weight * f32::from(says);
            most = larger(most, *sum);
        }
    });
    most
}

/// The most that any of `sums` comes to, or nothing.
#[inline]
pub fn most_of(sums: &[f32]) -> f32 {
    let mut most = [0.0_f32; 16];
    let some = sums.chunks_exact(most.len());
    let rest = some.remainder();
    some.for_each(|some| most.iter_mut().zip(some).for_each(|(most, sum)| *most = larger(*most, *sum)));
    most.iter().chain(rest).fold(0.0, |most, sum| larger(most, *sum))
}

/// The larger one. Neither is something else than a number, and so the processor compares many at once.
#[inline]
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
    /// The entries that have it: few.
    Few(Few),
}

/// A few entries by place, those of a block found at once.
pub struct Few {
    found: Vec<Match>,
    /// The block of the first of them, and how many come before those of each block from there on.
    first: u32,
    before: Vec<usize>,
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

impl Few {
    /// Of `found`, by place.
    pub fn new(found: Vec<Match>) -> Self {
        let first = found.first().map_or(0, |one| block_of(one.place));
        let mut before = Vec::with_capacity(found.len());
        for (at, one) in found.iter().enumerate() {
            let block = to_usize(u64::from(block_of(one.place).saturating_sub(first)));
            while before.len() <= block {
                before.push(at);
            }
        }
        before.push(found.len());
        Self { found, first, before }
    }

    /// All of them.
    pub fn all(&self) -> &[Match] {
        &self.found
    }

    fn here(&self, here: Here) -> &[Match] {
        let Some(block) = block_of(here.from).checked_sub(self.first) else { return &[] };
        let block = to_usize(u64::from(block));
        let Some([from, to]) = self.before.get(block..block + 2) else { return &[] };
        here.of(self.found.get(*from..*to).unwrap_or_default(), |one| one.place)
    }
}

impl Way {
    /// What entries score here at most; `None` if none has all of its words.
    fn most(&self, here: Here) -> Option<f32> {
        self.words.iter().try_fold(0.0, |sum, (weight, spread)| {
            let most = spread.most_in(block_of(here.from));
            (most > 0).then(|| sum + weight * f32::from(most))
        })
    }

    fn marks(&self, here: Here) -> Marks {
        let mut words = self.words.iter().map(|(_, spread)| spread.bits_in(block_of(here.from)));
        let Some(mut any) = words.next() else { return Marks::NONE };
        words.for_each(|word| each_bits(&mut any, &word, |own, other| own & other));
        Marks::of(any, !self.row)
    }

    fn matched(&self, here: Here, matched: &mut [u8]) {
        matched.fill(if self.row { MAY } else { IS });
        for (_, spread) in &self.words {
            and_says(matched, here, spread);
        }
    }

    /// Also for entries that do not have all words: these do not count.
    fn scores(&self, here: Here, scores: &mut [f32]) {
        scores.fill(0.0);
        for (weight, spread) in &self.words {
            add_says(scores, here, *weight, spread);
        }
    }

    /// Each of `scores` becomes what entries score for it, if they have all words and that is more.
    fn most_scores(&self, here: Here, scores: &mut [f32]) {
        if let [(weight, spread)] = self.words.as_slice() {
            // Where the word does not stand it says nothing, which is never more.
            return most_says(scores, here, *weight, spread);
        }
        let mut lane = Lane::new();
        let (Some(own), Some(has)) = (lane.scores.get_mut(..here.len()), lane.matched.get_mut(..here.len()))
        else {
            return;
        };
        self.matched(here, has);
        self.scores(here, own);
        for ((score, own), has) in scores.iter_mut().zip(own).zip(has) {
            *score = if *has > 0 { larger(*score, *own) } else { *score };
        }
    }
}

impl Part {
    fn most(&self, here: Here) -> Option<f32> {
        match self {
            Self::Side(ways) => ways.iter().filter_map(|way| way.most(here)).reduce(f32::max),
            Self::Few(few) => few.here(here).iter().map(|one| one.score).reduce(f32::max),
        }
    }

    fn marks(&self, here: Here) -> Marks {
        let mut marks = Marks::NONE;
        match self {
            Self::Side(ways) => ways.iter().for_each(|way| marks.or(&way.marks(here))),
            Self::Few(few) => {
                few.here(here).iter().for_each(|one| marks.set(Here::bit(one.place), one.sure));
            }
        }
        marks
    }

    /// What entries score for it; what does not match scores anything where it is written in one way.
    fn scores(&self, here: Here, scores: &mut [f32]) {
        match self {
            Self::Side(ways) => {
                if let [way] = ways.as_slice() {
                    return way.scores(here, scores);
                }
                scores.fill(0.0);
                for way in ways {
                    way.most_scores(here, scores);
                }
            }
            Self::Few(few) => {
                scores.fill(0.0);
                for one in few.here(here) {
                    if let Some(score) = scores.get_mut(here.at(one.place)) {
                        *score = one.score;
                    }
                }
            }
        }
    }

    /// What entries score for it is added to `sums`; what does not match scores nothing.
    fn help(&self, here: Here, lane: &mut Lane, sums: &mut [f32]) {
        match self {
            Self::Few(few) => {
                for one in few.here(here) {
                    sums.get_mut(here.at(one.place)).into_iter().for_each(|sum| *sum += one.score);
                }
            }
            Self::Side(ways) => {
                let (scores, matched) =
                    (lane.scores.get_mut(..here.len()), lane.matched.get_mut(..here.len()));
                let (Some(scores), Some(matched)) = (scores, matched) else { return };
                self.scores(here, scores);
                if let [way] = ways.as_slice() {
                    way.matched(here, matched);
                    let each = scores.iter_mut().zip(matched);
                    each.for_each(|(score, has)| *score = if *has > 0 { *score } else { 0.0 });
                }
                wide(|| sums.iter_mut().zip(scores).for_each(|(sum, score)| *sum += *score));
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
    /// nothing where they do not match, and whether that is sure.
    pub fn each_block(&self, low: u32, high: u32, mut take: impl FnMut(u32, &[f32], &dyn Fn(u32) -> bool)) {
        let mut lane = Lane::new();
        let mut sums = [0.0_f32; PLACES];
        for here in blocks(low, high).filter(|here| self.most(*here).is_some()) {
            let Some(sums) = sums.get_mut(..here.len()) else { continue };
            sums.fill(0.0);
            self.help(here, &mut lane, sums);
            let marks = self.marks(here);
            take(here.from, sums, &|place| marks.is_sure(Here::bit(place)));
        }
    }
}

impl Parts<'_> {
    /// The best of what matches at the places from `low` to `high`.
    pub fn best(&self, (low, high): (u32, u32), wanted: usize) -> Best {
        let mut best = Best::new(wanted);
        let (mut lane, mut sums) = (Lane::new(), [0.0_f32; PLACES]);
        for here in blocks(low, high) {
            let Some(most) = self.most(here) else { continue };
            let marks = self.marks(here);
            let (sure, unsure) = marks.counts();
            if sure == 0 && !unsure {
                continue;
            }
            if best.is_above(most) {
                best.pass_over(sure, unsure);
                continue;
            }
            // Block by block from its own first place on, as marks are.
            let offset = Here::bit(here.from);
            let Some(own) = sums.get_mut(offset..offset + here.len()) else { continue };
            self.scores(here, &mut lane, own);
            best.pass_over(sure, false);
            let first = here.from - here.from % BLOCK;
            let some = (0..BLOCK).step_by(AT_ONCE).zip(sums.chunks(AT_ONCE));
            for (bit, sums) in some.rev() {
                best.take_some(first.saturating_add(bit), sums, marks.some(bit));
            }
        }
        best
    }

    /// What entries score here at most; `None` if none matches.
    fn most(&self, here: Here) -> Option<f32> {
        let sum = self.all.iter().try_fold(0.0, |sum, part| Some(sum + part.most(here)?))?;
        Some(self.helpful.iter().fold(sum, |sum, part| sum + part.most(here).unwrap_or(0.0)))
    }

    fn marks(&self, here: Here) -> Marks {
        let mut parts = self.all.iter().map(|part| part.marks(here));
        let Some(mut marks) = parts.next() else { return Marks::NONE };
        parts.for_each(|part| marks.and(&part));
        self.without.iter().for_each(|part| marks.and_not(&part.marks(here)));
        here.of(self.dead, |place| *place).iter().for_each(|place| marks.clear(Here::bit(*place)));
        if here.len() < PLACES {
            marks.within(here);
        }
        marks
    }

    fn scores(&self, here: Here, lane: &mut Lane, sums: &mut [f32]) {
        sums.fill(0.0);
        for part in &self.all {
            // Mostly a part is one word: what it says is all there is to look at.
            if let Some((weight, spread)) = part.only_word() {
                add_says(sums, here, weight, spread);
                continue;
            }
            let scores = lane.scores.get_mut(..here.len()).unwrap_or_default();
            part.scores(here, scores);
            wide(|| sums.iter_mut().zip(scores).for_each(|(sum, score)| *sum += *score));
        }
        for part in &self.helpful {
            // One word adds nothing where it does not stand.
            match part.only_word() {
                Some((weight, spread)) => add_says(sums, here, weight, spread),
                None => part.help(here, lane, sums),
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
            let spread = Spread::new(LOW, all, 0);
            // As words are kept, and as those are that serve once.
            (*weight, Arc::new(if says.len() % 2 > 0 { spread.packed() } else { spread }))
        };
        let way =
            |(words, row): &(Vec<Word>, bool)| Way { words: words.iter().map(word).collect(), row: *row };
        Part::Side(part.iter().map(way).collect())
    }

    fn few(part: &[(Vec<Word>, bool)]) -> Part {
        let found = plainly(part).into_iter();
        Part::Few(Few::new(found.map(|(place, (score, sure))| Match { place, score, sure }).collect()))
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
