//! Where subcommands end: bad usage, files that are none, closed pipes, interrupts, and what would act on a terminal.

use super::{PROGRAM, home, path};
use regex::Regex;
use rusqlite::Connection;
use std::fs;
use std::io::Read;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

#[test]
fn what_is_no_regular_file_is_refused_at_once() {
    let home = home();
    let fifo = home.path("pipe.csv");
    rustix::fs::mkfifoat(rustix::fs::CWD, &fifo, rustix::fs::Mode::RWXU).unwrap();
    fs::create_dir(home.path("folder.csv")).unwrap();
    let begun = Instant::now();
    for (name, said) in
        [("pipe.csv", "a pipe"), ("folder.csv", "a directory"), ("missing.csv", "no such file")]
    {
        let link = format!("{name}:1");
        for args in [
            vec!["outline", name],
            vec!["layout", name],
            vec!["cat", name],
            vec!["kb", "import", name],
            vec!["kb", "add", "--file", name],
            vec!["kb", "edit", "S0C7", "--file", name],
            vec!["kb", "link", "S0C7", &link],
            vec!["restore", name],
        ] {
            home.fails(&args, 2, said);
        }
    }
    home.fails(&["kb", "export", "pipe.csv"], 2, "not a regular file");
    home.fails(&["backup", "pipe.csv"], 2, "not a regular file");
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[test]
fn bad_usage_is_said() {
    let home = home();
    home.fails(&[], 2, "needs a terminal");
    home.fails(&[PROGRAM], 2, "needs a terminal");
    home.fails(&["serch", "s0c7"], 2, "did you mean `greenbar search`");
    for args in
        [vec!["search"], vec!["search", "x", "--limt", "2"], vec!["kb"], vec!["cat"], vec!["find", "x"]]
    {
        let ran = home.run(&args);
        assert!(ran.code == 2 && ran.out.is_empty() && !ran.err.is_empty(), "{args:?}: {ran:?}");
        let ran = home.run(&[&args[..], &["--json"]].concat());
        assert!(ran.code == 2 && ran.out.is_empty() && ran.error()["what"] != "", "{args:?}: {ran:?}");
    }
    let ran = home.run(&["find", "x", PROGRAM, "--columns", "70-"]);
    assert!(ran.code == 2 && ran.err.contains("or is in columns A-B"), "{ran:?}");
    home.fails(&["search", "--at", PROGRAM], 2, "it names no line");
    for args in [["--help", "search"], ["help", "kb"], ["kb", "--help"], ["search", "-h"]] {
        let ran = home.done(&args);
        assert!(ran.out.contains("Usage: greenbar") && ran.err.is_empty(), "{ran:?}");
    }
}

#[test]
fn a_pipe_that_closes_ends_quietly() {
    let home = home();
    let big = home.file("big", "a line that is printed\n".repeat(100_000));
    for args in [
        vec!["cat", &big],
        vec!["cat", &big, "--json"],
        vec!["find", "line", &big, "--limit", "100000"],
        vec!["kb", "export"],
        vec!["kb", "export", "--format", "csv"],
        vec!["kb", "list", "--json"],
        vec!["search", "data", "--limit", "500", "--json"],
        vec!["keys"],
    ] {
        let mut child = home.command(&args).spawn().unwrap();
        let mut first = [0; 10];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let out = child.wait_with_output().unwrap();
        assert_eq!(
            (out.status.code(), String::from_utf8_lossy(&out.stderr).as_ref()),
            (Some(0), ""),
            "{args:?}"
        );
    }
}

/// Whether a process takes an interrupt itself (proc(5)): before that it would just end.
fn takes_interrupts(process: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    caught.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 0b10 != 0)
}

#[test]
fn an_interrupt_ends_with_130() {
    let home = home();
    let file = home.path("endless");
    // Sparse: it takes long to read and no room. A regular expression takes its time with it.
    fs::File::create(&file).unwrap().set_len(40 << 30).unwrap();
    let child = home.command(&["find", "a.*b", path(&file), "--regex"]).spawn().unwrap();
    let begun = Instant::now();
    while !takes_interrupts(child.id()) && begun.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(5));
    }
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let out = child.wait_with_output().unwrap();
    assert_eq!(out.status.code(), Some(130), "{out:?}");
    assert!(String::from_utf8_lossy(&out.stderr).contains("stopped reading"), "{out:?}");
}

/// E02: what acts on a terminal does not reach it by any subcommand, wherever it comes from.
#[test]
fn e02_nothing_acts_on_the_terminal() {
    static ACTS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}--\n]").unwrap());
    let home = home();
    let evil = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{202e}gnp\u{8}\u{7f}\r!";
    let name = format!("x{evil}.cbl");
    let program = format!(
        "       PROGRAM-ID. P{evil}.\n       PROCEDURE DIVISION.\n       A{evil}.\n           EXEC SQL {evil}\n"
    );
    let file = home.file(&name, program);
    // Entries as another program may have written them, tags and titles with controls.
    let document = format!(
        "+++\nid = \"EVIL\"\ntitle = \"Evil\"\ncategory = \"Batch\"\ntags = [\"evil\"]\n+++\n\n# Problem\n\nevil {evil} text\n\n# Solution\n\n{evil}\n"
    );
    assert_eq!(home.run_with(&["kb", "add"], &[], document.as_bytes()).code, 0);
    home.done(&["kb", "note", "EVIL", evil]);
    home.done(&["kb", "link", "EVIL", &format!("{file}:1"), "--symbol", evil, "--note", evil]);
    let sql = Connection::open(home.path("data/greenbar.db")).unwrap();
    sql.execute("UPDATE kb_entries SET title = ?1, category = ?1 WHERE id = 'EVIL'", [evil]).unwrap();
    drop(sql);
    let bad = home.file(&format!("{evil}.csv"), format!("title,category,tags,{evil}\n"));
    let rows =
        home.file("rows.csv", format!("id,title,category,severity\n\"{evil}\",\"{evil}\",{evil},{evil}\n"));
    let config = home.file("c.toml", format!("[ui]\n\"th{}\" = 1\n", "\\u001b[31m"));
    let out = format!("{evil}.json");
    let spelling = format!("serch{evil}");
    let missing = format!("nowhere{evil}");
    for args in [
        vec!["search", "evil", "--explain"],
        vec!["search", evil],
        vec!["search", "x", &format!("category:{evil}")],
        vec!["kb", "show", "EVIL"],
        vec!["kb", "show", "EVIL", "--document"],
        vec!["kb", "show", evil],
        vec!["kb", "list", "--tag", "evil"],
        vec!["kb", "stats"],
        vec!["kb", "rate", "EVIL", "worked"],
        vec!["kb", "rate", "EVIL", evil],
        vec!["kb", "note", "EVIL", evil, "--add"],
        vec!["kb", "add", "--title", evil, "--category", evil],
        vec!["kb", "import", &bad],
        vec!["kb", "import", &rows],
        vec!["kb", "export", &out],
        vec!["kb", "export"],
        vec!["kb", "rm", "EVIL"],
        vec!["kb", "undelete", "EVIL"],
        vec!["outline", &file],
        vec!["layout", &file],
        vec!["cat", &file],
        vec!["cat", &file, "--hex", "-n"],
        vec!["cat", &missing],
        vec!["cat", &file, "--lines", evil],
        vec!["find", "evil", &file],
        vec!["find", "P", &file],
        vec!["find", evil, &file, "--regex"],
        vec!["find", &format!("({evil}"), &file, "--regex"],
        vec!["doctor"],
        vec!["--config", &config, "doctor"],
        vec!["--db", evil, "search", "x"],
        vec!["--theme", evil, "config", "show"],
        vec!["metrics"],
        vec!["metrics", "--prometheus"],
        vec!["backup", evil],
        vec!["restore", &missing],
        vec![&spelling],
        vec!["--no-such-flag", evil],
        vec!["keys"],
        vec!["completions", evil],
        vec!["replay", &missing],
    ] {
        for json in [false, true] {
            let tail: &[&str] = if json { &["--json"] } else { &[] };
            let args = [&args[..], tail].concat();
            let ran = home.run(&args);
            for text in [&ran.out, &ran.err] {
                if let Some(found) = ACTS.find(text) {
                    let around: String = text[..found.start()]
                        .chars()
                        .rev()
                        .take(60)
                        .collect::<Vec<_>>()
                        .into_iter()
                        .rev()
                        .collect();
                    panic!("{args:?}: {:?} after {around:?}", found.as_str());
                }
            }
        }
    }
}

#[test]
fn without_utf8_only_ascii_is_printed() {
    let home = home();
    home.done(&[
        "kb",
        "add",
        "--title",
        "Gr\u{f6}\u{df}e \u{2260} L\u{e4}nge",
        "--category",
        "Batch",
        "--tags",
        "ascii",
    ]);
    let ran = home.done(&["--ascii", "search", "tag:ascii", "--explain"]);
    assert!(ran.out.is_ascii() && ran.out.contains("Gr"), "{ran:?}");
}

#[test]
fn a_total_that_was_not_counted_to_the_end_is_said_so() {
    let home = home();
    let row = r#"{"title":"Entry","category":"Batch","problem":"zworg zwibble."}"#;
    let rows = format!("{row}\n").repeat(2_100);
    let ran = home.run_with(
        &["kb", "import", "-", "--format", "jsonl", "--duplicates", "keep", "--json"],
        &[],
        rows.as_bytes(),
    );
    assert_eq!((ran.code, &ran.json()["added"]), (0, &2_100.into()), "{ran:?}");
    let (text, json) = home.both(&["search", "\"zworg zwibble\"", "--limit", "5"]);
    assert!(Regex::new(r"(?m)^5 of \d+\+ in ").unwrap().is_match(&text), "{text}");
    assert_eq!((&json["more"], json["total"].as_u64() < Some(2_100)), (&true.into(), true));
    let (text, json) = home.both(&["search", "zworg", "--limit", "5", "--explain"]);
    assert!(text.contains("\n5 of 2,100 in ") || text.starts_with("5 of 2,100 in "), "{text}");
    assert_eq!((&json["more"], &json["total"]), (&false.into(), &2_100.into()));
}
