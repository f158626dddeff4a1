//! The lists of the Metrics pane beside its figures: what was slow, and advice on indexes. Owns what is selected in them and that
//! a change is asked for twice. Must not know how either is found out.

use crate::base::num::{thousands, to_f64};
use crate::kb::advisor::{Advice, Advised, gained};
use crate::kb::slow::diagnose;
use crate::metrics::time;
use crate::panes::Move;
use crate::store::SlowShape;
use crate::work::{Effects, InsideAnswer, InsideAsk, Request, Slot, Tone};

/// What the pane shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Shown {
    /// Figures and a chart.
    #[default]
    Figures,
    /// What was slow.
    Slow,
    /// Advice on indexes.
    Advice,
}

/// The lists.
#[derive(Debug, Clone, Default)]
pub(super) struct Lists {
    pub shown: Shown,
    /// What was slow, once it was read.
    pub slow: Option<Vec<SlowShape>>,
    /// Advice, once it was found.
    pub advised: Option<Advised>,
    pub selected: usize,
    /// First line of what is said of the selected one.
    pub scrolled: usize,
    /// What is said of the selected one has all the room.
    pub whole: bool,
    /// A change is asked for once; the next time it is made.
    pub sure: bool,
    /// Something is being made.
    pub busy: bool,
}

impl Lists {
    /// Shows a list, or the figures again if it is shown already.
    pub fn show(&mut self, shown: Shown, fx: &mut Effects) {
        self.shown = if self.shown == shown { Shown::Figures } else { shown };
        (self.selected, self.scrolled, self.whole, self.sure) = (0, 0, false, false);
        match self.shown {
            Shown::Figures => {}
            Shown::Slow => fx.request(Slot::Inside, Request::Inside(InsideAsk::Slow)),
            Shown::Advice => {
                self.advised = None;
                fx.request(Slot::Inside, Request::Inside(InsideAsk::Advice));
            }
        }
    }

    /// Takes an answer.
    pub fn answer(&mut self, answer: InsideAnswer, fx: &mut Effects) {
        match answer {
            InsideAnswer::Slow(shapes) => self.slow = Some(shapes),
            InsideAnswer::Advice(advised) => self.advised = Some(*advised),
            InsideAnswer::Applied(done) => {
                let (advice, applied) = *done;
                let gain = applied.gain.as_ref().map_or_else(|| "not measured".to_owned(), gained);
                let index = &advice.change.index;
                if applied.kept {
                    fx.say(Tone::Done, format!("{index}: done; {gain}"));
                } else {
                    fx.say(Tone::Warning, format!("{index}: taken back, it did not help; {gain}"));
                }
                self.busy = false;
                self.advised = None;
                fx.request(Slot::Inside, Request::Inside(InsideAsk::Advice));
            }
        }
        self.selected = self.selected.min(self.len().saturating_sub(1));
    }

    /// A request of a list failed.
    pub fn failed(&mut self) {
        self.busy = false;
        self.sure = false;
    }

    /// Rows of the list that is shown.
    pub fn len(&self) -> usize {
        match self.shown {
            Shown::Figures => 0,
            Shown::Slow => self.slow.as_ref().map_or(0, Vec::len),
            Shown::Advice => self.advised.as_ref().map_or(0, |advised| advised.advice.len()),
        }
    }

    /// Moves the selection, or what is said of it where that has all the room.
    pub fn go_move(&mut self, way: Move) {
        let last = self.len().saturating_sub(1);
        let to = |at: usize, last: usize| {
            match way {
                Move::Up | Move::Left => at.saturating_sub(1),
                Move::Down | Move::Right => at + 1,
                Move::PageUp | Move::HalfUp => at.saturating_sub(10),
                Move::PageDown | Move::HalfDown => at + 10,
                Move::Top => 0,
                Move::Bottom => last,
            }
            .min(last)
        };
        if self.whole {
            self.scrolled = to(self.scrolled, self.told().len().saturating_sub(1));
        } else {
            (self.selected, self.scrolled, self.sure) = (to(self.selected, last), 0, false);
        }
    }

    /// What Enter does: all of what is said of a slow one; a change that is advised, when it is pressed twice.
    pub fn enter(&mut self, fx: &mut Effects) {
        match self.shown {
            Shown::Figures => {}
            Shown::Slow => {
                self.whole = !self.whole && self.len() > 0;
                self.scrolled = 0;
            }
            Shown::Advice => self.follow(fx),
        }
    }

    fn follow(&mut self, fx: &mut Effects) {
        let Some(advice) = self.advice() else { return };
        if self.busy {
            fx.say(Tone::Info, "a change is being made: wait until it is done");
        } else if self.sure {
            let asked = InsideAsk::Apply(Box::new(advice.clone()));
            fx.request(Slot::Advise, Request::Inside(asked));
            (self.sure, self.busy) = (false, true);
            fx.say(
                Tone::Info,
                "the change is made in the background, measured, and taken back if it does not help",
            );
        } else {
            let told = format!("Enter again: {}", advice.change.change);
            self.sure = true;
            fx.say(Tone::Warning, told);
        }
    }

    /// The advice that is selected.
    fn advice(&self) -> Option<&Advice> {
        self.advised.as_ref()?.advice.get(self.selected)
    }

    /// Forgets what was slow.
    pub fn forget(&mut self, fx: &mut Effects) {
        if self.shown == Shown::Slow {
            fx.request(Slot::Inside, Request::Inside(InsideAsk::ForgetSlow));
            self.whole = false;
            fx.say(Tone::Done, "what was slow is forgotten");
        } else {
            fx.say(Tone::Info, "w shows what was slow; there this forgets it");
        }
    }

    /// Goes back by one. False if the figures were shown.
    pub fn leave(&mut self) -> bool {
        self.sure = false;
        if std::mem::take(&mut self.whole) {
            return true;
        }
        std::mem::take(&mut self.shown) != Shown::Figures
    }

    /// What is said of the selected one: words and what they mean.
    pub fn told(&self) -> Vec<(&'static str, String)> {
        match self.shown {
            Shown::Figures => Vec::new(),
            Shown::Slow => {
                let shape = self.slow.as_ref().and_then(|shapes| shapes.get(self.selected));
                shape.map_or_else(Vec::new, of_slow)
            }
            Shown::Advice => self.advice().map_or_else(Vec::new, of_advice),
        }
    }
}

/// Microseconds as people read them.
pub(super) fn micros(us: u64) -> String {
    time(to_f64(us) / 1e3)
}

/// Everything that is known of a slow one.
pub fn of_slow(shape: &SlowShape) -> Vec<(&'static str, String)> {
    let last = &shape.last;
    let told = diagnose(shape);
    let mut lines = vec![
        ("what", format!("{}: {}", last.kind.name(), last.shape)),
        ("cause", format!("{}: {}", told.cause.name(), told.why)),
        ("do", told.advice.to_owned()),
    ];
    let mean = micros(shape.total_us / shape.count.max(1));
    let when = crate::base::shown_time(last.at.div_euclid(1_000));
    lines.push((
        "times",
        format!(
            "{} since the first, mean {mean}, most {}, last {when}",
            thousands(shape.count),
            micros(shape.max_us)
        ),
    ));
    let mut took = micros(last.took_us);
    for (word, us) in [("waiting for a connection", last.waited_us), ("waiting for a lock", last.locked_us)] {
        if us > 0 {
            took = format!("{took}, {} {word}", micros(us));
        }
    }
    if let Some(cpu) = last.cpu_us {
        took = format!("{took}, {} on a processor", micros(cpu));
    }
    lines.push(("last took", took));
    if !last.strategy.is_empty() {
        let found = thousands(last.found);
        lines.push(("answered", format!("{}, {found} found, cache level {}", last.strategy, last.level)));
    }
    let parts: Vec<String> = last.parts.iter().map(|(name, us)| format!("{name} {}", micros(*us))).collect();
    if !parts.is_empty() {
        lines.push(("layers", parts.join(", ")));
    }
    if last.scanned > 0 {
        lines.push(("scanned", format!("{} rows of whole tables", thousands(last.scanned))));
    }
    if !last.statement.is_empty() {
        lines.push(("statement", last.statement.clone()));
    }
    for (at, step) in last.plan.iter().enumerate() {
        lines.push((if at == 0 { "plan" } else { "" }, step.clone()));
    }
    lines
}

fn of_advice(advice: &Advice) -> Vec<(&'static str, String)> {
    let mut lines = vec![
        ("why", advice.why.clone()),
        ("estimate", advice.estimate.clone()),
        ("measured", advice.measured()),
        ("change", advice.change.change.clone()),
        ("undo", advice.change.undo.clone()),
    ];
    if let Some(example) = &advice.change.example {
        lines.push(("measured by", example.split_whitespace().collect::<Vec<_>>().join(" ")));
    }
    let next =
        "Enter twice makes the change in the background, measures it and takes it back if it does not help";
    lines.push(("do", next.to_owned()));
    lines
}

#[cfg(test)]
mod tests;
