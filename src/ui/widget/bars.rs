//! Bars: scroll bars, sparklines.

use crate::base::num::{round_u64, to_f64, to_u16, to_u64, to_usize};
use crate::ui::{Canvas, Rect, Role};

/// Where a view is in what it shows, in rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scroll<'a> {
    /// All rows.
    pub total: u64,
    /// The first row shown.
    pub top: u64,
    /// How many rows are shown.
    pub shown: u64,
    /// Rows to mark: matches, changes.
    pub marks: &'a [u64],
}

/// Draws a scroll bar down the first column of `area`; nothing when everything is shown.
pub fn scrollbar(canvas: &mut Canvas<'_>, area: Rect, scroll: &Scroll<'_>) {
    let mut column = canvas.sub(Rect { width: area.width.min(1), ..area });
    let height = u64::from(column.height());
    if scroll.total <= scroll.shown || height == 0 {
        return;
    }
    let glyphs = column.look().glyphs;
    let scaled = |row: u64, size: u64, of: u64| {
        let place = u128::from(row) * u128::from(size) / u128::from(of.max(1));
        u64::try_from(place).unwrap_or(size)
    };
    let thumb = scaled(scroll.shown, height, scroll.total).clamp(1, height);
    let start = scaled(scroll.top, height - thumb, scroll.total - scroll.shown).min(height - thumb);
    for y in 0..height {
        let glyph = if (start..start + thumb).contains(&y) { glyphs.thumb } else { glyphs.track };
        column.text(0, to_u16(to_usize(y)), glyph, Role::Scrollbar);
    }
    for mark in scroll.marks {
        let y = scaled(*mark, height, scroll.total).min(height - 1);
        column.text(0, to_u16(to_usize(y)), glyphs.track_mark, Role::ScrollbarMark);
    }
}

/// Draws the newest of `values`, one column each, the newest at the right edge of `area`, scaled to their maximum.
pub fn sparkline(canvas: &mut Canvas<'_>, area: Rect, values: &[f64], role: Role) {
    let mut canvas = canvas.sub(area);
    let (width, height) = (usize::from(canvas.width()), canvas.height());
    let shown = values.get(values.len().saturating_sub(width)..).unwrap_or_default();
    let most = shown.iter().copied().filter(|v| v.is_finite()).fold(0.0, f64::max);
    let spark = canvas.look().glyphs.spark;
    let steps = to_u64(spark.len());
    for (i, value) in shown.iter().enumerate() {
        let x = to_u16(width - shown.len() + i);
        let share = if most > 0.0 && value.is_finite() { (value / most).clamp(0.0, 1.0) } else { 0.0 };
        let mut level = round_u64(share * to_f64(steps * u64::from(height)));
        if share > 0.0 {
            level = level.max(1);
        }
        for y in (0..height).rev() {
            let here = level.min(steps);
            level -= here;
            let glyph = here.checked_sub(1).and_then(|i| spark.get(to_usize(i)));
            if let Some(glyph) = glyph {
                canvas.text(x, y, glyph, role);
            }
        }
    }
}
