//! A token as the readers of this module take it: no text, only the number of its word.

use super::model::At;
use super::names::Name;
use crate::code::lex::TokenKind;

/// A token.
#[derive(Debug, Clone, Copy)]
pub struct Tok {
    /// What it is.
    pub kind: TokenKind,
    /// Its first byte.
    pub byte: u8,
    /// The word or the number; of a literal, what it holds if that may be the name of a program.
    pub word: Name,
    /// Where it is.
    pub at: At,
    /// It is the first of a line and begins in area A; in free format, the first of a sentence.
    pub area_a: bool,
}

impl Tok {
    /// Whether it is this punctuation.
    pub fn is(&self, byte: u8) -> bool {
        self.kind == TokenKind::Punct && self.byte == byte
    }
}
