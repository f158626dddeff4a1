//! The lines of one side to those of the other: which runs differ.

use super::slice;
use crate::base::num::to_usize;
use crate::base::{Budget, Stop};
use imara_diff::{Algorithm, Diff, Hunk, Token};
use std::ops::Range;

/// Lines between two looks at the budget.
const STRIDE: usize = 4_096;

/// A line that is on no side, or on one more than once.
const NONE: u32 = u32::MAX;
const SEVERAL: u32 = u32::MAX - 1;

/// Numbers of lines that say the same, made small for a part of the sides.
struct Local {
    /// By the number: what it is in this part, or [`NONE`].
    numbers: Vec<u32>,
}

impl Local {
    fn new(tokens: u32) -> Self {
        Self { numbers: vec![NONE; to_usize(tokens.into())] }
    }

    /// What differs between two parts.
    fn hunks(&mut self, a: &[Token], b: &[Token], diff: &mut Diff) {
        let mut next = 0;
        let mut small = |part: &[Token]| {
            let number = |token: &Token| {
                let known = self.numbers.get_mut(to_usize(token.0.into()));
                known.map_or(Token(NONE), |known| {
                    if *known == NONE {
                        *known = next;
                        next += 1;
                    }
                    Token(*known)
                })
            };
            part.iter().map(number).collect::<Vec<Token>>()
        };
        let (small_a, small_b) = (small(a), small(b));
        diff.compute_with(Algorithm::Histogram, &small_a, &small_b, next);
        for token in a.iter().chain(b) {
            if let Some(number) = self.numbers.get_mut(to_usize(token.0.into())) {
                *number = NONE;
            }
        }
    }
}

/// What has to be done to `a` to have `b`: runs of lines in order, none of which touches the next.
pub(super) fn hunks(a: &[Token], b: &[Token], tokens: u32, budget: &Budget) -> Result<Vec<Hunk>, Stop> {
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let most = a.len().min(b.len()) - start;
    let end = a.iter().rev().zip(b.iter().rev()).take(most).take_while(|(x, y)| x == y).count();
    let inner = (place(start)..place(a.len() - end), place(start)..place(b.len() - end));
    let mut found: Vec<Hunk> = Vec::new();
    if inner.0.is_empty() && inner.1.is_empty() {
        return Ok(found);
    }
    let anchors = anchors((a, &inner.0), (b, &inner.1), tokens, budget)?;
    let mut local = Local::new(tokens);
    let mut diff = Diff::default();
    let mut from = (inner.0.start, inner.1.start);
    let ends = std::iter::once((inner.0.end, inner.1.end));
    for (nth, (x, y)) in anchors.into_iter().chain(ends).enumerate() {
        if nth % STRIDE == 0 {
            budget.check()?;
        }
        let (gap_a, gap_b) = (from.0..x, from.1..y);
        from = (x.saturating_add(1), y.saturating_add(1));
        if gap_a.is_empty() && gap_b.is_empty() {
            continue;
        }
        if gap_a.is_empty() || gap_b.is_empty() {
            push(&mut found, Hunk { before: gap_a, after: gap_b });
            continue;
        }
        budget.check()?;
        local.hunks(slice(a, &gap_a), slice(b, &gap_b), &mut diff);
        let shift = |range: Range<u32>, by: u32| range.start + by..range.end + by;
        for hunk in diff.hunks() {
            let (before, after) = (shift(hunk.before, gap_a.start), shift(hunk.after, gap_b.start));
            push(&mut found, Hunk { before, after });
        }
    }
    Ok(found)
}

/// Adds a run; one that touches the last is a part of it.
fn push(found: &mut Vec<Hunk>, hunk: Hunk) {
    match found.last_mut() {
        Some(last) if last.before.end == hunk.before.start && last.after.end == hunk.after.start => {
            (last.before.end, last.after.end) = (hunk.before.end, hunk.after.end);
        }
        _ => found.push(hunk),
    }
}

/// Lines that are on both sides once, as many of them as are in the same order.
fn anchors(
    (a, in_a): (&[Token], &Range<u32>),
    (b, in_b): (&[Token], &Range<u32>),
    tokens: u32,
    budget: &Budget,
) -> Result<Vec<(u32, u32)>, Stop> {
    let once = |side: &[Token], range: &Range<u32>| {
        let mut places = vec![NONE; to_usize(tokens.into())];
        for (at, token) in range.clone().zip(slice(side, range)) {
            if let Some(place) = places.get_mut(to_usize(token.0.into())) {
                *place = if *place == NONE { at } else { SEVERAL };
            }
        }
        places
    };
    budget.check()?;
    let (once_a, once_b) = (once(a, in_a), once(b, in_b));
    let at = |places: &[u32], token: &Token| places.get(to_usize(token.0.into())).copied().unwrap_or(NONE);
    // The longest run of them that rises on both sides, by patience sorting: each goes on the first pile whose top is not
    // before it, and remembers the top of the pile to the left.
    let mut both: Vec<(u32, u32)> = Vec::new();
    let mut left: Vec<u32> = Vec::new();
    let mut tops: Vec<u32> = Vec::new();
    for (x, token) in in_a.clone().zip(slice(a, in_a)) {
        let y = at(&once_b, token);
        if y >= SEVERAL || at(&once_a, token) >= SEVERAL {
            continue;
        }
        if both.len().is_multiple_of(STRIDE) {
            budget.check()?;
        }
        let y_of = |of: &u32| both.get(to_usize((*of).into())).map_or(0, |(_, y)| *y);
        // Most are in order: they go on a new pile.
        let pile = match tops.last() {
            Some(top) if y_of(top) < y => tops.len(),
            _ => tops.partition_point(|top| y_of(top) < y),
        };
        let nth = u32::try_from(both.len()).unwrap_or(NONE);
        left.push(pile.checked_sub(1).and_then(|p| tops.get(p)).copied().unwrap_or(NONE));
        match tops.get_mut(pile) {
            Some(top) => *top = nth,
            None => tops.push(nth),
        }
        both.push((x, y));
    }
    let mut run = Vec::with_capacity(tops.len());
    let mut next = tops.last().copied();
    while let Some(nth) = next.filter(|n| *n != NONE) {
        run.extend(both.get(to_usize(nth.into())));
        next = left.get(to_usize(nth.into())).copied();
    }
    run.reverse();
    Ok(run)
}
