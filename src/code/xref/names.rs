//! The words of a compile unit as numbers: one for each word, whatever its case. Knows what a word is, not where it stands.

use super::words::{Class, Kw};
use crate::base::num::to_usize;
use std::collections::HashMap;

/// A word of one compile unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(u32);

impl Name {
    /// No word.
    pub const NONE: Self = Self(u32::MAX);

    /// Whether it is a word.
    pub fn is_some(self) -> bool {
        self != Self::NONE
    }

    /// Its number, from 0.
    pub fn index(self) -> usize {
        to_usize(self.0.into())
    }
}

/// Longest word: what follows is cut off. Compilers take up to 63 bytes.
const LONGEST: usize = 255;
/// Most words of a unit, so that no file takes more memory than this says.
const MOST: usize = 1 << 21;

/// The words of a compile unit.
#[derive(Debug, Clone, Default)]
pub struct Names {
    numbers: HashMap<Box<[u8]>, u32>,
    words: Vec<Entry>,
    upper: Vec<u8>,
}

#[derive(Debug, Clone)]
struct Entry {
    /// As it was first written.
    written: Box<[u8]>,
    class: Class,
    /// An entry defines it as data: it is a name even if some language reserves it.
    defined: bool,
}

impl Names {
    /// The number of a word. [`Name::NONE`] if there are too many.
    pub fn number(&mut self, word: &[u8]) -> Name {
        let word = word.get(..word.len().min(LONGEST)).unwrap_or_default();
        self.upper.clear();
        self.upper.extend(word.iter().map(u8::to_ascii_uppercase));
        if let Some(number) = self.numbers.get(self.upper.as_slice()).copied() {
            if let Some(entry) = self.words.get_mut(to_usize(number.into())).filter(|e| e.written.is_empty())
            {
                entry.written = word.into();
            }
            return Name(number);
        }
        let number = match u32::try_from(self.words.len()) {
            Ok(number) if self.words.len() < MOST => number,
            _ => return Name::NONE,
        };
        let class = Class::of(&self.upper);
        self.words.push(Entry { written: word.into(), class, defined: false });
        self.numbers.insert(self.upper.as_slice().into(), number);
        Name(number)
    }

    /// The number of a word that is looked for: how it is written is up to the source.
    pub fn expect(&mut self, word: &[u8]) -> Name {
        let name = self.number(word);
        if let Some(entry) = self.words.get_mut(name.index()) {
            entry.written = Box::default();
        }
        name
    }

    /// The number of a word that is there.
    pub fn find(&self, word: &[u8]) -> Option<Name> {
        self.numbers.get(word.to_ascii_uppercase().as_slice()).map(|n| Name(*n))
    }

    /// A word as it was first written.
    pub fn written(&self, name: Name) -> &[u8] {
        self.words.get(name.index()).map(|e| &*e.written).unwrap_or_default()
    }

    /// The same as text: bytes that are no UTF-8 are letters of Latin-1.
    pub fn text(&self, name: Name) -> String {
        let written = self.written(name);
        match std::str::from_utf8(written) {
            Ok(text) => text.to_owned(),
            Err(_) => written.iter().map(|b| char::from(*b)).collect(),
        }
    }

    /// What a word is.
    pub fn class(&self, name: Name) -> Class {
        const NOTHING: Class =
            Class { kw: Kw::None, verb: false, reserved: false, register: false, ends: Kw::None };
        self.words.get(name.index()).map_or(NOTHING, |e| e.class)
    }

    /// Whether the programmer chose it.
    pub fn is_name(&self, name: Name) -> bool {
        self.words.get(name.index()).is_some_and(|e| !e.class.reserved || e.defined)
    }

    /// Whether an entry defines it as data.
    pub fn is_defined(&self, name: Name) -> bool {
        self.words.get(name.index()).is_some_and(|e| e.defined)
    }

    /// An entry defines it as data.
    pub fn define(&mut self, name: Name) {
        if let Some(entry) = self.words.get_mut(name.index()) {
            entry.defined = true;
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether words were left out.
    pub fn is_full(&self) -> bool {
        self.words.len() >= MOST
    }
}
