//! `greenbar kb link ID FILE:LINE`.

use super::{Context, Out, entry_of, gone};
use crate::base::meter::no_meter;
use crate::base::{Exit, LineNo, Result, UserError};
use crate::cli::{files, interrupt};
use crate::source::SourceFile;
use crate::store::CodeReference;
use crate::work::{anchor_at, facts_of};
use serde::Serialize;
use std::path::Path;

/// Which entry, and where to.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Its id, in any letter case.
    id: String,
    /// The file and the line, from 1: PAYR010.cbl:1204.
    #[arg(value_name = "FILE:LINE")]
    place: String,
    /// Paragraph or other name at the line.
    #[arg(long, default_value = "", value_name = "NAME")]
    symbol: String,
    /// Why it is linked.
    #[arg(long, default_value = "", value_name = "TEXT")]
    note: String,
}

#[derive(Serialize)]
struct Document<'l> {
    id: &'l str,
    #[serde(flatten)]
    link: &'l CodeReference,
}

/// Links the entry to the line, which must be there.
pub fn run(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    let wrong = |cause: String| {
        UserError::new(format!("{} is not linked", args.id))
            .cause(cause)
            .hint("give a file and a line of it: PAYR010.cbl:1204")
    };
    let (file, line) = args
        .place
        .rsplit_once(':')
        .and_then(|(file, line)| Some((file, line.parse::<u64>().ok().filter(|n| *n > 0)?)))
        .filter(|(file, _)| !file.is_empty())
        .ok_or_else(|| wrong(format!("\"{}\" is not a file, a colon and a line", args.place)))?;
    let source = SourceFile::open(Path::new(file), no_meter())?;
    let (facts, budget) = (facts_of(&source), interrupt::budget());
    if source.offset_of_line(LineNo::new(line), &budget)?.is_none() {
        return Err(wrong(format!("{file} has no line {line}")));
    }
    let store = context.store()?;
    let id = entry_of(store.as_ref(), &args.id)?.body.id;
    let reference = CodeReference {
        file: files::absolute(Path::new(file)),
        line,
        symbol: args.symbol.clone(),
        note: args.note.clone(),
        anchor: anchor_at(&source, line, facts.format, facts.encoding(), &budget)?,
    };
    if !store.add_reference(&id, &reference, context.now())? {
        return Err(gone(&args.id));
    }
    if out.is_json() {
        out.document(&Document { id: &id, link: &reference });
    } else {
        out.line(&format!("linked: {id} to {}:{line}", reference.file));
    }
    Ok(Exit::Done)
}
