use super::*;
use crate::app::command::ScrollBy;
use crate::app::keymap::Keymap;
use crate::app::{State, update, view};
use crate::base::text::Charset;
use crate::base::{ByteOffset, Gen, LineNo};
use crate::config::Key;
use crate::source::{Change, LineEnd, Page, PageLine};
use crate::store::{Access, CodeReference, Entry, EntryRow, NewEntry, Origin, StoreInfo};
use crate::ui::{Depth, Theme};
use crate::work::{Envelope, FileFacts, FileId, Reply, Slot, Tone, Wish};
use std::os::unix::fs::PermissionsExt;

const SECRET: &str = "Xyzzy4711";

fn start() -> Start {
    Start {
        size: (100, 30),
        theme: "greenbar".into(),
        depth: Depth::Indexed256,
        charset: Charset::Unicode,
        files: vec![format!("/u/{SECRET}/A.cbl")],
        folder: String::new(),
        wanted: crate::source::Wanted::default(),
        resume: false,
        max_results: 50,
        tab_width: 8,
        zebra: true,
        scroll: ScrollBy::Cursor,
    }
}

fn fresh(start: &Start) -> State {
    let mut state = State::new(start, vec![Theme::load("greenbar", None).unwrap()], Keymap::defaults());
    update::start(&mut state, &start.files, start.wanted);
    state
}

fn page(first: u64, lines: u64) -> Page {
    let line = |n: u64| PageLine {
        start: ByteOffset(n * 40),
        length: 39,
        number: Some(LineNo::new(n + 1)),
        text: format!("       MOVE {SECRET} TO FIELD-{n:>5}      ").into_bytes(),
        end: LineEnd::Lf,
        unreadable: false,
        cut_start: false,
        cut_end: false,
        hidden: 0,
        printed: crate::source::Printed::default(),
        inside: 0,
    };
    Page {
        size: 400_000,
        lines: (first..first + lines).map(line).collect(),
        anchor: 0,
        skip: 0,
        piece: 0,
        at_top: first == 0,
        at_bottom: false,
        total_lines: Some(10_000),
        indexed: 400_000,
        change: Change::Same,
        printed: false,
        sheets: None,
    }
}

fn reply(state: &State, slot: Slot, reply: Reply) -> Msg {
    let generation = state.generations.get(&slot).copied().unwrap_or(Gen(1));
    Msg::Reply(Box::new(Envelope { slot, generation, reply: Ok(reply), took_us: 3 }))
}

fn info() -> StoreInfo {
    StoreInfo {
        kind: "sqlite".into(),
        location: format!("/home/{SECRET}/greenbar.db"),
        access: Access::ReadWrite,
        schema: 1,
        engine: "3".into(),
        journal: "wal".into(),
        entries: 3,
        bytes: 1,
        wal_bytes: 1,
        readers: (1, 0),
        commits: 0,
        pool: crate::store::PoolFigures::default(),
    }
}

fn entry() -> Entry {
    let body = NewEntry {
        id: "S0C7".into(),
        title: format!("title {SECRET}"),
        problem: format!("problem {SECRET}"),
        solution: format!("solution {SECRET}"),
        tags: vec![SECRET.into()],
        aliases: vec![SECRET.into()],
        author: SECRET.into(),
        ..NewEntry::default()
    };
    Entry {
        row: EntryRow(1),
        body,
        origin: Origin::Local,
        notes: SECRET.into(),
        usage_count: 1,
        worked: 1,
        failed: 0,
        created_at: 0,
        updated_at: 0,
        version: 1,
        damaged: false,
    }
}

/// A session with secrets in all that is typed, pasted, read and said. `each` sees every message before it is taken.
fn session(state: &mut State, mut each: impl FnMut(&State, &Msg)) {
    let mut take = |state: &mut State, msg: Msg| {
        each(state, &msg);
        update::update(state, msg);
    };
    let facts = FileFacts {
        size: 400_000,
        text: crate::source::Detected::default(),
        format: crate::code::SourceFormat::Fixed,
        confidence: 9,
    };
    let opened = Reply::Opened {
        facts: Box::new(facts),
        page: Box::new(page(0, 200)),
        context: crate::code::LineContext::default(),
    };
    let msg = reply(state, Slot::Open(FileId(1)), opened);
    take(state, msg);
    let ready = Reply::StoreReady {
        info: Box::new(info()),
        installed: 0,
        drafts: Box::default(),
        commands: Vec::new(),
    };
    let msg = reply(state, Slot::Store, ready);
    take(state, msg);
    let keys = |state: &mut State, text: &str, take: &mut dyn FnMut(&mut State, Msg)| {
        for c in text.chars() {
            take(state, Msg::Key(Key::char(c)));
        }
    };
    let named = |name: &str| Msg::Key(name.parse().unwrap());
    for _ in 0..5 {
        take(state, named("f8"));
    }
    take(state, named("/"));
    keys(state, SECRET, &mut take);
    take(state, named("enter"));
    let found = Reply::Found { hit: None, wrapped: false };
    let msg = reply(state, Slot::Find(FileId(1)), found);
    take(state, msg);
    take(state, named(":"));
    keys(state, &format!("search {SECRET}"), &mut take);
    take(state, named("enter"));
    take(state, named("/"));
    take(state, Msg::Paste(format!("pasted {SECRET}"), 0));
    let link = CodeReference {
        file: format!("/u/{SECRET}"),
        line: 3,
        symbol: SECRET.into(),
        note: SECRET.into(),
        anchor: SECRET.into(),
    };
    let msg = reply(state, Slot::Entry, Reply::Entry(Some(Box::new((entry(), vec![link])))));
    take(state, msg);
    take(state, Msg::Edited(crate::work::Purpose::NewEntry, Ok(format!("text {SECRET}"))));
    take(state, Msg::Note(UserError::new(format!("cannot open /u/{SECRET}")).cause(format!("\"{SECRET}\""))));
    take(state, Msg::Wish(Wish::SearchFor(SECRET.into())));
    take(state, Msg::Wish(Wish::Say(Tone::Info, "hello".into())));
    let generation = Gen(1);
    let failed = Err(UserError::new(format!("cannot read /u/{SECRET}/x")));
    take(state, Msg::Reply(Box::new(Envelope { slot: Slot::Write, generation, reply: failed, took_us: 1 })));
    take(state, Msg::Resized(120, 40));
    take(state, Msg::Tick);
    take(state, Msg::Rest);
}

#[test]
fn a_recorded_session_replays_to_the_same_screens() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.jsonl");
    let start = start();
    let mut recorder = Recorder::new(start.clone(), Some(&path)).unwrap();
    let mut screens = Vec::new();
    let mut state = fresh(&start);
    session(&mut state, |state, msg| {
        screens.push(view::rows(state));
        recorder.keep(7, msg, state.is_typing());
    });
    screens.push(view::rows(&state));
    recorder.finish();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);

    let (head, lines) = read(&path).unwrap();
    assert!(!head.redacted);
    let mut again = fresh(&head.start);
    for (line, screen) in lines.iter().zip(&screens) {
        assert_eq!(&view::rows(&again), screen, "before {:?}", line.msg);
        update::update(&mut again, line.msg.clone());
    }
    assert_eq!(lines.len() + 1, screens.len());
    assert_eq!(Some(&view::rows(&again)), screens.last());
    assert!(Recorder::new(start, Some(&path)).is_err(), "an existing record was overwritten");
}

#[test]
fn a_crash_report_is_private_holds_no_secret_and_replays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("crash.jsonl");
    let start = start();
    let mut recorder = Recorder::new(start.clone(), None).unwrap();
    let mut state = fresh(&start);
    session(&mut state, |state, msg| recorder.keep(7, msg, state.is_typing()));
    recorder.write_crash(&path, &format!("byte 3 is not a boundary of `{SECRET}` at src/x.rs:1")).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(&path).unwrap();
    let bytes: Vec<String> = SECRET.bytes().map(|b| b.to_string()).collect();
    for secret in [SECRET.to_owned(), SECRET.to_lowercase(), bytes.join(",")] {
        assert!(!text.contains(&secret), "{secret} in {text}");
    }
    for letter in SECRET.chars().filter(char::is_ascii_alphabetic) {
        let key = serde_json::to_string(&Line { at: 7, msg: Msg::Key(Key::char(letter)) }).unwrap();
        assert!(letter == 'x' || !text.contains(&key), "the key {letter} is in the report");
    }
    assert!(text.contains("not a boundary of"), "the reason is gone");

    let (head, lines) = read(&path).unwrap();
    assert!(head.redacted);
    let mut again = fresh(&head.start);
    for line in &lines {
        update::update(&mut again, line.msg.clone());
        view::rows(&again);
    }
    assert_eq!((again.size, again.pane), (state.size, state.pane));
}

#[test]
fn what_a_crash_leaves_is_bounded_and_replays_without_its_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let start = start();
    let mut recorder = Recorder::new(start.clone(), None).unwrap();
    for n in 0..12_345_u64 {
        recorder.keep(n, &Msg::Tick, false);
    }
    let few = folder.path().join("few.jsonl");
    recorder.write_crash(&few, "").unwrap();
    let (_, lines) = read(&few).unwrap();
    assert_eq!((lines.len(), lines[0].at), (ring::LINES, 2_345));

    let mut state = fresh(&start);
    for n in 0..1_200 {
        let reply = Reply::Page { page: Box::new(page(n, 300)), crumbs: Vec::new(), contexts: Vec::new() };
        let envelope =
            Envelope { slot: Slot::Page(FileId(1)), generation: Gen(n), reply: Ok(reply), took_us: 3 };
        recorder.keep(n, &Msg::Reply(Box::new(envelope)), false);
    }
    let large = folder.path().join("large.jsonl");
    recorder.write_crash(&large, "").unwrap();
    let size = std::fs::metadata(&large).unwrap().len();
    assert!(size < ring::BYTES as u64 + 65_536, "{size} bytes");
    let (_, lines) = read(&large).unwrap();
    assert!(lines.len() > 3, "{} messages", lines.len());
    // The file was opened before what is left: its pages are shown all the same.
    for line in lines {
        update::update(&mut state, line.msg);
    }
    assert_eq!(state.source.file().unwrap().rows.len(), 300);
}

#[test]
fn a_record_that_is_none_is_named_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.jsonl");
    let mut recorder = Recorder::new(start(), Some(&path)).unwrap();
    recorder.keep(1, &Msg::Tick, false);
    recorder.finish();
    let mut text = std::fs::read_to_string(&path).unwrap();
    text.push_str("{\"at\":1,\"msg\":\"dance\"}\n");
    std::fs::write(&path, text).unwrap();
    let error = read(&path).unwrap_err();
    assert!(error.what.contains("line 3"), "{error}");
    assert!(read(&folder.path().join("none")).is_err());
}
