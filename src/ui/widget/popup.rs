//! What opens above the panes.

use crate::ui::{Canvas, Rect, Role};

/// Clears `area` and draws a box with `title` there; gives what is inside.
pub fn popup(canvas: &mut Canvas<'_>, area: Rect, title: &str) -> Rect {
    canvas.fill(area, Role::Popup);
    canvas.panel(area, title, true)
}
