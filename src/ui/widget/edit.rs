//! What can be done to text that is being typed, and where its characters begin and end.

use crate::base::text::char_width;
use serde::{Deserialize, Serialize};

/// One change of a text or of the place of its cursor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Edit {
    /// Insert text at the cursor: a key or a paste.
    Insert(String),
    /// Begin a new line (a text area), nothing elsewhere.
    NewLine,
    /// Delete the character left of the cursor.
    Backspace,
    /// Delete the character under the cursor.
    Delete,
    /// Delete the word left of the cursor.
    DeleteWord,
    /// Delete to the end of the line.
    KillToEnd,
    /// Delete to the start of the line.
    KillToStart,
    /// One character left.
    Left,
    /// One character right.
    Right,
    /// One word left.
    WordLeft,
    /// One word right.
    WordRight,
    /// To the start of the line.
    Home,
    /// To the end of the line.
    End,
    /// One line up (a text area), the entry before in the history (an input).
    Up,
    /// One line down (a text area), the entry after in the history (an input).
    Down,
    /// So many lines up.
    PageUp(u16),
    /// So many lines down.
    PageDown(u16),
    /// To the start of the text.
    First,
    /// To the end of the text.
    Last,
    /// Take the last change back.
    Undo,
}

/// The start of the character left of byte `at`: a base with its combining marks.
pub(super) fn before(text: &str, at: usize) -> usize {
    let left = text.get(..at).unwrap_or_default();
    left.char_indices().rev().find(|(_, c)| char_width(*c) > 0 || c.is_control()).map_or(0, |(i, _)| i)
}

/// The end of the character at byte `at`.
pub(super) fn after(text: &str, at: usize) -> usize {
    let right = text.get(at..).unwrap_or_default();
    let next = right.char_indices().skip(1).find(|(_, c)| char_width(*c) > 0 || c.is_control());
    at + next.map_or(right.len(), |(i, _)| i)
}

/// The start of the word left of byte `at`.
pub(super) fn word_before(text: &str, at: usize) -> usize {
    let left = text.get(..at).unwrap_or_default().trim_end_matches(|c| !is_word(c));
    left.char_indices().rev().find(|(_, c)| !is_word(*c)).map_or(0, |(i, c)| i + c.len_utf8())
}

/// The end of the word at or right of byte `at`.
pub(super) fn word_after(text: &str, at: usize) -> usize {
    let right = text.get(at..).unwrap_or_default();
    let start = right.find(is_word).unwrap_or(right.len());
    let word = right.get(start..).unwrap_or_default();
    at + start + word.find(|c| !is_word(c)).unwrap_or(word.len())
}

/// COBOL words hold hyphens.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '-' || c == '_'
}

/// `at` moved left to where a character may begin.
pub(super) fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
