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

/// Draws what keys do in the first row of `area`: `left` from the left, `right` at the right edge. Those that do not fit
/// are left out, the last of `left` first; `right` goes before `left` only in its first pair.
pub fn hints(canvas: &mut Canvas<'_>, area: Rect, left: &[(&str, &str)], right: &[(&str, &str)]) {
    let mut row = canvas.sub(Rect { height: area.height.min(1), ..area });
    row.fill(row.area(), Role::Status);
    let size = |pair: &(&str, &str)| to_u16(text::width(pair.0) + text::width(pair.1) + 3);
    let mut end = row.width();
    let mut kept = Vec::new();
    for pair in right {
        if size(pair) > end.saturating_sub(row.width() / 2) && !kept.is_empty() || size(pair) > end {
            break;
        }
        end -= size(pair);
        kept.push(pair);
    }
    let mut x = end + 1;
    for pair in kept {
        draw(&mut row, x, pair);
        x += size(pair);
    }
    let mut x = 0;
    for pair in left {
        if x + size(pair) > end {
            break;
        }
        draw(&mut row, x, pair);
        x += size(pair);
    }
}

fn draw(row: &mut Canvas<'_>, x: u16, (key, what): &(&str, &str)) {
    row.spans(x, 0, &[(*key, Role::Key), (" ", Role::Status), (*what, Role::Status)]);
}
