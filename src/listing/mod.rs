//! Compiler listings: what a line is, which compile units and sections a listing has, and what the tables in them say. Owns
//! the formats of Enterprise COBOL (and its predecessors) and of GnuCOBOL as they are printed; opens no files and must not know
//! what the source in a listing means.
//!
//! IBM says that listings "are not a programming interface": nothing here fails. What is not known stays text of the section
//! before it, a row that is torn is left out. Carriage control may be on all lines, on none or on some, so each line is looked
//! at for itself; and nothing depends on a character that code pages change (`# @ $ | ! [ ]`).

mod contents;
mod line;
mod map;
mod messages;
mod offset;
mod units;
mod words;
mod xref;

pub use contents::{Contents, Finder, Part, Unit};
pub use line::{Closing, Heading, PartKind, Seen, Severity, is_furniture, look};
pub use map::{CELL, Mapped, map};
pub use messages::{Message, messages};
pub use offset::{At, Code, Offsets, offset_of};
pub use xref::{Mark, XrefRow, xref};

#[cfg(test)]
mod tests;
