//! Containers beside naive readers, on files that the tests make.
#![allow(clippy::cast_possible_truncation)]

mod archives;
mod members;
mod packed;

use super::super::bytes::{Bytes, Stamp};
use std::io;
use std::sync::Mutex;

/// A file in memory that may be written to.
pub(crate) struct Memory(pub Mutex<Vec<u8>>);

impl Memory {
    pub fn new(bytes: &[u8]) -> Self {
        Self(Mutex::new(bytes.to_vec()))
    }
}

impl Bytes for Memory {
    fn read_at(&self, buf: &mut [u8], at: u64) -> io::Result<usize> {
        let bytes = self.0.lock().unwrap();
        let rest = bytes.get(usize::try_from(at).unwrap()..).unwrap_or_default();
        let n = rest.len().min(buf.len());
        buf[..n].copy_from_slice(&rest[..n]);
        Ok(n)
    }

    fn stamp(&self) -> io::Result<Stamp> {
        Ok(Stamp { id: (0, 0), size: self.0.lock().unwrap().len() as u64, written: (0, 0) })
    }
}

/// `length` bytes of `bytes` from `at` on, as many as there are.
pub(crate) fn read(bytes: &dyn Bytes, at: u64, length: usize) -> io::Result<Vec<u8>> {
    let mut buf = vec![0; length];
    let mut done = 0;
    while done < length {
        match bytes.read_at(&mut buf[done..], at + done as u64)? {
            0 => break,
            n => done += n,
        }
    }
    buf.truncate(done);
    Ok(buf)
}

/// `text` as one member of a gzip file.
pub(crate) fn gzip(text: &[u8], level: u8, name: &[u8]) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, if name.is_empty() { 0 } else { 8 }, 0, 0, 0, 0, 0, 3];
    if !name.is_empty() {
        out.extend_from_slice(name);
        out.push(0);
    }
    out.extend(miniz_oxide::deflate::compress_to_vec(text, level));
    out.extend(crc32fast::hash(text).to_le_bytes());
    out.extend((text.len() as u32).to_le_bytes());
    out
}
