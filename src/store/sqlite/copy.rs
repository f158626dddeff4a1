//! A private copy of a store that cannot be read in place, in the user's runtime folder. Invariant: it is gone when the
//! store is closed; what a killed process left is gone at the next copy.

use super::options::OpenOptions;
use super::place;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

static NEXT: AtomicU64 = AtomicU64::new(0);
const ENDINGS: [&str; 4] = ["", "-wal", "-shm", "-journal"];
/// Times that a copy is tried while the original changes.
const TRIES: usize = 3;

/// The copy; it is removed when this is dropped.
pub struct Copy(PathBuf);

impl Copy {
    /// The copied database.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        for ending in ENDINGS {
            drop(fs::remove_file(with_ending(&self.0, ending)));
        }
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Whether the header of the database at `path` asks for a write-ahead log (file format, section 1.3.3).
pub fn has_log(path: &Path) -> bool {
    let mut header = [0; 20];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut header));
    read.is_ok() && header.ends_with(&[2, 2])
}

/// Copies the database at `original` with its log. Fails with a sentence.
pub fn make(original: &Path, options: &OpenOptions) -> Result<Copy, String> {
    let Some(runtime) = options.runtime_dir.as_deref() else {
        return Err("there is no runtime folder for a copy (XDG_RUNTIME_DIR)".to_owned());
    };
    let about =
        fs::metadata(runtime).map_err(|e| format!("{} cannot be used for a copy: {e}", runtime.display()))?;
    if !about.is_dir() || about.uid() != options.host.user() || about.mode() & 0o022 != 0 {
        return Err(format!("{} is not a private folder of this user", runtime.display()));
    }
    let dir = runtime.join("greenbar");
    place::make_dirs(&dir).map_err(|e| format!("{} cannot be made: {e}", dir.display()))?;
    clear_left(&dir, options);
    let name = format!("store-{}-{}.db", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let copy = Copy(dir.join(name));
    for _ in 0..TRIES {
        let before = marks(original);
        copy_all(original, copy.path()).map_err(|e| format!("it cannot be copied: {e}"))?;
        if before == marks(original) {
            return Ok(copy);
        }
    }
    // It is checked like any other database before it is shown.
    Ok(copy)
}

/// What changes when the store does.
fn marks(original: &Path) -> Vec<Option<(u64, i64, i64)>> {
    ENDINGS
        .iter()
        .map(|ending| fs::metadata(with_ending(original, ending)).ok())
        .map(|about| about.map(|a| (a.size(), a.mtime(), a.mtime_nsec())))
        .collect()
}

fn copy_all(original: &Path, to: &Path) -> io::Result<()> {
    for ending in ["", "-wal", "-journal"] {
        let target = with_ending(to, ending);
        let mut from = match File::open(with_ending(original, ending)) {
            Ok(from) => from,
            Err(e) if e.kind() == io::ErrorKind::NotFound && !ending.is_empty() => {
                drop(fs::remove_file(&target));
                continue;
            }
            Err(e) => return Err(e),
        };
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        io::copy(&mut from, &mut options.open(&target)?)?;
    }
    Ok(())
}

/// Removes copies of processes that are gone.
fn clear_left(dir: &Path, options: &OpenOptions) {
    for path in fs::read_dir(dir).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let pid = name.strip_prefix("store-").and_then(|rest| rest.split('-').next()?.parse().ok());
        if pid.is_some_and(|pid: u32| options.host.started(pid).is_none()) {
            drop(fs::remove_file(path));
        }
    }
}
