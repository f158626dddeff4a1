//! The bytes of a page: words in order, each without what it shares with the one before, and what is said of it. Owns the form
//! of pages and of numbers in them; each page ends in a check sum.

use super::{Sql, damaged};
use std::ops::Range;

/// Bytes of a page; one whose last word has much to say may be longer. With its row it fills a page of the database.
pub const SIZE: usize = 3_900;

/// Appends a number, seven bits a byte, the lowest first.
pub fn put_number(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(u8::try_from(n & 0x7F).unwrap_or(0) | 0x80);
        n >>= 7;
    }
    out.push(u8::try_from(n).unwrap_or(0));
}

/// Takes a number off the front of `bytes`.
pub fn number(bytes: &mut &[u8]) -> Option<u64> {
    let mut n = 0_u64;
    for shift in (0..64).step_by(7) {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        n |= u64::from(first & 0x7F) << shift;
        if first & 0x80 == 0 {
            return Some(n);
        }
    }
    None
}

/// Takes `count` bytes off the front of `bytes`.
pub fn some<'b>(bytes: &mut &'b [u8], count: u64) -> Option<&'b [u8]> {
    let (taken, rest) = bytes.split_at_checked(usize::try_from(count).ok()?)?;
    *bytes = rest;
    Some(taken)
}

/// A page or row that is being written.
#[derive(Default)]
pub struct Page {
    bytes: Vec<u8>,
    last: Vec<u8>,
}

impl Page {
    /// Appends a word, which comes after all others here, and what is said of it.
    pub fn push(&mut self, key: &[u8], said: &[u8]) {
        let most = key.len().min(self.last.len()).min(255);
        let shared = key.iter().zip(&self.last).take(most).take_while(|(a, b)| a == b).count();
        let rest = key.get(shared..).unwrap_or_default();
        let (_, behind) = rest.split_at_checked(255).unwrap_or((rest, &[]));
        debug_assert!(behind.is_empty(), "words have a longest length");
        self.bytes.push(u8::try_from(shared).unwrap_or(u8::MAX));
        self.bytes.push(u8::try_from(rest.len()).unwrap_or(u8::MAX));
        self.bytes.extend_from_slice(rest);
        put_number(&mut self.bytes, u64::try_from(said.len()).unwrap_or(u64::MAX));
        self.bytes.extend_from_slice(said);
        self.last.clear();
        self.last.extend_from_slice(key);
    }

    /// Bytes so far.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Its bytes with the check sum; it is empty then.
    pub fn take(&mut self) -> Vec<u8> {
        self.last.clear();
        sealed(std::mem::take(&mut self.bytes))
    }
}

/// `bytes` with their check sum behind them.
pub fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let sum = crc32fast::hash(&bytes);
    bytes.extend_from_slice(&sum.to_le_bytes());
    bytes
}

/// What was sealed.
///
/// # Errors
/// `SQLITE_CORRUPT` if the check sum does not fit.
pub fn opened(bytes: &[u8]) -> Sql<&[u8]> {
    let (said, sum) = bytes.split_last_chunk::<4>().ok_or_else(|| damaged("a page is too short"))?;
    if crc32fast::hash(said).to_le_bytes() == *sum {
        Ok(said)
    } else {
        Err(damaged("a page has changed by itself"))
    }
}

/// Reads the words of an opened page in order.
pub struct Reader<'b> {
    rest: &'b [u8],
    key: Vec<u8>,
    /// What is said of `key`, once a word was looked for.
    said: Option<&'b [u8]>,
}

impl<'b> Reader<'b> {
    /// From the start of `page`.
    pub fn new(page: &'b [u8]) -> Self {
        Self { rest: page, key: Vec::new(), said: None }
    }

    /// The next word and what is said of it; `None` at the end.
    pub fn next(&mut self) -> Option<(&[u8], &'b [u8])> {
        let said = step(self.rest, 0, &mut self.key)?;
        let (before, rest) = self.rest.split_at_checked(said.end)?;
        self.rest = rest;
        Some((&self.key, before.get(said)?))
    }

    /// The first word that is not before `key`, and what is said of it.
    pub fn seek(&mut self, key: &[u8]) -> Option<(&[u8], &'b [u8])> {
        let mut found = None;
        while let Some((here, said)) = self.next() {
            if here >= key {
                found = Some(said);
                break;
            }
        }
        found.map(|said| (self.key.as_slice(), said))
    }
}

impl<'b> Reader<'b> {
    /// What is said of `key`, if it is here. Keys are looked for in order, none before the last one.
    pub fn find(&mut self, key: &[u8]) -> Option<&'b [u8]> {
        let is_here = self.reaches(key) && self.key == key;
        self.said.filter(|_| is_here)
    }

    /// Whether not all words here come before `key`. Keys are asked for in order, as those of [`Self::find`].
    pub fn reaches(&mut self, key: &[u8]) -> bool {
        while self.said.is_none() || self.key.as_slice() < key {
            let Some((_, said)) = self.next() else { return false };
            self.said = Some(said);
        }
        true
    }
}

/// Reads the word that begins at `at` of an opened page into `key`, which holds the one before; where on the page it is said
/// what it says. `None` at the end.
pub fn step(page: &[u8], at: usize, key: &mut Vec<u8>) -> Option<Range<usize>> {
    let mut rest = page.get(at..)?;
    let [shared, length, behind @ ..] = rest else { return None };
    rest = behind;
    let suffix = some(&mut rest, u64::from(*length))?;
    let length = usize::try_from(number(&mut rest)?).ok()?;
    let from = page.len() - rest.len();
    rest.get(..length)?;
    key.truncate(usize::from(*shared));
    key.extend_from_slice(suffix);
    Some(from..from + length)
}
