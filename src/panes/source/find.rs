//! Finding text: what a person asks for, where the search begins, and what becomes of its result.

use super::file::{Align, File};
use super::state::{DUMP_BYTES, DUMP_ROWS, Hex, State};
use super::view::text_columns;
use crate::base::num::{counted, thousands};
use crate::base::{ByteOffset, UserError};
use crate::source::{Anchor, Direction, Hit, MatchCount, Needle, NeedleKind, NeedleSpec, Part};
use crate::work::{Effect, Effects, FileFacts, FileId, FindIn, Request, Slot, Tone, Wish};
use serde::{Deserialize, Serialize};

/// Where a find starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum From {
    /// At the cursor.
    Cursor,
    /// At the top.
    Top,
    /// At the bottom.
    Bottom,
}

/// A find that the command line asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindRequest {
    /// What; `None` for the last one again.
    pub needle: Option<NeedleSpec>,
    /// Where it starts.
    pub from: From,
    /// Which way.
    pub direction: Direction,
    /// In which lines.
    pub within: FindIn,
    /// All matches are wanted, and the first of them.
    pub all: bool,
}

impl FindRequest {
    /// From the cursor on; `None` for the last text again.
    pub fn next(needle: Option<NeedleSpec>, direction: Direction) -> Self {
        Self { needle, from: From::Cursor, direction, within: FindIn::default(), all: false }
    }
}

/// What was looked for last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastFind {
    /// What.
    pub needle: NeedleSpec,
    /// Which way.
    pub direction: Direction,
    /// In which lines.
    pub within: FindIn,
}

/// What is typed after `/`: a text in any letter case; `\c` in front keeps the case, `\r` in front makes it a regular
/// expression.
pub fn spec_of(typed: &str) -> NeedleSpec {
    if let Some(text) = typed.strip_prefix("\\r") {
        return NeedleSpec { text: text.to_owned(), kind: NeedleKind::Regex, ..NeedleSpec::default() };
    }
    let (text, ignore_case) = typed.strip_prefix("\\c").map_or((typed, true), |t| (t, false));
    NeedleSpec { text: text.to_owned(), ignore_case, ..NeedleSpec::default() }
}

/// What was looked for, as the messages of ISPF have it: `CHARS 'abc'`, `WORD X'00'`.
pub fn named(needle: &NeedleSpec) -> String {
    let part = match needle.part {
        Part::Chars => "CHARS",
        Part::Word => "WORD",
        Part::Prefix => "PREFIX",
        Part::Suffix => "SUFFIX",
    };
    let kind = match needle.kind {
        NeedleKind::Literal => "",
        NeedleKind::Regex => "R",
        NeedleKind::Picture => "P",
        NeedleKind::Hex => "X",
    };
    format!("{part} {kind}'{}'", needle.text)
}

impl State {
    pub(super) fn find_again(&mut self, other_way: bool, fx: &mut Effects) {
        let Some(last) = self.last_find.clone() else {
            fx.say(Tone::Warning, "nothing to find yet: / asks for a text");
            return;
        };
        let direction = if other_way { opposite(last.direction) } else { last.direction };
        let again = FindRequest { within: last.within, ..FindRequest::next(None, direction) };
        self.find(&again, fx);
        self.last_find = Some(last);
    }

    /// Carries a find out.
    pub fn find(&mut self, request: &FindRequest, fx: &mut Effects) {
        let last = self.last_find.as_ref().map(|last| last.needle.clone());
        let bounds = self.bounds;
        let bounded = |n: NeedleSpec| NeedleSpec { columns: n.columns.or(bounds), ..n };
        let Some(needle) = request.needle.clone().map(bounded).or(last) else {
            fx.say(Tone::Warning, "nothing to find yet: / asks for a text");
            return;
        };
        let Some(file) = self.file_mut().filter(|f| f.facts.is_some()) else {
            fx.say(Tone::Warning, "no file is open: OPEN file opens one");
            return;
        };
        file.follow = None;
        let from = start_of(file, &needle, request);
        let new = file.needle.as_ref().map(Needle::spec) != Some(&needle) || file.found_in != request.within;
        if new {
            let encoding = file.facts.as_ref().map_or_else(Default::default, FileFacts::encoding);
            match Needle::in_encoding(&needle, encoding) {
                Ok(compiled) => file.needle = Some(compiled),
                Err(error) => {
                    fx.wish(Wish::Fail(error));
                    return;
                }
            }
            (file.count, file.hit, file.found_in) = (None, None, request.within);
        }
        // What was not counted to the end, as the file has grown or somebody stopped it, is counted once more.
        let count = new || (!file.counting && !file.count.as_ref().is_some_and(|c| c.complete));
        let wrapped = file.wrap_next.take() == Some((request.direction, file.place()));
        let at_end = if request.direction == Direction::Forward { from == 0 } else { from >= file.size };
        file.whole = request.from != From::Cursor || wrapped || at_end;
        file.finding = Some((0, file.size, request.direction));
        let (id, within, direction) = (file.id, request.within, request.direction);
        self.last_find = Some(LastFind { needle: needle.clone(), direction, within });
        self.remember();
        if request.all {
            self.stop_counting(id, fx);
            fx.request(Slot::Find(id), Request::FindAll { file: id, needle, within });
            return;
        }
        let find = Request::Find { file: id, needle: needle.clone(), within, from, direction, wrap: false };
        fx.request(Slot::Find(id), find);
        if count {
            self.count(id, fx);
        }
    }

    /// Counts what is marked in a file.
    fn count(&mut self, id: FileId, fx: &mut Effects) {
        let Some(file) = self.by_id(id) else { return };
        let Some(needle) = file.needle.as_ref().map(|n| n.spec().clone()) else { return };
        file.counting = true;
        fx.request(Slot::Count(id), Request::Count { file: id, needle, within: file.found_in });
    }

    /// The file is another one: what was counted in it, or was being counted, is counted anew.
    pub(super) fn count_anew(&mut self, id: FileId, fx: &mut Effects) {
        if self.by_id(id).is_some_and(|file| file.count.take().is_some() || file.counting) {
            self.count(id, fx);
        }
    }

    /// Nobody waits for the number of matches any more.
    fn stop_counting(&mut self, id: FileId, fx: &mut Effects) {
        if let Some(file) = self.by_id(id) {
            file.counting = false;
        }
        fx.push(Effect::Cancel(Slot::Count(id)));
    }

    /// RESET FIND: nothing is marked any more.
    pub fn forget_matches(&mut self) {
        if let Some(file) = self.file_mut() {
            (file.needle, file.hit, file.count, file.wrap_next) = (None, None, None, None);
            file.counting = false;
        }
    }

    pub(super) fn stop(&mut self, fx: &mut Effects) {
        if self.end_follow(fx) {
            return;
        }
        let Some(file) = self.file_mut() else { return };
        if file.finding.take().is_some() {
            let id = file.id;
            fx.push(Effect::Cancel(Slot::Find(id)));
            self.stop_counting(id, fx);
            fx.say(Tone::Info, "the find was stopped");
        } else {
            fx.say(Tone::Info, "no find is running");
        }
    }

    /// Takes the end of a find of all matches.
    pub(super) fn found_all(
        &mut self,
        id: FileId,
        (count, hit): (MatchCount, Option<Hit>),
        (shown, all): (u64, bool),
        fx: &mut Effects,
    ) {
        let Some(file) = self.by_id(id) else { return };
        if file.finding.is_some() && hit.is_some() {
            let what = file.needle.as_ref().map(|n| named(n.spec())).unwrap_or_default();
            fx.say(Tone::Done, told(&what, &count, shown, all));
        }
        file.count = Some(count);
        self.found(id, hit, fx);
        if shown > 0 {
            // Lines beside the first match came to be shown, too.
            self.ask_page(id, fx);
        }
    }

    /// Matches could not be counted.
    pub(super) fn not_counted(&mut self, id: FileId, error: UserError, fx: &mut Effects) {
        if let Some(file) = self.by_id(id) {
            file.counting = false;
        }
        fx.wish(Wish::Fail(error));
    }

    /// How many matches there are.
    pub(super) fn counted(&mut self, id: FileId, count: MatchCount, fx: &mut Effects) {
        let Some(file) = self.by_id(id) else { return };
        file.counting = false;
        let Some(what) = file.needle.as_ref().map(|n| named(n.spec())) else { return };
        if count.complete && count.matches == 0 && file.wrap_next.take().is_some() {
            // Then there is nothing to go on for from the other end.
            fx.say(Tone::Warning, format!("{what} not found"));
        }
        file.count = Some(count);
    }

    /// Takes the end of a find.
    pub(super) fn found(&mut self, id: FileId, hit: Option<Hit>, fx: &mut Effects) {
        let (shown, hex, columns, gutter) = (self.lines_shown(), self.hex, self.columns, self.gutter);
        let held = self.files.iter().find(|f| f.id == id).map_or(0, |f| self.held(f));
        let Some(file) = self.by_id(id) else { return };
        // A find that was stopped may have ended just before.
        let Some((_, _, direction)) = file.finding.take() else { return };
        let Some(hit) = hit else {
            let what = file.needle.as_ref().map(|n| named(n.spec())).unwrap_or_default();
            let none = file.count.as_ref().is_some_and(|c| c.complete && c.matches == 0);
            if none || file.whole {
                fx.say(Tone::Warning, format!("{what} not found"));
                return;
            }
            file.wrap_next = Some((direction, file.place()));
            let (end, other) =
                if direction == Direction::Forward { ("Bottom", "top") } else { ("Top", "bottom") };
            let text = format!("*{end} of data reached* {what} not found; F5 goes on from the {other}");
            fx.say(Tone::Warning, text);
            return;
        };
        file.hit = Some(hit);
        let cells = file.cells_of(&hit, hex != Hex::Off);
        let width = match hex {
            Hex::Dump => DUMP_BYTES * DUMP_ROWS,
            _ => usize::from(text_columns(columns, gutter, file)),
        };
        let stays = cells.end <= held || file.is_folded();
        if !stays && (cells.start < file.left + held || cells.end > file.left + width) {
            file.left =
                if cells.end <= width { 0 } else { cells.start.saturating_sub(width / 2) }.max(file.floor);
        }
        let place = file.place_of(&hit);
        let at = super::carriage::row_at(&file.rows, place);
        match at.filter(|at| file.jump.is_none() && (file.top..file.top + shown).contains(at)) {
            Some(at) => {
                file.cursor = at;
                self.refill(fx);
            }
            None => self.go_in(id, Anchor::Offset(ByteOffset(place)), Align::Third, fx),
        }
        self.follow_outline(fx);
    }
}

/// What FIND ALL says.
fn told(what: &str, count: &MatchCount, shown: u64, all: bool) -> String {
    let lines = counted(count.lines, "line", "lines");
    let some = if count.complete { "" } else { " at least" };
    let cut =
        if all { String::new() } else { format!("; only the first {} of them are shown", thousands(shown)) };
    format!("{what} found{some} {} on {lines}{cut}", counted(count.matches, "time", "times"))
}

/// Where a find starts, in bytes: behind (or before) the last match if the cursor is still on it.
fn start_of(file: &File, needle: &NeedleSpec, request: &FindRequest) -> u64 {
    let forward = request.direction == Direction::Forward;
    let from = match request.from {
        From::Cursor if file.wrap_next == Some((request.direction, file.place())) => {
            if forward {
                From::Top
            } else {
                From::Bottom
            }
        }
        other => other,
    };
    match from {
        From::Top => 0,
        From::Bottom => file.size,
        From::Cursor => {
            let (forward_from, backward_from, on_hit) = file.find_from(file.hit.as_ref());
            let same = file.needle.as_ref().map(Needle::spec) == Some(needle);
            match (file.hit.filter(|_| on_hit && same), forward) {
                (Some(hit), true) => hit.offset.0 + 1,
                (Some(hit), false) => hit.offset.0,
                (None, true) => forward_from,
                (None, false) => backward_from,
            }
        }
    }
}

fn opposite(direction: Direction) -> Direction {
    match direction {
        Direction::Forward => Direction::Backward,
        Direction::Backward => Direction::Forward,
    }
}
