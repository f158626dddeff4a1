//! The `greenbar` program: everything is in the library, see `lib.rs` for the map of its layers.

use std::process::ExitCode;

fn main() -> ExitCode {
    greenbar::cli::main()
}
