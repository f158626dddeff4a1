//! Two views at a time: one above the other or side by side, of two files or of two places of one. Owns which file is in the
//! other half and which half has the keys; must not know how a half is drawn.
//!
//! A half is a file of the pane: two places of one file are that file, there twice. So each half has its own cursor, marks and
//! hidden lines, and everything else works in it as it does in the whole. What the workers have read of it serves both.

use super::file::Align;
use super::state::{State, Status};
use crate::base::ByteOffset;
use crate::source::Anchor;
use crate::ui::Rect;
use crate::work::{Effects, FileId, Tone};
use serde::{Deserialize, Serialize};

/// Columns from which halves are side by side unless a person says otherwise: each shows a card and its number.
const BESIDE_FROM: u16 = 164;
/// Fewest lines of the screen, and fewest columns, that are split.
const LEAST: (u16, u16) = (6, 40);

/// How halves lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Halves {
    /// Side by side where that leaves a whole card in each, else one above the other.
    #[default]
    Auto,
    /// One above the other.
    Above,
    /// Side by side.
    Beside,
}

/// What the command line says of halves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SplitTo {
    /// Split, or one view again.
    Toggle,
    /// One view.
    Off,
    /// Split so.
    Way(Halves),
    /// Split, with this file in the other half.
    File(String),
}

/// The other half.
#[derive(Debug, Clone)]
pub struct Split {
    /// The file in it.
    pub other: FileId,
    /// It is the upper or the left one.
    pub other_first: bool,
    /// How the halves lie.
    pub halves: Halves,
    /// What the line above its text says.
    pub status: Status,
}

/// Where a half goes: the line above its text, and the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Half {
    /// Name and position.
    pub head: Rect,
    /// Gutter and text.
    pub text: Rect,
}

impl Half {
    /// Both.
    pub(super) fn whole(self) -> Rect {
        Rect { y: self.head.y, height: self.head.height + self.text.height, ..self.text }
    }
}

impl Split {
    /// The halves of the line `head` and the text `body` below it: the one that has the keys, the other one. `None` where there
    /// is no room for two.
    pub(super) fn cut(&self, head: Rect, body: Rect) -> Option<(Half, Half)> {
        if body.height < LEAST.0 || body.width < LEAST.1 {
            return None;
        }
        let beside = match self.halves {
            Halves::Auto => body.width >= BESIDE_FROM,
            Halves::Above => false,
            Halves::Beside => true,
        };
        let (first, second) = if beside {
            let left = (body.width - 1) / 2;
            let right = Rect { x: body.x + left + 1, width: body.width - left - 1, ..body };
            let side = |text: Rect| Half { head: Rect { x: text.x, width: text.width, ..head }, text };
            (side(Rect { width: left, ..body }), side(right))
        } else {
            let upper = body.height / 2;
            let middle = Rect { y: body.y + upper, height: 1, ..body };
            let lower = Rect { y: middle.y + 1, height: body.height - upper - 1, ..body };
            (Half { head, text: Rect { height: upper, ..body } }, Half { head: middle, text: lower })
        };
        Some(if self.other_first { (second, first) } else { (first, second) })
    }
}

impl State {
    /// Two views or one.
    pub fn split(&mut self, to: SplitTo, fx: &mut Effects) {
        let Some((here, open)) = self.file().map(|f| (f.id, f.path.clone())) else {
            return fx.say(Tone::Info, "no file is open: OPEN file opens one");
        };
        match (to, &mut self.split) {
            (SplitTo::Toggle | SplitTo::Off, Some(_)) => self.unsplit(fx),
            (SplitTo::Off, None) => fx.say(Tone::Info, "nothing is split"),
            (SplitTo::Way(halves), Some(split)) => split.halves = halves,
            (SplitTo::Way(halves), None) => self.split_here(halves, fx),
            (SplitTo::Toggle, None) => self.split_here(Halves::Auto, fx),
            (SplitTo::File(path), split) => {
                // It takes the half that has the keys not.
                let before = split.as_ref().map(|s| s.other);
                match (path == open, before) {
                    (true, None) => return self.split_here(Halves::Auto, fx),
                    (true, Some(_)) => return,
                    (false, _) => {}
                }
                self.rest();
                let status = self.status.clone();
                self.open(&path, None, fx);
                self.put_beside(here, status, fx);
                if let Some(before) = before {
                    self.close_twin(before, fx);
                }
            }
        }
    }

    /// The file number `at` is to be shown where the keys are: if it is in the other half, the keys go there instead.
    pub(super) fn turn_to(&mut self, at: usize) {
        self.rest();
        let (here, there) = (self.file().map(|f| f.id), self.files.get(at).map(|f| f.id));
        let Some(split) = self.split.as_mut().filter(|s| Some(s.other) == there) else { return };
        match here.filter(|here| *here != split.other) {
            Some(here) => {
                (split.other, split.other_first) = (here, !split.other_first);
                split.status = self.status.clone();
            }
            None => self.split = None,
        }
    }

    /// The keys go to the other half.
    pub fn other_half(&mut self, fx: &mut Effects) {
        let other = self.split.as_ref().map(|s| s.other);
        match other.and_then(|id| self.files.iter().position(|f| f.id == id)) {
            Some(at) => self.switch_to(at, fx),
            None => fx.say(Tone::Info, "there is one view only: SPLIT makes two"),
        }
    }

    /// The place of the cursor in the other half, too.
    fn split_here(&mut self, halves: Halves, fx: &mut Effects) {
        let Some(file) = self.file() else { return };
        if file.members.is_some() || file.error.is_some() {
            return fx.say(Tone::Info, "SPLIT file shows a file in the other half");
        }
        let (path, wanted, status) = (file.path.clone(), file.wanted, self.status.clone());
        let (at, parent) = (Anchor::Offset(ByteOffset(file.place())), file.parent);
        let twin = self.ask_open(&path, wanted, (at, Align::Third), fx);
        self.split = Some(Split { other: twin.id, other_first: false, halves, status });
        self.files.push(super::File { parent, ..twin });
    }

    /// Shows `other` in the half that has the keys not: the upper one, as what was there before.
    fn put_beside(&mut self, other: FileId, status: Status, fx: &mut Effects) {
        let halves = self.split.as_ref().map_or(Halves::Auto, |s| s.halves);
        if self.file().is_some_and(|f| f.id != other) {
            self.split = Some(Split { other, other_first: true, halves, status });
            self.refresh_outline(fx);
        }
    }

    /// One view: the half that has the keys.
    fn unsplit(&mut self, fx: &mut Effects) {
        if let Some(split) = self.split.take() {
            self.close_twin(split.other, fx);
        }
    }

    /// Closes a file if it is another view of one that stays open.
    fn close_twin(&mut self, id: FileId, fx: &mut Effects) {
        let here = self.file().map(|f| f.id);
        let path = self.by_id(id).map(|f| f.path.clone());
        let again = |f: &super::File| f.id != id && Some(&f.path) == path.as_ref();
        if here == Some(id) || !self.files.iter().any(again) {
            return;
        }
        self.close(id, fx);
    }
}
