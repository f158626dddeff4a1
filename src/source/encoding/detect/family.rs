//! ASCII's family or EBCDIC: what runs of bytes are words in.

use crate::base::num;

/// Shortest run that counts: shorter ones stand in any bytes.
const RUN: usize = 4;
/// A share of runs from which on a file is text beyond doubt.
const PLENTY: f64 = 0.25;
/// Bytes from which on the samples are as good as more of them.
const ENOUGH: f64 = 100.0;

/// What the bytes of the samples are. Fill bytes (00 and FF) are not counted.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub bytes: usize,
    /// Bytes in runs of letters, digits and blanks.
    ascii_runs: usize,
    pub ebcdic_runs: usize,
    ascii_blanks: usize,
    ebcdic_blanks: usize,
    /// Bytes above 7F, and those up to 9F among them.
    pub high: usize,
    pub controls: usize,
    /// Characters of several bytes, and places where it is not UTF-8.
    pub multibyte: usize,
    pub broken: usize,
}

fn in_ascii(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b' '
}

fn in_ebcdic(byte: u8) -> bool {
    matches!(byte, 0x40 | 0x81..=0x89 | 0x91..=0x99 | 0xA2..=0xA9)
        || matches!(byte, 0xC1..=0xC9 | 0xD1..=0xD9 | 0xE2..=0xE9 | 0xF0..=0xF9)
}

/// Bytes of `sample` that stand in runs of what `is` takes.
fn runs(sample: &[u8], is: impl Fn(u8) -> bool) -> usize {
    let of_one = sample.chunk_by(|a, b| is(*a) == is(*b));
    of_one.filter(|run| run.len() >= RUN && run.first().is_some_and(|b| is(*b))).map(<[u8]>::len).sum()
}

pub(super) fn facts(samples: &[&[u8]]) -> Facts {
    let mut facts = Facts::default();
    for sample in samples {
        facts.ascii_runs += runs(sample, in_ascii);
        facts.ebcdic_runs += runs(sample, in_ebcdic);
        for byte in sample.iter().filter(|b| !matches!(**b, 0x00 | 0xFF)) {
            facts.bytes += 1;
            facts.ascii_blanks += usize::from(*byte == b' ');
            facts.ebcdic_blanks += usize::from(*byte == 0x40);
            facts.high += usize::from(*byte >= 0x80);
            facts.controls += usize::from((0x80..0xA0).contains(byte));
        }
        let mut at = 0;
        for chunk in sample.utf8_chunks() {
            let beyond = chunk.valid().chars().filter(|c| !c.is_ascii());
            for c in beyond {
                // Controls beyond ASCII are in no file of UTF-8, but are what pairs of letters in EBCDIC read as.
                let is_control = c.is_control() || c == '\u{FFFD}';
                *(if is_control { &mut facts.broken } else { &mut facts.multibyte }) += 1;
            }
            at += chunk.valid().len();
            let invalid = chunk.invalid();
            // A character may be cut at either end of a sample.
            let ends = at + invalid.len() == sample.len()
                && std::str::from_utf8(invalid).is_err_and(|e| e.error_len().is_none());
            let begins = at < 3 && matches!(invalid, [0x80..=0xBF]);
            if !invalid.is_empty() && !ends && !begins {
                facts.broken += 1;
            }
            at += invalid.len();
        }
    }
    facts
}

fn share(part: usize, whole: usize) -> f64 {
    num::to_f64(num::to_u64(part)) / num::to_f64(num::to_u64(whole.max(1)))
}

impl Facts {
    /// How much of it is text in ASCII: about 0 to 1.
    pub(super) fn ascii(&self) -> f64 {
        share(self.ascii_runs, self.bytes) + 0.3 * share(self.ascii_blanks, self.bytes)
    }

    /// The same in EBCDIC.
    pub(super) fn ebcdic(&self) -> f64 {
        share(self.ebcdic_runs, self.bytes) + 0.3 * share(self.ebcdic_blanks, self.bytes)
    }

    /// How sure it is, 0 to 1, that a family with the first of these values is the one, and not that with the second: by
    /// how far these are apart, how much text there is, and how much there was to look at.
    pub(super) fn sure(&self, this: f64, other: f64) -> f64 {
        let apart = (this - other) / (this + other).max(f64::EPSILON);
        let text = (this / PLENTY).min(1.0);
        let enough = (num::to_f64(num::to_u64(self.bytes)) / ENOUGH).sqrt().min(1.0);
        (apart.max(0.0) * text.sqrt() * enough).min(0.99)
    }
}
