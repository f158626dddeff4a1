//! Looking around in a file through the cached blocks: line feeds before and after a place, the bytes between two.

use super::bytes::{Block, block_of, fill};
use super::file::{Snap, SourceFile, lock, stopped};
use crate::base::num::{to_u64, to_usize};
use crate::base::{Budget, Result};
use memchr::{memchr, memchr_iter, memrchr};
use std::sync::Arc;

/// One look at a file. Holds the block in hand, so that small steps cost little.
pub(super) struct View<'a> {
    file: &'a SourceFile,
    snap: &'a Arc<Snap>,
    budget: &'a Budget,
    /// Whether blocks may come from the cache.
    cached: bool,
    hand: Option<(u64, Arc<Block>)>,
    /// Parts that could not be read, of all blocks seen.
    bad: Vec<(u64, u64)>,
}

impl<'a> View<'a> {
    /// A look at `snap` of `file`; without the cache it reads everything again.
    pub fn new(file: &'a SourceFile, snap: &'a Arc<Snap>, budget: &'a Budget, cached: bool) -> Self {
        Self { file, snap, budget, cached, hand: None, bad: Vec::new() }
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
    fn block(&mut self, number: u64) -> Result<Arc<Block>> {
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
    fn walk<T>(
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

    /// The first line feed in `from..to`.
    pub fn feed_after(&mut self, from: u64, to: u64) -> Result<Option<u64>> {
        self.walk(from, to, |at, part| memchr(b'\n', part).map(|p| at + to_u64(p)))
    }

    /// The `nth` line feed (from 1) in `from..to`.
    pub fn nth_feed(&mut self, from: u64, to: u64, nth: u64) -> Result<Option<u64>> {
        let mut left = nth;
        self.walk(from, to, |at, part| {
            let here = to_u64(memchr_iter(b'\n', part).count());
            if here < left {
                left -= here;
                return None;
            }
            memchr_iter(b'\n', part).nth(to_usize(left.saturating_sub(1))).map(|p| at + to_u64(p))
        })
    }

    /// How many line feeds are in `from..to`, and where the last one is.
    pub fn feeds(&mut self, from: u64, to: u64) -> Result<(u64, Option<u64>)> {
        let (mut count, mut last) = (0, None);
        self.walk(from, to, |at, part| {
            count += to_u64(memchr_iter(b'\n', part).count());
            last = memrchr(b'\n', part).map(|p| at + to_u64(p)).or(last);
            None::<()>
        })?;
        Ok((count, last))
    }

    /// The last line feed in `from..to`.
    pub fn feed_before(&mut self, from: u64, to: u64) -> Result<Option<u64>> {
        let mut end = to.min(self.size());
        while end > from {
            let (number, inside) = block_of(end - 1, self.file.0.shape.block);
            let block = self.block(number)?;
            let begin = (end - 1).saturating_sub(to_u64(inside));
            let part = block.bytes.get(..=inside).unwrap_or(&block.bytes);
            if let Some(p) = memrchr(b'\n', part) {
                let found = begin + to_u64(p);
                return Ok((found >= from).then_some(found));
            }
            end = begin;
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

    /// Whether the byte at `at` is `byte`.
    pub fn is_byte(&mut self, at: u64, byte: u8) -> Result<bool> {
        Ok(self.walk(at, at.saturating_add(1), |_, part| part.first().copied())? == Some(byte))
    }
}
