//! The panel of a list to walk along: where control goes in the program around the cursor, or what a COPY brings in.

use super::file::File;
use super::names::NamesPanel;
use super::state::State;
use crate::base::{LineNo, Result};
use crate::panes::Move;
use crate::ui::widget::List;
use crate::work::{Effects, FileId, FlowOf, Request, Slot, Tone, Walk, WalkOf, Wish};

/// Most rows that are shown at a time.
const ROWS: usize = 10;

/// The panel. It is open while there is a list or one is on its way, and takes the keys then.
#[derive(Debug, Clone, Default)]
pub struct WalkPanel {
    /// The list that is on its way.
    pub waiting: Option<WalkOf>,
    /// The list.
    pub walk: Option<Walk>,
    /// Which row is selected.
    pub list: List,
}

impl WalkPanel {
    /// Whether it is shown.
    pub fn is_open(&self) -> bool {
        self.waiting.is_some() || self.walk.is_some()
    }

    /// Lines of the screen that it takes of `height`: a title, the names of the columns, the rows.
    pub fn height(&self, height: u16) -> u16 {
        if !self.is_open() {
            return 0;
        }
        let rows = self.walk.as_ref().map_or(1, |w| w.rows.len().clamp(1, ROWS));
        u16::try_from(rows + 2).unwrap_or(height).min(height / 2)
    }
}

impl State {
    /// Asks for a list.
    pub(super) fn ask_walk(&mut self, of: WalkOf, fx: &mut Effects) {
        let Some(file) = self.file() else { return };
        let (id, line) = (file.id, file.cursor_row().and_then(|r| r.number).unwrap_or(LineNo::FIRST));
        self.names = NamesPanel::default();
        self.walk = WalkPanel { waiting: Some(of), ..WalkPanel::default() };
        fx.request(Slot::Names(id), Request::Walk { file: id, line, of });
    }

    /// Asks for the entries of the knowledge base that fit the line.
    pub fn ask_known(&mut self, fx: &mut Effects) {
        let Some(file) = self.file() else { return };
        let Some(row) = file.cursor_row() else { return };
        let (id, path, offset) = (file.id, file.path.clone(), row.line_start);
        let line = row.number.unwrap_or(LineNo::FIRST);
        self.names = NamesPanel::default();
        self.walk = WalkPanel { waiting: Some(WalkOf::Known), ..WalkPanel::default() };
        fx.request(Slot::Names(id), Request::Known { file: id, path, line, offset });
    }

    /// The list is there, or why it is not.
    pub(super) fn take_walk(&mut self, id: FileId, walk: Result<Option<Box<Walk>>>, fx: &mut Effects) {
        if self.file().is_none_or(|f| f.id != id) || self.walk.waiting.is_none() {
            return;
        }
        let waiting = std::mem::take(&mut self.walk).waiting;
        match walk {
            Ok(Some(walk)) if !walk.rows.is_empty() => self.walk.walk = Some(*walk),
            Ok(Some(walk)) if walk.of == WalkOf::Known => self.search_words(fx),
            Ok(Some(walk)) => fx.say(Tone::Info, none_of(&walk)),
            Ok(None) if waiting == Some(WalkOf::Copied) => {
                fx.say(Tone::Info, "no COPY and no INCLUDE on this line");
            }
            Ok(None) => fx.say(Tone::Info, "there are no procedures in this source"),
            Err(error) => fx.wish(Wish::Fail(error)),
        }
    }

    /// Whether keys go to the list.
    pub fn in_walk(&self) -> bool {
        self.walk.is_open() && self.file().and_then(File::cursor_row).is_some()
    }

    /// Moves in the list.
    pub(super) fn walk_move(&mut self, way: Move) {
        let rows = self.walk.walk.as_ref().map_or(0, |w| w.rows.len());
        if let Some(step) = way.in_list() {
            self.walk.list.go(step, rows, ROWS);
        }
    }

    /// To the entry of the selected row; to its procedure, or to the statement that leads to it; the one for the other where there is only
    /// one.
    pub(super) fn walk_go(&mut self, statement: bool, fx: &mut Effects) {
        let rows = self.walk.walk.as_ref().map_or(&[][..], |w| w.rows.as_slice());
        let Some(row) = self.walk.list.selected(rows.len()).and_then(|at| rows.get(at)) else { return };
        if let Some(id) = &row.entry {
            return fx.wish(Wish::ShowEntry(id.clone()));
        }
        let (first, second) = if statement { (&row.at, &row.begins) } else { (&row.begins, &row.at) };
        if let Some(spot) = first.clone().or_else(|| second.clone()) {
            self.go_to_spot(&spot, fx);
        }
    }
}

/// What to say of an empty list.
fn none_of(walk: &Walk) -> String {
    let about = if walk.about.is_empty() { "this source" } else { &walk.about };
    match walk.of {
        WalkOf::Flow(FlowOf::Procedure | FlowOf::Program) => format!("{about} performs and calls nothing"),
        WalkOf::Copied => format!("{about} is empty"),
        WalkOf::Known => "no entry of the knowledge base fits this line".to_owned(),
        WalkOf::Notes => format!("{about} has no notes"),
        WalkOf::Recent => "no file was open in a session before".to_owned(),
        WalkOf::Flow(FlowOf::Unreached) => {
            format!("control may reach every paragraph and section of {about}")
        }
        WalkOf::Flow(FlowOf::Left) => format!("no GO TO of {about} leaves a range that is performed"),
    }
}
