//! Matches of common words: too many to rank, so the foremost are taken (new ones and those that people use), and those with the
//! words in the title or the tags. Owns how many rows are looked at.

use super::super::sieve::Sieve;
use super::super::sql;
use super::look::Looker;
use super::{Search, Sql, Term};
use crate::base::num::{signed, to_u64};
use crate::store::{EntryRow, TextHit, TextHits, TextPlan};
use std::collections::HashSet;

/// Lists that make a row more costly: where one word is missing, the next ones are not looked for.
const COSTLY: usize = 8;
/// Places that came first, and how many matches were read for them.
struct Foremost {
    places: Vec<i64>,
    looked: usize,
}

/// All parts have to match.
pub(super) const AND: &str = " AND ";
/// One part is enough.
pub(super) const OR: &str = " OR ";

impl<'q> Search<'q> {
    /// Entries with `terms`, all of which are common.
    pub(super) fn newest(&self, terms: &[&Term<'q>], joined: &str) -> Sql<TextHits> {
        if let Some(few) = self.few_that_pass()? {
            return self.of_few(terms, joined, &few);
        }
        let (expression, looker) = self.lazily(terms, joined);
        let lists: usize = terms.iter().flat_map(|term| &term.ways).map(|way| way.lists).sum();
        let most = self.limits.steps / (lists + self.without.len()).clamp(1, COSTLY);
        let (found, total) =
            self.foremost(sql::search::TEXT_NEWEST, &expression, most, self.limits.newest)?;
        let mut looked = found.looked;
        let (newest, to_the_end) = (found.places, found.looked < most);
        let mut total = total;
        let mut titled = Vec::new();
        // Where all matches are known, it makes no difference which are the first.
        if !to_the_end || to_u64(newest.len()) < total {
            let (found, _) =
                self.foremost(sql::search::TITLE_NEWEST, &expression, most, self.limits.titled)?;
            looked += found.looked;
            // What must not be there may be in the text.
            titled = if self.without.is_empty() {
                found.places
            } else {
                self.matching(&expression, found.places)?
            };
        }
        let first = titled.iter().take(self.limit.div_ceil(2));
        let mut seen = HashSet::new();
        let order = first.chain(&newest).chain(&titled).copied();
        let order: Vec<i64> = order.filter(|row| seen.insert(*row)).collect();
        let (fitting, all) = self.fitting(&looker, &order, self.limit)?;
        let whole = to_the_end && (looker.is_idle() || all && to_u64(order.len()) == total);
        // A title may be of an older entry than those that were counted.
        total = if looker.is_idle() { total.max(to_u64(order.len())) } else { to_u64(fitting.len()) };
        let titled: HashSet<i64> = titled.into_iter().collect();
        let score = |row: &i64| if titled.contains(row) { 2.0 } else { 1.0 };
        let mut hits: Vec<TextHit> = fitting
            .iter()
            .take(self.limit)
            .map(|row| TextHit { row: EntryRow(*row), score: score(row) })
            .collect();
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(b.row.cmp(&a.row)));
        let more = !whole || terms.iter().any(|term| term.is_partly());
        Ok(TextHits { hits, total, more, plan: TextPlan::Newest, looked: to_u64(looked) })
    }

    /// Of a filter that few entries pass, these are looked at, and not the index.
    fn of_few(&self, terms: &[&Term<'q>], joined: &str, few: &[EntryRow]) -> Sql<TextHits> {
        let mut looker = Looker::default();
        if joined == AND {
            for term in terms {
                looker.ask(term.asked);
            }
        } else {
            looker.ask(&terms.iter().flat_map(|term| term.asked).cloned().collect::<Vec<_>>());
        }
        for way in &self.asked.without {
            looker.refuse(way);
        }
        let mut place_of = self.sql.prepare_cached(sql::search::PLACE_OF_ROW)?;
        let mut places = Vec::with_capacity(few.len());
        for row in few {
            places.push(place_of.query_row([row.0], |row| row.get(0))?);
        }
        places.sort_unstable_by_key(|place| std::cmp::Reverse(*place));
        let fitting = self.fitting(&looker, &places, usize::MAX)?.0;
        let hit = |row: &i64| TextHit { row: EntryRow(*row), score: 1.0 };
        Ok(TextHits {
            hits: fitting.iter().take(self.limit).map(hit).collect(),
            total: to_u64(fitting.len()),
            // The index knows more forms of words.
            more: true,
            plan: TextPlan::Newest,
            looked: to_u64(places.len()),
        })
    }

    /// The foremost places that match `expression` by `statement` and pass the filter, at most `keep` of them, and how many
    /// there are among the first `most`.
    fn foremost(&self, statement: &str, expression: &str, most: usize, keep: usize) -> Sql<(Foremost, u64)> {
        let mut all = Vec::new();
        let looked = self.stream(statement, expression, most, |place| all.push(place))?;
        let mut places = self.passing(all)?;
        let total = to_u64(places.len());
        places.truncate(keep);
        Ok((Foremost { places, looked }, total))
    }

    /// Those of `places` that match `expression`.
    fn matching(&self, expression: &str, places: Vec<i64>) -> Sql<Vec<i64>> {
        let mut prepared = self.sql.prepare_cached(sql::search::TEXT_AT)?;
        let mut matching = Vec::with_capacity(places.len());
        for place in places {
            if prepared.exists((expression, place))? {
                matching.push(place);
            }
        }
        Ok(matching)
    }

    /// All rows that pass the filter, if these are few.
    fn few_that_pass(&self) -> Sql<Option<Vec<EntryRow>>> {
        if self.filter.is_plain() {
            return Ok(None);
        }
        let rows = Sieve::of(self.filter).rows(self.sql, 0, self.limits.looked.saturating_add(1))?;
        Ok((rows.len() <= self.limits.looked).then_some(rows))
    }

    /// Calls `take` with the places that match `expression` by `statement`, the foremost first, up to `most`; how many these
    /// were.
    pub(super) fn stream(
        &self,
        statement: &str,
        expression: &str,
        most: usize,
        mut take: impl FnMut(i64),
    ) -> Sql<usize> {
        let mut prepared = self.sql.prepare_cached(statement)?;
        let mut rows = prepared.query((expression, signed(to_u64(most))))?;
        let mut seen = 0;
        while let Some(row) = rows.next()? {
            seen += 1;
            take(row.get(0)?);
        }
        Ok(seen)
    }

    /// Those of `rows` whose texts fit, in their order, up to `most`, and whether it is all of them: of one that does not fit
    /// the index might say that it does, as it knows more forms of words.
    pub(super) fn fitting(&self, looker: &Looker, rows: &[i64], most: usize) -> Sql<(Vec<i64>, bool)> {
        if looker.is_idle() {
            return Ok((rows.to_vec(), true));
        }
        let mut prepared = self.sql.prepare_cached(sql::search::TEXTS)?;
        let mut fitting = Vec::new();
        for row in rows.iter().take(self.limits.looked) {
            if fitting.len() == most {
                break;
            }
            let texts = prepared
                .query_map([row], |texts| Ok([texts.get(0)?, texts.get(1)?, texts.get(2)?, texts.get(3)?]))?;
            for texts in texts {
                if looker.fits(&texts?) {
                    fitting.push(*row);
                }
            }
        }
        let all = fitting.len() == rows.len();
        Ok((fitting, all))
    }
}
