//! Finds the vertical scrolls between two frames. It only guesses (by sums over hashes of pieces of rows, so that a
//! panel that stays does not hide one that scrolls); the encoder compares the bytes.

use super::tile::{Grid, Tile};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Columns of a piece.
const PIECE: usize = 8;
/// Bytes that a scroll must save to be worth its own.
const MIN_GAIN: i64 = 24;
/// Comparisons of pieces for one scroll, about: a frame of 1,000 by 500 is only searched for short scrolls.
const COMPARISONS: usize = 500_000;
/// Scrolls in one frame: panes do not scroll more regions than that at once.
const MOST: usize = 3;

/// Rows `top..=bottom` move up by `by`, or down if it is negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scroll {
    pub(super) top: usize,
    pub(super) bottom: usize,
    pub(super) by: isize,
}

/// A piece of a row: what it looks like, and about what it costs to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    hash: u64,
    cost: i64,
}

/// All pieces of a frame, in rows of equal length.
struct Pieces {
    all: Vec<Piece>,
    per_row: usize,
}

impl Pieces {
    fn of(grid: &Grid) -> Self {
        let all = grid.each_row().flat_map(|row| row.chunks(PIECE).map(piece)).collect();
        Self { all, per_row: grid.cols.div_ceil(PIECE).max(1) }
    }

    fn row(&self, y: usize) -> &[Piece] {
        let from = y.saturating_mul(self.per_row);
        self.all.get(from..from.saturating_add(self.per_row)).unwrap_or_default()
    }
}

fn piece(tiles: &[Tile]) -> Piece {
    let mut hasher = DefaultHasher::new();
    tiles.hash(&mut hasher);
    let seen = tiles.iter().filter(|t| **t != Tile::BLANK).count();
    Piece { hash: hasher.finish(), cost: i64::try_from(seen).unwrap_or(0) + 2 }
}

/// What it costs to change row `old` into row `new`.
fn cost(old: &[Piece], new: &[Piece]) -> i64 {
    old.iter().zip(new).filter(|(a, b)| a.hash != b.hash).map(|(_, b)| b.cost).sum()
}

/// The scrolls that bring `old` nearest to `new`, to be done in this order.
pub(super) fn find(old: &Grid, new: &Grid) -> Vec<Scroll> {
    let mut found = Vec::new();
    if old.rows < 3 || old.rows != new.rows || old.cols != new.cols {
        return found;
    }
    let (before, after) = (Pieces::of(old), Pieces::of(new));
    let blank = vec![piece(&[Tile::BLANK; PIECE]); before.per_row];
    // What the terminal shows in each row: a row of `old`, or nothing.
    let mut shows: Vec<Option<usize>> = (0..old.rows).map(Some).collect();
    while found.len() < MOST {
        let row = |y: usize| -> &[Piece] {
            shows.get(y).copied().flatten().map_or(blank.as_slice(), |from| before.row(from))
        };
        let Some(scroll) = best(&row, &after, &blank, old.rows) else { break };
        found.push(scroll);
        let Some(region) = shows.get_mut(scroll.top..=scroll.bottom) else { break };
        let lines = scroll.by.unsigned_abs().min(region.len());
        if scroll.by > 0 {
            region.rotate_left(lines);
            let kept = region.len() - lines;
            region.iter_mut().skip(kept).for_each(|r| *r = None);
        } else {
            region.rotate_right(lines);
            region.iter_mut().take(lines).for_each(|r| *r = None);
        }
    }
    found
}

/// The one scroll that saves most, if it saves enough.
fn best<'a>(
    row: &impl Fn(usize) -> &'a [Piece],
    after: &Pieces,
    blank: &[Piece],
    rows: usize,
) -> Option<Scroll> {
    let stay: Vec<i64> = (0..rows).map(|y| cost(row(y), after.row(y))).collect();
    if stay.iter().sum::<i64>() < MIN_GAIN {
        return None;
    }
    let empty: Vec<i64> = (0..rows).map(|y| cost(blank, after.row(y))).collect();
    let exposed = |rows: std::ops::Range<usize>| -> i64 {
        let pairs = stay.iter().zip(&empty).skip(rows.start).take(rows.len());
        pairs.map(|(stay, empty)| stay - empty).sum()
    };
    let mut best = (MIN_GAIN, None);
    let longest = (COMPARISONS / (rows * after.per_row)).max(4).min(rows - 2);
    for lines in 1..=longest {
        for up in [true, false] {
            // Row `y` of the upper part of the region and row `y + lines` are the same before and after.
            let pair = |y: usize| if up { (y, y + lines) } else { (y + lines, y) };
            let gain = |y: usize| {
                let (to, from) = pair(y);
                stay.get(to).copied().unwrap_or(0) - cost(row(from), after.row(to))
            };
            let Some((first, last, saved)) = best_run((0..rows - lines).map(gain)) else { continue };
            let (top, bottom) = (first, last + lines);
            let free = if up { bottom + 1 - lines..bottom + 1 } else { top..top + lines };
            let saved = saved + exposed(free);
            if saved > best.0 {
                let by = isize::try_from(lines).unwrap_or(0);
                best = (saved, Some(Scroll { top, bottom, by: if up { by } else { -by } }));
            }
        }
    }
    best.1
}

/// First and last index and sum of the run with the greatest sum, if that is positive (Kadane).
fn best_run(gains: impl Iterator<Item = i64>) -> Option<(usize, usize, i64)> {
    let mut best: Option<(usize, usize, i64)> = None;
    let (mut start, mut sum) = (0, 0);
    for (i, gain) in gains.enumerate() {
        if sum <= 0 {
            (start, sum) = (i, 0);
        }
        sum += gain;
        if sum > best.map_or(0, |b| b.2) {
            best = Some((start, i, sum));
        }
    }
    best
}
