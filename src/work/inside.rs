//! What is asked of the store about its own work: what was slow, advice on indexes, and following it. Must not know panes.

use crate::base::{Budget, Result};
use crate::kb::advisor::{self, Advice, Advised};
use crate::store::{Applied, SlowShape, Store, UnixMs};
use serde::{Deserialize, Serialize};

/// Shapes of slow ones that are shown.
const SHOWN: usize = 200;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InsideAsk {
    /// What was slow.
    Slow,
    /// Forget it.
    ForgetSlow,
    /// Advice on indexes, measured in a scratch copy.
    Advice,
    /// Follow a piece of it.
    Apply(Box<Advice>),
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InsideAnswer {
    /// What was slow, what took most time in all first.
    Slow(Vec<SlowShape>),
    /// Advice on indexes.
    Advice(Box<Advised>),
    /// What became of a piece of it.
    Applied(Box<(Advice, Applied)>),
}

impl InsideAsk {
    /// Its name, for the log and for errors.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Slow => "reading what was slow",
            Self::ForgetSlow => "forgetting what was slow",
            Self::Advice => "looking for advice on indexes",
            Self::Apply(_) => "changing an index",
        }
    }

    /// Whether it takes long.
    pub fn is_long(&self) -> bool {
        matches!(self, Self::Advice | Self::Apply(_))
    }

    /// Leaves out values of a user.
    pub fn mask(&mut self) {
        if let Self::Apply(advice) = self {
            advice.change.example = None;
        }
    }
}

impl InsideAnswer {
    /// Leaves out values of a user.
    pub fn mask(&mut self) {
        match self {
            Self::Advice(advised) => advised.advice.iter_mut().for_each(|a| a.change.example = None),
            Self::Applied(done) => {
                done.0.change.example = None;
                done.1.measured_by.clear();
            }
            Self::Slow(_) => {}
        }
    }
}

/// Keeps the store as fast as it is, and writes what was seen of its work.
pub(super) fn tidy(store: &dyn Store, now: UnixMs) -> Result<()> {
    // What was seen of statements is no reason not to tidy up.
    drop(store.keep_workings(true, now));
    store.upkeep()
}

/// Carries it out; what this session saw counts, too.
pub(super) fn ask(store: &dyn Store, ask: InsideAsk, now: UnixMs, budget: &Budget) -> Result<InsideAnswer> {
    match ask {
        InsideAsk::Slow => {
            // A store that takes no writes still says what was kept.
            drop(store.keep_workings(false, now));
            Ok(InsideAnswer::Slow(store.slow_queries(SHOWN, budget)?))
        }
        InsideAsk::ForgetSlow => {
            store.forget_slow()?;
            Ok(InsideAnswer::Slow(Vec::new()))
        }
        InsideAsk::Advice => {
            drop(store.keep_workings(true, now));
            Ok(InsideAnswer::Advice(Box::new(advisor::advise(store, true, budget)?)))
        }
        InsideAsk::Apply(advice) => {
            let applied = advisor::apply(store, &advice, budget)?;
            Ok(InsideAnswer::Applied(Box::new((*advice, applied))))
        }
    }
}
