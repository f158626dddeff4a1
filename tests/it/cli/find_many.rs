//! `greenbar find` in several files, directories and archives.

use super::{PROGRAM, has, home};
use std::fs;
use std::path::Path;

#[test]
fn files_directories_and_archives_are_searched() {
    let home = home();
    let folder = home.path("src");
    fs::create_dir_all(folder.join("inner")).unwrap();
    fs::write(folder.join("a.cbl"), "       MOVE WS-NET TO X.\n       MOVE 1 TO Y. MOVE 2 TO Z.\n").unwrap();
    fs::write(folder.join("inner/b.cbl"), "      * ws-net\n").unwrap();
    fs::write(folder.join("bin"), b"ws-net\0").unwrap();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus/members/pds.xmi");
    fs::copy(corpus, folder.join("lib.xmi")).unwrap();

    let found = home.done(&["find", "ws-net", "src", PROGRAM, "--word"]);
    let lines: Vec<&str> = found.out.lines().collect();
    assert_eq!(lines[0], "src/a.cbl:1:13:        MOVE WS-NET TO X.");
    assert_eq!(lines[1], "src/bin: 1 match in bytes that are no text");
    assert_eq!(lines[2], "src/inner/b.cbl:1:9:       * ws-net");
    assert!(lines[3].starts_with(&format!("{PROGRAM}:98:16: ")), "{}", lines[3]);

    // Each match has its line; the limit is one for all files, and said.
    let found = home.done(&["find", "move", "src", "--limit", "2"]);
    assert_eq!(found.out.lines().count(), 2);
    assert!(found.err.contains("2 of 3 matches shown, which are in 1 of 6 files"), "{}", found.err);
    assert_eq!(home.done(&["find", "move", "src", "--count"]).out, "src/a.cbl:2\n");
    assert_eq!(home.done(&["find", "move", "src/a.cbl", "--count"]).out, "2\n");

    // Members of an archive, all or those that fit; files of a directory that fit.
    let cards = home.done(&["find", "card", "src/lib.xmi"]).out;
    assert_eq!(
        cards.lines().map(|l| l.split(':').next().unwrap()).collect::<Vec<_>>(),
        ["src/lib.xmi(A)", "src/lib.xmi(B)", "src/lib.xmi(X)"]
    );
    assert_eq!(home.done(&["find", "card", "src/lib.xmi(b*)"]).out.lines().count(), 1);
    assert_eq!(home.done(&["find", "ws-net", "src(*.cbl)"]).out.lines().count(), 1);
    assert_eq!(home.done(&["find", "--hex", "C3C1D9C4", "src/lib.xmi", "--count"]).out.lines().count(), 3);
    assert_eq!(home.run(&["find", "nowhere-at-all", "src"]).code, 1);

    let json = home.done(&["find", "ws-net", "src", "--json"]).json();
    has(
        &json,
        &["pattern", "files", "total", "lines", "files_searched", "files_with_matches", "errors", "took_ms"],
    );
    assert_eq!(json["files"][0]["matches"][0]["column"], 13);
    assert_eq!((json["total"].as_u64(), json["files_with_matches"].as_u64()), (Some(3), Some(3)));
    assert_eq!(json["files"][1]["binary"], true);
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_is_searched() {
    let home = home();
    let folder = home.path("odd");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("z.txt"), "needle\n").unwrap();
    fs::write(folder.join(".hidden"), "needle\n").unwrap();
    std::os::unix::fs::symlink("..", folder.join("up")).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, folder.join("pipe"), rustix::fs::Mode::from(0o600)).unwrap();
    let found = home.done(&["find", "needle", "odd"]);
    assert_eq!(found.out, "odd/z.txt:1:1: needle\n");
    assert!(
        found.err.contains("not searched: hidden (1), links to directories (1), pipes (1)"),
        "{}",
        found.err
    );
    // What was named and cannot be read is an error, and the rest is searched.
    for args in [["none", "odd"], ["odd", "odd/pipe"]] {
        let found = home.run(&[&["find", "needle"], args.as_slice()].concat());
        assert_eq!((found.code, found.out.as_str()), (2, "odd/z.txt:1:1: needle\n"), "{args:?}");
        assert!(found.err.contains("greenbar: cannot open "), "{}", found.err);
        let json = home.run(&[&["find", "needle", "--json"], args.as_slice()].concat()).json();
        assert_eq!(json["errors"].as_array().unwrap().len(), 1);
        assert_eq!(json["total"], 1);
    }
    home.fails(&["find", "(", "--regex", "odd"], 2, "the expression ( cannot be used");
}
