//! The numbers that a compiler gave to lines of its listing, by where those begin: what lists of lines say. Must not know lists.

use crate::base::num::{to_u64, to_usize};
use crate::base::{Budget, ByteOffset, LineNo, Result};
use crate::code::{Outline, REACH, SourceFormat};
use crate::source::SourceFile;
use serde::{Deserialize, Serialize};

/// Bytes of a line that are looked at: the number and the card.
const LINE: u64 = 512;

/// A line as LOCATE takes it: in a listing by the number that the compiler gave to it, or behind `=` by that of the file where it
/// gave none (0).
pub fn number_shown(line: LineNo, line_id: Option<u32>) -> String {
    match line_id {
        None => line.to_string(),
        Some(0) => format!("={line}"),
        Some(id) => id.to_string(),
    }
}

/// A line of a listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberedLine {
    /// Its number in the file.
    pub line: u64,
    /// That of the compiler; 0 where it gave none.
    pub line_id: u32,
    /// The compile unit that it is in, where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// Tells the numbers of lines of one listing. Lines near behind the last one that was asked for cost least.
pub struct LineIds<'a> {
    file: &'a SourceFile,
    outline: Option<&'a Outline>,
    first: SourceFormat,
    /// What is known of the columns of the line that begins at `next`.
    format: SourceFormat,
    next: u64,
    /// Lines are taken one after the other.
    follows: bool,
}

impl<'a> LineIds<'a> {
    /// Of a file of this format; `None` of what is no listing. The outline, where there is one, knows where columns change.
    pub fn of(file: &'a SourceFile, format: SourceFormat, outline: Option<&'a Outline>) -> Option<Self> {
        format.is_listing().then_some(Self {
            file,
            outline,
            first: format,
            format,
            next: u64::MAX,
            follows: false,
        })
    }

    /// The number of the line that begins at byte `start`; 0 if it has none.
    pub fn at(&mut self, start: u64) -> u32 {
        let begun = self.next <= start && start - self.next <= to_u64(REACH);
        let from = if begun {
            self.next
        } else {
            let known = self.outline.map(|o| o.format_at(ByteOffset(start), self.first));
            let (format, since) = known.unwrap_or((self.first, ByteOffset(0)));
            self.format = format;
            start.saturating_sub(to_u64(REACH)).max(since.0).min(start)
        };
        let (text, _) = self.file.read(ByteOffset(from), to_usize(start - from + LINE));
        let (before, here) = text.split_at_checked(to_usize(start - from)).unwrap_or((&text, &[]));
        // The first of the lines before may be a piece of one.
        let piece = !begun && from > 0;
        for line in before.split_inclusive(|b| *b == b'\n').skip(usize::from(piece)) {
            let _ = self.format.source_line(line.trim_ascii_end());
        }
        self.next = start;
        let line = here.split(|b| *b == b'\n').next().unwrap_or_default();
        self.format.line_id(line.trim_ascii_end()).unwrap_or(0)
    }

    /// The number of line `line` that says `text`, in UTF-8; of lines one after the other.
    ///
    /// # Errors
    /// If `budget` ends.
    pub fn follow(&mut self, line: LineNo, text: &[u8], budget: &Budget) -> Result<u32> {
        if !std::mem::replace(&mut self.follows, true) {
            self.of_line(line, budget)?;
        }
        let SourceFormat::Listing(mut cards) = self.format else { return Ok(0) };
        let text = text.trim_ascii_end();
        let number = cards.take(text).and_then(|card| card.number(text));
        self.format = SourceFormat::Listing(cards);
        Ok(number.unwrap_or(0))
    }

    /// The number of line `line`; 0 if it has none.
    ///
    /// # Errors
    /// If `budget` ends.
    pub fn of_line(&mut self, line: LineNo, budget: &Budget) -> Result<u32> {
        Ok(self.file.offset_of_line(line, budget)?.map_or(0, |at| self.at(at.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::listing;
    use super::*;
    use crate::base::meter::no_meter;
    use crate::source::Wanted;
    use crate::work::facts_of;
    use proptest::prelude::*;
    use std::fmt::Write as _;

    /// Numbers of all lines, by reading from the start.
    fn all(text: &str, mut format: SourceFormat) -> Vec<u32> {
        let mut id = |line: &str| {
            let SourceFormat::Listing(mut cards) = format else { return 0 };
            let card = cards.take(line.as_bytes());
            format = SourceFormat::Listing(cards);
            card.and_then(|c| c.number(line.as_bytes())).unwrap_or(0)
        };
        text.lines().map(|line| id(line.trim_end())).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// In whatever order lines are asked for, they have the numbers that reading from the start gives.
        #[test]
        fn numbers_are_those_of_reading_from_the_start(
            asked in proptest::collection::vec(0usize..4_000, 1..40),
            (long, times) in (0usize..200, 1usize..40),
        ) {
            let mut text = listing();
            for n in 0..times {
                let _ = writeln!(text, "      {n:06} {}", "x".repeat(long));
                text.push_str(&listing());
            }
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), &text).unwrap();
            let file =
                SourceFile::open_within(file.path(), Wanted::default(), &Budget::unlimited(), no_meter()).unwrap();
            let format = facts_of(&file).format;
            let ids = all(&text, format);
            let mut some = LineIds::of(&file, format, None).unwrap();
            for line in asked.into_iter().map(|at| at % ids.len()) {
                let number = LineNo::from_index(line as u64);
                prop_assert_eq!(some.of_line(number, &Budget::unlimited()).unwrap(), ids[line], "line {}", number);
            }
        }
    }

    #[test]
    fn numbers_are_shown_as_locate_takes_them() {
        let line = LineNo::new(30);
        assert_eq!(number_shown(line, None), "30");
        assert_eq!(number_shown(line, Some(0)), "=30");
        assert_eq!(number_shown(line, Some(12)), "12");
    }
}
