//! An import in the pane: what it would do as a list to walk along, the import itself, and what became of it. Owns which rows are
//! shown and selected; must not know how a file is read.

use super::history::scrolled;
use super::state::{Focus, State};
use crate::base::num::{counted, thousands};
use crate::base::{Exit, LineNo, Result, UserError};
use crate::kb::transfer::{Duplicates, Fate, Format, Item, Look, Progress, Rejected, Report, Wanted};
use crate::panes::Move;
use crate::ui::widget::List;
use crate::work::{Effect, Effects, ImportOf, Reply, Request, Slot, Tone, TransferAnswer, TransferAsk, Wish};

/// Which rows are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shown {
    /// All.
    #[default]
    All,
    /// Those with this fate.
    Of(Fate),
    /// Those that are like another entry and taken all the same.
    Alike,
    /// Those that cannot be imported.
    Rejected,
}

impl Shown {
    /// All, in the order of the tabs, each with its word.
    pub(super) const ALL: [(Self, &'static str); 8] = [
        (Self::All, "All"),
        (Self::Of(Fate::Added), "Added"),
        (Self::Of(Fate::Changed), "Changed"),
        (Self::Of(Fate::Unchanged), "Same"),
        (Self::Of(Fate::Kept), "Kept"),
        (Self::Of(Fate::Duplicate), "Left out"),
        (Self::Alike, "Alike"),
        (Self::Rejected, "Rejected"),
    ];

    /// How many rows of a report it is about.
    pub(super) fn count(self, report: &Report) -> u64 {
        match self {
            Self::All => report.rows,
            Self::Of(Fate::Added) => report.added,
            Self::Of(Fate::Changed) => report.changed,
            Self::Of(Fate::Unchanged) => report.unchanged,
            Self::Of(Fate::Kept) => report.kept,
            Self::Of(Fate::Duplicate) => report.duplicates,
            Self::Alike => report.alike,
            Self::Rejected => report.rejected_rows,
        }
    }

    fn has(self, row: Row<'_>) -> bool {
        match (self, row) {
            (Self::All, _) | (Self::Rejected, Row::Rejected(_)) => true,
            (Self::Of(fate), Row::Item(item)) => item.fate == fate,
            (Self::Alike, Row::Item(item)) => item.fate == Fate::Added && item.like.is_some(),
            _ => false,
        }
    }
}

/// A row of the list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Row<'r> {
    Item(&'r Item),
    Rejected(&'r Rejected),
}

impl<'r> Row<'r> {
    /// Its file, where there are several, and where it is in it.
    pub fn place(self) -> (&'r str, u64) {
        match self {
            Self::Item(item) => (&item.file, item.row),
            Self::Rejected(rejected) => (&rejected.file, rejected.row),
        }
    }
}

/// What an import is at.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Stage {
    /// It is found out what it would do.
    Previewing,
    /// What it would do is shown.
    Preview(Box<Report>),
    /// It runs; what it was to do is still shown.
    Running(Box<Report>),
    /// What became of it.
    Done(Box<Report>),
    /// It was stopped, or could not go on.
    Failed(UserError),
}

/// An import.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    pub(super) of: ImportOf,
    pub(super) stage: Stage,
    pub(super) progress: (Progress, Option<u8>),
    pub(super) shown: Shown,
    pub(super) list: List,
    /// The rows that are listed, by their places: those of items, then those that were rejected.
    rows: Vec<usize>,
    /// One row, and lines of it scrolled off at the top.
    pub(super) look: Option<(Box<Look>, usize)>,
}

impl Import {
    fn new(of: ImportOf) -> Self {
        Self {
            of,
            stage: Stage::Previewing,
            progress: (Progress::default(), None),
            shown: Shown::All,
            list: List::default(),
            rows: Vec::new(),
            look: None,
        }
    }

    /// The report that is shown.
    pub(super) fn report(&self) -> Option<&Report> {
        match &self.stage {
            Stage::Preview(report) | Stage::Running(report) | Stage::Done(report) => Some(report),
            Stage::Previewing | Stage::Failed(_) => None,
        }
    }

    /// How many rows are listed.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// A row of the list.
    pub(super) fn row(&self, at: usize) -> Option<Row<'_>> {
        let report = self.report()?;
        let place = *self.rows.get(at)?;
        match place.checked_sub(report.items.len()) {
            None => report.items.get(place).map(Row::Item),
            Some(rejected) => report.rejected.get(rejected).map(Row::Rejected),
        }
    }

    fn selected(&self) -> Option<Row<'_>> {
        self.row(self.list.selected(self.len())?)
    }

    /// Chooses anew which rows are listed: in the order of the file.
    fn choose(&mut self) {
        let Some(report) = self.report() else { return };
        let items = report.items.iter().map(Row::Item);
        let all = items.chain(report.rejected.iter().map(Row::Rejected)).enumerate();
        let mut rows: Vec<(usize, Row<'_>)> = all.filter(|(_, row)| self.shown.has(*row)).collect();
        rows.sort_by(|a, b| a.1.place().cmp(&b.1.place()));
        self.rows = rows.into_iter().map(|(at, _)| at).collect();
        self.list = List::default();
    }

    fn is_running(&self) -> bool {
        matches!(self.stage, Stage::Running(_))
    }

    /// Shows the next kind of rows that there are, or the one before.
    fn step(&mut self, back: bool) {
        let Some(report) = self.report() else { return };
        let there: Vec<Shown> = Shown::ALL
            .into_iter()
            .map(|(shown, _)| shown)
            .filter(|shown| *shown == Shown::All || shown.count(report) > 0)
            .collect();
        let at = there.iter().position(|shown| *shown == self.shown).unwrap_or(0);
        let to = (at + if back { there.len().saturating_sub(1) } else { 1 }).checked_rem(there.len());
        self.shown = to.and_then(|to| there.get(to)).copied().unwrap_or_default();
        self.choose();
    }
}

impl State {
    /// Finds out what an import would do.
    pub fn begin_import(&mut self, of: ImportOf, fx: &mut Effects) {
        if self.import.as_ref().is_some_and(Import::is_running) {
            self.focus = Focus::Import;
            return fx.say(Tone::Warning, "an import runs already: s stops it");
        }
        self.focus = Focus::Import;
        fx.request(Slot::Transfer, Request::Transfer(TransferAsk::Preview(of.clone())));
        self.import = Some(Import::new(of));
    }

    /// Writes all entries to a file or folder.
    pub fn export_entries(&self, path: String, replace: bool, fx: &mut Effects) {
        fx.say(Tone::Info, format!("exporting the knowledge base to {path} ..."));
        fx.request(Slot::Carry, Request::Transfer(TransferAsk::Export { path, replace }));
    }

    /// Imports what the preview shows.
    pub(super) fn confirm_import(&mut self, fx: &mut Effects) {
        let Some(import) = &mut self.import else { return };
        match std::mem::replace(&mut import.stage, Stage::Previewing) {
            Stage::Preview(report) if report.added + report.changed == 0 => {
                import.stage = Stage::Preview(report);
                fx.say(Tone::Info, "nothing would be added or changed");
            }
            Stage::Preview(report) => {
                import.progress = (Progress::default(), None);
                import.look = None;
                import.stage = Stage::Running(report);
                fx.request(Slot::Transfer, Request::Transfer(TransferAsk::Import(import.of.clone())));
            }
            // What was stopped goes on: what is there already is passed over.
            Stage::Failed(_) => {
                let of = import.of.clone();
                self.begin_import(of, fx);
            }
            other => import.stage = other,
        }
    }

    /// Stops the preview or the import.
    pub(super) fn stop_import(&mut self, fx: &mut Effects) {
        if self.import.as_ref().is_some_and(|i| i.is_running() || i.stage == Stage::Previewing) {
            fx.push(Effect::Cancel(Slot::Transfer));
        }
    }

    /// Leaves rows out that are nearly the same as an entry, or takes them.
    pub(super) fn import_alike(&mut self, fx: &mut Effects) {
        let Some(import) = self.import.as_ref().filter(|i| matches!(i.stage, Stage::Preview(_))) else {
            return;
        };
        let duplicates = match import.of.duplicates {
            Duplicates::Skip => Duplicates::Same,
            Duplicates::Keep | Duplicates::Same => Duplicates::Skip,
        };
        let of = ImportOf { duplicates, ..import.of.clone() };
        self.begin_import(of, fx);
    }

    /// Shows what the selected row says.
    pub(super) fn look_at_row(&mut self, fx: &mut Effects) {
        let Some(import) = &self.import else { return };
        if matches!(import.stage, Stage::Failed(_)) {
            return self.confirm_import(fx);
        }
        let Some(row) = import.selected() else { return };
        let (file, number) = row.place();
        let like = match row {
            Row::Item(item) => item.like.as_ref().map(|like| like.id.clone()),
            Row::Rejected(_) => None,
        };
        let wanted = Wanted { file: file.to_owned(), row: number, like };
        fx.request(Slot::Look, Request::Transfer(TransferAsk::Look(import.of.clone(), wanted)));
    }

    /// Opens the file of the selected row in the Source pane, at its line where rows are lines.
    pub(super) fn open_row(&mut self, fx: &mut Effects) {
        let Some((import, row)) = self.import.as_ref().and_then(|i| Some((i, i.selected()?))) else { return };
        let (file, number) = row.place();
        let root = &import.of.path;
        let single = crate::kb::transfer::single_document(root, import.of.format);
        let path = if file.is_empty() || single {
            root.clone()
        } else if root.ends_with('/') {
            format!("{root}{file}")
        } else if std::path::Path::new(root).extension().is_some() {
            format!("{root}({file})")
        } else {
            format!("{root}/{file}")
        };
        let said = import.of.format.or_else(|| Format::of(std::path::Path::new(root)).ok());
        let lines = said.is_none_or(|format| format == Format::Jsonl || format.is_document());
        fx.wish(Wish::OpenFile { path, line: lines.then(|| LineNo::new(number.max(1))) });
    }

    /// Leaves the row, then the list; what runs is stopped first.
    pub(super) fn leave_import(&mut self, fx: &mut Effects) {
        let Some(import) = &mut self.import else {
            self.focus = Focus::Results;
            return;
        };
        if import.look.take().is_some() {
            return;
        }
        if import.is_running() {
            self.stop_import(fx);
            return fx.say(Tone::Info, "the import is being stopped: what was imported stays");
        }
        self.stop_import(fx);
        (self.import, self.focus) = (None, Focus::Results);
        self.search(true, fx);
    }

    /// Moves in the list or in the row; left and right change which rows are listed.
    pub(super) fn move_import(&mut self, way: Move) {
        let (rows, columns) = (usize::from(self.list_rows).saturating_sub(3).max(1), self.entry_columns);
        let Some(import) = &mut self.import else { return };
        if let Some((look, scroll)) = &mut import.look {
            let lines = super::import_view::lines_of(look, columns).len();
            *scroll = scrolled(*scroll, way, rows).min(lines.saturating_sub(rows));
            return;
        }
        match way.in_list() {
            Some(step) => drop(import.list.go(step, import.rows.len(), rows)),
            None => import.step(way == Move::Left),
        }
    }

    /// Takes a reply about an import or an export.
    pub(super) fn transferred(&mut self, slot: Slot, reply: Result<Reply>, fx: &mut Effects) {
        let answer = match reply {
            Ok(Reply::Transfer(answer)) => answer,
            Ok(_) => return,
            Err(error) => return self.not_transferred(slot, error, fx),
        };
        if let TransferAnswer::Exported { path, entries } = &answer {
            let entries = counted(*entries, "entry", "entries");
            return fx.say(Tone::Done, format!("{entries} exported to {path}"));
        }
        let Some(import) = &mut self.import else { return };
        match answer {
            TransferAnswer::Progress(progress, percent) => import.progress = (progress, percent),
            TransferAnswer::Report(report) if report.preview => {
                import.stage = Stage::Preview(report);
                import.choose();
            }
            TransferAnswer::Report(mut report) => {
                let (added, changed) = (thousands(report.added), thousands(report.changed));
                fx.say(Tone::Done, format!("{added} added, {changed} changed"));
                import.shown = Shown::All;
                if let Stage::Running(preview) = &mut import.stage
                    && Shown::ALL.iter().all(|(of, _)| of.count(preview) == of.count(&report))
                {
                    // It did what it was to do: the rows of the preview are those that were imported.
                    report.items = std::mem::take(&mut preview.items);
                }
                import.stage = Stage::Done(report);
                import.choose();
            }
            TransferAnswer::Look(Some(look)) => import.look = Some((look, 0)),
            TransferAnswer::Look(None) => {
                fx.say(Tone::Warning, "this row is not there any more: the file was changed");
            }
            TransferAnswer::Exported { .. } => {}
        }
    }

    fn not_transferred(&mut self, slot: Slot, error: UserError, fx: &mut Effects) {
        match &mut self.import {
            Some(import) if slot == Slot::Transfer => {
                if error.exit == Exit::Interrupted {
                    fx.say(Tone::Info, error.what.clone());
                }
                import.look = None;
                import.stage = Stage::Failed(error);
            }
            // A row that is not looked at any more.
            _ if error.exit == Exit::Interrupted => {}
            _ => fx.wish(Wish::Fail(error)),
        }
    }
}
