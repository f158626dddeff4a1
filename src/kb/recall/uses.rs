//! The newest uses of entries, as far as somebody asked for them. Owns which numbers it knows. Must not know what depends on
//! them.

use crate::base::Result;
use crate::store::{EntryRow, Store, StoreState};
use foldhash::fast::RandomState;
use std::collections::{HashMap, VecDeque};

/// What was made this many uses ago is made again: reading them takes longer.
const MOST: i64 = 4_096;
/// Uses held at most.
const HELD: usize = 16_384;

/// Uses in a row.
#[derive(Default)]
pub struct UseLog {
    /// The content of the store that they are of: after a restore their numbers begin elsewhere.
    content: i64,
    /// The number before the first one.
    before: i64,
    /// The number of the last one.
    last: i64,
    uses: VecDeque<(i64, EntryRow)>,
    newest: HashMap<EntryRow, i64, RandomState>,
}

impl UseLog {
    /// The entries that were used after use number `then`, each once for each use; `None` where these are too many to look at.
    pub fn since(&mut self, store: &dyn Store, then: i64, now: StoreState) -> Result<Option<Vec<EntryRow>>> {
        if !self.reach(store, then, now)? {
            return Ok(None);
        }
        let from = self.uses.partition_point(|(number, _)| *number <= then);
        Ok(Some(self.uses.range(from..).map(|(_, row)| *row).collect()))
    }

    /// Whether the entry of `row` was not used after use number `then`, as far as that is known.
    pub fn unused(&mut self, store: &dyn Store, row: EntryRow, then: i64, now: StoreState) -> bool {
        then >= now.uses
            || self.reach(store, then, now).unwrap_or(false)
                && self.newest.get(&row).is_none_or(|number| *number <= then)
    }

    /// Sees that all uses after number `then` are known; whether they are.
    fn reach(&mut self, store: &dyn Store, then: i64, now: StoreState) -> Result<bool> {
        if self.content != now.content || self.last > now.uses + MOST {
            *self = Self { content: now.content, before: now.uses, last: now.uses, ..Self::default() };
        }
        if now.uses - then > MOST {
            return Ok(false);
        }
        if now.uses - self.last > MOST {
            *self = Self { content: now.content, before: now.uses, last: now.uses, ..Self::default() };
        }
        if self.last < now.uses {
            for new in store.uses(self.last + 1, now.uses)? {
                self.uses.push_back((new.number, new.row));
                self.newest.insert(new.row, new.number);
            }
            self.last = now.uses;
        }
        if then < self.before {
            for old in store.uses(then + 1, self.before)?.into_iter().rev() {
                self.uses.push_front((old.number, old.row));
                self.newest.entry(old.row).or_insert(old.number);
            }
            self.before = then;
        }
        while self.uses.len() > HELD
            && let Some((number, _)) = self.uses.pop_front()
        {
            self.before = number;
        }
        Ok(then >= self.before)
    }
}
