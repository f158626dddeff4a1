//! What a trial measured, as a value that can be added up over processes.

use crate::base::num::{to_f64, to_u64};
use crate::kb::search::SearchResult;
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// Longest time that is told apart, in microseconds: a minute.
const LONGEST_US: u64 = 60_000_000;

/// Times of searches and what they were. Those of several clients, threads or processes, are put together.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    /// How many searches took so many microseconds (three digits are kept).
    pub times: BTreeMap<u64, u64>,
    /// Searches that failed.
    pub errors: u64,
    /// The first error.
    pub error: Option<String>,
    /// Writes between them.
    pub writes: u64,
    /// Results of each layer that a search asked, by its name.
    pub layers: BTreeMap<String, u64>,
    /// Searches by the strategy that was chosen.
    pub strategies: BTreeMap<String, u64>,
    /// Searches that gave the top matches only.
    pub capped: u64,
    /// Searches that found nothing.
    pub empty: u64,
}

impl Tally {
    /// Counts a search and how long it took, from the key to the result.
    pub(super) fn searched(&mut self, result: &SearchResult, took: Duration) {
        *self.times.entry(kept(took)).or_default() += 1;
        count(&mut self.strategies, result.strategy.name());
        for found in &result.results {
            count(&mut self.layers, found.layer.name());
        }
        self.capped += u64::from(result.more);
        self.empty += u64::from(result.results.is_empty());
    }

    /// Counts a search that failed.
    pub(super) fn failed(&mut self, error: String) {
        self.errors += 1;
        self.error.get_or_insert(error);
    }

    /// Takes in what another client counted.
    pub fn add(&mut self, other: Self) {
        for (mine, theirs) in [(&mut self.layers, other.layers), (&mut self.strategies, other.strategies)] {
            for (name, count) in theirs {
                *mine.entry(name).or_default() += count;
            }
        }
        for (time, count) in other.times {
            *self.times.entry(time).or_default() += count;
        }
        self.errors += other.errors;
        self.writes += other.writes;
        self.capped += other.capped;
        self.empty += other.empty;
        if let Some(error) = other.error {
            self.error.get_or_insert(error);
        }
    }

    /// The report of a trial that went on for `lasted`, whose process holds `rss_bytes`.
    pub fn report(&self, lasted: Duration, rss_bytes: u64) -> TrialReport {
        let mut histogram = Histogram::<u64>::new_with_max(LONGEST_US, 3).ok();
        let (mut sum, mut searches) = (0_u64, 0_u64);
        for (time, count) in &self.times {
            sum = sum.saturating_add(time.saturating_mul(*count));
            searches += count;
            if let Some(histogram) = &mut histogram {
                histogram.saturating_record_n(*time, *count);
            }
        }
        let most = self.times.keys().next_back().copied().unwrap_or(0);
        let at = |quantile: f64| {
            histogram.as_ref().map_or(0.0, |h| millis(h.value_at_quantile(quantile).min(most)))
        };
        let results: u64 = self.layers.values().sum();
        TrialReport {
            searches,
            seconds: lasted.as_secs_f64(),
            throughput: to_f64(searches) / lasted.as_secs_f64().max(f64::MIN_POSITIVE),
            avg_ms: if searches == 0 { 0.0 } else { millis(sum) / to_f64(searches) },
            p50_ms: at(0.5),
            p95_ms: at(0.95),
            p99_ms: at(0.99),
            max_ms: millis(most),
            errors: self.errors,
            error: self.error.clone(),
            writes: self.writes,
            rss_mb: to_f64(rss_bytes) / 1_048_576.0,
            top_matches: share(self.capped, searches),
            nothing_found: share(self.empty, searches),
            layers: shares(&self.layers, results),
            strategies: shares(&self.strategies, searches),
        }
    }
}

/// What a trial gave. Times are from the key to the result, in milliseconds; shares are between 0 and 1.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TrialReport {
    /// Searches that gave a result.
    pub searches: u64,
    /// How long it went on, in seconds.
    pub seconds: f64,
    /// Searches a second.
    pub throughput: f64,
    /// Average time.
    pub avg_ms: f64,
    /// Half of the searches took at most this.
    pub p50_ms: f64,
    /// 95 of 100 took at most this.
    pub p95_ms: f64,
    /// 99 of 100 took at most this.
    pub p99_ms: f64,
    /// The longest.
    pub max_ms: f64,
    /// Searches that failed.
    pub errors: u64,
    /// The first error.
    pub error: Option<String>,
    /// Writes between the searches.
    pub writes: u64,
    /// Memory of the process, or of all processes, at the end, in MiB.
    pub rss_mb: f64,
    /// Share of the searches that gave the top matches only.
    pub top_matches: f64,
    /// Share of the searches that found nothing.
    pub nothing_found: f64,
    /// Share of the results by the layer that found them.
    pub layers: Vec<Share>,
    /// Share of the searches by strategy.
    pub strategies: Vec<Share>,
}

/// A part of a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// Of what.
    pub name: String,
    /// Between 0 and 1.
    pub share: f64,
}

fn shares(counts: &BTreeMap<String, u64>, all: u64) -> Vec<Share> {
    let mut shares: Vec<Share> =
        counts.iter().map(|(name, count)| Share { name: name.clone(), share: share(*count, all) }).collect();
    shares.sort_by(|a, b| b.share.total_cmp(&a.share));
    shares
}

/// Counts one more of `name`: the trial's own work must not count among that of the search.
fn count(counts: &mut BTreeMap<String, u64>, name: &str) {
    match counts.get_mut(name) {
        Some(count) => *count += 1,
        None => drop(counts.insert(name.to_owned(), 1)),
    }
}

fn share(part: u64, all: u64) -> f64 {
    if all == 0 { 0.0 } else { to_f64(part) / to_f64(all) }
}

fn millis(us: u64) -> f64 {
    to_f64(us) / 1e3
}

/// A time in microseconds with its first three digits.
fn kept(took: Duration) -> u64 {
    let us = to_u64(usize::try_from(took.as_micros()).unwrap_or(usize::MAX)).min(LONGEST_US);
    let step = 10_u64.saturating_pow(us.checked_ilog10().unwrap_or(0).saturating_sub(2));
    us / step.max(1) * step.max(1)
}
