//! Files of which more is found the longer they are looked at: what is packed in a compressed one.

use super::container::Unpacked;
use super::file::{SourceFile, stopped};
use super::model::ScanProgress;
use super::snap::Snap;
use crate::base::{Budget, Result};
use std::sync::Arc;

impl SourceFile {
    /// How far the file has been unpacked, if it is packed.
    pub fn unpacked(&self) -> Option<Unpacked> {
        self.snap().bytes.unpacked()
    }

    /// How far a scan of `snap` is that has come to `at`.
    pub(super) fn progress_of(snap: &Snap, at: u64, lines: u64) -> ScanProgress {
        let known = snap.stamp.size;
        let Some(packed) = snap.bytes.unpacked().filter(|_| snap.bytes.grows()) else {
            return ScanProgress { done: at, total: known, lines, guessed: false };
        };
        // What is left will unpack as what there is did.
        let guess = u128::from(known) * u128::from(packed.packed_size) / u128::from(packed.packed.max(1));
        let total = u64::try_from(guess).unwrap_or(u64::MAX).max(known);
        ScanProgress { done: at, total, lines, guessed: true }
    }

    /// Sees that at least `size` bytes are known, or all there are.
    ///
    /// # Errors
    /// Only if `budget` ends.
    pub fn reach(&self, size: u64, budget: &Budget) -> Result<()> {
        let mut snap = self.snap();
        while snap.stamp.size < size && snap.bytes.grows() {
            budget.check().map_err(|stop| stopped(stop, self.path()))?;
            match self.further(&snap) {
                Some(more) => snap = more,
                None => break,
            }
        }
        Ok(())
    }

    /// The file with more bytes than `snap` has of it; `None` if there are none, or it is not what it was.
    pub(super) fn further(&self, snap: &Arc<Snap>) -> Option<Arc<Snap>> {
        let more =
            |now: Arc<Snap>| (now.epoch == snap.epoch && now.stamp.size > snap.stamp.size).then_some(now);
        if let Some(now) = more(self.snap()) {
            return Some(now);
        }
        snap.bytes.read_on();
        let stamp = snap.bytes.stamp().ok().filter(|s| s.size > snap.stamp.size)?;
        self.replace(snap, snap.grown(stamp, &*self.0.meter));
        more(self.snap())
    }
}
