//! `kb`: see the map in `lib.rs`.

pub mod codes;
pub mod query;
pub mod search;


