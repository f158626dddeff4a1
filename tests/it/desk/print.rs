//! Print files in the Source pane: carriage control, overprints, pages.

use super::driver::Session;
use greenbar::source::encoding::Encoding;
use std::fmt::Write as _;

/// A report of `pages` pages with ASA characters.
fn report(pages: usize) -> String {
    let mut text = String::new();
    for page in 1..=pages {
        let _ = writeln!(text, "1PAYROLL REGISTER                       PAGE {page}");
        text.push_str("0DEPT TOTAL\n+     _____\n");
        for line in 0..5 {
            let _ = writeln!(text, " {page:03} LINE {line}");
        }
    }
    text
}

#[test]
fn lines_are_shown_as_they_are_printed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.txt");
    std::fs::write(&file, report(40)).unwrap();
    let mut desk = Session::new(folder.path(), (80, 24), &[&file]);
    // As it is, until somebody asks; pages are known all the same.
    desk.shows("1PAYROLL REGISTER").shows("+     _____").shows("Line 1 Col 1 Page 1/40");
    desk.command("cc off").shows("asa (95 % sure)").shows("    1 1 PAYROLL REGISTER").shows_not("_____");
    desk.shows("    2 0 DEPT TOTAL").shows("    4   001 LINE 0");
    desk.press("c").shows("      ----+----1----+").press("c");
    // Columns count from behind the control, which is not found; what is printed over a line is.
    desk.command("f 'payroll' 1 first").shows("Line 1 Col 1").command("f c'1P' first").shows("not found");
    desk.command("f '_' first").shows("Line 2 Col 1");
    desk.command("cc on")
        .shows("1PAYROLL REGISTER")
        .shows("+     _____")
        .command("f c'1P' first")
        .shows("Line 1 Col 1");
    // Labels stay, lines have their numbers.
    desk.command("11").press("space .").type_text("a").press("enter").press("space c");
    desk.command("l .a").shows("Line 10 Col 1 Page 2/40").command("hex on").shows("F").command("hex off");
}

#[test]
fn pages_are_a_key_or_a_number_away() {
    let folder = tempfile::tempdir().unwrap();
    let asa = folder.path().join("report.txt");
    std::fs::write(&asa, report(40)).unwrap();
    // The same in EBCDIC with machine codes: records are written before the paper moves.
    let ebcdic = folder.path().join("report.vbm");
    let text = report(40);
    let lines: Vec<&str> = text.lines().collect();
    let mut bytes = Vec::new();
    for (n, line) in lines.iter().enumerate() {
        let code = match lines.get(n + 1).map(|l| &l[..1]) {
            Some("1") => 0x89,
            Some("0") => 0x11,
            Some("+") => 0x01,
            _ => 0x09,
        };
        let data = Encoding::Cp1047.encode(&line[1..]).unwrap();
        bytes.extend(u16::try_from(data.len() + 5).unwrap().to_be_bytes());
        bytes.extend([0, 0, code]);
        bytes.extend(data);
    }
    std::fs::write(&ebcdic, bytes).unwrap();
    for (file, kind) in [(&asa, "asa"), (&ebcdic, "machine")] {
        let mut desk = Session::new(folder.path(), (80, 24), &[file]);
        desk.press("space c").shows(&format!("{kind} (95 % sure)"));
        desk.press(">").shows("Line 9 Col 1 Page 2/40").press(">").shows("Line 17 Col 1 Page 3/40");
        desk.press("j").press("j").press("<").shows("Line 17 Col 1").press("<").shows("Line 9 Col 1");
        desk.command("l page 40")
            .shows("Line 313 Col 1 Page 40/40")
            .press(">")
            .shows("no page after this one");
        desk.command("page first").shows("Line 1 Col 1 Page 1/40").press("<").shows("no page before");
        desk.command("page last").shows("Page 40/40").command("page 1,000").shows("Page 40/40");
        desk.shows("DEPT TOTAL").shows_not("_____");
    }
}

#[test]
fn what_has_no_carriage_control_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("PAYR010.cbl");
    std::fs::write(&file, include_str!("../../../src/cli/demo/PAYR010.cbl")).unwrap();
    let mut desk = Session::new(folder.path(), (80, 24), &[&file]);
    desk.shows_not("Page").press(">").shows("no carriage control is seen in this file");
    desk.command("cc off").shows("no carriage control is seen in this file");
    desk.command("cc ff")
        .shows("lines are shown as printed: ff (said)")
        .press(">")
        .shows("no page after this one");
    desk.command("cc auto").command("cc none").shows("no carriage control");
    desk.command("cc maybe").shows("there is no carriage control \"MAYBE\"");
}

#[test]
fn headings_stay_on_top() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.txt");
    std::fs::write(&file, report(40)).unwrap();
    let mut desk = Session::new(folder.path(), (80, 24), &[&file]);
    desk.command("pin 2").shows("2 lines stay on top").command("page 20").shows("Page 20/40");
    let rows = desk.rows();
    assert!(rows[2].contains("1PAYROLL REGISTER") && rows[2].ends_with("PAGE 1"), "{}", desk.screen());
    assert!(rows[3].contains("0DEPT TOTAL") && rows[4].ends_with("PAGE 20"), "{}", desk.screen());
    // The last line is still reached, and the ruler is above.
    desk.press("G").shows("040 LINE 4").press("c");
    assert!(desk.rows()[2].contains("----+----1") && desk.rows()[3].ends_with("PAGE 1"), "{}", desk.screen());
    desk.press("c").command("pin off").shows_not("PAGE 1\n");
    // A heading from the middle.
    desk.command("page 7").command("pin").shows("this line stays on top").press("G");
    assert!(desk.rows()[2].ends_with("PAGE 7"), "{}", desk.screen());
    // As it is printed it is another line.
    desk.press("space c");
    assert!(!desk.rows()[2].ends_with("PAGE 7"), "{}", desk.screen());
    desk.command("pin 99").shows("99 is neither OFF nor a number of lines from 1 to 20");
}
