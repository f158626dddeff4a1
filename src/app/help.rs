//! The help: the keys that work here, from the action table, and the words of the command line.

use super::actions::{Place, TABLE};
use super::command::WORDS;
use super::state::State;

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

/// The lines for what takes the keys now.
pub fn lines(state: &State) -> Vec<Line> {
    let here = state.place();
    let mut lines = Vec::new();
    for place in here.outwards() {
        let rows: Vec<Line> = TABLE
            .iter()
            .filter(|s| s.place == *place)
            .filter_map(|spec| {
                let keys = state.keymap.keys_of(*place, spec.action);
                (!keys.is_empty()).then(|| Line::Row(keys.join("  "), spec.help.to_owned()))
            })
            .collect();
        if !rows.is_empty() {
            lines.push(Line::Heading(heading(*place)));
            lines.extend(rows);
            lines.push(Line::Gap);
        }
    }
    lines.push(Line::Heading("Command ===>".into()));
    for word in WORDS {
        let short =
            if word.short.is_empty() { String::new() } else { format!(" ({})", word.short.join(" ")) };
        lines.push(Line::Row(format!("{} {}", word.name, word.operands), format!("{}{short}", word.help)));
    }
    lines
}

fn heading(place: Place) -> String {
    match place {
        Place::Anywhere => "Everywhere".into(),
        Place::Typing => "While typing".into(),
        other => format!("In the {}", other.name()),
    }
}
