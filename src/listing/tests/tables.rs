//! The tables of listings, as several compilers print them.

use super::super::*;

const MAP4: &str = "\
0Data Division Map
0Data Definition Attribute codes (rightmost column) have the following meanings:
     D = Object of OCCURS DEPENDING    G = GLOBAL                             S = Spanned file
0Source   Hierarchy and                                    Base       Hex-Displacement  Asmblr Data                    Data Def
 LineID   Data Name                                        Locator    Blk   Structure   Definition      Data Type      Attributes
      2  PROGRAM-ID ORDERS------------------------------------------------------------------------------------------------------*
      8   FD ORDER-FILE. . . . . . . . . . . . . . . . . . BLF=00000                                      QSAM           FB
     20   1  ORDER-REC . . . . . . . . . . . . . . . . . . BLW=00000  3C0               DS 0CL4104      Group
     21     2  ORDER-KEY . . . . . . . . . . . . . . . . . BLW=00000  3C0   0 000 000   DS 8C           Display
1PP 5655-S71 IBM Enterprise COBOL for z/OS  4.2.0               ORDERS    Date 06/30/2020  Time 12:48:43   Page     8
0Source   Hierarchy and                                    Base       Hex-Displacement  Asmblr Data                    Data Def
 LineID   Data Name                                        Locator    Blk   Structure   Definition      Data Type      Attributes
     22     2  ORDER-TEXT. . . . . . . . . . . . . . . . . BLW=00000  3C8   0 000 008   DS 4096C        Display        O
     23       88 ORDER-EMPTY . . . . . . . . . . . . . . .
     24   77 ORDER-SUM . . . . . . . . . . . . . . . . . . BLW=00001  3C8               DS 5P           Packed-Dec
";

#[test]
fn a_map_of_version_4_has_cells_of_4096_bytes() {
    let items = map(MAP4.as_bytes());
    let shown: Vec<_> = items
        .iter()
        .map(|i| (i.name.as_str(), i.level, i.line_id, i.offset, i.length, i.absolute()))
        .collect();
    let wanted = [
        ("ORDER-FILE", 0, Some(8), None, None, None),
        ("ORDER-REC", 1, Some(20), Some(0), Some(4104), Some(0x3C0)),
        ("ORDER-KEY", 2, Some(21), Some(0), Some(8), Some(0x3C0)),
        ("ORDER-TEXT", 2, Some(22), Some(8), Some(4096), Some(0x3C8)),
        ("ORDER-EMPTY", 88, Some(23), None, None, None),
        ("ORDER-SUM", 77, Some(24), Some(0), Some(5), Some(0x13C8)),
    ];
    assert_eq!(shown, wanted);
    assert_eq!(items[3].attributes, "O");
    assert_eq!(items[3].shown(), "BLW=00000+3C8,000008 4096C Display O");
    // Without carriage control the same.
    let bare: String = MAP4.lines().flat_map(|l| [&l[1..], "\n"]).collect();
    assert_eq!(map(bare.as_bytes()), items);
}

fn map6(places: [&str; 4]) -> Vec<Mapped> {
    let [a, b, c, d] = places;
    let text = format!(
        "Data Division Map\n\
         Source   Hierarchy and                                    Base      Displacement  Asmblr Data      Data Type\n\
         \x20   20   1  ORDER-REC . . . . . . . . . . . . . . . . . .           000000000                   DS 0CL40        Group\n\
         \x20   21     2  ORDER-A . . . . . . . . . . . . . . . . . .           {a}   {a}         DS 16C          Display\n\
         \x20   22     2  ORDER-B . . . . . . . . . . . . . . . . . .           {b}   {b}         DS 4P           Packed-Dec\n\
         \x20   23     2  ORDER-C . . . . . . . . . . . . . . . . . .           {c}   {c}         DS 10C          Display    X\n\
         \x20   24     2  ORDER-D . . . . . . . . . . . . . . . . . .           {d}   {d}         DS 10C          Display\n"
    );
    map(text.as_bytes())
}

#[test]
fn whether_displacements_are_decimal_is_told_by_what_lies_beside_what() {
    let decimal = map6(["000000000", "000000016", "000000020", "000000030"]);
    let hex = map6(["000000000", "000000010", "000000014", "00000001E"]);
    let offsets = |items: &[Mapped]| items.iter().map(|i| i.offset).collect::<Vec<_>>();
    let wanted = [Some(0), Some(0), Some(16), Some(20), Some(30)];
    assert_eq!(offsets(&decimal), wanted);
    assert_eq!(offsets(&hex), wanted);
    assert_eq!(decimal[3].attributes, "X");
    // Where nothing tells, it is hexadecimal, as the compiler has it.
    let alone = map6(["000000000", "000000099", "000000299", "000000599"]);
    assert_eq!(alone[2].offset, Some(0x99));
}

#[test]
fn gnucobol_prints_sizes() {
    let text = "\
SIZE  TYPE           LVL  NAME                           PICTURE

00080 FILE                TIME-FILE
00080 GROUP          01   TIME-SHEET
00003 NUMERIC        05   TR-HOURS                       S9(3)V99 COMP-3
GnuCOBOL 3.2.0. orders.cbl                                    Thu Nov 26 20:31:36 2026  Page 0007

SIZE  TYPE           LVL  NAME                           PICTURE

00001 CONDITIONAL    88   TIME-OK
";
    let items = map(text.as_bytes());
    let shown: Vec<_> = items.iter().map(|i| (i.name.as_str(), i.level, i.length)).collect();
    let wanted = [
        ("TIME-FILE", 0, Some(80)),
        ("TIME-SHEET", 1, Some(80)),
        ("TR-HOURS", 5, Some(3)),
        ("TIME-OK", 88, Some(1)),
    ];
    assert_eq!(shown, wanted);
}

fn marks(row: &XrefRow) -> String {
    row.marks.iter().map(Mark::to_string).collect::<Vec<_>>().join(" ")
}

#[test]
fn cross_references_go_on_over_lines_and_pages() {
    let text = "\
0An \"M\" preceding a data-name reference indicates that the data-name is modified by this reference.

  Defined   Cross-reference of data names   References

      108   COMPUTED-A . . . . . . . . . .  109 110 M366
                                            M454 458
      109   COMPUTED-N
1PP 5655-EC6 IBM Enterprise COBOL for z/OS  6.3.0 P220314       ORDERS    Date 06/04/2022  Time 11:57:31   Page    17
0 Defined   Cross-reference of data names   References

0     205   HYPHEN-LINE. . . . . . . . . .  287 289
        0   DEBUG-NAME . . . . . . . . . .  221
 EXTERNAL   OUTSIDE. . . . . . . . . . . .  44
";
    let rows = xref(text.as_bytes());
    let shown: Vec<_> = rows.iter().map(|r| (r.name.as_str(), r.defined, marks(r))).collect();
    let row = |name, defined, marks: &str| (name, defined, marks.to_owned());
    let wanted = [
        row("COMPUTED-A", 108, "109 110 M366 M454 458"),
        row("COMPUTED-N", 109, ""),
        row("HYPHEN-LINE", 205, "287 289"),
        row("DEBUG-NAME", 0, "221"),
        row("OUTSIDE", 0, "44"),
    ];
    assert_eq!(shown, wanted);
    let ours = "\
NAME                           DEFINED                REFERENCES

PAY-FILE                       26       54     *145    *239     277
                                        282    *290
EM-ACTIVE                      47     not referenced
1ST-NAME                       48       50
GnuCOBOL 3.2.0. orders.cbl                                    Thu Nov 26 20:31:36 2026  Page 0012

LABEL                          DEFINED                REFERENCES

S 1000-INITIALISE              141      135
P 1000-OPEN-FILES              142    not referenced
";
    let rows = xref(ours.as_bytes());
    let shown: Vec<_> = rows.iter().map(|r| (r.name.as_str(), r.defined, marks(r))).collect();
    let wanted = [
        row("PAY-FILE", 26, "54 M145 M239 277 282 M290"),
        row("EM-ACTIVE", 47, ""),
        row("1ST-NAME", 48, "50"),
        row("1000-INITIALISE", 141, "135"),
        row("1000-OPEN-FILES", 142, ""),
    ];
    assert_eq!(shown, wanted);
}

#[test]
fn messages_are_joined_over_their_lines() {
    let text = "\
0LineID  Message code  Message text

         IGYSC0205-W   Warning message(s) were issued during library phase processing.

     38  IGYGR1216-I   A \"RECORDING MODE\" of \"F\" was assumed
                       for file \"PRINT-FILE\".

    902  IGYPS2015-S   The paragraph did not contain any statements.
-Messages    Total    Informational    Warning    Error    Severe    Terminating
0Printed:      14           9              5
";
    let found = messages(text.as_bytes());
    let shown: Vec<_> = found.iter().map(|m| (m.line_id, m.code.as_str(), m.severity)).collect();
    let wanted = [
        (None, "IGYSC0205", Severity::Warning),
        (Some(38), "IGYGR1216", Severity::Informational),
        (Some(902), "IGYPS2015", Severity::Severe),
    ];
    assert_eq!(shown, wanted);
    assert_eq!(found[1].text, "A \"RECORDING MODE\" of \"F\" was assumed for file \"PRINT-FILE\".");
    assert_eq!(&text[found[2].at..found[2].at + 17], "    902  IGYPS201");
    let between = "\
   000445         042700 CALL-INIT-1.
0==000445==> IGYPS2015-I The paragraph or section prior to \"CALL-INIT-2\" did
                         not contain any statements.
   000446         042800 CALL-INIT-2.
";
    let found = messages(between.as_bytes());
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].line_id, found[0].embedded), (Some(445), true));
    assert!(found[0].text.ends_with("did not contain any statements."), "{}", found[0].text);
    let ours = "\
000185      ADD WS-OVERTIME-PAY EM-BONUS TO WS-GROSS
warning: precision of result may change
Error/Warning summary:

orders.cbl:185: warning: precision of result may change
orders.cbl:253: error: 'WS-PAGE-COUNT' is not defined

1 warning in compilation group
";
    let found = messages(ours.as_bytes());
    let shown: Vec<_> = found.iter().map(|m| (m.line_id, m.severity, m.embedded)).collect();
    let wanted = [
        (None, Severity::Warning, true),
        (Some(185), Severity::Warning, false),
        (Some(253), Severity::Error, false),
    ];
    assert_eq!(shown, wanted);
    assert_eq!(found[2].text, "'WS-PAGE-COUNT' is not defined");
}

const TABLE: &str = "\
 LINE #  HEXLOC  VERB                        LINE #  HEXLOC  VERB                        LINE #  HEXLOC  VERB
 000207 000686 GO                            000209 000696 MOVE                          000210 0006A0 CALL
 000212 0006F8 CALL                          000214 000758 END-IF                        000215 000758 CALL
0
    PROGSUM TABLE LOCATED AT 000DAC FOR 000135 BYTES
    PROCTAB TABLE LOCATED AT 000EEC FOR 00011A BYTES
";

fn lines(at: &At<'_>) -> Vec<u32> {
    match at {
        At::Statements(code) => code.iter().map(|c| c.line_id).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn an_offset_is_of_the_statement_that_begins_last_before_it() {
    let table = Offsets::of_table(TABLE.as_bytes());
    assert_eq!(table.code.len(), 6);
    assert_eq!(table.end, Some(0xDAC));
    for (offset, wanted) in [(0x686, vec![207]), (0x69F, vec![209]), (0x6A0, vec![210]), (0x757, vec![212])] {
        assert_eq!(lines(&table.at(offset, false)), wanted, "{offset:X}");
    }
    // Two statements at one place are both told.
    assert_eq!(lines(&table.at(0x900, false)), [214, 215]);
    // A call comes back behind itself.
    assert_eq!(lines(&table.at(0x6F8, true)), [210]);
    assert_eq!(table.at(0x100, false), At::Before);
    assert_eq!(table.at(0xDAC, false), At::Behind);
    assert_eq!(Offsets::default().at(1, false), At::Unknown);
    // Lines of tables are not in order where PERFORMs are put in, and nothing says where the code ends.
    let inlined = Offsets::of_table(b"LINEID  HEXLOC  VERBCODE\n000881 00002702 MOVE   000010 00000100 IF\n");
    assert_eq!(lines(&inlined.at(0x2701, false)), [10]);
    assert_eq!(lines(&inlined.at(0x2710, false)), [881]);
    assert_eq!(inlined.at(0x90_0000, false), At::Behind);
    // Without carriage control a row begins with the digit of a number.
    let bare: String = TABLE.lines().flat_map(|l| [&l[1..], "\n"]).collect();
    assert_eq!(Offsets::of_table(bare.as_bytes()), table);
}

#[test]
fn an_offset_is_found_in_the_code_as_well() {
    let four = "\
   000041  MOVE
      0004F6  5840 9138               L     4,312(0,9)              BLF=1
      0004FA  D207 4000 A0B8          MVC   0(8,4),184(10)          PGMLIT AT +168
   000042  PERFORM
             GN=17    EQU   *
      000500  5830 D05C               L     3,92(0,13)
";
    let code = Offsets::of_code(four.as_bytes());
    assert_eq!(lines(&code.at(0x4FA, false)), [41]);
    assert_eq!(lines(&code.at(0x502, false)), [42]);
    let six = "\
  OFFSET OBJECT CODE        LINE#  FILE#    P S E U D O   A S S E M B L Y   L I S T I N G
 0000E4  5830 905C             000014 |              L        R3,92(,R9)
 0000E8  D207 3000 8010        000014 |              MVC      0(8,R3),16(R8)
 0000EE  5840 D080             000015 |              L        R4,128(,R13)
";
    let code = Offsets::of_code(six.as_bytes());
    assert_eq!(lines(&code.at(0xEA, false)), [14]);
    assert_eq!(lines(&code.at(0xEE, false)), [15]);
}

#[test]
fn no_bytes_hurt() {
    for seed in 0..200u32 {
        let bytes: Vec<u8> =
            (0..300u32).map(|n| n.wrapping_mul(seed).wrapping_mul(2_654_435).to_le_bytes()[1]).collect();
        let texts = [
            bytes.as_slice(),
            &[MAP4.as_bytes(), &bytes].concat(),
            &[&bytes[..20], TABLE.as_bytes()].concat(),
        ];
        for text in texts {
            let _ = (map(text), xref(text), messages(text), Offsets::of_table(text), Offsets::of_code(text));
            let _ = Contents::of(text);
        }
    }
}
