//! Tokens of masked text: words, numbers, literals, pictures. Knows no columns and nothing of the language but what cuts
//! tokens: the character string after PICTURE, and that an EXEC block is another language.
//!
//! Tokens come in order and without overlaps, and reading them all takes time linear in the text.

use super::mask::mark;
use super::words::{is_word_byte, word_length};
use crate::base::num::to_usize;
use memchr::memchr;
use std::borrow::Cow;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A word of the language or a name, with the `:TAG:` of a copybook inside it.
    Word,
    /// A number, with its sign, fraction and exponent. A comma is never part of it.
    Number,
    /// A literal in quotes, with its prefix (`X'00'`). Without a closing quote it ends with the line.
    Literal,
    /// The character string of a PICTURE.
    Picture,
    /// An operator, a bracket, a comma: one byte, or two that belong together.
    Punct,
    /// The period that ends a sentence, an entry or a header.
    Period,
    /// `==`, which begins or ends pseudo-text.
    Pseudo,
    /// A comment, to the end of its line.
    Comment,
    /// A line for the compiler or a library manager, to its end.
    Directive,
}

/// A token as places in the masked text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its first byte.
    pub start: u32,
    /// Behind its last byte.
    pub end: u32,
    /// It is the first of a line and begins in area A; in free format, the first of a sentence.
    pub area_a: bool,
    /// It is on a debugging line.
    pub debug: bool,
}

/// In which language the lexer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Cobol,
    /// The next token is the character string of a picture.
    Picture,
    /// EXEC was read: the next word says which language.
    Exec,
    /// Inside EXEC SQL, which has comments of its own.
    Sql,
    /// Inside any other EXEC block.
    Block,
}

/// Reads tokens. The first 4 GiB of a text are read, which is far more than one parse takes.
#[derive(Debug, Clone)]
pub struct Lexer<'a> {
    masked: &'a [u8],
    at: usize,
    mode: Mode,
    area_a: bool,
    debug: bool,
}

/// How far back a line is looked through for what was marked on it.
const LOOK_BACK: usize = 256;

impl<'a> Lexer<'a> {
    /// All tokens of a text.
    pub fn new(masked: &'a [u8]) -> Self {
        Self::at(masked, 0)
    }

    /// The tokens from byte `from` on, which should be the start of a token outside EXEC blocks.
    pub fn at(masked: &'a [u8], from: usize) -> Self {
        let masked = masked.get(..to_usize(u32::MAX.into())).unwrap_or(masked);
        let from = from.min(masked.len());
        let before = masked.get(..from).unwrap_or_default();
        let line = before.iter().rev().take(LOOK_BACK).take_while(|b| !mark::ends_line(**b));
        let last = before.last();
        Self {
            masked,
            at: from,
            mode: Mode::Cobol,
            area_a: last.is_none_or(|b| matches!(*b, mark::AREA_A | mark::LINE_A)),
            debug: line.clone().any(|b| *b == mark::DEBUG),
        }
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.masked.get(self.at + ahead).copied()
    }

    /// The byte at `at`, or the one behind the joint that begins there.
    fn behind_glue(&self, mut at: usize) -> Option<u8> {
        while self.masked.get(at) == Some(&mark::GLUE) {
            at += 1;
        }
        self.masked.get(at).copied()
    }

    /// Goes on while bytes belong to a token, over joints inside it.
    fn run(&mut self, belongs: impl Fn(u8) -> bool) {
        let rest = self.masked.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|b| *b != mark::GLUE && !belongs(*b));
        self.at += length.unwrap_or(rest.len());
    }

    /// Gives joints back that turned out to be behind the token.
    fn unglue(&mut self) {
        while self.at > 0 && self.masked.get(self.at - 1) == Some(&mark::GLUE) {
            self.at -= 1;
        }
    }

    fn line_rest(&mut self) {
        let rest = self.masked.get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(|b| mark::ends_line(*b)).unwrap_or(rest.len());
    }

    /// A literal whose opening quote is due. Without a closing one it ends with the last byte of its line that is no blank.
    fn literal(&mut self, quote: u8) {
        self.at += 1;
        loop {
            let rest = self.masked.get(self.at..).unwrap_or_default();
            match rest.iter().position(|b| *b == quote || mark::ends_line(*b)) {
                Some(p) if rest.get(p) == Some(&quote) => {
                    self.at += p + 1;
                    if self.behind_glue(self.at) != Some(quote) {
                        return;
                    }
                    self.run(|_| false);
                    self.at += 1;
                }
                p => {
                    let text = rest.get(..p.unwrap_or(rest.len())).unwrap_or_default();
                    self.at += text.trim_ascii_end().len();
                    return self.unglue();
                }
            }
        }
    }

    /// Digits and what a number may have behind them; false if it turns out to be a word.
    fn number(&mut self) -> bool {
        self.run(|b| b.is_ascii_digit());
        let next = self.peek(0);
        if next.is_some_and(|b| is_word_byte(b) && b != b'-') || (next == Some(b'-') && self.word_goes_on(1))
        {
            return false;
        }
        if next == Some(b'.') && self.behind_glue(self.at + 1).is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
            self.run(|b| b.is_ascii_digit());
            let sign = usize::from(matches!(self.peek(1), Some(b'+' | b'-')));
            if matches!(self.peek(0), Some(b'E' | b'e'))
                && self.peek(1 + sign).is_some_and(|b| b.is_ascii_digit())
            {
                self.at += 1 + sign;
                self.run(|b| b.is_ascii_digit());
            }
        }
        self.unglue();
        true
    }

    fn word_goes_on(&self, ahead: usize) -> bool {
        self.behind_glue(self.at + ahead).is_some_and(is_word_byte)
    }

    /// A word, with the tags of a copybook inside it.
    fn word(&mut self) {
        loop {
            self.run(is_word_byte);
            let Some(tag) = self.tag() else { break };
            self.at += tag;
        }
        self.unglue();
    }

    /// How long the `:TAG:` is that is due. There are none in EXEC blocks, where a colon begins a host variable.
    fn tag(&self) -> Option<usize> {
        if matches!(self.mode, Mode::Sql | Mode::Block) || self.peek(0) != Some(b':') {
            return None;
        }
        let rest = self.masked.get(self.at + 1..)?;
        let length = rest.iter().take(32).position(|b| !is_word_byte(*b))?;
        (length > 0 && rest.get(length) == Some(&b':')).then_some(length + 2)
    }

    /// Changes the language by a word that was read.
    fn after_word(&mut self, start: usize) {
        let token = self.masked.get(start..self.at).unwrap_or_default();
        let is =
            |wanted: &[u8]| token.len() >= wanted.len() && without_glue(token).eq_ignore_ascii_case(wanted);
        self.mode = match self.mode {
            Mode::Cobol if is(b"PIC") || is(b"PICTURE") => Mode::Picture,
            Mode::Cobol if is(b"EXEC") || is(b"EXECUTE") => Mode::Exec,
            Mode::Picture => Mode::Cobol,
            Mode::Exec if is(b"SQL") => Mode::Sql,
            Mode::Exec => Mode::Block,
            Mode::Sql | Mode::Block if is(b"END-EXEC") => Mode::Cobol,
            mode => mode,
        };
    }

    /// The character string of a picture. None if something else follows, as in `PICTURE SYMBOL`.
    fn picture(&mut self) -> Option<TokenKind> {
        let start = self.at;
        self.mode = Mode::Cobol;
        loop {
            self.run(|b| b > b' ' && !matches!(b, b'.' | b',' | b';'));
            match self.peek(0) {
                Some(b'.' | b',' | b';') if self.behind_glue(self.at + 1).is_some_and(|b| b > b' ') => {
                    self.at += 1;
                }
                _ => break,
            }
        }
        self.unglue();
        let text = without_glue(self.masked.get(start..self.at).unwrap_or_default());
        if text.eq_ignore_ascii_case(b"IS") {
            self.mode = Mode::Picture;
            return Some(TokenKind::Word);
        }
        if text.eq_ignore_ascii_case(b"SYMBOL") {
            return Some(TokenKind::Word);
        }
        (self.at > start).then_some(TokenKind::Picture)
    }

    /// Whether a header is due, which no EXEC block holds: a word before a period, SECTION or DIVISION.
    fn header(&self) -> bool {
        let rest = self.masked.get(self.at..).unwrap_or_default();
        let after = rest.get(word_length(rest)..).unwrap_or_default();
        let blanks = after.iter().take_while(|b| **b == b' ').count();
        let after = after.get(blanks..).unwrap_or_default();
        let word = after.get(..word_length(after)).unwrap_or_default();
        (after.first() == Some(&b'.') && after.get(1).is_none_or(|b| *b <= b' '))
            || (blanks > 0
                && (word.eq_ignore_ascii_case(b"SECTION") || word.eq_ignore_ascii_case(b"DIVISION")))
    }

    /// Reads one token whose first byte is due.
    fn token(&mut self, first: u8) -> TokenKind {
        let start = self.at;
        if self.mode == Mode::Picture
            && let Some(kind) = self.picture()
        {
            return kind;
        }
        let next = self.behind_glue(self.at + 1);
        let digit_next = next.is_some_and(|b| b.is_ascii_digit());
        match first {
            b'"' | b'\'' => {
                self.literal(first);
                TokenKind::Literal
            }
            b'-' if self.mode == Mode::Sql && self.peek(1) == Some(b'-') => {
                self.line_rest();
                TokenKind::Comment
            }
            b'0'..=b'9' => self.number_or_word(start),
            b'+' | b'-' if digit_next => {
                self.at += 1;
                self.number_or_word(start)
            }
            b'.' if digit_next => self.number_or_word(start),
            b'.' => {
                self.at += 1;
                let inside = matches!(self.mode, Mode::Sql | Mode::Block) && next.is_some_and(is_word_byte);
                if inside { TokenKind::Punct } else { TokenKind::Period }
            }
            b'-' if !next.is_some_and(is_word_byte) => {
                self.at += 1;
                TokenKind::Punct
            }
            b':' if self.tag().is_some() => self.whole_word(start),
            _ if is_word_byte(first) => self.whole_word(start),
            _ => {
                self.at += 1;
                let two = match (first, self.peek(0)) {
                    (b'=', Some(b'=')) => Some(TokenKind::Pseudo),
                    (b'*', Some(b'*'))
                    | (b'>' | b'<', Some(b'='))
                    | (b'<', Some(b'>'))
                    | (b'|', Some(b'|')) => Some(TokenKind::Punct),
                    _ => None,
                };
                self.at += usize::from(two.is_some());
                two.unwrap_or(TokenKind::Punct)
            }
        }
    }

    fn number_or_word(&mut self, start: usize) -> TokenKind {
        if self.number() {
            return TokenKind::Number;
        }
        self.whole_word(start)
    }

    /// A word, or the literal that it is the prefix of.
    fn whole_word(&mut self, start: usize) -> TokenKind {
        self.word();
        if let Some(quote @ (b'"' | b'\'')) = self.peek(0)
            && is_prefix(self.masked.get(start..self.at).unwrap_or_default())
        {
            self.literal(quote);
            return TokenKind::Literal;
        }
        self.after_word(start);
        TokenKind::Word
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            let first = self.peek(0)?;
            let start = self.at;
            let kind = match first {
                mark::COMMENT | mark::DIRECTIVE => {
                    self.line_rest();
                    if first == mark::COMMENT { TokenKind::Comment } else { TokenKind::Directive }
                }
                mark::AREA_A => {
                    self.area_a = true;
                    self.at += 1;
                    continue;
                }
                mark::DEBUG => {
                    self.debug = true;
                    self.at += 1;
                    continue;
                }
                b'\n' | mark::LINE_A => {
                    self.debug = false;
                    self.area_a = first == mark::LINE_A;
                    self.at += 1;
                    continue;
                }
                b'\0'..=b' ' => {
                    self.at += 1;
                    continue;
                }
                _ => {
                    // A block that nobody ended takes no more with it than its paragraph.
                    if self.area_a && matches!(self.mode, Mode::Sql | Mode::Block) && self.header() {
                        self.mode = Mode::Cobol;
                    }
                    self.token(first)
                }
            };
            let place = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            let token = Token {
                kind,
                start: place(start),
                end: place(self.at),
                area_a: self.area_a && !matches!(kind, TokenKind::Comment | TokenKind::Directive),
                debug: self.debug,
            };
            self.area_a = false;
            return Some(token);
        }
    }
}

/// What the quote of a literal may follow at once.
pub(super) fn is_prefix(word: &[u8]) -> bool {
    const PREFIXES: [&[u8]; 12] =
        [b"X", b"N", b"NX", b"Z", b"G", b"GX", b"U", b"UX", b"B", b"BX", b"H", b"HX"];
    word.len() <= 2 && PREFIXES.iter().any(|p| word.eq_ignore_ascii_case(p))
}

/// A token without its joints.
pub(super) fn without_glue(token: &[u8]) -> Cow<'_, [u8]> {
    if memchr(mark::GLUE, token).is_none() {
        return Cow::Borrowed(token);
    }
    Cow::Owned(token.iter().copied().filter(|b| *b != mark::GLUE).collect())
}

/// The text of a token without its joints.
pub fn text<'a>(masked: &'a [u8], token: &Token) -> Cow<'a, [u8]> {
    let token = masked.get(to_usize(token.start.into())..to_usize(token.end.into()));
    without_glue(token.unwrap_or_default())
}

/// What a literal holds: without prefix and quotes, doubled quotes as one. Hexadecimal ones are not decoded.
pub fn literal_value<'a>(masked: &'a [u8], token: &Token) -> Cow<'a, [u8]> {
    let token = masked.get(to_usize(token.start.into())..to_usize(token.end.into()));
    value(token.unwrap_or_default())
}

/// The value of a literal, the text of any other token.
pub(super) fn value(token: &[u8]) -> Cow<'_, [u8]> {
    let quote = token.iter().take(3).position(|b| matches!(b, b'"' | b'\''));
    let Some([quote, inside @ ..]) = quote.and_then(|at| token.get(at..)) else { return without_glue(token) };
    let inside = without_glue(inside.strip_suffix(&[*quote]).unwrap_or(inside));
    if memchr(*quote, &inside).is_none() {
        return inside;
    }
    let mut single = Vec::with_capacity(inside.len());
    let mut doubled = false;
    for byte in inside.iter() {
        doubled = byte == quote && !doubled;
        if !doubled {
            single.push(*byte);
        }
    }
    Cow::Owned(single)
}

#[cfg(test)]
mod tests;
