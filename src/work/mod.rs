//! `work`: see the map in `lib.rs`.
