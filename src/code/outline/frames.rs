//! The compile units and sections of a listing, put around the symbols of the source in it.

use super::{NONE, Outline, Packed};
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

/// What stands in the place of a frame before that is there.
const NOTHING: Packed = Packed {
    name_at: 0,
    line: 0,
    end_line: 0,
    parent: NONE,
    offset_low: 0,
    offset_high: 0,
    name_len: 0,
    kind: SymbolKind::Unit,
    level: 0,
};

/// The outline while frames are put in, and what is open in it.
struct Framed {
    out: Outline,
    /// Where the frames stand in it.
    places: Vec<u32>,
    /// Where the names stand of frames inside of others: there are few of them, again and again.
    names: BTreeMap<Cow<'static, str>, u32>,
    /// The open frames as places in the outline: an outer one, and one inside.
    open: [u32; 2],
}

impl Outline {
    /// This outline with `frames` around its symbols, which are in the order of the file. What goes on behind the end of its
    /// frame is cut there.
    #[must_use]
    pub fn framed(self, mut frames: impl Iterator<Item = Frame> + Clone) -> Self {
        let places = self.places(frames.clone());
        if places.is_empty() {
            return self;
        }
        let mut framed = Framed { out: self, places, names: BTreeMap::new(), open: [NONE; 2] };
        framed.make_room();
        let mut next = 0;
        for place in 0..u32::try_from(framed.out.symbols.len()).unwrap_or(NONE) {
            let due = framed.places.get(next) == Some(&place);
            match due.then(|| frames.next()).flatten() {
                Some(frame) => {
                    framed.frame(place, &frame);
                    next += 1;
                }
                None => framed.symbol(place),
            }
        }
        let Framed { mut out, places, .. } = framed;
        for named in &mut out.named {
            named.symbol = moved(&places, named.symbol);
        }
        out.names.shrink_to_fit();
        out
    }

    /// Where frames will stand: each before the first symbol that begins with it or behind it.
    fn places(&self, frames: impl Iterator<Item = Frame>) -> Vec<u32> {
        let mut before = 0;
        let place = |(number, frame): (u32, Frame)| {
            let rest = self.symbols.get(before..).unwrap_or_default();
            before += rest.iter().take_while(|s| u64::from(s.line) < frame.line.get()).count();
            u32::try_from(before).unwrap_or(NONE).saturating_add(number)
        };
        (0..).zip(frames).map(place).collect()
    }
}

/// Where a symbol is between frames at these places that was symbol `index` without them.
fn moved(places: &[u32], index: u32) -> u32 {
    let (mut least, mut most) = (0, places.len());
    // As many frames are before it as there are symbols before the first frame that is not, less those frames.
    while least < most {
        let middle = usize::midpoint(least, most);
        let before = u32::try_from(middle).unwrap_or(NONE).saturating_add(index);
        if places.get(middle).is_some_and(|place| *place <= before) {
            least = middle + 1;
        } else {
            most = middle;
        }
    }
    index.saturating_add(u32::try_from(least).unwrap_or(NONE))
}

impl Framed {
    /// Moves the symbols apart, in place: a listing of gigabytes has more frames than symbols, and an outline that is full must
    /// not be there twice.
    fn make_room(&mut self) {
        let symbols = &mut self.out.symbols;
        let mut end = symbols.len();
        symbols.reserve_exact(self.places.len());
        symbols.resize(end + self.places.len(), NOTHING);
        for (number, place) in self.places.iter().enumerate().rev() {
            let from = to_usize((*place).into()) - number;
            symbols.copy_within(from..end, from + number + 1);
            end = from;
        }
    }

    /// Puts a frame at its place.
    fn frame(&mut self, place: u32, frame: &Frame) {
        let [outer, _] = self.open;
        let parent = if frame.inside { outer } else { NONE };
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
        if let Some(symbol) = self.out.symbols.get_mut(to_usize(place.into())) {
            *symbol = Packed {
                name_at,
                line: line(frame.line),
                end_line: line(frame.end_line),
                parent,
                offset_low: u32::try_from(frame.start.0 & u64::from(u32::MAX)).unwrap_or(0),
                offset_high: u8::try_from(frame.start.0 >> 32).unwrap_or(u8::MAX),
                name_len: u8::try_from(name.len()).unwrap_or(u8::MAX),
                kind: frame.kind,
                ..NOTHING
            };
        }
        self.open = if frame.inside { [outer, place] } else { [place, NONE] };
    }

    /// Puts the symbol at a place inside of the frames that are open there.
    fn symbol(&mut self, place: u32) {
        let Some(symbol) = self.packed(place).copied() else { return };
        let holds = |place: &u32| self.packed(*place).is_some_and(|f| f.end_line >= symbol.line);
        let frame = self.open.iter().rev().copied().find(|p| *p != NONE && holds(p)).unwrap_or(NONE);
        let last = self.packed(frame).map_or(u32::MAX, |f| f.end_line);
        let parent = Some(symbol.parent).filter(|p| *p != NONE).map(|p| moved(&self.places, p));
        // What it was inside of may have been cut before it.
        let parent = parent.filter(holds);
        let end_line = symbol.end_line.min(last).max(symbol.line);
        if let Some(to) = self.out.symbols.get_mut(to_usize(place.into())) {
            *to = Packed { end_line, parent: parent.unwrap_or(frame), ..symbol };
        }
    }

    fn packed(&self, place: u32) -> Option<&Packed> {
        self.out.symbols.get(to_usize(place.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Named;
    use super::*;
    use crate::code::{Scanner, SourceFormat};
    use proptest::prelude::*;

    const LINES: [&str; 8] = [
        "       IDENTIFICATION DIVISION.",
        "       PROGRAM-ID. PAY.",
        "       PROCEDURE DIVISION.",
        "       DATA DIVISION.",
        "       MAIN SECTION.",
        "       1000-PAY.",
        "       01  PAY-RECORD.",
        "           MOVE A TO B.",
    ];

    /// A name, the first line and the last, and the place of what is around it.
    type Told = (String, u64, u64, Option<u32>);

    fn told(outline: &Outline) -> Vec<Told> {
        let name = |symbol: &Packed| String::from_utf8_lossy(outline.name(symbol)).into_owned();
        let parent = |symbol: &Packed| Some(symbol.parent).filter(|parent| *parent != NONE);
        let symbols = outline.symbols.iter();
        symbols.map(|s| (name(s), s.line.into(), s.end_line.into(), parent(s))).collect()
    }

    /// The same in a list of its own, one after the other.
    fn plainly(outline: &Outline, frames: &[Frame]) -> Vec<Told> {
        let (mut out, mut moved): (Vec<Told>, Vec<u32>) = (Vec::new(), Vec::new());
        let mut open: [Option<u32>; 2] = [None; 2];
        let mut frames = frames.iter().peekable();
        let put = |out: &mut Vec<Told>, open: &mut [Option<u32>; 2], frame: &Frame| {
            let parent = open[0].filter(|_| frame.inside);
            let place = u32::try_from(out.len()).ok();
            *open = if frame.inside { [open[0], place] } else { [place, None] };
            out.push((frame.name.to_string(), frame.line.get(), frame.end_line.get(), parent));
        };
        for (name, line, end, parent) in told(outline) {
            while let Some(frame) = frames.next_if(|f| f.line.get() <= line) {
                put(&mut out, &mut open, frame);
            }
            let holds = |place: &u32| out[*place as usize].2 >= line;
            let frame = open.iter().rev().flatten().copied().find(holds);
            let parent = parent.map(|p| moved[p as usize]).filter(holds).or(frame);
            let last = frame.map_or(u64::MAX, |f| out[f as usize].2);
            moved.push(u32::try_from(out.len()).unwrap());
            out.push((name, line, end.min(last).max(line), parent));
        }
        frames.for_each(|frame| put(&mut out, &mut open, frame));
        out
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn frames_are_put_in_as_one_by_one(
            lines in prop::collection::vec(0..LINES.len(), 0..40),
            frames in prop::collection::vec((0u64..5, 0u64..20, any::<bool>(), 0..3u8), 0..20),
        ) {
            let text = lines.iter().map(|at| LINES[*at]).collect::<Vec<_>>().join("\n");
            let outline = Scanner::outline(text.as_bytes(), SourceFormat::Fixed);
            let mut at = 1;
            let frame = |(step, length, inside, name): &(u64, u64, bool, u8)| {
                at += step;
                Frame {
                    kind: SymbolKind::Unit,
                    name: format!("U{name}").into(),
                    line: LineNo::new(at),
                    end_line: LineNo::new(at + length),
                    start: ByteOffset(at * 80),
                    inside: *inside,
                }
            };
            let frames: Vec<Frame> = frames.iter().map(frame).collect();
            let wanted = plainly(&outline, &frames);
            let name = |outline: &Outline, n: &Named| outline.get(n.symbol).map(|s| s.name);
            let named: Vec<_> = outline.named.iter().map(|n| name(&outline, n)).collect();
            let framed = outline.framed(frames.iter().cloned());
            prop_assert_eq!(told(&framed), wanted);
            let now: Vec<_> = framed.named.iter().map(|n| name(&framed, n)).collect();
            prop_assert_eq!(now, named);
        }
    }
}
