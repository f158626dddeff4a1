//! Draws lines as bytes: digits below the characters, or a dump.

use super::rows::Row;
use super::state::{DUMP_BYTES, DUMP_ROWS};
use crate::base::num::to_u16;
use crate::source::encoding::Encoding;
use crate::ui::{Canvas, Rect, Role};
use std::fmt::Write as _;
use std::ops::Range;

/// Where the digits of a dump begin, and its characters with their asterisk, in columns from 0.
const DIGITS_AT: usize = 8;
const CHARACTERS_AT: usize = 46;

/// The characters of bytes, one each.
pub(super) struct Characters([char; 256]);

impl Characters {
    /// Those of an encoding, as far as a byte is one of ASCII, or of Latin-1 where the terminal can show that.
    pub fn of(encoding: Encoding, ascii_only: bool) -> Self {
        // In UTF-8 a byte above ASCII is a part of a character.
        let most = if ascii_only || encoding == Encoding::Utf8 { 0x7e } else { 0xff };
        let shown = |b: u8| (0x20..0x7f).contains(&b) || (b > 0xa0 && b != 0xad && b <= most);
        Self(encoding.ascii_table().map(|b| if shown(b) { char::from(b) } else { '.' }))
    }

    fn of_byte(&self, byte: u8) -> char {
        self.0.get(usize::from(byte)).copied().unwrap_or('.')
    }
}

/// The bytes of `row` from `left` on, as HEX ON shows them: characters, and below them the digits.
pub(super) fn vertical(row: &Row, left: usize, characters: &Characters, canvas: &mut Canvas<'_>) {
    let width = usize::from(canvas.width());
    let bytes = row.bytes.iter().skip(left).take(width);
    let (mut shown, mut high, mut low) = (String::new(), String::new(), String::new());
    for byte in bytes {
        shown.push(characters.of_byte(*byte));
        high.push(digit(byte >> 4));
        low.push(digit(byte & 15));
    }
    canvas.text(0, 0, &shown, Role::Text);
    canvas.text(0, 1, &high, Role::Dim);
    canvas.text(0, 2, &low, Role::Dim);
}

/// The same as a dump: offset in the line, digits in groups of four bytes, characters. `skipped` bytes of the line are
/// before those of `row`.
pub(super) fn dump(
    row: &Row,
    (left, skipped): (usize, usize),
    characters: &Characters,
    canvas: &mut Canvas<'_>,
) {
    // Rows begin at multiples of 16, so that offsets are easy to read.
    let from = left - left % DUMP_BYTES;
    let bytes = row.bytes.get(from..).unwrap_or_default();
    for (y, part) in bytes.chunks(DUMP_BYTES).take(DUMP_ROWS).enumerate() {
        let offset = skipped + from + y * DUMP_BYTES;
        let (mut digits, mut shown) = (String::new(), String::new());
        for (at, byte) in part.iter().enumerate() {
            if at > 0 && at % 4 == 0 {
                digits.push(' ');
            }
            // A text takes all that is written to it.
            let _ = write!(digits, "{byte:02X}");
            shown.push(characters.of_byte(*byte));
        }
        let y = to_u16(y);
        canvas.text(0, y, &format!("+{offset:04X}"), Role::Gutter);
        canvas.text(to_u16(DIGITS_AT), y, &digits, Role::Text);
        canvas.text(to_u16(CHARACTERS_AT), y, &format!("*{shown}*"), Role::Dim);
    }
}

/// Marks some of the bytes that [`vertical`] has drawn, of `length` in all.
pub(super) fn mark_vertical(
    marks: &[(Range<usize>, Role)],
    (left, length): (usize, usize),
    canvas: &mut Canvas<'_>,
) {
    for (bytes, role) in marks {
        let (start, end) = (bytes.start.max(left), bytes.end.min(length));
        if start < end && start - left < usize::from(canvas.width()) {
            let (x, width) = (to_u16(start - left), to_u16(end - start));
            let area = Rect::new(x, 0, width.min(canvas.width() - x), canvas.height().min(3));
            canvas.patch(area, *role);
        }
    }
}

/// The same of [`dump`]: the digits and the characters of each byte.
pub(super) fn mark_dump(
    marks: &[(Range<usize>, Role)],
    (left, length): (usize, usize),
    canvas: &mut Canvas<'_>,
) {
    let from = left - left % DUMP_BYTES;
    let last = length.min(from + DUMP_BYTES * DUMP_ROWS);
    for (bytes, role) in marks {
        for byte in bytes.start.max(from)..bytes.end.min(last) {
            let (row, at) = ((byte - from) / DUMP_BYTES, (byte - from) % DUMP_BYTES);
            for (x, width) in [(DIGITS_AT + 2 * at + at / 4, 2), (CHARACTERS_AT + 1 + at, 1)] {
                canvas.patch(Rect::new(to_u16(x), to_u16(row), width, 1), *role);
            }
        }
    }
}

fn digit(half: u8) -> char {
    char::from_digit(u32::from(half), 16).unwrap_or('?').to_ascii_uppercase()
}
