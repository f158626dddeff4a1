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

/// Lines of a part without such lines that are compared at once, and of the pieces that a longer one is cut into: where lines
/// repeat much the time grows faster than the lines, and nobody can stop it inside.
const LONGEST: u32 = 16_384;
const PIECE: u32 = 8_192;

/// Parts in parts that are parted at lines that they have once, at most so deep.
const DEEPEST: u32 = 12;

/// What finds differences: room for that, used again.
pub(super) struct Differ {
    /// By the number of what a line says: a smaller one for the part that is looked at, or [`NONE`].
    small: Vec<u32>,
    diff: Diff,
}

/// What differs, as far as it is found out.
struct Script<'t> {
    a: &'t [Token],
    b: &'t [Token],
    differ: &'t mut Differ,
    found: Vec<Hunk>,
    budget: &'t Budget,
}

impl Differ {
    /// For lines that say so many different things.
    pub fn new(tokens: u32) -> Self {
        Self { small: vec![NONE; to_usize(tokens.into())], diff: Diff::default() }
    }

    /// What has to be done to `a` to have `b`: runs of lines in order, none of which touches the next.
    pub fn hunks(&mut self, a: &[Token], b: &[Token], budget: &Budget) -> Result<Vec<Hunk>, Stop> {
        let mut script = Script { a, b, differ: self, found: Vec::new(), budget };
        let all = |side: &[Token]| 0..u32::try_from(side.len()).unwrap_or(u32::MAX);
        script.part(all(a), all(b), 0)?;
        Ok(script.found)
    }
}

impl Script<'_> {
    /// What differs between two parts.
    fn part(&mut self, in_a: Range<u32>, in_b: Range<u32>, depth: u32) -> Result<(), Stop> {
        let (in_a, in_b) = self.unlike(in_a, in_b);
        if in_a.is_empty() || in_b.is_empty() {
            if !in_a.is_empty() || !in_b.is_empty() {
                push(&mut self.found, Hunk { before: in_a, after: in_b });
            }
            return Ok(());
        }
        self.budget.check()?;
        let (part_a, part_b, tokens) = self.renumbered(&in_a, &in_b);
        let anchors =
            if depth < DEEPEST { anchors(&part_a, &part_b, tokens, self.budget)? } else { Vec::new() };
        let place = |range: &Range<u32>, at: u32| range.start.saturating_add(at);
        let longest = u32::try_from(part_a.len().max(part_b.len())).unwrap_or(u32::MAX);
        if anchors.is_empty() && longest > LONGEST {
            drop((part_a, part_b));
            return self.pieces(&in_a, &in_b, longest.div_ceil(PIECE));
        }
        if anchors.is_empty() {
            self.differ.diff.compute_with(Algorithm::Histogram, &part_a, &part_b, tokens);
            for hunk in self.differ.diff.hunks() {
                let before = place(&in_a, hunk.before.start)..place(&in_a, hunk.before.end);
                let after = place(&in_b, hunk.after.start)..place(&in_b, hunk.after.end);
                push(&mut self.found, Hunk { before, after });
            }
            return Ok(());
        }
        // What is in these is in the smaller parts again.
        drop((part_a, part_b));
        let mut from = (in_a.start, in_b.start);
        for (x, y) in anchors {
            let (x, y) = (place(&in_a, x), place(&in_b, y));
            self.part(from.0..x, from.1..y, depth + 1)?;
            from = (x.saturating_add(1), y.saturating_add(1));
        }
        self.part(from.0..in_a.end, from.1..in_b.end, depth + 1)
    }

    /// What differs between two parts, piece by piece: more than need be where lines moved from one to another.
    fn pieces(&mut self, in_a: &Range<u32>, in_b: &Range<u32>, count: u32) -> Result<(), Stop> {
        let cut = |range: &Range<u32>, nth: u32| {
            let inside = u64::from(range.end - range.start) * u64::from(nth) / u64::from(count.max(1));
            range.start + u32::try_from(inside).unwrap_or(u32::MAX)
        };
        for nth in 0..count {
            let piece = |range: &Range<u32>| cut(range, nth)..cut(range, nth + 1);
            self.part(piece(in_a), piece(in_b), DEEPEST)?;
        }
        Ok(())
    }

    /// The parts without the lines that are the same at their starts and ends.
    fn unlike(&self, in_a: Range<u32>, in_b: Range<u32>) -> (Range<u32>, Range<u32>) {
        let (a, b) = (slice(self.a, &in_a), slice(self.b, &in_b));
        let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
        let most = a.len().min(b.len()) - start;
        let end = a.iter().rev().zip(b.iter().rev()).take(most).take_while(|(x, y)| x == y).count();
        let lines = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let cut = |range: Range<u32>| range.start + lines(start)..range.end - lines(end);
        (cut(in_a), cut(in_b))
    }

    /// The lines of two parts with numbers from 0 on, and how many numbers there are.
    fn renumbered(&mut self, in_a: &Range<u32>, in_b: &Range<u32>) -> (Vec<Token>, Vec<Token>, u32) {
        let (a, b) = (slice(self.a, in_a), slice(self.b, in_b));
        let mut next = 0;
        let mut of = |token: &Token| {
            self.differ.small.get_mut(to_usize(token.0.into())).map_or(Token(0), |small| {
                if *small == NONE {
                    *small = next;
                    next += 1;
                }
                Token(*small)
            })
        };
        let small_a: Vec<Token> = a.iter().map(&mut of).collect();
        let small_b: Vec<Token> = b.iter().map(&mut of).collect();
        for token in a.iter().chain(b) {
            if let Some(small) = self.differ.small.get_mut(to_usize(token.0.into())) {
                *small = NONE;
            }
        }
        (small_a, small_b, next)
    }
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

/// Lines that two parts have once each, as many of them as are in the same order.
fn anchors(a: &[Token], b: &[Token], tokens: u32, budget: &Budget) -> Result<Vec<(u32, u32)>, Stop> {
    let once = |side: &[Token]| {
        let mut places = vec![NONE; to_usize(tokens.into())];
        for (at, token) in (0..).zip(side) {
            if let Some(place) = places.get_mut(to_usize(token.0.into())) {
                *place = if *place == NONE { at } else { SEVERAL };
            }
        }
        places
    };
    let (once_a, once_b) = (once(a), once(b));
    let at = |places: &[u32], token: &Token| places.get(to_usize(token.0.into())).copied().unwrap_or(NONE);
    // The longest run of them that rises on both sides, by patience sorting: each goes on the first pile whose top is not
    // before it, and remembers the top of the pile to the left.
    let mut both: Vec<(u32, u32)> = Vec::new();
    let mut left: Vec<u32> = Vec::new();
    let mut tops: Vec<u32> = Vec::new();
    for (x, token) in (0..).zip(a) {
        let y = at(&once_b, token);
        if y >= SEVERAL || at(&once_a, token) >= SEVERAL {
            continue;
        }
        if both.len() % STRIDE == STRIDE - 1 {
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
