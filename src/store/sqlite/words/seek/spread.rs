//! Lists spread out by place: made from the index, or had from memory. Owns from which place on they are made.

use super::super::list::{self, Driver};
use super::super::memory::Kept;
use super::super::spread::Spread;
use super::{Index, List, Sql};
use crate::base::num::to_usize;
use std::sync::Arc;

/// What stands before the keys of lists that are spread out, among what is kept in memory.
const SPREAD: char = 's';

/// Steps from the first place to the last one, at which lists begin that are spread out for the newest entries alone.
const STEPS: u32 = 16;

impl Index<'_> {
    /// All of `lists`, spread out: the most that any says at each place.
    pub fn spread(&mut self, lists: &[List]) -> Sql<Arc<Spread>> {
        self.spread_for(lists, 0)
    }

    /// The same for the places from `from` on at least.
    pub fn spread_for(&mut self, lists: &[List], from: u32) -> Sql<Arc<Spread>> {
        let (low, high) = self.places();
        let from = from.max(low);
        let stems: Vec<&str> = lists.iter().map(|list| &*list.stem).collect();
        let key = format!("{SPREAD}{}", stems.join("\0"));
        if let Some(Kept::Spread(spread)) = self.kept(&key)
            && spread.low() <= from
        {
            self.looked += spread.looked;
            return Ok(spread);
        }
        // Another question wants the same word from another place on: a little more than this one needs is mostly enough for it.
        let step = (high.saturating_sub(low) / STEPS).max(1);
        let spread = Arc::new(self.spread_from(lists, from - (from - low) % step)?.packed());
        self.keep(key, Kept::Spread(Arc::clone(&spread)));
        Ok(spread)
    }

    /// The same for the places from `from` on.
    pub fn spread_from(&mut self, lists: &[List], from: u32) -> Sql<Spread> {
        let (low, high) = self.places();
        let (low, before) = (low.max(from), self.looked);
        let places = to_usize(u64::from(high.saturating_sub(low)) + 1);
        let (mut says, spare) = match self.memory() {
            Some(memory) => {
                let (says, spare) = memory.zeros(places);
                (says, Some(spare))
            }
            None => (vec![0; places], None),
        };
        for list in lists {
            self.each_run(list, Driver::From(from), |bytes, last| list::spread(bytes, last, low, &mut says))?;
        }
        Ok(Spread::new(low, says, self.looked - before).with_spare(spare))
    }
}
