//! COPY in listings beside what is left of it.

use crate::code::cards::tests::{PLAIN, Print, format_of, listing};
use crate::code::copybook::{Member, Members, Missing, expand};
use crate::code::parse::parse;
use crate::code::{SourceFormat, SymbolKind, mask};
use crate::{base::Budget, code::data::layout};

/// The words of a masked listing, and the members that its parse names.
fn read(source: &str) -> (String, Vec<String>) {
    let (text, _) = listing(source, Print { page: 60, ..PLAIN });
    let mut masked = Vec::new();
    mask(text.as_bytes(), format_of(&text), &mut masked);
    let structure = parse(&masked, &Budget::unlimited()).unwrap();
    let copies = structure.parts.iter().filter(|p| p.kind == SymbolKind::Copy);
    let names = copies.map(|p| structure.name(p).to_owned()).collect();
    let shown: String = masked.iter().map(|b| if *b == 3 { '%' } else { char::from(*b) }).collect();
    let plain: String = shown.chars().map(|c| if c < ' ' { ' ' } else { c }).collect();
    (plain.split_whitespace().collect::<Vec<_>>().join(" "), names)
}

#[test]
fn a_statement_whose_text_follows_is_no_code() {
    for (source, words, members) in [
        ("       COPY MEMB.\nC        01  A PIC X.\n", "%COPY MEMB. 01 A PIC X.", &["MEMB"][..]),
        (
            "       01  A COPY MEMB OF LIB\n           REPLACING ==.==\n           BY ==A.B==.\nC            PIC X.\n",
            "01 A%COPY MEMB OF LIB PIC X.",
            &["MEMB"],
        ),
        // Its period is part of it, and what follows on its line is code.
        ("       01  A PIC copy 'memb'. .\nC            X(3)\n", "01 A PIC . X(3)", &[]),
        ("       01  A PIC copy 'memb'.\nC            X(3).\n", "01 A PIC%copy 'memb'. X(3).", &["memb"]),
        (
            "           EXEC SQL\n             INCLUDE MEMB\n           END-EXEC.\nC        01  A PIC X.\n",
            "%INCLUDE MEMB 01 A PIC X.",
            &["MEMB"],
        ),
        (
            "           EXEC SQL INCLUDE MEMB END-EXEC\nC        01  A PIC X.\n",
            "%INCLUDE MEMB END-EXEC 01 A PIC X.",
            &["MEMB"],
        ),
        ("           COPY\n               MEMB.\nC        01  A PIC X.\n", "%COPY 01 A PIC X.", &[]),
    ] {
        assert_eq!(
            read(source),
            (words.to_owned(), members.iter().map(|m| (*m).to_owned()).collect()),
            "{source}"
        );
    }
}

#[test]
fn a_statement_whose_text_is_not_there_stays() {
    for (source, members) in [
        ("           COPY MEMB SUPPRESS.\n       01  A PIC X.\n", &["MEMB"][..]),
        ("           EXEC SQL INCLUDE MEMB END-EXEC.\n       01  A PIC X.\n", &["MEMB"]),
        ("           DISPLAY 'COPY MEMB.'.\nC        01  A PIC X.\n", &[]),
        ("      *    COPY MEMB.\nC        01  A PIC X.\n", &[]),
        ("           MOVE COPY-A TO RE-COPY.\nC        01  A PIC X.\n", &[]),
        ("           EXEC CICS INCLUDE MEMB END-EXEC.\nC        01  A PIC X.\n", &[]),
    ] {
        let (words, names) = read(source);
        assert!(!words.contains('%'), "{words}");
        assert_eq!(names, members, "{words}");
    }
}

#[test]
fn copied_items_count_once_and_in_their_record() {
    let source = "\
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  REC.
           COPY MEMB REPLACING ==:T:== BY ==X==.
C          05  X-ONE PIC X(5).
C          05  X-TWO PIC X(3).
           05  OWN PIC X.
       01  OTHER.
           COPY GONE.
           05  LAST PIC X.
";
    let (text, numbers) = listing(source, PLAIN);
    let (records, problems) = layout(text.as_bytes(), format_of(&text));
    let items: Vec<_> = records
        .iter()
        .flat_map(|r| &r.items)
        .map(|i| (i.name().to_owned(), i.offset, numbers[usize::try_from(i.entry.at.line.index()).unwrap()]))
        .collect();
    let own = |name: &str, at, line| (name.to_owned(), at, line);
    let expected =
        [own("REC", Some(0), 3), own("X-ONE", Some(0), 5), own("X-TWO", Some(5), 6), own("OWN", Some(8), 7)];
    assert_eq!(items[..4], expected);
    assert_eq!(items.iter().find(|i| i.0 == "LAST").unwrap().1, None, "{items:?}");
    assert!(
        problems.iter().chain(records.iter().flat_map(|r| &r.problems)).all(|p| p.message.contains("GONE"))
    );
    let (same, _) = layout(
        source
            .replace("C  ", "   ")
            .replace("           COPY MEMB REPLACING ==:T:== BY ==X==.\n", "")
            .as_bytes(),
        SourceFormat::Fixed,
    );
    assert_eq!(same[0].items.len(), 4);
}

/// A library in which everything is found.
struct Everything;

impl Members for Everything {
    fn member(&self, name: &str, _: Option<&str>) -> Result<Member, Missing> {
        let text = b"       01  PUT-IN PIC X.\n".to_vec();
        Ok(Member { file: name.into(), text: text.into(), elsewhere: false })
    }
}

#[test]
fn nothing_is_put_in_and_nothing_replaced_in_a_listing() {
    let source = "\
       REPLACE ==OLD== BY ==NEW-NAME==.
       01  OLD PIC X.
       COPY MEMB.
C      01  COPIED PIC X.
       COPY OTHER SUPPRESS.
       01  LAST-ONE PIC X.
";
    let (text, _) = listing(source, PLAIN);
    let expanded = expand(text.as_bytes(), format_of(&text), &Everything, &Budget::unlimited());
    assert_eq!(String::from_utf8(expanded.text).unwrap(), text);
    assert_eq!((expanded.origins.len(), expanded.copies.len()), (text.lines().count(), 0));
    assert_eq!(expanded.origins[5].line, 5);
}
