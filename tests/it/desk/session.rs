//! Files and places are there again in the next session.

use super::driver::{Session, start_of};
use std::fs;

const PROGRAM: &str = include_str!("../../../src/cli/demo/PAYR010.cbl");

#[test]
fn a_file_is_where_it_was_left_if_one_asks() {
    let home = tempfile::tempdir().unwrap();
    let (path, other) = (home.path().join("PAYR010.cbl"), home.path().join("other.txt"));
    fs::write(&path, PROGRAM).unwrap();
    fs::write(&other, "one\ntwo\n").unwrap();
    let mut desk = Session::new(home.path(), (80, 24), &[&path, &other]);
    desk.command("182").command("label .here").command("190");
    desk.press("space q");
    desk.end();
    // It has changed meanwhile: the place is told by what it says.
    fs::write(&path, format!("{}{PROGRAM}", "      * NEW\n".repeat(10))).unwrap();
    let mut desk = Session::new(home.path(), (80, 24), &[&path]);
    desk.shows("last time you were at line 200: Backspace goes there").shows("Line 1 ");
    desk.press("backspace").shows("Line 200").command("l .here").shows("Line 192");
    // The list, from the empty pane and beside a file.
    desk.command("recent").shows("2 files of sessions before").shows("other.txt").press("esc");
    desk.command("recent 9").shows("no file 9");
    desk.press("space q");
    desk.end();
    let mut desk = Session::new(home.path(), (80, 24), &[]);
    desk.press("esc").press("2").shows("RECENT and a number").shows("PAYR010.cbl  line 192");
    desk.command("recent 1").shows("Line 192").press("space q");
    desk.end();
    let start = greenbar::app::Start { resume: true, ..start_of((80, 24), &[]) };
    let mut desk = Session::started(home.path(), &start);
    desk.shows("PAYR010.cbl").shows("Line 192");
    desk.end();
}
