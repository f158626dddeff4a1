//! Finding text: what a person asks for, where the search begins, and what becomes of its result.

use super::file::{Align, File};
use super::state::State;
use super::view::text_columns;
use crate::source::{Anchor, Direction, Hit, Needle, NeedleKind, NeedleSpec};
use crate::work::{Effect, Effects, FileId, Request, Slot, Tone, Wish};
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
}

/// What is typed after `/`: a text in any letter case; `\c` in front keeps the case, `\r` in front makes it a regular
/// expression.
pub fn spec_of(typed: &str) -> NeedleSpec {
    if let Some(text) = typed.strip_prefix("\\r") {
        return NeedleSpec {
            text: text.to_owned(),
            ignore_case: false,
            kind: NeedleKind::Regex,
            words: false,
        };
    }
    let (text, ignore_case) = typed.strip_prefix("\\c").map_or((typed, true), |t| (t, false));
    NeedleSpec { text: text.to_owned(), ignore_case, kind: NeedleKind::Literal, words: false }
}

/// Bytes in hexadecimal (pairs of digits) as an expression that matches exactly them.
pub fn hex_spec(digits: &str) -> NeedleSpec {
    let mut text = String::from("(?-u)");
    let mut rest = digits;
    while let Some((pair, after)) = rest.split_at_checked(2) {
        text.push_str("\\x");
        text.push_str(pair);
        rest = after;
    }
    NeedleSpec { text, ignore_case: false, kind: NeedleKind::Regex, words: false }
}

impl State {
    pub(super) fn find_again(&mut self, other_way: bool, fx: &mut Effects) {
        let Some((_, direction)) = self.last_find else {
            fx.say(Tone::Warning, "nothing to find yet: / asks for a text");
            return;
        };
        let kept = self.last_find.clone();
        let direction = if other_way { opposite(direction) } else { direction };
        self.find(&FindRequest { needle: None, from: From::Cursor, direction }, fx);
        self.last_find = kept;
    }

    /// Carries a find out.
    pub fn find(&mut self, request: &FindRequest, fx: &mut Effects) {
        let Some(needle) = request.needle.clone().or_else(|| self.last_find.as_ref().map(|(n, _)| n.clone()))
        else {
            fx.say(Tone::Warning, "nothing to find yet: / asks for a text");
            return;
        };
        let Some(file) = self.file_mut().filter(|f| f.facts.is_some()) else {
            fx.say(Tone::Warning, "no file is open: OPEN file opens one");
            return;
        };
        let from = start_of(file, &needle, request);
        let new = file.needle.as_ref().map(Needle::spec) != Some(&needle);
        if new {
            match Needle::new(&needle) {
                Ok(compiled) => file.needle = Some(compiled),
                Err(error) => {
                    fx.wish(Wish::Fail(error));
                    return;
                }
            }
            (file.count, file.hit) = (None, None);
        }
        file.wrap_next = None;
        file.finding = Some((0, file.size, request.direction));
        let id = file.id;
        self.last_find = Some((needle.clone(), request.direction));
        self.remember();
        let find = Request::Find {
            file: id,
            needle: needle.clone(),
            from,
            direction: request.direction,
            wrap: false,
        };
        fx.request(Slot::Find(id), find);
        if new {
            fx.request(Slot::Count(id), Request::Count { file: id, needle });
        }
    }

    pub(super) fn stop(&mut self, fx: &mut Effects) {
        let Some(file) = self.file_mut() else { return };
        if file.finding.take().is_some() {
            let id = file.id;
            fx.push(Effect::Cancel(Slot::Find(id)));
            fx.push(Effect::Cancel(Slot::Count(id)));
            fx.say(Tone::Info, "the find was stopped");
        } else {
            fx.say(Tone::Info, "no find is running");
        }
    }

    /// Takes the end of a find.
    pub(super) fn found(&mut self, id: FileId, hit: Option<Hit>, fx: &mut Effects) {
        let (shown, hex, columns, numbers) = (self.lines_shown(), self.hex, self.columns, self.numbers);
        let Some(file) = self.by_id(id) else { return };
        // A find that was stopped may have ended just before.
        let Some((_, _, direction)) = file.finding.take() else { return };
        let Some(hit) = hit else {
            file.wrap_next = Some((direction, file.place()));
            let end = if direction == Direction::Forward { "Bottom" } else { "Top" };
            let what = file.needle.as_ref().map_or("", |n| n.spec().text.as_str());
            fx.say(
                Tone::Warning,
                format!("{end} of data reached, {what} not found; find again goes on from the other end"),
            );
            return;
        };
        file.hit = Some(hit);
        let cells = file.cells_of(&hit, hex);
        let width = usize::from(text_columns(columns, numbers, file));
        if cells.start < file.left || cells.end > file.left + width {
            file.left = if cells.end <= width { 0 } else { cells.start.saturating_sub(width / 2) };
        }
        let at = file.rows.binary_search_by_key(&hit.line_start.0, |r| r.start).ok();
        match at.filter(|at| file.jump.is_none() && (file.top..file.top + shown).contains(at)) {
            Some(at) => {
                file.cursor = at;
                self.refill(fx);
            }
            None => self.go_in(id, Anchor::Offset(hit.line_start), Align::Third, fx),
        }
        self.follow_outline(fx);
    }
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
            let here = file.place();
            let on_hit = file
                .hit
                .filter(|h| h.line_start.0 == here && file.needle.as_ref().map(Needle::spec) == Some(needle));
            match (on_hit, forward) {
                (Some(hit), true) => hit.offset.0 + 1,
                (Some(hit), false) => hit.offset.0,
                (None, true) => here,
                (None, false) => here.saturating_add(file.cursor_row().map_or(0, |r| r.length)),
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
