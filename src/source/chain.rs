//! The chain of descriptors through a file of variable records: each says where the next one is.
//!
//! A chain that has come to words which cannot be descriptors is broken: what follows cannot be told apart any more and is
//! one record to the end of the file.

use super::records::{Descriptors, LONGEST_RECORD};
use crate::base::num::{to_u64, to_usize};

/// Bytes of a descriptor word.
const WORD: u64 = 4;
/// Longest block whose length is in four bytes (the large block interface of DFSMS, for tapes). Letters in EBCDIC have their
/// first bit set as well: as a length they are far beyond it.
const LARGE_BLOCK: u32 = 262_144;

/// One record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// Where its data begin, behind its descriptor.
    pub start: u64,
    /// Behind its data.
    pub stop: u64,
    /// The first of its block, or blocks have no descriptors: the chain can be taken up here.
    pub heads: bool,
}

/// A place in a chain: before a descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    kind: Descriptors,
    /// Where the next descriptor is.
    at: u64,
    /// Where the block ends.
    block_end: u64,
    /// Where the record behind the last descriptor begins; `u64::MAX` before the first.
    last: u64,
    broken: bool,
}

impl Chain {
    /// From the top of a file.
    pub fn new(kind: Descriptors) -> Self {
        let at = u64::from(kind.from);
        Self { kind, at, block_end: at, last: u64::MAX, broken: false }
    }

    /// From the descriptors of the record that `heads` a block and whose data begin at `start`.
    pub fn before(kind: Descriptors, start: u64) -> Self {
        let at = start.saturating_sub(head_bytes(kind));
        Self { kind, at, block_end: at, last: u64::MAX, broken: false }
    }

    /// Where the next descriptor is.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// Whether a record begins where the next descriptor should be: it is empty.
    pub fn is_behind_empty(&self) -> bool {
        self.last == self.at
    }

    /// Whether it leads nowhere.
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    /// How many bytes from [`Self::at`] on the next step needs.
    pub fn needs(&self) -> u64 {
        if self.kind.blocked && self.at >= self.block_end { 2 * WORD } else { WORD }
    }

    /// The bytes at [`Self::at`], of which the file has fewer than a descriptor takes, as a last record up to `size`; it leads
    /// nowhere then. `None` if there are none.
    pub fn torn(&mut self, size: u64) -> Option<Record> {
        let torn = !self.broken && self.at < size && self.at.saturating_add(self.needs()) > size;
        self.broken |= torn;
        torn.then_some(Record { start: self.at, stop: size, heads: false })
    }

    /// The record at [`Self::at`], of which `head` has as many bytes as it needs; `None` if that is no descriptor, and the
    /// chain is broken then.
    pub fn step(&mut self, head: &[u8]) -> Option<Record> {
        let heads = !self.kind.blocked || self.at >= self.block_end;
        let found = self.look(head, heads);
        match found {
            Some(record) => (self.at, self.last) = (record.stop, record.start),
            None => self.broken = true,
        }
        found
    }

    fn look(&mut self, head: &[u8], heads: bool) -> Option<Record> {
        let (mut at, mut head) = (self.at, head);
        if self.kind.blocked && heads {
            let (word, rest) = head.split_first_chunk::<4>()?;
            let length = block_length(*word, self.kind)?;
            self.block_end = at.checked_add(length)?;
            (at, head) = (at + WORD, rest);
        }
        let (word, _) = head.split_first_chunk::<4>()?;
        let start = at + WORD;
        let stop = start.checked_add(record_length(*word, self.kind)?)?;
        (!self.kind.blocked || stop <= self.block_end).then_some(Record { start, stop, heads })
    }
}

/// Bytes of the descriptors before a record that heads a block.
pub fn head_bytes(kind: Descriptors) -> u64 {
    if kind.blocked { 2 * WORD } else { WORD }
}

/// Length of the data by a record descriptor word. Its other half is zero but for the segment of a spanned record.
fn record_length(word: [u8; 4], kind: Descriptors) -> Option<u64> {
    let [a, b, c, d] = word;
    let (length, rest) =
        if kind.little { (u16::from_le_bytes([c, d]), [a, b]) } else { (u16::from_be_bytes([a, b]), [c, d]) };
    if rest[1] != 0 || rest[0] > 3 || u32::from(length) > LONGEST_RECORD {
        return None;
    }
    let length = u64::from(length);
    if kind.inclusive { length.checked_sub(WORD) } else { Some(length) }
}

/// Length of a block with its descriptor: in two bytes, or with the first bit set in four.
fn block_length(word: [u8; 4], kind: Descriptors) -> Option<u64> {
    let [a, b, c, d] = word;
    let length = if kind.little {
        if [a, b] != [0, 0] {
            return None;
        }
        u64::from(u16::from_le_bytes([c, d]))
    } else if a & 0x80 != 0 {
        let length = u32::from_be_bytes([a & 0x7f, b, c, d]);
        (length <= LARGE_BLOCK).then_some(length)?.into()
    } else if [c, d] == [0, 0] {
        u64::from(u16::from_be_bytes([a, b]))
    } else {
        return None;
    };
    let length = if kind.inclusive { length } else { length + WORD };
    (length >= 2 * WORD).then_some(length)
}

/// Records that a chain must run through to be believed.
const BELIEVED: usize = 8;

/// The first place in `bytes`, which begin at `base` in the file, from which a chain runs through at least eight records to the end of
/// `bytes`. For taking up a chain in the middle of a file. `ends`: the file ends with `bytes`.
pub fn take_up(bytes: &[u8], base: u64, ends: bool, kind: Descriptors) -> Option<Chain> {
    let most = to_usize(u64::from(LONGEST_RECORD));
    (0..bytes.len().min(2 * most)).find_map(|from| {
        let at = base + to_u64(from);
        let begin = Chain { kind, at, block_end: at, last: u64::MAX, broken: false };
        runs_through(begin, bytes, base, ends).then_some(begin)
    })
}

/// Whether `chain` runs through at least [`BELIEVED`] records to the end of `bytes`.
fn runs_through(mut chain: Chain, bytes: &[u8], base: u64, ends: bool) -> bool {
    let end = base + to_u64(bytes.len());
    let mut seen = 0;
    let mut data = 0;
    loop {
        let from = to_usize(chain.at.saturating_sub(base));
        let Some(head) = bytes.get(from..).filter(|rest| to_u64(rest.len()) >= chain.needs()) else {
            let at_end = !ends || chain.at == end;
            // Zeros are a chain of empty records as well.
            return at_end && seen >= BELIEVED && data > 0;
        };
        let Some(record) = chain.step(head) else { return false };
        seen += 1;
        data += record.stop - record.start;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Blocks of text in EBCDIC: what is before a block is no descriptor, though the lengths of blocks are a chain as well.
    #[test]
    fn a_chain_of_blocks_is_taken_up_at_a_block() {
        let mut bytes = vec![];
        let mut blocks = vec![];
        for n in 0..20u16 {
            let mut block = vec![];
            for record in 0..100 + n {
                let length = 20 + record % 50;
                block.extend((length + 4).to_be_bytes());
                block.extend([0, 0]);
                block.extend(std::iter::repeat_n(0xe2u8, usize::from(length)));
            }
            blocks.push(to_u64(bytes.len()));
            bytes.extend(u16::try_from(block.len() + 4).unwrap().to_be_bytes());
            bytes.extend([0, 0]);
            bytes.extend(block);
        }
        let kind = Descriptors { blocked: true, ..Descriptors::PLAIN };
        for cut in [1, 3_000, 5_001] {
            let chain = take_up(&bytes[cut..], to_u64(cut), true, kind).unwrap();
            assert_eq!(Some(&chain.at()), blocks.iter().find(|at| **at >= to_u64(cut)));
        }
    }

    #[test]
    fn a_chain_is_taken_up_in_the_middle() {
        let mut bytes = vec![];
        for n in 0..4_000u16 {
            let length = 20 + n % 90;
            bytes.extend((length + 4).to_be_bytes());
            bytes.extend([0, 0]);
            bytes.extend(std::iter::repeat_n(b'0', usize::from(length)));
        }
        let chain = take_up(&bytes[100..], 100, true, Descriptors::PLAIN).unwrap();
        assert_eq!(chain.at(), 24 + 25 + 26 + 27);
        assert_eq!(take_up(&bytes[100..9_999], 100, false, Descriptors::PLAIN).unwrap().at(), chain.at());
        assert_eq!(take_up(&bytes[100..9_999], 100, true, Descriptors::PLAIN), None);
        assert_eq!(
            take_up(&[0; 9_999], 100, true, Descriptors { inclusive: false, ..Descriptors::PLAIN }),
            None
        );
    }
}
