//! A part of a question in all its ways to be written, with the lists of the index; and how matches of parts come together.

use super::super::text::Way;
use super::super::words::{Driver, Index, List, folded, stem};
use super::Sql;
use crate::base::num::{to_f64, to_usize};
use std::collections::HashSet;

/// Lists with fewer entries than this share of all places are put in order.
const SPARSE: u64 = 64;

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
}

impl Word {
    fn new(index: &Index<'_>, lists: Vec<List>) -> Self {
        let entries = lists.iter().map(|list| list.entries).sum();
        // BM25's weight of rare words, never below zero (Robertson and Zaragoza, 2009, with one added as Lucene does).
        let (all, with) = (to_f64(index.entries), to_f64(entries));
        let rare = ((all - with).max(0.0) + 0.5) / (with + 0.5);
        Self { lists, entries, weight: narrow(rare.ln_1p() / 255.0) }
    }

    /// The entries that have it.
    fn matches(&self, index: &mut Index<'_>, driver: Driver<'_>) -> Sql<Vec<Match>> {
        let weight = self.weight;
        let matched = |(place, says)| Match { place, score: weight * f32::from(says), sure: true };
        let mut found = Vec::new();
        if let [list] = self.lists.as_slice() {
            index.read(list, driver, |place, says| found.push(matched((place, says))))?;
            return Ok(found);
        }
        // The most that any of the lists says: side by side where they are long, else put in order.
        let (low, high) = index.places();
        let (low, high) = driver.within(low, high);
        if self.entries > u64::from(high.saturating_sub(low)) / SPARSE {
            let mut says_at = vec![0_u8; to_usize(u64::from(high.saturating_sub(low)) + 1)];
            for list in &self.lists {
                index.read(list, driver, |place, says| {
                    if let Some(most) = says_at.get_mut(to_usize(u64::from(place.saturating_sub(low)))) {
                        *most = says.max(*most);
                    }
                })?;
            }
            let all = (low..).zip(says_at).filter(|(_, says)| *says > 0);
            return Ok(all.map(matched).collect());
        }
        let mut all = Vec::new();
        for list in &self.lists {
            index.read(list, driver, |place, says| all.push((place, says)))?;
        }
        all.sort_unstable_by_key(|(place, says)| (*place, std::cmp::Reverse(*says)));
        all.dedup_by_key(|(place, _)| *place);
        Ok(all.into_iter().map(matched).collect())
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a score: its last digits do not matter")]
fn narrow(n: f64) -> f32 {
    n as f32
}

impl<'q> Term<'q> {
    /// Looks up the words of `ways`; a word that may go on is looked for in its `endings` most frequent ways.
    pub fn new(index: &mut Index<'_>, ways: &'q [Way], endings: usize) -> Sql<Self> {
        let mut lists = ways.iter().map(|way| Lists::new(index, way, endings)).collect::<Sql<Vec<_>>>()?;
        // What many entries have is merged last, and once.
        lists.sort_by_key(Lists::entries);
        Ok(Self { asked: ways, ways: lists })
    }

    /// The entries that are on one of these lists. It adds nothing to what they score.
    pub fn on(index: &mut Index<'_>, names: &[String]) -> Sql<Self> {
        let lists = names.iter().map(|name| index.list(name)).collect::<Sql<Vec<_>>>()?;
        let entries = lists.iter().map(|list| list.entries).sum();
        let words = vec![Word { lists, entries, weight: 0.0 }];
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
}

impl Lists {
    fn new(index: &mut Index<'_>, way: &Way, endings: usize) -> Sql<Self> {
        if let Some(name) = way.name() {
            // As one word. Its parts in a row are common, and are in longer names, too.
            let name = folded(&name).into_owned();
            let (lists, partly) =
                if way.begins { going_on(index, &name, endings)? } else { (vec![index.list(&name)?], false) };
            let word = Word::new(index, lists);
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
                let (lists, some) = going_on(index, &word, endings)?;
                partly = some;
                lists
            } else {
                vec![index.list(&stem(&word))?]
            };
            words.push(Word::new(index, lists));
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
                Some(found) => {
                    let places = places(&found);
                    both(&found, &word.matches(index, Driver::These(&places))?)
                }
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

/// The lists of words that begin so, at most `endings` of them, and whether there are more words.
fn going_on(index: &mut Index<'_>, beginning: &str, endings: usize) -> Sql<(Vec<List>, bool)> {
    let (words, all) = index.words_with(beginning)?;
    // A word that is complete as it stands is among them, in whatever form texts have it.
    let own = stem(beginning).into_owned();
    let mut stems = vec![own.clone()];
    let mut met = HashSet::from([own]);
    let mut more = !all;
    for (word, _) in &words {
        let stem = stem(word);
        if met.contains(stem.as_ref()) {
            continue;
        }
        if stems.len() > endings {
            more = true;
            break;
        }
        stems.push(stem.clone().into_owned());
        met.insert(stem.into_owned());
    }
    index.look_up(stems.iter().cloned())?;
    Ok((stems.iter().map(|stem| index.list(stem)).collect::<Sql<_>>()?, more))
}

/// The places of matches.
pub fn places(found: &[Match]) -> Vec<u32> {
    found.iter().map(|found| found.place).collect()
}

/// What is in both, with the sum of the scores.
pub fn both(a: &[Match], b: &[Match]) -> Vec<Match> {
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
pub fn helped(mut found: Vec<Match>, helped: &[Match]) -> Vec<Match> {
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
pub fn refused(mut found: Vec<Match>, refused: &[Match]) -> Vec<Match> {
    let mut rest = refused.iter().peekable();
    found.retain_mut(|one| {
        while rest.next_if(|other| other.place < one.place).is_some() {}
        let Some(other) = rest.next_if(|other| other.place == one.place) else { return true };
        one.sure = false;
        !other.sure
    });
    found
}

fn better(a: &Match, b: &Match) -> std::cmp::Ordering {
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
    let mut scores: Vec<f32> = found.iter().map(|one| one.score).collect();
    let at = count.saturating_sub(1).min(scores.len().saturating_sub(1));
    if scores.is_empty() { f32::MIN } else { *scores.select_nth_unstable_by(at, |a, b| b.total_cmp(a)).1 }
}
