//! `greenbar backup FILE`.

use super::context::Context;
use super::files;
use super::out::Out;
use crate::base::meter::no_meter;
use crate::base::{Exit, Result, UserError};
use crate::store::Store;
use serde::Serialize;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Where to.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file; an older backup of this name is replaced in one step.
    file: PathBuf,
}

#[derive(Serialize)]
struct Document {
    file: String,
    bytes: u64,
    entries: u64,
}

/// Writes a verified copy of the store.
pub fn run(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    let file = &args.file;
    crate::base::free_place(file)?;
    let store = context.sqlite(no_meter())?;
    let info = store.info()?;
    let refused = |cause: &str, hint: &str| {
        UserError::new(format!("the backup {} was not made", file.display())).cause(cause).hint(hint)
    };
    if std::fs::canonicalize(file).is_ok_and(|path| path == Path::new(&info.location)) {
        return Err(refused("that is the store itself", "name another file"));
    }
    if !is_free_or_database(file) {
        return Err(refused("there is another file of this name, and it is no backup", "name a new file"));
    }
    store.backup_to(file)?;
    let bytes = std::fs::metadata(file).map_or(0, |about| about.len());
    let (entries, name) = (info.entries, file.display().to_string());
    if out.is_json() {
        out.document(&Document { file: name, bytes, entries });
    } else {
        out.line(&format!("{entries} entries, {} KiB, in {name}", bytes >> 10));
    }
    Ok(Exit::Done)
}

/// Whether nothing is lost when a backup takes this name: there is nothing, an empty file, or an SQLite database.
fn is_free_or_database(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = files::RegularFile::open(path).map(|f| f.take(16).read_to_end(&mut head));
    read.is_err() && !path.exists() || head.is_empty() || head == b"SQLite format 3\0"
}
