//! Tests of the real binary in a pseudo-terminal.
#![allow(
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod desk;
mod drafts;
mod faults;
mod follow;
mod hangup;
mod harness;
mod life;
mod names;
mod probe;
mod screen;
mod start;
