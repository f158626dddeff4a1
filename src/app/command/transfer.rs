//! The operands of IMPORT, and of EXPORT for the knowledge base.

use crate::kb::transfer::{Duplicates, Format};
use crate::work::ImportOf;

const FORMATS: [(&str, Format); 7] = [
    ("JSON", Format::Json),
    ("JSONL", Format::Jsonl),
    ("CSV", Format::Csv),
    ("MARKDOWN", Format::Markdown),
    ("MD", Format::Markdown),
    ("TEXT", Format::Text),
    ("TXT", Format::Text),
];

/// A path, in quotes or up to the next blank, and what stands behind it.
fn path(text: &str) -> Result<(&str, &str), String> {
    let text = text.trim();
    let quoted = text.chars().next().filter(|c| matches!(c, '\'' | '"'));
    let (path, rest) = match quoted {
        Some(quote) => text.get(1..).and_then(|t| t.split_once(quote)).ok_or("a quote is missing")?,
        None => text.split_once(char::is_whitespace).unwrap_or((text, "")),
    };
    if path.is_empty() { Err("a file or folder is missing".to_owned()) } else { Ok((path, rest)) }
}

/// A path, then words in any order.
///
/// # Errors
/// Says what is wrong.
pub(super) fn import(text: &str) -> Result<ImportOf, String> {
    let (path, rest) = path(text)?;
    let mut of = ImportOf { path: path.to_owned(), ..ImportOf::default() };
    let mut words = rest.split_whitespace();
    while let Some(word) = words.next() {
        let upper = word.to_uppercase();
        match upper.as_str() {
            "SKIP" => of.duplicates = Duplicates::Skip,
            "ALL" => of.duplicates = Duplicates::Keep,
            "KEEP" => of.keep = true,
            "CATEGORY" | "CAT" => {
                of.category = words.by_ref().collect::<Vec<_>>().join(" ");
                if of.category.is_empty() {
                    return Err("CATEGORY needs a name".to_owned());
                }
            }
            _ => {
                let format = FORMATS.iter().find(|(name, _)| *name == upper).map(|(_, format)| *format);
                of.format = Some(format.ok_or_else(|| format!("{word} is no operand of it"))?);
            }
        }
    }
    Ok(of)
}

/// Where `KB file` writes all entries, and whether over what is there; `None` if the text is about something else.
///
/// # Errors
/// Says what is wrong.
pub(super) fn entries(text: &str) -> Result<Option<(String, bool)>, String> {
    let Some(("KB" | "kb" | "Kb" | "kB", rest)) = text.trim().split_once(char::is_whitespace) else {
        return Ok(None);
    };
    let (path, rest) = path(rest)?;
    match rest.trim().to_uppercase().as_str() {
        "" => Ok(Some((path.to_owned(), false))),
        "REPLACE" | "REP" => Ok(Some((path.to_owned(), true))),
        other => Err(format!("{other} is no operand of it")),
    }
}
