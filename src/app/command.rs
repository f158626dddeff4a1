//! The ISPF command line: what a person types after `Command ===>`. Owns the words and their abbreviations and turns a
//! line into a [`Command`]; must not know how a command is carried out. Words and operands follow the z/OS ISPF Edit and
//! Edit Macros manual (FIND, LOCATE, RESET, HEX, COLS) as far as the panes support them.

mod elsewhere;
mod exclude;
mod export;
mod find;
mod listing;
mod print;
mod scroll;
mod sort;
mod stack;
mod trail;
mod transfer;
mod words;

pub use exclude::{Exclude, LineKind, Reset, on_hidden};
pub use export::Export;
pub use find::{Find, FindFrom, FindKind, LineRange};
pub use print::Follow;
pub use sort::Sort;
pub use stack::first_of;
pub use trail::Compare;
pub use words::{WORDS, Word};

use crate::base::{Result, UserError};
use crate::panes::Move;
use crate::panes::source::{Cc, Gutter, Halves, Hex, NoteTo, Pin, Sheet, SplitTo, TabStops};
use crate::source::Columns;
use crate::source::Records;
use crate::source::encoding::Encoding;
use crate::work::{ExportTo, FoldHow, ImportOf, ListingAsk, ProfileAsk};
use serde::{Deserialize, Serialize};

/// On, off, or the other way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Switch {
    /// `ON`
    On,
    /// `OFF`
    Off,
    /// No operand.
    Toggle,
}

impl Switch {
    /// What it makes of `was`.
    pub fn of(self, was: bool) -> bool {
        match self {
            Self::On => true,
            Self::Off => false,
            Self::Toggle => !was,
        }
    }
}

/// Which view of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum HexSwitch {
    /// Digits below characters, or no view of bytes.
    Vertical(Switch),
    /// A dump.
    Dump,
}

impl HexSwitch {
    /// What it makes of `was`.
    pub fn of(self, was: Hex) -> Hex {
        match self {
            Self::Dump => Hex::Dump,
            Self::Vertical(switch) if switch.of(was != Hex::Off) => Hex::Vertical,
            Self::Vertical(_) => Hex::Off,
        }
    }
}

/// Where LOCATE goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// Line from 1: in a listing the one that the compiler gave this number.
    Line(u64),
    /// Line of the file from 1.
    FileLine(u64),
    /// Percent of the file, 0 to 100.
    Percent(u8),
    /// The first line.
    Top,
    /// The last line.
    Bottom,
    /// A name of the outline: paragraph, section, data item.
    Symbol(String),
    /// The line with a label, without its period, upper case.
    Label(String),
    /// A line of a kind, as seen from the cursor or from an end.
    Kind(LineKind, FindFrom),
}

/// How far one page goes (`Scroll ===>`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ScrollBy {
    /// A page, but the cursor's line stays in sight: it becomes the first or last one.
    #[default]
    Cursor,
    /// A page.
    Page,
    /// Half a page.
    Half,
    /// To the very end.
    Max,
    /// A page less one line.
    Data,
    /// So many lines.
    Lines(u32),
}

impl From<ScrollBy> for crate::panes::source::Scroll {
    fn from(by: ScrollBy) -> Self {
        match by {
            ScrollBy::Cursor => Self::Cursor,
            ScrollBy::Page => Self::Page,
            ScrollBy::Half => Self::Half,
            ScrollBy::Max => Self::Max,
            ScrollBy::Data => Self::Data,
            ScrollBy::Lines(n) => Self::Lines(n),
        }
    }
}

impl std::fmt::Display for ScrollBy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Cursor => f.write_str("CSR"),
            Self::Page => f.write_str("PAGE"),
            Self::Half => f.write_str("HALF"),
            Self::Max => f.write_str("MAX"),
            Self::Data => f.write_str("DATA"),
            Self::Lines(n) => n.fmt(f),
        }
    }
}

/// What is said of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Say<T> {
    /// Nothing: what it is now is to be shown.
    Nothing,
    /// It is to be told from the file.
    Auto,
    /// This.
    Is(T),
}

impl<T> Say<T> {
    /// As the Source pane takes it.
    pub fn of<S>(self, said: impl Fn(Option<T>) -> S) -> Option<S> {
        match self {
            Self::Nothing => None,
            Self::Auto => Some(said(None)),
            Self::Is(value) => Some(said(Some(value))),
        }
    }
}

/// A command, ready to be carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Ask the profiler.
    Profile(ProfileAsk),
    /// Find in the source.
    Find(Find),
    /// The last FIND again, in the same direction.
    Rfind,
    /// Find in all members or open files; `None` shows the last list again.
    SearchFor(Option<Find>),
    /// Compare with another file.
    Compare(Compare),
    /// Go to a place in the source.
    Locate(Place),
    /// Hexadecimal view.
    Hex(HexSwitch),
    /// What the bytes of the file mean.
    Encoding(Say<Encoding>),
    /// How the file is cut into lines.
    Records(Say<Records>),
    /// Carriage control.
    Carriage(Cc),
    /// Lines that stay on top.
    Pin(Pin),
    /// A page of print.
    Sheet(Sheet),
    /// Ask the compiler listing.
    Listing(ListingAsk),
    /// Headings of the pages of a listing.
    Pages(Switch),
    /// What is written to the file is shown.
    Follow(Follow),
    /// Column ruler.
    Cols(Switch),
    /// Hide lines.
    Exclude(Exclude),
    /// Show no mark where lines are hidden.
    Hide(Switch),
    /// Give the cursor's line a label, without its period, upper case.
    Label(String),
    /// The columns in which FIND looks; `None` for all.
    Bounds(Option<Columns>),
    /// Sequence numbers are not shown.
    Num(Switch),
    /// Where tabs go.
    Tabs(TabStops),
    /// Long lines go on below.
    Wrap(Switch),
    /// Numbers of lines stay when the text goes to the right.
    Hold(Switch),
    /// The numbers beside lines; `None` for the next kind.
    Gutter(Option<Gutter>),
    /// Back to the plain view: what is named, or all but labels.
    Reset(Vec<Reset>),
    /// Lines in another order, as a list.
    Sort(Sort),
    /// Leave what is shown.
    End,
    /// Leave the program.
    Quit,
    /// Keys and commands that work here.
    Help,
    /// The other of the last two panes.
    Swap,
    /// The last command, to change it.
    Retrieve,
    /// Search the knowledge base.
    Search(String),
    /// Keep the search under a name.
    Save(String),
    /// Open a file.
    Open(String),
    /// Import entries: what would become of each is shown first.
    Import(ImportOf),
    /// Write all entries to this file or folder, also if it is there.
    ExportEntries(String, bool),
    /// Write lines to a file.
    Export(Export),
    /// Write what the screen shows to a file.
    Print(ExportTo),
    /// Files of sessions before, or the one with this number.
    Recent(Option<usize>),
    /// The note of the cursor's line.
    Note(NoteTo),
    /// Entries that fit the cursor's line.
    Known,
    /// All notes of the file.
    Notes,
    /// Two views of the Source pane.
    Split(SplitTo),
    /// Use a theme.
    Theme(String),
    /// How far a page goes.
    Scroll(ScrollBy),
    /// Up, down, left or right, by an amount or as far as the key goes.
    Go(Move, Option<ScrollBy>),
    /// Show some of the lines that are hidden at the cursor, or turn around what is hidden.
    Fold(FoldHow),
    /// A pane by its number.
    Pane(u8),
    /// An action by its name, as the palette and the key file have them.
    Action(String),
}

impl Command {
    /// Whether it is for a file of the Source pane.
    pub fn needs_source(&self) -> bool {
        matches!(
            self,
            Self::Find(_)
                | Self::Rfind
                | Self::SearchFor(_)
                | Self::Compare(_)
                | Self::Sort(_)
                | Self::Locate(_)
                | Self::Exclude(_)
                | Self::Fold(_)
                | Self::Hide(_)
                | Self::Label(_)
                | Self::Note(_)
                | Self::Known
                | Self::Notes
                | Self::Export(_)
                | Self::Bounds(_)
                | Self::Num(_)
                | Self::Gutter(_)
                | Self::Hold(_)
                | Self::Wrap(_)
                | Self::Tabs(_)
                | Self::Hex(_)
                | Self::Encoding(_)
                | Self::Records(_)
                | Self::Carriage(_)
                | Self::Sheet(_)
                | Self::Follow(_)
                | Self::Pin(_)
                | Self::Cols(_)
                | Self::Listing(_)
                | Self::Pages(_)
                | Self::Reset(_)
        )
    }
}

/// Turns a line into a command. An empty line is none.
///
/// # Errors
/// Says which word or operand is not known, and what would be.
pub fn parse(line: &str) -> Result<Option<Command>> {
    let line = line.trim();
    if line.is_empty() {
        return Ok(None);
    }
    if let Some(place) = bare_place(line) {
        return Ok(Some(Command::Locate(place)));
    }
    if let Some(pane) = line.strip_prefix('=').and_then(|n| n.parse().ok()) {
        return Ok(Some(Command::Pane(pane)));
    }
    if line.starts_with('.') {
        let error = |why| {
            UserError::new(why).hint("a label alone gives it to the cursor's line, LOCATE .A goes there")
        };
        return label_name(line).map(|name| Some(Command::Label(name))).map_err(error);
    }
    if let Some(command) = exclude::line_command(line) {
        return Ok(Some(command));
    }
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let upper = word.to_uppercase();
    if let Some(found) = WORDS.iter().find(|w| w.name == upper || w.short.contains(&upper.as_str())) {
        return (found.parse)(rest.trim()).map(Some).map_err(|why| {
            UserError::new(format!("{}: {why}", found.name))
                .hint(format!("{} {}", found.name, found.operands))
        });
    }
    if rest.is_empty() && word.contains('-') {
        return Ok(Some(Command::Action(word.to_lowercase())));
    }
    Err(UserError::new(format!("{upper} is not a command")).hint(elsewhere::hint(&upper)))
}

/// `1204`, `50%`, `$`: LOCATE without its word.
fn bare_place(text: &str) -> Option<Place> {
    match text {
        "$" => Some(Place::Bottom),
        "^" => Some(Place::Top),
        _ => match text.strip_suffix('%') {
            Some(n) => n.trim().parse().ok().map(|p: u8| Place::Percent(p.min(100))),
            None => text.replace(',', "").parse().ok().map(Place::Line),
        },
    }
}

fn locate(text: &str) -> std::result::Result<Command, String> {
    let text = needs(text, "a line, a percentage or a name")?;
    let upper = text.to_uppercase();
    if let Some(page) = upper.strip_prefix("PAGE ") {
        return print::sheet(page).map(Command::Sheet);
    }
    let place = match (bare_place(&text), exclude::kind(&upper), upper.as_str()) {
        (Some(place), ..) => place,
        (.., line) if let Some(n) = line.strip_prefix('=').and_then(|n| n.trim().parse().ok()) => {
            Place::FileLine(n)
        }
        (_, Some((kind, from)), _) => Place::Kind(kind, from),
        (.., "TOP" | "FIRST") => Place::Top,
        (.., "BOTTOM" | "LAST" | "MAX") => Place::Bottom,
        (.., name) if name.starts_with('.') => Place::Label(label_name(name)?),
        (.., name) => Place::Symbol(name.to_owned()),
    };
    Ok(Command::Locate(place))
}

fn label(text: &str) -> std::result::Result<Command, String> {
    label_name(text).map(Command::Label)
}

fn label_name(text: &str) -> std::result::Result<String, String> {
    let text = needs(text, "a label")?;
    find::label(&text)
}

fn say<T: std::str::FromStr<Err = UserError>>(text: &str) -> std::result::Result<Say<T>, String> {
    match text.trim() {
        "" => Ok(Say::Nothing),
        auto if auto.eq_ignore_ascii_case("auto") => Ok(Say::Auto),
        name => name.parse().map(Say::Is).map_err(|e: UserError| format!("{}: {}", e.what, e.cause)),
    }
}

fn switch(text: &str) -> std::result::Result<Switch, String> {
    match text.to_uppercase().as_str() {
        "" => Ok(Switch::Toggle),
        "ON" => Ok(Switch::On),
        "OFF" => Ok(Switch::Off),
        other => Err(format!("{other} is neither ON nor OFF")),
    }
}

fn tabs(text: &str) -> std::result::Result<TabStops, String> {
    match text.to_uppercase().as_str() {
        "" | "AUTO" | "ON" => Ok(TabStops::Auto),
        "COBOL" | "STD" => Ok(TabStops::Cobol),
        n => {
            let columns = n.parse().ok().filter(|n| (1..=32).contains(n));
            columns
                .map(TabStops::Every)
                .ok_or_else(|| format!("{text} is neither COBOL nor AUTO nor a number from 1 to 32"))
        }
    }
}

fn note(text: &str) -> NoteTo {
    match text {
        "" => NoteTo::Show,
        _ if text.eq_ignore_ascii_case("delete") => NoteTo::Delete,
        _ => NoteTo::Write(text.to_owned()),
    }
}

fn split(text: &str) -> SplitTo {
    match text.to_uppercase().as_str() {
        "" => SplitTo::Toggle,
        "OFF" => SplitTo::Off,
        "H" | "HORIZ" => SplitTo::Way(Halves::Above),
        "V" | "VERT" => SplitTo::Way(Halves::Beside),
        _ => SplitTo::File(text.to_owned()),
    }
}

fn hex(text: &str) -> std::result::Result<HexSwitch, String> {
    let upper = text.to_uppercase();
    // ISPF has HEX ON VERT and HEX ON DATA, in either order.
    let words: Vec<&str> = upper.split_whitespace().collect();
    match words.as_slice() {
        ["DUMP" | "DATA"] | ["ON", "DUMP" | "DATA"] | ["DUMP" | "DATA", "ON"] => Ok(HexSwitch::Dump),
        ["VERT"] | ["ON", "VERT"] | ["VERT", "ON"] => Ok(HexSwitch::Vertical(Switch::On)),
        _ => switch(text).map(HexSwitch::Vertical),
    }
}

fn needs(text: &str, what: &str) -> std::result::Result<String, String> {
    if text.is_empty() { Err(format!("{what} is missing")) } else { Ok(text.to_owned()) }
}

#[cfg(test)]
mod tests;
