//! Several commands on one line, with `;` between them as ISPF has it. Must not know what they do.

/// Commands that take the rest of the line as it is.
const WHOLE: &[&str] = &["NOTE", "SEARCH", "S", "LOOKUP", "SAVE"];

/// The first command of a line, and what is behind the `;` that ends it. A `;` in quotes, or in a text that a command takes as
/// it is, ends nothing.
pub fn first_of(line: &str) -> (&str, &str) {
    let line = line.trim_start_matches(|c: char| c == ';' || c.is_whitespace());
    let word = line.split(|c: char| c == ';' || c.is_whitespace()).next().unwrap_or_default();
    let whole = WHOLE.contains(&word.to_uppercase().as_str());
    // A quote opens a string where a word begins, or behind the letter of its kind.
    let (mut quote, mut word_at) = (None, 0);
    for (at, c) in line.char_indices() {
        match quote {
            Some(open) if c == open => (quote, word_at) = (None, at + 1),
            None if c == ';' && !whole => {
                return (line.get(..at).unwrap_or_default(), line.get(at + 1..).unwrap_or_default());
            }
            None if matches!(c, '\'' | '"')
                && at <= word_at + 1
                && line.get(at..).is_some_and(|l| closes(l, c)) =>
            {
                quote = Some(c);
            }
            None if c.is_whitespace() => word_at = at + c.len_utf8(),
            _ => {}
        }
    }
    (line, "")
}

fn closes(from: &str, quote: char) -> bool {
    from.chars().skip(1).any(|c| c == quote)
}
