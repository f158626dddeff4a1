//! Text words: what COPY and REPLACE compare. They are smaller than tokens: brackets and colons stand alone wherever they
//! are, also in a picture, and a word goes on to the next separator.

use super::super::format::columns;
use super::super::lex::without_glue;
use super::super::mask::{MARGIN, mark, mask};
use super::super::model::SourceFormat;
use crate::base::num::to_usize;
use memchr::memchr_iter;
use std::borrow::Cow;
use std::collections::VecDeque;
use unicode_width::UnicodeWidthChar;

/// What a text word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Anything between separators: words, numbers, parts of pictures.
    Word,
    /// A literal in quotes, with its prefix. Without a closing quote it ends with the line.
    Literal,
    /// One of `( ) : = < >`.
    Sign,
    /// A period before a blank.
    Period,
    /// A comma or semicolon before a blank: a blank, but for a pattern that is nothing else.
    Comma,
    /// `==`.
    Pseudo,
    /// A comment, to the end of its line.
    Comment,
    /// A line for the compiler or a library manager.
    Directive,
}

/// A text word as places in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word {
    pub kind: Kind,
    /// Format of the line that it begins on.
    pub format: SourceFormat,
    /// It is the first of its line, in area A.
    pub area_a: bool,
    /// It is on a debugging line.
    pub debug: bool,
    /// Nothing is between it and the word before.
    pub glued: bool,
    /// Its first byte.
    pub start: u32,
    /// Behind its last byte.
    pub end: u32,
    /// The lines, from 0, where it begins and ends.
    pub line: u32,
    pub last: u32,
}

impl Word {
    /// Whether matching sees it at all.
    pub fn counts(&self) -> bool {
        !matches!(self.kind, Kind::Comment | Kind::Directive | Kind::Comma)
    }
}

/// A text with its masked form and its lines.
#[derive(Debug)]
pub(super) struct Text<'a> {
    pub raw: &'a [u8],
    masked: Vec<u8>,
    /// Where lines begin.
    starts: Vec<u32>,
    format: SourceFormat,
}

impl<'a> Text<'a> {
    /// `raw` should have less than 4 GiB: what is behind them is no part of any word.
    pub fn new(raw: &'a [u8], format: SourceFormat) -> Self {
        let mut masked = Vec::new();
        mask(raw, format, &mut masked);
        masked.truncate(to_usize(u32::MAX.into()));
        let mut starts = Vec::with_capacity(raw.len() / 40 + 1);
        starts.push(0);
        starts.extend(memchr_iter(b'\n', raw).map_while(|at| u32::try_from(at + 1).ok()));
        if starts.last().is_some_and(|s| to_usize((*s).into()) >= raw.len()) {
            starts.pop();
        }
        Self { raw, masked, starts, format }
    }

    /// How many lines there are.
    pub fn lines(&self) -> u32 {
        u32::try_from(self.starts.len()).unwrap_or(u32::MAX)
    }

    /// Where a line begins; behind the last line the end of the text.
    pub fn start(&self, line: u32) -> usize {
        self.starts.get(to_usize(line.into())).map_or(self.raw.len(), |s| to_usize((*s).into()))
    }

    /// A line without its ending.
    pub fn line(&self, line: u32) -> &'a [u8] {
        let whole = columns(self.raw, self.start(line), self.start(line.saturating_add(1)));
        let whole = whole.strip_suffix(b"\n").unwrap_or(whole);
        whole.strip_suffix(b"\r").unwrap_or(whole)
    }

    /// Bytes of the masked text.
    pub fn masked(&self, from: usize, to: usize) -> &[u8] {
        columns(&self.masked, from, to)
    }

    /// What a word says: joints left out; comments and directives as they are written.
    pub fn bytes(&self, word: &Word) -> Cow<'_, [u8]> {
        let (from, to) = (to_usize(word.start.into()), to_usize(word.end.into()));
        let masked = columns(&self.masked, from, to);
        // What is behind the last column of the code is masked.
        let end = from + masked.trim_ascii_end().len();
        match word.kind {
            Kind::Comment => Cow::Borrowed(columns(self.raw, from, end)),
            Kind::Directive => Cow::Borrowed(columns(self.raw, self.directive_at(word), end)),
            Kind::Literal if word.last > word.line => Cow::Owned(self.continued(word)),
            _ => without_glue(masked),
        }
    }

    /// A literal of several lines. In fixed format each goes to the last column, also where its blanks were cut off.
    fn continued(&self, word: &Word) -> Vec<u8> {
        let (from, to) = (to_usize(word.start.into()), to_usize(word.end.into()));
        let mut all = Vec::with_capacity(to - from);
        for line in word.line..=word.last {
            let start = self.start(line);
            let part = columns(&self.masked, from.max(start), to.min(self.start(line + 1)));
            all.extend(part.iter().filter(|b| **b != mark::GLUE));
            let end = start + self.line(line).len();
            let goes_on = columns(&self.masked, end.saturating_sub(1), end + 1);
            let fixed = matches!(word.format, SourceFormat::Fixed | SourceFormat::NotCobol);
            if fixed && matches!(goes_on, [last, mark::GLUE] if *last != mark::GLUE) {
                let column = self.column(line, u32::try_from(end).unwrap_or(u32::MAX));
                all.resize(all.len() + MARGIN.saturating_sub(column), b' ');
            }
        }
        all
    }

    /// Where the text of a directive begins: its mark stands before it, unless the text begins in column 1.
    pub fn directive_at(&self, word: &Word) -> usize {
        let from = to_usize(word.start.into());
        let in_column_1 = from == self.start(word.line) && self.raw.get(from).is_some_and(|b| *b > b' ');
        if in_column_1 { from } else { from + 1 }
    }

    /// The column, from 0, of byte `at` of line `line`.
    pub fn column(&self, line: u32, at: u32) -> usize {
        let before = columns(self.raw, self.start(line), to_usize(at.into()));
        if before.is_ascii() && !before.contains(&b'\t') {
            return before.len();
        }
        let step = |column: usize, c: char| match c {
            '\t' => (column / 8 + 1) * 8,
            c => column + c.width().unwrap_or(1),
        };
        match std::str::from_utf8(before) {
            Ok(text) => text.chars().fold(0, step),
            Err(_) => before.iter().fold(0, |column, b| step(column, char::from(*b))),
        }
    }

    /// The column, from 0, where a word begins.
    pub fn column_of(&self, word: &Word) -> usize {
        self.column(word.line, word.start)
    }

    /// Whether a word is this one, in any letter case.
    pub fn is(&self, word: &Word, wanted: &[u8]) -> bool {
        word.kind == Kind::Word
            && to_usize((word.end - word.start).into()) >= wanted.len()
            && self.bytes(word).eq_ignore_ascii_case(wanted)
    }
}

/// The words of a text in order, with a look ahead.
#[derive(Debug)]
pub(super) struct Stream<'t> {
    text: &'t Text<'t>,
    at: usize,
    line: u32,
    format: SourceFormat,
    area_a: bool,
    debug: bool,
    /// The last word ended right here.
    touches: bool,
    ahead: VecDeque<Word>,
    scratch: Vec<u8>,
}

impl<'t> Stream<'t> {
    pub fn new(text: &'t Text<'t>) -> Self {
        Self {
            text,
            at: 0,
            line: 0,
            format: text.format,
            // There is no room for a mark before the first byte.
            area_a: text.masked.first().is_some_and(|b| *b > b' '),
            debug: false,
            touches: false,
            ahead: VecDeque::new(),
            scratch: Vec::new(),
        }
    }

    /// The next word.
    pub fn next(&mut self) -> Option<Word> {
        self.ahead.pop_front().or_else(|| self.scan())
    }

    /// The word `ahead` words behind the next one.
    pub fn peek(&mut self, ahead: usize) -> Option<Word> {
        while self.ahead.len() <= ahead {
            let word = self.scan()?;
            self.ahead.push_back(word);
        }
        self.ahead.get(ahead).copied()
    }

    /// The format in force behind the last word that was looked at.
    pub fn format(&self) -> SourceFormat {
        self.format
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.masked.get(at).copied()
    }

    /// The byte at `at`, or the one behind the joint that begins there.
    fn behind_glue(&self, mut at: usize) -> Option<u8> {
        while self.byte(at) == Some(mark::GLUE) {
            at += 1;
        }
        self.byte(at)
    }

    /// Whether a period or comma before `at` is a separator.
    fn separates(&self, at: usize) -> bool {
        match self.behind_glue(at) {
            None => true,
            Some(b'=') => self.byte(at + 1) == Some(b'='),
            Some(b) => b <= b' ',
        }
    }

    fn line_of(&self, at: usize, mut line: u32) -> u32 {
        while line + 1 < self.text.lines() && self.text.start(line + 1) <= at {
            line += 1;
        }
        line
    }

    fn scan(&mut self) -> Option<Word> {
        let kind;
        loop {
            let first = self.byte(self.at)?;
            match first {
                mark::GLUE => {}
                mark::COMMENT | mark::DIRECTIVE => {
                    kind = if first == mark::COMMENT { Kind::Comment } else { Kind::Directive };
                    break;
                }
                b'\n' | mark::LINE_A => {
                    (self.touches, self.debug, self.area_a) = (false, false, first == mark::LINE_A);
                }
                b'\0'..=b' ' => {
                    self.touches = false;
                    self.area_a |= first == mark::AREA_A;
                    self.debug |= first == mark::DEBUG;
                }
                b'(' | b')' | b':' | b'<' | b'>' => {
                    kind = Kind::Sign;
                    break;
                }
                b'=' => {
                    kind = if self.byte(self.at + 1) == Some(b'=') { Kind::Pseudo } else { Kind::Sign };
                    break;
                }
                b'.' if self.separates(self.at + 1) => {
                    kind = Kind::Period;
                    break;
                }
                b',' | b';' if self.separates(self.at + 1) => {
                    kind = Kind::Comma;
                    break;
                }
                b'"' | b'\'' => {
                    kind = Kind::Literal;
                    break;
                }
                _ => {
                    kind = Kind::Word;
                    break;
                }
            }
            self.at += 1;
        }
        Some(self.word(kind))
    }

    /// Reads the word of this kind that is due.
    fn word(&mut self, mut kind: Kind) -> Word {
        let start = self.at;
        self.line = self.line_of(start, self.line);
        let format = self.format;
        match kind {
            Kind::Comment => self.line_rest(),
            Kind::Directive => {
                self.line_rest();
                self.format = mask(self.text.line(self.line), self.format, &mut self.scratch);
            }
            Kind::Sign | Kind::Period | Kind::Comma => self.at += 1,
            Kind::Pseudo => self.at += 2,
            Kind::Literal => self.literal(),
            Kind::Word => {
                self.run();
                let prefix = super::super::lex::is_prefix(columns(&self.text.masked, start, self.at));
                if prefix && matches!(self.byte(self.at), Some(b'"' | b'\'')) {
                    self.literal();
                    kind = Kind::Literal;
                }
            }
        }
        let aside = matches!(kind, Kind::Comment | Kind::Directive);
        let place = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let word = Word {
            kind,
            format,
            area_a: self.area_a && !aside,
            debug: self.debug,
            glued: self.touches && !aside,
            start: place(start),
            end: place(self.at),
            line: self.line,
            last: self.line_of(self.at.saturating_sub(1), self.line),
        };
        (self.area_a, self.touches) = (false, true);
        word
    }

    fn line_rest(&mut self) {
        let rest = self.text.masked.get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(|b| mark::ends_line(*b)).unwrap_or(rest.len());
    }

    /// To the next separator; at least one byte.
    fn run(&mut self) {
        let start = self.at;
        self.at += 1;
        while let Some(byte) = self.byte(self.at) {
            match byte {
                mark::GLUE => {}
                b'\0'..=b' ' | b'"' | b'\'' | b'(' | b')' | b':' | b'=' | b'<' | b'>' => break,
                b'.' | b',' | b';' if self.separates(self.at + 1) => break,
                _ => {}
            }
            self.at += 1;
        }
        self.unglue(start);
    }

    /// Gives joints back that turned out to be behind the word.
    fn unglue(&mut self, start: usize) {
        while self.at > start + 1 && self.byte(self.at - 1) == Some(mark::GLUE) {
            self.at -= 1;
        }
    }

    /// A literal whose opening quote is due.
    fn literal(&mut self) {
        let start = self.at;
        let Some(quote) = self.byte(start) else { return };
        self.at += 1;
        loop {
            let rest = self.text.masked.get(self.at..).unwrap_or_default();
            let Some(length) = rest.iter().position(|b| *b == quote || mark::ends_line(*b)) else {
                self.at += rest.trim_ascii_end().len();
                return self.unglue(start);
            };
            if rest.get(length) != Some(&quote) {
                self.at += columns(rest, 0, length).trim_ascii_end().len();
                return self.unglue(start);
            }
            self.at += length + 1;
            if self.behind_glue(self.at) != Some(quote) {
                return;
            }
            while self.byte(self.at) == Some(mark::GLUE) {
                self.at += 1;
            }
            self.at += 1;
        }
    }
}
