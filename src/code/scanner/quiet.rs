//! Lines that hold nothing, as most do: told by a few of their bytes, and without a branch that cannot be foretold where that can
//! be helped. Knows fixed format only.

use super::text::ends_exec;
use crate::code::format::{areas, columns};
use crate::code::words::word_length;
use std::hint::select_unpredictable;

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

/// What GO is, two bytes.
const GO: u32 = u32::from_le_bytes(*b"GO\0\0");

/// Whether a line has nothing in area A, or is short.
#[inline]
pub(super) fn may_be_nothing(line: &[u8]) -> bool {
    line.get(7..).and_then(<[u8]>::first_chunk).is_none_or(|a| a == b"    ")
}

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
    let holds = first.starts_with(b">>") || is_wanted(u32::from_le_bytes(*first), wanted);
    !holds && (wanted != Wanted::End || !ends_exec(b))
}

/// How many bytes from the start of a line on tell that it holds nothing, of most that do.
pub(super) const WINDOW: usize = 32;

/// Whether a line can be passed over at once: told by the bytes where it begins, which may be more than it has, with its line
/// feed; it must not begin with a [`CARD`]. True of less than [`holds_nothing`] is, and without a branch: what a line begins
/// with cannot be foretold.
#[expect(
    clippy::inline_always,
    reason = "it is the whole of a loop over lines, and a call for each costs as much as it does"
)]
#[inline(always)]
pub(super) fn is_quiet(window: &[u8; WINDOW], wanted: Wanted) -> bool {
    let [first, _, _, _, _, _, indicator, ..] = window;
    let (word, _) = first_of_b(window);
    let holds = any([class(word.to_le_bytes()[0]) & ANYTHING != 0, is_wanted(word, wanted)]);
    let in_b = all([has_blank_a(window), !holds]);
    any([class(*first) & EMPTY != 0, all([!has_odd(window), any([class(*indicator) & COMMENT != 0, in_b])])])
}

/// Eight bytes of a line.
#[expect(clippy::inline_always, reason = "as above")]
#[inline(always)]
fn eight<const N: usize>(line: &[u8; N], at: usize) -> u64 {
    line.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |eight| u64::from_le_bytes(*eight))
}

/// Four bytes of a line.
#[expect(clippy::inline_always, reason = "as above")]
#[inline(always)]
fn four<const N: usize>(line: &[u8; N], at: usize) -> u32 {
    line.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |four| u32::from_le_bytes(*four))
}

/// Whether a byte below a blank is in the first seven columns: a tab, or the end of the line.
#[expect(clippy::inline_always, reason = "as above")]
#[inline(always)]
fn has_odd<const N: usize>(line: &[u8; N]) -> bool {
    // Of such a byte the high bit is left: subtracting borrows only from above the lowest. The eighth column does not count.
    eight(line, 0).wrapping_sub(BLANKS) & !eight(line, 0) & 0x0080_8080_8080_8080 != 0
}

/// Whether nothing is in area A.
#[expect(clippy::inline_always, reason = "as above")]
#[inline(always)]
fn has_blank_a<const N: usize>(line: &[u8; N]) -> bool {
    four(line, 7) == u32::from_le_bytes(*b"    ")
}

/// The first four bytes in area B that follow blanks, and where they are: of a line that is indented farther some blanks.
#[expect(clippy::inline_always, reason = "as above")]
#[inline(always)]
fn first_of_b<const N: usize>(line: &[u8; N]) -> (u32, usize) {
    let (b, further) = (eight(line, 11) ^ BLANKS, eight(line, 19) ^ BLANKS);
    let at = select_unpredictable(b == 0, 19, 11);
    let b = select_unpredictable(b == 0, further, b);
    let at = at + usize::try_from(b.trailing_zeros() / 8).unwrap_or(8);
    (four(line, at), at)
}

/// How many bytes from the start of a line on tell what it does to an EXEC block: those of a card, so that it may be more than
/// the line has.
pub(super) const BLOCK_WINDOW: usize = 88;

/// What a line does to an EXEC block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InBlock {
    /// It begins one, and includes nothing.
    Begins,
    /// It is inside of one.
    Inside,
    /// It begins with what ends one.
    Ends,
}

/// Whether a line does this to an EXEC block of which nothing else is of interest. True of most lines that do, told as by
/// [`is_quiet`].
#[inline]
pub(super) fn does(line: &[u8; BLOCK_WINDOW], what: InBlock) -> bool {
    let [first, _, _, _, _, _, indicator, ..] = line;
    let holds = match what {
        InBlock::Inside => {
            let quiet = line.first_chunk().is_some_and(|window| is_quiet(window, Wanted::End));
            return !begins_card(Some(first)) && quiet && xes(line) == 0;
        }
        InBlock::Ends => {
            let (_, at) = first_of_b(line);
            eight(line, at) & !CASES_OF_END == u64::from_le_bytes(*b"END-EXEC")
        }
        InBlock::Begins => {
            let (word, at) = first_of_b(line);
            let behind = eight(line, at + 4) & !CASES_OF_LANGUAGE;
            let is = |language: &[u8; 5]| behind.to_le_bytes().starts_with(language);
            let language = if is(b" CICS") { 9 } else { 8 };
            word & 0xDFDF_DFDF == u32::from_le_bytes(*b"EXEC")
                && (is(b" SQL ") || is(b" CICS") || is(b" DLI "))
                && xes(line) == 1
                && includes_nothing(line, at + language)
        }
    };
    all([
        holds,
        has_blank_a(line),
        !has_odd(line),
        class(*first) & CARD == 0,
        class(*indicator) & COMMENT == 0,
    ])
}

/// Whether the word behind byte `at` is not INCLUDE.
fn includes_nothing(line: &[u8; BLOCK_WINDOW], at: usize) -> bool {
    let at = at + blanks(line.get(at..).unwrap_or_default());
    let next = line.get(at).copied().unwrap_or_default();
    at >= 72 || next == b'\n' || (next > b' ' && next & 0xDF != b'I')
}

/// Eight blanks.
const BLANKS: u64 = u64::from_le_bytes([b' '; 8]);

/// The bits by which letters differ in case, in END-EXEC and in what is between EXEC and a language.
const CASES_OF_END: u64 = u64::from_le_bytes(*b"   \0    ");
const CASES_OF_LANGUAGE: u64 = u64::from_le_bytes(*b"\0   \0\0\0\0");

/// A byte in column 1 that begins a card.
pub(super) const CARD: u8 = 1;
/// A byte in column 7 that tells that the line holds nothing.
const COMMENT: u8 = 2;
/// A byte of which nothing is told at the start of area B: it may be the start of anything, or the end of the line.
const ANYTHING: u8 = 4;
/// A byte in column 1 that ends a line.
const EMPTY: u8 = 8;

static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut left: &mut [u8] = &mut classes;
    let mut byte = 0u8;
    while let Some((class, rest)) = left.split_first_mut() {
        if matches!(byte, b'-' | b'+' | b'>') {
            *class |= CARD;
        }
        if matches!(byte, b'*' | b'/' | b'-' | b'D' | b'd' | b'$') {
            *class |= COMMENT;
        }
        if byte <= b' ' || byte == b'>' {
            *class |= ANYTHING;
        }
        if byte == b'\n' {
            *class |= EMPTY;
        }
        byte = byte.wrapping_add(1);
        left = rest;
    }
    classes
};

/// What a byte may tell.
#[inline]
pub(super) fn class(byte: u8) -> u8 {
    CLASSES.get(usize::from(byte)).copied().unwrap_or_default()
}

/// Whether these four bytes may begin something.
#[expect(clippy::inline_always, reason = "as above")]
#[inline(always)]
fn is_wanted(word: u32, wanted: Wanted) -> bool {
    // A blank loses its bit.
    let upper = word & 0xDFDF_DFDF;
    let is = |start: &[u8; 4]| upper == u32::from_le_bytes(*start);
    let structure = any([is(b"COPY"), is(b"EXEC"), is(b"ENTR"), is(b"SELE")]);
    match wanted {
        Wanted::Structure => structure,
        Wanted::Statements => {
            // What follows belongs to no word, or is a digit.
            let goes = all([upper & 0xFFFF == GO, upper >> 16 & 0xFF < 0x20]);
            any([structure, is(b"CALL"), is(b"PERF"), goes])
        }
        Wanted::End => is(b"INCL"),
        Wanted::All => true,
    }
}

/// Whether one of these holds. All are known already: which it is decides nothing, so a branch would only stall.
#[inline]
fn any<const N: usize>(of: [bool; N]) -> bool {
    of.into_iter().fold(false, |any, one| any | one)
}

/// Whether all of these hold, without a branch.
#[inline]
fn all<const N: usize>(of: [bool; N]) -> bool {
    of.into_iter().fold(true, |all, one| all & one)
}

/// How often XE may be in area B, as it is in EXEC and in the END-EXEC that ends a block: all of it is compared, without a branch.
#[inline]
fn xes(line: &[u8; BLOCK_WINDOW]) -> u8 {
    let [b, behind] = [11, 12].map(|at| line.get(at..at + 64).unwrap_or_default());
    let is = |byte: &u8, letter| byte & 0xDF == letter;
    b.iter().zip(behind).fold(0, |count, (x, e)| count + u8::from(is(x, b'X') & is(e, b'E')))
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

/// The name that is all that is on a whole line of fixed format, from column 8 on, and the period behind it.
#[inline]
pub(super) fn only_name(line: &[u8]) -> Option<(&[u8], &[u8])> {
    const BLANK: [u8; 65] = [b' '; 65];
    let head @ [first, _, _, _, _, _, b' ', ..] = line.first_chunk::<12>()? else { return None };
    let code = line.get(7..72)?;
    let (name, after) = code.split_at_checked(word_length(code))?;
    let (period, behind) = after.split_first()?;
    let alone = *period == b'.' && BLANK.get(..behind.len()) == Some(behind);
    (alone && !name.is_empty() && !has_tab(head) && !begins_card(Some(first))).then_some((name, after))
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
