//! The values of this module that travel in replies.

use super::cards::Cards;
use crate::base::{ByteOffset, LineNo};
use serde::{Deserialize, Serialize};

/// What a symbol of an outline is. The structural scan gives programs, divisions, sections, paragraphs, entries, files,
/// data items of level 01 and 77, and copies; a parse gives all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SymbolKind {
    /// A compile unit (PROGRAM-ID, FUNCTION-ID, CLASS-ID).
    Program,
    /// A division.
    Division,
    /// A section, of any division.
    Section,
    /// A paragraph of the PROCEDURE DIVISION.
    Paragraph,
    /// An ENTRY statement.
    Entry,
    /// FD or SD.
    File,
    /// SELECT: a file with the name that it has outside of the program.
    Select,
    /// A data item.
    Data,
    /// A condition name (level 88).
    Condition,
    /// An index name.
    Index,
    /// COPY, EXEC SQL INCLUDE, ++INCLUDE or -INC.
    Copy,
    /// CALL.
    Call,
    /// PERFORM of a paragraph or section.
    Perform,
    /// GO TO.
    Goto,
    /// An EXEC block.
    Exec,
    /// A compile unit of a listing.
    Unit,
    /// A section of a listing.
    Part,
}

/// One symbol of an outline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Symbol {
    /// What it is.
    pub kind: SymbolKind,
    /// Its name as it is written; a division or section without its second word. `FILLER` for unnamed data.
    pub name: String,
    /// Level number of a data item (1, 77), 0 for other kinds.
    pub level: u8,
    /// How many symbols it is inside of.
    pub depth: u8,
    /// The line where it is named.
    pub line: LineNo,
    /// Where that line begins.
    pub offset: ByteOffset,
    /// Its last line.
    pub end_line: LineNo,
    /// Index of the symbol that it is inside of.
    pub parent: Option<u32>,
    /// What a SELECT assigns to its file, as it is written; `None` if it does not say, and for all other symbols.
    pub assigned: Option<String>,
}

impl Symbol {
    /// A SELECT as it is written: `SELECT PAY-FILE ASSIGN TO PAYDD`.
    pub fn as_select(&self) -> String {
        let assigned = self.assigned.as_ref().map(|name| format!(" ASSIGN TO {name}"));
        format!("SELECT {}{}", self.name, assigned.unwrap_or_default())
    }
}

/// Something a scan stumbled over, which does not stop it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Where.
    pub line: LineNo,
    /// Which column, from 1.
    pub column: u32,
    /// What is wrong, as a sentence.
    pub message: String,
}

/// How the lines of a source are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceFormat {
    /// Sequence 1-6, indicator 7, area A 8-11, area B 12-72, identification 73-80.
    #[default]
    Fixed,
    /// No areas; comments begin with `*>`.
    Free,
    /// As fixed, but code goes on after column 72: variable format, or IBM's SRCFORMAT(EXTEND). Nothing in the lines
    /// tells it from fixed, so it is never guessed, only said by a directive or by a person.
    Variable,
    /// A compiler listing: the source is what its cards hold, and all else on its lines is blank to a reader of source. The
    /// value says what is known of its columns, and whether what follows is source.
    Listing(Cards),
    /// It does not look like COBOL.
    NotCobol,
}

impl SourceFormat {
    /// Whether the code has no areas.
    pub fn is_free(self) -> bool {
        match self {
            Self::Free => true,
            Self::Listing(cards) => cards.is_free(),
            Self::Fixed | Self::Variable | Self::NotCobol => false,
        }
    }

    /// Whether it is a compiler listing.
    pub fn is_listing(self) -> bool {
        matches!(self, Self::Listing(_))
    }

    /// What it is called where it is not what is expected, fixed format.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Free => Some("free format"),
            Self::Variable => Some("variable format"),
            Self::Listing(_) => Some("listing"),
            Self::Fixed | Self::NotCobol => None,
        }
    }

    /// Columns at the start of lines that tell what a line is: the sequence number with the indicator, or in a listing the number
    /// of the compiler with the mark of what was copied. 0 if there are none.
    pub fn numbered_columns(self) -> usize {
        match self {
            Self::Fixed | Self::Variable => 7,
            Self::Listing(cards) => cards.numbered_to(),
            Self::Free | Self::NotCobol => 0,
        }
    }

    /// The number that the compiler of a listing gave to a line.
    pub fn line_id(self, line: &[u8]) -> Option<u32> {
        let Self::Listing(mut cards) = self else { return None };
        cards.take(line)?.number(line)
    }

    /// Takes the next line (without its line feed): the part of it that is source, if there is one. In all formats but
    /// listings that is the line.
    #[inline]
    pub fn source_line<'l>(&mut self, line: &'l [u8]) -> Option<&'l [u8]> {
        match self {
            Self::Listing(cards) => cards.take(line).map(|card| card.of(line)),
            _ => Some(line),
        }
    }

    /// The format behind a directive that says to which one it changes. A listing stays one.
    pub(super) fn changed_to(self, to: Option<Self>) -> Self {
        match (self, to) {
            (Self::Listing(cards), Some(to)) => Self::Listing(cards.directed(to.is_free())),
            (_, Some(to)) => to,
            (format, None) => format,
        }
    }
}

/// What a source looks like, and how sure that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormatGuess {
    /// The format.
    pub format: SourceFormat,
    /// How sure, 0 to 100.
    pub confidence: u8,
}

/// What one line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// Nothing in the areas A and B.
    Blank,
    /// A comment: `*` or `/` in column 7, or `*>` first.
    Comment,
    /// A debugging line: `D` in column 7, or `>>D` first.
    Debug,
    /// Goes on with the line before: `-` in column 7.
    Continuation,
    /// For the compiler: `>>`, `$`, CBL, PROCESS, EJECT, SKIP1, TITLE and the like.
    Directive,
    /// Anything else.
    Code,
}

/// What a stretch of a line is, for highlighting. Colours are the business of the theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Columns 1-6.
    Sequence,
    /// Column 7.
    Indicator,
    /// A comment.
    Comment,
    /// A word of the language: verbs, words of divisions, clauses, directives.
    Keyword,
    /// A literal in quotes, or a figurative constant such as SPACES.
    Literal,
    /// A number.
    Number,
    /// A name the programmer chose.
    Name,
    /// The name of a paragraph or section, where it begins.
    Heading,
    /// A level number.
    Level,
    /// The character string of a PICTURE.
    Picture,
    /// Text of an EXEC block.
    Exec,
    /// Columns 73-80: change tags.
    Ident,
}

/// A stretch of a line. What lies between two of them is blank or punctuation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// First byte in the line, from 0.
    pub start: u32,
    /// How many bytes.
    pub length: u32,
    /// What it is.
    pub role: Role,
}

/// What must be known of the lines before to highlight one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct LineContext {
    /// Format of the source.
    pub format: SourceFormat,
    /// The line begins inside an EXEC block.
    pub in_exec: bool,
    /// The line begins where the character string of a PICTURE is due.
    pub in_picture: bool,
}
