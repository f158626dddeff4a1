//! Cutting a source into chunks of about 1 MiB, each of which is read, parsed and remembered by itself.
//!
//! Chunks begin where structure does (a header, an item of level 01), because a parse may begin there. Which of those places
//! are taken follows from the lines there and not from offsets: in a window of half to one and a half MiB behind the last
//! cut it is the line with the lowest hash. So after an insertion near the top the cuts behind it soon fall on the same lines
//! as before, and what is known of the chunks between them stays true.
//!
//! With each chunk goes what is known before it: the format in force, and what conditional compilation has left open. Lines that
//! it leaves out hold no structure to cut at.
//!
//! Takes the bytes in order, in pieces of any size, which do not change the cuts. Keeps the candidates of one window.

use super::before::{Before, directive_on, indicator, margin};
use super::format::{begins_structure, columns, trimmed};
use super::mask::{is_directive, measure, measure_plain};
use super::model::SourceFormat;
use super::sentence::{Line, Odd, Sentence};
use super::words::word_length;
use crate::base::ByteOffset;
use crate::base::num::to_u64;
use crate::source::ChunkSink;
use memchr::{memchr, memchr_iter, memmem};
use std::collections::VecDeque;

/// How much of a line is looked at. Code does not stand farther right.
const KEPT: usize = 4096;

/// A piece of a source that is parsed by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Where it begins.
    pub start: ByteOffset,
    /// Where it ends.
    pub end: ByteOffset,
    /// What is known at its start.
    pub before: Before,
}

/// Where a cut may be.
#[derive(Debug, Clone)]
struct Place {
    at: u64,
    hash: u64,
    before: Before,
}

/// Places of a window with the lowest hash first: one with a higher hash than one after it can never be taken.
#[derive(Debug, Default)]
struct Lowest(VecDeque<Place>);

impl Lowest {
    fn push(&mut self, place: Place) {
        while self.0.back().is_some_and(|b| b.hash > place.hash) {
            self.0.pop_back();
        }
        self.0.push_back(place);
    }

    /// The lowest behind `after`; those up to it are forgotten.
    fn behind(&mut self, after: u64) -> Option<Place> {
        while self.0.front().is_some_and(|f| f.at <= after) {
            self.0.pop_front();
        }
        self.0.front().cloned()
    }
}

/// Takes the bytes of a source in order and gives its chunks.
#[derive(Debug)]
pub struct Chunker {
    before: Before,
    /// There may be directives for conditional compilation in what is read.
    directs: bool,
    /// There may be tabs, or letters of several bytes.
    wide: bool,
    /// The shortest and the longest chunk.
    least: u64,
    most: u64,
    /// Bytes taken, and where the line that is read begins; its start if a piece cut it.
    taken: u64,
    line_at: u64,
    carry: Vec<u8>,
    /// What the lines of code before it said of sentences.
    sentence: Sentence,
    structure: Lowest,
    sentences: Lowest,
    /// The last line that began.
    line: Place,
    last: Place,
    chunks: Vec<Chunk>,
}

impl Chunker {
    /// For a source that begins in this format.
    pub fn new(format: SourceFormat) -> Self {
        Self::sized(format, 512 << 10, 1536 << 10)
    }

    /// With other lengths.
    pub(super) fn sized(format: SourceFormat, least: u64, most: u64) -> Self {
        let begin = Place { at: 0, hash: 0, before: format.into() };
        Self {
            before: format.into(),
            directs: false,
            wide: true,
            least,
            most,
            taken: 0,
            line_at: 0,
            carry: Vec::new(),
            sentence: Sentence::default(),
            structure: Lowest::default(),
            sentences: Lowest::default(),
            line: begin.clone(),
            last: begin,
            chunks: Vec::new(),
        }
    }

    /// The chunks of all that was taken.
    pub fn finish(mut self) -> Vec<Chunk> {
        if self.taken > self.line_at {
            let line = std::mem::take(&mut self.carry);
            (self.directs, self.wide) = (true, true);
            self.take_line(&line, true);
        }
        self.cut(self.taken);
        if self.taken > self.last.at {
            self.push(Place { at: self.taken, hash: 0, before: self.before.clone() });
        }
        self.chunks
    }

    /// The chunks of a text in memory.
    pub fn chunks(text: &[u8], format: SourceFormat) -> Vec<Chunk> {
        let mut chunker = Self::new(format);
        chunker.chunk(ByteOffset(0), text);
        chunker.finish()
    }

    fn push(&mut self, next: Place) {
        let end = ByteOffset(next.at);
        let Place { at, before, .. } = std::mem::replace(&mut self.last, next);
        self.chunks.push(Chunk { start: ByteOffset(at), end, before });
    }

    /// Cuts while what lies between the last cut and `to` is too long for one chunk.
    #[inline]
    fn cut(&mut self, to: u64) {
        while to - self.last.at > self.most {
            self.cut_one();
        }
    }

    #[cold]
    fn cut_one(&mut self) {
        let (least, most) = (self.last.at + self.least, self.last.at + self.most);
        let line = Some(&self.line).filter(|l| l.at > least).cloned();
        let best = self.structure.behind(least).or_else(|| self.sentences.behind(least)).or(line);
        // A line without an end is cut where it is, and not at all where it begins a chunk of its own.
        let place = best.unwrap_or_else(|| Place { at: most, hash: 0, before: self.before.clone() });
        let at = place.at;
        self.push(place);
        let _ = self.sentences.behind(at);
    }

    /// One line without its line feed, which begins at `line_at`.
    /// `odd` says what it may hold.
    fn take_line(&mut self, line: &[u8], odd: bool) {
        self.cut(self.line_at);
        self.line = Place { at: self.line_at, hash: 0, before: self.before.clone() };
        let Some(line) = self.before.format.source_line(columns(line, 0, KEPT)) else { return };
        let format = self.before.format;
        if self.directs {
            if let Some(text) = directive_on(line.strip_suffix(b"\r").unwrap_or(line), format) {
                return self.compiler_line(text);
            }
            if self.before.skips() {
                return;
            }
        }
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let Some(code) = (if format.is_free() { self.free(line) } else { self.fixed(line, format) }) else {
            return;
        };
        let text = trimmed(code.text);
        if text.is_empty() {
            return;
        }
        if self.sentence.ended() && !code.line.goes_on {
            let place = Place { hash: hash(text), ..self.line.clone() };
            if code.in_a && begins_structure(text) {
                self.structure.push(place);
            } else if word_length(text) > 0 {
                self.sentences.push(place);
            }
        }
        self.sentence.take(text, code.line, odd);
    }

    /// A line that begins with `>>`: `>>D` makes it code, before which nothing is cut.
    fn compiler_line(&mut self, text: &[u8]) {
        match text.strip_prefix(b">>D ").or_else(|| text.strip_prefix(b">>d ")) {
            Some(text) if !self.before.skips() => {
                let code = Code::plain(text, false, self.before.format);
                self.sentence.take(text.trim_ascii(), code.line, true);
            }
            _ => {
                self.before.take(text);
            }
        }
    }

    /// The code of a line without areas; nothing of comments and directives.
    fn free<'l>(&mut self, line: &'l [u8]) -> Option<Code<'l>> {
        let text = line.trim_ascii_start();
        let at = line.len() - text.len();
        let comment = at == 0 && matches!(text.first(), Some(b'*' | b'/'));
        (!comment && !self.is_special(at, text)).then(|| Code::plain(text, true, self.before.format))
    }

    /// The same of a line with areas.
    #[inline]
    fn fixed<'l>(&mut self, line: &'l [u8], format: SourceFormat) -> Option<Code<'l>> {
        let margin = margin(format);
        let m = if self.wide { measure(line, margin) } else { measure_plain(line, margin) };
        let line = columns(line, 0, m.code_to);
        // These may begin in the sequence area.
        if line.first_chunk::<7>().is_none_or(|front| front != b"       ") {
            let whole = line.trim_ascii_start();
            let at = line.len() - whole.len();
            let begins = matches!(whole.first(), Some(b'C' | b'c' | b'P' | b'p' | b'-' | b'+' | b'%' | b'*'));
            if at < 7 && begins && self.is_special(at, whole) {
                return None;
            }
        }
        let (mark_at, mark) = indicator(line, &m).unwrap_or((0, b' '));
        if matches!(mark, b'*' | b'/') {
            return None;
        }
        let text = trimmed(columns(line, m.code_at, line.len()));
        let in_a = columns(line, m.code_at, m.a_to).iter().any(|b| *b > b' ');
        match mark {
            b'$' | b'#' => {
                self.before.take(columns(line, mark_at, line.len()).trim_ascii_end());
                None
            }
            b'-' => {
                Some(Code { line: Line { goes_on: true, listed: format.is_listing() }, text, in_a: false })
            }
            // Where it stands behind column 1 does not matter.
            _ if self.is_special(m.code_at, text) || (in_a && text.first() == Some(&b'*')) => None,
            _ => Some(Code::plain(text, in_a, format)),
        }
    }

    /// Whether the text at byte `at` of a line is a comment or a directive. Only the latter says anything.
    #[inline]
    fn is_special(&mut self, at: usize, text: &[u8]) -> bool {
        if text.starts_with(b"*>") {
            return true;
        }
        let directive = is_directive(at, text, self.sentence.ended());
        if directive {
            self.before.take(text.trim_ascii_end());
        }
        directive
    }
}

/// The code of a line.
#[derive(Debug, Clone, Copy)]
struct Code<'l> {
    text: &'l [u8],
    /// It begins in area A.
    in_a: bool,
    line: Line,
}

impl<'l> Code<'l> {
    fn plain(text: &'l [u8], in_a: bool, format: SourceFormat) -> Self {
        Self { text, in_a, line: Line { goes_on: false, listed: format.is_listing() } }
    }
}

/// A number that follows from a text alone: eight bytes at a time.
fn hash(text: &[u8]) -> u64 {
    let mix = |h: u64, eight: u64| {
        let product = (h ^ eight).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        product ^ (product >> 32)
    };
    let (eights, rest) = text.as_chunks::<8>();
    let all = eights.iter().fold(to_u64(text.len()), |h, eight| mix(h, u64::from_le_bytes(*eight)));
    let mut last = [0; 8];
    last.iter_mut().zip(rest).for_each(|(to, byte)| *to = *byte);
    mix(mix(all, u64::from_le_bytes(last)), 0)
}

impl ChunkSink for Chunker {
    fn chunk(&mut self, at: ByteOffset, bytes: &[u8]) {
        if self.taken == 0 {
            (self.taken, self.line_at, self.line.at, self.last.at) = (at.0, at.0, at.0, at.0);
        }
        let mut from = 0;
        // Where no line has one, and none is left out, there is nothing to look for. It may begin in the piece before.
        let directs = memmem::find(bytes, b">>").is_some();
        let wide = memchr(b'\t', bytes).is_some() || !bytes.is_ascii();
        let mut odd = Odd::new(bytes);
        for feed in memchr_iter(b'\n', bytes) {
            self.directs = directs || !self.carry.is_empty() || self.before.skips();
            self.wide = wide || !self.carry.is_empty();
            let line = columns(bytes, from, feed);
            if self.carry.is_empty() {
                self.take_line(line, odd.before(feed));
            } else {
                let mut whole = std::mem::take(&mut self.carry);
                whole.extend_from_slice(columns(line, 0, KEPT));
                self.take_line(&whole, true);
                whole.clear();
                self.carry = whole;
            }
            from = feed + 1;
            self.line_at = self.taken + to_u64(from);
        }
        let room = KEPT.saturating_sub(self.carry.len());
        self.carry.extend_from_slice(columns(columns(bytes, from, bytes.len()), 0, room));
        self.taken += to_u64(bytes.len());
    }

    fn end(&mut self, _at: ByteOffset) {}

    fn next(&self) -> ByteOffset {
        ByteOffset(self.taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A source with paragraphs of unlike lengths, each with its number.
    fn source(paragraphs: usize) -> String {
        let mut text = String::from("       PROCEDURE DIVISION.\n");
        for n in 0..paragraphs {
            text +=
                &format!("000000 P{n}-PARA.                                                         TAG\n");
            for line in 0..(n * 7919) % 13 {
                text +=
                    &format!("           MOVE {line} TO FIELD-{n}{}\n", if line % 3 == 0 { "." } else { "" });
            }
        }
        text
    }

    fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
        (0..count).fold(String::new(), |text, n| text + &line(n))
    }

    fn cut(text: &str, piece: usize) -> Vec<Chunk> {
        let mut chunker = Chunker::sized(SourceFormat::Fixed, 2_000, 6_000);
        for part in text.as_bytes().chunks(piece) {
            chunker.chunk(ByteOffset(0), part);
        }
        let chunks = chunker.finish();
        let mut at = 0;
        for chunk in &chunks {
            assert_eq!(chunk.start.0, at);
            assert!(chunk.end.0 > at && chunk.end.0 - at <= 6_000);
            at = chunk.end.0;
        }
        assert_eq!(at, text.len() as u64);
        chunks
    }

    fn texts<'a>(text: &'a str, chunks: &[Chunk]) -> Vec<&'a str> {
        chunks
            .iter()
            .map(|c| &text[usize::try_from(c.start.0).unwrap()..usize::try_from(c.end.0).unwrap()])
            .collect()
    }

    #[test]
    fn chunks_begin_where_structure_does() {
        let text = source(500);
        let chunks = cut(&text, usize::MAX);
        assert!(chunks.len() > 30);
        for chunk in &texts(&text, &chunks)[1..] {
            assert!(chunk.starts_with("000000 P"), "{chunk:.20}");
        }
        for piece in [1, 7, 80, 4_096] {
            assert_eq!(cut(&text, piece), chunks);
        }
    }

    #[test]
    fn lines_inserted_near_the_top_change_few_chunks() {
        let text = source(2_000);
        let before = cut(&text, usize::MAX);
        let before = texts(&text, &before);
        for lines in [1, 10, 50] {
            let changed =
                text.replacen("P3-PARA.", &format!("P3-PARA.{}", "\n           ADD 1 TO B".repeat(lines)), 1);
            let after = cut(&changed, usize::MAX);
            let after = texts(&changed, &after);
            let new = after.iter().filter(|c| !before.contains(c)).count();
            assert!(new <= 8, "{lines} lines: {new} of {} chunks are new", after.len());
        }
    }

    #[test]
    fn a_text_without_structure_is_cut_all_the_same() {
        let items = lines(800, |n| format!("           05  ITEM-{n} PIC X.\n"));
        for chunk in &texts(&items, &cut(&items, 64))[1..] {
            assert!(chunk.starts_with("           05"));
        }
        let no_periods = "           MOVE A TO B\n".repeat(900);
        assert!(texts(&no_periods, &cut(&no_periods, 64)).iter().all(|c| c.ends_with('\n')));
        assert_eq!(cut(&"x".repeat(20_000), 64).len(), 4);
        assert_eq!(cut("", 64), []);
    }

    #[test]
    fn a_chunk_knows_the_format_at_its_start() {
        let fixed = source(200);
        let free = lines(400, |n| format!("p{n}-para.\ndisplay \"x\".\n"));
        let text = format!("{fixed}       >>SOURCE FORMAT FREE\n{free}>>SOURCE FORMAT FIXED\n{fixed}");
        let formats: Vec<SourceFormat> = cut(&text, 100).iter().map(|c| c.before.format).collect();
        assert_eq!(formats.first(), Some(&SourceFormat::Fixed));
        assert_eq!(formats.last(), Some(&SourceFormat::Fixed));
        assert!(formats.contains(&SourceFormat::Free));
    }

    proptest! {
        #[test]
        fn any_bytes_are_covered(text in "(\\PC|\n|       A\\.\n|\t| {7,20}){0,2000}", piece in 1usize..300) {
            prop_assert_eq!(cut(&text, piece), cut(&text, usize::MAX));
        }
    }
}
