//! What the compiler printed about one unit, beside the lines of its source: its own map and cross-reference, and where they
//! differ from what is found by reading the source. Parsed when somebody asks.

use crate::base::num::{to_u64, to_usize};
use crate::base::{Budget, ByteOffset, Exit, LineNo, Result, UserError};
use crate::code::SourceFormat;
use crate::code::xref::Reference;
use crate::listing::{Mapped, Mark, PartKind, Unit, XrefRow, map, xref};
use crate::source::SourceFile;
use std::collections::BTreeMap;

/// Largest unit that is read for it, in bytes. Of a larger one the beginning.
const LARGEST: u64 = 64 << 20;

/// What a compiler printed about one of its units.
#[derive(Debug, Clone, Default)]
pub struct Printed {
    first: LineNo,
    last: LineNo,
    /// The number that the compiler gave to each line from the first one on; 0 where there is none.
    ids: Vec<u32>,
    map: Vec<Mapped>,
    rows: Vec<XrefRow>,
    /// There is a cross-reference.
    xref: bool,
    /// It says of all changes that they are: that of GnuCOBOL says it of some.
    changes: bool,
}

/// References that only one of the two has.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Differing {
    /// Only the compiler lists these.
    pub printed: Vec<String>,
    /// The compiler does not list these.
    pub here: Vec<String>,
}

impl Printed {
    /// What is printed about `unit` of a listing.
    ///
    /// # Errors
    /// When the budget ends.
    pub fn read(file: &SourceFile, format: SourceFormat, unit: &Unit, budget: &Budget) -> Result<Self> {
        budget.check().map_err(|stop| {
            UserError::new("stopped reading the listing").cause(stop).exit(Exit::Interrupted)
        })?;
        let length = unit.end.0.saturating_sub(unit.start.0).min(LARGEST);
        let (text, _) = file.read(unit.start, to_usize(length));
        Ok(Self::of(&text, unit.start, format, unit))
    }

    /// The same of a text that begins at byte `base` of what the unit was found in.
    pub fn of(text: &[u8], base: ByteOffset, format: SourceFormat, unit: &Unit) -> Self {
        let part = |from: ByteOffset, to: ByteOffset| {
            let [from, to] = [from, to].map(|at| to_usize(at.0.saturating_sub(base.0)).min(text.len()));
            text.get(from..to).unwrap_or_default()
        };
        let changes = unit.heading.compiler != "GnuCOBOL";
        let mut printed = Self { first: unit.line, last: unit.end_line, changes, ..Self::default() };
        for found in unit.parts() {
            let text = part(found.start, found.end);
            match found.kind {
                PartKind::Source => {
                    let SourceFormat::Listing(mut cards) = format else { continue };
                    printed.ids.resize(to_usize(found.line.get() - unit.line.get()), 0);
                    printed.ids.extend(text.split_inclusive(|b| *b == b'\n').map(|line| {
                        cards.take(line.trim_ascii_end()).and_then(|card| card.number(line)).unwrap_or(0)
                    }));
                }
                PartKind::DataMap => printed.map.extend(map(text)),
                PartKind::DataXref | PartKind::ProcedureXref | PartKind::ProgramXref => {
                    printed.xref = true;
                    printed.rows.extend(xref(text));
                }
                _ => {}
            }
        }
        printed
    }

    /// Whether a line is in the unit.
    pub fn holds(&self, line: LineNo) -> bool {
        (self.first..=self.last).contains(&line)
    }

    /// Whether there is a map.
    pub fn has_map(&self) -> bool {
        !self.map.is_empty()
    }

    /// The number that the compiler gave to a line.
    pub fn line_id(&self, line: LineNo) -> Option<u32> {
        let at = line.get().checked_sub(self.first.get())?;
        self.ids.get(to_usize(at)).copied().filter(|id| *id > 0)
    }

    /// The line with a number.
    pub fn line_of(&self, id: u32) -> Option<LineNo> {
        let at = self.ids.iter().position(|i| *i == id)?;
        Some(self.first.plus(to_u64(at)))
    }

    /// Where the compiler has the item that is called `name` and defined on `line`.
    pub fn mapped(&self, name: &str, line: LineNo) -> Option<&Mapped> {
        let id = self.line_id(line);
        let mut called = self.map.iter().filter(|m| m.name.eq_ignore_ascii_case(name));
        let same = called.clone().find(|m| m.line_id.is_some() && m.line_id == id);
        // A map without numbers of lines tells only where a name is one item's.
        same.or_else(|| called.next().filter(|m| m.line_id.is_none() && called.next().is_none()))
    }

    /// What the cross-reference says of what is called `name` and defined on `line`.
    pub fn listed(&self, name: &str, line: LineNo) -> Option<&XrefRow> {
        let id = self.line_id(line)?;
        self.rows.iter().find(|r| r.defined == id && r.name.eq_ignore_ascii_case(name))
    }

    /// Where the references of a name differ, and how many the compiler lists; `None` where it lists none of any name.
    /// `ours` are those found in the source. To a compiler neither OPEN nor what is passed by reference is a change.
    pub fn compared<'r>(
        &self,
        name: &str,
        line: LineNo,
        ours: impl Iterator<Item = &'r Reference>,
    ) -> Option<(Vec<Mark>, Differing)> {
        // By line: whether it is changed there.
        let mut here: BTreeMap<u32, bool> = BTreeMap::new();
        for reference in ours.filter(|r| r.via.is_none()) {
            let Some(id) = self.line_id(reference.read_line) else { continue };
            let changed =
                self.changes && reference.access.writes() && !matches!(reference.statement, "OPEN" | "CALL");
            *here.entry(id).or_default() |= changed;
        }
        let marks =
            self.xref.then(|| self.listed(name, line).map(|r| r.marks.clone()).unwrap_or_default())?;
        let mut there: BTreeMap<u32, bool> = BTreeMap::new();
        for mark in &marks {
            *there.entry(mark.line_id).or_default() |= self.changes && mark.letter == Some('M');
        }
        let only = |these: &BTreeMap<u32, bool>, those: &BTreeMap<u32, bool>| {
            let only = these.iter().filter(|(id, changed)| match those.get(id) {
                None => true,
                Some(other) => **changed && !other,
            });
            only.map(|(id, changed)| format!("{}{id}", if *changed { "M" } else { "" })).collect()
        };
        Some((marks, Differing { printed: only(&there, &here), here: only(&here, &there) }))
    }
}

impl Differing {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.printed.is_empty() && self.here.is_empty()
    }
}

impl std::fmt::Display for Differing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_empty() {
            return f.write_str("the compiler lists the same references");
        }
        let mut gap = "";
        for (what, marks) in
            [("only the compiler lists", &self.printed), ("the compiler does not list", &self.here)]
        {
            if !marks.is_empty() {
                write!(f, "{gap}{what} {}", marks.join(" "))?;
                gap = "; ";
            }
        }
        Ok(())
    }
}
