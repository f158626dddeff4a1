//! The only place that reads: one trait over an open file, reads that survive interrupts, short reads and bad places,
//! and a small cache of blocks.

use super::container::Unpacked;
use crate::base::num::{nanos, to_u64, to_usize};
use crate::base::{Meter, Op};
use std::io;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::sync::Arc;
use std::time::Instant;

/// What tells one state of a file from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Device and inode.
    pub id: (u64, u64),
    /// Bytes.
    pub size: u64,
    /// Time of the last write, seconds and nanoseconds.
    pub written: (i64, i64),
}

impl Stamp {
    /// From what the system says.
    pub fn of(meta: &std::fs::Metadata) -> Self {
        Self { id: (meta.dev(), meta.ino()), size: meta.len(), written: (meta.mtime(), meta.mtime_nsec()) }
    }
}

/// An open file, as far as this module asks. Tests put faults between.
pub trait Bytes: Send + Sync {
    /// Reads at `at`, like `pread`.
    fn read_at(&self, buf: &mut [u8], at: u64) -> io::Result<usize>;
    /// Its state now.
    fn stamp(&self) -> io::Result<Stamp>;

    /// Whether its size is only that of what has been seen of it so far: [`Self::read_on`] may find more.
    fn grows(&self) -> bool {
        false
    }

    /// Looks for more of it behind the size that it has, some MiB at most; whether there is more now.
    fn read_on(&self) -> bool {
        false
    }

    /// Where in the file it begins, if it is a part of one.
    fn within(&self) -> u64 {
        0
    }

    /// How far it has been unpacked, if it is.
    fn unpacked(&self) -> Option<Unpacked> {
        None
    }
}

impl Bytes for std::fs::File {
    fn read_at(&self, buf: &mut [u8], at: u64) -> io::Result<usize> {
        FileExt::read_at(self, buf, at)
    }

    fn stamp(&self) -> io::Result<Stamp> {
        Ok(Stamp::of(&self.metadata()?))
    }
}

/// What a read gave.
#[derive(Debug, Default)]
pub struct Filled {
    /// How many bytes there are; fewer than asked for only at the end of the file.
    pub length: usize,
    /// Parts of them that could not be read and are zeros, in order, as places in the buffer.
    pub bad: Vec<Range<usize>>,
}

/// One read without giving up early: at the end of the file it is short, an error is passed on.
fn read_full(bytes: &dyn Bytes, buf: &mut [u8], at: u64) -> io::Result<usize> {
    let mut done = 0;
    while let Some(rest) = buf.get_mut(done..).filter(|r| !r.is_empty()) {
        match bytes.read_at(rest, at.saturating_add(to_u64(done))) {
            Ok(0) => break,
            Ok(n) => done += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(done)
}

/// Fills `buf` from `at` on. Where the disk fails, the read is repeated in pieces of `piece` bytes (a multiple of which
/// `at` should be) and those that fail again are zeros.
pub fn fill(bytes: &dyn Bytes, buf: &mut [u8], at: u64, piece: usize, meter: &dyn Meter) -> Filled {
    let _span = Op::FileRead.span();
    let begun = Instant::now();
    let whole = read_full(bytes, buf, at);
    let got = whole.as_ref().map_or(0, |n| to_u64(*n));
    meter.record(Op::FileRead, nanos(begun.elapsed()), got, whole.is_ok());
    if let Ok(length) = whole {
        return Filled { length, bad: Vec::new() };
    }
    let mut filled = Filled::default();
    for part in buf.chunks_mut(piece.max(1)) {
        let here = filled.length;
        if let Ok(n) = read_full(bytes, part, at.saturating_add(to_u64(here))) {
            filled.length += n;
            if n < part.len() {
                break;
            }
            continue;
        }
        part.fill(0);
        filled.length += part.len();
        match filled.bad.last_mut().filter(|r| r.end == here) {
            Some(last) => last.end = filled.length,
            None => filled.bad.push(here..filled.length),
        }
    }
    filled
}

/// One block of the cache.
#[derive(Debug)]
pub struct Block {
    /// Its bytes; fewer than a block only at the end of the file.
    pub bytes: Box<[u8]>,
    /// Parts of it that could not be read, as places in it.
    pub bad: Vec<Range<usize>>,
}

/// The blocks read last.
#[derive(Debug)]
pub struct Blocks {
    lru: lru::LruCache<(u64, u64), Arc<Block>>,
}

impl Blocks {
    /// Room for `count` blocks.
    pub fn new(count: usize) -> Self {
        Self { lru: lru::LruCache::new(NonZeroUsize::new(count).unwrap_or(NonZeroUsize::MIN)) }
    }

    /// A block by the epoch of the file and its number, if it is there.
    pub fn get(&mut self, key: (u64, u64)) -> Option<Arc<Block>> {
        self.lru.get(&key).cloned()
    }

    /// Bytes held, about, and bytes that may be held, with blocks of `block` bytes.
    pub fn room(&self, block: usize) -> (u64, u64) {
        let bytes = |count: usize| to_u64(count.saturating_mul(block));
        (bytes(self.lru.len()), bytes(self.lru.cap().get()))
    }

    /// Keeps a block. Bad ones are not kept: the next look tries the disk again.
    pub fn put(&mut self, key: (u64, u64), block: &Arc<Block>) {
        if block.bad.is_empty() {
            self.lru.put(key, Arc::clone(block));
        }
    }
}

/// Sizes that tests make tiny.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Bytes of a cached block.
    pub block: usize,
    /// How many of them are kept.
    pub blocks: usize,
    /// Bytes of one read of a scan or a find.
    pub chunk: usize,
    /// How far a page looks for the start or the end of a line that the index does not know.
    pub reach: u64,
    /// At least this many lines between two marks of the index ...
    pub mark_lines: u64,
    /// ... and at least this many bytes ...
    pub mark_bytes: u64,
    /// ... but at most this many, to the next line.
    pub mark_gap: u64,
    /// From so many marks on every other one goes where that is allowed, and they are set twice as far apart.
    pub marks: usize,
    /// The longest line that a find looks at in one piece.
    pub find_line: usize,
    /// How much of a longer one two pieces share: longer matches may be missed there.
    pub find_overlap: usize,
}

impl Shape {
    /// The sizes in use. 16 blocks are 1 MiB: what a person goes back and forth in, the system has the rest. A mark takes 16
    /// bytes, and up to twice that in a growing vector: one in 32 KiB is at most 0.1 %, and all of them half a MiB up to 16
    /// GiB, from where on gaps may be no longer: their feeds are counted in a tenth of a millisecond. `reach` must not be less
    /// than `mark_gap`.
    pub const REAL: Self = Self {
        block: 64 << 10,
        blocks: 16,
        chunk: 256 << 10,
        reach: 4 << 20,
        mark_lines: 1024,
        mark_bytes: 32 << 10,
        mark_gap: 1 << 20,
        marks: 1 << 14,
        find_line: 1 << 20,
        find_overlap: 8 << 10,
    };

    /// What a failed read is repeated in.
    pub fn piece(&self) -> usize {
        (self.block / 16).max(1)
    }
}

/// Number of the block that holds `at`, and the place in it.
pub fn block_of(at: u64, block: usize) -> (u64, usize) {
    let size = to_u64(block.max(1));
    (at / size, to_usize(at % size))
}
