//! Draws the Search pane.

use super::facets::{BESIDE_FROM, COLUMNS};
use super::state::{Focus, State, StoreState};
use super::{entry_view, explain, facets, offer};
use crate::base::UserError;
use crate::base::num::{counted, thousands, to_u16, to_u64};
use crate::base::text::{self, wrap};
use crate::kb::markdown;
use crate::kb::search::{Found, LayerReport, SearchResult, at_least};
use crate::ui::layout::TWO_FROM;
use crate::ui::widget::{Scroll, scrollbar};
use crate::ui::{Canvas, Rect, Role};

/// Where the parts of the pane go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// The query line.
    pub query: Rect,
    /// The results (inside of their panel).
    pub list: Rect,
    /// The entry (inside of its panel), when it is beside the results.
    pub entry: Option<Rect>,
    /// What the matches are (inside of its panel), when it is beside the results.
    pub facets: Option<Rect>,
    /// Whether parts have panels around them.
    boxed: bool,
}

/// Splits an area of `width` by `height`: results and entry side by side from 90 columns, one at a time below.
pub fn parts(width: u16, height: u16, state: &State) -> Parts {
    let query = Rect::new(0, 0, width, height.min(1));
    let body = Rect::new(0, query.height, width, height - query.height);
    let alone = state.explain && matches!(state.focus, Focus::Results | Focus::Query);
    let whole = alone
        || state.zoom
        || matches!(state.focus, Focus::Form | Focus::History | Focus::Incident | Focus::Import);
    if width < TWO_FROM - 10 || whole {
        return Parts { query, list: body, entry: None, facets: None, boxed: false };
    }
    let panel = if width >= BESIDE_FROM && !state.facets_off { COLUMNS } else { 0 };
    let width = width - panel;
    let left = width * 45 / 100;
    let inside = |x: u16, width: u16| {
        Rect::new(x + 1, body.y + 1, width.saturating_sub(2), body.height.saturating_sub(2))
    };
    let facets = (panel > 0).then(|| inside(width, panel));
    Parts { query, list: inside(0, left), entry: Some(inside(left, width - left)), facets, boxed: true }
}

fn around(area: Rect) -> Rect {
    Rect::new(area.x.saturating_sub(1), area.y.saturating_sub(1), area.width + 2, area.height + 2)
}

/// Draws the pane; `focused` puts the cursor into it.
pub fn view(state: &State, canvas: &mut Canvas<'_>, focused: bool) {
    let parts = parts(canvas.width(), canvas.height(), state);
    let typing = focused && state.focus == Focus::Query;
    let area = query(state, &mut canvas.sub(parts.query), typing);
    body(state, &parts, canvas, focused);
    if typing {
        offer::draw(state, canvas, area);
    }
}

/// Everything below the query line.
fn body(state: &State, parts: &Parts, canvas: &mut Canvas<'_>, focused: bool) {
    if let (Focus::Form, Some(form)) = (state.focus, &state.form) {
        form.draw(canvas, parts.list);
        return;
    }
    if let (Focus::Incident, Some(form)) = (state.focus, &state.incident) {
        return form.draw(canvas, parts.list);
    }
    if let (Focus::Import, Some(import)) = (state.focus, &state.import) {
        return super::import_view::view(import, &mut canvas.sub(parts.list), focused);
    }
    if let (Focus::History, Some(history)) = (state.focus, &state.history) {
        return super::history_view::view(history, &mut canvas.sub(parts.list), focused);
    }
    let list_focused = focused && matches!(state.focus, Focus::Results);
    let entry_focused = focused && state.focus == Focus::Entry;
    if let Some(area) = parts.facets {
        let focused = focused && state.focus == Focus::Facets;
        canvas.panel(around(area), "Matches", focused);
        facets::draw(state, &mut canvas.sub(area), focused);
    }
    if parts.boxed {
        let title = if state.explain { "How the search went" } else { "Results" };
        canvas.panel(around(parts.list), title, list_focused);
    }
    match parts.entry {
        Some(area) => {
            left(state, &mut canvas.sub(parts.list), list_focused);
            let title = state.shown.as_ref().map_or("", |s| s.entry.body.id.as_str());
            canvas.panel(around(area), title, entry_focused);
            match &state.shown {
                Some(shown) => {
                    entry_view::entry(shown, state.marked_words(), &mut canvas.sub(area), entry_focused);
                }
                None => {
                    canvas.sub(area).text(1, 0, "The selected entry is shown here.", Role::Dim);
                }
            }
        }
        None => match (&state.shown, state.focus) {
            (_, Focus::Facets) if parts.facets.is_none() => {
                facets::draw(state, &mut canvas.sub(parts.list), focused);
            }
            (Some(shown), Focus::Entry) => {
                entry_view::entry(shown, state.marked_words(), &mut canvas.sub(parts.list), entry_focused);
            }
            (None, Focus::Entry) => {
                canvas.sub(parts.list).text(1, 0, "Reading the entry ...", Role::Dim);
            }
            _ => left(state, &mut canvas.sub(parts.list), list_focused),
        },
    }
}

/// Draws the query line; gives where the query is. What is typed comes first: up to half of the line it is seen whole, and what is
/// told of the result takes what is left, in the longest words that fit.
fn query(state: &State, canvas: &mut Canvas<'_>, focused: bool) -> Rect {
    let hint = "a code, a message, words of the problem; category:db2 tag:lock \"a phrase\" -word";
    let x = canvas.text(0, 0, "Query > ", Role::Prompt);
    let mut right = canvas.width();
    if let Some(result) = &state.result {
        let typed = state.query.text();
        let typed = if typed.is_empty() { text::width(hint) } else { text::width(typed) + 1 };
        let typed = to_u16(typed + offer::behind(state).map_or(0, |text| text::width(&text)));
        let room = right.saturating_sub(x + 1 + typed.min(right / 2));
        for (text, role) in told(result, room).into_iter().rev() {
            right = canvas.text_right(right, 0, &text, role).saturating_sub(2);
        }
        right += 1;
    }
    let area = Rect::new(x, 0, right.saturating_sub(x), 1);
    state.query.draw(canvas, area, hint, focused);
    area
}

/// What is told of a result in `room` columns: how many there are, how long it took, and how many each layer found or, rather than
/// these, which words were read as others.
fn told(result: &SearchResult, room: u16) -> Vec<(String, Role)> {
    let partial = if result.partial { "so far " } else { "" };
    let shown = thousands(to_u64(result.results.len()));
    let found = format!("{partial}{shown} of {}", at_least(result.total, result.more));
    let timed = (format!("{found} in {}", millis(result.took_us)), Role::Status);
    let found = (found, Role::Status);
    let words: Vec<&str> = result.read_as.iter().map(|(_, is)| is.as_str()).collect();
    let forms = if words.is_empty() {
        let strategy = (result.strategy.name().to_owned(), Role::Dim);
        let layers = (found_by(result), Role::Dim);
        vec![vec![timed.clone(), layers], vec![timed.clone(), strategy], vec![timed], vec![found]]
    } else {
        let read = (format!("read as {}", words.join(", ")), Role::Warning);
        let few =
            (format!("{} read as others", counted(to_u64(words.len()), "word", "words")), Role::Warning);
        vec![vec![timed, read.clone()], vec![found, read.clone()], vec![read], vec![few]]
    };
    let fits = |form: &Vec<(String, Role)>| {
        form.iter().map(|(text, _)| text::width(text) + 2).sum::<usize>() <= usize::from(room) + 2
    };
    // The last one says least, and is said in any room.
    let at = forms.iter().position(fits).unwrap_or(forms.len() - 1);
    forms.into_iter().nth(at).unwrap_or_default()
}

/// How many each layer found.
fn found_by(result: &SearchResult) -> String {
    let mut layers: Vec<&LayerReport> = Vec::new();
    for report in result.layers.iter().filter(|report| report.hits > 0) {
        // One that was asked several times found as much as its best answer.
        match layers.iter_mut().find(|known| known.layer == report.layer) {
            Some(known) if known.hits < report.hits => *known = report,
            Some(_) => {}
            None => layers.push(report),
        }
    }
    let counted = layers.iter().map(|report| format!("{} {}", report.layer.name(), report.counted()));
    let counted: Vec<String> = counted.collect();
    let strategy = result.strategy.name();
    // A search by one layer that is called like it needs no more words.
    match counted.as_slice() {
        [] => strategy.to_owned(),
        [one] if one.starts_with(strategy) => one.clone(),
        more => format!("{strategy}: {}", more.join(" ")),
    }
}

/// `0.4 ms`, `12 ms`.
pub(super) fn millis(us: u64) -> String {
    if us < 10_000 { format!("{}.{} ms", us / 1000, us % 1000 / 100) } else { format!("{} ms", us / 1000) }
}

fn left(state: &State, canvas: &mut Canvas<'_>, focused: bool) {
    match (&state.store, &state.error, &state.result) {
        (StoreState::Failed(error), _, _) => {
            let y = failed(canvas, error);
            wrapped(
                canvas,
                1,
                y + 1,
                "Enter tries again. Files and figures work without the store.",
                Role::Text,
            );
        }
        (_, Some(error), _) => {
            failed(canvas, error);
        }
        (StoreState::Opening, _, None) => {
            let text =
                "Opening the knowledge base ... What you type meanwhile is searched as soon as it is open.";
            wrapped(canvas, 1, 0, text, Role::Dim);
        }
        (_, _, None) => {
            canvas.text(1, 0, "Searching ...", Role::Dim);
        }
        (_, _, Some(result)) if state.explain => explain::draw(result, state.explain_top, canvas),
        (_, _, Some(result)) if result.results.is_empty() => nothing(result, canvas),
        (_, _, Some(result)) => results(state, result, canvas, focused),
    }
}

fn failed(canvas: &mut Canvas<'_>, error: &UserError) -> u16 {
    let mut y = 0;
    for (text, role) in [(&error.what, Role::Error), (&error.cause, Role::Text), (&error.hint, Role::Info)] {
        for line in wrap(text, usize::from(canvas.width().saturating_sub(2))) {
            canvas.text(1, y, &line, role);
            y = y.saturating_add(u16::from(!line.is_empty()));
        }
    }
    y
}

/// Draws a text over as many rows as it needs; gives the next free row.
fn wrapped(canvas: &mut Canvas<'_>, x: u16, y: u16, text: &str, role: Role) -> u16 {
    let mut y = y;
    for line in markdown::lines(text, usize::from(canvas.width().saturating_sub(x + 1))) {
        let text: String = line.spans.iter().map(|s| s.text.as_str()).collect();
        canvas.text(x + to_u16(line.indent), y, &text, role);
        y = y.saturating_add(1);
    }
    y
}

fn nothing(result: &SearchResult, canvas: &mut Canvas<'_>) {
    canvas.text(1, 0, "Nothing found.", Role::Warning);
    let mut y = 1;
    for word in &result.suggestions {
        canvas.spans(1, y, &[("Did you mean ", Role::Text), (word, Role::Accent), (" ?", Role::Text)]);
        y += 1;
    }
    let shown = format!("Understood as: {}", result.shown);
    y = wrapped(canvas, 1, y, &shown, Role::Dim);
    for note in &result.notes {
        y = wrapped(canvas, 1, y, note, Role::Warning);
    }
    wrapped(
        canvas,
        1,
        y,
        "Fewer words find more. What you find out yourself is worth an entry: Esc, then n.",
        Role::Text,
    );
}

fn results(state: &State, result: &SearchResult, canvas: &mut Canvas<'_>, focused: bool) {
    let width = canvas.width();
    let rows = usize::from(canvas.height() / 2).max(1);
    let glyphs = canvas.look().glyphs;
    for (row, (at, found)) in (0_u16..).zip(result.results.iter().enumerate().skip(state.top).take(rows)) {
        let y = row * 2;
        let area = Rect::new(0, y, width.saturating_sub(1), 2);
        if at % 2 == 1 {
            canvas.patch(area, Role::RowEven);
        }
        let selected = at == state.selected;
        let sign = if selected { glyphs.selected } else { " " };
        canvas.text(0, y, sign, Role::Accent);
        let x = 1 + canvas.text(1, y, &found.id, Role::Accent) + 2;
        canvas.text_in(x, y, width.saturating_sub(x + 1), &found.title, Role::Text);
        about(found, &mut canvas.sub(Rect::new(2, y + 1, width.saturating_sub(3), 1)));
        if selected {
            canvas.patch(Rect { height: 1, ..area }, Role::Selection);
            if focused {
                canvas.cursor(0, y);
            }
        }
    }
    let total = to_u64(result.results.len());
    let scroll = Scroll { total, top: to_u64(state.top), shown: to_u64(rows), marks: &[] };
    let area = Rect::new(width.saturating_sub(1), 0, 1, canvas.height());
    scrollbar(&mut canvas.sub(area), Rect::new(0, 0, 1, area.height), &scroll);
}

/// The second row of a result: where it was found, how often it was used, and the text around the match.
fn about(found: &Found, canvas: &mut Canvas<'_>) {
    let dot = canvas.look().glyphs.dot;
    let mut head = format!("{} {dot} {}", found.layer.name(), found.category);
    if found.usage_count > 0 {
        head.push_str(&format!(" {dot} {}", counted(found.usage_count, "use", "uses")));
    }
    if let Some(rate) = found.success_rate {
        head.push_str(&format!(" {dot} worked {:.0}%", rate * 100.0));
    }
    if !found.alike.is_empty() {
        head.push_str(&format!(" {dot} +{} alike", found.alike.len()));
    }
    let mut x = canvas.text(0, 0, &head, Role::Dim) + 2;
    let mut marked = false;
    for piece in found.snippet.split(['\u{2}', '\u{3}']) {
        let piece = piece.replace('\n', " ");
        let room = canvas.width().saturating_sub(x);
        x += canvas.text_in(x, 0, room, &piece, if marked { Role::Match } else { Role::Dim });
        marked = !marked;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kb::search::Layer;

    fn report(layer: Layer, hits: u64) -> LayerReport {
        LayerReport {
            layer,
            asked: String::new(),
            hits,
            more: false,
            plan: None,
            looked: 0,
            took_us: 1,
            failed: None,
        }
    }

    #[test]
    fn a_layer_is_counted_once_and_words_that_were_read_as_others_are_said() {
        let layers = vec![
            report(Layer::Tag, 14),
            report(Layer::Text, 4),
            report(Layer::Text, 129),
            report(Layer::Exact, 0),
        ];
        let mut result = SearchResult { layers, total: 12, took_us: 12_000, ..SearchResult::default() };
        assert_eq!(found_by(&result), "browse: tag 14 text 129");
        let told = |result: &SearchResult, room: u16| {
            let texts: Vec<String> = told(result, room).into_iter().map(|(text, _)| text).collect();
            let told = texts.join("  ");
            assert!(told.len() <= usize::from(room).max("0 of 12".len()), "{told:?} in {room}");
            told
        };
        let forms =
            ["0 of 12 in 12 ms  browse: tag 14 text 129", "0 of 12 in 12 ms  browse", "0 of 12 in 12 ms"];
        for form in forms {
            assert_eq!(told(&result, to_u16(form.len())), form);
        }
        assert_eq!([told(&result, 15), told(&result, 0)], ["0 of 12", "0 of 12"]);
        result.read_as = vec![("deadlok".into(), "deadlock".into()), ("tabel".into(), "table".into())];
        let forms = ["0 of 12 in 12 ms  read as deadlock, table", "0 of 12  read as deadlock, table"];
        for form in forms {
            assert_eq!(told(&result, to_u16(form.len())), form);
        }
        assert_eq!(told(&result, 23), "read as deadlock, table");
        // That words were read as others is said in any room.
        assert_eq!(told(&result, 22), "2 words read as others");
    }
}
