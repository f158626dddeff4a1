//! Lines of a file in another order, as a list: the file stays as it is. Must not know panes.

use super::exclude::FindIn;
use super::files::OpenFile;
use super::reply::Reply;
use crate::base::num::{to_u64, to_usize};
use crate::base::{Budget, LineNo, Result};
use crate::code::Several;
use crate::source::Columns;
use crate::source::encoding::{Encoding, Start};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::ops::ControlFlow;

/// Lines that the list has at most: the first of the order; all are counted.
pub const LINES_SORTED: usize = 10_000;
/// Bytes of a line that are looked at: the longest record has as many.
const LONGEST: usize = 32_760;
/// Bytes of a line that are kept to be compared, of each field and at all.
const KEPT: usize = 512;
/// Bytes of a line that a row shows.
const SHOWN: usize = 200;

/// A field that lines are put in order by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SortField {
    /// Its columns, bytes of the line from 1; without a last one up to the end of the line.
    pub columns: Columns,
    /// The greatest first.
    pub descending: bool,
}

/// What is sorted, and by what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SortOrder {
    /// The fields, the first one first; none for the whole line.
    pub fields: Vec<SortField>,
    /// Which lines: those that are shown, unless it says other ones.
    pub within: FindIn,
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SortedLine {
    /// Which.
    pub line: LineNo,
    /// In a listing, the number that the compiler gave to it; 0 where it gave none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line_id: Option<u32>,
    /// The compile unit that it is in, in a listing of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What it says.
    pub text: String,
}

/// Lines in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sorted {
    /// The first of them.
    pub rows: Vec<SortedLine>,
    /// How many there are.
    pub lines: u64,
}

/// A line that may come among the first.
struct Candidate {
    number: u64,
    keys: Vec<Box<[u8]>>,
    text: Box<[u8]>,
}

/// As programs on the mainframe compare: by the codes of the bytes, the shorter one as if blanks followed it.
fn compare(a: &[u8], b: &[u8], blank: u8) -> Ordering {
    let rest =
        |of: &[u8], from: usize| of.get(from..).unwrap_or_default().iter().find(|c| **c != blank).copied();
    let common = a.len().min(b.len());
    let shared = a.iter().zip(b).find(|(x, y)| x != y).map(|(x, y)| x.cmp(y));
    shared.unwrap_or_else(|| match (rest(a, common), rest(b, common)) {
        (Some(longer), _) => longer.cmp(&blank),
        (_, Some(longer)) => blank.cmp(&longer),
        (None, None) => Ordering::Equal,
    })
}

/// The whole line, for who names no field.
const WHOLE: [SortField; 1] = [SortField { columns: Columns { first: 1, last: None }, descending: false }];

impl SortField {
    /// What of a line is compared.
    fn key(self, line: &[u8]) -> &[u8] {
        let Columns { first, last } = self.columns;
        let first = to_usize(u64::from(first.saturating_sub(1)));
        let last = last.map_or(line.len(), |last| to_usize(u64::from(last)).min(line.len()));
        let key = line.get(first..last).unwrap_or_default();
        key.get(..KEPT.min(key.len())).unwrap_or_default()
    }

    fn order(self, a: &[u8], b: &[u8], blank: u8) -> Ordering {
        let order = compare(a, b, blank);
        if self.descending { order.reverse() } else { order }
    }
}

/// The lines that come first, kept while others are read.
struct First<'a> {
    fields: &'a [SortField],
    blank: u8,
    kept: Vec<Candidate>,
    /// As many as the list has are in order at the start of these: what comes behind all of them need not be kept.
    settled: bool,
}

impl<'a> First<'a> {
    fn new(fields: &'a [SortField], blank: u8) -> Self {
        let fields = if fields.is_empty() { &WHOLE } else { fields };
        Self { fields, blank, kept: Vec::new(), settled: false }
    }

    fn order(&self, a: &Candidate, b: &Candidate) -> Ordering {
        let keys = self.fields.iter().zip(&a.keys).zip(&b.keys);
        let mut orders = keys.map(|((field, a), b)| field.order(a, b, self.blank));
        // Lines that say the same stay in the order of the file.
        orders.find(|o| o.is_ne()).unwrap_or(Ordering::Equal).then(a.number.cmp(&b.number))
    }

    /// Whether a line comes behind all that the list has room for.
    fn is_behind(&self, line: &[u8]) -> bool {
        let Some(last) = self.kept.get(LINES_SORTED - 1).filter(|_| self.settled) else { return false };
        let keys = self.fields.iter().zip(&last.keys);
        let mut orders = keys.map(|(field, last)| field.order(field.key(line), last, self.blank));
        orders.find(|o| o.is_ne()) != Some(Ordering::Less)
    }

    fn take(&mut self, number: u64, line: &[u8]) {
        // Nearly all lines of a large file do.
        if self.is_behind(line) {
            return;
        }
        let keys = self.fields.iter().map(|field| field.key(line).into()).collect();
        let text = line.get(..SHOWN.min(line.len())).unwrap_or_default().into();
        self.kept.push(Candidate { number, keys, text });
        if self.kept.len() >= 2 * LINES_SORTED {
            self.settle();
        }
    }

    fn settle(&mut self) {
        let mut kept = std::mem::take(&mut self.kept);
        kept.sort_by(|a, b| self.order(a, b));
        kept.truncate(LINES_SORTED);
        self.settled = kept.len() == LINES_SORTED;
        self.kept = kept;
    }
}

impl OpenFile {
    /// Lines in the order that is asked for, and how many they are.
    ///
    /// # Errors
    /// If `budget` ends, or the lines are not counted.
    pub fn sort(&self, by: &SortOrder, budget: &Budget) -> Result<Reply> {
        let encoding = self.source.detected().format.encoding;
        let mut first = First::new(&by.fields, blank_of(encoding));
        let wanted = by.within.hidden.unwrap_or(false);
        let (mut line, mut lines) = (Vec::new(), 0);
        self.each_line(&by.within, budget, &mut |part| {
            if part.hidden != wanted {
                return ControlFlow::Continue(());
            }
            let room = LONGEST.saturating_sub(line.len()).min(part.bytes.len());
            line.extend_from_slice(part.bytes.get(..room).unwrap_or_default());
            if part.ends {
                lines += 1;
                first.take(part.number, &line);
                line.clear();
            }
            ControlFlow::Continue(())
        })?;
        first.settle();
        let row = |c: Candidate| {
            let text = encoding.text(&c.text, Start::Line);
            let text = text.trim_end().to_owned();
            SortedLine { line: LineNo::new(c.number), line_id: None, unit: None, text }
        };
        let mut rows: Vec<SortedLine> = first.kept.into_iter().map(row).collect();
        let outline = self.outline_now();
        if let Some(mut ids) = self.line_ids(&outline) {
            // In the order of the file they are near each other.
            let mut order: Vec<&mut SortedLine> = rows.iter_mut().collect();
            order.sort_unstable_by_key(|row| row.line);
            let units = Several::of(&outline);
            for row in order {
                row.line_id = Some(ids.of_line(row.line, budget)?);
                row.unit = units.at(row.line);
            }
        }
        debug_assert!(to_u64(rows.len()) <= lines);
        Ok(Reply::Sorted(Box::new(Sorted { rows, lines })))
    }
}

fn blank_of(encoding: Encoding) -> u8 {
    if encoding.is_ebcdic() { 0x40 } else { b' ' }
}

#[cfg(test)]
mod tests;
