//! The first level: values in memory, as they are used. Owns the count of their bytes and their time. Invariants: what is held
//! takes at most its room; what was used longest ago goes first, of what was made, of heads or of texts that were only read,
//! whichever takes most of its share; a value whose time is over is not given.

use super::figures::Held;
use super::{Key, Kind};
use lru::LruCache;
use std::any::Any;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A value that everybody may have.
pub type Shared = Arc<dyn Any + Send + Sync>;

/// What a value takes beside itself: its key in the list and in the table, and what is noted about it. An estimate.
pub const BESIDE: u64 = 160;
/// One value takes at most this share of the room.
const SHARE: u64 = 8;

struct Slot {
    value: Shared,
    bytes: u32,
    /// Until when it is good, in seconds since the cache was made.
    until: u32,
}

/// Shares of the room: of what was made, of heads, of texts. Reading thousands of entries must not drive out results that took long,
/// nor their texts the heads: a search ranks by some hundred heads and shows two dozen texts, which are ten times as long.
const SHARES: [u64; 3] = [3, 2, 3];

struct Inner {
    lru: [LruCache<Key, Slot>; SHARES.len()],
    taken: [u64; SHARES.len()],
    bytes: u64,
    held: [Held; Kind::ALL.len()],
}

/// Values in memory.
pub struct Memory {
    inner: Mutex<Inner>,
    room: AtomicU64,
}

impl Memory {
    /// Room for `room` bytes; 0 keeps nothing.
    pub fn new(room: u64) -> Self {
        let inner = Inner {
            lru: std::array::from_fn(|_| LruCache::unbounded()),
            taken: [0; SHARES.len()],
            bytes: 0,
            held: Default::default(),
        };
        Self { inner: Mutex::new(inner), room: AtomicU64::new(room) }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes it may take.
    pub fn room(&self) -> u64 {
        self.room.load(Ordering::Relaxed)
    }

    /// What is under `key` at second `now`.
    pub fn get(&self, key: &Key, now: u32) -> Option<Shared> {
        let mut inner = self.inner();
        let slot = inner.of(key.kind())?.get(key)?;
        if slot.until > now {
            return Some(Arc::clone(&slot.value));
        }
        let gone = inner.drop_key(key);
        drop(inner);
        drop(gone);
        None
    }

    /// The same of many keys, looked up in one go.
    pub fn get_all<T: Send + Sync + 'static>(
        &self,
        keys: impl ExactSizeIterator<Item = Key>,
        now: u32,
    ) -> Vec<Option<Arc<T>>> {
        let mut inner = self.inner();
        let mut gone = Vec::new();
        let mut held = Vec::with_capacity(keys.len());
        for key in keys {
            let slot = inner.of(key.kind()).and_then(|lru| lru.get(&key));
            let good = slot.map(|slot| (slot.until > now).then(|| Arc::clone(&slot.value)));
            if matches!(good, Some(None)) {
                gone.extend(inner.drop_key(&key));
            }
            held.push(good.flatten().and_then(|value| value.downcast::<T>().ok()));
        }
        drop(inner);
        drop(gone);
        held
    }

    /// Keeps `value`, which takes `bytes`, until second `until`.
    pub fn put(&self, key: Key, value: Shared, bytes: usize, until: u32) {
        let room = self.room();
        let bytes = crate::base::num::to_u64(bytes).saturating_add(BESIDE);
        let Ok(small) = u32::try_from(bytes) else { return };
        if bytes > room / SHARE {
            self.remove(&key);
            return;
        }
        let mut inner = self.inner();
        let mut gone: Vec<Slot> = inner.drop_key(&key).into_iter().collect();
        if let Some(lru) = inner.of(key.kind()) {
            lru.put(key, Slot { value, bytes: small, until });
        }
        inner.bytes += bytes;
        if let Some(taken) = inner.taken.get_mut(share(key.kind())) {
            *taken += bytes;
        }
        if let Some(held) = inner.held.get_mut(key.kind().index()) {
            held.count += 1;
            held.bytes += bytes;
        }
        gone.extend(inner.shrink(room));
        drop(inner);
        // Large values are dropped while nobody waits.
        drop(gone);
    }

    /// Forgets what is under `key`.
    pub fn remove(&self, key: &Key) {
        let gone = self.inner().drop_key(key);
        drop(gone);
    }

    /// Forgets what was used longest ago until at most `bytes` are held; how many bytes that gave.
    pub fn shed(&self, bytes: u64) -> u64 {
        let mut inner = self.inner();
        let before = inner.bytes;
        let gone = inner.shrink(bytes);
        let freed = before - inner.bytes;
        for lru in inner.lru.iter_mut().filter(|lru| lru.is_empty()) {
            *lru = LruCache::unbounded();
        }
        drop(inner);
        drop(gone);
        freed
    }

    /// Changes its room.
    pub fn set_room(&self, room: u64) {
        self.room.store(room, Ordering::Relaxed);
        self.shed(room);
    }

    /// Bytes held, and what of each kind.
    pub fn held(&self) -> (u64, [Held; Kind::ALL.len()]) {
        let inner = self.inner();
        (inner.bytes, inner.held)
    }
}

/// Which share of the room values of this kind are in.
fn share(kind: Kind) -> usize {
    match kind {
        Kind::Heads => 1,
        Kind::Entries | Kind::Texts => 2,
        _ => 0,
    }
}

impl Inner {
    fn of(&mut self, kind: Kind) -> Option<&mut LruCache<Key, Slot>> {
        self.lru.get_mut(share(kind))
    }

    fn drop_key(&mut self, key: &Key) -> Option<Slot> {
        let slot = self.of(key.kind())?.pop(key)?;
        self.forget(key.kind(), &slot);
        Some(slot)
    }

    fn shrink(&mut self, room: u64) -> Vec<Slot> {
        let mut gone = Vec::new();
        while self.bytes > room {
            let fullest = self.taken.iter().zip(SHARES).map(|(taken, share)| taken / share).enumerate();
            let (fullest, _) = fullest.max_by_key(|(_, taken)| *taken).unwrap_or_default();
            let Some((key, slot)) = self.lru.get_mut(fullest).and_then(LruCache::pop_lru) else { break };
            self.forget(key.kind(), &slot);
            gone.push(slot);
        }
        gone
    }

    fn forget(&mut self, kind: Kind, slot: &Slot) {
        self.bytes = self.bytes.saturating_sub(u64::from(slot.bytes));
        if let Some(taken) = self.taken.get_mut(share(kind)) {
            *taken = taken.saturating_sub(u64::from(slot.bytes));
        }
        if let Some(held) = self.held.get_mut(kind.index()) {
            held.count = held.count.saturating_sub(1);
            held.bytes = held.bytes.saturating_sub(u64::from(slot.bytes));
        }
    }
}
