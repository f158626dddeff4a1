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

/// Opens `path`, with a label on line 182 if that is asked for, and leaves it at line 190.
fn session(home: &std::path::Path, path: &std::path::Path, label: bool) {
    let mut desk = Session::new(home, (80, 24), &[path]);
    if label {
        desk.command("182").command("label .here");
    }
    desk.command("190").press("space q");
    desk.end();
}

#[test]
fn labels_and_notes_are_those_of_the_text_wherever_it_lies() {
    let home = tempfile::tempdir().unwrap();
    let (path, moved) = (home.path().join("PAYR010.cbl"), home.path().join("NEW.cbl"));
    fs::write(&path, PROGRAM).unwrap();
    let mut desk = Session::new(home.path(), (80, 24), &[&path]);
    desk.command("183").command("note look here");
    desk.press("space q");
    desk.end();
    session(home.path(), &path, true);
    fs::rename(&path, &moved).unwrap();
    let mut desk = Session::new(home.path(), (120, 24), &[&moved]);
    desk.shows("Backspace goes to line 190, as last time in ").shows("PAYR010.cbl, the same text");
    desk.press("backspace").shows("Line 190").command("l .here").shows("Line 182").press("j");
    desk.shows("Note: look here").press("space q");
    desk.end();
    // Under its new name it is kept as well, and an edit does not lose it.
    fs::write(&moved, format!("{}{PROGRAM}", "      * NEW\n".repeat(10))).unwrap();
    let mut desk = Session::new(home.path(), (80, 24), &[&moved]);
    desk.command("l .here").shows("Line 192").press("space q");
    desk.end();
    // What is the same text only in its size is another one.
    fs::write(&path, PROGRAM.replace("PAYR", "PAYX").replace("WS-", "XY-")).unwrap();
    let mut desk = Session::new(home.path(), (80, 24), &[&path]);
    desk.shows_not("the same text").press("space q");
    desk.end();
}

#[test]
fn who_opens_a_file_at_a_line_keeps_its_labels() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("PAYR010.cbl");
    fs::write(&path, PROGRAM).unwrap();
    session(home.path(), &path, true);
    // As an entry of the knowledge base opens it.
    let mut desk = Session::new(home.path(), (80, 24), &[]);
    desk.press("esc").press("2");
    let wish = greenbar::work::Wish::OpenFile {
        path: path.to_str().unwrap().to_owned(),
        line: Some(greenbar::base::LineNo::new(10)),
    };
    desk.take(greenbar::app::Msg::Wish(wish));
    desk.settle();
    desk.shows("Line 10 ").shows_not("last time").command("l .here").shows("Line 182");
    desk.press("space q");
    desk.end();
    session(home.path(), &path, false);
    let mut desk = Session::new(home.path(), (80, 24), &[&path]);
    desk.command("l .here").shows("Line 182");
    desk.end();
}

#[test]
fn a_member_that_is_left_is_remembered() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("src");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("PAYR010.cbl"), PROGRAM).unwrap();
    let mut desk = Session::new(home.path(), (80, 24), &[&folder]);
    desk.press("enter").command("182").command("label .here").command("190").press("f3");
    desk.press("enter").shows("last time you were at line 190").command("l .here").shows("Line 182");
    desk.press("f3").command("recent").shows("PAYR010.cbl").press("esc").command("quit");
    desk.end();
    let mut desk = Session::new(home.path(), (80, 24), &[&folder.join("PAYR010.cbl")]);
    desk.shows("182").command("l .here").shows("Line 182");
    desk.end();
}

#[test]
fn a_file_is_the_same_however_it_is_named() {
    let home = tempfile::tempdir().unwrap();
    let (path, other) = (home.path().join("PAYR010.cbl"), home.path().join("other.txt"));
    fs::write(&path, PROGRAM).unwrap();
    fs::write(&other, "one\ntwo\n").unwrap();
    let mut desk = Session::new(home.path(), (80, 24), &[&other]);
    // The desk was started in the folder of the file.
    desk.command("open ./PAYR010.cbl").command("10").command("note kept").command("open PAYR010.cbl");
    assert_eq!(desk.state.source.files.len(), 2);
    desk.press("space q");
    desk.end();
    let mut desk = Session::new(home.path(), (80, 24), &[&path]);
    desk.shows("last time you were at line 10").command("10").shows("Note: kept");
    desk.end();
}

#[test]
fn who_leaves_a_file_that_cannot_be_opened_is_where_he_was() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("PAYR010.cbl");
    fs::write(&path, PROGRAM).unwrap();
    let mut desk = Session::new(home.path(), (80, 24), &[&path]);
    desk.command("182").command("open none.cbl").shows("there is no such file");
    desk.command("open none.txt").shows("there is no such file");
    desk.press("f3").shows("Line 182").shows_not("/2").shows_not("/3");
    desk.command("split none.cbl").shows("there is no such file").press("f3").shows("Line 182");
    assert_eq!(desk.state.source.files.len(), 1);
    desk.end();
    // One that is alone is left as any other.
    let mut desk = Session::new(home.path(), (80, 24), &[&home.path().join("none.cbl")]);
    desk.shows("there is no such file").press("f3").shows("Query");
    desk.end();
}
