//! Frames to bytes. Owns what the terminal shows (cells, cursor, pen) and finds the cheapest bytes to the next frame:
//! scrolls on the terminal, erases, short cursor motions, and few changes of colour. Must not know what a terminal is
//! attached to, nor what the cells mean.
//!
//! Invariants: after each frame the terminal shows exactly that frame, as if it had been painted anew; a frame that
//! changes nothing is no bytes at all; no byte of a cell's text can be a control character. Output processing of the
//! terminal is off (LF moves down and does nothing else).
//!
//! Sequences are those of ECMA-48 and DEC STD 070 (DECSTBM, RI) that the VT220, the Linux console, xterm, screen and
//! tmux share; [`Caps`] says which of the rest there are.

mod caps;
mod paint;
mod pen;
mod scroll;
#[cfg(test)]
mod tests;
mod tile;

pub use caps::Caps;

use paint::{At, Painter, State};
use ratatui::buffer::Buffer;
use tile::{Clusters, Grid};

/// Frames longer than this go inside synchronized output, which takes 16 bytes. A shorter one, a line scroll among them, is
/// one write that arrives at the terminal in one piece anyway.
const SYNC_FROM: usize = 192;
/// Changes shorter than this are not worth looking for a scroll.
const SCROLL_FROM: usize = 48;

/// Turns frames into the bytes that change the terminal from the last frame to the next.
#[derive(Debug)]
pub struct Encoder {
    caps: Caps,
    shown: Grid,
    next: Grid,
    scratch: Grid,
    clusters: Clusters,
    state: State,
    /// Whether the cursor shows; `None`: unknown.
    cursor_on: Option<bool>,
    known: bool,
}

impl Encoder {
    /// An encoder that knows nothing about the screen: its first frame paints everything.
    pub fn new(caps: Caps) -> Self {
        Self {
            caps,
            shown: Grid::default(),
            next: Grid::default(),
            scratch: Grid::default(),
            clusters: Clusters::default(),
            state: State { at: At::Unknown, pen: None },
            cursor_on: None,
            known: false,
        }
    }

    /// Something else wrote on the screen: the next frame paints everything.
    pub fn forget(&mut self) {
        self.known = false;
        self.cursor_on = None;
    }

    /// Appends to `out` what shows `next`, with the cursor at (column, row) or hidden. All of `out` must reach the
    /// terminal, or [`Self::forget`] be called.
    pub fn encode(&mut self, next: &Buffer, cursor: Option<(u16, u16)>, out: &mut Vec<u8>) {
        if self.clusters.trim() {
            self.known = false;
        }
        self.next.load(next, &mut self.clusters, self.caps);
        let (cols, rows) = (self.next.cols, self.next.rows);
        if cols == 0 || rows == 0 {
            return;
        }
        self.known &= (cols, rows) == (self.shown.cols, self.shown.rows);
        let mut painter = Painter {
            out: Vec::new(),
            state: self.state,
            clusters: &self.clusters,
            caps: self.caps,
            rows,
            way: Vec::new(),
        };
        if self.known {
            painter.diff(&self.shown, &self.next);
            if self.caps.scroll_region && painter.out.len() > SCROLL_FROM {
                try_scrolls(&self.shown, &self.next, &mut self.scratch, self.state, &mut painter);
            }
        } else {
            painter.wipe();
            self.shown.clear(cols, rows);
            painter.diff(&self.shown, &self.next);
        }
        if let Some((x, y)) = cursor {
            painter.go(usize::from(x).min(cols - 1), usize::from(y).min(rows - 1));
        }
        let (body, state) = (painter.out, painter.state);
        let hide = cursor.is_none() && self.cursor_on != Some(false);
        let show = cursor.is_some() && self.cursor_on != Some(true);
        let sync = self.caps.sync && body.len() > SYNC_FROM;
        let parts: [(bool, &[u8]); 5] = [
            (sync, b"\x1b[?2026h"),
            (hide, b"\x1b[?25l"),
            (true, &body),
            (show, b"\x1b[?25h"),
            (sync, b"\x1b[?2026l"),
        ];
        parts.iter().filter(|(wanted, _)| *wanted).for_each(|(_, bytes)| out.extend_from_slice(bytes));
        self.state = state;
        self.cursor_on = Some(cursor.is_some());
        self.known = true;
        std::mem::swap(&mut self.shown, &mut self.next);
    }
}

/// Paints the change from `shown` to `next` with scrolls on the terminal, from `state` on, and replaces what `plain` has
/// painted if that is shorter.
fn try_scrolls(shown: &Grid, next: &Grid, scratch: &mut Grid, state: State, plain: &mut Painter<'_>) {
    let found = scroll::find(shown, next);
    // The first scroll is the one that saves most; those after it may not pay.
    for count in (1..=found.len()).rev().filter(|n| *n == 1 || *n == found.len()) {
        scratch.copy_from(shown);
        let mut painter = Painter {
            out: Vec::new(),
            state,
            clusters: plain.clusters,
            caps: plain.caps,
            rows: plain.rows,
            way: Vec::new(),
        };
        for &step in found.iter().take(count) {
            painter.scroll(step);
            scratch.scroll(step.top, step.bottom, step.by);
        }
        painter.diff(scratch, next);
        if painter.out.len() < plain.out.len() {
            (plain.out, plain.state) = (painter.out, painter.state);
        }
    }
}
