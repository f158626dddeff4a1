//! What can be opened from an entry: lines of code, files, other entries and the way back; the words of the query in it; files
//! and incidents that are added, and incidents that are resolved.

use super::entry_view;
use super::incident::IncidentForm;
use super::state::{Focus, Shown, State};
use crate::base::LineNo;
use crate::work::{Beside, Effects, EntryAsk, Request, Slot, Tone, Wish};
use std::ops::Range;

/// Entries that the way back remembers.
const BACK: usize = 50;

/// A place in an entry that was left for another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    id: String,
    scroll: usize,
    item: usize,
}

/// Something that can be opened.
enum Item {
    Code(String, u64),
    Incident(i64, bool),
    File(String),
    Entry(String),
}

impl Shown {
    /// The thing that is selected.
    fn selected(&self) -> Option<Item> {
        if let Some(link) = self.links.get(self.item) {
            return Some(Item::Code(link.file.clone(), link.line));
        }
        let beside = self.beside.as_ref()?;
        let at = self.item.checked_sub(self.links.len())?;
        if let Some(incident) = beside.incidents.get(at) {
            return Some(Item::Incident(incident.id, incident.resolved_at.is_some()));
        }
        let at = at.checked_sub(beside.incidents.len())?;
        if let Some(attached) = beside.files.get(at) {
            return Some(Item::File(attached.file.path.clone()));
        }
        let related = beside.related.get(at.checked_sub(beside.files.len())?)?;
        Some(Item::Entry(related.id.clone()))
    }
}

impl State {
    /// The words that are marked in the entry: those of the query that found it.
    pub(super) fn marked_words(&self) -> &str {
        if self.visiting || !self.trail.is_empty() { "" } else { self.query.text() }
    }

    /// Sees that the page of the entry is laid out for its width and the query.
    pub(super) fn lay_out(&mut self) {
        let query = self.marked_words().to_owned();
        let width = self.entry_columns;
        let Some(shown) = &mut self.shown else { return };
        if shown.page.as_ref().is_none_or(|page| page.width != width || page.query != query) {
            shown.mark = None;
            shown.page = Some(entry_view::page(shown, &query, width));
        }
    }

    /// Scrolls so that a line of the page is shown.
    fn show_line(&mut self, line: usize) {
        let rows = usize::from(self.entry_rows).max(1);
        let Some(shown) = &mut self.shown else { return };
        if line < shown.scroll || line >= shown.scroll.saturating_add(rows) {
            let lines = shown.page.as_ref().map_or(0, |page| page.lines.len());
            shown.scroll = line.saturating_sub(rows / 3).min(lines.saturating_sub(rows));
        }
    }

    /// The lines of the page that are on the screen.
    fn seen_lines(&self) -> Range<usize> {
        let first = self.shown.as_ref().map_or(0, |shown| shown.scroll);
        first..first.saturating_add(usize::from(self.entry_rows).max(1))
    }

    /// The thing that is selected, if it is on the screen; else it is brought there, and nothing is done with it: nobody opens or
    /// changes what they do not see.
    fn selected_in_sight(&mut self, fx: &mut Effects) -> Option<Item> {
        self.lay_out();
        let shown = self.shown.as_ref()?;
        let selected = shown.selected()?;
        let line = shown.page.as_ref().and_then(|page| page.line_of(shown.item));
        match line.filter(|line| !self.seen_lines().contains(line)) {
            None => Some(selected),
            Some(line) => {
                self.show_line(line);
                fx.say(Tone::Info, "this is selected here; the same key once more");
                None
            }
        }
    }

    /// Selects the next thing that can be opened, or the one before: seen from what is on the screen, if what is selected is not.
    pub(super) fn step_item(&mut self, back: bool) {
        self.lay_out();
        let seen = self.seen_lines();
        let Some(shown) = &mut self.shown else { return };
        let Some(page) = &shown.page else { return };
        let from = page.line_of(shown.item).filter(|line| seen.contains(line));
        let next = match (back, from) {
            (false, Some(from)) => {
                page.items().find(|(line, _)| *line > from).or_else(|| page.items().next())
            }
            (false, None) => {
                page.items().find(|(line, _)| *line >= seen.start).or_else(|| page.items().next())
            }
            (true, from) => {
                let end = from.unwrap_or(seen.end);
                page.items().filter(|(line, _)| *line < end).last().or_else(|| page.items().last())
            }
        };
        let Some((line, item)) = next else { return };
        shown.item = item;
        shown.mark = None;
        self.show_line(line);
    }

    /// Goes to the next line with a word of the query, or the one before.
    pub(super) fn step_mark(&mut self, back: bool, fx: &mut Effects) {
        let Some(shown) = &mut self.shown else { return };
        let marks = shown.page.as_ref().map_or(&[][..], |page| &page.marks);
        let from = shown.mark.unwrap_or(shown.scroll);
        let next = match (back, shown.mark) {
            (false, None) => marks.iter().find(|line| **line >= from).or(marks.first()),
            (false, Some(_)) => marks.iter().find(|line| **line > from).or(marks.first()),
            (true, _) => marks.iter().rev().find(|line| **line < from).or(marks.last()),
        };
        match next.copied() {
            Some(line) => {
                shown.mark = Some(line);
                self.show_line(line);
            }
            None => fx.say(Tone::Info, "no word of the query is in this entry"),
        }
    }

    /// Opens the thing that is selected.
    pub(super) fn follow(&mut self, fx: &mut Effects) {
        if self.shown.as_ref().is_none_or(|shown| shown.selected().is_none()) {
            return fx
                .say(Tone::Info, "nothing to open here: L links the line in the Source pane, a its file");
        }
        match self.selected_in_sight(fx) {
            Some(Item::Code(path, line)) => {
                fx.wish(Wish::OpenFile { path, line: Some(LineNo::new(line)) });
            }
            Some(Item::File(path)) => fx.wish(Wish::OpenFile { path, line: None }),
            Some(Item::Incident(..)) => self.resolve_incident(fx),
            Some(Item::Entry(id)) => {
                self.remember_place();
                self.focus = Focus::Entry;
                fx.request(Slot::Entry, Request::Entry { id, opened: true });
            }
            None => {}
        }
    }

    fn remember_place(&mut self) {
        if let Some(shown) = &self.shown {
            self.trail.push(Left { id: shown.entry.body.id.clone(), scroll: shown.scroll, item: shown.item });
            let over = self.trail.len().saturating_sub(BACK);
            self.trail.drain(..over);
        }
    }

    /// Goes back to the entry that was left for this one. False if there is none.
    pub(super) fn back_to_entry(&mut self, fx: &mut Effects) -> bool {
        let Some(left) = self.trail.pop() else { return false };
        let id = left.id.clone();
        self.going_to = Some(left);
        fx.request(Slot::Entry, Request::Entry { id, opened: false });
        true
    }

    /// An entry is there: asks for what belongs to it, and goes where it was left.
    pub(super) fn entry_came(&mut self, fx: &mut Effects) {
        let Some(shown) = &mut self.shown else { return };
        let id = shown.entry.body.id.clone();
        if let Some(left) = self.going_to.take_if(|left| left.id == id) {
            (shown.scroll, shown.item) = (left.scroll, left.item);
        }
        fx.request(Slot::Beside, Request::OfEntry(EntryAsk::Beside(id)));
    }

    /// What belongs to the entry is there.
    pub(super) fn beside_came(&mut self, beside: Beside, fx: &mut Effects) {
        if let Some(shown) = self.shown.as_mut().filter(|s| s.entry.body.id == beside.id) {
            if !beside.files.is_empty() {
                fx.request(Slot::Attached, Request::OfEntry(EntryAsk::Verify(beside.id.clone())));
            }
            shown.beside = Some(beside);
            shown.page = None;
        }
    }

    /// What became of files is known.
    pub(super) fn verified(&mut self, id: &str, files: Vec<crate::work::Attached>) {
        if let Some(shown) = self.shown.as_mut().filter(|s| s.entry.body.id == id)
            && let Some(beside) = &mut shown.beside
        {
            beside.files = files;
            shown.page = None;
        }
    }

    /// Takes the selected file off the entry.
    pub(super) fn detach(&mut self, fx: &mut Effects) {
        let is_file = |shown: &&Shown| matches!(shown.selected(), Some(Item::File(_)));
        let Some(id) = self.shown.as_ref().filter(is_file).map(|shown| shown.entry.body.id.clone()) else {
            return fx.say(Tone::Info, "no file is selected: n goes to the next");
        };
        if let Some(Item::File(path)) = self.selected_in_sight(fx) {
            fx.request(Slot::Write, Request::OfEntry(EntryAsk::Detach { id, path }));
        }
    }

    /// Notes that the selected incident is resolved, or open again; without a selected one the only one that is open.
    pub(super) fn resolve_incident(&mut self, fx: &mut Effects) {
        let Some(shown) = &self.shown else { return };
        let entry = shown.entry.body.id.clone();
        let chosen = if matches!(shown.selected(), Some(Item::Incident(..))) {
            match self.selected_in_sight(fx) {
                Some(Item::Incident(id, resolved)) => Some((id, resolved)),
                _ => return,
            }
        } else {
            let mut open = shown.beside.iter().flat_map(|b| &b.incidents).filter(|i| i.resolved_at.is_none());
            open.next().filter(|_| open.next().is_none()).map(|incident| (incident.id, false))
        };
        let Some((incident, was)) = chosen else {
            return fx.say(Tone::Info, "no incident is selected: n goes to the next");
        };
        let ask = EntryAsk::Resolve { id: entry, incident, resolved: !was };
        fx.request(Slot::Write, Request::OfEntry(ask));
    }

    /// Opens the form of an incident.
    pub(super) fn record_incident(&mut self) {
        if let Some(shown) = &self.shown {
            self.incident = Some(IncidentForm::new(&shown.entry.body));
            self.focus = Focus::Incident;
        }
    }
}
