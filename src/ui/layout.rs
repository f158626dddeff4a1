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

    #[test]
    fn frames_of_few_rows() {
        for height in 0..6 {
            let frame = frame(Rect { x: 0, y: 0, width: 10, height });
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
