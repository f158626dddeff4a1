//! The versions of an entry in the pane: a list, and what differs between two of them.

use super::form::InUse;
use super::state::{Focus, State};
use crate::kb::history::Comparison;
use crate::panes::Move;
use crate::store::VersionHead;
use crate::ui::widget::{List, Move as ListMove};
use crate::work::{Effects, EntryAnswer, EntryAsk, Request, Slot, Tone};

/// The versions of an entry.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// The entry.
    pub id: String,
    /// Its versions, newest first; `None` until they are known.
    pub heads: Option<Vec<VersionHead>>,
    /// Which is selected.
    pub list: List,
    /// What differs between two, while it is shown.
    pub compared: Option<Compared>,
    /// Compared with the entry as it is, not with the version before.
    pub against_now: bool,
    /// What has the keys when the history is left.
    pub(super) back: Focus,
}

/// A change of this session that can be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undo {
    /// This entry was deleted.
    Deleted(String),
    /// An entry was changed.
    Changed {
        /// Its id.
        id: String,
        /// The version that it was.
        version: u64,
        /// The version that it is since, as far as this session made it.
        newest: u64,
    },
}

impl Undo {
    /// A change of an entry from `version` to the next.
    pub(super) fn changed(id: &str, version: u64) -> Self {
        Self::Changed { id: id.to_owned(), version, newest: version.saturating_add(1) }
    }

    /// Takes note that this session has made `more` versions of an entry that are taken back already.
    pub(super) fn went_on(&mut self, of: &str, more: u64) {
        if let Self::Changed { id, newest, .. } = self
            && id == of
        {
            *newest = newest.saturating_add(more);
        }
    }
}

/// What differs between two versions, on the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// The lines.
    pub comparison: Comparison,
    /// Lines scrolled off at the top.
    pub scroll: usize,
}

impl History {
    /// The selected version.
    pub fn selected(&self) -> Option<&VersionHead> {
        let heads = self.heads.as_ref()?;
        heads.get(self.list.selected(heads.len())?)
    }

    /// How many there are.
    fn len(&self) -> usize {
        self.heads.as_ref().map_or(0, Vec::len)
    }

    fn ask(&self, fx: &mut Effects) {
        let (Some(head), Some(newest)) = (self.selected(), self.heads.as_ref().and_then(|h| h.first()))
        else {
            return;
        };
        let (from, to) = if self.against_now && head.version < newest.version {
            (head.version, newest.version)
        } else {
            (head.version.saturating_sub(1), head.version)
        };
        let ask = EntryAsk::Diff { id: self.id.clone(), from, to };
        fx.request(Slot::History, Request::OfEntry(ask));
    }
}

impl State {
    /// Lists the versions of the entry.
    pub(super) fn open_history(&mut self, fx: &mut Effects) {
        let Some(id) = self.current_id().map(str::to_owned) else {
            return fx.say(Tone::Info, "no entry is selected");
        };
        self.history = Some(History { id: id.clone(), back: self.focus, ..History::default() });
        self.focus = Focus::History;
        fx.request(Slot::History, Request::OfEntry(EntryAsk::Versions(id)));
    }

    /// Shows what the selected version changed, or how the entry as it is differs from it.
    pub(super) fn compare_version(&mut self, against_now: bool, fx: &mut Effects) {
        if let Some(history) = &mut self.history {
            history.against_now = against_now;
            history.ask(fx);
        }
    }

    /// Makes the selected version the newest.
    pub(super) fn restore_version(&mut self, fx: &mut Effects) {
        let Some(history) = &self.history else { return };
        let newest = history.heads.as_ref().and_then(|h| h.first());
        match history.selected() {
            Some(head) if Some(head.version) == newest.map(|h| h.version) => {
                fx.say(Tone::Info, "this is the entry as it is");
            }
            Some(head) => {
                let newest = newest.map(|h| h.version);
                let ask = EntryAsk::Restore { id: history.id.clone(), version: head.version, newest };
                fx.request(Slot::Write, Request::OfEntry(ask));
            }
            None => {}
        }
    }

    /// Takes the last change of this session back.
    pub(super) fn undo(&mut self, fx: &mut Effects) {
        match self.undo.pop() {
            Some(Undo::Deleted(id)) => fx.request(Slot::Write, Request::UndeleteEntry(id)),
            Some(Undo::Changed { id, version, newest }) => {
                let ask = EntryAsk::Restore { id, version, newest: Some(newest) };
                fx.request(Slot::Write, Request::OfEntry(ask));
            }
            None => fx.say(Tone::Info, "nothing was changed in this session: H lists what was before"),
        }
    }

    /// Leaves the comparison, then the list.
    pub(super) fn leave_history(&mut self) {
        // A comparison by itself has no list behind it.
        let inside = self.history.as_mut().filter(|history| history.heads.is_some());
        if inside.and_then(|history| history.compared.take()).is_none() {
            self.focus = self.history.take().map_or(Focus::Results, |h| h.back);
        }
    }

    /// Moves in the list or in the comparison; left and right go to the older and the newer version.
    pub(super) fn move_history(&mut self, way: Move, fx: &mut Effects) {
        let (rows, columns) = (usize::from(self.list_rows).saturating_sub(1).max(1), self.entry_columns);
        let Some(history) = &mut self.history else { return };
        let len = history.len();
        let Some(compared) = &mut history.compared else {
            if let Some(step) = way.in_list() {
                history.list.go(step, len, rows);
            }
            return;
        };
        let lines = super::history_view::lines_of(&compared.comparison, columns).len();
        let deepest = lines.saturating_sub(rows);
        let step = match way {
            Move::Left => Some(ListMove::Down),
            Move::Right => Some(ListMove::Up),
            _ => None,
        };
        if let Some(step) = step {
            if history.list.go(step, len, rows) {
                history.ask(fx);
            }
            return;
        }
        compared.scroll = scrolled(compared.scroll, way, rows).min(deepest);
    }

    /// Takes an answer.
    pub(super) fn answered(&mut self, answer: EntryAnswer, fx: &mut Effects) {
        match answer {
            EntryAnswer::Versions { id, heads } => {
                if let Some(history) = self.history.as_mut().filter(|h| h.id == id) {
                    history.heads = Some(heads);
                    if history.compared.is_some() {
                        history.ask(fx);
                    }
                }
            }
            EntryAnswer::Diff(comparison) => {
                if let Some(history) = &mut self.history {
                    history.compared = Some(Compared { comparison: *comparison, scroll: 0 });
                }
            }
            EntryAnswer::Beside(beside) => self.beside_came(*beside, fx),
            EntryAnswer::Verified { id, files } => self.verified(&id, files),
            EntryAnswer::Attached { id, told } => {
                fx.say(Tone::Done, told);
                fx.request(Slot::Beside, Request::OfEntry(EntryAsk::Beside(id)));
            }
            EntryAnswer::Recorded(id) => {
                fx.say(Tone::Done, format!("the incident is recorded under {id}"));
                (self.incident, self.focus) = (None, Focus::Entry);
                fx.request(Slot::Beside, Request::OfEntry(EntryAsk::Beside(id)));
            }
            EntryAnswer::Resolved(id, resolved) => {
                let word = if resolved { "resolved" } else { "open again" };
                fx.say(Tone::Done, format!("the incident under {id} is {word}"));
                fx.request(Slot::Beside, Request::OfEntry(EntryAsk::Beside(id)));
            }
            EntryAnswer::Meanwhile(comparison) => self.show_meanwhile(comparison),
            EntryAnswer::InUse { categories, tags } => {
                self.in_form(|form| form.set_in_use(InUse { categories, tags }));
            }
            EntryAnswer::Taken { id, title } => self.in_form(|form| form.set_taken(&id, title)),
            EntryAnswer::Restored { id, version, before } => {
                fx.say(Tone::Done, format!("{id} is again as in version {version}: U takes that back"));
                if let Some(version) = before {
                    self.undo.push(Undo::changed(&id, version));
                }
                if let Some(history) = self.history.as_mut().filter(|h| h.id == id) {
                    history.list.go(ListMove::First, history.len(), 1);
                    history.compared = None;
                    fx.request(Slot::History, Request::OfEntry(EntryAsk::Versions(id.clone())));
                }
                fx.request(Slot::Entry, Request::Entry { id, opened: false });
            }
        }
    }
}

/// Where a text is scrolled to by a move, without a look at its end.
pub(super) fn scrolled(at: usize, way: Move, rows: usize) -> usize {
    match way {
        Move::Up | Move::Left => at.saturating_sub(1),
        Move::Down | Move::Right => at.saturating_add(1),
        Move::PageUp => at.saturating_sub(rows),
        Move::PageDown => at.saturating_add(rows),
        Move::HalfUp => at.saturating_sub(rows / 2),
        Move::HalfDown => at.saturating_add(rows / 2),
        Move::Top => 0,
        Move::Bottom => usize::MAX,
    }
}
