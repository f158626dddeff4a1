//! `panes`: see the map in `lib.rs`.
