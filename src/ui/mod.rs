//! `ui`: see the map in `lib.rs`.
