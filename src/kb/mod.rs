//! `kb`: see the map in `lib.rs`.
