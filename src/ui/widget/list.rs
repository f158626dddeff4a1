//! A list of rows with one selected.

use super::bars::{Scroll, scrollbar};
use crate::base::num::{to_u16, to_u64};
use crate::ui::{Canvas, Rect, Role};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// How the selection of a list moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Move {
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// Half a page up.
    HalfUp,
    /// Half a page down.
    HalfDown,
    /// To the first row.
    First,
    /// To the last row.
    Last,
    /// To this row, from 0.
    To(usize),
}

/// Which row of a list is selected and which is at the top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct List {
    selected: usize,
    top: usize,
}

/// How the rows of a list are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rows {
    /// How many rows there are.
    pub len: usize,
    /// Lines that each takes, at least one.
    pub height: u16,
    /// Whether every other row stands on a bar.
    pub bars: bool,
    /// Whether the list takes the keys: the terminal's cursor goes to the selected row.
    pub focused: bool,
}

impl Rows {
    /// Rows of one line with bars.
    pub fn new(len: usize, focused: bool) -> Self {
        Self { len, height: 1, bars: true, focused }
    }

    /// Rows of `height` lines.
    #[must_use]
    pub fn of_height(self, height: u16) -> Self {
        Self { height: height.max(1), ..self }
    }
}

impl List {
    /// The selected row, from 0; `None` if there are none.
    pub fn selected(&self, len: usize) -> Option<usize> {
        len.checked_sub(1).map(|last| self.selected.min(last))
    }

    /// Moves the selection among `len` rows of which `page` are shown; says whether it moved.
    pub fn go(&mut self, step: Move, len: usize, page: usize) -> bool {
        let last = len.saturating_sub(1);
        let page = page.max(1);
        let was = self.selected.min(last);
        let half = page.div_ceil(2);
        self.selected = match step {
            Move::Up => was.saturating_sub(1),
            Move::Down => was + 1,
            Move::PageUp => was.saturating_sub(page),
            Move::PageDown => was + page,
            Move::HalfUp => was.saturating_sub(half),
            Move::HalfDown => was + half,
            Move::First => 0,
            Move::Last => last,
            Move::To(row) => row,
        }
        .min(last);
        // A page takes the top along, so that the selected row stays where it is on the screen.
        let far = self.selected.abs_diff(was) > 1;
        match step {
            Move::PageUp | Move::HalfUp if far => self.top = self.top.saturating_sub(was - self.selected),
            Move::PageDown | Move::HalfDown if far => self.top += self.selected - was,
            _ => {}
        }
        self.top = self.window(len, page).start;
        self.selected != was
    }

    /// The rows that are shown when `page` of `len` fit: always with the selected one.
    pub fn window(&self, len: usize, page: usize) -> Range<usize> {
        let Some(selected) = self.selected(len) else { return 0..0 };
        let page = page.max(1);
        let low = (selected + 1).saturating_sub(page);
        let top = self.top.clamp(low, selected).min(len.saturating_sub(page));
        top..(top + page).min(len)
    }

    /// Draws the rows. `row` draws one on its own canvas, which begins right of the column that marks the selected row;
    /// bars, selection and scroll bar are drawn here.
    pub fn draw(
        &self,
        canvas: &mut Canvas<'_>,
        area: Rect,
        rows: &Rows,
        mut row: impl FnMut(&mut Canvas<'_>, usize, bool),
    ) {
        let mut canvas = canvas.sub(area);
        let (width, height) = (canvas.width(), rows.height.max(1));
        let page = usize::from(canvas.height() / height).max(1);
        let window = self.window(rows.len, page);
        let bar = u16::from(rows.len > page && width > 4);
        let selected = self.selected(rows.len);
        for (nth, index) in window.clone().enumerate() {
            let y = to_u16(nth).saturating_mul(height);
            let place = Rect { x: 0, y, width: width - bar, height };
            if rows.bars {
                canvas.patch(place, if index % 2 == 0 { Role::RowOdd } else { Role::RowEven });
            }
            let inside = Rect { x: 1, width: place.width.saturating_sub(1), ..place };
            row(&mut canvas.sub(inside), index, selected == Some(index));
            if selected == Some(index) {
                if rows.focused {
                    canvas.patch(Rect { height: 1, ..place }, Role::Selection);
                    canvas.cursor(0, y);
                }
                let sign = canvas.look().glyphs.selected;
                for y in y..y.saturating_add(height) {
                    canvas.text(0, y, sign, Role::Accent);
                }
            }
        }
        if bar > 0 {
            let scroll = Scroll {
                total: to_u64(rows.len),
                top: to_u64(window.start),
                shown: to_u64(window.len()),
                marks: &[],
            };
            let place = Rect { x: width - 1, width: 1, ..canvas.area() };
            scrollbar(&mut canvas, place, &scroll);
        }
    }
}
