//! What is replaced by what, and where it matches. Patterns are compared word by word: in any letter case but for
//! literals, whatever blanks, commas and comments stand between the words.

use super::words::{Kind, Stream, Text, Word};
use super::work::Gauge;
use crate::base::num::to_usize;
use std::collections::HashMap;
use std::sync::Arc;

/// Which part of a library word a pattern is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// All of it.
    Whole,
    /// The beginning of the last word.
    Leading,
    /// The end of the first word.
    Trailing,
}

/// A piece of the text that is put in: words without anything between them, or a comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub bytes: Arc<[u8]>,
    /// Literals are cut at the end of a line in another way than words.
    pub kind: Kind,
    /// Blanks before it.
    pub gap: u32,
    /// It begins a line, in this column.
    pub fresh: Option<u32>,
    pub debug: bool,
}

/// One replacement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Replacement {
    pub part: Part,
    /// The words that are compared: upper case but for literals.
    pub from: Vec<Box<[u8]>>,
    /// What is put in their place.
    pub to: Vec<Piece>,
    /// Nothing may come close behind the last piece.
    pub tail: bool,
}

impl Replacement {
    /// Replaces `from` by `to`; with `outer`, the places between the delimiters of pseudo-text, blanks at the ends count.
    /// `None` if there is nothing to compare.
    pub fn new(
        text: &Text<'_>,
        part: Part,
        from: &[Word],
        to: &[Word],
        outer: Option<(u32, u32)>,
    ) -> Option<Self> {
        let alone = matches!(from, [Word { kind: Kind::Comma, .. }]);
        let from: Vec<_> = from.iter().filter(|w| w.counts() || alone).map(|w| key(text, w)).collect();
        let (to, tail) = pieces(text, to, outer);
        (!from.is_empty()).then_some(Self { part, from, to, tail })
    }

    /// Bytes that are put in, about.
    pub fn length(&self) -> usize {
        self.to.iter().map(|p| p.bytes.len() + to_usize(p.gap.into())).sum()
    }
}

/// What a word is compared by.
fn key(text: &Text<'_>, word: &Word) -> Box<[u8]> {
    let mut bytes = text.bytes(word).into_owned();
    if word.kind != Kind::Literal {
        bytes.make_ascii_uppercase();
    }
    bytes.into()
}

fn pieces(text: &Text<'_>, words: &[Word], outer: Option<(u32, u32)>) -> (Vec<Piece>, bool) {
    let mut pieces: Vec<Piece> = Vec::with_capacity(words.len());
    let mut before: Option<&Word> = None;
    let opened = outer.map(|(from, _)| from);
    for word in words {
        let end = before.map_or(opened, |b| Some(b.end)).unwrap_or(word.start);
        let glued = before.is_some() && word.glued;
        let same_line = before.is_none_or(|b| b.last == word.line);
        let column = u32::try_from(text.column_of(word)).unwrap_or(0);
        pieces.push(Piece {
            bytes: text.bytes(word).into(),
            kind: word.kind,
            gap: if glued { 0 } else { word.start.saturating_sub(end).min(64) },
            fresh: (!same_line && !glued).then_some(column),
            debug: word.debug,
        });
        before = Some(word);
    }
    let last = words.last().map(|w| w.end).or(opened);
    let blanks = outer.zip(last).is_some_and(|((_, to), last)| last < to);
    // A period or comma that parts words before the delimiter goes on to do so.
    let parts = words.last().is_some_and(|w| matches!(w.kind, Kind::Period | Kind::Comma));
    (pieces, blanks || parts)
}

/// Where a pattern was found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Match<'m> {
    pub replacement: &'m Replacement,
    /// How many words of the text it takes, comments and commas between them counted.
    pub words: usize,
    /// Bytes of the first word that stay before what is put in, and of the last one that stay behind it.
    pub kept: (usize, usize),
}

/// Some replacements, in the order in which they are tried.
#[derive(Debug, Default, Clone)]
pub(super) struct Matcher {
    list: Vec<Replacement>,
    /// By their first word.
    by_first: HashMap<Box<[u8]>, Vec<usize>>,
    /// Those whose first word is compared in part.
    partial: Vec<usize>,
}

impl Matcher {
    pub fn new(list: Vec<Replacement>) -> Self {
        let mut matcher = Self { list, ..Self::default() };
        for (at, replacement) in matcher.list.iter().enumerate() {
            let in_part = match replacement.part {
                Part::Whole => false,
                Part::Leading => replacement.from.len() == 1,
                Part::Trailing => true,
            };
            match replacement.from.first() {
                Some(first) if !in_part => matcher.by_first.entry(first.clone()).or_default().push(at),
                _ => matcher.partial.push(at),
            }
        }
        matcher
    }

    /// These, and behind them `others`.
    pub fn and(self, others: &Self) -> Self {
        Self::new(self.list.into_iter().chain(others.list.iter().cloned()).collect())
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The first replacement that matches at the next word.
    pub fn find(
        &self,
        text: &Text<'_>,
        stream: &mut Stream<'_>,
        gauge: &mut Gauge<'_>,
        scratch: &mut Vec<u8>,
    ) -> Option<Match<'_>> {
        let word = stream.peek(0)?;
        if matches!(word.kind, Kind::Comment | Kind::Directive) {
            return None;
        }
        scratch.clear();
        scratch.extend_from_slice(&text.bytes(&word));
        if word.kind != Kind::Literal {
            scratch.make_ascii_uppercase();
        }
        let exact = self.by_first.get(scratch.as_slice());
        let mut exact = exact.map_or(&[][..], Vec::as_slice).iter().peekable();
        let mut partial = self.partial.iter().peekable();
        loop {
            let next = match (exact.peek(), partial.peek()) {
                (Some(a), Some(b)) if a < b => exact.next(),
                (Some(_), None) => exact.next(),
                _ => partial.next(),
            };
            let replacement = self.list.get(*next?)?;
            if let Some(found) = matches_at(replacement, text, stream, gauge) {
                return Some(found);
            }
        }
    }
}

/// Compares one replacement with the words from the next one on.
fn matches_at<'m>(
    replacement: &'m Replacement,
    text: &Text<'_>,
    stream: &mut Stream<'_>,
    gauge: &mut Gauge<'_>,
) -> Option<Match<'m>> {
    let (mut at, mut kept) = (0, (0, 0));
    for (number, wanted) in replacement.from.iter().enumerate() {
        let word = loop {
            let word = stream.peek(at)?;
            at += 1;
            // A comma counts only for a pattern that is nothing else, and that begins with it.
            if word.counts() || (number == 0 && word.kind == Kind::Comma) {
                break word;
            }
        };
        gauge.step(1);
        let found = text.bytes(&word);
        let rest = found.len().checked_sub(wanted.len())?;
        let last = number + 1 == replacement.from.len();
        let (from, to) = match replacement.part {
            Part::Leading if last && word.kind == Kind::Word => {
                kept.1 = rest;
                (0, wanted.len())
            }
            Part::Trailing if number == 0 && word.kind == Kind::Word => {
                kept.0 = rest;
                (rest, found.len())
            }
            _ => (0, found.len()),
        };
        let found = found.get(from..to)?;
        let exact = word.kind == Kind::Literal;
        if !(if exact { found == &**wanted } else { found.eq_ignore_ascii_case(wanted) }) {
            return None;
        }
    }
    Some(Match { replacement, words: at, kept })
}
