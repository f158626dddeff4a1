//! COPY and INCLUDE in a listing, where the text that they bring in follows: such a statement has done its work, and what is
//! read of the source would be wrong if it counted again. Works on masked text; must not know what reads it.
//!
//! Whether the text is there is seen at the next card: the compiler marks those that it copied. Where it did not (the member
//! was not found, SUPPRESS kept it out of the listing) the statement stays what it is. A statement that has done its work becomes blank, and a line for
//! library managers where it names its member, so that an outline still shows it.

use super::cards::Cards;
use super::lex::{Lexer, Token, TokenKind, text};
use super::mask::mark;
use crate::base::num::to_usize;
use memchr::memchr;
use memchr::memmem::find_iter;
use std::ops::Range;

/// Tokens that a statement has at most.
const TOKENS: usize = 4_000;
/// How far before INCLUDE its EXEC is looked for, in bytes: three lines of a listing.
const BEFORE: usize = 400;

/// Settles the statements of `masked`, which is `source` masked, by what its cards show.
pub(super) fn copies(source: &[u8], cards: Cards, masked: &mut [u8]) {
    // Nearly all text is in one case.
    let words: [&[u8]; 6] = [b"COPY", b"copy", b"Copy", b"INCLUDE", b"include", b"Include"];
    let mut places: Vec<usize> = words.iter().flat_map(|w| find_iter(&*masked, w)).collect();
    places.sort_unstable();
    let mut done = 0;
    for at in places {
        if at < done {
            continue;
        }
        let Some(statement) = statement(masked, at) else { continue };
        let rest = source.get(statement.end..).unwrap_or_default();
        let next = memchr(b'\n', rest).and_then(|feed| rest.get(feed + 1..)).unwrap_or_default();
        if cards.amidst().next_is_copied(next) != Some(false) {
            done = statement.end;
            settle(masked, at, &statement);
        }
    }
}

/// The statement whose COPY or INCLUDE is at byte `at`, if there is one.
fn statement(masked: &[u8], at: usize) -> Option<Range<usize>> {
    let line = masked.get(..at)?.iter().rposition(|b| mark::ends_line(*b)).map_or(0, |feed| feed + 1);
    // The word may be part of another one, of a comment or of a literal. Behind PIC it is taken for a picture.
    let token = Lexer::at(masked, line).find(|t| to_usize(t.end.into()) > at)?;
    let word = text(masked, &token);
    if to_usize(token.start.into()) != at
        || !matches!(token.kind, TokenKind::Word | TokenKind::Picture)
        || !(word.eq_ignore_ascii_case(b"COPY") || word.eq_ignore_ascii_case(b"INCLUDE"))
    {
        return None;
    }
    let is = |token: &Token, word: &[u8]| text(masked, token).eq_ignore_ascii_case(word);
    if is(&token, b"COPY") {
        let mut inside = false;
        let end = Lexer::at(masked, at).take(TOKENS).find(|token| {
            inside ^= token.kind == TokenKind::Pseudo;
            token.kind == TokenKind::Period && !inside
        })?;
        return Some(at..to_usize(end.end.into()));
    }
    let from = at.saturating_sub(BEFORE);
    let near = masked.get(from..at)?;
    let exec = from
        + [&b"EXEC"[..], b"exec", b"Exec"].iter().filter_map(|w| memchr::memmem::rfind(near, w)).max()?;
    let code = |t: &Token| !matches!(t.kind, TokenKind::Comment | TokenKind::Directive);
    let mut tokens = Lexer::at(masked, exec).filter(code).take(8);
    let head = (tokens.next()?, tokens.next()?, tokens.next()?, tokens.next()?);
    let included = is(&head.1, b"SQL") && to_usize(head.2.start.into()) == at;
    let end = tokens.next().filter(|t| included && is(t, b"END-EXEC"))?;
    let period = tokens.next().filter(|t| t.kind == TokenKind::Period);
    Some(exec..to_usize(period.unwrap_or(end).end.into()))
}

/// Blanks a statement, but for what names the member if nothing follows on its line.
fn settle(masked: &mut [u8], word: usize, statement: &Range<usize>) {
    let rest = masked.get(word..).unwrap_or_default();
    let line = word..word + rest.iter().position(|b| mark::ends_line(*b)).unwrap_or(rest.len());
    let behind = masked.get(statement.end.min(line.end)..line.end).unwrap_or_default();
    let blank = |b: &u8| *b <= b' ';
    let before =
        word.checked_sub(1).filter(|b| masked.get(*b).is_some_and(|b| blank(b) && !mark::ends_line(*b)));
    let named = if behind.iter().all(blank) { before } else { None };
    let kept = if named.is_some() { line } else { 0..0 };
    for at in statement.clone().filter(|at| !kept.contains(at)) {
        if let Some(byte) = masked.get_mut(at).filter(|b| !mark::ends_line(**b)) {
            *byte = b' ';
        }
    }
    if let Some(byte) = named.and_then(|at| masked.get_mut(at)) {
        *byte = mark::DIRECTIVE;
    }
}

#[cfg(test)]
mod tests;
