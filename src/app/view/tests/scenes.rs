//! The scenes of the view tests: states of the desk as sessions bring them about.

use crate::app::keymap::Keymap;
use crate::app::{Msg, Start, State, command::ScrollBy, update};
use crate::base::text::Charset;
use crate::base::{ByteOffset, LineNo, Op, UserError};
use crate::config::KeySeq;
use crate::kb::search::{Found, Layer, LayerReport, SearchResult};
use crate::metrics::{Alert, CacheLevelStats, Latency, OpStats, Snapshot};
use crate::source::{Anchor, Change, LineEnd, NeedleSpec, Page, PageLine, ScanProgress};
use crate::store::{
    Access, CodeReference, Entry, EntryHead, EntryRow, NewEntry, Origin, Severity, StoreInfo,
};
use crate::ui::{Depth, Theme};
use crate::work::{Effect, Envelope, FileFacts, FileId, OutlineRow, Reply, Request, Slot, Tone, Wish};

type Scene = fn((u16, u16)) -> State;

/// Every scene by its name.
pub const SCENES: &[(&str, Scene)] = &[
    ("search_opening", search_opening),
    ("search_full", search_full),
    ("search_typing", search_typing),
    ("search_nothing", search_nothing),
    ("search_explain", search_explain),
    ("search_entry", search_entry),
    ("search_form", search_form),
    ("search_store_failed", search_store_failed),
    ("search_with_source", search_with_source),
    ("source_empty", source_empty),
    ("source_loading", source_loading),
    ("source_error", source_error),
    ("source_no_lines", source_no_lines),
    ("source_text", source_text),
    ("source_find", source_find),
    ("source_hex", source_hex),
    ("source_cols", source_cols),
    ("source_outline", source_outline),
    ("source_prompt", source_prompt),
    ("source_long_line", source_long_line),
    ("source_deleted", source_deleted),
    ("metrics_waiting", metrics_waiting),
    ("metrics_full", metrics_full),
    ("metrics_explained", metrics_explained),
    ("metrics_alert", metrics_alert),
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
        max_results: 50,
        tab_width: 8,
        zebra: true,
        scroll: ScrollBy::Cursor,
    };
    let mut state = State::new(&start, vec![Theme::load("greenbar", None).unwrap()], Keymap::defaults());
    let effects = update::start(&mut state, &files);
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
            Request::OpenFile { file, page, .. } => text(file)
                .map(|t| Reply::Opened { facts: Box::new(facts(&t)), page: Box::new(page_of(&t, &page)) }),
            Request::Page { file, page } => {
                let crumb = |line, path: &[&str]| crate::work::Crumb {
                    line: LineNo::new(line),
                    path: path.iter().map(|p| (*p).to_owned()).collect(),
                };
                let crumbs = vec![
                    crumb(1, &["PAYR010", "IDENTIFICATION DIVISION"]),
                    crumb(130, &["PAYR010", "PROCEDURE DIVISION", "2000-EMPLOYEE SECTION", "2100-GROSS"]),
                ];
                text(file).map(|t| Reply::Page { page: Box::new(page_of(&t, &page)), crumbs })
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

// The knowledge base ------------------------------------------------------------------------------------------------

fn info() -> StoreInfo {
    StoreInfo {
        kind: "sqlite".into(),
        location: "/home/ops/.local/share/greenbar/greenbar.db".into(),
        access: Access::ReadWrite,
        schema: 3,
        engine: "3.51.3".into(),
        journal: "wal".into(),
        entries: 8412,
        bytes: 9 << 20,
        wal_bytes: 1 << 18,
        readers: (5, 0),
        commits: 12,
    }
}

fn found(id: &str, title: &str, layer: Layer, uses: u64, rate: Option<f64>, snippet: &str) -> Found {
    Found {
        id: id.into(),
        title: title.into(),
        category: "Batch".into(),
        severity: Severity::Error,
        tags: vec!["comp-3".into()],
        layer,
        score: 2.5 - f64::from(u32::try_from(uses).unwrap()) / 100.0,
        usage_count: uses,
        success_rate: rate,
        snippet: snippet.into(),
        why: "its id is the whole query".into(),
    }
}

fn result(query: &str) -> SearchResult {
    let layer = |layer, asked: &str, hits| LayerReport {
        layer,
        asked: asked.into(),
        hits,
        took_us: 420,
        failed: None,
    };
    let mut results = vec![
        found(
            "S0C7",
            "Data exception: a decimal instruction met an invalid digit or sign",
            Layer::Exact,
            41,
            Some(0.93),
            "The abend \u{2}S0C7\u{3} is raised when a packed or zoned field holds something else than digits",
        ),
        found(
            "N-000012",
            "PAYR010 abends S0C7 when a time sheet has blanks for hours",
            Layer::Text,
            1,
            Some(1.0),
            "ends with \u{2}S0C7\u{3} in paragraph 2100-GROSS: the feed from the gate sends X'404040'",
        ),
        found(
            "SQL-305",
            "A null value was fetched without an indicator variable",
            Layer::Text,
            0,
            None,
            "the host variable keeps its old content, often seen as \u{2}S0C7\u{3} later",
        ),
    ];
    for n in 1..40 {
        results.push(found(
            &format!("N-{n:06}"),
            "A field of working storage was never set",
            Layer::Tag,
            0,
            None,
            "comp-3",
        ));
    }
    SearchResult {
        query: query.into(),
        shown: "code S0C7".into(),
        strategy: "exact, then tags, then text".into(),
        total: 1234,
        took_us: 2900,
        layers: vec![
            layer(Layer::Exact, "id, alias, code = S0C7", 1),
            layer(Layer::Tag, "tag = s0c7", 4),
            layer(Layer::Text, "\"s0c7\"", 1229),
        ],
        results,
        suggestions: vec![],
        notes: vec!["words of one letter are not looked for".into()],
    }
}

fn links() -> Vec<CodeReference> {
    vec![CodeReference {
        file: "/u/pay/PAYR010.cbl".into(),
        line: 204,
        symbol: "2100-GROSS".into(),
        note: String::new(),
    }]
}

fn entry() -> Entry {
    Entry {
        row: EntryRow(7),
        body: NewEntry {
            id: "S0C7".into(),
            title: "Data exception: a decimal instruction met an invalid digit or sign".into(),
            problem: "## Meaning\nA decimal instruction (`AP`, `ZAP`, `CVB` ...) was given a field that does not hold \
                      packed decimal digits with a valid sign.\n\n## Seen as\n- `SYSTEM COMPLETION CODE=0C7`\n- \
                      `CEE3207S The system detected a data exception`"
                .into(),
            solution: "## Look at\n1. The operands of the failing statement: which one holds no digits?\n2. Where that \
                       field was filled: a group MOVE, a REDEFINES, a record shorter than its layout.\n\n## Fix now\n\
                       Correct the record and restart at the step.\n\n## Fix for good\nTest with `IF field NUMERIC` \
                       where data comes in, and give working storage a VALUE."
                .into(),
            category: "Batch".into(),
            tags: vec!["abend".into(), "comp-3".into()],
            aliases: vec!["0C7".into(), "SOC7".into(), "CEE3207S".into()],
            references: vec!["z/OS MVS System Codes".into()],
            related: vec!["S0C4".into(), "FS-39".into()],
            starter_version: Some(3),
            ..NewEntry::default()
        },
        origin: Origin::Starter,
        notes: "Nights: call the payroll desk first.".into(),
        usage_count: 41,
        worked: 39,
        failed: 3,
        created_at: 0,
        updated_at: 0,
        damaged: false,
    }
}

fn search_opening(size: (u16, u16)) -> State {
    desk(size, &[])
}

pub fn search_full(size: (u16, u16)) -> State {
    let mut state = desk(size, &[]);
    reply(
        &mut state,
        Slot::Store,
        Ok(Reply::StoreReady { info: Box::new(info()), installed: 0, draft: None }),
    );
    type_text(&mut state, "s0c7");
    reply(&mut state, Slot::Search, Ok(Reply::Results(Box::new(result("s0c7")))));
    press(&mut state, "esc");
    press(&mut state, "down");
    state
}

fn search_typing(size: (u16, u16)) -> State {
    let mut state = desk(size, &[]);
    reply(
        &mut state,
        Slot::Store,
        Ok(Reply::StoreReady { info: Box::new(info()), installed: 0, draft: None }),
    );
    state
}

fn search_nothing(size: (u16, u16)) -> State {
    let mut state = search_typing(size);
    type_text(&mut state, "soc77 nonsens");
    let result = SearchResult {
        query: "soc77 nonsens".into(),
        shown: "words soc77 nonsens".into(),
        suggestions: vec!["S0C7".into(), "nonsense".into()],
        ..SearchResult::default()
    };
    reply(&mut state, Slot::Search, Ok(Reply::Results(Box::new(result))));
    state
}

fn search_explain(size: (u16, u16)) -> State {
    let mut state = search_full(size);
    press(&mut state, "e");
    state
}

fn search_entry(size: (u16, u16)) -> State {
    let mut state = search_full(size);
    press(&mut state, "enter");
    state
}

fn search_form(size: (u16, u16)) -> State {
    let mut state = search_entry(size);
    press(&mut state, "E");
    state.toast = None;
    state
}

fn search_store_failed(size: (u16, u16)) -> State {
    let mut state = desk(size, &[]);
    let error = UserError::new("cannot open the store /home/ops/.local/share/greenbar/greenbar.db")
        .cause("file is not a database")
        .hint("greenbar restore brings back a backup; --db sqlite:PATH uses another store");
    reply(&mut state, Slot::Store, Err(error));
    state
}

fn search_with_source(size: (u16, u16)) -> State {
    let mut state = source_text(size);
    press(&mut state, "1");
    reply(
        &mut state,
        Slot::Store,
        Ok(Reply::StoreReady { info: Box::new(info()), installed: 0, draft: None }),
    );
    type_text(&mut state, "s0c7");
    reply(&mut state, Slot::Search, Ok(Reply::Results(Box::new(result("s0c7")))));
    press(&mut state, "enter");
    state
}

// Files -------------------------------------------------------------------------------------------------------------

fn text_of(path: &str) -> Option<Vec<u8>> {
    match path {
        "/u/pay/PAYR010.cbl" => Some(include_bytes!("../../../cli/demo/PAYR010.cbl").to_vec()),
        "/u/pay/empty" => Some(Vec::new()),
        "/u/pay/wide.txt" => {
            let line = (0..600).fold(String::new(), |line, n| line + &format!("{:>9}|", n * 10 + 10));
            Some(format!("short\n{line}\ttab\n\u{fc}ml\u{e4}ut \x01\x1b[31m\nlast").into_bytes())
        }
        _ => None,
    }
}

fn facts(text: &[u8]) -> FileFacts {
    let format = crate::code::detect(text.split(|b| *b == b'\n')).format;
    FileFacts { size: text.len() as u64, latin1: false, format, confidence: 95 }
}

/// The page of a text, as the line index would give it.
fn page_of(text: &[u8], request: &crate::source::PageRequest) -> Page {
    let mut lines = Vec::new();
    let mut start = 0;
    for (n, part) in text.split_inclusive(|b| *b == b'\n').enumerate() {
        let line = part.strip_suffix(b"\n").unwrap_or(part);
        let skip = usize::try_from(request.skip).unwrap().min(line.len());
        lines.push(PageLine {
            start: ByteOffset(start),
            length: line.len() as u64,
            number: Some(LineNo::new(n as u64 + 1)),
            text: line[skip..].iter().copied().take(crate::source::LINE_CLIP).collect(),
            end: if part.ends_with(b"\n") { LineEnd::Lf } else { LineEnd::Missing },
            unreadable: false,
            cut_start: false,
            cut_end: false,
        });
        start += part.len() as u64;
    }
    let last = lines.len().saturating_sub(1);
    let anchor = match request.anchor {
        Anchor::Line(line) => usize::try_from(line.index()).unwrap().min(last),
        Anchor::Offset(at) => lines.partition_point(|l| l.start <= at).saturating_sub(1),
        Anchor::End => last,
        Anchor::Percent(p) => last * usize::from(p) / 100,
    };
    let from = anchor.saturating_sub(request.before as usize);
    let to = (anchor + request.after as usize).min(last);
    let total = lines.len();
    let shown: Vec<PageLine> = if lines.is_empty() { vec![] } else { lines.drain(from..=to).collect() };
    Page {
        size: text.len() as u64,
        at_top: from == 0,
        at_bottom: to == last,
        lines: shown,
        anchor: anchor - from,
        skip: request.skip,
        total_lines: Some(total as u64),
        indexed: text.len() as u64,
        change: Change::Same,
    }
}

fn outline() -> Vec<OutlineRow> {
    use crate::code::SymbolKind::*;
    let row = |kind, name: &str, line, depth, level| OutlineRow {
        kind,
        name: name.into(),
        line: LineNo::new(line),
        depth,
        level,
    };
    let mut rows = vec![
        row(Program, "PAYR010", 2, 0, 0),
        row(Division, "IDENTIFICATION", 1, 1, 0),
        row(Division, "ENVIRONMENT", 13, 1, 0),
        row(Section, "CONFIGURATION", 14, 2, 0),
        row(Division, "DATA", 30, 1, 0),
        row(Section, "FILE", 31, 2, 0),
        row(File, "TIME-FILE", 32, 3, 0),
        row(Data, "TIME-SHEET", 35, 3, 1),
        row(Division, "PROCEDURE", 120, 1, 0),
        row(Section, "2000-EMPLOYEE", 180, 2, 0),
    ];
    for n in 0..40 {
        rows.push(row(Paragraph, &format!("{}-PARAGRAPH-WITH-A-LONG-NAME", 2100 + n), 190 + n, 3, 0));
    }
    rows
}

fn scanned(state: &mut State, symbols: usize) {
    let size = state.source.file().unwrap().size;
    let progress = ScanProgress { done: size, total: size, lines: 295 };
    reply(state, Slot::Scan(FileId(1)), Ok(Reply::Scanned { progress, symbols, done: true }));
}

fn source_empty(size: (u16, u16)) -> State {
    let mut state = desk(size, &[]);
    press(&mut state, "esc");
    press(&mut state, "2");
    state
}

fn source_loading(size: (u16, u16)) -> State {
    desk(size, &["/u/pay/slow.cbl"])
}

fn source_error(size: (u16, u16)) -> State {
    let mut state = desk(size, &["/u/pay/none.cbl"]);
    let error = UserError::new("cannot open /u/pay/none.cbl")
        .cause("No such file or directory (os error 2)")
        .hint("look at the spelling; OPEN file opens another one");
    reply(&mut state, Slot::Open(FileId(1)), Err(error));
    press(&mut state, "j");
    state
}

fn source_no_lines(size: (u16, u16)) -> State {
    desk(size, &["/u/pay/empty"])
}

fn over_help_commands(size: (u16, u16)) -> State {
    let mut state = over_help(size);
    press(&mut state, "end");
    state
}

fn over_help_typing(size: (u16, u16)) -> State {
    let mut state = desk(size, &[]);
    press(&mut state, "f1");
    state
}

pub fn source_text(size: (u16, u16)) -> State {
    let mut state = desk(size, &["/u/pay/PAYR010.cbl"]);
    scanned(&mut state, 50);
    let head = EntryHead { title: "x".into(), ..entry().head() };
    let mut link = links().remove(0);
    link.line = 198;
    reply(&mut state, Slot::Links(FileId(1)), Ok(Reply::Links(vec![(link, head)])));
    press(&mut state, ":");
    type_text(&mut state, "196");
    press(&mut state, "enter");
    for _ in 0..8 {
        press(&mut state, "j");
    }
    state
}

fn source_find(size: (u16, u16)) -> State {
    let mut state = source_text(size);
    press(&mut state, "/");
    type_text(&mut state, "ws-gross");
    press(&mut state, "enter");
    let text = text_of("/u/pay/PAYR010.cbl").unwrap();
    let spec = NeedleSpec { text: "WS-GROSS".into(), ignore_case: true, ..NeedleSpec::default() };
    let needle = crate::source::Needle::new(&spec).unwrap();
    let mut offset = 0;
    let hits: Vec<crate::source::Hit> = text
        .split_inclusive(|b| *b == b'\n')
        .flat_map(|line| {
            let start = offset;
            offset += line.len() as u64;
            needle.find_in_line(line).into_iter().map(move |(from, to)| crate::source::Hit {
                offset: ByteOffset(start + from as u64),
                length: (to - from) as u64,
                line_start: ByteOffset(start),
                line: None,
            })
        })
        .collect();
    let hit = hits.iter().find(|h| h.offset.0 >= state.source.file().unwrap().cursor_offset()).copied();
    reply(&mut state, Slot::Find(FileId(1)), Ok(Reply::Found { hit, wrapped: false }));
    let mut density = vec![0; 100];
    for hit in &hits {
        density[usize::try_from(hit.offset.0 * 100 / text.len() as u64).unwrap()] += 1;
    }
    let count = crate::source::MatchCount {
        matches: hits.len() as u64,
        lines: hits.len() as u64,
        complete: true,
        density,
        ..Default::default()
    };
    reply(&mut state, Slot::Count(FileId(1)), Ok(Reply::Counted(Box::new(count))));
    state
}

fn source_hex(size: (u16, u16)) -> State {
    let mut state = source_text(size);
    press(&mut state, "x");
    press(&mut state, "c");
    state
}

fn source_cols(size: (u16, u16)) -> State {
    let mut state = source_text(size);
    press(&mut state, "c");
    state
}

fn source_outline(size: (u16, u16)) -> State {
    let mut state = source_text(size);
    press(&mut state, "o");
    for _ in 0..3 {
        press(&mut state, "j");
    }
    state
}

fn source_prompt(size: (u16, u16)) -> State {
    let mut state = source_text(size);
    press(&mut state, "/");
    state
}

fn source_long_line(size: (u16, u16)) -> State {
    let mut state = desk(size, &["/u/pay/wide.txt"]);
    scanned(&mut state, 0);
    press(&mut state, "c");
    for _ in 0..400 {
        press(&mut state, "l");
    }
    state
}

fn source_deleted(size: (u16, u16)) -> State {
    let mut state = source_text(size);
    update::update(&mut state, Msg::Tick);
    reply(&mut state, Slot::Watch(FileId(1)), Ok(Reply::Watched(Change::Vanished)));
    state
}

// Figures and messages ----------------------------------------------------------------------------------------------

fn snapshot() -> Snapshot {
    let latency = Latency { count: 9, mean_ms: 1.5, p50_ms: 1.2, p95_ms: 3.4, p99_ms: 12.5, max_ms: 40.0 };
    let ops = Op::ALL.iter().enumerate().map(|(n, op)| OpStats {
        op: *op,
        count: if n % 5 == 4 { 0 } else { 10u64.pow(u32::try_from(n % 7).unwrap()) },
        errors: 0,
        error_rate: if n == 3 { 0.125 } else { 0.0 },
        bytes: 0,
        seconds: 1.0,
        rate_1s: 1.0,
        rate_10s: 2.5,
        rate_1m: 1.0,
        average: 0.5,
        bytes_rate: 0.0,
        total: latency,
        recent: latency,
    });
    let mut snapshot =
        Snapshot { operations: ops.collect(), storage: (&info()).into(), ..Snapshot::default() };
    snapshot.search.count = 1234;
    snapshot.cache.levels.push(CacheLevelStats {
        level: "blocks".into(),
        hits: 90,
        misses: 10,
        hit_rate: Some(0.9),
        bytes: 1 << 20,
        capacity: 8 << 20,
    });
    snapshot.system.process.cpu_percent = Some(3.0);
    snapshot.system.process.rss_bytes = Some(24 << 20);
    snapshot.system.process.rss_peak_bytes = Some(25 << 20);
    snapshot.system.load = Some([0.5, 0.25, 0.1]);
    snapshot.terminal.bytes = 123_456;
    snapshot.terminal.frames = 321;
    snapshot
}

fn figures(state: &mut State, snapshot: &Snapshot) {
    update::update(state, Msg::Tick);
    reply(state, Slot::Figures, Ok(Reply::Figures(Box::new(snapshot.clone()))));
}

fn metrics_waiting(size: (u16, u16)) -> State {
    let mut state = desk(size, &[]);
    press(&mut state, "esc");
    press(&mut state, "4");
    state
}

fn metrics_full(size: (u16, u16)) -> State {
    let mut state = metrics_waiting(size);
    for n in 0..90_u32 {
        let mut snapshot = snapshot();
        snapshot.search.rate = f64::from(n % 10);
        snapshot.search.recent.count = 5;
        snapshot.search.recent.p95_ms = f64::from(n % 17);
        figures(&mut state, &snapshot);
    }
    press(&mut state, "j");
    press(&mut state, "k");
    state
}

fn metrics_explained(size: (u16, u16)) -> State {
    let mut state = metrics_full(size);
    press(&mut state, "enter");
    state
}

fn metrics_alert(size: (u16, u16)) -> State {
    let mut state = metrics_full(size);
    let mut snapshot = snapshot();
    snapshot.alerts.push(Alert {
        name: "high_response_time".into(),
        message: "searches take 2,345 ms (p95 of the last minute), over 2,000 ms".into(),
        value: 2345.0,
        threshold: 2000.0,
        unit: "ms".into(),
        since: 0,
        advice: "fewer or rarer words; e in the Search pane says which layer is slow".into(),
    });
    figures(&mut state, &snapshot);
    press(&mut state, "g g");
    state
}

fn log_empty(size: (u16, u16)) -> State {
    let mut state = desk(size, &[]);
    press(&mut state, "esc");
    press(&mut state, "5");
    state
}

fn log_full(size: (u16, u16)) -> State {
    let mut state = log_empty(size);
    for n in 0..60 {
        update::update(&mut state, Msg::Tick);
        let said = match n % 4 {
            0 => Wish::Say(Tone::Done, format!("N-{n:06} saved")),
            1 => Wish::Say(Tone::Warning, "PAYR010.cbl has changed under us: read again".into()),
            2 => Wish::Say(Tone::Info, "Bottom of data reached".into()),
            _ => Wish::Fail(
                UserError::new("cannot keep the draft in /home/ops/.local/state/greenbar/draft.md")
                    .cause("No space left on device (os error 28)")
                    .hint("save the entry soon"),
            ),
        };
        update::update(&mut state, Msg::Wish(said));
    }
    state.toast = None;
    state
}

fn over_help(size: (u16, u16)) -> State {
    let mut state = source_text(size);
    press(&mut state, "?");
    state
}

fn over_palette(size: (u16, u16)) -> State {
    let mut state = source_text(size);
    press(&mut state, "f4");
    type_text(&mut state, "fi");
    press(&mut state, "down");
    state
}

fn over_which_key(size: (u16, u16)) -> State {
    let mut state = source_text(size);
    press(&mut state, "space");
    state
}

fn over_command(size: (u16, u16)) -> State {
    let mut state = source_text(size);
    press(&mut state, ":");
    type_text(&mut state, "find 'ws-net' last");
    state
}

fn over_toast(size: (u16, u16)) -> State {
    let mut state = source_text(size);
    let error = UserError::new("cannot link S0C7 to /u/pay/PAYR010.cbl line 204")
        .cause("the store is read-only: another program holds its lock and does not let go of it")
        .hint("see who has it open with fuser, or start greenbar again later");
    update::update(&mut state, Msg::Note(error));
    state
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
    assert!(source_long_line((80, 24)).source.file().unwrap().skip > 0);
}
