//! Files of sessions before: the list of them, and the way back to where one was left. A place is told by what its line
//! says, so it is found in a file that has changed. Must not know where they are kept.

use super::file::{Align, File};
use super::label::Label;
use super::names::NamesPanel;
use super::state::{Spot, State};
use super::walk::WalkPanel;
use crate::base::{ByteOffset, LineNo, num};
use crate::source::Anchor;
use crate::work::{
    Effects, FileId, FoundLine, KeptLine, NameSpot, Request, Slot, Tone, Visit, Walk, WalkOf, WalkRow,
    number_shown,
};

/// Files that the empty pane lists.
pub(super) const LISTED: usize = 9;
/// Files that are opened at once again.
const REOPENED: usize = 20;

/// What to do about the place where a file was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Revisit {
    /// Nothing: it was not left, or that is done.
    #[default]
    Not,
    /// Say how to go there.
    Offer,
    /// Go there.
    Go,
}

impl File {
    /// What to remember of the file; `None` for one that was not read.
    fn visit(&self) -> Option<Visit> {
        self.facts.as_ref()?;
        let line = self.cursor_row()?.number?;
        let place = KeptLine { name: String::new(), line: line.get(), anchor: self.anchor_here() };
        let labels = self.labels.iter().filter_map(|l| l.kept.clone()).collect();
        Some(Visit { path: self.path.clone(), wanted: self.wanted, place, labels, ..Visit::default() })
    }
}

impl State {
    /// What to remember of the files that are open, the one that is shown first; lists of members are none.
    pub fn visits_now(&self) -> Vec<Visit> {
        let mut visits: Vec<Visit> = self.file().and_then(File::visit).into_iter().collect();
        for visit in self.files.iter().filter_map(File::visit) {
            if !visits.iter().any(|v| v.path == visit.path) {
                visits.push(visit);
            }
        }
        visits
    }

    /// Files of sessions before are known. With `resume` those that were open at the end of the last one are opened.
    pub fn take_visits(&mut self, visits: Vec<Visit>, resume: bool, fx: &mut Effects) {
        self.visits = visits;
        // Small files are read to their ends sooner than this is known.
        let read: Vec<FileId> = self.files.iter().filter(|f| f.scanned).map(|f| f.id).collect();
        for id in read {
            self.seek_visit(id, fx);
        }
        if !resume {
            return;
        }
        let open: Vec<Visit> = self.visits.iter().filter(|v| v.open).take(REOPENED).cloned().collect();
        if open.is_empty() {
            return fx.say(Tone::Info, "the last session had no file open");
        }
        // The one that was shown is opened last, so that it is shown.
        for visit in open.iter().rev() {
            self.revisit(visit, fx);
        }
    }

    /// Opens a file where it was left.
    fn revisit(&mut self, visit: &Visit, fx: &mut Effects) {
        self.open_as(&visit.path, None, visit.wanted, fx);
        if let Some(file) = self.file_mut() {
            file.revisit = Revisit::Go;
        }
    }

    /// RECENT: the list of files; with a number, the file that has it there.
    pub fn recent(&mut self, number: Option<usize>, fx: &mut Effects) {
        if let Some(number) = number {
            return match number.checked_sub(1).and_then(|at| self.visits.get(at)).cloned() {
                Some(visit) => self.revisit(&visit, fx),
                None => fx.say(Tone::Warning, format!("there is no file {number} in the list of RECENT")),
            };
        }
        if self.visits.is_empty() {
            return fx.say(Tone::Info, "no file was open in a session before");
        }
        if self.file().is_none() {
            return fx.say(Tone::Info, "RECENT and a number opens one of the list");
        }
        let row = |visit: &Visit| {
            let line = LineNo::new(visit.place.line);
            let spot = NameSpot::of(Some(visit.path.clone()), line);
            WalkRow { name: visit.path.clone(), begins: Some(spot), ..WalkRow::default() }
        };
        let rows = self.visits.iter().map(row).collect();
        let walk = Walk { of: WalkOf::Recent, about: String::new(), rows, cut: false };
        self.names = NamesPanel::default();
        self.walk = WalkPanel { walk: Some(walk), ..WalkPanel::default() };
    }

    /// A file was read to its end: the place where it was left is looked for, once.
    pub(super) fn seek_visit(&mut self, id: FileId, fx: &mut Effects) {
        let Some(file) = self.files.iter().find(|f| f.id == id && f.revisit != Revisit::Not) else {
            return;
        };
        if let Some(visit) = self.visits.iter().find(|v| v.path == file.path) {
            fx.request(Slot::Visit(id), Request::Revisit { file: id, visit: Box::new(visit.clone()) });
        }
    }

    /// The place where a file was left, and its labels: those that are still there.
    pub(super) fn revisited(&mut self, id: FileId, found: Vec<FoundLine>, fx: &mut Effects) {
        let Some(file) = self.by_id(id) else { return };
        let how = std::mem::take(&mut file.revisit);
        let (labels, places): (Vec<_>, Vec<_>) = found.into_iter().partition(|f| !f.kept.name.is_empty());
        for FoundLine { kept, at, .. } in labels {
            let place = file.labels.partition_point(|l| l.at < at);
            if !file.labels.iter().any(|l| l.name == kept.name || l.at == at) {
                file.labels.insert(place, Label { name: kept.name.clone(), at, kept: Some(kept) });
            }
        }
        let here = file.cursor_offset();
        let Some(place) = places.into_iter().next().filter(|p| p.at != here) else { return };
        match how {
            Revisit::Go => self.go_in(id, Anchor::Offset(ByteOffset(place.at)), Align::Third, fx),
            Revisit::Offer if self.file().is_some_and(|f| f.id == id) => {
                self.jumps.push(Spot { file: id, offset: place.at });
                let line = match place.line_id {
                    None => num::thousands(place.kept.line),
                    id => number_shown(LineNo::new(place.kept.line), id),
                };
                fx.say(Tone::Info, format!("last time you were at line {line}: Backspace goes there"));
            }
            Revisit::Offer | Revisit::Not => {}
        }
    }
}
