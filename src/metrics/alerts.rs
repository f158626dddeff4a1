//! Alerts: a figure beyond its threshold at two looks raises one, three looks within it clear it again, so that a figure
//! that swings about its threshold does not flicker. Looks are five seconds apart.

use serde::{Deserialize, Serialize};

use super::figure::{Figure, figure_named};
use super::leaks::Leak;
use super::snapshot::Snapshot;
use crate::base::num::to_f64;
use crate::config::AlertThresholds;
use crate::store::UnixMs;

/// Ticks over the threshold that raise an alert.
const TICKS_TO_RAISE: u8 = 2;
/// Ticks under it that clear it.
const TICKS_TO_CLEAR: u8 = 3;

/// An alert that is raised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// `high_response_time`, `high_error_rate`, `low_cache_hit_rate`, `high_memory_usage`, `high_cpu_usage`, `slow_disk`,
    /// `large_log`, `pool_nearly_full`, `connection_held`, `lock_waits` or `steady_growth`.
    pub name: String,
    /// What is wrong, in one line with its figures.
    pub message: String,
    /// The figure.
    pub value: f64,
    /// What it should not be beyond.
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
    /// Share of the look-ups of the last minute that caches answered, if there were enough.
    pub cache_hit_rate: Option<f64>,
    /// How long one operation of the disk below the store took.
    pub disk_ms: Option<f64>,
    /// Size of the write-ahead log.
    pub wal_mib: Option<f64>,
    /// Share of the connections of the store that are in use.
    pub pool_usage: Option<f64>,
    /// How long the connection has been held that is held longest.
    pub held_ms: Option<f64>,
    /// The longest wait of the last minute for a lock of another process or for the writer.
    pub lock_wait_ms: Option<f64>,
}

/// A kind of alert.
pub(super) struct Rule {
    /// Its name.
    pub name: &'static str,
    unit: &'static str,
    /// It is bad below its threshold, not above.
    below: bool,
    figure: fn(&Figures) -> Option<f64>,
    threshold: fn(&AlertThresholds) -> f64,
    what: &'static str,
    advice: &'static str,
}

/// Declares the table of rules: name, unit (empty for a share), which figure is above or below which threshold, what is wrong
/// then, what to do.
macro_rules! rules {
    (@below above) => { false };
    (@below below) => { true };
    ($( $name:literal $unit:literal: $figure:ident $way:ident $threshold:expr; $what:literal; $advice:literal; )*) => {
        /// Every kind of alert.
        pub(super) static RULES: &[Rule] = &[ $( Rule {
            name: $name,
            unit: $unit,
            below: rules!(@below $way),
            figure: |figures| figures.$figure,
            threshold: $threshold,
            what: $what,
            advice: $advice,
        }, )* ];
    };
}

rules! {
    "high_response_time" "ms": response_ms above |t| to_f64(t.response_time_ms);
        "searches are slow: p95 of the last minute";
        "look at the slow layer in the Metrics pane; add a tag: or category: filter, or run greenbar doctor";
    "high_error_rate" "": error_rate above |t| t.error_rate;
        "searches and store calls fail: share of the last minute";
        "read the log pane for the first error, then run greenbar doctor";
    "high_memory_usage" "MiB": memory_mib above |t| to_f64(t.memory_usage_mb);
        "the process holds much memory";
        "close files that are not needed, or lower performance.cache.l1_size_mb";
    "high_cpu_usage" "%": cpu_percent above |t| to_f64(t.cpu_usage_percent);
        "the process uses much CPU time";
        "a large file being indexed is normal and ends by itself; otherwise cancel the running work with Esc";
    "low_cache_hit_rate" "": cache_hit_rate below |t| t.cache_hit_rate;
        "few look-ups are answered by the caches: share of the last minute";
        "raise performance.cache.l1_size_mb or ttl_seconds; after an import or many edits it recovers by itself";
    "slow_disk" "ms": disk_ms above |t| to_f64(t.disk_latency_ms);
        "the disk below the store is slow: one operation takes";
        "see with iostat -x who else uses the disk; put the store on a local one (store.url)";
    "large_log" "MiB": wal_mib above |t| to_f64(t.wal_size_mb);
        "the write-ahead log of the store is large";
        "something holds an old view of the store: end other programs that have it open, then run greenbar doctor --fix";
    "pool_nearly_full" "": pool_usage above |t| t.pool_usage;
        "nearly all connections of the store are in use: share";
        "see in the Metrics pane what holds them; more: performance.database.connection_pool_max";
    "connection_held" "ms": held_ms above |t| to_f64(t.connection_held_ms);
        "one call holds a connection of the store for long";
        "the Metrics pane names it under Store; Esc stops a search, an import or a check ends by itself";
    "lock_waits" "ms": lock_wait_ms above |t| to_f64(t.lock_wait_ms);
        "calls wait for the store: the longest wait of the last minute";
        "the Metrics pane and greenbar doctor name who was in the way: let imports and backups of other programs end";
}

/// State of one kind of alert.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    over: u8,
    under: u8,
    since: Option<UnixMs>,
    value: f64,
    threshold: f64,
}

/// A rule of the user: `search_p99 > 500`.
#[derive(Debug)]
struct OwnRule {
    text: String,
    figure: &'static Figure,
    below: bool,
    threshold: f64,
}

impl OwnRule {
    /// Reads one; `None` if it makes no sense.
    fn read(text: &str) -> Option<Self> {
        let at = text.find(['<', '>'])?;
        let (name, rest) = text.split_at_checked(at)?;
        let (sign, number) = rest.split_at_checked(1)?;
        let threshold = number.trim().parse().ok().filter(|n: &f64| n.is_finite())?;
        let figure = figure_named(name.trim())?;
        Some(Self { text: text.to_owned(), figure, below: sign == "<", threshold })
    }
}

/// An alert was raised or cleared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertEvent {
    /// When.
    pub at: UnixMs,
    /// It was raised; else cleared.
    pub raised: bool,
    /// Its name.
    pub name: String,
    /// What was wrong, with its figures; empty when it was cleared.
    pub message: String,
}

/// The alert about what grows.
pub(super) const LEAK: &str = "steady_growth";
/// Events that wait to be taken, at most.
const EVENTS: usize = 100;

/// State of all alerts.
#[derive(Debug, Default)]
pub(super) struct Alerts {
    /// One for each of [`RULES`], from the first look on.
    states: Vec<State>,
    own: Vec<(OwnRule, State)>,
    /// Rules of the user that make no sense.
    wrong: Vec<String>,
    /// What grows.
    leaks: Vec<Leak>,
    events: Vec<AlertEvent>,
}

impl Alerts {
    /// Takes the rules of the user, with semicolons between them.
    pub fn configure(&mut self, rules: &str) {
        let pieces = rules.split(';').map(str::trim).filter(|rule| !rule.is_empty());
        let (mut own, mut wrong) = (Vec::new(), Vec::new());
        for piece in pieces {
            match OwnRule::read(piece) {
                Some(rule) => {
                    let known =
                        self.own.iter().find(|(old, _)| old.text == rule.text).map(|(_, state)| *state);
                    own.push((rule, known.unwrap_or_default()));
                }
                None => wrong.push(piece.to_owned()),
            }
        }
        (self.own, self.wrong) = (own, wrong);
    }

    /// Whether the user has rules.
    pub fn has_own(&self) -> bool {
        !self.own.is_empty()
    }

    /// A look, at `now`.
    pub fn tick(&mut self, now: UnixMs, thresholds: &AlertThresholds, figures: &Figures) {
        self.states.resize_with(RULES.len(), State::default);
        for (rule, state) in RULES.iter().zip(&mut self.states) {
            let beyond = (rule.below, (rule.threshold)(thresholds));
            let turned = state.look(now, (rule.figure)(figures), beyond);
            let alert = state.alert(rule);
            remember(&mut self.events, now, turned, rule.name, alert.map(|a| a.message));
        }
    }

    /// A look at the rules of the user.
    pub fn tick_own(&mut self, now: UnixMs, figures: &Snapshot) {
        for (rule, state) in &mut self.own {
            let turned = state.look(now, (rule.figure.of)(figures), (rule.below, rule.threshold));
            let alert = state.own_alert(rule);
            remember(&mut self.events, now, turned, &rule.text, alert.map(|a| a.message));
        }
    }

    /// The alerts that are raised.
    pub fn raised(&self) -> Vec<Alert> {
        let known = RULES.iter().zip(&self.states).filter_map(|(rule, state)| state.alert(rule));
        let own = self.own.iter().filter_map(|(rule, state)| state.own_alert(rule));
        let wrong = self.wrong.iter().map(|rule| Alert {
            name: "alert_rule".to_owned(),
            message: format!("the rule \"{rule}\" makes no sense"),
            value: 0.0,
            threshold: 0.0,
            unit: String::new(),
            since: 0,
            advice: "write performance.monitoring.alert_rules as search_p99 > 500; greenbar metrics --history lists the figures"
                .to_owned(),
        });
        let leaks = self.leaks.iter().map(|leak| Alert {
            name: LEAK.to_owned(),
            message: leak.told(),
            value: to_f64(leak.objects.count),
            threshold: to_f64(leak.from),
            unit: String::new(),
            since: leak.since,
            advice: "m in the Metrics pane gives back what can be; if it grows on, start greenbar anew and report it with greenbar \
                     metrics --json"
                .to_owned(),
        });
        known.chain(own).chain(leaks).chain(wrong).collect()
    }

    /// Takes what grows steadily, at `now`; it is an alert as long as it does.
    pub fn take_leaks(&mut self, now: UnixMs, leaks: &[Leak]) {
        let has = |leaks: &[Leak], one: &Leak| leaks.iter().any(|l| l.objects.name == one.objects.name);
        for leak in leaks.iter().filter(|leak| !has(&self.leaks, leak)) {
            remember(&mut self.events, now, Some(true), LEAK, Some(leak.told()));
        }
        for leak in self.leaks.iter().filter(|leak| !has(leaks, leak)) {
            remember(&mut self.events, now, Some(false), LEAK, Some(leak.objects.name.clone()));
        }
        // It has one beginning as long as it lasts, however many moments are forgotten meanwhile.
        let since = |leak: &Leak| {
            self.leaks
                .iter()
                .find(|l| l.objects.name == leak.objects.name)
                .map_or(leak.since, |old| old.since)
        };
        self.leaks = leaks.iter().map(|leak| Leak { since: since(leak), ..leak.clone() }).collect();
    }

    /// What was raised and cleared since the last call.
    pub fn take_events(&mut self) -> Vec<AlertEvent> {
        std::mem::take(&mut self.events)
    }
}

fn remember(
    events: &mut Vec<AlertEvent>,
    at: UnixMs,
    turned: Option<bool>,
    name: &str,
    message: Option<String>,
) {
    if let Some(raised) = turned.filter(|_| events.len() < EVENTS) {
        events.push(AlertEvent { at, raised, name: name.to_owned(), message: message.unwrap_or_default() });
    }
}

impl State {
    /// Takes a value and says whether that raised (true) or cleared (false) the alert. `beyond`: whether below the threshold is
    /// bad, and the threshold.
    fn look(&mut self, now: UnixMs, value: Option<f64>, beyond: (bool, f64)) -> Option<bool> {
        let (below, threshold) = beyond;
        let was = self.since.is_some();
        self.threshold = threshold;
        self.value = value.unwrap_or(self.value);
        if value.is_some_and(|v| if below { v < threshold } else { v > threshold }) {
            self.over = self.over.saturating_add(1);
            self.under = 0;
            if self.over >= TICKS_TO_RAISE {
                self.since.get_or_insert(now);
            }
        } else {
            self.under = self.under.saturating_add(1);
            self.over = 0;
            if self.under >= TICKS_TO_CLEAR {
                self.since = None;
            }
        }
        (self.since.is_some() != was).then_some(!was)
    }

    fn own_alert(&self, rule: &OwnRule) -> Option<Alert> {
        let show = |v: f64| rule.figure.unit.show(v);
        Some(Alert {
            name: rule.text.clone(),
            message: format!(
                "{}: {}, threshold {}",
                rule.figure.label,
                show(self.value),
                show(self.threshold)
            ),
            value: self.value,
            threshold: self.threshold,
            unit: String::new(),
            since: self.since?,
            advice: "a rule of yours (performance.monitoring.alert_rules)".to_owned(),
        })
    }

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
