//! The parse and what is kept of it beside the least that can be done: reading the bytes and counting the line feeds in
//! them, which is the first benchmark; the others are to be read as ratios to it.
//!
//! `GREENBAR_BENCH=file` takes that file (of fixed format) instead of a generated one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    missing_docs
)]

use divan::Bencher;
use divan::counter::BytesCount;
use greenbar::base::{Budget, ByteOffset, Env, Gen, Paths};
use greenbar::code::chunk::Chunker;
use greenbar::code::parse::parse;
use greenbar::code::{LineContext, REACH, Scanner, SourceFormat, context_after, highlight, mask, mask_from};
use greenbar::config::{Config, LoadInputs};
use greenbar::metrics::Registry;
use greenbar::source::ChunkSink;
use greenbar::work::{Carrier, Desk, FileId, Request, Slot, Ticket};
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Instant;

const SIZE: usize = 16 << 20;

/// Programs of all that programs are made of, the same each time.
static TEXT: LazyLock<Vec<u8>> = LazyLock::new(|| {
    if let Some(file) = std::env::var_os("GREENBAR_BENCH") {
        return std::fs::read(file).expect("the file of GREENBAR_BENCH");
    }
    let mut text = String::new();
    let mut n = 0;
    while text.len() < SIZE {
        n += 1;
        let mut put =
            |line: &str| writeln!(text, "{:06} {line:<65}PAY{:05}", n % 1_000_000, n % 977).unwrap();
        put("IDENTIFICATION DIVISION.");
        put(&format!("PROGRAM-ID. PAYR{:04}.", n % 10_000));
        put("DATA DIVISION.");
        put("WORKING-STORAGE SECTION.");
        for i in 0..60 {
            put(&format!("01  WS-RECORD-{n}-{i}."));
            put(&format!("    05  WS-AMOUNT-{i}           PIC S9(7)V99 COMP-3 VALUE ZERO."));
            put(&format!("    05  WS-NAME-{i}             PIC X(30)."));
            put(&format!("        88  WS-IS-{i}           VALUE 'A' 'B'."));
        }
        put("PROCEDURE DIVISION.");
        for i in 0..150 {
            put(&format!("{i:04}-CALCULATE."));
            put(&format!("    COMPUTE WS-AMOUNT-{i} ROUNDED = WS-AMOUNT-{} * 1.5", i / 2));
            put(&format!("    IF WS-IS-{} AND WS-AMOUNT-{i} > 100.00", i % 60));
            put(&format!("        MOVE 'TEXT OF {i}' TO WS-NAME-{}", i % 60));
            put(&format!("        PERFORM {:04}-CALCULATE THRU {:04}-CALCULATE", i / 3, i / 2));
            put("    END-IF");
            put("    EXEC SQL SELECT AMOUNT INTO :WS-AMOUNT-1");
            put("        FROM PAY WHERE ID = :WS-NAME-1 END-EXEC");
            put(&format!("    CALL 'PAYS{i:04}' USING WS-RECORD-{n}-1."));
        }
        put(&format!("END PROGRAM PAYR{:04}.", n % 10_000));
    }
    text.into_bytes()
});

/// The masked text of each chunk.
static MASKED: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let mut chunker = Chunker::new(SourceFormat::Fixed);
    chunker.chunk(ByteOffset(0), &TEXT);
    chunker.end(ByteOffset(TEXT.len() as u64));
    let of = |c: greenbar::code::chunk::Chunk| {
        let mut out = Vec::new();
        mask_from(&TEXT[c.start.0 as usize..c.end.0 as usize], c.before, &mut out);
        out
    };
    chunker.finish().into_iter().map(of).collect()
});

fn main() {
    divan::main();
}

#[divan::bench]
fn floor_count_line_feeds(bencher: Bencher) {
    let text = &*TEXT;
    bencher.counter(BytesCount::new(text.len())).bench_local(|| memchr::memchr_iter(b'\n', text).count());
}

#[divan::bench]
fn outline_pass(bencher: Bencher) {
    let text = &*TEXT;
    bencher.counter(BytesCount::new(text.len())).bench_local(|| Scanner::outline(text, SourceFormat::Fixed));
}

/// What `greenbar outline` does of a large file: the same with CALL, PERFORM, GO TO and EXEC.
#[divan::bench]
fn outline_pass_with_statements(bencher: Bencher) {
    let text = &*TEXT;
    bencher.counter(BytesCount::new(text.len())).bench_local(|| {
        let mut scanner = Scanner::new(SourceFormat::Fixed).with_statements();
        scanner.chunk(ByteOffset(0), text);
        scanner.finish()
    });
}

/// What a pass over a file is to be measured by: reading it out of the page cache in blocks, and counting the line feeds.
#[divan::bench]
fn floor_read_and_count_line_feeds(bencher: Bencher) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("P.cbl");
    std::fs::write(&path, &*TEXT).unwrap();
    let mut block = vec![0; 1 << 20];
    bencher.counter(BytesCount::new(TEXT.len())).bench_local(|| {
        let mut file = std::fs::File::open(&path).unwrap();
        let mut lines = 0;
        loop {
            match std::io::Read::read(&mut file, &mut block).unwrap() {
                0 => return lines,
                read => lines += memchr::memchr_iter(b'\n', &block[..read]).count(),
            }
        }
    });
}

#[divan::bench]
fn cut_into_chunks(bencher: Bencher) {
    let text = &*TEXT;
    bencher.counter(BytesCount::new(text.len())).bench_local(|| {
        let mut chunker = Chunker::new(SourceFormat::Fixed);
        chunker.chunk(ByteOffset(0), text);
        chunker.end(ByteOffset(text.len() as u64));
        chunker.finish().len()
    });
}

#[divan::bench]
fn mask_all(bencher: Bencher) {
    let text = &*TEXT;
    let mut out = Vec::new();
    bencher.counter(BytesCount::new(text.len())).bench_local(|| {
        out.clear();
        mask(text, SourceFormat::Fixed, &mut out);
        out.len()
    });
}

/// Trees and structures of what is masked.
#[divan::bench(sample_count = 5)]
fn parse_pass(bencher: Bencher) {
    let (text, masked) = (&*TEXT, &*MASKED);
    bencher.counter(BytesCount::new(text.len())).bench_local(|| {
        masked.iter().map(|m| parse(m, &Budget::unlimited()).unwrap().parts.len()).sum::<usize>()
    });
}

/// What is asked before any page is coloured, and the colouring of it.
#[divan::bench]
fn context_and_colours_of_a_page(bencher: Bencher) {
    let text = &*TEXT;
    let feeds: Vec<usize> = memchr::memchr_iter(b'\n', text).collect();
    let mut spans = Vec::new();
    let mut n = 1000;
    bencher.bench_local(|| {
        n = (n + 7919) % (feeds.len() - 100);
        let at = feeds[n] + 1;
        let from = at.saturating_sub(REACH);
        let from = text[from..].iter().position(|b| *b == b'\n').map_or(at, |f| from + f + 1);
        let mut context: LineContext = context_after(&text[from..at], SourceFormat::Fixed);
        for line in text[at..].split(|b| *b == b'\n').take(50) {
            context = highlight(line, context, &mut spans);
        }
        context
    });
}

/// What a desk does with a file that it has seen before: its outline is there, and what its structures said.
struct Reopened {
    desk: Desk,
    _folder: tempfile::TempDir,
    path: String,
}

static SEEN: LazyLock<Mutex<Reopened>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("P.cbl");
    std::fs::write(&path, &*TEXT).unwrap();
    // A file that is still warm from being written is not taken for one that stays.
    std::thread::sleep(std::time::Duration::from_secs(3));
    let env = Env { paths: Paths::under(folder.path()), ..Env::system(Some(folder.path())) };
    let inputs = LoadInputs { system_file: None, ..LoadInputs::new(&env) };
    let loaded = Config::load(&inputs);
    let registry = Arc::new(Registry::new(Arc::clone(&env.clock), &loaded.config.performance.monitoring));
    let desk = Desk::new(env, (inputs, loaded), registry, |envelope| assert!(envelope.reply.is_ok()));
    let seen = Reopened { desk, _folder: folder, path: path.to_str().unwrap().to_owned() };
    seen.ask(Slot::Store, Request::OpenStore);
    for request in seen.requests() {
        seen.ask(Slot::Open(FileId(1)), request);
    }
    Mutex::new(seen)
});

impl Reopened {
    fn ask(&self, slot: Slot, request: Request) {
        let ticket = Ticket { slot, generation: Gen(1), started: Instant::now() };
        self.desk.carry(&ticket, request, &Budget::unlimited());
    }

    /// Opening, the scan, and the parse.
    fn requests(&self) -> [Request; 3] {
        let file = FileId(1);
        let page = greenbar::source::PageRequest::at(greenbar::source::Anchor::Percent(0), 50);
        [
            Request::OpenFile {
                file,
                path: self.path.clone(),
                wanted: greenbar::source::Wanted::default(),
                page,
            },
            Request::Scan { file },
            Request::Parse { file, at: 0 },
        ]
    }
}

#[divan::bench(args = ["outline", "outline_and_parse"], sample_count = 10)]
fn reopen(bencher: Bencher, what: &str) {
    let seen = SEEN.lock().unwrap();
    let [open, scan, parse] = seen.requests();
    let size = TEXT.len();
    bencher.counter(BytesCount::new(size)).bench_local(|| {
        seen.ask(Slot::Open(FileId(1)), open.clone());
        seen.ask(Slot::Scan(FileId(1)), scan.clone());
        if what == "outline_and_parse" {
            seen.ask(Slot::Parse(FileId(1)), parse.clone());
        }
    });
}
