//! What the bytes of a file mean: UTF-8, Latin-1 and the code pages of EBCDIC. Owns the tables, decoding of a line for the
//! screen with the bytes of each character, transcription for a parser that reads ASCII, needles in the code of the file, and
//! the guess which encoding a file has. Opens no file, knows neither COBOL nor panes, and does not say where a line or a
//! record ends: [`Encoding::newlines`] only names the bytes that may end one.
//!
//! Invariants: any bytes decode, and the characters cover each byte once, in order; a transcription is as long as what it
//! was made of; what is encoded decodes to what it was.
//!
//! In the pages with shifts (930, 939, 1388) a shift-out begins double-byte text if what follows can be such text up to a
//! shift-in, an end of line or the end; elsewhere it is a control byte like any other, as in a binary field.
//!
//! No kept crate has these tables (`encoding_rs` follows the web, `oem_cp` the PC, `codepage-strings` those two). They are
//! written by `cargo test --lib encoding::tests::tables::write_the_tables -- --ignored` from what glibc's `iconv` says, into
//! `tables/` as text that can be read and compared.

mod decode;
mod detect;
mod double;
mod encode;
mod name;
mod page;
mod transcribe;

pub use decode::{Start, Unit, Units};
pub use detect::{Guess, detect};
pub use name::Encoding;
pub use transcribe::Transcriber;

#[cfg(test)]
mod tests;
