//! What the Source pane holds.

use super::file::File;
use super::find::LastFind;
use super::gutter::Gutter;
use super::names::NamesPanel;
use super::split::Split;
use super::tabs::TabStops;
use super::trail::Trail;
use super::walk::WalkPanel;
use crate::base::LineNo;
use crate::base::num::to_usize;
use crate::metrics::Objects;
use crate::source::{Columns, Direction, PAGE_LINES, SortBy};
use crate::ui::widget::Input;
use crate::work::{FileId, FoldHow, ListingAsk, OutlineRow, Visit, WalkOf};
use serde::{Deserialize, Serialize};

/// What keys and the palette can ask of this pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Ask for a text and find it towards the end.
    FindForward,
    /// Ask for a text and find it towards the start.
    FindBackward,
    /// The last find again.
    FindNext,
    /// The last find again, the other way.
    FindPrevious,
    /// Show the outline and go into it; in it, close it.
    Outline,
    /// Go to the outline's row.
    OutlineGo,
    /// Leave the outline.
    OutlineLeave,
    /// Hide lines, or show them again.
    Fold(FoldHow),
    /// Hide the line.
    Exclude,
    /// The line is one end of a block to hide.
    ExcludeBlock,
    /// Whether anything stands for hidden lines.
    HideMarks,
    /// The next hidden lines.
    NextHidden,
    /// Those before.
    PreviousHidden,
    /// The next line with a label.
    NextLabel,
    /// Sequence numbers on or off.
    Sequence,
    /// The end of the file is followed, or not any more.
    Tail,
    /// Carriage control shown or taken out.
    Carriage,
    /// The next page of print.
    NextPage,
    /// The start of this page of print, or the one before.
    PreviousPage,
    /// A list to walk along.
    Walk(WalkOf),
    /// The procedure of the selected row.
    WalkGo,
    /// The statement that leads to it.
    WalkStatement,
    /// Close the list.
    WalkLeave,
    /// Open the selected member.
    MembersGo,
    /// Type a filter of the member list.
    MembersFilter,
    /// Sort the member list.
    MembersSort(SortBy),
    /// The next paragraph, section or division.
    NextSymbol,
    /// The one before.
    PreviousSymbol,
    /// What the names on the line are.
    Names,
    /// The places of the selected name; the text of the selected place.
    NamesGo,
    /// Where the selected name is defined.
    NamesDefinition,
    /// From places to names, from names to the text.
    NamesLeave,
    /// The next place that the parser found odd.
    NextProblem,
    /// The one before.
    PreviousProblem,
    /// Ask the listing.
    Listing(ListingAsk),
    /// Headings of pages on or off.
    Pages,
    /// Column ruler on or off.
    Cols,
    /// Hexadecimal view on or off.
    Hex,
    /// Dump on or off.
    Dump,
    /// Long lines go on below, or to the right.
    Wrap,
    /// Numbers of lines stay when the text goes to the right, or not.
    Hold,
    /// Other numbers beside the lines, or none.
    Numbers,
    /// Back to column 1.
    LineStart,
    /// What the knowledge base says about the line.
    Follow,
    /// Back to where a jump began.
    Back,
    /// The text of the selected place of a list of places.
    TrailGo,
    /// The text in the other file of a comparison.
    TrailOther,
    /// The text of the next place.
    TrailNext,
    /// That of the place before.
    TrailPrevious,
    /// From the text of a place back to the list.
    TrailBack,
    /// Put the list away.
    TrailLeave,
    /// The next open file.
    NextFile,
    /// Two views, or one again.
    Split,
    /// The keys go to the other view.
    OtherHalf,
    /// Copy the line.
    Copy,
    /// Stop the find that runs.
    Stop,
}

/// A text that is asked for.
#[derive(Debug, Clone)]
pub struct Prompt {
    /// Which way the find will go.
    pub direction: Direction,
    /// What is typed.
    pub input: Input,
}

/// The outline panel.
#[derive(Debug, Clone, Default)]
pub struct OutlinePanel {
    /// Whether it is shown. It is not unless asked for: beside it, a line scroll costs the whole panel on the wire.
    pub open: bool,
    /// The file whose outline it is.
    pub file: Option<FileId>,
    /// Whether keys go to it.
    pub focused: bool,
    /// The rows at hand.
    pub rows: Vec<OutlineRow>,
    /// The number of the first of them, from 0.
    pub from: usize,
    /// How many there are in all.
    pub total: usize,
    /// The row that holds the cursor's line.
    pub current: Option<usize>,
    /// The selected row.
    pub selected: usize,
    /// The row shown first.
    pub top: usize,
}

/// A place to come back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// The file.
    pub file: FileId,
    /// Where the line begins, in bytes.
    pub offset: u64,
}

/// Everything the pane holds.
#[derive(Debug, Clone)]
pub struct State {
    /// The open files, in the order in which they were opened.
    pub files: Vec<File>,
    /// Which of them is shown.
    pub current: usize,
    /// The other view, if there are two.
    pub split: Option<Split>,
    /// The next file's number.
    pub next_id: u32,
    /// A text that is asked for.
    pub prompt: Option<Prompt>,
    /// Texts asked for before.
    pub history: Vec<String>,
    /// What was looked for last, and which way.
    pub last_find: Option<LastFind>,
    /// Columns in which a find looks if it names none.
    pub bounds: Option<Columns>,
    /// One end of a block to hide: the file, and where the line begins.
    pub(super) block: Option<(FileId, u64)>,
    /// What the lines that are being hidden have, for the message.
    pub(super) excluding: String,
    /// The outline panel.
    pub outline: OutlinePanel,
    /// The panel of names.
    pub names: NamesPanel,
    /// The list to walk along, which takes the place of the names.
    pub walk: WalkPanel,
    /// A list of places in several files.
    pub trail: Option<Trail>,
    /// Whether the ruler is on.
    pub cols: bool,
    /// The hexadecimal view.
    pub hex: Hex,
    /// Which numbers stand beside lines.
    pub gutter: Gutter,
    /// Whether long lines go on below.
    pub wrap: bool,
    /// Whether numbers of lines stay when the text goes to the right.
    pub hold: bool,
    /// Whether the headings of the pages of a listing are shown.
    pub pages: bool,
    /// Whether every other line has a bar.
    pub zebra: bool,
    /// Where tabs go.
    pub tabs: TabStops,
    /// Columns from one tab stop to the next, in what is no COBOL of fixed format.
    pub tab_width: u16,
    /// How far a page goes.
    pub scroll: Scroll,
    /// Rows for text, as the last layout gave them.
    pub rows: u16,
    /// Columns for text and gutter, as the last layout gave them.
    pub columns: u16,
    /// Whether the outline is beside the text.
    pub outline_beside: bool,
    /// Places to come back to, the newest last.
    pub jumps: Vec<Spot>,
    /// What the line above the text says.
    pub status: Status,
    /// What to say when the name or neighbour that was looked up is not there.
    pub(super) looked_up: String,
    /// The note that is on its way to the store is to be deleted there.
    pub(super) unnoting: bool,
    /// Files that were closed, and those of sessions before, newest first.
    pub visits: Vec<Visit>,
    /// How many of them were closed in this session.
    pub(super) closed: usize,
    /// Those of sessions before were read.
    pub(super) knows_visits: bool,
    /// Whether the text alone is to be shown, without the outline beside it.
    pub zoom: bool,
}

/// What the line above the text says of the cursor. It follows when the keys rest: on a slow line it would cost as much
/// as the line that a key brings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// Names around the cursor, from the outside in.
    pub path: Vec<String>,
    /// The cursor's line, if its number is known.
    pub line: Option<LineNo>,
    /// The number that the compiler of a listing gave to it.
    pub line_id: Option<u32>,
    /// Where in the file it is, in percent.
    pub percent: u8,
    /// The first column shown, from 1.
    pub column: usize,
    /// What is noted on the cursor's line; empty for nothing.
    pub note: String,
    /// The page of print.
    pub sheet: Option<String>,
}

/// How bytes are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hex {
    /// Only as characters.
    #[default]
    Off,
    /// Two digits below each character, one above the other.
    Vertical,
    /// Offset, digits and characters side by side.
    Dump,
}

/// Bytes of one row of a dump.
pub(super) const DUMP_BYTES: usize = 16;
/// Rows of a dump that a line has: those of 80 bytes, the rest is to the right.
pub(super) const DUMP_ROWS: usize = 5;

/// How far a page goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scroll {
    /// A page, but so that the cursor's line stays in sight.
    #[default]
    Cursor,
    /// A page.
    Page,
    /// Half a page.
    Half,
    /// A page less one line.
    Data,
    /// To the end.
    Max,
    /// So many lines.
    Lines(u32),
}

impl State {
    /// What the pane holds, for the leak watch.
    pub fn objects(&self) -> Vec<Objects> {
        let rows = self.files.iter().map(|f| f.rows.len()).sum();
        vec![
            Objects::new("Source files", self.files.len(), 0),
            Objects::new(
                "page lines",
                rows,
                self.files.len().saturating_mul(to_usize(u64::from(PAGE_LINES))),
            ),
            Objects::new("places before", self.jumps.len(), super::update::JUMPS),
            Objects::new("find texts", self.history.len(), super::update::FINDS),
        ]
    }

    /// No file yet.
    pub fn new() -> Self {
        Self {
            files: Vec::new(),
            current: 0,
            split: None,
            next_id: 1,
            prompt: None,
            history: Vec::new(),
            last_find: None,
            bounds: None,
            block: None,
            excluding: String::new(),
            outline: OutlinePanel::default(),
            names: NamesPanel::default(),
            walk: WalkPanel::default(),
            trail: None,
            cols: false,
            hex: Hex::Off,
            gutter: Gutter::default(),
            wrap: false,
            hold: true,
            pages: false,
            zebra: true,
            tabs: TabStops::Auto,
            tab_width: 8,
            scroll: Scroll::default(),
            rows: 20,
            columns: 80,
            outline_beside: false,
            jumps: Vec::new(),
            status: Status::default(),
            looked_up: String::new(),
            unnoting: false,
            visits: Vec::new(),
            closed: 0,
            knows_visits: false,
            zoom: false,
        }
    }

    /// The file that is shown.
    pub fn file(&self) -> Option<&File> {
        self.files.get(self.current)
    }

    /// The file that is shown.
    pub(super) fn file_mut(&mut self) -> Option<&mut File> {
        self.files.get_mut(self.current)
    }

    /// The file with this number.
    pub(super) fn by_id(&mut self, id: FileId) -> Option<&mut File> {
        self.files.iter_mut().find(|f| f.id == id)
    }

    /// Whether letters are text: a prompt is open.
    pub fn is_typing(&self) -> bool {
        self.prompt.is_some() || self.is_filtering()
    }

    /// Whether keys go to the outline.
    pub fn in_outline(&self) -> bool {
        self.outline.focused
    }

    /// What the line above the text should say.
    fn status_now(&self) -> Status {
        let Some(file) = self.file() else { return Status::default() };
        Status {
            path: file.path_here().to_vec(),
            line: file.cursor_row().and_then(|r| r.number),
            line_id: file.cursor_row().and_then(|r| r.line_id),
            percent: crate::base::num::percent(file.cursor_offset(), file.size),
            column: file.left + self.held(file) + 1,
            note: self.note_here().to_owned(),
            sheet: file.sheet_here(),
        }
    }

    /// Whether a jump waits for its page: until then there is nothing new to show.
    pub fn is_jumping(&self) -> bool {
        self.file().is_some_and(|file| file.jump.is_some() && file.error.is_none())
    }

    /// Whether the line above the text lags behind the cursor.
    pub fn is_restless(&self) -> bool {
        self.status != self.status_now()
    }

    /// The keys rest: the line above the text follows the cursor.
    pub fn rest(&mut self) {
        self.status = self.status_now();
    }

    /// Path and line of the cursor, if the number is known.
    pub fn here(&self) -> Option<(String, LineNo)> {
        let file = self.file()?;
        Some((file.path.clone(), file.cursor_row()?.number?))
    }

    /// Rows that one line takes on the screen.
    pub fn rows_of_line(&self) -> usize {
        match self.hex {
            Hex::Off => 1,
            Hex::Vertical => 4,
            Hex::Dump => DUMP_ROWS,
        }
    }

    /// How many lines the text area shows.
    pub fn lines_shown(&self) -> usize {
        self.lines_of(self.file(), self.rows)
    }

    /// How many lines of a file so many rows show.
    pub(super) fn lines_of(&self, file: Option<&File>, rows: u16) -> usize {
        let above = usize::from(self.cols) + file.map_or(0, |f| f.pinned_in(rows));
        let rows = usize::from(rows).saturating_sub(above);
        (rows / self.rows_of_line()).max(1)
    }
}

impl Default for State {
    fn default() -> Self {
        Self::new()
    }
}
