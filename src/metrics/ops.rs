//! One operation: its histograms, counts and rates.
//!
//! Threads record into shards, each behind a lock of its own, so that they rarely meet. A drain (once a second, and
//! before each reading) moves the shards' figures into those since the start and those of the last minute.

use hdrhistogram::Histogram;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::snapshot::Latency;
use crate::base::num::to_f64;

/// Shards of an operation. More threads than this record at once only in bulk work, which is not timed by the
/// nanosecond.
const SHARDS: usize = 4;
/// The longest duration that is told apart: an hour, in nanoseconds.
const LONGEST: u64 = 3_600_000_000_000;
/// Digits that a percentile is exact to: within 1 %.
const DIGITS: u8 = 2;
/// Seconds of one slot of the last minute.
const SLOT: Duration = Duration::from_secs(10);
/// Slots of the last minute, the open one included.
const SLOTS: usize = 6;
/// What the slots hold together.
const MINUTE: Duration = Duration::from_secs(60);
/// Readings that rates are computed from: one a second for a minute, and the one before.
const READINGS: usize = 61;

/// Takes a lock whether or not a thread panicked with it: figures stay usable.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Durations in nanoseconds. 32 bits a counter: one that is full stays full, which moves no percentile that matters.
type Durations = Histogram<u32>;

/// A histogram of nanoseconds up to [`LONGEST`]; `None` only if the library refuses the constants above, which a test
/// rules out.
fn histogram() -> Option<Durations> {
    Histogram::new_with_bounds(1, LONGEST, DIGITS).ok()
}

/// Counts of an operation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// How often.
    pub count: u64,
    /// How often it failed.
    pub errors: u64,
    /// Bytes moved.
    pub bytes: u64,
    /// Nanoseconds, summed up.
    pub nanos: u64,
}

impl Counts {
    /// Adds those of another span or operation.
    pub fn add(&mut self, more: Self) {
        self.count = self.count.saturating_add(more.count);
        self.errors = self.errors.saturating_add(more.errors);
        self.bytes = self.bytes.saturating_add(more.bytes);
        self.nanos = self.nanos.saturating_add(more.nanos);
    }

    /// Share that failed, 0 to 1.
    pub fn failed(self) -> f64 {
        if self.count == 0 { 0.0 } else { to_f64(self.errors) / to_f64(self.count) }
    }

    fn since(self, earlier: Self) -> Self {
        Self {
            count: self.count.saturating_sub(earlier.count),
            errors: self.errors.saturating_sub(earlier.errors),
            bytes: self.bytes.saturating_sub(earlier.bytes),
            nanos: self.nanos.saturating_sub(earlier.nanos),
        }
    }
}

/// What one group of threads has recorded since the last drain.
#[derive(Debug, Default)]
struct Shard {
    counts: Counts,
    /// Made at the first record: most operations never happen in most processes.
    durations: Option<Durations>,
}

/// What is known of an operation.
#[derive(Debug, Default)]
struct Past {
    counts: Counts,
    all: Option<Durations>,
    /// The last minute in slots, oldest first, each with its beginning.
    slots: VecDeque<(Instant, Durations)>,
    /// Counts at each of the last ticks.
    readings: VecDeque<(Instant, Counts)>,
}

/// One operation.
#[derive(Debug)]
pub(super) struct OpCell {
    shards: [Mutex<Shard>; SHARDS],
    past: Mutex<Past>,
}

/// Rates per second over a span that ends with the last tick.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Rates {
    /// Operations.
    pub ops: f64,
    /// Bytes.
    pub bytes: f64,
}

/// The shard of this thread.
fn my_shard() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static MINE: usize = NEXT.fetch_add(1, Ordering::Relaxed) % SHARDS;
    }
    // A thread that is ending has no number any more.
    MINE.try_with(|n| *n).unwrap_or(0)
}

impl OpCell {
    /// An operation that has not happened since `now`.
    pub fn new(now: Instant) -> Self {
        let past = Past { readings: VecDeque::from([(now, Counts::default())]), ..Past::default() };
        Self { shards: Default::default(), past: Mutex::new(past) }
    }

    /// Takes one measurement.
    pub fn record(&self, nanos: u64, bytes: u64, ok: bool) {
        let Some(shard) = self.shards.get(my_shard()) else { return };
        let mut shard = lock(shard);
        shard.counts.add(Counts { count: 1, errors: u64::from(!ok), bytes, nanos });
        if shard.durations.is_none() {
            shard.durations = histogram();
        }
        if let Some(durations) = shard.durations.as_mut() {
            durations.saturating_record(nanos);
        }
    }

    /// Moves what the shards hold into the past, at `now`. `tick` also begins a new second.
    fn drain(&self, past: &mut Past, now: Instant, tick: bool) {
        let mut moved = Counts::default();
        while past.slots.front().is_some_and(|(begin, _)| now.saturating_duration_since(*begin) >= MINUTE) {
            past.slots.pop_front();
        }
        for shard in &self.shards {
            let mut shard = lock(shard);
            moved.add(std::mem::take(&mut shard.counts));
            let Some(durations) = shard.durations.as_mut().filter(|d| !d.is_empty()) else { continue };
            past.take(durations, now);
            durations.reset();
        }
        past.counts.add(moved);
        if tick {
            if past.readings.len() >= READINGS {
                past.readings.pop_front();
            }
            past.readings.push_back((now, past.counts));
        }
    }

    /// Once a second: rates are taken between ticks.
    pub fn tick(&self, now: Instant) {
        self.drain(&mut lock(&self.past), now, true);
    }

    /// Counts and durations since the start, durations of the last minute.
    pub fn read(&self, now: Instant) -> (Counts, Latency, Latency) {
        let mut past = lock(&self.past);
        self.drain(&mut past, now, false);
        let total = past.all.as_ref().map_or_else(Latency::default, latency);
        let recent = past.recent().as_ref().map_or_else(Latency::default, latency);
        (past.counts, total, recent)
    }

    /// How often it happened, up to the last tick.
    pub fn count(&self) -> u64 {
        lock(&self.past).counts.count
    }

    /// Rates over the last `seconds` before the last tick; nothing until there was one.
    pub fn rates(&self, seconds: usize) -> Rates {
        let past = lock(&self.past);
        let (Some((begin, before)), Some((end, after))) = (past.reading(seconds), past.readings.back())
        else {
            return Rates::default();
        };
        let span = self::seconds(*begin, *end);
        let done = after.since(*before);
        let per_second = |n: u64| if span > 0.0 { to_f64(n) / span } else { 0.0 };
        Rates { ops: per_second(done.count), bytes: per_second(done.bytes) }
    }

    /// What happened since `seconds` before the last tick.
    pub fn lately(&self, seconds: usize, now: Instant) -> Counts {
        let mut past = lock(&self.past);
        self.drain(&mut past, now, false);
        let before = past.reading(seconds).map_or_else(Counts::default, |(_, counts)| *counts);
        past.counts.since(before)
    }
}

impl Past {
    /// The reading `seconds` ticks before the last one, or the first that there is.
    fn reading(&self, seconds: usize) -> Option<&(Instant, Counts)> {
        self.readings.get(self.readings.len().saturating_sub(seconds.saturating_add(1)))
    }

    /// Adds durations to those since the start and of the last minute.
    fn take(&mut self, durations: &Durations, now: Instant) {
        if self.all.is_none() {
            self.all = histogram();
        }
        if self.slots.back().is_none_or(|(begin, _)| now.saturating_duration_since(*begin) >= SLOT) {
            // The oldest slot's memory is used again.
            let mut slot =
                if self.slots.len() >= SLOTS { self.slots.pop_front().map(|(_, h)| h) } else { histogram() };
            if let Some(slot) = slot.as_mut() {
                slot.reset();
            }
            self.slots.extend(slot.map(|h| (now, h)));
        }
        // All have the same bounds, so adding cannot fail.
        if let Some(all) = self.all.as_mut() {
            let _same_bounds = all.add(durations);
        }
        if let Some((_, slot)) = self.slots.back_mut() {
            let _same_bounds = slot.add(durations);
        }
    }

    /// Durations of the last minute, give or take a slot.
    fn recent(&self) -> Option<Durations> {
        let mut sum: Option<Durations> = None;
        for (_, slot) in &self.slots {
            match sum.as_mut() {
                None => sum = Some(slot.clone()),
                Some(sum) => {
                    let _same_bounds = sum.add(slot);
                }
            }
        }
        sum
    }
}

/// Percentiles in milliseconds.
fn latency(durations: &Durations) -> Latency {
    let ms = |nanos: u64| to_f64(nanos) / 1e6;
    Latency {
        count: durations.len(),
        mean_ms: durations.mean() / 1e6,
        p50_ms: ms(durations.value_at_quantile(0.50)),
        p95_ms: ms(durations.value_at_quantile(0.95)),
        p99_ms: ms(durations.value_at_quantile(0.99)),
        max_ms: ms(durations.max()),
    }
}

/// Seconds from one instant to a later one; 0 if it is not later.
pub(super) fn seconds(from: Instant, to: Instant) -> f64 {
    to.saturating_duration_since(from).as_secs_f64()
}
