//! How the store works: indexes, what was slow, who waited for whom.

use super::Checks;
use crate::base::{Budget, Result, num};
use crate::cli::context::Context;
use crate::kb::advisor::{self, Kind, gained};
use crate::kb::slow::diagnose;
use crate::metrics::Snapshot;
use crate::store::{Inside, SqliteStore, Store};

/// Slow shapes that are told one by one.
const TOLD: usize = 5;
/// Slow shapes that are looked at.
const ALL: usize = 200;
/// What was slow longer ago is history, milliseconds.
const WEEK_MS: i64 = 7 * 86_400_000;
/// Figures that a desk kept are young for so long, milliseconds.
const YOUNG_MS: i64 = 600_000;

/// Whether all indexes of the schema are there, and whether others would be of use.
pub fn indexes(store: &SqliteStore, fix: bool, budget: &Budget, checks: &mut Checks) {
    let advised = match advisor::advise(store, false, budget) {
        Ok(advised) => advised,
        Err(error) => {
            return checks.warn("indexes", &format!("{}: {}", error.what, error.cause), &error.hint);
        }
    };
    let mut told = 0;
    let mut kept = None;
    for advice in &advised.advice {
        told += 1;
        let (change, detail) = (&advice.change, format!("{}: {}", advice.change.index, advice.why));
        if advice.kind != Kind::Restore || !fix {
            let advice = format!(
                "`greenbar advise` measures it, --apply {} does it: {}",
                change.index,
                change.change.split_whitespace().collect::<Vec<_>>().join(" ")
            );
            checks.warn("indexes", &detail, &advice);
            continue;
        }
        let mended = match &kept {
            Some(_) => Ok(()),
            None => store.back_up_now().map(|path| kept = Some(path)),
        };
        match mended.and_then(|()| advisor::apply(store, advice, budget)) {
            Ok(applied) => {
                let gain = applied.gain.as_ref().map_or_else(|| "not measured".to_owned(), gained);
                let backup = kept.as_ref().map_or_else(String::new, |path| path.display().to_string());
                checks.fixed(
                    "indexes",
                    &format!("{} is there again: {gain}; what was there is kept in {backup}", change.index),
                );
            }
            Err(error) => {
                checks.warn("indexes", &format!("{detail}; {}: {}", error.what, error.cause), &error.hint);
            }
        }
    }
    if told == 0 {
        let detail = format!("all {} are there; none is wanted, none is there twice", advised.indexes);
        checks.ok("indexes", &detail);
    }
}

/// What was slow, with its cause.
pub fn slow(context: &Context, store: &SqliteStore, checks: &mut Checks) -> Result<()> {
    let monitoring = &context.config().performance.monitoring;
    let mut shapes = store.slow_queries(ALL, &Budget::unlimited())?;
    shapes.retain(|shape| context.now().saturating_sub(shape.last.at) < WEEK_MS);
    let more = shapes.len().saturating_sub(TOLD);
    shapes.truncate(TOLD);
    let limit = monitoring.alert_thresholds.response_time_ms;
    let figures = newest(store)?.map(|(_, figures)| figures);
    let p95 = figures.as_ref().map(|f| (f.search.count, f.search.p95_ms));
    if let Some((count, p95)) = p95.filter(|(_, p95)| *p95 > num::to_f64(limit)) {
        let detail = format!("p95 of {count} searches {p95:.1} ms, {limit} ms are allowed");
        checks.warn("slow_queries", &detail, "`greenbar search --explain` shows the slow layer");
    }
    for shape in &shapes {
        let told = diagnose(shape);
        let detail = format!(
            "{} \"{}\": {} times, {} ms at most: {}, {}",
            shape.last.kind.name(),
            shape.last.shape,
            shape.count,
            shape.max_us / 1_000,
            told.cause.name(),
            told.why
        );
        checks.warn("slow_queries", &detail, told.advice);
    }
    if shapes.is_empty() {
        let ms = monitoring.slow_query_ms;
        let searches = p95.map_or_else(String::new, |(n, ms)| format!("; p95 of {n} searches {ms:.1} ms"));
        checks.ok("slow_queries", &format!("nothing took {ms} ms in the last week{searches}"));
    } else if more > 0 {
        checks.ok("slow_queries", &format!("{more} more: `greenbar metrics --slow` lists all"));
    }
    Ok(())
}

/// Connections in use, held for long, waited for; as the last desk has seen it if that is not long ago.
pub fn connections(context: &Context, store: &SqliteStore, checks: &mut Checks) -> Result<()> {
    let limits = &context.config().performance.monitoring.alert_thresholds;
    let newest = newest(store)?.filter(|(at, _)| context.now().saturating_sub(*at) < YOUNG_MS);
    let Some((_, figures)) = newest else {
        checks.ok("connections", "no desk has kept figures in the last 10 minutes");
        return Ok(());
    };
    let (storage, pool) = (&figures.storage, &figures.storage.pool);
    let before = checks.0.len();
    if storage.pool_usage().is_some_and(|share| share > limits.pool_usage) {
        let detail = format!("{} of {} readers are in use", storage.readers_in_use, pool.max);
        checks.warn(
            "connections",
            &detail,
            "raise performance.database.connection_pool_max, or ask for less at once",
        );
    }
    for held in pool.held.iter().filter(|held| held.held_ms > limits.connection_held_ms) {
        let detail =
            format!("\"{}\" holds a connection for {} ms: {}", held.operation, held.held_ms, held.statement);
        checks.warn(
            "connections",
            &detail,
            "Esc in the desk stops a search; an import or a check ends by itself",
        );
    }
    for blocked in pool.blocked.iter().filter(|blocked| blocked.waited_ms > limits.lock_wait_ms).take(TOLD) {
        let detail = format!(
            "\"{}\" waited {} ms for {} {}",
            blocked.operation, blocked.waited_ms, blocked.blocker, blocked.statement
        );
        checks.warn("connections", &detail, "let that end first, or run it when nobody works");
    }
    if checks.0.len() == before {
        let waits = pool.reader_waits.count + pool.writer_waits.count + pool.lock_waits.count;
        let detail = format!(
            "{} of {} readers in use, {waits} waits, none for long",
            storage.readers_in_use, pool.max
        );
        checks.ok("connections", &detail);
    }
    Ok(())
}

/// The newest figures that a desk has kept.
fn newest(store: &SqliteStore) -> Result<Option<(i64, Snapshot)>> {
    let kept = store.recent_metrics(1, &Budget::unlimited())?.pop();
    Ok(kept.and_then(|(at, document)| Some((at, serde_json::from_str::<Snapshot>(&document).ok()?))))
}
