//! Lines of listings as compilers print them, and the units and sections of whole ones.

mod tables;

use super::*;
use crate::base::num::to_u64;
use crate::base::{ByteOffset, LineNo};
use crate::source::ChunkSink;
use std::fmt::Write;

fn heading(line: &str) -> Heading {
    match look(line.as_bytes()) {
        Some(Seen::Page(heading)) => *heading,
        other => panic!("{line}: {other:?}"),
    }
}

fn facts(line: &str) -> [String; 5] {
    let h = heading(line);
    [h.product.to_string(), h.compiler.to_string(), h.version.to_string(), h.program, h.page.to_string()]
}

#[test]
fn headings_of_pages_say_compiler_program_and_page() {
    let ec6 = "1PP 5655-EC6 IBM Enterprise COBOL for z/OS  6.3.0 P220314       ORDERS    Date 06/04/2022  Time 11:57:31   Page     3";
    let wanted = ["5655-EC6", "Enterprise COBOL for z/OS", "6.3.0 P220314", "ORDERS", "3"];
    assert_eq!(facts(ec6), wanted);
    // Without carriage control, behind a form feed, padded, in capital letters.
    assert_eq!(facts(&ec6[1..]), wanted);
    assert_eq!(facts(&ec6.replacen('1', "\x0C", 1)), wanted);
    assert_eq!(facts(&format!("{ec6:<133}")), wanted);
    assert_eq!(facts(&ec6.replace("Page", "PAGE").replace("Date", "DATE").replace("Time", "TIME")), wanted);
    let h = heading(ec6);
    assert_eq!([h.date.as_str(), &h.time], ["06/04/2022", "11:57:31"]);
    let ec4 = "PP 5655-S71 IBM Enterprise COBOL for z/OS  4.2.0                         Date 06/30/2020  Time 12:48:43   Page     1";
    assert_eq!(facts(ec4), ["5655-S71", "Enterprise COBOL for z/OS", "4.2.0", "", "1"]);
    let old = "1PP 5668-958 IBM VS COBOL II Release 4.0 09/15/92               ORDERS    Date 06/30/94  Time 12:48:43   Page    12";
    assert_eq!(facts(old), ["5668-958", "VS COBOL II", "4.0", "ORDERS", "12"]);
    let mvs = "1PP 5688-197 IBM COBOL for MVS & VM 1.2.2        ORDERS    Date 06/30/1999  Time 12:48:43   Page    12";
    assert_eq!(facts(mvs), ["5688-197", "COBOL for MVS & VM", "1.2.2", "ORDERS", "12"]);
    // TITLE 'Orders, the nightly part' stands where the product did.
    let title = "1Orders, the nightly part                                      ORDERS    Date 06/04/2022  Time 11:57:31   Page     3";
    assert_eq!(facts(title), ["", "", "", "ORDERS", "3"]);
    let gnu =
        "GnuCOBOL 3.2.0. orders.cbl                                    Thu Nov 26 20:31:36 2026  Page 0002";
    assert_eq!(facts(gnu), ["", "GnuCOBOL", "3.2.0", "orders.cbl", "2"]);
    assert_eq!(heading(gnu).date, "Nov 26 2026");
}

#[test]
fn headings_of_sections_are_known_with_and_without_carriage_control() {
    let known: &[(&str, PartKind)] = &[
        ("0Invocation parameters:", PartKind::Parameters),
        ("0PROCESS(CBL) statements:", PartKind::Parameters),
        ("0Options in effect:", PartKind::Options),
        (
            "   LineID  PL SL  ----+-*A-1-B--+----2----+----3--7-|--+----8 Map and Cross Reference",
            PartKind::Source,
        ),
        (
            "0An \"M\" preceding a data-name reference indicates that the data-name is modified",
            PartKind::DataXref,
        ),
        ("  Defined   Cross-reference of data names   References", PartKind::DataXref),
        ("0Context usage is indicated by the letter preceding a procedure-name", PartKind::ProcedureXref),
        ("0 Defined   Cross-reference of procedures   References", PartKind::ProcedureXref),
        ("0 Defined   Cross-reference of programs     References", PartKind::ProgramXref),
        ("   Count   Cross-reference of verbs        References", PartKind::VerbXref),
        ("          COPY/BASIS cross-reference of text-names, library names", PartKind::CopyXref),
        ("0Data Division Map", PartKind::DataMap),
        ("0Source   Hierarchy and                         Base       Hex-Displacement", PartKind::DataMap),
        ("0Nested Program Map", PartKind::NestedMap),
        ("0PROGRAM GLOBAL TABLE BEGINS AT LOCATION 0000FC FOR 000030 BYTES", PartKind::Tables),
        (" PPA1: Entry Point Constants", PartKind::Tables),
        ("0LINE #  HEXLOC  VERB                        LINE #  HEXLOC  VERB", PartKind::Offset),
        ("0LINEID  HEXLOC  VERBCODE", PartKind::Offset),
        ("0  OFFSET OBJECT CODE        LINE#  FILE#    P S E U D O   A S S E M B L Y", PartKind::List),
        ("0                   *** TGT MEMORY MAP ***", PartKind::Storage),
        (" TGT      WILL BE ALLOCATED FOR 00000170 BYTES", PartKind::Storage),
        ("                     * * * * *   S T A T I C   M A P   * * * * *", PartKind::Storage),
        ("0LineID  Message code  Message text", PartKind::Messages),
        ("-Messages    Total    Informational    Warning    Error", PartKind::Messages),
        ("-* Statistics for COBOL program ORDERS:", PartKind::Statistics),
        (
            "LINE    PG/LN  A...B............................................................",
            PartKind::Source,
        ),
        ("SIZE  TYPE           LVL  NAME                           PICTURE", PartKind::DataMap),
        ("NAME                           DEFINED                REFERENCES", PartKind::DataXref),
        ("LABEL                          DEFINED                REFERENCES", PartKind::ProcedureXref),
        ("Error/Warning summary:", PartKind::Messages),
    ];
    for (line, kind) in known {
        for line in [line, &line[usize::from(" 0-".contains(&line[..1]))..]] {
            assert_eq!(look(line.as_bytes()), Some(Seen::Part(*kind)), "{line}");
        }
    }
    // What code pages make of the number sign and of the stroke.
    assert_eq!(look("LINE \u{c6}  HEXLOC  VERB".as_bytes()), Some(Seen::Part(PartKind::Offset)));
    assert_eq!(look(b"LINE \xC6  HEXLOC  VERB"), Some(Seen::Part(PartKind::Offset)));
    for none in [
        "",
        " ",
        "0",
        "   000001         000100 IDENTIFICATION DIVISION.",
        "       8   WS-SUM . . . .  M12 M16",
        "000039 000506 MOVE                          000040 00050C MOVE",
        " ==000012==> IGYPG3044-W Data Division Map",
        "     38  IGYGR1216-I   text",
        "    ADV",
        "/* ORDERS",
    ] {
        assert_eq!(look(none.as_bytes()), None, "{none}");
    }
}

#[test]
fn the_last_line_of_a_unit_says_how_it_went() {
    let end = |line: &str| match look(line.as_bytes()) {
        Some(Seen::End(closing)) => (closing.program, closing.severity),
        other => panic!("{line}: {other:?}"),
    };
    let ended = |program: &str, severity| (program.to_owned(), severity);
    assert_eq!(
        end("0End of compilation 1,  program ORDERS,  highest severity 12."),
        ended("ORDERS", Some(12))
    );
    assert_eq!(
        end("End of compilation 1,  program ORDERS,  no statements flagged."),
        ended("ORDERS", Some(0))
    );
    assert_eq!(end("0End of compilation 1,  program,  highest severity 16."), ended("", Some(16)));
    assert_eq!(look(b"0Return code 12"), Some(Seen::Return(12)));
    assert_eq!(look(b"1 error in compilation group"), Some(Seen::Counted(Severity::Error, 1)));
    assert_eq!(look(b"0 warnings in compilation group"), Some(Seen::Counted(Severity::Warning, 0)));
}

/// A listing of two programs that were compiled together.
fn batch(control: bool) -> String {
    let mut text = String::new();
    let mut line = |control_byte: char, rest: &str| {
        if control {
            text.push(control_byte);
        }
        let _ = writeln!(text, "{rest}");
    };
    let ruler = "  LineID  PL SL  ----+-*A-1-B--+----2----+----3----+----4----+----5----+----6----+----7-|--+----8 Map";
    let mut page = 0;
    let mut head = |program: &str| {
        page += 1;
        format!(
            "PP 5655-EC6 IBM Enterprise COBOL for z/OS  6.4.0 P990101       {program:<8}  Date 11/23/2031  Time 12:34:56   Page {page:>5}"
        )
    };
    line('1', &head(""));
    line('0', "Options in effect:");
    line(' ', "   ADV");
    for program in ["FIRST", "SECOND"] {
        line('1', &head(program));
        line(' ', ruler);
        line('0', " 000001         000100 IDENTIFICATION DIVISION.");
        line('1', &head(program));
        line(' ', ruler);
        line('0', " 000002         000200 PROCEDURE DIVISION.");
        line('1', &head(program));
        line('0', " Defined   Cross-reference of programs     References");
        line('0', "      1   FIRST");
        line(
            '0',
            &format!("End of compilation 1,  program {program},  highest severity {}.", program.len() - 1),
        );
    }
    line('0', "Return code 4");
    text
}

#[test]
fn units_and_sections_are_found_wherever_chunks_are_cut() {
    for control in [true, false] {
        let text = batch(control);
        let whole = Contents::of(text.as_bytes());
        let units: Vec<Unit> = whole.units.iter().collect();
        let names: Vec<_> =
            units.iter().map(|u| (u.name(), u.line.get(), u.end_line.get(), u.severity)).collect();
        assert_eq!(names, [("FIRST", 1, 13, Some(4)), ("SECOND", 14, 24, Some(5))], "{text}");
        let parts: Vec<_> = units[0].parts().map(|p| (p.kind, p.line.get(), p.end_line.get())).collect();
        // A section begins with the heading of the page that it begins, and goes on over pages.
        let wanted = [(PartKind::Options, 1, 3), (PartKind::Source, 4, 9), (PartKind::ProgramXref, 10, 13)];
        assert_eq!(parts, wanted);
        let source = units[0].parts_of(PartKind::Source).next().unwrap();
        let part = &text.as_bytes()
            [usize::try_from(source.start.0).unwrap()..usize::try_from(source.end.0).unwrap()];
        let part = String::from_utf8_lossy(part);
        assert!(part.contains("000001") && part.contains("000002") && !part.contains("Cross"), "{part}");
        assert_eq!(whole.part_at(LineNo::new(9)).unwrap().kind, PartKind::Source);
        assert_eq!(whole.unit_at(LineNo::new(14)).unwrap().name(), "SECOND");
        assert_eq!(whole.severity(), Some(5));
        for size in [1, 7, 50, 131] {
            let mut finder = Finder::default();
            for (n, piece) in text.as_bytes().chunks(size).enumerate() {
                finder.chunk(ByteOffset(u64::try_from(n * size).unwrap()), piece);
            }
            assert_eq!(finder.finish(), whole, "{size}");
        }
    }
}

#[test]
fn units_that_lie_packed_are_found_like_others() {
    // A hundred of them, and between two a line that is in none.
    let batch = batch(true);
    let (text, each) = (batch.repeat(50), to_u64(batch.lines().count()));
    let whole = Contents::of(text.as_bytes());
    let units: Vec<Unit> = whole.units.iter().collect();
    assert_eq!((whole.units.len(), units.len()), (100, 100));
    for (nth, unit) in units.iter().enumerate() {
        let before = to_u64(nth / 2) * each;
        let (name, line) = if nth % 2 == 0 { ("FIRST", 1) } else { ("SECOND", 14) };
        assert_eq!((unit.name(), unit.line.get()), (name, before + line));
    }
    for line in (0..=50 * each + 2).map(LineNo::new) {
        assert_eq!(whole.unit_at(line), units.iter().find(|unit| unit.holds(line)).cloned(), "{line}");
    }
    assert!(whole.units.iter().rev().eq(units.iter().rev().cloned()));
    // They are kept as they lie.
    let kept = postcard::to_stdvec(&whole).unwrap();
    assert!(kept.len() < 60 * 100, "{} bytes", kept.len());
    assert_eq!(postcard::from_bytes::<Contents>(&kept).unwrap(), whole);
}

#[test]
fn units_are_parted_where_ends_or_headings_are_missing() {
    let names =
        |found: &Contents| -> Vec<String> { found.units.iter().map(|u| u.name().to_owned()).collect() };
    let text = batch(true);
    // A listing that lost the lines at the end of its units.
    let cut: String = text.lines().filter(|l| !l.contains("End of")).flat_map(|l| [l, "\n"]).collect();
    let found = Contents::of(cut.as_bytes());
    assert_eq!(names(&found), ["FIRST", "SECOND"]);
    assert_eq!(found.severity(), None);
    // LINECOUNT(0): no headings of pages.
    let bare: String = text.lines().filter(|l| !l.contains("PP 5655")).flat_map(|l| [l, "\n"]).collect();
    let found = Contents::of(bare.as_bytes());
    assert_eq!(names(&found), ["FIRST", "SECOND"]);
    let kinds: Vec<_> = found.units.iter().nth(1).unwrap().parts().map(|p| p.kind).collect();
    assert_eq!(kinds, [PartKind::Source, PartKind::ProgramXref]);
    // Two listings one behind the other: pages are counted anew.
    assert_eq!(Contents::of(format!("{cut}{cut}").as_bytes()).units.len(), 4);
    // The same program twice: only the numbers of the pages tell.
    let once: String = text
        .lines()
        .filter(|l| l.contains("FIRST ") || l.contains("LineID"))
        .flat_map(|l| [l, "\n"])
        .collect();
    assert_eq!(Contents::of(once.as_bytes()).units.len(), 1);
    assert_eq!(Contents::of(format!("{once}{once}").as_bytes()).units.len(), 2);
    // Nothing, and what is no listing.
    assert_eq!(Contents::of(b""), Contents::default());
    assert_eq!(Contents::of(b"       MOVE A TO B.\n\xFF\xFE\n"), Contents::default());
}
