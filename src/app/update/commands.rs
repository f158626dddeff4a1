//! What each command of the command line does. Must not know how a line is understood.

use super::{act, grant, ispf, scroll, show, use_theme};
use crate::app::actions::{Action, Desk};
use crate::app::command::{Command, Compare, Place, Sort};
use crate::app::state::State;
use crate::base::{UserError, name};
use crate::panes::source::{Said, SplitTo};
use crate::panes::{Move, Pane, source};
use crate::work::{Effects, ImportOf, ProfileAsk, Request, Slot, Tone, Wish};

/// What a command for a text does in a member list.
fn in_members(state: &mut State, command: &Command, fx: &mut Effects) {
    match command {
        Command::Locate(Place::Symbol(name)) => state.source.members_locate(name, fx),
        Command::Locate(Place::Line(number)) => state.source.members_locate(&number.to_string(), fx),
        Command::Locate(Place::Top) => act(state, Action::Move(Move::Top), fx),
        Command::Locate(Place::Bottom) => act(state, Action::Move(Move::Bottom), fx),
        Command::Sort(Sort { members: Some(by), .. }) => state.source.members_sort(*by),
        Command::Sort(_) => fx.say(Tone::Warning, "members are sorted by NAME, SIZE, CHANGED or KIND"),
        _ => fx.say(Tone::Warning, "that is for a text: Enter opens the selected member"),
    }
}

/// Carries a command out.
pub(super) fn run(state: &mut State, command: Command, fx: &mut Effects) {
    if command.needs_source() {
        if state.source.file().is_none() {
            fx.wish(Wish::Fail(
                UserError::new("no file is open in the Source pane").hint("OPEN file opens one"),
            ));
            return;
        }
        show(state, Pane::Source);
        if state.source.in_members() && !matches!(command, Command::SearchFor(_)) {
            return in_members(state, &command, fx);
        }
    }
    match with_paths(state, command) {
        Command::Find(find) => ispf::find(&mut state.source, find, fx),
        Command::SearchFor(find) => ispf::search_for(&mut state.source, find, fx),
        Command::Compare(what) => state.source.compare(what.with, what.rules, fx),
        Command::Rfind => state.source.command(source::Command::FindNext, fx),
        Command::Locate(place) => ispf::locate(&mut state.source, place, fx),
        Command::Exclude(what) => ispf::exclude(&mut state.source, what, fx),
        Command::Fold(how) => state.source.fold(how, fx),
        Command::Hide(switch) => state.source.hide_marks(|was| switch.of(was), fx),
        Command::Label(name) => state.source.set_label(name, fx),
        Command::Note(to) => state.source.note(to, fx),
        Command::Known => state.source.ask_known(fx),
        Command::Notes => state.source.list_notes(fx),
        Command::Bounds(columns) => ispf::bounds(&mut state.source, columns, fx),
        Command::Num(switch) => state.source.hide_sequence(|was| switch.of(was), fx),
        Command::Tabs(tabs) => state.source.set_tabs(tabs, fx),
        Command::Wrap(switch) => state.source.wrap(|was| switch.of(was), fx),
        Command::Hold(switch) => state.source.hold(|was| switch.of(was), fx),
        Command::Gutter(gutter) => state.source.number_by(gutter, fx),
        Command::Hex(hex) => state.source.switch(|s| s.hex = hex.of(s.hex), fx),
        Command::Encoding(say) => state.source.set_format(say.of(Said::Encoding), fx),
        Command::Records(say) => state.source.set_format(say.of(Said::Records), fx),
        Command::Carriage(said) => state.source.set_carriage(said, fx),
        Command::Follow(what) => ispf::follow(&mut state.source, what, fx),
        Command::Pin(pin) => state.source.pin(pin, fx),
        Command::Sheet(sheet) => state.source.go_to_sheet(sheet, fx),
        Command::Listing(ask) => state.source.ask_listing(ask, fx),
        Command::Pages(switch) => state.source.show_pages(|was| switch.of(was), fx),
        Command::Cols(switch) => state.source.switch(|s| s.cols = switch.of(s.cols), fx),
        Command::Reset(what) => ispf::reset(&mut state.source, &what, fx),
        Command::Sort(sort) => ispf::sort(&mut state.source, sort, fx),
        Command::End => act(state, Action::Desk(Desk::End), fx),
        Command::Quit => act(state, Action::Desk(Desk::Quit), fx),
        Command::Help => act(state, Action::Desk(Desk::Help), fx),
        Command::Swap => act(state, Action::Desk(Desk::Swap), fx),
        Command::Retrieve => act(state, Action::Desk(Desk::Retrieve), fx),
        Command::Save(name) => state.search.keep_search(&name, fx),
        Command::Search(text) => grant(state, Wish::SearchFor(text), fx),
        Command::Open(path) => grant(state, Wish::OpenFile { path, line: None }, fx),
        Command::Import(of) => {
            show(state, Pane::Search);
            state.search.begin_import(of, fx);
        }
        Command::ExportEntries(path, replace) => state.search.export_entries(path, replace, fx),
        Command::Export(export) => ispf::export(&mut state.source, export, fx),
        Command::Print(to) => {
            let text = crate::app::view::rows(state).join("\n") + "\n";
            fx.request(Slot::Export, Request::PrintTo { to, text });
        }
        Command::Profile(ask @ ProfileAsk::Write(_)) => fx.request(Slot::Export, Request::Profile(ask)),
        Command::Profile(ask) => {
            show(state, Pane::Metrics);
            state.metrics.profile(ask, fx);
        }
        Command::Recent(number) => {
            show(state, Pane::Source);
            state.source.recent(number, fx);
        }
        Command::Split(to) => {
            show(state, Pane::Source);
            state.source.split(to, fx);
        }
        Command::Theme(name) => use_theme(state, &name, fx),
        Command::Scroll(by) => {
            state.source.scroll = by.into();
            fx.say(Tone::Done, format!("Scroll ===> {by}"));
        }
        Command::Go(way, by) => scroll::go(state, way, by, fx),
        Command::Pane(number) => match Pane::numbered(number) {
            Some(pane) => show(state, pane),
            None => fx.say(Tone::Warning, format!("there is no pane {number}")),
        },
        Command::Action(name) => {
            let place = state.place();
            match crate::app::actions::TABLE.iter().find(|s| s.name == name && s.place.covers(place)) {
                Some(spec) => act(state, spec.action, fx),
                None => {
                    fx.say(Tone::Warning, format!("{name} is not an action of this pane: HELP lists them"));
                }
            }
        }
    }
}

/// A command with the whole paths of the files that it names.
fn with_paths(state: &State, command: Command) -> Command {
    let whole = |path: &str| absolute(state, path);
    match command {
        Command::Open(path) => Command::Open(whole(&path)),
        Command::Compare(what) => {
            Command::Compare(Compare { with: what.with.map(|with| whole(&with)), ..what })
        }
        Command::Import(of) => Command::Import(ImportOf { path: whole(&of.path), ..of }),
        Command::Split(SplitTo::File(path)) => Command::Split(SplitTo::File(whole(&path))),
        other => other,
    }
}

/// The path of a file that a person names: what is kept of a file is kept under it, from wherever it is named.
fn absolute(state: &State, path: &str) -> String {
    if state.folder.is_empty() || path.is_empty() {
        return path.to_owned();
    }
    let whole = name::path_of(&state.folder).join(name::path_of(path));
    // Nothing is looked up for a path that begins at the root.
    std::path::absolute(&whole).map_or_else(|_| path.to_owned(), |whole| name::text_of(&whole))
}
