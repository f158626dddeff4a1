//! `greenbar compare`: what differs, what does not count, exit codes, members and encodings.

use super::{PROGRAM, has, home};
use std::fs;
use std::path::Path;

/// The sample program with `edit` done to its lines.
fn edited(edit: impl Fn(usize, &str) -> Option<String>) -> String {
    let text = fs::read_to_string(PROGRAM).unwrap();
    let lines = text.lines().enumerate().filter_map(|(n, line)| edit(n + 1, line));
    lines.map(|line| line + "\n").collect()
}

#[test]
fn what_does_not_count_is_the_same() {
    let home = home();
    // Other numbers, other tags, blank lines, other blanks between words.
    let renumbered = edited(|n, line| {
        let code = line.get(6..line.len().min(72)).unwrap_or_default().trim_end();
        let spread = if code.starts_with('*') { code.to_owned() } else { code.replace(" TO ", "  TO ") };
        Some(format!("{n:06}{spread}"))
    });
    let renumbered = home.file("new.cbl", format!("\n{renumbered}\n\n"));
    let same = home.done(&["compare", PROGRAM, &renumbered]);
    assert_eq!(same.out, "the same: 295 lines compared\n");
    let json = home.done(&["compare", PROGRAM, &renumbered, "--json"]).json();
    has(&json, &["same", "a", "b", "counts", "changes", "left_out"]);
    assert_eq!((json["same"].as_bool(), json["b"]["lines"].as_u64()), (Some(true), Some(298)));
    assert_eq!(home.run(&["compare", PROGRAM, &renumbered, "--sequence"]).code, 1);
    assert_eq!(home.run(&["compare", PROGRAM, &renumbered, "--blanks"]).code, 1);
}

#[test]
fn changes_are_shown_with_their_lines_and_paragraphs() {
    let home = home();
    let changed = edited(|n, line| match n {
        182 => Some(line.replace("TR-HOURS", "TR-HOUR ")),
        181 => None,
        200 => Some(format!("{line}\n           DISPLAY 'NEW'.")),
        _ => Some(line.to_owned()),
    });
    let changed = home.file("new.cbl", changed);
    let found = home.run(&["compare", PROGRAM, &changed]);
    assert_eq!(found.code, 1);
    for line in [
        &format!("--- {PROGRAM}"),
        "@@ -181,2 +181,1 @@ 2100-GROSS: changed",
        " 180 180  018000 2100-GROSS.                                                      PAYR0100",
        "-182      018200     COMPUTE WS-GROSS ROUNDED = TR-HOURS * EM-HOURLY-RATE         PAYR0100",
        "+    181  018200     COMPUTE WS-GROSS ROUNDED = TR-HOUR  * EM-HOURLY-RATE         PAYR0100",
        "+    200             DISPLAY 'NEW'.",
        "2 lines changed, 1 line inserted",
    ] {
        assert!(found.out.lines().any(|l| l == line), "{line}\n{}", found.out);
    }
    let json = home.run(&["compare", PROGRAM, &changed, "--json"]).json();
    let first = &json["changes"][0];
    assert_eq!((first["kind"].as_str(), first["inside"].as_str()), (Some("changed"), Some("2100-GROSS")));
    assert_eq!((first["a"]["from"].as_u64(), first["b"]["count"].as_u64()), (Some(181), Some(1)));
    assert!(first["a_text"][1].as_str().unwrap().contains("TR-HOURS"));
    // From the other side it is the other way round.
    let back = home.run(&["compare", &changed, PROGRAM, "--json"]).json();
    assert_eq!(back["counts"]["deleted"], json["counts"]["inserted"]);
    assert_eq!(back["changes"][0]["b_text"], first["a_text"]);
}

#[test]
fn what_moved_and_long_changes() {
    let home = home();
    let text = edited(|_, line| Some(line.to_owned()));
    let lines: Vec<&str> = text.lines().collect();
    let at = |name: &str| lines.iter().position(|l| l.get(7..).is_some_and(|c| c.starts_with(name))).unwrap();
    let (from, to) = (at("2200-CALC-TAX SECTION."), at("4000-WRITE-PAY"));
    let rest = [&lines[..from], &lines[to..], &lines[from..to]].concat().join("\n");
    let moved = home.file("moved.cbl", rest);
    let found = home.run(&["compare", PROGRAM, &moved]);
    assert_eq!(found.code, 1);
    assert!(
        found.out.contains("2200-CALC-TAX SECTION: moved from line 189 to line 253, unchanged\n"),
        "{}",
        found.out
    );
    // Of the lines that moved none is said to have gone and come; the comment above the last heading stayed with the text before.
    let lines = |sign: &str| found.out.lines().filter(|l| l.starts_with(sign)).count();
    assert_eq!((lines("+ "), lines("-2")), (1, 1), "{}", found.out);
    assert!(
        found.out.ends_with("4 blocks moved (42 lines), 2 changes are in comments only\n"),
        "{}",
        found.out
    );
    let none = home.file("none.cbl", "       IDENTIFICATION DIVISION.\n");
    let found = home.run(&["compare", &none, PROGRAM]);
    assert!(found.out.contains("+ ... 254 lines more; --all shows all"), "{}", found.out);
    assert_eq!(
        home.run(&["compare", &none, PROGRAM, "--all"]).out.lines().filter(|l| l.starts_with('+')).count(),
        295
    );
}

#[test]
fn members_and_encodings_are_compared_as_text() {
    let home = home();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus/members/pds.xmi");
    let (a, b) = (format!("{}(A)", corpus.display()), format!("{}(B)", corpus.display()));
    let found = home.run(&["compare", &a, &b]);
    assert_eq!(found.code, 1);
    assert!(found.out.contains("-1    CARD A") && found.out.contains("+  1  CARD B"), "{}", found.out);
    let plain = home.file("a.txt", "CARD A\n");
    assert_eq!(home.done(&["compare", &a, &plain]).out, "the same: 1 line compared\n");
    // Letters that are other bytes in each.
    let line = |e: u8| [b"           DISPLAY '".as_slice(), &[e], b"'.\n"].concat();
    let latin = home.file("latin", [line(0xE4).as_slice(), &line(b'x')].concat());
    let utf8 = home.file("utf8", "           DISPLAY 'ä'.\n           DISPLAY 'x'.\n");
    assert_eq!(home.done(&["compare", &latin, &utf8]).code, 0);
    home.fails(&["compare", &plain, "nowhere"], 2, "cannot open nowhere");
    home.fails(&["compare", home.path("").to_str().unwrap(), &plain], 2, "a directory");
}
