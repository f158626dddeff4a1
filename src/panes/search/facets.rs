//! The panel of what the matches are. Owns which value is selected; picking one changes the query.

use super::state::{Focus, State};
use crate::base::num::{thousands, to_u64};
use crate::kb::search::facets::{Group, Value, is_asked, toggled};
use crate::panes::Move;
use crate::ui::{Canvas, Rect, Role};
use crate::work::Effects;

/// Columns from which the panel is beside the results, and those it takes.
pub const BESIDE_FROM: u16 = 120;
/// See [`BESIDE_FROM`].
pub const COLUMNS: u16 = 28;

impl State {
    /// Whether what the matches are is shown, beside the results or in their place.
    pub fn counts_facets(&self) -> bool {
        self.focus == Focus::Facets || self.facets_beside
    }

    fn groups(&self) -> &[Group] {
        self.result.as_ref().and_then(|result| result.facets.as_ref()).map_or(&[], |facets| &facets.groups)
    }

    fn values(&self) -> impl Iterator<Item = &Value> {
        self.groups().iter().flat_map(|group| &group.values)
    }

    /// Shows the panel and goes into it, or leaves it and puts it away.
    pub(super) fn switch_facets(&mut self, fx: &mut Effects) {
        if self.focus == Focus::Facets {
            self.focus = Focus::Results;
            self.facets_off = true;
        } else {
            self.facets_off = false;
            self.focus = Focus::Facets;
            if self.result.as_ref().is_some_and(|result| result.facets.is_none()) {
                self.search(true, fx);
            }
        }
    }

    /// Puts the selected value into the query, or takes it out.
    pub(super) fn pick_facet(&mut self, fx: &mut Effects) {
        let Some(asks) = self.values().nth(self.facet).map(|value| value.asks.clone()) else { return };
        let text = toggled(self.query.text(), &asks);
        self.query.set(&text);
        self.search(true, fx);
    }

    /// Selects another value.
    pub(super) fn move_facet(&mut self, way: Move) {
        let last = self.values().count().saturating_sub(1);
        self.facet = match way {
            Move::Up => self.facet.saturating_sub(1),
            Move::Down => self.facet + 1,
            Move::PageUp | Move::HalfUp | Move::Left => self.group_from(false),
            Move::PageDown | Move::HalfDown | Move::Right => self.group_from(true),
            Move::Top => 0,
            Move::Bottom => last,
        }
        .min(last);
    }

    /// The first value of the group behind, or before.
    fn group_from(&self, behind: bool) -> usize {
        let mut from = 0;
        let firsts: Vec<usize> = self
            .groups()
            .iter()
            .map(|group| {
                let next = from + group.values.len();
                std::mem::replace(&mut from, next)
            })
            .collect();
        let found = if behind {
            firsts.iter().find(|first| **first > self.facet)
        } else {
            firsts.iter().rev().find(|first| **first < self.facet)
        };
        found.copied().unwrap_or(self.facet)
    }
}

/// Draws the panel.
pub fn draw(state: &State, canvas: &mut Canvas<'_>, focused: bool) {
    let Some(result) = &state.result else { return };
    let Some(facets) = &result.facets else {
        canvas.text(1, 0, "Counting ...", Role::Dim);
        return;
    };
    let mut lines: Vec<(Option<usize>, String, String)> = Vec::new();
    if !facets.whole {
        lines.push((None, format!("of the first {}", thousands(facets.of)), String::new()));
    }
    let mut at = 0;
    for group in &facets.groups {
        lines.push((None, group.name.clone(), String::new()));
        for value in &group.values {
            let sign = if is_asked(&result.query, &value.asks) { "x" } else { " " };
            lines.push((Some(at), format!("{sign} {}", value.name), thousands(value.entries)));
            at += 1;
        }
    }
    let chosen = lines.iter().position(|(which, ..)| *which == Some(state.facet)).unwrap_or(0);
    let height = usize::from(canvas.height());
    let top = if focused { (chosen + 1).saturating_sub(height) } else { 0 };
    let width = canvas.width();
    for (y, (which, name, entries)) in (0..canvas.height()).zip(lines.iter().skip(top)) {
        let role = if which.is_some() { Role::Text } else { Role::Key };
        let end = canvas.text_right(width.saturating_sub(1), y, entries, Role::Dim);
        canvas.text_in(1, y, end.saturating_sub(2), name, role);
        if focused && *which == Some(state.facet) {
            canvas.patch(Rect::new(0, y, width, 1), Role::Selection);
            canvas.cursor(0, y);
        }
    }
    if at == 0 {
        canvas.text(1, to_y(lines.len()), "Nothing matches.", Role::Dim);
    }
}

fn to_y(lines: usize) -> u16 {
    u16::try_from(to_u64(lines)).unwrap_or(0)
}
