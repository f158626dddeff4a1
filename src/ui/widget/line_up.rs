//! Things in a row: tabs and the keys that work here.

use crate::base::num::to_u16;
use crate::base::text;
use crate::ui::{Canvas, Rect, Role};

/// Draws tabs from column `x` of row `y`, the active one in brackets; gives the cells used. Where not all fit, the
/// active one is drawn alone.
pub fn tabs(canvas: &mut Canvas<'_>, x: u16, y: u16, names: &[&str], active: usize) -> u16 {
    let all: usize = names.iter().map(|name| text::width(name) + 2).sum();
    let fits = all <= usize::from(canvas.width().saturating_sub(x));
    let mut used = 0_u16;
    for (i, name) in names.iter().enumerate() {
        let (open, close, role) =
            if i == active { ("[", "]", Role::TabActive) } else { (" ", " ", Role::Tab) };
        if fits || i == active {
            used += canvas.spans(x.saturating_add(used), y, &[(open, role), (*name, role), (close, role)]);
        }
    }
    used
}

/// Blanks between two hints.
const GAP: u16 = 2;

/// Draws what keys do in the first row of `area`: `left` from the left, `right` up to the right edge. Those that do not
/// fit are left out, the last first: of `right` what would take more than half the row, then of `left`.
pub fn hints(canvas: &mut Canvas<'_>, area: Rect, left: &[(&str, &str)], right: &[(&str, &str)]) {
    let mut row = canvas.sub(Rect { height: area.height.min(1), ..area });
    row.fill(row.area(), Role::Status);
    let (kept, size) = fitting(right, row.width() / 2);
    let mut end = row.width();
    if size > 0 {
        end -= size;
        draw(&mut row, end, kept);
        end = end.saturating_sub(GAP);
    }
    let (kept, _) = fitting(left, end);
    draw(&mut row, 0, kept);
}

/// The first of `pairs` that fit in `room` cells together, and the cells they take.
fn fitting<'a, 'b>(pairs: &'a [(&'b str, &'b str)], room: u16) -> (&'a [(&'b str, &'b str)], u16) {
    let mut used = 0;
    for (count, pair) in pairs.iter().enumerate() {
        let next = used + cells(pair) + if count > 0 { GAP } else { 0 };
        if next > room {
            return (pairs.get(..count).unwrap_or_default(), used);
        }
        used = next;
    }
    (pairs, used)
}

fn cells((key, what): &(&str, &str)) -> u16 {
    to_u16(text::width(key).saturating_add(text::width(what)).saturating_add(1)).min(u16::MAX / 4)
}

fn draw(row: &mut Canvas<'_>, mut x: u16, pairs: &[(&str, &str)]) {
    for (key, what) in pairs {
        x += row.spans(x, 0, &[(*key, Role::Key), (" ", Role::Status), (*what, Role::Status)]) + GAP;
    }
}
