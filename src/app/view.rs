//! Draws the desk: title line, panes, bottom line, and what lies over them. Only reads.

use super::actions::{Action, Desk, Place};
use super::help::{self, Line};
use super::layout::plan;
use super::palette::Palette;
use super::state::{Overlay, State};
use crate::base::num::to_u16;
use crate::panes::{Pane, log, metrics, search, source};
use crate::source::Direction;
use crate::ui::layout::centered;
use crate::ui::widget::{hints, popup};
use crate::ui::{Canvas, Rect, Role};
use ratatui::buffer::Buffer;

/// Draws everything and gives the place of the terminal's cursor.
pub fn view(state: &State) -> (Buffer, Option<(u16, u16)>) {
    let screen = Rect::new(0, 0, state.size.0, state.size.1);
    let mut buffer = Buffer::empty(screen);
    let mut cursor = None;
    let mut canvas = Canvas::new(&mut buffer, &state.look, &mut cursor);
    canvas.fill(screen, Role::Base);
    let plan = plan(state);
    title(state, &mut canvas.sub(plan.title));
    pane(state, state.pane, &mut canvas.sub(plan.main), true);
    if let Some((other, area)) = plan.beside {
        let glyph = canvas.look().glyphs.border.vertical;
        for y in area.y..area.bottom() {
            canvas.hline(area.x.saturating_sub(1), y, 1, Role::Border, glyph);
        }
        pane(state, other, &mut canvas.sub(area), false);
    }
    bottom(state, &mut canvas.sub(plan.bottom));
    match &state.overlay {
        Some(Overlay::Help(top)) => help_box(state, *top, &mut canvas),
        Some(Overlay::Palette(palette)) => palette_box(state, palette, &mut canvas),
        None if !state.pending.is_empty() => which_key(state, &mut canvas),
        None => {}
    }
    (buffer, cursor)
}

/// The screen as text, row by row, without blanks at their ends.
pub fn rows(state: &State) -> Vec<String> {
    super::outside::rows_of(&view(state).0)
}

fn pane(state: &State, pane: Pane, canvas: &mut Canvas<'_>, focused: bool) {
    let keys = focused && state.overlay.is_none() && state.command.is_none();
    match pane {
        Pane::Search => search::view(&state.search, canvas, keys),
        Pane::Source => source::view(&state.source, canvas, keys && !state.source.is_typing()),
        Pane::Metrics => metrics::view(&state.metrics, canvas, keys),
        Pane::Log => log::view(&state.log, canvas),
    }
}

fn title(state: &State, canvas: &mut Canvas<'_>) {
    canvas.fill(canvas.area(), Role::Status);
    let end = canvas.width();
    let mut right = end;
    if !state.alerts.is_empty() {
        let sign = canvas.look().glyphs.alert;
        let word = if state.alerts.len() == 1 { "alert" } else { "alerts" };
        right = canvas.text_right(right, 0, &format!("{sign} {} {word}", state.alerts.len()), Role::Warning);
        right = right.saturating_sub(2);
    }
    let about = about(state);
    let mut x = canvas.text(0, 0, "greenbar", Role::Title) + 1;
    for pane in Pane::ALL {
        let open = pane == state.pane;
        let name = format!("{} {}", pane.number(), pane.name());
        let shown = if open { format!("[{name}]") } else { format!(" {name} ") };
        x += canvas.text(x, 0, &shown, if open { Role::TabActive } else { Role::Tab });
    }
    if right > x + 2 {
        let room = right - x - 2;
        let width = to_u16(crate::base::text::width(&about)).min(room);
        canvas.text_in(right - width, 0, width, &about, Role::Status);
    }
}

/// What the title line says of the pane.
fn about(state: &State) -> String {
    match state.pane {
        Pane::Source => {
            let Some(file) = state.source.file() else { return String::new() };
            let mut parts = vec![file.name().to_owned()];
            match file.total_lines {
                Some(lines) => parts.push(format!("{} lines", source::thousands(lines))),
                None if file.scan.total > 0 && !file.scanned => {
                    parts.push(format!(
                        "index {}%",
                        crate::base::num::percent(file.scan.done, file.scan.total)
                    ));
                }
                None => {}
            }
            if state.source.files.len() > 1 {
                parts.push(format!("{}/{}", state.source.current + 1, state.source.files.len()));
            }
            parts.join("  ")
        }
        Pane::Search => match &state.search.store {
            search::StoreState::Ready(info) => {
                let access = match &info.access {
                    crate::store::Access::ReadWrite => "",
                    crate::store::Access::ReadOnly(_) => "  read-only",
                    crate::store::Access::Snapshot(_) => "  snapshot, may be stale",
                };
                format!("{} entries{access}", source::thousands(info.entries))
            }
            search::StoreState::Opening => "opening the store".into(),
            search::StoreState::Failed(_) => "no store".into(),
        },
        Pane::Metrics | Pane::Log => String::new(),
    }
}

fn bottom(state: &State, canvas: &mut Canvas<'_>) {
    let area = canvas.area();
    if let Some(input) = &state.command {
        let x = canvas.text(0, 0, "Command ===> ", Role::Prompt);
        input.draw(
            canvas,
            Rect { x, width: area.width.saturating_sub(x), ..area },
            "FIND, LOCATE, OPEN, HELP ...",
            true,
        );
        return;
    }
    if state.pane == Pane::Source
        && let Some(prompt) = &state.source.prompt
    {
        let word = if prompt.direction == Direction::Forward { "Find ===> " } else { "Find back ===> " };
        let x = canvas.text(0, 0, word, Role::Prompt);
        let hint = "text in any letter case; \\c keeps the case, \\r is a regular expression";
        prompt.input.draw(canvas, Rect { x, width: area.width.saturating_sub(x), ..area }, hint, true);
        return;
    }
    if let Some(toast) = &state.toast {
        canvas.text_in(0, 0, area.width, &toast.text, log::role_of(toast.tone));
        return;
    }
    let place = state.place();
    let mut scroll = String::new();
    let mut shown: Vec<(String, &str)> = Vec::new();
    for (action, word) in main_actions(place) {
        // Where letters are text only keys that are none are of use.
        let usable = |keys: &String| !place.is_typing() || keys.chars().count() > 1;
        if let Some(keys) = state.keymap.keys_of(place, *action).into_iter().find(usable) {
            shown.push((keys, *word));
        }
    }
    let left: Vec<(&str, &str)> = shown.iter().map(|(k, w)| (k.as_str(), *w)).collect();
    if state.pane == Pane::Source {
        scroll = scroll_word(state.source.scroll);
    }
    let right: Vec<(&str, &str)> =
        if scroll.is_empty() { vec![] } else { vec![("Scroll ===>", scroll.as_str())] };
    hints(canvas, area, &left, &right);
}

fn scroll_word(scroll: source::Scroll) -> String {
    match scroll {
        source::Scroll::Cursor => "CSR".into(),
        source::Scroll::Page => "PAGE".into(),
        source::Scroll::Half => "HALF".into(),
        source::Scroll::Data => "DATA".into(),
        source::Scroll::Max => "MAX".into(),
        source::Scroll::Lines(n) => n.to_string(),
    }
}

/// What the bottom line shows of each place: the actions that matter most there.
fn main_actions(place: Place) -> &'static [(Action, &'static str)] {
    use Action::{Desk as D, Metrics as M, Search as S, Source as F};
    use search::Command as SC;
    use source::Command as FC;
    match place {
        Place::Query => &[
            (S(SC::Open), "open"),
            (D(Desk::NextPane), "pane"),
            (D(Desk::Back), "results"),
            (D(Desk::Help), "help"),
            (D(Desk::End), "end"),
            (D(Desk::CommandLine), "command"),
        ],
        Place::Results => &[
            (S(SC::Open), "open"),
            (S(SC::Query), "query"),
            (S(SC::Explain), "explain"),
            (S(SC::New), "new"),
            (S(SC::Worked), "worked"),
            (S(SC::DidNotWork), "didn't"),
            (D(Desk::NextPane), "pane"),
            (D(Desk::Help), "help"),
            (D(Desk::End), "end"),
            (D(Desk::CommandLine), "command"),
        ],
        Place::Entry => &[
            (S(SC::FollowCode), "code"),
            (S(SC::Worked), "worked"),
            (S(SC::DidNotWork), "didn't"),
            (S(SC::Edit), "edit"),
            (S(SC::Link), "link"),
            (D(Desk::End), "back"),
            (D(Desk::Help), "help"),
            (D(Desk::CommandLine), "command"),
        ],
        Place::Form => &[
            (S(SC::Save), "save"),
            (S(SC::NextField), "next field"),
            (D(Desk::Back), "leave"),
            (D(Desk::Help), "help"),
        ],
        Place::Source => &[
            (F(FC::FindForward), "find"),
            (F(FC::FindNext), "again"),
            (F(FC::Outline), "outline"),
            (F(FC::Follow), "knowledge"),
            (F(FC::Cols), "cols"),
            (F(FC::Hex), "hex"),
            (D(Desk::Help), "help"),
            (D(Desk::End), "end"),
            (D(Desk::CommandLine), "command"),
        ],
        Place::Outline => &[(F(FC::OutlineGo), "go"), (F(FC::OutlineLeave), "text"), (D(Desk::Help), "help")],
        Place::Metrics => &[
            (M(metrics::Command::Explain), "explain"),
            (M(metrics::Command::Next), "series"),
            (D(Desk::NextPane), "pane"),
            (D(Desk::Help), "help"),
            (D(Desk::End), "end"),
            (D(Desk::CommandLine), "command"),
        ],
        Place::Log | Place::Anywhere | Place::Typing => &[
            (D(Desk::NextPane), "pane"),
            (D(Desk::Help), "help"),
            (D(Desk::End), "end"),
            (D(Desk::CommandLine), "command"),
        ],
    }
}

fn help_box(state: &State, top: usize, canvas: &mut Canvas<'_>) {
    let area = centered(canvas.area(), 78, canvas.height());
    let mut canvas = canvas.sub(area);
    let whole = canvas.area();
    let inside = popup(&mut canvas, whole, "Help: keys and commands that work here");
    let mut canvas = canvas.sub(inside);
    for (y, line) in (0..canvas.height()).zip(help::lines(state).into_iter().skip(top)) {
        match line {
            Line::Heading(text) => {
                canvas.text(1, y, &text, Role::Title);
            }
            Line::Row(keys, what) => {
                let used = canvas.text_in(3, y, 36, &keys, Role::Key);
                canvas.text(3 + used.max(24) + 2, y, &what, Role::Text);
            }
            Line::Gap => {}
        }
    }
}

fn palette_box(state: &State, palette: &Palette, canvas: &mut Canvas<'_>) {
    let area = centered(canvas.area(), 70, 18);
    let mut canvas = canvas.sub(area);
    let whole = canvas.area();
    let inside = popup(&mut canvas, whole, "Actions");
    let mut canvas = canvas.sub(inside);
    let width = canvas.width();
    palette.input.draw(
        &mut canvas,
        Rect::new(1, 0, width.saturating_sub(2), 1),
        "a few letters of what you want",
        true,
    );
    let rows = usize::from(canvas.height().saturating_sub(1)).max(1);
    let first = (palette.selected + 1).saturating_sub(rows);
    for (y, (at, spec)) in (1..canvas.height()).zip(palette.rows().iter().enumerate().skip(first)) {
        let keys = state.keymap.keys_of(palette.place, spec.action).into_iter().next().unwrap_or_default();
        let end = canvas.text_right(width.saturating_sub(1), y, &keys, Role::Key);
        let used = canvas.text(1, y, spec.name, Role::Text);
        canvas.text_in(used.max(18) + 2, y, end.saturating_sub(used.max(18) + 3), spec.help, Role::Dim);
        if at == palette.selected {
            canvas.patch(Rect::new(0, y, width, 1), Role::Selection);
        }
    }
    if palette.rows().is_empty() {
        canvas.text(1, 1, "no action is called that", Role::Dim);
    }
}

/// The keys that may follow the ones pressed.
fn which_key(state: &State, canvas: &mut Canvas<'_>) {
    let rows = state.keymap.continuations(state.place(), &state.pending);
    let height = to_u16(rows.len()) + 2;
    let width = 44.min(canvas.width());
    let x = canvas.width() - width;
    let y = canvas.height().saturating_sub(height + 1);
    let area = Rect::new(x, y, width, height.min(canvas.height()));
    let title: Vec<String> = state.pending.iter().map(ToString::to_string).collect();
    let inside = popup(canvas, area, &title.join(" "));
    let mut canvas = canvas.sub(inside);
    for (y, (key, help)) in (0..canvas.height()).zip(rows) {
        canvas.text(1, y, &key, Role::Key);
        canvas.text(8, y, help, Role::Text);
    }
}
