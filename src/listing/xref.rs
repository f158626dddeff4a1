//! Cross-references as compilers print them: where a name is defined, and each reference with its letter. Knows tables, not what
//! the references mean.

use super::words::{number, shown, text, words};
use serde::{Deserialize, Serialize};

/// Rows begin left of this column, and what goes on to the right of it.
const ROW: usize = 20;

/// A reference: its letter, if it has one, and the number of its line. `M` is a change; `GnuCOBOL` marks one by an asterisk, which
/// is an `M` here as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Mark {
    /// `M`, or how a procedure is named: `A D E G P T U`.
    pub letter: Option<char>,
    /// The number of the line.
    pub line_id: u32,
}

impl std::fmt::Display for Mark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(letter) = self.letter {
            write!(f, "{letter}")?;
        }
        self.line_id.fmt(f)
    }
}

/// A name of a cross-reference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct XrefRow {
    /// In upper case.
    pub name: String,
    /// The number of the line where it is defined; 0 for what the compiler made or what is outside of the program.
    pub defined: u32,
    /// Its references.
    pub marks: Vec<Mark>,
}

/// The names of a cross-reference of data, procedures or programs.
pub fn xref(part: &[u8]) -> Vec<XrefRow> {
    let mut rows: Vec<XrefRow> = Vec::new();
    let mut open = false;
    let (mut ours, mut within) = (false, false);
    for line in part.split(|b| *b == b'\n') {
        let (begins, text) = text(line);
        if text.is_empty() {
            continue;
        }
        match super::line::look(line) {
            Some(super::line::Seen::Part(_)) => {
                // The heading of the table itself; a legend before it has no rows.
                ours |= words(text).nth(1) == Some(b"DEFINED");
                within = true;
                continue;
            }
            Some(_) => continue,
            None if !within => continue,
            None => {}
        }
        if begins >= ROW {
            if let Some(row) = rows.last_mut().filter(|_| open) {
                row.marks.extend(words(text).filter_map(mark));
            }
            continue;
        }
        // There is no carriage control in what GnuCOBOL prints, and a name may begin with a digit.
        let row = if ours { gnucobol(line) } else { ibm(text) };
        open = row.is_some();
        rows.extend(row);
    }
    rows
}

/// `      31   MAT511-I-NUMBER. . . . . . . .  M39 M47 47`
fn ibm(text: &[u8]) -> Option<XrefRow> {
    let mut words = words(text).filter(|w| w.iter().any(|b| *b != b'.'));
    let defined = words.next()?;
    let defined = if defined.eq_ignore_ascii_case(b"EXTERNAL") {
        0
    } else {
        number(defined).filter(|_| defined.iter().all(u8::is_ascii_digit))?
    };
    let name = shown(words.next()?).trim_end_matches('.').to_ascii_uppercase();
    Some(XrefRow { name, defined, marks: words.filter_map(mark).collect() })
}

/// `EM-ID                          44       24     *221`, and labels behind the letter of their kind.
fn gnucobol(text: &[u8]) -> Option<XrefRow> {
    let mut words = words(text).peekable();
    if words.peek().is_some_and(|w| matches!(w, [b'A'..=b'Z'])) {
        words.next();
    }
    let name = shown(words.next()?).to_ascii_uppercase();
    let defined = words.next()?;
    let defined = number(defined).filter(|_| defined.iter().all(u8::is_ascii_digit))?;
    Some(XrefRow { name, defined, marks: words.map_while(mark).collect() })
}

/// A letter and a number.
fn mark(word: &[u8]) -> Option<Mark> {
    let first = *word.first()?;
    let (letter, digits) = match first {
        b'*' => (Some('M'), word.get(1..)?),
        b if b.is_ascii_alphabetic() => (Some(char::from(b.to_ascii_uppercase())), word.get(1..)?),
        _ => (None, word),
    };
    digits.iter().all(u8::is_ascii_digit).then(|| Some(Mark { letter, line_id: number(digits)? })).flatten()
}
