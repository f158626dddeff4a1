//! Starting, and refusing to start.

use super::harness::{LONG, probe};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// T12: terminals that cannot show the desk are refused without one escape byte, in one line that says what to do.
#[test]
fn t12_unknown_terminals_are_refused() {
    for term in ["dumb", "", "unknown", "emacs", "ibm3278", "du\u{1b}[31mmb"] {
        let mut desk = probe().env("TERM", term).start();
        assert_eq!(desk.end(LONG), 2, "TERM={term:?}");
        let raw = desk.with(|s| s.raw.clone());
        assert!(!raw.contains(&0x1b), "TERM={term:?}: {:?}", String::from_utf8_lossy(&raw));
        assert!(desk.with(|s| s.text()).replace('\n', "").contains("xterm-256color"));
        desk.assert_clean();
    }
}

/// T12: all others work, with the bytes that they know: no colour is the theme's affair, the rest is ours.
#[test]
fn t12_known_terminals_work() {
    for term in
        ["vt100", "vt220", "linux", "xterm", "xterm-256color", "screen", "tmux-256color", "rxvt", "ansi"]
    {
        for locale in ["C", "POSIX", "C.UTF-8"] {
            let mut desk = probe().env("TERM", term).env("LC_ALL", locale).start();
            desk.wait_text("80x24");
            desk.keys("jjk\x1b[6~");
            desk.wait_text("keys 4 ");
            desk.keys("q");
            assert_eq!(desk.end(LONG), 0, "{term} {locale}");
            desk.assert_clean();
            let raw = desk.with(|s| String::from_utf8_lossy(&s.raw).into_owned());
            let plain = ["vt100", "vt220", "linux", "ansi"].contains(&term);
            assert_eq!(raw.contains("?2026") || raw.contains("?1049"), !plain, "{term}");
            assert!(locale == "C.UTF-8" || raw.is_ascii(), "{term} {locale}");
        }
    }
}

/// T13: without a terminal there is one line on standard error, and an end.
#[test]
fn t13_no_terminal() {
    let program = probe();
    for case in 0..4 {
        let mut command = Command::new(&program.args[0]);
        command.args(&program.args[1..]).envs(&program.env);
        let null = || Stdio::null();
        command.stdin(null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if case == 1 {
            command.env("TERM", "dumb");
        }
        if case == 2 {
            command.stdout(null());
        }
        if case == 3 {
            command = Command::new("sh");
            command.args(["-c", "exec \"$@\" <&- >&-", "sh"]).args(&program.args).envs(&program.env);
            command.stderr(Stdio::piped());
        }
        let begun = Instant::now();
        let out = command.output().unwrap();
        assert!(begun.elapsed() < Duration::from_secs(1));
        assert_eq!(out.status.code(), Some(2), "case {case}");
        let said = String::from_utf8(out.stderr).unwrap();
        assert_eq!(said.lines().filter(|l| l.starts_with("error: ")).count(), 1, "{said}");
        assert!(!said.contains('\u{1b}') && !out.stdout.contains(&0x1b));
    }
}

/// T13: input from the terminal and output to a pipe, and the other way round.
#[test]
fn t13_half_a_terminal() {
    for script in ["\"$@\" | cat", "\"$@\" < /dev/null"] {
        let mut desk = probe().under(script).start();
        desk.end(LONG);
        assert!(desk.with(|s| s.text()).replace('\n', " ").contains("the desk needs a terminal"));
        assert!(!desk.with(|s| s.raw.contains(&0x1b)));
        desk.assert_clean();
    }
}

/// T16: a terminal that never answers delays nothing, because nothing is asked.
#[test]
fn t16_nothing_is_asked_at_the_start() {
    let desk = probe().start();
    desk.wait_text("80x24");
    let took = desk.started.elapsed();
    assert!(took < Duration::from_millis(if cfg!(debug_assertions) { 400 } else { 150 }), "{took:?}");
    let start = desk.wait("start", |s| {
        let text = s.text();
        text.split_once("start ")?.1.split_once(" us")?.0.parse::<u64>().ok()
    });
    eprintln!("the terminal was taken over in {start} us, the first frame was there after {took:?}");
    assert!(start < 50_000, "{start} us to take over the terminal");
    let raw = desk.with(|s| String::from_utf8_lossy(&s.raw).into_owned());
    for question in ["\x1b[c", "\x1b[0c", "\x1b[6n", "\x1b]10;?", "\x1b]11;?", "$p", "\x1b[>q", "\x1b[?u"] {
        assert!(!raw.contains(question), "{question:?} was asked");
    }
}
