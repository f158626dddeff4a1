//! `greenbar completions SHELL`.

use super::out::Out;
use crate::base::Exit;
use clap::CommandFactory;

/// Which shell.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell.
    shell: clap_complete::Shell,
}

/// Prints the script.
pub fn run(args: &Args, out: &mut Out) -> Exit {
    let mut command = super::Args::command();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "greenbar", &mut script);
    out.block(&String::from_utf8_lossy(&script));
    Exit::Done
}
