//! `greenbar metrics`: the newest figures that a desk has kept, or else those of this process; the store and the system
//! as they are now.

use super::context::Context;
use super::out::Out;
use crate::base::{Budget, Exit, Meter, Result, num};
use crate::metrics::{Registry, Snapshot, prometheus};
use crate::store::{Store, UnixMs};
use serde::Serialize;
use std::sync::Arc;

/// In which form.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// In the text format that Prometheus reads.
    #[arg(long)]
    prometheus: bool,
}

#[derive(Serialize)]
struct Document {
    /// When a desk kept these figures; none if they are those of this process.
    recorded_at: Option<UnixMs>,
    #[serde(flatten)]
    figures: Snapshot,
}

/// Older figures are those of a desk that is gone, milliseconds.
const YOUNG_MS: i64 = 600_000;

/// Prints the figures.
pub fn run(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    let registry =
        Arc::new(Registry::new(Arc::clone(&context.env.clock), &context.config().performance.monitoring));
    let store = context.sqlite(Arc::clone(&registry) as Arc<dyn Meter>)?;
    let kept = newest(&store, context.now())?;
    registry.set_store(&store.info()?);
    let own = registry.snapshot();
    let document = match kept {
        None => Document { recorded_at: None, figures: own },
        Some((at, desk)) => {
            let figures = Snapshot { storage: own.storage, system: own.system, ..desk };
            Document { recorded_at: Some(at), figures }
        }
    };
    if args.prometheus {
        out.block(&prometheus(&document.figures));
    } else if out.is_json() {
        out.document(&document);
    } else {
        print(out, &document, context.now());
    }
    Ok(Exit::Done)
}

/// The newest figures that were kept, if they are young enough and this program can read them.
fn newest(store: &dyn Store, now: UnixMs) -> Result<Option<(UnixMs, Snapshot)>> {
    let newest = store.recent_metrics(1, &Budget::unlimited())?.pop();
    let young = newest.filter(|(at, _)| now.saturating_sub(*at) < YOUNG_MS);
    Ok(young.and_then(|(at, document)| Some((at, serde_json::from_str(&document).ok()?))))
}

fn print(out: &mut Out, document: &Document, now: UnixMs) {
    let figures = &document.figures;
    match document.recorded_at {
        Some(at) => {
            let ago = now.saturating_sub(at).max(0) / 1000;
            out.line(&format!("kept by a desk {ago} s ago; store and system are as they are now"));
        }
        None => out.line("no desk has kept figures in the last 10 minutes: these are those of this process"),
    }
    let search = &figures.search;
    out.line(&format!(
        "search    {} searches   p50 {:.1} ms   p95 {:.1} ms   p99 {:.1} ms   failed {:.1} %",
        search.count,
        search.p50_ms,
        search.p95_ms,
        search.p99_ms,
        search.error_rate * 100.0
    ));
    for op in figures.operations.iter().filter(|op| op.count > 0) {
        let name = serde_json::to_value(op.op).ok();
        let name = name.as_ref().and_then(|n| n.as_str()).unwrap_or_default();
        out.line(&format!(
            "  {name:14} {:>9}   p50 {:.2} ms   p95 {:.2} ms   p99 {:.2} ms   {} errors",
            op.count, op.total.p50_ms, op.total.p95_ms, op.total.p99_ms, op.errors
        ));
    }
    let storage = &figures.storage;
    out.line(&format!(
        "storage   {} entries   {} KiB   log {} KiB   {}",
        storage.entries,
        storage.bytes >> 10,
        storage.wal_bytes >> 10,
        storage.location
    ));
    for level in &figures.cache.levels {
        let rate = level.hit_rate.map_or("-".to_owned(), |r| format!("{:.0} %", r * 100.0));
        out.line(&format!("cache     {}   {rate} found   {} KiB", level.level, level.bytes >> 10));
    }
    for kind in &figures.cache.kinds {
        let rate = kind.hit_rate.map_or("-".to_owned(), |r| format!("{:.0} %", r * 100.0));
        out.line(&format!("  {:14} {rate} found   {} KiB", kind.level, kind.bytes >> 10));
    }
    let process = &figures.system.process;
    let or_dash = |n: Option<u64>| n.map_or("-".to_owned(), |n| n.to_string());
    out.line(&format!(
        "system    memory {} KiB   threads {}   files {}   load {}",
        or_dash(process.rss_bytes.map(|n| n >> 10)),
        or_dash(process.threads),
        or_dash(process.open_files),
        figures.system.load.map_or("-".to_owned(), |l| l.map(|n| format!("{n:.2}")).join(" "))
    ));
    for plugin in &figures.plugins {
        let state = if plugin.up { "up" } else { "down" };
        out.line(&format!(
            "plugin    {}   {state}   {} calls   {} errors",
            plugin.name, plugin.calls, plugin.errors
        ));
    }
    if figures.terminal.frames > 0 {
        let bytes = num::to_f64(figures.terminal.bytes) / 1024.0;
        out.line(&format!("terminal  {} frames   {bytes:.0} KiB sent", figures.terminal.frames));
    }
    for alert in &figures.alerts {
        out.line(&format!("alert     {}: {}", alert.message, alert.advice));
    }
}
