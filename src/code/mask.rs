//! Masking: text of any source format becomes text of one language and of the same length, so that lexer and parser know
//! no columns and every offset stays true.
//!
//! Of a listing the source cards are masked so, and all else is blank (`code/cards.rs`).
//!
//! Branches of conditional compilation that the text itself rules out are comments, and so are the directives that do
//! (`code/conditions.rs`). What is no code (sequence and identification areas, indicators, control bytes) becomes blanks; newlines stay; a few control
//! bytes, the marks of [`mark`], say what columns said. Control bytes of the input never stay where they could be taken for
//! marks. Time is linear, memory that of the text, and any bytes are accepted.
//!
//! Where free format has no areas, each word that begins a sentence is marked as one in area A: a paragraph can begin
//! nowhere else.

mod code;
mod directive;
mod measure;

pub(super) use directive::{is_directive, switched};
pub(super) use measure::{Measure, measure, measure_plain};

use super::before::{Before, FARTHEST, directive_on, indicator, margin};
use super::cards::Cards;
use super::format::{columns, is_star_control};
use super::model::SourceFormat;
use super::settle;
use code::{Last, Tail, is_control};
use memchr::memchr_iter;

/// The control bytes of masked text.
pub mod mark {
    /// Inside a token, to be left out: the joint of a word or literal that a line continues. Newlines in a joint are this too.
    pub const GLUE: u8 = 0x01;
    /// From here to the end of the line is a comment.
    pub const COMMENT: u8 = 0x02;
    /// From here to the end of the line is for the compiler or a library manager. The mark is the last byte before the text,
    /// or the first byte of a text that begins in column 1.
    pub const DIRECTIVE: u8 = 0x03;
    /// What follows on this line is code of a debugging line.
    pub const DEBUG: u8 = 0x04;
    /// What follows begins in area A: a newline that is replaced would be [`LINE_A`].
    pub const AREA_A: u8 = 0x05;
    /// A newline and [`AREA_A`] in one, where a line of free format has no byte before its text.
    pub const LINE_A: u8 = 0x06;

    /// Whether a line ends with `byte`.
    #[inline]
    pub fn ends_line(byte: u8) -> bool {
        matches!(byte, b'\n' | LINE_A)
    }
}

/// Last column of area B, as a width.
pub(super) const MARGIN: usize = 72;

/// Replaces `out` by the masked form of `text`, of equal length, and gives the format that is in force at its end.
///
/// `text` should begin at the start of a line outside literals and sentences. Its first byte, when it is code, counts as
/// marked with [`mark::AREA_A`]: there is no room for the mark.
pub fn mask(text: &[u8], format: SourceFormat, out: &mut Vec<u8>) -> SourceFormat {
    mask_from(text, format.into(), out).format
}

/// The same for a text before which other lines are: from what is known before it to what is known behind it.
pub fn mask_from(text: &[u8], before: Before, out: &mut Vec<u8>) -> Before {
    out.clear();
    out.reserve(text.len());
    let mut masker = Masker { out, before, last: None, ended: true };
    let mut from = 0;
    for feed in memchr_iter(b'\n', text) {
        masker.line(columns(text, from, feed));
        masker.out.push(b'\n');
        from = feed + 1;
    }
    if from < text.len() {
        masker.line(columns(text, from, text.len()));
    }
    let behind = masker.before;
    if let SourceFormat::Listing(cards) = behind.format {
        settle::copies(text, cards, out);
    }
    behind
}

struct Masker<'o> {
    out: &'o mut Vec<u8>,
    before: Before,
    last: Option<Last>,
    /// The last word was followed by a period that ends a sentence.
    ended: bool,
}

impl Masker<'_> {
    /// One line without its line feed.
    fn line(&mut self, line: &[u8]) {
        let (line, ending) = match line {
            [line @ .., b'\r'] => (line, 1),
            line => (line, 0),
        };
        let to = self.out.len() + line.len();
        match self.before.format {
            SourceFormat::Free => self.free(line),
            format @ (SourceFormat::Variable | SourceFormat::Fixed | SourceFormat::NotCobol) => {
                self.fixed(line, margin(format));
            }
            SourceFormat::Listing(cards) => self.listed(line, cards),
        }
        self.out.resize(to + ending, b' ');
    }

    /// A line of a listing: the card on it, if there is one.
    fn listed(&mut self, line: &[u8], mut cards: Cards) {
        let card = cards.take(line);
        self.before.format = SourceFormat::Listing(cards);
        let Some(card) = card else { return };
        self.pad(card.at.min(line.len()));
        match self.last {
            Some(Last { end, tail: Tail::Open(quote) }) if card.wrapped => {
                self.glue(end, card.of(line), Some(quote), 0, false);
            }
            _ if cards.is_free() => self.free(card.of(line)),
            _ => self.fixed(card.of(line), MARGIN),
        }
    }

    /// Whether a line is left out: all are but those that may end it.
    fn leaves_out(&self, line: &[u8]) -> bool {
        self.before.skips() && directive_on(line, self.before.format).is_none()
    }

    fn free(&mut self, line: &[u8]) {
        let text = line.trim_ascii_start();
        let at = line.len() - text.len();
        let Some(first) = text.first() else { return };
        if self.leaves_out(line) {
            return self.comment(at, text);
        }
        if at == 0 && matches!(first, b'*' | b'/') {
            return self.comment(at, text);
        }
        if self.special_line(at, text) {
            return;
        }
        self.pad(at);
        self.joined_or_code(text, false);
    }

    fn fixed(&mut self, line: &[u8], margin: usize) {
        let (m, left_out) = (measure(line, margin), self.leaves_out(line));
        let line = columns(line, 0, m.code_to);
        // These may begin in the sequence area, so they are looked for first.
        let whole = line.trim_ascii_start();
        let at = line.len() - whole.len();
        if left_out {
            if !whole.is_empty() {
                self.comment(at, whole);
            }
            return;
        }
        if at < 7
            && matches!(whole.first(), Some(b'C' | b'c' | b'P' | b'p' | b'-' | b'+' | b'>' | b'%' | b'*'))
            && self.special_line(at, whole)
        {
            return;
        }
        let (mark_at, indicator) = indicator(line, &m).unwrap_or((0, b' '));
        let marked = columns(line, mark_at, line.len());
        let code = columns(line, m.code_at, line.len());
        let text = code.trim_ascii_start();
        let at = line.len() - text.len();
        match indicator {
            b'*' if !is_star_control(marked) => return self.comment(mark_at, marked),
            b'/' => return self.comment(mark_at, marked),
            b'*' | b'$' | b'#' => return self.directive(mark_at, marked),
            b'-' => {
                self.pad(m.code_at);
                return self.continued(code, m.full);
            }
            _ => {}
        }
        if text.is_empty() || self.special_line(at, text) {
            return;
        }
        let in_a = at < m.a_to;
        // No code begins so there: the indicator was put one column or one tab too far.
        if in_a && text.starts_with(b"*") {
            return self.comment(at, text);
        }
        let begin = self.out.len();
        self.pad(at);
        let debug = matches!(indicator, b'D' | b'd');
        if debug {
            self.set(begin + mark_at, mark::DEBUG);
        }
        if in_a {
            let before = if m.tabbed { at.saturating_sub(1) } else { mark_at - usize::from(debug) };
            self.set(begin + before, mark::AREA_A);
        }
        self.joined_or_code(text, m.full);
    }

    /// Takes a line whose text begins at byte `at`, if that is what may begin anywhere: an inline comment, a directive.
    fn special_line(&mut self, at: usize, text: &[u8]) -> bool {
        if text.starts_with(b"*>") {
            self.comment(at, text);
        } else if compiles(at, text) {
            self.compiler_line(at, text);
        } else if is_directive(at, text, self.ended) {
            self.directive(at, text);
        } else {
            return false;
        }
        true
    }

    /// A line that begins with `>>`: `>>D` makes it one for debugging.
    fn compiler_line(&mut self, at: usize, text: &[u8]) {
        match text.strip_prefix(b">>D ").or_else(|| text.strip_prefix(b">>d ")) {
            Some(code) if !self.before.skips() => {
                self.pad(at);
                self.out.push(mark::DEBUG);
                self.pad(3);
                self.code(code, None, false);
            }
            _ => self.directive(at, text),
        }
    }

    /// A line that is a comment from byte `at` on, where `text` begins with what says so.
    fn comment(&mut self, at: usize, text: &[u8]) {
        self.pad(at);
        self.out.push(mark::COMMENT);
        self.clean(columns(text, 1, text.len()), is_control);
    }

    fn directive(&mut self, at: usize, text: &[u8]) {
        if self.before.take(text) {
            return self.comment(at, text);
        }
        self.pad(at);
        match self.out.last_mut() {
            Some(before) if at > 0 => *before = mark::DIRECTIVE,
            _ => self.out.push(mark::DIRECTIVE),
        }
        self.clean(columns(text, usize::from(at == 0), text.len()), is_control);
    }
}

/// Whether the text at byte `at` of a line is for the compiler.
fn compiles(at: usize, text: &[u8]) -> bool {
    text.starts_with(b">>") && at <= FARTHEST
}

#[cfg(test)]
mod tests;
