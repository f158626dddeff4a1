//! Where the database lies: its folder and file with their permissions, and the kind of file system. Refuses places that
//! others can tamper with, before SQLite sees them.

use super::options::{OpenOptions, network_name};
use crate::base::{Exit, Result, UserError};
use std::fs::{self, DirBuilder, File, Metadata, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

const WORLD_WRITE: u32 = 0o002;
const GROUP_WRITE: u32 = 0o020;
const SETGID: u32 = 0o2000;

/// A place that was found fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The database, without links in its path.
    pub file: PathBuf,
    /// Its folder.
    pub dir: PathBuf,
    /// The folder belongs to a team: its group may write, and files in it belong to that group.
    pub team: bool,
    /// The network file system that it lies on.
    pub network: Option<&'static str>,
}

impl Place {
    /// Permissions of a new file here.
    pub fn file_mode(&self) -> u32 {
        if self.team { 0o660 } else { 0o600 }
    }

    /// Permissions of a new folder here.
    pub fn dir_mode(&self) -> u32 {
        if self.team { 0o2770 } else { 0o700 }
    }

    /// A file beside the database, its name being the database's with `ending` after it.
    pub fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.file.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    }
}

fn unfit(path: &Path, cause: impl std::fmt::Display, hint: &str) -> UserError {
    UserError::new(format!("the store {} is not opened", path.display()))
        .cause(cause)
        .hint(hint)
        .exit(Exit::Store)
}

/// Checks the place, and makes the folder and an empty file where there is none.
pub fn prepare(options: &OpenOptions) -> Result<Place> {
    let path = &options.path;
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make_dirs(parent).map_err(|e| {
        unfit(
            path,
            format!("its folder cannot be made: {e}"),
            "make the folder, or give another one with --home",
        )
    })?;
    let hint = "check the path and its permissions";
    let target = match fs::symlink_metadata(path) {
        Ok(_) => fs::canonicalize(path).map_err(|e| unfit(path, e, hint))?,
        Err(e) if e.kind() == ErrorKind::NotFound => {
            let dir = fs::canonicalize(parent).map_err(|e| unfit(path, e, hint))?;
            let name = path.file_name().ok_or_else(|| unfit(path, "the path has no file name", hint))?;
            dir.join(name)
        }
        Err(e) => return Err(unfit(path, e, hint)),
    };
    let dir = target.parent().unwrap_or(Path::new("/")).to_owned();
    let about = fs::metadata(&dir).map_err(|e| unfit(&dir, e, hint))?;
    check_owner(options, &dir, &about)?;
    if about.mode() & WORLD_WRITE != 0 {
        return Err(unfit(
            path,
            format!("everybody may write to the folder {}", dir.display()),
            "take that right away (chmod o-w), or give another folder",
        ));
    }
    let team = about.mode() & SETGID != 0 && about.mode() & GROUP_WRITE != 0;
    let magic = options.host.file_system(&dir).map_err(|e| unfit(path, e, hint))?;
    let place = Place { file: target, dir, team, network: network_name(magic) };
    check_file(options, &place)?;
    Ok(place)
}

fn check_file(options: &OpenOptions, place: &Place) -> Result<()> {
    let path = &place.file;
    let about = match fs::metadata(path) {
        Ok(about) => about,
        Err(e) if e.kind() == ErrorKind::NotFound => match create(place) {
            // Another process may have been faster: what it made is checked like any other.
            Ok(()) => return check_file(options, place),
            Err(e) if e.kind() == ErrorKind::AlreadyExists => return check_file(options, place),
            Err(e) => {
                let cause = format!("it does not exist and cannot be made: {e}");
                return Err(unfit(path, cause, "check the permissions of its folder, or give another one"));
            }
        },
        Err(e) => return Err(unfit(path, e, "check the path and its permissions")),
    };
    if !about.is_file() {
        return Err(unfit(path, "it is not a file", "give the path of a database file"));
    }
    check_owner(options, path, &about)?;
    if about.mode() & WORLD_WRITE != 0 {
        return Err(unfit(path, "everybody may write to it", "take that right away (chmod o-w)"));
    }
    Ok(())
}

/// Root makes files that their owner can no longer use, and trusts what others have written.
fn check_owner(options: &OpenOptions, path: &Path, about: &Metadata) -> Result<()> {
    if options.host.user() == 0 && about.uid() != 0 {
        return Err(unfit(
            &options.path,
            format!("{} belongs to user {}, and this is root", path.display(), about.uid()),
            "run as that user, or give a store of root's own with --home",
        ));
    }
    Ok(())
}

/// Makes `dir` and what is missing above it, for its owner only.
pub fn make_dirs(dir: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

/// Makes a new, empty file with the permissions of the place, whatever the umask.
pub fn create_file(place: &Place, path: &Path) -> std::io::Result<File> {
    let file = fs::OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path)?;
    if place.team {
        file.set_permissions(Permissions::from_mode(place.file_mode()))?;
    }
    Ok(file)
}

fn create(place: &Place) -> std::io::Result<()> {
    create_file(place, &place.file)?.sync_all()?;
    sync_dir(&place.dir)
}

/// Makes names in `dir` last.
pub fn sync_dir(dir: &Path) -> std::io::Result<()> {
    File::open(dir)?.sync_all()
}
