//! T01: the terminal goes away. A process of its own holds the terminal and is killed, as a broken connection does it.

use super::harness::{LONG, Program, probe, process, scale, signal_to, wait_state};
use rustix::process::Signal;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Not a test: the process that holds the terminal. Prints the numbers of all processes in it, and waits to be killed.
#[test]
fn holder() {
    let Ok(script) = std::env::var("GREENBAR_HOLDER") else { return };
    let mut program: Program = probe();
    for name in ["PROBE_DRAFT", "PROBE_BUSY"] {
        if let Ok(value) = std::env::var(name) {
            program = program.env(name, &value);
        }
    }
    if !script.is_empty() {
        program = program.under(&script);
    }
    let desk = program.start();
    desk.wait_text("80x24");
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

#[test]
fn t01_the_process_ends_when_its_terminal_does() {
    let folder = tempfile::tempdir().unwrap();
    let scripts = ["", "trap '' HUP; exec \"$@\"", "trap '' HUP; \"$@\"; true"];
    for round in 0..2 * scale() {
        for (i, script) in scripts.iter().enumerate() {
            let draft = folder.path().join(format!("draft-{round}-{i}"));
            let mut holder = Command::new(std::env::current_exe().unwrap());
            holder.args(["--exact", "hangup::holder", "--nocapture", "-q"]);
            holder.env("GREENBAR_HOLDER", script).env("PROBE_DRAFT", &draft);
            if round % 2 == 1 {
                holder.env("PROBE_BUSY", "1");
            }
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
                assert!(cpu(*pid).saturating_sub(before) <= Duration::from_millis(50), "it spun");
            }
            assert_eq!(std::fs::read_to_string(&draft).unwrap(), "draft", "{script}");
        }
    }
}
