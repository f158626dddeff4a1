//! The operands of CC, PAGE, FOLLOW and PIN.

use super::export::Export;
use super::find::{self, Find, FindFrom};
use crate::base::UserError;
use crate::panes::source::{Cc, Pin, Sheet};
use crate::source::Carriage;
use crate::work::ProfileAsk;
use serde::{Deserialize, Serialize};

/// What FOLLOW shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Follow {
    /// All that is written.
    All,
    /// Lines with a match.
    Found(Find),
    /// Nothing any more.
    Off,
}

/// The operands of FOLLOW.
///
/// # Errors
/// Says what is wrong.
pub(super) fn follow(text: &str) -> Result<Follow, String> {
    match text.to_uppercase().as_str() {
        "" | "ON" => return Ok(Follow::All),
        "OFF" => return Ok(Follow::Off),
        _ => {}
    }
    let find = find::parse(text)?;
    if find.from != FindFrom::Next || find.hidden.is_some() || find.lines.is_some() {
        return Err("it takes a string, where in a word it is, and columns".to_owned());
    }
    Ok(Follow::Found(find))
}

/// The operands of PROFILE; what looks like no word of it is a file.
///
/// # Errors
/// Says what is wrong.
pub(super) fn profile(text: &str) -> Result<ProfileAsk, String> {
    Ok(match text.to_uppercase().as_str() {
        "" => ProfileAsk::Look,
        "ON" => ProfileAsk::Switch(true),
        "OFF" => ProfileAsk::Switch(false),
        "CLEAR" => ProfileAsk::Clear,
        _ => match super::export::parse(text)? {
            Export { to, lines: None } if !to.numbers => ProfileAsk::Write(to),
            _ => return Err("it takes a file and REPLACE".to_owned()),
        },
    })
}

/// The operands of CC.
///
/// # Errors
/// Says what is wrong.
pub(super) fn carriage(text: &str) -> Result<Cc, String> {
    match text.to_uppercase().as_str() {
        "" => Ok(Cc::Shown(None)),
        "ON" => Ok(Cc::Shown(Some(true))),
        "OFF" => Ok(Cc::Shown(Some(false))),
        "AUTO" => Ok(Cc::Is(None)),
        kind => kind.parse::<Carriage>().map(|kind| Cc::Is(Some(kind))).map_err(|e: UserError| e.what),
    }
}

/// The operands of PAGE.
///
/// # Errors
/// Says what is wrong.
pub(super) fn sheet(text: &str) -> Result<Sheet, String> {
    match text.trim().to_uppercase().as_str() {
        "" | "NEXT" => Ok(Sheet::Next),
        "PREV" => Ok(Sheet::Previous),
        "FIRST" | "TOP" => Ok(Sheet::Number(1)),
        "LAST" | "BOTTOM" => Ok(Sheet::Last),
        number => {
            let page = number.replace(',', "").parse().ok().filter(|n| *n > 0);
            page.map(Sheet::Number).ok_or_else(|| format!("{number} is not a page: they count from 1"))
        }
    }
}

/// The operands of PIN.
///
/// # Errors
/// Says what is wrong.
pub(super) fn pin(text: &str) -> Result<Pin, String> {
    match text.to_uppercase().as_str() {
        "" => Ok(Pin::Here),
        "OFF" | "0" => Ok(Pin::Off),
        lines => {
            let lines = lines.parse().ok().filter(|n| (1..=20).contains(n));
            lines
                .map(Pin::First)
                .ok_or_else(|| format!("{text} is neither OFF nor a number of lines from 1 to 20"))
        }
    }
}
