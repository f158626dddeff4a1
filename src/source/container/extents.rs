//! Bytes that are pieces of others, in a row: a member of an archive. Where records lose their lengths on the way into an
//! archive, descriptors are put between the pieces.

use super::super::bytes::{Bytes, Stamp};
use super::packed::Unpacked;
use crate::base::num::{to_u64, to_usize};
use std::io;
use std::sync::Arc;

/// A piece: where it begins in the member, and where its bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    from: u64,
    /// In the outer bytes; with [`MADE`] in those that were put in.
    at: u64,
}

/// Marks a place in the bytes that were put in.
const MADE: u64 = 1 << 63;

/// Which pieces a member has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pieces {
    list: Vec<Piece>,
    made: Vec<u8>,
    size: u64,
    /// Behind the last outer byte.
    end: u64,
}

impl Pieces {
    /// One piece.
    pub fn one(at: u64, length: u64) -> Self {
        let mut new = Self::default();
        new.push(at, length);
        new
    }

    /// How many pieces there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Adds `length` bytes at `at`.
    pub fn push(&mut self, at: u64, length: u64) {
        if length == 0 || at >= MADE {
            return;
        }
        let follows = self.list.last().is_some_and(|p| p.at < MADE && p.at + (self.size - p.from) == at);
        if !follows {
            self.list.push(Piece { from: self.size, at });
        }
        self.size = self.size.saturating_add(length);
        self.end = self.end.max(at.saturating_add(length));
    }

    /// Adds bytes that are nowhere in the archive.
    pub fn make(&mut self, bytes: &[u8]) {
        let at = self.made.len();
        self.list.push(Piece { from: self.size, at: MADE | to_u64(at) });
        self.made.extend_from_slice(bytes);
        self.size += to_u64(bytes.len());
    }
}

/// A member.
pub struct Extents {
    outer: Arc<dyn Bytes>,
    pieces: Pieces,
}

impl Extents {
    /// The pieces of `outer`.
    pub fn new(outer: Arc<dyn Bytes>, pieces: Pieces) -> Self {
        Self { outer, pieces }
    }
}

impl Bytes for Extents {
    fn read_at(&self, buf: &mut [u8], at: u64) -> io::Result<usize> {
        let all = &self.pieces;
        let mut done = 0;
        let mut number = all.list.partition_point(|p| p.from <= at);
        while done < buf.len() {
            let here = at.saturating_add(to_u64(done));
            let Some(piece) = number.checked_sub(1).and_then(|n| all.list.get(n)) else { break };
            let end = all.list.get(number).map_or(all.size, |next| next.from);
            let length = end.saturating_sub(here).min(to_u64(buf.len() - done));
            if length == 0 {
                break;
            }
            let inside = here - piece.from;
            let room = buf.get_mut(done..done + to_usize(length)).unwrap_or_default();
            let got = if piece.at >= MADE {
                let from = to_usize((piece.at - MADE) + inside);
                let made = all.made.get(from..from + room.len()).unwrap_or_default();
                let room = room.get_mut(..made.len()).unwrap_or_default();
                room.copy_from_slice(made);
                made.len()
            } else {
                match self.outer.read_at(room, piece.at + inside) {
                    Ok(n) => n,
                    // What was read is given; the error comes back with the next read.
                    Err(_) if done > 0 => break,
                    Err(e) => return Err(e),
                }
            };
            done += got;
            if got == 0 {
                break;
            }
            if to_u64(got) == length {
                number += 1;
            }
        }
        Ok(done)
    }

    fn stamp(&self) -> io::Result<Stamp> {
        let outer = self.outer.stamp()?;
        let cut = outer.size < self.pieces.end;
        Ok(Stamp { size: if cut { 0 } else { self.pieces.size }, ..outer })
    }

    fn within(&self) -> u64 {
        self.pieces.list.iter().map(|p| p.at).find(|at| *at < MADE).unwrap_or(0)
    }

    fn unpacked(&self) -> Option<Unpacked> {
        self.outer.unpacked()
    }
}
