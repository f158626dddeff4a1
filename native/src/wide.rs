//! Loops over many small numbers, for the widest registers that the processor has: the program as a whole is made for the oldest ones.

/// Runs `work`, which is a loop or two over slices: with registers of 256 bits where there are any. What it gives is the same
/// everywhere.
#[inline]
pub fn wide<R>(work: impl FnOnce() -> R) -> R {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has what the function is compiled for.
        return unsafe { with_avx2(work) };
    }
    work()
}

/// `work` becomes a part of it, and is compiled for the same processors.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn with_avx2<R>(work: impl FnOnce() -> R) -> R {
    work()
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_summed_up_is_the_same() {
        let says: Vec<u8> = (0..=255).chain(0..77).collect();
        let mut sums = vec![0.25_f32; says.len()];
        super::wide(|| sums.iter_mut().zip(&says).for_each(|(sum, says)| *sum += 0.1 * f32::from(*says)));
        assert!(
            sums.iter()
                .zip(&says)
                .all(|(sum, says)| sum.to_bits() == (0.25 + 0.1 * f32::from(*says)).to_bits())
        );
    }
}
