//! What commands, keys and replies do to the Search pane.

use super::form::EntryForm;
use super::offer::Offers;
use super::state::{Command, Focus, Shown, State, StoreState};
use crate::base::Result;
use crate::base::num::counted;
use crate::config::Key;
use crate::kb::entry;
use crate::kb::query;
use crate::kb::search::SearchRequest;
use crate::panes::{Move, edit_of};
use crate::store::{CodeReference, NewEntry, PutOutcome};
use crate::ui::widget::Edit;
use crate::work::{Effect, Effects, Purpose, Reply, Request, SearchesAsk, Slot, Tone, Wish};

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
        if self.shown.as_ref().is_some_and(|s| s.entry.body.id != id) {
            self.shown = None;
        }
        fx.request(Slot::Entry, Request::Entry { id, opened: true });
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
        self.settled = false;
        self.error = None;
        if matches!(self.store, StoreState::Ready(_)) {
            let text = self.query.text().to_owned();
            let request = SearchRequest {
                text,
                limit: self.limit,
                typing,
                explain: self.explain,
                facets: self.counts_facets(),
                ..SearchRequest::default()
            };
            fx.request(Slot::Search, Request::Search(request));
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
            Command::NextLink => {
                if let Some(shown) = &mut self.shown {
                    shown.link = (shown.link + 1) % shown.links.len().max(1);
                }
            }
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
            Command::Undo => match self.deleted.pop() {
                Some(id) => fx.request(Slot::Write, Request::UndeleteEntry(id)),
                None => fx.say(Tone::Info, "nothing was deleted in this session"),
            },
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
            Command::Save => self.save(fx),
            Command::NextField => self.in_form(EntryForm::next_field),
            Command::PreviousField => self.in_form(EntryForm::previous_field),
        }
    }

    fn in_form(&mut self, change: impl FnOnce(&mut EntryForm)) {
        if let Some(form) = &mut self.form {
            change(form);
        }
    }

    /// Leaves the innermost thing that is open. False if there was nothing left to leave.
    pub fn leave(&mut self, fx: &mut Effects) -> bool {
        match self.focus {
            Focus::Form => {
                let changed = self.form.as_ref().is_some_and(EntryForm::is_changed);
                if changed && !self.leaving {
                    self.leaving = true;
                    fx.say(Tone::Warning, "this is not saved yet: F6 saves it, F3 once more drops it");
                    return true;
                }
                self.form = None;
                keep_draft(String::new(), fx);
                if changed {
                    fx.say(Tone::Warning, "the changes were dropped");
                }
                self.focus = if self.shown.is_some() { Focus::Entry } else { Focus::Results };
                true
            }
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
            Focus::Form => {
                let Some(form) = &mut self.form else { return false };
                let used = form.key(key);
                if used {
                    self.leaving = false;
                }
                if used && form.is_changed() {
                    keep_draft(form.document(), fx);
                }
                used
            }
            Focus::Results | Focus::Facets | Focus::Entry => false,
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
            Focus::Form => {
                self.in_form(|form| form.paste(text));
                if let Some(document) = self.draft() {
                    keep_draft(document, fx);
                }
            }
            Focus::Results | Focus::Facets | Focus::Entry => {}
        }
    }

    /// Moves.
    pub fn go_move(&mut self, way: Move, fx: &mut Effects) {
        if self.focus == Focus::Entry {
            self.scroll_entry(way);
            return;
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
        }
    }

    fn scroll_entry(&mut self, way: Move) {
        let page = usize::from(self.entry_rows).max(1);
        let Some(shown) = &mut self.shown else { return };
        let deepest = super::view::count_lines(shown, self.entry_columns).saturating_sub(page);
        shown.scroll = match way {
            Move::Up | Move::Left => shown.scroll.saturating_sub(1),
            Move::Down | Move::Right => shown.scroll + 1,
            Move::PageUp => shown.scroll.saturating_sub(page),
            Move::PageDown => shown.scroll + page,
            Move::HalfUp => shown.scroll.saturating_sub(page / 2),
            Move::HalfDown => shown.scroll + page / 2,
            Move::Top => 0,
            Move::Bottom => deepest,
        }
        .min(deepest);
    }

    fn scroll_explain(&mut self, way: Move) {
        let page = usize::from(self.list_rows).max(1);
        let columns = usize::from(self.list_columns.saturating_sub(2));
        let lines = self.result.as_ref().map_or(0, |result| super::explain::lines(result, columns).len());
        let deepest = lines.saturating_sub(page);
        self.explain_top = match way {
            Move::Up | Move::Left => self.explain_top.saturating_sub(1),
            Move::Down | Move::Right => self.explain_top + 1,
            Move::PageUp | Move::HalfUp => self.explain_top.saturating_sub(page),
            Move::PageDown | Move::HalfDown => self.explain_top + page,
            Move::Top => 0,
            Move::Bottom => deepest,
        }
        .min(deepest);
    }

    /// Shows the entries that stand behind the selected one as results of their own, or folds them again.
    fn unfold(&mut self, fx: &mut Effects) {
        let at = self.selected;
        let Some(result) = &mut self.result else { return };
        let Some(found) = result.results.get_mut(at) else { return };
        if found.alike.is_empty() {
            return fx.say(Tone::Info, "no other entry says the same as this one");
        }
        let shown = result.results.get(at + 1).is_some_and(|next| {
            result.results.get(at).is_some_and(|found| found.alike.iter().any(|alike| alike.id == next.id))
        });
        let alike = result.results.get(at).map(|found| found.alike.clone()).unwrap_or_default();
        if shown {
            result.results.retain(|found| !alike.iter().any(|alike| alike.id == found.id));
        } else {
            let behind = result.results.split_off(at + 1);
            result.results.extend(alike);
            result.results.extend(behind);
        }
    }

    fn settle(&mut self) {
        let shown = self.results_shown();
        if self.selected < self.top {
            self.top = self.selected;
        }
        if self.selected >= self.top + shown {
            self.top = self.selected + 1 - shown;
        }
    }

    /// Reads the selected entry when it is shown beside the results.
    fn preview(&mut self, fx: &mut Effects) {
        if !self.beside {
            return;
        }
        match self.selected_id().map(str::to_owned) {
            Some(id) => fx.request(Slot::Entry, Request::Entry { id, opened: false }),
            None => self.shown = None,
        }
    }

    fn open(&mut self, fx: &mut Effects) {
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
                if self.focus == Focus::Query {
                    self.remember_search(fx);
                }
                self.focus = Focus::Entry;
                if self.shown.as_ref().is_some_and(|s| s.entry.body.id != id) {
                    self.shown = None;
                }
                fx.request(Slot::Entry, Request::Entry { id, opened: true });
            }
            None => fx.say(Tone::Info, "no result to open"),
        }
    }

    fn follow(&mut self, fx: &mut Effects) {
        let link = self.shown.as_ref().and_then(|s| s.links.get(s.link));
        match link {
            Some(CodeReference { file, line, .. }) => {
                let line = Some(crate::base::LineNo::new(*line));
                fx.wish(Wish::OpenFile { path: file.clone(), line });
            }
            None => fx.say(Tone::Info, "no code line is linked: L links the line in the Source pane"),
        }
    }

    fn rate(&mut self, worked: bool, fx: &mut Effects) {
        match self.current_id().map(str::to_owned) {
            Some(id) => fx.request(Slot::Write, Request::RateEntry { id, worked }),
            None => fx.say(Tone::Info, "no entry to rate"),
        }
    }

    fn edit_new(&mut self, fx: &mut Effects) {
        self.leaving = false;
        self.form = Some(EntryForm::new(&NewEntry::default()));
        self.focus = Focus::Form;
        fx.say(Tone::Info, "F6 saves, F3 leaves");
    }

    fn edit(&mut self, fx: &mut Effects) {
        match &self.shown {
            Some(shown) if Some(shown.entry.body.id.as_str()) == self.current_id() => {
                self.form = Some(EntryForm::new(&shown.entry.body));
                self.leaving = false;
                self.focus = Focus::Form;
                fx.say(Tone::Info, "F6 saves, F3 leaves");
            }
            _ => self.open(fx),
        }
    }

    fn edit_outside(&mut self, fx: &mut Effects) {
        match &self.shown {
            Some(shown) if Some(shown.entry.body.id.as_str()) == self.current_id() => {
                let purpose = Purpose::EditEntry(shown.entry.body.id.clone());
                fx.push(Effect::Edit { text: entry::to_document(&shown.entry.body), purpose });
            }
            _ => self.open(fx),
        }
    }

    /// A text comes back from the editor.
    pub fn edited(&mut self, purpose: &Purpose, text: &str, fx: &mut Effects) {
        match entry::from_document(text) {
            Ok(mut new) => {
                if let Purpose::EditEntry(id) = purpose {
                    new.id.clone_from(id);
                }
                fx.request(Slot::Write, Request::SaveEntry(Box::new(new)));
            }
            Err(error) => fx.wish(Wish::Fail(error)),
        }
    }

    /// A draft that an earlier session left behind.
    fn restore_draft(&mut self, document: &str, fx: &mut Effects) {
        if let Ok(new) = entry::from_document(document) {
            let mut form = EntryForm::new(&NewEntry { id: new.id.clone(), ..NewEntry::default() });
            form.fill(&new);
            self.form = Some(form);
            self.focus = Focus::Form;
            fx.say(Tone::Info, "an entry that was not saved is back: F6 saves it, F3 drops it");
        }
    }

    fn save(&mut self, fx: &mut Effects) {
        let Some(form) = &self.form else { return };
        match form.entry().and_then(|new| entry::validate(&new).map(|()| new)) {
            Ok(new) => fx.request(Slot::Write, Request::SaveEntry(Box::new(new))),
            Err(error) => fx.wish(Wish::Fail(error)),
        }
    }

    /// Takes a reply that belongs to `slot`.
    pub fn reply(&mut self, slot: Slot, reply: Result<Reply>, fx: &mut Effects) {
        match (slot, reply) {
            (Slot::Store, Ok(Reply::StoreReady { info, draft, .. })) => {
                self.store = StoreState::Ready(info);
                if let Some(document) = draft {
                    self.restore_draft(&document, fx);
                }
                fx.request(Slot::Searches, Request::Searches(SearchesAsk::List));
                self.search(true, fx);
            }
            (Slot::Offers, Ok(Reply::Offers(rows))) => self.offered(rows),
            // Nobody asked for it: without names there is nothing to offer.
            (Slot::Offers, Err(_)) => {}
            (Slot::Searches, Ok(Reply::Searches(past, saved))) => (self.past, self.saved) = (past, saved),
            (Slot::Store, Err(error)) => self.store = StoreState::Failed(error),
            (Slot::Search, Ok(Reply::Results(result))) => {
                let kept = self.select_next.take().or_else(|| self.selected_id().map(str::to_owned));
                let same = self.result.as_ref().is_some_and(|r| r.query == result.query);
                let at = kept.and_then(|id| result.results.iter().position(|r| r.id == id)).filter(|_| same);
                (self.selected, self.top) = (at.unwrap_or(0), if same { self.top } else { 0 });
                self.settled = !result.partial;
                self.facet = if same { self.facet } else { 0 };
                self.result = Some(*result);
                self.error = None;
                self.settle();
                if !self.is_searching() && std::mem::take(&mut self.open_next) {
                    self.open(fx);
                } else if self.focus != Focus::Entry {
                    self.preview(fx);
                }
            }
            (Slot::Search, Err(error)) => {
                self.open_next = false;
                self.error = Some(error);
            }
            (Slot::Entry, Ok(Reply::Entry(Some(found)))) => {
                let (entry, links) = *found;
                let scroll =
                    self.shown.as_ref().filter(|s| s.entry.body.id == entry.body.id).map_or(0, |s| s.scroll);
                if entry.damaged {
                    fx.say(
                        Tone::Error,
                        format!("{}: its text was damaged on disk, do not trust it", entry.body.id),
                    );
                }
                self.shown = Some(Shown { entry, links, link: 0, scroll });
            }
            (Slot::Entry, Ok(Reply::Entry(None))) => {
                self.shown = None;
                if self.focus == Focus::Entry {
                    self.focus = Focus::Results;
                }
                fx.say(Tone::Warning, "this entry is gone: somebody deleted it");
            }
            (Slot::Write, Ok(reply)) => self.written(reply, fx),
            (_, Err(error)) => fx.wish(Wish::Fail(error)),
            (_, Ok(_)) => {}
        }
    }

    fn written(&mut self, reply: Reply, fx: &mut Effects) {
        match reply {
            Reply::Saved(outcome) => {
                let (id, what) = match outcome {
                    PutOutcome::Added(id) => (id, "added"),
                    PutOutcome::Changed(id) => (id, "saved"),
                    PutOutcome::Unchanged(id) => (id, "unchanged"),
                    PutOutcome::KeptLocal(id) => (id, "kept as it was"),
                };
                fx.say(Tone::Done, format!("{id} {what}"));
                self.form = None;
                self.focus = Focus::Entry;
                if self.shown.as_ref().is_some_and(|s| s.entry.body.id != id) {
                    self.shown = None;
                }
                keep_draft(String::new(), fx);
                self.select_next = Some(id.clone());
                fx.request(Slot::Entry, Request::Entry { id, opened: false });
            }
            Reply::Deleted(id) => {
                fx.say(Tone::Done, format!("{id} deleted: U brings it back"));
                self.deleted.push(id);
                self.shown = None;
                self.focus = Focus::Results;
            }
            Reply::Undeleted(id) => {
                fx.say(Tone::Done, format!("{id} is back"));
                self.select_next = Some(id);
            }
            Reply::Rated { head: Some(head), worked } => {
                let rate =
                    head.success_rate().map_or(String::new(), |r| format!(", worked {:.0}%", r * 100.0));
                let what = if worked { "it worked" } else { "it didn't work" };
                fx.say(
                    Tone::Done,
                    format!("{}: {what}; used {}{rate}", head.id, counted(head.usage_count, "time", "times")),
                );
                if let Some(shown) = self.shown.as_mut().filter(|s| s.entry.body.id == head.id) {
                    shown.entry.usage_count = head.usage_count;
                    (shown.entry.worked, shown.entry.failed) = (head.worked, head.failed);
                }
            }
            Reply::Rated { head: None, .. } => {
                fx.say(Tone::Warning, "this entry is gone: somebody deleted it");
            }
            Reply::Linked { id, reference } => {
                fx.say(Tone::Done, format!("{id} is linked to line {}", reference.line));
                fx.request(Slot::Entry, Request::Entry { id, opened: false });
            }
            _ => {}
        }
        self.search(true, fx);
    }
}

fn keep_draft(document: String, fx: &mut Effects) {
    fx.request(Slot::Draft, Request::KeepDraft(document));
}
