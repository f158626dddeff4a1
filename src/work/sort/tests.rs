use super::*;
use crate::base::meter::no_meter;
use crate::source::Wanted;
use crate::work::{Bound, Exclude};
use proptest::prelude::*;

fn opened(bytes: &[u8], wanted: Wanted) -> (OpenFile, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("T");
    std::fs::write(&path, bytes).unwrap();
    let file = OpenFile::open(path.to_str().unwrap(), wanted, &Budget::unlimited(), no_meter()).unwrap();
    (file, folder)
}

fn field(first: u32, last: Option<u32>, descending: bool) -> SortField {
    SortField { columns: Columns { first, last }, descending }
}

/// The numbers of the lines in their order.
fn order(file: &OpenFile, fields: &[SortField], within: FindIn) -> String {
    let by = SortOrder { fields: fields.to_vec(), within };
    let Reply::Sorted(sorted) = file.sort(&by, &Budget::unlimited()).unwrap() else { panic!() };
    assert_eq!(sorted.lines, sorted.rows.len() as u64);
    sorted.rows.iter().map(|r| r.line.to_string()).collect::<Vec<_>>().join(" ")
}

#[test]
fn lines_are_put_in_order_by_fields() {
    let (file, _folder) = opened(b"B 2 x\nA 10\nA 2\nC\nA 2 \nb\n", Wanted::default());
    let all = FindIn::default();
    assert_eq!(order(&file, &[], all), "2 3 5 1 4 6");
    assert_eq!(order(&file, &[field(1, None, true)], all), "6 4 1 3 5 2");
    assert_eq!(order(&file, &[field(3, Some(3), true), field(1, Some(1), false)], all), "3 5 1 2 4 6");
    // What is hidden is left out, or is what is sorted; lines may be named.
    let budget = Budget::unlimited();
    let line = |n| Bound::Line(LineNo::new(n));
    file.exclude(&Exclude::Lines(line(2), line(3)), &budget).unwrap();
    assert_eq!(order(&file, &[], all), "5 1 4 6");
    assert_eq!(order(&file, &[], FindIn { hidden: Some(true), ..all }), "2 3");
    assert_eq!(order(&file, &[], FindIn { lines: Some((line(3), line(5))), ..all }), "5 4");
}

#[test]
fn records_are_in_the_order_of_their_code_page() {
    // Letters come before digits there.
    let records = [[0xF1, 0x40], [0xC1, 0x40], [0x81, 0x40]].concat();
    let wanted = Wanted { encoding: "1047".parse().ok(), records: "f2".parse().ok(), ..Wanted::default() };
    let (file, _folder) = opened(&records, wanted);
    assert_eq!(order(&file, &[], FindIn::default()), "3 2 1");
}

#[test]
fn of_very_many_lines_the_first_are_listed() {
    // Each text five times; of the first ten thousand lines the last one comes early.
    for (descending, shift) in [(false, 2_929), (true, 2_909)] {
        let lines: Vec<String> = (0..25_000).map(|n| format!("{:05}", (n * 7919 + shift) % 5_000)).collect();
        let text = lines.join("\n");
        let (file, _folder) = opened(text.as_bytes(), Wanted::default());
        let by = SortOrder { fields: vec![field(1, None, descending)], within: FindIn::default() };
        let Reply::Sorted(sorted) = file.sort(&by, &Budget::unlimited()).unwrap() else { panic!() };
        assert_eq!((sorted.lines, sorted.rows.len()), (25_000, LINES_SORTED));
        let text = |n: usize| format!("{:05}", if descending { 4_999 - n / 5 } else { n / 5 });
        assert!(sorted.rows.iter().enumerate().all(|(n, r)| r.text == text(n)));
        let fives = sorted.rows.chunks(5);
        assert!(fives.into_iter().all(|five| five.is_sorted_by_key(|r| r.line)), "in the order of the file");
    }
}

proptest! {
    #[test]
    fn comparing_is_that_of_texts_with_blanks_behind_them(a in "[ -#ab]{0,6}", b in "[ -#ab]{0,6}") {
        prop_assert_eq!(compare(a.as_bytes(), b.as_bytes(), b' '), format!("{a:8}").cmp(&format!("{b:8}")));
    }
}
