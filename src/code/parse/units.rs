//! Cutting a chunk into units that are parsed one at a time.

use crate::code::format::{begins_structure, columns};
use crate::code::sentence::{Lines, MaskedLine};
use crate::code::words::word_length;
use std::ops::Range;

/// A unit is about this long.
const UNIT: usize = 64 << 10;
/// From here on the end of a sentence will do where no structure begins.
const LONG: usize = 2 * UNIT;

/// The units of a chunk, in order and without gaps.
#[derive(Debug)]
pub(super) struct Units<'a> {
    masked: &'a [u8],
    at: usize,
    unit: usize,
    long: usize,
}

impl<'a> Units<'a> {
    pub(super) fn new(masked: &'a [u8]) -> Self {
        Self::sized(masked, UNIT, LONG)
    }

    /// With other lengths.
    pub(super) fn sized(masked: &'a [u8], unit: usize, long: usize) -> Self {
        Self { masked, at: 0, unit, long }
    }

    /// Where the unit ends that begins at `at`: where a header, a file or an item of the first level follows a period; else
    /// where a sentence does. A text without sentences is one unit.
    fn end(&self) -> usize {
        let from = self.at.saturating_add(self.unit);
        if from >= self.masked.len() {
            return self.masked.len();
        }
        let may_end = |line: &MaskedLine| {
            let at = self.at + line.at;
            let long = at >= self.at.saturating_add(self.long) && word_length(line.text) > 0;
            line.begins && at > from && (long || (line.in_a && begins_structure(line.text)))
        };
        let mut lines = Lines::behind(columns(self.masked, self.at, self.masked.len()), self.unit);
        lines.find(may_end).map_or(self.masked.len(), |line| self.at + line.at)
    }
}

impl Iterator for Units<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        if self.at >= self.masked.len() {
            return None;
        }
        let unit = self.at..self.end();
        self.at = unit.end;
        Some(unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::{SourceFormat, mask};

    fn cut(text: &str, format: SourceFormat) -> Vec<String> {
        let mut masked = Vec::new();
        mask(text.as_bytes(), format, &mut masked);
        let units: Vec<Range<usize>> = Units::sized(&masked, 20, 60).collect();
        assert!(units.iter().all(|u| !u.is_empty()));
        assert_eq!(
            units.iter().flat_map(Clone::clone).collect::<Vec<_>>(),
            (0..text.len()).collect::<Vec<_>>()
        );
        units.iter().map(|u| text[u.clone()].to_owned()).collect()
    }

    #[test]
    fn units_end_where_structure_begins() {
        let text = "       A.\n           MOVE B\n       C.\n      * D.\n       01  E PIC X.\n       EXIT.\n       01\n       LATE.\n";
        let units = cut(text, SourceFormat::Fixed);
        assert_eq!(units.len(), 2, "{units:?}");
        assert!(units[1].starts_with("       01  E"));
    }

    #[test]
    fn a_text_without_structure_is_cut_at_sentences_or_not_at_all() {
        let units = cut(&"           MOVE A TO B.\n".repeat(10), SourceFormat::Fixed);
        assert!(units.len() > 2 && units[1].starts_with("           MOVE"), "{units:?}");
        assert_eq!(cut(&"           MOVE A TO B\n".repeat(10), SourceFormat::Fixed).len(), 1);
        assert_eq!(cut(&"x".repeat(500), SourceFormat::Free).len(), 1);
        let free = cut(&"para-a.\ndisplay b.\n".repeat(10), SourceFormat::Free);
        assert!(free.len() > 3 && free.iter().all(|u| u.starts_with("para-a.")), "{free:?}");
    }
}
