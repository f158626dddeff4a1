//! The compile units and sections of a listing, put around the symbols of the source in it.

use super::{NONE, Named, Outline, Packed};
use crate::base::num::to_usize;
use crate::base::{ByteOffset, LineNo};
use crate::code::model::SymbolKind;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Something around symbols, that is not found by looking at the source itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// What it is.
    pub kind: SymbolKind,
    /// What it is called.
    pub name: Cow<'static, str>,
    /// Its first line.
    pub line: LineNo,
    /// Its last line.
    pub end_line: LineNo,
    /// Where its first line begins.
    pub start: ByteOffset,
    /// It lies within the last one before it that does not.
    pub inside: bool,
}

/// The outline that grows, and what is open in it.
struct Framed {
    out: Outline,
    /// Where the names stand of frames inside of others: there are few of them, again and again.
    names: BTreeMap<Cow<'static, str>, u32>,
    /// The open frames as places in the outline: an outer one, and one inside.
    open: [u32; 2],
    /// Where each symbol of the old outline is now.
    moved: Vec<u32>,
}

impl Outline {
    /// This outline with `frames` around its symbols, which are in the order of the file. What goes on behind the end of its
    /// frame is cut there.
    #[must_use]
    pub fn framed(mut self, frames: impl Iterator<Item = Frame> + Clone) -> Self {
        // A listing of gigabytes has more frames than symbols: room for all is made once, and not a name too much.
        let count = frames.clone().count();
        if count == 0 {
            return self;
        }
        let room = Vec::with_capacity(self.symbols.len() + count);
        let symbols = std::mem::replace(&mut self.symbols, room);
        let named = std::mem::take(&mut self.named);
        let moved = Vec::with_capacity(symbols.len());
        let mut framed = Framed { out: self, names: BTreeMap::new(), open: [NONE; 2], moved };
        let mut frames = frames.peekable();
        for symbol in symbols {
            while let Some(frame) = frames.next_if(|f| f.line.get() <= u64::from(symbol.line)) {
                framed.frame(&frame);
            }
            framed.symbol(symbol);
        }
        frames.for_each(|frame| framed.frame(&frame));
        let Framed { mut out, moved, .. } = framed;
        let to = |n: &Named| moved.get(to_usize(n.symbol.into())).copied();
        out.named = named.iter().filter_map(|n| Some(Named { symbol: to(n)?, ..*n })).collect();
        out.names.shrink_to_fit();
        out
    }
}

impl Framed {
    fn place(&self) -> u32 {
        u32::try_from(self.out.symbols.len()).unwrap_or(NONE)
    }

    fn frame(&mut self, frame: &Frame) {
        let [outer, _] = self.open;
        let parent = if frame.inside { outer } else { NONE };
        let place = self.place();
        let line = |n: LineNo| u32::try_from(n.get()).unwrap_or(u32::MAX);
        let name = frame.name.as_bytes();
        let name = name.get(..name.len().min(255)).unwrap_or_default();
        let there = self.names.get(&frame.name).copied();
        let name_at = there.unwrap_or_else(|| {
            let at = u32::try_from(self.out.names.len()).unwrap_or(0);
            self.out.names.extend_from_slice(name);
            at
        });
        if frame.inside && there.is_none() {
            self.names.insert(frame.name.clone(), name_at);
        }
        self.out.symbols.push(Packed {
            name_at,
            line: line(frame.line),
            end_line: line(frame.end_line),
            parent,
            offset_low: u32::try_from(frame.start.0 & u64::from(u32::MAX)).unwrap_or(0),
            offset_high: u8::try_from(frame.start.0 >> 32).unwrap_or(u8::MAX),
            name_len: u8::try_from(name.len()).unwrap_or(u8::MAX),
            kind: frame.kind,
            level: 0,
        });
        self.open = if frame.inside { [outer, place] } else { [place, NONE] };
    }

    fn symbol(&mut self, symbol: Packed) {
        let holds = |place: &u32| self.packed(*place).is_some_and(|f| f.end_line >= symbol.line);
        let frame = self.open.iter().rev().copied().find(|p| *p != NONE && holds(p)).unwrap_or(NONE);
        let last = self.packed(frame).map_or(u32::MAX, |f| f.end_line);
        let parent = self.moved.get(to_usize(symbol.parent.into())).copied();
        // What it was inside of may have been cut before it.
        let parent = parent.filter(|p| self.packed(*p).is_some_and(|s| s.end_line >= symbol.line));
        self.moved.push(self.place());
        let end_line = symbol.end_line.min(last).max(symbol.line);
        self.out.symbols.push(Packed { end_line, parent: parent.unwrap_or(frame), ..symbol });
    }

    fn packed(&self, place: u32) -> Option<&Packed> {
        self.out.symbols.get(to_usize(place.into()))
    }
}
