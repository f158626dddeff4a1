//! Listings of IBM's compilers as an oracle: their own cross-references and Data Division Maps, for each compile unit beside
//! its part of the listing. The source is taken from that by the program itself, as it does for any listing.

use greenbar::base::ByteOffset;
use greenbar::code::{SourceFormat, detect};
use greenbar::listing::{self, Contents, PartKind};
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
    /// Its part of the listing.
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

/// The compile units of a listing; none if it is no listing.
pub fn units(bytes: &[u8]) -> Vec<Unit> {
    let SourceFormat::Listing(first) = detect(bytes.split(|b| *b == b'\n').take(2_000)).format else {
        return Vec::new();
    };
    let full = memchr::memmem::find(bytes, b"XREF(FULL)").is_some();
    let slice = |from: ByteOffset, to: ByteOffset| {
        &bytes[usize::try_from(from.0).unwrap()..usize::try_from(to.0).unwrap()]
    };
    let unit = |unit: listing::Unit| {
        let text = slice(unit.start, unit.end).to_vec();
        let mut cards = first;
        let number = |line: &[u8]| {
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            cards.take(line).and_then(|card| card.number(line)).unwrap_or(0)
        };
        let numbers = text.split_inclusive(|b| *b == b'\n').map(number).collect();
        let parts = |kind| unit.parts_of(kind).map(|part| slice(part.start, part.end));
        let table = |kind| {
            let mut table = Table::new();
            for row in parts(kind).flat_map(listing::xref) {
                let marks = row.marks.iter().map(|m| (m.letter.unwrap_or(' '), u64::from(m.line_id)));
                table.entry((row.name, u64::from(row.defined))).or_default().extend(marks);
            }
            table
        };
        let mapped = |m: listing::Mapped| {
            let line = u64::from(m.line_id?);
            Some(Mapped { name: m.name, line, offset: m.offset?, length: m.length? })
        };
        Unit {
            format: SourceFormat::Listing(first),
            numbers,
            data: table(PartKind::DataXref),
            procedures: table(PartKind::ProcedureXref),
            programs: table(PartKind::ProgramXref),
            map: parts(PartKind::DataMap).flat_map(listing::map).filter_map(mapped).collect(),
            text,
            full,
        }
    };
    Contents::of(bytes)
        .units
        .iter()
        .filter(|u| u.parts_of(PartKind::Source).next().is_some())
        .map(unit)
        .collect()
}
