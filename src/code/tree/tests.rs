use super::*;
use crate::base::ByteOffset;
use crate::code::Scanner;
use crate::source::ChunkSink;
use proptest::prelude::*;
use std::fmt::Write as _;

/// A program of one of these pieces each; what a piece names has the number of the piece.
fn source(pieces: &[u8]) -> String {
    let mut text = String::new();
    for (n, piece) in pieces.iter().enumerate() {
        let written = match piece % 10 {
            0 => writeln!(text, "       IDENTIFICATION DIVISION.\n       PROGRAM-ID. PROGRAM-{n}."),
            // Named a line later.
            1 => writeln!(text, "       ID DIVISION.\n       PROGRAM-ID.\n           LATE-{n}."),
            // Named behind what stands in it.
            9 => writeln!(
                text,
                "       ID DIVISION.\n       EARLY-{n} SECTION.\n       PROGRAM-ID. AFTER-{n}."
            ),
            2 => writeln!(text, "       DATA DIVISION.\n       WORKING-STORAGE SECTION."),
            3 => writeln!(text, "       01  RECORD-{n}.\n           05  FIELD-{n} PIC X."),
            4 => writeln!(text, "       PROCEDURE DIVISION."),
            5 => writeln!(text, "       PARAGRAPH-{n}.\n           EXIT."),
            6 => writeln!(text, "           CALL 'CALLED-{}'", n % 3),
            7 => writeln!(text, "           SELECT FILE-{n} ASSIGN TO DD{n}."),
            _ => writeln!(text, "       END PROGRAM PROGRAM-{}.", n.saturating_sub(4)),
        };
        written.unwrap();
    }
    text
}

fn outline(text: &str, limit: usize) -> Outline {
    let mut scanner = Scanner::with_limit(SourceFormat::Fixed, limit).with_statements();
    scanner.chunk(ByteOffset(0), text.as_bytes());
    scanner.finish()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_left_out_changes_nothing_of_what_stays(
        pieces in proptest::collection::vec(0u8..10, 0..200),
        limit in 8usize..200,
    ) {
        let text = source(&pieces);
        let (all, some) = (outline(&text, MAX_SYMBOLS), outline(&text, limit));
        let all = all.window(0, all.len());
        let named = |symbols: &[crate::code::Symbol], index: Option<u32>| {
            index.map(|i| (symbols[to_usize(i.into())].name.clone(), symbols[to_usize(i.into())].line))
        };
        let left_out = some.left_out.clone();
        let some = some.window(0, some.len());
        for symbol in &some {
            let same = all.iter().find(|s| (s.offset, s.kind, &s.name) == (symbol.offset, symbol.kind, &symbol.name));
            let Some(same) = same else { panic!("{symbol:?} is not in the whole outline") };
            prop_assert_eq!(&same.assigned, &symbol.assigned);
            prop_assert_eq!((same.line, same.level), (symbol.line, symbol.level));
            // What it is inside of is the same, if that stays.
            let parent = same.parent.filter(|p| !left_out.contains(&all[to_usize((*p).into())].kind));
            if parent.is_some() {
                prop_assert_eq!(named(&some, symbol.parent), named(&all, parent));
            }
        }
    }
}
