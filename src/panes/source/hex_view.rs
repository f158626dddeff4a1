//! Draws lines as bytes: digits below the characters, or a dump.

use super::file::Row;
use super::state::{DUMP_BYTES, DUMP_ROWS};
use crate::base::num::to_u16;
use crate::ui::{Canvas, Role};
use std::fmt::Write as _;

/// The bytes of `row` from `left` on, as HEX ON shows them: characters, and below them the digits.
pub(super) fn vertical(row: &Row, left: usize, canvas: &mut Canvas<'_>) {
    let width = usize::from(canvas.width());
    let bytes = row.bytes.iter().skip(left).take(width);
    let (mut shown, mut high, mut low) = (String::new(), String::new(), String::new());
    for byte in bytes {
        shown.push(character(*byte));
        high.push(digit(byte >> 4));
        low.push(digit(byte & 15));
    }
    canvas.text(0, 0, &shown, Role::Text);
    canvas.text(0, 1, &high, Role::Dim);
    canvas.text(0, 2, &low, Role::Dim);
}

/// The same as a dump: offset in the line, digits in groups of four bytes, characters. `skipped` bytes of the line are
/// before those of `row`.
pub(super) fn dump(row: &Row, left: usize, skipped: usize, canvas: &mut Canvas<'_>) {
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
            shown.push(character(*byte));
        }
        let y = to_u16(y);
        canvas.text(0, y, &format!("+{offset:04X}"), Role::Gutter);
        canvas.text(8, y, &digits, Role::Text);
        canvas.text(46, y, &format!("*{shown}*"), Role::Dim);
    }
}

fn character(byte: u8) -> char {
    if (0x20..0x7f).contains(&byte) { char::from(byte) } else { '.' }
}

fn digit(half: u8) -> char {
    char::from_digit(u32::from(half), 16).unwrap_or('?').to_ascii_uppercase()
}
