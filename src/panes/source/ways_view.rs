//! Draws the panel of ways.

use super::ways::WaysPanel;
use crate::base::num::{counted, to_u64};
use crate::ui::widget::{Column, Rows, Table, Width};
use crate::ui::{Canvas, Rect, Role};
use crate::work::{NameSpot, WayRow, Ways, WaysOf};

/// What a row says.
const COLUMNS: [Column<'_>; 5] = [
    Column::figures("begins", 8),
    Column::new("name", Width::Share(3)),
    Column::new("by", Width::Cells(10)),
    Column::figures("line", 8),
    Column::new("", Width::Share(2)),
];
/// Deepest row that is indented as deep as it is.
const DEEPEST: usize = 10;

/// Draws what `panel` holds.
pub fn view(panel: &WaysPanel, canvas: &mut Canvas<'_>, focused: bool) {
    let width = canvas.width();
    let below = Rect::new(0, 1, width, canvas.height().saturating_sub(1));
    let glyph = canvas.look().glyphs.border.horizontal;
    canvas.hline(0, 0, width, Role::Border, glyph);
    let Some(ways) = &panel.ways else {
        canvas.text(1, 0, " Reading the program ... ", Role::Dim);
        return;
    };
    canvas.text(1, 0, &heading(ways), Role::Title);
    let rows = Rows::new(ways.rows.len(), focused);
    Table { columns: &COLUMNS }.draw(canvas, below, &panel.list, &rows, |row, column| {
        let Some(way) = ways.rows.get(row) else { return (String::new(), Role::Text) };
        let line = |spot: &Option<NameSpot>| spot.as_ref().map(NameSpot::shown).unwrap_or_default();
        match column {
            0 => (line(&way.begins), Role::CodeNumber),
            1 => (indented(way), Role::CodeName),
            2 => (way.how.clone(), Role::CodeKeyword),
            3 if way.at == way.begins => (String::new(), Role::Text),
            3 => (line(&way.at), Role::CodeNumber),
            _ => (way.note.clone(), Role::Dim),
        }
    });
}

/// The name, as far to the right as the row is deep; very deep ones say how deep.
fn indented(way: &WayRow) -> String {
    let deep = if way.depth > DEEPEST { format!("{}> ", way.depth) } else { String::new() };
    format!("{}{deep}{}", "  ".repeat(way.depth.min(DEEPEST)), way.name)
}

fn heading(ways: &Ways) -> String {
    let rows = to_u64(ways.rows.len());
    let about = if ways.about.is_empty() { "this source" } else { &ways.about };
    let text = match ways.of {
        WaysOf::Procedure | WaysOf::Program => {
            format!("{about} performs and calls: {}", counted(rows.saturating_sub(1), "step", "steps"))
        }
        WaysOf::Unreached => {
            format!("{about}: {} never reached", counted(rows, "procedure is", "procedures are"))
        }
        WaysOf::Left => {
            format!("{about}: {} a range that is performed", counted(rows, "GO TO leaves", "GO TOs leave"))
        }
    };
    format!(" {text}{} ", if ways.cut { ", not all of it was looked at" } else { "" })
}
