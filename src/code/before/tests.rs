//! A text that is read in pieces beside the same text read at once.

use super::*;
use crate::base::{Budget, ByteOffset};
use crate::code::chunk::Chunker;
use crate::code::data::{Extract, Record};
use crate::code::xref::{Collector, Unit, Want};
use crate::code::{Outline, Scanner, Whole, mask, mask::mark, mask_from, parse};
use crate::source::ChunkSink;
use proptest::prelude::*;

/// The masked form of a text that is cut into pieces of at most `most` bytes, and its outline.
fn in_pieces(text: &[u8], format: SourceFormat, most: u64) -> (Vec<u8>, Outline) {
    let mut chunker = Chunker::sized(format, most / 3, most);
    for part in text.chunks(37) {
        chunker.chunk(ByteOffset(0), part);
    }
    let (mut masked, mut all, mut whole) = (Vec::new(), Vec::new(), Whole::default());
    for chunk in chunker.finish() {
        let place = |at: ByteOffset| usize::try_from(at.0).unwrap();
        let piece = &text[place(chunk.start)..place(chunk.end)];
        mask_from(piece, chunk.before.clone(), &mut masked);
        // What is known of a piece from before is asked for with no more than this.
        let mut again = Vec::new();
        mask_from(piece, chunk.before.needed_by(piece), &mut again);
        assert_eq!(masked, again);
        whole.take(piece, &parse::parse(&masked, &Budget::unlimited()).unwrap());
        all.extend_from_slice(&masked);
    }
    // A piece has no byte before its first line in which area A could be marked.
    all.iter_mut().filter(|b| **b == mark::LINE_A).for_each(|b| *b = b'\n');
    (all, whole.finish())
}

fn rows(outline: &Outline) -> Vec<String> {
    let all = outline.window(0, outline.len());
    all.iter().map(|s| format!("{:?} {} {}-{} {}", s.kind, s.name, s.line, s.end_line, s.depth)).collect()
}

/// Lines of code and directives; each line of code ends a sentence, so that a text may be cut behind any.
fn lines() -> impl Strategy<Value = String> {
    const LINES: [&str; 32] = [
        "       PARA-ONE.",
        "000200 PARA-TWO.",
        "           PERFORM PARA-ONE.",
        "           CALL 'SUB'. PERFORM PARA-TWO.",
        "       PROCEDURE DIVISION.",
        "      * A COMMENT.",
        "      *>>END-IF",
        "      D>>ELSE",
        "      />>END-IF",
        "       >>DEFINE A AS 1",
        "       >>DEFINE A 2 OVERRIDE",
        "           >>DEFINE A OFF",
        "       >>DEFINE B AS PARAMETER",
        "       >>IF A = 1",
        ">>IF A = 2",
        "  >>IF B DEFINED",
        "000100 >>IF A NOT DEFINED",
        "\t>>IF A = 1",
        "       >>ELIF A = 2",
        "       >>ELSE",
        "ABC >>ELSE",
        "       >>END-IF",
        "           >>END-IF",
        "       >>EVALUATE A",
        ">>EVALUATE TRUE",
        "       >>WHEN 1",
        "       >>WHEN A = 2",
        "       >>WHEN OTHER",
        "       >>END-EVALUATE",
        "       >>SOURCE FORMAT FREE",
        ">>SOURCE FORMAT FIXED",
        "para-three.",
    ];
    let picked = proptest::collection::vec((0..LINES.len(), any::<bool>()), 1..160);
    (picked, any::<bool>()).prop_map(|(picked, switches)| {
        // What is before code in fixed format is code in free format, and ends no sentence.
        let stays = |line: &str| {
            if switches {
                [">>", "  >>", "       ", "\t", "para"].iter().any(|start| line.starts_with(start))
            } else {
                !line.contains("SOURCE")
            }
        };
        let lines = picked.into_iter().map(|(at, crlf)| (LINES[at], if crlf { "\r\n" } else { "\n" }));
        lines.filter(|(line, _)| stays(line)).map(|(line, end)| line.to_owned() + end).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_cutting_changes_what_is_read(text in lines(), most in 90u64..900) {
        let format = SourceFormat::Fixed;
        let (masked, outline) = in_pieces(text.as_bytes(), format, most);
        let (wanted, whole) = in_pieces(text.as_bytes(), format, u64::MAX / 4);
        prop_assert_eq!(String::from_utf8_lossy(&masked), String::from_utf8_lossy(&wanted));
        prop_assert_eq!(rows(&outline), rows(&whole));
    }
}

/// A program in which a branch that is not read is longer than a chunk, and so is what is read behind it.
fn long() -> String {
    let repeat =
        |count, line: &dyn Fn(usize) -> String| (0..count).fold(String::new(), |text, n| text + &line(n));
    let fill = |name: &str, count| {
        repeat(count, &|n| format!("       {name}-{n}.\n           MOVE {name}-ITEM TO B-ITEM.\n"))
    };
    let items = |name: &str| repeat(40_000, &|n| format!("       01  {name}-{n} PIC X.\n"));
    format!(
        "       >>DEFINE SIDE AS 2\n       ID DIVISION.\n       PROGRAM-ID. P.\n       DATA DIVISION.\n\
        \x20      WORKING-STORAGE SECTION.\n       01  A-ITEM PIC X.\n       01  B-ITEM PIC X.\n       >>IF SIDE = 1\n{}       >>END-IF\n\
        \x20      01  C-ITEM PIC X.\n       PROCEDURE DIVISION.\n{}       >>EVALUATE SIDE\n       >>WHEN 1\n{}       >>WHEN 2\n{}       >>END-EVALUATE\n       LAST-ONE.\n           GOBACK.\n",
        items("OUT"),
        fill("A", 100),
        fill("OUT", 40_000),
        fill("IN", 10_000),
    )
}

#[test]
fn what_is_left_out_may_be_longer_than_any_piece() {
    let text = long();
    let text = text.as_bytes();
    let chunks = Chunker::chunks(text, SourceFormat::Fixed);
    assert!(chunks.len() >= 3);
    let mut whole = Whole::default();
    let mut masked = Vec::new();
    for chunk in chunks {
        let piece = &text[usize::try_from(chunk.start.0).unwrap()..usize::try_from(chunk.end.0).unwrap()];
        mask_from(piece, chunk.before, &mut masked);
        whole.take(piece, &parse::parse(&masked, &Budget::unlimited()).unwrap());
    }
    let (whole, scanned) = (whole.finish(), Scanner::outline(text, SourceFormat::Fixed));
    for outline in [&whole, &scanned] {
        assert!(outline.filter("OUT-", 1).is_empty(), "{:?}", rows(outline).first());
        assert_eq!(outline.filter("IN-", usize::MAX).len(), 10_000);
        assert_eq!(outline.filter("LAST-ONE", 9).len(), 1);
    }
    // Storage and names, which are read in other pieces.
    let mut records: Vec<Record> = Vec::new();
    let mut extract = Extract::new(SourceFormat::Fixed, |record| records.push(record));
    let mut units: Vec<Unit> = Vec::new();
    let mut collector = Collector::new(SourceFormat::Fixed, Want::All, |unit| units.push(unit));
    for part in text.chunks(100_000) {
        extract.chunk(ByteOffset(0), part);
        collector.chunk(ByteOffset(0), part);
    }
    assert_eq!(extract.finish(), []);
    collector.finish();
    let names: Vec<_> = records.iter().map(|r| r.items[0].name()).collect();
    assert_eq!(names, ["A-ITEM", "B-ITEM", "C-ITEM"]);
    assert_eq!(units.len(), 1);
    let labels: Vec<String> = units[0].defined_names().filter(|n| n.contains("-1")).collect();
    assert!(
        labels.iter().any(|n| n == "IN-1") && !labels.iter().any(|n| n.starts_with("OUT-")),
        "{labels:?}"
    );
}

#[test]
fn what_is_kept_of_a_text_without_directives_does_not_depend_on_those_before() {
    let mut before = Before::from(SourceFormat::Fixed);
    mask_from(b"       >>DEFINE A 1\n", before.clone(), &mut Vec::new());
    before.take(b">>DEFINE A 1");
    assert_ne!(before, SourceFormat::Fixed.into());
    assert_eq!(before.needed_by(b"       P.\n"), SourceFormat::Fixed.into());
    assert_eq!(before.needed_by(b"       >>IF A = 1\n"), before);
    before.take(b">>IF A = 2");
    assert_eq!(before.needed_by(b"       P.\n"), before);
    let mut open = Before::from(SourceFormat::Fixed);
    open.take(b">>IF A = 2");
    open.take(b">>END-IF");
    assert_eq!(open, SourceFormat::Fixed.into());
    let mut out = Vec::new();
    assert_eq!(mask(b"       >>DEFINE A 1\n", SourceFormat::Fixed, &mut out), SourceFormat::Fixed);
}
