//! Words that many values have in common, such as categories and tags: each is in memory once, however many values have it.
//! Owns the table of those in use. Invariant: two words are equal if and only if their texts are; that they share memory is
//! never needed, only cheaper.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Borrow;
use std::collections::HashSet;
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::ops::Deref;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// Parts of the table, so that threads rarely meet.
const PARTS: usize = 16;
/// Words in a part. Beyond, words that nobody has any more go; if there are none, new ones are not shared.
const MOST: usize = 2_048;
/// Longer texts are not shared: they are no words, in bytes.
const LONGEST: usize = 64;

/// A text that is shared with all equal ones.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Word(Arc<str>);

#[derive(Default)]
struct Table {
    hasher: foldhash::fast::RandomState,
    parts: [RwLock<HashSet<Arc<str>, foldhash::fast::RandomState>>; PARTS],
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(Table::default)
}

impl Table {
    fn shared(&self, text: &str) -> Arc<str> {
        let part = usize::try_from(self.hasher.hash_one(text) % (PARTS as u64)).unwrap_or(0);
        let Some(part) = self.parts.get(part).filter(|_| text.len() <= LONGEST) else { return text.into() };
        if let Some(there) = part.read().unwrap_or_else(PoisonError::into_inner).get(text) {
            return Arc::clone(there);
        }
        let mut words = part.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(there) = words.get(text) {
            return Arc::clone(there);
        }
        if words.len() >= MOST {
            words.retain(|word| Arc::strong_count(word) > 1);
        }
        let new: Arc<str> = text.into();
        if words.len() < MOST {
            words.insert(Arc::clone(&new));
        }
        new
    }
}

impl Word {
    /// Its text.
    pub fn as_str(&self) -> &str {
        self
    }

    /// A text that only clones of it share: the table, which keeps words when nobody has them any more, is for those that come again.
    pub fn alone(text: &str) -> Self {
        Self(text.into())
    }

    /// Reads such a text.
    ///
    /// # Errors
    /// If it is no text.
    pub fn read_alone<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|text| Self(text.into()))
    }

    /// How many values have it, this one included and the table not.
    #[cfg(test)]
    fn values(&self) -> usize {
        Arc::strong_count(&self.0) - 1
    }
}

impl Default for Word {
    fn default() -> Self {
        Self::from("")
    }
}

impl From<&str> for Word {
    fn from(text: &str) -> Self {
        Self(table().shared(text))
    }
}

impl From<String> for Word {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&String> for Word {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl Deref for Word {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Word {
    fn as_ref(&self) -> &str {
        self
    }
}

impl Borrow<str> for Word {
    fn borrow(&self) -> &str {
        self
    }
}

impl PartialEq<str> for Word {
    fn eq(&self, other: &str) -> bool {
        &**self == other
    }
}

impl PartialEq<&str> for Word {
    fn eq(&self, other: &&str) -> bool {
        &**self == *other
    }
}

impl PartialEq<String> for Word {
    fn eq(&self, other: &String) -> bool {
        **self == **other
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}

impl Serialize for Word {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl serde::de::Visitor<'_> for Text {
            type Value = Word;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Word, E> {
                Ok(Word::from(text))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_words_share_memory_however_they_come() {
        let first = Word::from("a category of one test");
        let kept = serde_json::to_string(&vec![first.clone(); 3]).unwrap();
        let read: Vec<Word> = serde_json::from_str(&kept).unwrap();
        let packed: Word = postcard::from_bytes(&postcard::to_stdvec(&first).unwrap()).unwrap();
        assert_eq!(first.values(), 5);
        assert!(read.iter().chain([&packed]).all(|word| *word == first && Arc::ptr_eq(&word.0, &first.0)));
        let long = "long ".repeat(20);
        assert!(!Arc::ptr_eq(&Word::from(&long).0, &Word::from(&long).0), "no word, not shared");
        assert_eq!(Word::from(&long), Word::from(&long));
        let alone = Word::alone("a sentence of one test");
        let read: Word = Word::read_alone(serde_json::Value::from("a sentence of one test")).unwrap();
        assert!(alone == read && alone.values() == 0 && read.values() == 0, "nobody else has them");
        assert!(!Arc::ptr_eq(&Word::from("a sentence of one test").0, &alone.0), "and the table neither");
        let mut words = ["b", "", "a"].map(Word::from);
        words.sort();
        assert_eq!(words, ["", "a", "b"]);
    }

    #[test]
    fn words_that_nobody_has_make_room_and_a_full_table_still_gives_words() {
        let table = Table::default();
        let words = |from: usize, to: usize| -> Vec<Arc<str>> {
            (from..to).map(|n| table.shared(&format!("word {n}"))).collect()
        };
        let held = || table.parts.iter().map(|part| part.read().unwrap().len()).sum::<usize>();
        let kept = words(0, 3 * PARTS * MOST);
        assert_eq!(held(), PARTS * MOST, "bounded");
        assert!(kept.iter().enumerate().all(|(n, word)| **word == *format!("word {n}")));
        drop(kept);
        let again = words(1_000_000, 1_000_000 + PARTS * MOST / 2);
        assert!(again.iter().all(|word| Arc::ptr_eq(word, &table.shared(word))), "there is room again");
    }
}
