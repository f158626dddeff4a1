//! What the Search pane holds.

use super::edit::Outside;
use super::entry_view::Page;
use super::form::EntryForm;
use super::history::{History, Undo};
use super::import::Import;
use super::incident::IncidentForm;
use super::offer::Offers;
use super::open::Left;
use crate::base::UserError;
use crate::kb::search::SearchResult;
use crate::metrics::Objects;
use crate::store::{CodeReference, Entry, PastSearch, StoreInfo};
use crate::ui::widget::Input;
use crate::work::{Beside, Draft};
use serde::{Deserialize, Serialize};

/// What keys and the palette can ask of this pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Type a query.
    Query,
    /// Empty the query.
    ClearQuery,
    /// Open the selected entry.
    Open,
    /// Open the code line that the entry is linked to.
    FollowCode,
    /// Select the next thing that can be opened.
    NextLink,
    /// Select the one before.
    PreviousLink,
    /// Go to the next word of the query.
    NextMark,
    /// Go to the one before.
    PreviousMark,
    /// Back to the entry that was left for this one.
    BackToEntry,
    /// Attach the file of the Source pane.
    Attach,
    /// Take the selected file off.
    Detach,
    /// Record an incident.
    Incident,
    /// The selected incident is resolved, or open again.
    ResolveIncident,
    /// The entry worked.
    Worked,
    /// The entry did not work.
    DidNotWork,
    /// Show how the search went, or not.
    Explain,
    /// Take what is offered into the query.
    TakeOffer,
    /// List the searches made and kept before.
    Recall,
    /// Forget the chosen one of them.
    ForgetSearch,
    /// Go to what the matches are, or put it away.
    Facets,
    /// Put the selected value into the query, or take it out.
    PickFacet,
    /// Show the entries that stand behind the selected one, or fold them again.
    Unfold,
    /// Write a new entry.
    New,
    /// Change the entry in the form.
    Edit,
    /// Change the entry in `$EDITOR`.
    EditOutside,
    /// Delete the entry.
    Delete,
    /// Take the last change of this session back.
    Undo,
    /// Link the entry to the line in the Source pane.
    Link,
    /// Copy the entry.
    Copy,
    /// Show what the selected row of an import says.
    ImportLook,
    /// Import what the preview shows.
    ImportGo,
    /// Stop the import.
    ImportStop,
    /// Leave out what is nearly the same as an entry, or take it.
    ImportAlike,
    /// Open the file of the selected row.
    ImportOpen,
    /// List the versions of the entry.
    History,
    /// Show what the selected version changed.
    VersionChange,
    /// Show how the entry as it is differs from the selected version.
    VersionNow,
    /// Make the selected version the newest.
    VersionRestore,
    /// Save the form.
    Save,
    /// Drop what the form holds, and its draft.
    Discard,
    /// The next field of the form.
    NextField,
    /// The field before.
    PreviousField,
}

/// Which part takes the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Focus {
    /// The query line.
    #[default]
    Query,
    /// The results.
    Results,
    /// What the matches are.
    Facets,
    /// The entry.
    Entry,
    /// The form.
    Form,
    /// The versions of an entry.
    History,
    /// The form of an incident.
    Incident,
    /// An import.
    Import,
}

/// How the store is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum StoreState {
    /// It is being opened.
    #[default]
    Opening,
    /// It is open.
    Ready(Box<StoreInfo>),
    /// It cannot be used.
    Failed(UserError),
}

/// An entry on the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The entry.
    pub entry: Entry,
    /// Lines of code that it is linked to.
    pub links: Vec<CodeReference>,
    /// What belongs to it, once it is known.
    pub beside: Option<Beside>,
    /// The selected one of what can be opened: lines of code, files, entries.
    pub item: usize,
    /// Lines scrolled off at the top.
    pub scroll: usize,
    /// The line with the word of the query that was gone to.
    pub(super) mark: Option<usize>,
    /// The page, laid out.
    pub(super) page: Option<Page>,
}

/// Changes of one session that can be taken back are no leak up to here.
const CHANGES: usize = 1_000;

/// Everything the pane holds.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// The query line.
    pub query: Input,
    /// Which part takes the keys.
    pub focus: Focus,
    /// How the store is.
    pub store: StoreState,
    /// The results of the last search.
    pub result: Option<SearchResult>,
    /// Why the last search failed.
    pub error: Option<UserError>,
    /// The selected result.
    pub selected: usize,
    /// The first result shown.
    pub top: usize,
    /// The entry that is shown.
    pub shown: Option<Shown>,
    /// Whether the search is explained.
    pub explain: bool,
    /// Lines of the explanation scrolled off at the top.
    pub(super) explain_top: usize,
    /// What is offered below the query line.
    pub(super) offers: Offers,
    /// Searches made before, and those kept, each with its name.
    pub(super) past: Vec<PastSearch>,
    /// See `past`.
    pub(super) saved: Vec<(String, String)>,
    /// The selected value of what the matches are.
    pub(super) facet: usize,
    /// The panel of what the matches are was put away.
    pub(super) facets_off: bool,
    /// It is beside the results.
    pub(super) facets_beside: bool,
    /// The form, while an entry is edited.
    pub form: Option<EntryForm>,
    /// The versions of an entry, while they are looked at.
    pub history: Option<History>,
    /// What was changed in this session and can be taken back, the last change last.
    pub undo: Vec<Undo>,
    /// Open the first result as soon as the results for what was typed are there.
    pub open_next: bool,
    /// The entry to select in the next results, if it is among them.
    pub(super) select_next: Option<String>,
    /// Entries that were left for another one, the last one last.
    pub(super) trail: Vec<Left>,
    /// Where the entry that is asked for was left.
    pub(super) going_to: Option<Left>,
    /// An import, while it is looked at.
    pub import: Option<Import>,
    /// The form of an incident, while it is filled in.
    pub(super) incident: Option<IncidentForm>,
    /// The entry is shown for a line of the Source pane: who leaves it goes back there.
    pub(super) visiting: bool,
    /// What the form holds was about to be dropped: doing it once more drops it.
    pub(super) dropping: bool,
    /// Texts that are not saved: of sessions that are gone, and those left in this one.
    pub drafts: Vec<Draft>,
    /// The number of the next draft.
    pub(super) next_draft: u64,
    /// The text that an editor has, or that came from one and is not saved yet.
    pub(super) outside: Option<Outside>,
    /// Whether the part with the focus alone is to be shown.
    pub zoom: bool,
    /// How many results at most.
    pub limit: usize,
    /// The results are complete: nothing better is on its way.
    pub(super) settled: bool,
    /// The query for which the list was gone down: all of its results are shown with a line of their text.
    pub(super) deep: Option<String>,
    /// Columns of the result list, as the last layout gave them.
    pub list_columns: u16,
    /// Rows of the result list, as the last layout gave them.
    pub list_rows: u16,
    /// Rows of the entry, as the last layout gave them.
    pub entry_rows: u16,
    /// Whether the entry is beside the results.
    pub beside: bool,
    /// Columns of the entry.
    pub entry_columns: u16,
}

impl State {
    /// What the pane holds, for the leak watch.
    pub fn objects(&self) -> Vec<Objects> {
        vec![
            Objects::new("results", self.result.as_ref().map_or(0, |r| r.results.len()), self.limit),
            Objects::new("entries left", self.trail.len(), 0),
            Objects::new("undo steps", self.undo.len(), CHANGES),
        ]
    }

    /// An empty pane that shows at most `limit` results.
    pub fn new(limit: usize) -> Self {
        Self { limit, list_rows: 20, entry_rows: 20, entry_columns: 78, ..Self::default() }
    }

    /// Whether letters are text.
    pub fn is_typing(&self) -> bool {
        matches!(self.focus, Focus::Query | Focus::Form | Focus::Incident)
    }

    /// The id of the entry that commands are about: the one shown when it has the focus, else the selected result.
    pub fn current_id(&self) -> Option<&str> {
        let shown = self.shown.as_ref().map(|s| s.entry.body.id.as_str());
        if self.focus == Focus::Entry { shown } else { self.selected_id() }
    }

    /// The id of the selected result.
    pub fn selected_id(&self) -> Option<&str> {
        self.result.as_ref()?.results.get(self.selected).map(|r| r.id.as_str())
    }

    /// Whether the results shown are not yet those of the query line.
    pub fn is_searching(&self) -> bool {
        self.error.is_none() && self.result.as_ref().is_none_or(|r| r.query != self.query.text())
    }

    /// Results that fit on the screen: two rows each.
    pub fn results_shown(&self) -> usize {
        usize::from(self.list_rows / 2).max(1)
    }

    /// Text that a person has typed and not saved yet, with the name of its draft.
    pub fn draft(&self) -> Option<(String, String)> {
        self.form.as_ref().filter(|f| f.is_changed()).map(|f| (f.draft.clone(), f.document()))
    }
}
