//! Scenes of the Search pane.

use super::files::source_text;
use super::*;
use crate::kb::search::complete::Offer;
use crate::kb::search::facets::{Facets, Group, Value};
use crate::kb::search::{Parts, Strategy};
use crate::kb::transfer::{Fate, Item, Like, Look, Rejected, Report, Why};
use crate::store::{PastSearch, PlanStep};
use crate::work::TransferAnswer;

pub fn info() -> StoreInfo {
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
        pool: crate::store::PoolFigures::default(),
    }
}

pub fn found(id: &str, title: &str, layer: Layer, uses: u64, rate: Option<f64>, snippet: &str) -> Found {
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
        parts: Some(Box::new(Parts {
            text: 0.41,
            title: 0.3,
            usage: 0.12,
            success: 0.14,
            ..Parts::default()
        })),
        alike: Vec::new(),
    }
}

fn layer(layer: Layer, asked: &str, hits: u64) -> LayerReport {
    LayerReport {
        layer,
        asked: asked.into(),
        hits,
        more: false,
        plan: None,
        looked: 0,
        took_us: 420,
        failed: None,
    }
}

pub fn result(query: &str) -> SearchResult {
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
        read_as: Vec::new(),
        shown: "code S0C7".into(),
        strategy: Strategy::Code,
        asked: "exact + tag + text".into(),
        total: 1234,
        more: false,
        took_us: 2900,
        layers: vec![
            layer(Layer::Exact, "id, alias, code = S0C7", 1),
            layer(Layer::Tag, "tag = s0c7", 4),
            layer(Layer::Text, "\"s0c7\"", 1229),
        ],
        results,
        reading_us: 40,
        ranking_us: 310,
        facets: Some(facets()),
        plan: vec![PlanStep {
            layer: "text".into(),
            step: "SCAN f VIRTUAL TABLE INDEX 0:M6".into(),
            index: Some("kb_fts".into()),
        }],
        suggestions: vec![],
        notes: vec!["words of one letter are not looked for".into()],
        ..SearchResult::default()
    }
}

fn facets() -> Facets {
    let group = |name: &str, values: &[(&str, &str, u64)]| Group {
        name: name.into(),
        values: values
            .iter()
            .map(|(name, asks, entries)| Value {
                name: (*name).into(),
                asks: (*asks).into(),
                entries: *entries,
            })
            .collect(),
    };
    Facets {
        of: 400,
        whole: false,
        groups: vec![
            group("category", &[("Batch", "category:Batch", 310), ("Db2", "category:Db2", 90)]),
            group("severity", &[("severe", "severity:severe", 3), ("error", "severity:error", 397)]),
            group("tag", &[("comp-3", "tag:comp-3", 44)]),
            group("age", &[("last 30 days", "since:30d", 2), ("last year", "since:1y", 400)]),
        ],
    }
}

pub fn links() -> Vec<CodeReference> {
    vec![CodeReference {
        file: "/u/pay/PAYR010.cbl".into(),
        line: 204,
        symbol: "2100-GROSS".into(),
        note: String::new(),
        anchor: String::new(),
    }]
}

pub fn entry() -> Entry {
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
        version: 1,
        damaged: false,
    }
}

pub fn search_opening(size: (u16, u16)) -> State {
    desk(size, &[])
}

pub fn search_full(size: (u16, u16)) -> State {
    let mut state = desk(size, &[]);
    reply(
        &mut state,
        Slot::Store,
        Ok(Reply::StoreReady {
            info: Box::new(info()),
            installed: 0,
            drafts: Box::default(),
            commands: Vec::new(),
        }),
    );
    type_text(&mut state, "s0c7");
    reply(&mut state, Slot::Search, Ok(Reply::Results(Box::new(result("s0c7")))));
    press(&mut state, "esc");
    press(&mut state, "down");
    state
}

pub fn search_typing(size: (u16, u16)) -> State {
    let mut state = desk(size, &[]);
    reply(
        &mut state,
        Slot::Store,
        Ok(Reply::StoreReady {
            info: Box::new(info()),
            installed: 0,
            drafts: Box::default(),
            commands: Vec::new(),
        }),
    );
    state
}

pub fn search_nothing(size: (u16, u16)) -> State {
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

pub fn search_explain(size: (u16, u16)) -> State {
    let mut state = search_full(size);
    press(&mut state, "e");
    state
}

pub fn search_facets(size: (u16, u16)) -> State {
    let mut state = search_full(size);
    press(&mut state, "F");
    press(&mut state, "down");
    state
}

pub fn search_offers(size: (u16, u16)) -> State {
    let mut state = search_typing(size);
    type_text(&mut state, "lock category:");
    let offer = |text: &str, about: &str| Offer { text: text.into(), about: about.into() };
    let offers = vec![offer("Db2", "412 entries"), offer("CICS", "390 entries"), offer("IMS", "1 entry")];
    reply(&mut state, Slot::Offers, Ok(Reply::Offers(offers)));
    reply(&mut state, Slot::Search, Ok(Reply::Results(Box::new(result("lock category:")))));
    press(&mut state, "down");
    press(&mut state, "down");
    state
}

/// A question longer than the line is wide, of which the last word may become a field.
pub fn search_long(size: (u16, u16)) -> State {
    let mut state = search_typing(size);
    type_text(&mut state, "abend of the payroll job while it was reading the customer file");
    let offers = vec![Offer { text: "file:".into(), about: "field".into() }];
    reply(&mut state, Slot::Offers, Ok(Reply::Offers(offers)));
    let result = SearchResult {
        total: 352,
        more: true,
        strategy: Strategy::Semantic,
        layers: vec![layer(Layer::Tag, "", 55), layer(Layer::Text, "", 307), layer(Layer::Semantic, "", 173)],
        ..result("abend of the payroll job while it was reading the customer file")
    };
    reply(&mut state, Slot::Search, Ok(Reply::Results(Box::new(result))));
    state
}

pub fn search_recall(size: (u16, u16)) -> State {
    let mut state = search_typing(size);
    let past = |query: &str, times| PastSearch { query: query.into(), at: 1, times, hits: 3 };
    let past = vec![past("deadlock category:db2", 7), past("s0c7 comp-3", 1)];
    let saved = vec![("Locks".into(), "tag:lock since:30d".into())];
    reply(&mut state, Slot::Searches, Ok(Reply::Searches(past, saved)));
    press(&mut state, "up");
    state
}

pub fn search_entry(size: (u16, u16)) -> State {
    let mut state = search_full(size);
    press(&mut state, "enter");
    state
}

fn version(version: u64, kind: ChangeKind, detail: &str) -> VersionHead {
    VersionHead {
        version,
        at: 1_790_000_000_000 + i64::try_from(version).unwrap() * 100_000_000,
        author: if kind == ChangeKind::Starter { String::new() } else { "mueller".into() },
        kind,
        detail: detail.into(),
        title: entry().body.title,
        deleted: kind == ChangeKind::Delete,
        kept: version > 1,
    }
}

pub fn search_incident(size: (u16, u16)) -> State {
    let mut state = search_entry(size);
    press(&mut state, "R");
    type_text(&mut state, "PAYR");
    state
}

pub fn search_beside(size: (u16, u16)) -> State {
    let mut state = search_entry(size);
    let file = |path: &str, state| Attached {
        file: Attachment {
            path: path.into(),
            hash: [0xa7; 32],
            bytes: 23_895,
            at: 1_790_000_000_000,
            author: "mueller".into(),
        },
        state,
    };
    let related =
        |id: &str, title: &str, why: &str| Related { id: id.into(), title: title.into(), why: why.into() };
    let beside = Beside {
        id: "S0C7".into(),
        incidents: vec![Incident {
            at: 1_790_000_000_000,
            job: "PAYR".into(),
            step: "STEP010".into(),
            code: "S0C7".into(),
            summary: "the gate sent blanks, rerun after the fix".into(),
            resolved_at: Some(1_790_000_100_000),
            ..Incident::default()
        }],
        incident_count: 12,
        files: vec![
            file("/u/pay/logs/payr.log", FileState::Changed),
            file("/u/pay/PAYR010.lst", FileState::There),
        ],
        related: vec![
            related(
                "S0CB",
                "Decimal divide exception: division by zero",
                "named by it, opened with it 3 times",
            ),
            related("FS-39", "File attributes do not agree", "named by it"),
        ],
    };
    reply(&mut state, Slot::Beside, Ok(Reply::OfEntry(EntryAnswer::Beside(Box::new(beside)))));
    press(&mut state, "n");
    press(&mut state, "n");
    press(&mut state, "n");
    state
}

pub fn search_history(size: (u16, u16)) -> State {
    let mut state = search_entry(size);
    press(&mut state, "H");
    let heads = vec![
        version(6, ChangeKind::Undelete, ""),
        version(5, ChangeKind::Delete, ""),
        version(4, ChangeKind::Edit, "title, problem, solution"),
        version(3, ChangeKind::Notes, ""),
        version(2, ChangeKind::Starter, "solution"),
        version(1, ChangeKind::Added, ""),
    ];
    let answer = EntryAnswer::Versions { id: "S0C7".into(), heads };
    reply(&mut state, Slot::History, Ok(Reply::OfEntry(answer)));
    state
}

pub fn search_history_changes(size: (u16, u16)) -> State {
    let mut state = search_history(size);
    press(&mut state, "down");
    press(&mut state, "down");
    press(&mut state, "enter");
    let side = |version: VersionHead, title: &str, line: &str| EntryVersion {
        body: NewEntry {
            title: title.into(),
            problem: entry().body.problem.replace("not hold packed", line),
            ..entry().body
        },
        head: version,
        notes: String::new(),
        damaged: false,
    };
    let old = side(version(3, ChangeKind::Notes, ""), "Data exception", "not hold packed");
    let new = side(
        version(4, ChangeKind::Edit, "title, problem, solution"),
        "Data exception: a decimal instruction met an invalid digit or sign",
        "not hold valid packed",
    );
    let compared = crate::kb::history::compare(Some(&old), &new);
    reply(&mut state, Slot::History, Ok(Reply::OfEntry(EntryAnswer::Diff(Box::new(compared)))));
    state
}

pub fn search_form(size: (u16, u16)) -> State {
    let mut state = search_entry(size);
    press(&mut state, "E");
    state.toast = None;
    state
}

pub fn search_store_failed(size: (u16, u16)) -> State {
    let mut state = desk(size, &[]);
    let error = UserError::new("cannot open the store /home/ops/.local/share/greenbar/greenbar.db")
        .cause("file is not a database")
        .hint("greenbar restore brings back a backup; --db sqlite:PATH uses another store");
    reply(&mut state, Slot::Store, Err(error));
    state
}

pub fn search_with_source(size: (u16, u16)) -> State {
    let mut state = source_text(size);
    press(&mut state, "1");
    reply(
        &mut state,
        Slot::Store,
        Ok(Reply::StoreReady {
            info: Box::new(info()),
            installed: 0,
            drafts: Box::default(),
            commands: Vec::new(),
        }),
    );
    type_text(&mut state, "s0c7");
    reply(&mut state, Slot::Search, Ok(Reply::Results(Box::new(result("s0c7")))));
    press(&mut state, "enter");
    state
}

fn import_report(preview: bool) -> Report {
    let item = |fate, row, id: &str, title: &str, fields: &[&str], like| Item {
        fate,
        file: String::new(),
        row,
        id: id.into(),
        title: title.into(),
        fields: fields.iter().map(|f| (*f).to_owned()).collect(),
        like,
    };
    let like = Like { id: "S0C7".into(), why: Why::NearText, percent: 86 };
    Report {
        preview,
        rows: 1240,
        added: 1202,
        changed: 1,
        unchanged: 34,
        alike: 1,
        rejected_rows: 2,
        items: vec![
            item(Fate::Added, 2, "N-000100", "The nightly feed of time sheets came twice", &[], None),
            item(Fate::Changed, 3, "N-000012", "PAYR010 abends S0C7", &["solution", "tags"], None),
            item(Fate::Added, 5, "", "Data exception in a COMP-3 field", &[], Some(like)),
            item(Fate::Unchanged, 6, "SQL-305", "A null value was fetched", &[], None),
        ],
        rejected: vec![Rejected {
            file: String::new(),
            row: 4,
            field: "title".into(),
            reason: "it is empty: say in one line what the entry is about".into(),
        }],
        unused: vec![crate::kb::transfer::Unused {
            name: "priority".into(),
            file: String::new(),
            row: 1,
            times: 1,
        }],
        ..Report::default()
    }
}

pub fn search_import(size: (u16, u16)) -> State {
    let mut state = search_full(size);
    press(&mut state, ":");
    type_text(&mut state, "import /home/ops/notes.csv");
    press(&mut state, "enter");
    let report = TransferAnswer::Report(Box::new(import_report(true)));
    reply(&mut state, Slot::Transfer, Ok(Reply::Transfer(report)));
    press(&mut state, "down");
    state
}

pub fn search_import_row(size: (u16, u16)) -> State {
    let mut state = search_import(size);
    press(&mut state, "enter");
    let old = entry().body;
    let new = NewEntry { solution: "Rerun from the last step.".into(), ..old.clone() };
    let look = Look {
        id: "N-000012".into(),
        title: old.title.clone(),
        beside: "N-000012".into(),
        reason: String::new(),
        lines: crate::kb::history::differing(Some((&old, "")), (&new, "")),
    };
    reply(&mut state, Slot::Look, Ok(Reply::Transfer(TransferAnswer::Look(Some(Box::new(look))))));
    state
}

pub fn search_importing(size: (u16, u16)) -> State {
    let mut state = search_import(size);
    press(&mut state, "i");
    let progress = crate::kb::transfer::Progress { rows: 512, bytes: 9000, known: 1140 };
    reply(&mut state, Slot::Transfer, Ok(Reply::Transfer(TransferAnswer::Progress(progress, Some(41)))));
    state
}

pub fn search_imported(size: (u16, u16)) -> State {
    let mut state = search_importing(size);
    // The report of an import has no rows but those that are like an entry.
    let mut report = import_report(false);
    report.items.retain(|item| item.like.is_some());
    reply(&mut state, Slot::Transfer, Ok(Reply::Transfer(TransferAnswer::Report(Box::new(report)))));
    state
}

pub fn search_import_stopped(size: (u16, u16)) -> State {
    let mut state = search_importing(size);
    press(&mut state, "s");
    let stopped = UserError::new("/home/ops/notes.csv: the import was stopped in row 601")
        .cause("it was cancelled")
        .hint("500 entries were imported; run it again to go on: what is there already is passed over")
        .exit(crate::base::Exit::Interrupted);
    reply(&mut state, Slot::Transfer, Err(stopped));
    state
}
