//! Where lines end. The *end* of a line is its last byte, the byte before the next line: of a line that a byte ends that byte, of a
//! record of fixed length the last of its data, of a variable one the last byte of the descriptor that follows it. The last
//! line of a file has one only if the file ends with it.

use super::bytes::block_of;
use super::chain::{Chain, Record, head_bytes, take_up};
use super::records::{Descriptors, Records};
use super::scan::Until;
use super::view::View;
use crate::base::Result;
use crate::base::num::{to_u64, to_usize};
use memchr::{memchr, memchr_iter, memrchr};

/// Some records with descriptors in a row.
#[derive(Debug)]
pub(super) struct Span {
    records: Vec<Record>,
    /// The chain behind them.
    chain: Chain,
}

/// How far before a place a chain is looked for that no index knows, in bytes. The longest record is half of it.
const LOOK_BACK: u64 = 64 << 10;
/// How far behind it.
const LOOK_AHEAD: u64 = 128 << 10;

impl View<'_> {
    /// The first end in `from..to`.
    pub fn end_after(&mut self, from: u64, to: u64) -> Result<Option<u64>> {
        match self.records() {
            Records::Lines(feed) => {
                self.walk(from, to, |at, part| memchr(feed.byte(), part).map(|p| at + to_u64(p)))
            }
            Records::Fixed(length) => {
                let length = u64::from(length.get());
                let end = (from / length + 1).saturating_mul(length) - 1;
                Ok((end < to.min(self.size())).then_some(end))
            }
            Records::Variable(kind) => {
                let mut found = None;
                self.ends_from(kind, from, |end| {
                    found = (end < to).then_some(end);
                    false
                })?;
                Ok(found)
            }
        }
    }

    /// The `nth` end (from 1) in `from..to`.
    pub fn nth_end(&mut self, from: u64, to: u64, nth: u64) -> Result<Option<u64>> {
        match self.records() {
            Records::Lines(feed) => {
                let (feed, mut left) = (feed.byte(), nth);
                self.walk(from, to, |at, part| {
                    let here = to_u64(bytecount::count(part, feed));
                    if here < left {
                        left -= here;
                        return None;
                    }
                    let at_part = memchr_iter(feed, part).nth(to_usize(left.saturating_sub(1)));
                    at_part.map(|p| at + to_u64(p))
                })
            }
            Records::Fixed(length) => {
                let length = u64::from(length.get());
                let end = (from / length).saturating_add(nth).saturating_mul(length) - 1;
                Ok((nth > 0 && end < to.min(self.size())).then_some(end))
            }
            Records::Variable(kind) => {
                let (mut left, mut found) = (nth, None);
                self.ends_from(kind, from, |end| {
                    left = left.saturating_sub(1);
                    found = (left == 0 && end < to).then_some(end);
                    left > 0 && end < to
                })?;
                Ok(found)
            }
        }
    }

    /// How many ends are in `from..to`, and where the last one is.
    pub fn ends(&mut self, from: u64, to: u64) -> Result<(u64, Option<u64>)> {
        let (mut count, mut last) = (0, None);
        match self.records() {
            Records::Lines(feed) => {
                let feed = feed.byte();
                self.walk(from, to, |at, part| {
                    count += to_u64(bytecount::count(part, feed));
                    last = memrchr(feed, part).map(|p| at + to_u64(p)).or(last);
                    None::<()>
                })?;
            }
            Records::Fixed(length) => {
                let length = u64::from(length.get());
                let to = to.min(self.size()) / length;
                count = to.saturating_sub(from / length);
                last = (count > 0).then(|| to * length - 1);
            }
            Records::Variable(kind) => self.ends_from(kind, from, |end| {
                if end < to {
                    (count, last) = (count + 1, Some(end));
                }
                end < to
            })?,
        }
        Ok((count, last))
    }

    /// The last end in `from..to`.
    pub fn end_before(&mut self, from: u64, to: u64) -> Result<Option<u64>> {
        let found = match self.records() {
            Records::Lines(feed) => return self.feed_before(feed.byte(), from, to),
            Records::Fixed(length) => {
                let length = u64::from(length.get());
                (to.min(self.size()) / length * length).checked_sub(1)
            }
            Records::Variable(kind) => self.record_at(kind, to)?.start.checked_sub(1),
        };
        Ok(found.filter(|end| (from..to).contains(end)))
    }

    fn feed_before(&mut self, feed: u8, from: u64, to: u64) -> Result<Option<u64>> {
        let mut end = to.min(self.size());
        while end > from {
            let (number, inside) = block_of(end - 1, self.file.0.shape.block);
            let block = self.block(number)?;
            let begin = (end - 1).saturating_sub(to_u64(inside));
            let part = block.bytes.get(..=inside).unwrap_or(&block.bytes);
            if let Some(p) = memrchr(feed, part) {
                let found = begin + to_u64(p);
                return Ok((found >= from).then_some(found));
            }
            end = begin;
        }
        Ok(None)
    }

    /// The record that a chain comes to next; `None` if it is broken there.
    pub fn step(&mut self, chain: &mut Chain) -> Result<Option<Record>> {
        let mut head = [0; 8];
        let head = head.get_mut(..to_usize(chain.needs())).unwrap_or_default();
        self.copy_to(chain.at(), head)?;
        Ok(chain.step(head))
    }

    /// The record with descriptors whose data or ending hold `at`; the first one for bytes before it.
    pub fn record_at(&mut self, kind: Descriptors, at: u64) -> Result<Record> {
        loop {
            let span = self.span_at(kind, at)?;
            let after = span.records.partition_point(|r| r.start <= at);
            let found = span.records.get(after.saturating_sub(1)).copied();
            // The last record of a span may not be the one: there may be another one behind it.
            if let Some(record) = found.filter(|_| after < span.records.len() || span.chain.is_broken()) {
                return Ok(record);
            }
            if !self.walk_span()? {
                return Ok(found.unwrap_or(Record { start: self.size(), stop: self.size(), heads: false }));
            }
        }
    }

    /// The chain at the descriptor of the record whose data or ending hold `at`; the first one for bytes before it.
    pub fn chain_of_record(&mut self, kind: Descriptors, at: u64) -> Result<Chain> {
        let start = self.record_at(kind, at)?.start;
        let mut chain = self.chain_before(kind, start)?;
        while !chain.is_broken() && chain.at() + chain.needs() <= self.size() {
            let before = chain;
            if self.step(&mut chain)?.is_none_or(|record| record.start >= start) {
                return Ok(before);
            }
        }
        // What is left of a descriptor at the end of the file.
        Ok(chain)
    }

    /// The chain at the last descriptor at or before `at`; the first one if there is none before it.
    pub fn chain_to(&mut self, kind: Descriptors, at: u64) -> Result<Chain> {
        let start = self.record_at(kind, at)?.start;
        let mut chain = self.chain_before(kind, start)?;
        let mut before = chain;
        while !chain.is_broken() && chain.at() <= at && chain.at() + chain.needs() <= self.size() {
            before = chain;
            self.step(&mut chain)?;
        }
        Ok(before)
    }

    /// Calls `each` with the ends from `from` on until it says that it has enough.
    fn ends_from(&mut self, kind: Descriptors, from: u64, mut each: impl FnMut(u64) -> bool) -> Result<()> {
        self.span_at(kind, from)?;
        let mut told = from;
        loop {
            let Some(span) = &self.span else { return Ok(()) };
            let after = span.records.partition_point(|r| r.start <= told);
            for next in span.records.get(after..).unwrap_or_default() {
                if !each(next.start.saturating_sub(1)) {
                    return Ok(());
                }
                told = next.start;
            }
            if !self.walk_span()? {
                return Ok(());
            }
        }
    }

    /// A span whose first record begins at or before `at`, if the file has one: that in hand, unless there is a place to begin at
    /// that is nearer.
    fn span_at(&mut self, kind: Descriptors, at: u64) -> Result<&Span> {
        let begins = |span: &Span| span.records.first().is_some_and(|r| r.start <= at);
        let step = self.span_length();
        let near = |span: &Span| at < span.chain.at().saturating_add(step) || span.chain.is_broken();
        if !self.span.as_ref().is_some_and(|span| begins(span) && near(span)) {
            let chain = self.chain_before(kind, at)?;
            // Marks are farther apart in large files than a span is walked at once: who walks on must not begin anew.
            let on_its_way = |span: &Span| begins(span) && span.chain.at() >= chain.at();
            if !self.span.as_ref().is_some_and(on_its_way) {
                self.span = Some(Span { records: Vec::new(), chain });
                self.walk_span()?;
            }
        }
        Ok(self.span.get_or_insert_with(|| Span { records: Vec::new(), chain: Chain::new(kind) }))
    }

    /// A chain at or before the record that holds `at`: from the index, from the bytes around, or from the top of the file.
    fn chain_before(&mut self, kind: Descriptors, at: u64) -> Result<Chain> {
        let mark = |view: &Self| {
            let known = |index: &mut super::index::Index| {
                (index.end() >= at.min(view.size())).then(|| index.mark_before(at))
            };
            view.cached.then(|| view.file.with_index(view.snap, known)).flatten().flatten()
        };
        let known = mark(self);
        if let Some(mark) = known {
            return Ok(self.chain_of(kind, mark.at));
        }
        let low = at.saturating_sub(LOOK_BACK);
        if low > 0 {
            let high = at.saturating_add(LOOK_AHEAD).min(self.size());
            let around = self.copy(low, high)?;
            let taken_up = take_up(&around, low, high >= self.size(), kind);
            if let Some(chain) = taken_up.filter(|c| c.at() + head_bytes(kind) <= at) {
                return Ok(chain);
            }
        }
        if self.cached {
            self.file.extend(self.snap, Until::Byte(at), self.budget)?;
            if let Some(mark) = mark(self) {
                return Ok(self.chain_of(kind, mark.at));
            }
        }
        Ok(Chain::new(kind))
    }

    /// The chain that leads to a mark.
    fn chain_of(&self, kind: Descriptors, mark: u64) -> Chain {
        let first = self.file.with_index(self.snap, |index| index.first()).unwrap_or(0);
        if mark <= first { Chain::new(kind) } else { Chain::before(kind, mark) }
    }

    /// How far a span is walked at once, in bytes: a block.
    fn span_length(&self) -> u64 {
        to_u64(self.file.0.shape.block)
    }

    /// Walks the span in hand further. False if there is nothing more.
    fn walk_span(&mut self) -> Result<bool> {
        let Some(mut span) = self.span.take() else { return Ok(false) };
        let before = span.records.len();
        let until = span.chain.at().saturating_add(self.span_length());
        let size = self.size();
        while !span.chain.is_broken() && span.chain.at() < until {
            let at = span.chain.at();
            if at.saturating_add(span.chain.needs()) > size {
                // Of a file that is being unpacked more comes.
                let torn = if self.snap.bytes.grows() { None } else { span.chain.torn(size) };
                if let Some(torn) = torn {
                    // A line is known by where it begins: an empty record there is the same one.
                    span.records.pop_if(|last| last.start == torn.start);
                    span.records.push(torn);
                    self.span = Some(span);
                    return Ok(true);
                }
                break;
            }
            let record = self.step(&mut span.chain)?;
            span.records.push(record.unwrap_or(Record { start: at, stop: size, heads: false }));
        }
        let more = span.records.len() > before;
        self.span = Some(span);
        Ok(more)
    }
}
