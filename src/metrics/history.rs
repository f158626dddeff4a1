//! The history of figures at three steps: a second, a minute, an hour. Owns the blocks that are kept, when they are due, and how a
//! span is read from them. Must not know where blocks are kept.
//!
//! Invariants: a value lies at the place of its time, whatever was written before; each step has a ring of a fixed number of
//! blocks, so what is kept is bounded; nothing is due more often than once a minute.

use super::figure::FIGURES;
use super::snapshot::Snapshot;
use crate::base::num::{round_u64, to_f64, to_u64, to_usize};
use crate::store::UnixMs;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// A step: time between two values, values of a block, blocks of the ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Milliseconds between two values.
    pub ms: i64,
    /// Values of a block.
    pub values: usize,
    /// Blocks that are kept.
    pub blocks: i64,
    /// Place of its first block among those of all steps.
    first: i64,
}

/// Seconds for two hours, minutes for four days, hours for a year and more.
pub const STEPS: [Step; 3] = [
    Step { ms: SECOND, values: 60, blocks: 120, first: 0 },
    Step { ms: MINUTE, values: 60, blocks: 96, first: 1_000 },
    Step { ms: HOUR, values: 24, blocks: 400, first: 2_000 },
];

/// Full blocks that wait to be written, at most: two hours of seconds.
const FULL: usize = 122;

impl Step {
    fn block_ms(self) -> i64 {
        self.ms.saturating_mul(i64::try_from(self.values).unwrap_or(i64::MAX))
    }

    /// The places of its blocks, the last one not counted in.
    pub fn places(self) -> (i64, i64) {
        (self.first, self.first + self.blocks)
    }

    /// The step with which a span that began `ago` milliseconds before now is read.
    pub fn reaching(ago: i64) -> Self {
        let reach = |step: &Self| step.block_ms().saturating_mul(step.blocks - 1) >= ago;
        let [.., last] = STEPS;
        STEPS.into_iter().find(reach).unwrap_or(last)
    }
}

/// Values of all figures over one block of time.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Block {
    /// When it begins.
    pub start: UnixMs,
    /// Milliseconds between two values.
    pub step: i64,
    /// The values of each figure that has one.
    pub values: BTreeMap<String, Vec<Option<f32>>>,
}

impl Block {
    fn of(step: Step, at: UnixMs) -> Self {
        let start = at.div_euclid(step.block_ms()).saturating_mul(step.block_ms());
        Self { start, step: step.ms, values: BTreeMap::new() }
    }

    fn put(&mut self, step: Step, at: UnixMs, name: &str, value: f64) {
        let place = usize::try_from(at.saturating_sub(self.start).div_euclid(step.ms)).unwrap_or(usize::MAX);
        let values = self.values.entry(name.to_owned()).or_insert_with(|| vec![None; step.values]);
        if let Some(kept) = values.get_mut(place) {
            *kept = Some(rounded(value));
        }
    }

    /// Takes what an older form of the same block has and this one has not.
    fn join(&mut self, older: Self) {
        if older.start != self.start || older.step != self.step {
            return;
        }
        for (name, old) in older.values {
            let values = self.values.entry(name).or_insert_with(|| vec![None; old.len()]);
            for (value, old) in values.iter_mut().zip(old) {
                *value = value.or(old);
            }
        }
    }

    fn mean(&self, name: &str) -> Option<f64> {
        mean(self.values.get(name)?.iter().flatten().map(|v| f64::from(*v)))
    }
}

/// A value with the digits that a chart can show: documents are kept small.
fn rounded(value: f64) -> f32 {
    let text = format!("{value:.4e}");
    text.parse().unwrap_or(0.0)
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut count, mut sum) = (0_u64, 0.0);
    for value in values {
        count += 1;
        sum += value;
    }
    (count > 0).then(|| sum / to_f64(count))
}

/// The blocks that are being filled.
#[derive(Debug, Default)]
pub struct Recorder {
    open: [Option<Block>; STEPS.len()],
    /// Blocks that are full and not handed out yet.
    full: VecDeque<(i64, Block)>,
    handed: Option<UnixMs>,
}

impl Recorder {
    /// Takes the figures of a second.
    pub fn push(&mut self, figures: &Snapshot, at: UnixMs) {
        self.handed.get_or_insert(at);
        let [second, minute, hour] = STEPS;
        self.turn(0, second, at);
        let Some(block) = self.open.first_mut().and_then(Option::as_mut) else { return };
        for figure in FIGURES {
            if let Some(value) = (figure.of)(figures).filter(|v| v.is_finite()) {
                block.put(second, at, figure.name, value);
            }
        }
        self.roll_up(0, (1, minute), at);
        self.roll_up(1, (2, hour), at);
    }

    /// Begins a new block if `at` is behind the open one.
    fn turn(&mut self, nth: usize, step: Step, at: UnixMs) {
        let Some(open) = self.open.get_mut(nth) else { return };
        let new = Block::of(step, at);
        if open.as_ref().is_none_or(|block| block.start != new.start)
            && let Some(old) = open.replace(new)
        {
            // Without a store nobody takes them: the oldest go.
            if self.full.len() >= FULL {
                self.full.pop_front();
            }
            self.full.push_back((place_of(step, old.start), old));
        }
    }

    /// Puts the mean of the open block of a finer step into the block of a coarser one.
    fn roll_up(&mut self, from: usize, (to, step): (usize, Step), at: UnixMs) {
        self.turn(to, step, at);
        let Some(finer) = self.open.get(from).and_then(Option::as_ref) else { return };
        let start = finer.start;
        let means: Vec<(String, f64)> = finer
            .values
            .keys()
            .filter_map(|name| finer.mean(name).map(|mean| (name.clone(), mean)))
            .collect();
        if let Some(block) = self.open.get_mut(to).and_then(Option::as_mut) {
            for (name, mean) in means {
                block.put(step, start.max(block.start), &name, mean);
            }
        }
    }

    /// What is to be written now, each block with its place: nothing more often than once a minute, but at the `end`.
    pub fn due(&mut self, at: UnixMs, end: bool) -> Vec<(i64, Block)> {
        let handed = self.handed.unwrap_or(at);
        if !end && at.saturating_sub(handed) < MINUTE {
            return Vec::new();
        }
        self.handed = Some(at);
        let mut due: Vec<(i64, Block)> = std::mem::take(&mut self.full).into();
        let open = STEPS.iter().zip(&self.open).filter_map(|(step, block)| {
            block.as_ref().map(|block| (place_of(*step, block.start), block.clone()))
        });
        due.extend(open);
        due
    }
}

/// The place of a block in its ring.
fn place_of(step: Step, start: UnixMs) -> i64 {
    step.first + start.div_euclid(step.block_ms()).rem_euclid(step.blocks)
}

/// A block as it is to be kept where `older` stands now.
pub fn joined(mut block: Block, older: Option<&str>) -> Block {
    if let Some(older) = older.and_then(|text| serde_json::from_str(text).ok()) {
        block.join(older);
    }
    block
}

/// The values of a figure between two times, as `count` means over equal parts; NaN where there is none.
pub fn span(blocks: &[Block], name: &str, from: UnixMs, to: UnixMs, count: usize) -> Vec<f64> {
    let part = (to_f64(to_u64(usize::try_from(to.saturating_sub(from)).unwrap_or(0)))
        / to_f64(to_u64(count.max(1))))
    .max(1.0);
    let mut sums = vec![(0.0, 0_u64); count];
    for block in blocks {
        let Some(values) = block.values.get(name) else { continue };
        for (nth, value) in (0_i64..).zip(values) {
            let at = block.start.saturating_add(block.step.saturating_mul(nth));
            let Some(value) = value.filter(|_| (from..to).contains(&at)) else { continue };
            let after = to_f64(to_u64(usize::try_from(at - from).unwrap_or(0)));
            // A value stands for its whole step, which may be longer than a part.
            let step = to_f64(to_u64(usize::try_from(block.step).unwrap_or(0)));
            let place = |after: f64| to_usize(round_u64((after / part).floor()));
            let (first, end) = (place(after), place(after + step));
            for (sum, n) in sums.iter_mut().take(end.max(first + 1)).skip(first) {
                *sum += f64::from(value);
                *n += 1;
            }
        }
    }
    sums.into_iter().map(|(sum, n)| if n == 0 { f64::NAN } else { sum / to_f64(n) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(rate: f64) -> Snapshot {
        let mut snapshot = Snapshot::default();
        snapshot.search.rate = rate;
        snapshot
    }

    /// As a store keeps blocks: by place, the newest over what was there.
    fn keep(kept: &mut BTreeMap<i64, Block>, due: Vec<(i64, Block)>) {
        for (place, block) in due {
            let older = kept.get(&place).map(|b| serde_json::to_string(b).unwrap());
            kept.insert(place, joined(block, older.as_deref()));
        }
    }

    #[test]
    fn seconds_become_minutes_and_hours_and_stay_where_they_belong() {
        let (mut recorder, mut kept) = (Recorder::default(), BTreeMap::new());
        let start = 1_790_000_000_000_i64.div_euclid(HOUR) * HOUR;
        let mut written = 0;
        for second in 0..2 * 3_600 {
            let at = start + second * SECOND;
            recorder.push(&figures(to_f64(to_u64(usize::try_from(second / 60).unwrap()))), at);
            let due = recorder.due(at, false);
            written += usize::from(!due.is_empty());
            keep(&mut kept, due);
        }
        assert!(written <= 120, "one write a minute: {written}");
        keep(&mut kept, recorder.due(start + 2 * HOUR, true));
        let blocks: Vec<Block> = kept.into_values().collect();
        let of = |step: i64| blocks.iter().filter(|b| b.step == step).cloned().collect::<Vec<_>>();
        let seconds = span(&of(SECOND), "search_rate", start, start + HOUR, 60);
        let minutes = span(&of(MINUTE), "search_rate", start, start + HOUR, 60);
        let wanted: Vec<f64> = (0..60_u64).map(to_f64).collect();
        assert_eq!(seconds, wanted);
        assert_eq!(minutes, wanted);
        let wide = span(&of(MINUTE), "search_rate", start, start + HOUR, 200);
        assert!(wide.iter().all(|v| v.is_finite()), "no gaps between values: {wide:?}");
        let hours = span(&of(HOUR), "search_rate", start, start + 2 * HOUR, 2);
        assert!((hours[0] - 29.5).abs() < 0.1 && (hours[1] - 89.5).abs() < 0.1, "{hours:?}");
        let before = span(&blocks, "search_rate", start - HOUR, start, 4);
        assert!(before.iter().all(|v| v.is_nan()), "{before:?}");
    }

    #[test]
    fn what_two_sessions_wrote_in_one_block_is_kept() {
        let start = 1_790_000_000_000_i64.div_euclid(HOUR) * HOUR;
        let mut kept = BTreeMap::new();
        for (from, rate) in [(0_i64, 1.0), (30, 2.0)] {
            let mut recorder = Recorder::default();
            for second in from..from + 10 {
                recorder.push(&figures(rate), start + second * SECOND);
            }
            keep(&mut kept, recorder.due(start + (from + 10) * SECOND, true));
        }
        let blocks: Vec<Block> = kept.into_values().filter(|b| b.step == SECOND).collect();
        let values = span(&blocks, "search_rate", start, start + MINUTE, 6);
        assert_eq!((values[0], values[3]), (1.0, 2.0));
        assert!(values[1].is_nan() && values[5].is_nan());
    }

    #[test]
    fn a_ring_is_bounded_and_a_span_finds_its_step() {
        for step in STEPS {
            let (first, end) = step.places();
            let places: std::collections::BTreeSet<i64> =
                (0..2_000).map(|n| place_of(step, n * step.block_ms())).collect();
            assert_eq!(to_u64(places.len()), u64::try_from(step.blocks).unwrap());
            assert!(places.iter().all(|place| (first..end).contains(place)));
        }
        assert_eq!(Step::reaching(HOUR).ms, SECOND);
        assert_eq!(Step::reaching(24 * HOUR).ms, MINUTE);
        assert_eq!(Step::reaching(90 * 24 * HOUR).ms, HOUR);
    }
}
