//! Tests of the library and of the subcommands that need no terminal.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod cli;
mod config;
mod desk;
mod fuzz;
mod grammar;
mod kb;
mod kb_ranking;
mod kb_relevance_data;
mod kb_starter;
mod layers;
mod layout;
mod readme;
mod sanitiser;
mod source;
mod store;
mod themes;
mod transfer;
