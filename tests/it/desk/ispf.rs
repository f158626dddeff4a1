//! The habits of ISPF in the Source pane: FIND with its operands, EXCLUDE, labels, bytes.

use super::driver::Session;
use std::path::PathBuf;

const PROGRAM: &str = include_str!("../../../src/cli/demo/PAYR010.cbl");

fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("PAYR010.cbl");
    std::fs::write(&program, PROGRAM).unwrap();
    (folder, program)
}

/// Numbers of the lines that hold `text`.
fn lines_with(text: &str) -> Vec<usize> {
    PROGRAM.lines().enumerate().filter(|(_, l)| l.contains(text)).map(|(n, _)| n + 1).collect()
}

#[test]
fn all_is_excluded_and_what_is_found_is_what_is_left() {
    let (folder, program) = place();
    let mut desk = Session::new(folder.path(), (80, 24), &[&program]);
    desk.command("x all").shows("295 Line(s) not Displayed");
    assert!(desk.rows()[3].trim().is_empty(), "{}", desk.screen());
    let moves = lines_with("MOVE WS-");
    desk.command("f all c'MOVE WS-'").shows(&format!("on {} lines", moves.len()));
    for line in &moves {
        desk.shows(&format!(" {line} "));
    }
    // Nothing but them, and all again.
    desk.command("hide x").shows_not("not Displayed");
    desk.command("reset").shows_not("not Displayed").press("g g").shows("IDENTIFICATION");
    // All lines with it, the others stay; FIND X brings one back.
    desk.command("x all 'ws-'").shows("Line(s) not Displayed");
    desk.command("f first nx 'ws-'").shows("CHARS 'ws-' not found");
    desk.command("f first x 'ws-net' word 12 72");
    let net = lines_with(" WS-NET ")[0];
    desk.shows(&format!("Line {net} Col 1"));
    desk.command("l x first").shows("not Displayed");
    desk.command("reset x").shows_not("not Displayed");
    // Lines by key: one, then a block that joins it.
    desk.command("50").press("space x").press("j").press("space X").press("j").press("j").press("space X");
    desk.shows("4 Line(s) not Displayed");
    desk.press("+").shows_not("4 Line(s)");
}

#[test]
fn labels_bound_what_is_found_and_hidden() {
    let (folder, program) = place();
    let mut desk = Session::new(folder.path(), (80, 24), &[&program]);
    let performs = lines_with("PERFORM");
    desk.command(&performs[1].to_string()).press("space .").type_text("a").press("enter");
    desk.shows("this line is .A").shows("   .A ");
    desk.command("f perform first .a .zlast").shows(&format!("Line {} Col 1", performs[1]));
    desk.command("f perform .zfirst .a prev");
    desk.shows(&format!("Line {} Col 1", performs[0]));
    desk.press("f5").shows("*Top of data reached*");
    desk.press("f5").shows(&format!("Line {} Col 1", performs[1]));
    desk.press("g g").press("'").shows(&format!("Line {} Col 1", performs[1]));
    desk.command("x .a .zlast").shows(&format!("{} Line(s) not Displayed", 296 - performs[1]));
    desk.command("l .a").shows(&format!("Line {} Col 1", performs[1])).shows("   .A ");
    // The longest one has its period, too.
    desk.command(".ABCDE").shows(" .ABCDE 0").shows_not("   .A ");
    desk.command("reset label").shows_not(".ABCDE");
    desk.command("l .a").shows("label .A is not defined");
}

#[test]
fn bytes_columns_and_what_was_typed_before() {
    let (folder, program) = place();
    let mut desk = Session::new(folder.path(), (80, 24), &[&program]);
    desk.command("hex dump").shows("+0010   4154494F 4E204449 56495349 4F4E2E20   *ATION DIVISION. *");
    desk.press("right").press("right").press("left").shows("+0000   30303031");
    desk.command("hex off").command("cols on").command("bounds 8 11").shows("----+-*<-1>B--+");
    desk.command("f 'data'").shows(&format!("Line {} Col 1", lines_with(" DATA DIVISION")[0]));
    desk.command("f 'move'").shows("not found");
    desk.press("g g").command("bounds").command("num on").shows("    1  IDENTIFICATION").shows("*A-1-B--+");
    desk.command("num off").shows("    1 000100 IDENTIFICATION");
    desk.command("f p'###500' 1 6 last").shows("Line 295 Col 1");
    desk.end();
    // The next session knows what was typed.
    let mut desk = Session::new(folder.path(), (80, 24), &[&program]);
    desk.press("f12").shows("Command ===> f p'###500' 1 6 last");
    desk.press("f12").shows("Command ===> num off").press("esc");
}

#[test]
fn matches_are_marked_in_views_of_bytes() {
    let (folder, program) = place();
    let mut desk = Session::new(folder.path(), (80, 24), &[&program]);
    desk.command("182").command("f 'tr-hours'").command("hex on");
    let style = |desk: &Session, x: usize, y: usize| {
        let (buffer, _) = greenbar::app::view::view(&desk.state);
        buffer[(u16::try_from(x).unwrap(), u16::try_from(y).unwrap())].style()
    };
    let row = |desk: &Session, text: &str| desk.rows().iter().position(|r| r.contains(text)).unwrap();
    let y = row(&desk, "ROUNDED = TR-HOURS");
    let x = desk.rows()[y].chars().collect::<String>().find("TR-HOURS").unwrap();
    for below in 0..3 {
        let (first, last) = (style(&desk, x, y + below), style(&desk, x + 7, y + below));
        assert_eq!((first.bg, first.add_modifier), (last.bg, last.add_modifier), "row {below}");
        for beside in [x - 1, x + 8] {
            assert_ne!(first.bg, style(&desk, beside, y + below).bg, "row {below}");
        }
    }
    desk.command("hex dump");
    let y = row(&desk, "= TR-HOURS");
    let line = desk.rows()[y].clone();
    let (x, digits) = (line.find("TR-HOURS").unwrap(), line.find("5452").expect("the digits of TR"));
    assert_ne!(style(&desk, x, y).bg, style(&desk, x - 1, y).bg);
    assert_eq!(style(&desk, x, y).bg, style(&desk, x + 7, y).bg);
    assert_eq!(style(&desk, digits, y).bg, style(&desk, digits + 3, y).bg);
    assert_ne!(style(&desk, digits, y).bg, style(&desk, digits - 3, y).bg);
    desk.end();
}

#[test]
fn letters_alone_are_line_commands_where_lines_are_hidden() {
    let (folder, program) = place();
    let mut desk = Session::new(folder.path(), (80, 24), &[&program]);
    desk.command("x 3:20").command("l x first").command("f").shows(" 3 000300").shows("17 Line(s) not");
    desk.command("l x first").command("L").shows(" 20 002000").shows("16 Line(s) not");
    desk.command("l x first").command("s").shows_not("16 Line(s) not").shows("PAYR010.cbl  295 lines");
    // Elsewhere they are what they are.
    desk.command("1").command("f").shows("a string is missing").command("l").shows("is missing");
    desk.command("scroll 10000").shows("1 to 9999");
}
