//! `greenbar kb import FILE`.

use super::{Context, Form, Out};
use crate::base::{Exit, Result, UserError, num};
use crate::cli::files::RegularFile;
use crate::cli::interrupt;
use crate::cli::out::Progress;
use crate::kb::transfer::{Format, Report, import};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

/// What to import.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file; - is standard input.
    file: PathBuf,
    /// How it is written down; without this its name says so.
    #[arg(long)]
    format: Option<Form>,
}

/// Imports what is fit to be kept and reports the rest.
pub fn run(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    let is_input = args.file == Path::new("-");
    let format = match args.format {
        Some(form) => form.into(),
        None if is_input => {
            return Err(UserError::new("standard input has no known format")
                .hint("say which with --format json, jsonl or csv"));
        }
        None => Format::of(&args.file)?,
    };
    let (reader, size): (Box<dyn Read>, Option<u64>) = if is_input {
        (Box::new(std::io::stdin().lock()), None)
    } else {
        let file = RegularFile::open(&args.file)?;
        let size = file.size();
        (Box::new(file), Some(size))
    };
    let budget = interrupt::budget();
    let store = context.store()?;
    let mut progress = Progress::new(out.is_json());
    let mut told = |p: crate::kb::transfer::Progress| {
        let part = size.map_or(String::new(), |size| format!("  {} %", num::percent(p.bytes, size)));
        progress.show(&format!("{} rows{part}", p.rows));
    };
    let reader = BufReader::with_capacity(256 << 10, reader);
    let report = import(store.as_ref(), reader, format, context.now(), &budget, &mut told)
        .map_err(|e| UserError { what: format!("{}: {}", args.file.display(), e.what), ..e })?;
    drop(progress);
    tell(&report, out);
    Ok(if report.rejected.is_empty() { Exit::Done } else { Exit::BadInput })
}

fn tell(report: &Report, out: &mut Out) {
    if out.is_json() {
        out.document(report);
        return;
    }
    out.line(&format!(
        "{} added, {} changed, {} unchanged, {} left as people had changed them, {} rejected",
        report.added,
        report.changed,
        report.unchanged,
        report.kept,
        report.rejected.len()
    ));
    for rejected in &report.rejected {
        let field = if rejected.field.is_empty() { String::new() } else { format!("{}: ", rejected.field) };
        out.line(&format!("row {}: {field}{}", rejected.row, rejected.reason));
    }
}
