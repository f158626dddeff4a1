//! Where the lines of a text are that is searched as a whole. A line is looked for once, however many candidates are in it.

use memchr::{memchr, memrchr};

/// A line in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    /// Where it begins.
    pub start: usize,
    /// Where its text ends, before its line end.
    pub end: usize,
    /// Where the next one begins.
    pub next: usize,
}

/// A text with its lines.
pub(super) struct Lines<'a> {
    pub text: &'a [u8],
    /// Bytes of the first line that the text leaves out.
    skipped: usize,
    last: Option<Line>,
}

impl<'a> Lines<'a> {
    /// Whole lines, each with its end.
    pub fn of(text: &'a [u8]) -> Self {
        Self { text, skipped: 0, last: None }
    }

    /// One line without its end, or what is left of it without its first `skipped` bytes.
    pub fn one(text: &'a [u8], skipped: usize) -> Self {
        let all = Line { start: 0, end: text.len(), next: text.len() };
        Self { text, skipped, last: Some(all) }
    }

    /// The line that holds `at`.
    pub fn around(&mut self, at: usize) -> Line {
        let inside = |l: &Line| (l.start..l.next).contains(&at) || l.next == self.text.len() && at >= l.start;
        if let Some(line) = self.last.filter(inside) {
            return line;
        }
        let start = self.text.get(..at).and_then(|w| memrchr(b'\n', w)).map_or(0, |p| p + 1);
        let feed = self.text.get(at..).and_then(|w| memchr(b'\n', w)).map(|p| at + p);
        let line = match feed {
            None => Line { start, end: self.text.len(), next: self.text.len() },
            Some(feed) => {
                let cr = feed > start && self.text.get(feed - 1) == Some(&b'\r');
                Line { start, end: feed - usize::from(cr), next: feed + 1 }
            }
        };
        self.last = Some(line);
        line
    }

    /// Where in its line `at` is, in bytes.
    pub fn place(&self, line: &Line, at: usize) -> usize {
        let skipped = if line.start == 0 { self.skipped } else { 0 };
        skipped + at.saturating_sub(line.start)
    }
}
