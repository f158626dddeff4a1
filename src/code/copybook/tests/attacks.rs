//! Texts that ask for too much: each ends soon, stays within bounds, and says what was left out.

use super::super::splice::expand_within;
use super::super::work::{Gauge, Limits};
use super::*;
use crate::base::{Cancel, Stop};
use std::time::{Duration, Instant};

/// Members that are made when they are asked for.
struct Made<F>(F);

impl<F: Fn(&str) -> Option<String>> Members for Made<F> {
    fn member(&self, name: &str, _library: Option<&str>) -> Result<Member, Missing> {
        let text =
            (self.0)(name).ok_or(Missing { why: "is not here".into(), near: Vec::new(), refused: false })?;
        Ok(Member { file: name.into(), text: text.into_bytes().into(), elsewhere: false })
    }
}

/// A sixty-fourth of what is in use, so that a build without optimisation takes no longer than people wait.
const SMALL: Limits = Limits { members: 1_000, bytes: 1 << 20, steps: 3_000_000 };

#[track_caller]
fn bounded(program: &str, members: &dyn Members) -> Expanded {
    let begun = Instant::now();
    let budget = Budget::unlimited();
    let gauge = Gauge::new(&budget, SMALL);
    let expanded = expand_within(program.as_bytes(), SourceFormat::Fixed, members, gauge);
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    assert!(expanded.text.len() <= program.len() + 2 * SMALL.bytes, "{}", expanded.text.len());
    expanded
}

fn limits(expanded: &Expanded) -> Vec<&str> {
    let all = expanded.problems.iter().filter(|p| p.kind == RemarkKind::Limit);
    all.map(|p| p.message.as_str()).collect()
}

#[test]
fn depth_is_bounded() {
    // Each member is another one, so nothing goes round.
    let deep = Made(|name: &str| {
        let number: u32 = name.trim_start_matches('M').parse().ok()?;
        Some(format!("           COPY M{}.\n", number + 1))
    });
    let expanded = bounded("           COPY M1.\n", &deep);
    assert_eq!(expanded.copies.len(), DEPTH_MAX + 1);
    assert_eq!(limits(&expanded), ["copybook M65 is 64 levels deep, and no deeper one is put in"]);
    assert!(expanded.text.ends_with(b"           COPY M65.\n"));
}

#[test]
fn members_that_double_are_bounded_by_their_number() {
    let doubling = Made(|name: &str| {
        let number: u32 = name.trim_start_matches('M').parse().ok()?;
        Some(format!("           COPY M{0}. COPY M{0}.\n", number + 1))
    });
    let expanded = bounded("           COPY M1.\n", &doubling);
    assert!(expanded.copies.len() > SMALL.members);
    let deepest = "copybook M65 is 64 levels deep, and no deeper one is put in";
    let most = "1,000 copybooks are reached: from here on nothing is put in";
    assert_eq!(limits(&expanded), [deepest, deepest, most]);
}

#[test]
fn bytes_are_bounded() {
    let large = Made(|_: &str| Some("           DISPLAY 'X'.\n".repeat(4_000)));
    let expanded = bounded(&"           COPY M.\n".repeat(50), &large);
    assert_eq!(limits(&expanded), ["1 MiB of copied text are reached: from here on nothing is put in"]);
    assert!(expanded.text.ends_with(b"           COPY M.\n"));
}

#[test]
fn what_replacing_puts_in_is_bounded() {
    let words = Made(|_: &str| Some("           A A A A A A A A A A A A\n".repeat(100)));
    let large = format!(
        "           COPY M REPLACING A BY ==\n{}           ==.\n",
        "           BBBBBBBB\n".repeat(1_000)
    );
    let expanded = bounded(&large, &words);
    assert_eq!(limits(&expanded).len(), 1);
    assert!(expanded.text.ends_with(b" A A A\n"));
}

#[test]
fn comparing_is_bounded() {
    // Every word begins a match that fails at its end.
    let text = Made(|_: &str| Some("           A A A A A A A A A A A A\n".repeat(1_000)));
    let pattern = "           A A A A A A A A\n".repeat(100);
    let program =
        format!("           COPY M REPLACING ==\n{pattern}           B== BY C.\n           COPY M.\n");
    let expanded = bounded(&program, &text);
    assert_eq!(
        limits(&expanded),
        ["the words that are compared for one program are reached: from here on nothing is put in"]
    );
    assert!(expanded.text.ends_with(b"           COPY M.\n"));
}

#[test]
fn circles_of_all_lengths_are_said() {
    for length in [1, 2, 5, 60] {
        let circle = Made(|name: &str| {
            let number: u32 = name.trim_start_matches('M').parse().ok()?;
            Some(format!("           COPY M{}.\n", (number + 1) % length))
        });
        let expanded = bounded("           COPY M0.\n", &circle);
        let said: Vec<_> = expanded.problems.iter().map(|p| (p.kind, p.at.source)).collect();
        assert_eq!(said, [(RemarkKind::Cycle, length)]);
        assert!(expanded.problems[0].message.ends_with("> M0"));
    }
}

#[test]
fn odd_statements_cost_little() {
    let shelf = Shelf::of([("M", "       A.\n")]);
    for unit in [
        "COPY ",
        "COPY M REPLACING ",
        "COPY M REPLACING ==",
        "COPY M REPLACING ==A== BY ==",
        "COPY M REPLACING A (",
        "REPLACE ",
        "REPLACE ==",
        "REPLACE ==A== BY ==B== ",
        "REPLACE ALSO ==A== BY ==A A==. A ",
        "EXEC SQL INCLUDE ",
        "==",
        "(",
        "'",
        "COPY '",
        "++INCLUDE ",
        "== BY ",
        "COPY M REPLACING == BY == BY ",
        "\n",
        ". ",
        "-INC M\n",
    ] {
        for gap in ["", "\n           "] {
            let text =
                format!("           {}", format!("{unit}{gap}").repeat(20_000 / (unit.len() + gap.len())));
            let begun = Instant::now();
            let expanded = shelf.expand(&text, SourceFormat::Fixed);
            assert!(begun.elapsed() < Duration::from_secs(20), "{unit:?} takes {:?}", begun.elapsed());
            assert!(expanded.problems.len() <= 1000);
        }
    }
}

#[test]
fn names_of_any_kind_are_shown_in_one_short_line() {
    let shelf = Shelf::default();
    let long = "N".repeat(64 << 10);
    for name in [long.as_str(), "'../../etc/passwd'", "'A\u{1b}[2J'", "'\u{7}'", "\"/etc/shadow\"", "%X"] {
        let expanded = shelf.expand(format!("COPY {name}.\n"), SourceFormat::Free);
        let message = &expanded.problems[0].message;
        assert!(message.len() < 200 && !message.chars().any(char::is_control), "{message:?}");
    }
}

#[test]
fn what_is_stopped_stays_as_it_was() {
    let shelf = Shelf::of([("M", "       A.\n")]);
    let program = "       COPY M. B.\n".repeat(3);
    let cancel = Cancel::new();
    cancel.cancel();
    let expanded = expand(program.as_bytes(), SourceFormat::Fixed, &shelf, &Budget::with_cancel(cancel));
    assert_eq!(expanded.text, program.as_bytes());
    assert_eq!(expanded.stopped, Some(Stop::Cancelled));
    let late = Budget::unlimited().until(Instant::now());
    assert_eq!(expand(program.as_bytes(), SourceFormat::Fixed, &shelf, &late).stopped, Some(Stop::OutOfTime));
}
