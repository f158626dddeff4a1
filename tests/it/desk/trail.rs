//! Lists of places in several files: SRCHFOR over members and open files, COMPARE with a file and with a library.

use super::driver::Session;
use std::path::{Path, PathBuf};

const PROGRAM: &str = include_str!("../../../src/cli/demo/PAYR010.cbl");

/// Two libraries with the same program, of which one was changed, and other files.
fn place() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("old"), folder.path().join("new"));
    for library in [&old, &new] {
        std::fs::create_dir(library).unwrap();
        std::fs::write(library.join("A.cbl"), "       MOVE X TO WS-NET.\n      *\n       ADD 1 TO WS-NET.\n")
            .unwrap();
        std::fs::write(library.join("Z.cbl"), "       DISPLAY WS-NET.\n").unwrap();
        std::fs::write(library.join("NONE.txt"), "nothing\n").unwrap();
    }
    std::fs::write(old.join("PAYR010.cbl"), PROGRAM).unwrap();
    let changed: String = PROGRAM
        .lines()
        .enumerate()
        .map(|(n, line)| match n + 1 {
            182 => format!("{}\n", line.replace("TR-HOURS", "TR-HOUR ")),
            200 => format!("{line}\n           DISPLAY 'NEW'.\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    std::fs::write(new.join("PAYR010.cbl"), changed).unwrap();
    (folder, old, new)
}

#[test]
fn members_are_searched_and_walked_along() {
    let (folder, old, _) = place();
    let mut desk = Session::new(folder.path(), (80, 24), &[&old]);
    desk.shows("4 members").command("srchfor 'ws-net' word");
    desk.shows("WORD 'ws-net': 10 lines in 3 of 4 files").shows("MOVE X TO WS-NET.");
    // To the first place, with the match marked; F5 goes on in the file, n to the next place, over files.
    desk.press("enter").shows("A.cbl").shows("Line 1 Col 1").shows("1 of 10");
    desk.press("f5").shows("Line 3 Col 1");
    desk.press("N").shows("Top of list reached").press("n").shows("2 of 10").shows("Line 3 Col 1");
    desk.press("n").shows("3 of 10").shows("PAYR010.cbl").shows("Line 98 Col 1");
    let net = desk.state.source.file().unwrap().hit.unwrap();
    assert_eq!((net.line.map(greenbar::base::LineNo::get), net.length), (Some(98), 6));
    // A file that was only looked at is closed again.
    assert_eq!(desk.state.source.files.len(), 2);
    for _ in 0..7 {
        desk.press("n");
    }
    desk.shows("10 of 10").shows("Z.cbl").press("n").shows("Bottom of list reached");
    desk.press("N").shows("9 of 10").shows("PAYR010.cbl");
    // Back to the list, on the row that was left; from the list to the members.
    desk.press("backspace").shows("10 lines in 3 of 4 files");
    assert!(desk.cursor_row().contains("PAYR010"), "{}", desk.screen());
    desk.press("f3").shows_not("10 lines in 3 of 4 files").press("f3").shows("4 members");
    // The list is in the order that is asked for, and LOCATE knows its names.
    desk.command("sort size").command("l z");
    assert!(desk.cursor_row().contains("Z.cbl"), "{}", desk.screen());
    desk.command("top").command("l q").shows("no member that is shown begins with Q");
    desk.command("sort 1 8").shows("members are sorted by NAME, SIZE, CHANGED or KIND");
    desk.command("bottom;sort name");
    // The list is there again, and another search takes its place; only members that are shown are searched.
    desk.command("srchfor").shows("10 lines in 3 of 4 files").press("f3");
    desk.press("/").type_text("z").press("enter").command("srchf display").shows("1 line in 1 of 1 file");
    desk.press("f3").command("srchfor 'nowhere-at-all'").shows("not found in 1 file");
    desk.command("srchfor x'0")
        .shows("closing ' is missing")
        .command("srchfor a nx")
        .shows("all lines of many");
    desk.end();
}

#[test]
fn files_that_are_open_and_archives_are_searched() {
    let (folder, old, new) = place();
    let files = [old.join("PAYR010.cbl"), new.join("A.cbl")];
    let mut desk = Session::new(folder.path(), (120, 36), &[&files[0], &files[1]]);
    desk.command("srchfor 'ws-net'").shows("lines in 2 of 2 files").press("end").press("enter");
    desk.shows("A.cbl").shows("Line 3 Col 1");
    assert_eq!(desk.state.source.files.len(), 2);
    desk.press("f3").press("f3").press("space f").shows("PAYR010.cbl");
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus/members/pds.xmi");
    desk.command(&format!("open {}(B)", corpus.display()))
        .command("srchfor card")
        .shows("3 lines in 3 of 3 files");
    desk.press("enter").shows("CARD A").press("n").shows("CARD B").press("n").shows("3 of 3");
    desk.end();
}

#[test]
fn what_differs_is_walked_along_on_both_sides() {
    let (folder, old, new) = place();
    let (a, b) = (old.join("PAYR010.cbl"), new.join("PAYR010.cbl"));
    let mut desk = Session::new(folder.path(), (80, 24), &[&a]);
    desk.command("compare").shows("no other file is open");
    desk.command(&format!("compare {}", b.display()));
    desk.shows("there is PAYR010.cbl: 1 line changed, 1 line inserted");
    let row = desk.row("changed  ");
    assert!(row.contains("182") && row.contains("2100-GROSS") && row.contains("COMPUTE"), "{row}");
    let row = desk.row("inserted  ");
    assert!(row.contains("201") && row.contains("2300-NET") && row.contains("DISPLAY 'NEW'."), "{row}");
    desk.press("enter").shows("Line 182 Col 1").shows("here 182, there 182").shows("TR-HOURS *");
    desk.press("n").shows("Line 201 Col 1").shows("inserted in 2300-NET: here none, before 201, there 201");
    desk.press("backspace").press("o").shows("Line 201 Col 1").shows("DISPLAY 'NEW'.").shows("2 of 2");
    desk.press("N").shows("Line 182 Col 1").shows("TR-HOUR  *");
    desk.press("f3").press("f3").shows_not("there is PAYR010.cbl");
    // A library: the member of the same name. Options count.
    desk.command(&format!("compare {}", new.display())).shows("nothing that counts differs");
    desk.command(&format!("compare {} seq", old.display())).shows("1 line changed, 1 line deleted");
    desk.press("f3").command("compare nowhere.cbl").shows("nowhere.cbl: there is no such file");
    desk.end();
    // With the next open file, and from one member list to the other.
    let mut desk = Session::new(folder.path(), (80, 24), &[&a, &b]);
    desk.command("comp").shows("1 line changed, 1 line inserted").press("esc");
    desk.end();
    let mut desk = Session::new(folder.path(), (80, 24), &[&old, &new]);
    desk.press("j").press("j").press("enter").shows("IDENTIFICATION").command("compare");
    desk.shows("1 line changed, 1 line inserted");
    desk.end();
}
