//! Tests of the real binary in a pseudo-terminal.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod desk;
mod hangup;
mod harness;
mod life;
mod probe;
mod screen;
mod start;
