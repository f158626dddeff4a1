//! Compiler listings, as far as they are an oracle: the source cards and the cross-references of each compile unit.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A line of a cross-reference: its letter, if it has one, and the line referred to.
pub type Mark = (char, u64);

/// One table: name in upper case and line of definition, with its references.
pub type Table = BTreeMap<(String, u64), Vec<Mark>>;

/// One compile unit.
#[derive(Debug, Default)]
pub struct Unit {
    /// The source, each card on the line of its number.
    pub source: String,
    pub data: Table,
    pub procedures: Table,
    pub programs: Table,
    /// Names without references are in the tables as well.
    pub full: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Other,
    Source { number: usize, card: usize },
    Data,
    Procedures,
    Programs,
}

/// The listings in the folder that the variable names, sorted; `None` without it.
pub fn folder(variable: &str) -> Option<Vec<PathBuf>> {
    let folder = std::env::var_os(variable)?;
    let mut files = Vec::new();
    walk(Path::new(&folder), &mut files);
    files.sort();
    Some(files)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder of the variable").flatten() {
        let path = entry.path();
        if path.is_dir() { walk(&path, files) } else { files.push(path) }
    }
}

/// The compile units of a listing.
pub fn units(bytes: &[u8]) -> Vec<Unit> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|b| char::from(*b)).collect(),
    };
    let full = text.contains("XREF(FULL)");
    let mut units: Vec<Unit> = Vec::new();
    let mut part = Part::Other;
    let mut last = usize::MAX;
    let mut row: Option<(String, u64)> = None;
    for line in text.lines() {
        if let Some(next) = heading(line) {
            if next != part {
                row = None;
            }
            part = next;
            continue;
        }
        if line.contains("IBM Enterprise COBOL") && line.contains("  Page ") {
            if matches!(part, Part::Source { .. }) {
                part = Part::Other;
            }
            continue;
        }
        match part {
            Part::Source { number, card } => {
                let chars: Vec<char> = line.chars().collect();
                let digits: String = chars.iter().skip(number).take(6).collect();
                let Ok(id) = digits.parse::<usize>() else { continue };
                // Messages stand between the lines: `==000034==>`.
                let before = chars.get(..number).unwrap_or_default();
                if digits.len() < 6 || before.iter().any(|c| c.is_ascii_alphabetic() || *c == '=') {
                    continue;
                }
                if last == usize::MAX || id <= last {
                    units.push(Unit { full, ..Unit::default() });
                }
                last = id;
                let unit = units.last_mut().unwrap();
                while unit.source.lines().count() + 1 < id {
                    unit.source.push('\n');
                }
                let text: String = chars.iter().skip(card).take(80).collect();
                unit.source.push_str(text.trim_end());
                unit.source.push('\n');
            }
            Part::Data | Part::Procedures | Part::Programs => {
                let Some(unit) = units.last_mut() else { continue };
                let table = match part {
                    Part::Data => &mut unit.data,
                    Part::Procedures => &mut unit.procedures,
                    _ => &mut unit.programs,
                };
                table_line(line, &mut row, table);
            }
            Part::Other => {}
        }
    }
    units
}

/// What a heading within a page begins.
fn heading(line: &str) -> Option<Part> {
    if let (Some(number), Some(card)) = (line.find("LineID"), line.find("----+-*A-1-B")) {
        return Some(Part::Source { number, card });
    }
    let of = |what: &str| line.contains("Defined   Cross-reference of ") && line.contains(what);
    match () {
        () if of("data names") => Some(Part::Data),
        () if of("procedures") => Some(Part::Procedures),
        () if of("programs") => Some(Part::Programs),
        () if line.contains("COPY/BASIS cross-reference") || line.contains("Data Division Map") => {
            Some(Part::Other)
        }
        () if line.contains("Message code") || line.contains("Context usage is indicated") => {
            Some(Part::Other)
        }
        () => None,
    }
}

fn table_line(line: &str, row: &mut Option<(String, u64)>, table: &mut Table) {
    let line = line.strip_prefix('0').unwrap_or(line);
    let blanks = line.len() - line.trim_start().len();
    let mut words = line.split_whitespace().filter(|w| !w.trim_matches('.').is_empty()).peekable();
    if blanks < 20 {
        *row = None;
        let Some(defined) = words.next() else { return };
        let defined = if defined == "EXTERNAL" { Some(0) } else { defined.parse().ok() };
        let (Some(defined), Some(name)) = (defined, words.next()) else { return };
        let key = (name.trim_end_matches('.').to_uppercase(), defined);
        table.entry(key.clone()).or_default();
        *row = Some(key);
    }
    let Some(key) = row else { return };
    let marks = table.entry(key.clone()).or_default();
    for word in words {
        let letter = word.chars().next().filter(char::is_ascii_alphabetic).unwrap_or(' ');
        if let Ok(line) = word.trim_start_matches(letter).parse() {
            marks.push((letter, line));
        }
    }
}
