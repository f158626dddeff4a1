//! `greenbar xref`: what is told of names, in text and JSON, with copybooks and several programs, and where control goes.

use super::{Home, PROGRAM, Ran, has, home};
use serde_json::Value;
use std::fs;

const SOURCE: &str = "\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. ORDERS.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
           COPY ORDREC.
       01  WS-TOTALS.
           05  WS-NET                    PIC 9(7).
       01  WS-PGM                        PIC X(8) VALUE 'ORDSUB'.
       PROCEDURE DIVISION.
       MAIN-LINE.
           PERFORM READ-ORDER THRU READ-EXIT
           MOVE OR-AMOUNT TO WS-NET
           COMPUTE WS-NET =
               OR-AMOUNT + OR-TAX
           MOVE ZERO TO WS-TOTALS
           CALL WS-PGM USING OR-RECORD
           GOBACK.
       READ-ORDER.
           IF OR-AMOUNT = ZERO GO TO STOP-IT.
       READ-EXIT.
           EXIT.
       STOP-IT.
           STOP RUN.
       NEVER.
           ADD 1 TO WS-NET.
       END PROGRAM ORDERS.
       IDENTIFICATION DIVISION.
       PROGRAM-ID. SECOND.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       77  WS-NET                        PIC 9.
       PROCEDURE DIVISION.
           MOVE 1 TO WS-NET.
       END PROGRAM SECOND.
";

const MEMBER: &str = "\
       01  OR-RECORD.
           05  OR-AMOUNT                 PIC 9(5).
           05  OR-TAX                    PIC 9(5).
";

fn source(home: &Home) -> String {
    home.file("ORDREC.cpy", MEMBER);
    home.file("orders.cbl", SOURCE)
}

/// The keys of what is listed: `line access`.
fn places(references: &Value) -> Vec<String> {
    let place = |r: &Value| {
        let file =
            r["file"].as_str().map_or_else(String::new, |f| format!("{}:", f.rsplit('/').next().unwrap()));
        format!("{file}{} {}", r["line"], r["access"].as_str().unwrap())
    };
    references.as_array().unwrap().iter().map(place).collect()
}

#[test]
fn a_name_is_told_in_80_columns() {
    let home = home();
    let text = home.done(&["xref", &source(&home), "OR-AMOUNT"]).out;
    assert!(text.lines().all(|l| l.len() <= 80), "{text}");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("xref_amount", text));
    let text = home.done(&["xref", PROGRAM, "ws-net"]).out;
    assert!(text.starts_with("WS-NET  05 of WS-CALCULATION  PAYR010 line 98\n"), "{text}");
    assert!(text.contains("  202  read, changed  2300-NET    SUBTRACT WS-TAX FROM WS-NET\n"), "{text}");
}

#[test]
fn a_document_has_definitions_and_references() {
    let home = home();
    let json = home.done(&["xref", &source(&home), "ws-net", "--json"]).json();
    has(&json, &["file", "source_format", "name", "definitions", "references", "total", "problems"]);
    let definitions = json["definitions"].as_array().unwrap();
    for definition in definitions {
        has(definition, &["unit", "program", "kind", "name", "level", "of", "line", "column", "file"]);
    }
    assert_eq!((&definitions[0]["line"], &definitions[0]["unit"]), (&7.into(), &"ORDERS".into()));
    assert_eq!((&definitions[1]["line"], &definitions[1]["unit"]), (&31.into(), &"SECOND".into()));
    assert_eq!(places(&json["references"]), ["12 write", "13 write", "15 write", "25 both", "33 write"]);
    let first = &json["references"][0];
    has(
        first,
        &["line", "column", "access", "statement", "inside", "definitions", "via", "uncertain", "dynamic"],
    );
    assert_eq!((&first["column"], &first["inside"]), (&30.into(), &"MAIN-LINE".into()));
    assert_eq!(json["references"][2]["via"]["relation"], "group");
    assert_eq!(json["references"][4]["definitions"], serde_json::json!([1]));
    // Qualified, it is one of the two; with a limit all are counted.
    let one =
        home.done(&["xref", &source(&home), "ws-net", "of", "ws-totals", "--json", "--limit", "1"]).json();
    assert_eq!((one["definitions"].as_array().unwrap().len(), &one["total"]), (1, &4.into()));
    assert_eq!(places(&one["references"]), ["12 write"]);
}

#[test]
fn copybooks_are_put_in_and_missing_ones_are_said() {
    let home = home();
    let file = source(&home);
    let json = home.done(&["xref", &file, "OR-AMOUNT", "--json"]).json();
    assert_eq!(json["definitions"][0]["line"], 2);
    assert!(json["definitions"][0]["file"].as_str().unwrap().ends_with("ORDREC.cpy"));
    assert_eq!(places(&json["references"]), ["12 read", "14 read", "16 both", "19 read"]);
    assert_eq!(json["problems"], serde_json::json!([]));
    fs::remove_file(home.path("ORDREC.cpy")).unwrap();
    let ran = home.done(&["xref", &file, "OR-AMOUNT"]);
    assert!(ran.out.starts_with("It is defined nowhere here.\n\n"), "{ran:?}");
    assert!(ran.err.contains("line 5") && ran.err.contains("ORDREC"), "{ran:?}");
    let json = home.done(&["xref", &file, "OR-AMOUNT", "--json"]).json();
    assert_eq!((&json["problems"][0]["line"], places(&json["references"]).len()), (&5.into(), 3));
}

#[test]
fn programs_and_procedures() {
    let home = home();
    let file = source(&home);
    let of = |name: &str| -> Ran { home.done(&["xref", &file, name]) };
    let text = of("ORDSUB").out;
    assert!(text.contains("By WS-PGM (line 8), which may hold the name:\n   16  called"), "{text}");
    let text = of("READ-EXIT").out;
    assert!(text.contains("   11  end of range") && text.contains("   20  falls into it"), "{text}");
    let text = of("STOP-IT").out;
    assert!(text.contains("   19  GO TO"), "{text}");
}

#[test]
fn what_is_not_there() {
    let home = home();
    let file = source(&home);
    home.fails(&["xref", &file, "WS-NETT"], 1, "did you mean WS-NET");
    home.fails(&["xref", &file, "WS-NET", "X"], 2, "is no name");
    home.fails(&["xref", &file, "--tree", "NOWHERE"], 1, "no procedure NOWHERE");
    home.fails(&["xref", "nowhere.cbl", "X"], 2, "nowhere.cbl");
    let empty = home.file("empty.cbl", "");
    assert_eq!(home.run(&["xref", &empty]).code, 1);
    assert_eq!(home.run(&["xref", &empty, "--json"]).json()["units"], serde_json::json!([]));
    assert_eq!(home.run(&["xref", &file, "--tree", "--left"]).code, 2);
}

#[test]
fn all_names_as_compilers_list_them() {
    let home = home();
    let file = source(&home);
    let text = home.done(&["xref", &file]).out;
    assert!(text.lines().all(|l| l.len() <= 80), "{text}");
    for line in [
        "ORDERS",
        "       7  WS-NET                          M12 M13 M25",
        "ORDREC:2  OR-AMOUNT                       12 14 19",
        "      18  READ-ORDER                      P11",
        "      20  READ-EXIT                       E11",
        "      22  STOP-IT                         G19",
        "      31  WS-NET                          M33",
    ] {
        assert!(text.lines().any(|l| l == line), "{line:?}\n{text}");
    }
    let json = home.done(&["xref", &file, "--json"]).json();
    let units = json["units"].as_array().unwrap();
    assert_eq!((units.len(), &units[1]["unit"]), (2, &"SECOND".into()));
    assert!(units[0]["references"].as_array().unwrap().len() > 10);
}

#[test]
fn where_control_goes() {
    let home = home();
    let file = source(&home);
    let tree = home.done(&["xref", &file, "--tree"]).out;
    let wanted = "ORDERS\n       9  PROCEDURE DIVISION\n      11    READ-ORDER THRU READ-EXIT\n      16    CALL WS-PGM (ORDSUB)\n";
    assert!(tree.starts_with(wanted), "{tree}");
    let json = home.done(&["xref", &file, "--tree", "--json"]).json();
    assert_eq!(json["units"][0]["tree"]["steps"][1]["thru"], "READ-EXIT");
    let text = home.done(&["xref", &file, "--unreachable"]).out;
    assert!(text.contains("      24  NEVER  nothing names it\n1 procedure is never reached\n"), "{text}");
    let json = home.done(&["xref", &file, "--unreachable", "--json"]).json();
    assert_eq!(json["units"][0]["unreachable"][0]["name"], "NEVER");
    let text = home.done(&["xref", &file, "--left"]).out;
    assert!(text.contains("      19  READ-ORDER: GO TO STOP-IT  ends the run\n"), "{text}");
    let json = home.done(&["xref", &file, "--left", "--json"]).json();
    let left = &json["units"][0]["left"][0];
    assert_eq!((&left["then"], &left["performed"][0]["line"]), (&"ends".into(), &11.into()));
    // PAYR010 has neither, which is nothing found.
    assert_eq!(home.run(&["xref", PROGRAM, "--unreachable"]).code, 1);
}

/// A source that is too large for its copybooks is read as it comes, and told of the same way.
#[test]
fn a_large_source_is_read_as_it_comes() {
    let home = home();
    let program = fs::read_to_string(PROGRAM).unwrap();
    let lines = program.lines().count();
    let copies = (9 << 20) / program.len() + 1;
    let file = home.file("large.cbl", program.repeat(copies));
    let ran = home.done(&["xref", &file, "WS-RATE-SUB", "--json"]);
    assert!(ran.err.contains("copybooks are not put in"), "{ran:?}");
    assert_eq!(ran.json()["definitions"].as_array().unwrap().len(), copies);
    let ran = home.done(&["xref", &file, "2300-NET", "--limit", "3"]);
    let last = format!("PAYR010 line {}", 200 + lines * (copies - 1));
    assert!(ran.out.contains(&last) && ran.out.contains("PERFORM 2300-CALC-NET"), "{last} {}", ran.out.len());
    assert!(ran.err.contains("--limit N shows more"), "{ran:?}");
}
