//! Opening: regular files only, without ever waiting for one that is not.

use super::bytes::Stamp;
use crate::base::{Result, UserError};
use rustix::fs::OFlags;
use std::fs::{File, FileType, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, FileTypeExt, OpenOptionsExt};
use std::path::Path;

/// Opens `path` for reading if it is a regular file. Opening a device can wait or do something to it, so its kind is
/// asked first, and again of the open file, in case the name was given to something else in between.
pub fn open(path: &Path) -> Result<(File, Stamp)> {
    let meta = std::fs::metadata(path).map_err(|e| refuse_error(path, &e))?;
    refuse_kind(path, meta.file_type())?;
    let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed();
    let file =
        OpenOptions::new().read(true).custom_flags(flags).open(path).map_err(|e| refuse_error(path, &e))?;
    let meta = file.metadata().map_err(|e| refuse_error(path, &e))?;
    refuse_kind(path, meta.file_type())?;
    if meta.len() == 0 && file.read_at(&mut [0], 0).is_ok_and(|n| n > 0) {
        return Err(UserError::new(format!("cannot open {}", path.display()))
            .cause("its size is not known: the system makes its content up while it is read")
            .hint("copy it to an ordinary file and open the copy"));
    }
    Ok((file, Stamp::of(&meta)))
}

/// What the kinds that are not regular files are called, and what to do.
fn refuse_kind(path: &Path, kind: FileType) -> Result<()> {
    let copy = "write what comes out of it to a file and open that";
    let (name, hint) = if kind.is_file() {
        return Ok(());
    } else if kind.is_dir() {
        ("a directory", "name a file in it, as DIRECTORY(MEMBER); `greenbar members` lists them")
    } else if kind.is_fifo() {
        ("a pipe (FIFO)", copy)
    } else if kind.is_socket() {
        ("a socket", copy)
    } else if kind.is_char_device() {
        ("a character device", copy)
    } else if kind.is_block_device() {
        ("a block device", copy)
    } else {
        ("not a regular file", copy)
    };
    Err(UserError::new(format!("cannot open {}", path.display()))
        .cause(format!("it is {name}"))
        .hint(format!("only regular files can be opened; {hint}")))
}

/// What a failed system call means for a person.
fn refuse_error(path: &Path, error: &io::Error) -> UserError {
    let shown = UserError::new(format!("cannot open {}", path.display()));
    match error.kind() {
        io::ErrorKind::NotFound => {
            let dangling = std::fs::symlink_metadata(path).is_ok_and(|m| m.is_symlink());
            if dangling {
                let target = std::fs::read_link(path).unwrap_or_default();
                return shown
                    .cause(format!("it is a link to {}, which is not there", target.display()))
                    .hint("correct the link or name the file itself");
            }
            shown.cause("there is no such file").hint("check the name, its case and the current directory")
        }
        io::ErrorKind::PermissionDenied => shown.cause("reading it is not permitted").hint(
            "ask its owner for read permission (ls -l shows the owner), or copy it as somebody who may",
        ),
        io::ErrorKind::NotADirectory => {
            shown.cause("a part of its path is not a directory").hint("check the path")
        }
        _ if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => shown
            .cause("its symbolic links go round in a circle")
            .hint("correct the links (ls -l shows where each one points)"),
        _ if error.raw_os_error() == Some(rustix::io::Errno::NAMETOOLONG.raw_os_error()) => {
            shown.cause("the name is too long").hint("check the name")
        }
        _ => shown.cause(error).hint("try again; if it stays, ask whoever runs the file system"),
    }
}
