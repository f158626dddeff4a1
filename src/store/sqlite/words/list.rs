//! The list of a word in one piece of the index: places in order, each with what the word says there. Owns the form of lists.
//!
//! A posting is two bytes: how far the place is from the one before, and what the word says; 255 in the first says that a
//! number follows, where it is farther. A long list is cut into chunks of a page each; the word's own page has the last place
//! of each, so that a chunk without any place that is asked for is not read.

use super::page::{number, put_number};

/// Bytes of a chunk.
pub const CHUNK: usize = 3_900;
/// Lists up to this many bytes stand beside their word.
pub const INLINE: usize = 900;
const FAR: u8 = 255;

/// Appends a posting behind one at `last`.
pub fn put(out: &mut Vec<u8>, last: u32, place: u32, says: u8) {
    let gap = place.saturating_sub(last);
    match u8::try_from(gap) {
        Ok(gap) if gap != FAR => out.push(gap),
        _ => {
            out.push(FAR);
            put_number(out, u64::from(gap));
        }
    }
    out.push(says);
}

/// Calls `take` with each posting of `bytes`, which begin behind the place `last`; false if they are not postings.
#[inline]
pub fn each(bytes: &[u8], last: u32, mut take: impl FnMut(u32, u8)) -> bool {
    let (mut rest, mut place) = (bytes, last);
    while let [gap, behind @ ..] = rest {
        rest = behind;
        let mut gap = u32::from(*gap);
        if gap == u32::from(FAR) {
            let Some(far) = number(&mut rest).and_then(|far| u32::try_from(far).ok()) else { return false };
            gap = far;
        }
        let Some((says, behind)) = rest.split_first() else { return false };
        place = place.saturating_add(gap);
        take(place, *says);
        rest = behind;
    }
    true
}

/// Writes what each posting of `bytes` says into `out` at its place, counted from `low`, if it is more than what is there; false
/// if they are not postings. As [`each`], with less to look at for each of them: lists of common words are read so.
pub fn spread(bytes: &[u8], last: u32, low: u32, out: &mut [u8]) -> bool {
    let (mut rest, mut place) = (bytes, last);
    loop {
        while let [gap, says, behind @ ..] = rest
            && *gap != FAR
        {
            rest = behind;
            place = place.saturating_add(u32::from(*gap));
            // A place before the first one is far behind the last one then.
            let at = usize::try_from(place.wrapping_sub(low)).unwrap_or(usize::MAX);
            if let Some(most) = out.get_mut(at) {
                *most = (*most).max(*says);
            }
        }
        let [FAR, behind @ ..] = rest else { return rest.is_empty() };
        rest = behind;
        let Some(far) = number(&mut rest).and_then(|far| u32::try_from(far).ok()) else { return false };
        let Some((says, behind)) = rest.split_first() else { return false };
        rest = behind;
        place = place.saturating_add(far);
        let at = usize::try_from(place.wrapping_sub(low)).unwrap_or(usize::MAX);
        if let Some(most) = out.get_mut(at) {
            *most = (*most).max(*says);
        }
    }
}

/// Gaps of four postings in eight bytes, one in each of these parts, and what adds them up in the highest part.
const GAPS: u64 = 0x00FF_00FF_00FF_00FF;
const EACH: u64 = 0x0001_0001_0001_0001;

/// How far the last of four postings is from the place before them; `None` if a number follows one of them.
fn far_of_four(four: [u8; 8]) -> Option<u32> {
    let gaps = u64::from_le_bytes(four) & GAPS;
    // Only the gap that says that a number follows comes to a bit above its byte.
    let plain = gaps.wrapping_add(EACH) & !GAPS == 0;
    plain.then(|| u32::try_from(gaps.wrapping_mul(EACH) >> 48).unwrap_or(u32::MAX))
}

/// Calls `take` with each posting of `bytes` at one of the places `wanted`, which are in order; of these those stay that are behind
/// the last posting. As [`each`], but where none is wanted four postings are passed over at a time.
pub fn these(bytes: &[u8], last: u32, wanted: &mut &[u32], mut take: impl FnMut(u32, u8)) -> bool {
    let (mut rest, mut place) = (bytes, last);
    loop {
        let next = wanted.first().copied();
        while let Some((four, behind)) = rest.split_first_chunk::<8>()
            && let Some(far) = far_of_four(*four)
            && next.is_none_or(|next| place.saturating_add(far) < next)
        {
            (rest, place) = (behind, place.saturating_add(far));
        }
        // One of these may be wanted, or is far, or they are the last ones.
        for _ in 0..4 {
            let [gap, behind @ ..] = rest else { return true };
            rest = behind;
            let mut gap = u32::from(*gap);
            if gap == u32::from(FAR) {
                let Some(far) = number(&mut rest).and_then(|far| u32::try_from(far).ok()) else {
                    return false;
                };
                gap = far;
            }
            let Some((says, behind)) = rest.split_first() else { return false };
            (rest, place) = (behind, place.saturating_add(gap));
            while let [next, later @ ..] = *wanted
                && *next <= place
            {
                if *next == place {
                    take(place, *says);
                }
                *wanted = later;
            }
        }
    }
}

/// A chunk of a long list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chunk {
    /// The place before its first, its last place.
    pub before: u32,
    /// See `before`.
    pub last: u32,
}

/// What a page says of a stem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said<'b> {
    /// Entries that have it.
    pub entries: u64,
    /// Where its postings are.
    pub postings: Postings<'b>,
}

/// Where postings are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Postings<'b> {
    /// Here.
    Here(&'b [u8]),
    /// On pages of their own, from this one on.
    Pages(u32, Vec<Chunk>),
}

impl<'b> Said<'b> {
    /// Reads it; places begin behind `low`.
    pub fn read(mut said: &'b [u8], low: u32) -> Option<Self> {
        let entries = number(&mut said)?;
        let pages = number(&mut said)?;
        if pages == 0 {
            return Some(Self { entries, postings: Postings::Here(said) });
        }
        let first = u32::try_from(number(&mut said)?).ok()?;
        let mut chunks = Vec::new();
        let mut before = low;
        for _ in 0..pages {
            let last = before.checked_add(u32::try_from(number(&mut said)?).ok()?)?;
            chunks.push(Chunk { before, last });
            before = last;
        }
        Some(Self { entries, postings: Postings::Pages(first, chunks) })
    }

    /// Writes it; places begin behind `low`.
    pub fn write(&self, out: &mut Vec<u8>, low: u32) {
        put_number(out, self.entries);
        match &self.postings {
            Postings::Here(bytes) => {
                put_number(out, 0);
                out.extend_from_slice(bytes);
            }
            Postings::Pages(first, chunks) => {
                put_number(out, u64::try_from(chunks.len()).unwrap_or(u64::MAX));
                put_number(out, u64::from(*first));
                let mut before = low;
                for chunk in chunks {
                    put_number(out, u64::from(chunk.last.saturating_sub(before)));
                    before = chunk.last;
                }
            }
        }
    }
}

/// Which places of a list are wanted.
#[derive(Debug, Clone, Copy)]
pub enum Driver<'d> {
    /// All from this one on.
    From(u32),
    /// These, in order.
    These(&'d [u32]),
}

impl Driver<'_> {
    /// Whether any is behind `before` and not behind `last`.
    pub fn wants(&self, before: u32, last: u32) -> bool {
        match self {
            Self::From(from) => last >= *from,
            Self::These(places) => {
                let at = places.partition_point(|place| *place <= before);
                places.get(at).is_some_and(|place| *place <= last)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Both ways of reading a list see the same, in whatever bytes.
        #[test]
        fn what_is_spread_out_is_what_is_read(
            gaps in prop::collection::vec((prop_oneof![9 => 0..300_u32, 1 => 0..70_000_u32], any::<u8>()), 0..40),
            cut in any::<prop::sample::Index>(),
            low in 0..500_u32,
            odd in prop::collection::vec(any::<u8>(), 0..9),
        ) {
            let (mut bytes, mut place) = (Vec::new(), 7);
            for (gap, says) in gaps {
                put(&mut bytes, place, place + gap, says);
                place += gap;
            }
            let mut torn = bytes.clone();
            torn.truncate(cut.index(bytes.len() + 1));
            torn.extend(odd);
            for bytes in [bytes, torn] {
                let (mut wanted, mut out) = (vec![0; 3_000], vec![0; 3_000]);
                let fits = each(&bytes, 7, |place, says| {
                    if let Some(most) = usize::try_from(i64::from(place) - i64::from(low)).ok().and_then(|at| wanted.get_mut(at)) {
                        *most = says.max(*most);
                    }
                });
                prop_assert_eq!(spread(&bytes, 7, low, &mut out), fits);
                prop_assert_eq!(&out, &wanted);
            }
        }

        /// Postings that are passed over change nothing of those that are wanted.
        #[test]
        fn what_is_wanted_is_found_among_the_others(
            gaps in prop::collection::vec((prop_oneof![90 => 0..260_u32, 1 => 0..70_000_u32], any::<u8>()), 0..90),
            wanted in prop::collection::btree_set(0..9_000_u32, 0..40),
            which in prop::collection::vec(any::<prop::sample::Index>(), 0..9),
            last in prop_oneof![4 => Just(7), 1 => Just(u32::MAX - 300)],
            cut in any::<prop::sample::Index>(),
        ) {
            let (mut bytes, mut place, mut places) = (Vec::new(), last, Vec::new());
            for (gap, says) in gaps {
                let next = place.saturating_add(gap);
                put(&mut bytes, place, next, says);
                place = next;
                places.push(place);
            }
            let mut wanted: Vec<u32> = wanted.into_iter().collect();
            if !places.is_empty() {
                wanted.extend(which.iter().map(|which| places[which.index(places.len())]));
            }
            wanted.sort_unstable();
            wanted.dedup();
            let torn = bytes[..cut.index(bytes.len() + 1)].to_vec();
            for bytes in [bytes, torn] {
                let (mut plain, mut quick) = (Vec::new(), Vec::new());
                let (mut left, mut rest) = (wanted.as_slice(), wanted.as_slice());
                let fits = each(&bytes, last, |place, says| {
                    while let [next, later @ ..] = left && *next <= place {
                        if *next == place {
                            plain.push((place, says));
                        }
                        left = later;
                    }
                });
                prop_assert_eq!(these(&bytes, last, &mut rest, |place, says| quick.push((place, says))), fits);
                prop_assert_eq!(quick, plain);
                prop_assert_eq!(rest, left);
            }
        }
    }
}
