//! The scan beside sources with the traps of the field; formats; roles.

use super::*;
use crate::base::{ByteOffset, LineNo};
use crate::source::ChunkSink;
use proptest::prelude::*;

/// Kind, name, line, last line, depth of each symbol.
fn shown(outline: &Outline) -> Vec<String> {
    let all = outline.window(0, outline.len());
    all.iter().map(|s| format!("{:?} {} {}-{} {}", s.kind, s.name, s.line, s.end_line, s.depth)).collect()
}

const TRAPS: &str = "\
CBL RENT,LIST
ABC100 ID DIVISION.
000200 PROGRAM-ID.
000300*    A COMMENT BETWEEN
000400     PAYR010 IS INITIAL.
000500 AUTHOR.  SOMEBODY. PROCEDURE DIVISION.
000600 ENVIRONMENT DIVISION.
000700 INPUT-OUTPUT SECTION.
000800 FILE-CONTROL.
000900     SELECT PAY-FILE ASSIGN TO PAYDD.
001000 DATA DIVISION.
001100 FILE SECTION.
001200 FD  PAY-FILE
001300     RECORDING MODE IS F.
001400 01  PAY-REC.  COPY PAYREC.
001500 working-storage section.
001600 77  WS-COUNT-01        PIC 9(4).
001700 01  WS-TOTALS.
001800     05 PIC X.
001900 01  FILLER REDEFINES WS-TOTALS PIC X(9).
002000 01
002100     WS-LATE.
002200     EXEC SQL
002300         INCLUDE SQLCA
002400     END-EXEC.
002500 01  PIC X VALUE ' COPY NOTHING '.
002600     COPY 'CPY2' REPLACING ==:TAG:== BY ==X==.
002700 PROCEDURE DIVISION USING WS-TOTALS.
002800 0000-MAIN SECTION.
002900 0000-MAINLINE.
003000     IF A = B
003100        PERFORM 1000-X
003200     END-IF.
003300 END-IF.
003400 EXIT.
003500     MOVE
003600     9000-NAME.
003700*9999-NOT.
003800/9998-NOT.
003900D9997-NOT.
004000     EXEC CICS RETURN
004100 LABEL-IN-EXEC.
004200     END-EXEC
004300 1000-X. MOVE 'END PROGRAM X.' TO B. ENTRY 'NOT-FIRST'.
004400     ENTRY 'PAYENTRY' USING A.
004500 1000-X-EXIT .
004600     EXIT.
004700 TITLE 'A TITLE'.
004800 EJECT.
004900 ++INCLUDE PANMEMB
005000 2000-LAST.
005100 END PROGRAM PAYR010.
005200 IDENTIFICATION DIVISION.
005300 PROGRAM-ID. 'OUTER'
005400 PROCEDURE DIVISION.
005500 A-1.
005600     GOBACK.
005700 IDENTIFICATION DIVISION.
005800 PROGRAM-ID. INNER.
005900 PROCEDURE DIVISION.
006000 B-1.
006100 END PROGRAM INNER.
006200 END PROGRAM OUTER.
";

const TRAPS_OUTLINE: &[&str] = &[
    "Program PAYR010 3-52 0",
    "Division ID 2-6 1",
    "Division ENVIRONMENT 7-10 1",
    "Section INPUT-OUTPUT 8-10 2",
    "Select PAY-FILE 10-10 3",
    "Division DATA 11-27 1",
    "Section FILE 12-15 2",
    "File PAY-FILE 13-15 3",
    "Data PAY-REC 15-15 4",
    "Copy PAYREC 15-15 5",
    "Section working-storage 16-27 2",
    "Data WS-COUNT-01 17-17 3",
    "Data WS-TOTALS 18-19 3",
    "Data FILLER 20-20 3",
    "Data WS-LATE 21-25 3",
    "Copy SQLCA 24-24 4",
    "Data FILLER 26-27 3",
    "Copy CPY2 27-27 4",
    "Division PROCEDURE 28-51 1",
    "Section 0000-MAIN 29-51 2",
    "Paragraph 0000-MAINLINE 30-43 3",
    "Paragraph 1000-X 44-45 3",
    "Entry PAYENTRY 45-45 4",
    "Paragraph 1000-X-EXIT 46-50 3",
    "Copy PANMEMB 50-50 4",
    "Paragraph 2000-LAST 51-51 3",
    "Program OUTER 54-63 0",
    "Division IDENTIFICATION 53-54 1",
    "Division PROCEDURE 55-57 1",
    "Paragraph A-1 56-57 2",
    "Program INNER 59-62 1",
    "Division IDENTIFICATION 58-59 2",
    "Division PROCEDURE 60-61 2",
    "Paragraph B-1 61-61 3",
];

#[test]
fn the_scan_is_not_fooled() {
    let outline = Scanner::outline(TRAPS.as_bytes(), SourceFormat::Fixed);
    assert_eq!(shown(&outline), TRAPS_OUTLINE);
    assert!(outline.problems.is_empty(), "{:?}", outline.problems);
    assert_eq!(outline.get(0).unwrap().offset.0, TRAPS.find("000200").unwrap() as u64);
    assert_eq!(outline.get(13).unwrap().level, 1);
    assert_eq!(outline.lines, 63);
}

#[test]
fn free_format_tells_paragraphs_from_the_end_of_statements() {
    let text = "\
>>SOURCE FORMAT IS FREE
identification division.
program-id. demo.
data division.
working-storage section.
01 total pic 9(4). *> 01 no-item.
procedure division.
main-para.
    move a to
    b.
    display 'x' *> ends here.
    exit.
*> not-a-para.
next-para.  exit section.
  goback.
";
    let outline = Scanner::outline(text.as_bytes(), SourceFormat::Fixed);
    let wanted = [
        "Program demo 3-15 0",
        "Division identification 2-3 1",
        "Division data 4-6 1",
        "Section working-storage 5-6 2",
        "Data total 6-6 3",
        "Division procedure 7-15 1",
        "Paragraph main-para 8-13 2",
        "Paragraph next-para 14-15 2",
    ];
    assert_eq!(shown(&outline), wanted);
}

#[test]
fn broken_and_partial_sources_still_have_an_outline() {
    let text =
        "       01  REC-A.\n           05 X PIC X.\n       PARA-1.\n           EXEC SQL SELECT -- don't\n";
    let outline = Scanner::outline(text.as_bytes(), SourceFormat::Fixed);
    assert_eq!(shown(&outline), ["Data REC-A 1-2 0", "Paragraph PARA-1 3-4 0"]);
    assert_eq!(outline.problems.len(), 1);
    let tabbed = "\tPROCEDURE DIVISION.\n\tP-1.\n\t    MOVE A TO B.\n\t    COPY CPY1.\n";
    let outline = Scanner::outline(tabbed.as_bytes(), SourceFormat::Fixed);
    assert_eq!(shown(&outline), ["Division PROCEDURE 1-4 0", "Paragraph P-1 2-4 1", "Copy CPY1 4-4 2"]);
}

#[test]
fn paths_and_filters() {
    let outline = Scanner::outline(TRAPS.as_bytes(), SourceFormat::Fixed);
    let path =
        |line| -> Vec<String> { outline.path_at(LineNo::new(line)).into_iter().map(|s| s.name).collect() };
    assert_eq!(path(1), [""; 0]);
    assert_eq!(path(14), ["PAYR010", "DATA", "FILE", "PAY-FILE"]);
    assert_eq!(path(45), ["PAYR010", "PROCEDURE", "0000-MAIN", "1000-X", "PAYENTRY"]);
    assert_eq!(path(52), ["PAYR010"]);
    assert_eq!(path(61), ["OUTER", "INNER", "PROCEDURE", "B-1"]);
    assert_eq!(path(63), ["OUTER"]);
    let names: Vec<String> =
        outline.filter("ws-", 9).into_iter().map(|i| outline.get(i).unwrap().name).collect();
    assert_eq!(names, ["WS-COUNT-01", "WS-TOTALS", "WS-LATE"]);
    assert_eq!(outline.filter("", 3).len(), 3);
}

#[test]
fn too_many_symbols_leave_the_coarse_ones() {
    let mut text = String::new();
    for p in 0..20 {
        text += "       ID DIVISION.\n       PROGRAM-ID. P";
        text += &p.to_string();
        text += ".\n       DATA DIVISION.\n";
        text += &"       01  ITEM PIC X.\n".repeat(30);
        text += "       PROCEDURE DIVISION.\n";
        text += &"       PARA-X.\n           EXIT.\n".repeat(2);
    }
    for (limit, kinds, left) in [(10_000, 0, 720), (150, 1, 120), (110, 5, 80), (45, 6, 20)] {
        let mut scanner = Scanner::with_limit(SourceFormat::Fixed, limit);
        scanner.chunk(ByteOffset(0), text.as_bytes());
        let outline = scanner.finish();
        assert_eq!((outline.left_out.len(), outline.len()), (kinds, left), "{limit}");
        assert_eq!(outline.problems.is_empty(), kinds == 0);
        let path = outline.path_at(LineNo::new(38 * 11 + 5));
        assert_eq!(path.first().unwrap().name, "P11");
        assert!(path.iter().all(|s| !outline.left_out.contains(&s.kind)));
        assert_eq!(outline.get(0).unwrap().line.get(), 2);
    }
}

/// Statements that name others, each at the start of a line.
const NAMING: &str = "\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. NAMING.
       PROCEDURE DIVISION.
       A-MAIN. CALL 'PAYS010' USING A.
           call WS-PROGRAM
           CALL
               'PAYS020'.
           PERFORM B-ADD THRU B-EXIT
           PERFORM UNTIL DONE
               PERFORM B-ADD WITH TEST AFTER UNTIL A > 5
           END-PERFORM
           PERFORM
               B-ADD
           PERFORM 5 TIMES
           END-PERFORM
           PERFORM WS-COUNT TIMES
           END-PERFORM
           GO TO B-ADD.
           GO    TO B-ADD, B-EXIT
               DEPENDING ON A.
       B-ADD.
           EXEC SQL INCLUDE SQLCA END-EXEC.
           EXEC SQL
               SELECT AMOUNT INTO :WS-AMOUNT
               FROM PAY.EMPLOYEES WHERE ID = :WS-ID
           END-EXEC
           EXEC SQL DECLARE C1 CURSOR FOR SELECT A FROM B END-EXEC
           EXEC SQL FETCH NEXT FROM C1 INTO :WS-A END-EXEC
           EXEC SQL WHENEVER SQLERROR GO TO B-EXIT END-EXEC
           EXEC SQL COMMIT END-EXEC
           EXEC CICS LINK
               COMMAREA(WS-AREA) PROGRAM('PAYP030')
           END-EXEC
           EXEC CICS XCTL PROGRAM (WS-NEXT) END-EXEC.
           EXEC CICS HANDLE CONDITION ERROR(B-EXIT) END-EXEC
           EXEC CICS RETURN END-EXEC
           EXEC DLI GU USING PCB(1) SEGMENT(EMPL) END-EXEC.
       B-EXIT.
           EXIT.
";

#[test]
fn statements_are_found_as_the_parse_finds_them() {
    let scan = |text: &str| {
        let mut scanner = Scanner::new(SourceFormat::Fixed).with_statements();
        scanner.chunk(ByteOffset(0), text.as_bytes());
        scanner.finish()
    };
    let mut masked = Vec::new();
    mask(NAMING.as_bytes(), SourceFormat::Fixed, &mut masked);
    let structure = parse::parse(&masked, &crate::base::Budget::unlimited()).unwrap();
    let mut whole = Whole::default();
    whole.take(NAMING.as_bytes(), &structure);
    // Without the ends: a scan does not look for those of statements.
    let rows = |outline: &Outline| -> Vec<String> {
        let all = outline.window(0, outline.len());
        all.iter().map(|s| format!("{:?} {} {} {}", s.kind, s.name, s.line, s.depth)).collect()
    };
    let (scanned, parsed) = (rows(&scan(NAMING)), rows(&whole.finish()));
    assert_eq!(scanned, parsed);
    assert_eq!(scanned.len(), 26);
    // What stands behind another statement on its line is not seen, and neither is what a debugging line holds.
    let hidden =
        "           IF A CALL 'X' ELSE PERFORM Y.\n      D    CALL 'Z'.\n           MOVE 'CALL' TO\n";
    assert!(scan(hidden).is_empty());
    assert_eq!(Scanner::outline(NAMING.as_bytes(), SourceFormat::Fixed).len(), 6);
    let conditions = "       >>DEFINE A AS 1\n       >>IF A = 2\n           CALL 'X'\n       P.\n       >>ELSE\n           CALL 'Y'\n           >>END-IF\n       >>IF B = 1\n           CALL 'Z'\n       >>END-IF\n           CALL 'W'\n";
    assert_eq!(rows(&scan(conditions)), ["Call Y 6 0", "Call Z 9 0", "Call W 11 0"]);
    let open = scan("           EXEC CICS LINK\n       P.\n       DATA DIVISION.\n");
    assert_eq!(rows(&open)[0], "Exec CICS LINK 1 0");
    assert_eq!(open.problems.len(), 1);
}

#[test]
fn too_many_references_stand_once_each() {
    let mut text = String::from("       PROCEDURE DIVISION.\n");
    for p in 0..100 {
        text += &format!("       P-{p}.\n");
        for n in 0..20 {
            text += &format!("           CALL 'PROG{}'\n           PERFORM P-{n}\n", n % 7);
        }
    }
    let scan = |limit| {
        let mut scanner = Scanner::with_limit(SourceFormat::Fixed, limit).with_statements();
        scanner.chunk(ByteOffset(0), text.as_bytes());
        scanner.finish()
    };
    let count =
        |outline: &Outline, kind| outline.window(0, outline.len()).iter().filter(|s| s.kind == kind).count();
    let all = scan(10_000);
    assert_eq!((count(&all, SymbolKind::Call), count(&all, SymbolKind::Perform)), (2_000, 2_000));
    assert!(all.once.is_empty() && all.problems.is_empty());
    let once = scan(1_000);
    assert_eq!((count(&once, SymbolKind::Call), count(&once, SymbolKind::Perform)), (7, 20));
    assert_eq!(count(&once, SymbolKind::Paragraph), 100);
    assert!(once.once.contains(&SymbolKind::Call) && once.left_out.is_empty());
    assert_eq!(once.problems.len(), 1);
    let few = scan(110);
    assert_eq!((count(&few, SymbolKind::Paragraph), count(&few, SymbolKind::Perform)), (100, 0));
    assert!(few.left_out.contains(&SymbolKind::Perform));
}

#[test]
fn a_symbol_takes_24_bytes() {
    assert_eq!(size_of::<super::outline::Packed>(), 24);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn chunks_do_not_matter(cuts in proptest::collection::vec(0usize..2400, 0..12), crlf: bool) {
        let text = if crlf { TRAPS.replace('\n', "\r\n") } else { TRAPS.to_owned() };
        let whole = Scanner::outline(text.as_bytes(), SourceFormat::Fixed);
        let mut cuts: Vec<usize> = cuts.into_iter().map(|c| c.min(text.len())).collect();
        cuts.extend([0, text.len()]);
        cuts.sort_unstable();
        let mut scanner = Scanner::new(SourceFormat::Fixed);
        for pair in cuts.windows(2) {
            prop_assert_eq!(scanner.next().0, pair[0] as u64);
            scanner.chunk(ByteOffset(pair[0] as u64), &text.as_bytes()[pair[0]..pair[1]]);
        }
        prop_assert_eq!(scanner.finish(), whole);
    }

    #[test]
    fn any_bytes_are_taken(bytes in proptest::collection::vec(any::<u8>(), 0..400), free: bool, noise in 0usize..400) {
        let format = if free { SourceFormat::Free } else { SourceFormat::Fixed };
        let mut text = TRAPS.as_bytes()[noise..].to_vec();
        text.splice(noise..noise, bytes);
        let outline = Scanner::outline(&text, format);
        for (i, symbol) in (0..).zip(outline.window(0, outline.len())) {
            prop_assert!(symbol.line <= symbol.end_line && symbol.parent.is_none_or(|p| p < i));
        }
        let _ = detect(text.split(|b| *b == b'\n'));
        for line in text.split(|b| *b == b'\n') {
            let mut end = 0;
            for span in spans(line, LineContext { format, ..LineContext::default() }) {
                prop_assert!(span.start >= end && span.length > 0);
                end = span.start + span.length;
            }
            prop_assert!(end as usize <= line.len());
        }
    }
}

#[test]
fn formats_are_told_apart() {
    let guess = |text: &str| detect(text.lines().map(str::as_bytes));
    let fixed = guess(TRAPS);
    assert!(fixed.format == SourceFormat::Fixed && fixed.confidence >= 80, "{fixed:?}");
    let unnumbered: String = TRAPS.lines().flat_map(|l| ["      ", &l[6.min(l.len())..], "\n"]).collect();
    assert_eq!(guess(&unnumbered).format, SourceFormat::Fixed);
    let free: String = TRAPS.lines().skip(1).map(|l| l[7..].to_owned() + "\n").collect();
    let free = guess(&free);
    assert!(free.format == SourceFormat::Free && free.confidence >= 60, "{free:?}");
    assert_eq!(guess("       >>SOURCE FORMAT IS FREE\n").format, SourceFormat::Free);
    assert_eq!(guess("NOTE   >>SOURCE FORMAT IS FREE\n").format, SourceFormat::Free);
    // What is indented far tells nothing but by its length.
    let far = "       identification division.\n       program-id. far.\n           *> a comment\n";
    assert_eq!(guess(far).format, SourceFormat::Fixed);
    let long = format!("{far}           display \"{}\" upon console.\n", "a long text ".repeat(5));
    assert_eq!(guess(&long).format, SourceFormat::Free);
    let tagged = format!("{far}{:<71}XTAG00001\n", "           display \"x\"");
    assert_eq!(guess(&tagged).format, SourceFormat::Fixed, "a full card is no longer than 80");
    assert_eq!(guess(&format!("{long}      * a comment\n")).format, SourceFormat::Fixed);
    for other in [
        "",
        "//PAYJOB  JOB (A),CLASS=A\n//S1 EXEC PGM=PAYR010\n//IN DD DSN=A.B,DISP=SHR\n",
        "The quick brown fox\njumps over the lazy dog.\nOn Monday it rested.\n",
        "a,b,c\n1,2,3\n4,5,6\n",
    ] {
        assert_eq!(guess(other).format, SourceFormat::NotCobol, "{other}");
    }
    // Words of the language begin the lines of logs and notes as well.
    for other in [
        "START JOB PAYR\nOPEN FILE OK\nCLOSE FILE OK\nSTOP\n",
        "12 errors found\n3 warnings\n",
        "Read 10 rows.\nWrite 10 rows.\nClose the connection.\n",
        "File not found: x\n",
        "        10 files read\n        20 files written\n",
        "SELECT *\nFROM T\nWHERE A = 1;\n",
        "import java.util.List;\n\nif (a) {\n    return b;\n}\n",
    ] {
        assert_eq!(guess(other).format, SourceFormat::NotCobol, "{other}");
    }
    for (source, format) in [
        ("display 'hello'\nstop run.\n", SourceFormat::Free),
        ("01 WS-A.\n   05 WS-B PIC 9.\n", SourceFormat::Free),
        ("move a\n  to b\nperform check-it\n", SourceFormat::Free),
        ("function check-it\nfunction show-it\n", SourceFormat::Free),
        ("           MOVE A TO B.\n", SourceFormat::Fixed),
        ("       01  WS-A  COPY WSA.\n", SourceFormat::Fixed),
        ("001000 DISPLAY NEEDLE.\n", SourceFormat::Fixed),
    ] {
        assert_eq!(guess(source).format, format, "{source}");
    }
    // A listing without source is one, too, and one whose source begins far behind.
    let heading = "1PP 5655-EC6 IBM Enterprise COBOL for z/OS  6.4.0     Page     1\n    ADV\n";
    assert!(guess(heading).format.is_listing());
    assert!(guess(&format!("{}{heading}", "//JOB  JOB (A),CLASS=A\n".repeat(30))).format.is_listing());
}

#[test]
fn lines_have_a_kind() {
    for (line, kind) in [
        ("", LineKind::Blank),
        ("000100", LineKind::Blank),
        (&format!("{:<72}SYN00000", "000100"), LineKind::Blank),
        ("000100* MOVE", LineKind::Comment),
        ("000100/", LineKind::Comment),
        ("           *> NOTE", LineKind::Comment),
        ("      D    DISPLAY A", LineKind::Debug),
        ("      -    'REST'", LineKind::Continuation),
        ("CBL RENT", LineKind::Directive),
        ("       PROCESS LIST", LineKind::Directive),
        ("       EJECT", LineKind::Directive),
        ("           SKIP2.", LineKind::Directive),
        ("           MOVE SKIP2 TO EJECT", LineKind::Code),
        ("       >>IF A", LineKind::Directive),
        ("       01  TITLE PIC X.", LineKind::Code),
    ] {
        assert_eq!(line_kind(line.as_bytes(), SourceFormat::Fixed), kind, "{line}");
    }
}

#[test]
fn roles_of_lines() {
    let mut context = LineContext::default();
    let mut roles = |line: &str| -> Vec<String> {
        let mut found = Vec::new();
        context = highlight(line.as_bytes(), context, &mut found);
        let text = |s: &Span| &line[s.start as usize..(s.start + s.length) as usize];
        found.iter().map(|s| format!("{:?}:{}", s.role, text(s))).collect()
    };
    assert_eq!(
        roles("000100 01  WS-NET-2   PIC S9(7)V99. COMP-3 VALUE -1.5.                  CHG0042 "),
        [
            "Sequence:000100",
            "Level:01",
            "Name:WS-NET-2",
            "Keyword:PIC",
            "Picture:S9(7)V99",
            "Keyword:COMP-3",
            "Keyword:VALUE",
            "Number:-1.5",
            "Ident:CHG0042 "
        ]
    );
    assert_eq!(
        roles("           MOVE 'DON''T MOVE' TO A(1:2) X\"C1\" *> TO B"),
        [
            "Sequence:      ",
            "Keyword:MOVE",
            "Literal:'DON''T MOVE'",
            "Keyword:TO",
            "Name:A",
            "Number:1",
            "Number:2",
            "Literal:X\"C1\"",
            "Comment:*> TO B"
        ]
    );
    assert_eq!(roles("      *    MOVE A"), ["Sequence:      ", "Indicator:*", "Comment:    MOVE A"]);
    assert_eq!(
        roles("           EXEC SQL SELECT 1"),
        ["Sequence:      ", "Keyword:EXEC", "Exec:SQL SELECT 1"]
    );
    assert_eq!(
        roles("             INTO :A END-EXEC PERFORM 1000-X"),
        ["Sequence:      ", "Exec:INTO :A", "Keyword:END-EXEC", "Keyword:PERFORM", "Name:1000-X"]
    );
    assert_eq!(
        roles("           05 A PICTURE IS"),
        ["Sequence:      ", "Level:05", "Name:A", "Keyword:PICTURE", "Keyword:IS"]
    );
    assert_eq!(
        roles("              Z,ZZ9.99- VALUE SPACES."),
        ["Sequence:      ", "Picture:Z,ZZ9.99-", "Keyword:VALUE", "Literal:SPACES"]
    );
    assert_eq!(roles("CBL RENT,APOST"), ["Keyword:CBL RENT,APOST"]);
    assert_eq!(roles("       1000-MAIN."), ["Sequence:      ", "Heading:1000-MAIN"]);
    assert_eq!(roles("           1000-MAIN."), ["Sequence:      ", "Name:1000-MAIN"]);
    roles("       >>SOURCE FORMAT IS FREE");
    assert_eq!(roles("main section."), ["Heading:main", "Keyword:section"]);
    assert_eq!(roles("next-para."), ["Heading:next-para"]);
    assert_eq!(roles("next-para to b"), ["Name:next-para", "Keyword:to", "Name:b"]);
}

#[test]
fn the_outline_knows_where_the_format_changes() {
    let text =
        "       ID DIVISION.\n       >>SOURCE FREE\nmove a to b.\n>>SOURCE FORMAT FIXED\n       STOP RUN.\n";
    let outline = Scanner::outline(text.as_bytes(), SourceFormat::Fixed);
    let formats = text.match_indices('\n').map(|(feed, _)| {
        let start = text[..feed].rfind('\n').map_or(0, |f| f + 1);
        let (format, since) = outline.format_at(ByteOffset(start as u64), SourceFormat::Fixed);
        (format, since.0)
    });
    let (fixed, free) = (SourceFormat::Fixed, SourceFormat::Free);
    let wanted = [(fixed, 0), (fixed, 0), (free, 20), (free, 20), (fixed, 54)];
    assert_eq!(formats.collect::<Vec<_>>(), wanted);
}

#[test]
fn frames_are_around_the_symbols_of_a_listing() {
    use super::{Frame, SymbolKind};
    use crate::base::{ByteOffset, LineNo};
    let text = b"\
000100 IDENTIFICATION DIVISION.
       PROGRAM-ID. ONE.
       PROCEDURE DIVISION.
       PARA-A.
      * A TABLE
       IDENTIFICATION DIVISION.
       PROGRAM-ID. TWO.
       DATA DIVISION.
       01  ITEM-A PIC X.
      * THE END
";
    let frame = |kind, name: &'static str, line, end, inside| Frame {
        kind,
        name: name.into(),
        line: LineNo::new(line),
        end_line: LineNo::new(end),
        start: ByteOffset(line - 1),
        inside,
    };
    let frames = [
        frame(SymbolKind::Unit, "U1", 1, 5, false),
        frame(SymbolKind::Part, "source", 1, 4, true),
        frame(SymbolKind::Part, "table", 5, 5, true),
        frame(SymbolKind::Unit, "U2", 6, 10, false),
        frame(SymbolKind::Part, "source", 6, 9, true),
        frame(SymbolKind::Part, "end", 10, 10, true),
    ];
    let outline = Scanner::outline(text, SourceFormat::Fixed).framed(frames.iter().cloned());
    let rows: Vec<_> =
        outline.window(0, 99).into_iter().map(|s| (s.depth, s.name, s.end_line.get())).collect();
    let wanted = [
        (0, "U1", 5),
        (1, "source", 4),
        (2, "ONE", 4),
        (3, "IDENTIFICATION", 2),
        (3, "PROCEDURE", 4),
        (4, "PARA-A", 4),
        (1, "table", 5),
        (0, "U2", 10),
        (1, "source", 9),
        (2, "TWO", 9),
        (3, "IDENTIFICATION", 7),
        (3, "DATA", 9),
        (4, "ITEM-A", 9),
        (1, "end", 10),
    ];
    assert_eq!(rows, wanted.map(|(depth, name, end)| (depth, name.to_owned(), end)));
    let path: Vec<_> = outline.path_at(LineNo::new(5)).into_iter().map(|s| s.name).collect();
    assert_eq!(path, ["U1", "table"]);
    let (first, _, last) = outline.unit_at(LineNo::new(8)).unwrap();
    assert_eq!((first.get(), last.get()), (6, 10));
    // A symbol whose frame is past stands by itself, and without frames nothing changes.
    let late = [frame(SymbolKind::Unit, "U", 1, 1, false)];
    let outline = Scanner::outline(text, SourceFormat::Fixed);
    assert_eq!(outline.clone().framed(std::iter::empty()), outline);
    assert_eq!(outline.framed(late.iter().cloned()).window(0, 9)[3].depth, 0);
}
