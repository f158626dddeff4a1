//! The text of a file for who reads lines of ASCII: as many bytes as the file has, at the same places, with a line feed at
//! the end of each line. Parsers and outlines see files of any encoding and record format as this.
//!
//! Where records have no byte to spare the line feed takes the place of their last one, which in a record of a source or
//! of a listing is blank or part of the identification. Descriptors become blanks, the last byte of each but the first the
//! line feed.

use super::chain::Chain;
use super::encoding::Transcriber;
use super::file::SourceFile;
use super::format::TextFormat;
use super::records::{Descriptors, LineFeed, Records};
use super::snap::Snap;
use super::view::View;
use crate::base::num::{to_u64, to_usize};
use crate::base::{Budget, Result};
use memchr::memchr;
use std::sync::Arc;

/// How the bytes of a file become plain text.
#[derive(Clone)]
pub(super) struct Plainer {
    transcriber: Transcriber,
    records: Records,
}

impl Plainer {
    pub fn new(format: TextFormat) -> Self {
        let newline = match format.records {
            Records::Lines(feed) => Some(feed.byte()),
            Records::Fixed(_) | Records::Variable(_) => None,
        };
        Self { transcriber: Transcriber::new(format.encoding, newline), records: format.records }
    }

    /// Whether the file is plain text as it is.
    pub fn is_plain(&self) -> bool {
        self.transcriber.is_identity() && self.records == Records::Lines(LineFeed::Lf)
    }
}

/// A descriptor.
struct Gap {
    from: u64,
    to: u64,
    /// A line ends with it.
    ends: bool,
}

/// Makes plain text of one part of a file after the other.
pub(super) struct Plain<'a> {
    file: &'a SourceFile,
    snap: Arc<Snap>,
    /// Where the last part ended, and the chain that goes on there.
    chain: Option<(u64, Chain)>,
}

impl<'a> Plain<'a> {
    pub fn new(file: &'a SourceFile, snap: &Arc<Snap>) -> Self {
        Self { file, snap: Arc::clone(snap), chain: None }
    }

    /// The file has more bytes now.
    pub fn follow(&mut self, snap: &Arc<Snap>) {
        self.snap = Arc::clone(snap);
    }

    /// Makes plain text of the bytes of the file from `at` on.
    ///
    /// # Errors
    /// Only if `budget` ends.
    pub fn turn(&mut self, at: u64, bytes: &mut [u8], budget: &Budget) -> Result<()> {
        let snap = Arc::clone(&self.snap);
        let plainer = &snap.plainer;
        if plainer.is_plain() {
            return Ok(());
        }
        let gaps = match plainer.records {
            Records::Variable(kind) => self.gaps(kind, at, bytes, budget)?,
            Records::Lines(_) | Records::Fixed(_) => Vec::new(),
        };
        plainer.transcriber.in_place(bytes);
        match plainer.records {
            Records::Lines(feed) => {
                if plainer.transcriber.is_identity() {
                    replace(bytes, b'\n', b' ');
                    replace(bytes, feed.byte(), b'\n');
                }
            }
            Records::Fixed(length) => {
                replace(bytes, b'\n', b' ');
                let length = to_usize(u64::from(length.get()));
                let first = length - 1 - to_usize(at % to_u64(length));
                bytes.iter_mut().skip(first).step_by(length).for_each(|last| *last = b'\n');
            }
            Records::Variable(_) => {
                replace(bytes, b'\n', b' ');
                for gap in &gaps {
                    close(bytes, at, gap);
                }
            }
        }
        Ok(())
    }

    /// The descriptors that have a byte in `bytes`.
    fn gaps(&mut self, kind: Descriptors, at: u64, bytes: &[u8], budget: &Budget) -> Result<Vec<Gap>> {
        let snap = Arc::clone(&self.snap);
        let mut view = View::new(self.file, &snap, budget, true);
        let end = at + to_u64(bytes.len());
        let mut chain = match self.chain.take().filter(|(behind, _)| *behind == at) {
            Some((_, chain)) => chain,
            None => view.chain_to(kind, at)?,
        };
        let mut gaps: Vec<Gap> = Vec::new();
        let mut before = chain;
        while !chain.is_broken() && chain.at() < end && chain.at() + chain.needs() <= view.size() {
            before = chain;
            let from = chain.at();
            let needs = to_usize(chain.needs());
            let inside = from.checked_sub(at).map(to_usize).and_then(|f| bytes.get(f..f + needs));
            let record = match inside {
                Some(head) => chain.step(head),
                None => view.step(&mut chain)?,
            };
            // Behind a broken chain the line feed has to take the place of a byte of data.
            gaps.push(Gap {
                from,
                to: record.map_or(from + 1, |record| record.start),
                ends: from > u64::from(kind.from),
            });
        }
        if !snap.bytes.grows()
            && chain.at() < end
            && let Some(torn) = chain.torn(snap.stamp.size)
        {
            let ends = torn.start > u64::from(kind.from) && !chain.is_behind_empty();
            gaps.push(Gap { from: torn.start, to: torn.start + u64::from(ends), ends });
        }
        // A descriptor that goes on behind the end is needed again.
        let again = gaps.last().is_some_and(|gap| gap.to > end);
        self.chain = Some((end, if again { before } else { chain }));
        Ok(gaps)
    }
}

/// Makes blanks and a line feed of a descriptor in `bytes`, which begin at `at` in the file.
fn close(bytes: &mut [u8], at: u64, gap: &Gap) {
    let place = |n: u64| to_usize(n.saturating_sub(at)).min(bytes.len());
    let blank = place(gap.from)..place(gap.to);
    if let Some(gap) = bytes.get_mut(blank) {
        gap.fill(b' ');
    }
    let feed = gap.to.checked_sub(at + 1).filter(|_| gap.ends).map(to_usize);
    if let Some(last) = feed.and_then(|feed| bytes.get_mut(feed)) {
        *last = b'\n';
    }
}

/// Puts `new` where `old` is.
fn replace(bytes: &mut [u8], old: u8, new: u8) {
    let mut rest = bytes;
    while let Some(found) = memchr(old, rest) {
        let (before, behind) = rest.split_at_mut(found + 1);
        if let Some(last) = before.last_mut() {
            *last = new;
        }
        rest = behind;
    }
}
