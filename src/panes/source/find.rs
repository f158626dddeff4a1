//! What a person asks to find, as the search of files wants it.

use crate::source::{Direction, NeedleKind, NeedleSpec};
use serde::{Deserialize, Serialize};

/// Where a find starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum From {
    /// At the cursor.
    Cursor,
    /// At the top.
    Top,
    /// At the bottom.
    Bottom,
}

/// A find that the command line asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindRequest {
    /// What; `None` for the last one again.
    pub needle: Option<NeedleSpec>,
    /// Where it starts.
    pub from: From,
    /// Which way.
    pub direction: Direction,
}

/// What is typed after `/`: a text in any letter case; `\c` in front keeps the case, `\r` in front makes it a regular
/// expression.
pub fn spec_of(typed: &str) -> NeedleSpec {
    if let Some(text) = typed.strip_prefix("\\r") {
        return NeedleSpec {
            text: text.to_owned(),
            ignore_case: false,
            kind: NeedleKind::Regex,
            words: false,
        };
    }
    let (text, ignore_case) = typed.strip_prefix("\\c").map_or((typed, true), |t| (t, false));
    NeedleSpec { text: text.to_owned(), ignore_case, kind: NeedleKind::Literal, words: false }
}

/// Bytes in hexadecimal (pairs of digits) as an expression that matches exactly them.
pub fn hex_spec(digits: &str) -> NeedleSpec {
    let mut text = String::from("(?-u)");
    let mut rest = digits;
    while let Some((pair, after)) = rest.split_at_checked(2) {
        text.push_str("\\x");
        text.push_str(pair);
        rest = after;
    }
    NeedleSpec { text, ignore_case: false, kind: NeedleKind::Regex, words: false }
}
