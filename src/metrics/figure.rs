//! Every figure that has a history, by its name: one table for the pane, the history, rules of alerts and the command line.

use super::snapshot::{Latency, Snapshot};
use crate::base::Op;
use crate::base::num::to_f64;
use serde::{Deserialize, Serialize};

/// How a figure is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Milliseconds.
    Ms,
    /// Bytes.
    Bytes,
    /// Bytes per second.
    BytesRate,
    /// Per second.
    Rate,
    /// Percent.
    Percent,
    /// A number.
    Count,
}

impl Unit {
    /// A value as people read it.
    pub fn show(self, value: f64) -> String {
        match self {
            Self::Ms => time(value),
            Self::Bytes => bytes(value),
            Self::BytesRate => format!("{}/s", bytes(value)),
            Self::Rate => format!("{value:.1}/s"),
            Self::Percent if value < 10.0 => format!("{value:.1}%"),
            Self::Percent => format!("{value:.0}%"),
            Self::Count => format!("{value:.0}"),
        }
    }
}

/// Milliseconds as people read them.
pub fn time(ms: f64) -> String {
    if ms < 1.0 {
        format!("{:.0} us", ms * 1000.0)
    } else if ms < 10.0 {
        format!("{ms:.1} ms")
    } else if ms < 10_000.0 {
        format!("{ms:.0} ms")
    } else {
        format!("{:.1} s", ms / 1000.0)
    }
}

/// Bytes as people read them.
pub fn bytes(n: f64) -> String {
    const UNITS: [(&str, f64); 3] = [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)];
    let unit = UNITS.iter().find(|(_, size)| n >= *size);
    unit.map_or_else(|| format!("{n:.0} B"), |(name, size)| format!("{:.1} {name}", n / size))
}

/// A figure with a history.
#[derive(Debug)]
pub struct Figure {
    /// Its name, in rules, documents and on the command line.
    pub name: &'static str,
    /// What it is, for people.
    pub label: &'static str,
    /// How it is written.
    pub unit: Unit,
    /// Its value; `None` if it was not measured.
    pub of: fn(&Snapshot) -> Option<f64>,
}

const fn figure(
    name: &'static str,
    label: &'static str,
    unit: Unit,
    of: fn(&Snapshot) -> Option<f64>,
) -> Figure {
    Figure { name, label, unit, of }
}

/// A time, if something was measured.
fn some(latency: &Latency, of: fn(&Latency) -> f64) -> Option<f64> {
    (latency.count > 0).then(|| of(latency))
}

fn rate(s: &Snapshot, op: Op, of: fn(&super::OpStats) -> f64) -> Option<f64> {
    s.operations.get(op.index()).map(of)
}

/// Share of look-ups that caches answered, file blocks aside, in percent.
fn hits(s: &Snapshot) -> Option<f64> {
    // A look-up goes through several levels, and is counted once by its kind.
    let (hits, misses) =
        s.cache.kinds.iter().fold((0, 0), |(hits, misses), level| (hits + level.hits, misses + level.misses));
    (hits + misses > 0).then(|| 100.0 * to_f64(hits) / to_f64(hits + misses))
}

/// Every figure, in the order in which they are shown.
pub static FIGURES: &[Figure] = &[
    figure("search_rate", "searches per second", Unit::Rate, |s| Some(s.search.rate)),
    figure("search_avg", "search time, average of a minute", Unit::Ms, |s| {
        some(&s.search.recent, |l| l.mean_ms)
    }),
    figure("search_p50", "search time, p50 of a minute", Unit::Ms, |s| some(&s.search.recent, |l| l.p50_ms)),
    figure("search_p95", "search time, p95 of a minute", Unit::Ms, |s| some(&s.search.recent, |l| l.p95_ms)),
    figure("search_p99", "search time, p99 of a minute", Unit::Ms, |s| some(&s.search.recent, |l| l.p99_ms)),
    figure("search_errors", "searches that failed", Unit::Percent, |s| {
        (s.search.recent.count > 0).then_some(s.search.error_rate * 100.0)
    }),
    figure("cache_hits", "look-ups that caches answered", Unit::Percent, hits),
    figure("key_to_paint", "key to paint, p95 of a minute", Unit::Ms, |s| {
        some(&s.terminal.key_to_paint, |l| l.p95_ms)
    }),
    figure("frames", "frames sent per second", Unit::Rate, |s| Some(s.terminal.frame_rate)),
    figure("terminal_bytes", "bytes to the terminal per second", Unit::BytesRate, |s| {
        Some(s.terminal.bytes_rate)
    }),
    figure("cpu", "CPU of this process", Unit::Percent, |s| s.system.process.cpu_percent),
    figure("memory", "resident memory", Unit::Bytes, |s| s.system.process.rss_bytes.map(to_f64)),
    figure("io", "bytes read and written per second", Unit::BytesRate, |s| s.system.process.io_rate),
    figure("io_wait", "processors that wait for disks", Unit::Percent, |s| s.system.io_wait_percent),
    figure("memory_pressure", "time that work waits for memory", Unit::Percent, |s| s.system.memory_pressure),
    figure("disk_latency", "time of one disk operation", Unit::Ms, |s| s.system.disk_ms),
    figure("store_size", "size of the store", Unit::Bytes, |s| {
        s.storage.open.then(|| to_f64(s.storage.bytes))
    }),
    figure("wal_size", "size of the write-ahead log", Unit::Bytes, |s| {
        s.storage.open.then(|| to_f64(s.storage.wal_bytes))
    }),
    figure("writes", "transactions per second", Unit::Rate, |s| rate(s, Op::StoreWrite, |o| o.rate_1s)),
    figure("reads", "reads of the store per second", Unit::Rate, |s| rate(s, Op::StoreRead, |o| o.rate_1s)),
    figure("readers_in_use", "readers in use", Unit::Count, |s| {
        s.storage.open.then(|| f64::from(s.storage.readers_in_use))
    }),
    figure("pool_usage", "connections of the store in use", Unit::Percent, |s| {
        s.storage.pool_usage().map(|share| share * 100.0)
    }),
    figure("lock_wait", "longest wait for the store, of a minute", Unit::Ms, |s| {
        s.storage.open.then(|| s.storage.longest_lock_wait_ms())
    }),
    figure("parse_bytes", "COBOL parsed per second", Unit::BytesRate, |s| {
        rate(s, Op::Parse, |o| o.bytes_rate)
    }),
];

/// The figure of this name.
pub fn figure_named(name: &str) -> Option<&'static Figure> {
    FIGURES.iter().find(|figure| figure.name == name)
}

/// A figure as the pane and sessions name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FigureNo(pub u16);

impl FigureNo {
    /// The figure.
    pub fn get(self) -> Option<&'static Figure> {
        FIGURES.get(usize::from(self.0))
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        let at = FIGURES.iter().position(|figure| figure.name == name)?;
        u16::try_from(at).ok().map(Self)
    }
}
