//! Searches of a user: the history, in the order of how often and how lately each was made, and those kept by name. Owns how a
//! search is weighed. Invariant: a user sees and changes only his own.

use super::words::Index;
use super::writer::Durability;
use super::{SqliteStore, sql};
use crate::base::num::{signed, to_f64, to_u64, unsigned};
use crate::base::{Budget, Result};
use crate::store::{EntryRow, Named, PastSearch, Searches, UnixMs};
use rusqlite::{OptionalExtension, params};

/// Searches remembered for each user.
const KEPT: usize = 1_000;
/// In so many milliseconds a search comes to weigh half: a week.
const HALF: i64 = 7 * 24 * 3_600 * 1_000;

/// Entries remembered for questions of each user, and the most that one weighs.
const OPENED: usize = 2_000;
const HEAVIEST: f64 = 10.0;
/// In so many milliseconds what was opened comes to weigh half: four weeks.
const FADES: i64 = 4 * HALF;

/// What is left at `now` of a weight that was noted at `at`.
fn faded(weight: f64, at: UnixMs, now: UnixMs) -> f64 {
    let since = now.saturating_sub(at).clamp(0, 1_000 * FADES);
    weight * (-to_f64(unsigned(since)) / to_f64(unsigned(FADES))).exp2()
}

/// The weight of a search made at `at` that had the weight `before`: see the schema.
fn weight(before: Option<f64>, at: UnixMs) -> f64 {
    // Exact to well under a second for millennia.
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are far below 2^53")]
    let now = at as f64 / HALF as f64;
    before.map_or(now, |before| now + ((before - now).exp2() + 1.0).log2())
}

impl Searches for SqliteStore {
    fn record_search(&self, query: &str, hits: u64, took_us: u64, at: UnixMs) -> Result<()> {
        self.write("remember a search", Durability::Normal, |tx| {
            let user = &self.searcher;
            let before: Option<f64> = tx
                .prepare_cached(sql::searches::WEIGHT)?
                .query_row((user, query), |row| row.get(0))
                .optional()?;
            let weight = weight(before, at);
            tx.prepare_cached(sql::searches::ADD)?.execute(params![
                user,
                query,
                at,
                signed(hits),
                signed(took_us),
                weight
            ])?;
            tx.prepare_cached(sql::searches::TRIM)?.execute((user, signed(to_u64(KEPT))))?;
            Ok(())
        })
    }

    fn past_searches(&self, limit: usize, budget: &Budget) -> Result<Vec<PastSearch>> {
        self.read("read the searches", budget, |sql| {
            let mut prepared = sql.prepare_cached(sql::searches::PAST)?;
            let past = prepared.query_map((&self.searcher, signed(to_u64(limit))), |row| {
                Ok(PastSearch {
                    query: row.get(0)?,
                    at: row.get(1)?,
                    times: unsigned(row.get(2)?),
                    hits: unsigned(row.get(3)?),
                })
            })?;
            past.collect()
        })
    }

    fn record_opened(&self, question: &str, entry: &str, weight: f64, at: UnixMs) -> Result<()> {
        self.write("remember what was opened", Durability::Normal, |tx| {
            let (user, entry) = (&self.searcher, entry.to_uppercase());
            let before: Option<(f64, UnixMs)> = tx
                .prepare_cached(sql::searches::OPENED)?
                .query_row((user, question, &entry), |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let before = before.map_or(0.0, |(weight, then)| faded(weight, then, at));
            let weight = (before + weight).clamp(-HEAVIEST, HEAVIEST);
            tx.prepare_cached(sql::searches::ADD_OPENED)?
                .execute(params![user, question, entry, weight, at])?;
            tx.prepare_cached(sql::searches::TRIM_OPENED)?.execute((user, signed(to_u64(OPENED - 1))))?;
            Ok(())
        })
    }

    fn opened_for(&self, question: &str, at: UnixMs) -> Result<Vec<(EntryRow, f64)>> {
        // It is part of what a result is kept under: who finds one in memory must not wait for a reader.
        self.watched("read what was opened", |sql| {
            let mut prepared = sql.prepare_cached(sql::searches::OPENED_FOR)?;
            let opened = prepared.query_map((&self.searcher, question), |row| {
                Ok((EntryRow(row.get(0)?), faded(row.get(1)?, row.get(2)?, at)))
            })?;
            opened.collect()
        })
    }

    fn forget_opened(&self, question: &str) -> Result<()> {
        self.write("forget what was opened", Durability::Full, |tx| {
            tx.execute(sql::searches::FORGET_OPENED, (&self.searcher, question)).map(|_| ())
        })
    }

    fn forget_searches(&self, query: Option<&str>) -> Result<u64> {
        self.write("forget a search", Durability::Full, |tx| {
            // A statement with its values may hold what is to be forgotten.
            tx.execute(sql::workings::FORGET_EXAMPLES, [])?;
            let gone = match query {
                Some(query) => tx.execute(sql::searches::FORGET, (&self.searcher, query))?,
                None => {
                    tx.execute(sql::searches::FORGET_ALL_OPENED, [&self.searcher])?;
                    tx.execute(sql::searches::FORGET_ALL, [&self.searcher])?
                }
            };
            Ok(to_u64(gone))
        })
    }

    fn save_search(&self, name: &str, query: &str, at: UnixMs) -> Result<bool> {
        self.write("keep a search", Durability::Full, |tx| {
            let done = if query.is_empty() {
                tx.execute(sql::searches::DROP_SAVED, (&self.searcher, name))?
            } else {
                tx.execute(sql::searches::SAVE, (&self.searcher, name, query, at))?
            };
            Ok(done > 0)
        })
    }

    fn names(&self, field: Named, begins: &str, limit: usize, budget: &Budget) -> Result<Vec<(String, u64)>> {
        let statement = match field {
            Named::Category => Some(sql::searches::CATEGORIES),
            Named::Author => Some(sql::searches::AUTHORS),
            Named::Id => Some(sql::searches::IDS),
            Named::File => Some(sql::searches::FILES),
            // The full-text index has them with their numbers.
            Named::Tag | Named::Code => None,
        };
        self.read("look for names", budget, |sql| {
            let Some(statement) = statement else {
                let mut names = Index::open(sql)?.facts(field, begins)?;
                names.truncate(limit);
                return Ok(names);
            };
            let begins = if field == Named::Category { begins.to_lowercase() } else { begins.to_owned() };
            let end = format!("{begins}{}", char::MAX);
            let mut prepared = sql.prepare_cached(statement)?;
            let names = prepared.query_map((begins, end, signed(to_u64(limit))), |row| {
                Ok((row.get(0)?, unsigned(row.get(1)?)))
            })?;
            names.collect()
        })
    }

    fn saved_searches(&self, budget: &Budget) -> Result<Vec<(String, String)>> {
        self.read("read the searches", budget, |sql| {
            let mut prepared = sql.prepare_cached(sql::searches::SAVED)?;
            prepared.query_map([&self.searcher], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::meter::no_meter;
    use crate::store::{OpenOptions, Store};

    fn store() -> (tempfile::TempDir, SqliteStore) {
        let dir = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&OpenOptions::new(dir.path().join("kb.db")), no_meter()).unwrap();
        (dir, store)
    }

    fn past(store: &dyn Store) -> Vec<String> {
        let past = store.past_searches(9, &Budget::unlimited()).unwrap();
        past.into_iter().map(|search| search.query).collect()
    }

    #[test]
    fn what_is_searched_often_and_lately_comes_first() {
        let (_dir, store) = store();
        for (query, at) in [("often", 0), ("often", 1), ("often", 2), ("often", 3), ("once", HALF)] {
            store.record_search(query, 3, 4, at).unwrap();
        }
        // Four times a week ago count two, once now counts one.
        assert_eq!(past(&store), ["often", "once"]);
        store.record_search("new", 1, 1, 3 * HALF).unwrap();
        assert_eq!(past(&store), ["new", "often", "once"]);
        let first = store.past_searches(9, &Budget::unlimited()).unwrap().remove(1);
        assert_eq!((first.times, first.at, first.hits), (4, 3, 3));
        assert_eq!(store.forget_searches(Some("often")).unwrap(), 1);
        assert_eq!(past(&store), ["new", "once"]);
        assert_eq!(store.forget_searches(None).unwrap(), 2);
        assert!(past(&store).is_empty());
    }

    #[test]
    fn a_user_sees_only_his_own() {
        let (_dir, mut store) = store();
        store.searcher = "17".into();
        store.record_search("mine", 1, 1, 1).unwrap();
        assert!(store.save_search("Locks", "tag:lock", 1).unwrap());
        store.searcher = "18".into();
        assert!(past(&store).is_empty() && store.saved_searches(&Budget::unlimited()).unwrap().is_empty());
        assert_eq!(store.forget_searches(None).unwrap(), 0);
        assert!(!store.save_search("locks", "", 1).unwrap());
        store.searcher = "17".into();
        assert_eq!(past(&store), ["mine"]);
        assert!(store.save_search("LOCKS", "tag:lock -cics", 2).unwrap());
        let saved = store.saved_searches(&Budget::unlimited()).unwrap();
        assert_eq!(saved, [("LOCKS".to_owned(), "tag:lock -cics".to_owned())]);
        assert!(store.save_search("locks", "", 3).unwrap());
        assert!(store.saved_searches(&Budget::unlimited()).unwrap().is_empty());
    }

    const OPENED_AT: UnixMs = 10_000_000;

    #[test]
    fn what_was_opened_is_bounded_and_of_its_user() {
        let (_dir, mut store) = store();
        let entry = crate::store::NewEntry { id: "a-1".into(), title: "A".into(), ..Default::default() };
        store.put(&[entry], 1).unwrap();
        let of = |store: &SqliteStore, question: &str| store.opened_for(question, OPENED_AT).unwrap();
        store.searcher = "17".into();
        for n in 0..OPENED + 5 {
            store.record_opened(&format!("q{n}"), "A-1", 1.0, i64::try_from(n).unwrap()).unwrap();
        }
        assert!(of(&store, "q0").is_empty() && of(&store, "q4").is_empty() && of(&store, "q5").len() == 1);
        for _ in 0..99 {
            store.record_opened("q9", "a-1", 3.0, OPENED_AT).unwrap();
        }
        let [(_, weight)] = of(&store, "q9")[..] else { panic!() };
        assert!((weight - HEAVIEST).abs() < 1e-9);
        store.record_opened("q9", "GONE", 3.0, OPENED_AT).unwrap();
        store.searcher = "18".into();
        assert!(of(&store, "q9").is_empty());
        store.searcher = "17".into();
        store.forget_opened("q9").unwrap();
        assert!(of(&store, "q9").is_empty() && of(&store, "q10").len() == 1);
        store.forget_searches(None).unwrap();
        assert!(of(&store, "q10").is_empty());
        assert!((faded(4.0, 0, FADES) - 2.0).abs() < 1e-9 && (faded(4.0, 9, 0) - 4.0).abs() < 1e-9);
    }

    #[test]
    fn those_that_weigh_least_are_forgotten() {
        let (_dir, store) = store();
        for n in 0..=KEPT {
            store.record_search(&format!("q{n}"), 1, 1, i64::try_from(n).unwrap()).unwrap();
        }
        let kept = store.past_searches(2 * KEPT, &Budget::unlimited()).unwrap();
        assert_eq!(kept.len(), KEPT);
        assert!(kept.iter().all(|search| search.query != "q0"));
    }
}
