//! What was measured. Owns the [`Registry`] that takes measurements, the percentiles and rates made of them,
//! the probe of process and system, alerts, and the two forms for other programs (JSON through [`Snapshot`],
//! Prometheus text). Must not know panes, nor who measures: owners of stores, caches and terminals push their
//! figures.
//!
//! Invariants: a measurement costs well under a microsecond and never waits for a reader for longer than it takes to
//! add histograms; memory is bounded whatever is recorded; a figure that cannot be had is absent, never guessed.

mod alerts;
mod figure;
mod history;
mod leaks;
mod ops;
mod probe;
pub mod profile;
mod prometheus;
mod registry;
mod snapshot;

/// The level of the cache that holds blocks of files: what is read once is never found in it.
pub(crate) const FILE_BLOCKS: &str = "file blocks";

#[cfg(test)]
mod tests;

pub use alerts::{Alert, AlertEvent};
pub use figure::{FIGURES, Figure, FigureNo, Unit, bytes, figure_named, time};
pub use history::{Block, Recorder, STEPS, Step, joined, span};
pub use leaks::{Leak, LeakWatch, Objects};
pub use probe::{Probe, ProcessSample, SystemSample};
pub use prometheus::prometheus;
pub use registry::{CacheGauge, Registry};
pub use snapshot::{
    CacheLevelStats, CacheStats, Latency, LayerStats, OpStats, PluginStats, SearchStats, Snapshot,
    StorageStats, StrategyStats, TerminalStats, Warmed,
};
