//! Lines that hold nothing, as most do: told by a few of their bytes, and without a branch that cannot be foretold where that can
//! be helped. Knows fixed format only.

use super::text::ends_exec;
use crate::code::format::{areas, columns};

/// What is of interest on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Headers, items, and statements that are symbols.
    Structure,
    /// These, and statements that name others.
    Statements,
    /// The end of an EXEC block, and what it includes.
    End,
    /// All of an EXEC block, or of the entry of a file.
    All,
}

/// GO and a blank, which has lost its bit.
const GO: u32 = u32::from_le_bytes(*b"GO\0\0");

/// What a card in column 1 begins with: no sequence number does.
#[inline]
pub(super) fn begins_card(first: Option<&u8>) -> bool {
    matches!(first, Some(b'-' | b'+' | b'>'))
}

/// Whether a line of fixed format can be passed over at once: a comment, or nothing in area A and none of the few words
/// of interest first in area B. Inside an EXEC block other words are of interest.
#[expect(
    clippy::inline_always,
    reason = "it is the whole of a loop over lines, and a call for each costs as much as it does"
)]
#[inline(always)]
pub(super) fn holds_nothing(line: &[u8], wanted: Wanted) -> bool {
    let Some(head @ [first, _, _, _, _, _, indicator, _, _, _, _, _]) = line.first_chunk::<12>() else {
        return line.len() < 8 && !line.contains(&b'\t') && !begins_card(line.first());
    };
    if has_tab(head) || begins_card(Some(first)) {
        return false;
    }
    if matches!(indicator, b'*' | b'/' | b'-' | b'D' | b'd' | b'$') {
        return true;
    }
    if !matches!(head, [.., b' ', b' ', b' ', b' ', _]) {
        return false;
    }
    let b = line.get(11..).unwrap_or_default();
    let b = b.get(blanks(b)..).unwrap_or_default();
    let b = b.trim_ascii_start();
    let Some(first) = b.first_chunk::<4>() else { return b.is_empty() };
    // A blank loses its bit.
    let upper = u32::from_le_bytes(*first) & 0xDFDF_DFDF;
    let is = |start: &[u8; 4]| upper == u32::from_le_bytes(*start);
    let (compiles, goes) = (first.starts_with(b">>"), upper & 0xFF_FFFF == GO);
    // Which of them it is decides nothing here, so all are compared.
    let structure = compiles | is(b"COPY") | is(b"EXEC") | is(b"ENTR") | is(b"SELE");
    match wanted {
        Wanted::Structure => !structure,
        Wanted::Statements => !(structure | is(b"CALL") | is(b"PERF") | goes),
        Wanted::End => !compiles && !is(b"INCL") && !ends_exec(b),
        Wanted::All => false,
    }
}

/// Whether a tab is in the first seven columns.
#[inline]
fn has_tab(head: &[u8; 12]) -> bool {
    let eight = head.first_chunk().map_or(0, |eight: &[u8; 8]| u64::from_le_bytes(*eight));
    // The eighth column does not count.
    let no_tab = (eight | 0xFF << 56) ^ 0x0909_0909_0909_0909;
    // The lowest byte that is a tab leaves a high bit: subtracting borrows only from above it.
    no_tab.wrapping_sub(0x0101_0101_0101_0101) & !no_tab & 0x8080_8080_8080_8080 != 0
}

/// The indicator of a line of fixed format, its code, and whether that begins in area A.
#[inline]
pub(super) fn cut(line: &[u8]) -> (u8, &[u8], bool) {
    if let Some(head @ [_, _, _, _, _, _, indicator, a @ .., _]) = line.first_chunk::<12>()
        && !has_tab(head)
    {
        let in_a = a != b"    " && a.iter().any(|b| !b.is_ascii_whitespace());
        return (*indicator, columns(line, 7, 72), in_a);
    }
    let areas = areas(line);
    (areas.indicator, areas.code, !areas.a.trim_ascii().is_empty())
}

/// How many blanks a text begins with, most of them at least: how deep a line is indented cannot be foretold, so a loop over
/// bytes would stall.
#[inline]
pub(super) fn blanks(text: &[u8]) -> usize {
    let behind = |marks: u128| usize::try_from(marks.trailing_zeros() / 8).unwrap_or(16);
    let mut at = 0;
    while let Some(sixteen) = text.get(at..).and_then(<[u8]>::first_chunk::<16>) {
        let marks = u128::from_le_bytes(*sixteen) ^ u128::from_le_bytes([b' '; 16]);
        at += behind(marks);
        if marks != 0 {
            break;
        }
    }
    at
}
