//! COBOL structure: formats and areas, the outline, roles for highlighting. Takes bytes, opens no files, knows no panes and
//! no colours.
//!
//! Invariants: any bytes are accepted; what is not understood is a [`Problem`] or a plain name, never an error. Lines
//! count from 1, columns of problems from 1, columns of spans from 0, all in bytes of the file.

mod model;

pub use model::*;
