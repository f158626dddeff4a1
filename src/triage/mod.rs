//! `triage`: see the map in `lib.rs`.
