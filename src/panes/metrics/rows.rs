//! The rows of the Metrics pane: one table that says what each figure is called, how it is written, what it means and
//! what to do about it.

use crate::base::Op;
use crate::base::num::{counted, thousands, to_f64};
use crate::metrics::{FigureNo, OpStats, Snapshot, bytes, figure_named, time};
use std::borrow::Cow;

/// A row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What it is called; a heading if `value` is empty and `series` is none.
    pub name: String,
    /// The figure.
    pub value: String,
    /// Its history.
    pub series: Option<FigureNo>,
    /// What it means, and what to do when it is bad.
    pub help: Cow<'static, str>,
    /// Something to look at.
    pub bad: bool,
    /// A heading.
    pub heading: bool,
}

fn row(name: &str, value: String, series: Option<&str>, help: &'static str) -> Row {
    Row {
        name: name.to_owned(),
        value,
        series: series.and_then(FigureNo::named),
        help: Cow::Borrowed(help),
        bad: false,
        heading: false,
    }
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
        Op::Search => Some("search_p95"),
        Op::KeyToPaint => Some("key_to_paint"),
        Op::Output => Some("terminal_bytes"),
        Op::StoreWrite => Some("writes"),
        Op::StoreRead => Some("reads"),
        Op::Parse => Some("parse_bytes"),
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
        let help = format!(
            "{text}. Thresholds are looked at every five seconds: two looks beyond one raise an alert, three within it clear it."
        );
        rows.push(Row { bad: true, help: Cow::Owned(help), ..row("ALERT", text, None, "") });
    }
    work(s, &mut rows);
    store(s, &mut rows);
    machine(s, &mut rows);
    held(s, &mut rows);
    rows
}

/// A figure of the table by itself, if it was measured.
fn figure(s: &Snapshot, name: &str, help: &'static str) -> Option<Row> {
    let figure = figure_named(name)?;
    let value = (figure.of)(s)?;
    let value = format!("{}  {}", figure.unit.show(value), figure.label);
    Some(row(name.split_once('_').map_or(name, |(_, end)| end), value, Some(name), help))
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
        Some("search_rate"),
        "Searches of this session.",
    ));
    for name in ["search_avg", "search_p50", "search_p99", "search_errors"] {
        rows.extend(figure(s, name, "Of the last minute."));
    }
    let percent = |part: u64, of: u64| format!("{:.0}%", to_f64(part) / to_f64(of) * 100.0);
    for layer in search.by_layer.iter().filter(|layer| layer.count > 0) {
        let value = format!(
            "asked {}, {} found something",
            counted(layer.count, "time", "times"),
            percent(layer.found, layer.count)
        );
        let help = "How often this layer of search was asked, and how often it had an entry. What was remembered asks no layer.";
        rows.push(row(&layer.layer, value, None, help));
    }
    for way in &search.by_strategy {
        let value = format!(
            "{}: {} found something, {} were remembered",
            counted(way.count, "search", "searches"),
            percent(way.found, way.count),
            percent(way.remembered, way.count)
        );
        let help = "Searches answered in this way, how many of them had a result, and how many came from the cache as a whole.";
        rows.push(row(&way.strategy, value, None, help));
    }
    rows.push(heading("Cache", ""));
    rows.extend(figure(s, "cache_hits", "Of all levels but blocks of files."));
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
        rows.push(row("size", format!("{}, write-ahead log {}", bytes(to_f64(st.bytes)), bytes(to_f64(st.wal_bytes))), Some("store_size"), "The log is written back into the database from time to time. Larger than 64 MB: something holds an old view of it."));
        rows.push(row(
            "entries",
            format!("{}, {} this session", thousands(st.entries), counted(st.commits, "commit", "commits")),
            None,
            "Entries of the knowledge base that are not deleted.",
        ));
        pool(s, rows);
    } else {
        rows.push(row("file", "not open".into(), None, "The Log pane says why."));
    }
}

/// What the process holds, and what of it grew from each moment of rest to the next.
fn held(s: &Snapshot, rows: &mut Vec<Row>) {
    if s.objects.is_empty() {
        return;
    }
    rows.push(heading("Held", "what of it grows while nothing happens is a leak"));
    for object in &s.objects {
        let leak = s.leaks.iter().find(|leak| leak.objects.name == object.name);
        let bound = match (leak, object.bound) {
            (Some(leak), _) => format!(": {}", leak.told()),
            (None, 0) => String::new(),
            (None, bound) => format!(", at most {}", object.shown(bound)),
        };
        let value = format!("{}{bound}", object.shown(object.count));
        let help = "Compared between moments of rest: five seconds without a key, a search or a file being read, a minute apart. What \
                    grew at each of six of them, and has no bound or is beyond it, is named.";
        rows.push(Row { bad: leak.is_some(), ..row(&object.name, value, None, help) });
    }
}

/// The connections of the store: how many are in use, who holds them, who waits for whom.
fn pool(s: &Snapshot, rows: &mut Vec<Row>) {
    let (st, pool) = (&s.storage, &s.storage.pool);
    let full = st.pool_usage().is_some_and(|share| share > 0.9);
    let value = format!("{} in use, {} open, at most {}", st.readers_in_use, st.readers, pool.max);
    rows.push(Row { bad: full, ..row("readers", value, Some("pool_usage"), "Connections for reading. Over 90 % in use: slow reads (see what holds them below and what is slow, w), or performance.database.connection_pool_max is low.") });
    let kinds = [("readers", pool.reader_waits), ("writer", pool.writer_waits), ("locks", pool.lock_waits)];
    let told: Vec<String> = kinds
        .iter()
        .filter(|(_, waits)| waits.count > 0)
        .map(|(name, waits)| {
            let total = time(to_f64(waits.total_us) / 1e3);
            format!("{name} {} in {total}", thousands(waits.count))
        })
        .collect();
    let value = if told.is_empty() { "none".to_owned() } else { told.join(", ") };
    rows.push(row("waits", value, Some("lock_wait"), "Waits for a free reader, for the connection that writes, and for locks of other processes, since the start. Locks: another program writes to the store, such as an import or a backup."));
    // Lines are short: the explanation says all of it.
    let whole = |name: &str, value: String, about: &str, bad: bool| {
        let help = Cow::Owned(format!("{value}. {about}"));
        Row { help, bad, ..row(name, value, None, "") }
    };
    for held in &pool.held {
        let kind = if held.writes { "writer" } else { "reader" };
        let value =
            format!("{kind} for {}: {} {}", time(to_f64(held.held_ms)), held.operation, held.statement);
        let about = "It holds a connection for more than a second. Esc stops a search; an import or a check ends by itself.";
        rows.push(whole("held", value.trim_end().to_owned(), about, true));
    }
    for blocked in pool.blocked.iter().take(3) {
        let waited = time(to_f64(blocked.waited_ms));
        let value =
            format!("{} waited {waited} for {} {}", blocked.operation, blocked.blocker, blocked.statement);
        let about = "A call that waited for more than a tenth of a second. Another process: end it, or wait until it is done.";
        rows.push(whole("blocked", value.trim_end().to_owned(), about, false));
    }
}

/// The process, its terminal and the machine under it.
fn machine(s: &Snapshot, rows: &mut Vec<Row>) {
    rows.push(heading("Process", ""));
    let p = &s.system.process;
    let cpu = p.cpu_percent.map_or("not available".to_owned(), |c| format!("{c:.0}% of one processor"));
    rows.push(row("CPU", cpu, Some("cpu"), "CPU time of greenbar over the last second."));
    rows.push(row(
        "memory",
        format!("{}, at most {}", optional(p.rss_bytes), optional(p.rss_peak_bytes)),
        Some("memory"),
        "Resident memory. Files are never held whole, so it does not grow with them.",
    ));
    rows.push(row(
        "I/O",
        format!("{} read, {} written", optional(p.read_bytes), optional(p.written_bytes)),
        Some("io"),
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
        Some("terminal_bytes"),
        "Bytes on the wire. A frame is dropped when a newer one is ready before it was sent.",
    ));
    rows.push(heading("Machine", ""));
    let load = s.system.load.map_or("not available".to_owned(), |[a, b, c]| format!("{a:.2} {b:.2} {c:.2}"));
    rows.push(row("load", load, None, "Over 1, 5 and 15 minutes."));
    for (name, help) in [
        ("io_wait", "Share of the processors that wait for disks: what is slow then is the disk."),
        (
            "memory_pressure",
            "Pressure stall information of the kernel: over 10 % the machine has too little memory.",
        ),
        ("disk_latency", "As the kernel counts it for the disk below the store."),
    ] {
        rows.extend(figure(s, name, help));
    }
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
