//! Backups. Invariants: a file under a backup's final name is complete, verified and on disk; the newest seven automatic
//! ones are kept; a restore replaces the store in one step or not at all.

use super::connect::{Conn, Settings};
use super::errors;
use super::place::{self, Place};
use crate::base::{Exit, Result, UserError};
use crate::store::UnixMs;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Automatic backups that are kept.
const KEEP: usize = 7;
/// Pages copied before others get a turn.
const PAGES: i32 = 1_024;

fn failed(path: &Path, cause: impl std::fmt::Display) -> UserError {
    UserError::new(format!("the backup {} was not made", path.display()))
        .cause(cause)
        .hint("check that there is space and that the folder can be written to")
        .exit(Exit::Store)
}

/// Copies the store that `source` reads into `to`: first beside it, then checked, then put in place.
pub fn write(source: &Connection, place: &Place, to: &Path, settings: &Settings) -> Result<()> {
    let dir = to.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut name = to.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = dir.join(name);
    // A process that was killed may have left one under this number.
    drop(fs::remove_file(&part));
    let result = copy(source, place, &part, settings).and_then(|()| {
        fs::rename(&part, to).map_err(|e| failed(to, e))?;
        place::sync_dir(dir).map_err(|e| failed(to, e))
    });
    if result.is_err() {
        drop(fs::remove_file(&part));
    }
    result
}

fn copy(source: &Connection, place: &Place, part: &Path, settings: &Settings) -> Result<()> {
    let file = place::create_file(place, part).map_err(|e| failed(part, e))?;
    fill(source, part, settings).map_err(|e| failed(part, e))?;
    verify(part, settings)?;
    file.sync_all().map_err(|e| failed(part, e))
}

fn fill(source: &Connection, part: &Path, settings: &Settings) -> rusqlite::Result<()> {
    let mut target = Conn::open(part, OpenFlags::SQLITE_OPEN_READ_WRITE, settings)?;
    {
        let backup = Backup::new(source, target.raw())?;
        loop {
            match backup.step(PAGES)? {
                StepResult::Done => break,
                StepResult::More => {}
                _ => std::thread::sleep(Duration::from_millis(5)),
            }
        }
    }
    // One file, without a log beside it.
    target.raw().pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))
}

/// Whether the database at `path` is whole.
pub fn verify(path: &Path, settings: &Settings) -> Result<()> {
    let check = || -> rusqlite::Result<String> {
        let mut conn = Conn::open(path, OpenFlags::SQLITE_OPEN_READ_ONLY, settings)?;
        conn.raw().query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
    };
    match check() {
        Ok(said) if said == "ok" => Ok(()),
        Ok(said) => Err(failed(path, format!("the copy is damaged: {said}"))),
        Err(e) => Err(failed(path, e)),
    }
}

/// Makes an automatic backup of a store with schema `version`, and drops the oldest beyond those that are kept.
pub fn automatic(
    source: &Connection,
    place: &Place,
    version: u32,
    at: UnixMs,
    settings: &Settings,
) -> Result<PathBuf> {
    let dir = place.dir.join("backups");
    if !dir.is_dir() {
        DirBuilder::new().mode(0o700).create(&dir).map_err(|e| failed(&dir, e))?;
        let mode = std::os::unix::fs::PermissionsExt::from_mode(place.dir_mode());
        fs::set_permissions(&dir, mode).map_err(|e| failed(&dir, e))?;
    }
    let stem = place.file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let to = dir.join(format!("{stem}-{}-schema{version}.db", stamp(at)));
    write(source, place, &to, settings)?;
    prune(&dir, &stem);
    Ok(to)
}

/// A date that sorts as text, to the millisecond.
fn stamp(at: UnixMs) -> String {
    jiff::Timestamp::from_millisecond(at)
        .map_or_else(|_| at.to_string(), |t| t.strftime("%Y%m%dT%H%M%S.%3f").to_string())
}

/// Old backups are only dropped once a new one is in place; one that cannot be dropped does no harm.
fn prune(dir: &Path, stem: &str) {
    let mut found = automatic_backups(dir, stem);
    let excess = found.len().saturating_sub(KEEP);
    for old in found.drain(..excess) {
        drop(fs::remove_file(old));
    }
}

/// Automatic backups in `dir`, oldest first.
pub fn automatic_backups(dir: &Path, stem: &str) -> Vec<PathBuf> {
    let prefix = format!("{stem}-");
    let mut found: Vec<PathBuf> = fs::read_dir(dir)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(&prefix) && name.contains("-schema") && name.ends_with(".db")
        })
        .collect();
    found.sort();
    found
}

/// Puts the content of `from`, which has been verified, into the store that `target` writes, in one transaction.
pub fn restore(from: &Path, target: &mut Connection, location: &str, settings: &Settings) -> Result<()> {
    let what = "restore the backup";
    let mut source = Conn::open(from, OpenFlags::SQLITE_OPEN_READ_ONLY, settings)
        .map_err(|e| errors::explain(&from.display().to_string(), "open the backup", &e))?;
    let mut run = |target: &mut Connection| -> rusqlite::Result<bool> {
        let backup = Backup::new(source.raw(), target)?;
        // All pages in one go: what other processes see is the old store or the new one.
        for _ in 0..600 {
            match backup.step(-1)? {
                StepResult::Done => return Ok(true),
                _ => std::thread::sleep(Duration::from_millis(50)),
            }
        }
        Ok(false)
    };
    match run(target) {
        Ok(true) => Ok(()),
        Ok(false) => {
            let error = UserError::new(format!("could not {what} in {location}"));
            Err(error
                .cause("another program keeps the store busy")
                .hint("end it, then try again")
                .exit(Exit::Store))
        }
        Err(e) => Err(errors::explain(location, what, &e)),
    }
}

/// Checks that `path` can be read before anything is done with it.
pub fn readable(path: &Path) -> Result<()> {
    File::open(path).map(drop).map_err(|e| {
        UserError::new(format!("the backup {} cannot be read", path.display()))
            .cause(e)
            .hint("check the path")
            .exit(Exit::BadInput)
    })
}
