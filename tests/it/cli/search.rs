//! `greenbar search`: the query language from the shell.

use super::{Home, home};
use serde_json::Value;

/// Ids of what a query finds, and the whole document.
fn found(home: &Home, query: &str) -> (Vec<String>, Value) {
    let ran = home.run(&["search", "--json", "--limit", "200", "--", query]);
    assert!(ran.code < 2, "{query}: {ran:?}");
    let json = ran.json();
    let ids = json["results"].as_array().unwrap().iter().map(|r| r["id"].as_str().unwrap().to_owned());
    (ids.collect(), json)
}

fn write(home: &Home, id: &str, text: &str) {
    let file = home.file(&format!("{id}.md"), text);
    home.done(&["kb", "add", "--file", &file]);
}

#[test]
fn fields_narrow_what_is_found() {
    let home = home();
    let entry = |id: &str, title: &str, head: &str| {
        write(
            &home,
            id,
            &format!(
                "+++\nid = \"{id}\"\ntitle = \"{title}\"\n{head}\n+++\n\n# Problem\n\nquasar batch 0{id}\n\n# Solution\n"
            ),
        );
    };
    entry(
        "QA-1",
        "Quasar one",
        "category = 'Shop'\nseverity = 'severe'\nauthor = 'Ann'\ntags = ['quasar', 'one']",
    );
    entry(
        "QA-2",
        "Quasar two",
        "category = 'Shop'\nseverity = 'info'\nauthor = 'bob'\ntags = ['quasar', 'two']",
    );
    entry("QA-3", "Quasar S0C7", "category = 'CICS'\nseverity = 'warning'\nauthor = 'ann'\ntags = []");
    home.done(&["kb", "note", "QA-2", "seen here"]);
    let source = home.file("payq01.cbl", "one\ntwo\n");
    home.done(&["kb", "link", "QA-3", &format!("{source}:2")]);
    home.done(&["kb", "rate", "QA-1", "worked"]);
    for (query, ids) in [
        ("quasar category:shop", &["QA-1", "QA-2"][..]),
        ("quasar -category:shop", &["QA-3"]),
        ("quasar category:shop,cics severity:>=warning", &["QA-1", "QA-3"]),
        ("quasar -severity:severe", &["QA-2", "QA-3"]),
        ("quasar author:ANN", &["QA-1", "QA-3"]),
        ("quasar author:b*", &["QA-2"]),
        ("quasar tag:one,two", &["QA-1", "QA-2"]),
        ("quasar tag:one tag:two", &[]),
        ("quasar -tag:one", &["QA-2", "QA-3"]),
        ("quasar code:0c7", &["QA-3"]),
        ("quasar used:>0", &["QA-1"]),
        ("author:ann used:0", &["QA-3"]),
        ("quasar since:1h", &["QA-1", "QA-2", "QA-3"]),
        ("quasar before:2020", &[]),
        ("file:PAYQ01", &["QA-3"]),
        ("quasar has:notes", &["QA-2"]),
        ("id:qa-*", &["QA-1", "QA-2", "QA-3"]),
        ("id:qa-* -id:qa-1", &["QA-2", "QA-3"]),
        ("quasa* -/0qa-[12]/", &["QA-3"]),
        ("category:shop /0qa-2/", &["QA-2"]),
        ("tag:quasar author:bob", &["QA-2"]),
    ] {
        let (mut got, json) = found(&home, query);
        got.sort();
        assert_eq!(got, ids, "{query}: {json:#}");
        let exact = json["total"].as_u64() == Some(ids.len() as u64);
        assert!(exact || json["more"] == true, "{query}: {json:#}");
    }
}

#[test]
fn what_makes_no_sense_is_left_out_and_said() {
    let home = home();
    for (query, said) in [
        ("s0c7 since:soon", "since:soon was left out"),
        ("s0c7 severity:bad", "severity:>=error"),
        ("s0c7 /ab(c/", "unclosed group, at character 3"),
    ] {
        let (ids, json) = found(&home, query);
        assert_eq!(ids.first().map(String::as_str), Some("S0C7"), "{query}");
        assert!(json["notes"].to_string().contains(said), "{query}: {json:#}");
    }
}
