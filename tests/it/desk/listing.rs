//! A compiler listing on the desk: from its title to messages, lines by their the numbers of the compiler, printed pages, rows of tables.

use super::driver::Session;
use std::fmt::Write;
use std::path::PathBuf;

/// Two compile units whose lines have the same numbers.
fn listing() -> String {
    let mut text = String::new();
    for (program, severity) in [("FIRST", 4), ("SECOND", 12)] {
        let mut page = 0;
        let mut heading = |text: &mut String| {
            page += 1;
            let _ = writeln!(
                text,
                "1PP 5655-EC6 IBM Enterprise COBOL for z/OS  6.4.0 P990101       {program:<8}  Date 11/23/2031  Time 12:34:56   Page {page:>5}"
            );
        };
        let cards: Vec<String> =
            ["IDENTIFICATION DIVISION.", "PROGRAM-ID. ", "DATA DIVISION.", "WORKING-STORAGE SECTION."]
                .iter()
                .map(|c| if c.ends_with(' ') { format!("{c}{program}.") } else { (*c).to_owned() })
                .chain(["01  WS-SUM PIC S9(7)V99 COMP-3.".to_owned(), "PROCEDURE DIVISION.".to_owned()])
                .chain((7..60).map(|n| format!("    ADD {n} TO WS-SUM")))
                .chain(["    GOBACK.".to_owned()])
                .collect();
        for (number, card) in (1..).zip(&cards) {
            if number % 20 == 1 {
                heading(&mut text);
                text.push_str("   LineID  PL SL  ----+-*A-1-B--+----2----+----3----+----4----+----5----+----6----+----7-|--+----8 Map\n");
            }
            let _ = writeln!(text, "   {number:06}         {:06} {card:<73}", number * 100);
        }
        heading(&mut text);
        text.push_str("0 Defined   Cross-reference of data names   References\n\n");
        let marks: Vec<String> = (7..60).map(|n| format!("M{n}")).collect();
        for (at, marks) in marks.chunks(10).enumerate() {
            let row = if at == 0 { "0       5   WS-SUM . . . . . . . . . . . ." } else { "" };
            let _ = writeln!(text, "{row:<44}{}", marks.join(" "));
        }
        text.push_str(
            "0Data Division Map\n0Source   Hierarchy and                                    Base\n",
        );
        text.push_str("      5   1  WS-SUM. . . . . . . . . . . . . . . . BLW=00000  1F8               DS 5P           Packed-Dec\n");
        heading(&mut text);
        text.push_str("0LineID  Message code  Message text\n\n");
        text.push_str("      2  IGYDS0020-W   The name is odd.\n\n");
        if severity == 12 {
            text.push_str("     33  IGYPS1111-S   The sum is no good.\n\n");
        }
        let _ = writeln!(text, "0End of compilation 1,  program {program},  highest severity {severity}.");
    }
    text
}

fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("both.lst");
    std::fs::write(&file, listing()).unwrap();
    (folder, file)
}

#[test]
fn a_listing_is_walked_by_messages_numbers_and_tables() {
    let (folder, file) = place();
    let mut desk = Session::new(folder.path(), (140, 40), &[&file]);
    desk.shows("both.lst  severity 12").shows("2 units").shows("Enterprise COBOL 6.4.0 P990101");
    desk.shows("FIRST severity 4");
    // Messages of both units, then only bad ones.
    desk.press("}").shows("IGYDS0020-W The name is odd. (1 of 1 in FIRST)");
    assert!(desk.cursor_row().contains("PROGRAM-ID. FIRST"), "{}", desk.screen());
    desk.press("}").shows("(1 of 2 in SECOND)").shows("SECOND severity 12");
    desk.command("msg s").shows("IGYPS1111-S The sum is no good. (1 of 1 in SECOND)");
    assert!(desk.cursor_row().contains("ADD 33 TO WS-SUM"), "{}", desk.screen());
    // To its row in the summary, and back to the line.
    desk.press("m").shows("SECOND severity 12");
    assert!(desk.cursor_row().contains("33  IGYPS1111-S"), "{}", desk.screen());
    desk.press("m").shows("LineID 33 of SECOND");
    desk.press("backspace").press("backspace");
    assert!(desk.cursor_row().contains("ADD 33 TO WS-SUM"), "{}", desk.screen());
    // A number is one of the unit of the cursor; =n counts in the file.
    desk.command("l 40").shows("LineID 40 of SECOND").shows("LineID 40 Line ");
    assert!(desk.cursor_row().contains("ADD 40 TO WS-SUM"), "{}", desk.screen());
    desk.command("l =30");
    assert!(desk.cursor_row().contains("ADD 26 TO WS-SUM"), "{}", desk.screen());
    desk.command("l 40").shows("LineID 40 of FIRST");
    desk.command("l 400").shows("no line of FIRST has the LineID 400");
    desk.command("msg x").shows("X is neither a severity");
    desk.command("msg u").shows("no message of severity U or worse behind this line");
}

#[test]
fn headings_of_pages_are_left_out_until_they_are_wanted() {
    let (folder, file) = place();
    let mut desk = Session::new(folder.path(), (140, 40), &[&file]);
    desk.shows("2 units");
    let headings = |desk: &Session| desk.rows().iter().filter(|r| r.contains("PP 5655-EC6")).count();
    // Only the one that the file begins with, as somebody is there.
    assert_eq!(headings(&desk), 1, "{}", desk.screen());
    desk.command("pages on").shows("headings of pages are shown");
    assert!(headings(&desk) > 1, "{}", desk.screen());
    desk.press("space H").shows("headings of pages are left out");
    desk.press(">").shows("page 2");
    assert!(desk.cursor_row().contains("Page     2"), "{}", desk.screen());
    desk.press("<").shows("page 1").press("<").shows("no page before this line");
}

#[test]
fn the_numbers_beside_the_lines_are_those_that_people_type() {
    let (folder, file) = place();
    let mut desk = Session::new(folder.path(), (80, 24), &[&file]);
    // 153 lines have three digits, at least four are given, and one to the sign.
    let row = |number: &str, text: &str| format!("{number:>6} {text}");
    desk.shows(&row("=1", "1PP 5655-EC6")).shows(&row("1", "   000001 ")).shows(&row("20", "   000020 "));
    desk.command("gutter file").shows("lines of the file are numbered");
    desk.shows("   1 1PP 5655-EC6").shows("   3    000001 ").shows_not("=1 ");
    desk.command("gutter off").shows("no numbers").shows(" 1PP 5655-EC6").shows_not("  1 1PP");
    desk.press("space n").shows("LineIDs beside the lines").shows(&row("20", "   000020 "));
    desk.press("space n").shows("lines of the file are numbered").press("space n").shows("no numbers");
    desk.command("gutter id").command("33").command("label .a").shows(".A    000033 ");
    desk.command("gutter some").shows("SOME is neither ID nor FILE nor OFF");
    // What is no listing has one kind of numbers.
    let other = folder.path().join("PAYR010.cbl");
    std::fs::write(&other, include_str!("../../../src/cli/demo/PAYR010.cbl")).unwrap();
    desk.command(&format!("open {}", other.display())).shows("   1 000100 IDENTIFICATION");
    desk.press("space n").shows("no numbers").press("space n").shows("lines of the file are numbered");
}

#[test]
fn names_of_tables_are_known_with_what_the_compiler_says() {
    let (folder, file) = place();
    let mut desk = Session::new(folder.path(), (140, 40), &[&file]);
    desk.shows("2 units");
    desk.command("l 33").shows("LineID 33 of FIRST");
    desk.press("i")
        .shows("BLW=00000+1F8,000000 5P Packed-Dec; the compiler lists the same references")
        .press("esc");
    // The outline leads to the sections; a row of the cross-reference is about a name as well.
    desk.command("l data cross-reference").press("j").press("j").press("j");
    assert!(desk.cursor_row().contains("WS-SUM . . ."), "{}", desk.screen());
    desk.press("i").shows("PD 1:5").press("d").press("esc");
    assert!(desk.cursor_row().contains("01  WS-SUM"), "{}", desk.screen());
}

#[test]
fn lists_name_the_compile_unit_of_a_number() {
    let (folder, file) = place();
    let mut desk = Session::new(folder.path(), (80, 24), &[&file]);
    desk.command("srchfor 'ADD 9 TO'").shows("unit");
    let rows = |desk: &Session| -> Vec<String> {
        let all = desk.rows().into_iter().filter(|row| row.contains("ADD 9 TO") && !row.contains("SRCHFOR"));
        all.map(|row| row.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    };
    let found = rows(&desk);
    assert!(found.iter().any(|row| row.contains("FIRST 9 ")), "{found:?}");
    assert!(found.iter().any(|row| row.contains("SECOND 9 ")), "{found:?}");
    desk.press("esc").command("x all").command("f all 'ADD 9 TO'").command("sort 30 60");
    let sorted = rows(&desk);
    assert!(sorted.iter().any(|row| row.contains("FIRST 9 ")), "{sorted:?}");
    assert!(sorted.iter().any(|row| row.contains("SECOND 9 ")), "{sorted:?}");
    // A note, the list of files, and where one was.
    desk.press("esc").command("reset").command("f 'ADD 9 TO' last").command("note here").command("notes");
    desk.shows("SECOND").shows("here").press("esc").press("space q");
    desk.end();
    let mut desk = Session::new(folder.path(), (80, 24), &[&file]);
    desk.shows("last time you were at line 9: Backspace goes there").command("recent");
    let listed = desk.rows().into_iter().rfind(|row| row.contains("both.lst")).unwrap();
    assert!(listed.contains(" 9 "), "{listed}");
    desk.end();
}
