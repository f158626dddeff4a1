//! The full text of the store beside SQLite's own FTS5 over the same entries, the same queries by turns: what each takes to give
//! the best fifty, and how large each index is.

use super::{number, open};
use greenbar::base::Budget;
use greenbar::store::{Filter, SqliteStore, Store, TextQuery};
use rusqlite::Connection;
use std::path::Path;
use std::time::{Duration, Instant};

/// Kinds of queries, all words of which must match; a `*` ends one that is being typed.
const QUERIES: [(&str, &[&str]); 6] = [
    ("a rare word", &["failover", "payr123", "quasar", "mirror"]),
    ("a common word", &["job", "error", "data", "record", "value", "the"]),
    ("two common words", &["job step", "record value", "data error", "the job"]),
    ("three common words", &["job step data", "record value field", "error program file", "the job of"]),
    ("two letters", &["jo*", "da*", "re*", "st*", "pr*"]),
    ("a word and two letters", &["job st*", "error da*", "record va*"]),
];

/// Prints both for a store that lies at `path`.
pub fn beside(store: &SqliteStore, path: &Path, rounds: usize) {
    let own = path.with_extension("fts5");
    drop(std::fs::remove_file(&own));
    let start = Instant::now();
    let sql = fill(store, &own);
    println!(
        "\nFTS5 over the same entries, made in {:.0} s: {} MiB",
        start.elapsed().as_secs_f64(),
        bytes(&own) >> 20
    );
    println!("the store's own index: {} MiB", words(path) >> 20);
    println!(
        "{:<26} {:>9} {:>9} {:>9} {:>9}   {:>6}",
        "ms", "own p50", "own p95", "FTS5 p50", "FTS5 p95", "ratio"
    );
    for (name, queries) in QUERIES {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for query in queries.iter().cycle().take(queries.len() * rounds) {
            ours.push(timed(|| {
                drop(store.find_text(&asked(query), &Filter::default(), 50, &Budget::unlimited()).unwrap());
            }));
            theirs.push(timed(|| ranked(&sql, query)));
        }
        let (a, b) = (sorted(ours), sorted(theirs));
        let ratio = at(&b, 50) / at(&a, 50).max(1e-6);
        println!(
            "{name:<26} {:>9.2} {:>9.2} {:>9.2} {:>9.2}   {ratio:>5.1}x",
            at(&a, 50),
            at(&a, 95),
            at(&b, 50),
            at(&b, 95)
        );
    }
    drop(sql);
    drop(std::fs::remove_file(own));
}

fn fill(store: &SqliteStore, path: &Path) -> Connection {
    let sql = Connection::open(path).unwrap();
    sql.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;
         CREATE VIRTUAL TABLE f USING fts5 (title, problem, solution, tags, content = '', prefix = '2 3',
           tokenize = \"porter unicode61 tokenchars '@#$'\");
         INSERT INTO f (f, rank) VALUES ('rank', 'bm25(5.0, 2.0, 1.0, 4.0)'); BEGIN;",
    )
    .unwrap();
    let mut insert =
        sql.prepare("INSERT INTO f (rowid, title, problem, solution, tags) VALUES (?, ?, ?, ?, ?)").unwrap();
    for offset in (0..).step_by(500) {
        let heads = store.list(&Filter::default(), offset, 500, &Budget::unlimited()).unwrap();
        if heads.is_empty() || offset > number("GREENBAR_BENCH_ENTRIES", 100_000) + 5_000 {
            break;
        }
        let rows: Vec<_> = heads.iter().map(|head| head.row).collect();
        for entry in store.entries(&rows, &Budget::unlimited()).unwrap() {
            let body = &entry.body;
            insert
                .execute((entry.row.0, &body.title, &body.problem, &body.solution, body.tags.join(", ")))
                .unwrap();
        }
    }
    drop(insert);
    sql.execute_batch("COMMIT; INSERT INTO f (f) VALUES ('optimize');").unwrap();
    sql
}

fn asked(query: &str) -> TextQuery {
    let parts = query.split(' ').map(|part| part.trim_end_matches('*').to_owned()).collect();
    TextQuery { parts, last_is_prefix: query.ends_with('*'), ..TextQuery::default() }
}

fn ranked(sql: &Connection, query: &str) {
    let parts: Vec<String> = query
        .split(' ')
        .map(|part| match part.strip_suffix('*') {
            Some(begin) => format!("\"{begin}\"*"),
            None => format!("\"{part}\""),
        })
        .collect();
    let mut best =
        sql.prepare_cached("SELECT rowid, rank FROM f WHERE f MATCH ? ORDER BY rank LIMIT 50").unwrap();
    let found = best.query_map([parts.join(" ")], |row| row.get::<_, i64>(0)).unwrap();
    assert!(found.count() <= 50);
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn sorted(mut times: Vec<Duration>) -> Vec<Duration> {
    times.sort_unstable();
    times
}

/// Milliseconds that so many percent of `times` took at most.
fn at(times: &[Duration], percent: usize) -> f64 {
    times[(times.len() - 1) * percent / 100].as_secs_f64() * 1e3
}

fn bytes(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |about| about.len())
}

/// Bytes of the pages of words in the store at `path`.
fn words(path: &Path) -> u64 {
    drop(open(path));
    let sql = Connection::open(path).unwrap();
    let pages: i64 =
        sql.query_row("SELECT sum(length(data)) FROM kb_word_pages", [], |row| row.get(0)).unwrap();
    u64::try_from(pages).unwrap()
}
