//! `greenbar notes`.

use super::{has, home};

#[test]
fn notes_are_written_listed_and_taken_away() {
    let home = home();
    let file = home.file("A.cbl", "one\ntwo\nthree\n");
    home.done(&["notes", &format!("{file}:2"), "look here"]);
    let (text, json) = home.both(&["notes", &file]);
    assert!(text.trim_end().ends_with("A.cbl:2: look here"), "{text}");
    has(&json["notes"][0], &["file", "line", "text", "updated_at", "lost"]);
    // Every file, without a name; one line only.
    let (text, _) = home.both(&["notes"]);
    assert!(text.contains("A.cbl:2: look here"), "{text}");
    home.done(&["notes", &format!("{file}:2")]);
    assert_eq!(home.run(&["notes", &format!("{file}:1")]).code, 1);
    // The line moves, and what is written on it again is in place of the old text.
    home.file("A.cbl", "zero\none\ntwo\nthree\n");
    home.done(&["notes", &format!("{file}:3"), "look there"]);
    let (text, json) = home.both(&["notes", &file]);
    assert!(text.contains("A.cbl:3: look there") && json["notes"].as_array().unwrap().len() == 1, "{text}");
    home.file("A.cbl", "other\n");
    let (text, json) = home.both(&["notes", &file]);
    assert!(text.contains("that line is gone") && json["notes"][0]["lost"] == true, "{text}");
    home.file("A.cbl", "zero\none\ntwo\nthree\n");
    home.done(&["notes", &format!("{file}:3"), ""]);
    assert_eq!(home.run(&["notes", &file]).code, 1);
    home.fails(&["notes", &format!("{file}:9"), "x"], 2, "has no line 9");
    home.fails(&["notes", &file, "x"], 2, "not a file and a line");
    home.fails(&["notes", &format!("{file}:no")], 2, "not the number of a line");
    assert_eq!(home.run(&["notes", &format!("{file}:1"), ""]).code, 1);
}
