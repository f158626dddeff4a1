//! Transmissions of TSO (TRANSMIT and RECEIVE; z/OS TSO/E Customization, SA32-0976, Format of transmitted data): segments in
//! 80-byte records, control records INMR01 to INMR06 with text units, and the data of one file after the other, a
//! sequential one as its records, a partitioned one as IEBCOPY unloads it.

use super::super::encoding::{Encoding, Start};
use super::super::records::{Descriptors, Records};
use super::extents::Pieces;
use super::kind::Kind;
use super::member::{Entry, Found, Located, Member, Place, records_of};
use super::reader::Reader;
use super::unload::Unload;
use crate::base::Result;
use crate::base::num::{to_u64, to_usize};
use std::num::NonZeroU32;

/// Bytes of a logical record at most.
const RECORD_MAX: usize = 1 << 20;
/// Files of a transmission at most.
const FILES_MAX: usize = 64;
/// Pieces of a member at most: those of 512 MiB.
const PIECES_MAX: usize = 3 << 20;

/// Flags of a segment: the first of its record, the last, part of a control record.
const FIRST: u8 = 0x80;
const LAST: u8 = 0x40;
const CONTROL: u8 = 0x20;

/// Keys of text units.
const DSNAM: u16 = 0x0002;
const UTILN: u16 = 0x1028;
const LRECL: u16 = 0x0042;
const RECFM: u16 = 0x0049;
const TERM: u16 = 0x0028;
const USER: u16 = 0x1012;
const TIME: u16 = 0x1024;

/// Record formats: fixed, variable, undefined.
const FIXED: u16 = 0x8000;
const VARIABLE: u16 = 0x4000;

/// Whether a file that begins with `start` is one.
pub fn is_xmit(start: &[u8]) -> bool {
    // INMR01 in a control record of one segment.
    start.get(1..8).is_some_and(|b| b == [0xe0, 0xc9, 0xd5, 0xd4, 0xd9, 0xf0, 0xf1])
}

/// Bytes in EBCDIC as text.
pub fn ebcdic(bytes: &[u8]) -> String {
    Encoding::Cp1047.text(bytes, Start::Line).trim_end().to_owned()
}

/// What control records say of a file.
#[derive(Debug, Clone, Default)]
pub struct File {
    dsname: String,
    utility: String,
    lrecl: u16,
    recfm: u16,
    /// It is the message that came with the others.
    message: bool,
}

/// A logical record: its bytes, and where they are.
pub struct Record {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Where in them each segment begins, and where that is in the archive.
    segments: Vec<(usize, u64)>,
}

impl Record {
    /// Adds `length` bytes from `from` on to `pieces`.
    pub fn give(&self, pieces: &mut Pieces, from: usize, length: usize) {
        let end = (from + length).min(self.bytes.len());
        let mut at = from;
        let mut number = self.segments.partition_point(|s| s.0 <= at);
        while at < end {
            let Some((start, place)) = number.checked_sub(1).and_then(|n| self.segments.get(n)) else {
                return;
            };
            let stop = self.segments.get(number).map_or(end, |next| next.0.min(end));
            pieces.push(place + to_u64(at - start), to_u64(stop - at));
            (at, number) = (stop, number + 1);
        }
    }
}

/// Reads logical records.
struct Records80<'r, 'a> {
    reader: &'r mut Reader<'a>,
    at: u64,
    record: Record,
}

/// What there is behind the last record.
enum Next {
    /// A record, and whether it is a control record.
    Record(bool),
    /// The end, and why if it is too early.
    End(Option<String>),
}

impl Records80<'_, '_> {
    fn next(&mut self) -> Result<Next> {
        self.record.bytes.clear();
        self.record.segments.clear();
        loop {
            let head = self.reader.look(self.at, 255)?;
            let (Some(length), Some(flags)) = (head.first().copied(), head.get(1).copied()) else {
                return Ok(Next::End(Some("it ends too early: members may be missing".to_owned())));
            };
            let length = usize::from(length);
            let begins = self.record.segments.is_empty();
            if length < 2 || begins != (flags & FIRST != 0) {
                let why = format!("its segments are damaged at byte {}: what follows is left out", self.at);
                return Ok(Next::End(Some(why)));
            }
            let Some(data) = head.get(2..length) else {
                return Ok(Next::End(Some("it ends too early: members may be missing".to_owned())));
            };
            self.record.segments.push((self.record.bytes.len(), self.at + 2));
            self.record.bytes.extend_from_slice(data);
            self.at += to_u64(length);
            if self.record.bytes.len() > RECORD_MAX {
                let why = format!("a record has over {RECORD_MAX} bytes: what follows is left out");
                return Ok(Next::End(Some(why)));
            }
            if flags & LAST != 0 {
                return Ok(Next::Record(flags & CONTROL != 0));
            }
        }
    }
}

/// The text units of a control record from `at` on: each key with its values.
fn units(record: &[u8], mut at: usize) -> Vec<(u16, Vec<&[u8]>)> {
    let word =
        |at: usize| record.get(at..).and_then(|b| b.first_chunk::<2>()).map(|b| u16::from_be_bytes(*b));
    let mut all = Vec::new();
    while let (Some(key), Some(count)) = (word(at), word(at + 2)) {
        at += 4;
        let mut values = Vec::new();
        for _ in 0..count {
            let Some(value) = word(at).and_then(|n| record.get(at + 2..at + 2 + usize::from(n))) else {
                return all;
            };
            values.push(value);
            at += 2 + value.len();
        }
        all.push((key, values));
    }
    all
}

/// A number in a text unit.
fn number(values: &[&[u8]]) -> u16 {
    let bytes = values.first().copied().unwrap_or_default();
    let value = bytes.iter().take(8).fold(0u64, |n, b| n << 8 | u64::from(*b));
    u16::try_from(value).unwrap_or(0)
}

/// Takes what INMR02 says of a file.
fn take(file: &mut File, record: &[u8]) {
    for (key, values) in units(record, 10) {
        match key {
            DSNAM => file.dsname = values.iter().map(|v| ebcdic(v)).collect::<Vec<_>>().join("."),
            // Of several the first made the data what the next one sent: it is the one that knows what they are.
            UTILN if file.utility.is_empty() => {
                file.utility = values.first().map(|v| ebcdic(v)).unwrap_or_default();
            }
            LRECL if file.lrecl == 0 => file.lrecl = number(&values),
            RECFM if file.recfm == 0 => file.recfm = number(&values),
            TERM => file.message = true,
            _ => {}
        }
    }
}

/// What a reader of a transmission wants.
pub enum Want<'w> {
    /// All members.
    List(&'w mut Found),
    /// The bytes of one, by the number of its file and of its data.
    Bytes(usize, usize, &'w mut Option<Located>),
}

/// The members.
///
/// # Errors
/// Only if the budget ends.
pub fn list(reader: &mut Reader<'_>) -> Result<Found> {
    let mut found = Found::default();
    read(reader, &mut Want::List(&mut found))?;
    if found.what.is_empty() {
        "TSO transmission".clone_into(&mut found.what);
    }
    Ok(found)
}

/// The bytes of data `nth` of file `file`.
///
/// # Errors
/// Only if the budget ends.
pub fn locate(reader: &mut Reader<'_>, file: usize, nth: usize) -> Result<Option<Located>> {
    let mut located = None;
    read(reader, &mut Want::Bytes(file, nth, &mut located))?;
    Ok(located)
}

fn read(reader: &mut Reader<'_>, want: &mut Want<'_>) -> Result<()> {
    let record = Record { bytes: Vec::new(), segments: Vec::new() };
    let mut records = Records80 { reader, at: 0, record };
    let mut files: Vec<File> = Vec::new();
    let mut sent = (String::new(), String::new());
    // The file whose data come next, and what reads them.
    let mut current: Option<(usize, Body)> = None;
    let mut begun = 0;
    let why = loop {
        let control = match records.next()? {
            Next::Record(control) => control,
            Next::End(why) => break why,
        };
        let record = &records.record;
        if !control {
            if let Some((_, body)) = &mut current {
                body.take(record);
                if body.is_done(want) {
                    break None;
                }
            }
            continue;
        }
        match ebcdic(record.bytes.get(..6).unwrap_or_default()).as_str() {
            "INMR01" => {
                for (key, values) in units(&record.bytes, 6) {
                    match key {
                        USER => sent.0 = values.first().map(|v| ebcdic(v)).unwrap_or_default(),
                        TIME => sent.1 = values.first().map(|v| time_of(&ebcdic(v))).unwrap_or_default(),
                        _ => {}
                    }
                }
            }
            "INMR02" if files.len() < FILES_MAX => {
                let at =
                    record.bytes.get(6..10).and_then(|b| b.try_into().ok()).map_or(0, u32::from_be_bytes);
                let at = to_usize(u64::from(at)).saturating_sub(1);
                // The same file may be told of for each of its utilities.
                if at >= files.len() {
                    files.push(File::default());
                }
                let place = at.min(files.len() - 1);
                if let Some(file) = files.get_mut(place) {
                    take(file, &record.bytes);
                }
            }
            "INMR03" => {
                finish(&mut current, &files, want, &sent);
                let file = files.get(begun).cloned().unwrap_or_default();
                let wanted = match want {
                    Want::List(_) => None,
                    Want::Bytes(of, nth, _) if *of == begun => Some(*nth),
                    Want::Bytes(..) => Some(usize::MAX),
                };
                current = Some((begun, Body::of(&file, wanted)));
                begun += 1;
            }
            "INMR06" => break None,
            _ => {}
        }
    };
    finish(&mut current, &files, want, &sent);
    if let (Want::List(found), Some(why)) = (want, why) {
        found.problem(why);
    }
    Ok(())
}

/// `20261126182900` as a time for people.
fn time_of(digits: &str) -> String {
    let part =
        |from: usize, to: usize| digits.get(from..to).filter(|d| d.bytes().all(|b| b.is_ascii_digit()));
    match (part(0, 4), part(4, 6), part(6, 8), part(8, 10), part(10, 12)) {
        (Some(y), Some(m), Some(d), Some(hour), Some(minute)) => format!("{y}-{m}-{d} {hour}:{minute}"),
        _ => String::new(),
    }
}

/// Tells of a file whose data were read.
fn finish(current: &mut Option<(usize, Body)>, files: &[File], want: &mut Want<'_>, sent: &(String, String)) {
    let Some((number, body)) = current.take() else { return };
    let file = files.get(number).cloned().unwrap_or_default();
    match want {
        Want::Bytes(of, _, located) => {
            if located.is_none() && *of == number {
                **located = body.located();
            }
        }
        Want::List(found) => body.list(found, &file, number, sent),
    }
}

/// What the data of a file are.
enum Body {
    /// Records, one after the other.
    Plain(Plain),
    /// What IEBCOPY unloads.
    Unloaded(Box<Unload>),
}

/// The records of a sequential data set.
struct Plain {
    lrecl: u16,
    recfm: u16,
    start: Vec<u8>,
    bytes: u64,
    records: u64,
    pieces: Option<Pieces>,
}

impl Body {
    /// `wanted`: which data are to be kept; `None` for a list.
    fn of(file: &File, wanted: Option<usize>) -> Self {
        if file.utility == "IEBCOPY" {
            return Self::Unloaded(Box::new(Unload::new(wanted)));
        }
        let pieces = (wanted == Some(0)).then(Pieces::default);
        let (lrecl, recfm) = (file.lrecl, file.recfm);
        Self::Plain(Plain { lrecl, recfm, start: Vec::new(), bytes: 0, records: 0, pieces })
    }

    fn take(&mut self, record: &Record) {
        match self {
            Self::Unloaded(unload) => unload.take(record),
            Self::Plain(plain) => plain.take(record),
        }
    }

    /// Whether what is wanted has been read.
    fn is_done(&self, want: &Want<'_>) -> bool {
        match (self, want) {
            (Self::Unloaded(unload), Want::Bytes(..)) => unload.is_done(),
            _ => false,
        }
    }

    fn located(self) -> Option<Located> {
        match self {
            Self::Unloaded(unload) => unload.located(),
            Self::Plain(plain) => {
                let records = plain.records_are();
                Some(Located { pieces: plain.pieces?, records })
            }
        }
    }

    fn list(self, found: &mut Found, file: &File, number: usize, sent: &(String, String)) {
        match self {
            Self::Unloaded(unload) => {
                found.what = format!("TSO XMIT of {}, {}", file.dsname, unload.format());
                unload.list(found, number);
            }
            Self::Plain(plain) => {
                let format = shown_format(plain.recfm, plain.lrecl);
                let name = match (file.message, file.dsname.as_str()) {
                    (true, _) => "MESSAGE",
                    (_, "") => "DATA",
                    (_, dsname) => dsname,
                };
                if found.what.is_empty() && !file.message {
                    found.what = format!("TSO XMIT of {name}, {format}");
                }
                let member = Member {
                    name: name.to_owned(),
                    kind: Kind::of_bytes(&plain.start),
                    bytes: Some(plain.bytes),
                    // Some programs send many records as one.
                    records: count(plain.recfm, plain.lrecl, plain.bytes).or(Some(plain.records)),
                    changed: sent.1.clone(),
                    user: sent.0.clone(),
                    note: String::new(),
                    opens: true,
                };
                found.push(Entry { member, place: Place::Sent(number, 0) });
            }
        }
    }
}

impl Plain {
    fn take(&mut self, record: &Record) {
        self.bytes += to_u64(record.bytes.len());
        self.records += 1;
        if self.start.len() < super::kind::LOOK {
            self.start.extend_from_slice(record.bytes.get(..super::kind::LOOK).unwrap_or(&record.bytes));
        }
        let variable = self.is_variable();
        if let Some(pieces) = self.pieces.as_mut().filter(|p| p.len() < PIECES_MAX) {
            if variable {
                // Records lost their descriptors on the way.
                let length = u16::try_from(record.bytes.len() + 4).unwrap_or(0x7fff).min(0x7fff);
                let [high, low] = length.to_be_bytes();
                pieces.make(&[high, low, 0, 0]);
                record.give(pieces, 0, usize::from(length) - 4);
            } else {
                record.give(pieces, 0, record.bytes.len());
            }
        }
    }

    fn is_variable(&self) -> bool {
        self.recfm & (FIXED | VARIABLE) == VARIABLE
    }

    fn records_are(&self) -> Option<Records> {
        if self.is_variable() {
            return Some(Records::Variable(Descriptors::PLAIN));
        }
        fixed(self.recfm, self.lrecl)
    }
}

/// Records of one length.
pub fn fixed(recfm: u16, lrecl: u16) -> Option<Records> {
    let fixed = recfm & (FIXED | VARIABLE) == FIXED;
    NonZeroU32::new(u32::from(lrecl))
        .filter(|n| fixed && n.get() <= super::super::LONGEST_RECORD)
        .map(Records::Fixed)
}

/// Whether records are variable, blocks of them with descriptors.
pub fn variable(recfm: u16) -> bool {
    recfm & (FIXED | VARIABLE) == VARIABLE
}

/// Whether records have no form.
pub fn undefined(recfm: u16) -> bool {
    recfm & (FIXED | VARIABLE) == FIXED | VARIABLE
}

/// A record format as people write it: `FB 80`.
pub fn shown_format(recfm: u16, lrecl: u16) -> String {
    let letter = match recfm & (FIXED | VARIABLE) {
        FIXED => "F",
        VARIABLE => "V",
        _ => "U",
    };
    let blocked = if recfm & 0x1000 != 0 { "B" } else { "" };
    let control = if recfm & 0x0400 != 0 {
        "A"
    } else if recfm & 0x0200 != 0 {
        "M"
    } else {
        ""
    };
    format!("{letter}{blocked}{control} {lrecl}")
}

/// Records of a member of `bytes` bytes.
pub fn count(recfm: u16, lrecl: u16, bytes: u64) -> Option<u64> {
    if fixed(recfm, lrecl).is_some() { records_of(bytes, u64::from(lrecl)) } else { None }
}

/// Whether there is room for more pieces.
pub fn has_room(pieces: &Pieces) -> bool {
    pieces.len() < PIECES_MAX
}
