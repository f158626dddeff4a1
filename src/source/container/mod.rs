//! What is inside of a file: a compressed file is read as the bytes that are packed in it, through an index that grows while
//! they are read; a tar or pax archive, a TSO transmission, an IEBUPDTE deck and a directory are lists of members, each of
//! which is read as bytes of its own. Knows neither lines nor panes.
//!
//! Invariants: nothing is unpacked to disk, or to memory as a whole; a file that unpacks to more than 200 times its size is
//! not read on, a list has at most 100,000 members, and a container in a container is entered only where one packs the
//! other; a name from an archive never becomes a path; what is damaged is shown up to there, and said.

mod all;
mod extents;
mod folder;
mod gzip;
mod kind;
mod member;
mod packed;
mod reader;
mod tar;
mod unload;
mod unpack;
mod update;
mod xmit;
mod zstd;

pub use all::{Inside, Whole, inside, pattern};
pub use kind::Kind;
pub use member::{Member, Members, SortBy, fits};
pub use packed::{Packing, Unpacked};

use super::bytes::{Bytes, Stamp};
use super::open::open;
use super::records::Records;
use crate::base::{Budget, Result, UserError, name};
use extents::{Extents, Pieces};
use member::{Found, Located, Place, choose};
use packed::{Packed, PackedShape};
use reader::Reader;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use update::Deck;

/// Bytes that tell what a file is.
const START: usize = 16 << 10;

/// A file with members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Tar,
    Xmit,
    Update(Deck),
}

impl Format {
    /// Of a file that begins with `start`.
    fn of(start: &[u8]) -> Option<Self> {
        if xmit::is_xmit(start) {
            Some(Self::Xmit)
        } else if tar::is_tar(start) {
            Some(Self::Tar)
        } else {
            Deck::of(start).map(Self::Update)
        }
    }

    fn list(self, reader: &mut Reader<'_>) -> Result<Found> {
        match self {
            Self::Tar => tar::list(reader),
            Self::Xmit => xmit::list(reader),
            Self::Update(deck) => update::list(reader, deck),
        }
    }
}

/// An open file, or a member of one.
pub struct Opened {
    /// Its bytes.
    pub bytes: Arc<dyn Bytes>,
    /// Their state.
    pub stamp: Stamp,
    /// How they are cut into lines, if a container says so.
    pub records: Option<Records>,
    /// What it is called: the file itself where a member of a directory was named.
    pub path: PathBuf,
    /// The file that it is, or is in.
    pub file: PathBuf,
}

/// Opens a file, or a member of a container if the name says so: `lib.xmi(PAYR010)`. A file that is really called so is
/// opened itself.
///
/// # Errors
/// If there is no such file or member, or it cannot be opened.
pub fn open_named(path: &Path, budget: &Budget) -> Result<Opened> {
    let missing = match open(path) {
        Ok((file, stamp)) => {
            let (bytes, stamp) = unpacked(Arc::new(file), stamp);
            let path = path.to_path_buf();
            return Ok(Opened { bytes, stamp, records: None, file: path.clone(), path });
        }
        Err(error) => error,
    };
    let Some((outer, member)) = split(path).filter(|_| std::fs::symlink_metadata(path).is_err()) else {
        return Err(missing);
    };
    let shown = outer.display().to_string();
    if outer.is_dir() {
        let found = folder::list(&outer, budget)?;
        let wanted = name::text_of(Path::new(&member));
        let names = found.entries.iter().map(|e| e.member.name.as_str());
        let at = choose(names, &wanted, &shown)?;
        // The name is one that was read from the directory.
        let file = found.entries.get(at).map(|e| outer.join(name::path_of(&e.member.name)));
        let file = file.ok_or(missing)?;
        let (open, stamp) = open(&file)?;
        let (bytes, stamp) = unpacked(Arc::new(open), stamp);
        return Ok(Opened { bytes, stamp, records: None, path: file.clone(), file });
    }
    let (file, stamp) = open(&outer)?;
    let (bytes, _) = unpacked(Arc::new(file), stamp);
    let (format, found) = contents(&bytes, &shown, budget)?;
    let wanted = name::text_of(Path::new(&member));
    let at = choose(found.entries.iter().map(|e| e.member.name.as_str()), &wanted, &shown)?;
    let located = found.entries.get(at).map(|entry| match (entry.place.clone(), format) {
        (Place::At(at, length), _) => {
            Ok(Some(Located { pieces: Pieces::one(at, length), records: found.records }))
        }
        (Place::Sent(of, nth), Format::Xmit) => xmit::locate(&mut Reader::new(&*bytes, budget), of, nth),
        _ => Ok(None),
    });
    let Some(located) = located.transpose()?.flatten() else {
        let why = found.entries.get(at).map(|e| e.member.note.clone()).unwrap_or_default();
        return Err(UserError::new(format!("cannot open {wanted} in {shown}"))
            .cause(if why.is_empty() { "its bytes are not there".to_owned() } else { why })
            .hint("open another member"));
    };
    let bytes: Arc<dyn Bytes> = Arc::new(Extents::new(bytes, located.pieces));
    let stamp = bytes.stamp().unwrap_or(stamp);
    Ok(Opened { bytes, stamp, records: located.records, path: path.to_path_buf(), file: outer })
}

/// Whether `path` is a directory or a file with members.
pub fn has_members(path: &Path) -> bool {
    path.is_dir() || format_at(path).is_some()
}

/// What `path` is if it is a file with members that is no text itself, as a deck is.
pub fn archive(path: &Path) -> Option<&'static str> {
    match format_at(path)? {
        Format::Tar => Some("a tar archive"),
        Format::Xmit => Some("a TSO transmission (XMIT)"),
        Format::Update(_) => None,
    }
}

fn format_at(path: &Path) -> Option<Format> {
    let (file, stamp) = open(path).ok()?;
    let (bytes, _) = unpacked(Arc::new(file), stamp);
    format_of(&*bytes)
}

/// The members of a directory, or of a file that has some.
///
/// # Errors
/// If it cannot be opened, has no members, or the budget ends.
pub fn members(path: &Path, budget: &Budget) -> Result<Members> {
    let found = if path.is_dir() {
        folder::list(path, budget)?
    } else {
        let (file, stamp) = open(path)?;
        let (bytes, _) = unpacked(Arc::new(file), stamp);
        let (_, mut found) = contents(&bytes, &path.display().to_string(), budget)?;
        if let Some(unpacked) = bytes.unpacked() {
            found.what = format!("{}, {}", found.what, unpacked.packing.name());
            if let Some(problem) = unpacked.problem {
                found.problem(problem);
            }
        }
        found
    };
    let members = found.entries.into_iter().map(|e| e.member).collect();
    Ok(Members { what: found.what, members, problems: found.problems, folder: path.is_dir() })
}

/// The list of the file in `bytes`.
fn contents(bytes: &Arc<dyn Bytes>, shown: &str, budget: &Budget) -> Result<(Format, Found)> {
    let Some(format) = format_of(&**bytes) else {
        return Err(UserError::new(format!("{shown} has no members"))
            .cause("it is neither a directory nor a tar or pax archive, a TSO transmission (XMIT) or an IEBUPDTE deck")
            .hint(format!("open it as a file: {shown}")));
    };
    let found = format.list(&mut Reader::new(&**bytes, budget))?;
    Ok((format, found))
}

fn format_of(bytes: &dyn Bytes) -> Option<Format> {
    let mut reader = vec![0; START];
    let mut done = 0;
    while let Some(room) = reader.get_mut(done..).filter(|r| !r.is_empty()) {
        match bytes.read_at(room, crate::base::num::to_u64(done)) {
            Ok(n) if n > 0 => done += n,
            _ => break,
        }
    }
    Format::of(reader.get(..done).unwrap_or_default())
}

/// The container and the member that a name means: the first part of it that is there, and what follows in parentheses.
fn split(path: &Path) -> Option<(PathBuf, OsString)> {
    let bytes = path.as_os_str().as_bytes().strip_suffix(b")")?;
    let opens = bytes.iter().enumerate().filter(|(_, b)| **b == b'(').map(|(at, _)| at);
    for at in opens {
        let (outer, rest) = bytes.split_at_checked(at)?;
        let member = rest.get(1..).unwrap_or_default();
        let outer = Path::new(OsStr::from_bytes(outer));
        if !member.is_empty() && outer.exists() {
            return Some((outer.to_path_buf(), OsString::from_vec(member.to_vec())));
        }
    }
    None
}

/// The bytes that are packed in `bytes`, whose state is `stamp`, and their state; themselves if none are.
pub fn unpacked(bytes: Arc<dyn Bytes>, stamp: Stamp) -> (Arc<dyn Bytes>, Stamp) {
    let mut start = [0; 8];
    let got = bytes.read_at(&mut start, 0).unwrap_or(0);
    let Some(packing) = Packing::of(start.get(..got).unwrap_or_default()) else { return (bytes, stamp) };
    let packed = Packed::new(bytes, packing, stamp, PackedShape::REAL);
    let stamp = packed.stamp().unwrap_or(stamp);
    (Arc::new(packed), stamp)
}

#[cfg(test)]
mod tests;
