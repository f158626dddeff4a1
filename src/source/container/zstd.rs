//! The Zstandard format (RFC 8878) frame by frame, and the table of the seekable format (zstd's `contrib/seekable_format`) that
//! says where each one is. A frame can only be read from its start.

use super::super::bytes::Bytes;
use super::unpack::{Place, Step, Unpack};
use crate::base::num::{to_u64, to_usize};
use zstd::stream::raw::{DParameter, Decoder, Operation};

/// How a frame begins, and how one that is skipped does but for its lowest four bits.
const FRAME: u32 = 0xfd2f_b528;
const SKIPPED: u32 = 0x184d_2a50;
/// How the table of the seekable format ends.
const TABLE: u32 = 0x8f92_eab1;

/// The largest window that is taken, as a power of two: 64 MiB. More would not leave the memory to others.
const WINDOW_LOG: u32 = 26;
/// Output of one step, in bytes.
const OUTPUT: usize = 64 << 10;
/// Frames of a table at most.
const FRAMES_MAX: usize = 1 << 20;

/// Whether a file that begins with `start` is one.
pub fn is_zstd(start: &[u8]) -> bool {
    word(start, 0).is_some_and(|w| w == FRAME || w & !0xf == SKIPPED)
}

/// The little-endian word at `at`.
fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..).and_then(|b| b.first_chunk::<4>()).map(|b| u32::from_le_bytes(*b))
}

/// A stream from the start of a frame on.
pub struct Zstd {
    decoder: Option<Decoder<'static>>,
    /// Between two frames, the first of which has been read.
    begun: bool,
    inside: bool,
    /// Bytes of a skipped frame that are left.
    skip: u64,
    out: Box<[u8]>,
}

impl Zstd {
    /// From a head on.
    pub fn new() -> Self {
        let decoder = Decoder::new().ok().and_then(|mut d| {
            d.set_parameter(DParameter::WindowLogMax(WINDOW_LOG)).ok()?;
            Some(d)
        });
        Self { decoder, begun: false, inside: false, skip: 0, out: vec![0; OUTPUT].into_boxed_slice() }
    }
}

const CUT: &str = "it ends too early: the rest of it is missing";

impl Unpack for Zstd {
    fn step(&mut self, input: &[u8], ends: bool, out: &mut Vec<u8>) -> (usize, Step) {
        if self.skip > 0 {
            let taken = self.skip.min(to_u64(input.len()));
            self.skip -= taken;
            let cut = self.skip > 0 && ends;
            return (
                to_usize(taken),
                if cut {
                    Step::Damaged(CUT)
                } else if self.skip > 0 {
                    Step::Starved
                } else {
                    Step::Boundary
                },
            );
        }
        if !self.inside {
            if self.begun && input.iter().all(|b| *b == 0) {
                return (input.len(), if ends || input.is_empty() { Step::End } else { Step::More });
            }
            let Some(magic) = word(input, 0) else {
                return (0, if ends { Step::Damaged(CUT) } else { Step::Starved });
            };
            if magic & !0xf == SKIPPED {
                let Some(length) = word(input, 4) else {
                    return (0, if ends { Step::Damaged(CUT) } else { Step::Starved });
                };
                (self.skip, self.begun) = (u64::from(length), true);
                return (8, Step::More);
            }
            if magic != FRAME {
                let why = "bytes behind its end are not zstd and are left out";
                return (
                    0,
                    if self.begun { Step::Rest(why) } else { Step::Damaged("its header is not zstd") },
                );
            }
        }
        let Some(decoder) = &mut self.decoder else {
            return (0, Step::Damaged("there is no memory to unpack it"));
        };
        let Ok(status) = decoder.run_on_buffers(input, &mut self.out) else {
            let why = "it is damaged here, or was packed with a window of over 64 MiB";
            return (0, Step::Damaged(why));
        };
        out.extend_from_slice(self.out.get(..status.bytes_written).unwrap_or_default());
        let step = if status.remaining == 0 {
            (self.inside, self.begun) = (false, true);
            Step::Boundary
        } else {
            self.inside = true;
            match status.bytes_written {
                0 if ends && status.bytes_read == input.len() => Step::Damaged(CUT),
                0 => Step::Starved,
                _ => Step::More,
            }
        };
        (status.bytes_read, step)
    }

    fn place(&self) -> Option<Place> {
        (!self.inside && self.skip == 0).then_some(Place::Head)
    }

    fn go_on(&mut self) {
        self.begun = true;
    }
}

/// Where each frame begins, in packed and in unpacked bytes, and the end of the last one, by the table of a file of `size`
/// bytes; `None` if it has none that fits the file.
pub fn table(bytes: &dyn Bytes, size: u64) -> Option<Vec<(u64, u64)>> {
    let read = |at: u64, length: usize| {
        let mut buf = vec![0; length];
        bytes.read_at(&mut buf, at).ok().filter(|n| *n == length)?;
        Some(buf)
    };
    let foot = read(size.checked_sub(9)?, 9)?;
    if word(&foot, 5)? != TABLE {
        return None;
    }
    let count = to_usize(u64::from(word(&foot, 0)?));
    let entry: usize = if foot.get(4)? & 0x80 != 0 { 12 } else { 8 };
    if count > FRAMES_MAX {
        return None;
    }
    let length = count * entry + 9;
    let begin = size.checked_sub(to_u64(length) + 8)?;
    let head = read(begin, 8)?;
    if word(&head, 0)? & !0xf != SKIPPED || to_usize(u64::from(word(&head, 4)?)) != length {
        return None;
    }
    let entries = read(begin + 8, count * entry)?;
    let mut at = (0, 0);
    let mut frames = vec![at];
    for entry in entries.chunks_exact(entry) {
        at = (at.0 + u64::from(word(entry, 0)?), at.1 + u64::from(word(entry, 4)?));
        frames.push(at);
    }
    // Frames that are not where it says would show a wrong place of the text.
    let begins = |at: u64| read(at, 4).is_some_and(|b| is_zstd(&b));
    (at.0 == begin && frames.iter().all(|f| begins(f.0))).then_some(frames)
}
