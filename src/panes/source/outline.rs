//! The outline panel: a window of rows of an outline that may be long, and the cursor in it.

use super::file::{Align, File};
use super::state::State;
use crate::base::LineNo;
use crate::panes::Move;
use crate::source::Anchor;
use crate::work::{Effects, FileId, OutlineRow, Request, Slot, Tone};

impl State {
    /// Rows of the outline of a file: from which one on, how many there are in all, and which holds the cursor.
    pub(super) fn take_outline(
        &mut self,
        id: FileId,
        rows: Vec<OutlineRow>,
        (from, total, current): (usize, usize, Option<usize>),
    ) {
        // Another file may be shown by now.
        if self.outline.file != Some(id) {
            return;
        }
        let first = self.outline.rows.is_empty();
        self.outline.rows = rows;
        (self.outline.from, self.outline.total, self.outline.current) = (from, total, current);
        if first || !self.outline.focused {
            self.outline.selected = current.unwrap_or(0);
        }
        self.settle_outline();
    }

    pub(super) fn enter_outline(&mut self, fx: &mut Effects) {
        if self.file().is_none_or(|f| f.symbols == 0 && f.scanned) {
            fx.say(Tone::Info, "no divisions, sections, paragraphs or level 01 items found in this file");
            return;
        }
        if self.outline.focused {
            (self.outline.open, self.outline.focused) = (false, false);
        } else {
            (self.outline.open, self.outline.focused) = (true, true);
            self.refresh_outline(fx);
        }
    }

    /// Asks for the rows around the cursor's line.
    pub(super) fn refresh_outline(&mut self, fx: &mut Effects) {
        if self.outline.focused || self.outline_beside {
            self.ask_outline(None, fx);
        }
    }

    /// Keeps the panel on the cursor's line while somebody reads the text.
    pub(super) fn follow_outline(&mut self, fx: &mut Effects) {
        if !self.outline_beside || self.outline.focused {
            return;
        }
        let Some(number) = self.file().and_then(File::cursor_row).and_then(|r| r.number) else { return };
        let rows = &self.outline.rows;
        let at = rows.partition_point(|r| r.line <= number);
        let known = self.file().is_some_and(|f| f.scanned)
            && (at > 0 || self.outline.from == 0)
            && (at < rows.len() || self.outline.from + rows.len() >= self.outline.total);
        if known {
            let current = at.checked_sub(1).map(|at| self.outline.from + at);
            self.outline.current = current;
            self.outline.selected = current.unwrap_or(0);
            self.settle_outline();
        } else if self.file().is_some_and(|f| f.symbols > 0) {
            self.ask_outline(None, fx);
        }
    }

    fn ask_outline(&mut self, from: Option<usize>, fx: &mut Effects) {
        let count = usize::from(self.rows).saturating_mul(4).max(100);
        let Some(file) = self.file() else { return };
        let line = file.cursor_row().and_then(|r| r.number).unwrap_or(LineNo::FIRST);
        let request = Request::Outline { file: file.id, filter: String::new(), from, line, count };
        fx.request(Slot::Outline(file.id), request);
    }

    /// Rows that the panel shows.
    pub(super) fn outline_shown(&self) -> usize {
        usize::from(self.rows).max(1)
    }

    pub(super) fn settle_outline(&mut self) {
        let shown = self.outline_shown();
        let panel = &mut self.outline;
        panel.selected = panel.selected.min(panel.total.saturating_sub(1));
        if panel.selected < panel.top {
            panel.top = panel.selected;
        }
        if panel.selected >= panel.top + shown {
            panel.top = panel.selected + 1 - shown;
        }
        panel.top = panel.top.min(panel.total.saturating_sub(shown));
    }

    pub(super) fn outline_move(&mut self, way: Move, fx: &mut Effects) {
        let shown = self.outline_shown();
        let panel = &mut self.outline;
        let last = panel.total.saturating_sub(1);
        panel.selected = match way {
            Move::Up => panel.selected.saturating_sub(1),
            Move::Down => panel.selected + 1,
            Move::PageUp => panel.selected.saturating_sub(shown),
            Move::PageDown => panel.selected + shown,
            Move::HalfUp => panel.selected.saturating_sub(shown / 2),
            Move::HalfDown => panel.selected + shown / 2,
            Move::Top => 0,
            Move::Bottom => last,
            Move::Left | Move::Right => panel.selected,
        }
        .min(last);
        self.settle_outline();
        let panel = &self.outline;
        let have = panel.from..panel.from + panel.rows.len();
        let want = panel.top..(panel.top + shown).min(panel.total);
        if want.start < have.start || want.end > have.end {
            self.ask_outline(Some(panel.top.saturating_sub(shown)), fx);
        }
    }

    pub(super) fn outline_go(&mut self, fx: &mut Effects) {
        let panel = &self.outline;
        let row = panel.selected.checked_sub(panel.from).and_then(|at| panel.rows.get(at));
        if let Some(line) = row.map(|r| r.line) {
            self.outline.focused = false;
            self.jump_to(Anchor::Line(line), Align::Third, fx);
        }
    }
}
