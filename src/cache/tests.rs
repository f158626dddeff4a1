//! The levels against a naive model, many who ask at once, and makers that fail.

use super::*;
use crate::base::{Cancel, UserError};
use proptest::prelude::*;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

mod disk;

/// A clock that stands still until it is moved.
pub(super) struct Hand {
    began: Instant,
    passed: Mutex<Duration>,
}

impl Hand {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { began: Instant::now(), passed: Mutex::default() })
    }

    pub(super) fn pass(&self, time: Duration) {
        *self.passed.lock().unwrap() += time;
    }
}

impl Clock for Hand {
    fn instant(&self) -> Instant {
        self.began + *self.passed.lock().unwrap()
    }

    fn unix_ms(&self) -> i64 {
        1_800_000_000_000 + i64::try_from(self.passed.lock().unwrap().as_millis()).unwrap()
    }
}

pub(super) fn sizes(memory: u64, disk: u64) -> Sizes {
    Sizes { memory, disk, ttl: Duration::from_secs(300) }
}

pub(super) fn key(n: u32) -> Key {
    Key::new(Kind::Results, &[&n.to_le_bytes()])
}

fn all(_: &Vec<u8>) -> bool {
    true
}

fn cache(memory: u64) -> Cache {
    Cache::new(sizes(memory, 0), Hand::new())
}

#[derive(Debug, Clone)]
enum Step {
    Put(u32, usize, bool),
    Get(u32),
    Shed(u8),
    Pass(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (0..12_u32, 0..3_000_usize, any::<bool>()).prop_map(|(k, n, brief)| Step::Put(k, n, brief)),
        4 => (0..12_u32).prop_map(Step::Get),
        1 => (0..=100_u8).prop_map(Step::Shed),
        1 => (0..400_u64).prop_map(Step::Pass),
    ];
    proptest::collection::vec(step, 1..60)
}

/// What a cache in memory should hold: keys in the order of use, the newest last, each with its bytes and its end.
#[derive(Default)]
struct Naive(Vec<(u32, usize, u64)>);

impl Naive {
    fn taken(&self) -> u64 {
        self.0.iter().map(|(_, bytes, _)| *bytes as u64 + memory::BESIDE).sum()
    }

    fn shrink(&mut self, room: u64) {
        while self.taken() > room {
            self.0.remove(0);
        }
    }
}

proptest! {
    #[test]
    fn memory_is_what_a_list_in_the_order_of_use_would_be(steps in steps(), room in 0..20_000_u64) {
        let hand = Hand::new();
        let cache = Cache::new(sizes(room, 0), Arc::clone(&hand) as Arc<dyn Clock>);
        let (mut naive, mut now) = (Naive::default(), 0);
        for step in steps {
            match step {
                Step::Put(k, bytes, brief) => {
                    let value = Arc::new(Vec::<u8>::with_capacity(bytes));
                    cache.put(&key(k), &value, if brief { Keep::Briefly } else { Keep::Memory });
                    if room > 0 {
                        naive.0.retain(|(other, ..)| *other != k);
                    }
                    if bytes as u64 + memory::BESIDE <= room / 8 {
                        naive.0.push((k, bytes, now + if brief { 10 } else { 300 }));
                        naive.shrink(room);
                    }
                }
                Step::Get(k) => {
                    let found = cache.get::<Vec<u8>>(&key(k)).map(|(value, _)| value.capacity());
                    let at = naive.0.iter().position(|(other, ..)| *other == k);
                    let kept = at.map(|at| naive.0.remove(at)).filter(|(.., end)| *end > now);
                    prop_assert_eq!(found, kept.map(|(_, bytes, _)| bytes));
                    naive.0.extend(kept);
                }
                Step::Shed(percent) => {
                    let before = naive.taken();
                    naive.shrink(room / 100 * u64::from(percent));
                    prop_assert_eq!(cache.shed(percent), before - naive.taken());
                }
                Step::Pass(seconds) => {
                    hand.pass(Duration::from_secs(seconds));
                    now += seconds;
                }
            }
            prop_assert_eq!(cache.memory_size().0, naive.taken());
            let held: u64 = cache.kinds().iter().map(|kind| kind.bytes).sum();
            prop_assert_eq!(held, naive.taken());
        }
    }

    #[test]
    fn keys_differ_where_their_parts_do(a in proptest::collection::vec(".{0,3}", 0..4), b in proptest::collection::vec(".{0,3}", 0..4)) {
        let key = |parts: &[String]| {
            let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
            Key::new(Kind::Results, &parts)
        };
        prop_assert_eq!(key(&a) == key(&b), a == b);
    }
}

#[test]
fn of_many_who_ask_one_makes_it() {
    let (cache, made) = (cache(1 << 20), AtomicUsize::new(0));
    let levels = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                let mut make = || {
                    made.fetch_add(1, Ordering::SeqCst);
                    std::thread::sleep(Duration::from_millis(50));
                    Ok((vec![7], Keep::Memory))
                };
                let got = cache.get_or(&key(1), &Budget::unlimited(), &all, &mut make).unwrap();
                assert_eq!(*got.0, [7]);
                levels.lock().unwrap().push(got.1);
            });
        }
    });
    assert_eq!(made.load(Ordering::SeqCst), 1);
    assert_eq!(levels.lock().unwrap().iter().filter(|level| **level == Level::Made).count(), 1);
    assert_eq!(cache.in_flight(), 0);
    let [level] = cache.levels()[..] else { panic!("one level") };
    assert_eq!((level.hits, level.misses), (15, 1));
}

/// One leads and does `fails`, while others wait; how many others got the value that one of them made then.
fn after(fails: impl Fn() -> Result<Made<Vec<u8>>> + Send + Sync) -> usize {
    let cache = cache(1 << 20);
    let (begun, others) = (std::sync::Barrier::new(5), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                let mut make = || {
                    begun.wait();
                    std::thread::sleep(Duration::from_millis(30));
                    fails()
                };
                cache.get_or(&key(1), &Budget::unlimited(), &all, &mut make).map(|_| ())
            }));
            drop(failed);
        });
        for _ in 0..4 {
            scope.spawn(|| {
                begun.wait();
                let mut make = || Ok((vec![1], Keep::Memory));
                let got = cache.get_or(&key(1), &Budget::unlimited(), &all, &mut make).unwrap();
                others.fetch_add(usize::from(got.0[0]), Ordering::SeqCst);
            });
        }
    });
    assert_eq!(cache.in_flight(), 0);
    others.load(Ordering::SeqCst)
}

#[test]
fn a_maker_that_fails_or_panics_makes_room_for_the_next() {
    assert_eq!(after(|| Err(UserError::new("no"))), 4);
    assert_eq!(after(|| panic!("on purpose")), 4);
    // What only its maker may have is made by each.
    assert_eq!(after(|| Ok((vec![9], Keep::No))), 4);
}

#[test]
fn one_who_waits_goes_when_he_is_cancelled_or_late() {
    let cache = cache(1 << 20);
    let (begun, done) = (std::sync::Barrier::new(2), std::sync::Barrier::new(2));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut make = || {
                begun.wait();
                done.wait();
                Ok((vec![1], Keep::Memory))
            };
            cache.get_or(&key(1), &Budget::unlimited(), &all, &mut make).unwrap();
        });
        begun.wait();
        let cancel = Cancel::new();
        cancel.cancel();
        let late = Budget::unlimited().until(Instant::now() + Duration::from_millis(20));
        for budget in [Budget::with_cancel(cancel), late] {
            // He does what he would do without the others: his own work ends at his budget.
            let mut make = || Err(UserError::new("my own"));
            assert!(cache.get_or(&key(1), &budget, &all, &mut make).is_err());
        }
        done.wait();
    });
    assert_eq!(*cache.get::<Vec<u8>>(&key(1)).unwrap().0, [1]);
}

#[test]
fn a_maker_that_asks_for_its_own_value_does_not_wait_for_itself() {
    let cache = cache(1 << 20);
    let mut outer = || {
        let mut inner = || Ok((vec![1], Keep::No));
        let inner = cache.get_or(&key(1), &Budget::unlimited(), &all, &mut inner)?;
        Ok((vec![inner.0[0] + 1], Keep::Memory))
    };
    assert_eq!(*cache.get_or(&key(1), &Budget::unlimited(), &all, &mut outer).unwrap().0, [2]);
}

#[test]
fn what_does_not_fit_any_more_is_made_again() {
    let cache = cache(1 << 20);
    cache.put(&key(1), &Arc::new(vec![1_u8]), Keep::Memory);
    let newer = |value: &Vec<u8>| value[0] > 1;
    let mut make = || Ok((vec![2], Keep::Memory));
    let got = cache.get_or(&key(1), &Budget::unlimited(), &newer, &mut make).unwrap();
    assert_eq!((got.0[0], got.1), (2, Level::Made));
    assert_eq!(cache.get_or(&key(1), &Budget::unlimited(), &newer, &mut make).unwrap().1, Level::Memory);
    assert_eq!(cache.memory_size().0, cache.kinds()[0].bytes);
}

#[test]
fn a_cache_without_room_only_makes() {
    let cache = cache(0);
    for _ in 0..2 {
        let mut make = || Ok((vec![1], Keep::Everywhere));
        assert_eq!(cache.get_or(&key(1), &Budget::unlimited(), &all, &mut make).unwrap().1, Level::Made);
    }
    assert_eq!(cache.memory_size(), (0, 0));
}

#[test]
fn many_are_looked_up_at_once() {
    let clock = Hand::new();
    let cache = Cache::new(sizes(10_000, 0), clock.clone());
    let keys: Vec<Key> = (0..4).map(key).collect();
    let of = |keys: &[Key]| cache.get_held::<Vec<u8>>(Kind::Results, keys.iter().copied());
    let held = || of(&keys).iter().map(Option::is_some).collect::<Vec<_>>();
    cache.put(&keys[0], &Arc::new(vec![0]), Keep::Memory);
    clock.pass(Duration::from_secs(200));
    cache.put(&keys[2], &Arc::new(vec![2]), Keep::Memory);
    assert_eq!(held(), [true, false, true, false]);
    let before = cache.memory_size().0;
    clock.pass(Duration::from_secs(200));
    assert_eq!(held(), [false, false, true, false], "its time is over");
    assert_eq!(cache.memory_size().0, before / 2, "and so it is gone");
    assert_eq!(of(&[]).len(), 0);
    let results = cache.kinds().into_iter().find(|kind| kind.name == "results").unwrap();
    assert_eq!((results.hits, results.misses), (3, 5));
}

#[test]
fn what_was_read_does_not_drive_out_what_was_made() {
    let cache = cache(100_000);
    let of = |kind, n: u32| Key::new(kind, &[&n.to_le_bytes()]);
    let put = |kind, numbers: std::ops::Range<u32>| {
        numbers.for_each(|n| cache.put(&of(kind, n), &Arc::new(Vec::<u8>::with_capacity(900)), Keep::Memory));
    };
    let held = |kind, n| cache.get::<Vec<u8>>(&of(kind, n)).is_some();
    put(Kind::Results, 0..40);
    put(Kind::Entries, 0..1_000);
    assert!((0..40).all(|n| held(Kind::Results, n)), "they take less than half");
    assert!(held(Kind::Entries, 999) && !held(Kind::Entries, 0));
    put(Kind::Results, 40..500);
    let entries = cache.kinds().iter().find(|kind| kind.name == "entries").unwrap().bytes;
    assert!((45_000..=55_000).contains(&entries), "{entries}");
    assert!(cache.memory_size().0 <= 100_000);
}
