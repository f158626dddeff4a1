//! Going to the left and right by an amount, as LEFT and RIGHT ask for it.

use super::file::File;
use super::rows::Row;
use super::state::{Scroll, State};
use super::view::text_columns;
use crate::base::num;
use crate::panes::Move;
use crate::work::Effects;

impl State {
    /// To the left or right by an amount; what has no columns goes as with the key.
    pub fn go_sideways(&mut self, way: Move, by: Scroll, fx: &mut Effects) {
        let text = !(self.in_trail() || self.in_members() || self.in_names() || self.in_walk());
        let file = self.file().filter(|f| text && !self.outline.focused && !f.is_folded());
        let Some(file) = file else { return self.go_move(way, fx) };
        let held = self.held(file);
        let page = usize::from(text_columns(self.columns, self.gutter, file)).saturating_sub(held).max(1);
        let step = match by {
            Scroll::Cursor | Scroll::Page => page,
            Scroll::Half => (page / 2).max(1),
            Scroll::Data => (page - 1).max(1),
            Scroll::Lines(columns) => num::to_usize(u64::from(columns)),
            Scroll::Max => usize::MAX,
        };
        let to = match (way, by) {
            (Move::Left, _) => file.left.saturating_sub(step),
            // The longest line that is shown ends at the edge.
            (_, Scroll::Max) => widest(file).saturating_sub(page + held),
            _ => file.left.saturating_add(step),
        };
        self.show_from_column(to, fx);
    }
}

/// Columns of the longest line at hand. Of a line that was not read to its end there are taken to be as many as bytes.
pub(super) fn widest(file: &File) -> usize {
    let read = |row: &Row| row.line.cells().saturating_add(num::to_usize(file.skip));
    let whole = |row: &Row| row.skip.saturating_add(num::to_u64(row.bytes.len())) >= row.length;
    let cells = |row: &Row| if whole(row) { read(row) } else { read(row).max(num::to_usize(row.length)) };
    file.rows.iter().map(cells).max().unwrap_or(0)
}
