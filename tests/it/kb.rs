//! Search against the real store: the questions people type find the entry they mean.

use greenbar::base::Budget;
use greenbar::base::meter::no_meter;
use greenbar::kb::codes;
use greenbar::kb::search::{Layer, SearchRequest, SearchResult, search};
use greenbar::store::{NewEntry, OpenOptions, Severity, SqliteStore, Store, TextPlan};

fn list(words: &[&str]) -> Vec<String> {
    words.iter().map(|w| (*w).to_owned()).collect()
}

/// Id, title, category, tags, aliases, problem, solution.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    &'static str,
    &'static str,
);

const ENTRIES: [Row; 10] = [
    (
        "S0C7",
        "Data exception: invalid packed or zoned decimal data",
        "Batch",
        &["comp-3", "numeric"],
        &["0C7", "CEE3207S", "ASRA/0C7"],
        "A decimal instruction met an invalid digit or sign.",
        "Look at the operands of the failing statement. IEF450I shows the code.",
    ),
    (
        "S0C4",
        "Protection exception: storage that is not yours",
        "Batch",
        &["storage", "subscript"],
        &["0C4"],
        "The program used an address outside of its storage; a data exception may come before it.",
        "Compile with SSRANGE.",
    ),
    (
        "SQL-811",
        "A SELECT INTO found more than one row",
        "Db2",
        &["select"],
        &["SQLCODE -811", "SQLSTATE 21000"],
        "The statement may return one row only.",
        "Use a cursor, or add to the WHERE clause.",
    ),
    (
        "SQL-911",
        "Deadlock or timeout, unit of work rolled back",
        "Db2",
        &["lock", "deadlock"],
        &["SQLCODE -911", "SQLSTATE 40001"],
        "Another unit of work held the lock for too long.",
        "Restart from the last commit.",
    ),
    (
        "IEF450I",
        "A step ended abnormally",
        "JCL",
        &["abend", "job-log"],
        &["IEF450I ABEND"],
        "The message shows the step and its completion code, S0C7 for example.",
        "Look the code up.",
    ),
    (
        "FS-35",
        "File not found at OPEN",
        "Files",
        &["open", "dd"],
        &["status 35"],
        "The DD statement is missing, or the data set is not there. Db2 has no lock here.",
        "Compare ASSIGN with the DD name.",
    ),
    (
        "S806",
        "A module was not found",
        "Batch",
        &["steplib", "load-module"],
        &["806", "ABEND806"],
        "The program is in no library of the search order.",
        "Add its library to STEPLIB.",
    ),
    (
        "AICA",
        "Runaway task",
        "CICS",
        &["loop"],
        &[],
        "A task used the processor without giving control back.",
        "Find the loop.",
    ),
    (
        "AEI0",
        "Program is not defined (PGMIDERR)",
        "CICS",
        &["pgmiderr"],
        &[],
        "LINK or XCTL to an unknown program.",
        "Define it.",
    ),
    (
        "",
        "Customer number wrong after REDEFINES of a group",
        "Batch",
        &["redefines"],
        &[],
        "S0C7 at 2100-CALC-NET: WS-CUST-ID holds blanks after MOVE SPACES to the group. WS-CUST is fine, ID too.",
        "Initialise it in 1000-INIT.",
    ),
];

fn store(dir: &tempfile::TempDir) -> SqliteStore {
    let store = SqliteStore::open(&OpenOptions::new(dir.path().join("kb.db")), no_meter()).unwrap();
    let entries: Vec<NewEntry> = ENTRIES
        .iter()
        .map(|&(id, title, category, tags, aliases, problem, solution)| NewEntry {
            id: id.into(),
            title: title.into(),
            problem: problem.into(),
            solution: solution.into(),
            category: category.into(),
            severity: Severity::Error,
            tags: list(tags),
            aliases: list(aliases),
            codes: codes::in_text(&format!("{title} {problem}")).into_iter().map(|c| c.code).collect(),
            ..NewEntry::default()
        })
        .collect();
    store.put(&entries, 1_700_000_000_000).unwrap();
    store
}

fn ask(store: &SqliteStore, text: &str, typing: bool) -> SearchResult {
    let request =
        SearchRequest { text: text.into(), limit: 10, typing, explain: true, ..SearchRequest::default() };
    search(store, &request, &Budget::unlimited(), &*no_meter()).unwrap()
}

#[test]
fn what_people_type_finds_what_they_mean() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(&dir);
    for (text, id, layer) in [
        ("S0C7", "S0C7", Layer::Exact),
        ("0c7", "S0C7", Layer::Exact),
        ("s0c-7", "S0C7", Layer::Exact),
        ("CEE3207S", "S0C7", Layer::Exact),
        ("asra/0c7", "S0C7", Layer::Exact),
        ("S0C4-11", "S0C4", Layer::Exact),
        ("-811", "SQL-811", Layer::Exact),
        ("SQLCODE=-811", "SQL-811", Layer::Exact),
        ("sqlstate 40001", "SQL-911", Layer::Exact),
        ("WS-CUST-ID", "N-000001", Layer::Text),
        ("IEF450I", "IEF450I", Layer::Exact),
        ("ief450", "IEF450I", Layer::Exact),
        ("status 35", "FS-35", Layer::Exact),
        ("file status 35", "FS-35", Layer::Exact),
        ("35", "FS-35", Layer::Exact),
        ("abend 806", "S806", Layer::Exact),
        ("806", "S806", Layer::Exact),
        ("\"data exception\"", "S0C7", Layer::Text),
        ("category:db2 lock", "SQL-911", Layer::Tag),
        ("tag:comp-3", "S0C7", Layer::Tag),
        ("load module missing", "S806", Layer::Tag),
        ("restart from the last commit", "SQL-911", Layer::Text),
        ("runaway task", "AICA", Layer::Exact),
        ("AEI0", "AEI0", Layer::Exact),
    ] {
        let result = ask(&store, text, false);
        let first = result.results.first().unwrap_or_else(|| panic!("{text}: nothing found"));
        assert_eq!((first.id.as_str(), first.layer), (id, layer), "{text}: {result:#?}");
        assert!(result.layers.iter().all(|layer| layer.failed.is_none()), "{text}: {:?}", result.layers);
    }
}

#[test]
fn a_hyphenated_name_is_one_name() {
    let dir = tempfile::tempdir().unwrap();
    let result = ask(&store(&dir), "WS-CUST-ID", false);
    assert_eq!(result.results.len(), 1);
    let snippet = &result.results[0].snippet;
    assert!(
        snippet.contains('\u{2}') && snippet.contains('\u{3}') && snippet.contains("CUST"),
        "{snippet:?}"
    );
}

#[test]
fn each_key_pressed_gives_a_result() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(&dir);
    let text = "runaway task";
    for end in 3..=text.len() {
        let result = ask(&store, &text[..end], true);
        assert_eq!(result.results[0].id, "AICA", "{}", &text[..end]);
    }
}

#[test]
fn usage_and_ratings_change_the_order() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(&dir);
    let most_used = |text: &str| ask(&store, text, false).results[0].id.clone();
    for _ in 0..5 {
        store.record_use("FS-35", Some(true), 1).unwrap();
    }
    assert_eq!(most_used(""), "FS-35");
    let result = ask(&store, "category:files", false);
    assert_eq!(
        (result.total, result.results[0].usage_count, result.results[0].success_rate),
        (1, 5, Some(1.0))
    );
    assert_eq!(most_used("S0C7"), "S0C7");
}

#[test]
fn the_letter_o_is_asked_about() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(&dir);
    let result = ask(&store, "SOC7", false);
    assert!(result.results.is_empty());
    assert_eq!(result.suggestions, ["S0C7"]);
    assert_eq!(ask(&store, "AEIO", false).suggestions, ["AEI0"]);
}

#[test]
fn nothing_is_a_syntax_error() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(&dir);
    for text in [
        "\"",
        "\"\"",
        "*",
        "-",
        "--",
        "(",
        "a AND OR NOT b",
        "NEAR(a b)",
        "title:x",
        "category:",
        "a* ^b",
        "-\"",
        "'; --",
        "\0",
        "+",
        "{}",
        "é\u{300}",
    ] {
        for typing in [false, true] {
            let result = ask(&store, text, typing);
            assert!(
                result.layers.iter().all(|layer| layer.failed.is_none()),
                "{text:?}: {:?}",
                result.layers
            );
        }
    }
}

#[test]
fn words_of_very_many_entries_are_all_read_and_counted() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(&dir);
    let entry = |n: usize| NewEntry {
        title: if n.is_multiple_of(400) { format!("Payroll parcel {n}") } else { format!("Entry {n}") },
        problem: if n.is_multiple_of(3) { "A parcel step waits." } else { "A step of the parcel waits." }
            .into(),
        category: if n.is_multiple_of(2) { "Batch" } else { "JCL" }.into(),
        ..NewEntry::default()
    };
    store.put(&(1..=2_300).map(entry).collect::<Vec<_>>(), 1).unwrap();
    let text = |result: &SearchResult| result.layers.last().unwrap().clone();
    let result = ask(&store, "parcel", false);
    assert_eq!((text(&result).plan, text(&result).more), (Some(TextPlan::Whole), false));
    assert_eq!((result.total, result.more), (2_300, false));
    assert!(result.results[0].title.starts_with("Payroll parcel"), "{:?}", result.results[0]);
    // Words in a row are looked for in so many texts: more may have them.
    let result = ask(&store, "\"step waits\"", false);
    assert!(
        result.more
            && result.results.iter().all(|found| found.snippet.contains("step\u{3} \u{2}waits")
                || found.snippet.contains("step waits")),
        "{:?}",
        result.results
    );
    // A filter holds; a rare word is found among the common ones, and counted.
    let result = ask(&store, "category:jcl parcel", false);
    assert!(result.results.iter().all(|found| found.category == "JCL"));
    assert_eq!((result.total, result.more), (1_150, false));
    let result = ask(&store, "payroll waits", false);
    assert_eq!((text(&result).plan, result.total, result.more), (Some(TextPlan::Whole), 5, false));
    // However many ways there are for a letter to go on.
    let result = ask(&store, "w", true);
    assert!(!result.more && result.total > 2_300 && result.results.len() == 10, "{result:?}");
    // What was written just now is found at once, what was deleted no more.
    store.put(&[NewEntry { id: "N-NEW".into(), ..entry(2_800) }], 2).unwrap();
    let is_found = || ask(&store, "parcel waits", false).results.iter().any(|found| found.id == "N-NEW");
    assert!(is_found());
    store.delete("N-NEW", 3).unwrap();
    assert!(!is_found());
    assert_eq!(ask(&store, "parcel", false).total, 2_300);
}

#[test]
fn a_search_of_common_words_is_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(&dir);
    let budget = Budget::unlimited();
    budget.cancel.cancel();
    let request = SearchRequest {
        text: "job".into(),
        limit: 10,
        typing: true,
        explain: false,
        ..SearchRequest::default()
    };
    let error = search(&store, &request, &budget, &*no_meter()).unwrap_err();
    assert_eq!(error.exit.code(), 130);
}
