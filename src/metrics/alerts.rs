//! Alerts: a figure over its threshold on two ticks raises one, three ticks under it clear it again, so that a figure
//! that swings about its threshold does not flicker.

use serde::{Deserialize, Serialize};

use crate::config::AlertThresholds;
use crate::store::UnixMs;

/// Ticks over the threshold that raise an alert.
const TICKS_TO_RAISE: u8 = 2;
/// Ticks under it that clear it.
const TICKS_TO_CLEAR: u8 = 3;

/// An alert that is raised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// `high_response_time`, `high_error_rate`, `high_memory_usage` or `high_cpu_usage`.
    pub name: String,
    /// What is wrong, in one line with its figures.
    pub message: String,
    /// The figure.
    pub value: f64,
    /// What it should not be over.
    pub threshold: f64,
    /// Unit of both.
    pub unit: String,
    /// Since when.
    pub since: UnixMs,
    /// What to do.
    pub advice: String,
}

/// The figures that alerts are about; absent ones count as under their threshold.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Figures {
    /// p95 of searches in the last minute.
    pub response_ms: Option<f64>,
    /// Share of failed searches and store calls in the last minute, if there were enough to speak of a share.
    pub error_rate: Option<f64>,
    /// Resident memory.
    pub memory_mib: Option<f64>,
    /// CPU time in percent of one processor.
    pub cpu_percent: Option<f64>,
}

/// A kind of alert.
pub(super) struct Rule {
    /// Its name.
    pub name: &'static str,
    what: &'static str,
    unit: &'static str,
    advice: &'static str,
    figure: fn(&Figures) -> Option<f64>,
    threshold: fn(&AlertThresholds) -> f64,
}

/// Every kind of alert.
pub(super) static RULES: [Rule; 4] = [
    Rule {
        name: "high_response_time",
        what: "searches are slow: p95 of the last minute",
        unit: "ms",
        advice: "look at the slow layer in the Metrics pane; add a tag: or category: filter, or run greenbar doctor",
        figure: |f| f.response_ms,
        threshold: |t| crate::base::num::to_f64(t.response_time_ms),
    },
    Rule {
        name: "high_error_rate",
        what: "searches and store calls fail: share of the last minute",
        unit: "",
        advice: "read the log pane for the first error, then run greenbar doctor",
        figure: |f| f.error_rate,
        threshold: |t| t.error_rate,
    },
    Rule {
        name: "high_memory_usage",
        what: "the process holds much memory",
        unit: "MiB",
        advice: "close files that are not needed, or lower performance.cache.l1_size_mb",
        figure: |f| f.memory_mib,
        threshold: |t| crate::base::num::to_f64(t.memory_usage_mb),
    },
    Rule {
        name: "high_cpu_usage",
        what: "the process uses much CPU time",
        unit: "%",
        advice: "a large file being indexed is normal and ends by itself; otherwise cancel the running work with Esc",
        figure: |f| f.cpu_percent,
        threshold: |t| crate::base::num::to_f64(t.cpu_usage_percent),
    },
];

/// State of one kind of alert.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    over: u8,
    under: u8,
    since: Option<UnixMs>,
    value: f64,
    threshold: f64,
}

/// State of all alerts.
#[derive(Debug, Default)]
pub(super) struct Alerts([State; RULES.len()]);

impl Alerts {
    /// Once a second, at `now`.
    pub fn tick(&mut self, now: UnixMs, thresholds: &AlertThresholds, figures: &Figures) {
        for (rule, state) in RULES.iter().zip(&mut self.0) {
            let threshold = (rule.threshold)(thresholds);
            let value = (rule.figure)(figures);
            state.threshold = threshold;
            state.value = value.unwrap_or(state.value);
            if value.is_some_and(|v| v > threshold) {
                state.over = state.over.saturating_add(1);
                state.under = 0;
                if state.over >= TICKS_TO_RAISE {
                    state.since.get_or_insert(now);
                }
            } else {
                state.under = state.under.saturating_add(1);
                state.over = 0;
                if state.under >= TICKS_TO_CLEAR {
                    state.since = None;
                }
            }
        }
    }

    /// The alerts that are raised.
    pub fn raised(&self) -> Vec<Alert> {
        RULES.iter().zip(&self.0).filter_map(|(rule, state)| state.alert(rule)).collect()
    }
}

impl State {
    fn alert(&self, rule: &Rule) -> Option<Alert> {
        let since = self.since?;
        let (value, threshold, unit) = match rule.unit {
            "" => (self.value * 100.0, self.threshold * 100.0, "%"),
            unit => (self.value, self.threshold, unit),
        };
        Some(Alert {
            name: rule.name.to_owned(),
            message: format!("{} {value:.0} {unit}, threshold {threshold:.0} {unit}", rule.what),
            value: self.value,
            threshold: self.threshold,
            unit: rule.unit.to_owned(),
            since,
            advice: rule.advice.to_owned(),
        })
    }
}
