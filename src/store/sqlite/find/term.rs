//! A part of a question in all its ways to be written, with the lists of the index; and how matches of parts come together.

use super::super::text::Way;
use super::super::words::{Driver, Index, List, Spread, folded, stem};
use super::side::{Few, Part, Way as Side};
use super::sums::Sums;
use super::{Limits, PAGE, Sql};
use crate::base::num::{to_f64, to_u64};
use std::sync::Arc;

/// An entry that a part finds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Match {
    /// Its place.
    pub place: u32,
    /// BM25, larger is better.
    pub score: f32,
    /// It matches; else its text has to be looked at.
    pub sure: bool,
}

/// A part of the question.
pub struct Term<'q> {
    /// Its ways, as they were asked for.
    pub asked: &'q [Way],
    ways: Vec<Lists>,
}

/// One way to write a part.
struct Lists {
    /// For each of its words the lists of which one is enough, and how much it counts; the rarest word first.
    words: Vec<Word>,
    /// The words must stand in a row.
    row: bool,
    /// A word goes on in more ways than were looked for.
    partly: bool,
}

struct Word {
    lists: Vec<List>,
    entries: u64,
    /// How rare it is, for what a posting says at most.
    weight: f32,
    /// See [`Limits::sparse`].
    sparse: u64,
}

impl Word {
    fn new(index: &Index<'_>, lists: Vec<List>, limits: Limits) -> Self {
        let entries = lists.iter().map(|list| list.entries).sum();
        // BM25's weight of rare words, never below zero (Robertson and Zaragoza, 2009, with one added as Lucene does).
        let (all, with) = (to_f64(index.entries), to_f64(entries));
        let rare = ((all - with).max(0.0) + 0.5) / (with + 0.5);
        Self { lists, entries, weight: narrow(rare.ln_1p() / 255.0), sparse: limits.sparse }
    }

    fn score(&self, says: u8) -> f32 {
        self.weight * f32::from(says)
    }

    fn matched(&self, place: u32, says: u8) -> Match {
        Match { place, score: self.score(says), sure: true }
    }

    /// Whether so many entries have it that its lists are read side by side, not put in order.
    fn is_dense(&self, index: &Index<'_>) -> bool {
        let (low, high) = index.places();
        self.entries.saturating_mul(self.sparse) > u64::from(high.saturating_sub(low))
    }

    /// Its lists spread out, where that is quicker than to look for those of `wanted` entries, or of all: lists are read by the
    /// page, so those of many entries are read to the end anyway.
    fn spread(&self, index: &mut Index<'_>, wanted: Option<usize>) -> Sql<Option<Arc<Spread>>> {
        let to_the_end = wanted.is_none_or(|wanted| to_u64(wanted).saturating_mul(PAGE) >= self.entries);
        if to_the_end && self.is_dense(index) { index.spread(&self.lists).map(Some) } else { Ok(None) }
    }

    /// Calls `take` with each entry that has it and what it says there, by place.
    fn each(&self, index: &mut Index<'_>, driver: Driver<'_>, mut take: impl FnMut(u32, u8)) -> Sql<()> {
        match driver {
            Driver::From(0) => {
                if let Some(spread) = self.spread(index, None)? {
                    spread.each(take);
                    return Ok(());
                }
            }
            Driver::From(from) => {
                if self.lists.len() > 1 && self.is_dense(index) {
                    let mut newest = |place, says| {
                        if place >= from {
                            take(place, says);
                        }
                    };
                    index.spread_for(&self.lists, from)?.each(&mut newest);
                    return Ok(());
                }
            }
            Driver::These(places) => {
                if let Some(spread) = self.spread(index, Some(places.len()))? {
                    for place in places {
                        let says = spread.at(*place);
                        if says > 0 {
                            take(*place, says);
                        }
                    }
                    return Ok(());
                }
            }
        }
        if let [list] = self.lists.as_slice() {
            return index.read(list, driver, take);
        }
        // The most that any of the lists says.
        let mut all = Vec::new();
        for list in &self.lists {
            index.read(list, driver, |place, says| all.push((place, says)))?;
        }
        all.sort_unstable_by_key(|(place, says)| (*place, std::cmp::Reverse(*says)));
        all.dedup_by_key(|(place, _)| *place);
        for (place, says) in all {
            take(place, says);
        }
        Ok(())
    }

    /// The entries that have it.
    fn matches(&self, index: &mut Index<'_>, driver: Driver<'_>) -> Sql<Vec<Match>> {
        let mut found = Vec::new();
        self.each(index, driver, |place, says| found.push(self.matched(place, says)))?;
        Ok(found)
    }

    /// Those of `found` that have it, too, with the sum of the scores.
    fn both(&self, index: &mut Index<'_>, mut found: Vec<Match>) -> Sql<Vec<Match>> {
        if let Some(spread) = self.spread(index, Some(found.len()))? {
            found.retain_mut(|one| {
                let says = spread.at(one.place);
                one.score += self.score(says);
                says > 0
            });
            return Ok(found);
        }
        let places = places(&found);
        Ok(both(&found, &self.matches(index, Driver::These(&places))?))
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a score: its last digits do not matter")]
fn narrow(n: f64) -> f32 {
    n as f32
}

impl<'q> Term<'q> {
    /// Looks up the words of `ways`; a word that may go on is looked for in its most frequent ways.
    pub fn new(index: &mut Index<'_>, ways: &'q [Way], limits: Limits) -> Sql<Self> {
        let mut lists = ways.iter().map(|way| Lists::new(index, way, limits)).collect::<Sql<Vec<_>>>()?;
        // What many entries have is merged last, and once.
        lists.sort_by_key(Lists::entries);
        Ok(Self { asked: ways, ways: lists })
    }

    /// The entries that are on one of these lists. It adds nothing to what they score.
    pub fn on(index: &mut Index<'_>, names: &[String], limits: Limits) -> Sql<Self> {
        let lists = names.iter().map(|name| index.list(name)).collect::<Sql<Vec<_>>>()?;
        let entries = lists.iter().map(|list| list.entries).sum();
        let words = vec![Word { lists, entries, weight: 0.0, sparse: limits.sparse }];
        Ok(Self { asked: &[], ways: vec![Lists { words, row: false, partly: false }] })
    }

    /// Entries that have it, at most.
    pub fn entries(&self) -> u64 {
        self.ways.iter().map(Lists::entries).sum()
    }

    /// What an entry scores for it at most.
    pub fn most(&self) -> f32 {
        self.ways.iter().map(|way| way.words.iter().map(|word| word.weight * 255.0).sum()).fold(0.0, f32::max)
    }

    /// Some words of it must stand in a row.
    pub fn has_rows(&self) -> bool {
        self.ways.iter().any(|way| way.row)
    }

    /// A word goes on in more ways than were looked for.
    pub fn is_partly(&self) -> bool {
        self.ways.iter().any(|way| way.partly)
    }

    /// The entries that have it in any of its ways, by place.
    pub fn matches(&self, index: &mut Index<'_>, driver: Driver<'_>) -> Sql<Vec<Match>> {
        let mut found: Option<Vec<Match>> = None;
        for way in &self.ways {
            let next = way.matches(index, driver)?;
            found = Some(match found {
                None => next,
                Some(found) => merged(&found, &next, |a, b| Match {
                    score: a.score.max(b.score),
                    sure: a.sure || b.sure,
                    ..a
                }),
            });
        }
        Ok(found.unwrap_or_default())
    }

    /// The word that it is, if it is one and is written in one way.
    fn only_word(&self) -> Option<&Word> {
        match self.ways.as_slice() {
            [Lists { words, row: false, .. }] => words.first().filter(|_| words.len() == 1),
            _ => None,
        }
    }

    /// The word, spread out, where that is quicker than to look for so many entries.
    fn spread(&self, index: &mut Index<'_>, wanted: usize) -> Sql<Option<(&Word, Arc<Spread>)>> {
        let Some(word) = self.only_word() else { return Ok(None) };
        Ok(word.spread(index, Some(wanted))?.map(|spread| (word, spread)))
    }

    /// Those of `found` that have it, too, with the sum of the scores.
    pub fn both(&self, index: &mut Index<'_>, found: Vec<Match>) -> Sql<Vec<Match>> {
        if let Some(word) = self.only_word() {
            return word.both(index, found);
        }
        let places = places(&found);
        Ok(both(&found, &self.matches(index, Driver::These(&places))?))
    }

    /// All of `found`; what has it, too, counts more.
    pub fn helped(&self, index: &mut Index<'_>, mut found: Vec<Match>) -> Sql<Vec<Match>> {
        if let Some((word, spread)) = self.spread(index, found.len())? {
            for one in &mut found {
                one.score += word.score(spread.at(one.place));
            }
            return Ok(found);
        }
        let places = places(&found);
        Ok(helped(found, &self.matches(index, Driver::These(&places))?))
    }

    /// What of `found` does not have it.
    pub fn refused(&self, index: &mut Index<'_>, mut found: Vec<Match>) -> Sql<Vec<Match>> {
        if let Some((_, spread)) = self.spread(index, found.len())? {
            found.retain(|one| spread.at(one.place) == 0);
            return Ok(found);
        }
        let places = places(&found);
        Ok(refused(found, &self.matches(index, Driver::These(&places))?))
    }

    /// Its words spread out by place, at least for the places from `from` on; its entries from there on, where they are few.
    pub fn part(&self, index: &mut Index<'_>, from: u32) -> Sql<Part> {
        let (low, high) = index.places();
        let sparse = self.ways.first().and_then(|way| way.words.first()).map_or(0, |word| word.sparse);
        if self.entries().saturating_mul(sparse) <= u64::from(high.saturating_sub(low)) {
            return Ok(Part::Few(Few::new(self.matches(index, Driver::From(from))?)));
        }
        let mut spread = |word: &Word| -> Sql<(f32, Arc<Spread>)> {
            let spread = if word.is_dense(index) {
                index.spread_for(&word.lists, from)?
            } else {
                Arc::new(index.spread_from(&word.lists, from)?)
            };
            Ok((word.weight, spread))
        };
        let mut ways = Vec::with_capacity(self.ways.len());
        for way in &self.ways {
            let words = way.words.iter().map(&mut spread).collect::<Sql<_>>()?;
            ways.push(Side { words, row: way.row });
        }
        Ok(Part::Side(ways))
    }

    /// Adds what entries score for it to `sums`.
    pub fn add_to(&self, sums: &mut Sums<'_>, index: &mut Index<'_>, driver: Driver<'_>) -> Sql<()> {
        if let Driver::From(from) = driver {
            match self.part(index, from)? {
                Part::Few(few) => few.all().iter().for_each(|one| sums.add(*one)),
                part @ Part::Side(_) => sums.add_part(&part),
            }
            return Ok(());
        }
        if let Some(word) = self.only_word() {
            return word.each(index, driver, |place, says| sums.add(word.matched(place, says)));
        }
        for one in self.matches(index, driver)? {
            sums.add(one);
        }
        Ok(())
    }
}

impl Lists {
    fn new(index: &mut Index<'_>, way: &Way, limits: Limits) -> Sql<Self> {
        if let Some(name) = way.name() {
            // As one word. Its parts in a row are common, and are in longer names, too.
            let name = folded(&name).into_owned();
            let (lists, partly) =
                if way.begins { going_on(index, &name, limits)? } else { (vec![index.list(&name)?], false) };
            let word = Word::new(index, lists, limits);
            if word.entries > 0 {
                return Ok(Self { words: vec![word], row: false, partly });
            }
        }
        let all = way.words();
        let mut words = Vec::with_capacity(all.len());
        let mut partly = false;
        for (at, word) in all.iter().enumerate() {
            let word = folded(word);
            let lists = if way.begins && at + 1 == all.len() {
                let (lists, some) = going_on(index, &word, limits)?;
                partly = some;
                lists
            } else {
                vec![index.list(&stem(&word))?]
            };
            words.push(Word::new(index, lists, limits));
        }
        words.sort_by_key(|word| word.entries);
        Ok(Self { words, row: all.len() > 1, partly })
    }

    fn entries(&self) -> u64 {
        self.words.first().map_or(0, |word| word.entries)
    }

    fn matches(&self, index: &mut Index<'_>, driver: Driver<'_>) -> Sql<Vec<Match>> {
        let mut found: Option<Vec<Match>> = None;
        for word in &self.words {
            found = Some(match found {
                None => word.matches(index, driver)?,
                Some(found) => word.both(index, found)?,
            });
        }
        let mut found = found.unwrap_or_default();
        if self.row {
            for one in &mut found {
                one.sure = false;
            }
        }
        Ok(found)
    }
}

/// The lists of words that begin so, as many as `limits` says, and whether there are more words.
fn going_on(index: &mut Index<'_>, beginning: &str, limits: Limits) -> Sql<(Vec<List>, bool)> {
    let going = index.going_on(beginning, limits.endings, |index| gathered(index, beginning, limits))?;
    Ok((*going).clone())
}

fn gathered(index: &mut Index<'_>, beginning: &str, limits: Limits) -> Sql<(Vec<List>, bool)> {
    let begun = index.words_with(beginning)?;
    let (words, all) = &*begun;
    // A word that is complete as it stands is among them, in whatever form texts have it.
    let mut stems = vec![stem(beginning).into_owned()];
    let mut more = !all;
    for (word, _) in words {
        let stem = stem(word);
        // These are few: to look at each takes less than to hash them.
        if stems.iter().any(|known| *known == stem) {
            continue;
        }
        if stems.len() > limits.endings {
            more = true;
            break;
        }
        stems.push(stem.into_owned());
    }
    index.look_up(stems.iter().map(String::as_str))?;
    Ok((stems.iter().map(|stem| index.list(stem)).collect::<Sql<_>>()?, more))
}

/// The places of matches.
pub fn places(found: &[Match]) -> Vec<u32> {
    found.iter().map(|found| found.place).collect()
}

/// What is in both, with the sum of the scores.
fn both(a: &[Match], b: &[Match]) -> Vec<Match> {
    let mut rest = b.iter().peekable();
    let mut found = Vec::with_capacity(a.len().min(b.len()));
    for one in a {
        while rest.next_if(|other| other.place < one.place).is_some() {}
        if let Some(other) = rest.next_if(|other| other.place == one.place) {
            found.push(Match { score: one.score + other.score, sure: one.sure && other.sure, ..*one });
        }
    }
    found
}

/// What is in any of both, with the sum of the scores.
pub fn either(a: Vec<Match>, b: &[Match]) -> Vec<Match> {
    if b.is_empty() {
        return a;
    }
    merged(&a, b, |one, other| Match { score: one.score + other.score, sure: one.sure || other.sure, ..one })
}

/// What is in any of both; `joined` says what comes of one that is in both.
fn merged(a: &[Match], b: &[Match], joined: impl Fn(Match, Match) -> Match) -> Vec<Match> {
    let mut found = Vec::with_capacity(a.len() + b.len());
    let mut rest = b.iter().copied().peekable();
    for one in a.iter().copied() {
        while let Some(other) = rest.next_if(|other| other.place < one.place) {
            found.push(other);
        }
        found.push(match rest.next_if(|other| other.place == one.place) {
            Some(other) => joined(one, other),
            None => one,
        });
    }
    found.extend(rest);
    found
}

/// All of `found`; what is in `helped`, too, counts more.
fn helped(mut found: Vec<Match>, helped: &[Match]) -> Vec<Match> {
    let mut rest = helped.iter().peekable();
    for one in &mut found {
        while rest.next_if(|other| other.place < one.place).is_some() {}
        if let Some(other) = rest.next_if(|other| other.place == one.place) {
            one.score += other.score;
        }
    }
    found
}

/// What of `found` is not in `refused`; where that is not sure, nor is what is left.
fn refused(mut found: Vec<Match>, refused: &[Match]) -> Vec<Match> {
    let mut rest = refused.iter().peekable();
    found.retain_mut(|one| {
        while rest.next_if(|other| other.place < one.place).is_some() {}
        let Some(other) = rest.next_if(|other| other.place == one.place) else { return true };
        one.sure = false;
        !other.sure
    });
    found
}

/// The better one first: the higher score, then the newer one.
pub fn better(a: &Match, b: &Match) -> std::cmp::Ordering {
    b.score.total_cmp(&a.score).then(b.place.cmp(&a.place))
}

/// Takes the best `count` of `found` out, in order.
pub fn best(found: &mut Vec<Match>, count: usize) -> Vec<Match> {
    if found.len() > count {
        found.select_nth_unstable_by(count, better);
    }
    let mut best: Vec<Match> = found.drain(..count.min(found.len())).collect();
    best.sort_unstable_by(better);
    best
}

/// The score that `count` of `found` have at least.
pub fn nth_score(found: &[Match], count: usize) -> f32 {
    nth(found.iter().map(|one| one.score).collect(), count)
}

/// The `count`th of `scores`, the largest first; the last one if there are fewer.
pub fn nth(mut scores: Vec<f32>, count: usize) -> f32 {
    let at = count.saturating_sub(1).min(scores.len().saturating_sub(1));
    if scores.is_empty() { f32::MIN } else { *scores.select_nth_unstable_by(at, |a, b| b.total_cmp(a)).1 }
}
