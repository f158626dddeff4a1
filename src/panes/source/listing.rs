//! What the pane does with compiler listings: lines by the numbers that people type, messages, printed pages, and headings that
//! are left out.

use super::file::{Align, File};
use super::rows::Row;
use super::state::State;
use crate::base::{ByteOffset, LineNo};
use crate::listing::{Severity, is_furniture};
use crate::source::encoding::Transcriber;
use crate::source::{Anchor, Direction};
use crate::work::{Bound, Effects, FileFacts, FileId, ListingAnswer, ListingAsk, Request, Slot, Tone, Which};

/// Bytes of a line that are looked at to tell a heading.
const HEADING: usize = 256;

impl State {
    /// Whether the file that is shown is a listing.
    fn is_listing(&self) -> bool {
        self.file().is_some_and(File::is_listing)
    }

    /// LOCATE of a number: the line that the compiler gave it to, in what is no listing the line of the file.
    pub fn locate_number(&mut self, number: u64, fx: &mut Effects) {
        match u32::try_from(number) {
            Ok(number) if self.is_listing() => self.ask_listing(ListingAsk::Line(number), fx),
            _ => self.jump_to(Anchor::Line(LineNo::new(number)), Align::Top, fx),
        }
    }

    /// The line that people mean by a number: as LOCATE takes it.
    pub fn numbered(&self, number: u64) -> Bound {
        match (self.file().filter(|f| f.is_listing()), u32::try_from(number)) {
            (Some(file), Ok(id)) => {
                let near = file.cursor_row().and_then(|r| r.number).unwrap_or(LineNo::FIRST);
                Bound::Id { id, near }
            }
            _ => Bound::Line(LineNo::new(number)),
        }
    }

    /// Asks the listing as it is seen from the cursor.
    pub fn ask_listing(&mut self, ask: ListingAsk, fx: &mut Effects) {
        let Some(file) = self.file() else { return };
        if !file.is_listing() {
            fx.say(Tone::Info, "this file is no compiler listing");
            return;
        }
        let paged = matches!(ask, ListingAsk::Page(_));
        let row = file.cursor_row();
        let line = row.and_then(|r| r.number);
        if !paged && (file.listing.is_none() || line.is_none()) {
            let percent = crate::base::num::percent(file.scan.done, file.scan.total);
            fx.say(Tone::Info, format!("the listing is still being read ({percent}%): try again"));
            return;
        }
        let (id, at) = (file.id, row.map_or(0, |r| r.line_start));
        fx.request(Slot::Symbol(id), Request::Listing { file: id, ask, line: line.unwrap_or_default(), at });
    }

    /// The next message of the compiler, or the one before.
    pub(super) fn next_message(&mut self, direction: Direction, fx: &mut Effects) {
        let which = if direction == Direction::Forward { Which::Next } else { Which::Previous };
        self.ask_listing(ListingAsk::Message { least: Severity::Informational, which }, fx);
    }

    /// Asks what is known of a listing that was scanned.
    pub(super) fn ask_facts(&mut self, id: FileId, fx: &mut Effects) {
        if self.by_id(id).is_some_and(|f| f.is_listing()) {
            let (ask, line) = (ListingAsk::Facts, LineNo::FIRST);
            fx.request(Slot::Listing(id), Request::Listing { file: id, ask, line, at: 0 });
        }
    }

    /// The listing has answered.
    pub(super) fn take_answer(&mut self, id: FileId, answer: ListingAnswer, fx: &mut Effects) {
        match answer {
            ListingAnswer::Facts(facts) => {
                if let Some(file) = self.by_id(id) {
                    file.listing = Some(facts);
                }
            }
            ListingAnswer::There { at, text } if self.file().is_some_and(|f| f.id == id) => {
                self.jump_to(Anchor::Offset(ByteOffset(at)), Align::Third, fx);
                fx.say(Tone::Info, text);
            }
            ListingAnswer::There { .. } => {}
            ListingAnswer::Nowhere(why) => fx.say(Tone::Warning, why),
        }
    }

    /// Whether headings of pages are shown.
    pub fn show_pages(&mut self, change: impl FnOnce(bool) -> bool, fx: &mut Effects) {
        self.pages = change(self.pages);
        let pages = self.pages;
        for file in &mut self.files {
            file.pages = pages;
        }
        let text = if pages { "headings of pages are shown" } else { "headings of pages are left out" };
        fx.say(Tone::Done, text);
        if let Some(id) = self.file().map(|f| f.id) {
            self.ask_page(id, fx);
        }
    }
}

impl File {
    /// Whether it is a compiler listing.
    pub(super) fn is_listing(&self) -> bool {
        self.facts.as_ref().is_some_and(|f| f.format.is_listing())
    }

    /// What the title says of it.
    pub fn listing_title(&self) -> Vec<String> {
        let Some(facts) = &self.listing else { return Vec::new() };
        let severity = facts.severity.map(|code| format!("severity {code}"));
        let units = (facts.units > 1).then(|| format!("{} units", facts.units));
        let compiler = Some(facts.compiler.replace(" for z/OS", "")).filter(|c| !c.is_empty());
        severity.into_iter().chain(units).chain(compiler).collect()
    }

    /// Leaves out rows that are there for the printed page only, but for the one that was asked for. Gives its place.
    pub(super) fn leave_out_headings(&mut self, anchor: usize) -> usize {
        if self.pages || !self.is_listing() {
            return anchor;
        }
        let encoding = self.facts.as_ref().map_or_else(Default::default, FileFacts::encoding);
        let plain = Transcriber::new(encoding, None);
        let is_wanted = |(at, row): (usize, &Row)| {
            let mut text = row.bytes.get(..HEADING).unwrap_or(&row.bytes).to_vec();
            if !plain.is_identity() {
                plain.in_place(&mut text);
            }
            at == anchor || row.hidden > 0 || self.skip > 0 || !is_furniture(&text)
        };
        let wanted: Vec<bool> = self.rows.iter().enumerate().map(is_wanted).collect();
        // Where there is hardly anything else, there would be nothing to move along.
        if wanted.iter().filter(|w| **w).count() * 2 < wanted.len() {
            return anchor;
        }
        let left_out = wanted.iter().take(anchor).filter(|w| !**w).count();
        let mut wanted = wanted.into_iter();
        self.rows.retain(|_| wanted.next().unwrap_or(true));
        anchor.saturating_sub(left_out)
    }
}
