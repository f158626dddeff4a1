//! How near the program comes to what compilers say of the same source. Needs files that are not part of this repository:
//!
//! `GREENBAR_LISTINGS=folder cargo test --test accuracy-xref -- --nocapture` reads compiler listings with SOURCE and XREF, and
//! prints for each how much of its cross-reference was found, and how much of what was found is not in it; and, of those with
//! MAP, which items the Data Division Map has elsewhere than the layout.
//!
//! `GREENBAR_SOURCES=folder`, the same way, reads COBOL sources of fixed format without COPY, and compares with what
//! `GnuCOBOL` (its compiler is `cobc`) says of those that it accepts.
//!
//! Without the variable everything is skipped, with a line that says so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

mod files;
mod gnucobol;
#[path = "../listing.rs"]
mod listing;
mod maps;
mod score;
mod tables;
