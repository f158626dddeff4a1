//! Libraries: folders in which members, copybooks mostly, are found by name. Knows no COBOL: who asks says a name, and
//! perhaps the name of a library, and gets bytes.
//!
//! Invariants: no name leads out of the folders of the search path, since a name is only compared with names that were read
//! from a folder, and what is opened is opened beneath it; only regular files of bounded size are read; what is not found
//! is said with names that are like it, and is no error.

mod beneath;
mod index;
mod name;

pub use beneath::NotOpened;
pub use name::MemberName;

use crate::base::num::to_usize;
use index::Folder;
use name::Named;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes of a member at most.
pub const MEMBER_MAX: u64 = 16 << 20;

/// Folders beside a program that hold copybooks, by what their names begin with (`cpy`, `CPY-BMS`, `copy_lib`).
const BESIDE: [&str; 13] = [
    "cpy",
    "copy",
    "copies",
    "copybook",
    "copybooks",
    "copylib",
    "copylibs",
    "cpylib",
    "include",
    "includes",
    "inc",
    "dcl",
    "dclgen",
];

/// Names of a folder that are looked at for folders of copybooks, at most.
const BESIDE_MAX: usize = 100_000;

/// How many names are offered for one that is not there.
const NEAR_MAX: usize = 3;
/// How many names are measured for that; those that begin alike come first.
const MEASURED_MAX: usize = 2_000;

/// A member that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The file; its folder is one of the search path, without links.
    pub path: PathBuf,
    /// What it holds.
    pub bytes: Vec<u8>,
    /// A library was named, and this is not in a folder of that name.
    pub elsewhere: bool,
}

/// Why a member was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotRead {
    /// No member can have this name.
    BadName,
    /// There is no such member in the search path.
    Missing {
        /// Names that are like it, the nearest first.
        near: Vec<String>,
    },
    /// There is a file of this name, and it cannot be used.
    Refused {
        /// Which.
        path: PathBuf,
        /// Why.
        why: NotOpened,
    },
}

/// A search path of folders. Clones share what is known of them.
#[derive(Debug, Clone)]
pub struct Library(Arc<Mutex<Folders>>);

#[derive(Debug)]
struct Folders {
    path: Vec<Folder>,
    /// Folders in those of the path, by the folder's place in the path and the name in upper case.
    inner: HashMap<(usize, String), Option<Folder>>,
    absent: Vec<(PathBuf, String)>,
}

impl Library {
    /// A search path of `folders`, first come first served. Those that are none are left out, see [`Self::absent`].
    pub fn new<P: AsRef<Path>>(folders: impl IntoIterator<Item = P>) -> Self {
        let mut all = Folders { path: Vec::new(), inner: HashMap::new(), absent: Vec::new() };
        for folder in folders {
            match Folder::at(folder.as_ref()) {
                Ok(new) if all.path.iter().any(|f| f.root() == new.root()) => {}
                Ok(new) => all.path.push(new),
                Err(error) => all.absent.push((folder.as_ref().to_path_buf(), error.to_string())),
            }
        }
        Self(Arc::new(Mutex::new(all)))
    }

    /// The search path for the program in `file`: `folders`, then the program's own, then those in it and beside it that
    /// are called as folders of copybooks are.
    pub fn beside<P: AsRef<Path>>(file: &Path, folders: impl IntoIterator<Item = P>) -> Self {
        let mut path: Vec<PathBuf> = folders.into_iter().map(|f| f.as_ref().to_path_buf()).collect();
        let parent = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if let Ok(own) = parent.canonicalize() {
            let inside = called_as_copybooks(&own);
            let beside = own.parent().map(called_as_copybooks).unwrap_or_default();
            path.push(own);
            path.extend(inside.into_iter().chain(beside));
        }
        Self::new(path)
    }

    /// The real paths of the folders, in the order in which they are searched.
    pub fn folders(&self) -> Vec<PathBuf> {
        self.lock().path.iter().map(|f| f.root().to_path_buf()).collect()
    }

    /// What was named as a folder and is none, and why not.
    pub fn absent(&self) -> Vec<(PathBuf, String)> {
        self.lock().absent.clone()
    }

    /// Reads the member that is called `name`, in the folders whose own name is `library` first, if one is given. `name`
    /// may end with one of the known extensions. Letter case makes no difference.
    ///
    /// # Errors
    /// Says why there is nothing to read.
    pub fn read(&self, name: &str, library: Option<&str>) -> Result<Found, NotRead> {
        let wanted = Named::written(name).ok_or(NotRead::BadName)?;
        let library = match library {
            Some(library) => Some(MemberName::new(library).ok_or(NotRead::BadName)?),
            None => None,
        };
        let mut folders = self.lock();
        let mut refused = None;
        if let Some(library) = &library
            && let Some(found) = folders.read_in_library(&wanted, library, &mut refused)
        {
            return Ok(found);
        }
        for folder in &mut folders.path {
            if let Some(mut found) = read_in(folder, &wanted, &mut refused) {
                found.elsewhere = library.is_some();
                return Ok(found);
            }
        }
        let Folders { path, .. } = &mut *folders;
        Err(refused.unwrap_or_else(|| NotRead::Missing { near: near(path, &wanted.name) }))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Folders> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Folders {
    /// Looks in the folders of the path that are called `library`, then in folders of that name in those of the path.
    fn read_in_library(
        &mut self,
        wanted: &Named,
        library: &MemberName,
        refused: &mut Option<NotRead>,
    ) -> Option<Found> {
        for folder in &mut self.path {
            if folder.root().file_name().is_some_and(|n| is_called(n, library))
                && let Some(found) = read_in(folder, wanted, refused)
            {
                return Some(found);
            }
        }
        for (place, folder) in self.path.iter().enumerate() {
            let inner = self
                .inner
                .entry((place, library.as_str().to_owned()))
                .or_insert_with(|| inner_folder(folder.root(), library));
            if let Some(found) = inner.as_mut().and_then(|f| read_in(f, wanted, refused)) {
                return Some(found);
            }
        }
        None
    }
}

/// Reads the first file of `folder` that is the member `wanted` and can be read; what cannot is said in `refused`.
fn read_in(folder: &mut Folder, wanted: &Named, refused: &mut Option<NotRead>) -> Option<Found> {
    let root = folder.root().to_path_buf();
    let (fd, files) = folder.files(wanted)?;
    for file in files {
        match beneath::read(fd, &root, &file, MEMBER_MAX) {
            Ok(bytes) => return Some(Found { path: root.join(file), bytes, elsewhere: false }),
            // A folder that is called as the member is no answer at all.
            Err(NotOpened::Missing | NotOpened::Kind("a directory")) => {}
            Err(why) => {
                refused.get_or_insert(NotRead::Refused { path: root.join(file), why });
            }
        }
    }
    None
}

fn is_called(file: &OsStr, name: &MemberName) -> bool {
    file.to_str().is_some_and(|f| f.eq_ignore_ascii_case(name.as_str()))
}

/// The folders in `folder` whose names `wanted` takes, in order; links are not followed.
fn folders_in(folder: &Path, wanted: impl Fn(&OsStr) -> bool) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let is_folder = |e: &std::fs::DirEntry| e.file_type().is_ok_and(|t| t.is_dir());
    let mut found: Vec<PathBuf> = entries
        .take(BESIDE_MAX)
        .filter_map(Result::ok)
        .filter(|e| wanted(&e.file_name()) && is_folder(e))
        .map(|e| e.path())
        .collect();
    found.sort();
    found
}

fn inner_folder(root: &Path, library: &MemberName) -> Option<Folder> {
    folders_in(root, |name| is_called(name, library)).first().and_then(|f| Folder::at(f).ok())
}

fn called_as_copybooks(folder: &Path) -> Vec<PathBuf> {
    folders_in(folder, |name| {
        let name = name.to_string_lossy();
        let first = name.split(['-', '_', '.']).next().unwrap_or_default();
        BESIDE.iter().any(|b| b.eq_ignore_ascii_case(first))
    })
}

/// Names of members that are spelt nearly as `wanted`, the nearest first.
fn near(folders: &mut [Folder], wanted: &MemberName) -> Vec<String> {
    let wanted = wanted.as_str();
    let most = (wanted.len() / 3).clamp(1, 3);
    let letters = letters_of(wanted);
    // Each step changes at most two letters: this leaves nearly nothing to be measured.
    let is_like = |name: &&str| {
        let strange = to_usize((letters ^ letters_of(name)).count_ones().into());
        name.len().abs_diff(wanted.len()) <= most && strange <= 2 * most
    };
    let begins = |name: &str| name.bytes().zip(wanted.bytes()).take_while(|(a, b)| a == b).count();
    let names = folders.iter_mut().flat_map(Folder::names).map(MemberName::as_str);
    let mut like: Vec<_> = names.filter(is_like).map(|n| (Reverse(begins(n)), n)).collect();
    if like.len() > MEASURED_MAX {
        like.select_nth_unstable(MEASURED_MAX);
        like.truncate(MEASURED_MAX);
    }
    let distance = |n: &str| strsim::damerau_levenshtein(n, wanted);
    let mut found: Vec<_> =
        like.into_iter().map(|(_, n)| (distance(n), n)).filter(|(d, _)| *d <= most).collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().take(NEAR_MAX).map(|(_, n)| n.to_owned()).collect()
}

/// Which letters and digits are in a name, a bit for each.
fn letters_of(name: &str) -> u64 {
    name.bytes().map(|b| 1u64 << (b.wrapping_sub(b'0') & 63)).fold(0, |all, bit| all | bit)
}

#[cfg(test)]
mod tests;
