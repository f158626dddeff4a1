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

#[test]
fn facets_say_what_the_matches_are() {
    let home = home();
    let json = home.done(&["search", "deadlock", "--facets", "--json"]).json();
    let facets = &json["facets"];
    let names: Vec<&str> =
        facets["groups"].as_array().unwrap().iter().map(|g| g["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["category", "severity", "tag", "age"]);
    let first = &facets["groups"][0]["values"][0];
    // What a value asks for finds as many of them.
    let asks = first["asks"].as_str().unwrap();
    let narrowed = home.done(&["search", "deadlock", asks, "--facets", "--json"]).json();
    assert_eq!(narrowed["facets"]["of"], first["entries"], "{asks}");
    let text = home.done(&["search", "deadlock", "--facets"]).out;
    assert!(text.contains("severity error") || text.contains("severity severe"), "{text}");
}

#[test]
fn searches_are_remembered_kept_and_forgotten() {
    let home = home();
    for query in ["s0c7", "deadlock", "s0c7"] {
        home.done(&["search", query]);
    }
    let (text, json) = home.both(&["search", "--history"]);
    assert!(text.contains("2x") && text.lines().next().unwrap().ends_with("s0c7"), "{text}");
    assert_eq!(json["searches"][0]["query"], "s0c7");
    home.done(&["search", "--forget", "s0c7"]);
    assert_eq!(home.done(&["search", "--history", "--json"]).json()["searches"].as_array().unwrap().len(), 1);
    home.done(&["search", "deadlock", "category:db2", "--save", "Locks"]);
    let again = home.done(&["search", "--saved", "locks", "--json"]).json();
    assert_eq!(again["query"], "deadlock category:db2");
    let more = home.done(&["search", "--saved", "locks", "timeout", "--json"]).json();
    assert_eq!(more["query"], "deadlock category:db2 timeout");
    let (text, json) = home.both(&["search", "--all-saved"]);
    assert!(text.contains("Locks  deadlock category:db2") && json["saved"][0]["name"] == "Locks", "{text}");
    home.fails(&["search", "--saved", "none"], 1, "no search is kept as none");
    home.done(&["search", "--unsave", "LOCKS"]);
    assert_eq!(home.run(&["search", "--all-saved"]).code, 1);
    home.done(&["search", "--history", "--clear"]);
    assert_eq!(home.run(&["search", "--history"]).code, 1);
    // Whoever does not want a history has none.
    home.file("config.toml", "[search]\nhistory = false\n");
    home.done(&["--config", home.path("config.toml").to_str().unwrap(), "search", "s0c7"]);
    assert_eq!(home.run(&["search", "--history"]).code, 1);
}

#[test]
fn entries_that_say_the_same_are_one_result() {
    let home = home();
    let body =
        "+++\n\n# Problem\n\nzebrafish queue stands still after midnight, restart helps\n\n# Solution\n";
    for (id, title, tags, related) in [
        ("ZZ-1", "Zebrafish queue", "", ""),
        ("ZZ-2", "Zebrafish queue", "", ""),
        ("ZZ-3", "Zebrafish old", "'superseded'", "'ZZ-4'"),
        ("ZZ-4", "Zebrafish new", "", ""),
    ] {
        write(
            &home,
            id,
            &format!(
                "+++\nid = \"{id}\"\ntitle = \"{title}\"\ncategory = \"Shop\"\ntags = [{tags}]\nrelated = [{related}]\n{body}"
            ),
        );
    }
    let (ids, json) = found(&home, "zebrafish");
    assert_eq!((ids.len(), &json["total"], &json["folded"]), (2, &4.into(), &2.into()), "{json:#}");
    let alike = |id: &str| {
        let results = json["results"].as_array().unwrap();
        results.iter().find(|r| r["id"] == id).map(|r| r["alike"].clone())
    };
    assert_eq!(alike("ZZ-4"), Some(serde_json::json!(["ZZ-3"])));
    assert!(
        alike("ZZ-1") == Some(serde_json::json!(["ZZ-2"]))
            || alike("ZZ-2") == Some(serde_json::json!(["ZZ-1"]))
    );
    assert!(home.done(&["search", "zebrafish"]).out.contains("+1 alike: ZZ-3"));
    assert_eq!(found(&home, "zz-3").0.first().map(String::as_str), Some("ZZ-3"), "asked for by its id");
}
