//! Where the panes go: one under 100 columns, two from 100, three from 140, and any one alone when zoomed.

use super::Rect;

/// Columns from which two panes fit side by side.
pub const TWO_FROM: u16 = 100;
/// Columns from which three panes fit side by side.
pub const THREE_FROM: u16 = 140;

/// The screen in three parts; parts that do not fit are empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// The title line.
    pub title: Rect,
    /// What is between.
    pub body: Rect,
    /// The line of keys at the bottom.
    pub hints: Rect,
}

/// Title line, body, bottom line. With one row there is only a body, with two a body and the title.
pub fn frame(area: Rect) -> Frame {
    let title = u16::from(area.height >= 2);
    let hints = u16::from(area.height >= 3);
    let body = area.height - title - hints;
    let row = |y: u16, height: u16| Rect { y: area.y.saturating_add(y), height, ..area };
    Frame { title: row(0, title), body: row(title, body), hints: row(title + body, hints) }
}

/// How many panes fit side by side in `width` columns.
pub fn columns(width: u16) -> usize {
    match width {
        0..TWO_FROM => 1,
        TWO_FROM..THREE_FROM => 2,
        THREE_FROM.. => 3,
    }
}

/// Places the panes of a view side by side. `weights` gives each its share, in order of importance left to right;
/// `focused` is the one that takes the keys. Panes that do not fit get `None`; the focused one always has a place: alone
/// when `zoomed` or when only one fits, else in place of the last that fits.
pub fn panes(area: Rect, weights: &[u16], focused: usize, zoomed: bool) -> Vec<Option<Rect>> {
    let fit = if zoomed { 1 } else { columns(area.width).min(weights.len()) };
    let focused = focused.min(weights.len().saturating_sub(1));
    let shown: Vec<usize> = match fit {
        1 => vec![focused],
        _ if focused < fit => (0..fit).collect(),
        _ => (0..fit - 1).chain([focused]).collect(),
    };
    let share = |i: &usize| u32::from(weights.get(*i).copied().unwrap_or(1).max(1));
    let mut left_weight: u32 = shown.iter().map(share).sum();
    let mut rest = area;
    let mut out = vec![None; weights.len()];
    for index in shown {
        let weight = share(&index);
        let wide = u32::from(rest.width) * weight / left_weight.max(1);
        let width = u16::try_from(wide).unwrap_or(rest.width).min(rest.width);
        if let Some(slot) = out.get_mut(index) {
            *slot = Some(Rect { width, ..rest });
        }
        left_weight -= weight;
        rest = Rect { x: rest.x.saturating_add(width), width: rest.width - width, ..rest };
    }
    out
}

/// A box of at most `width` by `height` in the middle of `area`, one cell away from its edges where there is room.
pub fn centered(area: Rect, width: u16, height: u16) -> Rect {
    let room = |size: u16| if size > 4 { size - 2 } else { size };
    let (width, height) = (width.min(room(area.width)), height.min(room(area.height)));
    let at = |start: u16, size: u16, inner: u16| start.saturating_add((size - inner) / 2);
    Rect { x: at(area.x, area.width, width), y: at(area.y, area.height, height), width, height }
}

/// A box of `width` by `height` beside the cell (`x`, `y`): below it, or above where there is more room.
pub fn beside(area: Rect, x: u16, y: u16, width: u16, height: u16) -> Rect {
    let width = width.min(area.width);
    let row = y.clamp(area.y, area.bottom().saturating_sub(1).max(area.y));
    let below = area.bottom().saturating_sub(row.saturating_add(1));
    let above = row - area.y;
    let x = x.clamp(area.x, area.right().saturating_sub(width).max(area.x));
    if height <= below || below >= above {
        let height = height.min(below);
        return Rect { x, y: area.bottom().min(row.saturating_add(1)), width, height };
    }
    let height = height.min(above);
    Rect { x, y: row - height, width, height }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(width: u16, height: u16) -> Rect {
        Rect { x: 0, y: 0, width, height }
    }

    #[test]
    fn panes_by_width() {
        for (width, count) in [(1, 1), (80, 1), (99, 1), (100, 2), (139, 2), (140, 3), (300, 3)] {
            let placed = panes(area(width, 24), &[2, 3, 3], 0, false);
            let shown: Vec<Rect> = placed.into_iter().flatten().collect();
            assert_eq!(shown.len(), count, "{width}");
            assert_eq!(shown.iter().map(|r| r.width).sum::<u16>(), width);
        }
    }

    #[test]
    fn the_focused_pane_is_always_there() {
        assert_eq!(panes(area(80, 24), &[1, 1, 1], 2, false), [None, None, Some(area(80, 24))]);
        assert!(panes(area(120, 24), &[1, 1, 1], 2, false)[2].is_some());
        assert_eq!(panes(area(200, 24), &[1, 1, 1], 1, true), [None, Some(area(200, 24)), None]);
        assert_eq!(panes(area(200, 24), &[], 1, true), []);
    }

    #[test]
    fn frames_of_few_rows() {
        for height in 0..6 {
            let frame = frame(area(10, height));
            assert_eq!(frame.title.height + frame.body.height + frame.hints.height, height);
            assert_eq!(frame.body.height > 0, height > 0);
        }
    }

    #[test]
    fn boxes_stay_inside() {
        for (w, h) in [(0, 0), (1, 1), (3, 9), (80, 24)] {
            let all = Rect { x: 5, y: 5, width: w, height: h };
            for (x, y) in [(0, 0), (5, 5), (40, 20), (500, 500)] {
                for inner in [beside(all, x, y, 20, 8), centered(all, 20, 8)] {
                    assert_eq!(all.intersection(inner).area(), inner.area(), "{all:?} {inner:?}");
                }
            }
        }
    }
}
