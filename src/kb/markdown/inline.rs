//! The inside of a paragraph: code, bold and marked matches. Time is linear: what has no end further on is looked for once.

use super::Kind;
use memchr::{memchr, memchr3};

/// Begin and end of a match in a snippet of the store.
const MARKS: [char; 2] = ['\u{2}', '\u{3}'];

/// Gives the pieces of `text` to `sink`, `base` being what plain text in it is.
pub fn inline(text: &str, base: Kind, sink: impl FnMut(&str, Kind)) {
    Inline { text, base, sink, strong: false, marked: false }.run();
}

/// `text` without meaning other than its marked matches.
pub fn literal(text: &str, kind: Kind, sink: impl FnMut(&str, Kind)) {
    Inline { text, base: kind, sink, strong: false, marked: false }.emit(text, kind);
}

struct Inline<'t, F> {
    text: &'t str,
    base: Kind,
    sink: F,
    strong: bool,
    marked: bool,
}

impl<F: FnMut(&str, Kind)> Inline<'_, F> {
    fn run(&mut self) {
        let text = self.text;
        let bytes = text.as_bytes();
        // Whether no code of one or two backticks ends further on, and no bold text.
        let mut endless_code = [false; 2];
        let mut endless_strong = false;
        let (mut start, mut at) = (0, 0);
        while let Some(sign_at) =
            bytes.get(at..).and_then(|rest| memchr3(b'`', b'*', b'\\', rest)).map(|n| at + n)
        {
            let sign = bytes.get(sign_at).copied().unwrap_or_default();
            let length = run_length(bytes, sign_at);
            at = sign_at + length;
            match (sign, length) {
                (b'\\', 1) if matches!(bytes.get(at), Some(b'`' | b'*')) => {
                    self.plain(start, sign_at);
                    start = at;
                    at += 1;
                }
                (b'`', 1 | 2) => {
                    let Some(endless) = endless_code.get_mut(length - 1).filter(|endless| !**endless) else {
                        continue;
                    };
                    let Some(end) = find_run(bytes, b'`', length, at) else {
                        *endless = true;
                        continue;
                    };
                    self.plain(start, sign_at);
                    self.emit(without_frame(text.get(at..end).unwrap_or_default()), Kind::Code);
                    at = end + length;
                    start = at;
                }
                (b'*', 2) => {
                    if !self.strong {
                        let before_blank = bytes.get(at).is_none_or(u8::is_ascii_whitespace);
                        if before_blank || endless_strong {
                            continue;
                        }
                        if find_run(bytes, b'*', 2, at).is_none() {
                            endless_strong = true;
                            continue;
                        }
                    }
                    self.plain(start, sign_at);
                    self.strong = !self.strong;
                    start = at;
                }
                _ => {}
            }
        }
        self.plain(start, bytes.len());
    }

    fn plain(&mut self, start: usize, end: usize) {
        let kind = if self.strong && self.base == Kind::Text { Kind::Strong } else { self.base };
        self.emit(self.text.get(start..end).unwrap_or_default(), kind);
    }

    fn emit(&mut self, text: &str, kind: Kind) {
        for piece in text.split_inclusive(MARKS) {
            let (inside, mark) = match piece.chars().next_back() {
                Some(c) if MARKS.contains(&c) => (piece.strip_suffix(c).unwrap_or_default(), Some(c)),
                _ => (piece, None),
            };
            if !inside.is_empty() {
                (self.sink)(inside, if self.marked { Kind::Mark } else { kind });
            }
            if let Some(mark) = mark {
                self.marked = MARKS.first() == Some(&mark);
            }
        }
    }
}

/// How often the byte at `at` is repeated; backslashes count one by one.
fn run_length(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at) {
        Some(b'\\') | None => 1,
        Some(sign) => bytes.iter().skip(at).take_while(|b| *b == sign).count(),
    }
}

/// Where behind `from` the next run of exactly `length` of `sign` begins.
fn find_run(bytes: &[u8], sign: u8, length: usize, from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr(sign, bytes.get(at..)?)?;
        let run = run_length(bytes, at);
        if run == length {
            return Some(at);
        }
        at += run;
    }
}

/// Code without the one blank on each side that lets it begin or end with a backtick.
fn without_frame(code: &str) -> &str {
    let framed = code.strip_prefix(' ').and_then(|c| c.strip_suffix(' '));
    framed.filter(|c| !c.trim().is_empty()).unwrap_or(code)
}
