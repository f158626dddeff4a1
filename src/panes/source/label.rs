//! Labels of lines, and LOCATE for lines of a kind: with a label, hidden, linked to an entry. A label is kept with its file
//! for the session, by where its line begins.

use super::file::{Align, File};
use super::find::From;
use super::state::State;
use crate::base::{ByteOffset, LineNo, Result, UserError};
use crate::source::{Anchor, Direction};
use crate::work::{Bound, Effects, FileId, KeptLine, Request, Slot, Tone, Wish};

/// A name for a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Its name without the period, upper case.
    pub name: String,
    /// Where the line begins, in bytes.
    pub at: u64,
    /// What is kept of it for sessions to come; `None` while the number of the line is not known.
    pub kept: Option<KeptLine>,
}

/// Where LOCATE begins, and which way it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    /// Where it begins.
    pub from: From,
    /// Which way.
    pub direction: Direction,
}

impl Way {
    /// From the cursor.
    pub fn next(direction: Direction) -> Self {
        Self { from: From::Cursor, direction }
    }

    /// The first of `all` (in order) on this way from `here`.
    fn pick<T: Copy + Ord>(self, all: &[T], here: T) -> Option<T> {
        let forward = self.direction == Direction::Forward;
        let ends = self.from != From::Cursor;
        let mut good = all.iter().copied().filter(|at| ends || if forward { *at > here } else { *at < here });
        if forward { good.next() } else { good.next_back() }
    }

    /// What to say where there is none.
    fn none(self, what: &str) -> String {
        match (self.from, self.direction) {
            (From::Cursor, Direction::Forward) => format!("no {what} after this line"),
            (From::Cursor, Direction::Backward) => format!("no {what} before this line"),
            _ => format!("there is no {what}"),
        }
    }
}

impl State {
    /// Gives the cursor's line a label; one of that name goes there from where it was.
    pub fn set_label(&mut self, name: String, fx: &mut Effects) {
        if name.starts_with('Z') {
            let error = UserError::new(format!(".{name} cannot be set"))
                .cause("labels that begin with Z are there already: .ZFIRST, .ZLAST and .ZCSR")
                .hint("use another name");
            return fx.wish(Wish::Fail(error));
        }
        let Some(file) = self.file_mut() else { return };
        let Some(row) = file.cursor_row() else { return };
        let (at, number) = (row.line_start, row.number);
        let anchor = file.anchor_here();
        let kept =
            number.map(|n| KeptLine { name: name.clone(), line: n.get(), anchor, ..KeptLine::default() });
        file.labels.retain(|l| l.name != name && l.at != at);
        let place = file.labels.partition_point(|l| l.at < at);
        fx.say(
            Tone::Done,
            format!("this line is .{name}: LOCATE .{name} goes here, FIND and EXCLUDE take it"),
        );
        file.labels.insert(place, Label { name, at, kept });
    }

    /// The line with a label, also `ZFIRST`, `ZLAST` and `ZCSR`, which are always there.
    ///
    /// # Errors
    /// If there is no such label.
    pub fn label(&self, name: &str) -> Result<Bound> {
        let file = self.file();
        let own = file.and_then(|f| f.labels.iter().find(|l| l.name == name)).map(|l| l.at);
        let at = match name {
            "ZF" | "ZFIRST" => Some(0),
            "ZL" | "ZLAST" => Some(u64::MAX),
            "ZC" | "ZCSR" => file.map(File::cursor_offset),
            _ => own,
        };
        at.map(Bound::Offset).ok_or_else(|| {
            UserError::new(format!("label .{name} is not defined"))
                .hint(format!("LABEL .{name} gives it to the cursor's line"))
        })
    }

    /// RESET LABEL.
    pub fn forget_labels(&mut self, fx: &mut Effects) {
        if let Some(file) = self.file_mut() {
            file.labels.clear();
            fx.say(Tone::Done, "all labels of this file are gone");
        }
    }

    /// LOCATE `.name`.
    pub fn locate_label(&mut self, name: &str, fx: &mut Effects) {
        match self.label(name) {
            Ok(Bound::Offset(u64::MAX)) => self.jump_to(Anchor::End, Align::Bottom, fx),
            Ok(Bound::Offset(at)) => self.jump_to(Anchor::Offset(ByteOffset(at)), Align::Top, fx),
            Ok(Bound::Line(line)) => self.jump_to(Anchor::Line(line), Align::Top, fx),
            Ok(Bound::Id { id, .. }) => self.locate_number(id.into(), fx),
            Err(error) => fx.wish(Wish::Fail(error)),
        }
    }

    /// LOCATE LABEL.
    pub fn locate_labels(&mut self, way: Way, fx: &mut Effects) {
        let Some(file) = self.file() else { return };
        let all: Vec<u64> = file.labels.iter().map(|l| l.at).collect();
        match way.pick(&all, file.cursor_offset()) {
            Some(at) => self.jump_to(Anchor::Offset(ByteOffset(at)), Align::Third, fx),
            None => fx.say(Tone::Info, way.none("line with a label")),
        }
    }

    /// LOCATE SPECIAL.
    pub fn locate_linked(&mut self, way: Way, fx: &mut Effects) {
        let Some(file) = self.file() else { return };
        let linked = file.links.iter().map(|(r, _)| r.line);
        let noted = file.notes.iter().filter(|n| !n.lost).map(|n| n.line);
        let mut all: Vec<LineNo> = linked.chain(noted).map(LineNo::new).collect();
        all.sort_unstable();
        let here = file.cursor_row().and_then(|r| r.number).unwrap_or(LineNo::FIRST);
        match way.pick(&all, here) {
            Some(line) => self.jump_to(Anchor::Line(line), Align::Third, fx),
            None => fx.say(Tone::Info, way.none("line with a note or an entry of the knowledge base")),
        }
    }

    /// LOCATE X.
    pub fn locate_hidden(&mut self, way: Way, fx: &mut Effects) {
        let Some(file) = self.file() else { return };
        let at = (way.from == From::Cursor).then(|| file.cursor_offset());
        let id = file.id;
        self.looked_up = way.none("line that is not displayed");
        fx.request(Slot::Symbol(id), Request::NextHidden { file: id, at, direction: way.direction });
    }

    /// Where the next hidden lines are.
    pub(super) fn hidden_at(&mut self, id: FileId, at: Option<u64>, fx: &mut Effects) {
        match at {
            Some(at) if self.file().is_some_and(|f| f.id == id) => {
                self.remember();
                self.go_as_it_is(ByteOffset(at), Align::Third, fx);
            }
            Some(_) => {}
            None => fx.say(Tone::Info, self.looked_up.clone()),
        }
    }
}
