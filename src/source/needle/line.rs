//! The lines of a text that is searched as a whole. A line is looked for once, however many candidates are in it.

use crate::source::cut::{Cut, Line};

/// A text with its lines.
pub(super) struct Lines<'a> {
    pub text: &'a [u8],
    pub cut: &'a Cut,
    /// Bytes of the first line that the text leaves out.
    skipped: usize,
    last: Option<Line>,
}

impl<'a> Lines<'a> {
    /// Whole lines, each with its end.
    pub fn of(text: &'a [u8], cut: &'a Cut) -> Self {
        Self { text, cut, skipped: 0, last: None }
    }

    /// One line without its end, or what is left of it without its first `skipped` bytes.
    pub fn one(text: &'a [u8], skipped: usize) -> Self {
        let all = Line { start: 0, end: text.len(), next: text.len() };
        Self { text, cut: &Cut::TEXT, skipped, last: Some(all) }
    }

    /// The line that holds `at`.
    pub fn around(&mut self, at: usize) -> Line {
        let inside = |l: &Line| (l.start..l.next).contains(&at) || l.next == self.text.len() && at >= l.start;
        if let Some(line) = self.last.filter(inside) {
            return line;
        }
        let line = self.cut.around(self.text, at);
        self.last = Some(line);
        line
    }

    /// Where in its line `at` is, in bytes.
    pub fn place(&self, line: &Line, at: usize) -> usize {
        let skipped = if line.start == 0 { self.skipped } else { 0 };
        skipped + at.saturating_sub(line.start)
    }
}
