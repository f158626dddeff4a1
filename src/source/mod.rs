//! Bytes of a file to lines: bounded reads, the sparse line index, pages, find; members of libraries by name; what bytes
//! mean as text. Knows neither COBOL nor panes.
//!
//! Invariants: files are only read with `pread` into blocks, never mapped, so a file that shrinks under us cannot end the
//! process; only regular files are opened; memory does not depend on the size of the file but for the index, which takes
//! at most 0.1 % of it. What ends a line is said by [`Records`]. A number is given for a line only if it is certain.

mod bytes;
mod carriage;
mod chain;
mod container;
mod cut;
pub mod encoding;
mod ends;
mod file;
mod find;
mod fold;
mod format;
mod further;
mod index;
mod library;
pub mod many;
mod model;
mod needle;
mod open;
mod page;
mod pages;
mod pieces;
mod plain;
mod records;
mod regular;
mod scan;
mod scope;
mod snap;
mod stream;
mod twin;
mod view;

pub use carriage::Carriage;
pub use container::{Kind, Member, Members, Packing, SortBy, Unpacked, archive, fits, has_members, members};
pub use file::{Fingerprint, SourceFile};
pub use fold::{Fold, Folds, Which};
pub use format::{Detected, TextFormat, Wanted};
pub use library::{Found, Library, MEMBER_MAX, MemberName, NotOpened, NotRead};
pub use model::*;
pub use needle::Needle;
pub use records::{Descriptors, LONGEST_RECORD, LineFeed, Records};
pub use regular::RegularFile;
pub use scan::ChunkSink;
pub use scope::Scope;

#[cfg(test)]
mod tests;
