//! The lock file of a store on a network file system, where SQLite's own locks cannot be trusted between machines. It names
//! the machine and the process that writes. Invariants: a live holder is never taken over; a holder of this machine that
//! is gone is taken over at once; one of another machine never by itself.

use super::options::Host;
use super::place::{self, Place};
use rustix::fs::FlockOperation;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

const TRIES: usize = 40;
const PAUSE: Duration = Duration::from_millis(50);

/// The lock, held until it is dropped.
pub struct HostLock {
    file: File,
    path: PathBuf,
}

/// Who holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    pub host: String,
    pub pid: u32,
    started: String,
}

/// What came of asking for the lock.
pub enum Asked {
    /// It is ours.
    Ours(HostLock),
    /// Somebody else writes.
    Held(Holder),
}

/// Asks for the lock of the store at `place`.
pub fn acquire(place: &Place, host: &dyn Host) -> io::Result<Asked> {
    let path = place.beside(".lock");
    let pid = std::process::id();
    let me = Holder { host: host.name(), pid, started: host.started(pid).unwrap_or_default() };
    let mut seen = Holder { host: "another process".to_owned(), pid: 0, started: String::new() };
    for _ in 0..TRIES {
        match place::create_file(place, &path) {
            Ok(file) => {
                // On file systems without it, the file's existence alone is the lock.
                let _ = rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive);
                return take(file, path, &me).map(Asked::Ours);
            }
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
            Err(e) => return Err(e),
        }
        let file = match fs::OpenOptions::new().read(true).write(true).open(&path) {
            Ok(file) => file,
            Err(e) if e.kind() == ErrorKind::NotFound => continue,
            Err(e) => return Err(e),
        };
        let alone = rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok();
        if alone && !same_file(&file, &path) {
            continue;
        }
        match read(&file)? {
            Some(holder) if holder.host != me.host => return Ok(Asked::Held(holder)),
            Some(holder) if !alone || is_alive(&holder, host) => return Ok(Asked::Held(holder)),
            Some(_) => return take(file, path, &me).map(Asked::Ours),
            // Its maker has not written it yet, or was killed before it could: the last round tells.
            None => seen.pid = 0,
        }
        drop(file);
        std::thread::sleep(PAUSE);
    }
    match fs::OpenOptions::new().read(true).write(true).open(&path) {
        Ok(file) if rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok() => {
            if same_file(&file, &path) && read(&file)?.is_none() {
                return take(file, path, &me).map(Asked::Ours);
            }
            Ok(Asked::Held(seen))
        }
        _ => Ok(Asked::Held(seen)),
    }
}

fn is_alive(holder: &Holder, host: &dyn Host) -> bool {
    host.started(holder.pid).is_some_and(|started| started == holder.started)
}

fn same_file(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::metadata(path)) {
        (Ok(a), Ok(b)) => (a.dev(), a.ino()) == (b.dev(), b.ino()),
        _ => false,
    }
}

fn read(mut file: &File) -> io::Result<Option<Holder>> {
    let mut text = String::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(4_096).read_to_string(&mut text)?;
    let mut lines = text.lines();
    let (Some(host), Some(pid), Some(started)) = (lines.next(), lines.next(), lines.next()) else {
        return Ok(None);
    };
    Ok(pid.parse().ok().map(|pid| Holder { host: host.to_owned(), pid, started: started.to_owned() }))
}

fn take(mut file: File, path: PathBuf, me: &Holder) -> io::Result<HostLock> {
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(format!("{}\n{}\n{}\n", me.host, me.pid, me.started).as_bytes())?;
    file.sync_all()?;
    place::sync_dir(path.parent().unwrap_or(Path::new("/")))?;
    Ok(HostLock { file, path })
}

impl Drop for HostLock {
    fn drop(&mut self) {
        // Never the lock of somebody else who has replaced the file.
        if same_file(&self.file, &self.path) {
            drop(fs::remove_file(&self.path));
        }
    }
}
