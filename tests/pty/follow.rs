//! A growing file on a real terminal: what is written is on the screen soon after, whatever becomes of the file.

use super::harness::{Desk, LONG, Program};
use std::fs::{OpenOptions, rename, write};
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

fn desk(folder: &Path, file: &Path) -> Desk {
    let home = folder.join("home").display().to_string();
    let desk =
        Program::new(&[env!("CARGO_BIN_EXE_greenbar"), "--home", &home, &file.display().to_string()]).start();
    desk.wait_text("the first line");
    desk
}

fn append(file: &Path, text: &str) {
    OpenOptions::new().append(true).open(file).unwrap().write_all(text.as_bytes()).unwrap();
}

#[test]
fn what_is_written_is_shown_soon() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("app.log");
    write(&file, "the first line\n").unwrap();
    let mut desk = desk(folder.path(), &file);
    desk.keys("F");
    desk.wait_text("followed");
    let mut took = Vec::new();
    for n in 0..12 {
        append(&file, &format!("line number {n}\n"));
        let begun = Instant::now();
        desk.wait_text(&format!("line number {n}"));
        took.push(begun.elapsed());
        // At other times between two looks.
        std::thread::sleep(Duration::from_millis(37 * n));
    }
    took.sort_unstable();
    eprintln!("from a write to the screen: {:?} in the middle, {:?} at most", took[6], took[11]);
    // The machine may be busy: one look in between is let pass.
    assert!(took[9] < Duration::from_millis(600), "{took:?}");
    // Cut off, gone, and a new one.
    write(&file, "begun anew\n").unwrap();
    desk.wait_text("was cut off");
    desk.wait_text("begun anew");
    rename(&file, folder.path().join("app.log.1")).unwrap();
    desk.wait_text("is gone");
    write(&file, "a second file\n").unwrap();
    desk.wait_text("a second file");
    append(&file, "and more of it\n");
    desk.wait_text("and more of it");
    desk.keys("k");
    desk.wait_text("not followed any more");
    desk.keys("\x03");
    desk.end(LONG);
}

/// Ten megabytes a second: keys are answered and the end is shown while it is written.
#[test]
fn a_fast_file_is_followed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("app.log");
    write(&file, "the first line\n").unwrap();
    for command in ["follow", "follow 'S0C7' word"] {
        let mut desk = desk(folder.path(), &file);
        desk.keys(&format!(":{command}\r"));
        desk.wait_text("followed");
        let stop = Arc::new(AtomicBool::new(false));
        let writer = std::thread::spawn({
            let (stop, file) = (Arc::clone(&stop), file.clone());
            move || {
                let mut file = OpenOptions::new().append(true).open(file).unwrap();
                let mut n = 0_u64;
                while !stop.load(Ordering::Relaxed) {
                    let mut block = String::new();
                    for n in n..n + 20_000 {
                        let what = if n % 100 == 0 {
                            "ABEND S0C7"
                        } else {
                            "ended with no error at all, nothing to see"
                        };
                        block.push_str(&format!("{n:012} {what}\n"));
                    }
                    file.write_all(block.as_bytes()).unwrap();
                    n += 20_000;
                    std::thread::sleep(Duration::from_millis(100));
                }
                n
            }
        });
        std::thread::sleep(Duration::from_secs(2));
        let begun = Instant::now();
        desk.keys("?");
        desk.wait_text("Help: keys");
        let answered = begun.elapsed();
        desk.keys("\x1b");
        std::thread::sleep(Duration::from_secs(1));
        stop.store(true, Ordering::Relaxed);
        let last = writer.join().unwrap();
        let begun = Instant::now();
        let (wanted, not) = if command == "follow" { (last - 1, last) } else { (last - 100, last - 1) };
        desk.wait_text(&format!("{wanted:012}"));
        let behind = begun.elapsed();
        eprintln!("{command}: a key after {answered:?}, the last line {behind:?} after it was written");
        desk.with(|s| assert!(!s.has(&format!("{not:012}")), "{}", s.text()));
        assert!(
            answered < Duration::from_secs(1) && behind < Duration::from_secs(2),
            "{answered:?} {behind:?}"
        );
        desk.keys("\x03");
        desk.end(LONG);
        write(&file, "the first line\n").unwrap();
    }
}
