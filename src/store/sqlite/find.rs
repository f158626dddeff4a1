//! Full text, answered in a time that does not grow with the number of matches. Owns how a question is carried out; the
//! expressions are from `text`. Must not know how results are shown.
//!
//! FTS5 finds rows quickly and ranks them slowly: for its rank it reads, for each word and phrase of the question, every
//! row that has it. So words are counted first, up to [`Limits::common`] rows each, and there are three ways:
//!
//! | plan | when | what is read |
//! |---|---|---|
//! | whole | all words are rare: always so in a small store | every match, ranked by all words |
//! | rare | some word that must match is rare | every match, ranked by the rare words: common ones weigh next to nothing |
//! | newest | all words are common | matches from the foremost place on, up to a number of rows; those with the words in the title or the tags come first |
//!
//! The index knows entries by their place: a new one stands at the front, and one that is used or changed moves there.
//!
//! Invariants: every row given matches; a total without `more` is exact; the rows taken from the index are bounded, whatever
//! is asked; counts decide about the way only, never about what matches. FTS5 itself walks the lists of words that are
//! common but hardly ever together to their end: that takes well under a microsecond a row.

mod look;
mod newest;
mod weigh;

use super::sieve::Sieve;
use super::text::{Asked, Way, except};
use super::{codec, sql};
use crate::base::num::to_u64;
use crate::store::{EntryRow, Filter, TextHit, TextHits, TextPlan, TextQuery};
use look::Looker;
use newest::{AND, OR};
use rusqlite::Connection;
use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap, HashSet};
use weigh::{Scales, Weighed};

type Sql<T> = rusqlite::Result<T>;

/// How far a question may go. Tests of what is found set them low.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// A word in as many entries is common: ranking by it reads too much, and says too little.
    pub common: u64,
    /// Places of words looked at to see how a word that is being typed may go on.
    pub places: u64,
    /// Rows of all words together up to which every match is ranked.
    pub whole: u64,
    /// Rows looked at for common words, times the lists of the index that are read for them.
    pub steps: usize,
    /// Matches kept: of the newest, and of those with a word in the title or the tags.
    pub newest: usize,
    /// See `newest`.
    pub titled: usize,
    /// Entries whose texts are looked at.
    pub looked: usize,
}

impl Limits {
    /// Those of the program. `whole` is more than 32 words take that are in every starter entry, so a store without many
    /// more entries ranks every match.
    pub const USUAL: Self = Self {
        common: 1_000,
        places: 4_000,
        whole: 6_000,
        steps: 3_000,
        newest: 300,
        titled: 150,
        looked: 300,
    };
}

/// Common words that the index excludes; for more of them, the texts that are found are looked at.
const EXCLUDED: usize = 2;
/// Lists of the index that a question of parts that must all match reads; parts beyond are looked for in the texts.
const LISTS: usize = 16;
/// Common parts, any of which will do, that are looked for.
const TOGETHER: usize = 4;

/// Answers `query`.
pub fn find_text(
    sql: &Connection,
    query: &TextQuery,
    filter: &Filter,
    limit: usize,
    limits: Limits,
) -> Sql<TextHits> {
    let Some(asked) = Asked::of(query) else { return Ok(TextHits::default()) };
    if asked.may_go_on() {
        sql.execute_batch(sql::search::VOCABULARY)?;
    }
    // One view of the store for all statements; it ends without a trace.
    let tx = sql.unchecked_transaction()?;
    let mut scales = Scales::new(&tx, limits);
    let mut weigh = |ways: &[Way]| ways.iter().map(|way| scales.weigh(way)).collect::<Sql<Vec<_>>>();
    let mut terms = Vec::with_capacity(asked.terms.len());
    for ways in &asked.terms {
        terms.push(Term::new(ways, weigh(ways)?, limits.common));
    }
    let (helpful, without) = (weigh(&asked.helpful)?, weigh(&asked.without)?);
    let counted = scales.counted;
    let search = Search { sql: &tx, asked: &asked, terms, helpful, without, filter, limit, limits };
    let mut hits = search.run()?;
    hits.looked += counted;
    into_rows(&tx, &mut hits)?;
    Ok(hits)
}

/// Until here hits have the places of entries in the index; from here on their rows.
fn into_rows(sql: &Connection, hits: &mut TextHits) -> Sql<()> {
    let mut prepared = sql.prepare_cached(sql::search::ROW_OF_PLACE)?;
    for hit in &mut hits.hits {
        hit.row = EntryRow(prepared.query_row([hit.row.0], |row| row.get(0))?);
    }
    Ok(())
}

/// A part of the question, in all its ways.
struct Term<'q> {
    asked: &'q [Way],
    ways: Vec<Weighed>,
    rows: u64,
    common: bool,
}

impl<'q> Term<'q> {
    fn new(asked: &'q [Way], ways: Vec<Weighed>, common: u64) -> Self {
        let rows = ways.iter().map(|way| way.rows).sum();
        Self { asked, ways, rows, common: rows >= common }
    }

    fn is_loose(&self) -> bool {
        self.ways.iter().any(|way| way.loose)
    }

    fn is_partly(&self) -> bool {
        self.ways.iter().any(|way| way.partly)
    }

    /// Any of its ways, each as `what` says.
    fn any(&self, what: impl Fn(&Weighed) -> String) -> String {
        let ways: Vec<String> = self.ways.iter().map(what).collect();
        format!("({})", ways.join(OR))
    }

    /// What all must match to find it.
    fn each(&self) -> Vec<String> {
        match self.ways.as_slice() {
            [one] => one.lazy.clone(),
            _ => vec![self.any(Weighed::lazily)],
        }
    }
}

/// A question that has been weighed.
struct Search<'q> {
    sql: &'q Connection,
    asked: &'q Asked,
    terms: Vec<Term<'q>>,
    helpful: Vec<Weighed>,
    without: Vec<Weighed>,
    filter: &'q Filter,
    limit: usize,
    limits: Limits,
}

impl<'q> Search<'q> {
    fn run(&self) -> Sql<TextHits> {
        let ways = || self.terms.iter().flat_map(|term| &term.ways).chain(&self.helpful).chain(&self.without);
        let rows: u64 = ways().map(|way| way.rows).sum();
        if rows <= self.limits.whole && !ways().any(|way| way.common || way.partly) {
            return self.ranked(&self.asked.expression());
        }
        if self.asked.any {
            return self.some_of_it();
        }
        if self.terms.iter().any(|term| !term.common) {
            return self.by_rare();
        }
        self.newest(&self.terms.iter().collect::<Vec<_>>(), AND)
    }

    /// Every match, ranked.
    fn ranked(&self, expression: &str) -> Sql<TextHits> {
        let plain = self.filter.is_plain();
        let sieve = Sieve::of(self.filter);
        let statement = if plain { sql::search::TEXT } else { sql::search::TEXT_FILTERED };
        let mut prepared = self.sql.prepare_cached(&sieve.within(statement))?;
        let mut rows = sieve.query(&mut prepared, &[&expression])?;
        let mut best: BinaryHeap<Ranked> = BinaryHeap::new();
        let mut total = 0_u64;
        while let Some(row) = rows.next()? {
            total += 1;
            let hit = Ranked { rank: row.get(1)?, row: row.get(0)? };
            if best.len() < self.limit {
                best.push(hit);
            } else if let Some(mut worst) = best.peek_mut()
                && hit < *worst
            {
                *worst = hit;
            }
        }
        let hits = best.into_sorted_vec().into_iter().map(Ranked::hit).collect();
        Ok(TextHits { hits, total, more: false, plan: TextPlan::Whole, looked: total })
    }

    /// Of what must match, something is rare: these are few entries, and all of them are found.
    fn by_rare(&self) -> Sql<TextHits> {
        let terms: Vec<&Term<'_>> = self.terms.iter().collect();
        let (expression, looker) = self.lazily(&terms, AND);
        let mut found = Vec::new();
        self.stream(sql::search::TEXT_NEWEST, &expression, usize::MAX, |place| found.push(place))?;
        let mut looked = to_u64(found.len());
        let passed = self.passing(found)?;
        let (fitting, all) = self.fitting(&looker, &passed, usize::MAX)?;
        let rare = self.terms.iter().filter(|term| !term.common);
        let rare: Vec<String> = rare.map(|term| term.any(|way| way.telling.clone())).collect();
        let scores = self.scores(&rare.join(AND))?;
        looked += to_u64(scores.len());
        let rank = |row: &i64| scores.get(row).copied().unwrap_or(0.0);
        let mut ranked: Vec<Ranked> =
            fitting.into_iter().map(|row| Ranked { rank: rank(&row), row }).collect();
        ranked.sort();
        let total = to_u64(ranked.len());
        let hits = ranked.into_iter().take(self.limit).map(Ranked::hit).collect();
        let more = !all || self.terms.iter().any(Term::is_partly);
        Ok(TextHits { hits, total, more, plan: TextPlan::Rare, looked })
    }

    /// One part is enough: entries with rare ones, then the newest with common ones.
    fn some_of_it(&self) -> Sql<TextHits> {
        let mut common: Vec<&Term<'_>> =
            self.terms.iter().filter(|term| term.common || term.is_partly()).collect();
        let all = common.len();
        if common.iter().any(|term| !term.is_loose()) {
            common.retain(|term| !term.is_loose());
        }
        common.truncate(TOGETHER);
        let left_out = common.len() < all;
        let terms = self.terms.iter().filter(|term| !term.common && !term.is_partly());
        let mut rare: Vec<(u64, String)> =
            terms.map(|term| (term.rows, term.any(|way| way.telling.clone()))).collect();
        rare.sort();
        let mut room = self.limits.whole;
        rare.retain(|(rows, _)| {
            let fits = *rows <= room;
            room = room.saturating_sub(*rows);
            fits
        });
        let rare: Vec<String> = rare.into_iter().map(|(_, telling)| telling).collect();
        if rare.is_empty() {
            let newest = self.newest(&common, OR)?;
            return Ok(TextHits { more: newest.more || left_out, ..newest });
        }
        let (not, looker) = self.refused();
        let mut hits = self.ranked(&except(rare.join(OR), &not))?;
        self.look_at(&looker, &mut hits)?;
        (hits.plan, hits.more) = (TextPlan::Rare, true);
        if hits.hits.len() < self.limit && !common.is_empty() {
            let newest = self.newest(&common, OR)?;
            let known: HashSet<EntryRow> = hits.hits.iter().map(|hit| hit.row).collect();
            let new = newest.hits.into_iter().filter(|hit| !known.contains(&hit.row));
            let room = self.limit - hits.hits.len();
            hits.hits.extend(new.take(room).map(|hit| TextHit { score: 0.0, ..hit }));
            hits.looked += newest.looked;
            hits.total = hits.total.max(newest.total);
        }
        hits.total = hits.total.max(to_u64(hits.hits.len()));
        Ok(hits)
    }

    /// An expression for `terms` that finds rows as they are asked for, and what has to be looked at in those it finds.
    fn lazily(&self, terms: &[&Term<'q>], joined: &str) -> (String, Looker) {
        let (not, mut looker) = self.refused();
        let mut read: Vec<&Term<'q>> = terms.to_vec();
        if joined == AND {
            // The rarest decide; a question of dozens of common words would read all lists for each row.
            read.sort_by_key(|term| term.rows);
            let mut lists = 0;
            let mut each: Vec<String> = Vec::new();
            for term in read {
                let new: Vec<String> = term.each().into_iter().filter(|e| !each.contains(e)).collect();
                let more = if new.is_empty() { 0 } else { term.ways.iter().map(|way| way.lists).sum() };
                let is_read = each.is_empty() || lists + more <= LISTS;
                if is_read {
                    lists += more;
                    each.extend(new);
                }
                if !is_read || term.is_loose() {
                    looker.ask(term.asked);
                }
            }
            return (except(each.join(AND), &not), looker);
        }
        if terms.iter().any(|term| term.is_loose()) {
            looker.ask(&terms.iter().flat_map(|term| term.asked).cloned().collect::<Vec<_>>());
        }
        let each: Vec<String> = terms.iter().map(|term| term.any(Weighed::lazily)).collect();
        (except(each.join(joined), &not), looker)
    }

    /// What must not match: expressions, and what has to be looked at, because the index would read all of its lists.
    fn refused(&self) -> (Vec<String>, Looker) {
        let mut looker = Looker::default();
        let (mut not, mut common) = (Vec::new(), 0);
        for (asked, way) in self.asked.without.iter().zip(&self.without) {
            common += usize::from(way.common);
            if way.loose || way.common && common > EXCLUDED {
                looker.refuse(asked);
            } else {
                not.push(way.lazily());
            }
        }
        (not, looker)
    }

    /// Keeps the hits whose texts fit.
    fn look_at(&self, looker: &Looker, hits: &mut TextHits) -> Sql<()> {
        if looker.is_idle() {
            return Ok(());
        }
        let rows: Vec<i64> = hits.hits.iter().map(|hit| hit.row.0).collect();
        let fitting: HashSet<i64> = self.fitting(looker, &rows, usize::MAX)?.0.into_iter().collect();
        hits.hits.retain(|hit| fitting.contains(&hit.row.0));
        hits.looked += to_u64(rows.len());
        hits.total = to_u64(hits.hits.len());
        Ok(())
    }

    /// The rank of every row that matches `expression`.
    fn scores(&self, expression: &str) -> Sql<HashMap<i64, f64>> {
        let mut prepared = self.sql.prepare_cached(sql::search::TEXT)?;
        let rows = prepared.query_map([expression], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect()
    }

    /// The rows that pass the filter, in their order.
    fn passing(&self, rows: Vec<i64>) -> Sql<Vec<i64>> {
        if self.filter.is_plain() {
            return Ok(rows);
        }
        let list = codec::row_list(&rows.into_iter().map(EntryRow).collect::<Vec<_>>());
        Sieve::of(self.filter).numbers(self.sql, sql::search::PASSING_PLACES, &[&list])
    }
}

/// A row and its rank; the worst of a heap is on top.
#[derive(PartialEq)]
struct Ranked {
    /// As FTS5 gives it: smaller is better.
    rank: f64,
    row: i64,
}

impl Ranked {
    fn hit(self) -> TextHit {
        TextHit { row: EntryRow(self.row), score: -self.rank }
    }
}

impl Eq for Ranked {}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank.total_cmp(&other.rank).then(self.row.cmp(&other.row))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests;
