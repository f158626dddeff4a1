//! What commands, keys and replies do to the Search pane.

use super::form::EntryForm;
use super::history::scrolled;
use super::offer::Offers;
use super::state::{Command, Focus, State, StoreState};
use crate::config::Key;
use crate::kb::entry;
use crate::kb::query;
use crate::kb::search::{Depth, Found, SCREEN, SearchRequest};
use crate::panes::{Move, edit_of};
use crate::ui::widget::Edit;
use crate::work::{Effect, Effects, Request, Slot, Tone, Wish};

impl State {
    /// Asks for the store; the first search follows when it is there.
    pub fn start(&mut self, fx: &mut Effects) {
        fx.request(Slot::Store, Request::OpenStore);
    }

    /// The layout has given the parts so much room.
    pub fn resize(&mut self, list: (u16, u16), entry: (u16, u16), beside: (bool, bool), fx: &mut Effects) {
        let (beside, facets_beside) = beside;
        let wider = beside && !self.beside;
        let (list_columns, list_rows) = list;
        (self.facets_beside, self.list_columns) = (facets_beside, list_columns);
        (self.list_rows, self.entry_columns, self.entry_rows, self.beside) =
            (list_rows, entry.0, entry.1, beside);
        self.in_form(|form| form.resize(entry.0, entry.1));
        self.lay_out();
        self.settle();
        if self.facets_beside
            && self.error.is_none()
            && self.result.as_ref().is_some_and(|result| result.facets.is_none())
            && !self.is_searching()
        {
            self.search(true, fx);
        }
        if wider {
            self.preview(fx);
        }
    }

    /// Shows the results for `text`.
    pub fn search_for(&mut self, text: &str, fx: &mut Effects) {
        self.query.set(text);
        self.visiting = false;
        self.focus = Focus::Results;
        self.search(false, fx);
    }

    /// Shows an entry for a line of the Source pane.
    pub fn show_entry(&mut self, id: String, fx: &mut Effects) {
        (self.focus, self.visiting) = (Focus::Entry, true);
        self.trail.clear();
        if self.shown.as_ref().is_some_and(|s| s.entry.body.id != id) {
            self.shown = None;
        }
        fx.request(Slot::Entry, Request::Entry { id, opened: true });
    }

    /// Whether there may be better results than those that are shown, for somebody who types no more.
    pub fn is_restless(&self) -> bool {
        self.settled && self.result.as_ref().is_some_and(|result| result.may_deepen) && !self.is_searching()
    }

    /// The keys rest: what is like the best results is looked for.
    pub fn rest(&mut self, fx: &mut Effects) {
        if self.is_restless() {
            self.ask(true, true, fx);
        }
    }

    pub(super) fn search(&mut self, typing: bool, fx: &mut Effects) {
        let text = self.query.text();
        // What means the same as before is known already.
        if let Some(result) = self.result.as_mut().filter(|_| typing && self.settled && self.error.is_none())
            && result.query != text
            && query::parse(&result.query) == query::parse(text)
        {
            text.clone_into(&mut result.query);
            return;
        }
        self.ask(typing, false, fx);
    }

    fn ask(&mut self, typing: bool, deep: bool, fx: &mut Effects) {
        self.settled = false;
        self.error = None;
        if matches!(self.store, StoreState::Ready(_)) {
            let text = self.query.text().to_owned();
            let request = SearchRequest { deep: deep.then(Depth::default), ..self.request(text, typing) };
            fx.request(Slot::Search, Request::Search(request));
        }
    }

    /// A search for `text`, as it is asked from here.
    pub(super) fn request(&self, text: String, typing: bool) -> SearchRequest {
        let all = !typing || self.deep.as_ref() == Some(&text);
        SearchRequest {
            text,
            limit: self.limit,
            snippets: (!all).then(|| SCREEN.max(self.results_shown())),
            typing,
            explain: self.explain,
            facets: self.counts_facets(),
            ..SearchRequest::default()
        }
    }

    /// Carries a command out.
    pub fn command(&mut self, command: Command, fx: &mut Effects) {
        match command {
            Command::Query => self.focus = Focus::Query,
            Command::TakeOffer => self.take_offer(fx),
            Command::Recall => self.recall(fx),
            Command::ForgetSearch => self.forget_search(fx),
            Command::Facets => self.switch_facets(fx),
            Command::PickFacet => self.pick_facet(fx),
            Command::Unfold => self.unfold(fx),
            Command::ClearQuery => {
                self.query.set("");
                self.offers = Offers::default();
                self.search(true, fx);
            }
            Command::Open => self.open(fx),
            Command::FollowCode => self.follow(fx),
            Command::NextLink => self.step_item(false),
            Command::PreviousLink => self.step_item(true),
            Command::NextMark => self.step_mark(false, fx),
            Command::PreviousMark => self.step_mark(true, fx),
            Command::BackToEntry => {
                if !self.back_to_entry(fx) {
                    fx.say(Tone::Info, "no entry was left for this one");
                }
            }
            Command::Attach => {
                if let Some(id) = self.current_id().map(str::to_owned) {
                    fx.wish(Wish::AttachHere(id));
                }
            }
            Command::Detach => self.detach(fx),
            Command::Incident => self.record_incident(),
            Command::ResolveIncident => self.resolve_incident(fx),
            Command::Worked => self.rate(true, fx),
            Command::DidNotWork => self.rate(false, fx),
            Command::Explain => {
                (self.explain, self.explain_top) = (!self.explain, 0);
                self.settled = false;
                self.search(true, fx);
            }
            Command::New => self.edit_new(fx),
            Command::Edit => self.edit(fx),
            Command::EditOutside => self.edit_outside(fx),
            Command::Delete => {
                if let Some(id) = self.current_id().map(str::to_owned) {
                    fx.request(Slot::Write, Request::DeleteEntry(id));
                }
            }
            Command::Undo => self.undo(fx),
            Command::Link => {
                if let Some(id) = self.current_id().map(str::to_owned) {
                    fx.wish(Wish::LinkHere(id));
                }
            }
            Command::Copy => {
                if let Some(shown) = &self.shown {
                    fx.push(Effect::Copy(entry::plain(&shown.entry)));
                }
            }
            Command::ImportLook => self.look_at_row(fx),
            Command::ImportGo => self.confirm_import(fx),
            Command::ImportStop => self.stop_import(fx),
            Command::ImportAlike => self.import_alike(fx),
            Command::ImportOpen => self.open_row(fx),
            Command::History => self.open_history(fx),
            Command::VersionChange => self.compare_version(false, fx),
            Command::VersionNow => self.compare_version(true, fx),
            Command::VersionRestore => self.restore_version(fx),
            Command::Save => self.save(fx),
            Command::NextField => self.step_field(false),
            Command::PreviousField => self.step_field(true),
            Command::Discard => self.discard(fx),
        }
    }

    /// The next field of the form that is open, or the one before.
    fn step_field(&mut self, back: bool) {
        match &mut self.incident {
            Some(form) => form.step(back),
            None => self.in_form(|form| form.step(back)),
        }
    }

    pub(super) fn in_form(&mut self, change: impl FnOnce(&mut EntryForm)) {
        if let Some(form) = &mut self.form {
            change(form);
        }
    }

    /// Leaves the innermost thing that is open. False if there was nothing left to leave.
    pub fn leave(&mut self, fx: &mut Effects) -> bool {
        match self.focus {
            Focus::Form => {
                self.leave_form(fx);
                true
            }
            Focus::History => {
                self.leave_history();
                true
            }
            Focus::Import => {
                self.leave_import(fx);
                true
            }
            Focus::Incident => {
                (self.incident, self.focus) = (None, Focus::Entry);
                true
            }
            Focus::Entry if !self.trail.is_empty() => self.back_to_entry(fx),
            Focus::Results | Focus::Query if self.explain => {
                self.explain = false;
                true
            }
            Focus::Results => false,
            Focus::Query if self.offers.is_open() => {
                self.offers = Offers::default();
                true
            }
            Focus::Entry | Focus::Query | Focus::Facets => {
                if std::mem::take(&mut self.visiting) && self.focus == Focus::Entry {
                    fx.wish(Wish::ShowSource);
                }
                self.focus = Focus::Results;
                true
            }
        }
    }

    /// A key while letters are text. False if it means nothing here.
    pub fn type_key(&mut self, key: Key, fx: &mut Effects) -> bool {
        match self.focus {
            Focus::Query => {
                let Some(edit) = edit_of(key) else { return false };
                self.open_next = false;
                if self.query.apply(&edit) {
                    self.search(true, fx);
                }
                self.offer(fx);
                true
            }
            Focus::Form => self.form_key(key, fx),
            Focus::Incident => self.incident.as_mut().is_some_and(|form| form.key(key)),
            Focus::Results | Focus::Facets | Focus::Entry | Focus::History | Focus::Import => false,
        }
    }

    /// Text pasted while letters are text.
    pub fn paste(&mut self, text: &str, fx: &mut Effects) {
        match self.focus {
            Focus::Query => {
                let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
                self.query.apply(&Edit::Insert(line));
                self.search(true, fx);
            }
            Focus::Form => self.in_form(|form| form.paste(text)),
            Focus::Incident => {
                if let Some(form) = &mut self.incident {
                    form.paste(text);
                }
            }
            Focus::Results | Focus::Facets | Focus::Entry | Focus::History | Focus::Import => {}
        }
    }

    /// Moves.
    pub fn go_move(&mut self, way: Move, fx: &mut Effects) {
        match self.focus {
            Focus::Entry => return self.scroll_entry(way),
            Focus::History => return self.move_history(way, fx),
            Focus::Import => return self.move_import(way),
            _ => {}
        }
        if self.focus == Focus::Facets {
            return self.move_facet(way);
        }
        if self.choose(way) {
            return;
        }
        if self.focus == Focus::Query && self.query.text().is_empty() && way == Move::Up {
            return self.recall(fx);
        }
        if self.explain && self.focus == Focus::Results {
            return self.scroll_explain(way);
        }
        let count = self.result.as_ref().map_or(0, |r| r.results.len());
        let page = self.results_shown();
        let last = count.saturating_sub(1);
        let to = match way {
            Move::Up => self.selected.saturating_sub(1),
            Move::Down => self.selected + 1,
            Move::PageUp => self.selected.saturating_sub(page),
            Move::PageDown => self.selected + page,
            Move::HalfUp => self.selected.saturating_sub(page.div_ceil(2)),
            Move::HalfDown => self.selected + page.div_ceil(2),
            Move::Top => 0,
            Move::Bottom => last,
            Move::Left | Move::Right => self.selected,
        };
        if self.focus == Focus::Query && count > 0 {
            self.focus = Focus::Results;
        }
        let to = to.min(last);
        if to != self.selected {
            self.selected = to;
            self.settle();
            self.preview(fx);
            self.deepen(fx);
        }
    }

    /// Asks for the lines of results that are gone to: while a query is typed, only those that a screen shows have them.
    fn deepen(&mut self, fx: &mut Effects) {
        let seen = self.top.saturating_add(self.results_shown());
        let Some(result) = self.result.as_ref().filter(|_| seen > SCREEN && !self.is_searching()) else {
            return;
        };
        let bare = |found: &Found| found.snippet.is_empty();
        if self.deep.as_ref() != Some(&result.query) && result.results.iter().skip(self.top).any(bare) {
            self.deep = Some(result.query.clone());
            self.search(true, fx);
        }
    }

    fn scroll_entry(&mut self, way: Move) {
        let page = usize::from(self.entry_rows).max(1);
        let Some(shown) = &mut self.shown else { return };
        let lines = shown.page.as_ref().map_or(usize::MAX, |page| page.lines.len());
        let deepest = lines.saturating_sub(page);
        shown.scroll = scrolled(shown.scroll, way, page).min(deepest);
    }

    fn scroll_explain(&mut self, way: Move) {
        let page = usize::from(self.list_rows).max(1);
        let columns = usize::from(self.list_columns.saturating_sub(2));
        let lines = self.result.as_ref().map_or(0, |result| super::explain::lines(result, columns).len());
        self.explain_top = scrolled(self.explain_top, way, page).min(lines.saturating_sub(page));
    }

    pub(super) fn settle(&mut self) {
        let shown = self.results_shown();
        if self.selected < self.top {
            self.top = self.selected;
        }
        if self.selected >= self.top + shown {
            self.top = self.selected + 1 - shown;
        }
    }

    /// Reads the selected entry when it is shown beside the results.
    pub(super) fn preview(&mut self, fx: &mut Effects) {
        if !self.beside || self.focus == Focus::Entry {
            return;
        }
        match self.selected_id().map(str::to_owned) {
            Some(id) => fx.request(Slot::Entry, Request::Entry { id, opened: false }),
            None => self.shown = None,
        }
    }

    pub(super) fn open(&mut self, fx: &mut Effects) {
        if matches!(self.store, StoreState::Failed(_)) {
            self.store = StoreState::Opening;
            return self.start(fx);
        }
        if self.is_searching() {
            // Enter was faster than the search: what is shown belongs to an older query.
            self.open_next = true;
            return;
        }
        if self.focus == Focus::Query && self.take_picked(fx) {
            return;
        }
        match self.selected_id().map(str::to_owned) {
            Some(id) => {
                self.visiting = false;
                self.offers = Offers::default();
                self.trail.clear();
                if self.focus == Focus::Query {
                    self.remember_search(fx);
                }
                self.remember_opened(&id, None, fx);
                self.focus = Focus::Entry;
                if self.shown.as_ref().is_some_and(|s| s.entry.body.id != id) {
                    self.shown = None;
                }
                fx.request(Slot::Entry, Request::Entry { id, opened: true });
            }
            None => fx.say(Tone::Info, "no result to open"),
        }
    }

    fn rate(&mut self, worked: bool, fx: &mut Effects) {
        match self.current_id().map(str::to_owned) {
            Some(id) => {
                self.remember_opened(&id, Some(worked), fx);
                fx.request(Slot::Write, Request::RateEntry { id, worked });
            }
            None => fx.say(Tone::Info, "no entry to rate"),
        }
    }
}
