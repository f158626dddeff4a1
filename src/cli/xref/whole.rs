//! The whole cross-reference, unit by unit, as compilers print it: names in order, with where they are defined and mentioned.

use super::super::out::Out;
use super::super::reading::{Reading, shown, shown_in};
use super::super::source;
use crate::base::{Exit, Result};
use crate::code::xref::{Access, Definition, Kind, Place, Resolved, Unit, Want};
use serde::Serialize;
use std::collections::BTreeMap;

/// How wide a line may be.
const WIDTH: usize = 80;
/// Where references begin.
const REFERENCES: usize = 42;

/// The headings of the tables.
const TABLES: [&str; 3] = ["data name", "procedure", "program"];

/// In which table a name is.
fn table(kind: Kind) -> usize {
    match kind {
        Kind::Section | Kind::Paragraph => 1,
        Kind::Program | Kind::Entry => 2,
        _ => 0,
    }
}

/// What a document says of one unit.
#[derive(Serialize)]
struct OfUnit {
    unit: String,
    definitions: Vec<Definition>,
    references: Vec<Resolved>,
}

/// Prints all of it.
pub fn print(reading: &Reading, out: &mut Out) -> Result<Exit> {
    let mut units = 0u64;
    let json = out.is_json();
    if json {
        begin(&reading.head(), out);
    }
    reading.units(&Want::All, json, &mut |unit: Unit| {
        if !out.is_open() {
            return;
        }
        if json {
            let of_unit = OfUnit {
                unit: unit.unit_name(unit.root_program()),
                definitions: unit.definitions(),
                references: unit.resolved(),
            };
            let text = serde_json::to_string(&of_unit).unwrap_or_default();
            out.json(&format!("{}{text}", if units > 0 { ",\n" } else { "\n" }));
        } else {
            if units > 0 {
                out.line("");
            }
            tables(&unit, out);
        }
        units += 1;
    })?;
    if json {
        let problems = serde_json::to_string(&reading.remarks().collect::<Vec<_>>()).unwrap_or_default();
        out.json(&format!("\n],\"problems\":{problems}}}\n"));
    } else if units == 0 {
        out.line("there is no COBOL in it");
    }
    Ok(if units == 0 { Exit::NotFound } else { Exit::Done })
}

/// The beginning of a document, to the list of units.
pub fn begin(head: &source::Head, out: &mut Out) {
    let head = serde_json::to_string(head).unwrap_or_default();
    out.json(&format!("{},\"units\":[", head.strip_suffix('}').unwrap_or_default()));
}

/// The mark before a reference, as compilers have it where they have one.
fn mark(access: Access) -> &'static str {
    match access {
        Access::Write | Access::Both => "M",
        Access::Perform => "P",
        Access::Thru => "E",
        Access::GoTo => "G",
        Access::GoToDepending => "D",
        Access::Alter => "A",
        Access::Proceed => "T",
        Access::Debugging => "U",
        Access::Sort => "S",
        Access::Processing => "X",
        Access::Handle => "H",
        Access::Whenever => "W",
        _ => "",
    }
}

/// The tables of one unit.
fn tables(unit: &Unit, out: &mut Out) {
    let name = unit.unit_name(unit.root_program());
    out.line(if name.is_empty() { "(no program)" } else { &name });
    // By name, then place of the definition: the compiler's order.
    let mut rows: BTreeMap<(usize, String, Option<Place>), Vec<String>> = BTreeMap::new();
    for definition in unit.definitions() {
        let at = definition.line.map(|line| Place { line, file: definition.file.clone() });
        rows.entry((table(definition.kind), definition.name.to_uppercase(), at)).or_default();
    }
    for reference in unit.resolved() {
        // What nothing defines and is no program may be a name of the system.
        let Some(kind) = reference.kind.or((reference.candidates == 0).then_some(Kind::Register)) else {
            continue;
        };
        let place = shown_in(reference.file.as_deref(), reference.line);
        let text = format!("{}{place}", mark(reference.access));
        rows.entry((table(kind), reference.name.to_uppercase(), reference.defined)).or_default().push(text);
    }
    let mut last = None;
    for ((table, name, at), references) in rows {
        if last != Some(table) {
            let heading = TABLES.get(table).copied().unwrap_or_default();
            out.line(&format!(" defined  {heading:<width$}references", width = REFERENCES - 10));
            last = Some(table);
        }
        let at = at.as_ref().map_or_else(|| "-".to_owned(), shown);
        let mut line = format!("{at:>8}  {name:<width$}", width = REFERENCES - 11);
        let mut used = false;
        for reference in references {
            if used && line.chars().count() + 1 + reference.len() > WIDTH {
                out.line(line.trim_end());
                line = " ".repeat(REFERENCES - 1);
            }
            line.push(' ');
            line.push_str(&reference);
            used = true;
        }
        out.line(line.trim_end());
    }
}
