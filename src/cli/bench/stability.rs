//! `greenbar bench stability`: everything that people do, in random order, and whether memory grows meanwhile.

use super::{Context, Out};
use crate::app::trial::{KINDS, Player, TrialDesk};
use crate::base::num::{nanos, thousands, to_f64, to_usize};
use crate::base::{Env, Exit, Paths, Result, UserError, name};
use crate::cli::demo::{PROGRAM, throw_away};
use crate::cli::interrupt;
use crate::cli::out::Progress;
use crate::metrics::{Leak, LeakWatch, Objects, Probe, ProcessSample};
use hdrhistogram::Histogram;
use serde::Serialize;
use std::path::Path;
use std::time::Instant;

/// Operations of a trial at most.
const MOST: u64 = 100_000_000;
/// Operations after which no bounded list of a desk has room left.
const LISTS: u64 = 12_000;
/// Times that memory is looked at between the end of the warm-up and the end.
const LOOKS: u64 = 12;
/// Looks that are taken together, as their median: how full the pages are that the allocator keeps differs from look to look.
const TOGETHER: usize = 3;
/// Times that the sample program is in the large source.
const LARGE: usize = 60;
/// The longest duration that is told apart, in nanoseconds.
const LONGEST: u64 = 3_600_000_000_000;

/// What to do.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Do N operations behind the warm-up.
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=MOST))]
    operations: u64,
    /// Do N operations before them, in which caches and bounded lists fill up: a fifth more than those if it is not said, and
    /// 12,000 at most, which the longest list takes.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=MOST))]
    warm_up: Option<u64>,
    /// Fail if memory grew by more than this after the warm-up, in percent: what is resident, or what is held.
    #[arg(long, value_name = "PERCENT", default_value_t = 10.0, allow_negative_numbers = true)]
    max_growth: f64,
    /// The order of the operations follows from this number alone.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

/// What one kind of operation came to.
#[derive(Serialize)]
struct OfKind {
    kind: &'static str,
    count: u64,
    errors: u64,
    p50_ms: f64,
    p95_ms: f64,
    p99_ms: f64,
    max_ms: f64,
}

/// Memory at rest: nothing runs, and freed memory was given back to the system.
#[derive(Clone, Copy, Default, Serialize)]
struct Memory {
    operations: u64,
    /// Resident, with what the caches hold.
    as_it_was_bytes: u64,
    /// Resident, once the caches were emptied: what is compared.
    emptied_bytes: u64,
    /// Held of the allocator then, without what lies free in its pages; 0 where it does not say.
    held_bytes: u64,
    open_files: u64,
    threads: u64,
}

#[derive(Serialize)]
struct Document {
    operations: u64,
    warm_up: u64,
    seed: u64,
    seconds: f64,
    errors: u64,
    first_error: Option<String>,
    kinds: Vec<OfKind>,
    memory: Vec<Memory>,
    start_bytes: u64,
    warm_bytes: u64,
    end_bytes: u64,
    peak_bytes: u64,
    growth_percent: f64,
    /// The same of what is held.
    held_growth_percent: f64,
    max_growth_percent: f64,
    /// What is held at the end, and what of it grew from look to look.
    objects: Vec<Objects>,
    leaks: Vec<Leak>,
    steady: bool,
}

/// Durations of a kind, and how often it failed.
struct Tally {
    durations: Option<Histogram<u32>>,
    errors: u64,
}

/// Runs the trial.
pub fn run(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    let warm_up = args.warm_up.unwrap_or((args.operations / 5 * 6).min(LISTS));
    let all = warm_up + args.operations;
    let home = throw_away(&context.env, "stability")?;
    let paths = if context.home_given { context.env.paths.clone() } else { Paths::under(home.path()) };
    let env = Env { clock: context.env.clock.clone(), vars: context.env.vars.clone(), paths };
    let sources = sources(home.path())?;
    let settings = (context.inputs.clone(), context.loaded.clone());
    let desk = TrialDesk::new(env, settings, Vec::new())?;
    let mut player = Player::new(desk, args.seed, sources, name::text_of(home.path()))?;
    let mut tallies: Vec<Tally> = KINDS.iter().map(|_| Tally::new()).collect();
    let mut memory = vec![at_rest(&mut player, 0)];
    let mut watch = LeakWatch::default();
    let mut first_error = None;
    let stop = interrupt::budget();
    let mut progress = Progress::new(out.is_json());
    let began = Instant::now();
    for done in 1..=all {
        if stop.cancel.is_cancelled() {
            return Err(UserError::new("the trial was stopped").exit(Exit::Interrupted));
        }
        let start = Instant::now();
        let kind = player.step();
        let took = nanos(start.elapsed());
        let errors = player.desk.take_errors();
        if let Some(tally) = tallies.get_mut(kind) {
            tally.add(took, errors.len());
        }
        first_error = first_error.or_else(|| errors.first().map(ToString::to_string));
        if done == warm_up || done == all || is_look(done, warm_up, all) {
            memory.push(at_rest(&mut player, done));
            // The moments that are compared are to reach over all of the run.
            if done >= warm_up && (memory.len().is_multiple_of(2) || done == all) {
                watch.look(context.now(), &held(&player));
            }
        }
        if done % 64 == 0 {
            progress.show(&format!("{} of {} operations", thousands(done), thousands(all)));
        }
    }
    drop(progress);
    let seconds = began.elapsed().as_secs_f64();
    let kinds: Vec<OfKind> = KINDS.iter().zip(&tallies).map(|(kind, tally)| tally.of(kind.name)).collect();
    let start_bytes = memory.first().map_or(0, |m| m.emptied_bytes);
    let looks: Vec<&Memory> = memory.iter().skip(1).filter(|m| m.operations >= warm_up).collect();
    let (warm_bytes, end_bytes) = compared(&looks, |m| m.emptied_bytes);
    let (warm_held, end_held) = compared(&looks, |m| m.held_bytes);
    let growth = |from: u64, to: u64| (to_f64(to) / to_f64(from.max(1)) - 1.0) * 100.0;
    let growth_percent = growth(warm_bytes, end_bytes);
    let held_growth_percent = if warm_held == 0 { 0.0 } else { growth(warm_held, end_held) };
    let leaks = watch.leaks();
    let document = Document {
        operations: args.operations,
        warm_up,
        seed: args.seed,
        seconds,
        errors: kinds.iter().map(|kind| kind.errors).sum(),
        first_error,
        kinds,
        start_bytes,
        warm_bytes,
        end_bytes,
        peak_bytes: process().rss_peak_bytes.unwrap_or(0),
        memory,
        growth_percent,
        held_growth_percent,
        max_growth_percent: args.max_growth,
        objects: held(&player),
        steady: growth_percent.max(held_growth_percent) <= args.max_growth && leaks.is_empty(),
        leaks,
    };
    if out.is_json() {
        out.document(&document);
    } else {
        tell(&document, out);
    }
    Ok(if document.steady && document.errors == 0 { Exit::Done } else { Exit::NotFound })
}

/// What the desk and the process hold; memory is compared by itself.
fn held(player: &Player) -> Vec<Objects> {
    let process = process();
    let mut all = player.desk.objects();
    for (name, count) in [("threads", process.threads), ("descriptors", process.open_files)] {
        all.extend(count.map(|count| Objects::new(name, to_usize(count), 0)));
    }
    all
}

/// Whether memory is looked at after `done` of all operations.
fn is_look(done: u64, warm_up: u64, all: u64) -> bool {
    let every = all.saturating_sub(warm_up) / LOOKS;
    every > 0 && done > warm_up && (done - warm_up).is_multiple_of(every)
}

/// What is compared: the median of the first looks after the warm-up, and of the last ones.
fn compared(looks: &[&Memory], bytes: impl Fn(&Memory) -> u64) -> (u64, u64) {
    let all: Vec<u64> = looks.iter().map(|look| bytes(look)).collect();
    let first = all.get(..TOGETHER).unwrap_or(&all);
    let last = all.get(all.len().saturating_sub(TOGETHER)..).unwrap_or(&all);
    (median(first), median(last))
}

fn median(values: &[u64]) -> u64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or(0)
}

fn process() -> ProcessSample {
    Probe::new(Instant::now()).sample(Instant::now()).process
}

/// Memory, once nothing runs any more: as it was, and with the caches emptied.
fn at_rest(player: &mut Player, operations: u64) -> Memory {
    greenbar_native::memory::give_back();
    let before = process();
    player.come_to_rest();
    let after = process();
    Memory {
        operations,
        as_it_was_bytes: before.rss_bytes.unwrap_or(0),
        emptied_bytes: after.rss_bytes.unwrap_or(0),
        held_bytes: greenbar_native::memory::held().unwrap_or(0),
        open_files: after.open_files.unwrap_or(0),
        threads: after.threads.unwrap_or(0),
    }
}

/// The sources of the trial, in `folder`: a program, one of many programs, print with carriage control.
fn sources(folder: &Path) -> Result<Vec<String>> {
    let mut print = String::new();
    for page in 0..200 {
        print.push_str(&format!("1PAGE {page:5}  REGISTER OF PAYMENTS\n"));
        for line in 0..50 {
            print.push_str(&format!(" {page:5}{line:5}  MOVE OF TOTAL {:9}\n", page * line));
        }
    }
    let mut paths = Vec::new();
    for (file, text) in [
        ("PAYR010.cbl", PROGRAM.to_owned()),
        ("PAYR020.cbl", PROGRAM.replace("PAYR010", "PAYR020").replace("WS-GROSS", "WS-TOTAL")),
        ("LARGE.cbl", PROGRAM.repeat(LARGE)),
        ("REGISTER.txt", print),
    ] {
        let path = folder.join(file);
        std::fs::write(&path, text).map_err(|e| {
            UserError::new(format!("cannot write {}", path.display()))
                .cause(e)
                .hint("the variable TMPDIR names another folder for temporary files")
        })?;
        paths.push(name::text_of(&path));
    }
    Ok(paths)
}

impl Tally {
    fn new() -> Self {
        Self { durations: Histogram::new_with_bounds(1_000, LONGEST, 2).ok(), errors: 0 }
    }

    fn add(&mut self, nanos: u64, errors: usize) {
        if let Some(durations) = self.durations.as_mut() {
            durations.saturating_record(nanos);
        }
        self.errors += u64::from(errors > 0);
    }

    fn of(&self, kind: &'static str) -> OfKind {
        let ms = |quantile: f64| {
            self.durations.as_ref().map_or(0.0, |d| to_f64(d.value_at_quantile(quantile)) / 1e6)
        };
        OfKind {
            kind,
            count: self.durations.as_ref().map_or(0, Histogram::len),
            errors: self.errors,
            p50_ms: ms(0.50),
            p95_ms: ms(0.95),
            p99_ms: ms(0.99),
            max_ms: ms(1.0),
        }
    }
}

fn tell(document: &Document, out: &mut Out) {
    let mb = |bytes: u64| to_f64(bytes) / 1e6;
    out.line("operation                    count  errors        p50        p95        p99        max");
    for kind in &document.kinds {
        out.line(&format!(
            "{:<25} {:>8} {:>7} {:>7.2} ms {:>7.2} ms {:>7.2} ms {:>7.1} ms",
            kind.kind,
            thousands(kind.count),
            thousands(kind.errors),
            kind.p50_ms,
            kind.p95_ms,
            kind.p99_ms,
            kind.max_ms
        ));
    }
    out.line("");
    out.line("memory at rest after   resident   caches emptied         held   open files");
    for look in &document.memory {
        out.line(&format!(
            "{:>20} {:>7.1} MB {:>13.1} MB {:>9.1} MB {:>12}",
            thousands(look.operations),
            mb(look.as_it_was_bytes),
            mb(look.emptied_bytes),
            mb(look.held_bytes),
            look.open_files
        ));
    }
    out.line("");
    out.line(&format!(
        "{} operations and {} before them in {:.1} s, {} with errors; memory with caches emptied: {:.1} MB at the start, {:.1} MB after the warm-up, \
         {:.1} MB at the end (medians of {TOGETHER} looks), at most {:.1} MB meanwhile, caches and all",
        thousands(document.operations),
        thousands(document.warm_up),
        document.seconds,
        thousands(document.errors),
        mb(document.start_bytes),
        mb(document.warm_bytes),
        mb(document.end_bytes),
        mb(document.peak_bytes)
    ));
    out.line(&format!(
        "growth after the warm-up {:+.2} %, of what is held {:+.2} %, allowed {:.1} %: {}",
        document.growth_percent,
        document.held_growth_percent,
        document.max_growth_percent,
        if document.steady { "steady" } else { "it grows" }
    ));
    for leak in &document.leaks {
        out.line(&leak.told());
    }
    if let Some(error) = &document.first_error {
        out.line(&format!("first error: {error}"));
    }
}
