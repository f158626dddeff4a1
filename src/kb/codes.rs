//! Codes as support people write them, brought to one form. Owns the one table of rules (`rules`) that both queries and
//! entries are read with. Must not know the store: it gives strings to look up, whether they are known or not.
//!
//! Invariants: a code has one normal form, upper case, which is the id that an entry about it has (`S0C7`, `SQL-811`,
//! `FS-35`); a letter O is never taken for a zero, it is only asked about ([`did_you_mean`]); any text can be read.

mod resp;
mod rules;
mod typing;

use rules::{RULES, Rule, TextUse};
use serde::{Deserialize, Serialize};
use std::ops::Range;

pub use typing::Beginning;

/// Bytes of a text that are read for codes; what is longer is a document, not an entry.
const READ: usize = 256 << 10;

/// What a code belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeKind {
    /// System completion code, with or without reason: `S0C7`, `S013-18`.
    SystemAbend,
    /// User completion code: `U4038`.
    UserAbend,
    /// Message id: `IEF450I`, `CEE3207S`, `IGYPS2121-S`, `$HASP395`.
    Message,
    /// `SQL-811`, `SQL+100`.
    Sqlcode,
    /// `SQLSTATE 21000`.
    Sqlstate,
    /// COBOL file status: `FS-35`.
    FileStatus,
    /// Reason code of eight hexadecimal digits, as Db2 and MQ print it: `00C90088`.
    Reason,
    /// CICS transaction abend: `ASRA`.
    CicsAbend,
    /// CICS response by name: `RESP-NOTFND`.
    CicsResp,
    /// MQ reason code: `MQ-2033`.
    MqReason,
    /// VSAM reason of OPEN or of a request: `VSAM-OPEN-168`, `VSAM-RPL-8`.
    Vsam,
    /// IMS status code: `IMS-GE`.
    ImsStatus,
}

/// A code in its normal form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Code {
    /// What it belongs to.
    pub kind: CodeKind,
    /// The normal form, upper case: the id of the entry about it.
    pub code: String,
}

/// Severity letters of messages, the usual first.
const SEVERITIES: &str = "IEWSADTCUR";

impl Code {
    pub(crate) fn new(kind: CodeKind, code: impl Into<String>) -> Self {
        Self { kind, code: code.into() }
    }

    /// What to look up as id, alias or code: the names that mean this very code, its normal form first, then those of what
    /// it is a special case of (`S013-18`: `S013`; `IEF450I`: `IEF450`).
    pub fn names(&self) -> Names {
        let code = self.code.as_str();
        let mut names = Names { same: vec![code.to_owned()], wider: Vec::new() };
        let after = |prefix: &str| code.strip_prefix(prefix).unwrap_or(code).to_owned();
        let same = &mut names.same;
        match self.kind {
            CodeKind::SystemAbend => system_abend_names(code, &mut names),
            CodeKind::UserAbend => {
                let digits = after("U");
                same.push(format!("IMS-{code}"));
                same.push(format!("U{}", digits.trim_start_matches('0')));
            }
            CodeKind::Message => message_names(code, &mut names),
            CodeKind::Sqlcode => same.push(format!("SQLCODE {}", after("SQL"))),
            CodeKind::Sqlstate => same.push(after("SQLSTATE ")),
            CodeKind::FileStatus => same.push(format!("STATUS {}", after("FS-"))),
            CodeKind::Reason => same.push(format!("REASON {code}")),
            CodeKind::CicsAbend => {}
            CodeKind::CicsResp => same.push(after("RESP-")),
            CodeKind::MqReason => same.push(format!("MQRC {}", after("MQ-"))),
            CodeKind::Vsam => same.push(code.replace('-', " ")),
            CodeKind::ImsStatus => same.push(format!("STATUS {}", after("IMS-"))),
        }
        names
    }

    /// Whether it is a message that only reports another code: who asks for both means the other.
    pub fn is_carrier(&self) -> bool {
        self.kind == CodeKind::Message && CARRIERS.iter().any(|carrier| self.code.starts_with(carrier))
    }
}

/// Messages that report a completion code, an SQLCODE or a CICS abend.
const CARRIERS: [&str; 9] =
    ["IEF450", "IEF472", "IEA995", "IEA993", "DSNT408", "DSNE610", "DFHAC2206", "DFHAC2236", "DFHAC2231"];

/// Names that a code is looked up by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Names {
    /// They mean this very code; its normal form first.
    pub same: Vec<String>,
    /// They mean what it is a special case of, the nearest first.
    pub wider: Vec<String>,
}

/// `S806-4` is also `S806-04` and `806-4`, and a case of `S806`.
fn system_abend_names(code: &str, names: &mut Names) {
    let bare = |name: &String| name.strip_prefix('S').map(str::to_owned);
    if let Some((base, reason)) = code.split_once('-') {
        let short = reason.trim_start_matches('0');
        for other in [format!("{base}-{short}"), format!("{base}-{short:0>2}")] {
            if !short.is_empty() && !names.same.contains(&other) {
                names.same.push(other);
            }
        }
        names.wider.push(base.to_owned());
    }
    for list in [&mut names.same, &mut names.wider] {
        list.extend(list.iter().filter_map(bare).collect::<Vec<_>>());
    }
}

/// A message is looked up as written, without its severity letter, and with each other letter: people leave it out, and
/// levels of a product change it.
fn message_names(code: &str, names: &mut Names) {
    let (code, reason) = match code.split_once('-') {
        Some((id, reason)) if !id.starts_with("IGY") => (id, Some(reason)),
        _ => (code, None),
    };
    if reason.is_some() {
        names.wider.push(code.to_owned());
    }
    let stem = code.trim_end_matches(|c: char| c.is_ascii_alphabetic()).trim_end_matches('-');
    if let Some(number) = stem.strip_prefix('$') {
        names.same.push(number.to_owned());
        return;
    }
    if stem != code {
        names.wider.push(stem.to_owned());
    }
    let dash = if stem.starts_with("IGY") { "-" } else { "" };
    for letter in SEVERITIES.chars() {
        let other = format!("{stem}{dash}{letter}");
        if other != code {
            names.wider.push(other);
        }
    }
}

/// Names of `codes` in the order in which entries that have them are wanted: the codes themselves in their order, those that
/// only report another one last, and after all of them what they are special cases of.
pub fn names_of(codes: &[Code]) -> Vec<String> {
    let carrying = codes.len() > 1 && codes.iter().any(|code| code.kind != CodeKind::Message);
    let (last, first): (Vec<&Code>, Vec<&Code>) =
        codes.iter().partition(|code| carrying && code.is_carrier());
    let names: Vec<Names> = first.into_iter().chain(last).map(Code::names).collect();
    let mut seen = std::collections::HashSet::new();
    let same = names.iter().flat_map(|n| &n.same);
    same.chain(names.iter().flat_map(|n| &n.wider)).filter(|name| seen.insert(*name)).cloned().collect()
}

/// Codes in what a person asks, in the order of the text. Generous: what might be a code is one, as looking up a key that
/// nobody has costs nothing.
pub fn in_query(text: &str) -> Vec<Code> {
    let upper = plain(text).to_ascii_uppercase();
    let mut found = collect(&upper, None, |_| true);
    rules::lone_number(upper.trim(), &mut found);
    rules::number_in_context(&upper, &mut found);
    without_repeats(found)
}

/// Codes in a text, in its order. Conservative: only what can hardly be anything else.
pub fn in_text(text: &str) -> Vec<Code> {
    let text = plain(text);
    let upper = text.to_ascii_uppercase();
    without_repeats(collect(&upper, Some(&text), |rule| rule.text != TextUse::No))
}

/// Codes in a line of a source or a log, in its order: what [`in_text`] finds, and values that are compared with what is
/// called a status or an SQLCODE: `IF WS-FILE-STATUS = '35'`, `WHEN SQLCODE EQUAL TO -811`.
pub fn in_line(text: &str) -> Vec<Code> {
    let upper = plain(text).to_ascii_uppercase();
    let parts = upper.split(|c: char| c.is_whitespace() || "='\"().,;:<>".contains(c));
    let said = parts.filter(|part| !part.is_empty() && !COMPARING.contains(part)).map(|part| {
        let named = NAMED_SO.iter().find(|name| part.ends_with(**name) && !part.ends_with("SQLSTATE"));
        named.copied().unwrap_or(part)
    });
    let joined = said.collect::<Vec<_>>().join(" ");
    let kinds = [
        CodeKind::Sqlcode,
        CodeKind::Sqlstate,
        CodeKind::FileStatus,
        CodeKind::MqReason,
        CodeKind::ImsStatus,
    ];
    let compared = in_query(&joined).into_iter().filter(|code| kinds.contains(&code.kind));
    without_repeats(in_text(text).into_iter().chain(compared).collect())
}

/// What the names of items end with whose values are codes.
const NAMED_SO: [&str; 2] = ["STATUS", "SQLCODE"];
/// Words between such an item and a value.
const COMPARING: [&str; 6] = ["IS", "NOT", "EQUAL", "EQUALS", "TO", "AND"];

/// What the names of entries may begin with that a person means who has typed `text` so far: `s0c` gives `S0C`, `-81`
/// gives `SQL-81`, `status 3` gives `FS-3`. The most telling first.
pub fn beginnings(text: &str) -> Vec<Beginning> {
    typing::beginnings(plain(text).to_ascii_uppercase().trim())
}

/// What was meant if a letter O was typed for a zero (or I for a one) in a code, as the whole text with that code put
/// right: `SOC7` gives `S0C7`. Where both are codes (`AEI0` and `AEIO`), each gives the other. `None` if there is nothing to ask about.
pub fn did_you_mean(text: &str) -> Option<String> {
    let upper = plain(text).to_ascii_uppercase();
    let mut changed = false;
    let words: Vec<String> = upper
        .split_whitespace()
        .map(|word| match put_right(word) {
            Some(code) => {
                changed = true;
                code
            }
            None => word.to_owned(),
        })
        .collect();
    changed.then(|| words.join(" "))
}

/// The code that `word` would be with zeros for its Os, or ones for its Is.
fn put_right(word: &str) -> Option<String> {
    if let Some(other) = rules::cics_twin(word) {
        return Some(other);
    }
    let bare = word.strip_prefix(['-', '+']).unwrap_or(word);
    if word.len() > 16 || !bare.contains(['O', 'I']) {
        return None;
    }
    // Without a digit in it a word is a word: only the 0Cx family is written often enough with an O to be asked about.
    if !word.bytes().any(|b| b.is_ascii_digit()) && !rules::is_oc_family(word) {
        return None;
    }
    let (head, tail) = word.split_at_checked(rules::letters_that_belong(word))?;
    let folds: [&[(char, &str)]; 3] = [&[('O', "0")], &[('I', "1")], &[('O', "0"), ('I', "1")]];
    if !collect(word, None, |rule| rule.folds).is_empty() {
        return None;
    }
    folds.iter().find_map(|fold| {
        let tail = fold.iter().fold(tail.to_owned(), |text, (from, to)| text.replace(*from, to));
        let folded = format!("{head}{tail}");
        if folded == word {
            return None;
        }
        collect(&folded, None, |rule| rule.folds).into_iter().next().map(|code| code.code)
    })
}

/// The text with the minus signs of word processors made plain, cut where nobody reads on.
fn plain(text: &str) -> String {
    let end = (0..=text.len().min(READ)).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    text.get(..end).unwrap_or_default().replace(['\u{2212}', '\u{2013}', '\u{2010}', '\u{2011}'], "-")
}

/// Applies the rules in their order; a piece of text belongs to the first rule that takes it.
fn collect(upper: &str, original: Option<&str>, wanted: impl Fn(&Rule) -> bool) -> Vec<Code> {
    let mut taken: Vec<Range<usize>> = Vec::new();
    let mut found: Vec<(usize, Code)> = Vec::new();
    for rule in RULES.iter().filter(|rule| wanted(rule)) {
        let source = match (original, rule.text) {
            (Some(text), TextUse::AsWritten) => text,
            _ => upper,
        };
        let mut from = 0;
        let Some(pattern) = Some(rule).filter(|rule| rule.may_be_in(source)).and_then(Rule::pattern) else {
            continue;
        };
        while let Some(captures) = pattern.captures_at(source, from) {
            let Some(whole) = captures.name("code").or_else(|| captures.get(0)) else { break };
            // A match is never empty, so this goes on.
            from = whole.end().max(from + 1);
            let span = whole.range();
            let free = taken.iter().all(|t| t.end <= span.start || span.end <= t.start);
            if free && stands_alone(source, &span) {
                let codes = (rule.make)(&captures);
                if !codes.is_empty() {
                    found.extend(codes.into_iter().map(|code| (span.start, code)));
                    taken.push(span);
                }
            }
            if from > source.len() || !source.is_char_boundary(from) {
                break;
            }
        }
    }
    // Stable: codes of one place keep the order of their rule.
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, code)| code).collect()
}

/// Whether what is at `span` is no part of a longer name (`WS-B37-FLAG`).
fn stands_alone(text: &str, span: &Range<usize>) -> bool {
    let part_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '@' | '#');
    let before = text.get(..span.start).unwrap_or_default().chars().next_back();
    let mut after = text.get(span.end..).unwrap_or_default().chars();
    let next = after.next();
    let starts = !before.is_some_and(|c| part_of_name(c) || c == '-');
    let goes_on = match next {
        Some('-') => after.next().is_some_and(part_of_name),
        next => next.is_some_and(part_of_name),
    };
    starts && !goes_on
}

fn without_repeats(codes: Vec<Code>) -> Vec<Code> {
    let mut seen = std::collections::HashSet::new();
    codes.into_iter().filter(|code| seen.insert(code.code.clone())).collect()
}

#[cfg(test)]
mod tests;
