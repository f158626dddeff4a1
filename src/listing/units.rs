//! The compile units of a listing in the order of the file. A listing of gigabytes has thousands that say nearly the same: all but
//! the last few lie packed, in blocks, and are unpacked where somebody looks. Must not know how units are found.

use super::contents::Unit;
use crate::base::LineNo;
use serde::{Deserialize, Serialize};

/// Units that are packed together: what it takes to unpack them is not seen in the time of a page.
const BLOCK: usize = 32;
/// Of zstd: the quickest.
const LEVEL: i32 = 1;

/// Compile units.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Units {
    blocks: Vec<Block>,
    /// The last ones, which are not packed.
    last: Vec<Unit>,
}

/// Units that are packed together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Block {
    /// The first line of the first one.
    line: LineNo,
    packed: Box<[u8]>,
    /// Bytes of them unpacked.
    bytes: usize,
    /// How many they are.
    count: usize,
}

impl Block {
    /// Nothing of what cannot be packed.
    fn of(units: &[Unit]) -> Option<Self> {
        let bytes = postcard::to_stdvec(units).ok()?;
        let packed = zstd::bulk::compress(&bytes, LEVEL).ok()?.into_boxed_slice();
        Some(Self { line: units.first()?.line, packed, bytes: bytes.len(), count: units.len() })
    }

    /// What was packed; nothing if it is damaged, which the hash of what is kept on disk tells before.
    fn units(&self) -> Vec<Unit> {
        let bytes = zstd::bulk::decompress(&self.packed, self.bytes).unwrap_or_default();
        postcard::from_bytes(&bytes).unwrap_or_default()
    }
}

impl Units {
    /// One more, behind all that there are.
    pub(super) fn push(&mut self, unit: Unit) {
        if self.last.len() >= BLOCK
            && let Some(block) = Block::of(&self.last)
        {
            self.blocks.push(block);
            self.last.clear();
        }
        self.last.push(unit);
    }

    /// The last one, which may still be changed.
    pub(super) fn last_mut(&mut self) -> Option<&mut Unit> {
        self.last.last_mut()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.blocks.iter().map(|block| block.count).sum::<usize>() + self.last.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.last.is_empty()
    }

    /// All of them, first to last.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Unit> + Clone {
        self.blocks.iter().flat_map(Block::units).chain(self.last.iter().cloned())
    }

    /// The one that a line is in.
    pub fn at(&self, line: LineNo) -> Option<Unit> {
        let holds = |unit: &Unit| unit.holds(line);
        if self.last.first().is_some_and(|first| first.line <= line) {
            return self.last.iter().find(|unit| holds(unit)).cloned();
        }
        let before = self.blocks.partition_point(|block| block.line <= line).checked_sub(1)?;
        self.blocks.get(before)?.units().into_iter().find(holds)
    }
}
