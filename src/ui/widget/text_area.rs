//! Several lines to type in.

use super::bars::{Scroll, scrollbar};
use super::edit::{Edit, after, before, boundary, word_after, word_before};
use crate::base::num::{to_u16, to_u64};
use crate::base::text;
use crate::ui::{Canvas, Rect, Role};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Most bytes that a text area takes; the rest of a paste is dropped.
const MAX: usize = 1024 * 1024;
/// Most bytes that are kept for taking changes back.
const UNDO_BYTES: usize = 4 * 1024 * 1024;

/// Several lines to type in. Long lines go on in the row below, broken at blanks; changes can be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextArea {
    /// Never empty.
    lines: Vec<String>,
    /// The line that the cursor is in.
    row: usize,
    /// Byte in the line.
    cursor: usize,
    /// Columns and rows that it is drawn in.
    size: (u16, u16),
    /// What is shown at the top: a line, and which of its rows.
    top: (usize, usize),
    /// The column that the cursor goes to in rows that are long enough.
    goal: Option<usize>,
    undo: Vec<(String, usize, usize)>,
    /// Whether the last change was typing, which is taken back as one.
    typing: bool,
}

impl Default for TextArea {
    fn default() -> Self {
        Self::new("")
    }
}

impl TextArea {
    /// A text area that holds `text`, the cursor at its start.
    pub fn new(text: &str) -> Self {
        Self {
            lines: split(text),
            row: 0,
            cursor: 0,
            size: (80, 24),
            top: (0, 0),
            goal: None,
            undo: Vec::new(),
            typing: false,
        }
    }

    /// It is drawn in so many columns and rows.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        if self.size != (columns, rows) {
            self.size = (columns, rows);
            self.follow();
        }
    }

    /// What was typed, lines parted by `\n`.
    pub fn text(&self) -> String {
        self.lines.join("\n")
    }

    /// How many lines there are, at least one.
    pub fn lines(&self) -> usize {
        self.lines.len()
    }

    /// The line that the cursor is in (from 0), and the byte in it.
    pub fn cursor(&self) -> (usize, usize) {
        (self.row, self.cursor)
    }

    /// Does `edit`; says whether the text changed. Up, down and the ends are those of rows as they are drawn.
    pub fn apply(&mut self, edit: &Edit) -> bool {
        self.row = self.row.min(self.lines.len().saturating_sub(1));
        self.cursor = boundary(self.line(), self.cursor);
        let goal = self.goal.take();
        let changed = match edit {
            Edit::Undo => self.take_back(),
            Edit::Insert(new) => self.insert(new),
            Edit::NewLine => self.insert("\n"),
            Edit::Backspace | Edit::Delete | Edit::DeleteWord | Edit::KillToEnd | Edit::KillToStart => {
                self.delete(edit)
            }
            _ => {
                self.go(edit, goal);
                self.typing = false;
                false
            }
        };
        self.follow();
        changed
    }

    fn go(&mut self, edit: &Edit, goal: Option<usize>) {
        match edit {
            Edit::Left if self.cursor == 0 && self.row > 0 => {
                self.row -= 1;
                self.cursor = self.line().len();
            }
            Edit::Right if self.cursor == self.line().len() && self.row + 1 < self.lines.len() => {
                self.row += 1;
                self.cursor = 0;
            }
            Edit::Left => self.cursor = before(self.line(), self.cursor),
            Edit::Right => self.cursor = after(self.line(), self.cursor),
            Edit::WordLeft => self.cursor = word_before(self.line(), self.cursor),
            Edit::WordRight => self.cursor = word_after(self.line(), self.cursor),
            Edit::Home => self.cursor = self.drawn_row().start,
            Edit::End => {
                let row = self.drawn_row();
                self.cursor =
                    if row.end < self.line().len() { before(self.line(), row.end) } else { row.end };
            }
            Edit::Up => self.go_rows(1, true, goal),
            Edit::Down => self.go_rows(1, false, goal),
            Edit::PageUp(rows) => self.go_rows(usize::from(*rows), true, goal),
            Edit::PageDown(rows) => self.go_rows(usize::from(*rows), false, goal),
            Edit::First => (self.row, self.cursor) = (0, 0),
            Edit::Last => {
                self.row = self.lines.len().saturating_sub(1);
                self.cursor = self.line().len();
            }
            _ => {}
        }
    }

    /// Columns for text: the last one is for the scroll bar.
    fn room(&self) -> usize {
        usize::from(self.size.0.saturating_sub(1)).max(1)
    }

    /// The rows that a line is drawn in, as ranges of its bytes; at least one.
    fn rows_of(&self, line: usize) -> Vec<Range<usize>> {
        rows_of(self.lines.get(line).map_or("", String::as_str), self.room())
    }

    /// Which row of its line the cursor is in.
    fn sub_row(&self) -> usize {
        let rows = self.rows_of(self.row);
        rows.iter().rposition(|row| row.start <= self.cursor).unwrap_or(0)
    }

    /// The bytes of the row that the cursor is in.
    fn drawn_row(&self) -> Range<usize> {
        self.rows_of(self.row).into_iter().rev().find(|row| row.start <= self.cursor).unwrap_or(0..0)
    }

    /// Goes `count` rows up or down, keeping the column as far as rows have it.
    fn go_rows(&mut self, count: usize, up: bool, goal: Option<usize>) {
        let start = self.drawn_row().start;
        let column = text::width(self.line().get(start..self.cursor).unwrap_or_default());
        let goal = goal.unwrap_or(column);
        let place = (self.row, self.sub_row());
        let to = if up { self.back(place, count) } else { self.forth(place, count) };
        if to == place {
            // Beyond the ends there is only the very start and the very end.
            self.cursor = if up { 0 } else { self.line().len() };
            return;
        }
        self.row = to.0;
        let rows = self.rows_of(to.0);
        let row = rows.get(to.1).cloned().unwrap_or_default();
        let line = self.line();
        let mut at = row.start + fits(line.get(row.clone()).unwrap_or_default(), goal);
        if at == row.end && to.1 + 1 < rows.len() {
            at = before(line, at);
        }
        self.cursor = boundary(line, at);
        self.goal = Some(goal);
    }

    /// The row `count` rows above a row.
    fn back(&self, (mut line, mut sub): (usize, usize), count: usize) -> (usize, usize) {
        for _ in 0..count {
            if sub > 0 {
                sub -= 1;
            } else if line > 0 {
                line -= 1;
                sub = self.rows_of(line).len().saturating_sub(1);
            } else {
                break;
            }
        }
        (line, sub)
    }

    /// The row `count` rows below a row.
    fn forth(&self, (mut line, mut sub): (usize, usize), count: usize) -> (usize, usize) {
        let mut rows = self.rows_of(line).len();
        for _ in 0..count {
            if sub + 1 < rows {
                sub += 1;
            } else if line + 1 < self.lines.len() {
                line += 1;
                sub = 0;
                rows = self.rows_of(line).len();
            } else {
                break;
            }
        }
        (line, sub)
    }

    /// Sees that the cursor's row is shown.
    fn follow(&mut self) {
        let place = (self.row, self.sub_row());
        let rows = usize::from(self.size.1).max(1);
        // So far up the top may be.
        let earliest = self.back(place, rows - 1);
        self.top = self.top.min(place).max(earliest);
    }

    /// Draws the rows around the cursor in `area`.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, focused: bool) {
        let mut canvas = canvas.sub(area);
        canvas.fill(canvas.area(), Role::Input);
        let (width, height) = (canvas.width(), canvas.height());
        if width == 0 || height == 0 {
            return;
        }
        if (width, height) != self.size {
            // It was not told its size: what is shown is found out for this time.
            let mut resized = self.clone();
            resized.resize(width, height);
            return resized.rows(&mut canvas, focused);
        }
        self.rows(&mut canvas, focused);
    }

    fn rows(&self, canvas: &mut Canvas<'_>, focused: bool) {
        let (width, height) = (canvas.width(), canvas.height());
        let (mut y, mut last) = (0, self.top.0);
        let from = self.top.0;
        'lines: for (at, line) in self.lines.iter().enumerate().skip(from) {
            let skip = if at == from { self.top.1 } else { 0 };
            let rows = self.rows_of(at);
            for (sub, row) in rows.iter().enumerate().skip(skip) {
                if y >= height {
                    break 'lines;
                }
                let shown =
                    text::clean_in(line.get(row.clone()).unwrap_or_default(), canvas.look().charset());
                let cells = to_u16(self.room());
                canvas.sub(Rect::new(0, y, cells, 1)).text(0, 0, &shown, Role::Input);
                let here = at == self.row
                    && row.start <= self.cursor
                    && (self.cursor < row.end || sub + 1 == rows.len());
                if focused && here {
                    let before = line.get(row.start..self.cursor).unwrap_or_default();
                    canvas.cursor(to_u16(text::width(before)).min(width.saturating_sub(1)), y);
                }
                y += 1;
                last = at;
            }
        }
        if y >= height && (from > 0 || last + 1 < self.lines.len()) && width > 4 {
            let scroll = Scroll {
                total: to_u64(self.lines.len()),
                top: to_u64(from),
                shown: to_u64(last + 1 - from),
                marks: &[],
            };
            let at = Rect { x: width - 1, width: 1, ..canvas.area() };
            scrollbar(canvas, at, &scroll);
        }
    }

    fn line(&self) -> &str {
        self.lines.get(self.row).map_or("", String::as_str)
    }

    fn save(&mut self, typing: bool) {
        if !(typing && self.typing) {
            self.undo.push((self.text(), self.row, self.cursor));
            let mut bytes: usize = self.undo.iter().map(|(text, ..)| text.len()).sum();
            while bytes > UNDO_BYTES && self.undo.len() > 1 {
                bytes -= self.undo.remove(0).0.len();
            }
        }
        self.typing = typing;
    }

    fn take_back(&mut self) -> bool {
        self.typing = false;
        let Some((text, row, cursor)) = self.undo.pop() else { return false };
        self.lines = split(&text);
        (self.row, self.cursor) = (row, cursor);
        true
    }

    fn insert(&mut self, new: &str) -> bool {
        let size: usize = self.lines.iter().map(|line| line.len() + 1).sum();
        let new = new.get(..boundary(new, MAX.saturating_sub(size))).unwrap_or_default();
        if new.is_empty() {
            return false;
        }
        self.save(!new.contains('\n') && new.chars().count() == 1);
        let new = split(new);
        let rest = self.lines.get_mut(self.row).map(|line| line.split_off(self.cursor)).unwrap_or_default();
        let last = new.len().saturating_sub(1);
        for (i, part) in new.into_iter().enumerate() {
            if i > 0 {
                self.row += 1;
                self.cursor = 0;
                self.lines.insert(self.row, String::new());
            }
            if let Some(line) = self.lines.get_mut(self.row) {
                line.push_str(&part);
                self.cursor += part.len();
                if i == last {
                    line.push_str(&rest);
                }
            }
        }
        true
    }

    fn delete(&mut self, edit: &Edit) -> bool {
        let (at, end) = (self.cursor, self.line().len());
        let joins_before = matches!(edit, Edit::Backspace | Edit::DeleteWord | Edit::KillToStart) && at == 0;
        let joins_after = matches!(edit, Edit::Delete | Edit::KillToEnd) && at == end;
        if joins_before && self.row == 0 || joins_after && self.row + 1 >= self.lines.len() {
            return false;
        }
        self.save(false);
        if joins_before || joins_after {
            let row = if joins_before { self.row - 1 } else { self.row };
            let tail = self.lines.remove(row + 1);
            self.row = row;
            self.cursor = self.line().len();
            if let Some(line) = self.lines.get_mut(row) {
                line.push_str(&tail);
            }
            return true;
        }
        let (from, to) = match edit {
            Edit::Backspace => (before(self.line(), at), at),
            Edit::Delete => (at, after(self.line(), at)),
            Edit::DeleteWord => (word_before(self.line(), at), at),
            Edit::KillToEnd => (at, end),
            _ => (0, at),
        };
        if let Some(line) = self.lines.get_mut(self.row) {
            line.replace_range(from..to, "");
        }
        self.cursor = from;
        true
    }
}

/// Lines of `text`, at least one; CR LF and CR end lines too.
fn split(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.split('\n').map(str::to_owned).collect()
}

/// Bytes of `text` that fit into `cells` cells.
fn fits(text: &str, cells: usize) -> usize {
    let (mut used, mut bytes) = (0, 0);
    for (glyph, _) in text::glyphs(text) {
        used += text::width(glyph);
        if used > cells {
            break;
        }
        bytes += glyph.len();
    }
    bytes
}

/// The rows of `room` cells that a line takes: broken behind the last blank that fits, or where nothing fits any more.
fn rows_of(line: &str, room: usize) -> Vec<Range<usize>> {
    let mut rows = Vec::new();
    let mut start = 0;
    loop {
        let rest = line.get(start..).unwrap_or_default();
        if rest.len() <= room && rest.is_ascii() {
            break;
        }
        let mut end = fits(rest, room);
        if end >= rest.len() {
            break;
        }
        // A blank behind the last word may hang over the edge.
        let blanks = rest.get(end..).unwrap_or_default();
        let hanging = blanks.len() - blanks.trim_start_matches(' ').len();
        if hanging > 0 {
            end += hanging;
        } else if let Some(blank) = rest.get(..end).and_then(|row| row.rfind(' ')) {
            end = blank + 1;
        }
        // A character that is wider than the room takes a row all the same.
        end = end.max(after(rest, 0)).min(rest.len());
        rows.push(start..start + end);
        start += end;
        if start >= line.len() {
            break;
        }
    }
    if start < line.len() || rows.is_empty() || line.ends_with(' ') {
        rows.push(start..line.len());
    }
    rows
}
