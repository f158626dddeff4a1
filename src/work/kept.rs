//! Structures kept between sessions: by what they were made from, in the cache on disk. Without it nothing is kept and
//! nothing is missed. Must not know what a structure says.

use super::FileFacts;
use super::parse::Parsed;
use crate::cache::{Cache, Key, Kind};
use crate::code::Outline;
use crate::code::parse::{self, Structure};
use crate::listing::Contents;
use crate::source::{Fingerprint, SourceFile};
use crate::store::UnixMs;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Raised when what is kept means something else than before, or is written otherwise.
const VERSION: u8 = 7;
/// Smaller files are scanned sooner than a cache is asked, in bytes.
const LARGE: u64 = 4 << 20;
/// A file that was written within this time may be written again without looking changed, in seconds.
const SETTLED: i64 = 2;
/// How long a cache that is being opened is waited for. What it may give takes less than to make it anew.
const PATIENCE: Duration = Duration::from_millis(200);
/// How often it is looked at meanwhile.
const LOOK: Duration = Duration::from_millis(1);

/// A structure as it is kept: a fraction of its size in memory. `None` for one that cannot be.
pub(super) fn written(structure: &Structure) -> Option<Vec<u8>> {
    postcard::to_stdvec(structure).ok()
}

/// What is kept, seen from one request.
pub(super) struct Kept<'a> {
    cache: &'a Cache,
    now: UnixMs,
}

impl<'a> Kept<'a> {
    /// In `cache`, at this moment. Its level on disk may not be open yet.
    pub fn new(cache: &'a Cache, now: UnixMs) -> Self {
        Self { cache, now }
    }

    /// The outline of a file that looks as it did when it was kept.
    pub fn outline(&self, file: &SourceFile, facts: &FileFacts) -> Option<Arc<Outline>> {
        self.get(&self.key(Kind::Outlines, file, facts)?).map(Arc::new)
    }

    /// The units and sections of a listing that looks as it did when they were kept.
    pub fn contents(&self, file: &SourceFile, facts: &FileFacts) -> Option<Arc<Contents>> {
        let listing = facts.format.is_listing();
        self.get(&self.key(Kind::Listings, file, facts).filter(|_| listing)?).map(Arc::new)
    }

    /// Whether something is kept of a file: it is not worth it of one that is read as soon.
    pub fn is_worth(file: &SourceFile) -> bool {
        file.size() >= LARGE
    }

    /// Keeps the outline of a file, and what is in it if it is a listing.
    pub fn keep_outline(
        &self,
        (file, facts): (&SourceFile, &FileFacts),
        outline: &Outline,
        contents: &Contents,
    ) {
        let key = self.key(Kind::Listings, file, facts).filter(|_| facts.format.is_listing());
        if let Some(key) = key {
            self.put(&key, contents);
        }
        if let Some(key) = self.key(Kind::Outlines, file, facts) {
            self.put(&key, outline);
        }
    }

    /// What the parse of a file that looks as it did when it was kept came to, where `lines` are counted in it or promised by
    /// its outline.
    pub fn parsed(&self, file: &SourceFile, facts: &FileFacts, lines: u64) -> Option<Parsed> {
        self.get(&self.parsed_key(file, facts, lines)?)
    }

    /// Keeps what the parse of a file of so many lines came to.
    pub fn keep_parsed(&self, (file, facts): (&SourceFile, &FileFacts), lines: u64, parsed: &Parsed) {
        if let Some(key) = self.parsed_key(file, facts, lines) {
            self.put(&key, parsed);
        }
    }

    /// A file that only looks the same has other lines, and what was kept of it is not found.
    fn parsed_key(&self, file: &SourceFile, facts: &FileFacts, lines: u64) -> Option<Key> {
        let of = self.key(Kind::Structures, file, facts)?;
        Some(of.with(&[b"parsed", &parse::VERSION.to_le_bytes(), &lines.to_le_bytes()]))
    }

    fn put<T: Serialize>(&self, key: &Key, value: &T) {
        self.cache
            .put_written(key, |out| postcard::to_io(value, out).map(drop).map_err(std::io::Error::other));
    }

    /// What the parse of these bytes gave before.
    pub fn structure(&self, key: &Key) -> Option<Structure> {
        self.get(key)
    }

    /// Keeps what a parse gave, written by [`written`].
    pub fn keep_structure(&self, key: &Key, bytes: &[u8]) {
        self.cache.put_bytes(key, bytes);
    }

    /// `None` for a file that is not worth it, or that is being written.
    fn key(&self, kind: Kind, file: &SourceFile, facts: &FileFacts) -> Option<Key> {
        let Fingerprint { bytes, written } = file.fingerprint();
        let settled = self.now / 1_000 - written >= SETTLED;
        (Self::is_worth(file) && settled).then(|| {
            let read_as = format!("{:?} {}", facts.format, facts.text.format);
            Key::new(kind, &[&[VERSION], &bytes, read_as.as_bytes()])
        })
    }

    fn get<T: DeserializeOwned>(&self, key: &Key) -> Option<T> {
        let end = Instant::now() + PATIENCE;
        while !self.cache.is_ready() && Instant::now() < end {
            std::thread::sleep(LOOK);
        }
        // What cannot be read is made again.
        postcard::from_bytes(&self.cache.get::<Vec<u8>>(key)?.0).ok()
    }
}

/// A cache in `folder`, for tests.
#[cfg(test)]
pub(super) fn cache_in(folder: &std::path::Path) -> Cache {
    let sizes = crate::cache::Sizes { memory: 1 << 20, disk: 64 << 20, ttl: Duration::from_secs(300) };
    let cache = Cache::new(sizes, Arc::new(crate::base::env::SystemClock));
    cache.open_disk(folder).unwrap();
    cache
}

#[cfg(test)]
mod tests;
