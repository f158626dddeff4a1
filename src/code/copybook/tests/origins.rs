//! Where lines are from, there and back.

use super::*;

#[test]
fn each_line_knows_where_it_is_from() {
    let shelf = Shelf::of([
        ("A", "       01  :T:-A.\n      * NOTE\n           COPY B.\n"),
        ("B", "           05  :T:-B.\n           05  C.\n"),
    ]);
    let program =
        "       X.\n       COPY A REPLACING ==:T:== BY\n           ==WS==. Y.\n       COPY B. COPY NONE.\n";
    let expanded = shelf.expand(program, SourceFormat::Fixed);
    let text = String::from_utf8(expanded.text.clone()).unwrap();
    let rows: Vec<_> = text
        .lines()
        .zip(&expanded.origins)
        .map(|(line, o)| {
            format!("{}:{}{} {}", o.source, o.line_no(), if o.changed { "!" } else { "" }, line.trim())
        })
        .collect();
    assert_eq!(
        rows,
        [
            "0:1 X.",
            "0:2 *COPY A REPLACING ==:T:== BY",
            "0:3 *    ==WS==.",
            "1:1! 01  WS-A.",
            "1:2 * NOTE",
            "1:3 *    COPY B.",
            "2:1! 05  WS-B.",
            "2:2 05  C.",
            "0:3 Y.",
            "0:4 *COPY B.",
            "3:1 05  :T:-B.",
            "3:2 05  C.",
            "0:4 COPY NONE.",
        ]
    );
    let copies: Vec<_> = expanded
        .copies
        .iter()
        .map(|c| {
            let lines = c.lines.map(|(a, b)| (a.get(), b.get()));
            (c.name.as_str(), c.outcome, c.at.source, c.at.line_no().get(), lines)
        })
        .collect();
    assert_eq!(
        copies,
        [
            ("A", Outcome::Copied, 0, 2, Some((4, 8))),
            ("B", Outcome::Copied, 1, 3, Some((7, 8))),
            ("B", Outcome::Copied, 0, 4, Some((11, 12))),
            ("NONE", Outcome::Missing, 0, 4, None),
        ]
    );
    let line = LineNo::new;
    assert_eq!(expanded.lines_of(Some("B"), line(2)), [line(8), line(12)]);
    assert_eq!(expanded.lines_of(None, line(3)), [line(3), line(9)]);
    assert_eq!(expanded.lines_of(Some("A"), line(9)), []);
    let chain: Vec<_> = expanded.chain(expanded.origin(line(8)).unwrap());
    let chain: Vec<_> = chain.iter().map(|o| (o.source, o.line_no().get())).collect();
    assert_eq!(chain, [(2, 2), (1, 3), (0, 2)]);
    assert_eq!(expanded.origin(line(14)), None);
}

#[test]
fn a_line_that_was_wrapped_is_the_same_line() {
    let shelf = Shelf::of([("M", "           MOVE A TO A OF B.\n           STOP RUN.\n")]);
    let long = "A23456789-B23456789-C2345678";
    let expanded = shelf.expand(format!("           COPY M REPLACING A BY {long}.\n"), SourceFormat::Fixed);
    let origins: Vec<_> = expanded.origins.iter().map(|o| (o.source, o.line, o.changed)).collect();
    assert_eq!(origins, [(0, 0, false), (1, 0, true), (1, 0, true), (1, 1, false)]);
}
