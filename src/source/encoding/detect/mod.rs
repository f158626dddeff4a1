//! Which encoding a file has, from samples of its bytes. A guess says how sure it is and what it rests on; a person can
//! always say otherwise.
//!
//! First the family: runs of letters, digits and blanks as ASCII has them, as EBCDIC has them, and whether the bytes are
//! UTF-8. Binary fields form no such runs, so they count for neither. Then, in EBCDIC, what only double-byte text has, then
//! the national page: from the bytes that pages read differently, by whether what they become belongs where it stands.

mod family;
mod national;
mod script;
mod shifts;

use super::name::Encoding;
use crate::base::num;
use serde::{Deserialize, Serialize};

/// What an encoding was guessed to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guess {
    /// The most likely encoding.
    pub encoding: Encoding,
    /// How sure that is, 0 to 100: that the file reads right in it. Pages that read all of the samples alike are not held
    /// against each other.
    pub confidence: u8,
    /// What it would be otherwise.
    pub runner_up: Option<Encoding>,
    /// What the guess rests on, for people: a phrase.
    pub why: String,
}

impl Guess {
    fn new(encoding: Encoding, sure: f64, runner_up: Encoding, why: impl Into<String>) -> Self {
        let percent = num::round_u64((sure * 100.0).clamp(0.0, 99.0));
        let confidence = u8::try_from(percent).unwrap_or(99);
        Self { encoding, confidence, runner_up: Some(runner_up), why: why.into() }
    }
}

/// Guesses the encoding of a file from samples of it, best taken from all parts. Any bytes will do; a sample may begin and
/// end anywhere. Takes time in proportion to the samples: some hundred kilobytes are plenty.
pub fn detect(samples: &[&[u8]]) -> Guess {
    let facts = family::facts(samples);
    if facts.bytes == 0 {
        let why = if samples.iter().all(|s| s.is_empty()) {
            "it is empty"
        } else {
            "it holds nothing but fill bytes"
        };
        return Guess { encoding: Encoding::Utf8, confidence: 0, runner_up: None, why: why.to_owned() };
    }
    if let Some(guess) = utf8(&facts) {
        return guess;
    }
    let (ascii, ebcdic) = (facts.ascii(), facts.ebcdic());
    if ebcdic <= ascii {
        return latin1(&facts);
    }
    let sure = facts.sure(ebcdic, ascii);
    if let Some(found) = shifts::find(samples) {
        return Guess::new(found.encoding, sure.max(0.6) * found.sure, found.runner_up, found.why);
    }
    let found = script::find(samples).unwrap_or_else(|| national::find(samples));
    let share = num::percent(num::to_u64(facts.ebcdic_runs), num::to_u64(facts.bytes));
    let why = format!("EBCDIC: {share} % of it is words, numbers and blanks; {}", found.why);
    Guess::new(found.encoding, sure * found.sure, found.runner_up, why)
}

/// What a part of the guess came to.
struct Found {
    encoding: Encoding,
    /// 0 to 1.
    sure: f64,
    runner_up: Encoding,
    why: String,
}

/// UTF-8, also where all is ASCII, if that is what it is.
fn utf8(facts: &family::Facts) -> Option<Guess> {
    let (ascii, ebcdic) = (facts.ascii(), facts.ebcdic());
    if facts.multibyte == 0 && facts.broken == 0 {
        let why = "all of it is ASCII, which reads the same in UTF-8 and Latin-1";
        return (ascii >= ebcdic)
            .then(|| Guess::new(Encoding::Utf8, facts.sure(ascii, ebcdic), Encoding::Latin1, why));
    }
    let characters = num::counted(num::to_u64(facts.multibyte), "character", "characters");
    if facts.broken == 0 && (facts.multibyte >= 3 || (facts.multibyte > 0 && ascii > ebcdic)) {
        let sure = 0.85 + 0.03 * num::to_f64(num::to_u64(facts.multibyte));
        let why = format!("{characters} of several bytes, all of them valid UTF-8");
        return Some(Guess::new(Encoding::Utf8, sure, Encoding::Latin1, why));
    }
    (facts.multibyte >= 20 && facts.broken.saturating_mul(10) <= facts.multibyte).then(|| {
        let broken = num::counted(num::to_u64(facts.broken), "place", "places");
        let why = format!("{characters} of several bytes in UTF-8, which is broken in {broken}");
        Guess::new(Encoding::Utf8, 0.7, Encoding::Latin1, why)
    })
}

/// What is of ASCII's family and no UTF-8.
fn latin1(facts: &family::Facts) -> Guess {
    let sure = facts.sure(facts.ascii(), facts.ebcdic());
    let (controls, high) = (num::to_f64(num::to_u64(facts.controls)), num::to_f64(num::to_u64(facts.high)));
    // The codes of Windows have letters and signs where Latin-1 has controls.
    let strange = controls / high.max(1.0);
    let why = if strange > 0.3 {
        "words are ASCII, other bytes are neither UTF-8 nor letters of Latin-1"
    } else {
        "words are ASCII, other bytes are no UTF-8 but can be letters of Latin-1"
    };
    let factor = 0.9 - 0.4 * strange;
    Guess::new(Encoding::Latin1, sure * factor, Encoding::Utf8, why)
}
