//! What was made once and will be asked for again, in levels behind one interface: memory, disk, and a seam for a cache that
//! machines share. Owns where values are kept, for how long, and that one of many who ask makes a value. Must not know what a
//! value says, nor who makes it: it keeps values that can tell their size, under typed keys.
//!
//! Invariants: a value is found only under the key that it was kept under, and a key names all that the value depends on,
//! generations included (see [`Key`]), so what has changed is not found any more; a value from outside the process is
//! checked by its length and its hash and is otherwise missing; no level that is missing, full or damaged is more than slow.
//!
//! A value is looked for in memory, then on disk, then beyond, and put into the levels above on the way; then it is made. See
//! [`Cache::get_or`].

mod disk;
mod far;
mod figures;
mod flight;
mod key;
mod memory;
mod packed;
mod pressure;
#[cfg(test)]
mod tests;

pub use far::Far;
pub use figures::{Figure, Held};
pub use key::{Key, Kind};
pub use pressure::{Pressure, Strain};

use crate::base::num::to_u64;
use crate::base::{Budget, Clock, Result};
use crate::store::UnixMs;
use crate::store::sqlite::ThisHost;
use disk::Disk;
use figures::Counters;
use flight::{Flights, Seat, Waited};
use memory::{Memory, Shared};
use serde::{Deserialize, Serialize};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// A value that can be kept.
pub trait Value: Send + Sync + Sized + 'static {
    /// Bytes that it takes in memory, about.
    fn size(&self) -> usize;
    /// As it is kept outside memory; `None` if it is not.
    fn to_bytes(&self) -> Option<Vec<u8>> {
        None
    }
    /// What [`Value::to_bytes`] gave.
    fn from_bytes(_bytes: &[u8]) -> Option<Self> {
        None
    }
}

impl Value for Vec<u8> {
    fn size(&self) -> usize {
        self.capacity()
    }

    fn to_bytes(&self) -> Option<Vec<u8>> {
        Some(self.clone())
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(bytes.to_vec())
    }
}

/// Where a value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Memory.
    Memory,
    /// Disk.
    Disk,
    /// A cache that machines share.
    Far,
    /// Somebody else was making it already.
    Shared,
    /// It was made.
    #[default]
    Made,
}

impl Level {
    /// All of them, nearest first.
    pub const ALL: [Self; 5] = [Self::Memory, Self::Disk, Self::Far, Self::Shared, Self::Made];

    /// As people read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Disk => "disk",
            Self::Far => "shared cache",
            Self::Shared => "made for another who asked",
            Self::Made => "made",
        }
    }

    fn index(self) -> usize {
        self as usize
    }
}

/// Where a value that was made may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Nowhere, and nobody else may have it.
    No,
    /// In memory, for a short time: nothing was found.
    Briefly,
    /// In memory.
    Memory,
    /// At all levels that its kind has.
    Everywhere,
}

/// A value that was made, and where it may be kept.
pub type Made<T> = (T, Keep);

/// How much is kept, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// Bytes in memory; 0 keeps nothing there.
    pub memory: u64,
    /// Bytes on disk; 0 keeps nothing there.
    pub disk: u64,
    /// How long a value in memory is good.
    pub ttl: Duration,
}

impl Sizes {
    /// As the settings say.
    pub fn of(settings: &crate::config::Cache) -> Self {
        Self {
            memory: settings.l1_size_mb << 20,
            disk: settings.l2_size_mb << 20,
            ttl: Duration::from_secs(settings.ttl_seconds),
        }
    }
}

/// How long it is remembered that nothing was found.
const BRIEF: Duration = Duration::from_secs(10);
/// How often one who asks makes do with what others made before he makes it himself.
const TURNS: usize = 3;

/// All levels. Shared by reference counting; all calls are safe from many threads.
pub struct Cache {
    sizes: Sizes,
    clock: Arc<dyn Clock>,
    since: Instant,
    memory: Memory,
    disk: OnceLock<Option<Disk>>,
    far: OnceLock<Arc<dyn Far>>,
    flights: Flights,
    counters: Counters,
}

impl std::fmt::Debug for Cache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cache").field("sizes", &self.sizes).finish_non_exhaustive()
    }
}

impl Cache {
    /// A cache in memory. Nothing is read or written before [`Cache::open_disk`].
    pub fn new(sizes: Sizes, clock: Arc<dyn Clock>) -> Self {
        Self {
            since: clock.instant(),
            memory: Memory::new(sizes.memory),
            sizes,
            clock,
            disk: OnceLock::new(),
            far: OnceLock::new(),
            flights: Flights::default(),
            counters: Counters::default(),
        }
    }

    /// A cache that keeps nothing.
    pub fn none() -> Self {
        let sizes = Sizes { memory: 0, disk: 0, ttl: Duration::ZERO };
        let cache = Self::new(sizes, Arc::new(crate::base::env::SystemClock));
        cache.without_disk();
        cache
    }

    /// Opens the level on disk in `folder`, once. Without it the others do.
    ///
    /// # Errors
    /// Why there is none: the folder cannot be written to, or is not fit for it.
    pub fn open_disk(&self, folder: &Path) -> Result<()> {
        if self.sizes.disk == 0 {
            self.without_disk();
            return Ok(());
        }
        let (disk, result) = match Disk::open(folder, self.sizes.disk, &ThisHost) {
            Ok(disk) => (Some(disk), Ok(())),
            Err(error) => (None, Err(error)),
        };
        // Whoever opened it first has the same.
        drop(self.disk.set(disk));
        result
    }

    /// There will be no level on disk.
    pub fn without_disk(&self) {
        drop(self.disk.set(None));
    }

    /// Whether it is known if there is a level on disk.
    pub fn is_ready(&self) -> bool {
        self.disk.get().is_some()
    }

    /// Where the level on disk is, if there is one.
    pub fn disk_path(&self) -> Option<&Path> {
        self.disk().map(Disk::path)
    }

    /// Sets the level beyond this machine, once.
    pub fn set_far(&self, far: Arc<dyn Far>) {
        drop(self.far.set(far));
    }

    fn disk(&self) -> Option<&Disk> {
        self.disk.get()?.as_ref()
    }

    /// Seconds since it was made.
    fn now(&self) -> u32 {
        let since = self.clock.instant().saturating_duration_since(self.since);
        u32::try_from(since.as_secs()).unwrap_or(u32::MAX)
    }

    fn unix_ms(&self) -> UnixMs {
        self.clock.unix_ms()
    }

    /// The value under `key` if a level has it; the levels above it have it then, too.
    pub fn get<T: Value>(&self, key: &Key) -> Option<(Arc<T>, Level)> {
        let fits = |_: &T| true;
        let found =
            self.in_memory(key, &fits).map(|value| (value, Level::Memory)).or_else(|| self.below(key, &fits));
        self.counters.count(key.kind(), found.as_ref().map_or(Level::Made, |(_, level)| *level));
        found
    }

    /// The values under `keys`, all of `kind`, that memory has.
    pub fn get_held<T: Value>(
        &self,
        kind: Kind,
        keys: impl ExactSizeIterator<Item = Key>,
    ) -> Vec<Option<Arc<T>>> {
        let held: Vec<Option<Arc<T>>> =
            if kind.in_memory() { self.memory.get_all(keys, self.now()) } else { vec![None; keys.len()] };
        let found = held.iter().filter(|value| value.is_some()).count();
        self.counters.count_all(kind, Level::Memory, to_u64(found));
        self.counters.count_all(kind, Level::Made, to_u64(held.len() - found));
        held
    }

    /// Keeps `value` under `key`.
    pub fn put<T: Value>(&self, key: &Key, value: &Arc<T>, keep: Keep) {
        let ttl = match keep {
            Keep::No => return,
            Keep::Briefly => self.sizes.ttl.min(BRIEF),
            Keep::Memory | Keep::Everywhere => self.sizes.ttl,
        };
        self.hold(key, value, ttl);
        if keep == Keep::Everywhere && key.kind().on_disk() {
            let bytes =
                (self.disk().is_some() || self.far.get().is_some()).then(|| value.to_bytes()).flatten();
            if let Some(bytes) = bytes {
                self.put_bytes(key, &bytes);
            }
        }
    }

    /// Keeps a value outside memory.
    pub fn put_bytes(&self, key: &Key, value: &[u8]) {
        self.put_packed(key, || packed::pack(key, value));
    }

    /// The same of what `write` writes, for values of megabytes: it is never there as a whole.
    pub fn put_written(&self, key: &Key, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
        self.put_packed(key, || packed::pack_written(key, write));
    }

    fn put_packed(&self, key: &Key, pack: impl FnOnce() -> Option<Vec<u8>>) {
        let (far, disk) = (self.far.get(), self.disk());
        if far.is_none() && disk.is_none() {
            return;
        }
        let Some(packed) = pack() else { return };
        if let Some(far) = far {
            far.put(key, &packed);
        }
        if let Some(disk) = disk {
            disk.put(key, &packed, self.unix_ms());
        }
    }

    /// The value under `key`: from memory, from disk, from beyond, or made by `make`, and then kept in the levels above. Of many
    /// who ask at once one makes it, and the others wait for it, each as long as his `budget` says; a maker that fails makes
    /// room for the next. What a level has counts only if `fits` says so.
    ///
    /// # Errors
    /// Those of `make`.
    pub fn get_or<T: Value>(
        &self,
        key: &Key,
        budget: &Budget,
        fits: &dyn Fn(&T) -> bool,
        make: &mut dyn FnMut() -> Result<Made<T>>,
    ) -> Result<(Arc<T>, Level)> {
        let result = self.get_or_uncounted(key, budget, fits, make);
        if let Ok((_, level)) = &result {
            self.counters.count(key.kind(), *level);
        }
        result
    }

    fn get_or_uncounted<T: Value>(
        &self,
        key: &Key,
        budget: &Budget,
        fits: &dyn Fn(&T) -> bool,
        make: &mut dyn FnMut() -> Result<Made<T>>,
    ) -> Result<(Arc<T>, Level)> {
        if let Some(value) = self.in_memory(key, fits) {
            return Ok((value, Level::Memory));
        }
        for _ in 0..TURNS {
            match self.flights.join(*key) {
                Seat::Leads(flight) => {
                    // Somebody may have put it there between the look and the lead.
                    let found = self.in_memory(key, fits).map(|value| (value, Level::Memory));
                    if let Some((value, level)) = found.or_else(|| self.below(key, fits)) {
                        flight.land(Some(Arc::clone(&value) as Shared));
                        return Ok((value, level));
                    }
                    // Whichever way this ends, the others are woken.
                    let (value, keep) = make()?;
                    let value = Arc::new(value);
                    self.put(key, &value, keep);
                    flight.land((keep != Keep::No).then(|| Arc::clone(&value) as Shared));
                    return Ok((value, Level::Made));
                }
                Seat::Follows(flight) => match flight.wait(budget) {
                    Waited::Value(value) => {
                        if let Some(value) = value.downcast::<T>().ok().filter(|value| fits(value)) {
                            return Ok((value, Level::Shared));
                        }
                    }
                    Waited::Nothing => {}
                    Waited::Enough => break,
                },
                Seat::Alone => break,
            }
        }
        let (value, keep) = make()?;
        let value = Arc::new(value);
        self.put(key, &value, keep);
        Ok((value, Level::Made))
    }

    fn in_memory<T: Value>(&self, key: &Key, fits: &dyn Fn(&T) -> bool) -> Option<Arc<T>> {
        if !key.kind().in_memory() {
            return None;
        }
        let value = self.memory.get(key, self.now())?.downcast::<T>().ok()?;
        if fits(&value) {
            return Some(value);
        }
        self.memory.remove(key);
        None
    }

    /// From disk or from beyond, into the levels above.
    fn below<T: Value>(&self, key: &Key, fits: &dyn Fn(&T) -> bool) -> Option<(Arc<T>, Level)> {
        if !key.kind().on_disk() {
            return None;
        }
        let read =
            |bytes: Vec<u8>| T::from_bytes(&bytes).filter(|value| fits(value)).map(|value| (value, bytes));
        let on_disk = self.disk().and_then(|disk| disk.get(key, self.unix_ms()));
        let (value, level) = match on_disk.and_then(read) {
            Some((value, _)) => (Arc::new(value), Level::Disk),
            None => {
                let stored = self.far.get()?.get(key)?;
                let (value, bytes) = read(packed::unpack(key, &stored)?)?;
                if let Some(disk) = self.disk() {
                    disk.put(key, &bytes, self.unix_ms());
                }
                (Arc::new(value), Level::Far)
            }
        };
        self.hold(key, &value, self.sizes.ttl);
        Some((value, level))
    }

    fn hold<T: Value>(&self, key: &Key, value: &Arc<T>, ttl: Duration) {
        if !key.kind().in_memory() || self.memory.room() == 0 {
            return;
        }
        let ttl = u32::try_from(ttl.as_secs().max(1)).unwrap_or(u32::MAX);
        let until = self.now().saturating_add(ttl);
        self.memory.put(*key, Arc::clone(value) as Shared, value.size(), until);
    }

    /// Forgets what was used longest ago in memory until at most `percent` of the room is taken; how many bytes that gave.
    pub fn shed(&self, percent: u8) -> u64 {
        let keep = self.memory.room() / 100 * u64::from(percent.min(100));
        if let Some(disk) = self.disk() {
            disk.release();
        }
        self.memory.shed(keep)
    }

    /// Lets memory have `percent` of what the settings give it from now on.
    pub fn limit(&self, percent: u8) {
        if let Some(disk) = self.disk().filter(|_| percent < 100) {
            disk.release();
        }
        self.memory.set_room(self.sizes.memory / 100 * u64::from(percent.min(100)));
    }

    /// Bytes held in memory, and that may be held there.
    pub fn memory_size(&self) -> (u64, u64) {
        (self.memory.held().0, self.memory.room())
    }

    /// Figures of each level that there is.
    pub fn levels(&self) -> Vec<Figure> {
        let sum = |of: fn(Kind) -> bool| {
            let counted = Kind::ALL.into_iter().filter(|kind| of(*kind)).map(|kind| self.counters.of(kind));
            counted.fold([0; Level::ALL.len()], |sums: [u64; _], n| {
                let mut both = sums.iter().zip(n);
                std::array::from_fn(|_| both.next().map_or(0, |(sum, n)| sum + n))
            })
        };
        // What one waited for was found in memory in the end; a kind that a level does not keep is no miss of it.
        let [memory, disk, far, shared, made] = sum(Kind::in_memory);
        let (bytes, room) = self.memory_size();
        let mut levels = vec![Figure {
            name: "l1",
            hits: memory + shared,
            misses: disk + far + made,
            bytes,
            capacity: room,
        }];
        let [_, disk, far, _, made] = sum(Kind::on_disk);
        if let Some(level) = self.disk() {
            let (bytes, capacity) = level.size();
            levels.push(Figure { name: "l2", hits: disk, misses: far + made, bytes, capacity });
        }
        if self.far.get().is_some() {
            levels.push(Figure { name: "l3", hits: far, misses: made, bytes: 0, capacity: 0 });
        }
        levels
    }

    /// Figures of each kind that was looked up.
    pub fn kinds(&self) -> Vec<Figure> {
        let (_, held) = self.memory.held();
        let of = |(kind, held): (&Kind, Held)| {
            let [memory, disk, far, shared, made] = self.counters.of(*kind);
            let hits = memory + disk + far + shared;
            Figure { name: kind.name(), hits, misses: made, bytes: held.bytes, capacity: 0 }
        };
        Kind::ALL.iter().zip(held).map(of).filter(|f| f.hits + f.misses > 0 || f.bytes > 0).collect()
    }

    /// How many values are being made.
    pub fn in_flight(&self) -> usize {
        self.flights.len()
    }
}
