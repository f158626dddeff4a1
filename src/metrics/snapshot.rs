//! The figures at one moment, as values: what the pane draws, what `metrics --json` prints.

use serde::{Deserialize, Serialize};

use super::alerts::Alert;
use super::leaks::{Leak, Objects};
use super::probe::SystemSample;
use crate::base::Op;
use crate::base::num::to_f64;
use crate::store::{Access, PoolFigures, StoreInfo, UnixMs};

/// All figures at one moment.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Snapshot {
    /// When it was taken.
    pub taken_at: UnixMs,
    /// Since when operations are counted.
    pub since: UnixMs,
    /// Searches.
    pub search: SearchStats,
    /// Every measured operation.
    pub operations: Vec<OpStats>,
    /// The store.
    pub storage: StorageStats,
    /// The levels of the cache.
    pub cache: CacheStats,
    /// The process and the machine.
    pub system: SystemSample,
    /// What went to the terminal.
    pub terminal: TerminalStats,
    /// Plugin processes.
    pub plugins: Vec<PluginStats>,
    /// What the process holds, by kinds.
    #[serde(default)]
    pub objects: Vec<Objects>,
    /// What of it grew from each moment of rest to the next.
    #[serde(default)]
    pub leaks: Vec<Leak>,
    /// Alerts that are raised.
    pub alerts: Vec<Alert>,
}

/// How long something took, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Latency {
    /// How often it was measured.
    pub count: u64,
    /// Mean.
    pub mean_ms: f64,
    /// Half took at most this.
    pub p50_ms: f64,
    /// 95 % took at most this.
    pub p95_ms: f64,
    /// 99 % took at most this.
    pub p99_ms: f64,
    /// The longest.
    pub max_ms: f64,
}

/// One measured operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpStats {
    /// Which.
    pub op: Op,
    /// How often, since the start.
    pub count: u64,
    /// How often it failed, since the start.
    pub errors: u64,
    /// Share that failed in the last minute, 0 to 1.
    pub error_rate: f64,
    /// Bytes it moved, since the start.
    pub bytes: u64,
    /// Seconds it took, summed up since the start.
    pub seconds: f64,
    /// Per second, over the last second.
    pub rate_1s: f64,
    /// Per second, over the last ten seconds.
    pub rate_10s: f64,
    /// Per second, over the last minute.
    pub rate_1m: f64,
    /// Per second, since the start.
    pub average: f64,
    /// Bytes per second, over the last second.
    pub bytes_rate: f64,
    /// Durations since the start.
    pub total: Latency,
    /// Durations of about the last minute.
    pub recent: Latency,
}

/// Searches.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SearchStats {
    /// How many, since the start.
    pub count: u64,
    /// Per second, over the last second.
    pub rate: f64,
    /// Per second, since the start.
    pub average: f64,
    /// Half of all took at most this, milliseconds.
    pub p50_ms: f64,
    /// 95 % of all took at most this, milliseconds.
    pub p95_ms: f64,
    /// 99 % of all took at most this, milliseconds.
    pub p99_ms: f64,
    /// Share that failed in the last minute, 0 to 1.
    pub error_rate: f64,
    /// Durations of about the last minute.
    pub recent: Latency,
    /// Each layer of search.
    pub by_layer: Vec<LayerStats>,
    /// Each strategy that was chosen, the most frequent first.
    #[serde(default)]
    pub by_strategy: Vec<StrategyStats>,
}

/// One layer of search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerStats {
    /// `exact`, `tag` or `text`.
    pub layer: String,
    /// How often it was asked, since the start.
    pub count: u64,
    /// Per second, over the last second.
    pub rate: f64,
    /// Half of all took at most this, milliseconds.
    pub p50_ms: f64,
    /// 95 % of all took at most this, milliseconds.
    pub p95_ms: f64,
    /// 99 % of all took at most this, milliseconds.
    pub p99_ms: f64,
    /// Share that failed in the last minute, 0 to 1.
    pub error_rate: f64,
    /// How often it found something.
    #[serde(default)]
    pub found: u64,
}

/// Searches that were answered in one way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StrategyStats {
    /// `hybrid`, `code`, `phrase` and so on.
    pub strategy: String,
    /// How many, since the start.
    pub count: u64,
    /// Of these, how many found something.
    pub found: u64,
    /// Of these, how many had a result that was remembered.
    pub remembered: u64,
}

/// The store.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct StorageStats {
    /// A store is open and has said its figures; all others are 0 or empty until then.
    pub open: bool,
    /// `sqlite`.
    pub kind: String,
    /// File or address, without passwords.
    pub location: String,
    /// It takes writes.
    pub writable: bool,
    /// Schema version.
    pub schema: u32,
    /// Entries that are not deleted.
    pub entries: u64,
    /// Size of the database, bytes.
    pub bytes: u64,
    /// Size of the write-ahead log, bytes.
    pub wal_bytes: u64,
    /// Readers in the pool.
    pub readers: u32,
    /// Readers in use.
    pub readers_in_use: u32,
    /// Write transactions since the start.
    pub commits: u64,
    /// The connections: waits, holders, who blocks whom.
    #[serde(default)]
    pub pool: PoolFigures,
}

impl StorageStats {
    /// Share of the readers that there may be which are in use, 0 to 1; `None` where no store is open.
    pub fn pool_usage(&self) -> Option<f64> {
        let most = f64::from(self.pool.max);
        (self.open && self.pool.max > 0).then(|| f64::from(self.readers_in_use) / most)
    }

    /// How long a connection has been held that is held longest, milliseconds; 0 where none is held for long.
    pub fn longest_held_ms(&self) -> u64 {
        self.pool.held.first().map_or(0, |held| held.held_ms)
    }

    /// The longest wait of the last minute for a lock of another process or for the writer of this one, milliseconds.
    pub fn longest_lock_wait_ms(&self) -> f64 {
        to_f64(self.pool.lock_waits.worst_us.max(self.pool.writer_waits.worst_us)) / 1e3
    }
}

impl From<&StoreInfo> for StorageStats {
    fn from(info: &StoreInfo) -> Self {
        let (readers, readers_in_use) = info.readers;
        Self {
            open: true,
            kind: info.kind.clone(),
            location: info.location.clone(),
            writable: info.access == Access::ReadWrite,
            schema: info.schema,
            entries: info.entries,
            bytes: info.bytes,
            wal_bytes: info.wal_bytes,
            readers,
            readers_in_use,
            commits: info.commits,
            pool: info.pool.clone(),
        }
    }
}

/// The levels of the cache.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CacheStats {
    /// The levels of the cache, nearest first, then other caches.
    pub levels: Vec<CacheLevelStats>,
    /// What is kept, by kind; over all levels, bytes in memory.
    #[serde(default)]
    pub kinds: Vec<CacheLevelStats>,
    /// What it was filled with after the start, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warmed: Option<Warmed>,
}

/// What a cache was filled with in the background.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Warmed {
    /// Entries, with their texts.
    pub entries: u64,
    /// These are all that there are.
    pub whole: bool,
    /// Searches.
    pub searches: u64,
    /// Files of the session before of which the place was read.
    pub files: u64,
    /// Bytes that it took in memory.
    pub bytes: u64,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
}

/// One level of the cache.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CacheLevelStats {
    /// Its name: `l1`, `l2`, `blocks`.
    pub level: String,
    /// Look-ups that found something.
    pub hits: u64,
    /// Look-ups that found nothing.
    pub misses: u64,
    /// Share of look-ups that found something, 0 to 1; absent while nothing was looked up.
    pub hit_rate: Option<f64>,
    /// Bytes held.
    pub bytes: u64,
    /// Bytes it may hold; 0 if that is not bounded by bytes.
    pub capacity: u64,
}

/// What went to the terminal.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TerminalStats {
    /// Frames written.
    pub frames: u64,
    /// Frames drawn that a newer one replaced before they were written.
    pub dropped_frames: u64,
    /// Bytes written.
    pub bytes: u64,
    /// Frames per second, over the last second.
    pub frame_rate: f64,
    /// Bytes per second, over the last second.
    pub bytes_rate: f64,
    /// From a key to the frame that shows what it did, about the last minute.
    pub key_to_paint: Latency,
}

/// A plugin process.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PluginStats {
    /// Its name.
    pub name: String,
    /// It takes work.
    pub up: bool,
    /// Calls since the start.
    pub calls: u64,
    /// Calls that failed since the start.
    pub errors: u64,
    /// How long calls took.
    pub latency: Latency,
}
