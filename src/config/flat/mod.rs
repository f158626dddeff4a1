//! Files to one flat list of (path, value, line), whatever they are written in.
//!
//! Bounds: a file has at most 1 MiB and 32 levels, an alias stands for one scalar, and at most 50 things are said
//! about a file.

mod toml;
mod yaml;

pub(super) use super::value::{Raw, Written};
pub(super) use toml::toml;
pub(super) use yaml::yaml;

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::Path;

use super::{FileLayer, Notice, Origin};

/// Bytes of a file at most.
const MAX_BYTES: u64 = 1024 * 1024;
/// Levels of nesting at most.
const MAX_DEPTH: usize = 32;
/// Notices about one file at most.
const MAX_NOTICES: usize = 50;

/// A value of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    /// Names from the outermost table inwards.
    pub path: Vec<String>,
    /// The value.
    pub raw: Raw,
    /// Line from 1.
    pub line: usize,
}

/// The text of a file; `None` if there is none. Refuses what is not a plain file of text of at most 1 MiB, and what
/// others may write: they could point the program at another store or run another editor.
pub(super) fn read_file(layer: FileLayer, path: &Path) -> Result<Option<String>, Box<Notice>> {
    let refuse = |what: &str, cause: &dyn std::fmt::Display, hint: &str| {
        let origin = Origin::File { layer, path: path.to_owned(), line: 0 };
        Box::new(Notice::file(origin, format!("the file is not used, {what}"), cause, hint))
    };
    let cannot = |e: &std::io::Error| {
        refuse("it cannot be read", e, "check the permissions of the file and its folders")
    };
    let file = match open(path) {
        Ok(file) => file,
        Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
        Err(e) => return Err(cannot(&e)),
    };
    let meta = file.metadata().map_err(|e| cannot(&e))?;
    if !meta.is_file() {
        return Err(refuse("it is not a plain file", &"", "put a text file there, or remove it"));
    }
    if let Some(what) = others_may_write(path, &meta) {
        return Err(refuse("others may change it", &what, "take the right away: chmod o-w"));
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|e| cannot(&e))?;
    if crate::base::num::to_u64(bytes.len()) > MAX_BYTES {
        return Err(refuse("it is too large", &"it has more than 1 MiB", "settings need a few lines"));
    }
    let text = String::from_utf8(bytes).map_err(|e| {
        let valid = e.utf8_error().valid_up_to();
        let line = e.as_bytes().iter().take(valid).filter(|b| **b == b'\n').count().saturating_add(1);
        refuse("it is not UTF-8 text", &format!("line {line} has other bytes"), "save it as UTF-8")
    })?;
    Ok(Some(text.strip_prefix('\u{feff}').map_or(text.clone(), str::to_owned)))
}

/// Opens for reading without waiting for the other end of a pipe.
fn open(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
        options.custom_flags(i32::try_from(flags.bits()).unwrap_or(0));
    }
    options.open(path)
}

/// Why people other than the owner and the group can change this file; `None` if they cannot.
#[cfg(unix)]
fn others_may_write(path: &Path, meta: &std::fs::Metadata) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;
    const OTHERS_WRITE: u32 = 0o002;
    const STICKY: u32 = 0o1000;
    let mode = meta.permissions().mode();
    if mode & OTHERS_WRITE != 0 {
        return Some(format!("its mode is {:04o}", mode & 0o7777));
    }
    // In a folder that all may write they may put another file in its place, unless the folder is sticky.
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mode = std::fs::metadata(folder).ok()?.permissions().mode();
    (mode & OTHERS_WRITE != 0 && mode & STICKY == 0)
        .then(|| format!("the mode of its folder {} is {:04o}", folder.display(), mode & 0o7777))
}

/// Why people other than the owner and the group can change this file; not known on this system.
#[cfg(not(unix))]
fn others_may_write(_path: &Path, _meta: &std::fs::Metadata) -> Option<String> {
    None
}

/// What is said about a file: the first notices, and how many more there would be. They are not even made, so that a
/// file full of nonsense is read as fast as a good one.
#[derive(Default)]
pub(super) struct Few {
    notices: Vec<Notice>,
    more: usize,
}

impl Few {
    /// Adds a notice, or counts it.
    pub fn push(&mut self, notice: impl FnOnce() -> Notice) {
        if self.notices.len() < MAX_NOTICES {
            self.notices.push(notice());
        } else {
            self.more = self.more.saturating_add(1);
        }
    }

    /// The notices.
    pub fn finish(mut self) -> Vec<Notice> {
        if let Some(last) = self.notices.last().filter(|_| self.more > 0) {
            let what = format!("there is something to say about {} more values", self.more);
            let more = Notice::value(last.origin.clone(), what, "mend the first ones, then look again");
            self.notices.push(more);
        }
        self.notices
    }
}
