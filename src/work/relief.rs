//! Memory that is given back when it is short, or when a person says so. Owns the order: what is quickest to make again goes
//! first. Must not know what is held.

use super::Reply;
use super::names::Programs;
use crate::cache::{Cache, Pressure, Strain};
use crate::metrics::Probe;
use crate::store::Store;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a step is given to help before the next one is taken.
const PAUSE: Duration = Duration::from_secs(10);
/// What the cache in memory may have while memory is short, in percent of its room.
const SHORT: u8 = 25;
/// The last step.
const LAST: u8 = 3;

/// Who holds memory that can be given back.
pub(super) struct Holders<'a> {
    pub cache: &'a Cache,
    pub programs: &'a Programs,
    pub store: Option<&'a Arc<dyn Store>>,
}

impl Holders<'_> {
    /// Takes all steps up to `step`: the cache, then what was read of programs, then connections of the store.
    fn give(&self, step: u8) {
        self.cache.limit(if step >= LAST { 0 } else { SHORT });
        if step > 1 {
            self.programs.forget();
        }
        if step > 2
            && let Some(store) = self.store
        {
            store.shrink();
        }
        greenbar_native::memory::give_back();
    }
}

/// Which step was taken last, and when.
#[derive(Default)]
pub(super) struct Relief {
    pressure: Pressure,
    taken: Mutex<(u8, Option<Instant>)>,
}

impl Relief {
    /// Looks how short memory is, and gives back what that asks for. Called once a second.
    pub fn watch(&self, now: Instant, holders: &Holders<'_>) {
        self.answer(self.pressure.strain(), now, holders);
    }

    fn answer(&self, strain: Strain, now: Instant, holders: &Holders<'_>) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let (step, at) = *taken;
        let rested = at.is_none_or(|at| now.saturating_duration_since(at) >= PAUSE);
        let next = match strain {
            Strain::None if step > 0 && rested => {
                *taken = (0, Some(now));
                holders.cache.limit(100);
                return;
            }
            Strain::Some if step < LAST - 1 && (step == 0 || rested) => step + 1,
            Strain::High if step < LAST || rested => LAST,
            _ => return,
        };
        *taken = (next, Some(now));
        holders.give(next);
    }
}

/// Gives back everything that can be made again, and goes on as before.
pub(super) fn relieve(holders: &Holders<'_>) -> Reply {
    let resident = || {
        let now = Instant::now();
        Probe::new(now).sample(now).process.rss_bytes.unwrap_or(0)
    };
    let before = resident();
    holders.give(LAST);
    holders.cache.limit(100);
    Reply::Relieved { before, after: resident() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::{Keep, Key, Kind, Sizes};

    #[test]
    fn steps_are_taken_one_after_the_other_and_taken_back() {
        let sizes = Sizes { memory: 1 << 20, disk: 0, ttl: Duration::from_secs(60) };
        let cache = Cache::new(sizes, Arc::new(crate::base::env::SystemClock));
        let programs = Programs::default();
        let holders = Holders { cache: &cache, programs: &programs, store: None };
        let fill = || {
            for n in 0..100_u32 {
                cache.put(
                    &Key::new(Kind::Results, &[&n.to_le_bytes()]),
                    &Arc::new(vec![0_u8; 9_000]),
                    Keep::Memory,
                );
            }
            cache.memory_size()
        };
        let (relief, start) = (Relief::default(), Instant::now());
        let after = |strain, seconds| {
            fill();
            relief.answer(strain, start + Duration::from_secs(seconds), &holders);
            (cache.memory_size(), relief.taken.lock().unwrap().0)
        };
        let ((held, room), step) = after(Strain::None, 0);
        assert!(held > 800_000 && room > 1_000_000 && step == 0);
        let ((held, room), step) = after(Strain::Some, 1);
        assert!(held <= room && room < 300_000 && step == 1, "{held} {room} {step}");
        assert_eq!(after(Strain::Some, 2).1, 1, "it is given time to help");
        assert_eq!(after(Strain::Some, 12).1, 2);
        assert_eq!(after(Strain::Some, 60).1, 2, "connections stay while it is not worse");
        assert_eq!(after(Strain::High, 61), ((0, 0), 3));
        assert_eq!(after(Strain::None, 62).1, 3, "not back and forth");
        assert_eq!(after(Strain::None, 80).1, 0);
        assert!(fill().1 > 1_000_000);
        let Reply::Relieved { .. } = relieve(&holders) else { panic!("relieved") };
        assert_eq!(cache.memory_size().0, 0);
        assert!(fill().0 > 800_000, "it goes on as before");
    }
}
