//! Blocks of places: which of a block are looked at, and which of them match, a bit each. Owns how these bits come together.

use super::super::words::{BLOCK, Bits, WORDS, block_of};
use crate::base::num::to_usize;

/// Places of a block.
pub const PLACES: usize = BLOCK as usize;

/// Places that are looked at together.
pub const AT_ONCE: usize = 32;

/// Which places of a block match, a bit each from the first place of the whole block on: at all, and surely.
#[derive(Clone, Copy)]
pub struct Marks {
    any: Bits,
    sure: Bits,
}

impl Marks {
    /// Nothing matches.
    pub const NONE: Self = Self { any: [0; WORDS], sure: [0; WORDS] };

    /// The places of `any`, all surely or none.
    pub fn of(any: Bits, is_sure: bool) -> Self {
        Self { any, sure: if is_sure { any } else { [0; WORDS] } }
    }

    /// What matches `other` matches, too.
    pub fn or(&mut self, other: &Self) {
        each_bits(&mut self.any, &other.any, |own, other| own | other);
        each_bits(&mut self.sure, &other.sure, |own, other| own | other);
    }

    /// Only what matches `other`, too, does.
    pub fn and(&mut self, other: &Self) {
        each_bits(&mut self.any, &other.any, |own, other| own & other);
        each_bits(&mut self.sure, &other.sure, |own, other| own & other);
    }

    /// What surely matches `other` does not match; of what may, it is not sure any more.
    pub fn and_not(&mut self, other: &Self) {
        each_bits(&mut self.any, &other.sure, |own, other| own & !other);
        each_bits(&mut self.sure, &other.any, |own, other| own & !other);
    }

    /// The place of a bit matches.
    pub fn set(&mut self, bit: usize, sure: bool) {
        let (word, bit) = (bit / 64, 1 << (bit % 64));
        if let (Some(any), Some(is)) = (self.any.get_mut(word), self.sure.get_mut(word)) {
            *any |= bit;
            *is |= if sure { bit } else { 0 };
        }
    }

    /// The place of a bit does not match.
    pub fn clear(&mut self, bit: usize) {
        let (word, bit) = (bit / 64, 1 << (bit % 64));
        for bits in [&mut self.any, &mut self.sure] {
            bits.get_mut(word).into_iter().for_each(|word| *word &= !bit);
        }
    }

    /// How many match surely, and whether any may match.
    pub fn counts(&self) -> (u64, bool) {
        let sure = self.sure.iter().map(|word| word.count_ones()).fold(0, u32::wrapping_add);
        (sure.into(), self.any != self.sure)
    }

    /// Whether the place of a bit matches surely.
    pub fn is_sure(&self, bit: usize) -> bool {
        self.sure.get(bit / 64).is_some_and(|word| word >> (bit % 64) & 1 > 0)
    }

    /// Those of [`AT_ONCE`] places from this bit on, which is a multiple of it.
    pub fn some(&self, from: u32) -> (u32, u32) {
        let of = |bits: &Bits| {
            let word = bits.get(to_usize(u64::from(from / 64))).copied().unwrap_or(0);
            u32::try_from((word >> (from % 64)) & u64::from(u32::MAX)).unwrap_or(0)
        };
        (of(&self.any), of(&self.sure))
    }

    /// Of places that are not `here` nothing is said.
    pub fn within(&mut self, here: Here) {
        let (from, to) = (here.from % BLOCK, here.to.wrapping_sub(1) % BLOCK);
        for (first, (any, sure)) in (0..).step_by(64).zip(self.any.iter_mut().zip(&mut self.sure)) {
            // Bits from the first place on, and up to the last one.
            let begin = u64::MAX.checked_shl(from.saturating_sub(first)).unwrap_or(0);
            let end = match to.checked_sub(first) {
                Some(last) => u64::MAX >> 63_u32.saturating_sub(last),
                None => 0,
            };
            (*any, *sure) = (*any & begin & end, *sure & begin & end);
        }
    }
}

/// Joins each word of bits with the one of `other`.
pub fn each_bits(own: &mut Bits, other: &Bits, join: impl Fn(u64, u64) -> u64) {
    own.iter_mut().zip(other).for_each(|(own, other)| *own = join(*own, *other));
}

/// The places of a block that are looked at, from the first one to behind the last one.
#[derive(Clone, Copy)]
pub struct Here {
    /// The first one.
    pub from: u32,
    /// The one behind the last.
    pub to: u32,
}

impl Here {
    /// How many these are.
    pub fn len(self) -> usize {
        to_usize(u64::from(self.to.saturating_sub(self.from)))
    }

    /// How many are before `place`.
    pub fn at(self, place: u32) -> usize {
        to_usize(u64::from(place.saturating_sub(self.from)))
    }

    /// The bit of a place in [`Marks`].
    pub fn bit(place: u32) -> usize {
        to_usize(u64::from(place % BLOCK))
    }

    /// Those of `found`, which are in order, that are here.
    pub fn of<T>(self, found: &[T], place: impl Fn(&T) -> u32) -> &[T] {
        let from = found.partition_point(|one| place(one) < self.from);
        let here = found.get(from..).unwrap_or_default();
        here.get(..here.partition_point(|one| place(one) < self.to)).unwrap_or_default()
    }
}

/// All places from `low` to `high`, by block, the last ones first.
pub fn blocks(low: u32, high: u32) -> impl Iterator<Item = Here> {
    (block_of(low)..=block_of(high)).rev().map(move |block| {
        let from = block.saturating_mul(BLOCK);
        Here { from: from.max(low), to: from.saturating_add(BLOCK).min(high.saturating_add(1)) }
    })
}
