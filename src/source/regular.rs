//! A regular file as a stream of its bytes, as they are. Must not know what they mean.

use super::SourceFile;
use crate::base::meter::no_meter;
use crate::base::{ByteOffset, Result, num};
use std::io::{self, Read};
use std::path::Path;

/// Reads a regular file from its start, and nothing else: a pipe that nobody writes to is refused, not waited for.
pub struct RegularFile {
    source: SourceFile,
    at: u64,
}

impl RegularFile {
    /// Opens `path`.
    ///
    /// # Errors
    /// When it cannot be read or is no regular file.
    pub fn open(path: &Path) -> Result<Self> {
        Ok(Self { source: SourceFile::open_packed(path, no_meter())?, at: 0 })
    }

    /// Size in bytes.
    pub fn size(&self) -> u64 {
        self.source.size()
    }
}

impl Read for RegularFile {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        // As they are: what is imported says itself what it is.
        let (bytes, whole) = self.source.raw(ByteOffset(self.at), buf.len());
        if !whole {
            return Err(io::Error::other("a part of the file cannot be read, or it became shorter"));
        }
        if let Some(to) = buf.get_mut(..bytes.len()) {
            to.copy_from_slice(&bytes);
        }
        self.at = self.at.saturating_add(num::to_u64(bytes.len()));
        Ok(bytes.len())
    }
}
