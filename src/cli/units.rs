//! The compile units of a listing as the command line shows them.

use crate::base::LineNo;
use crate::listing::{Part, PartKind, Severity, Unit};
use serde::Serialize;

/// A unit as a document has it.
#[derive(Debug, Serialize)]
pub struct UnitRow<'u> {
    /// Its program; empty if it has none.
    program: &'u str,
    /// Number of the product, name and version of the compiler.
    product: &'u str,
    compiler: &'u str,
    version: &'u str,
    /// When it was compiled, as it is printed.
    date: &'u str,
    time: &'u str,
    /// The highest severity as a return code, and as a letter.
    severity: Option<u32>,
    level: Option<char>,
    line: LineNo,
    end_line: LineNo,
    parts: Vec<PartRow>,
}

#[derive(Debug, Serialize)]
struct PartRow {
    kind: PartKind,
    line: LineNo,
    end_line: LineNo,
}

/// The units of a listing.
pub fn rows(units: &[Unit]) -> Vec<UnitRow<'_>> {
    let part = |p: Part| PartRow { kind: p.kind, line: p.line, end_line: p.end_line };
    let units = units.iter().map(|unit| UnitRow {
        program: &unit.heading.program,
        product: &unit.heading.product,
        compiler: &unit.heading.compiler,
        version: &unit.heading.version,
        date: &unit.heading.date,
        time: &unit.heading.time,
        severity: unit.severity,
        level: unit.severity.map(|code| Severity::of_code(code).letter()),
        line: unit.line,
        end_line: unit.end_line,
        parts: unit.parts().map(part).collect(),
    });
    units.collect()
}

/// A unit in words: what it is, what compiled it, how that went.
pub fn label(unit: &Unit) -> String {
    let heading = &unit.heading;
    let severity = unit.severity.map(|code| format!("highest severity {code}"));
    let when = format!("{} {}", heading.date, heading.time);
    let with = format!("{} {}", heading.compiler, heading.version);
    let parts = [with.trim(), when.trim(), severity.as_deref().unwrap_or_default()];
    let parts: Vec<&str> = parts.into_iter().filter(|p| !p.is_empty()).collect();
    format!("unit {}  {}", unit.name(), parts.join(", ")).trim_end().to_owned()
}
