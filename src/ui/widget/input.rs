//! A line to type in.

use super::edit::{Edit, after, before, boundary, word_after, word_before};
use crate::base::num::to_u16;
use crate::base::text;
use crate::ui::{Canvas, Rect, Role};
use serde::{Deserialize, Serialize};

/// Most bytes that an input takes; the rest of a paste is dropped.
const MAX: usize = 64 * 1024;
/// Most entries of the history.
const HISTORY: usize = 500;

/// A line to type in, with a history.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Input {
    text: String,
    /// Byte in `text`.
    cursor: usize,
    /// Oldest first.
    history: Vec<String>,
    /// Where in the history, and what was typed before going there.
    place: Option<(usize, String)>,
}

impl Input {
    /// An input that holds `text`, the cursor behind it.
    pub fn new(text: &str) -> Self {
        let mut input = Self::default();
        input.set(text);
        input
    }

    /// What was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The byte that the cursor is before.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Replaces the text; the cursor goes behind it.
    pub fn set(&mut self, text: &str) {
        self.text.clear();
        self.cursor = 0;
        self.place = None;
        self.insert(text);
    }

    /// Replaces the text; the cursor goes between `before` and `behind`.
    pub fn set_at(&mut self, before: &str, behind: &str) {
        self.set(before);
        let cursor = self.cursor;
        self.insert(behind);
        self.cursor = cursor;
    }

    /// Replaces the history, oldest first.
    pub fn set_history(&mut self, history: Vec<String>) {
        self.history = history;
        self.place = None;
    }

    /// What was typed before, oldest first.
    pub fn history(&self) -> &[String] {
        &self.history
    }

    /// Gives what was typed, remembers it in the history (once, as the newest) and empties the line.
    pub fn submit(&mut self) -> String {
        let text = std::mem::take(&mut self.text);
        self.set("");
        self.remember(&text);
        text
    }

    /// Remembers `text` as the newest of the history.
    pub fn remember(&mut self, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        self.history.retain(|old| old != text);
        self.history.push(text.to_owned());
        let over = self.history.len().saturating_sub(HISTORY);
        self.history.drain(..over);
    }

    /// Does `edit`; says whether the text changed.
    pub fn apply(&mut self, edit: &Edit) -> bool {
        self.cursor = boundary(&self.text, self.cursor);
        let at = self.cursor;
        match edit {
            Edit::Insert(new) => return self.insert(new),
            Edit::Backspace => return self.cut(before(&self.text, at), at),
            Edit::Delete => return self.cut(at, after(&self.text, at)),
            Edit::DeleteWord => return self.cut(word_before(&self.text, at), at),
            Edit::KillToEnd => return self.cut(at, self.text.len()),
            Edit::KillToStart => return self.cut(0, at),
            Edit::Up => return self.recall(true),
            Edit::Down => return self.recall(false),
            Edit::Left => self.cursor = before(&self.text, at),
            Edit::Right => self.cursor = after(&self.text, at),
            Edit::WordLeft => self.cursor = word_before(&self.text, at),
            Edit::WordRight => self.cursor = word_after(&self.text, at),
            Edit::Home | Edit::First => self.cursor = 0,
            Edit::End | Edit::Last => self.cursor = self.text.len(),
            Edit::NewLine | Edit::PageUp(_) | Edit::PageDown(_) | Edit::Undo => {}
        }
        false
    }

    /// Draws the line in the first row of `area`; an empty one shows `placeholder`. With the focus, the terminal's cursor
    /// goes where typing goes; without it the text is seen from its start.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, placeholder: &str, focused: bool) {
        let mut row = canvas.sub(Rect { height: area.height.min(1), ..area });
        row.fill(row.area(), Role::Input);
        let width = usize::from(row.width());
        if width == 0 || row.height() == 0 {
            return;
        }
        if self.text.is_empty() {
            row.text_in(0, 0, row.width(), placeholder, Role::Placeholder);
        }
        if !focused {
            row.text_in(0, 0, row.width(), &self.text, Role::Input);
            return;
        }
        let (column, skip) = (self.column(), self.scrolled(row.width()));
        let shown = text::clean_in(&self.text, row.look().charset());
        let mut x = 0;
        for (glyph, cells) in text::glyphs(&shown) {
            if x >= skip {
                row.text(to_u16(x - skip), 0, glyph, Role::Input);
            }
            x += cells;
            if x >= skip + width {
                break;
            }
        }
        row.cursor(to_u16(column - skip), 0);
    }

    /// The column of the cursor in the text, from 0.
    fn column(&self) -> usize {
        text::width(self.text.get(..self.cursor).unwrap_or_default())
    }

    /// How many columns of the text are left out at its start where it is drawn `width` columns wide: the cursor is always seen.
    pub fn scrolled(&self, width: u16) -> usize {
        (self.column() + 1).saturating_sub(usize::from(width))
    }

    fn insert(&mut self, new: &str) -> bool {
        // A line holds one line: a paste of several becomes one with blanks.
        let new: String =
            new.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c }).collect();
        let room = MAX.saturating_sub(self.text.len());
        let new = new.get(..boundary(&new, room)).unwrap_or_default();
        self.cursor = boundary(&self.text, self.cursor);
        self.text.insert_str(self.cursor, new);
        self.cursor += new.len();
        self.place = None;
        !new.is_empty()
    }

    fn cut(&mut self, from: usize, to: usize) -> bool {
        if from >= to {
            return false;
        }
        self.text.replace_range(from..to, "");
        self.cursor = from;
        self.place = None;
        true
    }

    fn recall(&mut self, older: bool) -> bool {
        let (at, typed) = self.place.take().unwrap_or_else(|| (self.history.len(), self.text.clone()));
        let next =
            if older { at.checked_sub(1) } else { Some(at + 1).filter(|next| *next <= self.history.len()) };
        let Some(next) = next else {
            self.place = (at < self.history.len()).then_some((at, typed));
            return false;
        };
        self.text = self.history.get(next).unwrap_or(&typed).clone();
        self.cursor = self.text.len();
        self.place = (next < self.history.len()).then_some((next, typed));
        true
    }
}
