//! The last lines of a record. Owns how many are kept and how: those that a block is full of lie packed, for a desk keeps
//! them in memory as long as it runs and needs them only when it crashes. Must not know what a line says.

use std::collections::VecDeque;
use std::io::{self, Write};

/// Lines that are kept.
pub(super) const LINES: usize = 10_000;
/// Bytes that these may take where they are written.
pub(super) const BYTES: usize = 8 << 20;
/// Bytes that these may take in memory, packed.
const PACKED: usize = 1 << 20;
/// Bytes of lines that are packed together. Packing takes a quarter of a millisecond, between two keys.
const BLOCK: usize = 64 << 10;
/// Of zstd: the quickest.
const LEVEL: i32 = 1;

/// The last lines, the newest at the end.
#[derive(Default)]
pub(super) struct Ring {
    /// Oldest first.
    blocks: VecDeque<Block>,
    /// Lines that are not packed yet, each with its line feed.
    open: Vec<u8>,
    open_lines: usize,
    /// All lines there are.
    lines: usize,
    /// What they take unpacked, and what the blocks take.
    bytes: usize,
    packed: usize,
}

struct Block {
    packed: Vec<u8>,
    lines: usize,
    bytes: usize,
}

impl Ring {
    /// Adds the line that `write` writes, without a line feed; if it fails, none.
    pub fn push(&mut self, write: impl FnOnce(&mut Vec<u8>) -> bool) {
        let before = self.open.len();
        if !write(&mut self.open) {
            self.open.truncate(before);
            return;
        }
        self.open.push(b'\n');
        self.bytes += self.open.len() - before;
        self.open_lines += 1;
        self.lines += 1;
        if self.open.len() >= BLOCK {
            self.pack();
        }
        while let Some(oldest) = self.blocks.front() {
            let enough = self.lines - oldest.lines >= LINES;
            if !enough && self.bytes <= BYTES && self.packed <= PACKED {
                break;
            }
            self.lines -= oldest.lines;
            self.bytes -= oldest.bytes;
            self.packed -= oldest.packed.len();
            self.blocks.pop_front();
        }
    }

    /// Writes the last [`LINES`] lines, oldest first.
    ///
    /// # Errors
    /// When `out` takes no more.
    pub fn write_to(&self, out: &mut impl Write) -> io::Result<()> {
        let mut surplus = self.lines.saturating_sub(LINES);
        for block in &self.blocks {
            let lines = zstd::bulk::decompress(&block.packed, block.bytes)?;
            write_behind(&lines, &mut surplus, out)?;
        }
        write_behind(&self.open, &mut surplus, out)
    }

    fn pack(&mut self) {
        let (lines, bytes) = (self.open_lines, self.open.len());
        // It fails without memory only: then these lines are the price.
        let packed = zstd::bulk::compress(&self.open, LEVEL).unwrap_or_default();
        if packed.is_empty() {
            self.lines -= lines;
            self.bytes -= bytes;
        } else {
            self.packed += packed.len();
            self.blocks.push_back(Block { packed, lines, bytes });
        }
        self.open_lines = 0;
        self.open.clear();
        self.open.shrink_to(2 * BLOCK);
    }
}

/// Writes `lines` without the first `surplus`, which becomes less by as many as were left out.
fn write_behind(lines: &[u8], surplus: &mut usize, out: &mut impl Write) -> io::Result<()> {
    for line in lines.split_inclusive(|byte| *byte == b'\n') {
        if *surplus > 0 {
            *surplus -= 1;
        } else {
            out.write_all(line)?;
        }
    }
    Ok(())
}
