//! Draws the panel of a list to walk along.

use super::walk::WalkPanel;
use crate::base::num::{counted, to_u64};
use crate::ui::widget::{Column, Rows, Table, Width};
use crate::ui::{Canvas, Rect, Role};
use crate::work::{FlowOf, NameSpot, Walk, WalkOf, WalkRow, number_shown};

/// What a row says.
const COLUMNS: [Column<'_>; 5] = [
    Column::figures("begins", 8),
    Column::new("name", Width::Share(3)),
    Column::new("by", Width::Cells(10)),
    Column::figures("line", 8),
    Column::new("", Width::Share(2)),
];
/// What a row of an entry says.
const KNOWN: [Column<'_>; 3] = [
    Column::new("entry", Width::Cells(12)),
    Column::new("title", Width::Share(1)),
    Column::new("why", Width::Share(1)),
];
/// What a row of copied text says.
const COPIED: [Column<'_>; 3] =
    [Column::figures("line", 6), Column::new("", Width::Share(1)), Column::new("", Width::Cells(7))];
/// What a row of a note says, in a listing of several compile units.
const NOTED: [Column<'_>; 4] = [
    Column::figures("line", 6),
    Column::new("unit", Width::Cells(UNIT)),
    Column::new("", Width::Share(1)),
    Column::new("", Width::Cells(7)),
];
/// Columns for the name of a compile unit.
pub(super) const UNIT: u16 = 8;
/// Deepest row that is indented as deep as it is.
const DEEPEST: usize = 10;

/// Draws what `panel` holds.
pub fn view(panel: &WalkPanel, canvas: &mut Canvas<'_>, focused: bool) {
    let width = canvas.width();
    let below = Rect::new(0, 1, width, canvas.height().saturating_sub(1));
    let glyph = canvas.look().glyphs.border.horizontal;
    canvas.hline(0, 0, width, Role::Border, glyph);
    let Some(walk) = &panel.walk else {
        let known = panel.waiting == Some(WalkOf::Known);
        let text = if known { " Looking in the knowledge base ... " } else { " Reading the program ... " };
        canvas.text(1, 0, text, Role::Dim);
        return;
    };
    canvas.text(1, 0, &heading(walk), Role::Title);
    let rows = Rows::new(walk.rows.len(), focused);
    let copied = matches!(walk.of, WalkOf::Copied | WalkOf::Notes | WalkOf::Recent);
    // Where nothing was replaced, nothing needs to say so.
    let changed = walk.rows.iter().any(|r| !r.how.is_empty());
    let known = walk.of == WalkOf::Known;
    let units = walk.of == WalkOf::Notes && walk.rows.iter().any(|r| !r.note.is_empty());
    let columns = match (copied, changed) {
        _ if known => &KNOWN[..],
        _ if units => &NOTED[..],
        (false, _) => &COLUMNS[..],
        (true, true) => &COPIED[..],
        (true, false) => &COPIED[..2],
    };
    Table { columns }.draw(canvas, below, &panel.list, &rows, |row, column| {
        let Some(entry) = walk.rows.get(row) else { return (String::new(), Role::Text) };
        let line = |spot: &Option<NameSpot>| spot.as_ref().map(NameSpot::shown).unwrap_or_default();
        match column {
            0 if known => (entry.entry.clone().unwrap_or_default(), Role::CodeName),
            1 if known => (entry.name.clone(), Role::Text),
            _ if known => (entry.note.clone(), Role::Dim),
            // The files are named beside.
            0 if walk.of == WalkOf::Recent => (
                entry.begins.as_ref().map(|s| number_shown(s.line, s.line_id)).unwrap_or_default(),
                Role::CodeNumber,
            ),
            0 => (line(&entry.begins), Role::CodeNumber),
            1 if units => (entry.note.clone(), Role::CodeName),
            2 if units => (entry.name.clone(), Role::Text),
            _ if units => (entry.how.clone(), Role::CodeKeyword),
            1 if copied => (entry.name.clone(), Role::Text),
            1 => (indented(entry), Role::CodeName),
            2 => (entry.how.clone(), Role::CodeKeyword),
            3 if entry.at == entry.begins => (String::new(), Role::Text),
            3 => (line(&entry.at), Role::CodeNumber),
            _ => (entry.note.clone(), Role::Dim),
        }
    });
}

/// The name, as far to the right as the row is deep; very deep ones say how deep.
fn indented(entry: &WalkRow) -> String {
    let deep = if entry.depth > DEEPEST { format!("{}> ", entry.depth) } else { String::new() };
    format!("{}{deep}{}", "  ".repeat(entry.depth.min(DEEPEST)), entry.name)
}

fn heading(walk: &Walk) -> String {
    let rows = to_u64(walk.rows.len());
    let about = if walk.about.is_empty() { "this source" } else { &walk.about };
    let text = match walk.of {
        WalkOf::Flow(FlowOf::Procedure | FlowOf::Program) => {
            format!("{about} performs and calls: {}", counted(rows.saturating_sub(1), "step", "steps"))
        }
        WalkOf::Copied => format!("{about}: {}", counted(rows, "line", "lines")),
        WalkOf::Recent => format!("{} of sessions before", counted(rows, "file", "files")),
        WalkOf::Known => format!("{} of the knowledge base for this line", counted(rows, "entry", "entries")),
        WalkOf::Notes => format!("{about}: {}", counted(rows, "note or entry", "notes and entries")),
        WalkOf::Flow(FlowOf::Unreached) => {
            format!("{about}: {} never reached", counted(rows, "procedure is", "procedures are"))
        }
        WalkOf::Flow(FlowOf::Left) => {
            format!("{about}: {} a range that is performed", counted(rows, "GO TO leaves", "GO TOs leave"))
        }
    };
    format!(" {text}{} ", if walk.cut { ", not all of it was looked at" } else { "" })
}
