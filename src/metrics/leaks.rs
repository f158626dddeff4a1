//! The leak watch: how many of each thing the process holds when nothing happens, compared between such moments. What grew from each
//! to the next, and never fell, is named. Must not know what is counted nor when nothing happens.
//!
//! Invariants: memory is bounded ([`POINTS`] for each of at most [`NAMES`] things); what has a bound of its own is never named while it
//! is within it, as a cache that fills is no leak.

use crate::store::UnixMs;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};

/// Moments that are compared.
pub const POINTS: usize = 6;
/// Things that are watched at most.
const NAMES: usize = 64;
/// Steps between them in which it may stay as it is.
const RESTS: usize = 1;
/// Growth in all that is worth a word: at least so many, and a part of what was there at first.
const LEAST: u64 = 5;
/// The same of memory, in bytes.
const LEAST_BYTES: u64 = 4 << 20;
/// One part in so many.
const PART: u64 = 10;

/// How many of something there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objects {
    /// Of what: `open files`.
    pub name: String,
    /// How many, or bytes.
    pub count: u64,
    /// At most so many by itself; 0 if there is no such bound.
    pub bound: u64,
    /// The number is one of bytes.
    pub bytes: bool,
}

impl Objects {
    /// So many.
    pub fn new(name: &str, count: usize, bound: usize) -> Self {
        let of = crate::base::num::to_u64;
        Self { name: name.to_owned(), count: of(count), bound: of(bound), bytes: false }
    }

    /// So many bytes.
    pub fn bytes(name: &str, count: u64, bound: u64) -> Self {
        Self { name: name.to_owned(), count, bound, bytes: true }
    }

    /// The number for people.
    pub fn shown(&self, count: u64) -> String {
        if self.bytes {
            super::bytes(crate::base::num::to_f64(count))
        } else {
            crate::base::num::thousands(count)
        }
    }
}

/// Something that grew steadily.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leak {
    /// What, with its number now.
    #[serde(flatten)]
    pub objects: Objects,
    /// Its number at the first of the moments.
    pub from: u64,
    /// When that was.
    pub since: UnixMs,
}

impl Leak {
    /// In one sentence.
    pub fn told(&self) -> String {
        let shown = |count| self.objects.shown(count);
        format!(
            "{} grew at each of {POINTS} moments of rest, from {} to {}",
            self.objects.name,
            shown(self.from),
            shown(self.objects.count)
        )
    }
}

/// What is known of one thing.
#[derive(Debug)]
struct Known {
    last: Objects,
    points: VecDeque<(UnixMs, u64)>,
}

/// The watch.
#[derive(Debug, Default)]
pub struct LeakWatch(BTreeMap<String, Known>);

impl LeakWatch {
    /// Takes a moment of rest.
    pub fn look(&mut self, at: UnixMs, objects: &[Objects]) {
        for object in objects {
            if !self.0.contains_key(&object.name) && self.0.len() >= NAMES {
                continue;
            }
            let fresh = || Known { last: object.clone(), points: VecDeque::new() };
            let known = self.0.entry(object.name.clone()).or_insert_with(fresh);
            known.points.push_back((at, object.count));
            if known.points.len() > POINTS {
                known.points.pop_front();
            }
            known.last = object.clone();
        }
    }

    /// What grew steadily up to the last moment.
    pub fn leaks(&self) -> Vec<Leak> {
        self.0.values().filter_map(Known::leak).collect()
    }
}

impl Known {
    fn leak(&self) -> Option<Leak> {
        let (since, from) = *self.points.front()?;
        let to = self.last.count;
        let within = self.last.bound > 0 && to <= self.last.bound;
        if self.points.len() < POINTS || within {
            return None;
        }
        let steps = || self.points.iter().zip(self.points.iter().skip(1));
        let falls = steps().any(|((_, old), (_, new))| new < old);
        let rests = steps().filter(|((_, old), (_, new))| new == old).count();
        let least = if self.last.bytes { LEAST_BYTES } else { LEAST };
        let grown = to.saturating_sub(from) >= least.max(from / PART);
        (!falls && rests <= RESTS && grown).then(|| Leak { objects: self.last.clone(), from, since })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watched(counts: &[usize], bound: usize) -> Vec<Leak> {
        let mut watch = LeakWatch::default();
        for (at, count) in (0..).zip(counts) {
            watch.look(at, &[Objects::new("open files", *count, bound), Objects::new("other", 3, 0)]);
        }
        watch.leaks()
    }

    #[test]
    fn what_grows_steadily_is_named_and_nothing_else() {
        let leaks = watched(&[9, 2, 3, 5, 5, 7, 12], 0);
        assert_eq!(leaks.len(), 1);
        assert_eq!((leaks[0].objects.name.as_str(), leaks[0].from, leaks[0].since), ("open files", 2, 1));
        assert!(leaks[0].told().contains("from 2 to 12"), "{}", leaks[0].told());
        for (counts, why) in [
            (&[2, 3, 5, 7, 12][..], "too few moments"),
            (&[2, 3, 5, 4, 7, 12], "it fell"),
            (&[2, 2, 2, 7, 8, 12], "it rested"),
            (&[2, 3, 4, 5, 5, 6], "hardly more"),
            (&[200, 203, 205, 207, 209, 212], "a small part"),
            (&[2, 3, 5, 7, 12, 0], "all is gone"),
        ] {
            assert_eq!(watched(counts, 0), [], "{why}");
        }
        assert_eq!(watched(&[2, 3, 5, 7, 9, 12], 12), [], "within its bound");
        assert_eq!(watched(&[2, 3, 5, 7, 9, 13], 12).len(), 1, "beyond it");
    }

    #[test]
    fn names_are_bounded() {
        let mut watch = LeakWatch::default();
        for n in 0..1_000 {
            watch.look(n, &[Objects::new(&format!("thing {n}"), 1, 0)]);
        }
        assert_eq!(watch.0.len(), NAMES);
    }
}
