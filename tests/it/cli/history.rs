//! `greenbar kb history`, `diff`, `undo`, `restore`, `show --version`.

use super::{has, home};

#[test]
fn every_change_is_listed_compared_and_taken_back() {
    let home = home();
    let before = home.done(&["kb", "show", "S0C7", "--document"]).out;
    let changed = before.replace("title = \"Data exception", "title = \"A data exception");
    assert_ne!(before, changed);
    let file = home.file("new.md", &changed);
    let out = home.run_with(&["kb", "edit", "s0c7", "--file", &file], &[("LOGNAME", "ann")], b"");
    assert_eq!(out.code, 0, "{out:?}");
    let (text, json) = home.both(&["kb", "history", "s0c7"]);
    assert!(text.contains("edited title by ann  A data exception"), "{text}");
    has(&json["versions"][0], &["version", "at", "author", "kind", "detail", "title", "deleted", "kept"]);
    let (text, json) = home.both(&["kb", "diff", "S0C7"]);
    assert!(
        text.contains("\n-title: Data exception") && text.contains("\n+title: A data exception"),
        "{text}"
    );
    has(&json, &["id", "from", "to", "rows", "damaged"]);
    assert_eq!(home.done(&["kb", "show", "S0C7", "--version", "1"]).out, before);
    assert!(home.done(&["kb", "undo", "S0C7"]).out.contains("is again as in version 1"));
    assert_eq!(home.done(&["kb", "show", "S0C7", "--document"]).out, before);
    assert_eq!(home.run(&["kb", "diff", "S0C7", "1", "3"]).code, 1, "nothing differs");
    assert!(home.done(&["kb", "restore", "S0C7", "2"]).out.contains("is again as in version 2"));
    home.done(&["kb", "rm", "S0C7"]);
    home.done(&["kb", "undo", "S0C7"]);
    assert_eq!(home.done(&["kb", "show", "S0C7", "--document"]).out, changed);
    home.done(&["kb", "undo", "S0C7"]);
    assert_eq!(home.run(&["kb", "show", "S0C7"]).code, 1, "taking that back deletes it again");
    let (text, _) = home.both(&["kb", "history", "S0C7"]);
    assert_eq!(text.lines().count(), 7, "{text}");
    home.fails(&["kb", "undo", "S0C4"], 1, "was never changed");
    home.fails(&["kb", "restore", "S0C7", "99"], 1, "has no version 99");
    home.fails(&["kb", "show", "NOPE", "--version", "1"], 1, "not in the knowledge base");
}
