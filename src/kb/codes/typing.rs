//! Codes that are being typed: what the names of the entries that may be meant begin with.

use super::rules::{CICS_ABENDS, PRODUCTS};

/// What names may begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beginning {
    /// Upper case; never empty.
    pub prefix: String,
    /// The text is nothing but this code, so far.
    pub whole: bool,
}

/// Most beginnings of one text.
const MOST: usize = 4;
/// Letters of a plain word before it is worth looking for names that begin with it.
const WORD: usize = 3;

/// Words that introduce a code: what follows them is all that is asked for.
const INTRODUCING: [&str; 20] = [
    "SQLCODE",
    "SQL",
    "CODE",
    "STATUS",
    "FILE",
    "FS",
    "ABEND",
    "SYSTEM",
    "USER",
    "COMPLETION",
    "VSAM",
    "OPEN",
    "RPL",
    "MQ",
    "MQRC",
    "RC",
    "REASON",
    "IMS",
    "SQLSTATE",
    "RESP",
];

/// Beginnings for `text`, upper case, without blanks at its ends.
pub fn beginnings(text: &str) -> Vec<Beginning> {
    let mut words: Vec<&str> = text.split([' ', '\t', '=', ':']).filter(|word| !word.is_empty()).collect();
    let Some(word) = words.pop() else { return Vec::new() };
    let introduced = words.iter().all(|before| INTRODUCING.contains(before));
    let mut found: Vec<Beginning> = Vec::new();
    let mut add = |prefix: String, whole: bool| {
        if !prefix.is_empty() && found.len() < MOST && !found.iter().any(|b| b.prefix == prefix) {
            found.push(Beginning { prefix, whole });
        }
    };
    for prefix in normal(word, words.last().copied()) {
        add(prefix, introduced);
    }
    if is_code(word) {
        add(word.to_owned(), words.is_empty());
    }
    // Aliases hold blanks: VSAM OPEN 16.
    if !words.is_empty() && introduced && word.bytes().any(|b| b.is_ascii_digit()) {
        add(text.split_whitespace().collect::<Vec<_>>().join(" "), true);
    }
    if word.len() >= WORD && !is_code(word) && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        add(word.to_owned(), false);
    }
    found
}

/// Whether `word` can hardly be the beginning of anything but a code.
fn is_code(word: &str) -> bool {
    let with_digit = word.len() >= 2
        && word.bytes().any(|b| b.is_ascii_digit())
        && word.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'$'));
    let families = PRODUCTS
        .iter()
        .chain(&CICS_ABENDS)
        .chain(&["IGY", "SQL-", "SQL+", "FS-", "MQ-", "IMS-", "RESP-", "VSAM-"]);
    with_digit || families.into_iter().any(|family| *family == word)
}

/// Normal forms that `word` behind the word `before` may be the beginning of.
fn normal(word: &str, before: Option<&str>) -> Vec<String> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let signed = word.strip_prefix("SQLCODE").or_else(|| word.strip_prefix("SQL")).unwrap_or(word);
    if let Some(number) = signed.strip_prefix(['-', '+'])
        && digits(number)
    {
        return vec![format!("SQL{signed}")];
    }
    if let Some(number) = word.strip_prefix("HASP") {
        return vec![format!("$HASP{number}")];
    }
    match before {
        Some("SQLCODE" | "SQL") if digits(word) => return vec![format!("SQL-{word}"), format!("SQL+{word}")],
        Some("STATUS" | "FS") if digits(word) => return vec![format!("FS-{word}")],
        Some("STATUS" | "IMS") if word.len() == 1 => return vec![format!("IMS-{word}")],
        Some("MQ" | "MQRC" | "REASON" | "RC") if digits(word) => return vec![format!("MQ-{word}")],
        _ => {}
    }
    // 0C, B3, 013-1; digits alone behind another word may count anything.
    let of_abend = before.is_none_or(|word| ["ABEND", "SYSTEM", "COMPLETION", "CODE"].contains(&word));
    let (code, reason) = word.split_once('-').map_or((word, None), |(code, reason)| (code, Some(reason)));
    let hex = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b));
    let room = if reason.is_some() { 3..=3 } else { 2..=3 };
    let fits = room.contains(&code.len()) && hex(code) && reason.is_none_or(hex);
    if fits && code.bytes().any(|b| b.is_ascii_digit()) && (of_abend || !digits(code)) {
        return vec![format!("S{word}")];
    }
    Vec::new()
}
