//! A list of places in several files to walk along: what a search through them found, or what differs between two. It stays
//! while files are opened from it; keys go to it, or to the text of the place that was gone to last.

use super::file::{Align, File};
use super::find::LastFind;
use super::names::NamesPanel;
use super::state::{Command, State};
use super::trail_reply::row_text;
use super::walk::WalkPanel;
use crate::base::ByteOffset;
use crate::base::num::{thousands, to_u64};
use crate::code::compare::Rules;
use crate::panes::Move;
use crate::source::{Anchor, Direction, Hit, Needle, NeedleSpec, Wanted};
use crate::ui::widget::List;
use crate::work::{
    Compared, Effect, Effects, FileFacts, FileId, FindIn, Request, Slot, SortOrder, Sorted, Sought,
    SoughtFile, Tone, Wish,
};

/// What a list is of.
#[derive(Debug, Clone)]
pub enum Content {
    /// A search, which may still run.
    Sought {
        /// What is looked for.
        needle: NeedleSpec,
        /// Files with a match, in the order in which they came.
        files: Vec<SoughtFile>,
        /// Which line of which file each row is.
        rows: Vec<(usize, usize)>,
        /// How far it is.
        last: Sought,
        /// Why files cannot be read, the first of them.
        problem: Option<String>,
    },
    /// A comparison; `None` while it runs.
    Compared {
        /// The path of the first file, and how its bytes are to be taken.
        of: (String, Wanted),
        /// The same of the second, as it was given.
        with: (String, Wanted),
        /// What differs.
        found: Option<Compared>,
        /// Bytes read, and to read.
        progress: (u64, u64),
    },
    /// Lines of a file in another order; `None` while they are sorted.
    Sorted {
        /// The path of the file, and how its bytes are to be taken.
        of: (String, Wanted),
        /// In which order.
        by: SortOrder,
        /// The lines.
        found: Option<Sorted>,
    },
}

/// Where the keys go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// To the list.
    List,
    /// To the text of a place.
    Text,
    /// The list is put away.
    Away,
}

/// The list.
#[derive(Debug, Clone)]
pub struct Trail {
    /// Its rows.
    pub content: Content,
    /// Which row is selected: the one that was gone to last.
    pub list: List,
    /// Where the keys go.
    pub focus: Focus,
    /// More may come.
    pub running: bool,
    /// Of a comparison the places in the second file are walked along.
    pub(super) second: bool,
    /// The file that was opened for a place of the list, and is closed when another is gone to.
    visited: Option<FileId>,
}

/// A place to go to.
struct Place {
    path: String,
    wanted: Wanted,
    to: Anchor,
    found: Option<(NeedleSpec, Hit)>,
}

impl Trail {
    fn new(content: Content) -> Self {
        let list = List::default();
        Self { content, list, focus: Focus::List, running: true, second: false, visited: None }
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        match &self.content {
            Content::Sought { rows, .. } => rows.len(),
            Content::Compared { found, .. } => found.as_ref().map_or(0, |f| f.rows.len()),
            Content::Sorted { found, .. } => found.as_ref().map_or(0, |f| f.rows.len()),
        }
    }

    /// Whether it has no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Lines of the screen that it takes of `height` below a text: a title, the names of the columns, the rows.
    pub fn height(&self, height: u16) -> u16 {
        if self.focus != Focus::List {
            return 0;
        }
        u16::try_from(self.len().max(1).saturating_add(2)).unwrap_or(height).min(height / 2)
    }

    fn place(&self, row: usize, second: bool) -> Option<Place> {
        match &self.content {
            Content::Sought { needle, files, rows, .. } => {
                let (file, line) = rows.get(row)?;
                let file = files.get(*file)?;
                let hit = file.lines.get(*line)?.hit;
                let to = Anchor::Offset(ByteOffset(hit.offset.0));
                let found = Some((needle.clone(), hit));
                Some(Place { path: file.path.clone(), wanted: file.wanted, to, found })
            }
            Content::Compared { of, with, found, .. } => {
                let found = found.as_ref()?;
                let row = found.rows.get(row)?;
                let (lines, path, wanted) =
                    if second { (row.b, &found.with, with.1) } else { (row.a, &of.0, of.1) };
                Some(Place { path: path.clone(), wanted, to: Anchor::Line(lines.from), found: None })
            }
            Content::Sorted { of, found, .. } => {
                let to = Anchor::Line(found.as_ref()?.rows.get(row)?.line);
                Some(Place { path: of.0.clone(), wanted: of.1, to, found: None })
            }
        }
    }

    /// What it says of itself in the line above the text that it was left for.
    pub fn note(&self) -> Option<String> {
        let row = self.list.selected(self.len()).filter(|_| self.focus == Focus::Text)?;
        Some(format!("{} of {} ", thousands(to_u64(row + 1)), thousands(to_u64(self.len()))))
    }
}

impl State {
    /// Whether a command means something for the list that is shown: the bottom line offers no other.
    pub fn offers(&self, command: Command) -> bool {
        let trail = self.trail.as_ref();
        match command {
            Command::TrailOther => trail.is_some_and(|t| matches!(t.content, Content::Compared { .. })),
            Command::Stop => trail.is_some_and(|t| t.running),
            // Elsewhere Enter goes to all that a row has.
            Command::WalkStatement => self.walk.walk.as_ref().is_some_and(|walk| {
                walk.rows.iter().any(|row| row.at.is_some() && row.begins.is_some() && row.at != row.begins)
            }),
            _ => true,
        }
    }

    /// Whether keys go to the list.
    pub fn in_trail(&self) -> bool {
        self.trail.as_ref().is_some_and(|t| t.focus == Focus::List) && self.file().is_some()
    }

    /// Whether keys go to the text of a place of the list.
    pub fn is_trailing(&self) -> bool {
        self.trail.as_ref().is_some_and(|t| t.focus == Focus::Text)
    }

    /// Searches the members that are shown, those around the open one, or the open files; `None` shows the last list again.
    pub fn seek(&mut self, needle: Option<NeedleSpec>, fx: &mut Effects) {
        let Some(needle) = needle else {
            match &mut self.trail {
                Some(trail) => trail.focus = Focus::List,
                None => fx.say(Tone::Warning, "nothing was searched yet: SRCHFOR 'string' does"),
            }
            return;
        };
        // What is wrong is said before the list takes the place of the last one.
        if let Err(error) = Needle::new(&needle) {
            fx.wish(Wish::Fail(error));
            return;
        }
        let (places, pattern) = self.seek_in();
        let content = Content::Sought {
            needle: needle.clone(),
            files: Vec::new(),
            rows: Vec::new(),
            last: Sought::default(),
            problem: None,
        };
        self.begin_trail(content);
        fx.request(Slot::Trail, Request::Seek { places, pattern, needle });
    }

    fn begin_trail(&mut self, content: Content) {
        (self.names, self.walk) = (NamesPanel::default(), WalkPanel::default());
        let visited = self.trail.as_ref().and_then(|t| t.visited);
        self.trail = Some(Trail { visited, ..Trail::new(content) });
    }

    /// Where a search looks, and for members of which names.
    fn seek_in(&self) -> (Vec<(String, Wanted)>, String) {
        let Some(file) = self.file() else { return (Vec::new(), String::new()) };
        let list = if file.members.is_some() { Some(file) } else { self.list_of(file) };
        if let Some(list) = list {
            let pattern = file.members.as_ref().and_then(|m| m.pattern()).unwrap_or_default();
            return (vec![(list.path.clone(), list.wanted)], pattern);
        }
        if let Some((outer, _)) = file.path.strip_suffix(')').and_then(|p| p.split_once('(')) {
            return (vec![(outer.to_owned(), Wanted::default())], String::new());
        }
        let texts = self.files.iter().filter(|f| f.members.is_none() && f.error.is_none());
        (texts.map(|f| (f.path.clone(), f.wanted)).collect(), String::new())
    }

    /// The member list that a file was opened from, if that is still there.
    fn list_of(&self, file: &File) -> Option<&File> {
        self.files.iter().find(|f| Some(f.id) == file.parent && f.members.is_some())
    }

    /// Compares the file that is shown with `with`; without that with the member of the same name in another list, or with
    /// the next open file.
    pub fn compare(&mut self, with: Option<String>, rules: Rules, fx: &mut Effects) {
        let Some(file) = self.file().filter(|f| f.facts.is_some()) else {
            fx.say(Tone::Warning, "no file is open: OPEN file opens one");
            return;
        };
        let other = match with {
            Some(path) => Some((path, Wanted::default())),
            None => {
                let mut lists =
                    self.files.iter().filter(|f| f.members.is_some() && Some(f.id) != file.parent);
                let list = lists.next_back().filter(|_| file.parent.is_some());
                let after = self.files.iter().cycle().skip(self.current + 1).take(self.files.len());
                let next = after.into_iter().find(|f| f.members.is_none() && f.id != file.id);
                list.or(next).map(|f| (f.path.clone(), f.wanted))
            }
        };
        let Some((path, wanted)) = other else {
            fx.say(Tone::Warning, "no other file is open: COMPARE file names one");
            return;
        };
        let (id, of) = (file.id, (file.path.clone(), file.wanted));
        let with = (path.clone(), wanted);
        self.begin_trail(Content::Compared { of, with, found: None, progress: (0, 0) });
        fx.request(Slot::Trail, Request::Compare { file: id, with: path, wanted, rules });
    }

    /// Sorts lines of the file that is shown into a list.
    pub fn sort(&mut self, by: SortOrder, fx: &mut Effects) {
        let Some(file) = self.file().filter(|f| f.facts.is_some()) else {
            fx.say(Tone::Warning, "no file is open: OPEN file opens one");
            return;
        };
        let (id, of) = (file.id, (file.path.clone(), file.wanted));
        self.begin_trail(Content::Sorted { of, by: by.clone(), found: None });
        fx.request(Slot::Trail, Request::Sort(id, by));
    }

    /// Stops a search or a comparison; false if none runs.
    pub(super) fn stop_trail(&mut self, fx: &mut Effects) -> bool {
        let Some(trail) = self.trail.as_mut().filter(|t| t.running) else { return false };
        trail.running = false;
        fx.push(Effect::Cancel(Slot::Trail));
        let (text, empty) = match &trail.content {
            Content::Sought { .. } => ("the search was stopped: what it found stays", trail.is_empty()),
            Content::Compared { .. } => ("the comparison was stopped", true),
            Content::Sorted { .. } => ("the sort was stopped", true),
        };
        if empty {
            self.trail = None;
        }
        fx.say(Tone::Info, text);
        true
    }

    /// Rows of the list that are shown: it takes as much room as the text, or all of it.
    fn trail_page(&self) -> usize {
        usize::from(self.rows).saturating_sub(2).max(1)
    }

    /// Stops the find that runs, or else the search of many files or the comparison.
    pub(super) fn stop_any(&mut self, fx: &mut Effects) {
        let finding = self.file().is_some_and(|f| f.finding.is_some());
        if (finding && !self.in_trail()) || !self.stop_trail(fx) {
            self.stop(fx);
        }
    }

    /// Moves in the list.
    pub(super) fn trail_move(&mut self, way: Move) {
        let page = self.trail_page();
        if let (Some(trail), Some(step)) = (&mut self.trail, way.in_list()) {
            trail.list.go(step, trail.len(), page);
        }
    }

    /// To the text of the selected row; `other`: in the other file of a comparison.
    pub(super) fn trail_go(&mut self, other: bool, fx: &mut Effects) {
        let Some(trail) = &mut self.trail else { return };
        if !matches!(trail.content, Content::Compared { .. }) && other {
            fx.say(Tone::Info, "this list has one place for each row: Enter goes there");
            return;
        }
        trail.second = other;
        self.trail_visit(fx);
    }

    /// To the text of the next row, or the one before.
    pub(super) fn trail_step(&mut self, down: bool, fx: &mut Effects) {
        let page = self.trail_page();
        let Some(trail) = &mut self.trail else { return };
        let (length, running) = (trail.len(), trail.running);
        let step = if down { Move::Down } else { Move::Up };
        let moved = step.in_list().is_some_and(|step| trail.list.go(step, length, page));
        if moved {
            return self.trail_visit(fx);
        }
        let end = match (down, running) {
            (true, true) => "the last so far, and the search goes on",
            (true, false) => "Bottom of list reached",
            (false, _) => "Top of list reached",
        };
        fx.say(Tone::Info, end);
    }

    fn trail_visit(&mut self, fx: &mut Effects) {
        let place = self.trail.as_ref().and_then(|trail| {
            let row = trail.list.selected(trail.len())?;
            trail.place(row, trail.second)
        });
        let Some(Place { path, wanted, to, found }) = place else { return };
        if let Some((needle, _)) = &found {
            let (needle, within) = (needle.clone(), FindIn::default());
            self.last_find = Some(LastFind { needle, direction: Direction::Forward, within });
        }
        let said = self.trail.as_ref().and_then(row_text);
        if self.file().is_none_or(|f| f.path != path) {
            self.visit_file(&path, wanted, to, fx);
        } else {
            self.remember();
            self.go(to, Align::Third, fx);
        }
        let Some(file) = self.file_mut() else { return };
        file.sought = found;
        file.mark_sought();
        if let Some(trail) = &mut self.trail {
            trail.focus = Focus::Text;
        }
        if let Some(said) = said {
            fx.say(Tone::Info, said);
        }
    }

    /// Shows a file that need not be open. What was opened for the place before, and is of no other use, is closed.
    fn visit_file(&mut self, path: &str, wanted: Wanted, to: Anchor, fx: &mut Effects) {
        self.remember();
        let shown = self.file().map(|f| (f.id, if f.members.is_some() { Some(f.id) } else { f.parent }));
        let visited = self.trail.as_mut().and_then(|t| t.visited.take());
        if let Some(at) = self.files.iter().position(|f| f.path == path && f.error.is_none()) {
            self.switch_to(at, fx);
            self.go(to, Align::Third, fx);
        } else {
            self.files.retain(|f| f.path != path);
            let mut file = self.ask_open(path, wanted, (to, Align::Third), fx);
            file.parent = shown.and_then(|(_, parent)| parent);
            if let Some(trail) = &mut self.trail {
                trail.visited = Some(file.id);
            }
            self.files.push(file);
            self.current = usize::MAX;
            self.switch_to(self.files.len() - 1, fx);
        }
        if let Some(id) = visited.filter(|id| self.file().is_some_and(|f| f.id != *id)) {
            // What was only looked at would push the others out of RECENT.
            if self.files.iter().any(|f| f.id == id && !f.labels.is_empty()) {
                self.leave(id);
            }
            self.close(id, fx);
        }
    }

    /// Another file is to be shown: a list that has the keys is put away.
    pub(super) fn trail_aside(&mut self) {
        if let Some(trail) = self.trail.as_mut().filter(|t| t.focus == Focus::List) {
            trail.focus = Focus::Away;
        }
    }

    /// Back to the list from a text.
    pub(super) fn trail_back(&mut self) {
        if let Some(trail) = &mut self.trail {
            trail.focus = Focus::List;
            (self.names, self.walk) = (NamesPanel::default(), WalkPanel::default());
        }
    }

    /// Puts the list away.
    pub(super) fn trail_leave(&mut self, fx: &mut Effects) {
        let comparing = |t: &Trail| !matches!(t.content, Content::Sought { .. });
        if self.trail.as_ref().is_some_and(|t| t.running && (comparing(t) || t.is_empty())) {
            self.stop_trail(fx);
            return;
        }
        if let Some(trail) = &mut self.trail {
            // A file that was opened from it is from now on a file like others.
            (trail.focus, trail.visited) = (Focus::Away, None);
        }
    }
}

impl File {
    /// Marks the match that the file was opened for, once its encoding is known.
    pub(super) fn mark_sought(&mut self) {
        let Some(facts) = &self.facts else { return };
        let Some((needle, hit)) = self.sought.take() else { return };
        let encoding = FileFacts::encoding(facts);
        if self.needle.as_ref().map(Needle::spec) != Some(&needle) {
            self.needle = Needle::in_encoding(&needle, encoding).ok();
            self.count = None;
        }
        (self.hit, self.found_in) = (Some(hit), FindIn::default());
    }
}
