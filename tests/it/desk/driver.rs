//! Drives a desk: keys go in, requests are carried out by the real workers, the screen is read as text.

use greenbar::app::command::ScrollBy;
use greenbar::app::keymap::Keymap;
use greenbar::app::update::{start, update};
use greenbar::app::{Msg, Start, State, view};
use greenbar::base::text::Charset;
use greenbar::base::{Env, Gen, Paths};
use greenbar::config::{Config, KeySeq, LoadInputs};
use greenbar::metrics::Registry;
use greenbar::ui::{Depth, Theme};
use greenbar::work::{Desk, Effect, Envelope, Pool};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// A session whose world is under one folder.
pub struct Session {
    pub state: State,
    pool: Option<Pool>,
    replies: Receiver<Envelope>,
    /// What was asked of the world beside requests: copies, the editor.
    pub effects: Vec<Effect>,
    /// Every message, whether letters were text when it came, and the screen after it.
    pub taken: Vec<(Msg, bool, String)>,
}

/// What a session is started with.
pub fn start_of(size: (u16, u16), files: &[&Path]) -> Start {
    Start {
        size,
        theme: "greenbar".into(),
        depth: Depth::Indexed256,
        charset: Charset::Unicode,
        files: files.iter().map(|f| f.to_string_lossy().into_owned()).collect(),
        folder: files
            .first()
            .and_then(|f| f.parent())
            .map(|f| f.to_string_lossy().into_owned())
            .unwrap_or_default(),
        wanted: greenbar::source::Wanted::default(),
        resume: false,
        max_results: 50,
        tab_width: 8,
        zebra: true,
        scroll: ScrollBy::Cursor,
    }
}

/// The world under `home`.
pub fn world(home: &Path) -> Env {
    let mut env = Env::system(Some(home));
    env.vars.clear();
    env.paths = Paths::under(home);
    env
}

/// Workers that hand their replies to `deliver`.
pub fn workers(home: &Path, deliver: impl Fn(Envelope) + Send + Sync + 'static) -> Desk {
    let env = world(home);
    let inputs = LoadInputs { system_file: None, ..LoadInputs::new(&env) };
    let loaded = Config::load(&inputs);
    let registry = Arc::new(Registry::new(Arc::clone(&env.clock), &loaded.config.performance.monitoring));
    Desk::new(env, (inputs, loaded), registry, deliver)
}

impl Session {
    pub fn new(home: &Path, size: (u16, u16), files: &[&Path]) -> Self {
        Self::started(home, &start_of(size, files))
    }

    /// The same with other settings.
    pub fn started(home: &Path, start_with: &Start) -> Self {
        let (sender, replies) = channel();
        let sender = std::sync::Mutex::new(sender);
        let desk = workers(home, move |envelope| drop(sender.lock().unwrap().send(envelope)));
        let pool = Pool::start(Arc::new(desk), 2).unwrap();
        let themes = vec![Theme::load("greenbar", None).unwrap()];
        let mut state = State::new(start_with, themes, Keymap::defaults());
        let effects = start(&mut state, &start_with.files, start_with.wanted);
        let mut session = Self { state, pool: Some(pool), replies, effects: Vec::new(), taken: Vec::new() };
        session.carry_out(effects);
        session.settle();
        session
    }

    fn carry_out(&mut self, effects: Vec<(Effect, Gen)>) {
        let pool = self.pool.as_ref().unwrap();
        for (effect, generation) in effects {
            match effect {
                Effect::Do(slot, request) => pool.submit(slot, generation, request),
                Effect::Cancel(slot) => pool.cancel(slot),
                other => self.effects.push(other),
            }
        }
    }

    pub fn take(&mut self, msg: Msg) {
        let typing = self.state.is_typing();
        let effects = update(&mut self.state, msg.clone());
        self.taken.push((msg, typing, self.screen()));
        self.carry_out(effects);
    }

    /// Takes replies until nothing is asked for any more.
    pub fn settle(&mut self) {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            while let Ok(envelope) = self.replies.recv_timeout(Duration::from_millis(5)) {
                self.take(Msg::Reply(Box::new(envelope)));
            }
            if self.pool.as_ref().unwrap().busy() == 0 {
                match self.replies.try_recv() {
                    Ok(envelope) => self.take(Msg::Reply(Box::new(envelope))),
                    Err(_) => break,
                }
            }
            assert!(Instant::now() < end, "the workers never rest:\n{}", self.screen());
        }
        self.take(Msg::Rest);
    }

    /// Presses keys, one after the other, and waits for what they bring.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        let keys: KeySeq = keys.parse().unwrap_or_else(|e| panic!("{keys}: {e}"));
        for key in keys.keys() {
            self.take(Msg::Key(*key));
        }
        self.settle();
        self
    }

    /// Types text and waits for what it brings.
    pub fn type_text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            self.take(Msg::Key(greenbar::config::Key::char(c)));
        }
        self.settle();
        self
    }

    /// A line of the command line.
    pub fn command(&mut self, line: &str) -> &mut Self {
        self.press("f2").type_text(line).press("enter")
    }

    pub fn rows(&self) -> Vec<String> {
        view::rows(&self.state)
    }

    pub fn screen(&self) -> String {
        self.rows().join("\n")
    }

    /// The row that holds `text`.
    #[track_caller]
    pub fn row(&self, text: &str) -> String {
        let row = self.rows().into_iter().find(|row| row.contains(text));
        row.unwrap_or_else(|| panic!("no {text:?} on the screen:\n{}", self.screen()))
    }

    #[track_caller]
    pub fn shows(&mut self, text: &str) -> &mut Self {
        self.row(text);
        self
    }

    #[track_caller]
    pub fn shows_not(&mut self, text: &str) -> &mut Self {
        assert!(!self.screen().contains(text), "{text:?} is on the screen:\n{}", self.screen());
        self
    }

    /// The row with the terminal's cursor.
    #[track_caller]
    pub fn cursor_row(&self) -> String {
        let (_, cursor) = view::view(&self.state);
        let (_, y) = cursor.unwrap_or_else(|| panic!("no cursor:\n{}", self.screen()));
        self.rows()[usize::from(y)].clone()
    }

    pub fn end(mut self) {
        if let Some(pool) = self.pool.take() {
            pool.stop(Duration::from_secs(10));
        }
    }
}
