//! Import of folders, previews, what interrupts an import, and the export of documents.

use super::{Home, home, path};
use rusqlite::Connection;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::time::{Duration, Instant};

fn entries(home: &Home) -> u64 {
    home.done(&["kb", "stats", "--json"]).json()["entries"].as_u64().unwrap()
}

/// A folder with documents and with what is none.
fn folder(home: &Home) -> String {
    let root = home.path("notes");
    fs::create_dir_all(root.join("db2/deep")).unwrap();
    let file = |name: &str, bytes: &[u8]| fs::write(root.join(name), bytes).unwrap();
    file("one.md", b"---\ntitle: One\ntags: [A]\nlayout: x\n---\nProblem one.\n\n# Solution\nDo it.\n");
    file("db2/lock.txt", b"Lock waits\n\nSQLCODE -911 in the batch.\n");
    file("db2/deep/README", b"Plain note without an ending\n");
    file("löhne.log", b"x y z 1\n");
    file("latin.txt", b"L\xF6hne \x80 und Geh\xE4lter\n\nSeit gestern falsch.\n");
    let cp273: Vec<u8> =
        [0xC5, 0x95, 0xA3, 0x99, 0x87, 0x40, 0xA5, 0x85, 0x99, 0x93, 0x96, 0x99, 0x85, 0x95, 0x40, 0x25]
            .repeat(20);
    file("host.txt", &cp273);
    file("image", &[0x89, b'P', b'N', b'G', 0, 1, 2, 3, 0, 0, 0, 9]);
    file("huge.txt", &vec![b'x'; (4 << 20) + 1]);
    file("empty.txt", b"");
    file("rows.csv", b"title\na\n");
    file("PAYR010.cbl", b"       IDENTIFICATION DIVISION.\n");
    file(".hidden.md", b"# hidden\n");
    rustix::fs::mkfifoat(rustix::fs::CWD, root.join("pipe.txt"), rustix::fs::Mode::RWXU).unwrap();
    std::os::unix::fs::symlink("..", root.join("db2/loop")).unwrap();
    std::os::unix::fs::symlink("loop.md", root.join("loop.md")).unwrap();
    path(&root).to_owned()
}

#[test]
fn a_folder_is_imported_and_what_is_no_note_is_named() {
    let home = home();
    let root = folder(&home);
    let begun = Instant::now();
    let ran = home.run(&["kb", "import", &root, "--preview", "--json"]);
    let preview = ran.json();
    assert_eq!((ran.code, &preview["preview"], entries(&home)), (2, &true.into(), entries(&home)));
    let ran = home.run(&["kb", "import", &root, "--json"]);
    let json = ran.json();
    assert!(begun.elapsed() < Duration::from_secs(30));
    assert_eq!((ran.code, &json["added"]), (2, &6.into()), "{json:#}");
    for field in ["added", "changed", "rejected", "rejected_rows", "unused", "remarks"] {
        assert_eq!(json[field], preview[field], "{field}");
    }
    let rejected: Vec<(&str, &str)> = json["rejected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (r["file"].as_str().unwrap(), r["reason"].as_str().unwrap()))
        .collect();
    for (name, said) in [
        ("PAYR010.cbl", "ends in .cbl"),
        ("db2/loop", "links to directories"),
        ("empty.txt", "empty"),
        ("huge.txt", "more than 4 MiB"),
        ("image", "no text"),
        ("loop.md", "links to nothing"),
        ("pipe.txt", "pipes"),
        ("rows.csv", "many entries"),
    ] {
        assert!(
            rejected.iter().any(|(file, why)| *file == name && why.contains(said)),
            "{name}: {rejected:?}"
        );
    }
    assert_eq!(rejected.len(), 8);
    let lock = home.done(&["kb", "show", "F-DB2-LOCK", "--json"]).json();
    assert_eq!((&lock["category"], &lock["codes"][0]), (&"db2".into(), &"SQL-911".into()));
    let latin = home.done(&["kb", "show", "F-LATIN", "--json"]).json();
    assert_eq!((&latin["title"], &latin["category"]), (&"Löhne € und Gehälter".into(), &"General".into()));
    let host = home.done(&["kb", "show", "F-HOST", "--json"]).json();
    assert!(
        host["problem"].as_str().unwrap().starts_with("Entrg verloren") || host["title"] == "Entrg verloren",
        "{host}"
    );
    assert_eq!(json["remarks"].as_array().unwrap().len(), 2, "{json:#}");
    assert_eq!(json["unused"][0]["name"], "layout");

    // Once more: nothing is new. In words, with what to do.
    let ran = home.run(&["kb", "import", &root]);
    assert!(ran.out.starts_with("0 added, 0 changed, 6 unchanged, 8 rejected\n"), "{}", ran.out);
    assert!(ran.out.contains("rows.csv: it holds many entries: import it by itself\n"), "{}", ran.out);
    assert!(ran.out.contains("not used: \"layout\", no field of an entry (one.md)\n"), "{}", ran.out);
    let cobol = home.run(&["kb", "import", &root, "--format", "text", "--json"]).json();
    assert_eq!(cobol["added"], 2, "{cobol:#}");
    home.fails(&["kb", "import", &root, "--format", "csv"], 2, "is a folder");
    fs::create_dir(home.path("bare")).unwrap();
    home.fails(&["kb", "import", "bare"], 2, "without documents");
}

#[test]
fn a_preview_is_a_table_and_writes_nothing() {
    let home = home();
    let before = entries(&home);
    let csv = "id,title,category,problem,Extra\nNEW1,New,Batch,x,\nS0C7,Other title,Batch,x,\n,Copy,Batch,x,\n,Copy,Batch,x,\nBAD,,Batch,x,\n";
    let file = home.file("rows.csv", csv);
    let ran = home.run(&["kb", "import", &file, "--preview"]);
    assert_eq!((ran.code, entries(&home)), (2, before));
    let said = "2 added, 1 changed, 0 unchanged, 1 left out because another entry says the same, 1 rejected, if it were imported (nothing was written)\n\
        added     row 2  NEW1  New\n\
        added     row 4  (a number)  Copy\n\
        changed   row 3  S0C7  Other title  [title, problem, solution";
    assert!(ran.out.starts_with(said), "{}", ran.out);
    assert!(
        ran.out.contains("\nleft out  row 5  (a number)  Copy  (the same text as row 4)\n"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("\nrow 6: title: it is empty: write one line\nnot used: \"Extra\""),
        "{}",
        ran.out
    );
    let ran = home.run(&["kb", "import", &file, "--keep-existing", "--json"]);
    assert_eq!((&ran.json()["kept"], entries(&home)), (&1.into(), before + 2));
}

#[test]
fn documents_are_exported_to_a_folder_and_come_back() {
    let home = home();
    home.done(&["kb", "add", "--id", "../../evil/x", "--title", "Evil", "--category", "Batch"]);
    home.done(&["kb", "note", "S0C7", "first\n+++\nsecond"]);
    let ran = home.done(&["kb", "export", "out", "--format", "markdown", "--json"]).json();
    let count = fs::read_dir(home.path("out")).unwrap().count();
    assert_eq!(ran["entries"], count as u64);
    assert!(!home.path("../evil").exists() && !home.path("evil").exists());
    let again = home.done(&["kb", "import", "out", "--json"]).json();
    assert_eq!((&again["unchanged"], &again["added"]), (&ran["entries"], &0.into()), "{again:#}");
    home.fails(&["kb", "export", "out", "--format", "markdown"], 2, "not empty");
    let link = home.path("out/S0C7.md");
    fs::remove_file(&link).unwrap();
    let kept = home.file("precious", "precious");
    std::os::unix::fs::symlink(&kept, &link).unwrap();
    home.done(&["kb", "export", "out", "--format", "markdown", "--replace"]);
    assert_eq!(fs::read_to_string(&kept).unwrap(), "precious");
    assert!(fs::read_to_string(&link).unwrap().contains("\\u002B++\nsecond"));
    home.fails(&["kb", "export", "--format", "markdown"], 2, "goes to a folder");
    home.fails(&["kb", "export", "x.txt"], 2, "to import from");
    home.fails(&["kb", "export", &kept, "--format", "markdown"], 2, "needs a folder");
}

/// A file of entries without ids, large enough that it is not imported at once.
fn large(home: &Home) -> (String, u64) {
    let rows = 5_000;
    let mut text = String::new();
    for n in 0..rows {
        let line = format!(
            "{{\"title\":\"Title {n}\",\"category\":\"Batch\",\"problem\":\"number {n} {}\"}}\n",
            "word ".repeat(40)
        );
        text.push_str(&line);
    }
    (home.file("large.jsonl", text), rows)
}

#[test]
fn an_import_that_is_interrupted_or_killed_can_be_run_again() {
    let home = home();
    let before = entries(&home);
    let (file, rows) = large(&home);
    for signal in [rustix::process::Signal::INT, rustix::process::Signal::KILL] {
        let count = entries(&home);
        let child = home.command(&["kb", "import", &file]).spawn().unwrap();
        let database = home.path("data/greenbar.db");
        let begun = Instant::now();
        loop {
            std::thread::sleep(Duration::from_millis(20));
            let sql = Connection::open(&database).unwrap();
            let now: i64 = sql.query_row("SELECT count(*) FROM kb_entries", [], |r| r.get(0)).unwrap();
            let now = u64::try_from(now).unwrap();
            if now > count + 1_000 {
                break;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "it does not begin");
        }
        let id = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(id, signal).unwrap();
        let ended = child.wait_with_output().unwrap();
        if signal == rustix::process::Signal::INT {
            let err = String::from_utf8(ended.stderr).unwrap();
            assert_eq!(ended.status.code(), Some(130), "{err}");
            assert!(err.contains("run it again to go on"), "{err}");
        }
        assert!(entries(&home) < before + rows);
        home.done(&["doctor", "--json"]);
    }
    let kept = entries(&home) - before;
    let json = home.done(&["kb", "import", &file, "--json"]).json();
    assert_eq!((&json["duplicates"], &json["added"]), (&kept.into(), &(rows - kept).into()));
    assert_eq!(entries(&home), before + rows);
}

#[test]
fn rows_of_a_pipe_are_taken_as_they_come() {
    let home = home();
    let mut child = home
        .command(&["kb", "import", "-", "--format", "csv", "--preview"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"Short description;Resolution;Category\nOne;Two;Db2\n").unwrap();
    drop(input);
    let first = BufReader::new(child.stdout.take().unwrap()).lines().next().unwrap().unwrap();
    assert!(first.starts_with("1 added"), "{first}");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
