//! greenbar: a triage desk for mainframe support in a terminal.
//!
//! The modules are layers: each imports only layers below its own, and equal layers do not import each other. The test
//! `tests/it/layers.rs` reads the table there and fails on an upward import.
//!
//! | layer | module | owns |
//! |---|---|---|
//! | 0 | [`base`] | numbers with units, errors with hints, time, paths, cancel tokens, text that is safe to show |
//! | 1 | [`config`] | settings, their layers and origins, key syntax |
//! | 1 | [`source`] | bytes of a file to lines: blocks, sparse line index, find |
//! | 1 | [`store`] | the trait `Store` and its SQLite implementation |
//! | 2 | [`cache`] | levels of cached bytes |
//! | 2 | [`metrics`] | counters, histograms, system probe |
//! | 3 | [`code`] | COBOL structure: areas, outline, highlight roles |
//! | 3 | [`listing`] | compiler listings: units, sections, messages, maps, offsets |
//! | 4 | [`kb`] | entries, query language, ranking, import and export |
//! | 5 | [`triage`] | failures, incidents |
//! | 5 | [`plugins`] | plugin processes |
//! | 6 | [`work`] | requests, replies, worker threads |
//! | 7 | [`ui`] | themes, glyphs, widgets, terminal output |
//! | 8 | [`panes`] | search, source, metrics |
//! | 9 | [`app`] | actions, keys, update, view, run loop, terminal guard |
//! | 10 | [`cli`] | subcommands |

pub mod app;
pub mod base;
pub mod cache;
pub mod cli;
pub mod code;
pub mod config;
pub mod kb;
pub mod listing;
pub mod metrics;
pub mod panes;
pub mod plugins;
pub mod source;
pub mod store;
pub mod triage;
pub mod ui;
pub mod work;
