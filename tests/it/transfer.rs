//! Import and export against a real store: what goes out comes in again, and what is not fit is named and costs nothing
//! else.

mod documents;
mod likeness;
mod tables;

use greenbar::base::meter::no_meter;
use greenbar::base::{Budget, Cancel, Exit, Result};
use greenbar::kb::starter;
use greenbar::kb::transfer::{Format, Options, Progress, Rejected, Report, Rows, export};
use greenbar::store::{NewEntry, OpenOptions, Origin, Severity, SqliteStore, Store};
use proptest::prelude::*;
use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Read};

const FORMATS: [Format; 3] = [Format::Json, Format::Jsonl, Format::Csv];

struct Home {
    store: SqliteStore,
    _dir: tempfile::TempDir,
}

fn home() -> Home {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&OpenOptions::new(dir.path().join("kb.db")), no_meter()).unwrap();
    Home { store, _dir: dir }
}

fn free() -> Budget {
    Budget::unlimited()
}

fn take(store: &dyn Store, text: impl AsRef<[u8]>, format: Format) -> Result<Report> {
    import(store, text.as_ref(), format, &free(), &mut |_| {})
}

fn import(
    store: &dyn Store,
    reader: impl BufRead,
    format: Format,
    budget: &Budget,
    progress: &mut dyn FnMut(Progress),
) -> Result<Report> {
    let options = Options { at: 1, ..Options::default() };
    greenbar::kb::transfer::import(store, Rows::read(reader, format)?, &options, budget, progress)
}

fn written(store: &dyn Store, format: Format) -> String {
    let mut out = Vec::new();
    export(store, &mut out, format, &free()).unwrap();
    String::from_utf8(out).unwrap()
}

fn all(store: &dyn Store) -> Vec<NewEntry> {
    let rows: Vec<_> = store
        .list(&greenbar::store::Filter::default(), 0, 10_000, &free())
        .unwrap()
        .iter()
        .map(|h| h.row)
        .collect();
    let mut bodies: Vec<NewEntry> =
        store.entries(&rows, &free()).unwrap().into_iter().map(|e| e.body).collect();
    bodies.sort_by(|a, b| a.id.cmp(&b.id));
    bodies
}

fn rejected(report: &Report) -> Vec<(u64, &str)> {
    report.rejected.iter().map(|Rejected { row, field, .. }| (*row, field.as_str())).collect()
}

#[test]
fn the_starter_knowledge_goes_through_every_format_and_stays_what_it_is() {
    let Home { store: from, _dir } = home();
    let count = starter::install(&from, 1, &free()).unwrap();
    for format in FORMATS {
        let text = written(&from, format);
        // Into the store it came from: nothing changes, the entries stay those of the program.
        let report = take(&from, &text, format).unwrap();
        assert_eq!(
            (report.unchanged, report.rejected.len()),
            (count as u64, 0),
            "{:?}",
            report.rejected.first()
        );
        assert_eq!(from.entry("S0C7", &free()).unwrap().unwrap().origin, Origin::Starter);
        // Into a new one: all of it arrives.
        let Home { store: to, _dir } = home();
        let report = take(&to, &text, format).unwrap();
        assert_eq!((report.added, report.rejected.len()), (count as u64, 0));
        assert_eq!(written(&to, format), text);
    }
}

#[test]
fn good_rows_are_taken_and_every_bad_one_is_named() {
    let Home { store, _dir } = home();
    let large = "x".repeat((1 << 20) + 1);
    let csv = format!(
        "\u{FEFF}ID,Title, severity ,tags,Category,problem\r\n\
         K1,\"One, \"\"quoted\"\"\nline\",error,a,Batch,\r\n\
         K2,Two,SEVERE,a; b-c ;,Batch,\"x\r\ny\"\r\n\
         K3,,error,a,Batch,\r\n\
         K4,Four,fatal,a,Batch,\r\n\
         ,,,,,\r\n\
         K6,Six,,Upper Case,Batch,\r\n\
         k2,Again,,a,Batch,\r\n\
         K8,Eight,,a,Batch\r\n\
         K9,Nine,,a,,\r\n\
         K10,Ten,,a,Batch,{large}\r\n\
         ,Unnamed,,,Batch,last"
    );
    let report = take(&store, csv, Format::Csv).unwrap();
    assert_eq!(
        rejected(&report),
        [
            (2, "title"),
            (4, "title"),
            (5, "severity"),
            (7, "tags"),
            (8, "id"),
            (9, ""),
            (10, "category"),
            (11, "problem")
        ]
    );
    assert_eq!((report.added, report.changed, report.unchanged, report.kept), (2, 0, 0, 0));
    let two = store.entry("K2", &free()).unwrap().unwrap().body;
    assert_eq!((two.severity, two.problem.as_str()), (Severity::Severe, "x\r\ny"));
    assert_eq!(two.tags, ["a", "b-c"]);
    assert_eq!(store.entry("N-000001", &free()).unwrap().unwrap().body.title, "Unnamed");
    for (row, part) in
        [(5, "info, warning, error or severe"), (7, "Upper Case"), (8, "row 3"), (11, "1048577 bytes")]
    {
        let of = report.rejected.iter().find(|r| r.row == row).unwrap();
        assert!(of.reason.contains(part), "{}", of.reason);
    }
}

#[test]
fn types_and_fields_of_json_are_looked_at() {
    let Home { store, _dir } = home();
    let good = r#"{"id":"G1","title":"Good","category":"Db2","codes":["X"],"usage_count":7,"author":null,"severity":"Warning"}"#;
    let lines = [
        good,
        r#"{"id":"B1","title":5,"category":"Db2"}"#,
        "",
        r#"{"id":"B2","title":"t","category":"Db2","tags":"a"}"#,
        r#"{"id":"B3","title":"t","category":"Db2","tags":["a",1]}"#,
        r#"{"id":"B4","titel":"t","category":"Db2"}"#,
        r#"{"id":"B5""#,
        "[1]",
        r#"{"id":"G2","title":"Good too","category":"Db2"}"#,
    ];
    let report = take(&store, lines.join("\r\n"), Format::Jsonl).unwrap();
    assert_eq!(rejected(&report), [(2, "title"), (4, "tags"), (5, "tags"), (6, "titel"), (7, ""), (8, "")]);
    assert!(report.rejected[3].reason.contains("\"title\"?"), "{}", report.rejected[3].reason);
    assert_eq!(report.added, 2);
    assert_eq!(store.entry("G1", &free()).unwrap().unwrap().body.severity, Severity::Warning);

    let list = format!("\u{FEFF}[{}]", [lines[0], lines[1], lines[3], lines[5], lines[8]].join(" ,\r\n"));
    let report = take(&store, list, Format::Json).unwrap();
    assert_eq!(rejected(&report), [(2, "title"), (3, "tags"), (4, "titel")]);
    assert_eq!((report.added, report.unchanged), (0, 2));
    let changed = good.replace("Good", "Better");
    assert_eq!(take(&store, changed, Format::Json).unwrap().changed, 1);

    let mut bytes = good.replace("G1", "G3").into_bytes();
    bytes.extend(b"\n{\"id\":\"B\xFF\"}\n");
    let report = take(&store, bytes, Format::Jsonl).unwrap();
    assert_eq!((report.added, rejected(&report)), (1, vec![(2, "")]));
}

#[test]
fn columns_that_are_not_known_are_named_before_anything_is_taken() {
    let Home { store, _dir } = home();
    for (text, part) in [
        ("", "empty"),
        ("id,titel,category\nA,b,c\n", "column 2 is \"titel\""),
        ("id,title,Title\nA,b,c\n", "second time"),
        ("id,category\nA,b\n", "no column \"title\""),
        ("\u{1b}[2J,category\nA,b\n", "\\u{1b}"),
    ] {
        let error = take(&store, text, Format::Csv).unwrap_err();
        assert!(error.cause.contains(part), "{text}: {error}");
        assert!(error.hint.contains("id,title,problem"), "{error}");
    }
    assert_eq!(store.info().unwrap().entries, 0);
    // What the store makes itself is no fault in a file, and means nothing.
    let report = take(&store, "usage_count,title,category\n5,A,Batch\n", Format::Csv).unwrap();
    assert_eq!((report.added, all(&store)[0].title.as_str()), (1, "A"));
}

/// Rows without end.
struct Endless {
    row: u64,
    rest: Vec<u8>,
}

impl Read for Endless {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.rest.is_empty() {
            self.row += 1;
            self.rest =
                format!("{{\"id\":\"E{}\",\"title\":\"t\",\"category\":\"c\"}}\n", self.row).into_bytes();
        }
        let n = (&self.rest[..]).read(buf)?;
        self.rest.drain(..n);
        Ok(n)
    }
}

#[test]
fn batches_are_put_while_rows_come_and_an_import_can_be_stopped() {
    let Home { store, _dir } = home();
    let cancel = Cancel::new();
    let budget = Budget::with_cancel(cancel.clone());
    let mut steps: Vec<Progress> = Vec::new();
    let reader = BufReader::new(Endless { row: 0, rest: Vec::new() });
    let error = import(&store, reader, Format::Jsonl, &budget, &mut |progress| {
        steps.push(progress);
        if steps.len() == 2 {
            cancel.cancel();
        }
    })
    .unwrap_err();
    assert_eq!(error.exit, Exit::Interrupted);
    assert!(error.hint.contains("2000"), "{error}");
    assert_eq!(store.info().unwrap().entries, 2_000);
    assert_eq!(steps.iter().map(|p| p.rows).collect::<Vec<_>>(), [1_000, 2_000]);
    assert!(steps[0].bytes > 30_000 && steps[1].bytes > steps[0].bytes, "{steps:?}");
}

/// Fails after some bytes.
struct Broken<'t>(&'t [u8]);

impl Read for Broken<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() { Err(io::Error::other("tape torn")) } else { self.0.read(buf) }
    }
}

#[test]
fn a_reader_that_fails_is_an_error() {
    let Home { store, _dir } = home();
    let csv = "title,category\nA,B\n";
    for (text, format) in [("[{}", Format::Json), ("{}\n", Format::Jsonl), (csv, Format::Csv)] {
        let reader = BufReader::new(Broken(text.as_bytes()));
        let error = import(&store, reader, format, &free(), &mut |_| {}).unwrap_err();
        assert!(error.to_string().contains("tape torn"), "{error}");
    }
}

#[test]
fn a_quote_that_is_never_closed_does_not_fill_the_memory() {
    let Home { store, _dir } = home();
    let start = "title,category,problem\nA,Batch,ok\nB,Batch,\"never";
    let reader = BufReader::new(start.as_bytes().chain(io::repeat(b'x').take(20 << 20)));
    let report = import(&store, reader, Format::Csv, &free(), &mut |_| {}).unwrap();
    assert_eq!((report.added, rejected(&report)), (1, vec![(3, "")]));
    assert!(report.rejected[0].reason.contains("quote"), "{}", report.rejected[0].reason);

    let start = "[{\"title\":\"C\",\"category\":\"Batch\"},{\"title\":\"";
    let reader = BufReader::new(start.as_bytes().chain(io::repeat(b'x').take(20 << 20)).chain(&b"\"}]"[..]));
    let report = import(&store, reader, Format::Json, &free(), &mut |_| {}).unwrap();
    assert_eq!((report.added, rejected(&report)), (1, vec![(2, "")]));
    assert!(report.rejected[0].reason.contains("16 MiB"), "{}", report.rejected[0].reason);
}

#[test]
fn an_export_is_sorted_stopped_and_says_when_it_cannot_be_written() {
    let Home { store, _dir } = home();
    assert_eq!(written(&store, Format::Json), "[\n]\n");
    assert_eq!(take(&store, written(&store, Format::Json), Format::Json).unwrap(), Report::default());
    let mut text = "title,category,id\n".to_owned();
    for n in (0..250).rev() {
        let _ = writeln!(text, "t{n},Batch,K{n:03}");
    }
    take(&store, text, Format::Csv).unwrap();
    store.record_use("K007", Some(true), 2).unwrap();
    store.delete("K100", 2).unwrap();
    let lines = written(&store, Format::Csv);
    assert_eq!(lines.lines().count(), 250);
    assert!(lines.starts_with(
        "id,title,problem,solution,category,severity,tags,aliases,references,related,author,notes\nK000,"
    ));
    assert!(lines.ends_with("K249,t249,,,Batch,error,,,,,,\n"), "{lines}");

    let cancel = Cancel::new();
    cancel.cancel();
    let error = export(&store, io::sink(), Format::Csv, &Budget::with_cancel(cancel)).unwrap_err();
    assert_eq!(error.exit, Exit::Interrupted);
    for format in FORMATS {
        assert!(export(&store, &mut [0_u8; 900][..], format, &free()).is_err());
    }
}

#[test]
fn a_damaged_entry_is_left_out_and_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("kb.db");
    let store = SqliteStore::open(&OpenOptions::new(&path), no_meter()).unwrap();
    take(&store, "id,title,category\nA,a,Batch\nB,b,Batch\n", Format::Csv).unwrap();
    let behind = rusqlite::Connection::open(&path).unwrap();
    behind.execute("UPDATE kb_entries SET problem = 'rot' WHERE id = 'A'", []).unwrap();
    let mut out = Vec::new();
    let error = export(&store, &mut out, Format::Jsonl, &free()).unwrap_err();
    assert_eq!(error.exit, Exit::Store);
    assert!(error.cause.ends_with(": A"), "{error}");
    assert_eq!(String::from_utf8(out).unwrap().lines().count(), 1);
}

fn line() -> impl Strategy<Value = String> {
    "[^\\p{Cc}\\s]([^\\p{Cc}]{0,12}[^\\p{Cc}\\s])?"
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[ -~]{0,6}",
        any::<char>().prop_filter("NUL", |c| *c != '\0').prop_map(String::from),
        proptest::sample::select(vec![
            "\n",
            "\r\n",
            "\r",
            "\"",
            "\"\"\"",
            ",",
            ";",
            "\t",
            "\u{FEFF}",
            "\u{2}",
            "\u{1b}[2J",
            "+++\n",
            "---\n",
            "\n# Problem\n",
            "# Solution\n",
            "\\# Solution \n",
            "```\n",
            "<p>",
            "sep=;\n",
            "\\",
            "\u{7f}",
            "\u{2028}",
            " \n",
        ])
        .prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn items() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec(prop_oneof![line(), "[a;,\\\\\"]{1,6}"], 0..4)
}

prop_compose! {
    fn entry()(
        id in prop_oneof!["[A-Z]{1,3}[0-9]{1,6}", line()], title in line(), problem in text(), solution in text(),
        category in line(), severity in 0_usize..4, tags in proptest::collection::vec("[a-z0-9\\-\\\\]{1,6}", 0..4),
        aliases in items(), references in items(), related in items(), author in prop_oneof![line(), Just(String::new())],
    ) -> NewEntry {
        let severity = [Severity::Info, Severity::Warning, Severity::Error, Severity::Severe][severity];
        NewEntry {
            id, title, problem, solution, category, severity, tags, aliases, references, related, author,
            ..NewEntry::default()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn what_is_exported_is_imported_as_it_was(entries in proptest::collection::vec((entry(), text()), 1..12)) {
        let Home { store: from, _dir } = home();
        for (new, notes) in &entries {
            let saved = greenbar::kb::entry::save(&from, new, 1).unwrap();
            from.set_notes(saved.id(), notes, 1).unwrap();
        }
        for format in FORMATS {
            let Home { store: to, _dir } = home();
            let text = written(&from, format);
            let report = take(&to, &text, format).unwrap();
            prop_assert!(report.rejected.is_empty(), "{:?}", report.rejected);
            prop_assert_eq!(all(&to), all(&from));
            prop_assert_eq!(written(&to, format), text);
        }
        let Home { store: to, _dir } = home();
        let files = documents::written(&from);
        let report = documents::take(&to, &files).unwrap();
        prop_assert!(report.rejected.is_empty(), "{:?}", report.rejected);
        prop_assert_eq!(all(&to), all(&from));
        prop_assert_eq!(documents::written(&to), files);
    }
}
