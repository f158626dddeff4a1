//! A partitioned data set as IEBCOPY unloads it (z/OS DFSMS Utilities, SC23-6864; MVS macros IECSDSL1 and IHAPDS): two records
//! about it (COPYR1, COPYR2), the blocks of its directory with the statistics of ISPF, and the blocks of one member after
//! the other, each behind twelve bytes that count it, up to one that is empty.
//!
//! The data of members come in the order in which they are on the disk, which is that of the addresses (TTR) in the
//! directory.

use super::super::records::{Descriptors, Records};
use super::extents::Pieces;
use super::kind::{Kind, LOOK};
use super::member::{Entry, Found, Located, Member, Place, shown_day};
use super::xmit::{Record, count, ebcdic, fixed, has_room, shown_format, undefined, variable};
use crate::base::num::to_u64;

/// Bytes before a block: where it was, and how long its key and its data are.
const HEAD: usize = 12;
/// Bytes of a block of the directory.
const BLOCK: usize = 256;
/// Entries of a directory at most.
const ENTRIES_MAX: usize = 100_000;

/// What tells COPYR1.
const UNLOADED: [u8; 3] = [0xca, 0x6d, 0x0f];

/// An entry of the directory.
struct Listed {
    name: String,
    ttr: u32,
    alias: bool,
    changed: String,
    user: String,
    records: Option<u64>,
}

/// The data of one member.
#[derive(Default)]
pub struct Data {
    bytes: u64,
    start: Vec<u8>,
    /// The number of its first block on the track.
    record: Option<u8>,
    pieces: Pieces,
}

/// What has been read.
enum Part {
    First,
    Second,
    Directory,
    Members,
}

/// Reads the records of one.
pub struct Unload {
    part: Part,
    recfm: u16,
    lrecl: u16,
    directory: Vec<Listed>,
    /// The data of those members that were read whole; when one is wanted, only how many.
    data: Vec<Data>,
    open: Option<Data>,
    done: usize,
    wanted: Option<usize>,
    located: Option<Pieces>,
    problem: Option<&'static str>,
}

impl Unload {
    /// `wanted`: the number of the data that are to be kept; `None` for a list.
    pub fn new(wanted: Option<usize>) -> Self {
        Self {
            part: Part::First,
            recfm: 0,
            lrecl: 0,
            directory: Vec::new(),
            data: Vec::new(),
            open: None,
            done: 0,
            wanted,
            located: None,
            problem: None,
        }
    }

    /// Its record format for people.
    pub fn format(&self) -> String {
        format!("PDS, {}", shown_format(self.recfm, self.lrecl))
    }

    /// Whether what was wanted has been read.
    pub fn is_done(&self) -> bool {
        self.located.is_some()
    }

    /// The next record.
    pub fn take(&mut self, record: &Record) {
        let bytes = &record.bytes;
        match self.part {
            Part::First => {
                if bytes.get(1..4) == Some(&UNLOADED) {
                    let word = |at: usize| {
                        bytes
                            .get(at..)
                            .and_then(|b| b.first_chunk::<2>())
                            .map_or(0, |b| u16::from_be_bytes(*b))
                    };
                    self.lrecl = word(8);
                    self.recfm = word(10) & 0xff00;
                    self.part = Part::Second;
                } else {
                    self.problem = Some("what IEBCOPY unloaded has no header: nothing in it can be shown");
                }
            }
            Part::Second => self.part = Part::Directory,
            Part::Directory | Part::Members => self.blocks(record),
        }
    }

    /// The blocks of a record.
    fn blocks(&mut self, record: &Record) {
        let mut at = 0;
        while let Some(head) = record.bytes.get(at..).and_then(|b| b.first_chunk::<HEAD>()) {
            let [_, _, _, _, _, _, _, _, number, key, high, low] = *head;
            let length = usize::from(u16::from_be_bytes([high, low]));
            let from = at + HEAD + usize::from(key);
            let Some(data) = record.bytes.get(from..from + length) else {
                self.problem = Some("a block is longer than its record: members may be missing or cut off");
                return;
            };
            at = from + length;
            match self.part {
                Part::Directory if length == 0 => self.part = Part::Members,
                Part::Directory => self.directory_block(data),
                _ if length == 0 => self.close(number),
                _ => {
                    let nth = self.done;
                    let kept = self.wanted.is_none_or(|wanted| wanted == nth);
                    let open = self.open.get_or_insert_default();
                    open.record.get_or_insert(number);
                    if kept {
                        open.add(record, from, length, self.wanted.is_some());
                    }
                }
            }
        }
    }

    /// A member ends with an empty block, which is its only one if it is empty itself.
    fn close(&mut self, number: u8) {
        let mut data = self.open.take().unwrap_or_default();
        data.record.get_or_insert(number);
        if self.wanted == Some(self.done) {
            self.located = Some(std::mem::take(&mut data.pieces));
        }
        if self.wanted.is_none() && self.data.len() < ENTRIES_MAX {
            self.data.push(data);
        }
        self.done += 1;
    }

    fn directory_block(&mut self, block: &[u8]) {
        let used = block.first_chunk::<2>().map_or(0, |b| usize::from(u16::from_be_bytes(*b)));
        let Some(mut rest) = block.get(2..used.min(BLOCK)) else { return };
        while let Some((head, behind)) = rest.split_first_chunk::<12>() {
            let [name @ .., a, b, c, flags] = head;
            if name == &[0xff; 8] || self.directory.len() >= ENTRIES_MAX {
                return;
            }
            let length = usize::from(flags & 0x1f) * 2;
            let Some((user, behind)) = behind.split_at_checked(length) else { return };
            rest = behind;
            if self.wanted.is_none() {
                self.directory.push(Listed {
                    name: ebcdic(name),
                    ttr: u32::from_be_bytes([0, *a, *b, *c]),
                    alias: flags & 0x80 != 0,
                    ..statistics(user)
                });
            }
        }
    }

    /// The bytes that were wanted.
    pub fn located(mut self) -> Option<Located> {
        if self.located.is_none() && self.wanted == Some(self.done) {
            // The file is cut off in this one.
            self.located = self.open.take().map(|data| data.pieces);
        }
        let records = if variable(self.recfm) {
            Some(Records::Variable(Descriptors { blocked: true, ..Descriptors::PLAIN }))
        } else {
            fixed(self.recfm, self.lrecl)
        };
        Some(Located { pieces: self.located?, records })
    }

    /// Tells of its members.
    pub fn list(mut self, found: &mut Found, file: usize) {
        if let Some(problem) = self.problem {
            found.problem(problem);
        }
        if let Some(open) = self.open.take() {
            self.data.push(open);
        }
        let mut places: Vec<u32> = self.directory.iter().map(|l| l.ttr).collect();
        places.sort_unstable();
        places.dedup();
        if places.len() != self.data.len() {
            let (listed, there) = (places.len(), self.data.len());
            found.problem(format!("its directory lists {listed} members, and there are data of {there}"));
        }
        let agree = places
            .iter()
            .zip(&self.data)
            .all(|(ttr, data)| data.record.is_none_or(|record| u32::from(record) == ttr & 0xff));
        if !agree {
            found.problem("the data of members are not where its directory says: names may be exchanged");
        }
        let owners: std::collections::HashMap<u32, &str> =
            self.directory.iter().filter(|l| !l.alias).map(|l| (l.ttr, l.name.as_str())).collect();
        for listed in &self.directory {
            let nth = places.binary_search(&listed.ttr).unwrap_or(usize::MAX);
            let data = self.data.get(nth);
            let bytes = data.map(|d| d.bytes);
            let kind = match data {
                Some(_) if undefined(self.recfm) => Kind::Load,
                Some(data) => Kind::of_bytes(&data.start),
                None => Kind::Unknown,
            };
            let alias = listed.alias.then(|| owners.get(&listed.ttr)).flatten();
            let note = match (data, alias) {
                (None, _) => "its data are not there".to_owned(),
                (Some(_), Some(name)) => format!("alias of {name}"),
                (Some(_), None) => String::new(),
            };
            let member = Member {
                name: listed.name.clone(),
                kind,
                bytes,
                records: listed.records.or_else(|| count(self.recfm, self.lrecl, bytes?)),
                changed: listed.changed.clone(),
                user: listed.user.clone(),
                note,
                opens: data.is_some(),
            };
            let place = if data.is_some() { Place::Sent(file, nth) } else { Place::Nowhere };
            if !found.push(Entry { member, place }) {
                return;
            }
        }
    }
}

impl Data {
    /// Adds a block; its bytes are kept if `kept`.
    fn add(&mut self, record: &Record, from: usize, length: usize, kept: bool) {
        self.bytes += to_u64(length);
        if kept {
            if has_room(&self.pieces) {
                record.give(&mut self.pieces, from, length);
            }
        } else if self.start.len() < LOOK {
            let more = LOOK - self.start.len();
            let data = record.bytes.get(from..from + length.min(more)).unwrap_or_default();
            self.start.extend_from_slice(data);
        }
    }
}

/// What ISPF keeps in the directory: version, dates as X'0cyydddF', time, sizes, user.
fn statistics(user: &[u8]) -> Listed {
    let mut listed = Listed {
        name: String::new(),
        ttr: 0,
        alias: false,
        changed: String::new(),
        user: String::new(),
        records: None,
    };
    let day = user.get(8..12).and_then(packed_day);
    let (Some((year, day)), Some(hour), Some(minute)) =
        (day, user.get(12).copied().and_then(packed_byte), user.get(13).copied().and_then(packed_byte))
    else {
        return listed;
    };
    listed.changed = shown_day(year, day, hour, minute);
    if listed.changed.is_empty() {
        return listed;
    }
    let lines = user.get(14..16).and_then(|b| b.try_into().ok()).map(u16::from_be_bytes);
    listed.records = lines.map(u64::from);
    ebcdic(user.get(20..28).unwrap_or_default()).trim_end_matches('\0').clone_into(&mut listed.user);
    listed
}

/// Two decimal digits in a byte.
fn packed_byte(byte: u8) -> Option<u8> {
    let (tens, ones) = (byte >> 4, byte & 15);
    (tens < 10 && ones < 10).then_some(tens * 10 + ones)
}

/// Year and day of X'0cyydddF'.
fn packed_day(bytes: &[u8]) -> Option<(i16, i16)> {
    let [century, year, high, low] = *bytes.first_chunk::<4>()?;
    let year = 1900 + i16::from(packed_byte(century)?) * 100 + i16::from(packed_byte(year)?);
    let day = i16::from(packed_byte(high)?) * 10 + i16::from(low >> 4);
    (low >> 4 < 10 && low & 15 >= 12).then_some((year, day))
}
