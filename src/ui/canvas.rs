//! The one way to the screen: a clipped area of a buffer that cleans what is drawn on it.

use super::{Look, Rect, Role};
use crate::base::num::to_u16;
use crate::base::text::{self, Line, clean_in, glyphs};
use ratatui::buffer::Buffer;
use ratatui::style::Style;
use std::ops::Range;

/// An area of the screen to draw on. Coordinates are of the canvas: (0, 0) is its own top left cell. Whatever is outside
/// is not drawn; whatever is drawn is cleaned (see [`crate::base::text`]) and reduced to what the terminal can show.
#[derive(Debug)]
pub struct Canvas<'a> {
    buffer: &'a mut Buffer,
    /// Where the canvas is in the buffer; always inside of it.
    place: Rect,
    look: &'a Look,
    cursor: &'a mut Option<(u16, u16)>,
}

impl<'a> Canvas<'a> {
    /// A canvas over all of `buffer`; `cursor` takes the cell of the screen where the terminal's own cursor goes.
    pub fn new(buffer: &'a mut Buffer, look: &'a Look, cursor: &'a mut Option<(u16, u16)>) -> Self {
        let place = buffer.area;
        Self { buffer, place, look, cursor }
    }

    /// The part of the canvas that `area` covers.
    pub fn sub(&mut self, area: Rect) -> Canvas<'_> {
        let place = self.placed(area);
        Canvas { buffer: &mut *self.buffer, place, look: self.look, cursor: &mut *self.cursor }
    }

    /// The whole canvas: (0, 0) and its size.
    pub fn area(&self) -> Rect {
        Rect { x: 0, y: 0, width: self.place.width, height: self.place.height }
    }

    /// Columns.
    pub fn width(&self) -> u16 {
        self.place.width
    }

    /// Rows.
    pub fn height(&self) -> u16 {
        self.place.height
    }

    /// Theme and signs.
    pub fn look(&self) -> &'a Look {
        self.look
    }

    /// Draws `text` from (`x`, `y`) to the edge at most, and gives the cells used.
    pub fn text(&mut self, x: u16, y: u16, text: &str, role: Role) -> u16 {
        self.text_max(x, y, u16::MAX, text, role)
    }

    /// Draws `text` in at most `cells` cells; when it is cut, an ellipsis stands in the last. Gives the cells used.
    pub fn text_in(&mut self, x: u16, y: u16, cells: u16, text: &str, role: Role) -> u16 {
        let room = cells.min(self.place.width.saturating_sub(x));
        let clean = clean_in(text, self.look.charset());
        if room == 0 || text::width(&clean) <= usize::from(room) {
            return self.text_max(x, y, room, &clean, role);
        }
        let used = self.text_max(x, y, room - 1, &clean, role);
        used + self.text_max(x.saturating_add(used), y, 1, self.look.glyphs.ellipsis, role)
    }

    /// Draws `text` so that it ends before column `end`, and gives the column it starts in. Its start is cut if need be.
    pub fn text_right(&mut self, end: u16, y: u16, text: &str, role: Role) -> u16 {
        let end = end.min(self.place.width);
        let clean = clean_in(text, self.look.charset());
        let shown = text::clip_start(&clean, usize::from(end));
        let x = end - to_u16(text::width(&shown)).min(end);
        self.text_max(x, y, end - x, &shown, role);
        x
    }

    /// Draws pieces of text one behind the other, and gives the cells used.
    pub fn spans(&mut self, x: u16, y: u16, spans: &[(&str, Role)]) -> u16 {
        let mut used = 0_u16;
        for (text, role) in spans {
            used = used.saturating_add(self.text(x.saturating_add(used), y, text, *role));
        }
        used
    }

    /// Draws a line of a file from its cell `from`, with `role` for what no span covers; spans are cells of the line,
    /// later ones over earlier ones. What stands for unshowable bytes gets [`Role::Mark`]. Gives the cells used.
    pub fn line(
        &mut self,
        x: u16,
        y: u16,
        line: &Line,
        from: usize,
        role: Role,
        spans: &[(Range<usize>, Role)],
    ) -> u16 {
        let room = self.place.width.saturating_sub(x);
        let (start, text) = line.slice(from, usize::from(room));
        let before = to_u16(start.saturating_sub(from)).min(room);
        let used = self.text_max(x.saturating_add(before), y, room - before, text, role);
        for (cells, role) in spans {
            self.patch_cells(x, y, room, cells, from, *role);
        }
        for cells in line.marks() {
            self.patch_cells(x, y, room, &cells, from, Role::Mark);
        }
        before + used
    }

    /// Blanks `area` and gives it the colours of `role`.
    pub fn fill(&mut self, area: Rect, role: Role) {
        let style = self.look.style(Role::Base).patch(self.look.style(role));
        let place = self.placed(area);
        for y in place.top()..place.bottom() {
            self.part_wide(place.left(), y);
            for x in place.left()..place.right() {
                if let Some(cell) = self.buffer.cell_mut((x, y)) {
                    cell.reset();
                    cell.set_style(style);
                }
            }
        }
    }

    /// Lays the colours and modifiers of `role` over what `area` shows.
    pub fn patch(&mut self, area: Rect, role: Role) {
        let place = self.placed(area);
        let style = self.look.style(role);
        self.buffer.set_style(place, style);
    }

    /// Draws a box around `area` with `title` in its upper edge, and gives what is inside. With fewer than three columns
    /// or rows there is no box and the inside is all of it.
    pub fn panel(&mut self, area: Rect, title: &str, focused: bool) -> Rect {
        let area = self.area().intersection(area);
        if area.width < 3 || area.height < 3 {
            return area;
        }
        let border = self.look.glyphs.panel(focused);
        let role = if focused { Role::BorderFocus } else { Role::Border };
        let (right, bottom) = (area.right() - 1, area.bottom() - 1);
        for y in [area.y, bottom] {
            self.hline(area.x, y, area.width, role, border.horizontal);
        }
        for y in area.y + 1..bottom {
            self.text(area.x, y, border.vertical, role);
            self.text(right, y, border.vertical, role);
        }
        let corners = [
            (area.x, area.y, border.top_left),
            (right, area.y, border.top_right),
            (area.x, bottom, border.bottom_left),
            (right, bottom, border.bottom_right),
        ];
        for (x, y, corner) in corners {
            self.text(x, y, corner, role);
        }
        if !title.is_empty() && area.width > 6 {
            let title_role = if focused { Role::Title } else { Role::Text };
            self.text(area.x + 1, area.y, " ", role);
            let used = self.text_in(area.x + 2, area.y, area.width - 4, title, title_role);
            self.text(area.x + 2 + used, area.y, " ", role);
        }
        Rect { x: area.x + 1, y: area.y + 1, width: area.width - 2, height: area.height - 2 }
    }

    /// Draws `glyph`, one cell wide, `width` times to the right.
    pub fn hline(&mut self, x: u16, y: u16, width: u16, role: Role, glyph: &str) {
        for x in x..x.saturating_add(width).min(self.place.width) {
            self.text_max(x, y, 1, glyph, role);
        }
    }

    /// Puts the terminal's own cursor on (`x`, `y`); the last call before the frame is sent counts.
    pub fn cursor(&mut self, x: u16, y: u16) {
        if x < self.place.width && y < self.place.height {
            *self.cursor = Some((self.place.x + x, self.place.y + y));
        }
    }

    fn text_max(&mut self, x: u16, y: u16, cells: u16, text: &str, role: Role) -> u16 {
        let room = cells.min(self.place.width.saturating_sub(x));
        if y >= self.place.height || room == 0 {
            return 0;
        }
        let style = self.look.style(role);
        let (left, y) = (self.place.x + x, self.place.y + y);
        self.part_wide(left, y);
        let mut used = 0;
        let clean = clean_in(text, self.look.charset());
        for (glyph, wide) in glyphs(&clean) {
            let wide = to_u16(wide);
            if used + wide > room {
                break;
            }
            self.put(left + used, y, glyph, style);
            for second in 1..wide {
                self.put(left + used + second, y, " ", style);
            }
            used += wide;
        }
        used
    }

    /// Sets one cell to what is already clean.
    fn put(&mut self, x: u16, y: u16, glyph: &str, style: Style) {
        if let Some(cell) = self.buffer.cell_mut((x, y)) {
            cell.set_symbol(glyph);
            cell.set_style(style);
        }
    }

    /// A wide character whose right half is about to be drawn over leaves a blank.
    fn part_wide(&mut self, x: u16, y: u16) {
        let Some(left) = x.checked_sub(1) else { return };
        if let Some(cell) = self.buffer.cell_mut((left, y))
            && cell.symbol().len() > 1
            && text::width(cell.symbol()) > 1
        {
            cell.set_symbol(" ");
        }
    }

    fn patch_cells(&mut self, x: u16, y: u16, room: u16, cells: &Range<usize>, from: usize, role: Role) {
        let start = to_u16(cells.start.saturating_sub(from)).min(room);
        let end = to_u16(cells.end.saturating_sub(from)).min(room);
        self.patch(Rect { x: x.saturating_add(start), y, width: end.saturating_sub(start), height: 1 }, role);
    }

    /// An area of the canvas as one of the buffer.
    fn placed(&self, area: Rect) -> Rect {
        let x = area.x.min(self.place.width);
        let y = area.y.min(self.place.height);
        Rect {
            x: self.place.x + x,
            y: self.place.y + y,
            width: area.width.min(self.place.width - x),
            height: area.height.min(self.place.height - y),
        }
    }
}

#[cfg(test)]
mod tests;
