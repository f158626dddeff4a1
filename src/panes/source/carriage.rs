//! Carriage control: lines as they are printed, overprints put together, pages of print.

use super::file::{Align, File};
use super::rows::Row;
use super::state::State;
use crate::base::ByteOffset;
use crate::base::num::{thousands, to_u64};
use crate::source::encoding::Encoding;
use crate::source::{Anchor, Carriage, Direction, PageLine};
use crate::ui::Role;
use crate::work::{Effects, FileId, ListingAsk, PageTo, Request, Slot, Tone};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// What a person says of carriage control.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cc {
    /// It is shown as the text that it is (`Some(true)`), or taken out, or the other way round.
    Shown(Option<bool>),
    /// It is this; `None` to have it told from the file. It is taken out.
    Is(Option<Carriage>),
}

/// Which page of print a person wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sheet {
    /// The next one.
    Next,
    /// The start of this one, or the one before.
    Previous,
    /// The last one.
    Last,
    /// The one with this number, from 1.
    Number(u64),
}

/// A record that is printed over the one before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Over {
    /// Where its text begins in the file.
    pub start: u64,
    /// Its text, as far as it was read.
    pub text: Vec<u8>,
}

/// Parts of a line that are underlined or bold, each by itself.
const PARTS: usize = 2;
/// Records that are put together with the one before them at most.
const MOST_OVER: usize = 8;

impl State {
    /// CC: shows carriage control, or takes lines as they are printed.
    pub fn set_carriage(&mut self, said: Cc, fx: &mut Effects) {
        let Some(file) = self.file_mut().filter(|f| f.facts.is_some()) else { return };
        let (carriage, printed) = match said {
            Cc::Shown(shown) => (file.wanted.carriage, shown.map_or(!file.printed(), |shown| !shown)),
            Cc::Is(carriage) => (carriage, carriage != Some(Carriage::None)),
        };
        (file.wanted.carriage, file.wanted.printed) = (carriage, printed);
        let id = file.id;
        fx.request(Slot::Fold(id), Request::Print { file: id, carriage, printed });
    }

    /// Lines are taken in another way now.
    pub(super) fn took_carriage(
        &mut self,
        id: FileId,
        (carriage, confidence, printed): (Carriage, u8, bool),
        fx: &mut Effects,
    ) {
        let Some(file) = self.by_id(id) else { return };
        file.wanted.printed = printed && carriage != Carriage::None;
        // What was found may be something else in other columns.
        (file.count, file.hit, file.needle) = (None, None, None);
        file.pinned.clear();
        let Some(facts) = &mut file.facts else { return };
        (facts.text.carriage, facts.text.carriage_confidence) = (carriage, confidence);
        let sure = if confidence == 100 { "said".to_owned() } else { format!("{confidence} % sure") };
        match (carriage, printed) {
            (Carriage::None, false) => fx.say(Tone::Done, "no carriage control"),
            (Carriage::None, true) => {
                let known = "CC ASA, CC MIXED, CC MACHINE and CC FF say what it is";
                fx.say(Tone::Warning, format!("no carriage control is seen in this file; {known}"));
            }
            (kind, true) => fx.say(
                Tone::Done,
                format!("lines are shown as printed: {kind} ({sure}); CC ON shows the control"),
            ),
            (kind, false) => fx.say(Tone::Done, format!("carriage control is shown: {kind} ({sure})")),
        }
        self.ask_page(id, fx);
        self.count_sheets(id, fx);
    }

    /// Has the pages of print counted, if there are any.
    pub(super) fn count_sheets(&mut self, id: FileId, fx: &mut Effects) {
        let has = |f: &File| f.facts.as_ref().is_some_and(|f| f.text.carriage != Carriage::None);
        if self.by_id(id).is_some_and(|f| has(f)) {
            fx.request(Slot::Sheets(id), Request::Sheets { file: id });
        }
    }

    /// The next page, or the one before: of a listing as its headings have it, also where carriage control was taken out of
    /// it; of other print as carriage control has it.
    pub(super) fn step_page(&mut self, direction: Direction, fx: &mut Effects) {
        if self.file().is_some_and(File::is_listing) {
            return self.ask_listing(ListingAsk::Page(direction), fx);
        }
        let sheet = if direction == Direction::Forward { Sheet::Next } else { Sheet::Previous };
        self.go_to_sheet(sheet, fx);
    }

    /// PAGE: goes to a page of print.
    pub fn go_to_sheet(&mut self, sheet: Sheet, fx: &mut Effects) {
        let Some(file) = self.file().filter(|f| f.facts.is_some()) else { return };
        let id = file.id;
        if file.facts.as_ref().is_some_and(|f| f.text.carriage == Carriage::None) {
            let known = "CC ASA, CC MACHINE or CC FF says that there is";
            return fx
                .say(Tone::Info, format!("no pages: no carriage control is seen in this file; {known}"));
        }
        let here = file.cursor_offset();
        let (to, none) = match sheet {
            Sheet::Next => (PageTo::Next(here, Direction::Forward), "no page after this one"),
            Sheet::Previous => (PageTo::Next(here, Direction::Backward), "no page before this one"),
            Sheet::Last => (PageTo::Number(u64::MAX), "there are no pages"),
            Sheet::Number(number) => (PageTo::Number(number), "there are no pages"),
        };
        none.clone_into(&mut self.looked_up);
        fx.request(Slot::Symbol(id), Request::Sheet { file: id, to });
    }

    /// Where a page of print begins.
    pub(super) fn sheet_at(&mut self, found: Option<(u64, u64)>, fx: &mut Effects) {
        match found {
            Some((at, _)) => self.jump_to(Anchor::Offset(ByteOffset(at)), Align::Top, fx),
            None => fx.say(Tone::Info, self.looked_up.clone()),
        }
    }
}

impl File {
    /// Whether lines are shown as they are printed.
    pub fn printed(&self) -> bool {
        let has_control = self.facts.as_ref().is_some_and(|f| f.text.carriage != Carriage::None);
        self.wanted.printed && has_control
    }

    /// What the line above the text says of the cursor's page of print.
    pub(super) fn sheet_here(&self) -> Option<String> {
        let number = thousands(self.cursor_row()?.printed.number?);
        Some(match self.sheets {
            Some(total) => format!("Page {number}/{}", thousands(total)),
            None => format!("Page {number}"),
        })
    }
}

impl Row {
    /// The places in [`Self::bytes`] that `find` finds in a text, and where in the file each is; in the records that are
    /// printed over it, too.
    pub(super) fn found(&self, find: impl Fn(&[u8]) -> Vec<(usize, usize)>) -> Vec<(Range<usize>, u64)> {
        let own = self.bytes.get(self.control..).unwrap_or_default();
        let over = self.over.iter().map(|over| (over.start, over.text.as_slice()));
        let found = std::iter::once((self.text_at, own)).chain(over).flat_map(|(at, text)| {
            let places = find(text).into_iter();
            places.map(move |(from, to)| (from + self.control..to + self.control, at + to_u64(from)))
        });
        found.collect()
    }

    /// The bytes that are seen: its own, or what those printed over them make of them.
    pub(super) fn seen(&self) -> &[u8] {
        if self.over.is_empty() { &self.bytes } else { &self.merged }
    }

    /// Puts a record that is printed over this one into it. False if that cannot be done: it stays a line of its own.
    pub(super) fn print_over(&mut self, line: &PageLine, encoding: Encoding, skip: u64) -> bool {
        let control = if skip == 0 { usize::from(line.printed.control) } else { 0 };
        let text = line.text.get(control..).unwrap_or_default();
        let room = self.hidden == 0 && !self.cut && self.next == line.start.0 && self.over.len() < MOST_OVER;
        let bytes_are_characters = encoding != Encoding::Utf8 && !encoding.has_shifts();
        if !room || !(bytes_are_characters || (self.seen().is_ascii() && text.is_ascii())) {
            return false;
        }
        let (before, base) = self.seen().split_at_checked(self.control).unwrap_or_default();
        let underscore = if encoding.is_ebcdic() { 0x6d } else { b'_' };
        let (merged, strikes) = overprint(base, text, encoding.blank(), underscore);
        let merged = [before, &merged].concat();
        let control = self.control;
        self.strikes
            .extend(strikes.into_iter().map(|(at, role)| (at.start + control..at.end + control, role)));
        let start = line.start.0 + skip + u64::from(line.printed.control);
        self.over.push(Over { start, text: text.to_vec() });
        (self.merged, self.next) = (merged, line.next().0);
        join(&mut self.strikes, &self.merged, encoding.blank());
        true
    }
}

/// Two texts printed one over the other: what is seen, and which bytes of it are underlined or bold.
fn overprint(base: &[u8], over: &[u8], blank: u8, underscore: u8) -> (Vec<u8>, Vec<(Range<usize>, Role)>) {
    let mut strikes: Vec<(Range<usize>, Role)> = Vec::new();
    let merged = (0..base.len().max(over.len())).map(|at| {
        let of = |text: &[u8]| text.get(at).copied().unwrap_or(blank);
        let (shown, role) = match (of(base), of(over)) {
            (a, b) if b == blank || b == 0 => (a, None),
            (a, b) if a == blank || a == 0 => (b, None),
            (a, b) if b == underscore && a != b => (a, Some(Role::PrintUnderlined)),
            (a, b) if a == underscore && a != b => (b, Some(Role::PrintUnderlined)),
            // The same twice is bold; of two that are not the same the first is seen.
            (a, _) => (a, Some(Role::PrintBold)),
        };
        if let Some(role) = role {
            match strikes.last_mut().filter(|(last, of)| last.end == at && *of == role) {
                Some((last, _)) => last.end = at + 1,
                None => strikes.push((at..at + 1, role)),
            }
        }
        shown
    });
    (merged.collect(), strikes)
}

/// Where many parts of a line are underlined, as words of a heading are, the blanks between them are, too: each part by itself
/// would cost as much as a word of text each time.
fn join(strikes: &mut Vec<(Range<usize>, Role)>, text: &[u8], blank: u8) {
    if strikes.len() <= PARTS {
        return;
    }
    strikes.sort_by_key(|(at, _)| at.start);
    let mut joined: Vec<(Range<usize>, Role)> = Vec::new();
    for (at, role) in strikes.drain(..) {
        let blank_before =
            |end: usize| text.get(end..at.start).is_none_or(|gap| gap.iter().all(|b| *b == blank));
        match joined.last_mut() {
            Some((last, of)) if *of == role && blank_before(last.end) => last.end = last.end.max(at.end),
            _ => joined.push((at, role)),
        }
    }
    *strikes = joined;
}

/// Whether a sign stands in the gutter for the control of a line.
pub(super) fn sign(file: &File, row: &Row) -> Option<char> {
    row.printed.sign.filter(|_| file.printed() && row.hidden == 0)
}

/// The row that shows the line which begins at `start`: of lines printed over each other the first, of the parts of a line
/// the one with that byte.
pub(super) fn row_at(rows: &[Row], start: u64) -> Option<usize> {
    let at = rows.partition_point(|r| r.start <= start).checked_sub(1)?;
    let row = rows.get(at)?;
    let covers = !row.over.is_empty() || row.part.is_some();
    (row.start == start || (covers && start < row.next)).then_some(at)
}

/// Columns of the gutter for the signs of carriage control.
pub(super) fn sign_width(file: &File) -> u16 {
    if file.printed() { 2 } else { 0 }
}

#[cfg(test)]
mod tests;
