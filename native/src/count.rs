//! What Rust code allocates, counted for each thread while somebody asks for it. The allocator behind it is that of the system;
//! while nothing is counted, an allocation costs one relaxed load and a branch more. What C allocates (SQLite, tree-sitter) does not
//! come by here.
//!
//! Crates that count keep totals of the whole process in atomic numbers, whether anybody looks or not; a profiler needs those of the
//! thread that does something, and only then.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};

static ON: AtomicBool = AtomicBool::new(false);

/// What this thread has allocated while that was counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Allocated {
    /// Bytes.
    pub bytes: u64,
    /// Calls.
    pub calls: u64,
    /// Bytes allocated less bytes freed; below 0 where it frees what others allocated, or what it had before.
    pub held: i64,
    /// The most that `held` was since [`set_peak`].
    pub peak: i64,
}

thread_local! {
    // Without a destructor and made without an allocation: the allocator may use it at any time.
    static MINE: Cell<Allocated> = const { Cell::new(Allocated { bytes: 0, calls: 0, held: 0, peak: 0 }) };
}

/// Counts from now on, or no more.
pub fn count(on: bool) {
    ON.store(on, Ordering::Relaxed);
}

/// What this thread has allocated so far.
pub fn allocated() -> Allocated {
    MINE.try_with(Cell::get).unwrap_or_default()
}

/// The peak of this thread is `peak` from now on.
pub fn set_peak(peak: i64) {
    // A thread that is ending counts no more.
    let _ended = MINE.try_with(|mine| mine.set(Allocated { peak, ..mine.get() }));
}

fn signed(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

#[inline(never)]
fn took(new: usize, old: usize, calls: u64) {
    let _ended = MINE.try_with(|mine| {
        let Allocated { bytes, calls: before, held, peak } = mine.get();
        let held = held.saturating_add(signed(new)).saturating_sub(signed(old));
        mine.set(Allocated {
            bytes: bytes.saturating_add(u64::try_from(new).unwrap_or(u64::MAX)),
            calls: before.saturating_add(calls),
            held,
            peak: peak.max(held),
        });
    });
}

#[inline]
fn note(new: usize, old: usize, calls: u64) {
    if ON.load(Ordering::Relaxed) {
        took(new, old, calls);
    }
}

/// The allocator of the system, counted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counted;

// SAFETY: each call is handed to the allocator of the system as it came, and what that gives is given on; counting touches neither
// the memory nor its layout, and allocates nothing.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout.size(), 0, 1);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        note(layout.size(), 0, 1);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        note(0, layout.size(), 0);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(ptr, layout) }
    }

    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        note(size, layout.size(), 1);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.realloc(ptr, layout, size) }
    }
}

/// Of every program that this is part of.
#[global_allocator]
static ALLOCATOR: Counted = Counted;

#[cfg(test)]
mod tests {
    use super::{allocated, count, set_peak};

    #[test]
    fn a_thread_counts_what_it_allocates_and_nothing_when_nobody_asks() {
        let make = |n: usize| std::hint::black_box(vec![1_u8; n]);
        let before = allocated();
        drop(make(10_000));
        assert_eq!(allocated(), before, "off");
        count(true);
        set_peak(allocated().held);
        let start = allocated();
        let kept = make(5_000);
        drop(make(20_000));
        // Another thread counts for itself.
        std::thread::spawn(move || drop(make(1_000_000))).join().unwrap();
        let end = allocated();
        count(false);
        drop(kept);
        assert!((25_000..60_000).contains(&(end.bytes - start.bytes)), "{start:?} {end:?}");
        assert!((5_000..20_000).contains(&(end.held - start.held)), "{start:?} {end:?}");
        assert!((25_000..60_000).contains(&(end.peak - start.held)), "{start:?} {end:?}");
        assert!(end.calls - start.calls >= 2);
    }
}
