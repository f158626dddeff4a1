//! Following a file that grows: the view stays at its end, until somebody goes elsewhere.

use super::file::{Align, Jump};
use super::find::named;
use super::state::State;
use crate::source::{Anchor, Change, Needle, NeedleSpec};
use crate::work::{Effects, FileFacts, FileId, Request, Slot, Tone, Wish};

/// A file that is followed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Followed {
    /// Lines that come and have no match of it are hidden.
    needle: Option<NeedleSpec>,
    /// From which byte on lines have not been looked at; `None` before the first look.
    from: Option<u64>,
    /// A look is under way.
    asked: bool,
    /// There is more to be shown.
    due: bool,
    /// Its size as the last look had it, and that of which the end was asked for: a page asked for by others knows the size,
    /// too, and does not show the end.
    size: u64,
    shown: u64,
    /// It has grown since its lines were indexed.
    grown: bool,
}

/// What came of a look at a file that is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Looked {
    pub change: Change,
    pub size: u64,
    /// From which byte on lines have not been looked at.
    pub next: u64,
    /// How many parts are hidden.
    pub folds: usize,
    /// No more can be hidden.
    pub full: bool,
}

impl State {
    /// FOLLOW: shows the end of the file and what is written to it; with a needle only lines that have it.
    pub fn follow_file(&mut self, needle: Option<NeedleSpec>, fx: &mut Effects) {
        let bounds = self.bounds;
        let needle = needle.map(|n| NeedleSpec { columns: n.columns.or(bounds), ..n });
        let Some(file) = self.file_mut().filter(|f| f.facts.is_some()) else { return };
        let encoding = file.facts.as_ref().map_or_else(Default::default, FileFacts::encoding);
        match needle.as_ref().map(|needle| Needle::in_encoding(needle, encoding)).transpose() {
            Ok(None) => {}
            Ok(Some(compiled)) => {
                file.needle = Some(compiled);
                (file.count, file.hit) = (None, None);
            }
            Err(error) => return fx.wish(Wish::Fail(error)),
        }
        let what = match &needle {
            None => "the end of the file is followed; Esc ends that".to_owned(),
            Some(needle) => format!("followed, of new lines those with {}; Esc ends that", named(needle)),
        };
        fx.say(Tone::Info, what);
        file.follow = Some(Followed { needle, due: true, ..Followed::default() });
        self.remember();
        self.pulse(fx);
        self.go_to_end(fx);
    }

    /// The key: follows, or ends it.
    pub(super) fn toggle_follow(&mut self, fx: &mut Effects) {
        if !self.end_follow(fx) {
            self.follow_file(None, fx);
        }
    }

    /// Whether the file that is shown is followed.
    pub fn is_following(&self) -> bool {
        self.file().is_some_and(|f| f.follow.is_some())
    }

    /// Ends following, if it goes on.
    pub fn end_follow(&mut self, fx: &mut Effects) -> bool {
        let ended = self.file_mut().and_then(|f| f.follow.take()).is_some();
        if ended {
            fx.say(Tone::Info, "the file is not followed any more: F goes on with it");
        }
        ended
    }

    /// Some times a second while a file is followed.
    pub fn pulse(&mut self, fx: &mut Effects) {
        let Some(file) = self.file_mut() else { return };
        let id = file.id;
        let Some(follow) = file.follow.as_mut().filter(|follow| !follow.asked) else { return };
        follow.asked = true;
        let (from, needle) = (follow.from, follow.needle.clone());
        fx.request(Slot::Watch(id), Request::Follow { file: id, from, needle });
    }

    /// A second has passed while the file is followed: what came is indexed.
    pub(super) fn follow_tick(&mut self, id: FileId, fx: &mut Effects) {
        let Some(file) = self.by_id(id) else { return };
        let grown = file.follow.as_mut().is_some_and(|follow| std::mem::take(&mut follow.grown));
        if grown && file.scanned {
            self.scan(id, fx);
        }
    }

    /// A look failed.
    pub(super) fn look_failed(&mut self, id: FileId) {
        if let Some(follow) = self.by_id(id).and_then(|f| f.follow.as_mut()) {
            follow.asked = false;
        }
    }

    /// Takes what came of a look.
    pub(super) fn looked(&mut self, id: FileId, looked: Looked, fx: &mut Effects) {
        let Some(file) = self.by_id(id) else { return };
        let news = std::mem::replace(&mut file.change, looked.change) != looked.change;
        let name = file.name().to_owned();
        file.folds = looked.folds;
        let Some(follow) = &mut file.follow else { return };
        // What is hidden may have been on the screen.
        let moved = follow.needle.is_some() && follow.from != Some(looked.next);
        (follow.asked, follow.from) = (false, Some(looked.next));
        let other = matches!(looked.change, Change::Shrank | Change::Replaced);
        follow.size = looked.size;
        follow.due |= other || moved || follow.size != follow.shown;
        follow.grown |= looked.change == Change::Grew;
        match looked.change {
            Change::Shrank => {
                fx.say(Tone::Warning, format!("{name} was cut off: it is followed from its new end"));
            }
            Change::Replaced => {
                fx.say(Tone::Warning, format!("{name} is another file now: the new one is followed"));
            }
            Change::Vanished if news => {
                fx.say(Tone::Warning, format!("{name} is gone: a new file of that name will be followed"));
            }
            Change::Unreadable if news => {
                fx.say(Tone::Warning, format!("{name} cannot be read: it is tried again"));
            }
            _ => {}
        }
        if other {
            file.forget_contents();
            self.count_anew(id, fx);
            self.scan(id, fx);
        }
        if looked.full {
            self.end_follow(fx);
            fx.say(
                Tone::Warning,
                "too many parts are hidden to go on: RESET shows all lines, FOLLOW begins anew",
            );
        }
        self.go_to_end(fx);
    }

    /// Shows the end of a file that is followed, if there is more to be seen and no page is on its way.
    pub(super) fn go_to_end(&mut self, fx: &mut Effects) {
        let Some(file) = self.file_mut().filter(|f| f.asked.is_none()) else { return };
        let id = file.id;
        let Some(follow) = file.follow.as_mut().filter(|follow| follow.due) else { return };
        (follow.due, follow.shown) = (false, follow.size);
        file.jump = Some(Jump { reveal: false, ..Jump::to(Anchor::End, Align::Bottom) });
        self.ask_page(id, fx);
    }
}
