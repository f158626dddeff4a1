//! Pictures of characters, as ISPF's FIND P'...' has them. An expression of bytes finds where one may be, at the speed of
//! expressions; whether one is there is judged by characters: those of UTF-8, and where bytes are not UTF-8, each as one of
//! ISO 8859-1, which is how lines are shown.

use super::build;
use crate::base::Result;
use regex::bytes::Regex;
use std::fmt::Write as _;

/// Any character beyond ASCII, or any byte that is none.
const BEYOND: &str = r"[\xC2-\xF4][\x80-\xBF]{1,3}|[\x80-\xFF]";
/// Longest character of UTF-8, in bytes.
const LONGEST: usize = 4;

/// A compiled picture.
#[derive(Debug)]
pub(super) struct Picture {
    elements: Vec<Element>,
    /// Finds all that the picture may match, and more.
    likely: Regex,
}

#[derive(Debug, Clone, Copy)]
enum Element {
    Any,
    NotBlank,
    NotDisplayable,
    Numeric,
    NotNumeric,
    Alphabetic,
    Lower,
    Upper,
    Special,
    /// Itself; without letter case if asked for.
    Char(char, bool),
}

impl Element {
    fn of(c: char, ignore_case: bool) -> Self {
        match c {
            '=' => Self::Any,
            '¬' | '^' => Self::NotBlank,
            '.' => Self::NotDisplayable,
            '#' => Self::Numeric,
            '-' => Self::NotNumeric,
            '@' => Self::Alphabetic,
            '<' => Self::Lower,
            '>' => Self::Upper,
            '$' => Self::Special,
            c => Self::Char(c, ignore_case),
        }
    }

    fn takes(self, c: char) -> bool {
        match self {
            Self::Any => true,
            Self::NotBlank => c != ' ',
            Self::NotDisplayable => c.is_control(),
            Self::Numeric => c.is_ascii_digit(),
            Self::NotNumeric => !c.is_ascii_digit(),
            Self::Alphabetic => c.is_alphabetic(),
            Self::Lower => c.is_lowercase(),
            Self::Upper => c.is_uppercase(),
            Self::Special => !c.is_alphanumeric() && !c.is_control() && c != ' ',
            Self::Char(own, false) => c == own,
            Self::Char(own, true) => c == own || c.to_lowercase().eq(own.to_lowercase()),
        }
    }

    /// An expression of bytes that matches all it takes, but never a line feed.
    fn write(self, to: &mut String) {
        to.push_str("(?:[");
        let ascii = (0..0x80_u8).filter(|b| *b != b'\n' && self.takes(char::from(*b)));
        let mut some = false;
        for byte in ascii {
            some = true;
            // A text always takes it.
            let _ = write!(to, "\\x{byte:02X}");
        }
        if !some {
            to.truncate(to.len() - 1);
        }
        to.push_str(match (some, self) {
            (true, Self::Numeric) => "])",
            (true, Self::Char(c, _)) if c.is_ascii() => "])",
            (true, _) => "]|",
            (false, _) => "",
        });
        if !to.ends_with(')') {
            to.push_str(BEYOND);
            to.push(')');
        }
    }
}

impl Picture {
    pub fn new(text: &str, ignore_case: bool) -> Result<Self> {
        let elements: Vec<Element> = text.chars().map(|c| Element::of(c, ignore_case)).collect();
        let mut pattern = String::new();
        for element in &elements {
            element.write(&mut pattern);
        }
        Ok(Self { elements, likely: build(&pattern, false, text)? })
    }

    /// The next match that begins at `at` or later.
    pub fn find_at(&self, text: &[u8], mut at: usize) -> Option<(usize, usize)> {
        while at <= text.len() {
            let start = self.likely.find_at(text, at)?.start();
            if let Some(end) = self.matches(text, start) {
                return Some((start, end));
            }
            at = start + 1;
        }
        None
    }

    /// Where a match that begins at `start` ends.
    fn matches(&self, text: &[u8], start: usize) -> Option<usize> {
        if text.get(start).is_some_and(|b| *b >= 0x80) && inside_char(text, start) {
            return None;
        }
        let mut at = start;
        for element in &self.elements {
            let (c, length) = char_at(text, at)?;
            if !element.takes(c) {
                return None;
            }
            at += length;
        }
        Some(at)
    }
}

/// The character that begins at `at`, and its bytes.
fn char_at(text: &[u8], at: usize) -> Option<(char, usize)> {
    let first = *text.get(at)?;
    if first < 0x80 {
        return Some((char::from(first), 1));
    }
    let near = text.get(at..text.len().min(at + LONGEST))?;
    let valid = near.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next());
    Some(valid.map_or((char::from(first), 1), |c| (c, c.len_utf8())))
}

/// Whether `at` is inside of a character of several bytes.
fn inside_char(text: &[u8], at: usize) -> bool {
    (1..LONGEST).any(|back| {
        let Some(start) = at.checked_sub(back) else { return false };
        char_at(text, start).is_some_and(|(_, length)| length > back)
    })
}
