//! What commands, keys and replies do to the Source pane.

use super::file::{Align, File, Jump, Row};
use super::find::{self, FindRequest};
use super::state::{Command, Prompt, Scroll, Spot, State};
use crate::base::{ByteOffset, LineNo, Result, UserError};
use crate::code::Role as CodeRole;
use crate::config::Key;
use crate::panes::{Move, edit_of};
use crate::source::{Anchor, Change, Direction, Hit, Needle, NeedleSpec, Page};
use crate::ui::widget::{Edit, Input};
use crate::work::{Effect, Effects, FileId, Reply, Request, Slot, Tone, Wish};

/// Places that are remembered to come back to.
const JUMPS: usize = 100;

impl State {
    /// Opens `path`, or shows it if it is open, at `line` if one is given.
    pub fn open(&mut self, path: &str, line: Option<LineNo>, fx: &mut Effects) {
        self.remember();
        let anchor = line.map_or(Anchor::Line(LineNo::FIRST), Anchor::Line);
        if let Some(at) = self.files.iter().position(|f| f.path == path && f.error.is_none()) {
            self.current = at;
            if line.is_some() {
                self.go(anchor, Align::Third, fx);
            }
            self.refresh_outline(fx);
            return;
        }
        self.files.retain(|f| f.path != path);
        let id = FileId(self.next_id);
        self.next_id += 1;
        let mut file = File::new(id, path.to_owned());
        file.jump = Some(Jump { align: if line.is_some() { Align::Third } else { Align::Top }, then: 0 });
        let page = file.around(anchor, self.lines_shown());
        self.files.push(file);
        self.current = self.files.len() - 1;
        self.outline.rows.clear();
        fx.request(Slot::Open(id), Request::OpenFile { file: id, path: path.to_owned(), page });
    }

    /// The layout has given the text so much room.
    pub fn resize(&mut self, columns: u16, rows: u16, outline_beside: bool, fx: &mut Effects) {
        if (self.columns, self.rows, self.outline_beside) == (columns, rows, outline_beside) {
            return;
        }
        (self.columns, self.rows, self.outline_beside) = (columns, rows, outline_beside);
        let shown = self.lines_shown();
        if let Some(file) = self.file_mut() {
            file.settle(shown);
        }
        self.refill(fx);
        self.refresh_outline(fx);
    }

    /// Carries a command out.
    pub fn command(&mut self, command: Command, fx: &mut Effects) {
        match command {
            Command::FindForward => self.ask(Direction::Forward),
            Command::FindBackward => self.ask(Direction::Backward),
            Command::FindNext => self.find_again(false, fx),
            Command::FindPrevious => self.find_again(true, fx),
            Command::Outline => self.enter_outline(fx),
            Command::OutlineGo => self.outline_go(fx),
            Command::OutlineLeave => self.outline.focused = false,
            Command::NextSymbol => self.symbol("", Direction::Forward, fx),
            Command::PreviousSymbol => self.symbol("", Direction::Backward, fx),
            Command::Cols => self.switch(|s| s.cols = !s.cols, fx),
            Command::Hex => self.switch(|s| s.hex = !s.hex, fx),
            Command::Numbers => self.numbers = !self.numbers,
            Command::LineStart => self.to_left(0, fx),
            Command::Follow => self.follow(fx),
            Command::Back => self.back(fx),
            Command::NextFile => self.next_file(fx),
            Command::Copy => self.copy(fx),
            Command::Stop => self.stop(fx),
        }
    }

    /// Ruler and hexadecimal view as the command line asks for them.
    pub fn switch(&mut self, change: impl FnOnce(&mut Self), fx: &mut Effects) {
        change(self);
        let shown = self.lines_shown();
        if let Some(file) = self.file_mut() {
            file.settle(shown);
        }
        self.refill(fx);
    }

    /// RESET: the plain view.
    pub fn reset(&mut self, fx: &mut Effects) {
        if let Some(file) = self.file_mut() {
            file.needle = None;
            file.hit = None;
            file.count = None;
        }
        self.switch(|s| (s.cols, s.hex) = (false, false), fx);
    }

    fn ask(&mut self, direction: Direction) {
        if self.file().is_some() {
            let mut input = Input::default();
            input.set_history(self.history.clone());
            self.prompt = Some(Prompt { direction, input });
        }
    }

    /// A key while a text is asked for. False if it means nothing here.
    pub fn type_key(&mut self, key: Key, fx: &mut Effects) -> bool {
        use crate::config::KeyCode;
        let Some(prompt) = &mut self.prompt else { return false };
        match key.code {
            KeyCode::Enter => {
                let typed = prompt.input.text().to_owned();
                let direction = prompt.direction;
                self.prompt = None;
                let needle = if typed.is_empty() { None } else { Some(find::spec_of(&typed)) };
                if needle.is_some() {
                    self.history.retain(|h| *h != typed);
                    self.history.push(typed);
                }
                self.find(&FindRequest { needle, from: find::From::Cursor, direction }, fx);
                true
            }
            KeyCode::Esc => {
                self.prompt = None;
                true
            }
            KeyCode::Up | KeyCode::Down => {
                prompt.input.apply(if key.code == KeyCode::Up { &Edit::Up } else { &Edit::Down });
                true
            }
            _ => edit_of(key).is_some_and(|edit| {
                prompt.input.apply(&edit);
                true
            }),
        }
    }

    /// Text pasted while one is asked for: its first line.
    pub fn paste(&mut self, text: &str) {
        if let Some(prompt) = &mut self.prompt {
            prompt.input.apply(&Edit::Insert(text.lines().next().unwrap_or("").to_owned()));
        }
    }

    /// Moves.
    pub fn go_move(&mut self, way: Move, fx: &mut Effects) {
        if self.outline.focused {
            self.outline_move(way, fx);
            return;
        }
        let shown = self.lines_shown();
        let page = i64::try_from(shown).unwrap_or(1);
        let half = (page / 2).max(1);
        match way {
            Move::Up => self.step(-1, fx),
            Move::Down => self.step(1, fx),
            Move::HalfUp => self.scroll_by(-half, fx),
            Move::HalfDown => self.scroll_by(half, fx),
            Move::PageUp | Move::PageDown => {
                let down = way == Move::PageDown;
                let sign = if down { 1 } else { -1 };
                match self.scroll {
                    Scroll::Page => self.scroll_by(sign * page, fx),
                    Scroll::Half => self.scroll_by(sign * half, fx),
                    Scroll::Data => self.scroll_by(sign * (page - 1).max(1), fx),
                    Scroll::Lines(n) => self.scroll_by(sign * i64::from(n), fx),
                    Scroll::Max => self.go_move(if down { Move::Bottom } else { Move::Top }, fx),
                    Scroll::Cursor => self.page_by_cursor(down, fx),
                }
            }
            Move::Top => self.jump_to(Anchor::Line(LineNo::FIRST), Align::Top, fx),
            Move::Bottom => self.jump_to(Anchor::End, Align::Bottom, fx),
            Move::Left => self.to_left(self.file().map_or(0, |f| f.left.saturating_sub(8)), fx),
            Move::Right => self.to_left(self.file().map_or(0, |f| f.left.saturating_add(8)), fx),
        }
    }

    /// CSR: the cursor's line becomes the first one (the last one on the way up); where it is there already, a page.
    fn page_by_cursor(&mut self, down: bool, fx: &mut Effects) {
        let shown = self.lines_shown();
        let Some(file) = self.file_mut() else { return };
        let row = file.cursor.saturating_sub(file.top);
        let page = i64::try_from(shown).unwrap_or(1);
        let row = i64::try_from(row).unwrap_or(0);
        let lines = match (down, row) {
            (true, 0) => page,
            (true, row) => row,
            (false, row) if row >= page - 1 => -page,
            (false, row) => row - (page - 1),
        };
        let cursor_follows = (down && row == 0) || (!down && row >= page - 1);
        let start = file.cursor_offset();
        self.scroll_by(lines, fx);
        if !cursor_follows
            && let Some(file) = self.file_mut()
            && let Ok(at) = file.rows.binary_search_by_key(&start, |r| r.start)
        {
            file.cursor = at;
            file.settle(shown);
        }
    }

    fn step(&mut self, lines: i64, fx: &mut Effects) {
        let shown = self.lines_shown();
        let Some(file) = self.file_mut() else { return };
        let left = file.step(lines, shown);
        self.after_move(left, fx);
    }

    fn scroll_by(&mut self, lines: i64, fx: &mut Effects) {
        let shown = self.lines_shown();
        let Some(file) = self.file_mut() else { return };
        let left = file.scroll(lines, shown);
        self.after_move(left, fx);
    }

    /// Says when the end is reached, and sees that there are lines for the next move.
    fn after_move(&mut self, left: i64, fx: &mut Effects) {
        let Some(file) = self.file_mut() else { return };
        if left > 0 && file.at_bottom {
            fx.say(Tone::Info, "Bottom of data reached");
        } else if left < 0 && file.at_top {
            fx.say(Tone::Info, "Top of data reached");
        } else if left != 0 {
            file.jump = Some(Jump { align: Align::Keep, then: left });
        }
        self.refill(fx);
        self.follow_outline(fx);
    }

    /// Asks for the page around the cursor when the window runs short.
    fn refill(&mut self, fx: &mut Effects) {
        let shown = self.lines_shown();
        let Some(file) = self.file_mut() else { return };
        let waits = file.jump.is_some();
        if file.rows.is_empty() || file.asked && !waits || !(waits || file.runs_short(shown)) {
            return;
        }
        file.asked = true;
        let page = file.around_cursor(shown);
        fx.request(Slot::Page(file.id), Request::Page { file: file.id, page });
    }

    /// Goes somewhere and remembers where from.
    pub fn jump_to(&mut self, anchor: Anchor, align: Align, fx: &mut Effects) {
        self.remember();
        self.go(anchor, align, fx);
    }

    fn go(&mut self, anchor: Anchor, align: Align, fx: &mut Effects) {
        let shown = self.lines_shown();
        let Some(file) = self.file_mut() else { return };
        file.jump = Some(Jump { align, then: 0 });
        file.asked = true;
        let page = file.around(anchor, shown);
        fx.request(Slot::Page(file.id), Request::Page { file: file.id, page });
    }

    fn remember(&mut self) {
        let Some(file) = self.file() else { return };
        let spot = Spot { file: file.id, offset: file.cursor_offset() };
        if file.cursor_row().is_some() && self.jumps.last() != Some(&spot) {
            self.jumps.push(spot);
            if self.jumps.len() > JUMPS {
                self.jumps.remove(0);
            }
        }
    }

    fn back(&mut self, fx: &mut Effects) {
        let Some(spot) = self.jumps.pop() else {
            fx.say(Tone::Info, "no jump to go back from");
            return;
        };
        if let Some(at) = self.files.iter().position(|f| f.id == spot.file) {
            self.current = at;
            self.go(Anchor::Offset(ByteOffset(spot.offset)), Align::Third, fx);
        }
    }

    fn to_left(&mut self, left: usize, fx: &mut Effects) {
        let widest = self.file().map_or(0, |f| f.rows.iter().map(|r| r.line.cells()).max().unwrap_or(0));
        let Some(file) = self.file_mut() else { return };
        let skipped = file.skipped();
        file.left = left.min(widest.saturating_add(crate::base::num::to_usize(skipped)).saturating_sub(1));
        if file.skipped() != skipped {
            file.jump = Some(Jump { align: Align::Keep, then: 0 });
            self.refill(fx);
        }
    }

    fn next_file(&mut self, fx: &mut Effects) {
        if self.files.len() > 1 {
            self.remember();
            self.current = (self.current + 1) % self.files.len();
            self.refresh_outline(fx);
        } else {
            fx.say(Tone::Info, "no other file is open: OPEN file opens one");
        }
    }

    fn copy(&mut self, fx: &mut Effects) {
        if let Some(row) = self.file().and_then(File::cursor_row) {
            fx.push(Effect::Copy(row.line.text().trim_end().to_owned()));
        }
    }

    /// What the knowledge base says: the entry linked to the line, else a search for the code or name in it.
    fn follow(&mut self, fx: &mut Effects) {
        let Some(file) = self.file() else { return };
        let Some(row) = file.cursor_row() else { return };
        let linked = file.links.iter().find(|(r, _)| row.number.is_some_and(|n| n.get() == r.line));
        let text = linked.map_or_else(|| words_of(row), |(_, head)| head.id.clone());
        if text.is_empty() {
            fx.say(Tone::Info, "nothing on this line to search for");
        } else {
            fx.wish(Wish::SearchFor(text));
        }
    }

    // Find ------------------------------------------------------------------------------------------------------

    fn find_again(&mut self, other_way: bool, fx: &mut Effects) {
        let Some((_, direction)) = self.last_find else {
            fx.say(Tone::Warning, "nothing to find yet: / asks for a text");
            return;
        };
        let direction = if other_way { opposite(direction) } else { direction };
        let kept = self.last_find.clone();
        self.find(&FindRequest { needle: None, from: find::From::Cursor, direction }, fx);
        self.last_find = kept;
    }

    /// Carries a find out.
    pub fn find(&mut self, request: &FindRequest, fx: &mut Effects) {
        let Some(needle) = request.needle.clone().or_else(|| self.last_find.as_ref().map(|(n, _)| n.clone()))
        else {
            fx.say(Tone::Warning, "nothing to find yet: / asks for a text");
            return;
        };
        self.last_find = Some((needle.clone(), request.direction));
        let Some(file) = self.file_mut() else {
            fx.say(Tone::Warning, "no file is open: OPEN file opens one");
            return;
        };
        let from = start_of(file, &needle, request);
        let new = file.needle.as_ref().map(Needle::spec) != Some(&needle);
        if new {
            match Needle::new(&needle) {
                Ok(compiled) => file.needle = Some(compiled),
                Err(error) => {
                    fx.wish(Wish::Fail(error));
                    return;
                }
            }
            file.count = None;
            file.hit = None;
        }
        file.wrap_next = false;
        file.finding = Some((0, file.size));
        let (id, direction) = (file.id, request.direction);
        self.remember();
        fx.request(
            Slot::Find(id),
            Request::Find { file: id, needle: needle.clone(), from, direction, wrap: false },
        );
        if new {
            fx.request(Slot::Count(id), Request::Count { file: id, needle });
        }
    }

    fn stop(&mut self, fx: &mut Effects) {
        let Some(file) = self.file_mut() else { return };
        if file.finding.take().is_some() {
            let id = file.id;
            fx.push(Effect::Cancel(Slot::Find(id)));
            fx.push(Effect::Cancel(Slot::Count(id)));
            fx.say(Tone::Info, "the find was stopped");
        }
    }

    fn found(&mut self, id: FileId, hit: Option<Hit>, fx: &mut Effects) {
        let shown = self.lines_shown();
        let direction = self.last_find.as_ref().map_or(Direction::Forward, |(_, d)| *d);
        let width = usize::from(self.columns).saturating_sub(12);
        let Some(file) = self.by_id(id) else { return };
        file.finding = None;
        let Some(hit) = hit else {
            file.wrap_next = true;
            let end = if direction == Direction::Forward { "Bottom" } else { "Top" };
            let what = file.needle.as_ref().map_or("", |n| n.spec().text.as_str());
            fx.say(
                Tone::Warning,
                format!("{end} of data reached, {what} not found; find again goes on from the other end"),
            );
            return;
        };
        file.hit = Some(hit);
        let column = crate::base::num::to_usize(hit.offset.0.saturating_sub(hit.line_start.0));
        let length = crate::base::num::to_usize(hit.length);
        if column < file.left || column + length > file.left + width {
            file.left = if column + length <= width { 0 } else { column.saturating_sub(width / 2) };
        }
        if let Ok(at) = file.rows.binary_search_by_key(&hit.line_start.0, |r| r.start)
            && (file.top..file.top + shown).contains(&at)
        {
            file.cursor = at;
        } else {
            let page = file.around(Anchor::Offset(hit.line_start), shown);
            file.jump = Some(Jump { align: Align::Third, then: 0 });
            file.asked = true;
            fx.request(Slot::Page(id), Request::Page { file: id, page });
        }
        self.follow_outline(fx);
    }

    // Replies ---------------------------------------------------------------------------------------------------

    /// Takes a reply that belongs to `slot`.
    pub fn reply(&mut self, slot: Slot, reply: Result<Reply>, fx: &mut Effects) {
        match (slot, reply) {
            (Slot::Open(id), Ok(Reply::Opened { facts, page })) => {
                if let Some(file) = self.by_id(id) {
                    file.facts = Some(*facts);
                    file.error = None;
                }
                self.page(id, *page, fx);
                self.rest();
                self.scan(id, fx);
            }
            (Slot::Open(id), Err(error)) => {
                if let Some(file) = self.by_id(id) {
                    file.error = Some(error);
                    file.asked = false;
                }
            }
            (Slot::Page(id), Ok(Reply::Page { page, crumbs })) => {
                if let Some(file) = self.by_id(id) {
                    file.crumbs = crumbs;
                    file.error = None;
                }
                self.page(id, *page, fx);
            }
            (Slot::Page(id), Err(error)) => {
                if let Some(file) = self.by_id(id) {
                    file.asked = false;
                    file.jump = None;
                }
                fx.wish(Wish::Fail(error));
            }
            (Slot::Scan(id), Ok(Reply::Scanned { progress, symbols, done })) => {
                let shown = self.lines_shown();
                if let Some(file) = self.by_id(id) {
                    (file.scan, file.symbols, file.scanned) = (progress, symbols, done);
                    if done {
                        file.asked = true;
                        let page = file.around_cursor(shown);
                        fx.request(Slot::Page(id), Request::Page { file: id, page });
                        let path = file.path.clone();
                        fx.request(Slot::Links(id), Request::Links { path });
                        self.refresh_outline(fx);
                    }
                }
            }
            (Slot::Find(id), Ok(Reply::Finding { read, total })) => {
                if let Some(file) = self.by_id(id).filter(|f| f.finding.is_some()) {
                    file.finding = Some((read, total));
                }
            }
            (Slot::Find(id), Ok(Reply::Found { hit, .. })) => self.found(id, hit, fx),
            (Slot::Find(id), Err(error)) => {
                if let Some(file) = self.by_id(id) {
                    file.finding = None;
                }
                fx.wish(Wish::Fail(error));
            }
            (Slot::Count(id), Ok(Reply::Counted(count))) => {
                if let Some(file) = self.by_id(id).filter(|f| f.needle.is_some()) {
                    file.count = Some(*count);
                }
            }
            (Slot::Outline(_), Ok(Reply::Outline { rows, from, total, current })) => {
                let first = self.outline.rows.is_empty();
                self.outline.rows = rows;
                (self.outline.from, self.outline.total, self.outline.current) = (from, total, current);
                if first || !self.outline.focused {
                    self.outline.selected = current.unwrap_or(0);
                    self.outline.top = from;
                    self.settle_outline();
                }
            }
            (Slot::Symbol(_), Ok(Reply::Symbol(found))) => match found {
                Some(row) => self.jump_to(Anchor::Line(row.line), Align::Third, fx),
                None => fx.say(Tone::Warning, "no such name in the outline"),
            },
            (Slot::Watch(id), Ok(Reply::Watched(change))) => self.watched(id, change, fx),
            (Slot::Links(id), Ok(Reply::Links(links))) => {
                if let Some(file) = self.by_id(id) {
                    file.links = links;
                }
            }
            (_, Err(error)) => fx.wish(Wish::Fail(error)),
            (_, Ok(_)) => {}
        }
    }

    fn page(&mut self, id: FileId, page: Page, fx: &mut Effects) {
        let (shown, tab_width) = (self.lines_shown(), self.tab_width);
        let Some(file) = self.by_id(id) else { return };
        let arrives = file.jump.is_some_and(|j| j.align != Align::Keep);
        file.take_page(page, shown, tab_width);
        if file.jump.is_some() {
            self.refill(fx);
        }
        if arrives {
            self.rest();
        }
        self.follow_outline(fx);
    }

    fn scan(&mut self, id: FileId, fx: &mut Effects) {
        if let Some(file) = self.by_id(id) {
            file.scanned = false;
            fx.request(Slot::Scan(id), Request::Scan { file: id });
        }
    }

    /// Once a second: has the file changed?
    pub fn tick(&mut self, fx: &mut Effects) {
        if let Some(file) = self.file().filter(|f| f.facts.is_some()) {
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
        file.count = None;
        file.jump = None;
        let shown = self.lines_shown();
        if let Some(file) = self.by_id(id) {
            file.asked = true;
            let page = file.around_cursor(shown);
            fx.request(Slot::Page(id), Request::Page { file: id, page });
        }
        self.scan(id, fx);
    }

    /// LOCATE: the line with this name of the outline.
    pub fn locate_symbol(&mut self, name: &str, fx: &mut Effects) {
        self.symbol(name, Direction::Forward, fx);
    }

    fn symbol(&mut self, name: &str, direction: Direction, fx: &mut Effects) {
        let Some(file) = self.file() else { return };
        let line = file.cursor_row().and_then(|r| r.number).unwrap_or_default();
        let (id, name) = (file.id, name.to_owned());
        fx.request(Slot::Symbol(id), Request::Symbol { file: id, name, line, direction });
    }

    /// Tells of a file that cannot be shown.
    pub fn error(&self) -> Option<&UserError> {
        self.file().and_then(|f| f.error.as_ref())
    }
}

/// What a line may be looked up by: its words, without sequence number and change tag.
fn words_of(row: &Row) -> String {
    let code = row
        .spans
        .iter()
        .filter(|s| !matches!(s.role, CodeRole::Sequence | CodeRole::Ident | CodeRole::Indicator));
    let byte = |n: u32| crate::base::num::to_usize(u64::from(n));
    let text =
        |s: &crate::code::Span| row.bytes.get(byte(s.start)..byte(s.start + s.length)).unwrap_or_default();
    let pieces: Vec<String> = code.map(|s| String::from_utf8_lossy(text(s)).into_owned()).collect();
    let line = if pieces.is_empty() { row.line.text().to_owned() } else { pieces.join(" ") };
    let is_part = |c: char| c.is_alphanumeric() || "-_@#$".contains(c);
    let words = line.split(|c| !is_part(c)).filter(|w| w.chars().any(char::is_alphanumeric));
    words.take(6).collect::<Vec<_>>().join(" ")
}

/// Where a find starts, in bytes: behind (or before) the last match if the cursor is still on it.
fn start_of(file: &File, needle: &NeedleSpec, request: &FindRequest) -> u64 {
    let forward = request.direction == Direction::Forward;
    let from = match request.from {
        find::From::Cursor if file.wrap_next => {
            if forward {
                find::From::Top
            } else {
                find::From::Bottom
            }
        }
        other => other,
    };
    match from {
        find::From::Top => 0,
        find::From::Bottom => file.size,
        find::From::Cursor => {
            let here = file.cursor_offset();
            let on_hit = file
                .hit
                .filter(|h| h.line_start.0 == here && file.needle.as_ref().map(Needle::spec) == Some(needle));
            match (on_hit, forward) {
                (Some(hit), true) => hit.offset.0 + 1,
                (Some(hit), false) => hit.offset.0,
                (None, true) => here,
                (None, false) => here + file.cursor_row().map_or(0, |r| r.length),
            }
        }
    }
}

fn opposite(direction: Direction) -> Direction {
    match direction {
        Direction::Forward => Direction::Backward,
        Direction::Backward => Direction::Forward,
    }
}
