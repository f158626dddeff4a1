//! The generated parser of COBOL, which is C, and the queries on its trees. Must not know anything of greenbar.
//!
//! The C side lives in `cobol/`: `grammar.js` and the scanner are written by hand, `parser.c` is made by
//! `tree-sitter generate --js-runtime native` in that folder. `corpus/` and `samples/` are its tests, which the main package
//! runs, because the grammar is one of masked text and masking is there.

use tree_sitter_language::LanguageFn;

unsafe extern "C" {
    fn tree_sitter_greenbar_cobol() -> *const ();
    fn tree_sitter_greenbar_cobol_brief() -> *const ();
}

// SAFETY: the function is that of the parser compiled by build.rs: it takes nothing and gives a language that is never
// freed, of an ABI that `tree_sitter::Language::new` checks.
/// COBOL after masking.
pub const COBOL: LanguageFn = unsafe { LanguageFn::from_raw(tree_sitter_greenbar_cobol) };

// SAFETY: as above; the language is made once, by whoever asks first.
/// The same language with brief trees, for who asks for symbols and references only: runs of other operands have no nodes, and
/// comments neither. All else is as in trees of [`COBOL`], in half the time.
pub const COBOL_BRIEF: LanguageFn = unsafe { LanguageFn::from_raw(tree_sitter_greenbar_cobol_brief) };

/// Queries on trees of [`COBOL`]: what each stretch of text is, by the names of the roles of highlighting.
pub const HIGHLIGHTS: &str = include_str!("../cobol/queries/highlights.scm");

/// What an outline shows, by the names of its kinds of symbols.
pub const OUTLINE: &str = include_str!("../cobol/queries/outline.scm");

/// Who names whom: paragraphs, programs, copybooks, tables, data.
pub const REFERENCES: &str = include_str!("../cobol/queries/references.scm");

/// Data items with what a storage map needs of them.
pub const DATA: &str = include_str!("../cobol/queries/data.scm");

#[cfg(test)]
mod tests {
    use tree_sitter::{Language, Query};

    #[test]
    fn the_language_is_of_this_abi_and_its_queries_compile() {
        let language: Language = super::COBOL.into();
        assert_eq!((language.name(), language.abi_version()), (Some("greenbar_cobol"), 15));
        for text in [super::HIGHLIGHTS, super::OUTLINE, super::REFERENCES, super::DATA] {
            assert!(Query::new(&language, text).is_ok_and(|query| query.pattern_count() > 5));
        }
    }
}
