//! What a SELECT assigns to a file: the name that it has outside of the program. Knows the words of that clause, not what a
//! compiler or a system makes of the name.

use super::lex::{Lexer, Token, TokenKind, text};

/// Words between ASSIGN and the name.
const BETWEEN: [&[u8]; 4] = [b"TO", b"USING", b"EXTERNAL", b"DYNAMIC"];

/// The name that is assigned in the entry of a file, which is masked text, as a token.
pub(super) fn assigned(entry: &[u8]) -> Option<Token> {
    let is = |token: &Token, word: &[u8]| text(entry, token).eq_ignore_ascii_case(word);
    let mut tokens =
        Lexer::new(entry).filter(|t| !matches!(t.kind, TokenKind::Comment | TokenKind::Directive));
    tokens.find(|t| t.kind == TokenKind::Word && is(t, b"ASSIGN"))?;
    let first = tokens.find(|t| !BETWEEN.iter().any(|word| is(t, word)))?;
    let named = |t: &Token| matches!(t.kind, TokenKind::Word | TokenKind::Literal | TokenKind::Number);
    // What a literal follows is a kind of device.
    let literal = tokens.next().filter(|t| t.kind == TokenKind::Literal && first.kind == TokenKind::Word);
    literal.or(Some(first).filter(named))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::lex::literal_value;

    #[test]
    fn the_name_is_found_behind_words_and_devices() {
        let cases = [
            ("SELECT A ASSIGN TO PAYDD.", "PAYDD"),
            ("SELECT A ASSIGN UT-S-PAYDD ORGANIZATION SEQUENTIAL", "UT-S-PAYDD"),
            ("select a\n  assign\n to 'AS-KSDS'.", "AS-KSDS"),
            ("SELECT A ASSIGN TO DISK \"a.dat\" STATUS B.", "a.dat"),
            ("SELECT A ASSIGN USING WS-PATH.", "WS-PATH"),
            ("SELECT A ASSIGN TO DYNAMIC WS-PATH", "WS-PATH"),
            ("SELECT A ASSIGN TO :TAG:-DD.", ":TAG:-DD"),
            ("SELECT ASSIGN ASSIGN TO X.", "ASSIGN"),
            ("SELECT A ASSIGN TO.", ""),
            ("SELECT A.", ""),
            ("SELECT A ASSIGN", ""),
        ];
        for (entry, wanted) in cases {
            let entry = entry.as_bytes();
            let found = assigned(entry).map(|t| literal_value(entry, &t).into_owned()).unwrap_or_default();
            assert_eq!(String::from_utf8_lossy(&found), wanted, "{}", String::from_utf8_lossy(entry));
        }
    }
}
