//! Lines that are found again when their file has changed. Owns what is kept of a line, and how the line is told by it; must
//! not know what is on the line.
//!
//! An anchor is the code of a line and of its two neighbours: sequence numbers and change tags, which editors renew, are no
//! part of it. A line is the one that was meant if it says the same, the better the more of its neighbours do, or if both
//! neighbours do and it alone was changed; of several the nearest. A line that says nothing needs its neighbours.

use crate::base::num::to_u64;
use crate::base::{Budget, ByteOffset, LineNo, Result};
use crate::code::{SourceFormat, code_of};
use crate::source::SourceFile;
use crate::source::encoding::{Encoding, Transcriber};
use std::collections::HashMap;
use std::ops::ControlFlow;

/// Bytes that are kept of a line.
const KEPT: usize = 120;
/// How far is looked for a line that is not where it was.
#[derive(Debug, Clone, Copy)]
struct Reach {
    /// Files up to this size are looked through, in bytes.
    whole: u64,
    /// In larger ones so many lines before and behind the place where it was, divided among the lines that are looked for.
    near: u64,
}

/// What the line itself counts, where each of its neighbours counts one.
const ITSELF: u8 = 2;

/// The anchor of the second of three lines: their bytes as they are in the file; a line that is not there is empty.
pub fn anchor_of(lines: [&[u8]; 3], format: SourceFormat, encoding: Encoding) -> String {
    let plain = Transcriber::new(encoding, None);
    let parts = lines.map(|line| {
        let mut text = Vec::with_capacity(line.len());
        plain.append(line, &mut text);
        kept(&text, format)
    });
    parts.join("\n")
}

/// What is kept of a line in ASCII.
fn kept(line: &[u8], format: SourceFormat) -> String {
    let code = match code_of(line, format).trim_ascii() {
        // What has no card, or letters where sequence numbers are, is no line of the source.
        [] if !columns_1_to_6(line).iter().all(|b| matches!(b, b' ' | b'0'..=b'9')) => line.trim_ascii(),
        _ if format == SourceFormat::NotCobol => line.trim_ascii(),
        code => code,
    };
    let code = code.get(..KEPT).unwrap_or(code);
    String::from_utf8_lossy(code).replace(['\n', '\r', '\0'], " ")
}

fn columns_1_to_6(line: &[u8]) -> &[u8] {
    line.get(..6).unwrap_or(line)
}

/// A line that is looked for.
#[derive(Debug, Clone)]
pub(super) struct Sought<'a> {
    /// Where it was.
    pub line: u64,
    /// What it said.
    pub anchor: &'a str,
}

/// Where a line is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Its number.
    pub line: u64,
    /// It says the same and so does a neighbour: it is no other that only looks like it.
    pub sure: bool,
}

/// Where the lines are now, in the order of `sought`; `None` for one that is not there, or too far away in a large file. An
/// empty anchor is wherever it was.
///
/// # Errors
/// If `budget` ends.
pub(super) fn find(
    of: (&SourceFile, SourceFormat, Encoding),
    sought: &[Sought<'_>],
    budget: &Budget,
) -> Result<Vec<Option<Place>>> {
    find_within(Reach::REAL, of, sought, budget)
}

fn find_within(
    reach: Reach,
    (file, format, encoding): (&SourceFile, SourceFormat, Encoding),
    sought: &[Sought<'_>],
    budget: &Budget,
) -> Result<Vec<Option<Place>>> {
    let mut found = Vec::with_capacity(sought.len());
    for one in sought {
        let here =
            one.anchor.is_empty() || anchor_at(file, one.line, format, encoding, budget)? == one.anchor;
        found.push(here.then_some(Place { line: one.line, sure: true }));
    }
    let missing: Vec<u64> =
        sought.iter().zip(&found).filter(|(_, found)| found.is_none()).map(|(one, _)| one.line).collect();
    let mut search = Search::new(sought, &found);
    let plain = Transcriber::new(encoding, None);
    let mut text = Vec::new();
    for (first, last) in reach.windows(file.size(), missing) {
        let Some(from) = file.offset_of_line(LineNo::new(first), budget)? else { continue };
        let mut inside = false;
        search.begin(first);
        file.lines(from, budget, &mut |part, whole| {
            if !inside {
                text.clear();
                plain.append(part.get(..part.len().min(4 * KEPT)).unwrap_or_default(), &mut text);
                search.take(&kept(&text, format));
            }
            inside = !whole;
            if search.number > last { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        search.take("");
    }
    for (found, best) in found.iter_mut().zip(search.best) {
        *found = found.or(best.map(|b| Place { line: b.line, sure: b.score > ITSELF }));
    }
    Ok(found)
}

impl Reach {
    const REAL: Self = Self { whole: 256 << 20, near: 1 << 20 };

    /// First and last line of what is looked through in a file of `size` bytes for lines that were at `missing`.
    fn windows(self, size: u64, mut missing: Vec<u64>) -> Vec<(u64, u64)> {
        if size <= self.whole && !missing.is_empty() {
            return vec![(1, u64::MAX)];
        }
        missing.sort_unstable();
        let near = self.near / to_u64(missing.len().max(1));
        let mut windows: Vec<(u64, u64)> = Vec::new();
        for line in missing {
            let (first, last) = (line.saturating_sub(near).max(1), line.saturating_add(near));
            match windows.last_mut() {
                Some(before) if before.1 >= first => before.1 = last,
                _ => windows.push((first, last)),
            }
        }
        windows
    }
}

/// The anchor of a line as it is now; empty if there is no such line.
///
/// # Errors
/// If `budget` ends.
pub fn anchor_at(
    file: &SourceFile,
    line: u64,
    format: SourceFormat,
    encoding: Encoding,
    budget: &Budget,
) -> Result<String> {
    let first = LineNo::new(line.saturating_sub(1).max(1));
    let Some(from) = file.offset_of_line(first, budget)? else { return Ok(String::new()) };
    let mut lines: Vec<Vec<u8>> = if line <= 1 { vec![Vec::new()] } else { Vec::new() };
    let mut inside = false;
    file.lines(ByteOffset(from.0), budget, &mut |part, whole| {
        if !inside {
            lines.push(part.get(..part.len().min(4 * KEPT)).unwrap_or_default().to_vec());
        }
        inside = !whole;
        if lines.len() < 3 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    let line = |at: usize| lines.get(at).map_or(&[][..], Vec::as_slice);
    Ok(if lines.len() < 2 { String::new() } else { anchor_of([line(0), line(1), line(2)], format, encoding) })
}

/// The best place of a line so far.
#[derive(Debug, Clone, Copy)]
struct Best {
    line: u64,
    score: u8,
    away: u64,
}

/// A pass over the lines.
struct Search<'a> {
    /// What is looked for by what any of its three lines says: which, and where it was.
    by_text: HashMap<&'a str, Vec<usize>>,
    parts: Vec<(u64, [&'a str; 3])>,
    best: Vec<Option<Best>>,
    /// The last three lines; the newest is `number`.
    last: [String; 3],
    number: u64,
}

impl<'a> Search<'a> {
    fn new(sought: &[Sought<'a>], found: &[Option<Place>]) -> Self {
        let mut by_text: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut parts = Vec::new();
        for (at, (one, found)) in sought.iter().zip(found).enumerate() {
            let mut lines = one.anchor.split('\n');
            let three = [(); 3].map(|()| lines.next().unwrap_or_default());
            for text in three.iter().filter(|t| found.is_none() && !t.is_empty()) {
                by_text.entry(text).or_default().push(at);
            }
            parts.push((one.line, three));
        }
        Self { by_text, parts, best: vec![None; sought.len()], last: Default::default(), number: 0 }
    }

    /// Goes on with line `first`; what is before it counts as nothing.
    fn begin(&mut self, first: u64) {
        self.last.iter_mut().for_each(String::clear);
        self.number = first.saturating_sub(1);
    }

    /// Takes the next line, and judges the one before it.
    fn take(&mut self, line: &str) {
        self.last.rotate_left(1);
        if let Some(newest) = self.last.last_mut() {
            newest.clear();
            newest.push_str(line);
        }
        self.number += 1;
        let judged = self.number - 1;
        let mut hits: Vec<usize> =
            self.last.iter().filter_map(|text| self.by_text.get(text.as_str())).flatten().copied().collect();
        if judged == 0 || hits.is_empty() {
            return;
        }
        hits.sort_unstable();
        hits.dedup();
        for at in hits {
            let Some((was, three)) = self.parts.get(at) else { continue };
            let same = |n: usize| matches!((self.last.get(n), three.get(n)), (Some(a), Some(b)) if a == b);
            let (itself, near) = (same(1), u8::from(same(0)) + u8::from(same(2)));
            let blank = three.get(1).is_none_or(|t| t.is_empty());
            let score = if itself { ITSELF + near } else { near };
            if score < ITSELF || (itself && blank && near < 2) {
                continue;
            }
            let away = judged.abs_diff(*was);
            let Some(best) = self.best.get_mut(at) else { continue };
            if best.is_none_or(|b| (score, b.away) > (b.score, away)) {
                *best = Some(Best { line: judged, score, away });
            }
        }
    }
}

#[cfg(test)]
mod tests;
