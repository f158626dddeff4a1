//! What is asked once the first answers are there, when a list came back short or the question is long: entries that are like
//! the best ones, and words that hold a piece which no word is.

use super::{Asked, Asking, Layer, SearchRequest};
use crate::base::{Budget, Meter, Result};
use crate::kb::query::Query;
use crate::kb::search::Shelf;
use crate::kb::search::pieces::Piece;
use crate::kb::search::sense;
use crate::kb::semantic;
use crate::store::{EntryRow, Store, TextQuery};
use std::time::{Duration, Instant};

/// Texts that are read at once: between two such reads it is seen whether there is time left.
const AT_ONCE: usize = 20;

/// Who asks, and whom.
pub struct Further<'a> {
    /// The store.
    pub store: &'a dyn Store,
    /// Where heads and texts come from.
    pub shelf: &'a dyn Shelf,
    /// The question.
    pub query: &'a Query,
    /// As it came.
    pub request: &'a SearchRequest,
    /// Entries that a layer gives at most.
    pub pool: usize,
    /// How long it may take.
    pub budget: &'a Budget,
    /// Who measures it.
    pub meter: &'a dyn Meter,
}

impl Further<'_> {
    fn asking(&self, asked: Asked, work: impl FnOnce(&mut Asking<'_>) -> Result<()>) -> Result<Asked> {
        let filter = self.query.filter(self.request.now);
        let (store, query, pool, budget, meter) =
            (self.store, self.query, self.pool, self.budget, self.meter);
        let late = asked.out_of_time;
        let mut asking = Asking { store, query, filter, pool, budget, meter, asked };
        work(&mut asking)?;
        // What is late here is left out and said: nothing better is on its way.
        asking.asked.out_of_time = late;
        Ok(asking.asked)
    }

    /// Adds entries whose title or tags have a word with `piece` inside.
    ///
    /// # Errors
    /// Only when nobody waits for the result any more.
    pub fn with_piece(&self, asked: Asked, piece: &Piece) -> Result<Asked> {
        let text = TextQuery { parts: piece.words.clone(), any: true, ..TextQuery::default() };
        self.asking(asked, |asking| {
            let shown = format!("words with {}: {}", piece.piece, piece.words.join(" OR "));
            let found = asking.layer(
                Layer::Text,
                shown,
                |rows: &Vec<EntryRow>| crate::base::num::to_u64(rows.len()),
                |it| {
                    let hits = it.store.find_text(&text, &it.filter, it.pool, it.budget)?;
                    let rows: Vec<EntryRow> = hits.hits.iter().map(|hit| hit.row).collect();
                    let heads = it.store.heads(&rows, it.budget)?;
                    Ok(heads.iter().filter(|head| piece.is_in(head)).map(|head| head.row).collect())
                },
            )?;
            for row in found.unwrap_or_default() {
                if let Some(candidate) = asking.asked.at(row) {
                    candidate.pieces.push(piece.piece.clone());
                }
            }
            Ok(())
        })
    }

    /// Adds what is like the best entries, by the words that these have in common.
    ///
    /// # Errors
    /// Only when nobody waits for the result any more.
    pub fn like(&self, asked: Asked, words: &[String]) -> Result<Asked> {
        let Some(deep) = self.request.deep else { return Ok(asked) };
        let text = TextQuery {
            parts: words.to_vec(),
            without: self.query.without.clone(),
            any: true,
            ..TextQuery::default()
        };
        let budget = self.budget.clone().until(Instant::now() + Duration::from_millis(deep.timeout_ms));
        let further = Further { budget: &budget, ..*self };
        further.asking(asked, |asking| {
            let hits = asking.layer(
                Layer::Semantic,
                words.join(" OR "),
                |hits: &crate::store::TextHits| hits.total,
                |it| it.store.find_text(&text, &it.filter, it.pool, it.budget),
            )?;
            let hits = hits.unwrap_or_default();
            let best = hits.hits.iter().map(|hit| hit.score).fold(f64::MIN_POSITIVE, f64::max);
            for hit in &hits.hits {
                let share = (hit.score / best).clamp(0.0, 1.0);
                // What only this layer finds has to be near.
                if (share >= deep.threshold || asking.asked.places.contains_key(&hit.row))
                    && let Some(candidate) = asking.asked.at(hit.row)
                {
                    candidate.like = Some(share);
                }
            }
            Ok(())
        })
    }

    /// Says of these entries how near their texts are to the question.
    ///
    /// # Errors
    /// Only when nobody waits for the result any more.
    pub fn near(&self, asked: Asked, rows: &[EntryRow]) -> Result<Asked> {
        let Some((deep, model)) = self.request.deep.zip(semantic::model()) else { return Ok(asked) };
        let Some(wanted) = model.vector(&self.query.free_text()) else { return Ok(asked) };
        let budget = self.budget.clone().until(Instant::now() + Duration::from_millis(deep.timeout_ms));
        let further = Further { budget: &budget, ..*self };
        further.asking(asked, |asking| {
            let near = asking.layer(
                Layer::Semantic,
                format!("the texts of the best {}, by what their words mean", rows.len()),
                |near: &Vec<(EntryRow, f64)>| crate::base::num::to_u64(near.len()),
                |it| {
                    let mut near = Vec::with_capacity(rows.len());
                    for some in rows.chunks(AT_ONCE) {
                        // The best come first: what there is time for counts.
                        if !near.is_empty() && it.budget.check().is_err() {
                            break;
                        }
                        for entry in self.shelf.entries(some, it.budget)? {
                            let vector = model.vector(&sense::about(&entry.body)).unwrap_or_default();
                            near.push((entry.row, semantic::nearness(&wanted, &vector)));
                        }
                    }
                    Ok(near)
                },
            )?;
            for (row, nearness) in near.unwrap_or_default() {
                if let Some(candidate) = asking.asked.at(row) {
                    candidate.near = Some(nearness);
                }
            }
            Ok(())
        })
    }
}
