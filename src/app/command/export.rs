//! The operands of EXPORT and PRINT.

use super::LineRange;
use super::find::{self, Operand};
use crate::work::ExportTo;
use serde::{Deserialize, Serialize};

/// What EXPORT writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// Where to, and how.
    pub to: ExportTo,
    /// Which lines; `None` for all.
    pub lines: Option<LineRange>,
}

/// A path, in quotes or up to the next blank, then operands in any order.
///
/// # Errors
/// Says what is wrong.
pub(super) fn parse(text: &str) -> Result<Export, String> {
    let text = text.trim();
    let quoted = text.chars().next().filter(|c| matches!(c, '\'' | '"'));
    let (path, rest) = match quoted {
        Some(quote) => text.get(1..).and_then(|t| t.split_once(quote)).ok_or("a quote is missing")?,
        None => text.split_once(char::is_whitespace).unwrap_or((text, "")),
    };
    if path.is_empty() {
        return Err("a file is missing".to_owned());
    }
    let mut to = ExportTo { path: path.to_owned(), numbers: false, replace: false };
    let (mut lines, mut labels) = (None, Vec::new());
    for word in rest.split_whitespace() {
        match (word.to_uppercase().as_str(), Operand::of(word)) {
            ("NUM" | "NUMBERS", _) => to.numbers = true,
            ("REP" | "REPLACE", _) => to.replace = true,
            (_, Some(Operand::Lines(range))) => lines = Some(range),
            (label, _) if label.starts_with('.') => labels.push(find::label(label)?),
            (..) => return Err(format!("{word} is no operand of it")),
        }
    }
    let mut labels = labels.into_iter();
    match (labels.next(), labels.next(), labels.next()) {
        (None, ..) => {}
        (Some(from), Some(last), None) => lines = Some(LineRange::Labels(from, last)),
        _ => return Err("two labels are the first line and the last".to_owned()),
    }
    Ok(Export { to, lines })
}
