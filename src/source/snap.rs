//! A file as it was at one moment, and what tells whether it still is.

use super::bytes::{Bytes, Stamp, fill};
use super::format::{Detected, Wanted, detect};
use super::model::Change;
use super::plain::Plainer;
use super::records::Records;
use crate::base::Meter;
use crate::base::num::{to_u64, to_usize};
use std::sync::Arc;

/// How many bytes of the start and of the end are remembered, to tell an appended file from another one.
const PRINT: u64 = 512;
/// Bytes at the start from which a format is told.
const START: u64 = 64 << 10;
/// Bytes elsewhere from which an encoding is told, and how many such places there are.
const SAMPLE: u64 = 4 << 10;
const SAMPLES: u64 = 4;

/// The file as it was when it was opened or last refreshed.
#[derive(Clone)]
pub(super) struct Snap {
    /// The handle.
    pub bytes: Arc<dyn Bytes>,
    /// Its state.
    pub stamp: Stamp,
    /// Rises whenever what was read before is of no use any more.
    pub epoch: u64,
    /// What a person says of it.
    pub wanted: Wanted,
    /// What its bytes are.
    pub detected: Detected,
    /// How they become plain text.
    pub plainer: Plainer,
    /// More of it was to be found when it was taken.
    pub open: bool,
    /// Its first and its last bytes.
    pub print: (Vec<u8>, Vec<u8>),
}

impl Snap {
    /// Of an open file.
    pub fn new(bytes: Arc<dyn Bytes>, stamp: Stamp, wanted: Wanted, epoch: u64, meter: &dyn Meter) -> Self {
        let print = print_of(&*bytes, stamp.size, meter);
        let detected = detected(&*bytes, stamp.size, wanted, meter);
        let open = bytes.grows();
        Self { bytes, stamp, epoch, wanted, detected, plainer: Plainer::new(detected.format), open, print }
    }

    /// The same file, whose bytes are taken for something else.
    pub fn with_format(&self, wanted: Wanted, meter: &dyn Meter) -> Self {
        let detected = detected(&*self.bytes, self.stamp.size, wanted, meter);
        Self {
            epoch: self.epoch + 1,
            wanted,
            detected,
            plainer: Plainer::new(detected.format),
            ..self.clone()
        }
    }

    /// The same file to which bytes were appended.
    pub fn grown(&self, stamp: Stamp, meter: &dyn Meter) -> Self {
        // What is packed far back is not looked for again: it is read on and on.
        let print = if to_u64(self.print.0.len()) == PRINT && self.bytes.grows() {
            (self.print.0.clone(), read(&*self.bytes, stamp.size - PRINT, PRINT, meter))
        } else {
            print_of(&*self.bytes, stamp.size, meter)
        };
        Self { stamp, open: self.bytes.grows(), print, ..self.clone() }
    }

    /// The same open file with the size it has now, for a look past the cache at a file that changed.
    pub fn now(&self) -> Self {
        Self { stamp: self.bytes.stamp().unwrap_or(self.stamp), ..self.clone() }
    }

    /// How the file is cut into lines.
    pub fn records(&self) -> Records {
        self.detected.format.records
    }

    /// What happened to the open file itself, whatever its name means now.
    pub fn change(&self, meter: &dyn Meter) -> Change {
        let Ok(now) = self.bytes.stamp() else { return Change::Unreadable };
        if now == self.stamp {
            Change::Same
        } else if now.size < self.stamp.size {
            Change::Shrank
        } else if now.size > self.stamp.size && print_of(&*self.bytes, self.stamp.size, meter) == self.print {
            Change::Grew
        } else {
            Change::Replaced
        }
    }
}

/// `length` bytes from `at` on, as many as there are.
fn read(bytes: &dyn Bytes, at: u64, length: u64, meter: &dyn Meter) -> Vec<u8> {
    let mut buf = vec![0; to_usize(length)];
    let piece = buf.len();
    let got = fill(bytes, &mut buf, at, piece, meter).length;
    buf.truncate(got);
    buf
}

/// The first bytes, and the last before `size`.
fn print_of(bytes: &dyn Bytes, size: u64, meter: &dyn Meter) -> (Vec<u8>, Vec<u8>) {
    let length = size.min(PRINT);
    (read(bytes, 0, length, meter), read(bytes, size - length, length, meter))
}

/// Where a format is told from in a file of `size` bytes: places and lengths, its start first.
pub(super) fn samples(size: u64) -> Vec<(u64, u64)> {
    let mut places = vec![(0, size.min(START))];
    if size > START + SAMPLE * SAMPLES {
        // The last one is the end of the file.
        places.extend((1..=SAMPLES).map(|n| ((size - SAMPLE) / SAMPLES * n, SAMPLE)));
        if let Some(last) = places.last_mut() {
            last.0 = size - SAMPLE;
        }
    }
    places
}

/// Tells a format from the start of a file and from places all over it.
fn detected(bytes: &dyn Bytes, size: u64, wanted: Wanted, meter: &dyn Meter) -> Detected {
    let samples: Vec<Vec<u8>> =
        samples(size).into_iter().map(|(at, length)| read(bytes, at, length, meter)).collect();
    let samples: Vec<&[u8]> = samples.iter().map(Vec::as_slice).collect();
    detect(&samples, (!bytes.grows()).then_some(size), wanted)
}
