//! `greenbar members FILE`: what is in a directory or in a file with members.

use super::interrupt;
use super::out::{Out, note};
use crate::base::num::{counted, thousands, to_u64};
use crate::base::text::{pad, pad_left, width};
use crate::base::{Exit, Result};
use crate::source::{Member, SortBy, fits, members};
use serde::Serialize;
use std::path::PathBuf;

/// Of which file, and which of them.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A directory, a tar or pax archive, a TSO transmission (XMIT) or an IEBUPDTE deck; packed with gzip or zstd or not.
    file: PathBuf,
    /// Only members whose name fits: * is any text, % one character.
    #[arg(long, value_name = "PATTERN")]
    filter: Option<String>,
    /// The order; without it that of the file.
    #[arg(long, value_name = "BY")]
    sort: Option<Sort>,
}

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Sort {
    /// Names.
    Name,
    /// Sizes, the largest first.
    Size,
    /// Times of the last change, the newest first.
    Changed,
    /// What they are.
    Kind,
}

impl Sort {
    fn by(self) -> SortBy {
        match self {
            Self::Name => SortBy::Name,
            Self::Size => SortBy::Size,
            Self::Changed => SortBy::Changed,
            Self::Kind => SortBy::Kind,
        }
    }
}

#[derive(Serialize)]
struct Document<'a> {
    file: String,
    container: &'a str,
    members: Vec<Row<'a>>,
    /// Members in all, also those that the filter leaves out.
    total: u64,
    problems: &'a [String],
}

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    kind: &'a str,
    bytes: Option<u64>,
    records: Option<u64>,
    changed: Option<&'a str>,
    user: Option<&'a str>,
    note: Option<&'a str>,
    opens: bool,
}

impl<'a> Row<'a> {
    fn of(m: &'a Member) -> Self {
        Self {
            name: &m.name,
            kind: m.kind.name(),
            bytes: m.bytes,
            records: m.records,
            changed: said(&m.changed),
            user: said(&m.user),
            note: said(&m.note),
            opens: m.opens,
        }
    }
}

fn said(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// Prints the list.
pub fn run(args: &Args, out: &mut Out) -> Result<Exit> {
    let list = members(&args.file, &interrupt::budget())?;
    let is_wanted = |m: &&Member| args.filter.as_ref().is_none_or(|pattern| fits(pattern, &m.name));
    let mut rows: Vec<&Member> = list.members.iter().filter(is_wanted).collect();
    if let Some(sort) = args.sort {
        rows.sort_by(|a, b| sort.by().order(a, b));
    }
    let exit = if rows.is_empty() { Exit::NotFound } else { Exit::Done };
    if out.is_json() {
        out.document(&Document {
            file: args.file.display().to_string(),
            container: &list.what,
            members: rows.into_iter().map(Row::of).collect(),
            total: to_u64(list.members.len()),
            problems: &list.problems,
        });
        return Ok(exit);
    }
    let all = counted(to_u64(list.members.len()), "member", "members");
    let shown = if rows.len() == list.members.len() { all } else { format!("{} of {all}", rows.len()) };
    out.line(&format!("{}: {shown}", list.what));
    let number = |n: Option<u64>| n.map(thousands).unwrap_or_default();
    let name = rows.iter().map(|m| width(&m.name)).max().unwrap_or(0).clamp(8, 60);
    for m in rows {
        if !out.is_open() {
            break;
        }
        let mut line = format!(
            "{}  {}  {}  {}  {}  {}  {}",
            pad(&m.name, name.max(width(&m.name))),
            pad(m.kind.name(), 9),
            pad_left(&number(m.bytes), 13),
            pad_left(&number(m.records), 9),
            pad(&m.changed, 16),
            pad(&m.user, 8),
            m.note
        );
        line.truncate(line.trim_end().len());
        out.line(&line);
    }
    for problem in &list.problems {
        note(problem);
    }
    Ok(exit)
}
