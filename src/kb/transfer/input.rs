//! What an import reads from: the bytes behind a byte order mark, counted, with a limit for one row.

use super::{LARGEST_ROW, to_u64, unreadable};
use crate::base::{Result, UserError};
use std::cell::Cell;
use std::io::{self, BufRead, Cursor, Read};
use std::rc::Rc;

/// Counts bytes; clones share the counts.
#[derive(Debug, Clone, Default)]
pub struct Bytes(Rc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    total: Cell<u64>,
    row_start: Cell<Option<u64>>,
}

impl Bytes {
    /// Bytes read so far.
    pub fn total(&self) -> u64 {
        self.0.total.get()
    }

    /// A row begins: from here on at most [`LARGEST_ROW`] bytes may be read (and what readers read ahead).
    pub fn row_begins(&self) {
        self.0.row_start.set(Some(self.total()));
    }

    fn row_is_too_large(&self) -> bool {
        self.0.row_start.get().is_some_and(|start| self.total() - start > LARGEST_ROW)
    }

    fn add(&self, bytes: usize) {
        self.0.total.set(self.total() + to_u64(bytes));
    }
}

/// A reader that counts.
pub struct Input<R> {
    inner: R,
    bytes: Bytes,
}

/// `reader` without its byte order mark, and the count of its bytes.
pub fn open<R: BufRead>(mut reader: R) -> Result<(Input<impl BufRead>, Bytes)> {
    let mut head = Vec::new();
    reader.by_ref().take(3).read_to_end(&mut head).map_err(|e| unreadable(0, &e))?;
    if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") {
        return Err(UserError::new("the file cannot be imported")
            .cause("it is UTF-16")
            .hint("save it as UTF-8 (in a spreadsheet: CSV UTF-8)"));
    }
    let bytes = Bytes::default();
    if head == b"\xEF\xBB\xBF" {
        bytes.add(head.len());
        head.clear();
    }
    Ok((Input { inner: Cursor::new(head).chain(reader), bytes: bytes.clone() }, bytes))
}

impl<R: BufRead> Read for Input<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.bytes.row_is_too_large() {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "a row is too large"));
        }
        let read = self.inner.read(buf)?;
        self.bytes.add(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Input<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.bytes.add(amount);
        self.inner.consume(amount);
    }
}
