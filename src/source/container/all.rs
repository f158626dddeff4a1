//! A container that is opened once and whose members are read one after the other: a search of all of them would else list it
//! anew for each.

use super::extents::{Extents, Pieces};
use super::member::{Found, Located, Member, Place};
use super::reader::Reader;
use super::{Format, Opened, format_of, split, unpacked, xmit};
use crate::base::{Budget, Result, UserError, name};
use crate::source::bytes::{Bytes, Stamp};
use crate::source::open::open;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a file is to a search.
pub enum Inside {
    /// A file.
    File(Opened),
    /// A container with members.
    Members(Whole),
}

/// A file with members, open and listed.
pub struct Whole {
    bytes: Arc<dyn Bytes>,
    stamp: Stamp,
    format: Format,
    path: PathBuf,
    found: Found,
}

/// Opens `path`, which is no directory, and lists its members if it has some.
///
/// # Errors
/// If it cannot be opened, or `budget` ends.
pub fn inside(path: &Path, budget: &Budget) -> Result<Inside> {
    let (file, stamp) = open(path)?;
    let (bytes, stamp) = unpacked(Arc::new(file), stamp);
    let path = path.to_path_buf();
    let Some(format) = format_of(&*bytes) else {
        return Ok(Inside::File(Opened { bytes, stamp, records: None, file: path.clone(), path }));
    };
    let found = format.list(&mut Reader::new(&*bytes, budget))?;
    Ok(Inside::Members(Whole { bytes, stamp, format, path, found }))
}

impl Whole {
    /// Its members, in its order.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.found.entries.iter().map(|e| &e.member)
    }

    /// What is wrong with it, or was left out.
    pub fn problems(&self) -> &[String] {
        &self.found.problems
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The name by which its member `member` is opened.
    pub fn path_of(&self, member: &str) -> PathBuf {
        name::path_of(&format!("{}({member})", name::text_of(&self.path)))
    }

    /// The bytes of member `nth`, as if it had been opened by its name.
    ///
    /// # Errors
    /// If it has none, or `budget` ends.
    pub fn open(&self, nth: usize, budget: &Budget) -> Result<Opened> {
        let entry = self.found.entries.get(nth);
        let shown = entry.map(|e| e.member.name.as_str()).unwrap_or_default();
        let located = match (entry.map(|e| e.place.clone()), self.format) {
            (Some(Place::At(at, length)), _) => {
                Some(Located { pieces: Pieces::one(at, length), records: self.found.records })
            }
            (Some(Place::Sent(of, data)), Format::Xmit) => {
                xmit::locate(&mut Reader::new(&*self.bytes, budget), of, data)?
            }
            _ => None,
        };
        let Some(located) = located else {
            let why = entry.map(|e| e.member.note.clone()).filter(|n| !n.is_empty());
            return Err(UserError::new(format!("cannot open {shown} in {}", self.path.display()))
                .cause(why.unwrap_or_else(|| "its bytes are not there".to_owned()))
                .hint("open another member"));
        };
        let bytes: Arc<dyn Bytes> = Arc::new(Extents::new(Arc::clone(&self.bytes), located.pieces));
        let stamp = bytes.stamp().unwrap_or(self.stamp);
        let path = self.path_of(shown);
        Ok(Opened { bytes, stamp, records: located.records, path, file: self.path.clone() })
    }
}

/// The container and the pattern of member names that `path` names: `lib.xmi(PAY*)`. A file that is really called so is none.
pub fn pattern(path: &Path) -> Option<(PathBuf, String)> {
    let (outer, members) = split(path).filter(|_| std::fs::symlink_metadata(path).is_err())?;
    let members = name::text_of(Path::new(&members));
    members.contains(['*', '%']).then_some((outer, members))
}
