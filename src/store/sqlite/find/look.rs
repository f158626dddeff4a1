//! Looking at the text of an entry: whether words stand in it in a row, as the index would say of a phrase. It is for the
//! few entries that are found by common words; the index would read all of its lists to say it.

use super::super::text::{Way, is_token, words_in};
use memchr::memmem::Finder;

/// Endings that forms of a word differ in.
const ENDINGS: [&str; 4] = ["ing", "ed", "es", "s"];

/// Words in a row.
struct Row {
    words: Vec<String>,
    /// Each finds its word.
    finders: Vec<Finder<'static>>,
    begins: bool,
}

impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        (&self.words, self.begins) == (&other.words, other.begins)
    }
}

impl Row {
    fn new(way: &Way) -> Self {
        let words = way.words().into_iter().map(|word| bare(&word.to_lowercase()).to_owned());
        let words: Vec<String> = words.collect();
        let finders = words.iter().map(|word| Finder::new(word).into_owned()).collect();
        Self { words, finders, begins: way.begins }
    }

    /// Whether it may stand in a text in lower case: all its words are somewhere in it, whole or as parts of others.
    fn may_stand_in(&self, lower: &str) -> bool {
        self.finders.iter().all(|word| word.find(lower.as_bytes()).is_some())
    }

    /// Whether it stands in a text in lower case.
    fn stands_in(&self, lower: &str) -> bool {
        let Some(first) = self.finders.first() else { return false };
        // The text is cut into words only where the first one may stand.
        first.find_iter(lower.as_bytes()).any(|at| {
            let before = lower.get(..at).and_then(|before| before.chars().next_back());
            if before.is_some_and(is_token) {
                return false;
            }
            let mut here = words_in(lower.get(at..).unwrap_or_default());
            let last = self.words.len().saturating_sub(1);
            self.words.iter().enumerate().all(|(at, wanted)| {
                here.next().is_some_and(|word| {
                    if self.begins && at == last {
                        word.starts_with(wanted.as_str())
                    } else {
                        bare(word) == *wanted
                    }
                })
            })
        })
    }
}

/// A word without its ending; it is in lower case.
fn bare(word: &str) -> &str {
    let cut = ENDINGS.iter().filter_map(|ending| word.strip_suffix(ending)).find(|rest| rest.len() > 2);
    cut.unwrap_or(word)
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

    /// What it asks for, as no other one does.
    pub fn wanted(&self) -> String {
        // No word has any of these characters.
        let row = |row: &Row| format!("{}{}", row.words.join(" "), if row.begins { "*" } else { "" });
        let ways = |rows: &Vec<Row>| rows.iter().map(row).collect::<Vec<_>>().join("/");
        let all: Vec<String> = self.all.iter().map(ways).collect();
        format!("{}!{}", all.join("&"), ways(&self.none))
    }

    /// Whether an entry with these texts, in lower case, has it all; words in a row stand in one of them.
    pub fn fits(&self, lower: &[String]) -> bool {
        let may_have = |row: &Row| lower.iter().any(|text| row.may_stand_in(text));
        // Most texts are refused by this.
        if !self.all.iter().all(|ways| ways.iter().any(may_have)) {
            return false;
        }
        let has = |row: &Row| lower.iter().any(|text| row.stands_in(text));
        self.all.iter().all(|ways| ways.iter().any(has)) && !self.none.iter().any(has)
    }
}
