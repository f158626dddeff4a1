//! Draws the lists of the Metrics pane: rows above, what is said of the selected one below.

use super::lists::{Lists, Shown, micros};
use crate::base::num::{thousands, to_u64};
use crate::base::text::wrap;
use crate::kb::advisor::nanos;
use crate::kb::slow::{blamed_on_terminal, diagnose};
use crate::metrics::Snapshot;
use crate::ui::widget::{Scroll, scrollbar};
use crate::ui::{Canvas, Rect, Role};

/// Columns of the words of what is said.
const WORD: u16 = 12;

/// A row of a list: its text, and whether it is worth a look.
struct ListRow {
    text: String,
    bad: bool,
}

/// Draws the list that is shown.
pub fn view(lists: &Lists, figures: Option<&Snapshot>, canvas: &mut Canvas<'_>, focused: bool) {
    let area = canvas.area();
    let (title, empty, rows) = match lists.shown {
        Shown::Figures => return,
        Shown::Slow => slow(lists, figures),
        Shown::Advice => advice(lists),
    };
    let mut y = 0;
    for (at, line) in title.iter().enumerate() {
        canvas.text_in(0, y, area.width, line, if at == 0 { Role::Title } else { Role::Dim });
        y += 1;
    }
    if rows.is_empty() {
        for line in wrap(&empty, usize::from(area.width.saturating_sub(2))) {
            y += 1;
            canvas.text(1, y, &line, Role::Dim);
        }
        return;
    }
    let room = area.height.saturating_sub(y);
    let most = u16::try_from(rows.len()).unwrap_or(u16::MAX);
    let shown = if lists.whole { 1.min(room) } else { (room * 2 / 5).max(1).min(most) };
    let list = Rect { y, height: shown, ..area };
    table(lists, &rows, &mut canvas.sub(list), focused);
    let below = Rect { y: list.bottom() + 1, height: room.saturating_sub(shown + 1), ..area };
    told(lists, &mut canvas.sub(below));
}

fn slow(lists: &Lists, figures: Option<&Snapshot>) -> (Vec<String>, String, Vec<ListRow>) {
    let shapes = lists.slow.as_deref();
    let rows = shapes.unwrap_or_default().iter().map(|shape| {
        let text = format!(
            "{:>6} {:>8} {:>8}  {:<6} {:<10}  {}",
            thousands(shape.count),
            micros(shape.total_us),
            micros(shape.max_us),
            shape.last.kind.name(),
            diagnose(shape).cause.name(),
            shape.last.shape
        );
        ListRow { text, bad: false }
    });
    let mut title = vec!["Slow searches and calls of the store, by shape: w goes back".to_owned()];
    title.extend(figures.and_then(blamed_on_terminal));
    title.push(" times   in all     most  what   cause       shape".to_owned());
    let empty = if shapes.is_some() {
        "Nothing was slow so far. performance.monitoring.slow_query_ms says what is slow (0 turns this off)."
    } else {
        "Reading what was slow ..."
    };
    (title, empty.to_owned(), rows.collect())
}

fn advice(lists: &Lists) -> (Vec<String>, String, Vec<ListRow>) {
    let advised = lists.advised.as_ref();
    let rows = advised.map(|a| a.advice.as_slice()).unwrap_or_default().iter().map(|advice| {
        let measured = advice.gain.as_ref().map_or_else(
            || "-".to_owned(),
            |gain| format!("{} > {}", nanos(gain.before_ns), nanos(gain.after_ns)),
        );
        let text = format!(
            "{:<9} {measured:<18}  {} of {}",
            advice.kind.name(),
            advice.change.index,
            advice.change.table
        );
        ListRow { text, bad: true }
    });
    let title =
        vec!["Advice on indexes: i goes back".to_owned(), " kind      measured            index".to_owned()];
    let empty = match advised {
        None => "Looking at statements and indexes, and measuring in a copy of the store ...".to_owned(),
        Some(advised) => format!(
            "Nothing to do: {} indexes and {} statements that ran were looked at. Uses of indexes are counted for {} days now; one counts as unused after 30.",
            advised.indexes, advised.statements, advised.days
        ),
    };
    (title, empty, rows.collect())
}

fn table(lists: &Lists, rows: &[ListRow], canvas: &mut Canvas<'_>, focused: bool) {
    let shown = usize::from(canvas.height()).max(1);
    let top = (lists.selected + 1).saturating_sub(shown);
    let width = canvas.width();
    let glyphs = canvas.look().glyphs;
    for (y, (at, row)) in (0..canvas.height()).zip(rows.iter().enumerate().skip(top)) {
        let role = if row.bad { Role::Warning } else { Role::Text };
        canvas.text_in(1, y, width.saturating_sub(2), &row.text, role);
        if at == lists.selected {
            canvas.text(0, y, glyphs.selected, Role::Accent);
            if focused {
                canvas.patch(Rect::new(0, y, width.saturating_sub(1), 1), Role::Selection);
                canvas.cursor(0, y);
            }
        }
    }
    if rows.len() > shown {
        let scroll = Scroll { total: to_u64(rows.len()), top: to_u64(top), shown: to_u64(shown), marks: &[] };
        let bar = Rect::new(width.saturating_sub(1), 0, 1, canvas.height());
        scrollbar(&mut canvas.sub(bar), Rect::new(0, 0, 1, bar.height), &scroll);
    }
}

/// What is said of the selected one.
fn told(lists: &Lists, canvas: &mut Canvas<'_>) {
    let width = usize::from(canvas.width().saturating_sub(WORD + 1)).max(1);
    let mut y = 0;
    for (word, text) in lists.told().into_iter().skip(lists.scrolled) {
        for (at, line) in wrap(&text, width).into_iter().enumerate() {
            if y >= canvas.height() {
                return;
            }
            if at == 0 {
                canvas.text_in(0, y, WORD, word, Role::Key);
            }
            canvas.text(WORD, y, &line, Role::Text);
            y += 1;
        }
    }
}
