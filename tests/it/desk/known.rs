//! What the knowledge base knows of a line.

use super::driver::Session;
use std::fs;

const PROGRAM: &str = include_str!("../../../src/cli/demo/PAYR010.cbl");

#[test]
fn a_line_has_a_list_of_entries_each_with_its_reason() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("PAYR010.cbl");
    fs::write(&path, PROGRAM).unwrap();
    let mut desk = Session::new(home.path(), (80, 24), &[&path]);
    // An entry of ours that has a name of the line, and one that is linked to another line of the paragraph.
    desk.press("1")
        .press("esc")
        .press("n")
        .type_text("The Gate feed")
        .press("tab tab")
        .type_text("Batch")
        .press("tab tab tab tab tab tab");
    desk.type_text("blanks come in TR-HOURS").press("f6").shows("added");
    desk.press("2").command("185").press("1").press("esc").press("/").press("ctrl-u").type_text("s0cb");
    desk.press("enter").press("L").shows("S0CB is linked to line 185").press("esc").press("2");
    desk.command("182").press("enter");
    desk.shows("2 entries of the knowledge base for this line");
    desk.shows("linked to line 185, 2100-GROSS").shows("The Gate feed").shows("has TR-HOURS");
    desk.press("j").press("enter").shows("[1 Search]").shows("blanks come in TR-HOURS");
    desk.press("f3").shows("[2 Source]").shows("2 entries").shows("Line 182");
    desk.press("k").press("enter").shows("[1 Search]").press("esc").press("esc").shows_not("2 entries");
    // A code in a comment; KNOWN is the same as Enter.
    desk.command("181").command("known").shows("about S0C7").shows("has TR-HOURS").press("f3");
    assert!(desk.cursor_row().contains("SPACES IN IT"), "{}", desk.screen());
    // Where nothing fits the words are searched for, as a person would.
    desk.command("1").press("enter").shows("no entry fits this line").shows("[1 Search]");
    desk.shows("IDENTIFICATION DIVISION");
    desk.end();
}
