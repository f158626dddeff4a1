//! The text of a line of a listing: what is on it behind carriage control, and its words. Knows no formats.

/// What a line that begins a page or a part may have before its text.
const CONTROL: &[u8] = b" 01-+\x0C";
/// How far in a line a heading may begin.
const INDENT: usize = 56;

/// The text of a line behind carriage control and blanks, with the column where it begins. A digit in column 1 is carriage
/// control only where it is not followed by another: else it is a number.
pub(super) fn text(line: &[u8]) -> (usize, &[u8]) {
    let controlled = match line {
        [first, second, ..] => {
            CONTROL.contains(first) && !(first.is_ascii_digit() && second.is_ascii_digit())
        }
        _ => false,
    };
    let rest = if controlled { line.get(1..).unwrap_or_default() } else { line };
    let trimmed = rest.trim_ascii_start();
    (line.len() - trimmed.len(), trimmed)
}

/// The text of a line if it may be a heading: something other than digits, not too far to the right.
#[inline]
pub(super) fn heading_text(line: &[u8]) -> Option<&[u8]> {
    // Most lines are cards or rows of tables, which begin with a number: they are told by two or three bytes.
    let mut at = match line {
        [first, second, ..] if CONTROL.contains(first) => {
            if first.is_ascii_digit() && second.is_ascii_digit() {
                return None;
            }
            1
        }
        _ => 0,
    };
    while let Some(eight) = line.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let marks = u64::from_le_bytes(*eight) ^ 0x2020_2020_2020_2020;
        at += usize::try_from(marks.trailing_zeros() / 8).unwrap_or(8);
        if marks != 0 || at > INDENT {
            break;
        }
    }
    let text = line.get(at..)?.trim_ascii_start();
    (at <= INDENT && text.first().is_some_and(|b| !b.is_ascii_digit())).then_some(text)
}

/// Whether a text begins with these words, in any letter case.
pub(super) fn begins(text: &[u8], words: &[u8]) -> bool {
    text.get(..words.len()).is_some_and(|t| t.eq_ignore_ascii_case(words))
}

/// Where `words` stand in a text, in any letter case.
pub(super) fn find(text: &[u8], words: &[u8]) -> Option<usize> {
    text.windows(words.len().max(1)).position(|w| w.eq_ignore_ascii_case(words))
}

/// Where `words` stand last in a text, in any letter case.
pub(super) fn rfind(text: &[u8], words: &[u8]) -> Option<usize> {
    text.windows(words.len().max(1)).rposition(|w| w.eq_ignore_ascii_case(words))
}

/// The words of a text, between blanks.
pub(super) fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(u8::is_ascii_whitespace).filter(|w| !w.is_empty())
}

/// A text as it is shown. What is no UTF-8 is taken byte by byte: a listing may be in any code page.
pub(super) fn shown(text: &[u8]) -> String {
    match std::str::from_utf8(text.trim_ascii()) {
        Ok(text) => text.to_owned(),
        Err(_) => text.trim_ascii().iter().map(|b| char::from(*b)).collect(),
    }
}

/// The number that a text begins with.
pub(super) fn number<N: std::str::FromStr>(text: &[u8]) -> Option<N> {
    let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
    std::str::from_utf8(text.get(..digits)?).ok()?.parse().ok()
}

/// The number that the hexadecimal digits of a text say; `None` if there is anything else in it.
pub(super) fn hex(text: &[u8]) -> Option<u64> {
    let only = !text.is_empty() && text.iter().all(u8::is_ascii_hexdigit);
    u64::from_str_radix(std::str::from_utf8(text).ok()?, 16).ok().filter(|_| only)
}
