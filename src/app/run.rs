//! The run loop: one inbox, `update`, effects, `view`, the terminal. Owns threads and clocks of a session; everything that
//! decides anything is in `update`.

use super::keymap::Keymap;
use super::msg::Msg;
use super::record::Recorder;
use super::state::{Start, State};
use super::term::{Painted, Panic, Signal, Suspend, Term, TermEvent, TermOptions};
use super::{outside, update, view};
use crate::base::trace::span;
use crate::base::{Env, Gen, Meter, Op, Result, UserError, fault, num};
use crate::config::{Config, Key, KeyCode, LoadInputs, Loaded};
use crate::metrics::Registry;
use crate::ui::{Theme, clipboard};
use crate::work::{Desk, Effect, Envelope, Pool, Request, Slot, Tone, Wish};
use crossterm::event::MouseEventKind;
use ratatui::buffer::Buffer;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

/// Least time between two frames. Short, as a burst of keys may draw one frame before its last key is there; on a slow line
/// the output thread leaves out frames by itself.
const FRAME: Duration = Duration::from_millis(4);
/// How long the first frame waits for the first page of a file, so that one frame shows it all.
const FIRST_PAGE: Duration = Duration::from_millis(15);
/// Time between two ticks.
const TICK: Duration = Duration::from_secs(1);
/// Time between two looks at a file that is followed.
const PULSE: Duration = Duration::from_millis(200);
/// How long a frame waits for the page of a jump.
const JUMP: Duration = Duration::from_millis(5);
/// How long the keys must rest before what only informs follows.
const REST: Duration = Duration::from_millis(120);
/// How long writes may take at the end.
const LAST_WRITES: Duration = Duration::from_millis(1500);
/// A key that changed nothing on the screen for so long is not waited for any more.
const KEY_FORGOTTEN: Duration = Duration::from_millis(500);
/// How long a crash report waits for the last messages.
const REPORT: Duration = Duration::from_millis(50);
/// Threads for what somebody waits for.
const INTERACTIVE: usize = 2;

/// What a session is started with.
pub struct RunOptions {
    /// Clock, variables, folders.
    pub env: Env,
    /// Settings, and where they come from.
    pub settings: (LoadInputs, Loaded),
    /// Theme, files and what the screen is like; its size is asked of the terminal.
    pub start: Start,
    /// Themes to choose from.
    pub themes: Vec<Theme>,
    /// Keys.
    pub keymap: Keymap,
    /// What the settings or keys could not do, to be said at the start.
    pub problems: Vec<UserError>,
    /// Where to record the session.
    pub record: Option<PathBuf>,
}

/// The ids of frames that wait to be painted, with the key that each is the answer to.
type Waiting = Arc<Mutex<Vec<(u64, Instant)>>>;

struct Session {
    state: State,
    term: Term,
    pool: Pool,
    recorder: Arc<Mutex<Recorder>>,
    registry: Arc<Registry>,
    waiting: Waiting,
    began: Instant,
    options_env: Env,
    editor: String,
    /// The first key that nothing on the screen has answered yet.
    key: Option<Instant>,
    shown: Option<(Buffer, Option<(u16, u16)>)>,
    frame: u64,
    last_draw: Option<Instant>,
    /// Requests for the store wait for the first frame.
    held: Vec<(Effect, Gen)>,
    seed: Sender<Msg>,
}

/// Runs the desk until it is left, and gives the exit code.
///
/// # Errors
/// When there is no terminal to run on, or no thread to run with. The terminal is as it was before.
pub fn run(mut options: RunOptions) -> Result<u8> {
    let began = Instant::now();
    let (inbox, messages) = channel();
    let config: Config = options.settings.1.config.clone();
    let registry = Arc::new(Registry::new(Arc::clone(&options.env.clock), &config.performance.monitoring));
    options.start.size = super::term::size(&options.env);
    let recorder = Arc::new(Mutex::new(Recorder::new(options.start.clone(), options.record.as_deref())?));

    let mut state = State::new(&options.start, std::mem::take(&mut options.themes), options.keymap.clone());
    let effects = update::start(&mut state, &options.start.files, options.start.wanted);

    // Workers start before the terminal: the first page is read while the terminal is set up.
    let replies = inbox.clone();
    let deliver = move |envelope: Envelope| {
        fault::point("reply");
        drop(replies.send(Msg::Reply(Box::new(envelope))));
    };
    let desk = Desk::new(options.env.clone(), options.settings.clone(), Arc::clone(&registry), deliver);
    let pool = Pool::start(Arc::new(desk), INTERACTIVE)?;
    let (now, held) = effects.into_iter().partition(|(effect, _)| is_for_first_frame(effect));
    submit_all(&pool, now);

    let waiting = Waiting::default();
    let term = Term::start(
        term_options(&options, &config, &registry, &waiting, &recorder, inbox.clone()),
        events_to(inbox.clone()),
    )?;
    let size = term.size();
    if size != state.size {
        drop(inbox.send(Msg::Resized(size.0, size.1)));
    }
    for problem in std::mem::take(&mut options.problems) {
        drop(inbox.send(Msg::Note(problem)));
    }
    let mut session = Session {
        state,
        term,
        pool,
        recorder,
        registry,
        waiting,
        began,
        editor: config.editor.command.clone(),
        options_env: options.env,
        key: None,
        shown: None,
        frame: 0,
        last_draw: None,
        held,
        seed: inbox,
    };
    fault::point("start");
    session.first_frame(&messages);
    let code = session.go_on(&messages);
    Ok(session.end(code))
}

fn is_for_first_frame(effect: &Effect) -> bool {
    matches!(effect, Effect::Do(Slot::Open(_), _))
}

fn submit_all(pool: &Pool, effects: Vec<(Effect, Gen)>) {
    for (effect, generation) in effects {
        if let Effect::Do(slot, request) = effect {
            pool.submit(slot, generation, request);
        }
    }
}

fn events_to(inbox: Sender<Msg>) -> impl Fn(TermEvent) + Send + Sync + 'static {
    let inbox = Mutex::new(inbox);
    move |event| {
        let msg = match event {
            TermEvent::Key(key) => match Key::from_event(&key) {
                Some(key) => Msg::Key(key),
                None => return,
            },
            TermEvent::Paste { text, dropped } => Msg::Paste(text, dropped),
            TermEvent::Mouse(mouse) => match mouse.kind {
                MouseEventKind::ScrollUp => Msg::Key(Key::plain(KeyCode::Up)),
                MouseEventKind::ScrollDown => Msg::Key(Key::plain(KeyCode::Down)),
                _ => return,
            },
            TermEvent::Resized(columns, rows) => Msg::Resized(columns, rows),
            TermEvent::Signal(Signal::Suspend) => Msg::Suspend,
            TermEvent::Signal(Signal::Continue) => Msg::Continued,
            TermEvent::Signal(signal) => Msg::Ended(signal.exit_code().unwrap_or(0)),
            TermEvent::Hangup => Msg::Ended(super::term::HANGUP_EXIT),
            TermEvent::ThreadFailed => Msg::Ended(super::term::PANIC_EXIT),
            TermEvent::OutputFailed(why) => Msg::Note(
                UserError::new("the terminal takes no more output")
                    .cause(why)
                    .hint("the session may be gone"),
            ),
        };
        // After the end of the loop nobody listens any more.
        drop(inbox.lock().unwrap_or_else(PoisonError::into_inner).send(msg));
    }
}

fn term_options(
    options: &RunOptions,
    config: &Config,
    registry: &Arc<Registry>,
    waiting: &Waiting,
    recorder: &Arc<Mutex<Recorder>>,
    inbox: Sender<Msg>,
) -> TermOptions {
    let inbox = Mutex::new(inbox);
    let meter = Arc::clone(registry);
    let waiting = Arc::clone(waiting);
    let recorder = Arc::clone(recorder);
    let crashes = options.env.paths.state.clone();
    let clock = Arc::clone(&options.env.clock);
    TermOptions {
        mouse: config.ui.mouse,
        painted: Arc::new(move |painted: Painted| {
            meter.record(Op::Output, num::nanos(painted.took), num::to_u64(painted.bytes), true);
            let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.retain(|(frame, key)| {
                if *frame > painted.frame {
                    return true;
                }
                meter.record(Op::KeyToPaint, num::nanos(painted.at.saturating_duration_since(*key)), 0, true);
                false
            });
        }),
        on_panic: Arc::new(move |panic: &Panic| {
            let report = || {
                outside::private_folder(&crashes).ok()?;
                let path = crashes.join(format!("crash-{}.jsonl", clock.unix_ms()));
                let recorder = patiently(&recorder)?;
                recorder.write_crash(&path, &format!("{} at {}", panic.message, panic.place)).ok()?;
                Some(path)
            };
            let path = report();
            if !panic.fatal {
                // Whatever becomes of the request: the log has it.
                let hint =
                    path.as_ref().map_or_else(String::new, |p| format!("; the report is {}", p.display()));
                let error = UserError::new(format!("internal error in the thread {}", panic.thread))
                    .cause(format!("{} at {}", panic.message, panic.place))
                    .hint(format!("the desk goes on; please report it{hint}"));
                drop(inbox.lock().unwrap_or_else(PoisonError::into_inner).send(Msg::Note(error)));
            }
            path
        }),
        ..TermOptions::from_env(&options.env)
    }
}

/// The recorder, if whoever has it lets go soon; the panicking thread may be the one that has it.
fn patiently(recorder: &Mutex<Recorder>) -> Option<MutexGuard<'_, Recorder>> {
    let end = Instant::now() + REPORT;
    loop {
        match recorder.try_lock() {
            Ok(guard) => return Some(guard),
            Err(TryLockError::Poisoned(poisoned)) => return Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) if Instant::now() < end => std::thread::yield_now(),
            Err(TryLockError::WouldBlock) => return None,
        }
    }
}

impl Session {
    /// Waits a moment for the first page, draws, and only then opens the store.
    fn first_frame(&mut self, messages: &Receiver<Msg>) {
        let end = self.began + FIRST_PAGE;
        let file_comes = self.state.source.file().is_some();
        while file_comes && self.state.source.file().is_some_and(|f| f.facts.is_none() && f.error.is_none()) {
            match messages.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(msg) => self.take(msg),
                Err(_) => break,
            }
        }
        self.draw();
        let held = std::mem::take(&mut self.held);
        submit_all(&self.pool, held);
    }

    fn go_on(&mut self, messages: &Receiver<Msg>) -> u8 {
        let mut tick = Instant::now() + TICK;
        let mut pulse = Instant::now();
        loop {
            if let Some(code) = self.state.leaving {
                return code;
            }
            let to_tick = tick.saturating_duration_since(Instant::now());
            let restless = self.state.source.is_restless() || self.state.search.is_restless();
            let rests = restless && REST < to_tick;
            let to_pulse = pulse.saturating_duration_since(Instant::now());
            let wait = if rests { REST } else { to_tick };
            let pulses = self.state.source.is_following() && to_pulse <= wait;
            match messages.recv_timeout(if pulses { to_pulse } else { wait }) {
                Ok(msg) => self.take(msg),
                Err(RecvTimeoutError::Timeout) if pulses => {
                    pulse = Instant::now() + PULSE;
                    self.take(Msg::Pulse);
                }
                Err(RecvTimeoutError::Timeout) if rests => self.take(Msg::Rest),
                Err(RecvTimeoutError::Timeout) => {
                    // After a suspend many ticks are due: one is enough.
                    tick = Instant::now() + TICK;
                    self.take(Msg::Tick);
                }
                Err(RecvTimeoutError::Disconnected) => return 1,
            }
            // Everything that is there is taken before a frame is drawn, and frames keep their distance.
            let due = self.last_draw.map_or_else(Instant::now, |last| last + FRAME);
            loop {
                let msg = messages.try_recv().ok().or_else(|| {
                    let wait = due.saturating_duration_since(Instant::now());
                    if wait.is_zero() { None } else { messages.recv_timeout(wait).ok() }
                });
                match msg {
                    Some(msg) if self.state.leaving.is_none() => self.take(msg),
                    _ => break,
                }
            }
            if self.state.leaving.is_none() {
                self.wait_for_page(messages);
                self.draw();
            }
        }
    }

    /// Gives the page of a jump a moment, so that one frame shows where it leads instead of one before and one behind.
    fn wait_for_page(&mut self, messages: &Receiver<Msg>) {
        let end = Instant::now() + JUMP;
        while self.state.source.is_jumping() && self.state.leaving.is_none() {
            match messages.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(msg) => self.take(msg),
                Err(_) => return,
            }
        }
    }

    fn take(&mut self, msg: Msg) {
        let _span = span("update");
        if matches!(msg, Msg::Key(_)) && self.key.is_none() {
            self.key = Some(Instant::now());
        }
        let at = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.recorder.lock().unwrap_or_else(PoisonError::into_inner).keep(at, &msg, self.state.is_typing());
        fault::point("update");
        if matches!(msg, Msg::Tick) {
            self.registry.set_objects("panes", self.state.objects());
        }
        let effects = update::update(&mut self.state, msg);
        for (effect, generation) in effects {
            self.carry_out(effect, generation);
        }
    }

    fn carry_out(&mut self, effect: Effect, generation: Gen) {
        fault::point("effect");
        match effect {
            // Behind the request that opens it.
            Effect::Do(slot, request) if request.needs_store() && !self.held.is_empty() => {
                self.held.push((Effect::Do(slot, request), generation));
            }
            Effect::Do(slot, request) => self.pool.submit(slot, generation, request),
            Effect::Cancel(slot) => self.pool.cancel(slot),
            Effect::Copy(text) => self.copy(&text),
            Effect::Edit { text, purpose, draft } => {
                let edited = self.term.lend(|| outside::edit(&self.options_env, &self.editor, &text, &draft));
                drop(self.seed.send(Msg::Edited(purpose, edited)));
            }
            Effect::Dump => {
                let rows =
                    self.shown.as_ref().map(|(buffer, _)| outside::rows_of(buffer)).unwrap_or_default();
                self.term.lend(|| super::term::dump(&rows));
            }
            Effect::Redraw => self.term.repaint(),
            Effect::Suspend => {
                self.pool.wait_for(Slot::Draft, LAST_WRITES);
                if !self.term.suspend(Suspend::Job) {
                    self.note(Tone::Warning, "there is no shell to go back to");
                }
            }
            // `update` has granted wishes and taken note of the end.
            Effect::Wish(_) | Effect::Quit => {}
        }
    }

    fn copy(&mut self, text: &str) {
        let (bytes, whole) = clipboard::osc52(text);
        let sent = self.term.send(&bytes);
        let (tone, what) = match (sent, whole) {
            (true, true) => (Tone::Done, "sent to the terminal's clipboard"),
            (true, false) => (Tone::Warning, "too long: its beginning was sent to the terminal's clipboard"),
            (false, _) => (Tone::Warning, "the terminal is behind: nothing was copied, try again"),
        };
        self.note(tone, what);
    }

    fn note(&mut self, tone: Tone, text: &str) {
        drop(self.seed.send(Msg::Wish(Wish::Say(tone, text.to_owned()))));
    }

    fn draw(&mut self) {
        let _span = Op::Frame.span();
        let start = Instant::now();
        fault::point("draw");
        let (buffer, cursor) = view::view(&self.state);
        self.registry.record(Op::Frame, num::nanos(start.elapsed()), 0, true);
        if self.key.is_some_and(|key| key.elapsed() > KEY_FORGOTTEN) {
            self.key = None;
        }
        if self.shown.as_ref().is_some_and(|(old, old_cursor)| *old_cursor == cursor && *old == buffer) {
            return;
        }
        // Only what is sent keeps its distance: an answer that comes right behind a key is not held back.
        self.last_draw = Some(start);
        self.frame += 1;
        if let Some(key) = self.key.take() {
            self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push((self.frame, key));
        }
        self.shown = Some((buffer.clone(), cursor));
        self.term.draw(self.frame, buffer, cursor);
    }

    /// Keeps what is not saved, lets writes finish, gives the terminal back.
    fn end(self, code: u8) -> u8 {
        fault::point("end");
        if let Some((name, text)) = self.state.draft() {
            let mut generations = self.state.generations.clone();
            let generation = generations.entry(Slot::Draft).or_default().bump();
            self.pool.submit(Slot::Draft, generation, Request::KeepDraft { name, text });
        }
        self.pool.stop(LAST_WRITES);
        self.recorder.lock().unwrap_or_else(PoisonError::into_inner).finish();
        self.term.finish();
        code
    }
}
