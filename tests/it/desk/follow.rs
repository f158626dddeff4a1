//! A file that is followed while it grows, is cut off, and is replaced.

use super::driver::Session;
use greenbar::app::Msg;
use std::fmt::Write as _;
use std::fs::{OpenOptions, rename, write};
use std::io::Write as _;
use std::path::{Path, PathBuf};

fn log(lines: std::ops::Range<usize>) -> String {
    let mut text = String::new();
    for n in lines {
        let _ = writeln!(text, "{n:05} {}", if n % 10 == 0 { "ABEND S0C7" } else { "ended" });
    }
    text
}

fn append(path: &Path, text: &str) {
    OpenOptions::new().append(true).open(path).unwrap().write_all(text.as_bytes()).unwrap();
}

/// A session that follows a log of 1,000 lines.
fn session(command: &str) -> (tempfile::TempDir, PathBuf, Session) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("app.log");
    write(&file, log(1..1001)).unwrap();
    let mut desk = Session::new(folder.path(), (80, 24), &[&file]);
    desk.command(command).shows("followed");
    (folder, file, desk)
}

fn pulse(desk: &mut Session) -> &mut Session {
    desk.take(Msg::Pulse);
    desk.settle();
    desk
}

#[test]
fn what_is_written_is_shown_until_somebody_goes_elsewhere() {
    let (_folder, file, mut desk) = session("follow");
    desk.shows("01000 ABEND").shows("following").shows("Line 1000 Col 1");
    append(&file, &log(1001..1003));
    pulse(&mut desk).shows("01002 ended").shows("Line 1002 Col 1");
    // A line that is being written is shown as far as it is.
    append(&file, "01003 en");
    pulse(&mut desk).shows("01003 en");
    append(&file, "ded\n");
    pulse(&mut desk).shows("01003 ended").shows("Line 1003 Col 1");
    for key in ["k", "esc", "s"] {
        desk.press(key).shows("not followed any more").shows_not("following");
        append(&file, &log(1004..1005));
        pulse(&mut desk).shows_not("01004");
        desk.press("F").shows("01004 ended").press("F").shows_not("following ");
        write(&file, log(1..1004)).unwrap();
        desk.press("F");
        pulse(&mut desk).shows("01003 ended");
    }
    desk.command("f 00500 first").shows_not("following ").shows("Line 500");
    desk.command("follow off").shows("the file is not followed");
}

#[test]
fn only_lines_with_a_string_are_shown_of_what_comes() {
    let (_folder, file, mut desk) = session("follow c'S0C7' word");
    desk.shows("01000 ABEND").shows("00999 ended");
    append(&file, &log(1001..1030));
    pulse(&mut desk).shows("01020 ABEND").shows("9 Line(s) not Displayed").shows_not("01021");
    // A line counts once it has ended.
    append(&file, "01030 ABE");
    pulse(&mut desk).shows("01030 ABE");
    append(&file, "ND S0C7\n01031 en");
    pulse(&mut desk).shows("01030 ABEND S0C7");
    append(&file, "ded\n");
    pulse(&mut desk).shows_not("01031 en").shows("1 Line(s) not Displayed");
    // Many at once, of which not all can be told apart at one look.
    append(&file, &log(1032..300_001));
    for _ in 0..3 {
        pulse(&mut desk);
    }
    desk.shows("300000 ABEND").shows("Line 300000 Col 1").shows_not("299999");
    desk.press("k").shows("not followed").command("reset").press("G").shows("299999 ended");
    let bad = desk.command("follow 'x' last").screen();
    assert!(bad.contains("it takes a string"), "{bad}");
}

#[test]
fn a_file_that_is_cut_off_or_replaced_is_followed_on() {
    let (folder, file, mut desk) = session("follow");
    write(&file, log(1..4)).unwrap();
    pulse(&mut desk).shows("app.log was cut off").shows("00003 ended").shows("Line 3 Col 1");
    append(&file, &log(4..6));
    pulse(&mut desk).shows("00005 ended");
    // As logrotate does it: the name is gone for a while.
    rename(&file, folder.path().join("app.log.1")).unwrap();
    pulse(&mut desk).shows("app.log is gone: a new file of that name will be followed").shows("00005 ended");
    pulse(&mut desk);
    write(&file, log(11..13)).unwrap();
    pulse(&mut desk).shows("app.log is another file now").shows("00012 ended").shows_not("00005");
    append(&file, &log(13..15));
    pulse(&mut desk).shows("00014 ended").shows("following").shows("Line 4 Col 1");
    // With a filter, of all of the new file.
    desk.command("follow 'S0C7'");
    let new = folder.path().join("app.log.new");
    write(&new, log(1..25)).unwrap();
    rename(&new, &file).unwrap();
    pulse(&mut desk).shows("00010 ABEND").shows("00020 ABEND").shows_not("00024");
}
