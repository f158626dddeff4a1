//! The cross-reference of `GnuCOBOL`: `cobc -Xref` on a source, if it accepts it.

use crate::listing::Table;
use std::path::Path;
use std::process::Command;

/// The tables of data names and of labels, their references without letters and each line once. None if the compiler is
/// not here or does not take the source.
pub fn tables(source: &Path) -> Option<(Table, Table)> {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("list");
    let ran = Command::new("cobc")
        .args(["-Xref", "-fsyntax-only", "-fixed", "-t"])
        .arg(&list)
        .arg(source)
        .current_dir(folder.path())
        .output()
        .ok()?;
    if !ran.status.success() {
        return None;
    }
    let text = std::fs::read(&list).ok()?;
    let text: String = text.iter().map(|b| char::from(*b)).collect();
    let (mut names, mut labels) = (Table::new(), Table::new());
    let mut part = 0;
    let mut row = None;
    for line in text.lines().map(|l| l.trim_start_matches('\u{c}')) {
        let heading = line.contains("DEFINED                REFERENCES");
        if heading || line.starts_with("Error/Warning") {
            part = match line.split_whitespace().next() {
                Some("NAME") => 1,
                Some("LABEL") => 2,
                _ => 0,
            };
            continue;
        }
        if part == 0 || line.starts_with("GnuCOBOL ") || line.trim().is_empty() {
            continue;
        }
        let table = if part == 1 { &mut names } else { &mut labels };
        let line = if part == 2 && !line.starts_with(' ') { &line[2..] } else { line };
        let mut words = line.split_whitespace().peekable();
        if !line.starts_with(' ') {
            let (Some(name), Some(defined)) = (words.next(), words.next()) else { continue };
            row = defined.parse().ok().map(|d: u64| (name.to_uppercase(), d));
        }
        let Some(key) = &row else { continue };
        let marks = table.entry(key.clone()).or_default();
        marks.extend(words.filter_map(|w| w.trim_start_matches('*').parse().ok()).map(|line| (' ', line)));
    }
    for table in [&mut names, &mut labels] {
        for marks in table.values_mut() {
            marks.sort_unstable();
            marks.dedup();
        }
    }
    Some((names, labels))
}
