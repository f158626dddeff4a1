//! The parts of a source that describe data, cut into pieces that are read one at a time: so a file of any size takes the
//! memory of one piece. Knows lines and their first words.

use super::model::Record;
use super::reader::Reader;
use crate::base::ByteOffset;
use crate::base::num::to_u64;
use crate::code::before::directive_on;
use crate::code::format::{areas, columns};
use crate::code::sentence::{Line, Sentence};
use crate::code::words::word_length;
use crate::code::{Before, Problem, SourceFormat};
use crate::source::ChunkSink;
use memchr::{memchr, memmem};

/// A piece that is at least this long ends where the next record begins.
const PIECE: usize = 256 << 10;
/// One that is this long ends where any entry begins: the record goes on in the next piece.
const LONG: usize = 4 << 20;
/// One that is this long ends at once, whatever that cuts.
const LONGEST: usize = 8 << 20;
/// Of a longer line only the beginning is read.
const LINE: usize = 1 << 20;

/// Takes the bytes of a source in order and gives its records as they are complete.
pub struct Extract<F> {
    reader: Reader,
    format: SourceFormat,
    /// Number of the line being read, from 1, and its start if a chunk cut it.
    line: u64,
    carry: Vec<u8>,
    taken: u64,
    /// Inside a PROCEDURE DIVISION, which describes nothing.
    passing: bool,
    piece: Vec<u8>,
    /// Number of the first line of the piece, and what is known before it.
    piece_line: u64,
    piece_before: Before,
    /// There may be directives for conditional compilation in what is read.
    directs: bool,
    /// What the lines of code of the piece said of entries.
    sentence: Sentence,
    /// A piece of this length is cut before a record, an entry, anything.
    sizes: [usize; 3],
    each: F,
}

impl<F> std::fmt::Debug for Extract<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Extract")
            .field("line", &self.line)
            .field("piece", &self.piece.len())
            .finish_non_exhaustive()
    }
}

impl<F: FnMut(Record)> Extract<F> {
    /// For a source of this format (anything that is not free is read as fixed); `each` is given every record.
    pub fn new(format: SourceFormat, each: F) -> Self {
        Self::sized(format, [PIECE, LONG, LONGEST], each)
    }

    /// With pieces of other lengths.
    pub(in crate::code) fn sized(format: SourceFormat, sizes: [usize; 3], each: F) -> Self {
        Self {
            reader: Reader::default(),
            format,
            line: 1,
            carry: Vec::new(),
            taken: 0,
            passing: false,
            piece: Vec::new(),
            piece_line: 1,
            piece_before: format.into(),
            directs: false,
            sentence: Sentence::default(),
            sizes,
            each,
        }
    }

    /// Reads what is left and gives what is wrong outside of records.
    pub fn finish(mut self) -> Vec<Problem> {
        if !self.carry.is_empty() {
            self.directs = true;
            let last = std::mem::take(&mut self.carry);
            self.take_line(&last);
        }
        self.flush();
        self.reader.end();
        self.reader.take_records().for_each(&mut self.each);
        self.reader.take_problems()
    }

    /// One line without its line feed.
    fn take_line(&mut self, line: &[u8]) {
        let before = self.format;
        let line = columns(line, 0, LINE);
        let Some(source) = self.format.source_line(line) else {
            // What stands between cards may stand between two lines of an entry, too.
            if !self.passing && !self.piece.is_empty() {
                self.add(line, b"", Line::default());
            }
            return;
        };
        if self.passing && self.holds_nothing(source) {
            return;
        }
        let text = self.code(source).trim_ascii();
        let goes_on = !self.format.is_free() && areas(source).indicator == b'-';
        let kind = Line { goes_on, listed: self.format.is_listing() };
        let directed =
            self.directs && directive_on(source.strip_suffix(b"\r").unwrap_or(source), self.format).is_some();
        let switches = directed || text.starts_with(b"$");
        if self.passing {
            if switches {
                self.begin(before);
                self.add(line, text, kind);
                return self.flush();
            }
            if self.piece_before.skips() || !begins_unit(text) {
                return;
            }
            self.passing = false;
        }
        let [piece, ..] = self.sizes;
        if self.piece.len() >= piece && !goes_on && self.may_cut(text) {
            self.flush();
        }
        self.begin(before);
        self.add(line, text, kind);
        if is(text, b"PROCEDURE") && is(after_word(text), b"DIVISION") {
            self.flush();
            self.passing = true;
        }
    }

    /// Whether a line of a PROCEDURE DIVISION can be passed over at once: in fixed format, one with nothing in area A and
    /// no directive, which most are.
    #[inline]
    fn holds_nothing(&self, line: &[u8]) -> bool {
        let Some(start) = line.first_chunk::<12>() else {
            return self.has_areas() && line.len() < 8;
        };
        let [s0, .., a0, a1, a2, a3, b0] = start;
        self.has_areas()
            && [a0, a1, a2, a3].iter().all(|b| **b == b' ')
            && !matches!(b0, b'>' | b'$')
            && !matches!(s0, b'>' | b'\t')
            && memchr(b'\t', start).is_none()
            && !(self.directs && memmem::find(line, b">>").is_some())
    }

    fn has_areas(&self) -> bool {
        matches!(self.format, SourceFormat::Fixed | SourceFormat::Listing(_)) && !self.format.is_free()
    }

    /// The code of a line of source; nothing of a comment.
    fn code<'l>(&self, line: &'l [u8]) -> &'l [u8] {
        if self.format.is_free() {
            return line;
        }
        if line.starts_with(b">>") {
            return line;
        }
        let areas = areas(line);
        if matches!(areas.indicator, b'*' | b'/') { &[] } else { areas.code }
    }

    /// A piece begins with the line that is due, before which this format is in force; if it has not begun before.
    fn begin(&mut self, format: SourceFormat) {
        if self.piece.is_empty() {
            self.piece_line = self.line;
            self.piece_before.format = format;
            self.sentence = Sentence::default();
        }
    }

    /// Adds a line of which the code is `text`.
    fn add(&mut self, line: &[u8], text: &[u8], kind: Line) {
        if !text.is_empty() && !text.starts_with(b"*") {
            self.sentence.take(text, kind, true);
        }
        self.piece.extend_from_slice(line);
        self.piece.push(b'\n');
    }

    /// Whether the piece may end before a line with this text.
    fn may_cut(&self, text: &[u8]) -> bool {
        let [_, long, longest] = self.sizes;
        if self.piece.len() >= longest {
            return true;
        }
        let level = columns(text, 0, word_length(text));
        let record = matches!(level, b"01" | b"1" | b"77" | b"FD" | b"fd" | b"SD" | b"sd");
        let entry = self.piece.len() >= long && level.first().is_some_and(u8::is_ascii_digit);
        self.sentence.ended() && (record || entry)
    }

    /// Reads the piece.
    fn flush(&mut self) {
        if self.piece.is_empty() {
            return;
        }
        self.piece_before = self.reader.read(&self.piece, self.piece_line, self.piece_before.clone());
        let format = self.piece_before.format;
        // Of a listing more lines were looked at by now than were read.
        self.format = if self.format.is_listing() { self.format.changed_to(Some(format)) } else { format };
        self.piece.clear();
        self.reader.take_records().for_each(&mut self.each);
    }
}

impl<F: FnMut(Record)> ChunkSink for Extract<F> {
    fn chunk(&mut self, at: ByteOffset, bytes: &[u8]) {
        self.taken = at.0.saturating_add(to_u64(bytes.len()));
        let mut rest = bytes;
        let directs = memmem::find(bytes, b">>").is_some();
        while let Some(feed) = memchr(b'\n', rest) {
            // It may begin in the piece before.
            self.directs = directs || !self.carry.is_empty();
            let (line, after) = rest.split_at_checked(feed).unwrap_or((rest, &[]));
            if self.carry.is_empty() {
                self.take_line(line);
            } else {
                let mut whole = std::mem::take(&mut self.carry);
                whole.extend_from_slice(columns(line, 0, LINE));
                self.take_line(&whole);
                whole.clear();
                self.carry = whole;
            }
            self.line = self.line.saturating_add(1);
            rest = columns(after, 1, after.len());
        }
        let room = LINE.saturating_sub(self.carry.len());
        self.carry.extend_from_slice(columns(rest, 0, room));
    }

    fn end(&mut self, _at: ByteOffset) {}

    fn next(&self) -> ByteOffset {
        ByteOffset(self.taken)
    }
}

fn is(text: &[u8], word: &[u8]) -> bool {
    columns(text, 0, word_length(text)).eq_ignore_ascii_case(word)
}

/// What follows the first word.
fn after_word(text: &[u8]) -> &[u8] {
    columns(text, word_length(text), text.len()).trim_ascii_start()
}

/// Whether a text begins a part of a program that is no PROCEDURE DIVISION.
fn begins_unit(text: &[u8]) -> bool {
    if !matches!(
        text.first(),
        Some(b'I' | b'i' | b'E' | b'e' | b'D' | b'd' | b'P' | b'p' | b'F' | b'f' | b'C' | b'c' | b'M' | b'm')
    ) {
        return false;
    }
    let second = after_word(text);
    let header = [&b"ID"[..], b"IDENTIFICATION", b"ENVIRONMENT", b"DATA"].iter().any(|w| is(text, w));
    let unit = [&b"PROGRAM-ID"[..], b"FUNCTION-ID", b"CLASS-ID", b"METHOD-ID"].iter().any(|w| is(text, w));
    let end = [&b"PROGRAM"[..], b"FUNCTION", b"CLASS", b"METHOD"].iter().any(|w| is(second, w));
    (header && is(second, b"DIVISION")) || unit || (is(text, b"END") && end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::cards::tests::{PLAIN, format_of, listing};

    #[test]
    fn a_listing_is_read_in_pieces_of_whole_records() {
        // Periods far to the right, where they are not if a card is taken to begin with its line.
        let record =
            |n| format!("       01  R{n}.\n           05  A PIC X.\n           05  B{:40}PIC X(3).\n", "");
        let source = (0..3_000).fold(String::new(), |text, n| text + &record(n));
        let (text, numbers) = listing(&source, PLAIN);
        let mut records: Vec<Record> = Vec::new();
        let mut extract = Extract::new(format_of(&text), |record| records.push(record));
        for part in text.as_bytes().chunks(10_000) {
            extract.chunk(ByteOffset(0), part);
            assert!(extract.piece.len() < PIECE + 20_000, "{extract:?}");
        }
        assert_eq!(extract.finish(), []);
        assert_eq!(records.len(), 3_000);
        for (n, record) in records.iter().enumerate() {
            let lines =
                record.items.iter().map(|i| numbers[usize::try_from(i.entry.at.line.index()).unwrap()]);
            assert_eq!(lines.collect::<Vec<_>>(), [3 * n + 1, 3 * n + 2, 3 * n + 3]);
            assert_eq!(record.items[2].offset, Some(1));
        }
    }
}
