//! Compiler listings: what the subcommands about sources say of them, at the lines of the listing.

use super::{Home, home};
use serde_json::{Value, json};
use std::fmt::Write;

/// Two programs that were compiled in one job, each line of source beginning with what a listing prints before it.
const CARDS: [&[(char, &str)]; 2] = [
    &[
        (' ', "000100 IDENTIFICATION DIVISION."),
        (' ', "000200 PROGRAM-ID. FIRST."),
        (' ', "000300 DATA DIVISION."),
        (' ', "000400 WORKING-STORAGE SECTION."),
        (' ', "000500 01  WS-REC."),
        (' ', "000600     COPY WSREC REPLACING ==:T:== BY ==WS==."),
        ('C', "000100     05  WS-CODE PIC X(4)."),
        ('C', "000200     05  WS-SUM PIC S9(7)V99 COMP-3."),
        (' ', "000700     05  WS-LAST PIC X."),
        (' ', "000800 PROCEDURE DIVISION."),
        (' ', "000900 MAIN-LINE."),
        (' ', "001000     MOVE ZERO TO WS-SUM"),
        (' ', "001100     PERFORM ADD-UP."),
        (' ', "001200     GOBACK."),
        (' ', "001300 ADD-UP."),
        (' ', "001400     ADD 1 TO WS-SUM."),
    ],
    &[
        (' ', "000100 ID DIVISION."),
        (' ', "000200 PROGRAM-ID. SECOND."),
        (' ', "000300 PROCEDURE DIVISION."),
        (' ', "000400     CALL 'FIRST'."),
        (' ', "000500     GOBACK."),
    ],
];

/// A listing of both, with carriage control, a page for each eight lines, messages between and tables behind.
fn listing() -> String {
    let mut text = String::new();
    let mut page = 0;
    let mut heading = |text: &mut String, program: &str, ruler: bool| {
        page += 1;
        let _ = writeln!(
            text,
            "1PP 5655-EC6 IBM Enterprise COBOL for z/OS  6.4.0 P990101       {program:<8}  Date 11/23/2031  Time 12:34:56   Page {page:>5}"
        );
        if ruler {
            text.push_str("   LineID  PL SL  ----+-*A-1-B--+----2----+----3----+----4----+----5----+----6----+----7-|--+----8 Map and Cross Reference\n");
        }
    };
    for (cards, program) in CARDS.iter().zip(["FIRST", "SECOND"]) {
        heading(&mut text, "", false);
        text.push_str("0Options in effect:\n    ADV\n    XREF(FULL)\n");
        for (number, (mark, card)) in (1..).zip(*cards) {
            if number % 8 == 1 {
                heading(&mut text, program, true);
            }
            let control = if number % 8 == 1 { '0' } else { ' ' };
            let _ = writeln!(text, "{control}  {number:06}{mark}        {card:<80} 12 IMP");
            if number == 12 {
                text.push_str(" ==000012==> IGYPG3044-W MOVE ADD-UP TO THE LINE BEFORE.\n\n");
            }
        }
        heading(&mut text, program, false);
        text.push_str(
            "0 Defined   Cross-reference of data names   References\n       8   WS-SUM . . . .  M12 M16\n",
        );
    }
    text
}

fn file(home: &Home) -> String {
    home.file("both.lst", listing())
}

fn has(text: &str, wanted: &[&str]) {
    for wanted in wanted {
        assert!(text.contains(wanted), "{wanted:?} in {text}");
    }
}

/// The line of the listing that the first card with this text is on.
fn line(text: &str) -> u64 {
    let at = listing().lines().position(|l| l.get(18..).is_some_and(|l| l.contains(text))).unwrap();
    u64::try_from(at).unwrap() + 1
}

#[test]
fn the_outline_is_that_of_all_programs_at_the_lines_of_the_listing() {
    let home = home();
    let found = home.done(&["outline", "--json", &file(&home)]).json();
    assert_eq!(found["kind"], "listing");
    assert_eq!(found["source_format"], "listing");
    let row = |s: &Value| (s["kind"].clone(), s["name"].clone(), s["line"].clone(), s["line_id"].clone());
    let symbols: Vec<_> = found["symbols"].as_array().unwrap().iter().map(row).collect();
    for (kind, name, text, number) in [
        ("program", "FIRST", "PROGRAM-ID. FIRST", 2),
        ("data", "WS-REC", "01  WS-REC", 5),
        ("copy", "WSREC", "COPY WSREC", 6),
        ("data", "WS-SUM", "05  WS-SUM", 8),
        ("paragraph", "ADD-UP", "001300 ADD-UP", 15),
        ("perform", "ADD-UP", "PERFORM ADD-UP", 13),
        ("program", "SECOND", "PROGRAM-ID. SECOND", 2),
        ("call", "FIRST", "CALL 'FIRST'", 4),
    ] {
        let expected = (json!(kind), json!(name), json!(line(text)), json!(number));
        assert_eq!(symbols.iter().filter(|s| **s == expected).count(), 1, "{expected:?} in {symbols:#?}");
    }
    // Those that COPY brought in are marked.
    let copied = found["symbols"].as_array().unwrap().iter().filter(|s| s["copied"] == true);
    assert_eq!(copied.map(|s| s["name"].clone()).collect::<Vec<_>>(), [json!("WS-CODE"), json!("WS-SUM")]);
    assert_eq!(symbols.iter().filter(|s| s.0 == "copy").count(), 1);
    assert_eq!(symbols.iter().filter(|s| s.0 == "program").count(), 2);
    assert_eq!(found["problems"], json!([]));
    let text = home.done(&["outline", &file(&home)]).out;
    has(&text, &["PROGRAM SECOND", "COPY WSREC"]);
}

#[test]
fn units_and_sections_are_around_the_source() {
    let home = home();
    let found = home.done(&["outline", "--json", &file(&home)]).json();
    let units: Vec<_> = found["units"].as_array().unwrap().iter().map(|u| u["program"].clone()).collect();
    assert_eq!(units, [json!("FIRST"), json!("SECOND")]);
    let unit = &found["units"][0];
    assert_eq!(unit["compiler"], "Enterprise COBOL for z/OS");
    assert_eq!(unit["version"], "6.4.0 P990101");
    assert_eq!(unit["severity"], Value::Null);
    let parts: Vec<_> = unit["parts"].as_array().unwrap().iter().map(|p| p["kind"].clone()).collect();
    assert_eq!(parts, [json!("options"), json!("source"), json!("data_xref")]);
    // The program is inside of the source, which is inside of the unit, and ends with it.
    let symbols = found["symbols"].as_array().unwrap();
    let inside = |at: &Value| symbols[usize::try_from(at.as_u64().unwrap()).unwrap()].clone();
    let program = symbols.iter().find(|s| s["kind"] == "program").unwrap();
    let source = inside(&program["parent"]);
    assert_eq!((&source["kind"], &source["name"]), (&json!("part"), &json!("source")));
    assert_eq!(source["end_line"], program["end_line"]);
    assert_eq!(inside(&source["parent"])["name"], "FIRST");
    let text = home.done(&["outline", &file(&home)]).out;
    has(
        &text,
        &[
            "unit FIRST  Enterprise COBOL for z/OS 6.4.0 P990101, 11/23/2031 12:34:56",
            "  options",
            "    PROGRAM FIRST",
            "  data cross-reference",
        ],
    );
}

#[test]
fn what_copy_brought_in_is_laid_out_once() {
    let home = home();
    // The member is at hand as well, and must not come in a second time.
    home.file(
        "WSREC.cpy",
        "           05  :T:-CODE PIC X(4).\n           05  :T:-SUM PIC S9(7)V99 COMP-3.\n",
    );
    let found = home.done(&["layout", "--json", &file(&home)]).json();
    let row = |s: &Value| (s["name"].clone(), s["offset"].clone(), s["length"].clone(), s["line"].clone());
    let items: Vec<_> = found["items"].as_array().unwrap().iter().map(row).collect();
    let own = |name, at, length, text| (json!(name), json!(at), json!(length), json!(line(text)));
    let expected = [
        own("WS-REC", 0, 10, "01  WS-REC"),
        own("WS-CODE", 0, 4, "05  WS-CODE"),
        own("WS-SUM", 4, 5, "05  WS-SUM"),
        own("WS-LAST", 9, 1, "05  WS-LAST"),
    ];
    assert_eq!(items, expected);
    assert_eq!(found["problems"], json!([]));
}

#[test]
fn references_are_those_of_the_cards() {
    let home = home();
    let found = home.done(&["xref", &file(&home), "WS-SUM"]).out;
    has(&found, &["ADD-UP", "ADD 1 TO WS-SUM", "MOVE ZERO TO WS-SUM"]);
    let lines: Vec<&str> =
        found.lines().filter(|l| l.contains(" changed ") || l.contains(" both ")).collect();
    assert_eq!(lines.len(), 2, "{found}");
    has(&found, &[&format!("{:>5}  ", line("ADD 1 TO"))]);
    let unreachable = home.run(&["xref", &file(&home), "--unreachable"]).out;
    assert!(!unreachable.contains("ADD-UP"), "{unreachable}");
}

#[test]
fn carriage_control_that_is_taken_out_changes_nothing_of_what_is_read() {
    let home = home();
    let path = file(&home);
    for command in [&["outline", "--json"][..], &["layout", "--json"], &["xref"], &["expand"]] {
        let plain = home.done(&[command, &[&path]].concat()).out;
        for kind in ["auto", "asa", "none"] {
            assert_eq!(
                home.done(&[command, &[&path, "--carriage", kind]].concat()).out,
                plain,
                "{command:?} {kind}"
            );
        }
    }
    // What is printed and found begins behind it.
    let printed = home.done(&["cat", &path, "--carriage", "auto"]).out;
    let bare: Vec<String> = listing().lines().map(|l| l.get(1..).unwrap_or_default().to_owned()).collect();
    assert_eq!(printed.lines().collect::<Vec<_>>(), bare);
    let found = |more: &[&str]| home.done(&[&["find", "PP 5655", &path][..], more].concat()).out;
    has(&found(&[]), &["1:2: 1PP 5655"]);
    has(&found(&["--carriage", "asa", "--columns", "1"]), &["1:1: PP 5655"]);
    let json = home.done(&["find", "pp 5655", &path, "--json", "--carriage", "asa"]).json();
    assert_eq!((&json["matches"][0]["column"], &json["matches"][0]["length"]), (&json!(1), &json!(7)));
    assert!(json["matches"][0]["text"].as_str().unwrap().starts_with("PP 5655"));
    let wrong = home.run(&["cat", &path, "--carriage", "ascii"]);
    has(&wrong.err, &["there is no carriage control \"ascii\"", "asa, mixed, machine"]);
}

#[test]
fn a_listing_is_expanded_already() {
    let home = home();
    let path = file(&home);
    home.file("WSREC.cpy", "           05  :T:-CODE PIC X(4).\n");
    let shown = home.done(&["expand", &path]);
    let bare = |text: &str| text.lines().map(|l| l.trim_end().to_owned()).collect::<Vec<_>>();
    assert_eq!(bare(&shown.out), bare(&listing()));
}

#[test]
fn a_listing_that_is_cut_off_is_read_as_far_as_it_goes() {
    let home = home();
    let whole = listing();
    for to in (0..whole.len()).step_by(whole.len() / 40) {
        let path = home.file("cut.lst", &whole[..to]);
        for command in ["outline", "layout", "xref"] {
            let ran = home.run(&[command, &path]);
            assert!(matches!(ran.code, 0 | 1), "{command} of {to} bytes: {ran:?}");
        }
    }
}

/// What the compiler of the first program prints of its items and of their references.
const PRINTED: &str = "\
1PP 5655-EC6 IBM Enterprise COBOL for z/OS  6.4.0 P990101       FIRST     Date 11/23/2031  Time 12:34:56   Page     9
0 Defined   Cross-reference of data names   References

0       7   WS-CODE
        9   WS-LAST. . . . . . . . . . . .  13
        8   WS-SUM . . . . . . . . . . . .  M12 M16
0 Defined   Cross-reference of procedures   References

       15   ADD-UP . . . . . . . . . . . .  P13
0Data Division Map
0Source   Hierarchy and                                    Base       Displacement  Asmblr Data
 LineID   Data Name                                        Locator    Structure     Definition
      5   1  WS-REC. . . . . . . . . . . . . . . . . . . . . .  000000000                     DS 0CL10        Group
      7     2  WS-CODE . . . . . . . . . . . . . . . . . . . .  000000000   000000000         DS 4C           Display
      8     2  WS-SUM. . . . . . . . . . . . . . . . . . . . .  000000004   000000004         DS 5P           Packed-Dec
      9     2  WS-LAST . . . . . . . . . . . . . . . . . . . .  00000000A   00000000A         DS 1C           Display
0LINE #  HEXLOC  VERB                        LINE #  HEXLOC  VERB                        LINE #  HEXLOC  VERB
 000012 000686 MOVE                          000013 000696 PERFORM                       000014 0006A0 GOBACK
0End of compilation 1,  program FIRST,  highest severity 4.
";

fn with_tables(home: &Home) -> String {
    let text = listing();
    let second = text.match_indices("1PP ").map(|(at, _)| at).nth(4).unwrap();
    home.file("tables.lst", format!("{}{PRINTED}{}", &text[..second], &text[second..]))
}

#[test]
fn the_map_and_the_references_that_are_printed_stand_beside_ours() {
    let home = home();
    let file = with_tables(&home);
    let text = home.done(&["layout", &file]).out;
    // Where the compiler has put the last item otherwise, that is said.
    has(
        &text,
        &[
            "3 items are as the compiler has them, 1 otherwise",
            "LineID 9 WS-LAST: AN 10:1 here, +A,00000A 1C Display in the map",
        ],
    );
    let found = home.done(&["layout", "--json", &file]).json();
    assert_eq!(found["map"], json!({"agree": 3, "differ": 1}));
    assert_eq!(found["items"][2]["line_id"], 8);
    assert_eq!(found["items"][2]["map"]["definition"], "5P");
    assert_eq!(found["items"][2]["map"]["offset"], 4);
    let text = home.done(&["layout", &file, "WS-SUM"]).out;
    has(&text, &["the compiler has WS-SUM at +4,000004 5P Packed-Dec"]);
    let text = home.done(&["xref", &file, "WS-SUM"]).out;
    has(&text, &["LineID 8 WS-SUM in the listing: M12 M16\n"]);
    assert!(!text.contains("only the compiler"), "{text}");
    let text = home.done(&["xref", &file, "WS-LAST"]).out;
    has(&text, &["LineID 9 WS-LAST in the listing: 13\n  only the compiler lists 13\n"]);
    let found = home.done(&["xref", "--json", &file, "ADD-UP"]).json();
    let wanted =
        json!([{"definition": 0, "line_id": 15, "marks": ["P13"], "only": {"printed": [], "here": []}}]);
    assert_eq!(found["printed"], wanted);
}

#[test]
fn an_offset_is_a_statement() {
    let home = home();
    let file = with_tables(&home);
    let ran = home.run(&["offset", &file, "+00000698"]);
    has(
        &ran.out,
        &["FIRST +698: LineID 13 (line ", "PERFORM at +696\n  PERFORM ADD-UP.", "SECOND +698: not known"],
    );
    let found = home.done(&["offset", "--json", &file, "X'696'", "--returns", "--program", "first"]).json();
    assert_eq!(found["units"][0]["statements"][0]["line_id"], 12);
    assert_eq!(found["units"][0]["statements"][0]["line"], line("MOVE ZERO TO WS-SUM"));
    assert_eq!(found["units"].as_array().unwrap().len(), 1);
    assert_eq!(home.run(&["offset", &file, "10"]).code, 1);
    assert_eq!(home.run(&["offset", &file, "WHERE"]).code, 2);
    assert_eq!(home.run(&["offset", &file, "698", "--program", "THIRD"]).code, 1);
}
