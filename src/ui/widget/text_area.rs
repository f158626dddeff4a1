//! Several lines to type in.

use super::bars::{Scroll, scrollbar};
use super::edit::{Edit, after, before, boundary, word_after, word_before};
use crate::base::num::{to_u16, to_u64};
use crate::base::text;
use crate::ui::{Canvas, Rect, Role};
use serde::{Deserialize, Serialize};

/// Most bytes that a text area takes; the rest of a paste is dropped.
const MAX: usize = 1024 * 1024;
/// Most bytes that are kept for taking changes back.
const UNDO_BYTES: usize = 4 * 1024 * 1024;

/// Several lines to type in. Lines are not wrapped; changes can be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextArea {
    /// Never empty.
    lines: Vec<String>,
    row: usize,
    /// Byte in the line.
    cursor: usize,
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
        Self { lines: split(text), row: 0, cursor: 0, undo: Vec::new(), typing: false }
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

    /// Does `edit`; says whether the text changed.
    pub fn apply(&mut self, edit: &Edit) -> bool {
        self.row = self.row.min(self.lines.len().saturating_sub(1));
        self.cursor = boundary(self.line(), self.cursor);
        match edit {
            Edit::Undo => return self.take_back(),
            Edit::Insert(new) => return self.insert(new),
            Edit::NewLine => return self.insert("\n"),
            Edit::Backspace | Edit::Delete | Edit::DeleteWord | Edit::KillToEnd | Edit::KillToStart => {
                return self.delete(edit);
            }
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
            Edit::Home => self.cursor = 0,
            Edit::End => self.cursor = self.line().len(),
            Edit::Up => self.go_row(self.row.saturating_sub(1)),
            Edit::Down => self.go_row(self.row + 1),
            Edit::PageUp(rows) => self.go_row(self.row.saturating_sub(usize::from(*rows))),
            Edit::PageDown(rows) => self.go_row(self.row + usize::from(*rows)),
            Edit::First => (self.row, self.cursor) = (0, 0),
            Edit::Last => {
                self.row = self.lines.len().saturating_sub(1);
                self.cursor = self.line().len();
            }
        }
        self.typing = false;
        false
    }

    /// Draws the lines around the cursor in `area`.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, focused: bool) {
        let mut canvas = canvas.sub(area);
        canvas.fill(canvas.area(), Role::Input);
        let (width, height) = (canvas.width(), usize::from(canvas.height()));
        if width == 0 || height == 0 {
            return;
        }
        let top = self.row.saturating_sub(height / 2).min(self.lines.len().saturating_sub(height));
        let bar = self.lines.len() > height && width > 4;
        let room = usize::from(width - u16::from(bar));
        let column = text::width(self.line().get(..self.cursor).unwrap_or_default());
        let left = (column + 1).saturating_sub(room);
        for (y, line) in self.lines.iter().skip(top).take(height).enumerate() {
            let shown = text::clean_in(line, canvas.look().charset());
            let mut x = 0;
            for (glyph, cells) in text::glyphs(&shown) {
                if x >= left && x + cells <= left + room {
                    canvas.text(to_u16(x - left), to_u16(y), glyph, Role::Input);
                }
                x += cells;
                if x >= left + room {
                    break;
                }
            }
        }
        if bar {
            let at = Rect { x: width - 1, width: 1, ..canvas.area() };
            let scroll = Scroll {
                total: to_u64(self.lines.len()),
                top: to_u64(top),
                shown: to_u64(height),
                marks: &[],
            };
            scrollbar(&mut canvas, at, &scroll);
        }
        if focused {
            canvas.cursor(to_u16(column - left), to_u16(self.row - top.min(self.row)));
        }
    }

    fn line(&self) -> &str {
        self.lines.get(self.row).map_or("", String::as_str)
    }

    /// Goes to a row, keeping the column of the screen as far as the row has it.
    fn go_row(&mut self, row: usize) {
        let column = text::width(self.line().get(..self.cursor).unwrap_or_default());
        self.row = row.min(self.lines.len().saturating_sub(1));
        self.cursor = text::clip(self.line(), column).len();
        self.cursor = boundary(self.line(), self.cursor);
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
