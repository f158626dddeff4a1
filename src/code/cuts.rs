//! Sources of every format, cut in every way, beside the same sources read at once.
//!
//! A cut between two sentences changes nothing of what is read. A text without such a place within reach is cut for its size
//! only, somewhere in a sentence: then what is read of that sentence, and of the next one, may differ, and nothing else.

use super::chunk::{Chunk, Chunker};
use super::data::{Extract, Record};
use super::lex::{Lexer, TokenKind, text as token_text};
use super::mask::mark;
use super::parse::{Structure, parse_sized};
use super::xref::{Collector, Unit, Want};
use super::{
    LineContext, Outline, Scanner, SourceFormat, Whole, context_after, detect, highlight, mask, mask_from,
};
use crate::base::ByteOffset;
use crate::code::cards::tests::{Print, listing};
use crate::source::ChunkSink;
use proptest::prelude::*;
use std::ops::Range;

/// What programs begin with.
const FRONT: &[&str] = &[
    " ID DIVISION.\n PROGRAM-ID. P#.\n AUTHOR. J. DOE.",
    " ENVIRONMENT DIVISION.\n INPUT-OUTPUT SECTION.\n FILE-CONTROL.\n     SELECT F-# ASSIGN TO 'D.'\n     FILE STATUS S.",
    " DATA DIVISION.\n WORKING-STORAGE SECTION.",
    " PROCEDURE DIVISION USING\n     A.",
];

/// Entries of data whose lines end with periods that end nothing, or look like headers that are none. The first byte of a
/// line is its indicator; `~` fills it up to the last column of code, `ü` is a letter of another code page in some texts.
const DATA: &[&str] = &[
    " 01  REC-#.\n     05  ITEM-# PIC X(4)\n         VALUE 'A.'.\n     88  IS-# VALUE 1.",
    " 01  A-# PIC\n     9.99.",
    "     05  B-# PIC ZZ9.\n     05  C-# OCCURS 3 INDEXED BY X-#.",
    " 77  D-# VALUE\n     'üX.'.",
    " FD  F-#\n     RECORD 80.",
    " 01  LONG-# PIC X(90) VALUE 'THIS GOES ON. ~.\n-    'AND. ON ~ HERE.\n*    A COMMENT.\n-    'AND ENDS.'.",
    " LINKAGE SECTION.",
    "     EXEC SQL INCLUDE M# END-EXEC.",
    "     COPY M# REPLACING ==A.\n     B.==\n     BY ==C. ==.",
    "     COPY M#.",
    "     COPY 'M#'\n     OF LIB.",
    "*    A COMMENT.\n/\n 01  E-# PIC X.",
    "     EJECT\n 66  R-# RENAMES A.",
];

/// Statements of the same kind.
const CODE: &[&str] = &[
    " PARA-#.",
    " PARA-#. MOVE A TO B.",
    " SECT-# SECTION.",
    "     PERFORM PARA-#.",
    "     CALL 'SUB#' USING A. PERFORM PARA-# THRU\n     PARA-ONE.",
    "     IF A = B\n         GO TO PARA-#\n     ELSE\n         CONTINUE\n     END-IF.",
    "     MOVE 'THIS GOES ON. ~.\n-    'AND. ON ~ HERE.\n*    A COMMENT.\n-    'AND ENDS.' TO A#.",
    "     MOVE 'CLOSED ~.'\n-    ''OPEN AGAIN.' TO A#.",
    "     MOVE 'HALF.'-\n     'AND HALF.' TO A#.",
    "     MOVE WS-TO\n-    TAL-# TO B.",
    "     MOVE A TO ~\n-    B-#.",
    "     MOVE A TO B *> A NOTE.\n     MOVE C TO D-#.",
    "     MOVE A TO B. *> IT'S A NOTE",
    "     DISPLAY \"IT'S.\" 'SO \"IS.'\n         A-#.",
    "     EXEC SQL\n       SELECT A, A.B -- A NOTE.\n       FROM T# WHERE C = 'X.'\n         -- ANOTHER.\n       ORDER BY A\n     END-EXEC.",
    "     EXEC SQL INCLUDE M# END-EXEC.",
    "     EXEC CICS LINK PROGRAM('P#.')\n         COMMAREA(A)\n     END-EXEC.",
    "     EXEC SQL FETCH C# INTO :A END-EXEC\n     MOVE A TO B.",
    "     IF A EXEC SQL -- NOTE.\n       OPEN C# END-EXEC.",
    "     COPY M# REPLACING ==A.\n     B.==\n     BY ==C. ==.",
    "     COPY M#.",
    "     COPY 'M#'\n     OF LIB.",
    "     REPLACE ==A.\n 01  B.\n     MOVE C TO D.== BY ====.",
    "*    A COMMENT.\n/\n     ADD 1 TO A#.",
    "* EXEC SQL 'IT.\n     ADD 2 TO A#.",
    "D    DISPLAY 'X#.'\nD        A.",
    "D    DISPLAY 'X#.'\n     A.",
    "     DISPLAY 'Mü.' UPON A#.",
    "     GO TO A B\n     DEPENDING ON C-#.",
    "\n     ADD 1.5 TO A# . ",
    "     EJECT\n     ADD 3 TO A#.",
    "     DISPLAY 'OPEN\n     A#.",
    "     EVALUATE A\n       WHEN 1 CONTINUE\n       WHEN OTHER\n         PERFORM UNTIL B\n           ADD 1 TO A#\n         END-PERFORM\n     END-EVALUATE.",
];

/// Lines as they are: directives, and what stands between them in another format. The last ones switch back.
const FIXED_RAW: &[&str] = &[
    "       >>SOURCE FORMAT FREE\npara-#.\ndisplay 'x.' *> note.\n  a.\nmove \"a.\"-\n\"b.\" to c#.\n>>SOURCE FORMAT FIXED",
    "      $SET SOURCEFORMAT\"FREE\"\nmove a to b#.\n*> it's.\n$SET SOURCEFORMAT\"FIXED\"",
    "       >>IF X# DEFINED\n           ADD 1 TO A#.\n       >>ELSE\n           ADD 2 TO A#.\n       >>END-IF",
    "       >>DEFINE Y AS #\n       >>IF Y = #\n       Q-#.\n       >>ELSE\n       R-#.\n       >>END-IF",
    "CBL RENT",
    "       ++INCLUDE M#",
];
const FREE_RAW: &[&str] = &[
    ">>SOURCE FORMAT FIXED\n000100 PARA-#.                                                          TAG.\n000200     DISPLAY 'A\n000300-    'B.'.\n000400 >>SOURCE FORMAT FREE",
    ">>IF X# DEFINED\nadd 1 to a#.\n>>ELSE\nadd 2 to a#.\n>>END-IF",
    ">>DEFINE Y AS #\n>>IF Y = #\nq-#.\n>>ELSE\nr-#.\n>>END-IF",
];

/// How a source is written.
#[derive(Debug, Clone, Copy)]
struct Style {
    format: Written,
    crlf: bool,
    latin: bool,
    /// Whole programs, not a copybook.
    programs: bool,
    /// Bytes that are missing at its end.
    torn: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    Fixed,
    Variable,
    Free,
    Listing,
}

fn styles() -> impl Strategy<Value = Style> {
    const FORMATS: &[Written] = &[Written::Fixed, Written::Variable, Written::Free, Written::Listing];
    let torn = prop_oneof![Just(0), 0usize..60];
    (proptest::sample::select(FORMATS), any::<bool>(), any::<bool>(), any::<bool>(), torn)
        .prop_map(|(format, crlf, latin, programs, torn)| Style { format, crlf, latin, programs, torn })
}

/// A line as fixed format has it; `how` picks what stands beside its code.
fn card(line: &str, how: u8, format: Written) -> String {
    let (indicator, code) = line.split_at_checked(1).unwrap_or((" ", ""));
    let room = 65usize.saturating_sub(code.chars().count() - code.matches('~').count());
    let filled = code.contains('~');
    let code = code.replace('~', &"X".repeat(room));
    let sequence = ["      ", "000100", "AB.12X"][usize::from(how) % 3];
    let start = if how % 7 == 6 && indicator == " " && !filled {
        "\t".to_owned()
    } else {
        format!("{sequence}{indicator}")
    };
    match (format, how % 5) {
        (Written::Variable, _) | (_, 0..=2) => format!("{start}{code}"),
        (_, 3) if !start.starts_with('\t') => format!("{start}{code:<65}TAG0001."),
        (_, 4) if !start.starts_with('\t') => {
            format!("{start}{code:<65}TAG0001 AND MORE THAN. A CARD 'HOLDS.")
        }
        _ => format!("{start}{code}"),
    }
}

/// A line as free format has it, if it can be written there.
fn free(line: &str) -> Option<String> {
    let (indicator, code) = line.split_at_checked(1).unwrap_or((" ", ""));
    let code = code.replace('~', "");
    match indicator {
        "*" | "/" => Some(format!("*>{code}")),
        "D" => Some(format!(">>D {code}")),
        "-" => None,
        _ => Some(code),
    }
}

/// The blocks of a source: programs one after the other, or a copybook of one kind.
fn blocks(picked: &[(u8, u8)], raw: &'static [&'static str], programs: bool) -> Vec<(&'static str, bool)> {
    let mut all = Vec::new();
    let (mut code, mut open) = (picked.first().is_some_and(|p| p.1 % 2 == 0), false);
    for (block, how) in picked {
        let block = usize::from(*block);
        if programs && (how % 16 == 0 || !open) {
            // Either the other half of a program, or the next one.
            if open && !code {
                all.push((FRONT[3], false));
            } else {
                all.extend(open.then_some((" END PROGRAM P.", false)));
                all.extend(FRONT[..3].iter().map(|b| (*b, false)));
            }
            (code, open) = (open && !code, true);
        }
        let list = if code { CODE } else { DATA };
        all.push(match list.get(block % (list.len() + 4)) {
            Some(block) => (*block, false),
            None if code => (raw[block % raw.len()], true),
            None => (list[block % list.len()], false),
        });
    }
    all
}

/// A source of these blocks, and the format it is in.
fn source(picked: &[(u8, u8)], style: Style) -> (Vec<u8>, SourceFormat) {
    let mut lines: Vec<String> = Vec::new();
    let raw = if style.format == Written::Free { FREE_RAW } else { FIXED_RAW };
    for (number, (block, raw)) in blocks(picked, raw, style.programs).into_iter().enumerate() {
        let how = picked[number % picked.len()].0;
        let block = block.replace('#', &number.to_string());
        if raw {
            lines.extend(block.split('\n').map(str::to_owned));
        } else if style.format == Written::Free {
            let all: Option<Vec<String>> = block.split('\n').map(free).collect();
            lines.extend(all.into_iter().flatten());
        } else {
            lines.extend(
                block.split('\n').enumerate().map(|(row, line)| {
                    card(line, how.wrapping_add(u8::try_from(row).unwrap()), style.format)
                }),
            );
        }
    }
    let end = if style.crlf { "\r\n" } else { "\n" };
    let mut text: String = lines.iter().flat_map(|line| [line, end]).collect();
    if style.format == Written::Listing {
        text = listing(&text, Print { control: style.latin, page: 11, padded: style.crlf }).0;
    }
    let mut text: Vec<u8> = if style.latin {
        text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
    } else {
        text.into_bytes()
    };
    text.truncate(text.len() - style.torn.min(text.len()));
    let format = match style.format {
        Written::Fixed => SourceFormat::Fixed,
        Written::Variable => SourceFormat::Variable,
        Written::Free => SourceFormat::Free,
        Written::Listing => detect(text.split(|b| *b == b'\n')).format,
    };
    (text, format)
}

fn picks(blocks: Range<usize>) -> impl Strategy<Value = Vec<(u8, u8)>> {
    proptest::collection::vec((any::<u8>(), any::<u8>()), blocks)
}

/// What is read of a source.
#[derive(Debug, Default, PartialEq, Eq)]
struct Found {
    masked: Vec<u8>,
    /// Parts with whom they name, statements and faults, each with the byte where it begins.
    parts: Vec<(usize, String)>,
    statements: Vec<(usize, String)>,
    faults: Vec<(usize, String)>,
    /// First and last line of each symbol, and the rest of what is known of it.
    outline: Vec<(u64, u64, String)>,
}

fn rows(outline: &Outline) -> Vec<(u64, u64, String)> {
    let all = outline.window(0, outline.len());
    let row = |s: &super::Symbol| {
        let what = format!("{:?} {} {:02} in {:?} as {:?}", s.kind, s.name, s.level, s.parent, s.assigned);
        (s.line.get(), s.end_line.get(), what)
    };
    all.iter().map(row).collect()
}

impl Found {
    /// All of it that begins before byte `to`, which is on line `line`.
    fn lines(&self, to: usize, line: u64) -> Vec<String> {
        let masked = String::from_utf8_lossy(&self.masked).replace(char::from(mark::GLUE), "~");
        let masked: Vec<String> =
            masked.replace(char::from(mark::AREA_A), "@").lines().map(str::to_owned).collect();
        let placed = [&self.parts, &self.statements, &self.faults].into_iter().flatten();
        // Before the first statement of a piece nobody knows that a word which is no verb stands where one should.
        let placed = placed.filter(|(at, what)| *at < to && !what.starts_with("Unknown"));
        let placed = placed.map(|(at, what)| format!("{at}: {what}"));
        let outline = self.outline.iter().filter(|(first, ..)| *first < line);
        let outline = outline.map(|(first, last, what)| format!("{first}-{} {what}", last.min(&line)));
        masked.into_iter().chain(placed).chain(outline).collect()
    }

    fn add(&mut self, structure: &Structure, base: usize) {
        let place = |at: u32| base + at as usize;
        for (number, part) in (0..).zip(&structure.parts) {
            let targets = structure.targets_of(number).iter();
            let targets: Vec<String> =
                targets.map(|t| format!("{:?} {}@{}", t.role, structure.text(t.name), place(t.at))).collect();
            let named = part.name.map(|n| (structure.text(n), place(part.name_at)));
            self.parts.push((
                place(part.start),
                format!(
                    "{:?} {:?} {} {} -{} {named:?} {targets:?}",
                    part.kind,
                    part.detail,
                    part.level,
                    part.debug,
                    place(part.end)
                ),
            ));
        }
        for s in &structure.statements {
            let verb = s.verb.map(|v| structure.text(v));
            self.statements
                .push((place(s.start), format!("{:?} {verb:?} {} -{}", s.kind, s.debug, place(s.end))));
        }
        for f in &structure.faults {
            self.faults.push((place(f.start), format!("{:?} -{}", f.kind, place(f.end))));
        }
    }
}

fn place(at: ByteOffset) -> usize {
    usize::try_from(at.0).unwrap()
}

fn chunks(text: &[u8], format: SourceFormat, (least, most): (u64, u64)) -> Vec<Chunk> {
    let mut chunker = Chunker::sized(format, least, most);
    chunker.chunk(ByteOffset(0), text);
    chunker.finish()
}

/// What is read of a source in chunks, each in units of this length.
fn read(text: &[u8], chunks: &[Chunk], unit: usize) -> Found {
    let (mut found, mut whole, mut masked) = (Found::default(), Whole::default(), Vec::new());
    for chunk in chunks {
        let piece = &text[place(chunk.start)..place(chunk.end)];
        mask_from(piece, chunk.before.clone(), &mut masked);
        assert_eq!(masked.len(), piece.len());
        let structure = parse_sized(&masked, unit, unit.saturating_mul(2));
        whole.take(piece, &structure);
        found.add(&structure, place(chunk.start));
        found.masked.extend_from_slice(&masked);
    }
    // A chunk has no byte before its first line in which area A could be marked.
    found.masked.iter_mut().filter(|b| **b == mark::LINE_A).for_each(|b| *b = b'\n');
    found.outline = rows(&whole.finish());
    found
}

fn at_once(text: &[u8], format: SourceFormat) -> Found {
    read(text, &chunks(text, format, (u64::MAX / 4, u64::MAX / 2)), usize::MAX / 4)
}

/// Where lines begin before which a sentence has ended, as the tokens of the whole say.
fn clean(text: &[u8], format: SourceFormat) -> Vec<usize> {
    let mut masked = Vec::new();
    mask(text, format, &mut masked);
    let (mut exec, mut pseudo, mut copies) = (false, false, false);
    let (mut last, mut ended) = (0, true);
    let mut places = Vec::new();
    for token in Lexer::new(&masked) {
        let start = token.start as usize;
        let line = text[..start].iter().rposition(|b| *b == b'\n').map_or(0, |feed| feed + 1);
        if matches!(token.kind, TokenKind::Comment | TokenKind::Directive) {
            // A COPY of a listing that is done is one.
            let said = token_text(&masked, &token);
            let copies = [&b"COPY"[..], b"INCLUDE"].iter().any(|w| memchr::memmem::find(&said, w).is_some());
            let copies = copies && !said.contains(&b'+');
            if ended && copies && format.is_listing() && line >= last && token.kind == TokenKind::Directive {
                places.push(line);
            }
            continue;
        }
        if ended && line >= last && matches!(token.kind, TokenKind::Word | TokenKind::Number) {
            places.push(line);
        }
        let word = token_text(&masked, &token).to_ascii_uppercase();
        exec = (exec || word == b"EXEC") && word != b"END-EXEC";
        pseudo ^= token.kind == TokenKind::Pseudo;
        copies |= word == b"COPY" || word == b"INCLUDE";
        let period = token.kind == TokenKind::Period && !exec && !pseudo;
        // What a listing shows behind a COPY says whether it is done.
        ended = period && !(copies && format.is_listing());
        copies &= !period;
        last = token.end as usize;
    }
    places
}

/// A place in the window of a chunk that would have been between sentences.
fn might_be_clean(text: &[u8], clean: &[usize], chunk: &Chunk, (least, most): (u64, u64)) -> Option<usize> {
    let window = place(chunk.start) + usize::try_from(least).unwrap() + 1
        ..=place(chunk.start) + usize::try_from(most).unwrap();
    // Whether a sentence ends with a line that goes on with another one is not always seen, and debugging lines are not asked.
    let goes_on = |at: usize| {
        memchr::memmem::find(&text[at.saturating_sub(1_500)..at], b"-    ").is_some()
            || text[at..].trim_ascii_start().starts_with(b">>D")
    };
    clean.iter().copied().find(|at| window.contains(at) && !goes_on(*at))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cuts_between_sentences_change_nothing(
        picked in picks(1..60), style in styles(), most in 60u64..3_000, unit in 1usize..2_000,
    ) {
        let (text, format) = source(&picked, style);
        let sizes = (most / 3, most);
        let (clean, cut) = (clean(&text, format), chunks(&text, format, sizes));
        let mut torn = false;
        for chunk in cut.iter().rev().skip(1).rev() {
            let end = place(chunk.end);
            if clean.binary_search(&end).is_err() {
                torn = true;
                let better = might_be_clean(&text, &clean, chunk, sizes);
                let line = |at: usize| String::from_utf8_lossy(&text[at..]).lines().next().unwrap_or_default().to_owned();
                prop_assert!(better.is_none(), "cut before line {} and not {:?} of\n{}", line(end), better.map(line), String::from_utf8_lossy(&text[place(chunk.start)..(end + 300).min(text.len())]));
            }
        }
        let whole = at_once(&text, format);
        let keeps = |(before, after): (&u8, &u8)| *before != b'\n' || matches!(*after, b'\n' | mark::GLUE);
        prop_assert!(text.iter().zip(&whole.masked).all(keeps), "{}", String::from_utf8_lossy(&text));
        if !torn {
            let cuts: Vec<u64> = cut.iter().map(|c| c.start.0).collect();
            // A sentence that is torn may go on with anything.
            let to = if style.torn > 0 { clean.last().copied().unwrap_or(0) } else { text.len() };
            let line = memchr::memchr_iter(b'\n', &text[..to]).count() as u64 + 1 + u64::from(style.torn == 0);
            prop_assert_eq!(differences(&read(&text, &cut, unit), &whole, to, line), Vec::<String>::new(), "cut at {:?}\n{}", cuts, String::from_utf8_lossy(&text));
        }
    }
}

/// From where to where a cut in a sentence may be felt: from the start of that to the second header or record behind the next
/// one, because what is left of it may look like a statement, and where statements are no entry is looked for.
fn felt(clean: &[usize], whole: &Found, cut: usize, end: usize) -> Range<usize> {
    let next = clean.partition_point(|at| *at <= cut);
    let from = next.checked_sub(1).and_then(|last| clean.get(last)).copied().unwrap_or(0);
    let next = clean.get(next).copied().unwrap_or(end);
    let heads = ["Division", "Section", "Paragraph", "Data None 1 ", "Data None 77 "];
    let is_head = |(at, what): &&(usize, String)| *at > next && heads.iter().any(|h| what.starts_with(h));
    from..whole.parts.iter().filter(is_head).nth(1).map_or(end, |(at, _)| *at)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// A cut for size only: in a literal, in a block, in the heading of a page, in the middle of a line.
    #[test]
    fn a_cut_inside_a_sentence_costs_that_sentence_at_most(
        picked in picks(1..60), style in styles(), most in 150u64..600,
    ) {
        let (text, format) = source(&picked, style);
        let (clean, cut) = (clean(&text, format), chunks(&text, format, (most / 3, most)));
        let ends = cut.iter().map(|c| place(c.end)).filter(|end| clean.binary_search(end).is_err());
        let (mut pieces, mut whole) = (read(&text, &cut, usize::MAX / 4), at_once(&text, format));
        let felt: Vec<Range<usize>> = ends.map(|end| felt(&clean, &whole, end, text.len())).collect();
        let is_felt = |at: usize| felt.iter().any(|range| range.contains(&at));
        for found in [&mut pieces, &mut whole] {
            for list in [&mut found.parts, &mut found.statements, &mut found.faults] {
                list.retain(|(at, _)| !is_felt(*at));
            }
            found.outline.clear();
            for at in felt.iter().flat_map(Clone::clone) {
                found.masked[at] = b' ';
            }
        }
        let cuts: Vec<u64> = cut.iter().map(|c| c.start.0).collect();
        prop_assert_eq!(differences(&pieces, &whole, text.len(), 1), Vec::<String>::new(), "cut at {:?}, felt {:?}\n{}", cuts, felt, String::from_utf8_lossy(&text));
    }

    /// What comes in pieces of any size is cut in the same places and has the same outline.
    #[test]
    fn pieces_that_are_read_change_nothing(
        picked in picks(1..40), style in styles(), most in 60u64..1_500, piece in 1usize..300, statements in any::<bool>(),
    ) {
        let (text, format) = source(&picked, style);
        let new = || if statements { Scanner::new(format).with_statements() } else { Scanner::new(format) };
        let (mut chunker, mut scanner, mut whole) = (Chunker::sized(format, most / 3, most), new(), new());
        whole.chunk(ByteOffset(0), &text);
        for part in text.chunks(piece) {
            chunker.chunk(ByteOffset(0), part);
            scanner.chunk(ByteOffset(0), part);
        }
        for (one, other) in chunker.finish().iter().zip(&chunks(&text, format, (most / 3, most))) {
            prop_assert_eq!(one, other, "{}", String::from_utf8_lossy(&text));
        }
        prop_assert_eq!(rows(&scanner.finish()), rows(&whole.finish()));
    }

    /// Storage and names are read in pieces of their own.
    #[test]
    fn storage_and_names_do_not_depend_on_pieces(
        picked in picks(1..60), style in styles(), size in 40usize..2_000,
    ) {
        let (text, format) = source(&picked, style);
        let read = |[piece, long, longest]: [usize; 3]| {
            let (mut records, mut units) = (Vec::new(), Vec::new());
            let mut extract = Extract::sized(format, [piece, long, longest], |record: Record| records.push(record));
            let mut collector = Collector::sized(format, Want::All, (piece, longest), |unit: Unit| units.push(unit));
            for part in text.chunks(size / 3) {
                extract.chunk(ByteOffset(0), part);
                collector.chunk(ByteOffset(0), part);
            }
            let problems = extract.finish();
            collector.finish();
            let names: Vec<String> =
                units.iter().map(|u| format!("{:?}\n{:?}", u.definitions(), u.resolved())).collect();
            (format!("{records:?}\n{problems:?}"), names)
        };
        let huge = usize::MAX / 4;
        let (pieces, whole) = (read([size, huge, huge]), read([huge; 3]));
        prop_assert_eq!(&pieces.0, &whole.0, "{}", String::from_utf8_lossy(&text));
        prop_assert_eq!(&pieces.1, &whole.1, "{}", String::from_utf8_lossy(&text));
    }

    /// A line that is put in changes the chunks around it.
    #[test]
    fn cuts_follow_from_the_text(picked in picks(300..400), style in styles(), at in any::<proptest::sample::Index>()) {
        let style = Style { torn: 0, ..style };
        let (text, format) = source(&picked, style);
        let feeds: Vec<usize> = memchr::memchr_iter(b'\n', &text[..text.len() / 4]).collect();
        prop_assume!(!feeds.is_empty());
        let at = feeds[at.index(feeds.len())] + 1;
        let new: &[u8] = if style.format == Written::Free { b"*> a line\n" } else { b"      * A LINE\n" };
        let changed = [&text[..at], new, &text[at..]].concat();
        let sizes = (700, 2_100);
        let of = |text: &[u8]| -> Vec<Vec<u8>> {
            chunks(text, format, sizes).iter().map(|c| text[place(c.start)..place(c.end)].to_vec()).collect()
        };
        let (before, after) = (of(&text), of(&changed));
        let news = after.iter().filter(|c| !before.contains(c)).count();
        prop_assert!(news <= 20, "{news} of {}", after.len());
    }

    /// The context of any line follows from the lines before it, from any line on that is outside blocks.
    #[test]
    fn colours_do_not_depend_on_where_reading_begins(picked in picks(1..25), style in styles(), at in any::<proptest::sample::Index>()) {
        let (text, format) = source(&picked, style);
        let mut lines: Vec<(usize, LineContext)> = Vec::new();
        let (mut context, mut spans, mut begin) = (LineContext { format, ..LineContext::default() }, Vec::new(), 0);
        let mut colours = Vec::new();
        for line in text.split_inclusive(|b| *b == b'\n') {
            lines.push((begin, context));
            context = highlight(line.trim_ascii_end(), context, &mut spans);
            colours.push(spans.clone());
            begin += line.len();
        }
        let outside: Vec<usize> = (0..lines.len()).filter(|n| !lines[*n].1.in_exec && !lines[*n].1.in_picture).collect();
        prop_assume!(!outside.is_empty());
        let from = outside[at.index(outside.len())];
        let like = |a: SourceFormat, b: SourceFormat| a.is_free() == b.is_free() && a.is_listing() == b.is_listing();
        for (number, (begin, wanted)) in lines.iter().enumerate().skip(from) {
            // Not from before a directive that changes the format: where that is the outline knows.
            let same = lines[from..=number].iter().rev().take_while(|(_, c)| like(c.format, wanted.format));
            let first = lines[number + 1 - same.count()];
            let context = context_after(&text[first.0..*begin], first.1.format);
            let line = text[*begin..].split_inclusive(|b| *b == b'\n').next().unwrap_or_default();
            highlight(line.trim_ascii_end(), context, &mut spans);
            prop_assert_eq!(&spans, &colours[number], "line {} from {} of\n{}", number + 1, from + 1, String::from_utf8_lossy(&text));
        }
    }
}

/// What one of two readings has and the other has not.
fn differences(left: &Found, right: &Found, to: usize, line: u64) -> Vec<String> {
    let (left, right) = (left.lines(to, line), right.lines(to, line));
    let only = |mark: char, a: &[String], b: &[String]| -> Vec<String> {
        a.iter().filter(|line| !b.contains(line)).map(|line| format!("{mark} {line}")).collect()
    };
    let mut all = only('+', &left, &right);
    all.extend(only('-', &right, &left));
    if all.is_empty() && left != right {
        all.push("the order".to_owned());
    }
    all
}

/// What a piece does not know is its division: a word that is no verb is told as odd behind a statement only.
#[test]
fn a_piece_knows_its_division_by_its_first_statement() {
    let faults = |text: &str| at_once(text.as_bytes(), SourceFormat::Fixed).faults.len();
    let frob = "           FROB A.\n";
    assert_eq!(faults(&format!("       PROCEDURE DIVISION.\n{frob}")), 1);
    assert_eq!(faults(frob), 0);
    assert_eq!(faults(&format!("           MOVE A TO B.\n{frob}")), 1);
    assert_eq!(faults(&format!("       PARA-ONE.\n{frob}")), 1);
}
