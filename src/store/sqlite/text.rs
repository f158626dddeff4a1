//! What a word is, in texts and in questions, and which parts of a question are looked for. Invariant: whatever the question
//! is, parts without a letter or digit are left out, size and number are limited.

use crate::store::TextQuery;

/// Parts used at most.
const PARTS: usize = 32;
/// Bytes of all parts together used at most.
const BYTES: usize = 4 << 10;
/// Other ways to write a part, and the bytes of one, used at most.
const OTHERS: usize = 8;
const OTHER: usize = 128;

/// A word or phrase, in one of the ways to write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    text: String,
    /// Its last word may go on.
    pub begins: bool,
}

impl Way {
    /// `None` if no word can be in it. A `*` behind its last word: that may go on.
    fn new(text: &str, begins: bool) -> Option<Self> {
        let begun = text.trim_end_matches('*');
        let goes_on = begun.len() < text.len() && begun.chars().next_back().is_some_and(is_token);
        let (text, begins) = if goes_on { (begun, true) } else { (text, begins) };
        text.chars().any(is_token).then(|| Self { text: text.to_owned(), begins })
    }

    /// The word that the index has for it, if it is a name.
    pub fn name(&self) -> Option<String> {
        name(&self.text, self.begins)
    }

    /// Its words as they are written.
    pub fn words(&self) -> Vec<&str> {
        words_in(&self.text).collect()
    }
}

/// What is asked of the full text, within the limits and without parts that no word can be in.
#[derive(Debug)]
pub struct Asked {
    /// What must be there (some of it if `any`): each in any of its ways.
    pub terms: Vec<Vec<Way>>,
    /// What counts where it is there; part of `terms` if `any`.
    pub helpful: Vec<Way>,
    /// What must not be there.
    pub without: Vec<Way>,
    /// One term is enough.
    pub any: bool,
}

impl Asked {
    /// `None` if nothing in `query` can be looked up.
    pub fn of(query: &TextQuery) -> Option<Self> {
        let mut room = BYTES;
        let mut take = |parts: &[String], most: usize| -> Vec<String> {
            let mut taken = Vec::new();
            for part in parts.iter().take(most) {
                if part.len() > room {
                    break;
                }
                room -= part.len();
                taken.push(part.clone());
            }
            taken
        };
        let parts = take(&query.parts, PARTS);
        let mut left = PARTS.saturating_sub(parts.len());
        let without = take(&query.without, left);
        left = left.saturating_sub(without.len());
        let helpful = take(&query.helpful, left);
        // The beginning of a word counts only if the last part is there and ends in one.
        let ends_in_word = parts.len() == query.parts.len()
            && query.parts.last().and_then(|p| p.chars().next_back()).is_some_and(is_token);
        let last = (query.last_is_prefix && ends_in_word).then(|| parts.len().saturating_sub(1));
        let terms = parts.iter().enumerate().filter_map(|(at, part)| {
            let others = query.also.iter().filter(|(of, other)| *of == at && other.len() <= OTHER);
            let others = others.take(OTHERS).filter_map(|(_, other)| Way::new(other, false));
            Some(std::iter::once(Way::new(part, last == Some(at))?).chain(others).collect())
        });
        let ways = |parts: Vec<String>| -> Vec<Way> {
            parts.iter().filter_map(|part| Way::new(part, false)).collect()
        };
        let (mut terms, mut helpful): (Vec<Vec<Way>>, _) = (terms.collect(), ways(helpful));
        if query.any {
            terms.extend(helpful.drain(..).map(|way| vec![way]));
        }
        let asked = Self { terms, helpful, without: ways(without), any: query.any };
        (!asked.terms.is_empty()).then_some(asked)
    }
}

/// The words of a text.
pub fn words_in(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| !is_token(c)).filter(|word| !word.is_empty())
}

/// What stands in a name between its words.
fn is_joint(c: char) -> bool {
    matches!(c, '-' | '.' | '_')
}

/// The names in `text` that are made of several words, each as the one word that the index has for it: `WS-CUST-ID` is
/// `ws#cust#id`. A period or hyphen at the end of a word belongs to the sentence.
pub fn names(text: &str) -> impl Iterator<Item = String> {
    let pieces = text.split(|c: char| !is_token(c) && !is_joint(c));
    pieces.filter_map(|piece| {
        let name = piece.trim_matches(is_joint);
        let joined = name.contains(is_joint) && name.contains(char::is_alphabetic);
        joined.then(|| joint(name))
    })
}

/// The word that the index has for `part`, if that is a name of several words, or while it is being typed (`begins`) may become
/// one.
pub fn name(part: &str, begins: bool) -> Option<String> {
    let fits = part.chars().all(|c| is_token(c) || is_joint(c)) && part.contains(char::is_alphabetic);
    let inner = part.trim_matches(is_joint);
    let whole = if begins { part.trim_start_matches(is_joint) } else { inner };
    (fits && inner.contains(is_joint)).then(|| joint(whole))
}

fn joint(name: &str) -> String {
    name.chars().map(|c| if is_joint(c) { '#' } else { c }).collect::<String>().to_lowercase()
}

/// Whether `c` is part of a word: letters, digits, and what names of programs and data sets have beside them.
pub fn is_token(c: char) -> bool {
    c.is_alphanumeric() || "@#$".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Terms with a slash between their ways, then what helps and what must not be there.
    fn asked(query: &TextQuery) -> Option<String> {
        let say = |way: &Way| format!("{}{}", way.text, if way.begins { "*" } else { "" });
        let all = |ways: &[Way], by: &str| ways.iter().map(say).collect::<Vec<_>>().join(by);
        let asked = Asked::of(query)?;
        let terms: Vec<String> = asked.terms.iter().map(|ways| all(ways, "/")).collect();
        Some(format!("{}|{}|{}", terms.join(","), all(&asked.helpful, ","), all(&asked.without, ",")))
    }

    fn parts(parts: &[&str]) -> TextQuery {
        TextQuery { parts: parts.iter().map(|s| (*s).to_owned()).collect(), ..TextQuery::default() }
    }

    #[test]
    fn wordless_parts_are_left_out() {
        assert_eq!(asked(&parts(&["S0C7-01", "*", "say \"no\""])).unwrap(), "S0C7-01,say \"no\"||");
        assert_eq!(asked(&parts(&["*", "%", "(", ""])), None);
    }

    #[test]
    fn names_are_words_of_the_index() {
        let all = |text: &str| names(text).collect::<Vec<_>>();
        assert_eq!(all("MOVE WS-CUST-ID TO x_y. See PROD.PAYR.TAX."), ["ws#cust#id", "x#y", "prod#payr#tax"]);
        assert_eq!(all("-811 and 3.4 - or 2024-01-01, s0c7-01"), ["s0c7#01"]);
        assert_eq!(name("WS-Cust-Id", false).as_deref(), Some("ws#cust#id"));
        assert_eq!(name("ws-cust-", true).as_deref(), Some("ws#cust#"));
        for no_name in ["cust", "-811", "a b-c", "", "--", "cust-"] {
            assert_eq!(name(no_name, false), None, "{no_name}");
        }
    }

    #[test]
    fn prefix_any_and_without() {
        let query = TextQuery {
            without: vec!["cics".into(), "!".into()],
            last_is_prefix: true,
            any: true,
            ..parts(&["data", "exc"])
        };
        assert_eq!(asked(&query).unwrap(), "data,exc*||cics");
        // A word that has ended does not go on.
        let query = TextQuery { last_is_prefix: true, ..parts(&["exc-"]) };
        assert_eq!(asked(&query).unwrap(), "exc-||");
    }

    #[test]
    fn other_spellings_and_helpful_parts() {
        let query = TextQuery {
            also: vec![(0, "data set".into()), (0, "%".into()), (7, "x".into())],
            helpful: vec!["cics".into(), "?".into()],
            ..parts(&["dataset", "full"])
        };
        assert_eq!(asked(&query).unwrap(), "dataset/data set,full|cics|");
        assert_eq!(asked(&TextQuery { any: true, ..query }).unwrap(), "dataset/data set,full,cics||");
    }

    #[test]
    fn size_and_number_are_limited() {
        let many: Vec<String> = (0..20_000).map(|n| format!("w{n}")).collect();
        let query = TextQuery { parts: many, any: true, ..TextQuery::default() };
        assert_eq!(Asked::of(&query).unwrap().terms.len(), 32);
        assert_eq!(asked(&parts(&["ok", &"x".repeat(5_000)])).unwrap(), "ok||");
    }
}
