//! The code of a line: literals that go on, joints, where sentences begin. Knows no columns but that the line was full.

use super::{Masker, columns, mark};
use memchr::memchr;

/// How the last line of code ended.
#[derive(Debug, Clone, Copy)]
pub(super) enum Tail {
    /// With anything but what follows.
    Code,
    /// With a literal in these quotes, still open.
    Open(u8),
    /// With a literal in these quotes that was closed in the last column: perhaps by the first of two quotes.
    Closed(u8),
    /// With a closed literal in these quotes and a hyphen: a literal on the next line goes on with it.
    Joined(u8),
}

/// The end of the last line of code.
#[derive(Debug, Clone, Copy)]
pub(super) struct Last {
    /// Where a joint would begin.
    pub end: usize,
    pub tail: Tail,
}

impl Masker<'_> {
    /// A line with a hyphen in its indicator area: it goes on with the last line of code.
    pub(super) fn continued(&mut self, code: &[u8], full: bool) {
        let text = code.trim_ascii_start();
        let blanks = code.len() - text.len();
        let (Some(first), Some(last)) = (text.first().copied(), self.last) else {
            return self.code(code, None, full);
        };
        let doubled = text.get(1) == Some(&first);
        let (open, passed) = match last.tail {
            Tail::Open(quote) => (Some(quote), usize::from(first == quote)),
            // The second of the two quotes opens the literal again.
            Tail::Closed(quote) if first == quote && doubled => (None, 1),
            Tail::Joined(quote) if first == quote => (Some(quote), 1),
            // Two literals, one behind the other.
            _ if is_quote(first) && self.out.get(last.end.wrapping_sub(1)).is_some_and(|b| is_quote(*b)) => {
                return self.code(code, None, full);
            }
            _ => (None, 0),
        };
        self.pad(blanks);
        self.glue(last.end, text, open, passed, full);
    }

    /// A line of code; it goes on with a literal if that was left with a hyphen.
    pub(super) fn joined_or_code(&mut self, text: &[u8], full: bool) {
        match self.last {
            Some(Last { end, tail: Tail::Joined(quote) }) if text.first() == Some(&quote) => {
                self.glue(end, text, Some(quote), 1, full);
            }
            _ => self.code(text, None, full),
        }
    }

    /// Glues `text` without its first `passed` bytes to what ends at `end` of the output.
    pub(super) fn glue(&mut self, end: usize, text: &[u8], open: Option<u8>, passed: usize, full: bool) {
        self.pad(passed);
        if let Some(joint) = self.out.get_mut(end..) {
            joint.fill(mark::GLUE);
        }
        self.code(columns(text, passed, text.len()), open, full);
    }

    /// Code to the end of a line, which begins inside a literal in the quotes `open`.
    pub(super) fn code(&mut self, code: &[u8], open: Option<u8>, full: bool) {
        let base = self.out.len();
        let (mut rest, mut open) = (code, open);
        // Behind the last byte of code, and behind the last closing quote.
        let (mut end, mut closed) = (base, None);
        while let Some(first) = rest.first().copied() {
            if let Some(quote) = open {
                let length = memchr(quote, rest).map_or(rest.len(), |p| p + 1);
                self.clean(columns(rest, 0, length), is_mark);
                open = (rest.get(length - 1) != Some(&quote)).then_some(quote);
                rest = columns(rest, length, rest.len());
                end = self.out.len();
                if open.is_none() && rest.first() == Some(&quote) {
                    self.out.push(quote);
                    rest = columns(rest, 1, rest.len());
                    open = Some(quote);
                }
                closed = open.is_none().then_some((end, quote));
                continue;
            }
            if first == b'*' && rest.get(1) == Some(&b'>') {
                self.comment(0, rest);
                break;
            }
            let length = match first {
                b'.' => {
                    self.ended = rest.get(1).is_none_or(|b| *b <= b' ');
                    1
                }
                b'"' | b'\'' | b'*' => 1,
                _ => rest.iter().position(|b| is_special(*b)).unwrap_or(rest.len()),
            };
            if is_quote(first) {
                open = Some(first);
            }
            let plain = columns(rest, 0, length.max(1));
            let from = self.out.len();
            self.clean(plain, is_control);
            rest = columns(rest, plain.len(), rest.len());
            let pushed = self.out.get(from..).unwrap_or_default();
            let blanks = pushed.len() - pushed.trim_ascii_start().len();
            if blanks < pushed.len() {
                end = from + pushed.trim_ascii_end().len();
                if first != b'.' {
                    self.begin(from + blanks);
                }
            }
        }
        if open.is_some() {
            end = self.out.len();
        }
        if end == base && open.is_none() {
            return;
        }
        let length = self.out.len() - base;
        let tail = match (open, closed) {
            (Some(quote), _) => Tail::Open(quote),
            (None, Some((at, quote))) if full && at - base == length => Tail::Closed(quote),
            (None, Some((at, quote))) if end == at + 1 && self.out.get(at) == Some(&b'-') => {
                end = at - 1;
                Tail::Joined(quote)
            }
            _ => Tail::Code,
        };
        self.last = Some(Last { end, tail });
    }

    /// A word of code begins at `at` of the output: if a sentence does so too, free format has it marked.
    fn begin(&mut self, at: usize) {
        if self.ended && self.before.format.is_free() {
            match at.checked_sub(1).and_then(|before| self.out.get_mut(before)) {
                Some(before) if *before == b' ' => *before = mark::AREA_A,
                Some(before) if *before == b'\n' => *before = mark::LINE_A,
                _ => {}
            }
        }
        self.ended = false;
    }

    /// Takes text over, but for bytes that are not to be: they become blanks.
    pub(super) fn clean(&mut self, text: &[u8], bad: impl Fn(u8) -> bool) {
        let from = self.out.len();
        self.out.extend_from_slice(text);
        for byte in self.out.get_mut(from..).into_iter().flatten() {
            if bad(*byte) {
                *byte = b' ';
            }
        }
    }

    pub(super) fn pad(&mut self, blanks: usize) {
        self.out.resize(self.out.len() + blanks, b' ');
    }

    pub(super) fn set(&mut self, at: usize, mark: u8) {
        if let Some(byte) = self.out.get_mut(at) {
            *byte = mark;
        }
    }
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'')
}

/// Bytes of code that need a look.
fn is_special(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'*' | b'.')
}

pub(super) fn is_control(byte: u8) -> bool {
    byte < b' ' || byte == 0x7F
}

/// Inside literals all bytes stay that cannot be taken for a mark; shift-out and shift-in among them.
fn is_mark(byte: u8) -> bool {
    (mark::GLUE..=mark::LINE_A).contains(&byte)
}
