//! Compressed files: any read of any part gives what a whole unpacking gives, damage is told, bombs end.

use super::super::packed::{Packed, PackedShape, Packing};
use super::*;
use crate::base::meter::no_meter;
use crate::base::{Budget, ByteOffset, LineNo};
use crate::source::{
    Anchor, ChunkSink, Direction, Needle, NeedleSpec, PageRequest, ScanEnd, SourceFile, Wanted,
};
use proptest::prelude::*;
use std::sync::Arc;

const TINY: PackedShape = PackedShape { span: 60_000, points: 6, stretch: 50_000, grace: 64 << 20 };

fn open(packed: &[u8], shape: PackedShape) -> Packed {
    let bytes = Arc::new(Memory::new(packed));
    let stamp = bytes.stamp().unwrap();
    Packed::new(bytes, Packing::of(packed).unwrap(), stamp, shape)
}

fn to_end(packed: &Packed) -> u64 {
    while packed.read_on() {}
    assert!(!packed.grows());
    packed.stamp().unwrap().size
}

/// Text that is not the same anywhere, as packable as listings are.
fn text(lines: usize, seed: u64) -> Vec<u8> {
    let mut n = seed | 1;
    let mut out = Vec::new();
    for line in 0..lines {
        n = n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let words = ["MOVE WS-GROSS TO WS-NET", "ADD 1 TO COUNTER", "PERFORM 2000-CALC", "", "DISPLAY 'X'"];
        let word = words[(n >> 60) as usize % words.len()];
        out.extend(format!("{line:>8}  {:>10}    {word}\n", n >> 33).into_bytes());
    }
    out
}

/// `text` in frames of a zstd file, with the table of the seekable format if `seekable`.
fn zstd(text: &[u8], frame: usize, seekable: bool) -> Vec<u8> {
    let (mut out, mut table) = (vec![], vec![]);
    let mut count = 0u32;
    for part in text.chunks(frame.max(1)) {
        let packed = ::zstd::bulk::compress(part, 3).unwrap();
        table.extend((packed.len() as u32).to_le_bytes());
        table.extend((part.len() as u32).to_le_bytes());
        out.extend(packed);
        count += 1;
    }
    if seekable {
        out.extend(0x184d_2a5e_u32.to_le_bytes());
        out.extend((table.len() as u32 + 9).to_le_bytes());
        out.extend(table);
        out.extend(count.to_le_bytes());
        out.push(0);
        out.extend(0x8f92_eab1_u32.to_le_bytes());
    }
    out
}

fn files() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
    let members = proptest::collection::vec((0usize..20_000, any::<u64>(), 0u8..10, any::<bool>()), 1..4);
    prop_oneof![
        members.prop_map(|members| {
            let (mut plain, mut packed) = (vec![], vec![]);
            for (lines, seed, level, named) in members {
                let text = text(lines, seed);
                packed.extend(gzip(&text, level, if named { b"PAYR010.lst" } else { b"" }));
                plain.extend(text);
            }
            (plain, packed)
        }),
        (1usize..15_000, any::<u64>(), 20_000usize..400_000, any::<bool>()).prop_map(
            |(lines, seed, frame, seekable)| {
                let text = text(lines, seed);
                let packed = zstd(&text, frame, seekable);
                (text, packed)
            }
        ),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_part_reads_as_it_was((plain, packed) in files(), places in proptest::collection::vec((any::<u32>(), 0usize..90_000), 12)) {
        let file = open(&packed, TINY);
        for (n, (place, length)) in places.iter().enumerate() {
            if n % 3 == 0 {
                file.read_on();
            }
            let size = file.stamp().unwrap().size;
            let at = u64::from(*place) % (plain.len() as u64 + 2);
            let wanted = plain.get(at as usize..(at as usize + length).min(size as usize)).unwrap_or_default();
            prop_assert!(read(&file, at, *length).unwrap() == wanted, "{at} {length} of {size}");
        }
        prop_assert_eq!(to_end(&file), plain.len() as u64);
        prop_assert_eq!(file.progress().problem, None);
        prop_assert!(read(&file, 0, plain.len() + 9).unwrap() == plain);
        for (place, length) in places {
            let at = place as usize % (plain.len() + 1);
            let wanted = &plain[at..(at + length).min(plain.len())];
            prop_assert!(read(&file, at as u64, length).unwrap() == wanted);
        }
    }

    #[test]
    fn what_is_cut_off_or_damaged_is_shown_up_to_there_and_said(
        (plain, packed) in files(), at in any::<u32>(), flip in any::<Option<u8>>(),
    ) {
        let at = 8 + at as usize % (packed.len() - 8);
        let mut bad = packed.clone();
        match flip {
            Some(flip) => bad[at] ^= flip,
            None => bad.truncate(at),
        }
        let file = open(&bad, TINY);
        let size = to_end(&file) as usize;
        let got = read(&file, 0, size).unwrap_or_default();
        let problem = file.progress().problem;
        match flip {
            Some(_) => {
                // A flipped bit may be in a name, or unpack to something else: the check sum says so, if there is one.
                let sums = Packing::of(&packed) == Some(Packing::Gzip);
                prop_assert!(got == plain || problem.is_some() || !sums);
            }
            None => {
                prop_assert!(got == plain[..got.len()], "{problem:?}");
                prop_assert!(got.len() == plain.len() || problem.is_some() || size < plain.len());
            }
        }
    }
}

#[test]
fn points_stay_few_and_small() {
    let plain = text(80_000, 7);
    let packed = gzip(&plain, 6, b"");
    let file = open(&packed, PackedShape { span: 64 << 10, points: 20, ..TINY });
    to_end(&file);
    let progress = file.progress();
    assert!(progress.memory > 0 && progress.memory < 21 * 33_000, "{}", progress.memory);
    for at in (0..plain.len()).rev().step_by(333_333) {
        assert!(read(&file, at as u64, 100).unwrap() == plain[at..(at + 100).min(plain.len())]);
    }
}

#[test]
fn a_bomb_is_not_unpacked_further() {
    let shape = PackedShape { grace: 1 << 20, ..TINY };
    for packed in [gzip(&vec![0; 20 << 20], 9, b""), ::zstd::bulk::compress(&vec![0; 20 << 20], 3).unwrap()] {
        let file = open(&packed, shape);
        let size = to_end(&file);
        assert!(size < 9 << 20, "{size}");
        assert!(file.progress().problem.unwrap().contains("200 times"));
    }
    let frames = zstd(&vec![0; 20 << 20], 1 << 20, true);
    assert!(to_end(&open(&frames, shape)) < 9 << 20);
}

#[test]
fn what_follows_the_end_is_said_but_zeros() {
    let plain = text(2_000, 1);
    for (more, said) in [(&b"\0\0\0\0\0"[..], false), (b"junk", true), (b"\0\0junk", true)] {
        for mut packed in [gzip(&plain, 6, b""), zstd(&plain, 40_000, false)] {
            packed.extend_from_slice(more);
            let file = open(&packed, TINY);
            assert_eq!(to_end(&file), plain.len() as u64, "{more:?}");
            assert_eq!(file.progress().problem.is_some(), said, "{more:?} {:?}", file.progress().problem);
        }
    }
}

/// The file that has `packed` so far.
fn source(bytes: &Arc<Memory>, packing: Packing) -> SourceFile {
    let stamp = bytes.stamp().unwrap();
    let packed = Packed::new(Arc::<Memory>::clone(bytes), packing, stamp, TINY);
    let stamp = packed.stamp().unwrap();
    let path = std::env::current_exe().unwrap();
    let shape = crate::source::bytes::Shape::REAL;
    SourceFile::over(&path, Arc::new(packed), stamp, Wanted::default(), no_meter(), shape)
}

#[derive(Default)]
struct Taken(Vec<u8>);

impl ChunkSink for Taken {
    fn chunk(&mut self, at: ByteOffset, bytes: &[u8]) {
        assert_eq!(at.0, self.0.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    fn end(&mut self, _: ByteOffset) {}
}

#[test]
fn a_file_grows_until_it_is_all_there() {
    let plain = text(30_000, 3);
    let packed = Arc::new(Memory::new(&gzip(&plain, 6, b"")));
    let file = source(&packed, Packing::Gzip);
    let budget = Budget::unlimited();
    let first = file.page(&PageRequest::at(Anchor::Line(LineNo::FIRST), 20), &budget).unwrap();
    assert_eq!(first.lines.len(), 21);
    assert!(first.size < plain.len() as u64 / 4 && first.total_lines.is_none());
    // A line that was not there yet is looked for.
    let page = file.page(&PageRequest::at(Anchor::Line(LineNo::from_index(19_999)), 0), &budget).unwrap();
    assert!(page.lines[0].text.starts_with(b"   19999  "));
    assert!(page.size < plain.len() as u64);
    let needle = Needle::new(&NeedleSpec { text: "   29998  ".into(), ..NeedleSpec::default() }).unwrap();
    let hit = file.find_next(&needle, ByteOffset(0), Direction::Forward, &budget, &mut |_| {}).unwrap();
    assert!(hit.unwrap().offset.0 > plain.len() as u64 - 200);

    let file = source(&packed, Packing::Gzip);
    assert_eq!(file.count_all(&needle, &budget, &mut |_| {}).unwrap().matches, 1);
    let file = source(&packed, Packing::Gzip);
    let mut lines = 0;
    let mut each = |_: &[u8], last: bool| {
        lines += usize::from(last);
        std::ops::ControlFlow::Continue(())
    };
    assert!(file.lines(ByteOffset(0), &budget, &mut each).unwrap());
    assert_eq!(lines, 30_000);
    let file = source(&packed, Packing::Gzip);
    let mut taken = Taken::default();
    let end = file.scan(&mut [&mut taken], &budget, &mut |_| {}).unwrap();
    assert_eq!(end, ScanEnd::Complete { lines: 30_000, size: plain.len() as u64, unreadable: 0 });
    assert!(taken.0 == plain);
    assert!(file.unpacked().unwrap().ended);

    // Another member is appended, and then it is another file.
    let more = text(3_000, 4);
    packed.0.lock().unwrap().extend(gzip(&more, 1, b""));
    let stamp = file.snap().bytes.stamp().unwrap();
    assert!(stamp.size > plain.len() as u64 && file.snap().bytes.grows() || stamp.size > plain.len() as u64);
    packed.0.lock().unwrap().truncate(50);
    assert_eq!(file.snap().bytes.stamp().unwrap().size, 0);
}
