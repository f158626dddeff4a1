//! COBOL structure: formats and areas, the outline, roles for highlighting. Takes bytes, opens no files, knows no panes and
//! no colours.
//!
//! Two passes go over a source. The outline pass ([`Scanner`]) reads lines as they are, at the speed of memory. The parse pass
//! takes [`chunk`]s, [`mask()`]s them to one language and parses them to [`parse::Structure`]s; whoever wants tokens of a place
//! takes them from the masked text by [`lex`].
//!
//! Invariants: any bytes are accepted; what is not understood is a [`Problem`] or a plain name, never an error. Lines
//! count from 1, columns of problems from 1, columns of spans from 0, all in bytes of the file.

mod assign;
mod before;
mod cards;
pub mod chunk;
pub mod compare;
mod conditions;
mod context;
pub mod copybook;
pub mod data;
pub mod format;
mod highlight;
pub mod lex;
pub mod mask;
mod model;
mod outline;
pub mod parse;
mod scanner;
mod sentence;
mod settle;
mod tree;
mod whole;
mod words;
pub mod xref;

pub use before::Before;
pub use cards::{Card, Cards};
pub use context::{REACH, context_after};
pub use format::{Areas, areas, code_of, detect, line_kind};
pub use highlight::{highlight, spans};
pub use mask::{mark, mask, mask_from};
pub use model::*;
pub use outline::{Frame, Outline, Several};
pub use scanner::Scanner;
pub use whole::Whole;
pub use words::is_reserved;

#[cfg(test)]
mod cuts;
#[cfg(test)]
mod tests;
