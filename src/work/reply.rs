//! What workers hand back to panes.

use super::compare::Compared;
use super::drafts::Drafts;
use super::entries::EntryAnswer;
use super::exclude::Excluded;
use super::folds::Folded;
use super::listing::{ListingAnswer, NumberedLine};
use super::names::{NameRow, Walk};
use super::parse::Parsed;
use super::request::Slot;
use super::seek::Sought;
use super::sort::Sorted;
use super::transfer::TransferAnswer;
use super::visits::{Revisited, Visit};
use crate::base::{Gen, LineNo, Result, UserError};
use crate::code::{LineContext, SourceFormat, SymbolKind};
use crate::kb::search::SearchResult;
use crate::kb::search::complete::Offer;
use crate::metrics::Snapshot;
use crate::metrics::profile::Profile;
use crate::source::encoding::Encoding;
use crate::source::{Carriage, Change, Detected, Hit, MatchCount, Members, Page, ScanProgress};
use crate::store::{CodeReference, Entry, EntryHead, LineNote, PastSearch, PutOutcome, StoreInfo};
use serde::{Deserialize, Serialize};

/// What is known of a file from a look at its start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// Size in bytes.
    pub size: u64,
    /// What its bytes are.
    pub text: Detected,
    /// Layout of its lines.
    pub format: SourceFormat,
    /// How sure that is, 0 to 100.
    pub confidence: u8,
}

impl FileFacts {
    /// What its bytes mean.
    pub fn encoding(&self) -> Encoding {
        self.text.format.encoding
    }
}

/// The settings that the desk itself uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskSettings {
    /// Name of the theme.
    pub theme: String,
    /// Results of a search at most.
    pub max_results: usize,
    /// Columns from one tab stop to the next.
    pub tab_width: u16,
    /// Alternate row bars.
    pub zebra: bool,
    /// How far a page goes, as the scroll field has it.
    pub scroll: String,
}

impl DeskSettings {
    /// Those of `config`.
    pub fn of(config: &crate::config::Config) -> Self {
        Self {
            theme: config.ui.theme.clone(),
            max_results: crate::base::num::to_usize(config.performance.search.max_results),
            tab_width: u16::try_from(config.ui.tab_width).unwrap_or(8),
            zebra: config.ui.zebra,
            scroll: config.ui.scroll.name().to_owned(),
        }
    }
}

/// A row of the outline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutlineRow {
    /// What it is.
    pub kind: SymbolKind,
    /// Its name.
    pub name: String,
    /// Its line.
    pub line: LineNo,
    /// Its depth, from 0.
    pub depth: u8,
    /// The level number of a data item, else 0.
    pub level: u8,
}

/// From `line` on, the cursor is inside `path`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crumb {
    /// The first line.
    pub line: LineNo,
    /// Names from the outside in.
    pub path: Vec<String>,
}

/// What comes back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// The store is open.
    StoreReady {
        /// How.
        info: Box<StoreInfo>,
        /// How many starter entries were added or renewed.
        installed: usize,
        /// Texts that earlier sessions did not save.
        drafts: Box<Drafts>,
        /// What earlier sessions typed on the command line, the oldest first.
        commands: Vec<String>,
    },
    /// Memory was given back: what the process had and has of it, in bytes.
    Relieved {
        /// Before.
        before: u64,
        /// After.
        after: u64,
    },
    /// Results of a search.
    Results(Box<SearchResult>),
    /// What a piece of the query may become.
    Offers(Vec<Offer>),
    /// Searches that were made, and those that were kept, each with its name.
    Searches(Vec<PastSearch>, Vec<(String, String)>),
    /// An entry with its links; `None` if it is gone.
    Entry(Option<Box<(Entry, Vec<CodeReference>)>>),
    /// Something about an entry beside its text.
    OfEntry(EntryAnswer),
    /// Something about many entries at once.
    Transfer(TransferAnswer),
    /// An entry was saved.
    Saved(PutOutcome),
    /// An entry was deleted.
    Deleted(String),
    /// An entry is back.
    Undeleted(String),
    /// An entry was rated.
    Rated {
        /// Its new figures; `None` if it is gone.
        head: Option<Box<EntryHead>>,
        /// Whether it worked.
        worked: bool,
    },
    /// An entry was linked.
    Linked {
        /// Its id.
        id: String,
        /// The line.
        reference: CodeReference,
    },
    /// A file is open.
    Opened {
        /// Its facts.
        facts: Box<FileFacts>,
        /// Its first page.
        page: Box<Page>,
        /// What the lines before the page say of its first one.
        context: LineContext,
    },
    /// What was to be opened has members: these.
    Members(Box<Members>),
    /// A page.
    Page {
        /// The lines.
        page: Box<Page>,
        /// Where the structure changes inside of it.
        crumbs: Vec<Crumb>,
        /// What the lines before it say of its first one, and what each part that is not shown says of the line behind it.
        contexts: Vec<LineContext>,
    },
    /// How far a scan is. The last one is the result.
    Scanned {
        /// How far.
        progress: ScanProgress,
        /// How many symbols the outline has so far.
        symbols: usize,
        /// True in the last one.
        done: bool,
    },
    /// How far a find is, in bytes of the file.
    Finding {
        /// Bytes read.
        read: u64,
        /// Bytes to read.
        total: u64,
    },
    /// The end of a find.
    Found {
        /// Where; `None` for nowhere.
        hit: Option<Hit>,
        /// Whether it went on from the other end.
        wrapped: bool,
    },
    /// All matches.
    FoundAll {
        /// How many.
        count: Box<MatchCount>,
        /// The first one.
        hit: Option<Hit>,
        /// How many hidden lines are shown now.
        shown: u64,
        /// Whether those are all that have a match.
        all: bool,
    },
    /// Lines were hidden.
    Excluded(Excluded),
    /// Where the next hidden lines begin, in bytes.
    Hidden(Option<u64>),
    /// How many matches there are (so far).
    Counted(Box<MatchCount>),
    /// A part of the outline.
    Outline {
        /// The rows.
        rows: Vec<OutlineRow>,
        /// The number of the first of them, from 0.
        from: usize,
        /// How many there are in all.
        total: usize,
        /// The row that holds the cursor's line.
        current: Option<usize>,
    },
    /// Where a symbol is.
    Symbol(Option<OutlineRow>),
    /// How far a parse is. The last one is the result.
    Parsed {
        /// How far, and what was found so far.
        parsed: Box<Parsed>,
        /// True in the last one.
        done: bool,
    },
    /// What is known of the names on a line.
    Names(Vec<NameRow>),
    /// Where control goes; `None` where there are no procedures.
    Walk(Option<Box<Walk>>),
    /// What a listing answers.
    Listing(ListingAnswer),
    /// What a search of many files has found since the last reply.
    Sought(Box<Sought>),
    /// What differs between two files.
    Compared(Box<Compared>),
    /// Lines of a file in another order.
    Sorted(Box<Sorted>),
    /// What became of lines that were to be hidden or shown.
    Folded(Folded),
    /// Whether a file has changed.
    Watched(Change),
    /// The entries linked to a file, the notes on its lines, and in a listing the number that the compiler gave to each of these
    /// lines, in their order; 0 where it gave none.
    Links(Vec<(CodeReference, EntryHead)>, Vec<LineNote>, Vec<NumberedLine>),
    /// A note was kept or taken away; false if it was not there any more.
    Noted(bool),
    /// What became of a file that is followed.
    Followed {
        /// What happened to it.
        change: Change,
        /// Its size in bytes.
        size: u64,
        /// From which byte on lines have not been looked at.
        next: u64,
        /// How many parts of it are hidden.
        folds: usize,
        /// There are too many of them to hide more.
        full: bool,
    },
    /// How lines are taken now.
    Printed {
        /// What carriage control they have.
        carriage: Carriage,
        /// How sure that is, in percent.
        confidence: u8,
        /// Whether they are taken as they are printed.
        printed: bool,
    },
    /// How many pages of print there are.
    Sheets(u64),
    /// Where a page of print begins, and its number; `None` if there is none.
    Sheet(Option<(u64, u64)>),
    /// Lines were written to a file.
    Exported {
        /// Its path.
        path: String,
        /// How many lines.
        lines: u64,
        /// How many hidden ones were left out.
        hidden: u64,
    },
    /// Files that were open in sessions before, newest first.
    Visits(Vec<Visit>),
    /// The place where a file was left and its labels: those that are still there.
    Revisited(Box<Revisited>),
    /// The figures of this moment.
    Figures(Box<Snapshot>),
    /// What the profiler has measured.
    Profile(Box<Profile>),
    /// A figure over a span of time.
    Past(Box<super::Past>),
    /// What the store says of its own work.
    Inside(super::InsideAnswer),
    /// The settings were read again: those that the desk itself uses, and what could not be used.
    Settings(Box<DeskSettings>, Vec<UserError>),
    /// Done, nothing to tell.
    Done,
}

/// A reply on its way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// Where it was asked.
    pub slot: Slot,
    /// Which asking it was.
    pub generation: Gen,
    /// The reply.
    pub reply: Result<Reply>,
    /// Microseconds since a worker took it up.
    pub took_us: u64,
}

impl Envelope {
    /// The reply to `ticket`.
    pub fn of(ticket: &super::Ticket, reply: Result<Reply>) -> Self {
        let took_us = u64::try_from(ticket.started.elapsed().as_micros()).unwrap_or(u64::MAX);
        Self { slot: ticket.slot, generation: ticket.generation, reply, took_us }
    }

    /// A failure.
    pub fn failed(ticket: &super::Ticket, error: UserError) -> Self {
        Self::of(ticket, Err(error))
    }
}
