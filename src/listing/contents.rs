//! The compile units of a listing and their sections: where each begins and ends. Found in one pass over the bytes, parsed by
//! others when somebody asks for what is in them.
//!
//! Invariants: units and their sections are in the order of the file and do not overlap; every section lies within its unit.

use super::line::{Closing, Heading, PartKind, Seen, Severity, look, may_part};
use super::units::Units;
use super::words::number;
use crate::base::num::to_u64;
use crate::base::{ByteOffset, LineNo};
use crate::source::ChunkSink;
use memchr::{memchr, memchr_iter};
use serde::{Deserialize, Serialize};

/// Most units and sections that are kept together: those of a listing of some gigabytes.
const MOST: usize = 1 << 16;
/// How much is kept of a line that is cut by a chunk: no heading is longer.
const KEPT: usize = 256;

/// A section of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// Its first line, which is its heading or that of the page which it begins.
    pub line: LineNo,
    /// Its last line.
    pub end_line: LineNo,
    /// Where it begins, in bytes.
    pub start: ByteOffset,
    /// Where it ends: behind its last byte.
    pub end: ByteOffset,
}

/// Where a section begins: it ends where the next one does, the last one with its unit. A listing of gigabytes has tens of
/// thousands of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Begun {
    start: u64,
    line: u32,
    kind: PartKind,
}

/// A compile unit of a listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// What the heading of its pages says; the program is filled in as soon as a page has it.
    pub heading: Heading,
    /// Its first line.
    pub line: LineNo,
    /// Its last line.
    pub end_line: LineNo,
    /// Where it begins, in bytes.
    pub start: ByteOffset,
    /// Where it ends.
    pub end: ByteOffset,
    /// The highest severity that it ended with, as a return code; `None` where the listing does not say.
    pub severity: Option<u32>,
    /// Where its sections begin.
    parts: Vec<Begun>,
}

impl Unit {
    /// What it is called: its program, or that it has none.
    pub fn name(&self) -> &str {
        if self.heading.program.is_empty() { "(no program)" } else { &self.heading.program }
    }

    /// Its sections.
    pub fn parts(&self) -> impl Iterator<Item = Part> + Clone {
        let ends = self.parts.iter().skip(1).map(|next| (u64::from(next.line) - 1, next.start));
        let ends = ends.map(|(line, start)| (LineNo::new(line), ByteOffset(start)));
        let ends = ends.chain(std::iter::once((self.end_line, self.end)));
        self.parts.iter().zip(ends).map(|(part, (end_line, end))| Part {
            kind: part.kind,
            line: LineNo::new(part.line.into()),
            end_line,
            start: ByteOffset(part.start),
            end,
        })
    }

    /// Its sections of this kind.
    pub fn parts_of(&self, kind: PartKind) -> impl Iterator<Item = Part> {
        self.parts().filter(move |p| p.kind == kind)
    }

    /// Whether a line is in it.
    pub fn holds(&self, line: LineNo) -> bool {
        (self.line..=self.end_line).contains(&line)
    }
}

/// What is in a listing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Contents {
    /// Its compile units.
    pub units: Units,
    /// There are more than are kept: what follows the last one is not here.
    pub full: bool,
}

impl Contents {
    /// The unit that a line is in.
    pub fn unit_at(&self, line: LineNo) -> Option<Unit> {
        self.units.at(line)
    }

    /// The section that a line is in.
    pub fn part_at(&self, line: LineNo) -> Option<Part> {
        let holds = |part: &Part| (part.line..=part.end_line).contains(&line);
        self.unit_at(line)?.parts().find(holds)
    }

    /// The highest severity of all units, as a return code.
    pub fn severity(&self) -> Option<u32> {
        self.units.iter().filter_map(|u| u.severity).max()
    }

    /// What made the listing: the compiler of the first page that says so, with its version.
    pub fn compiler(&self) -> Option<Heading> {
        self.units.iter().map(|u| u.heading).find(|h| !h.compiler.is_empty())
    }

    /// The contents of a text in memory.
    pub fn of(text: &[u8]) -> Self {
        let mut finder = Finder::default();
        finder.chunk(ByteOffset(0), text);
        finder.finish()
    }
}

/// Takes the bytes of a listing in order and gives its contents in the end.
#[derive(Debug, Default)]
pub struct Finder {
    contents: Contents,
    /// Units and sections so far.
    count: usize,
    /// The line being read: those before it, where it begins, and its start if a chunk cut it.
    lines: u64,
    offset: u64,
    carry: Vec<u8>,
    /// Bytes taken.
    taken: u64,
    begun: bool,
    /// Where the page begins that is being read, if nothing but its heading was seen of it.
    page: Option<(LineNo, ByteOffset)>,
    /// What the heading of the last page says, and the line itself up to the number of the page.
    heading: Heading,
    title: Vec<u8>,
    last_page: u32,
    /// The last unit has ended: what comes is another one.
    ended: bool,
}

impl Finder {
    /// Takes a line (without its line feed) of a listing that somebody else cuts into lines, by its number from 1 and where it
    /// begins. Cards of the source may be left out: they part nothing.
    #[inline]
    pub fn line_at(&mut self, line: &[u8], number: u64, at: ByteOffset) {
        (self.lines, self.offset) = (number.saturating_sub(1), at.0);
        self.line(line);
    }

    /// The contents of a listing of so many lines, which ends there.
    pub fn ended(mut self, lines: u64, end: ByteOffset) -> Contents {
        self.close_unit(LineNo::new(lines), end);
        self.contents
    }

    /// The contents of all that was taken.
    pub fn finish(mut self) -> Contents {
        let mut lines = self.lines;
        if self.taken > self.offset {
            let last = std::mem::take(&mut self.carry);
            self.line(&last);
            lines += 1;
        }
        let end = ByteOffset(self.taken);
        self.ended(lines, end)
    }

    fn here(&self) -> (LineNo, ByteOffset) {
        (LineNo::new(self.lines + 1), ByteOffset(self.offset))
    }

    #[inline]
    fn line(&mut self, line: &[u8]) {
        let line = line.get(..KEPT).unwrap_or(line);
        if may_part(line) {
            self.look_at(line);
        }
    }

    /// A line that may part the listing.
    #[inline(never)]
    fn look_at(&mut self, line: &[u8]) {
        // Nearly all headings of pages are that of the page before with another number: there are many thousands of them.
        if self.title.first_chunk::<4>().is_some_and(|first| line.first_chunk() == Some(first))
            && let Some(page) = line.strip_prefix(self.title.as_slice()).and_then(page_number)
        {
            return self.page(None, page, self.here());
        }
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if let Some(seen) = look(line) {
            if matches!(seen, Seen::Page(_)) {
                let number = line.iter().rposition(u8::is_ascii_digit).unwrap_or(0);
                let title = line.get(..number).unwrap_or_default().trim_ascii_end();
                let digits = title.iter().rev().take_while(|b| b.is_ascii_digit()).count();
                self.title = title.get(..title.len() - digits).unwrap_or_default().trim_ascii_end().to_vec();
            }
            self.seen(seen);
        }
    }

    fn seen(&mut self, seen: Seen) {
        let here = self.here();
        match seen {
            Seen::Page(heading) => self.page(Some(*heading), 0, here),
            Seen::Part(kind) => self.part(kind, here),
            Seen::End(closing) => self.end(closing),
            Seen::Return(_) => {}
            Seen::Counted(severity, count) => {
                if let Some(unit) = self.contents.units.last_mut() {
                    let code = match severity {
                        _ if count == 0 => 0,
                        Severity::Warning => 4,
                        _ => 8,
                    };
                    unit.severity = Some(unit.severity.unwrap_or(0).max(code));
                }
            }
        }
    }

    /// A page begins: another unit with it, if the last one has ended, if its pages are counted anew, or if it is of another
    /// program. Without a heading it has that of the page before, and this number.
    fn page(&mut self, heading: Option<Heading>, page: u32, here: (LineNo, ByteOffset)) {
        match heading {
            Some(heading) => self.heading = heading,
            None => self.heading.page = page,
        }
        let heading = &self.heading;
        let same = self.contents.units.last_mut().filter(|unit| {
            let programs = [&unit.heading.program, &heading.program];
            !self.ended
                && heading.page > self.last_page
                && (programs.iter().any(|p| p.is_empty()) || programs.first() == programs.last())
        });
        self.last_page = heading.page;
        if let Some(unit) = same {
            if unit.heading.program.is_empty() {
                unit.heading.program.clone_from(&heading.program);
            }
        } else {
            self.open_unit(self.heading.clone(), here);
        }
        self.page = Some(here);
    }

    fn part(&mut self, kind: PartKind, here: (LineNo, ByteOffset)) {
        // A section that begins a page has the heading of the page.
        let page = self.page.take().filter(|(line, _)| here.0.get() - line.get() <= 3);
        // Options come before everything but each other and what is wrong with them.
        let first =
            |kind: PartKind| matches!(kind, PartKind::Parameters | PartKind::Options | PartKind::Messages);
        let again = kind != PartKind::Messages
            && first(kind)
            && self.contents.units.last_mut().is_some_and(|u| u.parts.iter().any(|p| !first(p.kind)));
        if self.ended || again || self.contents.units.is_empty() {
            // The heading of no page told so: LINECOUNT(0), or a listing that lost lines.
            let heading = page.map(|_| self.heading.clone()).unwrap_or_default();
            self.open_unit(heading, page.unwrap_or(here));
        }
        let Some(unit) = self.contents.units.last_mut() else { return };
        if unit.parts.last().is_some_and(|p| p.kind == kind) || self.contents.full {
            return;
        }
        let (line, start) = page.unwrap_or(here);
        let line = u32::try_from(line.get()).unwrap_or(u32::MAX);
        unit.parts.push(Begun { start: start.0, line, kind });
        self.counted();
    }

    fn end(&mut self, closing: Closing) {
        if let Some(unit) = self.contents.units.last_mut() {
            unit.severity = closing.severity;
            if unit.heading.program.is_empty() {
                unit.heading.program = closing.program;
            }
        }
        self.ended = true;
    }

    fn open_unit(&mut self, heading: Heading, (line, start): (LineNo, ByteOffset)) {
        if self.contents.full {
            return;
        }
        self.close_unit(LineNo::new(line.get() - 1), start);
        self.ended = false;
        let parts = Vec::new();
        let unit = Unit { heading, line, end_line: line, start, end: start, severity: None, parts };
        self.contents.units.push(unit);
        self.counted();
    }

    /// The last unit and its last section end there.
    fn close_unit(&mut self, line: LineNo, end: ByteOffset) {
        if let Some(unit) = self.contents.units.last_mut() {
            (unit.end_line, unit.end) = (line.max(unit.line), end);
            unit.parts.shrink_to_fit();
        }
    }

    fn counted(&mut self) {
        self.count += 1;
        self.contents.full |= self.count >= MOST;
    }
}

/// The number of a page, which a heading ends with.
fn page_number(rest: &[u8]) -> Option<u32> {
    let rest = rest.trim_ascii();
    number(rest).filter(|_| rest.iter().all(u8::is_ascii_digit))
}

impl ChunkSink for Finder {
    fn chunk(&mut self, at: ByteOffset, bytes: &[u8]) {
        if !std::mem::replace(&mut self.begun, true) {
            (self.taken, self.offset) = (at.0, at.0);
        }
        let begin = self.taken;
        self.taken += to_u64(bytes.len());
        let mut from = 0;
        if begin > self.offset {
            // The last chunk ended inside a line.
            let end = memchr(b'\n', bytes);
            let more = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
            let room = KEPT.saturating_sub(self.carry.len());
            self.carry.extend_from_slice(more.get(..room).unwrap_or(more));
            let Some(end) = end else { return };
            let line = std::mem::take(&mut self.carry);
            self.line(&line);
            from = end + 1;
            self.lines += 1;
            self.offset = begin + to_u64(from);
        }
        let rest = bytes.get(from..).unwrap_or_default();
        let base = begin + to_u64(from);
        let mut start = 0;
        for feed in memchr_iter(b'\n', rest) {
            self.offset = base + to_u64(start);
            self.line(rest.get(start..feed).unwrap_or_default());
            self.lines += 1;
            start = feed + 1;
        }
        self.offset = base + to_u64(start);
        let left = rest.get(start..).unwrap_or_default();
        self.carry.extend_from_slice(left.get(..KEPT).unwrap_or(left));
    }

    fn end(&mut self, _at: ByteOffset) {}

    fn next(&self) -> ByteOffset {
        ByteOffset(self.taken)
    }
}
