//! Lines that are not shown: what is asked of the workers, and what is said of it.

use super::file::Align;
use super::state::State;
use crate::base::LineNo;
use crate::source::Anchor;
use crate::work::{Effects, FileId, FoldHow, Folded, Request, Slot, Tone};

impl State {
    /// Asks for lines to be hidden, or to be shown again.
    pub fn fold(&mut self, how: FoldHow, fx: &mut Effects) {
        let Some(file) = self.file() else { return };
        let Some(row) = file.cursor_row() else { return };
        let of_hidden =
            matches!(how, FoldHow::Open | FoldHow::First(_) | FoldHow::Last(_) | FoldHow::Outermost(_));
        if of_hidden && row.hidden == 0 {
            fx.say(
                Tone::Info,
                "no lines are hidden here: - hides the part of the structure around the cursor",
            );
            return;
        }
        if matches!(how, FoldHow::Around | FoldHow::All) && file.symbols == 0 {
            let none = if file.scanned {
                "there is no structure to hide"
            } else {
                "the structure is still being read"
            };
            fx.say(Tone::Info, none);
            return;
        }
        let (id, at, line) = (file.id, row.line_start, row.number.unwrap_or(LineNo::FIRST));
        fx.request(Slot::Fold(id), Request::Fold { file: id, how, at, line });
    }

    /// Lines were hidden or shown.
    pub(super) fn folded(&mut self, id: FileId, folded: Folded, fx: &mut Effects) {
        let Some(file) = self.by_id(id) else { return };
        file.folds = folded.folds;
        match folded.line {
            _ if !folded.changed => fx.say(Tone::Info, "nothing around this line is left to hide"),
            Some(line) => self.go_in(id, Anchor::Line(line), Align::Keep, fx),
            None => self.ask_page(id, fx),
        }
    }
}
