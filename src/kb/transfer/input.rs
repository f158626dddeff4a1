//! What an import reads from: the bytes behind a byte order mark, counted, with a limit for one row; UTF-16, as
//! spreadsheets write it, comes as UTF-8.

use super::{LARGEST_ROW, to_u64, unreadable};
use crate::base::Result;
use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Cursor, Read};
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
    /// The first bytes, up to [`HEAD`] of them.
    pub head: Vec<u8>,
}

/// Bytes at the start that can be looked at before they are read.
const HEAD: u64 = 8 << 10;

/// `reader` without its byte order mark, as UTF-8 if that says UTF-16, and the count of its bytes.
pub fn open<'r>(mut reader: impl BufRead + 'r) -> Result<(Input<Box<dyn BufRead + 'r>>, Bytes)> {
    let mut head = Vec::new();
    reader.by_ref().take(HEAD).read_to_end(&mut head).map_err(|e| unreadable(0, &e))?;
    let bytes = Bytes::default();
    let wide = match head.first_chunk() {
        Some(b"\xFF\xFE") => Some(false),
        Some(b"\xFE\xFF") => Some(true),
        _ => None,
    };
    let mut inner: Box<dyn BufRead + 'r> = if head.starts_with(b"\xEF\xBB\xBF") {
        bytes.add(3);
        head.drain(..3);
        Box::new(reader)
    } else if let Some(big) = wide {
        let rest = Cursor::new(head.split_off(2)).chain(reader);
        let mut reader = BufReader::with_capacity(64 << 10, Utf16::new(rest, big));
        head.clear();
        reader.by_ref().take(HEAD).read_to_end(&mut head).map_err(|e| unreadable(0, &e))?;
        Box::new(reader)
    } else {
        Box::new(reader)
    };
    inner = Box::new(Cursor::new(head.clone()).chain(inner));
    Ok((Input { inner, bytes: bytes.clone(), head }, bytes))
}

/// UTF-16 as UTF-8; halves of characters become replacement characters.
struct Utf16<R> {
    inner: R,
    big: bool,
    units: Vec<u16>,
    odd: Option<u8>,
    text: Vec<u8>,
    given: usize,
}

/// A text that begins with the byte order mark of UTF-16, as UTF-8.
pub fn from_utf16(bytes: &[u8]) -> Option<String> {
    let (big, rest) = match bytes {
        [0xFF, 0xFE, rest @ ..] => (false, rest),
        [0xFE, 0xFF, rest @ ..] => (true, rest),
        _ => return None,
    };
    let mut text = String::new();
    Utf16::new(rest, big).read_to_string(&mut text).ok().map(|_| text)
}

impl<R: Read> Utf16<R> {
    fn new(inner: R, big: bool) -> Self {
        Self { inner, big, units: Vec::new(), odd: None, text: Vec::new(), given: 0 }
    }

    fn fill(&mut self) -> io::Result<()> {
        let mut buf = [0; 16 << 10];
        let read = self.inner.read(&mut buf)?;
        let all = self.odd.take().into_iter().chain(buf.iter().take(read).copied()).collect::<Vec<u8>>();
        let (pairs, rest) = all.as_chunks::<2>();
        let unit =
            |pair: &[u8; 2]| if self.big { u16::from_be_bytes(*pair) } else { u16::from_le_bytes(*pair) };
        self.units.extend(pairs.iter().map(unit));
        self.odd = rest.first().copied();
        // The first half of a character waits for the second one.
        let half = self.units.last().is_some_and(|last| (0xD800..0xDC00).contains(last)) && read > 0;
        let waiting = if half { self.units.pop() } else { None };
        let text: String = char::decode_utf16(self.units.drain(..))
            .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect();
        self.units.extend(waiting);
        self.text = text.into_bytes();
        if read == 0 && self.odd.take().is_some() {
            self.text.extend_from_slice("\u{FFFD}".as_bytes());
        }
        self.given = 0;
        if self.text.is_empty() && read > 0 { self.fill() } else { Ok(()) }
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.given >= self.text.len() {
            self.fill()?;
        }
        let mut left = self.text.get(self.given..).unwrap_or_default();
        let read = left.read(buf)?;
        self.given += read;
        Ok(read)
    }
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

/// Bytes of Windows-1252, as spreadsheets write them; `None` if there are characters of UTF-8 among them, which would be
/// read wrong.
pub fn windows_1252(bytes: &[u8]) -> Option<String> {
    const UPPER: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
    ];
    if bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii()) {
        return None;
    }
    let upper = |byte: u8| UPPER.get(usize::from(byte) - 0x80).copied();
    let read = |byte: u8| if (0x80..0xA0).contains(&byte) { upper(byte) } else { Some(char::from(byte)) };
    bytes.iter().map(|byte| read(*byte)).collect()
}
