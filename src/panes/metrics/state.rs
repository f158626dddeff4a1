//! What the Metrics pane holds.

use super::flame::Flame;
use super::lists::{Lists, Shown};
use super::rows::rows;
use crate::base::Result;
use crate::base::num::to_f64;
use crate::metrics::{Alert, FIGURES, FigureNo, Snapshot};
use crate::panes::Move;
use crate::work::{Effects, Past, ProfileAsk, Reply, Request, Slot, Tone, Wish};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Seconds of history that are drawn as they come.
const HISTORY: usize = 600;
/// Values of a span that is read from the store: a column each, and no terminal has more.
const COLUMNS: usize = 200;
/// Seconds between two readings of a span that is shown.
const AGAIN: u64 = 60;

/// Spans that the chart shows: what is said of them, and milliseconds. The first one comes as it is measured.
pub(super) const SPANS: [(&str, i64); 6] = [
    ("10 min", 600_000),
    ("1 hour", 3_600_000),
    ("6 hours", 6 * 3_600_000),
    ("24 hours", 24 * 3_600_000),
    ("7 days", 7 * 24 * 3_600_000),
    ("30 days", 30 * 24 * 3_600_000),
];

/// What keys and the palette can ask of this pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// The next series in the chart.
    Next,
    /// What the selected figure means and what to do about it, or not.
    Explain,
    /// Give memory back to the system.
    Relieve,
    /// The next span of the chart.
    Span,
    /// Compare with the span before, or not.
    Compare,
    /// The alerts are known.
    Acknowledge,
    /// Where time goes; shown already, measure or measure no more.
    Profile,
    /// What was slow, or the figures again.
    Slow,
    /// Advice on indexes, or the figures again.
    Advice,
    /// Forget what was slow.
    ForgetSlow,
}

/// What the pane shows, of those things that keys mean something else in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Figures and a chart.
    Figures,
    /// Where time goes.
    Flame,
    /// What was slow.
    Slow,
    /// Advice on indexes.
    Advice,
}

/// Everything the pane holds.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// The figures of the last second.
    pub snapshot: Option<Snapshot>,
    /// Values of each figure, one a second, the newest last.
    pub history: BTreeMap<FigureNo, VecDeque<f64>>,
    /// The figure in the chart.
    pub chart: Chart,
    /// The selected row.
    pub selected: usize,
    /// Whether the selected figure is explained.
    pub explain: bool,
    /// Which of the spans is shown.
    pub(super) span: usize,
    /// The span before is shown, too.
    pub(super) compare: bool,
    /// Where time goes, while that is shown.
    pub(super) flame: Option<Box<Flame>>,
    /// What was read of a longer span.
    pub(super) past: Option<Past>,
    /// Alerts that somebody knows of, each with its beginning.
    known: BTreeSet<(String, i64)>,
    /// What was slow, and advice.
    pub(super) lists: Lists,
    seconds: u64,
}

/// The figure in the chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chart(pub FigureNo);

impl Default for Chart {
    fn default() -> Self {
        Self(FigureNo::named("key_to_paint").unwrap_or(FigureNo(0)))
    }
}

impl State {
    /// Takes the figures of this second, or a span of history.
    pub fn reply(&mut self, reply: Result<Reply>, fx: &mut Effects) {
        match reply {
            Ok(Reply::Figures(snapshot)) => {
                for (no, figure) in (0..).map(FigureNo).zip(FIGURES) {
                    let values = self.history.entry(no).or_default();
                    values.push_back((figure.of)(&snapshot).unwrap_or(f64::NAN));
                    if values.len() > HISTORY {
                        values.pop_front();
                    }
                }
                // Alerts come and go above the figures: the selection stays on its figure.
                let alerts = |s: &Snapshot| s.alerts.len();
                let (old, new) = (self.snapshot.as_ref().map_or(0, alerts), alerts(&snapshot));
                self.selected = match self.selected.checked_sub(old) {
                    Some(figure) => figure + new,
                    None => self.selected.min(new),
                };
                self.known.retain(|(name, since)| {
                    snapshot.alerts.iter().any(|a| a.name == *name && a.since == *since)
                });
                self.snapshot = Some(*snapshot);
                self.settle(true);
                self.seconds += 1;
                if self.flame.is_some() {
                    fx.request(Slot::Profile, Request::Profile(ProfileAsk::Look));
                }
                if self.span > 0 && self.seconds.is_multiple_of(AGAIN) {
                    self.read_span(fx);
                }
            }
            Ok(Reply::Relieved { before, after }) => {
                let mib = |bytes: u64| format!("{:.1} MB", to_f64(bytes) / 1e6);
                let gave = mib(before.saturating_sub(after));
                fx.say(Tone::Done, format!("{gave} given back to the system, {} left", mib(after)));
            }
            Ok(Reply::Profile(profile)) => {
                if let Some(flame) = &mut self.flame {
                    flame.take(*profile);
                }
            }
            Ok(Reply::Past(past)) => self.past = Some(*past),
            Ok(Reply::Inside(answer)) => self.lists.answer(answer, fx),
            Ok(_) => {}
            Err(error) => {
                self.lists.failed();
                fx.wish(Wish::Fail(error));
            }
        }
    }

    /// What is shown.
    pub fn view(&self) -> View {
        match self.lists.shown {
            _ if self.flame.is_some() => View::Flame,
            Shown::Figures => View::Figures,
            Shown::Slow => View::Slow,
            Shown::Advice => View::Advice,
        }
    }

    fn is_known(&self, alert: &Alert) -> bool {
        self.known.contains(&(alert.name.clone(), alert.since))
    }

    /// Sentences of the alerts that are raised and that nobody has acknowledged.
    pub fn alerts(&self) -> Vec<String> {
        self.snapshot
            .iter()
            .flat_map(|s| &s.alerts)
            .filter(|alert| !self.is_known(alert))
            .map(|a| format!("{} ({})", a.message, a.advice))
            .collect()
    }

    /// Carries a command out.
    pub fn command(&mut self, command: Command, fx: &mut Effects) {
        match command {
            Command::Relieve => fx.request(Slot::Relief, Request::Relieve),
            Command::Next => {
                let FigureNo(at) = self.chart.0;
                let next = FigureNo(at.saturating_add(1));
                self.chart = Chart(if next.get().is_some() { next } else { FigureNo(0) });
                self.read_span(fx);
            }
            Command::Profile => {
                let on = self.flame.as_ref().is_none_or(|flame| !flame.is_on());
                self.profile(ProfileAsk::Switch(on), fx);
            }
            Command::Slow => self.list(Shown::Slow, fx),
            Command::Advice => self.list(Shown::Advice, fx),
            Command::ForgetSlow => self.lists.forget(fx),
            Command::Explain => match &mut self.flame {
                Some(flame) => flame.zoom(),
                None if self.lists.shown != Shown::Figures => self.lists.enter(fx),
                None => self.explain = !self.explain,
            },
            Command::Span => {
                self.span = (self.span + 1) % SPANS.len();
                self.past = None;
                self.read_span(fx);
            }
            Command::Compare => {
                self.compare = !self.compare;
                // What comes as it is measured has nothing before it: an hour has.
                if self.compare && self.span == 0 {
                    self.span = 1;
                }
                self.read_span(fx);
            }
            Command::Acknowledge => {
                let raised = self.snapshot.iter().flat_map(|s| &s.alerts);
                let new: Vec<(String, i64)> = raised.map(|a| (a.name.clone(), a.since)).collect();
                let told = if new.is_empty() {
                    "no alert is raised"
                } else {
                    "the alerts are acknowledged: they stay in this list while they last"
                };
                self.known.extend(new);
                fx.say(Tone::Info, told);
            }
        }
    }

    /// Asks for the span that is shown, if it is one that is kept.
    fn read_span(&mut self, fx: &mut Effects) {
        let ms = SPANS.get(self.span).map_or(0, |(_, ms)| *ms);
        let Some(figure) = self.chart.0.get().filter(|_| self.span > 0) else { return };
        if self.past.as_ref().is_some_and(|past| past.name != figure.name) {
            self.past = None;
        }
        let name = figure.name.to_owned();
        fx.request(Slot::Past, Request::Past { name, ms, count: COLUMNS });
    }

    /// Shows a list in place of the figures, and of where time goes.
    fn list(&mut self, shown: Shown, fx: &mut Effects) {
        self.flame = None;
        self.lists.show(shown, fx);
    }

    /// Asks the profiler and shows what it says.
    pub fn profile(&mut self, ask: ProfileAsk, fx: &mut Effects) {
        self.flame.get_or_insert_default();
        fx.request(Slot::Profile, Request::Profile(ask));
    }

    /// Leaves the flames, a step of their zoom first, or the explanation. False if none was open.
    pub fn leave(&mut self) -> bool {
        match &mut self.flame {
            Some(flame) => {
                if !flame.unzoom() {
                    self.flame = None;
                }
                true
            }
            None => self.lists.leave() || std::mem::take(&mut self.explain),
        }
    }

    /// Moves on from a heading, down or up: it is no figure.
    fn settle(&mut self, down: bool) {
        let Some(snapshot) = &self.snapshot else { return };
        let rows = rows(snapshot);
        let is_figure = |at: &usize| rows.get(*at).is_some_and(|row| !row.heading);
        let below = || (self.selected..rows.len()).find(is_figure);
        let above = || (0..=self.selected.min(rows.len())).rev().find(is_figure);
        let found = if down { below().or_else(above) } else { above().or_else(below) };
        self.selected = found.unwrap_or(0);
    }

    /// Moves the selection.
    pub fn go_move(&mut self, way: Move, fx: &mut Effects) {
        if let Some(flame) = &mut self.flame {
            return flame.walk(way);
        }
        if self.lists.shown != Shown::Figures {
            return self.lists.go_move(way);
        }
        let last = self.snapshot.as_ref().map_or(0, |s| rows(s).len().saturating_sub(1));
        self.selected = match way {
            Move::Up | Move::Left => self.selected.saturating_sub(1),
            Move::Down | Move::Right => self.selected + 1,
            Move::PageUp | Move::HalfUp => self.selected.saturating_sub(10),
            Move::PageDown | Move::HalfDown => self.selected + 10,
            Move::Top => 0,
            Move::Bottom => last,
        }
        .min(last);
        self.settle(!matches!(way, Move::Up | Move::Left | Move::PageUp | Move::HalfUp));
        let series = self.snapshot.as_ref().and_then(|s| rows(s).get(self.selected).and_then(|r| r.series));
        if let Some(series) = series.filter(|series| *series != self.chart.0) {
            self.chart = Chart(series);
            self.read_span(fx);
        }
    }
}
