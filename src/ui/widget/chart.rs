//! A line chart small enough for a terminal.

use crate::base::num::{round_u64, to_f64, to_u16, to_u64, to_usize};
use crate::base::text;
use crate::ui::{Canvas, Rect, Role};

/// A line of a chart: values at equal distances, the newest last.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Series<'a> {
    /// What it is called.
    pub name: &'a str,
    /// Its values; what is not finite is a gap.
    pub values: &'a [f64],
    /// Its colour.
    pub role: Role,
}

/// Draws `series` over each other from zero to their maximum, with the two written by `label` at the left, and their
/// names in the first row when there is more than one. A single series is filled with eighths of blocks, which every font
/// has; several are lines of braille dots; without Unicode all are drawn with `*`.
pub fn chart(canvas: &mut Canvas<'_>, area: Rect, series: &[Series<'_>], label: impl Fn(f64) -> String) {
    let mut canvas = canvas.sub(area);
    let most = series.iter().flat_map(|s| s.values).copied().filter(|v| v.is_finite()).fold(0.0, f64::max);
    let (top, bottom) = (label(most), label(0.0));
    let axis = to_u16(text::width(&top).max(text::width(&bottom))).saturating_add(1);
    let axis = if axis > canvas.width() / 2 { 0 } else { axis };
    let legend = u16::from(series.len() > 1 && canvas.height() > 3);
    if legend > 0 {
        let mut x = axis;
        for line in series {
            x = x.saturating_add(canvas.text(x, 0, line.name, line.role)).saturating_add(2);
        }
    }
    let plot = Rect {
        x: axis,
        y: legend,
        width: canvas.width().saturating_sub(axis),
        height: canvas.height().saturating_sub(legend),
    };
    if plot.width == 0 || plot.height == 0 {
        return;
    }
    if axis > 0 {
        canvas.text_right(axis - 1, plot.y, &top, Role::ChartDim);
        if plot.height > 1 {
            canvas.text_right(axis - 1, plot.bottom() - 1, &bottom, Role::ChartDim);
        }
        let line = canvas.look().glyphs.border.vertical;
        for y in plot.y..plot.bottom() {
            canvas.text(axis - 1, y, line, Role::ChartDim);
        }
    }
    match series {
        [only] if canvas.look().glyphs.braille => plot_area(&mut canvas.sub(plot), only, most),
        lines => lines.iter().for_each(|line| plot_line(&mut canvas.sub(plot), line, most)),
    }
}

/// Columns of blocks, one for each value.
fn plot_area(canvas: &mut Canvas<'_>, series: &Series<'_>, most: f64) {
    let glyphs = canvas.look().glyphs;
    let (cells, rows) = (usize::from(canvas.width()), canvas.height());
    let shown = series.values.get(series.values.len().saturating_sub(cells)..).unwrap_or_default();
    let first = cells - shown.len();
    let eighths = to_f64(u64::from(rows) * 8);
    for (i, value) in shown.iter().enumerate().filter(|(_, value)| value.is_finite()) {
        let share = if most > 0.0 { (value / most).clamp(0.0, 1.0) } else { 0.0 };
        // Nothing at all looks like a gap: zero is the thinnest line.
        let mut left = round_u64(share * eighths).max(1);
        for y in (0..rows).rev() {
            let part = to_usize(left.min(8));
            let Some(glyph) = part.checked_sub(1).and_then(|at| glyphs.spark.get(at)) else { break };
            canvas.text(to_u16(first + i), y, glyph, series.role);
            left = left.saturating_sub(8);
        }
    }
}

/// Dots of one cell: two columns of four where there is braille.
fn plot_line(canvas: &mut Canvas<'_>, series: &Series<'_>, most: f64) {
    let braille = canvas.look().glyphs.braille;
    let (across, down) = if braille { (2, 4) } else { (1, 1) };
    let (cells, rows) = (usize::from(canvas.width()), usize::from(canvas.height()));
    let (dots, levels) = (cells * across, rows * down);
    let shown = series.values.get(series.values.len().saturating_sub(dots)..).unwrap_or_default();
    let first = dots - shown.len();
    let mut grid = vec![0_u8; cells * rows];
    let mut last: Option<usize> = None;
    for (i, value) in shown.iter().enumerate() {
        if !value.is_finite() {
            last = None;
            continue;
        }
        let share = if most > 0.0 { (value / most).clamp(0.0, 1.0) } else { 0.0 };
        let top = to_u64(levels.saturating_sub(1));
        let level = to_usize(top.saturating_sub(round_u64(share * to_f64(top))));
        // Steps are joined by a vertical line, or a spike would be a lone dot.
        let from = last.unwrap_or(level);
        for y in from.min(level)..=from.max(level) {
            let x = first + i;
            if let Some(cell) = grid.get_mut((y / down) * cells + x / across) {
                *cell |= if braille { dot(x % 2, y % 4) } else { 1 };
            }
        }
        last = Some(level);
    }
    for (at, dots) in grid.into_iter().enumerate().filter(|(_, dots)| *dots != 0) {
        let glyph = if braille { char::from_u32(0x2800 + u32::from(dots)).unwrap_or('*') } else { '*' };
        let mut buffer = [0; 4];
        canvas.text(to_u16(at % cells), to_u16(at / cells), glyph.encode_utf8(&mut buffer), series.role);
    }
}

/// The bit of a braille dot by its column (0 to 1) and row (0 to 3).
fn dot(x: usize, y: usize) -> u8 {
    match (x, y) {
        (0, 3) => 0x40,
        (_, 3) => 0x80,
        (0, y) => 1 << y,
        (_, y) => 8 << y,
    }
}
