//! What commands, keys and replies do to the Source pane.

use super::carriage::Cc;
use super::file::{Align, End, File, Jump, Motion};
use super::find::{self, FindRequest};
use super::label::Way;
use super::names::NamesPanel;
use super::rows::Row;
use super::sideways::widest;
use super::split::SplitTo;
use super::state::{Command, DUMP_BYTES, DUMP_ROWS, Hex, OutlinePanel, Prompt, Scroll, Spot, State};
use super::visit::Revisit;
use super::walk::WalkPanel;
use crate::base::{ByteOffset, LineNo, num};
use crate::code::Role as CodeRole;
use crate::config::Key;
use crate::panes::{Move, edit_of};
use crate::source::{Anchor, Direction, Wanted};
use crate::ui::widget::{Edit, Input};
use crate::work::{Effect, Effects, FileId, FoldHow, Request, Slot, Tone, Wish};

/// Places that are remembered to come back to.
pub(super) const JUMPS: usize = 100;
/// Texts searched for that are remembered.
pub(super) const FINDS: usize = 200;

impl State {
    /// Opens `path`, or shows it if it is open, at `line` if one is given.
    pub fn open(&mut self, path: &str, line: Option<LineNo>, fx: &mut Effects) {
        self.open_as(path, line, Wanted::default(), fx);
    }

    /// The same where a person says what its bytes are.
    pub fn open_as(&mut self, path: &str, line: Option<LineNo>, wanted: Wanted, fx: &mut Effects) {
        self.remember();
        self.trail_aside();
        let anchor = line.map_or(Anchor::Line(LineNo::FIRST), Anchor::Line);
        let is_it = |f: &File| f.path == path && f.error.is_none();
        let here = self.file().is_some_and(is_it).then_some(self.current);
        if let Some(at) = here.or_else(|| self.files.iter().position(is_it)) {
            self.switch_to(at, fx);
            if line.is_some() {
                self.go(anchor, Align::Third, fx);
            }
            return;
        }
        self.files.retain(|f| f.path != path);
        let align = if line.is_some() { Align::Third } else { Align::Top };
        let mut file = self.ask_open(path, wanted, (anchor, align), fx);
        file.revisit = if line.is_some() { Revisit::Not } else { Revisit::Offer };
        self.files.push(file);
        self.switch_to(self.files.len() - 1, fx);
    }

    /// A file that is being opened at a place.
    pub(super) fn ask_open(
        &mut self,
        path: &str,
        wanted: Wanted,
        (anchor, align): (Anchor, Align),
        fx: &mut Effects,
    ) -> File {
        let id = FileId(self.next_id);
        self.next_id += 1;
        let mut file = File { wanted, pages: self.pages, ..File::new(id, path.to_owned()) };
        let mut jump = Jump::to(anchor, align);
        jump.asked = true;
        file.jump = Some(jump);
        let shown = self.lines_shown();
        let page = file.around(anchor, shown, self.fold_to(&file));
        file.asked = Some(shown);
        fx.request(Slot::Open(id), Request::OpenFile { file: id, path: path.to_owned(), wanted, page });
        file
    }

    /// Forgets a file. What was shown stays shown; if it was this one, what is shown next is for the caller to say.
    pub(super) fn close(&mut self, id: FileId, fx: &mut Effects) {
        let shown = self.file().map(|f| f.id);
        self.files.retain(|f| f.id != id);
        self.current = self.files.iter().position(|f| Some(f.id) == shown).unwrap_or(0);
        self.jumps.retain(|spot| spot.file != id);
        self.split.take_if(|s| s.other == id);
        for slot in [Slot::Page(id), Slot::Scan(id), Slot::Find(id), Slot::Count(id), Slot::Parse(id)] {
            fx.push(Effect::Cancel(slot));
        }
        fx.request(Slot::Open(id), Request::CloseFile { file: id });
    }

    /// Shows the open file number `at`. The outline panel is of one file: it begins anew.
    pub(super) fn switch_to(&mut self, at: usize, fx: &mut Effects) {
        self.prompt = None;
        if at != self.current {
            (self.names, self.walk) = (NamesPanel::default(), WalkPanel::default());
        }
        self.turn_to(at);
        if at != self.current || self.outline.file != self.files.get(at).map(|f| f.id) {
            self.current = at;
            let (open, file) = (self.outline.open, self.file().map(|f| f.id));
            self.outline = OutlinePanel { open, file, ..OutlinePanel::default() };
        }
        let shown = self.lines_shown();
        if let Some(file) = self.file_mut() {
            file.settle(shown);
        }
        self.rest();
        self.refill(fx);
        self.refresh_outline(fx);
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
            Command::NextProblem => self.problem(Direction::Forward, fx),
            Command::PreviousProblem => self.problem(Direction::Backward, fx),
            Command::Names => self.ask_names(fx),
            Command::NamesGo => self.names_go(fx),
            Command::NamesDefinition => self.names_definition(fx),
            Command::NamesLeave => self.names_leave(),
            Command::Fold(how) => self.fold(how, fx),
            Command::Exclude => self.exclude_here(1, fx),
            Command::ExcludeBlock => self.exclude_block(fx),
            Command::HideMarks => self.hide_marks(|was| !was, fx),
            Command::NextHidden => self.locate_hidden(Way::next(Direction::Forward), fx),
            Command::PreviousHidden => self.locate_hidden(Way::next(Direction::Backward), fx),
            Command::NextLabel => self.locate_labels(Way::next(Direction::Forward), fx),
            Command::Sequence => self.hide_sequence(|was| !was, fx),
            Command::Walk(of) => self.ask_walk(of, fx),
            Command::WalkGo => self.walk_go(false, fx),
            Command::WalkStatement => self.walk_go(true, fx),
            Command::WalkLeave => self.walk = WalkPanel::default(),
            Command::MembersGo => self.members_go(fx),
            Command::MembersFilter => self.members_filter(),
            Command::MembersSort(by) => self.members_sort(by),
            Command::Tail => self.toggle_follow(fx),
            Command::Carriage => self.set_carriage(Cc::Shown(None), fx),
            Command::NextPage => self.step_page(Direction::Forward, fx),
            Command::PreviousPage => self.step_page(Direction::Backward, fx),
            Command::Listing(ask) => self.ask_listing(ask, fx),
            Command::Pages => self.show_pages(|was| !was, fx),
            Command::Cols => self.switch(|s| s.cols = !s.cols, fx),
            Command::Hex => self.show_hex(Hex::Vertical, fx),
            Command::Dump => self.show_hex(Hex::Dump, fx),
            Command::Numbers => self.number_by(None, fx),
            Command::Wrap => self.wrap(|was| !was, fx),
            Command::Hold => self.hold(|was| !was, fx),
            Command::LineStart => self.show_from_column(0, fx),
            Command::Follow => self.follow(fx),
            Command::Back => self.back(fx),
            Command::NextFile => self.next_file(fx),
            Command::Split => self.split(SplitTo::Toggle, fx),
            Command::OtherHalf => self.other_half(fx),
            Command::Copy => self.copy(fx),
            Command::TrailGo => self.trail_go(false, fx),
            Command::TrailOther => self.trail_go(true, fx),
            Command::TrailNext => self.trail_step(true, fx),
            Command::TrailPrevious => self.trail_step(false, fx),
            Command::TrailBack => self.trail_back(),
            Command::TrailLeave => self.trail_leave(fx),
            Command::Stop => self.stop_any(fx),
        }
    }

    /// This view of bytes, or none if it is shown already.
    fn show_hex(&mut self, hex: Hex, fx: &mut Effects) {
        self.switch(|s| s.hex = if s.hex == hex { Hex::Off } else { hex }, fx);
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
        if self.is_filtering() {
            return self.type_filter(key);
        }
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
                    if self.history.len() > FINDS {
                        self.history.remove(0);
                    }
                }
                self.find(&FindRequest::next(needle, direction), fx);
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
        if self.in_trail() {
            self.trail_move(way);
            return;
        }
        if self.in_members() {
            self.members_move(way);
            return;
        }
        if self.in_names() {
            self.names_move(way);
            return;
        }
        if self.walk.is_open() {
            self.walk_move(way);
            return;
        }
        if self.outline.focused {
            self.outline_move(way, fx);
            return;
        }
        if !matches!(way, Move::Left | Move::Right) {
            self.end_follow(fx);
        }
        let page = num::signed(num::to_u64(self.lines_shown()));
        let half = (page / 2).max(1);
        let scroll = |lines: i64| Motion::Scroll { lines, pinned: false };
        match way {
            Move::Up => self.go_by(Motion::Step(-1), fx),
            Move::Down => self.go_by(Motion::Step(1), fx),
            Move::HalfUp => self.go_by(scroll(-half), fx),
            Move::HalfDown => self.go_by(scroll(half), fx),
            Move::PageUp | Move::PageDown => {
                let down = way == Move::PageDown;
                let sign = if down { 1 } else { -1 };
                match self.scroll {
                    Scroll::Page => self.go_by(scroll(sign * page), fx),
                    Scroll::Half => self.go_by(scroll(sign * half), fx),
                    Scroll::Data => self.go_by(scroll(sign * (page - 1).max(1)), fx),
                    Scroll::Lines(n) => self.scroll_lines(sign * i64::from(n), fx),
                    Scroll::Max => self.go_move(if down { Move::Bottom } else { Move::Top }, fx),
                    Scroll::Cursor => self.go_by(Motion::CursorPage { down }, fx),
                }
            }
            Move::Top => {
                self.remember();
                self.go_as_it_is(ByteOffset(0), Align::Top, fx);
            }
            Move::Bottom => self.jump_to(Anchor::End, Align::Bottom, fx),
            Move::Left | Move::Right if self.file().is_some_and(File::is_folded) => {
                fx.say(Tone::Info, "lines go on in the row below: WRAP OFF has them go to the right");
            }
            Move::Left | Move::Right => {
                let step = if self.hex == Hex::Dump { DUMP_BYTES * DUMP_ROWS } else { 8 };
                let left = self.file().map_or(0, |f| f.left);
                let to =
                    if way == Move::Left { left.saturating_sub(step) } else { left.saturating_add(step) };
                self.show_from_column(to, fx);
            }
        }
    }

    /// Scrolls by `lines`, as a number before F7 or F8 asks for.
    pub fn scroll_lines(&mut self, lines: i64, fx: &mut Effects) {
        self.go_by(Motion::Scroll { lines, pinned: false }, fx);
    }

    /// Moves as far as the lines at hand reach, asks for more where they do not, and says when the end is reached. While a
    /// page is awaited for a move or a jump, what is typed ahead is done after it.
    fn go_by(&mut self, motion: Motion, fx: &mut Effects) {
        let shown = self.lines_shown();
        let Some(file) = self.file_mut() else { return };
        if let Some(jump) = &mut file.jump {
            jump.push(motion);
            return;
        }
        if let Some(rest) = file.go(motion, shown) {
            match file.end_of(rest) {
                Some(end) => say_end(end, fx),
                None => {
                    let then = [rest].into();
                    file.jump =
                        Some(Jump { to: None, align: Align::Keep, then, asked: false, reveal: false });
                }
            }
        }
        self.refill(fx);
        self.follow_outline(fx);
    }

    /// Asks for the page that is missing, if one is: that of a jump, or one around the cursor when the lines at hand end
    /// near what is shown.
    pub(super) fn refill(&mut self, fx: &mut Effects) {
        let shown = self.lines_shown();
        let Some(file) = self.file() else { return };
        let fold_to = self.fold_to(file);
        let due = match &file.jump {
            Some(jump) => !jump.asked || file.needs_other_part(fold_to),
            None => file.asked.is_none() && (file.needs_other_part(fold_to) || file.runs_short(shown)),
        };
        if due {
            self.ask_page(file.id, fx);
        }
    }

    /// Asks for the page of the jump that is under way, or else for the one around the cursor.
    pub(super) fn ask_page(&mut self, id: FileId, fx: &mut Effects) {
        let shown = self.lines_shown();
        let fold_to = self.files.iter().find(|f| f.id == id).map_or(0, |f| self.fold_to(f));
        let Some(file) = self.by_id(id).filter(|f| f.facts.is_some()) else { return };
        let to = file.jump.as_ref().and_then(|j| j.to);
        let reveal = file.jump.as_ref().is_some_and(|j| j.reveal);
        let page =
            file.around(to.unwrap_or(Anchor::Offset(ByteOffset(file.cursor_offset()))), shown, fold_to);
        if let Some(jump) = &mut file.jump {
            jump.asked = true;
        }
        file.asked = Some(shown);
        fx.request(Slot::Page(id), Request::Page { file: id, page, reveal });
    }

    /// Goes somewhere and remembers where from.
    pub fn jump_to(&mut self, anchor: Anchor, align: Align, fx: &mut Effects) {
        self.end_follow(fx);
        self.remember();
        self.go(anchor, align, fx);
    }

    pub(super) fn go(&mut self, anchor: Anchor, align: Align, fx: &mut Effects) {
        if let Some(id) = self.file().map(|f| f.id) {
            self.go_in(id, anchor, align, fx);
        }
    }

    /// Goes to a line or, where that is hidden, to what stands for it.
    pub(super) fn go_as_it_is(&mut self, at: ByteOffset, align: Align, fx: &mut Effects) {
        let Some(file) = self.file_mut() else { return };
        file.jump = Some(Jump { reveal: false, ..Jump::to(Anchor::Offset(at), align) });
        let id = file.id;
        self.ask_page(id, fx);
    }

    /// Goes somewhere in a file that need not be the one that is shown.
    pub(super) fn go_in(&mut self, id: FileId, anchor: Anchor, align: Align, fx: &mut Effects) {
        if let Some(file) = self.by_id(id) {
            file.jump = Some(Jump::to(anchor, align));
            self.ask_page(id, fx);
        }
    }

    pub(super) fn remember(&mut self) {
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
        while let Some(spot) = self.jumps.pop() {
            if let Some(at) = self.files.iter().position(|f| f.id == spot.file) {
                self.switch_to(at, fx);
                self.go_as_it_is(ByteOffset(spot.offset), Align::Third, fx);
                return;
            }
        }
        fx.say(Tone::Info, "no jump to go back from");
    }

    pub(super) fn show_from_column(&mut self, left: usize, fx: &mut Effects) {
        let dump = self.hex == Hex::Dump;
        let held = self.file().map_or(0, |f| self.held(f));
        let Some(file) = self.file_mut() else { return };
        file.left = left.min(widest(file).saturating_sub(1 + held)).max(file.floor);
        if dump {
            // The last part of a line begins where the one before ends.
            file.left -= file.left % (DUMP_BYTES * DUMP_ROWS);
        }
        self.refill(fx);
    }

    fn next_file(&mut self, fx: &mut Effects) {
        let count = self.files.len();
        let other = self.split.as_ref().map(|s| s.other);
        let next = (1..count).map(|step| (self.current + step) % count);
        // What is in the other half stays there.
        let free = |at: &usize| self.files.get(*at).is_some_and(|f| Some(f.id) != other);
        if let Some(at) = next.into_iter().find(free) {
            self.remember();
            self.switch_to(at, fx);
        } else {
            fx.say(Tone::Info, "no other file is open: OPEN file opens one");
        }
    }

    fn copy(&mut self, fx: &mut Effects) {
        if let Some(row) = self.file().and_then(File::cursor_row) {
            fx.push(Effect::Copy(row.line.text().trim_end().to_owned()));
        }
    }

    /// What the knowledge base says of the line.
    fn follow(&mut self, fx: &mut Effects) {
        let Some(file) = self.file() else { return };
        let Some(row) = file.cursor_row() else { return };
        if row.hidden > 0 {
            return self.fold(FoldHow::Open, fx);
        }
        self.ask_known(fx);
    }

    /// No entry fits the line: its words are searched for.
    pub(super) fn search_words(&mut self, fx: &mut Effects) {
        let text = self.file().and_then(File::cursor_row).map(words_of).unwrap_or_default();
        if text.is_empty() {
            fx.say(Tone::Info, "nothing on this line to search for");
        } else {
            fx.say(Tone::Info, "no entry fits this line: its words are searched for");
            fx.wish(Wish::SearchFor(text));
        }
    }

    /// To the next place that the parser found odd, or the one before, and says what is odd there.
    fn problem(&mut self, direction: Direction, fx: &mut Effects) {
        let Some(file) = self.file() else { return };
        if file.is_listing() {
            return self.next_message(direction, fx);
        }
        let problems = &file.parsed.problems;
        let (from, to) = file.cursor_row().map_or((0, 0), |r| (r.line_start, r.line_start + r.length));
        let found = match direction {
            Direction::Forward => problems.iter().find(|p| p.offset > to),
            Direction::Backward => problems.iter().rev().find(|p| p.offset < from),
        };
        match found {
            Some(problem) => {
                let (offset, fault) = (problem.offset, problem.fault);
                self.jump_to(Anchor::Offset(ByteOffset(offset)), Align::Third, fx);
                fx.say(Tone::Info, fault.message());
            }
            None if !file.parse_done => {
                // Before the parse begins it has told no size.
                let percent = num::percent(file.parsed.done, file.parsed.total.max(file.size));
                fx.say(Tone::Info, format!("nothing odd yet, {percent}% is parsed"));
            }
            None if problems.is_empty() => fx.say(Tone::Info, "the parser found nothing odd in this file"),
            None => {
                let way = if direction == Direction::Forward { "after" } else { "before" };
                fx.say(Tone::Info, format!("nothing odd {way} this line"));
            }
        }
    }

    /// LOCATE: the line with this name of the outline.
    pub fn locate_symbol(&mut self, name: &str, fx: &mut Effects) {
        self.symbol(name, Direction::Forward, fx);
    }

    fn symbol(&mut self, name: &str, direction: Direction, fx: &mut Effects) {
        let Some(file) = self.file() else { return };
        if !file.scanned && file.symbols == 0 {
            let percent = num::percent(file.scan.done, file.scan.total);
            fx.say(Tone::Info, format!("the structure is still being read ({percent}%): try again"));
            return;
        }
        let line = file.cursor_row().and_then(|r| r.number).unwrap_or_default();
        let (id, name) = (file.id, name.to_owned());
        self.looked_up = match (name.is_empty(), direction) {
            (false, _) => format!("{name} is not in the outline: o shows it"),
            (true, Direction::Forward) => "no paragraph, section or division after this line".to_owned(),
            (true, Direction::Backward) => "no paragraph, section or division before this line".to_owned(),
        };
        fx.request(Slot::Symbol(id), Request::Symbol { file: id, name, line, direction });
    }
}

/// Says that an end is reached, in the words of ISPF.
pub(super) fn say_end(end: End, fx: &mut Effects) {
    let end = if end == End::Top { "Top" } else { "Bottom" };
    fx.say(Tone::Info, format!("{end} of data reached"));
}

/// What a line may be looked up by: its words, without sequence number and change tag.
fn words_of(row: &Row) -> String {
    let code = row
        .spans
        .iter()
        .filter(|s| !matches!(s.role, CodeRole::Sequence | CodeRole::Ident | CodeRole::Indicator));
    let byte = |n: u32| num::to_usize(u64::from(n));
    let text =
        |s: &crate::code::Span| row.bytes.get(byte(s.start)..byte(s.start + s.length)).unwrap_or_default();
    let pieces: Vec<String> = code.map(|s| String::from_utf8_lossy(text(s)).into_owned()).collect();
    let line = if pieces.is_empty() { row.line.text().to_owned() } else { pieces.join(" ") };
    let is_part = |c: char| c.is_alphanumeric() || "-_@#$".contains(c);
    let words = line.split(|c| !is_part(c)).filter(|w| w.chars().any(char::is_alphanumeric));
    words.take(6).collect::<Vec<_>>().join(" ")
}
