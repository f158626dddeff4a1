use super::*;
use proptest::prelude::*;

fn shown(rows: &[Row]) -> Vec<String> {
    let piece = |(text, marked): &(String, bool)| if *marked { format!("[{text}]") } else { text.clone() };
    rows.iter()
        .map(|row| row.sign.mark().to_owned() + &row.pieces.iter().map(piece).collect::<String>())
        .collect()
}

fn entry(title: &str, problem: &str) -> NewEntry {
    NewEntry { id: "N-1".into(), title: title.into(), problem: problem.into(), ..NewEntry::default() }
}

#[test]
fn words_that_differ_are_marked_and_what_is_far_away_is_left_out() {
    let old = entry("Balance rejected", "one\ntwo\nthree\nfour\nfive\nsix\nthe field is 9(5) long\nend");
    let new =
        entry("Balance rejected", "one\ntwo\nthree\nfour\nfive\nsix\nthe field is 9(7) long\nmore\nend");
    let rows = changes(&old, &new);
    let lines = shown(&rows);
    assert_eq!(
        lines,
        [" five", " six", "-the field is 9([5]) long", "+the field is 9([7]) long", "+[more]", " end"]
    );
    let renamed = shown(&changes(&old, &entry("Balance refused", &new.problem)));
    assert_eq!(renamed.get(1).map(String::as_str), Some("-title: Balance [rejected]"));
    assert!(renamed.contains(&String::new()), "a gap between the two changes: {renamed:?}");
    assert_eq!(changes(&old, &old), []);
}

#[test]
fn lines_that_have_nothing_in_common_are_marked_whole() {
    assert_eq!(
        shown(&changes(&entry("t", "alpha beta gamma"), &entry("t", "delta epsilon"))).split_off(2),
        ["-[alpha beta gamma]", "+[delta epsilon]"]
    );
}

proptest! {
    /// The lines of either side, put together from the rows around changes, are lines of that side in order.
    #[test]
    fn both_sides_can_be_read_from_the_rows(
        old in proptest::collection::vec("[ab ]{0,4}", 0..30),
        new in proptest::collection::vec("[ab ]{0,4}", 0..30),
    ) {
        let rows = rows(&old, &new);
        for (lines, other) in [(&old, Sign::New), (&new, Sign::Old)] {
            let mut rest = lines.iter();
            for row in rows.iter().filter(|r| r.sign != other && r.sign != Sign::Gap) {
                let text = row.text();
                prop_assert!(rest.any(|line| *line == text), "{text:?} is not in {lines:?}");
            }
        }
        let count = |sign| rows.iter().filter(|r| r.sign == sign).count();
        prop_assert_eq!(old.len() + count(Sign::New), new.len() + count(Sign::Old));
    }
}
