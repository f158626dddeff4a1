//! One open file as the pane sees it: a window of lines around the cursor, and how the cursor moves through it. Lines
//! are addressed by where they begin, because numbers are known only where the index has been.

use super::carriage;
use super::follow::Followed;
use super::label::Label;
use super::members::MemberPanel;
use super::rows::Row;
use super::visit::Revisit;
use super::wrap;
use crate::base::text::Tabs;
use crate::base::{ByteOffset, UserError, num};
use crate::code::LineContext;
use crate::source::{
    Anchor, Change, Direction, Hit, MatchCount, Needle, NeedleSpec, Page, PageRequest, ScanProgress, Wanted,
};
use crate::store::{CodeReference, EntryHead, LineNote};
use crate::work::{Crumb, FileFacts, FileId, FindIn, ListingFacts, NumberedLine, Parsed};
use std::collections::VecDeque;
use std::ops::Range;

/// Moves that are remembered while a page is awaited.
const TYPED_AHEAD: usize = 64;

/// Where on the screen a line goes after a jump.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Where the cursor is now.
    Keep,
    /// On the first row.
    Top,
    /// A third down; not moved at all if it is on the screen already.
    Third,
    /// On the last row.
    Bottom,
}

/// A way to move that may need lines which are not at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Motion {
    /// The cursor goes so many lines.
    Step(i64),
    /// What is shown goes so many lines. `pinned`: the cursor stays on its line as long as that is on the screen, else on
    /// its row of the screen.
    Scroll { lines: i64, pinned: bool },
    /// A page as `Scroll ===> CSR` has it, down or up.
    CursorPage { down: bool },
}

/// A jump or a move that waits for its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Jump {
    /// Where it goes; `None` for the cursor's line.
    pub to: Option<Anchor>,
    pub align: Align,
    /// What is still to be done once the page is there: the rest of a move, and keys that were typed ahead.
    pub then: VecDeque<Motion>,
    /// Its page is on the way.
    pub asked: bool,
    /// The line is shown if it is hidden.
    pub reveal: bool,
}

impl Jump {
    pub fn to(anchor: Anchor, align: Align) -> Self {
        Self { to: Some(anchor), align, then: VecDeque::new(), asked: false, reveal: true }
    }

    /// Adds a move that was typed ahead.
    pub fn push(&mut self, motion: Motion) {
        if let (Some(Motion::Step(n)), Motion::Step(more)) = (self.then.back_mut(), motion) {
            *n = n.saturating_add(more);
        } else if self.then.len() < TYPED_AHEAD {
            self.then.push_back(motion);
        }
    }
}

/// An end of the file that a move has run into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Top,
    Bottom,
}

/// One open file.
#[derive(Debug, Clone)]
pub struct File {
    /// Its number.
    pub id: FileId,
    /// Its path.
    pub path: String,
    /// What a person says of its bytes.
    pub wanted: Wanted,
    /// What is in it, if it is shown as a list of members.
    pub(super) members: Option<Box<MemberPanel>>,
    /// The list it was opened from.
    pub(super) parent: Option<FileId>,
    /// What is known of it; `None` until it is open.
    pub facts: Option<FileFacts>,
    /// Why it could not be opened or read.
    pub error: Option<UserError>,
    /// Lines at hand.
    pub rows: Vec<Row>,
    /// Lines that stay on top.
    pub(super) pinned: Vec<Row>,
    /// The first line shown, in `rows`.
    pub top: usize,
    /// The cursor's line, in `rows`.
    pub cursor: usize,
    /// Cells left of the screen.
    pub left: usize,
    /// Cells that always are: those of the sequence number, if it is not wanted.
    pub(super) floor: usize,
    /// Columns to which the rows at hand were folded; 0 if they are whole lines.
    pub(super) folded: u16,
    /// Nothing stands for hidden lines.
    pub(super) hide: bool,
    /// What is known of it as a listing.
    pub listing: Option<ListingFacts>,
    /// Headings of its pages are shown.
    pub(super) pages: bool,
    /// Names of lines, by where those begin.
    pub(super) labels: Vec<Label>,
    /// Bytes of each line that the rows at hand leave out at their start.
    pub skip: u64,
    /// The first line of the file is at hand.
    pub at_top: bool,
    /// The last line of the file is at hand.
    pub at_bottom: bool,
    /// Size in bytes.
    pub size: u64,
    /// Lines of the file, once they are counted.
    pub total_lines: Option<u64>,
    /// Where the structure changes in the window.
    pub crumbs: Vec<Crumb>,
    /// What the lines before the window say of its first one, and each part not shown of the line behind it.
    pub(super) contexts: Vec<LineContext>,
    /// How many parts are not shown.
    pub(super) folds: usize,
    /// How far the scan is.
    pub scan: ScanProgress,
    /// Whether the scan is through.
    pub scanned: bool,
    /// Symbols of the outline.
    pub symbols: usize,
    /// How far the parse is, and what it found odd.
    pub parsed: Parsed,
    /// Whether the parse is through.
    pub parse_done: bool,
    /// What is marked.
    pub needle: Option<Needle>,
    /// In which lines what is marked was looked for.
    pub(super) found_in: FindIn,
    /// The find that runs goes from one end to the other: what it does not find is not there.
    pub(super) whole: bool,
    /// The match that was found last.
    pub hit: Option<Hit>,
    /// The match that it was opened for.
    pub(super) sought: Option<(NeedleSpec, Hit)>,
    /// How many matches there are.
    pub count: Option<MatchCount>,
    /// They are being counted.
    pub(super) counting: bool,
    /// How many pages of print there are.
    pub sheets: Option<u64>,
    /// How far the running find is: bytes read and to read, and which way it goes.
    pub finding: Option<(u64, u64, Direction)>,
    /// Found nothing this way with the cursor here: the next find this way starts from the other end.
    pub(super) wrap_next: Option<(Direction, u64)>,
    /// What happened to the file.
    pub change: Change,
    /// Its end is followed.
    pub(super) follow: Option<Followed>,
    /// Entries linked to lines.
    pub links: Vec<(CodeReference, EntryHead)>,
    /// Notes on lines.
    pub notes: Vec<LineNote>,
    /// In a listing, the numbers of the compiler for the lines with an entry or a note, by line.
    pub(super) noted_ids: Vec<NumberedLine>,
    /// What tells its text from others; empty until that is known, and what was kept of it with that.
    pub(super) print: String,
    /// Another path that the same text had.
    pub(super) also: Option<String>,
    /// What to do about the place where it was left before.
    pub(super) revisit: Revisit,
    /// Waits for its page.
    pub(super) jump: Option<Jump>,
    /// A page for so many lines on the screen is on its way.
    pub(super) asked: Option<usize>,
}

impl File {
    /// A file that is being opened.
    pub fn new(id: FileId, path: String) -> Self {
        Self {
            id,
            path,
            wanted: Wanted::default(),
            members: None,
            parent: None,
            facts: None,
            error: None,
            rows: Vec::new(),
            pinned: Vec::new(),
            top: 0,
            cursor: 0,
            left: 0,
            floor: 0,
            folded: 0,
            hide: false,
            listing: None,
            pages: false,
            labels: Vec::new(),
            skip: 0,
            at_top: false,
            at_bottom: false,
            size: 0,
            total_lines: None,
            crumbs: Vec::new(),
            contexts: Vec::new(),
            folds: 0,
            scan: ScanProgress::default(),
            scanned: false,
            symbols: 0,
            parsed: Parsed::default(),
            parse_done: false,
            needle: None,
            found_in: FindIn::default(),
            whole: false,
            hit: None,
            sought: None,
            count: None,
            counting: false,
            sheets: None,
            finding: None,
            wrap_next: None,
            change: Change::Same,
            follow: None,
            links: Vec::new(),
            notes: Vec::new(),
            noted_ids: Vec::new(),
            print: String::new(),
            also: None,
            revisit: Revisit::Not,
            jump: None,
            asked: None,
        }
    }

    /// The file's name without its folders; of a member that of what it is in, and its own.
    pub fn name(&self) -> &str {
        let outer = self.path.strip_suffix(')').and_then(|path| path.split_once('(')).map(|(outer, _)| outer);
        let folders = outer.unwrap_or(&self.path).rfind('/').map_or(0, |at| at + 1);
        self.path.get(folders..).unwrap_or(&self.path)
    }

    /// Whether it is another view of the same lines.
    pub(super) fn is_twin(&self, other: &Self) -> bool {
        let said = |f: &Self| (f.wanted.encoding, f.wanted.records);
        self.facts.is_some() && self.path == other.path && said(self) == said(other)
    }

    /// The cursor's line.
    pub fn cursor_row(&self) -> Option<&Row> {
        self.rows.get(self.cursor)
    }

    /// Where the cursor's line begins.
    pub fn cursor_offset(&self) -> u64 {
        self.cursor_row().map_or(0, |r| r.start)
    }

    /// The names around the cursor, from the outside in.
    pub fn path_here(&self) -> &[String] {
        let Some(number) = self.cursor_row().and_then(|r| r.number) else { return &[] };
        let before = self.crumbs.iter().take_while(|c| c.line <= number);
        before.last().map_or(&[], |c| c.path.as_slice())
    }

    /// Takes a page in. The cursor stays on its line, or goes where the jump that asked for the page wanted it. Gives the
    /// end that a move which waited has run into.
    pub(super) fn take_page(
        &mut self,
        page: Page,
        shown: usize,
        (tabs, fold_to): (Tabs<'_>, u16),
    ) -> Option<End> {
        let old = self.cursor_row().map(|r| r.start);
        let screen_row = self.cursor.saturating_sub(self.top);
        let old_top = self.rows.get(self.top).map(|r| r.start);
        self.size = page.size;
        self.total_lines = page.total_lines;
        self.at_top = page.at_top;
        self.at_bottom = page.at_bottom;
        self.skip = page.skip;
        self.asked = None;
        let mut anchor = page.anchor;
        let at = page.lines.get(anchor).map_or(0, |line| line.start.0);
        let printed = page.printed;
        let here = Anchor::Offset(ByteOffset(self.cursor_offset()));
        let wanted = wrap::wanted_at(&page, self.jump.as_ref().map_or(here, |j| j.to.unwrap_or(here)));
        let fold_to = if page.piece > 0 { fold_to } else { 0 };
        self.sheets = page.sheets;
        self.rows = self.rows_of(page, tabs);
        if printed {
            anchor = carriage::row_at(&self.rows, at).unwrap_or(anchor);
        }
        if self.hide && self.rows.iter().any(|r| r.hidden == 0) {
            anchor = self.rows.iter().take(anchor).filter(|r| r.hidden == 0).count();
            self.rows.retain(|r| r.hidden == 0);
        }
        anchor = self.leave_out_headings(anchor);
        anchor = self.fold_rows(fold_to, wanted).unwrap_or(anchor);
        let last = self.rows.len().saturating_sub(1);
        let Some(jump) = self.jump.take() else {
            self.cursor = old.and_then(|o| self.index_of(o)).unwrap_or(anchor).min(last);
            self.top = self.cursor.saturating_sub(screen_row);
            self.settle(shown);
            return None;
        };
        let anchor = anchor.min(last);
        let visible = old_top.and_then(|o| self.index_of(o)).filter(|t| (*t..t + shown).contains(&anchor));
        self.cursor = anchor;
        self.top = match jump.align {
            Align::Keep => anchor.saturating_sub(screen_row),
            Align::Top => anchor,
            Align::Third => visible.unwrap_or_else(|| anchor.saturating_sub(shown / 3)),
            Align::Bottom => anchor.saturating_sub(shown.saturating_sub(1)),
        };
        self.settle(shown);
        self.go_on(jump.then, shown)
    }

    /// Does the moves that waited for a page, as far as its lines reach.
    fn go_on(&mut self, mut then: VecDeque<Motion>, shown: usize) -> Option<End> {
        let mut end = None;
        while let Some(motion) = then.pop_front() {
            let Some(rest) = self.go(motion, shown) else { continue };
            if let Some(reached) = self.end_of(rest) {
                end = Some(reached);
            } else if rest == motion {
                // There is no more to be had (a line without an end): asking again would go on for ever.
                break;
            } else {
                then.push_front(rest);
                self.jump = Some(Jump { to: None, align: Align::Keep, then, asked: false, reveal: false });
                break;
            }
        }
        end
    }

    /// The end of the file that keeps `rest` of a move from being done.
    pub(super) fn end_of(&self, rest: Motion) -> Option<End> {
        let lines = match rest {
            Motion::Step(lines) | Motion::Scroll { lines, .. } => lines,
            Motion::CursorPage { down } => i64::from(down) * 2 - 1,
        };
        if lines > 0 { self.at_bottom.then_some(End::Bottom) } else { self.at_top.then_some(End::Top) }
    }

    /// Moves within the lines at hand. Gives what is left to do.
    pub(super) fn go(&mut self, motion: Motion, shown: usize) -> Option<Motion> {
        match motion {
            Motion::Step(lines) => Some(self.step(lines, shown)).filter(|n| *n != 0).map(Motion::Step),
            Motion::Scroll { lines, pinned } => {
                let rest = self.scroll(lines, shown, pinned);
                (rest != 0).then_some(Motion::Scroll { lines: rest, pinned })
            }
            Motion::CursorPage { down } => {
                // The cursor's line becomes the first one (the last one on the way up); where it is there already, a page.
                let page = num::signed(num::to_u64(shown));
                let row = num::signed(num::to_u64(self.cursor.saturating_sub(self.top)));
                let to_edge = if down { row } else { row - (page - 1) };
                let at_edge = to_edge == 0;
                let lines = match (at_edge, down) {
                    (true, true) => page,
                    (true, false) => -page,
                    (false, _) => to_edge,
                };
                self.go(Motion::Scroll { lines, pinned: !at_edge }, shown)
            }
        }
    }

    /// Whether the lines at hand are cut otherwise than a screen that begins at `left` and folds lines to `fold_to` needs them.
    pub(super) fn needs_other_part(&self, fold_to: u16) -> bool {
        self.folded != fold_to || (fold_to == 0 && self.skipped() != self.skip)
    }

    /// The file is another one: what was known of its contents is not true any more.
    pub(super) fn forget_contents(&mut self) {
        (self.hit, self.sheets) = (None, None);
        self.labels.clear();
        self.pinned.clear();
    }

    fn index_of(&self, start: u64) -> Option<usize> {
        carriage::row_at(&self.rows, start)
    }

    /// Keeps the cursor on the screen and the last page full.
    pub(super) fn settle(&mut self, shown: usize) {
        self.cursor = self.cursor.min(self.rows.len().saturating_sub(1));
        if self.cursor < self.top {
            self.top = self.cursor;
        }
        if self.cursor >= self.top + shown {
            self.top = self.cursor + 1 - shown;
        }
        if self.at_bottom {
            self.top = self.top.min(self.rows.len().saturating_sub(shown));
        }
    }

    /// Moves the cursor by `lines` within the window. Gives what is left to move outside of it.
    fn step(&mut self, lines: i64, shown: usize) -> i64 {
        let last = num::signed(num::to_u64(self.rows.len().saturating_sub(1)));
        let want = num::signed(num::to_u64(self.cursor)).saturating_add(lines);
        let go = want.clamp(0, last);
        self.cursor = num::to_usize(num::unsigned(go));
        self.settle(shown);
        want - go
    }

    /// Scrolls by `lines` within the window: a full screen is shown as long as there is one. Gives what is left to
    /// scroll.
    fn scroll(&mut self, lines: i64, shown: usize, pinned: bool) -> i64 {
        let screen_row = self.cursor.saturating_sub(self.top);
        let deepest = num::signed(num::to_u64(self.rows.len().saturating_sub(shown)));
        let top = num::signed(num::to_u64(self.top));
        let want = top.saturating_add(lines);
        let go = want.clamp(0, deepest.max(top));
        self.top = num::to_usize(num::unsigned(go));
        self.cursor = if pinned {
            self.cursor.clamp(self.top, self.top + shown.saturating_sub(1))
        } else if go == top && self.at_bottom && lines > 0 {
            self.rows.len()
        } else if go == top && self.at_top && lines < 0 {
            0
        } else {
            self.top + screen_row
        };
        self.cursor = self.cursor.min(self.rows.len().saturating_sub(1));
        want - go
    }

    /// Whether a page around the cursor should be asked for, because the window ends near what is shown.
    pub(super) fn runs_short(&self, shown: usize) -> bool {
        let above = self.top;
        let below = self.rows.len().saturating_sub(self.top + shown);
        (!self.at_top && above < shown) || (!self.at_bottom && below < shown)
    }

    /// The page around `anchor` that keeps some screens of lines at hand.
    pub(super) fn around(&self, anchor: Anchor, shown: usize, fold_to: u16) -> PageRequest {
        let shown = u32::try_from(shown).unwrap_or(u32::MAX);
        let skip = if fold_to > 0 { 0 } else { self.skipped() };
        let (before, after, piece) = (shown.saturating_mul(3), shown.saturating_mul(4), wrap::piece(fold_to));
        PageRequest { anchor, before, after, skip, piece }
    }

    /// Bytes left of the screen in very long lines, in steps so that not every move reads anew.
    fn left_bytes(&self) -> u64 {
        let step = crate::source::LINE_CLIP / 4;
        crate::base::num::to_u64((self.left / step).saturating_sub(1) * step)
    }

    /// Where the cursor is, or will be when the jump that is under way has arrived: what is asked for next starts there.
    pub(super) fn place(&self) -> u64 {
        match self.jump.as_ref().and_then(|j| j.to) {
            Some(Anchor::Offset(offset)) => offset.0,
            _ => self.cursor_offset(),
        }
    }

    /// The cells of a match in its line, as far as that is known here; bytes where it is not, which is the same but for
    /// tabs and characters of several bytes.
    pub(super) fn cells_of(&self, hit: &Hit, hex: bool) -> Range<usize> {
        let start = num::to_usize(hit.offset.0.saturating_sub(hit.line_start.0));
        let bytes = start..start + num::to_usize(hit.length);
        let row = self.index_of(hit.line_start.0).and_then(|at| self.rows.get(at));
        match row.filter(|row| !hex && row.skip == 0 && bytes.end <= row.bytes.len()) {
            Some(row) => row.line.cells_of_bytes(bytes),
            None => bytes,
        }
    }

    /// Bytes of each line that rows for this part of the line should leave out at their start.
    fn skipped(&self) -> u64 {
        if self.left > crate::source::LINE_CLIP / 2 { self.left_bytes() } else { 0 }
    }
}
