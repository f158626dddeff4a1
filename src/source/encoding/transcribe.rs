//! Text of any encoding to ASCII or Latin-1 of the same length, for a parser that counts bytes.

use super::decode::{SI, SO, shifted};
use super::double::{BLANK, Pairs, place};
use super::name::{Encoding, Make};
use super::page::UNDEFINED;
use memchr::memchr;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// What a byte becomes that ends no line here, but would for whoever reads the result; and one that has no character.
const SUBSTITUTE: u8 = 0x1A;

/// How many first bytes transcribed pairs have, and how many second ones.
const HEADS: usize = 77;
const TAILS: usize = 164;

/// The `nth` first byte. None can begin a character of UTF-8, so that the text is never taken for it.
fn head(nth: usize) -> usize {
    if nth <= 0xC1 - 0x80 { 0x80 + nth } else { 0xF5 + nth - (0xC2 - 0x80) }
}

/// The `nth` second byte: digits, capital letters, and all beyond ASCII.
fn tail(nth: usize) -> usize {
    match nth {
        0..10 => usize::from(b'0') + nth,
        10..36 => usize::from(b'A') + nth - 10,
        _ => 0x80 + nth - 36,
    }
}

/// Turns bytes of an encoding into as many bytes that a parser of ASCII can read. Characters of ASCII and Latin-1 become
/// these; other letters become bytes above 0x7F, different letters of a page different bytes. A pair of double-byte text
/// becomes two bytes that such a parser takes for letters, different pairs of 930 and 939 different ones; its blank becomes
/// two blanks. Shifts stay 0x0E and 0x0F. UTF-8 and Latin-1 stay as they are.
#[derive(Clone)]
pub struct Transcriber {
    table: [u8; 256],
    pairs: Option<&'static Pairs>,
    same: bool,
}

impl std::fmt::Debug for Transcriber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Transcriber")
    }
}

impl Transcriber {
    /// For `encoding`. `newline` is the byte that ends lines, if one does: it becomes a line feed, and nothing else does.
    /// Of UTF-8 and Latin-1 nothing changes, whatever ends their lines.
    pub fn new(encoding: Encoding, newline: Option<u8>) -> Self {
        let pairs = match encoding.make() {
            Make::Mixed(repertoire) => Some(repertoire.pairs()),
            _ => None,
        };
        let mut table = encoding.ascii_table();
        if let Some(cell) = newline.and_then(|byte| table.get_mut(usize::from(byte))) {
            *cell = b'\n';
        }
        Self { table, pairs, same: !encoding.is_ebcdic() }
    }

    /// Whether text stays as it is, so that there is no need to copy it.
    pub fn is_identity(&self) -> bool {
        self.same
    }

    /// Appends the transcription of `bytes`: whole lines or records, without regard to shifts before them.
    pub fn append(&self, bytes: &[u8], out: &mut Vec<u8>) {
        let from = out.len();
        out.extend_from_slice(bytes);
        self.in_place(out.get_mut(from..).unwrap_or_default());
    }

    /// Transcribes whole lines or records where they are.
    pub fn in_place(&self, bytes: &mut [u8]) {
        let Some(pairs) = self.pairs else { return self.single(bytes) };
        let mut rest = bytes;
        while let Some(out) = memchr(SO, rest) {
            let (before, behind) = rest.split_at_mut(out + 1);
            self.single(before);
            let (run, closed) = shifted(behind, pairs).unwrap_or((0, false));
            let (double, tail) = behind.split_at_mut(run);
            transcribe_pairs(double);
            // The shift-in is a byte of the table like any other.
            debug_assert!(!closed || tail.first() == Some(&SI));
            rest = tail;
        }
        self.single(rest);
    }

    fn single(&self, bytes: &mut [u8]) {
        if self.same {
            return;
        }
        for byte in bytes {
            *byte = self.table.get(usize::from(*byte)).copied().unwrap_or(SUBSTITUTE);
        }
    }
}

fn transcribe_pairs(bytes: &mut [u8]) {
    let (pairs, odd) = bytes.as_chunks_mut::<2>();
    for pair in pairs {
        *pair = transcribed(*pair);
    }
    odd.fill(SUBSTITUTE);
}

/// Two bytes for a pair.
fn transcribed(pair: [u8; 2]) -> [u8; 2] {
    if pair == BLANK {
        return *b"  ";
    }
    let byte = |code: usize| u8::try_from(code).unwrap_or(SUBSTITUTE);
    place(pair).map_or([SUBSTITUTE; 2], |nth| [byte(head(nth / TAILS % HEADS)), byte(tail(nth % TAILS))])
}

impl Encoding {
    /// What each byte is in ASCII or Latin-1, for text of one byte a character: no byte becomes a line feed, since only the
    /// record format knows which one ends a line; carriage returns, form feeds and tabs are what they are. Letters beyond
    /// Latin-1 are bytes above 0x7F that the page does not need otherwise. Of UTF-8 and Latin-1 it is no change.
    pub fn ascii_table(self) -> [u8; 256] {
        // Asked for with every page that is shown, and searched for in the page: made once.
        static TABLES: Mutex<BTreeMap<Encoding, [u8; 256]>> = Mutex::new(BTreeMap::new());
        let mut tables = TABLES.lock().unwrap_or_else(PoisonError::into_inner);
        *tables.entry(self).or_insert_with(|| self.new_ascii_table())
    }

    fn new_ascii_table(self) -> [u8; 256] {
        let mut next = 0_u8..=u8::MAX;
        let same = [(); 256].map(|()| next.next().unwrap_or(SUBSTITUTE));
        let Some(page) = self.page().filter(|_| self.is_ebcdic()) else { return same };
        let latin = |c: char| u8::try_from(u32::from(c)).ok();
        let mut free =
            (0x80..=u8::MAX).filter(|byte| *byte < 0xA0 || !page.chars().contains(&char::from(*byte)));
        page.chars().map(|c| match latin(c) {
            Some(b'\n') => SUBSTITUTE,
            Some(byte @ (..0x80 | 0xA0..)) => byte,
            Some(_) => SUBSTITUTE,
            None if c == UNDEFINED => SUBSTITUTE,
            None => free.next().unwrap_or(u8::MAX),
        })
    }
}
