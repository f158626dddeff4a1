//! A directory as a partitioned data set: the files in it are the members. Folders in it are listed and not entered, so
//! links that go round in a circle lead nowhere.

use super::super::open;
use super::kind::{Kind, LOOK};
use super::member::{Entry, Found, Member, Place};
use crate::base::num::counted;
use crate::base::shown_time;
use crate::base::{Budget, Exit, Result, UserError, name};
use std::fs::Metadata;
use std::os::unix::fs::{FileExt, FileTypeExt, MetadataExt};
use std::path::Path;

/// Files without a known extension that are looked into, at most.
const LOOKED_INTO: usize = 2_000;
/// Names that are read, at most.
const NAMES_MAX: usize = 1_000_000;

/// The files in `path`.
///
/// # Errors
/// If it cannot be read, or the budget ends.
pub fn list(path: &Path, budget: &Budget) -> Result<Found> {
    let failed = |e: std::io::Error| {
        UserError::new(format!("cannot list {}", path.display()))
            .cause(e)
            .hint("check that you may read the directory (ls -ld)")
    };
    let mut found = Found { what: "directory".to_owned(), ..Found::default() };
    let (mut hidden, mut looked) = (0, 0);
    for entry in std::fs::read_dir(path).map_err(failed)?.take(NAMES_MAX) {
        budget.check().map_err(|stop| {
            UserError::new("stopped reading the members").cause(stop).exit(Exit::Interrupted)
        })?;
        let Ok(entry) = entry else {
            found.problem("some of its names cannot be read");
            break;
        };
        let shown = name::text_of(Path::new(&entry.file_name()));
        if shown.starts_with('.') {
            hidden += 1;
            continue;
        }
        let file = entry.path();
        // What a link leads to; a link to nothing is told as that.
        let (kind, note, meta) = match std::fs::metadata(&file) {
            Ok(meta) => {
                let (kind, note) = sort_of(&meta);
                (kind, note, Some(meta))
            }
            Err(_) if entry.file_type().is_ok_and(|t| t.is_symlink()) => {
                (Kind::Link, "it is a link to nothing, or in a circle", None)
            }
            Err(_) => (Kind::Unknown, "it cannot be asked what it is", None),
        };
        let opens = note.is_empty() || kind == Kind::Folder;
        let kind = if kind == Kind::Unknown && opens { look(&file, &shown, &mut looked) } else { kind };
        let regular = meta.as_ref().filter(|m| m.is_file());
        let member = Member {
            name: shown,
            kind,
            bytes: regular.map(Metadata::len),
            records: None,
            changed: meta.as_ref().map(|m| shown_time(m.mtime())).unwrap_or_default(),
            user: String::new(),
            note: note.to_owned(),
            opens,
        };
        if !found.push(Entry { member, place: Place::Nowhere }) {
            break;
        }
    }
    found.entries.sort_by(|a, b| a.member.name.cmp(&b.member.name));
    if hidden > 0 {
        found.problem(format!("{} not listed", counted(hidden, "hidden file is", "hidden files are")));
    }
    Ok(found)
}

/// What something is that is no regular file, and why it cannot be opened.
fn sort_of(meta: &Metadata) -> (Kind, &'static str) {
    let sort = meta.file_type();
    if sort.is_file() {
        (if meta.len() == 0 { Kind::Empty } else { Kind::Unknown }, "")
    } else if sort.is_dir() {
        (Kind::Folder, "it is a folder")
    } else if sort.is_fifo() {
        (Kind::Device, "it is a pipe (FIFO)")
    } else if sort.is_socket() {
        (Kind::Device, "it is a socket")
    } else {
        (Kind::Device, "it is a device")
    }
}

/// What a regular file is.
fn look(file: &Path, shown: &str, looked: &mut usize) -> Kind {
    if let Some(kind) = Kind::of_name(shown) {
        return kind;
    }
    *looked += 1;
    if *looked > LOOKED_INTO {
        return Kind::Unknown;
    }
    let Ok((open, _)) = open::open(file) else { return Kind::Unknown };
    let mut start = [0; LOOK];
    let got = open.read_at(&mut start, 0).unwrap_or(0);
    let start = start.get(..got).unwrap_or_default();
    if super::Format::of(start).is_some() { Kind::Archive } else { Kind::of_bytes(start) }
}
