//! From the text of an entry to the words of the index. Owns what a word is, its stem, and what it says of the entry.

use super::super::text::{names, words_in};
use super::{LONGEST, facts};
use crate::base::num::to_f64;
use crate::store::NewEntry;
use foldhash::fast::RandomState;
use snowball_stemmers_rs::{Algorithm, Stemmer};
use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// How much a word counts in the title, the problem, the solution, the tags, and as a whole name anywhere.
const TITLE: f64 = 5.0;
const PROBLEM: f64 = 2.0;
const SOLUTION: f64 = 1.0;
const TAGS: f64 = 4.0;
const NAME: f64 = 1.0;

/// BM25: how soon more of a word says no more, how much a long text counts for less, and what is long, in words.
const K1: f64 = 1.2;
const B: f64 = 0.75;
const USUAL: f64 = 200.0;

/// A word as the index keeps it: lower case, without accents, not too long.
pub fn folded(word: &str) -> Cow<'_, str> {
    let plain = word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"@#$".contains(&b));
    let folded: Cow<'_, str> = if plain {
        Cow::Borrowed(word)
    } else if word.is_ascii() {
        Cow::Owned(word.to_ascii_lowercase())
    } else {
        Cow::Owned(word.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect())
    };
    if folded.len() <= LONGEST {
        return folded;
    }
    let end = (0..=LONGEST).rev().find(|&at| folded.is_char_boundary(at)).unwrap_or(0);
    Cow::Owned(folded.get(..end).unwrap_or_default().to_owned())
}

/// What the forms of a folded word have in common (M. F. Porter, An algorithm for suffix stripping, 1980). Codes and names
/// have one form.
pub fn stem(word: &str) -> Cow<'_, str> {
    if word.len() < 3 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return Cow::Borrowed(word);
    }
    match Stemmer::create(Algorithm::Porter).stem(word) {
        Cow::Borrowed(stem) => Cow::Owned(stem.to_owned()),
        Cow::Owned(stem) => Cow::Owned(stem),
    }
}

/// Cuts texts into words; each word and stem has a number.
#[derive(Default)]
pub struct Cutter {
    /// Each word with its number and that of its stem; each stem with its number.
    words: HashMap<Rc<str>, (u32, u32), RandomState>,
    stems: HashMap<Rc<str>, u32, RandomState>,
    /// Words and stems by number.
    pub word_names: Vec<Rc<str>>,
    /// See `word_names`.
    pub stem_names: Vec<Rc<str>>,
    /// Weights of the entry at hand, by stem, and at which entry each stem and word was met last.
    weights: Vec<f64>,
    met: Vec<u32>,
    met_words: Vec<u32>,
    entries: u32,
}

/// The words of one entry.
#[derive(Debug, Default, PartialEq)]
pub struct Words {
    /// Numbers of stems, each once, with what it says: 1 to 255; then those of what else the entry is, which says no more.
    pub stems: Vec<(u32, u8)>,
    /// Numbers of words as they are written, each once.
    pub words: Vec<u32>,
}

impl Cutter {
    /// The words of `entry`.
    pub fn cut(&mut self, entry: &NewEntry) -> Words {
        self.entries += 1;
        let mut found = Words::default();
        let tags = entry.tags.join(", ");
        let fields =
            [(&entry.title, TITLE), (&entry.problem, PROBLEM), (&entry.solution, SOLUTION), (&tags, TAGS)];
        let mut length = 0_u64;
        for (text, weight) in fields {
            for word in words_in(text) {
                self.take(&folded(word), weight, &mut found);
                length += 1;
            }
            for name in names(text) {
                self.take(&folded(&name), NAME, &mut found);
            }
        }
        let long = K1 * (1.0 - B + B * to_f64(length) / USUAL);
        for (stem, says) in &mut found.stems {
            let weight = self.weights.get_mut(at(*stem)).map_or(0.0, std::mem::take);
            let share = crate::base::num::round_u64(255.0 * weight / (weight + long));
            *says = u8::try_from(share).unwrap_or(u8::MAX).max(1);
        }
        found.stems.extend(facts::of(entry).iter().map(|fact| (self.stem_number(fact), 1)));
        found
    }

    fn take(&mut self, word: &str, weight: f64, found: &mut Words) {
        if word.is_empty() {
            return;
        }
        let (number, of_stem) = match self.words.get(word) {
            Some(known) => *known,
            None => self.learn(word),
        };
        if let Some(met) = self.met_words.get_mut(at(number))
            && *met != self.entries
        {
            *met = self.entries;
            found.words.push(number);
        }
        if let Some(met) = self.met.get_mut(at(of_stem))
            && *met != self.entries
        {
            *met = self.entries;
            found.stems.push((of_stem, 0));
        }
        if let Some(sum) = self.weights.get_mut(at(of_stem)) {
            *sum += weight;
        }
    }

    fn learn(&mut self, word: &str) -> (u32, u32) {
        let of_stem = self.stem_number(&stem(word));
        let number = count(self.word_names.len());
        let new: Rc<str> = word.into();
        self.word_names.push(Rc::clone(&new));
        self.words.insert(new, (number, of_stem));
        self.met_words.push(0);
        (number, of_stem)
    }

    fn stem_number(&mut self, stem: &str) -> u32 {
        if let Some(known) = self.stems.get(stem) {
            return *known;
        }
        let number = count(self.stem_names.len());
        let new: Rc<str> = stem.into();
        self.stem_names.push(Rc::clone(&new));
        self.stems.insert(new, number);
        self.weights.push(0.0);
        self.met.push(0);
        number
    }
}

/// A number as the place in a list that it is.
pub fn at(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
