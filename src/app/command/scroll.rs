//! UP, DOWN, LEFT and RIGHT, and how far: the amounts of `Scroll ===>`. Must not know what there is to scroll.

use super::{Command, ScrollBy};
use crate::panes::Move;

/// An amount, as `Scroll ===>` takes it.
pub(super) fn amount(text: &str) -> Option<ScrollBy> {
    Some(match text.to_uppercase().as_str() {
        "CSR" | "C" | "CUR" => ScrollBy::Cursor,
        "PAGE" | "P" => ScrollBy::Page,
        "HALF" | "H" => ScrollBy::Half,
        "MAX" | "M" => ScrollBy::Max,
        "DATA" | "D" => ScrollBy::Data,
        n => ScrollBy::Lines(n.parse().ok().filter(|n| (1..=9999).contains(n))?),
    })
}

fn not_known(amount: &str) -> String {
    match amount.parse::<u64>() {
        Ok(_) => "lines and columns are 1 to 9999".to_owned(),
        Err(_) => format!("{} is not an amount it knows", amount.to_uppercase()),
    }
}

/// The operand of SCROLL.
///
/// # Errors
/// Says what is wrong.
pub(super) fn scroll(text: &str) -> Result<Command, String> {
    match (amount(text), text) {
        (Some(by), _) => Ok(Command::Scroll(by)),
        (None, "") => Err("an amount is missing".to_owned()),
        (None, other) => Err(not_known(other)),
    }
}

/// The operand of UP, DOWN, LEFT and RIGHT.
///
/// # Errors
/// Says what is wrong.
pub(super) fn go(way: Move, text: &str) -> Result<Command, String> {
    match (amount(text), text) {
        (Some(by), _) => Ok(Command::Go(way, Some(by))),
        (None, "") => Ok(Command::Go(way, None)),
        (None, other) => Err(not_known(other)),
    }
}
