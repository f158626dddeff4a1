//! The figures of a session: the history that is kept of them and how a span is read from it, and what is done now and then so
//! that the store stays as fast as it is. Must not know panes.

use crate::base::{Budget, Result};
use crate::metrics::{AlertEvent, Block, Recorder, Snapshot, Step, joined, span};
use crate::store::{Store, UnixMs};
use serde::{Deserialize, Serialize};
use std::sync::{Mutex, PoisonError};

/// A figure over a span of time, and over the same span before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Past {
    /// The figure.
    pub name: String,
    /// When the span begins and ends.
    pub from: UnixMs,
    /// See `from`.
    pub to: UnixMs,
    /// Values at equal distances; `None` where there is none.
    pub values: Vec<Option<f64>>,
    /// Those of the span before.
    pub before: Vec<Option<f64>>,
}

/// A figure from `span` milliseconds ago until `now`, as `count` values.
///
/// # Errors
/// The store's.
pub fn past(
    store: &dyn Store,
    name: &str,
    (now, ago): (UnixMs, i64),
    count: usize,
    budget: &Budget,
) -> Result<Past> {
    let ago = ago.max(1);
    let (from, earlier) = (now.saturating_sub(ago), now.saturating_sub(ago.saturating_mul(2)));
    let read = |since: UnixMs, step: Step| -> Result<Vec<Block>> {
        let (first, end) = step.places();
        let rows = store.metric_blocks(first, end, budget)?;
        let blocks = rows.iter().filter_map(|text| serde_json::from_str::<Block>(text).ok());
        Ok(blocks.filter(|b| b.start.saturating_add(b.step.saturating_mul(60)) >= since).collect())
    };
    let values = |blocks: &[Block], from, to| -> Vec<Option<f64>> {
        span(blocks, name, from, to, count).into_iter().map(|v| v.is_finite().then_some(v)).collect()
    };
    let step = Step::reaching(ago);
    let blocks = read(from, step)?;
    let now_values = values(&blocks, from, now);
    let other = Step::reaching(ago.saturating_mul(2));
    let blocks = if other == step { blocks } else { Vec::new() };
    let blocks = if blocks.is_empty() || other == step { read(earlier, other)? } else { blocks };
    Ok(Past {
        name: name.to_owned(),
        from,
        to: now,
        values: now_values,
        before: values(&blocks, earlier, from),
    })
}

/// Where the history of alerts is kept in a store.
const ALERTS: &str = "alert_history";
/// Events of alerts that are kept.
const EVENTS: usize = 200;

/// Alerts that were raised and cleared, the oldest first.
///
/// # Errors
/// The store's.
pub fn alert_history(store: &dyn Store) -> Result<Vec<AlertEvent>> {
    Ok(store.meta(ALERTS)?.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

/// Adds to the history of alerts.
pub(super) fn keep_alerts(store: &dyn Store, events: Vec<AlertEvent>) {
    if events.is_empty() {
        return;
    }
    let Ok(mut all) = alert_history(store) else { return };
    all.extend(events);
    all.drain(..all.len().saturating_sub(EVENTS));
    if let Ok(text) = serde_json::to_string(&all) {
        // A store that takes no writes has said so already.
        drop(store.set_meta(ALERTS, &text));
    }
}

/// What a session keeps of its figures.
#[derive(Debug, Default)]
pub(super) struct Kept(Mutex<Recorder>);

impl Kept {
    /// Takes the figures of a second, and writes what is due: once a minute, and at the end.
    pub fn push(&self, store: Option<&dyn Store>, figures: &Snapshot, now: UnixMs, end: bool) {
        let mut recorder = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        recorder.push(figures, now);
        let Some(store) = store else { return };
        let due = recorder.due(now, end);
        drop(recorder);
        let budget = Budget::unlimited();
        let rows: Vec<(i64, UnixMs, String)> = due
            .into_iter()
            .filter_map(|(place, block)| {
                let older = store.metric_blocks(place, place + 1, &budget).unwrap_or_default().pop();
                let block = joined(block, older.as_deref());
                serde_json::to_string(&block).ok().map(|text| (place, block.start, text))
            })
            .collect();
        if !rows.is_empty() {
            // A store that takes no writes has said so already.
            drop(store.keep_metric_blocks(&rows));
        }
    }
}
