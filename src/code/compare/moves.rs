//! Blocks that stand somewhere else: paragraphs, sections, records and file descriptions by their names.

use super::line::Side;
use super::script::Differ;
use super::slice;
use crate::base::num::to_usize;
use crate::base::{Budget, Stop};
use crate::code::model::SymbolKind;
use crate::code::outline::Outline;
use imara_diff::{Hunk, Token};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

/// What tells a block from others: its kind, its program, its name.
type Name = (SymbolKind, String, String);

/// Where the blocks of a side are whose names are there once; outer ones come before those in them.
pub(super) type Blocks = (Vec<Name>, HashMap<Name, Range<u32>>);

/// A block that stands somewhere else.
pub(super) struct Moved {
    /// Where it was and where it is.
    pub at: Hunk,
    /// What changed in it.
    pub inner: Vec<Hunk>,
}

/// The blocks of a side.
pub(super) fn blocks(outline: &Outline, side: &Side) -> Blocks {
    let (mut order, mut all): (Vec<Name>, HashMap<Name, Range<u32>>) = (Vec::new(), HashMap::new());
    let mut twice: HashSet<Name> = HashSet::new();
    let symbols = || outline.window(0, outline.len()).into_iter();
    let programs = symbols().filter(|s| s.kind == SymbolKind::Program).count();
    let mut program = String::new();
    for symbol in symbols() {
        match symbol.kind {
            // Of a file with one program the name of that may be what changed.
            SymbolKind::Program if programs > 1 => program = symbol.name.to_ascii_uppercase(),
            SymbolKind::Section | SymbolKind::Paragraph | SymbolKind::Data | SymbolKind::File => {
                let name = (symbol.kind, program.clone(), symbol.name.to_ascii_uppercase());
                // Comments above a heading are about what is below it.
                let above = |mut at: u32| {
                    while at > 0 && side.is_comment(at - 1) {
                        at -= 1;
                    }
                    at
                };
                let end = side.at(symbol.end_line.plus(1));
                let range = above(side.at(symbol.line))..if end < side.len() { above(end) } else { end };
                if range.is_empty() || twice.contains(&name) {
                    continue;
                }
                if all.insert(name.clone(), range).is_some() {
                    all.remove(&name);
                    twice.insert(name);
                } else {
                    order.push(name);
                }
            }
            _ => {}
        }
    }
    order.retain(|name| all.contains_key(name));
    (order, all)
}

/// What has to be done to the first side to have the second: runs of lines outside of blocks that moved, and those blocks.
pub(super) fn script(
    (a, b): (&Side, &Side),
    blocks: &(Blocks, Blocks),
    tokens: u32,
    budget: &Budget,
) -> Result<(Vec<Hunk>, Vec<Moved>), Stop> {
    let mut differ = Differ::new(tokens);
    let plain = differ.hunks(&a.tokens, &b.tokens, budget)?;
    let moved = moved((a, b), blocks, &plain, budget)?;
    if moved.is_empty() {
        return Ok((plain, Vec::new()));
    }
    // The rest is compared as if the blocks had never been there.
    let (rest_a, places_a) = without(&a.tokens, moved.iter().map(|m| &m.before));
    let (rest_b, places_b) = without(&b.tokens, moved.iter().map(|m| &m.after));
    let rest = differ.hunks(&rest_a, &rest_b, budget)?;
    let mut all = Vec::with_capacity(rest.len());
    for hunk in rest {
        let mut before = pieces(&places_a, &hunk.before).into_iter();
        let mut after = pieces(&places_b, &hunk.after).into_iter();
        loop {
            let (from, to) = (before.next(), after.next());
            if from.is_none() && to.is_none() {
                break;
            }
            let none = |places: &[u32], range: &Range<u32>| {
                let at = end_of(places, range);
                at..at
            };
            let before = from.unwrap_or_else(|| none(&places_a, &hunk.before));
            let after = to.unwrap_or_else(|| none(&places_b, &hunk.after));
            if !before.is_empty() || !after.is_empty() {
                all.push(Hunk { before, after });
            }
        }
    }
    let mut done = Vec::with_capacity(moved.len());
    for at in moved {
        let shift = |range: Range<u32>, by: u32| range.start + by..range.end + by;
        let inner = differ.hunks(slice(&a.tokens, &at.before), slice(&b.tokens, &at.after), budget)?;
        let inner = inner.into_iter().map(|h| Hunk {
            before: shift(h.before, at.before.start),
            after: shift(h.after, at.after.start),
        });
        done.push(Moved { inner: inner.collect(), at });
    }
    Ok((all, done))
}

/// The tokens outside of some ranges, and where each is.
fn without<'r>(tokens: &[Token], ranges: impl Iterator<Item = &'r Range<u32>>) -> (Vec<Token>, Vec<u32>) {
    let mut ranges: Vec<&Range<u32>> = ranges.collect();
    ranges.sort_by_key(|r| r.start);
    let mut next = ranges.into_iter().peekable();
    let mut rest = (Vec::with_capacity(tokens.len()), Vec::with_capacity(tokens.len()));
    for (at, token) in (0..).zip(tokens) {
        while next.peek().is_some_and(|r| r.end <= at) {
            next.next();
        }
        if !next.peek().is_some_and(|r| r.contains(&at)) {
            rest.0.push(*token);
            rest.1.push(at);
        }
    }
    rest
}

/// The ranges that some of the places make.
fn pieces(places: &[u32], range: &Range<u32>) -> Vec<Range<u32>> {
    let mut all: Vec<Range<u32>> = Vec::new();
    for at in slice(places, range) {
        match all.last_mut() {
            Some(last) if last.end == *at => last.end += 1,
            _ => all.push(*at..at + 1),
        }
    }
    all
}

/// The place behind the last of some of the places.
fn end_of(places: &[u32], range: &Range<u32>) -> u32 {
    let last = range.end.checked_sub(1).and_then(|at| places.get(to_usize(at.into())));
    last.map_or(0, |at| at + 1)
}

/// Blocks of the same name that are not where they were: few of their lines were found in place, and most of them are in both.
fn moved(
    (a, b): (&Side, &Side),
    blocks: &(Blocks, Blocks),
    plain: &[Hunk],
    budget: &Budget,
) -> Result<Vec<Hunk>, Stop> {
    let length = |r: &Range<u32>| r.end.saturating_sub(r.start);
    let ((order, in_a), (_, in_b)) = blocks;
    let mut found: Vec<Hunk> = Vec::new();
    // Where blocks are on the second side that have moved: from where to where.
    let mut taken: BTreeMap<u32, u32> = BTreeMap::new();
    for (nth, name) in order.iter().enumerate() {
        if nth % 1_000 == 0 {
            budget.check()?;
        }
        let (Some(before), Some(after)) = (in_a.get(name), in_b.get(name)) else { continue };
        let touches = |one: &Range<u32>, other: &Range<u32>| one.start < other.end && other.start < one.end;
        // Blocks come in the order of the first side, an outer one before those in it.
        if found.last().is_some_and(|f| touches(&f.before, before)) {
            continue;
        }
        let stayed = stayed(plain, before, after, a.len());
        if stayed * 2 >= length(before).min(length(after))
            || taken.range(..after.end).next_back().is_some_and(|(_, end)| *end > after.start)
        {
            continue;
        }
        let common = common(slice(&a.tokens, before), slice(&b.tokens, after));
        if common * 2 >= length(before).max(length(after)) && common > stayed {
            taken.insert(after.start, after.end);
            found.push(Hunk { before: before.clone(), after: after.clone() });
        }
    }
    Ok(found)
}

/// How many lines of `before` were found in place in `after`, where the first side has `total` lines.
fn stayed(plain: &[Hunk], before: &Range<u32>, after: &Range<u32>, total: u32) -> u32 {
    // Between two runs that differ the lines are the same, at one distance.
    let mut at = plain.partition_point(|h| h.before.end <= before.start);
    let mut same = 0;
    let behind = |at: usize| {
        at.checked_sub(1).and_then(|p| plain.get(p)).map_or((0, 0), |h| (h.before.end, h.after.end))
    };
    loop {
        let from = behind(at);
        let to = plain.get(at).map_or(total, |h| h.before.start);
        if from.0 >= before.end {
            return same;
        }
        let (low, high) = (from.0.max(before.start), to.min(before.end));
        // The same lines on the second side.
        let low = low.max((after.start + from.0).saturating_sub(from.1));
        let high = high.min((after.end + from.0).saturating_sub(from.1));
        same += high.saturating_sub(low);
        if at >= plain.len() {
            return same;
        }
        at += 1;
    }
}

/// How many lines both have, in any order.
fn common(a: &[Token], b: &[Token]) -> u32 {
    let mut count: HashMap<Token, u32> = HashMap::new();
    for token in a {
        *count.entry(*token).or_default() += 1;
    }
    let mut common = 0;
    for token in b {
        if let Some(left) = count.get_mut(token).filter(|left| **left > 0) {
            *left -= 1;
            common += 1;
        }
    }
    common
}
