//! What opens above the panes: popups and toasts.

use crate::base::num::to_u16;
use crate::base::text;
use crate::ui::{Canvas, Rect, Role};
use serde::{Deserialize, Serialize};

/// Clears `area` and draws a box with `title` there; gives what is inside.
pub fn popup(canvas: &mut Canvas<'_>, area: Rect, title: &str) -> Rect {
    canvas.fill(area, Role::Popup);
    canvas.panel(area, title, true)
}

/// What kind of message a toast is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ToastKind {
    /// Worth knowing.
    Info,
    /// Went well.
    Success,
    /// May go wrong.
    Warning,
    /// Went wrong.
    Error,
}

/// A message that goes away by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Toast {
    /// What kind it is.
    pub kind: ToastKind,
    /// What happened.
    pub text: String,
    /// What to do about it; may be empty.
    pub hint: String,
}

impl ToastKind {
    fn role(self) -> Role {
        match self {
            Self::Info => Role::Info,
            Self::Success => Role::Success,
            Self::Warning => Role::Warning,
            Self::Error => Role::Error,
        }
    }
}

/// Draws toasts, the newest last, from the bottom right corner of `area` upwards, each in a box of its own. Those that
/// do not fit are left out, the oldest first.
pub fn toasts(canvas: &mut Canvas<'_>, area: Rect, toasts: &[Toast]) {
    let mut canvas = canvas.sub(area);
    let all = canvas.area();
    let mut bottom = all.height;
    for toast in toasts.iter().rev() {
        let rows = [toast.text.as_str(), toast.hint.as_str()];
        let rows: Vec<&str> = rows.into_iter().filter(|row| !row.is_empty()).collect();
        let widest = rows.iter().map(|row| text::width(row)).max().unwrap_or(0);
        let width = to_u16(widest).saturating_add(4).min(all.width);
        let height = to_u16(rows.len()) + 2;
        // Under five rows there is no room for a box: one bare line.
        let height = if all.height < 5 { 1 } else { height };
        let Some(top) = bottom.checked_sub(height).filter(|_| width > 0) else { break };
        let place = Rect { x: all.width - width, y: top, width, height };
        canvas.fill(place, Role::Toast);
        let inside = if height == 1 { place } else { canvas.panel(place, "", true) };
        let mut inside = canvas.sub(inside);
        let indent = u16::from(inside.width() > 2 && height > 1);
        for (y, row) in rows.iter().enumerate() {
            let role = if y == 0 { toast.kind.role() } else { Role::Text };
            let room = inside.width().saturating_sub(2 * indent);
            inside.text_in(indent, to_u16(y), room, row, role);
        }
        bottom = top;
    }
}
