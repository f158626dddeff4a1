//! Draws an import: what it would do or did, row by row, and one row by itself.

use super::history_view::{DiffLine, draw_lines, wrapped};
use super::import::{Import, Row, Shown, Stage};
use crate::base::UserError;
use crate::base::num::{thousands, to_u16};
use crate::base::text::{width, wrap};
use crate::kb::history::Sign;
use crate::kb::transfer::{Fate, Look, Report, Why};
use crate::ui::widget::Rows;
use crate::ui::{Canvas, Rect, Role};

/// Columns of what becomes of a row.
const FATE: u16 = 10;
/// Columns of ids.
const ID: u16 = 16;

/// Draws it.
pub(super) fn view(import: &Import, canvas: &mut Canvas<'_>, focused: bool) {
    if let Some((look, scroll)) = &import.look {
        return row_view(look, *scroll, canvas, focused);
    }
    head(import, canvas);
    let below = Rect::new(0, 2, canvas.width(), canvas.height().saturating_sub(2));
    match (&import.stage, import.report()) {
        (Stage::Failed(error), _) => failed(error, &mut canvas.sub(below)),
        (_, Some(report)) => {
            kinds(import, report, canvas);
            let area = Rect { y: 3, height: below.height.saturating_sub(1), ..below };
            let rows = Rows::new(import.len(), focused);
            import.list.draw(canvas, area, &rows, |canvas, at, _| {
                if let Some(row) = import.row(at) {
                    one(row, canvas);
                }
            });
            if import.len() == 0 {
                canvas.text(1, 3, "No row to show here.", Role::Dim);
            }
        }
        (_, None) => {
            canvas.text(1, 2, "Reading it, nothing is written. Esc stops it.", Role::Dim);
        }
    }
}

/// The first two lines: what is imported, and how far it is.
fn head(import: &Import, canvas: &mut Canvas<'_>) {
    let (progress, part) = &import.progress;
    let (word, role) = match &import.stage {
        Stage::Previewing => ("Preview of ", Role::Info),
        Stage::Preview(_) => ("Would be imported: ", Role::Info),
        Stage::Running(_) => ("Importing ", Role::Warning),
        Stage::Done(_) => ("Imported: ", Role::Success),
        Stage::Failed(_) => ("Not finished: ", Role::Error),
    };
    let end = canvas.width();
    let x = 1 + canvas.text(1, 0, word, role);
    canvas.text_in(x, 0, end.saturating_sub(x), &import.of.path, Role::Title);
    let told = match (&import.stage, import.report()) {
        (Stage::Previewing | Stage::Running(_), _) => {
            let part = part.map_or(String::new(), |part| format!(", {part} %"));
            if progress.known > 0 && progress.rows == 0 {
                format!("comparing with {} entries", thousands(progress.known))
            } else {
                format!("{} rows read{part}", thousands(progress.rows))
            }
        }
        (_, Some(report)) => summary(report),
        (_, None) => String::new(),
    };
    canvas.text_in(1, 1, end.saturating_sub(1), &told, Role::Dim);
    let running = matches!(import.stage, Stage::Running(_) | Stage::Previewing);
    if let Some(part) = part.filter(|_| running) {
        let from = to_u16(width(&told)) + 3;
        let room = end.saturating_sub(from + 1);
        let full = to_u16(usize::from(room) * usize::from(part) / 100);
        let glyphs = canvas.look().glyphs;
        canvas.hline(from, 1, room, Role::ChartDim, glyphs.track);
        canvas.hline(from, 1, full, Role::Chart, glyphs.thumb);
    }
}

/// What the numbers mean for who has to decide.
fn summary(report: &Report) -> String {
    let mut told = if report.preview {
        format!("{} rows; nothing is written yet, i imports", thousands(report.rows))
    } else {
        format!("{} rows", thousands(report.rows))
    };
    if let Some(unused) = report.unused.first() {
        let more = report.unused.len() - 1;
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        told.push_str(&format!("; not used: {}{more}", unused.name));
    }
    for remark in report.remarks.iter().take(1) {
        told.push_str(&format!("; {remark}"));
    }
    told
}

/// The kinds of rows with how many there are of each.
fn kinds(import: &Import, report: &Report, canvas: &mut Canvas<'_>) {
    let mut x = 1;
    for (shown, word) in Shown::ALL {
        let count = shown.count(report);
        if count == 0 && shown != Shown::All {
            continue;
        }
        let text = format!("{word} {}", thousands(count));
        let (text, role) = if shown == import.shown {
            (format!("[{text}]"), Role::Accent)
        } else {
            (format!(" {text} "), Role::Dim)
        };
        x += canvas.text(x, 2, &text, role);
    }
}

fn fate_of(row: Row<'_>) -> (&'static str, Role) {
    match row {
        Row::Rejected(_) => ("rejected", Role::Error),
        Row::Item(item) => match item.fate {
            Fate::Added if item.like.is_some() => ("alike", Role::Warning),
            Fate::Added => ("added", Role::Success),
            Fate::Changed => ("changed", Role::Info),
            Fate::Unchanged => ("same", Role::Dim),
            Fate::Kept => ("kept", Role::Dim),
            Fate::Duplicate => ("left out", Role::Warning),
        },
    }
}

/// One row in one line.
fn one(row: Row<'_>, canvas: &mut Canvas<'_>) {
    let end = canvas.width();
    let (word, role) = fate_of(row);
    canvas.text_in(0, 0, FATE, word, role);
    let (file, number) = row.place();
    let place = match (file, number) {
        ("", n) => format!("row {}", thousands(n)),
        (file, n) if n > 1 => format!("{file}:{n}"),
        (file, _) => file.to_owned(),
    };
    match row {
        Row::Rejected(rejected) => {
            let x = FATE + canvas.text_in(FATE, 0, ID * 2, &place, Role::Dim) + 2;
            let field =
                if rejected.field.is_empty() { String::new() } else { format!("{}: ", rejected.field) };
            canvas.text_in(x, 0, end.saturating_sub(x), &format!("{field}{}", rejected.reason), Role::Text);
        }
        Row::Item(item) => {
            let id = if item.id.is_empty() { place.as_str() } else { &item.id };
            let x = FATE + canvas.text_in(FATE, 0, ID, id, Role::Accent).max(ID - 4) + 1;
            let about = about(item);
            let kept = to_u16(width(&about)).min(end / 2);
            let room = end.saturating_sub(x + if kept > 0 { kept + 2 } else { 0 });
            let x = x + canvas.text_in(x, 0, room, &item.title, Role::Text) + 2;
            canvas.text_in(x, 0, end.saturating_sub(x), &about, Role::Dim);
        }
    }
}

/// What changes, or what it is like.
fn about(item: &crate::kb::transfer::Item) -> String {
    let mut told = item.fields.join(", ");
    if let Some(like) = &item.like {
        told = match like.why {
            Why::SameText => format!("the same as {}", like.id),
            Why::NearText => format!("{} % of {}", like.percent, like.id),
            Why::SameCodeAndTitle => format!("code and title of {}", like.id),
        };
    }
    told
}

/// The lines of one row in `columns` columns.
pub(super) fn lines_of(look: &Look, columns: u16) -> Vec<DiffLine> {
    let room = usize::from(columns.saturating_sub(4)).max(8);
    let mut lines = Vec::new();
    if !look.reason.is_empty() {
        for line in wrap(&look.reason, room) {
            lines.push((Sign::Same, vec![(line, Role::Error)]));
        }
        lines.push((Sign::Gap, Vec::new()));
    }
    if look.lines.is_empty() {
        let text = match (look.reason.is_empty(), look.beside.is_empty()) {
            (false, _) => "It could not be read further: o opens the file there.",
            (true, false) => "Nothing differs.",
            (true, true) => "It says nothing.",
        };
        lines.push((Sign::Same, vec![(text.to_owned(), Role::Dim)]));
    }
    lines.extend(look.lines.iter().flat_map(|row| wrapped(row, room)));
    lines
}

fn row_view(look: &Look, scroll: usize, canvas: &mut Canvas<'_>, focused: bool) {
    let id = if look.id.is_empty() { "(a number)" } else { &look.id };
    let about = match (look.reason.is_empty(), look.beside.is_empty()) {
        (false, _) => "cannot be imported".to_owned(),
        (true, true) => "is new".to_owned(),
        (true, false) if look.beside.eq_ignore_ascii_case(&look.id) => "beside what is there now".to_owned(),
        (true, false) => format!("beside {}", look.beside),
    };
    let mut x = 1 + canvas.text(1, 0, id, Role::Title) + 1;
    x += canvas.text(x, 0, &about, Role::Info) + 2;
    canvas.text_in(x, 0, canvas.width().saturating_sub(x), &look.title, Role::Dim);
    let lines = lines_of(look, canvas.width());
    let below = Rect::new(0, 1, canvas.width(), canvas.height().saturating_sub(1));
    draw_lines(&lines, scroll, &mut canvas.sub(below), focused);
}

fn failed(error: &UserError, canvas: &mut Canvas<'_>) {
    let mut y = 0;
    let again = "Enter or i looks at it anew, and goes on with what is missing.";
    let hint = error.hint.as_str();
    for (text, role) in [
        (error.what.as_str(), Role::Error),
        (&error.cause, Role::Text),
        (hint, Role::Info),
        (again, Role::Dim),
    ] {
        for line in wrap(text, usize::from(canvas.width().saturating_sub(2))).iter().filter(|l| !l.is_empty())
        {
            canvas.text(1, y, line, role);
            y = y.saturating_add(1);
        }
    }
}
