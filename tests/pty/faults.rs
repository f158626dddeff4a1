//! T04: the real program fails inside, at every kind of place and in every way, and the terminal is as it was before.

use super::desk::{Place, open};
use super::harness::{Desk, LONG, Program};
use portable_pty::ExitStatus;
use rustix::process::Signal;
use std::path::Path;

/// Sites on the UI thread and on the threads of the terminal, with what makes the desk come by: keys, or a new size.
const FATAL: [(&str, &str); 9] = [
    ("start", ""),
    ("update", "j"),
    ("draw", "j"),
    ("effect", "G"),
    ("end", "\x03"),
    ("term-drop", "\x03"),
    ("output", "j"),
    ("input", "j"),
    ("watch", "resize"),
];

/// Sites on worker threads.
const WORKERS: [(&str, &str); 3] = [("interactive", "G"), ("bulk", "/FIELD-1\r"), ("reply", "G")];

/// A desk that fails at `site` once the file is there that it gives.
fn faulty(place: &Place, program: &str, site: &str, kind: &str) -> (Program, std::path::PathBuf) {
    let trigger = place.path().join(format!("go-{site}-{kind}"));
    let mut desk = place.desk().env("GREENBAR_FAULT", &format!("{site}:{kind}:{}", trigger.display()));
    program.clone_into(&mut desk.args[0]);
    (desk, trigger)
}

/// Lets it fail.
fn fail(place: &Place, program: &str, (site, poke): (&str, &str), kind: &str) -> Desk {
    let (desk, trigger) = faulty(place, program, site, kind);
    let touch = |path: &Path| std::fs::write(path, "").unwrap();
    if site == "start" {
        touch(&trigger);
        return desk.start();
    }
    let mut desk = open(&desk);
    touch(&trigger);
    if poke == "resize" {
        desk.resize(90, 30);
    } else {
        desk.keys(poke);
    }
    desk
}

/// Ends as a panic does, told on the main screen of a clean terminal; with the report if there is one.
fn assert_told(desk: &mut Desk, site: &str, status: &ExitStatus, aborts: bool) {
    if aborts {
        assert!(status.signal().is_some_and(|s| s.contains("Abort")), "{site}: {status:?}");
    } else {
        assert_eq!((status.signal(), status.exit_code()), (None, 101), "{site}");
    }
    desk.assert_clean();
    let (text, alternate) = desk.with(|s| (s.text(), s.screen.screen().alternate_screen()));
    assert!(!alternate && text.contains(&format!("internal error: fault at {site}")), "{site}: {text}");
    let unwrapped = text.replace('\n', "");
    let report = unwrapped.split("report: ").nth(1).unwrap_or_else(|| panic!("{site}: no report: {text}"));
    let path = report.split(".jsonl").next().unwrap().trim().to_owned() + ".jsonl";
    let said = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{site}: {path}: {e}"));
    assert!(said.contains("fault at") && said.contains("\"redacted\":true"), "{site}: {said}");
}

#[test]
fn t04_a_panic_of_the_desk_is_told_on_a_clean_terminal() {
    let place = Place::new(2_000);
    for site in FATAL {
        let mut desk = fail(&place, &super::desk::program(), site, "panic");
        let status = desk.ended(LONG);
        assert_told(&mut desk, site.0, &status, false);
    }
}

#[test]
fn t04_a_panic_of_a_worker_leaves_the_desk_running() {
    let place = Place::new(2_000);
    for site in WORKERS {
        let mut desk = fail(&place, &super::desk::program(), site, "panic");
        // The log has it, whatever came after.
        desk.keys("5");
        desk.wait_text(&format!("fault at {}", site.0));
        desk.wait_text("the report is");
        desk.assert_taken();
        // It still works.
        desk.keys("2gg");
        desk.wait_text("000001 ");
        desk.keys("\x03");
        assert_eq!(desk.end(LONG), 0, "{}", site.0);
        desk.assert_clean();
    }
}

/// The same in a build that aborts on panics, which `.ci/run` makes and names here.
#[test]
fn t04_a_build_that_aborts_is_as_clean() {
    let Ok(program) = std::env::var("GREENBAR_ABORT_BUILD") else {
        eprintln!("skipped: GREENBAR_ABORT_BUILD names no build with panic = \"abort\"");
        return;
    };
    let place = Place::new(2_000);
    for site in FATAL.into_iter().chain(WORKERS) {
        let mut desk = fail(&place, &program, site, "panic");
        let status = desk.ended(LONG);
        assert_told(&mut desk, site.0, &status, true);
    }
}

/// No destructor and no hook runs: the handler of the signal sets the terminal right.
#[test]
fn t04_a_full_stack_and_an_abort_leave_a_clean_terminal() {
    let place = Place::new(2_000);
    for (site, kind) in
        [(FATAL[1], "overflow"), (WORKERS[0], "overflow"), (FATAL[6], "overflow"), (WORKERS[0], "abort")]
    {
        let mut desk = fail(&place, &super::desk::program(), site, kind);
        let status = desk.ended(LONG);
        assert!(status.signal().is_some_and(|s| s.contains("Abort")), "{site:?} {kind}: {status:?}");
        desk.assert_clean();
        let text = desk.with(|s| s.text());
        assert!(kind == "abort" || text.contains("has overflowed its stack"), "{site:?}: {text}");
    }
    for signal in [Signal::SEGV, Signal::BUS, Signal::ABORT] {
        let mut desk = open(&place.desk());
        desk.signal(signal);
        let status = desk.ended(LONG);
        assert!(status.signal().is_some(), "{signal:?}: {status:?}");
        desk.assert_clean();
    }
}
