//! Settings and key syntax. Owns the one table that declares every setting ([`SETTINGS`]), the layers they come from
//! (defaults, system file, user file, environment, flags) with the origin of each value, and the spelling of keys.
//! Must not know what a setting does: panes, store and metrics read the typed [`Config`].
//!
//! Invariants: a configuration that is in use is valid in every value; whatever a file holds, the rest of it and the
//! defaults stay usable, and what was not used is said in a [`Notice`] with its place; a file that others may write
//! is not read at all; nothing in a file can make reading it long, deep or large.

mod document;
mod flat;
pub mod keys;
mod load;
mod notice;
mod schema;
mod value;

#[cfg(test)]
mod tests;

pub use document::document;
pub use keys::{Key, KeyCode, KeySeq};
pub use load::{Flag, LoadInputs, Loaded, Row};
pub use notice::{FileLayer, Level, Notice, Origin};
pub use schema::{
    AlertThresholds, Cache, ColorDepth, Config, Database, Editor, Glyphs, Monitoring, Performance, SETTINGS,
    Scroll, Search, Semantic, Setting, Source, Store, Ui, setting,
};
pub use value::{Kind, Value};
