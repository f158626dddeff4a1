//! T01: the terminal goes away. A process of its own holds the terminal and is killed, as a broken connection does it.

use super::harness::{LONG, Program, probe, process, scale, signal_to, wait_state};
use rustix::process::Signal;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Not a test: the process that holds the terminal. Runs what the environment says, types its keys, prints the numbers of
/// all processes in it, and waits to be killed.
#[test]
fn holder() {
    let Ok(script) = std::env::var("GREENBAR_HOLDER") else { return };
    let var = |name: &str| std::env::var(name).unwrap_or_default();
    let mut program = if var("HOLD_HOME").is_empty() {
        probe()
    } else {
        Program::new(&[&super::desk::program(), "--home", &var("HOLD_HOME"), &var("HOLD_FILE")])
    };
    for name in ["PROBE_DRAFT", "PROBE_BUSY"] {
        if let Ok(value) = std::env::var(name) {
            program = program.env(name, &value);
        }
    }
    if !script.is_empty() {
        program = program.under(&script);
    }
    let mut desk = program.start();
    for step in var("HOLD_STEPS").split(';') {
        let (text, keys) = step.split_once('>').unwrap();
        desk.wait_text(text);
        desk.keys(keys);
        if keys == "\x1b" {
            // Esc and a key right behind it are a key with Alt.
            std::thread::sleep(Duration::from_millis(300));
        }
    }
    println!("\nREADY {}", desk.pid());
    std::thread::sleep(Duration::from_secs(600));
}

fn descendants(root: i32) -> Vec<i32> {
    let mut all = vec![root];
    let pids: Vec<i32> = std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|e| e.unwrap().file_name().to_str()?.parse().ok())
        .collect();
    let mut next = 0;
    while let Some(&parent) = all.get(next) {
        all.extend(pids.iter().filter(|pid| process(**pid).is_some_and(|p| p.1 == parent)));
        next += 1;
    }
    all
}

/// The leader of a session, a leader that ignores SIGHUP, and a child of a shell that ignores it.
const SCRIPTS: [&str; 3] = ["", "trap '' HUP; exec \"$@\"", "trap '' HUP; \"$@\"; true"];

/// CPU time that the way out may take. A debug build works longer at the chunk that it is at.
const SPENT: Duration = Duration::from_millis(if cfg!(debug_assertions) { 200 } else { 50 });

/// Runs a holder, kills it, and asserts that all that ran in its terminal ends soon and without spinning.
fn cut(script: &str, vars: &[(&str, &Path)]) {
    let mut holder = Command::new(std::env::current_exe().unwrap());
    holder.args(["--exact", "hangup::holder", "--nocapture", "-q"]);
    holder.env("GREENBAR_HOLDER", script).envs(vars.iter().copied());
    let mut holder = holder.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(holder.stdout.take().unwrap());
    let mut line = String::new();
    let pid = loop {
        line.clear();
        assert!(lines.read_line(&mut line).unwrap() > 0, "the holder ended");
        if let Some(pid) = line.trim().strip_prefix("READY ") {
            break pid.parse::<i32>().unwrap();
        }
    };
    let inside = descendants(pid);
    let cpu = |pid: i32| process(pid).map(|p| p.2).unwrap_or_default();
    let before: Vec<Duration> = inside.iter().map(|p| cpu(*p)).collect();
    signal_to(i32::try_from(holder.id()).unwrap(), Signal::KILL);
    holder.wait().unwrap();
    let mut rest = String::new();
    let _ = lines.read_to_string(&mut rest);
    for (pid, before) in inside.iter().zip(before) {
        let took = wait_state(*pid, "XZ", LONG);
        assert!(took < Duration::from_secs(2), "{took:?}");
        let spent = cpu(*pid).saturating_sub(before);
        assert!(spent <= SPENT, "it spun: {spent:?} with {vars:?} under {script:?}");
    }
}

#[test]
fn t01_the_process_ends_when_its_terminal_does() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..2 * scale() {
        for (i, script) in SCRIPTS.iter().enumerate() {
            let draft = folder.path().join(format!("draft-{round}-{i}"));
            let busy = Path::new("1");
            let vars = [("HOLD_STEPS", Path::new("80x24>")), ("PROBE_DRAFT", &draft), ("PROBE_BUSY", busy)];
            cut(script, &vars[..2 + round % 2]);
            let kept = std::fs::read_to_string(&draft).unwrap_or_default();
            assert_eq!(kept, "draft", "{script:?}, busy: {}", round % 2);
        }
    }
}

/// The desk itself: idle, with a form that is half filled in, and while it searches a file that has no match. What was
/// typed is there afterwards.
#[test]
fn t01_the_desk_ends_and_keeps_what_was_typed() {
    let place = super::desk::Place::new(200_000 * scale().min(10));
    let file = place.path().join("BIG.cbl");
    let steps = [
        "MOVE WS-FIELD>",
        "MOVE WS-FIELD>1;browse>\x1b;browse>n;Title>half a title;half a title>",
        "MOVE WS-FIELD>/\\rZ[0-9]+Q\r;Z[0-9]+Q>",
    ];
    for round in 0..scale() {
        for (i, script) in SCRIPTS.iter().enumerate() {
            for (j, steps) in steps.iter().enumerate() {
                let home = place.path().join(format!("home-{round}-{i}-{j}"));
                cut(script, &[("HOLD_HOME", &home), ("HOLD_FILE", &file), ("HOLD_STEPS", Path::new(steps))]);
                let draft = super::drafts::text(&home);
                assert_eq!(draft.contains("half a title"), j == 1, "{script} {steps}: {draft}");
            }
        }
    }
}
