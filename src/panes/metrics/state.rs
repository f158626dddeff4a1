//! What the Metrics pane holds.

use super::rows::{Series, rows};
use crate::base::Result;
use crate::base::num::to_f64;
use crate::metrics::Snapshot;
use crate::panes::Move;
use crate::work::{Effects, Reply, Request, Slot, Tone, Wish};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};

/// Seconds of history that are drawn.
const HISTORY: usize = 600;

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
}

/// Everything the pane holds.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// The figures of the last second.
    pub snapshot: Option<Snapshot>,
    /// Values of each series, one a second, the newest last.
    pub history: BTreeMap<Series, VecDeque<f64>>,
    /// The series in the chart.
    pub chart: Series,
    /// The selected row.
    pub selected: usize,
    /// Whether the selected figure is explained.
    pub explain: bool,
}

impl State {
    /// Takes the figures of this second.
    pub fn reply(&mut self, reply: Result<Reply>, fx: &mut Effects) {
        match reply {
            Ok(Reply::Figures(snapshot)) => {
                for series in Series::ALL {
                    let values = self.history.entry(series).or_default();
                    values.push_back(series.of(&snapshot).unwrap_or(f64::NAN));
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
                self.snapshot = Some(*snapshot);
                self.settle(true);
            }
            Ok(Reply::Relieved { before, after }) => {
                let mib = |bytes: u64| format!("{:.1} MB", to_f64(bytes) / 1e6);
                let gave = mib(before.saturating_sub(after));
                fx.say(Tone::Done, format!("{gave} given back to the system, {} left", mib(after)));
            }
            Ok(_) => {}
            Err(error) => fx.wish(Wish::Fail(error)),
        }
    }

    /// Sentences of the alerts that are raised.
    pub fn alerts(&self) -> Vec<String> {
        self.snapshot
            .iter()
            .flat_map(|s| &s.alerts)
            .map(|a| format!("{} ({})", a.message, a.advice))
            .collect()
    }

    /// Carries a command out.
    pub fn command(&mut self, command: Command, fx: &mut Effects) {
        match command {
            Command::Relieve => fx.request(Slot::Relief, Request::Relieve),
            Command::Next => {
                let at = Series::ALL.iter().position(|s| *s == self.chart).map_or(0, |at| at + 1);
                self.chart = Series::ALL.get(at % Series::ALL.len()).copied().unwrap_or_default();
            }
            Command::Explain => self.explain = !self.explain,
        }
    }

    /// Leaves the explanation. False if none was open.
    pub fn leave(&mut self) -> bool {
        std::mem::take(&mut self.explain)
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
    pub fn go_move(&mut self, way: Move) {
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
        if let Some(series) = series {
            self.chart = series;
        }
    }
}
