//! Tests of the library and of the subcommands that need no terminal.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod config;
mod kb_starter;
mod kb;
mod layers;
mod sanitiser;
mod themes;
mod source;
mod store;
mod transfer;
