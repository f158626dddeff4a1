//! Pieces of text with their matches marked. Invariants: marks come in pairs and are the only control characters; a piece
//! is one line, without the marks and headings of markdown.

use super::words::{is_small, others, stem, words_of};
use crate::kb::query::Query;
use crate::store::NewEntry;

/// Begins a match.
pub const OPEN: char = '\u{2}';
/// Ends a match.
pub const CLOSE: char = '\u{3}';
/// Characters of a piece.
const LONG: usize = 160;
/// Characters before the first match, at most.
const BEFORE: usize = 40;
/// Matches looked at in one text, and how far a text is read for them, in bytes.
const MATCHES: usize = 400;
const READ: usize = 64 << 10;

/// Something that is looked for: one word in any of its forms, or several words in a row as they are; lower case.
struct Sought {
    words: Vec<String>,
    stem: Option<String>,
    /// The last word is the beginning of one.
    begins: bool,
}

/// What a search looks for in texts, ready to be found in many of them.
pub struct Seeker(Vec<Sought>);

/// A match: from, to, and the place of what was looked for.
type Match = (usize, usize, usize);

impl Seeker {
    /// Looks for the words and phrases of `query`, for other ways to write them, and for its codes; `typing` says that its
    /// last word may be the beginning of one.
    pub fn new(query: &Query, typing: bool) -> Self {
        let mut seeker = Self(Vec::new());
        let last = query.parts.len().saturating_sub(1);
        for (at, part) in query.parts.iter().enumerate() {
            if !is_small(&part.text) || query.parts.len() == 1 || part.phrase {
                seeker.add(&part.text, !part.phrase, typing && query.open && at == last);
                for other in others(&part.text) {
                    seeker.add(&other, true, false);
                }
            }
        }
        for code in &query.codes {
            seeker.add(&code.code, false, false);
        }
        seeker
    }

    fn add(&mut self, text: &str, forms: bool, begins: bool) {
        let words: Vec<String> = words_of(text).iter().map(|(_, word)| word.to_lowercase()).collect();
        let stem = if let (true, [one]) = (forms, words.as_slice()) { Some(stem(one)) } else { None };
        if !words.is_empty() {
            self.0.push(Sought { words, stem, begins });
        }
    }

    /// Where what is looked for stands in `text`, without overlaps.
    fn find(&self, text: &str) -> Vec<Match> {
        let words: Vec<Word<'_>> = words_of(text).into_iter().map(Word::new).collect();
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(rest) = words.get(at..).filter(|rest| !rest.is_empty() && found.len() < MATCHES) {
            // The longest that stands here.
            let here = self.0.iter().enumerate().filter(|(_, sought)| sought.stands(rest));
            let best = here.max_by_key(|(_, sought)| sought.words.len());
            at += best.map_or(1, |(_, sought)| sought.words.len());
            if let (Some((which, sought)), Some(first)) = (best, rest.first())
                && let Some(last) = rest.get(sought.words.len().saturating_sub(1))
            {
                found.push((sought.from(text, first.at), last.at + last.text.len(), which));
            }
        }
        found
    }
}

/// A word of a text.
struct Word<'t> {
    at: usize,
    text: &'t str,
    lower: String,
    stem: String,
}

impl<'t> Word<'t> {
    fn new((at, text): (usize, &'t str)) -> Self {
        Self { at, text, lower: text.to_lowercase(), stem: stem(text) }
    }
}

impl Sought {
    /// Whether it stands at the beginning of `rest`.
    fn stands(&self, rest: &[Word<'_>]) -> bool {
        let last = self.words.len().saturating_sub(1);
        if let (Some(stem), Some(word)) = (&self.stem, rest.first())
            && *stem == word.stem
        {
            return true;
        }
        rest.len() > last
            && self.words.iter().zip(rest).enumerate().all(|(at, (wanted, word))| {
                *wanted == word.lower || self.begins && at == last && word.lower.starts_with(wanted.as_str())
            })
    }

    /// Where a match begins whose first word is at `at`: a number begins with its sign, if that stands alone.
    fn from(&self, text: &str, at: usize) -> usize {
        let number = self.words.first().is_some_and(|word| word.bytes().all(|b| b.is_ascii_digit()));
        let mut before = text.get(..at).unwrap_or_default().chars().rev();
        let sign = number && matches!(before.next(), Some('-' | '+'));
        if sign && before.next().is_none_or(char::is_whitespace) { at.saturating_sub(1) } else { at }
    }
}

/// The piece of an entry's text that has most of what is looked for, marked; the beginning of its problem if none has any.
pub fn of(body: &NewEntry, seeker: &Seeker) -> String {
    let problem = plain(&body.problem);
    let (kinds, from_problem) = piece(&problem, seeker);
    if kinds > 0 && kinds == seeker.0.len() {
        return from_problem;
    }
    let (more, from_solution) = piece(&plain(&body.solution), seeker);
    if more > kinds || problem.is_empty() { from_solution } else { from_problem }
}

/// How many of the things looked for the best piece of `plain` has, and that piece.
fn piece(plain: &str, seeker: &Seeker) -> (usize, String) {
    let found = seeker.find(plain);
    let (kinds, at) = found.iter().enumerate().fold((0, 0), |best, (place, (from, ..))| {
        let end = after(plain, *from, LONG - BEFORE);
        let near = found.iter().skip(place).take_while(|(_, to, _)| *to <= end);
        let mut kinds: Vec<usize> = near.map(|(.., which)| *which).collect();
        kinds.sort_unstable();
        kinds.dedup();
        if kinds.len() > best.0 { (kinds.len(), *from) } else { best }
    });
    let start = start_before(plain, at);
    let mut end = after(plain, start, LONG);
    if end < plain.len() {
        // To a whole word.
        let cut = plain.get(start..end).and_then(|text| text.rfind(' '));
        end = cut.filter(|cut| *cut > LONG / 2).map_or(end, |cut| start + cut);
    }
    let lead = if start > 0 { "…" } else { "" };
    let trail = if end < plain.len() { "…" } else { "" };
    let inside = found.into_iter().filter(|(from, to, _)| *from >= start && *to <= end);
    (kinds, format!("{lead}{}{trail}", mark(plain, start, end, inside)))
}

/// The place `many` characters behind `at`, or the end.
fn after(text: &str, at: usize, many: usize) -> usize {
    let next = text.get(at..).and_then(|rest| rest.char_indices().nth(many));
    next.map_or(text.len(), |(more, _)| at + more)
}

fn mark(text: &str, start: usize, end: usize, found: impl Iterator<Item = Match>) -> String {
    let mut marked = String::with_capacity(end.saturating_sub(start) + 16);
    let mut at = start;
    for (from, to, _) in found {
        marked.push_str(text.get(at..from).unwrap_or_default());
        marked.push(OPEN);
        marked.push_str(text.get(from..to).unwrap_or_default());
        marked.push(CLOSE);
        at = to;
    }
    marked.push_str(text.get(at..end).unwrap_or_default());
    marked
}

/// Where a piece begins that shows the match at `at`: at the beginning of its sentence if that is near, or else of a word.
fn start_before(plain: &str, at: usize) -> usize {
    let before = plain.get(..at).unwrap_or_default();
    let far = before.char_indices().rev().nth(BEFORE).map_or(0, |(at, _)| at);
    if far == 0 {
        return 0;
    }
    let near = before.get(far..).unwrap_or_default();
    let sentence = near.rfind(". ").map(|found| found + 2);
    far + sentence.or_else(|| near.find(' ').map(|found| found + 1)).unwrap_or(0)
}

/// `text` as one line without markdown: no headings, no marks of lists and quotes, no fences, backticks and double stars.
pub fn plain(text: &str) -> String {
    let end = (0..=text.len().min(READ)).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let text = text.get(..end).unwrap_or_default();
    let mut plain = String::with_capacity(text.len());
    for line in text.lines().map(str::trim).filter(|line| !says_nothing(line)) {
        let line = without_marker(line).replace("**", "");
        for c in line.chars().filter(|c| *c != '`').chain([' ']) {
            if !(c.is_whitespace() || c.is_control()) {
                plain.push(c);
            } else if !plain.is_empty() && !plain.ends_with(' ') {
                plain.push(' ');
            }
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}

/// Whether a line is a heading, a rule, a fence, or empty.
fn says_nothing(line: &str) -> bool {
    let heading = line.trim_start_matches('#');
    let heading = heading.len() < line.len() && (heading.is_empty() || heading.starts_with(' '));
    let rule = line.chars().all(|c| matches!(c, '-' | '=' | '*' | '_' | '`' | '~' | '|' | ':' | ' '));
    heading || rule || line.starts_with("```") || line.starts_with("~~~")
}

/// A line without the mark of a list or a quote before it.
fn without_marker(line: &str) -> &str {
    let line = line.strip_prefix("> ").unwrap_or(line);
    if let Some(rest) = ["- ", "* ", "+ "].iter().find_map(|mark| line.strip_prefix(mark)) {
        return rest;
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = line.get(digits..).unwrap_or_default();
    if (1..=3).contains(&digits) { rest.strip_prefix(". ").unwrap_or(line) } else { line }
}

/// Whether `word` stands in `text` in any case of ASCII letters, with nothing of `joined` right before and behind it.
fn stands(text: &str, word: &str, joined: impl Fn(char) -> bool) -> bool {
    !word.is_empty()
        && text.char_indices().any(|(at, _)| {
            let same = text.get(at..at + word.len()).is_some_and(|piece| piece.eq_ignore_ascii_case(word));
            same && !text.get(..at).and_then(|s| s.chars().next_back()).is_some_and(&joined)
                && !text.get(at + word.len()..).and_then(|s| s.chars().next()).is_some_and(&joined)
        })
}

/// Whether one of `words` stands in what is searched of an entry.
pub fn has_any(body: &NewEntry, words: &[String]) -> bool {
    let texts = [&body.title, &body.problem, &body.solution];
    let alone = |text: &String, word: &String| stands(text, word, char::is_alphanumeric);
    words.iter().any(|word| texts.into_iter().chain(&body.tags).any(|text| alone(text, word)))
}

/// Whether `name` (`WS-CUST-ID`) stands in an entry as a whole name, not as a part of a longer one (`OLD-WS-CUST-ID-2`).
pub fn has_name(body: &NewEntry, name: &str) -> bool {
    let texts = [&body.title, &body.problem, &body.solution];
    texts.into_iter().chain(&body.tags).chain(&body.aliases).any(|text| {
        // A hyphen beside a blank is a dash.
        let text = text.replace("- ", "  ").replace(" -", "  ");
        stands(&text, name, |c| c.is_alphanumeric() || matches!(c, '-' | '_'))
    })
}
