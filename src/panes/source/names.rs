//! The panel of names: what the names on the cursor's line are, and the places of one of them, to walk along.

use super::file::{Align, File};
use super::state::State;
use super::walk::WalkPanel;
use crate::base::Result;
use crate::panes::Move;
use crate::source::Anchor;
use crate::ui::widget::List;
use crate::work::{Effects, FileId, NameRow, NameSpot, Request, Slot, Tone, Wish};

/// Most rows of a list that are shown at a time.
const ROWS: u16 = 8;

/// The panel.
#[derive(Debug, Clone, Default)]
pub struct NamesPanel {
    /// Whether it is shown. It takes the keys then.
    pub open: bool,
    /// The names are on their way.
    pub waiting: bool,
    /// The number of the line that they are on, as LOCATE takes it.
    pub line: String,
    /// The names.
    pub rows: Vec<NameRow>,
    /// The selected name.
    pub list: List,
    /// The places of the selected name are shown, and one of them is selected.
    pub places: Option<List>,
}

impl NamesPanel {
    /// The name that is selected.
    pub fn selected(&self) -> Option<&NameRow> {
        self.list.selected(self.rows.len()).and_then(|at| self.rows.get(at))
    }

    /// Lines of the screen that it takes of `height`: the list with its titles, and what the list is of.
    pub fn height(&self, height: u16) -> u16 {
        if !self.open {
            return 0;
        }
        let rows = self.places.map_or(self.rows.len(), |_| self.selected().map_or(0, |n| n.uses.len()));
        let rows = u16::try_from(rows).unwrap_or(ROWS).clamp(1, ROWS);
        (rows + 2).min(height / 2)
    }
}

impl State {
    /// Asks for the names on the cursor's line.
    pub(super) fn ask_names(&mut self, fx: &mut Effects) {
        let Some(file) = self.file() else { return };
        let Some(row) = file.cursor_row() else { return };
        let Some(line) = row.number else {
            fx.say(Tone::Info, "the number of this line is not known yet: try again in a moment");
            return;
        };
        let (id, offset) = (file.id, row.line_start);
        let line_id = file.is_listing().then_some(row.line_id.unwrap_or(0));
        let shown = NameSpot { line_id, ..NameSpot::of(None, line) }.shown();
        self.walk = WalkPanel::default();
        self.names = NamesPanel { open: true, waiting: true, line: shown, ..NamesPanel::default() };
        fx.request(Slot::Names(id), Request::Names { file: id, line, offset });
    }

    /// The names are there, or why they are not.
    pub(super) fn take_names(&mut self, id: FileId, rows: Result<Vec<NameRow>>, fx: &mut Effects) {
        if self.file().is_none_or(|f| f.id != id) || !self.names.waiting {
            return;
        }
        self.names.waiting = false;
        match rows {
            Ok(rows) if rows.is_empty() => {
                self.names.open = false;
                fx.say(Tone::Info, "no names of the program on this line");
            }
            Ok(rows) => self.names.rows = rows,
            Err(error) => {
                self.names.open = false;
                fx.wish(Wish::Fail(error));
            }
        }
    }

    /// Moves in the list that is shown.
    pub(super) fn names_move(&mut self, way: Move) {
        let Some(step) = way.in_list() else { return };
        let names = self.names.rows.len();
        let places = self.names.selected().map_or(0, |n| n.uses.len());
        let page = usize::from(ROWS);
        match &mut self.names.places {
            Some(list) => list.go(step, places, page),
            None => self.names.list.go(step, names, page),
        };
    }

    /// From a name to its places, from a place to the text there.
    pub(super) fn names_go(&mut self, fx: &mut Effects) {
        let Some(name) = self.names.selected() else { return };
        match self.names.places {
            None if name.uses.is_empty() => {
                fx.say(Tone::Info, format!("{} is named nowhere but where it is defined", name.name));
            }
            None => self.names.places = Some(List::default()),
            Some(list) => {
                let place = list.selected(name.uses.len()).and_then(|at| name.uses.get(at));
                if let Some(at) = place.map(|p| p.at.clone()) {
                    self.go_to_spot(&at, fx);
                }
            }
        }
    }

    /// To where the selected name is defined.
    pub(super) fn names_definition(&mut self, fx: &mut Effects) {
        let Some(name) = self.names.selected() else { return };
        match name.defined.clone() {
            Some(at) => self.go_to_spot(&at, fx),
            None => fx.say(Tone::Info, format!("{} is not defined in this program", name.name)),
        }
    }

    /// To a line of this file, or of the copybook that it came from.
    pub(super) fn go_to_spot(&mut self, at: &NameSpot, fx: &mut Effects) {
        match &at.file {
            None => self.jump_to(Anchor::Line(at.line), Align::Third, fx),
            Some(path) => fx.wish(Wish::OpenFile { path: path.clone(), line: Some(at.line) }),
        }
    }

    /// From the places back to the names, from these to the text.
    pub(super) fn names_leave(&mut self) {
        if self.names.places.take().is_none() {
            self.names = NamesPanel::default();
        }
    }

    /// Whether keys go to the names.
    pub fn in_names(&self) -> bool {
        self.names.open && self.file().and_then(File::cursor_row).is_some()
    }
}
