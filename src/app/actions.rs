//! The action table: every action with its name, help and default keys. It feeds the keymap, `?` help, the palette,
//! `greenbar keys` and the README; nothing else says what a key does.

mod place;

pub use place::Place;

use crate::panes::{Move, Pane, metrics, search, source};
use crate::source::SortBy;
use crate::work::{FlowOf, FoldHow, ListingAsk, WalkOf};
use serde::{Deserialize, Serialize};

/// Something that a key, the palette or the command line can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Action {
    /// Of the desk itself.
    Desk(Desk),
    /// A move in what has the focus.
    Move(Move),
    /// Of the Search pane.
    Search(search::Command),
    /// Of the Source pane.
    Source(source::Command),
    /// Of the Metrics pane.
    Metrics(metrics::Command),
}

impl Action {
    /// Its row of the table.
    pub fn spec(self) -> &'static Spec {
        TABLE.iter().find(|s| s.action == self).unwrap_or(&HELP)
    }
}

/// Actions of the desk itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Desk {
    /// Leave what is shown: a pane's inner view, at last the program.
    End,
    /// Leave what is shown, but never the program.
    Back,
    /// Leave the program.
    Quit,
    /// Keys and commands that work here.
    Help,
    /// Find any action by a few letters.
    Palette,
    /// `Command ===>`
    CommandLine,
    /// `Command ===> LABEL .`
    TypeLabel,
    /// `Command ===> NOTE`
    TypeNote,
    /// The last command, to change it.
    Retrieve,
    /// A pane.
    Show(Pane),
    /// The next pane.
    NextPane,
    /// The pane before.
    PreviousPane,
    /// The other of the last two panes.
    Swap,
    /// One pane over the whole screen, or side by side again.
    Zoom,
    /// The next theme.
    NextTheme,
    /// Draw everything anew.
    Redraw,
    /// Read the settings again.
    Reload,
    /// Back to the shell for a while.
    Suspend,
    /// Print what is shown on the normal screen, to copy it by hand.
    Dump,
}

/// A row of the table.
#[derive(Debug)]
pub struct Spec {
    /// What it does.
    pub action: Action,
    /// Where its keys work.
    pub place: Place,
    /// Its name in key files, in the palette and on the command line.
    pub name: &'static str,
    /// What it does, for people; short, it is shown in menus.
    pub help: &'static str,
    /// Default keys; each is a key or a sequence of keys with blanks between.
    pub keys: &'static [&'static str],
}

const fn row(
    action: Action,
    place: Place,
    name: &'static str,
    help: &'static str,
    keys: &'static [&'static str],
) -> Spec {
    Spec { action, place, name, help, keys }
}

use Action::{Desk as D, Metrics as M, Move as Mv, Search as S, Source as F};
use Place::{
    Anywhere, Entry, Facets, Form, History, Import, Members, Metrics, Names, Outline, Query, Results, Source,
    Trail, Visit, Walk,
};

/// The row of the help, which stands for an action that has no row: a test sees that there is none.
const HELP: Spec = row(D(Desk::Help), Anywhere, "help", "keys and commands that work here", &["f1", "?"]);

/// Every action. Order is the order of the help.
pub const TABLE: &[Spec] = &[
    HELP,
    row(D(Desk::End), Anywhere, "end", "leave what is shown; in the end, the program", &["f3", "q"]),
    row(D(Desk::Back), Anywhere, "leave", "leave what is shown, but not the program", &["esc"]),
    row(D(Desk::CommandLine), Anywhere, "command-line", "Command ===>", &[":", "f2"]),
    row(
        D(Desk::Palette),
        Anywhere,
        "palette",
        "find any action by a few letters",
        &["f4", "space space", "ctrl-p"],
    ),
    row(D(Desk::Retrieve), Anywhere, "retrieve", "the last command, to change it", &["f12"]),
    row(D(Desk::Show(Pane::Search)), Anywhere, "show-search", "Search pane", &["1"]),
    row(D(Desk::Show(Pane::Source)), Anywhere, "show-source", "Source pane", &["2"]),
    row(D(Desk::Show(Pane::Metrics)), Anywhere, "show-metrics", "Metrics pane", &["4"]),
    row(D(Desk::Show(Pane::Log)), Anywhere, "show-log", "Log pane", &["5"]),
    row(D(Desk::NextPane), Anywhere, "next-pane", "next pane", &["tab"]),
    row(D(Desk::PreviousPane), Anywhere, "previous-pane", "pane before", &["backtab"]),
    row(
        D(Desk::Swap),
        Anywhere,
        "swap",
        "the other view of a split, else the other of the last two panes",
        &["f9"],
    ),
    row(D(Desk::Zoom), Anywhere, "zoom", "one pane over the whole screen", &["z"]),
    row(D(Desk::NextTheme), Anywhere, "next-theme", "next theme", &["space t"]),
    row(D(Desk::Dump), Anywhere, "dump", "print the screen as text, to copy it", &["space p"]),
    row(D(Desk::Redraw), Anywhere, "redraw", "draw everything anew", &["ctrl-l"]),
    row(D(Desk::Reload), Anywhere, "reload", "read the settings again", &["space r"]),
    row(D(Desk::Suspend), Anywhere, "suspend", "back to the shell for a while", &["ctrl-z"]),
    row(D(Desk::Quit), Anywhere, "quit", "leave greenbar", &["ctrl-c", "space q"]),
    row(Mv(Move::Up), Anywhere, "up", "up", &["up", "k"]),
    row(Mv(Move::Down), Anywhere, "down", "down", &["down", "j"]),
    row(Mv(Move::PageUp), Anywhere, "page-up", "page up", &["f7", "pageup", "ctrl-b", "b"]),
    row(Mv(Move::PageDown), Anywhere, "page-down", "page down", &["f8", "pagedown", "ctrl-f", "f"]),
    row(Mv(Move::HalfUp), Anywhere, "half-page-up", "half a page up", &["ctrl-u"]),
    row(Mv(Move::HalfDown), Anywhere, "half-page-down", "half a page down", &["ctrl-d"]),
    row(Mv(Move::Top), Anywhere, "top", "to the top", &["g g", "home"]),
    row(Mv(Move::Bottom), Anywhere, "bottom", "to the bottom", &["G", "end"]),
    row(Mv(Move::Left), Anywhere, "left", "left", &["f10", "left", "h"]),
    row(Mv(Move::Right), Anywhere, "right", "right", &["f11", "right", "l"]),
    row(S(search::Command::Query), Results, "query", "type a query", &["/", "i"]),
    row(S(search::Command::Query), Entry, "query", "type a query", &["/", "i"]),
    row(S(search::Command::Open), Query, "open-entry", "open the entry", &["enter"]),
    row(S(search::Command::Open), Results, "open-entry", "open the entry", &["enter"]),
    row(S(search::Command::ClearQuery), Query, "clear-query", "clear the query", &["ctrl-u"]),
    row(
        S(search::Command::TakeOffer),
        Query,
        "take-offer",
        "take what is offered (arrow keys choose); else the next pane",
        &["tab"],
    ),
    row(S(search::Command::Recall), Query, "recall", "searches made and kept before", &["ctrl-r"]),
    row(S(search::Command::Recall), Results, "recall", "searches made and kept before", &["R", "ctrl-r"]),
    row(
        S(search::Command::ForgetSearch),
        Query,
        "forget-search",
        "forget the chosen search",
        &["f6", "ctrl-x"],
    ),
    row(S(search::Command::Facets), Results, "facets", "what the matches are; in it, put it away", &["F"]),
    row(S(search::Command::Facets), Facets, "facets", "what the matches are; in it, put it away", &["F"]),
    row(
        S(search::Command::PickFacet),
        Facets,
        "pick-facet",
        "narrow by this value, or no more",
        &["enter", "x"],
    ),
    row(
        S(search::Command::Unfold),
        Results,
        "unfold",
        "entries that say the same; once more, fold them",
        &["x"],
    ),
    row(
        S(search::Command::FollowCode),
        Entry,
        "follow-code",
        "open what is selected: code, file, entry",
        &["enter", "o"],
    ),
    row(S(search::Command::NextLink), Entry, "next-link", "next thing to open", &["n"]),
    row(S(search::Command::PreviousLink), Entry, "previous-link", "thing to open before", &["N"]),
    row(S(search::Command::NextMark), Entry, "next-match", "next word of the query", &["m"]),
    row(S(search::Command::PreviousMark), Entry, "previous-match", "word of the query before", &["M"]),
    row(
        S(search::Command::BackToEntry),
        Entry,
        "back-to-entry",
        "back to the entry before",
        &["backspace", "ctrl-o"],
    ),
    row(S(search::Command::Worked), Results, "rate-worked", "it worked", &["u"]),
    row(S(search::Command::Worked), Entry, "rate-worked", "it worked", &["u"]),
    row(S(search::Command::DidNotWork), Results, "rate-failed", "it didn't work", &["d"]),
    row(S(search::Command::DidNotWork), Entry, "rate-failed", "it didn't work", &["d"]),
    row(S(search::Command::Explain), Results, "explain", "how the search went", &["e"]),
    row(S(search::Command::New), Results, "new-entry", "new entry", &["n"]),
    row(S(search::Command::Edit), Results, "edit-entry", "edit the entry here", &["E"]),
    row(S(search::Command::Edit), Entry, "edit-entry", "edit the entry here", &["E"]),
    row(S(search::Command::EditOutside), Results, "edit-in-editor", "edit the entry in $EDITOR", &["v"]),
    row(S(search::Command::EditOutside), Entry, "edit-in-editor", "edit the entry in $EDITOR", &["v"]),
    row(S(search::Command::Delete), Results, "delete-entry", "delete the entry (U takes that back)", &["D"]),
    row(S(search::Command::Delete), Entry, "delete-entry", "delete the entry (U takes that back)", &["D"]),
    row(
        S(search::Command::Undo),
        Results,
        "undo-delete",
        "take the last change back, a deletion too",
        &["U"],
    ),
    row(S(search::Command::Undo), Entry, "undo-delete", "take the last change back, a deletion too", &["U"]),
    row(S(search::Command::Link), Entry, "link-code", "link the entry to the line in Source", &["L"]),
    row(S(search::Command::Attach), Entry, "attach-file", "attach the file that is open in Source", &["a"]),
    row(S(search::Command::Detach), Entry, "detach-file", "take the selected file off", &["x"]),
    row(S(search::Command::Incident), Entry, "record-incident", "record an incident", &["R"]),
    row(
        S(search::Command::ResolveIncident),
        Entry,
        "resolve-incident",
        "the selected incident is resolved, or open again",
        &["r"],
    ),
    row(S(search::Command::Copy), Entry, "copy-entry", "copy the entry to the terminal's clipboard", &["y"]),
    row(S(search::Command::History), Results, "history", "versions of the entry", &["H"]),
    row(S(search::Command::History), Entry, "history", "versions of the entry", &["H"]),
    row(
        S(search::Command::VersionChange),
        History,
        "version-change",
        "what this version changed",
        &["enter"],
    ),
    row(
        S(search::Command::VersionNow),
        History,
        "version-now",
        "what was changed since this version",
        &["c"],
    ),
    row(
        S(search::Command::VersionRestore),
        History,
        "version-restore",
        "make this version the newest",
        &["R"],
    ),
    row(
        S(search::Command::ImportLook),
        Import,
        "import-look",
        "what this row says, beside what is there",
        &["enter"],
    ),
    row(S(search::Command::ImportGo), Import, "import-go", "import what is shown", &["i"]),
    row(S(search::Command::ImportStop), Import, "import-stop", "stop: what was imported stays", &["s"]),
    row(
        S(search::Command::ImportAlike),
        Import,
        "import-alike",
        "leave out what is nearly the same as an entry, or take it",
        &["d"],
    ),
    row(S(search::Command::ImportOpen), Import, "import-open", "the file of this row in Source", &["o"]),
    row(S(search::Command::Save), Form, "save-entry", "save what the form holds", &["f6", "ctrl-s"]),
    row(
        S(search::Command::Discard),
        Form,
        "discard-entry",
        "drop what was typed (twice), and its draft",
        &["f11", "ctrl-x"],
    ),
    row(S(search::Command::NextField), Form, "next-field", "next field", &["tab"]),
    row(S(search::Command::PreviousField), Form, "previous-field", "field before", &["backtab"]),
    row(F(source::Command::FindForward), Source, "find", "find text", &["/"]),
    row(F(source::Command::FindBackward), Source, "find-back", "find text backwards", &["space /"]),
    row(F(source::Command::FindNext), Source, "find-next", "find again", &["f5", "n"]),
    row(F(source::Command::FindPrevious), Source, "find-previous", "find again, the other way", &["N"]),
    row(F(source::Command::Outline), Source, "outline", "show the outline; in it, close it", &["o"]),
    row(F(source::Command::NextSymbol), Source, "next-symbol", "next paragraph, section or division", &["]"]),
    row(
        F(source::Command::PreviousSymbol),
        Source,
        "previous-symbol",
        "paragraph, section or division before",
        &["["],
    ),
    row(F(source::Command::Names), Source, "names", "what the names on this line are", &["i"]),
    row(
        F(source::Command::Walk(WalkOf::Flow(FlowOf::Procedure))),
        Source,
        "performs",
        "what this paragraph performs and calls, as a tree",
        &["p"],
    ),
    row(
        F(source::Command::Walk(WalkOf::Flow(FlowOf::Program))),
        Source,
        "perform-tree",
        "the same from the start of the program",
        &["P"],
    ),
    row(
        F(source::Command::Walk(WalkOf::Copied)),
        Source,
        "copied",
        "what the COPY on this line brings in",
        &["e"],
    ),
    row(
        F(source::Command::Walk(WalkOf::Flow(FlowOf::Unreached))),
        Source,
        "unreached",
        "paragraphs and sections that control never reaches",
        &["space u"],
    ),
    row(
        F(source::Command::Walk(WalkOf::Flow(FlowOf::Left))),
        Source,
        "ranges-left",
        "GO TOs that leave a range while it is being performed",
        &["space g"],
    ),
    row(
        F(source::Command::NextProblem),
        Source,
        "next-problem",
        "next message of a listing; in a source, what the parser found odd",
        &["}"],
    ),
    row(F(source::Command::PreviousProblem), Source, "previous-problem", "the one before", &["{"]),
    row(
        F(source::Command::Listing(ListingAsk::Other)),
        Source,
        "listing-other",
        "from a row of a listing to its line, from a line to its message",
        &["m"],
    ),
    row(
        F(source::Command::Pages),
        Source,
        "page-headings",
        "headings of the pages of a listing, shown or left out",
        &["space H"],
    ),
    row(
        F(source::Command::Fold(FoldHow::Around)),
        Source,
        "fold",
        "hide the lines of the paragraph, section or record here",
        &["-"],
    ),
    row(F(source::Command::Fold(FoldHow::Open)), Source, "unfold", "show the lines hidden here", &["+"]),
    row(
        F(source::Command::Fold(FoldHow::All)),
        Source,
        "fold-all",
        "hide all but headings and the names of records",
        &["space -"],
    ),
    row(F(source::Command::Fold(FoldHow::OpenAll)), Source, "unfold-all", "show all lines", &["space +"]),
    row(
        F(source::Command::Fold(FoldHow::First(1))),
        Source,
        "show-first",
        "show the first of the lines hidden here",
        &["space F"],
    ),
    row(
        F(source::Command::Fold(FoldHow::Last(1))),
        Source,
        "show-last",
        "show the last of them",
        &["space L"],
    ),
    row(
        F(source::Command::Fold(FoldHow::Outermost(1))),
        Source,
        "show-outermost",
        "show the one that is indented least",
        &["space S"],
    ),
    row(
        F(source::Command::Exclude),
        Source,
        "exclude",
        "hide this line (X5 on the command line: five)",
        &["space x"],
    ),
    row(
        F(source::Command::ExcludeBlock),
        Source,
        "exclude-block",
        "hide a block of lines: here and at its other end",
        &["space X"],
    ),
    row(F(source::Command::NextHidden), Source, "next-hidden", "next hidden lines", &[")"]),
    row(F(source::Command::PreviousHidden), Source, "previous-hidden", "hidden lines before", &["("]),
    row(
        F(source::Command::HideMarks),
        Source,
        "hide-marks",
        "show nothing where lines are hidden, or show it again",
        &["space h"],
    ),
    row(D(Desk::TypeLabel), Source, "label", "give this line a label", &["space ."]),
    row(D(Desk::TypeNote), Source, "note", "write a note on this line, or change it", &["a"]),
    row(F(source::Command::NextLabel), Source, "next-label", "next line with a label", &["'"]),
    row(F(source::Command::Sequence), Source, "sequence", "sequence numbers on or off", &["space s"]),
    row(F(source::Command::Tail), Source, "follow", "stay at the end and show what is written", &["F"]),
    row(
        F(source::Command::Carriage),
        Source,
        "carriage",
        "lines as they are printed, or with their carriage control",
        &["space c"],
    ),
    row(F(source::Command::NextPage), Source, "next-page", "next page of print", &[">"]),
    row(F(source::Command::PreviousPage), Source, "previous-page", "page of print before", &["<"]),
    row(F(source::Command::Cols), Source, "cols", "column ruler", &["c"]),
    row(F(source::Command::Hex), Source, "hex", "hexadecimal view", &["x"]),
    row(F(source::Command::Dump), Source, "dump-bytes", "dump: offset, bytes and characters", &["X"]),
    row(
        F(source::Command::Numbers),
        Source,
        "numbers",
        "numbers beside the lines: LineIDs of a listing, lines, or none",
        &["space n"],
    ),
    row(
        F(source::Command::Wrap),
        Source,
        "wrap",
        "long lines go on in the row below, or to the right",
        &["space l"],
    ),
    row(
        F(source::Command::Hold),
        Source,
        "hold",
        "numbers of lines stay when the text goes right, or not",
        &["space k"],
    ),
    row(F(source::Command::LineStart), Source, "line-start", "to column 1", &["0"]),
    row(
        F(source::Command::Follow),
        Source,
        "knowledge",
        "what the knowledge base says about this line",
        &["enter"],
    ),
    row(
        F(source::Command::Back),
        Source,
        "back",
        "back to where you were before a jump",
        &["backspace", "ctrl-o"],
    ),
    row(F(source::Command::NextFile), Source, "next-file", "next open file", &["space f"]),
    row(
        F(source::Command::Split),
        Source,
        "split",
        "two views, of this file or of two; or one again",
        &["space v"],
    ),
    row(F(source::Command::OtherHalf), Source, "other-half", "the keys go to the other view", &["space w"]),
    row(F(source::Command::Copy), Source, "copy-line", "copy the line to the terminal's clipboard", &["y"]),
    row(F(source::Command::Stop), Source, "stop", "stop the find that runs", &["s"]),
    row(F(source::Command::OutlineGo), Outline, "outline-go", "go to this symbol", &["enter"]),
    row(F(source::Command::OutlineLeave), Outline, "outline-leave", "back to the text", &["esc", "f3", "q"]),
    row(F(source::Command::Outline), Outline, "outline", "show the outline; in it, close it", &["o"]),
    row(
        F(source::Command::NamesGo),
        Names,
        "names-go",
        "the places of this name; the text of this place",
        &["enter"],
    ),
    row(F(source::Command::NamesDefinition), Names, "definition", "where this name is defined", &["d"]),
    row(
        F(source::Command::Back),
        Names,
        "back",
        "back to where you were before a jump",
        &["backspace", "ctrl-o"],
    ),
    row(
        F(source::Command::NamesLeave),
        Names,
        "names-leave",
        "back to the names, then to the text",
        &["esc", "f3", "q", "i"],
    ),
    row(
        F(source::Command::WalkGo),
        Walk,
        "walk-go",
        "go to this paragraph or line, open this entry",
        &["enter"],
    ),
    row(
        F(source::Command::WalkStatement),
        Walk,
        "walk-statement",
        "go to the statement that leads there",
        &["s"],
    ),
    row(
        F(source::Command::Back),
        Walk,
        "back",
        "back to where you were before a jump",
        &["backspace", "ctrl-o"],
    ),
    row(F(source::Command::WalkLeave), Walk, "walk-leave", "back to the text", &["esc", "f3", "q", "p", "e"]),
    row(F(source::Command::MembersGo), Members, "members-go", "open the member", &["enter"]),
    row(F(source::Command::MembersFilter), Members, "members-filter", "show names that fit only", &["/"]),
    row(F(source::Command::MembersSort(SortBy::Name)), Members, "sort-name", "sort by name", &["N"]),
    row(F(source::Command::MembersSort(SortBy::Size)), Members, "sort-size", "largest first", &["S"]),
    row(F(source::Command::MembersSort(SortBy::Changed)), Members, "sort-changed", "newest first", &["C"]),
    row(F(source::Command::MembersSort(SortBy::Kind)), Members, "sort-kind", "sort by kind", &["K"]),
    row(F(source::Command::NextFile), Members, "next-file", "next open file", &["space f"]),
    row(F(source::Command::OtherHalf), Members, "other-half", "the keys go to the other view", &["space w"]),
    row(F(source::Command::TrailGo), Trail, "trail-go", "go to the text of this place", &["enter"]),
    row(
        F(source::Command::TrailOther),
        Trail,
        "trail-other",
        "the text in the other file of a comparison",
        &["o"],
    ),
    row(F(source::Command::Stop), Trail, "stop", "stop the find that runs", &["s"]),
    row(F(source::Command::TrailLeave), Trail, "trail-leave", "put the list away", &["esc", "f3", "q"]),
    row(F(source::Command::TrailNext), Visit, "trail-next", "the text of the next place", &["n"]),
    row(F(source::Command::TrailPrevious), Visit, "trail-previous", "that of the place before", &["N"]),
    row(
        F(source::Command::TrailBack),
        Visit,
        "trail-back",
        "back to the list",
        &["backspace", "esc", "f3", "q"],
    ),
    row(M(metrics::Command::Next), Metrics, "next-series", "next series in the chart", &["n"]),
    row(M(metrics::Command::Explain), Metrics, "metric-help", "what the selected figure means", &["enter"]),
    row(M(metrics::Command::Relieve), Metrics, "relieve", "give memory back to the system", &["m"]),
    row(
        M(metrics::Command::Span),
        Metrics,
        "next-span",
        "next span of the chart, 10 minutes to 30 days",
        &["s"],
    ),
    row(M(metrics::Command::Compare), Metrics, "compare-span", "compare with the same span before", &["c"]),
    row(
        M(metrics::Command::Acknowledge),
        Metrics,
        "acknowledge",
        "the alerts are known: no more in the title",
        &["a"],
    ),
    row(
        M(metrics::Command::Profile),
        Metrics,
        "profile",
        "profiler: where time goes; in it, on or off",
        &["p"],
    ),
    row(M(metrics::Command::Slow), Metrics, "slow", "what was slow, and why", &["w"]),
    row(M(metrics::Command::Advice), Metrics, "advice", "advice on indexes; enter there follows it", &["i"]),
    row(M(metrics::Command::ForgetSlow), Metrics, "forget-slow", "forget what was slow", &["X"]),
];

#[cfg(test)]
mod tests;
