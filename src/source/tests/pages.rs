//! Pages of print and lines as they are printed, beside a pass over all lines.

use super::*;
use crate::source::carriage::{Control, Decider};
use std::ops::ControlFlow;

fn open(bytes: &[u8], kind: Carriage, records: Records, printed: bool, shape: Shape) -> SourceFile {
    let memory = Memory::new(bytes);
    let stamp = memory.stamp().unwrap();
    let wanted = Wanted {
        encoding: Some(encoding::Encoding::Utf8),
        records: Some(records),
        carriage: Some(kind),
        printed,
    };
    SourceFile::over(Path::new("memory"), Arc::new(memory), stamp, wanted, no_meter(), shape)
}

/// Where pages begin, by going through all lines.
fn naive(lines: &[Vec<u8>], starts: &[u64], kind: Carriage) -> Vec<u64> {
    let decider = Decider::new(kind, false);
    let mut before = Control::default();
    let mut pages = vec![];
    for (n, (line, at)) in lines.iter().zip(starts).enumerate() {
        let control = decider.of(line).ending_with(line.len() as u64, line.last().copied().unwrap_or(0));
        if n == 0 || control.page || before.next_page {
            pages.push(*at);
        }
        before = control;
    }
    pages
}

fn lines() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let byte = prop_oneof![
        Just(b'1'),
        Just(b' '),
        Just(b'+'),
        Just(b'0'),
        Just(b'a'),
        Just(0x0c),
        Just(0x89),
        Just(0x09),
        Just(1)
    ];
    proptest::collection::vec(proptest::collection::vec(byte, 0..7), 1..40)
}

fn kinds() -> impl Strategy<Value = Carriage> {
    prop_oneof![Just(Carriage::Asa), Just(Carriage::Mixed), Just(Carriage::Machine), Just(Carriage::Feeds)]
}

/// The lines as a file with line feeds, or as records with descriptors.
fn file_of(lines: &mut [Vec<u8>], counted: bool) -> (Vec<u8>, Vec<u64>, Records) {
    // What begins where the file ends is no line.
    lines.last_mut().unwrap().push(b'a');
    let (mut bytes, mut starts) = (vec![], vec![]);
    for line in lines {
        if counted {
            bytes.extend([0, u8::try_from(line.len() + 4).unwrap(), 0, 0]);
        }
        starts.push(bytes.len() as u64);
        bytes.extend_from_slice(line);
        if !counted {
            bytes.push(b'\n');
        }
    }
    let records = if counted { "v" } else { "lf" };
    (bytes, starts, records.parse().unwrap())
}

proptest! {
    #[test]
    fn pages_are_those_of_a_pass_over_all_lines(
        mut lines in lines(), kind in kinds(), counted in any::<bool>(), from in 0usize..40, whole in any::<bool>(),
    ) {
        let (bytes, starts, records) = file_of(&mut lines, counted);
        let pages = naive(&lines, &starts, kind);
        let file = open(&bytes, kind, records, false, TINY);
        let none = Budget::unlimited();
        if whole {
            prop_assert_eq!(file.count_pages(&none).unwrap(), pages.len() as u64);
        }
        let at = starts[from % starts.len()];
        let here = pages.partition_point(|p| *p <= at);
        let next = file.next_page(ByteOffset(at), Direction::Forward, &none).unwrap();
        prop_assert_eq!(next.map(|(p, n)| (p.0, n)), pages.get(here).map(|p| (*p, here as u64 + 1)));
        let before = file.next_page(ByteOffset(at), Direction::Backward, &none).unwrap();
        let wanted = pages.iter().rposition(|p| *p < at);
        prop_assert_eq!(before.map(|(p, n)| (p.0, n)), wanted.map(|n| (pages[n], n as u64 + 1)));
        for (n, page) in pages.iter().enumerate() {
            prop_assert_eq!(file.page_start(n as u64 + 1, &none).unwrap(), Some((ByteOffset(*page), n as u64 + 1)));
        }
        prop_assert_eq!(file.count_pages(&none).unwrap(), pages.len() as u64);
        let got = file.page(&PageRequest { anchor: Anchor::Offset(ByteOffset(at)), before: 3, after: 3, skip: 0, piece: 0 }, &none).unwrap();
        for line in got.lines {
            prop_assert_eq!(line.printed.page, pages.contains(&line.start.0));
            prop_assert_eq!(line.printed.number, Some(pages.partition_point(|p| *p <= line.start.0) as u64));
        }
    }

    /// Printed lines are the lines without their control; matches are those in them, and columns count from behind it.
    #[test]
    fn what_is_found_is_in_what_is_printed(mut lines in lines(), kind in kinds(), counted in any::<bool>(), which in 0usize..5, column in 0u32..4) {
        let (bytes, starts, records) = file_of(&mut lines, counted);
        let file = open(&bytes, kind, records, true, TINY);
        let decider = Decider::new(kind, false);
        let printed: Vec<(u64, &[u8])> = lines.iter().zip(&starts).map(|(line, at)| {
            let control = decider.bytes(line);
            (at + control as u64, &line[control..])
        }).collect();
        let mut got: Vec<Vec<u8>> = vec![vec![]];
        file.lines(ByteOffset(0), &Budget::unlimited(), &mut |part, ends| {
            got.last_mut().unwrap().extend_from_slice(part);
            if ends {
                got.push(vec![]);
            }
            ControlFlow::Continue(())
        }).unwrap();
        prop_assert_eq!(got.pop(), Some(vec![]));
        let texts: Vec<&[u8]> = printed.iter().map(|p| p.1).collect();
        prop_assert_eq!(got, texts);
        let (text, kind) = [("1", NeedleKind::Literal), ("A", NeedleKind::Literal), ("^.", NeedleKind::Regex), ("a+$", NeedleKind::Regex), ("==", NeedleKind::Picture)][which];
        let columns = (column > 0).then_some(Columns { first: column, last: None });
        let spec = NeedleSpec { text: text.into(), ignore_case: true, kind, columns, ..NeedleSpec::default() };
        let needle = Needle::in_encoding(&spec, encoding::Encoding::Utf8).unwrap();
        let all: Vec<(u64, u64)> = printed.iter().flat_map(|(at, text)| {
            needle.find_in_line(text).into_iter().map(move |(s, e)| (at + s as u64, (e - s) as u64)).collect::<Vec<_>>()
        }).collect();
        let (count, hits) = file.find_all(&needle, 1_000, &Budget::unlimited(), &mut |_| {}).unwrap();
        let found: Vec<(u64, u64)> = hits.iter().map(|h| (h.offset.0, h.length)).collect();
        prop_assert_eq!(count.matches, all.len() as u64);
        prop_assert_eq!(&found, &all);
        let mut back = vec![];
        let mut from = bytes.len() as u64;
        while let Some(hit) = file.find_next(&needle, ByteOffset(from), Direction::Backward, &Budget::unlimited(), &mut |_| {}).unwrap() {
            back.push((hit.offset.0, hit.length));
            from = hit.offset.0;
        }
        back.reverse();
        prop_assert_eq!(back, all);
    }
}

#[test]
fn pages_go_on_where_a_file_grows() {
    let mut temp = tempfile::NamedTempFile::new().unwrap();
    temp.write_all(b"1a\n b\n1").unwrap();
    let wanted = Wanted { carriage: Some(Carriage::Asa), ..lf() };
    let file = SourceFile::open_as(temp.path(), wanted, no_meter()).unwrap();
    let none = Budget::unlimited();
    assert_eq!(file.count_pages(&none).unwrap(), 2);
    temp.write_all(b"c\n d\n1e\n").unwrap();
    assert_eq!(file.refresh().unwrap(), Change::Grew);
    assert_eq!(file.count_pages(&none).unwrap(), 3);
    assert_eq!(file.page_start(3, &none).unwrap(), Some((ByteOffset(12), 3)));
    // As other lines it has other pages, and begins where it did.
    file.set_printed(Some(Carriage::Feeds), true);
    assert_eq!(file.count_pages(&none).unwrap(), 1);
}
