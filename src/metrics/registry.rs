//! The registry: everybody records here, panes and subcommands read here.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use super::alerts::{AlertEvent, Alerts, Figures};
use super::leaks::{Leak, LeakWatch, Objects};
use super::ops::{Counts, OpCell, lock, seconds};
use super::probe::{Probe, ProcessSample, SystemSample};
use super::snapshot::{
    CacheLevelStats, CacheStats, LayerStats, OpStats, PluginStats, SearchStats, Snapshot, StorageStats,
    StrategyStats, TerminalStats,
};
use crate::base::meter::Asked;
use crate::base::num::{to_f64, to_usize};
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

/// Seconds without any of [`BUSY`] that are a moment of rest.
const REST: u64 = 5;
/// Seconds between two moments of rest that are compared, at least.
const APART: u64 = 60;
/// What is done for a person: with none of it, nothing happens.
const BUSY: [Op; 6] = [Op::Search, Op::FilePage, Op::FileScan, Op::FileFind, Op::Parse, Op::KeyToPaint];

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
    /// What is held, by who holds it.
    objects: Mutex<BTreeMap<&'static str, Vec<Objects>>>,
    tallies: Mutex<Tallies>,
    live: Mutex<Live>,
}

/// How often each was asked for something, and how often it had it.
type Tallies = BTreeMap<(Asked, &'static str), (u64, u64)>;

/// What a tick moves on.
struct Live {
    probe: Probe,
    system: SystemSample,
    alerts: Alerts,
    thresholds: AlertThresholds,
    /// Ticks so far.
    ticks: u64,
    watch: LeakWatch,
    /// Operations for people so far, and when there was one last, in ticks.
    busy: (u64, u64),
    /// When the last moment of rest was taken, in ticks, and whether something has happened since.
    rested: (u64, bool),
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

    fn asked(&self, group: Asked, name: &'static str, hit: bool) {
        if self.enabled.load(Ordering::Relaxed) {
            let mut tallies = lock(&self.tallies);
            let (asked, hits) = tallies.entry((group, name)).or_default();
            *asked += 1;
            *hits += u64::from(hit);
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
            alerts,
            thresholds: settings.alert_thresholds.clone(),
            ticks: 0,
            watch: LeakWatch::default(),
            busy: (0, 0),
            rested: (0, false),
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
            objects: Mutex::default(),
            tallies: Mutex::default(),
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

    /// Takes what `owner` holds at this moment.
    pub fn set_objects(&self, owner: &'static str, objects: Vec<Objects>) {
        lock(&self.objects).insert(owner, objects);
    }

    /// Everything that is held: what its owners say, and what the system says of the process.
    pub fn objects(&self) -> Vec<Objects> {
        let process = lock(&self.live).system.process.clone();
        self.held(&process)
    }

    fn held(&self, process: &ProcessSample) -> Vec<Objects> {
        let mut all: Vec<Objects> = lock(&self.objects).values().flatten().cloned().collect();
        // What caches hold may grow up to their bounds, and goes when memory is short: it is no leak.
        let cached: u64 = all.iter().filter(|o| o.bytes && o.bound > 0).map(|o| o.count).sum();
        for (name, count) in [("threads", process.threads), ("descriptors", process.open_files)] {
            all.extend(count.map(|count| Objects::new(name, to_usize(count), 0)));
        }
        let beside = process.rss_bytes.map(|rss| rss.saturating_sub(cached));
        all.extend(beside.map(|bytes| Objects::bytes("other memory", bytes, 0)));
        all
    }

    /// Looks what is held, if this is a moment of rest, and gives what grew since the ones before.
    fn watch(&self, live: &mut Live) -> Vec<Leak> {
        let done: u64 = BUSY.iter().map(|op| self.op(*op).count()).sum();
        if done != live.busy.0 {
            live.busy = (done, live.ticks);
            live.rested.1 = true;
        }
        let at_rest = live.ticks.saturating_sub(live.busy.1) >= REST;
        let apart = live.rested.0 == 0 || live.ticks.saturating_sub(live.rested.0) >= APART;
        if at_rest && apart && live.rested.1 {
            live.rested = (live.ticks, false);
            let objects = self.held(&live.system.process);
            live.watch.look(self.clock.unix_ms(), &objects);
        }
        live.watch.leaks()
    }

    /// Takes the figures of all plugins.
    pub fn set_plugins(&self, plugins: Vec<PluginStats>) {
        *lock(&self.plugins) = plugins;
    }

    /// A frame was drawn but a newer one replaced it before it was written.
    pub fn frame_dropped(&self) {
        self.dropped_frames.fetch_add(1, Ordering::Relaxed);
    }

    /// Moves rates and alerts on. Called once a second by a worker thread: it reads a few files below `/proc`.
    pub fn tick(&self) {
        let now = self.clock.instant();
        for cell in &self.ops {
            cell.tick(now);
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
        live.ticks += 1;
        let leaks = self.watch(live);
        live.alerts.take_leaks(self.clock.unix_ms(), &leaks);
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

    /// All figures. Rates, process and alerts are those of the last tick; without one the process is read now.
    pub fn snapshot(&self) -> Snapshot {
        let now = self.clock.instant();
        let operations: Vec<OpStats> = Op::ALL.iter().map(|op| self.op_stats(*op, now)).collect();
        let (system, alerts, leaks) = {
            let mut live = lock(&self.live);
            if live.system == SystemSample::default() {
                live.system = live.probe.sample(now);
            }
            (live.system.clone(), live.alerts.raised(), live.watch.leaks())
        };
        let mut cache = lock(&self.levels).clone();
        cache.levels.extend(lock(&self.caches).iter().map(|(level, gauge)| gauge.stats(level)));
        Snapshot {
            taken_at: self.clock.unix_ms(),
            since: self.since,
            search: search_stats(&operations, &lock(&self.tallies)),
            storage: lock(&self.storage).clone(),
            cache,
            terminal: self.terminal_stats(&operations),
            plugins: lock(&self.plugins).clone(),
            operations,
            objects: self.held(&system.process),
            leaks,
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
fn search_stats(operations: &[OpStats], tallies: &Tallies) -> SearchStats {
    let hits = |group: Asked, name: &'static str| tallies.get(&(group, name)).map_or(0, |(_, hits)| *hits);
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
            found: hits(Asked::Layer, layer),
        })
    });
    let strategies = tallies.iter().filter(|((group, _), _)| *group == Asked::Strategy);
    let mut by_strategy: Vec<StrategyStats> = strategies
        .map(|((_, name), (count, _))| StrategyStats {
            strategy: (*name).to_owned(),
            count: *count,
            found: hits(Asked::Strategy, name),
            remembered: hits(Asked::Remembered, name),
        })
        .collect();
    by_strategy.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.strategy.cmp(&b.strategy)));
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
        by_strategy,
    }
}
