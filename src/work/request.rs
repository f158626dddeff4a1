//! What panes ask of workers, and what else they wish for.

use super::entries::EntryAsk;
use super::exclude::{Exclude, FindIn};
use super::export::ExportTo;
use super::folds::FoldHow;
use super::listing::ListingAsk;
use super::names::WalkOf;
use super::prints::PageTo;
use super::profile::ProfileAsk;
use super::searches::SearchesAsk;
use super::sort::SortOrder;
use super::transfer::TransferAsk;
use super::visits::Visit;
use crate::base::LineNo;
use crate::code::compare::Rules;
use crate::kb::search::SearchRequest;
use crate::kb::search::complete::Piece;
use crate::source::{Carriage, Direction, NeedleSpec, PageRequest, Wanted};
use crate::store::{CodeReference, LineNote, NewEntry};
use serde::{Deserialize, Serialize};

/// A file that the Source pane has open, for as long as the session lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FileId(pub u32);

/// Where a request is made: the newest one in a slot is the only one whose reply counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    /// Opening the store.
    Store,
    /// The search of the query line.
    Search,
    /// What the query line may go on with.
    Offers,
    /// Searches made or kept before; none is dropped.
    Searches,
    /// The entry that is shown.
    Entry,
    /// What belongs to the entry that is shown.
    Beside,
    /// The versions of an entry.
    History,
    /// What the form asks while it is typed in.
    Form,
    /// What became of the files of the entry that is shown.
    Attached,
    /// A file that is being attached.
    Attach,
    /// An import, or its preview.
    Transfer,
    /// One row of an import.
    Look,
    /// The export of the knowledge base.
    Carry,
    /// Everything that changes the store; kept in order, none is dropped.
    Write,
    /// Opening a file.
    Open(FileId),
    /// The page that is shown of a file.
    Page(FileId),
    /// The lines of a file that stay on top.
    Pin(FileId),
    /// The scan of a file.
    Scan(FileId),
    /// A find in a file.
    Find(FileId),
    /// Counting the matches in a file.
    Count(FileId),
    /// The part of a file's outline that is shown.
    Outline(FileId),
    /// Where a name of the outline is.
    Symbol(FileId),
    /// The parse of a file.
    Parse(FileId),
    /// What is known of the names on a line.
    Names(FileId),
    /// A list of places in several files: of a search through them, or of what differs.
    Trail,
    /// The lines of a file that are not shown.
    Fold(FileId),
    /// What is known of a listing.
    Listing(FileId),
    /// Whether a file has changed.
    Watch(FileId),
    /// How many pages of print a file has.
    Sheets(FileId),
    /// The entries linked to a file, and its notes.
    Links(FileId),
    /// A note on a line of a file.
    Note(FileId),
    /// The figures of the Metrics pane.
    Figures,
    /// Filling the cache after the start.
    Warm,
    /// Memory that is given back.
    Relief,
    /// The history that the Metrics pane shows.
    Past,
    /// What the profiler is asked.
    Profile,
    /// What keeps the store as fast as it is.
    Upkeep,
    /// What the store says of its own work.
    Inside,
    /// Changes of indexes; kept in order.
    Advise,
    /// The text that is not saved yet.
    Draft,
    /// What was typed on the command line.
    Commands,
    /// Files of this session and of those before.
    Visits,
    /// Where a file was left before.
    Visit(FileId),
    /// What is written to files; kept in order, none is dropped.
    Export,
    /// The settings.
    Settings,
}

impl Slot {
    /// Whether requests of this slot wait for each other instead of replacing each other.
    pub fn keeps_all(self) -> bool {
        matches!(
            self,
            Self::Write
                | Self::Searches
                | Self::Store
                | Self::Draft
                | Self::Fold(_)
                | Self::Visits
                | Self::Note(_)
                | Self::Export
                | Self::Advise
        )
    }

    /// Whether what waits here is still carried out when the session ends: what a person wrote is never lost.
    pub fn outlives_session(self) -> bool {
        matches!(
            self,
            Self::Write | Self::Searches | Self::Draft | Self::Commands | Self::Visits | Self::Note(_)
        )
    }
}

/// Which threads carry a request out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Somebody waits for it.
    Interactive = 0,
    /// Long and in the background.
    Bulk = 1,
    /// Very long, and nobody waits for it.
    Idle = 2,
}

/// Something to be done away from the UI thread.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Open the store and see that the starter entries are there.
    OpenStore,
    /// Fill the cache: with what was searched for, asked like this search, and more.
    Warm(SearchRequest),
    /// Give memory back to the system.
    Relieve,
    /// Search the knowledge base.
    Search(SearchRequest),
    /// What a piece of the query may become.
    Offers(Piece),
    /// Do something with the searches made or kept before, and tell which there are.
    Searches(SearchesAsk),
    /// Read an entry; `opened` counts it as used.
    Entry {
        /// Its id.
        id: String,
        /// Whether a person opened it.
        opened: bool,
    },
    /// Something about an entry beside its text.
    OfEntry(EntryAsk),
    /// Something about many entries at once.
    Transfer(TransferAsk),
    /// Add or change an entry.
    SaveEntry {
        /// What was written.
        entry: Box<NewEntry>,
        /// The version that the person saw, 0 for a new one; `None` writes over whatever is there.
        seen: Option<u64>,
    },
    /// Delete an entry.
    DeleteEntry(String),
    /// Bring a deleted entry back.
    UndeleteEntry(String),
    /// Rate an entry.
    RateEntry {
        /// Its id.
        id: String,
        /// Whether it worked.
        worked: bool,
    },
    /// Link an entry to a line.
    LinkEntry {
        /// Its id.
        id: String,
        /// The line.
        reference: CodeReference,
    },
    /// Open a file and read its first page.
    OpenFile {
        /// The number it has from now on.
        file: FileId,
        /// Its path.
        path: String,
        /// What a person says of its bytes.
        wanted: Wanted,
        /// What to show first.
        page: PageRequest,
    },
    /// Forget a file.
    CloseFile {
        /// The file.
        file: FileId,
    },
    /// Read a page.
    Page {
        /// The file.
        file: FileId,
        /// Which lines.
        page: PageRequest,
        /// Somebody goes there: the line is shown if it is hidden.
        reveal: bool,
    },
    /// Build the line index and the outline.
    Scan {
        /// The file.
        file: FileId,
    },
    /// Find text.
    Find {
        /// The file.
        file: FileId,
        /// What.
        needle: NeedleSpec,
        /// In which lines.
        within: FindIn,
        /// From which byte.
        from: u64,
        /// Which way.
        direction: Direction,
        /// Go on from the other end when nothing is found.
        wrap: bool,
    },
    /// Count all matches.
    Count {
        /// The file.
        file: FileId,
        /// Of what.
        needle: NeedleSpec,
        /// In which lines.
        within: FindIn,
    },
    /// Find all matches: the first one, how many, and the lines that have one are shown if they are hidden.
    FindAll {
        /// The file.
        file: FileId,
        /// What.
        needle: NeedleSpec,
        /// In which lines.
        within: FindIn,
    },
    /// Hide lines of a file that a person names.
    Exclude {
        /// The file.
        file: FileId,
        /// Which.
        what: Exclude,
    },
    /// Find the next lines that are hidden, or those before.
    NextHidden {
        /// The file.
        file: FileId,
        /// Where the line of the cursor begins, in bytes; `None` for an end of the file.
        at: Option<u64>,
        /// Which way.
        direction: Direction,
    },
    /// Read a part of the outline.
    Outline {
        /// The file.
        file: FileId,
        /// Only names that hold this, in any letter case; empty for all.
        filter: String,
        /// Rows to skip; `None` to have the row that holds `line` in the middle.
        from: Option<usize>,
        /// The line of the cursor.
        line: LineNo,
        /// How many rows.
        count: usize,
    },
    /// Find the next symbol, the one before, or one by name.
    Symbol {
        /// The file.
        file: FileId,
        /// A name, or empty for the neighbour of `line`.
        name: String,
        /// The line of the cursor.
        line: LineNo,
        /// Which way.
        direction: Direction,
    },
    /// Parse a file, from a byte outwards.
    Parse {
        /// The file.
        file: FileId,
        /// Where somebody looks.
        at: u64,
    },
    /// Look up the names on a line.
    Names {
        /// The file.
        file: FileId,
        /// The line.
        line: LineNo,
        /// Where it begins, in bytes.
        offset: u64,
    },
    /// Look up where control goes in the program around a line.
    Walk {
        /// The file.
        file: FileId,
        /// The line.
        line: LineNo,
        /// Which list.
        of: WalkOf,
    },
    /// Ask a listing.
    Listing {
        /// The file.
        file: FileId,
        /// For what.
        ask: ListingAsk,
        /// The line of the cursor.
        line: LineNo,
        /// Where it begins, in bytes.
        at: u64,
    },
    /// Search many files: those at some paths, or the members in them.
    Seek {
        /// The paths, and what a person says of the bytes there.
        places: Vec<(String, Wanted)>,
        /// Only members whose name fits; empty for all.
        pattern: String,
        /// What.
        needle: NeedleSpec,
    },
    /// Compare a file with another one.
    Compare {
        /// The file.
        file: FileId,
        /// The path of the other, or of what has a member of the same name.
        with: String,
        /// What a person says of its bytes.
        wanted: Wanted,
        /// What counts.
        rules: Rules,
    },
    /// Lines of a file in another order.
    Sort(FileId, SortOrder),
    /// Hide lines of a file, or show them again.
    Fold {
        /// The file.
        file: FileId,
        /// What.
        how: FoldHow,
        /// Where the line begins that it is asked for on, in bytes.
        at: u64,
        /// Its number.
        line: LineNo,
    },
    /// See whether a file has changed.
    Watch {
        /// The file.
        file: FileId,
    },
    /// See what became of a file that is followed, and hide new lines without a match.
    Follow {
        /// The file.
        file: FileId,
        /// From which byte on lines are new; `None` at the first look.
        from: Option<u64>,
        /// Of what.
        needle: Option<NeedleSpec>,
    },
    /// Take lines as they are printed, or as they are.
    Print {
        /// The file.
        file: FileId,
        /// What a person says of its carriage control.
        carriage: Option<Carriage>,
        /// As they are printed.
        printed: bool,
    },
    /// Count the pages of print.
    Sheets {
        /// The file.
        file: FileId,
    },
    /// Find a page of print.
    Sheet {
        /// The file.
        file: FileId,
        /// Which.
        to: PageTo,
    },
    /// The entries linked to a file and the notes on its lines, each at the line where it belongs now.
    Links {
        /// The file.
        file: FileId,
        /// Its path, as the store has it.
        path: String,
        /// Another path that the same text had.
        also: Option<String>,
    },
    /// Entries of the knowledge base that fit a line.
    Known {
        /// The file.
        file: FileId,
        /// Its path, as the store has it.
        path: String,
        /// The line.
        line: LineNo,
        /// Where it begins, in bytes.
        offset: u64,
    },
    /// Keep a note on a line, or take it away where its text is empty.
    NoteLine {
        /// The file's path, as the store has it.
        path: String,
        /// The note.
        note: LineNote,
    },
    /// Write lines of a file to another file.
    Export {
        /// The file.
        file: FileId,
        /// Where to, and how.
        to: ExportTo,
        /// Which lines.
        within: FindIn,
    },
    /// Write a text to a file.
    PrintTo {
        /// Where to, and how.
        to: ExportTo,
        /// The text.
        text: String,
    },
    /// Read which files were open in sessions before.
    Visits,
    /// Remember the files of this session.
    KeepVisits(Vec<Visit>),
    /// Find the place where a file was left, and its labels.
    Revisit {
        /// The file.
        file: FileId,
        /// What is remembered of files of its name, and of those that may be the same text.
        visits: Vec<Visit>,
    },
    /// The figures of this moment.
    Figures,
    /// A figure over the last so many milliseconds, and over as many before, as `count` values each.
    Past {
        /// The figure.
        name: String,
        /// Milliseconds.
        ms: i64,
        /// Values.
        count: usize,
    },
    /// Ask the profiler.
    Profile(ProfileAsk),
    /// Keep the store as fast as it is: statistics, checkpoint, pieces of the index merged.
    Upkeep,
    /// Ask the store about its own work.
    Inside(super::InsideAsk),
    /// Keep a text that is not saved yet on disk; an empty one drops it.
    KeepDraft {
        /// Its name, as `draft_name` makes it or as it was found.
        name: String,
        /// The text.
        text: String,
    },
    /// Keep what was typed on the command line for the next session, the oldest first.
    KeepCommands(Vec<String>),
    /// Read the settings again.
    Reload,
}

impl Request {
    /// Its name, for the log and for errors.
    pub fn name(&self) -> &'static str {
        match self {
            Self::OpenStore => "opening the store",
            Self::Search(_) => "the search",
            Self::Offers(_) => "looking for names",
            Self::Searches(_) => "reading the searches",
            Self::Entry { .. } => "reading the entry",
            Self::OfEntry(ask) => ask.name(),
            Self::Transfer(ask) => ask.name(),
            Self::SaveEntry { .. } => "saving the entry",
            Self::DeleteEntry(_) => "deleting the entry",
            Self::UndeleteEntry(_) => "bringing the entry back",
            Self::RateEntry { .. } => "rating the entry",
            Self::LinkEntry { .. } => "linking the entry",
            Self::OpenFile { .. } => "opening the file",
            Self::CloseFile { .. } => "closing the file",
            Self::Page { .. } => "reading the page",
            Self::Scan { .. } => "the scan of the file",
            Self::Find { .. } => "the find",
            Self::Count { .. } => "counting the matches",
            Self::FindAll { .. } => "the find of all matches",
            Self::Exclude { .. } | Self::Fold { .. } => "hiding lines",
            Self::NextHidden { .. } => "looking for hidden lines",
            Self::Outline { .. } => "reading the outline",
            Self::Symbol { .. } => "looking up the name",
            Self::Parse { .. } => "parsing the file",
            Self::Names { .. } => "looking up the names",
            Self::Walk { .. } => "following the procedures",
            Self::Listing { .. } => "asking the listing",
            Self::Seek { .. } => "the search of the files",
            Self::Compare { .. } => "the comparison",
            Self::Sort(..) => "sorting the lines",
            Self::Watch { .. } => "watching the file",
            Self::Follow { .. } => "following the file",
            Self::Print { .. } => "the change of carriage control",
            Self::Sheets { .. } => "counting pages",
            Self::Sheet { .. } => "looking for the page",
            Self::Links { .. } => "reading the links of the file",
            Self::Known { .. } => "looking for what is known of the line",
            Self::NoteLine { .. } => "keeping the note",
            Self::Export { .. } | Self::PrintTo { .. } => "writing the file",
            Self::Visits | Self::KeepVisits(_) => "remembering the open files",
            Self::Revisit { .. } => "looking for the place where the file was left",
            Self::Figures => "reading the figures",
            Self::Warm(_) => "filling the cache",
            Self::Relieve => "giving memory back",
            Self::Past { .. } => "reading the history of a figure",
            Self::Profile(_) => "asking the profiler",
            Self::Inside(ask) => ask.name(),
            Self::Upkeep => "tidying the store up",
            Self::KeepDraft { .. } => "keeping the draft",
            Self::KeepCommands(_) => "keeping the commands",
            Self::Reload => "reading the settings",
        }
    }

    /// Whether it can be carried out only once the store is open.
    pub fn needs_store(&self) -> bool {
        matches!(
            self,
            Self::Search(_)
                | Self::Warm(_)
                | Self::Offers(_)
                | Self::Past { .. }
                | Self::Upkeep
                | Self::Inside(_)
                | Self::Searches(_)
                | Self::Entry { .. }
                | Self::OfEntry(_)
                | Self::Transfer(_)
                | Self::SaveEntry { .. }
                | Self::DeleteEntry(_)
                | Self::UndeleteEntry(_)
                | Self::RateEntry { .. }
                | Self::LinkEntry { .. }
                | Self::Links { .. }
                | Self::Known { .. }
                | Self::NoteLine { .. }
        )
    }

    /// Which threads carry it out.
    pub fn class(&self) -> Class {
        match self {
            Self::OfEntry(ask) if ask.is_long() => Class::Bulk,
            Self::Inside(ask) if ask.is_long() => Class::Bulk,
            Self::Transfer(_) | Self::Scan { .. } | Self::Count { .. } | Self::Sheets { .. } => Class::Bulk,
            Self::Parse { .. } | Self::Warm(_) | Self::Upkeep => Class::Idle,
            _ => Class::Interactive,
        }
    }
}
