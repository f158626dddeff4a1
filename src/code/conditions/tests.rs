//! Texts with directives, and the lines of them that are read.

use crate::code::data::layout;
use crate::code::{SourceFormat, mask, mask::mark};
use proptest::prelude::*;

/// The words of code of a text of free format that are left when it is masked.
fn read(text: &str) -> String {
    let mut masked = Vec::new();
    mask(text.as_bytes(), SourceFormat::Free, &mut masked);
    let lines = masked.split(|b| mark::ends_line(*b));
    let code = lines.filter(|l| !l.iter().any(|b| matches!(*b, mark::COMMENT | mark::DIRECTIVE)));
    let words: Vec<String> = code.map(|l| String::from_utf8_lossy(l.trim_ascii()).into_owned()).collect();
    words.concat().chars().filter(char::is_ascii_alphabetic).collect()
}

#[test]
fn a_condition_on_what_is_defined_is_decided() {
    let defined = ">>DEFINE A AS 5\n>>define B 'text'\n>>DEFINE C AS OFF\n>>DEFINE D AS PARAMETER\n";
    for (condition, taken) in [
        ("A IS DEFINED", "x"),
        ("A NOT DEFINED", "y"),
        ("a is not defined", "y"),
        ("NOT A DEFINED", "y"),
        ("C IS DEFINED", "y"),
        ("C NOT DEFINED", "x"),
        ("A = 5", "x"),
        ("A = 05", "x"),
        ("A NOT = 5", "y"),
        ("A IS EQUAL TO 6", "y"),
        ("A > 4", "x"),
        ("A IS LESS THAN 5", "y"),
        ("A >= 5 AND A <= 5", "x"),
        ("A <> 5 OR B = 'text'", "x"),
        ("B = \"text\"", "x"),
        ("B = 'other'", "y"),
        // What is not defined here, or anywhere in the same way, may come from outside.
        ("NOWHERE DEFINED", "xy"),
        ("NOWHERE = 1", "xy"),
        ("D DEFINED", "xy"),
        ("B > 'a'", "xy"),
        ("A = B", "xy"),
        ("(A = 5)", "xy"),
        ("A = 5 AND NOWHERE DEFINED", "xy"),
        ("A = 6 AND NOWHERE DEFINED", "y"),
        ("A = 5 OR NOWHERE DEFINED", "x"),
        ("", "xy"),
    ] {
        let text = format!("{defined}>>IF {condition}\nx\n>>ELSE\ny\n>>END-IF\nz\n");
        assert_eq!(read(&text), format!("{taken}z"), "{condition}");
    }
}

#[test]
fn branches_nest_and_follow_each_other() {
    let text = "\
>>DEFINE A 2
>>IF A = 1
a
>>IF NOWHERE DEFINED
b
>>ELSE
c
>>DEFINE A AS 9 OVERRIDE
>>END-IF
>>ELIF A = 2
d
>>IF A = 3
e
>>ELSE
f
>>END-IF
>>ELIF A = 2
g
>>ELSE
h
>>END-IF
i
>>END-IF
>>ELSE
j
";
    assert_eq!(read(text), "dfij");
    // What a branch of unknown fate defines is unknown, and a directive in one that is not read does nothing.
    let text = ">>DEFINE A 1\n>>IF NOWHERE DEFINED\n>>DEFINE A 2 OVERRIDE\n>>END-IF\n>>IF A = 1\nx\n>>ELSE\ny\n>>END-IF\n";
    assert_eq!(read(text), "xy");
    let text = ">>DEFINE A 1\n>>IF A = 2\n>>SOURCE FORMAT FIXED\nx\n>>END-IF\ny\n";
    assert_eq!(read(text), "y");
    assert_eq!(read(">>DEFINE A 1\n>>IF A = 2\nx\n"), "", "one that nobody ends goes on to the end");
}

#[test]
fn an_evaluate_has_the_branch_that_fits() {
    let defined = ">>DEFINE A AS 5\n>>DEFINE B 'text'\n>>DEFINE C AS OFF\n";
    for (subject, first, second, taken) in [
        ("A", "5", "6", "x"),
        ("A", "4 THRU 6", "5", "x"),
        ("A", "6 THROUGH 9", "5", "y"),
        ("A", "1", "2", "z"),
        ("B", "\"text\"", "OTHER", "x"),
        ("7", "7", "7", "x"),
        ("TRUE", "A = 6", "A > 4 AND C NOT DEFINED", "y"),
        ("TRUE", "NOWHERE DEFINED", "A = 5", "xyz"),
        ("A", "1", "NOWHERE", "yz"),
        // What cannot be compared is not decided.
        ("A", "'text'", "5", "xyz"),
        ("NOWHERE", "1", "2", "xyz"),
        ("A + 1", "6", "5", "xyz"),
        ("", "", "", "xyz"),
    ] {
        let text = format!(
            "{defined}>>EVALUATE {subject}\n>>WHEN {first}\nx\n>>WHEN {second}\ny\n>>WHEN OTHER\nz\n>>END-EVALUATE\nw\n"
        );
        assert_eq!(read(&text), format!("{taken}w"), "{subject} {first} {second}");
    }
    // In what is not read nothing is, and what was not closed is closed by what is around it.
    let text = ">>DEFINE A 1\n>>IF A = 2\n>>EVALUATE A\n>>WHEN 1\nx\n>>ELSE\ny\n>>END-IF\nz\n";
    assert_eq!(read(text), "z");
    // Those of the other kind are none.
    assert_eq!(
        read(">>DEFINE A 1\n>>IF A = 1\nx\n>>WHEN OTHER\ny\n>>END-EVALUATE\n>>ELSE\nz\n>>END-IF\n"),
        "xy"
    );
    // A branch of unknown fate defines nothing for sure.
    let text = ">>DEFINE A 1\n>>EVALUATE NOWHERE\n>>WHEN 1\n>>DEFINE A 2 OVERRIDE\n>>END-EVALUATE\n>>IF A = 1\nx\n>>ELSE\ny\n>>END-IF\n";
    assert_eq!(read(text), "xy");
}

#[test]
fn what_is_known_is_bounded() {
    let depth = 10_000;
    let text = format!(
        ">>DEFINE A 1\n{}x\n{}y\n{}{}z\n{}>>DEFINE A 2 OVERRIDE\n>>IF A = 2\nw\n>>END-IF\n",
        ">>IF A = 1\n".repeat(depth),
        ">>END-IF\n".repeat(depth),
        ">>IF A = 2\n",
        ">>IF A = 1\nu\n>>ELSE\nv\n".repeat(depth),
        ">>END-IF\n".repeat(depth + 1),
    );
    assert_eq!(read(&text), "xyw");
    // The last of too many constants are as if they came from outside.
    let many = (0..10_000).fold(String::new(), |text, n| text + &format!(">>DEFINE C{n} AS {n}\n"));
    assert_eq!(read(&format!("{many}>>IF C1 = 1\nx\n>>ELSE\ny\n>>END-IF\n")), "x");
    assert_eq!(read(&format!("{many}>>IF C9999 = 1\nx\n>>ELSE\ny\n>>END-IF\n")), "xy");
    let long = "9".repeat(500);
    assert_eq!(read(&format!(">>DEFINE A AS {long}\n>>IF A = 1\nx\n>>ELSE\ny\n>>END-IF\n")), "xy");
}

#[test]
fn a_layout_has_the_items_of_the_branch_that_is_read() {
    let source = "       >>DEFINE LONG AS 1
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  REC.
       >>IF LONG = 1
           05  A PIC X(9).
      *>>ELSE
       >>ELSE
           05  A PIC X(2).
       >>IF NOWHERE DEFINED
           05  A PIC X(3).
       >>END-IF
000100 >>END-IF
           05  B PIC X.
";
    let (records, problems) = layout(source.as_bytes(), SourceFormat::Fixed);
    let items: Vec<_> = records[0].items.iter().map(|i| (i.name(), i.offset)).collect();
    assert_eq!(items, [("REC", Some(0)), ("A", Some(0)), ("B", Some(9))]);
    assert_eq!((problems, &records[0].problems), (Vec::new(), &Vec::new()));
    let unknown = source.replace(">>DEFINE LONG AS 1", "");
    let (records, problems) = layout(unknown.as_bytes(), SourceFormat::Fixed);
    assert_eq!(records[0].items.len(), 5);
    let all: Vec<_> = problems.iter().chain(&records[0].problems).map(|p| p.message.as_str()).collect();
    assert!(all.iter().any(|m| m.contains("whatever the condition")), "{all:?}");
}

#[test]
fn only_a_line_that_is_a_directive_ends_a_branch() {
    let text = "       >>DEFINE A 1\n       >>IF A = 2\n      *>>END-IF\n      ->>ELSE\n      />>END-IF\n       >>D X\n           MOVE A TO '\n      -    '>>ELSE\n  >>ELSE\n           Y\n";
    let mut masked = Vec::new();
    mask(text.as_bytes(), SourceFormat::Fixed, &mut masked);
    assert_eq!(masked.len(), text.len());
    let code =
        masked.split(|b| mark::ends_line(*b)).filter(|l| !l.contains(&mark::COMMENT)).collect::<Vec<_>>();
    let code: Vec<_> = code.iter().map(|l| String::from_utf8_lossy(l.trim_ascii())).collect();
    assert_eq!(code, ["\u{3}>>DEFINE A 1", "Y", ""]);
}

proptest! {
    #[test]
    fn any_directives_are_taken(lines in prop::collection::vec("(>>(IF|ELSE|ELIF|END-IF|DEFINE|EVALUATE|WHEN|END-EVALUATE) ?)?[AB '\"=<0-9.]{0,12}|x\\.", 0..40)) {
        let text = lines.join("\n");
        let mut masked = Vec::new();
        mask(text.as_bytes(), SourceFormat::Free, &mut masked);
        prop_assert_eq!(masked.len(), text.len());
    }
}
