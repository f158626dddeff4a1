use super::super::model::{Anchor, PageLine, PageRequest};
use super::super::{SourceFile, Wanted};
use crate::base::meter::no_meter;
use crate::base::num::to_u64;
use crate::base::{Budget, ByteOffset, LineNo};
use proptest::prelude::*;
use std::io::Write as _;

fn file(text: &[u8]) -> (tempfile::NamedTempFile, SourceFile) {
    let mut place = tempfile::NamedTempFile::new().unwrap();
    place.write_all(text).unwrap();
    let budget = Budget::unlimited();
    let file = SourceFile::open_within(place.path(), Wanted::default(), &budget, no_meter()).unwrap();
    (place, file)
}

fn page(file: &SourceFile, anchor: Anchor, around: u32, piece: u32) -> (Vec<PageLine>, usize, bool, bool) {
    let request = PageRequest { anchor, before: around, after: around, skip: 0, piece };
    let page = file.page(&request, &Budget::unlimited()).unwrap();
    (page.lines, page.anchor, page.at_top, page.at_bottom)
}

/// The text of pieces that follow each other, with the line ends between lines.
fn joined(lines: &[PageLine]) -> Vec<u8> {
    let mut text = Vec::new();
    for line in lines {
        text.extend_from_slice(&line.text);
        if line.is_last_piece() && line.end.bytes() > 0 {
            text.push(b'\n');
        }
    }
    text
}

proptest! {
    #[test]
    fn pieces_are_the_lines_however_they_are_come_to(
        lines in prop::collection::vec("[a-zäß€ ]{0,60}", 1..20),
        piece in 8_u32..60,
        at in 0_usize..3_000,
    ) {
        let text = lines.join("\n") + "\n";
        let (_place, file) = file(text.as_bytes());
        let (all, _, top, bottom) = page(&file, Anchor::Line(LineNo::FIRST), 4_000, piece);
        prop_assert!(top && bottom);
        prop_assert_eq!(joined(&all), text.as_bytes());
        for line in &all {
            // A piece is cut at a character, so it may be as much longer.
            prop_assert!(line.text.len() <= usize::try_from(piece).unwrap() * 5 / 4 + 3);
            prop_assert!(std::str::from_utf8(&line.text).is_ok());
        }
        let (end, ..) = page(&file, Anchor::End, 4_000, piece);
        prop_assert_eq!(joined(&end), text.as_bytes());
        // The page of any byte begins with the piece that it is in, or its line's last one.
        let byte = to_u64(at % text.len());
        let (here, anchor, ..) = page(&file, Anchor::Offset(ByteOffset(byte)), 2, piece);
        let found = &here[anchor];
        let from = found.start.0 + found.inside;
        prop_assert!(found.start.0 <= byte && byte <= found.next().0);
        prop_assert!(from <= byte && (byte < from + to_u64(found.text.len()) || found.is_last_piece()));
        // Neighbours are those of the whole page.
        let first = all.iter().position(|l| (l.start, l.inside) == (here[0].start, here[0].inside)).unwrap();
        prop_assert_eq!(&all[first..first + here.len()], &here[..]);
    }
}

#[test]
fn a_page_of_a_long_line_is_a_few_pieces_of_it() {
    let text = "0123456789".repeat(2 << 20);
    let (_place, file) = file(text.as_bytes());
    for anchor in [Anchor::Offset(ByteOffset(0)), Anchor::Offset(ByteOffset(9_999_999)), Anchor::End] {
        let (lines, at, ..) = page(&file, anchor, 4_000, 2_000);
        let bytes: usize = lines.iter().map(|l| l.text.len()).sum();
        assert!(bytes <= 3 * 65_536 && lines.len() > 30, "{bytes}");
        let begin = lines[at].start.0 + lines[at].inside;
        assert_eq!(
            lines[at].text.first().copied(),
            text.as_bytes().get(usize::try_from(begin).unwrap()).copied()
        );
    }
    let (lines, _, _, bottom) = page(&file, Anchor::End, 3, 2_000);
    assert!(bottom && lines.last().unwrap().is_last_piece());
}
