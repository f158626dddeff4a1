//! A list whose rows are parted into columns.

use super::list::{List, Rows};
use crate::base::num::to_u16;
use crate::base::text;
use crate::ui::{Canvas, Rect, Role};

/// How wide a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// So many cells.
    Cells(u16),
    /// A share of what is left by the others.
    Share(u16),
}

/// One column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column<'a> {
    /// What it says at the top.
    pub title: &'a str,
    /// How wide it is.
    pub width: Width,
    /// Figures stand at the right.
    pub right: bool,
}

impl<'a> Column<'a> {
    /// A column of text.
    pub const fn new(title: &'a str, width: Width) -> Self {
        Self { title, width, right: false }
    }

    /// A column of figures.
    pub const fn figures(title: &'a str, cells: u16) -> Self {
        Self { title, width: Width::Cells(cells), right: true }
    }
}

/// A table: columns with a line of titles. Its state is a [`List`].
#[derive(Debug, Clone, Copy)]
pub struct Table<'a> {
    /// The columns, left to right.
    pub columns: &'a [Column<'a>],
}

impl Table<'_> {
    /// Draws titles and rows; `cell` gives text and role of one cell by row and column.
    pub fn draw(
        &self,
        canvas: &mut Canvas<'_>,
        area: Rect,
        list: &List,
        rows: &Rows,
        cell: impl Fn(usize, usize) -> (String, Role),
    ) {
        let mut canvas = canvas.sub(area);
        let widths = self.widths(canvas.width().saturating_sub(2));
        let mut head = canvas.sub(Rect { x: 1, y: 0, width: canvas.width().saturating_sub(1), height: 1 });
        self.row(&mut head, &widths, |column| {
            (self.columns.get(column).map_or("", |c| c.title).to_owned(), Role::Title)
        });
        let below = Rect { y: 1, height: canvas.height().saturating_sub(1), ..canvas.area() };
        list.draw(&mut canvas, below, rows, |canvas, index, _| {
            self.row(canvas, &widths, |column| cell(index, column));
        });
    }

    fn row(&self, canvas: &mut Canvas<'_>, widths: &[u16], cell: impl Fn(usize) -> (String, Role)) {
        let mut x = 0_u16;
        for (i, (column, width)) in self.columns.iter().zip(widths).enumerate() {
            let (shown, role) = cell(i);
            if column.right {
                let shown = text::clip(&shown, usize::from(*width));
                let end = x.saturating_add(*width);
                canvas.text_right(end, 0, &shown, role);
            } else {
                canvas.text_in(x, 0, *width, &shown, role);
            }
            x = x.saturating_add(*width).saturating_add(1);
        }
    }

    /// The cells of each column in `room`, one blank between columns. When there is too little, the last get less.
    fn widths(&self, room: u16) -> Vec<u16> {
        let gaps = to_u16(self.columns.len().saturating_sub(1));
        let mut left = room.saturating_sub(gaps);
        let mut shares = 0_u32;
        let mut fixed = 0_u16;
        for column in self.columns {
            match column.width {
                Width::Cells(cells) => fixed = fixed.saturating_add(cells),
                Width::Share(share) => shares += u32::from(share.max(1)),
            }
        }
        let mut open = u32::from(left.saturating_sub(fixed));
        let mut widths = Vec::with_capacity(self.columns.len());
        for column in self.columns {
            let wanted = match column.width {
                Width::Cells(cells) => cells,
                Width::Share(share) => {
                    let share = u32::from(share.max(1));
                    let cells = open * share / shares.max(1);
                    open -= cells;
                    shares -= share;
                    u16::try_from(cells).unwrap_or(u16::MAX)
                }
            };
            let cells = wanted.min(left);
            left -= cells;
            widths.push(cells);
        }
        widths
    }
}
