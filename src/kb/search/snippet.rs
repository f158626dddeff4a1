//! Pieces of text with their matches marked. Invariants: marks come in pairs and are the only control characters; a piece
//! is one line, without the marks and headings of markdown.

use super::shelf::Plain;
use super::words::{
    Words, begins_in_lower_case, has_stem, is_in_word, is_small, others, same_in_lower_case, stem, words_of,
};
use crate::kb::query::Query;
use crate::store::NewEntry;
use aho_corasick::{AhoCorasick, MatchKind};
use memchr::Memchr2;

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

/// Beginnings of what is looked for that are found one after the other.
const FEW: usize = 6;

/// Letters of texts, the most frequent first; all others are rarer.
const FREQUENT: &[u8] = b"etaoinrsldcumphgfby0vwk123jxqz";

/// Something that is looked for: one word in any of its forms, or several words in a row as they are; lower case.
struct Sought {
    words: Vec<String>,
    /// What the first word of a match begins with, whatever its form.
    begin: String,
    stem: Option<String>,
    /// The last word is the beginning of one.
    begins: bool,
}

/// What a search looks for in texts, ready to be found in many of them.
pub struct Seeker {
    sought: Vec<Sought>,
    begins: Begins,
}

/// Finds where something that is looked for may begin.
enum Begins {
    /// Every word has to be looked at.
    Anywhere,
    /// With one of these beginnings: few enough to look for one after the other, many places at once.
    Few(Vec<Beginning>),
    /// With one of these beginnings.
    Texts(AhoCorasick),
}

impl Begins {
    fn of(sought: &[Sought]) -> Self {
        // Letters outside ASCII may have other bytes in their other case, and a stem may be empty.
        if !sought.iter().all(|sought| sought.begin.is_ascii() && !sought.begin.is_empty()) {
            return Self::Anywhere;
        }
        let mut few: Vec<&str> = sought.iter().map(|sought| sought.begin.as_str()).collect();
        few.sort_unstable();
        few.dedup();
        if few.len() <= FEW {
            return Self::Few(few.into_iter().map(Beginning::of).collect());
        }
        let begins = sought.iter().map(|sought| &sought.begin);
        let mut texts = AhoCorasick::builder();
        texts.match_kind(MatchKind::LeftmostFirst).ascii_case_insensitive(true);
        texts.build(begins).map_or(Self::Anywhere, Self::Texts)
    }
}

/// A beginning in ASCII, found by its rarest letter.
pub(super) struct Beginning {
    text: String,
    /// The letter in both cases, and how many bytes are before it.
    letter: (u8, u8),
    before: usize,
}

impl Beginning {
    /// Of words that begin with `text`, which is not empty.
    pub(super) fn of(text: &str) -> Self {
        let rarity = |letter: u8| FREQUENT.iter().position(|of| letter.eq_ignore_ascii_case(of));
        let rarest = text.bytes().enumerate().map(|(before, letter)| {
            (std::cmp::Reverse(rarity(letter).unwrap_or(FREQUENT.len())), before, letter)
        });
        let (_, before, letter) = rarest.min().unwrap_or_default();
        let letter = (letter.to_ascii_lowercase(), letter.to_ascii_uppercase());
        Self { text: text.to_owned(), letter, before }
    }

    /// Where words of `text` begin so.
    pub(super) fn places<'t>(&self, text: &'t str) -> impl Iterator<Item = usize> + use<'_, 't> {
        let (lower, upper) = self.letter;
        let places = Memchr2::new(lower, upper, text.as_bytes());
        places.filter_map(|at| at.checked_sub(self.before)).filter(move |from| {
            let head = text.as_bytes().get(*from..from + self.text.len());
            head.is_some_and(|head| head.eq_ignore_ascii_case(self.text.as_bytes()))
                && begins_word(text, *from)
        })
    }
}

/// A match: from, to, and the place of what was looked for.
type Match = (usize, usize, usize);

impl Seeker {
    /// Looks for the words and phrases of `query`, for other ways to write them, and for its codes; `typing` says that its
    /// last word may be the beginning of one.
    pub fn new(query: &Query, typing: bool) -> Self {
        let mut seeker = Self { sought: Vec::new(), begins: Begins::Anywhere };
        let last = query.parts.len().saturating_sub(1);
        for (at, part) in query.parts.iter().enumerate() {
            if !is_small(&part.text) || query.parts.len() == 1 || part.phrase {
                let begins = part.text.ends_with('*') || typing && query.open && at == last;
                seeker.add(&part.text, !part.phrase, begins);
                for other in others(&part.text) {
                    seeker.add(&other, true, false);
                }
            }
        }
        for code in &query.codes {
            seeker.add(&code.code, false, false);
        }
        seeker.begins = Begins::of(&seeker.sought);
        seeker
    }

    fn add(&mut self, text: &str, forms: bool, begins: bool) {
        let words: Vec<String> = words_of(text).map(|(_, word)| word.to_lowercase()).collect();
        let Some(first) = words.first() else { return };
        let stem = if forms && words.len() == 1 { Some(stem(first)) } else { None };
        // A code is mostly written as it is called: it is found already.
        if !forms && !begins && self.sought.iter().any(|known| known.words == words) {
            return;
        }
        // The stem of a word is what it begins with.
        let begin = stem.as_ref().filter(|stem| first.starts_with(stem.as_str())).unwrap_or(first).clone();
        self.sought.push(Sought { words, begin, stem, begins });
    }

    /// `text` with each match between the two marks.
    pub fn marked(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() + 64);
        let mut at = 0;
        for (from, to, _) in self.find(text) {
            let (before, inside) =
                (text.get(at..from).unwrap_or_default(), text.get(from..to).unwrap_or_default());
            out.push_str(before);
            // A match over the end of a line is marked on both.
            out.extend([
                OPEN.to_string(),
                inside.replace('\n', &format!("{CLOSE}\n{OPEN}")),
                CLOSE.to_string(),
            ]);
            at = to;
        }
        out.push_str(text.get(at..).unwrap_or_default());
        out
    }

    /// Where what is looked for stands in `text`, without overlaps.
    fn find(&self, text: &str) -> Vec<Match> {
        self.find_while(text, |_| true)
    }

    /// The same, as long as `wanted` says of what was found so far that more is.
    fn find_while(&self, text: &str, mut wanted: impl FnMut(&[Match]) -> bool) -> Vec<Match> {
        let mut found = Vec::new();
        if self.sought.is_empty() {
            return found;
        }
        let mut behind = 0;
        let mut take = |from: usize| {
            if from < behind {
                return true;
            }
            let Some(here) = self.here(text, from) else { return true };
            behind = here.1;
            found.push(here);
            found.len() < MATCHES && wanted(&found)
        };
        match &self.begins {
            // What is found inside a word does not begin one; nor does anything that overlaps it.
            Begins::Texts(begins) => {
                let mut places = begins.find_iter(text).map(|place| place.start());
                places.by_ref().filter(|from| begins_word(text, *from)).all(&mut take)
            }
            Begins::Few(few) => {
                let mut places: Vec<_> = few.iter().map(|begin| begin.places(text).peekable()).collect();
                let mut wants = true;
                while wants {
                    let next = places.iter_mut().filter_map(|of| Some((*of.peek()?, of)));
                    let Some((from, of)) = next.min_by_key(|(from, _)| *from) else { break };
                    of.next();
                    wants = take(from);
                }
                wants
            }
            Begins::Anywhere => words_of(text).all(|(from, _)| take(from)),
        };
        found
    }

    /// What stands in `text` at the word that begins at `from`, the longest.
    fn here(&self, text: &str, from: usize) -> Option<Match> {
        let mut words = words_of(text.get(from..)?);
        let (_, word) = words.next().filter(|(at, _)| *at == 0)?;
        let here = self.sought.iter().enumerate().filter(|(_, sought)| sought.stands(word, &words));
        let (which, sought) = here.max_by_key(|(_, sought)| sought.words.len())?;
        let last = words.take(sought.words.len().saturating_sub(1)).last();
        let length = last.map_or(word.len(), |(at, word)| at + word.len());
        Some((sought.from(text, from), from + length, which))
    }
}

/// Whether a word begins at `at`, where one is.
fn begins_word(text: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|before| before.chars().next_back());
    !before.is_some_and(is_in_word)
}

impl Sought {
    /// Whether it stands where `word` is, with `behind` following.
    fn stands(&self, word: &str, behind: &Words<'_>) -> bool {
        if !begins_with(word, &self.begin) {
            return false;
        }
        let last = self.words.len().saturating_sub(1);
        let fits = |at: usize, wanted: &String, word: &str| {
            same_in_lower_case(word, wanted)
                || self.begins && at == last && begins_in_lower_case(word, wanted)
        };
        if self.stem.as_ref().is_some_and(|own| has_stem(word, own)) {
            return true;
        }
        let mut here = std::iter::once(word).chain(behind.clone().map(|(_, word)| word));
        self.words
            .iter()
            .enumerate()
            .all(|(at, wanted)| here.next().is_some_and(|word| fits(at, wanted, word)))
    }

    /// Where a match begins whose first word is at `at`: a number begins with its sign, if that stands alone.
    fn from(&self, text: &str, at: usize) -> usize {
        let number = self.words.first().is_some_and(|word| word.bytes().all(|b| b.is_ascii_digit()));
        let mut before = text.get(..at).unwrap_or_default().chars().rev();
        let sign = number && matches!(before.next(), Some('-' | '+'));
        if sign && before.next().is_none_or(char::is_whitespace) { at.saturating_sub(1) } else { at }
    }
}

/// Whether `word` begins with `begin`, which is in lower case: letters of ASCII in any case.
fn begins_with(word: &str, begin: &str) -> bool {
    if begin.is_ascii() {
        let head = word.as_bytes().get(..begin.len());
        return head.is_some_and(|head| head.eq_ignore_ascii_case(begin.as_bytes()));
    }
    word.to_lowercase().starts_with(begin)
}

/// The piece of an entry's text that has most of what is looked for, marked; the beginning of its problem if none has any.
pub fn of(text: &Plain, seeker: &Seeker) -> String {
    let (kinds, from_problem) = piece(&text.problem, seeker);
    if kinds > 0 && kinds == seeker.sought.len() {
        return from_problem;
    }
    let (more, from_solution) = piece(&text.solution, seeker);
    if more > kinds || text.problem.is_empty() { from_solution } else { from_problem }
}

/// How many of the things looked for the best piece of `plain` has, and that piece.
fn piece(plain: &str, seeker: &Seeker) -> (usize, String) {
    let mut needed = usize::MAX;
    let found = seeker.find_while(plain, |found| {
        if needed == usize::MAX
            && let Some(first) = first_with_all(plain, found, seeker.sought.len())
        {
            // No other piece has more: what is behind this one is not looked for.
            needed = after(plain, first, LONG);
        }
        found.last().is_none_or(|(from, ..)| *from < needed)
    });
    let (kinds, at) = found.iter().enumerate().fold((0, 0), |best, (place, (from, ..))| {
        if best.0 == seeker.sought.len() {
            return best;
        }
        let kinds = kinds_from(plain, found.get(place..).unwrap_or_default());
        if kinds > best.0 { (kinds, *from) } else { best }
    });
    let start = start_before(plain, at);
    let mut end = after(plain, start, LONG);
    if end < plain.len() {
        // To a whole word.
        let cut = plain.get(start..end).and_then(|text| text.rfind(' '));
        end = cut.filter(|cut| *cut > LONG / 2).map_or(end, |cut| start + cut);
    }
    let inside = found.into_iter().filter(|(from, to, _)| *from >= start && *to <= end);
    (kinds, mark(plain, start, end, inside))
}

/// How many different things there are in a piece that begins with the first of these matches.
fn kinds_from(plain: &str, found: &[Match]) -> usize {
    let end = found.first().map_or(0, |(from, ..)| after(plain, *from, LONG - BEFORE));
    let near = found.partition_point(|(_, to, _)| *to <= end);
    let near = found.get(..near).unwrap_or_default();
    let is_new = |(at, one): &(usize, &Match)| {
        let before = near.get(..*at).unwrap_or_default();
        !before.iter().any(|(.., which)| *which == one.2)
    };
    near.iter().enumerate().filter(is_new).count()
}

/// Where the first piece begins that has `all` things, of those that end with the last match.
fn first_with_all(plain: &str, found: &[Match], all: usize) -> Option<usize> {
    let last = found.last()?;
    // A character is at most four bytes.
    let near = found.partition_point(|(from, ..)| from.saturating_add(4 * LONG) < last.0);
    let begins = (near..found.len()).filter_map(|at| found.get(at..));
    let mut pieces = begins.filter(|here| here.len() >= all && kinds_from(plain, here) == all);
    pieces.next().and_then(|here| here.first()).map(|(from, ..)| *from)
}

/// The place `many` characters behind `at`, or the end.
fn after(text: &str, at: usize, many: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    // Mostly a character is a byte.
    if rest.as_bytes().get(..many).is_some_and(<[u8]>::is_ascii) {
        return at + many;
    }
    let next = rest.char_indices().nth(many);
    next.map_or(text.len(), |(more, _)| at + more)
}

/// The piece of `text` from `start` to `end` with what was `found` marked, and what is left out.
fn mark(text: &str, start: usize, end: usize, found: impl Iterator<Item = Match>) -> String {
    let mut marked = String::with_capacity(end.saturating_sub(start) + 24);
    let mut at = start;
    if start > 0 {
        marked.push('…');
    }
    for (from, to, _) in found {
        marked.push_str(text.get(at..from).unwrap_or_default());
        marked.push(OPEN);
        marked.push_str(text.get(from..to).unwrap_or_default());
        marked.push(CLOSE);
        at = to;
    }
    marked.push_str(text.get(at..end).unwrap_or_default());
    if end < text.len() {
        marked.push('…');
    }
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
        let line = without_marker(line);
        // Most lines are as they are wanted.
        if line.bytes().all(|b| (b' '..0x7F).contains(&b) && !matches!(b, b'`' | b'*'))
            && !line.contains("  ")
        {
            plain.push_str(line);
            plain.push(' ');
            continue;
        }
        for word in line.split(|c: char| c.is_whitespace() || c.is_control()) {
            let at = plain.len();
            if word.contains(['`', '*']) {
                plain.push_str(&word.replace("**", "").replace('`', ""));
            } else {
                plain.push_str(word);
            }
            if plain.len() > at {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kb::query::parse;
    use proptest::prelude::*;

    proptest! {
        /// What is found by what words begin with is what a look at every word finds.
        #[test]
        fn no_match_is_missed(
            text in "([ab-]|ab|ba|Abend|abended|locks|S0C7|-811|\u{e9}| ){0,40}",
            query in "([ab]|ab|ba|abend|lock|s0c7|-811|\u{e9}|eyie|\"ab ba\"| ){1,6}",
            typing: bool,
        ) {
            let mut seeker = Seeker::new(&parse(&query), typing);
            let quick = seeker.find(&text);
            seeker.begins = Begins::Anywhere;
            prop_assert_eq!(quick, seeker.find(&text), "{:?}", query);
        }

        /// What is not looked for changes no piece.
        #[test]
        fn a_piece_is_that_of_all_matches(
            words in prop::collection::vec(
                prop::sample::select(&["abend", "locks", "ab", "S0C7", "ab ba", "\u{e9}", "and some other words.", "x"][..]),
                0..70,
            ),
            query in prop::collection::vec(
                prop::sample::select(&["abend", "lock", "ab", "s0c7", "\"ab ba\"", "\u{e9}"][..]),
                1..4,
            ),
        ) {
            let mut seeker = Seeker::new(&parse(&query.join(" ")), false);
            let plain = plain(&words.join(" "));
            let (kinds, quick) = piece(&plain, &seeker);
            // One thing more is looked for that is nowhere: no piece has all.
            seeker.sought.push(Sought {
                words: vec!["nowhere".into()],
                begin: "nowhere".into(),
                stem: None,
                begins: false,
            });
            prop_assert_eq!((kinds, quick), piece(&plain, &seeker), "{:?}", query);
        }
    }
}
