//! Records of a fixed length and records with descriptors, beside the lists that files were made from.

use super::*;
use std::num::NonZeroU32;

/// A file made of records: how it is cut, its bytes, and where each record's data begin and how long they are.
#[derive(Debug, Clone)]
struct Made {
    records: Records,
    bytes: Vec<u8>,
    lines: Vec<(u64, u64)>,
}

impl Made {
    fn open(&self, shape: Shape) -> SourceFile {
        let memory = Memory::new(&self.bytes);
        let stamp = memory.stamp().unwrap();
        SourceFile::over(Path::new("memory"), Arc::new(memory), stamp, cut(self.records), no_meter(), shape)
    }

    /// What the line at hand is, by a byte of it, of its ending or of the descriptors before the first.
    fn line_at(&self, at: u64) -> usize {
        self.lines.partition_point(|l| l.0 <= at).saturating_sub(1)
    }
}

fn fixed(length: u32, bytes: Vec<u8>) -> Made {
    let step = u64::from(length);
    let size = bytes.len() as u64;
    let starts = (0..size).step_by(usize::try_from(length).unwrap());
    let lines = starts.map(|at| (at, step.min(size - at))).collect();
    Made { records: Records::Fixed(NonZeroU32::new(length).unwrap()), bytes, lines }
}

fn word(length: usize, kind: Descriptors) -> [u8; 4] {
    let length = u16::try_from(if kind.inclusive { length + 4 } else { length }).unwrap();
    let [a, b] = length.to_be_bytes();
    if kind.little { [0, 0, b, a] } else { [a, b, 0, 0] }
}

fn variable(kind: Descriptors, blocks: &[Vec<Vec<u8>>]) -> Made {
    let mut bytes = vec![0xff; usize::try_from(kind.from).unwrap()];
    let mut lines = vec![];
    for block in blocks.iter().filter(|block| !block.is_empty()) {
        if kind.blocked {
            bytes.extend(word(block.iter().map(|r| r.len() + 4).sum(), kind));
        }
        for record in block {
            bytes.extend(word(record.len(), kind));
            lines.push((bytes.len() as u64, record.len() as u64));
            bytes.extend(record);
        }
    }
    Made { records: Records::Variable(kind), bytes, lines }
}

/// The same file cut off inside of a descriptor, of which these bytes are left.
fn torn(mut made: Made, kind: Descriptors, rest: &[u8]) -> Made {
    let room = if kind.blocked { 7 } else { 3 };
    let rest = &rest[..rest.len().min(room)];
    // Where the file ends no line begins, and where one begins there is no other.
    let end = made.bytes.len() as u64;
    made.lines.pop_if(|last| last.0 == end);
    if !rest.is_empty() {
        made.lines.push((made.bytes.len() as u64, rest.len() as u64));
        made.bytes.extend(rest);
    }
    made
}

fn data() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![Just(b'a'), Just(b'b'), Just(b'\n'), Just(0), Just(4), Just(0x40)];
    proptest::collection::vec(byte, 0..20)
}

fn made() -> impl Strategy<Value = Made> {
    let kind = (any::<bool>(), any::<bool>(), any::<bool>(), 0u32..9)
        .prop_map(|(blocked, little, inclusive, from)| Descriptors { blocked, little, inclusive, from });
    let blocks = proptest::collection::vec(proptest::collection::vec(data(), 0..6), 1..12);
    prop_oneof![
        (1u32..30, proptest::collection::vec(any::<u8>(), 0..300))
            .prop_map(|(length, bytes)| fixed(length, bytes)),
        (kind, blocks, proptest::collection::vec(any::<u8>(), 0..9)).prop_map(|(kind, blocks, rest)| torn(
            variable(kind, &blocks),
            kind,
            &rest
        )),
    ]
}

fn check(made: &Made, page: &Page, request: &PageRequest, numbered: bool) {
    let Some(anchor) = page.lines.get(page.anchor) else {
        return assert!(made.lines.is_empty() && page.at_top && page.at_bottom);
    };
    let last = made.lines.len() - 1;
    let at = match request.anchor {
        Anchor::Line(n) => to_usize(n.index()).min(last),
        Anchor::End => last,
        Anchor::Offset(o) => made.line_at(o.0),
        Anchor::Percent(p) => made.line_at(made.bytes.len() as u64 * u64::from(p) / 100),
    };
    assert_eq!(anchor.start.0, made.lines[at].0, "{request:?}");
    let before = at.min(request.before as usize);
    assert_eq!(page.anchor, before);
    assert_eq!(page.lines.len(), before + 1 + (last - at).min(request.after as usize));
    for (line, n) in page.lines.iter().zip(at - before..) {
        let (start, length) = made.lines[n];
        assert_eq!((line.start.0, line.length), (start, length), "line {n}");
        let from = to_usize(start + request.skip.min(length));
        assert_eq!(line.text, made.bytes[from..to_usize(start + length)]);
        if numbered {
            assert_eq!(line.number, Some(LineNo::from_index(n as u64)));
        }
        if n < last {
            assert_eq!(line.next().0, made.lines[n + 1].0);
        }
    }
    assert_eq!((page.at_top, page.at_bottom), (at == before, at - before + page.lines.len() - 1 == last));
}

proptest! {
    #[test]
    fn pages_of_records_are_the_records(
        made in made(), anchor in anchors(300), (before, after, skip) in (0u32..6, 0u32..6, 0u64..8), scanned in any::<bool>(),
    ) {
        prop_assume!(!made.lines.is_empty());
        let file = made.open(TINY);
        let request = PageRequest { anchor, before, after, skip, piece: 0 };
        if scanned {
            let end = scan(&file);
            let size = made.bytes.len() as u64;
            prop_assert_eq!(end, ScanEnd::Complete { lines: made.lines.len() as u64, size, unreadable: 0 });
        }
        let got = page(&file, request);
        check(&made, &got, &request, scanned || matches!(anchor, Anchor::Line(_)));
        if scanned {
            prop_assert_eq!(got.total_lines, Some(made.lines.len() as u64));
        }
        let mut lines = vec![vec![]];
        file.lines(file.first_line(), &Budget::unlimited(), &mut |part, ends| {
            lines.last_mut().unwrap().extend_from_slice(part);
            if ends {
                lines.push(vec![]);
            }
            std::ops::ControlFlow::Continue(())
        }).unwrap();
        prop_assert_eq!(lines.pop(), Some(vec![]));
        let text = |(start, length): &(u64, u64)| made.bytes[to_usize(*start)..to_usize(start + length)].to_vec();
        prop_assert_eq!(lines, made.lines.iter().map(text).collect::<Vec<_>>());
    }
}

#[test]
fn the_middle_of_a_large_file_of_records_is_shown_before_it_is_indexed() {
    for blocked in [false, true] {
        let kind = Descriptors { blocked, ..Descriptors::PLAIN };
        let records = (0..120_000usize).map(|n| vec![b'0' + u8::try_from(n % 10).unwrap(); 20 + n % 90]);
        let records: Vec<Vec<u8>> = records.collect();
        let blocks: Vec<Vec<Vec<u8>>> = records.chunks(30).map(<[Vec<u8>]>::to_vec).collect();
        let made = variable(kind, &blocks);
        let file = made.open(Shape::REAL);
        for percent in [60, 99, 100] {
            let request = PageRequest::at(Anchor::Percent(percent), 5);
            check(&made, &page(&file, request), &request, false);
        }
        // Nothing was read for it but what is around.
        assert_eq!(file.index_status().indexed, 0);
        scan(&file);
        let status = file.index_status();
        assert_eq!(status.lines, 120_000);
        assert!(status.memory * 1_000 <= status.size, "{status:?}");
        let request = PageRequest::at(Anchor::Percent(50), 5);
        check(&made, &page(&file, request), &request, true);
    }
}

#[test]
fn what_follows_a_broken_descriptor_is_one_record() {
    let mut made = variable(Descriptors::PLAIN, &[vec![vec![b'a'; 5], vec![b'b'; 6], vec![b'c'; 7]]]);
    // The descriptor of the third.
    made.bytes[19] = 0xf0;
    let file = made.open(TINY);
    scan(&file);
    let got = page(&file, PageRequest::at(Anchor::Line(LineNo::FIRST), 9));
    let texts: Vec<&[u8]> = got.lines.iter().map(|l| l.text.as_slice()).collect();
    assert_eq!(texts, [&b"aaaaa"[..], b"bbbbbb", &made.bytes[19..]]);
    assert_eq!(got.total_lines, Some(3));
    assert!(got.at_bottom);
}

#[test]
fn other_records_are_other_lines() {
    let file = fixed(4, b"aaaabbbbcc".to_vec()).open(TINY);
    scan(&file);
    assert_eq!(page(&file, PageRequest::at(Anchor::End, 0)).lines[0].text, b"cc");
    file.set_format(cut(Records::Fixed(NonZeroU32::new(5).unwrap())));
    let got = page(&file, PageRequest::at(Anchor::End, 0));
    assert_eq!((got.lines[0].text.as_slice(), got.lines[0].number), (&b"bbbcc"[..], Some(LineNo::new(2))));
}

#[test]
fn names_of_record_formats_are_read_as_they_are_written() {
    for name in ["lf", "cr", "nl", "lf25", "nel", "f80", "f133", "v", "vb", "vle", "vx", "vbxle+100"] {
        assert_eq!(name.parse::<Records>().unwrap().to_string(), name);
    }
    assert_eq!("FB80".parse::<Records>().unwrap().to_string(), "f80");
    // Of undefined length: no byte tells where a block ended.
    assert_eq!("U6233".parse::<Records>().unwrap().to_string(), "f6233");
    assert_eq!("u".parse::<Records>().unwrap().to_string(), "f32760");
    for wrong in ["", "f", "f0", "f32768", "u0", "u32761", "vq", "v+", "80"] {
        let error = wrong.parse::<Records>().unwrap_err();
        assert!(error.what.contains(&format!("{wrong:?}")), "{error:?}");
    }
}

/// Takes plain text and where it begins.
#[derive(Default)]
struct Taken(Option<u64>, Vec<u8>);

impl ChunkSink for Taken {
    fn chunk(&mut self, at: ByteOffset, bytes: &[u8]) {
        let from = *self.0.get_or_insert(at.0);
        assert_eq!(from + self.1.len() as u64, at.0);
        self.1.extend_from_slice(bytes);
    }

    fn end(&mut self, _at: ByteOffset) {}
}

proptest! {
    #[test]
    fn plain_text_has_the_lines_of_the_records_at_the_same_places(made in made(), from in 0usize..80, length in 1usize..80) {
        prop_assume!(!made.lines.is_empty());
        let file = made.open(TINY);
        let mut taken = Taken::default();
        file.scan(&mut [&mut taken], &Budget::unlimited(), &mut |_| {}).unwrap();
        let (at, text) = (taken.0.unwrap(), taken.1);
        prop_assert_eq!((at, at + text.len() as u64), (made.lines[0].0, made.bytes.len() as u64));
        let lines: Vec<&[u8]> = text.split(|b| *b == b'\n').collect();
        let counted = matches!(made.records, Records::Variable(_));
        for (n, (start, length)) in made.lines.iter().enumerate() {
            let whole = &made.bytes[to_usize(*start)..to_usize(start + length)];
            // Without a descriptor before it, the first byte of a record gives way to the line feed.
            let torn = counted && n > 0 && made.lines[n - 1].0 + made.lines[n - 1].1 == *start;
            let whole = &whole[usize::from(torn)..];
            // The last byte of a fixed record does so, too.
            let cut = usize::from(!counted && (n + 1 < made.lines.len() || made.bytes.len() % whole.len() == 0 && text.ends_with(b"\n")));
            let whole: Vec<u8> = whole[..whole.len() - cut].iter().map(|b| if *b == b'\n' { b' ' } else { *b }).collect();
            prop_assert_eq!(lines[n].trim_ascii_end(), whole.trim_ascii_end(), "line {}", n);
        }
        // Any part is the same as in the whole.
        let (part, whole) = file.read(ByteOffset(at + from as u64), length);
        prop_assert!(whole || part.is_empty());
        let from = from.min(text.len());
        prop_assert_eq!(&part, &text[from..(from + length).min(text.len())]);
    }
}

#[test]
fn formats_are_told_from_bytes() {
    let told = |bytes: &[u8]| {
        let file = Memory::new(bytes);
        let stamp = file.stamp().unwrap();
        SourceFile::over(
            Path::new("memory"),
            Arc::new(file),
            stamp,
            Wanted::default(),
            no_meter(),
            Shape::REAL,
        )
        .detected()
        .format
        .records
        .to_string()
    };
    let entry =
        |n: usize| format!("{:06} 01  FIELD-{:04}              PIC X({:02}).", n * 100, n * 37, n % 99);
    let card = |n: usize| format!("{:<72}{n:08}", entry(n));
    let cards: Vec<String> = (1..300).map(card).collect();
    assert!(cards.iter().all(|c| c.len() == 80));
    assert_eq!(told(cards.join("\n").as_bytes()), "lf");
    assert_eq!(told(cards.join("\r").as_bytes()), "cr");
    assert_eq!(told(cards.concat().as_bytes()), "f80");
    let ebcdic = |text: &str| encoding::Encoding::Cp037.encode(text).unwrap();
    assert_eq!(told(&ebcdic(&cards.concat())), "f80");
    // What a transfer puts behind the last record makes no lines of them.
    let print = cards.iter().map(|card| format!(" {card:<132}")).collect::<Vec<_>>().concat();
    for end in [&b"\r\n"[..], b"\n", b"\x1a", b"\r\n\x1a"] {
        assert_eq!(told(&[cards.concat().as_bytes(), end].concat()), "f80", "{end:?}");
        assert_eq!(told(&[print.as_bytes(), end].concat()), "f133", "{end:?}");
        assert_eq!(told(&[ebcdic(&print).as_slice(), end].concat()), "f133", "{end:?}");
        let short: String = cards.iter().map(|card| card[..79].to_owned() + "\n").collect();
        assert_eq!(told(&[short.as_bytes(), end].concat()), "lf", "{end:?}");
    }
    let ended =
        |end: u8| cards.iter().flat_map(|c| [ebcdic(c.trim_end()), vec![end]].concat()).collect::<Vec<u8>>();
    assert_eq!(told(&ended(0x15)), "nl");
    assert_eq!(told(&ended(0x25)), "lf25");
    let blocks: Vec<Vec<Vec<u8>>> =
        cards.chunks(7).map(|b| b.iter().map(|c| ebcdic(&c[..20 + c.len() % 7])).collect()).collect();
    for name in ["v", "vb", "vle", "vx", "vxle", "v+100"] {
        let Records::Variable(kind) = name.parse().unwrap() else { panic!() };
        let mut made = variable(kind, &blocks);
        made.bytes[..to_usize(u64::from(kind.from))].fill(1);
        assert_eq!(told(&made.bytes), name);
    }
    // With a header and a trailer.
    let kind = Descriptors { inclusive: false, from: 100, ..Descriptors::PLAIN };
    let mut made = variable(kind, &blocks);
    made.bytes[..100].fill(1);
    made.bytes.extend([2; 120]);
    assert_eq!(told(&made.bytes), "vx+100");
    // Cut off inside of a descriptor.
    let made = torn(variable(Descriptors::PLAIN, &blocks), Descriptors::PLAIN, &[0, 24]);
    assert_eq!(told(&made.bytes), "v");
    // Or inside of a record.
    for name in ["v", "vb", "vle", "vx"] {
        let Records::Variable(kind) = name.parse().unwrap() else { panic!() };
        let made = variable(kind, &blocks);
        assert_eq!(told(&made.bytes[..made.bytes.len() - 9]), name);
    }
    // Records longer than what is seen three times, alike at some places.
    for length in [2_500_usize, 9_000, 32_760] {
        let record = |n: usize| {
            let mut text =
                format!("{:08}CUSTOMER {:<40}{:>12}", n * 7_919 % 100_000_000, entry(n % 50), n * n % 9_973);
            while text.len() < length {
                let (at, width) = (text.len(), 6 + text.len() * text.len() * 31 / 7 % 19);
                text +=
                    &format!("{:<width$}{:05}", ["OPEN", "CLOSED", "LATE"][(n + at) % 3], at * 31 % 9_001);
            }
            text.truncate(length);
            text
        };
        let text: String = (0..40).map(record).collect();
        assert_eq!(told(&ebcdic(&text)), format!("f{length}"));
    }
    // Statements of all lengths, with more blanks than text.
    let line = |n: usize| {
        format!(
            "{:80}",
            format!("{:7}{:w$}MOVE WS-{} TO WS-{}.", "", "", n * 7, n * n, w = 4 * (n * n * 31 / 7 % 5))
        )
    };
    let lines: String = (1..400).map(line).collect();
    assert_eq!(told(&ebcdic(&lines)), "f80");
    assert_eq!(told(b""), "lf");
    assert_eq!(told(&vec![b'x'; 100_000]), "lf");
    assert_eq!(told(&cards.concat().as_bytes()[..79]), "lf");
}

/// All matches of `needle` in each record alone.
fn naive_matches(made: &Made, needle: &Needle) -> Vec<(u64, u64)> {
    let of = |(start, length): &(u64, u64)| {
        let line = &made.bytes[to_usize(*start)..to_usize(start + length)];
        needle
            .find_in_line(line)
            .into_iter()
            .map(|(s, e)| (start + s as u64, (e - s) as u64))
            .collect::<Vec<_>>()
    };
    made.lines.iter().flat_map(of).collect()
}

proptest! {
    #[test]
    fn what_is_found_in_records_is_what_each_record_holds(
        made in made(), which in 0usize..7, ebcdic in any::<bool>(), ignore_case in any::<bool>(), from in 0u64..320, find_line in 40usize..64,
        marks in prop_oneof![Just(TINY.mark_bytes), 20u64..100],
    ) {
        prop_assume!(!made.lines.is_empty());
        let (text, kind) = [
            ("a", NeedleKind::Literal), ("ab", NeedleKind::Literal), ("61", NeedleKind::Hex), ("4061", NeedleKind::Hex),
            ("^.", NeedleKind::Regex), ("a+$", NeedleKind::Regex), ("==@", NeedleKind::Picture),
        ][which];
        let encoding = if ebcdic { encoding::Encoding::Cp1047 } else { encoding::Encoding::Utf8 };
        let mut made = made;
        if ebcdic {
            // What is written there is that in EBCDIC, but for the descriptors.
            for (start, length) in made.lines.clone() {
                for byte in &mut made.bytes[to_usize(start)..to_usize(start + length)] {
                    *byte = match *byte { b'a' => 0x81, b'b' => 0xc2, b => b };
                }
            }
        }
        let needle = Needle::in_encoding(&NeedleSpec { text: text.into(), kind, ignore_case, ..NeedleSpec::default() }, encoding).unwrap();
        // Marks may be many spans apart, as those of large files are.
        let shape = Shape { mark_bytes: marks, mark_gap: 4 * marks, reach: 4 * marks.max(16), ..TINY };
        let file = made.open(Shape { find_line, find_overlap: 20, ..shape });
        let all = naive_matches(&made, &needle);
        let (count, hits) = file.find_all(&needle, 1_000, &Budget::unlimited(), &mut |_| {}).unwrap();
        let found: Vec<(u64, u64)> = hits.iter().map(|h| (h.offset.0, h.length)).collect();
        prop_assert_eq!(&found, &all);
        let lines = hits.iter().map(|h| h.line_start.0).collect::<std::collections::BTreeSet<_>>();
        prop_assert_eq!((count.matches, count.lines), (all.len() as u64, lines.len() as u64));
        for hit in &hits {
            let at = made.line_at(hit.offset.0);
            prop_assert_eq!((hit.line_start.0, hit.line), (made.lines[at].0, Some(LineNo::from_index(at as u64))));
        }
        for (direction, wanted) in [
            (Direction::Forward, all.iter().find(|m| m.0 >= from)),
            (Direction::Backward, all.iter().rfind(|m| m.0 < from)),
        ] {
            let hit = file.find_next(&needle, ByteOffset(from), direction, &Budget::unlimited(), &mut |_| {}).unwrap();
            prop_assert_eq!(hit.map(|h| (h.offset.0, h.length)), wanted.copied(), "{:?}", direction);
        }
    }
}
