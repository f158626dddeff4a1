//! One program in many formats: every subcommand that reads a source says the same of each.

use super::*;
use greenbar::source::encoding::Encoding;

/// The forms of a program: a name, its bytes, and what they are told to be.
fn forms(text: &str, encoding: Encoding) -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let line = |l: &str, width: usize| encoding.encode(&format!("{l:width$}")).unwrap();
    let ended =
        |end: &[u8]| text.lines().flat_map(|l| [line(l, 0), end.to_vec()].concat()).collect::<Vec<u8>>();
    let word =
        |length: usize| [u16::try_from(length + 4).unwrap().to_be_bytes().to_vec(), vec![0, 0]].concat();
    let record = |l: &str| {
        let data = line(l, 0);
        [word(data.len()), data].concat()
    };
    let lines: Vec<&str> = text.lines().collect();
    let blocks = lines.chunks(25).flat_map(|lines| {
        let block: Vec<u8> = lines.iter().flat_map(|l| record(l)).collect();
        [word(block.len()), block].concat()
    });
    vec![
        ("fixed", lines.iter().flat_map(|l| line(l, 80)).collect(), "f80"),
        ("nl", ended(&[0x15]), "nl"),
        ("lf25", ended(&[0x25]), "lf25"),
        ("variable", lines.iter().flat_map(|l| record(l)).collect(), "v"),
        ("blocked", blocks.collect(), "vb"),
    ]
}

/// A document without what tells one file from another.
fn without_form(mut document: Value) -> Value {
    for key in ["file", "encoding", "record_format", "bytes", "took_ms"] {
        document.as_object_mut().unwrap().remove(key);
    }
    document
}

#[test]
fn a_program_is_the_same_in_every_format() {
    let home = home();
    let text = fs::read_to_string(PROGRAM).unwrap();
    assert!(text.is_ascii() && text.lines().all(|l| l.len() <= 80));
    let commands: [&[&str]; 6] = [
        &["outline"],
        &["layout"],
        &["xref"],
        &["cat", "--lines", "40:60"],
        &["find", "move"],
        &["find", "--regex", "^.{7}[A-Z]+ "],
    ];
    let run = |command: &[&str], file: &str, more: &[&str]| {
        let args = [command, &[file], &["--json"], more].concat();
        without_form(home.done(&args).json())
    };
    let wanted: Vec<Value> = commands.iter().map(|c| run(c, PROGRAM, &[])).collect();
    assert!(wanted[4]["total"].as_u64().unwrap() > 10 && wanted[5]["total"].as_u64().unwrap() > 3);
    for (name, bytes, records) in forms(&text, Encoding::Cp037) {
        let file = home.file(&format!("{name}.ebc"), bytes);
        let head = home.done(&["outline", &file, "--json"]).json();
        assert_eq!(
            (head["record_format"].as_str(), head["kind"].as_str()),
            (Some(records), Some("cobol")),
            "{name}"
        );
        for (command, wanted) in commands.iter().zip(&wanted) {
            let mut got = run(command, &file, &[]);
            let mut wanted = wanted.clone();
            if records == "f80" {
                // A record of fixed length has the blanks that the line leaves out.
                trim(&mut got);
                trim(&mut wanted);
            }
            assert_eq!(got, wanted, "{name} {command:?}");
        }
    }
}

/// Texts without blanks at their end.
fn trim(value: &mut Value) {
    match value {
        Value::String(text) => text.truncate(text.trim_end().len()),
        Value::Array(all) => all.iter_mut().for_each(trim),
        Value::Object(all) => all.values_mut().for_each(trim),
        _ => {}
    }
}

#[test]
fn what_a_person_says_counts() {
    let home = home();
    let german = Encoding::Cp273.encode("ÄRGER über {Öl}").unwrap();
    let file = home.file("german.bin", [german.clone(), german].concat());
    let shown = |args: &[&str]| home.done(&[&["cat", &file], args].concat()).out;
    assert_eq!(shown(&["--encoding", "273", "--records", "f15"]), "ÄRGER über {Öl}\nÄRGER über {Öl}\n");
    assert_ne!(
        shown(&["--encoding", "cp1047", "--records", "f15"]),
        shown(&["--encoding", "273", "--records", "f15"])
    );
    let found = home.done(&["find", "öL", &file, "--encoding", "cp273", "--records", "fb15"]).out;
    assert_eq!(found, "1:13: ÄRGER über {Öl}\n2:13: ÄRGER über {Öl}\n");
    let wrong = home.run(&["cat", &file, "--encoding", "cp999"]);
    assert!(wrong.code == 2 && wrong.err.contains("cp1047"), "{wrong:?}");
    let wrong = home.run(&["cat", &file, "--records", "f0"]);
    assert!(wrong.code == 2 && wrong.err.contains("f80"), "{wrong:?}");
    let wrong = home.run(&["find", "漢", &file, "--encoding", "cp273"]);
    assert!(wrong.code != 0 && wrong.err.contains('漢'), "{wrong:?}");
}

/// An import says itself what it is: what its bytes look like to a reader of records does not count.
#[test]
fn an_import_is_read_as_it_is() {
    let home = home();
    let entry =
        |n: usize| format!(r#"{{"title":"Entry number {n:03} of many","category":"Batch","tags":["made"]}}"#);
    let all: Vec<String> = (0..100).map(|n| format!("{:78}", entry(n))).collect();
    let file = home.file("one-line.json", format!("[{}]", all.join(", ")));
    let told = home.done(&["outline", &file, "--json"]).json();
    assert_eq!(told["record_format"], "f80", "it is told to be what it is: this shows nothing");
    let ran = home.done(&["kb", "import", &file, "--json"]).json();
    assert!(ran.to_string().contains("100"), "{ran}");
}
