//! Notes on lines: written, found again when the file has changed, taken away.

use super::driver::Session;
use greenbar::app::Msg;
use std::fs;

const PROGRAM: &str = include_str!("../../../src/cli/demo/PAYR010.cbl");

#[test]
fn a_note_stays_with_its_line_when_the_file_changes() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("PAYR010.cbl");
    fs::write(&path, PROGRAM).unwrap();
    let mut desk = Session::new(home.path(), (80, 24), &[&path]);
    desk.command("182").shows("COMPUTE WS-GROSS ROUNDED");
    desk.command("note").shows("no note on this line");
    desk.press("a").type_text("blanks in TR-HOURS on Mondays").press("enter").shows("the note is kept");
    desk.shows("Note: blanks in TR-HOURS on Mondays");
    assert!(desk.row("COMPUTE WS-GROSS ROUNDED").starts_with('+'), "{}", desk.screen());
    desk.press("g g").shows_not("Note:").command("l next special").shows("Line 182").shows("Note: blanks");
    // Lines go in before it and sequence numbers are renewed: it moves along.
    let renumbered: Vec<String> = PROGRAM
        .lines()
        .enumerate()
        .map(|(n, line)| format!("{:06}{}", n * 7, line.get(6..).unwrap_or("")))
        .collect();
    fs::write(&path, format!("{}{}\n", "      * NEW\n".repeat(30), renumbered.join("\n"))).unwrap();
    for _ in 0..3 {
        desk.take(Msg::Tick);
        desk.settle();
    }
    desk.command("212").shows("COMPUTE WS-GROSS ROUNDED").shows("Note: blanks in TR-HOURS");
    desk.command("notes").shows("1 note or entry").shows("blanks in TR-HOURS on Mondays");
    desk.press("enter").shows("Line 212").press("esc");
    // Changed in place, then taken away.
    desk.press("a").type_text(" too").press("enter").shows("Note: blanks in TR-HOURS on Mondays too");
    desk.end();
    let mut desk = Session::new(home.path(), (80, 24), &[&path]);
    desk.command("212")
        .shows("Mondays too")
        .command("note delete")
        .shows("the note is deleted")
        .shows_not("Note:");
    desk.command("notes").shows("no notes in this file");
    desk.end();
}

#[test]
fn a_note_whose_line_is_gone_is_still_listed() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("PAYR010.cbl");
    fs::write(&path, PROGRAM).unwrap();
    let mut desk = Session::new(home.path(), (80, 24), &[&path]);
    desk.command("182").command("note look at the input first").shows("the note is kept");
    fs::write(&path, "       IDENTIFICATION DIVISION.\n       PROGRAM-ID. OTHER.\n").unwrap();
    for _ in 0..3 {
        desk.take(Msg::Tick);
        desk.settle();
    }
    desk.shows("belong to lines that are gone")
        .command("notes")
        .shows("look at the input first")
        .shows("gone");
    desk.end();
}
