//! The scan beside a plain one, which looks at every line.

use super::lines::KEPT;
use super::*;
use proptest::prelude::*;

/// Looks at each line by itself, whatever it begins with.
fn plainly(text: &[u8], format: SourceFormat, statements: bool) -> Outline {
    let mut scanner = Scanner { statements, ..Scanner::new(format) };
    for line in text.split_inclusive(|b| *b == b'\n') {
        let line_of_text = columns(line.strip_suffix(b"\n").unwrap_or(line), 0, KEPT);
        match scanner.format.source_line(line_of_text) {
            Some(code) if scanner.skips => scanner.skip(code),
            Some(code) => scanner.look(code),
            None => {}
        }
        scanner.line += 1;
        scanner.offset += line.len() as u64;
    }
    scanner.taken = scanner.offset;
    scanner.finish()
}

/// What may be on a line behind column 7.
const CODE: [&str; 64] = [
    "",
    " ",
    ".",
    "IDENTIFICATION DIVISION.",
    "PROGRAM-ID. PAY.",
    "program-id.",
    "END PROGRAM PAY.",
    "ENVIRONMENT DIVISION.",
    "FILE-CONTROL.",
    "    SELECT PAY-FILE ASSIGN TO PAYDD.",
    "    SELECT PAY-FILE",
    "        ASSIGN TO PAYDD",
    "DATA DIVISION.",
    "FILE SECTION.",
    "FD  PAY-FILE",
    "FD",
    "WORKING-STORAGE SECTION.",
    "01  PAY-RECORD.",
    "01.",
    "01",
    "77  PAY-COUNT PIC 9.",
    "    05  PAY-NET PIC 9.",
    "05  PAY-NET PIC 9.",
    "01  PAY-AREA. COPY PAYREC.",
    "    COPY PAYCOPY.",
    "    copy",
    "COPY",
    "        COPY PAYCOPY",
    "                   COPY PAYDEEP.",
    "                    COPY PAYDEEP.",
    "                            COPY PAYDEEP.",
    "PROCEDURE DIVISION.",
    "MAIN SECTION.",
    "1000-PAY.",
    "1000-PAY. MOVE 1 TO PAY-NET.",
    "MOVE.",
    "    MOVE PAY-NET TO PAY-GROSS",
    "    IF PAY-NET > 0",
    "                        PERFORM 1000-PAY",
    "    PERFORM 1000-PAY",
    "    PERFORM",
    "    PERFORM UNTIL PAY-DONE",
    "    GO TO 1000-PAY 2000-END",
    "    GO",
    "    GOBACK.",
    "    CALL 'PAYSUB' USING PAY-RECORD",
    "    CALL",
    "    ENTRY 'PAYENTRY'.",
    "    EXEC SQL INCLUDE PAYDCL END-EXEC.",
    "    EXEC SQL",
    "    EXEC CICS LINK PROGRAM('PAYSUB') END-EXEC",
    "      INCLUDE PAYDCL",
    "      SELECT NET FROM PAY",
    "      WHERE INDEX = 1 END-EXEC.",
    "    END-EXEC.",
    "    end-exec",
    ">>IF PAY-TEST IS DEFINED",
    "    >>ELSE",
    ">>END-IF",
    ">>DEFINE PAY-TEST 1",
    ">>SOURCE FORMAT FREE",
    ">>SOURCE FORMAT FIXED",
    "++INCLUDE PAYMEM",
    "*> COPY PAYNOT",
];

/// What may be in the first seven columns.
const MARGIN: [&str; 21] = [
    "       ",
    "       ",
    "       ",
    "000100 ",
    "000100 ",
    "AB-CD1 ",
    "      *",
    "      /",
    "      -",
    "      D",
    "      $",
    "\t",
    "   \t",
    "      \t",
    "  \t    ",
    "-INC PA",
    "++INCLU",
    ">>IF   ",
    "",
    "   ",
    "\u{e9}00100 ",
];

/// What may begin an EXEC block.
const OPENING: [&str; 10] = [
    "    EXEC SQL",
    "    exec sql SELECT NET",
    "        EXEC CICS LINK PROGRAM('PAYSUB')",
    "    Exec Cics INQUIRE FILE",
    "    EXEC DLI GU SEGMENT(PAY)",
    "    EXEC SQL INCLUDE",
    "    EXEC SQL        include PAYDCL",
    "    EXEC SQL IS",
    "    EXEC  SQL FETCH",
    "    EXEC SQL WHENEVER SQLERROR CONTINUE END-EXEC",
];

/// What may be inside of one.
const BLOCK: [&str; 12] = [
    "      SELECT NET FROM PAY",
    "      INTO :PAY-NEXT, :PAY-INDEXED",
    "      COPY PAYCOPY",
    "PAYMENTS SECTION.",
    "PROCEDURE DIVISION.",
    "      INCLUDE PAYDCL",
    "      FOR UPDATE END-EXEC.",
    "*     COPY PAYNOT END-EXEC",
    "    >>IF PAY-TEST IS DEFINED",
    "                                        COPY PAYDEEP",
    "    EXEC SQL",
    "",
];

/// What may end one.
const CLOSING: [&str; 7] = [
    "    END-EXEC",
    "    end-exec.",
    "    END-EXEC. COPY PAYCOPY.",
    "                END-EXEC",
    "    END\rEXEC",
    "END-EXEC",
    "    MOVE A TO B",
];

fn lines() -> impl Strategy<Value = Vec<u8>> {
    let end = prop_oneof![4 => Just("\n"), 1 => Just("\r\n"), 1 => Just("\t\n"), 1 => Just("\r")];
    let width = prop_oneof![3 => Just(Some(80)), 1 => Just(Some(72)), 1 => (0usize..90).prop_map(Some), 2 => Just(None)];
    let line = (0..MARGIN.len(), 0..CODE.len(), width, end).prop_map(|(margin, code, width, end)| {
        let mut line = format!("{}{}", MARGIN[margin], CODE[code]).into_bytes();
        if let Some(width) = width {
            line.resize(width.min(line.len().max(width)), b' ');
        }
        line.extend_from_slice(end.as_bytes());
        line
    });
    let block = (
        proptest::collection::vec(0..BLOCK.len(), 0..4),
        0..OPENING.len(),
        0..CLOSING.len(),
        0..MARGIN.len(),
    )
        .prop_map(|(inside, opening, closing, margin)| {
            let code = std::iter::once(OPENING[opening])
                .chain(inside.iter().map(|at| BLOCK[*at]))
                .chain([CLOSING[closing]]);
            let odd = inside.first().copied().unwrap_or(9);
            let mut block = Vec::new();
            for (at, code) in code.enumerate() {
                let margin = if at == odd { MARGIN[margin] } else { "000100 " };
                block.extend_from_slice(format!("{:<80}\n", format!("{margin}{code}")).as_bytes());
            }
            block
        });
    // Runs of lines that are as long as each other, among others.
    let line = prop_oneof![
        6 => line,
        3 => block,
        1 => (1usize..70).prop_map(|count| format!("{:<80}\n", "000100     MOVE A TO B").repeat(count).into_bytes()),
        1 => (1usize..70).prop_map(|count| "\n".repeat(count).into_bytes()),
        1 => proptest::collection::vec(any::<u8>(), 0..200),
    ];
    // Some statements count in the procedure division only.
    let header = prop_oneof![Just(""), Just("       PROCEDURE DIVISION.\n")];
    (header, proptest::collection::vec(line, 0..60))
        .prop_map(|(header, lines)| [header.as_bytes(), &lines.concat()].concat())
}

/// What may be before a card: the first of all is what nearly all have.
const BEFORE: [&str; 16] = [
    "   000123         ",
    "   000123   1     ",
    "   000123  12     ",
    "   000123 1234    ",
    "   0001231        ",
    "   000123        1",
    "   000123       1 ",
    "   000123C        ",
    "   000123       * ",
    "0  000123         ",
    "   00012A         ",
    "   00012          ",
    "  000123         ",
    "    000123         ",
    "   000123  =      ",
    "   000123         \t",
];

/// Lines of a listing that are no cards.
const BETWEEN: [&str; 7] = [
    "1PP 5655-EC6 IBM Enterprise COBOL for z/OS  6.4.0 P990101             PAY  Date 11/23/2031  Time 12:34:56  Page     9",
    "0  LineID  PL SL  ----+-*A-1-B--+----2----+----3----+----4----+----5----+----6----+----7-|--+----8 Map and Cross Reference",
    "  LineID  PL SL  ----+-*A-1-B--+----2----+----3----+----4----+----5----+----6----+----7-|--+----8 Map and Cross Reference",
    "0 Defined   Cross-reference of data names   References",
    "",
    "   000123",
    "==000123==> IGYPS2121-S \"PAY\" was not defined as a data-name.",
];

/// A listing: the cards of a source behind what compilers print before them.
fn listing() -> impl Strategy<Value = Vec<u8>> {
    let before = prop_oneof![6 => Just(0), 1 => Just(1), 1 => 0..BEFORE.len()];
    let between = proptest::option::weighted(0.05, 0..BETWEEN.len());
    (lines(), proptest::collection::vec((before, between), 64)).prop_map(|(text, prints)| {
        let mut listing = [BETWEEN[0], BETWEEN[1], ""].join("\n").into_bytes();
        for (card, (before, between)) in text.split_inclusive(|b| *b == b'\n').zip(prints.iter().cycle()) {
            listing.extend(between.iter().flat_map(|which| [BETWEEN[*which].as_bytes(), b"\n"].concat()));
            listing.extend_from_slice(BEFORE[*before].as_bytes());
            listing.extend_from_slice(card);
        }
        listing
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// What is passed over holds nothing, however the bytes come.
    #[test]
    fn the_scan_finds_what_a_look_at_every_line_does(
        text in lines(), statements in any::<bool>(), counted in any::<bool>(),
        size in prop_oneof![1usize..300, 2000usize..20_000],
    ) {
        let mut scanner = Scanner { statements, ..Scanner::new(SourceFormat::Fixed) };
        for (number, piece) in text.chunks(size).enumerate() {
            let at = ByteOffset((number * size) as u64);
            if counted {
                scanner.counted_chunk(at, piece, memchr::memchr_iter(b'\n', piece).count() as u64);
            } else {
                scanner.chunk(at, piece);
            }
        }
        prop_assert_eq!(scanner.finish(), plainly(&text, SourceFormat::Fixed, statements));
    }

    /// The same of a listing.
    #[test]
    fn the_scan_of_a_listing_finds_what_a_look_at_every_card_does(
        text in listing(), statements in any::<bool>(), size in prop_oneof![1usize..300, 2000usize..20_000],
    ) {
        let format = crate::code::detect(text.split(|b| *b == b'\n').take(2)).format;
        prop_assert!(format.is_listing());
        let mut scanner = Scanner { statements, ..Scanner::new(format) };
        for (number, piece) in text.chunks(size).enumerate() {
            scanner.chunk(ByteOffset((number * size) as u64), piece);
        }
        prop_assert_eq!(scanner.finish(), plainly(&text, format, statements));
    }
}
