//! How lines are laid out: telling fixed from free format, the areas of fixed format, what a line is.

mod firm;

use super::cards::{self, Cards};
use super::mask::MARGIN;
use super::model::{FormatGuess, LineKind, SourceFormat};
use super::words::{word, word_length};

/// Columns of the areas of fixed format as places in a line, from 0; the identification area ends at the last one.
pub const AREA_COLUMNS: [usize; 6] = [0, 6, 7, 11, 72, 80];

/// A line of fixed format, cut into its areas. Each is empty where the line is too short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Areas<'a> {
    /// Columns 1-6.
    pub sequence: &'a [u8],
    /// Column 7, blank if the line is shorter.
    pub indicator: u8,
    /// Columns 8-11.
    pub a: &'a [u8],
    /// Columns 12-72.
    pub b: &'a [u8],
    /// Columns 8-72.
    pub code: &'a [u8],
    /// Where `code` begins in the line, from 0.
    pub code_at: usize,
    /// Columns 73 and on.
    pub ident: &'a [u8],
}

/// Bytes `from..to` of a line, as many as there are.
pub(super) fn columns(line: &[u8], from: usize, to: usize) -> &[u8] {
    line.get(from.min(line.len())..to.min(line.len())).unwrap_or_default()
}

/// A text without the blanks around it, which are many on lines of cards: sixteen are compared at a time.
#[inline]
pub(super) fn trimmed(mut text: &[u8]) -> &[u8] {
    while let Some((first, rest)) = text.split_first_chunk::<4>()
        && first == b"    "
    {
        text = rest;
    }
    while let Some((rest, last)) = text.split_last_chunk::<16>()
        && *last == [b' '; 16]
    {
        text = rest;
    }
    text.trim_ascii()
}

/// Cuts a line of fixed format (without its ending). A tab in the first seven columns ends the sequence area, as compilers
/// that take tabs have it: what follows is in area A.
pub fn areas(line: &[u8]) -> Areas<'_> {
    if let Some(tab) = columns(line, 0, 7).iter().position(|b| *b == b'\t') {
        let code_at = tab + 1;
        let code = columns(line, code_at, code_at + 65);
        let (a, b) = code.split_at_checked(4).unwrap_or((code, &[]));
        return Areas { sequence: columns(line, 0, tab), indicator: b' ', a, b, code, code_at, ident: &[] };
    }
    Areas {
        sequence: columns(line, 0, 6),
        indicator: line.get(6).copied().unwrap_or(b' '),
        a: columns(line, 7, 11),
        b: columns(line, 11, 72),
        code: columns(line, 7, 72),
        code_at: 7.min(line.len()),
        ident: columns(line, 72, line.len()),
    }
}

/// The code of a line (without its ending): what is neither sequence nor indicator nor identification; of a listing, that of
/// the card on it. All of the line where it has no areas.
pub fn code_of(line: &[u8], mut format: SourceFormat) -> &[u8] {
    match format.source_line(line) {
        Some(line) if !format.is_free() => areas(line).code,
        line => line.unwrap_or_default(),
    }
}

/// What a line (without its ending) is.
pub fn line_kind(line: &[u8], format: SourceFormat) -> LineKind {
    let code = match format {
        SourceFormat::NotCobol => {
            return if line.trim_ascii().is_empty() { LineKind::Blank } else { LineKind::Code };
        }
        SourceFormat::Listing(mut cards) => {
            let Some(card) = cards.take(line) else { return LineKind::Blank };
            let format = if cards.is_free() { SourceFormat::Free } else { SourceFormat::Fixed };
            return line_kind(card.of(line), format);
        }
        SourceFormat::Free => line,
        SourceFormat::Fixed | SourceFormat::Variable => {
            let areas = areas(line);
            match areas.indicator {
                b'*' | b'/' => return LineKind::Comment,
                b'D' | b'd' => return LineKind::Debug,
                b'-' => return LineKind::Continuation,
                b'$' => return LineKind::Directive,
                _ => {}
            }
            if is_card(line.trim_ascii_start()) || line.starts_with(b">>") {
                return LineKind::Directive;
            }
            areas.code
        }
    };
    let text = code.trim_ascii();
    if text.is_empty() {
        LineKind::Blank
    } else if text.starts_with(b"*>") {
        LineKind::Comment
    } else if text.starts_with(b">>D ") || text.starts_with(b">>d ") {
        LineKind::Debug
    } else if text.starts_with(b">>") || text.starts_with(b"$") || is_card(text) || is_listing_control(text) {
        LineKind::Directive
    } else {
        LineKind::Code
    }
}

/// CBL and PROCESS cards, which may begin in column 1, and includes of library managers.
pub(super) fn is_card(text: &[u8]) -> bool {
    let (first, rest) = text.split_at_checked(word_length(text)).unwrap_or((text, &[]));
    let options = rest.trim_ascii();
    let header = columns(options, 0, 7).eq_ignore_ascii_case(b"SECTION");
    let option = rest.starts_with(b" ") && !options.is_empty() && !header;
    (option && (first.eq_ignore_ascii_case(b"CBL") || first.eq_ignore_ascii_case(b"PROCESS")))
        || text.starts_with(b"-INC ")
        || text.starts_with(b"++INCLUDE ")
}

/// EJECT, SKIP1-3 and TITLE alone, and `*CBL` and `*CONTROL`. As data names they stand elsewhere on a line.
pub(super) fn is_listing_control(text: &[u8]) -> bool {
    let (first, rest) = text.split_at_checked(word_length(text)).unwrap_or((text, &[]));
    let alone = matches!(rest.trim_ascii(), b"" | b".");
    let is = |w: &[u8]| first.eq_ignore_ascii_case(w);
    (alone && (is(b"EJECT") || is(b"SKIP1") || is(b"SKIP2") || is(b"SKIP3")))
        || (is(b"TITLE") && matches!(rest.trim_ascii_start().first(), Some(b'\'' | b'"')))
        || is_star_control(text)
}

/// `*CBL` and `*CONTROL`, whose asterisk may stand in column 7.
pub(super) fn is_star_control(text: &[u8]) -> bool {
    let Some(rest) = text.strip_prefix(b"*") else { return false };
    let first = columns(rest, 0, word_length(rest));
    first.eq_ignore_ascii_case(b"CBL") || first.eq_ignore_ascii_case(b"CONTROL")
}

/// Whether a text in area A is a header, or begins a file or an item of level 01 or 77: where text may be cut, because a
/// parse can begin there.
pub(super) fn begins_structure(text: &[u8]) -> bool {
    let (first, rest) = text.split_at_checked(word_length(text)).unwrap_or((text, &[]));
    let after = rest.trim_ascii_start();
    if first.is_empty() {
        return false;
    }
    if after.first() == Some(&b'.') {
        return word(first).is_none();
    }
    let second = columns(after, 0, word_length(after));
    let is = |word: &[u8], wanted: &[u8]| word.eq_ignore_ascii_case(wanted);
    rest.len() > after.len()
        && (matches!(first, b"01" | b"1" | b"77")
            || is(first, b"FD")
            || is(first, b"SD")
            || is(second, b"SECTION")
            || is(second, b"DIVISION"))
}

/// Guesses the format from some lines of a file, say the first thousand.
///
/// Only lines that can tell count: a word of the language in the first seven columns means free format; a sequence number
/// before, or an indicator in column 7, means fixed format. Where nothing tells, a word across the margin of fixed format does:
/// such lines are free. The ruler that compilers print above a source makes it a listing,
/// whatever else is there, and so does the heading of a page. A file in which few lines begin like COBOL is something else,
/// and so is one without a header and without numbered cards where they do not go on like it: a log.
pub fn detect<'a>(lines: impl IntoIterator<Item = &'a [u8]>) -> FormatGuess {
    let (mut fixed, mut free, mut cobol, mut seen, mut across) = (0u32, 0u32, 0u32, 0u32, 0u32);
    let (mut header, mut begun) = (false, Begun::default());
    let mut heading = None;
    let mut lines = lines.into_iter();
    while let Some(line) = lines.next() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let text = line.trim_ascii();
        if text.is_empty() {
            continue;
        }
        if let Some(cards) = cards::ruler(line) {
            return FormatGuess { format: SourceFormat::Listing(cards.settled(lines)), confidence: 99 };
        }
        if cards::is_page_heading(line) {
            heading.get_or_insert(Cards::unknown(line.starts_with(b"1")));
            continue;
        }
        let areas = areas(line);
        let left = line.len() - line.trim_ascii_start().len();
        // The sequence area may hold anything before a directive.
        let said = if left < 6 && areas.code.trim_ascii_start().starts_with(b">>") {
            areas.code.trim_ascii()
        } else {
            text
        };
        if let Some(source) = said.strip_prefix(b">>").or_else(|| said.strip_prefix(b"$SET "))
            && source.trim_ascii_start().to_ascii_uppercase().starts_with(b"SOURCE")
        {
            // What is before it was read as it stands.
            if cobol > 0 {
                break;
            }
            let is_free = memchr::memmem::find(&source.to_ascii_uppercase(), b"FREE").is_some();
            let format = if is_free { SourceFormat::Free } else { SourceFormat::Fixed };
            return FormatGuess { format, confidence: 99 };
        }
        seen += 1;
        if text.starts_with(b"*>") {
            cobol += 1;
            free += u32::from(left < 6);
            continue;
        }
        across += u32::from(left > 6 && is_across(line));
        let margin = left >= 6 || areas.sequence.iter().all(|b| b.is_ascii_digit() || *b == b' ');
        if left <= 6 && matches!(areas.indicator, b'*' | b'/' | b'-') && (left == 6 || margin) {
            cobol += 1;
            fixed += 1;
        } else if left < 7 && !margin && starts_like_cobol(text) {
            header |= is_header(text);
            begun.take(text);
            cobol += 1;
            free += 1;
        } else if starts_like_cobol(areas.code.trim_ascii_start()) && areas.indicator.is_ascii_whitespace() {
            header |= is_header(areas.code.trim_ascii_start());
            begun.take(areas.code.trim_ascii());
            cobol += 1;
            // Blank columns 1-7 tell nothing: free format may be indented as well.
            fixed += u32::from(left < 6);
        }
    }
    if let Some(cards) = heading {
        return FormatGuess { format: SourceFormat::Listing(cards), confidence: 90 };
    }
    let share = cobol * 100 / seen.max(1);
    let told = fixed + free;
    // A header makes it COBOL even where most lines are continued clauses; without one, more is asked for.
    let doubtful = !header && fixed <= free && !begun.is_firm();
    if cobol == 0 || doubtful || share < if header { 10 } else { 40 } {
        return FormatGuess { format: SourceFormat::NotCobol, confidence: percent(100 - share.min(60)) };
    }
    let (format, votes) = if free > fixed || (told == 0 && across > 0) {
        (SourceFormat::Free, free)
    } else {
        (SourceFormat::Fixed, fixed)
    };
    let agree = (votes * 100).checked_div(told).unwrap_or(60);
    FormatGuess { format, confidence: percent((agree * 2 + share + if header { 100 } else { 40 }) / 4) }
}

/// Lines that begin like COBOL.
#[derive(Default)]
struct Begun {
    lines: u32,
    /// Those of them that go on like it.
    firm: u32,
}

impl Begun {
    /// More would not say more.
    const ENOUGH: u32 = 200;

    fn take(&mut self, text: &[u8]) {
        if self.lines < Self::ENOUGH {
            self.lines += 1;
            self.firm += u32::from(firm::is_firm(text));
        }
    }

    /// Whether so many go on like COBOL that it is no accident. Of sources nearly all do: their other lines are continued clauses.
    fn is_firm(&self) -> bool {
        self.firm * 3 >= self.lines
    }
}

/// Whether a word goes on across the margin of a line that is longer than a card.
fn is_across(line: &[u8]) -> bool {
    let goes_on = line.get(MARGIN - 1..=MARGIN).is_some_and(|at| at.iter().all(u8::is_ascii_alphanumeric));
    goes_on && line.trim_ascii_end().len() > 80
}

/// A share as a confidence.
fn percent(n: u32) -> u8 {
    u8::try_from(n.min(99)).unwrap_or(99)
}

/// Whether the first word of a line is one that COBOL lines begin with: of the language, or a level number before a word.
fn starts_like_cobol(text: &[u8]) -> bool {
    let (first, rest) = text.split_at_checked(word_length(text)).unwrap_or((text, &[]));
    if matches!(first, [b'0'..=b'9'] | [b'0'..=b'8', b'0'..=b'9']) {
        let next = rest.trim_ascii_start();
        return rest.len() > next.len() && next.first().is_some_and(u8::is_ascii_alphabetic);
    }
    first.len() > 1 && word(first).is_some() && rest.first().is_none_or(|b| b" .(=\t".contains(b))
}

/// Whether it is the header of a division, of a section, or PROGRAM-ID.
fn is_header(text: &[u8]) -> bool {
    let (first, rest) = text.split_at_checked(word_length(text)).unwrap_or((text, &[]));
    let rest = rest.trim_ascii_start();
    let second = columns(rest, 0, word_length(rest));
    first.eq_ignore_ascii_case(b"PROGRAM-ID")
        || second.eq_ignore_ascii_case(b"DIVISION")
        || second.eq_ignore_ascii_case(b"SECTION")
}
