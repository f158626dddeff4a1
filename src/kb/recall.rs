//! Searches that remember: results, heads and texts of entries, and how many of each category there are, from the cache as long
//! as they hold. Owns what such a value depends on and how that is asked. Must not know the levels of the cache, nor who
//! searches.
//!
//! Invariant: what is given is what the store would give now. A key names the content of the store by a number that each write
//! changes, also one of another process; it is read before each search, and once more before what was made is kept. A use of
//! an entry does not change that number: a value from before the use counts only if it does not depend on that entry (see
//! `search/basis.rs`).

mod kept;
mod shelf;
mod uses;

pub use kept::Remembered;

use super::search::{
    Asking, SUGGESTED_TAGS, SearchRequest, SearchResult, Shelf as _, categories, head_of, in_one_go, search,
    search_on, tags,
};
use super::slow;
use crate::base::meter::{Asked, measured};
use crate::base::{Budget, Meter, Op, Result, num};
use crate::cache::{Cache, Keep, Key, Kind, Level};
use crate::store::{EntryRow, Store, StoreState};
use std::os::unix::fs::MetadataExt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;
use uses::UseLog;

/// Age groups and filters by age move on by themselves: what depends on them is good for this many milliseconds.
const MINUTE: i64 = 60_000;

/// The answer to a search, and where it came from.
#[derive(Debug, Clone)]
pub struct Answer {
    kept: Arc<Remembered>,
    /// Where it came from.
    pub level: Level,
    took_us: u64,
}

impl Answer {
    /// The result, as it was when it was made.
    pub fn result(&self) -> &SearchResult {
        &self.kept.result
    }

    /// The result with where it came from and how long that took.
    pub fn into_result(self) -> SearchResult {
        let made = self.level == Level::Made;
        let mut result =
            Arc::try_unwrap(self.kept).map_or_else(|kept| kept.result.clone(), |kept| kept.result);
        if !made {
            result.took_us = self.took_us;
        }
        result.level = Some(self.level);
        result
    }
}

/// Tells what came of a search: what each layer had, what its strategy came to, and whether it was remembered.
fn tell(meter: &dyn Meter, result: &SearchResult, level: Level) {
    let made = level == Level::Made;
    for report in result.layers.iter().filter(|_| made) {
        meter.asked(Asked::Layer, report.layer.name(), report.hits > 0);
    }
    let strategy = result.strategy.name();
    meter.asked(Asked::Strategy, strategy, !result.results.is_empty());
    meter.asked(Asked::Remembered, strategy, !made);
}

/// A memory for the searches in one store.
pub struct Recall {
    cache: Arc<Cache>,
    uses: Mutex<UseLog>,
}

impl Recall {
    /// Remembers in `cache`; all searches by it are in the same store.
    pub fn new(cache: Arc<Cache>) -> Self {
        Self { cache, uses: Mutex::default() }
    }

    /// The cache.
    pub fn cache(&self) -> &Arc<Cache> {
        &self.cache
    }

    fn uses(&self) -> MutexGuard<'_, UseLog> {
        self.uses.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// As [`search`], but what was found before and still holds is given again.
    ///
    /// # Errors
    /// Those of [`search`].
    pub fn search(
        &self,
        store: &dyn Store,
        request: &SearchRequest,
        budget: &Budget,
        meter: &dyn Meter,
    ) -> Result<Answer> {
        let began = Instant::now();
        // A store that cannot say where it is, or not now, is asked itself.
        let Ok(Some(state)) = store.state() else {
            let result = search(store, request, budget, meter)?;
            let took_us = result.took_us;
            tell(meter, &result, Level::Made);
            return Ok(Answer { kept: Arc::new(Remembered::of(result)), level: Level::Made, took_us });
        };
        let asking = Asking::of(store, request);
        let key = key_of(&asking, state);
        let fits = |kept: &Remembered| self.holds(kept, store, state);
        let mut asking = Some(asking);
        let mut make = || {
            let asking = asking.take().unwrap_or_else(|| Asking::of(store, request));
            self.make(store, asking, state, budget, meter)
        };
        let (kept, level) =
            measured(meter, Op::Search, || self.cache.get_or(&key, budget, &fits, &mut make))?;
        let took_us = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
        slow::note(store, request, &kept.result, level, took_us);
        tell(meter, &kept.result, level);
        Ok(Answer { kept, level, took_us })
    }

    /// Puts the result of a search into the cache that is not there yet; whether it was made. Nobody waits for this one: it
    /// takes part in no race.
    ///
    /// # Errors
    /// Those of [`search`].
    pub fn warm(&self, store: &dyn Store, request: &SearchRequest, budget: &Budget) -> Result<bool> {
        let Some(state) = store.state()? else { return Ok(false) };
        let asking = Asking::of(store, request);
        let key = key_of(&asking, state);
        let held = self.cache.get::<Remembered>(&key);
        if held.is_some_and(|(kept, _)| self.holds(&kept, store, state)) {
            return Ok(false);
        }
        let (kept, keep) = self.make(store, asking, state, budget, &crate::base::meter::NoMeter)?;
        self.cache.put(&key, &Arc::new(kept), keep);
        Ok(true)
    }

    /// Puts heads and texts of entries into memory.
    ///
    /// # Errors
    /// Those of the store.
    pub fn warm_entries(&self, store: &dyn Store, rows: &[EntryRow], budget: &Budget) -> Result<()> {
        let Some(state) = store.state()? else { return Ok(()) };
        let shelf = shelf::Kept::new(self, store, state);
        shelf.heads(rows, budget)?;
        shelf.plain(rows, budget).map(drop)
    }

    /// Puts into the cache how many entries there are of each category and tag.
    ///
    /// # Errors
    /// Those of the store.
    pub fn warm_counts(&self, store: &dyn Store, budget: &Budget) -> Result<()> {
        let Some(state) = store.state()? else { return Ok(()) };
        let shelf = shelf::Kept::new(self, store, state);
        categories(store, &shelf, budget)?;
        tags(store, &shelf, SUGGESTED_TAGS, budget).map(drop)
    }

    fn make(
        &self,
        store: &dyn Store,
        asking: Asking<'_>,
        state: StoreState,
        budget: &Budget,
        meter: &dyn Meter,
    ) -> Result<(Remembered, Keep)> {
        let typing = asking.request.typing;
        let began = Instant::now();
        let shelf = shelf::Kept::new(self, store, state);
        let (mut result, basis) =
            in_one_go(store, budget, asking, |asking| search_on(store, &shelf, asking, budget, meter))?;
        result.took_us = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
        // Of a store that changed meanwhile it is not known which of it this is.
        let same = matches!(store.state(), Ok(Some(now)) if now.content == state.content);
        let keep = if !basis.whole || result.partial || !same {
            Keep::No
        } else if result.results.is_empty() {
            Keep::Briefly
        } else if typing {
            // Nobody misses a beginning of a word after a restart.
            Keep::Memory
        } else {
            Keep::Everywhere
        };
        let at = if keep == Keep::Everywhere { Self::time_of(store, state.uses) } else { None };
        let keep = if keep == Keep::Everywhere && at.is_none() { Keep::Memory } else { keep };
        let uses = AtomicI64::new(state.uses);
        Ok((Remembered { result, basis, uses, use_at: at.unwrap_or(0), ..Remembered::default() }, keep))
    }

    /// Whether what was found still is what would be found now that the store is in `state`.
    fn holds(&self, kept: &Remembered, store: &dyn Store, state: StoreState) -> bool {
        let then = kept.uses.load(Ordering::Relaxed);
        if kept.foreign.load(Ordering::Relaxed) {
            // A copy of the store has the same content and other uses.
            if Self::time_of(store, then) != Some(kept.use_at) {
                return false;
            }
            kept.foreign.store(false, Ordering::Relaxed);
        }
        if then == state.uses {
            return true;
        }
        // It was made by one who has seen a later use, and that was before it was found here.
        if then > state.uses {
            return true;
        }
        let Ok(Some(new)) = self.uses().since(store, then, state) else { return false };
        let shelf = shelf::Kept::new(self, store, state);
        if new.iter().any(|row| kept.basis.moves(*row, &mut || head_of(&shelf, *row))) {
            return false;
        }
        kept.uses.fetch_max(state.uses, Ordering::Relaxed);
        true
    }

    /// When use `number` was, as the store says; 0 for the time before all uses.
    fn time_of(store: &dyn Store, number: i64) -> Option<i64> {
        if number == 0 { Some(0) } else { Some(store.uses(number, number).ok()?.first()?.at) }
    }
}

/// Which build of the program this is: another one may rank otherwise. Its file, as long as it can be looked at.
fn maker() -> &'static [u8] {
    static MAKER: OnceLock<Vec<u8>> = OnceLock::new();
    MAKER.get_or_init(|| {
        let about = std::env::current_exe().and_then(std::fs::metadata).ok();
        let of =
            about.map_or([0, 0, 0], |about| [num::signed(about.len()), about.mtime(), about.mtime_nsec()]);
        of.iter().flat_map(|n| n.to_le_bytes()).chain(env!("CARGO_PKG_VERSION").bytes()).collect()
    })
}

/// The key of what is asked of a store in `state`.
fn key_of(asking: &Asking<'_>, state: StoreState) -> Key {
    let request = asking.request;
    let lower = request.text.to_lowercase();
    let by_time = request.facets || lower.contains("since:") || lower.contains("before:");
    let minute = if by_time { request.now / MINUTE } else { 0 };
    let flags = [request.typing, request.explain, request.facets, request.strict].map(u8::from);
    let deep = request.deep.map(|deep| format!("{} {}", deep.timeout_ms, deep.threshold)).unwrap_or_default();
    let model = super::semantic::name().unwrap_or_default();
    let off: Vec<u8> = request.off.iter().map(|layer| *layer as u8).collect();
    let number = |n: usize| num::to_u64(n).to_le_bytes();
    Key::new(
        Kind::Results,
        &[
            maker(),
            &state.content.to_le_bytes(),
            request.text.as_bytes(),
            &flags,
            &number(request.limit),
            &number(request.snippets.unwrap_or(usize::MAX)),
            &minute.to_le_bytes(),
            &off,
            deep.as_bytes(),
            &model,
            asking.mark().as_bytes(),
        ],
    )
}

#[cfg(test)]
mod tests;
