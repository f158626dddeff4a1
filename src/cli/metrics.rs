//! `greenbar metrics`: the newest figures that a desk has kept, or else those of this process; the store and the system
//! as they are now.

mod slow;

use super::context::Context;
use super::out::Out;
use crate::base::{Budget, Exit, Meter, NewFile, Result, UserError, num, shown_time};
use crate::metrics::{AlertEvent, FIGURES, Registry, Snapshot, StorageStats, figure_named, prometheus};
use crate::store::{Store, UnixMs};
use crate::work::{Past, alert_history, past};
use serde::Serialize;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

/// In which form.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// In the text format that Prometheus reads.
    #[arg(long)]
    prometheus: bool,
    /// Write that text to a file, whole or not at all: for the textfile collector of a node exporter.
    #[arg(long, value_name = "PATH")]
    textfile: Option<PathBuf>,
    /// The history of a figure; without a name it lists those that there are.
    #[arg(long, value_name = "METRIC", num_args = 0..=1, default_missing_value = "")]
    history: Option<String>,
    /// The alerts that desks have raised and cleared.
    #[arg(long)]
    alerts: bool,
    /// What was slow, by shape, with the plan at that moment, its cause and what to do.
    #[arg(long)]
    slow: bool,
    /// How far back the history goes: 30m, 1h, 24h, 7d.
    #[arg(long, value_name = "SPAN", default_value = "1h")]
    span: String,
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
    if let Some(name) = &args.history {
        return history(context, &store, name, &args.span, out);
    }
    if args.alerts {
        return alerts(&store, out);
    }
    if args.slow {
        return slow::slow(&store, context.config().performance.monitoring.slow_query_ms, out);
    }
    let kept = newest(&store, context.now())?;
    registry.set_store(&store.info()?);
    let own = registry.snapshot();
    let document = match kept {
        None => Document { recorded_at: None, figures: own },
        Some((at, desk)) => {
            // Sizes are as they are now; who waited for whom is known to the desk.
            let StorageStats { readers, readers_in_use, commits, ref pool, .. } = desk.storage;
            let pool = pool.clone();
            let storage = StorageStats { readers, readers_in_use, commits, pool, ..own.storage };
            let figures = Snapshot { storage, system: own.system, ..desk };
            Document { recorded_at: Some(at), figures }
        }
    };
    if let Some(path) = &args.textfile {
        let mut file = NewFile::create(path)?;
        file.write_all(prometheus(&document.figures).as_bytes()).map_err(|e| file.failed(&e))?;
        file.finish()?;
    }
    if args.textfile.is_some() && !args.prometheus && !out.is_json() {
        return Ok(Exit::Done);
    }
    if args.prometheus {
        out.block(&prometheus(&document.figures));
    } else if out.is_json() {
        out.document(&document);
    } else {
        print(out, &document, context.now());
    }
    Ok(Exit::Done)
}

/// Values of a history that are printed.
const VALUES: usize = 60;
/// Signs of a line of values, lowest first.
const SPARKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

#[derive(Serialize)]
struct History {
    metric: &'static str,
    unit: crate::metrics::Unit,
    step_ms: i64,
    #[serde(flatten)]
    past: Past,
}

#[derive(Serialize)]
struct AlertDocument {
    alerts: Vec<AlertEvent>,
}

/// Alerts that were raised and cleared.
fn alerts(store: &dyn Store, out: &mut Out) -> Result<Exit> {
    let alerts = alert_history(store)?;
    if out.is_json() {
        out.document(&AlertDocument { alerts });
        return Ok(Exit::Done);
    }
    for event in &alerts {
        let word = if event.raised { "raised " } else { "cleared" };
        let at = shown_time(event.at.div_euclid(1000));
        out.line(&format!("{at}  {word}  {}  {}", event.name, event.message));
    }
    if alerts.is_empty() {
        out.line("no alert was raised so far");
    }
    Ok(Exit::Done)
}

/// The history of one figure.
fn history(context: &Context, store: &dyn Store, name: &str, span: &str, out: &mut Out) -> Result<Exit> {
    let Some(figure) = figure_named(name) else {
        if name.is_empty() {
            for figure in FIGURES {
                out.line(&format!("{:16} {}", figure.name, figure.label));
            }
            return Ok(Exit::Done);
        }
        let names: Vec<&str> = FIGURES.iter().map(|figure| figure.name).collect();
        return Err(UserError::new(format!("there is no figure {name}"))
            .hint(format!("there are {}", names.join(", ")))
            .exit(Exit::BadInput));
    };
    let ms = span_ms(span).ok_or_else(|| {
        UserError::new(format!("{span} is no span of time"))
            .hint("a number with m, h, d or w: 30m, 1h, 7d")
            .exit(Exit::BadInput)
    })?;
    let past = past(store, figure.name, (context.now(), ms), VALUES, &Budget::unlimited())?;
    let there = past.values.iter().flatten().count();
    if out.is_json() {
        let step_ms = ms / i64::try_from(VALUES).unwrap_or(1);
        out.document(&History { metric: figure.name, unit: figure.unit, step_ms, past });
        return Ok(Exit::Done);
    }
    out.line(&format!("{}, last {span}", figure.label));
    for (word, values) in [("now", &past.values), ("before", &past.before)] {
        let known: Vec<f64> = values.iter().flatten().copied().collect();
        if known.is_empty() {
            out.line(&format!("{word:7} nothing was kept"));
            continue;
        }
        let most = known.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let least = known.iter().copied().fold(f64::INFINITY, f64::min);
        let mean = known.iter().sum::<f64>() / num::to_f64(num::to_u64(known.len()));
        let signs: String = values.iter().map(|value| spark(*value, most)).collect();
        let show = |v| figure.unit.show(v);
        out.line(&format!(
            "{word:7} {signs}  least {}  mean {}  most {}",
            show(least),
            show(mean),
            show(most)
        ));
    }
    Ok(if there == 0 { Exit::NotFound } else { Exit::Done })
}

fn spark(value: Option<f64>, most: f64) -> char {
    let Some(value) = value else { return ' ' };
    let share = if most > 0.0 { (value / most).clamp(0.0, 1.0) } else { 0.0 };
    SPARKS.get(num::to_usize(num::round_u64(share * 7.0))).copied().unwrap_or('█')
}

/// Milliseconds of `30m`, `1h`, `7d`, `4w`.
fn span_ms(text: &str) -> Option<i64> {
    let unit = text.chars().last()?;
    let ms = [('s', 1_000), ('m', 60_000), ('h', 3_600_000), ('d', 86_400_000), ('w', 7 * 86_400_000)]
        .into_iter()
        .find_map(|(sign, ms)| (sign == unit).then_some(ms))?;
    let number: i64 = text.strip_suffix(unit)?.parse().ok().filter(|n| *n > 0)?;
    number.checked_mul(ms).filter(|ms| *ms <= 10 * 366 * 86_400_000)
}

/// The newest figures that were kept, if they are young enough and this program can read them.
fn newest(store: &dyn Store, now: UnixMs) -> Result<Option<(UnixMs, Snapshot)>> {
    let newest = store.recent_metrics(1, &Budget::unlimited())?.pop();
    let young = newest.filter(|(at, _)| now.saturating_sub(*at) < YOUNG_MS);
    Ok(young.and_then(|(at, document)| Some((at, serde_json::from_str(&document).ok()?))))
}

/// The connections of the store: in use, held, waited for.
fn pool(out: &mut Out, figures: &Snapshot) {
    let (storage, pool) = (&figures.storage, &figures.storage.pool);
    let shown =
        |waits: crate::store::Waits| format!("{} ({:.1} ms)", waits.count, num::to_f64(waits.total_us) / 1e3);
    out.line(&format!(
        "pool      {} of {} readers in use   waits: readers {}, writer {}, locks {}",
        storage.readers_in_use,
        pool.max,
        shown(pool.reader_waits),
        shown(pool.writer_waits),
        shown(pool.lock_waits)
    ));
    for held in &pool.held {
        out.line(&format!("  held     {} ms by \"{}\"   {}", held.held_ms, held.operation, held.statement));
    }
    for blocked in &pool.blocked {
        out.line(&format!(
            "  blocked  \"{}\" waited {} ms for {}   {}",
            blocked.operation, blocked.waited_ms, blocked.blocker, blocked.statement
        ));
    }
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
    pool(out, figures);
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
    let held = figures.objects.iter().map(|o| format!("{} {}", o.name, o.shown(o.count)));
    let held: Vec<String> = held.collect();
    if !held.is_empty() {
        out.line(&format!("held      {}", held.join("   ")));
    }
    for leak in &figures.leaks {
        out.line(&format!("grows     {}", leak.told()));
    }
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
