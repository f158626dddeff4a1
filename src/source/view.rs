//! Looking around in a file through the cached blocks: the bytes between two places. Where lines end is looked up in `ends`.

use super::bytes::{Block, block_of, fill};
use super::carriage::Decider;
use super::ends::Span;
use super::file::{SourceFile, lock, stopped};
use super::records::Records;
use super::snap::Snap;
use crate::base::num::{to_u64, to_usize};
use crate::base::{Budget, Result};
use std::sync::Arc;

/// One look at a file. Holds the block in hand, so that small steps cost little.
pub(super) struct View<'a> {
    pub(super) file: &'a SourceFile,
    pub(super) snap: &'a Arc<Snap>,
    pub(super) budget: &'a Budget,
    /// Whether blocks may come from the cache, and the index may be used.
    pub(super) cached: bool,
    hand: Option<(u64, Arc<Block>)>,
    /// Records with descriptors around the place looked at last.
    pub(super) span: Option<Span>,
    /// What takes control off lines that are looked at as they are printed.
    pub(super) printed: Option<Decider>,
    /// Parts that could not be read, of all blocks seen.
    bad: Vec<(u64, u64)>,
}

impl<'a> View<'a> {
    /// A look at `snap` of `file`; without the cache it reads everything again.
    pub fn new(file: &'a SourceFile, snap: &'a Arc<Snap>, budget: &'a Budget, cached: bool) -> Self {
        let decider = snap.detected.decider();
        let printed = (snap.wanted.printed && !decider.is_none()).then_some(decider);
        Self { file, snap, budget, cached, hand: None, span: None, printed, bad: Vec::new() }
    }

    /// How the file is cut into lines.
    pub fn records(&self) -> Records {
        self.snap.records()
    }

    /// Size of the file.
    pub fn size(&self) -> u64 {
        self.snap.stamp.size
    }

    /// Whether some of `from..to` could not be read.
    pub fn unreadable(&self, from: u64, to: u64) -> bool {
        self.bad.iter().any(|(b, e)| *b < to && from < *e)
    }

    /// Block `number`. It is shorter than the size of the file says if the file was cut off meanwhile.
    pub(super) fn block(&mut self, number: u64) -> Result<Arc<Block>> {
        if let Some((n, block)) = &self.hand
            && *n == number
        {
            return Ok(Arc::clone(block));
        }
        self.budget.check().map_err(|stop| stopped(stop, self.file.path()))?;
        let inner = &self.file.0;
        let start = number.saturating_mul(to_u64(inner.shape.block));
        let want = inner.shape.block.min(to_usize(self.size().saturating_sub(start)));
        let key = (self.snap.epoch, number);
        let kept = self.cached.then(|| lock(&inner.blocks).get(key)).flatten();
        if self.cached {
            let (held, capacity) = lock(&inner.blocks).room(inner.shape.block);
            inner.meter.lookup("file blocks", kept.is_some(), held, capacity);
        }
        let block = if let Some(block) = kept.filter(|b| b.bytes.len() >= want) {
            block
        } else {
            let mut buf = vec![0; want];
            let filled = fill(&*self.snap.bytes, &mut buf, start, inner.shape.piece(), &*inner.meter);
            buf.truncate(filled.length);
            let block = Arc::new(Block { bytes: buf.into_boxed_slice(), bad: filled.bad });
            if self.cached {
                lock(&inner.blocks).put(key, &block);
            }
            block
        };
        for bad in &block.bad {
            let range = (start + to_u64(bad.start), start + to_u64(bad.end));
            if !self.bad.contains(&range) {
                self.bad.push(range);
            }
        }
        self.hand = Some((number, Arc::clone(&block)));
        Ok(block)
    }

    /// Calls `each` with the place and the bytes of the parts of `from..to` in turn until it gives something.
    pub(super) fn walk<T>(
        &mut self,
        from: u64,
        to: u64,
        mut each: impl FnMut(u64, &[u8]) -> Option<T>,
    ) -> Result<Option<T>> {
        let to = to.min(self.size());
        let mut at = from;
        while at < to {
            let (number, inside) = block_of(at, self.file.0.shape.block);
            let block = self.block(number)?;
            let rest = block.bytes.get(inside..).unwrap_or_default();
            let part = rest.get(..to_usize(to - at)).unwrap_or(rest);
            if part.is_empty() {
                break;
            }
            if let Some(found) = each(at, part) {
                return Ok(Some(found));
            }
            at += to_u64(part.len());
        }
        Ok(None)
    }

    /// The bytes of `from..to`; fewer if the file was cut off meanwhile.
    pub fn copy(&mut self, from: u64, to: u64) -> Result<Vec<u8>> {
        let mut out = Vec::with_capacity(to_usize(to.saturating_sub(from)));
        self.walk(from, to, |_, part| {
            out.extend_from_slice(part);
            None::<()>
        })?;
        Ok(out)
    }

    /// Fills `buf` from `at` on; zeros where the file was cut off meanwhile.
    pub fn copy_to(&mut self, at: u64, buf: &mut [u8]) -> Result<()> {
        let end = at.saturating_add(to_u64(buf.len()));
        let mut rest = buf;
        self.walk(at, end, |_, part| {
            let (here, behind) = std::mem::take(&mut rest).split_at_mut(part.len());
            here.copy_from_slice(part);
            rest = behind;
            None::<()>
        })?;
        Ok(())
    }

    /// Whether the byte at `at` is `byte`.
    pub fn is_byte(&mut self, at: u64, byte: u8) -> Result<bool> {
        Ok(self.walk(at, at.saturating_add(1), |_, part| part.first().copied())? == Some(byte))
    }
}
