//! Whether a sentence ends with a line of code. Knows what may hold a period that ends none: a literal, a comment behind code,
//! an EXEC block, pseudo-text; not where lines are.
//!
//! A block or a pseudo-text that nobody ends is forgotten: cuts are few there, and not missing.

use super::format::{columns, trimmed};
use super::mask::mark;
use super::words::word_length;
use memchr::memmem::{FindIter, Finder};
use memchr::{memchr, memchr2, memchr2_iter, memrchr2};
use std::sync::LazyLock;

/// Lines of a block or of pseudo-text at most; longer ones are taken for ones that were not ended.
const LINES: u32 = 500;

/// How many signs there are.
const SIGNS_COUNT: usize = 4;
/// What a line must be looked at for, besides its last byte: a block, pseudo-text, a comment behind code.
static SIGNS: LazyLock<[Finder<'static>; SIGNS_COUNT]> =
    LazyLock::new(|| ["XEC", "xec", "==", "*>"].map(Finder::new));

/// Where lines are in a text that must be looked at.
#[derive(Debug)]
pub(super) struct Odd<'t> {
    found: [FindIter<'t, 'static>; SIGNS_COUNT],
    next: [usize; SIGNS_COUNT],
    /// The lowest of them.
    first: usize,
}

impl<'t> Odd<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        let mut odd = Self {
            found: SIGNS.each_ref().map(|sign| sign.find_iter(text)),
            next: [0; SIGNS_COUNT],
            first: 0,
        };
        for (next, found) in odd.next.iter_mut().zip(&mut odd.found) {
            *next = found.next().unwrap_or(usize::MAX);
        }
        odd.pass(0);
        odd
    }

    /// Whether something is on the line that ends at `end`. Lines are asked for in order.
    #[inline]
    pub(super) fn before(&mut self, end: usize) -> bool {
        self.first < end && self.pass(end)
    }

    fn pass(&mut self, end: usize) -> bool {
        for (next, found) in self.next.iter_mut().zip(&mut self.found) {
            while *next < end {
                *next = found.next().unwrap_or(usize::MAX);
            }
        }
        self.first = self.next.iter().copied().min().unwrap_or(usize::MAX);
        true
    }
}

/// What columns say of a line of code.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Line {
    /// It goes on with the line before.
    pub goes_on: bool,
    /// It is in a listing, where what follows COPY says whether that is done.
    pub listed: bool,
}

/// Lines of code of a masked text, and whether a sentence has ended before each.
#[derive(Debug)]
pub(super) struct Lines<'t> {
    masked: &'t [u8],
    at: usize,
    odd: Odd<'t>,
    sentence: Sentence,
}

/// A line of code of a masked text.
#[derive(Debug, Clone, Copy)]
pub(super) struct MaskedLine<'t> {
    /// Where the line begins.
    pub at: usize,
    /// Its code without blanks around it.
    pub text: &'t [u8],
    /// A sentence has ended before it.
    pub begins: bool,
    /// And it begins in area A.
    pub in_a: bool,
}

impl<'t> Lines<'t> {
    /// The text begins between two sentences.
    pub(super) fn new(masked: &'t [u8]) -> Self {
        Self { masked, at: 0, odd: Odd::new(masked), sentence: Sentence::default() }
    }

    /// The same from the first line on that begins behind byte `from`: of those before only such with signs are looked at, which
    /// say whether a block is open.
    pub(super) fn behind(masked: &'t [u8], from: usize) -> Self {
        let mut lines = Self::new(masked);
        let end = |at: usize| {
            memchr2(b'\n', mark::LINE_A, columns(masked, at, masked.len())).map(|feed| at + feed + 1)
        };
        let from = end(from).unwrap_or(masked.len());
        while lines.odd.first < from {
            let before = columns(masked, 0, lines.odd.first);
            let start = memrchr2(b'\n', mark::LINE_A, before).map_or(0, |feed| feed + 1);
            let sign = lines.odd.first;
            lines.at = start;
            // A comment is no line of code, and another one may come instead of it.
            if lines.next().is_none() || lines.odd.first == sign {
                lines.odd.before(end(sign).unwrap_or(masked.len()));
            }
        }
        lines.at = lines.at.max(from);
        lines.sentence.ended = lines.at > from && lines.sentence.ended;
        lines
    }
}

impl<'t> Iterator for Lines<'t> {
    type Item = MaskedLine<'t>;

    fn next(&mut self) -> Option<MaskedLine<'t>> {
        while self.at < self.masked.len() {
            let at = self.at;
            let rest = columns(self.masked, at, self.masked.len());
            let length = memchr2(b'\n', mark::LINE_A, rest).unwrap_or(rest.len());
            self.at += length + 1;
            let line = columns(rest, 0, length);
            let code = memchr2(mark::COMMENT, mark::DIRECTIVE, line).unwrap_or(length);
            let code = columns(line, 0, code);
            let text = trimmed(code);
            let marks = text.iter().position(|b| *b > b' ').unwrap_or(text.len());
            let text = columns(text, marks, text.len());
            if text.is_empty() {
                continue;
            }
            let begins = self.sentence.ended();
            self.sentence.take(text, Line::default(), self.odd.before(at + length));
            let front = at.checked_sub(1).and_then(|before| self.masked.get(before));
            let in_a = begins && (front == Some(&mark::LINE_A) || memchr(mark::AREA_A, code).is_some());
            return Some(MaskedLine { at, text, begins, in_a });
        }
        None
    }
}

/// Where the last line of a masked text begins before which a sentence has ended, behind its first one.
pub(super) fn last_begin(masked: &[u8]) -> Option<usize> {
    Lines::new(masked).filter(|line| line.begins && line.at > 0).last().map(|line| line.at)
}

/// The language of an EXEC block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exec {
    None,
    /// It is due.
    Due,
    Sql,
    Other,
}

/// What lines of code said so far.
#[derive(Debug, Clone)]
pub(super) struct Sentence {
    ended: bool,
    exec: Exec,
    pseudo: bool,
    /// Lines since that began.
    lines: u32,
    /// A COPY or INCLUDE is in a sentence that has not ended (of a listing only).
    copies: bool,
}

impl Default for Sentence {
    fn default() -> Self {
        Self { ended: true, exec: Exec::None, pseudo: false, lines: 0, copies: false }
    }
}

impl Sentence {
    /// Whether a sentence has ended, and nothing is open.
    #[inline]
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// Takes the trimmed code of a line; `odd` says whether any of the signs may be on it.
    #[inline]
    pub(super) fn take(&mut self, text: &[u8], line: Line, odd: bool) {
        let block = matches!(self.exec, Exec::Sql | Exec::Other);
        if odd || line.listed || line.goes_on || self.pseudo || (self.exec != Exec::None && !block) {
            return self.look(text, line);
        }
        if block && self.lines < LINES {
            // Nothing on this line ends the block.
            self.lines += 1;
            self.ended = false;
            return;
        }
        self.exec = Exec::None;
        let period = text.last() == Some(&b'.');
        // It may stand in a literal that is not closed.
        let doubtful = period && memchr2(b'\'', b'"', text).is_some();
        self.ended = if doubtful { self.line(text, None) } else { period };
    }

    #[cold]
    #[inline(never)]
    fn look(&mut self, text: &[u8], line: Line) {
        if line.listed {
            self.copies |= may_copy(text);
        }
        if self.pseudo || self.exec != Exec::None {
            self.lines += 1;
            if self.lines > LINES {
                (self.pseudo, self.exec) = (false, Exec::None);
            }
        }
        let ended = match text.split_first() {
            // The quote opens a literal again; or it is the second half of a doubled one. Both must end here.
            Some((quote @ (b'\'' | b'"'), rest)) if line.goes_on => {
                let doubled =
                    rest.strip_prefix(&[*quote]).is_none_or(|rest| self.clone().line(rest, Some(*quote)));
                self.line(rest, Some(*quote)) && doubled
            }
            // Perhaps the text of a literal: nobody knows here what is in quotes.
            _ => self.line(text, None) && !line.goes_on,
        };
        self.ended = ended && !self.copies;
        self.copies &= !ended;
    }

    /// Goes through a line that begins in a literal in the quotes `open`. True if a sentence ends with it.
    fn line(&mut self, text: &[u8], mut open: Option<u8>) -> bool {
        let mut rest = text;
        let mut period = false;
        while let Some(first) = rest.first().copied() {
            if let Some(quote) = open {
                let Some(end) = memchr(quote, rest) else { return false };
                (open, period) = (None, false);
                rest = rest.get(end + 1..).unwrap_or_default();
                continue;
            }
            let length = word_length(rest);
            let comment = rest.starts_with(b"*>") || (self.exec == Exec::Sql && rest.starts_with(b"--"));
            if comment {
                break;
            }
            if length > 0 {
                self.word(rest.get(..length).unwrap_or_default());
            } else if matches!(first, b'\'' | b'"') {
                open = Some(first);
            } else if rest.starts_with(b"==") {
                self.pseudo = !self.pseudo;
                self.lines = 0;
            }
            let step = if rest.starts_with(b"==") { 2 } else { length.max(1) };
            if first > b' ' {
                period = first == b'.';
            }
            rest = rest.get(step..).unwrap_or_default();
        }
        period && open.is_none() && !self.pseudo && self.exec == Exec::None
    }

    fn word(&mut self, word: &[u8]) {
        let is = |wanted: &[u8]| word.eq_ignore_ascii_case(wanted);
        self.exec = match self.exec {
            Exec::None if is(b"EXEC") || is(b"EXECUTE") => {
                self.lines = 0;
                Exec::Due
            }
            Exec::Due if is(b"SQL") => Exec::Sql,
            Exec::Due => Exec::Other,
            Exec::Sql | Exec::Other if is(b"END-EXEC") => Exec::None,
            exec => exec,
        };
    }
}

/// Whether a text may bring a copied member in, whatever else it is.
fn may_copy(text: &[u8]) -> bool {
    let says = |from: usize, word: &[u8]| {
        text.get(from..from + word.len()).is_some_and(|text| text.eq_ignore_ascii_case(word))
    };
    // The one letter that both have.
    memchr2_iter(b'C', b'c', text)
        .any(|c| says(c, b"COPY") || c.checked_sub(2).is_some_and(|from| says(from, b"INCLUDE")))
}
