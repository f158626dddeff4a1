//! `greenbar expand`: fixtures beside what they become, the same through `cobc -E` where there is one, and what is
//! said when something is amiss.

use super::*;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/expand");

/// Programs, and whether they are in free format.
const PROGRAMS: [(&str, bool); 2] = [("PAYEXP.cbl", false), ("FREEEXP.cob", true)];

fn program(name: &str) -> String {
    format!("{DATA}/cbl/{name}")
}

#[test]
fn fixtures_become_what_is_kept_beside_them() {
    let home = home();
    for (name, _) in PROGRAMS {
        let ran = home.done(&["expand", &program(name)]);
        let wanted = fs::read_to_string(format!("{DATA}/{name}.want")).unwrap();
        assert!(ran.out == wanted, "{name} becomes\n{}", ran.out);
        assert_eq!(ran.err, "");
    }
}

/// What `cobc -E` makes of a program, word by word; `None` if there is no such compiler on this machine.
fn preprocessed(folder: &Path, file: &Path, free: bool) -> Option<Vec<String>> {
    let mut command = Command::new("cobc");
    command
        .current_dir(folder)
        .args(["-E", "-std=ibm", "-I", "../cpy"])
        .args(free.then_some("-free"))
        .arg(file);
    let out = command.output().ok()?;
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8(out.stdout).unwrap();
    let code = text.lines().filter(|l| !l.starts_with('#'));
    Some(code.flat_map(str::split_whitespace).map(str::to_owned).collect())
}

#[test]
fn a_compiler_reads_the_same_from_the_expansion_as_from_the_program() {
    let home = home();
    let folder = PathBuf::from(format!("{DATA}/cbl"));
    for (name, free) in PROGRAMS {
        let Some(wanted) = preprocessed(&folder, Path::new(name), free) else {
            println!("skipped: there is no cobc (GnuCOBOL) to compare with");
            return;
        };
        let expanded = home.done(&["expand", &program(name)]).out;
        let file = home.file("expanded.cbl", expanded);
        let got = preprocessed(&folder, Path::new(&file), free).unwrap();
        assert_eq!(got, wanted, "{name}");
        assert!(got.len() > 50 && !got.iter().any(|w| w.eq_ignore_ascii_case("COPY")), "{name}");
    }
}

#[test]
fn lines_say_where_they_are_from() {
    let home = home();
    let ran = home.done(&["expand", &program("PAYEXP.cbl"), "--json"]).json();
    has(
        &ran,
        &["file", "kind", "encoding", "record_format", "source_format", "bytes", "search_path", "problems"],
    );
    let lines = ran["lines"].as_array().unwrap();
    let text = home.done(&["expand", &program("PAYEXP.cbl")]).out;
    let ends = text.lines().filter(|l| l.starts_with("      *    END OF ")).count();
    assert_eq!(lines.len() + ends, text.lines().count());
    let line = |text: &str| lines.iter().find(|l| l["text"].as_str().unwrap().contains(text)).unwrap();
    let copied = line("01  OLD-REC.");
    has(copied, &["number", "text", "file", "line", "copied", "changed"]);
    assert!(copied["file"].as_str().unwrap().ends_with("/cpy/PAYREC.cpy"), "{copied}");
    assert_eq!(
        (&copied["line"], &copied["copied"], &copied["changed"]),
        (&2.into(), &true.into(), &true.into())
    );
    let own = line("PROGRAM-ID");
    assert_eq!((&own["line"], &own["copied"], &own["changed"]), (&2.into(), &false.into(), &false.into()));
    assert!(own["file"].as_str().unwrap().ends_with("/cbl/PAYEXP.cbl"));
    assert_eq!(line("01  WRK-FIELDS")["changed"], true);
    let copies = ran["copies"].as_array().unwrap();
    assert_eq!(copies.len(), 8);
    let dates: Vec<_> = copies.iter().filter(|c| c["name"] == "PAYDATE").collect();
    assert_eq!((dates.len(), &dates[0]["outcome"], &dates[0]["at_line"]), (2, &"copied".into(), &7.into()));
    assert!(dates[0]["at_file"].as_str().unwrap().ends_with("PAYREC.cpy"));
    let first = dates[0]["first_line"].as_u64().unwrap();
    assert_eq!(lines[first as usize - 1]["text"], "           05  OLD-DATE.");
    let rates = copies.iter().find(|c| c["name"] == "RATES").unwrap();
    assert_eq!((&rates["library"], &rates["kind"]), (&"PAYLIB".into(), &"copy".into()));

    let numbered = home.done(&["expand", "-n", &program("PAYEXP.cbl")]).out;
    assert!(
        numbered.contains("\n     2  000200 PROGRAM-ID") || numbered.contains("\n      2  000200 PROGRAM-ID")
    );
    assert!(numbered.contains("\nC     2         01  OLD-REC."), "{numbered}");
    assert!(numbered.contains("\n               *    END OF PAYREC\n"), "{numbered}");
}

#[test]
fn the_search_path_is_given_by_flag_setting_or_variable() {
    let home = home();
    for (folder, text) in [("one", "ONE"), ("two", "TWO"), ("home three", "THREE")] {
        fs::create_dir(home.path(folder)).unwrap();
        fs::write(home.path(folder).join("member.cpy"), format!("           DISPLAY '{text}'.\n")).unwrap();
    }
    fs::create_dir(home.path("config")).unwrap();
    let file = home.file("p.cbl", "       ID DIVISION.\n           COPY MEMBER.\n");
    let (one, two) = (home.path("one"), home.path("two"));
    let missing = home.done(&["expand", &file]);
    assert!(missing.err.contains("copybook MEMBER is in no folder of the search path"), "{missing:?}");
    assert!(missing.out.contains("           COPY MEMBER.\n"), "{missing:?}");
    let says = |ran: &Ran, text: &str| {
        assert!(ran.out.contains(&format!("DISPLAY '{text}'")) && ran.err.is_empty(), "{ran:?}");
    };
    says(&home.done(&["--copy-path", path(&one), "expand", &file]), "ONE");
    says(&home.done(&["expand", &file, "--copy-path", path(&two), "--copy-path", path(&one)]), "TWO");
    says(&home.done(&["expand", &file, "--copy-path=one"]), "ONE");
    fs::write(
        home.path("config/config.toml"),
        format!("[source]\ncopy_path = [{:?}, \"~/home three\"]\n", "nowhere"),
    )
    .unwrap();
    let home_var = home.0.path().to_str().unwrap();
    let ran = home.run_with(&["expand", &file], &[("HOME", home_var)], b"");
    assert!(ran.out.contains("DISPLAY 'THREE'") && ran.err.contains("copy path nowhere: "), "{ran:?}");
    says(
        &home.run_with(
            &["expand", &file],
            &[("GREENBAR_SOURCE_COPY_PATH", &format!("{}:{}", path(&two), path(&one)))],
            b"",
        ),
        "TWO",
    );
    let json =
        home.run_with(&["expand", &file, "--json"], &[("GREENBAR_SOURCE_COPY_PATH", path(&one))], b"").json();
    assert_eq!(json["search_path"][0], fs::canonicalize(&one).unwrap().to_str().unwrap());
}

#[test]
fn no_member_reaches_outside_and_none_is_an_error() {
    let home = home();
    fs::write(home.path("secret"), "THE SECRET").unwrap();
    fs::create_dir(home.path("cpy")).unwrap();
    std::os::unix::fs::symlink("../secret", home.path("cpy/LINK")).unwrap();
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mknodat(rustix::fs::CWD, home.path("cpy/PIPE"), rustix::fs::FileType::Fifo, mode, 0).unwrap();
    let names = ["'../secret'", "'/etc/passwd'", "LINK", "PIPE", "'~/secret'", "SECRET.TXT"];
    let copies = format!("           COPY {}.\n", names.join(".\n           COPY "));
    let file = home.file("p.cbl", format!("       ID DIVISION.\n{copies}"));
    let (text, json) = (
        home.done(&["expand", &file, "--copy-path", "cpy"]),
        home.done(&["expand", &file, "--copy-path", "cpy", "--json"]).json(),
    );
    assert!(text.out.ends_with(&copies) && !text.out.contains("THE SECRET"), "{text:?}");
    assert_eq!(text.err.lines().count(), names.len(), "{text:?}");
    let kinds: Vec<_> =
        json["problems"].as_array().unwrap().iter().map(|p| p["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["refused"; 6]);
    has(&json["problems"][0], &["kind", "file", "line", "column", "message"]);
}

#[test]
fn letters_and_ends_of_members_are_their_own() {
    let home = home();
    fs::create_dir(home.path("cpy")).unwrap();
    fs::write(home.path("cpy/LATIN"), b"           DISPLAY 'L\xF6hne'.\r\n").unwrap();
    fs::write(home.path("cpy/UTF"), "           DISPLAY 'Löhne'.").unwrap();
    fs::write(home.path("cpy/EVIL"), "      * \u{1b}]0;owned\u{7}\n").unwrap();
    let file = home.file("p.cbl", "       ID DIVISION.\n           COPY LATIN. COPY UTF. COPY EVIL.\n");
    let (text, json) = home.both(&["expand", &file]);
    assert_eq!(text.matches("DISPLAY 'Löhne'.\n").count(), 2, "{text}");
    assert!(!text.contains('\u{1b}'), "{text:?}");
    let evil = json["lines"]
        .as_array()
        .unwrap()
        .iter()
        .find(|l| l["text"].as_str().unwrap().contains("owned"))
        .unwrap();
    assert!(evil["text"].as_str().unwrap().contains('\u{1b}'));
}

#[test]
fn what_cannot_be_expanded_is_said() {
    let home = home();
    home.fails(&["expand", "nowhere.cbl"], 2, "cannot open nowhere.cbl");
    home.fails(&["expand", path(home.0.path())], 2, "it is a directory");
    let large = fs::File::create(home.path("large.cbl")).unwrap();
    large.set_len(300 << 20).unwrap();
    home.fails(&["expand", path(&home.path("large.cbl"))], 2, "is too large for this");
    let empty = home.file("empty.cbl", "");
    let (text, json) = home.both(&["expand", &empty]);
    assert_eq!((text.as_str(), json["lines"].as_array().unwrap().len()), ("", 0));
}
