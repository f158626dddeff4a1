//! Words, names and marks in the text of one line. Knows no lines before it.

use super::quiet::blanks;
use crate::code::format::columns;
use crate::code::words::word_length;
use memchr::{memchr_iter, memchr2_iter};

/// Whether a word is this one, which is in capitals.
#[inline]
pub(super) fn is(word: &[u8], wanted: &[u8]) -> bool {
    word.eq_ignore_ascii_case(wanted)
}

/// The word that a text begins with, blanks before it left out, and what follows it.
#[inline]
pub(super) fn split_word(text: &[u8]) -> (&[u8], &[u8]) {
    let text = trimmed_start(text);
    text.split_at_checked(word_length(text)).unwrap_or((text, &[]))
}

/// A text without the blanks before it.
#[inline]
pub(super) fn trimmed_start(text: &[u8]) -> &[u8] {
    match text.first() {
        Some(b' ') => {
            let text = columns(text, blanks(text), text.len());
            if text.first().is_some_and(u8::is_ascii_whitespace) { text.trim_ascii_start() } else { text }
        }
        Some(b'\0'..b' ') => text.trim_ascii_start(),
        _ => text,
    }
}

/// The name that a text begins with, in quotes or not.
pub(super) fn name_of(text: &[u8]) -> &[u8] {
    let text = trimmed_start(text);
    match text {
        [quote @ (b'\'' | b'"'), rest @ ..] => {
            columns(rest, 0, rest.iter().position(|b| b == quote).unwrap_or(rest.len()))
        }
        _ => columns(text, 0, word_length(text)),
    }
}

/// What follows the first `wanted` that stands as a word outside literals.
pub(super) fn after_word<'a>(text: &'a [u8], wanted: &[u8]) -> Option<&'a [u8]> {
    // Nearly all texts are without its last letter, or have it elsewhere.
    let last = *wanted.last()?;
    let may_end = |at: usize| text.get((at + 1).checked_sub(wanted.len())?..=at).filter(|w| is(w, wanted));
    memchr2_iter(last.to_ascii_lowercase(), last.to_ascii_uppercase(), text).find_map(may_end)?;
    let mut rest = text;
    loop {
        let quote = *rest.first()?;
        if matches!(quote, b'\'' | b'"') {
            let end = columns(rest, 1, rest.len()).iter().position(|b| *b == quote)?;
            rest = columns(rest, end + 2, rest.len());
            continue;
        }
        let (word, after) = rest.split_at_checked(word_length(rest).max(1))?;
        if is(word, wanted) {
            return Some(after);
        }
        rest = after;
    }
}

/// A text without the comment that it may end with.
pub(super) fn without_comment(text: &[u8]) -> &[u8] {
    // Few texts have a star.
    let begins =
        |star: usize| star.checked_sub(1).filter(|at| text.get(*at..).is_some_and(|t| t.starts_with(b" *>")));
    memchr_iter(b'*', text).find_map(begins).map_or(text, |comment| columns(text, 0, comment))
}

/// Whether a text ends an EXEC block. Quotes tell nothing there: comments of other languages hold single ones.
pub(super) fn ends_exec(text: &[u8]) -> bool {
    const END: &[u8] = b"END-EXEC";
    // Nearly always nothing is before it, and no letter of it is rarer than the X.
    text.get(..END.len()).is_some_and(|w| is(w, END))
        || memchr2_iter(b'X', b'x', text)
            .any(|x| x.checked_sub(5).and_then(|at| text.get(at..at + END.len())).is_some_and(|w| is(w, END)))
}

/// Leaves out a period at the start.
pub(super) trait TrimDot {
    /// The text behind it.
    fn trim_prefix_dot(&self) -> &Self;
}

impl TrimDot for [u8] {
    fn trim_prefix_dot(&self) -> &Self {
        self.strip_prefix(b".").unwrap_or(self)
    }
}
