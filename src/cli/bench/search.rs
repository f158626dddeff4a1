//! `greenbar bench search`: clients in threads, or in processes that each report back.

use super::{Context, Out, options};
use crate::base::meter::no_meter;
use crate::base::num::{percent, thousands};
use crate::base::{Budget, Exit, Result, UserError, processors};
use crate::cli::interrupt;
use crate::cli::out::Progress;
use crate::kb::recall::Recall;
use crate::kb::search::{SearchRequest, search};
use crate::kb::trial::{EDITION, Plan, Share, Tally, TrialReport, fill, is_made, run as run_trial};
use crate::metrics::Probe;
use crate::store::{SqliteStore, Store};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Entries of a store that is made for a trial: about 100 MB of text.
const ENTRIES: u64 = 30_000;
/// Longest trial, in seconds.
const LONGEST: u64 = 24 * 3_600;

/// How to search.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// So many clients at the same time.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    clients: u64,
    /// Go on for S seconds.
    #[arg(long, value_name = "S", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=LONGEST))]
    seconds: u64,
    /// Let the clients come one after the other over R seconds, which are not counted.
    #[arg(long, value_name = "R", default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..=LONGEST))]
    ramp_up: u64,
    /// Each client asks a query every T seconds, a finished one or the next letter of one that it types; without this it asks as
    /// fast as it is answered.
    #[arg(long, value_name = "T")]
    every: Option<f64>,
    /// With --every: each client begins a query every T seconds, and asks at each letter of it: some eight times as many searches.
    #[arg(long, requires = "every")]
    letters: bool,
    /// Make up a store of N entries for it, kept for the next time; without this and without --db it has 30,000.
    #[arg(long, value_name = "N")]
    entries: Option<u64>,
    /// Each client is a process of its own.
    #[arg(long)]
    processes: bool,
    /// Search without the cache.
    #[arg(long)]
    no_cache: bool,
    /// Ask for N results.
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    /// Number of clients before this one: it is one process of a trial and answers with its counts.
    #[arg(long, hide = true)]
    worker: Option<u64>,
    /// So many clients are in the trial of which this one is a process.
    #[arg(long, hide = true, requires = "worker")]
    of: Option<u64>,
}

/// What one process of a trial says.
#[derive(Serialize, Deserialize)]
struct Said {
    tally: Tally,
    lasted: Duration,
    rss_bytes: u64,
    /// Of each level and kind of the cache: its name, look-ups that were answered, and those that were not.
    cache: Vec<(String, u64, u64)>,
}

#[derive(Serialize)]
struct Document<'r> {
    store: &'r str,
    entries: u64,
    bytes: u64,
    clients: u64,
    processes: bool,
    first_ms: f64,
    cache: Vec<Looked<'r>>,
    #[serde(flatten)]
    report: &'r TrialReport,
}

/// What look-ups in a level, or for a kind, came to.
#[derive(Serialize)]
struct Looked<'r> {
    name: &'r str,
    hits: u64,
    misses: u64,
}

/// What the look-ups of this process came to.
fn looked(recall: Option<&Recall>) -> Vec<(String, u64, u64)> {
    let Some(cache) = recall.map(Recall::cache) else { return Vec::new() };
    cache.levels().iter().chain(&cache.kinds()).map(|f| (f.name.to_owned(), f.hits, f.misses)).collect()
}

/// Runs the trial.
pub fn run(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    if args.clients > 1 && !args.processes {
        // All of them allocate at once, as no desk does; a thread stays with its heap, and of few heaps two threads that run mostly
        // have the same.
        greenbar_native::memory::share_out(8 * processors());
    }
    let budget = interrupt::budget();
    let path = place(context, args, out, &budget)?;
    let opened = Instant::now();
    let store = SqliteStore::open(&options(context, &path)?, no_meter())?;
    let made = is_made(&store)?;
    let entries = made.unwrap_or(store.info()?.entries);
    let plan = Plan {
        clients: args.clients,
        before: args.worker.unwrap_or(0),
        of: args.of.unwrap_or(args.clients),
        lasts: Duration::from_secs(args.seconds),
        ramp_up: Duration::from_secs(args.ramp_up),
        every: args.every.map(|s| Duration::from_secs_f64(s.clamp(0.001, 3_600.0))),
        letters: args.letters,
        writes: made.is_some(),
        entries,
        limit: args.limit,
    };
    let recall = (!args.no_cache).then(|| context.recall());
    let recall = recall.as_ref();
    if args.worker.is_some() {
        let (tally, lasted) = run_trial((&store, recall), &*context.env.clock, &plan, &budget)?;
        out.document(&Said { tally, lasted, rss_bytes: memory(), cache: looked(recall) });
        return Ok(Exit::Done);
    }
    let first = SearchRequest { text: "s0c7".into(), limit: args.limit, ..SearchRequest::default() };
    search(&store, &first, &budget, &*no_meter())?;
    let first_ms = opened.elapsed().as_secs_f64() * 1e3;
    let said = if args.processes {
        drop(store);
        processes(&path, args)?
    } else {
        let (tally, lasted) = run_trial((&store, recall), &*context.env.clock, &plan, &budget)?;
        Said { tally, lasted, rss_bytes: memory(), cache: looked(recall) }
    };
    if budget.cancel.is_cancelled() {
        return Err(UserError::new("the trial was stopped").exit(Exit::Interrupted));
    }
    let report = said.tally.report(said.lasted, said.rss_bytes);
    let info = SqliteStore::open(&options(context, &path)?, no_meter())?.info()?;
    let document = Document {
        store: &info.location,
        entries: info.entries,
        bytes: info.bytes,
        clients: args.clients,
        processes: args.processes,
        first_ms,
        cache: said
            .cache
            .iter()
            .map(|(name, hits, misses)| Looked { name, hits: *hits, misses: *misses })
            .collect(),
        report: &report,
    };
    if out.is_json() {
        out.document(&document);
    } else {
        tell(&document, made.is_some(), out);
    }
    Ok(if report.errors == 0 { Exit::Done } else { Exit::NotFound })
}

/// Memory of this process, in bytes; 0 where the system does not say.
fn memory() -> u64 {
    Probe::new(Instant::now()).sample(Instant::now()).process.rss_bytes.unwrap_or(0)
}

/// The store to search: the one that was named, or one that is made up.
fn place(context: &Context, args: &Args, out: &Out, budget: &Budget) -> Result<PathBuf> {
    let usual = crate::work::store_options(&context.env, context.config())?;
    let named = context.inputs.flags.iter().any(|flag| flag.flag == "--db");
    if named && args.entries.is_none() {
        return Ok(usual.path);
    }
    let entries = args.entries.unwrap_or(ENTRIES);
    let path = if named {
        usual.path
    } else {
        context.env.paths.cache.join(format!("trial-{EDITION}-{entries}.db"))
    };
    let store = SqliteStore::open(&options(context, &path)?, no_meter())?;
    let mut progress = Progress::new(out.is_json());
    let told = &mut |done| {
        progress.show(&format!("making {} of {} entries", thousands(done), thousands(entries)));
    };
    if is_made(&store)? != Some(entries) {
        fill(&store, entries, context.now(), budget, told)?;
    }
    Ok(path)
}

/// Runs each client in a process of its own and adds up what they say.
fn processes(path: &Path, args: &Args) -> Result<Said> {
    let cannot = |e: std::io::Error| {
        UserError::new("a client could not be started as a process")
            .cause(e)
            .hint("ask for fewer with --clients")
    };
    let program = std::env::current_exe().map_err(cannot)?;
    let start = |number: u64| -> Result<Child> {
        let mut command = Command::new(&program);
        command.arg("--json").arg("--db").arg(format!("sqlite:{}", path.display()));
        command.args(["bench", "search", "--worker"]).arg(number.to_string());
        command.arg("--of").arg(args.clients.to_string());
        command.arg("--seconds").arg(args.seconds.to_string());
        command.arg("--ramp-up").arg(args.ramp_up.to_string());
        command.arg("--limit").arg(args.limit.to_string());
        if args.no_cache {
            command.arg("--no-cache");
        }
        if let Some(every) = args.every {
            command.arg("--every").arg(every.to_string());
            command.args(args.letters.then_some("--letters"));
        }
        command.stdout(Stdio::piped()).spawn().map_err(cannot)
    };
    let mut children = Vec::new();
    for number in 0..args.clients {
        children.push(start(number)?);
    }
    let mut all = Said { tally: Tally::default(), lasted: Duration::ZERO, rss_bytes: 0, cache: Vec::new() };
    for child in children {
        let output = child.wait_with_output().map_err(cannot)?;
        let said: Said = serde_json::from_slice(&output.stdout).map_err(|e| {
            UserError::new("a client ended without its figures").cause(e).hint("its own message stands above")
        })?;
        all.tally.add(said.tally);
        all.lasted = all.lasted.max(said.lasted);
        all.rss_bytes += said.rss_bytes;
        for (name, hits, misses) in said.cache {
            match all.cache.iter_mut().find(|(own, ..)| *own == name) {
                Some((_, h, m)) => (*h, *m) = (*h + hits, *m + misses),
                None => all.cache.push((name, hits, misses)),
            }
        }
    }
    Ok(all)
}

fn tell(document: &Document<'_>, made: bool, out: &mut Out) {
    let report = document.report;
    let kind = if document.processes { "processes" } else { "threads" };
    out.line(&format!(
        "{}: {} entries, {} MB",
        document.store,
        thousands(document.entries),
        thousands(document.bytes / 1_000_000)
    ));
    out.line(&format!(
        "{} clients in {kind}, {:.1} s, {} searches, {} writes{}",
        thousands(document.clients),
        report.seconds,
        thousands(report.searches),
        thousands(report.writes),
        if made { "" } else { " (nothing is written to a store that was not made up)" }
    ));
    out.line("");
    out.line("throughput    average        p50        p95        p99        max     errors     memory");
    out.line(&format!(
        "{:>8}/s {:>7.2} ms {:>7.2} ms {:>7.2} ms {:>7.2} ms {:>7.1} ms {:>10} {:>7.0} MB",
        thousands(crate::base::num::round_u64(report.throughput)),
        report.avg_ms,
        report.p50_ms,
        report.p95_ms,
        report.p99_ms,
        report.max_ms,
        thousands(report.errors),
        report.rss_mb
    ));
    for level in &document.cache {
        let asked = level.hits + level.misses;
        let share = percent(level.hits, asked);
        out.line(&format!("cache {:<10} {share:>3} % of {}", level.name, thousands(asked)));
    }
    out.line("");
    let shares = |shares: &[Share]| {
        let each = shares.iter().map(|s| format!("{} {:.1} %", s.name, s.share * 100.0));
        each.collect::<Vec<_>>().join(", ")
    };
    out.line(&format!("results by layer       {}", shares(&report.layers)));
    out.line(&format!("searches by strategy   {}", shares(&report.strategies)));
    out.line(&format!(
        "top matches only       {:.1} %, nothing found {:.1} %",
        report.top_matches * 100.0,
        report.nothing_found * 100.0
    ));
    out.line(&format!("open and first search  {:.1} ms", document.first_ms));
    if let Some(error) = &report.error {
        out.line(&format!("first error            {error}"));
    }
}
