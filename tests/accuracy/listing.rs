//! Listings of IBM's compilers as an oracle: their own cross-references and Data Division Maps, for each compile unit beside
//! its part of the listing. The source is taken from that by the program itself, as it does for any listing.

use greenbar::code::{SourceFormat, detect};
use std::collections::BTreeMap;

/// A line of a cross-reference: its letter, if it has one, and the line referred to.
pub type Mark = (char, u64);

/// One table: name in upper case and line of definition (0 for what the compiler made), with its references.
pub type Table = BTreeMap<(String, u64), Vec<Mark>>;

/// A row of a Data Division Map that says where an item is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapped {
    /// In upper case.
    pub name: String,
    /// Number of the line where it is defined.
    pub line: u64,
    /// Bytes from the start of its record; 0 for a record.
    pub offset: u64,
    /// Bytes of one occurrence.
    pub length: u64,
}

/// One compile unit.
#[derive(Debug, Clone)]
pub struct Unit {
    /// Its part of the listing, from its first card up to that of the next unit.
    pub text: Vec<u8>,
    /// The format that is in force there.
    pub format: SourceFormat,
    /// The compiler's number of each line of `text`; 0 for lines that are no cards.
    pub numbers: Vec<u32>,
    pub data: Table,
    pub procedures: Table,
    pub programs: Table,
    pub map: Vec<Mapped>,
    /// Names without references are in the tables as well.
    pub full: bool,
}

/// Which part of a listing lines belong to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Other,
    Data,
    Procedures,
    Programs,
    Map,
}

/// The compile units of a listing; none if it is no listing.
pub fn units(bytes: &[u8]) -> Vec<Unit> {
    let SourceFormat::Listing(mut cards) = detect(bytes.split(|b| *b == b'\n').take(2_000)).format else {
        return Vec::new();
    };
    let full = memchr::memmem::find(bytes, b"XREF(FULL)").is_some();
    let mut units: Vec<Unit> = Vec::new();
    let (mut part, mut last) = (Part::Other, 0);
    let mut row: Option<(String, u64)> = None;
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        let bare = line.strip_suffix(b"\n").unwrap_or(line);
        let before = cards;
        let number = cards.take(bare).and_then(|card| card.number(bare)).unwrap_or(0);
        if number > 0 && (units.is_empty() || number <= last) {
            units.push(Unit {
                text: Vec::new(),
                format: SourceFormat::Listing(before),
                numbers: Vec::new(),
                data: Table::new(),
                procedures: Table::new(),
                programs: Table::new(),
                map: Vec::new(),
                full,
            });
        }
        let Some(unit) = units.last_mut() else { continue };
        unit.text.extend_from_slice(line);
        unit.numbers.push(number);
        if number > 0 {
            (last, part) = (number, Part::Other);
            continue;
        }
        let shown: String = bare.iter().map(|b| char::from(*b)).collect();
        if let Some(next) = heading(&shown) {
            if next != part {
                row = None;
            }
            part = next;
            continue;
        }
        match part {
            Part::Data => table_line(&shown, &mut row, &mut unit.data),
            Part::Procedures => table_line(&shown, &mut row, &mut unit.procedures),
            Part::Programs => table_line(&shown, &mut row, &mut unit.programs),
            Part::Map => unit.map.extend(map_line(&shown)),
            Part::Other => {}
        }
    }
    units
}

/// What a heading within a page begins.
fn heading(line: &str) -> Option<Part> {
    let of = |what: &str| line.contains("Defined   Cross-reference of ") && line.contains(what);
    match () {
        () if of("data names") => Some(Part::Data),
        () if of("procedures") => Some(Part::Procedures),
        () if of("programs") => Some(Part::Programs),
        () if line.contains("Data Division Map") => Some(Part::Map),
        () if ["COPY/BASIS cross-reference", "Message code", "Context usage is indicated", "HEXLOC"]
            .iter()
            .any(|h| line.contains(h)) =>
        {
            Some(Part::Other)
        }
        () => None,
    }
}

/// The words of a line without its carriage control and the dots between columns.
fn words(line: &str) -> (usize, impl Iterator<Item = &str>) {
    let line = line.strip_prefix(['0', '-', '+', '1']).unwrap_or(line);
    let blanks = line.len() - line.trim_start().len();
    (blanks, line.split_whitespace().filter(|w| !w.trim_matches('.').is_empty()))
}

fn table_line(line: &str, row: &mut Option<(String, u64)>, table: &mut Table) {
    if line.contains("IBM Enterprise COBOL") {
        return;
    }
    let (blanks, mut words) = words(line);
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

/// A row of the map: line, level, name, base locator, block, displacement in the structure, definition. A row of a record
/// has no displacement, one of a condition or file no definition.
fn map_line(line: &str) -> Option<Mapped> {
    let (_, words) = words(line);
    let words: Vec<&str> = words.collect();
    let (number, level, name) = (words.first()?, words.get(1)?, words.get(2)?);
    level.parse::<u8>().ok()?;
    let at = words.iter().position(|w| *w == "DS")?;
    let hex = |word: &&&str| word.chars().all(|c| c.is_ascii_digit() || ('A'..='F').contains(&c));
    // Behind the locator: the block, and three groups of the displacement.
    let groups: Vec<&&str> = words.get(4..at)?.iter().filter(hex).collect();
    let displacement: String = groups.get(1..).unwrap_or_default().iter().map(|w| **w).collect();
    let offset = if displacement.is_empty() { 0 } else { u64::from_str_radix(&displacement, 16).ok()? };
    Some(Mapped {
        name: name.trim_end_matches('.').to_uppercase(),
        line: number.parse().ok()?,
        offset,
        length: length(words.get(at + 1)?)?,
    })
}

/// Bytes of an assembler definition: `8C`, `0CL24`, `5P`, `2H`, `1F`, `1D`.
fn length(definition: &str) -> Option<u64> {
    if let Some(group) = definition.strip_prefix("0CL") {
        return group.parse().ok();
    }
    let unit = definition.chars().last()?;
    let count: u64 = definition.trim_end_matches(unit).parse().ok()?;
    let bytes = match unit {
        'C' | 'P' | 'X' => 1,
        'H' => 2,
        'F' | 'A' => 4,
        'D' => 8,
        _ => return None,
    };
    Some(count * bytes)
}
