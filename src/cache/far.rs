//! The seam of the third level: a cache that several machines share. Nothing implements it yet; it is asked where it is set.

use super::Key;

/// A level beyond this machine. Its calls are made by threads that compute, and must come back within milliseconds: one that
/// is out of reach answers `None` at once. It is given values as they are kept on disk, and what it gives is checked the same
/// way.
pub trait Far: Send + Sync {
    /// What is kept under `key`.
    fn get(&self, key: &Key) -> Option<Vec<u8>>;
    /// Keeps `value`; whether that worked out is its own business.
    fn put(&self, key: &Key, value: &[u8]);
}
