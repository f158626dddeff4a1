//! What differs as text: like a unified diff, with the numbers of the lines on both sides and the paragraph of each change.

use crate::base::num::counted;
use crate::base::{Budget, LineNo, Result};
use crate::cli::out::Out;
use crate::cli::source::Opened;
use crate::code::compare::{Change, ChangeKind, Comparison};
use crate::work::{Lines, lines_of};
use std::ops::Range;

/// Lines that are the same, shown around a change.
const AROUND: u32 = 3;

/// The text of a comparison.
pub struct Sheet<'c> {
    sides: (&'c Opened, &'c Opened),
    found: &'c Comparison,
    /// Lines of one change on one side at most.
    most: usize,
    budget: &'c Budget,
    /// Digits of the numbers.
    width: usize,
    /// Lines of the first side that were shown already end here.
    shown: u32,
}

impl<'c> Sheet<'c> {
    /// Of two open files.
    pub fn new(
        sides: (&'c Opened, &'c Opened),
        found: &'c Comparison,
        most: usize,
        budget: &'c Budget,
    ) -> Self {
        let lines = found.a.total().max(found.b.total()).max(1);
        let width = usize::try_from(lines.ilog10()).unwrap_or(0) + 1;
        Self { sides, found, most, budget, width, shown: 0 }
    }

    /// Prints the first `count` changes.
    pub fn print(&mut self, count: usize, out: &mut Out) -> Result<()> {
        if self.found.is_same() {
            return Ok(());
        }
        for (sign, opened) in [("---", self.sides.0), ("+++", self.sides.1)] {
            let format = opened.facts.text.format;
            let format = if format.is_usual() { String::new() } else { format!("  {format}") };
            out.line(&format!("{sign} {}{format}", opened.source.path().display()));
        }
        let changes = &self.found.changes;
        for (nth, change) in changes.iter().take(count).enumerate() {
            if !out.is_open() {
                break;
            }
            out.line(&self.heading(nth, change));
            if change.kind == ChangeKind::Moved {
                continue;
            }
            let before = self.before(change);
            let alike = change.a.start - before..change.a.start;
            self.alike(&alike, change.b.start - before, out)?;
            self.side('-', &change.a, out)?;
            self.side('+', &change.b, out)?;
            let after = self.after(change, changes.get(nth + 1));
            self.alike(&(change.a.end..change.a.end + after), change.b.end, out)?;
            self.shown = change.a.end + after;
        }
        Ok(())
    }

    /// `@@ 182,2 182,3 @@ 2100-GROSS: changed`.
    fn heading(&self, nth: usize, change: &Change) -> String {
        let (a, b) = (Lines::of(&self.found.a, &change.a), Lines::of(&self.found.b, &change.b));
        let inside = if change.inside.is_empty() { "outside of paragraphs" } else { &change.inside };
        let place = format!("@@ -{},{} +{},{} @@ {inside}: ", a.from, a.count, b.from, b.count);
        let said = match change.kind {
            ChangeKind::Moved => {
                let rest = self.found.changes.get(nth + 1..).unwrap_or_default();
                let inner = rest.iter().take_while(|c| c.inner).count();
                let inner = match inner {
                    0 => "unchanged".to_owned(),
                    n => counted(crate::base::num::to_u64(n), "change in it", "changes in it"),
                };
                format!("moved from line {} to line {}, {inner}", a.from, b.from)
            }
            kind if change.inner => format!("{} in what moved", kind.name()),
            kind => kind.name().to_owned(),
        };
        format!("{place}{said}{}", if change.comments { ", comments only" } else { "" })
    }

    /// How many lines before a change are shown: they are the same on both sides.
    fn before(&self, change: &Change) -> u32 {
        let from = if self.shown <= change.a.start { self.shown } else { 0 };
        let most = AROUND.min(change.a.start - from).min(change.b.start);
        let alike = |back: &u32| self.found.is_alike(change.a.start - back, change.b.start - back);
        u32::try_from((1..=most).take_while(alike).count()).unwrap_or(0)
    }

    /// The same of those behind it, as far as the next change is not near.
    fn after(&self, change: &Change, next: Option<&Change>) -> u32 {
        let room = next.map_or(AROUND, |next| next.a.start.saturating_sub(change.a.end));
        let alike = |on: &u32| self.found.is_alike(change.a.end + on, change.b.end + on);
        u32::try_from((0..AROUND.min(room)).take_while(alike).count()).unwrap_or(0)
    }

    fn alike(&self, range: &Range<u32>, other: u32, out: &mut Out) -> Result<()> {
        let lines = lines_of(&self.sides.0.source, &self.found.a, range, usize::MAX, self.budget)?;
        for ((line, bytes), other) in lines.iter().zip(other..) {
            self.line(' ', (Some(*line), Some(self.found.b.line(other))), (self.sides.0, bytes), out);
        }
        Ok(())
    }

    fn side(&self, sign: char, range: &Range<u32>, out: &mut Out) -> Result<()> {
        let (opened, side) =
            if sign == '-' { (self.sides.0, &self.found.a) } else { (self.sides.1, &self.found.b) };
        let lines = lines_of(&opened.source, side, range, self.most, self.budget)?;
        for (number, bytes) in &lines {
            if !out.is_open() {
                return Ok(());
            }
            let numbers = if sign == '-' { (Some(*number), None) } else { (None, Some(*number)) };
            self.line(sign, numbers, (opened, bytes), out);
        }
        let left = u64::from(range.end.saturating_sub(range.start))
            .saturating_sub(crate::base::num::to_u64(lines.len()));
        if left > 0 {
            out.line(&format!("{sign} ... {}; --all shows all", counted(left, "line more", "lines more")));
        }
        Ok(())
    }

    fn line(
        &self,
        sign: char,
        (a, b): (Option<LineNo>, Option<LineNo>),
        (opened, bytes): (&Opened, &[u8]),
        out: &mut Out,
    ) {
        let width = self.width;
        let number = |n: Option<LineNo>| n.map(|n| n.to_string()).unwrap_or_default();
        let text = opened.shown(bytes, out.charset(), 0, false);
        let text = text.text().trim_end();
        out.line(format!("{sign}{:>width$} {:>width$}  {text}", number(a), number(b)).trim_end());
    }
}
