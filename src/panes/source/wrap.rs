//! Long lines on several rows of the screen: a row of the window is then a part of a line, and all that moves through rows
//! moves through parts. Owns where a line is folded, and what of a place in the file is a row; must not know how pieces of
//! long lines are read.
//!
//! Invariants: parts of a line follow each other without a gap and each shows something (a line of blanks has one); a part
//! begins where in the file its first byte is, the first one of a line where the line does.

use super::carriage;
use super::file::File;
use super::rows::Row;
use super::state::{Hex, State};
use super::view::text_columns;
use crate::base::num::{to_u64, to_usize};
use crate::base::text::{Line, width};
use crate::source::{Anchor, Hit, Page};
use crate::work::{Effects, Tone};
use std::ops::Range;

/// Fewest columns to which lines are folded.
const LEAST: u16 = 8;
/// Bytes of a line that are read as one piece, about; whole rows of plain text.
const PIECE: u32 = 2_048;

impl State {
    /// WRAP: whether long lines go on below.
    pub fn wrap(&mut self, change: impl FnOnce(bool) -> bool, fx: &mut Effects) {
        self.wrap = change(self.wrap);
        let text = match (self.wrap, self.hex) {
            (true, Hex::Off) => "long lines go on in the row below",
            (true, _) => "long lines go on in the row below, once HEX is OFF",
            (false, _) => "long lines go to the right",
        };
        fx.say(Tone::Done, text);
        if self.wrap {
            self.show_from_column(0, fx);
        }
        self.refill(fx);
        if let Some(other) = self.split.as_ref().map(|s| s.other) {
            self.ask_page(other, fx);
        }
    }

    /// Columns to which lines of a file are folded; 0 where they are not.
    pub(super) fn fold_to(&self, file: &File) -> u16 {
        if !self.wrap || self.hex != Hex::Off {
            return 0;
        }
        // Of halves side by side one may be a column narrower.
        let columns = text_columns(self.columns, self.gutter, file);
        columns.saturating_sub(u16::from(self.split.is_some())).max(LEAST)
    }
}

/// Bytes of the pieces that long lines come in where they are folded to so many columns; 0 for whole lines.
pub(super) fn piece(columns: u16) -> u32 {
    let columns = u32::from(columns);
    PIECE.checked_div(columns).map_or(0, |rows| rows.max(1) * columns)
}

/// Where in the file a page was wanted: the byte of its anchor that has to be seen.
pub(super) fn wanted_at(page: &Page, to: Anchor) -> u64 {
    let Some(line) = page.lines.get(page.anchor) else { return 0 };
    let begin = line.start.0.saturating_add(line.inside);
    let last = begin.saturating_add(to_u64(line.text.len().saturating_sub(1)));
    match to {
        Anchor::Offset(at) if line.hidden == 0 => at.0.clamp(begin, last),
        Anchor::End if line.hidden == 0 => last,
        _ => begin,
    }
}

/// Folds lines to `columns`; the first `floor` cells of a line are not shown.
pub(super) fn fold(rows: Vec<Row>, columns: u16, floor: usize) -> Vec<Row> {
    let mut folded: Vec<Row> = Vec::with_capacity(rows.len());
    for row in rows {
        if row.hidden > 0 {
            folded.push(row);
            continue;
        }
        let first = if row.skip == 0 { floor } else { 0 };
        let goes_on = row.skip.saturating_add(to_u64(row.bytes.len())) < row.length;
        let behind = if goes_on { row.start.saturating_add(to_u64(row.bytes.len())) } else { row.next };
        let parts = parts(&row.line, first, usize::from(columns), goes_on);
        let start_of = |part: &Range<usize>| {
            if part.start <= first {
                row.start
            } else {
                row.start + to_u64(row.line.byte_of_cell(part.start))
            }
        };
        let starts: Vec<u64> = parts.iter().map(start_of).collect();
        let mut nexts = starts.iter().copied().skip(1);
        // The last one takes the row itself, most lines have no other.
        let last = parts.len().saturating_sub(1);
        for (part, start) in parts.iter().zip(&starts).take(last) {
            let next = nexts.next().unwrap_or(behind);
            folded.push(Row { start: *start, next, part: Some(part.clone()), ..row.clone() });
        }
        let (start, part) = (starts.last().copied().unwrap_or(row.start), parts.last().cloned());
        folded.push(Row { start, next: behind, part, ..row });
    }
    folded
}

/// The cells of the rows of a line from cell `first` on. A row ends behind its last blank where that is in its second half.
fn parts(line: &Line, first: usize, columns: usize, goes_on: bool) -> Vec<Range<usize>> {
    let text = line.text();
    // Blanks at the end of a line are not worth a row.
    let blanks = if goes_on { 0 } else { text.len() - text.trim_end_matches(' ').len() };
    let end = line.cells().saturating_sub(blanks).max(first);
    let mut parts = Vec::new();
    let mut from = first;
    loop {
        let hard = line.break_at(from, columns);
        if hard >= end {
            parts.push(from..end.max(from));
            return parts;
        }
        let (start, shown) = line.slice(from, columns);
        let blank = shown.rfind(' ').map(|at| start + width(shown.get(..at).unwrap_or_default()) + 1);
        let to = blank.filter(|to| *to > from + columns / 2 && *to <= hard).unwrap_or(hard).max(from + 1);
        parts.push(from..to);
        from = to;
    }
}

/// The part that a piece has of a match, if it has a part and not the whole.
fn torn(piece: &Range<u64>, hit: &Range<u64>) -> Option<Range<u64>> {
    let part = hit.start.max(piece.start)..hit.end.min(piece.end);
    (!part.is_empty() && part != *hit).then_some(part)
}

impl Row {
    /// Whether it shows the start of its line.
    pub(super) fn is_first(&self) -> bool {
        self.start == self.line_start
    }

    /// What it has of a match that its piece of a long line has not the whole of, as places in [`Self::bytes`], and where in
    /// the file that begins.
    pub(super) fn torn(&self, hit: &Hit) -> Option<(Range<usize>, u64)> {
        let length = to_u64(self.bytes.len().saturating_sub(self.control));
        let piece = self.text_at..self.text_at.saturating_add(length);
        let torn = torn(&piece, &(hit.offset.0..hit.offset.0.saturating_add(hit.length)))?;
        let place = |at: u64| to_usize(at.saturating_sub(piece.start)).saturating_add(self.control);
        Some((place(torn.start)..place(torn.end), torn.start))
    }

    /// Whether byte `at` of the file is in what it shows.
    pub(super) fn holds(&self, at: u64) -> bool {
        self.start <= at && at < self.next.max(self.start + 1)
    }
}

impl File {
    /// Whether long lines go on below.
    pub(super) fn is_folded(&self) -> bool {
        self.folded > 0
    }

    /// Where the cursor's line begins.
    pub fn cursor_line(&self) -> u64 {
        self.cursor_row().map_or(0, |r| r.line_start)
    }

    /// Takes in lines to which a page was cut. Gives the row with byte `at`.
    pub(super) fn fold_rows(&mut self, columns: u16, at: u64) -> Option<usize> {
        self.folded = columns;
        if columns == 0 {
            return None;
        }
        self.rows = fold(std::mem::take(&mut self.rows), columns, self.floor);
        carriage::row_at(&self.rows, at)
    }

    /// The place that has to be seen for a match to be seen.
    pub(super) fn place_of(&self, hit: &Hit) -> u64 {
        if self.is_folded() { hit.offset.0 } else { hit.line_start.0 }
    }

    /// Where a find from the cursor begins, forward and backward, and whether the cursor is on `hit`.
    pub(super) fn find_from(&self, hit: Option<&Hit>) -> (u64, u64, bool) {
        let here = self.place();
        let row = self.cursor_row().filter(|_| self.jump.is_none());
        if !self.is_folded() {
            let length = self.cursor_row().map_or(0, |r| r.length);
            return (here, here.saturating_add(length), hit.is_some_and(|h| h.line_start.0 == here));
        }
        let on = |h: &Hit| row.map_or(h.offset.0 == here, |row| row.holds(h.offset.0));
        (here, row.map_or(here, |row| row.next), hit.is_some_and(on))
    }

    /// The rows that show the starts of the cursor's line and of its neighbours, as far as they are at hand.
    pub(super) fn lines_near(&self) -> [Option<&Row>; 3] {
        let here = self.cursor_line();
        let rows = self.rows.iter().filter(|r| r.skip == 0);
        let before = rows.clone().take_while(|r| r.line_start < here).last().map(|r| r.line_start);
        let first = |at: Option<u64>| self.rows.iter().find(|r| Some(r.line_start) == at && r.is_first());
        let after = rows.skip_while(|r| r.line_start <= here).find(|r| r.is_first());
        [first(before), first(Some(here)), after]
    }
}

#[cfg(test)]
mod tests;
