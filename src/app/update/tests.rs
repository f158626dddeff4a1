use super::*;
use crate::app::keymap::Keymap;
use crate::app::state::Start;
use crate::base::ByteOffset;
use crate::base::Gen;
use crate::base::LineNo;
use crate::base::text::Charset;
use crate::config::KeySeq;
use crate::panes::search::Focus;
use crate::source::Wanted;
use crate::source::{Anchor, Direction};
use crate::source::{Change, LineEnd, Page, PageLine};
use crate::ui::{Depth, Theme};
use crate::work::{FileFacts, FileId, Reply};

mod files;
mod ispf;

fn desk(files: &[&str]) -> (State, Vec<(Effect, Gen)>) {
    let files: Vec<String> = files.iter().map(|f| (*f).to_owned()).collect();
    let start = Start {
        size: (80, 24),
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
    let effects = super::start(&mut state, &files, Wanted::default());
    (state, effects)
}

use crate::app::command::ScrollBy;

fn press(state: &mut State, keys: &str) -> Vec<Effect> {
    let keys: KeySeq = keys.parse().unwrap();
    let all = keys.keys().iter().flat_map(|k| update(state, Msg::Key(*k)));
    all.map(|(effect, _)| effect).collect()
}

fn type_text(state: &mut State, text: &str) -> Vec<Effect> {
    let all = text.chars().flat_map(|c| update(state, Msg::Key(Key::char(c))));
    all.map(|(effect, _)| effect).collect()
}

/// Page of lines `from` to `to` (numbers from 1) of a file of `total` lines of ten bytes.
fn page(from: u64, to: u64, total: u64, anchor: u64) -> Page {
    let line = |n: u64| PageLine {
        start: ByteOffset((n - 1) * 10),
        length: 9,
        number: Some(LineNo::new(n)),
        text: format!("line {n:>4}").into_bytes(),
        end: LineEnd::Lf,
        unreadable: false,
        cut_start: false,
        cut_end: false,
        hidden: 0,
        printed: crate::source::Printed::default(),
        inside: 0,
    };
    Page {
        size: total * 10,
        lines: (from..=to).map(line).collect(),
        anchor: usize::try_from(anchor - from).unwrap(),
        skip: 0,
        piece: 0,
        at_top: from == 1,
        at_bottom: to == total,
        total_lines: Some(total),
        indexed: total * 10,
        change: Change::Same,
        printed: false,
        sheets: None,
    }
}

fn reply_to(state: &mut State, slot: Slot, reply: Reply) -> Vec<Effect> {
    let generation = state.generations[&slot];
    let envelope = Envelope { slot, generation, reply: Ok(reply), took_us: 1 };
    update(state, Msg::Reply(Box::new(envelope))).into_iter().map(|(e, _)| e).collect()
}

/// A desk with a file of 1,000 lines open, its first 100 at hand.
fn with_file() -> State {
    let (mut state, _) = desk(&["/tmp/a.cbl"]);
    let facts = FileFacts {
        size: 10_000,
        text: crate::source::Detected::default(),
        format: crate::code::SourceFormat::Fixed,
        confidence: 90,
    };
    let opened = Reply::Opened {
        facts: Box::new(facts),
        page: Box::new(page(1, 100, 1000, 1)),
        context: crate::code::LineContext::default(),
    };
    reply_to(&mut state, Slot::Open(FileId(1)), opened);
    state
}

fn toast(state: &State) -> &str {
    state.toast.as_ref().map_or("", |t| t.text.as_str())
}

#[test]
fn a_start_opens_the_files_and_the_store() {
    let (state, effects) = desk(&["/tmp/a.cbl"]);
    assert_eq!(state.pane, Pane::Source);
    let slots: Vec<Slot> = effects
        .iter()
        .filter_map(|(e, _)| if let Effect::Do(slot, _) = e { Some(*slot) } else { None })
        .collect();
    assert_eq!(slots, [Slot::Open(FileId(1)), Slot::Store, Slot::Visits, Slot::Figures]);
    assert_eq!(desk(&[]).0.pane, Pane::Search);
}

#[test]
fn letters_are_text_in_the_query_and_commands_elsewhere() {
    let (mut state, _) = desk(&[]);
    type_text(&mut state, "q4?:");
    assert_eq!((state.pane, state.search.query.text()), (Pane::Search, "q4?:"));
    press(&mut state, "esc");
    assert_eq!(state.search.focus, Focus::Results);
    press(&mut state, "4");
    assert_eq!(state.pane, Pane::Metrics);
}

#[test]
fn stale_replies_are_dropped() {
    let mut state = with_file();
    press(&mut state, "G");
    press(&mut state, "g g");
    let slot = Slot::Page(FileId(1));
    let newest = state.generations[&slot];
    let stale = Envelope {
        slot,
        generation: Gen(newest.0 - 1),
        reply: Ok(Reply::Page {
            page: Box::new(page(900, 1000, 1000, 1000)),
            crumbs: Vec::new(),
            contexts: Vec::new(),
        }),
        took_us: 1,
    };
    update(&mut state, Msg::Reply(Box::new(stale)));
    assert_eq!(state.source.file().unwrap().rows[0].start, 0, "the stale page was taken");
    reply_to(
        &mut state,
        slot,
        Reply::Page { page: Box::new(page(1, 90, 1000, 1)), crumbs: Vec::new(), contexts: Vec::new() },
    );
    assert_eq!(state.source.file().unwrap().rows.len(), 90);
}

#[test]
fn pages_go_by_the_scroll_amount_and_say_when_the_end_is_reached() {
    let mut state = with_file();
    let shown = state.source.lines_shown();
    assert_eq!(shown, 21, "title, breadcrumb and keys leave 21 of 24 rows");
    press(&mut state, "f8");
    let file = state.source.file().unwrap();
    assert_eq!((file.top, file.cursor), (21, 21), "a page, as the cursor was on the first row");
    for _ in 0..5 {
        press(&mut state, "j");
    }
    press(&mut state, "f8");
    let file = state.source.file().unwrap();
    assert_eq!((file.top, file.cursor), (26, 26), "CSR: the cursor's line becomes the first");
    run_line(&mut state, "scroll half", &mut Effects::default());
    press(&mut state, "f7");
    assert_eq!(state.source.file().unwrap().top, 16);
    press(&mut state, "f7");
    press(&mut state, "f7");
    assert_eq!(state.source.file().unwrap().top, 0);
    press(&mut state, "up");
    press(&mut state, "up");
    assert_eq!(toast(&state), "Top of data reached");
}

#[test]
fn going_to_the_end_asks_for_it_and_fills_the_last_page() {
    let mut state = with_file();
    let effects = press(&mut state, "G");
    let asked = effects.iter().any(
        |e| matches!(e, Effect::Do(Slot::Page(_), Request::Page { page, .. }) if page.anchor == Anchor::End),
    );
    assert!(asked, "{effects:?}");
    let last =
        Reply::Page { page: Box::new(page(937, 1000, 1000, 1000)), crumbs: Vec::new(), contexts: Vec::new() };
    reply_to(&mut state, Slot::Page(FileId(1)), last);
    let file = state.source.file().unwrap();
    assert_eq!(file.cursor_row().unwrap().number, Some(LineNo::new(1000)));
    assert_eq!(file.rows.len() - file.top, state.source.lines_shown());
    press(&mut state, "f8");
    assert_eq!(toast(&state), "Bottom of data reached");
}

#[test]
fn a_move_beyond_the_lines_at_hand_is_made_when_they_arrive() {
    let mut state = with_file();
    for _ in 0..4 {
        press(&mut state, "f8");
    }
    assert_eq!(state.source.file().unwrap().top, 79, "a full screen is shown as long as there is one");
    press(&mut state, "f8");
    let middle =
        Reply::Page { page: Box::new(page(20, 200, 1000, 80)), crumbs: Vec::new(), contexts: Vec::new() };
    reply_to(&mut state, Slot::Page(FileId(1)), middle);
    let file = state.source.file().unwrap();
    let top = file.rows[file.top].number.unwrap().get();
    assert_eq!(top, 106, "the rest of a page, and the page that was typed ahead");
    assert_eq!(file.cursor, file.top);
}

#[test]
fn a_find_goes_on_behind_its_match_and_from_the_other_end_only_when_asked_again() {
    let mut state = with_file();
    press(&mut state, "/");
    let effects = {
        type_text(&mut state, "LINE");
        press(&mut state, "enter")
    };
    let find = |effects: &[Effect]| {
        effects.iter().find_map(|e| match e {
            Effect::Do(_, Request::Find { from, needle, direction, .. }) => {
                Some((*from, needle.clone(), *direction))
            }
            _ => None,
        })
    };
    let (from, needle, direction) = find(&effects).expect("a find");
    assert_eq!(
        (from, needle.text.as_str(), needle.ignore_case, direction),
        (0, "LINE", true, Direction::Forward)
    );
    let hit = crate::source::Hit {
        offset: ByteOffset(30),
        length: 4,
        line_start: ByteOffset(30),
        line: Some(LineNo::new(4)),
    };
    reply_to(&mut state, Slot::Find(FileId(1)), Reply::Found { hit: Some(hit), wrapped: false });
    assert_eq!(state.source.file().unwrap().cursor, 3);
    assert_eq!(find(&press(&mut state, "f5")).unwrap().0, 31, "behind the match");
    reply_to(&mut state, Slot::Find(FileId(1)), Reply::Found { hit: None, wrapped: false });
    assert!(toast(&state).starts_with("*Bottom of data reached*"), "{}", toast(&state));
    assert_eq!(find(&press(&mut state, "n")).unwrap().0, 0, "from the top");
    assert_eq!(find(&press(&mut state, "N")).unwrap().2, Direction::Backward);
}

#[test]
fn the_command_line_is_remembered_and_brought_back() {
    let mut state = with_file();
    press(&mut state, ":");
    type_text(&mut state, "cols on");
    press(&mut state, "enter");
    assert!(state.source.cols);
    press(&mut state, ":");
    type_text(&mut state, "nonsense");
    press(&mut state, "enter");
    assert!(toast(&state).contains("NONSENSE is not a command"), "{}", toast(&state));
    press(&mut state, "f12");
    assert_eq!(state.command.as_ref().unwrap().text(), "nonsense");
    press(&mut state, "up");
    assert_eq!(state.command.as_ref().unwrap().text(), "cols on");
    press(&mut state, "esc");
    assert!(state.command.is_none());
}

#[test]
fn a_number_on_the_command_line_goes_to_that_line() {
    let mut state = with_file();
    press(&mut state, ":");
    type_text(&mut state, "500");
    let effects = press(&mut state, "enter");
    let asked = effects.iter().any(|e| {
        matches!(e, Effect::Do(_, Request::Page { page, .. }) if page.anchor == Anchor::Line(LineNo::new(500)))
    });
    assert!(asked, "{effects:?}");
}

#[test]
fn what_was_odd_in_an_unchanged_file_is_known_while_it_is_scanned() {
    let mut state = with_file();
    press(&mut state, "}");
    assert_eq!(toast(&state), "nothing odd yet, 0% is parsed");
    let problems =
        vec![crate::work::ProblemAt { offset: 5_000, fault: crate::code::parse::FaultKind::Syntax }];
    let parsed = crate::work::Parsed { done: 10_000, total: 10_000, known: 10_000, problems };
    reply_to(&mut state, Slot::Scan(FileId(1)), Reply::Parsed { parsed: Box::new(parsed), done: true });
    let effects = press(&mut state, "}");
    let goes = effects.iter().any(|e| {
        matches!(e, Effect::Do(_, Request::Page { page, .. }) if page.anchor == Anchor::Offset(ByteOffset(5_000)))
    });
    assert!(goes, "{effects:?}");
}

#[test]
fn end_leaves_one_thing_at_a_time_and_esc_never_the_program() {
    let mut state = with_file();
    press(&mut state, "z");
    press(&mut state, "f3");
    assert!(!state.zoom);
    press(&mut state, "f3");
    assert_eq!(state.pane, Pane::Search);
    press(&mut state, "esc");
    press(&mut state, "esc");
    press(&mut state, "esc");
    assert_eq!(state.leaving, None);
    press(&mut state, "f3");
    assert_eq!(state.leaving, Some(0));
}

#[test]
fn pasted_text_is_never_a_command() {
    let mut state = with_file();
    update(&mut state, Msg::Paste("q:quit\n".into(), 0));
    assert_eq!((state.pane, state.leaving, state.command.is_some()), (Pane::Source, None, false));
    assert_eq!(toast(&state), "nothing here takes pasted text");
    press(&mut state, "1");
    update(&mut state, Msg::Paste("S0C7\nin PAYR010".into(), 0));
    assert_eq!(state.search.query.text(), "S0C7 in PAYR010");
}

#[test]
fn the_palette_finds_actions_by_a_few_letters_and_runs_them() {
    let mut state = with_file();
    press(&mut state, "f4");
    type_text(&mut state, "rulr");
    press(&mut state, "enter");
    assert!(state.source.cols && state.overlay.is_none());
}

#[test]
fn from_the_help_one_goes_on_to_an_action_or_a_command() {
    let mut state = with_file();
    press(&mut state, "?");
    press(&mut state, "f8");
    assert!(matches!(state.overlay, Some(Overlay::Help(20))), "{:?}", state.overlay);
    press(&mut state, "f4");
    assert!(matches!(state.overlay, Some(Overlay::Palette(_))), "{:?}", state.overlay);
    press(&mut state, "esc");
    press(&mut state, "?");
    press(&mut state, ":");
    assert!(state.overlay.is_none() && state.command.is_some());
    press(&mut state, "esc");
    press(&mut state, "?");
    press(&mut state, "x");
    assert!(state.overlay.is_none(), "any other key closes it");
}

#[test]
fn unknown_keys_say_where_help_is() {
    let mut state = with_file();
    press(&mut state, "!");
    assert!(toast(&state).contains("? shows the keys"), "{}", toast(&state));
    press(&mut state, "?");
    assert!(matches!(state.overlay, Some(Overlay::Help(0))));
    press(&mut state, "f8");
    assert!(matches!(state.overlay, Some(Overlay::Help(n)) if n > 0));
    press(&mut state, "esc");
    assert!(state.overlay.is_none());
}

#[test]
fn redacted_messages_hold_nothing_typed_or_read() {
    let secret = |msg: &Msg, typing: bool| serde_json::to_string(&msg.redacted(typing)).unwrap();
    assert!(!secret(&Msg::Key(Key::char('S')), true).contains('S'));
    assert!(secret(&Msg::Key(Key::f(8)), true).to_lowercase().contains("f8"));
    assert!(!secret(&Msg::Paste("PASSWORD".into(), 0), true).contains("PASS"));
    let reply = Reply::Page { page: Box::new(page(1, 3, 3, 1)), crumbs: Vec::new(), contexts: Vec::new() };
    let envelope = Envelope { slot: Slot::Search, generation: Gen(1), reply: Ok(reply), took_us: 1 };
    let text = secret(&Msg::Reply(Box::new(envelope)), false);
    let line: Vec<String> = b"line".iter().map(u8::to_string).collect();
    assert!(!text.contains(&line.join(",")), "{text}");
}

/// A desk whose store is open.
fn ready() -> State {
    let (mut state, _) = desk(&[]);
    let info = crate::store::StoreInfo {
        kind: "sqlite".into(),
        location: "kb.db".into(),
        access: crate::store::Access::ReadWrite,
        schema: 1,
        engine: "SQLite".into(),
        journal: "wal".into(),
        entries: 40,
        bytes: 0,
        wal_bytes: 0,
        readers: (1, 0),
        commits: 0,
        pool: crate::store::PoolFigures::default(),
    };
    let ready = Reply::StoreReady {
        info: Box::new(info),
        installed: 0,
        drafts: Box::default(),
        commands: Vec::new(),
    };
    reply_to(&mut state, Slot::Store, ready);
    state
}

#[test]
fn lines_of_results_are_asked_for_as_far_as_somebody_goes_down_the_list() {
    use crate::kb::search::{Found, SearchRequest, SearchResult};
    let mut state = ready();
    let asked = |effects: Vec<Effect>| -> Vec<SearchRequest> {
        let each = effects.into_iter().filter_map(|effect| match effect {
            Effect::Do(Slot::Search, Request::Search(request)) => Some(request),
            _ => None,
        });
        each.collect()
    };
    let request = asked(type_text(&mut state, "lock")).pop().unwrap();
    assert_eq!((request.text.as_str(), request.typing, request.snippets), ("lock", true, Some(24)));
    let found = |n: usize| Found {
        id: format!("N-{n}"),
        snippet: if n < 24 { "a line".into() } else { String::new() },
        ..Found::default()
    };
    let result = SearchResult {
        query: "lock".into(),
        results: (0..40).map(found).collect(),
        ..SearchResult::default()
    };
    reply_to(&mut state, Slot::Search, Reply::Results(Box::new(result)));
    let mut press = |keys: &str| asked(super::tests::press(&mut state, keys));
    assert_eq!(press("down pagedown").len(), 0, "what is shown has its lines");
    let again = press("G");
    assert_eq!(again.len(), 1);
    assert_eq!((again[0].text.as_str(), again[0].typing, again[0].snippets), ("lock", true, None));
    assert_eq!(press("g g G").len(), 0, "once");
}

#[test]
fn what_is_like_the_best_is_looked_for_when_the_keys_rest() {
    use crate::kb::search::{Found, SearchResult};
    let mut state = ready();
    type_text(&mut state, "lock");
    let result = |query: &str, may_deepen: bool| {
        let found = Found { id: "N-1".into(), ..Found::default() };
        let result =
            SearchResult { query: query.into(), results: vec![found], may_deepen, ..SearchResult::default() };
        Reply::Results(Box::new(result))
    };
    let asked = |effects: Vec<(Effect, Gen)>| {
        effects.into_iter().find_map(|(effect, _)| match effect {
            Effect::Do(Slot::Search, Request::Search(request)) => Some(request),
            _ => None,
        })
    };
    // Results of what was typed before: nothing follows.
    reply_to(&mut state, Slot::Search, result("loc", true));
    assert!(!state.search.is_restless() && asked(update(&mut state, Msg::Rest)).is_none());
    reply_to(&mut state, Slot::Search, result("lock", true));
    assert!(state.search.is_restless());
    let deep = asked(update(&mut state, Msg::Rest)).unwrap();
    assert!(deep.deep.is_some() && deep.text == "lock");
    assert!(!state.search.is_restless(), "it is asked once");
    reply_to(&mut state, Slot::Search, result("lock", false));
    assert!(!state.search.is_restless() && asked(update(&mut state, Msg::Rest)).is_none());
}

#[test]
fn what_is_selected_in_an_entry_is_done_something_with_only_where_it_is_seen() {
    use crate::kb::search::{Found, SearchResult};
    use crate::store::{Entry, EntryRow, Incident, NewEntry, Origin};
    use crate::work::{Beside, EntryAnswer, EntryAsk};
    let mut state = ready();
    type_text(&mut state, "s0c7");
    let found = Found { id: "S0C7".into(), ..Found::default() };
    let result = SearchResult { query: "s0c7".into(), results: vec![found], ..SearchResult::default() };
    reply_to(&mut state, Slot::Search, Reply::Results(Box::new(result)));
    press(&mut state, "enter");
    let text = "One of many lines.\n\n".repeat(60);
    let body = NewEntry { id: "S0C7".into(), problem: text, ..NewEntry::default() };
    let entry = Entry {
        row: EntryRow(1),
        body,
        origin: Origin::Local,
        notes: String::new(),
        usage_count: 0,
        worked: 0,
        failed: 0,
        created_at: 0,
        updated_at: 0,
        version: 1,
        damaged: false,
    };
    reply_to(&mut state, Slot::Entry, Reply::Entry(Some(Box::new((entry, Vec::new())))));
    let incident = |id| Incident { id, summary: format!("the {id}th"), ..Incident::default() };
    let beside = Beside {
        id: "S0C7".into(),
        incidents: vec![incident(1), incident(2)],
        incident_count: 2,
        files: Vec::new(),
        related: Vec::new(),
    };
    reply_to(&mut state, Slot::Beside, Reply::OfEntry(EntryAnswer::Beside(Box::new(beside))));
    let resolved = |effects: Vec<Effect>| {
        effects.into_iter().find_map(|effect| match effect {
            Effect::Do(Slot::Write, Request::OfEntry(EntryAsk::Resolve { incident, .. })) => Some(incident),
            _ => None,
        })
    };
    let scroll = |state: &State| state.search.shown.as_ref().unwrap().scroll;
    // Enter twice where once was meant: what is selected at first stands far below, and nobody has seen it.
    assert_eq!((resolved(press(&mut state, "enter")), scroll(&state) > 20), (None, true));
    assert_eq!(toast(&state), "this is selected here; the same key once more");
    assert_eq!(resolved(press(&mut state, "enter")), Some(1));
    // The next thing is the one below what is seen, not the second one.
    press(&mut state, "g g");
    assert_eq!(scroll(&state), 0);
    press(&mut state, "n");
    assert_eq!(resolved(press(&mut state, "enter")), Some(1));
    press(&mut state, "n");
    assert_eq!(resolved(press(&mut state, "enter")), Some(2));
    // Before all of them there is none: the last one comes round.
    press(&mut state, "g g");
    press(&mut state, "N");
    assert_eq!(resolved(press(&mut state, "enter")), Some(2));
    press(&mut state, "N");
    assert_eq!(resolved(press(&mut state, "enter")), Some(1));
}

fn answered(state: &mut State, slot: Slot, reply: crate::base::Result<Reply>) -> Vec<Effect> {
    let generation = state.generations.get(&slot).copied().unwrap_or_default();
    let envelope = Envelope { slot, generation, reply, took_us: 1 };
    update(state, Msg::Reply(Box::new(envelope))).into_iter().map(|(effect, _)| effect).collect()
}

#[test]
fn an_import_is_previewed_confirmed_stopped_and_gone_on_with() {
    use crate::kb::transfer::{Duplicates, Fate, Item, Report};
    use crate::work::{ImportOf, TransferAnswer, TransferAsk};
    let (mut state, _) = desk(&[]);
    press(&mut state, "esc :");
    type_text(&mut state, "import '/tmp/my notes.csv' skip category Night batch");
    let asked = press(&mut state, "enter");
    let of = ImportOf {
        path: "/tmp/my notes.csv".into(),
        duplicates: Duplicates::Skip,
        category: "Night batch".into(),
        ..ImportOf::default()
    };
    assert!(asked.contains(&Effect::Do(Slot::Transfer, Request::Transfer(TransferAsk::Preview(of.clone())))));
    let item = |fate, row| Item {
        fate,
        file: String::new(),
        row,
        id: format!("N-{row}"),
        title: "t".into(),
        fields: Vec::new(),
        like: None,
    };
    let report = Report {
        preview: true,
        rows: 2,
        added: 1,
        changed: 1,
        items: vec![item(Fate::Changed, 3), item(Fate::Added, 2)],
        ..Report::default()
    };
    answered(
        &mut state,
        Slot::Transfer,
        Ok(Reply::Transfer(TransferAnswer::Report(Box::new(report.clone())))),
    );
    // Rows stand in the order of the file; the second is the one that is changed.
    let looked = press(&mut state, "down enter");
    let row = |effects: &[Effect]| match effects.first() {
        Some(Effect::Do(Slot::Look, Request::Transfer(TransferAsk::Look(_, wanted)))) => wanted.row,
        other => panic!("{other:?}"),
    };
    assert_eq!(row(&looked), 3);
    // Right: those that are added only.
    assert_eq!(row(&press(&mut state, "right enter")), 2);
    let imported = press(&mut state, "i");
    assert!(
        imported.contains(&Effect::Do(Slot::Transfer, Request::Transfer(TransferAsk::Import(of.clone()))))
    );
    // A second import does not push the first one out, and leaving stops it first.
    press(&mut state, ":");
    type_text(&mut state, "import /tmp/other.csv");
    let refused = press(&mut state, "enter");
    assert!(!refused.iter().any(|e| matches!(e, Effect::Do(Slot::Transfer, _))));
    assert_eq!(press(&mut state, "f3"), [Effect::Cancel(Slot::Transfer)]);
    assert_eq!(state.search.focus, Focus::Import);
    let stopped = UserError::new("stopped").exit(crate::base::Exit::Interrupted);
    answered(&mut state, Slot::Transfer, Err(stopped));
    let again = press(&mut state, "enter");
    assert!(again.contains(&Effect::Do(Slot::Transfer, Request::Transfer(TransferAsk::Preview(of)))));
    press(&mut state, "f3");
    assert!(state.search.import.is_none() && state.search.focus == Focus::Results);
}

#[test]
fn all_entries_are_exported_by_a_word() {
    use crate::work::TransferAsk;
    let (mut state, _) = desk(&[]);
    press(&mut state, "esc :");
    type_text(&mut state, "export kb /tmp/all.jsonl replace");
    let ask = TransferAsk::Export { path: "/tmp/all.jsonl".into(), replace: true };
    assert!(press(&mut state, "enter").contains(&Effect::Do(Slot::Carry, Request::Transfer(ask))));
}
