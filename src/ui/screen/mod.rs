//! Frames to bytes: see [`Encoder`].

use ratatui::buffer::Buffer;

/// What the terminal understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// DECSTBM with LF and RI at its margins scrolls.
    pub scroll_region: bool,
    /// SU and SD scroll by many lines.
    pub scroll_by_n: bool,
    /// ECH erases characters.
    pub erase_chars: bool,
    /// Erased cells take the current background colour.
    pub background_erase: bool,
    /// SGR 22 to 29 turn one attribute off.
    pub single_off: bool,
    /// Synchronized output (private mode 2026) is understood, or at least ignored.
    pub sync: bool,
    /// Text other than ASCII may be sent.
    pub utf8: bool,
}

/// Turns frames into the bytes that change the terminal from the last frame to the next.
#[derive(Debug)]
pub struct Encoder {
    caps: Caps,
}

impl Encoder {
    /// An encoder that knows nothing about the screen: its first frame paints everything.
    pub fn new(caps: Caps) -> Self {
        Self { caps }
    }

    /// Something else wrote on the screen: the next frame paints everything.
    pub fn forget(&mut self) {
        let _ = self.caps;
    }

    /// Appends to `out` what shows `next`, with the cursor at (column, row) or hidden.
    pub fn encode(&mut self, next: &Buffer, cursor: Option<(u16, u16)>, out: &mut Vec<u8>) {
        let _ = (next, cursor, out);
        todo!()
    }
}
