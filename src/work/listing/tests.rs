//! A listing of two compile units, asked from several of its lines.

use super::*;
use crate::base::meter::no_meter;
use crate::base::{Budget, LineNo};
use crate::work::files::OpenFile;
use crate::work::kept::Kept;
use crate::work::{ListingAnswer, Reply};
use std::fmt::Write;

/// The second unit has the line numbers of the first one, and worse messages.
pub(in crate::work) fn listing() -> String {
    let mut text = String::new();
    for (program, severity) in [("FIRST", 4), ("SECOND", 12)] {
        let mut page = 0;
        let mut heading = |text: &mut String| {
            page += 1;
            let _ = writeln!(
                text,
                "1PP 5655-S71 IBM Enterprise COBOL for z/OS  4.2.0               {program:<8}  Date 11/23/2031  Time 12:34:56   Page {page:>5}"
            );
        };
        heading(&mut text);
        text.push_str("   LineID  PL SL  ----+-*A-1-B--+----2----+----3----+----4----+----5----+----6----+----7-|--+----8 Map\n");
        for (number, card) in [
            "IDENTIFICATION DIVISION.".to_owned(),
            format!("PROGRAM-ID. {program}."),
            "DATA DIVISION.".to_owned(),
            "WORKING-STORAGE SECTION.".to_owned(),
            "01  WS-REC.".to_owned(),
            "    05  WS-CODE PIC X(4).".to_owned(),
            format!("    05  WS-SUM PIC S9({severity}) COMP-3."),
            "PROCEDURE DIVISION.".to_owned(),
            "MAIN-LINE.".to_owned(),
            "    MOVE 1 TO WS-SUM".to_owned(),
            "    GOBACK.".to_owned(),
        ]
        .iter()
        .enumerate()
        {
            let number = number + 1;
            let _ = writeln!(text, "   {number:06}         {:06} {card:<73}", number * 100);
            if number == 10 && severity == 12 {
                text.push_str(" ==000010==> IGYPS1111-S \"WS-SUM\" is no good.\n");
            }
        }
        let bytes = severity / 2 + 1;
        heading(&mut text);
        text.push_str("0 Defined   Cross-reference of data names   References\n\n");
        text.push_str("0       6   WS-CODE\n");
        text.push_str("        5   WS-REC\n");
        text.push_str("        7   WS-SUM . . . . . . . . . . . .  M10\n");
        heading(&mut text);
        text.push_str("0Data Division Map\n");
        text.push_str("0Source   Hierarchy and                                    Base       Hex-Displacement  Asmblr Data\n");
        let _ = writeln!(
            text,
            "0     5   1  WS-REC. . . . . . . . . . . . . . BLW=00000  010               DS 0CL{:<4}      Group",
            bytes + 4
        );
        text.push_str("      6     2  WS-CODE . . . . . . . . . . . . BLW=00000  010   0 000 000   DS 4C           Display\n");
        let _ = writeln!(
            text,
            "      7     2  WS-SUM. . . . . . . . . . . . . BLW=00000  014   0 000 004   DS {bytes}P           Packed-Dec"
        );
        text.push_str("0LINE #  HEXLOC  VERB                        LINE #  HEXLOC  VERB\n");
        text.push_str(" 000010 000686 MOVE                          000011 000696 GOBACK\n");
        text.push_str("    PROGSUM TABLE LOCATED AT 000DAC FOR 000135 BYTES\n");
        heading(&mut text);
        text.push_str("0LineID  Message code  Message text\n\n");
        let _ = writeln!(text, "      2  IGYDS0020-W   Name \"{program}\" was processed.\n");
        text.push_str("      2  IGYDS0021-I   Another one.\n\n");
        if severity == 12 {
            text.push_str("     10  IGYPS1111-S   \"WS-SUM\" is\n                       no good.\n\n");
        }
        text.push_str("-* Statistics for COBOL program:\n");
        let _ = writeln!(text, "0End of compilation 1,  program {program},  highest severity {severity}.");
    }
    text
}

struct Asked(OpenFile, String);

impl Asked {
    fn new(text: String) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("both.lst");
        std::fs::write(&path, &text).unwrap();
        let budget = Budget::unlimited();
        let file =
            OpenFile::open(path.to_str().unwrap(), crate::source::Wanted::default(), &budget, no_meter());
        let file = file.unwrap();
        let cache = crate::cache::Cache::none();
        file.scan(&Kept::new(&cache, 0), &budget, &mut |_| {}).unwrap();
        Self(file, text)
    }

    /// The line that `nth` (from 0) of those with `part` is.
    fn line(&self, part: &str, nth: usize) -> (LineNo, u64) {
        let mut at = 0;
        let mut seen = 0;
        for (n, line) in self.1.split_inclusive('\n').enumerate() {
            if line.contains(part) {
                if seen == nth {
                    return (LineNo::from_index(n as u64), at);
                }
                seen += 1;
            }
            at += line.len() as u64;
        }
        panic!("no {nth} {part}")
    }

    /// The line that an answer leads to, and what it says.
    fn ask(&self, ask: ListingAsk, (line, at): (LineNo, u64)) -> (String, String) {
        match self.0.listing(ask, line, at, &Budget::unlimited()).unwrap() {
            Reply::Listing(ListingAnswer::There { at, text }) => {
                let rest = &self.1[usize::try_from(at).unwrap()..];
                (rest.lines().next().unwrap().trim().to_owned(), text)
            }
            Reply::Listing(ListingAnswer::Nowhere(why)) => (String::new(), why),
            other => panic!("{other:?}"),
        }
    }
}

fn message(least: Severity, which: Which) -> ListingAsk {
    ListingAsk::Message { least, which }
}

#[test]
fn numbers_of_lines_are_those_of_the_unit_of_the_cursor() {
    let asked = Asked::new(listing());
    for (nth, program) in ["FIRST", "SECOND"].iter().enumerate() {
        let (line, text) = asked.ask(ListingAsk::Line(2), asked.line("WS-CODE", nth * 3));
        assert!(line.ends_with(&format!("PROGRAM-ID. {program}.")), "{line}");
        assert_eq!(text, format!("LineID 2 of {program}"));
    }
    let (line, why) = asked.ask(ListingAsk::Line(400), asked.line("WS-CODE", 0));
    assert!(line.is_empty() && why.contains("LOCATE =400"), "{why}");
    let facts = asked.0.listing(ListingAsk::Facts, LineNo::FIRST, 0, &Budget::unlimited()).unwrap();
    let compiler = "Enterprise COBOL for z/OS 4.2.0".to_owned();
    let facts_wanted = ListingFacts { compiler, units: 2, severity: Some(12) };
    assert_eq!(facts, Reply::Listing(ListingAnswer::Facts(facts_wanted)));
}

#[test]
fn messages_lead_to_the_lines_they_are_about() {
    let asked = Asked::new(listing());
    let start = (LineNo::FIRST, 0);
    let (line, text) = asked.ask(message(Severity::Informational, Which::Next), start);
    assert!(line.ends_with("PROGRAM-ID. FIRST."), "{line}");
    // Both of one line are told.
    let first = "IGYDS0020-W Name \"FIRST\" was processed.; IGYDS0021-I Another one. (1 of 2 in FIRST)";
    assert_eq!(text, first);
    // The next one is in the next unit, and behind it the worse one.
    let (line, _) = asked.ask(message(Severity::Informational, Which::Next), asked.line("PROGRAM-ID", 0));
    assert!(line.ends_with("PROGRAM-ID. SECOND."), "{line}");
    let (line, text) = asked.ask(message(Severity::Error, Which::Next), start);
    assert!(line.contains("MOVE 1 TO WS-SUM"), "{line}");
    assert_eq!(text, "IGYPS1111-S \"WS-SUM\" is no good. (1 of 1 in SECOND)");
    assert_eq!(asked.ask(message(Severity::Informational, Which::Worst), start).1, text);
    assert_eq!(asked.ask(message(Severity::Informational, Which::Last), start).1.find("IGYPS1111"), Some(0));
    let (line, _) = asked.ask(message(Severity::Warning, Which::Previous), asked.line("MOVE 1", 1));
    assert!(line.ends_with("PROGRAM-ID. SECOND."), "{line}");
    let (_, why) = asked.ask(message(Severity::Unrecoverable, Which::First), start);
    assert_eq!(why, "the listing has no message of severity U or worse");
}

#[test]
fn rows_of_tables_lead_to_the_source_and_lines_to_their_messages() {
    let asked = Asked::new(listing());
    let other = |part, nth| asked.ask(ListingAsk::Other, asked.line(part, nth));
    // The row of a cross-reference, of a map, of the offsets, of a message and a message between lines.
    for (part, nth, wanted) in [
        ("WS-SUM . . .", 1, "COMP-3."),
        ("WS-CODE . . .", 1, "WS-CODE PIC X(4)."),
        ("000010 000686", 0, "MOVE 1 TO WS-SUM"),
        ("IGYPS1111-S", 1, "MOVE 1 TO WS-SUM"),
        ("==000010==>", 0, "MOVE 1 TO WS-SUM"),
        ("MOVE 1 TO", 1, "10  IGYPS1111-S   \"WS-SUM\" is"),
    ] {
        let (line, text) = other(part, nth);
        assert!(line.ends_with(wanted), "{part}: {line} {text}");
    }
    assert_eq!(other("GOBACK.", 0).1, "no message is about line 11");
    assert_eq!(other("-* Statistics", 0).1, "this line is about no line of the source");
}

#[test]
fn pages_and_offsets_are_found() {
    let asked = Asked::new(listing());
    let page = |direction, from| asked.ask(ListingAsk::Page(direction), from);
    let (line, text) = page(Direction::Forward, (LineNo::FIRST, 0));
    assert!(line.ends_with("Page     2"), "{line}");
    assert_eq!(text, "page 2");
    assert_eq!(page(Direction::Backward, asked.line("Page     2", 0)).1, "page 1");
    assert_eq!(page(Direction::Backward, (LineNo::FIRST, 0)).1, "no page before this line");
    let (line, text) = asked.ask(ListingAsk::Offset(0x690), asked.line("WS-CODE", 3));
    assert!(line.ends_with("MOVE 1 TO WS-SUM"), "{line}");
    assert_eq!(text, "+690 of SECOND: line 10 MOVE");
    assert!(asked.ask(ListingAsk::Offset(0xDAD), asked.line("WS-CODE", 3)).1.contains("behind the code"));
}

#[test]
fn lists_of_lines_tell_the_numbers_of_the_compiler() {
    use crate::code::compare::Rules;
    use crate::source::{NeedleSpec, Wanted};
    use crate::work::{Bound, ExportTo, FindIn, SortOrder, number_shown};
    let folder = tempfile::tempdir().unwrap();
    let [one, two] = ["one.lst", "two.lst"].map(|name| folder.path().join(name));
    std::fs::write(&one, listing()).unwrap();
    std::fs::write(&two, listing().replace("MOVE 1 TO WS-SUM", "ADD 7 TO WS-SUM")).unwrap();
    let path = one.to_str().unwrap().to_owned();
    let budget = Budget::unlimited();
    let file = OpenFile::open(&path, Wanted::default(), &budget, no_meter()).unwrap();
    file.scan(&Kept::new(&crate::cache::Cache::none(), 0), &budget, &mut |_| {}).unwrap();
    // A sort: each row has the number that stands on its line, if one does.
    let by = SortOrder { fields: Vec::new(), within: FindIn::default() };
    let Reply::Sorted(sorted) = file.sort(&by, &budget).unwrap() else { panic!() };
    let ids = |text: &str| -> Vec<u32> {
        let with = sorted.rows.iter().filter(|row| row.text.contains(text));
        with.map(|row| row.line_id.unwrap()).collect()
    };
    assert_eq!(ids("MOVE 1 TO WS-SUM"), [10, 10]);
    assert_eq!(ids("PROGRAM-ID."), [2, 2]);
    assert_eq!(ids("Cross-reference of data"), [0, 0]);
    // Lines that are written to a file, and which: those of the second unit, by its numbers.
    let near = LineNo::new(listing().lines().count() as u64 - 1);
    let [from, last] = [10, 11].map(|id| Bound::Id { id, near });
    let target = folder.path().join("out.txt").to_str().unwrap().to_owned();
    let to = ExportTo { path: target.clone(), numbers: true, replace: false };
    file.export(&to, &FindIn { lines: Some((from, last)), hidden: None }, &budget).unwrap();
    let written = std::fs::read_to_string(&target).unwrap();
    let numbers: Vec<&str> = written.lines().map(|l| l[..10].trim()).collect();
    let message = listing().lines().position(|l| l.contains("==000010==")).unwrap() + 1;
    assert_eq!(numbers, ["10", &format!("={message}"), "11"]);
    let none = FindIn { lines: Some((Bound::Id { id: 99, near }, last)), hidden: None };
    let again = ExportTo { replace: true, ..to };
    assert!(file.export(&again, &none, &budget).unwrap_err().what.contains("has the LineID 99"));
    // A search through files.
    let needle = NeedleSpec { text: "GOBACK".into(), ..NeedleSpec::default() };
    let found = crate::work::seek::seek(
        (&[(path, Wanted::default())], ""),
        &needle,
        (&budget, no_meter()),
        &mut |_| {},
    );
    let lines = found.unwrap().files.pop().unwrap().lines;
    let shown: Vec<String> = lines.iter().map(|l| number_shown(l.hit.line.unwrap(), l.line_id)).collect();
    let row = |n: usize| lines[n].hit.line.unwrap();
    assert_eq!(shown, ["11".to_owned(), format!("={}", row(1)), "11".to_owned(), format!("={}", row(3))]);
    // A comparison.
    let with = (two.to_str().unwrap(), Wanted::default());
    let told = &mut |_, _| {};
    let found =
        crate::work::compare::compared(file.party(), with, Rules::default(), (&budget, no_meter()), told);
    let rows = found.unwrap().rows;
    let shown: Vec<_> = rows.iter().map(|row| (row.a.shown(), row.b.shown())).collect();
    assert_eq!(shown, [("10".into(), "10".into()), ("10".into(), "10".into())]);
}
