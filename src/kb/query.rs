//! What a person asks of the knowledge base. Owns the query language: words, beginnings (`abend*`), `"phrases"`, `-word`,
//! `/patterns/` and fields (`category:x`, `-tag:y`, `since:30d`: see `fields`). Must not know how the answer is found.
//!
//! Invariants: every string is a valid query, what cannot be understood is a word; a hyphenated name (`WS-CUST-ID`) stays
//! one part; a signed number is a code, never an exclusion; at most [`PARTS`] parts of [`BYTES`] in all are kept; a field whose
//! value makes no sense is left out and said.

mod fields;

use super::codes::{self, Code};
use crate::store::{Clause, Filter, Named, Test, UnixMs};
pub use fields::{FIELDS, Field, HAS, Is, Moment, Unit, Want, severity_name};
use serde::{Deserialize, Serialize};

/// Words, phrases, exclusions and filter values kept.
pub const PARTS: usize = 32;
/// Bytes of a query that are read.
pub const BYTES: usize = 4 << 10;
/// What is cut off the end of a bare word: it belongs to the sentence.
const MARKS: [char; 5] = [',', ';', '.', '?', '!'];

/// What can be written beside fields, and what it is.
const WRITTEN: [(&str, &str); 6] = [
    ("lock timeout", "entries with all the words, then those with some of them"),
    ("\"data exception\"", "these words in a row"),
    ("abend*", "words, or names, that begin so"),
    ("-word", "not with this; a minus turns fields and patterns around, too"),
    ("/s0c[47]/", "a regular expression that the title, the texts or a tag match"),
    ("s0c7, -811, IEF450I", "a code, however it is written, comes first"),
];

/// The language for people who learn it: what is written, and what it is.
pub fn language() -> impl Iterator<Item = (String, &'static str)> {
    let fields = FIELDS.iter().map(|(name, _, _, about)| (format!("{name}:"), *about));
    WRITTEN.iter().map(|(written, about)| ((*written).to_owned(), *about)).chain(fields)
}

/// A word or phrase that is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// As it was written, without its quotes.
    pub text: String,
    /// It was quoted.
    pub phrase: bool,
}

/// A pattern that the text of an entry must match, or must not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pattern {
    /// It must not match.
    pub not: bool,
    /// The regular expression, as it stood between its slashes.
    pub text: String,
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
    /// What else is asked of an entry by its fields; all of it.
    pub wants: Vec<Want>,
    /// Patterns; all of them count.
    pub patterns: Vec<Pattern>,
    /// Codes in the words and phrases, in the order of the query.
    pub codes: Vec<Code>,
    /// The last part is a bare word at the very end: while typing it may be the beginning of one.
    pub open: bool,
    /// The query was longer than is read.
    pub cut: bool,
    /// What was left out, and what would be right, as sentences.
    pub notes: Vec<String>,
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
        query.open = token.is_bare_word() && after.is_empty() && !token.value.ends_with('*');
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
    pattern: bool,
}

impl Token<'_> {
    fn is_bare_word(&self) -> bool {
        !self.minus && self.field.is_none() && !self.quoted && !self.pattern
    }
}

fn next_token(text: &str) -> (Token<'_>, &str) {
    // A sign before digits belongs to an SQLCODE.
    let after_minus = text.strip_prefix('-').filter(|rest| {
        !rest.starts_with(|c: char| c.is_ascii_digit() || c == '-' || is_gap(c)) && !rest.is_empty()
    });
    let minus = after_minus.is_some();
    let text = after_minus.unwrap_or(text);
    if let Some((value, after)) = pattern(text) {
        return (Token { minus, field: None, value, quoted: false, pattern: true }, after);
    }
    let (field, text) = match Field::before(text) {
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
    (Token { minus, field, value, quoted, pattern: false }, after)
}

/// The pattern that `text` begins with, and what is behind it. Its next slash ends it, and nothing may follow but the end of
/// a sentence: a path is a word.
fn pattern(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix('/')?;
    let mut escaped = false;
    let end = inside.find(|c: char| {
        let ends = c == '/' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })?;
    let (pattern, after) = inside.split_at_checked(end)?;
    let after = after.strip_prefix('/')?.trim_start_matches(MARKS);
    let ends = after.is_empty() || after.starts_with(|c: char| is_gap(c) || c == '"');
    (ends && !pattern.trim_matches(is_gap).is_empty()).then_some((pattern, after))
}

/// Blanks, and control characters, which nobody means.
fn is_gap(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

impl Query {
    /// Takes a token in; false if there was nothing in it.
    fn take(&mut self, token: &Token<'_>) -> bool {
        if token.pattern {
            let text = token.value.replace(char::is_control, " ");
            self.patterns.push(Pattern { not: token.minus, text });
            return true;
        }
        let words: Vec<&str> = token.value.split(is_gap).filter(|w| !w.is_empty()).collect();
        let mut text = words.join(" ");
        if !token.quoted {
            text.truncate(text.trim_end_matches(MARKS).len());
        }
        if text.is_empty() {
            return false;
        }
        match token.field {
            None if token.minus => self.without.push(text),
            // A word that begins with a slash, but is no pattern, is taken as it is: shown bare before another slash it would be one.
            None => {
                let phrase = token.quoted || text.starts_with('/');
                self.parts.push(Part { text, phrase });
            }
            Some(field) => match field.read(&text, token.quoted) {
                Ok(is) => self.want(Want { not: token.minus, is }),
                // Return codes and the like are words.
                Err(_) if field == Field::Named(Named::Code) => self.parts.push(Part { text, phrase: true }),
                Err(right) => self.notes.push(right),
            },
        }
        true
    }

    /// Takes in what is asked of a field: of most fields several values are one question, any of them will do.
    fn want(&mut self, want: Want) {
        match want {
            Want { not: false, is: Is::Named(Named::Category, names) } => {
                for name in names {
                    push_new(&mut self.categories, name);
                }
            }
            Want { not: false, is: Is::Named(Named::Tag, names) } if names.len() == 1 => {
                for name in names {
                    push_new(&mut self.tags, name);
                }
            }
            want => match self.wants.iter_mut().find(|known| known.joins(&want)) {
                Some(known) => known.join(want),
                None => self.wants.push(want),
            },
        }
    }

    /// The words and phrases as one text, without quotes.
    pub fn free_text(&self) -> String {
        let words: Vec<&str> = self.parts.iter().map(|p| p.text.as_str()).collect();
        words.join(" ")
    }

    /// The filters, as a store takes them; times are counted from `now` on.
    pub fn filter(&self, now: UnixMs) -> Filter {
        let clause = |want: &Want| {
            let test = match &want.is {
                Is::Named(field, names) => Test::Named(*field, names.clone()),
                Is::Severity(of) => Test::Severity(of.iter().map(|severity| *severity as i64).collect()),
                Is::Used(from, to) => Test::Used(*from, *to),
                Is::Since(moment) => Test::Changed(moment.at(now), UnixMs::MAX),
                Is::Before(moment) => Test::Changed(UnixMs::MIN, moment.at(now)),
                Is::Has(part) => Test::Has(*part),
            };
            Clause { not: want.not, test }
        };
        Filter {
            categories: self.categories.clone(),
            tags: self.tags.clone(),
            clauses: self.wants.iter().map(clause).collect(),
        }
    }

    /// Whether entries are asked for by their fields.
    pub fn is_filtered(&self) -> bool {
        !(self.categories.is_empty() && self.tags.is_empty() && self.wants.is_empty())
    }

    /// Whether nothing is asked for: no word, no field, no exclusion.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty() && self.without.is_empty() && self.patterns.is_empty() && !self.is_filtered()
    }

    /// The query as it was understood, in its own language: parsing it gives the same again.
    pub fn shown(&self) -> String {
        self.pieces().join(" ")
    }

    /// The pieces of the query, each in its own language.
    pub fn pieces(&self) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        for part in &self.parts {
            words.push(if part.phrase { format!("\"{}\"", part.text) } else { part.text.clone() });
        }
        for pattern in &self.patterns {
            words.push(format!("{}/{}/", if pattern.not { "-" } else { "" }, pattern.text));
        }
        words.extend(self.without.iter().map(|w| format!("-{}", quoted(w))));
        words.extend(self.categories.iter().map(|c| format!("category:{}", quoted(c))));
        words.extend(self.tags.iter().map(|t| format!("tag:{}", quoted(t))));
        words.extend(self.wants.iter().map(Want::shown));
        words
    }
}

/// A value of a field as it is written: in quotes if it needs them.
pub fn value_shown(value: &str) -> String {
    quoted(value)
}

/// A value in quotes if it needs them: it holds blanks, or what is cut off the end of a bare word.
fn quoted(value: &str) -> String {
    let bare = !value.contains(is_gap)
        && !value.ends_with(MARKS)
        && !value.starts_with(|c: char| c == '-' || c == '/' || c.is_ascii_digit())
        && !value.contains([':', ',']);
    if bare { value.to_owned() } else { format!("\"{value}\"") }
}

fn push_new(list: &mut Vec<String>, value: String) {
    if !list.iter().any(|v| v.eq_ignore_ascii_case(&value)) {
        list.push(value);
    }
}

#[cfg(test)]
mod tests;
