//! Lines that are longer than the screen is wide.

use super::driver::Session;
use std::fs;

const PROGRAM: &str = include_str!("../../../src/cli/demo/PAYR010.cbl");

#[test]
fn numbers_of_lines_stay_when_the_text_goes_to_the_right() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("PAYR010.cbl");
    fs::write(&path, PROGRAM).unwrap();
    let mut desk = Session::new(home.path(), (60, 24), &[&path]);
    desk.command("182").press("c").shows(" 182 018200     COMPUTE WS-GROSS ROUNDED");
    desk.press("right")
        .shows(" 182 018200 UTE WS-GROSS ROUNDED")
        .shows("      ----+-*----2----+")
        .shows("Col 16");
    desk.command("bounds 2 20");
    assert!(desk.row("---->----+").starts_with("      -<--+-*---->----+"), "{}", desk.screen());
    desk.command("hold off").shows("all of a line goes").shows(" 182    COMPUTE WS-GROSS").shows("Col 9");
    desk.press("space k").shows("stay when the text goes").shows(" 182 018200 UTE WS");
    // What is found in what stays does not move the text, what is behind it does.
    desk.command("bounds").command("f '018200' first").shows(" 182 018200 UTE WS").shows("Line 182");
    desk.command("f 'compute ws-gross' first").shows("018200     COMPUTE WS-GROSS").shows("Col 1");
    desk.command("f 'payr0100' first").shows("PAYR0100").shows("   1 000100");
    // Without the numbers nothing is there to stay, and bytes are shown as they are.
    desk.press("0").press("right").command("num on").shows_not(" 018200");
    desk.command("num off").press("right").command("hex on").shows_not("018200").command("hex off");
    desk.end();
}

#[test]
fn line_ids_stay_in_a_listing() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("A.lst");
    let heading = "1PP 5655-EC6 IBM Enterprise COBOL for z/OS  6.4.0 P990101       A         Date 11/23/2031  Time 12:34:56   Page     1\n   LineID  PL SL  ----+-*A-1-B--+----2----+----3----+----4----+----5----+----6----+----7-|--+----8 Map\n";
    let cards: String = (1..60)
        .map(|n| {
            format!("   {n:06}         {:06} {:<73}\n", n * 100, format!("    DISPLAY 'LINE {n} OF THIS'."))
        })
        .collect();
    let card = |text: &str| format!("   000001         000100 {text}\n");
    fs::write(
        &path,
        format!("{heading}{}{}{cards}", card("IDENTIFICATION DIVISION."), card("PROGRAM-ID. A.")),
    )
    .unwrap();
    let mut desk = Session::new(home.path(), (80, 24), &[&path]);
    // Beside the lines they are there anyway.
    desk.press("right").press("right").shows("    18   001800     DISPLAY 'LINE 18");
    desk.command("gutter file").shows("   22    000018    DISPLAY 'LINE 18");
    desk.command("hold off").shows("   22   001800     DISPLAY 'LINE 18");
    desk.end();
}
