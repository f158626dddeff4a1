//! Colours and attributes, and the shortest SGR sequence from one to another.

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};
use std::io::Write as _;

/// Attributes that can be seen on a blank.
pub(super) const VISIBLE_ON_BLANK: u16 =
    Modifier::REVERSED.bits() | Modifier::UNDERLINED.bits() | Modifier::CROSSED_OUT.bits();

const ANSI: u32 = 1 << 24;
const INDEXED: u32 = 2 << 24;
const RGB: u32 = 3 << 24;
const VALUE: u32 = (1 << 24) - 1;

/// Colours and attributes of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Pen {
    /// Foreground: a kind in the top byte (0 is the default colour) and its value.
    fg: u32,
    /// Background, likewise.
    pub(super) bg: u32,
    /// Bits of [`Modifier`].
    pub(super) attrs: u16,
}

/// An attribute: its bit, and the SGR parameters that turn it on and off. Those with the same `off` go together.
const ATTRS: [(u16, u8, u8); 9] = [
    (Modifier::BOLD.bits(), 1, 22),
    (Modifier::DIM.bits(), 2, 22),
    (Modifier::ITALIC.bits(), 3, 23),
    (Modifier::UNDERLINED.bits(), 4, 24),
    (Modifier::SLOW_BLINK.bits(), 5, 25),
    (Modifier::RAPID_BLINK.bits(), 6, 25),
    (Modifier::REVERSED.bits(), 7, 27),
    (Modifier::HIDDEN.bits(), 8, 28),
    (Modifier::CROSSED_OUT.bits(), 9, 29),
];

impl Pen {
    /// Default colours, no attributes: what SGR 0 gives.
    pub(super) const DEFAULT: Self = Self { fg: 0, bg: 0, attrs: 0 };

    /// The pen that a cell asks for.
    pub(super) fn of(cell: &Cell) -> Self {
        Self { fg: pack(cell.fg), bg: pack(cell.bg), attrs: cell.modifier.bits() }
    }

    /// Whether its attributes can be seen on a blank.
    pub(super) fn seen_on_blank(self) -> bool {
        self.attrs & VISIBLE_ON_BLANK != 0
    }

    /// Only its background.
    pub(super) fn background(self) -> Self {
        Self { fg: 0, bg: self.bg, attrs: 0 }
    }

    /// The pen nearest to this one that makes a blank of background `bg`.
    pub(super) fn for_blank(self, bg: u32) -> Self {
        Self { fg: self.fg, bg, attrs: self.attrs & !VISIBLE_ON_BLANK }
    }

    /// Appends the shortest sequence that turns this pen into `to`. `single_off`: attributes can be turned off one by one.
    pub(super) fn turn(self, to: Self, single_off: bool, out: &mut Vec<u8>) {
        if self == to {
            return;
        }
        let anew = params(Self::DEFAULT, to, b"0");
        let gone = self.attrs & !to.attrs;
        if gone != 0 && !single_off {
            return push_sgr(&anew, out);
        }
        let step = params(self, to, b"");
        push_sgr(if step.len() <= anew.len() { &step } else { &anew }, out);
    }
}

fn push_sgr(params: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(b"\x1b[");
    out.extend_from_slice(if params == b"0" { b"" } else { params });
    out.push(b'm');
}

/// The SGR parameters from `from` to `to`, behind `start`.
fn params(from: Pen, to: Pen, start: &[u8]) -> Vec<u8> {
    let mut text = start.to_vec();
    let mut on = from.attrs;
    for (bit, _, off) in ATTRS {
        if on & bit & !to.attrs != 0 {
            push_param(&mut text, off);
            on &= !ATTRS.iter().filter(|(_, _, o)| *o == off).fold(0, |bits, (b, _, _)| bits | b);
        }
    }
    for (bit, set, _) in ATTRS {
        if to.attrs & bit & !on != 0 {
            push_param(&mut text, set);
        }
    }
    if from.fg != to.fg {
        push_colour(&mut text, to.fg, 30);
    }
    if from.bg != to.bg {
        push_colour(&mut text, to.bg, 40);
    }
    text
}

fn push_param(text: &mut Vec<u8>, value: u8) {
    if !text.is_empty() {
        text.push(b';');
    }
    // Writing to a vector cannot fail.
    let _ = write!(text, "{value}");
}

/// Colour `colour` as parameters; `base` is 30 for the foreground and 40 for the background.
fn push_colour(text: &mut Vec<u8>, colour: u32, base: u8) {
    let [_, r, g, b] = (colour & VALUE).to_be_bytes();
    match colour & !VALUE {
        ANSI if b < 8 => push_param(text, base + b),
        ANSI => push_param(text, base.saturating_add(52).saturating_add(b)),
        INDEXED => [base + 8, 5, b].into_iter().for_each(|p| push_param(text, p)),
        RGB => [base + 8, 2, r, g, b].into_iter().for_each(|p| push_param(text, p)),
        _ => push_param(text, base + 9),
    }
}

/// A colour in one number.
fn pack(colour: Color) -> u32 {
    match colour {
        Color::Reset => 0,
        Color::Black => ANSI,
        Color::Red => ANSI + 1,
        Color::Green => ANSI + 2,
        Color::Yellow => ANSI + 3,
        Color::Blue => ANSI + 4,
        Color::Magenta => ANSI + 5,
        Color::Cyan => ANSI + 6,
        Color::Gray => ANSI + 7,
        Color::DarkGray => ANSI + 8,
        Color::LightRed => ANSI + 9,
        Color::LightGreen => ANSI + 10,
        Color::LightYellow => ANSI + 11,
        Color::LightBlue => ANSI + 12,
        Color::LightMagenta => ANSI + 13,
        Color::LightCyan => ANSI + 14,
        Color::White => ANSI + 15,
        Color::Indexed(n) => INDEXED | u32::from(n),
        Color::Rgb(r, g, b) => RGB | u32::from_be_bytes([0, r, g, b]),
    }
}
