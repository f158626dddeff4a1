//! `greenbar compare A B`: what differs between two files or members.

mod sheet;

use super::out::{Out, Progress};
use super::source::{self, FormatArgs, Head, Opened};
use super::{interrupt, out};
use crate::base::num::counted;
use crate::base::{Exit, Result};
use crate::code::compare::{Comparison, Counts, Rules};
use crate::work::{Lines, compare_files, lines_of};
use serde::Serialize;
use sheet::Sheet;
use std::ops::Range;
use std::path::PathBuf;

/// Which files, and what counts.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The first file, or a member of one: 'old.xmi(PAYR010)'.
    a: PathBuf,
    /// The second.
    b: PathBuf,
    #[command(flatten)]
    format: FormatArgs,
    /// Show all changes and all of their lines, not only the first ones.
    #[arg(long)]
    all: bool,
    /// Sequence numbers and identifications (columns 1 to 6 and from 73 on) count, too.
    #[arg(long)]
    sequence: bool,
    /// Blank lines count, and how many blanks stand between words.
    #[arg(long)]
    blanks: bool,
    /// Comments do not count.
    #[arg(long)]
    no_comments: bool,
}

/// Changes that are shown without --all.
const CHANGES: usize = 200;
/// Lines of one change, on one side, that are shown without --all.
const LINES: usize = 40;

/// The document. A line that is blank, or of a listing no card, is none that counts.
#[derive(Serialize)]
struct Document {
    same: bool,
    a: Party,
    b: Party,
    counts: Counts,
    changes: Vec<Row>,
    /// Changes that are not in `changes`: --all shows them.
    left_out: usize,
}

#[derive(Serialize)]
struct Party {
    #[serde(flatten)]
    head: Head,
    /// Lines of the file.
    lines: u64,
    /// Those that count.
    compared: u32,
}

#[derive(Serialize)]
struct Row {
    kind: &'static str,
    inside: String,
    /// Only comments differ.
    comments: bool,
    /// It is inside of the block that moved last.
    inner: bool,
    a: Lines,
    b: Lines,
    /// The lines of a change, unless it is a block that moved.
    a_text: Vec<String>,
    b_text: Vec<String>,
}

/// Compares, and prints what differs.
pub fn run(args: &Args, out: &mut Out) -> Result<Exit> {
    let budget = interrupt::budget();
    let wanted = args.format.wanted();
    let (a, b) = (source::open(&args.a, wanted)?, source::open(&args.b, wanted)?);
    let rules = Rules { sequence: args.sequence, blanks: args.blanks, no_comments: args.no_comments };
    let mut progress = Progress::new(out.is_json());
    let mut told = |done, total| source::show(&mut progress, done, total);
    let found = compare_files(((&a.source, &a.facts), (&b.source, &b.facts)), rules, &budget, &mut told)?;
    drop(progress);
    for side in [&a, &b] {
        side.still_there()?;
    }
    let shown = if args.all { found.changes.len() } else { found.changes.len().min(CHANGES) };
    let most = if args.all { usize::MAX } else { LINES };
    if out.is_json() {
        let text = |opened: &Opened, side, range: &Range<u32>| -> Result<Vec<String>> {
            let lines = lines_of(&opened.source, side, range, most, &budget)?;
            Ok(lines.iter().map(|(_, bytes)| opened.text(bytes)).collect())
        };
        let mut changes = Vec::with_capacity(shown);
        for change in found.changes.iter().take(shown) {
            let moved = change.kind == crate::code::compare::ChangeKind::Moved;
            let none = 0..0;
            let (in_a, in_b) = if moved { (&none, &none) } else { (&change.a, &change.b) };
            changes.push(Row {
                kind: change.kind.name(),
                inside: change.inside.clone(),
                comments: change.comments,
                inner: change.inner,
                a: Lines::of(&found.a, &change.a),
                b: Lines::of(&found.b, &change.b),
                a_text: text(&a, &found.a, in_a)?,
                b_text: text(&b, &found.b, in_b)?,
            });
        }
        let party = |opened: &Opened, side: &crate::code::compare::Side| Party {
            head: opened.head(),
            lines: side.total(),
            compared: side.len(),
        };
        let (party_a, party_b) = (party(&a, &found.a), party(&b, &found.b));
        let left_out = found.changes.len() - shown;
        let (same, counts) = (found.is_same(), found.counts);
        out.document(&Document { same, a: party_a, b: party_b, counts, changes, left_out });
    } else {
        let mut sheet = Sheet::new((&a, &b), &found, most, &budget);
        sheet.print(shown, out)?;
        out.line(&summary(&found));
        if shown < found.changes.len() {
            out::note(&format!("{shown} of {} changes shown; --all shows the others", found.changes.len()));
        }
    }
    Ok(if found.is_same() { Exit::Done } else { Exit::NotFound })
}

/// How much differs, in a sentence.
fn summary(found: &Comparison) -> String {
    if found.is_same() {
        return format!("the same: {} compared", counted(found.a.len().into(), "line", "lines"));
    }
    let c = &found.counts;
    let mut parts = Vec::new();
    for (count, what) in [(c.changed.0, "changed"), (c.inserted, "inserted"), (c.deleted, "deleted")] {
        if count > 0 {
            parts.push(format!("{} {what}", counted(count, "line", "lines")));
        }
    }
    if c.moved > 0 {
        let lines = counted(c.moved_lines, "line", "lines");
        parts.push(format!("{} moved ({lines})", counted(c.moved, "block", "blocks")));
    }
    if c.comments > 0 {
        parts.push(format!("{} in comments only", counted(c.comments, "change is", "changes are")));
    }
    parts.join(", ")
}
