//! Words, names and marks in the text of one line. Knows no lines before it.

use super::quiet::blanks;
use crate::code::format::columns;
use crate::code::words::word_length;
use memchr::{memchr_iter, memchr2_iter};

/// Whether a word is this one, which is in capitals.
pub(super) fn is(word: &[u8], wanted: &[u8]) -> bool {
    word.eq_ignore_ascii_case(wanted)
}

/// The word that a text begins with, blanks before it left out, and what follows it.
pub(super) fn split_word(text: &[u8]) -> (&[u8], &[u8]) {
    let text = text.trim_ascii_start();
    text.split_at_checked(word_length(text)).unwrap_or((text, &[]))
}

/// A text without the blanks around it. Most lines end with many, and how many cannot be foretold: so they are left out by
/// sixteens.
pub(super) fn trimmed(text: &[u8]) -> &[u8] {
    let mut text = text;
    while let Some(sixteen) = text.last_chunk::<16>() {
        let marks = u128::from_le_bytes(*sixteen) ^ u128::from_le_bytes([b' '; 16]);
        let blanks = usize::try_from(marks.leading_zeros() / 8).unwrap_or(16);
        text = columns(text, 0, text.len() - blanks);
        if marks != 0 {
            break;
        }
    }
    columns(text, blanks(text), text.len()).trim_ascii()
}

/// The name that a text begins with, in quotes or not.
pub(super) fn name_of(text: &[u8]) -> &[u8] {
    let text = text.trim_ascii_start();
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

/// Whether a text ends an EXEC block. Quotes tell nothing there: comments of other languages hold single ones.
pub(super) fn ends_exec(text: &[u8]) -> bool {
    memchr_iter(b'-', text).any(|p| {
        let word = |from: usize, to: usize, wanted| text.get(from..to).is_some_and(|w| is(w, wanted));
        word(p.saturating_sub(3), p, b"END") && word(p + 1, p + 5, b"EXEC")
    })
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
