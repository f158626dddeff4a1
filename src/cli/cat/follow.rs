//! `greenbar cat --follow FILE`: the end of a file that grows, as it is written.
//!
//! A line is printed once it has ended; what has not ended when the reading is stopped is printed then. The file is looked at
//! some times a second, also on network file systems, which tell of no changes.

use super::{Args, Sheet};
use crate::base::num::to_u64;
use crate::base::{Budget, ByteOffset, Exit, LineNo, Result, UserError};
use crate::cli::out::{Out, note};
use crate::cli::source::Opened;
use crate::source::{Anchor, Change, PageRequest};
use crate::work::{facts_of, renewed, whole_lines};
use std::time::Duration;

/// Lines that are printed at the start.
const LAST: u32 = 10;
/// Time between two looks.
const LOOK: Duration = Duration::from_millis(200);
/// Time between two looks whether the reading is to end.
const STEP: Duration = Duration::from_millis(20);

/// Prints the end of a file and what comes.
pub(super) fn run(args: &Args, mut opened: Opened, budget: &Budget, out: &mut Out) -> Result<Exit> {
    if out.is_json() {
        return Err(UserError::new("--follow gives no JSON")
            .cause("a document has an end, and this has none")
            .hint("leave out --json: a line is a line of the file"));
    }
    if args.lines.is_some_and(|range| range.last != u64::MAX) {
        return Err(UserError::new("--follow goes on after the last line")
            .hint("give where it begins: --lines 120:, or --lines 1: for all of the file"));
    }
    let (at, number) = begin(args, &opened, budget)?;
    let mut tail = Tail { args, at, number };
    let mut told = Change::Same;
    loop {
        let whole = match whole_lines(&opened.source, budget) {
            Ok(whole) => whole,
            Err(_) if budget.check().is_err() => break,
            Err(error) => return Err(error),
        };
        if !tail.print(&opened, whole, budget, out)? {
            return Ok(Exit::Interrupted);
        }
        if !out.flush() {
            return Ok(Exit::Done);
        }
        if !wait(budget) {
            break;
        }
        let change = match renewed(&opened.source) {
            Ok(change) => change,
            Err(error) => {
                if told != Change::Unreadable {
                    note(&format!("greenbar: {error}: it is tried again"));
                }
                told = Change::Unreadable;
                continue;
            }
        };
        if let Some(text) = said(change).filter(|_| change != told || begins_anew(change)) {
            note(&format!("greenbar: {} {text}", args.file.display()));
        }
        told = change;
        if begins_anew(change) {
            opened.facts = facts_of(&opened.source);
            (tail.at, tail.number) = (opened.source.first_line().0, 1);
        }
    }
    // What was not whole yet: nobody waits for its end any more.
    tail.print(&opened, u64::MAX, &Budget::unlimited(), out)?;
    Ok(Exit::Interrupted)
}

/// Whether what is printed next is the start of the file.
fn begins_anew(change: Change) -> bool {
    matches!(change, Change::Shrank | Change::Replaced)
}

/// What to say of a change.
fn said(change: Change) -> Option<&'static str> {
    match change {
        Change::Same | Change::Grew => None,
        Change::Shrank => Some("was cut off: it is followed from its new start"),
        Change::Replaced => Some("is another file now: the new one is followed"),
        Change::Vanished => Some("is gone: a new file of that name will be followed"),
        Change::Unreadable => Some("cannot be read: it is tried again"),
    }
}

/// Where to begin, and the number of the line there.
fn begin(args: &Args, opened: &Opened, budget: &Budget) -> Result<(u64, u64)> {
    let source = &opened.source;
    if let Some(range) = args.lines {
        let at = source.offset_of_line(LineNo::new(range.first), budget)?;
        return Ok(at.map_or((source.size(), range.first), |at| (at.0, range.first)));
    }
    if args.numbers {
        // So that they are known at the end.
        source.offset_of_line(LineNo::new(u64::MAX), budget)?;
    }
    let request = PageRequest { before: LAST - 1, ..PageRequest::at(Anchor::End, 0) };
    let page = source.page(&request, budget)?;
    let first = page.lines.first();
    let number = first.and_then(|line| line.number).map_or(1, LineNo::get);
    Ok((first.map_or(source.first_line().0, |line| line.start.0), number))
}

/// How far the file is printed.
struct Tail<'a> {
    args: &'a Args,
    at: u64,
    number: u64,
}

impl Tail<'_> {
    /// Prints the lines up to the one that begins at `until`. False if that was stopped in the middle.
    fn print(&mut self, opened: &Opened, until: u64, budget: &Budget, out: &mut Out) -> Result<bool> {
        let until = until.min(opened.source.size());
        if until <= self.at {
            return Ok(true);
        }
        let mut sheet = Sheet::new(opened, self.args, self.number, out);
        let mut all = u64::MAX;
        let range = (ByteOffset(self.at), ByteOffset(until));
        let read =
            opened.source.lines_until(range, budget, &mut |part, ends| sheet.take(part, ends, &mut all));
        (self.at, self.number) = (until, sheet.number);
        match read {
            Ok(_) => Ok(true),
            Err(_) if budget.check().is_err() => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// Waits for the next look. False if the reading is to end.
fn wait(budget: &Budget) -> bool {
    let steps = LOOK.as_millis() / STEP.as_millis().max(1);
    (0..to_u64(usize::try_from(steps).unwrap_or(1))).all(|_| {
        std::thread::sleep(STEP);
        budget.check().is_ok()
    })
}
