//! Structures kept between sessions: by what they were made from, in the store. Without a store nothing is kept and
//! nothing is missed. Must not know what a structure says.

use super::FileFacts;
use crate::base::Budget;
use crate::code::Outline;
use crate::code::parse::Structure;
use crate::source::{Fingerprint, SourceFile};
use crate::store::{ParsedKey, Store, UnixMs};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// Raised when what is kept means something else than before, or is written otherwise.
const VERSION: u8 = 5;
/// Smaller files are scanned sooner than a store is asked, in bytes.
const LARGE: u64 = 4 << 20;
/// A file that was written within this time may be written again without looking changed, in seconds.
const SETTLED: i64 = 2;
const OUTLINE: &str = "outline";
const STRUCTURE: &str = "structure";
/// How long a store that is being opened is waited for. What it may give takes less than to make it anew.
const PATIENCE: Duration = Duration::from_millis(200);
/// How often it is looked at meanwhile.
const LOOK: Duration = Duration::from_millis(1);

/// A structure as it is kept: a fraction of its size in memory. `None` for one that cannot be.
pub(super) fn written(structure: &Structure) -> Option<Vec<u8>> {
    postcard::to_stdvec(structure).ok()
}

/// What is kept, seen from one request.
pub(super) struct Kept<'a> {
    store: &'a OnceLock<Arc<dyn Store>>,
    now: UnixMs,
}

impl<'a> Kept<'a> {
    /// In `store`, at this moment. It may not be open yet.
    pub fn new(store: &'a OnceLock<Arc<dyn Store>>, now: UnixMs) -> Self {
        Self { store, now }
    }

    /// The outline of a file that looks as it did when it was kept.
    pub fn outline(&self, file: &SourceFile, facts: &FileFacts) -> Option<Arc<Outline>> {
        self.get(OUTLINE, &self.key(file, facts)?).map(Arc::new)
    }

    /// Keeps the outline of a file.
    pub fn keep_outline(&self, file: &SourceFile, facts: &FileFacts, outline: &Outline) {
        if let Some(key) = self.key(file, facts) {
            self.put(OUTLINE, key, outline);
        }
    }

    /// What the parse of these bytes gave before.
    pub fn structure(&self, key: &ParsedKey) -> Option<Structure> {
        self.get(STRUCTURE, key)
    }

    /// Keeps what parses gave, written by [`written`].
    pub fn keep_structures(&self, structures: &[(ParsedKey, Vec<u8>)]) {
        self.put_all(STRUCTURE, structures);
    }

    /// `None` for a file that is not worth it, or that is being written.
    fn key(&self, file: &SourceFile, facts: &FileFacts) -> Option<ParsedKey> {
        let Fingerprint { bytes, written } = file.fingerprint();
        let settled = self.now / 1_000 - written >= SETTLED;
        (file.size() >= LARGE && settled).then(|| {
            let mut hash = blake3::Hasher::new();
            hash.update(&[VERSION]).update(OUTLINE.as_bytes()).update(&bytes);
            hash.update(format!("{:?} {}", facts.format, facts.text.format).as_bytes());
            *hash.finalize().as_bytes()
        })
    }

    fn get<T: DeserializeOwned>(&self, kind: &str, key: &ParsedKey) -> Option<T> {
        let end = Instant::now() + PATIENCE;
        while self.store.get().is_none() && Instant::now() < end {
            std::thread::sleep(LOOK);
        }
        // What cannot be read is made again.
        let found = self.store.get()?.parsed(kind, &[*key], self.now, &Budget::unlimited()).ok()?;
        postcard::from_bytes(found.first()?.as_deref()?).ok()
    }

    fn put<T: Serialize>(&self, kind: &str, key: ParsedKey, value: &T) {
        if let Ok(bytes) = postcard::to_stdvec(value) {
            self.put_all(kind, &[(key, bytes)]);
        }
    }

    fn put_all(&self, kind: &str, values: &[(ParsedKey, Vec<u8>)]) {
        if let Some(store) = self.store.get().filter(|_| !values.is_empty()) {
            // A store that takes no writes has said so already.
            drop(store.keep_parsed(kind, values, self.now));
        }
    }
}

#[cfg(test)]
mod tests;
