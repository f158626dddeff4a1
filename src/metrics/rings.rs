//! Rings of one sample a second, for sparklines.

use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Samples that a ring holds: ten minutes.
pub const RING_SECONDS: usize = 600;

/// A figure that is kept second by second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Series {
    /// Searches per second.
    SearchRate,
    /// p95 of the searches of that second, milliseconds.
    SearchP95,
    /// p95 of key to paint of that second, milliseconds.
    KeyToPaintP95,
    /// CPU time of the process, percent of one processor.
    Cpu,
    /// Resident memory of the process, bytes.
    Rss,
    /// Bytes that the process read and wrote, per second.
    Io,
    /// Bytes sent to the terminal, per second.
    Terminal,
    /// Size of the store, bytes.
    StoreSize,
}

impl Series {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 8] = [
        Self::SearchRate,
        Self::SearchP95,
        Self::KeyToPaintP95,
        Self::Cpu,
        Self::Rss,
        Self::Io,
        Self::Terminal,
        Self::StoreSize,
    ];
}

/// The rings of all series.
#[derive(Debug, Default)]
pub(super) struct Rings([VecDeque<Option<f64>>; Series::ALL.len()]);

impl Rings {
    /// Adds one sample to the ring of `series`; `None` where there is no figure for that second.
    pub fn push(&mut self, series: Series, sample: Option<f64>) {
        if let Some(ring) = self.0.get_mut(series as usize) {
            if ring.len() >= RING_SECONDS {
                ring.pop_front();
            }
            ring.push_back(sample);
        }
    }

    /// The last samples of a series, at most `count`, oldest first.
    pub fn last(&self, series: Series, count: usize) -> Vec<Option<f64>> {
        self.0.get(series as usize).map_or_else(Vec::new, |ring| {
            ring.iter().skip(ring.len().saturating_sub(count)).copied().collect()
        })
    }
}
