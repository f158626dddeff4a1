//! Scripts whose letters lie where Latin pages have signs and accents: Greek and Cyrillic.

use super::Found;
use crate::base::num;
use crate::source::encoding::name::Encoding;
use crate::source::encoding::page::Page;

/// A page of another script.
struct Script {
    encoding: Encoding,
    name: &'static str,
    first: char,
    last: char,
    /// The most common letters of its languages, small ones.
    common: &'static str,
}

const SCRIPTS: &[Script] = &[
    Script {
        encoding: Encoding::Cp1025,
        name: "Cyrillic",
        first: '\u{401}',
        last: '\u{45F}',
        common: "оеаинтсрвлкмдпу",
    },
    Script {
        encoding: Encoding::Cp875,
        name: "Greek",
        first: '\u{386}',
        last: '\u{3CE}',
        common: "αοιετσνηυρπκμλςωάίόέή",
    },
];

/// Letters in words that there must be.
const LEAST: usize = 12;

/// The page of another script, if words in it make sense.
pub(super) fn find(samples: &[&[u8]]) -> Option<Found> {
    SCRIPTS.iter().find_map(|script| script.found(samples))
}

impl Script {
    fn has(&self, c: char) -> bool {
        (self.first..=self.last).contains(&c) && c.is_alphabetic()
    }

    fn found(&self, samples: &[&[u8]]) -> Option<Found> {
        let page = self.encoding.page()?;
        let (mut letters, mut common, mut strange) = (0_usize, 0_usize, 0_usize);
        for sample in samples {
            for word in sample.split(|byte| !is_word(page, *byte)) {
                let chars = || word.iter().map(|byte| page.char_of(*byte));
                let own = chars().filter(|c| self.has(*c)).count();
                if own == 0 || word.len() < 3 {
                    continue;
                }
                let latin = chars().filter(|c| c.is_alphabetic() && !self.has(*c)).count();
                let lower_upper =
                    chars().zip(chars().skip(1)).any(|(a, b)| a.is_lowercase() && b.is_uppercase());
                if own == word.len() && !lower_upper {
                    letters += own;
                    let lower = chars().flat_map(char::to_lowercase);
                    common += lower.filter(|c| self.common.contains(*c)).count();
                } else if latin > 0 || lower_upper {
                    strange += own;
                }
            }
        }
        let sensible = letters >= LEAST
            && letters >= strange.saturating_mul(4)
            && common.saturating_mul(100) >= letters.saturating_mul(62);
        sensible.then(|| Found {
            encoding: self.encoding,
            sure: 1.0 - 1.0 / (1.0 + num::to_f64(num::to_u64(letters)) / 10.0),
            runner_up: Encoding::Cp1047,
            why: format!("words of {} letters", self.name),
        })
    }
}

fn is_word(page: &Page, byte: u8) -> bool {
    page.char_of(byte).is_alphabetic()
}
