//! Two views at a time.

use super::driver::Session;
use std::fs;
use std::path::PathBuf;

fn place() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let one = folder.path().join("ONE.txt");
    let two = folder.path().join("TWO.txt");
    for (path, word) in [(&one, "first"), (&two, "second")] {
        let lines: Vec<String> = (1..=200).map(|n| format!("{word} {n}")).collect();
        fs::write(path, lines.join("\n")).unwrap();
    }
    (folder, one, two)
}

#[test]
fn two_places_of_a_file_have_their_own_cursors_and_one_view_comes_back() {
    let (home, one, _) = place();
    let mut desk = Session::new(home.path(), (80, 24), &[&one]);
    desk.command("150").shows("first 150").command("split").shows("Line 150");
    // The same place twice, and only the lower view goes on from there.
    desk.press("space w").press("G").shows("first 200").shows("first 150");
    desk.press("f9").press("g g").shows("first 2").shows("first 200");
    assert!(desk.cursor_row().ends_with("first 1"), "{}", desk.cursor_row());
    // A find marks its own view, and lines are hidden in one of them.
    desk.command("find 'first 3'").shows("matches").command("x all").shows("Line(s) not Displayed");
    desk.shows("first 200");
    desk.command("reset").press("space v").shows_not("first 200").shows("first 2");
    assert_eq!(desk.state.source.files.len(), 1, "the second view was closed");
    desk.end();
}

#[test]
fn two_files_are_side_by_side_and_each_stays_where_it_is() {
    let (home, one, two) = place();
    let mut desk = Session::new(home.path(), (80, 24), &[&one]);
    desk.command(&format!("split {}", two.display())).shows("first 1").shows("second 1");
    assert!(desk.cursor_row().contains("second 1"), "{}", desk.cursor_row());
    desk.press("G").shows("second 200").shows("first 1");
    // The halves are there beside each other, too.
    desk.command("split v");
    let row = desk.row("    2 first 2");
    assert!(row.contains("second"), "{row}");
    desk.command("swap");
    assert!(desk.cursor_row().contains("first 1"), "{}", desk.cursor_row());
    // What is opened that is in the other half has the keys there.
    desk.command(&format!("open {}", two.display()));
    assert!(desk.cursor_row().contains("second 200"), "{}", desk.cursor_row());
    // Next file has none to go to but the one that is shown.
    desk.press("space f").shows("no other file is open").shows("first 1");
    desk.command("split off").shows_not("first 1").command("split off").shows("nothing is split");
    assert_eq!(desk.state.source.files.len(), 2, "both stay open");
    desk.end();
}

#[test]
fn a_screen_without_room_shows_the_view_that_has_the_keys() {
    let (home, one, two) = place();
    for size in [(80, 24), (30, 10), (80, 8), (20, 3), (1, 1), (200, 50), (164, 24)] {
        let mut desk = Session::new(home.path(), size, &[&one]);
        desk.command(&format!("split {}", two.display())).press("G f9 o z ctrl-l f9 space v");
        desk.end();
    }
}
