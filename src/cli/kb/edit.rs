//! `greenbar kb edit ID`.

use super::{Context, Out, entry_of, tell_saved};
use crate::base::{Exit, Result, UserError};
use crate::cli::files;
use crate::kb::entry;
use crate::store::{Entry, PutOutcome, Store};
use std::io::Write;
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
    let command = &context.config().editor.command;
    let text = crate::app::edit(&context.env, command, &entry::to_document(&old.body))?;
    kept(context, &text, || save(context, store.as_ref(), &old, &text, out))
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

/// Does `work` with a text that somebody wrote; if it fails the text is kept in a file that the error names.
pub fn kept(context: &Context, text: &str, work: impl FnOnce() -> Result<Exit>) -> Result<Exit> {
    work().map_err(|error| {
        let path = context.env.paths.state.join(format!("unsaved-{}.md", context.now()));
        let keep = || {
            crate::app::private_folder(&context.env.paths.state)?;
            let mut file = private_file(&path)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        let place = match keep() {
            Ok(()) => format!("the text is kept in {}; --file takes it from there", path.display()),
            Err(e) => format!("the text could not be kept either: {e}"),
        };
        let hint = if error.hint.is_empty() { place } else { format!("{}; {place}", error.hint) };
        error.hint(hint)
    })
}

fn private_file(path: &std::path::Path) -> std::io::Result<std::fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}
