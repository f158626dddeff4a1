//! The bytes themselves: where the cursor is, which pen is on, and the cheapest way to the next cell.

use super::Caps;
use super::pen::Pen;
use super::scroll::Scroll;
use super::tile::{Clusters, Grid, Tile};
use std::io::Write as _;

/// Unchanged cells that are written again rather than jumped over, at most.
const REWRITE: usize = 8;
/// A blank run is erased from this length on: ECH and the jump over it cost as much as that many spaces.
const ERASE_FROM: usize = 9;

/// Where the terminal's cursor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    /// Nobody knows.
    Unknown,
    /// In this row, in an unknown column: behind the last column (where terminals differ in what they do next) or behind
    /// a glyph of doubtful width.
    Row(usize),
    /// Column and row.
    Spot(usize, usize),
}

/// What is known of the terminal besides its cells.
#[derive(Debug, Clone, Copy)]
pub(super) struct State {
    pub(super) at: At,
    /// `None`: unknown.
    pub(super) pen: Option<Pen>,
}

/// Writes one frame.
pub(super) struct Painter<'a> {
    pub(super) out: Vec<u8>,
    pub(super) state: State,
    pub(super) clusters: &'a Clusters,
    pub(super) caps: Caps,
    pub(super) rows: usize,
    /// Holds the way to a cell while ways are compared.
    pub(super) way: Vec<u8>,
}

impl Painter<'_> {
    /// Sets all that a full repaint relies on and empties the screen.
    pub(super) fn wipe(&mut self) {
        self.out.extend_from_slice(b"\x1b[r\x1b[m\x1b[H\x1b[2J");
        self.state = State { at: At::Spot(0, 0), pen: Some(Pen::DEFAULT) };
    }

    /// Changes `old` into `new`.
    pub(super) fn diff(&mut self, old: &Grid, new: &Grid) {
        for (y, (old, new)) in old.each_row().zip(new.each_row()).enumerate() {
            if old != new {
                self.row(y, old, new);
            }
        }
    }

    /// Changes row `y` from `old` to `new`.
    fn row(&mut self, y: usize, old: &[Tile], new: &[Tile]) {
        let differs = |(a, b): (&Tile, &Tile)| a != b;
        let Some(last) = old.iter().zip(new).rposition(differs) else { return };
        let (clear_from, mut end) = self.clear_tail(old, new, last);
        // Cells up to here are written even if they did not change: a glyph of doubtful width may have hit them.
        let mut forced = 0;
        let mut x = 0;
        while x < end {
            let Some(&tile) = new.get(x) else { break };
            if tile.is_tail() || old.get(x) == Some(&tile) && x >= forced {
                x += 1;
                continue;
            }
            self.reach(x, y, new);
            let blanks = self.blank_run(new, x, end);
            if blanks >= ERASE_FROM && self.caps.erase_chars {
                self.set_blank_pen(tile.pen.bg);
                self.csi(blanks, b'X');
                x += blanks;
                continue;
            }
            if let Some(most) = self.clusters.doubtful(tile) {
                forced = x + most;
                end = end.max(forced.min(new.len()));
                for _ in 0..tile.width {
                    self.put(Tile::BLANK, new.len());
                }
                self.go(x, y);
            }
            self.put(tile, new.len());
            x += usize::from(tile.width.max(1));
        }
        if let Some(&tile) = clear_from.and_then(|x| new.get(x)) {
            self.go(clear_from.unwrap_or(0).max(forced.min(new.len().saturating_sub(1))), y);
            self.set_blank_pen(tile.pen.bg);
            self.out.extend_from_slice(b"\x1b[K");
        }
    }

    /// Where the row is best cleared to its end, if anywhere, and the column before which cells are to be written.
    fn clear_tail(&self, old: &[Tile], new: &[Tile], last: usize) -> (Option<usize>, usize) {
        let all = last + 1;
        let Some(&end) = new.last() else { return (None, all) };
        if !self.can_erase(end) {
            return (None, all);
        }
        let blank_from = new.iter().rposition(|t| *t != end).map_or(0, |x| x + 1);
        let changed = old.iter().zip(new).skip(blank_from).position(|(a, b)| a != b);
        match changed.map(|x| x + blank_from) {
            Some(x) if all.saturating_sub(x) > 3 => (Some(x), x),
            _ => (None, all),
        }
    }

    /// Whether erasing makes `tile`: terminals that erase to the default background can make only that.
    fn can_erase(&self, tile: Tile) -> bool {
        tile.is_erased() && (tile.pen.bg == Pen::DEFAULT.bg || self.caps.background_erase)
    }

    /// How many cells from `x`, before `end`, one erase makes.
    fn blank_run(&self, new: &[Tile], x: usize, end: usize) -> usize {
        let Some(&first) = new.get(x).filter(|t| self.can_erase(**t)) else { return 0 };
        new.iter().take(end).skip(x).take_while(|t| **t == first).count()
    }

    /// Goes to column `x` of row `y`: by writing the cells before it again where that is cheaper.
    fn reach(&mut self, x: usize, y: usize, new: &[Tile]) {
        if let At::Spot(cx, cy) = self.state.at
            && cy == y
            && cx < x
            && x - cx <= REWRITE
        {
            let gap = new.get(cx..x).unwrap_or_default();
            let pen = self.state.pen;
            let cheap = gap.iter().all(|t| {
                pen.is_some_and(|pen| t.pen == pen || t.is_erased() && pen.for_blank(t.pen.bg) == pen)
                    && self.clusters.doubtful(*t).is_none()
            });
            let cost: usize = gap.iter().map(|t| self.clusters.len(*t)).sum();
            self.plan(x, y);
            if cheap && cost <= self.way.len() && !gap.first().is_some_and(|t| t.is_tail()) {
                for tile in gap.iter().filter(|t| !t.is_tail()) {
                    self.put(*tile, new.len());
                }
                return;
            }
        }
        self.go(x, y);
    }

    /// Writes `tile` where the cursor is, in a row of `cols` columns.
    fn put(&mut self, tile: Tile, cols: usize) {
        if tile.is_erased() {
            self.set_blank_pen(tile.pen.bg);
        } else {
            self.set_pen(tile.pen);
        }
        self.clusters.push(tile, &mut self.out);
        if let At::Spot(x, y) = self.state.at {
            let next = x + usize::from(tile.width);
            let sure = next < cols && self.clusters.doubtful(tile).is_none();
            self.state.at = if sure { At::Spot(next, y) } else { At::Row(y) };
        }
    }

    /// Turns the pen on.
    pub(super) fn set_pen(&mut self, pen: Pen) {
        let now = self.state.pen.unwrap_or_else(|| {
            self.out.extend_from_slice(b"\x1b[m");
            Pen::DEFAULT
        });
        now.turn(pen, self.caps.single_off, &mut self.out);
        self.state.pen = Some(pen);
    }

    /// Turns on the cheapest pen that makes blanks of background `bg`.
    fn set_blank_pen(&mut self, bg: u32) {
        let now = self.state.pen.unwrap_or(Pen::DEFAULT);
        let near = now.for_blank(bg);
        let plain = Pen::DEFAULT.for_blank(bg);
        let cost = |to: Pen| {
            let mut bytes = Vec::new();
            now.turn(to, self.caps.single_off, &mut bytes);
            bytes.len()
        };
        let pen = if near == now || cost(near) <= cost(plain) { near } else { plain };
        self.set_pen(pen);
    }

    /// Moves the cursor to column `x` of row `y` in the fewest bytes.
    pub(super) fn go(&mut self, x: usize, y: usize) {
        self.plan(x, y);
        self.out.extend_from_slice(&self.way);
        self.state.at = At::Spot(x, y);
    }

    /// Puts into `way` the shortest way to column `x` of row `y`.
    fn plan(&mut self, x: usize, y: usize) {
        let mut best = std::mem::take(&mut self.way);
        best.clear();
        if self.state.at == At::Spot(x, y) {
            self.way = best;
            return;
        }
        let _ = match (x, y) {
            (0, 0) => write!(best, "\x1b[H"),
            (0, y) => write!(best, "\x1b[{}H", y + 1),
            (x, y) => write!(best, "\x1b[{};{}H", y + 1, x + 1),
        };
        let mut other = Vec::with_capacity(16);
        if let At::Spot(cx, cy) = self.state.at {
            down_or_up(&mut other, cy, y, self.rows);
            sideways(&mut other, cx, x);
            if other.len() < best.len() {
                std::mem::swap(&mut best, &mut other);
            }
        }
        if let At::Spot(_, cy) | At::Row(cy) = self.state.at {
            other.clear();
            other.push(b'\r');
            down_or_up(&mut other, cy, y, self.rows);
            sideways(&mut other, 0, x);
            if other.len() < best.len() {
                std::mem::swap(&mut best, &mut other);
            }
        }
        self.way = best;
    }

    /// Scrolls on the terminal. Rows that come free have the default background on every terminal.
    pub(super) fn scroll(&mut self, scroll: Scroll) {
        if self.state.pen.is_none_or(|pen| pen.bg != Pen::DEFAULT.bg) {
            self.set_pen(Pen::DEFAULT);
        }
        let Scroll { top, bottom, by } = scroll;
        let lines = by.unsigned_abs();
        let by_n = self.caps.scroll_by_n;
        let whole = top == 0 && bottom + 1 == self.rows;
        if !(whole && by_n) {
            let _ = match (top, bottom + 1 == self.rows) {
                (0, _) => write!(self.out, "\x1b[;{}r", bottom + 1),
                (_, true) => write!(self.out, "\x1b[{}r", top + 1),
                _ => write!(self.out, "\x1b[{};{}r", top + 1, bottom + 1),
            };
            // Home, most say; but some go to the first row of the region.
            self.state.at = At::Unknown;
        }
        match (by_n, by > 0) {
            // DL and IL rather than SU and SD: within the region they do the same, and more terminals know them.
            (true, up) => {
                self.go(0, top);
                self.csi(lines, if up { b'M' } else { b'L' });
            }
            (false, true) => {
                self.go(0, bottom);
                self.out.extend(std::iter::repeat_n(b'\n', lines));
            }
            (false, false) => {
                self.go(0, top);
                (0..lines).for_each(|_| self.out.extend_from_slice(b"\x1bM"));
            }
        }
        if !(whole && by_n) {
            self.out.extend_from_slice(b"\x1b[r");
            self.state.at = At::Unknown;
        }
    }

    /// Appends `CSI n final`, without the number if it is 1.
    fn csi(&mut self, n: usize, last: u8) {
        push_csi(&mut self.out, n, last);
    }
}

fn push_csi(out: &mut Vec<u8>, n: usize, last: u8) {
    out.extend_from_slice(b"\x1b[");
    if n != 1 {
        // Writing to a vector cannot fail.
        let _ = write!(out, "{n}");
    }
    out.push(last);
}

/// From row `from` to row `to` of `rows`, the column kept: output processing is off, so LF does only that.
fn down_or_up(way: &mut Vec<u8>, from: usize, to: usize, rows: usize) {
    if to > from {
        let down = to - from;
        if down <= 3 && to < rows {
            way.extend(std::iter::repeat_n(b'\n', down));
        } else {
            push_csi(way, down, b'B');
        }
    } else if to < from {
        push_csi(way, from - to, b'A');
    }
}

/// From column `from` to column `to` of the same row.
fn sideways(way: &mut Vec<u8>, from: usize, to: usize) {
    if to > from {
        push_csi(way, to - from, b'C');
    } else if to < from {
        let back = from - to;
        if back <= 3 {
            way.extend(std::iter::repeat_n(0x08, back));
        } else {
            push_csi(way, back, b'D');
        }
    }
}
