//! The help: the keys that work here, from the action table, and the words of the command line.

use super::actions::{Action, Place, TABLE};
use super::command::WORDS;
use super::keymap::Lookup;
use super::state::State;
use crate::base::text::{width, wrap};
use crate::config::KeySeq;
use crate::kb::query::language;
use crate::panes::edit_of;

/// Columns of the keys.
pub const KEY_COLUMNS: u16 = 24;
/// Columns inside the box at most.
const MOST_COLUMNS: u16 = 96;

/// A line of the help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A heading.
    Heading(String),
    /// Keys or a command, and what it does.
    Row(String, String),
    /// Nothing.
    Gap,
}

/// The keys that lead to `action` in `place`: not those that mean something else there, nor those that are text.
pub fn keys(state: &State, place: Place, action: Action) -> Vec<String> {
    let works = |keys: &KeySeq| {
        let first = keys.keys().first().copied();
        let own = first.map(|key| state.keymap.lookup_inside(place, &[key]));
        let is_text = place.is_typing()
            && own == Some(Lookup::Unbound)
            && first.is_some_and(|key| edit_of(key).is_some());
        !is_text && state.keymap.lookup(place, keys.keys()) == Lookup::Action(action)
    };
    let all = state.keymap.keys_of(place, action).into_iter();
    all.filter(|text| text.parse().is_ok_and(|keys| works(&keys))).collect()
}

/// Columns inside the box of the help.
pub fn columns(state: &State) -> u16 {
    state.size.0.saturating_sub(6).clamp(1, MOST_COLUMNS)
}

/// The lines for what takes the keys now.
pub fn lines(state: &State) -> Vec<Line> {
    let here = state.place();
    let mut lines = Vec::new();
    for place in here.outwards() {
        let rows = TABLE.iter().filter(|s| s.place == *place).filter_map(|spec| {
            let keys = keys(state, here, spec.action);
            (!keys.is_empty()).then(|| (keys.join("  "), spec.help.to_owned()))
        });
        let rows: Vec<Line> = rows.flat_map(|(keys, what)| rows_of(state, &keys, &what)).collect();
        if !rows.is_empty() {
            lines.push(Line::Heading(heading(*place)));
            lines.extend(rows);
            lines.push(Line::Gap);
        }
    }
    if matches!(here, Place::Query | Place::Results) {
        lines.push(Line::Heading("In a query".into()));
        lines.extend(language().flat_map(|(written, about)| rows_of(state, &written, about)));
        lines.push(Line::Gap);
    }
    lines.push(Line::Heading("Command ===>".into()));
    for word in WORDS {
        let short = if word.short.is_empty() {
            String::new()
        } else {
            format!("{} {}", if word.short.len() == 1 { ", short" } else { ", also" }, word.short.join(" "))
        };
        let keys = format!("{} {}", word.name, word.operands);
        lines.extend(rows_of(state, keys.trim_end(), &format!("{}{short}", word.help)));
    }
    lines
}

/// A row, with what it does beside the keys, or below them where those are long.
fn rows_of(state: &State, keys: &str, what: &str) -> Vec<Line> {
    let room = usize::from(columns(state).saturating_sub(KEY_COLUMNS + 4)).max(12);
    let mut what = wrap(what, room).into_iter();
    let beside = if width(keys) <= usize::from(KEY_COLUMNS) { what.next() } else { None };
    let mut keys = wrap(keys, usize::from(columns(state).saturating_sub(4)).max(12)).into_iter();
    let first = Line::Row(keys.next().unwrap_or_default(), beside.unwrap_or_default());
    let more = keys.map(|text| Line::Row(format!("  {text}"), String::new()));
    std::iter::once(first).chain(more).chain(what.map(|text| Line::Row(String::new(), text))).collect()
}

fn heading(place: Place) -> String {
    match place {
        Place::Anywhere => "Everywhere".into(),
        Place::Typing => "While typing".into(),
        other => format!("In the {}", other.name()),
    }
}
