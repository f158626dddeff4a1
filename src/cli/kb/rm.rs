//! `greenbar kb rm ID` and `greenbar kb undelete ID`.

use super::{Context, Out, entry_of, gone};
use crate::base::{Budget, Exit, Result, UserError};
use serde::Serialize;

/// Which entry.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Its id, in any letter case.
    id: String,
}

#[derive(Serialize)]
struct Document<'e> {
    id: &'e str,
    title: &'e str,
    deleted: bool,
}

/// Deletes the entry.
pub fn delete(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    let store = context.store()?;
    let old = entry_of(store.as_ref(), &args.id)?;
    if !store.delete(&args.id, context.now())? {
        return Err(gone(&args.id));
    }
    let (id, title) = (&old.body.id, &old.body.title);
    if out.is_json() {
        out.document(&Document { id, title, deleted: true });
    } else {
        out.line(&format!("deleted: {id}  {title}"));
        out.line(&format!("`greenbar kb undelete {id}` brings it back"));
    }
    Ok(Exit::Done)
}

/// Brings the entry back.
pub fn undelete(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    let store = context.store()?;
    if !store.undelete(&args.id, context.now())? {
        let there = store.entry(&args.id, &Budget::unlimited())?.is_some();
        let error = UserError::new(format!("{} is not deleted", args.id))
            .hint("`greenbar kb show` shows it")
            .exit(Exit::NotFound);
        return Err(if there { error } else { gone(&args.id) });
    }
    let entry = entry_of(store.as_ref(), &args.id)?;
    let (id, title) = (&entry.body.id, &entry.body.title);
    if out.is_json() {
        out.document(&Document { id, title, deleted: false });
    } else {
        out.line(&format!("brought back: {id}  {title}"));
    }
    Ok(Exit::Done)
}
