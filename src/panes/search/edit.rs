//! Editing an entry: the form, its draft, the editor outside, and what somebody else changed meanwhile.
//!
//! Invariants: what was typed is on disk a second or two later, and at once when the desk is left or stopped; a draft goes only
//! when its text is saved or a person drops it; nothing is written over a version that the person has not seen.

use super::form::EntryForm;
use super::history::{Compared, History};
use super::state::{Focus, State};
use crate::config::Key;
use crate::kb::entry;
use crate::kb::history::Comparison;
use crate::store::NewEntry;
use crate::work::{
    Draft, Drafts, Effect, Effects, EntryAsk, Purpose, Request, Slot, Tone, Wish, draft_about, draft_name,
};

const HOW: &str = "F6 saves it, Esc keeps it as a draft, F11 drops it";

/// A text that an editor has, or that came from one and is not saved yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outside {
    draft: String,
    seen: u64,
    text: String,
}

impl State {
    fn new_name(&mut self, seen: u64, outside: bool) -> String {
        let number = self.next_draft;
        self.next_draft += 1;
        draft_name(number, seen, outside)
    }

    fn show_form(&mut self, form: EntryForm, fx: &mut Effects) {
        self.form = Some(form);
        self.dropping = false;
        self.focus = Focus::Form;
        fx.request(Slot::History, Request::OfEntry(EntryAsk::InUse));
    }

    /// Takes the draft that `fits` its id and shows it. False if there is none.
    fn go_on_with_draft(&mut self, version: u64, fits: impl Fn(&str) -> bool, fx: &mut Effects) -> bool {
        let at = self.drafts.iter().position(|d| {
            let (id, _) = draft_about(&d.text);
            entry::from_document(&d.text).is_ok() && fits(&id)
        });
        let Some(draft) = at.map(|at| self.drafts.remove(at)) else { return false };
        let Some(form) = EntryForm::of_draft(&draft) else { return false };
        let found = if draft.at > 0 {
            format!("a draft of {} UTC was found", draft.time())
        } else {
            "this is the draft".into()
        };
        let changed = version != draft.seen && version > 0;
        let but = if changed { "; the entry was changed since" } else { "" };
        fx.say(if changed { Tone::Warning } else { Tone::Info }, format!("{found}{but}: {HOW}"));
        self.show_form(form, fx);
        true
    }

    /// Writes a new entry, or goes on with the draft of one.
    pub(super) fn edit_new(&mut self, fx: &mut Effects) {
        if self.go_on_with_draft(0, str::is_empty, fx) {
            return;
        }
        let name = self.new_name(0, false);
        self.show_form(EntryForm::new(&NewEntry::default(), 0, &name), fx);
        fx.say(Tone::Info, "F6 saves, Tab goes to the next field, Esc leaves");
    }

    /// Edits the entry that is shown.
    pub(super) fn edit(&mut self, fx: &mut Effects) {
        let shown = self.shown.as_ref().filter(|s| Some(s.entry.body.id.as_str()) == self.current_id());
        let Some((body, version)) = shown.map(|s| (s.entry.body.clone(), s.entry.version)) else {
            return self.open(fx);
        };
        if self.go_on_with_draft(version, |id| id.eq_ignore_ascii_case(&body.id), fx) {
            return;
        }
        let name = self.new_name(version, false);
        self.show_form(EntryForm::new(&body, version, &name), fx);
        fx.say(Tone::Info, "F6 saves, Tab goes to the next field, Esc leaves");
    }

    /// Lets the person edit the entry in the editor; a text that came from one and was not saved comes first.
    pub(super) fn edit_outside(&mut self, fx: &mut Effects) {
        let shown = self.shown.as_ref().filter(|s| Some(s.entry.body.id.as_str()) == self.current_id());
        let Some((body, version)) = shown.map(|s| (s.entry.body.clone(), s.entry.version)) else {
            return self.open(fx);
        };
        // A text that cannot be read as an entry may be of this one.
        let fits = |d: &Draft| {
            let (id, _) = draft_about(&d.text);
            id.eq_ignore_ascii_case(&body.id) || id.is_empty() && d.seen > 0 && d.name.starts_with("edit")
        };
        let draft = self.drafts.iter().position(fits).map(|at| self.drafts.remove(at));
        let (draft, seen, text) = match draft {
            Some(d) => (d.name, d.seen, d.text),
            None => (self.new_name(version, true), version, entry::to_document(&body)),
        };
        self.outside = Some(Outside { draft: draft.clone(), seen, text: text.clone() });
        fx.push(Effect::Edit { text, purpose: Purpose::EditEntry(body.id), draft });
    }

    /// A text comes back from the editor.
    pub fn edited(&mut self, purpose: &Purpose, text: &str, fx: &mut Effects) {
        let outside = self.outside.take();
        let (draft, seen) = outside.map_or((String::new(), 0), |o| (o.draft, o.seen));
        let text = text.to_owned();
        match entry::from_document(&text) {
            Ok(mut new) => {
                if let Purpose::EditEntry(id) = purpose {
                    new.id.clone_from(id);
                }
                if let Err(error) = entry::validate(&new) {
                    fx.wish(Wish::Fail(error));
                    let mut form = EntryForm::of_draft(&Draft { name: draft, at: 0, seen, text });
                    // It says which fields are wrong.
                    let _ = form.as_mut().and_then(EntryForm::entry);
                    return if let Some(form) = form {
                        self.show_form(form, fx);
                    };
                }
                self.outside = Some(Outside { draft, seen, text });
                fx.request(Slot::Write, Request::SaveEntry { entry: Box::new(new), seen: Some(seen) });
            }
            Err(error) => {
                self.drafts.insert(0, Draft { name: draft, at: 0, seen, text });
                let hint = format!("v goes on with what was written; {}", error.hint);
                fx.wish(Wish::Fail(error.hint(hint)));
            }
        }
    }

    /// The editor failed: what it has written stays for the next one.
    pub fn not_edited(&mut self) {
        if let Some(Outside { draft, seen, text }) = self.outside.take() {
            self.drafts.insert(0, Draft { name: draft, at: 0, seen, text });
        }
    }

    /// What came from an editor could not be written: it stays a draft.
    pub(super) fn not_written(&mut self) {
        self.not_edited();
    }

    /// Drafts of sessions that are gone were found: the newest is offered.
    pub(super) fn found_drafts(&mut self, drafts: Drafts, fx: &mut Effects) {
        self.next_draft = self.next_draft.max(drafts.next);
        self.drafts = drafts.found;
        let Some(newest) = self.drafts.first() else { return };
        let more = self.drafts.len() - 1;
        let more = if more > 0 { format!("; {more} more are there") } else { String::new() };
        let (id, title) = draft_about(&newest.text);
        let at_rest = self.focus == Focus::Query && self.query.text().is_empty() && self.form.is_none();
        if at_rest && entry::from_document(&newest.text).is_ok() {
            let said = format!("a draft of {} UTC was found{more}: {HOW}", newest.time());
            let form = EntryForm::of_draft(newest);
            self.drafts.remove(0);
            if let Some(form) = form {
                self.show_form(form, fx);
            }
            return fx.say(Tone::Info, said);
        }
        let how = match (id.is_empty(), title.is_empty()) {
            (true, true) => "v on its entry goes on with it".to_owned(),
            (true, false) => format!("\"{title}\": n goes on with it"),
            (false, _) => format!("{id}: E on the entry goes on with it"),
        };
        fx.say(Tone::Info, format!("a draft of {} UTC was found{more}: {how}", newest.time()));
    }

    /// A second is over: what was typed since goes to disk.
    pub fn tick(&mut self, fx: &mut Effects) {
        if self.form.as_mut().is_some_and(EntryForm::take_dirty) {
            self.keep_draft(fx);
        }
    }

    /// What is typed goes to disk now.
    pub fn keep_draft(&mut self, fx: &mut Effects) {
        if let Some((name, text)) = self.draft() {
            fx.request(Slot::Draft, Request::KeepDraft { name, text });
        }
    }

    fn drop_draft(name: String, fx: &mut Effects) {
        fx.request(Slot::Draft, Request::KeepDraft { name, text: String::new() });
    }

    fn close_form(&mut self) -> Option<EntryForm> {
        self.dropping = false;
        self.focus = if self.shown.is_some() { Focus::Entry } else { Focus::Results };
        self.form.take()
    }

    /// Leaves the form; what it holds stays as a draft.
    pub(super) fn leave_form(&mut self, fx: &mut Effects) {
        self.keep_draft(fx);
        let Some(form) = self.close_form() else { return };
        if !form.is_changed() {
            return Self::drop_draft(form.draft, fx);
        }
        let key = if form.id().is_empty() { "n" } else { "E" };
        fx.say(Tone::Warning, format!("not saved, kept as a draft: {key} goes on with it"));
        let text = form.document();
        self.drafts.insert(0, Draft { name: form.draft, at: 0, seen: form.seen, text });
    }

    /// Drops what the form holds, when it is asked for twice.
    pub(super) fn discard(&mut self, fx: &mut Effects) {
        if self.incident.take().is_some() {
            self.focus = Focus::Entry;
            return;
        }
        let changed = self.form.as_ref().is_some_and(EntryForm::is_changed);
        if changed && !self.dropping {
            self.dropping = true;
            return fx.say(Tone::Warning, "F11 once more drops what was typed");
        }
        if let Some(form) = self.close_form() {
            Self::drop_draft(form.draft, fx);
            if changed {
                fx.say(Tone::Warning, "the changes were dropped");
            }
        }
    }

    /// A key in the form. False if it means nothing there.
    pub(super) fn form_key(&mut self, key: Key, fx: &mut Effects) -> bool {
        let Some(form) = &mut self.form else { return false };
        let before = form.typed_id();
        let used = form.key(key);
        if used {
            self.dropping = false;
        }
        let id = form.typed_id().filter(|id| before.as_ref() != Some(id) && !id.is_empty());
        if let Some(id) = id {
            fx.request(Slot::Form, Request::OfEntry(EntryAsk::Taken(id)));
        }
        used
    }

    /// Saves what the form holds.
    pub(super) fn save(&mut self, fx: &mut Effects) {
        if let Some(form) = &mut self.incident {
            if let Some(incident) = form.incident() {
                fx.request(Slot::Write, Request::OfEntry(EntryAsk::Record(Box::new(incident))));
            }
            return;
        }
        let Some(form) = &mut self.form else { return };
        match form.entry() {
            Some(new) => {
                let seen = Some(form.seen);
                fx.request(Slot::Write, Request::SaveEntry { entry: Box::new(new), seen });
            }
            None => fx.say(Tone::Warning, format!("not saved: {}", form.problem())),
        }
    }

    /// An entry was saved: its draft goes. Gives the version that was seen before.
    pub(super) fn saved(&mut self, fx: &mut Effects) -> u64 {
        let form = self.form.take().map(|form| (form.draft, form.seen));
        let outside = self.outside.take().map(|o| (o.draft, o.seen));
        let Some((draft, seen)) = form.or(outside) else { return 0 };
        Self::drop_draft(draft, fx);
        seen
    }

    /// The entry was changed by somebody else: what they changed is shown, and the form is behind it.
    pub(super) fn conflict(&mut self, id: &str, fx: &mut Effects) {
        if let Some(Outside { draft, seen, text }) = self.outside.take() {
            let form = EntryForm::of_draft(&Draft { name: draft, at: 0, seen, text });
            if let Some(form) = form {
                self.show_form(form, fx);
            }
        }
        self.keep_draft(fx);
        let seen = self.form.as_ref().map_or(0, |form| form.seen);
        fx.request(Slot::History, Request::OfEntry(EntryAsk::Meanwhile { id: id.to_owned(), seen }));
        let what = if seen == 0 { "is there already" } else { "was changed meanwhile" };
        fx.say(
            Tone::Error,
            format!("not saved: {id} {what}. Esc goes back to the form, F6 there saves over it"),
        );
    }

    /// Shows what somebody else changed; from now on it was seen.
    pub(super) fn show_meanwhile(&mut self, comparison: Box<Comparison>) {
        let Some(form) = &mut self.form else { return };
        form.seen = if comparison.to.deleted { 0 } else { comparison.to.version };
        let id = comparison.id.clone();
        let compared = Some(Compared { comparison: *comparison, scroll: 0 });
        self.history = Some(History { id, compared, back: Focus::Form, ..History::default() });
        self.focus = Focus::History;
    }
}
