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

proptest! {
    #[test]
    fn any_directives_are_taken(lines in prop::collection::vec("(>>(IF|ELSE|ELIF|END-IF|DEFINE) ?)?[AB '\"=<0-9.]{0,12}|x\\.", 0..40)) {
        let text = lines.join("\n");
        let mut masked = Vec::new();
        mask(text.as_bytes(), SourceFormat::Free, &mut masked);
        prop_assert_eq!(masked.len(), text.len());
    }
}
