//! Where things are on the screen. The plan depends on the state only, so that keys and drawing agree.

use super::state::State;
use crate::panes::{Pane, search, source};
use crate::ui::Rect;
use crate::ui::layout::{THREE_FROM, frame};
use crate::work::Effects;

/// Columns that the Search pane keeps when the Source pane is beside it.
const SEARCH_COLUMNS: u16 = 92;

/// The screen in parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// The title line.
    pub title: Rect,
    /// The pane that takes the keys.
    pub main: Rect,
    /// Another pane beside it.
    pub beside: Option<(Pane, Rect)>,
    /// The line at the bottom.
    pub bottom: Rect,
}

/// The plan for the screen as it is.
pub fn plan(state: &State) -> Plan {
    plan_of(state, state.pane)
}

/// The plan for when `pane` takes the keys.
fn plan_of(state: &State, pane: Pane) -> Plan {
    let frame = frame(Rect::new(0, 0, state.size.0, state.size.1));
    let body = frame.body;
    let wide = body.width >= THREE_FROM && !state.zoom;
    let beside = (wide && pane == Pane::Search && state.source.file().is_some()).then(|| {
        let x = SEARCH_COLUMNS + 1;
        (Pane::Source, Rect { x, width: body.width - x, ..body })
    });
    let main = if beside.is_some() { Rect { width: SEARCH_COLUMNS, ..body } } else { body };
    Plan { title: frame.title, main, beside, bottom: frame.hints }
}

/// Tells the panes how much room they have.
pub fn apply(state: &mut State, fx: &mut Effects) {
    let plan = plan(state);
    (state.search.zoom, state.source.zoom) = (state.zoom, state.zoom);
    let source = match plan.beside {
        Some((Pane::Source, area)) => area,
        _ => plan.main,
    };
    let parts = source::parts(source.width, source.height, &state.source);
    state.source.resize(parts.text.width, parts.text.height, parts.outline.is_some(), fx);
    // The Search pane keeps its shape while another one takes the keys.
    let search = plan_of(state, Pane::Search).main;
    let parts = search::parts(search.width, search.height, &state.search);
    let entry = parts.entry.unwrap_or(parts.list);
    let list = (parts.list.width, parts.list.height);
    let beside = (parts.entry.is_some(), parts.facets.is_some());
    state.search.resize(list, (entry.width, entry.height), beside, fx);
    state.log.resize(plan.main.height);
}
