//! EXPORT and PRINT.

use super::driver::Session;
use std::fs;

#[test]
fn lines_that_are_shown_are_written_as_text() {
    let home = tempfile::tempdir().unwrap();
    let (file, out) = (home.path().join("ONE.bin"), home.path().join("out.txt"));
    // EBCDIC records of 80 bytes without line ends.
    let card = |n: usize| format!("{:<80}", format!("{:06} MOVE WS-{n} TO WS-NET.", n * 100));
    let cards: String = (1..=400).map(card).collect();
    fs::write(&file, greenbar::source::encoding::Encoding::Cp037.encode(&cards).unwrap()).unwrap();
    let mut desk = Session::new(home.path(), (80, 24), &[&file]);
    let read = || fs::read_to_string(&out).unwrap();
    desk.command(&format!("export {}", out.display())).shows("400 lines written");
    let all: Vec<String> = (1..=400).map(card).collect();
    assert_eq!(read(), all.join("\n") + "\n");
    desk.command(&format!("export {}", out.display())).shows("is there already");
    desk.command(&format!("export {} replace num 7:9", out.display())).shows("3 lines written");
    assert_eq!(read(), (7..=9).map(|n| format!("{n:>8}  {}\n", card(n))).collect::<Vec<_>>().concat());
    // What is hidden is left out.
    desk.command("x all").command("f all 'ws-39 '").command("f all c'WS-400'");
    desk.command(&format!("export '{}' replace", out.display()))
        .shows("2 lines written")
        .shows("398 hidden lines");
    assert_eq!(read(), format!("{}\n{}\n", card(39), card(400)));
    desk.command("reset").command("5").command("label .a").command("6").command("label .b");
    desk.command(&format!("export {} .a .b rep", out.display())).shows("2 lines written");
    assert_eq!(read(), format!("{}\n{}\n", card(5), card(6)));
    // Nothing that is read is written to, and what is wrong is said.
    desk.command(&format!("export {} rep", file.display())).shows("is the file that is shown");
    desk.command("export").shows("a file is missing");
    desk.command("export /none/there/x").shows("cannot write /none/there/x");
    desk.command(&format!("export {} .a", out.display())).shows("two labels");
    let screen = home.path().join("screen.txt");
    desk.command(&format!("print {}", screen.display())).shows("24 lines written");
    let text = fs::read_to_string(screen).unwrap();
    assert!(text.starts_with("greenbar ") && text.contains("WS-NET"), "{text}");
    desk.end();
}
