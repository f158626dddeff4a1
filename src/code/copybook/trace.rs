//! Text whose lines know where they are from, while it is made and when it is whole.

use super::statement::CopyKind;
use crate::base::num::{to_u64, to_usize};
use crate::base::{LineNo, Stop};
use crate::code::model::SourceFormat;
use serde::Serialize;
use std::sync::Arc;

/// Where a line is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Origin {
    /// 0 is the program; `n` is what number `n - 1` of [`Expanded::copies`] put in.
    pub source: u32,
    /// The line there, from 0.
    pub line: u32,
    /// REPLACING or REPLACE changed it.
    pub changed: bool,
}

impl Origin {
    /// Number of the line there.
    pub fn line_no(self) -> LineNo {
        LineNo::from_index(self.line.into())
    }
}

/// Lines and where they are from.
#[derive(Debug, Default)]
pub(super) struct Traced {
    pub text: Vec<u8>,
    pub origins: Vec<Origin>,
}

impl Traced {
    /// Ends the last line, if it is not.
    pub fn end_line(&mut self) {
        if self.text.last().is_some_and(|b| *b != b'\n') {
            self.text.push(b'\n');
        }
    }

    /// Adds a line with its ending.
    pub fn push(&mut self, line: &[u8], origin: Origin) {
        self.end_line();
        self.text.extend_from_slice(line);
        self.origins.push(origin);
    }

    /// Adds lines; they end with a line's end then.
    pub fn append(&mut self, lines: Self) {
        self.end_line();
        if self.text.is_empty() {
            *self = lines;
        } else {
            self.text.extend_from_slice(&lines.text);
            self.origins.extend_from_slice(&lines.origins);
        }
        self.end_line();
    }
}

/// Where the lines of a text are from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Lineage<'l> {
    /// They are the lines of this source.
    Source(u32),
    /// One by one.
    Each(&'l [Origin]),
}

impl Lineage<'_> {
    /// Origin of line `line`, from 0.
    pub fn of(self, line: u32) -> Origin {
        match self {
            Self::Source(source) => Origin { source, line, changed: false },
            Self::Each(origins) => origins.get(to_usize(line.into())).copied().unwrap_or_default(),
        }
    }
}

/// What became of a statement that puts a member in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is in.
    Copied,
    /// There is no such member.
    Missing,
    /// There is one, and it was not put in: see the remark.
    Refused,
}

/// A statement that puts a member in, each time that it is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// What kind of statement.
    pub kind: CopyKind,
    /// The name, as it is written.
    pub name: String,
    /// The library, if one is named.
    pub library: Option<String>,
    /// What names the file of the member.
    pub file: Option<Arc<str>>,
    /// What became of it.
    pub outcome: Outcome,
    /// Where the statement stands.
    pub at: Origin,
    /// The first and the last line of the result that it put in; `None` if it gave none.
    pub lines: Option<(LineNo, LineNo)>,
}

/// What a remark is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RemarkKind {
    /// A member that is not there.
    Missing,
    /// A member that is there and cannot be used.
    Refused,
    /// A member that is not in the library that was named.
    Elsewhere,
    /// A member that is in itself.
    Cycle,
    /// Too many levels, members, bytes or words.
    Limit,
    /// A statement that cannot be read.
    Syntax,
    /// A text that is changes to another one, which is not put in.
    Basis,
}

/// Something worth knowing about a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// About what.
    pub kind: RemarkKind,
    /// Where.
    pub at: Origin,
    /// Which column, from 1.
    pub column: u32,
    /// A sentence.
    pub message: String,
}

/// A program with its copybooks put in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expanded {
    /// The text. Statements that were done are comments in it.
    pub text: Vec<u8>,
    /// The format of its first line.
    pub format: SourceFormat,
    /// Where each line is from.
    pub origins: Vec<Origin>,
    /// The statements that put members in, in the order in which they are met.
    pub copies: Vec<Copy>,
    /// What is worth knowing.
    pub problems: Vec<Remark>,
    /// The work was stopped before its end: what follows is as it was.
    pub stopped: Option<Stop>,
}

impl Expanded {
    /// Where a line of the text is from.
    pub fn origin(&self, line: LineNo) -> Option<Origin> {
        self.origins.get(to_usize(line.index())).copied()
    }

    /// The statement that put a line in; `None` if it is one of the program.
    pub fn copy_of(&self, origin: Origin) -> Option<&Copy> {
        self.copies.get(to_usize(origin.source.checked_sub(1)?.into()))
    }

    /// Where a line is from, and from there outwards the statements through which it came: the last is in the program.
    pub fn chain(&self, origin: Origin) -> Vec<Origin> {
        std::iter::successors(Some(origin), |o| self.copy_of(*o).map(|c| c.at)).collect()
    }

    /// The last lines of what was put in, in order, each with its statement; the inner ones first.
    pub fn ends(&self) -> Vec<(LineNo, &Copy)> {
        let mut ends: Vec<_> = self.copies.iter().filter_map(|c| Some((c.lines?.1, c))).collect();
        // Statements are in the order in which they are met, so the inner ones are behind.
        ends.reverse();
        ends.sort_by_key(|(line, _)| *line);
        ends
    }

    /// The lines of the text that are from line `line` of the file `file`, or of the program if there is none.
    pub fn lines_of(&self, file: Option<&str>, line: LineNo) -> Vec<LineNo> {
        let from = |o: &Origin| self.copy_of(*o).and_then(|c| c.file.as_deref());
        let numbered = (0..).map(LineNo::from_index).zip(&self.origins);
        numbered.filter(|(_, o)| o.line_no() == line && from(o) == file).map(|(n, _)| n).collect()
    }

    /// Finds the lines that each statement put in.
    pub(super) fn find_lines(&mut self) {
        for (index, origin) in self.origins.iter().enumerate() {
            let line = LineNo::from_index(to_u64(index));
            let mut source = origin.source;
            while let Some(copy) = source.checked_sub(1).and_then(|s| self.copies.get_mut(to_usize(s.into())))
            {
                let first = copy.lines.map_or(line, |(first, _)| first);
                copy.lines = Some((first, line));
                source = copy.at.source;
            }
        }
    }
}
