//! An open file: its handle, what is remembered of it, and whether that still holds.

use super::bytes::{Blocks, Bytes, Shape, Stamp, fill};
use super::carriage::Carriage;
use super::container;
use super::format::{Detected, Wanted};
use super::index::Index;
use super::model::{Change, IndexStatus};
use super::open::open;
use super::pages::Pages;
use super::plain::Plain;
use super::snap::Snap;
use crate::base::num::to_usize;
use crate::base::{Budget, ByteOffset, Exit, Meter, Result, Stop, UserError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// What all clones of a [`SourceFile`] share.
pub(super) struct Inner {
    pub path: PathBuf,
    /// The file that it is, or is a member of.
    pub(super) outer: PathBuf,
    pub meter: Arc<dyn Meter>,
    pub shape: Shape,
    pub blocks: Mutex<Blocks>,
    pub(super) snap: RwLock<Arc<Snap>>,
    /// The index, and the epoch it is of.
    pub(super) index: Mutex<(u64, Index)>,
    pub pages: Mutex<Pages>,
}

impl Inner {
    fn new(
        path: &Path,
        bytes: Arc<dyn Bytes>,
        stamp: Stamp,
        wanted: Wanted,
        meter: Arc<dyn Meter>,
        shape: Shape,
    ) -> Self {
        let snap = Snap::new(bytes, stamp, wanted, 0, &*meter);
        let index = Self::index_of(&snap);
        Self {
            path: path.to_path_buf(),
            outer: path.to_path_buf(),
            meter,
            shape,
            blocks: Mutex::new(Blocks::new(shape.blocks)),
            snap: RwLock::new(Arc::new(snap)),
            index: Mutex::new((0, index)),
            pages: Mutex::default(),
        }
    }

    /// An index of the file as it is in `snap`, nothing of which is covered yet.
    pub(super) fn index_of(snap: &Snap) -> Index {
        Index::new(snap.records(), snap.stamp.size)
    }
}

/// A regular file, open for reading. Clones share the handle, the cached blocks and the line index; all calls are safe
/// from many threads at once, and none holds a lock while it reads.
#[derive(Clone)]
pub struct SourceFile(pub(super) Arc<Inner>);

impl std::fmt::Debug for SourceFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SourceFile").field("path", &self.0.path).field("index", &self.index_status()).finish()
    }
}

/// A lock that somebody panicked with is still a lock: all that is kept under ours is whole after each step.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The error of work whose budget ended.
pub(super) fn stopped(stop: Stop, path: &Path) -> UserError {
    let cause = match stop {
        Stop::Cancelled => "it was cancelled",
        Stop::OutOfTime => "its time is used up",
    };
    UserError::new(format!("stopped reading {}", path.display())).cause(cause).exit(Exit::Interrupted)
}

/// What tells the contents of a file from others without reading them all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    /// Device, inode, size, time of the last write, first and last bytes, as one string of bytes.
    pub bytes: Vec<u8>,
    /// When it was last written, in seconds since 1970. A file that was written this very moment may be written again
    /// without any of these changing.
    pub written: i64,
}

impl SourceFile {
    /// What tells the file as it was opened, or last refreshed, from others.
    pub fn fingerprint(&self) -> Fingerprint {
        let snap = self.snap();
        let Stamp { id, size, written } = snap.stamp;
        let mut bytes = Vec::new();
        for n in [id.0, id.1, size, snap.bytes.within()] {
            bytes.extend(n.to_le_bytes());
        }
        for n in [written.0, written.1] {
            bytes.extend(n.to_le_bytes());
        }
        bytes.extend_from_slice(&snap.print.0);
        bytes.extend_from_slice(&snap.print.1);
        Fingerprint { bytes, written: written.0 }
    }

    /// Opens `path`, which must be a regular file; anything else is refused at once, with its kind and what to do.
    pub fn open(path: &Path, meter: Arc<dyn Meter>) -> Result<Self> {
        Self::open_as(path, Wanted::default(), meter)
    }

    /// The same where a person says what the file is.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_as(path: &Path, wanted: Wanted, meter: Arc<dyn Meter>) -> Result<Self> {
        Self::open_shaped(path, wanted, meter, Shape::REAL)
    }

    /// The same with other sizes.
    pub(super) fn open_shaped(
        path: &Path,
        wanted: Wanted,
        meter: Arc<dyn Meter>,
        shape: Shape,
    ) -> Result<Self> {
        Self::open_whole(path, wanted, &Budget::unlimited(), meter, shape)
    }

    /// As [`Self::open_as`]: finding a member in a large container can take a while.
    ///
    /// # Errors
    /// As [`Self::open`], and if `budget` ends.
    pub fn open_within(path: &Path, wanted: Wanted, budget: &Budget, meter: Arc<dyn Meter>) -> Result<Self> {
        Self::open_whole(path, wanted, budget, meter, Shape::REAL)
    }

    fn open_whole(
        path: &Path,
        wanted: Wanted,
        budget: &Budget,
        meter: Arc<dyn Meter>,
        shape: Shape,
    ) -> Result<Self> {
        Ok(Self::opened_shaped(container::open_named(path, budget)?, wanted, meter, shape))
    }

    /// What has been opened already.
    pub(super) fn of_opened(opened: container::Opened, wanted: Wanted, meter: Arc<dyn Meter>) -> Self {
        Self::opened_shaped(opened, wanted, meter, Shape::REAL)
    }

    fn opened_shaped(opened: container::Opened, wanted: Wanted, meter: Arc<dyn Meter>, shape: Shape) -> Self {
        let wanted = Wanted { records: wanted.records.or(opened.records), ..wanted };
        let mut inner = Inner::new(&opened.path, opened.bytes, opened.stamp, wanted, meter, shape);
        inner.outer = opened.file;
        Self(Arc::new(inner))
    }

    /// Opens `path` as the bytes that it has, packed or not.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_packed(path: &Path, meter: Arc<dyn Meter>) -> Result<Self> {
        let (file, stamp) = open(path)?;
        Ok(Self::over(path, Arc::new(file), stamp, Wanted::default(), meter, Shape::REAL))
    }

    /// Over bytes that are open already.
    pub(super) fn over(
        path: &Path,
        bytes: Arc<dyn Bytes>,
        stamp: Stamp,
        wanted: Wanted,
        meter: Arc<dyn Meter>,
        shape: Shape,
    ) -> Self {
        Self(Arc::new(Inner::new(path, bytes, stamp, wanted, meter, shape)))
    }

    /// The path it was opened with.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// Size in bytes when it was opened or last refreshed.
    pub fn size(&self) -> u64 {
        self.snap().stamp.size
    }

    /// How much of it is indexed.
    pub fn index_status(&self) -> IndexStatus {
        let snap = self.snap();
        self.with_index(&snap, |index| IndexStatus {
            size: snap.stamp.size,
            indexed: index.end(),
            lines: index.lines(),
            memory: index.memory(),
        })
        .unwrap_or(IndexStatus { size: snap.stamp.size, ..IndexStatus::default() })
    }

    /// What happened to the file since it was opened or last refreshed: asks the handle and the name.
    pub fn changed(&self) -> Change {
        let snap = self.snap();
        match std::fs::metadata(&self.0.outer) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Change::Vanished,
            Err(_) => Change::Unreadable,
            Ok(meta) if Stamp::of(&meta).id != snap.stamp.id => Change::Replaced,
            Ok(_) => match snap.change(&*self.0.meter) {
                // Whoever reads on finds more of it: nothing happened to the file.
                Change::Grew if snap.open => Change::Same,
                change => change,
            },
        }
    }

    /// Takes the file as it is now and says what happened to it. After `Grew` the index stays and the next scan goes on
    /// from its end; after `Shrank` and `Replaced` the name is opened anew and everything known is forgotten. A file that
    /// vanished stays open as it is.
    ///
    /// # Errors
    /// If the name now means something that cannot be opened; the old handle stays then.
    pub fn refresh(&self) -> Result<Change> {
        let change = self.changed();
        let old = self.snap();
        let handle = match change {
            Change::Vanished | Change::Unreadable => old.change(&*self.0.meter),
            other => other,
        };
        let (bytes, stamp) = match handle {
            Change::Same | Change::Unreadable | Change::Vanished => return Ok(change),
            _ if handle == change && handle != Change::Grew => {
                let opened = container::open_named(&self.0.path, &Budget::unlimited())?;
                (opened.bytes, opened.stamp)
            }
            _ => match old.bytes.stamp() {
                Ok(stamp) => (Arc::clone(&old.bytes), stamp),
                Err(_) => return Ok(Change::Unreadable),
            },
        };
        let new = if handle == Change::Grew && old.stamp.size > 0 {
            old.grown(stamp, &*self.0.meter)
        } else {
            Snap::new(bytes, stamp, old.wanted, old.epoch + 1, &*self.0.meter)
        };
        self.replace(&old, new);
        Ok(change)
    }

    /// What its bytes are.
    pub fn detected(&self) -> Detected {
        self.snap().detected
    }

    /// Takes its bytes for what a person says; what was known of its lines is forgotten.
    pub fn set_format(&self, wanted: Wanted) {
        let old = self.snap();
        self.replace(&old, old.with_format(wanted, &*self.0.meter));
    }

    /// Takes its carriage control for what a person says, and lines as they are in the file or as they are printed. Where lines
    /// begin stays as it is known.
    pub fn set_printed(&self, carriage: Option<Carriage>, printed: bool) {
        let old = self.snap();
        let wanted = Wanted { carriage, printed, ..old.wanted };
        self.replace(&old, Snap { epoch: old.epoch, ..old.with_format(wanted, &*self.0.meter) });
    }

    /// Takes `new` for what was `old`, unless something else has been taken meanwhile.
    pub(super) fn replace(&self, old: &Snap, new: Snap) {
        let mut slot = self.0.snap.write().unwrap_or_else(PoisonError::into_inner);
        // Of two that took what was appended, the one that saw more of it is right.
        let behind = new.epoch == slot.epoch && new.stamp.size < slot.stamp.size;
        if slot.epoch == old.epoch && !behind {
            let (epoch, records, size) = (new.epoch, new.records(), new.stamp.size);
            *slot = Arc::new(new);
            drop(slot);
            let mut index = lock(&self.0.index);
            if index.0 == epoch {
                index.1.grow(size);
            } else {
                *index = (epoch, Index::new(records, size));
            }
        }
    }

    /// The file as it is taken to be.
    pub(super) fn snap(&self) -> Arc<Snap> {
        Arc::clone(&self.0.snap.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Works with the index if it is that of `snap`.
    pub(super) fn with_index<T>(&self, snap: &Snap, work: impl FnOnce(&mut Index) -> T) -> Option<T> {
        let mut slot = lock(&self.0.index);
        (slot.0 == snap.epoch).then(|| work(&mut slot.1))
    }

    /// Empties the index of `snap`: what it was made from has changed.
    pub(super) fn drop_index(&self, snap: &Snap) {
        let fresh = Inner::index_of(snap);
        self.with_index(snap, |index| *index = fresh);
    }

    /// At most `length` bytes from `at` on, at most 1 MiB, and whether all of them could be read. For a look at the
    /// raw bytes.
    pub fn raw(&self, at: ByteOffset, length: usize) -> (Vec<u8>, bool) {
        self.sized(length, at, |buf| self.raw_into(at, buf))
    }

    /// At most `length` bytes from `at` on, at most 1 MiB, as `fill` gives them.
    fn sized(
        &self,
        length: usize,
        at: ByteOffset,
        fill: impl Fn(&mut [u8]) -> (usize, bool),
    ) -> (Vec<u8>, bool) {
        let room = self.snap().stamp.size.saturating_sub(at.0).min(1 << 20);
        let mut buf = vec![0; length.min(to_usize(room))];
        let (filled, whole) = fill(&mut buf);
        buf.truncate(filled);
        (buf, whole)
    }

    /// Fills `buf` from `at` on: with how many bytes (fewer than its length only at the end of the file), and whether all
    /// of them could be read. Those that could not are zeros.
    pub fn raw_into(&self, at: ByteOffset, buf: &mut [u8]) -> (usize, bool) {
        let filled = fill(&*self.snap().bytes, buf, at.0, self.0.shape.piece(), &*self.0.meter);
        (filled.length, filled.bad.is_empty() && filled.length == buf.len())
    }

    /// The same as plain text: see [`Self::read_into`].
    pub fn read(&self, at: ByteOffset, length: usize) -> (Vec<u8>, bool) {
        self.sized(length, at, |buf| self.read_into(at, buf))
    }

    /// Fills `buf` with the text from `at` on as a parser of ASCII takes it, at the same places as in the file: lines end with
    /// a line feed, letters are those of ASCII or above. Otherwise as [`Self::raw_into`].
    pub fn read_into(&self, at: ByteOffset, buf: &mut [u8]) -> (usize, bool) {
        let snap = self.snap();
        let filled = fill(&*snap.bytes, buf, at.0, self.0.shape.piece(), &*self.0.meter);
        let text = buf.get_mut(..filled.length).unwrap_or_default();
        let turned = Plain::new(self, &snap).turn(at.0, text, &Budget::unlimited());
        (filled.length, filled.bad.is_empty() && filled.length == buf.len() && turned.is_ok())
    }
}
