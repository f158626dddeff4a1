use super::*;
use crate::base::meter::no_meter;
use std::fmt::Write as _;

fn card(number: usize, code: &str) -> String {
    format!("{number:06} {code:<65}TAG{number:05}\n")
}

/// A program of cards; `renew` gives other sequence numbers.
fn program(lines: &[&str], renew: usize) -> String {
    lines.iter().enumerate().fold(String::new(), |mut text, (n, line)| {
        let _ = write!(text, "{}", card((n + 1) * renew, line));
        text
    })
}

const LINES: [&str; 9] = [
    "PROCEDURE DIVISION.",
    "MAIN.",
    "    IF A > B",
    "        MOVE A TO B",
    "    END-IF.",
    "    IF C > D",
    "        MOVE C TO D",
    "    END-IF.",
    "    GOBACK.",
];

fn open(text: &str) -> (tempfile::NamedTempFile, SourceFile) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let source = SourceFile::open(file.path(), no_meter()).unwrap();
    (file, source)
}

/// Where line `line` of [`LINES`] is in another text, and whether that is sure.
fn moved(line: u64, to: &str) -> Option<(u64, bool)> {
    let (_old, old) = open(&program(&LINES, 100));
    let how = (SourceFormat::Fixed, Encoding::Utf8);
    let anchor = anchor_at(&old, line, how.0, how.1, &Budget::unlimited()).unwrap();
    let (_new, new) = open(to);
    let sought = [Sought { line, anchor: &anchor }];
    let found = find((&new, how.0, how.1), &sought, &Budget::unlimited()).unwrap();
    found[0].map(|p| (p.line, p.sure))
}

#[test]
fn a_line_is_found_where_it_went() {
    assert_eq!(moved(5, &program(&LINES, 10)), Some((5, true)), "other sequence numbers are no change");
    let mut more = LINES.to_vec();
    more.splice(2..2, ["    DISPLAY 'ONE'.", "    DISPLAY 'TWO'."]);
    for line in 1..=9 {
        let wanted = if line < 3 { line } else { line + 2 };
        assert_eq!(moved(line, &program(&more, 10)), Some((wanted, true)), "line {line}");
    }
    // The nearer of two that look alike, and the one with its neighbours before one that is near.
    let block = [&LINES[5..8], &LINES[2..5], &LINES[8..]].concat();
    assert_eq!(moved(5, &program(&block, 10)), Some((6, true)), "its own END-IF");
}

#[test]
fn a_line_that_was_changed_is_between_its_neighbours_and_one_that_is_gone_is_nowhere() {
    let mut changed = LINES.to_vec();
    changed[3] = "        MOVE A TO C";
    assert_eq!(moved(4, &program(&changed, 10)), Some((4, false)));
    let gone = [&LINES[..2], &["    EXIT."][..]].concat();
    assert_eq!(moved(4, &program(&gone, 10)), None);
    assert_eq!(moved(4, ""), None);
    assert_eq!(moved(9, &program(&["    GOBACK."], 1)), Some((1, true)), "the end is a neighbour");
    assert_eq!(moved(6, &program(&LINES[5..6], 1)), Some((1, false)), "only it is left");
}

#[test]
fn what_the_pane_has_at_hand_is_what_the_file_gives() {
    let text = program(&LINES, 100);
    let (_file, source) = open(&text);
    let rows: Vec<&[u8]> = text.lines().map(str::as_bytes).collect();
    for (at, row) in rows.iter().enumerate() {
        let near = |n: Option<usize>| n.and_then(|n| rows.get(n)).copied().unwrap_or_default();
        let pane = anchor_of(
            [near(at.checked_sub(1)), row, near(Some(at + 1))],
            SourceFormat::Fixed,
            Encoding::Utf8,
        );
        let line = u64::try_from(at + 1).unwrap();
        let file =
            anchor_at(&source, line, SourceFormat::Fixed, Encoding::Utf8, &Budget::unlimited()).unwrap();
        assert_eq!(pane, file, "line {line}");
    }
}

#[test]
fn in_a_large_file_a_line_is_found_near_where_it_was() {
    let filler: Vec<String> = (0..400).map(|n| format!("    ADD {n} TO TOTAL.")).collect();
    let filler: Vec<&str> = filler.iter().map(String::as_str).collect();
    let text = |before: usize| program(&[&filler[..before], &LINES[..], &filler[before..]].concat(), 1);
    let (_old, old) = open(&text(100));
    let how = (SourceFormat::Fixed, Encoding::Utf8);
    let lines: Vec<u64> = vec![103, 108];
    let anchor = |line: &u64| anchor_at(&old, *line, how.0, how.1, &Budget::unlimited()).unwrap();
    let anchors: Vec<String> = lines.iter().map(anchor).collect();
    let sought: Vec<Sought<'_>> =
        lines.iter().zip(&anchors).map(|(line, anchor)| Sought { line: *line, anchor }).collect();
    let found = |before: usize, whole: u64| {
        let (_new, new) = open(&text(before));
        let reach = Reach { whole, near: 80 };
        let of = (&new, how.0, how.1);
        let found = find_within(reach, of, &sought, &Budget::unlimited()).unwrap();
        found.iter().map(|place| place.map(|p| p.line)).collect::<Vec<_>>()
    };
    let moved = |by: i64| lines.iter().map(|line| line.checked_add_signed(by)).collect::<Vec<_>>();
    // Half of the reach is that of each of two lines, and both look where the other does.
    for (before, by) in [(60, -40), (99, -1), (101, 1), (139, 39), (140, 40)] {
        assert_eq!(found(before, 0), moved(by), "by {by}");
    }
    assert_eq!(found(300, 0), [None, None], "too far");
    assert_eq!(found(300, 1 << 20), moved(200), "a small file is looked through");
    assert_eq!(found(0, 0), [None, None], "the first lines of the file are too far, too");
}

#[test]
fn windows_are_in_order_and_apart() {
    let reach = Reach { whole: 100, near: 30 };
    assert_eq!(reach.windows(101, vec![]), []);
    assert_eq!(reach.windows(100, vec![5]), [(1, u64::MAX)]);
    assert_eq!(reach.windows(101, vec![500, 5, 20]), [(1, 30), (490, 510)]);
}
