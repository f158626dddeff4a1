//! Bytes of the terminal to keys, pastes and mouse events. Pure: no terminal, no clock.
//!
//! The types are crossterm's; its decoder is not used. That one reads the terminal itself: it blocks in the middle of a
//! sequence, spins when the terminal is gone, takes a sequence that arrives in two packets for Esc and text, and keeps a
//! paste of any size. This one is fed, holds what is incomplete, and keeps at most [`PASTE_KEPT`] bytes of a paste.
//!
//! Invariant: whatever is fed, replies of the terminal (device attributes, colours, cursor reports) never become text.

use super::event::{PASTE_KEPT, TermEvent};
use crossterm::event::{
    KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

/// Bytes of a control sequence that are looked at.
const SEQUENCE_KEPT: usize = 64;
/// Bytes after which a control string without an end is taken for text after all.
const STRING_KEPT: usize = 8_192;
/// The end of a paste.
const PASTE_END: &[u8] = b"\x1b[201~";

/// What the decoder is in the middle of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pending {
    /// Nothing.
    None,
    /// A sequence: if nothing follows soon, it was a lone Esc or an Alt key.
    Sequence,
    /// A paste.
    Paste,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Ground,
    /// After ESC.
    Escape,
    /// After CSI, with its bytes so far.
    Csi(Vec<u8>),
    /// After SS3.
    Ss3,
    /// After `CSI [`, as the Linux console begins F1 to F5.
    Linux,
    /// In the three bytes after `CSI M`.
    OldMouse(u8),
    /// In a control string; its introducer, its length so far and whether ESC was the last byte.
    Text { start: u8, len: usize, escape: bool },
    /// In a character of several bytes.
    Utf8 { bytes: [u8; 4], have: usize, need: usize, alt: bool },
    /// In a paste; how much of [`PASTE_END`] has been seen.
    Paste { body: Vec<u8>, dropped: u64, matched: usize },
}

/// Turns bytes into events.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    state: State,
}

impl Decoder {
    /// What it is in the middle of.
    pub(super) fn pending(&self) -> Pending {
        match self.state {
            State::Ground => Pending::None,
            State::Paste { .. } => Pending::Paste,
            _ => Pending::Sequence,
        }
    }

    /// Takes `bytes` and appends what they complete to `out`.
    pub(super) fn feed(&mut self, bytes: &[u8], out: &mut Vec<TermEvent>) {
        for &byte in bytes {
            self.step(byte, out);
        }
    }

    /// Nothing more came for a while: what is incomplete is what it looks like.
    pub(super) fn flush(&mut self, out: &mut Vec<TermEvent>) {
        match std::mem::take(&mut self.state) {
            State::Escape => key(KeyCode::Esc, KeyModifiers::NONE, out),
            State::Csi(bytes) if bytes.is_empty() => key(KeyCode::Char('['), KeyModifiers::ALT, out),
            State::Ss3 => key(KeyCode::Char('O'), KeyModifiers::ALT | KeyModifiers::SHIFT, out),
            State::Text { start, len: 0, .. } => text_key(char::from(start), true, out),
            State::Paste { body, dropped, .. } => out.push(paste(&body, dropped)),
            _ => {}
        }
    }

    fn step(&mut self, byte: u8, out: &mut Vec<TermEvent>) {
        self.state = match std::mem::take(&mut self.state) {
            State::Ground => ground(byte, false, out),
            State::Escape => escape(byte, out),
            State::Csi(bytes) => csi(bytes, byte, out),
            State::Ss3 => {
                ss3(byte, out);
                State::Ground
            }
            State::Linux => {
                if let Some(n) = byte.checked_sub(b'A').filter(|n| *n < 5) {
                    key(KeyCode::F(n + 1), KeyModifiers::NONE, out);
                }
                State::Ground
            }
            State::OldMouse(1) => State::Ground,
            State::OldMouse(n) => State::OldMouse(n - 1),
            State::Text { start, len, escape } => match byte {
                0x07 => State::Ground,
                b'\\' if escape => State::Ground,
                _ if len >= STRING_KEPT => ground(byte, false, out),
                _ => State::Text { start, len: len + 1, escape: byte == 0x1b },
            },
            State::Utf8 { bytes, have, need, alt } => utf8(bytes, have, need, alt, byte, out),
            State::Paste { body, dropped, matched } => pasted(body, dropped, matched, byte, out),
        };
    }
}

fn key(code: KeyCode, modifiers: KeyModifiers, out: &mut Vec<TermEvent>) {
    out.push(TermEvent::Key(KeyEvent::new(code, modifiers)));
}

/// A character, as crossterm names it: capitals come with SHIFT.
fn text_key(c: char, alt: bool, out: &mut Vec<TermEvent>) {
    let shift = if c.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
    key(KeyCode::Char(c), shift | if alt { KeyModifiers::ALT } else { KeyModifiers::NONE }, out);
}

fn ground(byte: u8, alt: bool, out: &mut Vec<TermEvent>) -> State {
    let mods = if alt { KeyModifiers::ALT } else { KeyModifiers::NONE };
    let ctrl = mods | KeyModifiers::CONTROL;
    match byte {
        0x1b => return State::Escape,
        b'\r' => key(KeyCode::Enter, mods, out),
        b'\t' => key(KeyCode::Tab, mods, out),
        // Terminals send one or the other for the key above Enter; Ctrl-H is that key.
        0x08 | 0x7f => key(KeyCode::Backspace, mods, out),
        0 => key(KeyCode::Char(' '), ctrl, out),
        0x01..=0x1a => key(KeyCode::Char(char::from(byte - 1 + b'a')), ctrl, out),
        0x1c..=0x1f => key(KeyCode::Char(char::from(byte - 0x1c + b'4')), ctrl, out),
        b' '..=b'~' => text_key(char::from(byte), alt, out),
        0x80.. => {
            let need = match byte {
                0xc2..=0xdf => 2,
                0xe0..=0xef => 3,
                0xf0..=0xf4 => 4,
                _ => return State::Ground,
            };
            return State::Utf8 { bytes: [byte, 0, 0, 0], have: 1, need, alt };
        }
    }
    State::Ground
}

fn utf8(
    mut bytes: [u8; 4],
    have: usize,
    need: usize,
    alt: bool,
    byte: u8,
    out: &mut Vec<TermEvent>,
) -> State {
    if !(0x80..0xc0).contains(&byte) {
        return ground(byte, false, out);
    }
    if let Some(slot) = bytes.get_mut(have) {
        *slot = byte;
    }
    let have = have + 1;
    if have < need {
        return State::Utf8 { bytes, have, need, alt };
    }
    let text = bytes.get(..need).and_then(|b| std::str::from_utf8(b).ok());
    if let Some(c) = text.and_then(|t| t.chars().next()).filter(|c| !c.is_control()) {
        text_key(c, alt, out);
    }
    State::Ground
}

fn escape(byte: u8, out: &mut Vec<TermEvent>) -> State {
    match byte {
        b'[' => State::Csi(Vec::new()),
        b'O' => State::Ss3,
        b']' | b'P' | b'X' | b'^' | b'_' => State::Text { start: byte, len: 0, escape: false },
        0x1b => {
            key(KeyCode::Esc, KeyModifiers::NONE, out);
            State::Escape
        }
        _ => ground(byte, true, out),
    }
}

fn csi(mut bytes: Vec<u8>, byte: u8, out: &mut Vec<TermEvent>) -> State {
    match byte {
        b'[' if bytes.is_empty() => State::Linux,
        b'M' if bytes.is_empty() => State::OldMouse(3),
        // The `$` of rxvt's shifted keys is a final byte to everybody but us; replies have letters behind it.
        b'$' if !bytes.starts_with(b"?") && bytes.iter().all(u8::is_ascii_digit) && !bytes.is_empty() => {
            csi_key(&bytes, byte, out);
            State::Ground
        }
        0x20..=0x3f => {
            if bytes.len() < SEQUENCE_KEPT {
                bytes.push(byte);
            }
            State::Csi(bytes)
        }
        0x40..=0x7e if bytes == b"200" && byte == b'~' => {
            State::Paste { body: Vec::new(), dropped: 0, matched: 0 }
        }
        0x40..=0x7e => {
            csi_key(&bytes, byte, out);
            State::Ground
        }
        // Something else cut the sequence short.
        _ => ground(byte, false, out),
    }
}

/// A complete control sequence.
fn csi_key(bytes: &[u8], last: u8, out: &mut Vec<TermEvent>) {
    if let Some(rest) = bytes.strip_prefix(b"<") {
        if let Some(event) = mouse(rest, last) {
            out.push(TermEvent::Mouse(event));
        }
        return;
    }
    if bytes.iter().any(|b| !(b.is_ascii_digit() || matches!(b, b';' | b':'))) {
        return;
    }
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let mut params = text.split(';');
    let first = number(params.next());
    let mut how = params.next().unwrap_or_default().split(':');
    let bits = number(how.next()).unwrap_or(1).saturating_sub(1);
    if number(how.next()) == Some(3) {
        return;
    }
    let third = number(params.next());
    let mods = modifiers(bits);
    let code = match last {
        b'~' if first == Some(27) => return code_point(third, mods, out),
        b'u' => return code_point(first, mods, out),
        b'~' => numbered(first),
        b'^' => return with(numbered(first), KeyModifiers::CONTROL, out),
        b'$' => return with(numbered(first), KeyModifiers::SHIFT, out),
        b'@' => return with(numbered(first), KeyModifiers::CONTROL | KeyModifiers::SHIFT, out),
        b'a'..=b'd' => return with(letter(last.to_ascii_uppercase()), KeyModifiers::SHIFT, out),
        b'Z' => Some(KeyCode::BackTab),
        // A cursor report ends like F3; that one has 1 as its first number.
        b'R' if first != Some(1) || bits == 0 || bits > 15 => None,
        _ => letter(last),
    };
    let shift = if last == b'Z' { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
    with(code, mods | shift, out);
}

fn with(code: Option<KeyCode>, modifiers: KeyModifiers, out: &mut Vec<TermEvent>) {
    if let Some(code) = code {
        key(code, modifiers, out);
    }
}

fn number(text: Option<&str>) -> Option<u32> {
    text?.parse().ok()
}

/// The modifiers of xterm's second parameter, less one.
fn modifiers(bits: u32) -> KeyModifiers {
    let table = [
        (1, KeyModifiers::SHIFT),
        (2, KeyModifiers::ALT),
        (4, KeyModifiers::CONTROL),
        (8, KeyModifiers::SUPER),
        (16, KeyModifiers::HYPER),
        (32, KeyModifiers::META),
    ];
    table.iter().filter(|(bit, _)| bits & bit != 0).fold(KeyModifiers::NONE, |all, (_, m)| all | *m)
}

/// Keys that end in a letter, after CSI or SS3.
fn letter(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'E' => KeyCode::KeypadBegin,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'P'..=b'S' => KeyCode::F(last - b'P' + 1),
        _ => return None,
    })
}

/// Keys that are a number and `~`.
fn numbered(n: Option<u32>) -> Option<KeyCode> {
    let n = u8::try_from(n?).ok()?;
    Some(match n {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11..=15 => KeyCode::F(n - 10),
        17..=21 => KeyCode::F(n - 11),
        23..=26 => KeyCode::F(n - 12),
        28 | 29 => KeyCode::F(n - 13),
        31..=34 => KeyCode::F(n - 14),
        _ => return None,
    })
}

/// A key given as its code point (kitty's protocol, and xterm's modifyOtherKeys).
fn code_point(code: Option<u32>, modifiers: KeyModifiers, out: &mut Vec<TermEvent>) {
    let Some(c) = code.and_then(char::from_u32) else { return };
    let code = match c {
        '\r' => KeyCode::Enter,
        '\t' if modifiers.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
        '\t' => KeyCode::Tab,
        '\u{1b}' => KeyCode::Esc,
        '\u{8}' | '\u{7f}' => KeyCode::Backspace,
        // Private use: keys of the keypad and modifiers, which we do not ask for.
        '\u{e000}'..='\u{f8ff}' => return,
        c if c.is_control() => return,
        c => KeyCode::Char(c),
    };
    key(code, modifiers, out);
}

fn ss3(byte: u8, out: &mut Vec<TermEvent>) {
    match byte {
        b'M' => key(KeyCode::Enter, KeyModifiers::NONE, out),
        b'a'..=b'd' => with(letter(byte.to_ascii_uppercase()), KeyModifiers::CONTROL, out),
        // The keypad in application mode: `*` to `9` are 0x40 above themselves.
        b'j'..=b'y' => key(KeyCode::Char(char::from(byte - 0x40)), KeyModifiers::NONE, out),
        b'X' => key(KeyCode::Char('='), KeyModifiers::NONE, out),
        0x1b => key(KeyCode::Char('O'), KeyModifiers::ALT | KeyModifiers::SHIFT, out),
        _ => with(letter(byte), KeyModifiers::NONE, out),
    }
}

/// A mouse report of private mode 1006.
fn mouse(bytes: &[u8], last: u8) -> Option<MouseEvent> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut params = text.split(';');
    let what = number(params.next())?;
    let mut place = || Some(u16::try_from(number(params.next())?).ok()?.saturating_sub(1));
    let (column, row) = (place()?, place()?);
    let button = match what & 3 {
        0 => MouseButton::Left,
        1 => MouseButton::Middle,
        _ => MouseButton::Right,
    };
    let kind = match (what & 0xe0, what & 3, last) {
        (0x40, 0, b'M') => MouseEventKind::ScrollUp,
        (0x40, 1, b'M') => MouseEventKind::ScrollDown,
        (0, 0..=2, b'M') => MouseEventKind::Down(button),
        (0, 0..=2, b'm') => MouseEventKind::Up(button),
        (0x20, 0..=2, b'M') => MouseEventKind::Drag(button),
        _ => return None,
    };
    // Bits 2 to 4 are Shift, Alt and Ctrl, in the order of the keyboard's.
    Some(MouseEvent { kind, column, row, modifiers: modifiers(what >> 2 & 7) })
}

fn pasted(mut body: Vec<u8>, mut dropped: u64, matched: usize, byte: u8, out: &mut Vec<TermEvent>) -> State {
    let mut keep = |bytes: &[u8]| {
        if body.len() + bytes.len() <= PASTE_KEPT {
            body.extend_from_slice(bytes);
        } else {
            dropped = dropped.saturating_add(u64::try_from(bytes.len()).unwrap_or(0));
        }
    };
    let mut next = 0;
    if PASTE_END.get(matched) == Some(&byte) {
        next = matched + 1;
    } else {
        keep(PASTE_END.get(..matched).unwrap_or_default());
        // ESC is only at the beginning of the end, so no shorter beginning can be under way.
        if byte == 0x1b {
            next = 1;
        } else {
            keep(&[byte]);
        }
    }
    if next == PASTE_END.len() {
        out.push(paste(&body, dropped));
        return State::Ground;
    }
    State::Paste { body, dropped, matched: next }
}

fn paste(body: &[u8], dropped: u64) -> TermEvent {
    TermEvent::Paste { text: String::from_utf8_lossy(body).into_owned(), dropped }
}

/// Whether `event` is to be told: presses and repeats are.
pub(super) fn wanted(event: &TermEvent) -> bool {
    !matches!(event, TermEvent::Key(key) if key.kind == KeyEventKind::Release)
}

#[cfg(test)]
#[path = "keys_tests.rs"]
mod tests;
