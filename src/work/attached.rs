//! Files that belong to entries: their hash, in bounded pieces, and whether they are still what was attached. Nothing is copied.

use crate::base::{Budget, Exit, Result, UserError, num};
use crate::store::{Attachment, UnixMs};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Bytes that are read at a time.
const PIECE: usize = 1 << 20;

/// What became of a file since it was attached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileState {
    /// It is not known yet.
    #[default]
    Unknown,
    /// It is what was attached.
    There,
    /// It is another text now.
    Changed,
    /// It is not there, or cannot be read.
    Gone,
}

impl FileState {
    /// Its word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unknown => "being checked",
            Self::There => "there",
            Self::Changed => "changed since",
            Self::Gone => "gone",
        }
    }
}

/// A file of an entry with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attached {
    /// The file.
    pub file: Attachment,
    /// What became of it.
    pub state: FileState,
}

fn open(path: &Path) -> std::io::Result<File> {
    // A pipe must not hold the thread.
    let flags = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or(0);
    let file = std::fs::OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(std::io::Error::other("it is no regular file")) }
}

/// Hash and size of a file.
fn hashed(path: &Path, budget: &Budget) -> std::io::Result<([u8; 32], u64)> {
    let mut file = open(path)?;
    let mut piece = vec![0; PIECE];
    let mut hasher = blake3::Hasher::new();
    let mut bytes = 0_u64;
    loop {
        budget.check().map_err(|stop| std::io::Error::other(stop.to_string()))?;
        let read = file.read(&mut piece)?;
        if read == 0 {
            return Ok((*hasher.finalize().as_bytes(), bytes));
        }
        hasher.update(piece.get(..read).unwrap_or_default());
        bytes = bytes.saturating_add(num::to_u64(read));
    }
}

/// The file at an absolute path as it is now, to be attached.
///
/// # Errors
/// When it cannot be read.
pub fn attachment_of(path: &str, at: UnixMs, budget: &Budget) -> Result<Attachment> {
    let (hash, bytes) = hashed(Path::new(path), budget).map_err(|e| {
        UserError::new(format!("{path} is not attached"))
            .cause(e)
            .hint("attach a regular file that you can read; members of archives cannot be attached")
            .exit(Exit::BadInput)
    })?;
    Ok(Attachment { path: path.to_owned(), hash, bytes, at, author: String::new() })
}

/// What became of a file: all of it is read where its size is the same.
pub fn state_of(file: &Attachment, budget: &Budget) -> FileState {
    let path = Path::new(&file.path);
    match open(path).and_then(|f| f.metadata()).map(|about| about.len()) {
        Err(_) => FileState::Gone,
        Ok(bytes) if bytes != file.bytes => FileState::Changed,
        Ok(_) => match hashed(path, budget) {
            Ok((hash, _)) if hash == file.hash => FileState::There,
            Ok(_) => FileState::Changed,
            Err(_) if budget.check().is_err() => FileState::Unknown,
            Err(_) => FileState::Gone,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_there_changed_or_gone() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("job.log");
        std::fs::write(&path, "IEF450I ABEND=S0C7").unwrap();
        let all = Budget::unlimited();
        let file = attachment_of(path.to_str().unwrap(), 1, &all).unwrap();
        assert_eq!((file.bytes, file.hash), (18, *blake3::hash(b"IEF450I ABEND=S0C7").as_bytes()));
        assert_eq!(state_of(&file, &all), FileState::There);
        std::fs::write(&path, "IEF450I ABEND=S0C4").unwrap();
        assert_eq!(state_of(&file, &all), FileState::Changed);
        std::fs::write(&path, "longer, IEF450I ABEND=S0C7").unwrap();
        assert_eq!(state_of(&file, &all), FileState::Changed);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(state_of(&file, &all), FileState::Gone);
        assert!(attachment_of(home.path().to_str().unwrap(), 1, &all).is_err(), "a directory is no file");
    }
}
