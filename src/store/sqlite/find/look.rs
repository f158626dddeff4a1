//! Looking at the text of an entry: whether words stand in it in a row, as the index would say of a phrase. It is for the
//! few entries that are found by common words; the index would read all of its lists to say it.

use super::super::text::{Way, words};
use memchr::memmem;

/// Endings that forms of a word differ in.
const ENDINGS: [&str; 4] = ["ing", "ed", "es", "s"];

/// Words in a row.
#[derive(PartialEq)]
struct Row {
    words: Vec<String>,
    begins: bool,
}

impl Row {
    fn new(way: &Way) -> Self {
        let words = way.words().into_iter().map(bare).collect();
        Self { words, begins: way.begins }
    }

    /// Whether it may stand in a text in lower case: all its words are somewhere in it, whole or as parts of others.
    fn may_stand_in(&self, lower: &str) -> bool {
        self.words.iter().all(|word| memmem::find(lower.as_bytes(), word.as_bytes()).is_some())
    }

    fn stands_in(&self, text: &[(&str, String)]) -> bool {
        let last = self.words.len().saturating_sub(1);
        text.windows(self.words.len().max(1)).any(|window| {
            window.iter().zip(&self.words).enumerate().all(|(at, ((word, bare), wanted))| {
                if self.begins && at == last { word.starts_with(wanted.as_str()) } else { bare == wanted }
            })
        })
    }
}

/// A word in lower case without its ending.
fn bare(word: &str) -> String {
    let lower = word.to_lowercase();
    let cut = ENDINGS.iter().filter_map(|ending| lower.strip_suffix(ending)).find(|rest| rest.len() > 2);
    cut.map_or_else(|| lower.clone(), str::to_owned)
}

/// What texts have to have, and must not.
#[derive(Default)]
pub struct Looker {
    all: Vec<Vec<Row>>,
    none: Vec<Row>,
}

impl Looker {
    /// Asks for one of `ways`.
    pub fn ask(&mut self, ways: &[Way]) {
        let rows: Vec<Row> = ways.iter().map(Row::new).collect();
        if !self.all.contains(&rows) {
            self.all.push(rows);
        }
    }

    /// Asks for no `way`.
    pub fn refuse(&mut self, way: &Way) {
        self.none.push(Row::new(way));
    }

    /// Nothing is asked for.
    pub fn is_idle(&self) -> bool {
        self.all.is_empty() && self.none.is_empty()
    }

    /// Whether an entry with these texts has it all; words in a row stand in one of them.
    pub fn fits(&self, texts: &[String]) -> bool {
        let lower: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
        let may_have = |row: &Row| lower.iter().any(|text| row.may_stand_in(text));
        // Most texts are refused by this, and cutting one into words takes longest.
        if !self.all.iter().all(|ways| ways.iter().any(may_have)) {
            return false;
        }
        let texts: Vec<Vec<(&str, String)>> = lower
            .iter()
            .map(|text| words(text).into_iter().map(|word| (word, bare(word))).collect())
            .collect();
        let has = |row: &Row| texts.iter().any(|text| row.stands_in(text));
        self.all.iter().all(|ways| ways.iter().any(has)) && !self.none.iter().any(has)
    }
}
