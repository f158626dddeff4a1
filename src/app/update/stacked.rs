//! Several commands on one line, one after the other: the next begins when what the one before asked of the files has been
//! answered, for a FIND counts what an EXCLUDE before it has hidden. An error ends them, and so does a key.

use super::{Effect, Effects, Msg, Reply, Slot, State, finish, run_line};
use crate::app::command;
use crate::base::Gen;
use std::collections::BTreeMap;

/// What is left of a line of commands.
#[derive(Debug, Default)]
pub struct Stacked {
    /// The commands that are still to be carried out, as they were typed.
    rest: String,
    /// What has been asked of the files, and is not answered.
    awaited: BTreeMap<Slot, Gen>,
}

impl Stacked {
    /// Begins with what is left of a line.
    pub fn begin(&mut self, rest: &str) {
        rest.trim().clone_into(&mut self.rest);
        self.awaited.clear();
    }

    /// Drops what is left.
    pub fn forget(&mut self) {
        self.begin("");
    }

    fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Counts answers and questions.
    fn note(&mut self, answered: Option<(Slot, Gen)>, asked: &[(Effect, Gen)]) {
        if let Some((slot, generation)) = answered {
            self.awaited.retain(|s, g| *s != slot || *g > generation);
        }
        for (effect, generation) in asked {
            match effect {
                Effect::Do(slot, _) if counts(*slot) => {
                    self.awaited.insert(*slot, *generation);
                }
                Effect::Cancel(slot) => {
                    self.awaited.remove(slot);
                }
                _ => {}
            }
        }
    }
}

/// Whether what is asked there says what a command has done.
fn counts(slot: Slot) -> bool {
    matches!(
        slot,
        Slot::Open(_) | Slot::Page(_) | Slot::Find(_) | Slot::Fold(_) | Slot::Symbol(_) | Slot::Listing(_)
    )
}

/// What a message answers, if it is the last of an answer.
pub(super) fn answer_of(msg: &Msg) -> Option<(Slot, Gen)> {
    match msg {
        Msg::Reply(envelope) if !matches!(envelope.reply, Ok(Reply::Finding { .. })) => {
            Some((envelope.slot, envelope.generation))
        }
        _ => None,
    }
}

/// Goes on with the commands of a line as far as nothing is waited for.
pub(super) fn go_on(
    state: &mut State,
    answered: Option<(Slot, Gen)>,
    mut out: Vec<(Effect, Gen)>,
) -> Vec<(Effect, Gen)> {
    if state.stacked.is_empty() {
        return out;
    }
    state.stacked.note(answered, &out);
    while !state.stacked.is_empty() && state.stacked.awaited.is_empty() && state.leaving.is_none() {
        let rest = std::mem::take(&mut state.stacked.rest);
        let (first, rest) = command::first_of(&rest);
        state.stacked.begin(rest);
        let mut fx = Effects::default();
        run_line(state, first, &mut fx);
        crate::app::layout::apply(state, &mut fx);
        let more = finish(state, fx);
        state.stacked.note(None, &more);
        out.extend(more);
    }
    out
}
