//! Bytes to tokens: takes a source in pieces of any size, masks them and feeds the reader. Keeps one piece at a time.
//!
//! A piece is cut before a line that begins a sentence or an entry. A source without any is
//! cut where a piece is as large as it may be, so that memory is bounded whatever the file holds.

use super::builder::Want;
use super::model::{At, Unit};
use super::names::{Name, Names};
use super::reader::Reader;
use super::tok::Tok;
use crate::base::ByteOffset;
use crate::base::num::{to_u64, to_usize};
use crate::code::copybook::Expanded;
use crate::code::lex::{Lexer, Token, TokenKind, literal_value, text};
use crate::code::mask::mark;
use crate::code::sentence::last_begin;
use crate::code::words::is_word_byte;
use crate::code::{Before, SourceFormat, mask_from};
use crate::source::ChunkSink;
use memchr::{memchr, memmem, memrchr};
use std::sync::Arc;

/// Bytes that are read before a piece is cut.
const PIECE: usize = 1 << 20;
/// Most bytes of a piece.
const LARGEST: usize = 16 << 20;
/// Longest literal that may be the name of a program.
const LITERAL: usize = 30;

/// Takes the bytes of a source in order and gives its compile units.
#[derive(Debug)]
pub struct Collector<F> {
    before: Before,
    reader: Reader,
    each: F,
    text: Vec<u8>,
    masked: Vec<u8>,
    /// Bytes that are read before a piece is cut, and most of one.
    sizes: (usize, usize),
    /// The piece is cut when it has this many bytes.
    cut_at: usize,
    /// The line that `text` begins with, from 1.
    line: u32,
    taken: u64,
}

impl<F: FnMut(Unit)> Collector<F> {
    /// For a source of this format. Each unit is handed to `each` when it is complete.
    pub fn new(format: SourceFormat, want: Want, each: F) -> Self {
        Self::sized(format, want, (PIECE, LARGEST), each)
    }

    /// With pieces of other lengths.
    pub(in crate::code) fn sized(format: SourceFormat, want: Want, sizes: (usize, usize), each: F) -> Self {
        Self {
            before: format.into(),
            reader: Reader::new(want),
            each,
            text: Vec::new(),
            masked: Vec::new(),
            sizes,
            cut_at: sizes.0,
            line: 1,
            taken: 0,
        }
    }

    /// The text is that of a program with its copybooks put in: places are those in the program and the copybooks.
    #[must_use]
    pub fn expanded(mut self, expanded: Arc<Expanded>) -> Self {
        self.reader.expanded(expanded);
        self
    }

    /// The source has ended.
    pub fn finish(mut self) {
        let all = self.text.len();
        let mut masked = std::mem::take(&mut self.masked);
        mask_from(&self.text, self.before.clone(), &mut masked);
        self.read(&masked, all);
        for unit in self.reader.finish() {
            (self.each)(unit);
        }
    }

    /// Reads what can be read of the piece; the rest stays.
    fn cut(&mut self) {
        let mut masked = std::mem::take(&mut self.masked);
        let behind = mask_from(&self.text, self.before.clone(), &mut masked);
        let lines = memrchr(b'\n', &self.text).map_or(0, |at| at + 1);
        let (piece, largest) = self.sizes;
        let at = match last_begin(masked.get(..lines).unwrap_or_default()) {
            Some(at) => at,
            None if self.text.len() < largest => {
                self.masked = masked;
                self.cut_at = self.text.len().saturating_mul(2).min(largest);
                return;
            }
            None => {
                if lines > 0 {
                    lines
                } else {
                    self.text.len()
                }
            }
        };
        self.cut_at = piece;
        let read = masked.get(..at).unwrap_or_default();
        self.read(read, at);
        let later = (self.text.get(at..).unwrap_or_default(), masked.get(at..).unwrap_or_default());
        let directed = memmem::find(later.0, b">>").is_some() || memchr(mark::DIRECTIVE, later.1).is_some();
        if behind != self.before || directed {
            // A directive changed it: perhaps in what is read later only.
            let read = self.text.get(..at).unwrap_or_default();
            self.before = mask_from(read, self.before.clone(), &mut masked);
        }
        self.masked = masked;
        self.text.drain(..at);
        for unit in self.reader.complete() {
            (self.each)(unit);
        }
    }

    /// Reads masked text, which is the first `to` bytes of the piece.
    fn read(&mut self, masked: &[u8], to: usize) {
        let source = self.text.get(..to).unwrap_or_default();
        let feed = |from: usize| {
            memchr(b'\n', source.get(from..).unwrap_or_default()).map_or(usize::MAX, |at| from + at)
        };
        let (mut begin, mut end) = (0, feed(0));
        for token in Lexer::new(masked) {
            let start = to_usize(token.start.into());
            while start > end {
                begin = end + 1;
                end = feed(begin);
                self.line = self.line.saturating_add(1);
            }
            let skipped =
                matches!(token.kind, TokenKind::Comment | TokenKind::Directive | TokenKind::Picture);
            if skipped || (token.debug && !self.reader.takes_debugging()) {
                continue;
            }
            let column = u32::try_from(start - begin).unwrap_or(u32::MAX).saturating_add(1);
            let at = At { line: self.line, column };
            let tok = token_of(masked, &token, at, self.reader.names());
            self.reader.token(tok);
        }
        while end < to {
            self.line = self.line.saturating_add(1);
            end = feed(end + 1);
        }
    }
}

fn token_of(masked: &[u8], token: &Token, at: At, names: &mut Names) -> Tok {
    let byte = masked.get(to_usize(token.start.into())).copied().unwrap_or_default();
    let word = match token.kind {
        TokenKind::Word | TokenKind::Number => names.number(&text(masked, token)),
        TokenKind::Literal => {
            let value = literal_value(masked, token);
            let name = value.trim_ascii();
            let may_be = !name.is_empty() && name.len() <= LITERAL && name.iter().all(|b| is_word_byte(*b));
            if may_be { names.number(name) } else { Name::NONE }
        }
        _ => Name::NONE,
    };
    Tok { kind: token.kind, byte, word, at, area_a: token.area_a }
}

impl<F: FnMut(Unit)> ChunkSink for Collector<F> {
    fn chunk(&mut self, at: ByteOffset, bytes: &[u8]) {
        self.taken = at.0.saturating_add(to_u64(bytes.len()));
        let mut rest = bytes;
        while !rest.is_empty() {
            let room = self.cut_at.saturating_sub(self.text.len()).max(1);
            let (now, later) = rest.split_at_checked(room).unwrap_or((rest, &[]));
            self.text.extend_from_slice(now);
            rest = later;
            if self.text.len() >= self.cut_at {
                self.cut();
            }
        }
    }

    fn end(&mut self, _at: ByteOffset) {}

    fn next(&self) -> ByteOffset {
        ByteOffset(self.taken)
    }
}
