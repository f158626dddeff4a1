//! Programs whose lines say what they mention, and programs whose answers are written out.

use super::*;
use crate::base::LineNo;
use crate::code::SourceFormat::Free;
use std::collections::BTreeMap;

mod answers;
mod flows;
mod robust;

/// All units of a source of free format.
fn all(text: &str) -> Vec<Unit> {
    units(text.as_bytes(), Free, Want::All)
}

/// By line, the names that are mentioned there and how.
fn mentioned(text: &str) -> BTreeMap<u64, Vec<String>> {
    let mut lines: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for unit in all(text) {
        for r in unit.resolved() {
            let said = format!("{}:{}", r.name.to_lowercase(), r.access.word());
            lines.entry(r.line.get()).or_default().push(said);
        }
    }
    lines
}

/// Each line of these programs says behind `*>` what it mentions, by hand.
#[test]
fn labelled_programs() {
    for (name, text) in [
        ("statements", include_str!("tests/statements.cbl")),
        ("db2", include_str!("tests/db2.cbl")),
        ("cics", include_str!("tests/cics.cbl")),
    ] {
        let found = mentioned(text);
        for (number, line) in (1..).zip(text.lines()) {
            let (code, labels) = line.split_once("*>").unwrap_or((line, ""));
            let labels: Vec<&str> = labels.split_whitespace().collect();
            let found = found.get(&number).map_or(&[][..], Vec::as_slice);
            // SELECT and the headers mention names that are defined right there.
            if labels.is_empty() && (code.contains("select ") || code.contains("program-id")) {
                continue;
            }
            assert_eq!(found, labels, "{name} line {number}: {code}");
        }
    }
}
