//! The cross-reference that a listing holds beside the one that is found by reading its source.

use crate::base::Result;
use crate::cli::out::Out;
use crate::cli::reading::Reading;
use crate::code::xref::{Answer, Definition, Reference};
use crate::work::{Differing, Printed};
use serde::Serialize;

/// What the compiler lists of one definition.
#[derive(Debug, Serialize)]
pub struct Row {
    /// Place of the definition in the list of them, from 0.
    definition: usize,
    /// The number that the compiler gave to its line.
    line_id: u32,
    /// Its references as they are printed.
    marks: Vec<String>,
    /// Those that only one of the two has.
    only: Differing,
}

/// What the compiler lists of each definition of an answer; nothing of what is no listing.
///
/// # Errors
/// When the listing cannot be read to its end.
pub fn rows(reading: &Reading, answer: &Answer, json: bool) -> Result<Vec<Row>> {
    let contents = reading.contents(json)?;
    let mut rows = Vec::new();
    let mut unit: Option<Printed> = None;
    for (at, definition) in answer.definitions.iter().enumerate() {
        let Some(line) = definition.line else { continue };
        if unit.as_ref().is_none_or(|unit| !unit.holds(line)) {
            unit = contents.unit_at(line).map(|unit| reading.printed(&unit)).transpose()?;
        }
        let ours = answer.references.iter().filter(|r| r.definitions.contains(&at));
        rows.extend(unit.as_ref().and_then(|unit| row(unit, at, definition, ours)));
    }
    Ok(rows)
}

fn row<'r>(
    unit: &Printed,
    at: usize,
    definition: &Definition,
    ours: impl Iterator<Item = &'r Reference>,
) -> Option<Row> {
    let line = definition.line?;
    let (marks, only) = unit.compared(&definition.name, line, ours)?;
    let marks = marks.iter().map(ToString::to_string).collect();
    Some(Row { definition: at, line_id: unit.line_id(line)?, marks, only })
}

/// Prints them as text.
pub fn print(rows: &[Row], answer: &Answer, out: &mut Out) {
    if !rows.is_empty() {
        out.line("");
    }
    for row in rows {
        let name = answer.definitions.get(row.definition).map_or("", |d| d.name.as_str());
        let marks = if row.marks.is_empty() { "no references".to_owned() } else { row.marks.join(" ") };
        out.line(&format!("LineID {} {name} in the listing: {marks}", row.line_id));
        if !row.only.is_empty() {
            out.line(&format!("  {}", row.only));
        }
    }
}
