//! A look at bytes from one place to the next, with a small buffer; those that are still being unpacked are waited for.

use super::super::bytes::Bytes;
use crate::base::num::{to_u64, to_usize};
use crate::base::{Budget, Exit, Result, UserError};

/// Bytes that are read at once.
const WINDOW: usize = 64 << 10;

/// Reads a container.
pub struct Reader<'a> {
    bytes: &'a dyn Bytes,
    budget: &'a Budget,
    buf: Vec<u8>,
    from: u64,
}

impl<'a> Reader<'a> {
    /// From the top of `bytes`.
    pub fn new(bytes: &'a dyn Bytes, budget: &'a Budget) -> Self {
        Self { bytes, budget, buf: Vec::new(), from: 0 }
    }

    /// The bytes from `at` on: at least `length` of them if there are as many, and they can be read.
    ///
    /// # Errors
    /// Only if the budget ends.
    pub fn look(&mut self, at: u64, length: usize) -> Result<&[u8]> {
        let have = to_u64(self.buf.len());
        let inside = at >= self.from && at.saturating_add(to_u64(length)) <= self.from + have;
        if !inside {
            self.fill(at, length.max(WINDOW))?;
        }
        Ok(self.buf.get(to_usize(at - self.from)..).unwrap_or_default())
    }

    fn fill(&mut self, at: u64, length: usize) -> Result<()> {
        self.buf.resize(length, 0);
        self.from = at;
        let mut done = 0;
        while let Some(room) = self.buf.get_mut(done..).filter(|r| !r.is_empty()) {
            self.budget.check().map_err(|stop| {
                UserError::new("stopped reading the members").cause(stop).exit(Exit::Interrupted)
            })?;
            match self.bytes.read_at(room, at.saturating_add(to_u64(done))) {
                Ok(0) if self.bytes.grows() && self.bytes.read_on() => {}
                Ok(0) => break,
                Ok(n) => done += n,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        self.buf.truncate(done);
        Ok(())
    }

    /// Whether there is a byte at `at`, or behind it.
    ///
    /// # Errors
    /// Only if the budget ends.
    pub fn has(&mut self, at: u64) -> Result<bool> {
        Ok(!self.look(at, 1)?.is_empty())
    }
}
