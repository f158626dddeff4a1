//! `greenbar restore [FILE]`.

use super::context::Context;
use super::files::RegularFile;
use super::out::{Out, note};
use crate::base::meter::no_meter;
use crate::base::{Exit, Result, UserError};
use crate::store::{SqliteStore, Store};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// What from.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The backup; without one the newest that was made by itself.
    file: Option<PathBuf>,
    /// List the backups that were made by themselves, and restore nothing.
    #[arg(long, conflicts_with_all = ["file", "force"])]
    list: bool,
    /// If the store cannot be opened at all, move it out of the way first.
    #[arg(long, requires = "file")]
    force: bool,
}

#[derive(Serialize)]
struct Document {
    restored: String,
    /// What was in the store before is kept here.
    kept: String,
    entries: u64,
}

#[derive(Serialize)]
struct Listed {
    backups: Vec<String>,
}

/// Puts a backup in place of what is in the store, which is kept as another backup.
pub fn run(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    if let Some(file) = &args.file {
        // Only a regular file can be a backup; opening anything else could wait for ever.
        RegularFile::open(file)?;
    }
    let mut moved = None;
    let store = match context.sqlite(no_meter()) {
        Ok(store) => store,
        Err(error) if args.force => {
            note(&error.to_string());
            moved = Some(move_away(context)?);
            context.sqlite(no_meter())?
        }
        Err(error) => {
            let hint =
                format!("{}; or `greenbar restore --force FILE` moves it out of the way first", error.hint);
            return Err(error.hint(hint));
        }
    };
    let mut backups = store.backups();
    if args.list {
        return Ok(list(&backups, out));
    }
    let from = match &args.file {
        Some(file) => file.clone(),
        None => backups.pop().ok_or_else(|| {
            UserError::new("there is no backup to restore")
                .cause("none was made by itself yet")
                .hint("name one that `greenbar backup` made")
                .exit(Exit::NotFound)
        })?,
    };
    let kept = restore(&store, &from, moved)?;
    let entries = store.info()?.entries;
    let (restored, kept) = (from.display().to_string(), kept.display().to_string());
    if out.is_json() {
        out.document(&Document { restored, kept, entries });
    } else {
        out.line(&format!("{entries} entries restored from {restored}"));
        out.line(&format!("what was there before is in {kept}"));
    }
    Ok(Exit::Done)
}

fn restore(store: &SqliteStore, from: &Path, moved: Option<PathBuf>) -> Result<PathBuf> {
    let kept = store.restore_from(from)?;
    Ok(moved.unwrap_or(kept))
}

fn list(backups: &[PathBuf], out: &mut Out) -> Exit {
    let names: Vec<String> = backups.iter().map(|b| b.display().to_string()).collect();
    let exit = if names.is_empty() { Exit::NotFound } else { Exit::Done };
    if out.is_json() {
        out.document(&Listed { backups: names });
    } else {
        for name in &names {
            out.line(name);
        }
    }
    exit
}

/// Gives the files of a store that cannot be opened other names, and tells that of the database.
fn move_away(context: &Context) -> Result<PathBuf> {
    let path = crate::work::store_options(&context.env, context.config())?.path;
    let now = context.now();
    let away = |ending: &str| {
        let named = |middle: &str| {
            let mut name = path.clone().into_os_string();
            name.push(format!("{middle}{ending}"));
            PathBuf::from(name)
        };
        (named(""), named(&format!(".damaged-{now}")))
    };
    let failed = |e: std::io::Error| {
        UserError::new(format!("cannot move {} out of the way", path.display()))
            .cause(e)
            .hint("check the permissions of its folder")
            .exit(Exit::Store)
    };
    // The log first: without the database it is no danger to the new one, beside a new one it would be.
    for ending in ["-wal", "-shm", ""] {
        let (from, to) = away(ending);
        match std::fs::rename(&from, &to) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(failed(e)),
            _ => {}
        }
    }
    Ok(away("").1)
}
