//! An entry with all that belongs to it: words of the query, files, incidents, other entries and the way back.

use super::driver::Session;

/// Selects the thing to open that says `text`.
#[track_caller]
fn walk_to(desk: &mut Session, text: &str) {
    for _ in 0..30 {
        desk.press("n");
        if desk.cursor_row().contains(text) {
            return;
        }
    }
    panic!("nothing to open says {text}:\n{}", desk.screen());
}

#[test]
fn what_belongs_to_an_entry_is_shown_and_opened() {
    let home = tempfile::tempdir().unwrap();
    let log = home.path().join("job.log");
    std::fs::write(&log, "IEF450I PAYR STEP010 - ABEND=S0C7\n").unwrap();
    let mut desk = Session::new(home.path(), (80, 24), &[&log]);
    desk.press("1").type_text("s0c7 short record").press("enter").shows("Data exception");
    // The words of the query, one after the other, around the end.
    desk.press("m");
    let first = desk.cursor_row();
    assert!(first.contains("S0C7"), "{}", desk.screen());
    desk.press("m");
    assert!(desk.cursor_row().contains("record"), "{}", desk.screen());
    desk.press("M");
    assert_eq!(desk.cursor_row(), first);
    // A file: attached, opened, changed.
    desk.press("a").shows("job.log is attached to S0C7");
    walk_to(&mut desk, "job.log");
    desk.shows("there, 34 bytes").press("enter").shows("[2 Source]").shows("IEF450I PAYR");
    std::fs::write(&log, "another text\n").unwrap();
    desk.press("1").press("esc").press("enter");
    walk_to(&mut desk, "job.log");
    desk.shows("changed since, 34 bytes");
    // An incident.
    desk.press("R").shows("Incident under S0C7").type_text("payr").press("f6").shows("is empty");
    desk.type_text("gate sent blanks").press("tab").press("ctrl-u").type_text("yes").press("f6");
    desk.shows("the incident is recorded under S0C7").press("g g").shows("1 incident, the last on");
    walk_to(&mut desk, "job.log");
    desk.shows("job PAYR  S0C7  gate sent blanks").shows("resolved  20");
    // To a related entry and back, to the same place.
    walk_to(&mut desk, "S0CB");
    let before = (desk.rows()[2].clone(), desk.cursor_row());
    desk.press("enter").shows("division by zero").shows("used 1 time");
    desk.press("backspace");
    assert_eq!((desk.rows()[2].clone(), desk.cursor_row()), before, "{}", desk.screen());
    desk.shows("opened with it once");
    desk.press("enter").press("esc").shows("S0CB").press("x").shows("no file is selected");
    walk_to(&mut desk, "job.log");
    desk.press("x").shows("is no longer attached").shows_not("changed since");
    desk.press("esc").shows("exact ");
    desk.end();
}
