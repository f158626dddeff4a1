//! Files and incidents of entries: `kb attach`, `kb detach`, `incident`, and what `kb show` tells of them.

use super::{has, home};

#[test]
fn files_are_attached_by_path_and_hash() {
    let home = home();
    let file = home.file("job.log", "IEF450I ABEND=S0C7");
    assert!(home.done(&["kb", "attach", "s0c7", &file]).out.starts_with("attached: S0C7"));
    assert!(home.done(&["kb", "show", "s0c7"]).out.contains("job.log  there, 18 bytes"));
    home.file("job.log", "IEF450I ABEND=S0C4");
    let (text, json) = home.both(&["kb", "show", "s0c7"]);
    assert!(text.contains("job.log  changed since, 18 bytes"), "{text}");
    assert_eq!(json["beside"]["files"][0]["state"], "changed");
    has(&json["beside"]["related"][0], &["id", "title", "why"]);
    std::fs::remove_file(&file).unwrap();
    assert!(home.done(&["kb", "show", "s0c7"]).out.contains("job.log  gone, 18 bytes"));
    home.done(&["kb", "detach", "s0c7", &file]);
    home.fails(&["kb", "detach", "s0c7", &file], 1, "is not attached");
    home.fails(&["kb", "attach", "s0c7", &file], 2, "is not attached");
    home.fails(&["kb", "attach", "nope", &file], 1, "not in the knowledge base");
}

#[test]
fn incidents_are_recorded_listed_and_resolved() {
    let home = home();
    home.done(&[
        "incident",
        "add",
        "gate sent blanks",
        "--entry",
        "s0c7",
        "--job",
        "payr",
        "--step",
        "step010",
    ]);
    let (text, json) = home.both(&["incident", "list", "--entry", "S0C7"]);
    assert!(text.contains("open") && text.contains("PAYR STEP010 S0C7 S0C7  gate sent blanks"), "{text}");
    has(
        &json["incidents"][0],
        &["id", "at", "entry", "job", "step", "program", "code", "summary", "resolved_at"],
    );
    assert!(home.done(&["incident", "resolve", "1"]).out.contains("resolved"));
    assert!(home.done(&["kb", "show", "s0c7"]).out.contains("gate sent blanks"));
    home.fails(&["incident", "resolve", "9"], 1, "no incident 9");
    home.fails(&["incident", "add", " "], 2, "summary is empty");
    home.fails(&["incident", "add", "x", "--entry", "nope"], 1, "not in the knowledge base");
    assert_eq!(home.run(&["incident", "list", "--entry", "S0C4"]).code, 1);
}
