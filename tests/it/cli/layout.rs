//! `greenbar layout`: the table, the document, names, and what is not there.

use super::{Home, PROGRAM, has, home};
use serde_json::{Value, json};

const SOURCE: &str = "\
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  REC.
           05  CODE-X            PIC X.
           05  TAB OCCURS 3 TIMES INDEXED BY TX.
               10  AMOUNT        PIC S9(7)V99 COMP SYNC.
                   88  NOTHING   VALUE ZERO.
                   88  SOME      VALUES 1 THRU 9, 100.
               10  NAME          PIC X(5).
           05  A-NAME-THAT-IS-FAR-TOO-LONG-FOR-IT REDEFINES TAB
                   PIC S9(4) SIGN LEADING SEPARATE.
           05  VAR OCCURS 1 TO 4 DEPENDING ON CODE-X PIC 99.
           05  TAIL              PIC X.
           66  BOTH RENAMES CODE-X THRU TAB.
       01  OTHER.
           COPY MEMB.
           05  AMOUNT            PIC 9(3)Q.
       LINKAGE SECTION.
       01  PTR                   POINTER.
";

fn source(home: &Home) -> String {
    home.file("rec.cbl", SOURCE)
}

#[test]
fn a_map_reads_well_in_80_columns() {
    let home = home();
    let text = home.done(&["layout", &source(&home)]).out;
    assert!(text.lines().all(|l| l.len() <= 80 || l.starts_with("line ")), "{text}");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("layout_rec", text));
    let text = home.done(&["layout", PROGRAM]).out;
    assert!(text.contains("   38    05 TR-HOURS            PD 15:3     S9(3)V99 COMP-3\n"), "{text}");
    assert!(text.contains("\n\nPAYR010  WORKING-STORAGE SECTION\n"), "{text}");
}

#[test]
fn a_document_has_all_of_it() {
    let home = home();
    let json = home.done(&["layout", &source(&home), "--json"]).json();
    has(&json, &["file", "kind", "encoding", "source_format", "items", "problems"]);
    let items = json["items"].as_array().unwrap();
    for item in items {
        has(
            item,
            &[
                "level",
                "name",
                "offset",
                "length",
                "picture",
                "usage",
                "occurs",
                "redefines",
                "parent",
                "line",
            ],
        );
    }
    let find = |name: &str| items.iter().find(|i| i["name"] == name).unwrap();
    let some = |name: &str, keys: &[&str]| keys.iter().map(|k| find(name)[k].clone()).collect::<Vec<Value>>();
    assert_eq!(
        some(
            "AMOUNT",
            &["level", "type", "offset", "length", "picture", "usage", "sync", "slack_before", "line"]
        ),
        [
            json!(10),
            json!("BI 5:4"),
            json!(4),
            json!(4),
            json!("S9(7)V99"),
            json!("COMP"),
            json!(true),
            json!(0),
            json!(6)
        ]
    );
    assert_eq!(
        some("TAB", &["offset", "length", "total", "slack_before", "slack_inside", "dimensions"]),
        [json!(4), json!(12), json!(36), json!(3), json!(3), json!([{"times": 3, "stride": 12}])]
    );
    assert_eq!(items[find("AMOUNT")["parent"].as_u64().unwrap() as usize]["name"], "TAB");
    assert_eq!(find("TAB")["occurs"]["indexes"], json!(["TX"]));
    assert_eq!(find("VAR")["occurs"]["depending"], "CODE-X");
    assert_eq!(
        find("SOME")["values"],
        json!([{"from": "1", "through": "9"}, {"from": "100", "through": null}])
    );
    let renames = find("BOTH");
    assert_eq!((&renames["offset"], &renames["length"]), (&json!(0), &json!(40)));
    assert_eq!(
        some("TAIL", &["offset", "variable", "record", "section"]),
        [json!(48), json!(true), json!("REC"), json!("WORKING-STORAGE")]
    );
    assert_eq!(some("MEMB", &["kind", "length", "offset"]), [json!("missing"), Value::Null, Value::Null]);
    assert_eq!(some("OTHER", &["length", "at_least"]), [Value::Null, json!(0)]);
    assert_eq!(some("PTR", &["type", "section"]), [json!("PT 1:4"), json!("LINKAGE")]);
    let lines: Vec<u64> =
        json["problems"].as_array().unwrap().iter().map(|p| p["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [16, 17]);
}

#[test]
fn a_name_limits_it() {
    let home = home();
    let file = source(&home);
    let names = |args: &[&str]| {
        let json = home.done(&[&["layout", &file], args, &["--json"]].concat()).json();
        json["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|i| i["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&["tab"]), ["TAB", "AMOUNT", "NOTHING", "SOME", "NAME"]);
    assert_eq!(names(&["AMOUNT"]), ["AMOUNT", "NOTHING", "SOME", "AMOUNT"]);
    assert_eq!(names(&["AMOUNT of rec"]), ["AMOUNT", "NOTHING", "SOME"]);
    assert_eq!(names(&["AMOUNT", "IN", "TAB", "OF", "REC"]), ["AMOUNT", "NOTHING", "SOME"]);
    assert_eq!(names(&["PTR"]), ["PTR"]);
    let json = home.done(&["layout", &file, "TAB", "--json"]).json();
    assert_eq!((&json["items"][0]["parent"], &json["items"][2]["parent"]), (&Value::Null, &json!(1)));
    assert_eq!(json["problems"], json!([]));
    let text = home.done(&["layout", &file, "OTHER"]).out;
    assert!(text.contains("line 16 column 12: copybook MEMB is not put in"), "{text}");

    home.fails(&["layout", &file, "AMUONT"], 1, "did you mean AMOUNT");
    home.fails(&["layout", &file, "AMOUNT OF PTR"], 1, "has no item AMOUNT OF PTR");
    home.fails(&["layout", &file, "XYZZY"], 1, "leave the name out");
    home.fails(&["layout", &file, "AMOUNT OF"], 2, "is no name of an item");
    home.fails(&["layout", &file, "AMOUNT", "TAB"], 2, "is no name of an item");
}

#[test]
fn a_circle_of_copybooks_is_said_to_be_one() {
    let home = home();
    home.file("ONE.cpy", "       01  A-REC.\n           05 A1 PIC X.\n       COPY TWO.\n");
    home.file("TWO.cpy", "       01  B-REC.\n           05 B1 PIC X.\n       COPY ONE.\n");
    let file =
        home.file("P.cbl", "       DATA DIVISION.\n       WORKING-STORAGE SECTION.\n       COPY ONE.\n");
    let ran = home.done(&["layout", &file]);
    let row = ran.out.lines().find(|l| l.contains("COPY ONE")).unwrap();
    assert!(row.ends_with("ONE > TWO > ONE: a circle"), "{}", ran.out);
    assert!(!ran.out.contains("not here"), "{}", ran.out);
    assert!(
        ran.err.contains("TWO.cpy line 3: this COPY goes round in a circle: ONE > TWO > ONE"),
        "{}",
        ran.err
    );
    let gone =
        home.file("G.cbl", "       DATA DIVISION.\n       WORKING-STORAGE SECTION.\n       01  C-REC.\n           05 C1 PIC X.\n       COPY NOWHERE.\n");
    let text = home.done(&["layout", &gone]).out;
    assert!(text.lines().any(|l| l.contains("COPY NOWHERE") && l.ends_with("not here")), "{text}");
}

#[test]
fn where_nothing_is_nothing_is_found() {
    let home = home();
    let mail = home.file("mail.txt", "to: all\nsubject: tea\n");
    let ran = home.run(&["layout", &mail]);
    assert_eq!((ran.code, ran.out.as_str()), (1, "no data items: it does not look like COBOL\n"));
    let ran = home.run(&["layout", &mail, "--json"]);
    assert_eq!((ran.code, &ran.json()["items"], &ran.json()["problems"]), (1, &json!([]), &json!([])));
    home.fails(&["layout", &mail, "TEA"], 1, "is it a COBOL source");
    let empty = home.file("empty.cbl", "");
    assert_eq!(home.run(&["layout", &empty]).code, 1);
    // A copybook need not begin with level 01.
    let copy = home.file("copy.cpy", "           05 A PIC X(3).\n           05 B PIC X.\n");
    assert!(home.done(&["layout", &copy]).out.contains("05 B                     AN 4:1"));
}

/// A program whose record goes on in a copybook, which goes on in another one.
fn with_copybooks(home: &Home) -> String {
    std::fs::create_dir(home.path("cpy")).unwrap();
    home.file(
        "cpy/pay.cpy",
        "           05  :T:-ID     PIC X(4).\n           COPY INNER.\n           05  :T:-END    PIC X.\n",
    );
    home.file(
        "cpy/INNER.cpy",
        "           05  AMOUNT     PIC S9(5) COMP-3.\n           05  ODD        PIC 9Q.\n",
    );
    home.file(
        "prog.cbl",
        "\
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  REC.
           COPY PAY REPLACING ==:T:== BY ==WS==.
           05  TAIL        PIC XX.
       01  OTHER.
           COPY GONE.
           05  LAST-ONE    PIC X.
",
    )
}

#[test]
fn copybooks_are_part_of_the_records_they_go_on_with() {
    let home = home();
    let file = with_copybooks(&home);
    let ran = home.done(&["layout", &file]);
    let squeezed = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let rows: Vec<String> = ran.out.lines().map(squeezed).collect();
    for row in [
        "3 01 REC GR 1:10+",
        "pay:1 05 WS-ID AN 1:4 X(4)",
        "INNER:1 05 AMOUNT PD 5:3 S9(5) COMP-3",
        "5 05 TAIL AN ?:2 XX",
        "7 COPY GONE",
    ] {
        assert!(rows.iter().any(|r| r.starts_with(row)), "{row:?} in {}", ran.out);
    }
    let odd = home.path("cpy").join("INNER.cpy").display().to_string();
    assert!(ran.out.contains(&format!("{odd} line 2 column 31: ")), "{}", ran.out);
    assert!(
        ran.err.contains("prog.cbl line 7: copybook GONE is in no folder of the search path"),
        "{}",
        ran.err
    );

    let json = home.done(&["layout", &file, "--json"]).json();
    let items = json["items"].as_array().unwrap();
    let find = |name: &str| items.iter().find(|i| i["name"] == name).unwrap();
    let at = |name: &str| (find(name)["line"].clone(), find(name)["copybook"].clone());
    assert_eq!(at("REC"), (json!(3), Value::Null));
    assert_eq!(at("AMOUNT"), (json!(1), json!(odd)));
    assert_eq!(at("LAST-ONE"), (json!(8), Value::Null));
    assert_eq!(find("AMOUNT")["offset"], 4);
    assert_eq!(find("AMOUNT")["parent"], 0);
    let problems = json["problems"].as_array().unwrap();
    assert!(
        problems.iter().any(|p| p["copybook"] == json!(odd) && p["line"] == 2 && p["column"] == 31),
        "{problems:?}"
    );
    assert_eq!((&json["copybooks"][0]["line"], &json["copybooks"][0]["column"]), (&json!(7), &json!(12)));
    assert_eq!(json["copybooks"].as_array().unwrap().len(), 1);
}

#[test]
fn copybooks_come_from_the_search_path() {
    let home = home();
    let file = home
        .file("prog.cbl", "       DATA DIVISION.\n       WORKING-STORAGE SECTION.\n       COPY FAR-OFF.\n");
    let without = home.run(&["layout", &file]);
    assert!(without.err.contains("copybook FAR-OFF is in no folder"), "{without:?}");
    std::fs::create_dir(home.path("team")).unwrap();
    home.file("team/FAR-OFF.cpy", "       01  HERE PIC X(7).\n");
    let found = home.done(&["--copy-path", home.path("team").to_str().unwrap(), "layout", &file, "HERE"]);
    assert!(found.out.contains("FAR-OFF:1  01 HERE") && found.err.is_empty(), "{found:?}");
}
