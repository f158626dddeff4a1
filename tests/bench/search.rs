//! Searches of a knowledge base of 100,000 entries, and of 1,000 beside it: for each kind of query, how long one takes.
//! `GREENBAR_BENCH_ENTRIES=20000` takes another number of entries, `GREENBAR_BENCH_ROUNDS=20` asks each query more often.
//! `GREENBAR_BENCH_QUERY='job step'` asks this one alone, as it is typed and to its end, and says what each layer took.
//! `GREENBAR_BENCH_FTS5=1` asks SQLite's FTS5 over the same entries, too, and nothing else.
//! The store is made once and kept for the next run. Prints milliseconds; the requirement is 50 ms for any query. Where other
//! programs take the processor, see the time of this one beside: `p99 cpu` and `max cpu`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, missing_docs)]

mod fts5;

use greenbar::base::Budget;
use greenbar::base::meter::no_meter;
use greenbar::base::num::to_f64;
use greenbar::kb::search::{SearchRequest, search};
use greenbar::kb::trial::{self, EDITION, Made, Random};
use greenbar::store::{OpenOptions, SqliteStore, Store};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// What is asked: name of the class, and its queries.
type Class = (&'static str, Vec<String>);

fn main() {
    // `cargo test --benches` only sees whether it builds.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let entries = number("GREENBAR_BENCH_ENTRIES", 100_000);
    let rounds = number("GREENBAR_BENCH_ROUNDS", 5);
    for entries in [entries.min(1_000), entries] {
        let store = store(entries);
        println!("\n{entries} entries, {} MiB", store.info().unwrap().bytes >> 20);
        if std::env::var_os("GREENBAR_BENCH_FTS5").is_some() {
            fts5::beside(&store, &place(entries), rounds);
            continue;
        }
        if let Ok(query) = std::env::var("GREENBAR_BENCH_QUERY") {
            layers(&store, &query, false, rounds);
            layers(&store, &query, true, rounds);
            continue;
        }
        println!(
            "{:<26} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}   the slowest",
            "queries, ms", "number", "p50", "p99", "max", "p99 cpu", "max cpu"
        );
        for (name, queries) in asked().into_iter().chain(hostile()) {
            measure(&store, name, &queries, false, rounds);
        }
        for (name, typed) in typed() {
            measure(&store, name, &typed, true, rounds);
        }
    }
}

fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise)
}

/// Where the store with so many entries is kept.
fn place(entries: usize) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("knowledge-{EDITION}-{entries}.db"))
}

/// The store with so many entries, from an earlier run if there was one.
fn store(entries: usize) -> SqliteStore {
    let path = place(entries);
    let done = path.with_extension("done");
    if !done.exists() {
        let start = Instant::now();
        for rest in ["db", "db-wal", "db-shm"] {
            drop(std::fs::remove_file(path.with_extension(rest)));
        }
        fill(&path, entries);
        std::fs::write(&done, "").unwrap();
        println!("made {entries} entries in {:.0} s", start.elapsed().as_secs_f64());
    }
    open(&path)
}

fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(&OpenOptions::new(PathBuf::from(path)), no_meter()).unwrap()
}

fn fill(path: &Path, entries: usize) {
    let entries = u64::try_from(entries).unwrap();
    trial::fill(&open(path), entries, 1, &Budget::unlimited(), &mut |_| {}).unwrap();
}

/// Asks each query `rounds` times and prints what it took.
fn measure(store: &SqliteStore, name: &str, queries: &[String], typing: bool, rounds: usize) {
    let mut times: Vec<(Duration, &str)> = Vec::new();
    let mut cpu: Vec<Duration> = Vec::new();
    for query in queries {
        for _ in 0..rounds {
            let request = SearchRequest {
                text: query.clone(),
                limit: 50,
                typing,
                explain: false,
                ..SearchRequest::default()
            };
            let (start, worked) = (Instant::now(), processor());
            let found = search(store, &request, &Budget::unlimited(), &*no_meter()).unwrap();
            times.push((start.elapsed(), query));
            cpu.push(processor().saturating_sub(worked));
            assert!(found.layers.iter().all(|layer| layer.failed.is_none()), "{query}: {:?}", found.layers);
        }
    }
    times.sort_unstable();
    cpu.sort_unstable();
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let last = times.len() - 1;
    let slowest: String = times[last].1.chars().take(44).collect();
    println!(
        "{name:<26} {:>8} {:>8.1} {:>8.1} {:>8.1} {:>8.1} {:>8.1}   {slowest}",
        times.len(),
        ms(times[last / 2].0),
        ms(times[last * 99 / 100].0),
        ms(times[last].0),
        ms(cpu[last * 99 / 100]),
        ms(cpu[last])
    );
}

/// Time that this thread has had of a processor.
fn processor() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap(), time.tv_nsec.try_into().unwrap())
}

/// Asks `query` and prints what the layers did, the last time that it was asked.
fn layers(store: &SqliteStore, query: &str, typing: bool, rounds: usize) {
    let request = SearchRequest {
        text: query.to_owned(),
        limit: 50,
        typing,
        explain: false,
        ..SearchRequest::default()
    };
    let ask = || search(store, &request, &Budget::unlimited(), &*no_meter()).unwrap();
    let found = (1..rounds).fold(ask(), |_, _| ask());
    println!("{:.1} ms, {} found, typing: {typing}", to_f64(found.took_us) / 1e3, found.total);
    for layer in found.layers {
        println!("{:8.1} ms  {:?} {} {}", to_f64(layer.took_us) / 1e3, layer.layer, layer.hits, layer.asked);
    }
}

fn list(queries: &[&str]) -> Vec<String> {
    queries.iter().map(|query| (*query).to_owned()).collect()
}

/// Queries that were typed to their end.
fn asked() -> Vec<Class> {
    let knowledge = Made::new();
    let random = &mut Random::new(11);
    let titles = (0..20).map(|_| knowledge.entry(1 + random.below(1_000) as u64).title).collect();
    vec![
        (
            "code",
            list(&["s0c7", "-811", "SQLCODE -911", "IEF450I", "u0123", "B-0000500", "rc=8", "KNOWN-500"]),
        ),
        (
            "rare words",
            list(&["PAYR123", "PROD.PAYR.TAX", "WS-CUST-ID", "WS-AMT(3)", "failover replicate mirror"]),
        ),
        (
            "a common word",
            list(&["job", "error", "data", "abend", "record", "deadlock", "the", "value", "queue"]),
        ),
        (
            "common words",
            list(&[
                "job step",
                "data exception",
                "job step data error file program",
                "record value field check table",
                "deadlock commit queue",
                "takeover failover error",
                "why does the job step end with an error",
                "record locked by another job in the batch window",
            ]),
        ),
        (
            "rare and common",
            list(&["PAYR123 abend", "s0c7 packed decimal", "sqlcode -811 select row", "WS-TAX-NET job"]),
        ),
        (
            "phrases",
            list(&[
                "\"data set\"",
                "\"unit of work\"",
                "\"the job\"",
                "\"job error\"",
                "\"of the data in a file\"",
                "\"record value\" \"job step\"",
                "\"error program file\"",
                "\"takeover of the job\"",
            ]),
        ),
        (
            "excluded words",
            list(&[
                "job -data",
                "job step -the",
                "error -PAYR123",
                "-job",
                "record -value -field -check",
                "lock -the -a",
            ]),
        ),
        (
            "filters",
            list(&[
                "category:db2 job",
                "category:batch error step",
                "tag:lock data",
                "tag:racf category:security the",
                "category:nobody job",
                "tag:card data set",
                "category:mq \"unit of work\" -job",
                "category:db2",
                "tag:lock",
                "tag:lock tag:timeout category:db2",
            ]),
        ),
        ("titles", titles),
        ("nothing", list(&["", " "])),
    ]
}

/// Queries that nobody means so, or so many words of.
fn hostile() -> Vec<Class> {
    let many = |count: usize, word: fn(usize) -> String| (0..count).map(word).collect::<Vec<_>>().join(" ");
    vec![
        (
            "hostile text",
            list(&[
                "NEAR(",
                "NEAR(job step, 3)",
                "*",
                "job*",
                "\"",
                "\"job",
                "C:\\path",
                "100%",
                "-811",
                "WS-AMT(3)",
                "S0C7-01",
                "O'Brien",
                "title:job OR data",
                "a AND (b OR NOT c)",
                "{title} : job",
                "^job + step",
                "\u{202e}job",
                "é à ü",
            ]),
        ),
        (
            "20,000 terms",
            vec![
                many(20_000, |n| format!("w{n}")),
                many(20_000, |n| {
                    ["job", "the", "data", "error", "file", "step", "a", "record"][n % 8].to_owned()
                }),
                many(20_000, |n| WIDE[n % WIDE.len()].to_owned()),
                many(20_000, |n| format!("\"{} {}\"", WIDE[n % WIDE.len()], WIDE[(n + 7) % WIDE.len()])),
                many(20_000, |n| format!("-{}", WIDE[n % WIDE.len()])),
                format!("job {}", many(20_000, |n| format!("-{}", WIDE[n % WIDE.len()]))),
            ],
        ),
    ]
}

/// Common words, all different.
const WIDE: [&str; 34] = [
    "job", "step", "data", "error", "file", "program", "run", "record", "set", "abend", "field", "value",
    "check", "table", "output", "input", "system", "code", "message", "dataset", "read", "line", "batch",
    "member", "return", "database", "call", "open", "name", "reason", "space", "volume", "time", "key",
];

/// Every beginning of queries that people type.
fn typed() -> Vec<Class> {
    let queries = [
        "abend in job step",
        "database deadlock timeout",
        "record length mismatch file status 39",
        "s0c7 packed decimal",
        "sqlcode -911 rollback",
        "the data set is full",
        "category:db2 package not found",
        "\"unit of work\" commit",
        "job -data error",
        "authority profile revoked",
        "WS-CUST-TOTAL",
        "PROD.PAYR.TAX",
        "takeover failover replicate",
        "initialise working storage",
        "IEF450I",
        "transaction",
    ];
    let prefixes = |query: &str| -> Vec<String> {
        query.char_indices().skip(1).map(|(at, _)| query[..at].to_owned()).chain([query.to_owned()]).collect()
    };
    let letters = |more: &[&str]| -> Vec<String> {
        let first = ('a'..='z').chain('0'..='9').chain(['$', '#', 'é']);
        first.flat_map(|c| more.iter().map(move |rest| format!("{c}{rest}"))).collect()
    };
    vec![
        ("typing: queries", queries.iter().flat_map(|query| prefixes(query)).collect()),
        ("typing: one letter", letters(&[""])),
        ("typing: two letters", letters(&["a", "e", "o"])),
        ("typing: after a word", letters(&[""]).iter().map(|c| format!("job error {c}")).collect()),
        ("typing: long beginnings", WIDE.iter().map(|word| word[..word.len().min(6)].to_owned()).collect()),
    ]
}
