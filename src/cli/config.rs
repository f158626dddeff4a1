//! `greenbar config show`.

use super::context::Context;
use super::out::{Out, note};
use crate::base::Exit;

/// What to do with the settings.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Show every setting in use.
    Show {
        /// Where each value comes from: default, file and line, variable or flag.
        #[arg(long)]
        origin: bool,
    },
    /// Print a file of settings with every default and what it means, to start from.
    Sample,
}

/// Prints settings. What was wrong in a file is told on standard error.
pub fn run(context: &Context, args: &Args, out: &mut Out) -> Exit {
    match args.command {
        Command::Sample => out.block(&crate::config::document()),
        Command::Show { .. } if out.is_json() => out.document(&context.loaded.rows()),
        Command::Show { origin } => {
            let rows = context.loaded.rows();
            let names = rows.iter().map(|r| r.name.len()).max().unwrap_or(0);
            let values = rows.iter().map(|r| r.value.to_string().len()).max().unwrap_or(0);
            for row in rows {
                let value = row.value.to_string();
                if origin {
                    out.line(&format!("{:names$} = {value:values$}  {}", row.name, row.origin));
                } else {
                    out.line(&format!("{:names$} = {value}", row.name));
                }
            }
        }
    }
    for problem in context.problems() {
        note(&problem.to_string());
    }
    Exit::Done
}
