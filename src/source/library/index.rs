//! One folder of members and what is in it. The names are read once, and again when the folder has changed.

use super::beneath;
use super::name::{MemberName, Named};
use rustix::fs::{Dir, fstat};
use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Names of a folder that are looked at, at most.
const ENTRIES_MAX: usize = 1_000_000;

/// The clock of a file system may stand still for so long: a change within it may have left the folder's time as it was.
const TICK: Duration = Duration::from_millis(100);

/// What tells one state of a folder from another: device, inode, time of the last change.
type State = (u64, u64, i64, i64);

/// A file of the folder that may be a member.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Candidate {
    file: OsString,
    extension: usize,
}

/// The names in a folder.
#[derive(Debug)]
struct Names {
    fd: OwnedFd,
    state: State,
    read_at: Instant,
    /// The folder's last change was more than a tick before it was read.
    settled: bool,
    members: HashMap<MemberName, Vec<Candidate>>,
}

/// A folder of members.
#[derive(Debug)]
pub(super) struct Folder {
    /// Its real path.
    root: PathBuf,
    names: Option<Names>,
}

impl Folder {
    /// The folder at `path`, if there is one; what it holds is read when it is asked for.
    pub fn at(path: &Path) -> std::io::Result<Self> {
        let root = path.canonicalize()?;
        if !root.is_dir() {
            return Err(std::io::ErrorKind::NotADirectory.into());
        }
        Ok(Self { root, names: None })
    }

    /// Its real path.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The files that may be the member `wanted`, best first, and the open folder they are in.
    pub fn files(&mut self, wanted: &Named) -> Option<(&OwnedFd, Vec<OsString>)> {
        let unsure = |names: &Names| !names.settled && names.read_at.elapsed() > TICK;
        self.renew();
        if self.names.as_ref().is_some_and(|n| !n.members.contains_key(&wanted.name) && unsure(n)) {
            self.names = self.read();
        }
        let names = self.names.as_ref()?;
        let candidates = names.members.get(&wanted.name)?;
        let mut files: Vec<&Candidate> = candidates.iter().collect();
        // An extension that was written is wanted before all others.
        files.sort_by_key(|c| wanted.extension == 0 || c.extension != wanted.extension);
        Some((&names.fd, files.into_iter().map(|c| c.file.clone()).collect()))
    }

    /// All member names.
    pub fn names(&mut self) -> impl Iterator<Item = &MemberName> {
        self.renew();
        self.names.iter().flat_map(|n| n.members.keys())
    }

    fn renew(&mut self) {
        let now = std::fs::metadata(&self.root).ok().map(|m| state(&m));
        if now.is_none() || self.names.as_ref().map(|n| n.state) != now {
            self.names = self.read();
        }
    }

    fn read(&self) -> Option<Names> {
        let fd = beneath::open_folder(&self.root).ok()?;
        let stat = fstat(&fd).ok()?;
        // Asked before the names are read, so that a change meanwhile is seen next time.
        let meta =
            std::fs::metadata(&self.root).ok().filter(|m| u128::from(m.ino()) == u128::from(stat.st_ino))?;
        let mut members: HashMap<MemberName, Vec<Candidate>> = HashMap::new();
        for entry in Dir::read_from(&fd).ok()?.take(ENTRIES_MAX) {
            let Ok(entry) = entry else { break };
            let file = OsStr::from_bytes(entry.file_name().to_bytes());
            if let Some(Named { name, extension }) = Named::of_file(file) {
                let file = OsString::from_vec(file.as_bytes().to_vec());
                members.entry(name).or_default().push(Candidate { file, extension });
            }
        }
        for candidates in members.values_mut() {
            candidates.sort_by(|a, b| (a.extension, &a.file).cmp(&(b.extension, &b.file)));
        }
        let state = state(&meta);
        let settled = self.names.as_ref().is_some_and(|n| n.state == state && n.read_at.elapsed() > TICK);
        Some(Names { fd, state, read_at: Instant::now(), settled, members })
    }
}

fn state(meta: &std::fs::Metadata) -> State {
    (meta.dev(), meta.ino(), meta.mtime(), meta.mtime_nsec())
}
