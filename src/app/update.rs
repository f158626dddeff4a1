//! What a message does to the desk. Pure: no I/O and no clock, so a session can be recorded, replayed and tested.

mod commands;
mod ispf;
mod scroll;
mod stacked;

use super::actions::{Action, Desk, Place};
use super::command::{self, Command};
use super::keymap::Lookup;
use super::msg::Msg;
use super::palette::Palette;
use super::state::{Overlay, State, Toast};
use crate::base::UserError;
use crate::config::{Key, KeyCode};
use crate::panes::{Move, Pane, edit_of, log, search, source};
use crate::source::Wanted;
use crate::store::CodeReference;
use crate::ui::Look;
use crate::ui::layout::TWO_FROM;
use crate::ui::widget::{Edit, Input};
use crate::work::{DeskSettings, Effect, Effects, EntryAsk, Envelope, Reply, Request, Slot, Tone, Wish};

pub use stacked::Stacked;

/// Seconds that a message stays; errors stay until a key.
const TOAST_SECONDS: u8 = 6;
/// Seconds between two times that the store is tidied up.
const UPKEEP_EVERY: u64 = 300;
/// Commands that are remembered.
const COMMANDS: usize = 200;

/// What the first moment asks for: the files first, then the store.
pub fn start(state: &mut State, files: &[String], wanted: Wanted) -> Vec<(Effect, crate::base::Gen)> {
    let mut fx = Effects::default();
    // The first page is asked for the screen that it will be shown on.
    super::layout::apply(state, &mut fx);
    for (n, path) in files.iter().enumerate() {
        state.source.open_as(path, None, wanted, &mut fx);
        if n > 0 {
            state.source.current = 0;
        }
    }
    state.search.start(&mut fx);
    fx.request(Slot::Visits, Request::Visits);
    fx.request(Slot::Figures, Request::Figures);
    super::layout::apply(state, &mut fx);
    finish(state, fx)
}

/// Takes one message. Gives what the world is asked for, each request with its generation.
pub fn update(state: &mut State, msg: Msg) -> Vec<(Effect, crate::base::Gen)> {
    let mut fx = Effects::default();
    let stays = state.leaving.is_none();
    let answered = stacked::answer_of(&msg);
    match msg {
        Msg::Key(key) => on_key(state, key, &mut fx),
        Msg::Paste(text, dropped) => on_paste(state, &text, dropped, &mut fx),
        Msg::Resized(columns, rows) => state.size = (columns, rows),
        Msg::Reply(envelope) => on_reply(state, *envelope, &mut fx),
        Msg::Rest => {
            state.source.rest();
            state.search.rest(&mut fx);
        }
        Msg::Pulse => state.source.pulse(&mut fx),
        Msg::Tick => on_tick(state, &mut fx),
        Msg::Edited(purpose, Ok(text)) => state.search.edited(&purpose, &text, &mut fx),
        Msg::Edited(_, Err(error)) => {
            state.search.not_edited();
            fx.wish(Wish::Fail(error));
        }
        Msg::Note(error) => fx.wish(Wish::Fail(error)),
        Msg::Wish(wish) => fx.wish(wish),
        Msg::Suspend => suspend(state, &mut fx),
        Msg::Continued => fx.push(Effect::Redraw),
        Msg::Ended(code) => state.leaving = Some(code),
    }
    super::layout::apply(state, &mut fx);
    let out = finish(state, fx);
    let out = stacked::go_on(state, answered, out);
    if stays && state.leaving.is_some() { [out, remembered(state)].concat() } else { out }
}

/// What is remembered of the session that ends.
fn remembered(state: &mut State) -> Vec<(Effect, crate::base::Gen)> {
    let visits = state.source.visits_now();
    let mut fx = Effects::default();
    if !visits.is_empty() {
        fx.request(Slot::Visits, Request::KeepVisits(visits));
    }
    finish(state, fx)
}

/// Grants the wishes and numbers the requests.
fn finish(state: &mut State, mut fx: Effects) -> Vec<(Effect, crate::base::Gen)> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(effect) = fx.0.get(at).cloned() {
        at += 1;
        match effect {
            Effect::Wish(wish) => grant(state, wish, &mut fx),
            Effect::Do(slot, request) => {
                let generation = state.generations.entry(slot).or_default().bump();
                // The number of a file is never given again: what was asked about it needs no memory once it is closed.
                if let Request::CloseFile { file } = request {
                    state.generations.retain(|other, _| *other == slot || other.file() != Some(file));
                }
                out.push((Effect::Do(slot, request), generation));
            }
            Effect::Quit => state.leaving = Some(0),
            other => out.push((other, crate::base::Gen::default())),
        }
    }
    out
}

fn grant(state: &mut State, wish: Wish, fx: &mut Effects) {
    match wish {
        Wish::Say(tone, text) => say(state, tone, text, String::new()),
        Wish::Fail(error) => {
            state.stacked.forget();
            let text =
                if error.cause.is_empty() { error.what } else { format!("{}: {}", error.what, error.cause) };
            say(state, Tone::Error, text, error.hint);
        }
        Wish::OpenFile { path, line } => {
            show(state, Pane::Source);
            state.source.open(&path, line, fx);
        }
        Wish::SearchFor(text) => {
            let asked_there = state.pane == Pane::Source;
            show(state, Pane::Search);
            state.search.search_for(&text, fx);
            state.asked_in_source |= asked_there;
        }
        Wish::ShowEntry(id) => {
            show(state, Pane::Search);
            state.search.show_entry(id, fx);
        }
        Wish::ShowSource => show(state, Pane::Source),
        Wish::NextPane => step_pane(state, 1),
        Wish::AttachHere(id) => match state.source.here() {
            Some((path, _)) => {
                let ask = EntryAsk::Attach { id, path };
                fx.request(Slot::Attach, Request::OfEntry(ask));
            }
            None => say(state, Tone::Warning, "open the file in the Source pane first".into(), String::new()),
        },
        Wish::LinkHere(id) => match state.source.here() {
            Some((file, line)) => {
                let symbol =
                    state.source.file().and_then(|f| f.path_here().last().cloned()).unwrap_or_default();
                let anchor = state.source.file().map(source::File::anchor_here).unwrap_or_default();
                let note = String::new();
                let reference = CodeReference { file, line: line.get(), symbol, note, anchor };
                fx.request(Slot::Write, Request::LinkEntry { id, reference });
            }
            None => say(
                state,
                Tone::Warning,
                "put the cursor of the Source pane on a line first".into(),
                String::new(),
            ),
        },
    }
}

fn say(state: &mut State, tone: Tone, text: String, hint: String) {
    let shown = if hint.is_empty() { text.clone() } else { format!("{text} ({hint})") };
    state.log.add(log::Line { at: state.seconds, tone, text, hint });
    state.toast = Some(Toast { tone, text: shown, left: TOAST_SECONDS });
}

fn show(state: &mut State, pane: Pane) {
    if state.pane != pane {
        state.asked_in_source = false;
        state.previous = state.pane;
        state.pane = pane;
    }
}

fn on_tick(state: &mut State, fx: &mut Effects) {
    state.seconds += 1;
    if let Some(toast) = &mut state.toast {
        toast.left = toast.left.saturating_sub(1);
        if toast.left == 0 && toast.tone != Tone::Error {
            state.toast = None;
        }
    }
    state.source.tick(fx);
    state.search.tick(fx);
    fx.request(Slot::Figures, Request::Figures);
    if state.seconds.is_multiple_of(UPKEEP_EVERY)
        && matches!(state.search.store, search::StoreState::Ready(_))
    {
        fx.request(Slot::Upkeep, Request::Upkeep);
    }
}

/// Back to the shell: what is typed goes to disk first.
fn suspend(state: &mut State, fx: &mut Effects) {
    state.search.keep_draft(fx);
    fx.push(Effect::Suspend);
}

fn on_reply(state: &mut State, envelope: Envelope, fx: &mut Effects) {
    let Envelope { slot, generation, reply, .. } = envelope;
    let newest = state.generations.entry(slot).or_default();
    if !slot.keeps_all() && generation < *newest {
        return;
    }
    // Only in the replay of what a crash left can a reply be newer than all that was asked: its beginning is lost, and
    // masked keys may have asked less.
    *newest = generation.max(*newest);
    if let (Slot::Open(_), Ok(Reply::Done)) = (slot, &reply) {
        // The file is closed: the last that is heard of it.
        state.generations.remove(&slot);
    }
    if let (Slot::Store | Slot::Open(_), Err(error)) = (slot, &reply) {
        // The pane shows it whole: the log keeps it.
        let text = error.to_string();
        state.log.add(log::Line { at: state.seconds, tone: Tone::Error, text, hint: error.hint.clone() });
    }
    if let (Slot::Store, Ok(Reply::StoreReady { commands, .. })) = (slot, &reply) {
        // What this session has typed already is newer.
        let own = std::mem::take(&mut state.commands);
        state.commands = commands.iter().filter(|c| !own.contains(c)).cloned().collect();
        state.commands.extend(own);
    }
    match slot {
        Slot::Commands | Slot::Warm | Slot::Upkeep => {
            if let Err(error) = reply {
                // Nobody waits for it: the log says it.
                let (text, hint) = (error.to_string(), error.hint);
                state.log.add(log::Line { at: state.seconds, tone: Tone::Warning, text, hint });
            }
        }
        Slot::Store
        | Slot::Search
        | Slot::Offers
        | Slot::Searches
        | Slot::Entry
        | Slot::Beside
        | Slot::Transfer
        | Slot::Look
        | Slot::Carry
        | Slot::History
        | Slot::Form
        | Slot::Attached
        | Slot::Attach
        | Slot::Write => state.search.reply(slot, reply, fx),
        Slot::Settings | Slot::Draft => match reply {
            Ok(Reply::Settings(settings, problems)) => apply_settings(state, &settings, problems, fx),
            Ok(_) => {}
            Err(error) => fx.wish(Wish::Fail(error)),
        },
        Slot::Figures | Slot::Relief | Slot::Past | Slot::Profile | Slot::Inside | Slot::Advise => {
            state.metrics.reply(reply, fx);
            state.alerts = state.metrics.alerts();
        }
        Slot::Visits => {
            if let Ok(Reply::Visits(visits)) = reply {
                state.source.take_visits(visits, std::mem::take(&mut state.resume), fx);
            }
        }
        _ => state.source.reply(slot, reply, fx),
    }
}

fn apply_settings(state: &mut State, new: &DeskSettings, problems: Vec<UserError>, fx: &mut Effects) {
    if state.look.theme != new.theme {
        use_theme(state, &new.theme, fx);
    }
    state.search.limit = new.max_results;
    state.source.tab_width = new.tab_width;
    state.source.zebra = new.zebra;
    if let Ok(Some(Command::Scroll(by))) = command::parse(&format!("SCROLL {}", new.scroll)) {
        state.source.scroll = by.into();
    }
    if problems.is_empty() {
        fx.say(Tone::Done, "the settings were read again");
    }
    for problem in problems {
        fx.wish(Wish::Fail(problem));
    }
}

fn on_paste(state: &mut State, text: &str, dropped: u64, fx: &mut Effects) {
    if dropped > 0 {
        fx.say(Tone::Warning, format!("the paste was too long: its last {dropped} bytes were dropped"));
    }
    if let Some(input) = &mut state.command {
        input.apply(&Edit::Insert(text.lines().next().unwrap_or("").to_owned()));
    } else if let Some(Overlay::Palette(palette)) = &mut state.overlay {
        palette.input.apply(&Edit::Insert(text.lines().next().unwrap_or("").to_owned()));
        palette.refresh();
    } else {
        match state.pane {
            Pane::Search => state.search.paste(text, fx),
            Pane::Source if state.source.is_typing() => state.source.paste(text),
            _ => fx.say(Tone::Info, "nothing here takes pasted text"),
        }
    }
}

// Keys ----------------------------------------------------------------------------------------------------------

fn on_key(state: &mut State, key: Key, fx: &mut Effects) {
    state.stacked.forget();
    if state.toast.as_ref().is_some_and(|t| t.left < TOAST_SECONDS || t.tone == Tone::Error) {
        state.toast = None;
    }
    match &mut state.overlay {
        Some(Overlay::Help(_)) => return help_key(state, key, fx),
        Some(Overlay::Palette(_)) => return palette_key(state, key, fx),
        None => {}
    }
    if state.command.is_some() {
        return command_key(state, key, fx);
    }
    let place = state.place();
    let mut sequence = std::mem::take(&mut state.pending);
    sequence.push(key);
    if place.is_typing() && sequence.len() == 1 {
        // The place's own keys first, then the text, then the keys of everywhere.
        let own = state.keymap.lookup_inside(place, &sequence);
        if own == Lookup::Unbound && type_key(state, key, fx) {
            return;
        }
    }
    match state.keymap.lookup(place, &sequence) {
        Lookup::Action(action) => act(state, action, fx),
        Lookup::More => state.pending = sequence,
        Lookup::Unbound if sequence.len() > 1 || place.is_typing() => {}
        Lookup::Unbound => fx.say(Tone::Info, format!("{key} does nothing here: ? shows the keys that do")),
    }
}

fn type_key(state: &mut State, key: Key, fx: &mut Effects) -> bool {
    match state.pane {
        Pane::Search => state.search.type_key(key, fx),
        Pane::Source => state.source.type_key(key, fx),
        Pane::Metrics | Pane::Log => false,
    }
}

/// The move that a key means anywhere, for lists in overlays.
fn move_of(state: &State, key: Key) -> Option<Move> {
    match state.keymap.lookup(Place::Anywhere, &[key]) {
        Lookup::Action(Action::Move(way)) => Some(way),
        _ => None,
    }
}

fn help_key(state: &mut State, key: Key, fx: &mut Effects) {
    let page = usize::from(state.size.1).saturating_sub(4).max(1);
    let lines = super::help::lines(state).len();
    let way = move_of(state, key);
    let Some(Overlay::Help(top)) = &mut state.overlay else { return };
    *top = match way {
        Some(Move::Up) => top.saturating_sub(1),
        Some(Move::Down) => *top + 1,
        Some(Move::PageUp | Move::HalfUp) => top.saturating_sub(page),
        Some(Move::PageDown | Move::HalfDown) => *top + page,
        Some(Move::Top) => 0,
        Some(Move::Bottom) => lines,
        Some(Move::Left | Move::Right) => *top,
        None => {
            state.overlay = None;
            if let Lookup::Action(action @ Action::Desk(Desk::Quit | Desk::Palette | Desk::CommandLine)) =
                state.keymap.lookup(Place::Anywhere, &[key])
            {
                act(state, action, fx);
            }
            return;
        }
    }
    .min(lines.saturating_sub(page));
}

fn palette_key(state: &mut State, key: Key, fx: &mut Effects) {
    let Some(Overlay::Palette(palette)) = &mut state.overlay else { return };
    match key.code {
        KeyCode::Esc | KeyCode::F(3) => state.overlay = None,
        KeyCode::Up => palette.step(-1),
        KeyCode::Down => palette.step(1),
        KeyCode::PageUp => palette.step(-10),
        KeyCode::PageDown => palette.step(10),
        KeyCode::Enter => {
            let action = palette.action();
            state.overlay = None;
            if let Some(action) = action {
                act(state, action, fx);
            }
        }
        _ => {
            if edit_of(key).is_some_and(|edit| palette.input.apply(&edit)) {
                palette.refresh();
            }
        }
    }
}

fn command_key(state: &mut State, key: Key, fx: &mut Effects) {
    let Some(input) = &mut state.command else { return };
    match key.code {
        KeyCode::Esc | KeyCode::F(3 | 15) => state.command = None,
        KeyCode::Enter => {
            let line = input.text().to_owned();
            state.command = None;
            take_line(state, &line, fx);
        }
        KeyCode::F(12 | 24) | KeyCode::Up => {
            input.apply(&Edit::Up);
        }
        KeyCode::Down => {
            input.apply(&Edit::Down);
        }
        KeyCode::F(7 | 19) => scroll::key(state, Move::PageUp, fx),
        KeyCode::F(8 | 20) => scroll::key(state, Move::PageDown, fx),
        KeyCode::F(10 | 22) => scroll::key(state, Move::Left, fx),
        KeyCode::F(11 | 23) => scroll::key(state, Move::Right, fx),
        _ => {
            if let Some(edit) = edit_of(key) {
                input.apply(&edit);
            }
        }
    }
}

/// Takes a line of the command line: its first command is carried out at once, what is behind it when that is done.
fn take_line(state: &mut State, line: &str, fx: &mut Effects) {
    state.toast = None;
    // What brings a command back is none that anybody wants back.
    let kept = !line.trim().is_empty() && !matches!(command::parse(line), Ok(Some(Command::Retrieve)));
    if kept {
        state.commands.retain(|c| c != line);
        state.commands.push(line.to_owned());
        if state.commands.len() > COMMANDS {
            state.commands.remove(0);
        }
    }
    let (first, rest) = command::first_of(line);
    state.stacked.begin(rest);
    run_line(state, first, fx);
    if kept {
        // Behind what somebody waits for.
        fx.request(Slot::Commands, Request::KeepCommands(state.commands.clone()));
    }
}

/// Carries a command of the command line out.
fn run_line(state: &mut State, line: &str, fx: &mut Effects) {
    // Where lines are hidden the letters alone are line commands.
    let here = state.pane == Pane::Source && state.source.is_on_hidden();
    let parsed = command::on_hidden(line).filter(|_| here).map(|command| Ok(Some(command)));
    match parsed.unwrap_or_else(|| command::parse(line)) {
        Ok(Some(command)) => commands::run(state, command, fx),
        Ok(None) => {}
        Err(error) => fx.wish(Wish::Fail(error)),
    }
}

fn use_theme(state: &mut State, name: &str, fx: &mut Effects) {
    match state.theme(name) {
        Some(theme) => {
            state.look = Look::new(&theme, state.look.depth, state.look.charset());
            fx.say(Tone::Done, format!("theme {}", theme.name));
        }
        None => {
            let names = state.theme_names();
            let error = UserError::new(format!("there is no theme {name}"))
                .hint(format!("themes: {}", names.join(", ")));
            fx.wish(Wish::Fail(error));
        }
    }
}

/// Carries an action out.
fn act(state: &mut State, action: Action, fx: &mut Effects) {
    match action {
        Action::Desk(desk) => act_desk(state, desk, fx),
        Action::Move(way) => match state.pane {
            Pane::Search => state.search.go_move(way, fx),
            Pane::Source => state.source.go_move(way, fx),
            Pane::Metrics => state.metrics.go_move(way, fx),
            Pane::Log => state.log.go_move(way),
        },
        Action::Search(command) => state.search.command(command, fx),
        Action::Source(command) => state.source.command(command, fx),
        Action::Metrics(command) => state.metrics.command(command, fx),
    }
}

fn act_desk(state: &mut State, desk: Desk, fx: &mut Effects) {
    match desk {
        Desk::End => end(state, true, fx),
        Desk::Back => end(state, false, fx),
        Desk::Quit => state.leaving = Some(0),
        Desk::Help => state.overlay = Some(Overlay::Help(0)),
        Desk::Palette => state.overlay = Some(Overlay::Palette(Palette::open(state.place()))),
        Desk::CommandLine | Desk::Retrieve | Desk::TypeLabel | Desk::TypeNote => {
            let mut input = Input::default();
            input.set_history(state.commands.clone());
            match desk {
                Desk::Retrieve => input.apply(&Edit::Up),
                Desk::TypeLabel => input.apply(&Edit::Insert("LABEL .".to_owned())),
                Desk::TypeNote => input.apply(&Edit::Insert(format!("NOTE {}", state.source.note_here()))),
                _ => false,
            };
            state.command = Some(input);
        }
        Desk::Show(pane) => show(state, pane),
        Desk::NextPane => step_pane(state, 1),
        Desk::PreviousPane => step_pane(state, Pane::ALL.len() - 1),
        Desk::Swap if state.pane == Pane::Source && state.source.split.is_some() => {
            state.source.other_half(fx);
        }
        Desk::Swap => show(state, state.previous),
        Desk::Zoom if state.size.0 < TWO_FROM => {
            fx.say(Tone::Info, format!("one pane has the whole screen under {TWO_FROM} columns"));
        }
        Desk::Zoom => state.zoom = !state.zoom,
        Desk::NextTheme => {
            let names = state.theme_names();
            let at = names.iter().position(|n| *n == state.look.theme).map_or(0, |at| at + 1);
            if let Some(name) = names.get(at % names.len().max(1)) {
                use_theme(state, name, fx);
            }
        }
        Desk::Redraw => fx.push(Effect::Redraw),
        Desk::Reload => fx.request(Slot::Settings, Request::Reload),
        Desk::Suspend => suspend(state, fx),
        Desk::Dump => fx.push(Effect::Dump),
    }
}

fn step_pane(state: &mut State, by: usize) {
    let at = Pane::ALL.iter().position(|p| *p == state.pane).unwrap_or(0);
    if let Some(pane) = Pane::ALL.get((at + by) % Pane::ALL.len()) {
        show(state, *pane);
    }
}

/// F3 and Esc: the innermost thing that is open; at last, with `quits`, the program.
fn end(state: &mut State, quits: bool, fx: &mut Effects) {
    if state.zoom && state.size.0 >= TWO_FROM {
        state.zoom = false;
        return;
    }
    let left = match state.pane {
        Pane::Search => state.search.leave(fx),
        Pane::Metrics => state.metrics.leave(),
        Pane::Source => {
            state.source.end_follow(fx) || state.source.leave_member(fx) || state.source.leave_failed(fx)
        }
        Pane::Log => false,
    };
    if left {
        return;
    }
    match (state.pane, quits) {
        (Pane::Search, _) if state.asked_in_source => show(state, Pane::Source),
        (Pane::Search, true) => fx.push(Effect::Quit),
        (Pane::Search, false) => fx.say(Tone::Info, "nothing is open: F3 or q leaves greenbar"),
        _ => show(state, Pane::Search),
    }
}

#[cfg(test)]
mod tests;
