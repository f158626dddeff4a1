//! Draws lines as bytes: digits below the characters, or a dump.

use super::rows::Row;
use super::state::{DUMP_BYTES, DUMP_ROWS};
use crate::base::num::to_u16;
use crate::base::text::{Sign, char_width};
use crate::source::encoding::{Encoding, Start};
use crate::ui::{Canvas, Rect, Role};
use std::fmt::Write as _;
use std::ops::Range;

/// Where the digits of a dump begin, and its characters with their asterisk, in columns from 0.
const DIGITS_AT: usize = 8;
const CHARACTERS_AT: usize = 46;

/// Stands for the second byte of a character of two: the first one's takes both cells.
const SECOND: char = '\0';

/// The characters of bytes.
pub(super) struct Characters {
    /// Of a byte by itself.
    single: [char; 256],
    /// The encoding, where it has characters of two bytes that the terminal can show.
    double: Option<Encoding>,
}

impl Characters {
    /// Those of an encoding, as far as a byte is one of ASCII, or of Latin-1 where the terminal can show that.
    pub fn of(encoding: Encoding, ascii_only: bool) -> Self {
        // In UTF-8 a byte above ASCII is a part of a character.
        let most = if ascii_only || encoding == Encoding::Utf8 { 0x7e } else { 0xff };
        let shown = |b: u8| (0x20..0x7f).contains(&b) || (b > 0xa0 && b != 0xad && b <= most);
        let single = encoding.ascii_table().map(|b| if shown(b) { char::from(b) } else { '.' });
        Self { single, double: Some(encoding).filter(|e| e.has_shifts() && !ascii_only) }
    }

    fn of_byte(&self, byte: u8) -> char {
        self.single.get(usize::from(byte)).copied().unwrap_or('.')
    }

    /// What stands over each byte of a row.
    fn over(&self, row: &Row) -> Vec<char> {
        self.over_bytes(&row.bytes, if row.skip == 0 { Start::Line } else { Start::Inside })
    }

    fn over_bytes(&self, bytes: &[u8], start: Start) -> Vec<char> {
        let Some(encoding) = self.double else { return bytes.iter().map(|b| self.of_byte(*b)).collect() };
        let mut over = Vec::with_capacity(bytes.len());
        for unit in encoding.units(bytes, start) {
            match unit.sign {
                Sign::Wide(c) if unit.length == 2 && char_width(c) == 2 => over.extend([c, SECOND]),
                Sign::Wide(c) if unit.length == 2 && char_width(c) == 1 => over.extend([c, ' ']),
                _ => {
                    let unit = bytes.get(unit.at..unit.at + unit.length).unwrap_or_default();
                    over.extend(unit.iter().map(|b| self.of_byte(*b)));
                }
            }
        }
        over
    }
}

/// Some of the characters over bytes as a text of as many cells: of a character that is cut in two its half is a dot.
fn text_of(over: &[char]) -> String {
    let next = over.iter().skip(1).copied().map(Some).chain([None]);
    let mut text = String::with_capacity(over.len());
    let mut before = None;
    for (c, next) in over.iter().zip(next) {
        match *c {
            SECOND if before.is_some() => {}
            SECOND => text.push('.'),
            c if char_width(c) == 2 && next != Some(SECOND) => text.push('.'),
            c => text.push(c),
        }
        before = Some(c);
    }
    text
}

/// The bytes of `row` from `left` on, as HEX ON shows them: characters, and below them the digits.
pub(super) fn vertical(row: &Row, left: usize, characters: &Characters, canvas: &mut Canvas<'_>) {
    let width = usize::from(canvas.width());
    let to = left.saturating_add(width).min(row.bytes.len());
    let shown = text_of(characters.over(row).get(left..to).unwrap_or_default());
    let (mut high, mut low) = (String::new(), String::new());
    for byte in row.bytes.get(left..to).unwrap_or_default() {
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
    let over = characters.over(row);
    for (y, part) in bytes.chunks(DUMP_BYTES).take(DUMP_ROWS).enumerate() {
        let at = from + y * DUMP_BYTES;
        let shown = text_of(over.get(at..at + part.len()).unwrap_or_default());
        let mut digits = String::new();
        for (at, byte) in part.iter().enumerate() {
            if at > 0 && at % 4 == 0 {
                digits.push(' ');
            }
            // A text takes all that is written to it.
            let _ = write!(digits, "{byte:02X}");
        }
        let y = to_u16(y);
        canvas.text(0, y, &format!("+{:04X}", skipped + at), Role::Gutter);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_of_two_bytes_stands_over_both() {
        // A, shift-out, two ideographs, shift-in, B.
        let bytes = [0xC1, 0x0E, 0x45, 0x62, 0x45, 0x66, 0x0F, 0xC2];
        let text = |ascii: bool, part: Range<usize>| {
            let over = Characters::of(Encoding::Cp939, ascii).over_bytes(&bytes, Start::Line);
            assert_eq!(over.len(), bytes.len());
            text_of(&over[part])
        };
        assert_eq!(text(false, 0..8), "A.日本.B");
        // The edge of the screen cuts one: its other half is a dot, and the columns stay what they are.
        assert_eq!((text(false, 3..8).as_str(), text(false, 0..3).as_str()), (".本.B", "A.."));
        assert!(text(true, 0..8).is_ascii() && text(true, 0..8).len() == 8);
        let single = Characters::of(Encoding::Cp1047, false).over_bytes(&bytes, Start::Line);
        assert_eq!((single[0], single[7], single.len()), ('A', 'B', 8));
    }
}
