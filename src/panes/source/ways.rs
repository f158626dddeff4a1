//! The panel of ways: where control goes in the program around the cursor, as a list to walk along.

use super::file::File;
use super::names::NamesPanel;
use super::state::State;
use crate::base::{LineNo, Result};
use crate::panes::Move;
use crate::ui::widget::List;
use crate::work::{Effects, FileId, Request, Slot, Tone, Ways, WaysOf, Wish};

/// Most rows that are shown at a time.
const ROWS: usize = 10;

/// The panel. It is open while there is a list or one is on its way, and takes the keys then.
#[derive(Debug, Clone, Default)]
pub struct WaysPanel {
    /// The list that is on its way.
    pub waiting: Option<WaysOf>,
    /// The list.
    pub ways: Option<Ways>,
    /// Which row is selected.
    pub list: List,
}

impl WaysPanel {
    /// Whether it is shown.
    pub fn is_open(&self) -> bool {
        self.waiting.is_some() || self.ways.is_some()
    }

    /// Lines of the screen that it takes of `height`: a title, the names of the columns, the rows.
    pub fn height(&self, height: u16) -> u16 {
        if !self.is_open() {
            return 0;
        }
        let rows = self.ways.as_ref().map_or(1, |w| w.rows.len().clamp(1, ROWS));
        u16::try_from(rows + 2).unwrap_or(height).min(height / 2)
    }
}

impl State {
    /// Asks for a list.
    pub(super) fn ask_ways(&mut self, of: WaysOf, fx: &mut Effects) {
        let Some(file) = self.file() else { return };
        let (id, line) = (file.id, file.cursor_row().and_then(|r| r.number).unwrap_or(LineNo::FIRST));
        self.names = NamesPanel::default();
        self.ways = WaysPanel { waiting: Some(of), ..WaysPanel::default() };
        fx.request(Slot::Names(id), Request::Ways { file: id, line, of });
    }

    /// The list is there, or why it is not.
    pub(super) fn take_ways(&mut self, id: FileId, ways: Result<Option<Box<Ways>>>, fx: &mut Effects) {
        if self.file().is_none_or(|f| f.id != id) || self.ways.waiting.is_none() {
            return;
        }
        self.ways = WaysPanel::default();
        match ways {
            Ok(Some(ways)) if !ways.rows.is_empty() => self.ways.ways = Some(*ways),
            Ok(Some(ways)) => fx.say(Tone::Info, none_of(&ways)),
            Ok(None) => fx.say(Tone::Info, "there are no procedures in this source"),
            Err(error) => fx.wish(Wish::Fail(error)),
        }
    }

    /// Whether keys go to the ways.
    pub fn in_ways(&self) -> bool {
        self.ways.is_open() && self.file().and_then(File::cursor_row).is_some()
    }

    /// Moves in the list.
    pub(super) fn ways_move(&mut self, way: Move) {
        let rows = self.ways.ways.as_ref().map_or(0, |w| w.rows.len());
        if let Some(step) = way.in_list() {
            self.ways.list.go(step, rows, ROWS);
        }
    }

    /// To the procedure of the selected row, or to the statement that leads to it; the one for the other where there is only
    /// one.
    pub(super) fn ways_go(&mut self, statement: bool, fx: &mut Effects) {
        let rows = self.ways.ways.as_ref().map_or(&[][..], |w| w.rows.as_slice());
        let Some(row) = self.ways.list.selected(rows.len()).and_then(|at| rows.get(at)) else { return };
        let (first, second) = if statement { (&row.at, &row.begins) } else { (&row.begins, &row.at) };
        if let Some(spot) = first.clone().or_else(|| second.clone()) {
            self.go_to_spot(&spot, fx);
        }
    }
}

/// What to say of an empty list.
fn none_of(ways: &Ways) -> String {
    let about = if ways.about.is_empty() { "this source" } else { &ways.about };
    match ways.of {
        WaysOf::Procedure | WaysOf::Program => format!("{about} performs and calls nothing"),
        WaysOf::Unreached => format!("control may reach every paragraph and section of {about}"),
        WaysOf::Left => format!("no GO TO of {about} leaves a range that is performed"),
    }
}
