//! Data Division Maps: where the compiler has put each item. Knows the maps of Enterprise COBOL up to version 4, whose base
//! locators are cells of 4096 bytes, those from version 5 on, whose displacements are decimal or hexadecimal, and the symbols of
//! `GnuCOBOL`, which have sizes only.

use super::words::{hex, number, shown, text, words};
use serde::{Deserialize, Serialize};

/// Bytes that a cell of a base locator is for.
pub const CELL: u64 = 4096;

/// An item of a map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapped {
    /// The number of the line where it is defined; `None` where the map does not say (`GnuCOBOL`).
    pub line_id: Option<u32>,
    /// The level that the map has: counted from 1 on, not the one that is written. 66, 77, 88 stay.
    pub level: u8,
    /// `FD` or `SD` of a file; empty for an item.
    pub file: String,
    /// In upper case.
    pub name: String,
    /// `BLW=00000`; empty where there is none.
    pub locator: String,
    /// Bytes from the start of what the locator is for.
    pub displacement: Option<u64>,
    /// Bytes from the start of its record; 0 for a record.
    pub offset: Option<u64>,
    /// Bytes of one occurrence.
    pub length: Option<u64>,
    /// As an assembler would define it: `0CL30`, `5P`.
    pub definition: String,
    /// `Packed-Dec` and the like.
    pub kind: String,
    /// Letters of the last column: `R`, `O` ...
    pub attributes: String,
}

impl Mapped {
    /// Where it is among all items that have the same kind of locator: cells of a base locator follow each other.
    pub fn absolute(&self) -> Option<u64> {
        let (_, cell) = self.locator.split_once('=')?;
        Some(u64::from_str_radix(cell, 16).ok()?.saturating_mul(CELL).saturating_add(self.displacement?))
    }

    /// Where the compiler has it, in the words of the map: `BLW=00000+024,00000C 4C Disp-Num`.
    pub fn shown(&self) -> String {
        let place = match (self.displacement, self.locator.is_empty()) {
            (Some(at), false) => format!("{}+{at:03X}", self.locator),
            (Some(at), true) => format!("+{at:X}"),
            (None, _) => self.locator.clone(),
        };
        let within = self.offset.map(|o| format!("{o:06X}"));
        let place = [Some(place).filter(|p| !p.is_empty()), within].into_iter().flatten().collect::<Vec<_>>();
        let parts = [place.join(","), self.definition.clone(), self.kind.clone(), self.attributes.clone()];
        parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// A row as it is printed: its displacements are digits whose base is not known yet.
struct Row {
    item: Mapped,
    displacement: Option<String>,
    structure: Option<String>,
}

/// The items of a Data Division Map.
pub fn map(part: &[u8]) -> Vec<Mapped> {
    let mut rows = Vec::new();
    let mut sizes = false;
    for line in part.split(|b| *b == b'\n') {
        let (_, text) = text(line);
        if text.starts_with(b"SIZE  TYPE ") {
            sizes = true;
        } else if sizes {
            rows.extend(sized(text));
        } else {
            rows.extend(row(text));
        }
    }
    // In maps with a column for blocks all is hexadecimal, and so it is from version 5 on, unless what is there fits decimal
    // numbers better.
    let radix = if rows.iter().any(|r| r.item.locator.contains('=')) { 16 } else { radix(&rows) };
    let read = |digits: &Option<String>| u64::from_str_radix(digits.as_deref()?, radix).ok();
    let items = rows.into_iter().map(|row| {
        let displacement = read(&row.displacement).or(row.item.displacement);
        // A record lies where it begins; what stands for itself is its own record.
        let record = matches!(row.item.level, 1 | 77) && row.item.file.is_empty();
        let offset = read(&row.structure).or_else(|| (record && displacement.is_some()).then_some(0));
        Mapped { displacement, offset, ..row.item }
    });
    items.collect()
}

/// The base of the displacements of a map: the one in which more items follow the end of the one before.
fn radix(rows: &[Row]) -> u32 {
    let fits = |radix| {
        let places = rows.iter().filter_map(|row| {
            let at = u64::from_str_radix(row.structure.as_deref()?, radix).ok()?;
            Some((row.item.level, at, row.item.length?, row.item.definition.starts_with("0CL")))
        });
        let places: Vec<_> = places.collect();
        let pairs = places.windows(2).filter(|pair| match pair {
            [(level, at, length, group), (next_level, next, ..)] => {
                !group && level == next_level && at.saturating_add(*length) == *next
            }
            _ => false,
        });
        pairs.count()
    };
    let letters = rows.iter().flat_map(|r| [&r.structure, &r.displacement]).flatten();
    let only_hex = letters.into_iter().any(|digits| digits.bytes().any(|b| b.is_ascii_alphabetic()));
    if !only_hex && fits(10) > fits(16) { 10 } else { 16 }
}

/// Line, level, name, base locator, block and displacement, definition, type, attributes.
fn row(text: &[u8]) -> Option<Row> {
    let mut words = words(text).peekable();
    let line_id = number(words.peek()?).filter(|_| words.peek().is_some_and(|w| is_number(w)))?;
    words.next();
    let level = words.next()?;
    let (level, file) = match level {
        b"FD" | b"SD" => (0, shown(level)),
        level => (number(level).filter(|_| is_number(level))?, String::new()),
    };
    let name = shown(words.next()?).trim_end_matches('.').to_ascii_uppercase();
    let rest: Vec<&[u8]> = words.filter(|w| w.iter().any(|b| *b != b'.')).collect();
    let ds = rest.iter().position(|w| *w == b"DS");
    let (before, after) = match ds {
        Some(at) => (rest.get(..at)?, rest.get(at + 1..)?),
        None => (rest.as_slice(), &[][..]),
    };
    let locator =
        before.first().filter(|w| w.starts_with(b"BL") || w.starts_with(b"IDX") || w.contains(&b'='));
    let digits = before.get(usize::from(locator.is_some())..)?;
    let digits: Vec<&[u8]> = digits.iter().copied().filter(|w| file.is_empty() && hex(w).is_some()).collect();
    let joined = |words: &[&[u8]]| (!words.is_empty()).then(|| shown(&words.concat()));
    let definition = after.first().map(|w| shown(w)).unwrap_or_default();
    let item = Mapped {
        line_id: Some(line_id),
        level,
        file,
        name,
        locator: locator.map(|w| shown(w)).unwrap_or_default(),
        displacement: None,
        offset: None,
        length: length(&definition),
        kind: after.get(1).map(|w| shown(w)).unwrap_or_default(),
        attributes: after.get(2..).unwrap_or_default().iter().map(|w| shown(w)).collect::<Vec<_>>().join(" "),
        definition,
    };
    let (first, others) =
        digits.split_first().map_or((None, &[][..]), |(first, others)| (Some(first), others));
    Some(Row { item, displacement: first.map(|w| shown(w)), structure: joined(others) })
}

fn is_number(word: &[u8]) -> bool {
    word.iter().all(u8::is_ascii_digit)
}

/// `00003 NUMERIC        05   TR-HOURS                       S9(3)V99 COMP-3`
fn sized(text: &[u8]) -> Option<Row> {
    let mut words = words(text);
    let size = words.next().filter(|w| w.len() == 5 && is_number(w))?;
    let kind = shown(words.next()?);
    let next = words.next()?;
    let level = number(next).filter(|_| is_number(next));
    let file = if kind == "FILE" { "FD".to_owned() } else { String::new() };
    let name = if level.is_some() { words.next()? } else { next };
    let item = Mapped {
        line_id: None,
        level: level.unwrap_or(0),
        file,
        name: shown(name).to_ascii_uppercase(),
        locator: String::new(),
        displacement: None,
        offset: None,
        length: number(size),
        definition: format!("{} bytes", number::<u64>(size)?),
        kind,
        attributes: String::new(),
    };
    Some(Row { item, displacement: None, structure: None })
}

/// Bytes of an assembler definition: `8C`, `0CL24`, `5P`, `2H`, `1F`, `1D`.
fn length(definition: &str) -> Option<u64> {
    if let Some(group) = definition.strip_prefix("0CL") {
        return group.parse().ok();
    }
    let unit = definition.chars().last()?;
    let count: u64 = definition.strip_suffix(unit)?.parse().ok()?;
    let bytes = match unit {
        'C' | 'P' | 'X' => 1,
        'H' => 2,
        'F' | 'A' => 4,
        'D' => 8,
        _ => return None,
    };
    count.checked_mul(bytes)
}
