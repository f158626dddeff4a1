//! F7, F8, F10 and F11 with an amount before them, and the commands of the same meaning. Must not know how a pane moves.

use super::{Effects, Pane, State, Tone, act};
use crate::app::actions::Action;
use crate::app::command::{self, Command, ScrollBy};
use crate::panes::Move;

/// A key that scrolls while the command line is open: `M` goes to the very end, a number so many lines, as ISPF has it.
pub(super) fn key(state: &mut State, way: Move, fx: &mut Effects) {
    let amount = state.command.take().map(|input| input.text().trim().to_uppercase()).unwrap_or_default();
    match command::parse(&format!("SCROLL {amount}")) {
        Ok(Some(Command::Scroll(by))) => go(state, way, Some(by), fx),
        _ if amount.is_empty() => go(state, way, None, fx),
        _ => not_known(&amount, fx),
    }
}

fn not_known(amount: &str, fx: &mut Effects) {
    let known = "M, PAGE, HALF, DATA, CSR or a number";
    fx.say(Tone::Warning, format!("{amount} is not an amount to scroll by: {known}"));
}

/// Scrolls by an amount, for this one time, or as far as a key does.
pub(super) fn go(state: &mut State, way: Move, by: Option<ScrollBy>, fx: &mut Effects) {
    let end = match way {
        Move::PageDown => Move::Bottom,
        Move::PageUp => Move::Top,
        other => other,
    };
    match (by, way) {
        (None, _) => act(state, Action::Move(way), fx),
        (Some(by), Move::Left | Move::Right) if state.pane == Pane::Source => {
            state.source.go_sideways(way, by.into(), fx);
        }
        (Some(ScrollBy::Max), Move::PageUp | Move::PageDown) => act(state, Action::Move(end), fx),
        (Some(by), _) if state.pane == Pane::Source => {
            let usual = std::mem::replace(&mut state.source.scroll, by.into());
            act(state, Action::Move(way), fx);
            state.source.scroll = usual;
        }
        (Some(by), _) => not_known(&by.to_string(), fx),
    }
}
