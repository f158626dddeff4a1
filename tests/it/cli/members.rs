//! `greenbar members` and members that are named in place of files.

use super::{Home, has, home};
use std::path::Path;

/// One of the small archives that fuzzing begins with.
fn archive(home: &Home, name: &str) -> String {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(name);
    let bytes = std::fs::read(from).unwrap();
    let path = home.file(name.rsplit('/').next().unwrap(), "");
    std::fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn members_are_listed_filtered_and_sorted() {
    let home = home();
    let xmi = archive(&home, "members/pds.xmi");
    let text = home.done(&["members", &xmi]).out;
    assert_eq!(
        text,
        "TSO XMIT of PAY.SRC, PDS, FB 80: 3 members\n\
         A         text                  80          1  2026-11-26 18:29  PAYROLL\n\
         B         text                 160          2\n\
         X         text                  80          1                              alias of A\n"
    );
    let text = home.done(&["members", &xmi, "--filter", "%", "--sort", "size"]).out;
    assert!(text.lines().nth(1).unwrap().starts_with("B "), "{text}");
    let none = home.run(&["members", &xmi, "--filter", "Z*"]);
    assert_eq!(none.code, 1);
    let json = home.done(&["members", &xmi, "--json"]).json();
    has(&json, &["file", "container", "members", "total", "problems"]);
    assert_eq!(json["members"][0]["changed"], "2026-11-26 18:29");
    assert_eq!(json["members"][2]["note"], "alias of A");
    let tar = archive(&home, "members/pax.tar");
    let text = home.done(&["members", &tar]).out;
    assert!(text.contains("it is a link: links are not followed"), "{text}");
}

#[test]
fn a_member_is_named_where_a_file_is() {
    let home = home();
    let xmi = archive(&home, "members/pds.xmi");
    let cards = home.done(&["cat", &format!("{xmi}(b)")]).out;
    assert_eq!(cards.lines().collect::<Vec<_>>(), [format!("{:<80}", "CARD B"), " ".repeat(80)]);
    let tar = archive(&home, "members/pax.tar");
    let text = home.done(&["outline", &format!("{tar}(PAYR010)")]).out;
    assert!(text.contains("IDENTIFICATION"), "{text}");
    let wrong = home.run(&["cat", &format!("{tar}(PAYR01)")]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("src/PAYR010.cbl"), "{}", wrong.err);
    let link = home.run(&["cat", &format!("{tar}(link)")]);
    assert!(link.err.contains("links are not followed"), "{}", link.err);
}

#[test]
fn an_archive_is_no_text() {
    let home = home();
    for (name, what) in [("members/pax.tar", "a tar archive"), ("members/pds.xmi", "a TSO transmission")] {
        let path = archive(&home, name);
        for command in [&["cat", &path][..], &["outline", &path], &["layout", &path], &["xref", &path, "A"]] {
            let said = home.run(command);
            assert_eq!((said.code, said.out.as_str()), (2, ""), "{command:?}");
            let (why, next) = (said.err.contains(what), said.err.contains(&format!("{path}(MEMBER)")));
            assert!(why && next, "{}", said.err);
        }
        // Who says how its bytes are to be taken gets them.
        assert!(home.done(&["cat", &path, "--hex", "--lines", "1"]).out.len() > 100);
        assert!(home.done(&["cat", &path, "--records", "f80", "--lines", "1"]).out.len() > 10);
    }
    // A deck is cards.
    let deck = archive(&home, "members/deck.txt");
    assert!(home.done(&["cat", &deck]).out.contains("./ ADD"));
}

#[test]
fn what_is_packed_is_read_and_damage_is_said() {
    let home = home();
    let gz = archive(&home, "packed/one.gz");
    assert_eq!(home.done(&["find", "000399 MOVE", &gz]).out, "400:1: 000399 MOVE WS-GROSS TO WS-NET.\n");
    let json = home.done(&["cat", &gz, "--lines", "2", "--json"]).json();
    assert_eq!(
        (json["bytes"].as_u64(), json["lines"][0]["text"].as_str()),
        (Some(12_800), Some("000001 MOVE WS-GROSS TO WS-NET."))
    );
    let bytes = std::fs::read(&gz).unwrap();
    std::fs::write(&gz, &bytes[..600]).unwrap();
    let cut = home.run(&["cat", &gz]);
    assert_eq!(cut.code, 2);
    assert!(cut.out.starts_with("000000 MOVE") && cut.err.contains("it ends too early"), "{}", cut.err);
    // What is not in the part that could be read may be in the rest.
    assert_eq!(home.run(&["find", "NOWHERE", &gz]).code, 2);
}
