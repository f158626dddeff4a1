//! The rows of the Metrics pane: one table that says what each figure is called, how it is written, what it means and
//! what to do about it.

use crate::base::Op;
use crate::base::num::{counted, thousands, to_f64};
use crate::metrics::{Latency, OpStats, Snapshot};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A figure with a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Series {
    /// From a key to the frame that shows what it did, p95.
    #[default]
    KeyToPaint,
    /// Searches per second.
    Searches,
    /// p95 of searches.
    SearchTime,
    /// CPU of the process.
    Cpu,
    /// Resident memory.
    Memory,
    /// Bytes read and written per second.
    Io,
    /// Bytes to the terminal per second.
    Terminal,
    /// Size of the store.
    Store,
}

impl Series {
    /// All, in the order in which the chart steps through them.
    pub const ALL: [Self; 8] = [
        Self::KeyToPaint,
        Self::Searches,
        Self::SearchTime,
        Self::Cpu,
        Self::Memory,
        Self::Io,
        Self::Terminal,
        Self::Store,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::KeyToPaint => "key to paint, p95",
            Self::Searches => "searches per second",
            Self::SearchTime => "search time, p95",
            Self::Cpu => "CPU of this process",
            Self::Memory => "resident memory",
            Self::Io => "bytes read and written per second",
            Self::Terminal => "bytes to the terminal per second",
            Self::Store => "size of the store",
        }
    }

    /// Its value; `None` if it was not measured.
    pub fn of(self, s: &Snapshot) -> Option<f64> {
        match self {
            Self::KeyToPaint => some_time(&s.terminal.key_to_paint),
            Self::Searches => Some(s.search.rate),
            Self::SearchTime => some_time(&s.search.recent),
            Self::Cpu => s.system.process.cpu_percent,
            Self::Memory => s.system.process.rss_bytes.map(to_f64),
            Self::Io => s.system.process.io_rate,
            Self::Terminal => Some(s.terminal.bytes_rate),
            Self::Store => s.storage.open.then_some(to_f64(s.storage.bytes)),
        }
    }

    /// A value as people read it.
    pub fn show(self, value: f64) -> String {
        match self {
            Self::KeyToPaint | Self::SearchTime => time(value),
            Self::Searches => format!("{value:.1}/s"),
            Self::Cpu => format!("{value:.0}%"),
            Self::Memory | Self::Store => bytes(value),
            Self::Io | Self::Terminal => format!("{}/s", bytes(value)),
        }
    }
}

fn some_time(latency: &Latency) -> Option<f64> {
    (latency.count > 0).then_some(latency.p95_ms)
}

/// A row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What it is called; a heading if `value` is empty and `series` is none.
    pub name: String,
    /// The figure.
    pub value: String,
    /// Its history.
    pub series: Option<Series>,
    /// What it means, and what to do when it is bad.
    pub help: Cow<'static, str>,
    /// Something to look at.
    pub bad: bool,
    /// A heading.
    pub heading: bool,
}

fn row(name: &str, value: String, series: Option<Series>, help: &'static str) -> Row {
    Row { name: name.to_owned(), value, series, help: Cow::Borrowed(help), bad: false, heading: false }
}

fn heading(name: &str, value: &str) -> Row {
    Row {
        name: name.to_owned(),
        value: value.to_owned(),
        series: None,
        help: Cow::Borrowed(""),
        bad: false,
        heading: true,
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

fn optional(n: Option<u64>) -> String {
    n.map_or_else(|| "not available".to_owned(), |n| bytes(to_f64(n)))
}

/// What an operation is called and what its time means.
fn op_words(op: Op) -> (&'static str, &'static str) {
    match op {
        Op::Search => (
            "search",
            "One search of the knowledge base, all layers. Long: fewer or rarer words, or a category: filter.",
        ),
        Op::SearchExact => {
            ("  exact layer", "Ids, aliases, codes and titles. Always short: it is read from indexes.")
        }
        Op::SearchTag => ("  tag layer", "Tags, from their index."),
        Op::SearchSemantic => {
            ("  semantic", "Entries like the best ones, for long questions and short lists.")
        }
        Op::SearchText => ("  text layer", "The full-text index. Common words cost most."),
        Op::StoreRead => {
            ("store read", "One read of the store. Long: the disk is slow or the page cache is cold.")
        }
        Op::StoreWrite => (
            "store write",
            "One write transaction with its fsync. Long: the disk is slow, or another process writes.",
        ),
        Op::FileRead => {
            ("file read", "One read of a source file. Long: a slow disk or a network file system.")
        }
        Op::FilePage => ("page of lines", "Making one page of lines ready."),
        Op::FileScan => ("file scan", "Line index and outline of a whole file, in one read."),
        Op::FileFind => ("find", "One find in a file, up to its match."),
        Op::Parse => ("parse", "One parse of COBOL text."),
        Op::Frame => ("draw a frame", "Drawing the screen into memory."),
        Op::Output => {
            ("send a frame", "Turning a frame into bytes and writing them. Long: the line to you is slow.")
        }
        Op::KeyToPaint => {
            ("key to paint", "From a key's arrival to the last byte of the frame that shows what it did.")
        }
    }
}

fn operation(stats: &OpStats) -> Row {
    let (name, help) = op_words(stats.op);
    let l = &stats.total;
    let value = format!(
        "{:>9} {:>7.1}/s {:>8} {:>8} {:>8} {:>5.1}%",
        thousands(stats.count),
        stats.rate_10s,
        time(l.p50_ms),
        time(l.p95_ms),
        time(l.p99_ms),
        stats.error_rate * 100.0
    );
    let series = match stats.op {
        Op::Search => Some(Series::SearchTime),
        Op::KeyToPaint => Some(Series::KeyToPaint),
        Op::Output => Some(Series::Terminal),
        _ => None,
    };
    let value = if stats.count == 0 {
        String::from("        0         -        -        -        -      -")
    } else {
        value
    };
    Row { bad: stats.error_rate > 0.0, ..row(name, value, series, help) }
}

/// Every row for these figures.
pub fn rows(s: &Snapshot) -> Vec<Row> {
    let mut rows = Vec::new();
    for alert in &s.alerts {
        let text = format!("{}: {}", alert.message, alert.advice);
        let help =
            format!("{text}. Raised after two seconds over its threshold, cleared after three under it.");
        rows.push(Row { bad: true, help: Cow::Owned(help), ..row("ALERT", text, None, "") });
    }
    work(s, &mut rows);
    store(s, &mut rows);
    machine(s, &mut rows);
    rows
}

/// What is done, and how fast.
fn work(s: &Snapshot, rows: &mut Vec<Row>) {
    rows.push(heading("Operation", "    count      rate      p50      p95      p99  error"));
    rows.extend(s.operations.iter().map(operation));
    rows.push(heading("Search", ""));
    let search = &s.search;
    rows.push(row(
        "rate",
        format!(
            "{:.1}/s now, {:.2}/s on average, {} in all",
            search.rate,
            search.average,
            thousands(search.count)
        ),
        Some(Series::Searches),
        "Searches of this session.",
    ));
    rows.push(heading("Cache", ""));
    for level in &s.cache.levels {
        let rate = level.hit_rate.map_or("no look-ups yet".to_owned(), |r| format!("{:.0}% hits", r * 100.0));
        let value = format!("{rate}, {} held", bytes(to_f64(level.bytes)));
        rows.push(row(
            &level.level,
            value,
            None,
            "Share of look-ups that this level answered, and what it holds.",
        ));
    }
    if let Some(warmed) = &s.cache.warmed {
        let all = if warmed.whole { "all " } else { "" };
        let files = if warmed.files > 0 {
            format!(", {}", counted(warmed.files, "file", "files"))
        } else {
            String::new()
        };
        let value = format!(
            "{}, {all}{}{files}: {} in {} ms",
            counted(warmed.searches, "search", "searches"),
            counted(warmed.entries, "entry", "entries"),
            bytes(to_f64(warmed.bytes)),
            thousands(warmed.took_ms)
        );
        rows.push(row(
            "warmed",
            value,
            None,
            "What was put into the cache after the start. performance.cache.warming_enabled = false turns it off.",
        ));
    }
    for kind in &s.cache.kinds {
        let rate = kind.hit_rate.map_or("no look-ups yet".to_owned(), |r| format!("{:.0}% hits", r * 100.0));
        let value = format!(
            "{rate} of {}, {} in memory",
            thousands(kind.hits + kind.misses),
            bytes(to_f64(kind.bytes))
        );
        rows.push(row(
            &kind.level,
            value,
            None,
            "Share of look-ups of this kind that some level answered, and what memory holds of it.",
        ));
    }
}

/// The store.
fn store(s: &Snapshot, rows: &mut Vec<Row>) {
    rows.push(heading("Store", ""));
    let st = &s.storage;
    if st.open {
        let access = if st.writable { "read and write" } else { "read only" };
        rows.push(row(
            "file",
            format!("{} ({access}, schema {})", st.location, st.schema),
            None,
            "The store of this session.",
        ));
        rows.push(row("size", format!("{}, write-ahead log {}", bytes(to_f64(st.bytes)), bytes(to_f64(st.wal_bytes))), Some(Series::Store), "The log is written back into the database from time to time. Larger than 64 MB: something holds an old view of it."));
        rows.push(row(
            "entries",
            format!("{}, {} this session", thousands(st.entries), counted(st.commits, "commit", "commits")),
            None,
            "Entries of the knowledge base that are not deleted.",
        ));
        rows.push(row("readers", format!("{} open, {} in use", st.readers, st.readers_in_use), None, "Connections for reading. All in use for long: slow reads, or performance.database.connection_pool_max is low."));
    } else {
        rows.push(row("file", "not open".into(), None, "The Log pane says why."));
    }
}

/// The process, its terminal and the machine under it.
fn machine(s: &Snapshot, rows: &mut Vec<Row>) {
    rows.push(heading("Process", ""));
    let p = &s.system.process;
    let cpu = p.cpu_percent.map_or("not available".to_owned(), |c| format!("{c:.0}% of one processor"));
    rows.push(row("CPU", cpu, Some(Series::Cpu), "CPU time of greenbar over the last second."));
    rows.push(row(
        "memory",
        format!("{}, at most {}", optional(p.rss_bytes), optional(p.rss_peak_bytes)),
        Some(Series::Memory),
        "Resident memory. Files are never held whole, so it does not grow with them.",
    ));
    rows.push(row(
        "I/O",
        format!("{} read, {} written", optional(p.read_bytes), optional(p.written_bytes)),
        Some(Series::Io),
        "By system calls, what the page cache answered included.",
    ));
    rows.push(row(
        "disk",
        format!("{} read, {} written", optional(p.disk_read_bytes), optional(p.disk_written_bytes)),
        None,
        "What really went to and from a disk.",
    ));
    rows.push(heading("Terminal", ""));
    let t = &s.terminal;
    rows.push(row(
        "sent",
        format!(
            "{} in {}, {} dropped",
            bytes(to_f64(t.bytes)),
            counted(t.frames, "frame", "frames"),
            thousands(t.dropped_frames)
        ),
        Some(Series::Terminal),
        "Bytes on the wire. A frame is dropped when a newer one is ready before it was sent.",
    ));
    rows.push(heading("Machine", ""));
    let load = s.system.load.map_or("not available".to_owned(), |[a, b, c]| format!("{a:.2} {b:.2} {c:.2}"));
    rows.push(row("load", load, None, "Over 1, 5 and 15 minutes."));
    rows.push(row(
        "memory",
        format!(
            "{} free of {}",
            optional(s.system.memory_available_bytes),
            optional(s.system.memory_total_bytes)
        ),
        None,
        "Memory that programs can still have.",
    ));
}
