//! Which Latin page of EBCDIC: by the bytes that these pages read differently.
//!
//! Each such byte is judged where it stands in text: inside of a word, at the edge of one, or away from words. A page is
//! as likely as what it makes of the bytes belongs there: a letter of its country inside of a word, a sign elsewhere. What
//! stands among bytes that are no text, as in binary fields, is not looked at.

use super::Found;
use crate::base::num;
use crate::source::encoding::name::Encoding;
use crate::source::encoding::page::Page;

/// A page, how much less likely it is before anything is seen (in nats), the letters beyond ASCII of its countries, the
/// most common first, and some of their most common words that neighbours lack.
struct Nation {
    encoding: Encoding,
    rare: f64,
    letters: &'static str,
    words: &'static [&'static str],
}

/// Letters of western Europe, for the pages that are used everywhere.
const WESTERN: &str = "éóáãçñíèàüäöåúêøôâæëîõûïßùìò";

const GERMAN: &[&str] = &["und", "der", "die", "nicht", "von", "mit", "ist"];
const DANISH: &[&str] = &["og", "er", "ikke", "til", "af", "eller"];
const SWEDISH: &[&str] = &["och", "inte", "till", "av", "som", "ja", "ei", "tai"];
const ITALIAN: &[&str] = &["il", "che", "di", "non", "della", "per"];
const SPANISH: &[&str] = &["el", "los", "para", "con", "una", "del"];
const FRENCH: &[&str] = &["le", "les", "des", "pour", "est", "une"];
const CENTRAL: &[&str] = &["nie", "jest", "dla", "oraz", "je", "se", "az", "es"];
const TURKISH: &[&str] = &["ve", "bir", "olan", "ile", "bu"];
const BALTIC: &[&str] = &["un", "ir", "par", "kad", "bet", "tika"];
const ESTONIAN: &[&str] = &["ja", "on", "ei", "ning", "kui", "see"];

const fn nation(
    encoding: Encoding,
    rare: f64,
    letters: &'static str,
    words: &'static [&'static str],
) -> Nation {
    Nation { encoding, rare, letters, words }
}

const NATIONS: &[Nation] = &[
    nation(Encoding::Cp1047, 0.0, WESTERN, &[]),
    nation(Encoding::Cp037, 0.2, WESTERN, &[]),
    nation(Encoding::Cp1140, 0.7, WESTERN, &[]),
    nation(Encoding::Cp500, 2.0, WESTERN, &[]),
    nation(Encoding::Cp1148, 2.5, WESTERN, &[]),
    nation(Encoding::Cp273, 3.0, "üäöß", GERMAN),
    nation(Encoding::Cp1141, 3.5, "üäöß", GERMAN),
    nation(Encoding::Cp277, 3.0, "åøæé", DANISH),
    nation(Encoding::Cp1142, 3.5, "åøæé", DANISH),
    nation(Encoding::Cp278, 3.0, "äåöé", SWEDISH),
    nation(Encoding::Cp1143, 3.5, "äåöé", SWEDISH),
    nation(Encoding::Cp280, 3.0, "àèùòìé", ITALIAN),
    nation(Encoding::Cp1144, 3.5, "àèùòìé", ITALIAN),
    nation(Encoding::Cp284, 3.0, "óíáéñú", SPANISH),
    nation(Encoding::Cp1145, 3.5, "óíáéñú", SPANISH),
    nation(Encoding::Cp285, 3.0, WESTERN, &[]),
    nation(Encoding::Cp1146, 3.5, WESTERN, &[]),
    nation(Encoding::Cp297, 3.0, "éèàêçùôîâû", FRENCH),
    nation(Encoding::Cp1147, 3.5, "éèàêçùôîâû", FRENCH),
    nation(Encoding::Cp870, 5.0, "ęąłóśżáíéýěćńčščřžůőúťďňöüäź", CENTRAL),
    nation(Encoding::Cp1026, 3.5, "ışğçüö", TURKISH),
    nation(Encoding::Cp1112, 5.0, "āėšēīžūųčįąęģķļņ", BALTIC),
    nation(Encoding::Cp1122, 5.0, "äõüöšž", ESTONIAN),
];

/// How many pages at the start of the table are used everywhere: these need no letters to be chosen.
const EVERYWHERE: usize = 5;

/// Signs that stand in text, those that stand beside words first.
const SIGNS: &str = "$#@![]{}|^~\\`";

/// How many of them stand beside words.
const BESIDE: usize = 6;

/// Signs beyond ASCII that stand in text; few others do.
const RARE_SIGNS: &str = "§£€";

/// Signs that stand in names of data sets and tables as letters do.
const NAMES: &str = "#@$";

/// From how much on words speak for a language: two of them.
const WORDS: f64 = 2.0;

/// Where a byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// With no letter beside it.
    Outside,
    /// Before a small letter, with none before it.
    Begins,
    /// Behind a small letter, with none behind it.
    Ends,
    /// Beside a capital letter, with none on the other side.
    Edge,
    /// Between two capital letters.
    Capitals,
    /// Between letters of which one is small.
    Small,
}

const PLACES: [Place; 6] =
    [Place::Outside, Place::Begins, Place::Ends, Place::Edge, Place::Capitals, Place::Small];

impl Place {
    /// Whether a letter of this case may stand there.
    fn fits(self, c: char) -> bool {
        match self {
            Self::Capitals | Self::Edge => !c.is_lowercase(),
            Self::Small | Self::Ends => !c.is_uppercase(),
            Self::Outside | Self::Begins => true,
        }
    }

    /// The place between two bytes.
    fn between(before: Kind, behind: Kind) -> Self {
        match (before, behind) {
            (Kind::Capital, Kind::Capital) => Self::Capitals,
            (Kind::Capital | Kind::Small, Kind::Capital | Kind::Small) => Self::Small,
            (Kind::Capital, _) | (_, Kind::Capital) => Self::Edge,
            (Kind::Small, _) => Self::Ends,
            (_, Kind::Small) => Self::Begins,
            _ => Self::Outside,
        }
    }
}

/// How often each byte stands in each place.
type Counts = Vec<(u8, Place, f64)>;

/// What all pages read alike.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Capital,
    Small,
    /// Other text.
    Text,
    /// Not text, or not in all pages the same.
    Other,
}

fn kind(byte: u8) -> Kind {
    match byte {
        0xC1..=0xC9 | 0xD1..=0xD9 | 0xE2..=0xE9 => Kind::Capital,
        0x81..=0x89 | 0x91..=0x99 | 0xA2..=0xA9 => Kind::Small,
        0xF0..=0xF9
        | 0x40
        | 0x4B..=0x4E
        | 0x50
        | 0x5C..=0x5E
        | 0x60..=0x61
        | 0x6B..=0x6F
        | 0x7A
        | 0x7D..=0x7F => Kind::Text,
        _ => Kind::Other,
    }
}

/// Whether a byte says something about the page or about chance: not text in all pages, no fill byte, and nothing that
/// ends lines, moves the carriage or shifts.
fn judged(byte: u8) -> bool {
    kind(byte) == Kind::Other && !matches!(byte, 0x00 | 0x05 | 0x0C..=0x0F | 0x15 | 0x25 | 0xFF)
}

fn counts(samples: &[&[u8]]) -> Counts {
    let mut found = vec![[0_u32; PLACES.len()]; 256];
    for sample in samples {
        for (at, byte) in sample.iter().enumerate().filter(|(_, b)| judged(**b)) {
            let around = sample.get(at.saturating_sub(3)..(at + 4).min(sample.len())).unwrap_or_default();
            let text = around.iter().filter(|b| kind(**b) != Kind::Other).count();
            if text < 3 || text * 3 < (around.len() - 1) * 2 {
                continue;
            }
            let before = at.checked_sub(1).and_then(|i| sample.get(i)).copied();
            // A digit with a sign over it: it is a part of the number in any page.
            if matches!(byte, 0xC0 | 0xD0) && matches!(before, Some(0xF0..=0xF9)) {
                continue;
            }
            let kind_of = |b: Option<&u8>| b.map_or(Kind::Other, |b| kind(*b));
            let place = Place::between(kind_of(before.as_ref()), kind_of(sample.get(at + 1)));
            let place = PLACES.iter().position(|p| *p == place).unwrap_or(0);
            if let Some(cell) = found.get_mut(usize::from(*byte)).and_then(|cells| cells.get_mut(place)) {
                *cell = cell.saturating_add(1);
            }
        }
    }
    // Controls stand in text by chance only, next to binary fields; what is not more common than they are is chance, too.
    let controls: u32 = found.iter().take(0x40).flatten().sum();
    let mut counts = Vec::new();
    let above_chance = |cells: &[u32; PLACES.len()]| cells.iter().sum::<u32>().saturating_mul(12) > controls;
    let graphic = (0..=u8::MAX).zip(found).filter(|(byte, cells)| *byte > 0x40 && above_chance(cells));
    for (byte, cells) in graphic {
        for (place, n) in PLACES.into_iter().zip(cells).filter(|(_, n)| *n > 0) {
            counts.push((byte, place, f64::from(n)));
        }
    }
    counts
}

impl Nation {
    /// How common the letter `c` is among those of the countries, 0 to 1, if it is one of them.
    fn common(&self, c: char) -> Option<f64> {
        let small = c.to_lowercase().next().unwrap_or(c);
        let weight = |nth: usize| 1.0 / (1.5 + num::to_f64(num::to_u64(nth)));
        let at = self.letters.chars().position(|l| l == small || l == c)?;
        Some(weight(at) / (0..self.letters.chars().count()).map(weight).sum::<f64>())
    }

    /// How likely it is that `c` stands in such a place, as a logarithm.
    fn likely(&self, c: char, place: Place) -> f64 {
        let sign = SIGNS.chars().position(|sign| sign == c);
        let home = self.common(c);
        let fits = place.fits(c);
        let name = NAMES.contains(c);
        match (place, home) {
            _ if c.is_control() || c == '\u{FFFD}' => -9.0,
            (Place::Outside, _) if sign.is_some() => -3.0,
            (Place::Outside, _) if RARE_SIGNS.contains(c) => -4.5,
            (Place::Outside, Some(_)) => -4.5,
            (Place::Outside, None) => -6.5,
            (Place::Begins | Place::Ends | Place::Edge, Some(f)) if fits => (0.4 * f).ln(),
            (Place::Begins | Place::Ends | Place::Edge, _) => match sign {
                Some(0..BESIDE) => -3.2,
                Some(_) => -4.2,
                None => -6.5,
            },
            (Place::Capitals, _) if name => -4.0,
            (Place::Small, _) if name => -5.5,
            (_, Some(f)) if fits => (0.9 * f).ln(),
            _ if sign.is_some() || c.is_alphabetic() => -6.5,
            _ => -8.0,
        }
    }

    fn score(&self, page: &Page, counts: &Counts, negations: f64) -> f64 {
        let of =
            |(byte, place, n): &(u8, Place, f64)| (1.0 + n.ln()) * self.likely(page.char_of(*byte), *place);
        let not = if page.char_of(0x5F) == '¬' { negations } else { 0.0 };
        counts.iter().map(of).sum::<f64>() + not - self.rare
    }

    /// How much the words of the countries speak for it.
    fn spoken(&self, samples: &[&[u8]]) -> f64 {
        let count = |word: &&str| {
            let found = [format!(" {word} "), format!(" {} ", word.to_ascii_uppercase())].map(|word| {
                let bytes = self.encoding.encode(&word).unwrap_or_default();
                samples.iter().map(|sample| memchr::memmem::find_iter(sample, &bytes).count()).sum::<usize>()
            });
            num::to_f64(num::to_u64(found.iter().sum()))
        };
        self.words.iter().map(count).map(|n| 1.5 * (1.0 + n).ln()).sum()
    }

    /// Whether letters of the countries stand in words where the page used everywhere has something else: two different
    /// ones, or one again and again where that page has what is never in words. The three signs that names may hold say
    /// nothing, unless there are words of a language of the countries.
    fn is_evident(&self, page: &Page, counts: &Counts, words: f64) -> bool {
        let Some(usual) = NATIONS.first().and_then(|n| n.encoding.page()) else { return true };
        let mut letters = Vec::new();
        let mut strange = 0.0;
        for (byte, place, n) in counts.iter().filter(|(_, place, _)| *place != Place::Outside) {
            let (c, other) = (page.char_of(*byte), usual.char_of(*byte));
            if c == other || self.common(c).is_none() || (words < WORDS && NAMES.contains(other)) {
                continue;
            }
            letters.push(c);
            if matches!(place, Place::Capitals | Place::Small) && !other.is_alphabetic() {
                strange += n;
            }
        }
        letters.dedup();
        letters.len() >= 2 || strange >= 3.0
    }
}

/// How much speaks for a sign of negation at 5F: it stands before a comparison.
fn negations(samples: &[&[u8]]) -> f64 {
    let is = |pair: &[u8]| matches!(pair, [0x5F, 0x7E | 0x4C | 0x6E]);
    let found = samples.iter().map(|s| s.windows(2).filter(|pair| is(pair)).count()).sum::<usize>();
    if found == 0 { 0.0 } else { 3.5 * (1.0 + num::to_f64(num::to_u64(found)).ln()) }
}

/// A page and how likely it is.
struct Rank {
    score: f64,
    nation: &'static Nation,
    page: &'static Page,
    evident: bool,
}

fn ranks(samples: &[&[u8]], counts: &Counts) -> Vec<Rank> {
    let negations = negations(samples);
    let rank = |(nth, nation): (usize, &'static Nation)| {
        let page = nation.encoding.page()?;
        let words = nation.spoken(samples);
        let evident = nth < EVERYWHERE || nation.is_evident(page, counts, words);
        Some(Rank { score: nation.score(page, counts, negations) + words, nation, page, evident })
    };
    let mut ranks: Vec<Rank> = NATIONS.iter().enumerate().filter_map(rank).collect();
    ranks.sort_by(|a, b| b.score.total_cmp(&a.score));
    ranks
}

/// The most likely page. Without letters that speak for a country it is one of those used everywhere.
pub(super) fn find(samples: &[&[u8]]) -> Found {
    let counts = counts(samples);
    let ranks = ranks(samples, &counts);
    let nothing = Found {
        encoding: Encoding::Cp1047,
        sure: 0.9,
        runner_up: Encoding::Cp037,
        why: "no character in it tells 1047 from 037 or a page of a country".to_owned(),
    };
    let Some(best) = ranks.iter().find(|rank| rank.evident) else { return nothing };
    let differs = |other: &Rank| counts.iter().any(|(b, ..)| other.page.char_of(*b) != best.page.char_of(*b));
    let Some(next) = ranks.iter().find(|rank| differs(rank)) else { return nothing };
    let fits =
        |(byte, place, _): &&(u8, Place, f64)| best.nation.likely(best.page.char_of(*byte), *place) > -6.0;
    let mut seen: Vec<String> =
        counts.iter().filter(fits).map(|(byte, ..)| best.page.char_of(*byte).to_string()).collect();
    seen.dedup();
    seen.truncate(6);
    let margin = 1.0 / (1.0 + (next.score - best.score).exp());
    // Few letters may be anything.
    let much = counts.iter().filter(|(_, place, _)| *place != Place::Outside).map(|(.., n)| n).sum::<f64>();
    let most = 1.0 - 0.3 / (1.0 + much / 5.0);
    let (sure, why) = if seen.is_empty() {
        (margin.min(0.5), "what tells pages apart makes no sense in any".to_owned())
    } else {
        let least = if next.evident { 0.0 } else { 0.7 };
        (margin.max(least).min(most), format!("{} make sense where they stand", seen.join(" ")))
    };
    Found { encoding: best.nation.encoding, sure, runner_up: next.nation.encoding, why }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_pages_read_the_same_text() {
        let usual = Encoding::Cp1047.page().unwrap();
        for nation in NATIONS {
            let page = nation.encoding.page().unwrap();
            for byte in (0..=255).filter(|byte| kind(*byte) != Kind::Other) {
                let turkish = nation.encoding == Encoding::Cp1026 && byte == 0x7F;
                assert_eq!(
                    page.char_of(byte) == usual.char_of(byte),
                    !turkish,
                    "{} {byte:02X}",
                    nation.encoding
                );
            }
            for letter in nation.letters.chars() {
                let known = page.byte_of(letter).is_some();
                assert!(known || nation.letters == WESTERN, "{} {letter}", nation.encoding);
            }
        }
        assert!(NATIONS.iter().take(EVERYWHERE).all(|n| n.letters == WESTERN));
    }
}
