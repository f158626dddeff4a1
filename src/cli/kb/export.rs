//! `greenbar kb export [FILE]`.

use super::{Context, Form, Out};
use crate::base::{Exit, Result, UserError};
use crate::cli::interrupt;
use crate::kb::transfer::{Exported, Format, export_whole};
use crate::work::export_all;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Where to, and how it is written down.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file, which appears whole or not at all, or the folder for Markdown; - is standard output.
    #[arg(default_value = "-")]
    file: PathBuf,
    /// How it is written down; without this the file's name says so, and standard output gets JSON.
    #[arg(long)]
    format: Option<Form>,
    /// Write into a folder that is not empty, over documents of the same names (Markdown).
    #[arg(long)]
    replace: bool,
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
    if format == Format::Text {
        return Err(UserError::new("text is a format to import from")
            .hint("export --format markdown writes a text for each entry"));
    }
    if is_output && format == Format::Markdown {
        return Err(UserError::new("Markdown goes to a folder, a document for each entry")
            .hint("name one: greenbar kb export --format markdown FOLDER"));
    }
    let store = context.store()?;
    let exported = if is_output {
        let done = export_whole(store.as_ref(), out.export(format != Format::Csv), format, &budget);
        if !out.is_open() {
            // Nobody reads on: how it ends is for `Out` to say.
            return Ok(Exit::Done);
        }
        done?
    } else {
        let exported = export_all(store.as_ref(), (&args.file, format), args.replace, &budget)?;
        told(&args.file, format, &exported, out);
        exported
    };
    exported.complaint().map_or(Ok(Exit::Done), Err)
}

fn told(file: &Path, format: Format, exported: &Exported, out: &mut Out) {
    let (name, damaged) = (file.display().to_string(), &exported.damaged);
    if out.is_json() {
        out.document(&Document { file: name, format, entries: exported.written, damaged });
    } else {
        out.line(&format!("{} entries exported to {name}", exported.written));
    }
}
