//! `greenbar kb export [FILE]`.

use super::{Context, Form, Out};
use crate::base::NewFile;
use crate::base::{Exit, Result};
use crate::cli::interrupt;
use crate::kb::transfer::{Format, export_whole};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Where to, and how it is written down.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file, which appears whole or not at all; - is standard output.
    #[arg(default_value = "-")]
    file: PathBuf,
    /// How it is written down; without this the file's name says so, and standard output gets JSON.
    #[arg(long)]
    format: Option<Form>,
}

#[derive(Serialize)]
struct Document<'e> {
    file: String,
    format: Format,
    entries: u64,
    damaged: &'e [String],
}

/// Exports all entries.
pub fn run(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    let is_output = args.file == Path::new("-");
    let format = match args.format {
        Some(form) => form.into(),
        None if is_output => Format::Json,
        None => Format::of(&args.file)?,
    };
    let budget = interrupt::budget();
    let store = context.store()?;
    let exported = if is_output {
        let done = export_whole(store.as_ref(), out.export(format != Format::Csv), format, &budget);
        if !out.is_open() {
            // Nobody reads on: how it ends is for `Out` to say.
            return Ok(Exit::Done);
        }
        done?
    } else {
        let mut file = NewFile::create(&args.file)?;
        let exported = export_whole(store.as_ref(), &mut file, format, &budget)?;
        file.finish()?;
        let (name, damaged) = (args.file.display().to_string(), &exported.damaged);
        if out.is_json() {
            out.document(&Document { file: name, format, entries: exported.written, damaged });
        } else {
            out.line(&format!("{} entries exported to {name}", exported.written));
        }
        exported
    };
    exported.complaint().map_or(Ok(Exit::Done), Err)
}
