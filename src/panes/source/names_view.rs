//! Draws the panel of names.

use super::names::NamesPanel;
use crate::base::num::counted;
use crate::ui::widget::{Column, Rows, Table, Width};
use crate::ui::{Canvas, Rect, Role};
use crate::work::{NameRow, NameSpot};

/// The names on a line.
const NAMES: [Column<'_>; 7] = [
    Column::new("name", Width::Share(1)),
    Column::new("is", Width::Cells(9)),
    Column::new("place", Width::Cells(12)),
    Column::new("picture", Width::Cells(14)),
    Column::figures("line", 7),
    Column::figures("set", 4),
    Column::figures("read", 4),
];

/// The places of a name.
const PLACES: [Column<'_>; 5] = [
    Column::figures("line", 8),
    Column::new("done", Width::Cells(12)),
    Column::new("by", Width::Cells(12)),
    Column::new("in", Width::Share(1)),
    Column::new("through", Width::Share(1)),
];

/// Draws what `panel` holds.
pub fn view(panel: &NamesPanel, canvas: &mut Canvas<'_>, focused: bool) {
    let width = canvas.width();
    let below = Rect::new(0, 1, width, canvas.height().saturating_sub(1));
    let glyph = canvas.look().glyphs.border.horizontal;
    canvas.hline(0, 0, width, Role::Border, glyph);
    if panel.waiting {
        canvas.text(1, 0, " Reading the program ... ", Role::Dim);
        return;
    }
    let selected = panel.selected();
    match (panel.places, selected) {
        (Some(list), Some(name)) => {
            canvas.text(1, 0, &heading(name), Role::Title);
            let rows = Rows::new(name.uses.len(), focused);
            Table { columns: &PLACES }.draw(canvas, below, &list, &rows, |row, column| {
                let Some(place) = name.uses.get(row) else { return (String::new(), Role::Text) };
                match column {
                    0 => (place.at.shown(), Role::CodeNumber),
                    1 => (place.access.clone(), Role::Text),
                    2 => (place.statement.clone(), Role::CodeKeyword),
                    3 => (place.at.file.as_deref().map_or(&*place.inside, member).to_owned(), Role::CodeName),
                    _ => (place.via.clone(), Role::Dim),
                }
            });
        }
        _ => {
            let title = canvas.text(1, 0, &format!(" Names on line {} ", panel.line), Role::Title);
            if let Some(name) = selected.filter(|n| !n.printed.is_empty()) {
                let room = width.saturating_sub(title + 2);
                canvas.text_in(title + 1, 0, room, &format!(" {} ", name.printed), Role::Info);
            }
            let rows = Rows::new(panel.rows.len(), focused);
            Table { columns: &NAMES }.draw(canvas, below, &panel.list, &rows, |row, column| {
                let Some(name) = panel.rows.get(row) else { return (String::new(), Role::Text) };
                let [set, read, _] = name.counts;
                match column {
                    0 => (name.name.clone(), Role::CodeName),
                    1 => (known_as(name), Role::Text),
                    2 => (name.place.clone(), Role::Text),
                    3 => (name.picture.clone(), Role::CodePicture),
                    4 => (name.defined.as_ref().map(NameSpot::shown).unwrap_or_default(), Role::CodeNumber),
                    5 => (set.to_string(), Role::CodeNumber),
                    _ => (read.to_string(), Role::CodeNumber),
                }
            });
        }
    }
}

/// The last part of the path of a copybook.
fn member(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// What a name is, or that it may be several things.
fn known_as(name: &NameRow) -> String {
    match name.candidates {
        0 => "unknown".to_owned(),
        1 => name.what.clone(),
        several => format!("{several} of it"),
    }
}

/// A name with what is known of it, over its places.
fn heading(name: &NameRow) -> String {
    let parts = [known_as(name), name.place.clone(), name.picture.clone()];
    let known: Vec<String> = parts.into_iter().filter(|p| !p.is_empty()).collect();
    format!(
        " {}  {}: {} ",
        name.name,
        known.join("  "),
        counted(crate::base::num::to_u64(name.uses.len()), "place", "places")
    )
}
