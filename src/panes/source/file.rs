//! One open file as the pane sees it: a window of lines around the cursor, and how the cursor moves through it. Lines
//! are addressed by where they begin, because numbers are known only where the index has been.

use crate::base::text::{Line, LineOptions, Tabs};
use crate::base::{ByteOffset, LineNo, UserError};
use crate::code::{LineContext, SourceFormat, Span, highlight};
use crate::source::{Anchor, Change, Hit, MatchCount, Needle, Page, PageLine, PageRequest, ScanProgress};
use crate::store::{CodeReference, EntryHead};
use crate::work::{Crumb, FileFacts, FileId};

/// A line at hand.
#[derive(Debug, Clone)]
pub struct Row {
    /// Where it begins.
    pub start: u64,
    /// Its length in bytes.
    pub length: u64,
    /// Its number, if it is known.
    pub number: Option<LineNo>,
    /// Its bytes, as far as they were read.
    pub bytes: Vec<u8>,
    /// Its display form.
    pub line: Line,
    /// What its parts are.
    pub spans: Vec<Span>,
    /// Some of it could not be read.
    pub unreadable: bool,
    /// It goes on before or after what was read.
    pub cut: bool,
}

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

/// A jump or a move that waits for its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Jump {
    pub align: Align,
    /// Lines still to move once the page is there.
    pub then: i64,
}

/// One open file.
#[derive(Debug, Clone)]
pub struct File {
    /// Its number.
    pub id: FileId,
    /// Its path.
    pub path: String,
    /// What is known of it; `None` until it is open.
    pub facts: Option<FileFacts>,
    /// Why it could not be opened or read.
    pub error: Option<UserError>,
    /// Lines at hand.
    pub rows: Vec<Row>,
    /// The first line shown, in `rows`.
    pub top: usize,
    /// The cursor's line, in `rows`.
    pub cursor: usize,
    /// Cells left of the screen.
    pub left: usize,
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
    /// How far the scan is.
    pub scan: ScanProgress,
    /// Whether the scan is through.
    pub scanned: bool,
    /// Symbols of the outline.
    pub symbols: usize,
    /// What is marked.
    pub needle: Option<Needle>,
    /// The match that was found last.
    pub hit: Option<Hit>,
    /// How many matches there are.
    pub count: Option<MatchCount>,
    /// How far the running find is: bytes read and to read.
    pub finding: Option<(u64, u64)>,
    /// The next find starts from the other end.
    pub wrap_next: bool,
    /// What happened to the file.
    pub change: Change,
    /// Entries linked to lines.
    pub links: Vec<(CodeReference, EntryHead)>,
    /// Waits for its page.
    pub(super) jump: Option<Jump>,
    /// A page is on its way.
    pub(super) asked: bool,
}

impl File {
    /// A file that is being opened.
    pub fn new(id: FileId, path: String) -> Self {
        Self {
            id,
            path,
            facts: None,
            error: None,
            rows: Vec::new(),
            top: 0,
            cursor: 0,
            left: 0,
            at_top: false,
            at_bottom: false,
            size: 0,
            total_lines: None,
            crumbs: Vec::new(),
            scan: ScanProgress::default(),
            scanned: false,
            symbols: 0,
            needle: None,
            hit: None,
            count: None,
            finding: None,
            wrap_next: false,
            change: Change::Same,
            links: Vec::new(),
            jump: Some(Jump { align: Align::Top, then: 0 }),
            asked: true,
        }
    }

    /// The file's name without its folders.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
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

    /// Takes a page in. The cursor stays on its line, or goes where the jump that asked for the page wanted it.
    pub(super) fn take_page(&mut self, page: Page, shown: usize, tab_width: u16) {
        let old = self.cursor_row().map(|r| r.start);
        let screen_row = self.cursor.saturating_sub(self.top);
        let old_top = self.rows.get(self.top).map(|r| r.start);
        self.size = page.size;
        self.total_lines = page.total_lines;
        self.at_top = page.at_top;
        self.at_bottom = page.at_bottom;
        if page.change != Change::Same {
            self.change = page.change;
        }
        let latin1 = self.facts.as_ref().is_some_and(|f| f.latin1);
        let format = self.facts.as_ref().map_or_else(Default::default, |f| f.format);
        let mut context = LineContext { format, ..LineContext::default() };
        self.rows = page
            .lines
            .into_iter()
            .map(|line| {
                let mut spans = Vec::new();
                if page.skip == 0 && format != SourceFormat::NotCobol {
                    context = highlight(&line.text, context, &mut spans);
                }
                row_of(line, spans, latin1, tab_width)
            })
            .collect();
        let last = self.rows.len().saturating_sub(1);
        match self.jump.take() {
            Some(Jump { align, then }) => {
                let anchor = page.anchor.min(last);
                let visible =
                    old_top.and_then(|o| self.index_of(o)).filter(|t| (*t..t + shown).contains(&anchor));
                self.cursor = anchor;
                self.top = match align {
                    Align::Keep => anchor.saturating_sub(screen_row),
                    Align::Top => anchor,
                    Align::Third => visible.unwrap_or_else(|| anchor.saturating_sub(shown / 3)),
                    Align::Bottom => anchor.saturating_sub(shown.saturating_sub(1)),
                };
                self.step(then, shown);
            }
            None => {
                self.cursor = old.and_then(|o| self.index_of(o)).unwrap_or(page.anchor).min(last);
                self.top = self.cursor.saturating_sub(screen_row);
            }
        }
        self.settle(shown);
        self.asked = false;
    }

    fn index_of(&self, start: u64) -> Option<usize> {
        self.rows.binary_search_by_key(&start, |r| r.start).ok()
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
    pub(super) fn step(&mut self, lines: i64, shown: usize) -> i64 {
        let last = i64::try_from(self.rows.len()).unwrap_or(i64::MAX) - 1;
        let here = i64::try_from(self.cursor).unwrap_or(0);
        let want = here.saturating_add(lines);
        let go = want.clamp(0, last.max(0));
        self.cursor = usize::try_from(go).unwrap_or(0);
        self.settle(shown);
        want - go
    }

    /// Scrolls by `lines`: what is shown and the cursor go together. Gives what is left to scroll.
    pub(super) fn scroll(&mut self, lines: i64, shown: usize) -> i64 {
        let screen_row = self.cursor.saturating_sub(self.top);
        let deepest = if self.at_bottom { self.rows.len().saturating_sub(shown) } else { self.rows.len() };
        let top = i64::try_from(self.top).unwrap_or(0);
        let deepest = i64::try_from(deepest).unwrap_or(i64::MAX);
        let want = top.saturating_add(lines);
        let go = want.clamp(0, deepest.max(top));
        self.top = usize::try_from(go).unwrap_or(0);
        self.cursor = (self.top + screen_row).min(self.rows.len().saturating_sub(1));
        if go == top && self.at_bottom && lines > 0 {
            self.cursor = self.rows.len().saturating_sub(1);
        }
        if go == top && self.at_top && lines < 0 {
            self.cursor = 0;
        }
        want - go
    }

    /// Whether a page around the cursor should be asked for, because the window ends near what is shown.
    pub(super) fn runs_short(&self, shown: usize) -> bool {
        let above = self.top;
        let below = self.rows.len().saturating_sub(self.top + shown);
        (!self.at_top && above < shown) || (!self.at_bottom && below < shown)
    }

    /// The page around `anchor` that keeps some screens of lines at hand.
    pub(super) fn around(&self, anchor: Anchor, shown: usize) -> PageRequest {
        let shown = u32::try_from(shown).unwrap_or(u32::MAX);
        let skip = if self.left > crate::source::LINE_CLIP / 2 { self.left_bytes() } else { 0 };
        PageRequest { anchor, before: shown.saturating_mul(3), after: shown.saturating_mul(4), skip }
    }

    /// Bytes left of the screen in very long lines, in steps so that not every move reads anew.
    fn left_bytes(&self) -> u64 {
        let step = crate::source::LINE_CLIP / 4;
        crate::base::num::to_u64((self.left / step).saturating_sub(1) * step)
    }

    /// The page around the cursor.
    pub(super) fn around_cursor(&self, shown: usize) -> PageRequest {
        self.around(Anchor::Offset(ByteOffset(self.cursor_offset())), shown)
    }

    /// Bytes of each line that the rows at hand leave out at their start.
    pub fn skipped(&self) -> u64 {
        if self.left > crate::source::LINE_CLIP / 2 { self.left_bytes() } else { 0 }
    }
}

fn row_of(line: PageLine, spans: Vec<Span>, latin1: bool, tab_width: u16) -> Row {
    let options = LineOptions {
        tabs: Tabs::Every(usize::from(tab_width)),
        latin1,
        columns: true,
        ..LineOptions::default()
    };
    Row {
        start: line.start.0,
        length: line.length,
        number: line.number,
        line: Line::decode(&line.text, &options),
        spans,
        unreadable: line.unreadable,
        cut: line.cut_start || line.cut_end,
        bytes: line.text,
    }
}
