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
