//! The gzip format (RFC 1952) step by step: headers, deflate blocks, check sums, one member after the other. Knows neither
//! files nor when a place is worth remembering.

use super::unpack::{Place, Step, Unpack};
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::{
    TINFL_FLAG_HAS_MORE_INPUT, TINFL_FLAG_STOP_ON_BLOCK_BOUNDARY,
};
use miniz_oxide::inflate::core::{BlockBoundaryState, DecompressorOxide, decompress};

/// How a file of this kind begins.
pub const MAGIC: [u8; 3] = [0x1f, 0x8b, 8];

/// Bytes before a place that what follows may refer to.
const WINDOW: usize = 32 << 10;
/// Output that is kept for that, in bytes: a power of two.
const RING: usize = 64 << 10;
/// Bytes of a header before its optional parts, and behind the last block.
const HEAD: usize = 10;
const TRAIL: usize = 8;
/// The longest header that is taken, in bytes.
const HEAD_MAX: usize = 66 << 10;

/// Flags of a header: check sum, extra field, name, comment.
const CRC: u8 = 2;
const EXTRA: u8 = 4;
const NAME: u8 = 8;
const COMMENT: u8 = 16;

/// Where in a member it is.
enum Part {
    Head,
    Body,
    Trail,
}

/// A stream from one place on.
pub struct Gzip {
    part: Part,
    inflate: Box<DecompressorOxide>,
    ring: Box<[u8]>,
    /// Where in the ring the next byte goes.
    at: usize,
    /// Check sum of the member so far; `None` where it was taken up in the middle.
    sum: Option<crc32fast::Hasher>,
    /// Bytes of the member so far.
    length: u32,
    /// A member has been read: what follows it need not be one.
    begun: bool,
}

impl Gzip {
    /// From the top of a file.
    pub fn new() -> Self {
        Self {
            part: Part::Head,
            inflate: Box::default(),
            ring: vec![0; RING].into_boxed_slice(),
            at: 0,
            sum: None,
            length: 0,
            begun: false,
        }
    }

    /// From a place between two blocks.
    pub fn between(bits: u8, bit_buf: u8, window: &[u8]) -> Self {
        let state = BlockBoundaryState { num_bits: bits, bit_buf, ..BlockBoundaryState::default() };
        let mut new = Self::new();
        new.part = Part::Body;
        *new.inflate = DecompressorOxide::from_block_boundary_state(&state);
        let length = window.len().min(WINDOW);
        let room = new.ring.get_mut(WINDOW - length..WINDOW).unwrap_or_default();
        room.copy_from_slice(window.get(window.len() - length..).unwrap_or_default());
        new.at = WINDOW;
        new.begun = true;
        new
    }

    fn head(&mut self, input: &[u8], ends: bool) -> (usize, Step) {
        if self.begun && input.iter().all(|b| *b == 0) {
            // Tapes and fixed records pad a file with zeros.
            return if ends || input.is_empty() {
                (input.len(), Step::End)
            } else {
                (input.len(), Step::More)
            };
        }
        if !input.starts_with(MAGIC.get(..input.len().min(MAGIC.len())).unwrap_or_default()) {
            let why = "bytes behind its end are not gzip and are left out";
            return (0, if self.begun { Step::Rest(why) } else { Step::Damaged("its header is not gzip") });
        }
        let Some(length) = head_length(input) else {
            let why = if input.len() > HEAD_MAX { "its header has no end" } else { CUT };
            return (0, if ends || input.len() > HEAD_MAX { Step::Damaged(why) } else { Step::Starved });
        };
        self.part = Part::Body;
        *self.inflate = DecompressorOxide::new();
        (self.sum, self.length) = (Some(crc32fast::Hasher::new()), 0);
        (length, Step::More)
    }

    fn body(&mut self, input: &[u8], ends: bool, out: &mut Vec<u8>) -> (usize, Step) {
        let flags = TINFL_FLAG_HAS_MORE_INPUT | TINFL_FLAG_STOP_ON_BLOCK_BOUNDARY;
        let (status, taken, given) = decompress(&mut self.inflate, input, &mut self.ring, self.at, flags);
        let new = self.ring.get(self.at..self.at + given).unwrap_or_default();
        if let Some(sum) = &mut self.sum {
            sum.update(new);
        }
        self.length = self.length.wrapping_add(u32::try_from(given).unwrap_or(u32::MAX));
        out.extend_from_slice(new);
        self.at = (self.at + given) % RING;
        let step = match status {
            TINFLStatus::HasMoreOutput => Step::More,
            TINFLStatus::NeedsMoreInput if ends && taken == input.len() => Step::Damaged(CUT),
            TINFLStatus::NeedsMoreInput => Step::Starved,
            TINFLStatus::BlockBoundary => Step::Boundary,
            TINFLStatus::Done => {
                self.part = Part::Trail;
                Step::More
            }
            _ => Step::Damaged("its compressed data are damaged here"),
        };
        (taken, step)
    }

    fn trail(&mut self, input: &[u8], ends: bool) -> (usize, Step) {
        let Some((sum, length)) = trailer(input) else {
            return (0, if ends { Step::Damaged(CUT) } else { Step::Starved });
        };
        (self.part, self.begun) = (Part::Head, true);
        let wrong = self.sum.take().is_some_and(|s| s.finalize() != sum || self.length != length);
        (
            TRAIL,
            if wrong {
                Step::Odd("its check sum is wrong: some of what is shown may be, too")
            } else {
                Step::Boundary
            },
        )
    }
}

const CUT: &str = "it ends too early: the rest of it is missing";

impl Unpack for Gzip {
    fn step(&mut self, input: &[u8], ends: bool, out: &mut Vec<u8>) -> (usize, Step) {
        match self.part {
            Part::Head => self.head(input, ends),
            Part::Body => self.body(input, ends, out),
            Part::Trail => self.trail(input, ends),
        }
    }

    fn place(&self) -> Option<Place> {
        match self.part {
            Part::Trail => None,
            Part::Head => Some(Place::Head),
            Part::Body => {
                let state = self.inflate.block_boundary_state()?;
                let before = self.ring.get(..self.at).unwrap_or_default();
                let after = self.ring.get(self.at..).unwrap_or_default();
                let window: Vec<u8> = after.iter().chain(before).copied().skip(RING - WINDOW).collect();
                Some(Place::Block { bits: state.num_bits, bit_buf: state.bit_buf, window })
            }
        }
    }

    fn go_on(&mut self) {
        self.begun = true;
    }
}

/// Bytes of the header that `input` begins with, once all of it is there.
fn head_length(input: &[u8]) -> Option<usize> {
    let flags = *input.get(3)?;
    let mut at = HEAD;
    if flags & EXTRA != 0 {
        let length = input.get(at..at + 2).and_then(|b| b.try_into().ok()).map(u16::from_le_bytes)?;
        at += 2 + usize::from(length);
    }
    for flag in [NAME, COMMENT] {
        if flags & flag != 0 {
            at += memchr::memchr(0, input.get(at..)?)? + 1;
        }
    }
    if flags & CRC != 0 {
        at += 2;
    }
    (at <= input.len()).then_some(at)
}

/// Check sum and length behind the last block.
fn trailer(input: &[u8]) -> Option<(u32, u32)> {
    let (sum, rest) = input.split_first_chunk::<4>()?;
    let (length, _) = rest.split_first_chunk::<4>()?;
    Some((u32::from_le_bytes(*sum), u32::from_le_bytes(*length)))
}
