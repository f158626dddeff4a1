//! The levels of the cache: what a hit takes in memory, from many threads at once, and on disk. Prints microseconds; the goals
//! are 5 for a hit in memory and 200 for one on disk. `GREENBAR_BENCH_ROUNDS=20` asks more often.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, missing_docs)]

use greenbar::base::Budget;
use greenbar::base::env::SystemClock;
use greenbar::base::meter::NoMeter;
use greenbar::base::meter::no_meter;
use greenbar::cache::{Cache, Keep, Key, Kind, Level, Sizes};
use greenbar::kb::recall::Recall;
use greenbar::kb::search::SearchRequest;
use greenbar::kb::trial;
use greenbar::store::{OpenOptions, SqliteStore};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Values of each level.
const VALUES: usize = 2_000;
/// Bytes of a value: those of a result with fifty entries, about.
const BYTES: usize = 20_000;

fn main() {
    // `cargo test --benches` only sees whether it builds.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let rounds = std::env::var("GREENBAR_BENCH_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(5);
    let folder = tempfile::tempdir().unwrap();
    println!("{:<44} {:>8} {:>9} {:>9} {:>9}", "hits, us", "number", "p50", "p99", "max");

    let memory = cache(256 << 20);
    let keys = fill(&memory, Keep::Memory);
    tell("memory: key and look-up", look(&memory, &keys, rounds, Level::Memory));
    let many = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..8).map(|_| scope.spawn(|| look(&memory, &keys, rounds, Level::Memory))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    tell("memory: eight threads at once", many);

    let disk = cache(0);
    disk.open_disk(folder.path()).unwrap();
    let keys = fill(&disk, Keep::Everywhere);
    tell("disk: key, look-up, hash, unpacked", look(&disk, &keys, rounds, Level::Disk));

    results(folder.path(), rounds);
}

fn cache(memory: u64) -> Cache {
    Cache::new(Sizes { memory, disk: 256 << 20, ttl: Duration::from_secs(3_600) }, Arc::new(SystemClock))
}

/// Text that packs about as well as results do.
fn value(n: usize) -> Vec<u8> {
    let mut text = Vec::with_capacity(BYTES);
    let mut number = n as u64;
    while text.len() < BYTES {
        number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        text.extend_from_slice(format!("{{\"id\":\"E{}\",\"title\":\"lock\"}}", number >> 40).as_bytes());
    }
    text
}

fn fill(cache: &Cache, keep: Keep) -> Vec<String> {
    let names: Vec<String> = (0..VALUES).map(|n| format!("query number {n}")).collect();
    for (n, name) in names.iter().enumerate() {
        cache.put(&key(name), &Arc::new(value(n)), keep);
    }
    names
}

fn key(name: &str) -> Key {
    Key::new(Kind::Results, &[name.as_bytes(), &7_i64.to_le_bytes()])
}

fn look(cache: &Cache, names: &[String], rounds: usize, wanted: Level) -> Vec<Duration> {
    let mut took = Vec::with_capacity(rounds * names.len());
    for _ in 0..rounds {
        for name in names {
            let began = Instant::now();
            let (_, level) = cache.get::<Vec<u8>>(&key(name)).unwrap();
            took.push(began.elapsed());
            assert_eq!(level, wanted);
        }
    }
    took
}

/// The same of what a search asks: the state of the store, the key, the look-up, and whether what is there still holds.
fn results(folder: &std::path::Path, rounds: usize) {
    let store = SqliteStore::open(&OpenOptions::new(folder.join("kb.db")), no_meter()).unwrap();
    trial::fill(&store, 2_000, 1, &Budget::unlimited(), &mut |_| {}).unwrap();
    let queries: Vec<String> =
        (0..200).map(|n| format!("lock {n}")).chain(["tim".into(), "s0c7".into()]).collect();
    for (name, memory, level) in
        [("memory: a search", 64 << 20, Level::Memory), ("disk: a search, read and checked", 0, Level::Disk)]
    {
        let cache = cache(memory);
        cache.open_disk(folder).unwrap();
        let recall = Recall::new(Arc::new(cache));
        let mut took = Vec::new();
        for round in 0..=rounds * 5 {
            for query in &queries {
                let request = SearchRequest { text: query.clone(), limit: 50, ..SearchRequest::default() };
                let began = Instant::now();
                let found = recall.search(&store, &request, &Budget::unlimited(), &NoMeter).unwrap();
                if round > 0 && found.level == level {
                    took.push(began.elapsed());
                }
            }
        }
        tell(name, took);
    }
}

fn tell(name: &str, mut took: Vec<Duration>) {
    took.sort_unstable();
    let us = |of: usize| took.get((took.len() * of / 1_000).min(took.len() - 1)).unwrap().as_secs_f64() * 1e6;
    println!("{name:<44} {:>8} {:>9.2} {:>9.2} {:>9.1}", took.len(), us(500), us(990), us(1_000));
}
