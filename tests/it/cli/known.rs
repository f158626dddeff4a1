//! `greenbar search --at FILE:LINE`.

use super::{PROGRAM, has, home};

#[test]
fn what_is_known_of_a_line_is_listed_with_the_reasons() {
    let home = home();
    let file = home.file("PAYR010.cbl", std::fs::read(PROGRAM).unwrap());
    home.done(&["kb", "link", "S0CB", &format!("{file}:185"), "--note", "after the merge"]);
    let (text, json) = home.both(&["search", "--at", &format!("{file}:181")]);
    assert!(text.contains(" for ") && text.contains("about S0C7"), "{text}");
    assert!(text.contains("linked to line 185, 2100-GROSS"), "{text}");
    has(&json, &["file", "line", "around", "codes", "names", "total", "results"]);
    has(
        &json["results"][0],
        &["id", "title", "category", "severity", "usage_count", "success_rate", "why", "by"],
    );
    assert_eq!((&json["around"], &json["codes"][0]), (&"2100-GROSS".into(), &"S0C7".into()));
    let ids: Vec<&str> =
        json["results"].as_array().unwrap().iter().map(|r| r["id"].as_str().unwrap()).collect();
    // General advice on what the code needs follows.
    assert_eq!(ids[..2], ["S0CB", "S0C7"], "{ids:?}");
    let (text, json) = home.both(&["search", "--at", &format!("{file}:185"), "--limit", "1"]);
    assert!(text.contains("linked to this line: after the merge"), "{text}");
    assert_eq!(
        (&json["results"][0]["by"][0], &json["results"].as_array().unwrap().len()),
        (&"line".into(), &1)
    );
    // A log, where there are no paragraphs.
    let log =
        home.file("job.log", "12.30.01 JOB04711 IEF450I PAYR010 STEP2 - ABEND=S0C7 U0000 REASON=00000007\n");
    let (text, _) = home.both(&["search", "--at", &format!("{log}:1")]);
    assert!(text.contains("about S0C7") && text.contains("about IEF450I"), "{text}");
    let none = home.run(&["search", "--at", &format!("{file}:1")]);
    assert_eq!((none.code, none.out.contains("no entry fits")), (1, true), "{none:?}");
    home.fails(&["search", "--at", &format!("{file}:999")], 2, "has no line 999");
    home.fails(&["search", "--at", &file], 2, "not a file and a line");
    assert_eq!(home.run(&["search", "--at", &format!("{file}:1"), "words"]).code, 2);
    assert_eq!(home.run(&["search"]).code, 2);
}
