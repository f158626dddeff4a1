//! Draws a list of places in several files.

use super::find::named;
use super::trail::{Content, Trail};
use super::trail_reply::differs_text;
use super::walk_view::UNIT;
use crate::base::num::{counted, percent, thousands};
use crate::code::compare::ChangeKind;
use crate::source::Columns;
use crate::ui::widget::{Column, Rows, Table, Width};
use crate::ui::{Canvas, Rect, Role};
use crate::work::{Lines, SortField, SortOrder, SoughtLine, number_shown};

/// What a row of a search says.
const SOUGHT: [Column<'_>; 3] =
    [Column::new("file", Width::Share(1)), Column::figures("line", 8), Column::new("", Width::Share(3))];

/// The same where lines are numbered in each compile unit of a listing.
const SOUGHT_IN_UNITS: [Column<'_>; 4] = [
    Column::new("file", Width::Share(1)),
    Column::new("unit", Width::Cells(UNIT)),
    Column::figures("line", 8),
    Column::new("", Width::Share(3)),
];

/// What a row of sorted lines says.
const SORTED: [Column<'_>; 2] = [Column::figures("line", 8), Column::new("", Width::Share(1))];

/// The same of a listing of several compile units.
const SORTED_IN_UNITS: [Column<'_>; 3] =
    [Column::new("unit", Width::Cells(UNIT)), Column::figures("line", 8), Column::new("", Width::Share(1))];

/// What a row of a comparison says: lines from and to, of at most so many digits.
fn compared(digits: u16) -> [Column<'static>; 5] {
    let lines = digits.saturating_mul(2).saturating_add(1).max(5);
    [
        Column::new("", Width::Cells(10)),
        Column::figures("here", lines),
        Column::figures("there", lines),
        Column::new("in", Width::Share(2)),
        Column::new("", Width::Share(3)),
    ]
}

/// Draws the list.
pub fn view(trail: &Trail, canvas: &mut Canvas<'_>, focused: bool) {
    let width = canvas.width();
    let below = Rect::new(0, 1, width, canvas.height().saturating_sub(1));
    let glyph = canvas.look().glyphs.border.horizontal;
    canvas.hline(0, 0, width, Role::Border, glyph);
    canvas.text_in(1, 0, width.saturating_sub(2), &heading(trail), Role::Title);
    let rows = Rows::new(trail.len(), focused);
    match &trail.content {
        Content::Sought { files, rows: lines, .. } => {
            let units = files.iter().flat_map(|f| &f.lines).any(|l| l.unit.is_some());
            let columns = if units { &SOUGHT_IN_UNITS[..] } else { &SOUGHT[..] };
            Table { columns }.draw(canvas, below, &trail.list, &rows, |row, column| {
                let place = lines.get(row).and_then(|(f, l)| Some((files.get(*f)?, l)));
                let Some((file, line)) = place.and_then(|(f, l)| Some((f, f.lines.get(*l)?))) else {
                    return (String::new(), Role::Text);
                };
                match column {
                    0 => (file.name.clone(), Role::CodeName),
                    1 if units => (line.unit.clone().unwrap_or_default(), Role::CodeName),
                    n if n == columns.len() - 2 => (sought_number(line), Role::CodeNumber),
                    _ => (line.text.clone(), Role::Text),
                }
            });
        }
        Content::Compared { found: Some(found), .. } => {
            let longest = |lines: &Lines| lines.first().len().max(lines.last().len());
            let digits = found.rows.iter().map(|row| longest(&row.a).max(longest(&row.b))).max();
            let digits = u16::try_from(digits.unwrap_or(1)).unwrap_or(u16::MAX);
            Table { columns: &compared(digits) }.draw(canvas, below, &trail.list, &rows, |row, column| {
                let Some(entry) = found.rows.get(row) else { return (String::new(), Role::Text) };
                let role = match entry.kind {
                    ChangeKind::Inserted => Role::Success,
                    ChangeKind::Deleted => Role::Error,
                    ChangeKind::Moved => Role::Info,
                    ChangeKind::Changed => Role::CodeKeyword,
                };
                let indent = if entry.inner { " " } else { "" };
                match column {
                    0 => (format!("{indent}{}", entry.kind.name()), role),
                    1 => (entry.a.shown(), Role::CodeNumber),
                    2 => (entry.b.shown(), Role::CodeNumber),
                    3 => (entry.inside.clone(), Role::CodeName),
                    _ => (entry.text.clone(), if entry.comments { Role::CodeComment } else { Role::Text }),
                }
            });
        }
        Content::Sorted { found: Some(found), .. } => {
            let units = found.rows.iter().any(|r| r.unit.is_some());
            let columns = if units { &SORTED_IN_UNITS[..] } else { &SORTED[..] };
            Table { columns }.draw(canvas, below, &trail.list, &rows, |row, column| {
                let Some(entry) = found.rows.get(row) else { return (String::new(), Role::Text) };
                match column {
                    0 if units => (entry.unit.clone().unwrap_or_default(), Role::CodeName),
                    n if n == columns.len() - 2 => {
                        (number_shown(entry.line, entry.line_id), Role::CodeNumber)
                    }
                    _ => (entry.text.clone(), Role::Text),
                }
            });
        }
        Content::Compared { found: None, .. } | Content::Sorted { found: None, .. } => {}
    }
}

/// The number of the line of a match, as LOCATE takes it.
fn sought_number(line: &SoughtLine) -> String {
    match (line.hit.line, line.line_id) {
        (Some(number), id) => number_shown(number, id),
        // Lines of the file are not counted up to there.
        (None, Some(id)) if id > 0 => id.to_string(),
        (None, _) => String::new(),
    }
}

fn heading(trail: &Trail) -> String {
    match &trail.content {
        Content::Sought { needle, last, .. } => {
            let lines = counted(last.lines, "line", "lines");
            let files = format!("{} of {}", thousands(last.with), counted(last.searched, "file", "files"));
            let state = match (trail.running, last.done) {
                (true, _) => format!(", searching, {} MiB", last.bytes >> 20),
                (false, true) => String::new(),
                (false, false) => ", stopped".to_owned(),
            };
            format!(" {}: {lines} in {files}{state} ", named(needle))
        }
        Content::Compared { found: Some(found), .. } => {
            let name = found.with.rsplit('/').next().unwrap_or(&found.with);
            format!(" there is {name}: {} ", differs_text(found))
        }
        Content::Sorted { found: None, .. } => " Sorting ... ".to_owned(),
        Content::Sorted { of, by, found: Some(found) } => {
            let name = of.0.rsplit('/').next().unwrap_or(&of.0);
            format!(" {name}: {} sorted {} ", counted(found.lines, "line", "lines"), order_text(by))
        }
        Content::Compared { found: None, progress, .. } => {
            format!(" Comparing ... {}% ", if progress.1 == 0 { 0 } else { percent(progress.0, progress.1) })
        }
    }
}

/// By what lines are sorted.
fn order_text(by: &SortOrder) -> String {
    let field = |field: &SortField| {
        let Columns { first, last } = field.columns;
        let columns = match last {
            _ if first == 1 && last.is_none() => "the whole line".to_owned(),
            None => format!("columns {first} on"),
            Some(last) => format!("columns {first}-{last}"),
        };
        if field.descending { format!("{columns} down") } else { columns }
    };
    let fields: Vec<String> = by.fields.iter().map(field).collect();
    if fields.is_empty() { "by the whole line".to_owned() } else { format!("by {}", fields.join(", ")) }
}
