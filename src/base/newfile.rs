//! New files that appear whole or not at all.

use super::{Exit, Result, UserError};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Refuses a place for a new file that is there already and is not a plain file. Links are not followed.
///
/// # Errors
/// Says what is there.
pub fn free_place(path: &Path) -> Result<()> {
    let refused = |cause: String, hint: &str| {
        Err(UserError::new(format!("cannot write {}", path.display())).cause(cause).hint(hint))
    };
    match fs::symlink_metadata(path) {
        Err(_) => Ok(()),
        Ok(about) if about.is_file() => Ok(()),
        Ok(about) if about.is_symlink() => {
            let to = fs::read_link(path).unwrap_or_default();
            refused(
                format!("it is a link to {}, and links are not followed", to.display()),
                "name the file itself",
            )
        }
        Ok(about) if about.is_dir() => refused("it is a directory".into(), "name a file in it"),
        Ok(_) => refused("it is not a regular file".into(), "name a new file, or - for standard output"),
    }
}

/// A file that gets its name once all of it is written and on disk. Dropped before that, it leaves nothing behind.
pub struct NewFile {
    part: PathBuf,
    path: PathBuf,
    file: Option<BufWriter<File>>,
}

impl NewFile {
    /// Begins `path` beside its place.
    ///
    /// # Errors
    /// When there is something that is no plain file, or the folder cannot be written to.
    pub fn create(path: &Path) -> Result<Self> {
        free_place(path)?;
        let mut name = std::ffi::OsString::from(".");
        let Some(last) = path.file_name() else {
            return Err(UserError::new(format!("cannot write {}", path.display()))
                .cause("the path has no file name")
                .hint("name a file"));
        };
        name.push(last);
        name.push(format!(".{}.part", std::process::id()));
        let part = path.with_file_name(name);
        let begin = || OpenOptions::new().write(true).create_new(true).open(&part);
        let file = begin()
            .or_else(|e| {
                // A process that was killed may have left one under this number.
                if e.kind() == io::ErrorKind::AlreadyExists {
                    fs::remove_file(&part).and_then(|()| begin())
                } else {
                    Err(e)
                }
            })
            .map_err(|e| unwritten(path, &e))?;
        Ok(Self { part, path: path.to_owned(), file: Some(BufWriter::new(file)) })
    }

    /// What to tell of a write that failed.
    pub fn failed(&self, error: &io::Error) -> UserError {
        unwritten(&self.path, error)
    }

    /// Makes it last and gives it its name, in place of what had it.
    ///
    /// # Errors
    /// When the disk is full or fails; what had the name still has it then.
    pub fn finish(mut self) -> Result<()> {
        let failed = |e: io::Error| unwritten(&self.path, &e);
        let Some(file) = self.file.take() else { return Ok(()) };
        let file = file.into_inner().map_err(|e| failed(e.into_error()))?;
        let dir = self.path.parent().filter(|d| !d.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let done = file
            .sync_all()
            .and_then(|()| fs::rename(&self.part, &self.path))
            .and_then(|()| File::open(dir)?.sync_all());
        if done.is_err() {
            drop(fs::remove_file(&self.part));
        }
        done.map_err(failed)
    }
}

impl Write for NewFile {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.file.as_mut().map_or(Ok(0), |f| f.write(buf))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if self.file.is_some() {
            // It was never finished: a part that cannot be removed does no harm under its name.
            drop(fs::remove_file(&self.part));
        }
    }
}

fn unwritten(path: &Path, error: &io::Error) -> UserError {
    UserError::new(format!("cannot write {}", path.display()))
        .cause(error)
        .hint("check the folder, its permissions and the room on the disk")
        .exit(Exit::BadInput)
}
