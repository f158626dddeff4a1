//! Pictures of characters, as ISPF's FIND P'...' has them. The part of a picture that texts have least of is looked for at
//! the speed of memory; what is around it is judged by characters: those of UTF-8, and where bytes are not UTF-8, each as one
//! of ISO 8859-1, which is how lines are shown.

use crate::base::UserError;
use memchr::{memchr2, memmem};

/// Longest character of UTF-8, in bytes.
const LONGEST: usize = 4;
/// Longest picture, in characters: each place that may be one is judged by all of them.
const MAX_PICTURE: usize = 256;

/// There is a byte beyond ASCII.
struct Beyond;

/// A compiled picture.
#[derive(Debug)]
pub(super) struct Picture {
    elements: Vec<Element>,
    /// What is looked for: this and the characters before it are then judged.
    seek: Seek,
    /// The bytes of ASCII that each element takes.
    ascii: Vec<[bool; 128]>,
    /// How many characters of the picture are before it.
    before: usize,
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

    /// How much of it texts have, from little to all.
    fn commonness(self) -> u8 {
        match self {
            Self::NotDisplayable => 0,
            Self::Char(' ', _) => 7,
            Self::Char(..) => 1,
            Self::Special => 2,
            Self::Numeric => 3,
            Self::Lower | Self::Upper => 4,
            Self::Alphabetic => 5,
            Self::NotBlank => 6,
            Self::NotNumeric => 8,
            Self::Any => 9,
        }
    }

    /// The bytes of ASCII that it takes.
    fn ascii(self) -> [bool; 128] {
        let mut table = [false; 128];
        table
            .iter_mut()
            .zip(0_u8..)
            .for_each(|(slot, byte)| *slot = byte != b'\n' && self.takes(char::from(byte)));
        table
    }

    /// How a byte is found with which what it takes may begin.
    fn seek(self) -> Seek {
        match self {
            Self::Char(c, any_case) if c.is_ascii() => {
                let (small, capital) = (c.to_ascii_lowercase(), c.to_ascii_uppercase());
                let pair = if any_case { (small, capital) } else { (c, c) };
                Seek::Either(byte_of(pair.0), byte_of(pair.1))
            }
            Self::NotDisplayable => Seek::Control,
            _ => {
                let beyond = !matches!(self, Self::Numeric);
                let begins = |b: u8| if b < 0x80 { b != b'\n' && self.takes(char::from(b)) } else { beyond };
                let mut table = Box::new([false; 256]);
                table.iter_mut().zip(0..=u8::MAX).for_each(|(slot, byte)| *slot = begins(byte));
                Seek::Table(table)
            }
        }
    }
}

/// The byte of a character of ASCII.
fn byte_of(c: char) -> u8 {
    u8::try_from(c).unwrap_or_default()
}

/// How places are found at which a picture may match.
#[derive(Debug)]
enum Seek {
    Text(Box<memmem::Finder<'static>>),
    Either(u8, u8),
    Table(Box<[bool; 256]>),
    /// Bytes that are none of displayable ASCII.
    Control,
}

impl Seek {
    fn find(&self, text: &[u8]) -> Option<usize> {
        match self {
            Self::Text(finder) => finder.find(text),
            Self::Either(a, b) => memchr2(*a, *b, text),
            Self::Table(table) => {
                text.iter().position(|b| table.get(usize::from(*b)).copied().unwrap_or_default())
            }
            Self::Control => {
                // Nearly no byte is meant: some are asked at a time, without a look at each.
                let is = |b: &u8| *b != b'\n' && !(0x20..0x7f).contains(b);
                let chunks = text.chunks(32);
                let at: usize =
                    chunks.take_while(|c| !c.iter().fold(false, |any, b| any | is(b))).map(<[u8]>::len).sum();
                text.get(at..)?.iter().position(is).map(|p| at + p)
            }
        }
    }
}

impl Picture {
    /// Compiles a picture.
    ///
    /// # Errors
    /// If it has more than 256 characters.
    pub fn new(text: &str, ignore_case: bool) -> crate::base::Result<Self> {
        let elements: Vec<Element> = text.chars().map(|c| Element::of(c, ignore_case)).collect();
        if elements.len() > MAX_PICTURE {
            return Err(UserError::new("the picture is too long")
                .cause(format!("it has {} characters, {MAX_PICTURE} are possible", elements.len()))
                .hint("look for a part of it"));
        }
        let (before, seek) = longest_text(&elements).unwrap_or_else(|| {
            let rarest = elements.iter().enumerate().min_by_key(|(_, e)| e.commonness());
            rarest.map_or((0, Seek::Either(0, 0)), |(at, element)| (at, element.seek()))
        });
        let ascii = elements.iter().map(|e| e.ascii()).collect();
        Ok(Self { elements, seek, ascii, before })
    }

    /// The next match that begins at `at` or later.
    pub fn find_at(&self, text: &[u8], at: usize) -> Option<(usize, usize)> {
        let mut from = at;
        loop {
            let place = from + self.seek.find(text.get(from..)?)?;
            let found = self.quick(text, place).unwrap_or_else(|Beyond| {
                let start = (0..self.before).try_fold(place, |p, _| before(text, p))?;
                Some((start, self.matches(text, start)?))
            });
            if let Some(found) = found.filter(|(start, _)| *start >= at) {
                return Some(found);
            }
            from = place + 1;
        }
    }

    /// The match around `place` as long as all bytes are ASCII, from there outwards.
    fn quick(&self, text: &[u8], place: usize) -> Result<Option<(usize, usize)>, Beyond> {
        let (left, right) = self.ascii.split_at_checked(self.before).ok_or(Beyond)?;
        let Some(start) = place.checked_sub(self.before) else { return Ok(None) };
        let (head, tail) = text.get(start..).and_then(|t| t.split_at_checked(self.before)).ok_or(Beyond)?;
        let takes = |(table, byte): (&[bool; 128], &u8)| table.get(usize::from(*byte)).copied().ok_or(Beyond);
        for pair in left.iter().zip(head).rev() {
            if !takes(pair)? {
                return Ok(None);
            }
        }
        for pair in right.iter().zip(tail) {
            if !takes(pair)? {
                return Ok(None);
            }
        }
        let end = place + right.len();
        Ok((end <= text.len()).then_some((start, end)))
    }

    /// Where a match that begins at `start` ends.
    fn matches(&self, text: &[u8], start: usize) -> Option<usize> {
        if text.get(start).is_some_and(|b| *b >= 0x80) && inside_char(text, start) {
            return None;
        }
        let mut at = start;
        for element in &self.elements {
            let (c, length) = char_at(text, at)?;
            if c == '\n' || !element.takes(c) {
                return None;
            }
            at += length;
        }
        Some(at)
    }
}

/// The longest run of at least two characters that are themselves in this letter case, and how many characters are before.
fn longest_text(elements: &[Element]) -> Option<(usize, Seek)> {
    let own = |e: &Element| match e {
        Element::Char(c, any_case) => (!any_case || !c.is_alphabetic()).then_some(*c),
        _ => None,
    };
    let mut best = (0, String::new());
    let mut run = String::new();
    for (at, element) in elements.iter().enumerate() {
        match own(element) {
            Some(c) => run.push(c),
            None => run.clear(),
        }
        let length = run.chars().count();
        if length > best.1.chars().count() && run.trim() != "" {
            best = (at + 1 - length, run.clone());
        }
    }
    let (before, text) = best;
    // A character beyond ASCII may be one byte of ISO 8859-1.
    let good = text.is_ascii() && text.len() > 1;
    good.then(|| (before, Seek::Text(Box::new(memmem::Finder::new(text.as_bytes()).into_owned()))))
}

/// Where the character before `at` begins.
fn before(text: &[u8], at: usize) -> Option<usize> {
    let last = at.checked_sub(1)?;
    if text.get(last).is_none_or(|b| *b < 0x80) {
        return Some(last);
    }
    let starts = |back: &usize| char_at(text, at - back).is_some_and(|(_, length)| length == *back);
    Some((2..=LONGEST.min(at)).find(starts).map_or(last, |back| at - back))
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
