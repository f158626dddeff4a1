//! Draws the desk: title line, panes, bottom line, and what lies over them. Only reads.

use super::actions::{Action, Desk, Place};
use super::help::{self, Line};
use super::layout::plan;
use super::palette::Palette;
use super::state::{Overlay, State, Toast};
use crate::base::num::{counted, percent, to_u16, to_u64};
use crate::base::text::{width, wrap};
use crate::panes::{Move, Pane, log, metrics, search, source};
use crate::source::{Direction, SortBy};
use crate::ui::layout::centered;
use crate::ui::widget::{hints, popup, tabs};
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
    // A screen without a bottom line still shows what is typed there.
    let typing = state.command.is_some() || state.source.prompt.is_some();
    let last = Rect { y: screen.height.saturating_sub(1), height: screen.height.min(1), ..screen };
    let line = if plan.bottom.height == 0 && typing { last } else { plan.bottom };
    bottom(state, &mut canvas.sub(line));
    if let Some(message) = state.toast.as_ref().filter(|_| !typing) {
        toast(message, &mut canvas);
    }
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
    let x = canvas.text(0, 0, "greenbar", Role::Title) + 1;
    let names: Vec<String> = Pane::ALL.iter().map(|p| format!("{} {}", p.number(), p.name())).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let open = Pane::ALL.iter().position(|p| *p == state.pane).unwrap_or(0);
    let x = x + tabs(canvas, x, 0, &names, open);
    // What does not fit beside the tabs is left out as a whole: first the word for the alerts, then what matters least.
    let mut about = about(state);
    let room = usize::from(end.saturating_sub(x + 1));
    let sign = canvas.look().glyphs.alert;
    let mut alert = match state.alerts.len() {
        0 => String::new(),
        1 => format!("{sign} 1 alert"),
        n => format!("{sign} {n} alerts"),
    };
    let cells = |about: &[String], alert: &str| {
        let all = about.iter().map(String::as_str).chain([alert]).filter(|t| !t.is_empty());
        all.map(|t| width(t) + 2).sum::<usize>().saturating_sub(2)
    };
    if cells(&about, &alert) > room && !alert.is_empty() {
        alert = format!("{sign} {}", state.alerts.len());
    }
    while about.len() > 1 && cells(&about, &alert) > room {
        about.pop();
    }
    if x + 1 + to_u16(width(&alert)) > end {
        return;
    }
    let mut right = end;
    if !alert.is_empty() {
        right = canvas.text_right(right, 0, &alert, Role::Warning).saturating_sub(2);
    }
    let about = about.join("  ");
    let cells = to_u16(width(&about)).min(right.saturating_sub(x + 1));
    canvas.text_in(right - cells, 0, cells, &about, Role::Status);
}

/// What the title line says of the pane, the most important first.
fn about(state: &State) -> Vec<String> {
    match state.pane {
        Pane::Source => {
            let Some(file) = state.source.file() else { return Vec::new() };
            let mut parts = vec![file.name().to_owned()];
            if state.source.files.len() > 1 {
                parts.push(format!("{}/{}", state.source.current + 1, state.source.files.len()));
            }
            let mut listing = file.listing_title().into_iter();
            // How it went matters more than how long it is.
            parts.extend(listing.next());
            match file.total_lines {
                Some(lines) => parts.push(counted(lines, "line", "lines")),
                None if file.scan.guessed && !file.scanned => {
                    let done = percent(file.scan.done, file.scan.total);
                    parts.push(format!("{} MiB so far, about {done}%", file.scan.done >> 20));
                }
                None if file.scan.total > 0 && !file.scanned => {
                    parts.push(format!("index {}%", percent(file.scan.done, file.scan.total)));
                }
                None => {}
            }
            if let Some(text) = file.facts.as_ref().map(|f| f.text.format).filter(|f| !f.is_usual()) {
                parts.push(text.to_string());
            }
            match file.facts.as_ref().and_then(|f| f.format.name()) {
                Some(_) if file.listing.is_some() => parts.extend(listing),
                Some(format) => parts.push(format.to_owned()),
                None => {}
            }
            let parsed = &file.parsed;
            if !file.parse_done && parsed.done > 0 {
                parts.push(format!("parsed {}%", percent(parsed.done, parsed.total)));
            } else if !parsed.problems.is_empty() {
                parts.push(counted(to_u64(parsed.problems.len()), "problem", "problems"));
            }
            parts
        }
        Pane::Search => match &state.search.store {
            search::StoreState::Ready(info) => {
                let access = match &info.access {
                    crate::store::Access::ReadWrite => None,
                    crate::store::Access::ReadOnly(_) => Some("read-only".to_owned()),
                    crate::store::Access::Snapshot(_) => Some("snapshot, may be stale".to_owned()),
                };
                access.into_iter().chain([counted(info.entries, "entry", "entries")]).collect()
            }
            search::StoreState::Opening => vec!["opening the store".into()],
            search::StoreState::Failed(_) => vec!["no store".into()],
        },
        Pane::Metrics | Pane::Log => Vec::new(),
    }
}

/// Most rows that a message takes.
const TOAST_ROWS: u16 = 4;

/// A message over the bottom line and as many rows above it as it needs.
fn toast(toast: &Toast, canvas: &mut Canvas<'_>) {
    let role = log::role_of(toast.tone);
    let rows = wrap(&toast.text, usize::from(canvas.width()).max(1));
    let height = to_u16(rows.len()).min(TOAST_ROWS).min(canvas.height());
    let top = canvas.height() - height;
    let area = Rect { y: top, height, ..canvas.area() };
    canvas.fill(area, Role::Toast);
    for (y, row) in (top..canvas.height()).zip(rows.iter()) {
        let last = y + 1 == canvas.height() && rows.len() > usize::from(height);
        let text = if last { format!("{row} {}", canvas.look().glyphs.ellipsis) } else { row.clone() };
        canvas.text_in(0, y, area.width, &text, role);
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
    if matches!(state.overlay, Some(Overlay::Help(_))) {
        return help_hints(state, canvas);
    }
    let place = state.place();
    let mut scroll = String::new();
    let mut shown: Vec<(String, &str)> = Vec::new();
    let beside = if place == Place::Metrics { beside_figures(state.metrics.view()) } else { None };
    let offered = |action: &Action| match action {
        Action::Source(command) => state.source.offers(*command),
        _ => true,
    };
    let actions = beside.unwrap_or_else(|| main_actions(place)).iter();
    for (action, word) in actions.filter(|(action, _)| offered(action)) {
        if let Some(keys) = help::keys(state, place, *action).into_iter().next() {
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

/// What the bottom line shows below the help: the keys of a 3270 where there are such.
fn help_hints(state: &State, canvas: &mut Canvas<'_>) {
    let key = |action| {
        let keys = help::keys(state, Place::Anywhere, action);
        let function = keys.iter().find(|key| key.starts_with('F')).or(keys.first());
        function.cloned().unwrap_or_default()
    };
    let (more, back) = (key(Action::Move(Move::PageDown)), key(Action::Move(Move::PageUp)));
    let find = key(Action::Desk(Desk::Palette));
    let keys = [(more.as_str(), "more"), (&back, "back"), (&find, "find an action"), ("esc", "close")];
    let keys: Vec<(&str, &str)> = keys.into_iter().filter(|(key, _)| !key.is_empty()).collect();
    hints(canvas, canvas.area(), &keys, &[]);
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

/// What the bottom line shows of a list of places in several files.
const TRAIL: &[(Action, &str)] = &[
    (Action::Source(source::Command::TrailGo), "go"),
    (Action::Source(source::Command::TrailOther), "other file"),
    (Action::Source(source::Command::Stop), "stop"),
    (Action::Source(source::Command::TrailLeave), "leave"),
    (Action::Desk(Desk::Help), "help"),
    (Action::Desk(Desk::CommandLine), "command"),
];
/// The same of the text of one of them.
const VISIT: &[(Action, &str)] = &[
    (Action::Source(source::Command::TrailNext), "next"),
    (Action::Source(source::Command::TrailPrevious), "before"),
    (Action::Source(source::Command::TrailBack), "list"),
    (Action::Source(source::Command::FindForward), "find"),
    (Action::Source(source::Command::FindNext), "again"),
    (Action::Source(source::Command::Outline), "outline"),
    (Action::Desk(Desk::Help), "help"),
    (Action::Desk(Desk::CommandLine), "command"),
];

/// What the bottom line shows in the Metrics pane where no figures are shown: Enter and the keys that came here do other things.
fn beside_figures(view: metrics::View) -> Option<&'static [(Action, &'static str)]> {
    use Action::{Desk as D, Metrics as M};
    use metrics::Command::{Advice, Explain, ForgetSlow, Profile, Slow};
    match view {
        metrics::View::Figures => None,
        metrics::View::Flame => Some(&[
            (M(Explain), "whole width"),
            (M(Profile), "on/off"),
            (D(Desk::End), "back"),
            (D(Desk::Help), "help"),
            (D(Desk::NextPane), "pane"),
            (D(Desk::CommandLine), "command"),
        ]),
        metrics::View::Slow => Some(&[
            (M(Explain), "all of it"),
            (M(ForgetSlow), "forget all"),
            (M(Slow), "figures"),
            (M(Advice), "indexes"),
            (D(Desk::Help), "help"),
            (D(Desk::NextPane), "pane"),
            (D(Desk::CommandLine), "command"),
        ]),
        metrics::View::Advice => Some(&[
            (M(Explain), "follow"),
            (M(Advice), "figures"),
            (M(Slow), "slow"),
            (D(Desk::Help), "help"),
            (D(Desk::NextPane), "pane"),
            (D(Desk::CommandLine), "command"),
        ]),
    }
}

/// What the bottom line shows of the results.
const RESULTS: &[(Action, &str)] = &[
    (Action::Search(search::Command::Open), "open"),
    (Action::Search(search::Command::Query), "query"),
    (Action::Search(search::Command::Explain), "explain"),
    (Action::Search(search::Command::Facets), "matches"),
    (Action::Search(search::Command::New), "new"),
    (Action::Search(search::Command::Worked), "worked"),
    (Action::Search(search::Command::DidNotWork), "didn't"),
    (Action::Desk(Desk::Help), "help"),
    (Action::Desk(Desk::End), "end"),
    (Action::Desk(Desk::CommandLine), "command"),
    (Action::Desk(Desk::NextPane), "pane"),
];

/// What the bottom line shows of what the matches are.
const FACETS: &[(Action, &str)] = &[
    (Action::Search(search::Command::PickFacet), "narrow"),
    (Action::Desk(Desk::Back), "results"),
    (Action::Search(search::Command::Facets), "put away"),
    (Action::Desk(Desk::Help), "help"),
];

/// The same of the versions of an entry.
const HISTORY: &[(Action, &str)] = &[
    (Action::Search(search::Command::VersionChange), "changes"),
    (Action::Search(search::Command::VersionNow), "since then"),
    (Action::Search(search::Command::VersionRestore), "restore"),
    (Action::Desk(Desk::End), "back"),
    (Action::Desk(Desk::Help), "help"),
    (Action::Desk(Desk::CommandLine), "command"),
];

/// The same of an import.
const IMPORT: &[(Action, &str)] = &[
    (Action::Search(search::Command::ImportLook), "look"),
    (Action::Search(search::Command::ImportGo), "import"),
    (Action::Move(crate::panes::Move::Right), "kind"),
    (Action::Search(search::Command::ImportAlike), "alike"),
    (Action::Search(search::Command::ImportOpen), "file"),
    (Action::Search(search::Command::ImportStop), "stop"),
    (Action::Desk(Desk::End), "leave"),
    (Action::Desk(Desk::Help), "help"),
];

/// What the bottom line shows of each place: the actions that matter most there.
fn main_actions(place: Place) -> &'static [(Action, &'static str)] {
    use Action::{Desk as D, Metrics as M, Search as S, Source as F};
    use search::Command as SC;
    use source::Command as FC;
    match place {
        Place::Query => &[
            (S(SC::Open), "open"),
            (S(SC::TakeOffer), "complete, pane"),
            (S(SC::Recall), "earlier"),
            (D(Desk::Back), "results"),
            (D(Desk::Help), "help"),
            (D(Desk::End), "end"),
            (D(Desk::CommandLine), "command"),
        ],
        Place::Results => RESULTS,
        Place::Facets => FACETS,
        Place::Entry => &[
            (S(SC::FollowCode), "open"),
            (S(SC::NextLink), "next"),
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
            (D(Desk::Back), "leave, keep as draft"),
            (S(SC::Discard), "drop"),
            (D(Desk::Help), "help"),
        ],
        Place::History => HISTORY,
        Place::Import => IMPORT,
        Place::Source => &[
            (F(FC::FindForward), "find"),
            (F(FC::FindNext), "again"),
            (F(FC::Outline), "outline"),
            (F(FC::Names), "names"),
            (F(FC::Follow), "knowledge"),
            (D(Desk::Help), "help"),
            (D(Desk::CommandLine), "command"),
            (D(Desk::End), "end"),
            (F(FC::Cols), "cols"),
            (F(FC::Hex), "hex"),
            (F(FC::Back), "back"),
        ],
        Place::Outline => &[(F(FC::OutlineGo), "go"), (F(FC::OutlineLeave), "text"), (D(Desk::Help), "help")],
        Place::Names => &[
            (F(FC::NamesGo), "places, text"),
            (F(FC::NamesDefinition), "definition"),
            (F(FC::Back), "back"),
            (F(FC::NamesLeave), "leave"),
            (D(Desk::Help), "help"),
        ],
        Place::Walk => &[
            (F(FC::WalkGo), "go"),
            (F(FC::WalkStatement), "statement"),
            (F(FC::Back), "back"),
            (F(FC::WalkLeave), "leave"),
            (D(Desk::Help), "help"),
        ],
        Place::Members => &[
            (F(FC::MembersGo), "open"),
            (F(FC::MembersFilter), "filter"),
            (F(FC::MembersSort(SortBy::Name)), "name"),
            (F(FC::MembersSort(SortBy::Size)), "size"),
            (F(FC::MembersSort(SortBy::Changed)), "changed"),
            (F(FC::MembersSort(SortBy::Kind)), "kind"),
            (D(Desk::Help), "help"),
            (D(Desk::End), "end"),
        ],
        Place::Trail => TRAIL,
        Place::Visit => VISIT,
        Place::Metrics => &[
            (M(metrics::Command::Explain), "explain"),
            (M(metrics::Command::Slow), "slow"),
            (M(metrics::Command::Advice), "indexes"),
            (M(metrics::Command::Acknowledge), "known"),
            (M(metrics::Command::Next), "series"),
            (M(metrics::Command::Span), "span"),
            (M(metrics::Command::Profile), "profiler"),
            (D(Desk::Help), "help"),
            (D(Desk::End), "end"),
            (M(metrics::Command::Compare), "before"),
            (D(Desk::NextPane), "pane"),
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
    let area = centered(canvas.area(), help::columns(state) + 2, canvas.height());
    let mut canvas = canvas.sub(area);
    let whole = canvas.area();
    let inside = popup(&mut canvas, whole, "Help: keys and commands that work here");
    let (lines, rows) = (help::lines(state), usize::from(inside.height));
    if lines.len() > rows {
        let last = (top + rows).min(lines.len());
        let seen = format!(" {} to {last} of {} ", top + 1, lines.len());
        canvas.text_right(
            whole.right().saturating_sub(2),
            whole.bottom().saturating_sub(1),
            &seen,
            Role::Title,
        );
    }
    let mut canvas = canvas.sub(inside);
    for (y, line) in (0..canvas.height()).zip(lines.into_iter().skip(top)) {
        match line {
            Line::Heading(text) => {
                canvas.text(1, y, &text, Role::Title);
            }
            Line::Row(keys, what) => {
                canvas.text(2, y, &keys, Role::Key);
                canvas.text(2 + help::KEY_COLUMNS + 1, y, &what, Role::Text);
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
        let keys = help::keys(state, palette.place, spec.action).into_iter().next().unwrap_or_default();
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
    let widest = rows.iter().map(|(key, help)| width(key).max(6) + width(help)).max().unwrap_or(0);
    let width = to_u16(widest + 6).min(canvas.width());
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

#[cfg(test)]
mod tests;
