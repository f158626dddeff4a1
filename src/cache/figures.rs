//! Figures of the levels and kinds. Owns the counters; whoever shows them asks for all of them at once.

use super::{Kind, Level};
use std::sync::atomic::{AtomicU64, Ordering};

/// What is held of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Held {
    /// Values.
    pub count: u64,
    /// Bytes.
    pub bytes: u64,
}

/// Figures of a level, or of a kind over all levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figure {
    /// `l1`, `l2`, `l3`; or the kind.
    pub name: &'static str,
    /// Look-ups that found something.
    pub hits: u64,
    /// Look-ups that found nothing.
    pub misses: u64,
    /// Bytes held.
    pub bytes: u64,
    /// Bytes that may be held; 0 where there is no bound of its own.
    pub capacity: u64,
}

/// What look-ups came to, by kind and level.
#[derive(Default)]
pub struct Counters {
    kinds: [ByLevel; Kind::ALL.len()],
}

#[derive(Default)]
struct ByLevel([AtomicU64; Level::ALL.len()]);

impl Counters {
    /// A look-up for `kind` was answered by `level`.
    pub fn count(&self, kind: Kind, level: Level) {
        self.count_all(kind, level, 1);
    }

    /// So many look-ups for `kind` were.
    pub fn count_all(&self, kind: Kind, level: Level, number: u64) {
        if let Some(counter) = self.kinds.get(kind.index()).and_then(|k| k.0.get(level.index())) {
            counter.fetch_add(number, Ordering::Relaxed);
        }
    }

    /// How many look-ups for `kind` each level answered, in the order of [`Level::ALL`].
    pub fn of(&self, kind: Kind) -> [u64; Level::ALL.len()] {
        self.kinds
            .get(kind.index())
            .map(|k| std::array::from_fn(|at| k.0.get(at).map_or(0, |n| n.load(Ordering::Relaxed))))
            .unwrap_or_default()
    }
}
