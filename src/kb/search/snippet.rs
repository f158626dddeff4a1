//! Pieces of text with their matches marked. Invariants: marks come in pairs and are the only control characters; a piece
//! is one line.

use crate::kb::query::Query;
use crate::store::Entry;

/// Begins a match.
pub const OPEN: char = '\u{2}';
/// Ends a match.
pub const CLOSE: char = '\u{3}';
/// Characters of a piece that is cut here.
const LONG: usize = 160;
/// Characters before the first match.
const BEFORE: usize = 40;

/// A piece that the store marked, as one line with its marks in pairs.
pub fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut inside = false;
    let mut blank = true;
    for c in text.chars() {
        match c {
            OPEN if !inside => {
                inside = true;
                tidy.push(c);
            }
            CLOSE if inside => {
                inside = false;
                tidy.push(c);
            }
            OPEN | CLOSE => {}
            c if c.is_whitespace() || c.is_control() => {
                if !blank {
                    tidy.push(' ');
                }
                blank = true;
            }
            c => {
                tidy.push(c);
                blank = false;
            }
        }
    }
    if inside {
        tidy.push(CLOSE);
    }
    tidy.trim_end().to_owned()
}

/// The piece of `text` around the first word of `query` in it, marked here; its beginning if there is none.
pub fn of(text: &str, query: &Query) -> String {
    let plain = tidy(&text.replace([OPEN, CLOSE], " "));
    let words: Vec<&str> = query.parts.iter().map(|part| part.text.as_str()).collect();
    let first = words.iter().filter_map(|word| find(&plain, word)).min().unwrap_or(0);
    let before = plain.get(..first).unwrap_or_default();
    let mut start = before.char_indices().rev().nth(BEFORE).map_or(0, |(at, _)| at);
    if start > 0 {
        // From a whole word on.
        start += before.get(start..).and_then(|s| s.find(' ')).map_or(0, |at| at + 1);
    }
    let rest = plain.get(start..).unwrap_or_default();
    let end = rest.char_indices().nth(LONG).map_or(rest.len(), |(at, _)| at);
    let piece = rest.get(..end).unwrap_or_default();
    let lead = if start > 0 { "…" } else { "" };
    let trail = if end < rest.len() { "…" } else { "" };
    format!("{lead}{}{trail}", mark(piece, &words))
}

fn mark(text: &str, words: &[&str]) -> String {
    let mut marked = String::with_capacity(text.len() + 8);
    let mut rest = text;
    loop {
        let next = words.iter().filter_map(|word| Some((find(rest, word)?, word.len()))).min();
        let Some((at, len)) = next else { break };
        let (Some(before), Some(hit), Some(after)) =
            (rest.get(..at), rest.get(at..at + len), rest.get(at + len..))
        else {
            break;
        };
        marked.push_str(before);
        marked.push(OPEN);
        marked.push_str(hit);
        marked.push(CLOSE);
        rest = after;
    }
    marked.push_str(rest);
    marked
}

/// Where `word` stands in `text` as a whole, in any case of ASCII letters.
fn find(text: &str, word: &str) -> Option<usize> {
    if word.is_empty() {
        return None;
    }
    let in_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    text.char_indices().map(|(at, _)| at).find(|&at| {
        let same = text.get(at..at + word.len()).is_some_and(|piece| piece.eq_ignore_ascii_case(word));
        same && !in_word(text.get(..at).and_then(|s| s.chars().next_back()))
            && !in_word(text.get(at + word.len()..).and_then(|s| s.chars().next()))
    })
}

/// Whether one of `words` stands in what is searched of `entry`.
pub fn has_any(entry: &Entry, words: &[String]) -> bool {
    let body = &entry.body;
    let texts = [&body.title, &body.problem, &body.solution];
    words.iter().any(|word| {
        texts.iter().any(|text| find(text, word).is_some())
            || body.tags.iter().any(|tag| find(tag, word).is_some())
    })
}
