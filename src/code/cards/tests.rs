//! Listings of our own making beside the sources they were made of: what is read of the one is what is read of the other.

use crate::base::ByteOffset;
use crate::code::chunk::Chunker;
use crate::code::lex::{self, Lexer, TokenKind};
use crate::code::{
    LineContext, LineKind, Outline, Role, Scanner, SourceFormat, context_after, detect, highlight, line_kind,
    mask,
};
use crate::source::ChunkSink;
use proptest::prelude::*;

/// How a listing is printed.
#[derive(Debug, Clone, Copy)]
pub(in crate::code) struct Print {
    /// Carriage control in column 1.
    pub control: bool,
    /// Lines of a page.
    pub page: usize,
    /// Blanks up to column 133, as records of fixed length have them.
    pub padded: bool,
}

pub(in crate::code) const PLAIN: Print = Print { control: true, page: 7, padded: true };

/// What a page begins with.
fn heading(print: Print, page: usize) -> [String; 2] {
    let (top, blank) = if print.control { ("1", " ") } else { ("", "") };
    [
        format!(
            "{top}PP 5655-EC6 IBM Enterprise COBOL for z/OS  6.4.0 P990101       SAMPLE    Date 11/23/2031  Time 12:34:56   Page {page:>5}"
        ),
        format!(
            "{blank}  LineID  PL SL  ----+-*A-1-B--+----2----+----3----+----4----+----5----+----6----+----7-|--+----8 Map and Cross Reference"
        ),
    ]
}

/// The listing of a source of fixed format, one that was compiled behind another; and for each of its lines the number of the
/// line of the source. Lines that begin with `C` and a blank are copied ones.
pub(in crate::code) fn listing(source: &str, print: Print) -> (String, Vec<usize>) {
    let mut lines: Vec<String> =
        vec![heading(print, 1)[0].clone(), "    ADV".to_owned(), "   NOAWO".to_owned()];
    let mut numbers = vec![0; lines.len()];
    let all: Vec<&str> = source.lines().collect();
    for (page, cards) in (2..).zip(all.chunks(print.page)) {
        lines.extend(heading(print, page));
        numbers.extend([0, 0]);
        for (row, card) in (0..).zip(cards) {
            let number = (page - 2) * print.page + row + 1;
            let (mark, card) = card.strip_prefix("C ").map_or((' ', *card), |card| ('C', card));
            // Carriage control of the first line of a page; levels; what stands beside the card.
            let control = if print.control { if row == 0 { "0" } else { " " } } else { "" };
            let level = if row % 3 == 2 { "1" } else { " " };
            lines.push(format!(
                "{control}  {number:06}{mark}     {level}  {card:<80} BLW=00000+0{row:02X},000000C 4C"
            ));
            numbers.push(number);
            if row == 2 {
                lines.push(format!("{:99}IMP", ""));
                lines.push(String::new());
                lines.push(format!(
                    "{}==000{row:03}==> IGYPS2015-I THE PARAGRAPH BEFORE \"X\" HAD NO STATEMENTS.",
                    if print.control { "0" } else { "" }
                ));
                numbers.extend([0; 3]);
            }
        }
    }
    lines.push(heading(print, 99)[0].clone());
    lines.push("0 Defined   Cross-reference of data names   References".to_owned());
    lines.push("   000012   100".to_owned());
    lines.push("   000041    0004F6   MOVE              000041    0004FC   STOP".to_owned());
    numbers.extend([0; 4]);
    let line = |line: &String| {
        if print.padded { format!("{line:<133}\n") } else { format!("{}\n", line.trim_end()) }
    };
    (lines.iter().map(line).collect(), numbers)
}

pub(in crate::code) fn format_of(text: &str) -> SourceFormat {
    detect(text.split('\n').map(str::as_bytes)).format
}

/// The tokens of a text, with the number of the line each is on.
fn tokens(
    text: &str,
    format: SourceFormat,
    number: impl Fn(usize) -> usize,
) -> Vec<(usize, TokenKind, bool, String)> {
    let mut masked = Vec::new();
    mask(text.as_bytes(), format, &mut masked);
    assert_eq!(masked.len(), text.len());
    let line = |at: u32| text[..at as usize].matches('\n').count();
    let token = |t: lex::Token| {
        let text = String::from_utf8_lossy(&lex::text(&masked, &t)).trim_end().to_owned();
        (number(line(t.start)), t.kind, t.area_a, text)
    };
    Lexer::new(&masked).map(token).collect()
}

fn outline_rows(outline: &Outline, number: impl Fn(usize) -> usize) -> Vec<(String, usize)> {
    let all = outline.window(0, outline.len());
    all.iter()
        .map(|s| {
            (format!("{:?} {} {}", s.kind, s.name, s.depth), number(usize::try_from(s.line.index()).unwrap()))
        })
        .collect()
}

const SOURCE: &str = "\
000100 IDENTIFICATION DIVISION.                                         TAG00001
000200 PROGRAM-ID. SAMPLE.
000300 ENVIRONMENT DIVISION.
000400 DATA DIVISION.
000500 WORKING-STORAGE SECTION.
000600*    A COMMENT
000700 01  WS-REC.
000800     05  WS-TEXT PIC X(20) VALUE 'A LITERAL THAT GOES ON AND ON AND ON
000900-    ' ON THE NEXT LINE'.
001000     05  WS-NUMBER PIC 9(4).
001100 PROCEDURE DIVISION.
001200 MAIN-LINE.
001300     MOVE 1 TO WS-NUM
001400-    BER.
001500     PERFORM 1000-STEP.
001600D    DISPLAY 'DEBUG'.
001700     GOBACK.
001800 1000-STEP.
001900     EXEC SQL COMMIT END-EXEC.
002000     ADD 1 TO WS-NUMBER.
002100 END PROGRAM SAMPLE.
002200 ID DIVISION.
002300 PROGRAM-ID. SECOND.
002400 PROCEDURE DIVISION.
002500     GOBACK.
";

#[test]
fn a_listing_reads_as_its_source() {
    for control in [true, false] {
        for (page, padded) in [(7, true), (60, false), (1, true), (5, false)] {
            let print = Print { control, page, padded };
            let (text, numbers) = listing(SOURCE, print);
            let format = format_of(&text);
            assert!(format.is_listing(), "{print:?}");
            let expected = tokens(SOURCE, SourceFormat::Fixed, |line| line + 1);
            assert_eq!(tokens(&text, format, |line| numbers[line]), expected, "{print:?}");
            let expected =
                outline_rows(&Scanner::outline(SOURCE.as_bytes(), SourceFormat::Fixed), |line| line + 1);
            let found = outline_rows(&Scanner::outline(text.as_bytes(), format), |line| numbers[line]);
            assert_eq!(found, expected, "{print:?}");
        }
    }
}

#[test]
fn carriage_control_may_be_on_some_lines_only() {
    let (text, _) = listing(SOURCE, Print { control: true, page: 60, padded: false });
    let (_, numbers) = listing(SOURCE, Print { control: true, page: 60, padded: false });
    // Headings lose theirs and the other lines do not.
    let lines = text.split_inclusive('\n').map(|line| {
        let heading = line.contains("Page") || line.contains("LineID");
        if heading { &line[1..] } else { line }
    });
    let bare: String = lines.collect();
    let expected = tokens(SOURCE, SourceFormat::Fixed, |line| line + 1);
    assert_eq!(tokens(&bare, format_of(&bare), |line| numbers[line]), expected);
    // Headings keep theirs, each other line loses it.
    for odd in [0, 1] {
        let lines = (0..).zip(text.split_inclusive('\n')).map(|(at, line)| {
            let heading = line.contains("Page") || line.contains("LineID") || line == "\n";
            if heading || at % 2 == odd { line } else { &line[1..] }
        });
        let mixed: String = lines.collect();
        let expected = tokens(SOURCE, SourceFormat::Fixed, |line| line + 1);
        assert_eq!(tokens(&mixed, format_of(&mixed), |line| numbers[line]), expected);
    }
}

#[test]
fn the_ruler_says_where_cards_begin() {
    for (ruler, line, code) in [
        ("  LineID  PL SL  ----+-*A-1-B--+----2----+", "  000001         000100 MAIN.", "000100 MAIN."),
        (
            "   LINEID  PL  SL    ----+-*A-1-B--+----2----+",
            "   000001    2   1   000100 MAIN.",
            "000100 MAIN.",
        ),
        ("LINE    PG/LN  A...B.........", "000001C 000100 MAIN.", "000100 MAIN."),
        ("LINE    ..........SOURCE..........", "000001  main.", "main."),
        ("   LineID  PL SL  ----+-*A-1-B--+----2----+", "   00000A  **     000100 MAIN.", "000100 MAIN."),
    ] {
        let mut cards = super::ruler(ruler.as_bytes()).unwrap();
        let card = cards.take(line.as_bytes()).unwrap();
        assert_eq!(card.of(line.as_bytes()), code.as_bytes(), "{ruler}");
    }
    for other in [
        "      *----+-*A-1-B--+----2----+----3",
        "----+-*A-1-B--+----2",
        "LINE     TOTALS",
        "LINE    COUNT",
        "",
    ] {
        assert_eq!(super::ruler(other.as_bytes()), None, "{other}");
    }
}

#[test]
fn cards_may_stand_beside_their_ruler() {
    let (text, numbers) = listing(SOURCE, PLAIN);
    let lines = text.split_inclusive('\n');
    let moved: String = lines
        .zip(&numbers)
        .map(|(l, n)| if *n > 0 { format!("{}  {}", &l[..12], &l[12..]) } else { l.to_owned() })
        .collect();
    let expected = tokens(SOURCE, SourceFormat::Fixed, |line| line + 1);
    assert_eq!(tokens(&moved, format_of(&moved), |line| numbers[line]), expected);
    let bare: String = moved.split_inclusive('\n').filter(|l| !l.contains("LineID")).collect();
    assert!(format_of(&bare).is_listing(), "without a ruler nothing is settled");
}

#[test]
fn what_is_no_card_is_none() {
    let ruler = "   LineID  PL SL  ----+-*A-1-B--+----2----+";
    let cards = super::ruler(ruler.as_bytes()).unwrap();
    for line in [
        "",
        "   00001",
        "   0000A1 ",
        "   000041    0004F6   MOVE              000041",
        "   000041  000416   MOVE              000041",
        "   000016   NUM-LIST . . . . . . .  11 29",
        "   000034  IGYGR1216-I   A \"RECORDING MODE\"",
        " ==000056==> IGYGR1216-I A \"RECORDING MODE\"",
        "0==000056==> IGYGR1216-I A \"RECORDING MODE\"",
        "     38  1 NAME",
        "AB 000001         MOVE",
        "   000001      1 2MOVE A TO B",
    ] {
        let found = { cards }.take(line.as_bytes());
        assert!(found.is_none() || line == "   0000A1 ", "{line}: {found:?}");
    }
    let numbered = "   000129C     1  000100 MOVE";
    let card = { cards }.take(numbered.as_bytes()).unwrap();
    assert!(card.copied && card.number(numbered.as_bytes()) == Some(129));
}

#[test]
fn other_parts_end_the_source() {
    let card = "   000001         000100 MAIN.";
    for part in [
        "1PP 5655-EC6 IBM Enterprise COBOL for z/OS  6.4.0     Page     9",
        "\u{c}PP 5648-A25 IBM COBOL for OS/390 & VM  2.1.2     Page     9",
        "\u{c}GnuCOBOL 3.2.0 a.cbl      Thu Nov 26 14:18:40 2026  Page 0002",
        "0 Defined   Cross-reference of data names   References",
        "0Data Division Map",
        "0  LINEID  HEXLOC  VERBCODE           LINEID",
        "NAME                           DEFINED                REFERENCES",
    ] {
        let ruler = "   LineID  PL SL  ----+-*A-1-B--+----2----+";
        let mut cards = super::ruler(ruler.as_bytes()).unwrap();
        assert!(cards.take(card.as_bytes()).is_some());
        assert_eq!(cards.take(part.as_bytes()), None);
        assert_eq!(cards.take(card.as_bytes()), None, "{part}");
        let _ = cards.take(ruler.as_bytes());
        assert!(cards.take(card.as_bytes()).is_some());
    }
    let message = " ==000056==> IGYDS1234-E The Data Division Map has a Cross-reference of HEXLOC";
    let mut cards = super::ruler(b"   LineID  PL SL  ----+-*A-1-B--+----2----+").unwrap();
    assert_eq!(cards.take(message.as_bytes()), None);
    assert!(cards.take(card.as_bytes()).is_some());
}

#[test]
fn what_gnucobol_lists_is_read_with_its_format_and_its_long_lines() {
    let text = "\
GnuCOBOL 3.2.0 f.cbl                Thu Nov 26 14:18:40 2026  Page 0001

LINE    PG/LN  A...B............................................................

000001         identification division.
000002         program-id. ff.
000003         >>SOURCE FREE
error: nothing
000004  procedure division.
000005  one.
000006  display \"a longish line of free format that is wrapped and then go
000006+ es on\".
\u{c}GnuCOBOL 3.2.0 f.cbl                Thu Nov 26 14:18:40 2026  Page 0002

LINE    PG/LN  A...B............................................................

000007  two.

Error/Warning summary:

000008  no.
";
    let found = tokens(text, format_of(text), |line| line + 1);
    let words: Vec<&str> =
        found.iter().filter(|t| t.1 != TokenKind::Directive).map(|t| t.3.as_str()).collect();
    let literal = "\"a longish line of free format that is wrapped and then goes on\"";
    let expected =
        ["identification", "division", ".", "program-id", ".", "ff", ".", "procedure", "division", "."];
    assert_eq!(words, [&expected[..], &["one", ".", "display", literal, ".", "two", "."]].concat());
    let outline = Scanner::outline(text.as_bytes(), format_of(text));
    let names: Vec<String> = outline.window(0, outline.len()).into_iter().map(|s| s.name).collect();
    assert_eq!(names, ["ff", "identification", "procedure", "one", "two"]);
}

#[test]
fn lines_of_a_listing_have_roles_and_kinds() {
    let ruler = "   LineID  PL SL  ----+-*A-1-B--+----2----+";
    let format = format_of(ruler);
    let (mut context, mut spans) = (LineContext { format, ..LineContext::default() }, Vec::new());
    let line =
        "   000129      1  000100     MOVE A TO B.                                            TAG00001 16 22";
    context = highlight(line.as_bytes(), context, &mut spans);
    let roles: Vec<_> = spans.iter().map(|s| (s.start, s.role)).collect();
    assert_eq!(roles[..3], [(3, Role::Sequence), (18, Role::Sequence), (29, Role::Keyword)]);
    let heading = "1PP 5655-EC6 IBM Enterprise COBOL for z/OS  6.4.0     Page     9";
    context = highlight(heading.as_bytes(), context, &mut spans);
    assert!(spans.is_empty());
    highlight(line.as_bytes(), context, &mut spans);
    assert!(spans.is_empty(), "no source follows a heading without a ruler");
    assert_eq!(line_kind(line.as_bytes(), format), LineKind::Code);
    assert_eq!(line_kind(b"   000130C        000200*    NOTE", format), LineKind::Comment);
    assert_eq!(line_kind(heading.as_bytes(), format), LineKind::Blank);
}

#[test]
fn a_page_of_a_listing_is_coloured_as_what_is_before_it_says() {
    let (text, numbers) = listing(SOURCE, PLAIN);
    let format = format_of(&text);
    let (mut context, mut spans) = (LineContext { format, ..LineContext::default() }, Vec::new());
    let (mut at, mut coloured) = (0, 0);
    for (line, number) in text.split_inclusive('\n').zip(numbers) {
        let from = context_after(&text.as_bytes()[..at], format);
        highlight(line.trim_end().as_bytes(), from, &mut spans);
        let here = spans.clone();
        context = highlight(line.trim_end().as_bytes(), context, &mut spans);
        assert_eq!(here, spans, "{line}");
        assert_eq!(spans.is_empty(), number == 0, "{line}");
        coloured += usize::from(!spans.is_empty());
        at += line.len();
    }
    assert_eq!(coloured, SOURCE.lines().count());
}

proptest! {
    /// Pieces of any size, pages lost, lines torn: the passes agree with each other and nothing panics.
    #[test]
    fn torn_listings_are_read(
        cut in 0usize..4_000, lost in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        torn in any::<prop::sample::Index>(), piece in 1usize..200, control in any::<bool>(),
    ) {
        let (text, _) = listing(SOURCE, Print { control, page: 6, padded: false });
        let mut lines: Vec<&str> = text.split('\n').collect();
        for line in lost {
            lines.remove(line.index(lines.len()));
        }
        let torn = torn.index(lines.len());
        lines[torn] = &lines[torn][lines[torn].len() / 2..];
        let text = lines.join("\n");
        let text = &text.as_bytes()[cut.min(text.len())..];
        let format = detect(text.split(|b| *b == b'\n')).format;
        let (mut scanner, mut chunker) = (Scanner::new(format), Chunker::new(format));
        for part in text.chunks(piece) {
            scanner.chunk(ByteOffset(0), part);
            chunker.chunk(ByteOffset(0), part);
        }
        let (whole, pieces) = (Scanner::outline(text, format), scanner.finish());
        prop_assert_eq!(outline_rows(&whole, |l| l), outline_rows(&pieces, |l| l));
        prop_assert_eq!(chunker.finish(), Chunker::chunks(text, format));
        let mut masked = Vec::new();
        mask(text, format, &mut masked);
        prop_assert_eq!(masked.len(), text.len());
    }

    /// The state that one piece ends with is what the next one needs.
    #[test]
    fn a_listing_may_be_masked_in_pieces(cut in any::<prop::sample::Index>(), control in any::<bool>()) {
        let (text, numbers) = listing(SOURCE, Print { control, page: 6, padded: true });
        // Between two sentences, where pieces are cut.
        let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at + 1).collect();
        let sentence = |line: usize| !matches!(numbers.get(line), Some(8 | 13)) || numbers[line] == 0;
        let line = cut.index(ends.len());
        prop_assume!(sentence(line) && !matches!(numbers[..=line].iter().rev().find(|n| **n > 0), Some(8 | 13)));
        let (mut whole, mut first, mut second) = (Vec::new(), Vec::new(), Vec::new());
        mask(text.as_bytes(), format_of(&text), &mut whole);
        let format = mask(&text.as_bytes()[..ends[line]], format_of(&text), &mut first);
        mask(&text.as_bytes()[ends[line]..], format, &mut second);
        first.extend(second);
        prop_assert_eq!(first, whole);
    }
}
