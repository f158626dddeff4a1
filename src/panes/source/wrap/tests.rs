use super::*;
use crate::base::text::LineOptions;
use proptest::prelude::*;

fn line(text: &str) -> Line {
    Line::decode(text.as_bytes(), &LineOptions::default())
}

fn shown(text: &str, columns: usize) -> Vec<String> {
    let line = line(text);
    parts(&line, 0, columns, false).into_iter().map(|p| line.slice(p.start, p.len()).1.to_owned()).collect()
}

#[test]
fn rows_end_behind_blanks_where_there_are_some() {
    assert_eq!(shown("one two three four", 10), ["one two ", "three four"]);
    assert_eq!(shown("a verylongwordthatgoeson", 10), ["a verylong", "wordthatgo", "eson"]);
    assert_eq!(shown("0123456789", 10), ["0123456789"]);
    assert_eq!(shown("", 10), [""]);
    // Blanks at the end are not worth a row.
    assert_eq!(shown("0123456789     ", 10), ["0123456789"]);
    assert_eq!(shown("             ", 10), [""]);
    // What is two cells wide is not cut.
    assert_eq!(shown("ab漢字漢字漢字", 9), ["ab漢字漢", "字漢字"]);
}

#[test]
fn a_match_over_the_end_of_a_piece_is_torn_in_two() {
    let pieces = [&(1_000..1_998), &(1_998..2_996), &(2_996..3_000)];
    let parts = |hit| pieces.map(|piece| torn(piece, &hit));
    assert_eq!(parts(1_990..2_010), [Some(1_990..1_998), Some(1_998..2_010), None]);
    assert_eq!(parts(1_500..3_100), [Some(1_500..1_998), Some(1_998..2_996), Some(2_996..3_000)]);
    // A piece finds by itself what it has the whole of.
    assert_eq!(parts(1_990..1_998), [None, None, None]);
    assert_eq!(parts(2_000..2_000), [None, None, None]);
}

proptest! {
    #[test]
    fn parts_follow_each_other_and_fit(text in "[a-c\t漢 ]{0,200}", columns in 2_usize..90, goes_on: bool) {
        let line = line(&text);
        let parts = parts(&line, 0, columns, goes_on);
        prop_assert_eq!(parts[0].start, 0);
        for two in parts.windows(2) {
            prop_assert_eq!(two[0].end, two[1].start);
            prop_assert!(!two[0].is_empty());
        }
        for part in &parts {
            prop_assert!(part.len() <= columns);
            // Nothing begins or ends within a wide character.
            prop_assert_eq!(line.slice(part.start, part.len()).0, part.start);
        }
        let end = parts[parts.len() - 1].end;
        let rest = line.slice(end, usize::MAX).1;
        prop_assert!(rest.chars().all(|c| c == ' ') && (!goes_on || rest.is_empty()));
    }
}
