//! Words, names and numbers of the language as text.

use super::usage::Usage;

/// Length of the longest word that is looked for.
const LONGEST: usize = 20;

/// What begins a clause, so that a list or an unknown clause before it ends there.
const CLAUSES: &[&str] = &[
    "ANY",
    "ASCENDING",
    "BLANK",
    "BYTE-LENGTH",
    "COPY",
    "DATE",
    "DESCENDING",
    "DYNAMIC",
    "EXTERNAL",
    "GLOBAL",
    "GROUP-USAGE",
    "INDEXED",
    "IS",
    "JUST",
    "JUSTIFIED",
    "LEADING",
    "LIKE",
    "OCCURS",
    "PIC",
    "PICTURE",
    "REDEFINES",
    "RENAMES",
    "SAME",
    "SIGN",
    "SYNC",
    "SYNCHRONIZED",
    "TRAILING",
    "TYPE",
    "TYPEDEF",
    "USAGE",
    "VALUE",
    "VALUES",
    "VOLATILE",
];

/// A level number: 1 to 49, 66, 77, 78, 88.
pub fn level(text: &[u8]) -> Option<u8> {
    let level: u8 = std::str::from_utf8(text).ok().filter(|t| t.len() <= 2)?.parse().ok()?;
    matches!(level, 1..=49 | 66 | 77 | 78 | 88).then_some(level)
}

/// Bytes as text: UTF-8, or else one of the code pages that begin as Latin-1 does.
pub fn decode(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|b| char::from(*b)).collect(),
    }
}

/// Whether a word in capitals begins a clause.
pub fn is_clause(word: &str) -> bool {
    CLAUSES.binary_search(&word).is_ok() || Usage::of_word(word).is_some()
}

/// A word of the language in capitals: every token is asked for its own, so it is kept without a heap.
#[derive(Debug, Clone, Copy, Default)]
pub struct Capitals {
    bytes: [u8; LONGEST],
    /// Its length; 0 if it is longer than any word of the language.
    pub length: usize,
}

impl Capitals {
    /// The word that a text is.
    pub fn of(text: &[u8]) -> Self {
        let mut word = Self { length: text.len(), ..Self::default() };
        match word.bytes.get_mut(..text.len()) {
            Some(bytes) => {
                bytes.copy_from_slice(text);
                bytes.make_ascii_uppercase();
                word
            }
            None => Self::default(),
        }
    }

    /// It as text.
    pub fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..self.length).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}

/// A name in quotes or not.
pub fn name_of(text: &str) -> String {
    text.trim_matches(['\'', '"']).to_owned()
}

/// A text for a sentence: its beginning, if it is long.
pub fn shorten(text: &str) -> String {
    const MOST: usize = 40;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::data::usage;

    #[test]
    fn the_tables_are_sorted_and_their_words_fit() {
        assert!(CLAUSES.is_sorted_by(|a, b| a < b));
        assert!(usage::WORDS.is_sorted_by(|a, b| a.0 < b.0));
        assert!(CLAUSES.iter().chain(usage::WORDS.iter().map(|(w, _)| w)).all(|w| w.len() <= LONGEST));
    }
}
