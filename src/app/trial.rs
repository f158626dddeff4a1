//! A desk without a terminal, for trials: keys and commands go in, what they ask for is carried out by the code that a session
//! has, replies come back into the same `update`, and frames are drawn into memory. All in one thread, so that a run is the same
//! each time. Owns the [`Player`] and the random mix of everything that people do ([`KINDS`]); must not know how a report is
//! shown.

mod mix;

pub use mix::{KINDS, Kind, Player};

use super::command::ScrollBy;
use super::keymap::Keymap;
use super::msg::Msg;
use super::state::{Start, State};
use super::update::{start, update};
use super::view;
use crate::base::num::to_usize;
use crate::base::text::Charset;
use crate::base::{Budget, Env, Exit, Gen, Result, UserError};
use crate::config::{Key, KeySeq, LoadInputs, Loaded};
use crate::metrics::{Objects, Registry};
use crate::source::Wanted;
use crate::ui::{Depth, Theme};
use crate::work::{Carrier, Desk, Effect, Envelope, Reply, Request, Slot, Ticket};
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Requests that one operation may lead to, at most: what goes on by itself for longer than this is an error.
const MOST_REQUESTS: usize = 2_000;
/// Keys that close all files with what lies beside them, at most.
const PRESSES: usize = 64;

/// The desk.
pub struct TrialDesk {
    /// What the panes hold.
    pub state: State,
    desk: Desk,
    registry: Arc<Registry>,
    replies: Receiver<Envelope>,
    waiting: VecDeque<(Slot, Gen, Request)>,
    /// What went wrong since the last [`TrialDesk::take_errors`].
    errors: Vec<UserError>,
}

impl TrialDesk {
    /// A desk on `files` in the world of `env`, 80 columns and 24 rows large, with its store open.
    ///
    /// # Errors
    /// When there is no theme, or the store cannot be opened.
    pub fn new(env: Env, settings: (LoadInputs, Loaded), files: Vec<String>) -> Result<Self> {
        let config = &settings.1.config;
        let begin = Start {
            size: (80, 24),
            theme: "greenbar".to_owned(),
            depth: Depth::Indexed256,
            charset: Charset::Unicode,
            files,
            folder: String::new(),
            wanted: Wanted::default(),
            resume: false,
            max_results: to_usize(config.performance.search.max_results),
            tab_width: 8,
            zebra: true,
            scroll: ScrollBy::Cursor,
        };
        let (sender, replies) = channel();
        let sender = Mutex::new(sender);
        let deliver = move |envelope: Envelope| {
            // Whoever listened may be gone at the end.
            drop(sender.lock().unwrap_or_else(PoisonError::into_inner).send(envelope));
        };
        let monitoring = &settings.1.config.performance.monitoring;
        let registry = Arc::new(Registry::new(Arc::clone(&env.clock), monitoring));
        let desk = Desk::new(env, settings, Arc::clone(&registry), deliver);
        let mut state = State::new(&begin, vec![Theme::load(&begin.theme, None)?], Keymap::defaults());
        let effects = start(&mut state, &begin.files, begin.wanted);
        let mut trial = Self { state, desk, registry, replies, waiting: VecDeque::new(), errors: Vec::new() };
        trial.queue(effects);
        trial.settle();
        match trial.take_errors().into_iter().find(|error| error.exit == Exit::Store) {
            Some(error) => Err(error),
            None => Ok(trial),
        }
    }

    /// The figures of the desk.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// What is held, by the workers and by the panes.
    pub fn objects(&self) -> Vec<Objects> {
        [self.desk.objects(), self.state.objects()].concat()
    }

    /// What went wrong since the last call. That something is not there, or was stopped, is none of it.
    pub fn take_errors(&mut self) -> Vec<UserError> {
        std::mem::take(&mut self.errors)
    }

    fn queue(&mut self, effects: Vec<(Effect, Gen)>) {
        for (effect, generation) in effects {
            match effect {
                Effect::Do(slot, request) => {
                    if !slot.keeps_all() {
                        self.waiting.retain(|(other, ..)| *other != slot);
                    }
                    self.waiting.push_back((slot, generation, request));
                }
                Effect::Cancel(slot) => self.waiting.retain(|(other, ..)| *other != slot),
                // The terminal, the editor and the shell are not there.
                _ => {}
            }
        }
    }

    fn note(&mut self, reply: &Result<Reply>) {
        if let Err(error) = reply
            && !matches!(error.exit, Exit::NotFound | Exit::Interrupted)
        {
            self.errors.push(error.clone());
        }
    }

    /// Carries out one request as a worker does, and gives what it came to.
    ///
    /// # Errors
    /// Those of the request; they are counted, too.
    pub fn ask(&mut self, slot: Slot, request: Request) -> Result<Reply> {
        self.answers(slot, request).pop().map_or(Ok(Reply::Done), |envelope| envelope.reply)
    }

    /// The same with all that was replied on the way, each with the time that it took; the last one is the result.
    pub fn answers(&mut self, slot: Slot, request: Request) -> Vec<Envelope> {
        let ticket = Ticket { slot, generation: Gen::default(), started: Instant::now() };
        self.desk.carry(&ticket, request, &Budget::unlimited());
        let answers: Vec<Envelope> = self.replies.try_iter().collect();
        for envelope in &answers {
            self.note(&envelope.reply);
        }
        answers
    }

    /// Takes one message, without waiting for what it asks for.
    pub fn take(&mut self, msg: Msg) {
        let effects = update(&mut self.state, msg);
        self.queue(effects);
    }

    /// Carries out what was asked for until nothing is, then draws.
    pub fn settle(&mut self) {
        for _ in 0..MOST_REQUESTS {
            let Some((slot, generation, request)) = self.waiting.pop_front() else { break };
            let ticket = Ticket { slot, generation, started: Instant::now() };
            self.desk.carry(&ticket, request, &Budget::unlimited());
            while let Ok(envelope) = self.replies.try_recv() {
                self.note(&envelope.reply);
                self.take(Msg::Reply(Box::new(envelope)));
            }
        }
        if !self.waiting.is_empty() {
            self.errors.push(UserError::new("one operation led to requests without an end"));
            self.waiting.clear();
        }
        drop(view::view(&self.state));
    }

    /// Presses keys, one after the other, each drawn when all is there that it asked for.
    pub fn press(&mut self, keys: &str) {
        let Ok(keys) = keys.parse::<KeySeq>() else { return };
        for key in keys.keys() {
            self.take(Msg::Key(*key));
            self.settle();
        }
    }

    /// Types a text letter by letter.
    pub fn type_text(&mut self, text: &str) {
        for c in text.chars() {
            self.take(Msg::Key(Key::char(c)));
            self.settle();
        }
        self.take(Msg::Rest);
        self.settle();
    }

    /// Gives a line on the command line.
    pub fn line(&mut self, line: &str) {
        self.rest_hands();
        self.press("f2");
        for c in line.chars() {
            self.take(Msg::Key(Key::char(c)));
        }
        self.press("enter");
        self.take(Msg::Rest);
        self.settle();
    }

    /// Closes every file, as somebody does who presses F3 until none is left.
    pub fn close_files(&mut self) {
        self.line("=2");
        // Whatever lies beside a file goes before it.
        for _ in 0..PRESSES {
            if self.state.source.files.is_empty() {
                break;
            }
            self.press("f3");
        }
    }

    /// Leaves whatever takes letters as text.
    pub fn rest_hands(&mut self) {
        for _ in 0..4 {
            if !self.state.is_typing() && self.state.overlay.is_none() {
                break;
            }
            self.press("esc");
        }
    }
}

#[cfg(test)]
mod tests;
