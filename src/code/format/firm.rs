//! Whether a line that begins like COBOL goes on like it: logs and notes begin with words of the language, too. Must not know
//! columns.

use super::{word, word_length};

/// What makes a line COBOL that begins with a word.
enum Then {
    /// One of these follows at once.
    Next(&'static [&'static str]),
    /// One of these stands somewhere behind.
    Later(&'static [&'static str]),
    /// Nothing else is needed.
    Alone,
}

use Then::{Alone, Later, Next};

/// Verbs and words of clauses, and what goes with them; `'` stands for a literal.
const STATEMENTS: &[(&str, Then)] = &[
    ("ADD", Later(&["TO", "GIVING"])),
    ("CALL", Next(&["'"])),
    ("COMPUTE", Later(&["="])),
    ("COPY", Later(&["."])),
    ("DISPLAY", Next(&["'"])),
    ("DIVIDE", Later(&["BY", "INTO"])),
    ("EVALUATE", Alone),
    ("EXEC", Next(&["SQL", "CICS", "DLI"])),
    ("EXIT", Next(&["PROGRAM", "SECTION", "PARAGRAPH", "PERFORM", "."])),
    ("FD", Later(&["."])),
    ("GO", Next(&["TO"])),
    ("GOBACK", Alone),
    ("IF", Later(&["=", "<", ">", "EQUAL", "NUMERIC", "SPACES", "ZERO", "THEN"])),
    ("INSPECT", Later(&["TALLYING", "REPLACING", "CONVERTING"])),
    ("MOVE", Later(&["TO"])),
    ("MULTIPLY", Later(&["BY"])),
    ("OPEN", Next(&["INPUT", "OUTPUT", "EXTEND"])),
    ("PERFORM", Later(&["UNTIL", "VARYING", "THRU", "THROUGH", "TIMES"])),
    ("READ", Later(&["INTO"])),
    ("SELECT", Later(&["ASSIGN"])),
    ("SET", Later(&["TO"])),
    ("STOP", Next(&["RUN"])),
    ("STRING", Later(&["DELIMITED"])),
    ("SUBTRACT", Later(&["FROM"])),
    ("UNSTRING", Alone),
    ("UNTIL", Later(&["=", "<", ">"])),
    ("WHEN", Later(&["=", "'", "OTHER"])),
    ("WRITE", Later(&["FROM"])),
];

/// Words of the clauses of a data description.
const CLAUSES: &[&str] = &[
    "PIC",
    "PICTURE",
    "REDEFINES",
    "OCCURS",
    "VALUE",
    "VALUES",
    "USAGE",
    "COMP",
    "COPY",
    "BINARY",
    "INDEX",
    "POINTER",
    "RENAMES",
];

/// Verbs and the like whose operands tell by their hyphens that they are names.
const NAMED: &[&str] = &[
    "ADD",
    "CLOSE",
    "DISPLAY",
    "FROM",
    "FUNCTION",
    "IF",
    "INITIALIZE",
    "MOVE",
    "PERFORM",
    "READ",
    "TO",
    "VALUE",
    "WRITE",
];

/// Whether the rest of a line that begins like COBOL is COBOL as well.
pub(super) fn is_firm(text: &[u8]) -> bool {
    // So end the lines of other languages.
    if matches!(text.trim_ascii_end().last(), Some(b';' | b'{' | b'}')) {
        return false;
    }
    let mut pieces = pieces(text);
    let Some(first) = pieces.next() else { return false };
    let rest: Vec<&[u8]> = pieces.collect();
    let is = |piece: &[u8], words: &[&str]| words.iter().any(|w| piece.eq_ignore_ascii_case(w.as_bytes()));
    let has = |words: &[&str]| rest.iter().any(|piece| is(piece, words));
    let hyphened = |piece: &&&[u8]| piece.contains(&b'-') && piece.iter().any(u8::is_ascii_alphabetic);
    // No other text has words like END-IF and COMP-3.
    if std::iter::once(&first).chain(&rest).filter(hyphened).any(|p| word(p).is_some()) {
        return true;
    }
    if first.iter().all(u8::is_ascii_digit) {
        return has(CLAUSES) || text.trim_ascii_end().ends_with(b".");
    }
    if has(&["PIC", "PICTURE"]) || (is(first, NAMED) && rest.iter().any(|p| hyphened(&p))) {
        return true;
    }
    match STATEMENTS.iter().find(|(verb, _)| is(first, &[verb])) {
        Some((_, Next(words))) => rest.first().is_some_and(|next| is(next, words)),
        Some((_, Later(words))) => has(words),
        Some((_, Alone)) => true,
        None => false,
    }
}

/// Words, and the characters between them that tell something.
fn pieces(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
            let length = word_length(rest);
            at += length.max(1);
            match (length, rest.first()) {
                (0, Some(b'\'' | b'"')) => return Some(&b"'"[..]),
                (0, Some(b'=' | b'<' | b'>' | b'.')) => return rest.get(..1),
                (0, _) => {}
                _ => return rest.get(..length),
            }
        }
    })
}
