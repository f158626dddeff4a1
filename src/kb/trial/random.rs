//! Numbers that look random and are the same each time.

use crate::base::num::{to_u64, to_usize};

/// A sequence of numbers: `SplitMix64` (Steele, Lea, Flood 2014).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The sequence of `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^ (x >> 31)
    }

    /// A number below `end`; 0 if that is 0.
    pub fn below(&mut self, end: usize) -> usize {
        self.draw().checked_rem(to_u64(end)).map_or(0, to_usize)
    }

    /// A number below `end`, the small ones most often: each doubling is as likely as the one before it, which is Zipf's law
    /// in steps.
    pub fn zipf(&mut self, end: usize) -> usize {
        let doublings = to_usize(u64::from(usize::BITS - end.leading_zeros())).max(1);
        loop {
            let first = 1_usize << self.below(doublings);
            let at = first - 1 + self.below(first);
            if at < end || end == 0 {
                return at;
            }
        }
    }

    /// One of `list`; the default of an empty one.
    pub fn of<T: Copy + Default>(&mut self, list: &[T]) -> T {
        let at = self.below(list.len());
        list.get(at).copied().unwrap_or_default()
    }

    /// One of `list`, the first most often.
    pub fn early<T: Copy + Default>(&mut self, list: &[T]) -> T {
        let at = self.zipf(list.len());
        list.get(at).copied().unwrap_or_default()
    }
}
