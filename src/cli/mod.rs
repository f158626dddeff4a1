//! The command line: clap's definitions, one file for each subcommand, plain and JSON output. Must hold no logic of its
//! own: everything it prints comes from the layers below.

mod completions;
mod config;
mod context;
mod demo;
mod desk;
mod keys;
pub mod out;
mod replay;

use crate::base::{Exit, Result};
use clap::{Parser, Subcommand};
use context::Context;
use out::Out;
use std::path::PathBuf;
use std::process::ExitCode;

/// A triage desk for mainframe support: search what is known, read COBOL of any size, watch live figures.
#[derive(Debug, Parser)]
#[command(name = "greenbar", version, args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub struct Args {
    #[command(flatten)]
    globals: Globals,
    #[command(subcommand)]
    command: Option<Command>,
    /// Files to open in the Source pane.
    files: Vec<PathBuf>,
    /// Record the session into FILE; `greenbar replay FILE` shows it again.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
}

/// Flags that every subcommand takes.
#[derive(Debug, clap::Args)]
pub struct Globals {
    /// Keep everything under DIR instead of the usual folders.
    #[arg(long, global = true, value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// Use this file of settings instead of the user's.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The store: sqlite:PATH.
    #[arg(long, global = true, value_name = "URL")]
    pub db: Option<String>,
    /// Name of the theme.
    #[arg(long, global = true, value_name = "NAME")]
    pub theme: Option<String>,
    /// Draw with ASCII characters only.
    #[arg(long, global = true)]
    pub ascii: bool,
    /// No colours, only bold, underline and reverse.
    #[arg(long, global = true)]
    pub no_color: bool,
    /// One stable JSON document instead of text.
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Open the desk on built-in sample data in a throw-away home.
    Demo(demo::Args),
    /// Show the settings in use.
    Config(config::Args),
    /// List every key and action.
    Keys(keys::Args),
    /// Print the completion script of a shell.
    Completions(completions::Args),
    /// Show a recorded session again.
    Replay(replay::Args),
}

/// Runs the program with the arguments of the process and gives its exit code.
pub fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return out::usage(&error),
    };
    let mut out = Out::new(args.globals.json);
    match run(args, &mut out) {
        Ok(code) => out.finish(code),
        Err(error) => out.fail(&error),
    }
}

fn run(args: Args, out: &mut Out) -> Result<u8> {
    let context = Context::new(args.globals)?;
    match args.command {
        None => desk::run(context, &args.files, args.record),
        Some(Command::Demo(a)) => demo::run(context, &a),
        Some(Command::Config(a)) => config::run(&context, &a, out).map(Exit::code),
        Some(Command::Keys(a)) => keys::run(&context, &a, out).map(Exit::code),
        Some(Command::Completions(a)) => completions::run(&a, out).map(Exit::code),
        Some(Command::Replay(a)) => replay::run(&context, &a, out),
    }
}
