//! The scenes of the view tests: states of the desk as sessions bring them about.

use crate::app::keymap::Keymap;
use crate::app::{Msg, Start, State, command::ScrollBy, update};
use crate::base::text::Charset;
use crate::base::{ByteOffset, LineNo, Op, UserError};
use crate::config::KeySeq;
use crate::kb::related::Related;
use crate::kb::search::{Found, Layer, LayerReport, SearchResult};
use crate::metrics::{Alert, CacheLevelStats, Latency, Objects, OpStats, Snapshot};
use crate::source::{Anchor, Change, LineEnd, NeedleSpec, Page, PageLine, ScanProgress};
use crate::store::{
    Access, Attachment, ChangeKind, CodeReference, Entry, EntryHead, EntryRow, EntryVersion, Incident,
    NewEntry, Origin, Severity, StoreInfo, VersionHead,
};
use crate::ui::{Depth, Theme};
use crate::work::{
    Attached, Beside, Effect, EntryAnswer, Envelope, FileFacts, FileId, FileState, OutlineRow, Reply,
    Request, Slot, Tone, Wish,
};

mod figures;
mod files;
mod knowledge;

use figures::*;
use files::*;
pub use files::{facts, source_text};
use knowledge::*;

type Scene = fn((u16, u16)) -> State;

/// Every scene by its name.
pub const SCENES: &[(&str, Scene)] = &[
    ("search_opening", search_opening),
    ("search_full", search_full),
    ("search_typing", search_typing),
    ("search_long", search_long),
    ("search_nothing", search_nothing),
    ("search_explain", search_explain),
    ("search_facets", search_facets),
    ("search_offers", search_offers),
    ("search_recall", search_recall),
    ("search_entry", search_entry),
    ("search_form", search_form),
    ("search_incident", search_incident),
    ("search_beside", search_beside),
    ("search_history", search_history),
    ("search_history_changes", search_history_changes),
    ("search_import", search_import),
    ("search_import_row", search_import_row),
    ("search_importing", search_importing),
    ("search_imported", search_imported),
    ("search_import_stopped", search_import_stopped),
    ("search_store_failed", search_store_failed),
    ("search_with_source", search_with_source),
    ("source_empty", source_empty),
    ("source_loading", source_loading),
    ("source_error", source_error),
    ("source_no_lines", source_no_lines),
    ("source_text", source_text),
    ("source_listing", source_listing),
    ("source_find", source_find),
    ("source_hex", source_hex),
    ("source_cols", source_cols),
    ("source_right", source_right),
    ("source_outline", source_outline),
    ("source_names_waiting", source_names_waiting),
    ("source_names", source_names),
    ("source_places", source_places),
    ("source_walk", source_walk),
    ("source_known", source_known),
    ("source_searched", source_searched),
    ("source_searched_text", source_searched_text),
    ("source_comparing", source_comparing),
    ("source_compared", source_compared),
    ("source_prompt", source_prompt),
    ("source_long_line", source_long_line),
    ("source_wrapped", source_wrapped),
    ("source_deleted", source_deleted),
    ("source_members", source_members),
    ("source_archive", source_archive),
    ("source_members_filtered", source_members_filtered),
    ("metrics_waiting", metrics_waiting),
    ("metrics_full", metrics_full),
    ("metrics_compared", metrics_compared),
    ("metrics_explained", metrics_explained),
    ("metrics_alert", metrics_alert),
    ("metrics_profile", metrics_profile),
    ("metrics_pool", metrics_pool),
    ("metrics_slow", metrics_slow),
    ("metrics_slow_none", metrics_slow_none),
    ("metrics_advice", metrics_advice),
    ("log_empty", log_empty),
    ("log_full", log_full),
    ("over_help", over_help),
    ("over_help_commands", over_help_commands),
    ("over_help_typing", over_help_typing),
    ("over_palette", over_palette),
    ("over_which_key", over_which_key),
    ("over_command", over_command),
    ("over_toast", over_toast),
];

fn desk(size: (u16, u16), files: &[&str]) -> State {
    let files: Vec<String> = files.iter().map(|f| (*f).to_owned()).collect();
    let start = Start {
        size,
        theme: "greenbar".into(),
        depth: Depth::Indexed256,
        charset: Charset::Unicode,
        files: files.clone(),
        folder: String::new(),
        wanted: crate::source::Wanted::default(),
        resume: false,
        max_results: 50,
        tab_width: 8,
        zebra: true,
        scroll: ScrollBy::Cursor,
    };
    let mut state = State::new(&start, vec![Theme::load("greenbar", None).unwrap()], Keymap::defaults());
    let effects = update::start(&mut state, &files, crate::source::Wanted::default());
    answer(&mut state, effects.into_iter().map(|(effect, _)| effect).collect());
    state
}

fn press(state: &mut State, keys: &str) {
    let keys: KeySeq = keys.parse().unwrap();
    for key in keys.keys() {
        let effects = update::update(state, Msg::Key(*key));
        answer(state, effects.into_iter().map(|(effect, _)| effect).collect());
    }
}

fn type_text(state: &mut State, text: &str) {
    for c in text.chars() {
        let effects = update::update(state, Msg::Key(crate::config::Key::char(c)));
        answer(state, effects.into_iter().map(|(effect, _)| effect).collect());
    }
}

fn reply(state: &mut State, slot: Slot, reply: crate::base::Result<Reply>) {
    let generation = state.generations.get(&slot).copied().unwrap_or_default();
    let envelope = Envelope { slot, generation, reply, took_us: 1 };
    let effects = update::update(state, Msg::Reply(Box::new(envelope)));
    answer(state, effects.into_iter().map(|(effect, _)| effect).collect());
}

/// Answers what asks for pages, entries and outlines.
fn answer(state: &mut State, effects: Vec<Effect>) {
    for effect in effects {
        let Effect::Do(slot, request) = effect else { continue };
        let path = |id: FileId| state.source.files.iter().find(|f| f.id == id).map(|f| f.path.clone());
        let text = |id: FileId| path(id).and_then(|p| text_of(&p));
        let answer = match request {
            Request::OpenFile { file, page, .. } => text(file).map(|t| Reply::Opened {
                facts: Box::new(facts(&t)),
                page: Box::new(page_of(&t, &page)),
                context: crate::code::LineContext::default(),
            }),
            Request::Page { file, page, .. } => {
                let crumb = |line, path: &[&str]| crate::work::Crumb {
                    line: LineNo::new(line),
                    path: path.iter().map(|p| (*p).to_owned()).collect(),
                };
                let crumbs = vec![
                    crumb(1, &["PAYR010", "IDENTIFICATION DIVISION"]),
                    crumb(130, &["PAYR010", "PROCEDURE DIVISION", "2000-EMPLOYEE SECTION", "2100-GROSS"]),
                ];
                text(file).map(|t| Reply::Page {
                    page: Box::new(page_of(&t, &page)),
                    crumbs,
                    contexts: Vec::new(),
                })
            }
            Request::Outline { from, .. } => {
                let rows = outline();
                Some(Reply::Outline {
                    total: rows.len(),
                    from: from.unwrap_or(0).min(rows.len()),
                    rows: rows.into_iter().skip(from.unwrap_or(0)).collect(),
                    current: Some(3),
                })
            }
            Request::Entry { .. } => Some(Reply::Entry(Some(Box::new((entry(), links()))))),
            _ => None,
        };
        if let Some(answer) = answer {
            reply(state, slot, Ok(answer));
        }
    }
}

/// Without these a scene may be about nothing.
#[test]
fn scenes_are_what_they_say() {
    assert!(search_entry((80, 24)).search.shown.is_some());
    assert!(source_outline((120, 36)).source.outline.rows.len() > 10);
    assert_eq!(
        source_find((80, 24)).source.file().unwrap().count.as_ref().map(|c| c.matches > 3),
        Some(true)
    );
    assert!(source_names_waiting((80, 24)).source.names.waiting);
    assert!(source_names((80, 24)).source.names.rows.len() > 3);
    assert!(source_places((80, 24)).source.names.places.is_some());
    assert!(source_long_line((80, 24)).source.file().unwrap().skip > 0);
}
