//! What replies do to the Search pane.

use super::history::Undo;
use super::state::{Focus, Shown, State, StoreState};
use crate::base::Result;
use crate::base::num::counted;
use crate::store::PutOutcome;
use crate::work::{Effects, Reply, Request, SearchesAsk, Slot, Tone, Wish};

impl State {
    /// Takes a reply that belongs to `slot`.
    pub fn reply(&mut self, slot: Slot, reply: Result<Reply>, fx: &mut Effects) {
        match (slot, reply) {
            (Slot::Store, Ok(Reply::StoreReady { info, drafts, .. })) => {
                self.store = StoreState::Ready(info);
                self.found_drafts(*drafts, fx);
                fx.request(Slot::Searches, Request::Searches(SearchesAsk::List));
                self.search(true, fx);
                fx.request(Slot::Warm, Request::Warm(self.request(String::new(), true)));
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
                let same = self.shown.take().filter(|s| s.entry.body.id == entry.body.id);
                let (item, beside) = same.map_or((0, None), |s| (s.item, s.beside));
                self.shown = Some(Shown { entry, links, beside, item, scroll, mark: None, page: None });
                self.entry_came(fx);
            }
            (Slot::Entry, Ok(Reply::Entry(None))) => {
                self.shown = None;
                if self.focus == Focus::Entry {
                    self.focus = Focus::Results;
                }
                fx.say(Tone::Warning, "this entry is gone: somebody deleted it");
            }
            (
                Slot::Beside | Slot::History | Slot::Form | Slot::Attached | Slot::Attach,
                Ok(Reply::OfEntry(answer)),
            ) => self.answered(answer, fx),
            (Slot::Transfer | Slot::Look | Slot::Carry, reply) => self.transferred(slot, reply, fx),
            (Slot::Write, Ok(reply)) => self.written(reply, fx),
            (Slot::Write, Err(error)) => {
                self.not_written();
                fx.wish(Wish::Fail(error));
            }
            (_, Err(error)) => fx.wish(Wish::Fail(error)),
            (_, Ok(_)) => {}
        }
    }

    fn written(&mut self, reply: Reply, fx: &mut Effects) {
        match reply {
            Reply::Saved(PutOutcome::Conflict(id)) => return self.conflict(&id, fx),
            Reply::Saved(outcome) => {
                let (id, what) = match outcome {
                    PutOutcome::Added(id) => (id, "added"),
                    PutOutcome::Changed(id) => (id, "saved"),
                    PutOutcome::Unchanged(id) => (id, "unchanged"),
                    PutOutcome::KeptLocal(id) | PutOutcome::Conflict(id) => (id, "kept as it was"),
                };
                fx.say(Tone::Done, format!("{id} {what}"));
                let seen = self.saved(fx);
                if what == "saved" && seen > 0 {
                    self.undo.push(Undo::changed(&id, seen));
                }
                self.focus = Focus::Entry;
                if self.shown.as_ref().is_some_and(|s| s.entry.body.id != id) {
                    self.shown = None;
                }
                self.select_next = Some(id.clone());
                fx.request(Slot::Entry, Request::Entry { id, opened: false });
            }
            Reply::OfEntry(answer) => self.answered(answer, fx),
            Reply::Deleted(id) => {
                fx.say(Tone::Done, format!("{id} deleted: U takes that back"));
                self.undo.push(Undo::Deleted(id));
                self.shown = None;
                self.focus = Focus::Results;
            }
            Reply::Undeleted(id) => {
                fx.say(Tone::Done, format!("{id} is back"));
                // It was deleted and brought back: two versions more.
                self.undo.iter_mut().for_each(|undo| undo.went_on(&id, 2));
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
                    shown.page = None;
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
