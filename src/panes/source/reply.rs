//! What replies do to the Source pane.

use super::file::{Align, Jump};
use super::follow::Looked;
use super::state::State;
use super::trail_reply::take_trail;
use super::update::say_end;
use crate::base::num::counted;
use crate::base::{Result, UserError};
use crate::code::SourceFormat;
use crate::source::{Anchor, Change, Page, ScanProgress};
use crate::work::{Effects, FileFacts, FileId, Reply, Request, Slot, Tone, Wish};

impl State {
    /// Takes a reply that belongs to `slot`.
    pub fn reply(&mut self, slot: Slot, reply: Result<Reply>, fx: &mut Effects) {
        match (slot, reply) {
            (Slot::Open(id), Ok(Reply::Opened { facts, page, context })) => {
                if let Some(file) = self.by_id(id) {
                    file.contexts = vec![context];
                }
                self.opened(id, *facts, *page, fx);
            }
            (Slot::Open(id), Ok(Reply::Members(members))) => self.take_members(id, *members, fx),
            (Slot::Open(id), Err(error)) => {
                if let Some(file) = self.by_id(id) {
                    (file.error, file.asked, file.jump) = (Some(error), None, None);
                }
            }
            (Slot::Page(id), Ok(Reply::Page { page, crumbs, contexts })) => {
                if let Some(file) = self.by_id(id) {
                    (file.crumbs, file.contexts) = (crumbs, contexts);
                    file.error = None;
                }
                self.page(id, *page, fx);
            }
            (Slot::Pin(id), Ok(Reply::Page { page, contexts, .. })) => {
                self.take_pinned(id, *page, contexts, fx);
            }
            (Slot::Page(id), Err(error)) => {
                if let Some(file) = self.by_id(id) {
                    (file.asked, file.jump) = (None, None);
                }
                fx.wish(Wish::Fail(error));
            }
            (Slot::Scan(id), Ok(Reply::Scanned { progress, symbols, done })) => {
                self.scanned(id, progress, symbols, done, fx);
            }
            (Slot::Find(id), Ok(Reply::Finding { read, total })) => {
                if let Some(finding) = self.by_id(id).and_then(|f| f.finding.as_mut()) {
                    (finding.0, finding.1) = (read, total);
                }
            }
            (Slot::Find(id), Ok(Reply::Found { hit, .. })) => self.found(id, hit, fx),
            (Slot::Find(id), Ok(Reply::FoundAll { count, hit, shown, all })) => {
                self.found_all(id, (*count, hit), (shown, all), fx);
            }
            (Slot::Find(id), Err(error)) => {
                if let Some(file) = self.by_id(id) {
                    file.finding = None;
                }
                fx.wish(Wish::Fail(error));
            }
            (Slot::Count(id), Ok(Reply::Counted(count))) => self.counted(id, *count, fx),
            (Slot::Count(id), Err(error)) => self.not_counted(id, error, fx),
            (Slot::Outline(id), Ok(Reply::Outline { rows, from, total, current })) => {
                self.take_outline(id, rows, (from, total, current));
            }
            (Slot::Symbol(_), Ok(Reply::Symbol(found))) => match found {
                Some(row) => self.jump_to(Anchor::Line(row.line), Align::Third, fx),
                None => fx.say(Tone::Warning, self.looked_up.clone()),
            },
            (Slot::Parse(id) | Slot::Scan(id), Ok(Reply::Parsed { parsed, done })) => {
                if let Some(file) = self.by_id(id) {
                    (file.parsed, file.parse_done) = (*parsed, done);
                }
            }
            (Slot::Trail, reply) => take_trail(self, reply, fx),
            (Slot::Names(id), Ok(Reply::Names(rows))) => self.take_names(id, Ok(rows), fx),
            (Slot::Names(id), Ok(Reply::Walk(walk))) => self.take_walk(id, Ok(walk), fx),
            (Slot::Names(id), Err(error)) if self.walk.is_open() => self.take_walk(id, Err(error), fx),
            (Slot::Names(id), Err(error)) => self.take_names(id, Err(error), fx),
            (Slot::Listing(id) | Slot::Symbol(id), Ok(Reply::Listing(answer))) => {
                self.take_answer(id, answer, fx);
            }
            (Slot::Symbol(id), Ok(Reply::Hidden(at))) => self.hidden_at(id, at, fx),
            (Slot::Fold(id), Ok(Reply::Excluded(done))) => self.excluded(id, done, fx),
            (Slot::Fold(id), Ok(Reply::Folded(folded))) => self.folded(id, folded, fx),
            (Slot::Fold(id), Ok(Reply::Printed { carriage, confidence, printed })) => {
                self.took_carriage(id, (carriage, confidence, printed), fx);
            }
            (Slot::Sheets(id), Ok(Reply::Sheets(_))) => self.ask_page(id, fx),
            (Slot::Symbol(_), Ok(Reply::Sheet(found))) => self.sheet_at(found, fx),
            (Slot::Watch(id), Ok(Reply::Followed { change, size, next, folds, full })) => {
                self.looked(id, Looked { change, size, next, folds, full }, fx);
            }
            (Slot::Watch(id), Err(error)) => {
                self.look_failed(id);
                fx.wish(Wish::Fail(error));
            }
            (Slot::Watch(id), Ok(Reply::Watched(change))) => self.watched(id, change, fx),
            (Slot::Links(id), Ok(Reply::Links(links, notes, ids))) => {
                if let Some(file) = self.by_id(id) {
                    file.noted_ids = ids;
                }
                self.take_links(id, (links, notes), fx);
            }
            (Slot::Visit(id), Ok(Reply::Revisited(known))) => self.revisited(id, *known, fx),
            (Slot::Export, Ok(Reply::Exported { path, lines, hidden })) => {
                fx.say(Tone::Done, exported(&path, lines, hidden));
            }
            (Slot::Note(id), Ok(Reply::Noted(there))) => self.noted(id, there, fx),
            (_, Err(error)) => fx.wish(Wish::Fail(error)),
            (_, Ok(_)) => {}
        }
    }

    fn opened(&mut self, id: FileId, facts: FileFacts, page: Page, fx: &mut Effects) {
        let Some(file) = self.by_id(id) else { return };
        (file.facts, file.error) = (Some(facts), None);
        file.mark_sought();
        // A jump asked for while the file was being opened has not been asked of the workers.
        let later = file.jump.take_if(|j| !j.asked);
        self.page(id, page, fx);
        if let Some(file) = self.by_id(id).filter(|_| later.is_some()) {
            file.jump = later;
            self.ask_page(id, fx);
        }
        self.rest();
        self.scan(id, fx);
        self.refresh_outline(fx);
    }

    fn page(&mut self, id: FileId, page: Page, fx: &mut Effects) {
        let shown = self.lines_shown();
        let Some(file) = self.files.iter().find(|f| f.id == id) else { return };
        let (tabs, fold_to) = (self.tabs_of(file), self.fold_to(file));
        let Some(file) = self.by_id(id) else { return };
        if page.piece > 0 && fold_to == 0 {
            // Lines are not folded any more: pieces of them are nothing to show.
            return self.ask_page(id, fx);
        }
        let asked_for = file.asked;
        let arrives = file.jump.as_ref().is_some_and(|j| j.align != Align::Keep);
        if let Some(end) = file.take_page(page, shown, (tabs, fold_to)) {
            say_end(end, fx);
        }
        // A page that was asked for a smaller screen, or for another part of long lines, is not enough.
        let small = asked_for.is_some_and(|lines| lines < shown) && file.runs_short(shown);
        if file.jump.as_ref().is_some_and(|j: &Jump| !j.asked) || small || file.needs_other_part(fold_to) {
            self.ask_page(id, fx);
        }
        // What is followed goes on by itself: the line above the text waits until it rests.
        if arrives && !self.is_following() {
            self.rest();
        }
        self.follow_outline(fx);
        self.go_to_end(fx);
    }

    pub(super) fn scan(&mut self, id: FileId, fx: &mut Effects) {
        if let Some(file) = self.by_id(id) {
            file.scanned = false;
            fx.request(Slot::Scan(id), Request::Scan { file: id });
        }
    }

    fn scanned(&mut self, id: FileId, progress: ScanProgress, symbols: usize, done: bool, fx: &mut Effects) {
        self.tell_twins(id, progress);
        let Some(file) = self.by_id(id) else { return };
        (file.scan, file.scanned) = (progress, done);
        let news = symbols != file.symbols && symbols > 0;
        if progress.guessed && file.at_bottom && !done {
            // More of a packed file was found behind what is shown.
            self.ask_page(id, fx);
            return;
        }
        if !done && !news {
            // The outline of the scan before, if there was one, is still there.
            return;
        }
        file.symbols = symbols;
        let at = file.cursor_offset();
        let is_cobol = file.facts.as_ref().is_some_and(|f| f.format != SourceFormat::NotCobol);
        self.ask_page(id, fx);
        if done {
            // Lines are told by their numbers and by what they say: before the index is there, that would be a pass of its own.
            self.ask_links(id, fx);
            self.seek_visit(id, fx);
            self.count_sheets(id, fx);
        }
        if done && is_cobol {
            fx.request(Slot::Parse(id), Request::Parse { file: id, at });
            self.ask_facts(id, fx);
        }
        if self.outline.file == Some(id) {
            self.refresh_outline(fx);
        }
    }

    /// Other views of a file wait until it is read for the first: as far as that is, so far are they.
    fn tell_twins(&mut self, id: FileId, progress: ScanProgress) {
        let Some(at) = self.files.iter().position(|f| f.id == id) else { return };
        let (before, rest) = self.files.split_at_mut(at);
        let Some((file, behind)) = rest.split_first_mut() else { return };
        let waiting = before.iter_mut().chain(behind).filter(|f| !f.scanned && f.is_twin(file));
        waiting.for_each(|twin| twin.scan = progress);
    }

    /// Once a second: has the file changed?
    pub fn tick(&mut self, fx: &mut Effects) {
        let Some(file) = self.file().filter(|f| f.facts.is_some()) else { return };
        if file.follow.is_some() {
            self.follow_tick(file.id, fx);
        } else {
            fx.request(Slot::Watch(file.id), Request::Watch { file: file.id });
        }
    }

    fn watched(&mut self, id: FileId, change: Change, fx: &mut Effects) {
        let Some(file) = self.by_id(id) else { return };
        let news = file.change != change;
        file.change = change;
        match change {
            Change::Same => return,
            Change::Grew => {}
            _ if !news => return,
            Change::Shrank | Change::Replaced => {
                fx.say(Tone::Warning, format!("{} has changed under us: read again", file.name()));
            }
            Change::Vanished => {
                fx.say(
                    Tone::Warning,
                    format!("{} was deleted: what is shown is the deleted file", file.name()),
                );
                return;
            }
            Change::Unreadable => {
                fx.say(Tone::Warning, format!("{} cannot be read any more", file.name()));
                return;
            }
        }
        if change == Change::Grew {
            if let Some(count) = &mut file.count {
                count.complete = false;
            }
        } else {
            file.forget_contents();
            self.count_anew(id, fx);
        }
        self.ask_page(id, fx);
        self.scan(id, fx);
    }

    /// Tells of a file that cannot be shown.
    pub fn error(&self) -> Option<&UserError> {
        self.file().and_then(|f| f.error.as_ref())
    }
}

/// What to say of lines that were written to a file.
fn exported(path: &str, lines: u64, hidden: u64) -> String {
    let written = format!("{} written to {path}", counted(lines, "line", "lines"));
    if hidden == 0 {
        written
    } else {
        format!("{written}; {} left out", counted(hidden, "hidden line", "hidden lines"))
    }
}
