//! Full text: which entries a question finds, best first. Owns how a question is carried out on the lists of words. Must not
//! know how the lists are kept, nor how results are shown.
//!
//! Of parts that must all match, the rarest is read first, and of the others only what may hold one of its entries. Where the
//! lists come to more than [`Limits::postings`], the newest entries are read as far as that goes, and those that people use;
//! the result says so.
//!
//! The index knows no order of words. Words in a row are found by all of them; the entries found are then looked at, the best
//! first, as many as [`Limits::looked`] says.
//!
//! Invariants: every row given matches; a total without `more` is exact; what is read is bounded, whatever is asked.

mod look;
mod term;

use super::sieve::Sieve;
use super::text::{Asked, Way};
use super::words::{Driver, Index};
use super::{codec, sql};
use crate::base::num::{signed, to_u64};
use crate::store::{EntryRow, Filter, TextHit, TextHits, TextPlan, TextQuery};
use look::Looker;
use rusqlite::Connection;
use term::{Match, Term};

type Sql<T> = rusqlite::Result<T>;

/// How far a question may go. Tests of what is found set them low.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Postings that are read.
    pub postings: u64,
    /// Entries whose texts are looked at.
    pub looked: usize,
    /// Entries that people use which are found however old they are, where not all are read.
    pub used: usize,
    /// Entries that pass a filter up to which these are read and no others.
    pub passing: usize,
    /// Matches that are held against a filter, while results are missing and to count them.
    pub filtered: (usize, usize),
    /// Ways for a word to go on that are looked for.
    pub endings: usize,
}

impl Limits {
    /// Those of the program.
    pub const USUAL: Self = Self {
        postings: 2_000_000,
        looked: 300,
        used: 400,
        passing: 2_000,
        filtered: (8_000, 4_000),
        endings: 32,
    };
}

/// Postings that are read at most for one that is wanted: those of a page.
const PAGE: u64 = 2_000;
/// Matches that are put in order and gone through at a time.
const AT_ONCE: usize = 500;

/// Answers `query`.
pub fn find_text(
    sql: &Connection,
    query: &TextQuery,
    filter: &Filter,
    limit: usize,
    limits: Limits,
) -> Sql<TextHits> {
    let Some(asked) = Asked::of(query) else { return Ok(TextHits::default()) };
    // One view of the store for all statements; it ends without a trace.
    let tx = sql.unchecked_transaction()?;
    let mut index = Index::open(&tx)?;
    let terms =
        asked.terms.iter().map(|ways| Term::new(&mut index, ways, limits.endings)).collect::<Sql<_>>()?;
    let helpful = each(&mut index, &asked.helpful, limits)?;
    let without = each(&mut index, &asked.without, limits)?;
    let mut search =
        Search { sql: &tx, index, any: asked.any, terms, helpful, without, filter, limits, wanted: limit };
    search.run(limit)
}

/// Each of `ways` as a part of its own.
fn each<'q>(index: &mut Index<'_>, ways: &'q [Way], limits: Limits) -> Sql<Vec<Term<'q>>> {
    ways.iter().map(|way| Term::new(index, std::slice::from_ref(way), limits.endings)).collect()
}

/// A question with its lists.
struct Search<'q> {
    sql: &'q Connection,
    index: Index<'q>,
    any: bool,
    terms: Vec<Term<'q>>,
    helpful: Vec<Term<'q>>,
    without: Vec<Term<'q>>,
    filter: &'q Filter,
    limits: Limits,
    /// Results wanted.
    wanted: usize,
}

/// Which of the matches are gone through for the result.
#[derive(Default)]
struct Kept {
    rows: Vec<TextHit>,
    total: u64,
    more: bool,
}

impl Search<'_> {
    fn run(&mut self, limit: usize) -> Sql<TextHits> {
        self.terms.sort_by_key(Term::entries);
        let few = self.few_passing()?;
        let (mut found, all, plan) = match &few {
            Some(places) => {
                let (found, all) = self.matches(Driver::These(places))?;
                (found, all, TextPlan::Whole)
            }
            None => self.as_far_as_it_goes()?,
        };
        if !self.index.dead.is_empty() {
            found.retain(|found| !self.index.dead.contains(&found.place));
        }
        let kept = self.keep(found, few.is_some() || self.filter.is_plain(), limit)?;
        let partly = self.terms.iter().any(Term::is_partly);
        let more = kept.more || partly || !all || plan != TextPlan::Whole;
        Ok(TextHits { hits: kept.rows, total: kept.total, more, plan, looked: self.index.looked })
    }

    /// The places that pass the filter, if there is one and they are few.
    fn few_passing(&self) -> Sql<Option<Vec<u32>>> {
        if self.filter.is_plain() {
            return Ok(None);
        }
        let rows = Sieve::of(self.filter).rows(self.sql, 0, self.limits.passing + 1)?;
        if rows.len() > self.limits.passing {
            return Ok(None);
        }
        let mut place_of = self.sql.prepare_cached(sql::search::PLACE_OF_ROW)?;
        let places = rows.iter().map(|row| place_of.query_row([row.0], |row| row.get(0)));
        let mut places = places.collect::<Sql<Vec<u32>>>()?;
        places.sort_unstable();
        Ok(Some(places))
    }

    /// All matches; if there is more to read for that than may be, those of the newest entries and of those in use.
    fn as_far_as_it_goes(&mut self) -> Sql<(Vec<Match>, bool, TextPlan)> {
        let entries: Vec<u64> = self.terms.iter().map(Term::entries).collect();
        let rarest = entries.first().copied().unwrap_or(0);
        let read = |entries: u64| if self.any { entries } else { entries.min(rarest.saturating_mul(PAGE)) };
        let cost: u64 = entries.iter().map(|entries| read(*entries)).fold(0, u64::saturating_add);
        if cost <= self.limits.postings {
            let (found, all) = self.matches(Driver::From(0))?;
            return Ok((found, all, TextPlan::Whole));
        }
        let (low, high) = self.index.places();
        let all = u64::from(high.saturating_sub(low));
        let newest = u128::from(all) * u128::from(self.limits.postings) / u128::from(cost);
        let from = high.saturating_sub(u32::try_from(newest).unwrap_or(u32::MAX));
        let mut prepared = self.sql.prepare_cached(sql::search::USED_PLACES)?;
        let used = prepared.query_map([signed(to_u64(self.limits.used))], |row| row.get(0))?;
        let mut used = used.collect::<Sql<Vec<u32>>>()?;
        used.retain(|place| *place < from);
        used.sort_unstable();
        let mut found = self.matches(Driver::These(&used))?.0;
        found.extend(self.matches(Driver::From(from))?.0);
        Ok((found, false, TextPlan::Newest))
    }

    /// The matches among the entries that `driver` asks for, and whether these are all.
    fn matches(&mut self, driver: Driver<'_>) -> Sql<(Vec<Match>, bool)> {
        let (mut found, all) =
            if self.any { self.any_of_it(driver)? } else { (self.all_of_it(driver)?, true) };
        let places = term::places(&found);
        for term in &self.helpful {
            let helped = term.matches(&mut self.index, Driver::These(&places))?;
            found = term::helped(found, &helped);
        }
        for term in &self.without {
            let refused = term.matches(&mut self.index, Driver::These(&places))?;
            found = term::refused(found, &refused);
        }
        Ok((found, all))
    }

    /// Every part must match: the rarest is read first.
    fn all_of_it(&mut self, driver: Driver<'_>) -> Sql<Vec<Match>> {
        let mut found: Option<Vec<Match>> = None;
        for term in &self.terms {
            found = Some(match found {
                None => term.matches(&mut self.index, driver)?,
                Some(found) => {
                    let places = term::places(&found);
                    term::both(&found, &term.matches(&mut self.index, Driver::These(&places))?)
                }
            });
        }
        Ok(found.unwrap_or_default())
    }

    /// One part is enough: the rarest count most and are read first. As soon as what is left to read cannot lift an entry that is
    /// not yet found among the best, it is only read for those that are (Turtle and Flood, Query evaluation: strategies and
    /// optimizations, 1995).
    fn any_of_it(&mut self, driver: Driver<'_>) -> Sql<(Vec<Match>, bool)> {
        let mut left: f32 = self.terms.iter().map(Term::most).sum();
        let (mut found, mut all) = (Vec::new(), true);
        // Where some of the best may be refused yet, nothing can be left out.
        let may_refuse =
            !self.filter.is_plain() || self.terms.iter().chain(&self.without).any(Term::has_rows);
        let wanted = if may_refuse { usize::MAX } else { self.wanted.saturating_add(self.index.dead.len()) };
        for term in &self.terms {
            let bar = if found.len() < wanted { f32::MIN } else { term::nth_score(&found, wanted) };
            if bar > left {
                all = false;
                found.retain(|one: &Match| one.score + left >= bar);
                let places = term::places(&found);
                found = term::helped(found, &term.matches(&mut self.index, Driver::These(&places))?);
            } else {
                found = term::either(found, &term.matches(&mut self.index, driver)?);
            }
            left -= term.most();
        }
        Ok((found, all))
    }

    /// Goes through the matches, the best first: their texts, where it depends on these, and the filter.
    fn keep(&self, mut found: Vec<Match>, all_pass: bool, limit: usize) -> Sql<Kept> {
        let looker = self.looker();
        let mut kept = Kept::default();
        let mut row_of = self.sql.prepare_cached(sql::search::ROW_OF_PLACE)?;
        let (mut looked, mut held) = (0, 0);
        while !found.is_empty() {
            if all_pass && kept.rows.len() >= limit && found.iter().all(|found| found.sure) {
                kept.total += to_u64(found.len());
                break;
            }
            let (most, counted) = self.limits.filtered;
            if !all_pass && (held >= most || held >= counted && kept.rows.len() >= limit) {
                kept.more = true;
                break;
            }
            let some = term::best(&mut found, AT_ONCE.max(limit));
            held += some.len();
            let passing = if all_pass { None } else { Some(self.passing(&some)?) };
            for found in some {
                if passing.as_ref().is_some_and(|passing| !passing.contains(&i64::from(found.place))) {
                    continue;
                }
                if !found.sure {
                    if looked >= self.limits.looked || kept.rows.len() >= limit {
                        kept.more = true;
                        continue;
                    }
                    looked += 1;
                    if !self.fits(&looker, found.place)? {
                        continue;
                    }
                }
                kept.total += 1;
                if kept.rows.len() < limit {
                    let row = row_of.query_row([found.place], |row| row.get(0))?;
                    kept.rows.push(TextHit { row: EntryRow(row), score: f64::from(found.score) });
                }
            }
        }
        Ok(kept)
    }

    /// What has to stand in the texts of entries that are not sure.
    fn looker(&self) -> Looker {
        let mut looker = Looker::default();
        let rows: Vec<&Term<'_>> = self.terms.iter().filter(|term| term.has_rows()).collect();
        if self.any {
            let ways: Vec<_> = self.terms.iter().flat_map(|term| term.asked).cloned().collect();
            if !rows.is_empty() {
                looker.ask(&ways);
            }
        } else {
            for term in rows {
                looker.ask(term.asked);
            }
        }
        for term in self.without.iter().filter(|term| term.has_rows()) {
            term.asked.iter().for_each(|way| looker.refuse(way));
        }
        looker
    }

    fn fits(&self, looker: &Looker, place: u32) -> Sql<bool> {
        let mut prepared = self.sql.prepare_cached(sql::search::TEXTS)?;
        prepared.query_row([place], |row| Ok(looker.fits(&codec::texts(row)?)))
    }

    /// Those of `found` that pass the filter.
    fn passing(&self, found: &[Match]) -> Sql<std::collections::HashSet<i64>> {
        let places = found.iter().map(|found| EntryRow(i64::from(found.place))).collect::<Vec<_>>();
        let list = codec::row_list(&places);
        let passing = Sieve::of(self.filter).numbers(self.sql, sql::search::PASSING_PLACES, &[&list])?;
        Ok(passing.into_iter().collect())
    }
}

#[cfg(test)]
mod tests;
