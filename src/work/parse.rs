//! The parse pass over a file: chunk by chunk, what is known of the same bytes from before taken from the cache. One chunk is
//! in memory at a time. Must not know panes.

use super::FileFacts;
use super::kept::{Kept, written};
use super::listing::{Along, frames};
use crate::base::num::{nanos, to_u64, to_usize};
use crate::base::{Budget, Exit, Meter, Op, Result, Stop, UserError};
use crate::cache::{Key, Kind};
use crate::code::chunk::{Chunk, Chunker};
use crate::code::parse::{Structure, VERSION, parse};
use crate::code::{Outline, SourceFormat, Whole, mask_from};
use crate::listing::Contents;
use crate::source::{ScanEnd, SourceFile};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// Time between two words of progress.
const PROGRESS: Duration = Duration::from_millis(250);
/// Problems of a file that are told.
const MOST_PROBLEMS: usize = 1_000;

/// Something odd in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemAt {
    /// Where, in bytes of the file.
    pub offset: u64,
    /// What.
    pub fault: crate::code::parse::FaultKind,
}

/// How far a parse pass is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parsed {
    /// Bytes whose structure is known.
    pub done: u64,
    /// Bytes of the file.
    pub total: u64,
    /// Bytes of those done that were known from before.
    pub known: u64,
    /// What is odd, in the order of the file, the first thousand.
    pub problems: Vec<ProblemAt>,
}

/// The chunks of a file, and what else reads `along`; nothing if it changed while it was read.
fn chunks(file: &SourceFile, facts: &FileFacts, along: &mut Along, budget: &Budget) -> Result<Vec<Chunk>> {
    let mut chunker = Chunker::new(facts.format);
    match file.scan(&mut along.sinks(Some(&mut chunker)), budget, &mut |_| {})? {
        ScanEnd::Complete { .. } => Ok(chunker.finish()),
        ScanEnd::Changed(_) => Ok(Vec::new()),
        ScanEnd::Stopped { .. } => Err(stopped(file)),
    }
}

fn stopped(file: &SourceFile) -> UserError {
    UserError::new(format!("stopped parsing {}", file.path().display()))
        .cause("nobody waits for it any more")
        .exit(Exit::Interrupted)
}

/// What came of parsing a chunk.
type Outcome = std::result::Result<Structure, Stop>;

/// One chunk at a time, in the same memory.
struct Desk {
    text: Vec<u8>,
    masked: Vec<u8>,
}

impl Desk {
    /// With room for the longest of `chunks` and not more: a buffer that grows by itself doubles.
    fn new(chunks: &[Chunk]) -> Self {
        let longest = to_usize(chunks.iter().map(|c| c.end.0.saturating_sub(c.start.0)).max().unwrap_or(0));
        Self { text: Vec::with_capacity(longest), masked: Vec::with_capacity(longest) }
    }

    /// Reads a chunk; less of it if the file became shorter.
    fn read(&mut self, file: &SourceFile, chunk: &Chunk) {
        self.text.clear();
        self.text.resize(to_usize(chunk.end.0.saturating_sub(chunk.start.0)), 0);
        let (length, _) = file.read_into(chunk.start, &mut self.text);
        self.text.truncate(length);
    }

    /// Parses what was read, measured.
    fn parse(&mut self, chunk: &Chunk, meter: &dyn Meter, budget: &Budget) -> Outcome {
        self.masked_then(chunk, meter, budget, |_| {})
    }

    /// The same; the text is gone then: parsing takes memory enough without it.
    fn parse_for_good(&mut self, chunk: &Chunk, meter: &dyn Meter, budget: &Budget) -> Outcome {
        let structure = self.masked_then(chunk, meter, budget, |text| *text = Vec::new());
        self.masked = Vec::new();
        structure
    }

    /// Masks what was read, does `then` with the text, and parses what was masked.
    fn masked_then(
        &mut self,
        chunk: &Chunk,
        meter: &dyn Meter,
        budget: &Budget,
        then: impl FnOnce(&mut Vec<u8>),
    ) -> Outcome {
        let begun = Instant::now();
        self.masked.clear();
        self.masked.reserve_exact(self.text.len());
        mask_from(&self.text, chunk.before.clone(), &mut self.masked);
        then(&mut self.text);
        let structure = parse(&self.masked, budget);
        meter.record(Op::Parse, nanos(begun.elapsed()), to_u64(self.masked.len()), structure.is_ok());
        structure
    }
}

/// The outline of a file with every kind of symbol, and the units and sections of a listing; `told` hears how many bytes are done.
///
/// # Errors
/// `Exit::Interrupted` when `budget` ends.
pub fn whole_outline(
    file: &SourceFile,
    facts: &FileFacts,
    meter: &dyn Meter,
    budget: &Budget,
    told: &mut dyn FnMut(u64),
) -> Result<(Outline, Contents)> {
    let mut whole = Whole::default();
    let mut along = Along::new(facts.format);
    let chunks = chunks(file, facts, &mut along, budget)?;
    let mut desk = Desk::new(&chunks);
    for chunk in chunks {
        desk.read(file, &chunk);
        let structure = desk.parse(&chunk, meter, budget).map_err(|_| stopped(file))?;
        whole.take(&desk.text, &structure);
        told(chunk.end.0);
    }
    let contents = along.finish();
    let outline = whole.finish().framed(frames(&contents));
    Ok((outline, contents))
}

/// Parses a file from the chunk with byte `at` outwards, so that what is looked at is known first. Of one that looks as it did
/// when all of it was parsed nothing is read.
///
/// # Errors
/// `Exit::Interrupted` when `budget` ends.
pub(super) fn pass(
    (file, facts): (&SourceFile, &FileFacts),
    at: u64,
    kept: &Kept<'_>,
    meter: &dyn Meter,
    budget: &Budget,
    tell: &mut dyn FnMut(Parsed),
) -> Result<Parsed> {
    if let Some(known) = kept.parsed(file, facts, file.index_status().lines) {
        return Ok(known);
    }
    let chunks = chunks(file, facts, &mut Along::new(SourceFormat::NotCobol), budget)?;
    let mut parsed = Parsed { total: file.size(), ..Parsed::default() };
    let mut told = Instant::now();
    let mut desk = Desk::new(&chunks);
    for chunk in outwards(&chunks, at) {
        desk.read(file, chunk);
        let length = chunk.end.0 - chunk.start.0;
        let key = key(&desk.text, chunk);
        let known = kept.structure(&key);
        let is_known = known.is_some();
        let structure = match known {
            Some(known) => known,
            None => desk.parse_for_good(chunk, meter, budget).map_err(|_| stopped(file))?,
        };
        parsed.done += length;
        parsed.known += if is_known { length } else { 0 };
        let problems = structure
            .faults
            .iter()
            .map(|f| ProblemAt { offset: chunk.start.0 + u64::from(f.start), fault: f.kind });
        parsed.problems.extend(problems);
        parsed.problems.sort_by_key(|p| p.offset);
        parsed.problems.truncate(MOST_PROBLEMS);
        if !is_known && let Some(bytes) = written(&structure) {
            // One by one: some of them together would be megabytes in memory.
            kept.keep_structure(&key, &bytes);
        }
        if told.elapsed() >= PROGRESS {
            told = Instant::now();
            tell(parsed.clone());
        }
    }
    if parsed.done == parsed.total {
        let known = Parsed { known: parsed.total, ..parsed.clone() };
        kept.keep_parsed((file, facts), file.index_status().lines, &known);
    }
    Ok(parsed)
}

/// The chunks beginning with the one that holds byte `at`, then by turns behind it and before it.
fn outwards(chunks: &[Chunk], at: u64) -> impl Iterator<Item = &Chunk> {
    let here = chunks.partition_point(|c| c.end.0 <= at).min(chunks.len().saturating_sub(1));
    let (before, from) = chunks.split_at_checked(here).unwrap_or((chunks, &[]));
    let (mut before, mut from) = (before.iter().rev(), from.iter());
    let mut turn = false;
    std::iter::from_fn(move || {
        turn = !turn;
        if turn { from.next().or_else(|| before.next()) } else { before.next().or_else(|| from.next()) }
    })
}

/// What decides about the structure of a chunk: its bytes, what is known before it as far as they ask for that, the version of
/// the parser.
fn key(text: &[u8], chunk: &Chunk) -> Key {
    let before = format!("{:?}", chunk.before.needed_by(text));
    Key::new(Kind::Structures, &[&VERSION.to_le_bytes(), before.as_bytes(), text])
}

#[cfg(test)]
mod tests;
