//! Lists of words spread out by place: what a word says at each of them. Owns in what form that is kept, and what is known of a block of
//! places without a look at each.

use crate::base::num::to_usize;
use greenbar_native::wide::wide;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Places of a block: for each it is known what a word says there at most, so that blocks without any of the best are passed over.
pub const BLOCK: u32 = 256;

/// Which places of a block have something, a bit each, in so many words.
pub type Bits = [u64; WORDS];
/// See [`Bits`].
pub const WORDS: usize = BLOCK as usize / 64;

/// Of eight bytes, which are not 0, a bit each.
fn bits_of(eight: [u8; 8]) -> u64 {
    const LOW: u64 = 0x7F7F_7F7F_7F7F_7F7F;
    let bytes = u64::from_le_bytes(eight);
    // The highest bit of each byte says it; the product brings them side by side.
    let any = (((bytes & LOW) + LOW) | bytes) & !LOW;
    (any >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// Of a block from this bit on, which places say something.
fn bits_in_block(says: &[u8], from: usize) -> Bits {
    let (mut padded, mut bits) = ([0_u8; BLOCK as usize], [0; WORDS]);
    let whole = match <&[u8; BLOCK as usize]>::try_from(says) {
        Ok(whole) => whole,
        Err(_) => {
            let part = padded.get_mut(from..).unwrap_or_default();
            part.iter_mut().zip(says).for_each(|(padded, says)| *padded = *says);
            &padded
        }
    };
    let (eights, _) = whole.as_chunks::<8>();
    for (word, eights) in bits.iter_mut().zip(eights.chunks(8)) {
        let each = eights.iter().zip((0..64).step_by(8));
        *word = each.fold(0, |word, (eight, shift)| word | bits_of(*eight) << shift);
    }
    bits
}

/// Lists that are spread out: what their word says at each place, 0 where it does not stand.
#[derive(Debug)]
pub struct Spread {
    low: u32,
    /// From the first place on; where the word stands rarely, only at the places where it does.
    says: Vec<u8>,
    /// Then, how many of these come before those of each block.
    before: Vec<u32>,
    /// The most that it says in each block, from that of the first place on.
    most: Vec<u8>,
    /// Where it says anything in each block, from its first place on.
    bits: Vec<Bits>,
    /// Postings that were read for it.
    pub looked: u64,
    /// Where its bytes go in the end.
    spare: Option<Arc<Spare>>,
}

/// A word that stands at no more than one of so many places is kept by these alone: to go from one to the next takes no longer than to
/// look at all places side by side, and so many more words are kept.
const RARE: usize = 16;

/// Calls `take` with each bit that is set.
fn each_bit(bits: &Bits, mut take: impl FnMut(usize)) {
    for (from, word) in (0..).step_by(64).zip(bits) {
        let mut rest = *word;
        while rest > 0 {
            take(from + to_usize(u64::from(rest.trailing_zeros())));
            rest &= rest - 1;
        }
    }
}

fn count_bits(bits: &Bits) -> u32 {
    bits.iter().map(|word| word.count_ones()).fold(0, u32::wrapping_add)
}

impl Drop for Spread {
    fn drop(&mut self) {
        if let Some(spare) = &self.spare {
            spare.put(std::mem::take(&mut self.says));
        }
    }
}

/// Bytes of words that are kept for the next ones.
pub const SPARE: usize = 4 << 20;

/// Bytes of words that were spread out and are forgotten, for the next ones: the system takes longer to come up with so much memory
/// than it takes to write a word there.
#[derive(Debug, Default)]
pub struct Spare(Mutex<Vec<Vec<u8>>>);

impl Spare {
    /// Those that there are.
    pub fn held(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// So many zeros.
    pub fn zeros(&self, bytes: usize) -> Vec<u8> {
        let spare = self.held().pop();
        let mut spare = spare.unwrap_or_default();
        // What is zero already would be had page by page, at the first look at each.
        spare.clear();
        spare.resize(bytes, 0);
        spare
    }

    fn put(&self, bytes: Vec<u8>) {
        let mut held = self.held();
        if (held.len() + 1).saturating_mul(bytes.capacity()) <= SPARE {
            held.push(bytes);
        }
    }
}

/// The block that `place` is in.
#[inline]
pub fn block_of(place: u32) -> u32 {
    place / BLOCK
}

impl Spread {
    /// What a word `says` at each place from `low` on, for which so many postings were read.
    pub fn new(low: u32, says: Vec<u8>, looked: u64) -> Self {
        let from = to_usize(u64::from(low % BLOCK));
        let (first, rest) = says.split_at((BLOCK as usize - from).min(says.len()));
        let blocks = || std::iter::once(first).chain(rest.chunks(BLOCK as usize));
        let most = wide(|| blocks().map(|block| block.iter().copied().max().unwrap_or(0)).collect());
        let froms = std::iter::once(from).chain(std::iter::repeat(0));
        let bits = blocks().zip(froms).map(|(block, from)| bits_in_block(block, from)).collect();
        Self { low, says, before: Vec::new(), most, bits, looked, spare: None }
    }

    /// The same with less memory, if the word stands rarely.
    pub fn packed(mut self) -> Self {
        let all = self.bits.iter().map(|bits| u64::from(count_bits(bits))).sum();
        if to_usize(all).saturating_mul(RARE) > self.says.len() {
            return self;
        }
        let mut says = Vec::with_capacity(to_usize(all));
        self.each(|_, here| says.push(here));
        let mut before = Vec::with_capacity(self.bits.len());
        let mut so_far = 0_u32;
        for bits in &self.bits {
            before.push(so_far);
            so_far = so_far.saturating_add(count_bits(bits));
        }
        self.before = before;
        let whole = std::mem::replace(&mut self.says, says);
        if let Some(spare) = self.spare.take() {
            spare.put(whole);
        }
        self
    }

    /// Its bytes go to `spare` in the end.
    pub fn with_spare(mut self, spare: Option<&Arc<Spare>>) -> Self {
        self.spare = spare.map(Arc::clone);
        self
    }

    /// The first place that it knows.
    pub fn low(&self) -> u32 {
        self.low
    }

    /// Bytes that it takes, about.
    pub fn size(&self) -> usize {
        let beside = size_of_val(self.bits.as_slice()) + size_of_val(self.before.as_slice());
        self.says.len() + self.most.len() + beside
    }

    /// The place of `block` among those that it knows.
    #[inline]
    fn block(&self, block: u32) -> Option<usize> {
        block.checked_sub(block_of(self.low)).and_then(|block| usize::try_from(block).ok())
    }

    /// The most that the word says in `block`.
    #[inline]
    pub fn most_in(&self, block: u32) -> u8 {
        self.block(block).and_then(|block| self.most.get(block)).copied().unwrap_or(0)
    }

    /// Where the word stands in `block`.
    #[inline]
    pub fn bits_in(&self, block: u32) -> Bits {
        self.block(block).and_then(|block| self.bits.get(block)).copied().unwrap_or_default()
    }

    /// What the word says at the places of a block from `from` up to `to`, side by side; `None` where it stands rarely. Nothing where it
    /// knows none of these places.
    #[inline]
    pub fn in_block(&self, from: u32, to: u32) -> Option<&[u8]> {
        let at = |place: u32| to_usize(u64::from(place.saturating_sub(self.low)));
        self.before.is_empty().then(|| self.says.get(at(from)..at(to)).unwrap_or_default())
    }

    /// Calls `take` with each place of a block where a word stands that stands rarely, counted from `from`, which is in that block.
    pub fn each_in_block(&self, from: u32, mut take: impl FnMut(usize, u8)) {
        let Some(block) = self.block(block_of(from)) else { return };
        let (Some(bits), Some(before)) = (self.bits.get(block), self.before.get(block)) else { return };
        let mut says = self.says.get(to_usize(u64::from(*before))..).unwrap_or_default().iter();
        let first = to_usize(u64::from(from % BLOCK));
        each_bit(bits, |bit| {
            if let (Some(says), Some(at)) = (says.next(), bit.checked_sub(first)) {
                take(at, *says);
            }
        });
    }

    /// What the word says at `place`.
    #[inline]
    pub fn at(&self, place: u32) -> u8 {
        let at = place.checked_sub(self.low).and_then(|at| usize::try_from(at).ok());
        if self.before.is_empty() {
            return at.and_then(|at| self.says.get(at)).copied().unwrap_or(0);
        }
        at.and_then(|_| self.at_bit(self.block(block_of(place))?, place % BLOCK)).unwrap_or(0)
    }

    fn at_bit(&self, block: usize, bit: u32) -> Option<u8> {
        let (bits, before) = (self.bits.get(block)?, self.before.get(block)?);
        let (of, bit) = (to_usize(u64::from(bit / 64)), 1_u64 << (bit % 64));
        let word = bits.get(of).filter(|word| *word & bit > 0)?;
        let earlier = bits.get(..of)?.iter().map(|word| word.count_ones()).fold(0, u32::wrapping_add);
        let at = before.wrapping_add(earlier).wrapping_add((word & (bit - 1)).count_ones());
        self.says.get(to_usize(u64::from(at))).copied()
    }

    /// Calls `take` with each place where the word stands.
    pub fn each(&self, mut take: impl FnMut(u32, u8)) {
        let first = self.low - self.low % BLOCK;
        let mut says = self.says.iter();
        for (from, bits) in (first..).step_by(BLOCK as usize).zip(&self.bits) {
            for (from, word) in (from..).step_by(64).zip(bits) {
                let mut rest = *word;
                while rest > 0 {
                    let place = from.saturating_add(rest.trailing_zeros());
                    rest &= rest - 1;
                    let here = if self.before.is_empty() {
                        self.at(place)
                    } else {
                        says.next().copied().unwrap_or(0)
                    };
                    take(place, here);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_that_says_something_is_met_once() {
        for (low, places) in [(0, 0), (0, 1), (7, 600), (250, 6), (255, 2), (256, 513), (300, 40)] {
            let says: Vec<u8> =
                (0..places).map(|at| if at % 37 < 2 || at + 1 == places { 9 } else { 0 }).collect();
            let wanted: Vec<(u32, u8)> =
                (low..).zip(says.iter().copied()).filter(|(_, says)| *says > 0).collect();
            for spread in [Spread::new(low, says.clone(), 0), Spread::new(low, says.clone(), 0).packed()] {
                let mut met = Vec::new();
                spread.each(|place, says| met.push((place, says)));
                assert_eq!(met, wanted, "{low} {places}");
            }
        }
    }

    #[test]
    fn a_word_that_stands_rarely_says_the_same_in_less_memory() {
        for (low, every) in [(0, 16), (7, 17), (250, 40), (255, 300), (256, 1_000)] {
            let says: Vec<u8> = (0..3_000_u32)
                .map(|at| if at % every == 0 { u8::try_from(at % 250 + 1).unwrap() } else { 0 })
                .collect();
            let whole = Spread::new(low, says.clone(), 0);
            let packed = Spread::new(low, says, 0).packed();
            assert!(packed.in_block(low, low + 1).is_none() == (every > 16), "{every}");
            assert!(every == 16 || packed.size() * 3 < whole.size());
            for place in (0..low + 3_300).rev() {
                assert_eq!(packed.at(place), whole.at(place), "{place}");
                let (block, mut here) = (block_of(place), Vec::new());
                assert_eq!(
                    (packed.most_in(block), packed.bits_in(block)),
                    (whole.most_in(block), whole.bits_in(block))
                );
                packed.each_in_block(place, |at, says| here.push((at, says)));
                let places = (place..(block + 1) * BLOCK).enumerate();
                let wanted = places.map(|(at, place)| (at, whole.at(place))).filter(|(_, says)| *says > 0);
                assert!(every == 16 || here == wanted.collect::<Vec<_>>(), "{place}");
            }
        }
    }
}
