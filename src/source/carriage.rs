//! Carriage control: what the first byte of a line of print says to the printer. Decided for each line from the line alone,
//! once it is known what kind of control a file has: real files have it on some lines only.
//!
//! ASA characters (` ` `0` `-` `+` `1` to `9` `A` to `C`) act before their line is printed, machine codes (X'01' to X'E3') after
//! it, both as z/OS DFSMS Macro Instructions for Data Sets (SC23-6852, appendix on control characters) has them. A form feed
//! begins a page where it stands first on a line, and ends one where it stands last.

use crate::base::UserError;
use serde::{Deserialize, Serialize};

/// What kind of carriage control the lines of a file have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carriage {
    /// None.
    #[default]
    None,
    /// ASA characters, on nearly all lines.
    Asa,
    /// ASA characters on headings; column 1 of other lines is text.
    Mixed,
    /// Machine codes on all lines.
    Machine,
    /// Form feeds only.
    Feeds,
}

/// Names of the kinds, as they are typed and shown.
const NAMES: [(&str, Carriage); 5] = [
    ("none", Carriage::None),
    ("asa", Carriage::Asa),
    ("mixed", Carriage::Mixed),
    ("machine", Carriage::Machine),
    ("ff", Carriage::Feeds),
];

impl std::fmt::Display for Carriage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(NAMES.iter().find(|(_, kind)| kind == self).map_or("none", |(name, _)| name))
    }
}

impl std::str::FromStr for Carriage {
    type Err = UserError;

    /// `none`, `asa`, `mixed`, `machine`, `ff`.
    fn from_str(text: &str) -> Result<Self, UserError> {
        let found = NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(text.trim()));
        found.map(|(_, kind)| *kind).ok_or_else(|| {
            UserError::new(format!("there is no carriage control {text:?}"))
                .cause("known are none, asa, mixed, machine and ff")
                .hint("asa: on all lines; mixed: ASA on headings only; machine: X'09', X'89', ...; ff: form feeds")
        })
    }
}

/// What carriage control does with one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Control {
    /// Bytes at the start of the line that are no text: 0 or 1.
    pub bytes: u8,
    /// It is printed over the line before.
    pub over: bool,
    /// It begins a page.
    pub page: bool,
    /// The next line is printed over it.
    pub next_over: bool,
    /// The next line begins a page.
    pub next_page: bool,
    /// What stands for it where it is not shown: the ASA character that does the same; `None` for single spacing.
    pub sign: Option<char>,
}

/// The byte of a form feed, in ASCII and in EBCDIC.
const FEED: u8 = 0x0c;

/// Decides for lines of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Decider {
    kind: Carriage,
    ebcdic: bool,
}

impl Decider {
    /// For lines of this kind, in EBCDIC or in ASCII.
    pub fn new(kind: Carriage, ebcdic: bool) -> Self {
        Self { kind, ebcdic }
    }

    /// Whether there is nothing to decide.
    pub fn is_none(self) -> bool {
        self.kind == Carriage::None
    }

    /// How many bytes at the start of a line are control; the first [`LOOK`] bytes of it tell.
    pub fn bytes(self, head: &[u8]) -> usize {
        usize::from(self.of(head).bytes)
    }

    /// What is decided for the line that begins with `head`: all of it, or at least [`LOOK`] bytes. What a form feed behind its
    /// text does is added with [`Control::ending_with`].
    pub fn of(self, head: &[u8]) -> Control {
        let Some((first, rest)) = head.split_first() else { return Control::default() };
        if self.kind == Carriage::None {
            return Control::default();
        }
        if *first == FEED {
            return Control { bytes: 1, page: true, sign: Some('1'), ..Control::default() };
        }
        match self.kind {
            Carriage::Machine => machine(*first),
            Carriage::Asa | Carriage::Mixed => {
                let text = |at: usize| rest.get(at).map(|b| self.ascii(*b));
                let first = self.ascii(*first);
                if self.is_asa(first, [text(0), text(1), text(2)]) { asa(first) } else { Control::default() }
            }
            Carriage::None | Carriage::Feeds => Control::default(),
        }
    }

    /// Whether `first` is a control character before the text that begins with `text`.
    fn is_asa(self, first: u8, text: [Option<u8>; 3]) -> bool {
        let digit = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_digit());
        let [next, third, fourth] = text;
        let blank = next.is_none_or(|b| b == b' ');
        let mixed = self.kind == Carriage::Mixed;
        match first {
            b' ' => !mixed,
            // `10.25.48` is a time.
            b'0' | b'1' if mixed => next.is_none_or(|b| !b.is_ascii_digit() && !b".:,)/-".contains(&b)),
            b'0' | b'1' => {
                let colon = third.is_some_and(|b| b == b'.' || b == b':');
                !(digit(next) && colon && digit(fourth))
            }
            // Rulers are made of these.
            b'-' => {
                if mixed {
                    blank
                } else {
                    next != Some(b'-')
                }
            }
            b'+' if mixed => blank || next == Some(b'_'),
            b'+' => next.is_none_or(|b| b != b'+' && b != b'-'),
            b'2'..=b'9' | b'A'..=b'C' => !mixed && blank,
            _ => false,
        }
    }

    /// The character of ASCII for a byte, as far as it matters here.
    fn ascii(self, byte: u8) -> u8 {
        if !self.ebcdic {
            return byte;
        }
        match byte {
            0x40 => b' ',
            0x4b => b'.',
            0x4e => b'+',
            0x5d => b')',
            0x60 => b'-',
            0x61 => b'/',
            0x6b => b',',
            0x6d => b'_',
            0x7a => b':',
            0xc1..=0xc3 => byte - 0xc1 + b'A',
            0xf0..=0xf9 => byte - 0xf0 + b'0',
            _ => b'x',
        }
    }
}

/// Bytes of a line that tell what its control is.
pub(super) const LOOK: usize = 4;

impl Control {
    /// The same for a line of `length` bytes whose last byte is `last`: a form feed behind the text ends the page.
    pub fn ending_with(self, length: u64, last: u8) -> Self {
        Self { next_page: self.next_page || (length > 1 && last == FEED), ..self }
    }
}

fn asa(character: u8) -> Control {
    let control = Control { bytes: 1, ..Control::default() };
    match character {
        b' ' => control,
        b'+' => Control { over: true, sign: Some('+'), ..control },
        b'1' => Control { page: true, sign: Some('1'), ..control },
        other => Control { sign: Some(char::from(other)), ..control },
    }
}

/// Codes are made of bits: 1 in the last place; 8 times the lines to space, or 80 and 8 times the channel to skip to; 2 for at once,
/// without a line.
fn machine(code: u8) -> Control {
    let control = Control { bytes: 1, ..Control::default() };
    let (at_once, amount) = (code & 2 != 0, code >> 3 & 15);
    if code & 5 != 1 {
        // Neither spaces nor skips: text, or the start of a structured field.
        return Control::default();
    }
    match (code & 0x80 != 0, amount) {
        // No operation.
        (false, 0) if at_once => control,
        (false, 0) => Control { next_over: true, sign: Some('+'), ..control },
        (false, 1) => control,
        (false, 2) => Control { sign: Some('0'), ..control },
        (false, 3) => Control { sign: Some('-'), ..control },
        (true, 1) => Control { next_page: true, sign: Some('1'), ..control },
        (true, 2..=12) => {
            let channel = char::from_digit(u32::from(amount), 16);
            Control { sign: channel.map(|c| c.to_ascii_uppercase()), ..control }
        }
        _ => Control::default(),
    }
}

/// Lines of a sample that are looked at.
const LINES: usize = 4_000;

/// What the first bytes of lines are.
#[derive(Debug, Default)]
struct Counts {
    lines: usize,
    blank: usize,
    /// The first line with text begins a page.
    heads: bool,
    /// `1` before something that is no number.
    pages: usize,
    /// `0`, `-` or `+` like that.
    spaced: usize,
    /// `2` to `9` like that: such lines are a list with numbers.
    numbered: usize,
    /// `0` or `1` before a number.
    numbers: usize,
    other: usize,
    /// Machine codes; those of them that no text begins with.
    codes: usize,
    plain_codes: usize,
    feeds: usize,
}

/// Tells what carriage control lines have from some of them, and how sure that is, in percent.
pub(super) fn detect<'a>(lines: impl Iterator<Item = &'a [u8]>, ebcdic: bool) -> (Carriage, u8) {
    let counts = count(lines, ebcdic);
    let Counts { lines, blank, heads, pages, spaced, numbered, numbers, other, .. } = counts;
    if counts.codes * 50 >= lines * 49 && counts.plain_codes * 2 >= lines && lines > 0 {
        // Tabs alone are text that is moved in.
        return (Carriage::Machine, if lines >= 10 { 95 } else { 75 });
    }
    let few = |n: usize| n * 50 <= lines;
    if pages > 0 && few(other) && numbers * 10 <= lines && blank * 3 >= lines {
        return (Carriage::Asa, if spaced > 0 || pages > 1 { 95 } else { 80 });
    }
    if pages > 0 && (heads || pages > 1) && numbered == 0 && (pages + spaced) * 2 <= lines {
        return (Carriage::Mixed, if heads && spaced > 0 { 85 } else { 60 });
    }
    match counts.feeds {
        0 => (Carriage::None, 90),
        _ => (Carriage::Feeds, 90),
    }
}

fn count<'a>(lines: impl Iterator<Item = &'a [u8]>, ebcdic: bool) -> Counts {
    let (dense, mixed) = (Decider::new(Carriage::Asa, ebcdic), Decider::new(Carriage::Mixed, ebcdic));
    let mut counts = Counts::default();
    for line in lines.take(LINES) {
        let Some(first) = line.first().copied() else { continue };
        counts.feeds += usize::from(first == FEED || (line.len() > 1 && line.last() == Some(&FEED)));
        if first == FEED {
            continue;
        }
        counts.lines += 1;
        let code = machine(first).bytes > 0;
        counts.codes += usize::from(code);
        counts.plain_codes +=
            usize::from(code && (first < 0x20 || first == 0x89 || first == 0x8b) && first != b'\t')
                + usize::from(code && ebcdic && first == b'\t');
        match dense.ascii(first) {
            b' ' => counts.blank += 1,
            b'1' if mixed.bytes(line) > 0 => {
                counts.heads |= counts.lines == 1;
                counts.pages += 1;
            }
            b'0' | b'-' | b'+' if mixed.bytes(line) > 0 => counts.spaced += 1,
            b'0' | b'1' => counts.numbers += 1,
            // On its own this might be a name with a sign.
            b'-' | b'+' if dense.bytes(line) > 0 => {}
            b'2'..=b'9' => {
                let next = line.get(1).map(|b| dense.ascii(*b));
                counts.numbered += usize::from(next.is_some_and(|b| !b.is_ascii_digit()));
                counts.other += 1;
            }
            _ => counts.other += 1,
        }
    }
    counts
}

#[cfg(test)]
mod tests;
