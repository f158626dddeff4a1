//! `greenbar kb attach ID FILE` and `greenbar kb detach ID FILE`.

use super::{Context, Out, entry_of, gone};
use crate::base::{Exit, Result, UserError};
use crate::cli::{files, interrupt};
use crate::work::attachment_of;
use serde::Serialize;
use std::path::PathBuf;

/// Which entry, and which file.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The entry's id, in any letter case.
    id: String,
    /// The file. It stays where it is: its path and its hash are kept.
    file: PathBuf,
}

#[derive(Serialize)]
struct Document<'a> {
    id: &'a str,
    path: &'a str,
    hash: String,
    bytes: u64,
}

/// Attaches the file, or notes what it is now.
pub fn attach(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    let store = context.store()?;
    let id = entry_of(store.as_ref(), &args.id)?.body.id;
    let file = attachment_of(&files::absolute(&args.file), context.now(), &interrupt::budget())?;
    if !store.attach(&id, &file)? {
        return Err(gone(&args.id));
    }
    if out.is_json() {
        out.document(&Document { id: &id, path: &file.path, hash: file.hex(), bytes: file.bytes });
    } else {
        out.line(&format!("attached: {id}  {}  {} bytes  {}", file.path, file.bytes, file.hex()));
    }
    Ok(Exit::Done)
}

/// Takes the file off; the file itself is left alone.
pub fn detach(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    let store = context.store()?;
    let id = entry_of(store.as_ref(), &args.id)?.body.id;
    let path = files::absolute(&args.file);
    if !store.detach(&id, &path)? {
        return Err(UserError::new(format!("{path} is not attached to {id}"))
            .hint(format!("`greenbar kb show {id}` lists its files"))
            .exit(Exit::NotFound));
    }
    if out.is_json() {
        out.document(&Document { id: &id, path: &path, hash: String::new(), bytes: 0 });
    } else {
        out.line(&format!("no longer attached: {id}  {path}"));
    }
    Ok(Exit::Done)
}
