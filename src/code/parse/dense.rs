//! Masked text without most of its blanks and without the texts of its comments: the parser looks at each byte, and more than
//! half of the bytes of a source say nothing. Knows where each byte came from.

use crate::base::num::to_usize;
use crate::code::format::columns;
use crate::code::mask::mark;
use memchr::memmem::Finder;
use memchr::{memchr2, memchr2_iter};
use std::sync::LazyLock;

/// Shorter runs of blanks stay: each place where something was left out is to be remembered.
const RUN: usize = 6;

/// A text made dense, and its places.
#[derive(Debug, Default)]
pub(super) struct Dense {
    text: Vec<u8>,
    /// Where in the dense text each stretch begins that was taken over as it is, and where in the masked text it stands.
    stretches: Vec<(u32, u32)>,
    /// Where the last stretch ends in the masked text.
    end: usize,
}

impl Dense {
    /// Takes another text, which should be less than 4 GiB.
    pub fn fill(&mut self, masked: &[u8]) {
        self.text.clear();
        self.stretches.clear();
        self.end = usize::MAX;
        let mut from = 0;
        for end in memchr2_iter(b'\n', mark::LINE_A, masked) {
            self.line(masked, from, end);
            self.keep(masked, end, end + 1);
            from = end + 1;
        }
        self.line(masked, from, masked.len());
    }

    /// Takes another text as it is.
    #[cfg(test)]
    pub fn fill_whole(&mut self, masked: &[u8]) {
        self.text.clear();
        self.stretches.clear();
        self.text.extend_from_slice(masked);
    }

    /// The dense text.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// Where byte `at` of the dense text stands in the masked text.
    pub fn place(&self, at: usize) -> usize {
        let after = self.stretches.partition_point(|(dense, _)| to_usize((*dense).into()) <= at);
        let stretch = after.checked_sub(1).and_then(|before| self.stretches.get(before));
        stretch.map_or(at, |(dense, masked)| to_usize((*masked).into()) + at - to_usize((*dense).into()))
    }

    /// A line without its end: a comment keeps its mark, and a run of blanks its first.
    fn line(&mut self, masked: &[u8], from: usize, end: usize) {
        let line = columns(masked, from, end);
        let code = memchr2(mark::COMMENT, mark::DIRECTIVE, line).map_or(line.len(), |mark| mark + 1);
        let code = columns(line, 0, code);
        let mut at = 0;
        while at < code.len() {
            let rest = columns(code, at, code.len());
            let length = run_at(rest).map_or(rest.len(), |run| run + 1);
            self.keep(masked, from + at, from + at + length);
            at += length;
            at += columns(code, at, code.len()).iter().take_while(|b| **b == b' ').count();
        }
    }

    /// Takes a stretch over.
    fn keep(&mut self, masked: &[u8], from: usize, to: usize) {
        let place = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        if self.end != from {
            self.stretches.push((place(self.text.len()), place(from)));
        }
        self.text.extend_from_slice(columns(masked, from, to));
        self.end = to;
    }
}

/// Where a run of blanks begins.
fn run_at(text: &[u8]) -> Option<usize> {
    static BLANKS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(&[b' '; RUN]));
    BLANKS.find(text)
}
