//! What a query that is being typed may go on with: names of fields, and the values that a store has for one. Owns which piece of
//! a query is completed, and how. Must not know who shows it.

use crate::base::{Budget, Result};
use crate::kb::query::{FIELDS, Field, HAS, value_shown};
use crate::store::{Named, Store};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Letters of a word before it is taken for the beginning of a field's name.
const LETTERS: usize = 2;
/// Values offered at most.
pub const OFFERED: usize = 8;

/// The piece of a query that the cursor is behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Where what is completed stands: of a field's value, that alone; bytes.
    pub at: Range<usize>,
    /// The field whose value it is; none for the name of a field.
    pub field: Option<Field>,
    /// What is there so far.
    pub begun: String,
}

/// Something that a piece may become.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// What is put in its place.
    pub text: String,
    /// What it is, for people.
    pub about: String,
}

/// The piece of `text` that ends at byte `cursor` and can be completed.
pub fn piece(text: &str, cursor: usize) -> Option<Piece> {
    let before = text.get(..cursor)?;
    let behind = text.get(cursor..)?;
    // In the middle of a word nothing is completed, nor inside of quotes.
    if behind.starts_with(|c: char| !c.is_whitespace()) || before.matches('"').count() % 2 == 1 {
        return None;
    }
    let from = before.rfind(char::is_whitespace).map_or(0, |at| at + before.get(at..).map_or(1, first_len));
    let word = before.get(from..)?;
    let name_from = from + usize::from(word.starts_with('-') && word.len() > 1);
    let word = before.get(name_from..)?;
    let Some((field, value)) = Field::before(word) else {
        let letters = word.chars().all(|c| c.is_ascii_alphabetic()) && word.len() >= LETTERS;
        return letters.then(|| Piece { at: name_from..cursor, field: None, begun: word.to_owned() });
    };
    // Of several values the last is completed.
    let start = cursor - value.rsplit(',').next().unwrap_or(value).len();
    let begun = before.get(start..)?.to_owned();
    Some(Piece { at: start..cursor, field: Some(field), begun })
}

fn first_len(text: &str) -> usize {
    text.chars().next().map_or(1, char::len_utf8)
}

impl Piece {
    /// What it may become without asking a store: names of fields, and values that are always the same. `None` if the store
    /// has to be asked.
    pub fn known(&self) -> Option<Vec<Offer>> {
        let fixed = |values: &[(&str, &str)]| {
            let fits = values.iter().filter(|(value, _)| value.starts_with(&self.begun.to_lowercase()));
            fits.map(|(value, about)| Offer { text: (*value).to_owned(), about: (*about).to_owned() })
                .collect()
        };
        Some(match self.field {
            None => {
                let begun = self.begun.to_lowercase();
                let fits = FIELDS.iter().filter(|(name, ..)| name.starts_with(&begun));
                fits.map(|(name, _, _, about)| Offer { text: format!("{name}:"), about: (*about).to_owned() })
                    .collect()
            }
            Some(Field::Named(_)) => return None,
            Some(Field::Severity) => fixed(&[
                ("info", "good to know"),
                ("warning", "something to look at"),
                ("error", "work has failed"),
                ("severe", "data or a region is at risk"),
                (">=error", "error or severe"),
            ]),
            Some(Field::Used) => {
                fixed(&[("0", "never"), (">0", "at least once"), (">10", "more than ten times")])
            }
            Some(Field::Since | Field::Before) => fixed(&[
                ("1d", "a day ago"),
                ("7d", "a week ago"),
                ("30d", "30 days ago"),
                ("1y", "a year ago"),
            ]),
            Some(Field::Has) => fixed(&HAS.map(|(name, _, about)| (name, about))),
        })
    }

    /// What it may become, as `store` knows it: the most frequent first.
    pub fn offers(&self, store: &dyn Store, budget: &Budget) -> Result<Vec<Offer>> {
        if let Some(known) = self.known() {
            return Ok(known);
        }
        let Some(Field::Named(field)) = self.field else { return Ok(Vec::new()) };
        let begun = match field {
            Named::Id | Named::Code | Named::File => self.begun.to_uppercase(),
            Named::Category | Named::Tag | Named::Author => self.begun.clone(),
        };
        let names = store.names(field, &begun, OFFERED, budget)?;
        let offer = |(name, entries): (String, u64)| Offer {
            text: value_shown(&name),
            about: crate::base::num::counted(entries, "entry", "entries"),
        };
        Ok(names.into_iter().map(offer).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_piece_before_the_cursor_is_completed() {
        let told = |text: &str| {
            let cursor = text.find('|').unwrap();
            let piece = piece(&text.replace('|', ""), cursor)?;
            Some((piece.at, piece.field.map(Field::name), piece.begun))
        };
        let name = |at: Range<usize>, begun: &str| Some((at, None, begun.to_owned()));
        let value = |at: Range<usize>, field, begun: &str| Some((at, Some(field), begun.to_owned()));
        for (text, piece) in [
            ("cat|", name(0..3, "cat")),
            ("lock -ca| x", name(6..8, "ca")),
            ("c|", None),
            ("s0c|", None),
            ("lock tag:|", value(9..9, "tag", "")),
            ("lock -tag:db|", value(10..12, "tag", "db")),
            ("tag:a,b|", value(6..7, "tag", "b")),
            ("tag:a|b", None),
            ("\"ca|", None),
            ("\u{e9}\u{a0}sev:e|", value(8..9, "severity", "e")),
            ("|", None),
        ] {
            assert_eq!(told(text), piece, "{text}");
        }
    }

    #[test]
    fn fields_and_fixed_values_need_no_store() {
        let offered = |text: &str| {
            let offers = piece(text, text.len())?.known()?;
            Some(offers.into_iter().map(|offer| offer.text).collect::<Vec<_>>())
        };
        assert_eq!(offered("se").unwrap(), ["severity:"]);
        assert_eq!(offered("co").unwrap(), ["code:"]);
        assert_eq!(offered("severity:s").unwrap(), ["severe"]);
        assert_eq!(offered("has:").unwrap().len(), HAS.len());
        assert_eq!(offered("has:at").unwrap(), ["attachments"]);
        assert_eq!(offered("tag:x"), None);
        assert!(offered("deadlock").unwrap().is_empty());
    }
}
