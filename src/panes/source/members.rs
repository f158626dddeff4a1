//! The member list of a directory or an archive, in the place of a text: filtered as a person types, sorted, opened member by
//! member. Must not know how members are read.

use super::file::File;
use super::state::State;
use crate::base::num::{counted, thousands, to_u64};
use crate::config::{Key, KeyCode};
use crate::panes::{Move, edit_of};
use crate::source::{Kind, Members, SortBy, fits};
use crate::ui::widget::{Column, Input, List, Move as Step, Rows, Table, Width};
use crate::ui::{Canvas, Rect, Role};
use crate::work::{Effects, FileId, Tone};

/// The list.
#[derive(Debug, Clone)]
pub struct MemberPanel {
    members: Members,
    /// Those that are shown, in order, by their places in the container.
    shown: Vec<usize>,
    sort: Option<SortBy>,
    filter: Input,
    /// Whether letters go to the filter.
    typing: bool,
    list: List,
}

impl MemberPanel {
    fn new(members: Members) -> Self {
        let shown = (0..members.members.len()).collect();
        Self { members, shown, sort: None, filter: Input::default(), typing: false, list: List::default() }
    }

    /// What names of members that are shown fit; `None` if all are shown.
    pub(super) fn pattern(&self) -> Option<String> {
        match self.filter.text().trim() {
            "" => None,
            text if text.contains(['*', '%']) => Some(text.to_owned()),
            text => Some(format!("*{text}*")),
        }
    }

    /// Chooses what is shown anew, and selects the first.
    fn choose(&mut self) {
        let pattern = self.pattern();
        let all = self.members.members.iter().enumerate();
        let fitting = all.filter(|(_, m)| pattern.as_ref().is_none_or(|p| fits(p, &m.name)));
        let mut shown: Vec<_> = fitting.collect();
        if let Some(sort) = self.sort {
            shown.sort_by(|a, b| sort.order(a.1, b.1));
        }
        self.shown = shown.into_iter().map(|(at, _)| at).collect();
        self.list = List::default();
    }
}

impl State {
    /// The container was opened: its members are there.
    pub(super) fn take_members(&mut self, id: FileId, members: Members, fx: &mut Effects) {
        let Some(file) = self.by_id(id) else { return };
        (file.asked, file.jump, file.error) = (None, None, None);
        if let Some(problem) = members.problems.first() {
            fx.say(Tone::Warning, problem.clone());
        }
        file.members = Some(Box::new(MemberPanel::new(members)));
        self.rest();
    }

    /// Whether keys go to a member list.
    pub fn in_members(&self) -> bool {
        self.file().is_some_and(|f| f.members.is_some())
    }

    /// Whether letters go to its filter.
    pub(super) fn is_filtering(&self) -> bool {
        self.panel().is_some_and(|panel| panel.typing)
    }

    fn panel(&self) -> Option<&MemberPanel> {
        self.file().and_then(|f| f.members.as_deref())
    }

    fn panel_mut(&mut self) -> Option<&mut MemberPanel> {
        self.file_mut().and_then(|f| f.members.as_deref_mut())
    }

    /// Moves in it.
    pub(super) fn members_move(&mut self, way: Move) {
        let page = usize::from(self.rows).saturating_sub(2);
        if let (Some(panel), Some(step)) = (self.panel_mut(), way.in_list()) {
            panel.list.go(step, panel.shown.len(), page);
        }
    }

    /// Letters go to its filter from now on.
    pub(super) fn members_filter(&mut self) {
        if let Some(panel) = self.panel_mut() {
            panel.typing = true;
        }
    }

    /// Sorts it.
    pub fn members_sort(&mut self, by: SortBy) {
        if let Some(panel) = self.panel_mut() {
            panel.sort = Some(by);
            panel.choose();
        }
    }

    /// LOCATE: the first member whose name begins so, or the last part of whose path does.
    pub fn members_locate(&mut self, name: &str, fx: &mut Effects) {
        let page = usize::from(self.rows).saturating_sub(2);
        let Some(panel) = self.panel_mut() else { return };
        let begins = |text: &str| text.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name));
        let named = |at: &usize| {
            let name = panel.members.members.get(*at).map_or("", |m| m.name.as_str());
            begins(name) || name.rsplit('/').next().is_some_and(begins)
        };
        match panel.shown.iter().position(named) {
            Some(row) => {
                panel.list.go(Step::To(row), panel.shown.len(), page);
            }
            None => fx.say(Tone::Warning, format!("no member that is shown begins with {name}")),
        }
    }

    /// A key while the filter is typed. False if it means nothing here.
    pub(super) fn type_filter(&mut self, key: Key) -> bool {
        let Some(panel) = self.panel_mut() else { return false };
        match key.code {
            KeyCode::Enter => panel.typing = false,
            KeyCode::Esc => {
                panel.typing = false;
                panel.filter = Input::default();
                panel.choose();
            }
            _ => {
                let Some(edit) = edit_of(key) else { return false };
                panel.filter.apply(&edit);
                panel.choose();
            }
        }
        true
    }

    /// Opens the selected member.
    pub(super) fn members_go(&mut self, fx: &mut Effects) {
        let Some((file, panel)) = self.file().and_then(|f| Some((f, f.members.as_deref()?))) else { return };
        let at = panel.list.selected(panel.shown.len()).and_then(|row| panel.shown.get(row));
        let Some(member) = at.and_then(|at| panel.members.members.get(*at)) else { return };
        if !member.opens {
            fx.say(Tone::Warning, format!("{} cannot be opened: {}", member.name, member.note));
            return;
        }
        let path = match (panel.members.folder, file.path.ends_with('/')) {
            (true, true) => format!("{}{}", file.path, member.name),
            (true, false) => format!("{}/{}", file.path, member.name),
            (false, _) => format!("{}({})", file.path, member.name),
        };
        let list = file.id;
        self.open(&path, None, fx);
        if let Some(file) = self.file_mut() {
            file.parent = Some(list);
        }
    }

    /// Closes a file that could not be opened and goes back to the one that was shown before; false if it is none.
    pub fn leave_failed(&mut self, fx: &mut Effects) -> bool {
        let failed = |f: &&File| f.error.is_some() && f.facts.is_none();
        let Some(id) = self.file().filter(failed).map(|f| f.id) else { return false };
        let open = |id: FileId| self.files.iter().any(|f| f.id == id);
        let before = self.jumps.iter().rev().map(|spot| spot.file).find(|file| *file != id && open(*file));
        let Some(before) = before.or_else(|| self.files.iter().map(|f| f.id).rfind(|file| *file != id))
        else {
            return false;
        };
        self.split.take_if(|split| split.other == before);
        let failed: Vec<FileId> = self.files.iter().filter(failed).map(|f| f.id).collect();
        for id in failed.into_iter().filter(|id| *id != before) {
            self.close(id, fx);
        }
        let at = self.files.iter().position(|f| f.id == before).unwrap_or(0);
        self.current = usize::MAX;
        self.switch_to(at, fx);
        true
    }

    /// Closes the text of a member and goes back to the list it was opened from; false if it is none.
    pub fn leave_member(&mut self, fx: &mut Effects) -> bool {
        let Some((id, parent)) = self.file().and_then(|f| Some((f.id, f.parent?))) else { return false };
        if !self.files.iter().any(|f| f.id == parent) {
            return false;
        }
        self.leave(id);
        self.close(id, fx);
        let at = self.files.iter().position(|f| f.id == parent).unwrap_or(0);
        self.current = usize::MAX;
        self.switch_to(at, fx);
        true
    }
}

/// Draws the list.
pub(super) fn view(panel: &MemberPanel, path: &str, canvas: &mut Canvas<'_>, focused: bool) {
    const COLUMNS: [Column<'_>; 6] = [
        Column::new("Name", Width::Share(1)),
        Column::new("Kind", Width::Cells(9)),
        Column::figures("Bytes", 13),
        Column::figures("Lines", 9),
        Column::new("Changed", Width::Cells(16)),
        Column::new("User", Width::Cells(8)),
    ];
    const LINES: usize = 3;
    const USER: usize = 5;
    let width = canvas.width();
    let all = panel.members.members.len();
    let count = if panel.shown.len() == all {
        counted(to_u64(all), "member", "members")
    } else {
        format!("{} of {} members", thousands(to_u64(panel.shown.len())), thousands(to_u64(all)))
    };
    let right = canvas.text_right(width, 0, &count, Role::Text);
    let head = format!("{path}  {}", panel.members.what);
    canvas.text_in(0, 0, right.saturating_sub(1), &head, Role::Text);
    let filter = u16::from(panel.typing || !panel.filter.text().is_empty());
    if filter > 0 {
        canvas.text(1, 1, "Filter >", Role::Title);
        let area = Rect::new(10, 1, width.saturating_sub(10), 1);
        panel.filter.draw(
            canvas,
            area,
            "part of a name; * any text, % one character",
            focused && panel.typing,
        );
    }
    let top = 1 + filter;
    let area = Rect::new(0, top, width, canvas.height().saturating_sub(top));
    if panel.shown.is_empty() {
        let text = if all == 0 { "It has no members." } else { "No name fits the filter." };
        canvas.text(1, top + 1, text, Role::Dim);
        return;
    }
    let rows = Rows::new(panel.shown.len(), focused && !panel.typing);
    // What is known of no member leaves its room to the names.
    let members = &panel.members.members;
    let (lines, users) =
        (members.iter().any(|m| m.records.is_some()), members.iter().any(|m| !m.user.is_empty()));
    let is_known = |column: &usize| (*column != LINES || lines) && (*column != USER || users);
    let known: Vec<usize> = (0..COLUMNS.len()).filter(is_known).collect();
    let columns: Vec<Column<'_>> = known.iter().filter_map(|at| COLUMNS.get(*at).copied()).collect();
    Table { columns: &columns }.draw(canvas, area, &panel.list, &rows, |row, column| {
        let member = panel.shown.get(row).and_then(|at| panel.members.members.get(*at));
        let Some(member) = member else { return (String::new(), Role::Text) };
        let number = |n: Option<u64>| n.map(thousands).unwrap_or_default();
        let column = known.get(column).copied().unwrap_or_default();
        match column {
            0 if member.opens => (member.name.clone(), Role::Text),
            0 => (member.name.clone(), Role::Dim),
            1 if member.kind == Kind::Folder => (member.kind.name().to_owned(), Role::Title),
            1 => (member.kind.name().to_owned(), Role::CodeKeyword),
            2 => (number(member.bytes), Role::CodeNumber),
            3 => (number(member.records), Role::CodeNumber),
            4 if member.changed.is_empty() => (member.note.clone(), Role::Dim),
            4 => (member.changed.clone(), Role::Dim),
            _ => (member.user.clone(), Role::Dim),
        }
    });
}
