//! Lines that are for the compiler or a library manager, and the format that they say. Knows their texts only.

use crate::code::format::{columns, is_card, is_listing_control};
use crate::code::model::SourceFormat;
use crate::code::words::word_length;
use memchr::memmem;

/// Whether the text at byte `at` of a line is for the compiler or a library manager. `ended` says that a sentence has
/// ended before it.
#[inline]
pub(in crate::code) fn is_directive(at: usize, text: &[u8], ended: bool) -> bool {
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
        (b'C', b'B') | (b'P', b'R') => ended && is_card(text),
        (b'+', _) => is_card(text),
        (b'B', b'A') | (b'D', b'E') | (b'I', b'N') => ended && is_basis(text),
        (b'E', b'J') | (b'S', b'K') | (b'T', b'I') | (b'*', _) => is_listing_control(text),
        _ => false,
    }
}

/// The format that the text of a directive says is that of the lines after it.
pub(in crate::code) fn switched(text: &[u8]) -> Option<SourceFormat> {
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

/// BASIS with a name, and INSERT and DELETE with sequence numbers.
fn is_basis(text: &[u8]) -> bool {
    let (first, rest) = text.split_at_checked(word_length(text)).unwrap_or((text, &[]));
    let operand = rest.trim_ascii();
    let numbers = operand.first().is_some_and(u8::is_ascii_digit)
        && operand.iter().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b',' | b' '));
    (first.eq_ignore_ascii_case(b"BASIS") && !operand.is_empty() && word_length(operand) == operand.len())
        || (numbers && (first.eq_ignore_ascii_case(b"INSERT") || first.eq_ignore_ascii_case(b"DELETE")))
}
