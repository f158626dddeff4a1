//! `greenbar kb note ID TEXT`.

use super::{Context, Out, View, entry_of, gone};
use crate::base::{Budget, Exit, Result, UserError};
use crate::cli::files;
use crate::kb::entry::LARGEST_TEXT;
use std::path::Path;

/// Which entry, and what to note.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Its id, in any letter case.
    id: String,
    /// The notes, in place of those there are; - is standard input, an empty text removes them.
    #[arg(allow_hyphen_values = true)]
    text: String,
    /// Add the text as a paragraph behind what is there.
    #[arg(long)]
    add: bool,
}

/// Writes the notes.
pub fn run(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    let text = if args.text == "-" { files::text(Path::new("-"))? } else { args.text.clone() };
    let store = context.store()?;
    let old = entry_of(store.as_ref(), &args.id)?;
    let text = text.trim_end();
    let notes = if args.add && !old.notes.is_empty() {
        format!("{}\n\n{text}", old.notes.trim_end())
    } else {
        text.to_owned()
    };
    let wrong = if notes.len() > LARGEST_TEXT {
        Some(format!("they have {} bytes, {LARGEST_TEXT} are allowed", notes.len()))
    } else {
        notes.contains('\0').then(|| "they hold a NUL character".to_owned())
    };
    if let Some(cause) = wrong {
        return Err(UserError::new(format!("the notes on {} cannot be kept", old.body.id))
            .cause(cause)
            .hint("keep the long part in a file and link to it"));
    }
    if !store.set_notes(&args.id, &notes, context.now())? {
        return Err(gone(&args.id));
    }
    let entry = entry_of(store.as_ref(), &args.id)?;
    if out.is_json() {
        let links = store.references_of(&args.id, &Budget::unlimited())?;
        out.document(&View::of(&entry, &links));
    } else {
        let what = if notes.is_empty() { "notes removed" } else { "noted" };
        out.line(&format!("{what}: {}  {}", entry.body.id, entry.body.title));
    }
    Ok(Exit::Done)
}
