//! A compressed file as the bytes that are packed in it. One pass unpacks it from the top, as far as somebody wants it, and
//! leaves points at which it can be taken up again; what is before its end is read from the nearest point.
//!
//! Invariants: nothing is unpacked as a whole; the points take at most [`POINTS`] windows, however large the file is; the size
//! that is told is that of what the pass has seen, so it grows; no lock is held while anything but the pass reads.

use super::super::bytes::{Bytes, Stamp};
use super::gzip::Gzip;
use super::unpack::{Place, Step, Unpack};
use super::zstd::{self, Zstd};
use crate::base::num::{to_u64, to_usize};
use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
}

impl Packing {
    /// Of a file that begins with `start`.
    pub fn of(start: &[u8]) -> Option<Self> {
        if start.starts_with(&super::gzip::MAGIC) {
            Some(Self::Gzip)
        } else {
            zstd::is_zstd(start).then_some(Self::Zstd)
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    /// Bytes behind the output that a cursor keeps: a frame of zstd has to be read again from its start to go back.
    const fn kept(self) -> usize {
        match self {
            Self::Gzip => 512 << 10,
            Self::Zstd => 4 << 20,
        }
    }
}

/// Sizes that tests make tiny.
#[derive(Debug, Clone, Copy)]
pub struct PackedShape {
    /// Bytes of output between two points, at first.
    pub span: u64,
    /// Points at most; with more the span doubles.
    pub points: usize,
    /// Bytes of output of one stretch of the pass, at least.
    pub stretch: usize,
    /// Output that is never too much, in bytes.
    pub grace: u64,
}

/// How many points there are at most.
const POINTS: usize = 1024;
/// The most that a file may unpack to, in multiples of its packed bytes.
const RATIO: u64 = 200;
/// Packed bytes that are read at once, and how few are enough to go on. A gzip header may have so many.
const INPUT: usize = 128 << 10;
const INPUT_LOW: usize = 68 << 10;
/// Cursors that wait for the next read where the last one ended.
const CURSORS: usize = 3;
/// Stretches of the pass that are kept for those who follow it.
const STRETCHES: usize = 3;

impl PackedShape {
    /// The sizes in use: a window packed to about 8 KiB each 2 MiB is some 0.4 %.
    pub const REAL: Self = Self { span: 2 << 20, points: POINTS, stretch: 1 << 20, grace: 64 << 20 };
}

/// Where the stream can be taken up.
#[derive(Clone)]
struct Point {
    /// Unpacked bytes before it.
    out: u64,
    /// Packed bytes before it.
    packed: u64,
    /// Bits and the packed window, between two blocks; `None` before a head.
    block: Option<(u8, u8, Arc<[u8]>)>,
}

/// A place in the stream, from which it goes on.
struct Cursor {
    unpack: Box<dyn Unpack>,
    input: Vec<u8>,
    used: usize,
    /// Packed bytes before the end of `input`.
    packed: u64,
    ends: bool,
    /// The last bytes of the output.
    recent: Vec<u8>,
    /// Unpacked bytes before the end of `recent`.
    out: u64,
    kept: usize,
}

impl Cursor {
    fn at(point: &Point, packing: Packing) -> Self {
        let mut unpack: Box<dyn Unpack> = match (packing, &point.block) {
            (Packing::Gzip, Some((bits, bit_buf, window))) => {
                let window = ::zstd::bulk::decompress(window, 64 << 10).unwrap_or_default();
                Box::new(Gzip::between(*bits, *bit_buf, &window))
            }
            (Packing::Gzip, None) => Box::new(Gzip::new()),
            (Packing::Zstd, _) => Box::new(Zstd::new()),
        };
        if point.out > 0 {
            unpack.go_on();
        }
        Self {
            unpack,
            input: Vec::new(),
            used: 0,
            packed: point.packed,
            ends: false,
            recent: Vec::new(),
            out: point.out,
            kept: packing.kept(),
        }
    }

    /// Packed bytes dealt with.
    fn taken(&self) -> u64 {
        self.packed - to_u64(self.input.len() - self.used)
    }

    /// Where the output that is kept begins.
    fn recent_from(&self) -> u64 {
        self.out - to_u64(self.recent.len())
    }

    /// One step.
    fn step(&mut self, bytes: &dyn Bytes) -> io::Result<Step> {
        if self.input.len() - self.used < INPUT_LOW && !self.ends {
            self.input.drain(..self.used);
            self.used = 0;
            self.fill(bytes)?;
        }
        if self.recent.len() > 2 * self.kept {
            self.recent.drain(..self.recent.len() - self.kept);
        }
        let before = self.recent.len();
        let input = self.input.get(self.used..).unwrap_or_default();
        let (taken, step) = self.unpack.step(input, self.ends, &mut self.recent);
        self.used += taken;
        self.out += to_u64(self.recent.len() - before);
        let nothing = taken == 0 && self.recent.len() == before;
        // With this much input something must come of a step.
        Ok(if nothing && step == Step::Starved { Step::Damaged("it is damaged here") } else { step })
    }

    fn fill(&mut self, bytes: &dyn Bytes) -> io::Result<()> {
        let mut have = self.input.len();
        self.input.resize(INPUT, 0);
        while have < INPUT {
            let room = self.input.get_mut(have..).unwrap_or_default();
            match bytes.read_at(room, self.packed) {
                Ok(0) => {
                    self.ends = true;
                    break;
                }
                Ok(n) => (have, self.packed) = (have + n, self.packed + to_u64(n)),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => {
                    self.input.truncate(have);
                    return Err(e);
                }
            }
        }
        self.input.truncate(have);
        Ok(())
    }

    /// The file has more bytes than it had.
    fn wake(&mut self) {
        self.ends = false;
    }
}

/// What is known of the stream so far.
struct Known {
    points: Vec<Point>,
    span: u64,
    /// Unpacked bytes that the pass has seen, and packed bytes.
    size: u64,
    packed: u64,
    ended: bool,
    /// What is wrong with it.
    problem: Option<String>,
    /// It could not be unpacked to its end.
    broken: bool,
    /// The last stretches of the pass, each with where it begins.
    stretches: VecDeque<(u64, Arc<[u8]>)>,
    cursors: Vec<Cursor>,
    /// The packed file as it was taken to be, and whether it is something else now.
    base: Stamp,
    stale: bool,
    /// A table in the file said all this.
    tabled: bool,
}

/// The bytes in a compressed file.
pub struct Packed {
    bytes: Arc<dyn Bytes>,
    packing: Packing,
    shape: PackedShape,
    written: (i64, i64),
    known: Mutex<Known>,
    pass: Mutex<Cursor>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Packed {
    /// Over `bytes`, which are packed as `packing` says; their state is `base`. Unpacks the first stretch.
    pub fn new(bytes: Arc<dyn Bytes>, packing: Packing, base: Stamp, shape: PackedShape) -> Self {
        let start = Point { out: 0, packed: 0, block: None };
        let frames = if packing == Packing::Zstd { zstd::table(&*bytes, base.size) } else { None };
        let end = frames.as_ref().and_then(|f| f.last()).map(|f| f.1);
        let end = end.filter(|out| !too_much(*out, base.size, &shape));
        let points = match (&frames, end) {
            (Some(frames), Some(_)) => {
                let point = |f: &(u64, u64)| Point { out: f.1, packed: f.0, block: None };
                frames.iter().take(frames.len().saturating_sub(1).max(1)).map(point).collect()
            }
            _ => vec![start.clone()],
        };
        let known = Known {
            points,
            span: shape.span,
            size: end.unwrap_or(0),
            packed: if end.is_some() { base.size } else { 0 },
            ended: end.is_some(),
            problem: None,
            broken: false,
            stretches: VecDeque::new(),
            cursors: Vec::new(),
            base,
            stale: false,
            tabled: end.is_some(),
        };
        let pass = Mutex::new(Cursor::at(&start, packing));
        let new = Self { bytes, packing, shape, written: base.written, known: Mutex::new(known), pass };
        new.read_on();
        new
    }

    /// How far the pass has come.
    pub fn progress(&self) -> Unpacked {
        let known = lock(&self.known);
        Unpacked {
            packing: self.packing,
            packed: known.packed,
            packed_size: known.base.size,
            ended: known.ended,
            problem: known.problem.clone(),
            whole: !known.broken,
            memory: known
                .points
                .iter()
                .map(|p| p.block.as_ref().map_or(24, |b| to_u64(b.2.len()) + 40))
                .sum(),
        }
    }

    /// Copies what one of the kept stretches has of `at` on.
    fn from_stretches(known: &Known, buf: &mut [u8], at: u64) -> usize {
        let hit = known.stretches.iter().find(|(from, s)| *from <= at && at < from + to_u64(s.len()));
        hit.map_or(0, |(from, stretch)| copy(stretch, *from, buf, at))
    }

    /// The cursor that is nearest before `at`.
    fn cursor(&self, at: u64) -> Cursor {
        let mut known = lock(&self.known);
        let after = known.points.partition_point(|p| p.out <= at);
        let start = Point { out: 0, packed: 0, block: None };
        let point = after.checked_sub(1).and_then(|n| known.points.get(n)).cloned().unwrap_or(start);
        let near = known.cursors.iter().position(|c| c.recent_from() <= at && at < c.out).or_else(|| {
            let nearest = known.cursors.iter().enumerate().filter(|(_, c)| c.out <= at && c.out >= point.out);
            nearest.max_by_key(|(_, c)| c.out).map(|(n, _)| n)
        });
        let found = near.map(|n| known.cursors.remove(n));
        drop(known);
        found.unwrap_or_else(|| Cursor::at(&point, self.packing))
    }

    /// Looks whether the packed file is still what it was taken to be. More bytes behind its end are read on.
    fn look(&self) -> io::Result<bool> {
        let now = self.bytes.stamp()?;
        let mut known = lock(&self.known);
        let grew = now.id == known.base.id && now.size > known.base.size;
        if now == known.base || known.stale {
            return Ok(false);
        }
        if grew && !known.ended {
            known.base = now;
            return Ok(false);
        }
        // What a table said of a file is not true of a longer one.
        if grew && !known.tabled {
            (known.base, known.ended, known.problem, known.broken) = (now, false, None, false);
            drop(known);
            lock(&self.pass).wake();
            return Ok(true);
        }
        known.stale = true;
        Ok(false)
    }
}

/// How far a compressed file has been unpacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpacked {
    /// How it is packed.
    pub packing: Packing,
    /// Packed bytes that were read.
    pub packed: u64,
    /// All packed bytes.
    pub packed_size: u64,
    /// Whether its end was seen.
    pub ended: bool,
    /// What is wrong with it.
    pub problem: Option<String>,
    /// Whether all of it could be unpacked.
    pub whole: bool,
    /// Memory that the points take, in bytes.
    pub memory: u64,
}

/// Whether `out` bytes from `packed` ones are more than any text packs to.
fn too_much(out: u64, packed: u64, shape: &PackedShape) -> bool {
    out > shape.grace && out / RATIO > packed
}

/// Copies what `part`, which begins at `from`, has of `at` on.
fn copy(part: &[u8], from: u64, buf: &mut [u8], at: u64) -> usize {
    let there = at.checked_sub(from).and_then(|skip| part.get(to_usize(skip)..)).unwrap_or_default();
    let length = there.len().min(buf.len());
    if let (Some(to), Some(there)) = (buf.get_mut(..length), there.get(..length)) {
        to.copy_from_slice(there);
    }
    length
}

impl Bytes for Packed {
    fn read_at(&self, buf: &mut [u8], at: u64) -> io::Result<usize> {
        let known = lock(&self.known);
        // A cursor keeps only so much behind it: a longer read is given in parts.
        let most = to_u64(buf.len().min(self.packing.kept() / 2));
        let room = known.size.saturating_sub(at).min(most);
        let buf = buf.get_mut(..to_usize(room)).unwrap_or_default();
        if buf.is_empty() {
            return Ok(0);
        }
        let done = Self::from_stretches(&known, buf, at);
        drop(known);
        if done > 0 {
            return Ok(done);
        }
        let mut cursor = self.cursor(at);
        while cursor.out < at + to_u64(buf.len()) {
            let step = cursor.step(&*self.bytes)?;
            match step {
                Step::Damaged(why) if cursor.out <= at => return Err(io::Error::other(why)),
                Step::Damaged(_) | Step::Rest(_) | Step::End => break,
                _ => {}
            }
        }
        let done = copy(&cursor.recent, cursor.recent_from(), buf, at);
        let mut known = lock(&self.known);
        known.cursors.push(cursor);
        if known.cursors.len() > CURSORS {
            known.cursors.remove(0);
        }
        Ok(done)
    }

    fn stamp(&self) -> io::Result<Stamp> {
        if self.look()? {
            self.read_on();
        }
        let known = lock(&self.known);
        // A packed file that is not what it was has nothing of what was told.
        let size = if known.stale { 0 } else { known.size };
        Ok(Stamp { id: known.base.id, size, written: self.written })
    }

    fn read_on(&self) -> bool {
        let mut pass = lock(&self.pass);
        if lock(&self.known).ended {
            return false;
        }
        let begin = pass.out;
        let mut new = Vec::with_capacity(self.shape.stretch + (128 << 10));
        let mut points = Vec::new();
        let (mut ended, mut broken, mut problem) = (false, false, None);
        let (mut last, span) = {
            let known = lock(&self.known);
            (known.points.last().map_or(0, |p| p.out), known.span)
        };
        while new.len() < self.shape.stretch && !ended {
            let before = pass.out;
            let step = pass.step(&*self.bytes);
            let fresh = to_usize(pass.out - before);
            let from = pass.recent.len() - fresh;
            new.extend_from_slice(pass.recent.get(from..).unwrap_or_default());
            match step {
                Ok(Step::Boundary) if pass.out >= last + span => {
                    if let Some(point) = pass.unpack.place().and_then(|place| point(place, &pass)) {
                        last = point.out;
                        points.push(point);
                    }
                }
                Ok(Step::More | Step::Boundary | Step::Starved) => {}
                Ok(Step::End) => ended = true,
                Ok(Step::Odd(why)) => problem = Some(why.to_owned()),
                Ok(Step::Rest(why)) => (ended, problem) = (true, Some(why.to_owned())),
                Ok(Step::Damaged(why)) => (ended, broken, problem) = (true, true, Some(why.to_owned())),
                Err(error) => (ended, broken, problem) = (true, true, Some(error.to_string())),
            }
            if too_much(pass.out, pass.taken(), &self.shape) {
                let why = format!("it unpacks to over {RATIO} times its size: no more of it is unpacked");
                (ended, broken, problem) = (true, true, Some(why));
            }
        }
        let taken = pass.taken();
        let size = pass.out;
        let mut known = lock(&self.known);
        known.points.append(&mut points);
        if known.points.len() > self.shape.points {
            known.span *= 2;
            let mut nth = 0;
            known.points.retain(|_| {
                nth += 1;
                nth % 2 == 1
            });
        }
        (known.size, known.packed, known.ended, known.broken) = (size, taken, ended, broken);
        known.problem = problem.or_else(|| known.problem.take());
        if !new.is_empty() {
            known.stretches.push_back((begin, new.into()));
            if known.stretches.len() > STRETCHES {
                known.stretches.pop_front();
            }
        }
        size > begin
    }

    fn grows(&self) -> bool {
        !lock(&self.known).ended
    }

    fn unpacked(&self) -> Option<Unpacked> {
        Some(self.progress())
    }
}

/// The point at which `cursor` is.
fn point(place: Place, cursor: &Cursor) -> Option<Point> {
    let block = match place {
        Place::Head => None,
        Place::Block { bits, bit_buf, window } => {
            Some((bits, bit_buf, ::zstd::bulk::compress(&window, 1).ok()?.into()))
        }
    };
    Some(Point { out: cursor.out, packed: cursor.taken(), block })
}
