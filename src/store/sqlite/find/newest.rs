//! Matches of common words: too many to rank, so the newest are taken, those that are much used, and those with a word in the
//! title or the tags. Owns how many rows are looked at.

use super::super::{codec, read, sql};
use super::look::Looker;
use super::weigh::count;
use super::{Search, Sql, Term};
use crate::base::num::{signed, to_u64};
use crate::store::{EntryRow, TextHit, TextHits, TextPlan};
use std::collections::{HashMap, HashSet};

/// Lists that make a row more costly: where one word is missing, the next ones are not looked for.
const COSTLY: usize = 8;
/// Entries that count as much used.
const USED: usize = 400;
/// Words of which the rarest is looked for in titles and tags, and how far each is counted for that.
const TELLING: usize = 4;
const COUNTED: u64 = 5_000;

/// All parts have to match.
pub(super) const AND: &str = " AND ";
/// One part is enough.
pub(super) const OR: &str = " OR ";

impl<'q> Search<'q> {
    /// Entries with `terms`, all of which are common.
    pub(super) fn newest(&self, terms: &[&Term<'q>], joined: &str) -> Sql<TextHits> {
        let passing = self.passing_rows()?;
        if let Some(few) = passing.as_ref().filter(|rows| rows.len() <= self.limits.looked) {
            return self.of_few(terms, joined, few);
        }
        let passes = |row: &i64| passing.as_ref().is_none_or(|rows| rows.contains(row));
        let (expression, looker) = self.lazily(terms, joined);
        let used = self.used()?;
        let lists: usize = terms.iter().flat_map(|term| &term.ways).map(|way| way.lists).sum();
        let most = self.limits.steps / (lists + self.without.len()).clamp(1, COSTLY);
        let (mut newest, mut most_used, mut total) = (Vec::new(), Vec::new(), 0_u64);
        let mut looked = self.stream(&expression, most, |row| {
            if passes(&row) {
                total += 1;
                if let Some(place) = used.get(&row) {
                    most_used.push((*place, row));
                } else if newest.len() < self.limits.newest {
                    newest.push(row);
                }
            }
            true
        })?;
        let to_the_end = looked < most;
        most_used.sort_unstable();
        let most_used: Vec<i64> = most_used.into_iter().map(|(_, row)| row).collect();
        let mut titled = Vec::new();
        // Where all matches are known, it makes no difference which are the first.
        if !to_the_end || to_u64(newest.len() + most_used.len()) < total {
            let in_title = format!("{{title tags}} : ({}) AND ({expression})", self.telling(terms, joined)?);
            looked += self.stream(&in_title, most, |row| {
                if passes(&row) {
                    titled.push(row);
                }
                titled.len() < self.limits.titled
            })?;
        }
        let (half, quarter) = (self.limit.div_ceil(2), self.limit.div_ceil(4));
        let first = most_used.iter().take(quarter).chain(titled.iter().take(half));
        let mut seen = HashSet::new();
        let order = first.chain(&newest).chain(&titled).chain(&most_used).copied();
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
    fn of_few(&self, terms: &[&Term<'q>], joined: &str, few: &HashSet<i64>) -> Sql<TextHits> {
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
        let mut rows: Vec<i64> = few.iter().copied().collect();
        rows.sort_unstable_by_key(|row| std::cmp::Reverse(*row));
        let fitting = self.fitting(&looker, &rows, usize::MAX)?.0;
        let hit = |row: &i64| TextHit { row: EntryRow(*row), score: 1.0 };
        Ok(TextHits {
            hits: fitting.iter().take(self.limit).map(hit).collect(),
            total: to_u64(fitting.len()),
            // The index knows more forms of words.
            more: true,
            plan: TextPlan::Newest,
            looked: to_u64(rows.len()),
        })
    }

    /// What to look for in titles and tags.
    fn telling(&self, terms: &[&Term<'q>], joined: &str) -> Sql<String> {
        let words = terms.iter().take(TELLING).map(|term| term.any(|way| way.telling.clone()));
        let words: Vec<String> = words.collect();
        if joined == OR || words.len() < 2 {
            return Ok(words.join(OR));
        }
        let mut counted = Vec::with_capacity(words.len());
        for word in words {
            counted.push((count(self.sql, &word, COUNTED)?, word));
        }
        Ok(counted.into_iter().min().map(|(_, word)| word).unwrap_or_default())
    }

    /// The much used entries, with the place of each among them.
    fn used(&self) -> Sql<HashMap<i64, usize>> {
        let mut prepared = self.sql.prepare_cached(sql::entries::ROWS_USED)?;
        let rows = prepared.query_map([signed(to_u64(USED))], |row| row.get(0))?;
        rows.enumerate().map(|(place, row)| Ok((row?, place))).collect()
    }

    /// All rows that pass the filter, if there is one.
    fn passing_rows(&self) -> Sql<Option<HashSet<i64>>> {
        if read::is_plain(self.filter) {
            return Ok(None);
        }
        let rows_of = |statement: &str, value: String| -> Sql<HashSet<i64>> {
            self.sql.prepare_cached(statement)?.query_map([value], |row| row.get(0))?.collect()
        };
        let mut passing: Option<HashSet<i64>> = None;
        let mut narrow = |rows: HashSet<i64>| match passing.as_mut() {
            Some(passing) => passing.retain(|row| rows.contains(row)),
            None => passing = Some(rows),
        };
        for tag in &self.filter.tags {
            narrow(rows_of(sql::search::ROWS_OF_TAG, tag.to_lowercase())?);
        }
        if !self.filter.categories.is_empty() {
            narrow(rows_of(sql::search::ROWS_OF_CATEGORIES, codec::lower_list(&self.filter.categories))?);
        }
        Ok(passing)
    }

    /// Calls `take` with the rows that match `expression`, the newest first, up to `most`, until it says that it is enough;
    /// how many rows these were.
    pub(super) fn stream(
        &self,
        expression: &str,
        most: usize,
        mut take: impl FnMut(i64) -> bool,
    ) -> Sql<usize> {
        let mut prepared = self.sql.prepare_cached(sql::search::TEXT_NEWEST)?;
        let mut rows = prepared.query((expression, signed(to_u64(most))))?;
        let mut seen = 0;
        while let Some(row) = rows.next()? {
            seen += 1;
            if !take(row.get(0)?) {
                break;
            }
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
