//! Hiding lines that a person names: EXCLUDE, its line commands and HIDE. The lines themselves are the workers'.

use super::find::{From, named};
use super::state::State;
use crate::base::UserError;
use crate::base::num::thousands;
use crate::code::SourceFormat;
use crate::source::{Direction, Needle, NeedleSpec};
use crate::work::{
    Bound, Effects, Exclude, Excluded, FileId, FindIn, FoldHow, MOST_LINES, Request, Slot, Tone, Wish,
};

/// Columns of the sequence number of fixed format.
const SEQUENCE: usize = 6;

impl State {
    /// Whether the cursor stands where lines are hidden.
    pub fn is_on_hidden(&self) -> bool {
        self.file().and_then(|f| f.cursor_row()).is_some_and(|row| row.hidden > 0)
    }

    /// Asks for lines to be hidden.
    pub fn exclude(&mut self, what: Exclude, fx: &mut Effects) {
        let Some(file) = self.file() else { return };
        let id = file.id;
        self.excluding = match &what {
            Exclude::Found { needle, .. } => named(needle),
            Exclude::All | Exclude::Lines(..) => String::new(),
        };
        fx.request(Slot::Fold(id), Request::Exclude { file: id, what });
    }

    /// `X` and `Xn`: so many lines from the cursor on.
    pub fn exclude_here(&mut self, lines: u64, fx: &mut Effects) {
        let Some(row) = self.file().and_then(|f| f.cursor_row()) else { return };
        let first = Bound::Offset(row.line_start);
        let last = match row.number {
            _ if lines <= 1 => first,
            Some(number) => Bound::Line(number.plus(lines - 1)),
            None => {
                fx.say(Tone::Info, "lines are still being counted: try again");
                return;
            }
        };
        if lines <= 1 && row.hidden > 0 {
            fx.say(Tone::Info, "these lines are hidden already: + shows them");
            return;
        }
        self.exclude(Exclude::Lines(first, last), fx);
    }

    /// `XX`: the cursor's line is the first of a block, or the last one of that which was begun.
    pub fn exclude_block(&mut self, fx: &mut Effects) {
        let Some(file) = self.file() else { return };
        let here = (file.id, file.cursor_line());
        match self.block.take().filter(|(id, _)| *id == here.0) {
            Some((_, first)) => self.exclude(Exclude::Lines(Bound::Offset(first), Bound::Offset(here.1)), fx),
            None => {
                self.block = Some(here);
                fx.say(
                    Tone::Info,
                    "XX: this is one end of the block; the same again at its other end hides it",
                );
            }
        }
    }

    /// EXCLUDE with a string: the next line from somewhere with a match, or all such lines; no string is the last one.
    pub fn exclude_found(
        &mut self,
        needle: Option<NeedleSpec>,
        within: FindIn,
        next: Option<(From, Direction)>,
        fx: &mut Effects,
    ) {
        let Some(mut needle) = needle else {
            fx.say(Tone::Warning, "nothing was looked for yet: EXCLUDE 'string' ALL");
            return;
        };
        needle.columns = needle.columns.or(self.bounds);
        // What is wrong with it is said at once, and before anything is asked for.
        if let Err(error) = Needle::new(&needle) {
            return fx.wish(Wish::Fail(error));
        }
        let Some(file) = self.file() else { return };
        let next = next.map(|(from, direction)| match from {
            From::Top => (0, direction),
            From::Bottom => (file.size, direction),
            From::Cursor => (file.cursor_offset(), direction),
        });
        self.exclude(Exclude::Found { needle, within, next }, fx);
    }

    /// Lines were hidden.
    pub(super) fn excluded(&mut self, id: FileId, done: Excluded, fx: &mut Effects) {
        let what = std::mem::take(&mut self.excluding);
        let Some(file) = self.by_id(id) else { return };
        file.folds = done.folds;
        let lines = format!("{} Line(s) not Displayed", thousands(done.hidden));
        let (tone, text) = match (done.hidden, what.is_empty()) {
            (0, false) if done.matches == 0 => (Tone::Warning, format!("{what} not found")),
            (0, _) => (Tone::Info, "no other line to hide".to_owned()),
            _ if done.cut => {
                let most = thousands(crate::base::num::to_u64(MOST_LINES));
                (
                    Tone::Warning,
                    format!(
                        "{lines}: only the first {most} with {what} at a time; the same again hides more"
                    ),
                )
            }
            (_, true) => (Tone::Done, lines),
            (_, false) => (Tone::Done, format!("{what}: {lines}")),
        };
        fx.say(tone, text);
        self.ask_page(id, fx);
    }

    /// RESET X.
    pub fn show_all_lines(&mut self, fx: &mut Effects) {
        if self.file().is_some_and(|f| f.folds > 0) {
            self.fold(FoldHow::OpenAll, fx);
        }
    }

    /// RESET COMMAND.
    pub fn forget_block(&mut self) {
        self.block = None;
    }

    /// HIDE: whether anything stands for hidden lines.
    pub fn hide_marks(&mut self, change: impl FnOnce(bool) -> bool, fx: &mut Effects) {
        let Some(file) = self.file_mut() else { return };
        let hide = change(file.hide);
        if std::mem::replace(&mut file.hide, hide) != hide {
            let id = file.id;
            self.ask_page(id, fx);
            fx.say(
                Tone::Done,
                if hide {
                    "nothing is shown where lines are hidden: HIDE OFF tells them again"
                } else {
                    "hidden lines are told again"
                },
            );
        }
    }

    /// NUM: whether columns 1 to 6 are left out.
    pub fn hide_sequence(&mut self, change: impl FnOnce(bool) -> bool, fx: &mut Effects) {
        let Some(file) = self.file_mut() else { return };
        if file.facts.as_ref().is_none_or(|f| f.format != SourceFormat::Fixed) {
            let error = UserError::new("this file has no sequence numbers")
                .cause("it is not COBOL in fixed format")
                .hint("F11 goes to the right, 0 back to column 1");
            return fx.wish(Wish::Fail(error));
        }
        let hide = change(file.floor > 0);
        file.floor = if hide { SEQUENCE } else { 0 };
        self.show_from_column(0, fx);
    }
}
