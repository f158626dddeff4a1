//! What must not reach a screen as it is, and the mark that is shown in its place.

use super::{Charset, measure::char_width};
use crate::base::name::byte_of;
use std::fmt::Write as _;

/// Most code points of one cell: a base and its combining marks.
pub(super) const CLUSTER_MAX: usize = 16;

/// Stands for one byte that is no text: the control picture of SUBSTITUTE.
const SUBSTITUTE: char = '␦';

/// Code points that show nothing or change how others are shown: general categories Cf, Zl, Zp, everything default
/// ignorable (fillers, variation selectors, tags), non-characters, and emoji modifiers (terminals disagree whether these
/// take cells). Unicode 16; sorted, both ends included.
const HIDDEN: &[(u32, u32)] = &[
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x0600, 0x0605),
    (0x061C, 0x061C),
    (0x06DD, 0x06DD),
    (0x070F, 0x070F),
    (0x0890, 0x0891),
    (0x08E2, 0x08E2),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFDD0, 0xFDEF),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFB),
    (0xFFFE, 0xFFFF),
    (0x110BD, 0x110BD),
    (0x110CD, 0x110CD),
    (0x13430, 0x1343F),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0x1F3FB, 0x1F3FF),
    (0xDFFFE, 0xE0FFF),
];

/// Whether `c` shows nothing by itself or changes how its neighbours are shown (controls are not counted here).
pub fn is_hidden(c: char) -> bool {
    let n = u32::from(c);
    if n < 0x34F {
        return n == 0xAD;
    }
    if n & 0xFFFE == 0xFFFE {
        return true;
    }
    let after = HIDDEN.partition_point(|(first, _)| *first <= n);
    after.checked_sub(1).and_then(|i| HIDDEN.get(i)).is_some_and(|(_, last)| n <= *last)
}

/// What stands where something cannot be shown as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// A C0 control or DEL.
    Control(u8),
    /// A C1 control, or a byte that is no text.
    Byte(u8),
    /// A code point that shows nothing.
    Code(char),
    /// U+FFFD: what was here was lost before it came to us. Some terminals draw nothing for it.
    Lost,
    /// Combining marks beyond what one cell may hold: how many.
    Excess(usize),
    /// A character that the terminal's character set lacks, and its cells.
    Foreign(char, usize),
}

/// How much room marks may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// Names and messages: as many cells as say which character it was.
    Prose,
    /// Lines of a file: controls take one cell.
    Line,
    /// Lines of a file: whatever is one byte takes one cell.
    Columns,
}

/// Appends `mark` to `out` and gives the cells it takes, at least one.
pub(super) fn push(out: &mut String, mark: Mark, set: Charset, room: Room) -> usize {
    let from = out.len();
    let ascii = set == Charset::Ascii;
    match mark {
        Mark::Control(0) if room != Room::Prose => out.push(if ascii { '?' } else { '·' }),
        Mark::Control(byte) if !ascii => out.push(control_picture(byte)),
        Mark::Control(_) if room != Room::Prose => out.push('?'),
        Mark::Control(byte) => out.extend(['^', char::from(byte ^ 0x40)]),
        Mark::Lost => out.push(if ascii { '?' } else { SUBSTITUTE }),
        Mark::Byte(_) if room == Room::Columns => out.push(if ascii { '?' } else { SUBSTITUTE }),
        Mark::Byte(byte) => {
            let _ = write!(out, "<{byte:02X}>");
        }
        Mark::Code(c) if ascii => {
            let _ = write!(out, "<U+{:04X}>", u32::from(c));
        }
        Mark::Code(c) => {
            let _ = write!(out, "⟪U+{:04X}⟫", u32::from(c));
        }
        Mark::Excess(count) if ascii => {
            let _ = write!(out, "<+{count}>");
        }
        Mark::Excess(count) => {
            let _ = write!(out, "⟪+{count}⟫");
        }
        Mark::Foreign(c, cells) => out.extend(std::iter::repeat_n(ascii_like(c), cells)),
    }
    out.get(from..).map_or(1, |mark| mark.chars().map(char_width).sum())
}

fn control_picture(byte: u8) -> char {
    let code = if byte == 0x7F { 0x2421 } else { 0x2400 + u32::from(byte) };
    char::from_u32(code).unwrap_or(SUBSTITUTE)
}

/// The nearest ASCII character to a sign of typography, `?` for everything else: a letter must not be taken for another.
fn ascii_like(c: char) -> char {
    match c {
        '·' | '…' => '.',
        '\u{2010}'..='\u{2015}' | '−' | '─' | '━' => '-',
        '‘' | '’' => '\'',
        '“' | '”' => '"',
        '›' | '→' | '▸' | '▶' => '>',
        '‹' | '←' | '◂' | '◀' => '<',
        '×' => 'x',
        '•' | '●' => '*',
        'µ' | 'μ' => 'u',
        '│' | '┃' => '|',
        '\u{A0}' | '\u{3000}' => ' ',
        _ => '?',
    }
}

/// The next piece of some text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    /// `0` bytes of printable ASCII, one cell each.
    Ascii(usize),
    /// A tab.
    Tab,
    /// `len` bytes that are shown as they are in `cells` cells.
    Glyph { len: usize, cells: usize },
    /// `len` combining marks that lack a base; shown on a dotted circle.
    Orphan { len: usize },
    /// `len` bytes that are shown as a mark.
    Mark { len: usize, mark: Mark },
}

impl Piece {
    /// Bytes of the text that the piece covers.
    pub(super) fn len(self) -> usize {
        match self {
            Self::Ascii(len) | Self::Glyph { len, .. } | Self::Orphan { len } | Self::Mark { len, .. } => len,
            Self::Tab => 1,
        }
    }

    /// Whether a combining mark behind the piece has something to sit on.
    pub(super) fn is_base(self) -> bool {
        match self {
            Self::Ascii(_) | Self::Glyph { .. } | Self::Orphan { .. } => true,
            Self::Mark { mark, .. } => matches!(mark, Mark::Foreign(..)),
            Self::Tab => false,
        }
    }
}

/// How many bytes at the start of `bytes` are printable ASCII.
pub(super) fn ascii_run(bytes: &[u8]) -> usize {
    const STEP: usize = 64;
    // Shifted down by a blank, all others are above '~': one running maximum tells, and compiles to vector code.
    let shifted = |byte: &u8| byte.wrapping_sub(b' ');
    let is_other = |byte: &u8| shifted(byte) > b'~' - b' ';
    if bytes.first().is_none_or(is_other) {
        return 0;
    }
    let (chunks, _) = bytes.as_chunks::<STEP>();
    let whole =
        |chunk: &&[u8; STEP]| chunk.iter().fold(0, |most: u8, byte| most.max(shifted(byte))) <= b'~' - b' ';
    let run = STEP * chunks.iter().take_while(whole).count();
    let rest = bytes.get(run..).unwrap_or_default();
    let (chunks, _) = rest.as_chunks::<8>();
    let whole = |chunk: &&[u8; 8]| !chunk.iter().any(is_other);
    let run = run + 8 * chunks.iter().take_while(whole).count();
    let rest = bytes.get(run..).unwrap_or_default();
    run + rest.iter().position(is_other).unwrap_or(rest.len())
}

/// The piece at the start of `rest`, `None` at its end. `has_base` says whether the piece before it is a base.
pub(super) fn next_piece(rest: &str, set: Charset, has_base: bool) -> Option<Piece> {
    let run = ascii_run(rest.as_bytes());
    let tail = rest.get(run..).unwrap_or_default();
    let joins = tail.chars().next().is_some_and(is_combining);
    if run > 1 || (run == 1 && !joins) {
        return Some(Piece::Ascii(if joins { run - 1 } else { run }));
    }
    let c = rest.chars().next()?;
    let len = c.len_utf8();
    let mark = match c {
        '\t' => return Some(Piece::Tab),
        '\0'..='\x1F' | '\x7F' => Some(Mark::Control(low_byte(c))),
        '\u{80}'..='\u{9F}' => Some(Mark::Byte(low_byte(c))),
        '\u{FFFD}' => Some(Mark::Lost),
        _ if is_hidden(c) || char_width(c) > 2 => Some(Mark::Code(c)),
        _ => byte_of(c).map(Mark::Byte),
    };
    if let Some(mark) = mark {
        return Some(Piece::Mark { len, mark });
    }
    if is_combining(c) && has_base {
        let (count, len) = combining_run(rest, usize::MAX);
        return Some(Piece::Mark { len, mark: Mark::Excess(count) });
    }
    let orphan = is_combining(c);
    let base = if orphan { 0 } else { len };
    let (_, marks) = combining_run(rest.get(base..).unwrap_or_default(), CLUSTER_MAX - 1);
    let cells = if orphan { 1 } else { char_width(c) };
    let len = base + marks;
    Some(match set {
        Charset::Ascii => {
            let shown = if marks > 0 { SUBSTITUTE } else { c };
            Piece::Mark { len, mark: Mark::Foreign(shown, cells) }
        }
        Charset::Unicode if orphan => Piece::Orphan { len },
        Charset::Unicode => Piece::Glyph { len, cells },
    })
}

fn low_byte(c: char) -> u8 {
    u8::try_from(u32::from(c)).unwrap_or(0)
}

fn is_combining(c: char) -> bool {
    char_width(c) == 0 && !c.is_control() && !is_hidden(c)
}

/// Count and bytes of the combining marks at the start of `text`, at most `most`.
fn combining_run(text: &str, most: usize) -> (usize, usize) {
    text.chars()
        .take_while(|c| is_combining(*c))
        .take(most)
        .fold((0, 0), |(n, len), c| (n + 1, len + c.len_utf8()))
}
