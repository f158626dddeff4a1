//! The words of the language: one sorted table for highlighting, and for telling a paragraph from a statement.

use crate::base::num::{to_u64, to_usize};
use std::sync::LazyLock;

/// What a word of the language is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// Verbs, words of headers and clauses.
    Plain,
    /// A figurative constant.
    Constant,
}

/// Figurative constants, in order.
const CONSTANTS: &[&str] = &[
    "FALSE",
    "HIGH-VALUE",
    "HIGH-VALUES",
    "LOW-VALUE",
    "LOW-VALUES",
    "NULL",
    "NULLS",
    "QUOTE",
    "QUOTES",
    "SPACE",
    "SPACES",
    "TRUE",
    "ZERO",
    "ZEROES",
    "ZEROS",
];

/// All other words, in order (Enterprise COBOL reserved words, and directives of compilers and library managers).
#[rustfmt::skip]
const PLAIN: &[&str] = &[
    "ACCEPT", "ACCESS", "ADD", "ADDRESS", "ADVANCING", "AFTER", "ALL", "ALLOCATE", "ALPHABET",
    "ALPHABETIC", "ALPHABETIC-LOWER", "ALPHABETIC-UPPER", "ALPHANUMERIC", "ALPHANUMERIC-EDITED", "ALSO",
    "ALTER", "ALTERNATE", "AND", "ANY", "APPLY", "ARE", "AREA", "AREAS", "ASCENDING", "ASSIGN", "AT",
    "AUTHOR", "BASIS", "BEFORE", "BEGINNING", "BINARY", "BLANK", "BLOCK", "BOTTOM", "BY", "BYTE-LENGTH",
    "CALL", "CANCEL", "CBL", "CD", "CF", "CH", "CHARACTER", "CHARACTERS", "CLASS", "CLASS-ID",
    "CLOCK-UNITS", "CLOSE", "COBOL", "CODE", "CODE-SET", "COLLATING", "COLUMN", "COM-REG", "COMMA",
    "COMMON", "COMMUNICATION", "COMP", "COMP-1", "COMP-2", "COMP-3", "COMP-4", "COMP-5",
    "COMPUTATIONAL", "COMPUTATIONAL-1", "COMPUTATIONAL-2", "COMPUTATIONAL-3", "COMPUTATIONAL-4",
    "COMPUTATIONAL-5", "COMPUTE", "CONFIGURATION", "CONTAINS", "CONTENT", "CONTINUE", "CONTROL",
    "CONTROLS", "CONVERTING", "COPY", "CORR", "CORRESPONDING", "COUNT", "CURRENCY", "DATA", "DATE",
    "DATE-COMPILED", "DATE-WRITTEN", "DAY", "DAY-OF-WEEK", "DBCS", "DE", "DEBUG-CONTENTS", "DEBUG-ITEM",
    "DEBUG-LINE", "DEBUG-NAME", "DEBUGGING", "DECIMAL-POINT", "DECLARATIVES", "DEFAULT", "DELETE",
    "DELIMITED", "DELIMITER", "DEPENDING", "DESCENDING", "DESTINATION", "DETAIL", "DISPLAY",
    "DISPLAY-1", "DIVIDE", "DIVISION", "DOWN", "DUPLICATES", "DYNAMIC", "EGCS", "EGI", "EJECT", "ELSE",
    "EMI", "ENABLE", "END", "END-ACCEPT", "END-ADD", "END-CALL", "END-COMPUTE", "END-DELETE",
    "END-DISPLAY", "END-DIVIDE", "END-EVALUATE", "END-EXEC", "END-IF", "END-INVOKE", "END-JSON",
    "END-MULTIPLY", "END-OF-PAGE", "END-PERFORM", "END-READ", "END-RETURN", "END-REWRITE", "END-SEARCH",
    "END-START", "END-STRING", "END-SUBTRACT", "END-UNSTRING", "END-WRITE", "END-XML", "ENDING",
    "ENTER", "ENTRY", "ENVIRONMENT", "EOP", "EQUAL", "ERROR", "ESI", "EVALUATE", "EVERY", "EXCEPTION",
    "EXEC", "EXECUTE", "EXIT", "EXTEND", "EXTERNAL", "FACTORY", "FD", "FILE", "FILE-CONTROL", "FILLER",
    "FINAL", "FIRST", "FOOTING", "FOR", "FREE", "FROM", "FUNCTION", "FUNCTION-ID", "FUNCTION-POINTER",
    "GENERATE", "GIVING", "GLOBAL", "GO", "GOBACK", "GREATER", "GROUP", "GROUP-USAGE", "HEADING", "I-O",
    "I-O-CONTROL", "ID", "IDENTIFICATION", "IF", "IN", "INDEX", "INDEXED", "INDICATE", "INHERITS",
    "INITIAL", "INITIALIZE", "INITIATE", "INPUT", "INPUT-OUTPUT", "INSERT", "INSPECT", "INSTALLATION",
    "INTO", "INVALID", "INVOKE", "IS", "JAVA", "JNIENVPTR", "JSON", "JSON-CODE", "JSON-STATUS", "JUST",
    "JUSTIFIED", "KANJI", "KEY", "LABEL", "LAST", "LEADING", "LEFT", "LENGTH", "LESS", "LIMIT",
    "LIMITS", "LINAGE", "LINAGE-COUNTER", "LINE", "LINE-COUNTER", "LINES", "LINKAGE", "LOCAL-STORAGE",
    "LOCK", "MEMORY", "MERGE", "MESSAGE", "METACLASS", "METHOD", "METHOD-ID", "MODE", "MODULES",
    "MORE-LABELS", "MOVE", "MULTIPLE", "MULTIPLY", "NATIONAL", "NATIONAL-EDITED", "NATIVE", "NEGATIVE",
    "NEXT", "NO", "NOT", "NUMBER", "NUMERIC", "NUMERIC-EDITED", "OBJECT", "OBJECT-COMPUTER", "OCCURS",
    "OF", "OFF", "OMITTED", "ON", "OPEN", "OPTIONAL", "OR", "ORDER", "ORGANIZATION", "OTHER", "OUTPUT",
    "OVERFLOW", "OVERRIDE", "PACKED-DECIMAL", "PADDING", "PAGE", "PAGE-COUNTER", "PASSWORD", "PERFORM",
    "PF", "PH", "PIC", "PICTURE", "PLUS", "POINTER", "POINTER-32", "POSITION", "POSITIVE", "PRINTING",
    "PROCEDURE", "PROCEDURE-POINTER", "PROCEDURES", "PROCEED", "PROCESS", "PROCESSING", "PROGRAM",
    "PROGRAM-ID", "PURGE", "QUEUE", "RANDOM", "RD", "READ", "READY", "RECEIVE", "RECORD", "RECORDING",
    "RECORDS", "RECURSIVE", "REDEFINES", "REEL", "REFERENCE", "REFERENCES", "RELATIVE", "RELEASE",
    "RELOAD", "REMAINDER", "REMOVAL", "RENAMES", "REPLACE", "REPLACING", "REPORT", "REPORTING",
    "REPORTS", "REPOSITORY", "RERUN", "RESERVE", "RESET", "RETURN", "RETURN-CODE", "RETURNING",
    "REVERSED", "REWIND", "REWRITE", "RF", "RH", "RIGHT", "ROUNDED", "RUN", "SAME", "SD", "SEARCH",
    "SECTION", "SECURITY", "SEGMENT", "SEGMENT-LIMIT", "SELECT", "SELF", "SEND", "SENTENCE", "SEPARATE",
    "SEQUENCE", "SEQUENTIAL", "SERVICE", "SET", "SHIFT-IN", "SHIFT-OUT", "SIGN", "SIZE", "SKIP1",
    "SKIP2", "SKIP3", "SORT", "SORT-CONTROL", "SORT-CORE-SIZE", "SORT-FILE-SIZE", "SORT-MERGE",
    "SORT-MESSAGE", "SORT-MODE-SIZE", "SORT-RETURN", "SOURCE", "SOURCE-COMPUTER", "SPECIAL-NAMES",
    "STANDARD", "STANDARD-1", "STANDARD-2", "START", "STATUS", "STOP", "STRING", "SUB-QUEUE-1",
    "SUB-QUEUE-2", "SUB-QUEUE-3", "SUBTRACT", "SUM", "SUPER", "SUPPRESS", "SYMBOLIC", "SYNC",
    "SYNCHRONIZED", "TABLE", "TALLY", "TALLYING", "TAPE", "TERMINAL", "TERMINATE", "TEST", "TEXT",
    "THAN", "THEN", "THROUGH", "THRU", "TIME", "TIMES", "TITLE", "TO", "TOP", "TRACE", "TRAILING",
    "TYPE", "UNIT", "UNSTRING", "UNTIL", "UP", "UPON", "USAGE", "USE", "USING", "UTF-8", "VALUE",
    "VALUES", "VARYING", "VOLATILE", "WHEN", "WHEN-COMPILED", "WITH", "WORDS", "WORKING-STORAGE",
    "WRITE", "WRITE-ONLY", "XML", "XML-CODE", "XML-EVENT", "XML-INFORMATION", "XML-NAMESPACE",
    "XML-NAMESPACE-PREFIX", "XML-NNAMESPACE", "XML-NNAMESPACE-PREFIX", "XML-NTEXT", "XML-SCHEMA",
    "XML-TEXT",
];

/// The divisions.
pub const DIVISIONS: [&[u8]; 4] = [b"IDENTIFICATION", b"ENVIRONMENT", b"DATA", b"PROCEDURE"];

/// The sections that have their names from the language.
pub const SECTIONS: [&[u8]; 8] = [
    b"CONFIGURATION",
    b"INPUT-OUTPUT",
    b"FILE",
    b"WORKING-STORAGE",
    b"LOCAL-STORAGE",
    b"LINKAGE",
    b"REPORT",
    b"COMMUNICATION",
];

/// What `word` is, in any case; `None` if the programmer may choose it as a name.
pub fn word(word: &[u8]) -> Option<Word> {
    let (mut at, tag) = place(word);
    loop {
        let slot = *SLOTS.get(at)?;
        if slot == 0 {
            return None;
        }
        let number = usize::from(u16::try_from(slot & 0xFFFF).unwrap_or_default());
        if slot >> 16 == tag
            && let Some((known, what)) = numbered(number)
            && known.as_bytes().eq_ignore_ascii_case(word)
        {
            return Some(what);
        }
        at = (at + 1) % TABLE;
    }
}

/// Slots of the table of hashes: few words have to stand behind their own.
const TABLE: usize = 2048;

/// In which slots the words stand: the number of each, from 1, below the tag of its hash. A search among the sorted words would
/// compare nine of them to find that a name is none, and most words that are looked up are names.
static SLOTS: LazyLock<Box<[u32]>> = LazyLock::new(|| {
    let mut slots = vec![0; TABLE];
    for (number, word) in (1..).zip(CONSTANTS.iter().chain(PLAIN)) {
        let (at, tag) = place(word.as_bytes());
        let (before, behind) = slots.split_at_mut(at);
        if let Some(free) = behind.iter_mut().chain(before).find(|slot| **slot == 0) {
            *free = tag << 16 | number;
        }
    }
    slots.into_boxed_slice()
});

/// Word `number` of all, from 1.
fn numbered(number: usize) -> Option<(&'static str, Word)> {
    let at = number.checked_sub(1)?;
    match CONSTANTS.get(at) {
        Some(word) => Some((word, Word::Constant)),
        None => PLAIN.get(at - CONSTANTS.len()).map(|word| (*word, Word::Plain)),
    }
}

/// In which slot a word is looked for first, and the tag of its hash; case makes no difference. Of long words the middle counts
/// for nothing.
fn place(word: &[u8]) -> (usize, u32) {
    let eight = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
    let four = |bytes: &[u8; 4]| u64::from(u32::from_le_bytes(*bytes));
    let (first, last) = if let (Some(first), Some(last)) = (word.first_chunk(), word.last_chunk()) {
        (eight(first), eight(last))
    } else if let (Some(first), Some(last)) = (word.first_chunk::<4>(), word.last_chunk::<4>()) {
        (four(first), four(last))
    } else {
        let byte = |at: usize| word.get(at).copied().map_or(0, u64::from);
        (byte(0), byte(1) << 8 | byte(2) << 16)
    };
    // The bit by which letters differ in case.
    let (first, last) = (first & !0x2020_2020_2020_2020, last & !0x2020_2020_2020_2020);
    let mixed = (first ^ last.rotate_left(29) ^ to_u64(word.len())).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let bits = |from: u32, count: u32| u32::try_from(mixed >> from & ((1 << count) - 1)).unwrap_or_default();
    (to_usize(bits(53, 11).into()), bits(37, 16))
}

/// All words of the tables.
#[cfg(test)]
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    PLAIN.iter().chain(CONSTANTS).copied()
}

/// Whether the language has `word` for itself, in any case: the programmer may not choose it as a name.
pub fn is_reserved(word: &[u8]) -> bool {
    self::word(word).is_some()
}

/// A byte of a COBOL word; `@ # $` are letters to some compilers, and so are letters of other code pages.
#[inline]
pub fn is_word_byte(byte: u8) -> bool {
    WORD_BYTES.get(usize::from(byte)).copied().unwrap_or_default()
}

/// Which bytes belong to words.
static WORD_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = u8::MAX;
    while byte > 0 {
        let belongs =
            byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'-' | b'_' | b'@' | b'#' | b'$');
        let (_, rest) = table.split_at_mut(byte as usize);
        if let Some(entry) = rest.first_mut() {
            *entry = belongs;
        }
        byte -= 1;
    }
    table
};

/// How long the word at the start of `text` is. Eight bytes are looked at at once: where a word ends cannot be foretold, so a
/// loop over bytes would stall.
#[inline]
pub fn word_length(text: &[u8]) -> usize {
    let (eights, rest) = text.as_chunks::<8>();
    let mut at = 0;
    for eight in eights {
        let others = others(u64::from_le_bytes(*eight));
        if others != 0 {
            return at + to_usize((others.trailing_zeros() / 8).into());
        }
        at += 8;
    }
    at + rest.iter().position(|b| !is_word_byte(*b)).unwrap_or(rest.len())
}

/// Which of eight bytes belong to no word: the high bit of each.
#[inline]
fn others(eight: u64) -> u64 {
    /// Each byte below 0x80 from which on it changes whether bytes belong to words.
    const CHANGES: [u8; 12] = [b'#', b'%', b'-', b'.', b'0', b':', b'@', b'[', b'_', b'`', b'a', b'{'];
    const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
    let low = eight & !HIGH;
    // Adding carries into the high bit of the bytes that are not below the change, and not farther.
    let changed =
        CHANGES.iter().fold(0, |changed, from| changed ^ (low + u64::from_le_bytes([0x80 - from; 8])));
    !(changed | eight) & HIGH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted() {
        for table in [PLAIN, CONSTANTS] {
            assert!(table.is_sorted_by(|a, b| a < b));
            assert!(table.iter().all(|w| !w.is_empty()));
        }
    }

    #[test]
    fn words_are_known_in_any_case() {
        assert_eq!(word(b"Perform"), Some(Word::Plain));
        assert_eq!(word(b"spaces"), Some(Word::Constant));
        for name in [&b"WS-TOTAL"[..], b"", b"2000-CALC", &[b'A'; 200]] {
            assert_eq!(word(name), None);
        }
    }

    #[test]
    fn all_words_are_found_and_nothing_near_them() {
        for (table, what) in [(PLAIN, Word::Plain), (CONSTANTS, Word::Constant)] {
            for known in table {
                assert_eq!(word(known.as_bytes()), Some(what), "{known}");
                assert_eq!(word(known.to_ascii_lowercase().as_bytes()), Some(what), "{known}");
                // What differs in one byte, or has one more or one less, is found only if it is a word itself.
                for near in near(known.as_bytes()) {
                    let upper = String::from_utf8_lossy(&near).to_ascii_uppercase();
                    let is_one = all().any(|w| w == upper);
                    assert_eq!(word(&near).is_some(), is_one, "{}", String::from_utf8_lossy(&near));
                }
            }
        }
    }

    #[test]
    fn a_word_ends_at_the_first_byte_of_none() {
        for byte in 0..=u8::MAX {
            for before in 0..20 {
                let text = [&vec![b'A'; before][..], &[byte], b"Z ."].concat();
                let length = text.iter().position(|b| !is_word_byte(*b));
                assert_eq!(Some(word_length(&text)), length, "{byte} behind {before}");
                let all = text.get(..=before).unwrap();
                assert_eq!(
                    word_length(all),
                    all.len() - usize::from(!is_word_byte(byte)),
                    "{byte} behind {before}, the last"
                );
            }
        }
    }

    fn near(word: &[u8]) -> Vec<Vec<u8>> {
        let mut near = vec![word[1..].to_vec(), word[..word.len() - 1].to_vec(), [word, b"S"].concat()];
        for at in 0..word.len() {
            // A hyphen and a carriage return differ in the bit by which letters differ in case.
            for byte in [b'-', b'\r', b'A', b'1', word[at] ^ 0x20] {
                let mut other = word.to_vec();
                other[at] = byte;
                near.push(other);
            }
        }
        near
    }
}
