//! The subcommands, run as people and programs run them: text, JSON, exit codes, pipes that close, input that is bad.

use rusqlite::Connection;
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

mod advise;
mod bench;
mod compare;
mod edges;
mod entries;
mod expand;
mod find_many;
mod follow;
mod formats;
mod history;
mod import;
mod known;
mod layout;
mod listing;
mod members;
mod notes;
mod search;
mod xref;

/// A home with the starter entries, made once.
static FILLED: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    let out = Command::new(env!("CARGO_BIN_EXE_greenbar"))
        .arg("--home")
        .arg(dir.path())
        .args(["kb", "stats"])
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(0), "{out:?}");
    dir
});

const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/cli/demo/PAYR010.cbl");

struct Home(tempfile::TempDir);

#[derive(Debug)]
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    /// The error document on standard error.
    fn error(&self) -> Value {
        let document: Value =
            serde_json::from_str(self.err.trim()).unwrap_or_else(|e| panic!("{e}: {self:?}"));
        document["error"].clone()
    }
}

fn home() -> Home {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    fs::create_dir(&data).unwrap();
    fs::set_permissions(&data, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    fs::copy(FILLED.path().join("data/greenbar.db"), data.join("greenbar.db")).unwrap();
    Home(dir)
}

impl Home {
    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_greenbar"));
        command.arg("--home").arg(self.0.path()).args(args).current_dir(self.0.path());
        for name in ["VISUAL", "EDITOR", "LC_ALL", "GREENBAR_STORE_URL"] {
            command.env_remove(name);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, &[], b"")
    }

    fn run_with(&self, args: &[&str], env: &[(&str, &str)], input: &[u8]) -> Ran {
        let mut command = self.command(args);
        command.envs(env.iter().copied());
        if !input.is_empty() {
            command.stdin(Stdio::piped());
        }
        let mut child = command.spawn().unwrap();
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(input).unwrap();
        }
        let out = child.wait_with_output().unwrap();
        let text =
            |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap_or_else(|e| panic!("{args:?}: {e}"));
        Ran { code: out.status.code().unwrap_or(-1), out: text(&out.stdout), err: text(&out.stderr) }
    }

    fn done(&self, args: &[&str]) -> Ran {
        let ran = self.run(args);
        assert_eq!(ran.code, 0, "{args:?}: {ran:?}");
        ran
    }

    /// Text and JSON of the same subcommand, both done.
    fn both(&self, args: &[&str]) -> (String, Value) {
        let text = self.done(args).out;
        let json = self.done(&[args, &["--json"]].concat()).json();
        (text, json)
    }

    fn fails(&self, args: &[&str], code: i32, said: &str) {
        let ran = self.run(args);
        assert!(ran.code == code && ran.err.contains(said), "{args:?} {said:?}: {ran:?}");
        assert!(ran.err.starts_with("greenbar: "), "{ran:?}");
        let ran = self.run(&[args, &["--json"]].concat());
        assert_eq!(ran.code, code, "{args:?}: {ran:?}");
        let error = ran.error();
        assert!(!error["what"].as_str().unwrap().is_empty() && error.get("cause").is_some(), "{ran:?}");
        assert!(!error["hint"].as_str().unwrap().is_empty(), "{ran:?}");
    }
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn has(value: &Value, wanted: &[&str]) {
    for key in wanted {
        assert!(value.get(key).is_some(), "{key} is missing in {:?}", keys(value));
    }
}

fn path(name: &Path) -> &str {
    name.to_str().unwrap()
}

#[test]
fn search_says_what_it_found_and_how() {
    let home = home();
    let (text, json) = home.both(&["search", "s0c7", "--limit", "3"]);
    assert!(text.contains("S0C7") && text.contains("exact"), "{text}");
    has(&json, &["query", "strategy", "took_ms", "total", "results", "suggestions"]);
    assert!(json.get("explain").is_none());
    let first = &json["results"][0];
    has(
        first,
        &["id", "title", "category", "tags", "layer", "score", "usage_count", "success_rate", "snippet"],
    );
    assert_eq!((first["id"].as_str(), first["layer"].as_str()), (Some("S0C7"), Some("exact")));
    assert!(json["results"].as_array().unwrap().len() <= 3 && json["total"].as_u64() >= Some(1));
    let snippet = first["snippet"].as_str().unwrap();
    let found = &first["matches"][0];
    let (from, to) = (found[0].as_u64().unwrap() as usize, found[1].as_u64().unwrap() as usize);
    assert_eq!(snippet.chars().skip(from).take(to - from).collect::<String>().to_lowercase(), "s0c7");

    let json = home.done(&["search", "s0c7", "--explain", "--json"]).json();
    has(&json["explain"], &["plan", "layers", "indexes", "advice"]);
    assert!(json["explain"]["indexes"].as_array().unwrap().contains(&"kb_entries_by_place".into()), "{json}");
    assert!(home.done(&["search", "s0c7", "--explain"]).out.contains("kb_aliases_by_alias"));

    // Signed codes, exclusions and flags in any place.
    for args in [["search", "-811", "--json"], ["--json", "search", "-811"]] {
        assert_eq!(home.done(&args).json()["results"][0]["id"], "SQL-811");
    }
    let all = home.done(&["search", "deadlock", "--json"]).json()["total"].as_u64().unwrap();
    let fewer = home.done(&["search", "deadlock", "-timeout", "--json"]).json()["total"].as_u64().unwrap();
    assert!(fewer < all, "{fewer} {all}");

    let none = home.run(&["search", "SOC7"]);
    assert_eq!(none.code, 1);
    assert!(none.out.contains("did you mean: S0C7"), "{none:?}");
    let none = home.run(&["search", "SOC7", "--json"]);
    assert_eq!((none.code, &none.json()["suggestions"][0]), (1, &"S0C7".into()));

    // Every search is in the history.
    let sql = Connection::open(home.path("data/greenbar.db")).unwrap();
    let times: i64 =
        sql.query_row("SELECT times FROM search_history WHERE query = 'SOC7'", [], |r| r.get(0)).unwrap();
    assert_eq!(times, 2);
}

#[test]
fn an_entry_lives_on_the_command_line() {
    let home = home();
    let added = home.done(&[
        "kb",
        "add",
        "--title",
        "PAYR010 abends S0C7",
        "--category",
        "Batch",
        "--tags",
        "payroll,comp-3",
        "--problem",
        "- blanks in TR-HOURS",
        "--solution",
        "Set it to zero.",
        "--severity",
        "severe",
        "--json",
    ]);
    let entry = added.json();
    has(
        &entry,
        &["id", "title", "category", "tags", "problem", "solution", "usage_count", "success_rate", "links"],
    );
    assert_eq!(
        (&entry["id"], &entry["severity"], &entry["codes"][0]),
        (&"N-000001".into(), &"severe".into(), &"S0C7".into())
    );
    let id = "n-000001";

    // A document goes out and comes in again.
    let document = home.done(&["kb", "show", id, "--document"]).out;
    let second = document.replace("N-000001", "").replace("PAYR010 abends", "PAYR020 abends");
    assert!(home.run_with(&["kb", "add"], &[], second.as_bytes()).out.contains("added: N-000002"));
    let file = home.file("doc.md", second.replace("PAYR020", "PAYR030"));
    assert!(home.done(&["kb", "add", "--file", &file]).out.contains("added: N-000003"));
    home.fails(&["kb", "add", "--id", "s0c7", "--title", "x", "--category", "y"], 2, "S0C7 is there already");
    home.fails(&["kb", "add", "--title", "no category"], 2, "category");
    home.fails(&["kb", "add", "--file", &home.file("bad.md", "+++\ntitle = 1\n+++\n")], 2, "line 2");

    // Edited: by a document, in the editor, refused, and then not lost.
    let changed = document.replace("Set it to zero.", "Set it to packed zero.");
    assert!(
        home.run_with(&["kb", "edit", id, "--file", "-"], &[], changed.as_bytes())
            .out
            .contains("changed: N-000001")
    );
    let editor = home.file("editor.sh", "#!/bin/sh\nsed -i 's/packed zero/X0C/' \"$1\"\n");
    let editor = format!("sh {editor}");
    let ran = home.run_with(&["kb", "edit", id], &[("EDITOR", &editor)], b"");
    assert!(ran.out.contains("changed: N-000001"), "{ran:?}");
    let (text, json) = home.both(&["kb", "show", id]);
    assert!(text.contains("Set it to X0C.") && json["solution"] == "Set it to X0C.", "{text}");
    let spoil = format!("sh {}", home.file("spoil.sh", "#!/bin/sh\necho spoilt >\"$1\"\n"));
    let ran = home.run_with(&["kb", "edit", id], &[("EDITOR", &spoil)], b"");
    assert!(ran.code == 2 && ran.err.contains("the text is kept in"), "{ran:?}");
    let kept = fs::read_dir(home.path("state")).unwrap().map(|f| f.unwrap().path());
    let kept: Vec<String> = kept.map(|p| fs::read_to_string(p).unwrap()).collect();
    assert_eq!(kept, ["spoilt\n"]);
    home.fails(
        &["kb", "edit", id, "--file", &home.file("other.md", document.replace("N-000001", "N-9"))],
        2,
        "cannot be changed",
    );

    // Rated, noted, linked.
    home.done(&["kb", "rate", id, "worked"]);
    home.done(&["kb", "rate", id, "worked"]);
    let (_, json) = home.both(&["kb", "rate", id, "failed"]);
    assert_eq!(
        (&json["worked"], &json["failed"], &json["success_rate"]),
        (&2.into(), &2.into(), &0.5.into())
    );
    assert_eq!(home.run(&["kb", "rate", id, "perhaps"]).code, 2);
    home.done(&["kb", "note", id, "call the gate team"]);
    let json = home.done(&["kb", "note", id, "-not before six", "--add", "--json"]).json();
    assert_eq!(json["notes"], "call the gate team\n\n-not before six");
    let place = format!("{PROGRAM}:182");
    let json = home.done(&["kb", "link", id, &place, "--symbol", "2100-GROSS", "--json"]).json();
    assert_eq!((&json["file"], &json["line"]), (&PROGRAM.into(), &182.into()));
    assert!(home.done(&["kb", "show", id]).out.contains(&format!("code {place}  2100-GROSS")));
    home.fails(&["kb", "link", id, &format!("{PROGRAM}:99999")], 2, "has no line 99999");
    home.fails(&["kb", "link", id, PROGRAM], 2, "a file, a colon and a line");
    home.fails(&["kb", "link", id, "nowhere.cbl:3"], 2, "cannot open nowhere.cbl");

    // Counted, listed, deleted, brought back.
    let (text, json) = home.both(&["kb", "stats"]);
    let total: u64 = json["categories"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
    assert_eq!(json["entries"].as_u64(), Some(total));
    assert!(total > 200 && text.contains(&format!("{total} entries")));
    let (text, json) = home.both(&["kb", "list", "--tag", "PAYROLL", "--category", "batch"]);
    assert_eq!((text.lines().count(), json["entries"].as_array().unwrap().len()), (3, 3));
    assert_eq!(json["entries"][0]["id"], "N-000001", "most used first");
    assert_eq!(home.run(&["kb", "list", "--tag", "nobody"]).code, 1);
    assert!(home.done(&["kb", "rm", id]).out.contains("kb undelete N-000001"));
    for args in [["kb", "show", id], ["kb", "rm", id], ["kb", "edit", id]] {
        home.fails(&args, 1, "not in the knowledge base");
    }
    assert_eq!(home.done(&["kb", "undelete", id, "--json"]).json()["deleted"], false);
    home.fails(&["kb", "undelete", id], 1, "is not deleted");
    home.fails(&["kb", "undelete", "N-77"], 1, "not in the knowledge base");
    home.fails(&["kb", "note", "N-77", "x"], 1, "not in the knowledge base");
    assert_eq!(home.done(&["kb", "rm", id, "--json"]).json()["deleted"], true);
}

#[test]
fn bad_rows_are_reported_and_good_ones_imported() {
    let home = home();
    let csv = home.file("rows.csv", "id,title,category,tags\nA-1,First,Batch,x;y\nA-2,,Batch,\nA-1,Again,Batch,\nA-3,Third,Batch,Not Lower\n");
    let ran = home.run(&["kb", "import", &csv]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.out.contains("1 added") && ran.out.contains("3 rejected") && ran.out.contains("row 3: title: "),
        "{ran:?}"
    );
    let ran = home.run(&["kb", "import", &csv, "--json"]);
    let json = ran.json();
    assert_eq!((ran.code, &json["unchanged"], json["rejected"].as_array().unwrap().len()), (2, &1.into(), 3));
    has(&json["rejected"][0], &["row", "field", "reason"]);

    let jsonl = "{\"title\":\"One\",\"category\":\"Batch\"}\n";
    let ran = home.run_with(&["kb", "import", "-", "--format", "jsonl", "--json"], &[], jsonl.as_bytes());
    assert_eq!((ran.code, &ran.json()["added"]), (0, &1.into()));
    home.fails(&["kb", "import", "-"], 2, "no known format");
    home.fails(&["kb", "import", &home.file("x.xyz", "")], 2, "no known format");
    home.fails(&["kb", "import", &home.file("x.csv", "nome\n")], 2, "x.csv");

    // What is exported comes in again, in every form, by file and by pipe.
    for (form, name) in [("json", "all.json"), ("jsonl", "all.jsonl"), ("csv", "all.csv")] {
        let file = home.path(name);
        let json = home.done(&["kb", "export", path(&file), "--json"]).json();
        assert!(json["entries"].as_u64() > Some(200), "{json}");
        let piped = home.done(&["kb", "export", "--format", form]).out;
        assert_eq!(fs::read_to_string(&file).unwrap(), piped, "{form}");
        let again = home.done(&["kb", "import", path(&file), "--json"]).json();
        assert_eq!((&again["unchanged"], &again["added"]), (&json["entries"], &0.into()));
    }
}

#[test]
fn an_export_is_whole_or_not_there() {
    let home = home();
    let file = home.file("old.json", "precious");
    let link = home.path("link.json");
    std::os::unix::fs::symlink(&file, &link).unwrap();
    home.fails(&["kb", "export", path(&link)], 2, "links are not followed");
    assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
    fs::create_dir(home.path("dir.json")).unwrap();
    home.fails(&["kb", "export", "dir.json"], 2, "it is a directory");
    home.fails(&["kb", "export", "nowhere/x.json"], 2, "cannot write nowhere/x.json");
    home.done(&["kb", "export", &file]);
    assert!(fs::read_to_string(&file).unwrap().starts_with("[\n{"));

    // An entry whose bytes have changed is left out and said; the rest is there.
    let sql = Connection::open(home.path("data/greenbar.db")).unwrap();
    sql.execute("UPDATE kb_entries SET problem = 'spoilt' WHERE id = 'S0C7'", []).unwrap();
    drop(sql);
    let ran = home.run(&["kb", "export", &file]);
    assert!(ran.code == 3 && ran.err.contains("S0C7"), "{ran:?}");
    assert!(!fs::read_to_string(&file).unwrap().contains("\"id\":\"S0C7\""));
    let parts =
        fs::read_dir(home.0.path()).unwrap().filter(|f| path(&f.as_ref().unwrap().path()).contains(".part"));
    assert_eq!(parts.count(), 0);

    let (shown, checked) = (home.run(&["kb", "show", "S0C7"]), home.run(&["doctor", "--json"]));
    assert!(shown.err.contains("changed by itself"), "{shown:?}");
    assert_eq!(checked.code, 3);
    let hash =
        checked.json()["checks"].as_array().unwrap().iter().find(|c| c["name"] == "hash").unwrap().clone();
    assert_eq!(hash["status"], "error", "{hash}");
    // What is said to be done helps.
    assert!(hash["advice"].as_str().unwrap().contains("greenbar doctor --fix"), "{hash}");
    home.done(&["doctor", "--fix"]);
    assert!(!home.done(&["kb", "show", "S0C7"]).err.contains("changed by itself"));
}

#[test]
fn a_source_is_outlined() {
    let home = home();
    let (text, json) = home.both(&["outline", PROGRAM]);
    has(&json, &["kind", "encoding", "record_format", "source_format", "lines", "symbols", "problems"]);
    assert_eq!(
        (&json["kind"], &json["source_format"], &json["lines"]),
        (&"cobol".into(), &"fixed".into(), &295.into())
    );
    let symbols = json["symbols"].as_array().unwrap();
    let find = |name: &str| symbols.iter().find(|s| s["name"] == name).unwrap();
    let gross = find("2100-GROSS");
    has(gross, &["kind", "name", "level", "line", "end_line", "parent"]);
    assert_eq!((&gross["kind"], &gross["level"]), (&"paragraph".into(), &Value::Null));
    let parent = &symbols[gross["parent"].as_u64().unwrap() as usize];
    assert!(
        parent["line"].as_u64() < gross["line"].as_u64()
            && parent["end_line"].as_u64() >= gross["end_line"].as_u64()
    );
    assert_eq!(find("TIME-SHEET")["level"], 1);
    // A file stands where it is selected, with what is assigned to it, and where it is described.
    let files: Vec<&Value> = symbols.iter().filter(|s| s["name"] == "TIME-FILE").collect();
    assert!(files.iter().all(|s| s["kind"] == "file"), "{files:?}");
    assert_eq!((&files[0]["assigned"], &files[1]["assigned"]), (&"TIMEIN".into(), &Value::Null));
    assert_eq!(symbols[files[0]["parent"].as_u64().unwrap() as usize]["name"], "INPUT-OUTPUT");
    assert!(text.contains("SELECT TIME-FILE ASSIGN TO TIMEIN"), "{text}");
    assert!(text.contains("PROCEDURE DIVISION") && text.contains("2100-GROSS"), "{text}");

    let json = home
        .done(&[
            "outline",
            &home.file("torn.cbl", "       PROCEDURE DIVISION.\n           EXEC SQL\n"),
            "--json",
        ])
        .json();
    has(&json["problems"][0], &["line", "column", "message"]);
    let json = home.done(&["outline", &home.file("mail.txt", "to: all\nsubject: tea\n"), "--json"]).json();
    assert_eq!(
        (&json["kind"], &json["source_format"], &json["lines"]),
        (&"text".into(), &Value::Null, &2.into())
    );
}

#[test]
fn lines_are_printed_as_they_are() {
    let home = home();
    let file = home.file("a.txt", "one\r\ntwo\twide\n\u{e4}\n\nfive");
    let (text, json) = home.both(&["cat", &file]);
    assert_eq!(text, "one\ntwo     wide\n\u{e4}\n\nfive\n");
    let lines = json["lines"].as_array().unwrap();
    assert_eq!((lines.len(), &lines[1]["text"], &lines[4]["number"]), (5, &"two\twide".into(), &5.into()));
    for (range, wanted) in
        [("2:3", "two     wide\n\u{e4}\n"), ("4:", "\nfive\n"), (":1", "one\n"), ("5", "five\n")]
    {
        assert_eq!(home.done(&["cat", &file, "--lines", range]).out, wanted, "{range}");
    }
    assert_eq!(home.done(&["cat", &file, "-n", "--lines", "5:9"]).out, "     5  five\n");
    let none = home.run(&["cat", &file, "--lines", "6:", "--json"]);
    assert_eq!((none.code, none.json()["lines"].as_array().unwrap().len()), (1, 0));
    for range in ["3:2", "0", "x", "1:y", ""] {
        assert_eq!(home.run(&["cat", &file, "--lines", range]).code, 2, "{range}");
    }
    assert_eq!(home.done(&["cat", &file, "--hex", "--lines", "3"]).out, "..\nCA\n34\n");
    let json = home.done(&["cat", &file, "--hex", "--lines", "1", "--json"]).json();
    assert_eq!((&json["lines"][0]["hex"], &json["lines"][0]["text"]), (&"6F6E65".into(), &"one".into()));
    assert_eq!(home.done(&["cat", &home.file("empty", "")]).out, "");
    assert_eq!(home.done(&["cat", &home.file("l1", b"\xc4\xff")]).out, "\u{c4}\u{ff}\n");

    // Lines that are printed in parts come out whole: multi-byte characters, returns and ends at every place.
    for extra in 0..6 {
        let long = format!("{}{}\r", "x".repeat(extra), "\u{20ac}\u{e4}".repeat(60_000));
        let file = home.file("long", format!("{long}\nend\n"));
        let json = home.done(&["cat", &file, "--json"]).json();
        assert!(json["lines"][0]["text"] == long.trim_end() && json["lines"][1]["text"] == "end", "{extra}");
        let text = home.done(&["cat", &file]).out;
        assert!(text == format!("{}\nend\n", long.trim_end()), "{extra}");
        let parts = home.done(&["cat", &file, "--hex", "--json"]).json();
        let parts = parts["lines"].as_array().unwrap();
        let hex: usize = parts.iter().map(|p| p["hex"].as_str().unwrap().len()).sum();
        assert_eq!(hex / 2, long.trim_end().len() + 3, "{extra}");
    }
}

#[test]
fn every_match_is_counted_and_the_first_are_shown() {
    let home = home();
    let (text, json) = home.both(&["find", "ws-gross", PROGRAM, "--limit", "2"]);
    has(&json, &["matches", "total", "took_ms"]);
    has(&json["matches"][0], &["line", "column", "text"]);
    assert_eq!((json["matches"].as_array().unwrap().len(), &json["total"]), (2, &8.into()));
    assert!(text.lines().next().unwrap().starts_with("95:16: "), "{text}");
    for (args, total) in [
        (vec!["ws-gross", "--case"], 0),
        (vec!["WS-GROSS", "--case", "--word"], 8),
        (vec!["^[0-9]{6}\\*", "--regex"], 36),
        (vec!["-----"], 0),
    ] {
        let ran = home.run(&[&["find"], &args[..1], &[PROGRAM], &args[1..], &["--json"]].concat());
        if args[0] == "-----" {
            assert!(ran.json()["total"].as_u64() > Some(10), "{ran:?}");
        } else if args[0].starts_with('^') {
            assert!(ran.json()["total"].as_u64() > Some(5), "{ran:?}");
        } else {
            assert_eq!(
                (ran.code, ran.json()["total"].as_u64()),
                (i32::from(total == 0), Some(total)),
                "{args:?}"
            );
        }
    }
    // Pictures, bytes, columns and parts of words, as FIND has them.
    for (args, want) in [
        (["##", "--picture", "--columns=7-72"], "2:27: "),
        (["57532d47", "--hex", "--columns=1-30"], "95:16: "),
        (["ws-gross", "--case", "--columns=16"], ""),
        (["WS-GROSS", "--case", "--columns=16"], "95:16: "),
        (["GROSS", "--suffix", "--columns=1-80"], "91:25: "),
        (["TIM", "--prefix", "--columns=1-80"], "6:18: "),
    ] {
        let ran = home.run(&[&["find"], &args[..1], &[PROGRAM], &args[1..]].concat());
        assert!(ran.out.starts_with(want) && ran.out.is_empty() == want.is_empty(), "{args:?}: {ran:?}");
    }
    home.fails(&["find", "5", PROGRAM, "--hex"], 2, "hexadecimal");
    home.fails(&["find", "5", PROGRAM, "--columns", "9-8"], 2, "not in order");
    home.fails(&["find", "(", PROGRAM, "--regex"], 2, "unclosed group");
    home.fails(&["find", "", PROGRAM], 2, "nothing to find");

    // Far away and far to the right: the number is certain and the text is around the match.
    let mut big = "filler line of the big file\n".repeat(300_000);
    big.push_str(&format!("{}needle here\nneedle", "y".repeat(10_000)));
    let file = home.file("big", big);
    let json = home.done(&["find", "needle", &file, "--json"]).json();
    assert_eq!(
        (&json["matches"][0]["line"], &json["matches"][0]["column"]),
        (&300_001.into(), &10_001.into())
    );
    assert!(json["matches"][0]["text"].as_str().unwrap().ends_with("yneedle here"));
    assert_eq!((&json["matches"][1]["line"], &json["total"]), (&300_002.into(), &2.into()));
    assert_eq!(
        home.done(&["find", "filler", &file, "--limit", "1"]).out,
        "1:1: filler line of the big file\n"
    );
}

#[test]
fn figures_are_those_of_the_desk_while_they_are_young() {
    let home = home();
    let (text, json) = home.both(&["metrics"]);
    has(&json, &["recorded_at", "search", "storage", "cache", "system", "plugins", "alerts"]);
    assert!(json["recorded_at"].is_null() && text.contains("no desk"), "{text}");
    assert!(json["storage"]["entries"].as_u64() > Some(200));

    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as i64;
    let mut kept = json;
    kept["search"]["count"] = 4711.into();
    kept["storage"]["entries"] = 1.into();
    let keep = |age_s: i64| {
        let sql = Connection::open(home.path("data/greenbar.db")).unwrap();
        sql.execute(
            "INSERT INTO metrics_history (at, document) VALUES (?1, ?2)",
            (now - age_s * 1000, kept.to_string()),
        )
        .unwrap();
    };
    keep(3_600);
    assert!(home.done(&["metrics", "--json"]).json()["recorded_at"].is_null());
    keep(60);
    let (text, json) = home.both(&["metrics"]);
    assert_eq!((&json["recorded_at"], &json["search"]["count"]), (&(now - 60_000).into(), &4711.into()));
    assert!(json["storage"]["entries"].as_u64() > Some(200) && text.contains("4711 searches"), "{text}");
    let text = home.done(&["metrics", "--prometheus"]).out;
    assert!(
        text.contains("# TYPE greenbar_store_entries gauge")
            && text.contains("greenbar_operations_total{op=\"search\"}")
    );
}

#[test]
fn the_doctor_mends_what_can_be_made_again() {
    let home = home();
    let (text, json) = home.both(&["doctor"]);
    let checks = json["checks"].as_array().unwrap();
    has(&checks[0], &["name", "status", "detail", "advice"]);
    for name in
        ["settings", "integrity", "fts", "hash", "access", "permissions", "file_system", "wal", "engine"]
    {
        assert!(checks.iter().any(|c| c["name"] == name && c["status"] == "ok"), "{name}: {text}");
    }
    let sql = Connection::open(home.path("data/greenbar.db")).unwrap();
    sql.execute_batch("DELETE FROM kb_tags; DELETE FROM kb_segments; DELETE FROM kb_recent").unwrap();
    drop(sql);
    assert_eq!(home.run(&["doctor"]).code, 3);
    let fixed = home.run(&["doctor", "--fix", "--json"]);
    let status = |name: &str| {
        fixed.json()["checks"].as_array().unwrap().iter().find(|c| c["name"] == name).unwrap()["status"]
            .clone()
    };
    assert_eq!(
        (fixed.code, status("fts"), status("index")),
        (0, "fixed".into(), "fixed".into()),
        "{fixed:?}"
    );
    assert_eq!(home.done(&["doctor"]).code, 0);
    assert_eq!(home.done(&["restore", "--list", "--json"]).json()["backups"].as_array().unwrap().len(), 1);

    fs::create_dir(home.path("config")).unwrap();
    home.file("config/config.toml", "[ui]\nthem = \"x\"\n");
    fs::set_permissions(home.path("data/greenbar.db"), std::os::unix::fs::PermissionsExt::from_mode(0o644))
        .unwrap();
    let (text, json) = home.both(&["doctor"]);
    for name in ["settings", "permissions"] {
        let is_warning = |c: &Value| c["name"] == name && c["status"] == "warning" && c["advice"] != "";
        assert!(json["checks"].as_array().unwrap().iter().any(is_warning), "{text}");
    }
    home.file("data/greenbar.db", "this is no database, but it is long enough to be looked at");
    let ran = home.run(&["doctor", "--json"]);
    assert_eq!(
        (ran.code, &ran.json()["checks"].as_array().unwrap().last().unwrap()["status"]),
        (3, &"error".into())
    );
    home.fails(&["search", "s0c7"], 3, "not an SQLite database");
}

#[test]
fn backups_come_back() {
    let home = home();
    let backup = home.path("b.db");
    let (text, json) = home.both(&["backup", path(&backup)]);
    assert!(
        text.contains("entries")
            && json["entries"].as_u64() > Some(200)
            && json["bytes"].as_u64() > Some(4096)
    );
    home.done(&["kb", "rm", "S0C7"]);
    home.fails(&["backup", &home.file("mine.cbl", "source")], 2, "it is no backup");
    home.fails(&["backup", path(&home.path("data/greenbar.db"))], 2, "the store itself");
    home.fails(&["restore"], 1, "no backup");
    home.fails(&["restore", path(&home.path("mine.cbl"))], 2, "not restored");
    let json = home.done(&["restore", path(&backup), "--json"]).json();
    has(&json, &["restored", "kept", "entries"]);
    home.done(&["kb", "show", "S0C7"]);
    // Without a name it is the newest that was made by itself: what was there before.
    home.done(&["restore"]);
    assert_eq!(home.run(&["kb", "show", "S0C7"]).code, 1);
    // A store that cannot even be opened is moved away, and only when that is asked for.
    home.file("data/greenbar.db", "ruined ruined ruined ruined ruined ruined ruined ruined ruined");
    home.fails(&["restore", path(&backup)], 3, "--force");
    let json = home.done(&["restore", "--force", path(&backup), "--json"]).json();
    assert!(fs::read_to_string(json["kept"].as_str().unwrap()).unwrap().starts_with("ruined"));
    home.done(&["kb", "show", "S0C7"]);
}
