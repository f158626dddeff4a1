//! One sequential pass over a file: extends the line index and feeds whoever else wants the bytes.

use super::bytes::fill;
use super::file::{SourceFile, stopped};
use super::model::{Change, ScanEnd, ScanProgress};
use super::plain::Plain;
use super::snap::Snap;
use crate::base::num::{nanos, to_u64, to_usize};
use crate::base::{Budget, ByteOffset, Op, Result, Stop};
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Takes the bytes of a scan, so that one read serves many.
pub trait ChunkSink {
    /// The next bytes, which begin at `at`, as plain text (see [`SourceFile::read_into`]). Bytes that could not be read are
    /// zeros. The first bytes begin where the first line does, which in a file with descriptors is not at 0.
    fn chunk(&mut self, at: ByteOffset, bytes: &[u8]);
    /// The same where it is known how many line feeds are in the bytes: who finds lines may be quicker by that.
    fn counted_chunk(&mut self, at: ByteOffset, bytes: &[u8], _feeds: u64) {
        self.chunk(at, bytes);
    }
    /// The file ends at `at`. Not called if the scan stops before.
    fn end(&mut self, at: ByteOffset);
    /// What it wants first, asked when a scan starts. It gets everything from there on, without a gap.
    fn next(&self) -> ByteOffset {
        ByteOffset(0)
    }
}

/// Bytes at the end of what is known of `snap` that wait for those behind them: a descriptor is not to be cut.
fn held(snap: &Snap) -> u64 {
    if snap.bytes.grows() { 8 } else { 0 }
}

/// Time between two calls of a progress function.
pub(super) const PROGRESS_EVERY: Duration = Duration::from_millis(250);

/// Calls a progress function at most every [`PROGRESS_EVERY`].
pub(super) struct Pace(Instant);

impl Pace {
    /// Starts now.
    pub fn new() -> Self {
        Self(Instant::now())
    }

    /// Whether a call is due.
    pub fn due(&mut self) -> bool {
        let due = self.0.elapsed() >= PROGRESS_EVERY;
        if due {
            self.0 = Instant::now();
        }
        due
    }
}

/// How far an index is extended.
#[derive(Debug, Clone, Copy)]
pub(super) enum Until {
    /// To the end of the file.
    End,
    /// Over at least this many bytes.
    Byte(u64),
    /// Until the start of the line with this many lines before it is covered.
    Line(u64),
}

impl SourceFile {
    /// Reads on from where the index ends (or from where the first of `sinks` wants to begin, if that is before) to the
    /// end of the file, extends the index, and feeds `sinks`. `progress` is called at most four times a second, and at
    /// the end. Safe beside other scans and pages of the same file.
    ///
    /// # Errors
    /// None today: bytes that cannot be read are given as zeros and counted.
    pub fn scan(
        &self,
        sinks: &mut [&mut dyn ChunkSink],
        budget: &Budget,
        progress: &mut dyn FnMut(ScanProgress),
    ) -> Result<ScanEnd> {
        let _span = Op::FileScan.span();
        let begun = Instant::now();
        let snap = self.snap();
        let (end, bytes) = self.pass(&snap, sinks, Until::End, budget, progress);
        self.0.meter.record(Op::FileScan, nanos(begun.elapsed()), bytes, !matches!(end, ScanEnd::Changed(_)));
        if let ScanEnd::Complete { size, .. } = end {
            for sink in sinks.iter_mut() {
                sink.end(ByteOffset(size));
            }
        }
        Ok(end)
    }

    /// Extends the index of `snap` as far as `until` says, if it is not that far yet.
    pub(super) fn extend(&self, snap: &Arc<Snap>, until: Until, budget: &Budget) -> Result<()> {
        match self.pass(snap, &mut [], until, budget, &mut |_| {}) {
            (ScanEnd::Stopped { .. }, _) if !self.reached(snap, until) && budget.check().is_err() => {
                Err(stopped(budget.check().err().unwrap_or(Stop::Cancelled), &self.0.path))
            }
            _ => Ok(()),
        }
    }

    /// The pass itself, with the bytes read.
    fn pass(
        &self,
        snap: &Arc<Snap>,
        sinks: &mut [&mut dyn ChunkSink],
        until: Until,
        budget: &Budget,
        progress: &mut dyn FnMut(ScanProgress),
    ) -> (ScanEnd, u64) {
        let indexed = self.with_index(snap, |index| index.end()).unwrap_or(0);
        let wanted: Vec<u64> = sinks.iter().map(|s| s.next().0).collect();
        let mut at = wanted.iter().copied().fold(indexed, u64::min);
        let from = at;
        let mut snap = Arc::clone(snap);
        let mut buf = Vec::new();
        let mut plain = Plain::new(self, &snap);
        let mut pace = Pace::new();
        while !self.reached(&snap, until) {
            if at.saturating_add(held(&snap)) >= snap.stamp.size {
                match self.further(&snap) {
                    Some(more) => snap = more,
                    None if at >= snap.stamp.size || snap.bytes.grows() => break,
                    None => {}
                }
                plain.follow(&snap);
            }
            if budget.check().is_err() {
                let done = self.with_index(&snap, |index| index.end()).unwrap_or(0);
                return (ScanEnd::Stopped { done }, at - from);
            }
            let end = snap.stamp.size.saturating_sub(held(&snap));
            let want = self.0.shape.chunk.min(to_usize(end.saturating_sub(at)));
            if want == 0 {
                continue;
            }
            buf.resize(want, 0);
            let filled = fill(&*snap.bytes, &mut buf, at, self.0.shape.piece(), &*self.0.meter);
            let got = buf.get(..filled.length).unwrap_or_default();
            if got.is_empty() {
                break;
            }
            let length = to_u64(got.len());
            let indexed = self.index_bytes(&snap, at, (got, &filled.bad));
            if !sinks.is_empty() {
                let first = self.with_index(&snap, |index| index.first()).unwrap_or(0);
                let text = buf.get_mut(..filled.length).unwrap_or_default();
                // The budget is looked at above.
                if plain.turn(at, text, &Budget::unlimited()).is_err() {
                    break;
                }
                let feeds = indexed.and_then(|(_, feeds)| feeds).filter(|_| snap.plainer.is_plain());
                for (sink, wanted) in sinks.iter_mut().zip(&wanted) {
                    give(*sink, (at, text, feeds), first.max(*wanted));
                }
            }
            at += length;
            let Some((lines, _)) = indexed else { break };
            if pace.due() {
                progress(Self::progress_of(&snap, at, lines));
            }
            // An append that was noticed meanwhile makes the way longer; anything else ends it below.
            let now = self.snap();
            if now.epoch == snap.epoch {
                snap = now;
            }
        }
        (self.finish(&snap, at, progress), at - from)
    }

    /// Takes `bytes`, which begin at `at`, into the index, as far as they go on where it ends; `bad` of them could not be
    /// read. How many lines it has then, and if none of the bytes were in it before, how many of them end lines; `None` where
    /// the file is another by now.
    pub(super) fn index_bytes(
        &self,
        snap: &Snap,
        at: u64,
        (bytes, bad): (&[u8], &[Range<usize>]),
    ) -> Option<(u64, Option<u64>)> {
        self.with_index(snap, |index| {
            // Another pass may have been here already: only what follows its end is new.
            let known = index.end().saturating_sub(at);
            let before = (index.end() == at).then(|| index.feeds());
            if index.end() >= at
                && let Some(new) = bytes.get(to_usize(known)..)
            {
                for bad in bad {
                    if to_u64(bad.end) > known {
                        index.note_unreadable(at + to_u64(bad.start), to_u64(bad.len()));
                    }
                }
                index.take(new, &self.0.shape);
            }
            (index.lines(), before.map(|feeds| index.feeds().saturating_sub(feeds)))
        })
    }

    /// Whether the index covers what `until` asks for.
    fn reached(&self, snap: &Snap, until: Until) -> bool {
        let reached = |index: &mut super::index::Index| match until {
            Until::End => false,
            Until::Byte(at) => index.end() >= at,
            Until::Line(line) => index.feeds() >= line,
        };
        self.with_index(snap, reached).unwrap_or(true)
    }

    /// How a pass ended that came to `at`: an index made from a file that changed under it is not kept.
    fn finish(&self, snap: &Snap, at: u64, progress: &mut dyn FnMut(ScanProgress)) -> ScanEnd {
        if self.snap().epoch != snap.epoch {
            return ScanEnd::Changed(Change::Replaced);
        }
        match snap.change(&*self.0.meter) {
            Change::Same | Change::Grew => {}
            change => {
                self.drop_index(snap);
                return ScanEnd::Changed(change);
            }
        }
        let size = snap.stamp.size;
        let (lines, unreadable) =
            self.with_index(snap, |index| (index.lines(), index.unreadable())).unwrap_or((0, 0));
        progress(Self::progress_of(snap, at, lines));
        if at < size { ScanEnd::Stopped { done: at } } else { ScanEnd::Complete { lines, size, unreadable } }
    }
}

/// Gives a sink what it wants of some plain text that begins at `at` in the file, which is all behind `from`.
fn give(sink: &mut dyn ChunkSink, (at, text, feeds): (u64, &[u8], Option<u64>), from: u64) {
    let new = text.get(to_usize(from.saturating_sub(at))..).unwrap_or_default();
    match feeds {
        _ if new.is_empty() => {}
        Some(feeds) if from <= at => sink.counted_chunk(ByteOffset(at), new, feeds),
        _ => sink.chunk(ByteOffset(at.max(from)), new),
    }
}
