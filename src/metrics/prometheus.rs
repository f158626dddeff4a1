//! The figures as Prometheus text, exposition format 0.0.4: a HELP and a TYPE line before each family, base units
//! (seconds, bytes), label values escaped, absent figures left out.

use std::fmt::Write;

use super::alerts::{LEAK, RULES};
use super::snapshot::{CacheLevelStats, LayerStats, OpStats, Snapshot, StrategyStats};
use crate::base::num::to_f64;
use crate::store::Waits;

/// A figure of a `T`: name, type, help, and where it is.
type Figure<T> = (&'static str, &'static str, &'static str, fn(&T) -> Option<f64>);

/// The figures without labels.
const SINGLES: &[Figure<Snapshot>] = &[
    ("terminal_frames_total", "counter", "Frames written to the terminal.", |s| {
        Some(to_f64(s.terminal.frames))
    }),
    ("terminal_frames_dropped_total", "counter", "Frames replaced before they were written.", |s| {
        Some(to_f64(s.terminal.dropped_frames))
    }),
    ("terminal_bytes_total", "counter", "Bytes written to the terminal.", |s| Some(to_f64(s.terminal.bytes))),
    ("store_size_bytes", "gauge", "Size of the database.", |s| {
        s.storage.open.then(|| to_f64(s.storage.bytes))
    }),
    ("store_wal_bytes", "gauge", "Size of the write-ahead log.", |s| {
        s.storage.open.then(|| to_f64(s.storage.wal_bytes))
    }),
    ("store_entries", "gauge", "Entries of the knowledge base.", |s| {
        s.storage.open.then(|| to_f64(s.storage.entries))
    }),
    ("store_readers", "gauge", "Readers in the pool.", |s| {
        s.storage.open.then(|| f64::from(s.storage.readers))
    }),
    ("store_readers_in_use", "gauge", "Readers in use.", |s| {
        s.storage.open.then(|| f64::from(s.storage.readers_in_use))
    }),
    ("store_readers_max", "gauge", "Readers that there may be.", |s| {
        s.storage.open.then(|| f64::from(s.storage.pool.max))
    }),
    (
        "store_connection_held_seconds",
        "gauge",
        "How long the connection is held that is held longest; 0 below a second.",
        |s| s.storage.open.then(|| to_f64(s.storage.longest_held_ms()) / 1e3),
    ),
    ("store_commits_total", "counter", "Write transactions.", |s| {
        s.storage.open.then(|| to_f64(s.storage.commits))
    }),
    ("process_cpu_seconds_total", "counter", "CPU time of the process.", |s| s.system.process.cpu_seconds),
    ("process_resident_memory_bytes", "gauge", "Resident memory of the process.", |s| {
        s.system.process.rss_bytes.map(to_f64)
    }),
    ("process_resident_memory_peak_bytes", "gauge", "The most resident memory there was.", |s| {
        s.system.process.rss_peak_bytes.map(to_f64)
    }),
    ("process_threads", "gauge", "Threads of the process.", |s| s.system.process.threads.map(to_f64)),
    ("process_open_fds", "gauge", "Open file descriptors.", |s| s.system.process.open_files.map(to_f64)),
    ("process_read_bytes_total", "counter", "Bytes read by system calls.", |s| {
        s.system.process.read_bytes.map(to_f64)
    }),
    ("process_written_bytes_total", "counter", "Bytes written by system calls.", |s| {
        s.system.process.written_bytes.map(to_f64)
    }),
    ("process_start_time_seconds", "gauge", "When counting began, seconds since 1970-01-01 UTC.", |s| {
        Some(to_f64(crate::base::num::unsigned(s.since)) / 1e3)
    }),
    ("system_memory_available_bytes", "gauge", "Memory that programs can still have.", |s| {
        s.system.memory_available_bytes.map(to_f64)
    }),
    ("system_io_wait_ratio", "gauge", "Share of the processors that wait for disks.", |s| {
        s.system.io_wait_percent.map(|p| p / 100.0)
    }),
    ("system_memory_pressure_ratio", "gauge", "Share of ten seconds in which work waited for memory.", |s| {
        s.system.memory_pressure.map(|p| p / 100.0)
    }),
    ("store_disk_operation_seconds", "gauge", "Time of one operation of the disk below the store.", |s| {
        s.system.disk_ms.map(|ms| ms / 1e3)
    }),
    ("system_load1", "gauge", "Load of the machine over one minute.", |s| s.system.load.map(|[one, ..]| one)),
];

/// The figures of a snapshot.
pub fn prometheus(snapshot: &Snapshot) -> String {
    let mut text = Text(String::with_capacity(16 * 1024));
    text.families(OPERATIONS, &snapshot.operations, "op", op_name);
    durations(&mut text, &snapshot.operations);
    for (name, kind, help, get) in SINGLES {
        if let Some(value) = get(snapshot) {
            text.family(name, kind, help);
            text.sample(name, &[], value);
        }
    }
    text.families(WAITS, &waits(snapshot), "for", |w| w.0.to_owned());
    text.families(LAYERS, &snapshot.search.by_layer, "layer", |l| l.layer.clone());
    text.families(STRATEGIES, &snapshot.search.by_strategy, "strategy", |s| s.strategy.clone());
    text.families(LEVELS, &snapshot.cache.levels, "level", |l| l.level.clone());
    text.families(KINDS, &snapshot.cache.kinds, "kind", |l| l.level.clone());
    text.family("plugin_up", "gauge", "1 if the plugin takes work.");
    for plugin in &snapshot.plugins {
        text.sample("plugin_up", &[("plugin", &plugin.name)], f64::from(u8::from(plugin.up)));
    }
    text.family("alert_active", "gauge", "1 while the alert is raised.");
    for rule in RULES {
        let raised = snapshot.alerts.iter().any(|a| a.name == rule.name);
        text.sample("alert_active", &[("alert", rule.name)], f64::from(u8::from(raised)));
    }
    let grows = snapshot.alerts.iter().any(|a| a.name == LEAK);
    text.sample("alert_active", &[("alert", LEAK)], f64::from(u8::from(grows)));
    text.family("objects", "gauge", "What the process holds, by kinds.");
    for object in &snapshot.objects {
        text.sample("objects", &[("kind", &object.name)], to_f64(object.count));
    }
    text.family("build_info", "gauge", "Always 1; the version is in the label.");
    text.sample("build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1.0);
    text.0
}

/// The counters of each operation.
const OPERATIONS: &[Figure<OpStats>] = &[
    ("operations_total", "counter", "Operations done.", |o| Some(to_f64(o.count))),
    ("operation_errors_total", "counter", "Operations that failed.", |o| Some(to_f64(o.errors))),
    ("operation_bytes_total", "counter", "Bytes that operations moved.", |o| Some(to_f64(o.bytes))),
];

/// Waits of one kind: what for, and how many.
type WaitsFor = (&'static str, Waits);

/// Waits for connections and locks of the store; none where no store is open.
fn waits(s: &Snapshot) -> Vec<WaitsFor> {
    let pool = &s.storage.pool;
    let all = [("reader", pool.reader_waits), ("writer", pool.writer_waits), ("lock", pool.lock_waits)];
    if s.storage.open { all.to_vec() } else { Vec::new() }
}

/// What is said of waits of one kind.
const WAITS: &[Figure<WaitsFor>] = &[
    ("store_waits_total", "counter", "Waits for connections and locks of the store.", |w| {
        Some(to_f64(w.1.count))
    }),
    ("store_wait_seconds_total", "counter", "Time of these waits.", |w| Some(to_f64(w.1.total_us) / 1e6)),
    ("store_wait_longest_seconds", "gauge", "The longest of the last minute.", |w| {
        Some(to_f64(w.1.worst_us) / 1e6)
    }),
];

/// The figures of each layer of search.
const LAYERS: &[Figure<LayerStats>] = &[
    ("search_layer_asked_total", "counter", "Questions to this layer of search.", |l| Some(to_f64(l.count))),
    ("search_layer_found_total", "counter", "Questions to which it had an entry.", |l| Some(to_f64(l.found))),
];

/// The figures of each strategy of search.
const STRATEGIES: &[Figure<StrategyStats>] = &[
    ("search_strategy_total", "counter", "Searches answered in this way.", |s| Some(to_f64(s.count))),
    ("search_strategy_found_total", "counter", "Those of them that found something.", |s| {
        Some(to_f64(s.found))
    }),
    ("search_strategy_remembered_total", "counter", "Those of them whose result was remembered.", |s| {
        Some(to_f64(s.remembered))
    }),
];

/// The figures of each level of the cache.
const LEVELS: &[Figure<CacheLevelStats>] = &[
    ("cache_hits_total", "counter", "Look-ups that found something.", |l| Some(to_f64(l.hits))),
    ("cache_misses_total", "counter", "Look-ups that found nothing.", |l| Some(to_f64(l.misses))),
    ("cache_size_bytes", "gauge", "Bytes held.", |l| Some(to_f64(l.bytes))),
    ("cache_capacity_bytes", "gauge", "Bytes that may be held; absent if there is no bound.", |l| {
        (l.capacity > 0).then(|| to_f64(l.capacity))
    }),
];

/// The figures of each kind of what the cache keeps.
const KINDS: &[Figure<CacheLevelStats>] = &[
    ("cache_kind_hits_total", "counter", "Look-ups of this kind that some level answered.", |l| {
        Some(to_f64(l.hits))
    }),
    ("cache_kind_misses_total", "counter", "Look-ups of this kind that no level answered.", |l| {
        Some(to_f64(l.misses))
    }),
    ("cache_kind_size_bytes", "gauge", "Bytes of this kind in memory.", |l| Some(to_f64(l.bytes))),
];

/// Durations of every operation.
fn durations(text: &mut Text, operations: &[OpStats]) {
    text.family("operation_duration_seconds", "summary", "How long operations took, since the start.");
    for op in operations {
        let name = op_name(op);
        for (quantile, ms) in [("0.5", op.total.p50_ms), ("0.95", op.total.p95_ms), ("0.99", op.total.p99_ms)]
        {
            // A quantile of nothing is not 0.
            let value = if op.total.count == 0 { f64::NAN } else { ms / 1e3 };
            text.sample("operation_duration_seconds", &[("op", &name), ("quantile", quantile)], value);
        }
        text.sample("operation_duration_seconds_sum", &[("op", &name)], op.seconds);
        text.sample("operation_duration_seconds_count", &[("op", &name)], to_f64(op.count));
    }
}

/// The name of an operation, as JSON has it.
fn op_name(op: &OpStats) -> String {
    serde_json::to_value(op.op).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The text as it grows. Names get the prefix `greenbar_`.
struct Text(String);

impl Text {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        let help = help.replace('\\', "\\\\").replace('\n', "\\n");
        // Writing to a string cannot fail.
        let _infallible = write!(self.0, "# HELP greenbar_{name} {help}\n# TYPE greenbar_{name} {kind}\n");
    }

    /// The same figures of several things, told apart by a label.
    fn families<T>(&mut self, figures: &[Figure<T>], things: &[T], label: &str, name_of: fn(&T) -> String) {
        for (name, kind, help, get) in figures {
            self.family(name, kind, help);
            for thing in things {
                if let Some(value) = get(thing) {
                    self.sample(name, &[(label, &name_of(thing))], value);
                }
            }
        }
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: f64) {
        self.0.push_str("greenbar_");
        self.0.push_str(name);
        for (i, (label, text)) in labels.iter().enumerate() {
            let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            let _infallible = write!(self.0, "{}{label}=\"{escaped}\"", if i == 0 { '{' } else { ',' });
        }
        if !labels.is_empty() {
            self.0.push('}');
        }
        let number = if value.is_nan() { "NaN".to_owned() } else { value.to_string() };
        let _infallible = writeln!(self.0, " {number}");
    }
}
