//! Structures of small programs, and what must hold of any.

use super::*;
use crate::base::Cancel;
use crate::code::chunk::Chunker;
use crate::code::{SourceFormat, mask, mask_from};
use proptest::prelude::*;

fn structure(text: &str) -> Structure {
    let mut masked = Vec::new();
    mask(text.as_bytes(), SourceFormat::Fixed, &mut masked);
    parse(&masked, &Budget::unlimited()).unwrap()
}

/// Each part on a line: kind, detail, level, name, targets; the text where the name stands must be the name.
fn shown(text: &str) -> Vec<String> {
    let s = structure(text);
    let show = |(i, p): (usize, &Part)| {
        let mut line = format!("{:?}", p.kind);
        if p.detail != Detail::None {
            line += &format!(":{:?}", p.detail);
        }
        if p.level > 0 {
            line += &format!(" {:02}", p.level);
        }
        if !s.name(p).is_empty() {
            line += &format!(" {}", s.name(p));
            let at = &text[p.name_at as usize..];
            assert!(
                at.trim_start_matches(['\'', ':']).starts_with(&s.name(p)[..3.min(s.name(p).len())]),
                "{line} at {at:.20}"
            );
        }
        for target in s.targets_of(u32::try_from(i).unwrap()) {
            line += &format!(" {:?}={}", target.role, s.text(target.name));
        }
        line
    };
    s.parts.iter().enumerate().map(show).collect()
}

const PROGRAM: &str = "\
-INC FIRST
       IDENTIFICATION DIVISION.
       PROGRAM-ID. 'PAYR'.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT PAY-FILE ASSIGN TO PAYDD.
       DATA DIVISION.
       FILE SECTION.
       FD  PAY-FILE.
       SD  SORT-FILE.
       01  PAY-REC.
           05  PAY-NO PIC 9(5).
           05  FILLER OCCURS 3 TIMES INDEXED BY PX PY.
           88  PAY-OK VALUE 1.
       66  PAY-ALL RENAMES PAY-NO.
           COPY PAYCPY REPLACING ==A== BY ==B==.
       ++INCLUDE SECOND
       PROCEDURE DIVISION USING PAY-REC.
       MAIN SECTION.
       MAIN-1.
           PERFORM READ-IT OF MAIN THRU READ-EXIT
           PERFORM UNTIL X ADD 1 TO Y END-PERFORM
           SORT SORT-FILE ON KEY K INPUT PROCEDURE S-IN THRU S-OUT.
           GO TO A-1 B-1 DEPENDING ON X.
           ALTER A-1 TO PROCEED TO B-1.
           CALL 'SUB1' USING X. CALL SUB-NAME.
           ENTRY 'PAYENT' USING X.
           EXEC SQL FETCH C1 INTO :H, :IND END-EXEC.
           EXEC SQL INCLUDE SQLCA END-EXEC.
           EXEC SQL DELETE FROM A.T1 END-EXEC.
           EXEC CICS LINK PROGRAM('CPGM') COMMAREA(X) END-EXEC.
           EXEC CICS SEND MAP('M1') MAPSET(MS) END-EXEC.
           EXEC CICS HANDLE CONDITION NOTFND(NF-1) END-EXEC.
           FROB X.
       END PROGRAM PAYR.
";

#[test]
fn parts_of_every_kind() {
    let wanted = "\
Copy:Directive FIRST
Division IDENTIFICATION
Program PAYR
Division ENVIRONMENT
Section INPUT-OUTPUT
File:Select PAY-FILE Assigned=PAYDD
Division DATA
Section FILE
File:Fd PAY-FILE
File:Sd SORT-FILE
Data 01 PAY-REC
Data 05 PAY-NO
Data 05
Index PX
Index PY
Condition 88 PAY-OK
Data 66 PAY-ALL
Copy PAYCPY
Copy:Directive SECOND
Division PROCEDURE
Section MAIN
Paragraph MAIN-1
Perform Label=READ-IT Qualifier=MAIN Through=READ-EXIT
Perform:Sort Label=S-IN Through=S-OUT
Goto:Depending Label=A-1 Label=B-1
Goto:Alter Label=A-1 Label=B-1
Call:Literal SUB1
Call:ByName SUB-NAME
Entry:Literal PAYENT
Exec:Sql FETCH Cursor=C1 HostVariable=H HostVariable=IND
Exec:Sql INCLUDE
Copy:Sql SQLCA
Exec:Sql DELETE Table=A.T1
Exec:Cics LINK Program=CPGM
Exec:Cics SEND Map=M1 Mapset=MS
Exec:Cics HANDLE Label=NF-1
Program:End PAYR";
    assert_eq!(shown(PROGRAM), wanted.lines().collect::<Vec<_>>());
}

#[test]
fn statements_have_verbs_and_extents() {
    let text = "       PROCEDURE DIVISION.\n       P.\n           IF A = B MOVE 1 TO C ELSE DISPLAY D\n           END-IF.\n           EVALUATE X WHEN 1 CONTINUE.\n           EXEC SQL COMMIT END-EXEC\n           COPY C.\n";
    let s = structure(text);
    let shown: Vec<String> = s
        .statements
        .iter()
        .map(|t| {
            let verb = t.verb.map_or("", |v| s.text(v));
            format!("{:?} {verb}|{}", t.kind, &text[t.start as usize..t.end as usize])
        })
        .collect();
    let wanted = [
        "Verb IF|IF A = B",
        "Verb MOVE|MOVE 1 TO C",
        "Else ELSE|ELSE",
        "Verb DISPLAY|DISPLAY D",
        "ScopeEnd END-IF|END-IF",
        "Period |.",
        "Verb EVALUATE|EVALUATE X",
        "When WHEN|WHEN 1",
        "Verb CONTINUE|CONTINUE",
        "Period |.",
        "Exec EXEC|EXEC SQL COMMIT END-EXEC",
        "Copy COPY|COPY C.",
    ];
    assert_eq!(shown, wanted);
}

/// The scanner of the grammar has a table of its own, which must know the words that highlighting knows.
#[test]
fn words_of_the_language_are_no_names_to_the_grammar() {
    let mut parser = Parser::new();
    parser.set_language(&LANGUAGE).unwrap();
    for word in crate::code::words::all() {
        // A word in the place of an operand.
        let text = format!("PROCEDURE DIVISION. ADD {word}");
        let tree = parser.parse(&text, None).unwrap();
        let at = text.len() - 1;
        let leaf = tree.root_node().descendant_for_byte_range(at, at).unwrap();
        assert_ne!(leaf.kind(), "name", "{word}");
    }
}

#[test]
fn debugging_lines_are_told() {
    let s = structure("       P.\n      D    DISPLAY A\n      DQ.\n           CALL B.\n");
    assert_eq!(s.parts.iter().map(|p| p.debug).collect::<Vec<_>>(), [false, true, false]);
    let debug: Vec<bool> = s.statements.iter().map(|t| t.debug).collect();
    assert_eq!(debug, [true, false, false]);
}

#[test]
fn what_is_odd_is_said() {
    let faults = |text: &str| structure(text).faults.iter().map(|f| f.kind).collect::<Vec<_>>();
    assert_eq!(faults(PROGRAM), [FaultKind::UnknownStatement]);
    assert_eq!(
        faults("       PROCEDURE DIVISION.\n           DISPLAY 'A.\n           { }.\n"),
        [FaultKind::OpenLiteral, FaultKind::Invalid, FaultKind::Invalid]
    );
    assert_eq!(faults("       P.\n           EXEC SQL COMMIT\n       Q.\n"), [FaultKind::OpenExec]);
    assert_eq!(faults(&"           {\n".repeat(500)).len(), Structure::MAX_FAULTS);
    assert!(FaultKind::OpenExec.message().contains("END-EXEC"));
}

#[test]
fn units_make_no_difference() {
    let mut text = String::from("       PROCEDURE DIVISION.\n");
    for n in 0..4_000 {
        text += &format!(
            "       P-{n}.\n           MOVE 'A' TO F-{n}\n           PERFORM P-{} THRU P-{}.\n",
            n + 1,
            n + 2
        );
    }
    assert!(text.len() > 300_000);
    let s = structure(&text);
    assert_eq!(s.parts.len(), 8_001);
    assert_eq!(s.targets.len(), 8_000);
    assert_eq!(s.statements.len(), 12_000);
    assert!(s.faults.is_empty());
    for part in &s.parts {
        assert_eq!(s.name(part).is_empty(), part.kind == crate::code::SymbolKind::Perform);
    }
    assert!(s.memory() < text.len() * 2);
}

/// A line of megabytes is cut where it is: what is read at once is bounded, and each cut costs what it is in at most.
#[test]
fn a_line_longer_than_a_chunk_is_read_in_bounded_pieces() {
    const LONGEST: usize = 1536 << 10;
    let size = 4 << 20;
    let cases = [
        ("sentences", "display a. ", 1),
        ("statements without a period", "display a ", 1),
        ("a name", "a", 0),
        ("periods", ".", 0),
        ("open literals", "'a ", 0),
        ("pseudo-text", "==a ", 0),
    ];
    for ((name, piece, verbs), format) in cases
        .into_iter()
        .flat_map(|case| [SourceFormat::Free, SourceFormat::Fixed].map(|format| (case, format)))
    {
        let count = size / piece.len();
        let text = format!(
            "       procedure division.\n           {}\n       last-one.\n           display c.\n",
            piece.repeat(count)
        );
        let begun = std::time::Instant::now();
        let chunks = Chunker::chunks(text.as_bytes(), format);
        let (mut at, mut displays, mut labels, mut masked) = (0, 0, 0, Vec::new());
        for chunk in &chunks {
            let [start, end] = [chunk.start, chunk.end].map(|at| usize::try_from(at.0).unwrap());
            assert!(start == at && end > at && end - at <= LONGEST, "{name} {format:?}: {chunk:?}");
            at = end;
            mask_from(&text.as_bytes()[start..end], chunk.before.clone(), &mut masked);
            let s = parse(&masked, &Budget::unlimited()).unwrap();
            displays +=
                s.statements.iter().filter(|t| t.verb.is_some_and(|v| s.text(v) == "display")).count();
            labels += s.parts.iter().filter(|p| s.name(p) == "last-one").count();
        }
        assert_eq!(at, text.len(), "{name} {format:?}");
        // A second would do; what is not linear takes minutes.
        assert!(begun.elapsed() < std::time::Duration::from_secs(60), "{name} {format:?}");
        if format == SourceFormat::Free {
            let wanted = verbs * count + 1;
            assert!(
                (wanted - verbs * chunks.len()..=wanted).contains(&displays),
                "{name}: {displays} of {wanted}"
            );
        }
        // In free format only a period tells that a name begins a paragraph; nobody ends what is open.
        let tells =
            if format == SourceFormat::Free { piece.contains('.') } else { verbs > 0 || piece == "." };
        assert!(labels == 1 || !tells, "{name} {format:?}: what follows the line counts");
    }
}

#[test]
fn a_structure_survives_its_store() {
    let s = structure(PROGRAM);
    let stored = serde_json::to_vec(&s).unwrap();
    assert_eq!(serde_json::from_slice::<Structure>(&stored).unwrap(), s);
}

#[test]
fn a_budget_ends_a_parse() {
    let cancel = Cancel::new();
    cancel.cancel();
    assert_eq!(parse(b"A.", &Budget::with_cancel(cancel)), Err(Stop::Cancelled));
    let past = Budget::unlimited().until(std::time::Instant::now());
    assert_eq!(parse(b"A.", &past), Err(Stop::OutOfTime));
}

/// By trees with all operands, from a text with all blanks.
fn full(masked: &[u8]) -> Structure {
    let units = Units::new(masked);
    parse_as(&greenbar_grammars::COBOL.into(), Dense::fill_whole, units, masked, &Budget::unlimited())
        .unwrap()
}

/// What a folder holds, and those inside it.
fn files(folder: &std::path::Path, into: &mut Vec<Vec<u8>>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match std::fs::read(entry.path()) {
            Ok(text) => into.push(text),
            Err(_) => files(&entry.path(), into),
        }
    }
}

/// Of the corpus and the sample of the grammar, and of the folder `GREENBAR_SOURCES`.
#[test]
fn brief_trees_say_what_full_ones_do() {
    let grammar = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("grammars/cobol");
    let mut texts = vec![PROGRAM.as_bytes().to_vec()];
    files(&grammar.join("corpus"), &mut texts);
    files(&grammar.join("samples"), &mut texts);
    if let Some(folder) = std::env::var_os("GREENBAR_SOURCES") {
        files(std::path::Path::new(&folder), &mut texts);
    }
    assert!(texts.len() > 6);
    for text in texts {
        for format in [SourceFormat::Fixed, SourceFormat::Free] {
            let mut masked = Vec::new();
            mask(&text, format, &mut masked);
            assert!(
                parse(&masked, &Budget::unlimited()).unwrap() == full(&masked),
                "{}",
                String::from_utf8_lossy(&text)
            );
        }
    }
}

/// What tokens of all kinds, and what changes what the next ones are, may look like in any order.
const PIECES: &[&str] = &[
    "A",
    "B-1",
    "5",
    "1.5",
    "-2",
    "1.E",
    "'x'",
    "'it''s'",
    "X'00'",
    "'open\n",
    "(",
    ")",
    ":",
    "=",
    "**",
    "<=",
    "{",
    ".",
    ". ",
    ",",
    "\u{2}a comment\n",
    "\u{3}EJECT\n",
    "\u{1}",
    "\u{5}",
    "\n\u{5}",
    "\u{6}",
    "\u{4}",
    ":T:",
    "==A==",
    "==",
    "--",
    "MOVE",
    "TO",
    "IF",
    "ELSE",
    "END-IF",
    "CALL",
    "ENTRY",
    "PERFORM",
    "THRU",
    "TIMES",
    "VARYING",
    "GO",
    "DEPENDING",
    "ON",
    "ALTER",
    "SORT",
    "INPUT",
    "PROCEDURE",
    "DIVISION",
    "DATA",
    "SECTION",
    "PROGRAM-ID",
    "END",
    "PROGRAM",
    "DECLARATIVES",
    "01",
    "05",
    "88",
    "FILLER",
    "PIC",
    "IS",
    "X(9)",
    "9.9",
    "USAGE",
    "COMP-3",
    "VALUE",
    "OCCURS",
    "INDEXED",
    "BY",
    "REDEFINES",
    "RENAMES",
    "SIGN",
    "FD",
    "SELECT",
    "ASSIGN",
    "COPY",
    "REPLACING",
    "REPLACE",
    "OF",
    "EXEC",
    "SQL",
    "CICS",
    "END-EXEC",
    "FROM",
    "DECLARE",
    "CURSOR",
    "FETCH",
    "INCLUDE",
    "WHENEVER",
    "LINK",
    "PROGRAM(",
    "DATASET('F')",
    "INTO(A)",
    "RIDFLD (B)",
    "HANDLE",
    "ABEND",
    "LABEL(P)",
    "CONDITION",
    "ERROR(P)",
    ":A",
    "NEXT",
    "SENTENCE",
    "FUNCTION",
    "WHEN",
    "COMMIT",
    "AUTHOR",
    "SPACES",
    "EXIT",
    "USING",
    "FILE",
    "RECORD",
];

proptest! {
    #[test]
    fn brief_trees_say_what_full_ones_do_of_any_tokens(
        pieces in proptest::collection::vec((proptest::sample::select(PIECES), "( |\n| {7,9}\n?|)"), 0..60)
    ) {
        // What is in area A follows its mark.
        let behind = |(piece, blank): &(&str, String)| if piece.ends_with('\u{5}') { String::new() } else { blank.clone() };
        let text: String = pieces.iter().map(|piece| piece.0.to_owned() + &behind(piece)).collect();
        prop_assert_eq!(parse(text.as_bytes(), &Budget::unlimited()).unwrap(), full(text.as_bytes()), "{:?}", text);
    }

    #[test]
    fn any_bytes_have_a_structure(text in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let s = parse(&text, &Budget::unlimited()).unwrap();
        prop_assert!(s.parts.is_sorted_by_key(|p| p.start));
        prop_assert!(s.statements.is_sorted_by_key(|t| t.start));
        prop_assert!(s.parts.iter().all(|p| p.start < p.end && p.end as usize <= text.len()));
        prop_assert!(s.targets.iter().all(|t| (t.part as usize) < s.parts.len()));
    }
}
