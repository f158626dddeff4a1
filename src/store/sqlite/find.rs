//! Full text: which entries a question finds, best first. Owns how a question is carried out on the lists of words. Must not
//! know how the lists are kept, nor how results are shown.
//!
//! Of parts that must all match, the rarest is read first, and of the others only what may hold one of its entries. Where the
//! lists come to more than [`Limits::postings`], the newest entries are read as far as that goes, and those that people use;
//! the result says so.
//!
//! What of a filter has lists in the index (a category, a tag) is one more part that must match; the rest of it is asked of the
//! entries found.
//!
//! The index knows no order of words. Words in a row are found by all of them; the entries found are then looked at, the best
//! first, as many as [`Limits::looked`] says.
//!
//! Invariants: every row given matches; a total without `more` is exact; what is read is bounded, whatever is asked.

mod best;
mod block;
mod look;
mod side;
mod sums;
mod term;

use super::read::one_view;
use super::sieve::Sieve;
use super::text::{Asked, Way};
use super::words::{BLOCK, Driver, Index, Memory, Rows, Verdicts, block_of, fact_lists};
use super::{codec, sql};
use crate::base::num::{signed, to_u64};
use crate::store::{EntryRow, Filter, TextHit, TextHits, TextPlan, TextQuery};
use best::Best;
use foldhash::fast::RandomState;
use look::Looker;
use rusqlite::Connection;
use side::{Part, Parts};
use std::collections::HashMap;
use sums::Sums;
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
    /// A word that more than one in so many entries have is looked at side by side by place; rarer ones are put in order.
    pub sparse: u64,
}

impl Limits {
    /// Those of the program.
    pub const USUAL: Self = Self {
        postings: 1_000_000,
        looked: 300,
        used: 400,
        passing: 2_000,
        filtered: (8_000, 4_000),
        endings: 32,
        sparse: 64,
    };
}

/// Postings that are read at most for one that is wanted: those of a page.
const PAGE: u64 = 2_000;
/// Blocks of places whose rows are read as a whole for one question.
const LEARNED: usize = 4;
/// Matches that are put in order and gone through at a time.
const AT_ONCE: usize = 500;

/// Answers `query`; what is in `memory` of the index is not read again.
pub fn find_text(
    (sql, memory): (&Connection, &Memory),
    query: &TextQuery,
    filter: &Filter,
    limit: usize,
    limits: Limits,
) -> Sql<TextHits> {
    let Some(asked) = Asked::of(query) else { return Ok(TextHits::default()) };
    let _view = one_view(sql)?;
    let mut index = Index::with(sql, memory)?;
    let terms = asked.terms.iter().map(|ways| Term::new(&mut index, ways, limits)).collect::<Sql<_>>()?;
    let helpful = each(&mut index, &asked.helpful, limits)?;
    let mut without = each(&mut index, &asked.without, limits)?;
    let (mut facts, mut rest) = (Vec::new(), Filter::default());
    for clause in filter.all() {
        match fact_lists(&clause.test) {
            Some(names) if clause.not => without.push(Term::on(&mut index, &names, limits)?),
            Some(names) => facts.push(Term::on(&mut index, &names, limits)?),
            None => rest.clauses.push(clause),
        }
    }
    let search =
        Search { sql, index, any: asked.any, terms, facts, helpful, without, rest, limits, wanted: limit };
    search.run(limit)
}

/// Whether any entry matches `query`.
pub fn has_text((sql, memory): (&Connection, &Memory), query: &TextQuery, limits: Limits) -> Sql<bool> {
    let Some(asked) = Asked::of(query) else { return Ok(false) };
    let view = one_view(sql)?;
    let mut index = Index::with(sql, memory)?;
    // Of one part the lists say it, where nothing of them is gone and no text has to be looked at.
    if let ([ways], true, true) = (asked.terms.as_slice(), asked.without.is_empty(), index.dead().is_empty())
    {
        let term = Term::new(&mut index, ways, limits)?;
        if !term.has_rows() {
            return Ok(term.entries() > 0);
        }
    }
    drop(view);
    Ok(find_text((sql, memory), query, &Filter::default(), 1, limits)?.total > 0)
}

/// Each of `ways` as a part of its own.
fn each<'q>(index: &mut Index<'_>, ways: &'q [Way], limits: Limits) -> Sql<Vec<Term<'q>>> {
    ways.iter().map(|way| Term::new(index, std::slice::from_ref(way), limits)).collect()
}

/// What all of `parts` match; the first is read first.
fn all_of<'t>(
    index: &mut Index<'_>,
    parts: impl Iterator<Item = &'t Term<'t>>,
    driver: Driver<'_>,
) -> Sql<Vec<Match>> {
    let mut found: Option<Vec<Match>> = None;
    for part in parts {
        found = Some(match found {
            None => part.matches(index, driver)?,
            Some(found) => part.both(index, found)?,
        });
    }
    Ok(found.unwrap_or_default())
}

/// A question with its lists.
struct Search<'q> {
    sql: &'q Connection,
    index: Index<'q>,
    any: bool,
    terms: Vec<Term<'q>>,
    /// What of the filter has lists.
    facts: Vec<Term<'q>>,
    helpful: Vec<Term<'q>>,
    without: Vec<Term<'q>>,
    /// What of the filter has no lists.
    rest: Filter,
    limits: Limits,
    /// Results wanted.
    wanted: usize,
}

/// What was found.
struct Matches {
    found: Vec<Match>,
    /// Entries beyond these that match surely, and come after them.
    beyond: u64,
    /// These are all: none was left out because it cannot be among the best.
    all: bool,
}

impl Matches {
    fn all(found: Vec<Match>) -> Self {
        Self { found, beyond: 0, all: true }
    }

    /// The best of matches that were `all`.
    fn of(best: Best, all: bool) -> Self {
        let found = best.finish();
        Self { found: found.best, beyond: found.beyond, all: all && !found.left }
    }
}

/// Which of the matches are gone through for the result.
#[derive(Default)]
struct Kept {
    rows: Vec<TextHit>,
    total: u64,
    more: bool,
}

impl<'q> Search<'q> {
    fn run(mut self, limit: usize) -> Sql<TextHits> {
        self.terms.sort_by_key(Term::entries);
        self.facts.sort_by_key(Term::entries);
        let few = self.few_passing()?;
        let (Matches { mut found, beyond, all }, plan) = match &few {
            Some(places) => (self.matches(Driver::These(places))?, TextPlan::Whole),
            None => self.as_far_as_it_goes()?,
        };
        if !self.index.dead().is_empty() {
            found.retain(|found| !self.index.is_dead(found.place));
        }
        let mut kept = self.keep(found, few.is_some() || self.rest.is_plain(), limit)?;
        kept.total += beyond;
        let partly = self.terms.iter().any(Term::is_partly);
        let more = kept.more || partly || !all || plan != TextPlan::Whole;
        Ok(TextHits { hits: kept.rows, total: kept.total, more, plan, looked: self.index.looked })
    }

    /// The places that pass the filter, if there is one and they are few.
    fn few_passing(&self) -> Sql<Option<Vec<u32>>> {
        if self.rest.is_plain() {
            return Ok(None);
        }
        let rows = Sieve::of(&self.rest).rows(self.sql, 0, self.limits.passing + 1)?;
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
    fn as_far_as_it_goes(&mut self) -> Sql<(Matches, TextPlan)> {
        let firsts = self.terms.first().filter(|_| !self.any).into_iter().chain(self.facts.first());
        let rarest = firsts.map(Term::entries).min().unwrap_or(u64::MAX);
        let read = |term: &Term<'_>| term.entries().min(rarest.saturating_mul(PAGE));
        let cost = self.terms.iter().chain(&self.facts).map(read).fold(0, u64::saturating_add);
        if cost <= self.limits.postings {
            return Ok((self.matches(Driver::From(0))?, TextPlan::Whole));
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
        let mut matches = self.matches(Driver::From(from))?;
        matches.found.extend(self.matches(Driver::These(&used))?.found);
        matches.all = false;
        Ok((matches, TextPlan::Newest))
    }

    /// The matches among the entries that `driver` asks for.
    fn matches(&mut self, driver: Driver<'_>) -> Sql<Matches> {
        let mut matches = if self.any && self.facts.is_empty() {
            self.any_of_it(driver)?
        } else if self.any {
            let passing = term::places(&all_of(&mut self.index, self.facts.iter(), driver)?);
            self.any_of_it(Driver::These(&passing))?
        } else if let Some(matches) = self.side_by_side(driver)? {
            return Ok(matches);
        } else {
            Matches::all(self.all_of_it(driver)?)
        };
        for term in &self.helpful {
            matches.found = term.helped(&mut self.index, matches.found)?;
        }
        for term in &self.without {
            matches.found = term.refused(&mut self.index, matches.found)?;
        }
        Ok(matches)
    }

    /// Every part must match: the rarest is read first.
    fn all_of_it(&mut self, driver: Driver<'_>) -> Sql<Vec<Match>> {
        let mut parts: Vec<&Term<'_>> = self.terms.iter().chain(&self.facts).collect();
        parts.sort_by_key(|part| part.entries());
        all_of(&mut self.index, parts.into_iter(), driver)
    }

    /// The same with what helps and what must not be there, where even the rarest part is in so many entries that it is quicker to
    /// look at all places, once for all parts. Where nothing else can refuse an entry, only the best are given.
    fn side_by_side(&mut self, driver: Driver<'_>) -> Sql<Option<Matches>> {
        let Driver::From(from) = driver else { return Ok(None) };
        let rarest = self.terms.iter().chain(&self.facts).map(Term::entries).min().unwrap_or(0);
        if !self.is_dense(rarest) {
            return Ok(None);
        }
        let (low, high) = self.index.places();
        let wanted = if self.rest.is_plain() { self.wanted } else { usize::MAX };
        let mut all: Vec<&Term<'_>> = self.terms.iter().chain(&self.facts).collect();
        all.sort_by_key(|part| part.entries());
        let index = &mut self.index;
        let mut of = |term: &Term<'_>| term.part(index, from);
        let all = all.into_iter().map(&mut of).collect::<Sql<Vec<Part>>>()?;
        let helpful = self.helpful.iter().map(&mut of).collect::<Sql<Vec<Part>>>()?;
        let without = self.without.iter().map(&mut of).collect::<Sql<Vec<Part>>>()?;
        let parts = Parts { all, helpful, without, dead: self.index.dead() };
        Ok(Some(Matches::of(parts.best((low.max(from), high), wanted), true)))
    }

    /// Whether so many entries are looked at side by side.
    fn is_dense(&self, entries: u64) -> bool {
        let (low, high) = self.index.places();
        entries.saturating_mul(self.limits.sparse) > u64::from(high.saturating_sub(low))
    }

    /// Whether an entry that is found may be refused yet, beside those that are gone.
    fn may_refuse(&self) -> bool {
        let rows = self.terms.iter().chain(&self.without).any(Term::has_rows);
        !self.rest.is_plain() || rows
    }

    /// One part is enough: the rarest count most and are read first. As soon as what is left to read cannot lift an entry that is
    /// not yet found among the best, it is only read for those that are (Turtle and Flood, Query evaluation: strategies and
    /// optimizations, 1995).
    fn any_of_it(&mut self, driver: Driver<'_>) -> Sql<Matches> {
        let mut left: f32 = self.terms.iter().map(Term::most).sum();
        let (mut found, mut all, mut reached) = (Vec::new(), true, 0.0_f32);
        // Where some of the best may be refused yet, nothing can be left out.
        let may_refuse = self.may_refuse() || !self.without.is_empty();
        let wanted =
            if may_refuse { usize::MAX } else { self.wanted.saturating_add(self.index.dead().len()) };
        let mut sums = self.sums(driver);
        for term in &self.terms {
            let bar = match &sums {
                Some(sums) if reached > left && !may_refuse => sums.bar(wanted).unwrap_or(f32::MIN),
                Some(_) => f32::MIN,
                None if found.len() < wanted => f32::MIN,
                None => term::nth_score(&found, wanted),
            };
            if bar > left {
                all = false;
                let fits = |score: f32| score + left >= bar;
                found = match sums.take() {
                    Some(sums) => sums.best(usize::MAX, fits).finish().best,
                    None => found.into_iter().filter(|one: &Match| fits(one.score)).collect(),
                };
                found.sort_unstable_by_key(|one| one.place);
                found = term.helped(&mut self.index, found)?;
            } else if let Some(sums) = &mut sums {
                term.add_to(sums, &mut self.index, driver)?;
            } else {
                found = term::either(found, &term.matches(&mut self.index, driver)?);
            }
            left -= term.most();
            reached += term.most();
        }
        let Some(mut sums) = sums else { return Ok(Matches { found, beyond: 0, all }) };
        sums.drop_places(self.index.dead());
        let none_refused = self.rest.is_plain() && self.without.is_empty();
        let wanted = if none_refused { self.wanted } else { usize::MAX };
        let mut matches = Matches::of(sums.best(wanted, |_| true), all);
        matches.found.sort_unstable_by_key(|one| one.place);
        Ok(matches)
    }

    /// Where scores are summed up side by side, if the parts come to so many entries that this is quicker than to merge them.
    fn sums(&self, driver: Driver<'_>) -> Option<Sums<'q>> {
        let (low, high) = self.index.places();
        let (low, most) = match driver {
            Driver::From(from) => (low.max(from), u64::MAX),
            Driver::These(places) => (low, to_u64(places.len())),
        };
        let entries = self.terms.iter().map(Term::entries).fold(0, u64::saturating_add).min(most);
        let many = entries.saturating_mul(self.limits.sparse) > u64::from(high.saturating_sub(low));
        many.then(|| Sums::new(self.index.memory(), (low, high), !self.terms.iter().any(Term::has_rows)))
    }

    /// Goes through the matches, the best first: their texts, where it depends on these, and the filter.
    fn keep(&self, mut found: Vec<Match>, all_pass: bool, limit: usize) -> Sql<Kept> {
        let looker = self.looker();
        let verdicts =
            found.iter().any(|found| !found.sure).then(|| self.index.verdicts(&looker.wanted())).flatten();
        let mut kept = Kept::default();
        let mut best: Vec<Match> = Vec::new();
        let (most, counted) = self.limits.filtered;
        let (mut looked, mut held, mut at_once) = (0, 0, AT_ONCE.max(limit));
        while !found.is_empty() {
            let full = best.len() >= limit;
            if full || looked >= self.limits.looked {
                // No further text is looked at.
                let all = found.len();
                found.retain(|found| found.sure);
                kept.more |= found.len() < all;
            }
            if all_pass && full {
                kept.total += to_u64(found.len());
                break;
            }
            if !all_pass && (held >= most || held >= counted && full) {
                kept.more |= !found.is_empty();
                break;
            }
            let room =
                if all_pass { usize::MAX } else { (if full { counted } else { most }).saturating_sub(held) };
            let some = term::best(&mut found, at_once.min(room));
            held += some.len();
            at_once = at_once.saturating_mul(2);
            let passing = if all_pass { None } else { Some(self.passing(&some)?) };
            for found in some {
                if passing.as_ref().is_some_and(|passing| !passing.contains(&i64::from(found.place))) {
                    continue;
                }
                if !found.sure {
                    if looked >= self.limits.looked || best.len() >= limit {
                        kept.more = true;
                        continue;
                    }
                    looked += 1;
                    if !self.fits(&looker, verdicts.as_deref(), found.place)? {
                        continue;
                    }
                }
                kept.total += 1;
                if best.len() < limit {
                    best.push(found);
                }
            }
        }
        kept.rows = self.hits(&best)?;
        Ok(kept)
    }

    /// The entries at the places of `best`.
    fn hits(&self, best: &[Match]) -> Sql<Vec<TextHit>> {
        let known = self.index.rows();
        let row = |one: &Match| known.as_ref().and_then(|known| known.at(one.place));
        if let Some(known) = &known {
            self.learn_blocks(known, best.iter().filter(|one| row(one).is_none()))?;
        }
        let unknown = best.iter().filter(|one| row(one).is_none());
        let places: Vec<EntryRow> = unknown.map(|one| EntryRow(i64::from(one.place))).collect();
        let mut read: HashMap<u32, i64, RandomState> = HashMap::default();
        if !places.is_empty() {
            let mut prepared = self.sql.prepare_cached(sql::search::ROWS_OF_PLACES)?;
            let rows =
                prepared.query_map([codec::row_list(&places)], |row| Ok((row.get(0)?, row.get(1)?)))?;
            read = rows.collect::<Sql<_>>()?;
        }
        if let Some(known) = &known {
            for (place, row) in &read {
                known.learn(*place, *row);
            }
        }
        best.iter()
            .map(|one| {
                let row = read.get(&one.place).copied().or_else(|| row(one));
                let row = EntryRow(row.ok_or(rusqlite::Error::QueryReturnedNoRows)?);
                Ok(TextHit { row, score: f64::from(one.score) })
            })
            .collect()
    }

    /// Reads the rows of all entries near some of those that are not known yet: neighbours lie on one page, and another search asks for
    /// them soon.
    fn learn_blocks<'m>(&self, known: &Rows, unknown: impl Iterator<Item = &'m Match>) -> Sql<()> {
        let mut blocks: Vec<u32> = Vec::new();
        for block in unknown.map(|one| block_of(one.place)) {
            if blocks.len() < LEARNED && !blocks.contains(&block) {
                blocks.push(block);
            }
        }
        for block in blocks {
            let first = block.saturating_mul(BLOCK);
            let mut prepared = self.sql.prepare_cached(sql::search::ROWS_BETWEEN)?;
            let mut rows = prepared.query([first, first.saturating_add(BLOCK - 1)])?;
            while let Some(row) = rows.next()? {
                known.learn(row.get(0)?, row.get(1)?);
            }
        }
        Ok(())
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

    fn fits(&self, looker: &Looker, verdicts: Option<&Verdicts>, place: u32) -> Sql<bool> {
        if let Some(known) = verdicts.and_then(|verdicts| verdicts.at(place)) {
            return Ok(known);
        }
        let texts = self.index.texts(place, || {
            let mut prepared = self.sql.prepare_cached(sql::search::TEXTS)?;
            let texts = prepared.query_row([place], codec::texts)?;
            Ok(texts.iter().map(|text| text.to_lowercase()).collect())
        })?;
        let fits = looker.fits(&texts);
        if let Some(verdicts) = verdicts {
            verdicts.learn(place, fits);
        }
        Ok(fits)
    }

    /// Those of `found` that pass the filter.
    fn passing(&self, found: &[Match]) -> Sql<std::collections::HashSet<i64>> {
        let places = found.iter().map(|found| EntryRow(i64::from(found.place))).collect::<Vec<_>>();
        let list = codec::row_list(&places);
        let passing = Sieve::of(&self.rest).numbers(self.sql, sql::search::PASSING_PLACES, &[&list])?;
        Ok(passing.into_iter().collect())
    }
}

#[cfg(test)]
mod tests;
