//! Messages of a compiler: those of the summary behind the source, those between its lines, and those before everything. Knows
//! rows, not where the lines of the source are.

use super::line::Severity;
use super::words::{find, number, shown, text};
use serde::{Deserialize, Serialize};

/// Most lines that a message goes on over.
const GOES_ON: usize = 12;

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The number of the line that it is about; `None` for one about the whole compilation.
    pub line_id: Option<u32>,
    /// `IGYGR1174-S` without its last two characters; empty for `GnuCOBOL`.
    pub code: String,
    /// How bad.
    pub severity: Severity,
    /// What it says, its lines as one.
    pub text: String,
    /// Where its first line begins in the text that was parsed.
    pub at: usize,
    /// It stands between lines of the source.
    pub embedded: bool,
}

/// The messages in a part of a listing, in its order.
pub fn messages(part: &[u8]) -> Vec<Message> {
    let mut found: Vec<Message> = Vec::new();
    // Where the text of the last message stands, while it may go on.
    let mut open: Option<(usize, usize)> = None;
    let mut at = 0;
    for whole in part.split_inclusive(|b| *b == b'\n') {
        let line = whole.strip_suffix(b"\n").unwrap_or(whole);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if let Some((message, column)) = message(line, at) {
            found.push(message);
            open = Some((column, GOES_ON));
        } else if let Some((column, left)) = open {
            let (begins, text) = text(line);
            // What goes on is indented as the text above it is, as far as carriage control allows; only blank lines and headings
            // of pages come between.
            open = (left > 0 && !text.is_empty() && begins.abs_diff(column) <= 1).then(|| {
                if let Some(last) = found.last_mut() {
                    last.text.push(' ');
                    last.text.push_str(&shown(text));
                }
                (column, left - 1)
            });
        }
        at += whole.len();
    }
    found
}

/// The message on a line that begins at byte `at`, and the column where its text begins.
fn message(line: &[u8], at: usize) -> Option<(Message, usize)> {
    let (begins, text) = text(line);
    let first = *text.first()?;
    let embedded = text.starts_with(b"==");
    if embedded || first.is_ascii_digit() || (first == b'I' && begins > 2) {
        return ibm(text, at, embedded).map(|(m, column)| (m, begins + column));
    }
    gnucobol(text, at).map(|m| (m, usize::MAX))
}

/// `     38  IGYGR1216-I   text`, the same without a number, ` ==000056==> IGYGR1216-I text`.
fn ibm(text: &[u8], at: usize, embedded: bool) -> Option<(Message, usize)> {
    let rest = if embedded { text.get(2..)? } else { text };
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    if digits > 8 || (embedded && digits == 0) {
        return None;
    }
    let line_id = number(rest);
    let rest = rest.get(digits..)?;
    let rest = if embedded { rest.strip_prefix(b"==>")? } else { rest };
    let rest = rest.trim_ascii_start();
    let end = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
    let word = std::str::from_utf8(rest.get(..end)?).ok()?;
    let (code, letter) = word.split_once('-')?;
    let severity = Severity::of_letter(letter.chars().next().filter(|_| letter.len() == 1)?)?;
    let told = code.len() >= 6 && code.starts_with("IGY") && code.bytes().all(|b| b.is_ascii_alphanumeric());
    let said = rest.get(end..)?.trim_ascii_start();
    let code = code.to_owned();
    told.then(|| {
        (Message { line_id, code, severity, text: shown(said), at, embedded }, text.len() - said.len())
    })
}

/// `ORDERS.cbl:185: warning: text` of the summary, `warning: text` behind a line of the source.
fn gnucobol(text: &[u8], at: usize) -> Option<Message> {
    let (mark, severity) = [(&b"error: "[..], Severity::Error), (&b"warning: "[..], Severity::Warning)]
        .into_iter()
        .find(|(word, _)| text.starts_with(word) || find(text, &[b": ", *word].concat()).is_some())?;
    let from = find(text, mark)?;
    let before = text.get(..from)?.trim_ascii_end();
    let said = shown(text.get(from + mark.len()..)?);
    let line_id = before.strip_suffix(b":").and_then(|place| {
        let digits = place.rsplit(|b| *b == b':').next()?;
        number(digits)
    });
    let embedded = before.is_empty();
    (embedded || line_id.is_some()).then(|| Message {
        line_id,
        code: String::new(),
        severity,
        text: said,
        at,
        embedded,
    })
}
