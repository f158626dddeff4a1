//! Opening a file beneath a folder: whatever the links in it say and whoever changes them meanwhile, nothing outside of it
//! is opened, and nothing that is no regular file.

use crate::base::num::to_u64;
use rustix::fs::{AtFlags, FileType, Mode, OFlags, fstat, openat, statat};
use rustix::io::Errno;
use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Component, Path};

/// Why a file was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotOpened {
    /// There is none of this name.
    Missing,
    /// It is a link that leads out of the folder, or in a circle, or to nothing.
    LeadsOut,
    /// It is something else than a regular file; what.
    Kind(&'static str),
    /// It has more bytes than are read, this many.
    TooLarge(u64),
    /// The system says no; why.
    Failed(String),
}

impl From<Errno> for NotOpened {
    fn from(error: Errno) -> Self {
        match error {
            Errno::NOENT => Self::Missing,
            Errno::LOOP => Self::LeadsOut,
            error => Self::Failed(std::io::Error::from(error).to_string()),
        }
    }
}

const FILE: OFlags = OFlags::RDONLY.union(OFlags::CLOEXEC).union(OFlags::NOFOLLOW);

/// Opens the folder `path` itself; its path should be one without links.
pub(super) fn open_folder(path: &Path) -> Result<OwnedFd, Errno> {
    rustix::fs::open(path, FILE.union(OFlags::DIRECTORY), Mode::empty())
}

/// The bytes of `file` in the folder `fd`, whose real path is `root`, at most `most` of them.
pub(super) fn read(fd: &OwnedFd, root: &Path, file: &OsStr, most: u64) -> Result<Vec<u8>, NotOpened> {
    let stat = statat(fd, file, AtFlags::SYMLINK_NOFOLLOW)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::Symlink {
        return regular(fd, file, most);
    }
    // Where the link leads is found out by path, but opened step by step without following any link: one that is put
    // in its way meanwhile is refused.
    let real = root.join(file).canonicalize().map_err(|_| NotOpened::LeadsOut)?;
    let inside = real.strip_prefix(root).map_err(|_| NotOpened::LeadsOut)?;
    let mut steps = inside.components().map(|c| match c {
        Component::Normal(name) => Ok(name),
        _ => Err(NotOpened::LeadsOut),
    });
    let last = steps.next_back().ok_or(NotOpened::LeadsOut)??;
    let mut folder: Option<OwnedFd> = None;
    for step in steps {
        let from = folder.as_ref().unwrap_or(fd).as_fd();
        folder = Some(openat(from, step?, FILE.union(OFlags::DIRECTORY), Mode::empty())?);
    }
    regular(folder.as_ref().unwrap_or(fd), last, most)
}

/// Reads `file` of the folder `fd` if it is a regular file. Opening a device can do something to it, so the kind is asked
/// first, and again of the open file.
fn regular(fd: &OwnedFd, file: &OsStr, most: u64) -> Result<Vec<u8>, NotOpened> {
    let asked = statat(fd, file, AtFlags::SYMLINK_NOFOLLOW)?;
    refuse_kind(FileType::from_raw_mode(asked.st_mode))?;
    let flags = FILE.union(OFlags::NONBLOCK).union(OFlags::NOCTTY);
    let open = openat(fd, file, flags, Mode::empty())?;
    refuse_kind(FileType::from_raw_mode(fstat(&open)?.st_mode))?;
    let mut bytes = Vec::new();
    let mut reader = File::from(open).take(most.saturating_add(1));
    reader.read_to_end(&mut bytes).map_err(|e| NotOpened::Failed(e.to_string()))?;
    if to_u64(bytes.len()) > most {
        let size = u64::try_from(asked.st_size).unwrap_or(0);
        return Err(NotOpened::TooLarge(size.max(most.saturating_add(1))));
    }
    Ok(bytes)
}

fn refuse_kind(kind: FileType) -> Result<(), NotOpened> {
    match kind {
        FileType::RegularFile => Ok(()),
        FileType::Symlink => Err(NotOpened::LeadsOut),
        FileType::Directory => Err(NotOpened::Kind("a directory")),
        FileType::Fifo => Err(NotOpened::Kind("a pipe (FIFO)")),
        FileType::Socket => Err(NotOpened::Kind("a socket")),
        FileType::CharacterDevice => Err(NotOpened::Kind("a character device")),
        FileType::BlockDevice => Err(NotOpened::Kind("a block device")),
        FileType::Unknown => Err(NotOpened::Kind("not a regular file")),
    }
}
