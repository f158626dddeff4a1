//! The compiler's own map of a listing beside what is worked out from the source.

use crate::base::Result;
use crate::base::num::counted;
use crate::cli::out::Out;
use crate::cli::reading::Reading;
use crate::code::data::{Item, ItemKind};
use crate::listing::{Contents, Mapped};
use crate::work::Printed;

/// Most differences that are told one by one.
const MOST: usize = 100;

/// The maps of a listing, that of one unit at a time.
pub struct Compiler<'a> {
    reading: &'a Reading<'a>,
    contents: Contents,
    unit: Option<Printed>,
    agree: u64,
    differ: u64,
    differing: Vec<String>,
}

impl<'a> Compiler<'a> {
    /// Of what is read; of a source there are none.
    ///
    /// # Errors
    /// When it cannot be read to its end.
    pub fn new(reading: &'a Reading<'a>, json: bool) -> Result<Self> {
        let contents = reading.contents(json)?;
        Ok(Self { reading, contents, unit: None, agree: 0, differ: 0, differing: Vec::new() })
    }

    /// What the compiler says of an item, with the number that it gave to the line.
    pub fn says(&mut self, item: &Item) -> (Option<u32>, Option<Mapped>) {
        let line = item.entry.at.line;
        if self.unit.as_ref().is_none_or(|unit| !unit.holds(line)) {
            // A unit that cannot be read is one without a map: the reading itself says what is wrong.
            let unit = self.contents.unit_at(line);
            self.unit = unit.and_then(|unit| self.reading.printed(&unit).ok());
        }
        let Some(unit) = &self.unit else { return (None, None) };
        let mapped = unit.mapped(item.name(), line).cloned();
        let id = unit.line_id(line);
        if let Some(mapped) = &mapped {
            self.compare(item, mapped, id);
        }
        (id, mapped)
    }

    fn compare(&mut self, item: &Item, mapped: &Mapped, id: Option<u32>) {
        if item.kind == ItemKind::Missing || item.moves || mapped.length.is_none() {
            return;
        }
        // GnuCOBOL, whose map has no lines, prints the size of all occurrences.
        let length = if mapped.line_id.is_some() { item.length } else { item.total };
        let length = length.bytes();
        let same =
            |ours: Option<u64>, theirs: Option<u64>| ours.is_none() || theirs.is_none() || ours == theirs;
        if same(item.offset, mapped.offset) && same(length, mapped.length) {
            self.agree += 1;
            return;
        }
        self.differ += 1;
        if self.differing.len() < MOST {
            let line = id.map_or_else(|| item.entry.at.line.to_string(), |id| format!("LineID {id}"));
            let ours = item.notation();
            let theirs = mapped.shown();
            self.differing.push(format!("{line} {}: {ours} here, {theirs} in the map", item.name()));
        }
    }

    /// Says how the two compare, if there is a map.
    pub fn tell(&self, out: &mut Out) {
        if self.agree + self.differ == 0 {
            return;
        }
        out.line("");
        let items = counted(self.agree, "item is", "items are");
        let as_printed = if self.agree == 1 { "as the compiler has it" } else { "as the compiler has them" };
        out.line(&format!("{items} {as_printed}, {} otherwise", self.differ));
        self.differing.iter().for_each(|line| out.line(line));
    }

    /// How many items are as the compiler has them, and how many are not; nothing without a map.
    pub fn counts(&self) -> Option<[u64; 2]> {
        (self.agree + self.differ > 0).then_some([self.agree, self.differ])
    }
}
