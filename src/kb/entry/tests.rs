#![allow(clippy::unwrap_used, clippy::panic)]
use super::*;
use crate::store::{EntryRow, Origin};
use proptest::prelude::*;

fn sample() -> NewEntry {
    NewEntry {
        id: "N-000012".into(),
        title: "S0C7 after a \"REDEFINES\"".into(),
        problem: "## Meaning\n\nA group move.\n".into(),
        solution: "1. INITIALIZE\n\n# Solution\n\\# Problem\nand `code`".into(),
        category: "Batch".into(),
        severity: Severity::Severe,
        tags: vec!["comp-3".into()],
        aliases: vec!["-811".into(), "SQLCODE -811".into()],
        references: vec![
            "z/OS MVS System Codes, SA38-0665: 0C7; 2".into(),
            "Enterprise COBOL Programming Guide".into(),
        ],
        related: vec!["S0C7".into()],
        author: "Ann".into(),
        ..NewEntry::default()
    }
}

#[test]
fn a_document_reads_as_people_expect() {
    let document = to_document(&sample());
    assert!(
        document.starts_with(
            "+++\nid = \"N-000012\"\ntitle = \"S0C7 after a \\\"REDEFINES\\\"\"\ncategory = \"Batch\"\nseverity = \"severe\"\n\
             tags = [\"comp-3\"]\naliases = [\"-811\", \"SQLCODE -811\"]\nreferences = [\n    \"z/OS"
        ),
        "{document}"
    );
    assert!(document.contains(
        "+++\n\n# Problem\n\n## Meaning\n\nA group move.\n\n\n# Solution\n\n1. INITIALIZE\n\n\\# Solution\n"
    ));
    assert_eq!(from_document(&document).unwrap(), sample());
}

#[test]
fn a_document_edited_carelessly_is_understood() {
    let text = "\u{FEFF}+++ \r\ntitle = 'x'   # a remark\r\nseverity = \"Warning\"\r\n+++\r\n# Solution\r\ndo\r\nit\r\n# Problem \r\n\r\nseen";
    let entry = from_document(text).unwrap();
    assert_eq!((entry.title.as_str(), entry.severity), ("x", Severity::Warning));
    assert_eq!((entry.problem.as_str(), entry.solution.as_str()), ("seen", "do\nit"));
}

#[test]
fn errors_name_the_line_the_field_and_what_to_do() {
    let body = "# Problem\n\n# Solution\n";
    for (text, parts) in [
        (String::new(), vec!["line 1", "+++"]),
        ("+++\ntitle = \"x\"\n".into(), vec!["line 1", "ends the fields"]),
        (format!("+++\n\ntitel = \"x\"\n+++\n{body}"), vec!["line 3", "titel", "title"]),
        (format!("+++\ntitle = 5\n+++\n{body}"), vec!["line 2", "title", "quotes"]),
        (format!("+++\ntitle = \"x\ntags = []\n+++\n{body}"), vec!["line 2", "name = "]),
        (format!("+++\nid = \"A\"\ntags = \"a, b\"\n+++\n{body}"), vec!["line 3", "tags", "list"]),
        (format!("+++\nrelated = [1]\n+++\n{body}"), vec!["line 2", "related", "list"]),
        (format!("+++\nseverity = \"bad\"\n+++\n{body}"), vec!["line 2", "severity", "severe"]),
        (format!("+++\n+++\nhello\n{body}"), vec!["line 3", "before # Problem"]),
        (format!("+++\n+++\n{body}# Problem\n"), vec!["line 6", "twice"]),
        ("+++\n+++\n# Problem\n".into(), vec!["# Solution", "missing"]),
    ] {
        let error = from_document(&text).unwrap_err();
        assert!(!error.hint.is_empty(), "{text}");
        for part in parts {
            assert!(error.to_string().contains(part), "{text}\n{error}\nwants {part}");
        }
    }
}

#[test]
fn what_cannot_be_kept_is_named() {
    assert_eq!(validate(&sample()), Ok(()));
    assert_eq!(validate(&NewEntry { id: String::new(), ..sample() }), Ok(()));
    let long = "x".repeat(LARGEST_TEXT);
    assert_eq!(validate(&NewEntry { problem: long.clone(), ..sample() }), Ok(()));
    for (entry, field) in [
        (NewEntry { title: String::new(), ..sample() }, "title"),
        (NewEntry { title: " \u{3000} ".into(), ..sample() }, "title"),
        (NewEntry { title: "a\nb".into(), ..sample() }, "title"),
        (NewEntry { title: "ä".repeat(201), ..sample() }, "title"),
        (NewEntry { category: String::new(), ..sample() }, "category"),
        (NewEntry { id: " S0C7".into(), ..sample() }, "id"),
        (NewEntry { id: "S\u{1b}[31m".into(), ..sample() }, "id"),
        (NewEntry { tags: vec!["Comp-3".into()], ..sample() }, "tags"),
        (NewEntry { tags: vec!["two words".into()], ..sample() }, "tags"),
        (NewEntry { tags: vec!["ok".into(), String::new()], ..sample() }, "tags"),
        (NewEntry { aliases: vec!["x".repeat(501)], ..sample() }, "aliases"),
        (NewEntry { references: vec!["r".into(); 201], ..sample() }, "references"),
        (NewEntry { related: vec!["a\u{7f}".into()], ..sample() }, "related"),
        (NewEntry { problem: format!("{long}x"), ..sample() }, "problem"),
        (NewEntry { solution: "a\0".into(), ..sample() }, "solution"),
        (NewEntry { author: "a\tb".into(), ..sample() }, "author"),
    ] {
        let error = validate(&entry).unwrap_err();
        assert!(error.what.starts_with(field), "{field}: {error}");
        assert!(!error.cause.is_empty() && !error.hint.is_empty(), "{error}");
    }
    assert_eq!(validate(&NewEntry { title: "ä".repeat(200), ..sample() }), Ok(()));
}

#[test]
fn the_clipboard_gets_everything_and_nothing_that_acts() {
    let entry = Entry {
        row: EntryRow(1),
        body: NewEntry { problem: "see\u{1b}[2J\tnow\n\n".into(), ..sample() },
        origin: Origin::Local,
        notes: "our region is CICSP1".into(),
        usage_count: 0,
        worked: 0,
        failed: 0,
        created_at: 0,
        updated_at: 0,
        version: 1,
        damaged: false,
    };
    let text = plain(&entry);
    assert!(text.starts_with("N-000012  S0C7 after a \"REDEFINES\"\n\nBatch | severe | also -811, SQLCODE -811 | tags comp-3 | see S0C7\n\nsee"));
    for part in
        ["1. INITIALIZE", "## Notes\n\nour region is CICSP1\n", "## References\n\n- z/OS", "\n- Enterprise"]
    {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'));
    assert!(text.ends_with("Guide\n"));
}

#[test]
fn codes_come_from_the_head_or_else_from_the_texts() {
    let of = |id: &str, aliases: &[&str], title: &str| {
        let aliases = aliases.iter().map(|alias| (*alias).to_owned()).collect();
        let problem = "Then PAYR010 got SQLCODE = -811.".to_owned();
        codes_of(&NewEntry { id: id.into(), aliases, title: title.into(), problem, ..NewEntry::default() })
    };
    assert_eq!(of("s0c7", &["0c7", "ABEND S0C7"], "Data exception"), ["S0C7"]);
    assert_eq!(of("ASRA", &[], "Program check"), ["ASRA"]);
    assert_eq!(of("", &[], "File status 35 and S0C7 after a restore"), ["FS-35", "S0C7"]);
    assert_eq!(of("S913", &["913"], "Not authorised"), ["S913"], "a bare number is no SQLCODE");
    assert_eq!(of("N-000811", &["payroll"], "Month end fails"), ["SQL-811"]);
}

/// Text that comes near what the document gives a meaning to.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[ -~]{0,6}",
        any::<char>().prop_map(String::from),
        proptest::sample::select(vec![
            "\n",
            "\r\n",
            "\n\n",
            "+++",
            "\n+++\n",
            "# Problem",
            "# Solution",
            "\\",
            "\n\\# Solution",
            "\"\"\"",
            "\t",
            " ",
            "\u{FEFF}",
            "\u{85}",
            "\u{7f}",
            "\r",
        ])
        .prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn a_document_is_read_back_exactly(
        id in text(), title in text(), problem in text(), solution in text(), category in text(), author in text(),
        tags in proptest::collection::vec(text(), 0..4), references in proptest::collection::vec(text(), 0..4),
        severity in 0_usize..4,
    ) {
        let entry = NewEntry {
            id, title, problem, solution, category, author, aliases: references.clone(), related: tags.clone(), tags,
            references, severity: SEVERITIES[severity].1, codes: Vec::new(), starter_version: None,
        };
        prop_assert_eq!(from_document(&to_document(&entry)).unwrap(), entry);
    }

    #[test]
    fn any_text_is_an_entry_or_an_error(text in text()) {
        let _ = from_document(&text);
        let _ = from_document(&format!("+++\n{text}\n+++\n# Problem\n{text}\n# Solution\n{text}"));
    }
}
