//! Words that mean the same in this trade, from a data file (`../synonyms.toml`): groups in which each stands for every other
//! one, and one-way lines. Owns how a question is read with them. Must not know entries or stores.

use super::words::is_small;
use crate::kb::query::Part;
use std::collections::HashMap;
use std::sync::OnceLock;

const DATA: &str = include_str!("../synonyms.toml");
/// Words of the longest name that is looked for.
const LONGEST: usize = 4;
/// Other ways to say a thing that are used.
const OTHERS: usize = 8;

/// By what is asked, in lower case: what else it may be called.
type Table = HashMap<String, Vec<String>>;

/// The table. A data file that cannot be read leaves questions as they are; a test sees to it that it can.
fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Table::new();
        let mut from = String::new();
        for (name, value) in DATA.lines().filter_map(|line| line.split_once(" = ")) {
            // What stands there is JSON as well, which is read ten times as fast: the first search waits for it.
            match name {
                "words" => {
                    let words: Vec<String> = serde_json::from_str(value).unwrap_or_default();
                    for word in &words {
                        let others = words.iter().filter(|other| *other != word).cloned();
                        table.entry(word.to_lowercase()).or_default().extend(others);
                    }
                }
                "from" => from = serde_json::from_str(value).unwrap_or_default(),
                "to" => {
                    let to: Vec<String> = serde_json::from_str(value).unwrap_or_default();
                    table.entry(from.to_lowercase()).or_default().extend(to);
                }
                _ => {}
            }
        }
        table
    })
}

/// A piece of a question: what it says, and what else that may be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meant {
    /// The words of the question.
    pub text: String,
    /// Other words for the same, none if there are none.
    pub others: Vec<String>,
}

/// The question in pieces, the longest that the table has first; small words that belong to no piece are left out. `None` if
/// the table has nothing for it.
pub fn meant(parts: &[Part]) -> Option<Vec<Meant>> {
    let mut pieces = Vec::new();
    let mut rest = parts;
    while let Some((first, behind)) = rest.split_first() {
        let longest = (1..=LONGEST.min(rest.len())).rev().find_map(|length| {
            let (words, behind) = rest.split_at_checked(length)?;
            let phrase = words.iter().any(|word| word.phrase);
            let text = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
            let others = table().get(&text.to_lowercase()).filter(|_| !phrase || length == 1)?;
            let others = others.iter().take(OTHERS).cloned().collect();
            Some((Meant { text, others }, behind))
        });
        match longest {
            Some((piece, behind)) => {
                pieces.push(piece);
                rest = behind;
            }
            None => {
                if !is_small(&first.text) || first.phrase {
                    pieces.push(Meant { text: first.text.clone(), others: Vec::new() });
                }
                rest = behind;
            }
        }
    }
    pieces.iter().any(|piece| !piece.others.is_empty()).then_some(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kb::query::parse;
    use serde::Deserialize;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Data {
        group: Vec<Group>,
        oneway: Vec<OneWay>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Group {
        words: Vec<String>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct OneWay {
        from: String,
        to: Vec<String>,
    }

    #[test]
    fn the_data_file_is_read_as_it_is_written() {
        let data: Data = toml::from_str(DATA).unwrap();
        let mut wanted = Table::new();
        for Group { words } in &data.group {
            for word in words {
                let others = words.iter().filter(|other| *other != word).cloned();
                wanted.entry(word.to_lowercase()).or_default().extend(others);
            }
        }
        for OneWay { from, to } in data.oneway {
            wanted.entry(from.to_lowercase()).or_default().extend(to);
        }
        assert_eq!(*table(), wanted);
    }

    fn said(text: &str) -> Option<Vec<(String, Vec<String>)>> {
        let pieces = meant(&parse(text).parts)?;
        Some(pieces.into_iter().map(|piece| (piece.text, piece.others)).collect())
    }

    #[test]
    fn the_longest_name_counts_and_small_words_go() {
        assert!(!table().is_empty());
        let pieces = said("a data exception in PAYR010").unwrap();
        assert_eq!(pieces.len(), 2, "{pieces:?}");
        assert_eq!(pieces[0].0, "data exception");
        assert!(pieces[0].1.contains(&"S0C7".to_owned()));
        assert_eq!(pieces[1], ("PAYR010".to_owned(), Vec::new()));
        assert_eq!(said("PAYR010 quasar"), None);
    }

    #[test]
    fn every_word_of_a_group_stands_for_the_others() {
        let others = |text: &str| said(text).unwrap().remove(0).1;
        assert!(
            others("crash").contains(&"abend".to_owned()) && others("ABEND").contains(&"crash".to_owned())
        );
    }
}
