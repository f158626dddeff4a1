//! Entries of files as the scan finds them, beside those of the parse.

use crate::base::{Budget, ByteOffset};
use crate::code::{Outline, Scanner, SourceFormat, SymbolKind, Whole, mask, parse};
use crate::source::ChunkSink;

const FILES: &str = "\
000100 ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.  SELECT FIRST-FILE ASSIGN PAYDD.
           SELECT OPTIONAL KEYED
      * A COMMENT
               ASSIGN TO
                   'AS.KSDS'  *> A DATA SET.
               ORGANIZATION IS INDEXED
               RECORD KEY IS K.
           SELECT
               LATE ASSIGN USING WS-PATH.
           SELECT NOWHERE.
           SELECT OPEN-ENDED ASSIGN TO SYS010-UT-2400-S
           COPY SELFILES.
       I-O-CONTROL.
           SAME AREA FOR KEYED LATE.
       DATA DIVISION.
       FILE SECTION.
       FD  KEYED.
       PROCEDURE DIVISION.
       P.
           EXEC SQL
               SELECT A INTO :B FROM C
           END-EXEC.
";

#[test]
fn files_that_are_selected_stand_with_what_is_assigned_to_them() {
    let rows = |outline: &Outline| -> Vec<String> {
        let all = outline.window(0, outline.len());
        let selects = all.iter().filter(|s| s.kind == SymbolKind::Select);
        selects.map(|s| format!("{} {}-{} {}", s.as_select(), s.line, s.end_line, s.depth)).collect()
    };
    let wanted = [
        "SELECT FIRST-FILE ASSIGN TO PAYDD 3-3 2",
        "SELECT KEYED ASSIGN TO AS.KSDS 4-9 2",
        "SELECT LATE ASSIGN TO WS-PATH 10-11 2",
        "SELECT NOWHERE 12-12 2",
        "SELECT OPEN-ENDED ASSIGN TO SYS010-UT-2400-S 13-13 2",
    ];
    let both = |text: &str, format| {
        let scanned = rows(&Scanner::outline(text.as_bytes(), format));
        let mut masked = Vec::new();
        mask(text.as_bytes(), format, &mut masked);
        let mut whole = Whole::default();
        whole.take(text.as_bytes(), &parse::parse(&masked, &Budget::unlimited()).unwrap());
        assert_eq!(rows(&whole.finish()), scanned);
        scanned
    };
    assert_eq!(both(FILES, SourceFormat::Fixed), wanted);
    let free = FILES.replace("      * A", "*> A").replace("000100 ", "").replace("       ", "");
    assert_eq!(both(&free, SourceFormat::Free), wanted);
    // However long a line is, it counts the same wherever a chunk cuts it.
    let long = format!("a.\n    {:5000}.\nb.\n    add 1\n{:5000}.\nc.\n", "display x", "to y");
    let mut cut = Scanner::new(SourceFormat::Free);
    long.as_bytes().chunks(7).for_each(|piece| cut.chunk(ByteOffset(0), piece));
    assert_eq!(cut.finish(), Scanner::outline(long.as_bytes(), SourceFormat::Free));
    // A copybook of entries, and one that ends within one.
    let copybook = "           SELECT A\n               ASSIGN TO B.\n           SELECT C ASSIGN TO";
    assert_eq!(both(copybook, SourceFormat::Fixed), ["SELECT A ASSIGN TO B 1-2 0", "SELECT C 3-3 0"]);
    // Room is made for names with what stands behind them.
    let mut text = String::from("       FILE-CONTROL.\n");
    for n in 0..200 {
        text += &format!(
            "           COPY C{n}.\n           COPY C{n}.\n           SELECT F-{n} ASSIGN TO D-{n}.\n"
        );
    }
    let mut scanner = Scanner::with_limit(SourceFormat::Fixed, 500);
    scanner.chunk(ByteOffset(0), text.as_bytes());
    let outline = scanner.finish();
    assert!(!outline.once.is_empty());
    let selects = rows(&outline);
    assert_eq!((selects.len(), selects[199].as_str()), (200, "SELECT F-199 ASSIGN TO D-199 601-601 0"));
}
