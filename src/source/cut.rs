//! Where the lines of a window are: a window is a piece of a file, in memory, of whole lines.

use super::carriage::Decider;
use super::chain::Chain;
use super::records::{LineFeed, Records};
use super::view::View;
use crate::base::Result;
use crate::base::num::{to_u64, to_usize};
use memchr::{memchr, memmem, memrchr};

/// A line in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    /// Where it begins.
    pub start: usize,
    /// Where its text ends, before its line end.
    pub end: usize,
    /// Where the next one begins.
    pub next: usize,
}

/// How the lines of a window are told apart.
#[derive(Debug)]
pub(super) enum Cut {
    /// By the byte that ends them.
    Feed(LineFeed),
    /// By their length; the window begins so many bytes inside of a record.
    Length { length: usize, inside: usize },
    /// They are these.
    Listed(Vec<Line>),
}

impl Cut {
    /// For text in memory.
    pub const TEXT: Self = Self::Feed(LineFeed::Lf);

    /// Whether lines end where no byte says so: a match may reach over such an end.
    pub fn is_counted(&self) -> bool {
        !matches!(self, Self::Feed(_))
    }

    /// Whether lines end with a line feed.
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Feed(LineFeed::Lf))
    }

    /// Whether some line of `window` ends with CR and LF.
    pub fn has_crlf(&self, window: &[u8]) -> bool {
        self.is_text() && memmem::find(window, b"\r\n").is_some()
    }

    /// The same as a list, for a copy of `window` in which no byte ends a line.
    pub fn listed(&self, window: &[u8]) -> Self {
        let mut lines = Vec::new();
        let mut at = 0;
        while at < window.len() {
            let line = self.around(window, at);
            lines.push(line);
            at = line.next;
        }
        Self::Listed(lines)
    }

    /// The same without the control at the start of lines: like a descriptor, it is in no line.
    fn printed(mut self, window: &[u8], decider: Decider) -> Self {
        if let Self::Listed(lines) = &mut self {
            let mut before: Option<&mut Line> = None;
            for line in lines {
                line.start += decider.bytes(window.get(line.start..line.end).unwrap_or_default());
                if let Some(before) = before {
                    before.next = line.start;
                }
                before = Some(line);
            }
        }
        self
    }

    /// The `nth` line of `window` (from 0), which begins at `at` if lines are not listed.
    pub fn next(&self, window: &[u8], nth: usize, at: usize) -> Option<Line> {
        match self {
            // One that is empty may begin where the window ends.
            Self::Listed(lines) => lines.get(nth).copied(),
            Self::Feed(_) | Self::Length { .. } => (at < window.len()).then(|| self.around(window, at)),
        }
    }

    /// The line of `window` that holds `at`.
    pub fn around(&self, window: &[u8], at: usize) -> Line {
        let all = window.len();
        match self {
            Self::Feed(kind) => {
                let byte = kind.byte();
                let start = window.get(..at).and_then(|w| memrchr(byte, w)).map_or(0, |p| p + 1);
                let Some(feed) = window.get(at..).and_then(|w| memchr(byte, w)).map(|p| at + p) else {
                    return Line { start, end: all, next: all };
                };
                let cr = kind.takes_cr() && feed > start && window.get(feed - 1) == Some(&b'\r');
                Line { start, end: feed - usize::from(cr), next: feed + 1 }
            }
            Self::Length { length, inside } => {
                let nth = (at + inside) / length;
                let next = ((nth + 1) * length - inside).min(all);
                Line { start: (nth * length).saturating_sub(*inside), end: next, next }
            }
            Self::Listed(lines) => {
                let after = lines.partition_point(|l| l.start <= at);
                let found = lines.get(after.saturating_sub(1)).copied();
                found.unwrap_or(Line { start: all, end: all, next: all })
            }
        }
    }
}

/// Cuts windows out of a file.
#[derive(Debug)]
pub(super) struct Cutter {
    records: Records,
    /// At the first descriptor that is in no window yet.
    chain: Option<Chain>,
    /// What takes control off lines as they are printed.
    printed: Option<Decider>,
    /// The next window is the last one: what begins behind its bytes is no line.
    pub ends: bool,
}

impl Cutter {
    /// For a file read on from the line that holds `at`, which begins at `line`; and from where on it is to be read, since descriptors
    /// are part of a window.
    ///
    /// # Errors
    /// Only if the budget of `view` ends.
    pub fn from(view: &mut View<'_>, at: u64, line: u64) -> Result<(Self, u64)> {
        let (records, printed) = (view.records(), view.printed);
        Ok(match records {
            Records::Variable(kind) => {
                let chain = view.chain_of_record(kind, at)?;
                (Self { records, chain: Some(chain), printed, ends: false }, chain.at())
            }
            Records::Lines(_) | Records::Fixed(_) => {
                (Self { records, chain: None, printed, ends: false }, line)
            }
        })
    }

    /// Where the last whole line of `have` ends, which begins at `at` in the file; the last `fresh` bytes of it were not
    /// looked at yet.
    pub fn whole(&self, have: &[u8], fresh: usize, at: u64) -> Option<usize> {
        match self.records {
            Records::Lines(feed) => {
                let before = have.len().saturating_sub(fresh);
                let fresh = have.get(before..).unwrap_or_default();
                memrchr(feed.byte(), fresh).map(|p| before + p + 1)
            }
            Records::Fixed(length) => {
                let length = u64::from(length.get());
                let end = (at + to_u64(have.len())) / length * length;
                (end > at).then(|| to_usize(end - at))
            }
            Records::Variable(_) => {
                let mut chain = self.chain?;
                let (mut end, mut before, mut empty) = (None, None, false);
                while let Some(line) = step(&mut chain, have, at).filter(|l| l.end <= have.len()) {
                    (before, end, empty) = (end, Some(line.end), line.start == line.end);
                }
                // Whether an empty record is a line depends on what follows it.
                if empty { before } else { end }
            }
        }
    }

    /// Where the first line of `have` begins that is whole at its start; `have` begins at `at` in the file, its start is in
    /// a line. Windows are cut from there on.
    ///
    /// # Errors
    /// Only if the budget of `view` ends.
    pub fn first(&mut self, view: &mut View<'_>, have: &[u8], at: u64) -> Result<Option<usize>> {
        let found = match self.records {
            Records::Lines(feed) => memchr(feed.byte(), have).map(|p| p + 1),
            Records::Fixed(length) => {
                let length = u64::from(length.get());
                Some(to_usize(at.div_ceil(length) * length - at))
            }
            Records::Variable(kind) => {
                let mut chain = view.chain_to(kind, at)?;
                while !chain.is_broken() && chain.at() < at {
                    view.step(&mut chain)?;
                }
                self.chain = Some(chain);
                chain.at().checked_sub(at).map(to_usize)
            }
        };
        Ok(found.filter(|p| *p < have.len()))
    }

    /// How the lines of the next window are told apart, which begins at `at` in the file.
    pub fn cut(&mut self, window: &[u8], at: u64) -> Cut {
        let whole = self.cut_whole(window, at);
        match self.printed {
            Some(decider) if matches!(whole, Cut::Listed(_)) => whole.printed(window, decider),
            Some(decider) => whole.listed(window).printed(window, decider),
            None => whole,
        }
    }

    fn cut_whole(&mut self, window: &[u8], at: u64) -> Cut {
        match self.records {
            Records::Lines(feed) => Cut::Feed(feed),
            Records::Fixed(length) => {
                let length = u64::from(length.get());
                Cut::Length { length: to_usize(length), inside: to_usize(at % length) }
            }
            Records::Variable(_) => {
                let mut lines: Vec<Line> = Vec::new();
                if let Some(chain) = &mut self.chain {
                    while let Some(line) = step(chain, window, at) {
                        if let Some(before) = lines.last_mut() {
                            before.next = line.start;
                        }
                        let end = line.end.min(window.len());
                        lines.push(Line { end, next: window.len(), ..line });
                    }
                    let all = at + to_u64(window.len());
                    if let Some(torn) = chain.torn(all) {
                        // Windows end with whole records but for the last one.
                        let start = to_usize(torn.start - at);
                        lines.pop_if(|last| last.start == start);
                        if let Some(before) = lines.last_mut() {
                            before.next = start;
                        }
                        lines.push(Line { start, end: window.len(), next: window.len() });
                    } else if chain.is_broken() && lines.is_empty() {
                        // Inside of what follows a broken descriptor.
                        lines.push(Line { start: 0, end: window.len(), next: window.len() });
                    }
                }
                if self.ends {
                    lines.pop_if(|last| last.start >= window.len());
                }
                Cut::Listed(lines)
            }
        }
    }
}

/// The next record of a chain whose descriptor is in `bytes`, which begin at `at` in the file; of a broken chain the rest is
/// one.
fn step(chain: &mut Chain, bytes: &[u8], at: u64) -> Option<Line> {
    if chain.is_broken() {
        return None;
    }
    let from = to_usize(chain.at().checked_sub(at)?);
    let head = bytes.get(from..from + to_usize(chain.needs()))?;
    let place = |n: u64| to_usize(n.saturating_sub(at));
    let line =
        chain.step(head).map_or((from, bytes.len()), |record| (place(record.start), place(record.stop)));
    Some(Line { start: line.0, end: line.1, next: line.1 })
}
