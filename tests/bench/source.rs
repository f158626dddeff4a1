//! Reading of sources beside the least that can be done: reading the bytes and counting the line feeds in them.
//! The first benchmark is that floor; the others are to be read as ratios to it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

use divan::Bencher;
use divan::counter::BytesCount;
use greenbar::base::meter::no_meter;
use greenbar::base::{Budget, ByteOffset, LineNo};
use greenbar::code::{LineContext, Scanner, SourceFormat, highlight};
use greenbar::source::encoding::{Encoding, Transcriber, detect};
use greenbar::source::{Anchor, Direction, Needle, NeedleKind, NeedleSpec, PageRequest, SourceFile};
use std::io::{BufWriter, Write as _};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::LazyLock;

const SIZE: usize = 64 << 20;

/// A source of fixed format, the same each time, with one `NEEDLE` at its end.
static INPUT: LazyLock<tempfile::NamedTempFile> = LazyLock::new(|| {
    let memory = Path::new("/dev/shm");
    let file = if memory.is_dir() {
        tempfile::NamedTempFile::new_in(memory)
    } else {
        tempfile::NamedTempFile::new()
    };
    let file = file.unwrap();
    let mut out = BufWriter::new(&file);
    let mut put =
        |n: usize, text: &str| writeln!(out, "{:06} {text:<65}CHG{:05}", n % 1_000_000, n % 977).unwrap();
    for n in 0..SIZE / 81 - 1 {
        match n % 4000 {
            0 => put(n, "IDENTIFICATION DIVISION."),
            1 => put(n, &format!("PROGRAM-ID. PAYR{:04}.", n / 4000)),
            2 => put(n, "DATA DIVISION."),
            3 => put(n, "WORKING-STORAGE SECTION."),
            4..900 if n % 12 == 0 => put(n, &format!("01  WS-RECORD-{n}.")),
            4..900 => put(n, &format!("    05  WS-FIELD-{n}          PIC S9(7)V99 COMP-3.")),
            900 => put(n, "PROCEDURE DIVISION."),
            _ if n % 15 == 0 => put(n, &format!("{n}-CALC-NET.")),
            _ if n % 15 == 7 => put(n, "    IF WS-NET < ZERO"),
            _ if n % 15 == 8 => put(n, "        PERFORM 9100-NEGATIVE-NET"),
            _ if n % 15 == 9 => put(n, "    END-IF"),
            _ => put(n, &format!("    MOVE WS-FIELD-{} TO WS-FIELD-{}", n / 3, n / 7)),
        }
    }
    put(0, "    DISPLAY 'NEEDLE'.");
    out.flush().unwrap();
    drop(out);
    file
});

fn input() -> SourceFile {
    SourceFile::open(INPUT.path(), no_meter()).unwrap()
}

fn scanned() -> SourceFile {
    let file = input();
    file.scan(&mut [], &Budget::unlimited(), &mut |_| {}).unwrap();
    file
}

fn main() {
    divan::main();
}

#[divan::bench]
fn floor_count_line_feeds(bencher: Bencher) {
    let file = INPUT.reopen().unwrap();
    bencher.counter(BytesCount::new(SIZE)).bench_local(|| {
        let mut buf = vec![0; 256 << 10];
        let (mut at, mut feeds) = (0, 0);
        loop {
            let n = file.read_at(&mut buf, at).unwrap();
            if n == 0 {
                break feeds;
            }
            feeds += memchr::memchr_iter(b'\n', &buf[..n]).count();
            at += n as u64;
        }
    });
}

#[divan::bench]
fn index(bencher: Bencher) {
    LazyLock::force(&INPUT);
    bencher.counter(BytesCount::new(SIZE)).bench_local(scanned);
}

#[divan::bench]
fn index_and_outline(bencher: Bencher) {
    LazyLock::force(&INPUT);
    bencher.counter(BytesCount::new(SIZE)).bench_local(|| {
        let mut scanner = Scanner::new(SourceFormat::Fixed);
        input().scan(&mut [&mut scanner], &Budget::unlimited(), &mut |_| {}).unwrap();
        scanner.finish()
    });
}

#[divan::bench(args = ["literal", "any_case", "expression"])]
fn find_to_the_end(bencher: Bencher, kind: &str) {
    let file = scanned();
    let (text, kind, ignore_case) = match kind {
        "literal" => ("NEEDLE", NeedleKind::Literal, false),
        "any_case" => ("needle", NeedleKind::Literal, true),
        _ => ("'NE+DLE'", NeedleKind::Regex, false),
    };
    let needle =
        Needle::new(&NeedleSpec { text: text.into(), kind, ignore_case, ..NeedleSpec::default() }).unwrap();
    bencher.counter(BytesCount::new(SIZE)).bench_local(|| {
        file.find_next(&needle, ByteOffset(0), Direction::Forward, &Budget::unlimited(), &mut |_| {})
            .unwrap()
            .unwrap()
    });
}

#[divan::bench]
fn count_all_matches(bencher: Bencher) {
    let file = scanned();
    let needle = Needle::new(&NeedleSpec { text: "MOVE".into(), ..NeedleSpec::default() }).unwrap();
    bencher
        .counter(BytesCount::new(SIZE))
        .bench_local(|| file.count_all(&needle, &Budget::unlimited(), &mut |_| {}).unwrap());
}

#[divan::bench]
fn open_and_first_page(bencher: Bencher) {
    LazyLock::force(&INPUT);
    let first = PageRequest::at(Anchor::Line(LineNo::FIRST), 50);
    bencher.bench_local(|| input().page(&first, &Budget::unlimited()).unwrap());
}

#[divan::bench]
fn page_of_an_indexed_line(bencher: Bencher) {
    let file = scanned();
    let mut line = 1;
    bencher.bench_local(|| {
        line = (line + 7919 * 31) % 800_000;
        file.page(&PageRequest::at(Anchor::Line(LineNo::new(line)), 50), &Budget::unlimited()).unwrap()
    });
}

#[divan::bench]
fn highlight_a_page(bencher: Bencher) {
    let page = input().page(&PageRequest::at(Anchor::Percent(50), 49), &Budget::unlimited()).unwrap();
    let mut spans = Vec::new();
    bencher.bench_local(|| {
        for line in &page.lines {
            highlight(&line.text, LineContext::default(), &mut spans);
        }
    });
}

#[divan::bench]
fn breadcrumb(bencher: Bencher) {
    let mut scanner = Scanner::new(SourceFormat::Fixed);
    input().scan(&mut [&mut scanner], &Budget::unlimited(), &mut |_| {}).unwrap();
    let outline = scanner.finish();
    bencher.bench_local(|| outline.path_at(LineNo::new(612_345)));
}

/// Records of text in memory, to what the parser reads: without the reading of the file.
#[divan::bench(args = [Encoding::Cp1047, Encoding::Cp939])]
fn transcribe(bencher: Bencher, encoding: Encoding) {
    let line =
        if encoding.has_shifts() { "MOVE '給与計算' TO WS-TITLE." } else { "MOVE WS-GROSS TO WS-NET." };
    let records = encoding.encode(&format!("{:7}{line:<65}", "")).unwrap().repeat(1 << 16);
    let transcriber = Transcriber::new(encoding, None);
    let mut out = Vec::with_capacity(records.len());
    bencher.counter(BytesCount::new(records.len())).bench_local(|| {
        out.clear();
        transcriber.append(&records, &mut out);
        out.len()
    });
}

/// The guess which encoding 256 KiB of samples have.
#[divan::bench]
fn guess_the_encoding(bencher: Bencher) {
    let text = "       MOVE WS-GROSS TO WS-NET.     * Prüfung der Löhne ".repeat(8192);
    let bytes = Encoding::Cp273.encode(&text).unwrap();
    let samples: Vec<&[u8]> = bytes.chunks(16 << 10).take(16).collect();
    bencher.counter(BytesCount::new(256_usize << 10)).bench_local(|| detect(&samples));
}
