//! How many entries have a word, as far as it matters, and expressions that find it without reading more than is asked for.
//! Owns what is counted. Invariant: no count reads more than the limit in rows of the index, whatever the word.

use super::super::sql;
use super::super::text::{Way, quoted};
use super::{Limits, Sql};
use crate::base::num;
use rusqlite::Connection;
use std::collections::HashMap;

/// Ways for it to go on that are looked for, when there are too many to look for all.
const ENDINGS: usize = 6;
/// Longest beginning that the index keeps a list of; one that is longer, and a single letter, is put together each time.
const KEPT: usize = 3;

/// A way to write a term, with what it costs.
#[derive(Debug, Clone)]
pub struct Weighed {
    /// What all must match to find it, row by row as they are asked for.
    pub lazy: Vec<String>,
    /// `lazy` finds entries that have the words in other places, too: what it finds has to be looked at.
    pub loose: bool,
    /// `lazy` finds some of the entries only.
    pub partly: bool,
    /// Finds it, or its rarest word; what entries are ranked by.
    pub telling: String,
    /// Entries that have its rarest word, up to the limit.
    pub rows: u64,
    /// It is in so many entries that they are not all looked at.
    pub common: bool,
    /// How many lists of the index `lazy` reads.
    pub lists: usize,
}

/// A word that may go on, weighed.
struct Beginning {
    rows: u64,
    lazy: String,
    /// Lists that `lazy` reads; if more than one, it finds some of the ways to go on.
    lists: usize,
}

/// Counts words; each once.
pub struct Scales<'c> {
    sql: &'c Connection,
    limits: Limits,
    known: HashMap<String, u64>,
    /// Rows of the index that were counted.
    pub counted: u64,
}

impl Weighed {
    /// One expression that finds it, row by row as they are asked for.
    pub fn lazily(&self) -> String {
        joined(&self.lazy)
    }
}

impl<'c> Scales<'c> {
    /// Nothing is counted yet.
    pub fn new(sql: &'c Connection, limits: Limits) -> Self {
        Self { sql, limits, known: HashMap::new(), counted: 0 }
    }

    /// Entries that match `expression`, up to the limit; it must be one that finds rows as they are asked for.
    fn rows(&mut self, expression: &str) -> Sql<u64> {
        if let Some(rows) = self.known.get(expression) {
            return Ok(*rows);
        }
        let rows = count(self.sql, expression, self.limits.common)?;
        self.counted += rows;
        self.known.insert(expression.to_owned(), rows);
        Ok(rows)
    }

    /// Weighs one way to write a term.
    pub fn weigh(&mut self, way: &Way) -> Sql<Weighed> {
        if let Some(name) = way.name() {
            let rows = self.rows(&name)?;
            if rows > 0 {
                // As one word. Its parts in a row are common, and are in longer names, too.
                let common = rows >= self.limits.common;
                let (lazy, telling) = (vec![name.clone()], name);
                return Ok(Weighed { lazy, loose: false, partly: false, telling, rows, common, lists: 1 });
            }
        }
        let all = way.words();
        let (last, whole) = match all.split_last() {
            Some((last, rest)) if way.begins => (Some(*last), rest),
            _ => (None, all.as_slice()),
        };
        let mut words = Vec::with_capacity(all.len());
        for word in whole {
            let word = quoted(word);
            words.push((self.rows(&word)?, word));
        }
        let rarest = words.iter().min().cloned();
        let mut partly = false;
        let mut lists = all.len();
        if let Some(last) = last {
            let begun = self.beginning(last)?;
            words.push((begun.rows, begun.lazy));
            partly = begun.lists > 1;
            lists += begun.lists - 1;
        }
        let rows = words.iter().map(|(rows, _)| *rows).min().unwrap_or(self.limits.common);
        // Words in a row are found by the rarest of them, if one is rare and the others need not be put together first.
        let exact = way.expression();
        let apart = rows >= self.limits.common || partly;
        let lazy =
            if apart { words.into_iter().map(|(_, word)| word).collect() } else { vec![exact.clone()] };
        let telling = match rarest {
            Some((_, word)) if apart => word,
            _ if apart => joined(&lazy),
            _ => exact,
        };
        Ok(Weighed {
            lazy,
            loose: apart && all.len() > 1,
            partly,
            telling,
            rows,
            common: rows >= self.limits.common,
            lists,
        })
    }

    /// Weighs a word that may go on.
    fn beginning(&mut self, word: &str) -> Sql<Beginning> {
        let exact = format!("{}*", quoted(word));
        let letters = word.chars().count();
        if letters == 1 {
            let some = |second| {
                let pairs = pairs(word, second);
                (format!("({})", pairs.join(" OR ")), pairs.len())
            };
            let (mut lazy, mut lists) = some(LIKELY);
            let mut rows = self.rows(&lazy)?;
            if rows < self.limits.common {
                (lazy, lists) = some(ALL);
                rows = self.rows(&lazy)?;
            }
            let common = rows >= self.limits.common;
            return Ok(if common {
                Beginning { rows, lazy, lists }
            } else {
                Beginning { rows, lazy: exact, lists: 1 }
            });
        }
        if letters <= KEPT {
            return Ok(Beginning { rows: self.rows(&exact)?, lazy: exact, lists: 1 });
        }
        let own = self.rows(&quoted(word))?;
        let (places, terms) = self.terms(word)?;
        if own < self.limits.common && places < self.limits.places {
            return Ok(Beginning { rows: (own + places).min(self.limits.common - 1), lazy: exact, lists: 1 });
        }
        // The index holds words without their endings: with one they are found again.
        let forms = terms.iter().flat_map(|term| [quoted(term), quoted(&format!("{term}e"))]);
        let some: Vec<String> = std::iter::once(quoted(word)).chain(forms).collect();
        let lazy = format!("({})", some.join(" OR "));
        Ok(if self.rows(&lazy)? == 0 {
            Beginning { rows: self.limits.common, lazy: exact, lists: 1 }
        } else {
            Beginning { rows: self.limits.common, lazy, lists: some.len() }
        })
    }

    /// How often words that begin so stand in texts, up to the limit, and the most frequent of these words.
    fn terms(&mut self, word: &str) -> Sql<(u64, Vec<String>)> {
        let from = word.to_lowercase();
        let to = format!("{from}{}", char::MAX);
        let mut prepared = self.sql.prepare_cached(sql::search::TERMS)?;
        let most = num::signed(num::to_u64(ENDINGS));
        let mut rows = prepared.query((from, to, num::signed(self.limits.places), most))?;
        let (mut places, mut terms) = (0, Vec::new());
        while let Some(row) = rows.next()? {
            terms.push(row.get(0)?);
            places = num::unsigned(row.get(1)?);
        }
        self.counted += places;
        Ok((places, terms))
    }
}

/// Entries that match `expression`, up to `most`.
pub fn count(sql: &Connection, expression: &str, most: u64) -> Sql<u64> {
    let mut some = sql.prepare_cached(sql::search::TEXT_SOME)?;
    some.query_row((expression, num::signed(most)), |row| row.get(0).map(num::unsigned))
}

/// All of `expressions`, in any place.
fn joined(expressions: &[String]) -> String {
    format!("({})", expressions.join(" AND "))
}

/// Letters that stand second in most words, and all that are looked for there.
const LIKELY: &str = "aeiouhlrtns";
const ALL: &str = "abcdefghijklmnopqrstuvwxyz0123456789";

/// A letter as a word, and as the first of two: lists of two letters are kept.
fn pairs(letter: &str, second: &str) -> Vec<String> {
    let second = second.chars().map(|c| format!("{}*", quoted(&format!("{letter}{c}"))));
    std::iter::once(quoted(letter)).chain(second).collect()
}
