//! Index, pages and find beside a naive implementation, on random small files with tiny blocks; files that change; disks
//! that fail.

use super::bytes::{Bytes, Shape, Stamp};
use super::needle::Needle;
use super::*;
use crate::base::meter::no_meter;
use crate::base::num::to_usize;
use crate::base::{Budget, ByteOffset, Cancel, Exit, LineNo};
use proptest::prelude::*;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const TINY: Shape = Shape {
    block: 8,
    blocks: 3,
    chunk: 16,
    reach: 64,
    mark_lines: 2,
    mark_bytes: 4,
    mark_gap: 16,
    marks: 6,
    find_line: 1 << 20,
    find_overlap: 32,
};

/// Bytes in memory, with faults.
struct Memory {
    bytes: Vec<u8>,
    /// Reads that touch one of these bytes fail.
    bad: Vec<u64>,
    /// Every so many reads one is interrupted, and every read gives at most `short` bytes.
    interrupt: usize,
    short: usize,
    calls: AtomicUsize,
}

impl Memory {
    fn new(bytes: &[u8]) -> Self {
        Self {
            bytes: bytes.to_vec(),
            bad: vec![],
            interrupt: 0,
            short: usize::MAX,
            calls: AtomicUsize::new(0),
        }
    }

    fn open(self, shape: Shape) -> SourceFile {
        let stamp = self.stamp().unwrap();
        SourceFile::over(Path::new("memory"), Arc::new(self), stamp, lf(), no_meter(), shape)
    }
}

impl Bytes for Memory {
    fn read_at(&self, buf: &mut [u8], at: u64) -> io::Result<usize> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        if self.interrupt > 0 && call.is_multiple_of(self.interrupt) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let rest = self.bytes.get(usize::try_from(at).unwrap()..).unwrap_or_default();
        let n = rest.len().min(buf.len()).min(self.short);
        if self.bad.iter().any(|b| (at..at + n as u64).contains(b)) {
            return Err(io::Error::from_raw_os_error(5));
        }
        buf[..n].copy_from_slice(&rest[..n]);
        Ok(n)
    }

    fn stamp(&self) -> io::Result<Stamp> {
        Ok(Stamp { id: (0, 0), size: self.bytes.len() as u64, written: (0, 0) })
    }
}

/// Records of text in ASCII that a person says.
fn cut(records: Records) -> Wanted {
    Wanted { encoding: Some(encoding::Encoding::Utf8), records: Some(records), ..Wanted::default() }
}

fn lf() -> Wanted {
    cut(Records::default())
}

/// Start, text and ending of each line.
fn part_of(words: bool) -> Part {
    if words { Part::Word } else { Part::Chars }
}

fn naive_lines(bytes: &[u8]) -> Vec<(u64, Vec<u8>, LineEnd)> {
    let mut at = 0;
    let mut out = vec![];
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        let (text, end) = match line {
            [text @ .., b'\r', b'\n'] => (text, LineEnd::CrLf),
            [text @ .., b'\n'] => (text, LineEnd::Lf),
            text => (text, LineEnd::Missing),
        };
        out.push((at, text.to_vec(), end));
        at += line.len() as u64;
    }
    out
}

fn scan(file: &SourceFile) -> ScanEnd {
    file.scan(&mut [], &Budget::unlimited(), &mut |_| {}).unwrap()
}

fn page(file: &SourceFile, request: PageRequest) -> Page {
    file.page(&request, &Budget::unlimited()).unwrap()
}

/// Text with all kinds of line ends, and now and then a line far longer than any block.
fn content() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => Just(b"\n".to_vec()),
        2 => Just(b"\r\n".to_vec()),
        1 => Just(b"\r".to_vec()),
        6 => proptest::collection::vec(prop_oneof![Just(b'a'), Just(b'A'), Just(b'b'), Just(b' '), Just(0), Just(0xe9)], 0..12),
        1 => (0usize..200).prop_map(|n| vec![b'a'; n]),
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|p| p.concat())
}

fn anchors(size: u64) -> impl Strategy<Value = Anchor> {
    prop_oneof![
        (0u64..80).prop_map(|n| Anchor::Line(LineNo::new(n))),
        (0..size + 3).prop_map(|o| Anchor::Offset(ByteOffset(o))),
        Just(Anchor::End),
        (0u8..120).prop_map(Anchor::Percent),
    ]
}

fn check_page(bytes: &[u8], page: &Page, request: &PageRequest, exact: bool) {
    let lines = naive_lines(bytes);
    let Some(anchor) = page.lines.get(page.anchor) else {
        assert!(lines.is_empty() && page.at_top && page.at_bottom);
        return;
    };
    if exact {
        let at = match request.anchor {
            Anchor::Line(n) => to_usize(n.index()).min(lines.len() - 1),
            Anchor::End => lines.len() - 1,
            Anchor::Offset(o) => lines.partition_point(|l| l.0 <= o.0) - 1,
            Anchor::Percent(p) => {
                lines.partition_point(|l| l.0 <= bytes.len() as u64 * u64::from(p) / 100) - 1
            }
        };
        assert_eq!(anchor.start.0, lines[at].0, "{request:?}");
        let before = at.min(request.before as usize);
        let after = (lines.len() - 1 - at).min(request.after as usize);
        assert_eq!((page.anchor, page.lines.len()), (before, before + 1 + after));
        assert_eq!(page.total_lines, Some(lines.len() as u64));
        assert_eq!(page.at_top, at - before == 0);
        assert_eq!(page.at_bottom, at + after + 1 == lines.len());
    }
    for line in &page.lines {
        if line.cut_start || line.cut_end {
            assert!(!exact);
            continue;
        }
        let index = lines.binary_search_by_key(&line.start.0, |l| l.0).unwrap();
        let (_, text, end) = &lines[index];
        let skip = to_usize(request.skip).min(text.len());
        assert_eq!((line.length, line.end), (text.len() as u64, *end));
        assert_eq!(line.text, text[skip..text.len().min(skip + LINE_CLIP)]);
        assert!(!line.unreadable);
        match line.number {
            Some(n) => assert_eq!(n.index(), index as u64),
            None => assert!(!exact),
        }
    }
}

mod pages;
mod records;

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pages_are_those_of_a_naive_reader(
        (bytes, requests) in content().prop_flat_map(|b| {
            let size = b.len() as u64;
            let request = (anchors(size), 0u32..20, 0u32..20, prop_oneof![3 => Just(0u64), 1 => 0u64..30]);
            (Just(b), proptest::collection::vec(request, 1..12))
        }),
        scan_after in 0usize..12,
        short in 1usize..40,
    ) {
        let file = Memory { interrupt: 7, short, ..Memory::new(&bytes) }.open(TINY);
        let mut exact = false;
        for (i, (anchor, before, after, skip)) in requests.into_iter().enumerate() {
            if i == scan_after {
                let lines = naive_lines(&bytes).len() as u64;
                prop_assert_eq!(scan(&file), ScanEnd::Complete { lines, size: bytes.len() as u64, unreadable: 0 });
                exact = true;
            }
            let request = PageRequest { anchor, before, after, skip, piece: 0 };
            check_page(&bytes, &page(&file, request), &request, exact);
        }
    }

    #[test]
    fn hits_are_those_of_each_line_alone(
        bytes in content(),
        text in prop_oneof![
            Just("a"), Just("aa"), Just("ab"), Just("a b"), Just("aab a"), Just("ba*b"), Just("a$"), Just("^a"), Just("[^b]"),
            Just("a\\s*"), Just("\\bb"), Just(".$"), Just("a.*"), Just("b*"), Just("(?s)a.*b"), Just("a|ab"), Just("\\Aa+"),
            Just("\u{e9}"), Just("a[^x]*?b"), Just("\\W+"),
        ],
        expression: bool, ignore_case: bool, words: bool,
        from in 0u64..300,
    ) {
        let kind = if expression { NeedleKind::Regex } else { NeedleKind::Literal };
        let needle = Needle::new(&NeedleSpec { text: text.into(), ignore_case, kind, part: part_of(words), columns: None }).unwrap();
        let lines = naive_lines(&bytes);
        let mut hits = vec![];
        let mut lines_hit = 0;
        for (i, (start, text, _)) in lines.iter().enumerate() {
            let found = needle.find_in_line(text);
            lines_hit += u64::from(!found.is_empty());
            hits.extend(found.iter().map(|(s, e)| (start + *s as u64, (e - s) as u64, *start, i as u64)));
        }
        let file = Memory::new(&bytes).open(Shape { reach: 1 << 20, ..TINY });
        scan(&file);
        let budget = Budget::unlimited();
        let count = file.count_all(&needle, &budget, &mut |_| {}).unwrap();
        prop_assert_eq!((count.matches, count.lines, count.complete), (hits.len() as u64, lines_hit, true));
        prop_assert_eq!(count.first.map(|o| o.0), hits.first().map(|h| h.0));
        prop_assert_eq!(count.last.map(|o| o.0), hits.last().map(|h| h.0));
        prop_assert_eq!(count.density.iter().map(|d| u64::from(*d)).sum::<u64>(), count.matches);
        // The same, numbered by the read that finds them.
        let file = Memory::new(&bytes).open(Shape { reach: 1 << 20, chunk: 3, ..TINY });
        let (all, found) = file.find_all(&needle, usize::MAX, &budget, &mut |_| {}).unwrap();
        let found: Vec<_> =
            found.iter().map(|h| (h.offset.0, h.length, h.line_start.0, h.line.unwrap().index())).collect();
        prop_assert_eq!((&found, all.lines, all.complete), (&hits, lines_hit, true));
        for (direction, wanted) in [
            (Direction::Forward, hits.iter().find(|h| h.0 >= from)),
            (Direction::Backward, hits.iter().rfind(|h| h.0 < from)),
        ] {
            let hit = file.find_next(&needle, ByteOffset(from), direction, &budget, &mut |_| {}).unwrap();
            let found = hit.map(|h| (h.offset.0, h.length, h.line_start.0, h.line.unwrap().index()));
            prop_assert_eq!(found.as_ref(), wanted, "{:?}", direction);
        }
    }

    #[test]
    fn literals_in_an_endless_line_are_found(places in proptest::collection::btree_set(0usize..3000, 0..8)) {
        let mut bytes = vec![0u8; 3100];
        let mut free = 0;
        let mut wanted = vec![];
        for p in places {
            if p >= free {
                bytes[p..p + 6].copy_from_slice(b"needle");
                free = p + 6;
                wanted.push(p as u64);
            }
        }
        let file = Memory::new(&bytes).open(Shape { find_line: 80, ..TINY });
        let needle = Needle::new(&NeedleSpec { text: "NEEDLE".into(), ignore_case: true, ..NeedleSpec::default() }).unwrap();
        let budget = Budget::unlimited();
        let next = |from, way| file.find_next(&needle, ByteOffset(from), way, &budget, &mut |_| {}).unwrap().map(|h| h.offset.0);
        let (mut down, mut from) = (vec![], 0);
        while let Some(at) = next(from, Direction::Forward) {
            down.push(at);
            from = at + 1;
        }
        let (mut up, mut from) = (vec![], u64::MAX);
        while let Some(at) = next(from, Direction::Backward) {
            up.push(at);
            from = at;
        }
        up.reverse();
        prop_assert_eq!(&down, &wanted);
        prop_assert_eq!(&up, &wanted);
        let count = file.count_all(&needle, &budget, &mut |_| {}).unwrap();
        prop_assert_eq!((count.matches, count.lines), (wanted.len() as u64, u64::from(!wanted.is_empty())));
        let (all, found) = file.find_all(&needle, 100, &budget, &mut |_| {}).unwrap();
        prop_assert_eq!(found.iter().map(|h| h.offset.0).collect::<Vec<_>>(), wanted);
        prop_assert_eq!(all, count);
    }

    #[test]
    fn an_unreadable_place_spoils_only_its_lines(bytes in content(), bad in proptest::collection::vec(0u64..400, 1..4)) {
        // A place behind the end is never read.
        let bad: Vec<u64> = bad.into_iter().filter(|b| *b < bytes.len() as u64).collect();
        let file = Memory { bad: bad.clone(), ..Memory::new(&bytes) }.open(Shape { block: 32, reach: 1 << 20, ..TINY });
        scan(&file);
        let lines = naive_lines(&bytes);
        for at in 0..bytes.len() as u64 {
            let page = page(&file, PageRequest { before: 2, ..PageRequest::at(Anchor::Offset(ByteOffset(at)), 2) });
            for line in &page.lines {
                // A piece of 2 bytes that holds a bad one is all zeros.
                let spoilt = bad.iter().any(|b| (line.start.0..line.next().0).any(|p| p / 2 == b / 2));
                prop_assert_eq!(line.unreadable, spoilt);
                if let (false, Ok(i)) = (spoilt, lines.binary_search_by_key(&line.start.0, |l| l.0)) {
                    prop_assert_eq!(&line.text, &lines[i].1);
                    if let Some(n) = line.number {
                        prop_assert_eq!(n.index(), i as u64);
                    }
                }
            }
        }
    }
}

#[test]
fn a_match_that_only_the_whole_text_has_hides_none_of_a_line() {
    let budget = Budget::unlimited();
    for (bytes, text, words, starts) in [
        (&b"\n \na\n"[..], "\\W+", true, vec![1]),
        (b"ab\ncb\n", "a[^x]*b", false, vec![0]),
        (b"a\r\nb a\r\n", "a$", false, vec![0, 5]),
        (b"x\nx\n", "\\Ax", false, vec![0, 2]),
    ] {
        let spec = NeedleSpec {
            text: text.into(),
            kind: NeedleKind::Regex,
            part: part_of(words),
            ..NeedleSpec::default()
        };
        let needle = Needle::new(&spec).unwrap();
        let file = Memory::new(bytes).open(Shape::REAL);
        let (mut found, mut from) = (vec![], 0);
        while let Some(hit) =
            file.find_next(&needle, ByteOffset(from), Direction::Forward, &budget, &mut |_| {}).unwrap()
        {
            found.push(hit.offset.0);
            from = hit.offset.0 + 1;
        }
        assert_eq!(found, starts, "{text}");
    }
}

#[test]
fn the_index_is_small_at_any_length_of_line() {
    for line in [1usize, 2, 20, 81, 5000, 300_000] {
        let mut index = super::index::Index::default();
        let mut bytes = vec![b'x'; line - 1];
        bytes.push(b'\n');
        let whole = bytes.repeat((6 << 20) / line);
        for chunk in whole.chunks(Shape::REAL.chunk) {
            index.take(chunk, &Shape::REAL);
        }
        assert_eq!(index.lines(), (whole.len() / line) as u64);
        assert!(index.memory() * 1000 <= index.end(), "{line}: {} of {}", index.memory(), index.end());
        let mark = index.mark_before(index.end() / 2);
        assert_eq!(mark.at, mark.line * line as u64);
    }
}

#[test]
fn a_scan_feeds_each_sink_from_where_it_wants() {
    struct Sink(u64, Vec<u8>, Option<u64>);
    impl ChunkSink for Sink {
        fn chunk(&mut self, at: ByteOffset, bytes: &[u8]) {
            assert_eq!(at.0, self.0 + self.1.len() as u64);
            self.1.extend_from_slice(bytes);
        }
        fn end(&mut self, at: ByteOffset) {
            self.2 = Some(at.0);
        }
        fn next(&self) -> ByteOffset {
            ByteOffset(self.0)
        }
    }
    let bytes: Vec<u8> = (0..100u8).collect();
    let file = Memory::new(&bytes).open(TINY);
    let (mut all, mut rest) = (Sink(0, vec![], None), Sink(37, vec![], None));
    file.scan(&mut [&mut all, &mut rest], &Budget::unlimited(), &mut |_| {}).unwrap();
    assert_eq!((all.1.as_slice(), all.2), (bytes.as_slice(), Some(100)));
    assert_eq!((rest.1.as_slice(), rest.2), (&bytes[37..], Some(100)));
}

#[test]
fn a_scan_tells_how_many_line_feeds_are_in_what_the_index_did_not_know() {
    struct Counts(Vec<u64>, usize);
    impl ChunkSink for Counts {
        fn chunk(&mut self, _: ByteOffset, _: &[u8]) {
            self.1 += 1;
        }
        fn counted_chunk(&mut self, _: ByteOffset, bytes: &[u8], feeds: u64) {
            assert_eq!(feeds, memchr::memchr_iter(b'\n', bytes).count() as u64);
            self.0.push(feeds);
        }
        fn end(&mut self, _: ByteOffset) {}
    }
    let text = b"one\n\ntwo\nand a longer line\nthe last";
    let scan = |file: &SourceFile| {
        let mut counts = Counts(vec![], 0);
        file.scan(&mut [&mut counts], &Budget::unlimited(), &mut |_| {}).unwrap();
        (counts.0, counts.1)
    };
    let file = Memory::new(text).open(TINY);
    assert_eq!(scan(&file), (vec![3, 1, 0], 0));
    assert_eq!(scan(&file), (vec![], 3), "nothing of it is new to the index");
    let file = Memory::new(text).open(TINY);
    file.extend(&file.snap(), super::scan::Until::Byte(1), &Budget::unlimited()).unwrap();
    let (counted, known) = scan(&file);
    assert_eq!((counted, known), (vec![1, 0], 1), "of the first part it is known already");
}

#[test]
fn raised_tokens_stop_everything() {
    let file = Memory::new(&b"line\n".repeat(1000)).open(TINY);
    let cancel = Cancel::new();
    cancel.cancel();
    let budget = Budget::with_cancel(cancel);
    let needle = Needle::new(&NeedleSpec { text: "none".into(), ..NeedleSpec::default() }).unwrap();
    assert_eq!(file.scan(&mut [], &budget, &mut |_| {}).unwrap(), ScanEnd::Stopped { done: 0 });
    for way in [Direction::Forward, Direction::Backward] {
        let error = file.find_next(&needle, ByteOffset(2500), way, &budget, &mut |_| {}).unwrap_err();
        assert_eq!(error.exit, Exit::Interrupted);
    }
    let count = file.count_all(&needle, &budget, &mut |_| {}).unwrap();
    assert_eq!((count.done, count.complete), (0, false));
    let error = file.page(&PageRequest::at(Anchor::Line(LineNo::new(900)), 3), &budget).unwrap_err();
    assert_eq!(error.exit, Exit::Interrupted);
}

#[test]
fn needles_that_cannot_be_are_refused_with_a_reason() {
    let regex = |text: &str| {
        Needle::new(&NeedleSpec { text: text.into(), kind: NeedleKind::Regex, ..NeedleSpec::default() })
    };
    for (text, cause) in [
        ("(a", "unclosed group"),
        (".{1000}{1000}", "10 MiB"),
        (&format!("{}a{}", "(".repeat(200), ")".repeat(200)), "nest"),
        (&"x|".repeat(5000), "10000 bytes"),
        ("a\nb", "line"),
        ("", ""),
    ] {
        let error = regex(text).unwrap_err();
        assert!(error.cause.contains(cause) && !error.hint.is_empty(), "{text:.20}: {error}");
    }
    assert!(regex("(a*)*b").is_ok());
}

#[test]
fn a_file_that_changes_is_noticed_and_never_shown_wrong() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("PAYR010");
    let numbered = |from: usize, to: usize| {
        (from..to).flat_map(|i| ["line ".into(), i.to_string(), "\n".into()]).collect::<String>()
    };
    std::fs::write(&path, numbered(1, 101)).unwrap();
    let file =
        SourceFile::open_shaped(&path, lf(), no_meter(), Shape { block: 64, chunk: 128, ..Shape::REAL })
            .unwrap();
    scan(&file);
    let last = || page(&file, PageRequest::at(Anchor::End, 0));
    let number = |p: &Page| p.lines[0].number.map(LineNo::get);
    assert_eq!((file.changed(), number(&last())), (Change::Same, Some(100)));

    let mut out = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
    out.write_all(numbered(101, 121).as_bytes()).unwrap();
    assert_eq!((file.changed(), last().change), (Change::Grew, Change::Grew));
    assert_eq!(file.refresh().unwrap(), Change::Grew);
    let indexed = file.index_status().indexed;
    assert!(indexed > 0 && indexed < file.size(), "the index stays");
    assert!(matches!(scan(&file), ScanEnd::Complete { lines: 120, .. }));
    assert_eq!(number(&last()), Some(120));

    // Shorter, and what is left is another text.
    std::fs::write(&path, "other 1\nother 2\n").unwrap();
    let shown = page(&file, PageRequest::at(Anchor::Line(LineNo::new(50)), 3));
    assert_eq!(shown.change, Change::Shrank);
    assert!(shown.lines.iter().all(|l| l.number.is_none() && l.text.starts_with(b"other")), "{shown:?}");
    assert_eq!((file.refresh().unwrap(), file.index_status().indexed), (Change::Shrank, 0));
    scan(&file);
    assert_eq!((last().total_lines, last().change), (Some(2), Change::Same));

    // Replaced by name: the old file is still what is shown until it is refreshed.
    std::fs::write(dir.path().join("new"), "new 1\n").unwrap();
    std::fs::rename(dir.path().join("new"), &path).unwrap();
    assert_eq!((file.changed(), file.refresh().unwrap()), (Change::Replaced, Change::Replaced));
    assert_eq!(last().lines[0].text, b"new 1");

    // Longer, but not an append.
    std::fs::write(&path, "quite another file\n").unwrap();
    assert_eq!((file.changed(), last().change), (Change::Replaced, Change::Replaced));
    assert_eq!(last().lines[0].text, b"quite another file");
    file.refresh().unwrap();

    std::fs::remove_file(&path).unwrap();
    assert_eq!((file.changed(), file.refresh().unwrap()), (Change::Vanished, Change::Vanished));
    assert_eq!(last().lines[0].text, b"quite another file");
    std::fs::create_dir(&path).unwrap();
    assert_eq!(file.changed(), Change::Replaced);
    assert!(file.refresh().unwrap_err().cause.contains("directory"));
    assert_eq!(last().lines[0].text, b"quite another file");
}

#[test]
fn any_failing_read_leaves_the_rest_usable() {
    let bytes = b"a line of text\n".repeat(40);
    for nth in 1..=200u64 {
        let bad = (0..600).filter(|p| p % nth == nth - 1).collect();
        let file = Memory { bad, ..Memory::new(&bytes) }.open(Shape { block: 64, ..TINY });
        let end = scan(&file);
        assert!(matches!(end, ScanEnd::Complete { unreadable, .. } if unreadable > 0), "{nth}: {end:?}");
        let page = page(&file, PageRequest::at(Anchor::Line(LineNo::FIRST), 60));
        assert_eq!(page.lines.last().unwrap().next().0, 600);
        assert!(page.lines.iter().any(|l| l.unreadable) && page.total_lines.is_none());
    }
}

#[test]
fn lookups_of_blocks_are_told_to_the_meter() {
    #[derive(Default)]
    struct Counts(std::sync::Mutex<(u32, u32, u64)>);
    impl crate::base::Meter for Counts {
        fn record(&self, _: crate::base::Op, _: u64, _: u64, _: bool) {}
        fn lookup(&self, level: &'static str, hit: bool, held: u64, capacity: u64) {
            assert_eq!(level, "file blocks");
            assert!(held <= capacity && capacity > 0);
            let mut counts = self.0.lock().unwrap();
            if hit {
                counts.0 += 1;
            } else {
                counts.1 += 1;
            }
            counts.2 = held;
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.cbl");
    std::fs::write(&path, "a line\n".repeat(100)).unwrap();
    let counts = Arc::new(Counts::default());
    let file = SourceFile::open(&path, Arc::clone(&counts) as Arc<dyn crate::base::Meter>).unwrap();
    for _ in 0..3 {
        file.page(&PageRequest::at(Anchor::Offset(ByteOffset(350)), 2), &Budget::unlimited()).unwrap();
    }
    let (hits, misses, held) = *counts.0.lock().unwrap();
    assert!(hits >= 2 && misses >= 1 && held > 0, "{hits} hits, {misses} misses, {held} bytes");
}

#[test]
fn matches_are_numbered_by_the_read_that_finds_them() {
    let text: String =
        (1..=4_000).flat_map(|n| ["       LINE ".into(), n.to_string(), " OF MANY.\n".into()]).collect();
    let bytes = Arc::new(Memory::new(text.as_bytes()));
    let stamp = bytes.stamp().unwrap();
    let shape = Shape { chunk: 1 << 10, ..Shape::REAL };
    let file = SourceFile::over(Path::new("memory"), Arc::clone(&bytes) as _, stamp, lf(), no_meter(), shape);
    let needle = Needle::new(&NeedleSpec { text: "LINE 3999 OF".into(), ..NeedleSpec::default() }).unwrap();
    let (count, hits) = file.find_all(&needle, 10, &Budget::unlimited(), &mut |_| {}).unwrap();
    assert_eq!((count.matches, hits[0].line.map(LineNo::get)), (1, Some(3_999)));
    // Once through the file, and a few looks around the match.
    let (reads, chunks) = (bytes.calls.load(Ordering::Relaxed), text.len() / (1 << 10));
    assert!(reads < chunks + 20, "{reads} reads of {chunks} chunks");
}

#[test]
fn an_index_does_not_grow_with_the_file_as_long_as_gaps_may() {
    let shape = Shape { mark_lines: 1, mark_bytes: 64, mark_gap: 4_096, marks: 64, ..Shape::REAL };
    // Lines of 50 bytes, and a long one now and then, longer than a gap may be.
    let text: String =
        (0..20_000).map(|n| "x".repeat(if n % 1_000 == 999 { 9_000 } else { 49 }) + "\n").collect();
    let starts: Vec<u64> =
        std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at as u64 + 1)).collect();
    let mut index = index::Index::new(Records::Lines(LineFeed::Lf), text.len() as u64);
    let mut most = 0;
    for bytes in text.as_bytes().chunks(1_000) {
        index.take(bytes, &shape);
        most = most.max(index.memory());
    }
    // A mark for each gap must stay: 1.2 MB have 290 of them, and there is room for as many again.
    assert!(most <= 1_024 * 16, "{most} bytes");
    for (line, start) in starts.iter().enumerate().step_by(7) {
        let (before, by_line) = (index.mark_before(*start), index.mark_for_line(line as u64));
        for mark in [before, by_line] {
            assert_eq!(starts[to_usize(mark.line)], mark.at);
            assert!(mark.at <= *start && mark.line <= line as u64);
        }
        let first_after = index.mark_after(before.at).map_or(u64::MAX, |mark| mark.at);
        let between = starts.iter().filter(|s| **s > before.at && **s < first_after);
        assert!(between.clone().all(|s| s - before.at <= shape.mark_gap), "line {line}");
    }
}
