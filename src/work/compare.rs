//! Two files beside each other: reads both, a line at a time, and tells what differs. Must not know panes.

use super::FileFacts;
use super::files::facts_of;
use super::listing::{LineIds, number_shown};
use crate::base::meter::no_meter;
use crate::base::num::{thousands, to_u64};
use crate::base::{Budget, Exit, LineNo, Meter, Result, UserError, name};
use crate::code::compare::{
    ChangeKind, Comparison, Counts, MOST_LINES, Rules, Sayings, Side, Taker, TooMany, compare,
};
use crate::code::{Outline, Scanner, SourceFormat, code_of};
use crate::source::encoding::{Encoding, Start, Transcriber};
use crate::source::{Anchor, PageRequest, ScanEnd, SourceFile, Wanted, has_members};
use serde::{Deserialize, Serialize};
use std::ops::{ControlFlow, Range};
use std::path::PathBuf;
use std::sync::Arc;

/// Bytes of one file at most.
const MOST_BYTES: u64 = 256 << 20;
/// Bytes of a line that are looked at as they are; of a longer one the rest is only told from other rests.
const LONG: usize = 1 << 20;
/// Rows of a list at most.
const MOST_ROWS: usize = 10_000;
/// Bytes of a line that a row shows.
const SHOWN: usize = 160;
/// Lines that are read at once.
const PAGE: u64 = 500;

/// A file to compare, and what it is.
pub type Party<'f> = (&'f SourceFile, &'f FileFacts);

/// Compares two files. `told` hears how many bytes of how many are read.
///
/// # Errors
/// If one is too large (256 MiB, 4,000,000 lines), cannot be read to its end, or `budget` ends.
pub fn compare_files(
    (a, b): (Party<'_>, Party<'_>),
    rules: Rules,
    budget: &Budget,
    told: &mut dyn FnMut(u64, u64),
) -> Result<Comparison> {
    let mut sayings = Sayings::default();
    for (file, _) in [a, b] {
        file.reach(MOST_BYTES + 1, budget)?;
        if file.size() > MOST_BYTES {
            let said = format!("at most {} MiB are compared", MOST_BYTES >> 20);
            return Err(too_large(file, &said));
        }
    }
    let total = a.0.size().saturating_add(b.0.size());
    let (side_a, outline_a) = read(a, rules, &mut sayings, budget, &mut |done| told(done, total))?;
    let before = a.0.size();
    let (side_b, outline_b) =
        read(b, rules, &mut sayings, budget, &mut |done| told(before.saturating_add(done), total))?;
    compare((side_a, side_b), (&outline_a, &outline_b), &sayings, budget)
        .map_err(|stop| UserError::new("the comparison was stopped").cause(stop).exit(Exit::Interrupted))
}

fn too_large(file: &SourceFile, cause: &str) -> UserError {
    UserError::new(format!("{} is too large to be compared", file.path().display()))
        .cause(cause)
        .hint("cut out the program that matters: `greenbar cat FILE --lines A:B`")
}

fn unread(file: &SourceFile, cause: &str) -> UserError {
    UserError::new(format!("cannot compare {}", file.path().display())).cause(cause).hint("try again")
}

/// Reads one side.
fn read(
    (file, facts): Party<'_>,
    rules: Rules,
    sayings: &mut Sayings,
    budget: &Budget,
    told: &mut dyn FnMut(u64),
) -> Result<(Side, Outline)> {
    let outline = outline(file, facts.format, budget)?;
    let mut taker = Taker::new(facts.format, rules, sayings);
    let mut turn = Turn::new(facts.encoding());
    let (mut many, mut done, mut last) = (false, 0, 0);
    let readable = file.lines(file.first_line(), budget, &mut |part, ends| {
        done += to_u64(part.len()) + 1;
        if done - last > 4 << 20 {
            last = done;
            told(done);
        }
        if let Some(line) = turn.take(part, ends) {
            many = taker.line(line) == Err(TooMany);
        }
        if many { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    if many {
        return Err(too_large(file, &format!("at most {} lines are compared", thousands(MOST_LINES.into()))));
    }
    if !readable {
        return Err(unread(file, "some bytes of it cannot be read"));
    }
    if let Some(problem) = file.unpacked().and_then(|u| u.problem) {
        return Err(unread(file, &problem));
    }
    Ok((taker.finish(), outline))
}

fn outline(file: &SourceFile, format: SourceFormat, budget: &Budget) -> Result<Outline> {
    let mut scanner = Scanner::new(format);
    let cobol = format != SourceFormat::NotCobol;
    // Lines are looked up by their numbers later on, so all are counted.
    let end = if cobol {
        file.scan(&mut [&mut scanner], budget, &mut |_| {})?
    } else {
        file.scan(&mut [], budget, &mut |_| {})?
    };
    match end {
        ScanEnd::Complete { unreadable: 0, .. } => Ok(scanner.finish()),
        ScanEnd::Complete { .. } => Err(unread(file, "some bytes of it cannot be read")),
        ScanEnd::Stopped { .. } => match budget.check() {
            Err(stop) => {
                Err(UserError::new("the comparison was stopped").cause(stop).exit(Exit::Interrupted))
            }
            Ok(()) => Err(unread(file, "not all of it can be read")),
        },
        ScanEnd::Changed(_) => Err(unread(file, "it changed while it was read")),
    }
}

/// Makes UTF-8 of the lines of a file.
struct Turn {
    encoding: Encoding,
    transcriber: Transcriber,
    /// The line as it is in the file, if it comes in parts.
    raw: Vec<u8>,
    /// What of it was too long.
    rest: Option<blake3::Hasher>,
    text: Vec<u8>,
}

impl Turn {
    fn new(encoding: Encoding) -> Self {
        let transcriber = Transcriber::new(encoding, None);
        Self { encoding, transcriber, raw: Vec::new(), rest: None, text: Vec::new() }
    }

    /// Takes some bytes of a line, which `ends` with them or not; the line, once it is whole.
    fn take<'t>(&'t mut self, part: &'t [u8], ends: bool) -> Option<&'t [u8]> {
        if ends && self.raw.is_empty() {
            return Some(turned(self.encoding, &self.transcriber, part, &mut self.text));
        }
        let room = LONG.saturating_sub(self.raw.len()).min(part.len());
        let (fits, over) = part.split_at_checked(room).unwrap_or((part, &[]));
        self.raw.extend_from_slice(fits);
        if !over.is_empty() {
            self.rest.get_or_insert_with(blake3::Hasher::new).update(over);
        }
        if !ends {
            return None;
        }
        let raw = std::mem::take(&mut self.raw);
        let line = turned(self.encoding, &self.transcriber, &raw, &mut self.text).to_vec();
        self.text = line;
        if let Some(rest) = self.rest.take() {
            self.text.extend_from_slice(rest.finalize().to_hex().as_bytes());
        }
        Some(&self.text)
    }
}

/// A line in UTF-8. Most are ASCII in the end, which is found out cheaply.
fn turned<'t>(
    encoding: Encoding,
    transcriber: &Transcriber,
    line: &'t [u8],
    text: &'t mut Vec<u8>,
) -> &'t [u8] {
    if transcriber.is_identity() {
        if encoding == Encoding::Utf8 || line.is_ascii() {
            return line;
        }
    } else {
        text.clear();
        transcriber.append(line, text);
        // A control byte may stand for several.
        if text.iter().all(|b| matches!(b, b' '..=b'~')) {
            return text;
        }
    }
    text.clear();
    text.extend_from_slice(encoding.text(line, Start::Line).as_bytes());
    text
}

/// Lines of one side: each with its number and its bytes as they are in the file, at most so many.
///
/// # Errors
/// If the file cannot be read any more, or `budget` ends.
pub fn lines_of(
    file: &SourceFile,
    side: &Side,
    range: &Range<u32>,
    most: usize,
    budget: &Budget,
) -> Result<Vec<(LineNo, Vec<u8>)>> {
    let mut found = Vec::new();
    let mut wanted = range.clone().take(most).map(|at| side.line(at)).peekable();
    let last = side.line(range.end.saturating_sub(1));
    while let Some(first) = wanted.peek().copied() {
        let after = last.get().saturating_sub(first.get()).min(PAGE);
        let after = u32::try_from(after).unwrap_or(u32::MAX);
        let page = file.page(&PageRequest::at(Anchor::Line(first), after), budget)?;
        let before = found.len();
        for line in page.lines {
            let number = wanted.peek().copied();
            if number.is_some() && line.number == number {
                wanted.next();
                found.extend(number.map(|n| (n, line.text)));
            }
        }
        if found.len() == before {
            return Err(unread(file, "it has changed meanwhile"));
        }
    }
    Ok(found)
}

/// Lines of a side, counted from 1, and how many of them count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lines {
    /// The first; where there are none, the line before which they would be.
    pub from: LineNo,
    /// The last.
    pub to: LineNo,
    /// How many count.
    pub count: u32,
    /// In a listing, the numbers that the compiler gave to the first and the last; 0 where it gave none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ids: Option<(u32, u32)>,
}

impl Lines {
    /// Those of a change.
    pub fn of(side: &Side, range: &Range<u32>) -> Self {
        let (from, count) = (side.line(range.start), range.end.saturating_sub(range.start));
        let to = if count == 0 { from } else { side.line(range.end.saturating_sub(1)) };
        Self { from, to, count, ids: None }
    }

    /// The same with the numbers of a listing.
    fn numbered(self, ids: Option<&mut LineIds<'_>>, budget: &Budget) -> Result<Self> {
        let Some(ids) = ids else { return Ok(self) };
        let from = ids.of_line(self.from, budget)?;
        let to = if self.to == self.from { from } else { ids.of_line(self.to, budget)? };
        Ok(Self { ids: Some((from, to)), ..self })
    }

    /// The first line as LOCATE takes it.
    pub fn first(&self) -> String {
        number_shown(self.from, self.ids.map(|ids| ids.0))
    }

    /// The last line so.
    pub fn last(&self) -> String {
        number_shown(self.to, self.ids.map(|ids| ids.1))
    }

    /// `182` or `182-184`, in a listing as LOCATE takes them; empty where there are none.
    pub fn shown(&self) -> String {
        match self.count {
            0 => String::new(),
            _ if self.from == self.to => self.first(),
            _ => format!("{}-{}", self.first(), self.last()),
        }
    }
}

/// A row of the list of what differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompareRow {
    /// What happened.
    pub kind: ChangeKind,
    /// Lines of the first file.
    pub a: Lines,
    /// Lines of the second file.
    pub b: Lines,
    /// The paragraph or the like that it is in.
    pub inside: String,
    /// Only comments differ.
    pub comments: bool,
    /// It is inside of the block that moved last.
    pub inner: bool,
    /// The first line of it.
    pub text: String,
}

/// What differs between two files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// The path of the second file.
    pub with: String,
    /// The changes, in the order of the first file.
    pub rows: Vec<CompareRow>,
    /// How much differs.
    pub counts: Counts,
}

/// Compares an open file with the file `with`; if that has members, with the one that is called as the file is. `told` hears how
/// many bytes of how many are read.
///
/// # Errors
/// As [`compare_files`], and if `with` cannot be opened.
pub(super) fn compared(
    party: Party<'_>,
    (with, wanted): (&str, Wanted),
    rules: Rules,
    (budget, meter): (&Budget, Arc<dyn Meter>),
    told: &mut dyn FnMut(u64, u64),
) -> Result<Compared> {
    let with = other(party.0, with, budget)?;
    let file = SourceFile::open_within(&with, wanted, budget, meter)?;
    let facts = facts_of(&file);
    let other = (&file, &facts);
    let found = compare_files((party, other), rules, budget, told)?;
    listed((party, other), &found, name::text_of(file.path()), budget)
}

/// The file that `with` means beside `file`.
fn other(file: &SourceFile, with: &str, budget: &Budget) -> Result<PathBuf> {
    let path = name::path_of(with);
    if !has_members(&path) {
        return Ok(path);
    }
    let own = name::text_of(file.path());
    let own =
        own.strip_suffix(')').and_then(|o| o.rsplit_once('(')).map_or(own.as_str(), |(_, member)| member);
    let last = own.rsplit('/').next().unwrap_or(own);
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    let member = |name: &str| name::path_of(&format!("{with}({name})"));
    let there = SourceFile::open_within(&member(last), Wanted::default(), budget, no_meter()).is_ok();
    Ok(member(if there { last } else { stem }))
}

/// The list of what differs.
///
/// # Errors
/// If a file cannot be read any more, or `budget` ends.
fn listed(
    (a, b): (Party<'_>, Party<'_>),
    found: &Comparison,
    with: String,
    budget: &Budget,
) -> Result<Compared> {
    let mut rows = Vec::with_capacity(found.changes.len().min(MOST_ROWS));
    let [mut ids_a, mut ids_b] = [a, b].map(|(file, facts)| LineIds::of(file, facts.format, None));
    for change in found.changes.iter().take(MOST_ROWS) {
        let ((file, facts), side, range) =
            if change.a.is_empty() { (b, &found.b, &change.b) } else { (a, &found.a, &change.a) };
        let text = lines_of(file, side, range, 1, budget)?.pop().map(|(_, bytes)| shown(&bytes, facts));
        rows.push(CompareRow {
            kind: change.kind,
            a: Lines::of(&found.a, &change.a).numbered(ids_a.as_mut(), budget)?,
            b: Lines::of(&found.b, &change.b).numbered(ids_b.as_mut(), budget)?,
            inside: change.inside.clone(),
            comments: change.comments,
            inner: change.inner,
            text: text.unwrap_or_default(),
        });
    }
    Ok(Compared { with, rows, counts: found.counts })
}

/// The code of a line, as a row shows it.
fn shown(bytes: &[u8], facts: &FileFacts) -> String {
    let text = facts.encoding().text(bytes.get(..SHOWN.min(bytes.len())).unwrap_or_default(), Start::Line);
    let code = code_of(text.as_bytes(), facts.format);
    String::from_utf8_lossy(code).split_whitespace().collect::<Vec<_>>().join(" ")
}
