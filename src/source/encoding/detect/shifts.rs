//! Double-byte text between shifts, and whose it is.

use super::Found;
use crate::base::num;
use crate::source::encoding::decode::{SI, SO};
use crate::source::encoding::double::{BLANK, FIRST, LAST};
use crate::source::encoding::name::{Encoding, Repertoire};

/// Last first byte of the characters that the standards of the two countries know; behind it is what is rare, and where
/// letters of one byte lie.
const COMMON: u8 = 0x6C;

#[derive(Debug, Default)]
struct Count {
    /// Shifts with good text between them, and shifts out without.
    good: usize,
    bad: usize,
    pairs: usize,
    kanji: usize,
    hanzi: usize,
    /// Kana, and kanji from where the most common ones are, which are signs in the Chinese page.
    japanese: usize,
    chinese: usize,
}

/// The page of double-byte text, if there is any to speak of.
pub(super) fn find(samples: &[&[u8]]) -> Option<Found> {
    let mut count = Count::default();
    for sample in samples {
        segments(sample, &mut count);
    }
    let enough = count.good >= 2 || (count.good == 1 && count.pairs >= 4 && count.bad == 0);
    if !enough || count.good < count.bad.saturating_mul(4) {
        return None;
    }
    let known = |n: usize| n.saturating_mul(10) >= count.pairs.saturating_mul(9);
    let japanese = count.japanese.saturating_mul(4) >= count.chinese;
    let texts = num::counted(num::to_u64(count.good), "text", "texts");
    let why = format!("{texts} between shift-out and shift-in");
    let many = num::to_f64(num::to_u64(count.pairs));
    let sure = 1.0 - 0.4 / (1.0 + many / 10.0);
    if japanese && known(count.kanji) {
        let (encoding, runner_up, page, tells) = kana(samples);
        return Some(Found {
            encoding,
            sure: sure * page,
            runner_up,
            why: format!("{why}, Japanese; {tells}"),
        });
    }
    let is_chinese = !japanese && known(count.hanzi);
    is_chinese.then(|| Found {
        encoding: Encoding::Cp1388,
        sure: sure * 0.9,
        runner_up: Encoding::Cp939,
        why: format!("{why}, Chinese"),
    })
}

fn segments(sample: &[u8], count: &mut Count) {
    let mut rest = sample;
    while let Some(out) = memchr::memchr(SO, rest) {
        rest = rest.get(out + 1..).unwrap_or_default();
        let run = rest.iter().position(|b| !(0x40..=LAST).contains(b)).unwrap_or(rest.len());
        let text = rest.get(..run).unwrap_or_default();
        let half = |byte: u8| (FIRST..=LAST).contains(&byte);
        let pair = |p: &[u8; 2]| *p == BLANK || (half(p[0]) && p[0] <= COMMON && half(p[1]));
        let (pairs, odd) = text.as_chunks::<2>();
        match rest.get(run) {
            // Cut off by the end of the sample.
            None => break,
            Some(&SI) if odd.is_empty() && !pairs.is_empty() && pairs.iter().all(pair) => {
                count.good += 1;
                for pair in pairs {
                    judge(*pair, count);
                }
            }
            Some(_) => count.bad += 1,
        }
    }
}

fn judge(pair: [u8; 2], count: &mut Count) {
    if pair == BLANK {
        return;
    }
    let kanji = Repertoire::Kanji.pairs().char_of(pair);
    let hanzi = Repertoire::Hanzi.pairs().char_of(pair);
    count.pairs += 1;
    count.kanji += usize::from(kanji.is_some());
    count.hanzi += usize::from(hanzi.is_some());
    let ideograph = |c: Option<char>| c.is_some_and(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c));
    let kana = |c: char| ('\u{3041}'..='\u{30FA}').contains(&c);
    count.japanese += usize::from(kanji.is_some_and(kana) || (ideograph(kanji) && !ideograph(hanzi)));
    count.chinese += usize::from(ideograph(hanzi));
}

/// 930 or 939, by the text of one byte a character: small letters of one page are katakana in the other.
fn kana(samples: &[&[u8]]) -> (Encoding, Encoding, f64, &'static str) {
    let points =
        |encoding: Encoding| samples.iter().map(|sample| single_bytes(sample, encoding)).sum::<usize>();
    let (of_930, of_939) = (points(Encoding::Cp930), points(Encoding::Cp939));
    let (most, least) = (of_930.max(of_939), of_930.min(of_939));
    let sure = if most >= least.saturating_mul(3) && most >= 10 { 0.9 } else { 0.6 };
    match of_930.cmp(&of_939) {
        std::cmp::Ordering::Greater => {
            (Encoding::Cp930, Encoding::Cp939, sure, "letters of one byte read as in 930")
        }
        std::cmp::Ordering::Less => {
            (Encoding::Cp939, Encoding::Cp930, sure, "letters of one byte read as in 939")
        }
        std::cmp::Ordering::Equal => {
            (Encoding::Cp939, Encoding::Cp930, 0.6, "nothing in it tells 939 from 930")
        }
    }
}

/// How much of the one-byte text makes sense in a page: words of small letters with vowels, voice marks behind katakana.
fn single_bytes(sample: &[u8], encoding: Encoding) -> usize {
    let text = encoding.text(sample, crate::source::encoding::Start::Inside);
    let small = |c: char| c.is_ascii_lowercase();
    let words =
        text.split(|c| !small(c)).filter(|word| word.len() >= 3 && word.contains(['a', 'e', 'i', 'o', 'u']));
    let words: usize = words.map(str::len).sum();
    let katakana = |c: char| ('\u{FF66}'..='\u{FF9D}').contains(&c);
    let mut voiced = 0;
    let mut before = ' ';
    for c in text.chars() {
        voiced += usize::from(katakana(before) && matches!(c, '\u{FF9E}' | '\u{FF9F}' | '\u{FF70}'));
        before = c;
    }
    words + 8 * voiced
}
