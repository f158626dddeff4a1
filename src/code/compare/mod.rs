//! Two sources beside each other: which lines changed, came in, went, and which paragraphs only stand somewhere else. Takes lines
//! and outlines; opens no files and knows no panes.
//!
//! Lines are compared by what they say ([`Rules`]): of a card what stands between the sequence number and the identification, of
//! a listing the cards in it. Lines that say the same have one number each, made from 128 bits of their BLAKE3 digest, so no text
//! is held. First, lines that occur once on both sides and in the same order are taken for the same (after B. Cohen's patience
//! diff), and so again between two of them; what then lies between is compared by `imara-diff` (histogram, Myers where lines repeat
//! too often), in pieces of 8,192 lines where it is over 16,384 of them. Then a
//! paragraph, section, record or file description that is gone here and is there with the same name and most of its lines is
//! said to have moved.
//!
//! Invariants: the changes applied to the lines of the first side give those of the second; comparing the sides the other
//! way round gives the same changes the other way round; time is near linear in the lines, memory some 70 bytes a line.

mod line;
mod moves;
mod script;

pub use line::{Rules, Side, Taker, TooMany};

use super::model::{Symbol, SymbolKind};
use super::outline::{Outline, Several};
use crate::base::num::to_usize;
use crate::base::{Budget, LineNo, Stop};
use imara_diff::{Hunk, Interner};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Lines of one side at most.
pub const MOST_LINES: u32 = 4_000_000;

/// The numbers of lines that say the same, for both sides of a comparison.
#[derive(Default)]
pub struct Sayings(Interner<[u8; 16]>);

/// What happened to lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Lines of the first side stand as other lines on the second.
    Changed,
    /// Lines came in.
    Inserted,
    /// Lines are gone.
    Deleted,
    /// A paragraph, section, record or file description stands somewhere else.
    Moved,
}

impl ChangeKind {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Inserted => "inserted",
            Self::Deleted => "deleted",
            Self::Moved => "moved",
        }
    }

    /// What it is from the other side.
    fn turned(self) -> Self {
        match self {
            Self::Inserted => Self::Deleted,
            Self::Deleted => Self::Inserted,
            other => other,
        }
    }
}

/// Something that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What happened.
    pub kind: ChangeKind,
    /// The lines of the first side, by their numbers among those that count; empty where lines came in, at the place before
    /// which they did.
    pub a: Range<u32>,
    /// The same of the second side.
    pub b: Range<u32>,
    /// The paragraph, section or the like that it is in, or that moved; empty outside of all.
    pub inside: String,
    /// All its lines are comments.
    pub comments: bool,
    /// It is a change inside of the last one that moved.
    pub inner: bool,
}

/// How many lines differ, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Changes, those inside of what moved among them.
    pub changes: u64,
    /// Lines of the first side that stand as others on the second, and those others.
    pub changed: (u64, u64),
    /// Lines that came in.
    pub inserted: u64,
    /// Lines that are gone.
    pub deleted: u64,
    /// Blocks that moved.
    pub moved: u64,
    /// Lines of the first side that moved, changed or not.
    pub moved_lines: u64,
    /// Changes in which all lines are comments.
    pub comments: u64,
}

/// Two sides, compared.
#[derive(Debug)]
pub struct Comparison {
    /// The first side.
    pub a: Side,
    /// The second side.
    pub b: Side,
    /// What differs, in the order of the first side; what changed inside of a block that moved follows that.
    pub changes: Vec<Change>,
    /// How much.
    pub counts: Counts,
}

impl Comparison {
    /// Whether nothing differs that counts.
    pub fn is_same(&self) -> bool {
        self.changes.is_empty()
    }

    /// Whether line `a` of the first side says what line `b` of the second does.
    pub fn is_alike(&self, a: u32, b: u32) -> bool {
        let said = |side: &Side, at: u32| side.tokens.get(to_usize(at.into())).copied();
        said(&self.a, a).is_some_and(|said_a| Some(said_a) == said(&self.b, b))
    }
}

/// Compares two sides that were taken with the same sayings; `outlines` are theirs.
///
/// # Errors
/// If `budget` ends.
pub fn compare(
    (a, b): (Side, Side),
    outlines: (&Outline, &Outline),
    sayings: &Sayings,
    budget: &Budget,
) -> Result<Comparison, Stop> {
    // Who is first must make no difference: what is found does not depend on the order of the sides.
    let turned = a.print > b.print;
    let (first, second) = if turned { (&b, &a) } else { (&a, &b) };
    let (outline_1, outline_2) = if turned { (outlines.1, outlines.0) } else { outlines };
    let blocks = (moves::blocks(outline_1, first), moves::blocks(outline_2, second));
    let tokens = sayings.0.num_tokens();
    let (hunks, moved) = moves::script((first, second), &blocks, tokens, budget)?;
    let mut changes: Vec<Change> = hunks.iter().map(|hunk| of_hunk(hunk, false)).collect();
    for block in moved {
        let Hunk { before, after } = block.at;
        changes.push(Change { kind: ChangeKind::Moved, ..of_hunk(&Hunk { before, after }, false) });
        changes.extend(block.inner.iter().map(|hunk| of_hunk(hunk, true)));
    }
    if turned {
        for change in &mut changes {
            std::mem::swap(&mut change.a, &mut change.b);
            change.kind = change.kind.turned();
        }
    }
    let mut counts = Counts::default();
    let several = (Several::of(outlines.0), Several::of(outlines.1));
    for change in &mut changes {
        let all_are = |side: &Side, lines: &Range<u32>| lines.clone().all(|at| side.is_comment(at));
        change.comments =
            change.kind != ChangeKind::Moved && all_are(&a, &change.a) && all_are(&b, &change.b);
        let (outline, side, lines) = if change.a.is_empty() {
            ((outlines.1, several.1), &b, change.b.clone())
        } else {
            ((outlines.0, several.0), &a, change.a.clone())
        };
        // A block that moved begins with the comments above its heading.
        let heading = |at: &u32| change.kind != ChangeKind::Moved || !side.is_comment(*at);
        let at = lines.clone().find(heading).unwrap_or(lines.start);
        change.inside = inside(outline, side.line(at));
        count(&mut counts, change);
    }
    sort(&mut changes);
    Ok(Comparison { a, b, changes, counts })
}

fn of_hunk(hunk: &Hunk, inner: bool) -> Change {
    let kind = match (hunk.before.is_empty(), hunk.after.is_empty()) {
        (true, _) => ChangeKind::Inserted,
        (_, true) => ChangeKind::Deleted,
        _ => ChangeKind::Changed,
    };
    let (a, b) = (hunk.before.clone(), hunk.after.clone());
    Change { kind, a, b, inside: String::new(), comments: false, inner }
}

fn count(counts: &mut Counts, change: &Change) {
    let lines = |range: &Range<u32>| u64::from(range.end.saturating_sub(range.start));
    counts.changes += 1;
    counts.comments += u64::from(change.comments);
    match change.kind {
        ChangeKind::Changed => {
            counts.changed.0 += lines(&change.a);
            counts.changed.1 += lines(&change.b);
        }
        ChangeKind::Inserted => counts.inserted += lines(&change.b),
        ChangeKind::Deleted => counts.deleted += lines(&change.a),
        ChangeKind::Moved => {
            counts.moved += 1;
            counts.moved_lines += lines(&change.a);
        }
    }
}

/// In the order of the first side; what is inside of a block that moved stays behind that.
fn sort(changes: &mut Vec<Change>) {
    let mut keyed = Vec::with_capacity(changes.len());
    let mut group = (0, 0);
    for (nth, change) in changes.drain(..).enumerate() {
        if !change.inner {
            group = (change.a.start, change.b.start);
        }
        let within = if change.inner { (1, change.a.start, nth) } else { (0, 0, 0) };
        keyed.push((group, within, change));
    }
    keyed.sort_by_key(|(group, within, _)| (*group, *within));
    changes.extend(keyed.into_iter().map(|(.., change)| change));
}

/// What a line is in, by its innermost name, and of which program that is where there are several.
fn inside((outline, several): (&Outline, Several<'_>), line: LineNo) -> String {
    let holds = |s: &Symbol| !matches!(s.kind, SymbolKind::Copy | SymbolKind::Exec);
    let name = |s: &Symbol| match s.kind {
        SymbolKind::Division => format!("{} DIVISION", s.name),
        SymbolKind::Section => format!("{} SECTION", s.name),
        _ => s.name.clone(),
    };
    let inside = outline.path_at(line).iter().rev().find(|s| holds(s)).map(name).unwrap_or_default();
    match several.at(line) {
        Some(program) if program != inside => format!("{inside} OF {program}"),
        _ => inside,
    }
}

/// Places in a slice from places in a comparison.
fn slice<'s, T>(all: &'s [T], range: &Range<u32>) -> &'s [T] {
    all.get(to_usize(range.start.into())..to_usize(range.end.into())).unwrap_or_default()
}

#[cfg(test)]
mod tests;
