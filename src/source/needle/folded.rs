//! Bytes in any letter case, found at about the speed of memory. Owns the choice of two bytes of the text that are seldom, and
//! the comparison of 64 places at a time with both; must not know where lines end.
//!
//! The capital and the small form of a letter differ in one bit in ASCII and in most of EBCDIC, so that a byte with that bit
//! set is one comparison, which compilers turn into vector instructions. What looks right at two places is compared whole, and
//! where that is done too often for what is found, an expression takes over: it is slower and always linear.

/// Places that are compared at a time.
const BLOCK: usize = 64;
/// Bytes that may be compared for each byte passed over before this is given up.
const PATIENCE: usize = 8;
/// Characters of sources and listings, the most frequent first. Any other is taken for seldom.
const FREQUENT: &[u8] = b" 0EARTINOSL-CD1.P2MUG3F45H67W8B9YVKX";

/// Bytes to be found in any letter case.
#[derive(Debug)]
pub(super) struct Folded {
    /// What each byte is compared as.
    fold: Box<[u8; 256]>,
    /// The text, each byte as it is compared.
    bytes: Vec<u8>,
    /// The bytes that are looked for first.
    probes: [Probe; 2],
}

/// One byte of the text: those that are it in either case are `value` once `mask` is set in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Probe {
    /// Where in the text it is.
    at: usize,
    mask: u8,
    value: u8,
}

/// What came of a look for the text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// It begins here.
    At(usize),
    /// It is not there.
    Nowhere,
    /// Not before here; it took too long to go on.
    Tired(usize),
}

impl Folded {
    /// For `bytes`, of which those are the same that `fold` makes the same; `shown` is what each byte means in ASCII. `None`
    /// if no byte of the text has at most two forms that differ in one bit.
    pub fn new(bytes: &[u8], fold: [u8; 256], shown: &[u8; 256]) -> Option<Self> {
        let folded = |b: u8| fold.get(usize::from(b)).copied().unwrap_or(b);
        let probe = |at: usize, byte: u8| {
            let mut forms = (0..=u8::MAX).filter(|b| folded(*b) == folded(byte));
            let (first, second) = (forms.next()?, forms.next());
            let mask = second.map_or(0, |second| first ^ second);
            (forms.next().is_none() && mask.count_ones() <= 1).then_some(Probe {
                at,
                mask,
                value: first | mask,
            })
        };
        let frequency = |probe: &Probe| {
            let byte = bytes.get(probe.at).and_then(|b| shown.get(usize::from(*b)));
            let byte = byte.map_or(0, u8::to_ascii_uppercase);
            FREQUENT.iter().position(|b| *b == byte).map_or(0, |at| FREQUENT.len() - at)
        };
        let mut probes: Vec<Probe> = bytes.iter().enumerate().filter_map(|(at, b)| probe(at, *b)).collect();
        probes.sort_by_key(frequency);
        let first = *probes.first()?;
        // The same byte twice says no more than once.
        let other = |p: &&Probe| (p.mask, p.value) != (first.mask, first.value);
        let second = probes.iter().find(other).copied().unwrap_or(first);
        let bytes = bytes.iter().map(|b| folded(*b)).collect();
        Some(Self { fold: Box::new(fold), bytes, probes: [first, second] })
    }

    /// Its length in bytes.
    pub fn length(&self) -> usize {
        self.bytes.len()
    }

    /// Looks for the text in `text` from `from` on.
    pub fn find(&self, text: &[u8], from: usize) -> Look {
        let [a, b] = self.probes;
        let length = self.bytes.len();
        // How many places there are at which it may begin.
        let Some(places) = text.len().checked_sub(from + length).map(|rest| rest + 1) else {
            return Look::Nowhere;
        };
        let side =
            |probe: Probe| text.get(from + probe.at..).and_then(|t| t.get(..places)).unwrap_or_default();
        let (left, left_rest) = side(a).as_chunks::<BLOCK>();
        let (right, right_rest) = side(b).as_chunks::<BLOCK>();
        let mut patience = PATIENCE * length + BLOCK;
        let mut passed = 0;
        for (left, right) in left.iter().zip(right) {
            if any_of(left, a, right, b) {
                match self.among(text, from + passed, left, right, &mut patience) {
                    Look::Nowhere => {}
                    look => return look,
                }
            }
            passed += BLOCK;
            patience = patience.saturating_add(PATIENCE * BLOCK);
        }
        self.among(text, from + passed, left_rest, right_rest, &mut patience)
    }

    /// Looks at each of some places: `at` is the first, the bytes are those that both probes compare.
    fn among(&self, text: &[u8], at: usize, left: &[u8], right: &[u8], patience: &mut usize) -> Look {
        let [a, b] = self.probes;
        for (place, (x, y)) in (at..).zip(left.iter().zip(right)) {
            if x | a.mask != a.value || y | b.mask != b.value {
                continue;
            }
            let here = text.get(place..place + self.bytes.len()).unwrap_or_default();
            let fits =
                |(b, want): (&u8, &u8)| self.fold.get(usize::from(*b)).is_some_and(|folded| folded == want);
            let same = here.iter().zip(&self.bytes).take_while(|pair| fits(*pair)).count();
            if same == self.bytes.len() {
                return Look::At(place);
            }
            match patience.checked_sub(same) {
                Some(left) => *patience = left,
                None => return Look::Tired(place),
            }
        }
        Look::Nowhere
    }
}

/// Whether both probes are right at any place.
#[inline]
fn any_of(left: &[u8; BLOCK], a: Probe, right: &[u8; BLOCK], b: Probe) -> bool {
    let both = |(x, y): (&u8, &u8)| u8::from(x | a.mask == a.value) & u8::from(y | b.mask == b.value);
    left.iter().zip(right).map(both).fold(0, |any, one| any | one) != 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::encoding::Encoding;
    use proptest::prelude::*;

    fn folded(text: &str, encoding: Encoding) -> Folded {
        let bytes = encoding.encode_needle(text).unwrap();
        Folded::new(&bytes, encoding.fold_table(), &encoding.ascii_table()).unwrap()
    }

    #[test]
    fn bytes_that_are_seldom_are_looked_for_first() {
        let at = |text, encoding| folded(text, encoding).probes.map(|p| p.at);
        assert_eq!(at("move ws-qty", Encoding::Utf8), [8, 3 - 1], "Q, then V");
        assert_eq!(at("MOVE WS-QTY", "cp037".parse().unwrap()), [8, 2]);
        assert_eq!(at("aA", Encoding::Utf8), [0, 0], "the same byte twice says no more than once");
    }

    #[test]
    fn a_text_that_looks_right_too_often_is_given_up_and_places_before_are_not_asked_again() {
        let text = vec![b'a'; 4000];
        let needle = "a".repeat(500) + "b" + &"a".repeat(500);
        let needle = folded(&needle, Encoding::Utf8);
        assert_eq!(needle.find(&text, 0), Look::Nowhere, "there is no B");
        let text = b"ab".repeat(2000);
        let needle = folded(&("ab".repeat(500) + "bb"), Encoding::Utf8);
        assert!(matches!(needle.find(&text, 0), Look::Tired(at) if at > 0), "{:?}", needle.find(&text, 0));
    }

    proptest! {
        /// Texts of few letters have many places that nearly fit; those of the page are found in either case.
        #[test]
        fn finds_what_a_plain_search_finds(
            text in proptest::collection::vec(proptest::sample::select(b"aAbB-1 \xE4\xC4".to_vec()), 0..300),
            needle in proptest::collection::vec(proptest::sample::select(b"aAbB-1\xE4".to_vec()), 1..9),
            from in 0_usize..310,
            ebcdic in any::<bool>(),
        ) {
            let encoding = if ebcdic { "cp273".parse().unwrap() } else { Encoding::Latin1 };
            let of = |bytes: &[u8]| -> Vec<u8> {
                let text: String = bytes.iter().map(|b| char::from(*b)).collect();
                encoding.encode(&text).unwrap()
            };
            let (text, needle) = (of(&text), of(&needle));
            let fold = encoding.fold_table();
            let same = |at: &usize| {
                text.get(*at..*at + needle.len()).is_some_and(|here| {
                    here.iter().zip(&needle).all(|(a, b)| fold[usize::from(*a)] == fold[usize::from(*b)])
                })
            };
            let plain = (from..text.len()).find(same);
            // No byte of it may have two forms that differ in one bit.
            let Some(folded) = Folded::new(&needle, fold, &encoding.ascii_table()) else { return Ok(()) };
            match folded.find(&text, from) {
                Look::At(at) => prop_assert_eq!(Some(at), plain),
                Look::Nowhere => prop_assert_eq!(None, plain),
                Look::Tired(at) => prop_assert!(plain.is_none_or(|plain| at <= plain)),
            }
        }
    }
}
