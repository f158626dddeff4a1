//! Data layout: data description entries to a storage map, by the rules of Enterprise COBOL. Takes bytes of source, opens no
//! files, expands no copybooks.
//!
//! Invariants: any bytes are accepted; offsets count from 0 at the start of a record, the starts that people read from 1;
//! what cannot be known is said and never guessed, and the rest stays exact; memory is that of one record and one piece
//! of source, whatever the size of the file.

mod builder;
mod clauses;
mod entry;
mod extract;
mod layout;
mod model;
mod picture;
mod reader;
mod text;
mod usage;

pub use entry::*;
pub use extract::Extract;
pub use model::*;
pub use picture::{Category, Picture, PictureError, Symbols};
pub use usage::{Addresses, Storage, Usage};

use crate::base::ByteOffset;
use crate::code::{Problem, SourceFormat};
use crate::source::ChunkSink;

/// The records of a text in memory, and what is wrong outside of them.
pub fn layout(text: &[u8], format: SourceFormat) -> (Vec<Record>, Vec<Problem>) {
    let mut records = Vec::new();
    let mut extract = Extract::new(format, |record| records.push(record));
    extract.chunk(ByteOffset(0), text);
    let problems = extract.finish();
    (records, problems)
}

#[cfg(test)]
mod tests;
