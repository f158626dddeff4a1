//! What a person says of a source: a file of the same name with the ending `expected`, with lines `KIND NAME LINE`.

use crate::score::Oracle;
use std::path::Path;

/// What is expected of a source, if somebody said it.
pub fn oracle(path: &Path) -> Option<Oracle> {
    let text = std::fs::read_to_string(path.with_extension("expected")).ok()?;
    let mut oracle = Oracle { complete: true, ..Oracle::default() };
    for line in text.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [kind, name, at] = words[..] else { panic!("{}: {line}", path.display()) };
        let at = at.parse().unwrap();
        match kind {
            "label" => drop(oracle.labels.insert((name.to_owned(), at))),
            "data" => drop(oracle.data.insert((name.to_owned(), at))),
            "reference" => drop(oracle.references.insert((name.to_owned(), at))),
            kind => drop(oracle.targets.insert((format!("{kind} {}", name.to_lowercase()), at))),
        }
    }
    Some(oracle)
}
