//! From the words of a question to a question that FTS5 understands. Invariant: whatever the words are, the result is
//! valid: every part is quoted, parts without a letter or digit are left out, size and number are limited.

use crate::store::TextQuery;

/// Parts used at most.
const PARTS: usize = 32;
/// Bytes of all parts together used at most.
const BYTES: usize = 4 << 10;

/// The MATCH expression for `query`; `None` if nothing in it can be looked up.
pub fn match_expression(query: &TextQuery) -> Option<String> {
    let mut room = BYTES;
    let mut take = |parts: &[String], most: usize| -> Vec<String> {
        let mut taken = Vec::new();
        for part in parts.iter().take(most) {
            if part.len() > room {
                break;
            }
            room -= part.len();
            taken.push(part.clone());
        }
        taken
    };
    let parts = take(&query.parts, PARTS);
    let without = take(&query.without, PARTS.saturating_sub(parts.len()));
    let mut terms: Vec<String> = parts.iter().filter_map(|p| quoted(p)).collect();
    // The beginning of a word counts only if the last part is there and ends in one.
    let ends_in_word = parts.len() == query.parts.len()
        && query.parts.last().and_then(|p| p.chars().next_back()).is_some_and(is_token);
    if query.last_is_prefix
        && ends_in_word
        && let Some(last) = terms.last_mut()
    {
        last.push('*');
    }
    if terms.is_empty() {
        return None;
    }
    // Side by side means "and", and unlike AND it forgives a part that the tokenizer finds empty.
    let mut expression = terms.join(if query.any { " OR " } else { " " });
    let not: Vec<String> = without.iter().filter_map(|p| quoted(p)).collect();
    if !not.is_empty() {
        expression = format!("({expression}) NOT ({})", not.join(" OR "));
    }
    Some(expression)
}

/// `part` as an FTS5 string; `None` if no token can be in it.
fn quoted(part: &str) -> Option<String> {
    if !part.chars().any(is_token) {
        return None;
    }
    let mut text = String::with_capacity(part.len() + 2);
    text.push('"');
    for c in part.chars() {
        match c {
            '"' => text.push_str("\"\""),
            // A NUL would end the expression early.
            '\0' => text.push(' '),
            c => text.push(c),
        }
    }
    text.push('"');
    Some(text)
}

/// Whether the index's tokenizer takes `c` for a part of a word (`unicode61 tokenchars '@#$'`), as far as it matters here.
fn is_token(c: char) -> bool {
    c.is_alphanumeric() || "@#$".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expression(parts: &[&str]) -> Option<String> {
        let parts = parts.iter().map(|s| (*s).to_owned()).collect();
        match_expression(&TextQuery { parts, ..TextQuery::default() })
    }

    #[test]
    fn parts_are_quoted_and_wordless_ones_left_out() {
        assert_eq!(expression(&["S0C7-01", "*", "say \"no\""]).unwrap(), r#""S0C7-01" "say ""no""""#);
        assert_eq!(expression(&["*", "%", "(", ""]), None);
        assert_eq!(expression(&["a\0b"]).unwrap(), "\"a b\"");
    }

    #[test]
    fn prefix_any_and_without() {
        let query = TextQuery {
            parts: vec!["data".into(), "exc".into()],
            without: vec!["cics".into(), "!".into()],
            last_is_prefix: true,
            any: true,
        };
        assert_eq!(match_expression(&query).unwrap(), r#"("data" OR "exc"*) NOT ("cics")"#);
        let query = TextQuery { parts: vec!["exc-".into()], last_is_prefix: true, ..TextQuery::default() };
        assert_eq!(match_expression(&query).unwrap(), "\"exc-\"");
    }

    #[test]
    fn size_and_number_are_limited() {
        let many: Vec<String> = (0..20_000).map(|n| format!("w{n}")).collect();
        let query = TextQuery { parts: many, any: true, ..TextQuery::default() };
        assert_eq!(match_expression(&query).unwrap().matches('"').count(), 64);
        assert_eq!(expression(&["ok", &"x".repeat(5_000)]).unwrap(), "\"ok\"");
    }
}
