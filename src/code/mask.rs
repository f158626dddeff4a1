//! Masking: text of any source format becomes text of one language and of the same length, so that lexer and parser know
//! no columns and every offset stays true.
//!
//! Of a listing the source cards are masked so, and all else is blank (`code/cards.rs`).
//!
//! What is no code (sequence and identification areas, indicators, control bytes) becomes blanks; newlines stay; a few control
//! bytes, the marks of [`mark`], say what columns said. Control bytes of the input never stay where they could be taken for
//! marks. Time is linear, memory that of the text, and any bytes are accepted.
//!
//! Where free format has no areas, each word that begins a sentence is marked as one in area A: a paragraph can begin
//! nowhere else.

use super::cards::Cards;
use super::format::{columns, is_card, is_listing_control, is_star_control};
use super::model::SourceFormat;
use super::settle;
use super::words::word_length;
use memchr::{memchr, memchr_iter, memmem};
use unicode_width::UnicodeWidthChar;

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
    out.clear();
    out.reserve(text.len());
    let mut masker = Masker { out, format, last: None, ended: true };
    let mut from = 0;
    for feed in memchr_iter(b'\n', text) {
        masker.line(columns(text, from, feed));
        masker.out.push(b'\n');
        from = feed + 1;
    }
    if from < text.len() {
        masker.line(columns(text, from, text.len()));
    }
    let format = masker.format;
    if let SourceFormat::Listing(cards) = format {
        settle::copies(text, cards, out);
    }
    format
}

/// How the last line of code ended.
#[derive(Debug, Clone, Copy)]
enum Tail {
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
struct Last {
    /// Where a joint would begin.
    end: usize,
    tail: Tail,
}

struct Masker<'o> {
    out: &'o mut Vec<u8>,
    format: SourceFormat,
    last: Option<Last>,
    /// The last word was followed by a period that ends a sentence.
    ended: bool,
}

/// Where the areas of a line are, as bytes: tabs and letters of several bytes move them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measure {
    pub code_at: usize,
    /// Where area A ends.
    a_to: usize,
    pub code_to: usize,
    /// The line reaches the last column.
    full: bool,
    /// A tab stands in the place of columns 1-7.
    pub tabbed: bool,
}

/// Measures a line of fixed format whose code ends with column `margin`.
pub(super) fn measure(line: &[u8], margin: usize) -> Measure {
    let long = line.len() > margin;
    if memchr(b'\t', line).is_some() || (long && !line.is_ascii()) {
        return measure_widths(line, margin);
    }
    let to = |column: usize| column.min(line.len());
    Measure { code_at: to(7), a_to: to(11), code_to: to(margin), full: line.len() >= margin, tabbed: false }
}

/// Counts columns: a tab goes to the next of every eighth, a letter of UTF-8 is as wide as it was in a code page.
#[cold]
fn measure_widths(line: &[u8], margin: usize) -> Measure {
    let (mut code_at, mut a_to, mut code_to, mut tabbed) = (None, None, None, false);
    let (mut column, mut at) = (0usize, 0usize);
    let mut step = |length: usize, letter: char| {
        let next = if letter == '\t' { (column / 8 + 1) * 8 } else { column + letter.width().unwrap_or(1) };
        if column >= 7 {
            code_at.get_or_insert(at);
        } else {
            tabbed |= letter == '\t';
        }
        if column >= 11 {
            a_to.get_or_insert(at);
        }
        if next > margin {
            code_to.get_or_insert(at);
        }
        column = next;
        at += length;
    };
    match std::str::from_utf8(line) {
        Ok(text) => text.chars().for_each(|c| step(c.len_utf8(), c)),
        Err(_) => line.iter().for_each(|b| step(1, char::from(*b))),
    }
    let all = line.len();
    let code_at = code_at.unwrap_or(all);
    Measure {
        code_at,
        a_to: a_to.unwrap_or(all),
        code_to: code_to.unwrap_or(all).max(code_at),
        full: column >= margin,
        tabbed,
    }
}

impl Masker<'_> {
    /// One line without its line feed.
    fn line(&mut self, line: &[u8]) {
        let (line, ending) = match line {
            [line @ .., b'\r'] => (line, 1),
            line => (line, 0),
        };
        let to = self.out.len() + line.len();
        match self.format {
            SourceFormat::Free => self.free(line),
            SourceFormat::Variable => self.fixed(line, usize::MAX),
            SourceFormat::Fixed | SourceFormat::NotCobol => self.fixed(line, MARGIN),
            SourceFormat::Listing(cards) => self.listed(line, cards),
        }
        self.out.resize(to + ending, b' ');
    }

    /// A line of a listing: the card on it, if there is one.
    fn listed(&mut self, line: &[u8], mut cards: Cards) {
        let card = cards.take(line);
        self.format = SourceFormat::Listing(cards);
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

    fn free(&mut self, line: &[u8]) {
        let text = line.trim_ascii_start();
        let at = line.len() - text.len();
        let Some(first) = text.first() else { return };
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
        let m = measure(line, margin);
        let line = columns(line, 0, m.code_to);
        // These may begin in the sequence area, so they are looked for first.
        let whole = line.trim_ascii_start();
        let at = line.len() - whole.len();
        if at < 7
            && matches!(whole.first(), Some(b'C' | b'c' | b'P' | b'p' | b'-' | b'+' | b'>' | b'%' | b'*'))
            && self.special_line(at, whole)
        {
            return;
        }
        let indicator_at = if m.tabbed || line.len() < 7 { None } else { m.code_at.checked_sub(1) };
        let indicator = indicator_at.and_then(|at| line.get(at)).copied().unwrap_or(b' ');
        let mark_at = indicator_at.unwrap_or_default();
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
        } else if text.starts_with(b">>") {
            self.compiler_line(at, text);
        } else if self.is_directive(at, text) {
            self.directive(at, text);
        } else {
            return false;
        }
        true
    }

    /// A line that begins with `>>`: `>>D` makes it one for debugging.
    fn compiler_line(&mut self, at: usize, text: &[u8]) {
        match text.strip_prefix(b">>D ").or_else(|| text.strip_prefix(b">>d ")) {
            Some(code) => {
                self.pad(at);
                self.out.push(mark::DEBUG);
                self.pad(3);
                self.code(code, None, false);
            }
            None => self.directive(at, text),
        }
    }

    /// Whether the text at byte `at` of a line is for the compiler or a library manager.
    fn is_directive(&self, at: usize, text: &[u8]) -> bool {
        // Most lines begin with letters that none of these have in these places.
        let letter = |at: usize| text.get(at).map_or(0, u8::to_ascii_uppercase);
        match (letter(0), letter(1)) {
            (b'-', _) => at == 0 && is_card(text),
            (b'%', _) => true,
            (b'$', _) => {
                let word = columns(text, 1, word_length(text));
                [&b"SET"[..], b"IF", b"ELSE", b"ELIF", b"END", b"DISPLAY"]
                    .iter()
                    .any(|w| word.eq_ignore_ascii_case(w))
            }
            (b'C', b'B') | (b'P', b'R') => self.ended && is_card(text),
            (b'+', _) => is_card(text),
            (b'B', b'A') | (b'D', b'E') | (b'I', b'N') => self.ended && is_basis(text),
            (b'E', b'J') | (b'S', b'K') | (b'T', b'I') | (b'*', _) => is_listing_control(text),
            _ => false,
        }
    }

    /// A line that is a comment from byte `at` on, where `text` begins with what says so.
    fn comment(&mut self, at: usize, text: &[u8]) {
        self.pad(at);
        self.out.push(mark::COMMENT);
        self.clean(columns(text, 1, text.len()), is_control);
    }

    fn directive(&mut self, at: usize, text: &[u8]) {
        self.format = self.format.changed_to(switched(text));
        self.pad(at);
        match self.out.last_mut() {
            Some(before) if at > 0 => *before = mark::DIRECTIVE,
            _ => self.out.push(mark::DIRECTIVE),
        }
        self.clean(columns(text, usize::from(at == 0), text.len()), is_control);
    }

    /// A line with a hyphen in its indicator area: it goes on with the last line of code.
    fn continued(&mut self, code: &[u8], full: bool) {
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
    fn joined_or_code(&mut self, text: &[u8], full: bool) {
        match self.last {
            Some(Last { end, tail: Tail::Joined(quote) }) if text.first() == Some(&quote) => {
                self.glue(end, text, Some(quote), 1, full);
            }
            _ => self.code(text, None, full),
        }
    }

    /// Glues `text` without its first `passed` bytes to what ends at `end` of the output.
    fn glue(&mut self, end: usize, text: &[u8], open: Option<u8>, passed: usize, full: bool) {
        self.pad(passed);
        if let Some(joint) = self.out.get_mut(end..) {
            joint.fill(mark::GLUE);
        }
        self.code(columns(text, passed, text.len()), open, full);
    }

    /// Code to the end of a line, which begins inside a literal in the quotes `open`.
    fn code(&mut self, code: &[u8], open: Option<u8>, full: bool) {
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
        if self.ended && self.format.is_free() {
            match at.checked_sub(1).and_then(|before| self.out.get_mut(before)) {
                Some(before) if *before == b' ' => *before = mark::AREA_A,
                Some(before) if *before == b'\n' => *before = mark::LINE_A,
                _ => {}
            }
        }
        self.ended = false;
    }

    /// Takes text over, but for bytes that are not to be: they become blanks.
    fn clean(&mut self, text: &[u8], bad: impl Fn(u8) -> bool) {
        let from = self.out.len();
        self.out.extend_from_slice(text);
        for byte in self.out.get_mut(from..).into_iter().flatten() {
            if bad(*byte) {
                *byte = b' ';
            }
        }
    }

    fn pad(&mut self, blanks: usize) {
        self.out.resize(self.out.len() + blanks, b' ');
    }

    fn set(&mut self, at: usize, mark: u8) {
        if let Some(byte) = self.out.get_mut(at) {
            *byte = mark;
        }
    }
}

/// The format that the text of a directive says is that of the lines after it.
pub(super) fn switched(text: &[u8]) -> Option<SourceFormat> {
    const WORDS: [(&[u8], SourceFormat); 5] = [
        (b"FREE", SourceFormat::Free),
        (b"VARIABLE", SourceFormat::Variable),
        (b"FIXED", SourceFormat::Fixed),
        (b"(EXTEND)", SourceFormat::Variable),
        (b"(COMPAT)", SourceFormat::Fixed),
    ];
    if !matches!(text.first(), Some(b'>' | b'$' | b'C' | b'c' | b'P' | b'p' | b'#')) {
        return None;
    }
    let upper = columns(text, 0, 256).to_ascii_uppercase();
    let source = upper.strip_prefix(b">>").and_then(|text| text.trim_ascii_start().strip_prefix(b"SOURCE"));
    let names = [&b"SOURCEFORMAT"[..], b"SRCFORMAT"];
    let named =
        || names.iter().find_map(|n| memmem::find(&upper, n).map(|at| columns(&upper, at, upper.len())));
    let rest = source.or_else(named)?;
    let said = WORDS.iter().filter_map(|(word, format)| Some((memmem::find(rest, word)?, *format)));
    said.min_by_key(|(at, _)| *at).map(|(_, format)| format)
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'')
}

/// Bytes of code that need a look.
fn is_special(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'*' | b'.')
}

fn is_control(byte: u8) -> bool {
    byte < b' ' || byte == 0x7F
}

/// Inside literals all bytes stay that cannot be taken for a mark; shift-out and shift-in among them.
fn is_mark(byte: u8) -> bool {
    (mark::GLUE..=mark::LINE_A).contains(&byte)
}

/// BASIS with a name, and INSERT and DELETE with sequence numbers.
fn is_basis(text: &[u8]) -> bool {
    let (first, rest) = text.split_at_checked(word_length(text)).unwrap_or((text, &[]));
    let operand = rest.trim_ascii();
    let numbers = operand.first().is_some_and(u8::is_ascii_digit)
        && operand.iter().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b',' | b' '));
    (first.eq_ignore_ascii_case(b"BASIS") && !operand.is_empty() && word_length(operand) == operand.len())
        || (numbers && (first.eq_ignore_ascii_case(b"INSERT") || first.eq_ignore_ascii_case(b"DELETE")))
}

#[cfg(test)]
mod tests;
