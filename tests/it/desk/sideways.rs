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
fn long_lines_go_on_below() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("long.txt");
    // A line of 3 MB between short ones, and then lines of two rows each.
    let words = (0..300_000).map(|n| format!("w{n:07} x")).collect::<Vec<_>>().concat();
    let pair = |n: u32| format!("pair {n} {} end{n}\n", "and ".repeat(20));
    let pairs = (0..40).map(pair).collect::<Vec<_>>().concat();
    fs::write(&path, format!("first\n{words}\nbehind\n{pairs}last")).unwrap();
    let mut desk = Session::new(home.path(), (80, 24), &[&path]);
    desk.shows("    2 w0000000 x").shows_not("w0000009");
    desk.command("wrap on").shows("long lines go on in the row below").shows("    1 first").shows("w0000008");
    // Rows of the line follow each other; only the first has its number.
    desk.press("j").press("j").shows("Line 2");
    assert!(
        desk.cursor_row().starts_with("      ") && !desk.row("w0000000").contains("w0000009"),
        "{}",
        desk.screen()
    );
    for _ in 0..40 {
        desk.press("f8");
    }
    let seen = desk.screen();
    desk.press("f8").press("f7").press("f7").press("f8");
    desk.shows("Line 2");
    assert!(seen.lines().skip(2).take(21).all(|row| row.len() > 20), "{seen}");
    // A match deep inside is shown, the next one as well, and the one before.
    desk.command("f 'w0250000'").shows("w0250000").shows("Line 2");
    assert!(desk.cursor_row().contains("w0250000"), "{}", desk.screen());
    desk.command("f 'w025'").press("f5");
    assert!(desk.cursor_row().contains("w025000"), "{}", desk.screen());
    desk.command("f 'w0249999' prev");
    assert!(desk.cursor_row().contains("w0249999"), "{}", desk.screen());
    // To the ends, and back by the list of jumps.
    desk.press("G").shows("   44 last").shows("end39").press("backspace").shows("w0249999");
    desk.press("g g").shows("    1 first");
    desk.command("l 3").shows("    3 behind").shows("    4 pair 0").shows("end0");
    assert!(desk.cursor_row().contains("    3 behind"), "{}", desk.screen());
    desk.press("k");
    assert!(desk.cursor_row().contains("w0299999"), "{}", desk.screen());
    // Notes, labels and hiding are about lines.
    desk.command("l 5").press("j").command("label .a").press("k").shows(" .A pair 1");
    desk.press("j")
        .press("space x")
        .shows("1 Line(s) not Displayed")
        .shows_not("pair 1 ")
        .press("+")
        .shows("pair 1");
    desk.press("right").shows("WRAP OFF has them go to the right");
    // Views of bytes have whole lines, and so has the other way again.
    desk.command("hex on").shows_not("end1").command("hex off").shows("end1");
    desk.command("wrap").shows("long lines go to the right").shows_not("end1");
    desk.press("G").press("space l").shows("   44 last");
    assert!(desk.cursor_row().contains("   44 last"), "{}", desk.screen());
    desk.end();
}

#[test]
fn line_ids_stay_in_a_listing() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("A.lst");
    let heading = "1PP 5655-EC6 IBM Enterprise COBOL for z/OS  6.4.0 P990101       A         Date 11/23/2031  Time 12:34:56   Page     1\n   LineID  PL SL  ----+-*A-1-B--+----2----+----3----+----4----+----5----+----6----+----7-|--+----8 Map\n";
    let numbered = |n: u32| {
        format!("   {n:06}         {:06} {:<73}\n", n * 100, format!("    DISPLAY 'LINE {n} OF THIS'."))
    };
    let cards = (1..60).map(numbered).collect::<Vec<_>>().concat();
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

#[test]
fn tabs_go_to_the_stops_of_cobol_or_to_every_eighth_column() {
    let home = tempfile::tempdir().unwrap();
    let (source, text) = (home.path().join("T.cbl"), home.path().join("t.txt"));
    let card = "\tIDENTIFICATION DIVISION.\n\tPROGRAM-ID. T.\n\tPROCEDURE DIVISION.\n000400\tMAIN.\n\t\tDISPLAY 'A'.\n";
    fs::write(&source, card).unwrap();
    fs::write(&text, "\tone\tb\n").unwrap();
    let mut desk = Session::new(home.path(), (80, 24), &[&source]);
    desk.shows("    1        IDENTIFICATION")
        .shows("    4 000400 MAIN.")
        .shows("    5            DISPLAY 'A'.");
    // A find goes by bytes, what is found is where it is shown.
    desk.command("f 'DISPLAY' 3").shows("Line 5").command("f 'DISPLAY' 12 first").shows("not found");
    desk.command("tabs 8")
        .shows("to every 8 columns")
        .shows("    1         IDENT")
        .shows("    5                 DISPLAY");
    desk.command("tabs cobol").shows("8, 12, 16").shows("    5            DISPLAY 'A'.").command("tabs auto");
    desk.command(&format!("open {}", text.display())).shows("    1         one     b");
    desk.command("tabs 4").shows("    1     one b").command("tabs 40").shows("neither COBOL nor AUTO");
    desk.end();
}
