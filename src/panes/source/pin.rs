//! Lines that stay on top while the others scroll: the first ones of the file, or a heading.

use super::file::File;
use super::state::State;
use crate::base::num::{counted, to_u64};
use crate::code::LineContext;
use crate::source::{Anchor, Page, PageRequest};
use crate::work::{Effects, FileId, Request, Slot, Tone};
use serde::{Deserialize, Serialize};

/// Lines that stay at most.
const MOST: u32 = 20;

/// What PIN keeps on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pin {
    /// The first lines of the file.
    First(u32),
    /// The cursor's line.
    Here,
    /// Nothing.
    Off,
}

impl State {
    /// PIN.
    pub fn pin(&mut self, pin: Pin, fx: &mut Effects) {
        let Some(file) = self.file_mut().filter(|f| f.facts.is_some()) else { return };
        let id = file.id;
        match pin {
            Pin::Off => {
                file.pinned.clear();
                fx.say(Tone::Done, "no line stays on top any more");
            }
            Pin::Here => {
                let row = file.cursor_row().filter(|row| row.hidden == 0).cloned();
                file.pinned = row.into_iter().collect();
                fx.say(Tone::Done, "this line stays on top; PIN OFF ends that");
            }
            Pin::First(lines) => {
                let after = lines.clamp(1, MOST) - 1;
                let page = PageRequest::at(Anchor::Line(crate::base::LineNo::FIRST), after);
                fx.request(Slot::Pin(id), Request::Page { file: id, page, reveal: false });
            }
        }
        self.switch(|_| {}, fx);
    }

    /// The first lines of the file are there.
    pub(super) fn take_pinned(
        &mut self,
        id: FileId,
        page: Page,
        contexts: Vec<LineContext>,
        fx: &mut Effects,
    ) {
        let Some(tabs) = self.files.iter().find(|f| f.id == id).map(|f| self.tabs_of(f)) else { return };
        let Some(file) = self.by_id(id) else { return };
        let own = std::mem::replace(&mut file.contexts, contexts);
        let rows = file.rows_of(page, tabs);
        file.contexts = own;
        file.pinned = rows.into_iter().filter(|row| row.hidden == 0).collect();
        let lines = counted(to_u64(file.pinned.len()), "line stays", "lines stay");
        fx.say(Tone::Done, format!("{lines} on top; PIN OFF ends that"));
        self.switch(|_| {}, fx);
    }
}

impl File {
    /// How many lines stay on top of so many rows: at most half of them.
    pub(super) fn pinned_in(&self, rows: u16) -> usize {
        self.pinned.len().min(usize::from(rows) / 2)
    }
}
