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
    Effects, FileId, FoundLine, KeptLine, NameSpot, Request, Revisited, Slot, Tone, Visit, Walk, WalkOf,
    WalkRow, may_be, number_shown,
};

/// Files that the empty pane lists.
pub(super) const LISTED: usize = 9;
/// Files that are known at a time; those of sessions before are fewer.
const KNOWN: usize = 400;
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
        let row = self.cursor_row()?;
        let line_id = self.is_listing().then(|| row.line_id.unwrap_or(0));
        let place =
            KeptLine { name: String::new(), line: row.number?.get(), anchor: self.anchor_here(), line_id };
        Some(Visit {
            path: self.path.clone(),
            wanted: self.wanted,
            place,
            labels: self.labels.iter().filter_map(|l| l.kept.clone()).collect(),
            partly: self.print.is_empty(),
            print: self.print.clone(),
            open: true,
            ..Visit::default()
        })
    }
}

impl State {
    /// What to remember of the files that are open, the one that is shown first, and of those that were closed; lists of members
    /// are none.
    pub fn visits_now(&self) -> Vec<Visit> {
        let shown = self.file().into_iter();
        let open = shown.chain(&self.files).filter_map(File::visit);
        let closed = self.visits.iter().take(self.closed).cloned();
        let mut visits: Vec<Visit> = Vec::new();
        for visit in open.chain(closed) {
            match visits.iter_mut().find(|v| v.path == visit.path) {
                Some(first) => first.take_labels(&visit),
                None => visits.push(visit),
            }
        }
        visits
    }

    /// A file is closed: it is remembered as one of a session before.
    pub(super) fn leave(&mut self, id: FileId) {
        let Some(mut visit) = self.files.iter().find(|f| f.id == id).and_then(File::visit) else { return };
        visit.open = false;
        if let Some(before) = self.visits.iter().position(|v| v.path == visit.path) {
            visit.take_labels(&self.visits.remove(before));
            self.closed -= usize::from(before < self.closed);
        }
        self.visits.insert(0, visit);
        self.visits.truncate(KNOWN);
        self.closed = (self.closed + 1).min(KNOWN);
    }

    /// Files of sessions before are known. With `resume` those that were open at the end of the last one are opened.
    pub fn take_visits(&mut self, visits: Vec<Visit>, resume: bool, fx: &mut Effects) {
        self.visits.truncate(self.closed);
        let closed: Vec<String> = self.visits.iter().map(|v| v.path.clone()).collect();
        self.visits.extend(visits.into_iter().filter(|v| !closed.contains(&v.path)));
        self.knows_visits = true;
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
            let line_id = visit.place.line_id;
            let spot = NameSpot { line_id, ..NameSpot::of(Some(visit.path.clone()), line) };
            WalkRow { name: visit.path.clone(), begins: Some(spot), ..WalkRow::default() }
        };
        let rows = self.visits.iter().map(row).collect();
        let walk = Walk { of: WalkOf::Recent, about: String::new(), rows, cut: false };
        self.names = NamesPanel::default();
        self.walk = WalkPanel { walk: Some(walk), ..WalkPanel::default() };
    }

    /// A file was read to its end: the place where it was left is looked for, once.
    pub(super) fn seek_visit(&mut self, id: FileId, fx: &mut Effects) {
        let unknown = |f: &&File| f.id == id && f.print.is_empty() && f.facts.is_some();
        let Some(file) = self.files.iter().find(unknown).filter(|_| self.knows_visits) else { return };
        let fits = |visit: &&Visit| visit.path == file.path || may_be(&visit.print, file.size);
        let visits = self.visits.iter().filter(fits).cloned().collect();
        fx.request(Slot::Visit(id), Request::Revisit { file: id, visits });
    }

    /// The place where a file was left, and its labels: those that are still there.
    pub(super) fn revisited(&mut self, id: FileId, known: Revisited, fx: &mut Effects) {
        let Some(file) = self.by_id(id) else { return };
        let Revisited { print, of, found } = known;
        (file.print, file.also) = (print, of.clone());
        let how = std::mem::take(&mut file.revisit);
        let (labels, places): (Vec<_>, Vec<_>) = found.into_iter().partition(|f| !f.kept.name.is_empty());
        for FoundLine { kept, at } in labels {
            let place = file.labels.partition_point(|l| l.at < at);
            if !file.labels.iter().any(|l| l.name == kept.name || l.at == at) {
                file.labels.insert(place, Label { name: kept.name.clone(), at, kept: Some(kept) });
            }
        }
        let here = file.cursor_offset();
        if of.is_some() {
            // What is noted there is known of this text.
            self.ask_links(id, fx);
        }
        let Some(place) = places.into_iter().next().filter(|p| p.at != here) else { return };
        match how {
            Revisit::Go => self.go_in(id, Anchor::Offset(ByteOffset(place.at)), Align::Third, fx),
            Revisit::Offer if self.file().is_some_and(|f| f.id == id) => {
                self.jumps.push(Spot { file: id, offset: place.at });
                let line = line_shown(&place.kept);
                let text = match of {
                    None => format!("last time you were at line {line}: Backspace goes there"),
                    Some(of) => format!("Backspace goes to line {line}, as last time in {of}, the same text"),
                };
                fx.say(Tone::Info, text);
            }
            Revisit::Offer | Revisit::Not => {}
        }
    }
}

/// The line that was kept, as LOCATE takes it.
pub(super) fn line_shown(kept: &KeptLine) -> String {
    match kept.line_id {
        None => num::thousands(kept.line),
        id => number_shown(LineNo::new(kept.line), id),
    }
}
