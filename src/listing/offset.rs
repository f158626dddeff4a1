//! From an offset in a program to the statement whose code is there: by the table of the OFFSET option, or by the code that LIST
//! prints. Knows offsets, not dumps.

use super::words::{hex, number, shown, text, words};
use serde::{Deserialize, Serialize};

/// Where the code of a statement begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// The number of its line.
    pub line_id: u32,
    /// Where its code begins, from the start of the program.
    pub offset: u64,
    /// Its verb; of LIST from version 5 on, the instruction.
    pub verb: String,
}

/// An offset as people, messages and dumps write it: `1A4`, `+000001A4`, `X'1A4'`.
pub fn offset_of(text: &str) -> Option<u64> {
    let digits = text.trim().trim_start_matches('+');
    let digits = digits.strip_prefix(['x', 'X']).unwrap_or(digits).trim_matches(['\'', '"']);
    u64::from_str_radix(digits, 16).ok()
}

/// What is at an offset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum At<'c> {
    /// The code of these statements: of one, or of several that begin at the same place.
    Statements(Vec<&'c Code>),
    /// The start of the program, before its first statement.
    Before,
    /// Behind the code that the table covers.
    Behind,
    /// There is no table.
    Unknown,
}

/// Where the statements of a program are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Offsets {
    /// The statements by offset; those with the same one in the order of the table.
    pub code: Vec<Code>,
    /// Where the code ends, if the listing says so.
    pub end: Option<u64>,
}

impl Offsets {
    /// Of a table of offsets: three statements on a line, to be read line by line.
    pub fn of_table(part: &[u8]) -> Self {
        let mut offsets = Self::default();
        for line in part.split(|b| *b == b'\n') {
            let words: Vec<&[u8]> = words(text(line).1).collect();
            if let Some(at) = words.windows(2).position(|w| w == [b"LOCATED".as_slice(), b"AT"]) {
                let at = words.get(at + 2).and_then(|w| hex(w));
                offsets.end = offsets.end.or(at);
            }
            // A digit in column 1 may be carriage control or the first of a number.
            let own: Vec<&[u8]> = self::words(line).collect();
            let words = if own.first().is_some_and(|w| w.len() == 6) { own } else { words };
            offsets.code.extend(words.chunks(3).map_while(|triple| match triple {
                [line, at, verb] if line.len() == 6 && (6..=8).contains(&at.len()) => Some(Code {
                    line_id: number(line).filter(|_| line.iter().all(u8::is_ascii_digit))?,
                    offset: hex(at)?,
                    verb: shown(verb),
                }),
                _ => None,
            }));
        }
        offsets.sorted()
    }

    /// Of the code that LIST prints.
    pub fn of_code(part: &[u8]) -> Self {
        let mut offsets = Self::default();
        // Up to version 4 a statement is named on a line of its own before its code.
        let mut statement: Option<(u32, String)> = None;
        for line in part.split(|b| *b == b'\n') {
            let words: Vec<&[u8]> = words(line).collect();
            match words.as_slice() {
                [line, verb] if line.len() == 6 && line.iter().all(u8::is_ascii_digit) && is_verb(verb) => {
                    statement = number(line).map(|line| (line, shown(verb)));
                }
                // 0004F6  5840 9138     L   4,312(0,9)
                [at, first, ..]
                    if (6..=8).contains(&at.len()) && first.len() == 4 && hex(first).is_some() =>
                {
                    if let (Some((line_id, verb)), Some(offset)) = (statement.take(), hex(at)) {
                        offsets.code.push(Code { line_id, offset, verb });
                    }
                }
                // 0000E4  D203 D09C 3000    000014 |   MVC ...   of version 5 and on has the line behind the code
                _ => {}
            }
        }
        if offsets.code.is_empty() {
            offsets.code = part.split(|b| *b == b'\n').filter_map(listed).collect();
        }
        offsets.sorted()
    }

    fn sorted(mut self) -> Self {
        self.code.sort_by_key(|c| c.offset);
        self
    }

    /// What is at `offset`: the statement whose code begins last at or before it. With `returns` it is where a call comes back
    /// to, which belongs to the statement before when it is exactly the start of one.
    pub fn at(&self, offset: u64, returns: bool) -> At<'_> {
        let (Some(first), Some(last)) = (self.code.first(), self.code.last()) else { return At::Unknown };
        let offset = if returns { offset.saturating_sub(1) } else { offset };
        if offset < first.offset {
            return At::Before;
        }
        // Behind its last statement code goes on, nobody says how far.
        if self.end.is_some_and(|end| offset >= end) || (self.end.is_none() && offset > last.offset + SLACK) {
            return At::Behind;
        }
        let begins = self.code.iter().rev().find(|c| c.offset <= offset).map_or(0, |c| c.offset);
        At::Statements(self.code.iter().filter(|c| c.offset == begins).collect())
    }
}

/// How far code of a last statement may go on where nothing says where it ends, in bytes.
const SLACK: u64 = 4096;

fn is_verb(word: &[u8]) -> bool {
    word.len() > 1 && word.iter().all(|b| b.is_ascii_uppercase() || *b == b'-')
}

/// `000002A8 5820 905C       000041          L  R2,...`: the offset, one to three halfwords, the line, the instruction.
fn listed(line: &[u8]) -> Option<Code> {
    let words: Vec<&[u8]> = words(line).collect();
    let offset = words.first().filter(|w| (6..=8).contains(&w.len())).and_then(|w| hex(w))?;
    let code = words.iter().skip(1).take_while(|w| w.len() == 4 && hex(w).is_some()).count();
    let line =
        words.get(1 + code).filter(|w| code > 0 && w.len() == 6 && w.iter().all(u8::is_ascii_digit))?;
    let verb = words.iter().skip(2 + code).find(|w| w.iter().any(u8::is_ascii_alphabetic))?;
    Some(Code { line_id: number(line).filter(|n| *n > 0)?, offset, verb: shown(verb) })
}
