//! Which files a search looks into.

use crate::base::meter::no_meter;
use crate::base::{Budget, Exit, Meter, Result, UserError, name};
use crate::source::container::{self, Inside, Kind, Opened, Whole, fits};
use crate::source::file::SourceFile;
use crate::source::format::Wanted;
use std::ffi::OsString;
use std::fs::FileType;
use std::ops::ControlFlow;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Directories in directories that are entered, at most so deep.
const DEEPEST: usize = 64;
/// Names of one directory that are looked at, at most.
const NAMES_MAX: usize = 1_000_000;

/// How far a search goes from what is named.
#[derive(Clone, Default)]
pub struct Reach {
    /// Directories in a directory are entered.
    pub deep: bool,
    /// Only members whose name fits this pattern; empty for all.
    pub pattern: String,
    /// What a person says of the bytes of the files.
    pub wanted: Wanted,
    /// Who counts what is read.
    pub meter: Option<Arc<dyn Meter>>,
}

/// A file that is open and of which nothing was read yet.
pub struct Candidate {
    pub(super) opened: Opened,
    pub(super) wanted: Wanted,
    pub(super) meter: Arc<dyn Meter>,
}

impl Candidate {
    /// The name by which it can be opened again.
    pub fn path(&self) -> &Path {
        &self.opened.path
    }

    /// It as any other file.
    pub fn into_file(self) -> SourceFile {
        SourceFile::of_opened(self.opened, self.wanted, self.meter)
    }
}

/// A file on the way of a search.
pub enum Visited {
    /// It is open.
    File(Candidate),
    /// It cannot be read.
    Failed(PathBuf, UserError),
    /// So many are not looked into, because they are this: the one named, or all such in a directory.
    Passed(usize, &'static str, PathBuf),
}

/// What ends a walk before its end.
enum Ends {
    /// Whoever is told of the files has enough.
    Enough,
    /// It failed.
    Failed(UserError),
}

impl From<UserError> for Ends {
    fn from(error: UserError) -> Self {
        Self::Failed(error)
    }
}

struct Walk<'a> {
    reach: Reach,
    budget: &'a Budget,
    visit: &'a mut dyn FnMut(Visited) -> ControlFlow<()>,
}

/// Visits the file `path`, or the files in it if it is a directory or an archive, in the order of their names; of
/// `lib.xmi(PAY*)` the members whose names fit. `visit` may break off. What cannot be read is visited as that.
///
/// # Errors
/// Only if `budget` ends.
pub fn each_file(
    path: &Path,
    reach: &Reach,
    budget: &Budget,
    visit: &mut dyn FnMut(Visited) -> ControlFlow<()>,
) -> Result<ControlFlow<()>> {
    let mut walk = Walk { reach: reach.clone(), budget, visit };
    let done = match container::pattern(path) {
        Some((outer, pattern)) => {
            (walk.reach.pattern, walk.reach.deep) = (pattern, false);
            walk.named(&outer)
        }
        None => walk.named(path),
    };
    match done {
        Ok(()) => Ok(ControlFlow::Continue(())),
        Err(Ends::Enough) => Ok(ControlFlow::Break(())),
        Err(Ends::Failed(error)) => Err(error),
    }
}

impl Walk<'_> {
    /// What a person named.
    fn named(&mut self, path: &Path) -> std::result::Result<(), Ends> {
        if path.is_dir() {
            return self.directory(path.to_path_buf());
        }
        // A name that is a member of something is opened by its name.
        if std::fs::symlink_metadata(path).is_err() {
            let opened = container::open_named(path, self.budget);
            return self.opened(path, opened);
        }
        self.file(path, true)
    }

    /// Tells of a file that was to be opened.
    fn opened(&mut self, path: &Path, opened: Result<Opened>) -> std::result::Result<(), Ends> {
        self.go_on()?;
        let visited = match opened {
            Ok(opened) => {
                let meter = self.reach.meter.clone().unwrap_or_else(no_meter);
                Visited::File(Candidate { opened, wanted: self.reach.wanted, meter })
            }
            Err(error) => Visited::Failed(path.to_path_buf(), error),
        };
        self.tell(visited)
    }

    fn go_on(&self) -> std::result::Result<(), Ends> {
        self.budget.check().map_err(|stop| {
            Ends::Failed(UserError::new("the search was stopped").cause(stop).exit(Exit::Interrupted))
        })
    }

    fn tell(&mut self, visited: Visited) -> std::result::Result<(), Ends> {
        self.go_on()?;
        match (self.visit)(visited) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Ends::Enough),
        }
    }

    /// A file, or the members in it if `look` and it has some.
    fn file(&mut self, path: &Path, look: bool) -> std::result::Result<(), Ends> {
        if !look {
            return self.opened(path, container::open_named(path, self.budget));
        }
        match container::inside(path, self.budget) {
            Ok(Inside::Members(whole)) => self.members(&whole),
            Ok(Inside::File(opened)) => self.opened(path, Ok(opened)),
            Err(error) => self.opened(path, Err(error)),
        }
    }

    fn fits(&self, member: &str) -> bool {
        self.reach.pattern.is_empty() || fits(&self.reach.pattern, member)
    }

    fn members(&mut self, whole: &Whole) -> std::result::Result<(), Ends> {
        for (nth, member) in whole.members().enumerate() {
            if !member.opens || !self.fits(&member.name) {
                continue;
            }
            self.opened(&whole.path_of(&member.name), whole.open(nth, self.budget))?;
        }
        for problem in whole.problems() {
            let path = whole.path().to_path_buf();
            self.tell(Visited::Failed(path, UserError::new(problem.clone())))?;
        }
        Ok(())
    }

    /// All in a directory, and in those in it if they are entered.
    fn directory(&mut self, first: PathBuf) -> std::result::Result<(), Ends> {
        let mut open = vec![(first, 0)];
        while let Some((path, depth)) = open.pop() {
            let entries = match entries(&path) {
                Ok(entries) => entries,
                Err(error) => {
                    self.tell(Visited::Failed(path, error))?;
                    continue;
                }
            };
            if entries.hidden > 0 {
                self.tell(Visited::Passed(entries.hidden, "hidden", path.clone()))?;
            }
            let mut inner = Vec::new();
            for (file, sort) in entries.names {
                let shown = name::text_of(Path::new(&file));
                let at = path.join(&file);
                // What a link leads to is read if it is a file; a link to a directory may lead back.
                let sort =
                    if sort.is_symlink() { std::fs::metadata(&at).map(|m| m.file_type()) } else { Ok(sort) };
                match sort {
                    Err(_) => self.tell(Visited::Passed(1, "links to nothing", at))?,
                    Ok(sort) if sort.is_dir() => match self.reach.deep {
                        true if at.is_symlink() => {
                            self.tell(Visited::Passed(1, "links to directories", at))?;
                        }
                        true if depth >= DEEPEST => {
                            self.tell(Visited::Passed(1, "directories too deep", at))?;
                        }
                        true => inner.push((at, depth + 1)),
                        false => self.tell(Visited::Passed(1, "directories", at))?,
                    },
                    Ok(sort) if !sort.is_file() => self.tell(Visited::Passed(1, kind_of(sort), at))?,
                    Ok(_) if !self.reach.deep && !self.fits(&shown) => {}
                    Ok(_) => self.file(&at, may_hold_members(&shown))?,
                }
            }
            open.extend(inner.into_iter().rev());
        }
        Ok(())
    }
}

/// What is in a directory: names in order, and how many are hidden.
struct Entries {
    names: Vec<(OsString, FileType)>,
    hidden: usize,
}

fn entries(path: &Path) -> Result<Entries> {
    let failed = |e: std::io::Error| {
        UserError::new(format!("cannot list {}", path.display()))
            .cause(e)
            .hint("check that you may read the directory (ls -ld)")
    };
    let mut found = Entries { names: Vec::new(), hidden: 0 };
    for entry in std::fs::read_dir(path).map_err(failed)?.take(NAMES_MAX) {
        let entry = entry.map_err(failed)?;
        let file = entry.file_name();
        if file.as_encoded_bytes().starts_with(b".") {
            found.hidden += 1;
        } else if let Ok(sort) = entry.file_type() {
            found.names.push((file, sort));
        }
    }
    found.names.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(found)
}

fn kind_of(sort: FileType) -> &'static str {
    if sort.is_fifo() {
        "pipes"
    } else if sort.is_socket() {
        "sockets"
    } else {
        "devices"
    }
}

/// Whether a file of this name in a directory may be an archive: what is called as a source is taken for one.
fn may_hold_members(name: &str) -> bool {
    matches!(Kind::of_name(name), None | Some(Kind::Archive | Kind::Packed))
}
