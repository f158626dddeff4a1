//! Where the areas of a line of fixed format are. Knows columns and how wide letters are, not what stands there.

use memchr::memchr;
use unicode_width::UnicodeWidthChar;

/// Where the areas of a line are, as bytes: tabs and letters of several bytes move them.
#[derive(Debug, Clone, Copy)]
pub(in crate::code) struct Measure {
    pub code_at: usize,
    /// Where area A ends.
    pub a_to: usize,
    pub code_to: usize,
    /// The line reaches the last column.
    pub full: bool,
    /// A tab stands in the place of columns 1-7.
    pub tabbed: bool,
}

/// Measures a line of fixed format whose code ends with column `margin`.
pub(in crate::code) fn measure(line: &[u8], margin: usize) -> Measure {
    let long = line.len() > margin;
    if memchr(b'\t', line).is_some() || (long && !line.is_ascii()) {
        return measure_widths(line, margin);
    }
    measure_plain(line, margin)
}

/// The same of a line without tabs, and without letters of several bytes if it is longer than that.
#[inline]
pub(in crate::code) fn measure_plain(line: &[u8], margin: usize) -> Measure {
    let to = |column: usize| column.min(line.len());
    Measure { code_at: to(7), a_to: to(11), code_to: to(margin), full: line.len() >= margin, tabbed: false }
}

/// Counts columns: a tab goes to the next of every eighth, a letter of UTF-8 is as wide as it was in a code page.
#[cold]
fn measure_widths(line: &[u8], margin: usize) -> Measure {
    let (mut code_at, mut a_to, mut code_to, mut tabbed) = (None, None, None, false);
    let (mut column, mut at) = (0usize, 0usize);
    let mut step = |length: usize, letter: char| {
        let next = if letter == '\t' { (column / 8 + 1) * 8 } else { column + letter.width().unwrap_or(1) };
        if column >= 7 {
            code_at.get_or_insert(at);
        } else {
            tabbed |= letter == '\t';
        }
        if column >= 11 {
            a_to.get_or_insert(at);
        }
        if next > margin {
            code_to.get_or_insert(at);
        }
        column = next;
        at += length;
    };
    match std::str::from_utf8(line) {
        Ok(text) => text.chars().for_each(|c| step(c.len_utf8(), c)),
        Err(_) => line.iter().for_each(|b| step(1, char::from(*b))),
    }
    let all = line.len();
    let code_at = code_at.unwrap_or(all);
    Measure {
        code_at,
        a_to: a_to.unwrap_or(all),
        code_to: code_to.unwrap_or(all).max(code_at),
        full: column >= margin,
        tabbed,
    }
}
