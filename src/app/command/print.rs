//! The operands of CC and PAGE.

use crate::base::UserError;
use crate::panes::source::{Cc, Sheet};
use crate::source::Carriage;

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
