//! The lines of a file one after the other, as they are in it, for printing: long ones in parts.

use super::bytes::fill;
use super::cut::Cutter;
use super::file::{SourceFile, stopped};
use super::snap::Snap;
use super::view::View;
use crate::base::num::{to_u64, to_usize};
use crate::base::{Budget, ByteOffset, Result};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Bytes of a line that are given at once, at most.
const PART: usize = 64 << 10;

impl SourceFile {
    /// Gives the lines from the one that begins at `from`, in order, until `visit` breaks off: bytes of a line without its
    /// ending, and whether the line ends with them. Only a line of over 64 KiB comes in parts. Gives whether all bytes could be
    /// read; those that could not are zeros.
    ///
    /// # Errors
    /// Only if `budget` ends.
    pub fn lines(
        &self,
        from: ByteOffset,
        budget: &Budget,
        visit: &mut dyn FnMut(&[u8], bool) -> ControlFlow<()>,
    ) -> Result<bool> {
        let snap = self.snap();
        let view = View::new(self, &snap, budget, true);
        self.parts(&snap, view, from, budget, &mut |_, part, ends| visit(part, ends))
    }

    /// The same up to the line that begins at `until`, or to where that is by now.
    ///
    /// # Errors
    /// Only if `budget` ends.
    pub fn lines_until(
        &self,
        (from, until): (ByteOffset, ByteOffset),
        budget: &Budget,
        visit: &mut dyn FnMut(&[u8], bool) -> ControlFlow<()>,
    ) -> Result<bool> {
        let snap = self.snap();
        let view = View::new(self, &snap, budget, true);
        self.parts(&snap, view, from, budget, &mut |at, part, ends| {
            if at >= until.0 { ControlFlow::Break(()) } else { visit(part, ends) }
        })
    }

    /// The same with where each part is, control at the start of lines with it.
    pub(super) fn each_part(
        &self,
        snap: &Arc<Snap>,
        from: ByteOffset,
        budget: &Budget,
        visit: &mut Visit<'_>,
    ) -> Result<bool> {
        let mut view = View::new(self, snap, budget, true);
        view.printed = None;
        self.parts(snap, view, from, budget, visit)
    }

    fn parts(
        &self,
        snap: &Arc<Snap>,
        mut view: View<'_>,
        from: ByteOffset,
        budget: &Budget,
        visit: &mut Visit<'_>,
    ) -> Result<bool> {
        let (mut cutter, mut at) = Cutter::from(&mut view, from.0, from.0)?;
        drop(view);
        let mut snap = Arc::clone(snap);
        let (mut buf, mut filled, mut readable) = (Vec::new(), 0, true);
        // Part of a line has been given already.
        let mut inside = false;
        loop {
            budget.check().map_err(|stop| stopped(stop, self.path()))?;
            let begin = at + to_u64(filled);
            if begin >= snap.stamp.size
                && let Some(more) = self.further(&snap)
            {
                snap = more;
            }
            let want = self.0.shape.chunk.min(to_usize(snap.stamp.size.saturating_sub(begin)));
            buf.resize(filled + want, 0);
            let room = buf.get_mut(filled..).unwrap_or_default();
            let got = fill(&*snap.bytes, room, begin, self.0.shape.piece(), &*self.0.meter);
            readable &= got.bad.is_empty();
            let ended = (got.length < want || want == 0) && !(got.length > 0 && snap.bytes.grows());
            let have = buf.get(..filled + got.length).unwrap_or_default();
            let whole = cutter.whole(have, got.length, at);
            let length = if ended { have.len() } else { whole.unwrap_or(0) };
            let window = have.get(..length).unwrap_or_default();
            cutter.ends = ended;
            let cut = cutter.cut(window, at);
            let (mut place, mut nth) = (0, 0);
            while let Some(line) = cut.next(window, nth, place) {
                // The rest of a line that was given in part has no control at its start.
                let begin = if inside { place } else { place.max(line.start) };
                let text = window.get(begin..line.end).unwrap_or_default();
                if give(at + to_u64(begin), text, true, visit).is_break() {
                    return Ok(readable);
                }
                inside = false;
                (place, nth) = (line.next, nth + 1);
            }
            if ended {
                return Ok(readable);
            }
            let mut done = length;
            // What cannot wait for its end is given without it. It may end with the first byte of a line end, or of a
            // character.
            if have.len() - done > 4 * PART {
                let part = have.get(done..have.len() - 4).unwrap_or_default();
                if give(at + to_u64(done), part, false, visit).is_break() {
                    return Ok(readable);
                }
                (inside, done) = (true, have.len() - 4);
            }
            filled = have.len() - done;
            buf.copy_within(done..done + filled, 0);
            at += to_u64(done);
        }
    }
}

/// Takes where a part of a line is, its bytes, and whether the line ends with them.
type Visit<'a> = dyn FnMut(u64, &[u8], bool) -> ControlFlow<()> + 'a;

/// Gives some bytes of a line, which ends with them if `ends`, in parts.
fn give(at: u64, bytes: &[u8], ends: bool, visit: &mut Visit<'_>) -> ControlFlow<()> {
    let (mut rest, mut at) = (bytes, at);
    while rest.len() > PART {
        let (part, behind) = rest.split_at(between(rest, PART));
        visit(at, part, false)?;
        (rest, at) = (behind, at + to_u64(part.len()));
    }
    visit(at, rest, ends)
}

/// A place at most `most` bytes on in a line that is not inside of a character of UTF-8.
fn between(bytes: &[u8], most: usize) -> usize {
    let is_inside = |at: &usize| bytes.get(*at).is_some_and(|b| b & 0xC0 == 0x80);
    (most.saturating_sub(3)..=most).rev().find(|at| !is_inside(at)).unwrap_or(most)
}
