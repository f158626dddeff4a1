//! Codes that are being typed: what they may become, while few enough to be looked up one by one.

use super::rules::{CICS_ABENDS, PRODUCTS};

const DIGITS: &str = "0123456789";
const HEX: &str = "0123456789ABCDEF";
const ANY: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// Severity letters that nearly all messages have.
const LETTERS: [&str; 6] = ["I", "A", "E", "S", "W", ""];

/// Ids that the last word of `text` (upper case) may be the beginning of; empty if it is no code, or could become too many.
pub fn endings(text: &str) -> Vec<String> {
    let word = text.split_whitespace().next_back().unwrap_or_default();
    let digits_of = |prefix: &str| {
        let digits = word.strip_prefix(prefix)?;
        (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
    };
    let file_status = digits_of("FS-").or_else(|| digits_of("").filter(|_| follows_status(text)));
    if let Some(digits) = file_status {
        return if digits.len() == 1 { grow(&format!("FS-{digits}"), DIGITS, 1) } else { Vec::new() };
    }
    for sign in ["-", "+"] {
        for prefix in [format!("SQL{sign}"), sign.to_owned()] {
            if let Some(digits) = digits_of(&prefix) {
                let room = 3_usize.saturating_sub(digits.len());
                return grow(&format!("SQL{sign}{digits}"), DIGITS, room);
            }
        }
    }
    if let Some(digits) = digits_of("MQ-") {
        return if digits.len() >= 2 {
            grow(word, DIGITS, 4_usize.saturating_sub(digits.len()))
        } else {
            Vec::new()
        };
    }
    if let Some(digits) = digits_of("U") {
        return if digits.len() == 3 { grow(word, DIGITS, 1) } else { Vec::new() };
    }
    let code = word.strip_prefix('S').unwrap_or(word);
    let has_digit = code.bytes().any(|b| b.is_ascii_digit());
    if code.len() == 2 && has_digit && code.bytes().all(|b| HEX.as_bytes().contains(&b)) {
        return grow(&format!("S{code}"), HEX, 1);
    }
    if word.len() == 3 && CICS_ABENDS.contains(&word) {
        return grow(word, ANY, 1);
    }
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = word.len() - letters.len();
    if (2..=4).contains(&digits) && PRODUCTS.iter().any(|p| letters.starts_with(p)) {
        let numbers = grow(word, DIGITS, 1);
        return LETTERS.iter().flat_map(|l| numbers.iter().map(move |n| format!("{n}{l}"))).collect();
    }
    Vec::new()
}

fn follows_status(text: &str) -> bool {
    let before = text.split_whitespace().rev().nth(1);
    before.is_some_and(|word| ["STATUS", "FS"].contains(&word))
}

/// `stem` with one to `more` characters of `alphabet` behind it, shorter ones first.
fn grow(stem: &str, alphabet: &str, more: usize) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut last = vec![stem.to_owned()];
    for _ in 0..more.min(2) {
        last = last.iter().flat_map(|s| alphabet.chars().map(move |c| format!("{s}{c}"))).collect();
        all.extend(last.iter().cloned());
    }
    all
}
