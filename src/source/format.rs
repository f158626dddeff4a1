//! What the bytes of a file are: their encoding and how they are cut into lines. Told from samples of a file, or by a person.
//!
//! Records are told by their own marks where they have some: bytes that end lines at a plausible distance, a chain of
//! descriptors. What is left has one length, the one at which records look most alike, if such a one stands out.

use super::carriage::{self, Carriage, Decider};
use super::chain::Chain;
use super::encoding::{self, Encoding};
use super::records::{Descriptors, LineFeed, Records};
use crate::base::num::{to_u64, to_usize};
use serde::{Deserialize, Serialize};
use std::num::NonZeroU32;

/// What the bytes of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct TextFormat {
    /// What they mean.
    pub encoding: Encoding,
    /// How they are cut into lines.
    pub records: Records,
}

impl TextFormat {
    /// Whether there is nothing to say of it: text with line feeds.
    pub fn is_usual(self) -> bool {
        self.encoding == Encoding::Utf8 && self.records == Records::default()
    }
}

impl std::fmt::Display for TextFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.encoding, self.records)
    }
}

/// What a person says of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Wanted {
    /// Its encoding; told from the file if it is not said.
    pub encoding: Option<Encoding>,
    /// How it is cut into lines; told from the file if it is not said.
    pub records: Option<Records>,
    /// Its carriage control; told from the file if it is not said.
    #[serde(default)]
    pub carriage: Option<Carriage>,
    /// Lines are taken as they are printed: their carriage control is no part of them, and columns count from behind it.
    #[serde(default)]
    pub printed: bool,
}

/// A format, and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Detected {
    /// The format.
    pub format: TextFormat,
    /// How sure the encoding is, in percent; 100 if a person said it.
    pub encoding_confidence: u8,
    /// How sure the records are, in percent; 100 if a person said them.
    pub records_confidence: u8,
    /// Its carriage control.
    #[serde(default)]
    pub carriage: Carriage,
    /// How sure that is, in percent; 100 if a person said it.
    #[serde(default)]
    pub carriage_confidence: u8,
}

impl Detected {
    /// Decides what carriage control the lines have.
    pub(super) fn decider(&self) -> Decider {
        Decider::new(self.carriage, self.format.encoding.is_ebcdic())
    }
}

/// Tells the format of a file of `size` bytes, if all of them are known, from samples, the first of which is its start.
pub fn detect(samples: &[&[u8]], size: Option<u64>, wanted: Wanted) -> Detected {
    let (encoding, encoding_confidence) = match wanted.encoding {
        Some(encoding) => (encoding, 100),
        // Nearly all files are this, and an open file is waited for.
        None if samples.iter().all(|s| s.is_ascii() && s.contains(&b' ')) => (Encoding::Utf8, 99),
        None => {
            let samples: Vec<&[u8]> =
                samples.iter().map(|s| s.get(..GUESSED.min(s.len())).unwrap_or_default()).collect();
            let guess = encoding::detect(&samples);
            (guess.encoding, guess.confidence)
        }
    };
    let (records, records_confidence) = match wanted.records {
        Some(records) => (records, 100),
        None => records_of(samples, size, encoding),
    };
    let (carriage, carriage_confidence) = match wanted.carriage {
        Some(carriage) => (carriage, 100),
        None => carriage::detect(lines_of(samples, records), encoding.is_ebcdic()),
    };
    Detected {
        format: TextFormat { encoding, records },
        encoding_confidence,
        records_confidence,
        carriage,
        carriage_confidence,
    }
}

/// Lines of the first sample; the last one may be a part of one.
fn lines_of<'a>(samples: &[&'a [u8]], records: Records) -> Box<dyn Iterator<Item = &'a [u8]> + 'a> {
    let start = samples.first().copied().unwrap_or_default();
    match records {
        Records::Lines(feed) => Box::new(
            start
                .split(move |b| *b == feed.byte())
                .map(move |line| line.strip_suffix(b"\r").filter(|_| feed.takes_cr()).unwrap_or(line)),
        ),
        Records::Fixed(length) => Box::new(start.chunks(to_usize(u64::from(length.get())))),
        Records::Variable(kind) => {
            let mut chain = Chain::new(kind);
            Box::new(std::iter::from_fn(move || {
                let record = chain.step(start.get(to_usize(chain.at())..)?)?;
                start.get(to_usize(record.start)..to_usize(record.stop))
            }))
        }
    }
}

/// Bytes of each sample from which an encoding is guessed.
const GUESSED: usize = 24 << 10;
/// Lines that are longer than this on the average are none.
const LONG_LINE: usize = 8 << 10;

fn records_of(samples: &[&[u8]], size: Option<u64>, encoding: Encoding) -> (Records, u8) {
    let start = samples.first().copied().unwrap_or_default();
    let whole = size.is_some_and(|size| to_u64(start.len()) >= size);
    let feeds: &[LineFeed] = match encoding {
        Encoding::Utf8 => &[LineFeed::Lf, LineFeed::Cr],
        Encoding::Latin1 => &[LineFeed::Lf, LineFeed::Cr, LineFeed::Nel],
        _ => &[LineFeed::EbcdicNl, LineFeed::EbcdicLf],
    };
    let lines = feeds.iter().copied().find(|feed| are_lines(start, *feed, encoding));
    // Text of today may have lines of any length.
    let feeds_somewhere = !encoding.is_ebcdic() && samples.iter().any(|s| s.contains(&b'\n'));
    let lines = lines.or(feeds_somewhere.then_some(LineFeed::Lf));
    // A chain that runs through the sample is no accident; a line feed in it may be data.
    if let Some(kind) = chain_of(start, whole) {
        return (Records::Variable(kind), 95);
    }
    // Text of today without line ends is one line, unless it looks like cards or print lines.
    let is_likely = |n: NonZeroU32| encoding.is_ebcdic() || USUAL.contains(&n.get());
    if let Some((start, size)) = size.and_then(|size| without_end(samples, size, encoding))
        && let Some((length, confidence)) =
            told_length(start, Some(size)).filter(|(length, _)| is_likely(*length))
    {
        return (Records::Fixed(length), confidence);
    }
    if let Some(feed) = lines {
        return (Records::Lines(feed), 95);
    }
    if let Some((length, confidence)) = told_length(start, size).filter(|(length, _)| is_likely(*length)) {
        return (Records::Fixed(length), confidence);
    }
    match NonZeroU32::new(80).filter(|_| encoding.is_ebcdic()) {
        Some(card) => (Records::Fixed(card), 20),
        None => (Records::default(), if size == Some(0) { 100 } else { 50 }),
    }
}

/// What a transfer puts behind all records: the end of a line, or of a file.
const ENDS: [&[u8]; 4] = [b"\r\n\x1a", b"\r\n", b"\n", b"\x1a"];

/// Start and size of a file without the end of a line at its very end, where there is none elsewhere.
fn without_end<'a>(samples: &[&'a [u8]], size: u64, encoding: Encoding) -> Option<(&'a [u8], u64)> {
    let (last, before) = samples.split_last()?;
    let end = ENDS.iter().find(|end| last.ends_with(end))?;
    let kept = last.strip_suffix(*end)?;
    // In EBCDIC they are data.
    let feeds = |text: &[u8]| !encoding.is_ebcdic() && memchr::memchr2(b'\n', b'\r', text).is_some();
    if feeds(kept) || before.iter().any(|text| feeds(text)) {
        return None;
    }
    Some((before.first().copied().unwrap_or(kept), size.checked_sub(to_u64(end.len()))?))
}

/// Whether `feed` ends lines of `text`: text stands between them, none of it far from one.
fn are_lines(text: &[u8], feed: LineFeed, encoding: Encoding) -> bool {
    let count = bytecount::count(text, feed.byte());
    if count == 0 || text.len() / count > LONG_LINE {
        return false;
    }
    if !encoding.is_ebcdic() {
        return true;
    }
    // In EBCDIC the byte may as well be part of a number: other control bytes beside it tell.
    let is_layout = |b: u8| matches!(b, 0x05 | 0x0c..=0x0f | 0x15 | 0x25);
    let controls = text.iter().filter(|b| **b < 0x40 && !is_layout(**b)).count();
    count > controls
}

/// Records that a chain must have to be believed where it does not run to the end of the file.
const BELIEVED: usize = 4;
/// Bytes before the first descriptor that are looked through.
const HEADER: u32 = 512;

/// The kinds of chains, those that systems write first.
fn kinds(from: u32) -> impl Iterator<Item = Descriptors> {
    [true, false].into_iter().flat_map(move |inclusive| {
        [(true, false), (false, false), (false, true), (true, true)].map(|(blocked, little)| Descriptors {
            blocked,
            little,
            inclusive,
            from,
        })
    })
}

/// The kind of a chain through `start`; `whole` if that is all of the file.
fn chain_of(start: &[u8], whole: bool) -> Option<Descriptors> {
    let at_top = kinds(0).find(|kind| runs(start, *kind, whole));
    at_top.or_else(|| {
        // Some tools put a header before the first, which holds no text.
        let header = start.iter().position(|b| *b >= 0x40).unwrap_or(0);
        let last = u32::try_from(header).unwrap_or(HEADER).min(HEADER);
        (1..last).flat_map(kinds).find(|kind| runs(start, *kind, whole))
    })
}

/// Records after which a chain that leads to something else, as the trailer that some tools write, is believed nevertheless.
const LONG: usize = 8;

/// Whether a chain runs through `bytes`, or through most of them.
fn runs(bytes: &[u8], kind: Descriptors, whole: bool) -> bool {
    let mut chain = Chain::new(kind);
    let (mut records, mut data) = (0, 0);
    while let Some(head) = bytes.get(to_usize(chain.at())..).filter(|b| to_u64(b.len()) >= chain.needs()) {
        let Some(record) = chain.step(head) else { break };
        records += 1;
        data += record.stop - record.start;
    }
    let most = to_u64(bytes.len()) / 4 * 3;
    let ends = match (chain.is_broken(), whole) {
        (true, _) => records >= LONG && chain.at() >= most,
        // A file that was cut off may end with a part of a descriptor, or of a record.
        (false, true) if chain.at() < to_u64(bytes.len()) => records >= BELIEVED,
        (false, true) if chain.at() > to_u64(bytes.len()) => records >= LONG,
        (false, true) => records > 0 && chain.at() == to_u64(bytes.len()),
        (false, false) => records >= BELIEVED,
    };
    ends && data > 0
}

/// Lengths of records in ASCII that are believed: cards, print lines with and without carriage control.
const USUAL: [u32; 6] = [80, 120, 121, 132, 133, 137];
/// How much of a file is compared with itself for the length of its records, in bytes.
const COMPARED: usize = 12 << 10;
/// The shortest and the longest record that are told, in bytes.
const TOLD: std::ops::RangeInclusive<usize> = 9..=2_048;
/// The longest distance at which bytes are compared.
const FARTHEST: usize = 4_096;
/// How much more bytes have to be the same at the length of a record than beside it, in thousandths.
const PEAK: u64 = 15;

/// How many bytes of `a` are the same as those of `b` at the same place.
fn same(a: &[u8], b: &[u8]) -> usize {
    // Counted in bytes, of which a processor adds many at once.
    let count = |(a, b): (&[u8], &[u8])| a.iter().zip(b).fold(0_u8, |n, (a, b)| n + u8::from(a == b));
    a.chunks(128).zip(b.chunks(128)).map(count).map(usize::from).sum()
}

/// The length of records, if one stands out at which they look alike, and in percent how sure that is.
fn told_length(start: &[u8], size: Option<u64>) -> Option<(NonZeroU32, u8)> {
    let short = length_of(start, size);
    // Inside of a long record some things come again, too, but not as much as the records themselves.
    let beaten = |height: u64| short.is_none_or(|(_, best)| height >= 2 * best);
    let long = size.and_then(|size| long_length_of(start, size)).filter(|(_, height)| beaten(*height));
    let (length, height, from) = match (long, short) {
        (Some((length, height)), _) => (length, height, 50),
        (None, Some((length, height))) => (length, height, 60),
        (None, None) => return None,
    };
    let sure = u8::try_from(from + height.min(150) / 5).unwrap_or(90);
    Some((NonZeroU32::new(u32::try_from(length).ok()?)?, sure))
}

/// The same of records that are there three times, in bytes, and how much more is the same at that length than beside it.
fn length_of(start: &[u8], size: Option<u64>) -> Option<(usize, u64)> {
    let text = start.get(..COMPARED.min(start.len())).unwrap_or_default();
    let alike = |n: usize| {
        let later = text.get(n..).unwrap_or_default();
        to_u64(same(text, later)) * 1_000 / to_u64(later.len()).max(1)
    };
    let farthest = FARTHEST.min(text.len() / 2);
    // Blanks in rows make all short distances look alike: a length stands out of those beside it.
    let height = |n: usize| {
        let beside = || u64::midpoint(alike(n - 1), alike(n + 1));
        (n < farthest).then(|| alike(n).saturating_sub(beside()))
    };
    // Words that come again do so at one distance; records are alike at twice and three times their length as well.
    let all = |n: usize| [n, 2 * n, 3 * n].into_iter().map_while(height).min();
    let fitting: Vec<(usize, u64)> = TOLD
        .filter(|n| size.is_none_or(|size| size.is_multiple_of(to_u64(*n))))
        .filter_map(|n| Some((n, all(n)?)))
        .collect();
    let best = fitting.iter().map(|(_, height)| *height).max().filter(|best| *best >= PEAK)?;
    // Of those that are as good the shortest.
    fitting.iter().find(|(_, height)| height * 4 >= best * 3).map(|(length, _)| (*length, best))
}

/// The longest record that is told by its length, in bytes: the largest LRECL of a fixed record.
const LONGEST_TOLD: u64 = 32_760;

/// The same for records too long to be seen three times in what is compared: only lengths of which the file is a multiple.
fn long_length_of(start: &[u8], size: u64) -> Option<(usize, u64)> {
    let alike = |n: usize| {
        let later = start.get(n..).unwrap_or_default();
        to_u64(same(start, later)) * 1_000 / to_u64(later.len()).max(1)
    };
    // At least half a record has to be there twice.
    let most = LONGEST_TOLD.min(to_u64(start.len()) / 3 * 2);
    let height = |n: u64| {
        let n = to_usize(n);
        alike(n).saturating_sub(u64::midpoint(alike(n - 1), alike(n + 1)))
    };
    let lengths = (to_u64(*TOLD.end()) + 1..=most).filter(|n| size.is_multiple_of(*n) && size / n > 1);
    let fitting: Vec<(u64, u64)> = lengths.map(|n| (n, height(n))).collect();
    let best = fitting.iter().map(|(_, height)| *height).max().filter(|best| *best >= 2 * PEAK)?;
    fitting.iter().find(|(_, height)| height * 4 >= best * 3).map(|(length, _)| (to_usize(*length), best))
}
