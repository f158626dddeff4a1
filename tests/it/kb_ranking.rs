//! Search over the starter knowledge: what support people ask finds the entry that they need, near the top and at once.

use greenbar::base::Budget;
use greenbar::base::meter::no_meter;
use greenbar::kb::search::{SearchRequest, SearchResult, search};
use greenbar::kb::starter;
use greenbar::store::{OpenOptions, SqliteStore, Store};
use std::fmt::Write as _;

fn with_store(work: impl FnOnce(&SqliteStore)) {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&OpenOptions::new(dir.path().join("kb.db")), no_meter()).unwrap();
    starter::install(&store, 1, &Budget::unlimited()).unwrap();
    work(&store);
}

fn ask(store: &SqliteStore, text: &str, typing: bool) -> SearchResult {
    let request =
        SearchRequest { text: text.into(), limit: 50, typing, explain: true, ..SearchRequest::default() };
    search(store, &request, &Budget::unlimited(), &*no_meter()).unwrap()
}

fn top(result: &SearchResult, many: usize) -> Vec<&str> {
    result.results.iter().take(many).map(|found| found.id.as_str()).collect()
}

/// Query, how far down one of the entries may be, and the entries that answer it.
const ASKED: [(&str, usize, &[&str]); 59] = [
    ("s0c7 comp-3", 1, &["S0C7"]),
    ("data exception packed", 1, &["S0C7"]),
    ("sqlcode -811", 1, &["SQL-811"]),
    ("deadlock timeout", 3, &["SQL-911", "SQL-913"]),
    ("file not found open 35", 1, &["FS-35"]),
    ("b37 space", 1, &["SB37"]),
    ("authorization failure racf", 3, &["ICH408I", "S913", "S913-38"]),
    ("module not found", 3, &["S806", "S806-04"]),
    ("time limit exceeded", 3, &["S322"]),
    ("duplicate key", 3, &["FS-22", "SQL-803"]),
    ("-305 null indicator", 1, &["SQL-305"]),
    ("asra", 1, &["ASRA"]),
    ("program not defined cics", 3, &["AEI0", "RESP-PGMIDERR"]),
    ("mq queue not authorized 2035", 1, &["MQ-2035"]),
    ("sort capacity", 1, &["ICE046A"]),
    ("vsam open 168", 1, &["VSAM-OPEN-168"]),
    ("jcl error symbol", 1, &["IEFC653I"]),
    ("subscript out of range", 3, &["IGZ0006S"]),
    ("u4038", 1, &["U4038"]),
    ("loop aica", 1, &["AICA"]),
    ("S013-18", 1, &["S013-18"]),
    ("iec141i 013-18", 2, &["S013-18", "IEC141I-013-18"]),
    ("DSNT408I -805", 1, &["SQL-805"]),
    ("DSNT408I SQLCODE = -805, ERROR: DBRM OR PACKAGE NAME", 1, &["SQL-805"]),
    ("ASRA/0C7", 1, &["S0C7"]),
    ("IEF450I PAYJOB STEP1 - ABEND=S0C7 U0000 REASON=00000007", 1, &["S0C7"]),
    ("package not found in plan", 3, &["SQL-805"]),
    ("timestamp mismatch dbrm", 3, &["SQL-818"]),
    ("more than one row select into", 3, &["SQL-811"]),
    ("abend 806", 1, &["S806"]),
    ("protection exception", 3, &["S0C4"]),
    ("divide by zero", 3, &["S0CB", "S0C9"]),
    ("region too small", 3, &["S80A", "S878", "S822"]),
    ("dd statement missing", 3, &["IEC130I", "VSAM-OPEN-128"]),
    ("record length mismatch file status 39", 1, &["FS-39"]),
    ("queue full", 3, &["MQ-2053"]),
    ("no message available", 3, &["MQ-2033"]),
    ("data set in use", 3, &["IKJ56225I", "IEC161I", "VSAM-OPEN-168"]),
    ("not catlgd 2", 3, &["IEF287I"]),
    ("segment not found ims", 3, &["IMS-GE"]),
    ("end of database GB", 3, &["IMS-GB"]),
    ("mapfail", 1, &["RESP-MAPFAIL"]),
    ("record locked", 3, &["RESP-LOCKED", "VSAM-RPL-20"]),
    ("operator cancelled job", 3, &["S222"]),
    ("output lines exceeded", 3, &["S722"]),
    ("end of volume d37 secondary space", 1, &["SD37"]),
    ("resource unavailable -904", 1, &["SQL-904"]),
    ("00C9008E", 1, &["00C9008E"]),
    ("copy pending", 3, &["00C90097"]),
    ("not defined as a data-name", 2, &["IGYPS2121-S"]),
    ("period missing compile", 3, &["IGYDS1082-E"]),
    ("catalog entry not found idcams", 3, &["IDC3012I"]),
    ("duplicate name on volume", 3, &["IEF253I"]),
    ("numeric data invalid cursor fetch -302", 1, &["SQL-302"]),
    ("wait for dataset held by another job", 3, &["IEF863I", "IEF099I", "S522", "IKJ56225I"]),
    ("IGZ0033S", 1, &["IGZ0033S"]),
    ("cee3250c", 1, &["CEE3250C"]),
    ("913", 1, &["S913"]),
    ("open vsam file not closed properly verify", 3, &["VSAM-OPEN-116", "FS-97", "IEC161I"]),
];

#[test]
fn questions_of_support_people_find_their_entry() {
    with_store(|store| {
        let mut wrong = String::new();
        for (text, within, wanted) in ASKED {
            let result = ask(store, text, false);
            if !top(&result, within).iter().any(|id| wanted.contains(id)) {
                let _ = writeln!(wrong, "{text}: wanted one of {wanted:?} in the first {within}, found");
                for found in result.results.iter().take(6) {
                    let _ =
                        writeln!(wrong, "  {} {:.2} {} {}", found.id, found.score, found.title, found.why);
                }
            }
        }
        assert!(wrong.is_empty(), "\n{wrong}");
    });
}

/// What is typed so far, and an entry that is among the first of the list then.
const TYPED: [(&str, usize, &str); 16] = [
    ("ASR", 2, "ASRA"),
    ("asra", 1, "ASRA"),
    ("FS-3", 9, "FS-35"),
    ("status 3", 9, "FS-35"),
    ("IEF45", 3, "IEF450I"),
    ("s0c", 16, "S0C7"),
    ("s0c7", 1, "S0C7"),
    ("-81", 3, "SQL-811"),
    ("sqlcode -81", 3, "SQL-811"),
    ("SQLCODE -811", 1, "SQL-811"),
    ("u40", 9, "U4038"),
    ("igz003", 6, "IGZ0033S"),
    ("vsam open 16", 3, "VSAM-OPEN-168"),
    ("mq-203", 6, "MQ-2035"),
    ("b3", 3, "SB37"),
    ("deadl", 10, "SQL-913"),
];

#[test]
fn codes_are_listed_while_they_are_typed() {
    with_store(|store| {
        for (text, within, wanted) in TYPED {
            let result = ask(store, text, true);
            assert!(top(&result, within).contains(&wanted), "{text}: {:?}", top(&result, within));
        }
        // Every one that begins so is there, and before all others.
        let result = ask(store, "fs-3", true);
        let statuses = result.results.iter().take_while(|found| found.id.starts_with("FS-3")).count();
        assert_eq!(
            statuses,
            starter::entries().unwrap().iter().filter(|new| new.id.starts_with("FS-3")).count()
        );
        // Those that were used come first.
        store.record_use("S0CB", Some(true), 2).unwrap();
        assert_eq!(top(&ask(store, "s0c", true), 1), ["S0CB"]);
        assert_eq!(top(&ask(store, "s0c7", true), 1), ["S0C7"]);
    });
}

#[test]
fn a_letter_o_and_a_zero_are_asked_about_both_ways() {
    with_store(|store| {
        for (text, first, suggested) in
            [("AEI0", Some("AEI0"), "AEIO"), ("AEIO", Some("AEIO"), "AEI0"), ("SOC7", None, "S0C7")]
        {
            let result = ask(store, text, false);
            assert_eq!(result.results.first().map(|found| found.id.as_str()), first, "{text}");
            assert_eq!(result.suggestions, [suggested], "{text}");
        }
    });
}

#[test]
fn snippets_are_plain_text() {
    with_store(|store| {
        for (text, ..) in ASKED {
            for found in ask(store, text, false).results {
                let marks = ["##", "`", "**", "Meaning ", "  "];
                assert!(!marks.iter().any(|mark| found.snippet.contains(mark)), "{text}: {}", found.snippet);
                assert!(found.snippet.chars().count() <= 200, "{text}: {}", found.snippet);
            }
        }
        let result = ask(store, "packed decimal", false);
        let found = result.results.iter().find(|found| found.id == "SQL-310").unwrap();
        assert!(found.snippet.starts_with("A \u{2}packed\u{3} \u{2}decimal\u{3} "), "{}", found.snippet);
    });
}
