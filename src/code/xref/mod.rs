//! Cross-reference: what each name of a program is defined by, where it is read, changed, performed and called, and where
//! control can go. Takes bytes of source, opens no files, expands no copybooks, knows no storage.
//!
//! A source is read once, in order, unit by unit; a unit is handed over when it is complete, so that memory is that of the
//! largest unit and bounded. What is not understood is read as far as it goes and said to be uncertain, never an error.
//! Lines and columns count from 1, columns in bytes of the file.

mod builder;
mod data;
mod exec;
mod feed;
mod flow;
mod live;
mod model;
mod names;
mod operands;
mod query;
mod reader;
mod relations;
mod resolve;
mod rules;
mod statement;
mod tok;
mod walks;
mod whole;
mod words;

pub use builder::Want;
pub use feed::Collector;
pub use model::{Access, Kind, Place, Unit};
pub use query::{Answer, Definition, Query, Reference, Via};
pub use relations::Relation;
pub use walks::{Flow, Left, Step, Then, Tree, Unreached};
pub use whole::Resolved;

use super::SourceFormat;
use crate::base::ByteOffset;
use crate::source::ChunkSink;

/// The compile units of a text in memory.
pub fn units(text: &[u8], format: SourceFormat, want: Want) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut collector = Collector::new(format, want, |unit| units.push(unit));
    collector.chunk(ByteOffset(0), text);
    collector.finish();
    units
}

#[cfg(test)]
mod tests;
