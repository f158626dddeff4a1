//! The operands of commands about compiler listings.

use super::Command;
use crate::listing::{self, Severity};
use crate::panes::source::Gutter;
use crate::work::{ListingAsk, Which};

/// The operands of MSG: how bad at least, and which.
///
/// # Errors
/// Says which operand is not known.
pub(super) fn message(text: &str) -> Result<Command, String> {
    let (mut least, mut which) = (Severity::Informational, Which::Next);
    for word in text.to_uppercase().split_whitespace() {
        let mut letters = word.chars();
        match (word, letters.next().and_then(Severity::of_letter), letters.next()) {
            ("NEXT", ..) => which = Which::Next,
            ("PREV", ..) => which = Which::Previous,
            ("FIRST", ..) => which = Which::First,
            ("LAST", ..) => which = Which::Last,
            ("WORST", ..) => which = Which::Worst,
            (_, Some(severity), None) => least = severity,
            _ => return Err(format!("{word} is neither a severity (I W E S U) nor which message")),
        }
    }
    Ok(Command::Listing(ListingAsk::Message { least, which }))
}

/// The operand of OFFSET: hexadecimal digits, as `X'1A4'`, `+1A4` or bare.
///
/// # Errors
/// When it is none.
pub(super) fn offset(text: &str) -> Result<Command, String> {
    let offset = listing::offset_of(text).ok_or("it needs an offset in hexadecimal digits, as X'1A4'")?;
    Ok(Command::Listing(ListingAsk::Offset(offset)))
}

/// The operand of GUTTER: which numbers stand beside lines; without one, the next kind.
///
/// # Errors
/// When it is none of them.
pub(super) fn gutter(text: &str) -> Result<Option<Gutter>, String> {
    match text.to_uppercase().as_str() {
        "" => Ok(None),
        "ID" | "IDS" | "LINEID" | "ON" => Ok(Some(Gutter::Ids)),
        "FILE" | "LINE" | "LINES" => Ok(Some(Gutter::Lines)),
        "OFF" => Ok(Some(Gutter::Off)),
        other => Err(format!("{other} is neither ID nor FILE nor OFF")),
    }
}
