//! `greenbar cat --follow`.

use super::{Home, home};
use rustix::process::{Pid, Signal, kill_process};
use std::fs::{OpenOptions, rename, write};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::Child;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// A reading that goes on, and the lines it prints.
struct Tail(Child, Receiver<String>);

impl Tail {
    fn start(home: &Home, args: &[&str]) -> Self {
        let mut child = home.command(&[&["cat", "--follow"], args].concat()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in out.lines() {
                if sender.send(line.unwrap()).is_err() {
                    break;
                }
            }
        });
        Self(child, lines)
    }

    #[track_caller]
    fn next(&self) -> String {
        self.1.recv_timeout(Duration::from_secs(20)).expect("a line is printed soon")
    }

    fn rests(&self) {
        assert_eq!(self.1.recv_timeout(Duration::from_millis(600)).ok(), None, "nothing more is printed");
    }

    /// Interrupts it. Gives the exit code, what it had still to print, and what it said.
    fn stop(mut self) -> (Option<i32>, Vec<String>, String) {
        kill_process(Pid::from_child(&self.0), Signal::INT).unwrap();
        let mut said = String::new();
        self.0.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (self.0.wait().unwrap().code(), self.1.iter().collect(), said)
    }
}

fn append(file: &str, text: &str) {
    OpenOptions::new().append(true).open(file).unwrap().write_all(text.as_bytes()).unwrap();
}

#[test]
fn what_is_written_is_printed_whatever_becomes_of_the_file() {
    let home = home();
    let lines = (1..=30).map(|n| format!("line {n}\n")).collect::<Vec<_>>().concat();
    let file = home.file("app.log", lines);
    let tail = Tail::start(&home, &["-n", &file]);
    for n in 21..=30 {
        assert_eq!(tail.next(), format!("{n:>6}  line {n}"));
    }
    append(&file, "half a ");
    tail.rests();
    append(&file, "line\nand one more\x1b[2J\n");
    assert_eq!(tail.next(), "    31  half a line");
    assert!(tail.next().starts_with("    32  and one more"));
    // Cut off, gone, another file of its name.
    write(&file, "anew\n").unwrap();
    assert_eq!(tail.next(), "     1  anew");
    rename(&file, home.path("app.log.1")).unwrap();
    tail.rests();
    write(&file, "second\nthird").unwrap();
    assert_eq!(tail.next(), "     1  second");
    tail.rests();
    let (code, rest, said) = tail.stop();
    // What had not ended is printed now.
    assert_eq!((code, rest), (Some(130), vec!["     2  third".to_owned()]), "{said}");
    for part in ["was cut off", "is gone", "is another file now"] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn it_begins_where_it_is_told_and_reads_records() {
    let home = home();
    let file = home.file("a.txt", "one\ntwo\nthree\n");
    let tail = Tail::start(&home, &["--lines", "2:", &file]);
    assert_eq!((tail.next(), tail.next()), ("two".to_owned(), "three".to_owned()));
    assert_eq!(tail.stop().0, Some(130));
    // Records without line ends: a record is there once all of it is.
    let cards = home.file("cards", format!("{:<80}{:<80}", "FIRST CARD", "SECOND CARD"));
    let tail = Tail::start(&home, &["--records", "f80", &cards]);
    assert_eq!(
        (tail.next().trim_end().to_owned(), tail.next().trim_end().to_owned()),
        ("FIRST CARD".to_owned(), "SECOND CARD".to_owned())
    );
    append(&cards, "THIRD");
    tail.rests();
    append(&cards, &format!("{:<75}", " CARD"));
    assert_eq!(tail.next().trim_end(), "THIRD CARD");
    assert_eq!(tail.stop().0, Some(130));
    home.fails(
        &["cat", "--follow", &home.file("none.txt", ""), "--lines", "1:2"],
        2,
        "goes on after the last line",
    );
    let json = home.run(&["cat", "--follow", &file, "--json"]);
    assert_eq!((json.code, json.error()["what"].as_str()), (2, Some("--follow gives no JSON")));
    home.fails(&["cat", "--follow", "nowhere"], 2, "nowhere");
}

#[test]
fn it_ends_when_nobody_reads_any_more() {
    let home = home();
    let file = home.file("a.txt", "one\n");
    let mut child = home.command(&["cat", "--follow", &file]).spawn().unwrap();
    let mut first = [0; 4];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    // The reader is gone, and nothing is written to the file either.
    let out = child.wait_with_output().unwrap();
    assert_eq!((out.status.code(), String::from_utf8_lossy(&out.stderr).as_ref()), (Some(0), ""));
}
