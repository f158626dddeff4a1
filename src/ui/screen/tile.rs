//! Cells in the form in which frames are compared: small, copyable, and equal exactly if they look the same.

use super::Caps;
use super::pen::{Pen, VISIBLE_ON_BLANK};
use crate::base::text::is_hidden;
use ratatui::buffer::{Buffer, Cell, CellWidth};
use std::collections::HashMap;
use unicode_width::UnicodeWidthChar;

/// Code points of one cell that are kept; more only slow terminals down.
const CLUSTER_CHARS: usize = 16;
/// Different clusters that are remembered before the table starts anew.
const CLUSTERS: usize = 4_096;
/// The columns of a wide glyph behind its first.
const TAIL: u32 = u32::MAX;
/// Where the numbers of clusters begin: behind the last code point.
const FIRST_CLUSTER: u32 = 0x11_0000;

/// One column of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Tile {
    glyph: u32,
    /// Columns that the glyph takes; 0 in its tail.
    pub(super) width: u8,
    /// How it looks.
    pub(super) pen: Pen,
}

impl Tile {
    /// An empty cell in default colours.
    pub(super) const BLANK: Self = Self { glyph: 0x20, width: 1, pen: Pen::DEFAULT };

    /// A character of width 1. Of a space only the background is kept, unless its attributes can be seen.
    fn new(c: char, pen: Pen) -> Self {
        let pen = if c == ' ' && !pen.seen_on_blank() { pen.background() } else { pen };
        Self { glyph: u32::from(c), width: 1, pen }
    }

    /// Whether erasing, with the right background, makes it.
    pub(super) fn is_erased(self) -> bool {
        self.glyph == 0x20 && self.pen.attrs & VISIBLE_ON_BLANK == 0
    }

    /// Whether it belongs to the glyph before it.
    pub(super) fn is_tail(self) -> bool {
        self.glyph == TAIL
    }
}

/// A glyph of several code points.
#[derive(Debug)]
struct Cluster {
    text: Box<str>,
    /// Columns if a terminal adds up the code points one by one.
    apart: u8,
}

/// All clusters seen, by number.
#[derive(Debug, Default)]
pub(super) struct Clusters {
    list: Vec<Cluster>,
    by_text: HashMap<Box<str>, u32>,
}

impl Clusters {
    /// Forgets all if there are too many: true, and then no older tile may be used any more.
    pub(super) fn trim(&mut self) -> bool {
        let full = self.list.len() > CLUSTERS;
        if full {
            self.list.clear();
            self.by_text.clear();
        }
        full
    }

    /// Number of `text`, at most [`CLUSTER_CHARS`] of it.
    fn number(&mut self, text: &str) -> u32 {
        let end = text.char_indices().nth(CLUSTER_CHARS).map_or(text.len(), |(i, _)| i);
        let text = text.get(..end).unwrap_or(text);
        if let Some(&n) = self.by_text.get(text) {
            return n;
        }
        let n = FIRST_CLUSTER.saturating_add(u32::try_from(self.list.len()).unwrap_or(0));
        let apart: usize = text.chars().map(|c| c.width().unwrap_or(0)).sum();
        self.list.push(Cluster { text: text.into(), apart: u8::try_from(apart).unwrap_or(u8::MAX) });
        self.by_text.insert(text.into(), n);
        n
    }

    fn get(&self, tile: Tile) -> Option<&Cluster> {
        self.list.get(usize::try_from(tile.glyph.checked_sub(FIRST_CLUSTER)?).ok()?)
    }

    /// Appends the glyph of `tile` as UTF-8; nothing for a tail.
    pub(super) fn push(&self, tile: Tile, out: &mut Vec<u8>) {
        if let Some(c) = char::from_u32(tile.glyph) {
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        } else if let Some(cluster) = self.get(tile) {
            out.extend_from_slice(cluster.text.as_bytes());
        }
    }

    /// Bytes of the glyph.
    pub(super) fn len(&self, tile: Tile) -> usize {
        char::from_u32(tile.glyph).map_or_else(|| self.get(tile).map_or(0, |c| c.text.len()), char::len_utf8)
    }

    /// For a glyph on whose width terminals do not agree, the columns it takes at most.
    pub(super) fn doubtful(&self, tile: Tile) -> Option<usize> {
        let cluster = self.get(tile)?;
        (cluster.apart != tile.width).then(|| usize::from(cluster.apart.max(tile.width)))
    }
}

/// A screenful of tiles.
#[derive(Debug, Default)]
pub(super) struct Grid {
    /// Columns.
    pub(super) cols: usize,
    /// Rows.
    pub(super) rows: usize,
    tiles: Vec<Tile>,
}

impl Grid {
    /// Makes it empty, of the given size.
    pub(super) fn clear(&mut self, cols: usize, rows: usize) {
        (self.cols, self.rows) = (cols, rows);
        self.tiles.clear();
        self.tiles.resize(cols.saturating_mul(rows), Tile::BLANK);
    }

    /// Becomes the same as `other`.
    pub(super) fn copy_from(&mut self, other: &Self) {
        (self.cols, self.rows) = (other.cols, other.rows);
        self.tiles.clear();
        self.tiles.extend_from_slice(&other.tiles);
    }

    /// All rows in order.
    pub(super) fn each_row(&self) -> impl Iterator<Item = &[Tile]> {
        self.tiles.chunks(self.cols.max(1))
    }

    /// Moves the rows `top..=bottom` up by `by`, or down if it is negative, and empties those that come free, as the
    /// terminal does.
    pub(super) fn scroll(&mut self, top: usize, bottom: usize, by: isize) {
        let cols = self.cols;
        let all = top.saturating_mul(cols)..bottom.saturating_add(1).saturating_mul(cols);
        let Some(region) = self.tiles.get_mut(all) else { return };
        let free = by.unsigned_abs().saturating_mul(cols).min(region.len());
        if by > 0 {
            region.rotate_left(free);
            let kept = region.len() - free;
            region.iter_mut().skip(kept).for_each(|t| *t = Tile::BLANK);
        } else {
            region.rotate_right(free);
            region.iter_mut().take(free).for_each(|t| *t = Tile::BLANK);
        }
    }

    /// Takes over a frame.
    pub(super) fn load(&mut self, from: &Buffer, clusters: &mut Clusters, caps: Caps) {
        (self.cols, self.rows) = (usize::from(from.area.width), usize::from(from.area.height));
        self.tiles.clear();
        self.tiles.reserve(from.content.len());
        for row in from.content.chunks(self.cols.max(1)).take(self.rows) {
            let mut rest = row.iter();
            let mut left = row.len();
            while let Some(cell) = rest.next() {
                let put = self.push_cell(cell, left, clusters, caps);
                left -= put;
                for _ in 1..put {
                    rest.next();
                }
            }
        }
        self.tiles.resize(self.cols.saturating_mul(self.rows), Tile::BLANK);
    }

    /// Appends the tiles of `cell`, at most `left`, and gives their number.
    fn push_cell(&mut self, cell: &Cell, left: usize, clusters: &mut Clusters, caps: Caps) -> usize {
        let pen = Pen::of(cell);
        let mut chars = cell.symbol().chars();
        let (first, alone) = (chars.next().unwrap_or(' '), chars.next().is_none());
        if alone && matches!(first, ' '..='~') {
            self.tiles.push(Tile::new(first, pen));
            return 1;
        }
        if !alone && cell.symbol().chars().any(|c| is_unsafe(c, true)) || alone && is_unsafe(first, false) {
            self.tiles.push(Tile::new('?', pen));
            return 1;
        }
        let width = usize::from(cell.cell_width());
        if width == 0 || width > usize::from(u8::MAX) || !caps.utf8 {
            let marks = width.clamp(1, left);
            self.tiles.extend(std::iter::repeat_n(Tile::new('?', pen), marks));
            return marks;
        }
        if width > left {
            self.tiles.extend(std::iter::repeat_n(Tile::new(' ', pen), left));
            return left;
        }
        let plain = alone && first.width() == Some(width);
        let glyph = if plain { u32::from(first) } else { clusters.number(cell.symbol()) };
        let tile = Tile { glyph, width: u8::try_from(width).unwrap_or(1), pen };
        if clusters.doubtful(tile).is_some_and(|most| most > left) {
            // Some terminals would go on in the next row.
            self.tiles.extend(std::iter::repeat_n(Tile::new('?', pen), width));
            return width;
        }
        self.tiles.push(tile);
        self.tiles.extend(std::iter::repeat_n(Tile { glyph: TAIL, width: 0, pen }, width - 1));
        width
    }
}

/// Whether `c` could do something to the terminal or cannot be seen. Inside a cluster what joins and varies is fine. The
/// sanitiser has replaced all of these before; this is the last defence.
fn is_unsafe(c: char, inside: bool) -> bool {
    let joins = matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}');
    c.is_control() || is_hidden(c) && !(inside && joins)
}
