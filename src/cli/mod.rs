//! The command line: clap's definitions, one file for each subcommand, plain and JSON output. Must hold no logic of its
//! own: everything it prints comes from the layers below.

mod advise;
mod backup;
mod bench;
mod cat;
mod compare;
mod completions;
mod config;
mod context;
mod demo;
mod desk;
mod doctor;
mod expand;
mod files;
mod find;
mod incident;
mod interrupt;
mod kb;
mod keys;
mod layout;
mod members;
mod metrics;
mod near;
mod notes;
mod offset;
pub mod out;
mod outline;
mod reading;
mod replay;
mod restore;
mod search;
mod source;
mod units;
mod xref;

use crate::base::{Exit, NewFile, Result};
use crate::metrics::profile;
use clap::{CommandFactory, Parser, Subcommand};
use context::Context;
use out::Out;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// A triage desk for mainframe support: search what is known, read COBOL of any size, watch live figures.
#[derive(Debug, Parser)]
#[command(name = "greenbar", version)]
pub struct Args {
    #[command(flatten)]
    globals: Globals,
    #[command(subcommand)]
    command: Option<Command>,
    /// Files to open in the Source pane.
    files: Vec<PathBuf>,
    #[command(flatten)]
    format: source::FormatArgs,
    /// Open the files that were open at the end of the last session, each where it was left.
    #[arg(long)]
    resume: bool,
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
    /// Look for copybooks in DIR; give it once for each folder. Folders beside the program are searched behind them.
    #[arg(long, global = true, value_name = "DIR")]
    pub copy_path: Vec<PathBuf>,
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
    /// Measure where time and memory go, and write it to FILE at the end: as a trace that Perfetto and speedscope open, or, if its
    /// name ends in .folded or .txt, as stacks for inferno.
    #[arg(long, global = true, value_name = "FILE")]
    pub profile: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Search the knowledge base.
    #[command(after_help = search::language())]
    Search(search::Args),
    /// Add, show, edit, rate, import and export entries of the knowledge base.
    Kb(kb::Args),
    /// Record and list incidents, under the entries that helped.
    Incident(incident::Args),
    /// Print the structure of a COBOL source or a compiler listing.
    Outline(outline::Args),
    /// Print the storage map of data items: offset, length and type of each.
    Layout(layout::Args),
    /// Print where names are defined, read, changed, performed and called.
    Xref(xref::Args),
    /// Print the statement whose code is at an offset of a program, by the OFFSET or LIST of its listing.
    Offset(offset::Args),
    /// Print a COBOL source with its copybooks put in.
    Expand(expand::Args),
    /// Print the lines of a file of any size.
    Cat(cat::Args),
    /// Find a text in files of any size, in directories and in archives.
    Find(find::Args),
    /// Compare two files or members: what changed, came in, went, or only moved.
    Compare(compare::Args),
    /// List what is in a directory or an archive: tar, pax, TSO XMIT, IEBUPDTE.
    Members(members::Args),
    /// List notes on lines of files, or write one.
    Notes(notes::Args),
    /// Print what was measured.
    Metrics(metrics::Args),
    /// Check the store, the settings and what is around them.
    Doctor(doctor::Args),
    /// Advice on indexes of the store: missing, wanted, unused, there twice, each measured.
    Advise(advise::Args),
    /// Measure the search on this machine, on a knowledge base that is made up for it.
    Bench(bench::Args),
    /// Write a verified copy of the store to a file.
    Backup(backup::Args),
    /// Put a backup in place of what is in the store.
    Restore(restore::Args),
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
    greenbar_native::memory::be_frugal();
    let flags = Args::command();
    let takes_value = |a: &&clap::Arg| a.get_action().takes_values() && !a.is_positional();
    let value_flags: Vec<String> = flags.get_arguments().filter(takes_value).map(long_name).collect();
    let args = search::with_exclusions_last(std::env::args_os(), &value_flags);
    let args = match Args::try_parse_from(args) {
        Ok(args) => args,
        Err(error) => {
            // What could not be understood cannot say whether JSON was wanted.
            let json = std::env::args_os().any(|a| a == "--json");
            return out::usage(&error, json);
        }
    };
    let mut out = Out::new(args.globals.json);
    match run(args, &mut out) {
        Ok(code) => out.finish(code),
        Err(error) => out.fail(&error),
    }
}

fn long_name(arg: &clap::Arg) -> String {
    format!("--{}", arg.get_long().unwrap_or_default())
}

fn run(mut args: Args, out: &mut Out) -> Result<u8> {
    let Some(path) = args.globals.profile.take() else { return carry_out(args, out) };
    // Before the work: what cannot be written is said before anybody waits.
    let mut file = NewFile::create(&path)?;
    profile::switch(true);
    let done = carry_out(args, out);
    profile::switch(false);
    file.write_all(profile::written(&path).as_bytes()).map_err(|e| file.failed(&e))?;
    file.finish()?;
    done
}

fn carry_out(args: Args, out: &mut Out) -> Result<u8> {
    let context = Context::new(args.globals)?;
    out.set_charset(context.charset());
    let Some(command) = args.command else {
        return desk::run(context, &args.files, args.format.wanted(), (args.resume, args.record));
    };
    let _span = crate::base::trace::span("command");
    let exit = match command {
        Command::Demo(a) => return demo::run(context, &a),
        Command::Replay(a) => return replay::run(&context, &a, out),
        Command::Search(a) => search::run(&context, &a, out),
        Command::Kb(a) => kb::run(&context, a, out),
        Command::Incident(a) => incident::run(&context, a, out),
        Command::Outline(a) => outline::run(&a, out),
        Command::Layout(a) => layout::run(&context, &a, out),
        Command::Xref(a) => xref::run(&context, &a, out),
        Command::Offset(a) => offset::run(&context, &a, out),
        Command::Expand(a) => expand::run(&context, &a, out),
        Command::Cat(a) => cat::run(&a, out),
        Command::Find(a) => find::run(&a, out),
        Command::Compare(a) => compare::run(&a, out),
        Command::Members(a) => members::run(&a, out),
        Command::Notes(a) => notes::run(&context, &a, out),
        Command::Metrics(a) => metrics::run(&context, &a, out),
        Command::Doctor(a) => doctor::run(&context, &a, out),
        Command::Advise(a) => advise::run(&context, &a, out),
        Command::Bench(a) => bench::run(&context, &a, out),
        Command::Backup(a) => backup::run(&context, &a, out),
        Command::Restore(a) => restore::run(&context, &a, out),
        Command::Config(a) => Ok(config::run(&context, &a, out)),
        Command::Keys(a) => Ok(keys::run(&context, &a, out)),
        Command::Completions(a) => Ok(completions::run(&a, out)),
    };
    exit.map(Exit::code)
}
