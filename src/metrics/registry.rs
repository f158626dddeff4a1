//! The registry: everybody records here, panes and subcommands read here.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use super::alerts::{AlertEvent, Alerts, Figures};
use super::ops::{Counts, OpCell, lock, seconds};
use super::probe::{Probe, SystemSample};
use super::rings::{Rings, Series};
use super::snapshot::{
    CacheLevelStats, CacheStats, LayerStats, OpStats, PluginStats, SearchStats, Snapshot, StorageStats,
    TerminalStats,
};
use crate::base::num::to_f64;
use crate::base::{Clock, Meter, Op};
use crate::config::{AlertThresholds, Monitoring};
use crate::store::{StoreInfo, UnixMs};

/// Seconds between two looks at thresholds.
const CHECK_EVERY: u64 = 5;
/// Seconds from the start on after which the caches are judged.
const WARM_AFTER: u64 = 60;
/// Looks at the caches that make a minute.
const CACHE_LOOKS: usize = 12;
/// Look-ups in a minute from which on a share of hits means something.
const ENOUGH_LOOKUPS: u64 = 100;
/// Calls in the last minute from which on a share of failures means something.
const ENOUGH_CALLS: u64 = 5;

/// Layers of search and their operations.
const LAYERS: [(&str, Op); 4] = [
    ("exact", Op::SearchExact),
    ("tag", Op::SearchTag),
    ("text", Op::SearchText),
    ("semantic", Op::SearchSemantic),
];

/// Takes measurements of the whole process. Shared by reference counting; all calls are safe from many threads.
pub struct Registry {
    clock: Arc<dyn Clock>,
    started: Instant,
    since: UnixMs,
    enabled: AtomicBool,
    ops: [OpCell; Op::ALL.len()],
    dropped_frames: AtomicU64,
    caches: Mutex<Vec<(String, Arc<CacheGauge>)>>,
    levels: Mutex<CacheStats>,
    storage: Mutex<StorageStats>,
    plugins: Mutex<Vec<PluginStats>>,
    live: Mutex<Live>,
}

/// What a tick moves on.
struct Live {
    probe: Probe,
    system: SystemSample,
    rings: Rings,
    alerts: Alerts,
    thresholds: AlertThresholds,
    /// Ticks so far.
    ticks: u64,
    /// Hits and misses of the caches at the last looks, oldest first.
    caches: VecDeque<(u64, u64)>,
}

/// The figures of one level of a cache, written by the one who owns it.
#[derive(Debug, Default)]
pub struct CacheGauge {
    hits: AtomicU64,
    misses: AtomicU64,
    bytes: AtomicU64,
    capacity: AtomicU64,
}

impl CacheGauge {
    /// A look-up found something.
    pub fn hit(&self) {
        self.hits.fetch_add(1, Ordering::Relaxed);
    }

    /// A look-up found nothing.
    pub fn miss(&self) {
        self.misses.fetch_add(1, Ordering::Relaxed);
    }

    /// It holds `bytes` of at most `capacity` (0 if it is not bounded by bytes).
    pub fn set_size(&self, bytes: u64, capacity: u64) {
        self.bytes.store(bytes, Ordering::Relaxed);
        self.capacity.store(capacity, Ordering::Relaxed);
    }

    fn stats(&self, level: &str) -> CacheLevelStats {
        let get = |n: &AtomicU64| n.load(Ordering::Relaxed);
        let (hits, misses) = (get(&self.hits), get(&self.misses));
        let asked = hits.saturating_add(misses);
        CacheLevelStats {
            level: level.to_owned(),
            hits,
            misses,
            hit_rate: (asked > 0).then(|| to_f64(hits) / to_f64(asked)),
            bytes: get(&self.bytes),
            capacity: get(&self.capacity),
        }
    }
}

impl Meter for Registry {
    fn record(&self, op: Op, nanos: u64, bytes: u64, ok: bool) {
        if self.enabled.load(Ordering::Relaxed) {
            self.op(op).record(nanos, bytes, ok);
        }
    }

    fn lookup(&self, level: &'static str, hit: bool, held: u64, capacity: u64) {
        if self.enabled.load(Ordering::Relaxed) {
            let gauge = self.cache_level(level);
            if hit {
                gauge.hit();
            } else {
                gauge.miss();
            }
            gauge.set_size(held, capacity);
        }
    }
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registry").field("since", &self.since).finish_non_exhaustive()
    }
}

impl Registry {
    /// A registry that counts from now, with figures of this process.
    pub fn new(clock: Arc<dyn Clock>, settings: &Monitoring) -> Self {
        let probe = Probe::new(clock.instant());
        Self::with_probe(clock, settings, probe)
    }

    /// The same with another probe, for tests.
    pub fn with_probe(clock: Arc<dyn Clock>, settings: &Monitoring, probe: Probe) -> Self {
        let started = clock.instant();
        let mut alerts = Alerts::default();
        alerts.configure(&settings.alert_rules);
        let live = Live {
            probe,
            system: SystemSample::default(),
            rings: Rings::default(),
            alerts,
            thresholds: settings.alert_thresholds.clone(),
            ticks: 0,
            caches: VecDeque::new(),
        };
        Self {
            since: clock.unix_ms(),
            started,
            clock,
            enabled: AtomicBool::new(settings.metrics_enabled),
            ops: std::array::from_fn(|_| OpCell::new(started)),
            dropped_frames: AtomicU64::new(0),
            caches: Mutex::default(),
            levels: Mutex::default(),
            storage: Mutex::default(),
            plugins: Mutex::default(),
            live: Mutex::new(live),
        }
    }

    /// Takes changed settings.
    pub fn configure(&self, settings: &Monitoring) {
        self.enabled.store(settings.metrics_enabled, Ordering::Relaxed);
        let mut live = lock(&self.live);
        live.thresholds = settings.alert_thresholds.clone();
        live.alerts.configure(&settings.alert_rules);
    }

    /// The gauge of the cache level `level`, made at the first call. Its owner keeps it and writes to it.
    pub fn cache_level(&self, level: &str) -> Arc<CacheGauge> {
        let mut caches = lock(&self.caches);
        if let Some((_, gauge)) = caches.iter().find(|(name, _)| name == level) {
            return Arc::clone(gauge);
        }
        let gauge = Arc::new(CacheGauge::default());
        caches.push((level.to_owned(), Arc::clone(&gauge)));
        gauge
    }

    /// Takes the figures of the store; its owner calls this when they change, at most once a second.
    pub fn set_store(&self, info: &StoreInfo) {
        lock(&self.live).probe.set_disk(std::path::Path::new(&info.location));
        *lock(&self.storage) = info.into();
    }

    /// Takes the figures of the cache; those of other caches are added to them.
    pub fn set_caches(&self, stats: CacheStats) {
        *lock(&self.levels) = stats;
    }

    /// Takes the figures of all plugins.
    pub fn set_plugins(&self, plugins: Vec<PluginStats>) {
        *lock(&self.plugins) = plugins;
    }

    /// A frame was drawn but a newer one replaced it before it was written.
    pub fn frame_dropped(&self) {
        self.dropped_frames.fetch_add(1, Ordering::Relaxed);
    }

    /// Moves rates, rings and alerts on. Called once a second by a worker thread: it reads a few files below `/proc`.
    pub fn tick(&self) {
        let now = self.clock.instant();
        let mut search_p95 = None;
        let mut paint_p95 = None;
        for (op, cell) in Op::ALL.iter().zip(&self.ops) {
            let p95 = cell.tick(now).map(|nanos| to_f64(nanos) / 1e6);
            match op {
                Op::Search => search_p95 = p95,
                Op::KeyToPaint => paint_p95 = p95,
                _ => {}
            }
        }
        let (_, _, recent) = self.op(Op::Search).read(now);
        let error_rate = self.error_rate(now);
        let storage = lock(&self.storage).clone();

        let mut guard = lock(&self.live);
        let live = &mut *guard;
        live.system = live.probe.sample(now);
        let process = &live.system.process;
        let figures = Figures {
            response_ms: (recent.count > 0).then_some(recent.p95_ms),
            error_rate,
            memory_mib: process.rss_bytes.map(|b| to_f64(b) / 1_048_576.0),
            cpu_percent: process.cpu_percent,
            cache_hit_rate: None,
            disk_ms: live.system.disk_ms,
            wal_mib: storage.open.then(|| to_f64(storage.wal_bytes) / 1_048_576.0),
            pool_usage: storage.pool_usage(),
            held_ms: storage.open.then(|| to_f64(storage.longest_held_ms())),
            lock_wait_ms: storage.open.then(|| storage.longest_lock_wait_ms()),
        };
        for (series, sample) in [
            (Series::SearchRate, Some(self.op(Op::Search).rates(1).ops)),
            (Series::SearchP95, search_p95),
            (Series::KeyToPaintP95, paint_p95),
            (Series::Cpu, process.cpu_percent),
            (Series::Rss, process.rss_bytes.map(to_f64)),
            (Series::Io, process.io_rate),
            (Series::Terminal, Some(self.op(Op::Output).rates(1).bytes)),
            (Series::StoreSize, storage.open.then(|| to_f64(storage.bytes))),
        ] {
            live.rings.push(series, sample);
        }
        live.ticks += 1;
        if live.ticks.is_multiple_of(CHECK_EVERY) {
            // Caches are empty at first, and what fills them asks them for what it is about to fetch.
            let warm = live.ticks >= WARM_AFTER;
            let cache_hit_rate = if warm { self.hit_rate(&mut live.caches) } else { None };
            let figures = Figures { cache_hit_rate, ..figures };
            let now = self.clock.unix_ms();
            live.alerts.tick(now, &live.thresholds, &figures);
            if live.alerts.has_own() {
                drop(guard);
                let figures = self.snapshot();
                lock(&self.live).alerts.tick_own(now, &figures);
            }
        }
    }

    /// Share of the look-ups of the last minute that caches answered, blocks of files aside, if there were enough.
    fn hit_rate(&self, looks: &mut VecDeque<(u64, u64)>) -> Option<f64> {
        let levels = lock(&self.caches);
        let caches = levels.iter().filter(|(level, _)| level != super::FILE_BLOCKS);
        // A look-up goes through several levels, and is counted once by its kind.
        let kinds = lock(&self.levels).kinds.clone();
        let counted = kinds.iter().fold((0, 0), |(h, m), kind| (h + kind.hits, m + kind.misses));
        let (hits, misses) = caches.fold(counted, |(hits, misses), (_, gauge)| {
            (hits + gauge.hits.load(Ordering::Relaxed), misses + gauge.misses.load(Ordering::Relaxed))
        });
        looks.push_back((hits, misses));
        if looks.len() > CACHE_LOOKS {
            looks.pop_front();
        }
        let (old_hits, old_misses) = looks.front().copied().unwrap_or_default();
        let (hits, misses) = (hits.saturating_sub(old_hits), misses.saturating_sub(old_misses));
        (hits + misses >= ENOUGH_LOOKUPS).then(|| to_f64(hits) / to_f64(hits + misses))
    }

    /// Alerts that were raised and cleared since the last call.
    pub fn take_alert_events(&self) -> Vec<AlertEvent> {
        lock(&self.live).alerts.take_events()
    }

    /// The last samples of a series, one a second, at most `count`, oldest first; `None` where there was nothing to
    /// measure.
    pub fn history(&self, series: Series, count: usize) -> Vec<Option<f64>> {
        lock(&self.live).rings.last(series, count)
    }

    /// All figures. Rates, process and alerts are those of the last tick; without one the process is read now.
    pub fn snapshot(&self) -> Snapshot {
        let now = self.clock.instant();
        let operations: Vec<OpStats> = Op::ALL.iter().map(|op| self.op_stats(*op, now)).collect();
        let (system, alerts) = {
            let mut live = lock(&self.live);
            if live.system == SystemSample::default() {
                live.system = live.probe.sample(now);
            }
            (live.system.clone(), live.alerts.raised())
        };
        let mut cache = lock(&self.levels).clone();
        cache.levels.extend(lock(&self.caches).iter().map(|(level, gauge)| gauge.stats(level)));
        Snapshot {
            taken_at: self.clock.unix_ms(),
            since: self.since,
            search: search_stats(&operations),
            storage: lock(&self.storage).clone(),
            cache,
            terminal: self.terminal_stats(&operations),
            plugins: lock(&self.plugins).clone(),
            operations,
            system,
            alerts,
        }
    }

    fn op(&self, op: Op) -> &OpCell {
        // There is a cell for each operation, in the order of their numbers: the first stands in for none.
        let [first, ..] = &self.ops;
        self.ops.get(op.index()).unwrap_or(first)
    }

    /// Share of failed searches and store calls in the last minute, if there were enough.
    fn error_rate(&self, now: Instant) -> Option<f64> {
        let mut counts = Counts::default();
        for op in [Op::Search, Op::StoreRead, Op::StoreWrite] {
            counts.add(self.op(op).lately(60, now));
        }
        (counts.count >= ENOUGH_CALLS).then(|| counts.failed())
    }

    fn op_stats(&self, op: Op, now: Instant) -> OpStats {
        let cell = self.op(op);
        let (counts, total, recent) = cell.read(now);
        let uptime = seconds(self.started, now);
        let second = cell.rates(1);
        OpStats {
            op,
            count: counts.count,
            errors: counts.errors,
            error_rate: cell.lately(60, now).failed(),
            bytes: counts.bytes,
            seconds: to_f64(counts.nanos) / 1e9,
            rate_1s: second.ops,
            rate_10s: cell.rates(10).ops,
            rate_1m: cell.rates(60).ops,
            average: if uptime > 0.0 { to_f64(counts.count) / uptime } else { 0.0 },
            bytes_rate: second.bytes,
            total,
            recent,
        }
    }

    fn terminal_stats(&self, operations: &[OpStats]) -> TerminalStats {
        let dropped_frames = self.dropped_frames.load(Ordering::Relaxed);
        let (Some(output), Some(key)) =
            (operations.get(Op::Output.index()), operations.get(Op::KeyToPaint.index()))
        else {
            return TerminalStats { dropped_frames, ..TerminalStats::default() };
        };
        TerminalStats {
            frames: output.count,
            dropped_frames,
            bytes: output.bytes,
            frame_rate: output.rate_1s,
            bytes_rate: output.bytes_rate,
            key_to_paint: key.recent,
        }
    }
}

/// Searches, out of all operations.
fn search_stats(operations: &[OpStats]) -> SearchStats {
    let by_layer = LAYERS.iter().filter_map(|(layer, op)| {
        let stats = operations.get(op.index())?;
        Some(LayerStats {
            layer: (*layer).to_owned(),
            count: stats.count,
            rate: stats.rate_1s,
            p50_ms: stats.total.p50_ms,
            p95_ms: stats.total.p95_ms,
            p99_ms: stats.total.p99_ms,
            error_rate: stats.error_rate,
        })
    });
    let Some(all) = operations.get(Op::Search.index()) else { return SearchStats::default() };
    SearchStats {
        count: all.count,
        rate: all.rate_1s,
        average: all.average,
        p50_ms: all.total.p50_ms,
        p95_ms: all.total.p95_ms,
        p99_ms: all.total.p99_ms,
        error_rate: all.error_rate,
        recent: all.recent,
        by_layer: by_layer.collect(),
    }
}
