//! Draws the Metrics pane.

use super::lists::Shown;
use super::rows::{Row, rows};
use super::state::{SPANS, State};
use crate::base::num::{to_f64, to_u16, to_u64};
use crate::base::text::{width, wrap};
use crate::ui::layout::TWO_FROM;
use crate::ui::widget::{Scroll, Series as Line, chart, scrollbar, sparkline};
use crate::ui::{Canvas, Rect, Role};

/// Columns of the names.
const NAME: u16 = 16;
/// Columns of a sparkline.
const SPARK: u16 = 24;

/// Draws the pane; `focused` puts the cursor into it.
pub fn view(state: &State, canvas: &mut Canvas<'_>, focused: bool) {
    if let Some(flame) = &state.flame {
        return super::flame::view(flame, canvas, focused);
    }
    if state.lists.shown != Shown::Figures {
        return super::lists_view::view(&state.lists, state.snapshot.as_ref(), canvas, focused);
    }
    let Some(snapshot) = &state.snapshot else {
        canvas.text(1, 0, "Waiting for the first figures: they come once a second ...", Role::Dim);
        return;
    };
    let rows = rows(snapshot);
    let area = canvas.area();
    let chart_rows = if area.height >= 16 { (area.height / 3).min(10) } else { 0 };
    let help_rows = if state.explain { 4.min(area.height / 3) } else { 0 };
    let list = Rect { height: area.height - chart_rows - help_rows, ..area };
    table(state, &rows, &mut canvas.sub(list), focused);
    if help_rows > 0 {
        let mut part = canvas.sub(Rect { y: list.bottom(), height: help_rows, ..area });
        explain(rows.get(state.selected), &mut part);
    }
    if chart_rows > 0 {
        let area = Rect { y: list.bottom() + help_rows, height: chart_rows, ..area };
        draw_chart(state, &mut canvas.sub(area));
    }
}

fn table(state: &State, rows: &[Row], canvas: &mut Canvas<'_>, focused: bool) {
    let shown = usize::from(canvas.height()).max(1);
    let selected = state.selected.min(rows.len().saturating_sub(1));
    let top =
        (selected + 1).saturating_sub(shown).max(if selected < shown { 0 } else { selected + 1 - shown });
    let sparks = canvas.width() >= TWO_FROM;
    let glyphs = canvas.look().glyphs;
    for (y, (at, row)) in (0..canvas.height()).zip(rows.iter().enumerate().skip(top)) {
        if row.heading {
            canvas.text(0, y, &row.name, Role::Title);
            canvas.text(NAME, y, &row.value, Role::Dim);
            continue;
        }
        let role = if row.bad { Role::Warning } else { Role::Text };
        let width = canvas.width();
        canvas.text_in(1, y, NAME - 2, &row.name, role);
        let room = width.saturating_sub(NAME + 1 + if sparks { SPARK + 1 } else { 0 });
        canvas.text_in(NAME, y, room, &row.value, role);
        if let Some(series) = row.series.filter(|_| sparks) {
            let values: Vec<f64> =
                state.history.get(&series).map_or_else(Vec::new, |v| v.iter().copied().collect());
            let area = Rect::new(width.saturating_sub(SPARK + 1), y, SPARK, 1);
            sparkline(canvas, area, &values, Role::Chart);
        }
        if at == selected {
            canvas.text(0, y, glyphs.selected, Role::Accent);
            if focused {
                canvas.patch(Rect::new(0, y, width.saturating_sub(1), 1), Role::Selection);
                canvas.cursor(0, y);
            }
        }
    }
    let scroll = Scroll { total: to_u64(rows.len()), top: to_u64(top), shown: to_u64(shown), marks: &[] };
    let bar = Rect::new(canvas.width().saturating_sub(1), 0, 1, canvas.height());
    scrollbar(&mut canvas.sub(bar), Rect::new(0, 0, 1, bar.height), &scroll);
}

fn explain(row: Option<&Row>, canvas: &mut Canvas<'_>) {
    let area = canvas.area();
    canvas.fill(area, Role::Popup);
    let Some(row) = row else { return };
    canvas.text(1, 0, &row.name, Role::Title);
    let lines = wrap(&row.help, usize::from(area.width.saturating_sub(2)));
    for (y, line) in (1..area.height).zip(lines) {
        canvas.text(1, y, &line, Role::Text);
    }
}

fn draw_chart(state: &State, canvas: &mut Canvas<'_>) {
    let Some(figure) = state.chart.0.get() else { return };
    let area = canvas.area();
    let body = Rect::new(0, 1, area.width, area.height.saturating_sub(1));
    let show = |v: f64| figure.unit.show(v);
    let span = SPANS.get(state.span).map_or("", |(name, _)| *name);
    let number =
        |values: &[Option<f64>]| -> Vec<f64> { values.iter().map(|v| v.unwrap_or(f64::NAN)).collect() };
    let (values, before) = if state.span == 0 {
        let live = state.history.get(&state.chart.0);
        (live.map_or_else(Vec::new, |v| v.iter().copied().collect()), Vec::new())
    } else {
        let Some(past) = state.past.as_ref().filter(|past| past.name == figure.name) else {
            canvas.text(0, 0, &format!("{}: reading the last {span} ...", figure.label), Role::Dim);
            return;
        };
        let before = if state.compare { number(&past.before) } else { Vec::new() };
        (number(&past.values), before)
    };
    let sums = |values: &[f64]| {
        let there: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
        let most = there.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mean = there.iter().sum::<f64>() / to_f64(to_u64(there.len().max(1)));
        (!there.is_empty()).then(|| (show(mean), show(most)))
    };
    let newest = values.iter().rev().find(|v| v.is_finite());
    let now = match newest {
        Some(v) if state.span == 0 => {
            let minutes = values.len() / 60;
            format!("{}, last {minutes}:{:02} min", show(*v), values.len() % 60)
        }
        Some(_) => format!("last {span}: {}", told(sums(&values), false)),
        None if state.span == 0 => "not measured yet".to_owned(),
        None => format!("nothing is kept of the last {span} yet"),
    };
    let mut now = format!("{}: {now}", figure.label);
    let mut then =
        if state.compare { format!("; before: {}", told(sums(&before), false)) } else { String::new() };
    if width(&now) + width(&then) > usize::from(area.width) {
        now = format!("{}: {span}, mean/most {}", figure.label, told(sums(&values), true));
        then = format!("; before {}", told(sums(&before), true));
    }
    let x = canvas.text(0, 0, &now, Role::Accent);
    canvas.text_in(x, 0, area.width.saturating_sub(x), &then, Role::Dim);
    if newest.is_none() && !before.iter().any(|v| v.is_finite()) {
        // Axes without a line say nothing.
        return;
    }
    // As many values as the chart has columns, so that a span is seen whole.
    let columns = usize::from(body.width.saturating_sub(10)).max(1);
    let fit = |values: &[f64]| if state.span == 0 { values.to_vec() } else { squeezed(values, columns) };
    let (values, before) = (fit(&values), fit(&before));
    let mut lines = vec![Line { name: "now", values: &values, role: Role::Chart }];
    if before.iter().any(|v| v.is_finite()) {
        lines.insert(0, Line { name: "before", values: &before, role: Role::ChartDim });
    }
    let mut body_canvas = canvas.sub(body);
    chart(&mut body_canvas, Rect::new(0, 0, body.width, to_u16(usize::from(body.height))), &lines, show);
}

/// Mean and greatest of values in words; the short form is for where the long one is cut.
fn told(sums: Option<(String, String)>, short: bool) -> String {
    match sums {
        Some((mean, most)) if short => format!("{mean}/{most}"),
        Some((mean, most)) => format!("mean {mean}, most {most}"),
        None => "nothing".to_owned(),
    }
}

/// `values` as `columns` values: the greatest of those that fall together, so that a peak is seen.
fn squeezed(values: &[f64], columns: usize) -> Vec<f64> {
    if values.len() <= columns {
        return values.to_vec();
    }
    let at = |column: usize| column * values.len() / columns;
    let most = |part: &[f64]| part.iter().copied().filter(|v| v.is_finite()).fold(f64::NAN, f64::max);
    (0..columns).map(|column| most(values.get(at(column)..at(column + 1)).unwrap_or_default())).collect()
}
