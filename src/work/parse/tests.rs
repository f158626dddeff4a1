use super::*;
use crate::base::ByteOffset;
use crate::base::meter::no_meter;
use crate::code::{SourceFormat, SymbolKind};
use std::io::Write;

/// Programs one after the other, some three megabytes, with one sentence that is none in program `odd`.
fn source(programs: usize, odd: usize) -> Vec<u8> {
    let mut text = Vec::new();
    for n in 0..programs {
        let mut put = |line: &str| writeln!(text, "       {line}").unwrap();
        put("IDENTIFICATION DIVISION.");
        put(&format!("PROGRAM-ID. P{n:05}."));
        put("DATA DIVISION.");
        put("WORKING-STORAGE SECTION.");
        put(&format!("01  R-{n}."));
        (0..20).for_each(|i| put(&format!("    05  F-{n}-{i} PIC X(10).")));
        put("PROCEDURE DIVISION.");
        for i in 0..30 {
            put(&format!("A-{n}-{i}."));
            put(&format!("    MOVE F-{n}-1 TO F-{n}-2."));
            put(&format!("    PERFORM A-{n}-{i}."));
        }
        if n == odd {
            put("    FROBNICATE EVERYTHING.");
        }
        put(&format!("END PROGRAM P{n:05}."));
    }
    text
}

fn facts(text: &[u8]) -> FileFacts {
    FileFacts {
        size: text.len() as u64,
        text: crate::source::Detected::default(),
        format: SourceFormat::Fixed,
        confidence: 99,
    }
}

fn open(folder: &tempfile::TempDir, text: &[u8]) -> SourceFile {
    let path = folder.path().join("P.cbl");
    std::fs::write(&path, text).unwrap();
    SourceFile::open(&path, no_meter()).unwrap()
}

#[test]
fn an_edited_file_is_parsed_where_it_changed_only() {
    let folder = tempfile::tempdir().unwrap();
    let cache = crate::work::kept::cache_in(folder.path());
    let kept = Kept::new(&cache, 2_000_000_000);
    let run = |text: &[u8], at: u64| {
        let file = open(&folder, text);
        pass((&file, &facts(text)), at, &kept, &*no_meter(), &Budget::unlimited(), &mut |_| {}).unwrap()
    };
    let text = source(1_200, 700);
    let first = run(&text, 0);
    assert_eq!((first.done, first.total, first.known), (text.len() as u64, text.len() as u64, 0));
    assert_eq!(first.problems.len(), 1);
    let at = usize::try_from(first.problems[0].offset).unwrap();
    assert!(text[at..].starts_with(b"FROBNICATE"));
    // The same bytes again, from another place: all of it is known.
    let again = run(&text, text.len() as u64 / 2);
    assert_eq!((again.known, &again.problems), (again.total, &first.problems));
    // A line more near the top: what follows the next cut is known.
    let mut edited = text.clone();
    edited.splice(0..0, *b"      * ONE MORE LINE\n");
    let third = run(&edited, 0);
    assert!(third.known >= third.total / 2 && third.known < third.total, "{third:?}");
    assert_eq!(third.problems[0].offset, first.problems[0].offset + 22);
}

#[test]
fn what_is_looked_at_comes_first() {
    let chunk = |n: u64| Chunk {
        start: ByteOffset(n * 10),
        end: ByteOffset(n * 10 + 10),
        before: SourceFormat::Fixed.into(),
    };
    let chunks: Vec<Chunk> = (0..5).map(chunk).collect();
    let order = |at| outwards(&chunks, at).map(|c| c.start.0 / 10).collect::<Vec<_>>();
    assert_eq!(order(0), [0, 1, 2, 3, 4]);
    assert_eq!(order(25), [2, 1, 3, 0, 4]);
    assert_eq!(order(999), [4, 3, 2, 1, 0]);
    assert_eq!(outwards(&[], 5).count(), 0);
}

#[test]
fn the_whole_outline_has_every_kind_in_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let text = source(1_000, 1);
    let file = open(&folder, &text);
    let (outline, _) =
        whole_outline(&file, &facts(&text), &*no_meter(), &Budget::unlimited(), &mut |_| {}).unwrap();
    assert_eq!(outline.lines, memchr::memchr_iter(b'\n', &text).count() as u64);
    let all = outline.window(0, outline.len());
    let count = |kind| all.iter().filter(|s| s.kind == kind).count();
    assert_eq!(count(SymbolKind::Program), 1_000);
    assert_eq!(count(SymbolKind::Data), 21_000);
    assert_eq!((count(SymbolKind::Paragraph), count(SymbolKind::Perform)), (30_000, 30_000));
    let lines: Vec<&[u8]> = text.split(|b| *b == b'\n').collect();
    for (at, symbol) in all.iter().enumerate() {
        let line = lines[usize::try_from(symbol.line.index()).unwrap()];
        assert!(String::from_utf8_lossy(line).contains(&symbol.name), "{symbol:?}");
        if let Some(parent) = symbol.parent.map(|p| &all[p as usize]) {
            assert!(
                (parent.line.get() <= symbol.line.get() || parent.kind == SymbolKind::Program),
                "{symbol:?}"
            );
            assert!(parent.end_line >= symbol.end_line, "{at} {symbol:?} in {parent:?}");
        }
    }
    let field = all.iter().find(|s| s.name == "F-77-3").unwrap();
    assert_eq!((field.level, field.depth, all[field.parent.unwrap() as usize].name.as_str()), (5, 4, "R-77"));
}
