//! What a person asks of the knowledge base. Owns the query language: words, `"phrases"`, `-word`, `category:x`, `tag:y`
//! (values may be quoted). Must not know how the answer is found.
//!
//! Invariants: every string is a valid query, what cannot be understood is a word; a hyphenated name (`WS-CUST-ID`) stays
//! one part; a signed number is a code, never an exclusion; at most [`PARTS`] parts of [`BYTES`] in all are kept.

use super::codes::{self, Code};
use crate::store::Filter;
use serde::{Deserialize, Serialize};

/// Words, phrases, exclusions and filter values kept.
pub const PARTS: usize = 32;
/// Bytes of a query that are read.
pub const BYTES: usize = 4 << 10;

/// A word or phrase that is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// As it was written, without its quotes.
    pub text: String,
    /// It was quoted.
    pub phrase: bool,
}

/// A query as it was understood.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Query {
    /// What to look for, in the order of the query.
    pub parts: Vec<Part>,
    /// What must not be there.
    pub without: Vec<String>,
    /// Categories, any of which will do.
    pub categories: Vec<String>,
    /// Tags, all of which are asked for; lower case.
    pub tags: Vec<String>,
    /// Codes in the words and phrases, in the order of the query.
    pub codes: Vec<Code>,
    /// The last part is a bare word at the very end: while typing it may be the beginning of one.
    pub open: bool,
    /// The query was longer than is read.
    pub cut: bool,
}

/// What stands before the colon of a filter.
const FILTERS: [(&str, Field); 4] =
    [("category:", Field::Category), ("cat:", Field::Category), ("tag:", Field::Tag), ("tags:", Field::Tag)];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Category,
    Tag,
}

/// Understands `text`; there is nothing that it does not take.
pub fn parse(text: &str) -> Query {
    let end = (0..=text.len().min(BYTES)).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let mut rest = text.get(..end).unwrap_or_default();
    let mut query = Query { cut: end < text.len(), ..Query::default() };
    let mut kept = 0;
    loop {
        rest = rest.trim_start_matches(is_gap);
        if rest.is_empty() {
            break;
        }
        if kept == PARTS {
            query.cut = true;
            query.open = false;
            break;
        }
        let (token, after) = next_token(rest);
        kept += usize::from(query.take(&token));
        query.open = token.is_bare_word && after.is_empty();
        rest = after;
    }
    query.codes = codes::in_query(&query.free_text());
    query
}

/// One piece of a query.
struct Token<'a> {
    minus: bool,
    field: Option<Field>,
    value: &'a str,
    quoted: bool,
    is_bare_word: bool,
}

fn next_token(text: &str) -> (Token<'_>, &str) {
    // A sign before digits belongs to an SQLCODE.
    let after_minus = text.strip_prefix('-').filter(|rest| {
        !rest.starts_with(|c: char| c.is_ascii_digit() || c == '-' || is_gap(c)) && !rest.is_empty()
    });
    let minus = after_minus.is_some();
    let text = after_minus.unwrap_or(text);
    let named = FILTERS.iter().find_map(|(name, field)| {
        let (head, value) = text.split_at_checked(name.len())?;
        head.eq_ignore_ascii_case(name).then_some((*field, value))
    });
    let (field, text) = match named {
        Some((field, value)) => (Some(field), value),
        None => (None, text),
    };
    let (value, quoted, after) = if let Some(inside) = text.strip_prefix('"') {
        // A quote that is not closed yet reaches to the end.
        let (value, after) = inside.split_once('"').unwrap_or((inside, ""));
        (value, true, after)
    } else {
        let end = text.find(|c: char| is_gap(c) || c == '"').unwrap_or(text.len());
        let (value, after) = text.split_at_checked(end).unwrap_or((text, ""));
        (value, false, after)
    };
    let is_bare_word = !minus && field.is_none() && !quoted;
    (Token { minus, field, value, quoted, is_bare_word }, after)
}

/// Blanks, and control characters, which nobody means.
fn is_gap(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

impl Query {
    /// Takes a token in; false if there was nothing in it.
    fn take(&mut self, token: &Token<'_>) -> bool {
        let words: Vec<&str> = token.value.split(is_gap).filter(|w| !w.is_empty()).collect();
        let mut text = words.join(" ");
        if !token.quoted {
            text.truncate(text.trim_end_matches([',', ';', '.', '?', '!']).len());
        }
        if text.is_empty() {
            return false;
        }
        match (token.minus, token.field) {
            // What is excluded by category or tag is excluded by its word: there is no other way to say it to a store.
            (true, _) => self.without.push(text),
            (false, Some(Field::Category)) => push_new(&mut self.categories, text),
            (false, Some(Field::Tag)) => push_new(&mut self.tags, text.to_lowercase()),
            (false, None) => self.parts.push(Part { text, phrase: token.quoted }),
        }
        true
    }

    /// The words and phrases as one text, without quotes.
    pub fn free_text(&self) -> String {
        let words: Vec<&str> = self.parts.iter().map(|p| p.text.as_str()).collect();
        words.join(" ")
    }

    /// The filters, as a store takes them.
    pub fn filter(&self) -> Filter {
        Filter { categories: self.categories.clone(), tags: self.tags.clone() }
    }

    /// Whether nothing is asked for: no word, no filter, no exclusion.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty() && self.without.is_empty() && self.categories.is_empty() && self.tags.is_empty()
    }

    /// The query as it was understood, in its own language: parsing it gives the same again.
    pub fn shown(&self) -> String {
        let mut words: Vec<String> = Vec::new();
        for part in &self.parts {
            words.push(if part.phrase { format!("\"{}\"", part.text) } else { part.text.clone() });
        }
        words.extend(self.without.iter().map(|w| format!("-{}", quoted(w))));
        words.extend(self.categories.iter().map(|c| format!("category:{}", quoted(c))));
        words.extend(self.tags.iter().map(|t| format!("tag:{}", quoted(t))));
        words.join(" ")
    }
}

/// A value in quotes if it needs them: it holds blanks, or what is cut off the end of a bare word.
fn quoted(value: &str) -> String {
    let bare = !value.contains(is_gap)
        && !value.ends_with([',', ';', '.', '?', '!'])
        && !value.starts_with(|c: char| c == '-' || c.is_ascii_digit())
        && !value.contains(':');
    if bare { value.to_owned() } else { format!("\"{value}\"") }
}

fn push_new(list: &mut Vec<String>, value: String) {
    if !list.iter().any(|v| v.eq_ignore_ascii_case(&value)) {
        list.push(value);
    }
}

#[cfg(test)]
mod tests;
