//! The values that go in and out of this module. Plain and printable: they travel in requests and replies, and are
//! recorded.

use crate::base::{ByteOffset, LineNo};
use serde::{Deserialize, Serialize};

/// At most this many bytes of one line are in a page.
pub const LINE_CLIP: usize = 4096;

/// At most this many lines before, and as many after, the anchor are in a page.
pub const PAGE_LINES: u32 = 4096;

/// Where a page is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Anchor {
    /// At this line; beyond the last one it is the last one.
    Line(LineNo),
    /// At the line that holds this byte; beyond the end it is the last line.
    Offset(ByteOffset),
    /// At the last line.
    End,
    /// At the line that holds the byte at this part of the file, in percent; over 100 is the last line.
    Percent(u8),
}

/// Asks for the lines around an anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRequest {
    /// Where.
    pub anchor: Anchor,
    /// How many lines before the anchor's line, at most [`PAGE_LINES`].
    pub before: u32,
    /// How many lines after the anchor's line, at most [`PAGE_LINES`].
    pub after: u32,
    /// How many bytes at the start of each line are left out, for scrolling to the right in long lines.
    pub skip: u64,
    /// Lines that are longer come in pieces of so many bytes, each a line of the page; `before` and `after` count pieces then. 0
    /// for whole lines. A piece ends behind a blank if one is near, and never in a character of UTF-8. Nothing is skipped then.
    #[serde(default)]
    pub piece: u32,
}

impl PageRequest {
    /// The line at `anchor` and `after` lines below it.
    pub fn at(anchor: Anchor, after: u32) -> Self {
        Self { anchor, before: 0, after, skip: 0, piece: 0 }
    }
}

/// How a line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineEnd {
    /// A line feed, or the byte that stands for one.
    Lf,
    /// A carriage return and one of those.
    CrLf,
    /// Nothing, or the descriptor of the next record, of so many bytes: a record says how long it is.
    Counted(u8),
    /// Nothing: the file ends here.
    Missing,
}

impl LineEnd {
    /// Bytes that it takes.
    pub fn bytes(self) -> u64 {
        match self {
            Self::Lf => 1,
            Self::CrLf => 2,
            Self::Counted(bytes) => u64::from(bytes),
            Self::Missing => 0,
        }
    }
}

/// What carriage control makes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Printed {
    /// Bytes at its start that are control, not text.
    pub control: u8,
    /// It is printed over the line before.
    pub over: bool,
    /// It is the first of a page of print.
    pub page: bool,
    /// What stands for its control where that is not shown; `None` for single spacing.
    pub sign: Option<char>,
    /// The number of its page, if it is known.
    pub number: Option<u64>,
}

/// One line of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageLine {
    /// Where the line begins in the file.
    pub start: ByteOffset,
    /// Length of the whole line in bytes, without its ending. A lower bound if `cut_end`.
    pub length: u64,
    /// Its number, if it is known for certain.
    pub number: Option<LineNo>,
    /// Its bytes as they are in the file, from byte `skip` of the request on, at most [`LINE_CLIP`] of them. In a page of lines
    /// as they are printed, what is skipped counts from behind the control; a page that skips nothing has the control, too.
    pub text: Vec<u8>,
    /// How it ends.
    pub end: LineEnd,
    /// Some of it (of its first 4 MiB) could not be read; those bytes are given as zeros, and line ends among them are not
    /// seen.
    pub unreadable: bool,
    /// The real start was too far back to look for: `start` is a place inside the line.
    pub cut_start: bool,
    /// The real end was too far ahead to look for.
    pub cut_end: bool,
    /// It stands for so many lines that are not shown; then it has their length together and no text. 0 for a line.
    pub hidden: u64,
    /// What carriage control makes of it.
    #[serde(default)]
    pub printed: Printed,
    /// Bytes of the line before `text`, where that is a piece of it.
    #[serde(default)]
    pub inside: u64,
}

impl PageLine {
    /// Whether `text` goes on to the end of the line.
    pub fn is_last_piece(&self) -> bool {
        self.hidden > 0
            || self.inside.saturating_add(crate::base::num::to_u64(self.text.len())) >= self.length
    }

    /// Where the next line begins.
    pub fn next(&self) -> ByteOffset {
        self.start.plus(self.length.saturating_add(self.end.bytes()))
    }
}

/// What happened to a file since it was opened or refreshed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Nothing.
    #[default]
    Same,
    /// Bytes were appended; what was there is as it was.
    Grew,
    /// It is shorter.
    Shrank,
    /// Another file has its name, or it was written over in place.
    Replaced,
    /// Nothing has its name any more; what is shown is the deleted file.
    Vanished,
    /// It cannot be asked or opened any more.
    Unreadable,
}

/// Some lines of a file, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Size of the file in bytes.
    pub size: u64,
    /// The lines; none only if the file is empty.
    pub lines: Vec<PageLine>,
    /// Which of `lines` is the anchor's.
    pub anchor: usize,
    /// `skip` of the request.
    pub skip: u64,
    /// `piece` of the request.
    #[serde(default)]
    pub piece: u32,
    /// The first line of the file is among them.
    pub at_top: bool,
    /// The last line of the file is among them.
    pub at_bottom: bool,
    /// How many lines the file has, once that is known for certain.
    pub total_lines: Option<u64>,
    /// How many bytes from the start are indexed.
    pub indexed: u64,
    /// What happened to the open file in the meantime (its name is not looked at: see `SourceFile::changed`). Unless it
    /// is `Same` or `Grew` the lines were read again past the cache and have no numbers.
    pub change: Change,
    /// Lines are taken as they are printed.
    #[serde(default)]
    pub printed: bool,
    /// How many pages of print the file has, if that is known.
    #[serde(default)]
    pub sheets: Option<u64>,
}

/// How far a scan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ScanProgress {
    /// Bytes done, counted from the start of the file.
    pub done: u64,
    /// Size of the file in bytes.
    pub total: u64,
    /// Lines found so far.
    pub lines: u64,
    /// `total` is only what a guess makes of a file that is being unpacked.
    pub guessed: bool,
}

/// How a scan ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScanEnd {
    /// At the end of the file: all its lines are indexed.
    Complete {
        /// How many lines there are.
        lines: u64,
        /// How many bytes there are.
        size: u64,
        /// How many bytes could not be read.
        unreadable: u64,
    },
    /// Its budget ended; what was indexed stays.
    Stopped {
        /// How many bytes from the start are indexed.
        done: u64,
    },
    /// The file changed meanwhile: refresh it and scan again. What the sinks took is of no use.
    Changed(Change),
}

/// What is known of the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct IndexStatus {
    /// Size of the file in bytes.
    pub size: u64,
    /// How many bytes from the start are indexed.
    pub indexed: u64,
    /// How many lines are in them (all lines of the file if all of it is indexed).
    pub lines: u64,
    /// Memory that the index takes, in bytes.
    pub memory: u64,
}

impl IndexStatus {
    /// Whether all of the file is indexed.
    pub fn complete(&self) -> bool {
        self.indexed >= self.size
    }
}

/// What kind of text is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NeedleKind {
    /// The text itself.
    #[default]
    Literal,
    /// A regular expression in the syntax of the `regex` crate; `^` and `$` are the ends of a line.
    Regex,
    /// A picture as ISPF has it (z/OS ISPF Edit and Edit Macros, Picture strings): `=` any character, `@` a letter, `#` a
    /// digit, `$` neither letter nor digit nor blank, `¬` or `^` not a blank, `.` what cannot be displayed, `-` not a digit,
    /// `<` a small letter, `>` a capital, any other character itself.
    Picture,
    /// Bytes, as pairs of hexadecimal digits.
    Hex,
}

/// Where in a word a match must be. Letters, digits and `-_@#$` are parts of words, so a COBOL name is one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Anywhere.
    #[default]
    Chars,
    /// It is a whole word.
    Word,
    /// A word begins with it and goes on behind it.
    Prefix,
    /// A word ends with it and begins before it.
    Suffix,
}

/// Columns of a line, in bytes from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Columns {
    /// The first.
    pub first: u32,
    /// The last, in which a match must end; `None` for a match that begins exactly in the first.
    pub last: Option<u32>,
}

/// What to look for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct NeedleSpec {
    /// The text, the expression, the picture or the digits.
    pub text: String,
    /// Whether upper and lower case are the same.
    pub ignore_case: bool,
    /// How `text` is meant.
    pub kind: NeedleKind,
    /// Where in a word a match must be.
    pub part: Part,
    /// Where in its line a match must be; `None` for anywhere. In lines longer than 1 MiB they count from where a piece of
    /// it was read.
    pub columns: Option<Columns>,
}

/// Which way to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Towards the end of the file.
    #[default]
    Forward,
    /// Towards its start.
    Backward,
}

/// A match. Matches are those that a search of each line alone, from its start and without overlaps, gives. Lines longer
/// than 1 MiB are searched in pieces: there a match of an expression that is longer than 8 KiB may be found in part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// Where the match begins.
    pub offset: ByteOffset,
    /// How many bytes match; never 0.
    pub length: u64,
    /// Where its line begins (as far back as a page looks, see [`PageLine::cut_start`]).
    pub line_start: ByteOffset,
    /// The number of its line, if it is known for certain.
    pub line: Option<LineNo>,
}

/// How far a find or a count is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FindProgress {
    /// Bytes searched.
    pub done: u64,
    /// Bytes to search at most.
    pub total: u64,
    /// Matches so far.
    pub matches: u64,
}

/// All matches of a file, counted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MatchCount {
    /// How many matches.
    pub matches: u64,
    /// How many lines have one.
    pub lines: u64,
    /// Where the first begins.
    pub first: Option<ByteOffset>,
    /// Where the last begins.
    pub last: Option<ByteOffset>,
    /// Bytes searched from the start of the file.
    pub done: u64,
    /// Size of the file in bytes.
    pub size: u64,
    /// Whether all of the file was searched and all of it could be read.
    pub complete: bool,
    /// Matches in each of at most 1,000 equal parts of the file, for a scroll bar.
    pub density: Vec<u32>,
}
