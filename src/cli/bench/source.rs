//! `greenbar bench source FILE`: what the desk does to a file, each beside the least that can be done to it in the same run:
//! reading its bytes and counting the line feeds in them.

use super::{Context, Out};
use crate::app::trial::TrialDesk;
use crate::base::meter::no_meter;
use crate::base::num::{nanos, round_u64, thousands, to_f64, to_u64};
use crate::base::{Budget, Env, Exit, LineNo, Paths, Result, UserError};
use crate::cli::demo::throw_away;
use crate::cli::files::absolute;
use crate::cli::interrupt;
use crate::cli::out::Progress;
use crate::kb::trial::Random;
use crate::source::{Anchor, NeedleKind, NeedleSpec, PageRequest, SourceFile, Wanted};
use crate::work::{Envelope, FileId, FindIn, Reply, Request, Slot, facts_of, whole_outline};
use serde::Serialize;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Bytes read at once when lines are counted.
const BLOCK: usize = 256 << 10;
/// Larger files are scanned for their outline, as `greenbar outline` does. Bytes.
const WHOLE: u64 = 64 << 20;
/// Keys of each kind that are timed.
const KEYS: usize = 100;
/// The file, beside those of the panes.
const FILE: FileId = FileId(1 << 30);
/// What is in no file.
const NOWHERE: &str = "ZQXJVKWZ";

/// Which file, and how often.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file: a source, a listing, print; packed or a member, too.
    file: PathBuf,
    /// Do everything N times; medians are printed.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=1_000))]
    rounds: u64,
}

/// Something that is measured.
#[derive(Clone, Copy)]
struct Step {
    name: &'static str,
    what: &'static str,
    /// It goes through all of the file, so bytes a second say something.
    whole: bool,
}

const FLOOR: Step = Step { name: "count lines", what: "read and count line feeds: the floor", whole: true };
const INDEX: Step = Step { name: "index", what: "the places of lines", whole: true };
const OPEN: Step = Step { name: "open", what: "to the first page", whole: false };
const SCAN: Step =
    Step { name: "scan", what: "index and outline in one pass, as after opening", whole: true };
const KEEP: Step =
    Step { name: "keep outline", what: "behind that, on disk for a later session", whole: false };
const FIND: Step = Step { name: "find", what: "a text that is not there, its case as it is", whole: true };
const FIND_ANY: Step = Step { name: "find, any case", what: "the same in any letter case", whole: true };
const FIND_REGEX: Step =
    Step { name: "find, pattern", what: "a regular expression that is not there", whole: true };
const OUTLINE: Step =
    Step { name: "outline", what: "of the parsed text, as greenbar outline has it", whole: true };
const PARSE: Step = Step { name: "parse", what: "all structures, nothing kept from before", whole: true };
const REOPEN: Step = Step { name: "reopen", what: "in a later session, to the first page", whole: false };
const REOPEN_OUTLINE: Step =
    Step { name: "reopen, outline", what: "until the kept outline is there", whole: false };
const REOPEN_PARSE: Step =
    Step { name: "reopen, parse", what: "what all structures said, kept", whole: false };
const PAGE: Step = Step { name: "page down", what: "key to frame", whole: false };
const JUMP: Step = Step { name: "jump", what: "to any line: command to frame", whole: false };

const STEPS: [Step; 15] = [
    FLOOR,
    INDEX,
    OPEN,
    SCAN,
    KEEP,
    FIND,
    FIND_ANY,
    FIND_REGEX,
    OUTLINE,
    PARSE,
    REOPEN,
    REOPEN_OUTLINE,
    REOPEN_PARSE,
    PAGE,
    JUMP,
];

/// Milliseconds of each step, one a round; of keys, one a key.
#[derive(Default)]
struct Times(Vec<(&'static str, Vec<f64>)>);

impl Times {
    fn add(&mut self, step: Step, ms: f64) {
        match self.0.iter_mut().find(|(name, _)| *name == step.name) {
            Some((_, times)) => times.push(ms),
            None => self.0.push((step.name, vec![ms])),
        }
    }

    /// Times `work` as `step`.
    fn measure<T>(&mut self, step: Step, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let began = Instant::now();
        let result = work()?;
        self.add(step, ms_since(began));
        Ok(result)
    }

    /// So much of the times of a step is at most this.
    fn at(&self, step: Step, quantile: f64) -> Option<f64> {
        let (_, times) = self.0.iter().find(|(name, _)| *name == step.name)?;
        let mut sorted = times.clone();
        sorted.sort_by(f64::total_cmp);
        let last = to_f64(to_u64(sorted.len().saturating_sub(1)));
        sorted.get(crate::base::num::to_usize(round_u64(last * quantile))).copied()
    }
}

fn ms_since(began: Instant) -> f64 {
    to_f64(nanos(began.elapsed())) / 1e6
}

/// One line of the report.
#[derive(Serialize)]
struct Measured {
    step: &'static str,
    what: &'static str,
    /// Median.
    ms: f64,
    least_ms: f64,
    most_ms: f64,
    mb_per_second: Option<f64>,
    /// Median time, as so many times that of counting line feeds.
    ratio: Option<f64>,
}

#[derive(Serialize)]
struct Document {
    file: String,
    bytes: u64,
    lines: u64,
    rounds: u64,
    steps: Vec<Measured>,
}

/// Measures it.
pub fn run(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    let budget = interrupt::budget();
    let home = throw_away(&context.env, "source")?;
    let path = absolute(&args.file);
    let source = SourceFile::open_within(&args.file, Wanted::default(), &budget, no_meter())?;
    source.reach(u64::MAX, &budget)?;
    // Of a packed file, or of a member, the lines are not in the bytes that are there.
    let is_plain = std::fs::metadata(&args.file).is_ok_and(|there| there.len() == source.size());
    let plain = is_plain.then(|| args.file.clone());
    let mut times = Times::default();
    let mut progress = Progress::new(out.is_json());
    let mut lines = 0;
    for round in 0..args.rounds {
        progress.show(&format!("round {} of {}", round + 1, args.rounds));
        // A cache of its own for each round: what is parsed was not seen before.
        let mut paths = Paths::under(home.path());
        paths.cache = home.path().join(format!("cache-{round}"));
        let env = Env { clock: context.env.clock.clone(), vars: context.env.vars.clone(), paths };
        let desk =
            || TrialDesk::new(env.clone(), (context.inputs.clone(), context.loaded.clone()), Vec::new());
        if let Some(plain) = &plain {
            times.measure(FLOOR, || count_lines(plain, &budget))?;
        }
        lines = directly(&args.file, &mut times, &budget)?;
        first_session(&mut desk()?, &path, &mut times)?;
        later_session(&mut desk()?, &path, lines, &mut times)?;
        budget.check().map_err(|_| UserError::new("the trial was stopped").exit(Exit::Interrupted))?;
    }
    drop(progress);
    let document = report(&args.file, source.size(), lines, args.rounds, &times);
    if out.is_json() {
        out.document(&document);
    } else {
        tell(&document, plain.is_some(), out);
    }
    Ok(Exit::Done)
}

/// The least that can be done: every byte is read, and line feeds are counted.
fn count_lines(path: &Path, budget: &Budget) -> Result<u64> {
    let cannot = |e: std::io::Error| UserError::new(format!("{}: cannot be read", path.display())).cause(e);
    let file = std::fs::File::open(path).map_err(cannot)?;
    let mut block = vec![0; BLOCK];
    let (mut at, mut feeds) = (0_u64, 0_u64);
    loop {
        let read = file.read_at(&mut block, at).map_err(cannot)?;
        if read == 0 || budget.check().is_err() {
            return Ok(feeds);
        }
        feeds += to_u64(memchr::memchr_iter(b'\n', block.get(..read).unwrap_or_default()).count());
        at += to_u64(read);
    }
}

/// What needs no desk: the index alone, and the outline as the subcommand makes it. Gives the number of lines.
fn directly(path: &Path, times: &mut Times, budget: &Budget) -> Result<u64> {
    let file = SourceFile::open_within(path, Wanted::default(), budget, no_meter())?;
    times.measure(INDEX, || file.scan(&mut [], budget, &mut |_| {}))?;
    let facts = facts_of(&file);
    if file.size() <= WHOLE && facts.format != crate::code::SourceFormat::NotCobol {
        times.measure(OUTLINE, || whole_outline(&file, &facts, &*no_meter(), budget, &mut |_| {}))?;
    }
    Ok(file.index_status().lines)
}

fn opening(path: &str) -> Request {
    let page = PageRequest::at(Anchor::Line(LineNo::FIRST), 24);
    Request::OpenFile { file: FILE, path: path.to_owned(), wanted: Wanted::default(), page }
}

fn took(answers: Vec<Envelope>) -> Result<f64> {
    let Some(last) = answers.into_iter().next_back() else { return Ok(0.0) };
    last.reply.map(|_| to_f64(last.took_us) / 1e3)
}

/// Whether a reply of a scan has symbols, and has or has not read all of the file.
fn outlined(answer: &Envelope, read: bool) -> bool {
    let Ok(Reply::Scanned { progress, symbols, .. }) = &answer.reply else { return false };
    *symbols > 0 && read == (progress.done >= progress.total)
}

/// The first session that opens the file.
fn first_session(desk: &mut TrialDesk, path: &str, times: &mut Times) -> Result<()> {
    times.add(OPEN, took(desk.answers(Slot::Open(FILE), opening(path)))?);
    let scanned = desk.answers(Slot::Scan(FILE), Request::Scan { file: FILE });
    // The outline of a large file is there, and shown, before it is kept; that of a small one is not kept.
    let before = scanned.split_last().map_or(&[][..], |(_, before)| before);
    let there =
        before.iter().find(|answer| outlined(answer, true)).map(|answer| to_f64(answer.took_us) / 1e3);
    let whole = took(scanned)?;
    times.add(SCAN, there.unwrap_or(whole));
    if let Some(there) = there {
        times.add(KEEP, whole - there);
    }
    for (step, ignore_case, kind) in [
        (FIND, false, NeedleKind::Literal),
        (FIND_ANY, true, NeedleKind::Literal),
        (FIND_REGEX, false, NeedleKind::Regex),
    ] {
        let text = if kind == NeedleKind::Regex { format!("{NOWHERE}[0-9]+$") } else { NOWHERE.to_owned() };
        let needle = NeedleSpec { text, ignore_case, kind, ..NeedleSpec::default() };
        let request = Request::Count { file: FILE, needle, within: FindIn::default() };
        times.add(step, took(desk.answers(Slot::Count(FILE), request))?);
    }
    times.add(PARSE, took(desk.answers(Slot::Parse(FILE), Request::Parse { file: FILE, at: 0 }))?);
    Ok(())
}

/// A session after it, with what the first one kept on disk; and keys.
fn later_session(desk: &mut TrialDesk, path: &str, lines: u64, times: &mut Times) -> Result<()> {
    times.add(REOPEN, took(desk.answers(Slot::Open(FILE), opening(path)))?);
    let scanned = desk.answers(Slot::Scan(FILE), Request::Scan { file: FILE });
    // The first reply of a scan that knows the outline has its symbols before it has read the file.
    if let Some(known) = scanned.first().filter(|first| outlined(first, false)) {
        times.add(REOPEN_OUTLINE, to_f64(known.took_us) / 1e3);
    }
    times.add(REOPEN_PARSE, took(desk.answers(Slot::Parse(FILE), Request::Parse { file: FILE, at: 0 }))?);
    desk.line(&format!("open {path}"));
    let mut random = Random::new(lines);
    for _ in 0..KEYS {
        let began = Instant::now();
        desk.press("f8");
        times.add(PAGE, ms_since(began));
        let line = random.draw() % lines.max(1) + 1;
        let began = Instant::now();
        desk.line(&format!("locate ={line}"));
        times.add(JUMP, ms_since(began));
    }
    match desk.take_errors().into_iter().next() {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

fn report(file: &Path, bytes: u64, lines: u64, rounds: u64, times: &Times) -> Document {
    let floor = times.at(FLOOR, 0.5);
    let steps = STEPS.iter().filter_map(|step| {
        let ms = times.at(*step, 0.5)?;
        Some(Measured {
            step: step.name,
            what: step.what,
            ms,
            least_ms: times.at(*step, 0.0)?,
            most_ms: times.at(*step, 1.0)?,
            mb_per_second: (step.whole && ms > 0.0).then(|| to_f64(bytes) / 1e3 / ms),
            ratio: floor.filter(|floor| *floor > 0.0).map(|floor| ms / floor),
        })
    });
    Document { file: file.display().to_string(), bytes, lines, rounds, steps: steps.collect() }
}

fn tell(document: &Document, floor: bool, out: &mut Out) {
    out.line(&format!(
        "{}: {} bytes, {} lines; medians of {} rounds, of {KEYS} keys in each",
        document.file,
        thousands(document.bytes),
        thousands(document.lines),
        document.rounds
    ));
    if !floor {
        out.line("it is packed or a member: its lines cannot be counted beside it");
    }
    out.line("step                    median        least         most      MB/s   ratio");
    for row in &document.steps {
        let speed = row.mb_per_second.map_or_else(String::new, |mb| thousands(round_u64(mb)));
        let ratio = row.ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}"));
        out.line(&format!(
            "{:<16} {:>9.3} ms {:>9.3} ms {:>9.3} ms {speed:>9} {ratio:>7}  {}",
            row.step, row.ms, row.least_ms, row.most_ms, row.what
        ));
    }
    let ratio = if floor { "ratio: times the median of counting lines. " } else { "" };
    out.line(&format!("{ratio}Frames are drawn into memory: what the terminal takes comes on top."));
}
