//! `greenbar kb edit ID`.

use super::{Context, Out, entry_of, tell_saved};
use crate::base::{Exit, Result, UserError, num, shown_time};
use crate::cli::files;
use crate::cli::out::note;
use crate::kb::entry;
use crate::store::{Entry, PutOutcome, Store};
use crate::work::{draft_about, draft_name, draft_path, drafts};
use std::path::PathBuf;

/// Which entry, and what it becomes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Its id, in any letter case.
    id: String,
    /// Take the text from this document instead of the editor; - is standard input.
    #[arg(long, value_name = "DOC")]
    file: Option<PathBuf>,
}

/// Edits the entry. What was written is never lost: if it cannot be saved it is kept in a file.
pub fn run(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    let store = context.store()?;
    let old = entry_of(store.as_ref(), &args.id)?;
    if let Some(file) = &args.file {
        let text = files::text(file)?;
        return save(context, store.as_ref(), &old, &text, out);
    }
    for draft in drafts(&context.env.paths.state).found {
        if draft_about(&draft.text).0.eq_ignore_ascii_case(&old.body.id) {
            let path = context.env.paths.state.join(&draft.name);
            note(&format!(
                "a text of {} UTC was not saved: {}; --file takes it from there, E in the desk goes on with it",
                shown_time(draft.at),
                path.display()
            ));
        }
    }
    let command = &context.config().editor.command;
    let name = draft_name(num::unsigned(context.now()), old.version, true);
    let text = crate::app::edit(&context.env, command, &entry::to_document(&old.body), &name)?;
    kept(context, &name, || save(context, store.as_ref(), &old, &text, out))
}

fn save(context: &Context, store: &dyn Store, old: &Entry, text: &str, out: &mut Out) -> Result<Exit> {
    let new = entry::from_document(text)?;
    let id = &old.body.id;
    if !new.id.eq_ignore_ascii_case(id) {
        return Err(UserError::new(format!("the id of {id} cannot be changed"))
            .cause(format!("the document has \"{}\"", new.id))
            .hint("`greenbar kb add` makes an entry with another id"));
    }
    let outcome = entry::save_seen(store, &new, old.version, context.now())?;
    if matches!(outcome, PutOutcome::Conflict(_)) {
        return Err(UserError::new(format!("{id} was not saved"))
            .cause("somebody else has changed it in the meantime")
            .hint(format!("`greenbar kb diff {id}` shows what they changed; edit it again")));
    }
    tell_saved(store, &outcome, out)
}

/// Does `work` with a text that came from an editor; if it fails the error names the file that has it.
pub fn kept(context: &Context, name: &str, work: impl FnOnce() -> Result<Exit>) -> Result<Exit> {
    let done = work().map_err(|error| {
        let path = draft_path(&context.env.paths.state, name).unwrap_or_default();
        let place = format!("the text is kept in {}; --file takes it from there", path.display());
        let hint = if error.hint.is_empty() { place } else { format!("{}; {place}", error.hint) };
        error.hint(hint)
    })?;
    crate::app::edited(&context.env, name);
    Ok(done)
}
